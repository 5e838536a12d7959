"""The packs themselves: versions, and of one district its clauses, rules and bodies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from rich.table import Table

from policy.decide.snapshot import District
from policy.pack.model import Pack, Rule
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.classes import CLASSES
from policy.review.report.screen import Column, table
from policy.review.wording import Wording

Json = dict[str, Any]


def packs_table(programs: Sequence[tuple[District, PackProgram]], lang: str, width: int) -> Table:
    """One row a version, in the order given."""
    pick = Wording(programs[0][0], lang).pick
    columns = [
        Column(pick(("地区", "district")), 2, 12),
        Column(pick(("文件", "document")), 4, 14),
        Column(pick(("版本", "version")), 0, 10),
        Column(pick(("施行", "in force")), 0, 13),
        Column(pick(("规则", "rules")), 0, 5),
        Column(pick(("条款", "clauses")), 0, 7),
    ]
    rows = []
    for district, program in programs:
        wording, pack = Wording(district, lang), program.pack
        label = wording.code("districts", pack.district)
        rows.append(
            [
                f"{label}\n{pack.district}" if label != pack.district else label,
                _document(pack, wording),
                pack.version,
                in_force(pack, wording),
                str(len(pack.rules)),
                str(len(pack.clauses)),
            ]
        )
    return table(pick(("规则包", "Packs")), columns, rows, width)


def _document(pack: Pack, wording: Wording) -> str:
    """The document, whether it is only reported, and what must be known of its dates."""
    lines = [wording.text(pack.title)]
    if pack.authority == "reported":
        lines.append(wording.pick(("报道做法，不具约束力", "reported practice, binds no one")))
    if note := wording.text(pack.effective_note):
        lines.append(note)
    return "\n".join(lines)


def in_force(pack: Pack, wording: Wording) -> str:
    """Its first day, and its last if there is one; of a press report its own day; whether it is a draft."""
    return _in_force(pack, wording) + (wording.pick(("（草案）", " (draft)")) if pack.draft else "")


def _in_force(pack: Pack, wording: Wording) -> str:
    if pack.reported_on is not None:
        day = pack.reported_on.isoformat()
        return wording.pick((f"报道于 {day}", f"reported on {day}"))
    if pack.reported:
        return wording.pick(("报道日期不详", "reported, the day unknown"))
    start = pack.effective_from.date().isoformat()
    local = wording.pick(("（本地设定）", " (local)")) if pack.effective_provenance == "local" else ""
    if pack.effective_to is None:
        return wording.pick((f"{start} 起", f"from {start}")) + local
    end = (pack.effective_to - timedelta(microseconds=1)).date().isoformat()
    return wording.pick((f"{start} 至 {end}", f"{start} to {end}")) + local


def clauses_table(program: PackProgram, wording: Wording, width: int) -> Table:
    """Every clause, its class, and the rules that rest on it or why there is none."""
    pick = wording.pick
    rules = rules_by_clause(program.plans)
    columns = [
        Column(pick(("条款", "clause")), 0, 12),
        Column(pick(("类别", "class")), 0, 13),
        Column(pick(("内容", "summary")), 3, 16),
        Column(pick(("规则", "rules")), 2, 16),
    ]
    rows = [
        [
            f"{clause.number}\n{clause.id}",
            pick(CLASSES[clause.class_]),
            wording.text(clause.summary),
            "\n".join(rules.get(clause.id, ())) or clause.no_rule,
        ]
        for clause in program.pack.clauses.values()
    ]
    return table(_title(program.pack, wording), columns, rows, width)


def rules_table(program: PackProgram, wording: Wording, width: int) -> Table:
    """Every rule: id, title, who bears it, where it rests."""
    pick = wording.pick
    columns = [
        Column(pick(("规则", "rule")), 2, 20),
        Column(pick(("事项", "what")), 3, 16),
        Column(pick(("单位", "department")), 1, 10),
        Column(pick(("依据", "clause")), 1, 10),
    ]
    rows = [
        [
            plan.id,
            wording.text(plan.rule.title),
            _bearer(program, plan.rule, wording),
            wording.basis(program, plan.typed.clauses),
        ]
        for plan in program.plans
    ]
    return table(_title(program.pack, wording), columns, rows, width)


def bodies_table(program: PackProgram, wording: Wording, width: int) -> Table:
    """Every body of the pack: code, local name, label of the vocabulary."""
    pick = wording.pick
    columns = [
        Column(pick(("代码", "code")), 1, 20),
        Column(pick(("本地名称", "local name")), 1, 12),
        Column(pick(("统称", "general name")), 1, 12),
    ]
    rows = [
        [code, wording.text(name) + _listed(program, code, wording), wording.code("bodies", code)]
        for code, name in program.pack.bodies.items()
    ]
    return table(_title(program.pack, wording), columns, rows, width)


def rules_by_clause(plans: Iterable[RulePlan]) -> Mapping[str, list[str]]:
    """Ids of the rules that may cite a clause as their basis."""
    found: dict[str, list[str]] = {}
    for plan in plans:
        for clause in plan.typed.clauses:
            found.setdefault(clause, []).append(plan.id)
    return found


def pack_json(district: District, program: PackProgram, parts: Iterable[str], lang: str) -> Json:
    """A version as plain data, with its ``parts``: any of clauses, rules, bodies."""
    pack, wording = program.pack, Wording(district, lang)
    made: Json = {
        "district": pack.district,
        "version": pack.version,
        "title": wording.text(pack.title),
        "authority": pack.authority,
        "digest": pack.digest,
        "effective_from": None if pack.reported else pack.effective_from.isoformat(),
        "effective_to": pack.effective_to.isoformat() if pack.effective_to else None,
        "reported_on": pack.reported_on and pack.reported_on.isoformat(),
        "rule_count": len(pack.rules),
        "clause_count": len(pack.clauses),
    }
    readers = {"clauses": _clauses_json, "rules": _rules_json, "bodies": _bodies_json}
    return made | {part: readers[part](program, wording) for part in parts}


def _clauses_json(program: PackProgram, wording: Wording) -> list[Json]:
    rules = rules_by_clause(program.plans)
    return [
        {
            "id": clause.id,
            "number": clause.number,
            "class": clause.class_.value,
            "summary": wording.text(clause.summary),
            "rules": rules.get(clause.id, []),
            "no_rule": clause.no_rule,
        }
        for clause in program.pack.clauses.values()
    ]


def _rules_json(program: PackProgram, wording: Wording) -> list[Json]:
    return [
        {
            "id": rule.id,
            "title": wording.text(rule.title),
            "modality": rule.modality.value,
            "force": rule.force.value,
            "bearers": list(rule.bearer.bodies),
            "action": rule.action,
            "basis": list(plan.typed.clauses),
            "conditions": [wording.text(line.means) for line in rule.when],
            "exceptions": [wording.text(line.means) for line in rule.unless],
            "location": str(rule.span),
        }
        for plan in program.plans
        for rule in (plan.rule,)
    ]


def _bodies_json(program: PackProgram, wording: Wording) -> list[Json]:
    bodies = program.pack.bodies.items()
    return [
        {"code": code, "name": wording.text(name), "label": wording.code("bodies", code)}
        | _units(program, code)
        for code, name in bodies
    ]


def _listed(program: PackProgram, body: str, wording: Wording) -> str:
    units = program.pack.units.get(body)
    if units is None:
        return ""
    names = wording.pick(("、", ", ")).join(units.names)
    return wording.pick((f"（{len(units.names)} 个：{names}）", f" ({len(units.names)}: {names})"))


def _units(program: PackProgram, body: str) -> Json:
    """The units of a body, where the pack lists them."""
    units = program.pack.units.get(body)
    return {} if units is None else {"units": list(units.names)}


def _bearer(program: PackProgram, rule: Rule, wording: Wording) -> str:
    if rule.deemed is not None:
        return wording.pick(("（视为）", "(deemed)"))
    if rule.bearer.bodies:
        names = [wording.body(program, code) for code in rule.bearer.bodies]
        return wording.pick(("、", ", ")).join(names)
    written = rule.bearer.expr or rule.bearer.party
    return written.text if written else ""


def _title(pack: Pack, wording: Wording) -> str:
    return f"{wording.text(pack.title)}  {pack.version}"
