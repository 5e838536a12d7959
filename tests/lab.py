"""A district of a few rules, written by the test itself: conditions by rule id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.snapshot import District, snapshot_of
from policy.engines import COMPILED, Engine
from policy.pack.load import rules_of
from policy.text.diagnostics import Faults, render
from policy.text.source import Source

AS_OF = 1_709_956_800_000_000_000  # 2024-03-09T12:00:00+08:00
SEIZED = "2024-03-02T09:30:00+08:00"

VOCABULARY = """\
districts: {lab: {zh: 试验区, en: Lab}}
kinds: {enforcement: {zh: 执行案件, en: enforcement case}}
events:
  vehicle_seized: {zh: 查扣车辆, en: vehicle seized}
  court_notified: {zh: 通知法院, en: court notified}
bodies:
  court: {zh: 法院, en: court}
  tax: {zh: 税务局, en: tax office}
actions: {assist: {zh: 协助, en: assist}}
"""
_PACK = """\
format: 1
district: lab
version: "2020"
title: {zh: 试验, en: Lab measures}
instrument: {title: 试验办法}
effective: {from: 2020-01-01, provenance: local}
bodies: {court: {name: 区法院}, tax: {name: 区税务局}}
attributes:
  score: {type: double, means: 评分}
  n: {type: int, means: 数}
  b: {type: bool, means: 是否}
  s: {type: string, means: 文}
  t: {type: timestamp, means: 时间}
clauses:
  - {id: "1", number: 第一条, class: duty, summary: 甲, digest: "sha256:00000000000000000000000000000001"}
duties:
"""
_DUTY = """\
  - id: lab.{name}
    title: {name}
    basis: ["1"]
    each: {{e: case.events}}
    when:
      - {{expr: '{condition}', means: {name}}}
    modality: obligation
    bearer: tax
    counterparty: court
    action: assist
"""


def faults_of(conditions: Mapping[str, str], more: str = "") -> list[str]:
    """The codes of what is wrong with rules of these conditions, once each, sorted."""
    faults = _checked(conditions, more)[1]
    return sorted({item.code for item in faults})


def district(conditions: Mapping[str, str], more: str = "") -> District:
    """The district whose rules ``lab.NAME``, tried on each event, have these conditions; ``more`` is said of
    each rule beside them."""
    found, faults = _checked(conditions, more)
    assert found is not None, "\n".join(render(item, "en") for item in faults)
    return found


def _checked(conditions: Mapping[str, str], more: str) -> tuple[District | None, Faults]:
    duties = [_DUTY.format(name=name, condition=text) + more for name, text in conditions.items()]
    files = {"vocabulary.yaml": VOCABULARY, "lab/pack.yaml": _PACK + "".join(duties)}
    faults = Faults()
    rules = rules_of({name: Source(name, text) for name, text in files.items()}, faults)
    snapshot = None if rules is None else snapshot_of(rules, faults)
    return (None if snapshot is None or faults.errors else snapshot.districts["lab"]), faults


def case_of(at: str = SEIZED, **fields: Any) -> facts_pb2.Case:
    """A case with one seized vehicle, and what ``fields`` add (protobuf's JSON)."""
    seized = {"id": "e1", "type": "vehicle_seized", "at": at}
    base: dict[str, Any] = {"id": "c1", "district": "lab", "kind": "enforcement", "events": [seized]}
    found: facts_pb2.Case = json_format.ParseDict(base | fields, facts_pb2.Case())
    return found


def answers(rules: District, case: facts_pb2.Case, engine: Engine = COMPILED) -> dict[str, str]:
    """By rule: the state of its obligation, ``?`` where it is undetermined, the reason of its error."""
    decision = decide(rules, case, AS_OF, engine)
    found = {item.rule: item.standing.state.value for item in decision.obligations}
    found |= {item.rule: "?" for item in decision.undetermined}
    found |= {item.rule: item.reason for item in decision.errors}
    return {name.removeprefix("lab."): what for name, what in sorted(found.items())}
