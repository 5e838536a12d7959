"""Structured logs: one JSON object a line, on standard error.

A line holds codes, counts, durations and digests. Facts hold citizens' data, so no line ever holds a name, an
identity number, an address or a fact of a case: of an exception only its type and place are written, and of
other libraries' messages only the template, without the values that were to fill it.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TextIO

import orjson

from policy.text.characters import printable_json

Value = str | int | float | bool | None

_CALL: ContextVar[Mapping[str, Value]] = ContextVar("call", default=MappingProxyType({}))
_LOGGER = logging.getLogger("linkage")
_VALUES = re.compile(r"[\n('\"<\[{]")
"""Where values may begin in a message that has no arguments."""


class Level(IntEnum):
    """How much a line matters."""

    DEBUG = logging.DEBUG
    INFO = logging.INFO
    WARNING = logging.WARNING
    ERROR = logging.ERROR


def event(level: Level, name: str, /, **fields: Value) -> None:
    """Logs that ``name`` happened. ``fields`` must not hold facts of a case."""
    if _LOGGER.isEnabledFor(level):
        _LOGGER.handle(_Event(level, name, fields))


class _Event(logging.LogRecord):
    """A record of ours: without the search for who logs, which takes longer than all the rest."""

    def __init__(self, level: Level, name: str, fields: Mapping[str, Value]) -> None:
        now = time.time()
        # Formatters of others read the attributes that a record of the library itself has.
        vars(self).update(_BLANK, levelno=level, levelname=level.name, msg=name, created=now)
        self.msecs = now % 1 * 1000
        self.fields = fields


_BLANK = vars(logging.LogRecord(_LOGGER.name, logging.INFO, "", 0, "", (), None))


def within_call(**fields: Value) -> None:
    """Every further line of this task, those of libraries too, holds ``fields``: whose call it is."""
    _CALL.set(fields)


def also_within_call(**fields: Value) -> None:
    """And ``fields`` beside what ``within_call`` said."""
    _CALL.set({**_CALL.get(), **fields})


def place_of(error: BaseException) -> str:
    """Type of an exception, and file and line where it was raised; never its text, which may quote facts."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    name = type(error).__qualname__
    return f"{name} at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else name


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON: time (UTC), level, event, and the event's own fields.

    ``worker``: the number of this process among several that serve together and log to one place.
    """

    def __init__(self, worker: int | None = None) -> None:
        super().__init__()
        self._worker = worker

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its line end."""
        line: dict[str, Value] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
        }
        if self._worker is not None:
            line["worker"] = self._worker
        if not isinstance(record, _Event):
            line |= {"event": "library", "logger": record.name, "template": _template(record)}
            if record.exc_info and record.exc_info[1] is not None:
                line["error"] = place_of(record.exc_info[1])
        else:
            line |= {"event": record.msg, **record.fields}
        line |= _CALL.get()
        return printable_json(orjson.dumps(line).decode())


def _template(record: logging.LogRecord) -> str:
    """What a library says. asyncio fills its messages in itself, errors' texts and all: these are cut."""
    text = str(record.msg)
    return (text if record.args else _VALUES.split(text, maxsplit=1)[0].rstrip())[:200]


class _Kept(logging.Handler):
    def __init__(self, into: list[tuple[Level, str, Mapping[str, Value]]]) -> None:
        super().__init__()
        self._into = into

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record, _Event):
            self._into.append((Level(record.levelno), record.msg, record.fields))


@contextmanager
def kept_events() -> Iterator[list[tuple[Level, str, Mapping[str, Value]]]]:
    """While the block lasts, what happened goes into a list, and no further: for commands that only look."""
    found: list[tuple[Level, str, Mapping[str, Value]]] = []
    handler, before = _Kept(found), (_LOGGER.propagate, _LOGGER.level)
    _LOGGER.addHandler(handler)
    _LOGGER.propagate = False
    _LOGGER.setLevel(Level.INFO)
    try:
        yield found
    finally:
        _LOGGER.removeHandler(handler)
        _LOGGER.propagate = before[0]
        _LOGGER.setLevel(before[1])


def configure(level: Level = Level.INFO, stream: TextIO | None = None, worker: int | None = None) -> None:
    """Sends the logs of this process, those of libraries from warnings on, to ``stream`` (standard error)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(worker))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    _LOGGER.setLevel(level)
