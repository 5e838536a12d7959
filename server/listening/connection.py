"""One connection of HTTP/1.1: uvicorn's, and around it what a hostile or broken client must not get.

uvicorn parses, pipelines, and passes requests to the application. It has no limit on how long or how large a
head may be, nor how slowly an answer may be read: that is here. Times are looked at from time to time
(``look``), by the listener, for all connections together.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from typing import Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from server.listening.refusals import RESPONSES, Refusal
from server.telemetry.figures import HTTP_REFUSED

MAX_HEADERS = 100
"""Most headers of a request."""
MAX_HEAD_BYTES = 32 * 1024
"""Most bytes of a request's address and headers: room for a token, and for all that proxies add."""
DISCARDED_BYTES = 16 * 1024 * 1024
"""Bytes of a body that are read and thrown away once its request has been answered, so that a client which
sends on finds the answer; then the connection is closed."""
DISCARDED_SECONDS = 5.0
_UPGRADING = frozenset((b"upgrade", b"http2-settings"))


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What connections may take at most. Durations are seconds."""

    connections: int = 1_000
    """At once; the one that has waited longest for a request makes room."""
    share: int = 1_000
    """Those of one address; the one of its own that has waited longest makes room."""
    head_seconds: float = 10.0
    """Until the head of a request is there, and for a TLS handshake."""
    idle_seconds: float = 75.0
    """Between requests."""
    still_seconds: float = 300.0
    """Within a body of which nothing comes."""


class Connections(ServerState):
    """The connections of one listener, and what they have in common."""

    def __init__(self, limits: ConnectionLimits) -> None:
        super().__init__()
        self.limits = limits
        self.draining = False
        self.accepted = 0
        self.refused = 0
        self.hosts: Counter[str] = Counter()
        """How many come from each address."""
        self._numbered = 0
        self.none = asyncio.Event()
        """Set when the last one has ended."""

    def numbered(self) -> int:
        """A number for one more; later ones have higher ones."""
        self._numbered += 1
        return self._numbered

    @property
    def open(self) -> list[Connection]:
        """Those that are open."""
        return [each for each in self.connections if isinstance(each, Connection)]

    def full(self, newest: Connection) -> bool:
        """Whether there is no place for the newest. Whoever has waited longest for a request gives its up."""
        found = self.open if len(self.connections) > self.limits.connections else []
        if self.hosts[newest.host] > self.limits.share:
            found = [each for each in self.open if each.host == newest.host]
        if not found:
            return False
        waiting = (each for each in found if each.waiting_since is not None and each is not newest)
        oldest = min(waiting, key=lambda each: (each.waiting_since, each.number), default=None)
        if oldest is None:
            return True
        oldest.drop()
        return False


class Connection(HttpToolsProtocol):
    """A connection. ``waiting_since``: since when (the loop's time) no request of it is being answered."""

    def __init__(self, config: Config, state: Connections) -> None:
        super().__init__(config, state, {})
        self._state = state
        self._limits = state.limits
        self.waiting_since: float | None = self.loop.time()
        self.number, self.host = 0, ""
        self._head_since: float | None = None
        self._in_head = False
        self._parsed = self._unparsed = 0
        self._refusal: Refusal | None = None
        self._running: RequestResponseCycle | None = None
        self._task: asyncio.Task[None] | None = None
        self._later: Refusal | None = None
        """What is said once that has been answered which came before."""
        self._deaf = False
        self._discarded: int | None = None
        self._discarding_since = 0.0
        self._moved_at, self._buffered = self.loop.time(), 0
        self._tls: Mapping[str, Any] | None = None

    @property
    def _asked(self) -> RequestResponseCycle | None:
        """The newest request and its answer; None before the first, which uvicorn's types do not say."""
        found: Any = self.cycle
        return cast("RequestResponseCycle | None", found)

    # -- the connection

    def connection_made(self, transport: Any) -> None:
        """A client is there; over TLS once its handshake is done."""
        super().connection_made(transport)
        self.number = self._state.numbered()
        self.host = _host(self.client)
        self._state.hosts[self.host] += 1
        if (inner := transport.get_extra_info("ssl_object")) is not None:
            self._tls = _tls(inner)
        if self._state.full(self):
            self._state.refused += 1
            self._refuse(Refusal.HTTP_CONNECTIONS)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, or was let go."""
        super().connection_lost(exc)
        self._state.hosts[self.host] -= 1
        if not self._state.hosts[self.host]:
            del self._state.hosts[self.host]
        if not self._state.connections:
            self._state.none.set()
        self._give_up()
        if self._task is not None and self._running is not None and self._running.disconnected:
            self._task.cancel()  # nobody waits for it

    def data_received(self, data: bytes) -> None:
        """Takes bytes, as uvicorn does, within the limits of a head."""
        self._unset_keepalive_if_required()
        if self._deaf:
            if self._later is None:
                self.on_body(data)
            return
        now = self._moved_at = self.loop.time()
        if self.waiting_since is not None and self._head_since is None:
            self._head_since = now
        within = self._in_head
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self._refuse(self._refusal or Refusal.HTTP_MALFORMED)
            return
        if within and self._in_head:  # whole pieces of it are counted; this is of one that has no end yet
            self._unparsed += len(data)
            if self._unparsed > MAX_HEAD_BYTES:
                self._refuse(Refusal.HTTP_HEAD_TOO_LARGE)

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # Java's client asks at each request whether it may speak HTTP/2. llhttp takes what follows the
            # head for the other protocol's: so it is given the head once more, without the question.
            rest = data[upgrade.args[0] :]
            self.parser = httptools.HttpRequestParser(self)
            self.parser.feed_data(self._plain_head() + rest)

    def _plain_head(self) -> bytes:
        kept = [(n, v) for n, v in self.headers if n not in _UPGRADING and n != b"connection"]
        lines = [b"%s %s HTTP/1.1" % (self.scope["method"].encode(), self.url)]
        return b"\r\n".join([*lines, *(b"%s: %s" % pair for pair in kept), b"", b""])

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: whoever asks to upgrade is answered in HTTP/1.1."""

    def send_400_response(self, msg: str) -> None:
        """Refuses what is no HTTP."""
        self._refuse(Refusal.HTTP_MALFORMED)

    def _refuse(self, refusal: Refusal) -> None:
        """Says why, once what came before has been answered, and closes."""
        if self._deaf or self.transport.is_closing():
            return
        running = self._running
        if running is None or running.response_complete:
            self._hang_up(refusal)
        elif running is self._asked and running.more_body:  # its own body is what is wrong
            self._give_up()
            self._hang_up(None if running.response_started else refusal)
        else:
            self._deaf, self._later = True, refusal

    def _hang_up(self, refusal: Refusal | None) -> None:
        """Closes our side, with a last word; the other one when the client does, or after a while.

        Where bytes are left unread the system would reset the connection, and what we said would be lost.
        """
        if refusal is not None:
            HTTP_REFUSED.add(refusal.name)
            self.transport.write(RESPONSES[refusal, self._language()])
        self._deaf, self.waiting_since = True, 0.0
        self._discarded, self._discarding_since = 0, self.loop.time()
        with suppress(NotImplementedError):  # over TLS
            self.transport.write_eof()

    def _language(self) -> str:
        headers: Any = self.headers  # None before the first request
        asked = (value for name, value in headers or () if name == b"accept-language")
        return "en" if next(asked, b"").lower().startswith(b"en") else "zh"

    def drop(self) -> None:
        """Closes it, whatever has not been sent."""
        self._give_up()
        self.transport.abort()

    def _give_up(self) -> None:
        """What is being answered is not sent: uvicorn says so to the newest request alone."""
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    # -- the head of a request

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head, self._parsed, self._unparsed = True, 0, 0
        scope: Any = self.scope
        scope["extensions"] = {"tls": self._tls} if self._tls is not None else {}

    def on_url(self, url: bytes) -> None:
        """A piece of its address."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """One of its headers."""
        super().on_header(name, value)
        self._unparsed = 0
        self._count(len(name) + len(value) + 4)

    def _count(self, size: int) -> None:
        self._parsed += size
        if self._parsed > MAX_HEAD_BYTES or len(self.headers) > MAX_HEADERS:
            self._refusal = Refusal.HTTP_HEAD_TOO_LARGE
            raise ValueError

    def on_headers_complete(self) -> None:
        """Its head is there: the application is called."""
        if self.parser.should_upgrade():
            self.scope["method"] = self.parser.get_method().decode("ascii")
            if self.scope["method"] == "CONNECT":
                raise ValueError
            return
        self._in_head = False
        self.waiting_since = self._head_since = None
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (not hosts and self.parser.get_http_version() != "1.0"):
            self._refusal = Refusal.HTTP_HOST
            raise ValueError
        super().on_headers_complete()
        if self._state.draining:
            self.cycle.keep_alive = False

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Calls the application, in a context of its own: what a request sets in it is not the next one's."""
        task = self.loop.create_task(cycle.run_asgi(app), context=Context())
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)
        self._task, self._running = task, cycle

    # -- the end of a request

    def on_body(self, body: bytes) -> None:
        """A piece of its body; thrown away where the request has been answered already."""
        if self._discarded is not None:
            self._discarded += len(body)
            if self._discarded > DISCARDED_BYTES:
                self.drop()
            return
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Its end is there."""
        if self.parser.should_upgrade():
            return  # the end of its head: it is read again
        if self._discarded is not None:
            self._discarded = None
            self._wait()
            return
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """It has been answered."""
        unread = not self.pipeline and self.cycle.more_body
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self._later is not None:
            if self._running is not None and self._running.response_complete:
                self._hang_up(self._later)
            return
        if unread and self.expect_100_continue:
            self.transport.close()  # whether the body still comes is the client's secret
        elif unread:
            self._unset_keepalive_if_required()
            self._discarded, self._discarding_since = 0, self.loop.time()
        elif self.cycle.response_complete:
            self._wait()

    def _wait(self) -> None:
        self.waiting_since = self.loop.time()
        if self._state.draining:
            self.transport.close()

    # -- time

    def look(self, now: float) -> None:
        """Ends what takes too long; ``now`` is the loop's time."""
        limits = self._limits
        left = self.transport.get_write_buffer_size()
        if left != self._buffered:
            self._buffered, self._moved_at = left, now
        still = now - self._moved_at
        if (left or self.transport.is_closing()) and still > limits.head_seconds:
            self.drop()  # nobody reads what is sent
        elif self._discarded is not None:
            if now - self._discarding_since > DISCARDED_SECONDS:
                self.drop()
        elif self._head_since is not None:
            if now - self._head_since > limits.head_seconds:
                self._refuse(Refusal.HTTP_TOO_SLOW)
        elif self.waiting_since is not None:
            seconds = limits.head_seconds if self._asked is None else limits.idle_seconds
            if now - self.waiting_since > seconds:
                self.transport.close()
        elif self.cycle.more_body and not self.flow.read_paused and still > limits.still_seconds:
            self.drop()

    def shutdown(self) -> None:
        """Takes no further request; closes at once where none is running."""
        if self.waiting_since is not None:
            self.transport.close()
        elif self._asked is not None:
            self._asked.keep_alive = False


def _host(client: tuple[str, int] | None) -> str:
    """The address of a client; of IPv6, the network that one site has."""
    host = client[0] if client else ""
    return ":".join(host.split(":")[:4]) if ":" in host and "." not in host else host


def _tls(inner: ssl.SSLObject) -> Mapping[str, Any]:
    """What ASGI's extension ``tls`` tells: the client's certificate as PEM, which has been verified."""
    chain: list[str] = []
    with suppress(ValueError):  # no certificate was asked for
        if found := inner.getpeercert(binary_form=True):
            chain = [ssl.DER_cert_to_PEM_cert(found)]
    return {"client_cert_chain": chain, "tls_version": inner.version()}
