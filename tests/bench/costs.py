"""What the log, its proofs, TLS and known callers cost: the same load, with and without, turn about.

``python -m tests.bench --only costs`` prints a table, and puts it into docs/log.md.

Each service runs in a process of its own from the beginning; in every round all of them get the same load for
the same time, one after the other, the next round in the opposite order, so that what the machine does
besides meets both sides of a pair. What is compared is of one round: a pair's ratio is the median over the
rounds, its spread the range in which the middle half of the rounds lies.
"""

from __future__ import annotations

import re
import ssl
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.bench.h2 import Connection
from tests.bench.machine import machine_facts
from tests.bench.servers import cpu_seconds, server
from tests.bench.serving import EVALUATE, messages
from tests.server.identity.world import World

DOC = Path(__file__).resolve().parents[2] / "docs" / "log.md"
ROUNDS, QUICK_ROUNDS = 20, 3
SECONDS, WARM_SECONDS = 3.0, 2.0
IN_FLIGHT = 16

_FACTS = ("day", "load before", "processor", "cores", "Python", "grpcio")
_MARKED = re.compile(r"(<!-- costs: .*? -->\n).*?(<!-- end -->)", re.DOTALL)

CALLERS = """\
issuers:
  sso: {issuer: "https://example.com/sso", audience: linkage, keys: jwks.json}
callers:
  court:
    certificates: ["CN=court,O=Linkage development"]
    tokens: [{issuer: sso, claims: {sub: court}}]
    rights: [{role: integrator, districts: all}]
    limits: {calls_per_second: 1000000, burst: 1000000, calls_at_once: 1000}
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One subject in one round: calls a second; the service's processor time for a call, in microseconds."""

    per_second: float
    cpu_us: float


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared: the name of the one that has more, of the one that has less, and what that is."""

    what: str
    more: str
    less: str


PAIRS = (
    Pair("the log, as plain rows", "plain rows", "nothing"),
    Pair("its proofs: leaves, signatures, encryption", "log", "plain rows"),
    Pair("the log with its proofs", "log", "nothing"),
    Pair("TLS", "TLS", "nothing"),
    Pair("callers by API key", "API key", "nothing"),
    Pair("callers by token", "token", "nothing"),
    Pair("TLS with client certificates as callers", "certificate", "nothing"),
    Pair("everything: log, TLS, certificate and token", "everything", "nothing"),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a pair gave over all rounds: ratios, each with the middle half of the rounds."""

    what: str
    cpu: tuple[float, float, float]
    """Median, lower and upper quartile of: time for a call with it, by that without."""
    rate: tuple[float, float, float]
    """The same of calls a second."""


