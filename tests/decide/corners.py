"""A district whose rules a test writes itself, with states, requests, breaches and periods to play with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.protobuf import json_format

from linkage.v1 import facts_pb2
from policy.decide.decision import Decision
from policy.decide.snapshot import District, snapshot_of
from policy.pack.load import rules_of
from policy.text.diagnostics import Faults, render
from policy.text.source import Source

_VOCABULARY = """\
districts: {lab: {zh: 试验区, en: Lab}}
kinds: {enforcement: {zh: 执行案件, en: enforcement case}, district: {zh: 本区卷宗, en: district file}}
roles: {debtor: {zh: 被执行人, en: debtor}}
traits:
  dishonest_debtor: {zh: 失信被执行人, en: dishonest debtor}
  whereabouts_unclear: {zh: 下落不明, en: missing}
documents: {notice: {zh: 通知书, en: notice}, plan: {zh: 方案, en: plan}}
service_results: {signed: {zh: 签收, en: signed}}
matters: {query: {zh: 查询, en: query}, locate: {zh: 查找, en: search}}
events:
  vehicle_seized: {zh: 查扣车辆, en: vehicle seized}
  listed: {zh: 列入, en: listed}
  delisted: {zh: 移出, en: delisted}
  lost: {zh: 失去下落, en: lost}
  debtor_found: {zh: 找到, en: found}
  plan_submitted: {zh: 提交方案, en: plan submitted}
  search_requested: {zh: 请求查找, en: search requested}
  filed: {zh: 立案, en: filed}
  closed: {zh: 结案, en: closed}
  answered: {zh: 已反馈, en: answered}
  other: {zh: 其他, en: other}
  stayed: {zh: 中止, en: stayed, effect: suspend}
  quashed: {zh: 撤销, en: quashed, effect: terminate}
  excused: {zh: 准许顺延, en: lapse excused, effect: extend_one, by: court}
bodies: {court: {zh: 法院, en: court}, tax: {zh: 税务局, en: tax office}, police: {zh: 公安, en: police}}
actions: {assist: {zh: 协助, en: assist}}
"""
_EQUIVALENCES = """\
format: 1
filing: filed
states:
  dishonest_debtor: {begins: [listed], ends: [delisted]}
  whereabouts_unclear: {field: whereabouts_unclear, begins: [lost], ends: [debtor_found]}
requests: {search_requested: {matter: locate, to: police}}
received: signed
documents: {plan: plan_submitted}
lasting: {filed: {until: [closed]}}
"""
_PACK = """\
format: 1
district: lab
version: "VERSION"
title: {zh: 试验, en: Lab measures}
instrument: {title: 试验办法}
effective: {from: VERSION-01-01TO, provenance: local}
bodies: {court: {name: 区法院}, tax: {name: 区税务局}, police: {name: 区公安分局}}
clauses:
  - {id: "1", number: 第一条, class: duty, summary: 甲, digest: "sha256:00000000000000000000000000000001"}
duties:
"""


def duty(name: str, each: str, *when: str, **more: str) -> str:
    """The rule ``lab.NAME`` as YAML: the tax office assists the court; ``more`` are further keys."""
    lines = [
        f"  - id: lab.{name}",
        f"    title: {name}",
        '    basis: ["1"]',
        f"    each: {{{each}}}",
        "    when:",
    ]
    lines += [f"      - {{expr: '{line}', means: 甲}}" for line in when]
    lines += ["    modality: obligation", "    bearer: tax", "    counterparty: court", "    action: assist"]
    lines += [f"    {key}: {value}" for key, value in more.items()]
    return "\n".join(lines) + "\n"


def district(*duties: str, second: str = "") -> District:
    """The district of these rules, in force from 2020 on; with ``second``, until the end of the year before
    that year, from which on a second version says the same."""
    files = {"vocabulary.yaml": _VOCABULARY, "equivalences.yaml": _EQUIVALENCES}
    last = f", to: {int(second) - 1}-12-31" if second else ""
    files["lab/2020/pack.yaml"] = _PACK.replace("VERSION", "2020").replace("TO", last) + "".join(duties)
    if second:
        later = _PACK.replace("VERSION", second).replace("TO", "")
        files[f"lab/{second}/pack.yaml"] = later + "".join(duties)
    faults = Faults()
    rules = rules_of({name: Source(name, text) for name, text in files.items()}, faults)
    snapshot = None if rules is None else snapshot_of(rules, faults)
    assert snapshot is not None, "\n".join(render(item, "en") for item in faults)
    assert not faults.errors, "\n".join(render(item, "en") for item in faults)
    return snapshot.districts["lab"]


def case_of(**fields: Any) -> facts_pb2.Case:
    """A case of these fields, moments as days or as RFC 3339; one debtor ``p`` where no parties are given."""
    base = {"id": "c1", "district": "lab", "kind": "enforcement", "parties": [{"id": "p", "role": "debtor"}]}
    found: facts_pb2.Case = json_format.ParseDict(_dated(base | fields), facts_pb2.Case())
    return found


def event(key: str, kind: str, at: str = "", **more: Any) -> dict[str, Any]:
    """An event, undated where ``at`` is empty."""
    return {"id": key, "type": kind} | ({"at": at} if at else {}) | more


def moment(text: str) -> int:
    """Nanoseconds of a day's beginning, or of a time of that day, in Shanghai."""
    return int(datetime.fromisoformat(_stamp(text)).timestamp()) * 10**9


def told(decision: Decision) -> dict[str, list[tuple[Any, ...]]]:
    """By rule: when each obligation arose, its state, when it was violated; what is missing, after ``?``."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for o in decision.obligations:
        name = o.rule.removeprefix("lab.")
        found.setdefault(name, []).append(
            (_day(o.arose_at), o.standing.state.value, _day(o.standing.violated_at))
        )
    for u in decision.undetermined:
        found.setdefault(u.rule.removeprefix("lab."), []).append(("?", *u.missing))
    return found


def _day(nanos: int | None) -> str | None:
    if nanos is None:
        return None
    then = datetime.fromtimestamp(nanos // 10**9, datetime.fromisoformat("2024-01-01T00:00:00+08:00").tzinfo)
    return then.date().isoformat() if then.time() == datetime.min.time() else then.isoformat()[:19]


_MOMENTS = frozenset(("at", "since", "until", "issued_at", "filed_at", "period_from", "posted_at"))


def _dated(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _stamp(item) if key in _MOMENTS and isinstance(item, str) else _dated(item)
            for key, item in value.items()
        }
    return [_dated(item) for item in value] if isinstance(value, list) else value


def _stamp(text: str) -> str:
    return text if "+" in text else f"{text}T00:00:00+08:00" if "T" not in text else f"{text}+08:00"
