"""Characters that a text may not hold, and how a text with any of them is shown.

What an author or a client wrote must not steer a terminal, break a line of a log, or look like another text.
"""

from __future__ import annotations

import json
import re

# Control characters, other line ends, zero-width and text-direction characters, surrogates, tags.
_INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
)
_IN_FILES = re.compile(f"[{_INVISIBLE}]")
_IN_FACTS = re.compile(f"[\t\n{_INVISIBLE}]")


def forbidden_in_file(text: str) -> re.Match[str] | None:
    """The first character that no file may hold (LNK103)."""
    return _IN_FILES.search(text)


def forbidden_in_fact(text: str) -> re.Match[str] | None:
    """The first character that no fact may hold: those, tabs, line ends; an id stands on one line."""
    # Nearly every text is printable, and asking that is the fastest.
    return None if text.isprintable() else _IN_FACTS.search(text)


_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z.])(?:1[3-9][0-9]{9}|0[0-9]{2,3}[-－—][0-9]{7,8}|[0-9]{17}[0-9Xx])(?![0-9A-Za-z.])"
)


def number_of_person(text: str, start: int = 0) -> re.Match[str] | None:
    """The next number of a Chinese telephone, mobile phone or identity card."""
    return _NUMBERS.search(text, start)


def name_of(character: str) -> str:
    """A character as messages name it: U+200B."""
    return f"U+{ord(character):04X}"


def printable(text: str) -> str:
    """The text for a terminal, a log or a table: on one line, what no fact may hold as escapes."""
    return text if text.isprintable() else _IN_FACTS.sub(_escape, text)


def printable_lines(text: str) -> str:
    """The text with its line ends, each line ``printable``."""
    return text if text.isprintable() else "\n".join(map(printable, text.split("\n")))


def printable_json(text: str) -> str:
    """JSON that means the same and holds nothing but what can be printed, and line ends."""
    return text if text.isprintable() else _IN_FILES.sub(_escape_in_json, text)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape", "surrogatepass").decode()


def _escape_in_json(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
