"""All of CEL's standard definitions: each is either supported, or refused at load with a code."""

from __future__ import annotations

from typing import Any

import pytest

from policy.expr.counting import PLACES, YEARS_RUNNING
from policy.expr.ops import FALLIBLE, LOOKUPS, OPS, CelError
from policy.expr.standard import ENVIRONMENT, Definition, definitions, forms, status_of
from policy.text.messages import CATALOG

_DEFINITIONS = tuple(definitions())
_FORMS = tuple(forms())
_LITERALS = {"string_to_timestamp", "string_to_duration"}
_CONNECTIVES = {"conditional", "logical_and", "logical_or", "logical_not"}


@pytest.mark.parametrize("definition", [*_DEFINITIONS, *_FORMS], ids=lambda d: d.example)
def test_each_is_supported_or_refused_with_a_code(definition: Definition) -> None:
    code = status_of(definition).code
    assert not code or code in CATALOG


def test_what_is_supported_is_the_table_of_operators_and_nothing_else() -> None:
    supported = {definition.overload for definition in _DEFINITIONS if not status_of(definition).code}
    own = PLACES | {YEARS_RUNNING, "add_period"}
    assert supported == (set(OPS) - own) | _LITERALS | _CONNECTIVES


def test_each_example_uses_the_overload_that_it_stands_for() -> None:
    """What the checker itself refuses has no overload: comparisons of numbers of two types."""
    unchecked = []
    for definition in _DEFINITIONS:
        checked, _ = ENVIRONMENT.check(definition.example)
        if checked is None:
            unchecked.append(definition.overload)
            continue
        used = {name for reference in checked.reference_map.values() for name in reference.overload_id}
        assert definition.overload in used or definition.overload == "type", definition
    assert len(unchecked) == 24
    assert all(name.startswith(("less_", "greater_")) for name in unchecked)


def test_the_supported_forms_are_these() -> None:
    assert [f"{form.function} {form.overload}" for form in _FORMS if not status_of(form).code] == [
        "literal bool",
        "literal int",
        "literal hexadecimal int",
        "literal double",
        "literal string",
        "literal string in three quotes",
        "literal raw string",
        "literal list",
        "selection field",
        "macro list.all(x, p)",
        "macro list.exists(x, p)",
        "macro list.exists_one(x, p)",
        "macro list.filter(x, p)",
        "macro list.map(x, t)",
        "macro list.map(x, p, t)",
    ]


_FAILING: dict[str, tuple[Any, ...]] = {
    "add_int64": (2**63 - 1, 1),
    "subtract_int64": (-(2**63), 1),
    "multiply_int64": (2**62, 2),
    "divide_int64": (1, 0),
    "modulo_int64": (1, 0),
    "negate_int64": (-(2**63),),
    "add_timestamp_duration": (253_402_300_799 * 10**9, 10**9),
    "add_duration_timestamp": (10**9, 253_402_300_799 * 10**9),
    "add_duration_duration": (2**62, 2**62),
    "subtract_timestamp_duration": (-62_135_596_800 * 10**9, 1),
    "subtract_timestamp_timestamp": (253_402_300_799 * 10**9, -62_135_596_800 * 10**9),
    "subtract_duration_duration": (-(2**63), 1),
    "index_list": ([], 0),
    "add_period": (0, "x"),
}


def test_every_operator_that_can_fail_is_known_to_fail() -> None:
    """The three-valued engine relies on it: only these may be an error once a missing fact is known."""
    for name, args in _FAILING.items():
        with pytest.raises(CelError):
            OPS[name].call(*args)
    assert set(_FAILING) | {f"lookup_{name}" for name in LOOKUPS} == FALLIBLE
