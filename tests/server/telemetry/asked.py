"""Asking the operations address."""

from __future__ import annotations

import asyncio
import json
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from tests.server.telemetry.scraped import Scrape


class Answer(NamedTuple):
    """What came back."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        """The text as JSON."""
        return json.loads(self.text)


def ask(address: str, path: str, accept: str = "", method: str = "GET") -> Answer:
    """One request."""
    connection = HTTPConnection(address, timeout=60)
    try:
        connection.request(method, path, headers={"accept": accept} if accept else {})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, answer.read().decode(), headers)
    finally:
        connection.close()


async def asked(address: str, path: str, accept: str = "", method: str = "GET") -> Answer:
    """The same beside the loop that answers."""
    return await asyncio.to_thread(ask, address, path, accept, method)


def scraped(address: str) -> Scrape:
    """What a scrape there gives."""
    answer = ask(address, "/metrics")
    assert answer.status == 200
    return Scrape(answer.text)


def operations_of(log: Path) -> str:
    """The operations address that a service has logged."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return next(str(line["address"]) for line in lines if line["event"] == "operations")
