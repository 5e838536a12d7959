"""The schema of notices, down and up with data in it: the stream stays, what waited is gone, a new name."""

from __future__ import annotations

from alembic import command
from sqlalchemy import func, inspect, select
from sqlalchemy.ext.asyncio import create_async_engine

from server.register.keeping import Keeper
from server.register.stream import database_of, heads
from server.store.database import open_database, parse_url
from server.store.migrate import config_for
from server.store.notices import DELIVERIES
from tests.server.notices.conftest import Post, Receiver, subscription
from tests.server.register.conftest import HOUR, Starting, seized


async def test_down_and_up_again(start_register: Starting, any_database: str) -> None:
    async with start_register(any_database) as registered:
        await registered.open()
        registered.clock.now += HOUR
        await registered.record(seized())
        await Post(registered, subscription("court", Receiver())).spread()
        before, name = await heads(registered.keeper), await database_of(registered.keeper)
    engine = create_async_engine(parse_url(any_database))
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(config_for(c), "0005"))
        tables = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
    await engine.dispose()
    assert not {each for each in tables if each.startswith("notice_")} | (tables & {"register_database"})
    again = await open_database(any_database)
    keeper = Keeper(again)
    assert await heads(keeper) == before != {}
    assert await database_of(keeper) != name
    async with again.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(DELIVERIES))).scalar_one() == 0
    await again.dispose()
