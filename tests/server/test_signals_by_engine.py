"""No signal is lost: under each engine while calls run, and from the first line of the program on."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest

from linkage.v1 import policy_service_pb2_grpc as stubs
from policy.engines import ENGINES, engine_named
from tests.server.cases import request
from tests.server.process import SECONDS, server_process

OFF = ("--set", "log.enabled=false")


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def events(log: Path) -> list[dict[str, Any]]:
    found = [line for line in log.read_text().splitlines() if line.endswith("}")]
    return [json.loads(line) for line in found]


def count(log: Path, name: str) -> int:
    return sum(line["event"] == name for line in events(log))


def family(process: int) -> list[int]:
    """The process and everything that it has started."""
    found = [process]
    for member in found:
        children = Path(f"/proc/{member}/task/{member}/children")
        found += map(int, children.read_text().split()) if children.exists() else []
    return found


Started = subprocess.Popen[str]


class Calls:
    """Calls one after another on several connections, until the service takes no more."""

    def __init__(self, address: str, threads: int = 3) -> None:
        self.answered = 0
        self.failed: list[str] = []
        self._threads = [threading.Thread(target=self._send, args=(address,)) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def _send(self, address: str) -> None:
        with grpc.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
            stub = stubs.PolicyServiceStub(channel)
            while True:
                try:
                    stub.Evaluate(request(), timeout=SECONDS)
                except grpc.RpcError as error:
                    self.failed.append(error.code().name)
                    return
                self.answered += 1

    def more(self) -> None:
        """Waits until further calls have been answered."""
        before = self.answered
        wait(lambda: self.answered > before + 5)

    def ended(self) -> set[str]:
        """Waits for the end; the codes that it came with."""
        for thread in self._threads:
            thread.join(SECONDS)
        return set(self.failed)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the system tells of no children")
@pytest.mark.parametrize(
    ("engine", "workers"), [*((engine, "1") for engine in ENGINES), ("compiled", "2"), ("durable", "2")]
)
def test_each_engine_hears_them_while_calls_run(
    engine: str, workers: str, small_rules: Path, tmp_path: Path
) -> None:
    """Also where everything of the service is told, as `systemctl kill` does: what an engine runs beside it
    must not end before the calls that need it."""
    try:
        engine_named(engine)
    except ImportError as error:
        pytest.skip(f"{error.name} is not installed")
    log = tmp_path / "log"
    options = ("--set", f"engine={engine}", "--workers", workers, *OFF)
    with server_process(*options, rules=small_rules, log=log) as (process, address):
        loaded = count(log, "rules_loaded")
        calls = Calls(address)
        for times in (1, 2):
            calls.more()
            for member in family(process.pid):
                os.kill(member, signal.SIGHUP)
            wait(lambda times=times: count(log, "rules_loaded") >= loaded + times * int(workers))  # type: ignore[misc]
        calls.more()
        for member in family(process.pid):
            os.kill(member, signal.SIGTERM)
        code = process.wait(SECONDS)
        codes = calls.ended()
    assert code == 0, log.read_text()
    assert codes <= {"UNAVAILABLE"}
    assert count(log, "stopped") == int(workers)
    assert not {"unexpected_error", "worker_ended", "worker_killed"} & {line["event"] for line in events(log)}
    refused = [line for line in events(log) if line["event"] == "call" and line["code"] != "OK"]
    assert refused == []


@contextmanager
def beginning(rules: Path, log: Path, *options: str, ignored: bool = False) -> Iterator[Started]:
    """``linkage serve`` from the moment in which it is executed.

    ``ignored``: whoever executes it lets it ignore SIGHUP, as nohup does.
    """
    command = [sys.executable, "-m", "server.cli", "serve", "--address", "127.0.0.1:0", "--rules", str(rules)]
    command += [*OFF, "--set", "operations.address=off", *options]
    before = partial(signal.signal, signal.SIGHUP, signal.SIG_IGN) if ignored else None
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, preexec_fn=before
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(SECONDS)
            assert process.stdout is not None
            process.stdout.close()


def handles(process: int, number: signal.Signals) -> bool:
    """Whether the process has a handler for a signal (proc(5), SigCgt)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    caught = next(line.split()[1] for line in lines if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (number - 1) & 1)


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells of handlers")


@on_linux
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_hangup_while_it_imports_loads_the_rules_once_more(
    workers: str, small_rules: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with beginning(small_rules, log, "--workers", workers) as process:
        wait(lambda: handles(process.pid, signal.SIGHUP))
        process.send_signal(signal.SIGHUP)
        wait(lambda: count(log, "rules_loaded") >= 2 * int(workers))
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


@on_linux
def test_told_to_stop_while_it_imports_it_does(small_rules: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with beginning(small_rules, log) as process:
        wait(lambda: handles(process.pid, signal.SIGTERM))
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    assert events(log) == []


@on_linux
@pytest.mark.parametrize("workers", ["1", "2"])
def test_where_hangup_is_ignored_at_the_start_none_ends_it(
    workers: str, small_rules: Path, tmp_path: Path
) -> None:
    """The one way to be safe while Python itself starts; handlers take over all the same."""
    log = tmp_path / "log"
    with beginning(small_rules, log, "--workers", workers, ignored=True) as process:
        for _ in range(200):
            process.send_signal(signal.SIGHUP)
            if handles(process.pid, signal.SIGHUP):
                break
            time.sleep(0.002)
        wait(lambda: count(log, "rules_loaded") >= int(workers))
        wait(lambda: bool(log.read_text().count('"serving"')))
        before = count(log, "rules_loaded")
        process.send_signal(signal.SIGHUP)
        wait(lambda: count(log, "rules_loaded") > before)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


class Manager:
    """Stands for systemd: the socket of NOTIFY_SOCKET."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(SECONDS)

    def told(self) -> dict[str, str]:
        """The next message that is no sign of life."""
        while True:
            lines = self._socket.recv(4096).decode().splitlines()
            found = dict(line.split("=", 1) for line in lines)
            if "WATCHDOG" not in found:
                return found

    def close(self) -> None:
        self._socket.close()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_systemd_is_told(
    workers: str, small_rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    with closing(Manager(tmp_path / "notify")) as manager:
        monkeypatch.setenv("NOTIFY_SOCKET", str(manager.path))
        monkeypatch.setenv("WATCHDOG_USEC", "1000000")
        with server_process("--workers", workers, *OFF, rules=small_rules, log=log) as (process, _):
            assert manager.told() == {"READY": "1", "STATUS": "serving"}
            asked = time.monotonic_ns() // 1000
            process.send_signal(signal.SIGHUP)
            reloading = manager.told()
            assert reloading["RELOADING"] == "1"
            assert asked <= int(reloading["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000
            again = manager.told()
            assert (again["READY"], again["STATUS"]) == ("1", "serving the new rules")
            process.send_signal(signal.SIGTERM)
            assert manager.told()["STOPPING"] == "1"
            assert process.wait(SECONDS) == 0


def test_the_watchdog_hears_that_the_loop_turns(
    small_rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Manager(tmp_path / "notify")) as manager:
        monkeypatch.setenv("NOTIFY_SOCKET", str(manager.path))
        monkeypatch.setenv("WATCHDOG_USEC", "20000")
        with server_process(*OFF, rules=small_rules, log=tmp_path / "log") as (process, _):
            heard = [manager._socket.recv(4096) for _ in range(20)]
            assert heard.count(b"WATCHDOG=1") >= 18
            os.kill(process.pid, signal.SIGTERM)
