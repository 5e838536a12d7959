"""Holiday notices from plain data: what is read, and every fault with its place and reason."""

import copy
import pickle
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.time.notice import _FAULT_TEXTS, Holiday, Notice, NoticeError, notice_from_mapping

PLAIN: dict[str, Any] = {
    "year": 2027,
    "number": "国办发明电〔2026〕N号",
    "holidays": [
        {"name": "元旦", "from": "2026-12-31", "to": date(2027, 1, 2)},
        {"name": "春节", "from": "2027-02-05", "to": "2027-02-11"},
    ],
    "working_days": ["2027-01-30", date(2026, 12, 27)],
}


def changed(path: list[str | int], value: object) -> dict[str, Any]:
    plain = copy.deepcopy(PLAIN)
    place: Any = plain
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return plain


def faults(plain: Any) -> list[tuple[str, str]]:
    with pytest.raises(NoticeError) as caught:
        notice_from_mapping(plain)
    return [(fault.field, fault.reason) for fault in caught.value.faults]


def test_reads_a_notice() -> None:
    notice = notice_from_mapping(PLAIN)
    assert notice == Notice(
        2027,
        "国办发明电〔2026〕N号",
        (
            Holiday("元旦", date(2026, 12, 31), date(2027, 1, 2)),
            Holiday("春节", date(2027, 2, 5), date(2027, 2, 11)),
        ),
        (date(2027, 1, 30), date(2026, 12, 27)),
    )
    assert not notice.local
    days = notice.days()
    assert len(days) == 12
    assert days[date(2027, 1, 2)] is False
    assert days[date(2026, 12, 27)] is True


def test_working_days_and_local_are_optional() -> None:
    plain = {key: PLAIN[key] for key in ("year", "number", "holidays")}
    assert notice_from_mapping(plain).working_days == ()
    assert notice_from_mapping(plain | {"local": True}).local


FAULTS: list[tuple[list[str | int], object, list[tuple[str, str]]]] = [
    (["year"], "2027", [("year", "not_a_year")]),
    (["year"], True, [("year", "not_a_year")]),
    (["year"], 2000, [("year", "not_a_year")]),
    (["year"], 2100, [("year", "not_a_year")]),
    (["number"], 7, [("number", "not_text")]),
    (["number"], " ", [("number", "not_text")]),
    (["local"], "yes", [("local", "not_bool")]),
    (["title"], "x", [("title", "unknown_key")]),
    (["holidays"], "元旦", [("holidays", "not_a_list")]),
    (["holidays", 0], "元旦", [("holidays[0]", "not_a_mapping")]),
    (["holidays", 0, "until"], "2027-01-02", [("holidays[0].until", "unknown_key")]),
    (["holidays", 0, "name"], "", [("holidays[0].name", "not_text")]),
    (["holidays", 0, "name"], None, [("holidays[0].name", "not_text")]),
    (["holidays", 0, "from"], "2027-02-30", [("holidays[0].from", "not_a_date")]),
    (["holidays", 0, "from"], "20270101", [("holidays[0].from", "not_a_date")]),
    (["holidays", 0, "to"], datetime(2027, 1, 2, tzinfo=UTC), [("holidays[0].to", "not_a_date")]),
    (["holidays", 1, "to"], "2027-02-04", [("holidays[1].to", "reversed")]),
    (["holidays", 1, "to"], "2027-02-20", [("holidays[1].to", "too_long")]),
    (["holidays", 0, "from"], "2026-12-24", [("holidays[0].from", "outside_year")]),
    (
        ["holidays", 1],
        {"name": "n", "from": "2027-12-31", "to": "2028-01-01"},
        [("holidays[1].to", "outside_year")],
    ),
    (["holidays", 1, "from"], "2027-01-02", [("holidays[1]", "twice")]),
    (["working_days"], "2027-01-30", [("working_days", "not_a_list")]),
    (["working_days", 0], 20270130, [("working_days[0]", "not_a_date")]),
    (["working_days", 0], "2027-01-29", [("working_days[0]", "not_weekend")]),
    (["working_days", 0], "2027-02-06", [("working_days[0]", "both")]),
    (["working_days", 0], "2026-12-27", [("working_days[1]", "twice")]),
    (["working_days", 0], "2028-01-01", [("working_days[0]", "outside_year")]),
]


