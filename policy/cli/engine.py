"""The engine that a command decides with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from policy.cli.guard import CommandError
from policy.cli.options import EngineName
from policy.text.messages import Words

if TYPE_CHECKING:
    from policy.engines import Engine

FAILURES = {
    "died": Words("它中途结束了", "it ended"),
    "too_slow": Words("它用时过长", "it took too long"),
    "contradiction": Words("它的结果自相矛盾", "its results contradict each other"),
}
"""In words: why the worker process of an engine gave no answer."""


@contextmanager
def engine_for(name: EngineName) -> Iterator[Engine]:
    """The engine of that name, closed afterwards.

    Raises CommandError: LNK911 where its package is missing, LNK912 where its process fails in the block.
    """
    from policy.engines import running
    from policy.engines.durable import DurableError

    with ExitStack() as stack:
        try:
            engine = stack.enter_context(running(name))
        except ImportError as error:
            raise CommandError("LNK911", engine=name) from error
        try:
            yield engine
        except DurableError as error:
            raise CommandError("LNK912", engine=name, reason=FAILURES[error.reason]) from error
