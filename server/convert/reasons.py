"""Explanation -> linkage.v1.Explanation: every condition, its value, and the facts it read."""

from __future__ import annotations

from linkage.v1 import decision_pb2
from policy.engines.three import Read
from policy.program.program import PackProgram
from policy.review.explain import ConditionTrace, Explanation
from policy.review.reasons import reason
from policy.review.report.facts_read import counted, read_text
from policy.review.wording import Wording
from server.convert.words import OUTCOME, bound, clauses, missing


def explanation_message(
    words: Wording, explanation: Explanation, *, brief: bool = False
) -> decision_pb2.Explanation:
    """The message of one explanation, in the language of ``words``; ``brief``: no conditions, no clauses."""
    rule, program = explanation.plan.rule, explanation.program
    return decision_pb2.Explanation(
        rule=rule.id,
        title=words.text(rule.title),
        outcome=OUTCOME[explanation.outcome],
        bound=bound(explanation.plan.variables, explanation.bound),
        conditions=[] if brief else [_condition(words, program, trace) for trace in explanation.conditions],
        missing=missing(words, explanation.missing),
        basis=[] if brief else clauses(words, program, explanation.basis),
        reason=reason(explanation, words),
        obligation=explanation.obligation,
        pack_version=program.pack.version,
    )


def _condition(words: Wording, program: PackProgram, trace: ConditionTrace) -> decision_pb2.ConditionTrace:
    return decision_pb2.ConditionTrace(
        section=trace.section,
        expression=trace.line.expr.text,
        means=words.text(trace.line.means),
        value=trace.value,
        facts=[_fact(read) for read in trace.reads],
        location=str(trace.line.expr.span),
        basis=clauses(words, program, trace.line.basis),
        error=trace.error,
        alternatives=[_condition(words, program, part) for part in trace.alternatives],
    )


def _fact(read: Read) -> decision_pb2.FactRead:
    value = read_text(read)
    return decision_pb2.FactRead(
        path=read.path, value=value or "", missing=value is None, counted=counted(read)
    )
