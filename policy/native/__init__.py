"""A district for the native core: its program as one message, and cases decided by it where it is built.

In: a ``District``; a case's bytes and a moment.
Out: the program message (``linkage.program.v1``); the decision in its canonical form, or why Python has to
     decide it.

    texts       every text once
    trees       expressions
    sums        amounts and numbers of things
    rules       rules, matchers, deadlines, clocks, deemed facts
    district    the message
    core        the extension module, where it is installed
    checked     cases decided by the core and by Python, which must agree

The core carries every form that a pack can have. A case of which it says that it leaves it to Python is
decided there wholly: never half a case here and half there.
"""

from policy.native.checked import Checked, DiffersError
from policy.native.core import (
    FORMAT,
    NOT_INSTALLED,
    OTHER_BUILD,
    Core,
    HandedOver,
    bulk_of,
    core_of,
    cores_allowed,
    installed,
    panic_of,
    why_not,
    within,
)
from policy.native.district import message_of
from policy.native.texts import NotCarried

__all__ = [
    "FORMAT",
    "NOT_INSTALLED",
    "OTHER_BUILD",
    "Checked",
    "Core",
    "DiffersError",
    "HandedOver",
    "NotCarried",
    "bulk_of",
    "core_of",
    "cores_allowed",
    "installed",
    "message_of",
    "panic_of",
    "why_not",
    "within",
]
