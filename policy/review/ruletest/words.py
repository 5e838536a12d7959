"""A failed test in words: what was expected, what came of it, and why the rule gave nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from policy.decide.snapshot import Snapshot
from policy.money import money_text
from policy.review.explain import explain
from policy.review.reasons import reason
from policy.review.ruletest.assessed import Outcome
from policy.review.ruletest.compare import Kind, Mismatch, Row
from policy.review.ruletest.local import local_district
from policy.review.ruletest.model import Value
from policy.review.ruletest.pins import passes_without
from policy.review.ruletest.run import Result
from policy.review.wording import Wording
from policy.text.messages import CATALOG, Words
from policy.text.messages.expressions import FAILURES
from policy.time.moment import moment_text

_MAX_REASONS = 3
_MOMENTS = {"due", "original_due", "since", "violated", "at", "appeal_until"}
_SUMS = {"amount", "at_least", "at_most"}

_HEADS: Mapping[Kind, tuple[str, str]] = {
    Kind.MISSING: ("规则没有产生期望的义务：{rule}", "the rule did not give the expected obligation: {rule}"),
    Kind.DIFFERENT: (
        "义务与期望不同：{rule}（{trigger}）",
        "the obligation is not the expected one: {rule} ({trigger})",
    ),
    Kind.COUNT: ("义务的数目与期望不同：{rule}", "another number of obligations than expected: {rule}"),
    Kind.UNEXPECTED: (
        "产生了没有列出的义务：{rule}（{trigger}）",
        "an obligation that is not listed: {rule} ({trigger})",
    ),
    Kind.FORBIDDEN: (
        "不应产生（{detail}），却产生了：{rule}（{trigger}）",
        "should give nothing ({detail}), but did: {rule} ({trigger})",
    ),
    Kind.UNKNOWN_MISSING: (
        "规则没有停在“缺少事实”：{rule}",
        "the rule is not undetermined as expected: {rule}",
    ),
    Kind.UNKNOWN_DIFFERENT: (
        "缺少的事实与期望不同：{rule}（{trigger}）",
        "other facts are missing than expected: {rule} ({trigger})",
    ),
    Kind.UNKNOWN_UNEXPECTED: (
        "没有列出的规则缺少事实：{rule}（{trigger}）",
        "a rule that is not listed lacks facts: {rule} ({trigger})",
    ),
    Kind.UNKNOWN_FORBIDDEN: (
        "应能判断为不适用（{detail}），却缺少事实：{rule}（{trigger}）",
        "should be settled as not applying ({detail}), but lacks facts: {rule} ({trigger})",
    ),
    Kind.DEEMED_MISSING: (
        "没有期望的视为的事实：{rule}",
        "nothing counts as a fact as expected: {rule}",
    ),
    Kind.DEEMED_UNEXPECTED: (
        "没有列出的视为的事实：{rule}（{trigger}）",
        "a deemed fact that is not listed: {rule} ({trigger})",
    ),
    Kind.CONFLICT_MISSING: (
        "没有出现期望的冲突：{rule} 与 {detail}",
        "the expected conflict did not arise: {rule} and {detail}",
    ),
    Kind.CONFLICT_UNEXPECTED: ("规则互相冲突：{rule} 与 {detail}", "rules conflict: {rule} and {detail}"),
    Kind.ERROR_MISSING: (
        "没有出现期望的错误 {detail} {rule}",
        "the expected error {detail} {rule} did not arise",
    ),
    Kind.ROW_MISSING: ("考核没有这一行：{trigger}", "the assessment has no such row: {trigger}"),
    Kind.FIGURES: (
        "考核的结果与期望不同：{rule}（{trigger}）",
        "the assessment is not the expected one: {rule} ({trigger})",
    ),
    Kind.WARNINGS: ("提醒与期望不同", "other warnings than expected"),
    Kind.ERROR_UNEXPECTED: ("没有列出的错误：{detail}", "an error that is not listed: {detail}"),
}
_EXPLAINED = (Kind.MISSING, Kind.UNKNOWN_MISSING, Kind.DEEMED_MISSING, Kind.CONFLICT_MISSING)

_KEYS: Mapping[str, tuple[str, str]] = {
    "bearer": ("义务主体", "bearer"),
    "bearer_party": ("义务当事人", "bearer party"),
    "bearer_unit": ("具体单位", "bearer unit"),
    "counterparty": ("相对方", "counterparty"),
    "counterparty_party": ("相对当事人", "counterparty's party"),
    "action": ("行为", "action"),
    "modality": ("性质", "modality"),
    "force": ("效力", "force"),
    "about": ("对象", "about"),
    "concerns": ("所涉单位", "concerns"),
    "concerns_unit": ("所涉具体单位", "concerned unit"),
    "because": ("理由", "because"),
    "ends": ("终结它的行为", "what ends it"),
    "outputs": ("应交的材料", "outputs"),
    "reading": ("采用的理解", "reading"),
    "warnings": ("提醒", "warnings"),
    "trigger": ("触发", "trigger"),
    "at": ("视为发生于", "counts from"),
    "due": ("到期", "due"),
    "original_due": ("原定到期", "originally due"),
    "word": ("时限用语", "word"),
    "provisional": ("暂定", "provisional"),
    "state": ("状态", "state"),
    "violated": ("曾违反", "violated"),
    "since": ("状态起于", "since"),
    "basis": ("依据", "basis"),
    "consequence": ("后果", "consequence"),
    "count": ("数目", "count"),
    "amount": ("金额", "amount"),
    "at_least": ("下限", "at least"),
    "at_most": ("上限", "at most"),
    "amount_missing": ("金额所缺", "missing for the amount"),
    "quantities": ("数量", "quantities"),
    "appeal_until": ("申诉截止", "objections until"),
    "missing": ("缺少的事实", "missing facts"),
}


def describe(result: Outcome, snapshot: Snapshot, lang: str) -> str:
    """The whole report of a failed test: name, place, and a paragraph for each difference."""
    lines = [f"✗ {result.test.name}", f"  {result.test.span}"]
    for mismatch in result.mismatches:
        lines.append(f"  {mismatch.span.line}: {head(mismatch, lang)}")
        lines += [f"      {line}" for line in table(mismatch.rows, lang)]
        lines += [f"      {line}" for line in reasons(result, mismatch, snapshot, lang)]
    if without := passes_without(result, snapshot):
        lines.append(f"  {pin_them(without, lang)}")
    return "\n".join(lines)


def pin_them(names: Sequence[str], lang: str) -> str:
    """That the test passes without the district's own values of these, and how it says so."""
    pins = "{" + ", ".join(f"{name}: null" for name in names) + "}"
    if lang == "zh":
        return (
            f"不填{'、'.join(names)}时通过：测试是按没有这些本地值写的。在这个测试或本文件的 defaults 里写 "
            f"parameters: {pins} 固定下来，或者按新的值改测试"
        )
    return (
        f"passes without values of {', '.join(names)}: it was written without them. Pin them with "
        f"parameters: {pins} in the test or in defaults of its file, or change the test to the new values"
    )


