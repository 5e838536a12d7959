"""From the YAML of a test file to tests of assessments: a year's cases, and rows of what comes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from policy.assess import assessed, year_of
from policy.decide.snapshot import District
from policy.facts.parsing import ParsedCase
from policy.pack.assessment import Assessment
from policy.pack.reader import Reader, Schema, is_null
from policy.review.ruletest.expectations import Names
from policy.review.ruletest.model import AssessTest, ExpectedRow
from policy.review.ruletest.read import DEFAULTS, FILE, TestReader
from policy.text import nodes
from policy.text.diagnostics import Faults, Words
from policy.text.nodes import Node, Scalar
from policy.text.source import Source, Span

_ASSESSED = Schema(
    Words("考核测试", "a test of an assessment"),
    ("name", "assessment", "year", "cases", "expect"),
    ("parameters", "confirmed", "appeal_until"),
    ("appeal_until",),
)
_RANKED = ("score", "rank")
_ROW = Schema(
    Words("expect 的一行", "a row of expect"),
    ("body",),
    ("unit", "figures", "score", "grade", "rank", "follows"),
    ("score", "rank"),
)


def read_assessed(source: Source, district: District, faults: Faults) -> tuple[AssessTest, ...]:
    """The tests of assessments in one file; faults of the file as a whole are those of ``read_tests``."""
    node = nodes.parse(source, Faults())
    if node is None:
        return ()
    reader, names = Reader(Faults()), Names.of(district)
    found = reader.fields(node, FILE) or {}
    defaults = reader.fields(found.get("defaults"), DEFAULTS) or {}
    cases = {key.text: value for key, value in reader.entries(found.get("cases"))}
    tests = []
    if "assessments" in found:
        for item in Reader(faults).items(found["assessments"]):
            own = Faults()
            test = _AssessedReader(own, names).assessed(item, defaults, cases)
            faults.extend(own)
            if test is not None and not own.errors:
                tests.append(test)
    return tuple(tests)


class _AssessedReader(TestReader):
    """Reads one test."""

    def assessed(
        self, node: Node, defaults: Mapping[str, Node], cases: Mapping[str, Node]
    ) -> AssessTest | None:
        """One entry of ``assessments``."""
        found = self.fields(node, _ASSESSED)
        if found is None:
            return None
        name, span = self.string(found.get("name")), found["name"].span if "name" in found else node.span
        written = self.choice(found.get("year"), tuple(map(str, range(2000, 2099))))
        year = int(written or 0)
        given = [
            self._one_case(item, number, defaults, cases, span)
            for number, item in enumerate(self.items(found.get("cases")), 1)
        ]
        named = self.scalar(found.get("assessment"))
        if not year:  # which assessments there are is a matter of the year
            return None
        known = {one.id: one for _, one in assessed(self._district, year_of(year)[1])}
        if named is not None and named.text not in known:
            self.faults.add(
                *("LNK712", named.span, self.suggest(named.text, known)),
                name=named.text,
                year=str(year),
                allowed=", ".join(known),
            )
            return None
        if name is None or named is None or None in given:
            return None
        rows = self.each(self.items(found.get("expect")), lambda item: self._rows(item, known[named.text]))
        expect = tuple(row for each in rows for row in each)
        parameters = self.pinned(found, defaults)
        confirmed = self.moment(found["confirmed"]) if "confirmed" in found else None
        appeal = None
        if "appeal_until" in found:
            node = found["appeal_until"]
            appeal = (None if is_null(node) else self.moment(node),)
        parsed = tuple(one for one in given if one is not None)
        for case in parsed:
            self.check_facts(case, year_of(year)[1])
        return AssessTest(
            name, span, self._district.code, named.text, year, parsed, expect, parameters, confirmed, appeal
        )

    def _one_case(
        self,
        node: Node,
        number: int,
        defaults: Mapping[str, Node],
        cases: Mapping[str, Node],
        span: Span,
    ) -> ParsedCase | None:
        """A case written in place, over the file's defaults and over the one it names as ``base``."""
        if not isinstance(node, nodes.Mapping):
            self.fields(node, _ASSESSED)
            return None
        own = nodes.Mapping(tuple(e for e in node.entries if e[0].text != "base"), node.span)
        found: dict[str, Node] = {"case": own}
        found |= {key.text: value for key, value in node.entries if key.text == "base"}
        parsed = self.case(found, defaults, cases, span)
        if parsed is not None and parsed.case.id == "case":
            parsed.case.id = f"case{number}"
        return parsed

    def _rows(self, node: Node, assessment: Assessment) -> tuple[ExpectedRow, ...] | None:
        """An expected row, or several alike: figures as decimals, null where there was nothing to measure."""
        found = self.fields(node, _ROW)
        if found is None:
            return None
        bodies, unit = self._codes(found["body"], "bodies") if "body" in found else (), ""
        if "unit" in found:
            unit = self.string(found["unit"]) or ""
        values: dict[str, Decimal | None] = {}
        numbers = self._pairs(found.get("figures"))
        known = (*assessment.figures, "released", "carried", "unknown")
        for key, value in [
            *numbers,
            *((Scalar(k, "plain", found[k].span), found[k]) for k in _RANKED if k in found),
        ]:
            if key.text not in known and key.text not in _RANKED:
                meant = self.suggest(key.text, known)
                self.faults.add("LNK532", key.span, meant, name=key.text, allowed=", ".join(known))
            else:
                values[key.text] = None if is_null(value) else self._decimal(value)
        grade = self.string(found["grade"]) if "grade" in found else None
        follows = None
        if "follows" in found:
            follows = tuple(sorted(self.distinct(self.entries_of(found["follows"]) or (), self.string)))
        return tuple(ExpectedRow(node.span, body, unit, values, grade, follows) for body in bodies)

    def _pairs(self, node: Node | None) -> list[tuple[Scalar, Node]]:
        """The entries of a map whose values may be null."""
        return list(node.entries) if isinstance(node, nodes.Mapping) else self.entries(node)

    def _decimal(self, node: Node) -> Decimal | None:
        found = self.scalar(node)
        if found is None:
            return None
        if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", found.text):
            self.mistyped(found, Words("数", "a number"))
            return None
        return Decimal(found.text)
