"""What commands print: every line of it goes through here, so that no data steers the terminal.

Texts of packs and cases hold no control characters; logged decisions, documents and answers of a server may.
Rendered faults are escaped where they are made (``policy.text.diagnostics``) and may have colours.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TextIO

from policy.text.characters import printable_lines
from policy.text.diagnostics import Fault, render
from policy.text.listing import entries


def show(text: str, end: str = "\n", flush: bool = False, stream: TextIO | None = None) -> None:
    """Prints lines of our own words and of data; what may hold a line end is made ``printable`` before."""
    print(printable_lines(text), end=end, flush=flush, file=stream)


def show_fault(item: Fault, lang: str, root: str = "", stream: TextIO | None = None, end: str = "\n") -> None:
    """Prints a fault for people, in colour on a terminal."""
    into = stream or sys.stdout
    print(render(item, lang, into.isatty(), root), file=into, end=end)


def print_faults(faults: Iterable[Fault], lang: str, root: str = "", stream: TextIO | None = None) -> None:
    """Faults for people, on standard error unless told otherwise; a blank line after each entry.

    Those of one code are one entry (``policy.text.listing``).
    """
    into = stream or sys.stderr
    for entry in entries(faults, lang, into.isatty(), root):
        print(entry, file=into, end="\n\n")
