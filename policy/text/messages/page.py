"""docs/faults.md from the catalog."""

from __future__ import annotations

from policy.text.messages import CATALOG
from policy.text.messages.entry import Entry

_HUNDREDS = {
    "0": "Facts that were sent and not used; the register",
    "1": "Files, text and YAML",
    "2": "Keys, types and single values",
    "3": "Names and references",
    "4": "Expressions",
    "5": "Rules that do not agree",
    "6": "Versions and pack sets",
    "7": "Rule tests",
    "8": "Requests",
    "9": "Operation",
}

_HEAD = """\
# Faults

Every fault has a stable code: it is never reused and never changes its meaning. An error stops the pack,
a warning is almost always a mistake, a note is worth knowing. Words in {braces} are filled in.
This page is made from `policy/text/messages/`; a test keeps it so.
"""


def faults_page() -> str:
    """The whole page as Markdown, codes in order."""
    parts = [_HEAD]
    hundred = ""
    for code in sorted(CATALOG):
        if code[3] != hundred:
            hundred = code[3]
            parts.append(f"## LNK{hundred}xx {_HUNDREDS[hundred]}\n")
        parts.append(_entry(CATALOG[code]))
    return "\n".join(parts)


def anchor(entry: Entry) -> str:
    """Where the page speaks of a fault, as links to its headings are written."""
    return f"{entry.code}-{entry.severity}".lower()


def _entry(entry: Entry) -> str:
    lines = [f"### {entry.code} ({entry.severity})\n"]
    for message, advice in ((entry.zh, entry.help_zh), (entry.en, entry.help_en)):
        lines.append(f"- {message}" + (f" — {_plain(advice)}" if advice else ""))
    return "\n".join(lines) + "\n"


def _plain(template: str) -> str:
    return template.replace("{{", "{").replace("}}", "}")
