"""What every call has around it: its rights, its line in the log, and its errors turned into a status.

with guard.call("Evaluate", language) as call:
    seen = call.view(district, districts)       # what of the answer the caller may see
    ... return response
return await call.abort(context)        # reached only after an exception
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Container, Iterable
from types import TracebackType
from typing import Any, NoReturn

import grpc

from policy.facts.reading import FactsError
from policy.review.wording import LANGUAGES
from server.convert.errors import KINDS, Failure, Refused, ended_with, failure_of
from server.convert.requests import language_of
from server.convert.status import status_of
from server.identity import rights
from server.identity.asking import asking
from server.identity.meter import Meter
from server.identity.refusals import Counted, OverLimit, Unauthenticated, reason_of
from server.identity.tally import Tally
from server.settings.logs import Level, event, place_of
from server.telemetry import traces
from server.telemetry.figures import CALLERS_REFUSED
from server.telemetry.recording import call_began, call_ended

REQUEST_ID = "x-request-id"
_DETAILS = "grpc-status-details-bin"
_PUSHBACK = "grpc-retry-pushback-ms"
"""When to come back, as gRPC's own retries obey it (gRFC A6); ``RetryInfo`` says the same."""
AGAIN_SECONDS = 1.0
"""How often a stream asks again who calls."""
_GONE = (grpc.aio.InternalError, grpc.aio.UsageError)
"""What ending a call raises that has ended already."""
_MOST_DISTRICTS = 8
"""Most districts that one line of the log names."""
_EXPECTED = (
    FactsError,
    Refused,
    Unauthenticated,
    *(cls for cls, _ in KINDS if cls is not Exception),
)


class Guard:
    """Makes the guards of calls. ``log_all``: calls that went well are logged too; ``meter`` counts them.

    ``tally`` counts refusals of which there may be too many for a line each.
    """

    def __init__(self, log_all: bool, meter: Meter | None = None, tally: Tally | None = None) -> None:
        self.log_all = log_all
        self.meter = meter or Meter()
        self.tally = tally or Tally()

    def call(self, method: str, language: str) -> Call:
        """The guard of one call."""
        return Call(self, method, language)

    def note_unexpected(self, what: str, error: Exception) -> None:
        """Logs type and place of an exception that no line of the table expects."""
        if not isinstance(error, _EXPECTED):
            event(Level.ERROR, "unexpected_error", what=what, error=place_of(error))


