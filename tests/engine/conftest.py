"""What the suites over every engine share."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from policy.engines import ENGINES, Engine, running


@pytest.fixture(scope="module", params=[name for name in ENGINES if name != "compiled"])
def other_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine but the default."""
    if request.param == "durable" and find_spec("durable") is None:
        pytest.skip("durable-rules is not installed (the extra `durable`)")
    with running(request.param) as engine:
        yield engine
