"""Decision -> the bytes of a linkage.v1.Decision.

Most of an obligation is the same each time its rule applies: names, clauses, conditions in words. That part
is built as a message and serialized once per rule and language; a call writes only what the case says beside
it. A test compares every answer with the message it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from linkage.v1 import decision_pb2
from policy.decide.decision import (
    Conflict,
    Decision,
    Notice,
    Obligation,
    RuleError,
    State,
    Undetermined,
)
from policy.decide.snapshot import District
from policy.documents.sources import NO_SOURCES, Sources
from policy.program.dues import DuePlan
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.ends import Ending, EndingAct, ends_of
from policy.review.wording import Wording
from policy.time.deadline import Due, Kind, step_text
from server.convert.amounts import amount, quantities
from server.convert.brief import Brief
from server.convert.extent import FULL, Extent
from server.convert.pieces import Pieces, deadline, names_bearers
from server.convert.told import breached, derivation, ending_act, warning
from server.convert.wire import SIZES, delimited, moment, tag, text
from server.convert.words import BEARING, FORCE, MODALITY, STATE, body, bound, clauses, coded, pack_ref

_ANSWER, _RECEIPT, _DUE = decision_pb2.Decision, decision_pb2.Receipt, decision_pb2.Due
_OBLIGATION, _UNDETERMINED = decision_pb2.Obligation, decision_pb2.Undetermined
_ELEMENT = decision_pb2.BoundElement

_RECEIPTS, _OBLIGATIONS, _OPEN = (tag(_ANSWER, name) for name in ("receipt", "obligations", "undetermined"))
_ERRORS, _CONFLICTS = tag(_ANSWER, "errors"), tag(_ANSWER, "conflicts")
_WARNINGS, _DERIVED = tag(_ANSWER, "warnings"), tag(_ANSWER, "derived")
_AS_OF, _FACTS_DIGEST = tag(_RECEIPT, "as_of"), tag(_RECEIPT, "facts_digest")
_DECISION_DIGEST, _LOG_ID = tag(_RECEIPT, "decision_digest"), tag(_RECEIPT, "log_id")
_ID, _ABOUT, _BOUND = tag(_OBLIGATION, "id"), tag(_OBLIGATION, "about"), tag(_OBLIGATION, "bound")
_TRIGGER, _TRIGGERED_AT = tag(_OBLIGATION, "trigger"), tag(_OBLIGATION, "triggered_at")
_BEARER_PARTY, _BEARER_UNIT = tag(_OBLIGATION, "bearer_party"), tag(_OBLIGATION, "bearer_unit")
_DUES = tag(_OBLIGATION, "due")
_COUNTERPARTIES = tag(_OBLIGATION, "counterparties")
_COUNTERPARTY_PARTY = tag(_OBLIGATION, "counterparty_party")
_CONCERNS, _CONCERNS_UNIT = tag(_OBLIGATION, "concerns"), tag(_OBLIGATION, "concerns_unit")
_BREACHED, _AROSE_AT, _ENDS = (
    tag(_OBLIGATION, "breached"),
    tag(_OBLIGATION, "arose_at"),
    tag(_OBLIGATION, "ends"),
)
_BASIS, _BECAUSE = tag(_OBLIGATION, "basis"), tag(_OBLIGATION, "because")
_ENDS_FIELDS = tag(decision_pb2.EndingAct, "fields")
_FIELD, _VALUES = tag(decision_pb2.FieldValue, "field"), tag(decision_pb2.FieldValue, "values")
_AMOUNT, _QUANTITIES = tag(_OBLIGATION, "amount"), tag(_OBLIGATION, "quantities")
_STATE_AT, _STATE_EVENT = tag(_OBLIGATION, "state_at"), tag(_OBLIGATION, "state_event")
_VIOLATED = tag(_OBLIGATION, "violated") + SIZES[True]
_VIOLATED_AT = tag(_OBLIGATION, "violated_at")
_STATE_MISSING, _OBLIGATION_MISSING = tag(_OBLIGATION, "state_missing"), tag(_OBLIGATION, "missing")
_DUE_AT, _DUE_MISSING, _STEPS = tag(_DUE, "at"), tag(_DUE, "missing"), tag(_DUE, "steps")
_PROVISIONAL = tag(_DUE, "provisional") + SIZES[True]
_ORIGINAL_DUE = tag(_DUE, "original_due")
_VARIABLE, _ELEMENT_PATH = tag(_ELEMENT, "variable"), tag(_ELEMENT, "path")
_OPEN_MISSING = tag(_UNDETERMINED, "missing")

_STATES = {state: tag(_OBLIGATION, "state") + SIZES[STATE[state]] for state in State}


class Fixed(NamedTuple):
    """What a rule alone decides of its obligations, serialized."""

    plan: RulePlan
    """Keeps the rule alive by whose ``id`` this is found: hashing a rule would take too long."""
    fields: bytes
    names_bearers: bool
    """Whether every obligation has the bearers that the rule names."""
    variables: tuple[bytes, ...]
    """The field ``variable`` of each bound element."""
    due: bytes | None
    """Fields of ``due``; None where the rule has no deadline."""
    computed: bool
    """Whether the case may say who bears it, to whom, or whom it is about."""
    grounds: bool
    """Whether it has alternatives: then the case says why it holds."""


_Places = dict[tuple[Any, ...], bytes]
"""What one answer already says of the elements that rules were tried with: many rules share a trigger."""


class Answers:
    """Makes the answers of one district in one language ("zh" or "en"), quoting the attached documents."""

    def __init__(
        self, district: District, lang: str, sources: Sources = NO_SOURCES, bundle: str = ""
    ) -> None:
        self.words = Wording(district, lang, sources)
        self.district = district
        self._bundle = bundle
        self._fixed: dict[int, Fixed] = {}
        self._undetermined: dict[int, tuple[RulePlan, bytes]] = {}
        self._pieces = Pieces(self.words, district.programs)
        self.brief = Brief(self.words, self._pieces)
        self._acts = lru_cache(maxsize=1024)(self._made_act)
        self._receipts: dict[str, bytes] = {}

    def decision(
        self, decision: Decision, log_id: str, notices: Iterable[Notice] = (), whole: Decision | None = None
    ) -> bytes:
        """The serialized linkage.v1.Decision; ``log_id`` is empty where it is not logged.

        ``notices`` are what should be said of the request itself; ``whole`` is the decision that this one is
        a part of: it is the one that the receipt is of.
        """
        places: _Places = {}
        whole = whole or decision
        words = self.words.within(whole)
        parts = [delimited(_RECEIPTS, self._receipt(whole, log_id))]
        for item in decision.obligations:
            parts += self._obligation(item, places, words)
        parts += [delimited(_OPEN, self._open(item)) for item in decision.undetermined]
        parts += [delimited(_ERRORS, self._error(item)) for item in decision.errors]
        parts += [delimited(_CONFLICTS, self._conflict(item)) for item in decision.conflicts]
        told = (*decision.warnings, *notices)
        parts += [delimited(_WARNINGS, warning(words, item).SerializeToString()) for item in told]
        parts += [
            delimited(_DERIVED, derivation(words, item).SerializeToString()) for item in decision.derived
        ]
        return b"".join(parts)

    def answer(
        self,
        extent: Extent,
        decision: Decision,
        log_id: str,
        notices: Iterable[Notice] = (),
        whole: Decision | None = None,
    ) -> bytes:
        """As much of the serialized linkage.v1.Decision as ``extent`` says."""
        if extent.basic:
            return self.brief.decision(decision, log_id, notices, whole)
        found = self.decision(decision, log_id, notices, whole)
        return found if extent.mask is None else extent.of(_ANSWER.FromString(found)).SerializeToString()

    def message(
        self,
        decision: Decision,
        notices: Iterable[Notice] = (),
        whole: Decision | None = None,
        extent: Extent = FULL,
    ) -> decision_pb2.Decision:
        """The message itself, of a decision that is not logged."""
        return _ANSWER.FromString(self.answer(extent, decision, "", notices, whole))

    def _receipt(self, decision: Decision, log_id: str) -> bytes:
        receipt = decision.receipt
        fixed = self._receipts.get(receipt.engine)
        if fixed is None:
            fixed = self.fixed_receipt(receipt.engine, receipt.engine_version)
            self._receipts[receipt.engine] = fixed
        return b"".join(
            (
                fixed,
                moment(_AS_OF, receipt.as_of),
                text(_FACTS_DIGEST, receipt.facts_digest),
                text(_DECISION_DIGEST, decision.digest),
                text(_LOG_ID, log_id),
            )
        )

    def fixed_receipt(self, engine: str, version: str) -> bytes:
        """The fields of the receipt that every answer of an engine has."""
        return _RECEIPT(
            engine=engine,
            engine_version=version,
            packs=[pack_ref(self.words, program) for program in self.district.programs],
            vocabulary_digest=self.district.vocabulary.digest,
            calendar_digest=self.district.calendar.digest,
            bundle=self._bundle,
        ).SerializeToString()

    def _obligation(self, o: Obligation, places: _Places, words: Wording) -> tuple[bytes, ...]:
        """The field of one obligation, in parts: joining them here would copy the long fixed one twice."""
        plan, standing = o.plan, o.standing
        fixed = self._fixed.get(id(plan))
        if fixed is None:
            fixed = self._fixed[id(plan)] = self.fixed(o.program, plan)
        key = (plan.variables, o.bound, o.trigger, o.triggered_at, o.about)
        place = places.get(key)
        if place is None:
            place = places[key] = _place(fixed.variables, o)
        parts = [text(_ID, o.id), place, _STATES[standing.state]]
        if fixed.due is not None:
            parts.append(delimited(_DUES, fixed.due + self._due(o)))
        if o.amount is not None or o.numbers:
            parts += _amounts(words, o)
        if fixed.computed:
            parts += self._computed(o)
        if fixed.grounds:
            parts += self._grounds(o)
        if o.arose_at is not None:
            parts.append(moment(_AROSE_AT, o.arose_at))
        if o.breach is not None:
            parts.append(delimited(_BREACHED, breached(words, o.breach, o.program).SerializeToString()))
        parts += [self._ending(o, act) for act in ends_of(o, words.vocabulary)]
        if standing.at is not None:
            parts += (moment(_STATE_AT, standing.at), text(_STATE_EVENT, standing.event))
        if standing.violated_at is not None:
            parts += (_VIOLATED, moment(_VIOLATED_AT, standing.violated_at))
        if standing.missing:
            parts += self._pieces.missing(_STATE_MISSING, standing.missing)
        if o.missing:
            parts += self._pieces.missing(_OBLIGATION_MISSING, o.missing)
        own = b"".join(parts)
        return _OBLIGATIONS, SIZES[len(fixed.fields) + len(own)], fixed.fields, own

    def _computed(self, o: Obligation) -> list[bytes]:
        """What the rule computed from the case; what it names itself stands in the fixed fields."""
        rule, version, parts = o.plan.rule, o.program.pack.version, [self._pieces.bearers(o)]
        if not rule.counterparty.bodies and o.counterparties:
            parts.append(self._pieces.bodies(version, _COUNTERPARTIES, o.counterparties))
        if o.bearer_party:
            parts.append(text(_BEARER_PARTY, o.bearer_party))
        if o.counterparty_party:
            parts.append(text(_COUNTERPARTY_PARTY, o.counterparty_party))
        if o.bearer_unit:
            parts.append(text(_BEARER_UNIT, o.bearer_unit))
        if o.concerns:
            parts.append(self._pieces.bodies(version, _CONCERNS, (o.concerns,)))
        parts.append(text(_CONCERNS_UNIT, o.concerns_unit))
        return parts

    def _grounds(self, o: Obligation) -> list[bytes]:
        """Why it holds, and the clauses of the grounds that held beside those of the rule itself."""
        own = clauses(self.words, o.program, o.basis[len(o.plan.rule.basis) :])
        parts = [delimited(_BASIS, clause.SerializeToString()) for clause in own]
        return parts + [text(_BECAUSE, line) for line in self.words.because(o) if line]

    def _ending(self, o: Obligation, act: EndingAct) -> bytes:
        fields = [
            delimited(
                _ENDS_FIELDS, text(_FIELD, field) + b"".join(delimited(_VALUES, v.encode()) for v in values)
            )
            for field, values in act.fields
        ]
        return delimited(_ENDS, self._acts(act.ending, act.list, act.code, act.where) + b"".join(fields))

    def _made_act(self, ending: Ending, list_: str, code: str, where: str) -> bytes:
        act = EndingAct(ending, list_, code, (), where)
        return ending_act(self.words, act).SerializeToString()

    def _due(self, o: Obligation) -> bytes:
        """What the case adds to the fields of ``due``."""
        due = o.due
        if due is None:
            return b"".join(self._pieces.missing(_DUE_MISSING, o.due_missing))
        parts = [_step(mark, self.words.lang) for mark in due.marks]
        if due.nanos is not None:
            parts.append(moment(_DUE_AT, due.nanos))
        if due.provisional:
            parts.append(_PROVISIONAL)
        if due.original_nanos is not None:
            parts.append(moment(_ORIGINAL_DUE, due.original_nanos))
        return b"".join(parts)

    def fixed(self, program: PackProgram, plan: RulePlan) -> Fixed:
        """What a rule alone decides of its obligations, serialized."""
        rule, due = plan.rule, plan.due
        return Fixed(
            plan,
            self._fields(program, plan).SerializeToString(),
            names_bearers(plan),
            tuple(text(_VARIABLE, variable) for variable in plan.variables),
            None if due is None else self._due_fields(due),
            not (names_bearers(plan) and rule.counterparty.bodies)
            or any(unit is not None for unit in (rule.bearer_unit, rule.concerns, rule.concerns_unit)),
            any(line.alternatives for line in plan.typed.when),
        )

    def _fields(self, program: PackProgram, plan: RulePlan) -> decision_pb2.Obligation:
        rule, words = plan.rule, self.words
        message = _OBLIGATION(
            rule=rule.id,
            title=words.text(rule.title),
            modality=MODALITY[rule.modality],
            force=FORCE[rule.force],
            bearers=[body(words, program, code) for code in rule.bearer.bodies]
            if names_bearers(plan)
            else [],
            bearing=BEARING[rule.bearing],
            counterparties=[body(words, program, code) for code in rule.counterparty.bodies],
            action=coded(words, "actions", rule.action),
            basis=clauses(words, program, rule.basis),
            consequence=clauses(words, program, rule.consequence),
            outputs=[words.text(output.text) for output in rule.outputs],
            returns=[
                decision_pb2.ReturnGround(
                    reason=coded(words, "results", ground.reason), basis=clauses(words, program, ground.basis)
                )
                for ground in rule.returns
            ],
            objection_suspends=clauses(words, program, rule.objection_suspends),
            note=words.text(rule.note),
            pack_version=program.pack.version,
            because=[]
            if any(line.alternatives for line in plan.typed.when)
            else [line for line in words.meanings(plan, ()) if line],
        )
        if rule.reading is not None:
            message.reading.chosen = words.text(rule.reading.chosen)
            message.reading.other = words.text(rule.reading.other)
        return message

    def _due_fields(self, plan: DuePlan) -> bytes:
        message = deadline(self.words, plan)
        message.basis.extend(plan.basis)
        message.local = plan.local
        return message.SerializeToString()

    def _open(self, item: Undetermined) -> bytes:
        fixed = self._undetermined.get(id(item.plan))
        if fixed is None:
            fixed = self._undetermined[id(item.plan)] = item.plan, self.fixed_open(item.program, item.plan)
        elements = _UNDETERMINED(bound=bound(item.plan.variables, item.bound)).SerializeToString()
        return b"".join((fixed[1], elements, *self._pieces.missing(_OPEN_MISSING, item.missing)))

    def fixed_open(self, program: PackProgram, plan: RulePlan) -> bytes:
        """What a rule alone decides of its entries of what is open, serialized."""
        rule = plan.rule
        return _UNDETERMINED(
            rule=rule.id,
            title=self.words.text(rule.title),
            basis=clauses(self.words, program, rule.basis),
            pack_version=program.pack.version,
        ).SerializeToString()

    def _error(self, error: RuleError) -> bytes:
        variables = error.plan.variables if error.plan is not None else ("",) * len(error.bound)
        return decision_pb2.RuleError(
            code=error.code,
            message=self.words.rule_error(error),
            rule=error.rule,
            bound=bound(variables, error.bound),
        ).SerializeToString()

    def _conflict(self, conflict: Conflict) -> bytes:
        message = decision_pb2.Conflict(
            obligations=[side.id for side in conflict],
            rules=[side.rule for side in conflict],
            message=self.words.conflict(conflict),
        )
        for side in conflict:
            message.basis.extend(clauses(self.words, side.program, side.basis))
        return message.SerializeToString()


@lru_cache(maxsize=8192)
def _step(mark: Any, lang: str) -> bytes:
    """The field of one counting step. Days repeat from case to case, and writing them out is slow."""
    return delimited(_STEPS, step_message(mark, lang).SerializeToString())


def step_message(mark: Any, lang: str) -> decision_pb2.CountingStep:
    """One counting step in words."""
    (step,) = Due(Kind.FIXED, None, False, (mark,)).steps
    return decision_pb2.CountingStep(code=step.code, text=step_text(step, lang))


def _amounts(words: Wording, o: Obligation) -> list[bytes]:
    """What is to be paid, and how many of which things are asked for."""
    parts = [delimited(_QUANTITIES, one.SerializeToString()) for one in quantities(words, o)]
    found = amount(words, o)
    return parts if found is None else [delimited(_AMOUNT, found.SerializeToString()), *parts]


def _place(variables: tuple[bytes, ...], o: Obligation) -> bytes:
    """The fields of the bound elements, of the trigger and its time, and of what it is about."""
    place = text(_TRIGGER, o.trigger)
    for variable, path in zip(variables, o.bound, strict=False):
        place += delimited(_BOUND, variable + text(_ELEMENT_PATH, path))
    if o.triggered_at is not None:
        place += moment(_TRIGGERED_AT, o.triggered_at)
    return place + text(_ABOUT, o.about)
