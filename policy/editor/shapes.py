"""What may stand at a place of a file: the shapes that the grammar of the format is written in.

The keys of a map, and which of them are required, are those of the reader's own ``Schema``: a shape only adds
what stands under each key, and what to tell a person of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from policy.pack.reader import Schema
from policy.text.diagnostics import Words


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people: Chinese, or ``{zh, en}``."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A single value in a form of its own: ``pattern`` of the whole of it, "" for any text."""

    pattern: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """``true`` or ``false``."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, written out; ``whole``: without a fraction."""

    whole: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a section of the vocabulary."""

    section: str


@dataclass(frozen=True, slots=True)
class Name:
    """The name of something that a pack declares; ``new``: it is declared here."""

    kind: str
    new: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression in CEL."""


@dataclass(frozen=True, slots=True)
class Anything:
    """A value that no shape describes: its type is that of what it belongs to."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A case; ``whole``: with all that a case must have, else what is laid over another."""

    whole: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list; it may be empty where ``least`` is 0."""

    of: Shape
    least: int = 1


@dataclass(frozen=True, slots=True)
class Many:
    """One, or a list of at least one."""

    of: Shape


@dataclass(frozen=True, slots=True)
class Named:
    """A map of names; a value may be null where ``nullable``."""

    key: Shape
    value: Shape
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """One of several shapes."""

    of: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """What stands under a key, and what the key is for."""

    shape: Shape
    means: Words


@dataclass(frozen=True, slots=True)
class Keys:
    """A map with the keys of a reader's schema."""

    schema: Schema
    keys: Mapping[str, Key]


Shape: TypeAlias = (
    Text
    | Plain
    | Truth
    | Number
    | Choice
    | Code
    | Name
    | Expression
    | Anything
    | Facts
    | Items
    | Many
    | Named
    | Either
    | Keys
)

Table: TypeAlias = dict[str, Key]


def key(shape: Shape, zh: str, en: str) -> Key:
    """A key with what it is for, in both languages."""
    return Key(shape, Words(zh, en))


def keys(schema: Schema, *tables: Table) -> Keys:
    """A map of ``schema``: each of its keys as the tables say, a later one over an earlier.

    Raises KeyError for a key of the reader that no table describes.
    """
    known = {name: found for table in tables for name, found in table.items()}
    return Keys(schema, {name: known[name] for name in schema.keys})
