"""Drafts: told of at once, in nobody's way, and decided by only where they are asked for."""

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.cli.loading import Loaded, load_drafts
from policy.pack import check_rules, read_split
from policy.review.ruletest.run import run_all
from policy.review.ruletest.run import tests_of as read_tests_of
from policy.text.diagnostics import Faults
from tests.loading import FIXTURES

DRAFT = "status: draft\n"


def drafted(folder: Path, *edits: tuple[str, str, str], pack: str = "qiaonan") -> Path:
    """The invented districts with one as a draft, edited."""
    root = folder / "rules"
    shutil.copytree(FIXTURES, root)
    head = root / pack / "pack.yaml"
    head.write_text(DRAFT + head.read_text(encoding="utf-8"), encoding="utf-8")
    for name, find, put in edits:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert find in text, find
        path.write_text(text.replace(find, put, 1), encoding="utf-8")
    return root


def rules_of(loaded: Loaded) -> set[str]:
    assert loaded.snapshot is not None
    programs = [p for district in loaded.snapshot.districts.values() for p in district.programs]
    return {plan.id for program in programs for plan in program.plans}


def test_faults_of_all_kinds_at_once(tmp_path: Path) -> None:
    """A clause that is gone, a code, a function, a fact, a parameter, an effective date."""
    root = drafted(
        tmp_path,
        ("qiaonan/pack.yaml", "from: 2020-01-01", "form: 2020-01-01"),
        ("qiaonan/pack.yaml", 'id: "5", number', "number"),
        ("qiaonan/duties.yaml", "action: notify_court", "action: notify_cuort"),
        ("qiaonan/duties.yaml", "vehicle_seized", "vehicle_siezed"),
        ("qiaonan/duties.yaml", "lost_and_confirmed(debtor)", "lost_and_confrmed(debtor)"),
        ("qiaonan/duties.yaml", "param.big_claim", "param.big_clam"),
    )
    loaded = load_drafts(root)
    codes = {item.code for item in loaded.faults}
    assert {"LNK201", "LNK529", "LNK202", "LNK302", "LNK412", "LNK402", "LNK304"} <= codes
    # Two faults in one expression, and the first is told by CEL alone: the other one comes after it.
    assert codes <= {
        "LNK201",
        "LNK529",
        "LNK202",
        "LNK302",
        "LNK412",
        "LNK402",
        "LNK304",
        "LNK305",
        "LNK510",
        "LNK511",
    }
    assert {"qiaonan.vehicle.notify", "qiaonan.search.request"}.isdisjoint(rules_of(loaded))
    assert "qiaonan.vehicle.collect" in rules_of(loaded)


def test_a_fault_is_not_told_again_by_what_rests_on_it(tmp_path: Path) -> None:
    """A term, an attribute and a deadline with faults of their own: their users are left out in silence."""
    root = drafted(
        tmp_path,
        ("qiaonan/pack.yaml", "pilot: {type: bool,", "pilot: {type: bol,"),
        (
            "qiaonan/pack.yaml",
            "    params: {debtor: Party}\n    means:",
            "    params: {debtor: Party}\n    maens:",
        ),
    )
    loaded = load_drafts(root)
    assert sorted({item.code for item in loaded.faults}) == ["LNK201", "LNK202", "LNK205"]
    assert {"qiaonan.vehicle.notify", "qiaonan.search.request"}.isdisjoint(rules_of(loaded))


def test_others_are_as_without_it(tmp_path: Path) -> None:
    root = drafted(tmp_path, ("qiaonan/duties.yaml", "action: notify_court", "acton: notify_cuort"))
    (root / "qiaonan" / "more.yaml").write_bytes("duties: [查封".encode("gbk"))
    (root / "qiaonan" / "old.yml").write_text("", encoding="utf-8")
    found, faults = check_rules(root)
    assert found is not None
    assert not len(faults)
    assert list(found.districts) == ["qiaobei"]
    shutil.rmtree(root / "qiaonan")
    alone, _ = check_rules(root)
    assert alone is not None
    assert found.digest == alone.digest


@pytest.mark.parametrize(
    "head", ["status: draft\n  title: [", 'version: "1"\nstatus: "draft"  # 草案\n\t', "[]"]
)
def test_a_head_that_is_no_yaml_yet(head: str, tmp_path: Path) -> None:
    root = drafted(tmp_path)
    (root / "qiaonan" / "pack.yaml").write_text(head, encoding="utf-8")
    split = read_split(root, Faults())
    assert split is not None
    assert [one.folder for one in split.drafts] == (["qiaonan"] if "status" in head else [])


def test_a_head_saved_in_another_encoding(tmp_path: Path) -> None:
    root = drafted(tmp_path)
    head = root / "qiaonan" / "pack.yaml"
    head.write_bytes(head.read_text(encoding="utf-8").encode("gbk"))
    rules, _ = check_rules(root)
    assert rules is not None
    assert "LNK101" in {item.code for item in load_drafts(root).faults}


def test_an_earlier_version_ends_where_the_draft_begins(tmp_path: Path) -> None:
    root = drafted(tmp_path, pack="qiaobei/2024")
    loaded = load_drafts(root)
    assert loaded.snapshot is not None
    first, second = loaded.snapshot.districts["qiaobei"].programs
    assert not first.pack.draft
    assert second.pack.draft
    assert first.pack.effective_to == second.pack.effective_from
    assert not [item for item in loaded.faults if item.code not in ("LNK244",)]


def test_two_drafts_of_one_day(tmp_path: Path) -> None:
    root = drafted(tmp_path)
    shutil.copytree(root / "qiaonan", root / "qiaonan-b")
    loaded = load_drafts(root)
    assert [item.code for item in loaded.faults] == ["LNK243"]


_LINES = st.integers(0, 10**6)


@given(seed=_LINES, count=st.integers(1, 6))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_mistyped_what_is_left_decides(
    seed: int, count: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Lines that are missing, doubled or torn: every test that can be read is run, and nothing is raised."""
    root = drafted(tmp_path_factory.mktemp("draft"))
    picked = random.Random(seed)  # noqa: S311
    for _ in range(count):
        path = picked.choice([root / "qiaonan" / "pack.yaml", root / "qiaonan" / "duties.yaml"])
        lines = path.read_text(encoding="utf-8").splitlines()
        place = picked.randrange(1, len(lines))
        torn = lines[place][: picked.randrange(len(lines[place]) + 1)]
        lines[place : place + 1] = picked.choice([[], [torn], [lines[place]] * 2])
        path.write_text("\n".join(lines), encoding="utf-8")
    loaded = load_drafts(root)
    if loaded.rule_set is None or loaded.snapshot is None:
        return
    tests = read_tests_of(loaded.rule_set, loaded.snapshot, Faults())
    run_all(loaded.snapshot, tests, Faults())
