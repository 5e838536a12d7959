"""Wrong requests: each is told what is wrong, where, and what to do, in the language that it asks for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.golden import check, pytest_addoption, update_golden

__all__ = ["pytest_addoption", "update_golden"]

HERE = Path(__file__).parent
WRONG = yaml.safe_load((HERE / "wrong.yaml").read_text(encoding="utf-8"))
SHOWN = ("allow", "accept-post", "accept-encoding", "retry-after", "www-authenticate")


async def sent(client: httpx.AsyncClient, wrong: dict[str, Any], language: str) -> httpx.Response:
    """The answer to one of them."""
    verb = wrong.get("verb", "POST")
    content = bytes.fromhex(wrong["bytes"]) if "bytes" in wrong else wrong.get("body", "").encode()
    if "repeat" in wrong:
        content = (wrong["repeat"][0] * wrong["repeat"][1]).encode()
    headers = {"accept-language": language} | wrong.get("headers", {})
    if kind := wrong.get("type", "application/json"):
        headers["content-type"] = kind
    target = wrong.get("to", "/v1/cases:evaluate")
    return await client.request(verb, target, content=content or None, headers=headers)


def shown(wrong: dict[str, Any], found: httpx.Response) -> str:
    """An answer as the golden file has it."""
    error = found.json()
    details = [detail.get("debug", detail) for detail in error["details"]]
    reason = next(detail["reason"] for detail in details if "reason" in detail)
    message = re.sub("(可用的路径：|The paths are: ).*", r"\1…", error["message"])  # more with each new call
    lines = [f"  {found.status_code} {reason}: {message}"]
    violations = [v for detail in details for v in detail.get("fieldViolations", ())]
    lines += [f"    {v['field']}: {v['reason']} {v['description']}" for v in violations]
    lines += [f"    {name}: {found.headers[name]}" for name in SHOWN if name in found.headers]
    return "\n".join(lines)


async def test_what_they_are_told(client: httpx.AsyncClient, update_golden: bool) -> None:
    blocks = []
    for wrong in WRONG:
        answers = [await sent(client, wrong, language) for language in ("zh-CN", "en-GB;q=0.9, zh;q=0.1")]
        for answer in answers:
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"
        blocks.append("\n".join([f"## {wrong['name']}", *(shown(wrong, answer) for answer in answers)]))
    check(HERE / "wrong.golden", "\n\n".join(blocks) + "\n", update_golden)


async def test_the_language_that_a_refusal_says_it_has(client: httpx.AsyncClient) -> None:
    for body, asked, locale in (
        ({"language": "en", "x": 1}, "zh", "en"),
        ({"language": "zh", "x": 1}, "en", "zh-CN"),
        ({"x": 1}, "en", "en"),
        ({"language": "en", "case": {"id": "c"}}, "", "en"),
    ):
        found = await client.post("/v1/cases:evaluate", json=body, headers={"accept-language": asked})
        assert found.headers["content-language"] == locale
        last = found.json()["details"][-1]
        assert last["locale"] == locale
        assert ("没有" in last["message"] or "缺少" in last["message"]) == (locale == "zh-CN")


@pytest.mark.parametrize("where", ["query", "header"])
async def test_unknown_fields_are_ignored_where_that_is_asked_for(
    client: httpx.AsyncClient, where: str
) -> None:
    query = "?ignoreUnknown=true" if where == "query" else ""
    headers = {"x-ignore-unknown": "true"} if where == "header" else {}
    body = {
        "case": {"district": "qiaonan", "id": "c", "kind": "enforcement", "new": {"a": [1, {"b": 2}]}},
        "newer": 1,
    }
    found = await client.post(f"/v1/cases:evaluate{query}", json=body, headers=headers)
    assert found.status_code == 200
    refused = await client.post("/v1/cases:evaluate", json=body)
    assert [v["field"] for v in refused.json()["details"][1]["fieldViolations"]] == ["newer", "case.new"]


async def test_what_is_ignored_may_not_be_given_twice_either(client: httpx.AsyncClient) -> None:
    body = '{"new": {"a": 1, "a": 2}}'
    headers = {"content-type": "application/json"}
    found = await client.post("/v1/cases:evaluate?ignoreUnknown=true", content=body, headers=headers)
    violations = found.json()["details"][1]["fieldViolations"]
    assert [(v["field"], v["reason"]) for v in violations] == [("new.a", "LNK845")]


async def test_a_text_that_looks_like_a_key_is_none(client: httpx.AsyncClient) -> None:
    body = '{"case": {"district": "qiaonan", "kind": "enforcement", "id": "a\\": b"}}'
    found = await client.post(
        "/v1/cases:evaluate", content=body, headers={"content-type": "application/json"}
    )
    assert found.status_code == 200
