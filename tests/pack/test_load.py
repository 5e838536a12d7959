"""Whole rule sets: what is read, and that nothing but the content decides it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from policy.pack import RuleSet, check_rules, load_rules, rules_of
from policy.pack.deadline import DeadlineForm
from policy.pack.folder import read_folder
from policy.pack.model import Bearing, Force, Lifecycle, Modality, Pack, Rule, Text
from policy.text.diagnostics import Faults, PackError
from policy.text.source import Source

SHANGHAI = timezone(timedelta(hours=8))


@pytest.fixture(scope="module")
def rules(good: Path) -> RuleSet:
    return load_rules(good)


@pytest.fixture(scope="module")
def rule(rules: RuleSet) -> Callable[[str], Rule]:
    by_id = {found.id: found for pack in rules.packs for found in pack.rules}
    return by_id.__getitem__


def test_the_good_rules_have_no_fault_at_all(good: Path) -> None:
    found, faults = check_rules(good)
    assert found is not None
    assert list(faults) == []


def test_versions_stand_in_the_order_of_their_first_day(rules: RuleSet) -> None:
    first, second = rules.districts["demo"]
    assert (first.version, second.version) == ("2017-09-19", "2024-01-01")
    assert first.effective_from == datetime(2017, 9, 19, tzinfo=SHANGHAI)
    assert first.effective_to == second.effective_from == datetime(2024, 1, 1, tzinfo=SHANGHAI)
    assert second.effective_to is None
    assert (first.effective_basis, first.effective_provenance) == (("5",), "document")
    assert (second.effective_basis, second.effective_provenance) == ((), "local")
    assert first.instrument.issued == date(2017, 9, 19)
    assert first.bodies["civil_affairs"] == Text("区民政局", "Civil Affairs Bureau")


def test_files_below_a_second_pack_belong_to_it(rules: RuleSet) -> None:
    first, second = rules.packs
    assert [found.id for found in second.rules] == ["demo.court.release"]
    assert "demo.court.release" not in [found.id for found in first.rules]
    assert [source.name for source in rules.tests["demo", "2017-09-19"]] == ["demo/tests/notify.yaml"]


def test_the_calendar_has_the_notices_of_the_folder(rules: RuleSet) -> None:
    assert not rules.calendar.is_working_day(date(2027, 1, 1))
    assert rules.calendar.is_working_day(date(2027, 1, 10))


def test_a_rule_has_everything_that_was_written(rule: Callable[[str], Rule]) -> None:
    notify = rule("demo.police.vehicle.notify")
    assert notify.title.get("en") == "Tell the court of a seized vehicle"
    assert [(binding.name, binding.path) for binding in notify.each] == [
        ("seizure", "case.events"),
        ("debtor", "case.parties"),
    ]
    assert [line.expr.text for line in notify.when] == [
        'seizure.type == "vehicle_seized"',
        "by_traffic_police(seizure)",
        'debtor.role == "debtor"\n  && seizure.party == debtor.id',
    ]
    assert (notify.unless[0].means, notify.unless[0].basis) == (Text("试点单位另有安排"), ("1",))
    assert (notify.bearer.bodies, notify.bearing) == (("public_security", "traffic_police"), Bearing.JOINT)
    assert notify.deadline is not None
    assert (notify.deadline.form, str(notify.deadline.period)) == (DeadlineForm.WITHIN, "24 hours")
    assert (notify.deadline.basis, notify.deadline.provenance) == (("1",), "document")
    assert [(output.text.zh, output.form) for output in notify.outputs] == [
        ("书面通知", ""),
        ("查询回执", "receipt"),
    ]
    assert notify.fulfilled_by[0].about == "seizure"
    assert notify.discharged_by[0].where is not None


def test_defaults_are_filled_in(rule: Callable[[str], Rule]) -> None:
    keep, year = rule("demo.police.vehicle.keep"), rule("demo.police.year")
    assert (keep.trigger, keep.force, keep.lifecycle) == ("seizure", Force.BINDING, Lifecycle.CASE)
    assert (keep.modality, keep.bearing, keep.deadline) == (Modality.PROHIBITION, Bearing.SOLE, None)
    assert (year.force, year.lifecycle) == (Force.SOFT, Lifecycle.INDEPENDENT)
    assert rule("demo.court.release").force is Force.REPORTED


def test_a_row_is_a_rule_with_the_defaults_of_its_table(rule: Callable[[str], Rule]) -> None:
    marriage, both = rule("demo.query.marriage"), rule("demo.query.both")
    assert [line.expr.text for line in marriage.when] == ['request.matter == "marriage_query"']
    assert marriage.bearer.bodies == ("civil_affairs",)
    assert marriage.deadline is not None
    assert (marriage.deadline.word, marriage.deadline.param) == ("promptly", "answer_within")
    assert marriage.deadline.basis == ("2",)
    assert [line.expr.text for line in both.when] == [
        'request.matter in ["marriage_query", "vehicle_query"]',
        'request.to == "traffic_police"',
    ]
    assert both.when[0].means == Text(
        "协助事项：查询婚姻登记或查询车辆登记",
        "matter: query of marriage registration or query of vehicle registration",
    )


def test_null_in_a_row_takes_a_default_away(rule: Callable[[str], Rule]) -> None:
    assert rule("demo.query.any").deadline is None


def test_a_condition_from_a_table_points_to_column_and_cell(rule: Callable[[str], Rule]) -> None:
    condition = rule("demo.query.both").when[0]
    text, offsets = condition.expr.text, condition.expr.offsets
    source = condition.expr.span.source
    assert len(text) == len(offsets)
    assert condition.expr.span.snippet == '[marriage_query, "vehicle_query"]'
    for piece in ("request.matter", "marriage_query", "vehicle_query"):
        start = text.index(piece)
        assert "".join(source.text[offset] for offset in offsets[start : start + len(piece)]) == piece


@pytest.mark.parametrize(
    ("ident", "form", "basis"),
    [
        ("demo.query.both", DeadlineForm.BY, ("2",)),
        ("demo.query.fixed", DeadlineForm.ON, ("2",)),
        ("demo.query.limit", DeadlineForm.WITHIN, ()),
        ("demo.police.year", DeadlineForm.EVERY, ("4",)),
        ("demo.court.release", DeadlineForm.AT, ("1",)),
    ],
)
def test_each_form_of_deadline(
    ident: str, form: DeadlineForm, basis: tuple[str, ...], rule: Callable[[str], Rule]
) -> None:
    deadline = rule(ident).deadline
    assert deadline is not None
    assert (deadline.form, deadline.basis) == (form, basis)


def test_every_expression_knows_the_place_of_its_characters(rules: RuleSet) -> None:
    found = [line.expr for pack in rules.packs for each in pack.rules for line in (*each.when, *each.unless)]
    assert found
    for expression in found:
        assert len(expression.text) == len(expression.offsets)
        assert all(0 <= offset < len(expression.span.source.text) for offset in expression.offsets)


def digests(found: RuleSet) -> list[str]:
    return [found.digest, *(pack.digest for pack in found.packs)]


def test_digests_do_not_depend_on_the_place_or_the_line_ends(
    good: Path, tmp_path: Path, rules: RuleSet
) -> None:
    moved = tmp_path / "elsewhere" / "rules"
    shutil.copytree(good, moved)
    for path in moved.rglob("*.yaml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_rules(moved) == rules
    assert digests(load_rules(moved)) == digests(rules)


def test_digests_leave_out_the_tests_and_nothing_else(good: Path, tmp_path: Path, rules: RuleSet) -> None:
    root = tmp_path / "rules"
    shutil.copytree(good, root)
    with (root / "demo/tests/notify.yaml").open("a", encoding="utf-8") as file:
        file.write("# 注\n")
    assert digests(load_rules(root)) == digests(rules)
    with (root / "demo/parameters.yaml").open("a", encoding="utf-8") as file:
        file.write("# 注\n")
    changed = digests(load_rules(root))
    assert changed[2] == digests(rules)[2]
    assert changed[0] != digests(rules)[0]
    assert changed[1] != digests(rules)[1]


def test_the_order_of_files_does_not_matter(good: Path, rules: RuleSet) -> None:
    files = read_folder(good, Faults())
    assert files is not None
    assert rules_of(dict(reversed(list(files.items()))), Faults()) == rules


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_hash_seed_does_not_matter(seed: str, good: Path, repo_root: Path, rules: RuleSet) -> None:
    script = (
        "import sys; from pathlib import Path; from policy.pack import load_rules;"
        "r = load_rules(Path(sys.argv[1])); print(r.digest); print(repr(r.packs[0].rules))"
    )
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join([str(repo_root), str(repo_root / "proto" / "gen")]),
    }
    out = subprocess.run(
        [sys.executable, "-c", script, str(good)], env=environment, capture_output=True, check=True
    ).stdout.decode("utf-8")
    assert out.splitlines() == [rules.digest, repr(rules.packs[0].rules)]


def test_one_bad_pack_does_not_hide_the_others(good: Path, tmp_path: Path) -> None:
    root = tmp_path / "rules"
    shutil.copytree(good, root)
    (root / "demo/2024/pack.yaml").write_text("format: 1\ndistrict: [\n", encoding="utf-8")
    text = (root / "demo/pack.yaml").read_text(encoding="utf-8")
    (root / "demo/pack.yaml").write_text(text.replace("bool", "boolean"), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_rules(root)
    assert [(item.code, item.span.source.name) for item in caught.value.faults if item.span] == [
        ("LNK110", "demo/2024/pack.yaml"),
        ("LNK205", "demo/pack.yaml"),
    ]


def test_links_and_hidden_files_as_mounted_volumes_have_them(
    good: Path, tmp_path: Path, rules: RuleSet
) -> None:
    root = tmp_path / "rules"
    shutil.copytree(good, root / "..data")
    for entry in sorted((root / "..data").iterdir()):
        (root / entry.name).symlink_to(Path("..data") / entry.name)
    assert load_rules(root) == rules


def test_a_pack_is_frozen(rules: RuleSet) -> None:
    pack: Pack = rules.packs[0]
    with pytest.raises(AttributeError):
        pack.version = "2"  # type: ignore[misc]
    with pytest.raises(TypeError):
        pack.bodies["court"] = Text("甲")  # type: ignore[index]
    with pytest.raises(TypeError):
        rules.districts["demo"] = ()  # type: ignore[index]


def test_many_rules_cause_no_quadratic_step(good: Path) -> None:
    """By the calls that loading takes, which are the same on every machine."""

    def calls(count: int) -> int:
        files = dict(read_folder(good, Faults()) or {})
        text = "duties:\n" + "".join(DUTY.format(number) for number in range(count))
        files["demo/bulk.yaml"] = Source("demo/bulk.yaml", text)
        counted = 0

        def count_one(_frame: object, event: str, _argument: object) -> None:
            nonlocal counted
            counted += event.endswith("call")

        before = sys.getprofile()
        sys.setprofile(count_one)
        try:
            found = rules_of(files, Faults())
        finally:
            sys.setprofile(before)
        assert found is not None
        return counted

    few, some, many = calls(100), calls(200), calls(800)
    # Seven hundred rules more take seven times what a hundred do where it is linear, else twenty-one times.
    assert many - few < 8 * (some - few)


DUTY = """\
  - id: demo.bulk.r{0}
    title: 通知法院
    basis: ["1"]
    each: {{seizure: case.events}}
    when: ['seizure.id == "{0}"']
    modality: obligation
    bearer: public_security
    counterparty: court
    action: notify_court
    overrides: demo.police.vehicle.keep
    fulfilled_by: {{event: court_notified, about: seizure}}
"""
