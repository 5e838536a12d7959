"""What the rules of a district can read: fields, codes, the district's own facts, and what they wait for.

    typed trees of every version --reads_of--> Reads

Worked out once from the trees, without any case. Where a condition leaves open which codes it takes, every
code of that list counts as read: what is said not to be read, is not. What another spelling is brought into
(``policy.pack.equivalences``) is read under that spelling, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from policy.expr.codes import compared_codes
from policy.expr.counting import PLACES
from policy.expr.tree import Call, Const, Field, Node, Quant, Quantifier, TermCall, Var, walk
from policy.facts.views import COLLECTIONS, DISCRIMINATORS
from policy.pack.model import Bearing
from policy.pack.vocabulary import CODE_FIELDS, Vocabulary
from policy.program.trigger import literal_codes
from policy.program.typed import TypedRule, TypedTerm

if TYPE_CHECKING:  # a program knows what its rules read
    from policy.program.plan import RulePlan
    from policy.program.program import PackProgram

Codes = frozenset[str] | None
"""Codes that a condition takes; None: any."""


class Awaited(NamedTuple):
    """What rules wait for: a code of a section of the vocabulary."""

    section: str
    code: str


@dataclass(frozen=True, slots=True)
class Reads:
    """What the rules of a district can read, in any of its versions."""

    fields: frozenset[tuple[str, str]]
    """(message, field); those that only name an element or say when it happened are always in it."""
    codes: Mapping[str, frozenset[str]]
    """Read codes by section: events, matters, documents, traits."""
    attributes: frozenset[str]
    bodies: frozenset[str]
    """Bodies that the district knows, each with its organs; all of them where its packs name none."""
    acts: frozenset[str]
    """Events that may end a duty."""
    triggers: frozenset[str]
    """Events that bring duties about."""
    awaited: Mapping[str, tuple[Awaited, ...]]
    """What the rules wait for, by kind of case: what most of them do first."""


def reads_of(programs: Iterable[PackProgram], vocabulary: Vocabulary) -> Reads:
    """What the rules of these versions of one district can read."""
    found, programs = _Reading(), tuple(programs)
    bodies: set[str] = set()
    for program in programs:
        found.program(program)
        bodies |= program.pack.bodies.keys()
    known = found.mentioned["bodies"] | bodies if bodies else set(vocabulary.codes("bodies"))
    codes = {name: found.of(name, vocabulary) for name in ("events", "matters", "documents", "traits")}
    _other_spellings(codes, found.fields, vocabulary)
    own = {vocabulary.equivalences.instrument, *vocabulary.equivalences.periods}
    return Reads(
        frozenset(found.fields | _ALWAYS),
        {name: frozenset(read) for name, read in codes.items()},
        _with_related(found.attributes, programs),
        frozenset[str]().union(*map(vocabulary.organs, known)),
        frozenset(found.acts),
        frozenset(found.triggers),
        {
            kind: tuple(_ranked(found.awaited.get("", Counter()) + found.awaited.get(kind, Counter()), own))
            for kind in vocabulary.codes("kinds")
        },
    )


def conditions_read(
    rule: TypedRule, trees: Iterable[Node], terms: Mapping[str, TypedTerm]
) -> Mapping[str, Codes]:
    """By section, the codes that the elements of a rule can have and that its conditions read.

    ``trees`` are its conditions and those of the terms that they call.
    """
    found = _Reading(terms)
    for tree in trees:
        found.tree(tree)
    found.elements(rule)
    return {section: found.codes(section) for section in found.mentioned}


def element_codes(rule: TypedRule, terms: Mapping[str, TypedTerm]) -> Mapping[str, Codes]:
    """The codes that each element of a rule can have, by variable."""
    found = _Reading(terms)
    conditions = [line.tree for line in rule.when]
    return {
        variable: found.all(conditions, variable, COLLECTIONS.get(message, ""))
        for variable, message in rule.element.items()
    }


def codes_with_which(body: Node, variable: str, field: str, terms: Mapping[str, TypedTerm]) -> Codes:
    """The codes of ``variable.field`` with which a predicate can hold."""
    return _Reading(terms).codes_of(body, variable, field, True)


def _ranked(counted: Counter[Awaited], own: Collection[str]) -> list[Awaited]:
    """What most rules wait for comes first; what happens by itself is left out."""
    sent = [one for one in counted if one.section != "events" or one.code not in own]
    return sorted(sent, key=lambda one: (-counted[one], one))


_ALWAYS = frozenset(
    {
        *((message, field) for message, field in CODE_FIELDS if field in ("type", "matter", "kind", "role")),
        *((message, name) for message in COLLECTIONS for name in ("id", "at", "since", "until")),
        *(("Case", name) for name in ("id", "district", "kind", "flags", "attributes", "filed_at")),
        *(("Case", name) for name in ("parties", "documents", "requests", "properties", "events")),
        *(("Party", name) for name in ("traits", "statuses")),
        *(("Status", name) for name in ("begun_by", "ended_by")),
        *(("Relation", name) for name in ("kind", "party")),
        *(("Document", name) for name in ("issued_at", "issuer", "services", "party", "property")),
        *(("Document", name) for name in ("request", "requests")),
        *(("Service", name) for name in ("body", "party", "result")),
        *(("Request", name) for name in ("to", "requester", "party", "property", "document")),
        *(("Property", name) for name in ("owner",)),
        *(("Event", name) for name in ("actor", "body", "to", "concerning", "also_by", "also_to")),
        *(("Event", name) for name in ("party", "property", "document", "about", "obligation", "rule")),
        *(("Event", name) for name in ("period_from", "period_to", "limit_at")),
        *((message, "posted_at") for message in ("Event", "Request", "Service")),
        *(("Event", name) for name in ("assessment", "figures", "grade", "rank")),
        *(("ResultFigure", name) for name in ("name", "value", "unmeasured")),
    }
)
"""Fields that say which element is meant, who did what to whom, and when: the engine itself looks at them."""

_SECTIONS: Mapping[str, str] = {
    "events": "events",
    "requests": "matters",
    "documents": "documents",
    "statuses": "traits",
    "parties": "roles",
    "properties": "property_types",
}
"""The section whose codes tell the elements of a list apart."""


class _Reading:
    """What the trees read, as they are gone through."""

    def __init__(self, terms: Mapping[str, TypedTerm] = MappingProxyType({})) -> None:
        self.fields: set[tuple[str, str]] = set()
        self.mentioned: dict[str, set[str]] = {section: set() for section in CODE_FIELDS.values()}
        self.attributes: set[str] = set()
        self.acts: set[str] = set()
        self.triggers: set[str] = set()
        self.awaited: dict[str, Counter[Awaited]] = {}
        self._open: set[str] = set()
        """Sections of which some condition takes any code."""
        self._terms = terms
        self._of_terms: dict[tuple[str, str, str, bool], list[Codes]] = {}

    def program(self, program: PackProgram) -> None:
        self._terms = program.terms
        self._of_terms = {}
        for term in program.terms.values():
            for line in term.conditions:
                self.tree(line.tree)
        for plan in program.plans:
            self._plan(plan)

    def of(self, section: str, vocabulary: Vocabulary) -> set[str]:
        """The read codes of a section."""
        return set(vocabulary.codes(section)) if section in self._open else set(self.mentioned[section])

    def codes(self, section: str) -> Codes:
        """The read codes of a section; None where some condition takes any."""
        return None if section in self._open else frozenset(self.mentioned[section])

    def elements(self, rule: TypedRule) -> list[Node]:
        """Notes the codes that the elements of a rule can have; gives its conditions."""
        conditions = [line.tree for line in rule.when]
        for variable, message in rule.element.items():
            collection = COLLECTIONS.get(message, "")
            self._takes(collection, self.all(conditions, variable, collection))
        return conditions

    def _plan(self, plan: RulePlan) -> None:
        typed = plan.typed
        for line in (*typed.when, *typed.unless):
            self.tree(line.tree)
        for tree in typed.effects.values():
            self.tree(tree)
        if plan.rule.bearing is Bearing.EACH_UNIT or plan.rule.bearer_unit is not None:
            self.fields.add(("Event", "actor_unit"))  # an act of another unit does not end the duty
        self.mentioned["bodies"].update((*plan.rule.bearer.bodies, *plan.rule.counterparty.bodies))
        conditions = self.elements(typed)
        ending = (*typed.fulfilled_by, *typed.discharged_by)
        for matcher in typed.matchers:
            section = "documents" if matcher.collection == "services" else _SECTIONS[matcher.collection]
            self.mentioned[section].update(matcher.codes)
            duty = plan.rule.deemed is None
            if duty and matcher.collection == "events" and matcher in ending:
                self.acts.update(matcher.codes)
            if matcher.predicate is not None:
                self.tree(matcher.predicate)
        self._waits(plan, conditions)

    def _waits(self, plan: RulePlan, conditions: list[Node]) -> None:
        trigger = plan.trigger
        codes = self.all(conditions, trigger.order[0], trigger.collection) or frozenset()
        if trigger.collection == "events":
            self.triggers |= codes
        if trigger.collection not in _SECTIONS:
            return
        kinds = _meet([self.codes_of(tree, "case", "kind", True) for tree in conditions])
        for kind in {""} if kinds is None else kinds:
            counter = self.awaited.setdefault(kind, Counter())
            counter.update(Awaited(_SECTIONS[trigger.collection], code) for code in codes)

    def _takes(self, collection: str, codes: Codes) -> None:
        section = _SECTIONS.get(collection, "")
        if section and codes is None:
            self._open.add(section)
        elif section and codes is not None:
            self.mentioned[section] |= codes

    def tree(self, tree: Node) -> None:
        """Notes all that a tree reads."""
        for section, const in compared_codes(tree):
            self.mentioned[section].add(str(const.value))
        ranged: set[int] = set()
        for node in walk(tree):
            if isinstance(node, Field) and node.operand.type.kind == "message":
                self.fields.add((node.operand.type.name, node.name))
            elif isinstance(node, Var) and node.name.startswith("attr."):
                self.attributes.add(node.name.removeprefix("attr."))
            elif isinstance(node, Call) and node.op in PLACES and len(node.args) > 2:
                self._named(node)
            elif isinstance(node, Quant):
                ranged.add(id(node.range))
                self._quantified(node)
            elif isinstance(node, Call) and node.op == "in_list":
                ranged.update(map(id, node.args))
        self._whole_lists(tree, ranged)

    def _named(self, node: Call) -> None:
        """The field of the elements that a helper names."""
        field = node.args[2]
        if isinstance(field, Const):
            self.fields.add((node.args[0].type.name, str(field.value)))

    def _quantified(self, node: Quant) -> None:
        elem = node.range.type.elem
        if elem is None or elem.kind != "message" or not isinstance(node.range, Field):
            return
        collection = COLLECTIONS.get(elem.name, "")
        field = DISCRIMINATORS.get(collection, "")
        if not field or node.body is None:
            self._takes(collection, None)
            return
        holds = node.quantifier is not Quantifier.ALL
        self._takes(collection, self.codes_of(node.body, node.var, field, holds))

    def _whole_lists(self, tree: Node, ranged: set[int]) -> None:
        """A list read as a whole, as its length is: any of its elements counts."""
        for node in walk(tree):
            if isinstance(node, Field) and node.type.kind == "list" and id(node) not in ranged:
                self._takes(node.name, None)
                if node.name == "traits":
                    self._open.add("traits")

    def all(self, conditions: list[Node], variable: str, collection: str) -> Codes:
        """The codes that conditions leave to an element of a list."""
        field = DISCRIMINATORS.get(collection, "")
        return _meet([self.codes_of(tree, variable, field, True) for tree in conditions]) if field else None

    def codes_of(self, node: Node, variable: str, field: str, holds: bool) -> Codes:
        """The codes of ``variable.field`` with which the condition can hold (or, so asked, fail)."""
        match node:
            case Call(op="and" | "or", args=args):
                parts = [self.codes_of(arg, variable, field, holds) for arg in args]
                return _meet(parts) if (node.op == "and") == holds else _join(parts)
            case Call(op="not", args=(inner,)):
                return self.codes_of(inner, variable, field, not holds)
            case Call(op="if", args=(_, one, other)):
                return _join([self.codes_of(part, variable, field, holds) for part in (one, other)])
            case Call(op="not_equals", args=args) if not holds:
                return _frozen(literal_codes(Call(node.type, node.pos, "equals", args), variable, field))
            case Call() if holds:
                return _frozen(literal_codes(node, variable, field))
            case TermCall(term=name, args=args) if name in self._terms:
                params = [
                    param
                    for arg, (param, _) in zip(args, self._terms[name].params, strict=True)
                    if isinstance(arg, Var) and arg.name == variable
                ]
                if variable == "case":  # every term sees the case
                    params.append(variable)
                parts = [part for param in params for part in self._of_term(name, param, field, holds)]
                return _meet(parts) if holds else _join(parts)
            case Quant(quantifier=Quantifier.EXISTS | Quantifier.EXISTS_ONE, body=body) if holds and body:
                return None if node.var == variable else self.codes_of(body, variable, field, True)
            case _:
                return None

    def _of_term(self, name: str, variable: str, field: str, holds: bool) -> list[Codes]:
        """What each line of a term leaves to a parameter, worked out once however often it is called."""
        key = (name, variable, field, holds)
        found = self._of_terms.get(key)
        if found is None:
            lines = self._terms[name].conditions
            found = [self.codes_of(line.tree, variable, field, holds) for line in lines]
            self._of_terms[key] = found
        return found


def _frozen(codes: set[str] | None) -> Codes:
    return None if codes is None else frozenset(codes)


def _meet(parts: Iterable[Codes]) -> Codes:
    found: Codes = None
    for codes in parts:
        if codes is not None:
            found = codes if found is None else found & codes
    return found


def _join(parts: Iterable[Codes]) -> Codes:
    found: frozenset[str] = frozenset()
    for codes in parts:
        if codes is None:
            return None
        found |= codes
    return found or None


def _other_spellings(
    codes: dict[str, set[str]], fields: set[tuple[str, str]], vocabulary: Vocabulary
) -> None:
    """Adds what is read once it has been brought into canonical form, and what the engine itself reads."""
    table = vocabulary.equivalences
    traits, events = codes["traits"], codes["events"]
    traits |= {s.kind for s in table.states if s.field and ("Party", s.field) in fields}
    traits |= {
        code for code in vocabulary.codes("traits") if not traits.isdisjoint(vocabulary.implied((code,)))
    }
    events |= {name for name, code in vocabulary.codes("events").items() if code.effect}
    events |= {kind for ends in table.lasting.values() for kind in ends}
    codes["documents"] |= {kind for kind, event in table.documents.items() if event in events}
    for state in table.states:
        if state.kind in traits:
            events.update((*state.begins, *state.ends))
            fields |= set(_told(state.field, state.flag))
        elif state.field and any(kind in events for kind in (*state.begins, *state.ends)):
            fields |= set(_told(state.field, state.flag))
    events |= {kind for kind, (matter, _) in table.requests.items() if matter in codes["matters"]}
    events |= {
        kind for kind, told in table.services.items() if not codes["documents"].isdisjoint(told.documents)
    }
    events |= {kind for kind, other in table.same_events.items() if other in events}
    fields |= {("Flags", one) for one, other in table.flags.items() if ("Flags", other) in fields}
    if table.papers in events:
        fields.add(("Request", "documents_shown"))


def _with_related(attributes: set[str], programs: Iterable[PackProgram]) -> frozenset[str]:
    """The read attributes, and those that settle one of them by implying or excluding it."""
    found, pairs = set(attributes), list[tuple[str, str]]()
    for program in programs:
        for name, declared in program.pack.attributes.items():
            pairs += [(name, other) for other in (*declared.implies, *declared.excludes)]
    grown = True
    while grown:
        more = {one for pair in pairs if not found.isdisjoint(pair) for one in pair} - found
        found |= more
        grown = bool(more)
    return frozenset(found)


def _told(field: str, flag: str) -> Iterator[tuple[str, str]]:
    if field:
        yield "Party", field
    if flag:
        yield "Flags", flag
