"""TLS from files: the server's certificate and key, and the authority that signs its clients' certificates.

The files are read again when they change. New connections get the new certificate, running ones go on: no
call is dropped. Files that do not fit together (half of them replaced) leave the last good ones in use.
"""

from __future__ import annotations

import datetime
import os
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from policy.text.diagnostics import Fault, Faults, fault
from policy.text.source import whole
from server.identity.watched import FileError, Watched
from server.settings.config import TlsSettings
from server.settings.logs import Level, event
from server.telemetry.figures import CERTIFICATE

T = TypeVar("T")

SOON_DAYS = 30
"""How long before its end a certificate is called soon to expire."""
_OTHERS, _GROUP_READS = 0o077, 0o040
_DAY = datetime.timedelta(days=1)


class Term(NamedTuple):
    """How long a certificate of a file is valid; ``authority``: one of those that sign the clients'."""

    file: str
    begin: datetime.datetime
    end: datetime.datetime
    authority: bool

    def holds(self, now: datetime.datetime) -> bool:
        """Whether it is valid."""
        return self.begin <= now < self.end


@dataclass(frozen=True, slots=True)
class Material:
    """What the files hold: PEM, and its terms. ``authority`` None: clients show no certificates."""

    chain: bytes
    key: bytes
    authority: bytes | None
    terms: tuple[Term, ...]

    def configuration(self) -> grpc.ServerCertificateConfiguration:
        """The same for gRPC."""
        return grpc.ssl_server_certificate_configuration([(self.key, self.chain)], self.authority)


class Transport:
    """The server's side of TLS. Raises ``FileError`` for files that cannot be used."""

    def __init__(self, settings: TlsSettings) -> None:
        names = [settings.certificate, settings.key, settings.client_ca]
        paths = [Path(name) for name in names if name]
        self._settings = settings
        self._files = Watched(paths, lambda: read_material(settings))
        self._given = self._files.changes
        self._looked = _now()

    @property
    def changes(self) -> int:
        """How often files that can be used have taken the place of others."""
        return self._files.changes

    def credentials(self) -> grpc.ServerCredentials:
        """The credentials to listen with. They follow the files, once ``refresh`` has seen them change."""
        material = self._files.current
        mutual = material.authority is not None
        changed: Any = self._changed  # gRPC takes None for "as before"; its types do not say so
        return grpc.dynamic_ssl_server_credentials(material.configuration(), changed, mutual)

    def context(self) -> ssl.SSLContext:
        """The same for HTTP, of the files as they are now. Raises ``FileError``.

        No session is resumed: a client whose authority is no longer trusted would come in with its ticket.
        """
        settings = self._settings
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
        context.num_tickets = 0
        context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
        context.set_alpn_protocols(["http/1.1"])
        try:
            context.load_cert_chain(settings.certificate, settings.key)
            if settings.client_ca:
                context.load_verify_locations(settings.client_ca)
                context.verify_mode = ssl.CERT_REQUIRED
        except OSError as error:  # an SSLError too: half of them were replaced meanwhile
            raise FileError([_unusable(settings.certificate)]) from error
        return context

    def refresh(self) -> bool:
        """Takes up changed files; whether there are new ones. Once a day it warns of what soon expires."""
        changed, now = self._files.refresh(), _now()
        if changed:
            self._looked = now
        elif now - self._looked >= _DAY:
            self._looked = now
            warn_of(self._files.current.terms, now)
        return changed

    def _changed(self) -> grpc.ServerCertificateConfiguration | None:
        """Asked by gRPC before each handshake, in a thread of its own: what is new, if anything."""
        changes = self._files.changes
        if changes == self._given:
            return None
        self._given = changes
        return self._files.current.configuration()


def read_material(settings: TlsSettings) -> Material:
    """The files of the settings. Raises ``FileError`` with all that is wrong with them; warns of certificates
    that soon expire, and of a key that others can read."""
    faults, now = Faults(), _now()
    chain, certificates = _read(settings.certificate, x509.load_pem_x509_certificates, faults)
    key, private = _read(settings.key, lambda data: serialization.load_pem_private_key(data, None), faults)
    if private and certificates and private.public_key() != certificates[0].public_key():
        faults.append(_unusable(settings.key))
    terms = _terms(settings.certificate, certificates or [])
    _note_end("tls.certificate", certificates)
    authority = None
    if settings.client_ca:
        authority, authorities = _read(settings.client_ca, x509.load_pem_x509_certificates, faults)
        terms += _terms(settings.client_ca, authorities or [], authority=True)
        _note_end("tls.client_ca", authorities)
    _check(terms, now, faults)
    if faults.errors:
        raise FileError(faults)
    warn_of(terms, now)
    if _others_read(Path(settings.key)):
        event(Level.WARNING, "key_file_readable", code="LNK940", file=Path(settings.key).name)
    return Material(chain, key, authority, terms)


def _read(name: str, load: Callable[[bytes], T], faults: Faults) -> tuple[bytes, T | None]:
    """The bytes of a file, and what ``load`` makes of them; a fault where it cannot."""
    data = b""
    try:
        data = Path(name).read_bytes()
        return data, load(data)
    except (OSError, ValueError, TypeError):
        faults.append(_unusable(name))
        return data, None


def _terms(name: str, found: list[x509.Certificate], authority: bool = False) -> tuple[Term, ...]:
    file = Path(name).name
    return tuple(Term(file, c.not_valid_before_utc, c.not_valid_after_utc, authority) for c in found)


def _check(terms: Sequence[Term], now: datetime.datetime, faults: Faults) -> None:
    """Notes where a certificate of the server does not hold, or no authority of the clients."""
    for term in terms:
        if not term.authority and not term.holds(now):
            faults.add("LNK950", whole(term.file))
    authorities = [term for term in terms if term.authority]
    if authorities and not any(term.holds(now) for term in authorities):
        last = max(authorities, key=lambda term: term.end)
        faults.add("LNK992", whole(last.file), end=f"{last.end:%Y-%m-%d}")


def warn_of(terms: Sequence[Term], now: datetime.datetime) -> None:
    """Logs which certificates end within ``SOON_DAYS``, or have ended."""
    for term in terms:
        if term.end - now < SOON_DAYS * _DAY:
            name, code = "certificate_expires", "LNK946"
            if term.authority:
                name, code = "authority_expires", "LNK993"
            days, end = (term.end - now).days, f"{term.end:%Y-%m-%d}"
            event(Level.WARNING, name, code=code, file=term.file, days=days, end=end)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _others_read(key: Path) -> bool:
    """Whether more than the service may read it. Root's own may be for its group, as secrets are mounted."""
    found = key.stat()
    fine = _GROUP_READS if found.st_uid == 0 and os.geteuid() != 0 else 0
    return bool(found.st_mode & _OTHERS & ~fine)


def _note_end(setting: str, certificates: list[x509.Certificate] | None) -> None:
    """Tells whoever scrapes when the first of them ends."""
    if certificates:
        CERTIFICATE.set(min(each.not_valid_after_utc for each in certificates).timestamp(), setting)


def _unusable(name: str) -> Fault:
    return fault("LNK947", whole(Path(name).name))
