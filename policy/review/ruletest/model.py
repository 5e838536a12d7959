"""A rule test as read: the case, the moment, and everything expected of the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from policy.facts.parsing import ParsedCase
from policy.text.source import Span

Value = str | int | bool | tuple[str, ...] | None
"""Codes, texts, counts as they are; sets of codes sorted; moments in nanoseconds; None: there is none."""


@dataclass(frozen=True, slots=True)
class Expected:
    """An obligation that must be there; only the keys in ``values`` are compared.

    ``count`` None: at least one, and where the test is exact just one.
    """

    rule: str
    span: Span
    values: Mapping[str, Value]
    count: int | None
    whole: bool = False
    """While it is read: whether ``rule`` is a table, and each of its rows is meant."""


@dataclass(frozen=True, slots=True)
class ExpectedNot:
    """A rule that must give nothing, not even an undetermined entry; of one trigger where it is named."""

    rule: str
    span: Span
    because: str
    trigger: str


@dataclass(frozen=True, slots=True)
class ExpectedUnknown:
    """An undetermined rule and exactly the facts that it waits for."""

    rule: str
    span: Span
    missing: tuple[str, ...]
    trigger: str


@dataclass(frozen=True, slots=True)
class ExpectedDeemed:
    """Something that must count as a fact; of one trigger, and from one moment, where these are named."""

    rule: str
    span: Span
    trigger: str
    at: int | None


@dataclass(frozen=True, slots=True)
class ExpectedConflict:
    """Two rules that contradict each other, sorted."""

    rules: tuple[str, str]
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectedError:
    """A rule whose evaluation fails (LNK418, LNK823), or a moment that no version governs (LNK820)."""

    code: str
    rule: str
    span: Span


class Exact(StrEnum):
    """What a test says of obligations that it does not list."""

    NO = ""
    """There may be others."""
    STATED = "true"
    """Nothing else comes of the facts that it states; what needs no facts is not looked at."""
    ALL = "all"
    """Nothing else at all."""


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One test. A list that is None was not written; an empty one says that there are none.

    ``parameters`` are values of the district's parameters for this test alone.
    """

    name: str
    span: Span
    district: str
    case: ParsedCase
    as_of: int
    expect: tuple[Expected, ...] | None
    expect_not: tuple[ExpectedNot, ...]
    expect_unknown: tuple[ExpectedUnknown, ...] | None
    expect_deemed: tuple[ExpectedDeemed, ...] | None
    expect_conflict: tuple[ExpectedConflict, ...]
    expect_error: tuple[ExpectedError, ...]
    warnings: tuple[str, ...] | None
    exact: Exact
    parameters: Mapping[str, str | int | float | bool | None]

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules it names, sorted."""
        named = {item.rule for item in self.expect or ()} | {item.rule for item in self.expect_not}
        named |= {item.rule for item in self.expect_unknown or ()}
        named |= {item.rule for item in self.expect_deemed or ()}
        named |= {rule for item in self.expect_conflict for rule in item.rules}
        named |= {item.rule for item in self.expect_error if item.rule}
        return tuple(sorted(named))


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """A row that an assessment must have; only what is written is compared, to as many decimals as written.

    ``figures`` by id, with ``score`` and ``rank`` among them; None: there is nothing to measure.
    """

    span: Span
    body: str
    unit: str
    figures: Mapping[str, Decimal | None]
    grade: str | None
    follows: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class AssessTest:
    """A test of an assessment: the cases of a year, and rows of what comes of them.

    ``confirmed``: when the results were, in nanoseconds. ``appeal_until``: until when one may object, None in
    it where there is no such time; None where the test does not say.
    """

    name: str
    span: Span
    district: str
    assessment: str
    year: int
    cases: tuple[ParsedCase, ...]
    expect: tuple[ExpectedRow, ...]
    parameters: Mapping[str, str | int | float | bool | None]
    confirmed: int | None = None
    appeal_until: tuple[int | None] | None = None

    @property
    def rules(self) -> tuple[str, ...]:
        """What it is about, as a rule test names its rules."""
        return (self.assessment,)
