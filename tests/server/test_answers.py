"""The bytes of an answer mean the very message that a plain conversion of the decision builds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import decision_pb2, facts_pb2
from policy.decide import decide
from policy.decide.decision import Decision
from policy.decide.snapshot import District
from policy.documents.sources import NO_SOURCES, Sources
from policy.review.wording import LANGUAGES, Wording
from server.convert.answers import Answers
from server.convert.wire import SIZES, delimited, moment, tag, text
from tests.loading import FIXTURES, FORMS, SHIPPED, decided, loaded
from tests.server.cases import NOW, case
from tests.server.plain_answers import answer

LOG_ID = "01HR7ZKB8G0000000000000000"
SMALL = Path(__file__).parent / "rules"


def quoting(district: District) -> Sources:
    """Documents attached to every version, each clause with words of its own."""
    packs = [program.pack for program in district.programs]
    words = {(p.district, p.version): {clause: f"原文 {clause}" for clause in p.clauses} for p in packs}
    return Sources(MappingProxyType(words), MappingProxyType({}))


def decisions(root: Path) -> Iterator[tuple[District, Decision]]:
    """The decision of every rule test of a folder."""
    snapshot, tests = loaded(root)
    for test, decision in zip(tests, decided(root), strict=True):
        yield snapshot.districts[test.district], decision


_EVERY_WAY = [
    (root, lang, quoted) for root in (FIXTURES, FORMS) for lang in LANGUAGES for quoted in (False, True)
]


# Of the shipped packs each language and each way of quoting once: the four ways together take half a minute.
@pytest.mark.parametrize(
    ("root", "lang", "quoted"), [*_EVERY_WAY, (SHIPPED, "zh", True), (SHIPPED, "en", False)]
)
def test_answers_to_all_rule_tests(root: Path, lang: str, quoted: bool) -> None:
    converters: dict[str, Answers] = {}
    for district, decision in decisions(root):
        converter = converters.get(district.code)
        if converter is None:
            sources = quoting(district) if quoted else NO_SOURCES
            converter = converters[district.code] = Answers(district, lang, sources)
        expected = answer(converter.words, decision, LOG_ID)
        assert decision_pb2.Decision.FromString(converter.decision(decision, LOG_ID)) == expected


def test_rule_tests_fill_every_field_of_an_obligation() -> None:
    filled: set[str] = set()
    for district, decision in [
        *islice(decisions(SHIPPED), 0, None, 10),
        *decisions(FIXTURES),
        *decisions(FORMS),
    ]:
        message = answer(Wording(district, "zh"), decision, LOG_ID)
        filled |= {field.name for field, _ in message.ListFields()}
        filled |= {field.name for item in message.obligations for field, _ in item.ListFields()}
    fields = (*decision_pb2.Decision.DESCRIPTOR.fields, *decision_pb2.Obligation.DESCRIPTOR.fields)
    assert {field.name for field in fields} <= filled


@pytest.mark.parametrize(
    "identity", ["é", "x" * 127, "x" * 128, "事件" * 40], ids=["é", "127", "128", "事件"]
)
def test_ids_of_any_length_and_alphabet(identity: str) -> None:
    seizure = {"id": identity, "type": "vehicle_seized", "at": "2024-03-02T01:30:00.000000001Z"}
    message = case(id=identity, events=[seizure | {"actor": "traffic_police", "property": "car"}])
    check(message)


def test_provisional_due_time() -> None:
    """No rule test counts beyond the last holiday notice: which years that is changes with the calendar."""
    district = loaded(SMALL)[0].districts["qiaonan"]
    found = decide(district, case(), NOW)
    (notify,) = [item for item in found.obligations if item.rule == "qiaonan.vehicle.notify"]
    assert notify.due is not None
    later = notify._replace(due=replace(notify.due, provisional=True))
    expected = compared(Answers(district, "zh"), replace(found, obligations=(later,)))
    assert expected.obligations[0].due.provisional


def check(message: facts_pb2.Case) -> None:
    """Fails where the answer for a case of the small rules is another one than the plain message."""
    district = loaded(SMALL)[0].districts["qiaonan"]
    compared(Answers(district, "zh"), decide(district, message, NOW))


def compared(answers: Answers, decision: Decision) -> decision_pb2.Decision:
    """The plain message, after comparing it twice: the second answer is made from what the first one kept."""
    expected = answer(answers.words, decision, "")
    assert answers.message(decision) == expected
    assert answers.message(decision) == expected
    return expected


@given(st.text(max_size=300))
def test_text_on_the_wire(value: str) -> None:
    found = decision_pb2.Coded.FromString(text(tag(decision_pb2.Coded, "code"), value))
    assert found == decision_pb2.Coded(code=value)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])
def test_message_on_the_wire(size: int) -> None:
    note = decision_pb2.Obligation(note="x" * size)
    written = delimited(tag(decision_pb2.Decision, "obligations"), note.SerializeToString())
    assert decision_pb2.Decision.FromString(written * 2).obligations == [note, note]


@given(st.integers(-(2**62), 2**62))
def test_moment_on_the_wire(nanos: int) -> None:
    written = moment(tag(decision_pb2.Receipt, "as_of"), nanos)
    assert decision_pb2.Receipt.FromString(written).as_of.ToNanoseconds() == nanos


def test_lengths_that_are_kept_are_few() -> None:
    assert SIZES[1 << 20] == b"\x80\x80\x40"
    assert max(SIZES) < 1 << 14


def test_tag_of_a_field_that_does_not_exist() -> None:
    with pytest.raises(KeyError):
        tag(decision_pb2.Coded, "label")
