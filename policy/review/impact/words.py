"""What is told to people of many cases under other rules: by department, the largest shifts first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy.decide.decision import State
from policy.decide.snapshot import Snapshot
from policy.register import Effect, Shift
from policy.review.impact.shifts import What, what_of
from policy.review.impact.totals import CaseImpact, Count, Key, Totals
from policy.review.report.screen import Column, screen, table
from policy.review.wording import STATES, Wording
from policy.text.characters import printable
from policy.text.terminal import show
from policy.time.moment import NANO, moment_text

MOST_RULES = 5
"""Shifts of a department that are shown on the screen; pages and programs get all of them."""

WHATS: Mapping[What, tuple[str, str]] = {
    What.NEW: ("新增", "new"),
    What.GONE: ("不再有", "gone"),
    What.BEARER: ("改由他人承担", "another bearer"),
    What.EARLIER: ("到期提前", "due earlier"),
    What.LATER: ("到期推迟", "due later"),
    What.DUE: ("到期时间有无之别", "a due time, or none any more"),
    What.STATE: ("状态变动", "another state"),
    What.OTHER: ("其他变动", "otherwise different"),
}
_HOUR, _MINUTE = 3600 * NANO, 60 * NANO
_DAY = 24 * _HOUR


class Names:
    """What districts, bodies and rules are called; in the words of the new rules where they have them."""

    def __init__(self, sides: tuple[Snapshot, Snapshot], lang: str) -> None:
        self.lang = lang
        self._sides = [
            {code: Wording(district, lang) for code, district in side.districts.items()}
            for side in reversed(sides)
        ]

    def pick(self, words: tuple[str, str]) -> str:
        """Chinese, or English."""
        return words[self.lang != "zh"]

    def body(self, district: str, code: str) -> str:
        """The local name of a body."""
        if not code:
            return self.pick(("当事人", "a party"))
        return next((side[district].any_body(code) for side in self._sides if district in side), code)

    def bodies(self, district: str, shift: Shift) -> str:
        """Those of a shift."""
        return self.pick(("、", ", ")).join(self.body(district, code) for code in shift.bodies)

    def rule(self, district: str, rule: str) -> str:
        """The title of a rule."""
        for side in self._sides:
            if district in side and (source := side[district].rule(rule)[1]) is not None:
                return side[district].text(source.title)
        return rule

    def what(self, key: Key, count: Count) -> str:
        """What becomes of the duties that are counted, and by how much."""
        said = self.pick(WHATS[key.what])
        if key.what not in (What.EARLIER, What.LATER) or count.least is None or count.most is None:
            return said
        least, most = span(count.least, self.lang), span(count.most, self.lang)
        return (
            f"{said} {least}"
            if least == most
            else self.pick((f"{said} {least}至{most}", f"{said}, {least} to {most}"))
        )

    def sides(self, shift: Shift) -> str:
        """What was, and what would be; of a duty that is new or gone the one there is."""
        one, other = (self._side(shift, place) for place in (0, 1))
        if shift.effect is Effect.NEW:
            return other
        return one if shift.effect is Effect.GONE else f"{one} → {other}"

    def _side(self, shift: Shift, place: int) -> str:
        due, state = shift.due[place], shift.state[place]
        told = (
            self.pick(("没有到期时间", "no due time"))
            if due is None
            else self.pick(("到期 ", "due ")) + moment_text(due)
        )
        word = "—" if state is None else self.pick(STATES[State(state)])
        return f"{told}{self.pick(('，', ', '))}{word}"


def span(nanos: int, lang: str) -> str:
    """A length of time in whole days, or hours, or minutes, whichever holds it."""
    for unit, words in ((_DAY, ("天", "d")), (_HOUR, ("小时", "h"))):
        if nanos >= unit and nanos % unit == 0:
            return f"{nanos // unit} {words[lang != 'zh']}"
    hours, rest = divmod(nanos, _HOUR)
    minutes = rest // _MINUTE
    if lang == "zh":
        return f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def summary(totals: Totals, names: Names) -> Iterator[str]:
    """The counts, line by line."""
    pick = names.pick
    yield pick(
        (
            f"共 {totals.read:,} 个案件，比较了 {totals.compared:,} 个，其中 {totals.differing:,} 个会有变化",
            f"{totals.read:,} cases, {totals.compared:,} compared; {totals.differing:,} would be different",
        )
    )
    if totals.elsewhere:
        yield pick(
            (
                f"  {totals.elsewhere:,} 个是其他地区的案件，没有比较",
                f"  {totals.elsewhere:,} are of other districts, and not compared",
            )
        )
    if totals.refused:
        rows = pick(("、", ", ")).join(
            pick((f"第 {one.row} 行（{one.code}）", f"row {one.row} ({one.code})")) for one in totals.rows
        )
        more = "…" if totals.refused > len(totals.rows) else ""
        yield pick(
            (
                f"  {totals.refused:,} 个读不了，没有比较：{rows}{more}",
                f"  {totals.refused:,} cannot be read, and are not compared: {rows}{more}",
            )
        )
    if totals.settled or totals.waiting:
        yield pick(
            (
                f"  因缺少事实而无法判断的规则：多出 {totals.waiting:,} 处，不再有的 {totals.settled:,} 处",
                f"  rules that would wait for facts: {totals.waiting:,}; no more: {totals.settled:,}",
            )
        )


def print_impact(totals: Totals, names: Names) -> None:
    """The counts, and for each department its largest shifts with cases to open."""
    for line in summary(totals, names):
        show(printable(line))
    if not totals.counts:
        return
    titles = _TITLES[names.lang != "zh"]
    shares = ((3, 10), (5, 14), (3, 10), (1, 6), (3, 10))
    columns = [Column(title, *share) for title, share in zip(titles, shares, strict=True)]
    rows = [
        row for (district, body), _ in totals.by_body() for row in _of_body(totals, names, district, body)
    ]
    console = screen()
    console.print(table("", columns, rows, console.width))


_TITLES = (
    ("单位", "规则", "变化", "项数", "案件（--case 打开）"),
    ("department", "rule", "what", "how many", "cases (--case opens)"),
)


def _of_body(totals: Totals, names: Names, district: str, body: str) -> Iterator[tuple[str, ...]]:
    found = totals.of_body(district, body)
    whole = sum(count.number for _, count in found)
    head = f"{names.body(district, body)}\n{names.pick(('共', 'all'))} {whole:,}"
    for key, count in found[:MOST_RULES]:
        cases = "\n".join(printable(case.case) for case in count.cases)
        title = f"{names.rule(district, key.rule)}\n{key.rule}"
        yield head, title, names.what(key, count), f"{count.number:,}", cases
        head = ""
    if (more := len(found) - MOST_RULES) > 0:
        yield "", names.pick((f"另有 {more} 种", f"{more} more")), "", "", ""


def print_case(one: CaseImpact, names: Names) -> None:
    """One case, duty by duty: what is, and what would be."""
    row = names.pick((f"（第 {one.row} 行）", f" (row {one.row})")) if one.row else ""
    show(printable(names.pick((f"案件 {one.case}{row}", f"case {one.case}{row}"))))
    if not one.shifts:
        show(names.pick(("  两边的判断相同", "  both sides say the same")))
    for shift in one.shifts:
        said = names.pick(WHATS[what_of(shift)])
        title = names.rule(one.district, shift.rule)
        show(printable(f"  {said}  {title}  {names.bodies(one.district, shift)}"))
        show(printable(f"    {shift.rule}  {names.sides(shift)}"))
