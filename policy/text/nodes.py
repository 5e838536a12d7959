"""YAML text -> a small tree in which every value knows its place in the file.

PyYAML's events are used and not its loaders, so nothing is resolved: a scalar is the text that the author
wrote. What hides meaning (duplicate keys, anchors, aliases, tags, merge keys) is a fault. libyaml's marks are
exact in code points, as long as the text has no characters that YAML 1.1 alone counts as line ends; those are
refused first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from policy.text.characters import forbidden_in_file, name_of
from policy.text.diagnostics import Faults
from policy.text.source import MAX_YAML_DEPTH, MAX_YAML_NODES, Source, Span, whole
from policy.text.yaml_errors import odd_indent, syntax_fault

_STYLES = {None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; ``style`` is plain, single, double, literal or folded."""

    text: str
    style: str
    span: Span


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map, in the order of the file; keys are unique."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that already has its fault: readers skip it in silence."""

    span: Span


Node = Scalar | Sequence | Mapping | Refused


class _Stop(Exception):
    """The rest of the file cannot be read."""


def parse(source: Source, faults: Faults) -> Node | None:
    """The tree of one file, or None where it cannot be read. Every problem is added to ``faults``."""
    if found := forbidden_in_file(source.text):
        span = Span(source, found.start(), found.end())
        faults.add("LNK103", span, character=name_of(found[0]))
        return None
    builder = _Builder(source, faults)
    try:
        for event in yaml.parse(source.text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        faults.append(syntax_fault(source, error))
        return None
    except _Stop:
        return None
    if builder.root is None or _is_null(builder.root):
        faults.add("LNK112", whole(source.name))
        return None
    return builder.root


# The C parser is eight times as fast; without libyaml the Python one gives the same events.
_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style == "plain" and node.text == ""


class _Open:
    """A list or map under construction; a map's children are key, value, key, value …"""

    __slots__ = ("children", "is_map", "start")

    def __init__(self, is_map: bool, start: int) -> None:
        self.children: list[Node] = []
        self.is_map = is_map
        self.start = start


class _Builder:
    """Turns the events of one file into nodes, without recursion: depth cannot exhaust the stack.

    Events are ``Any``: their published types do not know that libyaml always gives them marks.
    """

    def __init__(self, source: Source, faults: Faults) -> None:
        self.source = source
        self.faults = faults
        self.root: Node | None = None
        self._stack: list[_Open] = []
        self._count = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingEndEvent:
            self._put(self._close_map(event.end_mark.index))
        elif kind is yaml.SequenceEndEvent:
            top = self._stack.pop()
            span = Span(self.source, top.start, event.end_mark.index)
            self._put(Sequence(tuple(top.children), span))
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._open(event, kind is yaml.MappingStartEvent)
        elif kind is yaml.AliasEvent:
            span = Span(self.source, event.start_mark.index, event.end_mark.index)
            self.faults.add("LNK115", span, name=str(event.anchor))
            self._put(Refused(span))
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                start = event.start_mark.index
                self.faults.add("LNK118", Span(self.source, start, start + 3))
                raise _Stop

    def _scalar(self, event: Any) -> None:
        span = Span(self.source, event.start_mark.index, event.end_mark.index)
        if event.anchor is not None or event.tag is not None:
            self._decorated(event, span)
        if event.style == '"' and (found := forbidden_in_file(event.value)):
            # An escape must not bring in what the text itself may not hold.
            self.faults.add("LNK103", span, character=name_of(found[0]))
            self._put(Refused(span))
            return
        self._put(Scalar(event.value, _STYLES[event.style], span))

    def _open(self, event: Any, is_map: bool) -> None:
        span = Span(self.source, event.start_mark.index, event.end_mark.index)
        if event.anchor is not None or event.tag is not None:
            self._decorated(event, span)
        if len(self._stack) >= MAX_YAML_DEPTH:
            self.faults.add("LNK120", span, limit=str(MAX_YAML_DEPTH))
            raise _Stop
        self._stack.append(_Open(is_map, span.start))

    def _decorated(self, event: Any, span: Span) -> None:
        if event.anchor is not None:
            self.faults.add("LNK114", span, name=str(event.anchor))
        if event.tag is not None:
            self.faults.add("LNK116", span, tag=str(event.tag).replace("tag:yaml.org,2002:", "!!"))

    def _put(self, node: Node) -> None:
        self._count += 1
        if self._count > MAX_YAML_NODES:
            self.faults.add("LNK121", node.span, limit=f"{MAX_YAML_NODES:,}")
            raise _Stop
        if self._stack:
            self._stack[-1].children.append(node)
        else:
            self.root = node

    def _close_map(self, end: int) -> Mapping:
        top = self._stack.pop()
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(top.children[::2], top.children[1::2], strict=True):
            if isinstance(key, Scalar) and (odd := odd_indent(key.text)):
                self.faults.add("LNK123", key.span, character=name_of(odd[1]))
                key = Scalar(key.text.strip(), key.style, key.span)
            if not isinstance(key, Scalar) or not key.text or key.style in {"literal", "folded"}:
                if not isinstance(key, Refused):
                    self.faults.add("LNK119", key.span)
            elif key.text == "<<" and key.style == "plain":
                self.faults.add("LNK117", key.span)
            elif key.text in entries:
                first = entries[key.text][0].span
                self.faults.add("LNK113", key.span, key=key.text, first=str(first))
            else:
                entries[key.text] = (key, value)
        return Mapping(tuple(entries.values()), Span(self.source, top.start, end))


def expression_offsets(node: Scalar) -> tuple[str, tuple[int, ...]] | None:
    """The expression in a scalar and, for each character of it, its offset in the file.

    None where the style does not keep characters in place: folded blocks, and plain or quoted text over
    several lines. The line ends that close a literal block are not part of the expression.
    """
    raw = node.span.snippet
    if node.style == "literal":
        offsets = _block_offsets(node)
        return None if offsets is None else (node.text.rstrip("\n"), offsets[: len(node.text.rstrip("\n"))])
    if "\n" in raw or node.style == "folded":
        return None
    if node.style == "plain":
        return node.text, tuple(range(node.span.start, node.span.start + len(node.text)))
    return node.text, _quoted_offsets(node, raw)


_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|.")
_DOUBLED = re.compile(r"''|.")


def _quoted_offsets(node: Scalar, raw: str) -> tuple[int, ...]:
    # An escape is one character of the value and points to its backslash (or to the first of two quotes).
    pattern = _DOUBLED if node.style == "single" else _ESCAPE
    inside = pattern.finditer(raw, 1, len(raw) - 1)
    return tuple(node.span.start + found.start() for found in inside)


def _block_offsets(node: Scalar) -> tuple[int, ...] | None:
    """Offsets of a literal block: the lines after the indicator, each without the block's indentation."""
    text = node.span.source.text
    at = text.find("\n", node.span.start) + 1
    # The first line that is not blank shows the indentation; what the value keeps of it is content.
    raw = _leading(text[at : node.span.end])
    indent = raw - _leading(node.text)
    offsets: list[int] = []
    lines = node.text.split("\n")
    for number, line in enumerate(lines):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        offsets += range(at + indent, at + indent + len(line))
        if number < len(lines) - 1:
            offsets.append(end)
        at = end + 1
    exact = all(o < len(text) and text[o] == c for o, c in zip(offsets, node.text.rstrip("\n"), strict=False))
    return tuple(offsets) if exact else None


def _leading(block: str) -> int:
    first = next((line for line in block.split("\n") if line.strip(" ")), "")
    return len(first) - len(first.lstrip(" "))
