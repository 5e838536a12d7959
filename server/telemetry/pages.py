"""The pages of the operations address: an ASGI application, whoever listens for it.

/metrics    the figures, for Prometheus
/livez      200 as long as the process does its work; 503: start it again
/readyz     200 where calls should be sent here; 503: not now (``?verbose``, or JSON: which part, and why)
/version    versions and rules, as JSON
"""

from __future__ import annotations

import platform
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import orjson

from policy.decide.decision import ENGINE_VERSION
from server.telemetry.exposition import Exposition
from server.telemetry.served import PUBLISHED, SERVED
from server.telemetry.version import version

Parts = Callable[[], Mapping[str, str]]
"""Parts, each with the reason why it is not well; "" where it is."""

_TEXT, _JSON = "text/plain; charset=utf-8", "application/json"
_METHODS = ("GET", "HEAD")


class Page(NamedTuple):
    """An answer."""

    status: int
    body: bytes
    media_type: str = _TEXT


class Pages:
    """The application. ``live`` and ``ready`` tell the parts that each page looks at."""

    def __init__(self, exposition: Exposition, live: Parts, ready: Parts) -> None:
        self._exposition = exposition
        self._pages: Mapping[str, Callable[[str, str], Awaitable[Page]]] = {
            "/": self._index,
            "/livez": _checked("livez", live),
            "/metrics": self._metrics,
            "/readyz": _checked("readyz", ready),
            "/version": self._version,
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one request; its body, if it has one, is left alone."""
        if scope["type"] != "http":
            raise RuntimeError(scope["type"])
        page, extra = await self._page(scope)
        headers = [
            (b"content-type", page.media_type.encode()),
            (b"content-length", str(len(page.body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *extra,
        ]
        await send({"type": "http.response.start", "status": page.status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else page.body
        await send({"type": "http.response.body", "body": body})

    async def _page(self, scope: Any) -> tuple[Page, list[tuple[bytes, bytes]]]:
        found = self._pages.get(scope["path"])
        if found is None:
            return Page(404, b"not found; there are: " + " ".join(self._pages).encode() + b"\n"), []
        if scope["method"] not in _METHODS:
            return Page(405, b"GET only\n"), [(b"allow", ", ".join(_METHODS).encode())]
        accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
        return await found(accept.decode("latin-1"), scope["query_string"].decode("latin-1")), []

    async def _index(self, _accept: str, _query: str) -> Page:
        return Page(200, "\n".join(self._pages).encode() + b"\n")

    async def _metrics(self, accept: str, _query: str) -> Page:
        body, media_type = await self._exposition.page(accept)
        return Page(200, body, media_type)

    async def _version(self, _accept: str, _query: str) -> Page:
        told = {
            "version": version(),
            "engine_version": ENGINE_VERSION,
            "python": platform.python_version(),
            "rules_digest": SERVED.digest,
            "packs": [{"district": district, "version": number} for district, number in SERVED.packs],
            "bundle": PUBLISHED.bundle,
            "publication": PUBLISHED.number,
            "repository": PUBLISHED.code or "ok",
        }
        return Page(200, orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n", _JSON)


def _checked(name: str, parts: Parts) -> Callable[[str, str], Awaitable[Page]]:
    """The page that says whether every part is well."""

    async def page(accept: str, query: str) -> Page:
        found = parts()
        well = not any(found.values())
        status, word = (200, "ok") if well else (503, "failed")
        if _JSON in accept:
            checks = [{"name": part, "ok": not why, "reason": why} for part, why in found.items()]
            return Page(status, orjson.dumps({"status": word, "checks": checks}) + b"\n", _JSON)
        lines = [f"[-] {part}: {why}" if why else f"[+] {part}: ok" for part, why in found.items()]
        if "rules" in found and PUBLISHED.code:  # what serves is good; it may not be the newest
            lines.append(f"[!] repository: {PUBLISHED.code}")
        if not well or "verbose" in parse_qs(query, keep_blank_values=True):
            return Page(status, "\n".join([*lines, f"{name}: {word}", ""]).encode())
        return Page(status, b"ok\n")

    return page
