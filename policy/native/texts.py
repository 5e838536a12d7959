"""Texts of a program message: each stands in it once, and is meant by its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from linkage.program.v1 import program_pb2


class NotCarried(Exception):
    """A form that the core does not carry. It carries every form: nothing raises this any more, and callers
    that catch it still can."""


class Texts:
    """The texts of one message, as they come; the empty one is the first."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {"": 0}

    def at(self, text: str) -> int:
        """The place of a text."""
        return self._places.setdefault(str(text), len(self._places))

    def all(self, texts: Iterable[str]) -> list[int]:
        """The places of texts, in their order."""
        return [self.at(text) for text in texts]

    def named(self, name: str, members: Iterable[str]) -> program_pb2.Named:
        """A text and those that go with it."""
        return program_pb2.Named(name=self.at(name), members=self.all(members))

    def groups(self, found: Mapping[str, Iterable[str]]) -> list[program_pb2.Named]:
        """Texts by a text, in order of spelling."""
        return [self.named(name, members) for name, members in sorted(found.items())]

    def pairs(self, found: Mapping[str, str]) -> list[program_pb2.Named]:
        """A text by a text, in order of spelling."""
        return [self.named(name, (member,)) for name, member in sorted(found.items())]

    @property
    def listed(self) -> list[str]:
        """Every text, in the order of their places."""
        return list(self._places)
