"""Connections that end in the middle: nothing is lost, and nothing is logged twice."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from linkage_client import AnswerGone, Refused, Retry, Unavailable
from tests.client.conftest import Server, twin
from tests.client.cutting import Cutting
from tests.client.samples import NOON, seizure
from tests.server.cases import SEIZURE
from tests.server.process import server_process

CASES = [seizure(f"lost-{n}") for n in range(60)]
KINDS = pytest.mark.parametrize("kind", ["threads", "asyncio"])


class Log:
    """What the service logs from now on."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._before = self._ids()

    def _ids(self) -> list[str]:
        if not self._database.exists():
            return []
        with closing(sqlite3.connect(self._database)) as database:
            return [row[0] for row in database.execute("select id from decisions order by id")]

    def new(self) -> list[str]:
        """The ids of the decisions since, in order."""
        return [one for one in self._ids() if one not in set(self._before)]


@pytest.fixture
def log(server: Server) -> Log:
    """The log of the service that all tests ask."""
    return Log(server.database)


@KINDS
@pytest.mark.parametrize("window", [1, 7, 64])
def test_a_stream_goes_on_where_it_was(server: Server, log: Log, kind: str, window: int) -> None:
    with Cutting(server.address) as line, twin(kind, line.address) as client:
        places, ids = [], []
        for answer in client.stream(CASES, as_of=NOON, window=window):
            places.append(answer.place)
            ids.append(answer.result().log_id)
            if answer.place in (0, 20, 21, 45, 59):
                line.cut()
        assert line.connections > 1
    assert places == list(range(60))
    assert sorted(ids) == log.new()
    assert len(set(ids)) == 60


@KINDS
def test_answers_that_are_lost_are_given_again(server: Server, log: Log, kind: str) -> None:
    """The service has logged each decision when its answer is lost on the way."""
    with Cutting(server.address) as line, twin(kind, line.address) as client:
        line.swallow = 2
        ids = [client.evaluate(CASES[0], as_of=NOON).log_id]
        line.swallow = 3
        ids += [answer.result().log_id for answer in client.evaluate_many(CASES[1:], as_of=NOON, batch=9)]
        assert line.swallow == 0
    assert sorted(ids) == log.new()
    assert len(set(ids)) == 60


def test_a_key_of_the_programs_own_is_logged_once_across_its_restarts(server: Server, log: Log) -> None:
    found = []
    for kind in ("threads", "asyncio"):
        with twin(kind, server.address) as client:
            key = "2024-03-02/lost-0"
            found.append(client.evaluate(CASES[0], as_of=NOON, idempotency_key=key).log_id)
            many = client.evaluate_many(CASES[:1], as_of=NOON, key=lambda case: key)
            found += [answer.result().log_id for answer in many]
            stream = client.stream(CASES[:1], as_of=NOON, key=lambda case: key)
            found += [answer.result().log_id for answer in stream]
            with pytest.raises(Refused, match="LNK897"):
                client.evaluate(CASES[1], as_of=NOON, idempotency_key=key)
    assert log.new() == [found[0]]
    assert set(found) == {found[0]}


def test_without_a_key_of_ones_own_each_call_is_a_decision(server: Server, log: Log) -> None:
    with twin("threads", server.address) as client:
        first, second = (client.evaluate(CASES[0], as_of=NOON).log_id for _ in range(2))
    assert log.new() == sorted({first, second})


def test_a_service_that_is_started_again_while_a_stream_runs(
    small_rules: Path, tmp_path: Path, folder_of_keys: None
) -> None:
    """The first process ends in the middle; the next one has the same log."""
    database = tmp_path / "log.sqlite3"
    options = ("--database", f"sqlite:///{database}", "--set", "grace_seconds=0.5")
    cases = [SEIZURE | {"id": f"lost-{n}"} for n in range(60)]
    log = Log(database)
    with (
        server_process(*options, rules=small_rules, log=tmp_path / "one.log") as (first, one),
        Cutting(one) as line,
        twin("threads", line.address, retry=Retry(attempts=100, longest_pause=0.5)) as client,
    ):
        answers = client.stream(cases, as_of=NOON, window=5)
        ids = [next(answers).result().log_id for _ in range(10)]
        first.send_signal(signal.SIGTERM)
        first.wait()
        with server_process(*options, rules=small_rules, log=tmp_path / "two.log") as (_, two):
            line.moved(two)
            ids += [answer.result().log_id for answer in answers]
    assert sorted(ids) == log.new()
    assert len(set(ids)) == 60


@KINDS
def test_a_service_that_is_not_there(kind: str) -> None:
    with twin(kind, "localhost:1", retry=Retry(attempts=2, first_pause=0.001)) as client:
        with pytest.raises(Unavailable):
            client.evaluate(CASES[0])
        with pytest.raises(Unavailable):
            list(client.evaluate_many(CASES))
        with pytest.raises(Unavailable):
            list(client.stream(CASES))


def test_an_erased_answer_cannot_be_given_again(server: Server) -> None:
    with twin("threads", server.address) as client:
        logged = client.evaluate(CASES[0], as_of=NOON, idempotency_key="erased").log_id
        with closing(sqlite3.connect(server.database)) as database, database:
            database.execute("delete from decisions where id = ?", [logged])
        with pytest.raises(AnswerGone):
            client.evaluate(CASES[0], as_of=NOON, idempotency_key="erased")
