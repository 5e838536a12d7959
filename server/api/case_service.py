"""The handlers of CaseService: convert, call the register, convert. What goes wrong is ``guard``'s."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any, cast

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from linkage.v1 import register_pb2
from policy.decide.snapshot import District
from server.api.case_requests import (
    check_fields,
    closing_of,
    entries_of,
    known_district,
    opening_of,
    request_of,
    wanted_of,
)
from server.api.guard import Call, Guard
from server.api.register_answers import RegisterAnswers
from server.api.watching import Watches
from server.convert.paging import key_in, page_size_of, token_of
from server.convert.register import case_message
from server.convert.requests import language_of
from server.register import acts
from server.register.acts import Asked, duty_of, no_duty
from server.register.book import Prepare, Register
from server.register.listing import listed
from server.settings.limits import Limits

Context = Any


class CaseService:
    """CaseService over one register."""

    def __init__(
        self,
        register: Register,
        answers: RegisterAnswers,
        watches: Watches,
        guard: Guard,
        limits: Limits,
    ) -> None:
        self._register = register
        self._answers = answers
        self._watches = watches
        self._guard = guard
        self._limits = limits

    @property
    def _districts(self) -> Mapping[str, District]:
        return self._register.rules.current.snapshot.districts

    async def OpenCase(self, request: api.OpenCaseRequest, context: Context) -> api.OpenCaseResponse:
        """Opens a case, or finds it open with the same facts."""
        with self._guard.call("OpenCase", request.language) as call:
            call.view(request.case.district, self._districts)
            case = opening_of(request, self._register.rules.current.snapshot)
            outcome = await self._register.open(case)
            return api.OpenCaseResponse(recorded=self._answers.recorded(outcome))
        return await call.abort(context)

    async def RecordEvents(
        self, request: api.RecordEventsRequest, context: Context
    ) -> api.RecordEventsResponse:
        """Records entries, all or none."""
        with self._guard.call("RecordEvents", request.language) as call:
            self._admit(call, request, "case_id", "entries")
            recorded = await self._change(request, entries_of(request))
            return api.RecordEventsResponse(recorded=recorded)
        return await call.abort(context)

    async def GetCase(self, request: api.GetCaseRequest, context: Context) -> api.GetCaseResponse:
        """One case."""
        with self._guard.call("GetCase", request.language) as call:
            self._admit(call, request, "case_id")
            kept = await self._register.kept(request.district, request.case_id)
            serving = self._register.rules.regime
            response = api.GetCaseResponse(case=case_message(kept, serving), facts=kept.folded.case)
            if request.include_entries:
                entries = await self._register.keeper.recorded(request.district, request.case_id)
                response.entries.extend(entries)
            return response
        return await call.abort(context)

    async def ListObligations(
        self, request: api.ListObligationsRequest, context: Context
    ) -> api.ListObligationsResponse:
        """A page of obligations; of a department those that are its own."""
        with self._guard.call("ListObligations", request.language) as call:
            view = self._admit(call, request)
            district = self._register.rules.current.snapshot.districts[request.district]
            wanted = wanted_of(request, view, district)
            count = page_size_of(request, self._limits.page_items)
            of = f"obligations {wanted.name}"
            after = cast("tuple[int, str] | None", key_in(request.page_token, of, (0, "")))
            page, after = await listed(self._register.keeper, wanted, after, count)
            words = self._answers.words(request.district, language_of(request.language))
            return api.ListObligationsResponse(
                obligations=[words.obligation(request.district, each.case_id, each.duty) for each in page],
                next_page_token="" if after is None else token_of(of, after),
            )
        return await call.abort(context)

    async def WatchObligations(
        self, request: api.WatchObligationsRequest, context: Context
    ) -> AsyncGenerator[api.WatchObligationsResponse]:
        """What becomes of obligations; of a department those that are its own."""
        with self._guard.call("WatchObligations", request.language) as call:
            view = self._admit(call, request)
            answers = self._watches.answers(call, request, view, lambda: self._districts)
            async with aclosing(answers):
                async for answer in answers:
                    yield answer
            return
        await call.abort(context)

    async def GetObligation(
        self, request: api.GetObligationRequest, context: Context
    ) -> api.GetObligationResponse:
        """One obligation in full, decided again as it stands."""
        with self._guard.call("GetObligation", request.language) as call:
            view = self._admit(call, request, "obligation_id")
            case_id = await self._case_of(request)
            kept = await self._register.kept(request.district, case_id)
            lang = language_of(request.language)
            return await self._answers.obligation(kept, request.obligation_id, view, lang)
        return await call.abort(context)

    async def GetCalendar(self, request: api.GetCalendarRequest, context: Context) -> api.GetCalendarResponse:
        """What a body has to do, as a calendar; of a department what its own bodies have."""
        with self._guard.call("GetCalendar", request.language) as call:
            view = self._admit(call, request)
            district = self._register.rules.current.snapshot.districts[request.district]
            asked = api.ListObligationsRequest(district=request.district, body=request.body)
            wanted = wanted_of(asked, view, district)
            if not wanted.bearers and wanted.own is not None:
                wanted = wanted._replace(bearers=wanted.own)
            return await self._answers.calendar(wanted, request, language_of(request.language))
        return await call.abort(context)

    async def AcceptObligation(
        self, request: api.AcceptObligationRequest, context: Context
    ) -> api.AcceptObligationResponse:
        """接单."""
        with self._guard.call("AcceptObligation", request.language) as call:
            return api.AcceptObligationResponse(**await self._act(call, request, acts.accept))
        return await call.abort(context)

    async def ReturnObligation(
        self, request: api.ReturnObligationRequest, context: Context
    ) -> api.ReturnObligationResponse:
        """退回."""
        with self._guard.call("ReturnObligation", request.language) as call:
            return api.ReturnObligationResponse(**await self._act(call, request, acts.give_back))
        return await call.abort(context)

    async def FulfilObligation(
        self, request: api.FulfilObligationRequest, context: Context
    ) -> api.FulfilObligationResponse:
        """回单."""
        with self._guard.call("FulfilObligation", request.language) as call:
            return api.FulfilObligationResponse(**await self._act(call, request, acts.fulfil))
        return await call.abort(context)

    async def ConfirmObligation(
        self, request: api.ConfirmObligationRequest, context: Context
    ) -> api.ConfirmObligationResponse:
        """核单."""
        with self._guard.call("ConfirmObligation", request.language) as call:
            return api.ConfirmObligationResponse(**await self._act(call, request, acts.confirm))
        return await call.abort(context)

    async def RaiseObjection(
        self, request: api.RaiseObjectionRequest, context: Context
    ) -> api.RaiseObjectionResponse:
        """An objection."""
        with self._guard.call("RaiseObjection", request.language) as call:
            return api.RaiseObjectionResponse(**await self._act(call, request, acts.object_to))
        return await call.abort(context)

    async def RequestAssistance(
        self, request: api.RequestAssistanceRequest, context: Context
    ) -> api.RequestAssistanceResponse:
        """A request in a matter of the district."""
        with self._guard.call("RequestAssistance", request.language) as call:
            self._admit(call, request, "case_id", "event_id", "request")
            recorded = await self._change(request, request_of(request))
            return api.RequestAssistanceResponse(recorded=recorded)
        return await call.abort(context)

    async def CloseCase(self, request: api.CloseCaseRequest, context: Context) -> api.CloseCaseResponse:
        """The end of a case."""
        with self._guard.call("CloseCase", request.language) as call:
            self._admit(call, request, "case_id", "event_id", "event_type")
            recorded = await self._change(request, closing_of(request))
            return api.CloseCaseResponse(recorded=recorded)
        return await call.abort(context)

    def _admit(self, call: Call, request: Any, *required: str) -> Any:
        """What the caller sees of the district. Raises ``Denied``, and ``FactsError`` for what is missing."""
        view = call.view(request.district, self._districts)
        check_fields(request, ("district", *required))
        known_district(request.district, self._register.rules.current.snapshot)
        return view

    async def _change(self, request: Any, prepare: Prepare) -> register_pb2.Recorded:
        return self._answers.recorded(await self._register.change(request.district, request.case_id, prepare))

    async def _act(self, call: Call, request: Any, doing: Callable[[Asked], Prepare]) -> dict[str, Any]:
        """Something done with an obligation: what it is then, and what was recorded."""
        view = self._admit(call, request, "obligation_id", "event_id")
        lang = language_of(request.language)
        case_id = await self._case_of(request)
        prepare = doing(Asked(request, view, lang))
        outcome = await self._register.change(request.district, case_id, prepare)
        district = self._register.rules.current.snapshot.districts[request.district]
        duty = duty_of(outcome.kept, request.obligation_id, view, district)
        words = self._answers.words(request.district, lang)
        return {
            "obligation": words.obligation(request.district, case_id, duty),
            "recorded": self._answers.recorded(outcome, view),
        }

    async def _case_of(self, request: Any) -> str:
        case_id = await self._register.keeper.case_of(request.district, request.obligation_id)
        if case_id is None:
            raise no_duty()
        return case_id


def add_to(server: Any, service: CaseService) -> str:
    """Registers the service with a ``SafeServer``; its full name."""
    stubs.add_CaseServiceServicer_to_server(cast(Any, service), server)
    return "linkage.v1.CaseService"
