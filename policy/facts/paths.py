"""Where an element or a field stands in a case, as a text: ``documents[d1].services[s1].at``.

    collection, id --element--> "events[e1]"        "events[e1].at" --parts--> ("events", "e1"), ("at", "")

An id is whatever the court's system uses. Its ``]`` and ``\\`` are escaped, so that a path says one thing
only, and the words for it never come from within an id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PART = re.compile(r"([a-z_]+)(?:\[((?:[^\]\\]|\\.)*)\])?(?:\.|$)", re.DOTALL)
_SPECIAL = re.compile(r"[\]\\]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def element(collection: str, key: str) -> str:
    """The path of an element of a list."""
    return f"{collection}[{quoted(key)}]"


def quoted(key: str) -> str:
    """An id as it stands between the brackets of a path."""
    # Nearly no id has any: to look for them is faster than to replace them.
    return _SPECIAL.sub(r"\\\g<0>", key) if "]" in key or "\\" in key else key


def parts(path: str) -> Iterator[tuple[str, str]]:
    """The names of a path with their ids (empty where a name has none); none for a text that is no path."""
    at, found = 0, []
    while at < len(path):
        part = _PART.match(path, at)
        if part is None:
            return
        found.append((part[1], _ESCAPED.sub(r"\1", part[2] or "")))
        at = part.end()
    yield from found


def key_of(path: str) -> str:
    """The id of the element that a path names; empty where it names none."""
    return next(reversed([key for _, key in parts(path)]), "")
