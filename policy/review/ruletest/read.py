"""From the YAML of a test file to rule tests; every name in it is checked against the district's rules."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from policy.decide.snapshot import District
from policy.facts.parsing import ParsedCase, case_of_node
from policy.facts.reading import FactsError
from policy.pack.read_pack import RULES_ALONE
from policy.pack.read_sections import read_value
from policy.pack.reader import Reader, Schema, is_null
from policy.review.ruletest.expectations import Expectations, Names
from policy.review.ruletest.local import other_values
from policy.review.ruletest.model import (
    Exact,
    RuleTest,
)
from policy.text import nodes
from policy.text.diagnostics import Faults, Words
from policy.text.messages import warnings
from policy.text.nodes import Node, Refused
from policy.text.source import Source, Span

T = TypeVar("T")


FILE = Schema(Words("测试文件", "a test file"), (), ("tests", "assessments", "defaults", "cases"))
_TESTS = Schema(Words("测试文件", "a test file"), ("tests",))
DEFAULTS = Schema(Words("defaults", "defaults"), (), ("as_of", "case", "parameters"))
_LISTS = ("expect", "expect_not", "expect_unknown", "expect_deemed", "expect_conflict", "expect_error")
_TEST = Schema(
    Words("测试", "a test"),
    ("name",),
    (*("as_of", "case", "base", "parameters", *_LISTS, "warnings", "exact"),),
)


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


_EXACT = {"true": Exact.STATED, "all": Exact.ALL, "false": Exact.NO}


class TestReader(Expectations):
    """Reads one test."""

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
        expect = self._spread(expect, (*expect_not, *(unknown or ())))
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


def merged(base: Node, over: Node) -> Node:
    """``over`` laid over ``base``: maps merge key by key, anything else is replaced."""
    if not isinstance(base, nodes.Mapping) or not isinstance(over, nodes.Mapping):
        return over
    entries = {key.text: (key, value) for key, value in base.entries}
    for key, value in over.entries:
        before = entries.get(key.text)
        entries[key.text] = (key, merged(before[1], value) if before else value)
    return nodes.Mapping(tuple(entries.values()), over.span)
