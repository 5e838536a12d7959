"""One file in its canonical form, or left alone: what it means never changes.

source --formatted--> text in canonical layout, with the same tree and the same comments

A layout that would read otherwise is not used: that is looked at for every file, whatever the layout does.
"""

from __future__ import annotations

import re
from typing import TypeAlias

import yaml

from policy.editor.layout import laid_out
from policy.text import nodes
from policy.text.diagnostics import Faults
from policy.text.nodes import Node
from policy.text.source import Source, Span

Shape: TypeAlias = "tuple[str, str] | list[Shape] | dict[tuple[str, str], Shape] | None"


def formatted(source: Source, faults: Faults) -> str | None:
    """The text in canonical form; None where it has a fault (of YAML), which is then in ``faults``.

    A text that cannot be laid out without changing what it says is a fault as well (LNK320).
    """
    before = nodes.parse(source, faults)
    if before is None or faults.errors:
        return None
    text = _laid_out(source.text)
    after = None if text is None else nodes.parse(Source(source.name, text), Faults())
    if (
        text is None
        or after is None
        or _said(before) != _said(after)
        or _comments(source.text) != _comments(text)
    ):
        faults.add("LNK320", Span(source, 0, 0))
        return None
    return text


def _laid_out(text: str) -> str | None:
    try:
        return laid_out(text)
    except yaml.YAMLError:
        return None


def _said(node: Node) -> Shape:
    """Everything that readers see of a tree but its place: texts, and how they are quoted."""
    if isinstance(node, nodes.Mapping):
        return {(key.text, key.style): _said(value) for key, value in node.entries}
    if isinstance(node, nodes.Sequence):
        return [_said(item) for item in node.items]
    return (node.text, node.style) if isinstance(node, nodes.Scalar) else None


def _comments(text: str) -> list[str]:
    """What stands behind each ``#``, be it a comment or not, without the white space after it."""
    return [line.strip() for line in re.findall(r"#(.*)", text)]
