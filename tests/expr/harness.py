"""One expression on every evaluator: the generated Python, the three-valued walk, the official CEL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf import json_format

from linkage.v1 import facts_pb2
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure, Unknown
from policy.expr.cel import Environment
from policy.expr.lower import lower
from policy.expr.ops import HELPERS
from policy.expr.tree import BOOL, DOUBLE, INT, TIMESTAMP, Node, message
from policy.facts.reading import CaseReader
from policy.facts.views import CaseView
from policy.program.build import FALLBACK
from policy.program.codegen import Scope
from policy.vocabulary import SECTIONS, Code, Vocabulary
from tests.expr import oracle

AS_OF = 1_710_043_200_000_000_000  # 2024-03-10T12:00:00+08:00
ENVIRONMENT = Environment.of(
    {
        "case": message("Case"),
        "e": message("Event"),
        "p": message("Party"),
        "as_of": TIMESTAMP,
        "attr.pilot": BOOL,
        "attr.score": DOUBLE,
        "attr.n": INT,
    },
    {},
)
ATTRIBUTES = {"pilot": "bool", "score": "double", "n": "int"}
CODES = ("x", "y", "court", "debtor", "member", "lawyer", "enforcement", "here", "liwan", "特")
VOCABULARY = Vocabulary.of({section: {c: Code(c, c, c) for c in CODES} for section in SECTIONS})
ERROR = "error"
"""What an evaluator gives where CEL defines an error."""


def case_of(**fields: Any) -> facts_pb2.Case:
    """A case with one party ``p1`` and one event ``e1``, and what ``fields`` add (JSON form)."""
    base: dict[str, Any] = {"id": "c1", "district": "here", "kind": "enforcement"}
    parsed: facts_pb2.Case = json_format.ParseDict(base | fields, facts_pb2.Case())
    return parsed


def tree_of(text: str) -> Node:
    """The typed tree of a well-typed, supported expression."""
    checked, faults = ENVIRONMENT.check(text)
    assert checked is not None, faults
    return lower(checked)


def view_of(case: facts_pb2.Case, as_of: int = AS_OF) -> CaseView:
    """The view of the case for the test vocabulary."""
    return CaseReader(VOCABULARY, ATTRIBUTES).read(case, as_of)


def compiled(text: str, case: facts_pb2.Case, as_of: int = AS_OF) -> Any:
    """The value by generated Python, which leaves to the three-valued engine what facts do not settle."""
    source = Scope({}).write(tree_of(text), {"e": "e", "p": "p"})
    view = view_of(case, as_of)
    scope = {"c": view, "e": view.events[0], "p": view.parties[0], **HELPERS}
    try:
        return eval(source, scope)  # noqa: S307 - the generated text is what is under test
    except FALLBACK:
        return three(text, case, as_of)


def three(text: str, case: facts_pb2.Case, as_of: int = AS_OF) -> Any:
    """The value by the three-valued engine; an ``Unknown`` is given as it is."""
    view = view_of(case, as_of)
    walk = Evaluator(view, {}, {})
    bound = {"e": walk.ref(view.events[0]), "p": walk.ref(view.parties[0])}
    value = walk.value(tree_of(text), bound)
    return ERROR if isinstance(value, Failure) else value


def official(text: str, case: facts_pb2.Case, as_of: int = AS_OF) -> Any:
    """The value by the official evaluator, moments and durations as nanoseconds."""
    values = {
        "case": case,
        "e": case.events[0],
        "p": case.parties[0],
        "as_of": datetime.fromtimestamp(as_of // 1_000_000_000, UTC),
    }
    for name, attribute in case.attributes.items():
        values[f"attr.{name}"] = getattr(attribute, attribute.WhichOneof("value"))
    try:
        return _plain(oracle.evaluate(text, ENVIRONMENT, values, case))
    except oracle.OracleError:
        return ERROR


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    if isinstance(value, timedelta):
        return ((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds) * 1000
    return value


def is_unknown(value: Any) -> bool:
    """Whether the three-valued engine could not settle it."""
    return isinstance(value, Unknown)
