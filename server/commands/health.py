"""``linkage health``: whether a service serves, as an exit code. For health checks of containers and scripts.

Without options it asks the service that the settings describe, on this machine: the file, the environment and
so the container's own. It is started every few seconds, so that it imports nothing of the server.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NoReturn

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what went wrong is said below, once

import grpc
import typer
from grpc_health.v1 import health_pb2, health_pb2_grpc

from policy.cli.guard import FINDINGS, CommandError
from policy.text.diagnostics import Words, fault
from policy.text.terminal import show, show_fault
from server.settings.config import Settings

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - compared with, not listened on
"""What listens on every interface is asked on the loopback interface."""

MAX_PORT = 65_535
MOST_BYTES = 65_536
"""Of a page that is shown."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What to ask and how: PEM files and names of the command line; None where it gave none.

    ``authority``: who signed the server's certificate. ``certificate`` and ``key``: our own, where the server
    asks its clients for one. ``name``: what the server's certificate must say instead of the address.
    ``tls``: the authorities that this machine trusts. ``readyz``: the page of the operations address.
    """

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    name: str | None = None
    tls: bool = False
    readyz: bool = False


def health(settings: Settings, service: str, seconds: float, asking: Asking, lang: str) -> None:
    """Prints what the service says of itself. Raises ``typer.Exit`` (1): it does not serve, or not answer.

    Where clients must show a certificate and the command line has none, ``/readyz`` is asked, not gRPC.
    Raises ``CommandError`` for an address or files that nothing can be asked with.
    """
    if asking.readyz or (settings.tls.client_ca and asking.certificate is None):
        _ready(settings, seconds, lang)
    else:
        _serving(settings, service, seconds, asking, lang)


def _ready(settings: Settings, seconds: float, lang: str) -> None:
    """Asks the operations address, which has neither TLS nor callers."""
    from server.process.operations import OFF, operations_address

    address = reachable(operations_address(settings) or OFF)
    host, _, port = address.rpartition(":")
    connection = HTTPConnection(host.strip("[]"), int(port), timeout=seconds)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        text = answer.read(MOST_BYTES).decode("utf-8", "replace").rstrip()
    except TimeoutError:
        no_answer(address, _nothing_in(seconds), lang)
    except (OSError, HTTPException) as error:
        no_answer(address, getattr(error, "strerror", None) or type(error).__name__, lang)
    finally:
        connection.close()
    show(f"{address}/readyz {answer.status} {text}")
    if answer.status != HTTPStatus.OK:
        raise typer.Exit(FINDINGS)


def _serving(settings: Settings, service: str, seconds: float, asking: Asking, lang: str) -> None:
    """Asks gRPC's health service, through the door of the calls."""
    address = reachable(settings.address)
    request = health_pb2.HealthCheckRequest(service=service)
    with channel(address, settings, asking) as opened:
        stub: Any = health_pb2_grpc.HealthStub(opened)
        try:
            status = stub.Check(request, timeout=seconds).status
        except grpc.RpcError as error:
            if _code(error) is grpc.StatusCode.NOT_FOUND:  # answered, by a server without such a service
                status = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
            else:
                no_answer(address, reason_of(error, seconds), lang)
    show(f"{address} {health_pb2.HealthCheckResponse.ServingStatus.Name(status)}")
    if status != health_pb2.HealthCheckResponse.SERVING:
        raise typer.Exit(FINDINGS)


def no_answer(address: str, reason: str | Words, lang: str) -> NoReturn:
    show_fault(fault("LNK915", None, address=address, reason=reason), lang)
    raise typer.Exit(FINDINGS)


def reachable(address: str) -> str:
    """The address to ask a server at that listens on ``address``. Raises ``CommandError`` (LNK916)."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) <= MAX_PORT:
        raise CommandError("LNK916", address=address)
    return f"{_EVERYWHERE.get(host, host)}:{port}"


def channel(address: str, settings: Settings, asking: Asking) -> grpc.Channel:
    """A channel to the server: over TLS where the command line says so, else as the settings have it."""
    name = asking.name
    if asking.authority is not None:
        authority: bytes | None = _certificates(asking.authority)[0]
    elif asking.tls:
        authority = None
    elif settings.tls.certificate:
        # The service beside us shows just this certificate: it is trusted by itself, whoever signed it.
        authority, found = _certificates(Path(settings.tls.certificate))
        name = name or found
    elif asking.certificate is not None or asking.key is not None or name is not None:
        raise _usage("这些选项还需要 --ca 或 --tls", "these options need --ca or --tls, too")
    else:
        return grpc.insecure_channel(address)
    own = [None if path is None else _bytes(path) for path in (asking.key, asking.certificate)]
    if (own[0] is None) != (own[1] is None):
        raise _usage("--certificate 和 --key 须一起给出", "--certificate and --key are given together")
    credentials = grpc.ssl_channel_credentials(authority, *own)
    options = [("grpc.ssl_target_name_override", name)] if name else []
    return grpc.secure_channel(address, credentials, options)


def _certificates(path: Path) -> tuple[bytes, str | None]:
    """A file of certificates, and a name that the first is for. Raises ``CommandError`` (LNK902, LNK947)."""
    from cryptography import x509

    text = _bytes(path)
    try:
        first = x509.load_pem_x509_certificates(text)[0]
    except ValueError as error:
        raise CommandError("LNK947", file=path.name) from error
    try:
        names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return text, None
    found = names.get_values_for_type(x509.DNSName) or names.get_values_for_type(x509.IPAddress)
    return text, str(found[0]).replace("*", "any", 1) if found else None


def _usage(zh: str, en: str) -> CommandError:
    return CommandError("LNK906", detail=Words(zh, en), command="linkage health")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError("LNK902", path=str(path), reason=error.strerror or "") from error


def _code(error: grpc.RpcError) -> grpc.StatusCode | None:
    code: grpc.StatusCode | None = getattr(error, "code", lambda: None)()
    return code


def _nothing_in(seconds: float) -> Words:
    return Words(f"{seconds:g} 秒内没有回答", f"nothing in {seconds:g} s")


def reason_of(error: grpc.RpcError, seconds: float) -> str | Words:
    if _code(error) is grpc.StatusCode.DEADLINE_EXCEEDED:
        return _nothing_in(seconds)
    details: str = getattr(error, "details", lambda: "")() or type(error).__name__
    return details.rpartition("last error: ")[2]
