"""What the short forms of a matcher say of the act, as trees and, the same once more, as CEL.

The generated code, the three-valued engine and durable-rules read the trees; the official evaluator the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from policy.expr.lower import one_of
from policy.expr.tree import (
    BOOL,
    STRING,
    Call,
    CelType,
    Field,
    Node,
    Quant,
    Quantifier,
    Var,
    list_of,
    message,
)
from policy.pack.model import Matcher
from policy.pack.vocabulary import Vocabulary

DONE: Mapping[str, str] = MappingProxyType(
    {"events": "Event", "requests": "Request", "services": "Service", "statuses": "Status"}
)
"""The message of ``done`` by the list that a matcher looks at."""

_BY: Mapping[str, str] = MappingProxyType({"events": "actor", "requests": "requester"})
"""The field that says whose act it was; that of a service is the issuer of its document."""
_TO: Mapping[str, str] = MappingProxyType({"events": "to", "requests": "to", "services": "body"})
"""The field that says to whom."""

_DOCUMENT = Var(message("Document"), 0, "d_")
_OF_A_DOCUMENT = "case.documents.exists(d_, d_.services.exists(s_, s_.id == done.id) && {})"
"""What a service does not say itself: something of the document that was served."""


def said_of(matcher: Matcher, element: Mapping[str, str], vocabulary: Vocabulary) -> Iterator[Node]:
    """The parts of the predicate but ``where``; ``element`` gives the message of each variable."""
    done = Var(message(DONE[matcher.collection]), 0, "done")
    services = matcher.collection == "services"
    for field, variable in _elements(matcher):
        identity = _field(Var(message(element[variable]), 0, variable), "id")
        if services and field == "about":
            yield _of_a_document(done, _named_by(_DOCUMENT, identity))
            continue
        equal = _call("equals", _field(done, field), identity)
        if field == "about":
            answers = Field(list_of(STRING), 0, done, "answers")
            equal = _call("or", equal, _call("in_list", identity, answers))
        yield equal
    if matcher.by:
        codes = _with_organs(matcher.by, vocabulary)
        if services:
            yield _of_a_document(done, one_of(_field(_DOCUMENT, "issuer"), codes))
        else:
            yield one_of(_field(done, _BY[matcher.collection]), codes)
    if matcher.to:
        yield one_of(_field(done, _TO[matcher.collection]), _with_organs(matcher.to, vocabulary))
    if matcher.concerning:
        yield one_of(_field(done, "concerning"), _with_organs(matcher.concerning, vocabulary))


def text_of(matcher: Matcher, vocabulary: Vocabulary) -> str:
    """The whole predicate, ``where`` included, as the format's page says it."""
    parts = []
    services = matcher.collection == "services"
    for field, variable in _elements(matcher):
        if services and field == "about":
            named = f"{variable}.id in d_.requests"
            parts.append(_OF_A_DOCUMENT.format(f"(d_.id == {variable}.id || {named})"))
            continue
        equal = f"done.{field} == {variable}.id"
        parts.append(f"({equal} || {variable}.id in done.answers)" if field == "about" else equal)
    if matcher.by:
        codes = _listed(_with_organs(matcher.by, vocabulary))
        if services:
            parts.append(_OF_A_DOCUMENT.format(f"d_.issuer in {codes}"))
        else:
            parts.append(f"done.{_BY[matcher.collection]} in {codes}")
    if matcher.to:
        parts.append(f"done.{_TO[matcher.collection]} in {_listed(_with_organs(matcher.to, vocabulary))}")
    if matcher.concerning:
        parts.append(f"done.concerning in {_listed(_with_organs(matcher.concerning, vocabulary))}")
    if matcher.where is not None:
        parts.append(f"({matcher.where.text}\n)")
    return " && ".join(parts)


def _elements(matcher: Matcher) -> Iterator[tuple[str, str]]:
    """(field of the act, variable whose element it names)"""
    fields = (("about", matcher.about), ("party", matcher.party), ("property", matcher.property))
    return ((field, variable) for field, variable in fields if variable)


def _with_organs(bodies: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    return sorted(frozenset[str]().union(*map(vocabulary.organs, bodies)))


def _listed(codes: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{code}"' for code in codes) + "]"


def _of_a_document(done: Node, said: Node) -> Node:
    """``_OF_A_DOCUMENT`` as a tree; ``said`` speaks of ``_DOCUMENT``."""
    service = Var(message("Service"), 0, "s_")
    services = Field(list_of(service.type), 0, _DOCUMENT, "services")
    own = _exists("s_", services, _call("equals", _field(service, "id"), _field(done, "id")))
    documents = Field(list_of(_DOCUMENT.type), 0, Var(message("Case"), 0, "case"), "documents")
    return _exists("d_", documents, _call("and", own, said))


def _named_by(document: Node, identity: Node) -> Node:
    """Whether the document is the element itself, or names the request."""
    requests = Field(list_of(STRING), 0, document, "requests")
    itself = _call("equals", _field(document, "id"), identity)
    return _call("or", itself, _call("in_list", identity, requests))


def _field(operand: Node, name: str, type_: CelType = STRING) -> Node:
    return Field(type_, 0, operand, name)


def _call(op: str, *args: Node) -> Node:
    return Call(BOOL, 0, op, args)


def _exists(var: str, range_: Node, body: Node) -> Node:
    return Quant(BOOL, 0, Quantifier.EXISTS, var, range_, body, None)