def test_fifteen_days_are_not_too_long() -> None:
    assert len(notice_from_mapping(changed(["holidays", 1, "to"], "2027-02-19")).days()) == 20


@pytest.mark.parametrize(("path", "value", "expected"), FAULTS)
def test_faults(path: list[str | int], value: object, expected: list[tuple[str, str]]) -> None:
    plain = changed(path, value)
    if expected[0][1] == "twice" and path == ["holidays", 1, "from"]:
        plain["holidays"][1]["to"] = "2027-01-03"
    assert faults(plain) == expected


def test_all_faults_of_shape_come_at_once() -> None:
    assert faults({"holidays": [{"nam": "元旦"}], "working_days": [1]}) == [
        ("year", "missing"),
        ("number", "missing"),
        ("holidays[0].nam", "unknown_key"),
        ("holidays[0].name", "missing"),
        ("holidays[0].from", "missing"),
        ("holidays[0].to", "missing"),
        ("working_days[0]", "not_a_date"),
    ]


def test_all_faults_of_meaning_come_at_once() -> None:
    holidays = [{"name": "n", "from": "2027-02-05", "to": "2027-02-04"}]
    plain = {"year": 2027, "number": "", "holidays": holidays, "working_days": ["2027-02-05"]}
    assert faults(plain) == [
        ("number", "not_text"),
        ("holidays[0].to", "reversed"),
        ("working_days[0]", "not_weekend"),
    ]


def test_nothing_is_no_notice() -> None:
    assert faults([]) == [("notice", "not_a_mapping")]
    assert faults({"year": 2027, "number": "x", "holidays": []}) == [("notice", "empty")]


def test_a_notice_may_settle_a_part_of_its_year_or_hold_in_some_districts() -> None:
    part = notice_from_mapping(PLAIN | {"through": "2027-06-30"})
    assert (part.last, notice_from_mapping(PLAIN).last) == (date(2027, 6, 30), date(2027, 12, 31))
    own = notice_from_mapping(PLAIN | {"local": True, "districts": ["qiaonan", "qiaobei"]})
    assert own.districts == ("qiaonan", "qiaobei")
    assert faults(PLAIN | {"districts": ["qiaonan"]}) == [("districts", "not_local")]
    assert faults(PLAIN | {"districts": [7]}) == [("districts[0]", "not_text")]
    assert faults(PLAIN | {"through": "2026-12-31"}) == [("through", "not_in_year")]
    assert faults(PLAIN | {"through": None}) == [("through", "not_a_date")]


def test_texts() -> None:
    with pytest.raises(NoticeError) as caught:
        notice_from_mapping(changed(["working_days", 1], "2026-12-20"))
    assert str(caught.value) == (
        "working_days[1]: 2026-12-20 is outside what the notice for 2027 may name (2026-12-25 to 2027-12-31)"
    )
    assert caught.value.text("zh") == (
        "working_days[1]: 2026-12-20 不在 2027 年通知可涉及的范围（2026-12-25 至 2027-12-31）"
    )
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 our own bytes
    assert again.faults == caught.value.faults


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
paths: list[list[str | int]] = [[key] for key in PLAIN]
paths += [["holidays", 0], ["holidays", 0, "from"], ["holidays", 1, "to"], ["working_days", 0]]


@given(st.sampled_from(paths), json_like)
def test_any_data_is_a_notice_or_coded_faults(path: list[str | int], value: object) -> None:
    result = read(changed(path, value))
    if isinstance(result, NoticeError):
        assert result.faults
        assert result.text("zh") != result.text("en")
    else:
        assert result.days()


def read(plain: dict[str, Any]) -> Notice | NoticeError:
    try:
        return notice_from_mapping(plain)
    except NoticeError as error:
        return error


def test_every_reason_has_a_case() -> None:
    single = {reason for _, _, expected in FAULTS for _, reason in expected}
    # Above, in test_calendar.py, and in tests/pack (no_district, lacks).
    elsewhere = {"missing", "empty", "contradiction", "not_local", "not_in_year", "no_district", "lacks"}
    assert single | elsewhere == _FAULT_TEXTS.keys()
