"""Times of the log's commands: what each form means at a given moment, and what is none."""

from datetime import UTC, datetime

import pytest

from policy.cli.guard import CommandError
from policy.time.moment import moment_text
from server.commands.times import time_of

NOW = datetime(2024, 3, 1, 17, 30, tzinfo=UTC)  # half past one in the night of 2 March in Shanghai


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-02-29T12:00:00+08:00", "2024-02-29T12:00:00+08:00"),
        (" 2024-02-29T12:00:00Z ", "2024-02-29T20:00:00+08:00"),
        ("2024-02-29", "2024-02-29T00:00:00+08:00"),
        ("today", "2024-03-02T00:00:00+08:00"),
        ("yesterday", "2024-03-01T00:00:00+08:00"),
        ("90m", "2024-03-02T00:00:00+08:00"),
        ("24h", "2024-03-01T01:30:00+08:00"),
        ("7d", "2024-02-24T01:30:00+08:00"),
    ],
)
def test_forms(text: str, moment: str) -> None:
    assert moment_text(time_of("--since", text, NOW)) == moment


@pytest.mark.parametrize(
    "text", ["", "soon", "2024-02-30", "2024-2-3", "2024-02-29T12:00:00", "999999d", "-1d", "1w", "²d"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(CommandError) as caught:
        time_of("--before", text, NOW)
    assert caught.value.code == "LNK879"
    assert str(caught.value.details["name"]).startswith("--before")
