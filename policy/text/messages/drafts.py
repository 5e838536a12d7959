"""LNK240–LNK259: drafts, and work on packs before they are issued."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK240",
        zh="这个规则文件夹里没有草案",
        en="there is no draft in the rules folder",
        help_zh="在草案的 pack.yaml 里写一行 status: draft；办理现行规则时不要加 --draft。",
        help_en="Write status: draft in the draft's pack.yaml; leave out --draft for rules in force.",
    ),
    Entry(
        "LNK241",
        zh="草案 {folder} 不对外服务",
        en="the draft {folder} does not serve",
        help_zh="定稿后删去 pack.yaml 里的 status: draft 一行，再重新加载规则。",
        help_en="Once it is final, remove status: draft from its pack.yaml and load the rules again.",
        severity=Severity.NOTE,
    ),
    Entry(
        "LNK242",
        zh="以下按草案判断，不是现行规则：{drafts}{left}",
        en="what follows is by drafts, not by rules in force: {drafts}{left}",
        help_zh="linkage check --draft 列出全部错误。",
        help_en="linkage check --draft lists every error.",
        severity=Severity.NOTE,
    ),
    Entry(
        "LNK243",
        zh="草案 {folder} 与草案 {other} 是同一地区的，施行日期或者版本名相同，判断时只用后者",
        en="the drafts {folder} and {other} are of one district and begin on one day, or have one version; "
        "only the latter decides",
        help_zh="改其中一个的 version 和 effective.from，或者删去一个。",
        help_en="Change version and effective.from of one of them, or remove one.",
    ),
    Entry(
        "LNK244",
        zh="草案施行以前，现行版本“{version}”还要写上 effective.to: {day}",
        en="before the draft is issued, version “{version}” in force needs effective.to: {day}",
        help_zh="现在不必改；加 --draft 判断时已按此计算。",
        help_en="Not now: with --draft it is taken so already.",
        severity=Severity.NOTE,
    ),
)
