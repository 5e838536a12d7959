"""The file of callers: who they are, how they are told, what they may do. One table, read as one.

issuers:                                    # who signs tokens
  sso: {issuer: https://example.com/sso, audience: linkage, keys: jwks.json}
callers:
  liwan_court:
    certificates: ["CN=liwan-court,O=Court"]
    tokens: [{issuer: sso, claims: {sub: liwan-court}}]
    rights: [{role: integrator, districts: [liwan]}]
    limits: {calls_per_second: 200, burst: 400, calls_at_once: 50, request_bytes: 1048576}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from policy.pack.reader import Reader, Schema
from policy.text import nodes
from policy.text.diagnostics import Faults, Words
from policy.text.nodes import Node, Scalar
from policy.text.source import SourceError, read_source, whole
from policy.text.suggest import suggest
from server.identity.caller import EVERY_DISTRICT, Caller, CallerLimits, Grant, Role
from server.identity.watched import FileError

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
"""Signatures that tokens may have: the issuer alone can make them. No shared secrets, and never ``none``."""

ALL = "all"
"""What the file writes for every district."""

_FILE = Schema(Words("调用者文件", "the file of callers"), ("callers",), ("issuers",))
_ISSUER = Schema(Words("令牌的签发者", "an issuer"), ("issuer", "audience", "keys"), ("algorithms", "type"))
_CALLER = Schema(Words("调用者", "a caller"), ("rights",), ("certificates", "tokens", "limits"))
_TOKEN = Schema(Words("令牌的条件", "what a token must say"), ("issuer", "claims"))
_RIGHT = Schema(Words("权限", "a right"), ("role", "districts"), ("bodies",))
_LIMITS = Schema(Words("限额", "limits"), (), tuple(item.name for item in fields(CallerLimits)))
_MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs tokens, for whom they are meant, and where its public keys are: a file, or an https URL."""

    name: str
    issuer: str
    audience: str
    keys: str
    algorithms: tuple[str, ...] = ALGORITHMS
    type: str = ""
    """What the header ``typ`` must be, as at+jwt of RFC 9068; empty: anything."""


@dataclass(frozen=True, slots=True)
class TokenRule:
    """The tokens of one caller: of an issuer, with claims that are, or hold, these values."""

    issuer: str
    claims: tuple[tuple[str, str], ...]
    caller: str


@dataclass(frozen=True, slots=True)
class Callers:
    """The whole table. ``certificates``: subject or ``DNS:``/``URI:`` name -> name of the caller."""

    callers: Mapping[str, Caller]
    certificates: Mapping[str, str]
    tokens: tuple[TokenRule, ...]
    issuers: Mapping[str, Issuer]


def read_callers(path: Path, default: CallerLimits) -> Callers:
    """The table of a file; ``default``: limits where a caller has none of its own. Raises ``FileError``."""
    faults = Faults()
    try:
        source = read_source(path, path.name)
    except SourceError as error:
        faults.add(error.code, whole(path.name), "", **error.details)
        raise FileError(faults) from error
    root = nodes.parse(source, faults)
    table = _Table(Reader(faults), default, path.parent)
    found = table.read(root)
    if faults.errors:
        raise FileError(faults)
    return found


