"""Faults of expressions as their author sees them: a case edits the rules; the whole message is compared."""

import re
from pathlib import Path

import pytest
import yaml

from policy.decide.snapshot import check_snapshot
from policy.expr.cel import MAX_LENGTH, Environment
from policy.expr.page import expressions_page
from policy.text.diagnostics import Faults
from policy.text.messages import expressions
from policy.text.source import Source, Span
from tests.golden import check
from tests.pack.trees import edited, rendered

BAD = Path(__file__).parent / "bad"
CASES = sorted(path.stem for path in BAD.glob("*.yaml"))


@pytest.mark.parametrize("name", CASES)
def test_whole_message(name: str, rules: Path, tmp_path: Path, update_golden: bool) -> None:
    case = yaml.safe_load((BAD / f"{name}.yaml").read_text(encoding="utf-8"))
    snapshot, faults = check_snapshot(edited(rules, tmp_path, case["edits"]))
    assert (snapshot is None) == faults.errors
    assert {item.code for item in faults} >= {name.split("-")[0]}
    check(BAD / f"{name}.golden", rendered(faults), update_golden)


def test_an_expression_beyond_the_limit(update_golden: bool) -> None:
    # No pack gets so far: the reader of its files has the same limit (LNK222).
    source = Source("x.yaml", "x")
    found = Faults()
    for item in Environment.of({}, {}).check("x" * (MAX_LENGTH + 1))[1]:
        found.add(item.code, Span(source, 0, 1), **dict(item.args))
    check(BAD / "LNK413-long.golden", rendered(found), update_golden)


def test_every_code_has_a_bad_case(repo_root: Path) -> None:
    shown = {
        found[0]
        for path in (repo_root / "tests").glob("*/bad/*")
        if (found := re.match(r"LNK\d{3}(?=-)", path.name))
    }
    assert {entry.code for entry in expressions.ENTRIES} - shown == set()


def test_the_page_of_expressions_is_up_to_date(repo_root: Path, update_golden: bool) -> None:
    page = repo_root / "docs" / "expressions.md"
    check(page, expressions_page(), update_golden)
