"""What every call has around it: its line in the log, and its errors turned into a status.

with guard.call("Evaluate", language) as call:
    ... return response
return await call.abort(context)        # reached only after an exception
"""

from __future__ import annotations

import re
import time
from types import TracebackType
from typing import Any, NoReturn

from policy.facts.reading import FactsError
from server.convert.errors import KINDS, Failure, NotFound, failure_of, status_of
from server.convert.requests import language_of
from server.log.ids import LogIds
from server.settings.logs import Level, event, place_of

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DETAILS = "grpc-status-details-bin"
_EXPECTED = (FactsError, NotFound, *(cls for cls, _ in KINDS if cls is not Exception))


class Guard:
    """Makes the guards of calls. ``log_all``: calls that went well are logged too."""

    def __init__(self, log_all: bool) -> None:
        self.log_all = log_all
        self.ids = LogIds()

    def call(self, method: str, language: str) -> Call:
        """The guard of one call."""
        return Call(self, method, language)

    def note_unexpected(self, what: str, error: Exception) -> None:
        """Logs type and place of an exception that no line of the table expects."""
        if not isinstance(error, _EXPECTED):
            event(Level.ERROR, "unexpected_error", what=what, error=place_of(error))


class Call:
    """One call. An exception within its block is kept for ``abort``; cancellation passes through."""

    __slots__ = ("_error", "_guard", "_language", "_method", "_started", "failed_items", "items")

    def __init__(self, guard: Guard, method: str, language: str) -> None:
        self._guard = guard
        self._method = method
        self._language = language
        self._error: Exception | None = None
        self._started = time.perf_counter()
        self.items = 0
        self.failed_items = 0

    def __enter__(self) -> Call:
        return self

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            if self._guard.log_all:
                self._log(Level.INFO, "OK")
            return False
        if isinstance(error, Exception):
            self._error = error
            return True
        return False

    async def abort(self, context: Any) -> NoReturn:
        """Ends the call with the status of the exception that its block raised."""
        error = self._error or RuntimeError("no exception was raised")
        lang = language_of(self._language)
        failure = failure_of(error, lang)
        request_id = self._request_id(context)
        self._guard.note_unexpected(self._method, error)
        self._log(Level.WARNING, failure.kind.status.name, failure, request_id)
        status = status_of(failure, request_id, lang)
        trailers = ((_DETAILS, status.SerializeToString()),)
        await context.abort(failure.kind.status, failure.message, trailers)
        raise AssertionError("abort returned")

    def _log(self, level: Level, code: str, failure: Failure | None = None, request_id: str = "") -> None:
        milliseconds = round((time.perf_counter() - self._started) * 1000, 3)
        fields: dict[str, str | int | float] = {"method": self._method, "code": code, "ms": milliseconds}
        if self.items:
            fields |= {"items": self.items, "failed_items": self.failed_items}
        if failure is not None:
            codes = sorted({item.code for item in failure.violations})
            fields |= {"reason": failure.kind.reason, "request_id": request_id, "faults": ",".join(codes)}
        event(level, "call", **fields)

    def _request_id(self, context: Any) -> str:
        """The client's own id of the call where it gives a plain one, else a new one."""
        for key, value in context.invocation_metadata() or ():
            if key == "x-request-id" and isinstance(value, str) and _REQUEST_ID.fullmatch(value):
                return value
        return self._guard.ids.next()
