"""Every supported operator means what the official CEL evaluator says, errors included."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from policy.expr.ops import OPS
from policy.expr.tree import Call, walk
from tests.expr.harness import case_of, compiled, official, three, tree_of

_CASES = yaml.safe_load((Path(__file__).parent / "agreement.yaml").read_text(encoding="utf-8"))
_CASE = case_of(**_CASES["case"])


@pytest.mark.parametrize("text", _CASES["expressions"])
def test_engines_agree_with_the_official_evaluator(text: str) -> None:
    expected = official(text, _CASE)
    assert three(text, _CASE) == expected
    assert compiled(text, _CASE) == expected


def test_every_operator_has_a_case() -> None:
    used = {
        node.op for text in _CASES["expressions"] for node in walk(tree_of(text)) if isinstance(node, Call)
    }
    assert set(OPS) - used == set()
