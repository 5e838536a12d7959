"""What two packs say otherwise, told to people and to programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from policy.review.difference.compared import Change, Difference, Kind, Part
from policy.review.statement import PARTS

CHANGES: Mapping[Change, tuple[str, str]] = {
    Change.ADDED: ("新增", "added"),
    Change.GONE: ("取消", "gone"),
    Change.CHANGED: ("改变", "changed"),
    Change.WORDED: ("只改措辞、依据或理解", "worded or cited otherwise"),
}
KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.RULE: ("规则", "rules"),
    Kind.TERM: ("定义", "terms"),
    Kind.PARAMETER: ("参数", "parameters"),
    Kind.ASSESSMENT: ("考核", "assessments"),
    Kind.CLAUSE: ("条款", "clauses"),
    Kind.BODY: ("单位", "bodies"),
}
_NAMES: Mapping[str, tuple[str, str]] = {
    **PARTS,
    "value": ("值", "value"),
    "points": ("计分", "points"),
    "grades": ("等次", "grades"),
    "figures": ("指标", "figures"),
    "consequences": ("后果", "consequences"),
    "number": ("编号", "number"),
    "summary": ("内容", "summary"),
    "class": ("类别", "class"),
    "name": ("名称", "name"),
}
_SCOPES: Mapping[str, tuple[str, str]] = {
    "narrower": ("（范围收窄）", " (reaches less)"),
    "wider": ("（范围放宽）", " (reaches more)"),
}
_SHORT = 160


def counted(found: Sequence[Difference], lang: str) -> str:
    """How many of each kind became what, in one line."""
    zh = lang == "zh"
    if not found:
        return "两者所规定的相同" if zh else "both say the same"
    parts = []
    for kind, names in KINDS.items():
        counts = Counter(one.change for one in found if one.kind is kind)
        told = [f"{CHANGES[change][not zh]} {counts[change]}" for change in Change if counts[change]]
        if told:
            parts.append(f"{names[not zh]}{'：' if zh else ': '}{('、' if zh else ', ').join(told)}")
    return ("；" if zh else "; ").join(parts)


def told(found: Sequence[Difference], lang: str) -> Iterator[str]:
    """Each difference, those of what is owed first."""
    order = list(Change)
    for one in sorted(found, key=lambda each: (list(Kind).index(each.kind), order.index(each.change))):
        yield _one(one, lang)


def _one(one: Difference, lang: str) -> str:
    number = 0 if lang == "zh" else 1
    clauses = (f"（{one.clauses}）", f" ({one.clauses})")[number] if one.clauses else ""
    kind = "" if one.kind is Kind.RULE else KINDS[one.kind][number] + " "
    bearers = ("、", ", ")[number].join(one.bearers)
    head = f"{CHANGES[one.change][number]}  {kind}{one.title}{clauses}  {bearers}".rstrip()
    return "\n".join(
        [
            head,
            f"    {one.id}",
            *(f"    {line}" for part in one.parts for line in _part(part, one.change, number)),
        ]
    )


def _part(part: Part, change: Change, number: int) -> Iterator[str]:
    scope = _SCOPES[part.scope][number] if change is Change.CHANGED and part.scope else ""
    name = _NAMES[part.name][number] + scope + ("：", ":")[number]
    whole = part.before or part.after
    if change in (Change.ADDED, Change.GONE) and len(whole) == 1:
        yield f"{name}{('', ' ')[number]}{_brief(whole[0])}"
        return
    if len(part.before) == len(part.after) == 1 and len(part.before[0]) + len(part.after[0]) < _SHORT // 2:
        yield f"{name}{('', ' ')[number]}{part.before[0]} → {part.after[0]}"
        return
    yield name
    yield from (f"  − {_brief(text)}" for text in part.before)
    yield from (f"  + {_brief(text)}" for text in part.after)


def _brief(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def by_bearer(found: Sequence[Difference]) -> dict[str, Counter[Change]]:
    """How many rules of each body became what, the most touched first."""
    counts: dict[str, Counter[Change]] = {}
    for one in found:
        for bearer in one.bearers if one.kind is Kind.RULE else ():
            counts.setdefault(bearer, Counter())[one.change] += 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1].total(), pair[0])))


def as_json(found: Sequence[Difference]) -> list[dict[str, object]]:
    """Everything, for programs."""
    return [
        {
            "kind": one.kind,
            "change": one.change,
            "id": one.id,
            "title": one.title,
            "clauses": one.clauses,
            "bearers": list(one.bearers),
            "parts": [
                {"name": part.name, "before": list(part.before), "after": list(part.after)}
                | ({"scope": part.scope} if one.change is Change.CHANGED and part.scope else {})
                for part in one.parts
            ],
        }
        for one in found
    ]
