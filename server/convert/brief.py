"""Decision -> the bytes of what DECISION_VIEW_BASIC has of it.

Written as whole answers are (``answers``): what a rule alone decides is serialized once per language.
``extent.BASIC_PATHS`` lists the fields; a test compares every answer with the whole one cut to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from linkage.v1 import decision_pb2
from policy.decide.decision import Decision, Notice, Obligation, RuleError, State, Undetermined
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.wording import Wording
from server.convert.amounts import amount
from server.convert.pieces import Pieces, deadline, names_bearers
from server.convert.wire import SIZES, delimited, moment, tag, text
from server.convert.words import FORCE, MODALITY, STATE, body, bound, coded

_ANSWER, _RECEIPT, _DUE = decision_pb2.Decision, decision_pb2.Receipt, decision_pb2.Due
_OBLIGATION, _UNDETERMINED = decision_pb2.Obligation, decision_pb2.Undetermined

_RECEIPTS, _OBLIGATIONS, _OPEN = (tag(_ANSWER, name) for name in ("receipt", "obligations", "undetermined"))
_ERRORS, _CONFLICTS, _WARNINGS = (tag(_ANSWER, name) for name in ("errors", "conflicts", "warnings"))
_AS_OF, _DIGEST, _LOG_ID = (tag(_RECEIPT, name) for name in ("as_of", "decision_digest", "log_id"))
_ID, _ABOUT, _TRIGGER = (tag(_OBLIGATION, name) for name in ("id", "about", "trigger"))
_AMOUNT = tag(_OBLIGATION, "amount")
_PARTY, _UNIT, _DUES = (tag(_OBLIGATION, name) for name in ("bearer_party", "bearer_unit", "due"))
_STATE_AT, _VIOLATED_AT = tag(_OBLIGATION, "state_at"), tag(_OBLIGATION, "violated_at")
_VIOLATED = tag(_OBLIGATION, "violated") + SIZES[True]
_STATE_MISSING, _MISSING = tag(_OBLIGATION, "state_missing"), tag(_OBLIGATION, "missing")
_DUE_AT, _DUE_MISSING = tag(_DUE, "at"), tag(_DUE, "missing")
_PROVISIONAL = tag(_DUE, "provisional") + SIZES[True]
_OPEN_MISSING = tag(_UNDETERMINED, "missing")
_CODE, _PATH = tag(decision_pb2.Warning, "code"), tag(decision_pb2.Warning, "path")

_STATES = {state: tag(_OBLIGATION, "state") + SIZES[STATE[state]] for state in State}


class Fixed(NamedTuple):
    """What a rule alone decides of its obligations, serialized."""

    plan: RulePlan
    """Keeps the rule alive by whose ``id`` this is found."""
    fields: bytes
    due: bytes | None
    """Fields of ``due``; None where the rule has no deadline."""


class Brief:
    """Makes the brief answers of one district, in the language of ``words``."""

    def __init__(self, words: Wording, pieces: Pieces) -> None:
        self._words = words
        self._pieces = pieces
        self._fixed: dict[int, Fixed] = {}

    def decision(
        self, decision: Decision, log_id: str, notices: Iterable[Notice] = (), whole: Decision | None = None
    ) -> bytes:
        """The serialized linkage.v1.Decision; ``notices`` and ``whole`` as ``Answers`` has them."""
        parts = [delimited(_RECEIPTS, _receipt(whole or decision, log_id))]
        for item in decision.obligations:
            parts += self._obligation(item)
        parts += [delimited(_OPEN, self._open(item)) for item in decision.undetermined]
        parts += [delimited(_ERRORS, _error(item)) for item in decision.errors]
        for conflict in decision.conflicts:
            message = decision_pb2.Conflict(
                obligations=[side.id for side in conflict], rules=[side.rule for side in conflict]
            )
            parts.append(delimited(_CONFLICTS, message.SerializeToString()))
        for notice in (*decision.warnings, *notices):
            parts.append(delimited(_WARNINGS, text(_CODE, notice.code) + text(_PATH, notice.path)))
        return b"".join(parts)

    def _obligation(self, o: Obligation) -> tuple[bytes, ...]:
        fixed = self._fixed.get(id(o.plan))
        if fixed is None:
            fixed = self._fixed[id(o.plan)] = self.fixed(o.program, o.plan)
        standing = o.standing
        parts = [
            text(_ID, o.id),
            text(_TRIGGER, o.trigger),
            text(_ABOUT, o.about),
            _STATES[standing.state],
            self._pieces.bearers(o),
            text(_PARTY, o.bearer_party),
            text(_UNIT, o.bearer_unit),
        ]
        if fixed.due is not None:
            parts.append(delimited(_DUES, fixed.due + self._due(o)))
        if (sums := amount(self._words, o, brief=True)) is not None:
            parts.append(delimited(_AMOUNT, sums.SerializeToString()))
        if standing.at is not None:
            parts.append(moment(_STATE_AT, standing.at))
        if standing.violated_at is not None:
            parts += (_VIOLATED, moment(_VIOLATED_AT, standing.violated_at))
        parts += self._pieces.missing(_STATE_MISSING, standing.missing)
        parts += self._pieces.missing(_MISSING, o.missing)
        own = b"".join(parts)
        return _OBLIGATIONS, SIZES[len(fixed.fields) + len(own)], fixed.fields, own

    def _due(self, o: Obligation) -> bytes:
        due = o.due
        if due is None:
            return b"".join(self._pieces.missing(_DUE_MISSING, o.due_missing))
        at = b"" if due.nanos is None else moment(_DUE_AT, due.nanos)
        return at + _PROVISIONAL if due.provisional else at

    def fixed(self, program: PackProgram, plan: RulePlan) -> Fixed:
        """The fixed part of a rule's obligations."""
        rule, words = plan.rule, self._words
        message = _OBLIGATION(
            rule=rule.id,
            title=words.text(rule.title),
            modality=MODALITY[rule.modality],
            force=FORCE[rule.force],
            action=coded(words, "actions", rule.action),
        )
        if names_bearers(plan):
            message.bearers.extend(body(words, program, code) for code in rule.bearer.bodies)
        due = None if plan.due is None else deadline(words, plan.due).SerializeToString()
        return Fixed(plan, message.SerializeToString(), due)

    def _open(self, item: Undetermined) -> bytes:
        elements = _UNDETERMINED(bound=bound(item.plan.variables, item.bound)).SerializeToString()
        missing = self._pieces.missing(_OPEN_MISSING, item.missing)
        return b"".join((self.fixed_open(item.plan), elements, *missing))

    def fixed_open(self, plan: RulePlan) -> bytes:
        """What a rule alone decides of what is open of it."""
        title = self._words.text(plan.rule.title)
        return _UNDETERMINED(rule=plan.rule.id, title=title).SerializeToString()


def _receipt(decision: Decision, log_id: str) -> bytes:
    return moment(_AS_OF, decision.receipt.as_of) + text(_DIGEST, decision.digest) + text(_LOG_ID, log_id)


def _error(error: RuleError) -> bytes:
    variables = error.plan.variables if error.plan is not None else ("",) * len(error.bound)
    return decision_pb2.RuleError(
        code=error.code, rule=error.rule, bound=bound(variables, error.bound)
    ).SerializeToString()
