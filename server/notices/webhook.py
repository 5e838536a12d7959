"""The channel that calls a URL: one POST a notice, signed; what the answer means.

It goes where the operator said and nowhere else: https unless that was left out, to no redirect, to no
address that ``addresses`` does not permit. Whatever comes back is read up to a few bytes, and for a few
seconds. httpcore speaks HTTP: it follows no redirects, keeps no cookies, asks no environment for a proxy,
and lets the address be looked at that is called.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import ssl
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from email.utils import parsedate_to_datetime
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple, cast
from urllib.parse import SplitResult, urlsplit

import httpcore

from policy.pack.reader import Reader, Schema
from policy.text.diagnostics import Words
from policy.text.nodes import Node
from policy.text.source import SourceError, read_source, whole
from policy.time.moment import NANO
from server.notices.addresses import ForbiddenAddress, GuardedNetwork, Network
from server.notices.cloud import PRIVATE, SHARED, Signer, content_of, headers_of, signer_of, trial_of
from server.notices.ports import Clock, Delivered, Gone, Notice, Outcome, TryAgain
from server.settings.logs import Level, event
from server.telemetry.version import version

SECONDS = 15.0
"""Longest time for one notice: connecting, sending and reading the answer."""
CONNECT_SECONDS = 5.0
MOST_BYTES = 16 * 1024
"""More of an answer is not read: of it nothing but the status counts."""
IDLE_SECONDS = 30.0

_GONE = 410
_OTHERS_READ = 0o044
_KEYS = ("url", "secrets")
_WEBHOOK = Schema(Words("webhook", "a webhook"), _KEYS, ("networks", "insecure", "ca"))
_A_NETWORK = Words("网段，如 10.0.0.0/8", "a network such as 10.0.0.0/8")


class Receiver(NamedTuple):
    """Whom to call: where, signed by whom, also in which networks, trusting which authority."""

    url: str
    signers: tuple[Signer, ...]
    networks: tuple[Network, ...] = ()
    trust: ssl.SSLContext | None = None
    language: str = "zh"


class Webhook:
    """Calls one receiver. ``seconds``: the longest time for one notice."""

    def __init__(self, receiver: Receiver, clock: Clock, seconds: float = SECONDS) -> None:
        self._receiver = receiver
        self._clock = clock
        self._seconds = seconds
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def send(self, notice: Notice) -> Outcome:
        """Sends a notice once."""
        return await self.post(notice.id, content_of(notice, self._receiver.language))

    async def trial(self, identity: str) -> Outcome:
        """Sends what says nothing."""
        return await self.post(identity, trial_of(identity, self._clock()))

    async def post(self, identity: str, body: bytes) -> Outcome:
        """Sends a body under an id; what the answer means."""
        headers = headers_of(identity, self._clock(), body, self._receiver.signers)
        headers["user-agent"] = f"linkage/{version()}"
        try:
            async with asyncio.timeout(self._seconds):
                return await self._called(headers, body)
        except (TimeoutError, httpcore.TimeoutException):
            return TryAgain(None, "timeout")
        except ForbiddenAddress:
            return TryAgain(None, "forbidden_address")
        except httpcore.ConnectError as error:
            return TryAgain(None, "tls" if _by_tls(error) else "unreachable")
        except (httpcore.ProtocolError, httpcore.NetworkError, ssl.SSLError, ValueError):
            return TryAgain(None, "no_http")

    async def close(self) -> None:
        """Closes its connections."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.aclose()

    async def _called(self, headers: Mapping[str, str], body: bytes) -> Outcome:
        called = self._connections().stream(
            "POST",
            self._receiver.url,
            headers=list(headers.items()),
            content=body,
            extensions={"timeout": {"connect": CONNECT_SECONDS}},
        )
        async with called as answer:
            size = 0
            async with aclosing(cast("AsyncGenerator[bytes]", answer.aiter_stream())) as pieces:
                async for piece in pieces:
                    size += len(piece)
                    if size > MOST_BYTES:
                        break
            return outcome_of(answer.status, _header(answer.headers, b"retry-after"), self._clock())

    def _connections(self) -> httpcore.AsyncConnectionPool:
        if self._pool is None:
            self._pool = httpcore.AsyncConnectionPool(
                ssl_context=self._receiver.trust or default_trust(),
                max_connections=None,  # as many as are on their way at once: nothing waits out its time here
                keepalive_expiry=IDLE_SECONDS,
                network_backend=GuardedNetwork(self._receiver.networks),
            )
        return self._pool


