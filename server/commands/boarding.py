"""``linkage board`` and ``linkage circular``: the register of the settings' database read, and shown."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, NoReturn

from rich.console import RenderableType
from rich.live import Live

from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.loading import moment, unknown_district
from policy.cli.output import print_json, write_bytes, write_text
from policy.decide.snapshot import District
from policy.facts.reading import FactsError
from policy.review.report.screen import screen
from policy.review.wording import Wording
from policy.text.characters import printable
from policy.text.suggest import suggest
from policy.text.terminal import show
from policy.time.moment import nanos_of
from server.api.board_requests import check_trend, circular
from server.board.asked import FIRST, LAST, Asked, day_of, midnight, window
from server.board.behind import Found, Of, behind
from server.board.board import Board, board
from server.board.circular import as_page, as_text, draft
from server.board.figures import BY_ID, RANKED
from server.board.files import board_csv, board_json, board_xlsx
from server.board.kinds import By, Every
from server.board.screen import drawn, fitted, print_board
from server.board.told import told
from server.commands.common import coded_errors
from server.commands.reading import register_read
from server.process.publications import rules_now
from server.settings.config import Settings
from server.settings.leads import leads_of
from server.settings.lights import Thresholds, lights_of

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
_MOST_SHOWN = 1_000


class Wanted(NamedTuple):
    """What the command line asks for, as it was written."""

    district: str
    by: By
    since: str | None
    until: str | None
    at: str | None
    every: Every | None
    body: str
    unit: str
    rank_by: str


class Showing(NamedTuple):
    """From where, in which language, how wide."""

    settings: Settings
    lang: str
    width: int | None


def show_board(showing: Showing, wanted: Wanted, form: str, out: Path | None) -> None:
    """Shows a board once. Raises ``CommandError``."""
    district = _district(showing, wanted.district)
    wording = Wording(district, showing.lang)
    found = _read(showing, district, _asked(showing, wanted, district))
    shown = told(found, district, wording)
    if form == "json":
        print_json(board_json(found, shown))
    elif form == "csv":
        write_text(board_csv(shown), out)
    elif form == "xlsx":
        if out is None:
            _wrong("board", "xlsx 要用 -o 写明文件", "an xlsx needs a file, -o")
        write_bytes(
            board_xlsx(shown, (wording.pick(("看板", "board")), wording.pick(("走势", "trend")))), out
        )
    else:
        print_board(shown, wording, screen(showing.width))


def watch_board(showing: Showing, wanted: Wanted, seconds: float) -> None:
    """Shows a board and draws it again, until it is interrupted. Raises ``CommandError``."""
    district = _district(showing, wanted.district)
    wording, console = Wording(district, showing.lang), screen(showing.width)

    def now() -> RenderableType:
        shown = told(_read(showing, district, _asked(showing, wanted, district)), district, wording)
        return fitted(drawn(shown, wording, console.width), wording, console)

    try:
        with Live(now(), console=console, auto_refresh=False) as picture:
            while True:
                time.sleep(seconds)
                picture.update(now(), refresh=True)
    except KeyboardInterrupt:
        return


def open_figure(showing: Showing, wanted: Wanted, figure: str, *, as_json: bool) -> None:
    """Lists the obligations behind a figure. Raises ``CommandError`` (LNK088)."""
    district = _district(showing, wanted.district)
    if figure not in BY_ID:
        raise CommandError("LNK088", suggest(figure, BY_ID), name=figure, allowed=", ".join(BY_ID))
    asked = _asked(showing, wanted, district)
    found = _behind(showing, district, asked, Of(figure, wanted.body, wanted.unit))
    wording = Wording(district, showing.lang)
    if as_json:
        rows = [
            {"case": each.case_id, "id": each.id, "rule": each.duty.rule, "due": each.duty.due_at}
            for each in found
        ]
        print_json({"figure": figure, "obligations": rows[:_MOST_SHOWN], "more": len(rows) > _MOST_SHOWN})
        return
    for each in found[:_MOST_SHOWN]:
        _, rule = wording.rule(each.duty.rule, each.duty.version)
        title = each.duty.rule if rule is None else wording.text(rule.title)
        due = "—" if each.duty.due_at is None else wording.moment(each.duty.due_at)
        show(printable(f"{due}  {each.case_id}  {title}  {each.id}"))
    if len(found) > _MOST_SHOWN:
        show(say("……还有更多", "… and more"))


def draft_circular(
    showing: Showing, district: str, period: tuple[int, int], at: str | None, page: bool, out: Path | None
) -> None:
    """Drafts a circular of a year, or of a month of it. Raises ``CommandError``."""
    found = _district(showing, district)
    year, month = period
    if not FIRST.year <= year < LAST.year:
        raise CommandError("LNK085")
    when = None if at is None else moment(at, showing.lang, "--at")
    lead = leads_of(showing.settings.register.due_soon).of(district)
    try:
        asked, name = circular(district, year, month, when, nanos_of(datetime.now(UTC)), lead)
    except FactsError as error:
        raise _told(error) from error

    async def made() -> str:
        async with register_read(showing.settings) as keeper:
            one = await board(keeper, found, asked, {})
            text = await draft(keeper, found, one, Wording(found, "zh"), name)
        return as_page(text) if page else as_text(text)

    with coded_errors(showing.settings.rules, showing.lang):
        written = asyncio.run(made())
    write_text(written, out)


def _district(showing: Showing, code: str) -> District:
    with coded_errors(showing.settings.rules, showing.lang):
        snapshot = rules_now(showing.settings).snapshot
    if code not in snapshot.districts:
        unknown_district(snapshot, code, showing.lang)
    return snapshot.districts[code]


def _asked(showing: Showing, wanted: Wanted, district: District) -> Asked:
    now = nanos_of(datetime.now(UTC))
    at = None if wanted.at is None else moment(wanted.at, showing.lang, "--at")
    since, until = _period(wanted, now)
    bodies = district.vocabulary.codes("bodies")
    if wanted.body and wanted.body not in bodies:
        meant = district.vocabulary.suggest("bodies", wanted.body)
        raise CommandError("LNK802", meant, name=wanted.body, section="bodies")
    if wanted.rank_by and wanted.rank_by not in RANKED:
        meant = suggest(wanted.rank_by, RANKED)
        raise CommandError("LNK088", meant, name=wanted.rank_by, allowed=", ".join(RANKED))
    lead = leads_of(showing.settings.register.due_soon).of(district.code)
    try:
        found = window(now, at, since, until)
        asked = Asked(
            district.code,
            *found,
            lead,
            by=wanted.by,
            every=wanted.every,
            body=wanted.body,
            unit=wanted.unit,
            rank_by=wanted.rank_by,
        )
        check_trend(asked)
    except FactsError as error:
        raise _told(error) from error
    return asked


def _period(wanted: Wanted, now: int) -> tuple[int | None, int | None]:
    """The first moment of the first day, month or year, and the first after the last one."""
    if wanted.since is None and wanted.until is None:
        return None, None
    if wanted.until is None:
        until = midnight(day_of(now) + timedelta(days=1))
    else:
        until = midnight(_day("--until", wanted.until)[1])
    if wanted.since is None:
        return midnight(date(day_of(until - 1).year, 1, 1)), until
    return midnight(_day("--since", wanted.since)[0]), until


def _day(option: str, text: str) -> tuple[date, date]:
    """The first day of a day, month or year, and the first after it."""
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = (int(part) if part else 0 for part in found.groups())
        if day:
            first = date(year, month, day)
            return first, first + timedelta(days=1)
        if month:
            return date(year, month, 1), (date(year, month, 1) + timedelta(days=32)).replace(day=1)
        return date(year, 1, 1), date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        _wrong(
            "board",
            f"{option} 写成 2024、2024-03 或 2024-03-15，不是“{text}”",
            f"{option} is written as 2024, 2024-03 or 2024-03-15, not “{text}”",
        )


def _read(showing: Showing, district: District, asked: Asked) -> Board:
    thresholds: Thresholds = lights_of(showing.settings.register.lights).of(district.code)

    async def found() -> Board:
        async with register_read(showing.settings) as keeper:
            return await board(keeper, district, asked, thresholds)

    with coded_errors(showing.settings.rules, showing.lang):
        try:
            return asyncio.run(found())
        except FactsError as error:
            raise _told(error) from error


def _behind(showing: Showing, district: District, asked: Asked, of: Of) -> list[Found]:
    async def found() -> list[Found]:
        async with register_read(showing.settings) as keeper:
            return await behind(keeper, district, asked, of, None, _MOST_SHOWN)

    with coded_errors(showing.settings.rules, showing.lang):
        return asyncio.run(found())


def _told(error: FactsError) -> CommandError:
    """What is wrong with the request, as commands say it."""
    one = error.violations[0]
    return CommandError(one.code, "", "", **dict(one.args))


def _wrong(command: str, zh: str, en: str) -> NoReturn:
    raise CommandError("LNK906", command=f"linkage {command}", detail=say(zh, en))
