"""VocabularyService: every code once, by kind and by word; families and other spellings; pages."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from linkage.v1 import vocabulary_service_pb2 as api
from linkage.v1 import vocabulary_service_pb2_grpc as stubs
from policy.pack.vocabulary import SECTIONS
from server.convert.catalogue import Catalogue, Key
from tests.loading import SHIPPED, loaded
from tests.server.conftest import Service, Start


def shipped() -> Catalogue:
    return Catalogue(loaded(SHIPPED)[0])


def code(kind: str, name: str) -> api.VocabularyCode:
    found = shipped().get(Key(kind, name))
    assert found is not None
    return found


def related(found: api.VocabularyCode) -> set[tuple[str, str]]:
    return {
        (
            api.Relationship.Name(each.relationship).removeprefix("RELATIONSHIP_"),
            each.field or f"{each.kind}/{each.code}",
        )
        for each in found.related
    }


@pytest.fixture
async def vocabulary(service: Service) -> Any:
    return stubs.VocabularyServiceStub(service.channel)


def test_every_code_of_the_vocabulary_is_there() -> None:
    vocabulary = loaded(SHIPPED)[0].vocabulary
    keys = shipped().keys()
    assert keys == [Key(kind, name) for kind in SECTIONS for name in vocabulary.codes(kind)]
    for key in keys:
        found, own = code(*key), vocabulary.codes(key.kind)[key.code]
        assert (found.label_zh, found.label_en, found.law) == (own.zh, own.en, own.law)


def test_families_are_told_from_both_sides() -> None:
    codes = {key: code(*key) for key in shipped().keys()}  # noqa: SIM118 - no mapping
    for (kind, name), found in codes.items():
        for implied in found.implies:
            assert name in codes[Key("traits", implied)].implied_by
        for implying in found.implied_by:
            assert name in codes[Key("traits", implying)].implies
        if found.part_of:
            assert name in codes[Key("bodies", found.part_of)].parts
        for family in found.families:
            assert name in codes[Key("families", family)].members
        for each in found.related:
            assert each.field or Key(each.kind, each.code) in codes, (kind, name)
        if found.replaced_by:
            assert Key(kind, found.replaced_by) in codes


def test_other_ways_of_telling() -> None:
    assert related(code("traits", "whereabouts_unclear")) >= {
        ("SAME", "parties[].whereabouts_unclear"),
        ("ENDED_BY", "events/debtor_found"),
    }
    assert ("ENDS", "traits/whereabouts_unclear") in related(code("events", "debtor_found"))
    assert ("BEGINS", "traits/dishonest_debtor") in related(code("events", "dishonest_listed"))
    assert ("SAME", "filed_at") in related(code("events", "enforcement_filed"))
    assert code("events", "restriction_violated").replaced_by == "restriction_violation_found"


def test_local_names() -> None:
    names = {(name.district, name.name) for name in code("bodies", "public_security").local_names}
    assert ("liwan", "区公安分局") in names
    assert ("gongan", "县公安局") in names


@pytest.mark.parametrize(
    ("query", "kind", "district", "first"),
    [
        ("vehicle_seized", "", "", ("events", "vehicle_seized")),
        ("查扣到被执行车辆", "", "", ("events", "vehicle_seized")),
        ("失信被执行人", "", "", ("traits", "dishonest_debtor")),
        ("区公安分局", "", "", ("bodies", "public_security")),
        ("县公安局", "bodies", "gongan", ("bodies", "public_security")),
        ("notify court", "", "", ("actions", "notify_court")),
        ("vehicle seizure", "events", "", ("events", "vehicle_seized")),
        ("vehicle_siezed", "", "", ("events", "vehicle_seized")),
    ],
)
def test_what_is_found_first(query: str, kind: str, district: str, first: tuple[str, str]) -> None:
    assert shipped().found(query, kind, district)[0] == first


def test_local_names_of_other_districts_are_not_looked_through() -> None:
    assert shipped().found("县公安局", "bodies", "liwan") != shipped().found("县公安局", "bodies", "gongan")


async def test_kinds(vocabulary: Any) -> None:
    found = await vocabulary.ListCodeKinds(api.ListCodeKindsRequest())
    assert [kind.kind for kind in found.kinds] == list(SECTIONS)
    events = next(kind for kind in found.kinds if kind.kind == "events")
    assert (events.label_zh, events.label_en, list(events.fields)) == ("事件", "events", ["events[].type"])
    everything = await vocabulary.ListCodes(api.ListCodesRequest())
    assert sum(kind.code_count for kind in found.kinds) == everything.total_size


async def test_pages(vocabulary: Any) -> None:
    whole = await vocabulary.ListCodes(api.ListCodesRequest())
    found, token = [], ""
    while True:
        page = await vocabulary.ListCodes(api.ListCodesRequest(page_size=7, page_token=token))
        found += list(page.codes)
        token = page.next_page_token
        if not token:
            break
        assert len(page.codes) == 7
    assert found == list(whole.codes)
    assert len(found) == whole.total_size == page.total_size


async def test_pages_of_a_search(vocabulary: Any) -> None:
    whole = await vocabulary.SearchCodes(api.SearchCodesRequest(query="obligation"))
    first = await vocabulary.SearchCodes(api.SearchCodesRequest(query="obligation", page_size=3))
    rest = await vocabulary.SearchCodes(
        api.SearchCodesRequest(query=" OBLIGATION", page_size=100, page_token=first.next_page_token)
    )
    assert [*first.codes, *rest.codes] == list(whole.codes)
    assert whole.total_size == 9
    assert not rest.next_page_token


async def test_one_code(vocabulary: Any) -> None:
    found = (await vocabulary.GetCode(api.GetCodeRequest(kind="events", code="case_suspended"))).code
    assert (found.label_zh, found.label_en) == ("中止执行", "suspended")
    assert found.effect == api.EVENT_EFFECT_SUSPEND
    assert found.law.endswith("267条")


@pytest.mark.parametrize(
    ("call", "request_", "status", "said"),
    [
        ("ListCodes", {"kind": "event"}, "INVALID_ARGUMENT", "kind: there is no kind of codes “event”"),
        ("ListCodes", {"kind": "event"}, "INVALID_ARGUMENT", "did you mean “events”"),
        ("ListCodes", {"page_size": -1}, "INVALID_ARGUMENT", "page_size: "),
        ("ListCodes", {"page_token": "eA=="}, "INVALID_ARGUMENT", "page_token: "),
        ("SearchCodes", {"query": " "}, "INVALID_ARGUMENT", "query: "),
        ("SearchCodes", {"query": "x" * 65}, "INVALID_ARGUMENT", "query: "),
        ("SearchCodes", {"query": "x", "kind": "no"}, "INVALID_ARGUMENT", "one of 20"),
        ("SearchCodes", {"query": "x", "district": "no"}, "NOT_FOUND", "The districts are: qiaonan."),
        ("GetCode", {}, "INVALID_ARGUMENT", "(and 1 more)"),
        ("GetCode", {"kind": "events", "code": "vehicle_siezed"}, "NOT_FOUND", "vehicle_seized"),
        ("GetCode", {"kind": "no", "code": "x"}, "INVALID_ARGUMENT", "kind: "),
        ("ListCodeKinds", {"language": "fr"}, "INVALID_ARGUMENT", "语言"),
    ],
)
async def test_refusals(vocabulary: Any, call: str, request_: dict[str, Any], status: str, said: str) -> None:
    message = getattr(api, f"{call}Request")(**{"language": "en"} | request_)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await getattr(vocabulary, call)(message)
    assert caught.value.code().name == status
    assert said in (caught.value.details() or "")


async def test_a_token_is_of_its_own_list(vocabulary: Any) -> None:
    token = (await vocabulary.ListCodes(api.ListCodesRequest(page_size=1))).next_page_token
    for wrong in (
        api.ListCodesRequest(kind="events", page_token=token),
        api.SearchCodesRequest(query="x", page_token=token),
    ):
        call = vocabulary.ListCodes if isinstance(wrong, api.ListCodesRequest) else vocabulary.SearchCodes
        with pytest.raises(grpc.aio.AioRpcError, match="page_token"):
            await call(wrong)


async def test_large_pages_are_capped(start: Start) -> None:
    async with start(limits__page_items=5) as service:
        stub: Any = stubs.VocabularyServiceStub(service.channel)
        assert len((await stub.ListCodes(api.ListCodesRequest(page_size=1000))).codes) == 5
