"""What is done with an obligation, as entries of its case: accept, return, fulfil, confirm, object.

Each is an event of the vocabulary, found by its effect, that names the obligation: replaying the case replays
it. A call that is sent again finds its event recorded, and is not judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import facts_pb2, register_pb2
from policy.decide.decision import State
from policy.decide.snapshot import District
from policy.facts.paths import key_of
from policy.facts.reading import FactsError, Violation
from policy.pack.model import Modality, Pack, Rule
from policy.register import CaseState
from policy.register.checks import moment_of
from policy.register.duty import Duty
from policy.register.outputs import expected, wrong_outputs
from policy.review.wording import STATES
from policy.text.diagnostics import Words
from policy.time.moment import NANO
from server.identity.rights import View
from server.register.acting import bearer, judge, visible
from server.register.book import Prepare
from server.register.kept import Kept
from server.register.sent import Moment, Sent

DONE = (State.FULFILLED, State.FULFILLED_LATE)

_NAMES = {
    "entries[0].id": "event_id",
    "entries[0].event.id": "event_id",
    "entries[0].event.actor": "body",
    "entries[0].event.actor_unit": "unit",
    "entries[0].event.at": "at",
    "entries[0].handler": "handler",
    "entries[0].event.result": "reason",
    "entries[0].event.obligation": "obligation_id",
    "entries[0].event": "act",
}


_REQUEST = {
    "id": "event_id",
    "at": "at",
    "obligation": "obligation_id",
    "actor": "body",
    "actor_unit": "unit",
}
"""What the request itself tells of an act, by the act's own field."""


class Asked(NamedTuple):
    """A call on an obligation: its request, what of it the caller sees, the language of the answer."""

    request: Any
    view: View
    lang: str


class _Doing(NamedTuple):
    """A duty that something is to be done with, and the rule that gives it."""

    asked: Asked
    moment: Moment
    duty: Duty

    @property
    def request(self) -> Any:
        """The request."""
        return self.asked.request

    @property
    def rule(self) -> Rule:
        """The rule of the duty, in the version that governs it."""
        return rule_of(self.duty, self.moment.district)[0]

    def bearer(self) -> str:
        """Who acts as the bearer."""
        vocabulary = self.moment.district.vocabulary
        return bearer(self.duty, self.request.body, self.asked.view, vocabulary)


def accept(asked: Asked) -> Prepare:
    """接单."""

    def made(doing: _Doing) -> Sent:
        _owed(doing.duty)
        event = _event(doing, "accept_one", doing.bearer())
        sent = _sent(doing, event)
        sent.entries[0].handler = asked.request.handler
        return sent

    return _prepared(asked, made)


def give_back(asked: Asked) -> Prepare:
    """退回: for a reason that the rule allows; who only does not want to, objects."""

    def made(doing: _Doing) -> Sent:
        _owed(doing.duty)
        grounds = tuple(ground.reason for ground in doing.rule.returns)
        if not grounds:
            raise FactsError((Violation("reason", "LNK015"),))
        if asked.request.reason not in grounds:
            args = (("name", asked.request.reason[:64]),)
            raise FactsError((Violation("reason", "LNK016", args, grounds),))
        event = _event(doing, "return_one", doing.bearer())
        event.result = asked.request.reason
        return _sent(doing, event)

    return _prepared(asked, made)


def fulfil(asked: Asked) -> Prepare:
    """回单: with everything that the clause asks for."""

    def made(doing: _Doing) -> Sent:
        _owed(doing.duty)
        body = doing.bearer()
        rule, pack = rule_of(doing.duty, doing.moment.district)
        if wrong := tuple(wrong_outputs(expected(rule, pack), asked.request.outputs, asked.lang)):
            raise FactsError(wrong)
        event = _event(doing, "fulfil_one", body)
        if asked.request.HasField("act"):
            own = facts_pb2.Event()
            own.CopyFrom(asked.request.act)
            _one_story(own, event)
            own.ClearField("at")
            own.MergeFrom(facts_pb2.Event(id=event.id, at=event.at, obligation=event.obligation))
            own.type = asked.request.act.type
            if body:
                own.actor = body
            if doing.request.unit:
                own.actor_unit = doing.request.unit
            event = own
        return _sent(doing, event, list(asked.request.outputs), check=_fulfilled(doing))

    return _prepared(asked, made)


def _one_story(act: facts_pb2.Event, event: facts_pb2.Event) -> None:
    """Raises ``FactsError`` (LNK099) where an act tells otherwise what the request itself tells of it."""
    told = {field.name: value for field, value in event.ListFields()}
    own = {field.name: value for field, value in act.ListFields() if field.name in _REQUEST}
    if wrong := [name for name, value in own.items() if name in told and value != told[name]]:
        raise FactsError(Violation(f"act.{name}", "LNK099", (("field", _REQUEST[name]),)) for name in wrong)


