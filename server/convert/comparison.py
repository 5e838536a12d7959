"""Comparison -> CompareResponse: one case under several districts, duty by duty."""

from __future__ import annotations

from collections.abc import Mapping

from linkage.v1 import policy_service_pb2 as api
from policy.pack.model import Modality
from policy.review.compare import Cell, Comparison, Difference, Row
from policy.review.wording import Wording
from server.convert.answers import Answers
from server.convert.extent import FULL, Extent
from server.convert.words import MODALITY, coded

DIFFERENCE: Mapping[Difference, api.Difference] = {
    Difference.MEASURE: api.DIFFERENCE_MEASURE,
    Difference.SAME: api.DIFFERENCE_SAME,
    Difference.OTHER_BEARER: api.DIFFERENCE_OTHER_BEARER,
    Difference.STRICTER: api.DIFFERENCE_STRICTER,
    Difference.LOOSER: api.DIFFERENCE_LOOSER,
    Difference.OTHER_DEADLINE: api.DIFFERENCE_OTHER_DEADLINE,
    Difference.OTHER_FORCE: api.DIFFERENCE_OTHER_FORCE,
    Difference.OTHER_AMOUNT: api.DIFFERENCE_OTHER_AMOUNT,
    Difference.ABSENT: api.DIFFERENCE_ABSENT,
    Difference.ADDED: api.DIFFERENCE_ADDED,
    Difference.UNDETERMINED: api.DIFFERENCE_UNDETERMINED,
}


def comparison_message(
    answers: list[Answers], comparison: Comparison, extent: Extent = FULL
) -> api.CompareResponse:
    """The message of a comparison, with as much of each decision as ``extent`` says.

    ``answers`` are the converters of its districts, in order.
    """
    response = api.CompareResponse()
    for own, district, decision in zip(answers, comparison.districts, comparison.decisions, strict=True):
        part = response.decisions.add()
        part.district.CopyFrom(coded(own.words, "districts", district.code))
        part.decision.CopyFrom(own.message(decision, extent=extent))
    codes = [district.code for district in comparison.districts]
    words = answers[0].words
    response.rows.extend(_row(words, codes, row) for row in comparison.rows)
    return response


def _row(words: Wording, codes: list[str], row: Row) -> api.ComparisonRow:
    return api.ComparisonRow(
        action=coded(words, "actions", row.action),
        modality=MODALITY[Modality(row.modality)],
        trigger=row.trigger,
        cells=[_cell(code, cell) for code, cell in zip(codes, row.cells, strict=True)],
    )


def _cell(district: str, cell: Cell) -> api.ComparisonCell:
    return api.ComparisonCell(
        district=district,
        obligations=[obligation.id for obligation in cell.obligations],
        differences=[DIFFERENCE[difference] for difference in cell.differences],
    )
