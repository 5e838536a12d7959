"""What limits each aim: written by hand after profiling, shown beside what was measured.

Keys are ``Aim.kind``. Change them with the code that they speak of.
"""

from __future__ import annotations

LIMITS: dict[str, str] = {
    "zen-engine": (
        "ours is Python and answers more: identity, bearers, counted due time and state of 19 obligations a "
        "case; zen-engine answers a rule, an element and a time, in compiled Rust"
    ),
    "CLIPS": "the same; CLIPS matches in compiled C, on facts that Python asserts one by one",
    "durable-rules": "the same; durable-rules matches in compiled C, and fires each rule through JSON",
    "cerbos": (
        "ours: the decision and its conversion to the answer, in Python; Cerbos: each action, in compiled Go"
    ),
    "cerbos batch": "as for a single case: the cases of a batch share no more than the cost of the call",
    "bulk": "each case is a decision of its own, in Python: reading and writing are a fortieth of the time",
    "growth": "rules whose trigger is absent are never looked at",
    "service": "an empty call costs far less than a decision and its conversion to the answer",
    "log": "besides, each answer waits for the commit that makes its decision durable",
}
