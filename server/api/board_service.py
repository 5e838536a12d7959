"""The handlers of BoardService: convert, count in the database, convert. What goes wrong is ``guard``'s."""

from __future__ import annotations

from typing import Any, cast

from linkage.v1 import board_service_pb2 as api
from linkage.v1 import board_service_pb2_grpc as stubs
from linkage.v1 import decision_pb2
from policy.decide.snapshot import District
from policy.review.wording import Wording
from server.api.board_answers import board_message
from server.api.board_requests import behind_of, board_of, circular_of, moment_in, name_of
from server.api.case_requests import check_fields, known_district
from server.api.guard import Call, Guard
from server.api.register_answers import RegisterAnswers
from server.board.behind import behind
from server.board.board import board
from server.board.circular import as_page, as_text, draft
from server.convert.paging import key_in, page_size_of, token_of
from server.convert.requests import Clock, language_of
from server.convert.words import set_moment
from server.identity.rights import View
from server.register.book import Register
from server.settings.lights import Lights
from server.settings.limits import Limits

Context = Any


class BoardService:
    """BoardService over one register. ``lights``: from where on figures are yellow or red."""

    def __init__(
        self,
        register: Register,
        answers: RegisterAnswers,
        guard: Guard,
        limits: Limits,
        clock: Clock,
        lights: Lights,
    ) -> None:
        self._register, self._answers, self._guard = register, answers, guard
        self._limits, self._clock, self._lights = limits, clock, lights

    async def GetBoard(self, request: api.GetBoardRequest, context: Context) -> api.GetBoardResponse:
        """The board; of a department what is its own."""
        with self._guard.call("GetBoard", request.language) as call:
            view, district = self._admit(call, request)
            lead = self._register.lead(district.code)
            asked = board_of(request, view, district, self._clock(), lead)
            found = await board(self._register.keeper, district, asked, self._lights.of(district.code))
            words = self._words(district, language_of(request.language))
            return api.GetBoardResponse(board=board_message(found, district, words, request.by))
        return await call.abort(context)

    async def ListBoardObligations(
        self, request: api.ListBoardObligationsRequest, context: Context
    ) -> api.ListBoardObligationsResponse:
        """A page of the obligations behind a figure; of a department those that are its own."""
        with self._guard.call("ListBoardObligations", request.language) as call:
            view, district = self._admit(call, request, "figure")
            lead = self._register.lead(district.code)
            asked, of = behind_of(request, view, district, self._clock(), lead)
            count = page_size_of(request, self._limits.page_items)
            name = name_of(asked, of)
            # The pages of one list are all of the moment at which the first was read.
            key = cast("tuple[int, int, str] | None", key_in(request.page_token, name, (0, 0, "")))
            if key is not None:
                asked = asked._replace(at=moment_in(key[0]))
            found = await behind(self._register.keeper, district, asked, of, key and key[1:], count)
            page, more = found[:count], len(found) > count
            words = self._answers.words(district.code, language_of(request.language))
            return api.ListBoardObligationsResponse(
                obligations=[words.obligation(district.code, each.case_id, each.duty) for each in page],
                next_page_token=token_of(name, (asked.at, page[-1].due, page[-1].id)) if more else "",
            )
        return await call.abort(context)

    async def DraftCircular(
        self, request: api.DraftCircularRequest, context: Context
    ) -> api.DraftCircularResponse:
        """The draft of a circular, in Chinese."""
        with self._guard.call("DraftCircular", request.language) as call:
            _, district = self._admit(call, request, "year")
            asked, name = circular_of(request, self._clock(), self._register.lead(district.code))
            found = await board(self._register.keeper, district, asked, {})
            made = await draft(self._register.keeper, district, found, self._words(district, "zh"), name)
            answer = api.DraftCircularResponse(
                title=made.title,
                text=as_text(made),
                html=as_page(made),
                basis=[
                    decision_pb2.ClauseRef(id=each.clause, number=each.number, summary=each.summary)
                    for each in made.provisions
                ],
            )
            set_moment(answer.at, asked.at)
            return answer
        return await call.abort(context)

    def _admit(self, call: Call, request: Any, *required: str) -> tuple[View, District]:
        """What the caller sees, and the district. Raises ``Denied``, ``FactsError`` for what is missing."""
        snapshot = self._register.rules.current.snapshot
        view = call.view(request.district, snapshot.districts)
        check_fields(request, ("district", *required))
        known_district(request.district, snapshot)
        return view, snapshot.districts[request.district]

    def _words(self, district: District, lang: str) -> Wording:
        return self._register.rules.current.answers(district, lang).words


def add_to(server: Any, service: BoardService) -> str:
    """Registers the service with a ``SafeServer``; its full name."""
    stubs.add_BoardServiceServicer_to_server(cast(Any, service), server)
    return "linkage.v1.BoardService"
