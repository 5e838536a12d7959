"""Bearer tokens: JWT (RFC 7519) of a configured issuer, for this service, in time, signed by one of its keys.

What is checked is what PyJWT checks, with the algorithms that the configuration names for the issuer (RFC
8725): a token's own header chooses only among them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import jwt
from jwt import PyJWK

from server.identity.callers import Callers, Issuer
from server.identity.keysets import AT_LEAST_SECONDS, KeySet
from server.identity.refusals import Unauthenticated, Why

LEEWAY_SECONDS = 30
"""How far an issuer's clock may be from ours."""
MAX_TOKEN = 6 * 1024
"""Most characters of a token: gRPC refuses metadata beyond 8 KiB, sooner or later."""

_REQUIRED = ["exp", "iss", "aud", "sub"]
_SUBJECT = re.compile(r"[!-~]{1,128}")
_WHYS: tuple[tuple[type[Exception], Why], ...] = (
    (jwt.ExpiredSignatureError, Why.EXPIRED),
    (jwt.ImmatureSignatureError, Why.NOT_YET),
    (jwt.InvalidAudienceError, Why.AUDIENCE),
    (jwt.InvalidIssuerError, Why.ISSUER),
    (jwt.InvalidAlgorithmError, Why.ALGORITHM),
    (jwt.InvalidSignatureError, Why.SIGNATURE),
    (jwt.InvalidKeyError, Why.KEY),
    (jwt.MissingRequiredClaimError, Why.CLAIMS),
    (jwt.DecodeError, Why.MALFORMED),
)
_DECODER = jwt.PyJWT(options={"enforce_minimum_key_length": True, "require": _REQUIRED})


class Token(NamedTuple):
    """A good token: the caller's entry, its subject, and the second at which it expires.

    ``keys`` are those that were published when it was verified: it is good as long as no others are.
    """

    caller: str
    subject: str
    expires: int
    issuer: str
    keys: Mapping[str, PyJWK]


class Tokens:
    """Verifies the tokens of the issuers of a table of callers.

    ``before``: the same of an older table, whose key sets go on. A new one is read; one at an address that
    does not answer is empty for now: other callers must not wait for it. Raises ``FileError`` for a file.
    """

    def __init__(self, callers: Callers, before: Tokens | None = None) -> None:
        self._callers = callers
        self._issuers = {issuer.issuer: issuer for issuer in callers.issuers.values()}
        known = before.key_sets if before is not None else {}
        self.key_sets: dict[str, KeySet] = {}
        for name, issuer in callers.issuers.items():
            kept = known.get(name)
            self.key_sets[name] = kept if kept is not None and kept.issuer == issuer else _read(issuer)

    async def verified(self, token: str) -> Token:
        """What a token says, once it has been verified. Raises ``Unauthenticated``."""
        if len(token) > MAX_TOKEN:
            raise Unauthenticated(Why.MALFORMED)
        issuer, header = self._claimed(token)
        key = await self._key(issuer, header.get("kid"))
        keys = self.key_sets[issuer.name].keys
        try:
            claims = _DECODER.decode(
                token,
                key,
                algorithms=issuer.algorithms,
                audience=issuer.audience,
                issuer=issuer.issuer,
                leeway=LEEWAY_SECONDS,
            )
        except jwt.PyJWTError as error:
            why = next((why for cls, why in _WHYS if isinstance(error, cls)), Why.MALFORMED)
            raise Unauthenticated(why) from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
            raise Unauthenticated(Why.CLAIMS)
        return Token(self._caller(issuer, claims), subject, int(claims["exp"]), issuer.name, keys)

    def still_good(self, token: Token) -> bool:
        """Whether the keys of its issuer are those by which the token was verified."""
        keys = self.key_sets.get(token.issuer)
        return keys is not None and keys.keys is token.keys

    def _claimed(self, token: str) -> tuple[Issuer, Mapping[str, Any]]:
        """Whose token it says it is, and its header: read before anything is believed, to find the key."""
        try:
            read = jwt.decode_complete(token, options={"verify_signature": False})
        except jwt.PyJWTError as error:
            raise Unauthenticated(Why.MALFORMED) from error
        issuer = self._issuers.get(str(read["payload"].get("iss")))
        if issuer is None:
            raise Unauthenticated(Why.ISSUER)
        if read["header"].get("alg") not in issuer.algorithms:
            raise Unauthenticated(Why.ALGORITHM)
        kind = str(read["header"].get("typ", "")).lower().removeprefix("application/")
        if issuer.type and kind != issuer.type:
            raise Unauthenticated(Why.TYPE)
        return issuer, read["header"]

    async def _key(self, issuer: Issuer, kid: Any) -> PyJWK:
        """The key that a token names; a set of one key needs no name."""
        keys = self.key_sets[issuer.name]
        found = _named(keys.keys, kid)
        if found is None:
            await keys.refresh(AT_LEAST_SECONDS)
            found = _named(keys.keys, kid)
        if found is None:
            raise Unauthenticated(Why.KEY)
        return found

    def _caller(self, issuer: Issuer, claims: Mapping[str, Any]) -> str:
        """The first entry of the table all of whose claims the token has."""
        for rule in self._callers.tokens:
            said = all(_has(claims.get(name), value) for name, value in rule.claims)
            if said and rule.issuer == issuer.name:
                return rule.caller
        raise Unauthenticated(Why.UNKNOWN)


def _read(issuer: Issuer) -> KeySet:
    keys = KeySet(issuer)
    if keys.remote:
        keys.attempted()
    else:
        keys.load()
    return keys


def _named(keys: Mapping[str, PyJWK], kid: Any) -> PyJWK | None:
    if kid is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(str(kid))


def _has(claim: Any, value: str) -> bool:
    """Whether a claim is ``value``, or a list that holds it."""
    return value in claim if isinstance(claim, list) else claim == value
