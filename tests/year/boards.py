"""Boards and assessments of the year beside the recount in SQL: of each district what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from linkage.v1 import facts_pb2
from policy.assess import appraise, assessed
from policy.decide.snapshot import District
from policy.pack.vocabulary import Vocabulary
from server.board.asked import Asked, day_of, midnight
from server.board.board import Board, board
from tests.assess.recount import EXPECTED
from tests.year.recount import FIGURES, OF_A_PERIOD, figures
from tests.year.run import Served
from tests.year.stories import DAY, START


async def boards(server: Served) -> list[str]:
    """Of boards, what SQL counts otherwise; of the first assessment of each district, too."""
    wrong: list[str] = []
    now = server.clock.now
    asked = {"at": now, "tonight": midnight(day_of(now)) + DAY, "since": START, "until": now}
    for code, district in sorted(server.running.rules.current.snapshot.districts.items()):
        reported = district.programs[-1].pack.authority == "reported"
        rows = _rows(code, district)
        async with server.register.keeper.reading() as connection:
            counted = await figures(connection, code, reported, rows, asked)
        found = await board(server.register.keeper, district, Asked(code, now, START, now, DAY), {})
        wrong += _board(code, found, counted)
        cases = [
            (await server.register.kept(*name)).folded.case
            async for name in server.register.keeper.names()
            if name[0] == code
        ]
        wrong += _assessment(code, district, cases, counted, now)
    return wrong


def _rows(code: str, district: District) -> dict[str, str]:
    """For which row each bearer's duties count: as assessments of the document have it, or its whole body."""
    vocabulary = district.vocabulary
    found = {body: _whole(body, vocabulary) for body in vocabulary.codes("bodies")}
    for name, expected in reversed(list(EXPECTED.items())):
        if name.startswith(f"{code}."):
            found |= expected.parts
            found |= {subject: subject for subject in expected.subjects}
    return {bearer: row for bearer, row in found.items() if bearer != row}


def _whole(body: str, vocabulary: Vocabulary) -> str:
    codes = vocabulary.codes("bodies")
    while codes[body].part_of:
        body = codes[body].part_of
    return body


def _board(code: str, found: Board, counted: dict[str, dict[str, int]]) -> Iterator[str]:
    shown = {row.code: row.values for row in found.rows} | {"": found.total.values}
    for row in sorted(shown.keys() | counted):
        for figure in FIGURES:
            stands = int(shown[row][figure].value or 0) if row in shown else 0
            if stands != (recounted := counted.get(row, {}).get(figure, 0)):
                yield f"{code} {row or 'in all'}: {figure} {stands} on the board, {recounted} in SQL"


def _assessment(
    code: str,
    district: District,
    cases: list[facts_pb2.Case],
    counted: dict[str, dict[str, int]],
    now: int,
) -> Iterator[str]:
    """An assessment that counts every duty of a body: of those that count some, SQL knows nothing."""
    program, assessment = next(iter(assessed(district, now)))
    if assessment.id not in ("liwan.assess", "gongan.assess"):
        return
    sums: dict[str, Counter[str]] = {}
    for row in appraise(district, program, assessment, cases, START, now - 1).rows:
        own = sums.setdefault(row.body, Counter())
        own["duties"] += row.duties
        own.update({name: int(row.figures[name].value or 0) for name in OF_A_PERIOD if name in row.figures})
    for body in assessment.subjects:
        for figure in ("duties", *OF_A_PERIOD):
            assessed_, recounted = sums.get(body, Counter())[figure], counted.get(body, {}).get(figure, 0)
            if assessed_ != recounted:
                yield f"{code} {body}: {figure} {assessed_} assessed, {recounted} in SQL"
