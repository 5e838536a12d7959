"""One case in, one answer out: the step that Evaluate, BatchEvaluate and EvaluateStream share.

request --asked--> district, moment --decide--> Decision --log--> id --Answers--> message
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from typing import NamedTuple

from linkage.v1 import policy_service_pb2 as api
from policy.decide import decide
from policy.decision import Decision
from server.active import Active, ActiveRules
from server.convert.answers import Answers
from server.errors import failure_of, item_error
from server.log.decisions import DecisionLog
from server.log.writer import Written
from server.requests import Asked, Clock, asked, language_of

INLINE_BYTES = 16 * 1024
"""A larger case is decided on a thread beside the loop, so that other calls and health checks go on."""


class Evaluated(NamedTuple):
    """A decision, how to answer it, its id in the log, and the future of its being durable."""

    decision: Decision
    answers: Answers
    log_id: str
    written: Written | None


class Evaluator:
    """Decides requests under the active rules and puts the decisions into the log (None: not logged)."""

    def __init__(self, rules: ActiveRules, log: DecisionLog | None, clock: Clock, threads: Executor) -> None:
        self._rules = rules
        self._log = log
        self._clock = clock
        self._threads = threads

    async def evaluate(self, request: api.EvaluateRequest) -> Evaluated:
        """Decides one case and queues it for the log; nothing has been waited for yet.

        Raises ``FactsError`` for a request that cannot be decided, ``LogFull`` and ``LogClosed``.
        """
        active = self._rules.current
        if self._log is not None:
            self._log.check_room()
        wanted = asked(request, active.snapshot, self._clock)
        if request.ByteSize() <= INLINE_BYTES:
            decision = decide(wanted.district, request.case, wanted.as_of)
        else:
            loop = asyncio.get_running_loop()
            arguments = (wanted.district, request.case, wanted.as_of)
            decision = await loop.run_in_executor(self._threads, decide, *arguments)
        return self._logged(active, wanted, request, decision)

    def _logged(
        self, active: Active, wanted: Asked, request: api.EvaluateRequest, decision: Decision
    ) -> Evaluated:
        answers = active.answers(wanted.district, wanted.lang)
        if self._log is None:
            return Evaluated(decision, answers, "", None)
        identity, written = self._log.put(request.case, decision, active.snapshot.digest)
        return Evaluated(decision, answers, identity, written)


class Item:
    """The result of one item of a batch or stream: ready to send once ``finish`` has been awaited."""

    __slots__ = ("_lang", "_written", "error", "result")

    def __init__(self, lang: str) -> None:
        self._lang = language_of(lang)
        self._written: Written | None = None
        self.result = api.EvaluateResult()
        self.error: Exception | None = None

    def done(self, evaluated: Evaluated) -> None:
        """Takes the decision."""
        evaluated.answers.decision(evaluated.decision, evaluated.log_id, self.result.decision)
        self._written = evaluated.written

    def failed(self, error: Exception) -> None:
        """Takes the error of this item, and of this item only."""
        self.error = error
        self.result.error.CopyFrom(item_error(failure_of(error, self._lang)))

    async def finish(self) -> None:
        """Waits until the decision is durable; one that could not be logged is not given."""
        if self._written is not None:
            try:
                await self._written
            except Exception as error:
                self.failed(error)
