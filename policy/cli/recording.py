"""``linkage test --record``: a case becomes a rule test, shown first, and written once a person agrees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from policy.cli.guard import CommandError

if TYPE_CHECKING:
    from policy.cli.loading import Question
    from policy.decide.snapshot import District, Snapshot
    from policy.pack import RuleSet
    from policy.review.ruletest.recorded import Recorded
    from policy.text.source import Source


class Wish(NamedTuple):
    """What the command line asks for: the case, the file to write to (None: only show), the test's name."""

    case: str
    out: Path | None
    name: str
    sure: bool
    as_of: str | None
    district: str | None


def record(root: Path, rule_set: RuleSet, snapshot: Snapshot, wish: Wish, lang: str) -> None:
    """Shows the test and writes it. Raises CommandError (LNK245 to LNK249) where it cannot be had."""
    from policy.cli.loading import facts_refused, question
    from policy.cli.output import write_text
    from policy.review.ruletest.recorded import item, recorded, with_test, yaml_of
    from policy.text.terminal import show

    asked = question(snapshot, wish.case, wish.as_of, wish.district, lang)
    with facts_refused(asked, lang):
        found = recorded(asked.district, asked.parsed.case, asked.as_of)
    if found is None:
        raise CommandError("LNK249")
    name = wish.name or _name(found, lang)
    text = yaml_of(item(found, name, asked.as_of))
    _show(found, asked, text, lang)
    if wish.out is None:
        show("没有写入：用 -o 写明测试文件" if lang == "zh" else "not written: -o names the test file")
        return
    file, before = _target(root, asked, wish.out)
    whole = with_test(before, text)
    if whole is None:
        raise CommandError("LNK245", path=file)
    _try(rule_set, snapshot, asked.district, (file, whole, name), lang)
    question_text = (
        f"以上与文件核对无误，写入 {file}？"
        if lang == "zh"
        else f"checked against the document: write {file}?"
    )
    if not wish.sure and not typer.confirm(question_text, default=False):
        show("没有写入" if lang == "zh" else "not written")
        return
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(whole, path)
    show(f"已写入 {path}：{name}" if lang == "zh" else f"written to {path}: {name}")


def _name(found: Recorded, lang: str) -> str:
    """What is expected, in a few words."""
    duties = found.decision.hanging_on_facts()
    if not duties:
        return "没有义务" if lang == "zh" else "no obligation"
    title = duties[0].plan.rule.title.get(lang)
    more = len(duties) - 1
    if not more:
        return title
    return f"{title}，以及另外 {more} 项" if lang == "zh" else f"{title}, and {more} more"


def _show(found: Recorded, asked: Question, text: str, lang: str) -> None:
    from policy.review.report.decision import print_decision
    from policy.review.wording import Wording
    from policy.text.terminal import show

    print_decision(found.decision, Wording(asked.district, lang))
    replaced = found.replaced
    zh = f"案件中的编号和文字已换成代号（{replaced} 处）。测试期望恰好是以上各项，多了少了都不通过："
    en = f"Ids and texts of the case are replaced ({replaced}). The test expects just this, no less, no more:"
    show(f"\n{zh if lang == 'zh' else en}\n")
    show(text)


def _target(root: Path, asked: Question, out: Path) -> tuple[str, Source | None]:
    """The file below the rules folder, in the tests of the version in force, and what is in it."""
    from policy.text.source import SourceError, read_source

    program = asked.district.in_force(asked.as_of) or asked.district.programs[-1]
    tests = Path(program.pack.span.source.name).parent / "tests"
    path = root / tests / out if len(out.parts) == 1 else out
    try:
        name = path.resolve().relative_to(root.resolve())
    except ValueError:
        name = Path()
    if not name.is_relative_to(tests) or path.suffix != ".yaml":
        raise CommandError("LNK246", path=str(out), folder=str(root / tests))
    if not path.exists():
        return name.as_posix(), None
    try:
        return name.as_posix(), read_source(path, name.as_posix())
    except SourceError as error:
        raise CommandError(error.code, "", str(path), **error.details) from error


def _try(
    rule_set: RuleSet, snapshot: Snapshot, district: District, made: tuple[str, str, str], lang: str
) -> None:
    """The file as it would be is read, and the new test run. Raises CommandError (LNK247, LNK248)."""
    from policy.review.ruletest.read import read_tests
    from policy.review.ruletest.run import run_test, tests_of
    from policy.review.ruletest.words import describe
    from policy.text.diagnostics import Faults
    from policy.text.source import Source
    from policy.text.terminal import print_faults, show

    file, text, name = made
    if any(
        test.name == name and test.district == district.code
        for test in tests_of(rule_set, snapshot, Faults())
    ):
        raise CommandError("LNK247", name=name)
    faults = Faults()
    found = [test for test in read_tests(Source(file, text), district, faults) if test.name == name]
    result = run_test(snapshot, found[0]) if found else None
    if result is None or not result.passed:
        print_faults([item for item in faults if not rule_set.unsettled.behind(item)], lang)
        if result is not None:
            show(describe(result, snapshot, lang))
        raise CommandError("LNK248", path=file)
