"""One case in, one answer out: the step that Evaluate, BatchEvaluate and EvaluateStream share.

request --question--> district, moment --evaluated--> what is kept --log--> durable
                                            '------> answer
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import NamedTuple

from linkage.v1 import facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.engines import NATIVE
from policy.native import installed
from server.convert.ends import Unrepeatable
from server.convert.errors import failure_of
from server.convert.extent import FULL, Extent
from server.convert.requests import Clock, language_of
from server.convert.status import item_error
from server.convert.wire import delimited, tag
from server.decisions.active import Active, ActiveRules
from server.decisions.apart import Apart
from server.decisions.deciding import Wanted, natively_many, on_loop
from server.decisions.fairness import INLINE_BYTES, Fairness
from server.decisions.repeats import Repeats, call_of
from server.decisions.shadow import Live, Shadow
from server.decisions.work import Evaluation, Question, question
from server.identity.asking import Asking, asking
from server.identity.refusals import Busy
from server.identity.rights import EVERYTHING, View
from server.log.decisions import DecisionLog
from server.log.writer import Written
from server.store.record import Call
from server.telemetry.recording import decided, item_answered
from server.telemetry.traces import span


def anything(_: int) -> None:
    """Whatever the size of an answer."""


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
        with span("log"):
            logged = await self.written
        if logged == self.log_id or self.again is None:
            return self.answer
        first = await self.again()
        if first is None:
            raise Unrepeatable
        return first


class Begun(NamedTuple):
    """A request understood: what is to be decided, for which call, and its key where it may be repeated.

    ``first`` is the answer that another request under that key got before; ``again`` looks for one once more.
    ``found`` is what was decided.
    """

    wanted: Wanted
    asking: Asking
    call: Call | None
    again: Callable[[], Awaitable[bytes | None]] | None
    first: bytes | None
    found: Evaluation | None = None

    @property
    def small(self) -> bool:
        """Whether it may be decided beside others of its call, or on the loop."""
        return len(self.wanted.facts) <= INLINE_BYTES


class Evaluator:
    """Decides requests under the active rules and puts the decisions into the log (None: not logged).

    Small cases are decided on the loop, several of one call together on threads where the core decides; all
    others, and those of a slow engine, in the process ``apart``, which has the same engine.
    """

    def __init__(
        self,
        rules: ActiveRules,
        log: DecisionLog | None,
        clock: Clock,
        fairness: Fairness,
        apart: Apart,
        shadow: Shadow | None = None,
        repeats: Repeats | None = None,
    ) -> None:
        self._rules = rules
        self._log = log
        self._clock = clock
        self._fairness = fairness
        self._apart = apart
        self._on_loop = on_loop(apart.engine)
        self._shadow = shadow
        self._repeats = repeats

    async def evaluate(
        self,
        request: api.EvaluateRequest,
        asking: Asking,
        view: View = EVERYTHING,
        extent: Extent = FULL,
        fits: Callable[[int], None] = anything,
    ) -> Evaluated:
        """Decides one case and queues it for the log; nothing has been waited for yet.

        ``asking`` is the call, which the log keeps; ``view`` what of the answer its caller sees;
        ``extent`` is how much of it is given where the request does not say. ``fits`` raises what is said of
        an answer of too many bytes, whose decision is not logged.
        Raises ``FactsError`` for a request that cannot be decided, ``LogFull``, ``LogClosed``, ``Busy`` and
        ``NoAnswer``.
        """
        await self._fairness.turn()
        return await self.finished(await self.begun(request, asking, view, extent), fits)

    async def turn(self) -> None:
        """Waits for the caller's turn on the loop."""
        await self._fairness.turn()

    async def begun(
        self, request: api.EvaluateRequest, asking: Asking, view: View = EVERYTHING, extent: Extent = FULL
    ) -> Begun:
        """A request understood, with its answer where it was given before. Raises as ``evaluate``."""
        active = self._rules.current
        if self._log is not None:
            self._log.check_room()
        asked = question(request, active.snapshot, self._clock, view, default=extent)
        call = call_of(asking.caller.who, request)
        log_id = "" if self._log is None else self._log.new_id()
        facts = request.case.SerializeToString(deterministic=True)
        wanted = Wanted(active, asked, request.case, facts, log_id)
        if self._repeats is None or call is None:
            return Begun(wanted, asking, None, None, None)
        again = partial(self._repeats.answer, call, asked)
        return Begun(wanted, asking, call, again, await again())

    async def decide_many(self, begun: Sequence[Begun]) -> list[Begun]:
        """Those that the core decides decided, small ones together on a thread; the others as they are.

        Together they should be few: whoever waits for a thread waits for all of them.
        """
        if self._apart.engine != NATIVE:
            return list(begun)
        places = [place for place, one in enumerate(begun) if one.small and one.first is None]
        wanted = [begun[place].wanted for place in places]
        made = list(begun)
        started = time.perf_counter()
        for place, found in zip(places, await self._together(wanted), strict=True):
            if found is not None:
                _count(found, (time.perf_counter() - started) / len(places))
                made[place] = begun[place]._replace(found=found)
        return made

    async def _together(self, wanted: Sequence[Wanted]) -> list[Evaluation | None]:
        module = installed()
        if module is None or len(wanted) < 2:
            return [None] * len(wanted)
        stop = module.Stop()
        try:
            with span("decide", linkage__cases=len(wanted)):
                size = sum(len(one.facts) for one in wanted)
                return await self._fairness.beside(size, natively_many, wanted, stop)
        except Busy:  # no room to wait in: each in its turn
            return [None] * len(wanted)
        finally:
            stop.tell()

    async def finished(self, begun: Begun, fits: Callable[[int], None] = anything) -> Evaluated:
        """The answer of a request that has begun, queued for the log; the rest as ``evaluate``."""
        wanted, asking, call, again, first, found = begun
        if first is not None:
            fits(len(first))
            return Evaluated(first, None)
        active, asked, case, facts, log_id = wanted
        if found is None:
            with span("decide", linkage__district=asked.district):
                found = await self._decided(active, asked, case, facts, log_id)
        made, answer, _ = found
        fits(len(answer))
        if self._shadow is not None:
            self._shadow.offer(Live(active, case, made))
        written = None
        if self._log is not None:
            who, request_id, digest = asking.caller.who, asking.request_id, active.snapshot.digest
            written = self._log.put(log_id, facts, made, digest, who, request_id, call, active.bundle)
        return Evaluated(answer, written, log_id, again)

    async def _decided(
        self, active: Active, asked: Question, case: facts_pb2.Case, facts: bytes, log_id: str
    ) -> Evaluation:
        """The case decided here or apart; ``facts`` are its bytes."""
        if self._on_loop is None or len(facts) > INLINE_BYTES:
            work = partial(self._decided_apart, active, asked, facts, log_id)
            return await self._fairness.apart(len(facts), work)
        started = time.perf_counter()
        found = self._on_loop(active, asked, case, facts, log_id)
        _count(found, time.perf_counter() - started)
        return found

    async def _decided_apart(self, active: Active, asked: Question, facts: bytes, log_id: str) -> Evaluation:
        started = time.perf_counter()
        found = await self._apart.evaluate(active.rules, asked, facts, log_id)
        _count(found, time.perf_counter() - started)
        return found


def _count(found: Evaluation, seconds: float) -> None:
    made = found.made
    decided(made.district, found.engine, made.obligations, made.undetermined, made.errors, seconds)


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

    async def finish(self, fits: Callable[[int], None] = anything) -> None:
        """Waits until the decision is durable; one that could not be logged is not given.

        ``fits`` raises what is said instead of a result of too many bytes.
        """
        try:
            if self._evaluated is not None:
                self.result = delimited(_DECIDED, await self._evaluated.durable())
            fits(len(self.result))
        except Exception as error:
            self.failed(error)
        item_answered(asking().call, self._reason)
