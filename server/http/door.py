"""The door: one ASGI application before every method of the services, at their paths and by their names.

/                       what this is, for people
/openapi.json           what there is, for programs
/v1/...                 plain JSON (rest)
/linkage.v1.…/Method    the Connect protocol (connect)
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from typing import Any

from server.api.entry import Entry
from server.api.guard import Guard
from server.convert.http_errors import Problem, http_status, no_path
from server.decisions.fairness import Fairness
from server.http.answers import Answer, Page, Sending, error_answer
from server.http.calls import Calls
from server.http.connect import Connect
from server.http.methods import Methods
from server.http.request import Request, Room
from server.http.rest import Paths, Rest
from server.settings.limits import Limits
from server.settings.logs import Level, event, place_of
from server.telemetry.figures import CALLS, OTHER
from server.telemetry.recording import HTTP


class Door:
    """The application. ``pages`` by path; ``local``: nobody but this machine is meant to reach it."""

    def __init__(
        self,
        methods: Methods,
        entry: Entry,
        guard: Guard,
        fairness: Fairness,
        limits: Limits,
        pages: Mapping[str, Page],
        *,
        local: bool = False,
        log_refusals: bool = False,
    ) -> None:
        calls, room = Calls(entry, guard, fairness, limits.response_bytes), Room(limits)
        self._methods = methods
        self._paths = Paths(methods)
        self._rest = Rest(calls, room)
        self._connect = Connect(calls, room)
        self._pages = pages
        self._local = local
        self._log = log_refusals

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        sending = Sending(request, send)
        try:
            await self._answer(request, sending)
        except Problem as problem:
            await self._refuse(problem, request, sending)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # of this door itself: calls have a guard of their own
            event(Level.ERROR, "unexpected_error", what="http", error=place_of(error))
            if sending.begun:
                raise
            await self._refuse(Problem("FAILED"), request, sending)

    async def _answer(self, request: Request, sending: Sending) -> None:
        if self._local and not is_local(request.header("host")):
            raise Problem("HOST_NOT_ALLOWED", name=request.header("host"))
        if request.verb == "OPTIONS":
            await self._options(request, sending)
        elif (page := self._pages.get(request.path)) is not None:
            if request.verb not in ("GET", "HEAD"):
                raise _not_allowed(request, "GET, HEAD, OPTIONS")
            await sending.whole(page(request))
        elif found := self._paths.at(request.path):
            if meant := self._paths.meant(request.path, request.verb, found):
                raise no_path(request.path, meant)
            await self._rest.answer(found, request, sending)
        elif (method := self._methods.get(request.path[1:])) is not None:
            await self._connect.answer(method, request, sending)
        else:
            raise no_path(request.path, self._all)

    @property
    def _all(self) -> list[str]:
        return [*self._pages, *self._paths.all, *(f"/{method.call}" for method in self._methods)]

    async def _options(self, request: Request, sending: Sending) -> None:
        """What the path may be called with. CORS, where it is on, is asked for before this."""
        if request.path == "*" or request.path in self._pages:
            verbs = {"GET", "HEAD"}
        elif found := self._paths.at(request.path):
            verbs = {each.binding.verb for each in found}
        elif (method := self._methods.get(request.path[1:])) is not None:
            verbs = {"GET", "POST"} if method.readable else {"POST"}
        else:
            raise no_path(request.path, self._all)
        allowed = sorted(verbs | ({"HEAD"} if "GET" in verbs else set()) | {"OPTIONS"})
        await sending.whole(Answer(204, headers={"allow": ", ".join(allowed)}))

    async def _refuse(self, problem: Problem, request: Request, sending: Sending) -> None:
        status = problem.status(request.lang)
        CALLS.add(OTHER, problem.kind.status.name, HTTP)
        if self._log:
            event(Level.INFO, "http_refused", reason=problem.kind.reason, status=http_status(status))
        await sending.whole(error_answer(status, request.lang, problem.headers))


def _not_allowed(request: Request, allowed: str) -> Problem:
    return Problem("METHOD_NOT_ALLOWED", {"allow": allowed}, name=request.verb, allowed=allowed)


def is_local(host: str) -> bool:
    """Whether a ``Host`` names an address or this machine: no page of another site can have such a name.

    Where nobody says who calls, a page in somebody's browser could otherwise have its own name lead here, and
    read what it is answered (DNS rebinding).
    """
    name = host.rpartition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
    if name.lower().rstrip(".") == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
