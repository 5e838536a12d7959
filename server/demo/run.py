"""The demonstration: starts a server of its own on a free port, asks it, shows the answer, stops it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from threading import Timer

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from rich.console import Console

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from policy.cli.guard import CommandError
from policy.cli.options import DEFAULT_RULES, RULES_VARIABLE
from policy.facts.parsing import parse_case
from policy.review.report.screen import screen
from policy.text.diagnostics import Faults, PackError, Words
from policy.text.source import Source
from policy.text.terminal import show
from server.convert.words import set_moment
from server.demo.screen import Screen
from server.settings.config import PREFIX

START_SECONDS = 60
CALL_SECONDS = 30
STOP_SECONDS = 30
PLAIN_WIDTH = 140
"""Columns where the screen is no terminal that has a width of its own."""


def demo(rules: Path | None, lang: str) -> None:
    """Runs the demonstration. Raises ``CommandError`` (LNK959) where any part of it fails."""
    folder = rules or Path(os.environ.get(RULES_VARIABLE) or DEFAULT_RULES)
    request = demo_request(lang)
    console = screen_console()
    words = Screen(lang, console.width)
    case, district = request.case.id, request.case.district
    with demo_server(folder, lang) as address:
        console.print(words.pick(f"服务已启动：{address}", f"the service runs at {address}"))
        console.print(words.pick(f"Evaluate：{district} 案件 {case}", f"Evaluate: {district}, case {case}"))
        started = time.perf_counter()
        response = _ask(address, request)
        milliseconds = (time.perf_counter() - started) * 1000
        for part in words.parts(response.decision):
            console.print(part)
        console.print(words.pick(f"用时 {milliseconds:.1f} 毫秒", f"took {milliseconds:.1f} ms"))
    console.print(words.pick("服务已停止", "the service has stopped"))
    if not response.decision.obligations:
        raise CommandError("LNK959", reason=Words("没有产生义务", "no obligations"))


def screen_console() -> Console:
    """The terminal at its own width, anything else at ``PLAIN_WIDTH``."""
    width = None if sys.stdout.isatty() else PLAIN_WIDTH
    return screen(width)


def demo_request(lang: str) -> api.EvaluateRequest:
    """The case of case.yaml as a request. Raises ``PackError`` where the file has faults."""
    text = files("server.demo").joinpath("case.yaml").read_text(encoding="utf-8")
    faults = Faults()
    parsed = parse_case(Source("server/demo/case.yaml", text), faults, {})
    if parsed is None or parsed.as_of is None:
        raise PackError(faults)
    as_of = Timestamp()
    set_moment(as_of, parsed.as_of)
    return api.EvaluateRequest(case=parsed.case, as_of=as_of, language=lang)


def _ask(address: str, request: api.EvaluateRequest) -> api.EvaluateResponse:
    with grpc.insecure_channel(address) as channel:
        try:
            return stubs.PolicyServiceStub(channel).Evaluate(request, timeout=CALL_SECONDS)
        except grpc.RpcError as error:
            details = getattr(error, "details", lambda: "")() or type(error).__name__
            raise CommandError("LNK959", reason=details) from error


@contextmanager
def demo_server(rules: Path, lang: str) -> Iterator[str]:
    """A server process of its own in a temporary folder; its address. Its log is shown only if it fails."""
    with (
        tempfile.TemporaryDirectory(prefix="linkage-demo-") as folder,
        Path(folder, "log").open("w+b") as log,
    ):
        process = subprocess.Popen(  # noqa: S603 - our own command line, started without a shell
            _command(rules, folder, lang), stdout=subprocess.PIPE, stderr=log, env=_environment(), text=True
        )
        try:
            yield _address(process)
            process.terminate()
            code = process.wait(STOP_SECONDS)
            if code != 0:
                raise CommandError(
                    "LNK959", reason=Words(f"服务以 {code} 退出", f"the server ended with {code}")
                )
        except BaseException:
            process.kill()
            process.wait()
            log.seek(0)
            show(log.read().decode("utf-8", "replace"), end="", stream=sys.stderr)
            raise
        finally:
            if process.stdout is not None:
                process.stdout.close()


def _command(rules: Path, folder: str, lang: str) -> list[str]:
    options = {
        "--address": "127.0.0.1:0",
        "--rules": str(rules.resolve()),
        "--database": f"sqlite:///{folder}/demo.sqlite3",
        "--lang": lang,
    }
    return [sys.executable, "-m", "server.cli", "serve", *(word for pair in options.items() for word in pair)]


def _environment() -> dict[str, str]:
    # What an operator has set for the real service must not reach this one.
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _address(process: subprocess.Popen[str]) -> str:
    """The address that the server prints once it serves."""
    watchdog = Timer(START_SECONDS, process.kill)
    watchdog.start()
    try:
        words = (process.stdout.readline() if process.stdout is not None else "").split()
    finally:
        watchdog.cancel()
    if len(words) != 2 or words[0] != "listening":
        raise CommandError("LNK959", reason=Words("服务没有启动", "the server did not start"))
    return words[1]
