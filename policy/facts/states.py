"""States of parties in time: spells from a moment to a moment, and what holds at a moment.

traits, fields, flags, stated statuses, events that begin and end --spells_of--> Party.statuses
statuses, moment --party_at--> the party with the traits and optional booleans of that moment
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from policy.facts.findings import Findings
from policy.facts.paths import element
from policy.facts.views import VIEWS, CaseView
from policy.pack.equivalences import Equivalences, StateSource
from policy.pack.vocabulary import Vocabulary

AMBIGUOUS = "LNK851"
"""Warning: a flag of the case does not say whose state it tells."""


class _Mark(NamedTuple):
    """The beginning or the end of a spell; ``event`` is the id of the event that tells it, or empty."""

    at: int
    begins: bool
    event: str


class _Told(NamedTuple):
    """What a party's state is told by, beside its traits and events."""

    kind: str
    value: bool
    source: str


def spells_of(view: CaseView, table: Equivalences, findings: Findings) -> None:
    """Gives every party its states as spells, in the order of their codes and of time."""
    flagged = _flagged(view, table, findings)
    events: dict[tuple[str, str], list[Any]] = {}
    _date(view)
    told = {kind for state in table.states for kind in (*state.begins, *state.ends)}
    debtors = [party for party in view.parties if party.role == "debtor"]
    for event in view.events:
        if event.type not in told:
            continue
        party = getattr(event, "party", None)
        if party is None and len(debtors) == 1:
            party = event.party = debtors[0].id
            findings.derive(f"{event.path}.party", debtors[0].path)
        if party is None:
            findings.contradict(AMBIGUOUS, event.path, *[party.path for party in view.parties])
        elif hasattr(event, "at") or not hasattr(event, "posted_at"):  # in the post, it begins nothing
            events.setdefault((party, event.type), []).append(event)
    for party in view.parties:
        said = flagged.get(party.id, [])
        for state in table.states:
            if state.field and (value := getattr(party, state.field, None)) is not None:
                said.append(_Told(state.kind, value, f"{party.path}.{state.field}"))
        _give(party, _Sources(table, events, said), findings)


class _Sources(NamedTuple):
    """All that tells the states of one party."""

    table: Equivalences
    events: Mapping[tuple[str, str], list[Any]]
    said: list[_Told]


def _flagged(view: CaseView, table: Equivalences, findings: Findings) -> dict[str, list[_Told]]:
    """What the flags of the case tell of its parties: nothing where they may mean one of several."""
    found: dict[str, list[_Told]] = {}
    flags = getattr(view, "flags", None)
    for state in table.states:
        value = getattr(flags, state.flag, None) if state.flag else None
        if value is None:
            continue
        meant = [party for party in view.parties if party.role in state.roles]
        if state.everyone and not value:
            continue  # that not all of them are says of none that it is not
        if value and len(meant) > 1 and not state.everyone:
            if not any(_says(party, state) for party in meant):
                findings.contradict(AMBIGUOUS, f"flags.{state.flag}", *[party.path for party in meant])
            continue
        for party in meant:
            found.setdefault(party.id, []).append(_Told(state.kind, value, f"flags.{state.flag}"))
    return found


def _says(party: Any, state: StateSource) -> bool:
    """Whether the party itself says that it is in this state: then that is who the flag means."""
    stated = state.kind in party.traits or any(s.kind == state.kind for s in party.statuses)
    return stated or (bool(state.field) and getattr(party, state.field, False))


def _give(party: Any, sources: _Sources, findings: Findings) -> None:
    """The party's spells of every state that anything tells of."""
    stated: dict[str, list[Any]] = {}
    for status in party.statuses:
        if not hasattr(status, "since") or status.since != getattr(status, "until", None):
            stated.setdefault(status.kind, []).append(status)  # what ends when it begins never was
    table = {state.kind: state for state in sources.table.states}
    kinds = {*party.traits, *stated, *(told.kind for told in sources.said if told.value)}
    for state in table.values():
        if any((party.id, kind) in sources.events for kind in (*state.begins, *state.ends)):
            kinds.add(state.kind)
    spells: list[Any] = []
    for kind in sorted(kinds):
        state = table.get(kind) or StateSource(kind)
        spells += _spells(party, state, stated.get(kind, []), sources, findings)
    for spell in spells:
        spell.settle()
    party.statuses = tuple(spells)


