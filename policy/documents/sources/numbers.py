"""What a pack says in numbers, held against the words of the clauses that it rests on.

    pack --claims--> periods and days of rules, terms and parameters, each with the clauses it cites
    claims, words of the clauses --unfounded--> those that no such clause says

A number is looked for in the clause, in what it is part of, and in its parts: a list's head often holds it.
What the district itself has fixed is no claim about the document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policy.documents.sources.folder import Sources
from policy.pack.deadline import Deadline
from policy.pack.model import Condition, Pack, Rule
from policy.text.diagnostics import Faults, Words
from policy.text.source import Span
from policy.time.period import Period, PeriodError

_NUMBER = "[0-9]+|[零一二两三四五六七八九十百]+"
# A month is counted with 个: 三个月 is a length of time, 三月 and 3月 are March.
_PERIOD = re.compile(
    rf"(?<![0-9月零一二两三四五六七八九十])(半|{_NUMBER})(?:个?(半)?(工作日|分钟|小时|日|天|年)|个(半)?(月))"
)
_DAY = re.compile(rf"({_NUMBER})月({_NUMBER})日")
_HALVES: Mapping[str, str] = {"年": "6 months", "月": "15 days", "日": "1 half day", "天": "1 half day"}
_COUNTED = frozenset(("工作日", "月", "小时"))
_YEAR_END = re.compile("年底|年末|年终")
_MONTH_DAY = re.compile("[0-9]{2}-[0-9]{2}")
_LITERAL = re.compile(r"""add_period\([^"']*["']([^"']+)["']\)""")


@dataclass(frozen=True, slots=True)
class Claim:
    """A period ("24 hours") or a day of the year ("12-31") that ``name`` rests on ``clauses`` for."""

    span: Span
    name: str
    said: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unfounded:
    """A claim that none of its clauses says; ``found``: what they say instead, in the order of the text."""

    claim: Claim
    found: tuple[str, ...]


def check_numbers(packs: Iterable[Pack], sources: Sources, faults: Faults) -> None:
    """A warning (LNK573) for each number of a pack that its clauses, as attached, do not say."""
    for pack in packs:
        for item in unfounded(pack, sources.texts.get((pack.district, pack.version), {})):
            claim = item.claim
            faults.add(
                "LNK573",
                claim.span,
                name=claim.name,
                said=_in_words((claim.said,)),
                clauses=", ".join(claim.clauses),
                found=_in_words(item.found) if item.found else Words("没有期限或日期", "no period or day"),
            )


def claims(pack: Pack) -> Iterator[Claim]:
    """Every number that the pack says comes from the document."""
    for parameter in pack.parameters.values():
        if parameter.basis and parameter.type == "period" and parameter.value is not None:
            yield Claim(parameter.span, parameter.name, str(parameter.value), parameter.basis)
    for term in pack.terms.values():
        yield from _of_lines(term.conditions, term.name, term.basis)
    for rule in pack.rules:
        yield from _of_lines((*rule.when, *rule.unless), rule.id, rule.basis)
        yield from _of_deadline(rule.deadline, rule)


def unfounded(pack: Pack, words: Mapping[str, str]) -> Iterator[Unfounded]:
    """The claims that their clauses do not say. A claim of whose clauses no words are known is left out."""
    said: dict[str, tuple[str, ...]] = {}
    for claim in claims(pack):
        around = [clause for clause in words if _touches(clause, claim.clauses)]
        if not around:
            continue
        for clause in around:
            if clause not in said:
                said[clause] = numbers_of(words[clause])
        found = tuple(dict.fromkeys(number for clause in around for number in said[clause]))
        if claim.said not in found:
            yield Unfounded(claim, found)


def numbers_of(text: str) -> tuple[str, ...]:
    """The periods and days of the year that a Chinese text names, each once: "24 hours", "12-31"."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    found = []
    for match in _DAY.finditer(plain):
        found.append(f"{_count(match[1]):02}-{_count(match[2]):02}")
    if _YEAR_END.search(plain):
        found.append("12-31")
    for match in _PERIOD.finditer(plain):
        number, half, unit = match[1], match[2] or match[4], match[3] or match[5]
        if number == "半" or half:
            found.append(_HALVES.get(unit, ""))
            continue
        try:
            found.append(str(Period.parse(f"{_count(number)}{'个' if unit in _COUNTED else ''}{unit}")))
        except PeriodError:  # a year of the calendar, no length of time
            continue
    return tuple(dict.fromkeys(number for number in found if number))


def _of_deadline(deadline: Deadline | None, rule: Rule) -> Iterator[Claim]:
    if deadline is None:
        return
    for part in (deadline, deadline.no_later_than, deadline.no_earlier_than, deadline.late):
        if part is None or part.provenance != "document":
            continue
        basis = part.basis or rule.basis
        if part.period is not None:
            yield Claim(part.span, rule.id, str(part.period), basis)
        if part.month:
            yield Claim(part.span, rule.id, f"{part.month:02}-{part.day:02}", basis)


def _of_lines(lines: Iterable[Condition], name: str, basis: tuple[str, ...]) -> Iterator[Claim]:
    for line in lines:
        cited = (*basis, *line.basis)
        for text in () if line.alternatives else _LITERAL.findall(line.expr.text):
            yield Claim(line.expr.span, name, str(Period.parse(text)), cited)
        yield from _of_lines(line.alternatives, name, cited)


def _in_words(numbers: Iterable[str]) -> Words:
    """Canonical periods and days of the year, for people."""
    zh, en = [], []
    for number in numbers:
        if _MONTH_DAY.fullmatch(number):
            month, day = (int(part) for part in number.split("-"))
            zh.append(f"{month}月{day}日")
            en.append(number)
        else:
            period = Period.parse(number)
            zh.append(period.text("zh"))
            en.append(period.text("en"))
    return Words("、".join(zh), ", ".join(en))


def _touches(clause: str, cited: Iterable[str]) -> bool:
    """Whether a clause is one of those that are cited, holds one of them, or is part of one."""
    return any(
        clause == other or other.startswith(f"{clause}.") or clause.startswith(f"{other}.") for other in cited
    )


def _count(number: str) -> int:
    if number.isdecimal():
        return int(number)
    digits = "零一二三四五六七八九"
    total, digit = 0, 0
    for character in number.replace("两", "二"):
        if character == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif character == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            digit = digits.index(character)
    return total + digit
