"""The engine ``durable`` decides by itself, whatever the texts and numbers are."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.engines.durable import Durable, DurableError
from policy.engines.durable import engine as module
from policy.engines.durable.attributes import sendable, text_of
from policy.engines.durable.book import SHEET_QUESTIONS, Book
from policy.engines.durable.inquiry import Ask, Inquiry
from policy.engines.durable.process import Worker
from policy.engines.three import Evaluator, Ref
from policy.expr.tree import BOOL, INT, STRING, Call, CelType, Const, Field, Node, Var, message
from policy.facts.reading import FactsError
from policy.review.ruletest.run import run_test
from tests.expr.harness import AS_OF, case_of, tree_of, view_of
from tests.loading import FIXTURES, SHIPPED, by, loaded, some_test

pytest.importorskip("durable_rules_engine", reason="durable-rules is not installed")


# ---- what it decides itself


def test_most_comparisons_of_the_packs_are_its_own() -> None:
    """All but those between two facts of the case, such as ``request.id in done.answers``, and families."""
    counts = [
        Book(program).comparisons()
        for root in (SHIPPED, FIXTURES)
        for district in loaded(root)[0].districts.values()
        for program in district.programs
    ]
    decided, found = sum(own for own, _ in counts), sum(every for _, every in counts)
    assert found > 1_000
    assert decided / found > 0.80


def test_without_its_answers_nothing_applies(own: Durable, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot, test = some_test()
    monkeypatch.setattr(Worker, "ask", lambda *_: frozenset())
    assert run_test(snapshot, test, runs=by(own)).decision.obligations == ()


def test_a_rule_that_certainly_but_not_possibly_holds_is_a_contradiction(
    own: Durable, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot, test = some_test()
    every = frozenset((f"t{rule}", message) for rule in range(200) for message in range(20))
    monkeypatch.setattr(Worker, "ask", lambda *_: every)
    with pytest.raises(DurableError, match="contradiction"):
        run_test(snapshot, test, runs=by(own))


def test_rulesets_are_small() -> None:
    for district in loaded(SHIPPED)[0].districts.values():
        for program in district.programs:
            sheets = Book(program).sheets
            assert sheets
            assert max(len(sheet.rules) for sheet in sheets) <= 2 * SHEET_QUESTIONS


# ---- values


def compared(
    engine: Durable, op: str, type_: CelType, values: list[Any]
) -> dict[tuple[int, int], bool | None]:
    """What durable-rules makes of ``a op b`` for each two of the values."""
    a, b = Var(type_, 0, "a"), Var(type_, 0, "b")
    question = book_of(engine).question(("test", op), ("a", "b"), ((Call(BOOL, 0, op, (a, b)), False),))
    pairs = [(i, j) for i in range(len(values)) for j in range(len(values))]
    asks = [Ask(question, (values[i], values[j])) for i, j in pairs]
    answers = inquiry(engine).answers(asks)
    return dict(zip(pairs, answers, strict=True))


def book_of(engine: Durable) -> Book:
    """A book of a program without rules and terms."""
    program: Any = SimpleNamespace(plans=(), terms={})
    return Book(program, engine._numbers)


def inquiry(engine: Durable) -> Inquiry:
    view = view_of(case_of())
    return Inquiry(Evaluator(view, {}, {}), engine.worker)


TEXTS = [
    *(
        "",
        "a",
        "ab",
        "abc",
        "A",
        "1.5",
        "1",
        "true",
        "false",
        "null",
        "特",
        "特困",
        " ",
        " a",
        "é",
        "e\u0301",
    ),
    *('"', '"a', 'a"', "\\", "\\n", "\n", "a\nb", "\x00", "a\x00", "{", "}", "[1]", "a,b", "a:b", "$m", "#"),
    *("$", "😀", "\ud800", "x" * 200, "x" * 201, "x" * 70_000, "x" * 70_001, "sid", "id"),
]


def test_texts_are_equal_only_to_themselves(engine: Durable) -> None:
    assert compared(engine, "equals", STRING, TEXTS) == {
        (i, j): i == j for i, j in product(range(len(TEXTS)), repeat=2)
    }


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_in_a_list_is_found(engine: Durable, text: str) -> None:
    others = [other for other in TEXTS if other != text]
    tree = tree_of('"member" in p.traits')
    assert isinstance(tree, Call)
    constant = type(tree.args[0])(STRING, 0, text)  # type: ignore[call-arg]
    searched = Call(BOOL, 0, tree.op, (constant, tree.args[1]))
    view = view_of(case_of(parties=[{"id": "p1", "role": "debtor"}]))
    three = Evaluator(view, {}, {})
    party = view.parties[0]
    book = book_of(engine)
    question, negated = (book.question(("list",), ("p",), ((searched, no),)) for no in (False, True))
    for traits in ((), tuple(others), (*others, text), (text,)):
        party.traits = traits
        asked = Inquiry(three, engine.worker)
        answers = asked.answers([Ask(question, (Ref(party),)), Ask(negated, (Ref(party),))])
        assert answers == [text in traits, text not in traits]


NUMBERS = [-(2**63), -(2**63) + 1, -(2**53) - 1, -1, 0, 1, 2**53, 2**53 + 1, 2**63 - 2, 2**63 - 1]


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        ("equals", lambda a, b: a == b),
        ("not_equals", lambda a, b: a != b),
        ("less_int64", lambda a, b: a < b),
        ("less_equals_int64", lambda a, b: a <= b),
        ("greater_int64", lambda a, b: a > b),
        ("greater_equals_int64", lambda a, b: a >= b),
    ],
)
def test_integers_are_exact_to_the_last_digit(engine: Durable, op: str, expected: Any) -> None:
    assert compared(engine, op, INT, NUMBERS) == {
        (i, j): expected(NUMBERS[i], NUMBERS[j]) for i, j in product(range(len(NUMBERS)), repeat=2)
    }


def test_what_is_sent_keeps_texts_apart() -> None:
    sent = [sendable(text) for text in TEXTS]
    assert len(set(sent)) == len(TEXTS)
    assert sendable("#" + "0" * 64) != "#" + "0" * 64


def test_equal_conditions_share_a_question(engine: Durable) -> None:
    one, other = tree_of("e.actor == 'court'"), tree_of("case.events.exists(q, q.actor == 'court')")
    inner: Node = other.body  # type: ignore[attr-defined]
    book = book_of(engine)
    first = book.question(("same",), ("e",), ((one, False),))
    assert book.question(("same",), ("q",), ((inner, False),)) is first
    assert text_of(one, {"e": "0"}) == text_of(inner, {"q": "0"})
    assert book.question(("same",), ("e",), ((one, True),)) is not first
    named = Field(STRING, 0, Var(message("Relation"), 0, "e"), "kind"), Const(STRING, 0, "x")
    other_kind = Field(STRING, 0, Var(message("Party"), 0, "e"), "kind"), Const(STRING, 0, "x")
    questions = {
        book.question(("kinds",), ("e",), ((Call(BOOL, 0, "equals", sides), False),)).number
        for sides in (named, other_kind)
    }
    assert len(questions) == 2  # a party may have no kind


@pytest.mark.parametrize("count", [1, 13, 16, 40, 90])
@pytest.mark.parametrize("sign", ["&&", "||"])
@pytest.mark.parametrize("actor", ["c3", "court", None])
def test_a_large_condition_is_asked_in_parts(
    engine: Durable, count: int, sign: str, actor: str | None
) -> None:
    inner = {"&&": "||", "||": "&&"}[sign]
    text = f" {sign} ".join(f'(e.actor != "c{i}" {inner} e.body != "c{i}")' for i in range(count))
    view = view_of(case_of(events=[{"id": "e1", "type": "x"}]))
    view.events[0].body = "c3"
    if actor is not None:
        view.events[0].actor = actor
    three = Evaluator(view, {}, {})
    tree, bound = tree_of(text), {"e": Ref(view.events[0])}
    assert isinstance(tree, Call)
    book, expected = book_of(engine), three.value(tree, bound)
    for lines in (((tree, False),), tuple((arg, False) for arg in tree.args)):
        question = book.question(("large", str(len(lines))), ("e",), lines)
        assert question.sheet is not None
        if lines[0][0] is tree or (sign == "&&" and count > 1):
            answers = Inquiry(three, engine.worker).answers([Ask(question, (bound["e"],))])
            assert answers == [expected if isinstance(expected, bool) else None]


# ---- limits


def searches(parties: int) -> facts_pb2.Case:
    """A case in which somebody searches for each of the debtors."""
    case = facts_pb2.Case(id="c", district="qiaonan", kind="enforcement")
    for number in range(parties):
        case.parties.add(id=f"p{number}", role="debtor", kind="natural_person")
        event = case.events.add(id=f"e{number}", type="search_requested", party=f"p{number}")
        event.at.seconds = AS_OF // 1_000_000_000 - 100
    return case


def test_too_many_obligations_are_refused(engine: Durable, monkeypatch: pytest.MonkeyPatch) -> None:
    district = loaded(FIXTURES)[0].districts["qiaonan"]
    found = len(decide(district, searches(6), AS_OF).obligations)
    monkeypatch.setattr(module, "MAX_HITS", found)
    assert len(decide(district, searches(6), AS_OF, engine).obligations) == found
    monkeypatch.setattr(module, "MAX_HITS", found - 1)
    with pytest.raises(FactsError) as refused:
        decide(district, searches(6), AS_OF, engine)
    assert [violation.code for violation in refused.value.violations] == ["LNK822"]
