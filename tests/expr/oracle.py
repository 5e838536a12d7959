"""The official CEL evaluator on our facts: what every engine must agree with where all facts are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cel_expr_python import cel

from linkage.v1 import facts_pb2
from policy.expr.cel import Environment
from policy.expr.ops import LOOKUPS, CelError, add_period
from policy.expr.tree import CelType

_PACKAGE = "linkage.v1."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SCALARS = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "string": cel.Type.STRING,
    "timestamp": cel.Type.TIMESTAMP,
    "duration": cel.Type.DURATION,
}


class OracleError(Exception):
    """The official evaluator says that the expression is an error on these facts."""


def evaluate(
    text: str, environment: Environment, values: Mapping[str, Any], case: facts_pb2.Case
) -> bool | int | float | str:
    """The official value of ``text``. Raises ``OracleError`` where CEL defines an error."""
    functions = [_lookup(name, message, collection, case) for name, (message, collection) in LOOKUPS.items()]
    functions.append(
        cel.FunctionDecl(
            "add_period",
            [
                cel.Overload(
                    "add_period", cel.Type.TIMESTAMP, [cel.Type.TIMESTAMP, cel.Type.STRING], impl=_add_period
                )
            ],
        )
    )
    variables = {name: _type(type_) for name, type_ in environment.variables}
    compiled = cel.NewEnv(variables=variables, functions=functions).compile(text)
    result = compiled.eval(data=dict(values))
    if result.type() == cel.Type.ERROR:
        raise OracleError(str(result.value()))
    value: bool | int | float | str = result.value()
    return value


def _type(type_: CelType) -> Any:
    if type_.kind == "message":
        return cel.Type(_PACKAGE + type_.name)
    if type_.kind == "list" and type_.elem is not None:
        return cel.Type.List(_type(type_.elem))
    return _SCALARS[type_.kind]


def _lookup(name: str, message: str, collection: str, case: facts_pb2.Case) -> Any:
    def find(key: str) -> Any:
        for element in getattr(case, collection):
            if element.id == key:
                return element
        raise ValueError("no such element")

    overload = cel.Overload("lookup_" + name, cel.Type(_PACKAGE + message), [cel.Type.STRING], impl=find)
    return cel.FunctionDecl(name, [overload])


def _add_period(moment: datetime, text: str) -> datetime:
    delta = moment - _EPOCH if moment.tzinfo else moment.replace(tzinfo=UTC) - _EPOCH
    nanos = (delta.days * 86_400 + delta.seconds) * 1_000_000_000 + delta.microseconds * 1000
    try:
        moved = add_period(nanos, text)
    except CelError as error:
        raise ValueError(error.reason) from error
    return _EPOCH + timedelta(microseconds=moved // 1000)
