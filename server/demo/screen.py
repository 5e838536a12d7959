"""The answer on a screen, from nothing but what the service sent: what any client can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from linkage.v1 import decision_pb2
from policy.review.report.screen import Column, table
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
    decision_pb2.STATE_FULFILLED_LATE: ("逾期后履行", "fulfilled late", "yellow"),
    decision_pb2.STATE_FULFILLED: ("已履行", "fulfilled", "green"),
    decision_pb2.STATE_DISCHARGED: ("已解除", "discharged", "dim"),
    decision_pb2.STATE_TERMINATED: ("已终结", "terminated", "dim"),
}
_STANDING = {
    decision_pb2.MODALITY_PROHIBITION: ("持续有效", "in force"),
    decision_pb2.MODALITY_PERMISSION: ("可以行使", "may be exercised"),
}
_URGENCY = list(_STATES)
_DIGEST = 12


class Screen:
    """Words and tables in one language ("zh" or "en"), for a screen of ``width`` columns."""

    def __init__(self, lang: str, width: int) -> None:
        self._english = lang == "en"
        self._width = width

    def pick(self, zh: str, en: str) -> str:
        """The one in this language."""
        return en if self._english else zh

    def parts(self, decision: decision_pb2.Decision) -> Iterator[RenderableType]:
        """Obligations, undetermined rules, errors, conflicts, receipt; empty tables are left out."""
        yield self._obligations(decision.obligations)
        if decision.undetermined:
            yield self._undetermined(decision.undetermined)
        for error in decision.errors:
            yield Text(f"{error.code} {error.rule} {error.message}", "red")
        for conflict in decision.conflicts:
            yield Text(conflict.message, "red")
        yield self._receipt(decision.receipt)

    def _obligations(self, obligations: Iterable[decision_pb2.Obligation]) -> Table:
        columns = (
            Column(self.pick("单位", "department"), 4, 12),
            Column(self.pick("事项", "what"), 8, 20),
            Column(self.pick("依据", "clause"), 3, 12),
            Column(self.pick("期限", "due"), 4, 16),
            Column(self.pick("状态", "status"), 3, 10),
            Column(self.pick("理由", "reason"), 9, 20),
        )
        ordered = sorted(obligations, key=_urgency)
        title = self.pick(
            f"义务（{len(ordered)}，紧要的在前）", f"Obligations ({len(ordered)}, pressing ones first)"
        )
        return table(title, columns, [self._row(item) for item in ordered], self._width)

    def _row(self, o: decision_pb2.Obligation) -> tuple[Text, ...]:
        zh, en, style = _STATES[o.state]
        if o.state == decision_pb2.STATE_PENDING:
            zh, en = _STANDING.get(o.modality, (zh, en))
        reason = list(o.because)
        waiting = [*o.missing, *o.due.missing, *o.state_missing]
        if waiting:
            reason.append(self.pick("尚缺：", "missing: ") + self._list(fact.label for fact in waiting))
        return (
            Text(self._who(o)),
            Text(self._what(o)),
            Text(self._list(clause.number for clause in o.basis)),
            Text(self._due(o)),
            Text(self.pick(zh, en), style),
            Text(self.pick("；", "; ").join(reason)),
        )

    def _who(self, o: decision_pb2.Obligation) -> str:
        names = self._list(bearer.name for bearer in o.bearers) or o.bearer_party
        return names + (self.pick(f"（{o.bearer_unit}）", f" ({o.bearer_unit})") if o.bearer_unit else "")

    def _what(self, o: decision_pb2.Obligation) -> str:
        """应当：通知法院（对区人民法院）; a title that begins with the word itself needs no second one."""
        modality = self.pick(*_MODALITIES[o.modality])
        what = o.title if o.title.startswith(modality) else f"{modality}{self.pick('：', ': ')}{o.title}"
        owed_to = self._list(body.name for body in o.counterparties)
        return what + (self.pick(f"（对{owed_to}）", f" (to {owed_to})") if owed_to else "")

    def _due(self, o: decision_pb2.Obligation) -> str:
        if not o.HasField("due"):
            return self.pick("未规定时限", "no deadline")
        if not o.due.HasField("at"):
            return (o.due.word.name or self.pick("时限", "time")) + self.pick("（未定）", " (not fixed)")
        text = _moment(o.due.at, ends_a_day=any(step.code == "ends" for step in o.due.steps))
        return text + (self.pick("（暂定）", " (provisional)") if o.due.provisional else "")

    def _undetermined(self, items: Iterable[decision_pb2.Undetermined]) -> Table:
        columns = (
            Column(self.pick("规则", "rule"), 6, 20),
            Column(self.pick("依据", "clause"), 3, 12),
            Column(self.pick("缺少的事实", "missing facts"), 10, 24),
        )
        rows = [
            (
                Text(item.title),
                Text(self._list(clause.number for clause in item.basis)),
                Text("\n".join(f"{fact.label}  {fact.path}" for fact in item.missing)),
            )
            for item in items
        ]
        count = len(rows)
        title = self.pick(f"缺少事实，无法判断（{count}）", f"Undetermined for lack of facts ({count})")
        return table(title, columns, rows, self._width)

    def _receipt(self, receipt: decision_pb2.Receipt) -> Text:
        packs = self._list(
            f"{pack.district} {pack.version} {pack.digest[:_DIGEST]}" for pack in receipt.packs
        )
        facts, result = receipt.facts_digest[:_DIGEST], receipt.decision_digest[:_DIGEST]
        as_of = _moment(receipt.as_of, ends_a_day=False)
        zh = f"凭据：截至 {as_of}；规则包 {packs}；事实 {facts}；结果 {result}；记录 {receipt.log_id}"
        en = f"receipt: as of {as_of}; packs {packs}; facts {facts}; decision {result}; log {receipt.log_id}"
        return Text(self.pick(zh, en), "dim")

    def _list(self, words: Iterable[str]) -> str:
        return self.pick("、", ", ").join(dict.fromkeys(words))


def _urgency(o: decision_pb2.Obligation) -> tuple[int, bool, int, str]:
    """Overdue ones first, then those with the nearest due time."""
    timed = o.HasField("due") and o.due.HasField("at")
    return _URGENCY.index(o.state), not timed, o.due.at.seconds, o.rule


def _moment(stamp: Timestamp, ends_a_day: bool) -> str:
    """Shanghai time; the end of a day as 24:00 of that day."""
    moment = datetime.fromtimestamp(stamp.seconds, SHANGHAI)
    if ends_a_day:
        return f"{moment - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{moment:%Y-%m-%d %H:%M}"
