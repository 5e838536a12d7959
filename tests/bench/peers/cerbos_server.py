"""Cerbos' own server from npm, with the rules loaded, in a process of its own.

``installed`` gets the package once with the ordinary npm client into a folder of the virtual environment.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.peers.cerbos_policies import policies

VERSION = "0.55.0"
PACKAGE = "@cerbos/cerbos-linux-x64"
LIMITS = {"maxActionsPerResource": 500, "maxResourcesPerRequest": 500}
"""The highest that the server accepts."""

_FOLDER = Path(sys.prefix) / "peers" / "cerbos"
_START_SECONDS = 30.0
# Go's collector runs when a gigabyte is full, instead of whenever the heap has doubled: a quarter less time.
_ENVIRONMENT = {"GOGC": "off", "GOMEMLIMIT": "1GiB", "CERBOS_NO_TELEMETRY": "1"}


class Missing(Exception):
    """Cerbos cannot be had here; says why."""


def installed() -> Path:
    """The server's executable. Raises ``Missing`` where neither it nor npm is there, or npm fails."""
    home = _FOLDER / VERSION
    binary = home / "node_modules" / PACKAGE / PACKAGE.rpartition("/")[2]
    if not binary.exists():
        npm = shutil.which("npm")
        if sys.platform != "linux" or npm is None:
            raise Missing(f"{PACKAGE} needs Linux on x86-64 and npm to install it")
        home.mkdir(parents=True, exist_ok=True)
        options = ("--prefix", str(home), "--no-save", "--no-audit", "--no-fund", "--ignore-scripts")
        done = subprocess.run(
            [npm, "install", *options, f"{PACKAGE}@{VERSION}"], capture_output=True, check=False
        )
        if done.returncode or not binary.exists():
            raise Missing(f"npm could not install {PACKAGE} {VERSION}")
    return binary


@contextmanager
def serving() -> Iterator[tuple[int, str]]:
    """A running server: its process id and the address of its gRPC service. Raises ``Missing``."""
    binary = installed()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "policies").mkdir()
        for file, text in policies().items():
            (folder / "policies" / file).write_text(text, encoding="utf-8")
        address = f"127.0.0.1:{_free_port()}"
        (folder / "config.json").write_text(json.dumps(_configuration(folder, address)), encoding="utf-8")
        command = [str(binary), "server", "--config", str(folder / "config.json"), "--log-level", "error"]
        log = (folder / "log").open("wb")
        with log, subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | _ENVIRONMENT) as process:
            try:
                _await(process, address)
                yield process.pid, address
            finally:
                process.terminate()


def _configuration(folder: Path, address: str) -> dict[str, object]:
    """Nothing beside the decisions: no metrics, no audit, no watching of files, no telemetry."""
    return {
        "server": {
            "grpcListenAddr": address,
            "httpListenAddr": f"unix:{folder / 'http.sock'}",
            "requestLimits": LIMITS,
            "metricsEnabled": False,
            "playgroundEnabled": False,
            "advanced": {"grpc": {"maxRecvMsgSizeBytes": 64 << 20}},
        },
        "audit": {"enabled": False},
        "telemetry": {"disabled": True},
        "storage": {
            "driver": "disk",
            "disk": {"directory": str(folder / "policies"), "watchForChanges": False},
        },
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(process: subprocess.Popen[bytes], address: str) -> None:
    host, _, port = address.partition(":")
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Missing(f"Cerbos {VERSION} did not start")
