"""Reading nodes by schema: one fault for each thing that is not as the format says.

Every method takes a node, or None for what is missing and already reported, and gives the value or None.
So a reader of an entry reads all its keys, and then drops the entry if a required one is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from policy.pack.model import Expression, Text
from policy.pack.vocabulary import CODE, MAX_CODE
from policy.text import nodes
from policy.text.diagnostics import Faults, Words, suggest
from policy.text.nodes import Node, Refused, Scalar
from policy.text.source import Span
from policy.text.suggest import half_width

T = TypeVar("T")

MAX_ID = 128
_SHOWN = 40
MAX_TEXT = 4_000
FIRST_DATE = date(1949, 10, 1)
LAST_DATE = date(2099, 12, 31)

TO_FILL_IN = "【待填写】"
"""What ``linkage init`` writes where only a reader of the document can say what belongs there."""

A_MAP = Words("键值对", "a map of keys")
A_LIST = Words("列表", "a list")
A_TEXT = Words("文字", "text")
A_BOOL = Words("“true”或“false”", "“true” or “false”")

_CHECK = Words("检查缩进和写法。", "Check the indentation and the form.")
_ITEMS = Words(
    "列表的每一项以“- ”开头：在这里的第一行前面加上它。",
    "Each item of a list begins with “- ”: put it before the first line here.",
)

RULE_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
CLAUSE_ID = re.compile(r"[a-z0-9]+(\.[a-z0-9]+)*")
_OTHER_DATE = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Schema:
    """The keys of a map. ``nullable`` ones may be null; any other key needs a value."""

    what: Words
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    nullable: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key, required ones first."""
        return self.required + self.optional


def _shape(schema: Schema, node: Node) -> str:
    """How a map of this schema looks, with what was written as the value of its first key."""
    keys = schema.required or schema.optional[:1]
    given = node.text if isinstance(node, Scalar) and len(node.text) <= _SHOWN and len(keys) == 1 else "…"
    return "{" + ", ".join(f"{key}: {given}" for key in keys) + "}"


_TEXT_SCHEMA = Schema(A_TEXT, ("zh",), ("en",))


def _half_width(text: str, form: re.Pattern[str]) -> str:
    """The text in half-width characters, if that is of this form; "" otherwise."""
    found = half_width(text)
    return found if found != text and form.fullmatch(found) else ""


def _day_meant(text: str) -> str:
    """2017-09-19 for 2017/9/19, 2017.9.19, 2017年9月19日, 20170919; "" for anything else."""
    found = _OTHER_DATE.fullmatch(half_width(text))
    if found is None:
        return ""
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return ""


def is_null(node: Node) -> bool:
    """Whether nothing, ``null`` or ``~`` stands here."""
    return isinstance(node, Scalar) and node.style == "plain" and node.text in {"", "null", "~"}