def unknown_codes(
    table: Callers, districts: Collection[str], bodies: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Each right in a district or for a body that does not exist: caller, code, and what was probably meant.

    It grants nothing, which nobody would notice.
    """
    for caller in table.callers.values():
        for grant in caller.grants:
            for codes, known in ((grant.districts - {EVERY_DISTRICT}, districts), (grant.bodies, bodies)):
                for code in sorted(codes.difference(known)):
                    yield caller.name, code, suggest(code, known)


class _Table:
    def __init__(self, reader: Reader, default: CallerLimits, folder: Path) -> None:
        self._reader = reader
        self._default = default
        self._folder = folder
        self._issuers: dict[str, Issuer] = {}
        self._certificates: dict[str, str] = {}
        self._tokens: dict[tuple[str, tuple[tuple[str, str], ...]], TokenRule] = {}

    def read(self, root: Node | None) -> Callers:
        found = self._reader.fields(root, _FILE) or {}
        for key, node in self._reader.entries(found.get("issuers")):
            if (name := self._reader.name(key)) and (issuer := self._issuer(name, node)):
                for other in self._issuers.values():
                    if issuer.issuer == other.issuer:
                        self._reader.faults.add("LNK948", node.span, name=issuer.issuer, other=other.name)
                self._issuers[name] = issuer
        callers = {}
        for key, node in self._reader.entries(found.get("callers")):
            caller = self._caller(self._reader.name(key) or "", node)
            callers[caller.name] = caller
        return Callers(callers, self._certificates, tuple(self._tokens.values()), self._issuers)

    def _issuer(self, name: str, node: Node) -> Issuer | None:
        reader, found = self._reader, self._reader.fields(node, _ISSUER) or {}
        texts = [reader.string(found.get(key)) for key in ("issuer", "audience", "keys")]
        chosen = reader.distinct(
            reader.one_or_more(found.get("algorithms")), lambda item: reader.choice(item, ALGORITHMS)
        )
        issuer, audience, keys = texts
        if issuer is None or audience is None or keys is None:
            return None
        if "://" not in keys:
            keys = str(self._folder / keys)
        elif not keys.startswith("https://") and not keys.startswith(("http://127.0.0.1", "http://[::1]")):
            reader.faults.add("LNK951", found["keys"].span, name="keys", expected=_KEYS)
        kind = reader.string(found.get("type")) or ""
        return Issuer(name, issuer, audience, keys, chosen or ALGORITHMS, kind.lower())

    def _caller(self, name: str, node: Node) -> Caller:
        reader, found = self._reader, self._reader.fields(node, _CALLER) or {}
        for item in reader.one_or_more(found.get("certificates")):
            self._certificate(name, item)
        for item in reader.one_or_more(found.get("tokens")):
            self._token(name, item)
        grants = reader.each(reader.one_or_more(found.get("rights")), self._grant)
        return Caller(name, grants, self._limits(found.get("limits")))

    def _certificate(self, caller: str, node: Node) -> None:
        text = self._reader.string(node)
        if text is not None and self._certificates.setdefault(text, caller) != caller:
            other = self._certificates[text]
            self._reader.faults.add("LNK948", node.span, name=text, other=other)

    def _token(self, caller: str, node: Node) -> None:
        reader, found = self._reader, self._reader.fields(node, _TOKEN) or {}
        issuer = reader.choice(found.get("issuer"), tuple(self._issuers))
        claims = {}
        for key, value in reader.entries(found.get("claims")):
            if (text := reader.string(value)) is not None:
                claims[key.text] = text
        if issuer is None or not claims:
            return
        rule = TokenRule(issuer, tuple(sorted(claims.items())), caller)
        other = self._tokens.setdefault((rule.issuer, rule.claims), rule)
        if other.caller != caller:
            said = ", ".join(f"{claim}={value}" for claim, value in rule.claims)
            reader.faults.add("LNK948", node.span, name=said, other=other.caller)

    def _grant(self, node: Node) -> Grant | None:
        reader, found = self._reader, self._reader.fields(node, _RIGHT) or {}
        role = reader.choice(found.get("role"), tuple(Role))
        districts = self._districts(found.get("districts"))
        bodies = reader.distinct(reader.one_or_more(found.get("bodies")), self._code)
        if role is None:
            return None
        if (role == Role.DEPARTMENT) != bool(bodies):
            reader.faults.add("LNK949", node.span, role=role)
        return Grant(Role(role), districts, frozenset(bodies))

    def _districts(self, node: Node | None) -> frozenset[str]:
        codes = self._reader.distinct(self._reader.one_or_more(node), self._code)
        return frozenset((EVERY_DISTRICT,)) if ALL in codes else frozenset(codes)

    def _code(self, node: Node) -> str | None:
        return self._reader.name(self._reader.scalar(node))

    def _limits(self, node: Node | None) -> CallerLimits:
        found = (self._reader.fields(node, _LIMITS) or {}) if node is not None else {}
        values = {item.name: getattr(self._default, item.name) for item in fields(CallerLimits)}
        for name, value in found.items():
            number = self._number(name, self._reader.scalar(value))
            if number is not None:
                values[name] = number
        return CallerLimits(**values)

    def _number(self, name: str, node: Scalar | None) -> float | int | None:
        if node is None:
            return None
        kind = float if name == "calls_per_second" else int
        try:
            number = kind(node.text)
        except ValueError:
            number = 0
        if 0 < number <= _MOST:
            return number
        self._reader.faults.add("LNK951", node.span, name=name, expected=_POSITIVE)
        return None


_POSITIVE = Words("大于零的数", "a number greater than zero")
_KEYS = Words("文件，或 https:// 的地址", "a file, or an https:// address")
