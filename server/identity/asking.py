"""The call that is being answered: who asks, under which id, from where.

Each call runs in a task of its own, in whose context this is kept: set once, before the handler runs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, NamedTuple

from server.identity.caller import LOCAL, Caller


class Asking(NamedTuple):
    """One call. ``call`` is its name in ``rights.CALLS``; ``peer`` the address it came from, ``door`` what it
    came through.

    ``again`` asks once more who makes it, which takes until a stream ends and may have changed; None: nobody
    can be anybody else.
    """

    caller: Caller = LOCAL
    request_id: str = ""
    call: str = ""
    peer: str = ""
    again: Callable[[], Awaitable[Caller]] | None = None
    door: str = "grpc"


_ASKING: ContextVar[Asking] = ContextVar("asking", default=Asking(Caller("nobody")))  # noqa: B039 - immutable


def answering(asking: Asking) -> None:
    """From now on this task answers ``asking``."""
    _ASKING.set(asking)


def asking() -> Asking:
    """The call that this task answers; outside of any call, one of nobody with no rights."""
    return _ASKING.get()


def caller_of(_context: Any) -> Caller:
    """Who makes the call of a servicer's context."""
    return _ASKING.get().caller
