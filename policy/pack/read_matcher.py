"""Matchers: which later acts fulfil, discharge or violate."""

from __future__ import annotations

from collections.abc import Mapping

from policy.pack.draft import PackReader
from policy.pack.model import Matcher
from policy.pack.reader import Schema
from policy.text.diagnostics import Words
from policy.text.nodes import Node, Scalar

_WHAT = Words("匹配", "a matcher")
_SAID = ("about", "party", "property", "by", "to", "concerning", "where")

#: What a matcher waits for, by its key: list of the facts, section of its codes, what may be said of it.
_KINDS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "event": ("events", "events", _SAID),
    "request": ("requests", "matters", ("party", "property", "by", "to", "where")),
    "service": ("services", "documents", ("about", "party", "by", "to", "where")),
    "end_of": ("statuses", "traits", ("party",)),
    "begin_of": ("statuses", "traits", ("party",)),
}
_MATCHER = Schema(_WHAT, (), (*_KINDS, *_SAID))
_OF_A_STATE = Schema(_WHAT, ("party",), (*_KINDS, *_SAID))
_BEARER = "bearer"
_LISTS = {"party": "case.parties", "property": "case.properties"}
"""The list whose elements a key of a matcher names."""


def read_matchers(
    reader: PackReader, node: Node | None, names: Mapping[str, str], own: bool
) -> tuple[Matcher, ...]:
    """``fulfilled_by``, ``discharged_by`` or ``violated_by``; ``names`` gives the list of each variable.

    ``own``: where a matcher does not say whose act it must be, it is the bearer's own.
    """
    return reader.each(reader.one_or_more(node), lambda item: _matcher(reader, item, names, own))


def variable(reader: PackReader, node: Node | None, names: Mapping[str, str]) -> str:
    """A variable of ``each``; "" where none is given or it is wrong."""
    found = reader.scalar(node)
    if found is None:
        return ""
    # Without variables ``each`` itself has a fault, and this one would only repeat it.
    if found.text not in names and names:
        meant = reader.suggest(found.text, names)
        reader.faults.add("LNK309", found.span, meant, name=found.text, allowed=", ".join(names))
    return found.text if found.text in names else ""


def _matcher(reader: PackReader, node: Node, names: Mapping[str, str], own: bool) -> Matcher | None:
    found = reader.fields(node, _MATCHER)
    if found is None:
        return None
    kinds = [key for key in _KINDS if key in found]
    if len(kinds) != 1:
        none = Words("都没有", "none of them")
        reader.faults.add("LNK520", node.span, found=", ".join(kinds) or none, allowed=", ".join(_KINDS))
        return None
    kind = kinds[0]
    collection, section, said = _KINDS[kind]
    for key in _SAID:
        if key in found and key not in said:
            allowed = ", ".join(said) or Words("没有", "nothing")
            reader.faults.add("LNK521", found[key].span, key=key, kind=kind, allowed=allowed)
    if kind == "end_of" and "party" not in found:
        return _end(reader, node, found[kind], names)
    if kind == "begin_of" and "party" not in found:
        reader.require(_OF_A_STATE, found, node.span)
        return None
    for key in ("about", "party", "property"):
        _check_id(reader, key, found.get(key) if key in said else None, names)
    codes = reader.distinct(reader.one_or_more(found[kind]), lambda item: _code(reader, item, section))
    by_bearer = is_bearer(found.get("by")) if "by" in found else own
    matcher = Matcher(
        codes=codes,
        span=node.span,
        collection=collection,
        about=variable(reader, found.get("about"), names),
        party=variable(reader, found.get("party"), names),
        property=variable(reader, found.get("property"), names),
        by=() if is_bearer(found.get("by")) else reader.body_codes(found.get("by")),
        to=reader.body_codes(found.get("to")),
        concerning=reader.body_codes(found.get("concerning")),
        by_bearer=by_bearer and collection != "statuses",
        begins=kind == "begin_of",
        where=reader.expression(found.get("where")),
    )
    return matcher if codes and (collection != "statuses" or matcher.party) else None


def _code(reader: PackReader, node: Node, section: str) -> str | None:
    """A code; of an event, one that cases in canonical form have."""
    code = reader.code(node, section)
    if section == "events" and code is not None:
        meant = reader.vocabulary.equivalences.noncanonical_events.get(code)
        if meant is not None:
            reader.faults.add("LNK430", node.span, meant, name=code)
    return code


def _check_id(reader: PackReader, key: str, node: Node | None, names: Mapping[str, str]) -> None:
    """What an act names has an id, which states and relations lack; and is of the list that the key names."""
    if not isinstance(node, Scalar) or node.text not in names:
        return
    path = names[node.text]
    if path.endswith((".statuses", ".relations", ".figures")):
        reader.faults.add("LNK527", node.span, name=node.text)
    elif (wanted := _LISTS.get(key)) is not None and path != wanted:
        fitting = [other for other, of in names.items() if of == wanted]
        allowed = ", ".join(fitting) or wanted
        reader.faults.add("LNK531", node.span, key=key, name=node.text, found=path, allowed=allowed)


def is_bearer(node: Node | None) -> bool:
    """``bearer``: who bears the very obligation."""
    return isinstance(node, Scalar) and node.text == _BEARER


def _end(reader: PackReader, node: Node, named: Node, names: Mapping[str, str]) -> Matcher | None:
    name = variable(reader, named, names)
    if name and not names[name].endswith(".statuses"):
        states = [other for other, path in names.items() if path.endswith(".statuses")]
        reader.faults.add("LNK522", named.span, reader.suggest(name, states), name=name)
        return None
    return Matcher((), node.span, "statuses", end_of=name) if name else None
