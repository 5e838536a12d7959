"""Decision -> linkage.v1.Decision, built as a message: what the bytes of an answer must mean."""

from __future__ import annotations

from collections.abc import Iterable

from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import decision_pb2
from policy.decide.decision import Conflict, Decision, Obligation, Receipt, RuleError, Undetermined
from policy.pack.deadline import DeadlineForm
from policy.review.ends import ends_of
from policy.review.wording import Wording
from server.convert.amounts import amount, quantities
from server.convert.told import breached, derivation, ending_act, warning
from server.convert.words import (
    BEARING,
    COUNTED,
    FORCE,
    MODALITY,
    STATE,
    body,
    bound,
    clauses,
    missing,
    pack_ref,
    set_moment,
)


def answer(words: Wording, decision: Decision, log_id: str) -> decision_pb2.Decision:
    """The message of a decision in the language of ``words``."""
    words = words.within(decision)
    return decision_pb2.Decision(
        receipt=_receipt(words, decision.receipt, decision.digest, log_id),
        obligations=[_obligation(words, item) for item in decision.obligations],
        undetermined=[_undetermined(words, item) for item in decision.undetermined],
        errors=[_error(words, item) for item in decision.errors],
        conflicts=[_conflict(words, item) for item in decision.conflicts],
        warnings=[warning(words, item) for item in decision.warnings],
        derived=[derivation(words, item) for item in decision.derived],
    )


def _receipt(words: Wording, receipt: Receipt, digest: str, log_id: str) -> decision_pb2.Receipt:
    return decision_pb2.Receipt(
        engine=receipt.engine,
        engine_version=receipt.engine_version,
        packs=[pack_ref(words, program) for program in receipt.packs],
        vocabulary_digest=receipt.vocabulary_digest,
        calendar_digest=receipt.calendar_digest,
        as_of=_moment(receipt.as_of),
        facts_digest=receipt.facts_digest,
        decision_digest=digest,
        log_id=log_id,
    )


def _obligation(words: Wording, o: Obligation) -> decision_pb2.Obligation:
    rule, program, standing = o.plan.rule, o.program, o.standing
    return decision_pb2.Obligation(
        id=o.id,
        rule=rule.id,
        title=words.text(rule.title),
        modality=MODALITY[rule.modality],
        force=FORCE[rule.force],
        bearers=[body(words, program, code) for code in o.bearers],
        bearing=BEARING[rule.bearing],
        bearer_party=o.bearer_party,
        bearer_unit=o.bearer_unit,
        counterparties=[body(words, program, code) for code in o.counterparties],
        counterparty_party=o.counterparty_party,
        action=_coded(words, "actions", rule.action),
        about=o.about,
        bound=bound(o.plan.variables, o.bound),
        trigger=o.trigger,
        triggered_at=_moment(o.triggered_at),
        due=_due(words, o),
        state=STATE[standing.state],
        violated=standing.violated_at is not None,
        violated_at=_moment(standing.violated_at),
        state_at=_moment(standing.at),
        state_event=standing.event if standing.at is not None else "",
        state_missing=missing(words, standing.missing),
        basis=clauses(words, program, o.basis),
        consequence=clauses(words, program, rule.consequence),
        outputs=[words.text(output.text) for output in rule.outputs],
        returns=[
            decision_pb2.ReturnGround(
                reason=_coded(words, "results", ground.reason), basis=clauses(words, program, ground.basis)
            )
            for ground in rule.returns
        ],
        objection_suspends=clauses(words, program, rule.objection_suspends),
        reading=_reading(words, o),
        note=words.text(rule.note),
        pack_version=program.pack.version,
        because=[line for line in words.because(o) if line],
        missing=missing(words, o.missing),
        concerns=body(words, program, o.concerns) if o.concerns else None,
        concerns_unit=o.concerns_unit,
        breached=breached(words, o.breach, program) if o.breach is not None else None,
        arose_at=_moment(o.arose_at),
        ends=[ending_act(words, act) for act in ends_of(o, words.vocabulary)],
        amount=amount(words, o),
        quantities=quantities(words, o),
    )


def _due(words: Wording, o: Obligation) -> decision_pb2.Due | None:
    plan, due = o.plan.due, o.due
    if plan is None:
        return None
    word, form = plan.source.word, plan.source.form
    bounded = plan.no_later_than is not None or plan.no_earlier_than is not None
    counted = plan.needs_start or bounded or form in (DeadlineForm.ON, DeadlineForm.AT)
    steps = words.steps(due) if due is not None else []
    return decision_pb2.Due(
        kind=COUNTED[form] if counted else decision_pb2.DEADLINE_KIND_QUALITATIVE,
        at=_moment(due.nanos) if due is not None else None,
        provisional=due is not None and due.provisional,
        original_due=_moment(due.original_nanos) if due is not None else None,
        steps=[decision_pb2.CountingStep(code=code, text=text) for code, text in steps],
        word=_coded(words, "deadline_words", word) if word else None,
        basis=plan.basis,
        local=plan.local,
        missing=missing(words, o.due_missing if due is None else ()),
    )


def _reading(words: Wording, o: Obligation) -> decision_pb2.Reading | None:
    reading = o.plan.rule.reading
    if reading is None:
        return None
    return decision_pb2.Reading(chosen=words.text(reading.chosen), other=words.text(reading.other))


def _undetermined(words: Wording, item: Undetermined) -> decision_pb2.Undetermined:
    rule, program = item.plan.rule, item.program
    return decision_pb2.Undetermined(
        rule=rule.id,
        title=words.text(rule.title),
        bound=bound(item.plan.variables, item.bound),
        missing=missing(words, item.missing),
        basis=clauses(words, program, rule.basis),
        pack_version=program.pack.version,
    )


def _error(words: Wording, error: RuleError) -> decision_pb2.RuleError:
    variables: Iterable[str] = error.plan.variables if error.plan is not None else [""] * len(error.bound)
    return decision_pb2.RuleError(
        code=error.code,
        message=words.rule_error(error),
        rule=error.rule,
        bound=bound(variables, error.bound),
    )


def _conflict(words: Wording, conflict: Conflict) -> decision_pb2.Conflict:
    return decision_pb2.Conflict(
        obligations=[side.id for side in conflict],
        rules=[side.rule for side in conflict],
        basis=[ref for side in conflict for ref in clauses(words, side.program, side.basis)],
        message=words.conflict(conflict),
    )


def _coded(words: Wording, section: str, code: str) -> decision_pb2.Coded:
    return decision_pb2.Coded(code=code, name=words.code(section, code))


def _moment(nanos: int | None) -> Timestamp | None:
    if nanos is None:
        return None
    moment = Timestamp()
    set_moment(moment, nanos)
    return moment
