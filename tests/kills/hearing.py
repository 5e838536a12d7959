"""Who is told what becomes of obligations while servers die: a watch that goes on where it broke off, and a
webhook.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import grpc

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from linkage.v1 import register_pb2
from tests.kills.clients import CHANNEL, PAUSE_SECONDS
from tests.server.notices.receiving import House

Stream = Mapping[int, register_pb2.ObligationChange]
"""The changes of a district by their positions."""
PATIENCE_SECONDS = 30.0

_FILE = """\
subscriptions:
  everything:
    role: integrator
    districts: [{districts}]
    since: start
    webhook:
      url: {url}
      insecure: true
      networks: [127.0.0.0/8]
      secrets: [everything.secret]
"""
_SECRET = "whsec_" + "QUFB" * 10
"""Of this run alone: the receiver is the run itself."""


def subscription(house: House, folder: Path, districts: Iterable[str]) -> Path:
    """The file that subscribes the receiver to everything."""
    (folder / "everything.secret").write_text(_SECRET, encoding="ascii")
    file = folder / "subscriptions.yaml"
    text = _FILE.format(districts=", ".join(districts), url=house.url)
    file.write_text(text, encoding="utf-8")
    return file


class Watcher:
    """One watch from the start of the stream, carried on at the next server where one is gone."""

    def __init__(self, addresses: Sequence[str], district: str) -> None:
        self._addresses = addresses
        self.district = district
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
                    district=self.district, resume_token=token, from_start=not token
                )
                try:
                    async for answer in stubs.CaseServiceStub(channel).WatchObligations(request):
                        token = answer.resume_token
                        if answer.HasField("change"):
                            self.heard.append(answer.change)
                except grpc.aio.AioRpcError:
                    self.breaks += 1
            await asyncio.sleep(PAUSE_SECONDS)


def heard_wrong(heard: Sequence[register_pb2.ObligationChange], stream: Stream) -> Iterator[str]:
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


async def settled(
    watchers: Sequence[Watcher], house: House, ends: Callable[[], Awaitable[Mapping[str, int]]]
) -> None:
    """Waits until everything has been told that the streams hold, or nothing comes any more."""
    loop = asyncio.get_running_loop()
    last, before = loop.time(), (-1, -1)
    while loop.time() - last < PATIENCE_SECONDS:
        length = sum((await ends()).values())
        told = (
            sum(len(each.heard) for each in watchers),
            len({got.headers["webhook-id"] for got in house.got}),
        )
        if told == (length, length):
            return
        if told != before:
            last, before = loop.time(), told
        await asyncio.sleep(0.2)


def received_wrong(house: House, stream: Stream, district: str) -> Iterator[str]:
    """Where a webhook was not told each change under one id, those of one obligation in order."""
    by_position: dict[int, set[str]] = defaultdict(set)
    bodies: dict[str, set[bytes]] = defaultdict(set)
    last: dict[str, int] = {}
    for got in house.got:
        event = json.loads(got.body)
        if not event["source"].endswith(f"/{district}"):
            continue
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
    yield from (f"received: {at} under {len(ids)} ids" for at, ids in by_position.items() if len(ids) > 1)
    yield from (f"received: {one} as {len(texts)} texts" for one, texts in bodies.items() if len(texts) > 1)
