"""A soak with everything on: TLS, callers, the log, new rules, a worker killed, and a hostile neighbour.

``python -m tests.bench --only siege --minutes 10`` writes siege.md and siege.json in docs/benchmarks.

    supervisor, 2 workers: mutual TLS, callers by certificate, API key and token, decisions logged
    neighbour   a small case again and again, and health: what a well-behaved caller has of it
    load        cases by Evaluate, batches and streams, as callers of every kind
    hostile     every attack of ``hostile`` in turn, with credentials of its own and without
    here        SIGHUP with changed rules; kill -9 of a worker in the middle; witnesses; memory; SIGTERM

Each client is a process of its own. Afterwards the log is verified, with the witnesses, and everything that
was acknowledged is looked for in it.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tests.bench.h2 import LoadError
from tests.bench.hostile import Target
from tests.bench.machine import machine_facts
from tests.bench.servers import family, resident_bytes
from tests.bench.siege_page import FOLDER, Minute, Siege, page, write
from tests.bench.timing import percentile
from tests.server.identity.world import World

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
RELOAD_SECONDS = 20.0
SAMPLE_SECONDS = 1.0
STOP_SECONDS = 60.0
ATTACK_SECONDS = 150.0
"""How long the attack that is under way when the time is up may take."""
QUIET_SECONDS, OTHERS_SECONDS = 10.0, 60.0
"""At first the neighbour is alone, then the others come: with what it has then, attacks are compared."""
BEFORE_SECONDS = QUIET_SECONDS + OTHERS_SECONDS
CONNECTION_SECONDS = 30.0
"""Age at which connections end: those that a killed worker had come back to the new one."""

_FACTS = ("day", "processor", "cores", "system", "Python", "grpcio", "uvloop")

CALLERS = """\
issuers:
  sso: {issuer: "https://example.com/sso", audience: linkage, keys: jwks.json}
callers:
  court:
    certificates: ["CN=court,O=Linkage development"]
    rights: [{role: integrator, districts: all}, {role: auditor, districts: all}]
  neighbour:
    tokens: [{issuer: sso, claims: {sub: neighbour}}]
    rights: [{role: integrator, districts: all}]
  batches:
    rights: [{role: integrator, districts: all}]
  police:
    tokens: [{issuer: sso, claims: {sub: police}}]
    rights: [{role: department, districts: all, bodies: [public_security]}]
  hostile:
    tokens: [{issuer: sso, claims: {sub: hostile}}]
    rights: [{role: integrator, districts: all}]
"""
TOKEN_SECONDS = 24 * 3600


def run(rules: Path, minutes: float, console: Console) -> int:
    """Runs it with a progress bar and writes its page; the exit code: 1 where it is not sound."""
    with Progress(TextColumn("siege"), BarColumn(), TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("siege", total=round((BEFORE_SECONDS + 60 * minutes) / SAMPLE_SECONDS))
        try:
            siege = measure(rules, minutes, lambda: progress.advance(task))
        except LoadError as failure:
            print(failure, file=sys.stderr)
            return 1
    facts = {name: fact for name, fact in machine_facts().items() if name in _FACTS}
    write(siege, facts)
    console.print(page(siege, facts))
    console.print(f"written: {FOLDER.parent.name}/{FOLDER.name}/siege.md")
    return 0 if siege.sound else 1


def measure(rules: Path, minutes: float, advance: Callable[[], None]) -> Siege:
    """Runs for ``minutes``. Raises ``LoadError`` where the service or a client does not start."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkage-siege-")))
        own_rules = Path(shutil.copytree(rules, folder / "rules"))
        installation, seconds = Installation(folder), BEFORE_SECONDS + 60 * minutes
        process, address = stack.enter_context(installation.served(own_rules))
        targets = installation.targets(address)
        clients = [
            stack.enter_context(client(role, folder, targets, seconds))
            for role in ("neighbour", "load", "hostile")
        ]
        begin = _begun(clients)
        memory, refused = _watch(process, own_rules, folder, targets["court"], (begin, seconds), advance)
        for each in clients:
            each.wait(ATTACK_SECONDS)
        stop = time.monotonic()
        process.send_signal(signal.SIGTERM)
        code = process.wait(STOP_SECONDS)
        drained = time.monotonic() - stop
        ends = {"exit code at SIGTERM": str(code), "seconds that it took": f"{drained:.1f}"}
        ends["witnesses that a service refused"] = str(refused)
        ends |= _checked(installation, folder)
        return _siege(folder, memory, ends, minutes)


