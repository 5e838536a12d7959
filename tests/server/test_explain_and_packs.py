"""Explain, ListPacks, GetPack."""

import shutil
from pathlib import Path

import grpc
import pytest

from linkage.v1 import decision_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.documents.cut import cut
from policy.documents.sources import attach
from policy.pack import load_rules
from tests.server.cases import case, request
from tests.server.conftest import Service, Start


async def test_explain_says_why(service: Service) -> None:
    wanted = api.ExplainRequest(case=case(), rules=["qiaonan.vehicle.notify"])
    response = await service.stub.Explain(wanted)
    (explanation,) = response.explanations
    assert explanation.outcome == decision_pb2.OUTCOME_APPLIES
    assert explanation.obligation in {o.id for o in response.decision.obligations}
    assert [(c.section, c.means, c.value) for c in explanation.conditions] == [
        ("when", "查扣了车辆", "true"),
        ("when", "由交警查扣", "true"),
        ("unless", "试点案件另行办理", "false"),
    ]
    first = explanation.conditions[0]
    assert first.expression == 'seizure.type == "vehicle_seized"'
    assert first.location.startswith("qiaonan/duties.yaml:7:")
    assert [(f.path, f.value, f.missing) for f in first.facts] == [
        ("events[e1].type", "vehicle_seized", False)
    ]


async def test_explain_says_why_not_and_what_is_missing(service: Service) -> None:
    event = {"id": "e1", "type": "vehicle_seized", "at": "2024-03-02T01:30:00Z"}
    wanted = api.ExplainRequest(case=case(events=[event]), rules=["qiaonan.vehicle.notify"], language="en")
    (explanation,) = (await service.stub.Explain(wanted)).explanations
    assert explanation.outcome == decision_pb2.OUTCOME_UNDETERMINED
    assert [fact.path for fact in explanation.missing] == ["events[e1].actor"]
    assert explanation.reason == "facts are missing: event e1: body that acted"
    assert explanation.conditions[1].facts[0].missing


async def test_explain_untriggered_rules_where_asked(service: Service) -> None:
    some = await service.stub.Explain(api.ExplainRequest(case=case()))
    every = await service.stub.Explain(api.ExplainRequest(case=case(), include_untriggered=True))
    rules = {e.rule for e in every.explanations}
    assert len(rules) == 17
    assert {e.rule for e in some.explanations} < rules
    assert decision_pb2.OUTCOME_NO_TRIGGER in {e.outcome for e in every.explanations}


@pytest.fixture
def three_packs(small_rules: Path, tmp_path: Path) -> Path:
    """qiaonan 2020 and 2010, and qiaobei."""
    root = tmp_path / "rules"
    shutil.copytree(small_rules, root)
    for name, district, version, until in (
        ("old", "qiaonan", "2010", "2019-12-31"),
        ("qiaobei", "qiaobei", "2012", "2029-12-31"),
    ):
        shutil.copytree(small_rules / "qiaonan", root / name)
        for path in (root / name).glob("*.yaml"):
            text = (
                path.read_text()
                .replace("qiaonan", district)
                .replace('version: "2020"', f'version: "{version}"')
            )
            old = "{from: 2020-01-01, to: 2029-12-31"
            path.write_text(text.replace(old, f"{{from: {version}-01-01, to: {until}"))
    return root


async def test_list_packs_pages(start: Start, three_packs: Path) -> None:
    async with start(rules=three_packs) as service:
        found, token = [], ""
        for _ in range(3):
            page = await service.stub.ListPacks(api.ListPacksRequest(page_size=1, page_token=token))
            found += [(p.pack.district, p.pack.version) for p in page.packs]
            token = page.next_page_token
        assert token == ""
        assert found == [("qiaobei", "2012"), ("qiaonan", "2010"), ("qiaonan", "2020")]
        whole = await service.stub.ListPacks(api.ListPacksRequest())
        assert [(p.pack.district, p.pack.version) for p in whole.packs] == found
        assert whole.snapshot_digest == service.running.rules.current.snapshot.digest
        only = await service.stub.ListPacks(api.ListPacksRequest(district="qiaobei", language="en"))
        assert [p.pack.title for p in only.packs] == ["Qiaonan linkage measures"]
        assert only.packs[0].effective_from.ToJsonString() == "2011-12-31T16:00:00Z"
        assert (only.packs[0].rule_count, only.packs[0].clause_count) == (17, 9)


async def test_page_size_is_capped(start: Start, three_packs: Path) -> None:
    async with start(rules=three_packs, limits__page_items=2) as service:
        page = await service.stub.ListPacks(api.ListPacksRequest(page_size=1000))
        assert len(page.packs) == 2
        assert page.next_page_token


