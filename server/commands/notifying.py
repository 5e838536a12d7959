"""What ``linkage notices`` does: how subscriptions do, what was given up, sending anew, trying a receiver."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import AsyncEngine

from policy.cli.guard import CommandError
from policy.cli.options import Format
from policy.cli.output import print_json
from policy.text.characters import printable
from policy.text.diagnostics import Words
from policy.text.suggest import suggest
from policy.text.terminal import show
from policy.time.moment import NANO, moment_text
from server.commands.common import coded_errors
from server.commands.times import time_of
from server.convert.requests import system_clock
from server.notices.ports import Channel, Delivered
from server.notices.replaying import replay_dead, replay_places, replay_since
from server.notices.standing import Letter, Standing, letters, standings
from server.notices.subscriptions import read_subscriptions
from server.register.keeping import Keeper
from server.settings.config import Settings
from server.store.database import database_file, open_database
from server.store.notices import DELIVERIES
from server.store.readonly import read_only

REASONS = {
    "timeout": Words("超过了时限", "it took too long"),
    "unreachable": Words("连接不上", "it cannot be reached"),
    "forbidden_address": Words(
        "其名称指向不许呼叫的内部地址，见 networks",
        "its name leads to an address within, which is not to be called: networks",
    ),
    "tls": Words("证书不可信，或不是这个主机的", "its certificate is not trusted, or not of this host"),
    "no_http": Words("回答不是 HTTP", "its answer is no HTTP"),
    "no_address": Words(
        "没有收件人：在任的联系人没有电子邮箱，to 里也没有地址",
        "nobody to write to: no contact in office has an e-mail address, and `to` names none",
    ),
    "no_register": Words("没有登记，不知道写给谁", "without a register it is not known who is in office"),
    "internal": Words("本服务出错，日志写明何处", "this service failed, and its log says where"),
}
"""What is wrong, in words; a status of HTTP says itself."""

_PLACE = re.compile(r"([a-z][a-z0-9_]*)/([0-9]{1,18})", re.ASCII)


class Replay(NamedTuple):
    """What is to be sent anew, to whom: one of the three."""

    name: str
    places: tuple[str, ...]
    dead: bool
    since: str


def list_standings(settings: Settings, lang: str, output: Format) -> None:
    """Prints how each subscription does. Raises ``CommandError``."""
    with coded_errors("", lang):
        found = asyncio.run(_standings(settings))
    if output is Format.JSON:
        print_json({"subscriptions": [each._asdict() for each in found]})
        return
    for each in found:
        show(printable(_standing_text(each, lang)))
    if not found:
        show(Words("还没有订阅读过变化", "no subscription has read anything yet").get(lang))


def list_dead(settings: Settings, name: str, limit: int, lang: str, output: Format) -> None:
    """Prints notices that were given up, the oldest first. Raises ``CommandError``."""

    async def work() -> list[Letter]:
        async with _reading(settings) as keeper:
            if name:
                _known(name, await standings(keeper, system_clock()))
            return await letters(keeper, name, limit)

    with coded_errors("", lang):
        found = asyncio.run(work())
    if output is Format.JSON:
        print_json({"notices": [each._asdict() for each in found]})
        return
    if not found:
        show(Words("没有未能送达的通知", "nothing was given up").get(lang))
    for each in found:
        place = f"{each.name} {each.district}/{each.position} {each.obligation}"
        times = Words(f"试了 {each.attempts:,} 次", f"tried {each.attempts:,} times").get(lang)
        show(printable(f"{place}  {_second(each.done_at)}  {times}  {reason(each.code, lang)}"))


def replay(settings: Settings, wanted: Replay, lang: str) -> None:
    """Has notices sent anew by whatever serves this database. Raises ``CommandError``."""
    if sum(map(bool, (wanted.places, wanted.dead, wanted.since))) != 1:
        raise CommandError("LNK068")
    places = [_place(each) for each in wanted.places]
    since = time_of("--since", wanted.since) if wanted.since else 0
    now = system_clock()

    async def work() -> int:
        async with _writing(settings) as keeper:
            _known(wanted.name, await standings(keeper, now))
            if wanted.dead:
                return await replay_dead(keeper, wanted.name)
            if wanted.since:
                return await replay_since(keeper, wanted.name, since, now)
            count = await replay_places(keeper, wanted.name, places, now)
            if not count:
                raise CommandError("LNK066")
            return count

    with coded_errors("", lang):
        count = asyncio.run(work())
    show(Words(f"{count:,} 条将重发", f"{count:,} will be sent anew").get(lang))


def trial(settings: Settings, name: str, lang: str) -> None:
    """Sends a trial to the receiver of a subscription. Raises ``CommandError`` where it is not taken."""
    file = settings.notices.subscriptions
    if not file:
        raise CommandError("LNK951", name="notices.subscriptions", expected=Words("非空的文字", "a text"))
    with coded_errors("", lang):
        known = read_subscriptions(Path(file), system_clock).by_name
        if name not in known:
            raise CommandError("LNK067", suggest(name, known), name=printable(name))
        outcome = asyncio.run(_tried(known[name].channel))
    if outcome:
        raise CommandError("LNK065", why=Words(reason(outcome, "zh"), reason(outcome, "en")))
    show(Words("接收方收下了", "the receiver took it").get(lang))


async def _tried(channel: Channel) -> str:
    """Why a channel's receiver did not take a trial; "": it did."""
    try:
        outcome = await channel.trial(f"trial-{secrets.token_hex(8)}")
    finally:
        await channel.close()
    return "" if isinstance(outcome, Delivered) else outcome.code


