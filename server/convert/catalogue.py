"""Vocabulary and packs -> every code as clients see it: labels, families, other ways of telling it.

Made once for the rules that serve; nothing in it is of any case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from linkage.v1 import vocabulary_service_pb2 as api
from policy.decide.snapshot import Snapshot
from policy.facts.json_schema import paths_of_codes
from policy.pack.search import nearness
from policy.pack.vocabulary import SECTIONS, Code, Vocabulary

_EFFECT = {
    "": api.EVENT_EFFECT_UNSPECIFIED,
    "suspend": api.EVENT_EFFECT_SUSPEND,
    "resume": api.EVENT_EFFECT_RESUME,
    "terminate": api.EVENT_EFFECT_TERMINATE,
    "discharge": api.EVENT_EFFECT_DISCHARGE,
    "fulfil_one": api.EVENT_EFFECT_FULFIL_ONE,
    "withdraw_one": api.EVENT_EFFECT_WITHDRAW_ONE,
    "suspend_one": api.EVENT_EFFECT_SUSPEND_ONE,
    "resume_one": api.EVENT_EFFECT_RESUME_ONE,
    "extend_one": api.EVENT_EFFECT_EXTEND_ONE,
    "accept_one": api.EVENT_EFFECT_ACCEPT_ONE,
    "return_one": api.EVENT_EFFECT_RETURN_ONE,
    "confirm_one": api.EVENT_EFFECT_CONFIRM_ONE,
    "reject_one": api.EVENT_EFFECT_REJECT_ONE,
    "object_one": api.EVENT_EFFECT_OBJECT_ONE,
    "answer_one": api.EVENT_EFFECT_ANSWER_ONE,
}
_SAME = api.RELATIONSHIP_SAME
_PLACES = {kind: place for place, kind in enumerate(SECTIONS)}


class Key(NamedTuple):
    """A code of a kind."""

    kind: str
    code: str


class Catalogue:
    """Every code of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.digest = snapshot.vocabulary.digest

    def kinds(self) -> list[api.CodeKind]:
        """The kinds, in the order of the vocabulary."""
        fields = paths_of_codes()
        return [
            api.CodeKind(
                kind=kind,
                label_zh=zh,
                label_en=en,
                code_count=len(self._snapshot.vocabulary.codes(kind)),
                fields=fields[kind],
            )
            for kind, (zh, en) in SECTIONS.items()
        ]

    def keys(self, kind: str = "") -> list[Key]:
        """The codes of a kind, or all of them, in order."""
        return [key for key in self._codes if not kind or key.kind == kind]

    def get(self, key: Key) -> api.VocabularyCode | None:
        """One code."""
        return self._codes.get(key)

    def found(self, query: str, kind: str, district: str) -> list[Key]:
        """The codes that fit a word, the nearest first; of equally near ones that with the shortest name.

        ``district`` is the one whose local names count, all of them where it is empty.
        """
        near: list[tuple[int, int, int, Key]] = []
        for key, code in self._codes.items():
            if kind and key.kind != kind:
                continue
            local = [name.name for name in code.local_names if district in ("", name.district)]
            names = [code.code, code.label_zh, code.label_en, *local]
            if (distance := nearness(query, names)) is not None:
                near.append((distance, min(map(len, names)), _PLACES[key.kind], key))
        return [key for *_, key in sorted(near)]

    @cached_property
    def _codes(self) -> dict[Key, api.VocabularyCode]:
        vocabulary = self._snapshot.vocabulary
        inverse, related, names = _Inverse(vocabulary), _related(vocabulary), self._local_names()
        return {
            Key(kind, code.code): _code(vocabulary, Key(kind, code.code), code, inverse, related, names)
            for kind in SECTIONS
            for code in vocabulary.codes(kind).values()
        }

    def _local_names(self) -> dict[str, list[api.LocalName]]:
        """By body, what districts call it in the latest version of their packs."""
        found: dict[str, list[api.LocalName]] = defaultdict(list)
        for district in self._snapshot.districts.values():
            for code, name in district.programs[-1].pack.bodies.items():
                found[code].append(api.LocalName(district=district.code, name=name.get("zh")))
        return found


