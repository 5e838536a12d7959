"""The places of a file of a pack that may be changed, and how: one change at a time.

text --compose--> tree of YAML nodes --changes_of--> Change --text_of--> text of the changed file
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

import yaml

from policy.pack.vocabulary import Vocabulary
from policy.review.mutation.formulas import changed
from policy.text.source import Source

Undo = Callable[[], None]


class Kind(StrEnum):
    """What is changed."""

    CONDITION_DROPPED = "condition_dropped"
    CONDITION_NEGATED = "condition_negated"
    CONDITION_COMPARED = "condition_compared"
    CONDITION_CODE = "condition_code"
    CONDITION_NUMBER = "condition_number"
    CONDITION_ITEM = "condition_item"
    ALTERNATIVE_DROPPED = "alternative_dropped"
    EXCEPTION_DROPPED = "exception_dropped"
    MODALITY = "modality"
    FORCE = "force"
    BEARING = "bearing"
    BODY = "body"
    BODY_DROPPED = "body_dropped"
    ACTION = "action"
    NUMBER = "number"
    UNIT = "unit"
    DEADLINE_DROPPED = "deadline_dropped"
    CLAUSE = "clause"
    CONSEQUENCE = "consequence"
    OUTPUT_DROPPED = "output_dropped"
    READING_DROPPED = "reading_dropped"
    LIFECYCLE = "lifecycle"
    ENDING_DROPPED = "ending_dropped"
    ENDING_WIDENED = "ending_widened"
    ENDING_CODE = "ending_code"
    MATCH_CODE = "match_code"
    PRECEDENCE_DROPPED = "precedence_dropped"
    RETURN_DROPPED = "return_dropped"
    FIGURE = "figure"


@dataclass(frozen=True)
class Change:
    """A change of one place. ``owner``: the rule, term or other thing that it is of; ``what``: its key in it.

    ``before`` and ``after`` are texts of the place, ``after`` "" where it is dropped. ``make`` changes the
    tree and returns what undoes it.
    """

    kind: Kind
    file: str
    line: int
    owner: str
    what: str
    before: str
    after: str
    make: Callable[[], Undo]


class Tree:
    """A file as a tree that can be changed, and written. Raises ``yaml.YAMLError`` where it is no YAML."""

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.root = yaml.compose(source.text, Loader=yaml.CSafeLoader)

    @property
    def shared(self) -> bool:
        """Whether it has parts that rules of other files hold: periods with a name."""
        return any(key.value == "deadlines" for key, _ in _pairs(self.root))

    def text_of(self, change: Change) -> str:
        """The text of the file with the change made; the tree is as before."""
        undo = change.make()
        try:
            written = yaml.serialize(self.root, Dumper=yaml.CSafeDumper, allow_unicode=True, width=1_000_000)
        finally:
            undo()
        return str(written)


@dataclass(frozen=True, slots=True)
class Names:
    """What a place may be changed to: another code of the same section, body of the pack, or clause of it."""

    codes: Mapping[str, str]
    bodies: Mapping[str, str]
    clauses: Mapping[str, str]
    actions: Mapping[str, str]

    @staticmethod
    def of(vocabulary: Vocabulary, bodies: list[str], clauses: list[str]) -> Names:
        """Of each the next one in order, and of the last the first."""
        codes: dict[str, str] = {}
        for section in _SECTIONS:
            codes = _next(list(vocabulary.codes(section))) | codes
        return Names(codes, _next(bodies), _next(clauses), _next(list(vocabulary.codes("actions"))))


_SECTIONS = (
    *("events", "matters", "documents", "traits", "kinds", "stages", "categories", "roles", "party_kinds"),
    *("relations", "service_results", "request_forms", "property_types", "results", "bodies", "actions"),
)


def _next(names: list[str]) -> dict[str, str]:
    return dict(zip(names, [*names[1:], *names[:1]], strict=True)) if len(names) > 1 else {}


_MODALITY = {"obligation": "permission", "permission": "obligation", "prohibition": "permission"}
_PLAIN: Mapping[str, tuple[Kind, Mapping[str, str]]] = {
    "modality": (Kind.MODALITY, _MODALITY),
    "force": (Kind.FORCE, {"soft": "binding", "reported": "binding", "binding": "soft"}),
    "lifecycle": (Kind.LIFECYCLE, {"independent": "case", "case": "independent"}),
    "bearing": (Kind.BEARING, {"joint": "several", "several": "joint"}),
}
_LINES = frozenset(("when", "is"))
_ENDINGS = frozenset(("fulfilled_by", "discharged_by", "violated_by", "ends", "begins", "restarted_by"))
_NARROWING = frozenset(("about", "party", "property", "by", "to", "concerning", "where"))
_WAITED = frozenset(("event", "request", "document", "service", "status", "begins", "end_of_status"))
_DROPPED: Mapping[str, Kind] = {
    "deadline": Kind.DEADLINE_DROPPED,
    "no_later_than": Kind.DEADLINE_DROPPED,
    "no_earlier_than": Kind.DEADLINE_DROPPED,
    "roll": Kind.DEADLINE_DROPPED,
    "clock": Kind.DEADLINE_DROPPED,
    "extension": Kind.DEADLINE_DROPPED,
    "reading": Kind.READING_DROPPED,
    "consequence": Kind.CONSEQUENCE,
    "overrides": Kind.PRECEDENCE_DROPPED,
    "returns": Kind.RETURN_DROPPED,
    "objection_suspends": Kind.RETURN_DROPPED,
}
_ITEMS: Mapping[str, Kind] = {
    "outputs": Kind.OUTPUT_DROPPED,
    "unless": Kind.EXCEPTION_DROPPED,
    "any": Kind.ALTERNATIVE_DROPPED,
}
_PERIOD = re.compile(r"(\d+)(\s*)(\S.*)")
_UNITS = {
    "hours": "days",
    "hour": "days",
    "minutes": "hours",
    "days": "working days",
    "day": "working days",
    "working days": "days",
    "working day": "days",
    "months": "days",
    "month": "days",
    "years": "months",
    "year": "months",
}
_FIGURES = frozenset(("points", "base", "cap", "floor", "weight", "at_least", "at_most", "above", "below"))
_PERIODS = frozenset(("within", "value", "after", "at_most", "length", *_FIGURES))
_EXPRESSIONS = frozenset(("expr", "where", "cases"))
_WORDS = frozenset(("title", "means", "note", "chosen", "other", "summary", "name", "zh", "en", "id"))


def changes_of(tree: Tree, names: Names) -> Iterator[Change]:
    """Every change of a file, in the order of its lines. While one is made, the next is not asked for."""
    found = chain.from_iterable(
        _Walk(tree.name, names).section(key.value, value) for key, value in _pairs(tree.root)
    )
    return iter(sorted(found, key=lambda change: change.line))


class _Walk:
    def __init__(self, file: str, names: Names) -> None:
        self._file = file
        self._names = names
        self._owner = ""

    def section(self, key: str, node: yaml.Node) -> Iterator[Change]:
        """The changes of one section of the file."""
        if key not in _CHANGED:
            return
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._owner = next((v.value for k, v in _pairs(item) if k.value == "id"), key)
                yield from self._map(item, "")
        for name, item in _pairs(node):
            self._owner = name.value
            yield from self._map(item, "")
            if key == "parameters" and isinstance(item, yaml.ScalarNode):
                yield from self._scalar("value", item, "value")

    def _map(self, node: yaml.Node, place: str) -> Iterator[Change]:
        for key, value in _pairs(node):
            name = key.value
            here = f"{place}.{name}" if place else name
            if name in _WORDS:
                continue
            if name in _DROPPED and isinstance(node, yaml.MappingNode):
                yield self._without_key(_DROPPED[name], node, key, here)
            if name in _ENDINGS and isinstance(node, yaml.MappingNode):
                yield from self._endings(node, key, value, here)
            elif isinstance(value, yaml.SequenceNode):
                yield from self._list(name, value, here)
            elif isinstance(value, yaml.MappingNode):
                yield from self._map(value, here)
            elif isinstance(value, yaml.ScalarNode):
                yield from self._scalar(name, value, here)

    def _list(self, name: str, node: yaml.SequenceNode, place: str) -> Iterator[Change]:
        for number, item in enumerate(node.value):
            here = f"{place}[{number}]"
            if name in _LINES:
                if len(node.value) > 1:
                    yield self._without_item(Kind.CONDITION_DROPPED, node, item, here)
                yield from self._line(item, here)
            elif name in _ITEMS:
                yield self._without_item(_ITEMS[name], node, item, here)
                if name != "outputs":
                    yield from self._line(item, here)
            elif name == "rows":
                row = next((v.value for k, v in _pairs(item) if k.value == "id"), str(number))
                yield from self._map(item, f"{place}[{row}]")
            elif isinstance(item, yaml.MappingNode):
                yield from self._map(item, here)
            elif isinstance(item, yaml.ScalarNode):
                yield from self._one_of(name, node, item, here)

    def _one_of(
        self, name: str, node: yaml.SequenceNode, item: yaml.ScalarNode, here: str
    ) -> Iterator[Change]:
        """A text in a list: a clause, a body, a code."""
        many = len(node.value) > 1
        if name in ("basis", "consequence"):
            kind = Kind.CLAUSE if name == "basis" else Kind.CONSEQUENCE
            if many:
                yield self._without_item(kind, node, item, here)
            yield from self._other(kind, item, self._names.clauses, here)
        elif name in ("bearer", "counterparty"):
            if many:
                yield self._without_item(Kind.BODY_DROPPED, node, item, here)
        elif many and name not in ("each", "columns"):
            known = item.value in self._names.codes or item.value in self._names.bodies
            if known:
                yield self._without_item(Kind.MATCH_CODE, node, item, here)

    def _line(self, item: yaml.Node, here: str) -> Iterator[Change]:
        """One condition: its expression, its clauses and its alternatives."""
        if isinstance(item, yaml.ScalarNode):
            yield from self._formula(item, here)
        else:
            yield from self._map(item, here)

    def _scalar(self, name: str, node: yaml.ScalarNode, place: str) -> Iterator[Change]:
        if name in _EXPRESSIONS:
            yield from self._formula(node, place)
        elif name in _PLAIN:
            kind, other = _PLAIN[name]
            yield from self._other(kind, node, other, place)
        elif name in ("bearer", "counterparty"):
            yield from self._other(Kind.BODY, node, self._names.bodies, place)
        elif name == "action":
            yield from self._other(Kind.ACTION, node, self._names.actions, place)
        elif name in ("basis", "consequence"):
            kind = Kind.CLAUSE if name == "basis" else Kind.CONSEQUENCE
            yield from self._other(kind, node, self._names.clauses, place)
        elif name in _PERIODS:
            yield from self._period(name, node, place)
        elif ".match." in f".{place}.":
            yield from self._other(Kind.MATCH_CODE, node, self._names.codes, place)

    def _period(self, name: str, node: yaml.ScalarNode, place: str) -> Iterator[Change]:
        kind = Kind.FIGURE if name in _FIGURES and name != "at_most" else Kind.NUMBER
        if re.fullmatch(r"-?\d+(\.\d+)?", node.value):
            yield self._put(kind, node, _more(node.value), place)
        elif found := _PERIOD.fullmatch(node.value):
            number, gap, unit = found.groups()
            yield self._put(Kind.NUMBER, node, f"{int(number) + 1}{gap}{unit}", place)
            if unit in _UNITS:
                yield self._put(Kind.UNIT, node, f"{number}{gap}{_UNITS[unit]}", place)

    def _formula(self, node: yaml.ScalarNode, place: str) -> Iterator[Change]:
        for found in changed(node.value, self._names.codes):
            kind = Kind(f"condition_{found.kind}")
            yield self._made(kind, node, place, found.before, found.after, _setting(node, found.text))

    def _endings(
        self, owner: yaml.MappingNode, key: yaml.Node, value: yaml.Node, place: str
    ) -> Iterator[Change]:
        several = value.value if isinstance(value, yaml.SequenceNode) else None
        if several is None or len(several) < 2:
            yield self._without_key(Kind.ENDING_DROPPED, owner, key, place)
        for number, item in enumerate([value] if several is None else several):
            here = place if several is None else f"{place}[{number}]"
            if isinstance(value, yaml.SequenceNode) and len(value.value) > 1:
                yield self._without_item(Kind.ENDING_DROPPED, value, item, here)
            for name, inner in _pairs(item):
                if name.value in _NARROWING:
                    yield self._without_key(Kind.ENDING_WIDENED, item, name, f"{here}.{name.value}")
                yield from self._waited(name.value, inner, f"{here}.{name.value}")
            if isinstance(item, yaml.ScalarNode):
                yield from self._other(Kind.ENDING_CODE, item, self._names.codes, here)

    def _waited(self, name: str, node: yaml.Node, here: str) -> Iterator[Change]:
        """The acts that an ending waits for."""
        if name == "where" and isinstance(node, yaml.ScalarNode):
            yield from self._formula(node, here)
        elif name in _WAITED and isinstance(node, yaml.SequenceNode) and len(node.value) > 1:
            for number, item in enumerate(node.value):
                yield self._without_item(Kind.ENDING_CODE, node, item, f"{here}[{number}]")
        elif name in _WAITED and isinstance(node, yaml.ScalarNode):
            yield from self._other(Kind.ENDING_CODE, node, self._names.codes, here)

    # -- how

    def _other(
        self, kind: Kind, node: yaml.ScalarNode, others: Mapping[str, str], place: str
    ) -> Iterator[Change]:
        if node.value in others:
            yield self._put(kind, node, others[node.value], place)

    def _put(self, kind: Kind, node: yaml.ScalarNode, new: str, place: str) -> Change:
        return self._made(kind, node, place, node.value, new, _setting(node, new))

    def _without_item(self, kind: Kind, node: yaml.SequenceNode, item: yaml.Node, place: str) -> Change:
        return self._made(kind, item, place, _brief(item), "", _dropping(node, item))

    def _without_key(self, kind: Kind, node: yaml.MappingNode, key: yaml.Node, place: str) -> Change:
        pair = next(pair for pair in node.value if pair[0] is key)
        return self._made(kind, key, place, _brief(pair[1]), "", _dropping(node, pair))

    def _made(
        self, kind: Kind, node: yaml.Node, place: str, before: str, after: str, make: Callable[[], Undo]
    ) -> Change:
        line = node.start_mark.line + 1
        return Change(kind, self._file, line, self._owner, place, before, after, make)


_CHANGED = frozenset(
    ("duties", "tables", "terms", "deadlines", "parameters", "assessments", "deemed", "units", "office_hours")
)
"""The sections that decide; the register of clauses, the bodies' names and the forms decide nothing."""


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def _setting(node: yaml.ScalarNode, new: str) -> Callable[[], Undo]:
    def make() -> Undo:
        old, style = node.value, node.style
        node.value = new
        if style is None and not re.fullmatch(r"[\w.]+( \w+)*", new):
            node.style = '"'

        def undo() -> None:
            node.value, node.style = old, style

        return undo

    return make


def _dropping(node: yaml.CollectionNode, part: object) -> Callable[[], Undo]:
    def make() -> Undo:
        old = node.value
        node.value = [each for each in old if each is not part]

        def undo() -> None:
            node.value = old

        return undo

    return make


def _more(number: str) -> str:
    """The number one step further from zero, to as many decimals."""
    whole, _, decimals = number.partition(".")
    if not decimals:
        return str(int(whole) + (1 if int(whole) >= 0 else -1))
    return f"{whole}.{decimals[:-1]}{(int(decimals[-1]) + 1) % 10}"


def _brief(node: yaml.Node) -> str:
    """A node in one line."""
    if isinstance(node, yaml.ScalarNode):
        return " ".join(str(node.value).split())
    if isinstance(node, yaml.SequenceNode):
        return "[" + ", ".join(map(_brief, node.value)) + "]"
    known = {key.value: value for key, value in _pairs(node)}
    for name in ("expr", "means"):
        if name in known:
            return _brief(known[name])
    return "{" + ", ".join(f"{name}: {_brief(value)}" for name, value in known.items()) + "}"
