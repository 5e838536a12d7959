"""Certificates for development and tests: an authority of one's own, a server and its clients.

Not for production: the authority's key lies beside the rest, unprotected but for its file mode.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORGANISATION = "Linkage development"
DAYS = 90
AUTHORITY_DAYS = 365
_EARLY = datetime.timedelta(minutes=5)
"""Certificates begin a little in the past: clocks differ."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def write(self, folder: Path, name: str, over: bool = False) -> list[Path]:
        """Writes ``NAME.pem`` and, readable by its owner alone, ``NAME.key``.

        Raises ``OSError``: ``FileExistsError`` where one is there, unless it is to be replaced (``over``).
        """
        pem, private = folder / f"{name}.pem", folder / f"{name}.key"
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        key = self.key.private_bytes(serialization.Encoding.PEM, form, plain)
        _write(pem, self.certificate.public_bytes(serialization.Encoding.PEM), 0o644, over)
        _write(private, key, 0o600, over)
        return [pem, private]


class PairError(Exception):
    """The files of a certificate cannot be used: LNK947 ``path`` holds none, LNK991 ``other`` is missing."""

    def __init__(self, code: str, path: Path, other: Path | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.path = path
        self.other = other


def authority(key: ec.EllipticCurvePrivateKey | None = None) -> Pair:
    """A new authority; ``key``: that of the one that is renewed, so that what it has issued stays good."""
    key = key or _key()
    name = _name("authority")
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = (
        _builder(name, name, key, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Pair(builder.sign(key, hashes.SHA256()), key)


def read_pair(folder: Path, name: str) -> Pair | None:
    """What ``Pair.write`` wrote; None where neither file is there. Raises ``PairError`` and ``OSError``."""
    pem, private = folder / f"{name}.pem", folder / f"{name}.key"
    for path, other in ((pem, private), (private, pem)):
        if path.exists() and not other.exists():
            raise PairError("LNK991", path, other)
    if not pem.exists():
        return None
    try:
        certificate = x509.load_pem_x509_certificate(pem.read_bytes())
    except ValueError as error:
        raise PairError("LNK947", pem) from error
    try:
        key = serialization.load_pem_private_key(private.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise PairError("LNK947", private) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise PairError("LNK947", private)
    return Pair(certificate, key)


def hosts_of(certificate: x509.Certificate) -> list[str]:
    """The names and addresses that a server's certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in names]


def server_pair(signer: Pair, hosts: Sequence[str], days: int = DAYS) -> Pair:
    """A server's certificate for names and addresses."""
    names = [_host(host) for host in hosts]
    return _issued(signer, "server", names, ExtendedKeyUsageOID.SERVER_AUTH, days)


def client_pair(signer: Pair, name: str, days: int = DAYS) -> Pair:
    """A client's certificate with the subject ``CN=NAME,O=Linkage development``."""
    return _issued(signer, name, [], ExtendedKeyUsageOID.CLIENT_AUTH, days)


def _issued(
    signer: Pair, name: str, names: list[x509.GeneralName], usage: x509.ObjectIdentifier, days: int
) -> Pair:
    key = _key()
    # Names its signer by key: authorities that follow each other have the same name.
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
    builder = (
        _builder(_name(name), signer.certificate.subject, key, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(issuer, critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Pair(builder.sign(signer.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    begin = datetime.datetime.now(datetime.UTC) - _EARLY
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=days))
    )


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    parts = ((NameOID.ORGANIZATION_NAME, ORGANISATION), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, data: bytes, mode: int, over: bool) -> None:
    place = path
    if over:
        place = path.with_name(f".{path.name}.new")
        place.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
    if over:
        place.replace(path)
