"""Facts to decision: the pure core.

In: a ``District`` of the active rules, a case, a moment.
Out: a ``Decision``: obligations with their states, what is undetermined, errors, conflicts, and the
     receipt.

    run         the passes, in order
    snapshot    every pack compiled, with vocabulary and calendar, as one immutable whole
    decision    what a decision is
    lifecycle, precedence, breaches, dues     the passes
"""

from policy.decide.decision import Decision
from policy.decide.run import decide
from policy.decide.snapshot import District, Snapshot, check_snapshot, load_snapshot, snapshot_of

__all__ = ["Decision", "District", "Snapshot", "check_snapshot", "decide", "load_snapshot", "snapshot_of"]
