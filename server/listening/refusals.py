"""What a connection is told whose request no application sees: a status, and google.rpc.Status as JSON.

Beside what applications answer there are these few; each has a stable reason, as errors of calls have.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from http import HTTPStatus
from types import MappingProxyType
from typing import NamedTuple

import orjson

DOMAIN = "linkage.v1"
_INVALID, _EXHAUSTED, _UNAVAILABLE, _LATE = 3, 8, 14, 4


class _Refusal(NamedTuple):
    status: HTTPStatus
    code: int
    """Number of google.rpc.Code."""
    zh: str
    en: str


class Refusal(Enum):
    """Why; the name is the reason."""

    HTTP_MALFORMED = _Refusal(
        HTTPStatus.BAD_REQUEST, _INVALID, "这不是 HTTP/1.1 的请求", "this is no request of HTTP/1.1"
    )
    HTTP_HOST = _Refusal(
        HTTPStatus.BAD_REQUEST,
        _INVALID,
        "请求须有且只有一个 Host 头",
        "the request must have a header Host, and one alone",
    )
    HTTP_HEAD_TOO_LARGE = _Refusal(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        _EXHAUSTED,
        "请求的地址和头太长或太多（上限见 docs/limits.md）",
        "address and headers of the request are too long or too many (docs/limits.md gives the limits)",
    )
    HTTP_TOO_SLOW = _Refusal(
        HTTPStatus.REQUEST_TIMEOUT,
        _LATE,
        "请求的头来得太慢",
        "the headers of the request took too long",
    )
    HTTP_CONNECTIONS = _Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _UNAVAILABLE,
        "连接太多，请稍后重试",
        "too many connections; try again soon",
    )


def _body(refusal: Refusal, lang: str) -> bytes:
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": refusal.name,
        "domain": DOMAIN,
        "metadata": {},
    }
    words = refusal.value.en if lang == "en" else refusal.value.zh
    return orjson.dumps({"code": refusal.value.code, "message": words, "details": [info]})


def _response(refusal: Refusal, lang: str) -> bytes:
    body = _body(refusal, lang)
    status = refusal.value.status
    headers = {
        "content-type": "application/json",
        "content-length": len(body),
        "content-language": lang,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "connection": "close",
    }
    if refusal is Refusal.HTTP_CONNECTIONS:
        headers["retry-after"] = 1
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


RESPONSES: Mapping[tuple[Refusal, str], bytes] = MappingProxyType(
    {(refusal, lang): _response(refusal, lang) for refusal in Refusal for lang in ("zh", "en")}
)
"""The bytes of each refusal, by language."""
