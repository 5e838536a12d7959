"""A board as a message: the same cells as the terminal and the files have (``server.board.told``)."""

from __future__ import annotations

from typing import Any

from linkage.v1 import assessment_service_pb2, decision_pb2
from linkage.v1 import board_service_pb2 as api
from policy.decide.snapshot import District
from policy.review.wording import Wording
from server.board.board import Board
from server.board.figures import FIGURES
from server.board.told import Line, told
from server.convert.assessment import KINDS
from server.convert.words import set_moment
from server.settings.lights import MORE_IS_WORSE, written

_LIGHTS: dict[str, Any] = {
    "green": api.LIGHT_GREEN,
    "yellow": api.LIGHT_YELLOW,
    "red": api.LIGHT_RED,
}


def board_message(found: Board, district: District, words: Wording, by: Any) -> api.Board:
    """The message; ``by`` as the request had it."""
    asked, shown = found.asked, told(found, district, words)
    message = api.Board(
        district=asked.district,
        title=shown.title,
        by=by or api.BOARD_BY_BODY,
        figures=[
            api.BoardFigure(id=each.id, title=title, kind=KINDS[each.kind.value], of_moment=each.now)
            for each, title in zip(FIGURES, shown.titles, strict=True)
        ],
        rows=[_row(line) for line in shown.lines],
        total=_row(shown.total),
        trend=[
            api.TrendPoint(**{**point._asdict(), "start": point.start.isoformat()})
            for _, point in shown.trend
        ],
        ranked_by=asked.rank_by,
        thresholds=[
            api.LightThreshold(
                figure=name,
                yellow=written(one.yellow),
                red=written(one.red),
                more_is_worse=MORE_IS_WORSE[name],
            )
            for name, one in found.thresholds.items()
        ],
        part_of=[
            decision_pb2.Coded(code=code, name=words.any_body(code)) for code in sorted(asked.own or ())
        ],
        notes=shown.notes,
    )
    for field in ("at", "since", "until"):
        set_moment(getattr(message, field), getattr(asked, field))
    return message


def _row(line: Line) -> api.BoardRow:
    row = api.BoardRow(
        of=decision_pb2.Coded(code=line.code, name=line.name),
        unit=line.unit,
        name=line.name,
        rank=line.rank or 0,
        light=_LIGHTS.get(line.light, api.LIGHT_UNSPECIFIED),
    )
    for figure, cell in zip(FIGURES, line.cells, strict=True):
        row.figures.append(
            assessment_service_pb2.Figure(
                id=figure.id,
                value="" if cell.number is None else str(cell.number),
                text=cell.text,
                median=cell.median,
            )
        )
        if cell.light:
            row.lights[figure.id] = _LIGHTS[cell.light]
    return row
