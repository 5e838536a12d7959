"""``clock`` and ``extension`` of a rule: what acts do to its running period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from policy.pack.clock import Clock, Extension, Given, Granted, Pause, Running
from policy.pack.deadline import Deadline, DeadlineForm
from policy.pack.draft import PackReader
from policy.pack.model import Matcher
from policy.pack.read_deadline import period_parameter, read_period
from policy.pack.read_matcher import read_matchers
from policy.pack.reader import Schema
from policy.text import nodes
from policy.text.diagnostics import Words
from policy.text.nodes import Node
from policy.time.period import Period

_CLOCK = Schema(Words("clock 一项", "clock"), (), ("suspended", "pauses", "restarted_by", "basis"))
_PAUSE = Schema(Words("停止计算一项", "a pause"), ("from", "until", "then"), ("basis",))
_EXTENSION = Schema(
    Words("延长", "an extension"), ("granted_by", "for"), ("at_most", "times", "basis", "provenance")
)
_PARAM = Schema(_EXTENSION.what, ("param",))
_THEN = (Running.GOES_ON, Running.STARTS_AGAIN)
MOST_TIMES = 9
"""Most often that a period can be extended: documents say once, or twice."""


def read_clock(
    reader: PackReader, rule: Mapping[str, Node], names: Mapping[str, str], deadline: Deadline | None
) -> Clock | None:
    """What stops the clock of a rule, starts it again, or does not stop it.

    ``rule`` are the keys of the rule; a deadline with faults of its own is not blamed once more.
    """
    node = rule.get("clock")
    found = reader.fields(node, _CLOCK)
    if found is None or node is None:
        return None
    if not found.keys() - {"basis"}:
        reader.faults.add("LNK211", node.span)
        return None
    suspended = reader.choice(found.get("suspended"), tuple(Running))
    pauses: tuple[Pause, ...] = ()
    if "pauses" in found:
        pauses = reader.each(reader.items(found["pauses"]), lambda item: _pause(reader, item, names))
    basis = reader.cite(found.get("basis"))
    clock = Clock(
        node.span,
        Running(suspended) if suspended else None,
        pauses,
        read_matchers(reader, found.get("restarted_by"), names, False),
        tuple(dict.fromkeys((*basis, *(clause for pause in pauses for clause in pause.basis)))),
    )
    counted = clock.needs_period and deadline is not None and any(map(_counted, _parts(deadline)))
    if "deadline" not in rule or (deadline is not None and clock.needs_period and not counted):
        reader.faults.add("LNK541", node.span)
    return clock


def _pause(reader: PackReader, node: Node, names: Mapping[str, str]) -> Pause | None:
    found = reader.fields(node, _PAUSE)
    if found is None:
        return None
    begins = read_matchers(reader, found.get("from"), names, False)
    ends = read_matchers(reader, found.get("until"), names, False)
    then = reader.choice(found.get("then"), _THEN)
    basis = reader.cite(found.get("basis"))
    return Pause(node.span, begins, ends, then == Running.STARTS_AGAIN, basis) if begins and then else None


def _parts(deadline: Deadline) -> list[Deadline]:
    parts = (deadline, deadline.no_later_than, deadline.no_earlier_than, deadline.late)
    return [part for part in parts if part is not None]


def _counted(deadline: Deadline) -> bool:
    """Whether it is a period that is counted on from a moment."""
    word = deadline.form is DeadlineForm.WORD and bool(deadline.param)
    return word or deadline.form is DeadlineForm.WITHIN


def read_extension(
    reader: PackReader,
    rule: Mapping[str, Node],
    names: Mapping[str, str],
    deadline: Deadline | None,
    basis: tuple[str, ...],
) -> Extension | None:
    """How the period of a rule may be extended; ``basis`` is the rule's, where it says none of its own."""
    node = rule.get("extension")
    found = reader.fields(node, _EXTENSION)
    if found is None or node is None:
        return None
    if "deadline" not in rule:
        reader.faults.add("LNK542", node.span)
    if deadline is None:
        return None
    own, provenance = reader.origin(found, _EXTENSION.what, node.span, needed="basis" in found)
    granted = read_matchers(reader, found.get("granted_by"), names, False)
    made = Extension(
        node.span,
        tuple(_granted(reader, matcher) for matcher in granted),
        times=_times(reader, found.get("times")),
        basis=own or (() if provenance == "local" else basis),
        local=provenance == "local",
    )
    return _most(reader, _length(reader, made, found.get("for"), deadline), found.get("at_most"), deadline)


def _granted(reader: PackReader, matcher: Matcher) -> Granted:
    """Who may grant it is looked at by itself, so that an act of somebody else can be told of."""
    if not matcher.by and not matcher.by_bearer:
        reader.faults.add("LNK543", matcher.span)
    return Granted(replace(matcher, by=(), by_bearer=False), matcher.by, matcher.by_bearer)


def _times(reader: PackReader, node: Node | None) -> int:
    found = reader.scalar(node)
    if found is None:
        return 1
    if found.text.isdecimal() and found.text.isascii() and 1 <= int(found.text) <= MOST_TIMES:
        return int(found.text)
    reader.faults.add("LNK544", found.span, value=found.text, limit=str(MOST_TIMES))
    return 1


def _length(
    reader: PackReader, extension: Extension, node: Node | None, deadline: Deadline
) -> Extension | None:
    if isinstance(node, nodes.Mapping):
        named = reader.fields(node, _PARAM) or {}
        param = period_parameter(reader, named.get("param"))
        return replace(extension, param=param) if param else None
    given = _word(node, Given)
    if given is None:
        length = read_period(reader, node)
        return replace(extension, length=length) if length else None
    if given == Given.ORIGINAL:
        _check_original(reader, node, deadline)
    elif any(granted.matcher.collection != "events" for granted in extension.granted_by):
        reader.faults.add("LNK545", extension.span)
    return replace(extension, given=Given(given))


def _most(
    reader: PackReader, extension: Extension | None, node: Node | None, deadline: Deadline
) -> Extension | None:
    if extension is None or node is None:
        return extension
    if _word(node, (Given.ORIGINAL,)):
        _check_original(reader, node, deadline)
        return replace(extension, at_most_original=True)
    at_most: Period | None = read_period(reader, node)
    return replace(extension, at_most=at_most)


def _word(node: Node | None, words: Iterable[str]) -> str | None:
    """The word that stands in place of a period."""
    return node.text if isinstance(node, nodes.Scalar) and node.text in tuple(words) else None


def _check_original(reader: PackReader, node: Node | None, deadline: Deadline) -> None:
    """``original`` stands for the period of the deadline, which has to have one (LNK546)."""
    if node is not None and not _counted(deadline):
        reader.faults.add("LNK546", node.span)