def head(mismatch: Mismatch, lang: str) -> str:
    """What is wrong, in one line."""
    template = _HEADS[mismatch.kind][lang == "en"]
    detail = mismatch.detail
    if mismatch.kind is Kind.ERROR_UNEXPECTED:
        code, _, reason = detail.partition(" ")
        words = FAILURES.get(reason, Words(reason, reason)).get(lang)
        text = CATALOG[code].text(lang).format(reason=words, path=mismatch.trigger)
        detail = " ".join(part for part in (code, mismatch.rule, mismatch.trigger, text) if part)
    return template.format(rule=mismatch.rule, trigger=mismatch.trigger, detail=detail).rstrip()


def reasons(result: Outcome, mismatch: Mismatch, snapshot: Snapshot, lang: str) -> Iterator[str]:
    """Why the rule gave nothing, for each combination of elements that it was tried on."""
    if mismatch.kind not in _EXPLAINED or not isinstance(result, Result):
        return
    test = result.test
    district = local_district(snapshot.districts[test.district], test)
    wording = Wording(district, lang)
    found = explain(district, test.case.case, test.as_of, (mismatch.rule,), include_untriggered=True)
    for item in found[:_MAX_REASONS]:
        at = ", ".join(item.bound)
        yield f"{at}: {reason(item, wording)}" if at else reason(item, wording)
    if len(found) > _MAX_REASONS:
        yield f"… +{len(found) - _MAX_REASONS}"


def table(rows: Sequence[Row], lang: str) -> list[str]:
    """Key, expected and actual value in columns; Chinese characters count as two columns."""
    if not rows:
        return []
    title = ("项目", "期望", "实际") if lang == "zh" else ("key", "expected", "actual")
    cells = [title] + [
        (
            _KEYS.get(row.key, (row.key, row.key))[lang == "en"],
            shown(row.key, row.expected),
            shown(row.key, row.actual),
        )
        for row in rows
    ]
    widths = [max(_width(line[column]) for line in cells) for column in range(2)]
    return [
        "  ".join(
            [text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=False)]
            + [line[2]]
        ).rstrip()
        for line in cells
    ]


def shown(key: str, value: Value) -> str:
    """A compared value as the test file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or value in ("", ()):
        return "null"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, int) and key in _SUMS:
        return money_text(value, "zh")
    return moment_text(value) if isinstance(value, int) and key in _MOMENTS else str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
