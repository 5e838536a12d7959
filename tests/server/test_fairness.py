"""Turns: one of each caller that waits; what was given up is not begun; what is too much is told."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.decisions.fairness import Fairness, RoundRobin
from server.identity.asking import Asking, answering
from server.identity.caller import LOCAL, Caller
from server.identity.refusals import Busy


@given(st.lists(st.sampled_from("abc"), max_size=30))
def test_one_of_each_in_turn(keys: list[str]) -> None:
    queue: RoundRobin[tuple[str, int]] = RoundRobin()
    for number, key in enumerate(keys):
        queue.put(key, (key, number))
    given_out = list(iter(queue.get, None))
    assert sorted(given_out, key=lambda item: item[1]) == list(zip(keys, range(len(keys)), strict=True))
    for place, (key, number) in enumerate(given_out):
        before = given_out[:place]
        assert all(other < number for owner, other in before if owner == key)
        # Nobody has had more than one item more than whoever still waits.
        mine = sum(owner == key for owner, _ in before)
        assert all(sum(owner == o for owner, _ in before) >= mine for o in {o for o, _ in given_out[place:]})


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as found:
        yield found


def asked_by(name: str, peer: str = "") -> None:
    answering(Asking(Caller(name) if name else LOCAL, peer=peer))


@pytest.mark.parametrize("told", ["callers", "connections"])
async def test_turns_on_the_loop(threads: ThreadPoolExecutor, told: str) -> None:
    fairness = Fairness(threads, 1, 1000)
    order: list[str] = []

    async def work(who: str) -> None:
        asked_by(*((who, "") if told == "callers" else ("", who)))
        await fairness.turn()
        order.append(who)

    tasks = [asyncio.create_task(work(who)) for who in ["many"] * 20 + ["one"]]
    tasks[5].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order.index("one") <= 2
    assert order.count("many") == 19
    await asyncio.wait_for(fairness.turn(), 20)  # nobody waits any more: the next one comes at once


async def test_turns_on_threads(threads: ThreadPoolExecutor) -> None:
    fairness = Fairness(threads, 1, 1000)
    order: list[str] = []
    held = threading.Event()

    async def work(who: str, what: Callable[[], object]) -> object:
        asked_by(who)
        return await fairness.beside(10, what)

    first = asyncio.create_task(work("many", held.wait))
    await asyncio.sleep(0)
    many = [asyncio.create_task(work("many", lambda: order.append("many"))) for _ in range(9)]
    one = asyncio.create_task(work("one", lambda: order.append("one")))
    await asyncio.sleep(0)
    many[0].cancel()  # whoever has gone is not worked for
    held.set()
    await asyncio.gather(first, one, *many[1:])
    assert order.index("one") <= 1
    assert order.count("many") == 8


async def test_an_error_is_the_caller_s(threads: ThreadPoolExecutor) -> None:
    fairness = Fairness(threads, 1, 1000)
    with pytest.raises(ZeroDivisionError):
        await fairness.beside(10, lambda: 1 // 0)
    assert await fairness.beside(1000, lambda: 2) == 2


async def test_too_much_is_told(threads: ThreadPoolExecutor) -> None:
    fairness = Fairness(threads, 1, 1000)
    held = threading.Event()
    running = asyncio.create_task(fairness.beside(900, held.wait))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(fairness.beside(900, held.wait))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await fairness.beside(200, held.wait)
    held.set()
    assert [await running, await waiting] == [True, True]
    assert await fairness.beside(1000, held.wait)
