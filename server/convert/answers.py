"""Decision -> linkage.v1.Decision.

Most of an obligation's message is the same each time its rule applies: names, clauses, conditions in words.
That part is built once per rule and language and copied; only what the case says is filled in per call.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from linkage.v1 import decision_pb2
from policy.deadline import Due, Kind, step_text
from policy.decision import Conflict, Decision, Obligation, RuleError, Undetermined, nanos_of
from policy.pack.model import DeadlineForm
from policy.program.dues import DuePlan
from policy.snapshot import District
from policy.sources import NO_SOURCES, Sources
from policy.wording import Wording
from server.convert.words import (
    BEARING,
    COUNTED,
    FORCE,
    MODALITY,
    STATE,
    body,
    bound,
    clauses,
    pack_ref,
    set_moment,
)


class Answers:
    """Makes the answers of one district in one language ("zh" or "en"), quoting the attached documents."""

    def __init__(self, district: District, lang: str, sources: Sources = NO_SOURCES) -> None:
        self.words = Wording(district, lang, sources)
        self._obligations: dict[tuple[str, str], decision_pb2.Obligation] = {}
        self._undetermined: dict[tuple[str, str], decision_pb2.Undetermined] = {}
        self._labels: dict[str, str] = {}
        self._receipt: decision_pb2.Receipt | None = None

    def decision(self, decision: Decision, log_id: str, into: decision_pb2.Decision) -> None:
        """Writes ``decision`` into a message; ``log_id`` is empty where it is not logged."""
        self._fill_receipt(decision, log_id, into.receipt)
        for obligation in decision.obligations:
            self._fill_obligation(obligation, into.obligations.add())
        for item in decision.undetermined:
            self._fill_undetermined(item, into.undetermined.add())
        for error in decision.errors:
            into.errors.append(self._error(error))
        for conflict in decision.conflicts:
            into.conflicts.append(self._conflict(conflict))

    def _fill_receipt(self, decision: Decision, log_id: str, into: decision_pb2.Receipt) -> None:
        receipt = decision.receipt
        if self._receipt is None:
            self._receipt = decision_pb2.Receipt(
                engine_version=receipt.engine_version,
                packs=[pack_ref(self.words, program) for program in receipt.packs],
                vocabulary_digest=receipt.vocabulary_digest,
                calendar_digest=receipt.calendar_digest,
            )
        into.CopyFrom(self._receipt)
        into.engine = receipt.engine
        set_moment(into.as_of, receipt.as_of)
        into.facts_digest = receipt.facts_digest
        into.decision_digest = decision.digest
        into.log_id = log_id

    def _fill_obligation(self, o: Obligation, into: decision_pb2.Obligation) -> None:
        key = (o.program.pack.version, o.rule)
        prototype = self._obligations.get(key)
        if prototype is None:
            prototype = self._obligations[key] = self._prototype(o)
        into.CopyFrom(prototype)
        into.id = o.id
        into.trigger = o.trigger
        if o.triggered_at is not None:
            set_moment(into.triggered_at, o.triggered_at)
        elements = into.bound
        for position, path in enumerate(o.bound):  # iterating over the elements would take twice as long
            elements[position].path = path
        self._fill_bodies(o, into)
        if prototype.HasField("due"):
            self._fill_due(o, into.due)
        self._fill_standing(o, into)
        if o.missing:
            self._fill_missing(o.missing, into.missing)

    def _fill_bodies(self, o: Obligation, into: decision_pb2.Obligation) -> None:
        """What the rule computed from the case; what it names itself stands in the prototype."""
        rule = o.plan.rule
        if not rule.bearer.bodies:
            for code in o.bearers:
                self._fill_body(o, code, into.bearers.add())
            if o.bearer_party:
                into.bearer_party = o.bearer_party
        if not rule.counterparty.bodies:
            for code in o.counterparties:
                self._fill_body(o, code, into.counterparties.add())
            if o.counterparty_party:
                into.counterparty_party = o.counterparty_party
        if o.bearer_unit:
            into.bearer_unit = o.bearer_unit
        if o.about:
            into.about = o.about

    def _fill_body(self, o: Obligation, code: str, into: decision_pb2.Coded) -> None:
        into.code = code
        into.name = self.words.body(o.program, code)

    def _fill_due(self, o: Obligation, into: decision_pb2.Due) -> None:
        due = o.due
        if due is None:
            self._fill_missing(o.due_missing, into.missing)
            return
        if due.at is not None:
            set_moment(into.at, nanos_of(due.at))
        into.provisional = due.provisional
        for mark in due.marks:
            code, text = _step_text(mark, self.words.lang)
            into.steps.add(code=code, text=text)

    def _fill_standing(self, o: Obligation, into: decision_pb2.Obligation) -> None:
        standing = o.standing
        into.state = STATE[standing.state]
        if standing.at is not None:
            set_moment(into.state_at, standing.at)
            into.state_event = standing.event
        if standing.violated_at is not None:
            into.violated = True
            set_moment(into.violated_at, standing.violated_at)
        if standing.missing:
            self._fill_missing(standing.missing, into.state_missing)

    def _prototype(self, o: Obligation) -> decision_pb2.Obligation:
        """All of an obligation that its rule alone decides."""
        rule, program, words = o.plan.rule, o.program, self.words
        plan = o.plan.due
        message = decision_pb2.Obligation(
            rule=rule.id,
            title=words.text(rule.title),
            modality=MODALITY[rule.modality],
            force=FORCE[rule.force],
            bearers=[body(words, program, code) for code in rule.bearer.bodies],
            bearing=BEARING[rule.bearing],
            counterparties=[body(words, program, code) for code in rule.counterparty.bodies],
            action=decision_pb2.Coded(code=rule.action, name=words.code("actions", rule.action)),
            bound=[decision_pb2.BoundElement(variable=variable) for variable in o.plan.variables],
            due=None if plan is None else self._due_prototype(plan),
            basis=clauses(words, program, rule.basis),
            consequence=clauses(words, program, rule.consequence),
            outputs=[words.text(output.text) for output in rule.outputs],
            note=words.text(rule.note),
            pack_version=program.pack.version,
            because=[line for line in words.because(o) if line],
        )
        if rule.reading is not None:
            message.reading.chosen = words.text(rule.reading.chosen)
            message.reading.other = words.text(rule.reading.other)
        return message

    def _due_prototype(self, plan: DuePlan) -> decision_pb2.Due:
        word = plan.source.word
        counted = plan.needs_start or plan.source.form in (DeadlineForm.ON, DeadlineForm.AT)
        return decision_pb2.Due(
            kind=COUNTED[plan.source.form] if counted else decision_pb2.DEADLINE_KIND_QUALITATIVE,
            word=decision_pb2.Coded(code=word, name=self.words.code("deadline_words", word))
            if word
            else None,
            basis=plan.basis,
            local=plan.local,
        )

    def _fill_undetermined(self, item: Undetermined, into: decision_pb2.Undetermined) -> None:
        rule, version = item.plan.rule, item.program.pack.version
        prototype = self._undetermined.get((version, rule.id))
        if prototype is None:
            prototype = self._undetermined[version, rule.id] = decision_pb2.Undetermined(
                rule=rule.id,
                title=self.words.text(rule.title),
                basis=clauses(self.words, item.program, rule.basis),
                pack_version=version,
            )
        into.CopyFrom(prototype)
        into.bound.extend(bound(item.plan.variables, item.bound))
        self._fill_missing(item.missing, into.missing)

    def _fill_missing(self, paths: tuple[str, ...], into: Any) -> None:
        for path in paths:
            fact = into.add()
            fact.path = path
            fact.label = self._label(path)

    def _label(self, path: str) -> str:
        """A fact in words. What names no element of a case, as flags.major_complex, is the same in every
        case and looked up once; ids, which are citizens' data, are never kept."""
        if "[" in path:
            return self.words.fact(path)
        label = self._labels.get(path)
        if label is None:
            label = self._labels[path] = self.words.fact(path)
        return label

    def _error(self, error: RuleError) -> decision_pb2.RuleError:
        variables = error.plan.variables if error.plan is not None else ("",) * len(error.bound)
        return decision_pb2.RuleError(
            code=error.code,
            message=self.words.rule_error(error),
            rule=error.rule,
            bound=bound(variables, error.bound),
        )

    def _conflict(self, conflict: Conflict) -> decision_pb2.Conflict:
        message = decision_pb2.Conflict(
            obligations=[side.id for side in conflict],
            rules=[side.rule for side in conflict],
            message=self.words.conflict(conflict),
        )
        for side in conflict:
            message.basis.extend(clauses(self.words, side.program, side.plan.rule.basis))
        return message


@lru_cache(maxsize=8192)
def _step_text(mark: Any, lang: str) -> tuple[str, str]:
    """Code and words of one counting step. Days repeat from case to case, and writing them out is slow."""
    (step,) = Due(Kind.FIXED, None, False, (mark,)).steps
    return step.code, step_text(step, lang)
