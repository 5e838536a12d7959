"""The week on a screen: who does what when, what that changes or is refused, how departments stand then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from linkage.v1 import decision_pb2, register_pb2
from policy.decide.decision import State
from policy.register import Handling, Kind
from policy.time.calendar import SHANGHAI
from policy.time.moment import NANO
from server.board.figures import FIGURES
from server.board.told import Told as Board
from server.demo.receiver import Arrived
from server.demo.screen import Screen, within
from server.demo.story import CASE, FIRST, LAST, Step
from server.register.rows import Told

_DAYS = (("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"), ("周五", "Fri"))
_KINDS: Mapping[Kind, tuple[str, str, str]] = {
    Kind.CREATED: ("新增", "new", "cyan"),
    Kind.ANNULLED: ("撤销", "annulled", "dim"),
    Kind.ENDED: ("了结", "ended", "green"),
    Kind.REOPENED: ("恢复", "reopened", "magenta"),
    Kind.STATE: ("变化", "changed", ""),
    Kind.MOVED: ("改期", "moved", "yellow"),
    Kind.DUE_SOON: ("将到期", "due soon", "yellow"),
    Kind.HANDLED: ("办理", "handled", ""),
    Kind.AMENDED: ("变更", "amended", ""),
}
_HANDLINGS: Mapping[Handling, tuple[str, str]] = {
    Handling.OPEN: ("待接单", "open"),
    Handling.ACCEPTED: ("已接单", "accepted"),
    Handling.RETURNED: ("已退回", "sent back"),
    Handling.REPORTED: ("已回单", "reported"),
    Handling.REJECTED: ("核单不通过", "not confirmed"),
    Handling.CONFIRMED: ("已核单", "confirmed"),
}
_STATES: Mapping[State, tuple[str, str]] = {
    State.FULFILLED: ("按期履行", "done in time"),
    State.FULFILLED_LATE: ("逾期后履行", "done late"),
    State.DISCHARGED: ("已解除", "discharged"),
    State.TERMINATED: ("已终结", "terminated"),
}
_LEFT, _MARK = 8, 10
_WHO = (14, 24)
"""Columns of a change: before it, what it is, whose (in Chinese and in English)."""
_FIGURES = ("open", "past_due", "duties", "in_time", "late", "in_time_rate", "rejected")

Duties = Mapping[str, register_pb2.RegisteredObligation]


class WeekScreen(Screen):
    """The second act in one language, for a screen of some width."""

    _day = ""
    _objected: frozenset[str] = frozenset()

    def beginning(self) -> Iterator[Text]:
        """What is to be seen, and what is made up of it."""
        pack = self._district.programs[-1].pack
        title = pack.title.get(self._lang)
        zh = f"第二幕：{title}的一周，{FIRST} 至 {LAST}，案件 {CASE}（虚构）"
        en = f"Act two: a week of {title}, {FIRST} to {LAST}, a made-up case"
        yield self._heading(self.pick(zh, en))
        zh = "登记在临时文件夹里的数据库；时钟由演示推动。义务、期限和后果都由规则得出。"
        en = "The clock is the story's; the register is real; what is due, and what follows, the rules say."
        yield self._cut(self.pick(zh, en))

    def step(
        self, step: Step, news: Iterable[Told], duties: Duties, refusal: str
    ) -> Iterator[RenderableType]:
        """What somebody did, or time, and what became of obligations by that."""
        at = datetime.fromisoformat(step.at)
        if self._day != step.at[:10]:
            self._day = step.at[:10]
            yield self._heading(f"{self.pick(*_DAYS[at.weekday()])} {at:%m-%d}")
        who = self._body(step.who) if step.who else ""
        said = self.pick(f"{who}：{step.zh}" if who else step.zh, f"{who}: {step.en}" if who else step.en)
        yield self._cut(f"  {at:%H:%M} {said}")
        own = 0
        for told in news:
            duty = duties.get(told.obligation)
            if duty is None or duty.modality != decision_pb2.MODALITY_OBLIGATION:
                continue
            if (
                step.who == "court"
                and told.kind is Kind.CREATED
                and [b.code for b in duty.bearers] == ["court"]
            ):
                own += 1
            elif told.kind is not Kind.HANDLED or self._handled(told, duty):
                yield self._change(told, duty)
        self._objected = frozenset(each.id for each in duties.values() if each.HasField("objected_at"))
        if own:
            zh, en = f"另有法院自己的 {own} 项义务", f"and {own} duties of the court itself"
            yield Text(" " * _LEFT + self.pick(zh, en), "dim")
        if refusal:
            yield self._marked(self.pick("不收", "refused"), "bold magenta", refusal)

    def notice(self, arrived: Arrived) -> Table:
        """A notice that came to a department's receiver."""
        kind, who = arrived.event["type"], self._body(arrived.event["data"]["bearers"][0])
        right, wrong = ("签名无误", "signature right"), ("签名不符", "signature wrong")
        signed = self.pick(*(right if arrived.signed else wrong))
        said = self.pick(f"{who}的系统收到 {kind}，{signed}", f"to the {who}: {kind}, {signed}")
        return self._marked(self.pick("通知", "notice"), "blue", said)

    def board(self, board: Board) -> Iterator[RenderableType]:
        """How each department stands: some figures of the board, which ``linkage board`` has in full."""
        zh, en = (
            "周末的看板（全部指标见 linkage board）",
            "The board at the week's end (linkage board has all of it)",
        )
        yield self._heading(self.pick(zh, en))
        titles = dict(zip((figure.id for figure in FIGURES), board.titles, strict=True))
        table = Table(box=None, padding=(0, 0, 0, 2), pad_edge=True)
        table.add_column(board.corner, no_wrap=True, max_width=_WHO[self._lang == "en"])
        for figure in _FIGURES:
            table.add_column(titles[figure], justify="right")
        for line in (*board.lines, board.total):
            table.add_row(line.name, *(line.cell(figure).text for figure in _FIGURES))
        yield table

    # -- one change

    def _change(self, told: Told, duty: register_pb2.RegisteredObligation) -> Table:
        zh, en, style = _KINDS[told.kind]
        if told.kind is Kind.STATE and told.state[1] is State.OVERDUE:
            zh, en, style = "逾期", "overdue", "bold red"
        more = self._more(told, duty)
        room = self._width - _LEFT - _MARK - _WHO[self._lang == "en"] - cell_len(more) - 1
        return self._marked(self.pick(zh, en), style, within(duty.title, room) + more, self._names(duty))

    def _more(self, told: Told, duty: register_pb2.RegisteredObligation) -> str:
        """What is to be said of a change beside what it is: due when, how handled, ended how."""
        if told.kind in (Kind.CREATED, Kind.MOVED, Kind.DUE_SOON) and told.due[1] is not None:
            due = self._time(told.due[1])
            was = self._time(told.due[0]) if told.kind is Kind.MOVED and told.due[0] is not None else ""
            if was:
                return self.pick(f"，期限 {was} → {due}", f", due {was} → {due}")
            return self.pick(f"，期限 {due}", f", due {due}")
        after = told.state[1]
        if told.kind is Kind.ENDED and after is not None and after in _STATES:
            return self.pick("：", ": ") + self.pick(*_STATES[after])
        return self._handled(told, duty) if told.kind is Kind.HANDLED else ""

    def _handled(self, told: Told, duty: register_pb2.RegisteredObligation) -> str:
        """How far its bearer has come; "" where that is no news."""
        before, now = told.handling
        waits, waited = duty.HasField("objected_at"), duty.id in self._objected
        if waits != waited:
            return (
                self.pick("：异议待法院答复", ": an objection waits")
                if waits
                else self.pick("：异议已答复", ": answered")
            )
        return "" if now is None or now is before else self.pick("：", ": ") + self.pick(*_HANDLINGS[now])

    def _marked(self, mark: str, style: str, said: str, who: str = "") -> Table:
        grid = Table.grid(padding=(0, 1, 0, 0))
        widths = [_LEFT, _MARK, _WHO[self._lang == "en"]] if who else [_LEFT, _MARK]
        for number, width in enumerate((*widths, self._width - sum(widths))):
            grid.add_column(width=width - 1, no_wrap=number < len(widths))
        grid.add_row("", Text(mark, style), *([Text(who)] if who else []), Text(said))
        return grid

    def _names(self, duty: register_pb2.RegisteredObligation) -> str:
        return self._list(body.name for body in duty.bearers)

    def _time(self, nanos: int) -> str:
        at = datetime.fromtimestamp(nanos // NANO, SHANGHAI)
        return f"{self.pick(*_DAYS[at.weekday()])} {at:%H:%M}"
