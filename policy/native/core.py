"""The extension module ``linkage_native``, where it is installed: programs loaded, cases decided.

District --core_of--> Core; case, as_of --Core.canonical--> bytes, or HandedOver
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from linkage.v1 import facts_pb2
from policy.decide.snapshot import District
from policy.native.district import FORMAT, message_of

__all__ = ["FORMAT", "Core", "HandedOver", "core_of", "installed"]


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
        made: bytes | str = self._program.decide(data, as_of)
        return made


@cache
def installed() -> ModuleType | None:
    """The extension module; None where it is not there, or is of another form than this Python."""
    try:
        module = import_module("linkage_native")
    except ImportError:
        return None
    return module if module.FORMAT == FORMAT else None


def core_of(district: District) -> Core | None:
    """The district in the core; None where no core is installed. Raises ``NotCarried``."""
    module = installed()
    if module is None:
        return None
    data = message_of(district).SerializeToString(deterministic=True)
    return Core(module.Program(data), len(data))