def _spells(
    party: Any, state: StateSource, stated: list[Any], sources: _Sources, findings: Findings
) -> list[Any]:
    """The spells of one state of a party, from everything that tells them, in order of time."""
    begins = [e for kind in state.begins for e in sources.events.get((party.id, kind), ())]
    ends = [e for kind in state.ends for e in sources.events.get((party.id, kind), ())]
    marks = {_Mark(e.at, True, e.id) for e in begins if hasattr(e, "at")}
    marks |= {_Mark(e.at, False, e.id) for e in ends if hasattr(e, "at")}
    marks |= _stated_marks(stated, findings)
    said = [told for told in sources.said if told.kind == state.kind]
    undated = [e for e in begins if not hasattr(e, "at")]
    earliest = min((mark.at for mark in marks), default=None)
    begun_first = any(mark.begins and mark.at == earliest for mark in marks)
    open_at_first = any(not hasattr(status, "since") for status in stated) or (
        not begun_first and (bool(undated) or _told(party, state, said))
    )
    spells = _runs(party, state.kind, open_at_first, undated, marks)
    if undated and begun_first and not open_at_first and hasattr(spells[-1], "until"):
        # It began and ended at known times: what began at no known time is another spell, after these.
        spells.append(_begun_by(party, state.kind, undated))
    if not spells and state.kind in party.traits:
        spells = [_status(party, state.kind)]
    over = [event.at for event in ends if hasattr(event, "at")]
    if state.field and over and not spells and not said:
        party.cleared = (*getattr(party, "cleared", ()), (state.field, min(over)))
    if stated:
        _agreeing(begins, spells, findings)
    for event in ends:
        if not hasattr(event, "at") and spells and not hasattr(spells[-1], "until"):
            spells[-1].ended_by = event.id
    _note(party, state, spells, said, findings)
    return spells


def _agreeing(begins: list[Any], spells: list[Any], findings: Findings) -> None:
    """An event that would begin a stated state which had begun already contradicts what is stated."""
    since = {getattr(spell, "since", None) for spell in spells}
    for event in begins:
        at = getattr(event, "at", None)
        held = next((spell for spell in spells if at is not None and spell.holds_at(at)), None)
        if held is not None and at not in since and not hasattr(held, "begun_by"):
            findings.contradict("LNK850", f"{event.path}.at", held.path)


def _date(view: CaseView) -> None:
    """A state that names the event which began or ended it began or ended when that happened.

    What is to begin, or to end, after ``as_of`` has not: such an event is none of the view's.
    """
    at = {event.id: getattr(event, "at", None) for event in view.events}
    for party in view.parties:
        begun = []
        for status in party.statuses:
            later = set()
            for name, by in (("since", "begun_by"), ("until", "ended_by")):
                told = getattr(status, by, "")
                if not hasattr(status, name) and at.get(told) is not None:
                    setattr(status, name, at[told])
                moment = getattr(status, name, None)
                if (moment is None and told and told not in at) or (moment or 0) > view.as_of:
                    later.add(name)
            if "since" in later:
                continue
            for name in ("until", "ended_by") if later else ():
                if hasattr(status, name):
                    delattr(status, name)
            begun.append(status)
        party.statuses = tuple(begun)


def _stated_marks(stated: list[Any], findings: Findings) -> set[_Mark]:
    """The beginnings and ends of stated spells: of two that overlap, the end of both together.

    One that ends before it began says nothing of its end.
    """
    marks: set[_Mark] = set()
    for status in stated:
        since, until = getattr(status, "since", None), getattr(status, "until", None)
        if since is not None:
            marks.add(_Mark(since, True, getattr(status, "begun_by", "")))
        if since is not None and until is not None and until < since:
            findings.contradict("LNK850", f"{status.path}.until", f"{status.path}.since")
        elif until is not None and not any(_goes_on(other, until) for other in stated):
            marks.add(_Mark(until, False, getattr(status, "ended_by", "")))
    return marks


def _goes_on(status: Any, moment: int) -> bool:
    """Whether a stated spell, begun before a moment, lasts beyond it."""
    begun = getattr(status, "since", moment - 1) < moment
    return begun and getattr(status, "until", moment + 1) > moment


def _told(party: Any, state: StateSource, said: list[_Told]) -> bool:
    """Whether a state that ends before anything begins it was so: by a trait, a field, a flag, or its end.

    Who is taken off a list was on it; who is found need not have been missing.
    """
    return not state.field or state.kind in party.traits or any(told.value for told in said)


def _runs(party: Any, kind: str, begun: bool, undated: list[Any], marks: Iterable[_Mark]) -> list[Any]:
    """Spells between the marks. At one moment an open spell ends before another begins."""
    spells: list[Any] = []
    current = None
    if begun:
        current = _begun_by(party, kind, undated) if undated else _status(party, kind)
    for at, group in groupby(sorted(marks), key=lambda mark: mark.at):
        found = list(group)
        first_end = min((m.event for m in found if not m.begins), default=None)
        first_begin = max((m.event for m in found if m.begins), default=None)
        if current is not None and first_end is not None:
            current.until = at
            if first_end:
                current.ended_by = first_end
            spells.append(current)
            current = None
            if first_begin is not None:
                current = _begun(party, kind, at, first_begin)
        elif current is None and first_begin is not None and first_end is None:
            current = _begun(party, kind, at, first_begin)
    return spells if current is None else [*spells, current]


