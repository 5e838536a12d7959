"""The handler of AdoptionService: what the rules that serve would change of cases that wait for them.

Whoever may not know whose case it is gets numbers in place of ids: clauses, bodies and times are what rules
are about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from linkage.v1 import adoption_service_pb2 as api
from linkage.v1 import adoption_service_pb2_grpc as stubs
from policy.decide.decision import State
from policy.facts.reading import FactsError
from policy.register import Effect, Shift
from server.api.case_requests import check_fields, known_district
from server.api.guard import Guard
from server.api.register_answers import RegisterAnswers
from server.convert.paging import key_in, page_size_of, token_of
from server.convert.register import RegisterWords
from server.convert.requests import language_of
from server.convert.words import STATE, set_moment
from server.identity.rights import View
from server.register.adoptions import NOWHERE, Outcome
from server.register.keeping import DAMAGED
from server.register.moving import Mover
from server.register.previewing import Compared, compared_with
from server.settings.limits import Limits
from server.store.errors import NotKept

Context = Any

MOST_CASES = 50
"""Cases of a page: each is decided for it."""

_EFFECTS: Mapping[Effect, Any] = {each: api.RuleEffect.Value(f"RULE_EFFECT_{each.name}") for each in Effect}


class AdoptionService:
    """AdoptionService over one register."""

    def __init__(self, mover: Mover, answers: RegisterAnswers, guard: Guard, limits: Limits) -> None:
        self._mover = mover
        self._answers = answers
        self._guard = guard
        self._most = min(MOST_CASES, limits.page_items)

    async def ListRuleChanges(
        self, request: api.ListRuleChangesRequest, context: Context
    ) -> api.ListRuleChangesResponse:
        """A page of cases that wait."""
        with self._guard.call("ListRuleChanges", request.language) as call:
            rules = self._mover.register.rules
            snapshot, regime = rules.current.snapshot, rules.regime
            view = call.view(request.district, snapshot.districts)
            check_fields(request, ("district",))
            known_district(request.district, snapshot)
            count = page_size_of(request, self._most)
            of = f"rule changes {request.district} {regime.key}"
            after = cast("tuple[str, int] | None", key_in(request.page_token, of, ("", 0)))
            last, number = after or ("", 0)
            adoptions = self._mover.adoptions
            names = await adoptions.waiting(request.district, last, count + 1)
            standing = (await adoptions.standing()).get(request.district, NOWHERE)
            words = self._answers.words(request.district, language_of(request.language))
            response = api.ListRuleChangesResponse(
                rules_digest=regime.rules,
                engine_version=regime.engine,
                waiting_cases=(await adoptions.counts()).get(request.district, 0),
                rejected=standing.of(regime) is Outcome.REJECTED,
                next_page_token=token_of(of, (names[count - 1], number + count)) if names[count:] else "",
            )
            for place, name in enumerate(names[:count], number + 1):
                if (found := await self._case(request.district, name)) is not None:
                    response.cases.append(_message(*found, words, view, place))
            return response
        return await call.abort(context)

    async def _case(self, district: str, name: str) -> tuple[Compared, str] | None:
        """What would become of a case, and the rules that it stands under; None where it moved meanwhile."""
        try:
            kept = await self._mover.register.keeper.get(district, name)
        except NotKept as error:
            if error.code != DAMAGED:
                raise
            return Compared(district, name, error.code), ""
        if kept is None or not kept.waiting:
            return None
        try:
            changes = await self._mover.changes(kept)
        except FactsError as error:
            return Compared(district, name, min(each.code for each in error.violations)), kept.rules
        return compared_with(kept, changes), kept.rules


def _message(found: Compared, rules: str, words: RegisterWords, view: View, place: int) -> api.CaseUnderRules:
    return api.CaseUnderRules(
        case_id=f"#{place}" if view.masked else found.case_id,
        rules_digest=rules,
        fault=found.fault,
        obligations=[_obligation(duty, words, view) for duty in found.duties],
        ended=found.ended,
    )


def _obligation(duty: Shift, words: RegisterWords, view: View) -> api.ObligationUnderRules:
    message = api.ObligationUnderRules(
        effect=_EFFECTS[duty.effect],
        obligation_id="" if view.masked else duty.obligation,
        rule=duty.rule,
        title=words.title(duty.rule),
        bearers=[words.bearer(code) for code in duty.bodies if code],
        basis=duty.clauses,
    )
    for side, suffix in ((0, "_before"), (1, "")):
        state, due = duty.state[side], duty.due[side]
        if state is not None:
            setattr(message, f"state{suffix}", STATE[State(state)])
        if due is not None:
            set_moment(getattr(message, "due_before" if suffix else "due_at"), due)
    return message


def add_to(server: Any, service: AdoptionService) -> str:
    """Registers the service with a ``SafeServer``; its full name."""
    stubs.add_AdoptionServiceServicer_to_server(cast(Any, service), server)
    return "linkage.v1.AdoptionService"
