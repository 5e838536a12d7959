"""An assessment as a page that prints on A4 and is signed: figures, charts, what follows, a draft circular.

Appraisal, Card --page_of--> Page --> HTML (appraisal.html.j2), which needs nothing from the network
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from policy.assess import Appraisal, Member
from policy.decide.decision import State
from policy.decide.snapshot import District
from policy.pack.assessment import Over
from policy.review.report.points import Points, points_of
from policy.review.report.scorecard import COUNT, RATE, Card, Duty, Line, card_of
from policy.review.report.templates import rendered
from policy.review.wording import Wording

_KINDS = {
    "in_time": ("按期履行", "in time", "#2f7d5b"),
    "late": ("逾期后履行", "late", "#d9a441"),
    "overdue": ("逾期未履行", "overdue", "#b5403a"),
    "open": ("尚无期限或未到期", "no time fixed yet", "#9aa7b4"),
}
_BY_STATE = {
    State.FULFILLED: "in_time",
    State.FULFILLED_LATE: "late",
    State.OVERDUE: "overdue",
}
_WIDTH = 100.0
_MOST_BARS = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the chart: segments as (kind, from, width), in percent of the longest."""

    name: str
    total: int
    segments: tuple[tuple[str, float, float, int], ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """A duty behind the figures of a line."""

    case: str
    title: str
    basis: str
    due: str
    state: str
    id: str


@dataclass(frozen=True, slots=True)
class Following:
    """What follows in one way, for one or more lines."""

    names: str
    first: Duty


@dataclass(frozen=True, slots=True)
class Page:
    """What the template draws."""

    card: Card
    lang: str
    district: str
    document: str
    headline: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]
    kinds: Mapping[str, tuple[str, str]]
    behind: Mapping[str, tuple[Behind, ...]]
    earlier: str
    circular: tuple[str, ...]
    circular_title: str
    signers: tuple[str, ...]
    issuer: str
    receipt: str
    following: tuple[Following, ...]
    points: Points | None


def appraisal_html(found: Sequence[tuple[Appraisal, Appraisal | None]], district: District, lang: str) -> str:
    """The page of the assessments of a period, each with that of the period before where it is given."""
    pages = [page_of(now, before, district, lang) for now, before in found]
    return rendered("report/appraisal.html.j2", pages=pages, lang=lang)


def page_of(found: Appraisal, before: Appraisal | None, district: District, lang: str) -> Page:
    """The page of one assessment. The draft circular is Chinese in every language."""
    wording, plain = Wording(district, lang), Wording(district, "zh")
    card, program, assessment = card_of(found, wording, before), found.program, found.assessment
    scorer = wording.body(program, assessment.scorer)
    decider = wording.body(program, assessment.decider or assessment.scorer)
    pick, instrument = wording.pick, program.pack.instrument
    signers = [f"{pick(('打分', 'scored by'))}：{scorer}", f"{pick(('核定', 'decided by'))}：{decider}"]
    number = f"（{instrument.number}）" if instrument.number else ""
    return Page(
        card=card,
        lang=wording.lang,
        district=wording.code("districts", district.code),
        document=f"{wording.text(instrument.title)}{number}",
        headline=_headline(card),
        bars=_bars(found, card),
        kinds={name: (pick((zh, en)), colour) for name, (zh, en, colour) in _KINDS.items()},
        behind={
            f"{line.body}/{line.unit}": tuple(
                _behind(found, member, wording) for member in _by_due(found, line.cells[0].members)
            )
            for line in card.lines
        },
        earlier="" if before is None else card_of(before, wording).period,
        circular=tuple(_circular(found, card_of(found, plain, before), plain)),
        circular_title=f"关于{_year(found, plain)}{_without_year(plain.text(assessment.title))}情况的通报",
        signers=tuple(signers),
        issuer=plain.body(program, assessment.decider or assessment.scorer),
        following=_following(card),
        points=points_of(card, wording),
        receipt=f"{program.pack.district} {program.pack.version} {program.pack.digest[:12]}",
    )


def _headline(card: Card) -> tuple[tuple[str, str], ...]:
    """The totals of the counts that are not zero, the first six."""
    pairs = [
        (column.title, cell.text)
        for column, cell in zip(card.columns, card.totals, strict=True)
        if column.kind == COUNT and cell.number
    ]
    return tuple(pairs[:6])


def _bars(found: Appraisal, card: Card) -> tuple[Bar, ...]:
    """The duties of each line by how they were done; lines without any are left out."""
    counted = []
    for line in card.lines:
        numbers = dict.fromkeys(_KINDS, 0)
        for member in line.cells[0].members:
            state = found.behind[member.ident].obligation.standing.state
            numbers[_BY_STATE.get(state, "open")] += 1
        if line.cells[0].members:
            counted.append((line, numbers))
    counted.sort(key=lambda one: -sum(one[1].values()))
    longest = max((sum(numbers.values()) for _, numbers in counted), default=1)
    return tuple(_bar(line, numbers, longest) for line, numbers in counted[:_MOST_BARS])


