"""What is made of a siege: whether it is sound, its page; the clients' bookkeeping; the attacks' bytes."""

from __future__ import annotations

import json
from pathlib import Path

import grpc
import pytest

from tests.bench import hostile
from tests.bench.hostile import ATTACKS, Target
from tests.bench.siege_clients import STRANGERS, Order, together
from tests.bench.siege_page import Minute, Siege, page, write

ENDS = {
    "exit code at SIGTERM": "0",
    "acknowledged and not in the log": "0",
    "exit code of log verify": "0",
    "witnesses that a service refused": "0",
    "what it said": "9 rows, 0 findings",
}
MINUTES = (
    Minute("quiet", 40, (5.0, 9.5), (2.0, 4.0), 0, 700.0),
    Minute("1", 12_345, (8.0, 19.0), (3.0, 7.5), 2, 912.4),
)


def siege(**ends: str) -> Siege:
    attacks = (("headers", 3, 2.5, "ended"),)
    return Siege(MINUTES, attacks, {"Evaluate": 7}, {"worker_ended": 1}, ENDS | ends)


@pytest.mark.parametrize("name", [name for name in ENDS if name != "what it said"])
def test_what_is_sound(name: str) -> None:
    assert siege().sound
    assert not siege(**{name: "1"}).sound


def test_files(tmp_path: Path) -> None:
    write(siege(), {"cores": "2"}, tmp_path)
    text = (tmp_path / "siege.md").read_text()
    assert text == page(siege(), {"cores": "2"})
    assert "| quiet | 40 | 5.0 / 9.5 | 2.0 / 4.0 | 0 | 700 |" in text
    assert "| 1 | 12,345 | 8.0 / 19.0 | 3.0 / 7.5 | 2 | 912 |" in text
    assert "| headers | 3 | 2.5 | ended |" in text
    assert "| acknowledged and not in the log | 0 |" in text
    assert json.loads((tmp_path / "siege.json").read_text())["minutes"][1]["decisions"] == 12_345


def test_what_a_client_was_told_is_kept_as_it_comes(tmp_path: Path) -> None:
    data = {"folder": str(tmp_path), "seconds": 1e9, "quiet": 0, "others": 0, "begin": 0.0, "targets": {}}
    order = Order("load", data)
    assert order.going
    together(lambda: order.told("a", "b"), lambda: order.told("c"))
    assert sorted((tmp_path / "load.acknowledged").read_text().split()) == ["a", "b", "c"]
    order.leave(counts={"x": 1})
    assert json.loads((tmp_path / "load.json").read_text()) == {"counts": {"x": 1}}
    with pytest.raises(ZeroDivisionError):
        together(lambda: None, lambda: print(1 // 0))


def test_targets_reach_plain_services_and_those_with_tls(tmp_path: Path) -> None:
    assert Target("x:1").metadata == ()
    assert Target("x:1", None, None, None, "t").metadata == (("authorization", "Bearer t"),)
    with Target("127.0.0.1:1").channel() as channel:
        assert isinstance(channel, grpc.Channel)
    (tmp_path / "ca.pem").write_bytes(b"")
    with Target("127.0.0.1:1", ca=tmp_path / "ca.pem").channel() as channel:
        assert isinstance(channel, grpc.Channel)


def test_strangers_do_what_needs_no_credentials() -> None:
    assert {name for name in ATTACKS if name.startswith(STRANGERS)} == set(list(ATTACKS)[:5])


class Answers:
    """A connection whose service ends two streams, and says other things between."""

    def __init__(self) -> None:
        ends = hostile._frame(1, 5, 1, b"x") + hostile._frame(4, 0, 0) + hostile._frame(1, 5, 3, b"yy")
        self.data = ends + hostile._frame(1, 4, 5, b"headers that end nothing")

    def settimeout(self, _: float) -> None:
        """It never waits."""

    def recv(self, _: int) -> bytes:
        """A few bytes at a time."""
        got, self.data = self.data[:7], self.data[7:]
        return got


def test_calls_that_the_service_ends_are_counted() -> None:
    assert hostile._ended(Answers()) == 2  # type: ignore[arg-type]
