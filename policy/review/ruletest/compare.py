"""What a test expects against what was decided: every difference, with its place in the test file.

Evaluation errors and conflicts that a test does not name always fail it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from policy.decide.decision import Decision, Obligation, Undetermined
from policy.facts.paths import key_of, quoted
from policy.program.typed import TypedCondition
from policy.review.ruletest.model import Exact, Expected, RuleTest, Value
from policy.text.source import Span

E = TypeVar("E")


class Kind(StrEnum):
    """What is wrong."""

    MISSING = "missing"
    DIFFERENT = "different"
    COUNT = "count"
    UNEXPECTED = "unexpected"
    FORBIDDEN = "forbidden"
    UNKNOWN_MISSING = "unknown_missing"
    UNKNOWN_DIFFERENT = "unknown_different"
    UNKNOWN_UNEXPECTED = "unknown_unexpected"
    UNKNOWN_FORBIDDEN = "unknown_forbidden"
    DEEMED_MISSING = "deemed_missing"
    DEEMED_UNEXPECTED = "deemed_unexpected"
    CONFLICT_MISSING = "conflict_missing"
    CONFLICT_UNEXPECTED = "conflict_unexpected"
    ERROR_MISSING = "error_missing"
    ERROR_UNEXPECTED = "error_unexpected"
    WARNINGS = "warnings"
    ROW_MISSING = "row_missing"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class Row:
    """One compared key."""

    key: str
    expected: Value
    actual: Value


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference. ``trigger`` is the path of the obligation or entry that it is about, or ""."""

    kind: Kind
    span: Span
    rule: str
    rows: tuple[Row, ...] = ()
    trigger: str = ""
    detail: str = ""
    """The reason given in ``expect_not``, the code of an error, the other rule of a conflict."""


def mismatches(test: RuleTest, decision: Decision) -> tuple[Mismatch, ...]:
    """Every difference between ``test`` and ``decision``, in the order of the test's sections."""
    return (
        *_obligations(test, decision),
        *_refused(test, decision),
        *_unknowns(test, decision),
        *_deemed(test, decision),
        *_conflicts(test, decision),
        *_errors(test, decision),
        *_warnings(test, decision),
    )


# -- obligations


def _obligations(test: RuleTest, decision: Decision) -> Iterable[Mismatch]:
    expected = test.expect or ()
    fits = [[o for o in decision.obligations if _fits(entry, o)] for entry in expected]
    reported = set()
    for entry, found in zip(expected, fits, strict=True):
        if entry.count is not None and found and len(found) != entry.count:
            reported.add(entry.rule)
            yield Mismatch(Kind.COUNT, entry.span, entry.rule, (Row("count", entry.count, len(found)),))
        elif not found:
            reported.add(entry.rule)
            yield _not_found(entry, decision)
    if test.exact or test.expect == ():
        slots = []
        for entry, found in zip(expected, fits, strict=True):
            slots += [found] * (entry.count or 1)
        whole = test.exact is Exact.ALL
        given = decision.obligations if whole else decision.hanging_on_facts()
        for extra in _left_over(given, slots):
            # What differs from an entry is reported there, and not a second time as unexpected.
            if extra.rule not in reported:
                yield Mismatch(Kind.UNEXPECTED, test.span, extra.rule, trigger=extra.trigger)


def _fits(entry: Expected, obligation: Obligation) -> bool:
    return obligation.rule == entry.rule and not _differences(entry, obligation)


def _not_found(entry: Expected, decision: Decision) -> Mismatch:
    """The rule gave nothing, or the nearest of what it gave."""
    own = [o for o in decision.obligations if o.rule == entry.rule]
    if not own:
        waiting = [u for u in decision.undetermined if u.rule == entry.rule]
        found = tuple(Row("missing", (), item.missing) for item in waiting[:1])
        return Mismatch(Kind.MISSING, entry.span, entry.rule, found)
    compared = [(_differences(entry, o), o) for o in own]
    rows, nearest = min(compared, key=lambda pair: (len(pair[0]), pair[1].bound))
    return Mismatch(Kind.DIFFERENT, entry.span, entry.rule, rows, nearest.trigger)


def _differences(entry: Expected, obligation: Obligation) -> tuple[Row, ...]:
    rows = []
    for key, expected in entry.values.items():
        actual = ACTUAL[key](obligation)
        if key == "violated" and isinstance(expected, bool):
            actual = actual is not None
        if key == "reading" and expected is True and actual is not None:
            continue  # that there is one is said, and not which
        if key == "trigger" and _same_element(expected, actual):
            continue
        if key == "because" and set(_texts(expected)) <= set(_texts(actual)):
            continue
        if expected != actual:
            rows.append(Row(key, expected, actual))
    return tuple(rows)


