"""A client of the door for HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.server.conftest import Service
from tests.server.listening.raw import connect
from tests.server.waiting import SECONDS

__all__ = ["connect"]


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A client of ``service``."""
    async with httpx.AsyncClient(base_url=service.running.http, timeout=SECONDS) as made:
        yield made
