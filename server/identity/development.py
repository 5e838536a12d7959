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

    def write(self, folder: Path, name: str) -> list[Path]:
        """Writes ``NAME.pem`` and, readable by its owner alone, ``NAME.key``. Raises OSError: one exists."""
        pem, private = folder / f"{name}.pem", folder / f"{name}.key"
        _write(pem, self.certificate.public_bytes(serialization.Encoding.PEM), 0o644)
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        _write(private, self.key.private_bytes(serialization.Encoding.PEM, form, plain), 0o600)
        return [pem, private]


def authority() -> Pair:
    """A new authority."""
    key = _key()
    name = _name("authority")
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = (
        _builder(name, name, key, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Pair(builder.sign(key, hashes.SHA256()), key)


def read_authority(folder: Path) -> Pair | None:
    """The authority that ``Pair.write`` wrote as ``ca``; None where there is none. Raises ValueError."""
    try:
        certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    except FileNotFoundError:
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("no key of ours")
    return Pair(certificate, key)


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


def _write(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