def _same_element(expected: Value, path: Value) -> bool:
    """Whether ``events[e1]`` or just ``e1`` names the element of ``path``."""
    if not isinstance(expected, str) or not isinstance(path, str):
        return False
    return expected == path or path.endswith(f"[{quoted(expected)}]")


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _because(obligation: Obligation) -> Value:
    """What the conditions mean; of alternatives those whose clauses are cited."""
    return tuple(dict.fromkeys(_meanings(obligation.plan.typed.when, obligation.basis)))


def _meanings(lines: Iterable[TypedCondition], cited: tuple[str, ...]) -> Iterable[str]:
    for line in lines:
        if line.source.means.zh:
            yield line.source.means.zh
        yield from _meanings([a for a in line.alternatives if set(a.source.basis) <= set(cited)], cited)


def _ends(obligation: Obligation) -> Value:
    """The codes of what the rule itself says would end or violate it."""
    plan = obligation.plan
    codes: set[str] = set()
    for matcher in (*plan.fulfilled_by, *plan.discharged_by, *plan.violated_by):
        codes.update(matcher.codes)
        if matcher.end_of:
            path = obligation.bound[plan.variables.index(matcher.end_of)]
            codes.add(key_of(path).partition(":")[0])
    return tuple(sorted(codes))


def _word(obligation: Obligation) -> Value:
    deadline = obligation.plan.rule.deadline
    return deadline.word or None if deadline else None


def _reading(obligation: Obligation) -> Value:
    reading = obligation.plan.rule.reading
    return None if reading is None else reading.chosen.zh


def _due(obligation: Obligation) -> Value:
    return None if obligation.due is None else obligation.due.nanos


ACTUAL: Mapping[str, Callable[[Obligation], Value]] = {
    "bearer": lambda o: tuple(sorted(o.bearers)),
    "bearer_party": lambda o: o.bearer_party,
    "bearer_unit": lambda o: o.bearer_unit,
    "counterparty": lambda o: tuple(sorted(o.counterparties)),
    "counterparty_party": lambda o: o.counterparty_party,
    "action": lambda o: o.plan.rule.action,
    "modality": lambda o: o.plan.rule.modality.value,
    "force": lambda o: o.plan.rule.force.value,
    "about": lambda o: o.about,
    "concerns": lambda o: o.concerns,
    "concerns_unit": lambda o: o.concerns_unit,
    "trigger": lambda o: o.trigger,
    "due": _due,
    "original_due": lambda o: None if o.due is None else o.due.original_nanos,
    "word": _word,
    "provisional": lambda o: o.due is not None and o.due.provisional,
    "state": lambda o: o.standing.state.value,
    "violated": lambda o: o.standing.violated_at,
    "since": lambda o: o.standing.at,
    "arose": lambda o: o.arose_at,
    "basis": lambda o: tuple(sorted(o.basis)),
    "because": _because,
    "ends": _ends,
    "consequence": lambda o: tuple(sorted(o.plan.rule.consequence)),
    "outputs": lambda o: tuple(output.text.zh for output in o.plan.rule.outputs),
    "reading": _reading,
    "amount": lambda o: None if o.amount is None else o.amount.fen,
    "at_least": lambda o: None if o.amount is None else o.amount.at_least,
    "at_most": lambda o: None if o.amount is None else o.amount.at_most,
    "amount_missing": lambda o: () if o.amount is None else o.amount.missing,
    "quantities": lambda o: tuple(number.short for number in o.numbers),
}
"""What an obligation has under each key of ``expect``."""


def _left_over(found: Sequence[E], slots: Sequence[Sequence[E]]) -> list[E]:
    """The elements of ``found`` without a slot of their own (a largest matching, by augmenting paths)."""
    fitting = [{id(item) for item in slot} for slot in slots]
    places = [[slot for slot, items in enumerate(fitting) if id(item) in items] for item in found]
    owner: dict[int, int] = {}
    return [item for number, item in enumerate(found) if not _placed(number, places, owner)]


def _placed(number: int, places: Sequence[Sequence[int]], owner: dict[int, int]) -> bool:
    """Whether a slot was found for ``number``, moving owners of other slots where that helps."""
    reached: dict[int, int] = {}
    left: dict[int, int] = {}
    queue = [number]
    for item in queue:
        for slot in places[item]:
            if slot in reached:
                continue
            reached[slot] = item
            if slot in owner:
                left[owner[slot]] = slot
                queue.append(owner[slot])
                continue
            while True:
                mover = owner[slot] = reached[slot]
                if mover == number:
                    return True
                slot = left[mover]
    return False


# -- what must not be


def _refused(test: RuleTest, decision: Decision) -> Iterable[Mismatch]:
    for entry in test.expect_not:
        for obligation in decision.obligations:
            if obligation.rule == entry.rule and _concerns(entry.trigger, (obligation.trigger,)):
                yield Mismatch(Kind.FORBIDDEN, entry.span, entry.rule, (), obligation.trigger, entry.because)
        for one in decision.derived:
            if (
                one.deemed is not None
                and one.deemed.rule == entry.rule
                and _concerns(entry.trigger, one.sources)
            ):
                sources = ", ".join(one.sources)
                yield Mismatch(Kind.FORBIDDEN, entry.span, entry.rule, (), sources, entry.because)
        for item in decision.undetermined:
            if item.rule == entry.rule and _concerns(entry.trigger, item.bound):
                rows = (Row("missing", (), item.missing),)
                yield Mismatch(
                    Kind.UNKNOWN_FORBIDDEN, entry.span, entry.rule, rows, _bound(item), entry.because
                )


