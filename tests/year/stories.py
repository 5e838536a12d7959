"""What a court sends of one case over the year: a rule test's case, taken apart and told in any order.

    case of a rule test --moved into the year--> elements --when the court hears of each--> calls

A call tells one or several things; some come late, some wrong and are corrected, some are taken back.
What names something else is told with it or after it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import facts_pb2, register_pb2
from policy.decide.snapshot import Snapshot
from policy.facts.reading import FactsError
from policy.register.checks import before_causes, moment_of
from policy.register.entries import LISTS, folded
from policy.review.ruletest.model import RuleTest
from policy.time.moment import NANO
from tests.assess.years import cases_of

HOUR = 3600 * NANO
DAY = 24 * HOUR
START = 1_704_038_400 * NANO
"""2024-01-01 00:00 in Shanghai."""
END = START + 366 * DAY
MIDDLE = START + 182 * DAY
"""2024-07-01."""
DISTRICTS = ("gongan", "guangxi", "liwan", "qijiang", "xisaishan")
OWN_FILE = 15
"""Of so many cases of a district one is made from a rule test of its own file, as long as there are any."""

CORRECTED, TAKEN_BACK, TWICE, TOGETHER = 0.08, 0.04, 0.03, 0.35

Dice = random.Random


class Call(NamedTuple):
    """What the court sends at a moment; ``again``: it does so twice, as after a lost answer."""

    at: int
    entries: tuple[register_pb2.CaseEntry, ...]
    again: bool = False


class Story(NamedTuple):
    """A case: what it is opened with and when, the calls after that, and perhaps its end."""

    district: str
    case_id: str
    opens_at: int
    opening: facts_pb2.Case
    calls: tuple[Call, ...]
    closes_at: int | None


class Template(NamedTuple):
    """A case that a court could have sent, as of a moment at which it is of interest."""

    case: facts_pb2.Case
    as_of: int


@dataclass(frozen=True)
class Templates:
    """Cases to make stories of, by district: those of its rule tests, and of rule tests of its own file."""

    cases: Mapping[str, list[Template]] = field(default_factory=dict)
    own_files: Mapping[str, list[Template]] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, tests: Iterable[RuleTest]) -> Templates:
        """Those of the shipped packs."""
        found = cls({code: [] for code in DISTRICTS}, {code: [] for code in DISTRICTS})
        for test in tests:
            own = test.case.case.kind == "district"
            if _possible(snapshot, test) and (not own or START < test.as_of < END):
                of = found.own_files if own else found.cases
                of[test.district].append(Template(test.case.case, test.as_of))
        return found


def _possible(snapshot: Snapshot, test: RuleTest) -> bool:
    """Whether the register would take the case: nothing in it comes before its cause, or names a duty."""
    case = test.case.case
    entry = register_pb2.CaseEntry(id="opening", facts=case)
    if any(event.HasField("obligation") for event in case.events):
        return False
    if any(before_causes(folded([entry]), {"opening": "case"})):
        return False
    try:
        snapshot.districts[test.district].reader.read(case, test.as_of)
    except FactsError:
        return False
    return True


def stories(templates: Templates, count: int, seed: int) -> Iterator[Story]:
    """So many cases, of the districts in turn; each district goes through its rule tests again and again."""
    dice = random.Random(seed)  # noqa: S311 - a made-up year, the same at every run
    order = {code: list(tests) for code, tests in templates.cases.items()}
    for tests in order.values():
        dice.shuffle(tests)
    own = {code: list(tests) for code, tests in templates.own_files.items()}
    for number in range(count):
        code = DISTRICTS[number % len(DISTRICTS)]
        turn = number // len(DISTRICTS)
        if turn % OWN_FILE == OWN_FILE - 1 and own[code]:
            of, days = own[code].pop(), 0
        elif turn % 3 == 2:
            of = plain_case(code, seed, number)
            days = dice.randrange(5, 360) - (of.as_of - START) // DAY
        else:
            of = order[code][turn % len(order[code])]
            days = dice.randrange(5, 360) - (of.as_of - START) // DAY
        case = moved(of.case, f"{code}-{number}", code, days * DAY)
        yield _story(case, of.as_of + days * DAY, random.Random(f"{seed} {number}"))  # noqa: S311


def plain_case(code: str, seed: int, number: int) -> Template:
    """A case of the plain generator that assessments are tested with: requests, answered or not."""
    case = cases_of(code, seed + number, 2)[1]
    return Template(case, max(moment_of(stamp) for stamp in _times(case)))


def moved(case: facts_pb2.Case, case_id: str, district: str, nanos: int) -> facts_pb2.Case:
    """The same case under another id, as much later."""
    found = facts_pb2.Case()
    found.CopyFrom(case)
    found.id, found.district = case_id, district
    for stamp in _times(found):
        stamp.seconds, stamp.nanos = divmod(moment_of(stamp) + nanos, NANO)
    return found


class _Element(NamedTuple):
    """One thing that is told: when it happened (None: nobody says), and of what else it speaks."""

    entry: register_pb2.CaseEntry
    key: str
    at: int | None
    names: frozenset[str]


def _story(case: facts_pb2.Case, as_of: int, dice: Dice) -> Story:
    elements = list(_elements(case, dice))
    moments = [element.at for element in elements if element.at is not None]
    first = min(moments, default=as_of - 5 * DAY)
    opens = min(max(first + _lateness(dice), START + dice.randrange(72) * HOUR), END - DAY)
    known = _known(elements, opens, dice)
    opening = _opening(case, [e for e in elements if known[e.key] <= opens])
    later = sorted((e for e in elements if known[e.key] > opens), key=lambda e: (known[e.key], e.key))
    named = frozenset(name for element in elements for name in element.names)
    calls = sorted(_calls([(known[e.key], e) for e in later], named, dice), key=lambda call: call.at)
    last = calls[-1].at if calls else opens
    ends = last + dice.randrange(20 * 24) * HOUR if case.kind != "district" and dice.random() < 0.5 else None
    return Story(case.district, case.id, opens, opening, tuple(calls), ends)


def _times(message: Message) -> Iterator[Timestamp]:
    """Every moment that a message holds."""
    if isinstance(message, Timestamp):
        yield message
        return
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        if descriptor.message_type.GetOptions().map_entry:
            parts: Iterable[Any] = value.values()
        else:
            parts = value if descriptor.is_repeated else (value,)
        for part in parts:
            yield from _times(part)


def _texts(message: Message) -> Iterator[str]:
    """Every text that a message holds."""
    for descriptor, value in message.ListFields():
        parts = value if descriptor.is_repeated else (value,)
        if descriptor.message_type is not None:
            if not descriptor.message_type.GetOptions().map_entry:
                for part in parts:
                    yield from _texts(part)
        elif descriptor.type == descriptor.TYPE_STRING:
            yield from parts


_TIMES = {"document": "issued_at", "request": "at", "event": "at", "service": "at"}


def _elements(case: facts_pb2.Case, dice: Dice) -> Iterator[_Element]:
    """The elements of a case, acts of service by themselves where they are told so."""
    ids = {one.id for collection in LISTS.values() for one in getattr(case, collection)}
    ids |= {service.id for document in case.documents for service in document.services}
    for content, collection in LISTS.items():
        for one in getattr(case, collection):
            served = list(one.services) if content == "document" and dice.random() < 0.6 else []
            if served:
                del one.services[:]
            yield _element(content, one, ids)
            for service in served:
                told = register_pb2.DocumentService(document=one.id, service=service)
                yield _element("service", told, ids)


def _element(content: str, one: Any, ids: set[str]) -> _Element:
    inner = one.service if content == "service" else one
    own = {inner.id, *(service.id for service in (one.services if content == "document" else ()))}
    entry = register_pb2.CaseEntry(id=f"{content}~{inner.id}")
    getattr(entry, content).CopyFrom(one)
    time = _TIMES.get(content)
    at = moment_of(getattr(inner, time)) if time is not None and inner.HasField(time) else None
    return _Element(entry, inner.id, at, frozenset({text for text in _texts(one) if text in ids} - own))


def _lateness(dice: Dice) -> int:
    """How long it takes until the court hears of something, and tells it."""
    fate = dice.random()
    hours = (
        dice.uniform(0, 4) if fate < 0.7 else dice.uniform(4, 72) if fate < 0.9 else dice.uniform(72, 45 * 24)
    )
    return int(hours * 3600) * NANO


def _known(elements: list[_Element], opens: int, dice: Dice) -> dict[str, int]:
    """When the court tells each: not before it happened, nor before what it speaks of."""
    known: dict[str, int] = {}
    for element in elements:
        if element.at is None:
            known[element.key] = opens if dice.random() < 0.9 else opens + dice.randrange(40 * 24) * HOUR
        else:
            known[element.key] = max(opens, min(element.at + _lateness(dice), END + 20 * DAY))
    services = {service.id: e.key for e in elements for service in e.entry.document.services}
    for _ in elements:
        for element in elements:
            for name in element.names:
                of = services.get(name, name)
                if of != element.key and known.get(of, 0) > known[element.key]:
                    known[element.key] = known[of]
    return known


def _opening(case: facts_pb2.Case, told: list[_Element]) -> facts_pb2.Case:
    found = facts_pb2.Case()
    found.CopyFrom(case)
    for collection in LISTS.values():
        found.ClearField(collection)
    for element in told:
        content = element.entry.WhichOneof("content") or ""
        if content in LISTS:
            getattr(found, LISTS[content]).append(getattr(element.entry, content))
    for element in told:
        if element.entry.WhichOneof("content") == "service":
            of = next(d for d in found.documents if d.id == element.entry.service.document)
            of.services.append(element.entry.service.service)
    return found


def _calls(later: list[tuple[int, _Element]], named: frozenset[str], dice: Dice) -> Iterator[Call]:
    """One call a thing, or one for several; two where it is corrected. ``named``: of which others speak."""
    group: list[_Element] = []
    for number, (known, element) in enumerate(later):
        group.append(element)
        rest = later[number + 1 :]
        if rest and (rest[0][0] == known or dice.random() < TOGETHER):
            continue
        yield from _told(known, group, named, dice)
        group = []


def _told(at: int, group: list[_Element], named: frozenset[str], dice: Dice) -> Iterator[Call]:
    """The call that tells some things, and those by which some of them are put right afterwards."""
    entries: list[register_pb2.CaseEntry] = []
    for element in group:
        entry = element.entry
        if entry.WhichOneof("content") == "event":
            dated = entry.event.HasField("at") and element.key not in named
            if dated and dice.random() < CORRECTED:
                again = register_pb2.CaseEntry(id=f"{entry.id}~again", supersedes=entry.id, event=entry.event)
                yield Call(at + dice.randrange(1, 120) * HOUR, (again,))
                entry = _mistaken(entry, dice)
            yield from _surplus(element, at, dice)
        entries.append(entry)
    dice.shuffle(entries)
    yield Call(at, tuple(entries), dice.random() < TWICE)


def _mistaken(entry: register_pb2.CaseEntry, dice: Dice) -> register_pb2.CaseEntry:
    """The same event, told as of some hours later: still after its cause, and perhaps after a due time."""
    wrong = register_pb2.CaseEntry()
    wrong.CopyFrom(entry)
    at = moment_of(wrong.event.at) + dice.randrange(1, 96) * HOUR
    wrong.event.at.seconds, wrong.event.at.nanos = divmod(at, NANO)
    return wrong


def _surplus(element: _Element, at: int, dice: Dice) -> Iterator[Call]:
    """Sometimes an event is told twice by mistake, under two ids, and the second is taken back."""
    if dice.random() >= TAKEN_BACK:
        return
    extra = facts_pb2.Event()
    extra.CopyFrom(element.entry.event)
    extra.id = f"{element.key}~extra"
    at += dice.randrange(1, 30) * HOUR
    yield Call(at, (register_pb2.CaseEntry(id=extra.id, event=extra),))
    back = register_pb2.CaseEntry(id=f"{extra.id}~back", supersedes=extra.id)
    yield Call(at + dice.randrange(1, 200) * HOUR, (back,))
