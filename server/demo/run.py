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

from linkage.v1 import decision_pb2
from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from policy.cli.guard import CommandError
from policy.cli.options import DEFAULT_RULES, RULES_VARIABLE
from policy.decide import District, decide, load_snapshot
from policy.engines import running
from policy.facts.parsing import parse_case
from policy.pack.shipped import shipped_rules
from policy.review.report.screen import screen
from policy.text.diagnostics import Faults, PackError, Words
from policy.text.source import Source
from policy.text.terminal import show
from policy.time.moment import NANO
from server.convert.words import set_moment
from server.demo.screen import Screen
from server.demo.week import play
from server.settings.config import PREFIX

START_SECONDS = 180
CALL_SECONDS = 120
STOP_SECONDS = 30
PLAIN_WIDTH = 140
"""Columns where the screen is no terminal that has a width of its own."""


def demo(rules: Path | None, lang: str, act: int | None = None) -> None:
    """Plays one of the two acts, or both. Raises ``CommandError`` (LNK959) where any part of it fails."""
    folder = rules or _rules()
    console = screen_console()
    if act != 2:
        _decide(folder, lang, console)
    if act is None:
        console.print()
    if act != 1:
        play(folder, lang, console)


def _decide(folder: Path, lang: str, console: Console) -> None:
    """The first act: a case is sent to the service, and once more when something has happened."""
    before, after = demo_requests(lang)
    with demo_server(folder, lang) as address:  # which says what is wrong with the rules, if anything is
        district = load_snapshot(folder)[0].districts[before.case.district]
        words = Screen(district, lang, console.width)
        console.print(words.started(address))
        console.print(*words.facts(before), sep="\n")
        started = time.perf_counter()
        first = _ask(address, before).decision
        milliseconds = (time.perf_counter() - started) * 1000
        if not first.obligations:
            raise CommandError("LNK959", reason=Words("没有产生义务", "no obligations"))
        console.print(*words.duties(before, first, milliseconds), sep="\n")
        console.print(*words.in_words(first), sep="\n")
        second = _ask(address, after).decision
        console.print(*words.change(before, after, first, second), sep="\n")
        console.print(*words.agreement(*_second_opinion(district, after, second)), sep="\n")
        console.print(words.receipt(second.receipt))
    console.print(words.pick("服务已停止。", "The service has stopped."))


def _rules() -> Path:
    """The rules where they are by default; nowhere there, those that come with the release."""
    named = os.environ.get(RULES_VARIABLE)
    if named or DEFAULT_RULES.is_dir():
        return Path(named or DEFAULT_RULES)
    return shipped_rules() or DEFAULT_RULES


def _second_opinion(
    district: District, request: api.EvaluateRequest, answer: decision_pb2.Decision
) -> tuple[str, bool, int]:
    """The other engine that decided the case, whether it came to the same bytes, and for how many duties.

    durable-rules where it could be installed, else the official evaluator of CEL.
    """
    as_of = request.as_of.seconds * NANO + request.as_of.nanos
    for name in ("durable", "cel"):
        try:
            with running(name) as engine:
                decision = decide(district, request.case, as_of, engine)
        except ImportError:
            continue
        return name, decision.digest == answer.receipt.decision_digest, len(decision.obligations)
    raise CommandError("LNK959", reason=Words("没有第二个引擎", "there is no second engine"))


def screen_console() -> Console:
    """The terminal at its own width, anything else at ``PLAIN_WIDTH``."""
    width = None if sys.stdout.isatty() else PLAIN_WIDTH
    return screen(width)


def demo_requests(lang: str) -> tuple[api.EvaluateRequest, api.EvaluateRequest]:
    """The case of case.yaml as a request, and once more, later and one event longer.

    Raises ``PackError`` where the file has faults.
    """
    text = files("server.demo").joinpath("case.yaml").read_text(encoding="utf-8")
    faults = Faults()
    parsed = parse_case(Source("server/demo/case.yaml", text), faults, {})
    if parsed is None or parsed.as_of is None:
        raise PackError(faults)
    last = max(parsed.case.events, key=lambda e: (e.at.seconds, e.id))
    moments = (last.at.seconds * NANO - 1, parsed.as_of)
    requests = []
    for moment in moments:
        as_of = Timestamp()
        set_moment(as_of, moment // NANO * NANO)
        requests.append(api.EvaluateRequest(case=parsed.case, as_of=as_of, language=lang))
    before, after = requests
    before.case.events.remove(last)
    return before, after


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
        "--set": "operations.address=off",
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