def _concerns(trigger: str, bound: Sequence[str]) -> bool:
    return not trigger or any(_same_element(trigger, path) for path in bound)


def _bound(item: Undetermined) -> str:
    return ", ".join(item.bound)


# -- undetermined rules


def _unknowns(test: RuleTest, decision: Decision) -> Iterable[Mismatch]:
    expected = test.expect_unknown or ()
    slots, reported = [], set()
    for entry in expected:
        own = [u for u in decision.undetermined if u.rule == entry.rule and _concerns(entry.trigger, u.bound)]
        exact = [u for u in own if tuple(sorted(u.missing)) == entry.missing]
        slots.append(exact)
        if not own:
            rows = (Row("missing", entry.missing, ()),)
            reported.add(entry.rule)
            yield Mismatch(Kind.UNKNOWN_MISSING, entry.span, entry.rule, rows)
        elif not exact:
            rows = (Row("missing", entry.missing, tuple(sorted(own[0].missing))),)
            reported.add(entry.rule)
            yield Mismatch(Kind.UNKNOWN_DIFFERENT, entry.span, entry.rule, rows, _bound(own[0]))
    if test.exact or test.expect_unknown == ():
        whole = test.exact is Exact.ALL
        stated = [u for u in decision.undetermined if whole or decision.standing.isdisjoint(u.bound)]
        for extra in _left_over(stated, slots):
            if extra.rule not in reported:
                rows = (Row("missing", (), extra.missing),)
                yield Mismatch(Kind.UNKNOWN_UNEXPECTED, test.span, extra.rule, rows, _bound(extra))


# -- deemed facts


def _deemed(test: RuleTest, decision: Decision) -> Iterable[Mismatch]:
    found = [(one, one.deemed) for one in decision.derived if one.deemed is not None]
    slots, reported = [], set()
    for entry in test.expect_deemed or ():
        own = [
            (one, by) for one, by in found if by.rule == entry.rule and _concerns(entry.trigger, one.sources)
        ]
        exact = [one for one, by in own if entry.at in (None, by.at)]
        slots.append(exact)
        if not exact:
            reported.add(entry.rule)
            rows = tuple(Row("at", entry.at, by.at) for _, by in own[:1])
            yield Mismatch(Kind.DEEMED_MISSING, entry.span, entry.rule, rows)
    if test.exact or test.expect_deemed == ():
        whole = test.exact is Exact.ALL
        given = [one for one, _ in found if whole or one.path not in decision.standing]
        for extra in _left_over(given, slots):
            if extra.deemed is not None and extra.deemed.rule not in reported:
                trigger = ", ".join(extra.sources)
                yield Mismatch(Kind.DEEMED_UNEXPECTED, test.span, extra.deemed.rule, trigger=trigger)


# -- conflicts and errors


def _conflicts(test: RuleTest, decision: Decision) -> Iterable[Mismatch]:
    found = sorted({(c.first.rule, c.second.rule) for c in decision.conflicts})
    wanted = {entry.rules for entry in test.expect_conflict}
    for entry in test.expect_conflict:
        if entry.rules not in found:
            yield Mismatch(Kind.CONFLICT_MISSING, entry.span, entry.rules[0], detail=entry.rules[1])
    for first, second in found:
        if (first, second) not in wanted:
            yield Mismatch(Kind.CONFLICT_UNEXPECTED, test.span, first, detail=second)


def _errors(test: RuleTest, decision: Decision) -> Iterable[Mismatch]:
    for entry in test.expect_error:
        if not any(_names(entry.code, entry.rule, e.code, e.rule) for e in decision.errors):
            yield Mismatch(Kind.ERROR_MISSING, entry.span, entry.rule, detail=entry.code)
    for error in decision.errors:
        if not any(_names(entry.code, entry.rule, error.code, error.rule) for entry in test.expect_error):
            trigger, detail = ", ".join(error.bound), f"{error.code} {error.reason}"
            yield Mismatch(Kind.ERROR_UNEXPECTED, test.span, error.rule, trigger=trigger, detail=detail)


def _warnings(test: RuleTest, decision: Decision) -> Iterable[Mismatch]:
    if test.warnings is None:
        return
    found = tuple(sorted({warning.code for warning in getattr(decision, "warnings", ())}))
    if found != test.warnings:
        yield Mismatch(Kind.WARNINGS, test.span, "", (Row("warnings", test.warnings, found),))


def _names(code: str, rule: str, found_code: str, found_rule: str) -> bool:
    return code == found_code and (not rule or rule == found_rule)
