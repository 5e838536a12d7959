"""What must hold of a whole pack, beyond each value on its own. One function a question."""

from __future__ import annotations

from policy.pack.bounds import check_bounds
from policy.pack.circles import circles
from policy.pack.deadline import DutyMoment
from policy.pack.draft import Draft
from policy.pack.groups import settle_groups
from policy.pack.model import Actor, ClauseClass, Expression, Modality, Rule
from policy.text.diagnostics import Faults, Words, suggest
from policy.text.source import Span


def check_pack(draft: Draft, faults: Faults) -> None:
    """Run every check. Those that ask "is it anywhere?" are left out where a file could not be read."""
    settle_groups(draft, faults)
    if draft.whole:
        check_citations(draft, faults)
        check_coverage(draft, faults)
        check_overrides_exist(draft, faults)
        check_deadline_duties(draft, faults)
        check_deadline_moments(draft, faults)
        check_unused(draft, faults)
    check_no_rule(draft, faults)
    check_titles(draft, faults)
    check_override_circles(draft, faults)
    check_twins(draft, faults)
    check_bounds(draft, faults)


def check_citations(draft: Draft, faults: Faults) -> None:
    """Every clause id that is cited is in the register (LNK304)."""
    register = draft.declared["clause"]
    for citation in draft.citations:
        if citation.clause not in register:
            meant = "" if faults.full else suggest(citation.clause, register)
            faults.add("LNK304", citation.span, meant, name=citation.clause)


def check_coverage(draft: Draft, faults: Faults) -> None:
    """Every operative clause is cited, or says why it is not (LNK505)."""
    cited = {citation.clause for citation in draft.citations}
    for clause in draft.clauses.values():
        operative = clause.class_ is not ClauseClass.NON_NORMATIVE
        if operative and not clause.no_rule and clause.id not in cited:
            faults.add("LNK505", clause.span, name=clause.id, number=clause.number)


def check_no_rule(draft: Draft, faults: Faults) -> None:
    """A clause that says why it has no rule has none (LNK506)."""
    for citation in draft.citations:
        clause = draft.clauses.get(citation.clause)
        if citation.rule and clause and clause.no_rule:
            faults.add("LNK506", citation.span, name=clause.id, rule=citation.rule)


def check_titles(draft: Draft, faults: Faults) -> None:
    """No two rules have one title: people tell duties apart by it (LNK570)."""
    first: dict[str, Rule] = {}
    for rule in draft.rules:
        other = first.setdefault(rule.title.zh, rule)
        if other is not rule:
            faults.add("LNK570", rule.span, title=rule.title.zh, rule=rule.id, other=other.id)


def check_overrides_exist(draft: Draft, faults: Faults) -> None:
    """Every rule that is overridden is there (LNK308); what rests on a duty is displaced with that duty."""
    declared = draft.declared["rule"]
    resting = {rule.id for rule in draft.rules if rule.deemed is not None and rule.deemed.base}
    for _, target, span in draft.overrides:
        if target in resting:
            faults.add("LNK342", span, name=target)
        elif target not in declared:
            meant = "" if faults.full else suggest(target, declared)
            faults.add("LNK308", span, meant, name=target)


def check_deadline_duties(draft: Draft, faults: Faults) -> None:
    """Duties that deadlines are counted from are there (LNK308), and none waits for itself (LNK536)."""
    declared = draft.declared["rule"]
    deemed = {rule.id for rule in draft.rules if rule.deemed is not None}
    waits: dict[str, list[str]] = {}
    places: dict[tuple[str, str], Span] = {}
    for rule in draft.rules:
        for one in rule.deadline.duties() if rule.deadline is not None else ():
            for name in one.meant:
                if name in deemed:
                    faults.add("LNK342", one.span, name=name)
                elif name not in declared:
                    meant = "" if faults.full else suggest(name, declared)
                    faults.add("LNK308", one.span, meant, name=name)
                else:
                    waits.setdefault(rule.id, []).append(name)
                    places.setdefault((rule.id, name), one.span)
    for circle in circles(waits):
        edge = (circle[0], circle[1 % len(circle)])
        faults.add("LNK536", places[edge], circle=" → ".join([*circle, circle[0]]))


