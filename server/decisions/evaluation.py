"""One case in, one answer out: the step that Evaluate, BatchEvaluate and EvaluateStream share.

request --asked--> district, moment --decide--> Decision --log--> id --Answers--> message
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from linkage.v1 import facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.decide import decide
from policy.decide.decision import Decision
from policy.decide.snapshot import District
from policy.decide.warnings import moment_taken
from policy.engines import COMPILED, Engine
from server.convert.errors import Unrepeatable, failure_of, item_error
from server.convert.part import OwnPart
from server.convert.requests import Asked, Clock, asked, language_of
from server.convert.wire import delimited, tag
from server.decisions.active import Active, ActiveRules
from server.decisions.fairness import INLINE_BYTES, Fairness
from server.decisions.repeats import Repeats, call_of
from server.decisions.shadow import Live, Shadow
from server.identity.asking import Asking, asking
from server.identity.rights import EVERYTHING, View
from server.log.decisions import DecisionLog
from server.log.writer import Written
from server.store.record import Call
from server.telemetry.recording import decided, item_answered

LARGE = 200
"""An answer of more obligations is written beside the loop too."""


class Evaluated(NamedTuple):
    """The answer, a serialized ``linkage.v1.Decision``, and the future of the decision's being durable.

    ``again`` gives what was logged for the call under its key, where another had it logged meanwhile.
    """

    answer: bytes
    written: Written | None
    log_id: str = ""
    again: Callable[[], Awaitable[bytes | None]] | None = None

    async def durable(self) -> bytes:
        """The answer, once its decision is durable; that of the first time where the call was repeated.

        Raises ``StoreError`` where it could not be logged, ``Unrepeatable``; ``FactsError`` (LNK897) where
        another request under the same key was logged meanwhile.
        """
        if self.written is None:
            return self.answer
        logged = await self.written
        if logged == self.log_id or self.again is None:
            return self.answer
        first = await self.again()
        if first is None:
            raise Unrepeatable
        return first


class Evaluator:
    """Decides requests under the active rules and puts the decisions into the log (None: not logged)."""

    def __init__(
        self,
        rules: ActiveRules,
        log: DecisionLog | None,
        clock: Clock,
        fairness: Fairness,
        engine: Engine = COMPILED,
        shadow: Shadow | None = None,
        repeats: Repeats | None = None,
    ) -> None:
        self._rules = rules
        self._log = log
        self._clock = clock
        self._fairness = fairness
        self._engine = engine
        self._inline_bytes = INLINE_BYTES if engine is COMPILED else -1  # the others would hold up the loop
        self._shadow = shadow
        self._repeats = repeats

    async def evaluate(
        self, request: api.EvaluateRequest, asking: Asking, view: View = EVERYTHING
    ) -> Evaluated:
        """Decides one case and queues it for the log; nothing has been waited for yet.

        ``asking`` is the call, which the log keeps; ``view`` what of the answer its caller sees.
        Raises ``FactsError`` for a request that cannot be decided, ``LogFull``, ``LogClosed`` and ``Busy``.
        """
        await self._fairness.turn()
        active = self._rules.current
        if self._log is not None:
            self._log.check_room()
        wanted = asked(request, active.snapshot, self._clock)
        repeats, call, again = self._repeats, call_of(asking.caller.who, request), None
        if repeats is not None and call is not None:
            again = partial(self._again, repeats, call, request, wanted.lang, view)
            if (first := await again()) is not None:
                return Evaluated(first, None)
        size = request.ByteSize()
        if size <= self._inline_bytes:
            decision = decided(decide, wanted.district, request.case, wanted.as_of)
        else:
            arguments = (wanted.district, request.case, wanted.as_of, self._engine)
            decision = await self._fairness.beside(size, _decided, *arguments)
        if self._shadow is not None:
            self._shadow.offer(Live(active, wanted.district.code, request.case, wanted.as_of, decision))
        log_id, written = self._logged(active, request.case, decision, asking, call)
        answer = await self._answer(active, wanted, decision, log_id, view)
        return Evaluated(answer, written, log_id, again)

    async def _answer(
        self, active: Active, wanted: Asked, decision: Decision, log_id: str, view: View
    ) -> bytes:
        """What the caller sees of a decision."""
        shown = decision
        if view.bodies is not None:
            shown = OwnPart(view.bodies, wanted.district.vocabulary).decision(decision)
        write = active.answers(wanted.district, wanted.lang).decision
        if len(decision.obligations) <= LARGE:
            return write(shown, log_id, wanted.notices, decision)
        return await self._fairness.beside(0, write, shown, log_id, wanted.notices, decision)

    async def _again(
        self, repeats: Repeats, call: Call, request: api.EvaluateRequest, lang: str, view: View
    ) -> bytes | None:
        """The answer of what was logged for a call; None where nothing was. Raises ``FactsError``."""
        log_id = await repeats.logged(call)
        if log_id is None:
            return None
        active, district, decision = await repeats.again(log_id)
        as_of = decision.receipt.as_of
        notices = () if request.HasField("as_of") else (moment_taken(as_of),)
        return await self._answer(active, Asked(district, as_of, lang, notices), decision, log_id, view)

    def _logged(
        self, active: Active, case: facts_pb2.Case, decision: Decision, asking: Asking, call: Call | None
    ) -> tuple[str, Written | None]:
        """Queues the decision for the log: its id there, and the future of its being durable."""
        if self._log is None:
            return "", None
        who, request_id = asking.caller.who, asking.request_id
        return self._log.put(case, decision, active.snapshot.digest, who, request_id, call)


def _decided(district: District, case: facts_pb2.Case, as_of: int, engine: Engine) -> Decision:
    """The decision with the digest of its canonical form, which the log asks for."""
    decision = decided(decide, district, case, as_of, engine)
    decision.digest  # noqa: B018 - kept from now on
    return decision


_DECIDED, _FAILED = tag(api.EvaluateResult, "decision"), tag(api.EvaluateResult, "error")


class Item:
    """The result of one item of a batch or stream: ready to send once ``finish`` has been awaited.

    ``result`` is a serialized ``linkage.v1.EvaluateResult``.
    """

    __slots__ = ("_evaluated", "_lang", "_reason", "error", "result")

    def __init__(self, lang: str) -> None:
        self._lang = language_of(lang)
        self._evaluated: Evaluated | None = None
        self.result = b""
        self.error: Exception | None = None
        self._reason = ""

    def done(self, evaluated: Evaluated) -> None:
        """Takes the decision."""
        self._evaluated = evaluated

    def failed(self, error: Exception) -> None:
        """Takes the error of this item, and of this item only."""
        self.error = error
        failure = failure_of(error, self._lang)
        self._reason = failure.kind.reason
        self.result = delimited(_FAILED, item_error(failure).SerializeToString())

    async def finish(self) -> None:
        """Waits until the decision is durable; one that could not be logged is not given."""
        if self._evaluated is not None:
            try:
                self.result = delimited(_DECIDED, await self._evaluated.durable())
            except Exception as error:
                self.failed(error)
        item_answered(asking().call, self._reason)
