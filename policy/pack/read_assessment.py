"""Reading ``assessments``: whom it counts, its figures, the points made of them, and what follows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from policy.pack.assessment import (
    DUTIES,
    FROM_LAST,
    GRADE,
    RANK,
    SCORE,
    Appeal,
    Assessment,
    Comparison,
    Consequence,
    Duration,
    Grade,
    Indicator,
    Item,
    Number,
    Over,
    Rate,
    Scoring,
    Section,
    Sense,
    Step,
    Veto,
)
from policy.pack.draft import PackReader
from policy.pack.model import Text
from policy.pack.read_consequence import consequence_fields, read_consequence
from policy.pack.read_deadline import read_month_day, read_period, read_recurrence
from policy.pack.read_rule import read_reading
from policy.pack.reader import Schema
from policy.text import nodes
from policy.text.diagnostics import Words
from policy.text.nodes import Node
from policy.text.source import Span

_ASSESSMENT = Schema(
    Words("考核", "an assessment"),
    ("id", "title", "basis", "scorer", "counts"),
    (
        *("period", "cut_off", "decider", "cases", "subjects", "bearers", "unit", "durations", "rates"),
        *("scoring", "consequences", "steps", "appeal", "outcomes", "reading", "note"),
    ),
)
_COUNT = Schema(Words("计数", "a count"), ("id", "means", "where"), ("over", "body", "unit"))
_DURATION = Schema(Words("用时", "a duration"), ("id", "means", "from", "to"), ("where",))
_RATE = Schema(Words("比率", "a rate"), ("id", "means", "of"), ("among",))
_OUTCOME = Schema(Words("考核结果", "an outcome"), ("title", "basis"), ("action",))
_SCORING = Schema(
    Words("计分", "a scoring"), ("sections", "round"), ("basis", "cap", "veto", "grades", "provenance")
)
_SECTION = Schema(
    Words("计分部分", "a section of the points"),
    ("id", "title", "items"),
    ("basis", "base", "floor", "cap", "weight"),
)
_ITEM = Schema(
    Words("计分项目", "an item of the points"), ("id", "title", "points"), ("basis", "per", "when")
)
_VETO = Schema(Words("一票否决", "a veto"), ("title", "when"), ("basis", "score"))
_ROUND = Schema(Words("舍入", "a rounding"), ("places", "half"))
_GRADE = Schema(Words("等次", "a grade"), ("id", "title"), ("at_least",))
_COMPARISON = Schema(Words("比较", "a comparison"), ("of",), tuple(sense.value for sense in Sense))
_STEP = Schema(Words("步骤", "a step"), ("title", "basis", "bearer"), ("action",))
_APPEAL = Schema(Words("申诉", "an appeal"), ("to", "within"), ("basis",))
_PARAM = Schema(Words("参数", "a parameter"), ("param",))
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
_A_NUMBER = Words("数，如 -2.5", "a decimal number, such as -2.5")
MAX_PLACES = 6
_RESULT = {
    SCORE: Text("得分", "score"),
    GRADE: Text("等次", "grade"),
    RANK: Text("名次", "rank"),
    FROM_LAST: Text("倒数名次", "rank from the last"),
}


def read_assessment(reader: PackReader, node: Node) -> None:
    """One entry of ``assessments``."""
    found = reader.fields(node, _ASSESSMENT)
    if found is None:
        return
    ident, span = reader.own_id(found.get("id")), _place(found, node)
    new = reader.declare("assessment", ident, span)
    title, basis = reader.text(found.get("title")), reader.cite(found.get("basis"))
    period, scorer = read_recurrence(reader, found.get("period")), reader.body(found.get("scorer"))
    figures = _Figures(reader)
    counts = reader.each(reader.items(found.get("counts")), figures.count)
    durations = reader.each(reader.items(found.get("durations")), figures.duration)
    rates = reader.each(reader.items(found.get("rates")), figures.rate)
    scoring = figures.scoring(found["scoring"]) if "scoring" in found else None
    consequences = reader.each(
        reader.items(found.get("consequences")), lambda item: figures.consequence(item, ident or "")
    )
    steps = reader.each(reader.items(found.get("steps")), lambda item: _step(reader, item))
    appeal = _appeal(reader, found["appeal"]) if "appeal" in found else None
    outcomes = reader.each(reader.items(found.get("outcomes")), lambda item: _outcome(reader, item))
    decider, subjects = reader.body(found.get("decider")), reader.body_codes(found.get("subjects"))
    bearers, unit = reader.body_codes(found.get("bearers")), reader.expression(found.get("unit"))
    cut_off, cases = read_month_day(reader, found.get("cut_off")), reader.expression(found.get("cases"))
    if "bearers" in found and not ("subjects" in found and not subjects):
        _check_bearers(reader, found["bearers"], subjects, bearers)
    reading, note = read_reading(reader, found.get("reading")), reader.text(found.get("note")) or Text("")
    if new and ident and title and scorer:
        reader.draft.assessments.append(
            Assessment(
                *(ident, span, title, basis, period or "", cut_off, scorer, decider or "", cases, subjects),
                *(bearers, unit, counts, durations, rates, scoring, consequences, steps, appeal),
                *(outcomes, reading, note),
            )
        )


def _check_bearers(
    reader: PackReader, node: Node, subjects: tuple[str, ...], bearers: tuple[str, ...]
) -> None:
    """It is plain for which subject each bearer's duties count: its own body, or the only one (LNK530)."""
    own = {organ for subject in subjects for organ in reader.vocabulary.organs(subject)}
    if len(subjects) != 1:
        for bearer in bearers:
            if bearer not in own:
                reader.faults.add("LNK530", node.span, name=bearer)


