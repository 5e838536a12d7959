"""One line of the catalog of faults."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """An error stops the pack; a warning is almost always a mistake; a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Words(NamedTuple):
    """A phrase in both languages, as an argument of a message."""

    zh: str
    en: str

    def get(self, lang: str) -> str:
        """The phrase in ``lang``, "zh" or "en"."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Entry:
    """A fault's stable code and what is said of it; texts hold {placeholders}, the same in both languages."""

    code: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    severity: Severity = Severity.ERROR

    def text(self, lang: str) -> str:
        """The message's template."""
        return self.zh if lang == "zh" else self.en

    def help(self, lang: str) -> str:
        """What to do about it; "" where the message says it all."""
        return self.help_zh if lang == "zh" else self.help_en
