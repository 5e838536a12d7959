"""``linkage register preview``, ``adopt``, ``reject`` and ``status``: other rules, and the cases they would
change."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import NamedTuple

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from policy.cli.guard import CommandError
from policy.cli.options import Format
from policy.cli.output import print_json
from policy.decide.snapshot import Snapshot
from policy.text.diagnostics import suggest
from policy.text.terminal import show
from server.commands.auditing import opened
from server.commands.common import coded_errors
from server.commands.previews import Found, print_status, printed, told
from server.commands.registering import reading
from server.commands.saved import Saved
from server.decisions.active import Active
from server.decisions.apart import Apart
from server.decisions.deciding import chosen
from server.decisions.fairness import Fairness
from server.identity.asking import Asking, answering
from server.identity.caller import Caller
from server.log.notes import user
from server.process.publications import rules_now
from server.register.adoptions import NOWHERE, Adoptions, Outcome
from server.register.book import TRIES, Register
from server.register.keeping import Keeper
from server.register.kept import Regime
from server.register.moving import BUSY, Mover, Seen
from server.register.previewing import Compared, Totals, compared, count
from server.register.rules import RulesByDigest, Snapshots
from server.settings.config import Settings
from server.settings.leads import leads_of
from server.store.archive import RuleArchive
from server.store.database import database_file
from server.store.turns import Turns

PAGE = 100
"""Cases after which a preview is put aside."""
_LATER = "later"
"""Stands for a case over which others write, or whose decision fails, again and again."""


class Holding(NamedTuple):
    """Rules that serve this command."""

    current: Active


def preview(
    settings: Settings,
    districts: Sequence[str],
    as_of: int | None,
    save: Path | None,
    lang: str,
    output: Format,
) -> int:
    """What the rules of the folder would change; the exit code: 0 where nothing. Raises ``CommandError``."""
    now = time.time_ns() if as_of is None else as_of
    with coded_errors(settings.rules, lang):
        active = _loaded(settings, districts)
        head = {"rules": active.snapshot.digest, "as_of": as_of, "districts": sorted(districts)}
        saved = Saved(save, head)
        try:
            totals, found = asyncio.run(previewed(settings, active.snapshot, districts, now, saved))
        finally:
            saved.close()
    shown = Found(active, totals, found)
    if output is Format.JSON:
        print_json(told(shown, lang))
    else:
        printed(shown, lang)
    return int(bool(totals.differing))


async def previewed(
    settings: Settings, rules: Snapshot, districts: Sequence[str], now: int, saved: Saved
) -> tuple[Totals, list[Compared]]:
    """What rules would change of the register's cases: the counts, and each case that would be different.

    Nothing is written but ``saved``. Raises ``CommandError`` and ``StoreError``.
    """
    totals, found = Totals(), list[Compared](saved.found)
    for one in saved.found:
        totals.take(one)
    totals.cases = saved.cases
    async with reading(settings, opens=True) as (database, keys):
        keeper, snapshots = Keeper(database.engine, keys=keys), Snapshots(RuleArchive(database.engine))
        whole = await count(keeper, districts)
        with _progress() as progress:
            task = progress.add_task("", total=whole, completed=saved.cases)
            async for one in compared(keeper, snapshots, rules, now, saved.after, districts):
                totals.take(one)
                saved.take(one)
                if one.differs:
                    found.append(one)
                if saved.cases % PAGE == 0:
                    saved.keep()
                progress.advance(task)
        saved.keep()
        database.check()
    return totals, found


def decide(
    settings: Settings, districts: Sequence[str], outcome: Outcome, sure: Callable[[str], None], lang: str
) -> None:
    """Adopts or rejects the rules of the folder, once ``sure``; moves what waits. Raises ``CommandError``."""
    with coded_errors(settings.rules, lang):
        active = _loaded(settings, districts)
        chosen = sorted(districts or active.snapshot.districts)
        asyncio.run(_decided(settings, active, chosen, outcome, sure, lang))


async def _decided(
    settings: Settings,
    active: Active,
    chosen: Sequence[str],
    outcome: Outcome,
    sure: Callable[[str], None],
    lang: str,
) -> None:
    async with _register(settings, active) as (register, archive):
        adoptions, regime = Adoptions(register.keeper), register.rules.regime
        counts, standing = await adoptions.counts(), await adoptions.standing()
        serving = [district for district in chosen if standing.get(district, NOWHERE).serves(regime)]
        waiting = sum(counts.get(district, 0) for district in serving)
        sure(_question(outcome, regime, chosen, waiting, lang))
        await archive.keep(regime.rules, active.files, time.time_ns())
        await adoptions.say(chosen, regime, outcome, time.time_ns(), user())
        if outcome is Outcome.REJECTED:
            show(
                "rejected: the cases stay where they are" if lang == "en" else "已否决：案件留在原来的规则下"
            )
            return
        moved, changes, left = await _moved(register, adoptions, serving, waiting)
        later = [district for district in chosen if district not in serving]
        _show_moved(moved, changes, left, later, lang)


async def _moved(
    register: Register, adoptions: Adoptions, districts: Iterable[str], waiting: int
) -> tuple[int, int, dict[str, int]]:
    """Moves what waits in these districts: how many cases, with how many changes; by code what cannot."""
    mover = Mover(register, time.time_ns)
    moved, changes, left = 0, 0, dict[str, int]()
    with _progress() as progress:
        task = progress.add_task("", total=waiting)
        for district in districts:
            after = ""
            while names := await adoptions.waiting(district, after, PAGE):
                for name in names:
                    seen = await _one(mover, district, name)
                    moved, changes = moved + seen.moved, changes + seen.changes
                    if seen.unfit:
                        left[seen.unfit] = left.get(seen.unfit, 0) + 1
                    progress.advance(task)
                after = names[-1]
    return moved, changes, left


async def _one(mover: Mover, district: str, name: str) -> Seen:
    """Moves a case; after some tries it is left to the service."""
    for _ in range(TRIES):
        if (seen := await mover.one(district, name, True)) != BUSY:
            return seen
    return Seen(waiting=True, unfit=_LATER)


def _question(outcome: Outcome, regime: Regime, chosen: Sequence[str], waiting: int, lang: str) -> str:
    where = (", " if lang == "en" else "、").join(chosen)
    where += f"; engine {regime.engine}" if lang == "en" else f"；引擎 {regime.engine}"
    digest = regime.rules[:12]
    if outcome is Outcome.REJECTED:
        return (
            f"Rules {digest} ({where}): {waiting:,} cases wait, and would stay where they are. Reject?"
            if lang == "en"
            else f"规则 {digest}（{where}）：{waiting:,} 个案件在等候，将留在原来的规则下。否决？"
        )
    return (
        f"Rules {digest} ({where}): {waiting:,} cases wait and will move. Adopt?"
        if lang == "en"
        else f"规则 {digest}（{where}）：{waiting:,} 个案件在等候，将改按这些规则。采用？"
    )


def _show_moved(moved: int, changes: int, left: dict[str, int], later: Sequence[str], lang: str) -> None:
    en = lang == "en"
    show(
        f"adopted: {moved:,} cases moved, {changes:,} obligations changed"
        if en
        else f"已采用：{moved:,} 个案件改按这些规则，{changes:,} 项义务有变化"
    )
    if later_on := left.pop(_LATER, 0):
        show(
            f"{later_on:,} cases could not be decided now: the service moves them as soon as they can be"
            if en
            else f"{later_on:,} 个案件暂时推导不了：能推导时由服务改按这些规则"
        )
    for code, number in sorted(left.items()):
        show(
            f"{number:,} cases stay where they are: these rules do not read them ({code})"
            if en
            else f"{number:,} 个案件留在原来的规则下：这些规则读不了其中的事实（{code}）"
        )
    if later:
        names = (", " if en else "、").join(later)
        show(
            f"not serving yet in {names}: cases there move as soon as the service has these rules"
            if en
            else f"{names}：这些规则尚未在服务中施行；施行时案件随即改按它们"
        )


@asynccontextmanager
async def _register(settings: Settings, active: Active) -> AsyncIterator[tuple[Register, RuleArchive]]:
    """The register, to be written by this command beside whatever serves."""
    answering(Asking(Caller("register")))
    apart = Apart(chosen(settings.engine))
    file = database_file(settings.database)
    with ThreadPoolExecutor(1) as threads, ExitStack() as stack:
        async with opened(settings, write=True) as log:
            # On SQLite whatever serves and this command write in turn: neither waits for long.
            turns = None if file is None else stack.enter_context(closing(Turns(file)))
            archive = RuleArchive(log.engine)
            rules = RulesByDigest(Holding(active), archive)
            fairness = Fairness(threads, 1, settings.limits.waiting_bytes)
            leads = leads_of(settings.register.due_soon)
            try:
                keeper = Keeper(log.engine, turns, keys=log.keys)
                yield Register(keeper, rules, time.time_ns, fairness, apart, leads), archive
            finally:
                await apart.close()


def status(settings: Settings, lang: str, output: Format) -> int:
    """Which rules serve where, what was decided of them, what waits; the exit code: 1 where anything does."""

    async def work() -> tuple[list[dict[str, object]], int]:
        async with reading(settings) as (database, _):
            return await _status(Adoptions(Keeper(database.engine)))

    with coded_errors(settings.rules, lang):
        rows, waiting = asyncio.run(work())
    if output is Format.JSON:
        print_json({"waiting": waiting, "districts": rows})
    else:
        print_status(rows, lang)
    return int(bool(waiting))


async def _status(adoptions: Adoptions) -> tuple[list[dict[str, object]], int]:
    standing, counts = await adoptions.standing(), await adoptions.counts()
    stands: dict[str, Counter[str]] = {}
    engines: dict[str, Counter[str]] = {}
    for district, regime, number in await adoptions.stands():
        stands.setdefault(district, Counter())[regime.rules] += number
        engines.setdefault(district, Counter())[regime.engine] += number
    rows: list[dict[str, object]] = []
    waiting = 0
    for district in sorted({*standing, *stands}):
        at = standing.get(district, NOWHERE)
        served = None if at.served is None else at.served
        decided = None if served is None else at.of(served.regime)
        open_ = counts.get(district, 0)
        waiting += 0 if decided is Outcome.REJECTED else open_
        last = at.decided if decided is not None else None
        rows.append(
            {
                "district": district,
                "serving": None if served is None else served.rules,
                "engine": None if served is None else served.engine,
                "since": None if served is None else served.made_at,
                "decided": None if decided is None else decided.value,
                "decided_at": None if last is None else last.made_at,
                "decided_by": None if last is None else last.made_by,
                "waiting": open_,
                "cases": stands.get(district, {}),
                "engines": engines.get(district, {}),
            }
        )
    return rows, waiting


def _loaded(settings: Settings, districts: Sequence[str]) -> Active:
    active = rules_now(settings)
    for name in districts:
        if name not in active.snapshot.districts:
            known = active.snapshot.districts
            raise CommandError("LNK810", suggest(name, known), name=name, allowed=", ".join(sorted(known)))
    return active


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


def asking(yes: bool) -> Callable[[str], None]:
    """Asks at the terminal, unless the answer was given. Raises ``typer.Abort`` where it is no."""

    def sure(question: str) -> None:
        if not yes:
            typer.confirm(question, abort=True)

    return sure