def reason(code: str, lang: str) -> str:
    """What is wrong, with its code."""
    words = REASONS.get(code)
    if code.startswith("http_"):
        words = Words(f"回答是 {code[5:]}", f"it answered {code[5:]}")
    if code.startswith("smtp_"):
        words = Words(f"邮件服务器回答 {code[5:]}", f"the mail server answered {code[5:]}")
    return code if words is None else f"{words.get(lang)} ({code})"


async def _standings(settings: Settings) -> list[Standing]:
    async with _reading(settings) as keeper:
        return await standings(keeper, system_clock())


def _standing_text(each: Standing, lang: str) -> str:
    zh = [f"已读 {each.position:,}/{each.end:,}", f"待发 {each.waiting:,}（在途 {each.held:,}）"]
    en = [f"read {each.position:,}/{each.end:,}", f"waiting {each.waiting:,} (on their way {each.held:,})"]
    zh += [f"未达 {each.dead:,}", f"已达 {each.delivered:,}"]
    en += [f"dead {each.dead:,}", f"delivered {each.delivered:,}"]
    if each.oldest_at is not None:
        zh.append(f"最早的自 {_second(each.oldest_at)}")
        en.append(f"the oldest since {_second(each.oldest_at)}")
    if each.gone:
        zh.append(f"接收方已不存在，不再发送：{reason(each.gone, 'zh')}")
        en.append(f"the receiver is gone, nothing is sent: {reason(each.gone, 'en')}")
    elif each.code and each.failed_at is not None:
        zh.append(f"最近失败 {_second(each.failed_at)}：{reason(each.code, 'zh')}")
        en.append(f"failed last {_second(each.failed_at)}: {reason(each.code, 'en')}")
    return f"{each.name} {each.district}  " + "  ".join(en if lang == "en" else zh)


def _second(moment: int) -> str:
    """A moment as people read it."""
    return moment_text(moment // NANO * NANO)


def _known(name: str, found: Iterable[Standing]) -> None:
    names = sorted({each.name for each in found})
    if name not in names:
        raise CommandError("LNK067", suggest(name, names), name=printable(name))


def _place(text: str) -> tuple[str, int]:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise CommandError("LNK066")
    return found[1], int(found[2])


@asynccontextmanager
async def _reading(settings: Settings) -> AsyncIterator[Keeper]:
    _there(settings)
    async with read_only(settings.database) as database:
        await _check(database.engine)
        yield Keeper(database.engine)
        database.check()


@asynccontextmanager
async def _writing(settings: Settings) -> AsyncIterator[Keeper]:
    _there(settings)
    engine = await open_database(settings.database, migrate=False)
    try:
        await _check(engine)
        yield Keeper(engine)
    finally:
        await engine.dispose()


def _there(settings: Settings) -> None:
    file = database_file(settings.database)
    if file is not None and not file.is_file():
        raise CommandError("LNK958", path=str(file))


async def _check(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        if not await connection.run_sync(_has_notices):
            raise CommandError("LNK045")


def _has_notices(connection: Connection) -> bool:
    return DELIVERIES.name in inspect(connection).get_table_names()
