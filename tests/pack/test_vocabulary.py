"""The vocabulary, and which fields of the facts it covers."""

from pathlib import Path

from policy.pack.paths import MESSAGES
from policy.pack.read_vocabulary import read_vocabulary
from policy.pack.vocabulary import CODE_FIELDS, SECTIONS, Vocabulary
from policy.text.diagnostics import Faults
from policy.text.source import Source

# String fields that hold ids or free keys of the court system, and no codes.
FREE = {
    *(("Case", "id"), ("Party", "id"), ("Relation", "party"), ("Document", "id"), ("Service", "id")),
    *(("Place", "district"), ("Place", "subdistrict"), ("Place", "community")),
    *(("Document", "party"), ("Document", "property"), ("Document", "request"), ("Service", "party")),
    *(("Request", "id"), ("Request", "party"), ("Request", "property"), ("Request", "document")),
    *(("Property", "id"), ("Property", "owner"), ("Event", "id"), ("Event", "party")),
    *(("Event", "property"), ("Event", "document"), ("Event", "about"), ("Event", "obligation")),
    *(("Event", "rule"), ("Breach", "id"), ("Breach", "obligation"), ("Breach", "rule")),
    *(("Performance", "id"), ("Performance", "rule"), ("Attribute", "string_value")),
    *(("Status", "begun_by"), ("Status", "ended_by"), ("Document", "requests"), ("Request", "unit")),
    *(("Event", "actor_unit"), ("Event", "to_unit"), ("Event", "concerning_unit"), ("Event", "person")),
    *(("Event", "answers"), ("Breach", "about"), ("Breach", "trigger"), ("Breach", "unit")),
    *(("Performance", "about"), ("Performance", "bearer_unit"), ("Performance", "concerns_unit")),
    *(("Performance", "basis"), ("Event", "assessment"), ("Event", "grade"), ("ResultFigure", "name")),
}


def vocabulary(text: str) -> Vocabulary:
    faults = Faults()
    found = read_vocabulary(Source("vocabulary.yaml", text), faults)
    assert found is not None
    assert not len(faults)
    return found


def test_every_string_of_the_facts_is_a_code_or_known_to_be_none() -> None:
    strings = {
        (name, field.name)
        for name, message in MESSAGES.items()
        for field in message.fields
        if field.type == field.TYPE_STRING
    }
    assert strings == set(CODE_FIELDS) | FREE
    assert not set(CODE_FIELDS) & FREE
    assert set(CODE_FIELDS.values()) <= set(SECTIONS)


def test_labels_effects_and_sections(good: Path) -> None:
    words = vocabulary((good / "vocabulary.yaml").read_text(encoding="utf-8"))
    assert words.label("bodies", "court", "zh") == "法院"
    assert words.label("bodies", "court", "en") == "court"
    assert words.label("bodies", "nowhere", "zh") == "nowhere"
    assert words.codes("events")["enforcement_suspended"].effect == "suspend"
    assert words.codes("events")["enforcement_suspended"].law == "民事诉讼法第267条"
    assert list(words.sections) == list(SECTIONS)
    assert words.codes("stages") == {}
    assert words.suggest("bodies", "交管部门") == "traffic_police"


def test_the_digest_depends_on_the_content_alone() -> None:
    one = vocabulary("kinds:\n  a: {zh: 甲, en: A}\n  b: {zh: 乙, en: B, law: 法}\n")
    same = vocabulary("# 注\nkinds: {b: {law: 法, en: B, zh: 乙, note: 说明}, a: {zh: '甲', en: A}}\n")
    other = vocabulary("kinds:\n  a: {zh: 甲, en: A}\n  b: {zh: 乙, en: B, law: 法律}\n")
    assert one.digest == same.digest
    assert one == same
    assert one.digest != other.digest
