"""What is wrong with entries before they are recorded: ids, corrections, and effects before their causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import facts_pb2, register_pb2
from policy.decide.decision import NANO
from policy.facts.reading import MAX_TEXT, Violation
from policy.register.duty import Duty
from policy.register.entries import Folded
from policy.text.characters import forbidden_in_fact, name_of

Entries = Sequence[register_pb2.CaseEntry]


def same(one: register_pb2.CaseEntry, other: register_pb2.CaseEntry) -> bool:
    """Whether two entries say the same; when and by whom they were recorded does not count."""
    return told(one) == told(other)


def told(entry: register_pb2.CaseEntry) -> bytes:
    """What was sent of an entry, serialized."""
    own = register_pb2.CaseEntry()
    own.CopyFrom(entry)
    for name in ("recorded_at", "recorded_by"):
        own.ClearField(name)
    return own.SerializeToString(deterministic=True)


def new_ones(recorded: Entries, sent: Entries) -> tuple[list[register_pb2.CaseEntry], list[str]]:
    """Which of those sent are new, and the ids of those that were recorded before, with the same content."""
    known = {entry.id: entry for entry in recorded}
    fresh: list[register_pb2.CaseEntry] = []
    again: list[str] = []
    for entry in sent:
        before = known.get(entry.id)
        if before is None:
            known[entry.id] = entry
            fresh.append(entry)
        elif same(before, entry):
            again.append(entry.id)
    return fresh, list(dict.fromkeys(again))


def wrong_entries(recorded: Entries, sent: Entries) -> Iterator[Violation]:
    """What is wrong with the entries themselves; places are ``entries[0].…``, as they were sent."""
    known = {entry.id: entry for entry in recorded}
    taken = {entry.supersedes: entry.id for entry in recorded if entry.supersedes}
    for index, entry in enumerate(sent):
        place = f"entries[{index}]"
        if wrong := _wrong_id(f"{place}.id", entry.id):
            yield wrong
            continue
        before = known.get(entry.id)
        if before is not None:
            if not same(before, entry):
                yield Violation(f"{place}.id", "LNK005")
            continue
        known[entry.id] = entry
        if entry.handler and (wrong := _wrong_text(f"{place}.handler", entry.handler)):
            yield wrong
        if not entry.WhichOneof("content") and not entry.supersedes:
            yield Violation(place, "LNK008")
        if entry.supersedes:
            if entry.supersedes not in known or entry.supersedes == entry.id:
                yield Violation(f"{place}.supersedes", "LNK006")
            elif entry.supersedes in taken:
                yield Violation(f"{place}.supersedes", "LNK007", (("entry", taken[entry.supersedes]),))
            taken.setdefault(entry.supersedes, entry.id)


def _wrong_id(place: str, text: str) -> Violation | None:
    if not text:
        return Violation(place, "LNK801", (("field", "id"),))
    return _wrong_text(place, text)


def _wrong_text(place: str, text: str) -> Violation | None:
    if len(text) > MAX_TEXT:
        return Violation(place, "LNK813", (("count", str(len(text))), ("limit", str(MAX_TEXT))))
    if found := forbidden_in_fact(text):
        return Violation(place, "LNK103", (("character", name_of(found[0])),))
    return None


def moment_of(stamp: Timestamp) -> int:
    """Nanoseconds since 1970 UTC."""
    return stamp.seconds * NANO + stamp.nanos


def before_causes(after: Folded, fresh: Mapping[str, str]) -> Iterator[Violation]:
    """Events that answer something and happened before it; ``fresh``: places of the new entries by id.

    Told where the event, or what it answers, is new. Places are those of the request.
    """
    moments = dict(_moments(after.case))
    for index, event in enumerate(after.case.events):
        cause = moments.get(event.about) if event.HasField("about") else None
        if cause is None or not event.HasField("at") or moment_of(event.at) >= cause[0]:
            continue
        for place in (f"case.events[{index}].at", cause[1]):
            origin = after.origin(place)
            if origin is not None and origin.entry in fresh:
                yield Violation(f"{fresh[origin.entry]}.{origin.place}", "LNK009")
                break


def _moments(case: facts_pb2.Case) -> Iterator[tuple[str, tuple[int, str]]]:
    """When what an event may answer happened, by id, and where that is said."""
    for name, field in (("documents", "issued_at"), ("requests", "at"), ("events", "at")):
        one: Any
        for index, one in enumerate(getattr(case, name)):
            if one.HasField(field):
                yield one.id, (moment_of(getattr(one, field)), f"case.{name}[{index}].{field}")
            for number, service in enumerate(one.services if name == "documents" else ()):
                if service.HasField("at"):
                    place = f"case.documents[{index}].services[{number}].at"
                    yield service.id, (moment_of(service.at), place)


def unknown_duties(
    after: Folded, fresh: Mapping[str, str], duties: Mapping[str, Duty]
) -> Iterator[Violation]:
    """New events that name a duty which the case has not, or which had not arisen by then."""
    for index, event in enumerate(after.case.events):
        origin = after.origin(f"case.events[{index}]")
        if origin is None or origin.entry not in fresh or not event.HasField("obligation"):
            continue
        place = f"{fresh[origin.entry]}.{origin.place}"
        duty = duties.get(event.obligation)
        if duty is None:
            yield Violation(f"{place}.obligation", "LNK050")
        elif duty.arose_at is not None and event.HasField("at") and moment_of(event.at) < duty.arose_at:
            yield Violation(f"{place}.at", "LNK051")