class Reader:
    """Reads values of any YAML file of the rules; ``faults`` takes what is wrong."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def suggest(self, word: str, candidates: Iterable[str], labels: Mapping[str, str] | None = None) -> str:
        """Did-you-mean, as long as the fault will be shown at all."""
        return "" if self.faults.full else suggest(word, candidates, labels)

    # -- maps and lists

    def fields(self, node: Node | None, schema: Schema) -> dict[str, Node] | None:
        """The values of a map by key, None where it is no map. Reports unknown, missing and empty keys."""
        if node is None or isinstance(node, Refused):
            return None
        if not isinstance(node, nodes.Mapping):
            self.mistyped(node, A_MAP, _shape(schema, node))
            return None
        found: dict[str, Node] = {}
        empty = set()
        for key, value in node.entries:
            if key.text not in schema.required and key.text not in schema.optional:
                self.unknown_key(key, schema.what, schema.keys)
            elif key.text not in schema.nullable and is_null(value):
                self.faults.add("LNK204", key.span)
                empty.add(key.text)
            else:
                found[key.text] = value
        self.require(schema, found.keys() | empty, node.span)
        return found

    def require(self, schema: Schema, present: Iterable[str], span: Span) -> None:
        """A fault at ``span`` for each required key that is not present."""
        have = set(present)
        for key in schema.required:
            if key not in have:
                self.faults.add("LNK202", span, key=key, what=schema.what)

    def unknown_key(self, key: Scalar, what: Words, allowed: Sequence[str]) -> None:
        # 「title：…」 with a full-width colon is one long key: the part before it is what was meant.
        word = key.text.split("：")[0].strip()
        meant = word if word in allowed else self.suggest(word, allowed)
        self.faults.add("LNK201", key.span, meant, key=key.text, what=what, allowed=", ".join(allowed))

    def entries(self, node: Node | None) -> list[tuple[Scalar, Node]]:
        """The entries of a map of names; those without a value are reported and left out."""
        if node is None or isinstance(node, Refused):
            return []
        if not isinstance(node, nodes.Mapping):
            self.mistyped(node, A_MAP)
            return []
        kept = []
        for key, value in node.entries:
            if is_null(value):
                self.faults.add("LNK204", key.span)
            else:
                kept.append((key, value))
        return kept

    def items(self, node: Node | None) -> tuple[Node, ...]:
        """The items of a list that has at least one."""
        if node is None or isinstance(node, Refused):
            return ()
        if not isinstance(node, nodes.Sequence):
            self.mistyped(node, A_LIST)
            return ()
        if not node.items:
            self.faults.add("LNK211", node.span)
        return node.items

    def one_or_more(self, node: Node | None) -> tuple[Node, ...]:
        """The items of a list, or the one value that stands in place of a list."""
        if node is None or isinstance(node, Refused):
            return ()
        return self.items(node) if isinstance(node, nodes.Sequence) else (node,)

    def each(self, found: Iterable[Node], read: Callable[[Node], T | None]) -> tuple[T, ...]:
        """What ``read`` makes of the items, without those it refuses."""
        return tuple(value for item in found if (value := read(item)) is not None)

    def distinct(self, found: Iterable[Node], read: Callable[[Node], str | None]) -> tuple[str, ...]:
        """The same for strings, each once; a repeated one is reported."""
        values: dict[str, None] = {}
        for item in found:
            value = read(item)
            if value in values:
                self.faults.add("LNK212", item.span, value=value or "")
            elif value is not None:
                values[value] = None
        return tuple(values)

    # -- single values

    def mistyped(self, node: Node, expected: Words, shape: str = "") -> None:
        """Report that something else was expected; ``shape``: how it could be written."""
        if isinstance(node, Scalar):
            found = Words(f"“{node.text}”", f"“{node.text}”")
        else:
            found = A_LIST if isinstance(node, nodes.Sequence) else A_MAP
        self.other(node, expected, found, shape)

    def other(self, node: Node, expected: Words, found: Words, shape: str = "") -> None:
        """Report that ``found`` stands where something else was expected."""
        how = Words(f"写成 {shape}。", f"Write {shape}.") if shape else _CHECK
        if expected is A_LIST and isinstance(node, nodes.Mapping):
            how = _ITEMS
        self.faults.add("LNK203", node.span, expected=expected, found=found, how=how)

    def scalar(self, node: Node | None) -> Scalar | None:
        """A scalar that is not null."""
        if node is None or isinstance(node, Refused):
            return None
        if not isinstance(node, Scalar):
            self.mistyped(node, A_TEXT)
            return None
        if is_null(node) or not node.text.strip():
            self.faults.add("LNK204", node.span)
            return None
        if len(node.text) > MAX_TEXT:
            self.faults.add("LNK222", node.span, limit=f"{MAX_TEXT:,}")
            return None
        if node.text == TO_FILL_IN:
            self.faults.add("LNK223", node.span, value=TO_FILL_IN)
            return None
        return node

    def string(self, node: Node | None) -> str | None:
        """A string without the white space around it."""
        found = self.scalar(node)
        return found.text.strip() if found else None

    def text(self, node: Node | None) -> Text | None:
        """A text for people: a string (Chinese) or ``{zh: …, en: …}``."""
        if isinstance(node, nodes.Mapping):
            found = self.fields(node, _TEXT_SCHEMA) or {}
            zh, en = self.string(found.get("zh")), self.string(found.get("en"))
            return None if zh is None else Text(zh, en or "")
        zh = self.string(node)
        return None if zh is None else Text(zh)

    def boolean(self, node: Node | None) -> bool | None:
        """Plain ``true`` or ``false``, nothing else."""
        found = self.scalar(node)
        if found is None:
            return None
        if found.style != "plain" or found.text not in {"true", "false"}:
            self.mistyped(found, A_BOOL)
            return None
        return found.text == "true"

    def choice(
        self, node: Node | None, allowed: Sequence[str], labels: Mapping[str, str] | None = None
    ) -> str | None:
        """One of a few values; ``labels`` are what people call them, for a did-you-mean."""
        found = self.scalar(node)
        if found is None or found.text in allowed:
            return found.text if found else None
        meant = self.suggest(found.text, allowed, labels)
        self.faults.add("LNK205", found.span, meant, value=found.text, allowed=", ".join(allowed))
        return None

    def date(self, node: Node | None, first: date = FIRST_DATE, last: date = LAST_DATE) -> date | None:
        """A day from ``first`` to ``last``, as 2017-09-19."""
        found = self.scalar(node)
        if found is None:
            return None
        if _ISO_DATE.fullmatch(found.text):
            try:
                day = date.fromisoformat(found.text)
            except ValueError:
                day = None
            if day and first <= day <= last:
                return day
        limits = {"first": first.isoformat(), "last": last.isoformat()}
        self.faults.add("LNK206", found.span, _day_meant(found.text), value=found.text, **limits)
        return None

    # -- names

    def name(self, found: Scalar | None, reserved: Iterable[str] = ()) -> str | None:
        """A new name: a code that is not reserved."""
        if found is None:
            return None
        if not CODE.fullmatch(found.text) or len(found.text) > MAX_CODE:
            meant = _half_width(found.text, CODE)
            self.faults.add("LNK208", found.span, meant, value=found.text, limit=str(MAX_CODE))
            return None
        if found.text in reserved:
            self.faults.add("LNK218", found.span, name=found.text)
            return None
        return found.text

    def rule_id(self, node: Node | None) -> str | None:
        """A dotted id."""
        found = self.scalar(node)
        if found and not (RULE_ID.fullmatch(found.text) and len(found.text) <= MAX_ID):
            meant = _half_width(found.text, RULE_ID)
            self.faults.add("LNK209", found.span, meant, value=found.text, limit=str(MAX_ID))
            return None
        return found.text if found else None

    def clause_id(self, node: Node | None) -> str | None:
        """The id of a clause, by its form."""
        found = self.scalar(node)
        if found and not (CLAUSE_ID.fullmatch(found.text) and len(found.text) <= MAX_ID):
            self.faults.add("LNK210", found.span, _half_width(found.text, CLAUSE_ID), value=found.text)
            return None
        return found.text if found else None

    # -- expressions

    def expression(self, node: Node | None) -> Expression | None:
        """CEL source text, with the place in the file of each of its characters."""
        found = self.scalar(node)
        if found is None:
            return None
        placed = nodes.expression_offsets(found)
        if placed is None:
            self.faults.add("LNK122", found.span)
            return None
        text, offsets = placed
        return Expression(text, found.span, offsets)