class Call:
    """One call. An exception within its block is kept for ``abort``; cancellation passes through."""

    __slots__ = (
        "_districts",
        "_error",
        "_guard",
        "_known_at",
        "_method",
        "_span",
        "_started",
        "asking",
        "failed_items",
        "items",
        "language",
    )

    def __init__(self, guard: Guard, method: str, language: str) -> None:
        self._guard = guard
        self._method = method
        self.language = language
        """What is wrong is said in."""
        self._error: Exception | None = None
        self._started = self._known_at = time.perf_counter()
        self.asking = asking()
        self._span = traces.current()
        self._districts: dict[str, None] = {}
        self.items = 0
        self.failed_items = 0

    def view(self, district: str, known: Container[str]) -> rights.View:
        """What of an answer on ``district`` the caller sees. Raises ``Denied``.

        The log names the district where it is one of those ``known``: others are whatever somebody wrote.
        """
        seen = rights.view(self.asking.caller, self.asking.call, district)
        if district in known and len(self._districts) < _MOST_DISTRICTS:
            self._districts[district] = None
        return seen

    def take(self, cost: int) -> None:
        """Counts ``cost`` further calls of the caller within this one. Raises ``OverLimit``."""
        if cost > 0 and (wait := self._guard.meter.take(self.asking.caller, cost, taken=1)):
            raise OverLimit("calls_per_second", wait)

    def fits(self, size: int) -> None:
        """Raises ``OverLimit`` for a message of more bytes than the caller may send."""
        self._guard.meter.fits(self.asking.caller, size)

    async def turn(self) -> None:
        """Counts one further call of the caller, and waits until it is due. Raises what ``still`` raises."""
        await self.still()
        if wait := self._guard.meter.turn(self.asking.caller):
            await asyncio.sleep(wait)

    async def still(self) -> None:
        """Who calls is asked again from time to time: what was taken from a caller ends its streams, too.

        Raises ``Unauthenticated`` and ``Denied``.
        """
        if self.asking.again is not None and time.perf_counter() - self._known_at >= AGAIN_SECONDS:
            self._known_at = time.perf_counter()
            self.asking = self.asking._replace(caller=await self.asking.again())
            rights.admit(self.asking.caller, self.asking.call)

    def districts(self, known: Iterable[str]) -> list[str]:
        """Those of the districts in which the caller may make this call."""
        allowed = rights.districts(self.asking.caller, self.asking.call)
        return [district for district in known if allowed is None or district in allowed]

    def __enter__(self) -> Call:
        call_began(self._method)
        return self

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        name, number = ended_with(error)
        call_ended(self._method, name, self.asking.door, time.perf_counter() - self._started)
        self._span.ended_with(name, number)
        self._span.set(linkage__district=",".join(self._districts), linkage__items=self.items)
        if error is None:
            if self._guard.log_all:
                self._log(Level.INFO, "OK")
            return False
        if isinstance(error, Exception):
            self._error = error
            return True
        return False

    async def abort(self, context: Any) -> NoReturn:
        """Ends the call with the status of the exception that its block raised.

        Raises ``asyncio.CancelledError`` where the caller cannot be told any more.
        """
        error = self._error or RuntimeError("no exception was raised")
        named = self.language if self.language in LANGUAGES else language_asked(context)
        lang = language_of(named)
        failure = failure_of(error, lang)
        request_id = self.asking.request_id
        if reason := reason_of(error):
            CALLERS_REFUSED.add(self.asking.caller.name, reason)
        self._guard.note_unexpected(self._method, error)
        if self._has_a_line(error):
            self._log(Level.WARNING, failure.kind.status.name, failure, error)
        status = status_of(failure, request_id, lang)
        again = failure.kind.retry_seconds
        trailers = (
            (_DETAILS, status.SerializeToString()),
            (REQUEST_ID, request_id),
            *traces.response(),
            *(((_PUSHBACK, str(round(again * 1000))),) if again else ()),
        )
        try:
            await context.abort(failure.kind.status, failure.message, trailers)
        except (
            _GONE
        ) as gone:  # its line broke, or the service has stopped: nobody is told, and it is no fault
            raise asyncio.CancelledError from gone
        raise AssertionError("abort returned")

    def _has_a_line(self, error: Exception) -> bool:
        """Whether the end of the call is told by itself: what any stranger can bring about is counted."""
        if isinstance(error, Counted | Unauthenticated):
            own = isinstance(error, Unauthenticated)
            return self._guard.tally.line(reason_of(error), self.asking.peer, own)
        return True

    def _log(
        self, level: Level, code: str, failure: Failure | None = None, error: Exception | None = None
    ) -> None:
        milliseconds = round((time.perf_counter() - self._started) * 1000, 3)
        fields: dict[str, str | int | float] = {"method": self._method, "code": code, "ms": milliseconds}
        if self._districts:
            fields["district"] = ",".join(self._districts)
        if self.items:
            fields |= {"items": self.items, "failed_items": self.failed_items}
        if failure is not None:
            codes = sorted({item.code for item in failure.violations})
            fields |= {"reason": failure.kind.reason, "faults": ",".join(codes)}
        if isinstance(error, Unauthenticated):
            fields["why"] = error.why.value
        event(level, "call", **fields)


def language_asked(context: Any) -> str:
    """The language of a call whose message names none, or was not read: that of its ``accept-language``."""
    asked = (value for key, value in context.invocation_metadata() or () if key == "accept-language")
    return "en" if str(next(asked, "")).lower().startswith("en") else ""
