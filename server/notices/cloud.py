"""A notice as others read it: a CloudEvent 1.0 in structured JSON, signed by the Standard Webhooks scheme.

The data are ``linkage.v1.ObligationChange`` as WatchObligations gives it: one schema for both ways of being
told. CloudEvents' own package was looked at and not taken: what we write of the format are eight names, its
core has no types for checkers, and it brings two packages along. The tests have it read what we write.

Sources: CloudEvents 1.0.2 and its JSON format; its extension ``sequence``; Standard Webhooks 1.0.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook as Symmetric

from policy.time.moment import NANO, moment_text
from server.convert.register import change_message
from server.convert.to_json import json_of
from server.notices.kinds import kind_of
from server.notices.ports import Notice

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
SHARED, PRIVATE = "whsec_", "whsk_"
"""What a secret begins with that both sides have (HMAC-SHA256, v1), and one of ours alone (Ed25519, v1a)."""
LEAST_BYTES, MOST_BYTES = 24, 64
_SEED_BYTES = 32


def content_of(notice: Notice, language: str) -> bytes:
    """The body of a notice in UTF-8, its title in "zh" or "en"."""
    told = notice.told
    change = change_message(told)
    change.title = notice.titles.get(language, "")
    source = f"/linkage/{notice.database}/districts/{told.district}"
    written = {
        "specversion": "1.0",
        "id": notice.id,
        "source": source,
        "type": f"linkage.obligation.{kind_of(told)}.v1",
        "subject": told.obligation,
        "time": moment_text(told.at),
        "sequence": f"{told.position:020d}",
        "datacontenttype": "application/json",
        "data": json_of(change),
    }
    return orjson.dumps(written)


def trial_of(identity: str, now: int) -> bytes:
    """The body of a notice that tells nothing: the question is whether it arrives."""
    written = {
        "specversion": "1.0",
        "id": identity,
        "source": "/linkage/test",
        "type": "linkage.test.v1",
        "time": moment_text(now),
    }
    return orjson.dumps(written)


class Signer(Protocol):
    """Signs what is sent."""

    def sign(self, identity: str, at: datetime, body: str) -> str:
        """The signature, with the word that says how it was made before it."""


class _Shared(NamedTuple):
    """HMAC-SHA256 with a secret that the receiver has too."""

    own: Symmetric

    def sign(self, identity: str, at: datetime, body: str) -> str:
        """``v1,…``."""
        return self.own.sign(identity, at, body)


class _Private(NamedTuple):
    """Ed25519 with a key that the receiver has the public half of: it can check, and not sign."""

    own: Ed25519PrivateKey

    def sign(self, identity: str, at: datetime, body: str) -> str:
        """``v1a,…``."""
        signed = self.own.sign(f"{identity}.{int(at.timestamp())}.{body}".encode())
        return f"v1a,{base64.b64encode(signed).decode()}"


def signer_of(secret: str) -> Signer:
    """What signs with a secret: ``whsec_`` or ``whsk_``, and bytes in Base64. Raises ``ValueError``."""
    for prefix in (SHARED, PRIVATE):
        if secret.startswith(prefix):
            try:
                key = base64.b64decode(secret.removeprefix(prefix), validate=True)
            except binascii.Error as error:
                raise ValueError(prefix) from error
            if prefix == PRIVATE and len(key) in (_SEED_BYTES, 2 * _SEED_BYTES):  # the public half may follow
                return _Private(Ed25519PrivateKey.from_private_bytes(key[:_SEED_BYTES]))
            if prefix == SHARED and LEAST_BYTES <= len(key) <= MOST_BYTES:
                return _Shared(Symmetric(key))
    raise ValueError(SHARED)


def headers_of(identity: str, now: int, body: bytes, signers: tuple[Signer, ...]) -> dict[str, str]:
    """The headers of a signed notice that is sent now (ns): each secret has signed it."""
    at = datetime.fromtimestamp(now // NANO, UTC)
    text = body.decode()
    return {
        "content-type": CONTENT_TYPE,
        "webhook-id": identity,
        "webhook-timestamp": str(now // NANO),
        "webhook-signature": " ".join(signer.sign(identity, at, text) for signer in signers),
    }
