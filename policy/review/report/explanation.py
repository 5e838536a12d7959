"""Why, and why not, as a tree: the elements a rule was tried on, every condition with the facts it read, the
counting of the deadline, the clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console, RenderableType
from rich.text import Text
from rich.tree import Tree

from policy.decide.decision import Decision, Obligation
from policy.engines.three import COUNTED
from policy.facts.findings import Deeming
from policy.review.amounts import amount_steps, amount_text, number_texts
from policy.review.clocks import clock_text
from policy.review.ends import ends_of, ends_text
from policy.review.explain import ConditionTrace, Explanation, Outcome
from policy.review.nearest import cost
from policy.review.nearest_words import by_nearness, step_text
from policy.review.reasons import reason
from policy.review.report.facts_read import counted_text, read_text
from policy.review.report.screen import screen
from policy.review.wording import Wording

_OUTCOMES: Mapping[Outcome, tuple[str, str, str]] = {
    Outcome.APPLIES: ("适用", "applies", "green"),
    Outcome.DOES_NOT_APPLY: ("不适用", "does not apply", ""),
    Outcome.UNDETERMINED: ("无法判断", "undetermined", "magenta"),
    Outcome.ERROR: ("出错", "error", "red"),
    Outcome.OVERRIDDEN: ("被排除", "overridden", "yellow"),
    Outcome.NOT_IN_FORCE: ("不在施行期", "not in force", "yellow"),
    Outcome.NO_TRIGGER: ("未触发", "not triggered", "dim"),
}
_MARKS: Mapping[str, tuple[str, str]] = {
    "true": ("✓", "green"),
    "false": ("✗", "yellow"),
    "unknown": ("?", "magenta"),
    "error": ("!", "red"),
}


def print_explanations(
    decision: Decision, found: Sequence[Explanation], wording: Wording, console: Console | None = None
) -> None:
    """Prints a tree for each rule and combination of elements."""
    console = console or screen()
    for part in explanation_parts(decision, found, wording):
        console.print(part)
        console.print()


def explanation_parts(
    decision: Decision, found: Sequence[Explanation], wording: Wording
) -> Iterator[RenderableType]:
    """The trees, in the order of the explanations."""
    wording = wording.within(decision)
    obligations = {obligation.id: obligation for obligation in decision.obligations}
    deemed = {(d.deemed.rule, d.sources): d.deemed for d in decision.derived if d.deemed is not None}
    near = by_nearness(found)
    if near:
        yield _nearest(near, wording)
    for item in found:
        yield _tree(item, obligations.get(item.obligation), deemed.get((item.plan.id, item.bound)), wording)


MOST_NEAR = 5
"""Combinations of elements of which it is said first what would make the rule apply."""


def _nearest(near: Sequence[Explanation], wording: Wording) -> Tree:
    """What would make rules apply, the fewest changes first, and then the fewest facts to ask for."""
    pick = wording.pick
    tree = Tree(
        Text(pick(("要使规则适用，最少改变什么", "what would make rules apply, least first")), "bold")
    )
    for item in near[:MOST_NEAR]:
        way = item.nearest or ()
        changes, questions = cost(way)
        said = pick(
            (f"改变 {changes} 处，查明 {questions} 处", f"changes: {changes}, to be asked: {questions}")
        )
        elements = "、".join(wording.path(path) for path in item.bound if not path.startswith("breaches["))
        branch = tree.add(
            Text.assemble((wording.text(item.plan.rule.title), "bold"), f"  {said}  ", elements)
        )
        for step in way:
            mark, style = ("?", "magenta") if step.unknown else ("→", "yellow")
            branch.add(Text.assemble((f"{mark} ", style), step_text(step, wording)))
    if len(near) > MOST_NEAR:
        tree.add(
            Text(
                pick((f"另有 {len(near) - MOST_NEAR} 项，见各条规则", f"and {len(near) - MOST_NEAR} more")),
                "dim",
            )
        )
    return tree


def _tree(item: Explanation, obligation: Obligation | None, deemed: Deeming | None, wording: Wording) -> Tree:
    rule = item.plan.rule
    zh, en, style = _OUTCOMES[item.outcome]
    head = Text.assemble(
        (f"[{wording.pick((zh, en))}] ", style), (wording.text(rule.title), "bold"), f"  {rule.id}"
    )
    tree = Tree(head, guide_style="dim")
    for name, path in zip(item.plan.variables, item.bound, strict=False):
        said = wording.path(path)
        if path.startswith("breaches["):  # its id is of no use to people
            tree.add(Text(f"{name} = {said}"))
        else:
            tree.add(Text(f"{name} = {path}" + wording.pick((f"（{said}）", f" ({said})"))))
    if item.outcome is not Outcome.APPLIES:
        tree.add(Text(reason(item, wording)))
    _add_conditions(
        tree, [t for t in item.conditions if t.section == "when"], ("条件", "conditions"), wording
    )
    _add_conditions(
        tree, [t for t in item.conditions if t.section == "unless"], ("例外", "exceptions"), wording
    )
    if obligation is not None:
        _add_obligation(tree, obligation, wording)
    if deemed is not None:
        _add_deemed(tree, deemed, wording)
    clauses = tree.add(wording.pick(("依据", "basis")))
    for clause in item.basis:
        number, summary = wording.clause(item.program, clause)
        leaf = clauses.add(Text(f"{number}  {summary}"))
        if quote := wording.quote(item.program, clause):
            leaf.add(Text(wording.pick((f"原文：{quote}", f"verbatim: {quote}")), "dim"))
    return tree


def _add_conditions(
    tree: Tree, traces: Sequence[ConditionTrace], title: tuple[str, str], wording: Wording
) -> None:
    if not traces:
        return
    branch = tree.add(wording.pick(title))
    _add_lines(branch, traces, wording)


def _add_lines(branch: Tree, traces: Sequence[ConditionTrace], wording: Wording) -> None:
    """The lines, and below a line of alternatives which of them held."""
    for trace in traces:
        mark, style = _MARKS[trace.value]
        means, expression = wording.text(trace.line.means), trace.line.expr.text
        line = Text.assemble((f"{mark} ", style), means or expression)
        if means and means != expression:
            line.append(f"  {expression}", "dim")
        leaf = branch.add(line)
        if trace.alternatives:
            _add_lines(leaf, trace.alternatives, wording)
        below = {read for part in trace.alternatives for read in part.reads}
        for read in (read for read in trace.reads if read not in below):
            if read.kind == COUNTED:
                leaf.add(Text(counted_text(read, wording), "dim"))
                continue
            value = read_text(read)
            shown = wording.pick(("未知", "unknown")) if value is None else value
            named = wording.fact(read.path) if read.path.startswith("breaches[") else read.path
            leaf.add(Text(f"{named} = {shown}", "magenta" if value is None else "dim"))
        if trace.error:
            leaf.add(Text(trace.error, "red"))


def _add_deemed(tree: Tree, deemed: Deeming, wording: Wording) -> None:
    """From when it counts as a fact, and how the time that passed was counted."""
    since = wording.deemed_from(deemed)
    branch = tree.add(Text(wording.pick((f"视为自 {since} 起", f"counts as a fact from {since}"))))
    for _, text in wording.steps(deemed.due) if deemed.due is not None else ():
        branch.add(Text(text))


def _add_obligation(tree: Tree, obligation: Obligation, wording: Wording) -> None:
    pick = wording.pick
    branch = tree.add(Text(pick(("期限：", "due: ")) + wording.due(obligation)))
    if obligation.due is not None:
        for _, text in wording.steps(obligation.due):
            branch.add(Text(text))
    if told := clock_text(obligation.plan, wording):
        branch.add(Text(told))
    if amount := amount_text(obligation, wording):
        sums = tree.add(Text(pick(("金额：", "amount: ")) + amount))
        for _, text in amount_steps(obligation, wording):
            sums.add(Text(text))
    for text in number_texts(obligation, wording):
        tree.add(Text(pick(("数量：", "number: ")) + text))
    tree.add(Text(pick(("状态：", "status: ")) + wording.state(obligation)))
    if concerns := wording.concerns(obligation):
        tree.add(Text(pick(("涉及单位：", "concerns: ")) + concerns))
    if breached := wording.breached(obligation):
        tree.add(Text(pick(("因未履行：", "breached: ")) + breached))
    if ends := ends_text(obligation, ends_of(obligation, wording.vocabulary), wording):
        tree.add(Text(ends))
    reading = obligation.plan.rule.reading
    if reading is not None:
        both = tree.add(pick(("文义有歧义", "the text is ambiguous")))
        both.add(Text(pick(("采用：", "taken: ")) + wording.text(reading.chosen)))
        both.add(Text(pick(("另一种：", "the other: ")) + wording.text(reading.other)))
