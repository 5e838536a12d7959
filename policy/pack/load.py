"""A rules folder -> one immutable set of checked packs, with the vocabulary and calendar they use."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from policy.pack.check import check_pack
from policy.pack.draft import Draft
from policy.pack.folder import EQUIVALENCES, VOCABULARY, Files, Layout, PackFiles, layout_of
from policy.pack.model import Pack
from policy.pack.read_pack import Header, read_pack
from policy.pack.read_vocabulary import read_calendar, read_vocabulary
from policy.pack.status import read_split, split
from policy.pack.vocabulary import Vocabulary
from policy.text import nodes
from policy.text.characters import number_of_person
from policy.text.diagnostics import Fault, Faults, PackError
from policy.text.source import Source, whole
from policy.time.calendar import Calendar
from policy.time.notice import Notice

V = TypeVar("V")


class Unsettled(NamedTuple):
    """What of a draft could not be made sense of: names with a fault, of these the rules that are left out
    by their ids, and whether every file could be read."""

    names: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    whole: bool = True

    def behind(self, item: Fault) -> bool:
        """Whether a fault found later may well be there because of one that is told already."""
        if item.code not in _OF_NAMES:
            return False
        said = next((str(value) for name, value in item.args if name == "name"), "")
        return not self.whole or said.removeprefix("attr.").removeprefix("param.") in self.names


NOTHING = Unsettled()
_OF_NAMES = frozenset(["LNK305", "LNK402", "LNK412", "LNK435", "LNK702", "LNK704", "LNK808", "LNK821"])
"""Faults that say that a name is not declared."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that decisions depend on, as one snapshot.

    ``districts`` gives the versions of each district in the order of their first day in force; ``tests`` the
    texts of the rule tests by (district, version). ``digest`` covers packs, vocabulary and calendar, and not
    the tests.
    """

    vocabulary: Vocabulary
    calendar: Calendar
    own_notices: tuple[Notice, ...]
    """Notices that hold in some districts alone."""
    districts: Mapping[str, tuple[Pack, ...]]
    tests: Mapping[tuple[str, str], tuple[Source, ...]]
    digest: str
    unsettled: Unsettled = NOTHING
    """Of drafts: what has a fault, so that whatever else is said of it is not to be judged."""

    def calendar_of(self, district: str) -> Calendar:
        """The calendar of a district: everybody's, with its own notices."""
        calendar = self.calendar
        for notice in self.own_notices:
            if district in notice.districts:
                calendar = calendar.with_notice(notice)
        return calendar

    @property
    def packs(self) -> tuple[Pack, ...]:
        """Every pack, by district and first day in force."""
        return tuple(pack for versions in self.districts.values() for pack in versions)


def load_rules(root: Path) -> RuleSet:
    """The rules below ``root``. Raises PackError with every fault of every file where one is an error."""
    rules, faults = check_rules(root)
    if rules is None:
        raise PackError(faults)
    return rules


def check_rules(root: Path, despite: Container[str] = ()) -> tuple[RuleSet | None, Faults]:
    """The rules below ``root`` with all faults, warnings included; None in their place if one is an error.

    Errors with the codes ``despite`` do not count: for tools that show them, never to decide by.
    """
    faults = Faults()
    found = read_split(root, faults)
    return (None if found is None else rules_of(found.issued, faults, despite)), faults


def check_calendar(root: Path) -> tuple[Calendar | None, Faults]:
    """The calendar that all districts below ``root`` share, with the faults of the files that say so.

    Packs are not looked at: dates can be counted while one is being written. None if one is an error.
    """
    faults = Faults()
    found = read_split(root, faults)
    if found is None:
        return None, faults
    notices = layout_of(found.issued, Faults()).calendar
    calendar, _ = read_calendar(notices, vocabulary_of(found.issued, faults), faults)
    return (None if faults.errors else calendar), faults


def rules_of(
    files: Files, faults: Faults, despite: Container[str] = (), known: Vocabulary | None = None
) -> RuleSet | None:
    """The rules in files already in memory, by name; None if ``faults`` then holds an error.

    Drafts are left out, with all their faults: ``policy.pack.unfinished`` is for them. ``known``: the
    vocabulary of these files, where it has been read before.
    """
    layout = layout_of(split(files).issued, faults)
    vocabulary = known or vocabulary_of(files, faults)
    calendar, own = read_calendar(layout.calendar, vocabulary, faults)
    if not layout.packs:
        faults.add("LNK602", None)
    if vocabulary is None:
        parse_only(layout, faults)
        return None
    headers: list[Header] = []
    packs: list[Pack] = []
    tests: dict[tuple[str, str], tuple[Source, ...]] = {}
    for pack_files in layout.packs:
        header, draft = checked(pack_files, vocabulary, faults)
        if header:
            headers.append(header)
            packs.append(pack_of(header, draft, digest_of(pack_files)))
            tests[header.district, header.version] = pack_files.tests
    check_versions(headers, faults)
    if faults.errors_beyond(despite):
        return None
    return rule_set(vocabulary, calendar, own, packs, tests)


