"""Who is written to of a notice, and what a letter says of its duty: from the register and its contacts.

A duty is told to the contacts in office of the subscription's bodies that bear it; where it is owed to
them, of these; to a court's own subscription of all that bear it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from policy.register.duty import Duty
from policy.time.moment import NANO
from server.agenda.calendar import Item
from server.agenda.gathering import revisions
from server.contacts.book import Contacts
from server.convert.register import RegisterWords
from server.decisions.active import Active
from server.identity.rights import view
from server.notices.audience import LISTING
from server.notices.kinds import kind_of
from server.notices.letters import Letter
from server.notices.ports import Notice, Subscription
from server.register.acting import organs, visible
from server.register.book import Register


class RegisterCorrespondents:
    """Of one register. ``subscriptions`` gives those that there are now, by name."""

    def __init__(
        self,
        register: Register,
        contacts: Contacts,
        subscriptions: Callable[[], Mapping[str, Subscription]],
    ) -> None:
        self._register = register
        self._contacts = contacts
        self._subscriptions = subscriptions

    async def addresses(self, notice: Notice) -> Sequence[str]:
        """The addresses of those in office whose it is."""
        told = notice.told
        subscription = self._subscriptions().get(notice.subscription)
        if subscription is None:
            return ()
        bodies, unit = told.bearers or told.bodies, told.unit
        seen = view(subscription.caller, LISTING, told.district)
        if seen.bodies is not None:
            own = organs(seen.bodies, self._contacts.district(told.district).vocabulary)
            bearing = tuple(body for body in bodies if body in own)
            bodies = bearing or tuple(body for body in told.bodies if body in own)
            unit = unit if bearing else ""
        found = await self._contacts.in_office(told.district, bodies, unit)
        return [each.person.email for each in found if each.person is not None and each.person.email]

    async def letter(self, notice: Notice, language: str) -> Letter:
        """What is written: the duty as it stands now."""
        told, duty = notice.told, await self._duty(notice)
        title = notice.titles.get(language, told.rule)
        item = None
        if duty is not None:
            active: Active = self._register.rules.current
            district = active.snapshot.districts[told.district]
            words = RegisterWords(active.answers(district, language).words, district.programs)
            changed = await revisions(self._register.keeper, told.district, (told.obligation,))
            lead = timedelta(microseconds=self._register.lead(told.district) // 1_000)
            obligation = words.obligation(told.district, told.case_id, duty)
            item = Item(obligation, *changed[duty.id], lead, words.unit(duty), words.basis(duty))
        made = datetime.fromtimestamp(told.made_at // NANO, UTC)
        return Letter(kind_of(told), title, told.case_id, item, made)

    async def _duty(self, notice: Notice) -> Duty | None:
        """The duty as it stands; None where it never was, or may not be seen any more."""
        told, subscription = notice.told, self._subscriptions().get(notice.subscription)
        kept = await self._register.keeper.get(told.district, told.case_id)
        duty = None if kept is None else kept.state.by_id.get(told.obligation)
        if duty is None or subscription is None:
            return None
        seen = view(subscription.caller, LISTING, told.district)
        return duty if visible(duty, seen, self._contacts.district(told.district).vocabulary) else None
