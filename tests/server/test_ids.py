"""Ids of the decision log."""

from hypothesis import given
from hypothesis import strategies as st

from server.log.ids import LogIds, is_log_id

MS = 1_000_000


@given(st.lists(st.integers(0, 4_102_444_800_000), min_size=1, max_size=30), st.integers(0, 2**79 - 1))
def test_ids_always_grow_whatever_the_clock_does(times: list[int], entropy: int) -> None:
    clock = iter(time * MS for time in times)
    ids = LogIds(lambda: next(clock), lambda bits: entropy & (2**bits - 1))
    found = [ids.next() for _ in times]
    assert found == sorted(set(found))
    assert all(is_log_id(item) for item in found)


def test_id_begins_with_its_time() -> None:
    assert LogIds(lambda: 1_469_918_176_385 * MS, lambda bits: 0).next() == "01ARYZ6S41" + "0" * 16


def test_other_texts_are_no_ids() -> None:
    for text in ("", "0" * 25, "0" * 27, "8" + "0" * 25, "0" * 25 + "I", "0" * 25 + "o"):
        assert not is_log_id(text)