def _status(party: Any, kind: str) -> Any:
    status = VIEWS["Status"]()
    status.parent, status.kind = party, kind
    return status


def _begun_by(party: Any, kind: str, undated: list[Any]) -> Any:
    """A spell begun by an event that does not say when."""
    status = _status(party, kind)
    status.begun_by = min(event.id for event in undated)
    return status


def _begun(party: Any, kind: str, at: int, event: str) -> Any:
    status = _status(party, kind)
    status.since = at
    if event:
        status.begun_by = event
    return status


def _note(party: Any, state: StateSource, spells: list[Any], said: list[_Told], findings: Findings) -> None:
    """Says what the spells were derived from, and what contradicts them."""
    sources = [told.source for told in said if told.value]
    if state.kind in party.traits:
        sources.append(f"{party.path}.traits")
    for spell in spells:
        events = (getattr(spell, "begun_by", ""), getattr(spell, "ended_by", ""))
        told = [element("events", e) for e in events if e]
        if not hasattr(spell, "since") and not hasattr(spell, "begun_by"):
            told = [*sources, *told]
        if told and (told != [f"{party.path}.traits"]):
            findings.derive(spell.path, *told)
    lasting = bool(spells) and not hasattr(spells[-1], "until") and not hasattr(spells[-1], "ended_by")
    for one in said:
        if spells and lasting is not one.value:
            findings.contradict("LNK850", one.source, spells[-1].path)


def traits_at(party: Any, moment: int, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The codes of the states that hold at a moment, with all that they imply, sorted."""
    return tuple(sorted(vocabulary.implied(s.kind for s in party.statuses if s.holds_at(moment))))


def party_at(party: Any, moment: int, vocabulary: Vocabulary) -> Any:
    """The party as it was at a moment: the party itself where nothing of it has changed since.

    Its statuses are those begun by then; an end that was still to come is not in them.
    """
    changed = any(
        getattr(s, "since", moment) > moment or getattr(s, "until", moment) > moment for s in party.statuses
    ) or any(at > moment for _, at in getattr(party, "cleared", ()))
    if not changed:
        return party
    then = party.copy()
    statuses = []
    for status in party.statuses:
        if getattr(status, "since", moment) > moment:
            continue
        seen = status
        if getattr(status, "until", moment) > moment:
            seen = status.copy()
            del seen.until
            if hasattr(seen, "ended_by"):
                del seen.ended_by
            seen.settle()
        statuses.append(seen)
    then.statuses = tuple(statuses)
    settle(then, moment, vocabulary, party.statuses)
    return then


def certain_party(party: Any, moment: int, vocabulary: Vocabulary, event: str = "") -> Any:
    """The party without what undated events tell: a state that one began is not there, one it ended still is.

    ``event``: without what this one of them tells, by its id.
    """

    def begun(status: Any) -> bool:
        told = hasattr(status, "begun_by") and not hasattr(status, "since")
        return told and event in ("", status.begun_by)

    def ended(status: Any) -> bool:
        told = hasattr(status, "ended_by") and not hasattr(status, "until")
        return told and event in ("", status.ended_by)

    if not any(begun(status) or ended(status) for status in party.statuses):
        return party
    then = party.copy()
    statuses = []
    for status in party.statuses:
        if begun(status):
            continue
        seen = status
        if ended(status):
            seen = status.copy()
            del seen.ended_by
            seen.settle()
        statuses.append(seen)
    then.statuses = tuple(statuses)
    settle(then, moment, vocabulary, party.statuses)
    return then


def settle(party: Any, moment: int, vocabulary: Vocabulary, spells: tuple[Any, ...]) -> None:
    """Makes traits and optional booleans of the party say what holds at a moment.

    A boolean that neither the party nor the case's flag told and of which no spell is known stays unknown, up
    to the moment at which an event ended it: who has been found is not missing, whatever was before.
    """
    party.traits = traits_at(party, moment, vocabulary)
    holding = set(party.traits)
    known = {status.kind for status in spells}
    for state in vocabulary.equivalences.states:
        if state.field and state.kind in known:
            setattr(party, state.field, state.kind in holding)
    for name, at in getattr(party, "cleared", ()):
        if at <= moment:
            setattr(party, name, False)
        elif hasattr(party, name):
            delattr(party, name)
