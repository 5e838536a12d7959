"""What an answer says of the facts that were not used: cases are data, and so is what is expected.

A case is YAML: ``rules`` (rules: the invented districts; forms: the one with equivalences), ``case`` and
``as_of`` as in a case file. The golden shows the notices in both languages, at their places.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.snapshot import District
from policy.decide.warnings import MAX_WARNINGS, moment_taken
from policy.engines import ENGINES, running
from policy.facts.parsing import ParsedCase, case_of_node
from policy.review.notices import notice_arguments
from policy.review.wording import LANGUAGES, Wording
from policy.text import nodes
from policy.text.diagnostics import Faults, fault, render
from policy.text.source import read_source
from tests.golden import check
from tests.loading import FIXTURES, FORMS, SHIPPED, loaded

HERE = Path(__file__).parent / "warnings"
CASES = sorted(path.stem for path in HERE.glob("*.yaml"))
ROOTS = {"rules": FIXTURES, "forms": FORMS, "shipped": SHIPPED}


def asked(name: str) -> tuple[District, ParsedCase, int]:
    """The district, the case and the moment of a file."""
    faults = Faults()
    source = read_source(HERE / f"{name}.yaml", f"{name}.yaml")
    node = nodes.parse(source, faults)
    assert isinstance(node, nodes.Mapping)
    parts = {key.text: value for key, value in node.entries}
    root = parts.pop("rules")
    assert isinstance(root, nodes.Scalar)
    rest = nodes.Mapping(tuple((k, v) for k, v in node.entries if k.text != "rules"), node.span)
    parsed = case_of_node(rest, faults)
    assert not faults.errors, list(faults)
    assert parsed.as_of is not None
    district = loaded(ROOTS[root.text])[0].districts[parsed.case.district]
    return district, parsed, parsed.as_of


@pytest.mark.parametrize("name", CASES)
def test_warnings(name: str, update_golden: bool) -> None:
    district, parsed, as_of = asked(name)
    notices = decide(district, parsed.case, as_of).warnings
    if district.code in loaded(SHIPPED)[0].districts:  # what else is said of it changes with its pack
        notices = tuple(notice for notice in notices if name.startswith(notice.code))
    shown = []
    for lang in LANGUAGES:
        for notice in notices:
            arguments = notice_arguments(notice, Wording(district, lang))
            place = parsed.place(notice.path) if notice.path else None
            shown.append(render(fault(notice.code, place, **arguments), lang))
    if wanted := re.match(r"LNK\d{3}", name):
        assert wanted[0] in {notice.code for notice in notices}
    check(HERE / f"{name}.golden", "\n\n".join(shown) + "\n", update_golden)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same(engine: str) -> None:
    if engine == "durable":
        pytest.importorskip("durable.engine")
    with running(engine) as made:
        for name in CASES:
            district, parsed, as_of = asked(name)
            expected = decide(district, parsed.case, as_of)
            assert decide(district, parsed.case, as_of, made).warnings == expected.warnings


def test_very_many_are_counted() -> None:
    district = loaded(FIXTURES)[0].districts["qiaonan"]
    case = facts_pb2.Case(id="c", district="qiaonan", kind="enforcement")
    for number in range(MAX_WARNINGS + 7):
        event = case.events.add(id=f"e{number}", type="court_notified")
        event.at.seconds = 1_709_618_400
    warnings = decide(district, case, 1_700_000_000_000_000_000).warnings
    assert len(warnings) == MAX_WARNINGS + 1
    assert (warnings[-1].code, dict(warnings[-1].args)["count"]) == ("LNK861", ("8",))


def test_the_moment_of_arrival() -> None:
    district = loaded(FIXTURES)[0].districts["qiaonan"]
    said = notice_arguments(moment_taken(1_709_618_400_000_000_000), Wording(district, "zh"))
    assert said == {"moment": "2024-03-05 14:00"}
