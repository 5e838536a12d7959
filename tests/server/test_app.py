"""The server as its operator and its surroundings see it: health, reflection, reload, drain, limits."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from policy.text.diagnostics import PackError
from server.listening import ListenError
from server.process import places
from server.settings.logs import configure
from tests.server.cases import request
from tests.server.conftest import Service, Start
from tests.server.logging_state import restored_logging
from tests.server.waiting import SECONDS, until

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


@pytest.mark.parametrize("name", ["", "linkage.v1.PolicyService"])
async def test_health(service: Service, name: str) -> None:
    stub: Any = health_pb2_grpc.HealthStub(service.channel)
    assert (await stub.Check(health_pb2.HealthCheckRequest(service=name))).status == SERVING


async def services(channel: grpc.aio.Channel) -> list[str]:
    of_channel: Any = reflection_pb2_grpc.ServerReflectionStub
    stub = of_channel(channel)
    call = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
    (answer,) = [answer async for answer in call]
    return [item.name for item in answer.list_services_response.service]


async def test_reflection(service: Service) -> None:
    assert "linkage.v1.PolicyService" in await services(service.channel)


async def test_reflection_can_be_off(start: Start) -> None:
    async with start(reflection=False) as service:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await services(service.channel)
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_bad_rules_do_not_start(start: Start, tmp_path: Path) -> None:
    (tmp_path / "vocabulary.yaml").write_text("kinds: [")
    with pytest.raises(PackError):
        async with start(rules=tmp_path):
            pass


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1", "256.0.0.1:1", "127.0.0.1:99999", ":0"])
async def test_address_that_is_none(start: Start, address: str) -> None:
    with pytest.raises(ListenError):
        async with start(address=address, insecure=True):
            pass


async def test_taken_address(service: Service, start: Start) -> None:
    with pytest.raises(ListenError):
        async with start(address=service.running.address):
            pass


@pytest.fixture
def own_rules(small_rules: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_rules, tmp_path / "rules")


async def digest(service: Service) -> str:
    return (await service.stub.ListPacks(api.ListPacksRequest())).snapshot_digest


async def title(service: Service) -> str:
    decision = (await service.stub.Evaluate(request())).decision
    return next(o.title for o in decision.obligations if o.rule == "qiaonan.vehicle.notify")


async def test_reload_good_rules(start: Start, own_rules: Path, database: str) -> None:
    async with start(rules=own_rules, database=database) as service:
        before = await digest(service)
        duties = own_rules / "qiaonan/duties.yaml"
        duties.write_text(duties.read_text().replace("查扣车辆后通知法院", "查扣车辆的通知"))
        assert await service.running.rules.reload()
        assert await digest(service) != before
        assert await title(service) == "查扣车辆的通知"


async def test_reload_of_bad_rules_keeps_the_last_good_ones(
    start: Start, own_rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with start(rules=own_rules) as service:
        before = await digest(service)
        duties = own_rules / "qiaonan/duties.yaml"
        duties.write_text(duties.read_text().replace("modality: prohibition", "modality: prohibtion"))
        with restored_logging():
            configure()
            assert not await service.running.rules.reload()
        assert await digest(service) == before
        assert await title(service) == "查扣车辆后通知法院"
        line = capsys.readouterr().err
        assert '"event":"rules_refused"' in line
        assert before in line


async def test_a_draft_serves_nobody_and_keeps_nothing_from_serving(
    start: Start, own_rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with start(rules=own_rules) as service:
        before = await digest(service)
        shutil.copytree(own_rules / "qiaonan", own_rules / "qiaonan-next")
        head = own_rules / "qiaonan-next/pack.yaml"
        head.write_text("status: draft\n" + head.read_text().replace("title:", "tilte:"))
        with restored_logging():
            configure()
            assert await service.running.rules.reload()
        assert await digest(service) == before
        assert '"code":"LNK241","folder":"qiaonan-next"' in capsys.readouterr().err
        assert not any("qiaonan-next" in name for name in service.running.rules.current.files)


async def test_calls_go_on_while_rules_load(start: Start, own_rules: Path) -> None:
    async with start(rules=own_rules) as service:
        reload = asyncio.ensure_future(service.running.rules.reload())
        answers = 0
        while not reload.done():
            await service.stub.Evaluate(request())
            answers += 1
        assert await reload
        assert answers > 0


async def test_drain_lets_running_calls_finish(start: Start) -> None:
    statuses: list[int] = []
    async with start(notice_seconds=0.3) as service:
        channel = grpc.aio.insecure_channel(service.running.address)
        healthy: Any = health_pb2_grpc.HealthStub(channel)

        async def watch() -> None:
            async for answer in healthy.Watch(health_pb2.HealthCheckRequest()):
                statuses.append(answer.status)

        watching = asyncio.ensure_future(watch())
        stream = stubs.PolicyServiceStub(channel).EvaluateStream()
        await stream.write(api.EvaluateStreamRequest(key="before", request=request()))
        await stream.read()
        await until(lambda: bool(statuses))

        async def during() -> api.EvaluateStreamResponse:
            await until(lambda: statuses[-1] == NOT_SERVING)
            await stream.write(api.EvaluateStreamRequest(key="after", request=request()))
            answer = await stream.read()
            await stream.done_writing()
            assert isinstance(answer, api.EvaluateStreamResponse)
            return answer

        answering = asyncio.ensure_future(during())
    answer = await answering
    assert (answer.key, answer.result.HasField("decision")) == ("after", True)
    assert statuses == [SERVING, NOT_SERVING]
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await channel.close()


async def test_stopped_server_refuses(start: Start) -> None:
    async with start() as service:
        address = service.running.address
    async with grpc.aio.insecure_channel(address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stubs.PolicyServiceStub(channel).Evaluate(request(), timeout=SECONDS)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_too_many_calls_at_once(start: Start) -> None:
    async with start(limits__concurrent_calls=1) as service:
        stream = service.stub.EvaluateStream()
        await stream.write(api.EvaluateStreamRequest(key="1", request=request()))
        await stream.read()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await service.stub.Evaluate(request())
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        await stream.done_writing()


async def test_who_watches_the_health_keeps_nobody_out(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may ask for it, without credentials: its calls have places of their own."""
    watch = "/grpc.health.v1.Health/Watch"
    monkeypatch.setattr(places, "HEALTH_AT_ONCE", {**places.HEALTH_AT_ONCE, watch: 3})
    async with start(limits__concurrent_calls=2, limits__peer_share=1) as service:
        stub: Any = health_pb2_grpc.HealthStub(service.channel)
        watching = [stub.Watch(health_pb2.HealthCheckRequest()) for _ in range(4)]
        ends = []
        for one in watching:
            try:
                assert (await one.read()).status == SERVING
            except grpc.aio.AioRpcError as error:
                ends.append(error.code())
        assert ends == [grpc.StatusCode.RESOURCE_EXHAUSTED]
        assert (await stub.Check(health_pb2.HealthCheckRequest())).status == SERVING
        assert (await service.stub.Evaluate(request())).decision.obligations
        for one in watching:
            one.cancel()
