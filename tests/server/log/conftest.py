"""The fixtures of the server's tests, and an open log of each kind."""

from collections.abc import AsyncIterator

import pytest

from server.log.opening import OpenLog
from server.store.archive import RuleArchive
from tests.server.logs import open_keyed


@pytest.fixture
async def log(any_database: str) -> AsyncIterator[OpenLog]:
    """An empty log that knows the rules ``s…s``."""
    opened = await open_keyed(any_database)
    await RuleArchive(opened.engine).keep("s" * 64, {"x.yaml": ""}, 1)
    yield opened
    await opened.engine.dispose()
