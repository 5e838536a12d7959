"""An installation with callers of every kind: its files, and what its callers hold in their hands."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from linkage.v1 import policy_service_pb2_grpc as stubs
from server.identity.development import Pair, authority, client_pair, server_pair
from server.identity.keys import create_key
from tests.server.waiting import SECONDS

ISSUER = "https://example.com/sso"
AUDIENCE = "linkage"

CALLERS = """\
issuers:
  sso: {issuer: "https://example.com/sso", audience: linkage, keys: jwks.json}
callers:
  court:
    certificates: ["CN=court,O=Linkage development"]
    tokens: [{issuer: sso, claims: {sub: court}}]
    rights: [{role: integrator, districts: [qiaonan]}]
  police:
    certificates: ["CN=police,O=Linkage development"]
    tokens: [{issuer: sso, claims: {groups: police}}]
    rights: [{role: department, districts: [qiaonan], bodies: [traffic_police]}]
  staff:
    tokens: [{issuer: sso, claims: {sub: staff, groups: writers}}]
    rights: [{role: policy_staff, districts: all}]
"""


class World:
    """The files of an installation in ``folder``; a certificate's and a token's maker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = authority()
        self.authority.write(folder, "ca")
        server_pair(self.authority, ["localhost", "127.0.0.1"]).write(folder, "server")
        self.keys: dict[str, ec.EllipticCurvePrivateKey] = {}
        self.write_callers(CALLERS)
        self.rotate("k1")

    def write_callers(self, text: str) -> None:
        """Replaces the file of callers."""
        replace(self.folder / "callers.yaml", text.encode())

    def rotate(self, *kids: str) -> None:
        """The issuer signs with the last of these keys and publishes them all; others are gone."""
        self.keys = {kid: self.keys.get(kid) or ec.generate_private_key(ec.SECP256R1()) for kid in kids}
        replace(self.folder / "jwks.json", json.dumps({"keys": [self.jwk(kid) for kid in kids]}).encode())

    def jwk(self, kid: str) -> dict[str, Any]:
        """The public half of a key."""
        found: dict[str, Any] = ECAlgorithm.to_jwk(self.keys[kid].public_key(), as_dict=True)
        return found | {"kid": kid, "use": "sig", "alg": "ES256"}

    def token(self, kid: str | None = None, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token of the issuer, for ten minutes; None leaves a claim out."""
        kid = kid or list(self.keys)[-1]
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "court", "exp": int(time.time()) + 600} | claims
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, self.keys[kid], "ES256", headers=headers or {"kid": kid})

    def api_key(self, caller: str, expires: int = 0) -> tuple[str, str]:
        """A new API key: its id, and the key."""
        entry, key = create_key(self.folder / "keys.json", caller, int(time.time()), expires)
        return entry.id, key

    def client(self, name: str, signer: Pair | None = None) -> Pair:
        """A client's certificate of this authority, or another."""
        return client_pair(signer or self.authority, name)

    def settings(self, mutual: bool = False, tls: bool = True, keys: bool = False) -> dict[str, str]:
        """What ``start`` is given."""
        place = self.folder
        found = {"identity__callers": str(place / "callers.yaml")}
        if keys:
            found["identity__keys"] = str(place / "keys.json")
        if tls:
            found |= {"tls__certificate": str(place / "server.pem"), "tls__key": str(place / "server.key")}
        if mutual:
            found["tls__client_ca"] = str(place / "ca.pem")
        return found

    @asynccontextmanager
    async def stub(
        self, address: str, client: Pair | None = None
    ) -> AsyncIterator[stubs.PolicyServiceAsyncStub]:
        """A client over TLS on a connection of its own, with a certificate or without."""
        async with self.channel(address, client) as channel:
            yield stubs.PolicyServiceStub(channel)

    def channel(self, address: str, client: Pair | None = None) -> grpc.aio.Channel:
        """A channel over TLS."""
        pem = (self.folder / "ca.pem").read_bytes()
        own = None if client is None else parts(client)
        credentials = grpc.ssl_channel_credentials(pem, own and own[1], own and own[0])
        port = address.rpartition(":")[2]
        options = [("grpc.use_local_subchannel_pool", 1)]
        return grpc.aio.secure_channel(f"localhost:{port}", credentials, options)


def parts(pair: Pair) -> tuple[bytes, bytes]:
    """Certificate and key as PEM."""
    from cryptography.hazmat.primitives import serialization

    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = pair.certificate.public_bytes(serialization.Encoding.PEM)
    return pem, pair.key.private_bytes(serialization.Encoding.PEM, form, plain)


def replace(path: Path, data: bytes) -> None:
    """Replaces a file in one step, as operators' tools do."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)


def bearer(credential: str) -> tuple[tuple[str, str], ...]:
    """The metadata of a call with a token or key."""
    return (("authorization", f"Bearer {credential}"),)


async def eventually(found: Callable[[], Awaitable[bool]], wanted: bool = True) -> None:
    """Asks again and again until ``found`` says what is wanted."""
    async with asyncio.timeout(SECONDS):
        while await found() is not wanted:  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.01)
