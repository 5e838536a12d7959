"""What the two processes say to each other: plain heads in JSON, with bytes behind them.

parent -> process
    {rules, files, quotes, sources, forget} rules under a key, before their first job; keys no longer needed
    {job, number, rules, ...}  + request    a job under the rules of that key
    {cancel: number}                        nobody waits for this job any more

process -> parent, once for each set of rules
    {ready: rules}                          they have been made, however that ended

process -> parent, once for each job
    {number, ...}  + answer                 done
    {number, refused: rules}                this version does not take the rules
    {number, facts, more}                   ``FactsError``
    {number, engine: reason}                ``DurableError``
    {number, failed: place}                 anything else: type and place, no text, which may quote facts
    {number, given_up}                      cancelled
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from policy.facts.reading import FactsError, Violation
from policy.text.messages.entry import Words
from server.convert.extent import Extent
from server.decisions.active import Quotes, Rules
from server.decisions.work import Question
from server.identity.rights import View
from server.store.record import Made

Head = dict[str, Any]

LENGTH = 4
"""Bytes of the length before a frame, and of that of its head within; big end first."""


def framed(head: Head, body: bytes = b"") -> bytes:
    """A frame with its length before it."""
    told = orjson.dumps(head)
    return b"".join(
        (
            (LENGTH + len(told) + len(body)).to_bytes(LENGTH, "big"),
            len(told).to_bytes(LENGTH, "big"),
            told,
            body,
        )
    )


def parted(frame: bytes) -> tuple[Head, bytes]:
    """Head and body of a frame, given without its length."""
    end = LENGTH + int.from_bytes(frame[:LENGTH], "big")
    head: Head = orjson.loads(frame[LENGTH:end])
    return head, frame[end:]


def told_rules(rules: Rules, forget: Sequence[str]) -> Head:
    """Rules as plain data, and the keys of those that are not asked for any more."""
    told = rules._asdict()
    return {"rules": told.pop("key")} | told | {"files": dict(rules.files), "forget": forget}


def rules_of(head: Head) -> Rules:
    """The rules again."""
    quotes: Quotes = [(district, version, words) for district, version, words in head["quotes"]]
    return Rules(head["rules"], head["files"], quotes, head["sources"])


def told_question(asked: Question) -> Head:
    """A question as plain data. Moments are texts: those of the year 9999 have more than 64 bits."""
    bodies = asked.view.bodies
    return {
        "district": asked.district,
        "as_of": str(asked.as_of),
        "lang": asked.lang,
        "taken": asked.taken,
        "bodies": None if bodies is None else sorted(bodies),
        "masked": asked.view.masked,
        "extent": list(asked.extent),
    }


def question_of(head: Head) -> Question:
    """The question again."""
    bodies = head["bodies"]
    view = View(None if bodies is None else frozenset(bodies), head["masked"])
    extent = Extent(*head["extent"])
    return Question(head["district"], int(head["as_of"]), head["lang"], head["taken"], view, extent)


def told_made(made: Made, answer: bytes) -> tuple[Head, bytes]:
    """What came out, as head and body."""
    told = made._asdict() | {"as_of": str(made.as_of), "outcome": len(made.outcome)}
    return {"made": told}, made.outcome + answer


def made_of(head: Head, body: bytes) -> tuple[Made, bytes]:
    """What came out, again."""
    told = head["made"]
    end = told["outcome"]
    again = {"as_of": int(told["as_of"]), "outcome": body[:end], "errors": tuple(told["errors"])}
    return Made(**told | again), body[end:]


def told_facts(error: FactsError) -> Head:
    """What is wrong with a case, as plain data; a phrase is a pair of texts."""
    return {
        "facts": [[each.field, each.code, each.args, each.candidates] for each in error.violations],
        "more": error.more,
    }


def facts_error(head: Head) -> FactsError:
    """The error again."""
    violations = [
        Violation(field, code, tuple((key, _argument(value)) for key, value in args), tuple(candidates))
        for field, code, args, candidates in head["facts"]
    ]
    return FactsError(violations, head["more"])


def _argument(value: str | list[str]) -> str | Words:
    return value if isinstance(value, str) else Words(*value)
