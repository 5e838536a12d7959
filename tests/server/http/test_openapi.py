"""What is described is what answers: schemathesis finds nothing, and every example works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fuzz.targets import RULES
from tests.server.process import server_process
from tests.server.waiting import SECONDS

HERE = Path(__file__).parent
COVERED = ("Evaluate", "ListPacks", "GetPack", "GetCheckpoint", "GetInclusionProof", "GetConsistencyProof")
"""Tried with every value at the borders of its schema; the others have the same parts."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a log of its own."""
    folder = tmp_path_factory.mktemp("openapi")
    options = ("--database", f"sqlite:///{folder / 'log.sqlite3'}")
    with server_process(*options, rules=RULES, log=folder / "log") as (process, _):
        assert process.stdout is not None
        yield process.stdout.readline().split()[1]


@pytest.fixture(scope="module")
def described(url: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{url}/openapi.json", timeout=SECONDS).json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            yield path, verb, operation


def test_every_call_and_every_field_is_described(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    assert {o["operationId"] for _, _, o in operations(described)} >= set(COVERED)
    bare = [o["operationId"] for _, _, o in operations(described) if not o["description"]]
    for name, schema in described["components"]["schemas"].items():
        fields = schema.get("properties", {}).items()
        bare += [f"{name}.{field}" for field, said in fields if "description" not in said]
    assert [name for name in bare if name != "Status.details"] == []


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    text = json.dumps(described)
    names = {part.split('"')[0] for part in text.split('"#/components/')[1:]}
    for name in names:
        kind, _, last = name.partition("/")
        assert last in described["components"][kind]


def test_every_example_works(url: str, described: dict[str, Any]) -> None:
    tried = 0
    for path, verb, operation in operations(described):
        query: dict[str, Any] = {}
        for parameter in operation["parameters"]:
            if "example" in parameter:
                if parameter["in"] == "path":
                    path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
                else:
                    query[parameter["name"]] = parameter["example"]
        content: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
        kind, media = next(iter(content.items())) if content else ("", {})
        if "{" in path or (content and "example" not in media):
            continue
        body = json.dumps(media["example"]) if content else None
        headers = {"content-type": kind} if content else {}
        found = httpx.request(
            verb.upper(), url + path, params=query, content=body, headers=headers, timeout=SECONDS
        )
        assert found.status_code == 200, found.text
        assert '"error"' not in found.text
        tried += 1
    assert tried >= 14


@pytest.mark.parametrize(
    "options",
    [
        ("--phases", "examples,fuzzing", "--max-examples", "15"),
        ("--phases", "coverage", *(word for name in COVERED for word in ("--include-operation-id", name))),
    ],
    ids=["at random", "at the borders"],
)
def test_schemathesis_finds_nothing(url: str, options: tuple[str, ...], tmp_path: Path) -> None:
    pytest.importorskip("schemathesis")
    root = HERE.parents[2]
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")]
    command += ["run", f"{url}/openapi.json", "--seed", "10", "--no-color", *options]
    paths = os.pathsep.join((str(root), str(root / "proto" / "gen")))
    environment = os.environ | {"PYTHONPATH": paths, "SCHEMATHESIS_HOOKS": "tests.server.http.lines_of_json"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    generated = re.search(r"([0-9]+) generated", done.stdout)
    assert generated is not None
    assert int(generated[1]) > 100


def test_the_command_prints_the_same(described: dict[str, Any], repo_root: Path) -> None:
    command = [sys.executable, "-m", "server.cli", "openapi"]
    done = subprocess.run(command, cwd=repo_root, capture_output=True, text=True, check=True)
    printed = json.loads(done.stdout)
    assert printed["components"]["schemas"] == described["components"]["schemas"]
    assert printed["paths"].keys() == described["paths"].keys()
    assert printed["security"]
    assert described["security"] == []
