"""What handlers get for a call over HTTP in the place of gRPC's context: headers answer what they ask."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

import grpc
from google.rpc import status_pb2

DETAILS = "grpc-status-details-bin"
API_KEY = "x-api-key"
AUTHORIZATION = "authorization"
LANGUAGE = "accept-language"

Metadata = Sequence[tuple[str, str | bytes]]


class Ended(grpc.aio.AbortError):
    """The handler has ended the call with this status."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__()
        self.status = status


class Context:
    """One call.

    ``seconds``: how long it may take, None: as long as it needs. ``language``: what is asked for in the
    headers, of the languages there are; empty: none of them.
    """

    door = "http"

    def __init__(
        self,
        headers: Iterable[tuple[bytes, bytes]],
        peer: str,
        certificates: Sequence[bytes] = (),
        seconds: float | None = None,
        language: str = "",
    ) -> None:
        self._metadata = ((LANGUAGE, language), *_metadata(headers))
        self._peer = peer
        self._certificates = certificates
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.trailers: dict[str, str | bytes] = {}
        self.headers: dict[str, str] = {}
        """What goes with a refusal."""

    def invocation_metadata(self) -> Metadata:
        """The headers."""
        return self._metadata

    def peer(self) -> str:
        """Where the call comes from, as gRPC writes it."""
        return self._peer

    def auth_context(self) -> Mapping[str, Sequence[bytes]]:
        """The client's certificate, which has been verified."""
        return {"x509_pem_cert": self._certificates} if self._certificates else {}

    def time_remaining(self) -> float | None:
        """Seconds until the deadline; None: there is none."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def set_trailing_metadata(self, trailing: Metadata) -> None:
        """What goes with the answer."""
        self.trailers.update(trailing)

    async def abort(self, code: grpc.StatusCode, details: str = "", trailing: Metadata = ()) -> NoReturn:
        """Ends the call."""
        self.trailers.update(trailing)
        packed = self.trailers.pop(DETAILS, b"")
        status = status_pb2.Status.FromString(packed) if isinstance(packed, bytes) and packed else None
        raise Ended(status or status_pb2.Status(code=code.value[0], message=details))


def _metadata(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[str, str]]:
    """The headers as metadata. A key in a header of its own is the credential that it would be as a bearer's.

    Both are two credentials, of which none is better.
    """
    for name, value in headers:
        text = value.decode("latin1")
        if name == API_KEY.encode():
            yield AUTHORIZATION, f"Bearer {text}"
        elif name != LANGUAGE.encode():
            yield name.decode("latin1"), text


def peer_of(client: tuple[str, int] | None) -> str:
    """An address as gRPC writes it."""
    if client is None:
        return "unknown"
    host, port = client
    return f"ipv6:%5B{host}%5D:{port}" if ":" in host else f"ipv4:{host}:{port}"
