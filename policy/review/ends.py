"""What would end an obligation, or move its due time: the acts that its rule waits for, with what their
fields must say.

    plan's matchers, what the obligation is bound to, who bears it --ends_of--> EndingAct
    plan's matchers, the rule's own variables ---------------ends_of_rule-----> EndingAct

The acts are free of language; ``ending_text`` and ``ends_text`` say them. Events on the whole case
(suspended, terminated, completed) are not repeated on each obligation that they act on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from policy.decide.decision import Obligation
from policy.facts.paths import key_of
from policy.pack.model import Matcher, Modality, Rule
from policy.pack.vocabulary import Vocabulary
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.reads import element_codes
from policy.program.typed import TypedTerm
from policy.review.wording import Wording


class Ending(StrEnum):
    """What an act does: it ends an obligation, violates it, or does something to its clock."""

    FULFILS = "fulfils"
    DISCHARGES = "discharges"
    VIOLATES = "violates"
    STOPS = "stops"
    """Its clock stands still from then on."""
    GOES_ON = "goes_on"
    """Its clock, which stood still, goes on; or starts again, where the rule says so."""
    RESTARTS = "restarts"
    EXTENDS = "extends"


class EndingAct(NamedTuple):
    """An act that ends an obligation, violates it, or moves its due time."""

    ending: Ending
    list: str
    """The list of the facts that holds it: events, requests, services; statuses for the end of a state."""
    code: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    """Field of the act, and what it must hold: any of these, or anything. Bodies are codes."""
    where: str
    """A further condition, as the rule writes it; empty where there is none."""

    @property
    def section(self) -> str:
        """The section of the vocabulary that declares the code."""
        return _SECTIONS[self.list]


BODIES = frozenset(("actor", "requester", "issuer", "to", "body", "concerning"))
"""Fields of acts whose values are bodies."""

_SECTIONS = {"events": "events", "requests": "matters", "services": "documents", "statuses": "traits"}
_BY = {"events": "actor", "requests": "requester", "services": "issuer"}
_TO = {"events": "to", "requests": "to", "services": "body"}
_ENDINGS = {
    Ending.FULFILS: ("履行：", "fulfilled by: "),
    Ending.DISCHARGES: ("解除：", "discharged by: "),
    Ending.VIOLATES: ("违反：", "violated by: "),
}
_EXERCISED = ("行使：", "exercised by: ")
_FIELD_WORDS = {
    "actor": ("由", "by "),
    "requester": ("由", "by "),
    "issuer": ("由", "by "),
    "to": ("向", "to "),
    "body": ("送达", "on "),
    "concerning": ("涉及", "concerning "),
}
_KINDS = {"requests": ("提出请求：", "a request: "), "services": ("送达", "service of: ")}
_GENERIC = {"fulfil_one": Ending.FULFILS, "withdraw_one": Ending.DISCHARGES}
_OF_ANY = _GENERIC | {
    "suspend_one": Ending.STOPS,
    "resume_one": Ending.GOES_ON,
    "extend_one": Ending.EXTENDS,
}
"""What may be recorded of any duty; of a single one those are told that end it."""


def ends_of(obligation: Obligation, vocabulary: Vocabulary) -> tuple[EndingAct, ...]:
    """What ends an obligation: first as its rule says, then what may be recorded of any obligation."""
    plan = obligation.plan
    bound = dict(zip(plan.variables, obligation.bound, strict=True))
    own = [
        act
        for ending, matchers in ending_groups(plan.rule)
        for act in _acts(ending, matchers, bound, obligation.bearers)
    ]
    return (*dict.fromkeys(own), *_generic(_GENERIC, (obligation.id,), vocabulary))


def ends_of_rule(plan: RulePlan, terms: Mapping[str, TypedTerm]) -> tuple[EndingAct, ...]:
    """What ends the duties of a rule, before any case: elements are called as the rule calls them.

    Who bears it is left out where the case says so; ``terms`` are those of the pack. What may be recorded of
    any duty is not repeated: see ``ends_of_any``.
    """
    rule = plan.rule
    bound = {variable: f"_[{variable}]" for variable in plan.variables}
    states = element_codes(plan.typed, terms)
    owners = {binding.name: binding.path.rpartition(".")[0] for binding in rule.each}
    own: list[EndingAct] = []
    for ending, matchers in ending_groups(rule):
        for matcher in matchers:
            places = [bound]
            if held := matcher.end_of:
                party = f"parties[{owners[held]}].statuses"
                places = [bound | {held: f"{party}[{code}]"} for code in sorted(states.get(held) or ())]
            for place in places:
                own += _acts(ending, (matcher,), place, rule.bearer.bodies)
    return tuple(dict.fromkeys(own))


def ends_of_any(vocabulary: Vocabulary) -> tuple[EndingAct, ...]:
    """What may be recorded of any duty, by its id."""
    return tuple(_generic(_OF_ANY, (), vocabulary))


def ending_groups(rule: Rule) -> tuple[tuple[Ending, tuple[Matcher, ...]], ...]:
    """The matchers of a rule by what their acts do."""
    return (
        (Ending.FULFILS, rule.fulfilled_by),
        (Ending.DISCHARGES, rule.discharged_by),
        (Ending.VIOLATES, rule.violated_by),
        *_moving(rule),
    )


def _moving(rule: Rule) -> Iterator[tuple[Ending, tuple[Matcher, ...]]]:
    """What stops the clock of a rule, lets it go on, starts it again; who extends its time."""
    if rule.clock is not None:
        for pause in rule.clock.pauses:
            yield Ending.STOPS, pause.begins
            yield Ending.GOES_ON, pause.ends
        yield Ending.RESTARTS, rule.clock.restarted_by
    if rule.extension is not None:
        granted = rule.extension.granted_by
        yield Ending.EXTENDS, tuple(replace(g.matcher, by=g.by, by_bearer=g.bearer) for g in granted)


def _acts(
    ending: Ending, matchers: Iterable[Matcher], bound: Mapping[str, str], bearers: tuple[str, ...]
) -> Iterator[EndingAct]:
    for matcher in matchers:
        if matcher.collection == "statuses":
            yield from _changes(ending, matcher, bound)
            continue
        fields: list[tuple[str, tuple[str, ...]]] = [
            (field, (key_of(bound[variable]),))
            for field, variable in (
                ("about", matcher.about),
                ("party", matcher.party),
                ("property", matcher.property),
            )
            if variable
        ]
        if matcher.by_bearer and bearers:
            fields.append((_BY[matcher.collection], bearers))
        for field, bodies in (
            (_BY[matcher.collection], matcher.by),
            (_TO[matcher.collection], matcher.to),
            ("concerning", matcher.concerning),
        ):
            if bodies:
                fields.append((field, bodies))
        where = matcher.where.text.strip() if matcher.where is not None else ""
        for code in matcher.codes:
            yield EndingAct(ending, matcher.collection, code, tuple(fields), where)


def _changes(ending: Ending, matcher: Matcher, bound: Mapping[str, str]) -> Iterator[EndingAct]:
    """The end of the state that the obligation is bound to; or that a state of a party ends, or begins."""
    changed = "since" if matcher.begins else "until"
    if matcher.end_of:
        party, _, state = bound[matcher.end_of].rpartition(".")
        code = key_of(state).partition(":")[0]
        yield EndingAct(ending, "statuses", code, (("party", (key_of(party),)), (changed, ())), "")
        return
    party = key_of(bound[matcher.party]) if matcher.party else ""
    for code in matcher.codes:
        yield EndingAct(ending, "statuses", code, (("party", (party,)), (changed, ())), "")


def _generic(
    effects: Mapping[str, Ending], identity: tuple[str, ...], vocabulary: Vocabulary
) -> Iterator[EndingAct]:
    for kind, code in vocabulary.codes("events").items():
        if (ending := effects.get(code.effect)) is not None:
            yield EndingAct(ending, "events", kind, (("obligation", identity),), "")


def ending_text(act: EndingAct, program: PackProgram, words: Wording) -> str:
    """One act that ends a duty, in words: 通知法院（由区公安分局）."""
    verb, name, said = _parts(act, program, words)
    return verb + name + said


def _parts(act: EndingAct, program: PackProgram, words: Wording) -> tuple[str, str, str]:
    """What kind of act it is, which one, and whose and towards whom."""
    name = words.code(act.section, act.code)
    if act.list == "statuses":
        begins = any(field == "since" for field, _ in act.fields)
        verb = words.pick(("开始", "begins") if begins else ("结束", "ends"))
        return "", words.pick((f"“{name}”的状态{verb}", f"the state “{name}” {verb}")), ""
    kind = words.pick(_KINDS.get(act.list, ("", "")))
    said = []
    for field, values in act.fields:
        if field in BODIES:
            bodies = words.pick(("、", ", ")).join(words.body(program, value) for value in values)
            said.append(words.pick(_FIELD_WORDS[field]) + bodies)
    joined = words.pick(("，", ", ")).join(said)
    return kind, name, words.pick((f"（{joined}）", f" ({joined})")) if joined else ""


def ends_text(obligation: Obligation, acts: Iterable[EndingAct], words: Wording) -> str:
    """What fulfils a duty and what ends it otherwise, in one line."""
    found: dict[Ending, dict[tuple[str, str], list[str]]] = {}
    for act in acts:
        if act.ending in _ENDINGS and (not act.fields or act.fields[0][0] != "obligation"):
            kind, name, said = _parts(act, obligation.program, words)
            alike = found.setdefault(act.ending, {}).setdefault((kind, said), [])
            if name not in alike:
                alike.append(name)
    permitted = obligation.plan.rule.modality is Modality.PERMISSION
    if not found and obligation.plan.rule.modality is Modality.OBLIGATION:
        return words.pick(("履行：登记“义务已履行”", "fulfilled by: recording that it was fulfilled"))
    parts = []
    for ending, told in found.items():
        title = words.pick(_EXERCISED if permitted and ending is Ending.FULFILS else _ENDINGS[ending])
        acts_told = [
            kind + words.pick(("、", ", ")).join(names) + said for (kind, said), names in told.items()
        ]
        parts.append(title + words.pick(("、", "; ")).join(acts_told))
    return words.pick(("；", "; ")).join(parts)
