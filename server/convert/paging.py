"""Pages of lists (AIP-158): where one begins, and the token by which the next is asked for.

A token names the list it is of, so that none is read on with the token of another, and the last thing given.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import orjson

from policy.facts.reading import FactsError, Violation

T = TypeVar("T")
Key = tuple[str | int, ...]


class PageRequest(Protocol):
    """What requests for pages have in common."""

    @property
    def page_size(self) -> int:
        """At most so many; 0: as many as there may be."""

    @property
    def page_token(self) -> str:
        """That of the page before gave; "": the first."""


def paged(
    items: Sequence[T], key: Callable[[T], Key], request: PageRequest, of: str, most: int
) -> tuple[Sequence[T], str]:
    """The page of ``items``, which are in order of their keys, and the token of the next one ("": none).

    ``of`` names the list; a page has at most ``most``. Raises ``FactsError``: LNK832, LNK833.
    """
    size = page_size_of(request, most)
    after = key_in(request.page_token, of, key(items[0]) if items else ())
    rest = items if after is None else [item for item in items if key(item) > after]
    page = rest[:size]
    more = len(page) < len(rest)
    return page, token_of(of, key(page[-1])) if more else ""


def page_size_of(request: PageRequest, most: int) -> int:
    """How many a page has. Raises ``FactsError`` (LNK832)."""
    if request.page_size < 0:
        raise FactsError((Violation("page_size", "LNK832"),))
    return min(request.page_size or most, most)


def token_of(of: str, last: Key) -> str:
    """The token by which the page after that key is asked for."""
    return base64.urlsafe_b64encode(orjson.dumps([of, *last])).decode()


def key_in(token: str, of: str, like: Key) -> Key | None:
    """The key in a token of this list, whose keys are ``like`` that one; None without a token.

    Raises ``FactsError``: LNK833, and LNK038 for one of another list.
    """
    if not token:
        return None
    try:
        own, *last = orjson.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError) as error:
        raise FactsError((Violation("page_token", "LNK833"),)) from error
    if isinstance(own, str) and own != of:
        raise FactsError((Violation("page_token", "LNK038"),))
    if own != of or list(map(type, last)) != list(map(type, like)) or not all(map(_is_kept, last)):
        raise FactsError((Violation("page_token", "LNK833"),))
    return tuple(last)


def _is_kept(part: str | int) -> bool:
    """Whether a database could have given it: what we made ourselves is, and what was forged need not be."""
    return "\0" not in part if isinstance(part, str) else -(2**63) <= part < 2**63
