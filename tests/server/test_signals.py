"""Signals are heard also where the loop is busy, and whoever hangs is ended."""

import asyncio
import os
import signal
import time
from collections.abc import Callable

import pytest

from server.process.signals import OVERDUE, Signals


async def busy(until: Callable[[], bool]) -> None:
    """Keeps the loop from doing anything else."""
    deadline = time.monotonic() + 20
    while not until():
        assert time.monotonic() < deadline


async def test_a_stop_that_the_loop_does_not_hear_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr("os._exit", codes.append)
    monkeypatch.setattr("server.process.signals.LATE_SECONDS", 0.05)
    with Signals(0.05) as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        await busy(lambda: bool(codes))
        await asyncio.wait_for(signals.stopping.wait(), 20)
    assert codes == [OVERDUE]


async def test_a_stop_in_time_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr("os._exit", codes.append)
    monkeypatch.setattr("server.process.signals.LATE_SECONDS", 0.2)
    before = signal.getsignal(signal.SIGTERM)
    with Signals(0.0) as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(signals.stopping.wait(), 20)
        assert not signals.reload.is_set()
    await asyncio.sleep(0.3)
    assert codes == []
    assert signal.getsignal(signal.SIGTERM) is before


async def test_hangup_asks_for_the_rules() -> None:
    with Signals(0.0) as signals:
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.wait_for(signals.reload.wait(), 20)
        assert not signals.stopping.is_set()
