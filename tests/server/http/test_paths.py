"""What a path leads to: verbs after the colon, and what a misspelt one was probably meant to be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from server.convert.http_errors import no_path
from server.http.rest import Found, Paths
from server.http.templates import Binding, Template

_CALLS = {
    "get": ("GET", "/v1/cases/{case_id}"),
    "record": ("POST", "/v1/cases/{case_id}:record"),
    "close": ("POST", "/v1/cases/{case_id}:close"),
    "list": ("GET", "/v1/cases"),
}


@pytest.fixture
def paths() -> Paths:
    methods: Any = [
        SimpleNamespace(name=name, bindings=[Binding(verb, Template(text), "")])
        for name, (verb, text) in _CALLS.items()
    ]
    return Paths(methods)


def told(found: list[Found]) -> list[tuple[str, dict[str, str]]]:
    methods: list[Any] = [each.method for each in found]
    return [(method.name, dict(each.fields)) for method, each in zip(methods, found, strict=True)]


@pytest.mark.parametrize(
    ("path", "call", "case"),
    [
        ("/v1/cases/c-1", "get", "c-1"),
        ("/v1/cases/c-1:record", "record", "c-1"),
        ("/v1/cases/2024:c-1:record", "record", "2024:c-1"),
        ("/v1/cases/c-1%3Arecord", "get", "c-1:record"),
        ("/v1/cases/2024:c-1", "get", "2024:c-1"),
    ],
)
def test_a_verb_is_a_verb(paths: Paths, path: str, call: str, case: str) -> None:
    assert told(paths.at(path)) == [(call, {"case_id": case})]


def test_a_verb_that_there_is_not_is_told_with_the_nearest(paths: Paths) -> None:
    path = "/v1/cases/c-1:recrod"
    meant = paths.meant(path, "POST", paths.at(path))
    assert meant == ["/v1/cases/c-1:record", "/v1/cases/c-1:close"]
    assert "“/v1/cases/c-1:record”？" in no_path(path, meant).status("zh").message


@pytest.mark.parametrize(
    ("path", "verb"),
    [
        ("/v1/cases/c-1:record", "POST"),
        ("/v1/cases/c-1:record", "GET"),
        ("/v1/cases/c-1", "POST"),
        ("/v1/cases/2024:c-1", "GET"),
        ("/v1/cases/2024:c-1", "HEAD"),
    ],
)
def test_other_paths_are_what_they_are(paths: Paths, path: str, verb: str) -> None:
    assert paths.meant(path, verb, paths.at(path)) == []
