"""Coverage for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policy.review.ruletest.coverage import Gap, Ratio
from policy.text.diagnostics import Words

KINDS: Mapping[str, Words] = {
    "rules": Words("规则", "rule"),
    "outcomes": Words("结果", "outcome"),
    "conditions": Words("条件", "condition"),
    "mcdc": Words("MC/DC", "MC/DC"),
    "endings": Words("结束方式", "ending"),
    "clauses": Words("条款", "clause"),
}
TITLES: Mapping[str, tuple[str, str]] = {
    "rules": ("从未产生义务的规则", "rules that never gave an obligation"),
    "outcomes": ("从未出现的结果", "outcomes that never came about"),
    "conditions": ("从未成立（true）或从未不成立（false）的条件", "conditions never true or never false"),
    "mcdc": (
        "从未单独决定结果的条件部分（MC/DC）",
        "parts of conditions that never settled the outcome alone (MC/DC)",
    ),
    "endings": ("从未结束或违反义务的行为", "acts that never ended or violated an obligation"),
    "clauses": ("所依据的规则从未产生义务的条款", "clauses whose rules never gave an obligation"),
}
_LACKS: Mapping[str, tuple[str, str]] = {
    "applies": ("适用", "applies"),
    "does_not_apply": ("触发后不适用", "triggered, does not apply"),
    "undetermined": ("缺少事实", "undetermined"),
    "true": ("true", "true"),
    "false": ("false", "false"),
    "alone": ("成立、不成立时都没有", "neither when it held nor when it did not"),
    "alone_true": ("成立时没有", "not when it held"),
    "alone_false": ("不成立时没有", "not when it did not hold"),
    "fulfilled": ("履行", "fulfils"),
    "discharged": ("解除", "discharges"),
    "violated": ("违反", "violates"),
}


def summary(ratios: Sequence[Ratio], lang: str) -> str:
    """One line: the percentage of each kind."""
    parts = [f"{KINDS[r.kind].get(lang)} {r.percent:.1f}% ({r.covered}/{r.total})" for r in ratios]
    return f"覆盖率：{'，'.join(parts)}" if lang == "zh" else f"coverage: {', '.join(parts)}"


def listing(ratios: Sequence[Ratio], lang: str) -> str:
    """Everything that is not covered, with its place."""
    lines = []
    for ratio in ratios:
        if ratio.gaps:
            lines.append(
                f"{TITLES[ratio.kind][lang == 'en']}：" if lang == "zh" else f"{TITLES[ratio.kind][1]}:"
            )
            lines += [f"  {gap.span}  {said(gap, lang)}" for gap in ratio.gaps]
    return "\n".join(lines)


def said(gap: Gap, lang: str) -> str:
    """What is not covered, and of what."""
    lacks = _LACKS[gap.lacks][lang == "en"] if gap.lacks else ""
    return "  ".join(part for part in (gap.name, lacks, gap.means) if part)


def coverage_json(ratios: Sequence[Ratio]) -> dict[str, Any]:
    """By kind: covered, total, percent and the gaps (name, location, lacks)."""
    return {
        ratio.kind: {
            "covered": ratio.covered,
            "total": ratio.total,
            "percent": ratio.percent,
            "gaps": [{"name": g.name, "location": str(g.span), "lacks": g.lacks} for g in ratio.gaps],
        }
        for ratio in ratios
    }