class _Inverse:
    """Families read from above: who is implied by whom, organs, members."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.implied_by: dict[str, list[str]] = defaultdict(list)
        self.parts: dict[str, list[str]] = defaultdict(list)
        self.members: dict[str, list[str]] = defaultdict(list)
        for trait in vocabulary.codes("traits").values():
            for implied in trait.implies:
                self.implied_by[implied].append(trait.code)
        for body in vocabulary.codes("bodies").values():
            if body.part_of:
                self.parts[body.part_of].append(body.code)
        for matter in vocabulary.codes("matters").values():
            for family in matter.families:
                self.members[family].append(matter.code)


def _code(
    vocabulary: Vocabulary,
    key: Key,
    code: Code,
    inverse: _Inverse,
    related: dict[Key, list[api.RelatedCode]],
    names: dict[str, list[api.LocalName]],
) -> api.VocabularyCode:
    table = vocabulary.equivalences
    event, body, trait = (key.kind == kind for kind in ("events", "bodies", "traits"))
    return api.VocabularyCode(
        kind=key.kind,
        code=code.code,
        label_zh=code.zh,
        label_en=code.en,
        law=code.law,
        effect=_EFFECT[code.effect],
        by_itself=event and (code.code == table.instrument or code.code in table.periods),
        implies=code.implies,
        implied_by=inverse.implied_by.get(code.code, ()) if trait else (),
        part_of=code.part_of,
        parts=inverse.parts.get(code.code, ()) if body else (),
        families=code.families,
        members=inverse.members.get(code.code, ()) if key.kind == "families" else (),
        replaced_by=table.same_events.get(code.code, "") if event else "",
        related=related.get(key, ()),
        local_names=names.get(code.code, ()) if body else (),
    )


def _related(vocabulary: Vocabulary) -> dict[Key, list[api.RelatedCode]]:
    """By code, the other ways of telling it, and what begins and ends it."""
    found: dict[Key, list[api.RelatedCode]] = defaultdict(list)
    for one, relationship, other in _pairs(vocabulary):
        found[one].append(api.RelatedCode(relationship=relationship, kind=other.kind, code=other.code))
    for key, field in _fields(vocabulary):
        found[key].append(api.RelatedCode(relationship=_SAME, field=field))
    return found


_Pair = tuple[Key, "api.Relationship", Key]


def _pairs(vocabulary: Vocabulary) -> Iterator[_Pair]:
    table = vocabulary.equivalences
    for old, new in table.same_events.items():
        yield from _both(_event(old), _event(new))
    for state in table.states:
        trait = Key("traits", state.kind)
        for event in map(_event, state.begins):
            yield event, api.RELATIONSHIP_BEGINS, trait
            yield trait, api.RELATIONSHIP_BEGUN_BY, event
        yield from _ended(trait, state.ends)
    for kind, ends in table.lasting.items():
        yield from _ended(_event(kind), ends)
    for kind, (matter, _) in table.requests.items():
        yield from _both(_event(kind), Key("matters", matter))
    for kind, told in table.services.items():
        for document in told.documents:
            yield from _both(_event(kind), Key("documents", document))
    for document, kind in table.documents.items():
        yield from _both(Key("documents", document), _event(kind))


def _fields(vocabulary: Vocabulary) -> Iterator[tuple[Key, str]]:
    """The fields of a case that tell what a code tells."""
    table = vocabulary.equivalences
    for state in table.states:
        if state.field:
            yield Key("traits", state.kind), f"parties[].{state.field}"
        if state.flag:
            yield Key("traits", state.kind), f"flags.{state.flag}"
    if table.filing:
        yield _event(table.filing), "filed_at"
    if table.papers:
        yield _event(table.papers), "requests[].documents_shown"


def _event(code: str) -> Key:
    return Key("events", code)


def _both(one: Key, other: Key) -> tuple[_Pair, _Pair]:
    return (one, _SAME, other), (other, _SAME, one)


def _ended(what: Key, ends: Sequence[str]) -> Iterator[_Pair]:
    for event in map(_event, ends):
        yield event, api.RELATIONSHIP_ENDS, what
        yield what, api.RELATIONSHIP_ENDED_BY, event
