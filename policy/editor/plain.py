"""What a YAML tree is to a program that reads YAML 1.2 (core schema), as editors do.

node --plain--> dicts, lists, texts, numbers, booleans, None
"""

from __future__ import annotations

import re
from typing import TypeAlias

from policy.text import nodes
from policy.text.nodes import Node, Scalar

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | None"

_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_WORDS: dict[str, bool | None] = {"": None, "null": None, "~": None, "true": True, "false": False}


def plain(node: Node) -> Plain:
    """The value of a tree; what was refused is null."""
    if isinstance(node, nodes.Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, nodes.Sequence):
        return [plain(item) for item in node.items]
    return _scalar(node) if isinstance(node, Scalar) else None


def _scalar(node: Scalar) -> Plain:
    if node.style != "plain":
        return node.text
    if node.text in _WORDS:
        return _WORDS[node.text]
    if _INTEGER.fullmatch(node.text):
        return int(node.text)
    return float(node.text) if _FLOAT.fullmatch(node.text) else node.text