def outcome_of(status: int, retry_after: str, now: int) -> Outcome:
    """What an answer means: it has it (2xx), it is gone (410), or another time."""
    if 200 <= status < 300:
        return Delivered()
    if status == _GONE:
        return Gone(f"http_{status}")
    return TryAgain(seconds_of(retry_after, now), f"http_{status}")


def seconds_of(retry_after: str, now: int) -> float | None:
    """The seconds that ``Retry-After`` says (RFC 9110, 10.2.3): a number, or a date; None for nonsense."""
    text = retry_after.strip()
    try:
        if text.isascii() and text.isdigit():
            return float(text[:12])
        seconds = parsedate_to_datetime(text).timestamp() - now / NANO
    except (ValueError, OverflowError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _header(headers: list[tuple[bytes, bytes]], name: bytes) -> str:
    return next((value.decode("latin1") for key, value in headers if key.lower() == name), "")


def _by_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


@lru_cache(maxsize=1)
def default_trust() -> ssl.SSLContext:
    """The authorities that this machine trusts."""
    return ssl.create_default_context()


# -- read from a subscription


class Read(NamedTuple):
    """A channel's settings as read: the receiver, the files it was read from, and a name of all that."""

    receiver: Receiver
    files: tuple[Path, ...]
    settings: str


def read_receiver(reader: Reader, node: Node | None, folder: Path, language: str) -> Read | None:
    """The receiver of a subscription; its files are beside the file of subscriptions."""
    found = reader.fields(node, _WEBHOOK) or {}
    insecure = bool(reader.boolean(found["insecure"])) if "insecure" in found else False
    url = _url(reader, found.get("url"), insecure)
    networks = tuple(_networks(reader, found.get("networks")))
    files: list[Path] = []
    signers = reader.each(
        reader.one_or_more(found.get("secrets")), lambda item: _signer(reader, item, folder, files)
    )
    trust = trust_of(reader, found["ca"], folder, files) if "ca" in found else None
    if url is None or not signers:
        return None
    settings = hashlib.sha256(url.encode()).hexdigest()[:16]
    return Read(Receiver(url, signers, networks, trust, language), tuple(files), settings)


def _url(reader: Reader, node: Node | None, insecure: bool) -> str | None:
    text = reader.string(node)
    if text is None or node is None:
        return None
    try:
        parts = urlsplit(text)
        good = _callable(parts, insecure) and text.isascii() and not set(text) & set(' \t\r\n"<>\\^`{|}')
    except ValueError:
        good = False
    if good:
        return text
    reader.faults.add("LNK062", node.span)
    return None


def _callable(parts: SplitResult, insecure: bool) -> bool:
    """Whether a URL is one to call: https, a host, a port that there is, nobody's password, no fragment."""
    schemes = ("https", "http") if insecure else ("https",)
    port = parts.port  # raises ValueError for what is none
    return (
        parts.scheme in schemes
        and bool(parts.hostname)
        and port != 0
        and parts.username is None
        and parts.password is None
        and not parts.fragment
    )


def _networks(reader: Reader, node: Node | None) -> Iterator[Network]:
    for item in reader.one_or_more(node):
        text = reader.string(item)
        if text is None:
            continue
        try:
            yield ip_network(text)
        except ValueError:
            reader.faults.add("LNK951", item.span, name="networks", expected=_A_NETWORK)


def _signer(reader: Reader, node: Node, folder: Path, files: list[Path]) -> Signer | None:
    name = reader.string(node)
    if name is None:
        return None
    if name.startswith((SHARED, PRIVATE)):  # the secret itself: no message shows its line
        reader.faults.add("LNK063", whole(node.span.source.name), file=f"{name.partition('_')[0]}_…")
        return None
    path = folder / name
    files.append(path)
    try:
        signer = signer_of(read_source(path, path.name).text.strip())
        if path.stat().st_mode & _OTHERS_READ:
            event(Level.WARNING, "key_file_readable", code="LNK940", file=path.name)
        return signer
    except SourceError as error:
        reader.faults.add(error.code, node.span, "", **error.details)
    except ValueError:
        reader.faults.add("LNK063", node.span, file=path.name)
    return None


def trust_of(reader: Reader, node: Node, folder: Path, files: list[Path]) -> ssl.SSLContext | None:
    """What trusts the authority of a file beside the file of subscriptions."""
    name = reader.string(node)
    if name is None:
        return None
    path = folder / name
    files.append(path)
    try:
        return ssl.create_default_context(cafile=str(path))
    except (OSError, ValueError):  # SSLError is an OSError
        reader.faults.add("LNK064", node.span, file=path.name)
        return None
