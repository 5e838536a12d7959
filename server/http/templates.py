"""Paths of google.api.http: ``/v1/packs/{district}``, ``/v1/log/entries/{log_id}:inclusionProof``.

    Template = "/" Segments [ ":" Verb ];  Segment = "*" | "**" | literal | "{" field ["=" Segments] "}"

(google/api/http.proto, "Path template syntax".) A field of one segment is decoded whole; where it spans
several, an encoded slash stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

_PIECE = re.compile(
    r"\{(?P<field>[a-z][a-z0-9_.]*)(?:=(?P<inner>[^}]*))?\}|(?P<many>\*\*)|(?P<one>\*)|[^{*]+"
)
_SLASH = re.compile("%2f", re.IGNORECASE)


class TemplateError(ValueError):
    """The template is badly written, or its path has no UTF-8."""


class Template:
    """A path with fields in it."""

    def __init__(self, text: str) -> None:
        """Raises ``TemplateError``."""
        if not text.startswith("/"):
            raise TemplateError(text)
        self.text = text
        self._several: set[str] = set()
        self._names: list[str] = []
        self._pattern = re.compile(self._compiled(text))

    @cached_property
    def literal(self) -> bool:
        """Whether it holds no fields."""
        return not self._names and "*" not in self.text

    @property
    def verb(self) -> str:
        """What follows the colon at its end; "" where nothing does."""
        return self.text.rpartition("}")[2].rpartition(":")[2] if ":" in self.text.rpartition("}")[2] else ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields' paths, in order."""
        return tuple(self._names)

    def match(self, path: str) -> Mapping[str, str] | None:
        """The fields of a path as it was sent, not decoded; None where it is another path."""
        found = self._pattern.fullmatch(path)
        if found is None:
            return None
        return {
            name: self._decoded(name, text) for name, text in zip(self._names, found.groups(), strict=True)
        }

    def _decoded(self, name: str, text: str) -> str:
        if name in self._several:
            return "/".join(
                _SLASH.sub("%252F", part) and unquote(part, errors="strict") for part in text.split("/")
            )
        return unquote(text, errors="strict")

    def _compiled(self, text: str, within: bool = False) -> str:
        written = ""
        at = 0
        while at < len(text):
            found = _PIECE.match(text, at)
            if found is None:
                raise TemplateError(self.text)
            at = found.end()
            if field := found["field"]:
                if within:
                    raise TemplateError(self.text)
                inner = found["inner"] or "*"
                if "/" in inner or "**" in inner:
                    self._several.add(field)
                self._names.append(field)
                written += f"({self._compiled(inner, within=True)})"
            elif found["many"]:
                written += ".+"
            elif found["one"]:
                written += "[^/:]+" if not within else "[^/]+?"
            else:
                written += re.escape(found[0])
        return written


class Binding(NamedTuple):
    """One way to reach a method: HTTP method, path, the field that is the body ("*": the whole request)."""

    verb: str
    template: Template
    body: str
