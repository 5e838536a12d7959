"""From the YAML of a test file to rule tests; every name in it is checked against the district's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from policy.decide.decision import State
from policy.decide.snapshot import District
from policy.facts.parsing import ParsedCase, case_of_node
from policy.facts.reading import FactsError
from policy.pack.model import Force, Modality
from policy.pack.read_amount import read_money
from policy.pack.read_pack import RULES_ALONE
from policy.pack.read_sections import read_value
from policy.pack.reader import Reader, Schema, is_null
from policy.pack.vocabulary import SECTIONS
from policy.review.ruletest.local import other_values
from policy.review.ruletest.model import (
    Exact,
    Expected,
    ExpectedConflict,
    ExpectedDeemed,
    ExpectedError,
    ExpectedNot,
    ExpectedUnknown,
    RuleTest,
    Value,
)
from policy.text import nodes
from policy.text.diagnostics import Faults, Words
from policy.text.messages import warnings
from policy.text.nodes import Node, Refused, Scalar
from policy.text.source import Source, Span
from policy.time.moment import MomentError, parse_moment

T = TypeVar("T")

MAX_COUNT = 1_000
ERROR_CODES = ("LNK418", "LNK820", "LNK823", "LNK824")

FILE = Schema(Words("测试文件", "a test file"), (), ("tests", "assessments", "defaults", "cases"))
_TESTS = Schema(Words("测试文件", "a test file"), ("tests",))
DEFAULTS = Schema(Words("defaults", "defaults"), (), ("as_of", "case", "parameters"))
_LISTS = ("expect", "expect_not", "expect_unknown", "expect_deemed", "expect_conflict", "expect_error")
_TEST = Schema(
    Words("测试", "a test"),
    ("name",),
    (*("as_of", "case", "base", "parameters", *_LISTS, "warnings", "exact"),),
)
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
    *("consequence", "because", "ends"),
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
    ),
    "since",
    "arose",
    *("amount", "at_least", "at_most"),
)
_MOMENTS = frozenset(("due", "original_due", "since", "arose"))
_EXPECT = Schema(Words("expect 的一项", "an entry of expect"), ("rule",), (*_COMPARED, "count"), _NULLABLE)
_NOT = Schema(Words("expect_not 的一项", "an entry of expect_not"), ("rule", "because"), ("trigger",))
_UNKNOWN = Schema(
    Words("expect_unknown 的一项", "an entry of expect_unknown"), ("rule", "missing"), ("trigger",)
)
_DEEMED = Schema(Words("expect_deemed 的一项", "an entry of expect_deemed"), ("rule",), ("trigger", "at"))
_CONFLICT = Schema(Words("expect_conflict 的一项", "an entry of expect_conflict"), ("rules",))
_ERROR = Schema(Words("expect_error 的一项", "an entry of expect_error"), ("code",), ("rule",))
_PAIR = Words("两条规则的列表", "a list of two rules")


def read_tests(source: Source, district: District, faults: Faults) -> tuple[RuleTest, ...]:
    """The tests of one file. A test with an error is left out; every fault is added to ``faults``."""
    node = nodes.parse(source, faults)
    if node is None or _rules_instead(node, faults):
        return ()
    reader, names = Reader(faults), Names.of(district)
    found = reader.fields(node, FILE) or {}
    if "tests" not in found and "assessments" not in found:
        reader.require(_TESTS, found, node.span)
    defaults = reader.fields(found.get("defaults"), DEFAULTS) or {}
    cases = {key.text: value for key, value in reader.entries(found.get("cases"))}
    tests = []
    for item in reader.items(found.get("tests")):
        # A fault of one test must not hide the tests after it, nor let a broken one run.
        own = Faults()
        test = TestReader(own, names).test(item, defaults, cases)
        faults.extend(own)
        if test is not None and not own.errors:
            tests.append(test)
    return tuple(tests)


def _rules_instead(node: Node, faults: Faults) -> bool:
    """Whether it is a file of rules that stands among the tests, which is reported."""
    for key, _ in node.entries if isinstance(node, nodes.Mapping) else ():
        if key.text in RULES_ALONE:
            faults.add("LNK233", key.span, key=key.text)
            return True
    return False


@dataclass(frozen=True, slots=True)
class Names:
    """What the tests of a district may name, of all versions of its pack."""

    district: District
    rules: frozenset[str]
    deemed: frozenset[str]
    """Of these, those by which something counts as a fact."""
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
            frozenset(clause for pack in packs for clause in pack.clauses),
            {name: decl.type for pack in packs for name, decl in pack.attributes.items()},
            {name: parameter.type for pack in packs for name, parameter in pack.parameters.items()},
            {text.zh: code for pack in packs for code, text in pack.bodies.items()},
        )


class TestReader(Reader):
    """Reads one test."""

    def __init__(self, faults: Faults, names: Names) -> None:
        super().__init__(faults)
        self._names = names
        self._district = names.district

    def test(self, node: Node, defaults: Mapping[str, Node], cases: Mapping[str, Node]) -> RuleTest | None:
        found = self.fields(node, _TEST)
        if found is None:
            return None
        name = self.string(found.get("name"))
        span = found["name"].span if "name" in found else node.span
        case = self.case(found, defaults, cases, span)
        as_of = self._as_of(found, defaults, case, span)
        lists = {key: self.entries_of(found.get(key)) for key in _LISTS}
        expect = self._all(lists["expect"], self._expected)
        expect_not = self._all(lists["expect_not"], self._expected_not) or ()
        unknown = self._all(lists["expect_unknown"], self._expected_unknown)
        deemed = self._all(lists["expect_deemed"], self._expected_deemed)
        conflicts = self._all(lists["expect_conflict"], self._expected_conflict) or ()
        errors = self._all(lists["expect_error"], self._expected_error) or ()
        exact = _EXACT[self.choice(found.get("exact"), tuple(_EXACT)) or "false"]
        warnings = self._warnings(found.get("warnings"))
        parameters = self.pinned(found, defaults)
        self._check_purpose(span, lists, exact is not Exact.NO or warnings is not None)
        self._check_contradiction((*(expect or ()), *(unknown or ())), expect_not)
        if name is None or case is None or as_of is None:
            return None
        self.check_facts(case, as_of)
        return RuleTest(
            name,
            span,
            self._district.code,
            case,
            as_of,
            expect,
            expect_not,
            unknown,
            deemed,
            conflicts,
            errors,
            warnings,
            exact,
            parameters,
        )

    def _warnings(self, node: Node | None) -> tuple[str, ...] | None:
        """The codes of all warnings that are expected."""
        items = self.entries_of(node)
        if items is None:
            return None
        # LNK862 is said of the part of an answer that a department is given, never of a decision.
        codes = [entry.code for entry in warnings.ENTRIES if entry.code != "LNK862"]
        return tuple(sorted(self.distinct(items, lambda item: self.choice(item, codes))))

    def pinned(
        self, found: Mapping[str, Node], defaults: Mapping[str, Node]
    ) -> Mapping[str, str | int | float | bool | None]:
        """The values that the test pins, over those of its file, where they are not the district's own."""
        values = self.parameters(defaults.get("parameters")) | self.parameters(found.get("parameters"))
        return MappingProxyType(dict(other_values(self._district, values)))

    def parameters(self, node: Node | None) -> dict[str, str | int | float | bool | None]:
        """Values of the district's parameters; null for one that nobody has fixed."""
        declared = self._names.parameters
        values: dict[str, str | int | float | bool | None] = {}
        for key, value in node.entries if isinstance(node, nodes.Mapping) else self.entries(node):
            if key.text not in declared:
                self.faults.add("LNK305", key.span, self.suggest(key.text, declared), name=key.text)
            elif is_null(value):
                values[key.text] = None
            elif (given := read_value(self, value, declared[key.text])) is not None:
                values[key.text] = given
        return values

    # -- the case

    def case(
        self, found: Mapping[str, Node], defaults: Mapping[str, Node], cases: Mapping[str, Node], span: Span
    ) -> ParsedCase | None:
        layers = [defaults.get("case")]
        if "base" in found:
            name = self.string(found["base"])
            if name is not None and name not in cases:
                self.faults.add("LNK703", found["base"].span, self.suggest(name, cases), name=name)
                return None
            layers.append(cases.get(name or ""))
        layers.append(found.get("case"))
        written = [layer for layer in layers if layer is not None]
        node: Node = nodes.Mapping((), span)
        for layer in written:
            node = merged(node, layer)
        if any(isinstance(layer, Refused) for layer in written):
            return None
        parsed = case_of_node(node, self.faults, self._names.attributes)
        if not parsed.case.district:
            parsed.case.district = self._district.code
        if not parsed.case.id:
            parsed.case.id = "case"
        return parsed

    def _as_of(
        self, found: Mapping[str, Node], defaults: Mapping[str, Node], case: ParsedCase | None, span: Span
    ) -> int | None:
        node = found.get("as_of") or defaults.get("as_of")
        if node is not None:
            return self.moment(node)
        if case is not None and case.as_of is not None:
            return case.as_of
        self.faults.add("LNK705", span)
        return None

    def check_facts(self, case: ParsedCase, as_of: int) -> None:
        """The facts as the engine reads them: codes, ids and references."""
        if self.faults.errors:
            return
        try:
            self._district.reader.read(case.case, as_of)
        except FactsError as error:
            for violation in error.violations:
                self.faults.append(case.fault(violation, self._district.vocabulary))

    # -- what is expected

    def entries_of(self, node: Node | None) -> tuple[Node, ...] | None:
        """The items of a list that may be empty; None where it is not written."""
        if isinstance(node, nodes.Sequence):
            return node.items
        return None if node is None else self.items(node)

    def _all(self, items: tuple[Node, ...] | None, read: Callable[[Node], T | None]) -> tuple[T, ...] | None:
        return None if items is None else self.each(items, read)

    def _expected(self, node: Node) -> Expected | None:
        found = self.fields(node, _EXPECT)
        if found is None:
            return None
        rule = self._kind_of_rule(found.get("rule"), deemed=False)
        values = {key: self._value(key, found[key]) for key in _COMPARED if key in found}
        count = self._count(found.get("count"))
        if rule is None:
            return None
        return Expected(rule, found["rule"].span, MappingProxyType(values), count)

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
        if key == "quantities":
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
            is_bool = isinstance(node, Scalar) and node.text in {"true", "false"}
            return self.boolean(node) if is_bool else self.moment(node)
        if key == "provisional":
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


_SUMS = frozenset(("amount", "at_least", "at_most"))
_ABSENT = frozenset((*_MOMENTS, "word", *_SUMS))
"""Keys whose value may be that there is none."""
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "modality": tuple(item.value for item in Modality if item is not Modality.DEEMED),
    "force": tuple(item.value for item in Force),
    "state": tuple(item.value for item in State),
}
_SECTIONS: Mapping[str, str] = {"action": "actions", "word": "deadline_words", "concerns": "bodies"}
_EXACT = {"true": Exact.STATED, "all": Exact.ALL, "false": Exact.NO}
_ACTS = ("events", "matters", "documents", "traits")


def merged(base: Node, over: Node) -> Node:
    """``over`` laid over ``base``: maps merge key by key, anything else is replaced."""
    if not isinstance(base, nodes.Mapping) or not isinstance(over, nodes.Mapping):
        return over
    entries = {key.text: (key, value) for key, value in base.entries}
    for key, value in over.entries:
        before = entries.get(key.text)
        entries[key.text] = (key, merged(before[1], value) if before else value)
    return nodes.Mapping(tuple(entries.values()), over.span)
