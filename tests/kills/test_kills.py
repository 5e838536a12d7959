"""A few kills on either database, and a process that is cut off; ``python -m tests.kills`` does more."""

from __future__ import annotations

from pathlib import Path

import grpc
import pytest
from sqlalchemy import update

from server.store import postgresql
from server.store.errors import NotKept
from server.store.register import CASES
from tests.kills.killing import killed
from tests.kills.page import page
from tests.kills.proxy import proxied
from tests.server.conftest import any_database, folder_of_keys, postgres
from tests.server.logs import key_setting
from tests.server.postgres import Postgres
from tests.server.register.conftest import HOUR, Registered, Starting, seized, start_register

__all__ = ["any_database", "folder_of_keys", "postgres", "start_register"]


async def test_nothing_acknowledged_is_lost_or_doubled(any_database: str, tmp_path: Path) -> None:
    found = await killed(any_database, tmp_path, kills=2, seed=1)
    assert found.wrong == ()
    assert found.entries > 0
    assert "| **what does not hold** | 0 |" in page({"store": found}, {"day": "today"})


async def _refused(server: Registered, key: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.record(seized(key))
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_one_is_cut_off_and_the_other_goes_on(
    start_register: Starting, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cable that is cut in silence, then a network that refuses; each time it comes back by itself."""
    monkeypatch.setattr(postgresql, "STATEMENT_SECONDS", 0.5)
    monkeypatch.setattr(postgresql, "CONNECT_SECONDS", 0.5)
    database = postgres.migrated()
    async with (
        proxied(database) as proxy,
        start_register(database) as one,
        start_register(proxy.url(), log__keys=key_setting(database)) as other,
    ):
        await one.open()
        one.clock.now = other.clock.now = one.clock.now + HOUR
        await other.record(seized("before"))
        for number, cut in enumerate((proxy.silence, proxy.refuse)):
            cut()
            await _refused(other, f"lost{number}")
            await one.record(seized(f"meanwhile{number}"))
            proxy.mend()
            await other.record(seized(f"lost{number}"), seized(f"after{number}"))
        case = await one.call("GetCase", case_id="c1", include_entries=True)
        names = [f"{name}{number}" for number in range(2) for name in ("meanwhile", "lost", "after")]
        assert sorted(each.id for each in case.entries) == sorted(["opening", "before", *names])
        assert not await one.verify()


async def test_a_process_that_is_gone_holds_nobody_up(
    start_register: Starting, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off in the middle of a transaction: PostgreSQL gives up its locks, and others write the case."""
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 0.5)
    database = postgres.migrated()
    async with (
        proxied(database) as proxy,
        start_register(database) as one,
        start_register(proxy.url(), log__keys=key_setting(database)) as other,
    ):
        await one.open()
        one.clock.now += HOUR

        done: list[str] = []

        async def cut_off() -> None:
            async with other.keeper.transaction() as connection:
                await connection.execute(update(CASES).values(fault=""))
                proxy.silence()
                await one.record(seized("meanwhile"))
                done.append("meanwhile")
                proxy.mend()

        with pytest.raises(NotKept):
            await cut_off()
        assert done
        assert not await one.verify()
