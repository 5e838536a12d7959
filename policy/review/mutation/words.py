"""What is told of the changes that were tried: a table by kind, and each that no test notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policy.review.mutation.changes import Change, Kind
from policy.review.mutation.proposal import lines, proposed
from policy.review.mutation.tally import Tally, Tried, by_kind, survivors, tally
from policy.review.mutation.trial import Fate, Verdict

KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.CONDITION_DROPPED: ("去掉一个条件", "condition dropped"),
    Kind.CONDITION_NEGATED: ("条件取反", "condition negated"),
    Kind.CONDITION_COMPARED: ("比较方式改变", "compared otherwise"),
    Kind.CONDITION_CODE: ("条件中的代码改变", "code in a condition"),
    Kind.CONDITION_NUMBER: ("条件中的数字改变", "number in a condition"),
    Kind.CONDITION_ITEM: ("条件的列表少一项", "item dropped from a list"),
    Kind.ALTERNATIVE_DROPPED: ("少一种并列情形", "alternative dropped"),
    Kind.EXCEPTION_DROPPED: ("去掉例外", "exception dropped"),
    Kind.MODALITY: ("应当、可以、不得互换", "modality"),
    Kind.FORCE: ("效力强弱改变", "force"),
    Kind.BEARING: ("共同与分别承担互换", "joint or several"),
    Kind.BODY: ("单位改变", "other body"),
    Kind.BODY_DROPPED: ("少一个单位", "body dropped"),
    Kind.ACTION: ("行为改变", "action"),
    Kind.NUMBER: ("数字改变", "number"),
    Kind.UNIT: ("期间单位改变", "unit of a period"),
    Kind.DEADLINE_DROPPED: ("去掉期限或其限定", "deadline dropped"),
    Kind.CLAUSE: ("依据的条款改变", "clause"),
    Kind.CONSEQUENCE: ("后果的条款改变", "consequence"),
    Kind.OUTPUT_DROPPED: ("少一项应交材料", "output dropped"),
    Kind.READING_DROPPED: ("去掉采用的理解", "reading dropped"),
    Kind.LIFECYCLE: ("是否随案件中止终结改变", "life cycle"),
    Kind.ENDING_DROPPED: ("去掉一种终结", "ending dropped"),
    Kind.ENDING_WIDENED: ("终结的限定放宽", "ending widened"),
    Kind.ENDING_CODE: ("终结的行为改变", "act that ends"),
    Kind.MATCH_CODE: ("表中的代码改变", "code in a table"),
    Kind.PRECEDENCE_DROPPED: ("去掉优先关系", "precedence dropped"),
    Kind.RETURN_DROPPED: ("去掉退回或异议的规定", "return or objection dropped"),
    Kind.FIGURE: ("考核数字改变", "figure of an assessment"),
}


HEADS: tuple[tuple[str, str], ...] = (
    ("改动", "change"),
    ("个数", "tried"),
    ("检查拒绝", "refused"),
    ("测试发现", "noticed"),
    ("没有发现", "unnoticed"),
    ("结果不变", "no change"),
    ("发现率 %", "noticed %"),
)


def rows(tried: Sequence[Tried], lang: str) -> list[tuple[str, ...]]:
    """How many changes of each kind there were, and how many of those that change a decision are noticed."""
    number = 0 if lang == "zh" else 1
    found = [(KINDS[kind][number], *_numbers(one)) for kind, one in by_kind(tried).items()]
    return [*found, (("合计", "all")[number], *_numbers(tally(tried)))]


def _numbers(found: Tally) -> tuple[str, ...]:
    fates = (Fate.REFUSED, Fate.NOTICED, Fate.SURVIVED, Fate.SAME)
    counts = [found.fates.get(fate, 0) for fate in fates]
    percent = "—" if found.percent is None else f"{found.percent:.1f}"
    return (f"{sum(counts):,}", *(f"{count:,}" for count in counts), percent)


def listing(tried: Sequence[Tried], places: Mapping[str, str], most: int, lang: str) -> Iterator[str]:
    """Each change that no test notices, with what would. ``places``: where each test stands, by its name."""
    found = survivors(tried)
    for change, verdict in found[:most]:
        yield _one(change, verdict, places, lang)
    if len(found) > most:
        more = len(found) - most
        yield f"……还有 {more:,} 个（--most 可多列）" if lang == "zh" else f"… and {more:,} more (--most)"


def _one(change: Change, verdict: Verdict, places: Mapping[str, str], lang: str) -> str:
    zh = lang == "zh"
    kind = KINDS[change.kind][0 if zh else 1]
    after = change.after or ("（去掉）" if zh else "(dropped)")
    head = f"{change.file}:{change.line}  {change.owner} {change.what}  {kind}"
    what = f"    {_short(change.before)} → {_short(after)}"
    where = places.get(verdict.test, "")
    told = (
        f"    结果变了、没有测试发现：「{verdict.test}」（{where}）"
        if zh
        else f"    changes what “{verdict.test}” ({where}) decides, and no test notices"
    )
    parts = [head, what, told]
    if added := proposed(verdict):
        advice = (
            "对照原文后，可在该测试中写明：" if zh else "once compared with the document, write in that test:"
        )
        parts += [f"    {advice}", lines(added, "        ")]
    return "\n".join(parts)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 120 else flat[:119] + "…"


def as_json(tried: Sequence[Tried]) -> dict[str, object]:
    """Everything, for programs."""
    return {
        "kinds": {kind: _plain(found) for kind, found in by_kind(tried).items()},
        "all": _plain(tally(tried)),
        "changes": [
            {
                "kind": change.kind,
                "file": change.file,
                "line": change.line,
                "owner": change.owner,
                "what": change.what,
                "before": change.before,
                "after": change.after,
                "fate": verdict.fate,
                "by": verdict.by,
                "test": verdict.test,
                "proposed": list(proposed(verdict)),
            }
            for change, verdict in tried
        ],
    }


def _plain(found: Tally) -> dict[str, object]:
    return {**{fate: found.fates.get(fate, 0) for fate in Fate}, "percent": found.percent}
