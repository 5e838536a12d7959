"""The extension module ``linkage_native``, where it is installed: programs loaded, cases decided.

District --core_of--> Core; case, as_of --Core.canonical--> bytes, or HandedOver
cases --Core.decide_many--> for each: bytes, or why not, in their order; on every core, without Python's lock
why_not --> the code of why there is no core, where there is none
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from linkage.v1 import facts_pb2
from policy.decide.decision import ENGINE_VERSION
from policy.decide.snapshot import District
from policy.native.district import FORMAT, message_of

__all__ = [
    "FORMAT",
    "Core",
    "HandedOver",
    "bulk_of",
    "core_of",
    "cores_allowed",
    "installed",
    "panic_of",
    "why_not",
    "within",
]

NOT_INSTALLED, OTHER_BUILD = "LNK612", "LNK613"
"""Why there is no core: none was installed, or it was built for another version of this program."""

_LEAST, _MOST = -(2**63), 2**63 - 1


class HandedOver(Exception):
    """The core leaves the case to Python; ``reason`` says why, for logs, and nothing of the case."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Core:
    """One district in the core. Immutable, and shared by threads."""

    def __init__(self, program: Any, size: int) -> None:
        self._program = program
        self.size = size
        """Bytes of its program message."""

    def canonical(self, case: facts_pb2.Case, as_of: int) -> bytes:
        """The decision in its canonical form (``Decision.canonical_bytes``). Raises ``HandedOver``."""
        made = self.of_bytes(case.SerializeToString(deterministic=True), as_of)
        if isinstance(made, str):
            raise HandedOver(made)
        return made

    def answers(self, data: bytes, words: object) -> Any:
        """The answers of the district in one language; ``words`` is asked for what a case says in words."""
        module = installed()
        if module is None:
            raise AssertionError("a core is of its module")
        return module.Answers(self._program, data, words)

    def of_bytes(self, data: bytes, as_of: int) -> bytes | str:
        """The same of the bytes of a case in their deterministic form; or why Python has to decide it."""
        made: bytes | str = self._program.decide(data, within(as_of))
        return made

    def decide_many(
        self, cases: Iterable[tuple[bytes, int]], threads: int = 0, stop: Any = None
    ) -> list[bytes | str | Exception]:
        """``of_bytes`` of many, in their order, on so many ``threads`` (0: every core that may be used).

        What would be raised for a case stands in its place. ``stop``, a ``linkage_native.Stop``, may be told,
        or made with seconds: what has not been begun then is left with a reason.
        """
        asked = [(data, within(as_of)) for data, as_of in cases]
        made: list[bytes | str | Exception] = self._program.decide_many(
            asked, threads or cores_allowed(), stop
        )
        return made


def bulk_of(cores: Sequence[Core], district: str, own: bool, as_of: int | None, now: int, ids: bool) -> Any:
    """What decides rows of cases under these districts and gives findings (``linkage_native.Bulk``)."""
    module = installed()
    if module is None:
        raise AssertionError("a core is of its module")
    programs = [core._program for core in cores]
    return module.Bulk(programs, district, own, None if as_of is None else within(as_of), within(now), ids)


def cores_allowed() -> int:
    """The cores of the machine that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def within(as_of: int) -> int:
    """The moment, or the nearest of 64 bits: that is outside the years of the facts, and left to Python."""
    return max(_LEAST, min(as_of, _MOST))


@cache
def _found() -> tuple[ModuleType | None, str]:
    try:
        module = import_module("linkage_native")
    except ImportError:
        return None, NOT_INSTALLED
    same = (module.FORMAT, getattr(module, "ENGINE_VERSION", "")) == (FORMAT, ENGINE_VERSION)
    same = same and hasattr(module, "Bulk")  # earlier builds of these versions take one case at a time
    return (module, "") if same else (None, OTHER_BUILD)


def installed() -> ModuleType | None:
    """The extension module; None where it is not there, or was built for another version than this Python."""
    return _found()[0]


def panic_of(error: Exception) -> str:
    """Where in the core it panicked, if that is what an error says; without any fact."""
    module = installed()
    return str(error) if module is not None and isinstance(error, module.Panicked) else ""


def why_not() -> str:
    """The code of why there is no core; "" where there is one."""
    return _found()[1]


def core_of(district: District) -> Core | None:
    """The district in the core; None where no core is installed."""
    module = installed()
    if module is None:
        return None
    data = message_of(district).SerializeToString(deterministic=True)
    return Core(module.Program(data), len(data))
