"""Requests to assess, of what the clients' ``assess`` is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from google.protobuf.field_mask_pb2 import FieldMask

from linkage.v1 import assessment_service_pb2 as api
from linkage.v1 import facts_pb2
from linkage_client.cases import CaseLike, case_of
from linkage_client.errors import Refused, Violation, refused
from linkage_client.moments import is_aware, timestamp_of
from linkage_client.requests import BATCH_BYTES, BATCH_ITEMS, RECEIVED_BYTES, VIEWS, View, many

PeriodLike = int | tuple[datetime, datetime]
"""A calendar year in China, or from a moment until before another: both with a zone."""
Value = str | int | float | bool | None
"""A parameter's value; None leaves open what the district has fixed."""

ASSESS_SECONDS = 600.0
"""Seconds for an assessment, unless told otherwise: the service decides some hundred cases a second."""

_NAIVE = {
    "zh": "不是可用的时间：没有时区，例如用 linkage_client.shanghai(…)",
    "en": "not a moment: no time zone: linkage_client.shanghai(…) makes one",
}


@dataclass(frozen=True, slots=True)
class Assessing:
    """What an assessment is asked for. Raises ``Refused`` for a moment without a zone."""

    district: str
    period: PeriodLike
    compared_with: PeriodLike | None
    assessment: str
    parameters: Mapping[str, Value]
    confirmed: datetime | None
    language: str
    view: View | None
    read_mask: Sequence[str]

    def messages(self, cases: Iterable[CaseLike]) -> api.AssessRequest | list[api.AssessStreamRequest]:
        """One message where the cases are few, else those of a stream. Raises ``Refused``."""
        read = self._read(many(cases))
        request = self._request()
        if len(read) <= BATCH_ITEMS and sum(case.ByteSize() for case in read) <= BATCH_BYTES:
            request.cases.extend(read)
            return request
        stream = [api.AssessStreamRequest(case=case) for case in read]
        return [api.AssessStreamRequest(request=request), *stream]

    def _request(self) -> api.AssessRequest:
        wrong: list[Violation] = []
        request = api.AssessRequest(
            district=self.district,
            assessment=self.assessment,
            period=self._period("period", self.period, wrong),
            parameters={name: _text(value) for name, value in self.parameters.items()},
            language=self.language,
            view=None if self.view is None else VIEWS[self.view],
            read_mask=FieldMask(paths=self.read_mask) if self.read_mask else None,
            max_response_bytes=RECEIVED_BYTES,
        )
        if self.compared_with is not None:
            request.compared_with.CopyFrom(self._period("compared_with", self.compared_with, wrong))
        if self.confirmed is not None:
            if is_aware(self.confirmed):
                request.confirmed_at.CopyFrom(timestamp_of(self.confirmed))
            else:
                wrong.append(self._naive("confirmed_at"))
        if wrong:
            raise refused(wrong, self._lang)
        return request

    def _period(self, field: str, period: PeriodLike, wrong: list[Violation]) -> api.AssessedPeriod:
        if isinstance(period, int):
            return api.AssessedPeriod(year=period)
        start, end = period
        if is_aware(start) and is_aware(end):
            return api.AssessedPeriod(start=timestamp_of(start), end=timestamp_of(end))
        wrong.append(self._naive(field))
        return api.AssessedPeriod()

    def _read(self, cases: Iterable[CaseLike]) -> list[facts_pb2.Case]:
        """The cases as messages; what is wrong with any of them is said of all at once."""
        read, wrong = [], []
        for place, case in enumerate(cases):
            try:
                read.append(case_of(case, self.language))
            except Refused as error:
                for one in error.violations:
                    field = f"cases[{place}]{one.field.removeprefix('case')}"
                    wrong.append(replace(one, field=field))
        if wrong:
            raise refused(wrong, self._lang)
        return read

    def _naive(self, field: str) -> Violation:
        return Violation(field, "LNK816", _NAIVE[self._lang])

    @property
    def _lang(self) -> str:
        return "en" if self.language == "en" else "zh"


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
