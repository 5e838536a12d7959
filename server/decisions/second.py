"""Decides cases again in a process of its own, of low priority: nothing that happens there reaches the calls.

    {rules?, digest, district, as_of, case} --> {digest} with the outcome, or {failed: type and place}

The rules are sent as texts, when they are first needed, and compiled there.
"""

from __future__ import annotations

import base64
import os
import sys
from contextlib import suppress
from typing import Any, BinaryIO

import orjson

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.engines import COMPILED, NATIVE, Engine, running
from policy.engines.durable.child import Child
from policy.native import HandedOver
from server.decisions.active import Active, Rules
from server.decisions.begin import command
from server.settings.logs import place_of

SECONDS = 120.0
"""Longest time for one decision, compiling new rules included."""
_NICE = 10


class SecondError(Exception):
    """The process could not decide; ``where``: type and place of its error."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class SecondProcess:
    """Decides again with the engine of that name. One thread at a time uses it; ``kill`` from any."""

    def __init__(self, engine: str, seconds: float = SECONDS) -> None:
        self.child = Child(command("second", engine), seconds)
        self._number = 0
        self._digest = ""

    def outcome(self, active: Active, district: str, case: facts_pb2.Case, as_of: int) -> bytes:
        """The canonical form of the decision. Raises ``ChildError`` and ``SecondError``."""
        number, digest = self.child.running(), active.snapshot.digest
        request: dict[str, Any] = {
            "district": district,
            "as_of": as_of,
            "case": base64.b64encode(case.SerializeToString()).decode(),
        }
        if (number, digest) != (self._number, self._digest):
            self._number, self._digest = 0, ""
            request["rules"] = dict(active.files)
        answer = orjson.loads(self.child.exchange(orjson.dumps(request)))
        if "failed" in answer:
            raise SecondError(answer["failed"])
        self._number, self._digest = number, digest
        outcome: str = answer["outcome"]
        return outcome.encode()

    def kill(self) -> None:
        """Ends a decision that is being made."""
        self.child.kill()

    def close(self) -> None:
        """Ends the process, if one runs."""
        self.child.stop()


def answers(reader: BinaryIO, writer: BinaryIO, engine: Engine | None) -> None:
    """What the process does: answers frames until there are no more. Without an engine the core decides."""
    active = None
    while head := reader.read(4):
        request = orjson.loads(reader.read(int.from_bytes(head, "big")))
        try:
            if "rules" in request:
                active = None
                active = Rules("", request["rules"]).load()
            answer = {"outcome": _outcome(active, request, engine)}
        except Exception as error:  # whatever it is: the next one may be decided
            answer = {"failed": place_of(error)}
        data = orjson.dumps(answer)
        writer.write(len(data).to_bytes(4, "big") + data)
        writer.flush()


def _outcome(active: Active | None, request: dict[str, Any], engine: Engine | None) -> str:
    if active is None:
        raise ValueError("no rules")
    district, as_of = request["district"], request["as_of"]
    case = facts_pb2.Case.FromString(base64.b64decode(request["case"]))
    core = active.cores.core(district) if engine is None else None
    if core is not None:
        with suppress(HandedOver):
            return core.canonical(case, as_of).decode()
    decision = decide(active.snapshot.districts[district], case, as_of, engine or COMPILED)
    return decision.canonical_bytes.decode()


def main(engine: str) -> None:
    """Runs the process."""
    os.nice(_NICE)
    reader, writer = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    if engine == NATIVE:
        answers(reader, writer, None)
        return
    with running(engine) as deciding:
        answers(reader, writer, deciding)
