"""The districts' registers of clauses: well formed always, equal to the documents where these are at hand."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy.documents.cut import cut

CLASSES = {
    "duty",
    "prohibition",
    "permission",
    "definition",
    "deadline",
    "procedure",
    "assessment",
    "sanction",
    "organisational",
    "recurring",
    "non_normative",
}


COUNTS = {"gongan": 62, "guangxi": 19, "liwan": 102, "qijiang": 7, "xisaishan": 22}
"""How many clauses each document has."""


@pytest.fixture(scope="module", params=sorted(COUNTS))
def district(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def register(rules_dir: Path, district: str) -> list[dict[str, Any]]:
    loaded = yaml.safe_load((rules_dir / district / "clauses.yaml").read_text(encoding="utf-8"))
    assert list(loaded) == ["clauses"]
    return list(loaded["clauses"])


def test_every_pack_has_its_register(rules_dir: Path) -> None:
    assert {path.parent.name for path in rules_dir.glob("*/pack.yaml")} == set(COUNTS)


def test_each_entry_is_whole(district: str, register: list[dict[str, Any]]) -> None:
    assert len({clause["id"] for clause in register}) == len(register) == COUNTS[district]
    for clause in register:
        assert (
            {"id", "number", "class", "summary", "digest"}
            <= set(clause)
            <= {*("id", "number", "class", "summary", "digest", "note", "no_rule")}
        )
        assert clause["class"] in CLASSES
        assert re.fullmatch(r"sha256:[0-9a-f]{32}", clause["digest"])
        assert all(isinstance(value, str) and value for value in clause.values())


def test_the_document_gives_exactly_the_register(
    district: str, register: list[dict[str, Any]], read_source: Callable[[str], str]
) -> None:
    units = cut(read_source(district)).units
    assert [(clause["id"], clause["number"], clause["digest"]) for clause in register] == [
        (unit.id, unit.number, unit.digest) for unit in units
    ]


def test_a_summary_is_in_our_own_words(
    district: str, register: list[dict[str, Any]], read_source: Callable[[str], str]
) -> None:
    """No run of more than twelve characters is the document's, save the names of bodies and instruments."""
    source = "".join(unit.text for unit in cut(read_source(district)).units)
    longest = 12
    copied = [
        (clause["id"], run)
        for clause in register
        for start in range(len(clause["summary"]) - longest)
        if (run := clause["summary"][start : start + longest + 1]) in source
    ]
    assert copied == []