class _Figures:
    """The figures of one assessment while they are read: what is said of one names it (LNK532)."""

    def __init__(self, reader: PackReader) -> None:
        self._reader = reader
        self._seen: dict[str, Span] = {}
        self._labels: dict[str, Text] = {DUTIES: Text("义务数", "duties")}
        self._grades: dict[str, Text] = {}
        self._scored = False

    def count(self, node: Node) -> Indicator | None:
        reader = self._reader
        found = reader.fields(node, _COUNT) or {}
        ident, means = self._named(found, node)
        where, over = reader.expression(found.get("where")), Over.OBLIGATIONS
        if "over" in found:
            over = Over(reader.choice(found["over"], tuple(Over)) or Over.OBLIGATIONS)
        body, unit = (
            reader.each(reader.one_or_more(found.get(key)), reader.expression) for key in ("body", "unit")
        )
        if over is Over.EVENTS and "body" not in found:
            reader.faults.add("LNK202", node.span, key="body", what=_COUNT.what)
        if over is not Over.EVENTS:
            for key in ("body", "unit"):
                if key in found:
                    reader.faults.add("LNK534", found[key].span, key=key)
        return Indicator(ident, means, where, over, body, unit) if ident and means and where else None

    def duration(self, node: Node) -> Duration | None:
        reader = self._reader
        found = reader.fields(node, _DURATION) or {}
        ident, means = self._named(found, node)
        since, until = reader.expression(found.get("from")), reader.expression(found.get("to"))
        where = reader.expression(found.get("where"))
        return Duration(ident, means, since, until, where) if ident and means and since and until else None

    def rate(self, node: Node) -> Rate | None:
        found = self._reader.fields(node, _RATE) or {}
        of = self._figure(found.get("of"))
        among = self._figure(found["among"]) if "among" in found else DUTIES
        ident, means = self._named(found, node)
        return Rate(ident, means, of, among) if ident and means and of and among else None

    def scoring(self, node: Node) -> Scoring | None:
        reader = self._reader
        found = reader.fields(node, _SCORING)
        if found is None:
            return None
        basis, _ = reader.origin(found, _SCORING.what, node.span)
        seen: dict[str, Span] = {}
        sections = reader.each(reader.items(found.get("sections")), lambda item: self._section(item, seen))
        cap = self._number(found.get("cap"))
        places, half = self._rounding(found.get("round"))
        self._scored = True
        vetoes = reader.each(reader.items(found.get("veto")), self._veto)
        grades = reader.each(reader.items(found.get("grades")), self._grade)
        self._falling(grades, found.get("grades"))
        return Scoring(basis, cap, sections, vetoes, places, half, grades)

    def consequence(self, node: Node, assessment: str) -> Consequence | None:
        """One entry of ``consequences``; its rule goes to those of the pack."""
        found = consequence_fields(self._reader, node)
        when = self._comparisons(found.get("when"))
        labels = {**self._labels, **_RESULT, **self._grades}
        return read_consequence(self._reader, found, assessment, when, labels)

    def _section(self, node: Node, seen: dict[str, Span]) -> Section | None:
        reader = self._reader
        found = reader.fields(node, _SECTION) or {}
        ident, title = reader.name(reader.scalar(found.get("id"))), reader.text(found.get("title"))
        new = reader.once("points", ident, _place(found, node), seen)
        numbers = {key: self._number(found.get(key)) for key in ("base", "floor", "cap", "weight")}
        items = reader.each(reader.items(found.get("items")), lambda item: self._item(item, seen))
        if not (new and ident and title):
            return None
        base, floor, weight = (
            _or(numbers[key], given) for key, given in (("base", 0), ("floor", 0), ("weight", 1))
        )
        return Section(
            ident, title, reader.cite(found.get("basis")), base, floor, numbers["cap"], weight, items
        )

    def _item(self, node: Node, seen: dict[str, Span]) -> Item | None:
        reader = self._reader
        found = reader.fields(node, _ITEM) or {}
        ident, title = reader.name(reader.scalar(found.get("id"))), reader.text(found.get("title"))
        new = reader.once("points", ident, _place(found, node), seen)
        basis, points = reader.cite(found.get("basis")), self._number(found.get("points"))
        per = (self._figure(found["per"]) or "") if "per" in found else ""
        when = self._comparisons(found["when"]) if "when" in found else ()
        if not (new and ident and title and points is not None):
            return None
        return Item(ident, title, basis, points, per, when)

    def _veto(self, node: Node) -> Veto | None:
        found = self._reader.fields(node, _VETO) or {}
        title, when = self._reader.text(found.get("title")), self._comparisons(found.get("when"))
        score = _or(self._number(found.get("score")), 0)
        return Veto(title, self._reader.cite(found.get("basis")), when, score) if title and when else None

    def _grade(self, node: Node) -> Grade | None:
        found = self._reader.fields(node, _GRADE) or {}
        ident, title = (
            self._reader.name(self._reader.scalar(found.get("id"))),
            self._reader.text(found.get("title")),
        )
        at_least = self._number(found.get("at_least"))
        if ident and title:
            self._grades[ident] = title
        return Grade(ident, title, at_least) if ident and title else None

    def _falling(self, grades: tuple[Grade, ...], node: Node | None) -> None:
        """Each grade begins below the one before it, and only the last has no lowest score (LNK535)."""
        values = [grade.at_least for grade in grades]
        fixed = [value for value in values if isinstance(value, Decimal)]
        wrong = None in values[:-1] or fixed != sorted(set(fixed), reverse=True)
        if node is not None and grades and (wrong or values[-1] is not None):
            self._reader.faults.add("LNK535", node.span)

    def _rounding(self, node: Node | None) -> tuple[int, str]:
        found = self._reader.fields(node, _ROUND) or {}
        places = self._reader.choice(found.get("places"), tuple(map(str, range(MAX_PLACES + 1))))
        return int(places or 0), self._reader.choice(found.get("half"), ("up", "even")) or "up"

    def _comparisons(self, node: Node | None) -> tuple[Comparison, ...]:
        return self._reader.each(self._reader.one_or_more(node), self._comparison)

    def _comparison(self, node: Node) -> Comparison | None:
        reader = self._reader
        found = reader.fields(node, _COMPARISON)
        if found is None:
            return None
        of = self._figure(found.get("of"), measured=False)
        given = [sense for sense in Sense if sense.value in found]
        if len(given) != 1 or (of == GRADE) != (given == [Sense.IS]):
            reader.faults.add("LNK533", node.span)
            return None
        (sense,) = given
        value = self._number(found[sense]) if of != GRADE else self._known(found[sense], self._grades)
        return Comparison(of, sense, value) if of and value is not None else None

    def _figure(self, node: Node | None, measured: bool = True) -> str:
        """A figure's id; with ``measured`` False also the score, the grade and the rank."""
        known = dict(self._labels)
        if not measured and self._scored:
            known |= _RESULT
        return self._known(node, known) or ""

    def _known(self, node: Node | None, known: Mapping[str, Text]) -> str | None:
        found = self._reader.scalar(node)
        if found is None:
            return None
        if found.text in known:
            return found.text
        labels = {name: label.zh for name, label in known.items()}
        meant = self._reader.suggest(found.text, known, labels)
        self._reader.faults.add("LNK532", found.span, meant, name=found.text, allowed=", ".join(known))
        return None

    def _number(self, node: Node | None) -> Number | None:
        """A decimal as written, or the name of a parameter that holds a number."""
        reader = self._reader
        if isinstance(node, nodes.Mapping):
            name = reader.refer("parameter", "LNK305", (reader.fields(node, _PARAM) or {}).get("param"))
            parameter = reader.draft.parameters.get(name or "")
            if parameter is not None and parameter.type not in ("int", "double"):
                reader.other(node, _A_NUMBER, Words(*[parameter.type] * 2))
            return name
        found = reader.scalar(node)
        if found is None:
            return None
        if found.style != "plain" or not _DECIMAL.fullmatch(found.text):
            reader.mistyped(found, _A_NUMBER)
            return None
        return Decimal(found.text)

    def _named(self, found: dict[str, Node], node: Node) -> tuple[str | None, Text | None]:
        reader = self._reader
        ident = reader.name(reader.scalar(found.get("id")), (DUTIES, *_RESULT))
        means = reader.text(found.get("means"))
        new = reader.once("figure", ident, _place(found, node), self._seen)
        if ident and means:
            self._labels[ident] = means
        return (ident if new else None), means


