"""What ``linkage log``, ``backup`` and ``upgrade`` do: look through the log, check, prove and reduce it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import orjson
from google.protobuf import json_format

from linkage.v1 import facts_pb2
from policy.cli.guard import CommandError
from policy.cli.options import Format
from policy.cli.output import print_json
from policy.review.report.screen import Column, screen, table
from policy.review.wording import message
from policy.text.characters import printable
from policy.text.diagnostics import fault
from policy.text.terminal import show, show_fault
from policy.time.moment import moment_text
from server.commands.common import coded_errors
from server.commands.files import read, writing, written
from server.commands.trust import chain_in, not_holding, verifier_of
from server.log.ids import is_log_id
from server.log.opening import OpenLog, open_log, reading
from server.log.retention import erase as erase_case
from server.log.retention import prune as prune_before
from server.log.search import Listed, Wanted, found
from server.log.verify import Verification, Witness
from server.proof.bundles import Bundle
from server.proof.keys import KeyFileError, LogKeys, keys_made_at
from server.proof.notes import Verifier
from server.register.seals import erase_case as erase_registered
from server.register.seals import kept_there, seal_old
from server.settings.config import Settings
from server.store.backup import backed_up
from server.store.database import database_file
from server.store.decisions import DecisionStore
from server.store.readonly import ReadOnly, read_only
from server.store.record import LoggedDecision
from server.store.tree import Tree

T = TypeVar("T")

MOST_SHOWN = 100
"""Findings of one code that are shown to people; all are counted."""


@asynccontextmanager
async def opened(settings: Settings, write: bool = False) -> AsyncIterator[OpenLog]:
    """The log, which must be there; to be read, unless it is to be written and so brought up to date first.

    Raises ``CommandError``, ``StoreError`` and ``KeyFileError``.
    """
    _there(settings)
    if not write:
        async with reading(settings.database, settings.log.keys) as (database, keys):
            yield OpenLog(database.engine, keys)
        return
    log = await open_log(settings.database, settings.log.keys)
    try:
        await seal_old(log.engine, log.keys)
        yield log
    finally:
        await log.engine.dispose()


def _there(settings: Settings) -> None:
    if not settings.log.enabled:
        raise CommandError("LNK954")
    file = database_file(settings.database)
    if file is not None and not file.is_file():
        raise CommandError("LNK958", path=str(file))


def run(settings: Settings, lang: str, work: Callable[[OpenLog], Awaitable[T]], write: bool = False) -> T:
    """What ``work`` gives on the open log; whatever keeps it from it, as a ``CommandError``."""

    async def working() -> T:
        async with opened(settings, write) as log:
            return await work(log)

    with coded_errors(settings.rules, lang):
        return asyncio.run(working())


def show_list(settings: Settings, wanted: Wanted, after: str, limit: int, lang: str, output: Format) -> None:
    """Prints a page of decisions, the newest first, and how to get the next one."""

    async def work(log: OpenLog) -> list[Listed]:
        return [item async for item in found(log.engine, wanted, after.upper(), limit + 1, newest=True)]

    rows = run(settings, lang, work)
    page, more = rows[:limit], len(rows) > limit
    following = page[-1].id if more else ""
    if output is Format.JSON:
        print_json({"decisions": [_plain(item) for item in page], "next": following})
        return
    console = screen()
    titles = ("决定", "案件", "调用者", "规则", "单位")
    if lang == "en":
        titles = ("decision", "case", "caller", "rules", "bodies")
    shape = ((0, 26), (2, 8), (1, 7), (3, 14), (1, 8))
    columns = [Column(title, *widths) for title, widths in zip(titles, shape, strict=True)]
    console.print(table("", columns, [_cells(item, lang) for item in page], console.width))
    if more:
        show(f"--after {following}" + ("  下一页" if lang == "zh" else "  for the next page"))


def _cells(item: Listed, lang: str) -> tuple[str, ...]:
    erased = ("（已销毁）", "(erased)")[lang == "en"] if item.erased else ""
    return (
        f"{item.id}\n{moment_text(item.received_at)[:19].replace('T', ' ')} {erased}",
        f"{printable(item.case_id)}\n{item.district}",
        printable(item.caller),
        "\n".join(item.rules),
        "\n".join(item.bodies),
    )


def show_one(settings: Settings, identity: str, lang: str, output: Format) -> None:
    """Prints one decision: where it stands in the log, who asked, what was found; in JSON with its facts."""

    async def work(log: OpenLog) -> tuple[Listed, LoggedDecision]:
        record = await decision(log, identity)
        (listed,) = [item async for item in found(log.engine, Wanted(), _before(record.id), 1)]
        return listed, record

    listed, record = run(settings, lang, work)
    if output is Format.JSON:
        print_json(_plain(listed) | _content(record))
        return
    names = {
        "id": ("编号", "id"),
        "place": ("在记录中的位置", "place in the log"),
        "received_at": ("收到", "received"),
        "district": ("地区", "district"),
        "case_id": ("案件", "case"),
        "as_of": ("判断的时点", "decided for"),
        "caller": ("调用者", "caller"),
        "request_id": ("调用编号", "call"),
        "snapshot": ("规则的摘要", "digest of the rules"),
        "digest": ("结果的摘要", "digest of the outcome"),
        "rules": ("产生义务的规则", "rules that fired"),
        "bodies": ("承担义务的单位", "bodies that bear duties"),
    }
    plain = _plain(listed)
    for name, words in names.items():
        value = plain[name]
        text = ", ".join(value) if isinstance(value, list) else str(value)
        show(f"{words[lang == 'en']}: {printable(text)}")
    if record.erased:
        show_fault(fault("LNK877", None, ""), lang)


def export(settings: Settings, wanted: Wanted, facts: bool, out: Path | None) -> None:
    """Writes decisions as JSON Lines, the oldest first. The file is readable by its owner alone."""

    async def work(log: OpenLog) -> None:
        store = DecisionStore(log.engine, log.keys)
        with written(out) as file:
            async for item in found(log.engine, wanted):
                plain = _plain(item)
                if facts and (record := await store.get(item.id)) is not None:
                    plain |= _content(record)
                file.write(orjson.dumps(plain).decode() + "\n")

    run(settings, "zh", work)


def verify(settings: Settings, key: str | None, files: Sequence[Path], lang: str, output: Format) -> int:
    """Checks the whole log and prints what is wrong; the exit code: 0 where nothing is, else 1.

    ``key``: with this public key alone, without the secret ones. Nothing of the log is written.
    """
    witnesses = [Witness(str(file), read(file)) for file in files]
    public = None if key is None else verifier_of(key)

    async def checked(database: ReadOnly, verifier: Verifier, keys: LogKeys | None) -> int:
        check = Verification(database.engine, verifier, keys, witnesses)
        found = await _told(check, lang, output)
        database.check()
        return found

    async def checking() -> int:
        if public is None:
            async with reading(settings.database, settings.log.keys) as (database, keys):
                return await checked(database, keys.verifier, keys)
        async with read_only(settings.database) as database:
            return await checked(database, public, None)

    _there(settings)
    with coded_errors(settings.rules, lang):
        return asyncio.run(checking())


async def _told(check: Verification, lang: str, output: Format) -> int:
    counts: dict[str, int] = {}
    findings = []
    async for each in check.findings():
        counts[each.code] = counts.get(each.code, 0) + 1
        item = fault(each.code, None, "", **dict(each.args))
        if output is Format.JSON:
            args = {name: str(value) for name, value in each.args.items()}
            findings.append({"code": each.code, "message": message(each.code, lang, each.args), "args": args})
        elif counts[each.code] <= MOST_SHOWN:
            show_fault(item, lang)
    size = check.checkpoint.size if check.checkpoint else None
    if output is Format.JSON:
        print_json({"rows": check.rows, "checkpoint_size": size, "findings": findings})
    else:
        for code, count in counts.items():
            if count > MOST_SHOWN:
                rest = f"{count - MOST_SHOWN:,}"
                show(f"{code}: {rest} more" if lang == "en" else f"{code}：另有 {rest} 处")
        wrong = sum(counts.values())
        words = (
            f"{check.rows:,} rows, {wrong:,} findings"
            if lang == "en"
            else f"{check.rows:,} 行，{wrong:,} 处不符"
        )
        show(words)
    return int(bool(counts))


def public_key(settings: Settings) -> None:
    """Prints the public key."""

    async def work(log: OpenLog) -> str:
        return str(log.keys.verifier)

    show(run(settings, "zh", work))


def new_keys(path: Path) -> None:
    """Makes the file of the keys of a log that is yet to begin, and prints its public key."""
    if path.exists():
        raise CommandError("LNK918", path=str(path))
    try:
        keys = keys_made_at(path)
    except KeyFileError as error:
        raise CommandError(error.code, path=str(path)) from error
    show(str(keys.verifier))


def prove(settings: Settings, identity: str, out: Path | None, lang: str) -> None:
    """Writes the proof that a decision is in the log."""

    async def work(log: OpenLog) -> str:
        record = await decision(log, identity)
        proof = await Tree(log.engine).inclusion(record.id)
        return Bundle(proof.entry, proof.place, proof.hashes, proof.checkpoint).text

    text = run(settings, lang, work)
    with written(out) as file:
        file.write(text)


def check(file: Path, key: str, handovers: Path | None, lang: str) -> None:
    """Checks a proof, and prints what it is of. Raises ``CommandError`` where it does not hold.

    ``handovers``: the list of the log's keys, where another one than ``key`` signed the proof.
    """
    chain = chain_in(handovers, verifier_of(key))
    try:
        bundle = Bundle.of_text(read(file))
        point = bundle.checked(chain)
        entry = orjson.loads(bundle.entry)
    except ValueError as error:
        raise not_holding(error) from error
    place = (
        f"row {bundle.place:,} of {point.size:,}"
        if lang == "en"
        else f"{point.size:,} 行中的第 {bundle.place:,} 行"
    )
    show(f"{point.origin}: {place}")
    for name, value in entry.items():
        show(f"  {name}: {printable(str(value))}")


def erase(settings: Settings, case: str, district: str | None, lang: str) -> None:
    """Destroys the facts of a case: those of its decisions, and what the register has of it.

    Raises ``CommandError`` (LNK097) for the file that a district's contacts are kept with.
    """

    async def work(log: OpenLog) -> tuple[int, int]:
        if case == settings.register.district_file and await kept_there(log, case, district):
            raise CommandError("LNK097", name=case)
        return await erase_case(log, case, district), await erase_registered(log, case, district)

    decisions, cases = run(settings, lang, work, write=True)
    show(
        f"{decisions:,} decisions erased, {cases:,} cases of the register"
        if lang == "en"
        else f"已销毁 {decisions:,} 个决定的事实，登记中的 {cases:,} 个案件"
    )


def prune(settings: Settings, before: int, lang: str) -> None:
    """Removes old decisions."""
    count = run(settings, lang, lambda log: prune_before(log, before), write=True)
    show(f"{count:,} decisions removed" if lang == "en" else f"已删除 {count:,} 个决定")


def backup(settings: Settings, file: Path, lang: str) -> None:
    """Writes a backup of an SQLite log while others write it. Raises ``CommandError``."""
    _there(settings)
    source = database_file(settings.database)
    if source is None:
        raise CommandError("LNK895")
    if file.exists():
        raise CommandError("LNK896", path=str(file))
    with coded_errors(settings.rules, lang), writing(file):
        size = backed_up(source, file)
    show(f"{file}: {size:,} {'bytes' if lang == 'en' else '字节'}")


def upgrade(settings: Settings, lang: str) -> None:
    """Brings the database to the newest schema, and gives rows from before their leaves."""

    async def work(log: OpenLog) -> int:
        return log.imported

    count = run(settings, lang, work, write=True)
    show(f"up to date; {count:,} decisions imported" if lang == "en" else f"已是最新；补记 {count:,} 个决定")


async def decision(log: OpenLog, identity: str) -> LoggedDecision:
    """The decision of an id, in capitals or not. Raises ``CommandError`` (LNK955)."""
    name = identity.upper()
    record = await DecisionStore(log.engine, log.keys).get(name) if is_log_id(name) else None
    if record is None:
        raise CommandError("LNK955", name=identity)
    return record


def _before(identity: str) -> str:
    """What sorts right before an id."""
    return identity[:-1]


def _plain(item: Listed) -> dict[str, Any]:
    moments = {name: moment_text(getattr(item, name)) for name in ("received_at", "as_of")}
    return item._asdict() | moments | {"rules": list(item.rules), "bodies": list(item.bodies)}


def _content(record: LoggedDecision) -> dict[str, Any]:
    """The facts and the outcome, where they can still be read."""
    if record.erased:
        return {}
    case = facts_pb2.Case.FromString(record.facts)
    return {
        "facts": json_format.MessageToDict(case, preserving_proto_field_name=True),
        "outcome": orjson.loads(record.outcome),
    }
