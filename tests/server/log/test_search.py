"""Looking through the log: every filter, in order, a page at a time."""

import pytest

from server.log.opening import OpenLog
from server.log.search import Wanted, found
from tests.server.log.records import logged, record

ROWS = [
    record(0, rules="a.one a.two", bodies="court tax", caller="court"),
    record(1, rules="a.one", bodies="tax", caller="police/x", request_id="call-1"),
    record(2, rules="", bodies="", district="e"),
    record(3, rules="a.one%", bodies="x_y", case_id="案_3"),
]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), [0, 1, 2, 3]),
        (Wanted(case="c1"), [1]),
        (Wanted(case="c"), []),
        (Wanted(district="e"), [2]),
        (Wanted(rule="a.one"), [0, 1]),
        (Wanted(rule="a.on"), []),
        (Wanted(rule="a.two", body="tax"), [0]),
        (Wanted(body="tax", caller="police/x"), [1]),
        (Wanted(since=10**18 + 1, until=10**18 + 3), [1, 2]),
        (Wanted(text="one"), [0, 1, 3]),
        (Wanted(text="call-"), [1]),
        (Wanted(text="%"), [3]),
        (Wanted(text="案_"), [3]),
        (Wanted(text="_"), [3]),
        (Wanted(text="polic", district="d"), [1]),
        (Wanted(text="nothing"), []),
    ],
)
async def test_filters(log: OpenLog, wanted: Wanted, numbers: list[int]) -> None:
    await logged(log, *ROWS)
    ids = [item.id async for item in found(log.engine, wanted)]
    assert ids == [ROWS[number].id for number in numbers]
    assert [item.id async for item in found(log.engine, wanted, newest=True)] == ids[::-1]


async def test_pages(log: OpenLog) -> None:
    await logged(log, *(record(number) for number in range(1203)))
    every = [record(number).id for number in range(1203)]
    assert [item.id async for item in found(log.engine, Wanted())] == every
    after, pages = "", list[str]()
    while page := [item.id async for item in found(log.engine, Wanted(), after, 400, newest=True)]:
        assert len(page) == min(400, 1203 - len(pages))
        pages += page
        after = page[-1]
    assert pages == every[::-1]
    assert [item.id async for item in found(log.engine, Wanted(), limit=700)] == every[:700]