def confirm(asked: Asked) -> Prepare:
    """核单: what was done does, or does not: then the report is taken back, and the duty owed as before."""

    def made(doing: _Doing) -> Sent:
        duty, kept = doing.duty, doing.moment.kept
        if duty.state not in DONE:
            raise FactsError((Violation("obligation_id", "LNK024", (("state", _stands(duty)),)),))
        vocabulary = doing.moment.district.vocabulary
        body = judge(duty, asked.request.body, asked.view, vocabulary)
        if not asked.request.reject:
            return _sent(doing, _event(doing, "confirm_one", body))
        report = _report_of(duty, kept)
        event = _event(doing, "reject_one", body)
        withdrawn = register_pb2.CaseEntry(id=f"{event.id}~withdrawn", supersedes=report)
        return _sent(doing, event, more=(withdrawn,))

    return _prepared(asked, made)


def object_to(asked: Asked) -> Prepare:
    """Objecting: the court owes a reply; the duty is suspended where a clause says so, and only there."""

    def made(doing: _Doing) -> Sent:
        _owed(doing.duty)
        event = _event(doing, "object_one", doing.bearer())
        if not doing.rule.objection_suspends or doing.duty.state is State.SUSPENDED:
            return _sent(doing, event)
        held = facts_pb2.Event(id=suspension_of(event.id), type=_code(doing, "suspend_one"), about=event.id)
        held.at.CopyFrom(event.at)
        held.obligation = event.obligation
        return _sent(doing, event, more=(register_pb2.CaseEntry(id=held.id, event=held),))

    return _prepared(asked, made)


def suspension_of(objection: str) -> str:
    """The id of the event by which an objection suspends a duty."""
    return f"{objection}~suspended"


def resumed(entry: register_pb2.CaseEntry, moment: Moment) -> register_pb2.CaseEntry | None:
    """Beside an answer to an objection: that the duty, which the objection had suspended, goes on."""
    effects = moment.district.effects.by_type
    event = entry.event
    if entry.WhichOneof("content") != "event" or effects.get(event.type) != "answer_one":
        return None
    duty = moment.kept.state.by_id.get(event.obligation)
    if duty is None or duty.state is not State.SUSPENDED:
        return None
    held = key_of(duty.state_event)
    by_objection = any(
        each.id == held and held == suspension_of(each.event.about) for each in moment.kept.entries
    )
    if not by_objection:
        return None
    kind = code_of("resume_one", moment.district)
    again = facts_pb2.Event(id=f"{event.id}~resumed", type=kind, obligation=duty.id, about=event.id)
    if event.HasField("at"):
        again.at.CopyFrom(event.at)
    return register_pb2.CaseEntry(id=again.id, event=again)


def duty_of(kept: Kept, obligation: str, view: View, district: District) -> Duty:
    """A duty of the case that may be seen. Raises ``FactsError`` (LNK002)."""
    duty = kept.state.by_id.get(obligation)
    if duty is None or not visible(duty, view, district.vocabulary):
        raise no_duty()
    return duty


def no_duty() -> FactsError:
    """There is no such obligation, or it is none of the caller's business: which of the two, is not said."""
    return FactsError((Violation("obligation_id", "LNK002"),))


def rule_of(duty: Duty, district: District) -> tuple[Rule, Pack]:
    """The rule that gives a duty, and its pack. Raises ``FactsError`` (LNK030) where it is gone."""
    for program in district.programs:
        if program.pack.version == duty.version and duty.rule in program.by_rule:
            return program.by_rule[duty.rule].rule, program.pack
    raise FactsError((Violation("obligation_id", "LNK030", (("digest", duty.version),)),))


def code_of(effect: str, district: District) -> str:
    """The event of that effect. Raises ``FactsError`` (LNK035) where the vocabulary has none."""
    for code, has in sorted(district.effects.by_type.items()):
        if has == effect:
            return code
    raise FactsError((Violation("obligation_id", "LNK035", (("effect", effect),)),))


def etag_differs(field: str, given: str, now: str) -> None:
    """Raises ``FactsError`` (LNK004) where the sender has not seen the thing as it is."""
    if given and given != now:
        raise FactsError((Violation(field, "LNK004"),))


def _prepared(asked: Asked, made: Callable[[_Doing], Sent]) -> Prepare:
    def prepare(moment: Moment) -> Sent:
        duty = duty_of(moment.kept, asked.request.obligation_id, asked.view, moment.district)
        doing = _Doing(asked, moment, duty)
        before = next((e for e in moment.kept.entries if e.id == asked.request.event_id), None)
        if before is not None:
            return Sent((_as_before(doing, before),), _NAMES)
        return made(doing)

    return prepare


