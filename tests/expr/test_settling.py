"""What an unknown condition comes to, and which facts it names: one example of each idea."""

from __future__ import annotations

from typing import Any

import pytest

from policy.engines.conditions import settled
from policy.engines.settling import MAX_ROWS
from policy.engines.unknowns import Failure, Unknown
from tests.expr.facts import case_with
from tests.expr.harness import walked

_DIVISION = Failure("division_by_zero")
_PILOT, _FEN, _CLAIMANTS, _SCORE = (
    ("attributes[pilot]",),
    ("claim_fen",),
    ("claimants",),
    ("attributes[score]",),
)

EXAMPLES: tuple[tuple[str, Any], ...] = (
    # Truth itself.
    ("attr.pilot || !attr.pilot", True),
    ("attr.pilot == attr.pilot", True),
    ("attr.pilot != !attr.pilot", True),
    ("(attr.pilot ? case.flags.evasion : case.flags.evasion) || !case.flags.evasion", True),
    ("attr.pilot == case.flags.evasion", ("attributes[pilot]", "flags.evasion")),
    # Comparisons of one fact with known values hang together.
    ("case.claim_fen > 3 || case.claim_fen < 5", True),
    ("case.claim_fen > 3 || case.claim_fen < 3", _FEN),
    ("3 < case.claim_fen && case.claim_fen < 4", False),
    ('e.actor == "court" && e.actor == "x"', False),
    ('e.actor in ["court", "x"] || e.actor != "court"', True),
    ('(e.actor == "court" && attr.pilot) || e.actor == "x"', ("attributes[pilot]", "events[e1].actor")),
    ('(e.actor < "b" || e.actor > "a") && attr.pilot', _PILOT),
    ("attr.score < 1.0 || attr.score >= 1.0", True),  # a fact is never NaN
    ("attr.score < 1.0 / 0.0 && attr.score > -1.0 / 0.0", True),  # nor infinite
    ("attr.score < 0.0 / 0.0 || attr.score >= 0.0 / 0.0", False),
    ("attr.score <= 1.7976931348623157e308", True),
    ("attr.score * 2.0 < 1.0 / 0.0", _SCORE),
    ("as_of > e.at || as_of <= e.at", True),
    ("attr.pilot >= false", True),
    ("attr.pilot in [true, false]", True),
    # Errors: what fails whatever the facts are is an error, what may fail is not settled.
    ("attr.pilot || 1 / 0 > 0", _PILOT),
    ("(attr.pilot || !attr.pilot) && 1 / 0 > 0", _DIVISION),
    ("1 / 0 > case.claim_fen", _DIVISION),
    ("attr.pilot ? 1 / 0 > 0 : 2 / 0 > 0", _DIVISION),
    ("attr.pilot ? 1 / 0 > 0 : true", _PILOT),
    ("100 / case.claimants > 3 || !(100 / case.claimants > 3)", _CLAIMANTS),
    (
        "(100 / case.claimants > 3 ? attr.pilot : attr.pilot) || !attr.pilot",
        ("attributes[pilot]", "claimants"),
    ),
    ("1 in [1, 10 / case.claimants]", _CLAIMANTS),
    ("1 in [1, 1 / 0]", _DIVISION),
    ("1 in [1, case.claimants]", True),
    ("[1, 10 / case.claimants].exists(i, i == 1)", _CLAIMANTS),
    ("[1, 2].exists_one(i, i > 0 || 10 / case.claimants > 1)", False),
    ("[1, 2].exists_one(i, 10 / case.claimants > i)", _CLAIMANTS),
    ("[1, 2, 3].exists_one(i, i < 3 || case.claimants > 1)", False),
    ("[1].map(i, 10 / case.claimants).size() == 1", _CLAIMANTS),
    ("[1].map(i, case.claimants).size() == 1", True),
    # Lists of which it is not known what they hold.
    ("[1, 2].filter(i, attr.pilot).all(i, i > 1) || ![1, 2].filter(i, attr.pilot).exists(i, i > 1)", _PILOT),
    ("[1].map(i, attr.pilot, i)[0] == 1 && !([1].map(i, attr.pilot, i + 1)[0] == 1)", _PILOT),
    ("[1].filter(i, attr.pilot).size() == 1 && ![2].filter(i, attr.pilot).exists(i, i == 1)", _PILOT),
)


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_a_condition_comes_to_this(text: str, expected: Any) -> None:
    assert settled(walked(text, case_with({}))) == expected


def test_beyond_the_limit_every_missing_fact_is_named() -> None:
    """A tautology over more atoms than are tried out."""
    atoms = [f"case.claim_fen + {number} == case.claimants" for number in range(MAX_ROWS.bit_length())]
    text = f"({' || '.join(atoms)}) && false == attr.pilot || !({' || '.join(atoms)})"
    value = walked(text, case_with({}))
    assert isinstance(value, Unknown)
    assert settled(value) == ("attributes[pilot]", "claim_fen", "claimants")
