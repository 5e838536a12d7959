"""Coded faults: collected, sorted, and shown to the author with a caret under the place.

A fault carries no prose, only its code and the arguments; ``policy.text.messages`` holds the texts. So one
fault renders in Chinese and in English, as text for people and as data for programs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from policy.text.characters import printable
from policy.text.messages import CATALOG, Severity, Words
from policy.text.secrets import without_secrets
from policy.text.source import Span
from policy.text.suggest import suggest

__all__ = ["Fault", "Faults", "PackError", "Severity", "Words", "fault", "render", "suggest", "to_dict"]

MAX_FAULTS = 1_000
_MAX_ARGUMENT = 120
# Lists and reasons are ours, not the author's: they are cut only where they would fill a screen.
_MAX_LIST = 600
_LISTS = frozenset({"allowed", "awaited", "circle", "fields", "how", "others", "problem", "reason", "wanted"})
_MAX_COLUMNS = 120
_TAB = 4

_COLOURS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.NOTE: "\x1b[1;36m"}
_RESET = "\x1b[0m"
_SEVERITY_ZH = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.NOTE: "提示"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``span`` None: of no one file. ``suggestion``: what the author probably meant, or ""."""

    code: str
    severity: Severity
    span: Span | None
    args: tuple[tuple[str, str | Words], ...] = ()
    suggestion: str = ""


def fault(code: str, span: Span | None, suggestion: str = "", **args: str | Words) -> Fault:
    """A fault with the severity that the catalog gives its code. Raises KeyError for an unknown code."""
    return Fault(code, CATALOG[code].severity, span, tuple(sorted(args.items())), suggestion)


class Faults:
    """Collects faults. Equal ones count once; beyond MAX_FAULTS they are counted and not kept."""

    __slots__ = ("_kept", "_more", "_more_errors", "error_count")

    def __init__(self) -> None:
        self.error_count = 0
        """How many errors were noted, those among them that are only counted."""
        self._kept: dict[Fault, None] = {}
        self._more = 0
        self._more_errors = False

    def add(self, code: str, span: Span | None, suggestion: str = "", **args: str | Words) -> None:
        """Note a fault by its code; ``args`` fill the placeholders of its message."""
        self.append(fault(code, span, suggestion, **args))

    def append(self, item: Fault) -> None:
        """Note a fault made elsewhere."""
        if item in self._kept:
            return
        self.error_count += item.severity is Severity.ERROR
        if len(self._kept) < MAX_FAULTS:
            self._kept[item] = None
        else:
            self._more += 1
            self._more_errors |= item.severity is Severity.ERROR

    def extend(self, items: Iterable[Fault]) -> None:
        """Note several."""
        for item in items:
            self.append(item)

    @property
    def full(self) -> bool:
        """Whether a further fault would only be counted."""
        return len(self._kept) >= MAX_FAULTS

    @property
    def errors(self) -> bool:
        """Whether there is an error, and not just warnings and notes."""
        return self._more_errors or any(item.severity is Severity.ERROR for item in self._kept)

    def errors_beyond(self, codes: Container[str]) -> bool:
        """Whether there is an error of any other code than these."""
        return self._more_errors or any(
            item.severity is Severity.ERROR and item.code not in codes for item in self._kept
        )

    def sorted(self) -> tuple[Fault, ...]:
        """All of them by file, place and code, the same whatever order they were found in."""
        items = sorted(self._kept, key=_order)
        if self._more:
            items.append(fault("LNK901", None, count=str(self._more)))
        return tuple(items)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.sorted())

    def __len__(self) -> int:
        return len(self._kept) + bool(self._more)


