"""The door as an operator runs it: a stop lets what runs finish, and several processes share its port."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.cases import SEIZURE
from tests.server.http.doors import lines
from tests.server.listening.raw import Connect, head
from tests.server.process import server_process, stopped
from tests.server.waiting import SECONDS

LINE = lines({"key": "k", "request": {"case": SEIZURE}})


def piece(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def url_of(process: Any) -> str:
    """The second line that a server prints."""
    word, url = process.stdout.readline().split()
    assert word == "listening"
    return str(url)


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_stop_lets_what_runs_finish(
    small_rules: Path, tmp_path: Path, connect: Connect, workers: str
) -> None:
    log = tmp_path / "log"
    options = ("--workers", workers, "--set", "log.enabled=false", "--set", "grace_seconds=60")
    with server_process(*options, rules=small_rules, log=log) as (process, _):
        address = url_of(process).partition("//")[2]
        wire = await connect(address)
        kind = "application/x-ndjson"
        wire.send(head("/v1/cases:evaluateStream", "POST", content_type=kind, transfer_encoding="chunked"))
        wire.send(piece(LINE))
        assert (await wire.answer(head_only=True)).status == 200
        assert json.loads(await wire.chunk())["key"] == "k"
        process.send_signal(signal.SIGTERM)
        while "draining" not in log.read_text():
            pass
        wire.send(piece(LINE) + piece(b""))
        assert json.loads(await wire.chunk())["result"]["decision"]
        assert await wire.chunk() == b""
        assert process.wait(SECONDS) == 0
    assert "unexpected_error" not in log.read_text()


async def test_processes_share_the_port(small_rules: Path, tmp_path: Path, connect: Connect) -> None:
    """The system deals connections out; each of them is answered."""
    log = tmp_path / "log"
    options = ("--workers", "2", "--set", "log.enabled=false")
    with server_process(*options, rules=small_rules, log=log) as (process, _):
        address = url_of(process).partition("//")[2]
        for _ in range(32):
            wire = await connect(address)
            wire.send(head("/v1/packs"))
            assert (await wire.answer()).status == 200
        assert stopped(process, signal.SIGTERM) == 0
    workers = [json.loads(line).get("worker") for line in log.read_text().splitlines() if '"call"' in line]
    assert set(workers) == {0, 1}


def test_a_port_that_is_taken_is_said(small_rules: Path, tmp_path: Path) -> None:
    with server_process("--set", "log.enabled=false", rules=small_rules, log=tmp_path / "log") as (
        process,
        _,
    ):
        address = url_of(process).partition("//")[2]
        second = tmp_path / "second"
        options = ("--set", "log.enabled=false", "--set", f"http.address={address}", "--lang", "en")
        with (
            pytest.raises(AssertionError, match="LNK953"),
            server_process(*options, rules=small_rules, log=second),
        ):
            pass
        assert address in second.read_text()
        assert httpx.get(f"http://{address}/v1/packs", timeout=SECONDS).status_code == 200
