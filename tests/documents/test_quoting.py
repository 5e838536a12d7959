"""Attached documents are quoted; nothing that is decided depends on them."""

from pathlib import Path

import pytest

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.snapshot import District, load_snapshot
from policy.documents.cut import cut
from policy.documents.sources import attach, read_sources
from policy.review.report.as_json import decision_json
from policy.review.wording import Wording
from policy.text.diagnostics import Faults
from policy.time.moment import parse_moment


@pytest.fixture(scope="module")
def district(rules: Path) -> District:
    snapshot, _ = load_snapshot(rules)
    return snapshot.districts["xitang"]


@pytest.mark.parametrize("revised", [False, True])
def test_digests_do_not_depend_on_what_is_attached(
    revised: bool, district: District, official: str, tmp_path: Path
) -> None:
    text = official.replace("24小时", "48小时") if revised else official
    pack = district.programs[0].pack
    attach(tmp_path, pack, text, cut(text))
    sources = read_sources(tmp_path, [pack], Faults())
    case = facts_pb2.Case(id="c1", district="xitang", kind="enforcement")
    case.events.add(id="e1", type="vehicle_seized").at.FromJsonString("2024-03-05T01:30:00Z")
    decision = decide(district, case, parse_moment("2024-03-05T12:00:00+08:00"))
    plain = decision_json(decision, Wording(district, "zh"))
    quoting = decision_json(decision, Wording(district, "zh", sources))
    assert quoting["receipt"] == plain["receipt"]
    (clause,) = quoting["obligations"][0]["basis"]
    assert clause["quote"] == (
        "" if revised else "第二条　交警部门查扣被执行车辆后，应当在24小时内告知区法院。"
    )
    clause["quote"] = ""
    assert quoting == plain
