"""``linkage check``: every fault of every file of the rules, rule tests included."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from policy.cli.attached import DEFAULT_SOURCES, SourcesOption
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, DraftOption, Format, FormatOption, Lang, LangOption, RulesOption
from policy.text.terminal import print_faults, show

if TYPE_CHECKING:
    from policy.cli.loading import Loaded
    from policy.cli.places import Place
    from policy.pack.status import DraftFolder
    from policy.text.diagnostics import Fault

PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATHS]...",
        help=say(
            "规则文件夹、地区代码，或其中的文件、文件夹",
            "rules folder, codes of districts, files and folders in it",
        ),
    ),
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help=say("有警告也算不通过", "fail on warnings, too"))
]


def check(
    paths: PathsArgument = None,
    rules: RulesOption = DEFAULT_RULES,
    sources: SourcesOption = DEFAULT_SOURCES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
    strict: StrictOption = False,
    draft: DraftOption = False,
) -> None:
    from policy.cli.loading import load, load_drafts
    from policy.cli.places import place
    from policy.text.diagnostics import Severity

    meant = place(paths or (), rules)
    loaded, drafts = load(meant.root), load_drafts(meant.root)
    asked = tuple(
        one for one in drafts.drafts if meant.within(one.folder) or (draft and meant.has(one.folder))
    )
    tests = _tests(loaded, meant)
    _hold_against_documents(loaded, sources)
    every = loaded.faults.sorted()
    faults = [item for item in every if item.span is None or meant.holds(item.span.source.name)]
    elsewhere = sum(item.severity is Severity.ERROR for item in every if item not in faults)
    if drafts.drafts:
        tests += _tests(drafts, meant, asked)
        _hold_against_documents(drafts, sources)
        found = [item for item in drafts.faults if item.span is not None]
        faults += [i for i in found if i.span and meant.holds(i.span.source.name) and _of(i, asked)]
    others = tuple((one.folder, _errors(drafts, one)) for one in drafts.drafts if one not in asked)
    counts = {kind.value: sum(item.severity is kind for item in faults) for kind in Severity}
    failed = bool(counts["error"] or (strict and counts["warning"]))
    result = _Found(loaded, drafts, meant, asked, others, tuple(faults), counts, elsewhere, tests, failed)
    if output is Format.JSON:
        _print_json(result, lang)
    else:
        _print_text(result, lang)
    raise typer.Exit(int(failed))


class _Found(NamedTuple):
    """What was found in what is meant; ``elsewhere``: errors of other files.

    ``asked``: the drafts that are meant; ``others``: folders of the others, and how many errors they have.
    """

    loaded: Loaded
    drafts: Loaded
    meant: Place
    asked: tuple[DraftFolder, ...]
    others: tuple[tuple[str, int], ...]
    faults: tuple[Fault, ...]
    counts: dict[str, int]
    elsewhere: int
    tests: int
    failed: bool


def _tests(loaded: Loaded, meant: Place, drafts: tuple[DraftFolder, ...] | None = None) -> int:
    """How many rule tests there are in what is meant, of the drafts alone where they are given; their faults
    are added to the others."""
    from policy.review.ruletest.assessed import assessed_tests_of
    from policy.review.ruletest.run import tests_of

    if loaded.rule_set is None or loaded.snapshot is None:
        return 0
    read = (loaded.rule_set, loaded.snapshot, loaded.faults)
    spans = [test.span for test in tests_of(*read)] + [test.span for test in assessed_tests_of(*read)]
    files = [span.source.name for span in spans if meant.holds(span.source.name)]
    return sum(drafts is None or any(name in one.files for one in drafts) for name in files)


def _hold_against_documents(loaded: Loaded, sources: Path) -> None:
    """Adds what the attached documents say otherwise than the packs to the faults."""
    from policy.documents.sources import check_numbers, read_sources
    from policy.text.diagnostics import Faults

    if loaded.rule_set is None:
        return
    attached = read_sources(sources, loaded.rule_set.packs, faults := Faults())
    check_numbers(loaded.rule_set.packs, attached, loaded.faults)
    # Those of a file of the sources folder are shown by the commands that quote from it.
    loaded.faults.extend(item for item in faults if item.span is None)


def _of(item: Fault, drafts: tuple[DraftFolder, ...]) -> bool:
    return item.span is not None and any(item.span.source.name in one.files for one in drafts)


def _errors(loaded: Loaded, one: DraftFolder) -> int:
    from policy.text.diagnostics import Severity

    return sum(item.severity is Severity.ERROR for item in loaded.faults if _of(item, (one,)))


def _print_text(found: _Found, lang: str) -> None:
    from policy.program.cost import USUAL

    print_faults(found.faults, lang, f"{found.loaded.root}/", sys.stdout)
    counts = found.counts
    numbers = (
        f"错误 {counts['error']}，警告 {counts['warning']}，提示 {counts['note']}"
        if lang == "zh"
        else ", ".join(f"{counts[kind]} {kind}{'' if counts[kind] == 1 else 's'}" for kind in counts)
    )
    verdict = (
        ("未通过" if found.failed else "通过") if lang == "zh" else "failed" if found.failed else "passed"
    )
    show(f"{verdict}: {numbers}" if lang == "en" else f"{verdict}：{numbers}")
    if found.elsewhere:
        zh = f"  别的文件还有错误 {found.elsewhere}：改好以前，整个规则文件夹都不能使用"
        en = f"  errors in other files: {found.elsewhere}; until they are mended, no rules can be used"
        show(zh if lang == "zh" else en)
    for folder, errors in found.others:
        zh = f"  草案 {folder} 没有检查在内，它有错误 {errors}：linkage check --draft 列出"
        en = f"  not looked at: the draft {folder}; errors in it: {errors}; linkage check --draft lists them"
        show(zh if lang == "zh" else en)
    for pack in _packs(found):
        size = (pack["rules"], pack["clauses"])
        words = "规则 {}，条款 {}" if lang == "zh" else "{} rules, {} clauses"
        draft = "" if not pack["draft"] else "  草案" if lang == "zh" else "  draft"
        show(f"  {pack['district']} {pack['version']}{draft}  " + words.format(*size))
    if (dearest := _dearest(found)) is not None:
        steps, rule = f"{dearest[0]:,}", dearest[1]
        zh = f"  最费算的规则 {rule}：每个列表 {USUAL} 项的案件上至多看 {steps} 个组合"
        en = f"  dearest rule {rule}: at most {steps} combinations on a case of {USUAL} elements a list"
        show(zh if lang == "zh" else en)
    if found.loaded.snapshot is not None:
        show(f"  规则测试 {found.tests}" if lang == "zh" else f"  {found.tests} rule tests")


def _print_json(found: _Found, lang: str) -> None:
    from policy.cli.output import print_json
    from policy.text.diagnostics import to_dict

    print_json(
        {
            "ok": not found.failed,
            "errors": found.counts["error"],
            "warnings": found.counts["warning"],
            "notes": found.counts["note"],
            "errors_elsewhere": found.elsewhere,
            "faults": [to_dict(item, lang) for item in found.faults],
            "packs": _packs(found),
            "tests": found.tests,
            "dearest": dict(zip(("steps", "rule"), _dearest(found) or (0, ""), strict=True)),
            "drafts": [{"folder": folder, "errors": errors} for folder, errors in found.others],
            "digest": found.loaded.snapshot.digest if found.loaded.snapshot else "",
        }
    )


def _dearest(found: _Found) -> tuple[int, str] | None:
    """The rule that may cost most on a large case, with its steps."""
    if found.loaded.snapshot is None:
        return None
    programs = [
        program
        for district in found.loaded.snapshot.districts.values()
        for program in district.programs
        if found.meant.holds(program.pack.span.source.name)
    ]
    return max(
        ((program.most_steps(plan), plan.id) for program in programs for plan in program.plans), default=None
    )


def _packs(found: _Found) -> list[dict[str, str | int]]:
    packs = list(found.loaded.rule_set.packs) if found.loaded.rule_set else []
    if found.drafts.rule_set is not None:
        packs += [
            pack
            for pack in found.drafts.rule_set.packs
            if pack.draft and any(pack.span.source.name in one.files for one in found.asked)
        ]
    return [
        {
            "district": pack.district,
            "version": pack.version,
            "digest": pack.digest,
            "rules": len(pack.rules),
            "clauses": sum(bool(clause.digest) for clause in pack.clauses.values()),
            "draft": pack.draft,
        }
        for pack in packs
        if found.meant.holds(pack.span.source.name)
    ]
