"""What the calls on a board ask for, checked: the period and the moment, bodies, figures, the trend."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import orjson
from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import board_service_pb2 as api
from policy.decide.snapshot import District
from policy.facts.reading import TIME_MAX, TIME_MIN, FactsError, Violation
from server.board.asked import MOST_POINTS, Asked, Window, midnight, window
from server.board.behind import Of
from server.board.figures import BY_ID, RANKED
from server.board.kinds import By, Every
from server.board.trend import points
from server.convert.requests import moment_of
from server.identity.rights import View

BY = {
    api.BOARD_BY_UNSPECIFIED: By.BODY,
    api.BOARD_BY_BODY: By.BODY,
    api.BOARD_BY_UNIT: By.UNIT,
    api.BOARD_BY_CLAUSE: By.CLAUSE,
    api.BOARD_BY_MATTER: By.MATTER,
}
EVERY = {
    api.TREND_STEP_UNSPECIFIED: None,
    api.TREND_STEP_DAY: Every.DAY,
    api.TREND_STEP_WEEK: Every.WEEK,
    api.TREND_STEP_MONTH: Every.MONTH,
}
DEFAULT_RANK = "in_time_rate"


def board_of(request: api.GetBoardRequest, view: View, district: District, now: int, lead: int) -> Asked:
    """The board that is asked for. Raises ``FactsError``."""
    wrong = [*_unknown(request, district, "body", "bodies")]
    for field, known, enum in (("by", BY, api.BoardBy), ("trend", EVERY, api.TrendStep)):
        number = getattr(request, field)
        if number not in known:
            names = tuple(enum.Name(each) for each in sorted(known))
            wrong.append(Violation(field, "LNK044", (("field", field), ("name", str(number))), names))
    if request.rank_by and request.rank_by not in RANKED:
        wrong.append(_no_figure("rank_by", request.rank_by, RANKED))
    if wrong:
        raise FactsError(wrong)
    found = _window(request, now)
    asked = Asked(
        request.district,
        *found,
        lead,
        by=BY[request.by],
        every=EVERY[request.trend],
        own=view.bodies,
        body=request.body,
        unit=request.unit,
        rank_by=(request.rank_by or DEFAULT_RANK) if view.bodies is None else "",
    )
    check_trend(asked)
    return asked


def check_trend(asked: Asked) -> None:
    """Raises ``FactsError`` (LNK087) for a trend of too many points."""
    if asked.every is not None and len(points(asked, asked.every)) > MOST_POINTS:
        raise FactsError((Violation("trend", "LNK087", (("limit", str(MOST_POINTS)),)),))


def behind_of(
    request: api.ListBoardObligationsRequest, view: View, district: District, now: int, lead: int
) -> tuple[Asked, Of]:
    """The figure whose obligations are asked for. Raises ``FactsError``."""
    wrong = [
        *_unknown(request, district, "body", "bodies"),
        *_unknown(request, district, "matter", "matters"),
    ]
    if request.figure not in BY_ID:
        wrong.append(_no_figure("figure", request.figure, tuple(BY_ID)))
    clauses = {clause for program in district.programs for clause in program.pack.clauses}
    if request.clause and request.clause not in clauses:
        args = (("name", request.clause[:64]),)
        wrong.append(Violation("clause", "LNK043", args, tuple(sorted(clauses))))
    if wrong:
        raise FactsError(wrong)
    found = _window(request, now)
    asked = Asked(request.district, *found, lead, own=view.bodies)
    return asked, Of(request.figure, request.body, request.unit, request.clause, request.matter)


def name_of(asked: Asked, of: Of) -> str:
    """Names this very list: a token of another one does not go on with it."""
    own = None if asked.own is None else sorted(asked.own)
    told = [asked.district, asked.since, asked.until, own, *of]
    return f"board {hashlib.sha256(orjson.dumps(told)).hexdigest()[:16]}"


def moment_in(moment: int) -> int:
    """The moment of a page token. Raises ``FactsError`` (LNK833) for one that no list was read at."""
    if not TIME_MIN <= moment < TIME_MAX:
        raise FactsError((Violation("page_token", "LNK833"),))
    return moment


def circular_of(request: api.DraftCircularRequest, now: int, lead: int) -> tuple[Asked, str]:
    """The board that a circular is drafted from, and the period's name. Raises ``FactsError``."""
    year, month = request.year, request.month
    if not 1992 <= year <= 2098:
        raise FactsError((Violation("year", "LNK085"),))
    if not 0 <= month <= 12:
        raise FactsError((Violation("month", "LNK085"),))
    at = _moment(request, "at") if request.HasField("at") else None
    return circular(request.district, year, month, at, now, lead)


def circular(district: str, year: int, month: int, at: int | None, now: int, lead: int) -> tuple[Asked, str]:
    """The same of plain values. Raises ``FactsError`` (LNK086) for a period that has not begun."""
    if month:
        following = date(year + month // 12, month % 12 + 1, 1)
        since, until, name = midnight(date(year, month, 1)), midnight(following), f"{year}年{month}月"
    else:
        since, until, name = midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1)), f"{year}年度"
    try:
        found = window(now, at, since, until)
    except FactsError as error:
        raise FactsError(
            Violation("year" if one.field == "since" else one.field, one.code, one.args)
            for one in error.violations
        ) from error
    return Asked(district, *found, lead), name


def _window(request: Any, now: int) -> Window:
    moments = [
        _moment(request, field) if request.HasField(field) else None for field in ("at", "since", "until")
    ]
    return window(now, *moments)


def _moment(request: Any, field: str) -> int:
    value: Timestamp = getattr(request, field)
    found = moment_of(value)
    if found is None:
        raise FactsError((Violation(field, "LNK806"),))
    return found


def _unknown(request: Any, district: District, field: str, section: str) -> list[Violation]:
    code, known = getattr(request, field), district.vocabulary.codes(section)
    if not code or code in known:
        return []
    return [Violation(field, "LNK802", (("name", code[:64]),), tuple(sorted(known)))]


def _no_figure(field: str, name: str, known: tuple[str, ...]) -> Violation:
    return Violation(field, "LNK088", (("name", name[:64]), ("allowed", ", ".join(known))), known)