def check_deadline_moments(draft: Draft, faults: Faults) -> None:
    """Duties whose due time or breach deadlines are counted from have such a moment (LNK537)."""
    rules = {rule.id: rule for rule in draft.rules if rule.deemed is None}
    for rule in draft.rules:
        for one in rule.deadline.duties() if rule.deadline is not None else ():
            meant = [rules[name] for name in one.meant if name in rules]
            if meant and not any(has_moment(each, one.at) for each in meant):
                faults.add("LNK537", one.span, name=meant[0].id)


def has_moment(rule: Rule, at: DutyMoment) -> bool:
    """Whether a duty of the rule may have that moment: every duty may be fulfilled (义务已履行)."""
    violated = at is DutyMoment.BREACHED and bool(rule.violated_by)
    return at is DutyMoment.FULFILLED or violated or rule.deadline is not None


def check_override_circles(draft: Draft, faults: Faults) -> None:
    """No rule overrides itself, directly (LNK314) or through others (LNK315)."""
    targets: dict[str, list[str]] = {}
    for rule, target, span in draft.overrides:
        if rule == target:
            faults.add("LNK314", span)
        else:
            targets.setdefault(rule, []).append(target)
    places = {(rule, target): span for rule, target, span in draft.overrides}
    for circle in circles(targets):
        edge = (circle[0], circle[1 % len(circle)])
        faults.add("LNK315", places[edge], circle=" → ".join([*circle, circle[0]]))


def check_unused(draft: Draft, faults: Faults) -> None:
    """Every parameter, term and named deadline is used (LNK510, LNK511, LNK512)."""
    for kind, code in (("parameter", "LNK510"), ("term", "LNK511"), ("deadline", "LNK512")):
        for name, span in draft.declared[kind].items():
            if name not in draft.used[kind]:
                faults.add(code, span, name=name)


def check_twins(draft: Draft, faults: Faults) -> None:
    """No two rules say the same (LNK513) or the opposite (LNK514) under the same conditions, as written."""
    settled = {frozenset((rule, target)) for rule, target, _ in draft.overrides}
    same: dict[object, Rule] = {}
    by_effect: dict[object, dict[Modality, Rule]] = {}
    for rule in draft.rules:
        if rule.deemed is not None:
            continue
        effect = _effect(rule)
        twin = same.setdefault((effect, rule.modality, _fulfilment(rule)), rule)
        if twin is not rule:
            faults.add("LNK513", rule.span, rule=rule.id, other=twin.id)
            continue
        for other in by_effect.setdefault(effect, {}).values():
            opposed = (rule.modality is Modality.PROHIBITION) != (other.modality is Modality.PROHIBITION)
            if opposed and frozenset((rule.id, other.id)) not in settled:
                faults.add(
                    "LNK514",
                    rule.span,
                    rule=rule.id,
                    modality=_MODALITY[rule.modality],
                    other=other.id,
                    other_modality=_MODALITY[other.modality],
                )
        by_effect[effect].setdefault(rule.modality, rule)


_MODALITY = {
    Modality.OBLIGATION: Words("应当", "obligation"),
    Modality.PROHIBITION: Words("不得", "prohibition"),
    Modality.PERMISSION: Words("可以", "permission"),
}


def _fulfilment(rule: Rule) -> object:
    """What tells two duties of one action apart: the acts that fulfil them."""
    return tuple(
        sorted((matcher.collection, matcher.codes, _text(matcher.where)) for matcher in rule.fulfilled_by)
    )


def _effect(rule: Rule) -> object:
    """Everything that tells two rules apart but their modality: trigger, conditions, who, what, to whom."""
    return (
        tuple((binding.name, binding.path) for binding in rule.each),
        rule.trigger,
        tuple(sorted(line.expr.text for line in rule.when)),
        tuple(sorted(line.expr.text for line in rule.unless)),
        _actor(rule.bearer),
        _text(rule.bearer_unit),
        _actor(rule.counterparty),
        rule.action,
        _text(rule.about),
        _text(rule.concerns),
    )


def _actor(actor: Actor) -> tuple[tuple[str, ...], str, str]:
    return tuple(sorted(actor.bodies)), _text(actor.expr), _text(actor.party)


def _text(expression: Expression | None) -> str:
    return expression.text if expression else ""
