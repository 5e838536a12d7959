"""Operators and functions: what each means, once, for every back end.

``OPS`` maps an overload id of the CEL specification to an ``Op``: the Python function that computes
it on known values, and the source text the compiler writes for it. Integers are 64-bit: leaving that
range, dividing by zero or an impossible conversion raises ``CelError``, as the specification says.
docs/expressions.md is written from this table.
"""

from __future__ import annotations

import math
import operator
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from policy.expr.counting import COUNTED, nth, nth_distinct, years_running_by
from policy.time.calendar import SHANGHAI
from policy.time.moment import EARLIEST, LATEST, NANO
from policy.time.period import Period, Unit

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1
_EPOCH_DAY = date(1970, 1, 1)


class CelError(Exception):
    """An evaluation error of the CEL specification. ``reason`` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Absent(Exception):
    """A value that nobody has stated: a parameter without a value."""


def _int(value: int) -> int:
    if _INT_MIN <= value <= _INT_MAX:
        return value
    raise CelError("overflow")


def _time(value: int) -> int:
    if EARLIEST <= value <= LATEST:
        return value
    raise CelError("overflow")


def add_int(a: int, b: int) -> int:
    return _int(a + b)


def sub_int(a: int, b: int) -> int:
    return _int(a - b)


def mul_int(a: int, b: int) -> int:
    return _int(a * b)


def neg_int(a: int) -> int:
    return _int(-a)


def div_int(a: int, b: int) -> int:
    """Division that truncates towards zero."""
    if b == 0:
        raise CelError("division_by_zero")
    quotient = abs(a) // abs(b)
    return _int(quotient if (a < 0) == (b < 0) else -quotient)


def mod_int(a: int, b: int) -> int:
    """The remainder with the sign of the dividend."""
    if b == 0:
        raise CelError("modulus_by_zero")
    if a == _INT_MIN and b == -1:
        raise CelError("overflow")
    remainder = abs(a) % abs(b)
    return remainder if a >= 0 else -remainder


def div_double(a: float, b: float) -> float:
    """IEEE 754 division: by zero gives an infinity or NaN."""
    if b != 0.0:
        return a / b
    if a == 0.0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def add_time(a: int, b: int) -> int:
    return _time(a + b)


def sub_time(a: int, b: int) -> int:
    return _time(a - b)


def add_duration(a: int, b: int) -> int:
    return _int(a + b)


def sub_duration(a: int, b: int) -> int:
    return _int(a - b)


def index_list(items: list[Any], index: int) -> Any:
    if 0 <= index < len(items):
        return items[index]
    raise CelError("index_out_of_bounds")


def int_to_double(a: int) -> float:
    return float(a)


def local_time(nanos: int) -> datetime:
    """The moment in Asia/Shanghai, to the second below."""
    try:
        return datetime(1970, 1, 1, 8, tzinfo=SHANGHAI) + timedelta(seconds=nanos // NANO)
    except OverflowError as error:  # the last eight hours of 9999, in UTC
        raise CelError("overflow") from error


# After four hundred years days of the month and of the week are the same again.
_CYCLE = 146_097 * 86_400 * NANO
_YEAR_10000 = LATEST + 1 - 8 * 3600 * NANO


def _shown(nanos: int) -> datetime:
    """As ``local_time``; a moment of the year 10000 in Shanghai, which Python has not, 400 years earlier."""
    return local_time(nanos - _CYCLE if nanos >= _YEAR_10000 else nanos)


def year_of(nanos: int, _zone: str) -> int:
    return 10_000 if nanos >= _YEAR_10000 else local_time(nanos).year


def month_of(nanos: int, _zone: str) -> int:
    """0 for January, as the specification says."""
    return _shown(nanos).month - 1


def day_of(nanos: int, _zone: str) -> int:
    """1 for the first of a month."""
    return _shown(nanos).day


def hour_of(nanos: int, _zone: str) -> int:
    return _shown(nanos).hour


def weekday_of(nanos: int, _zone: str) -> int:
    """0 for Sunday, as the specification says."""
    return _shown(nanos).isoweekday() % 7


_SECONDS = {Unit.MINUTE: 60, Unit.HOUR: 3600}


def add_period(nanos: int, text: str) -> int:
    """When a calendar period from a moment is over, without a move to a working day.

    As the Civil Procedure Law (2023) art. 85 counts: the starting day does not count; a month or year ends on
    the corresponding day or, where there is none, the month's last day; the last day ends at 24:00 in
    Shanghai. Hours and minutes run from the exact moment. Working and half days are refused: they need the
    calendar.
    """
    try:
        period = Period.parse(text)
    except ValueError as error:
        raise CelError("bad_period") from error
    if seconds := _SECONDS.get(period.unit):
        return _time(nanos + period.amount * seconds * NANO)
    if period.unit in (Unit.WORKING_DAY, Unit.HALF_DAY):
        raise CelError("bad_period")
    day = local_time(nanos).date()
    if period.unit is Unit.DAY:
        last = day.toordinal() + period.amount
    else:
        months = day.month - 1 + period.amount * (12 if period.unit is Unit.YEAR else 1)
        year, month = day.year + months // 12, months % 12 + 1
        if year > date.max.year:
            raise CelError("overflow")
        last = date(year, month, min(day.day, monthrange(year, month)[1])).toordinal()
    return _time((last - _EPOCH_DAY.toordinal() + 1) * 86_400 * NANO - 8 * 3600 * NANO)


@dataclass(frozen=True, slots=True)
class Op:
    """One overload: ``call`` on known values; ``source`` the Python text with {0}, {1} … for the arguments.

    ``doc`` is (form, meaning) for docs/expressions.md.
    """

    call: Callable[..., Any]
    source: str
    doc: tuple[str, str]


def _binary(call: Callable[..., Any], sign: str, form: str, meaning: str) -> Op:
    return Op(call, f"({{0}} {sign} {{1}})", (form, meaning))


def _helper(call: Callable[..., Any], arity: int, form: str, meaning: str) -> Op:
    arguments = ", ".join(f"{{{i}}}" for i in range(arity))
    return Op(call, f"{call.__name__}({arguments})", (form, meaning))


def _orderings() -> dict[str, Op]:
    signs = {
        "less": ("<", operator.lt),
        "less_equals": ("<=", operator.le),
        "greater": (">", operator.gt),
        "greater_equals": (">=", operator.ge),
    }
    kinds = {
        "bool": "bool",
        "int64": "int",
        "double": "double",
        "string": "string",
        "timestamp": "timestamp",
        "duration": "duration",
    }
    return {
        f"{name}_{suffix}": _binary(call, sign, f"{kind} {sign} {kind}", "order")
        for name, (sign, call) in signs.items()
        for suffix, kind in kinds.items()
    }


def _contains(a: str, b: str) -> bool:
    return b in a


def in_list(value: Any, items: Any) -> bool:
    """Whether an element equals the value. As in CEL NaN equals nothing, while Python's ``in`` takes the very
    same object for equal."""
    return any(value == item for item in items)


_ZONED = {
    "timestamp_to_year_with_tz": (year_of, "getFullYear"),
    "timestamp_to_month_with_tz": (month_of, "getMonth"),
    "timestamp_to_day_of_month_1_based_with_tz": (day_of, "getDate"),
    "timestamp_to_hours_with_tz": (hour_of, "getHours"),
    "timestamp_to_day_of_week_with_tz": (weekday_of, "getDayOfWeek"),
}

years_running = years_running_by(year_of)

_SIZE = Op(len, "len({0})", ("size(x), x.size()", "number of elements of a list, of characters of a string"))

_COUNTING = ("", "")
"""``counting.FORMS`` documents what counts."""

OPS: Mapping[str, Op] = {
    "equals": _binary(
        operator.eq, "==", "x == y", "equal; for bool, int, double, string, timestamp, duration"
    ),
    "not_equals": _binary(operator.ne, "!=", "x != y", "not equal; for the same types"),
    **_orderings(),
    "in_list": Op(in_list, "({0} in {1})", ("x in list", "is an element of the list")),
    "add_int64": _helper(add_int, 2, "int + int", "sum; error on overflow"),
    "subtract_int64": _helper(sub_int, 2, "int - int", "difference; error on overflow"),
    "multiply_int64": _helper(mul_int, 2, "int * int", "product; error on overflow"),
    "divide_int64": _helper(div_int, 2, "int / int", "quotient, truncated; error on division by zero"),
    "modulo_int64": _helper(mod_int, 2, "int % int", "remainder; error on division by zero"),
    "negate_int64": _helper(neg_int, 1, "-int", "negative; error on overflow"),
    "add_double": _binary(operator.add, "+", "double + double", "sum"),
    "subtract_double": _binary(operator.sub, "-", "double - double", "difference"),
    "multiply_double": _binary(operator.mul, "*", "double * double", "product"),
    "divide_double": _helper(div_double, 2, "double / double", "quotient (IEEE 754)"),
    "negate_double": Op(operator.neg, "(-{0})", ("-double", "negative")),
    "int64_to_double": _helper(int_to_double, 1, "double(int)", "conversion"),
    "add_string": _binary(operator.add, "+", "string + string", "concatenation"),
    "contains_string": Op(_contains, "({1} in {0})", ("s.contains(t)", "t occurs in s")),
    "starts_with_string": Op(str.startswith, "{0}.startswith({1})", ("s.startsWith(t)", "s begins with t")),
    "ends_with_string": Op(str.endswith, "{0}.endswith({1})", ("s.endsWith(t)", "s ends with t")),
    "size_list": _SIZE,
    "list_size": _SIZE,
    "size_string": _SIZE,
    "string_size": _SIZE,
    "index_list": _helper(index_list, 2, "list[int]", "element, from 0; error beyond the end"),
    # Facts hold tuples, comprehensions give lists.
    "add_list": Op(lambda a, b: [*a, *b], "[*{0}, *{1}]", ("list + list", "concatenation")),
    "add_timestamp_duration": _helper(add_time, 2, "timestamp + duration", "later moment"),
    "add_duration_timestamp": Op(
        lambda a, b: add_time(b, a), "add_time({1}, {0})", ("duration + timestamp", "later moment")
    ),
    "subtract_timestamp_duration": _helper(sub_time, 2, "timestamp - duration", "earlier moment"),
    "subtract_timestamp_timestamp": _helper(sub_duration, 2, "timestamp - timestamp", "duration between"),
    "add_duration_duration": _helper(add_duration, 2, "duration + duration", "sum"),
    "subtract_duration_duration": _helper(sub_duration, 2, "duration - duration", "difference"),
    "add_period": _helper(
        add_period, 2, 'add_period(t, "3 months")', "when a calendar period from t is over"
    ),
    **{f"nth_{name}": Op(nth, "nth({0}, {1})", _COUNTING) for name in COUNTED},
    **{
        f"nth_distinct_{name}": Op(nth_distinct, "nth_distinct({0}, {1}, {2})", _COUNTING) for name in COUNTED
    },
    "years_running": Op(years_running, "years_running({0}, {1})", _COUNTING),
    **{
        overload: _helper(call, 2, f't.{name}("Asia/Shanghai")', f"{name} in Asia/Shanghai time")
        for overload, (call, name) in _ZONED.items()
    },
}

ZONED_OVERLOADS = frozenset(_ZONED)
FALLIBLE = frozenset(
    {f"{name}_int64" for name in ("add", "subtract", "multiply", "divide", "modulo", "negate")}
    | {"add_timestamp_duration", "add_duration_timestamp", "add_duration_duration"}
    | {"subtract_timestamp_duration", "subtract_timestamp_timestamp", "subtract_duration_duration"}
    | {"index_list", "add_period"}
    | {"lookup_" + name for name in ("party", "document", "request", "property", "event")}
)
"""Operators that have no value for some arguments: they raise ``CelError``, or find no element."""
ZONES = ("Asia/Shanghai",)

# Names of the functions above that generated source may call.
HELPERS: Mapping[str, Callable[..., Any]] = {
    op.call.__name__: op.call for op in OPS.values() if op.source.startswith(op.call.__name__ + "(")
} | {"add_time": add_time, "in_list": in_list}

# Lookups by id: function name -> (message, list of the case).
LOOKUPS: Mapping[str, tuple[str, str]] = {
    "party": ("Party", "parties"),
    "document": ("Document", "documents"),
    "request": ("Request", "requests"),
    "property": ("Property", "properties"),
    "event": ("Event", "events"),
}

# Membership in a family of codes of the vocabulary: function name -> (section of the family, form, meaning).
FAMILIES: Mapping[str, tuple[str, str, str]] = {
    "of_body": ("bodies", 'of_body(x, "body")', "x is that body or an organ of it (`part_of`)"),
    "in_family": ("families", 'in_family(x, "family")', "x is a matter of that family (`families`)"),
}
