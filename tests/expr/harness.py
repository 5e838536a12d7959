"""One expression on every evaluator: the generated Python, the three-valued walk, the official CEL."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from google.protobuf import json_format

from linkage.v1 import facts_pb2
from policy.engines.official import Environment as OfficialEnvironment
from policy.engines.official import Expression, Facts, absent
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure, Unknown
from policy.expr.cel import Environment
from policy.expr.lower import lower
from policy.expr.tree import BOOL, DOUBLE, INT, SCALARS, TIMESTAMP, Node, message
from policy.facts.reading import CaseReader
from policy.facts.views import CaseView
from policy.pack.vocabulary import SECTIONS, Code, Vocabulary
from policy.program.program import FALLBACK
from tests.loading import FIXTURES, loaded

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
_PROGRAM = loaded(FIXTURES)[0].districts["qiaonan"].programs[0]
"""Any program: it makes functions of expressions that use no parameters and no terms."""
ATTRIBUTES = {"pilot": "bool", "score": "double", "n": "int"}
CODES = ("a", "x", "y", "court", "debtor", "member", "lawyer", "enforcement", "here", "liwan", "特")
_SECTIONS = {section: {c: Code(c, c, c) for c in CODES} for section in SECTIONS}
_SECTIONS["bodies"]["x"] = Code("x", "x", "x", part_of="court")
_SECTIONS["matters"]["y"] = Code("y", "y", "y", families=("a",))
VOCABULARY = Vocabulary.of(_SECTIONS)
"""Of the bodies ``x`` is an organ of ``court``, of the matters ``y`` belongs to the family ``a``."""
_OFFICIAL = OfficialEnvironment(dict(ENVIRONMENT.variables), {}, VOCABULARY)
ERROR = "error"
"""What an evaluator gives where CEL defines an error."""


def case_of(**fields: Any) -> facts_pb2.Case:
    """A case with one party ``p1`` and one event ``e1``, and what ``fields`` add (JSON form)."""
    base: dict[str, Any] = {"id": "c1", "district": "here", "kind": "enforcement"}
    parsed: facts_pb2.Case = json_format.ParseDict(base | fields, facts_pb2.Case())
    return parsed


@lru_cache(maxsize=4096)
def tree_of(text: str) -> Node:
    """The typed tree of a well-typed, supported expression."""
    checked, faults = ENVIRONMENT.check(text)
    assert checked is not None, faults
    return lower(checked, VOCABULARY)


def view_of(case: facts_pb2.Case, as_of: int = AS_OF) -> CaseView:
    """The view of the case for the test vocabulary."""
    return CaseReader(VOCABULARY, ATTRIBUTES).read(case, as_of)


def compiled(text: str, case: facts_pb2.Case, as_of: int = AS_OF) -> Any:
    """The value by generated Python, which leaves to the three-valued engine what facts do not settle."""
    view = view_of(case, as_of)
    part = _PROGRAM.part(tree_of(text), ("e", "p"))
    elements = {"e": view.events[0], "p": view.parties[0]}
    try:
        return part.function(view, *[elements[name] for name in part.names])
    except FALLBACK:
        return three(text, case, as_of)


def three(text: str, case: facts_pb2.Case, as_of: int = AS_OF) -> Any:
    """The value by the three-valued engine; an ``Unknown`` is given as it is."""
    value = walked(text, case, as_of)
    return ERROR if isinstance(value, Failure) else value


def walked(text: str, case: facts_pb2.Case, as_of: int = AS_OF) -> Any:
    """The value by the three-valued engine, a ``Failure`` with its reason."""
    view = view_of(case, as_of)
    walk = Evaluator(view, {}, {})
    bound = {"e": walk.ref(view.events[0]), "p": walk.ref(view.parties[0])}
    return walk.value(tree_of(text), bound)


def official(text: str, case: facts_pb2.Case, as_of: int = AS_OF) -> Any:
    """The value by the official evaluator, moments and durations as nanoseconds."""
    facts = Facts(view_of(case, as_of))
    view = facts.view
    values: dict[str, Any] = {
        "case": facts.case,
        "e": facts.message(view.events[0]),
        "p": facts.message(view.parties[0]),
        "as_of": facts.now,
    }
    for name, kind in ATTRIBUTES.items():
        values["attr." + name] = view.attrs.get(name, absent(SCALARS[kind]))
    value = _official(text).value(facts, values)
    return ERROR if isinstance(value, Failure) else value


@lru_cache(maxsize=4096)
def _official(text: str) -> Expression:
    return Expression(_OFFICIAL, text)


def is_unknown(value: Any) -> bool:
    """Whether the three-valued engine could not settle it."""
    return isinstance(value, Unknown)