class _Subject:
    """A service that runs, and how it is called."""

    def __init__(
        self,
        process: int,
        address: str,
        headers: Sequence[tuple[str, str]] = (),
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._process = process
        self._address = address
        self._headers = headers
        self._context = context
        self._mix = messages()

    def measured(self, seconds: float) -> Measured:
        """The load for so long."""
        before = cpu_seconds(self._process) or 0.0
        made = Connection(self._address, EVALUATE, self._mix, self._headers, self._context)
        with closing(made) as connection:
            load = connection.run(seconds, IN_FLIGHT)
        spent = (cpu_seconds(self._process) or 0.0) - before
        return Measured(load.per_second, 1e6 * spent / max(1, load.all_calls))


def run(rules: Path, quick: bool, console: Console) -> int:
    """Measures with a progress bar, prints the table, and puts it into the page; the exit code."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    columns = TextColumn("costs"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("costs", total=rounds)
        rows = measure(rules, rounds, lambda: progress.advance(task))
    made = table(costs(rows), machine_facts(), rounds)
    print(made)
    if not quick:
        DOC.write_text(filled(DOC.read_text(encoding="utf-8"), made), encoding="utf-8")
    return 0


def measure(rules: Path, rounds: int, advance: Callable[[], None]) -> list[dict[str, Measured]]:
    """Each round's measurements by the names of the subjects. Raises ``LoadError``."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkage-costs-")))
        subjects = dict(_subjects(rules, folder, stack))
        for subject in subjects.values():
            subject.measured(WARM_SECONDS)
        found = []
        for number in range(rounds):
            order = list(subjects) if number % 2 == 0 else list(reversed(subjects))
            found.append({name: subjects[name].measured(SECONDS) for name in order})
            advance()
        return found


def _subjects(rules: Path, folder: Path, stack: ExitStack) -> Iterator[tuple[str, _Subject]]:
    world = World(folder)
    world.write_callers(CALLERS)
    world.client("court").write(folder, "court")
    key = world.api_key("court")[1]
    token = world.token(exp=int(time.time()) + 24 * 3600)

    def started(module: str, *options: str) -> tuple[int, str]:
        serve = ["serve", "--address", "localhost:0", "--rules", str(rules), "--set", "http.address=off"]
        return stack.enter_context(server(module, *serve, "--set", "calls=failures", *options))

    def options(log: str = "", tls: bool = False, mutual: bool = False, callers: bool = False) -> list[str]:
        """``log``: the name of its database."""
        found = ["--database", f"sqlite:///{folder / log}"] if log else ["--set", "log.enabled=false"]
        for name, value in world.settings(mutual=mutual, tls=tls, keys=True).items():
            if callers or not name.startswith("identity"):
                found += ["--set", f"{name.replace('__', '.')}={value}"]
        return found

    trusted = _trusting(folder)
    shown = _trusting(folder, "court")
    by_key, by_token = (("authorization", f"Bearer {each}") for each in (key, token))
    cli = "server.cli"
    yield "nothing", _Subject(*started(cli, *options()))
    yield "plain rows", _Subject(*started("tests.bench.plain_log", *options("plain.sqlite3")))
    yield "log", _Subject(*started(cli, *options("log.sqlite3")))
    yield "TLS", _Subject(*started(cli, *options(tls=True)), (), trusted)
    yield "API key", _Subject(*started(cli, *options(callers=True)), [by_key])
    yield "token", _Subject(*started(cli, *options(callers=True)), [by_token])
    yield "certificate", _Subject(*started(cli, *options("", tls=True, mutual=True, callers=True)), (), shown)
    everything = options("all.sqlite3", tls=True, mutual=True, callers=True)
    yield "everything", _Subject(*started(cli, *everything), [by_token], shown)


def _trusting(folder: Path, name: str = "") -> ssl.SSLContext:
    """TLS of a client, which shows the certificate of that name."""
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.set_alpn_protocols(["h2"])
    if name:
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


def costs(rounds: Sequence[dict[str, Measured]]) -> list[Cost]:
    """The pairs over all rounds."""
    found = []
    for pair in PAIRS:
        cpu = [each[pair.more].cpu_us / each[pair.less].cpu_us for each in rounds]
        rate = [each[pair.more].per_second / each[pair.less].per_second for each in rounds]
        found.append(Cost(pair.what, _spread(cpu), _spread(rate)))
    return found


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    """The median, and the quartiles."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return middle, low, high


def table(rows: Sequence[Cost], facts: dict[str, str], rounds: int) -> str:
    """The table in Markdown, with what it was measured on."""
    said = ", ".join(f"{name} {facts[name]}" for name in _FACTS if name in facts)
    lines = [
        f"{rounds} rounds of {SECONDS:g} s each; {IN_FLIGHT} calls of the benchmark's mix in flight on one",
        f"connection, one server process, client and service on one machine ({said}).",
        "With it, by without it: the median over the rounds, in brackets where the middle half of them lies.",
        "",
        "| what | processor time of a call | calls a second |",
        "|---|---:|---:|",
    ]
    for row in rows:
        cells = [
            f"{percent(each[0])} [{percent(each[1])}, {percent(each[2])}]" for each in (row.cpu, row.rate)
        ]
        lines.append(f"| {row.what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def percent(ratio: float) -> str:
    """A ratio as what is added or taken."""
    return f"{100 * (ratio - 1):+.0f} %"


def filled(page: str, made: str) -> str:
    """The page with the table between its marks."""
    return _MARKED.sub(lambda found: f"{found[1]}{made}\n{found[2]}", page)
