"""What a rule test expects: obligations, what must not be, what is unknown, deemed, contradicted, failed.

Every name in it is checked against the district's rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from policy.decide.decision import State
from policy.decide.snapshot import District
from policy.pack.model import Force, Modality, Rule
from policy.pack.read_amount import read_money
from policy.pack.reader import Reader, Schema, is_null
from policy.pack.vocabulary import SECTIONS
from policy.review.ruletest.model import (
    Expected,
    ExpectedConflict,
    ExpectedDeemed,
    ExpectedError,
    ExpectedNot,
    ExpectedUnknown,
    Value,
)
from policy.text import nodes
from policy.text.diagnostics import Faults, Words
from policy.text.nodes import Node, Scalar
from policy.text.source import Span
from policy.time.moment import MomentError, parse_moment

T = TypeVar("T")

MAX_COUNT = 1_000
ERROR_CODES = ("LNK418", "LNK820", "LNK823", "LNK824")

_COMPARED = (
    *("bearer", "bearer_party", "bearer_unit", "counterparty", "counterparty_party", "action", "modality"),
    *(
        "force",
        "about",
        "concerns",
        "concerns_unit",
        "trigger",
        "due",
        "original_due",
        "word",
        "provisional",
        "state",
        "violated",
        "since",
        "arose",
        "basis",
    ),
    *("consequence", "because", "ends", "outputs", "reading"),
    *("amount", "at_least", "at_most", "amount_missing", "quantities"),
)
_NULLABLE = (
    *(
        "bearer_party",
        "bearer_unit",
        "counterparty",
        "counterparty_party",
        "about",
        "concerns",
        "concerns_unit",
        "due",
        "original_due",
        "word",
        "reading",
    ),
    "since",
    "arose",
    *("amount", "at_least", "at_most"),
)
_MOMENTS = frozenset(("due", "original_due", "since", "arose"))
_EXPECT = Schema(Words("expect 的一项", "an entry of expect"), ("rule",), (*_COMPARED, "count"), _NULLABLE)
_EACH = Schema(
    Words("expect 中关于整个表的一项", "an entry of expect on a whole table"),
    ("table",),
    (*_COMPARED, "count"),
    _NULLABLE,
)
_NOT = Schema(Words("expect_not 的一项", "an entry of expect_not"), ("rule", "because"), ("trigger",))
_UNKNOWN = Schema(
    Words("expect_unknown 的一项", "an entry of expect_unknown"), ("rule", "missing"), ("trigger",)
)
_DEEMED = Schema(Words("expect_deemed 的一项", "an entry of expect_deemed"), ("rule",), ("trigger", "at"))
_CONFLICT = Schema(Words("expect_conflict 的一项", "an entry of expect_conflict"), ("rules",))
_ERROR = Schema(Words("expect_error 的一项", "an entry of expect_error"), ("code",), ("rule",))
_PAIR = Words("两条规则的列表", "a list of two rules")


@dataclass(frozen=True, slots=True)
class Names:
    """What the tests of a district may name, of all versions of its pack."""

    district: District
    rules: frozenset[str]
    deemed: frozenset[str]
    """Of these, those by which something counts as a fact."""
    tables: Mapping[str, tuple[str, ...]]
    """Rules of each decision table, in order."""
    clauses: frozenset[str]
    attributes: Mapping[str, str]
    parameters: Mapping[str, str]
    """Types of parameters by name."""
    bodies: Mapping[str, str]
    """Codes of bodies by what the packs call them."""

    @staticmethod
    def of(district: District) -> Names:
        packs = [program.pack for program in district.programs]
        return Names(
            district,
            frozenset(rule.id for pack in packs for rule in pack.rules),
            frozenset(rule.id for pack in packs for rule in pack.rules if rule.deemed is not None),
            _tables(rule for pack in packs for rule in pack.rules),
            frozenset(clause for pack in packs for clause in pack.clauses),
            {name: decl.type for pack in packs for name, decl in pack.attributes.items()},
            {name: parameter.type for pack in packs for name, parameter in pack.parameters.items()},
            {text.zh: code for pack in packs for code, text in pack.bodies.items()},
        )


def _tables(rules: Iterable[Rule]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for rule in rules:
        if rule.table and rule.deemed is None:
            found.setdefault(rule.table, {})[rule.id] = None
    return {table: tuple(rows) for table, rows in found.items()}


class Expectations(Reader):
    """Reads the entries of ``expect`` and its like."""

    def __init__(self, faults: Faults, names: Names) -> None:
        super().__init__(faults)
        self._names = names
        self._district = names.district

    def entries_of(self, node: Node | None) -> tuple[Node, ...] | None:
        """The items of a list that may be empty; None where it is not written."""
        if isinstance(node, nodes.Sequence):
            return node.items
        return None if node is None else self.items(node)

    def _all(self, items: tuple[Node, ...] | None, read: Callable[[Node], T | None]) -> tuple[T, ...] | None:
        return None if items is None else self.each(items, read)

    def _expected(self, node: Node) -> Expected | None:
        """An entry on one rule, or on a table: then ``rule`` is the table's id, until ``_spread``."""
        whole = isinstance(node, nodes.Mapping) and any(key.text == "table" for key, _ in node.entries)
        found = self.fields(node, _EACH if whole else _EXPECT)
        if found is None:
            return None
        rule = self._table(found["table"]) if whole else self._kind_of_rule(found.get("rule"), deemed=False)
        values = {key: self._value(key, found[key]) for key in _COMPARED if key in found}
        count = self._count(found.get("count"))
        if rule is None:
            return None
        return Expected(
            rule, found["table" if whole else "rule"].span, MappingProxyType(values), count, whole
        )

    def _table(self, node: Node) -> str | None:
        found = self.scalar(node)
        if found is None or found.text in self._names.tables:
            return None if found is None else found.text
        meant = self.suggest(found.text, self._names.tables)
        self.faults.add("LNK702", found.span, meant, name=found.text)
        return None

    def _spread(
        self, expect: tuple[Expected, ...] | None, others: Iterable[ExpectedNot | ExpectedUnknown]
    ) -> tuple[Expected, ...] | None:
        """Of each entry on a table one for each of its rows that the test names nowhere else."""
        if expect is None:
            return None
        named = {one.rule for one in (*expect, *others)}
        return tuple(
            replace(one, rule=rule, whole=False)
            for one in expect
            for rule in (self._names.tables[one.rule] if one.whole else (one.rule,))
            if not one.whole or rule not in named
        )

    def _expected_not(self, node: Node) -> ExpectedNot | None:
        found = self.fields(node, _NOT)
        if found is None:
            return None
        rule = self._rule(found.get("rule"))
        because, trigger = self.string(found.get("because")), self.string(found.get("trigger"))
        if rule is None or because is None:
            return None
        return ExpectedNot(rule, found["rule"].span, because, trigger or "")

    def _expected_unknown(self, node: Node) -> ExpectedUnknown | None:
        found = self.fields(node, _UNKNOWN)
        if found is None:
            return None
        rule = self._rule(found.get("rule"))
        missing = self.distinct(self.one_or_more(found.get("missing")), self.string)
        trigger = self.string(found.get("trigger"))
        if rule is None or not missing:
            return None
        return ExpectedUnknown(rule, found["rule"].span, tuple(sorted(missing)), trigger or "")

    def _expected_deemed(self, node: Node) -> ExpectedDeemed | None:
        found = self.fields(node, _DEEMED)
        if found is None:
            return None
        rule = self._kind_of_rule(found.get("rule"), deemed=True)
        trigger = self.string(found.get("trigger"))
        at = self.moment(found["at"]) if "at" in found else None
        return None if rule is None else ExpectedDeemed(rule, found["rule"].span, trigger or "", at)

    def _kind_of_rule(self, node: Node | None, deemed: bool) -> str | None:
        """A rule that lays something on somebody or, ``deemed``, by which something counts as a fact."""
        rule = self._rule(node)
        if rule is not None and node is not None and (rule in self._names.deemed) is not deemed:
            self.faults.add("LNK713", node.span, name=rule, key="expect_deemed" if not deemed else "expect")
            return None
        return rule

    def _expected_conflict(self, node: Node) -> ExpectedConflict | None:
        found = self.fields(node, _CONFLICT)
        if found is None or "rules" not in found:
            return None
        rules = self.distinct(self.one_or_more(found["rules"]), self._rule)
        if len(rules) != 2:
            if not self.faults.errors:
                self.mistyped(found["rules"], _PAIR)
            return None
        first, second = sorted(rules)
        return ExpectedConflict((first, second), found["rules"].span)

    def _expected_error(self, node: Node) -> ExpectedError | None:
        found = self.fields(node, _ERROR)
        if found is None:
            return None
        code = self.choice(found.get("code"), ERROR_CODES)
        rule = self._rule(found["rule"]) if "rule" in found else ""
        return None if code is None or rule is None else ExpectedError(code, rule, found["code"].span)

    def _check_purpose(self, span: Span, lists: Mapping[str, tuple[Node, ...] | None], exact: bool) -> None:
        if not exact and all(items is None for items in lists.values()):
            self.faults.add("LNK706", span)

    def _check_contradiction(
        self, wanted: Iterable[Expected | ExpectedUnknown], refused: Sequence[ExpectedNot]
    ) -> None:
        whole = {item.rule: item.span for item in refused if not item.trigger}
        for item in wanted:
            if item.rule in whole:
                self.faults.add("LNK707", whole[item.rule], name=item.rule)

    # -- values

    def _rule(self, node: Node | None) -> str | None:
        found = self.scalar(node)
        if found is None:
            return None
        if found.text not in self._names.rules:
            meant = self.suggest(found.text, self._names.rules)
            self.faults.add("LNK702", found.span, meant, name=found.text)
            return None
        return found.text

    def _value(self, key: str, node: Node) -> Value:
        if is_null(node) and node.span.snippet:
            return () if key == "counterparty" else None if key in _ABSENT else ""
        if key in {"bearer", "counterparty"}:
            return tuple(sorted(self._codes(node, "bodies")))
        if key == "ends":
            return tuple(sorted(self.distinct(self.one_or_more(node), self._act)))
        if key in _SUMS:
            return read_money(self, node)
        if key in ("quantities", "outputs"):
            return tuple(text for item in self.one_or_more(node) if (text := self.string(item)) is not None)
        if key == "amount_missing":
            return tuple(sorted(self.distinct(self.entries_of(node) or (), self.string)))
        if key == "because":
            return tuple(sorted(self.distinct(self.one_or_more(node), self.string)))
        if key in {"basis", "consequence"}:
            return tuple(sorted(self.distinct(self.one_or_more(node), self._clause)))
        if key in _MOMENTS:
            return self.moment(node)
        if key == "violated":
            is_bool = _is_true(node) or (isinstance(node, Scalar) and node.text == "false")
            return self.boolean(node) if is_bool else self.moment(node)
        if key == "provisional" or (key == "reading" and _is_true(node)):
            return self.boolean(node)
        if key in _CHOICES:
            return self.choice(node, _CHOICES[key])
        if key in _SECTIONS:
            return self.code(node, _SECTIONS[key])
        return self.string(node)

    def code(self, node: Node, section: str) -> str | None:
        found = self.scalar(node)
        vocabulary = self._district.vocabulary
        if found is None or found.text in vocabulary.codes(section):
            return found.text if found else None
        meant = self._names.bodies.get(found.text, "") if section == "bodies" else ""
        if not meant and not self.faults.full:
            meant = vocabulary.suggest(section, found.text)
        name = Words(*SECTIONS[section])
        self.faults.add("LNK302", found.span, meant, name=found.text, section=name, key=section)
        return None

    def _codes(self, node: Node, section: str) -> tuple[str, ...]:
        return self.distinct(self.one_or_more(node), lambda item: self.code(item, section))

    def _act(self, node: Node) -> str | None:
        """The code of an event, a request, a document that is served, or a state that ends."""
        found = self.scalar(node)
        vocabulary = self._district.vocabulary
        for section in _ACTS:
            if found is None or found.text in vocabulary.codes(section):
                return found.text if found else None
        return self.code(node, "events")

    def _clause(self, node: Node) -> str | None:
        found = self.scalar(node)
        if found is not None and found.text not in self._names.clauses:
            meant = self.suggest(found.text, self._names.clauses)
            self.faults.add("LNK704", found.span, meant, name=found.text)
            return None
        return found.text if found else None

    def moment(self, node: Node) -> int | None:
        found = self.scalar(node)
        if found is None:
            return None
        try:
            return parse_moment(found.text)
        except MomentError as error:
            self.faults.add("LNK816", found.span, reason=error.words)
            return None

    def _count(self, node: Node | None) -> int | None:
        found = self.scalar(node)
        if found is None:
            return None
        if found.text.isascii() and found.text.isdecimal() and len(found.text) <= 4 and int(found.text) > 0:
            return min(int(found.text), MAX_COUNT)
        self.faults.add("LNK711", found.span, limit=str(MAX_COUNT))
        return None


def _is_true(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text == "true"


_SUMS = frozenset(("amount", "at_least", "at_most"))
_ABSENT = frozenset((*_MOMENTS, "word", "reading", *_SUMS))
"""Keys whose value may be that there is none."""
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "modality": tuple(item.value for item in Modality if item is not Modality.DEEMED),
    "force": tuple(item.value for item in Force),
    "state": tuple(item.value for item in State),
}
_SECTIONS: Mapping[str, str] = {"action": "actions", "word": "deadline_words", "concerns": "bodies"}
_ACTS = ("events", "matters", "documents", "traits")
