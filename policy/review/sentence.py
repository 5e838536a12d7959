"""What a rule says, as one sentence of law: 区公安分局应当在24小时内向区人民法院通知法院。"""

from __future__ import annotations

from policy.pack.model import Force
from policy.review.statement import COMPUTED, Line, Statement
from policy.review.wording import Wording


def sentence(said: Statement, words: Wording) -> str:
    """The sentence of a statement."""
    return _chinese(said) if words.lang == "zh" else _english(said)


def _joined(lines: tuple[Line, ...], separator: str) -> str:
    return separator.join(line.text for line in lines)


def _plain(said: Statement, key: str, separator: str) -> str:
    return _joined(said.get(key, ()), separator)


def _when(said: Statement) -> str:
    """The deadline without what it is counted from."""
    return _plain(said, "deadline", "").partition("〔")[0]


def _who(said: Statement, key: str, separator: str, unknown: str) -> str:
    """The bearer or the counterparty by name; ``unknown`` where the facts say who it is."""
    lines = said.get(key, ())
    if any(str(line.same).startswith(COMPUTED) for line in lines):
        return unknown
    return _joined(lines, separator)


def _norm(said: Statement) -> str:
    """应当, 不得 …; nothing where a press report only tells it, which the force then says."""
    told = any(line.same is Force.REPORTED for line in said.get("force", ()))
    return "" if told else _plain(said, "modality", "")


def _chinese(said: Statement) -> str:
    unknown = "由案件事实确定的单位或当事人"
    who = _who(said, "bearer", "、", unknown)
    deadline = _when(said)
    more = [
        f"{title}：{text}"
        for title, text in (
            ("相对方", _who(said, "counterparty", "、", unknown)),
            ("期限", deadline),
            ("效力", _plain(said, "force", "")),
        )
        if text
    ]
    tail = f"（{'；'.join(more)}）" if more else ""
    return f"{who}{_norm(said)}{_plain(said, 'action', '')}{tail}。"


def _english(said: Statement) -> str:
    unknown = "whoever the facts name"
    who = _who(said, "bearer", ", ", unknown)
    more = [
        f"{title}: {text}"
        for title, text in (
            ("owed to", _who(said, "counterparty", ", ", unknown)),
            ("deadline", _when(said)),
            ("force", _plain(said, "force", "")),
        )
        if text
    ]
    tail = f" ({'; '.join(more)})" if more else ""
    norm = _norm(said)
    return f"{who}{f' {norm} ' if norm else ': '}{_plain(said, 'action', '')}{tail}."
