"""What other rules would change, and where rules stand, as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from policy.decide.decision import State
from policy.program.program import PackProgram
from policy.register import Effect, Shift
from policy.review.report.screen import Column, screen, table
from policy.review.wording import STATES, Wording
from policy.text.characters import printable
from policy.text.terminal import show
from policy.time.moment import moment_text
from server.decisions.active import Active
from server.register.previewing import Compared, Totals

MOST_SHOWN = 20
"""Cases that are shown to people; all are counted, and programs get all of them."""

_EFFECTS = {
    Effect.NEW: ("新增", "new"),
    Effect.GONE: ("不再有", "gone"),
    Effect.BEARER: ("改由他人承担", "another bearer"),
    Effect.MOVED: ("到期变动", "due at another time"),
    Effect.STATE: ("状态变动", "another state"),
    Effect.OTHER: ("其他变动", "otherwise different"),
}


class Found(NamedTuple):
    """A preview: the rules that it is of, the counts, and the cases that would be different."""

    active: Active
    totals: Totals
    cases: list[Compared]


class _Names:
    """What bodies and rules are called, in the words of the rules that are looked at."""

    def __init__(self, active: Active, lang: str) -> None:
        self._districts = active.snapshot.districts
        self._words = {code: Wording(district, lang) for code, district in self._districts.items()}
        self._party = "当事人" if lang == "zh" else "a party"

    def body(self, district: str, code: str) -> str:
        """The local name of a body."""
        words = self._words.get(district)
        if not code:
            return self._party
        program = None if words is None else self._newest(district)
        return code if words is None or program is None else words.body(program, code)

    def rule(self, district: str, rule: str) -> str:
        """The title of a rule; its id where these rules have none such."""
        for program in reversed(self._districts[district].programs if district in self._districts else ()):
            if rule in program.by_rule:
                return self._words[district].text(program.by_rule[rule].rule.title)
        return rule

    def _newest(self, district: str) -> PackProgram | None:
        programs = self._districts[district].programs
        return programs[-1] if programs else None


def told(found: Found, lang: str) -> dict[str, Any]:
    """For programs: counts by department and rule, and every duty that would be another."""
    totals, names = found.totals, _Names(found.active, lang)
    effects = [
        {
            **row,
            "body_name": names.body(row["district"], row["body"]),
            "title": names.rule(row["district"], row["rule"]),
        }
        for row in totals.rows()
    ]
    return {
        "rules": found.active.snapshot.digest,
        "cases": totals.cases,
        "differing": totals.differing,
        "ended": totals.ended,
        "unfit": [
            {"district": district, "code": code, "cases": number}
            for (district, code), number in sorted(totals.unfit.items())
        ],
        "effects": effects,
        "found": [_case(one) for one in found.cases],
    }


def _case(one: Compared) -> dict[str, Any]:
    return {
        "district": one.district,
        "case_id": one.case_id,
        "fault": one.fault,
        "ended": one.ended,
        "obligations": [_duty(duty) for duty in one.duties],
    }


def _duty(duty: Shift) -> dict[str, Any]:
    due = [None if moment is None else moment_text(moment) for moment in duty.due]
    return {
        "effect": duty.effect.value,
        "obligation": duty.obligation,
        "rule": duty.rule,
        "bodies": list(duty.bodies),
        "clauses": list(duty.clauses),
        "state_before": duty.state[0],
        "state": duty.state[1],
        "due_before": due[0],
        "due": due[1],
    }


def printed(found: Found, lang: str) -> None:
    """For people: the counts by department and rule, and the first cases."""
    totals, en = found.totals, lang == "en"
    digest = found.active.snapshot.digest[:12]
    show(
        f"rules {digest}: {totals.cases:,} cases, of which {totals.differing:,} would be different"
        if en
        else f"规则 {digest}：共 {totals.cases:,} 个案件，其中 {totals.differing:,} 个会有变化"
    )
    if totals.effects:
        names = _Names(found.active, lang)
        titles = ("department", "rule", "clauses", "what", "how many")
        columns = [
            Column(title, *share)
            for title, share in zip(
                titles if en else ("单位", "规则", "条款", "变化", "项数"),
                ((3, 10), (5, 14), (2, 6), (2, 8), (1, 6)),
                strict=True,
            )
        ]
        rows = [
            (
                names.body(row["district"], row["body"]),
                f"{names.rule(row['district'], row['rule'])}\n{row['rule']}",
                "\n".join(row["clauses"]),
                _EFFECTS[Effect(row["effect"])][en],
                f"{row['count']:,}",
            )
            for row in totals.rows()
        ]
        console = screen()
        console.print(table("", columns, rows, console.width))
    _print_cases(found, lang)
    _print_rest(totals, lang)


def _print_cases(found: Found, lang: str) -> None:
    en = lang == "en"
    shown = [one for one in found.cases if one.duties]
    for one in shown[:MOST_SHOWN]:
        show(printable(f"{one.district} {one.case_id}"))
        for duty in one.duties:
            line = f"  {_EFFECTS[duty.effect][en]}  {duty.obligation}  {duty.rule}{_sides(duty, lang)}"
            show(printable(line))
    if len(shown) > MOST_SHOWN:
        more = len(shown) - MOST_SHOWN
        show(f"… {more:,} more cases: --format json" if en else f"… 另有 {more:,} 个案件：--format json")


def _sides(duty: Shift, lang: str) -> str:
    """What was, and what would be."""
    if duty.effect is Effect.MOVED:
        return "  " + _arrow([moment_text(due) if due is not None else "—" for due in duty.due])
    if duty.effect is Effect.STATE:
        return "  " + _arrow([_state(state, lang) for state in duty.state])
    return ""


def _arrow(sides: Iterable[str]) -> str:
    return " → ".join(sides)


def _state(state: str | None, lang: str) -> str:
    return "—" if state is None else STATES[State(state)][lang == "en"]


def _print_rest(totals: Totals, lang: str) -> None:
    en = lang == "en"
    for (district, code), number in sorted(totals.unfit.items()):
        show(
            f"{district}: {number:,} cases stay where they are: these rules do not read them ({code})"
            if en
            else f"{district}：{number:,} 个案件留在原来的规则下：这些规则读不了其中的事实（{code}）"
        )
    if totals.ended:
        show(
            f"{totals.ended:,} obligations of which nothing is owed would be told differently"
            if en
            else f"{totals.ended:,} 项已了结的义务，记载会有不同"
        )


def print_status(rows: Iterable[Mapping[str, Any]], lang: str) -> None:
    """Where the rules of each district stand."""
    en = lang == "en"
    words = {
        None: ("未决定", "undecided"),
        "adopted": ("已采用", "adopted"),
        "rejected": ("已否决", "rejected"),
    }
    for row in rows:
        serving = row["serving"]
        stands = ", ".join(f"{rules[:12]} {number:,}" for rules, number in row["cases"].items())
        engines = ", ".join(f"{engine or '?'} {number:,}" for engine, number in row["engines"].items())
        decided = words[row["decided"]][en]
        if row["decided_by"]:
            decided += f" ({row['decided_by']}, {moment_text(row['decided_at'])})"
        since = "" if serving is None else moment_text(row["since"])
        engine = f"engine {row['engine'] or '?'}" if en else f"引擎 {row['engine'] or '?'}"
        rules = "—" if serving is None else f"{serving[:12]}, {engine} ({since})"
        show(printable(row["district"]))
        for name, text in (
            (("施行", "serving"), rules),
            (("决定", "decision"), decided),
            (("等候", "waiting"), f"{row['waiting']:,}"),
            (("案件所据规则", "cases stand under"), stands or "—"),
            (("案件由引擎", "decided by engine"), engines or "—"),
        ):
            show(printable(f"  {name[en]}: {text}" if en else f"  {name[0]}：{text}"))
