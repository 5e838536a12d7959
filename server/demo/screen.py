"""The story on a screen: the facts sent, the duties by urgency, one of them in words, what one event changed.

Duties come from nothing but what the service sent: what any client can show. The names of the facts come from
the vocabulary and the pack, which an integrator has as files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from linkage.v1 import decision_pb2, facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.decide import District
from policy.time.calendar import SHANGHAI

_MODALITIES = {
    decision_pb2.MODALITY_OBLIGATION: ("应当", "must"),
    decision_pb2.MODALITY_PROHIBITION: ("不得", "must not"),
    decision_pb2.MODALITY_PERMISSION: ("可以", "may"),
}
_STATES = {
    decision_pb2.STATE_OVERDUE: ("逾期未履行", "overdue", "bold red"),
    decision_pb2.STATE_PENDING: ("待履行", "pending", ""),
    decision_pb2.STATE_UNDETERMINED: ("待查明", "undetermined", "magenta"),
    decision_pb2.STATE_SUSPENDED: ("已中止", "suspended", "cyan"),
    decision_pb2.STATE_FULFILLED_LATE: ("逾期后履行", "done late", "yellow"),
    decision_pb2.STATE_FULFILLED: ("已履行", "done", "green"),
    decision_pb2.STATE_DISCHARGED: ("已解除", "discharged", "dim"),
    decision_pb2.STATE_TERMINATED: ("已终结", "terminated", "dim"),
}
_STANDING = {
    decision_pb2.MODALITY_PROHIBITION: ("持续有效", "in force"),
    decision_pb2.MODALITY_PERMISSION: ("可以行使", "may be used"),
}
_ENGINES = {
    "durable": ("durable-rules（独立的 Rete 引擎）", "durable-rules, an independent Rete"),
    "cel": ("官方 CEL 求值器", "the official evaluator of CEL"),
}
_URGENCY = list(_STATES)
_SHOWN = 12
_DIGEST = 12
_WIDTHS = (11, 20, 18, 18)
"""Columns of state, department, due time and clause; the duty has what is left."""


class Screen:
    """The story in one language ("zh" or "en"), for a screen of ``width`` columns."""

    def __init__(self, district: District, lang: str, width: int) -> None:
        self._district = district
        self._lang = lang
        self._width = min(width, 160)

    def pick(self, zh: str, en: str) -> str:
        """The one in this language."""
        return en if self._lang == "en" else zh

    def started(self, address: str) -> Text:
        """Where the service runs, and by which document it decides."""
        pack = self._district.programs[-1].pack
        title, number = pack.title.get(self._lang), pack.instrument.number
        return Text(
            self.pick(f"服务已启动：{address}　{title}", f"The service runs at {address}: {title}")
            + (self.pick(f"（{number}）", f" ({number})") if number else "")
        )

    def facts(self, request: api.EvaluateRequest) -> Iterator[Text]:
        """What the court sent, day by day."""
        case, as_of = request.case, _moment(request.as_of)
        yield self._heading(
            self.pick(
                f"一、法院送来的事实：案件 {case.id}，截至 {as_of}",
                f"1. Facts sent: {case.id}, as of {as_of}",
            )
        )
        days: dict[str, list[str]] = {}
        for stamp, said in sorted(self._happenings(case), key=lambda pair: (pair[0].seconds, pair[1])):
            days.setdefault(_moment(stamp)[:10], []).append(said)
        for day, happened in days.items():
            yield self._cut(f"  {day}  " + self.pick("；", "; ").join(dict.fromkeys(happened)))

    def duties(
        self, request: api.EvaluateRequest, decision: decision_pb2.Decision, milliseconds: float
    ) -> Iterator[Text]:
        """The most pressing duties, overdue ones first, one line each."""
        said = [(self._who(o), self._what(o)) for o in decision.obligations]
        alike = {pair for pair in said if said.count(pair) > 1}
        ordered = sorted(decision.obligations, key=_urgency)
        count, waiting = len(ordered), len(decision.undetermined)
        yield self._heading(
            self.pick(
                f"二、答复（{milliseconds:.0f} 毫秒）：{count} 项义务，紧要的在前；"
                f"{waiting} 项缺少事实，待查明",
                f"2. Answer ({milliseconds:.0f} ms): {count} duties, pressing ones first; "
                f"{waiting} wait for facts",
            )
        )
        names = (
            "状态 单位 期限 条款 事项" if self._lang != "en" else "state department due clause duty"
        ).split()
        yield self._row([Text(name, "bold") for name in names])
        for obligation in ordered[:_SHOWN]:
            twice = (self._who(obligation), self._what(obligation)) in alike
            about = self._about(request.case, obligation.about) if twice else ""
            yield self._row(self._cells(obligation, about))
        if count > _SHOWN:
            tally: dict[str, int] = {}
            for obligation in ordered[_SHOWN:]:
                state = str(self._state(obligation))
                tally[state] = tally.get(state, 0) + 1
            rest = self._list(f"{state} {number}" for state, number in tally.items())
            yield Text(
                self.pick(f"  另有 {count - _SHOWN} 项：{rest}", f"  and {count - _SHOWN} more: {rest}"),
                "dim",
            )

    def in_words(self, decision: decision_pb2.Decision) -> Iterator[Text]:
        """The most pressing duty whose time is counted: its clause, its reason, its counting."""
        timed = [
            o for o in sorted(decision.obligations, key=_urgency) if o.due.steps and o.due.HasField("at")
        ]
        if not timed:
            return
        o = timed[0]
        clause = o.basis[0]
        yield self._heading(
            self.pick(f"三、为什么：{self._who(o)}{self._what(o)}", f"3. Why: {self._who(o)} {self._what(o)}")
        )
        for name, said in (
            (self.pick("条款", "clause"), f"{clause.number}  {clause.quote or clause.summary}"),
            (self.pick("理由", "reason"), self.pick("；", "; ").join(o.because)),
            (self.pick("计算", "counting"), self.pick("；", "; ").join(step.text for step in o.due.steps)),
            (self.pick("后果", "consequence"), self._list(f"{c.number} {c.summary}" for c in o.consequence)),
        ):
            if said:
                yield self._cut(f"  {name}{self.pick('：', ': ')}{said}", 2)

    def change(
        self,
        before: api.EvaluateRequest,
        after: api.EvaluateRequest,
        first: decision_pb2.Decision,
        second: decision_pb2.Decision,
    ) -> Iterator[Text]:
        """What the one event more changed: duties new, and duties whose state is another."""
        known = {event.id for event in before.case.events}
        event = next(event for event in after.case.events if event.id not in known)
        yield self._heading(
            self.pick(
                f"四、又来一件事：{_moment(event.at)} {self._event(event)}",
                f"4. One event later: {_moment(event.at)} {self._event(event)}",
            )
        )
        was = {o.id: o for o in first.obligations}
        for o in sorted(second.obligations, key=_urgency):
            old = was.get(o.id)
            if old is None:
                yield self._cut(self.pick("  新增  ", "  new     ") + self._line(o))
            elif old.state != o.state:
                yield self._cut(
                    self.pick("  变化  ", "  changed ")
                    + f"{self._state(old)} → {self._state(o)}  "
                    + self._line(o)
                )
        gone = len(was.keys() - {o.id for o in second.obligations})
        same = sum(o.id in was and was[o.id].state == o.state for o in second.obligations)
        yield Text(
            self.pick(
                f"  其余 {same} 项不变，没有一项消失", f"  the other {same} are as they were; none is gone"
            )
            if not gone
            else self.pick(
                f"  其余 {same} 项不变，{gone} 项不再列出", f"  {same} as they were, {gone} no longer told"
            ),
            "dim",
        )

    def agreement(self, engine: str, agrees: bool, count: int) -> Iterator[Text]:
        """Whether another engine came to the same answer."""
        name = self.pick(*_ENGINES[engine])
        yield self._heading(self.pick("五、另一个引擎复核", "5. A second engine"))
        if agrees:
            said = self.pick(
                f"  {name}另算一遍：{count} 项义务，逐字节相同",
                f"  {name}: {count} duties, the same byte for byte",
            )
        else:
            said = self.pick(f"  {name}得出不同的结果", f"  {name} comes to another answer")
        yield Text(said, "green" if agrees else "bold red")

    def receipt(self, receipt: decision_pb2.Receipt) -> Text:
        """What the answer was made from: enough to make it again."""
        packs = self._list(f"{pack.version} {pack.digest[:_DIGEST]}" for pack in receipt.packs)
        facts, result = receipt.facts_digest[:_DIGEST], receipt.decision_digest[:_DIGEST]
        zh = f"凭据：规则包 {packs}；事实 {facts}；结果 {result}；日志 {receipt.log_id}"
        en = f"receipt: pack {packs}; facts {facts}; decision {result}; log {receipt.log_id}"
        return Text(self.pick(zh, en), "dim")

    # -- facts

    def _happenings(self, case: facts_pb2.Case) -> Iterator[tuple[Timestamp, str]]:
        for document in case.documents:
            if not document.services:
                yield document.issued_at, self._label("documents", document.type)
            for service in document.services:
                served, body = self._label("documents", document.type), self._body(service.body)
                yield service.at, self.pick(f"{served}送达{body}", f"{served} served on {body}")
        for request in case.requests:
            body, matter = self._body(request.to), self._label("matters", request.matter)
            yield request.at, self.pick(f"请{body}{matter}", f"{body} asked: {matter}")
        for event in case.events:
            yield event.at, self._event(event)

    def _event(self, event: facts_pb2.Event) -> str:
        label, actor = self._label("events", event.type), self._body(event.actor) if event.actor else ""
        if not actor:
            return label
        return self.pick(f"{actor}：{label}", f"{label} ({actor})")

    def _label(self, section: str, code: str) -> str:
        return self._district.vocabulary.label(section, code, self._lang)

    def _body(self, code: str) -> str:
        local = self._district.programs[-1].pack.bodies.get(code)
        known = local is not None and (self._lang != "en" or local.en)
        return local.get(self._lang) if local is not None and known else self._label("bodies", code)

    # -- duties

    def _about(self, case: facts_pb2.Case, key: str) -> str:
        """What tells two like duties apart: the matter, the event or the document that each is about."""
        for section, elements in (("matters", case.requests), ("events", case.events)):
            for element in elements:
                if element.id == key:
                    code = element.matter if section == "matters" else getattr(element, "type", "")
                    return self._label(section, code)
        return key

    def _cells(self, o: decision_pb2.Obligation, about: str = "") -> list[Text]:
        what = self._what(o) + (self.pick(f"（{about}）", f" ({about})") if about else "")
        plain = (self._who(o), self._due(o), self._list(clause.number for clause in o.basis), what)
        return [self._state(o), *map(Text, plain)]

    def _row(self, cells: list[Text]) -> Text:
        row = Text("  ")
        for cell, width in zip(cells, _WIDTHS, strict=False):
            row.append(set_cell_size(within(cell.plain, width - 1), width), cell.style or "")
        room = self._width - sum(_WIDTHS) - 2
        row.append(within(cells[-1].plain, room), cells[-1].style or "")
        return row

    def _line(self, o: decision_pb2.Obligation) -> str:
        due = self.pick(f"，期限 {self._due(o)}", f", due {self._due(o)}") if o.due.HasField("at") else ""
        return f"{self._who(o)} {self._what(o)}{due}"

    def _state(self, o: decision_pb2.Obligation) -> Text:
        zh, en, style = _STATES[o.state]
        if o.state == decision_pb2.STATE_PENDING:
            zh, en = _STANDING.get(o.modality, (zh, en))
        return Text(self.pick(zh, en), style)

    def _who(self, o: decision_pb2.Obligation) -> str:
        return self._list(bearer.name for bearer in o.bearers) or o.bearer_party

    def _what(self, o: decision_pb2.Obligation) -> str:
        """应当通知法院; a title that begins with the word itself needs no second one."""
        modality = self.pick(*_MODALITIES[o.modality])
        what = o.title if o.title.startswith(modality) else f"{modality}{self.pick('', ': ')}{o.title}"
        unit = o.concerns_unit or o.concerns.name
        return what + (self.pick(f"（涉及{unit}）", f" ({unit})") if unit else "")

    def _due(self, o: decision_pb2.Obligation) -> str:
        if not o.HasField("due"):
            return "—"
        if not o.due.HasField("at"):
            return (o.due.word.name or self.pick("时限", "time")) + self.pick("（未定）", " (open)")
        return _moment(o.due.at, ends_a_day=bool(o.due.steps) and o.due.steps[-1].code == "ends")

    # -- lines

    def _heading(self, said: str) -> Text:
        return Text(said, "bold cyan")

    def _cut(self, said: str, lines: int = 1) -> Text:
        """The text in at most so many lines of the screen."""
        return Text(within(said, self._width * lines - 2))

    def _list(self, words: Iterable[str]) -> str:
        return self.pick("、", ", ").join(dict.fromkeys(words))


def within(said: str, room: int) -> str:
    """The text in at most so many cells of the screen; what is cut ends in an ellipsis."""
    return said if cell_len(said) <= room else set_cell_size(said, room - 1).rstrip() + "…"


def _urgency(o: decision_pb2.Obligation) -> tuple[int, bool, int, int, str]:
    """Overdue ones first, then those with the nearest due time; what merely stands, last."""
    timed = o.HasField("due") and o.due.HasField("at")
    return _URGENCY.index(o.state), not timed, o.due.at.seconds, o.modality, o.rule


def _moment(stamp: Timestamp, ends_a_day: bool = False) -> str:
    """Shanghai time; the end of a day as 24:00 of that day."""
    moment = datetime.fromtimestamp(stamp.seconds, SHANGHAI)
    if ends_a_day:
        return f"{moment - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{moment:%Y-%m-%d %H:%M}"
