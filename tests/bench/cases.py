"""The mix of cases: twelve files, from a case that puts nothing on anybody to one with 25 events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from linkage.v1 import facts_pb2
from policy.decide.decision import NANO
from policy.facts.parsing import parse_case
from policy.text.diagnostics import Faults, PackError
from policy.text.source import Source
from policy.time.calendar import SHANGHAI

FOLDER = Path(__file__).parent / "cases"

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BenchCase:
    """One case of the mix; ``as_of`` is in nanoseconds since 1970 UTC, ``plain`` the same facts."""

    name: str
    message: facts_pb2.Case
    as_of: int
    plain: Plain


def bench_cases() -> tuple[BenchCase, ...]:
    """Every case of the mix, by name. Raises ``PackError`` where a file cannot be read."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.yaml")))


def _read(path: Path) -> BenchCase:
    faults = Faults()
    parsed = parse_case(Source(path.name, path.read_text(encoding="utf-8")), faults)
    if parsed is None or parsed.as_of is None:
        raise PackError(faults.sorted())
    return BenchCase(path.stem, parsed.case, parsed.as_of, plain_case(parsed.case, parsed.as_of))


def plain_case(case: facts_pb2.Case, as_of: int) -> Plain:
    """The facts as plain data: absent fields left out, lists always there, moments as whole seconds.

    ``as_of`` and ``three_months_ago`` are added, for engines that cannot count calendar months: whoever lost
    touch before the latter has been gone for more than three months. It is worked out here, outside what is
    timed, which favours those engines.
    """
    plain: Plain = _plain(case)
    plain["as_of"] = as_of // NANO
    plain["three_months_ago"] = _three_months_before(as_of)
    plain.setdefault("flags", {})
    return plain


def _plain(message: Any) -> Plain:
    plain: Plain = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.is_repeated:
            plain[field.name] = [_value(item) for item in value]
        elif message.HasField(field.name) if field.has_presence else value:
            plain[field.name] = _value(value)
    plain.pop("attributes", None)
    return plain


def _value(value: Any) -> Any:
    if not hasattr(value, "DESCRIPTOR"):
        return value
    return int(value.seconds) if value.DESCRIPTOR.name == "Timestamp" else _plain(value)


def _three_months_before(as_of: int) -> int:
    """00:00 of the first day from which three months have not passed yet by ``as_of``."""
    moment = datetime.fromtimestamp(as_of // NANO, SHANGHAI)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0) - relativedelta(months=3)
    return int(day.timestamp())
