"""Questions about one case: messages out, answers in.

    questions --without what is asked first--> answers; those still open
    open ones --their terms and quantifiers are asked, by the same way--> once more, now with these

What nobody can say is left to the three-valued engine: facts are missing, or an expression is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from policy.engines.durable.attributes import Attribute, Kind, sendable, sendable_pair
from policy.engines.durable.book import Question
from policy.engines.durable.process import DurableError, Fired, Worker
from policy.engines.three import Evaluator, Ref
from policy.engines.unknowns import Failure, Unknown
from policy.expr.tree import Call, Quant, Quantifier, TermCall


class Ask:
    """A question about elements (``Ref``) and values, in the order of its variables.

    ``key`` tells it apart, within one case.
    """

    __slots__ = ("arguments", "key", "question")

    def __init__(self, question: Question, arguments: tuple[Any, ...]) -> None:
        self.question = question
        self.arguments = arguments
        self.key = (question.number, *[_key(value) for value in arguments])


class Inquiry:
    """Asks about one case; every answer is kept."""

    def __init__(self, three: Evaluator, worker: Worker) -> None:
        self._three = three
        self._worker = worker
        self._answers: dict[tuple[Any, ...], bool | None] = {}

    def answers(self, asks: Sequence[Ask]) -> list[bool | None]:
        """For each: whether the condition holds; None where the known facts do not say.

        Raises ``DurableError``.
        """
        fresh = {ask.key: ask for ask in asks if ask.key not in self._answers}
        still = self._settled([ask for ask in fresh.values() if _can_be_asked(ask)], with_first=False)
        open_ = [ask for ask in still if ask.question.first]
        if open_:
            before = [inner for ask in open_ for _, inners in self._before(ask) for inner in inners]
            self.answers(before)
            self._settled(open_, with_first=True)
        return [self._answers.setdefault(ask.key) for ask in asks]

    def _settled(self, asks: list[Ask], with_first: bool) -> list[Ask]:
        """Keeps the answers that durable-rules gives; the others are returned."""
        if not asks:
            return []
        numbers, sheets, messages = self._messages(asks, with_first)
        fired = self._worker.ask(sheets.values(), messages)
        still = []
        for ask, number in zip(asks, numbers, strict=True):
            verdict = _verdict(ask.question, number, fired)
            if verdict is None:
                still.append(ask)
            else:
                self._answers[ask.key] = verdict
        return still

    def _messages(
        self, asks: list[Ask], with_first: bool
    ) -> tuple[list[int], dict[str, Any], dict[str, list[dict[str, Any]]]]:
        """One message for all the questions of a sheet about the same elements; the number of each ask's."""
        sheets: dict[str, Any] = {}
        messages: dict[str, list[dict[str, Any]]] = {}
        found: dict[tuple[Any, ...], dict[str, Any]] = {}
        numbers = []
        for ask in asks:
            sheet = ask.question.sheet
            if sheet is None:
                raise AssertionError(ask)
            key = (sheet.name, *ask.key[1:])
            message = found.get(key)
            if message is None:
                message = found[key] = {"id": len(found)}
                sheets[sheet.name] = sheet
                messages.setdefault(sheet.name, []).append(message)
            message[ask.question.asked] = 1
            self._fill(message, ask, with_first)
            numbers.append(message["id"])
        return numbers, sheets, messages

    def _fill(self, message: dict[str, Any], ask: Ask, with_first: bool) -> None:
        bound = dict(zip(ask.question.variables, ask.arguments, strict=True))
        for attribute in ask.question.attributes:
            if attribute.name not in message:
                message.update(self._values(attribute, bound))
        if with_first:
            for attribute, inners in self._before(ask):
                known = [self._answers.get(inner.key) for inner in inners]
                truth = _truth(attribute, known)
                if truth is not None:
                    message[attribute.name] = truth

    def _values(self, attribute: Attribute, bound: Mapping[str, Any]) -> dict[str, Any]:
        """What the message gets; nothing where a fact is missing or the expression is an error."""
        node = attribute.node
        if attribute.kind is Kind.PAIR and isinstance(node, Call):
            one, other = (self._three.value(side, bound) for side in node.args)
            if _open(one) or _open(other):
                return {}
            first, second = sendable_pair(one, other)
            return {attribute.name: first, attribute.other: second}
        value = self._three.value(node, bound)
        if _open(value):
            return {}
        if attribute.kind is not Kind.LIST:
            return {attribute.name: sendable(value)}
        # An empty list satisfies no ``$iall`` there: it gets an item that no text of a pack equals.
        return {} if any(map(_open, value)) else {attribute.name: [sendable(item) for item in value] or [""]}

    def _before(self, ask: Ask) -> Iterable[tuple[Attribute, list[Ask]]]:
        """The questions that are asked first; without elements where nobody can say which."""
        bound = dict(zip(ask.question.variables, ask.arguments, strict=True))
        for attribute, question, names in ask.question.first:
            node = attribute.node
            outer = tuple(bound[name] for name in names)
            if isinstance(node, TermCall):
                yield attribute, [Ask(question, tuple(self._three.value(arg, bound) for arg in node.args))]
            elif isinstance(node, Quant):
                items = self._three.value(node.range, bound)
                if not _open(items):
                    yield attribute, [Ask(question, (*outer, item)) for item in items]
            else:
                yield attribute, [Ask(question, outer)]


def _verdict(question: Question, number: int, fired: Fired) -> bool | None:
    certain, possible = (question.certain, number) in fired, (question.possible, number) in fired
    if certain and not possible:
        raise DurableError("contradiction")
    return True if certain else None if possible else False


def _truth(attribute: Attribute, known: list[bool | None]) -> bool | None:
    """The truth of a term, part or quantifier from the answers to its questions."""
    node = attribute.node
    if not isinstance(node, Quant):
        return known[0]
    if node.quantifier is Quantifier.EXISTS_ONE:
        return None if None in known else known.count(True) == 1
    decisive = node.quantifier is Quantifier.EXISTS
    if decisive in known:
        return decisive
    return None if None in known else not decisive


def _can_be_asked(ask: Ask) -> bool:
    """Whether it is not too large, and about elements and values that the case states."""
    return ask.question.sheet is not None and not any(
        _open(value) or (isinstance(value, Ref) and value.view is None) for value in ask.arguments
    )


def _open(value: Any) -> bool:
    return isinstance(value, (Unknown, Failure))


def _key(value: Any) -> Any:
    return id(value.view) if isinstance(value, Ref) and value.view is not None else repr(value)
