"""The steps of working an amount out, in words of two languages."""

from __future__ import annotations

from fractions import Fraction

from policy.money.amount import Step
from policy.money.shares import Share
from policy.money.sums import exact_text
from policy.time.period import choose

__all__ = ["step_text"]

_TEXTS = {
    "base": ("计算基数{means}为 {base}", "it is worked out from {base}{means}"),
    "share": ("{of}的 {share} 为 {worked}", "{share} of {of} is {worked}"),
    "part": ("{span}的部分 {of}，按 {share} 计 {worked}", "the part {span}, {of}: {share} of it is {worked}"),
    "part_fixed": ("{span}的部分，计 {worked}", "the part {span}: {worked}"),
    "tier": ("{span}的，按全额 {of}的 {share} 计 {worked}", "{span}: {share} of all {of} is {worked}"),
    "tier_fixed": ("{span}的，计 {worked}", "{span}: {worked}"),
    "sum": ("各段合计 {worked}", "all parts together: {worked}"),
    "beyond": ("超过 {bound}，规定没有这一档，没有金额", "beyond {bound} the text has no tier: no amount"),
    "fixed": ("规定金额 {bound}", "the sum is fixed: {bound}"),
    "times": ("{bound} × {count} = {worked}", "{bound} × {count} = {worked}"),
    "rounded": ("{how}到{unit}：{bound}", "rounded {how} to {unit}: {bound}"),
    "exact": ("已精确到{unit}，无须舍入", "exact to {unit}: nothing to round"),
    "raised": ("不足 {bound}，按 {bound}计", "below {bound}: {bound} counts"),
    "above_floor": ("不低于下限 {bound}", "not below the least, {bound}"),
    "capped": ("超过 {bound}，按 {bound}计", "above {bound}: {bound} counts"),
    "within_cap": ("不超过上限 {bound}", "not above the most, {bound}"),
    "between": ("在 {low}至 {high}之间确定", "to be fixed between {low} and {high}"),
    "at_least": ("不少于 {bound}，由有权者确定", "to be fixed, at least {bound}"),
    "at_most": ("不超过 {bound}，由有权者确定", "to be fixed, at most {bound}"),
    "amount": ("金额为 {bound}", "the amount is {bound}"),
}
_NAMES = {
    "base": ("base",),
    "share": ("of", "share", "worked"),
    "part": ("low", "high", "of", "share", "worked"),
    "part_fixed": ("low", "high", "worked"),
    "tier": ("low", "high", "of", "share", "worked"),
    "tier_fixed": ("low", "high", "worked"),
    "sum": ("worked",),
    "times": ("bound", "count", "worked"),
    "rounded": ("how", "unit", "bound"),
    "exact": ("unit",),
    "between": ("low", "high"),
}
"""Names of a step's values; of steps that are not here it is the bound alone."""
_UNITS = {1: ("分", "whole fen"), 10: ("角", "whole jiao"), 100: ("元", "whole yuan")}
_MULTIPLE = (" {unit}的整数倍", "multiples of {unit}")
_HOW = {
    "half_up": ("四舍五入", "half up"),
    "half_even": ("四舍六入五成双", "half to even"),
    "down": ("向下舍去", "down"),
    "up": ("向上进位", "up"),
}


def step_text(step: Step, means: str, lang: str) -> str:
    """A step for people, in "zh" or "en". ``means`` says what the base is; it may be empty."""
    values = dict(zip(_NAMES.get(step.code, ("bound",)), step.values, strict=True))
    said = {name: _said(name, value, lang) for name, value in values.items()}
    if step.code == "base":
        said["means"] = choose((f"（{means}）", f" ({means})"), lang) if means else ""
    if "high" in values and step.code != "between":
        said["span"] = _span(values["low"], values["high"], said, lang)
    return choose(_TEXTS[step.code], lang).format_map(said)


def _said(name: str, value: int | Fraction | Share | str | None, lang: str) -> str:
    if name == "how":
        return choose(_HOW[str(value)], lang)
    if name == "unit" and isinstance(value, int):
        unit = choose(_MULTIPLE, lang).format(unit=exact_text(Fraction(value), lang))
        return choose(_UNITS[value], lang) if value in _UNITS else unit
    if name == "count" or isinstance(value, Share):
        return str(value)
    return exact_text(Fraction(value), lang) if isinstance(value, int | Fraction) else ""


def _span(low: object, high: object, said: dict[str, str], lang: str) -> str:
    """Which part of the base, or which base, a tier is for."""
    if high is None:
        return choose((f"超过 {said['low']}", f"above {said['low']}"), lang) if low else choose(_ALL, lang)
    if not low:
        return choose((f"不超过 {said['high']}", f"up to {said['high']}"), lang)
    return choose((f"超过 {said['low']}至 {said['high']}", f"above {said['low']} up to {said['high']}"), lang)


_ALL = ("全部", "all of it")
