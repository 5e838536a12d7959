"""``linkage check``: every fault of every file of the rules, rule tests included."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, RULES_VARIABLE, Format, FormatOption, Lang, LangOption
from policy.text.terminal import show, show_fault

if TYPE_CHECKING:
    from policy.cli.loading import Loaded
    from policy.text.diagnostics import Fault

RulesArgument = Annotated[
    Path, typer.Argument(metavar="RULES", envvar=RULES_VARIABLE, help=say("规则文件夹", "the rules folder"))
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help=say("有警告也算不通过", "fail on warnings, too"))
]


def check(
    rules: RulesArgument = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
    strict: StrictOption = False,
) -> None:
    from policy.cli.loading import load
    from policy.review.ruletest.run import tests_of
    from policy.text.diagnostics import Severity

    loaded = load(rules)
    tests = 0
    if loaded.rule_set is not None and loaded.snapshot is not None:
        tests = len(tests_of(loaded.rule_set, loaded.snapshot, loaded.faults))
    faults = loaded.faults.sorted()
    counts = {kind.value: sum(item.severity is kind for item in faults) for kind in Severity}
    failed = bool(counts["error"] or (strict and counts["warning"]))
    if output is Format.JSON:
        _print_json(loaded, faults, counts, tests, failed, lang)
    else:
        _print_text(loaded, faults, counts, tests, failed, lang)
    raise typer.Exit(int(failed))


def _print_text(
    loaded: Loaded, faults: tuple[Fault, ...], counts: dict[str, int], tests: int, failed: bool, lang: str
) -> None:
    from policy.program.cost import USUAL

    for item in faults:
        show_fault(item, lang, f"{loaded.root}/", end="\n\n")
    found = (
        f"错误 {counts['error']}，警告 {counts['warning']}，提示 {counts['note']}"
        if lang == "zh"
        else ", ".join(f"{counts[kind]} {kind}{'' if counts[kind] == 1 else 's'}" for kind in counts)
    )
    verdict = ("未通过" if failed else "通过") if lang == "zh" else ("failed" if failed else "passed")
    show(f"{verdict}: {found}" if lang == "en" else f"{verdict}：{found}")
    for pack in _packs(loaded):
        numbers = (pack["rules"], pack["clauses"])
        words = "规则 {}，条款 {}" if lang == "zh" else "{} rules, {} clauses"
        show(f"  {pack['district']} {pack['version']}  " + words.format(*numbers))
    if (dearest := _dearest(loaded)) is not None:
        steps, rule = f"{dearest[0]:,}", dearest[1]
        zh = f"  最费算的规则 {rule}：每个列表 {USUAL} 项的案件上至多看 {steps} 个组合"
        en = f"  dearest rule {rule}: at most {steps} combinations on a case of {USUAL} elements a list"
        show(zh if lang == "zh" else en)
    if loaded.snapshot is not None:
        show(f"  规则测试 {tests}" if lang == "zh" else f"  {tests} rule tests")


def _print_json(
    loaded: Loaded, faults: tuple[Fault, ...], counts: dict[str, int], tests: int, failed: bool, lang: str
) -> None:
    from policy.cli.output import print_json
    from policy.text.diagnostics import to_dict

    print_json(
        {
            "ok": not failed,
            "errors": counts["error"],
            "warnings": counts["warning"],
            "notes": counts["note"],
            "faults": [to_dict(item, lang) for item in faults],
            "packs": _packs(loaded),
            "tests": tests,
            "dearest": dict(zip(("steps", "rule"), _dearest(loaded) or (0, ""), strict=True)),
            "digest": loaded.snapshot.digest if loaded.snapshot else "",
        }
    )


def _dearest(loaded: Loaded) -> tuple[int, str] | None:
    """The rule that may cost most on a large case, with its steps."""
    if loaded.snapshot is None:
        return None
    programs = [program for district in loaded.snapshot.districts.values() for program in district.programs]
    return max(
        ((program.most_steps(plan), plan.id) for program in programs for plan in program.plans), default=None
    )


def _packs(loaded: Loaded) -> list[dict[str, str | int]]:
    packs = loaded.rule_set.packs if loaded.rule_set else ()
    return [
        {
            "district": pack.district,
            "version": pack.version,
            "digest": pack.digest,
            "rules": len(pack.rules),
            "clauses": len(pack.clauses),
        }
        for pack in packs
    ]
