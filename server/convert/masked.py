"""An answer for those whose work does not need to know whose case it is: ids and free texts become numbers.

    parties[张三].household.community  -->  parties[#2].household.community

What is masked is every text of the case that is no code of the vocabulary, wherever it stands in the answer:
in paths, values, and sentences. Amounts, times and codes stay: they are what a rule is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from linkage.v1 import facts_pb2
from policy.facts.paths import quoted
from policy.pack.vocabulary import Vocabulary

M = TypeVar("M", bound=Message)

_FIELDS = {
    "Amount": "basis currency",
    "BoundElement": "variable",
    "BreachedDuty": "rule title",
    "ClauseRef": "id number quote summary",
    "Coded": "code name",
    "ComparisonCell": "district",
    "ConditionTrace": "expression location means section value",
    "Conflict": "rules",
    "CountingStep": "code text",
    "Due": "basis",
    "EndingAct": "list where",
    "Explanation": "pack_version rule title",
    "FieldValue": "field",
    "Obligation": "note outputs pack_version rule title",
    "PackRef": "authority digest district reported_on title version",
    "Quantity": "basis of unit",
    "Reading": "chosen other",
    "Receipt": "calendar_digest decision_digest engine engine_version facts_digest log_id vocabulary_digest",
    "RuleError": "code rule",
    "Undetermined": "pack_version rule title",
    "Warning": "code",
}
_PACKS_OWN = {name: frozenset(fields.split()) for name, fields in _FIELDS.items()}
"""Fields that hold words of packs and of the service alone. Every other text, a new one too, is masked."""


def masked(message: M, case: facts_pb2.Case, vocabulary: Vocabulary) -> M:
    """The message itself, with the texts of ``case`` replaced in it."""
    codes = {code for section in vocabulary.sections.values() for code in section}
    found = dict.fromkeys(text for text in _texts(case) if text not in codes)
    if found:
        numbers = {text: f"#{number}" for number, text in enumerate(found, 1)}
        # Paths write some ids in another way.
        _replace(message, _Mask({quoted(text): number for text, number in numbers.items()} | numbers))
    return message


class _Mask:
    """Replaces texts wherever they stand, longest first; within words of Latin letters they are others."""

    def __init__(self, numbers: Mapping[str, str]) -> None:
        self._numbers = numbers
        self._lengths = sorted({len(text) for text in numbers}, reverse=True)
        self._starts = {text[0] for text in numbers}
        self._told: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text as it may be told; the same one is looked through once, for answers repeat themselves."""
        found = self._told.get(text)
        if found is None:
            found = self._told[text] = self._looked_through(text)
        return found

    def _looked_through(self, text: str) -> str:
        parts: list[str] = []
        start = place = 0
        while place < len(text):
            length = self._length_at(text, place) if text[place] in self._starts else 0
            if length:
                parts += (text[start:place], self._numbers[text[place : place + length]])
                start = place + length
            place += length or 1
        return "".join((*parts, text[start:]))

    def _length_at(self, text: str, place: int) -> int:
        """The length of the longest text to replace that begins here; 0 for none."""
        if _one_word(text, place):
            return 0
        for length in self._lengths:
            end = place + length
            if text[place:end] in self._numbers and not _one_word(text, end):
                return length
        return 0


def _one_word(text: str, place: int) -> bool:
    """Whether a word of Latin letters, digits and underscores goes on across ``place``."""
    return 0 < place < len(text) and _latin(text[place - 1]) and _latin(text[place])


def _latin(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def _texts(message: Message) -> Iterator[str]:
    """Every text of a message, in order."""
    for field, value in message.ListFields():
        values = _values(field, value)
        if field.message_type is not None:
            for inner in values:
                if isinstance(inner, Message):
                    yield from _texts(inner)
        elif field.type == field.TYPE_STRING:
            yield from (text for text in values if text)


def _replace(message: Message, change: Callable[[str], str]) -> None:
    kept = _PACKS_OWN.get(message.DESCRIPTOR.name, ())
    for field, value in message.ListFields():
        if field.message_type is not None:
            for inner in _values(field, value):
                _replace(inner, change)
        elif field.type == field.TYPE_STRING and field.name not in kept:
            if field.is_repeated:
                value[:] = [change(text) for text in value]
            else:
                setattr(message, field.name, change(value))


def _values(field: FieldDescriptor, value: Any) -> Iterable[Any]:
    """The values of a field: of a map its values, whose keys are names that a pack declares."""
    if not field.is_repeated:
        return (value,)
    found: Iterable[Any] = value.values() if hasattr(value, "values") else value
    return found
