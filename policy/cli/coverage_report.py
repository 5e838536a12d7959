"""What ``linkage coverage`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from policy.cli.output import print_json
from policy.pack.citations import Citation, Kind
from policy.review.classes import CLASSES
from policy.review.coverage import ClauseCoverage, PackCoverage, RuleUse, State
from policy.review.reached import Part, Reached
from policy.review.report.screen import Column, screen, table
from policy.text.diagnostics import Fault, Faults, fault, to_dict
from policy.text.terminal import print_faults, show

_STATES: Mapping[State, tuple[str, str, str]] = {
    State.TESTED: ("有规则有测试", "tested", "green"),
    State.CITED: ("另有引用", "cited", "green"),
    State.EXPLAINED: ("已说明原因", "explained", "green"),
    State.UNTESTED: ("没有测试", "untested", "yellow"),
    State.UNCOVERED: ("没有规则", "uncovered", "red"),
    State.STALE: ("原文已变", "stale", "red"),
    State.NON_OPERATIVE: ("不需要", "not needed", "dim"),
}
_KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.RULE: ("规则", "rule"),
    Kind.CONSEQUENCE: ("后果", "consequence of"),
    Kind.HANDLING: ("退回、异议", "returning, objecting to"),
    Kind.TERM: ("定义", "term"),
    Kind.PARAMETER: ("参数", "parameter"),
    Kind.ASSESSMENT: ("考核", "assessment"),
    Kind.FORM: ("表格", "form"),
    Kind.CONTACT: ("联系人的种类", "kind of contact"),
    Kind.UNITS: ("单位名单", "units of"),
    Kind.FACT: ("数据", "fact"),
    Kind.EFFECTIVE: ("施行日期", "dates in force"),
    Kind.OFFICE_HOURS: ("上班时间", "office hours"),
}


_PARTS: Mapping[Part, tuple[str, str]] = {
    Part.FIGURE: ("指标", "figure"),
    Part.ITEM: ("计分项目", "item"),
    Part.VETO: ("一票否决", "veto"),
    Part.GRADE: ("等次", "grade"),
    Part.CONSEQUENCE: ("后果", "consequence"),
    Part.STEP: ("步骤", "step"),
    Part.APPEAL: ("申诉期限", "time for objections"),
}

_COLUMNS: Mapping[str, tuple[tuple[str, int, int], ...]] = {
    "zh": (("条款", 0, 14), ("类别", 0, 8), ("状态", 0, 12), ("规则（测试数）", 1, 24)),
    "en": (("clause", 0, 14), ("class", 0, 14), ("state", 0, 10), ("rules (tests)", 1, 24)),
}


@dataclass(frozen=True, slots=True)
class Report:
    """The coverage of some versions.

    ``failed_tests``: how many show nothing at work; ``gaps``: list only clauses that are not accounted for.
    """

    packs: tuple[PackCoverage, ...]
    minimum: float
    many: int
    gaps: bool
    failed_tests: int
    faults: Faults
    root: str

    @property
    def failed(self) -> bool:
        """Whether too little is accounted for, or a rule test cannot be read."""
        return bool(self._shortfalls()) or self.faults.errors

    def show(self, output: str, lang: str) -> None:
        """Prints the report as text or json."""
        if output == "json":
            print_json(self._json(lang))
        else:
            self._text(lang)

    def _shortfalls(self) -> tuple[Fault, ...]:
        return tuple(
            fault(
                "LNK944",
                None,
                district=item.pack.district,
                version=item.pack.version,
                found=f"{item.percent:.1f}",
                wanted=f"{self.minimum:g}",
            )
            for item in self.packs
            if item.percent < self.minimum
        ) + tuple(
            fault(
                "LNK610",
                None,
                district=item.pack.district,
                version=item.pack.version,
                found=f"{item.parts_percent:.1f}",
                wanted=f"{self.minimum:g}",
            )
            for item in self.packs
            if item.parts_percent < self.minimum
        )

    def _json(self, lang: str) -> dict[str, Any]:
        return {
            "ok": not self.failed,
            "minimum": self.minimum,
            "failed_tests": self.failed_tests,
            "faults": [to_dict(item, lang) for item in (*self.faults.sorted(), *self._shortfalls())],
            "packs": [self._pack_json(item, lang) for item in self.packs],
        }

    def _pack_json(self, item: PackCoverage, lang: str) -> dict[str, Any]:
        shown = item.open if self.gaps else item.clauses
        return {
            "district": item.pack.district,
            "version": item.pack.version,
            "operative": len(item.operative),
            "accounted": len(item.operative) - len(item.open),
            "percent": item.percent,
            "source_attached": item.attached,
            "many": [found.clause.id for found in item.many(self.many)],
            "clauses": [_clause_json(found, lang) for found in shown],
            "assessments": {
                "parts": len(item.parts),
                "reached": len(item.parts) - len(item.unreached),
                "percent": item.parts_percent,
                "listed": [_part_json(part, lang) for part in (item.unreached if self.gaps else item.parts)],
            },
        }

    def _text(self, lang: str) -> None:
        console = screen()
        for item in self.packs:
            shown = item.open if self.gaps else item.clauses
            if shown:
                columns = [Column(*column) for column in _COLUMNS[lang]]
                title = f"{item.pack.title.get(lang)}  {item.pack.version}"
                console.print(table(title, columns, [_row(found, lang) for found in shown], console.width))
            if crowded := item.many(self.many):
                names = ("、" if lang == "zh" else ", ").join(
                    f"{found.clause.number}（{found.clause.id}）" for found in crowded
                )
                say = "{}：多于 {} 条规则引用 {}" if lang == "zh" else "{}: more than {} rules cite {}"
                show(say.format(f"{item.pack.district} {item.pack.version}", self.many, names))
        for item in self.packs:
            show(_summary(item, lang))
            if item.parts:
                show(_parts_summary(item, lang))
        if self.failed_tests:
            say = "{} 个规则测试未通过，不计在内" if lang == "zh" else "{} rule tests failed and do not count"
            show(say.format(self.failed_tests))
        print_faults((*self.faults.sorted(), *self._shortfalls()), lang, f"{self.root}/")


def _row(item: ClauseCoverage, lang: str) -> list[str | Text]:
    zh, en, style = _STATES[item.state]
    lines = [_use(use, lang) for use in item.rules] + [_cited(other, lang) for other in item.others]
    if item.clause.no_rule:
        lines.append(item.clause.no_rule)
    return [
        f"{item.clause.number}\n{item.clause.id}",
        CLASSES[item.clause.class_][lang == "en"],
        Text(zh if lang == "zh" else en, style),
        "\n".join(lines),
    ]


def _use(use: RuleUse, lang: str) -> str:
    if not use.through:
        return f"{use.rule}（{len(use.tests)}）" if lang == "zh" else f"{use.rule} ({len(use.tests)})"
    if lang == "zh":
        return f"{use.rule}（{len(use.tests)}，经由 {use.through}）"
    return f"{use.rule} ({len(use.tests)}, through {use.through})"


def _cited(citation: Citation, lang: str) -> str:
    return f"{_KINDS[citation.kind][lang == 'en']} {citation.name}".rstrip()


def _summary(item: PackCoverage, lang: str) -> str:
    operative = len(item.operative)
    done = operative - len(item.open)
    counts = {state: sum(found.state is state for found in item.open) for state in State}
    untested, uncovered, stale = counts[State.UNTESTED], counts[State.UNCOVERED], counts[State.STALE]
    name = f"{item.pack.district} {item.pack.version}"
    if lang == "zh":
        source = f"，原文已变 {stale}" if item.attached else "（未接入原文）"
        return (
            f"{name}：操作性条款 {operative}，有着落 {done}（{item.percent:.1f}%），没有规则 {uncovered}，"
            f"没有测试 {untested}{source}"
        )
    source = f", {stale} stale" if item.attached else " (no document attached)"
    return (
        f"{name}: {done} of {operative} operative clauses accounted for ({item.percent:.1f} %), "
        f"{uncovered} uncovered, {untested} untested{source}"
    )


def _parts_summary(item: PackCoverage, lang: str) -> str:
    """How many parts of the assessments tests reach, and each that none does."""
    total, gaps = len(item.parts), item.unreached
    if lang == "zh":
        line = f"  考核：指标、计分、等次、后果、步骤共 {total} 项，测试到 {total - len(gaps)} 项"
        line += f"（{item.parts_percent:.1f}%）"
    else:
        line = f"  assessments: tests reach {total - len(gaps)} of {total} figures, points, grades, "
        line += f"consequences and steps ({item.parts_percent:.1f} %)"
    return "\n".join([line, *(f"    {_part_words(gap, lang)}" for gap in gaps)])


def _part_words(part: Reached, lang: str) -> str:
    lacks = "没有测试到" if lang == "zh" else "not reached"
    name = "" if part.part in (Part.VETO, Part.STEP, Part.APPEAL) else f" {part.name}"
    return f"{part.assessment}  {_PARTS[part.part][lang == 'en']}{name}  {part.title.get(lang)}  {lacks}"


def _part_json(part: Reached, lang: str) -> dict[str, Any]:
    return {
        "assessment": part.assessment,
        "part": part.part.value,
        "name": part.name,
        "title": part.title.get(lang),
        "tests": list(part.tests),
    }


def _clause_json(item: ClauseCoverage, lang: str) -> dict[str, Any]:
    return {
        "id": item.clause.id,
        "number": item.clause.number,
        "class": item.clause.class_.value,
        "summary": item.clause.summary.get(lang),
        "state": item.state.value,
        "rules": [{"rule": use.rule, "through": use.through, "tests": list(use.tests)} for use in item.rules],
        "cited_by": [{"kind": other.kind.value, "name": other.name} for other in item.others],
        "no_rule": item.clause.no_rule,
        "tests": list(item.tests),
    }
