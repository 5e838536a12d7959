"""What a client's certificate says, which gRPC has verified against the configured authority."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from cryptography import x509


class Certificate(NamedTuple):
    """The names in a certificate, and the second (since 1970 UTC) after which it is no longer valid.

    The subject is written as RFC 4514 has it, each alternative name as ``DNS:…`` or ``URI:…``.
    """

    names: tuple[str, ...]
    expires: float


@lru_cache(maxsize=1024)
def certificate_of(pem: bytes) -> Certificate:
    """What a certificate says; no names where it cannot be read."""
    try:
        found = x509.load_pem_x509_certificate(pem)
        return Certificate(_names(found), found.not_valid_after_utc.timestamp())
    except ValueError:
        return Certificate((), 0.0)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    subject = certificate.subject.rfc4514_string()
    try:
        others = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return (subject,)
    dns = [f"DNS:{name}" for name in others.get_values_for_type(x509.DNSName)]
    uris = [f"URI:{name}" for name in others.get_values_for_type(x509.UniformResourceIdentifier)]
    return (subject, *dns, *uris)
