"""PackProgram -> what clients see of a pack: summary, clauses, rules, parameters, bodies."""

from __future__ import annotations

from linkage.v1 import policy_service_pb2 as api
from policy.money import money_text
from policy.pack.model import Clause, Condition, Parameter
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.deadlines import deadline_text
from policy.review.rule_amounts import amount_of_rule, number_of_rule
from policy.review.wording import Wording
from policy.time.period import Period
from server.convert.words import FORCE, MODALITY, body, clauses, coded, pack_ref, set_moment


def pack_summary(words: Wording, program: PackProgram) -> api.PackSummary:
    """One line of a list of packs."""
    pack = program.pack
    message = api.PackSummary(
        pack=pack_ref(words, program),
        effective_basis=pack.effective_basis,
        effective_local=pack.effective_provenance == "local",
        rule_count=len(pack.rules),
        clause_count=len(pack.clauses),
        source_attached=words.sources.attached(pack),
        instrument_number=pack.instrument.number,
        effective_note=words.text(pack.effective_note),
    )
    if not pack.reported:  # a press report has no first day
        set_moment(message.effective_from, program.since)
    if program.until is not None:
        set_moment(message.effective_to, program.until)
    return message


def pack_message(words: Wording, program: PackProgram) -> api.GetPackResponse:
    """A whole pack, for people to read beside the document."""
    pack = program.pack
    return api.GetPackResponse(
        summary=pack_summary(words, program),
        clauses=[_clause(words, program, clause) for clause in pack.clauses.values()],
        rules=[_rule(words, program, plan) for plan in program.plans],
        parameters=[_parameter(words, parameter) for parameter in pack.parameters.values()],
        bodies=[body(words, program, code) for code in pack.bodies],
        units=[
            api.BodyUnits(body=code, names=units.names, basis=clauses(words, program, units.basis))
            for code, units in pack.units.items()
        ],
    )


def _clause(words: Wording, program: PackProgram, clause: Clause) -> api.PackClause:
    message = api.PackClause(
        clause=clauses(words, program, [clause.id])[0],
        rules=[plan.id for plan in program.plans if clause.id in _cited(plan)],
        no_rule=clause.no_rule,
    )
    message.clause_class = clause.class_.value
    return message


def _cited(plan: RulePlan) -> set[str]:
    """Every clause that a rule cites: as its basis, a ground's, an exception's, a consequence."""
    exceptions = (clause for line in plan.rule.unless for clause in line.basis)
    return {*plan.typed.clauses, *plan.rule.consequence, *exceptions}


def _rule(words: Wording, program: PackProgram, plan: RulePlan) -> api.PackRule:
    rule = plan.rule
    return api.PackRule(
        id=rule.id,
        title=words.text(rule.title),
        modality=MODALITY[rule.modality],
        force=FORCE[rule.force],
        basis=clauses(words, program, plan.typed.clauses),
        bearers=[body(words, program, code) for code in rule.bearer.bodies],
        action=coded(words, "actions", rule.action),
        conditions=[_line(words, line) for line in rule.when],
        exceptions=[_line(words, line) for line in rule.unless],
        deadline=deadline_text(words, plan),
        amount="" if plan.amount is None else amount_of_rule(plan.amount, words),
        quantities=[number_of_rule(quantity, words) for quantity in plan.quantities],
    )


def _line(words: Wording, line: Condition) -> str:
    return words.text(line.means) or line.expr.text


def _parameter(words: Wording, parameter: Parameter) -> api.PackParameter:
    return api.PackParameter(
        name=parameter.name,
        means=words.text(parameter.means),
        value=_value(words, parameter),
        basis=parameter.basis,
        local=parameter.provenance == "local",
    )


def _value(words: Wording, parameter: Parameter) -> str:
    if parameter.value is None:
        return ""
    if parameter.type == "money":
        return money_text(int(parameter.value), words.lang)
    if parameter.type == "period":
        return Period.parse(str(parameter.value)).text(words.lang)
    return str(parameter.value).lower() if isinstance(parameter.value, bool) else str(parameter.value)
