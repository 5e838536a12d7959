"""The page as a PDF, by WeasyPrint: A4, bookmarks, page numbers, the fonts embedded as far as they are used.

WeasyPrint (BSD) lays out the same HTML that a browser shows, so that there is one layout and not two; it
draws text with the system's Pango, and takes the system's fonts. Typst and fpdf2 need no Pango, but a second
description of the same pages (a template in Typst's own language, or every line placed by a program).
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

_LOGGER = "weasyprint"
_NO_GLYPH = ".notdef"
"""How a message of WeasyPrint begins that says that no font has a sign."""


class LibraryMissing(Exception):
    """A library of the system that text is drawn with is not there; ``str`` of it says which."""


class FontMissing(Exception):
    """No font of the system has the signs of the text."""


def pdf_of(page: str) -> bytes:
    """The PDF of a page. Equal pages give the same bytes on one machine.

    Raises ``LibraryMissing``, ``FontMissing``; ModuleNotFoundError where WeasyPrint is not installed.
    """
    with _heard() as said:
        try:
            # It tells of a missing library on standard output before it raises, and warns of optional ones.
            with redirect_stdout(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import weasyprint
        except OSError as error:
            raise LibraryMissing(str(error).splitlines()[0]) from error
        made: bytes = weasyprint.HTML(string=page).write_pdf(pdf_tags=True)
    if any(text.startswith(_NO_GLYPH) for text in said):
        raise FontMissing
    return made


class _Heard(logging.Handler):
    """Keeps the messages."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What WeasyPrint says meanwhile, kept from everybody else: most is about CSS for other programs."""
    logger, handler = logging.getLogger(_LOGGER), _Heard()
    propagates = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield handler.said
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates
