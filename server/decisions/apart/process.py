"""The process, which ``server.decisions.begin`` starts. Jobs come in on standard input.

A thread reads the frames, so that a job is given up while the main thread is still at it. The process ends
where its parent does: a job that is being done then is given up, too.
"""

from __future__ import annotations

import os
import signal
import sys
from _thread import interrupt_main
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from types import FrameType
from typing import BinaryIO

from linkage.v1 import facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.engines.durable import DurableError
from policy.facts.reading import FactsError
from policy.register.advance import advanced, asked_from
from policy.text.diagnostics import PackError
from server.decisions import assessing, work
from server.decisions.active import Active
from server.decisions.apart.frames import (
    LENGTH,
    Head,
    assessed_of,
    bodies_of,
    framed,
    parted,
    question_of,
    rules_of,
    told_evaluation,
    told_facts,
    unpacked,
)
from server.decisions.assessing import Given
from server.decisions.deciding import Decides, deciding
from server.identity.rights import View
from server.settings.logs import place_of

_NICE = 5
"""The loops that answer small calls come first."""


class GivenUp(BaseException):
    """Nobody waits for the job any more. Not an ``Exception``: whoever expects errors does not catch it."""


def evaluate(active: Active, head: Head, body: bytes, decides: Decides) -> tuple[Head, bytes]:
    """The case of ``body``, decided."""
    case = facts_pb2.Case.FromString(body)
    return told_evaluation(decides(active, question_of(head), case, body, head["log_id"]))


def explain(active: Active, head: Head, body: bytes, _: Decides) -> tuple[Head, bytes]:
    """The ``ExplainRequest`` of ``body``, answered."""
    return {}, work.explanation(active, question_of(head), api.ExplainRequest.FromString(body))


def compare(active: Active, head: Head, body: bytes, _: Decides) -> tuple[Head, bytes]:
    """The ``CompareRequest`` of ``body``, answered for the districts in ``head``."""
    request = api.CompareRequest.FromString(body)
    return {}, work.comparison(active, question_of(head), request, head["codes"])


def count(active: Active, head: Head, body: bytes, _: Decides) -> tuple[Head, bytes]:
    """The cases of ``body``, counted for an assessment."""
    cases = zip(head["places"], unpacked(body), strict=True)
    given = (Given(place, facts_pb2.Case.FromString(data)) for place, data in cases)
    part = assessing.counted_part(active, assessed_of(head), given)
    return {"cases": part.cases}, part.counts


def assess(active: Active, head: Head, body: bytes, _: Decides) -> tuple[Head, bytes]:
    """The counts of ``body``, a line for each part, added up."""
    parts = body.split(b"\n") if body else []
    return {}, assessing.assessment(active, assessed_of(head), View(bodies_of(head)), parts)


def advance(active: Active, head: Head, body: bytes, _: Decides) -> tuple[Head, bytes]:
    """The case of the register in ``head`` and ``body``, brought up to its moment."""
    district = active.snapshot.districts[head["district"]]
    return {}, advanced(district, asked_from(head["asked"], body)).plain()


JOBS: Mapping[str, Callable[[Active, Head, bytes, Decides], tuple[Head, bytes]]] = {
    "evaluate": evaluate,
    "explain": explain,
    "compare": compare,
    "count": count,
    "assess": assess,
    "advance": advance,
}


class Process:
    """Answers the frames of ``reader`` on ``writer`` until there are no more."""

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        self._reader = reader
        self._writer = writer
        self._jobs: SimpleQueue[tuple[Head, bytes] | None] = SimpleQueue()
        self._rules: dict[str, Active | None] = {}
        self._doing = 0
        """The number of the job that is being done; 0: none."""
        self._given_up = 0
        self._alone = False
        """The parent is gone: nobody waits for any job."""

    def run(self, decides: Decides) -> None:
        """Does jobs until the parent is gone."""
        signal.signal(signal.SIGINT, self._interrupted)
        Thread(target=self._read, name="frames", daemon=True).start()
        while (job := self._jobs.get()) is not None:
            head, body = job
            if "job" in head:
                self._do(head, body, decides)
            else:
                self._take(head)

    def _read(self) -> None:
        """Reads frames; what is to be given up, at once."""
        while len(size := self._reader.read(LENGTH)) == LENGTH:
            head, body = parted(self._reader.read(int.from_bytes(size, "big")))
            if "cancel" in head:
                self._given_up = head["cancel"]
                interrupt_main(signal.SIGINT)
            else:
                self._jobs.put((head, body))
        self._jobs.put(None)
        self._alone = True
        interrupt_main(signal.SIGINT)

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        if self._doing and self._unwanted(self._doing):
            raise GivenUp

    def _unwanted(self, number: int) -> bool:
        """Whether nobody waits for this job: another's number is never the same."""
        return self._alone or number == self._given_up

    def _do(self, head: Head, body: bytes, decides: Decides) -> None:
        number = head["number"]
        told, answer = {"given_up": True}, b""
        with suppress(GivenUp):
            try:
                self._doing = number
                if self._unwanted(number):  # before it was begun
                    raise GivenUp
                told, answer = self._done(head, body, decides)
            finally:
                self._doing = 0
        self._tell({"number": number} | told, answer)

    def _tell(self, head: Head, body: bytes = b"") -> None:
        self._writer.write(framed(head, body))
        self._writer.flush()

    def _done(self, head: Head, body: bytes, decides: Decides) -> tuple[Head, bytes]:
        key = head["rules"]
        active = self._rules[key]
        if active is None:
            return {"refused": key}, b""
        try:
            return JOBS[head["job"]](active, head, body, decides)
        except FactsError as error:
            return told_facts(error), b""
        except DurableError as error:
            return {"engine": error.reason}, b""
        except Exception as error:  # whatever it is: the next job may be done
            return {"failed": place_of(error)}, b""

    def _take(self, head: Head) -> None:
        """Makes rules ready; None stands for those that cannot be."""
        for key in head["forget"]:
            self._rules.pop(key, None)
        try:
            self._rules[head["rules"]] = rules_of(head).load()
        except PackError:
            self._rules[head["rules"]] = None
        self._tell({"ready": head["rules"]})


def main(engine: str) -> None:
    """Runs the process."""
    os.nice(_NICE)
    reader, writer = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    with deciding(engine) as decides:
        Process(reader, writer).run(decides)
