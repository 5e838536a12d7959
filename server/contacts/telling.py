"""Contacts -> what the district's own file tells of them, by key and without a name.

A contact who takes office is the event ``appointed`` of its kind, one who leaves without a successor the
event ``left``; ``count`` is how many of the kind the body, or the unit, has in office then. A hand-over is
one event: whoever comes as another goes keeps the number. Times that lie ahead are told now, and the
register lets them come about. Where times were corrected, the entries are superseded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from linkage.v1 import facts_pb2, register_pb2
from policy.pack.contacts import ContactRole
from policy.time.moment import NANO
from server.contacts.contact import Contact

PREFIX = "contact:"
"""Begins the ids of these events."""
LIST = "contact-list:"
"""Begins the ids of events that tell of a list handed in."""


def events_of(contacts: Iterable[Contact], roles: Mapping[str, ContactRole]) -> Mapping[str, facts_pb2.Event]:
    """The events that tell of these contacts, by id; of kinds that the pack declares."""
    places: dict[tuple[str, str, str], list[Contact]] = defaultdict(list)
    for contact in contacts:
        if contact.role in roles:
            places[contact.place].append(contact)
    found: dict[str, facts_pb2.Event] = {}
    for place in sorted(places):
        for event in _of_place(places[place], roles[place[2]]):
            found[event.id] = event
    return found


def _of_place(contacts: Sequence[Contact], role: ContactRole) -> Iterator[facts_pb2.Event]:
    count = 0
    moments = {contact.since for contact in contacts} | {contact.until for contact in contacts}
    for moment in sorted(each for each in moments if each is not None):
        come = sorted((c for c in contacts if c.since == moment), key=lambda c: (c.post, c.id))
        replaced = {contact.replaces for contact in come}
        gone = sorted((c for c in contacts if c.until == moment), key=lambda c: (c.id not in replaced, c.id))
        handed = min(len(come), len(gone))
        for number, contact in enumerate(come, 1):
            if role.appointed:
                yield _event(contact, role.appointed, "appointed", moment, count - handed + number)
        count += len(come) - handed
        for contact in gone[handed:]:
            count -= 1
            if role.left:
                yield _event(contact, role.left, "left", moment, count)


def _event(contact: Contact, kind: str, what: str, moment: int, count: int) -> facts_pb2.Event:
    event = facts_pb2.Event(id=f"{PREFIX}{contact.id}:{what}", type=kind, actor=contact.body, count=count)
    event.at.seconds, event.at.nanos = divmod(moment, NANO)
    if contact.unit:
        event.actor_unit = contact.unit
    return event


def submission(role: ContactRole, body: str, unit: str, moment: int, count: int) -> facts_pb2.Event:
    """The event that tells of a list which a body handed in, with so many contacts on it."""
    own = ":".join(filter(None, (role.id, body, unit, str(moment))))
    event = facts_pb2.Event(id=f"{LIST}{own}", type=role.submitted, actor=body, count=count)
    event.at.seconds, event.at.nanos = divmod(moment, NANO)
    if unit:
        event.actor_unit = unit
    return event


def entries_for(
    recorded: Sequence[register_pb2.CaseEntry],
    wanted: Mapping[str, facts_pb2.Event],
    kept: Iterable[str] = (),
) -> list[register_pb2.CaseEntry]:
    """The entries that make the file tell ``wanted`` of contacts, and nothing else.

    ``kept``: contacts of kinds that the pack does not declare any more; what was told of them stays.
    """
    live, numbers = _live(recorded, PREFIX), _numbers(recorded)
    made = _told(wanted.values(), live, numbers)
    staying = set(kept)
    for identity, old in live.items():
        if identity not in wanted and identity.removeprefix(PREFIX).rpartition(":")[0] not in staying:
            made.append(register_pb2.CaseEntry(id=_id(identity, numbers), supersedes=old.id))
    return made


def entries_of_lists(
    recorded: Sequence[register_pb2.CaseEntry], submitted: Iterable[facts_pb2.Event]
) -> list[register_pb2.CaseEntry]:
    """The entries that tell of lists handed in; a list told otherwise takes the place of what it was."""
    return _told(submitted, _live(recorded, LIST), _numbers(recorded))


def _live(recorded: Sequence[register_pb2.CaseEntry], prefix: str) -> dict[str, register_pb2.CaseEntry]:
    """What is told of events whose ids begin so, by these."""
    superseded = {entry.supersedes for entry in recorded}
    return {
        entry.event.id: entry
        for entry in recorded
        if entry.event.id.startswith(prefix) and entry.id not in superseded
    }


def _numbers(recorded: Sequence[register_pb2.CaseEntry]) -> dict[str, int]:
    """How many entries there are of each event."""
    numbers: dict[str, int] = defaultdict(int)
    for entry in recorded:
        numbers[entry.id.partition("~")[0]] += 1
    return numbers


def _told(
    events: Iterable[facts_pb2.Event],
    live: Mapping[str, register_pb2.CaseEntry],
    numbers: Mapping[str, int],
) -> list[register_pb2.CaseEntry]:
    """Entries of those events that are not told, or otherwise."""
    made = []
    for event in events:
        old = live.get(event.id)
        if old is None or old.event != event:
            before = "" if old is None else old.id
            made.append(register_pb2.CaseEntry(id=_id(event.id, numbers), event=event, supersedes=before))
    return made


def _id(identity: str, numbers: Mapping[str, int]) -> str:
    """An id that no entry has: the event's own, and with a number where that was taken."""
    return f"{identity}~{numbers[identity]}" if numbers.get(identity) else identity
