"""The engine ``durable``: durable-rules decides the conditions, the three-valued engine what it cannot."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from threading import Lock
from types import TracebackType
from typing import Any

from policy.engines.compiled import MAX_HITS
from policy.engines.conditions import settled, sort_out
from policy.engines.durable.book import Book
from policy.engines.durable.inquiry import Ask, Inquiry
from policy.engines.durable.process import Worker
from policy.engines.explain import explain
from policy.engines.protocol import Binding, Doubt, Effects, Focus, Hit, Matches, bindings
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure, junction, negation
from policy.facts.reading import FactsError, Violation
from policy.facts.views import CaseView
from policy.program.plan import MatcherPlan, RulePlan, Selection
from policy.program.program import PackProgram

SECONDS = 30.0
"""Longest time the worker may take for one batch of messages."""


class Durable:
    """Decides with durable-rules in a worker process, which is started when it is first needed.

    Any thread may use it; ``close`` ends the process. Without an answer of the worker it raises
    ``DurableError``.
    """

    name = "durable"

    def __init__(self, seconds: float = SECONDS) -> None:
        self.worker = Worker(seconds)
        self._reference = explain()
        self._lock = Lock()
        self._numbers = count()
        self._books: dict[int, tuple[weakref.ref[PackProgram], Book]] = {}

    def matches(
        self, program: PackProgram, case: CaseView, selection: Selection, only: Focus | None = None
    ) -> Matches:
        """Every rule of the selection; the codes it waits for are durable-rules' own business."""
        book, inquiry, three = self._prepared(program, case)
        result = Matches([], [], [])
        tried: list[tuple[RulePlan, Binding]] = []
        for plan, candidates in self._candidates(book, inquiry, three, selection.plans, case, only):
            for binding in candidates:
                tried.append((plan, binding))
        asks = [Ask(book.rules[plan.number], _refs(three, binding)) for plan, binding in tried]
        for (plan, binding), verdict in zip(tried, inquiry.answers(asks), strict=True):
            found = Hit(program, plan, binding)
            sort_out(found, _walked(three, plan, binding) if verdict is None else verdict, result)
        if len(result.hits) > MAX_HITS:
            args = (("count", str(len(result.hits))), ("limit", str(MAX_HITS)))
            raise FactsError((Violation("case", "LNK822", args),))
        return result

    def effects(self, hit: Hit, case: CaseView) -> Effects | Failure:
        """By the three-valued engine: effects are values, and conditions only in part."""
        return self._reference.effects(hit, case)

    def ends(self, matcher: MatcherPlan, hit: Hit, case: CaseView, event: Any) -> bool | Doubt | Failure:
        """By the question of the matcher's predicate."""
        if matcher.typed.predicate is None:
            return True
        book, inquiry, three = self._prepared(hit.program, case)
        ask = Ask(book.matcher(matcher.typed), _refs(three, (*hit.binding, event)))
        verdict = inquiry.answers([ask])[0]
        return self._reference.ends(matcher, hit, case, event) if verdict is None else verdict

    def close(self) -> None:
        """Ends the worker process."""
        self.worker.close()

    def __enter__(self) -> Durable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepared(self, program: PackProgram, case: CaseView) -> tuple[Book, Inquiry, Evaluator]:
        three = Evaluator(case, program.params, program.terms)
        return self._book(program), Inquiry(three, self.worker), three

    def _book(self, program: PackProgram) -> Book:
        """The program's questions, written at its first case and forgotten with it."""
        with self._lock:
            known = self._books.get(id(program))
            if known is None or known[0]() is not program:
                alive = weakref.ref(program, self._forget(id(program)))
                known = self._books[id(program)] = (alive, Book(program, self._numbers))
            return known[1]

    def _forget(self, key: int) -> Any:
        def forget(dead: weakref.ref[PackProgram]) -> None:
            if key in self._books and self._books[key][0] is dead:
                del self._books[key]
                self.worker.renew()

        return forget

    @staticmethod
    def _candidates(
        book: Book,
        inquiry: Inquiry,
        three: Evaluator,
        plans: tuple[RulePlan, ...],
        case: CaseView,
        only: Focus | None,
    ) -> Iterator[tuple[RulePlan, Iterator[Binding]]]:
        """The combinations of each rule; of several elements only those whose first passes its gate."""
        gated = [
            (plan, element)
            for plan in plans
            if plan.number in book.gates
            for element in _triggers(plan, case, only)
        ]
        asks = [Ask(book.gates[plan.number], (three.ref(element),)) for plan, element in gated]
        closed = {
            (plan.number, id(element))
            for (plan, element), verdict in zip(gated, inquiry.answers(asks), strict=True)
            if verdict is False
        }
        for plan in plans:
            passing = [e for e in _triggers(plan, case, only) if (plan.number, id(e)) not in closed]
            yield plan, (binding for element in passing for binding in bindings(plan, case, (element,)))


def _triggers(plan: RulePlan, case: CaseView, only: Focus | None) -> Any:
    """The elements that the rule is tried for."""
    collection = plan.trigger.collection
    return getattr(case, collection) if only is None else only.get(collection, ())


def _walked(three: Evaluator, plan: RulePlan, binding: Binding) -> bool | Doubt | Failure:
    """A rule's conditions by the three-valued engine."""
    bound = dict(zip(plan.variables, _refs(three, binding), strict=True))
    values = [three.value(line.tree, bound) for line in plan.typed.when]
    values += [negation(three.value(line.tree, bound)) for line in plan.typed.unless]
    return settled(junction("and", values))


def _refs(three: Evaluator, binding: Binding) -> tuple[Any, ...]:
    return tuple(three.ref(element) for element in binding)


def durable() -> Durable:
    """The engine. Raises ``ModuleNotFoundError`` where durable-rules is not installed."""
    for name in ("durable", "durable_rules_engine"):
        if find_spec(name) is None:
            raise ModuleNotFoundError("durable-rules is not installed", name=name)
    return Durable()
