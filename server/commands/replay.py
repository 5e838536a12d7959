"""``linkage replay``: logged decisions made again, byte for byte, or shown with what differs."""

from __future__ import annotations

import asyncio
from collections import Counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from policy.cli.guard import CommandError
from policy.text.characters import printable
from policy.text.diagnostics import fault
from policy.text.terminal import show, show_fault
from server.commands.auditing import opened
from server.commands.common import coded_errors
from server.decisions.replay import Replayed, Replayer, Verdict
from server.log.ids import is_log_id
from server.process.publications import rules_now
from server.settings.config import Settings
from server.store.archive import RuleArchive
from server.store.decisions import DecisionStore
from server.store.record import LoggedDecision

_WORDS = {
    Verdict.EQUAL: ("相同", "equal"),
    Verdict.DIFFERENT: ("不同", "different"),
    Verdict.IMPOSSIBLE: ("无法重放", "impossible"),
}


def replay(settings: Settings, identity: str | None, current_rules: bool, lang: str) -> int:
    """Replays one decision, or all (``identity`` None); the exit code: 0 where all are equal, else 1.

    Raises ``CommandError`` where nothing can be replayed.
    """
    with coded_errors(settings.rules, lang):
        return asyncio.run(_replay(settings, identity, current_rules, lang))


async def _replay(settings: Settings, identity: str | None, current_rules: bool, lang: str) -> int:
    today = rules_now(settings).snapshot if current_rules else None
    async with opened(settings) as log:
        store = DecisionStore(log.engine, log.keys)
        replayer = Replayer(RuleArchive(log.engine), today)
        if identity is not None:
            return _summary(Counter([await _one(store, replayer, identity, lang)]), lang)
        return _summary(await _all(store, replayer, lang), lang)


async def _one(store: DecisionStore, replayer: Replayer, identity: str, lang: str) -> Verdict:
    record = await store.get(identity.upper()) if is_log_id(identity.upper()) else None
    if record is None:
        raise CommandError("LNK955", name=identity)
    return shown(record, await replayer.replay(record), lang, always=True)


async def _all(store: DecisionStore, replayer: Replayer, lang: str) -> Counter[Verdict]:
    counts: Counter[Verdict] = Counter()
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("", total=await store.count())
        async for record in store.scan():
            counts[shown(record, await replayer.replay(record), lang)] += 1
            progress.advance(task)
    return counts


def shown(record: LoggedDecision, replayed: Replayed, lang: str, always: bool = False) -> Verdict:
    """One decision's line and difference; equal ones only where asked for. Ids are the court's own keys."""
    verdict = replayed.verdict
    if verdict is not Verdict.EQUAL or always:
        show(f"{record.id} {record.district} {printable(record.case_id)}: {_WORDS[verdict][lang == 'en']}")
    if replayed.code:
        show_fault(fault(replayed.code, None, "", **dict(replayed.args)), lang)
    for point in replayed.points:
        show(f"  * {point.en if lang == 'en' else point.zh}")
    for line in replayed.lines:
        show(f"  {printable(line)}")
    return verdict


def _summary(counts: Counter[Verdict], lang: str) -> int:
    """Prints the summary; the exit code."""
    total = sum(counts.values())
    parts = [f"{_WORDS[verdict][lang == 'en']} {counts[verdict]:,}" for verdict in Verdict]
    title = f"{total:,} decisions: " if lang == "en" else f"共 {total:,} 个决定："
    show(title + (", " if lang == "en" else "，").join(parts))
    return int(counts[Verdict.EQUAL] != total)