class Installation:
    """The files of a service with callers of every kind, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / "installation"
        self.place.mkdir()
        self.world = World(self.place)
        self.world.write_callers(CALLERS)
        for name in ("court", "gateway"):
            self.world.client(name).write(self.place, name)
        self.database = folder / "log.sqlite3"

    @contextmanager
    def served(self, rules: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """The service."""
        settings = {
            name.replace("__", "."): value
            for name, value in self.world.settings(mutual=True, keys=True).items()
        }
        self.keys = {"batches": self.world.api_key("batches")[1]}
        settings |= {"http.address": "off", "limits.peer_failures": "600"}
        settings["limits.connection_seconds"] = str(CONNECTION_SECONDS)
        command = ["server.cli", "serve", "--address", "localhost:0", "--workers", str(WORKERS)]
        command += ["--rules", str(rules), "--database", f"sqlite:///{self.database}"]
        for name, value in settings.items():
            command += ["--set", f"{name}={value}"]
        with (
            (self.folder / "log").open("w", encoding="utf-8") as errors,
            subprocess.Popen(
                [sys.executable, "-m", *command],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=_environment(),
            ) as process,
        ):
            try:
                line = process.stdout.readline() if process.stdout is not None else ""
                word, _, address = line.strip().partition(" ")
                if word != "listening":
                    raise LoadError(f"the service did not start: {(self.folder / 'log').read_text()[-400:]}")
                yield process, address
            finally:
                process.kill()

    def targets(self, address: str) -> dict[str, Target]:
        """Who calls there, each with what it brings; all connections show a certificate."""
        place = self.place
        at = f"localhost:{address.rpartition(':')[2]}"
        ca, certificate, key = place / "ca.pem", place / "gateway.pem", place / "gateway.key"
        found = {"court": Target(at, ca, place / "court.pem", place / "court.key")}
        found["batches"] = Target(at, ca, certificate, key, self.keys["batches"])
        found["stranger"] = Target(at, ca, certificate, key)
        end = int(time.time()) + TOKEN_SECONDS
        for name in ("neighbour", "police", "hostile"):
            found[name] = Target(at, ca, certificate, key, self.world.token(sub=name, exp=end))
        return found


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("LINKAGE_")}
    return own | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'proto' / 'gen'}"}


@contextmanager
def client(
    role: str, folder: Path, targets: dict[str, Target], seconds: float
) -> Iterator[subprocess.Popen[str]]:
    """A client in a process of its own, for so many seconds; it leaves what it saw in ``folder``."""
    order = {
        "seconds": seconds,
        "quiet": QUIET_SECONDS,
        "others": OTHERS_SECONDS,
        "folder": str(folder),
        "targets": {
            name: {field: str(value or "") for field, value in asdict(target).items()}
            for name, target in targets.items()
        },
    }
    command = [sys.executable, "-m", "tests.bench.siege_clients", role]
    with (folder / f"{role}.errors").open("wb") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            cwd=ROOT,
            text=True,
        )
        if process.stdin is None:
            raise LoadError("no input")
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        try:
            yield process
            if process.returncode:
                raise LoadError(f"{role} failed: {(folder / f'{role}.errors').read_text()[-600:]}")
        finally:
            process.kill()
            process.wait()


def _begun(clients: Sequence[subprocess.Popen[str]]) -> float:
    """When all of them begin, which are told once each is ready. Raises ``LoadError``."""
    for each in clients:
        if each.stdout is None or each.stdout.readline() != "ready\n":
            raise LoadError("a client did not start")
    begin = time.monotonic() + 1
    for each in clients:
        if each.stdin is not None:
            each.stdin.write(f"{begin}\n")
            each.stdin.close()
    return begin


def _watch(
    process: subprocess.Popen[str],
    rules: Path,
    folder: Path,
    auditor: Target,
    time_of: tuple[float, float],
    advance: Callable[[], None],
) -> tuple[list[tuple[float, float]], int]:
    """Samples memory, has changed rules loaded, kills a worker in the middle, keeps a witness each minute.

    ``time_of``: when it begins, and for how many seconds. Gives megabytes of the whole family at seconds, and
    how many witnesses were refused.
    """
    (begin, seconds), killed, refused = time_of, False, 0
    samples: list[tuple[float, float]] = []
    pack = rules / "liwan" / "pack.yaml"
    texts = itertools.cycle((pack.read_text().replace("title: {zh: ", "title: {zh: 又", 1), pack.read_text()))
    reload_at, witness_at = RELOAD_SECONDS, QUIET_SECONDS
    while (now := time.monotonic() - begin) < seconds:
        samples.append((now, _megabytes(process.pid)))
        if now >= reload_at:
            pack.write_text(next(texts))
            process.send_signal(signal.SIGHUP)
            reload_at += RELOAD_SECONDS
        if not killed and now >= seconds / 2:
            killed = True
            os.kill(_workers(process.pid)[0], signal.SIGKILL)
        if now >= witness_at:
            refused += _witnessed(folder, auditor) != 0
            witness_at += 60.0
        advance()
        time.sleep(SAMPLE_SECONDS)
    return samples, refused + (_witnessed(folder, auditor) != 0)


def _workers(supervisor: int) -> list[int]:
    """The processes that serve, and not those that decide large cases for them."""
    found = []
    for member in family(supervisor)[1:]:
        words = Path(f"/proc/{member}/cmdline").read_bytes().split(b"\0")
        if b"server.process.workers.start" in words or b"server.process.workers.worker" in words:
            found.append(member)
    return found or family(supervisor)[1:]


def _megabytes(supervisor: int) -> float:
    """Of the supervisor, its workers, and the processes that these have."""
    total, waiting = 0, [supervisor]
    while waiting:
        member = waiting.pop()
        try:
            total += resident_bytes(member)
            waiting += family(member)[1:]
        except OSError:  # it has just ended
            continue
    return total / 2**20


def _witnessed(folder: Path, auditor: Target) -> int:
    """Keeps a witness of the service that runs, as an auditor does; the exit code."""
    command = ["log", "witness", "--server", auditor.address, "-o", str(folder / "witness")]
    command += ["--ca", str(auditor.ca), "--certificate", str(auditor.certificate)]
    return _linkage(folder, *command, "--certificate-key", str(auditor.key)).returncode


def _linkage(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.cli", "--lang", "en", *words]
    done = subprocess.run(
        command, capture_output=True, text=True, env=_environment(), cwd=folder, check=False
    )
    (folder / "commands").open("a").write(f"{words}\n{done.stdout}{done.stderr}\n")
    return done


def _checked(installation: Installation, folder: Path) -> dict[str, str]:
    """Verifies the log, and looks for everything that was acknowledged."""
    database = f"sqlite:///{installation.database}"
    verify = _linkage(folder, "log", "verify", "--database", database, "--witness", str(folder / "witness"))
    connection = sqlite3.connect(installation.database)
    logged = {row[0] for row in connection.execute("SELECT id FROM decisions")}
    connection.close()
    acknowledged = {
        line
        for path in folder.glob("*.acknowledged")
        for line in path.read_text(encoding="ascii").split("\n")[:-1]
    }
    said = (verify.stdout.strip().splitlines() or ["nothing"])[-1]
    return {
        "decisions acknowledged": f"{len(acknowledged):,}",
        "decisions in the log": f"{len(logged):,}",
        "acknowledged and not in the log": str(len(acknowledged - logged)),
        "exit code of log verify": str(verify.returncode),
        "what it said": said,
    }


def _siege(
    folder: Path, memory: Sequence[tuple[float, float]], ends: dict[str, str], minutes: float
) -> Siege:
    """The run from what the clients and the service left."""
    seen = {role: _left(folder, role) for role in ("neighbour", "load", "hostile")}
    whole = max(1, round(minutes))
    length = 60 * minutes / whole
    parts = [("quiet", 0.0, QUIET_SECONDS), ("others", QUIET_SECONDS, BEFORE_SECONDS)]
    for number in range(whole):
        begin = BEFORE_SECONDS + number * length
        parts.append((str(number + 1), begin, begin + length))
    found = []
    for name, begin, end in parts:
        within = _within(begin, end)
        small = [ms for at, ms in seen["neighbour"]["small"] if within(at)]
        health = [ms for at, ms in seen["neighbour"]["health"] if within(at)]
        decisions = sum(count for at, count in seen["load"]["decided"] if within(at))
        failed = sum(1 for at, _ in seen["neighbour"]["failed"] if within(at))
        megabytes = max((size for at, size in memory if within(at)), default=0.0)
        times = _quantiles(small), _quantiles(health)
        found.append(Minute(name, decisions + len(small), *times, failed, megabytes))
    attacks: dict[str, tuple[int, float, str]] = {}
    for name, seconds, said in seen["hostile"]["attacks"]:
        attacks[name] = attacks.get(name, (0, 0.0, ""))[0] + 1, seconds, said
    log = (folder / "log").read_text(encoding="utf-8").splitlines()
    events = Counter(json.loads(line)["event"] for line in log if line.startswith("{"))
    counts = seen["load"]["counts"]
    for _, why in seen["neighbour"]["failed"]:
        counts[f"neighbour: {why}"] = counts.get(f"neighbour: {why}", 0) + 1
    rows = tuple((name, *values) for name, values in attacks.items())
    return Siege(tuple(found), rows, counts, dict(sorted(events.items())), ends)


def _left(folder: Path, role: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / f"{role}.json").read_text(encoding="utf-8"))
    return data


def _within(begin: float, end: float) -> Callable[[float], bool]:
    return lambda at: begin <= at < end


def _quantiles(values: list[float]) -> tuple[float, float]:
    return (percentile(values, 50), percentile(values, 99)) if values else (0.0, 0.0)
