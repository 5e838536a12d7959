"""Connections by hand, on asyncio's own loop and on that which the server runs on."""

import asyncio
from collections.abc import Callable, Mapping

from server.process.app import loop_factory
from tests.server.listening.raw import connect

__all__ = ["connect"]


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loops of each test."""
    return {"asyncio": asyncio.new_event_loop, "server": loop_factory()}
