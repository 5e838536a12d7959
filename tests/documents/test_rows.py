"""A row of an annex's table as basis: registered, cited by a rule, quoted, and stale by itself."""

from __future__ import annotations

from pathlib import Path

from policy.decide.snapshot import check_snapshot
from policy.documents.cut import cut
from policy.documents.scaffold import register
from policy.documents.sources import attach, read_sources
from policy.text.diagnostics import Faults
from tests.pack.trees import edited

_TABLE = """
附件1
协助事项清单
序号|单位|事项|时限
1|区民政局|查询婚姻登记|2个工作日
2|区税务局|查询纳税信息|3个工作日
"""
_RULES = """\
clauses:
  - {{id: annex1, number: 附件1, class: non_normative, summary: 清单, digest: "{annex1}"}}
  - {{id: annex1.r1, number: 附件1第1行, class: duty, summary: 民政, digest: "{annex1.r1}", no_rule: 另办}}
  - {{id: annex1.r2, number: 附件1第2行, class: deadline, summary: 税务, digest: "{annex1.r2}"}}
duties:
  - id: xitang.row
    title: 三个工作日内反馈纳税信息
    basis: [annex1.r2]
    each: {{seizure: case.events}}
    when: [seizure.type == "vehicle_seized"]
    modality: obligation
    bearer: court
    counterparty: court
    action: notify_court
    deadline: {{within: 3 working days, from: seizure.at}}
"""


def test_rows_are_registered_cited_quoted_and_stale_one_by_one(
    rules: Path, official: str, tmp_path: Path
) -> None:
    text = official + _TABLE
    document = cut(text)
    assert 'id: "annex1.r2"' in register(document)
    assert 'number: "附件1第2行"' in register(document)
    digests = document.digests()
    written = _RULES
    for name in ("annex1", "annex1.r1", "annex1.r2"):
        written = written.replace("{" + name + "}", digests[name])
    written = written.replace("{{", "{").replace("}}", "}")
    root = edited(rules, tmp_path / "a", [{"file": "xitang/rows.yaml", "create": written}])
    snapshot, faults = check_snapshot(root)
    assert snapshot is not None, list(faults)
    pack = snapshot.districts["xitang"].programs[0].pack
    for revised, folder in ((False, "same"), (True, "revised")):
        now = text.replace("3个工作日", "5个工作日") if revised else text
        attach(tmp_path / folder, pack, now, cut(now))
        sources = read_sources(tmp_path / folder, [pack], Faults())
        assert sources.quote(pack, "annex1.r2") == ("" if revised else "2\t区税务局\t查询纳税信息\t3个工作日")
        assert sources.quote(pack, "annex1.r1") == "1\t区民政局\t查询婚姻登记\t2个工作日"
