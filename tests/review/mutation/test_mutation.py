"""A pack is changed place by place; what its tests do not notice is told, with what would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from policy.cli import app, run
from policy.pack.folder import Files, read_folder
from policy.review.mutation.changes import Change, Kind, Tree
from policy.review.mutation.formulas import changed
from policy.review.mutation.proposal import proposed
from policy.review.mutation.running import sampled
from policy.review.mutation.tally import survivors, tally
from policy.review.mutation.trial import Bench, Fate, Verdict
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.golden import check

RULES = Path(__file__).parent / "rules"
TESTS = "qiaonan/tests/notify.yaml"


def bench(files: Files | None = None) -> Bench:
    found = files or read_folder(RULES, Faults())
    assert found is not None
    return Bench(found, "qiaonan")


def tried(on: Bench) -> list[tuple[Change, Verdict]]:
    return [(change, on.tried(tree, change)) for tree, change in on.changes()]


def test_every_change_is_of_one_place_and_leaves_the_tree_as_it_was() -> None:
    on = bench()
    before = {tree.name: yaml.serialize(tree.root) for tree in on.trees}
    texts = set()
    for tree, change in on.changes():
        text = tree.text_of(change)
        assert yaml.serialize(tree.root) == before[tree.name]
        assert text not in texts, change
        texts.add(text)
        assert (
            on.snapshot.districts["qiaonan"].programs[0].pack.span.source.text.splitlines()[change.line - 1]
        )
    assert len(texts) > 20


def test_what_no_test_notices_is_noticed_once_its_proposal_is_written_down() -> None:
    """Each proposal, written into the test that it names, notices the change that it was made for."""
    files = read_folder(RULES, Faults())
    assert files is not None
    on = bench(files)
    source = files[TESTS]
    assert source is not None
    found = [(change, verdict) for change, verdict in tried(on) if proposed(verdict)]
    assert {change.kind for change, _ in found} >= {
        Kind.MODALITY,
        Kind.BODY,
        Kind.UNIT,
        Kind.CLAUSE,
        Kind.ACTION,
    }
    written = _texts(source.text)
    for _, verdict in found:
        (test,) = (test for test in written["tests"] if test["name"] == verdict.test)
        for key, entries in _texts("\n".join(proposed(verdict))).items():
            test.setdefault(key, []).extend(entries)
    better = bench({**files, TESTS: Source(TESTS, _dumped(written))})
    assert not better.faults.errors
    assert better.failing() == ()
    left = [change for change, _ in survivors(tried(better))]
    assert {(change.kind, change.what) for change in left} <= {
        (change.kind, change.what) for change, verdict in tried(on) if verdict.fate is Fate.SURVIVED
    } - {(change.kind, change.what) for change, _ in found}


def _texts(text: str) -> Any:
    """YAML whose scalars stay texts: a moment is not read."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts


def _dumped(tests: object) -> str:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    return yaml.dump(tests, Dumper=Plain, allow_unicode=True, width=1000, default_flow_style=None)


def test_tests_that_are_left_out_would_not_have_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no changed rule waits for is not decided anew: the verdicts are those over all tests."""
    near = [verdict for _, verdict in tried(bench())]
    monkeypatch.setattr(Bench, "_reaching", lambda *_: lambda there: True)
    assert [verdict for _, verdict in tried(bench())] == near


def test_a_test_that_reaches_nothing_proves_nothing() -> None:
    files = read_folder(RULES, Faults())
    assert files is not None
    on = bench({name: source for name, source in files.items() if name != TESTS})
    found = tally(tried(on))
    assert found.changing == 0
    assert found.percent is None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            'a.type == "x" && b',
            {'!(a.type == "x" && b)', 'a.type != "x" && b', 'a.type == "x" || b', 'a.type == "y" && b'},
        ),
        ("n >= 3", {"!(n >= 3)", "n > 3", "n >= 4"}),
        ('k in ["x", "z"]', {'!(k in ["x", "z"])', 'k in ["y", "z"]', 'k in ["z"]', 'k in ["x"]'}),
        ('!f("<=")', {'!(!f("<="))', 'f("<=")'}),
    ],
)
def test_a_condition_is_changed_in_one_place(text: str, after: set[str]) -> None:
    assert {found.text for found in changed(text, {"x": "y"})} == after


def test_a_sample_is_spread_over_the_whole() -> None:
    assert sampled(range(10), 0) == sampled(range(10), 10) == list(range(10))
    assert sampled(range(10), 3) == [0, 3, 6]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_shown(
    lang: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    words = ["test", "--mutate", "--rules", str(RULES), "--jobs", "1", "--most", "4", "--lang", lang]
    assert run(app, [*words, "--min-noticed", "98"]) == 1
    shown = "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())
    check(Path(__file__).parent / f"shown-{lang}.golden", shown + "\n", update_golden)


def test_what_cannot_be_done_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["test", "--mutate", "--rules", str(RULES), "-k", "nothing"]) == 2
    assert "LNK717" in capsys.readouterr().err


def test_trees_of_texts_that_are_no_maps_have_no_changes() -> None:
    assert Tree(Source("qiaonan/empty.yaml", "")).root is None
