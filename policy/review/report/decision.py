"""A decision as a clerk reads it: who must do what, under which clause, by when, where it stands, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from policy.decide.decision import Decision, Obligation
from policy.decide.warnings import NOTHING
from policy.facts.paths import key_of
from policy.pack.model import Force, Lifecycle
from policy.review.amounts import amount_lines
from policy.review.ends import ends_of, ends_text
from policy.review.notices import derivation_text, notice_text
from policy.review.report.screen import STATE_STYLES, Column, screen, table
from policy.review.wording import Wording

WIDE = 110
"""From so many columns on, every column of the obligations has its own place."""
_DIGEST = 12


def print_decision(decision: Decision, wording: Wording, console: Console | None = None) -> None:
    """Prints the whole decision; tables without rows are left out, save that of obligations."""
    console = console or screen()
    for part in decision_parts(decision, wording, console.width):
        # Lines are left whole for whoever copies them; tables know the width.
        console.print(part, soft_wrap=not isinstance(part, Table))


def decision_parts(decision: Decision, wording: Wording, width: int) -> Iterator[RenderableType]:
    """Heading, obligations, undetermined rules, errors, conflicts, receipt."""
    pick, wording = wording.pick, wording.within(decision)
    as_of = wording.moment(decision.receipt.as_of)
    district = wording.code("districts", decision.district)
    yield pick(
        (
            f"{district}　案件 {decision.case}　截至 {as_of}",
            f"{district}, case {decision.case}, as of {as_of}",
        )
    )
    if decision.obligations:
        yield obligations_table(decision.obligations, wording, width)
    else:
        yield pick(("没有产生义务。", "No obligations arise."))
        yield from (Text(notice_text(n, wording)) for n in decision.warnings if n.code == NOTHING)
    if decision.undetermined:
        yield _undetermined(decision, wording, width)
    for error in decision.errors:
        yield Text(f"{error.code} {error.rule} {wording.rule_error(error)}".replace("  ", " "), "red")
    for conflict in decision.conflicts:
        yield Text(wording.conflict(conflict), "red")
    yield from _derived(decision, wording)
    yield from _quotes(decision, wording)
    if any(o.plan.rule.lifecycle is Lifecycle.CASE for o in decision.obligations):
        yield Text(pick(_ON_THE_CASE), "dim")
    yield Text(_receipt(decision, wording), "dim")


_ON_THE_CASE = (
    "案件中止的，义务随之中止；案件终结、办结或撤回的，义务随之终结或解除（规则另有规定的除外）。",
    "Duties are suspended with the case, and end with it, save where their rule says otherwise.",
)
MAX_DERIVED = 10
"""Most derived facts that a screen lists; JSON has all."""


def _derived(decision: Decision, wording: Wording) -> Iterator[Text]:
    """What was derived from what was sent; what happens by itself is no news on a screen."""
    told = [one for one in decision.derived if one.sources]
    told.sort(key=lambda one: one.deemed is None)  # what counts as a fact comes first
    for one in told[:MAX_DERIVED]:
        kind = ("推得：", "derived: ") if one.deemed is None else ("视为：", "deemed: ")
        yield Text(wording.pick(kind) + derivation_text(one, wording), "dim" if one.deemed is None else "")
    more = len(told) - MAX_DERIVED
    if more > 0:
        yield Text(wording.pick((f"推得：另有 {more} 项", f"derived: {more} more")), "dim")


def obligations_table(obligations: tuple[Obligation, ...], wording: Wording, width: int) -> Table:
    """One row an obligation, in the decision's order. On a narrow screen the reason stands under the duty and
    the status under the due time."""
    pick = wording.pick
    who, what = Column(pick(("单位", "department")), 2, 10), Column(pick(("事项", "what")), 8, 16)
    clause, due = Column(pick(("依据", "clause")), 2, 10), Column(pick(("期限", "due")), 1, 16)
    status, reason = Column(pick(("状态", "status")), 0, 14), Column(pick(("理由", "reason")), 8, 16)
    title = pick((f"义务（{len(obligations)}）", f"Obligations ({len(obligations)})"))
    alike = Counter((item.rule, item.bearers) for item in obligations)
    rows = [_cells(item, wording, alike[item.rule, item.bearers] > 1) for item in obligations]
    if width >= WIDE:
        return table(title, (who, what, clause, due, status, reason), rows, width)
    columns = (
        who,
        replace(what, title=f"{what.title} / {reason.title}"),
        clause,
        replace(due, title=f"{due.title} / {status.title}"),
    )
    return table(title, columns, [_narrow(*cells) for cells in rows], width)


def _narrow(who: Text, what: Text, clause: Text, due: Text, status: Text, reason: Text) -> tuple[Text, ...]:
    reason.stylize("dim")
    return who, Text("\n").join((what, reason)), clause, Text("\n").join((due, status))


def _cells(
    obligation: Obligation, wording: Wording, alike: bool
) -> tuple[Text, Text, Text, Text, Text, Text]:
    """``alike``: another row has the same duty of the same body."""
    apart = "\n" + _apart(obligation, wording) if alike else ""
    style = STATE_STYLES.get(obligation.standing.state, "")
    return (
        Text(wording.bearer(obligation)),
        Text(_what(obligation, wording) + apart),
        Text(wording.basis(obligation.program, obligation.basis)),
        Text(wording.due(obligation)),
        Text(wording.state(obligation), style),
        Text(_reason(obligation, wording)),
    )


def _what(obligation: Obligation, wording: Wording) -> str:
    """应当：通知法院（对区人民法院）; a title that begins with the word itself needs no second one."""
    title, word = wording.text(obligation.plan.rule.title), wording.modality(obligation)
    what = title if title.startswith(word) else f"{word}{wording.pick(('：', ': '))}{title}"
    owed_to = wording.counterparty(obligation)
    return what + wording.pick((f"（对{owed_to}）", f" (to {owed_to})")) if owed_to else what


def _apart(obligation: Obligation, wording: Wording) -> str:
    """What tells a row from another of the same duty and body: what it is bound to, and what it is about."""
    said, about = _bound(obligation.bound, wording), obligation.about
    if not about or obligation.breach is not None or any(key_of(path) == about for path in obligation.bound):
        return said
    return said + wording.pick((f"；针对 {about}", f"; about {about}"))


def _bound(paths: Iterable[str], wording: Wording) -> str:
    """What tells a row from others of its rule: the elements that it is bound to."""
    said = wording.pick(("、", ", ")).join(dict.fromkeys(wording.path(path) for path in paths))
    return wording.pick((f"所据：{said}", f"on: {said}"))


def _reason(obligation: Obligation, wording: Wording) -> str:
    parts = wording.because(obligation)
    waiting = [*obligation.missing, *obligation.due_missing, *obligation.standing.missing]
    if waiting:
        facts = [wording.fact(path) for path in dict.fromkeys(waiting)]
        parts.append(wording.pick(("尚缺：", "missing: ")) + wording.pick(("、", ", ")).join(facts))
    return "\n".join([wording.pick(("；", "; ")).join(parts), *_terms(obligation, wording)])


def _terms(obligation: Obligation, wording: Wording) -> Iterator[str]:
    """Whom it is about, what ends it, what must come with it, its force, how the text was read."""
    rule, pick = obligation.plan.rule, wording.pick
    if concerns := wording.concerns(obligation):
        yield pick(("涉及单位：", "concerns: ")) + concerns
    yield from amount_lines(obligation, wording)
    if breached := wording.breached(obligation):
        yield pick(("因未履行：", "breached: ")) + breached
    if ends := ends_text(obligation, ends_of(obligation, wording.vocabulary), wording):
        yield ends
    if rule.force is not Force.BINDING:
        yield pick(("效力：", "force: ")) + wording.force(obligation)
    if rule.outputs:
        reported = rule.force is Force.REPORTED  # a report tells what was done, and asks for nothing
        must = ("报道写到：", "as reported: ") if reported else ("须有：", "with: ")
        yield pick(must) + pick(("、", ", ")).join(wording.text(o.text) for o in rule.outputs)
    if rule.returns:
        grounds = [
            wording.code("results", ground.reason) + _cited(obligation, ground.basis, wording)
            for ground in rule.returns
        ]
        yield pick(("可以退回：", "may be returned: ")) + pick(("、", ", ")).join(grounds)
    if rule.objection_suspends:
        cited = _cited(obligation, rule.objection_suspends, wording)
        yield pick(("提出异议则中止", "suspended by an objection")) + cited
    if rule.reading is not None:
        chosen, other = wording.text(rule.reading.chosen), wording.text(rule.reading.other)
        yield pick((f"理解：{chosen}（另一种：{other}）", f"reading: {chosen} (the other: {other})"))


def _cited(obligation: Obligation, clauses: tuple[str, ...], wording: Wording) -> str:
    """Clauses in brackets."""
    return wording.pick(("（{}）", " ({})")).format(wording.basis(obligation.program, clauses))


def _undetermined(decision: Decision, wording: Wording, width: int) -> Table:
    pick = wording.pick
    columns = [
        Column(pick(("规则", "rule")), 2, 16),
        Column(pick(("依据", "clause")), 1, 12),
        Column(pick(("缺少的事实", "missing facts")), 2, 16),
    ]
    alike = Counter(item.rule for item in decision.undetermined)
    rows: list[list[str | Text]] = [
        [
            wording.text(item.plan.rule.title)
            + ("\n" + _bound(item.bound, wording) if alike[item.rule] > 1 else ""),
            wording.basis(item.program, item.plan.typed.clauses),
            "\n".join(f"{wording.fact(path)}\n  {path}" for path in item.missing),
        ]
        for item in decision.undetermined
    ]
    count = len(decision.undetermined)
    title = pick((f"缺少事实，无法判断（{count}）", f"Undetermined for lack of facts ({count})"))
    return table(title, columns, rows, width)


def _quotes(decision: Decision, wording: Wording) -> Iterator[Text]:
    """The clauses of the obligations verbatim, each once, where their document is attached."""
    cited = {(o.program.pack.version, clause): o.program for o in decision.obligations for clause in o.basis}
    for (_, clause), program in cited.items():
        if quote := wording.quote(program, clause):
            number, _ = wording.clause(program, clause)
            yield Text(wording.pick((f"原文 {number}：{quote}", f"{number}, verbatim: {quote}")), "dim")


def _receipt(decision: Decision, wording: Wording) -> str:
    facts, result = decision.receipt.facts_digest[:_DIGEST], decision.digest[:_DIGEST]
    packs = ", ".join(
        f"{p.pack.district} {p.pack.version} {p.pack.digest[:_DIGEST]}" for p in decision.receipt.packs
    )
    return wording.pick(
        (
            f"凭据：规则包 {packs}；事实 {facts}；结果 {result}",
            f"receipt: packs {packs}; facts {facts}; decision {result}",
        )
    )
