"""Who calls: by the token or API key of the call, else by the certificate of its connection.

A call that brings a token is judged by it alone: a bad token is never made good by a certificate.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from server.identity.caller import Caller, CallerLimits
from server.identity.callers import Callers, read_callers
from server.identity.certificates import certificate_of
from server.identity.failures import Failures
from server.identity.keys import PREFIX, ApiKeys, read_keys
from server.identity.keysets import KeySet
from server.identity.peers import host_of
from server.identity.refusals import TooManyFailures, Unauthenticated, Why
from server.identity.tokens import LEEWAY_SECONDS, Token, Tokens
from server.identity.watched import Watched

AUTHORIZATION = "authorization"
_SCHEME = "bearer "
_PEM = "x509_pem_cert"
_FAILURES = 20
"""Failures of one peer in a minute, where nothing else is said."""
_REMEMBERED = 4096
"""Tokens whose verification is remembered until they expire."""

Clock = Callable[[], float]
"""Seconds since 1970 UTC."""


class Authentication:
    """Tells callers by the files of the configuration. ``keys`` None: there are no API keys.

    Raises ``FileError`` where a file cannot be used at the start; later the last good one stays.
    """

    def __init__(
        self,
        callers: Path,
        keys: Path | None,
        limits: CallerLimits,
        clock: Clock = time.time,
        failures: Failures | None = None,
    ) -> None:
        self._clock = clock
        self._failures = Failures(_FAILURES) if failures is None else failures
        self._keys = None if keys is None else Watched((keys,), lambda: read_keys(keys))
        self._tokens: Tokens | None = None

        def read() -> tuple[Callers, Tokens]:
            table = read_callers(callers, limits)
            self._tokens = Tokens(table, self._tokens)
            return table, self._tokens

        self._callers = Watched((callers,), read)
        self._verified: OrderedDict[bytes, Token] = OrderedDict()

    @property
    def table(self) -> Callers:
        """The callers as they are configured now."""
        return self._callers.current[0]

    @property
    def key_sets(self) -> list[KeySet]:
        """The key sets of the issuers."""
        return list(self._callers.current[1].key_sets.values())

    async def caller(self, context: Any) -> Caller:
        """Who makes the call of a servicer's context. Raises ``Unauthenticated`` and ``TooManyFailures``.

        Of a peer that has failed too often only what is known already is looked at: certificates, which the
        connection has shown, API keys, and tokens that were verified before. To look at these costs nothing,
        and nobody is kept out by others who share their address.
        """
        peer = host_of(context.peer())
        wait = self._failures.wait(peer)
        try:
            return await self._told(context, peer, wait)
        except Unauthenticated as error:
            if error.why is Why.NONE:
                raise
            if wait:
                raise TooManyFailures(wait) from error
            self._failures.count(peer)
            raise

    async def _told(self, context: Any, peer: str, wait: float) -> Caller:
        given = [value for key, value in context.invocation_metadata() or () if key == AUTHORIZATION]
        if not given:
            return self._by_certificate(context)
        if len(given) > 1 or not isinstance(given[0], str) or given[0][: len(_SCHEME)].lower() != _SCHEME:
            raise Unauthenticated(Why.MALFORMED)
        credential = given[0][len(_SCHEME) :].strip()
        if credential.startswith(PREFIX):
            return self._by_key(credential)
        token = await self._token(credential, peer, wait)
        return replace(self._named(token.caller), subject=token.subject, by="token")

    async def refresh(self) -> bool:
        """Takes up what has changed in the files; whether something has. Called again and again."""
        changed = await asyncio.to_thread(self._refresh_files)
        if changed:
            self._verified.clear()
        return changed

    async def refresh_key_sets(self) -> None:
        """The same for the issuers' keys; takes as long as the slowest of them, and no file waits for it."""
        await asyncio.gather(*(keys.refresh() for keys in self.key_sets))

    def _refresh_files(self) -> bool:
        found = [watched.refresh() for watched in (self._callers, self._keys) if watched is not None]
        return any(found)

    def _by_certificate(self, context: Any) -> Caller:
        pem = context.auth_context().get(_PEM)
        if not pem:
            raise Unauthenticated(Why.NONE)
        certificate = certificate_of(pem[0])
        if certificate.expires <= self._clock():  # the connection may be older than that
            raise Unauthenticated(Why.EXPIRED)
        known = self.table.certificates
        # Names that lead to two callers are a mistake of whoever issued it, and lead to none.
        found = {known[name] for name in certificate.names if name in known}
        if len(found) != 1:
            raise Unauthenticated(Why.UNKNOWN)
        return replace(self._named(found.pop()), by="certificate")

    def _by_key(self, key: str) -> Caller:
        keys = ApiKeys() if self._keys is None else self._keys.current
        found = keys.found(key, int(self._clock()))
        return replace(self._named(found.caller), by=f"key {found.id}")

    async def _token(self, text: str, peer: str, wait: float) -> Token:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        table = self._callers.current
        token = self._verified.get(digest)
        if token is None or not table[1].still_good(token):
            if wait:
                raise TooManyFailures(wait)
            token = await self._verified_now(table[1], text, peer)
            if table is self._callers.current:  # else what it was verified against is no longer so
                self._verified[digest] = token
            if len(self._verified) > _REMEMBERED:
                self._verified.popitem(last=False)
        elif token.expires + LEEWAY_SECONDS <= self._clock():
            self._verified.pop(digest, None)
            raise Unauthenticated(Why.EXPIRED)
        return token

    async def _verified_now(self, tokens: Tokens, text: str, peer: str) -> Token:
        """The token; a failure while it is verified, so that no more are tried at once than may fail."""
        self._failures.count(peer)
        try:
            return await tokens.verified(text)
        finally:
            self._failures.count(peer, -1)  # whoever asked counts it, if it failed

    def _named(self, name: str) -> Caller:
        found = self.table.callers.get(name)
        if found is None:
            raise Unauthenticated(Why.UNKNOWN)
        return found