def _step(reader: PackReader, node: Node) -> Step | None:
    found = reader.fields(node, _STEP) or {}
    title, basis, bearer = (
        reader.text(found.get("title")),
        reader.cite(found.get("basis")),
        reader.body(found.get("bearer")),
    )
    action = reader.code(found.get("action"), "actions") or ""
    return Step(title, basis, bearer, action) if title and bearer else None


def _appeal(reader: PackReader, node: Node) -> Appeal | None:
    found = reader.fields(node, _APPEAL) or {}
    to, given = reader.body(found.get("to")), found.get("within")
    within: object
    if isinstance(given, nodes.Mapping):
        within = reader.refer("parameter", "LNK305", (reader.fields(given, _PARAM) or {}).get("param"))
        parameter = reader.draft.parameters.get(within or "")
        if within and parameter and parameter.type != "period":
            reader.faults.add("LNK515", given.span, name=within, type=parameter.type)
        basis = reader.cite(found.get("basis"))
        return Appeal(to, within, basis) if to and within else None
    period, basis = read_period(reader, given), reader.cite(found.get("basis"))
    return Appeal(to, period, basis) if to and period else None


def _outcome(reader: PackReader, node: Node) -> tuple[Text, tuple[str, ...], str] | None:
    found = reader.fields(node, _OUTCOME) or {}
    title, basis = reader.text(found.get("title")), reader.cite(found.get("basis"))
    action = reader.code(found.get("action"), "actions")
    return (title, basis, action or "") if title else None


def _or(number: Number | None, other: int) -> Number:
    return Decimal(other) if number is None else number


def _place(found: dict[str, Node], node: Node) -> Span:
    return found["id"].span if "id" in found else node.span
