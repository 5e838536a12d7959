"""The format of every kind of file, for tools that must know what may stand where.

The keys are the readers' own (``Schema``); the tables here add the shape under each key and what to tell a
person of it. A key that a reader gains and no table describes fails when this is imported.
"""

from __future__ import annotations

from collections.abc import Mapping

from policy.editor.grammar.packs import DUTIES, PACK
from policy.editor.grammar.rule_tests import TESTS
from policy.editor.grammar.shared import CALENDAR, EQUIVALENCES, VOCABULARY
from policy.editor.shapes import Facts, Shape
from policy.pack.folder import CALENDAR as CALENDAR_FOLDER
from policy.pack.folder import EQUIVALENCES as EQUIVALENCES_FILE
from policy.pack.folder import HEAD
from policy.pack.folder import TESTS as TESTS_FOLDER
from policy.pack.folder import VOCABULARY as VOCABULARY_FILE

__all__ = ["KINDS", "kind_of"]

KINDS: Mapping[str, Shape] = {
    "pack": PACK,
    "rules": DUTIES,
    "tests": TESTS,
    "vocabulary": VOCABULARY,
    "equivalences": EQUIVALENCES,
    "calendar": CALENDAR,
    "case": Facts(whole=True),
}
"""What each kind of file holds."""


def kind_of(name: str) -> str:
    """The kind of a file of the rules by its name, relative to the rules folder."""
    if name in (VOCABULARY_FILE, EQUIVALENCES_FILE):
        return name.removesuffix(".yaml")
    if name.startswith(CALENDAR_FOLDER):
        return "calendar"
    parts = name.split("/")
    if parts[-1] == HEAD:
        return "pack"
    return "tests" if TESTS_FOLDER in parts[:-1] else "rules"
