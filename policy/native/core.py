"""The extension module ``linkage_native``, where it is installed: programs loaded, cases decided.

District --core_of--> Core; case, as_of --Core.canonical--> bytes, or HandedOver
why_not --> the code of why there is no core, where there is none
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from linkage.v1 import facts_pb2
from policy.decide.decision import ENGINE_VERSION
from policy.decide.snapshot import District
from policy.native.district import FORMAT, message_of

__all__ = ["FORMAT", "Core", "HandedOver", "core_of", "fits", "installed", "panic_of", "why_not"]

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
        if not fits(as_of):
            return BEYOND
        made: bytes | str = self._program.decide(data, as_of)
        return made


BEYOND = "a moment beyond 64 bits"


def fits(as_of: int) -> bool:
    """Whether the core can be asked for that moment."""
    return _LEAST <= as_of <= _MOST


@cache
def _found() -> tuple[ModuleType | None, str]:
    try:
        module = import_module("linkage_native")
    except ImportError:
        return None, NOT_INSTALLED
    same = (module.FORMAT, getattr(module, "ENGINE_VERSION", "")) == (FORMAT, ENGINE_VERSION)
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
    """The district in the core; None where no core is installed. Raises ``NotCarried``."""
    module = installed()
    if module is None:
        return None
    data = message_of(district).SerializeToString(deterministic=True)
    return Core(module.Program(data), len(data))
