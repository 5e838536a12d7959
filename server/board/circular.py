"""A circular (通报) of a period, drafted from the register: figures, and the obligations behind them.

board, obligations overdue --draft--> Draft --as_text--> Markdown, --as_page--> a page to print

In the form of official documents (GB/T 9704-2012): number, title, addressees, body, signature. Who issues it,
to whom and under which clause is what the district's document says; what it does not say is left open, and
said to be. Nothing is decided here: whether and how it is issued is for whoever signs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from policy.decide.snapshot import District
from policy.pack.model import Rule
from policy.program.program import PackProgram
from policy.register.duty import Duty
from policy.review.wording import Wording
from policy.time.calendar import SHANGHAI
from policy.time.moment import NANO
from server.board.asked import day_of
from server.board.behind import Found, Of, behind
from server.board.board import Board, is_reported
from server.board.figures import BY_ID
from server.board.told import title_of, value_shown
from server.board.whose import Whose
from server.register.keeping import Keeper

CIRCULATING = ("circulate_work", "circulate_non_cooperation")
"""Actions of the vocabulary that are the issuing of such a circular."""
MOST_NAMED = 500
"""Obligations that a circular names; further ones are counted."""
_COLUMNS = ("duties", "fulfilled", "in_time", "late", "overdue", "returned", "in_time_rate", "response")


@dataclass(frozen=True, slots=True)
class Provision:
    """A clause that provides for the circular: who issues it, to whom."""

    clause: str
    number: str
    summary: str
    bearers: tuple[str, ...]
    counterparties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An obligation named as evidence; ``since``: what became of it after the moment looked at, or ""."""

    case_id: str
    id: str
    title: str
    basis: str
    due: str
    since: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A circular in words. ``evidence``: the overdue ones of each body; ``unnamed``: how many are not."""

    title: str
    instrument: str
    provisions: tuple[Provision, ...]
    issuers: tuple[str, ...]
    addressees: tuple[str, ...]
    copies: tuple[str, ...]
    period: str
    moment: str
    summary: tuple[str, ...]
    heads: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    evidence: tuple[tuple[str, tuple[Named, ...]], ...]
    unnamed: int
    version: str
    reported: bool


async def draft(keeper: Keeper, district: District, found: Board, wording: Wording, name: str) -> Draft:
    """The draft; ``found`` is the board of the period by body, ``name`` the period as a title has it."""
    asked = found.asked
    overdue = await behind(keeper, district, asked, Of("overdue"), None, MOST_NAMED)
    named = overdue[:MOST_NAMED]
    program = _program(district, asked.until)
    provisions = tuple(sorted(_provisions(program, wording), key=lambda one: _natural(one.clause)))
    total = found.total.values["overdue"].value or 0
    bodies = [wording.any_body(row.code) for row in found.rows]
    return Draft(
        title=f"关于{name}执行联动义务履行情况的通报",
        instrument=_instrument(program, wording),
        provisions=provisions,
        issuers=_once(body for each in provisions for body in each.bearers),
        addressees=_once(body for each in provisions for body in each.counterparties),
        copies=_once(bodies),
        period=f"{_day(asked.since)}至{_day(asked.until - 1)}",
        moment=_moment(asked.at // NANO * NANO),
        summary=tuple(_summary(found)),
        heads=("单位", *(title_of(BY_ID[name], wording) for name in _COLUMNS)),
        table=tuple(_table(found, wording)),
        evidence=tuple(_evidence(named, found, district, wording)),
        unnamed=int(total) - len(named),
        version="" if program is None else f"{program.pack.version}（{program.pack.digest[:12]}）",
        reported=is_reported(district, asked.until),
    )


def as_text(found: Draft) -> str:
    """The draft as Markdown."""
    return _rendered("circular.md.j2", found, html=False)


def as_page(found: Draft) -> str:
    """The draft as a page to print, HTML."""
    return _rendered("circular.html.j2", found, html=True)


def _program(district: District, end: int) -> PackProgram | None:
    """The version that is in force at the end of a period, or else was last before it."""
    began = [program for program in district.programs if program.since < end]
    return began[-1] if began else None


def _instrument(program: PackProgram | None, wording: Wording) -> str:
    if program is None:
        return ""
    instrument = program.pack.instrument
    number = getattr(instrument, "number", "")
    return f"《{wording.text(program.pack.title)}》" + (f"（{number}）" if number else "")


def _provisions(program: PackProgram | None, wording: Wording) -> Iterator[Provision]:
    """The clauses under which the document has such a circular issued, each once."""
    if program is None:
        return
    seen: set[str] = set()
    for plan in program.plans:
        rule: Rule = plan.rule
        if rule.action not in CIRCULATING:
            continue
        for clause in rule.basis:
            if clause not in seen:
                seen.add(clause)
                number, summary = wording.clause(program, clause)
                bearers, others = (
                    tuple(wording.body(program, body) for body in who.bodies)
                    for who in (rule.bearer, rule.counterparty)
                )
                yield Provision(clause, number, summary, bearers, others)


def _natural(clause: str) -> list[tuple[int, str]]:
    """Clauses in the order of their numbers."""
    return [(int(part) if part.isdigit() else -1, part) for part in re.split(r"(\d+)", clause)]


def _summary(found: Board) -> Iterator[str]:
    text = {name: value_shown(BY_ID[name], value).text for name, value in found.total.values.items()}
    yield (
        f"本期到期的义务共 {text['duties']} 件，已办 {text['fulfilled']} 件：按期 {text['in_time']} 件，"
        f"逾期后办 {text['late']} 件；逾期未办 {text['overdue']} 件，拒绝或违反 {text['refused']} 件；"
        f"退回 {text['returned']} 件，提出异议 {text['objected']} 件，核单不过 {text['rejected']} 件。"
    )
    if found.total.values["in_time_rate"].value is not None:
        yield f"按期率 {text['in_time_rate']}（按期办结的，占已办或已违期 {text['settled']} 件的比例）。"
    response = found.total.values["response"]
    if response.value is not None:
        median = value_shown(BY_ID["response"], response).median
        yield f"请求提出的义务，从派单到回单平均 {text['response']} 小时，中位数 {median} 小时。"
    yield f"截至上述时刻，全部未办结的义务 {text['open']} 件，其中已逾期 {text['past_due']} 件。"


def _table(found: Board, wording: Wording) -> Iterator[tuple[str, ...]]:
    for row in (*found.rows, found.total):
        name = wording.any_body(row.code) if row.code else "合计"
        yield (name, *(value_shown(BY_ID[each], row.values[each]).text for each in _COLUMNS))


def _evidence(
    named: Sequence[Found], found: Board, district: District, wording: Wording
) -> Iterator[tuple[str, tuple[Named, ...]]]:
    """The overdue obligations of each body, in the order of the table."""
    whose = Whose(district, found.asked.until, found.asked.own)
    for row in found.rows:
        own = [each for each in named if row.code in whose.rows(" ".join(each.duty.bearers))]
        if own:
            yield (
                wording.any_body(row.code),
                tuple(_named(each, found.asked.at, district, wording) for each in own),
            )


def _named(found: Found, at: int, district: District, wording: Wording) -> Named:
    duty = found.duty
    program, rule = wording.rule(duty.rule, duty.version)
    title = duty.rule if rule is None else wording.text(rule.title)
    unit = f"（{wording.any_body(duty.bearer_unit)}）" if duty.bearer_unit else ""
    basis = "" if program is None else wording.basis(program, duty.basis)
    return Named(found.case_id, found.id, title + unit, basis, _due(duty), _since(duty, at))


def _day(nanos: int) -> str:
    day = day_of(nanos)
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(nanos: int) -> str:
    """As documents write it; midnight as the end of the day before."""
    local = datetime.fromtimestamp(nanos // NANO, SHANGHAI)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{_day(nanos - 1)}24时"
    minutes = f"{local.minute}分" if local.minute or local.second else ""
    seconds = f"{local.second}秒" if local.second else ""
    return f"{_day(nanos)}{local.hour}时{minutes}{seconds}"


def _due(duty: Duty) -> str:
    if duty.due_at is None:
        return "没有到期时间，已违反"
    return f"应于{_moment(duty.due_at)}前办结"


def _since(duty: Duty, at: int) -> str:
    """What became of it after the moment that is looked at."""
    if not duty.ended or duty.state_at is None or duty.state_at <= at:
        return ""
    return f"其后于{_moment(duty.state_at)}{_ENDS[duty.state.value]}"


_ENDS = {
    "fulfilled": "办结",
    "fulfilled_late": "办结",
    "discharged": "解除",
    "terminated": "终止",
}


def _once(names: Sequence[str] | Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def escaped(text: str) -> str:
    """Text as Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\1", text)


_DIGITS: tuple[str, ...] = ("", *"一二三四五六七八九")


def _numeral(number: int) -> str:
    """A number below a hundred as outlines have it: 一, 十二, 二十."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + _DIGITS[ones]


def _rendered(template: str, found: Draft, *, html: bool) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(
        loader=PackageLoader("server.board", ""),
        autoescape=html,  # noqa: S701 - Markdown has its own, the filter below
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["md"] = escaped
    pages.filters["zh"] = _numeral
    made: str = pages.get_template(template).render(found=found)
    return made
