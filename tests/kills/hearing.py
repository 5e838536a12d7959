"""Who is told what becomes of obligations while servers die: a watch that goes on where it broke off, and a
webhook.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import grpc

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from linkage.v1 import register_pb2
from tests.kills.clients import CHANNEL, DISTRICT, PAUSE_SECONDS
from tests.server.notices.receiving import House

_FILE = """\
subscriptions:
  everything:
    role: integrator
    districts: [{district}]
    since: start
    webhook:
      url: {url}
      insecure: true
      networks: [127.0.0.0/8]
      secrets: [everything.secret]
"""
_SECRET = "whsec_" + "QUFB" * 10
"""Of this run alone: the receiver is the run itself."""


def subscription(house: House, folder: Path) -> Path:
    """The file that subscribes the receiver to everything."""
    (folder / "everything.secret").write_text(_SECRET, encoding="ascii")
    file = folder / "subscriptions.yaml"
    file.write_text(_FILE.format(district=DISTRICT, url=house.url), encoding="utf-8")
    return file


class Watcher:
    """One watch from the start of the stream, carried on at the next server where one is gone."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses
        self.heard: list[register_pb2.ObligationChange] = []
        self.breaks = 0

    async def run(self) -> None:
        """Hears until it is cancelled."""
        token, number = "", 0
        while True:
            address = self._addresses[number % len(self._addresses)]
            number += 1
            async with grpc.aio.insecure_channel(address, options=CHANNEL) as channel:
                request = api.WatchObligationsRequest(
                    district=DISTRICT, resume_token=token, from_start=not token
                )
                try:
                    async for answer in stubs.CaseServiceStub(channel).WatchObligations(request):
                        token = answer.resume_token
                        if answer.HasField("change"):
                            self.heard.append(answer.change)
                except grpc.aio.AioRpcError:
                    self.breaks += 1
            await asyncio.sleep(PAUSE_SECONDS)


def heard_wrong(
    heard: Sequence[register_pb2.ObligationChange], stream: Mapping[int, register_pb2.ObligationChange]
) -> Iterator[str]:
    """Where a watch was not told the stream itself, each change once and in order."""
    positions = [change.position for change in heard]
    if positions != sorted(stream):
        lost = set(stream) - set(positions)
        twice = [position for position, times in Counter(positions).items() if times > 1]
        yield f"watched: {len(lost)} lost, {len(twice)} twice, in order: {positions == sorted(positions)}"
    for change in heard:
        told = register_pb2.ObligationChange()
        told.CopyFrom(change)
        told.ClearField("title")
        if stream.get(change.position) != told:
            yield f"watched: {change.position} is another"


def received_wrong(house: House, stream: Mapping[int, register_pb2.ObligationChange]) -> Iterator[str]:
    """Where a webhook was not told each change under one id, those of one obligation in order."""
    by_position: dict[int, set[str]] = defaultdict(set)
    bodies: dict[str, set[bytes]] = defaultdict(set)
    last: dict[str, int] = {}
    for got in house.got:
        event = json.loads(got.body)
        position, identity = int(event["sequence"]), got.headers["webhook-id"]
        again = identity in by_position[position]
        by_position[position].add(identity)
        bodies[identity].add(got.body)
        if not again and last.get(event["subject"], 0) > position:
            yield f"received: {position} after {last[event['subject']]} of one obligation"
        last[event["subject"]] = max(position, last.get(event["subject"], 0))
    if by_position.keys() != stream.keys():
        lost, more = stream.keys() - by_position.keys(), by_position.keys() - stream.keys()
        yield f"received: {len(lost)} lost, {len(more)} that are not in the stream"
    yield from (
        f"received: {position} under {len(ids)} ids" for position, ids in by_position.items() if len(ids) > 1
    )
    yield from (
        f"received: {identity} with {len(texts)} texts"
        for identity, texts in bodies.items()
        if len(texts) > 1
    )
