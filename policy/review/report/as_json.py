"""Decisions and explanations as plain data for JSON. The keys are those of proto/linkage/v1/decision.proto;
moments are RFC 3339 in Shanghai time, what does not apply is null or empty. docs/cli.md lists them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policy.decide.decision import (
    Conflict,
    Decision,
    Notice,
    Obligation,
    Receipt,
    RuleError,
    Undetermined,
)
from policy.facts.findings import Derivation
from policy.money import CURRENCY
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.amounts import amount_steps, amount_text, number_texts
from policy.review.ends import ending_text, ends_of
from policy.review.explain import ConditionTrace, Explanation
from policy.review.nearest import Way, cost
from policy.review.nearest_words import step_text
from policy.review.notices import derivation_text, notice_help, notice_text
from policy.review.reasons import reason
from policy.review.report.facts_read import counted, read_text
from policy.review.wording import Wording
from policy.text.messages import CATALOG
from policy.time.moment import moment_text

Json = dict[str, Any]


def decision_json(decision: Decision, wording: Wording, notices: Iterable[Notice] = ()) -> Json:
    """The whole decision in the language of ``wording``; ``notices`` are those of the request itself."""
    wording = wording.within(decision)
    return {
        "case": decision.case,
        "district": decision.district,
        "receipt": _receipt(decision.receipt, decision.digest, wording),
        "obligations": [obligation_json(item, wording) for item in decision.obligations],
        "undetermined": [_undetermined(item, wording) for item in decision.undetermined],
        "errors": [_error(item, wording) for item in decision.errors],
        "conflicts": [_conflict(item, wording) for item in decision.conflicts],
        "warnings": [warning_json(item, wording) for item in (*decision.warnings, *notices)],
        "derived": [
            {"path": one.path, "sources": list(one.sources), "text": derivation_text(one, wording)}
            | _deemed(one, wording)
            for one in decision.derived
        ],
    }


def _deemed(one: Derivation, wording: Wording) -> Json:
    """Of what counts as a fact: by which rule, under which clauses, from when."""
    if one.deemed is None:
        return {}
    found = {"rule": one.deemed.rule, "basis": list(one.deemed.basis), "at": moment_text(one.deemed.at)}
    steps = [] if one.deemed.due is None else [text for _, text in wording.steps(one.deemed.due)]
    return found | {"steps": steps}


def warning_json(notice: Notice, wording: Wording) -> Json:
    """One notice on what was not used."""
    return {
        "code": notice.code,
        "severity": CATALOG[notice.code].severity.value,
        "message": notice_text(notice, wording),
        "help": notice_help(notice, wording),
        "path": notice.path,
    }


def obligation_json(obligation: Obligation, wording: Wording) -> Json:
    """One obligation."""
    rule = obligation.plan.rule
    program, standing = obligation.program, obligation.standing
    return {
        "id": obligation.id,
        "rule": rule.id,
        "title": wording.text(rule.title),
        "modality": rule.modality.value,
        "force": rule.force.value,
        "bearers": _bodies(program, obligation.bearers, wording),
        "bearing": rule.bearing.value,
        "bearer_party": obligation.bearer_party,
        "bearer_unit": obligation.bearer_unit,
        "counterparties": _bodies(program, obligation.counterparties, wording),
        "counterparty_party": obligation.counterparty_party,
        "action": {"code": rule.action, "name": wording.code("actions", rule.action)},
        "about": obligation.about,
        "concerns": {
            "code": obligation.concerns,
            "name": wording.body(program, obligation.concerns),
        }
        if obligation.concerns
        else None,
        "concerns_unit": obligation.concerns_unit,
        "breached": _breached(obligation, wording),
        "bound": _bound(obligation.plan, obligation.bound),
        "trigger": obligation.trigger,
        "triggered_at": _moment(obligation.triggered_at),
        "arose_at": _moment(obligation.arose_at),
        "due": _due(obligation, wording),
        "amount": _amount(obligation, wording),
        "quantities": _quantities(obligation, wording),
        "state": standing.state.value,
        "state_at": _moment(standing.at),
        "state_event": standing.event,
        "state_missing": _missing(standing.missing, wording),
        "violated": standing.violated_at is not None,
        "violated_at": _moment(standing.violated_at),
        "basis": _clauses(program, obligation.basis, wording),
        "consequence": _clauses(program, rule.consequence, wording),
        "outputs": [wording.text(output.text) for output in rule.outputs],
        "returns": [
            {
                "reason": {"code": ground.reason, "name": wording.code("results", ground.reason)},
                "basis": _clauses(program, ground.basis, wording),
            }
            for ground in rule.returns
        ],
        "objection_suspends": _clauses(program, rule.objection_suspends, wording),
        "reading": rule.reading
        and {"chosen": wording.text(rule.reading.chosen), "other": wording.text(rule.reading.other)},
        "note": wording.text(rule.note),
        "missing": _missing(obligation.missing, wording),
        "because": wording.because(obligation),
        "ends": _ends(obligation, wording),
        "lifecycle": rule.lifecycle.value,
        "pack_version": program.pack.version,
    }


def _breached(obligation: Obligation, wording: Wording) -> Json | None:
    """The duty whose breach triggers this one."""
    if obligation.breach is None:
        return None
    identity, rule, bearer = obligation.breach
    return {
        "obligation": identity,
        "rule": rule,
        "title": wording.duty_title(identity, rule),
        "basis": _clauses(*wording.duty_clauses(identity, rule), wording),
        "bearer": {"code": bearer, "name": wording.body(obligation.program, bearer)} if bearer else None,
    }


def _ends(obligation: Obligation, wording: Wording) -> list[Json]:
    """What would end it; ``text`` says all of it in words."""
    return [
        {
            "ending": act.ending.value,
            "list": act.list,
            "act": {"code": act.code, "name": wording.code(act.section, act.code)},
            "fields": [{"field": field, "values": list(values)} for field, values in act.fields],
            "where": act.where,
            "text": ending_text(act, obligation.program, wording),
        }
        for act in ends_of(obligation, wording.vocabulary)
    ]


def explanation_json(explanation: Explanation, wording: Wording) -> Json:
    """Why one rule gave what it gave for one combination of elements."""
    rule = explanation.plan.rule
    return {
        "rule": rule.id,
        "title": wording.text(rule.title),
        "outcome": explanation.outcome.value,
        "bound": _bound(explanation.plan, explanation.bound),
        "conditions": [_condition(trace, explanation.program, wording) for trace in explanation.conditions],
        "missing": _missing(explanation.missing, wording),
        "basis": _clauses(explanation.program, explanation.basis, wording),
        "reason": reason(explanation, wording),
        "obligation": explanation.obligation,
        "pack_version": explanation.program.pack.version,
        **({} if explanation.nearest is None else {"nearest": _way(explanation.nearest, wording)}),
    }


def _way(way: Way, wording: Wording) -> Json:
    """What would make a rule apply."""
    changes, questions = cost(way)
    steps = [
        {
            "section": step.section,
            "wanted": step.wanted,
            "unknown": step.unknown,
            "ask": list(step.asked),
            "text": step_text(step, wording),
            "location": str(step.line.expr.span),
        }
        for step in way
    ]
    return {"changes": changes, "questions": questions, "steps": steps}


def _condition(trace: ConditionTrace, program: PackProgram, wording: Wording) -> Json:
    return {
        "section": trace.section,
        "expression": trace.line.expr.text,
        "means": wording.text(trace.line.means),
        "value": trace.value,
        "facts": [
            {"path": read.path, "value": text or "", "missing": text is None, "counted": counted(read)}
            for read, text in ((read, read_text(read)) for read in trace.reads)
        ],
        "location": str(trace.line.expr.span),
        "basis": _clauses(program, trace.line.basis, wording),
        "error": trace.error,
        "alternatives": [_condition(part, program, wording) for part in trace.alternatives],
    }


def _receipt(receipt: Receipt, digest: str, wording: Wording) -> Json:
    return {
        "engine": receipt.engine,
        "engine_version": receipt.engine_version,
        "packs": [
            {
                "district": p.pack.district,
                "version": p.pack.version,
                "digest": p.pack.digest,
                "title": wording.text(p.pack.title),
                "authority": p.pack.authority,
                "reported_on": p.pack.reported_on and p.pack.reported_on.isoformat(),
            }
            for p in receipt.packs
        ],
        "vocabulary_digest": receipt.vocabulary_digest,
        "calendar_digest": receipt.calendar_digest,
        "as_of": _moment(receipt.as_of),
        "facts_digest": receipt.facts_digest,
        "decision_digest": digest,
    }


def _due(obligation: Obligation, wording: Wording) -> Json | None:
    plan, due = obligation.plan.due, obligation.due
    if plan is None:
        return None
    word = plan.source.word
    return {
        "kind": due.kind.value if due else "",
        "at": _moment(due.nanos) if due else None,
        "provisional": due.provisional if due else False,
        "steps": [{"code": code, "text": text} for code, text in wording.steps(due)] if due else [],
        "word": {"code": word, "name": wording.code("deadline_words", word)} if word else None,
        "basis": list(plan.basis),
        "local": plan.local,
        "missing": _missing(obligation.due_missing, wording),
        "original_due": _moment(due.original_nanos) if due else None,
        "text": wording.due(obligation),
    }


def _amount(obligation: Obligation, wording: Wording) -> Json | None:
    """The amount in fen, exactly, with every step."""
    plan, amount = obligation.plan.amount, obligation.amount
    if plan is None or amount is None:
        return None
    return {
        "currency": CURRENCY,
        "fen": amount.fen,
        "at_least_fen": amount.at_least,
        "at_most_fen": amount.at_most,
        "steps": [{"code": code, "text": text} for code, text in amount_steps(obligation, wording)],
        "basis": list(plan.basis),
        "local": plan.local,
        "missing": _missing(amount.missing, wording),
        "text": amount_text(obligation, wording),
    }


def _quantities(obligation: Obligation, wording: Wording) -> list[Json]:
    """How many of each thing."""
    texts = number_texts(obligation, wording)
    return [
        {
            "of": wording.text(plan.source.of),
            "unit": plan.source.unit,
            "count": number.exactly,
            "at_least": number.at_least,
            "at_most": number.at_most,
            "basis": list(plan.basis),
            "local": plan.local,
            "missing": _missing(number.missing, wording),
            "text": text,
        }
        for plan, number, text in zip(obligation.plan.quantities, obligation.numbers, texts, strict=True)
    ]


def _undetermined(item: Undetermined, wording: Wording) -> Json:
    rule = item.plan.rule
    return {
        "rule": rule.id,
        "title": wording.text(rule.title),
        "bound": _bound(item.plan, item.bound),
        "missing": _missing(item.missing, wording),
        "basis": _clauses(item.program, item.plan.typed.clauses, wording),
        "pack_version": item.program.pack.version,
    }


def _error(error: RuleError, wording: Wording) -> Json:
    bound = (
        _bound(error.plan, error.bound) if error.plan else [{"variable": "", "path": p} for p in error.bound]
    )
    return {"code": error.code, "message": wording.rule_error(error), "rule": error.rule, "bound": bound}


def _conflict(conflict: Conflict, wording: Wording) -> Json:
    sides = (conflict.first, conflict.second)
    return {
        "obligations": [side.id for side in sides],
        "rules": [side.rule for side in sides],
        "message": wording.conflict(conflict),
    }


def _bound(plan: RulePlan, bound: Iterable[str]) -> list[Json]:
    return [{"variable": name, "path": path} for name, path in zip(plan.variables, bound, strict=False)]


def _bodies(program: PackProgram, codes: Iterable[str], wording: Wording) -> list[Json]:
    return [{"code": code, "name": wording.body(program, code)} for code in codes]


def _clauses(program: PackProgram, clauses: Iterable[str], wording: Wording) -> list[Json]:
    found = [(clause, *wording.clause(program, clause)) for clause in clauses]
    return [
        {"id": clause, "number": number, "summary": summary, "quote": wording.quote(program, clause)}
        for clause, number, summary in found
    ]


def _missing(paths: Iterable[str], wording: Wording) -> list[Json]:
    return [{"path": path, "label": wording.fact(path)} for path in paths]


def _moment(nanos: int | None) -> str | None:
    return None if nanos is None else moment_text(nanos)
