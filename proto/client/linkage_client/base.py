"""What both clients know before they ask: the address, who calls, the language, how persistent to be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from operator import methodcaller
from typing import Any, TypedDict

from linkage_client.channel import Pem, Token, credentials, options, target_of
from linkage_client.plans import Asking, Method
from linkage_client.requests import Asked, KeyOf, View
from linkage_client.retry import Retry


class Wanted(TypedDict, total=False):
    """What may be said of any call about a case, in place of the client's own settings."""

    as_of: datetime | None
    """The moment to decide for, with its zone; without it, now by the service's clock."""
    language: str
    """zh or en."""
    timeout: float
    """Seconds for the call, with all its attempts."""
    view: View
    """``basic``: what a job needs, in an eighth of the bytes; without clauses, reasons and counting steps."""
    read_mask: Sequence[str]
    """The wanted fields of the answer, instead of a view: ``["obligations.id", "obligations.state"]``."""


class Base:
    """A client's settings, and the requests made with them."""

    def __init__(
        self,
        address: str = "localhost:50051",
        *,
        token: Token | None = None,
        ca: Pem | None = None,
        certificate: Pem | None = None,
        key: Pem | None = None,
        server_name: str | None = None,
        language: str = "zh",
        timeout: float = 30.0,
        retry: Retry | None = None,
    ) -> None:
        """Settings of all calls; nothing is connected before the first one.

        ``address``: ``host:port``; TLS but for the loopback interface, or as ``https://`` and ``http://``
        say. ``token``: an API key or token, or a function that gives the one that is valid now. ``ca``: the
        authority of the service's certificate, as a file or bytes; without it the public ones.
        ``certificate``, ``key``: this client's own, for mutual TLS. ``server_name``: the name in the
        service's certificate where it is reached by another. ``language``: zh or en, for names, texts and
        refusals. ``timeout``: seconds for each call, with all its attempts.

        Raises ``ValueError`` for settings that contradict one another, and ``OSError`` for files that
        cannot be read.
        """
        self._target = target_of(address, forced=not (ca is None and certificate is None))
        if token is not None and not self._target.tls and not self._target.is_loopback:
            raise ValueError("a token is not sent over the network without TLS (https://)")
        self._credentials = credentials(ca, certificate, key) if self._target.tls else None
        self._options = options(server_name)
        self._token = token
        self._language = language
        self._timeout = timeout
        self._retry = retry or Retry()
        self._opening = threading.Lock()
        """Held while the one channel is made: threads share a client."""

    def _asking(self, timeout: float | None) -> Asking:
        limit = self._timeout if timeout is None else timeout
        return Asking(self._retry, limit, renews=callable(self._token))

    def _wanted(self, wanted: Wanted, key: KeyOf | None = None) -> tuple[Asked, Asking]:
        """What is asked, and how. Raises what ``Asked`` raises."""
        given: dict[str, Any] = {"language": self._language, **wanted}
        timeout = given.pop("timeout", None)
        return Asked(key=key, **given), self._asking(timeout)

    def _metadata(self, token: str | None) -> tuple[tuple[str, str | bytes], ...]:
        # Who cannot be told is refused before the request, and so its language, is read.
        known = (("accept-language", self._language),)
        return (*known, ("authorization", f"Bearer {token}")) if token else known

    def _method(self, made_by: Callable[..., Any], method: Method[Any]) -> Any:
        """The method on a channel: ``made_by`` is its ``unary_unary``, or another of the four."""
        return made_by(
            method.path,
            request_serializer=methodcaller("SerializeToString"),
            response_deserializer=method.response.FromString,
        )