class PackError(Exception):
    """Rules that cannot be used. ``faults``: every fault found in every file, sorted, warnings included."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(render(item, "en") for item in self.faults))


def render(item: Fault, lang: str, colour: bool = False, root: str = "") -> str:
    """The fault for people, in "zh" or "en": place, message, source line, caret, help, did-you-mean.

    ``root`` is put before the file's name, so that a terminal can open it. No line end at the end.
    """
    entry = CATALOG[item.code]
    arguments = _arguments(item, lang)
    label, separator = (_SEVERITY_ZH[item.severity], "：") if lang == "zh" else (item.severity.value, ": ")
    before, after = (_COLOURS[item.severity], _RESET) if colour else ("", "")
    place = f"{root}{printable(without_secrets(str(item.span)))}: " if item.span else ""
    lines = [f"{place}{before}{label} {item.code}{after}{separator}{entry.text(lang).format_map(arguments)}"]
    margin = " "
    if item.span and item.span.source.text:
        number = str(item.span.line)
        margin = " " * len(number)
        text, mark = _excerpt(item.span)
        mark = mark.replace("^", f"{before}^", 1) + after
        lines += [f"{margin} |", f"{number} | {text}".rstrip(), f"{margin} | {mark}"]
    if advice := advice_of(item, lang):
        title = "办法：" if lang == "zh" else "help: "
        lines.append(f"{margin} = {title}{advice}")
    if item.suggestion:
        meant = _shown(item.suggestion, lang)
        lines.append(f"{margin} = " + (f"是不是“{meant}”？" if lang == "zh" else f"did you mean “{meant}”?"))
    return "\n".join(lines)


def advice_of(item: Fault, lang: str) -> str:
    """What to do about it; "" where there is nothing to say."""
    return CATALOG[item.code].help(lang).format_map(_arguments(item, lang))


def message(item: Fault, lang: str) -> str:
    """What is said of it, in one line, with what was probably meant; without place, source line and help."""
    said = CATALOG[item.code].text(lang).format_map(_arguments(item, lang))
    if not item.suggestion:
        return said
    meant = _shown(item.suggestion, lang)
    return said + (f"（是不是“{meant}”？）" if lang == "zh" else f" (did you mean “{meant}”?)")


def to_dict(item: Fault, lang: str) -> dict[str, str | int]:
    """The fault as plain data.

    Keys: code, severity, message, help, file, line, column, end_line, end_column, suggestion.

    Lines and columns are 1-based, in code points; the end is exclusive. Keys that do not apply are left out.
    """
    entry = CATALOG[item.code]
    arguments = _arguments(item, lang)
    out: dict[str, str | int] = {
        "code": item.code,
        "severity": item.severity.value,
        "message": entry.text(lang).format_map(arguments),
        "help": entry.help(lang).format_map(arguments),
    }
    if item.span:
        out["file"] = printable(without_secrets(item.span.source.name))
        if item.span.source.text:
            out["line"], out["column"] = item.span.source.position(item.span.start)
            out["end_line"], out["end_column"] = item.span.source.position(item.span.end)
    if item.suggestion:
        out["suggestion"] = _shown(item.suggestion, lang)
    return out


def _order(item: Fault) -> tuple[str, int, int, str, str]:
    # The arguments come last only to make the order total; phrases and plain strings compare as text.
    place = (item.span.source.name, item.span.start, item.span.end) if item.span else ("", 0, 0)
    return (*place, item.code, repr((item.args, item.suggestion)))


def _arguments(item: Fault, lang: str) -> dict[str, str]:
    return {
        name: _shown(value, lang, _MAX_LIST if name in _LISTS else _MAX_ARGUMENT) for name, value in item.args
    }


def _shown(value: str | Words, lang: str, limit: int = _MAX_ARGUMENT) -> str:
    text = printable(without_secrets(value.get(lang) if isinstance(value, Words) else value))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _excerpt(span: Span) -> tuple[str, str]:
    """The source line and the marks under it, both cut to a window around the span."""
    line, column = span.source.position(span.start)
    text = without_secrets(span.source.line_text(line))
    start = column - 1
    end = max(start + 1, min(len(text), start + span.end - span.start))
    first = 0 if len(text) <= _MAX_COLUMNS else max(0, start - _MAX_COLUMNS // 3)
    last = min(len(text), first + _MAX_COLUMNS)
    lead, tail = ("…" if first else ""), ("…" if last < len(text) else "")
    cells = [_cell(c) for c in text[first:last]]
    before = len(lead) + sum(width for _, width in cells[: start - first])
    marked = sum(width for _, width in cells[start - first : end - first])
    shown = lead + "".join(cell for cell, _ in cells) + tail
    return shown, " " * before + "^" * max(1, marked)


def _cell(character: str) -> tuple[str, int]:
    """What is shown for a character, and how many columns of a terminal it takes."""
    if character == "\t":
        return " " * _TAB, _TAB
    if unicodedata.category(character) in {"Mn", "Me"}:
        return character, 0
    if not character.isprintable():
        return ("\N{IDEOGRAPHIC SPACE}", 2) if character == "\u3000" else ("\N{REPLACEMENT CHARACTER}", 1)
    return character, 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
