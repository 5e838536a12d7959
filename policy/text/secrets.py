"""Passwords in a text, made unreadable: what is shown to people must not hold any.

Each character stands for one, so that what is marked below a line stays below it.
"""

from __future__ import annotations

import re

# Name and password of a URL: up to the last @ of the line, for a password may hold anything; without an @,
# what follows a colon and is no port.
_IN_URL = re.compile(r"(?<=://)(?:.*(?=@)|[^\s/:@]*:(?!\d+(?:[/?#\s]|$))\S*)")
# Parameters of a URL, and libpq's `password=…`.
_PARAMETER = re.compile(r"(?i)((?:password|passwd|pwd|secret|token)=)[^\s&]+")


def without_secrets(text: str) -> str:
    """The text with every password of a URL in it masked."""
    if "://" in text:
        text = _IN_URL.sub(lambda found: masked(found[0]), text)
    return _PARAMETER.sub(lambda found: found[1] + masked(found[0][len(found[1]) :]), text)


def masked(text: str) -> str:
    """The text with every character but white space masked."""
    return re.sub(r"\S", "*", text)
