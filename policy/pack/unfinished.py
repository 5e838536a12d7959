"""Drafts (草案): every fault of them, and of what they say whatever can be decided by already.

    files --status.split--> drafts --read, check--> what they declare --sound--> packs beside those in force

A draft decides as it would once it is issued: versions of its district that begin no earlier make way for it,
earlier ones end where it begins. What has a fault is left out, with what rests on it, and never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple, TypeVar

from policy.pack.check import has_moment
from policy.pack.circles import circles
from policy.pack.deadline import FromDuty
from policy.pack.draft import Draft
from policy.pack.folder import Files, PackFiles, layout_of
from policy.pack.load import (
    RuleSet,
    Unsettled,
    checked,
    digest_of,
    pack_of,
    parse_only,
    rule_set,
    vocabulary_of,
)
from policy.pack.model import Clause, ClauseClass, Instrument, Pack, Rule, Text
from policy.pack.read_pack import Effective, Header
from policy.pack.read_vocabulary import read_calendar
from policy.pack.status import DraftFolder
from policy.pack.vocabulary import Vocabulary
from policy.text.diagnostics import Faults
from policy.text.source import Source, whole
from policy.time.calendar import FIRST_DAY, SHANGHAI

V = TypeVar("V")

NO_NAME = "draft"
"""The version of a draft that does not say which it is."""


class _Read(NamedTuple):
    folder: DraftFolder
    files: PackFiles
    header: Header
    draft: Draft


def unfinished(issued: Files, drafts: Sequence[DraftFolder], faults: Faults) -> RuleSet | None:
    """The districts of these drafts as they decide, beside what is ``issued``; their faults go to ``faults``.

    None where the vocabulary cannot be read: then only the YAML is looked at.
    """
    vocabulary = vocabulary_of(issued, Faults())
    if vocabulary is None:
        for one in drafts:
            parse_only(layout_of(one.files, Faults()), faults)
        return None
    calendar, own = read_calendar(layout_of(issued, Faults()).calendar, vocabulary, Faults())
    read = [_read(one, vocabulary, faults) for one in drafts]
    packs: list[Pack] = []
    tests: dict[tuple[str, str], tuple[Source, ...]] = {}
    for district in sorted({one.header.district for one in read}):
        ours = _in_order([one for one in read if one.header.district == district], faults)
        drawn = [_sound(one) for one in ours]
        packs += _joined(_issued(issued, vocabulary, district), drawn, ours, faults)
        tests |= {(district, one.header.version): one.files.tests for one in ours}
    names = {name for one in read for kind in one.draft.faulty.values() for name in kind}
    kept = {rule.id for pack in packs for rule in pack.rules if rule.id not in pack.unsound}
    left = {name for one in read for name in one.draft.declared["rule"] if name not in kept}
    unsettled = Unsettled(frozenset(names | left), frozenset(left), all(one.draft.whole for one in read))
    return replace(rule_set(vocabulary, calendar, own, packs, tests), unsettled=unsettled)


def _read(one: DraftFolder, vocabulary: Vocabulary, faults: Faults) -> _Read:
    (files,) = layout_of(one.files, Faults()).packs
    span = whole(f"{one.folder}/pack.yaml")
    nothing = Instrument(Text(""), "", "", None)
    first = datetime.combine(FIRST_DAY, time(), SHANGHAI)
    always = Effective(first, None, False, None, (), "", Text(""))
    district = one.district if one.district in vocabulary.codes("districts") else one.folder
    stand_in = Header(span, district, one.version or NO_NAME, Text(one.folder), "binding", nothing, always)
    header, draft = checked(files, vocabulary, faults, stand_in)
    return _Read(one, files, header or stand_in, draft)


def _in_order(drafts: Sequence[_Read], faults: Faults) -> list[_Read]:
    """The drafts of a district by their first day; of two of one day or one name the first folder counts."""
    kept: list[_Read] = []
    for one in sorted(drafts, key=lambda item: (item.header.effective.start, item.folder.folder)):
        twins = [
            other
            for other in kept
            if other.header.effective.start == one.header.effective.start
            or other.header.version == one.header.version
        ]
        if twins:
            faults.add("LNK243", one.header.span, folder=one.folder.folder, other=twins[0].folder.folder)
        else:
            kept.append(one)
    return kept


def _issued(issued: Files, vocabulary: Vocabulary, district: str) -> list[Pack]:
    """The packs of a district that are in force; one with an error stands beside no draft."""
    found = []
    for files in layout_of(issued, Faults()).packs:
        if files.head is None or district not in files.head.text:
            continue
        own = Faults()
        header, draft = checked(files, vocabulary, own)
        if header is not None and header.district == district and not own.errors:
            found.append(pack_of(header, draft, digest_of(files)))
    return sorted(found, key=lambda pack: pack.effective_from)


def _joined(
    issued: Sequence[Pack], drafts: Sequence[Pack], read: Sequence[_Read], faults: Faults
) -> list[Pack]:
    """The versions of a district once its drafts are issued."""
    packs = list(issued)
    for draft, one in zip(drafts, read, strict=True):
        start = draft.effective_from
        for pack in packs:
            overlaps = pack.effective_from < start and (
                pack.effective_to is None or pack.effective_to > start
            )
            if overlaps and not pack.reported:
                day = (start - timedelta(days=1)).date().isoformat()
                faults.add("LNK244", one.header.span, version=pack.version, day=day)
        packs = [pack for pack in packs if pack.effective_from < start and pack.version != draft.version]
        packs = [
            replace(pack, effective_to=start)
            if pack.effective_to is None or pack.effective_to > start
            else pack
            for pack in packs
        ]
        packs.append(draft)
    return packs


# -- what can decide


def _sound(one: _Read) -> Pack:
    """The pack without what has a fault; rules and terms that have one are marked, to be looked at.

    Clauses that are cited and not registered stand in.
    """
    faulty, draft = one.draft.faulty, one.draft

    def good(kind: str, found: Mapping[str, V]) -> dict[str, V]:
        return {name: value for name, value in found.items() if name not in faulty[kind]}

    clauses = dict(draft.clauses)
    for citation in draft.citations:
        if citation.clause not in clauses:
            clauses[citation.clause] = _unregistered(citation.clause, draft)
    fit = replace(
        draft,
        attributes=good("attribute", draft.attributes),
        parameters=good("parameter", draft.parameters),
        forms=good("form", draft.forms),
        contacts=good("contact", draft.contacts),
        clauses=clauses,
        assessments=[item for item in draft.assessments if item.id not in faulty["assessment"]],
        rules=[*draft.rules, *(rule for rule in draft.partial if rule.id not in {r.id for r in draft.rules})],
    )
    unsound = faulty["rule"] | faulty["term"] | {rule.id for rule in draft.partial}
    pack = pack_of(one.header, fit, digest_of(one.files))
    return replace(pack, draft=True, unsound=frozenset(unsound))


def _unregistered(name: str, draft: Draft) -> Clause:
    summary = Text("（条款没有登记）", "(the clause is not registered)")
    span = draft.declared["clause"].get(name, draft.span)
    return Clause(name, span, name, ClauseClass.NON_NORMATIVE, summary, "", "", Text(""))


def closed(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules that rest on no rule that is missing, and not on themselves; overrides of those that are."""
    kept = {rule.id: rule for rule in rules}
    waits = {rule.id: [name for one in _duties(rule) for name in one.meant] for rule in rules}
    over = {rule.id: list(rule.overrides) for rule in rules}
    for circle in (*circles(waits), *circles(over)):
        for name in circle:
            kept.pop(name, None)
    while True:
        left = {rule.id for rule in kept.values() if not _stands(rule, kept)}
        if not left:
            break
        kept = {name: rule for name, rule in kept.items() if name not in left}
    return tuple(
        replace(rule, overrides=tuple(name for name in rule.overrides if name in kept))
        for rule in kept.values()
    )


def _stands(rule: Rule, rules: Mapping[str, Rule]) -> bool:
    """Whether all that it rests on is there."""
    for one in _duties(rule):
        meant = [rules.get(name) for name in one.meant]
        if not meant or any(other is None or other.deemed is not None for other in meant):
            return False
        if not any(other is not None and has_moment(other, one.at) for other in meant):
            return False
    return rule.deemed is None or not rule.deemed.base or rule.deemed.base in rules


def _duties(rule: Rule) -> list[FromDuty]:
    return rule.deadline.duties() if rule.deadline is not None else []
