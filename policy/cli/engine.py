"""The engine that a command decides with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from policy.cli.guard import CommandError
from policy.cli.options import EngineName
from policy.text.messages import Words

if TYPE_CHECKING:
    from policy.decide.run import Runs

FAILURES = {
    "died": Words("它中途结束了", "it ended"),
    "too_slow": Words("它用时过长", "it took too long"),
    "contradiction": Words("它的结果自相矛盾", "its results contradict each other"),
}
"""In words: why the worker process of an engine gave no answer."""


@contextmanager
def engine_for(name: EngineName) -> Iterator[Runs]:
    """What decides with the engine of that name, closed afterwards; with the native core, beside Python.

    Raises CommandError: LNK911, LNK612 or LNK613 where what it needs is missing; in the block LNK912 where
    its process fails, and LNK614 where the native core came to another decision than Python.
    """
    if name is EngineName.NATIVE:
        with _checked() as runs:
            yield runs
        return
    from policy.decide.run import run
    from policy.engines import running
    from policy.engines.durable import DurableError

    with ExitStack() as stack:
        try:
            engine = stack.enter_context(running(name))
        except ImportError as error:
            raise CommandError("LNK911", engine=name) from error
        try:
            yield partial(run, engine=engine)
        except DurableError as error:
            raise CommandError("LNK912", engine=name, reason=FAILURES[error.reason]) from error


@contextmanager
def _checked() -> Iterator[Runs]:
    from policy.native import Checked, DiffersError, why_not

    if code := why_not():
        raise CommandError(code)
    try:
        yield Checked().run
    except DiffersError as error:
        raise CommandError("LNK614", native=error.native[:12], compiled=error.compiled[:12]) from error
