"""A server in a process of its own, as an operator runs it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.server.logs import key_setting
from tests.server.waiting import SECONDS

__all__ = ["SECONDS", "server_process", "stopped"]


@contextmanager
def server_process(*options: str, rules: Path, log: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``linkage serve`` on a free port: the process and its address. ``log`` takes its standard error."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINKAGE_")}
    command = [sys.executable, "-m", "server.cli", "serve", "--address", "127.0.0.1:0", "--rules", str(rules)]
    if "--database" in options:
        url = options[options.index("--database") + 1]
        command += ["--set", f"log.keys={key_setting(url)}"]
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=errors, env=environment, text=True
        )
        try:
            assert process.stdout is not None
            word, _, address = process.stdout.readline().strip().partition(" ")
            assert word == "listening", log.read_text()
            yield process, address
        finally:
            process.kill()
            process.wait(SECONDS)
            if process.stdout is not None:
                process.stdout.close()


def stopped(process: subprocess.Popen[str], number: signal.Signals) -> int:
    """Sends a signal and gives the exit code."""
    process.send_signal(number)
    return process.wait(SECONDS)
