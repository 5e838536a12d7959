"""What stands beside the calls: a page for people, the description for programs."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import orjson

from policy.decide.snapshot import Snapshot
from server.http.answers import JSON, Answer, Page
from server.http.examples import examples_under
from server.http.methods import Methods
from server.http.openapi import openapi
from server.http.request import Request
from server.telemetry.version import version

DESCRIPTION = "/openapi.json"
_HTML = "text/html; charset=utf-8"
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def pages_of(
    methods: Methods, rules: Callable[[], Snapshot], *, schemas: bool, identity: bool
) -> dict[str, Page]:
    """The pages by their paths. ``schemas``: also the description of all calls; ``identity``: callers have to
    say who they are."""

    made: dict[str, bytes] = {}

    def description(_: Request) -> Answer:
        snapshot = rules()
        if snapshot.digest not in made:
            made.clear()
            examples = examples_under(snapshot)
            made[snapshot.digest] = orjson.dumps(openapi(methods, examples, identity=identity))
        return Answer(200, made[snapshot.digest], {"content-type": JSON})

    def home(request: Request) -> Answer:
        body = _home(methods, request.lang, schemas).encode()
        headers = {"content-type": _HTML, "content-security-policy": _POLICY}
        return Answer(200, body, headers | {"content-language": "en" if request.lang == "en" else "zh-CN"})

    return {"/": home} | ({DESCRIPTION: description} if schemas else {})


_WORDS = {
    "zh": {
        "lang": "zh-CN",
        "what": "联动规则服务：送来一个案件的事实，答复哪些部门应当做什么、依据哪一条、何时以前。",
        "call": "怎样调用",
        "also": "同样的调用也可以用 gRPC（另一个端口），或用 Connect 协议"
        "（<code>/linkage.v1.PolicyService/…</code>）。",
        "described": "全部调用的说明（OpenAPI 3.1）",
        "calls": "有哪些调用",
    },
    "en": {
        "lang": "en",
        "what": "A policy service: send the facts of a case, and be told which departments owe what, under "
        "which clause, by when.",
        "call": "How to call it",
        "also": "The same calls are served over gRPC, on another port, and by the Connect protocol "
        "(<code>/linkage.v1.PolicyService/…</code>).",
        "described": "All calls, described (OpenAPI 3.1)",
        "calls": "The calls",
    },
}

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
    "color-scheme:light dark}"
    "pre{overflow-x:auto;padding:.8rem;border:1px solid #8886;border-radius:6px}"
    "td{padding:.1rem 1rem .1rem 0;vertical-align:top}"
)


def _home(methods: Methods, lang: str, schemas: bool) -> str:
    words = _WORDS[lang]
    rows = "".join(
        f"<tr><td><code>{binding.verb}</code></td><td><code>{escape(binding.template.text)}</code></td></tr>"
        for method in methods
        for binding in method.bindings
    )
    curl = (
        "curl http://localhost:8080/v1/cases:evaluate -H 'Content-Type: application/json' -d '\n"
        '  {"case": {"id": "c-1", "district": "liwan", "kind": "enforcement"}, "language": "en"}\''
    )
    described = f'<p><a href="{DESCRIPTION}">{words["described"]}</a></p>' if schemas else ""
    return (
        f'<!doctype html><html lang="{words["lang"]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Linkage 联动</title><style>{_STYLE}</style></head><body>"
        f"<h1>Linkage 联动 <small>{escape(version())}</small></h1><p>{words['what']}</p>{described}"
        f"<h2>{words['call']}</h2><pre>{escape(curl)}</pre><p>{words['also']}</p>"
        f"<h2>{words['calls']}</h2><table>{rows}</table></body></html>"
    )
