"""The register: cases are opened and written, each in one transaction, and nothing on a stale case.

    kept --time that passed--> kept --prepare--> what is sent --checked, advanced--> written, with its changes

What a call prepares may be prepared again: where somebody else wrote the case meanwhile, it is read anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from weakref import WeakValueDictionary

from linkage.v1 import facts_pb2, register_pb2
from policy.decide.snapshot import District
from policy.facts.reading import FactsError, Violation
from policy.register import Advanced, Folded, Why, folded
from policy.register.advance import NOTHING, Asked, Told, advanced
from policy.register.checks import before_causes, new_ones, same, unknown_duties, wrong_entries
from policy.register.entries import paths_of
from server.convert.requests import Clock
from server.decisions.apart import Apart
from server.decisions.deciding import FAST
from server.decisions.fairness import INLINE_BYTES, Fairness
from server.identity.asking import asking
from server.register.keeping import Keeper
from server.register.kept import Kept, Writing, Written
from server.register.rows import Told as ToldChange
from server.register.rules import RulesByDigest, Under
from server.register.sent import Moment, Outcome, Sent
from server.settings.leads import Leads

OPENING = "opening"
"""The id of the entry that opens a case: a correction of what was known then supersedes it."""

TRIES = 20
"""How often a case is read again because somebody else wrote it meanwhile."""

Prepare = Callable[[Moment], Sent]
"""What a call sends to a case as it stands. Raises ``FactsError``."""


class Register:
    """The register under the rules that serve."""

    def __init__(
        self,
        keeper: Keeper,
        rules: RulesByDigest,
        clock: Clock,
        fairness: Fairness,
        apart: Apart,
        leads: Leads,
    ) -> None:
        self.keeper = keeper
        self.rules = rules
        self._clock = clock
        self._fairness = fairness
        self._apart = apart
        self._leads = leads
        self._inline = INLINE_BYTES if apart.engine in FAST else -1
        # Calls of this process on one case wait for each other instead of trying again and again.
        self._alone: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def lead(self, district: str) -> int:
        """How long before it is due a duty of the district is due soon, in nanoseconds."""
        return self._leads.of(district)

    async def kept(self, district: str, case_id: str) -> Kept:
        """A case. Raises ``FactsError``: LNK001 where it was never opened, LNK092 where it was erased."""
        found = await self.keeper.get(district, case_id)
        if found is None:
            raise no_case(case_id)
        if found.erased_at is not None:
            raise erased("case_id")
        return found

    async def open(self, case: facts_pb2.Case) -> Outcome:
        """Opens a case with what is known of it; where it is open with the same, it is as it stands.

        Raises ``FactsError``, with LNK003 where it was opened with something else.
        """
        entry = register_pb2.CaseEntry(id=OPENING, facts=case)
        sent = Sent((entry,), {"entries[0].facts": "case", "entries[0]": "case"})
        async with self._lock(case.district, case.id):
            for _ in range(TRIES):
                kept = await self.keeper.get(case.district, case.id)
                if kept is not None:
                    if kept.erased_at is not None:
                        raise erased("case.id")
                    if not same(kept.entries[0], entry):
                        raise FactsError((Violation("case", "LNK003"),))
                    return Outcome(kept, (), (OPENING,))
                now, rules = self._clock(), self.rules.serving(case.district)
                written, _ = await self._written(None, rules, sent, [entry], now)
                if written is not None:
                    return Outcome(written.kept, written.changes, ())
        raise busy()

    async def change(self, district: str, case_id: str, prepare: Prepare) -> Outcome:
        """Brings a case up to now, and writes what ``prepare`` then sends. Raises ``FactsError``."""
        changes: list[ToldChange] = []
        async with self._lock(district, case_id):
            for _ in range(TRIES):
                kept = await self.kept(district, case_id)
                now = max(self._clock(), kept.state.as_of)
                rules = await self.under(kept)
                if self.behind(kept, rules, now):
                    passed = await self.passed(kept, now)
                    if (written := await self.keeper.write(passed)) is None:
                        continue
                    changes += written.changes
                    kept = written.kept
                    if not passed.advanced.whole:
                        continue
                sent = prepare(Moment(kept, rules.district, now))
                sent.raise_wrong(wrong_entries(kept.entries, sent.entries))
                fresh, again = new_ones(kept.entries, sent.entries)
                if not fresh and sent.beside is None:
                    return Outcome(kept, tuple(changes), tuple(again))
                sent.fresh(kept)
                written, whole = await self._written(kept, rules, sent, fresh, now)
                if written is None:
                    continue
                changes += written.changes
                if whole:
                    return Outcome(written.kept, tuple(changes), tuple(again))
        raise busy()

    async def under(self, kept: Kept) -> Under:
        """The rules that a case stands under; those that serve where they cannot be had any more."""
        return await self.rules.under(kept.rules, kept.district)

    async def passed(self, kept: Kept, now: int) -> Writing:
        """What the time until ``now`` brings to a case of which nothing is new, under its own rules."""
        rules = await self.under(kept)
        found = await self._advanced(rules, kept, kept.folded, now)
        lead = self._leads.of(kept.district)
        return Writing(
            kept.district, kept.case_id, kept, (), found, (), rules.digest, lead, now, engine=rules.engine
        )

    async def moved(self, kept: Kept, now: int) -> Writing:
        """What the rules that serve make of a case of which nothing is due by ``now``.

        Where something is, as only of a case that another engine decided, time passes under them, too.
        Raises ``FactsError`` for facts that they do not read, and ``KeyError`` for a district they have not.
        """
        rules = self.rules.serving(kept.district)
        due = kept.state.next_at is not None and kept.state.next_at <= now
        today = kept if due else replace(kept, state=kept.state._replace(as_of=now))
        found = await self._advanced(rules, today, kept.folded, now)
        lead = self._leads.of(kept.district)
        return Writing(
            kept.district, kept.case_id, kept, (), found, (), rules.digest, lead, now, engine=rules.engine
        )

    async def _written(
        self,
        kept: Kept | None,
        rules: Under,
        sent: Sent,
        fresh: list[register_pb2.CaseEntry],
        now: int,
    ) -> tuple[Written | None, bool]:
        """The case with the new entries, None where it was another by then; and whether they are in it."""
        district, before = rules.district, folded(()) if kept is None else kept.folded
        after = folded((*(() if kept is None else kept.entries), *fresh))
        places = sent.places(kept)
        sent.raise_wrong(_renamed(after.wrong, places))
        _read(district, after, sent, kept, now)
        sent.raise_wrong(before_causes(after, places))
        found = await self._advanced(rules, kept, after, now)
        case_id = after.case.id
        if found.whole:
            sent.raise_wrong(unknown_duties(after, places, found.state.by_id))
            sent.check(found.state)
        paths = paths_of(fresh, before)
        last = found.steps[-1] if found.steps and found.steps[-1].why is Why.ENTRIES else None
        causes = [] if last is None else [change.entries(paths) for change in last.changes]
        call = asking()
        digest, lead = rules.digest, self._leads.of(district.code)
        new = fresh if found.whole else ()
        who, request_id = call.caller.who, call.request_id
        beside = sent.beside if found.whole else None
        made = Writing(
            district.code,
            case_id,
            kept,
            new,
            found,
            causes,
            digest,
            lead,
            now,
            who,
            request_id,
            beside,
            rules.engine,
        )
        return await self.keeper.write(made), found.whole

    async def _advanced(self, rules: Under, kept: Kept | None, after: Folded, now: int) -> Advanced:
        """A case at ``now``; a small one is worked out on the loop. Raises ``FactsError``, ``NoAnswer``."""
        lead, district = self._leads.of(rules.district.code), rules.district.code
        told = _told(after)
        if kept is None:
            asked = Asked(NOTHING, told, None, True, now, lead)
        else:
            same_rules = kept.regime == rules.regime and kept.lead == lead
            asked = Asked(_told(kept.folded), told, kept.state, same_rules, now, lead)
        if len(told.facts) <= self._inline:
            await self._fairness.turn()
            return advanced(rules.district, asked)
        work = partial(self._apart.advance, rules.rules, district, asked)
        return await self._fairness.apart(len(told.facts), work)

    def behind(self, kept: Kept, rules: Under, now: int) -> bool:
        """Whether time has passed for the case, or what it stood under cannot be had any more: its rules, or
        the engine that decided it."""
        due = kept.state.next_at is not None and kept.state.next_at <= now
        other = kept.regime != rules.regime
        return bool(kept.fault) or due or other or kept.lead != self._leads.of(kept.district)

    def _lock(self, district: str, case_id: str) -> asyncio.Lock:
        return self._alone.setdefault((district, case_id), asyncio.Lock())


def _told(case: Folded) -> Told:
    return Told(case.facts, case.handlers)


def _read(district: District, after: Folded, sent: Sent, kept: Kept | None, now: int) -> None:
    try:
        district.reader.read(after.case, now)
    except FactsError as error:
        sent.of_facts(error, after, kept)


def _renamed(found: Iterable[Violation], places: Mapping[str, str]) -> Iterator[Violation]:
    """Violations whose places name entries by id, by where these stand in the call."""
    for each in found:
        entry, _, rest = each.field.removeprefix("entries[").rpartition("].")
        yield replace(each, field=f"{places.get(entry, f'entries[{entry}]')}.{rest}")


def no_case(case_id: str) -> FactsError:
    """There is no such case."""
    return FactsError((Violation("case_id", "LNK001"),)) if case_id else FactsError(_missing("case_id"))


def erased(field: str) -> FactsError:
    """The case was erased: nothing of it can be read any more, and nothing is recorded."""
    return FactsError((Violation(field, "LNK092"),))


def _missing(field: str) -> tuple[Violation, ...]:
    return (Violation(field, "LNK801", (("field", field),)),)


def busy() -> FactsError:
    """Others write the case again and again."""
    return FactsError((Violation("case_id", "LNK031"),))