def _bar(line: Line, numbers: dict[str, int], longest: int) -> Bar:
    at, segments = 0.0, []
    for kind, number in numbers.items():
        if number:
            width = _WIDTH * number / longest
            segments.append((kind, round(at, 2), round(width, 2), number))
            at += width
    return Bar(line.name, sum(numbers.values()), tuple(segments))


def _by_due(found: Appraisal, members: Sequence[Member]) -> list[Member]:
    """As people look for them: case by case, and by the time at which they were due."""

    def place(member: Member) -> tuple[str, int, str]:
        due = found.behind[member.ident].obligation.due
        nanos = due.nanos if due is not None else None
        return member.case, nanos if nanos is not None else 0, member.ident

    return sorted(members, key=place)


def _behind(found: Appraisal, member: Member, wording: Wording) -> Behind:
    obligation = found.behind[member.ident].obligation
    return Behind(
        member.case,
        wording.text(obligation.plan.rule.title),
        wording.basis(obligation.program, obligation.basis),
        wording.due(obligation),
        wording.state(obligation),
        obligation.id,
    )


def _year(found: Appraisal, plain: Wording) -> str:
    """The year of a period that is one, else its first and last day."""
    first, last = (plain.moment(at)[:10] for at in (found.span.start, found.span.end - 1))
    if first.endswith("-01-01") and last == f"{first[:4]}-12-31":
        return f"{first[:4]}年"
    return f"{first}至{last}"


def _without_year(title: str) -> str:
    """「年度考评」 after a year is 「考评」: the year has been said."""
    return title.replace("年度", "", 1)


def _circular(found: Appraisal, card: Card, plain: Wording) -> Iterator[str]:
    """The paragraphs of the draft: what was assessed, how it stands, who comes first, who is at fault."""
    totals = dict(zip((column.id for column in card.columns), card.totals, strict=True))
    scorer = plain.body(found.program, found.assessment.scorer)
    yield (
        f"根据{_titled(found, plain)}（{card.basis}）的规定，{scorer}对{len(card.lines)}个被考核单位"
        f"{_year(found, plain)}履行协助执行义务的情况进行了考核（{card.period}）。现将有关情况通报如下。"
    )
    over = {one.id: one.over for one in found.assessment.counts}
    measure = {Over.OBLIGATIONS: "件", Over.EVENTS: "次"}
    counts = [
        f"{column.title}{cell.text}{measure[over[column.id]]}"
        for column, cell in zip(card.columns, card.totals, strict=True)
        if over.get(column.id) in measure and cell.number
    ]
    with_duties = sum(bool(line.cells[0].number) for line in card.lines)
    yield (
        f"一、总体情况。共涉及案件{found.cases}件，有{with_duties}个单位承担义务，到期义务{totals['duties'].text}件"
        + (f"，其中{'，'.join(counts)}" if counts else "")
        + "。"
    )
    yield f"二、各单位情况。{_standings(card)}"
    number = 3
    for title, names in _grouped(card):
        yield f"{_NUMBERS[number]}、{title}。{names}"
        number += 1
    if card.appeal:
        yield f"{_NUMBERS[number]}、异议。{card.appeal}。"
        number += 1
    yield "各单位要对照上述情况认真整改，依法履行协助执行义务。"


_NUMBERS = "〇一二三四五六七八九十"
_LISTED = 30


def _titled(found: Appraisal, plain: Wording) -> str:
    title = plain.text(found.program.pack.instrument.title)
    return title if title.startswith("《") else f"《{title}》"


def _standings(card: Card) -> str:
    """By score where there is one, else by the share that the first rate gives."""
    scored = [line for line in card.lines if line.score is not None and line.cells[0].number]
    if scored:
        listed = "、".join(f"{line.name}{line.score.value}分" for line in scored[:_LISTED] if line.score)
        return f"得分依次为：{listed}。没有到期义务的单位不列。"
    place = next((n for n, column in enumerate(card.columns) if column.kind == RATE), None)
    busy = [line for line in card.lines if line.cells[0].number]
    if not busy:
        return "本期没有到期的义务。"
    if place is None:
        return "、".join(f"{line.name}{line.cells[0].text}件" for line in busy[:_LISTED]) + "。"
    title = card.columns[place].title
    ordered = sorted(busy, key=lambda line: -(line.cells[place].number or 0))
    listed = "、".join(
        f"{line.name}{line.cells[0].text}件、{title}{line.cells[place].text}" for line in ordered[:_LISTED]
    )
    return f"文件没有规定分值，只列件数：{listed}。"


def _grouped(card: Card) -> Iterator[tuple[str, str]]:
    """What follows for certain, by what it is: whom it concerns, who does it, under which clause."""
    for one in _following(card):
        first = one.first
        if first.sure:
            verb = "建议" if first.proposed else "应当"
            yield first.title, f"涉及{one.names}，{verb}由{first.bearer}依{first.basis}办理。"


def _following(card: Card) -> tuple[Following, ...]:
    """What follows, the lines that it follows for together."""
    grouped: dict[tuple[str, bool, str], list[Duty]] = {}
    for one in card.duties:
        grouped.setdefault((one.consequence, one.sure, one.due), []).append(one)
    return tuple(Following("、".join(o.name for o in duties), duties[0]) for duties in grouped.values())
