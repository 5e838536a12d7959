"""The answers of CaseService: what was recorded, and obligations as they stand; one of them in full."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import policy_service_pb2, register_pb2
from policy.facts.reading import FactsError
from policy.register.duty import Duty
from policy.register.outputs import expected
from server.agenda.calendar import Item, calendar_of
from server.agenda.gathering import owed, revisions
from server.api.contact_answers import ContactWords
from server.contacts.book import Contacts
from server.convert.register import RegisterWords, case_message, change_message
from server.decisions.apart import Apart
from server.decisions.fairness import Fairness
from server.decisions.work import Question
from server.identity.rights import EVERYTHING, View
from server.register.acting import organs
from server.register.acts import duty_of, rule_of
from server.register.book import Register
from server.register.kept import Kept
from server.register.listing import Wanted
from server.register.sent import Outcome


class RegisterAnswers:
    """Makes answers from one register, in the words of the rules that serve."""

    def __init__(self, register: Register, contacts: Contacts, fairness: Fairness, apart: Apart) -> None:
        self._register = register
        self._contacts = contacts
        self._fairness = fairness
        self._apart = apart

    def words(self, district: str, lang: str) -> RegisterWords:
        """What makes the messages of a district."""
        return words_of(self._register, district, lang)

    def recorded(self, outcome: Outcome, view: View = EVERYTHING) -> register_pb2.Recorded:
        """What a call recorded; of the changes those that its caller sees."""
        kept = outcome.kept
        changes = outcome.changes
        if view.bodies is not None:
            vocabulary = self._register.rules.current.snapshot.districts[kept.district].vocabulary
            own = organs(view.bodies, vocabulary)
            changes = tuple(each for each in changes if not own.isdisjoint(each.bodies))
        return register_pb2.Recorded(
            case=case_message(kept, self._register.rules.regime) if view.bodies is None else None,
            changes=[change_message(each) for each in changes],
            already_recorded=outcome.again,
        )

    async def obligation(self, kept: Kept, identity: str, view: View, lang: str) -> api.GetObligationResponse:
        """One obligation, decided and explained again under the rules that it stands under."""
        district = self._register.rules.current.snapshot.districts[kept.district]
        duty = duty_of(kept, identity, view, district)
        words = self.words(kept.district, lang)
        under = await self._register.under(kept)
        words = words.with_programs(under.district.programs)
        history = await self._register.keeper.history(kept.district, identity)
        response = api.GetObligationResponse(
            obligation=words.obligation(kept.district, kept.case_id, duty),
            history=[change_message(each) for each in history],
        )
        try:
            rule, pack = rule_of(duty, under.district)
        except FactsError:  # a version that serves no more: what it asked for cannot be said
            pass
        else:
            response.expected_outputs.extend(words.expected(expected(rule, pack)))
            response.return_reasons.extend(words.reasons(rule))
        bodies = (*duty.bearers, *duty.counterparties)
        people = ContactWords(district, lang)
        for contact in await self._contacts.in_office(kept.district, bodies):
            other_unit = contact.body in duty.bearers and duty.bearer_unit not in ("", contact.unit)
            if contact.person is not None and not (contact.unit and other_unit):
                response.contacts.append(people.contact(contact))
        found = await self._explained(kept, duty, view, lang)
        for decided in found.decision.obligations:
            if decided.id == identity:
                response.decided.CopyFrom(decided)
        for explanation in found.explanations:
            if explanation.obligation == identity:
                response.explanation.CopyFrom(explanation)
        return response

    async def calendar(
        self, wanted: Wanted, request: api.GetCalendarRequest, lang: str
    ) -> api.GetCalendarResponse:
        """A calendar of what is wanted."""
        return await calendar_answer(self._register, wanted, request, self._contacts.now(), lang)

    async def _explained(
        self, kept: Kept, duty: Duty, view: View, lang: str
    ) -> policy_service_pb2.ExplainResponse:
        """Why, made in the process of its own, since it looks at every rule."""
        rules = await self._register.rules.of(kept.rules)
        case = kept.folded.case
        asked = Question(kept.district, kept.state.as_of, lang, view=view)
        request = policy_service_pb2.ExplainRequest(case=case, rules=[duty.rule], language=lang)
        work = partial(self._apart.explain, rules, asked, request)
        data = await self._fairness.apart(request.ByteSize(), work)
        return policy_service_pb2.ExplainResponse.FromString(data)


def words_of(register: Register, district: str, lang: str) -> RegisterWords:
    """What makes the messages of a district, in the words of the rules that serve."""
    active = register.rules.current
    found = active.snapshot.districts[district]
    return RegisterWords(active.answers(found, lang).words, found.programs)


async def calendar_answer(
    register: Register, wanted: Wanted, request: api.GetCalendarRequest, now: int, lang: str
) -> api.GetCalendarResponse:
    """A calendar of what is wanted, at ``now`` (nanoseconds since 1970 UTC)."""
    keeper, words = register.keeper, words_of(register, wanted.district, lang)
    found = await owed(keeper, wanted, now)
    changed = await revisions(keeper, wanted.district, (each.id for each in found))
    lead = timedelta(microseconds=register.lead(wanted.district) // 1_000)
    items = (
        Item(
            words.obligation(wanted.district, each.case_id, each.duty),
            *changed[each.id],
            lead,
            words.unit(each.duty),
            words.basis(each.duty),
        )
        for each in found
        if each.id in changed
    )
    title = words.calendar_title(wanted.district, request.body)
    return api.GetCalendarResponse(calendar=calendar_of(items, title, lang, events=request.events))
