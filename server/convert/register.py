"""From what the register keeps to messages: cases, obligations, changes, in the words of today's rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from linkage.v1 import decision_pb2, register_pb2
from policy.decide.decision import State
from policy.pack.model import Force, Modality, Rule, Text
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.register import Duty, Handling, Kind, Why
from policy.register.outputs import Expected
from policy.review.wording import Wording
from server.convert.words import FORCE, MODALITY, STATE, body, coded, set_moment

HANDLING: Mapping[Handling, Any] = {
    each: register_pb2.Handling.Value(f"HANDLING_{each.name}") for each in Handling
}
KIND: Mapping[Kind, Any] = {each: register_pb2.ChangeKind.Value(f"CHANGE_KIND_{each.name}") for each in Kind}
_WHY: Mapping[Why, Any] = {each: register_pb2.Why.Value(f"WHY_{each.name}") for each in Why}


class RegisterWords:
    """Makes the messages of one district in one language."""

    def __init__(self, words: Wording, programs: Iterable[PackProgram]) -> None:
        self._words = words
        self._programs = {program.pack.version: program for program in programs}

    def with_programs(self, programs: Iterable[PackProgram]) -> RegisterWords:
        """The same words, of the versions under which a case stands."""
        return RegisterWords(self._words, programs)

    def obligation(self, district: str, case_id: str, duty: Duty) -> register_pb2.RegisteredObligation:
        """An obligation; where its version serves no more, by its codes."""
        program, plan = self._rule(duty)
        words, handled = self._words, duty.handled
        message = register_pb2.RegisteredObligation(
            district=district,
            case_id=case_id,
            id=duty.id,
            etag=duty.etag,
            rule=duty.rule,
            title=duty.rule if plan is None else words.text(plan.rule.title),
            modality=MODALITY[Modality(duty.modality)],
            force=FORCE[Force(duty.force)],
            bearers=[self._body(program, code) for code in duty.bearers],
            bearer_party=duty.bearer_party,
            bearer_unit=duty.bearer_unit,
            counterparties=[self._body(program, code) for code in duty.counterparties],
            action=coded(words, "actions", duty.action),
            about=duty.about,
            matters=[coded(words, "matters", code) for code in duty.matters],
            basis=duty.basis,
            pack_version=duty.version,
            due_provisional=duty.provisional,
            due_soon=duty.soon,
            state=STATE[duty.state],
            state_event=duty.state_event,
            ended=duty.ended,
        )
        for name in ("triggered_at", "arose_at", "due_at", "original_due", "state_at", "violated_at"):
            _set(message, name, getattr(duty, name))
        if handled is not None:
            message.handling, message.handler = HANDLING[handled.status], handled.handler
            _set(message, "handled_at", handled.at)
            _set(message, "objected_at", handled.objected_at)
            if handled.reason:
                message.return_reason.CopyFrom(coded(words, "results", handled.reason))
        return message

    def title(self, rule: str) -> str:
        """The title of a rule; its id where no version has it."""
        for program in reversed(self._programs.values()):
            if rule in program.by_rule:
                return self._words.text(program.by_rule[rule].rule.title)
        return rule

    def unit(self, duty: Duty) -> str:
        """The unit that bears a duty, by its name where it is one of the vocabulary; "": none is told."""
        return self._words.any_body(duty.bearer_unit) if duty.bearer_unit else ""

    def basis(self, duty: Duty) -> str:
        """The clauses that a duty rests on, as the document numbers them."""
        program, _ = self._rule(duty)
        return ", ".join(duty.basis) if program is None else self._words.basis(program, duty.basis)

    def bearer(self, code: str) -> decision_pb2.Coded:
        """A body by its local name in the newest version."""
        return self._body(next(reversed(self._programs.values()), None), code)

    def calendar_title(self, district: str, body: str) -> str:
        """What a calendar of the district, or of one of its bodies, is called."""
        known = [program.pack.bodies for program in self._programs.values() if body in program.pack.bodies]
        whose = self._words.text(known[-1][body]) if known else self._words.code("districts", district)
        return self._words.text(Text(f"{whose}：执行联动义务", f"{whose}: linkage obligations"))

    def reasons(self, rule: Rule) -> list[decision_pb2.Coded]:
        """For what a duty of the rule may be sent back."""
        return [coded(self._words, "results", ground.reason) for ground in rule.returns]

    def expected(self, wanted: Iterable[Expected]) -> list[register_pb2.ExpectedOutput]:
        """What is to be handed over."""
        found = []
        for one in wanted:
            message = register_pb2.ExpectedOutput(id=one.id, text=self._words.text(one.text))
            for field in () if one.form is None else one.form.fields:
                if field.options:
                    message.fields.add(
                        id=field.id,
                        title=self._words.text(field.title),
                        options=[self._words.text(option) for option in field.options],
                        multiple=field.multiple,
                    )
            found.append(message)
        return found

    def _rule(self, duty: Duty) -> tuple[PackProgram | None, RulePlan | None]:
        program = self._programs.get(duty.version)
        return program, None if program is None else program.by_rule.get(duty.rule)

    def _body(self, program: PackProgram | None, code: str) -> decision_pb2.Coded:
        if program is None:
            return decision_pb2.Coded(code=code, name=self._words.any_body(code))
        return body(self._words, program, code)


def case_message(kept: Any, serving: Any) -> register_pb2.RegisteredCase:
    """A case; ``serving``: the rules that serve, and the engine."""
    message = register_pb2.RegisteredCase(
        district=kept.district,
        case_id=kept.case_id,
        etag=kept.etag,
        entries=len(kept.entries),
        rules_digest=kept.rules,
        rules_waiting="" if kept.regime == serving else serving.rules,
        engine_version=kept.engine,
    )
    _set(message, "opened_at", kept.opened_at)
    for name in ("as_of", "next_at", "closed_at"):
        _set(message, name, getattr(kept.state, name))
    return message


def change_message(told: Any) -> register_pb2.ObligationChange:
    """A change of the stream."""
    message = register_pb2.ObligationChange(
        position=told.position,
        district=told.district,
        case_id=told.case_id,
        obligation_id=told.obligation,
        rule=told.rule,
        kind=KIND[told.kind],
        why=_WHY[told.why],
        entries=told.entries,
        etag=told.etag,
        bearers=told.bearers,
        due_provisional=told.provisional,
    )
    set_moment(message.at, told.at)
    for side, suffix in ((0, "_before"), (1, "")):
        state, handling = told.state[side], told.handling[side]
        if state is not None:
            setattr(message, f"state{suffix}", STATE[State(state)])
        if handling is not None:
            setattr(message, f"handling{suffix}", HANDLING[handling])
        _set(message, "due_before" if suffix else "due_at", told.due[side])
    return message


def _set(message: Any, field: str, moment: int | None) -> None:
    if moment is not None:
        set_moment(getattr(message, field), moment)
