"""A service that follows a repository: switched while calls go on, and every decision names its bundle."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any, cast

import grpc
import pytest
from sqlalchemy import update

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from linkage.v1 import server_service_pb2, server_service_pb2_grpc
from server.decisions.active import following
from server.process.checks import Checks
from server.publishing.errors import PublishingError
from server.publishing.following import Publications
from server.settings.config import given_by
from server.store.tables import DECISIONS
from tests.server.cases import case
from tests.server.conftest import Service, Start
from tests.server.log.records import findings
from tests.server.logs import open_keyed
from tests.server.process import SECONDS, server_process
from tests.server.publishing.conftest import MakesOffice
from tests.server.publishing.office import Office

CASE = case(attributes={})


def settings_of(at: Office, folder: Path, name: str = "one") -> dict[str, Any]:
    """The settings of a service that follows the repository."""
    root = folder / "root.json"
    root.write_bytes(at.root)
    return {"bundle__repository": at.path, "bundle__root": root, "bundle__kept": folder / f"kept-{name}"}


async def receipt_of(service: Service) -> Any:
    answer = await service.stub.Evaluate(api.EvaluateRequest(case=CASE))
    return answer.decision.receipt


async def test_bundles_are_swapped_under_calls(
    start: Start, office: MakesOffice, tmp_path: Path, database: str
) -> None:
    at = office()
    first = at.publish(1)
    async with start(database=database, **settings_of(at, tmp_path)) as service:
        seen: list[str] = []
        ended = asyncio.Event()

        async def calling() -> None:
            while not ended.is_set():
                seen.append((await receipt_of(service)).bundle)

        callers = [asyncio.create_task(calling()) for _ in range(4)]
        second = await asyncio.to_thread(at.publish, 2)
        assert await service.running.rules.reload()
        third = await asyncio.to_thread(at.back, 1)
        assert await service.running.rules.reload()
        ended.set()
        await asyncio.gather(*callers)  # raises where a call failed
        assert set(seen) <= {first.digest, second.digest}
        last = await receipt_of(service)
        assert last.bundle == third.digest == first.digest

        stub = server_service_pb2_grpc.ServerServiceStub(service.channel)
        info = await stub.GetServerInfo(server_service_pb2.GetServerInfoRequest())
        assert (info.bundle, info.publication, info.repository_fault) == (first.digest, 3, "")
        store = service.running.store
        assert store is not None
        row = await store.get(last.log_id)
        assert row is not None
        assert (row.bundle, row.digest) == (first.digest, last.decision_digest)

        timestamp = at.path / "metadata" / "timestamp.json"
        timestamp.write_bytes(timestamp.read_bytes().replace(b"0", b"1"))
        assert await service.running.rules.reload()  # what serves, once more
        info = await stub.GetServerInfo(server_service_pb2.GetServerInfoRequest())
        assert (info.bundle, info.repository_fault) == (first.digest, "LNK470")
        assert (await receipt_of(service)).bundle == first.digest


async def test_a_decision_is_the_same_whether_its_rules_are_published_or_of_a_folder(
    start: Start, office: MakesOffice, tmp_path: Path, editions: Path
) -> None:
    at = office()
    made = at.publish(1)
    async with start(**settings_of(at, tmp_path)) as published, start(rules=editions / "edition-1") as plain:
        one, two = await receipt_of(published), await receipt_of(plain)
    assert (one.bundle, two.bundle) == (made.digest, "")
    one.ClearField("bundle")
    assert one == two


async def test_two_services_and_one_that_was_down(start: Start, office: MakesOffice, tmp_path: Path) -> None:
    """One follows, one is started later while the repository is away, with what it had."""
    at = office()
    first = at.publish(1)
    one, two = (settings_of(at, tmp_path, name) for name in ("one", "two"))
    async with start(**two) as service:
        assert (await receipt_of(service)).bundle == first.digest
    second = at.publish(2)
    async with start(**one) as service:
        assert (await receipt_of(service)).bundle == second.digest
        at.path.rename(tmp_path / "away")
        async with start(**two) as other:
            assert (await receipt_of(other)).bundle == first.digest
            (tmp_path / "away").rename(at.path)
            assert await other.running.rules.reload()
            assert (await receipt_of(other)).bundle == second.digest


async def test_the_same_call_again_is_answered_as_the_first_time(
    start: Start, office: MakesOffice, tmp_path: Path, database: str
) -> None:
    """Under the bundle of the first time, whatever serves by then."""
    at = office()
    first = at.publish(1)
    request = api.EvaluateRequest(case=CASE, idempotency_key="k")
    async with start(database=database, **settings_of(at, tmp_path)) as service:
        before = await service.stub.Evaluate(request)
        at.publish(2)
        assert await service.running.rules.reload()
        again = await service.stub.Evaluate(request)
        assert again == before
        assert again.decision.receipt.bundle == first.digest


async def test_the_bundle_is_under_the_leaf_of_its_row(
    start: Start, office: MakesOffice, tmp_path: Path, any_database: str
) -> None:
    """Changed in the database, it is found."""
    at = office()
    at.publish(1)
    async with start(database=any_database, **settings_of(at, tmp_path)) as service:
        await receipt_of(service)
    log = await open_keyed(any_database)
    try:
        assert await findings(log) == []
        async with log.engine.begin() as connection:
            await connection.execute(update(DECISIONS).values(bundle="f" * 64))
        assert await findings(log) == ["LNK881"]
    finally:
        await log.engine.dispose()


async def test_without_its_root_nothing_starts(start: Start, office: MakesOffice, tmp_path: Path) -> None:
    at = office()
    at.publish(1)
    with pytest.raises(PublishingError) as caught:
        async with start(bundle__repository=at.path, bundle__root=tmp_path / "none.json"):
            pass
    assert caught.value.code == "LNK454"


def test_a_repository_that_does_not_answer_keeps_no_service_from_stopping() -> None:
    asked, answers = threading.Event(), threading.Event()

    class Silent:
        def changed(self) -> bool:
            asked.set()
            return answers.wait(SECONDS)

    async def serving() -> None:
        looking = asyncio.create_task(following(cast(Publications, Silent()), 0.0, never))
        await asyncio.to_thread(asked.wait, SECONDS)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)

    async def never() -> bool:
        raise AssertionError

    asyncio.run(serving())
    assert not answers.is_set()
    answers.set()


def checked(values: dict[str, Any]) -> list[str]:
    """What `linkage config check` says of the rules."""
    options = {name.replace("__", "."): str(value) for name, value in values.items()}
    checks = Checks(given_by(options=options), {}, running=False)
    return [item.code for item in next(each for each in checks.all() if each.name == "rules").faults]


def test_settings_are_checked_without_a_trace(office: MakesOffice, tmp_path: Path) -> None:
    at = office()
    values = settings_of(at, tmp_path)
    assert checked(values) == ["LNK474", "LNK473"]
    at.publish(1)
    assert checked(values) == []
    assert checked(values | {"bundle__root": tmp_path / "none"}) == ["LNK454"]
    assert checked({"bundle__repository": at.path}) == ["LNK951"]
    assert not Path(values["bundle__kept"]).exists()


def test_workers_swap_together_what_the_supervisor_found(office: MakesOffice, tmp_path: Path) -> None:
    """By itself, as it looks every second; no call fails meanwhile."""
    at = office()
    first = at.publish(1)
    values = {**settings_of(at, tmp_path), "bundle__poll_seconds": 1}
    options = [f"{name.replace('__', '.')}={value}" for name, value in values.items()]
    words = [word for option in (*options, "workers=2", "log.enabled=false") for word in ("--set", option)]
    log = tmp_path / "log"
    with server_process(*words, rules=tmp_path / "none", log=log) as (_, address):
        assert called(address) == first.digest
        second = at.publish(2)
        seen = set()
        deadline = time.monotonic() + SECONDS
        while '"workers_switched"' not in log.read_text():
            assert time.monotonic() < deadline
            seen.add(called(address))
        assert seen <= {first.digest, second.digest}
        assert {called(address) for _ in range(8)} == {second.digest}


def called(address: str) -> str:
    """The bundle of one decision, asked for on a connection of its own."""
    with grpc.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
        stub = stubs.PolicyServiceStub(channel)
        answer = stub.Evaluate(api.EvaluateRequest(case=CASE), timeout=SECONDS, wait_for_ready=True)
        return str(answer.decision.receipt.bundle)