def checked(
    files: PackFiles, vocabulary: Vocabulary, faults: Faults, stand_in: Header | None = None
) -> tuple[Header | None, Draft]:
    """What the files of a pack declare, checked as a whole, too; ``stand_in`` as in ``read_pack``."""
    header, draft = read_pack(files.head, files.others, vocabulary, faults, stand_in)
    check_pack(draft, faults)
    for source in (files.head, *files.others, *files.tests):
        _refuse_numbers(source, faults)
    return header, draft


def _refuse_numbers(source: Source | None, faults: Faults) -> None:
    """No file of a pack, its tests included, holds a number by which a person is known (LNK571)."""
    found = number_of_person(source.text) if source is not None else None
    while source is not None and found is not None:
        # Not by its span: the message would show the line, and with it the number.
        faults.add("LNK571", whole(source.name), line=str(source.position(found.start())[0]))
        found = number_of_person(source.text, found.end())


def vocabulary_of(files: Files, faults: Faults) -> Vocabulary | None:
    """The vocabulary of a rules folder, with whatever of it can be read."""
    if VOCABULARY not in files:
        faults.add("LNK601", whole(VOCABULARY))
    source = files.get(VOCABULARY)
    return read_vocabulary(source, faults, files.get(EQUIVALENCES)) if source else None


def parse_only(layout: Layout, faults: Faults) -> None:
    """Without a vocabulary every code would be a fault: only the YAML itself is looked at."""
    for pack_files in layout.packs:
        for source in (pack_files.head, *pack_files.others):
            if source:
                nodes.parse(source, faults)


def check_versions(headers: Iterable[Header], faults: Faults) -> None:
    """Versions of one district have different names (LNK603) and are never in force together (LNK604)."""
    named: dict[tuple[str, str], Header] = {}
    latest: dict[str, Header] = {}
    for header in sorted(
        headers, key=lambda item: (item.district, item.effective.start, item.span.source.name)
    ):
        twin = named.setdefault((header.district, header.version), header)
        district, version = header.district, header.version
        if twin is not header:
            faults.add("LNK603", header.span, district=district, version=version, other=str(twin.span))
        before = latest.get(district)
        if before and _end(before) > header.effective.start:
            faults.add(
                "LNK604",
                header.span,
                district=district,
                version=version,
                other_version=before.version,
                other=str(before.span),
                day=header.effective.start.date().isoformat(),
            )
        if before is None or _end(header) > _end(before):
            latest[district] = header


def _end(header: Header) -> datetime:
    # An open end is later than any day a pack can name (2099-12-31).
    return header.effective.end or header.effective.start.replace(year=9999) + timedelta(0)


def digest_of(files: PackFiles) -> str:
    """SHA-256 (hex) over the pack's files but its tests: paths within the pack, and texts, in order."""
    total = hashlib.sha256()
    for source in sorted((s for s in (files.head, *files.others) if s), key=lambda s: s.name):
        for part in (source.name.removeprefix(f"{files.folder}/"), source.text):
            data = part.encode("utf-8", "surrogatepass")  # a text with surrogates already has its fault
            total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def pack_of(header: Header, draft: Draft, digest: str) -> Pack:
    """The pack of what its files declare."""
    return Pack(
        span=header.span,
        district=header.district,
        version=header.version,
        title=header.title,
        authority=header.authority,
        instrument=header.instrument,
        effective_from=header.effective.start,
        effective_to=header.effective.end,
        reported=header.effective.reported,
        reported_on=header.effective.reported_on,
        effective_basis=header.effective.basis,
        effective_provenance=header.effective.provenance,
        effective_note=header.effective.note,
        bodies=_sorted(draft.bodies or {}),
        units=_sorted(draft.units),
        office_hours=draft.office_hours,
        attributes=_sorted(draft.attributes),
        parameters=_sorted(draft.parameters),
        terms=_sorted(draft.terms),
        rules=tuple(sorted(draft.rules, key=lambda rule: rule.id)),
        assessments=tuple(sorted(draft.assessments, key=lambda item: item.id)),
        clauses=_sorted(draft.clauses),
        facts=tuple(sorted(draft.facts, key=lambda item: item.id)),
        forms=_sorted(draft.forms),
        contacts=_sorted(draft.contacts),
        digest=digest,
    )


def _sorted(entries: Mapping[str, V]) -> Mapping[str, V]:
    return MappingProxyType(dict(sorted(entries.items())))


def rule_set(
    vocabulary: Vocabulary,
    calendar: Calendar,
    own: tuple[Notice, ...],
    packs: Sequence[Pack],
    tests: Mapping[tuple[str, str], tuple[Source, ...]],
) -> RuleSet:
    """The rule set of packs that agree with each other."""
    districts: dict[str, tuple[Pack, ...]] = {}
    for pack in sorted(packs, key=lambda item: (item.district, item.effective_from)):
        districts[pack.district] = (*districts.get(pack.district, ()), pack)
    parts = [vocabulary.digest, calendar.digest, *(repr(notice) for notice in own)]
    parts += [part for pack in packs for part in (pack.district, pack.version, pack.digest)]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    ordered = MappingProxyType(dict(sorted(tests.items())))
    return RuleSet(vocabulary, calendar, own, MappingProxyType(districts), ordered, digest)
