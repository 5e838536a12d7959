"""The official CEL evaluator on our facts: one expression, one case.

    case view --Facts--> messages of facts.proto
    text, types of its names --Environment--> Expression --value(facts, elements)--> value or Failure

Lookups and terms are functions of the environment; the case they are about stands in a context variable
while an expression is evaluated. Moments keep their nanoseconds: they go in as ``Timestamp`` messages, and an
expression that gives a moment or a length of time is evaluated as ``string(…)``, whose text is exact.
A function that is handed a moment gets it cut to the microsecond: see ``Facts.fine``. ``Asia/Shanghai`` is
eight hours ahead of UTC, as everywhere here; the time-zone database has other hours before 1992.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

from cel_expr_python import cel
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp

from policy.engines.unknowns import Failure
from policy.expr.counting import (
    COUNTED,
    NTH,
    NTH_DISTINCT,
    SAME_YEAR,
    WITHIN,
    YEARS_RUNNING,
    running,
)
from policy.expr.ops import LOOKUPS, ZONED_OVERLOADS, ZONES, CelError, add_period, year_of
from policy.expr.tree import Call, CelType, Node, walk
from policy.facts.views import TIMESTAMP, CaseView, View, is_list
from policy.pack.paths import MESSAGES
from policy.pack.vocabulary import Vocabulary
from policy.time.moment import NANO, nanos_of, parse_moment

_SCALARS = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "string": cel.Type.STRING,
    "timestamp": cel.Type.TIMESTAMP,
    "duration": cel.Type.DURATION,
}
_ABSENT: Mapping[str, Any] = {
    "bool": False,
    "int": 0,
    "double": 0.0,
    "string": "",
    "timestamp": Timestamp(),
}
"""What a variable that nobody has stated reads as: what proto3 gives an unset field."""

OFFICIAL_ERROR = "official_error"
"""Reason of an error that the official evaluator alone reports."""

_current: ContextVar[Facts] = ContextVar("facts")


class Facts:
    """A case view as messages; ``now`` is its ``as_of``. What is not in the view is not in the messages."""

    def __init__(self, view: CaseView) -> None:
        self.view = view
        self.fine = view.as_of % 1000 != 0
        """Whether some moment is finer than the microseconds of Python's datetime."""
        self._messages: dict[int, tuple[View, Any]] = {}
        self.now = Timestamp(seconds=view.as_of // NANO, nanos=view.as_of % NANO)
        self.case = self.message(view)

    def message(self, view: View) -> Any:
        """The message of an element of the view (a breach included)."""
        if id(view) not in self._messages:
            name = "Case" if isinstance(view, CaseView) else type(view).__name__
            self._fill_element(GetMessageClass(MESSAGES[name])(), view)
        return self._messages[id(view)][1]

    def _fill(self, message: Any, view: View) -> None:
        for field in message.DESCRIPTOR.fields:
            value = getattr(view, field.name, None)
            if value is None or field.name == "attributes":
                continue
            if field.message_type is None:
                if is_list(field):
                    getattr(message, field.name).extend(value)
                else:
                    setattr(message, field.name, value)
            elif field.message_type.full_name == TIMESTAMP:
                self.fine = self.fine or value % 1000 != 0
                target = getattr(message, field.name)
                target.seconds, target.nanos = divmod(value, NANO)
                target.SetInParent()
            elif is_list(field):
                for item in value:
                    self._fill_element(getattr(message, field.name).add(), item)
            else:
                getattr(message, field.name).SetInParent()
                self._fill(getattr(message, field.name), value)

    def _fill_element(self, message: Any, view: View) -> None:
        self._fill(message, view)
        self._messages[id(view)] = (view, message)


class Expression:
    """A compiled expression of an environment; ``values`` say what its names stand for."""

    def __init__(self, environment: Environment, text: str) -> None:
        self._compiled = environment.cel.compile(text)
        self._exact = _EXACT.get(self._compiled.return_type().name())
        if self._exact is not None:
            self._compiled = environment.cel.compile(f"string({text})")

    def value(self, facts: Facts, values: Mapping[str, Any]) -> Any:
        """The official value, moments and lengths of time in nanoseconds, or a ``Failure``."""
        token = _current.set(facts)
        try:
            result = self._compiled.eval(data=values)
        finally:
            _current.reset(token)
        if result.type() == cel.Type.ERROR:
            return Failure(OFFICIAL_ERROR)
        value = result.plain_value()
        return value if self._exact is None else self._exact(value)


_ZONE = re.compile(rf"""\(\s*(["'])(?:{"|".join(ZONES)})\1\s*\)""")


def in_fixed_hours(text: str, tree: Node) -> str:
    """The expression with Shanghai's time as the hours that it is ahead of UTC."""
    zoned = sum(isinstance(node, Call) and node.op in ZONED_OVERLOADS for node in walk(tree))
    fixed, count = _ZONE.subn('("+08:00")', text) if zoned else (text, 0)
    return fixed if count == zoned else text


class Environment:
    """Names with their types, and terms: name -> (types of its parameters, what computes it).

    ``vocabulary`` has the families that expressions may ask for.
    """

    def __init__(
        self,
        variables: Mapping[str, CelType],
        terms: Mapping[str, tuple[tuple[CelType, ...], Callable[..., bool]]],
        vocabulary: Vocabulary,
    ) -> None:
        functions = [_lookup(name, *where) for name, where in LOOKUPS.items()]
        functions.append(
            _function("add_period", cel.Type.TIMESTAMP, [cel.Type.TIMESTAMP, cel.Type.STRING], _period)
        )
        functions += _counting()
        for name, members in (("of_body", vocabulary.organs), ("in_family", vocabulary.members)):
            functions.append(
                _function(name, cel.Type.BOOL, [cel.Type.STRING, cel.Type.STRING], _member(members))
            )
        for name, (params, compute) in terms.items():
            functions.append(_function(name, cel.Type.BOOL, [_type(type_) for type_ in params], compute))
        types = {name: _type(type_) for name, type_ in variables.items()}
        self.cel = cel.NewEnv(variables=types, functions=functions)


def _counting() -> list[Any]:
    """The helpers that count, over messages: these keep their nanoseconds."""
    moment, text, whole = cel.Type.TIMESTAMP, cel.Type.STRING, cel.Type.INT
    functions = []
    for name, compute, more in ((NTH, _nth, []), (NTH_DISTINCT, _nth_distinct, [text])):
        overloads: list[Any] = []
        for message in COUNTED:
            one = cel.Type(MESSAGES[message].full_name)
            # At run time messages are told apart no more: one implementation serves all, and two clash.
            own = {} if overloads else {"impl": compute}
            overloads.append(
                cel.Overload(f"f_{name}_{message}", whole, [one, cel.Type.List(one), *more], **own)
            )
        functions.append(cel.FunctionDecl(name, overloads))
    years = [cel.Type.List(moment), moment]
    functions.append(
        _function(YEARS_RUNNING, whole, years, lambda all_, t: running(map(_year, all_), _year(t)))
    )
    functions.append(_function(SAME_YEAR, cel.Type.BOOL, [moment, moment], lambda s, t: _year(s) == _year(t)))
    functions.append(
        _function(WITHIN, cel.Type.BOOL, [moment, moment, text], lambda s, t, p: s <= t <= _period(s, p))
    )
    return functions


def _place(message: Any) -> tuple[int, int, str]:
    return message.at.seconds, message.at.nanos, message.id


def _nth(element: Any, elements: list[Any]) -> int:
    """Written without the helper of the other engines: an oracle must not share what it is to check."""
    order = sorted(set(map(_place, elements)))
    return order.index(_place(element)) + 1 if _place(element) in order else 0


def _nth_distinct(element: Any, elements: list[Any], field: str) -> int:
    firsts: dict[str, Any] = {}
    for one in sorted(elements, key=_place):
        firsts.setdefault(getattr(one, field), one.id)
    order = list(firsts.values())
    return order.index(element.id) + 1 if element.id in order else 0


def _year(moment: datetime) -> int:
    return year_of(nanos_of(moment), "")


def absent(type_: CelType) -> Any:
    """What the official evaluator reads where a scalar of this type is not stated."""
    return _ABSENT[type_.kind]


def moment(nanos: int) -> Timestamp:
    """A moment as the official evaluator takes it."""
    return Timestamp(seconds=nanos // NANO, nanos=nanos % NANO)


def current() -> Facts:
    """The case of the expression that is being evaluated."""
    return _current.get()


def _function(name: str, result: Any, parameters: list[Any], compute: Callable[..., Any]) -> Any:
    return cel.FunctionDecl(name, [cel.Overload("f_" + name, result, parameters, impl=compute)])


def _member(members: Callable[[str], frozenset[str]]) -> Callable[[str, str], bool]:
    def is_member(code: str, family: str) -> bool:
        return code in members(family)

    return is_member


def _lookup(name: str, message: str, collection: str) -> Any:
    def find(key: str) -> Any:
        facts = current()
        found = facts.view.index[collection].get(key)
        if found is None:
            raise ValueError("no such element")
        return facts.message(found)

    return _function(name, cel.Type(MESSAGES[message].full_name), [cel.Type.STRING], find)


def _type(type_: CelType) -> Any:
    if type_.kind == "message":
        return cel.Type(MESSAGES[type_.name].full_name)
    if type_.kind == "list" and type_.elem is not None:
        return cel.Type.List(_type(type_.elem))
    return _SCALARS[type_.kind]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _period(start: datetime, text: str) -> datetime:
    try:
        moved = add_period(nanos_of(start), text)
        return _EPOCH + timedelta(microseconds=moved // 1000)
    except (CelError, OverflowError) as error:
        raise ValueError("bad period") from error


def _length_of(text: str) -> int:
    """Nanoseconds of the official text of a length of time: -5400.25s."""
    whole, _, fraction = text.removeprefix("-").removesuffix("s").partition(".")
    nanos = int(whole) * NANO + int(fraction.ljust(9, "0"))
    return -nanos if text.startswith("-") else nanos


_EXACT: Mapping[str, Callable[[str], int]] = {
    cel.Type.TIMESTAMP.name(): parse_moment,
    cel.Type.DURATION.name(): _length_of,
}
