"""A file system that fails at the first call, then at the second, until an attempt meets no failure."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

CALLS = ("fsync", "replace", "rename", "mkdir", "chmod")


class Killed(BaseException):
    """The program is killed: no ``except`` of ours may matter."""


def failing_calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[AbstractContextManager[None]]:
    """Attempts, each failing one call later: the disk is full, or the program killed before or after it."""
    for dies in (_full, _killed_before, _killed_after):
        place = 0
        while True:
            place += 1
            counted = [0]
            yield _attempt(monkeypatch, place, counted, dies)
            if counted[0] < place:
                break


Death = Callable[[Callable[..., Any]], Callable[..., Any]]


def _full(call: Callable[..., Any]) -> Callable[..., Any]:
    def fail(*args: Any, **options: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    return fail


def _killed_before(call: Callable[..., Any]) -> Callable[..., Any]:
    def fail(*args: Any, **options: Any) -> Any:
        raise Killed

    return fail


def _killed_after(call: Callable[..., Any]) -> Callable[..., Any]:
    def fail(*args: Any, **options: Any) -> Any:
        call(*args, **options)
        raise Killed

    return fail


@contextmanager
def _attempt(monkeypatch: pytest.MonkeyPatch, place: int, counted: list[int], dies: Death) -> Iterator[None]:
    def counting(call: Callable[..., Any]) -> Callable[..., Any]:
        def one(*args: Any, **options: Any) -> Any:
            counted[0] += 1
            return (dies(call) if counted[0] == place else call)(*args, **options)

        return one

    with monkeypatch.context() as patched:
        for name in CALLS:
            patched.setattr(os, name, counting(getattr(os, name)))
        try:
            yield
        except (OSError, Killed):
            assert counted[0] >= place
