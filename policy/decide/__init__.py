"""Facts to decision: the pure core.

In: a ``District`` of the active rules, a case, a moment.
Out: a ``Decision``: obligations with their states, what is undetermined, errors, conflicts, and the
     receipt.

    run         the passes, in order
    snapshot    every pack compiled, with vocabulary and calendar, as one immutable whole
    decision    what a decision is
    arising     which rules arise, when, judged on the case of which moment     (lasting, tried)
    precedence  which rule displaces which
    grounds     of alternatives, which held and are cited
    lifecycle   what became of each obligation      (acts, dues)
    breaches    what violated obligations add to the facts
"""

from policy.decide.decision import Decision
from policy.decide.run import decide
from policy.decide.snapshot import District, Snapshot, check_snapshot, load_snapshot, snapshot_of

__all__ = ["Decision", "District", "Snapshot", "check_snapshot", "decide", "load_snapshot", "snapshot_of"]
