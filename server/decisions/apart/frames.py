"""What the two processes say to each other: plain heads in JSON, with bytes behind them.

parent -> process
    {rules, files, quotes, sources, bundle, forget}
                                            rules under a key, before their first job; keys no longer needed
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

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from google.protobuf.message import Message

from policy.facts.reading import FactsError, Violation
from policy.text.messages.entry import Words
from server.convert.assessing import Asked
from server.convert.extent import Extent
from server.decisions.active import Quotes, Rules
from server.decisions.work import Evaluation, Question
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
    return Rules(head["rules"], head["files"], quotes, head["sources"], head["bundle"])


def told_question(asked: Question) -> Head:
    """A question as plain data. Moments are texts: those of the year 9999 have more than 64 bits."""
    return {
        "district": asked.district,
        "as_of": str(asked.as_of),
        "lang": asked.lang,
        "taken": asked.taken,
        "bodies": told_bodies(asked.view),
        "masked": asked.view.masked,
        "extent": list(asked.extent),
    }


def question_of(head: Head) -> Question:
    """The question again."""
    view, extent = View(bodies_of(head), head["masked"]), Extent(*head["extent"])
    return Question(head["district"], int(head["as_of"]), head["lang"], head["taken"], view, extent)


def told_bodies(view: View) -> list[str] | None:
    """The bodies whose part alone is shown."""
    return None if view.bodies is None else sorted(view.bodies)


def bodies_of(head: Head) -> frozenset[str] | None:
    """They again."""
    bodies = head["bodies"]
    return None if bodies is None else frozenset(bodies)


def told_assessed(asked: Asked) -> Head:
    """What is to be assessed, as plain data."""
    return {"asked": [*asked[:-1], list(asked.extent)]}


def assessed_of(head: Head) -> Asked:
    """It again."""
    district, assessment, spans, confirmed, parameters, lang, now, extent = head["asked"]
    bounds = tuple((start, end) for start, end in spans)
    return Asked(district, assessment, bounds, confirmed, parameters, lang, now, Extent(*extent))


def packed(messages: Iterable[Message]) -> bytes:
    """Messages one after the other, each with its length before it."""
    told = (each.SerializeToString(deterministic=True) for each in messages)
    return b"".join(len(each).to_bytes(LENGTH, "big") + each for each in told)


def unpacked(data: bytes) -> Iterator[bytes]:
    """The bytes of each of them."""
    at = 0
    while at < len(data):
        end = at + LENGTH + int.from_bytes(data[at : at + LENGTH], "big")
        yield data[at + LENGTH : end]
        at = end


def told_evaluation(found: Evaluation) -> tuple[Head, bytes]:
    """What came out, as head and body."""
    made = found.made
    told = made._asdict() | {"as_of": str(made.as_of), "outcome": len(made.outcome)}
    return {"made": told, "by": found.engine}, made.outcome + found.answer


def evaluation_of(head: Head, body: bytes) -> Evaluation:
    """What came out, again."""
    told = head["made"]
    end = told["outcome"]
    again = {"as_of": int(told["as_of"]), "outcome": body[:end], "errors": tuple(told["errors"])}
    return Evaluation(Made(**told | again), body[end:], head["by"])


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