def _as_before(doing: _Doing, before: register_pb2.CaseEntry) -> register_pb2.CaseEntry:
    """The entry of a call that was answered before; another one where this call asks for something else."""
    request, event = doing.request, before.event
    effect = doing.moment.district.effects.by_type.get(event.type, "")
    wanted = _EFFECTS[type(request)]
    same = event.obligation == request.obligation_id and (
        effect in wanted or (isinstance(request, api.FulfilObligationRequest) and request.HasField("act"))
    )
    told = {
        "actor": request.body,
        "actor_unit": request.unit,
        "result": getattr(request, "reason", ""),
    }
    same = same and all(not said or getattr(event, name) == said for name, said in told.items())
    same = same and getattr(request, "handler", "") in ("", before.handler)
    if request.HasField("at"):
        same = same and event.at == request.at
    if isinstance(request, api.FulfilObligationRequest):
        same = same and list(request.outputs) == list(before.outputs) and _same_act(request, event)
    if isinstance(request, api.ConfirmObligationRequest):
        same = same and effect == ("reject_one" if request.reject else "confirm_one")
    return before if same else register_pb2.CaseEntry(id=before.id, event=facts_pb2.Event(id=before.id))


def _same_act(request: api.FulfilObligationRequest, event: facts_pb2.Event) -> bool:
    """Whether the act that a call tells, if it tells one, is the one that was recorded."""
    if not request.HasField("act"):
        return True
    sides = facts_pb2.Event(), facts_pb2.Event()
    for own, given in zip(sides, (request.act, event), strict=True):
        own.CopyFrom(given)
        for name in ("id", "at", "obligation", "actor", "actor_unit"):  # the request says them itself
            own.ClearField(name)
    return sides[0] == sides[1]


_EFFECTS: Mapping[type, tuple[str, ...]] = {
    api.AcceptObligationRequest: ("accept_one",),
    api.ReturnObligationRequest: ("return_one",),
    api.FulfilObligationRequest: ("fulfil_one",),
    api.ConfirmObligationRequest: ("confirm_one", "reject_one"),
    api.RaiseObjectionRequest: ("object_one",),
}


def _owed(duty: Duty) -> None:
    """Raises ``FactsError`` for what is no duty, and for one of which nothing is owed any more."""
    if duty.modality != Modality.OBLIGATION.value:
        raise FactsError((Violation("obligation_id", "LNK028"),))
    if duty.ended:
        raise FactsError((Violation("obligation_id", "LNK023", (("state", _stands(duty)),)),))


def _stands(duty: Duty) -> Words:
    """Where a duty stands, in words."""
    return Words(*STATES[duty.state])


def _event(doing: _Doing, effect: str, body: str) -> facts_pb2.Event:
    """An event of that effect on the duty, by that body, at the time that the request names."""
    request, now = doing.request, doing.moment.now
    event = facts_pb2.Event(id=request.event_id, type=_code(doing, effect), obligation=doing.duty.id)
    if request.HasField("at"):
        event.at.CopyFrom(request.at)
        if moment_of(request.at) > now:
            raise FactsError((Violation("at", "LNK037"),))
    else:
        event.at.seconds, event.at.nanos = divmod(now, NANO)
    if body:
        event.actor = body
    if request.unit:
        event.actor_unit = request.unit
    return event


def _code(doing: _Doing, effect: str) -> str:
    return code_of(effect, doing.moment.district)


def _sent(
    doing: _Doing,
    event: facts_pb2.Event,
    outputs: list[register_pb2.ProvidedOutput] | None = None,
    more: tuple[register_pb2.CaseEntry, ...] = (),
    check: Callable[[CaseState], None] | None = None,
) -> Sent:
    entry = register_pb2.CaseEntry(id=event.id, event=event, outputs=outputs or ())
    request, duty = doing.request, doing.duty

    def fresh(_: Kept) -> None:
        etag_differs("etag", request.etag, duty.etag)

    found = Sent((entry, *more), _NAMES, fresh)
    return found if check is None else Sent((entry, *more), _NAMES, fresh, check)


def _fulfilled(doing: _Doing) -> Callable[[CaseState], None]:
    """Raises ``FactsError`` (LNK022) where the act, as it was told, does not fulfil the duty."""

    def check(state: CaseState) -> None:
        duty = state.by_id.get(doing.duty.id)
        if duty is None or duty.state not in DONE:
            raise FactsError((Violation("act" if doing.request.HasField("act") else "at", "LNK022"),))

    return check


def _report_of(duty: Duty, kept: Kept) -> str:
    """The entry by which its bearer reported it done. Raises ``FactsError`` (LNK025): it is another's act."""
    key = key_of(duty.state_event)
    for index, event in enumerate(kept.folded.case.events):
        origin = kept.folded.origin(f"case.events[{index}]")
        if event.id == key and event.obligation == duty.id and origin and origin.place == "event":
            return origin.entry
    raise FactsError((Violation("reject", "LNK025", (("event", key),)),))
