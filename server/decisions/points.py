"""Which point of a new meaning a difference comes from: for decisions of an earlier version of the engine.

canonical form of then, canonical form of now --told_alike--> both in the keys that both tell
an entry of then, the entry of now --point_of--> the point, in words
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policy.text.diagnostics import Words

_LISTS = ("obligations", "undetermined", "errors", "conflicts")

ARISING = Words(
    "义务以产生时已经发生的事实判断，后来的事实只能使它履行、解除、中止或终结",
    "a duty is judged by what had happened when it arose; later facts only end it",
)
TRIGGER = Words(
    "触发时条件不具备的，后来的事实不能补足",
    "a trigger that was none is not repaired by later facts",
)
SEVERAL = Words("各自承担的义务，每一义务人一项", "where several bear a duty, each has one of its own")
FIRST_DAY = Words(
    "生效之前已有、当日仍然如此的事实，自生效之日产生义务",
    "what was already so on the first day brings its duties on that day",
)
STANDING = Words(
    "制度性、周期性义务不待任何人送来事件即产生",
    "standing and recurring duties need no event that somebody sends",
)
GROUNDS = Words("只引成立的依据", "only the grounds that held are cited")
ENDING = Words(
    "行为只终结它所针对的义务（当事人、请求、期间、义务人）",
    "an act ends only the duty that it is about: of that party, request, period, bearer",
)
OTHER = Words("引擎版本不同", "another version of the engine")


def told_alike(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both canonical forms without what only the other tells: fields that one version did not have yet."""
    before, after = dict(old), dict(new)
    for key in {*old} ^ {*new}:
        before.pop(key, None)
        after.pop(key, None)
    keys = [{*item} for form in (old, new) for item in form.get("obligations", ()) if isinstance(item, dict)]
    if keys:
        common = set.intersection(*keys)
        for form in (before, after):
            form["obligations"] = [{k: v for k, v in o.items() if k in common} for o in form["obligations"]]
    return before, after


def point_of(name: str, then: Any, now: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> Words:
    """The point of the new meaning behind one entry that differs; ``name`` is its list."""
    if name == "errors":
        return FIRST_DAY
    if name != "obligations":
        return ARISING
    if then is not None and now is not None:
        if then.get("basis") != now.get("basis"):
            return GROUNDS
        return ENDING if then.get("state") != now.get("state") else OTHER
    mine = then if then is not None else now
    form = new if then is not None else old
    others = [
        o for o in form.get("obligations", ()) if o["rule"] == mine["rule"] and o["bound"] == mine["bound"]
    ]
    if any(o["bearers"] != mine["bearers"] for o in others):
        return SEVERAL
    if then is not None:
        return TRIGGER
    if any(path[0] == mine["trigger"] and not path[1] for path in new.get("derived", ())):
        return STANDING
    triggered, arose = mine.get("triggered_at"), mine.get("arose_at")
    return FIRST_DAY if None not in (triggered, arose) and arose > triggered else ARISING