async def test_token_of_another_list_is_refused(start: Start, three_packs: Path) -> None:
    async with start(rules=three_packs) as service:
        page = await service.stub.ListPacks(api.ListPacksRequest(page_size=1))
        wanted = api.ListPacksRequest(district="qiaonan", page_token=page.next_page_token)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await service.stub.ListPacks(wanted)
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_get_pack(start: Start, three_packs: Path) -> None:
    async with start(rules=three_packs) as service:
        pack = await service.stub.GetPack(api.GetPackRequest(district="qiaonan"))
        assert pack.summary.pack.version == "2020"
        old = await service.stub.GetPack(api.GetPackRequest(district="qiaonan", version="2010"))
        assert old.summary.pack.version == "2010"
    rule = next(r for r in pack.rules if r.id == "qiaonan.vehicle.notify")
    assert (rule.deadline, list(rule.conditions), list(rule.exceptions)) == (
        "24小时内",
        ["查扣了车辆", "由交警查扣"],
        ["试点案件另行办理"],
    )
    clause = next(c for c in pack.clauses if c.clause.id == "6")
    assert clause.clause_class == "sanction"
    assert "qiaonan.vehicle.notify" in clause.rules
    parameters = {p.name: (p.value, p.local, list(p.basis)) for p in pack.parameters}
    assert parameters["lost_for"] == ("3个月", False, ["2"])
    assert parameters["ceiling"] == ("", True, [])
    assert parameters["big_claim"] == ("100000000", True, [])
    assert ("traffic_police", "区公安分局交警大队") in [(b.code, b.name) for b in pack.bodies]


async def test_deadlines_in_words(service: Service) -> None:
    found: dict[str, list[str]] = {}
    for language in ("zh", "en"):
        pack = await service.stub.GetPack(api.GetPackRequest(district="qiaonan", language=language))
        for rule in pack.rules:
            found.setdefault(rule.id, []).append(rule.deadline)
    assert found["qiaonan.vehicle.collect"] == ["立即", "immediately"]
    assert found["qiaonan.year.report"] == ["每年", "each year"]
    assert found["qiaonan.breach.unreported"] == ["2025-12-31 24:00 前", "by the end of 2025-12-31"]
    assert found["qiaonan.query.tax"] == ["5个工作日内", "within 5 working days"]
    assert found["qiaonan.list.post"] == ["", ""]


async def test_compare_districts(start: Start, three_packs: Path) -> None:
    duties = three_packs / "qiaobei/duties.yaml"
    duties.write_text(duties.read_text().replace("within: 24 hours", "within: 48 hours"))
    async with start(rules=three_packs) as service:
        wanted = api.CompareRequest(case=case(), districts=["qiaonan", "qiaobei"], language="en")
        response = await service.stub.Compare(wanted)
        assert [(d.district.code, d.district.name) for d in response.decisions] == [
            ("qiaonan", "Qiaonan"),
            ("qiaobei", "Qiaobei"),
        ]
        row = next(row for row in response.rows if row.action.code == "notify_court")
        assert (row.action.name, row.modality, row.trigger) == (
            "notify the court",
            decision_pb2.MODALITY_OBLIGATION,
            "events[e1]",
        )
        assert [list(cell.differences) for cell in row.cells] == [
            [api.DIFFERENCE_MEASURE],
            [api.DIFFERENCE_LOOSER],
        ]
        for part, cell in zip(response.decisions, row.cells, strict=True):
            assert list(cell.obligations) == [
                o.id for o in part.decision.obligations if o.action.code == "notify_court"
            ]
        every = await service.stub.Compare(api.CompareRequest(case=case()))
        assert [d.district.code for d in every.decisions] == ["qiaobei", "qiaonan"]


async def test_attached_document_is_quoted(start: Start, own_register: tuple[Path, Path]) -> None:
    rules, sources = own_register
    async with start(rules=rules, sources=sources) as service:
        summary = (await service.stub.ListPacks(api.ListPacksRequest(district="qiaonan"))).packs[0]
        decision = (await service.stub.Evaluate(request())).decision
    assert summary.source_attached
    o = next(o for o in decision.obligations if o.rule == "qiaonan.vehicle.notify")
    assert [(clause.id, clause.quote) for clause in o.basis] == [("1", "第一条 查扣车辆的，应当通知法院。")]
    assert [clause.quote for clause in o.consequence] == [""]


@pytest.fixture
def own_register(small_rules: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Rules whose register knows the first clause of the document that is attached to them."""
    rules, sources = shutil.copytree(small_rules, tmp_path / "rules"), tmp_path / "sources"
    text = "第一条 查扣车辆的，应当通知法院。\n第二条 符合条件的，可以请求查找。\n"
    document = cut(text)
    (first,) = [digest for clause, digest in document.digests().items() if clause == "1"]
    pack = rules / "qiaonan/pack.yaml"
    pack.write_text(pack.read_text().replace("sha256:00000000000000000000000000000001", first))
    attach(sources, load_rules(rules).districts["qiaonan"][0], text, document)
    return rules, sources
