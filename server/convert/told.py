"""What an answer tells beside its duties: warnings, derivations, breached duties, and what ends a duty."""

from __future__ import annotations

from collections.abc import Mapping

from linkage.v1 import decision_pb2
from policy.decide.decision import Notice
from policy.facts.findings import Derivation
from policy.program.program import PackProgram
from policy.review.ends import Ending, EndingAct
from policy.review.notices import derivation_text, notice_help, notice_text
from policy.review.wording import Wording
from server.convert.words import body, clauses, coded, set_moment

ENDING: Mapping[Ending, decision_pb2.Ending] = {
    Ending.FULFILS: decision_pb2.ENDING_FULFILS,
    Ending.DISCHARGES: decision_pb2.ENDING_DISCHARGES,
    Ending.VIOLATES: decision_pb2.ENDING_VIOLATES,
    Ending.STOPS: decision_pb2.ENDING_STOPS,
    Ending.GOES_ON: decision_pb2.ENDING_GOES_ON,
    Ending.RESTARTS: decision_pb2.ENDING_RESTARTS,
    Ending.EXTENDS: decision_pb2.ENDING_EXTENDS,
}


def warning(words: Wording, notice: Notice) -> decision_pb2.Warning:
    """A notice; its message holds what to do about it."""
    said = f"{notice_text(notice, words)}{words.pick(('。', '. '))}{notice_help(notice, words)}"
    return decision_pb2.Warning(code=notice.code, message=said, path=notice.path)


def derivation(words: Wording, found: Derivation) -> decision_pb2.Derivation:
    """What was derived from what."""
    made = decision_pb2.Derivation(path=found.path, sources=found.sources, text=derivation_text(found, words))
    if found.deemed is not None:
        program, _ = words.rule(found.deemed.rule, found.deemed.version)
        made.rule = found.deemed.rule
        set_moment(made.at, found.deemed.at)
        if found.deemed.due is not None:
            made.steps.extend(text for _, text in words.steps(found.deemed.due))
        if program is not None:
            made.basis.extend(clauses(words, program, found.deemed.basis))
    return made


def breached(words: Wording, breach: tuple[str, str, str], program: PackProgram) -> decision_pb2.BreachedDuty:
    """The duty whose breach triggers another one, of ``program``; ``words`` know the decision."""
    return breached_duty(words, breach, program, None)


def breached_duty(
    words: Wording,
    breach: tuple[str, str, str],
    program: PackProgram,
    known: tuple[PackProgram, tuple[str, ...]] | None,
) -> decision_pb2.BreachedDuty:
    """The same; ``known``: the version and clauses of the breached duty, where ``words`` do not know it."""
    identity, rule, bearer = breach
    own, cited = known or words.duty_clauses(identity, rule)
    return decision_pb2.BreachedDuty(
        obligation=identity,
        rule=rule,
        title=words.duty_title(identity, rule) if known is None else words.text(own.by_rule[rule].rule.title),
        basis=clauses(words, own, cited),
        bearer=body(words, program, bearer) if bearer else None,
    )


def ending_act(words: Wording, act: EndingAct) -> decision_pb2.EndingAct:
    """An act that ends a duty."""
    return decision_pb2.EndingAct(
        ending=ENDING[act.ending],
        list=act.list,
        act=coded(words, act.section, act.code),
        fields=[decision_pb2.FieldValue(field=field, values=values) for field, values in act.fields],
        where=act.where,
    )
