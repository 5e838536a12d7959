"""The rules as Cerbos policies: a resource is an element of a case, an action is a duty, ALLOW: it applies.

The conditions are those of ``cel_rules``, over attributes instead of messages: the element is ``R.attr``, its
case ``V.case``, found by id among the cases that the principal (the court) brings along. A party that a
filing concerns is a resource of its own, since an action is allowed once a resource and not once a party.

Cerbos has no index over attributes: it evaluates every action that it is asked for. At its best the client
knows which codes can trigger a duty and asks for those duties alone (``actions_by_code``). Measured here:
asking for every action of a kind takes three times the processor time; one resource a case, with outputs that
list the triggering elements, 1.4 times; the case as attributes of the principal itself, which leaves no way
to send batches, 0.98 times.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from tests.bench.peers.cel_rules import EVENT_PARTY, EVENTS, RULES, CelRule

ROLE = "court"
FILING = "filing"
ANY = ""
"""Stands for every code: duties that no code triggers."""

_TRIGGER = {
    "event": "event.type",
    FILING: "event.type",
    "request": "request.matter",
    "service": "document.type",
}
_CODE = re.compile(r'"([a-z_]+)"')
_DUE = {"": "", "day": "event.at + 86400.0", "limit": "has(event.limit_at) ? event.limit_at : null"}


class Duty(NamedTuple):
    """A rule: the codes that can trigger it (none: any), its condition, the due time as CEL ("": none)."""

    action: str
    kind: str
    codes: tuple[str, ...]
    condition: str
    due: str


def duties() -> tuple[Duty, ...]:
    """Every rule, in the order of ``cel_rules``."""
    return tuple(_duty(rule) for rule in RULES)


def actions_by_code(every: Sequence[Duty]) -> dict[str, dict[str, list[str]]]:
    """Kind -> triggering code (``ANY``: all) -> the actions to ask for."""
    table: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for duty in every:
        for code in duty.codes or (ANY,):
            table[duty.kind][code].append(duty.action)
    return table


def policies() -> dict[str, str]:
    """Name of each policy file -> its text (JSON, which Cerbos reads as YAML)."""
    kinds: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties():
        kinds[duty.kind].append(duty)
    return {f"{kind}.json": json.dumps(_policy(kind, of_kind), indent=1) for kind, of_kind in kinds.items()}


def _policy(kind: str, of_kind: list[Duty]) -> dict[str, object]:
    """Duties with the same condition share a rule: Cerbos evaluates a rule's condition once a resource."""
    rules: dict[tuple[str, str], list[str]] = defaultdict(list)
    for duty in of_kind:
        rules[duty.condition, duty.due].append(duty.action)
    return {
        "apiVersion": "api.cerbos.dev/v1",
        "resourcePolicy": {
            "resource": kind,
            "version": "default",
            "variables": {"local": {"case": "P.attr.cases[R.attr.case_id]"}},
            "rules": [_rule(*key, actions) for key, actions in rules.items()],
        },
    }


def _rule(condition: str, due: str, actions: list[str]) -> dict[str, object]:
    rule: dict[str, object] = {"actions": actions, "effect": "EFFECT_ALLOW", "roles": [ROLE]}
    rule["condition"] = {"match": {"expr": condition}}
    if due:
        rule["output"] = {"when": {"ruleActivated": due}}
    return rule


def _duty(rule: CelRule) -> Duty:
    kind = _kind(rule)
    condition = rule.condition
    if rule.each == EVENTS:
        condition = f"case.events.exists(other, {condition})"
    elif kind != FILING and "party" in rule.each[1:]:
        condition = f"case.parties.exists(party, {condition})"
    return Duty(rule.id, kind, _codes(rule, kind), _rooted(condition, kind), _rooted(_DUE[rule.due], kind))


def _kind(rule: CelRule) -> str:
    """The kind of the element that triggers; a filing that names no party concerns each."""
    if rule.each == EVENT_PARTY and "event.party" not in rule.condition:
        return FILING
    return rule.trigger


def _codes(rule: CelRule, kind: str) -> tuple[str, ...]:
    """The codes that the clause on the triggering field allows; none where there is no such clause."""
    field = _TRIGGER.get(kind)
    clause = field and re.search(rf'(?<!!)\({re.escape(field)} (?:== "[a-z_]+"|in \[[^]]*\])', rule.condition)
    return tuple(_CODE.findall(clause.group())) if clause else ()


def _rooted(condition: str, kind: str) -> str:
    """The same expression over a resource's attributes and its case."""
    element = {"service": "service|document", FILING: "event|party"}.get(kind, kind)
    for pattern, root in (
        (r"case", "V.case"),
        (r"as_of|three_months_ago", r"V.case.\1"),
        (element, "R.attr"),
    ):
        following = r"\b" if "\\1" in root else r"(?=\.)"
        condition = re.sub(rf"(?<![.\w])({pattern}){following}", root, condition)
    return condition
