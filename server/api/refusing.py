"""Calls that are refused before their handler sees them: the guard's status and line, in a language."""

from __future__ import annotations

from typing import Any, NoReturn

from server.api.guard import Guard, language_asked


async def refused(guard: Guard, call: str, refusal: Exception, context: Any, language: str = "") -> NoReturn:
    """Ends ``call`` with the status of ``refusal``. Raises what ``context.abort`` raises."""
    with guard.call(call.rpartition("/")[2], language or language_asked(context)) as ending:
        raise refusal
    await ending.abort(context)
