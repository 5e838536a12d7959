"""Cases of the rule tests, in every form of file: the findings are what ``decide`` says.

Of the shipped packs' tests every one is read as columns, and every fifth in the other forms: a form is read
the same way whichever rules decide.
"""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy.bulk.reader import open_cases
from policy.bulk.runner import Counts, runner_of
from policy.bulk.settings import Settings
from policy.engines import COMPILED, NATIVE
from policy.native import installed
from tests.bulk.conftest import everything, rules_of
from tests.bulk.files import as_columns, plain, written
from tests.loading import FIXTURES, FORMS, SHIPPED

ITS_OWN = Settings("", None, 0, "en")
ENGINES = [COMPILED.name] if installed() is None else [COMPILED.name, NATIVE]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("root", [SHIPPED, FIXTURES, FORMS], ids=["shipped", "invented", "forms"])
@pytest.mark.parametrize("form", ["columns", "messages", "json", "lines", "gz"])
def test_all_rule_tests(tmp_path: Path, form: str, root: Path, engine: str) -> None:
    rules = rules_of(root)
    asked = rules.asked[::5] if root == SHIPPED and form != "columns" else rules.asked
    source = open_cases(written(tmp_path, form, asked), district=False)
    runner = runner_of(rules.snapshot, ITS_OWN, engine)
    results = [runner.run(batch, source.layout) for _, batch in source.batches(100)]
    found = plain(pa.Table.from_batches([result.findings for result in results]))
    wanted = everything(rules, asked)
    assert [result.bad for result in results if result.bad] == []
    assert found == wanted
    counts = sum((result.counts for result in results), Counts())
    assert counts.read == counts.decided == len(asked)
    assert counts.obligations + counts.undetermined + counts.errors + counts.conflicts == len(wanted)


def test_every_kind_of_finding_is_among_them() -> None:
    kinds = {
        row["kind"]
        for root in (SHIPPED, FIXTURES)
        for rules in (rules_of(root),)
        for row in everything(rules, rules.asked)
    }
    assert kinds == {"obligation", "undetermined", "error", "conflict"}


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_that_are_refused_leave_the_others(tmp_path: Path, engine: str) -> None:
    rules = rules_of(SHIPPED)
    table = as_columns(rules.asked[::20])
    rows = table.to_pylist()
    rows[1]["district"] = "nowhere"
    rows[2]["district"] = None
    rows[3]["kind"] = "no_such_kind"
    rows[4]["events"] = [None]
    rows[5]["parties"] = [{"id": "p", "role": "debtor"}, {"id": "p", "role": "debtor"}]
    rows[6]["categories"] = ["x" * 300]
    rows[7]["filed_at"] = datetime(1999, 12, 31, tzinfo=UTC)
    rows[8]["as_of"] = datetime(2150, 1, 1, tzinfo=UTC)
    rows[9]["attributes"] = [("a", {"bool_value": True, "int_value": 1})]
    rows[10]["attributes"] = [("no_such", {"bool_value": True})]
    rows[11]["documents"] = [{"id": "d", "type": "letter", "party": "nobody"}]
    pq.write_table(pa.Table.from_pylist(rows, table.schema), tmp_path / "cases.parquet")
    source = open_cases(tmp_path / "cases.parquet", district=False)
    runner = runner_of(rules.snapshot, ITS_OWN, engine)
    results = [runner.run(batch, source.layout) for _, batch in source.batches(15)]
    refused = range(2, 13)
    wanted = [row for row in everything(rules, rules.asked[::20]) if row["row"] not in refused]
    assert sorted({reason["row"] for result in results for reason in result.bad}) == list(refused)
    assert plain(pa.Table.from_batches([result.findings for result in results])) == wanted
    counts = sum((result.counts for result in results), Counts())
    assert (counts.read, counts.bad) == (len(rows), len(refused))
