"""Groups of rules that another rule overrides as a whole, or counts from the one of them that holds.

    draft, all its rules read --settle_groups--> rules that name each rule that they override, or count from

After that only the pack itself knows of groups: precedence, circles and contradictions are those of rules.
"""

from __future__ import annotations

from dataclasses import replace

from policy.pack.deadline import Deadline, FromDuty
from policy.pack.draft import Draft
from policy.pack.model import Rule
from policy.text.diagnostics import Faults, suggest


def settle_groups(draft: Draft, faults: Faults) -> None:
    """Names every rule of an overridden group among the rules that are overridden.

    A rule that belongs to the group that it overrides displaces the others of it. A group without a rule is
    an error (LNK340), one that no rule names a warning (LNK341).
    """
    targets: dict[str, list[str]] = {}
    over: dict[str, list[str]] = {}
    named = {(rule, target) for rule, target, _ in draft.overrides}
    counted = [one for rule in draft.rules for one in _duties(rule) if one.group]
    named_groups = [(group, span) for _, group, span in draft.over_groups]
    named_groups += [(one.group, one.span) for one in counted]
    for group, span in named_groups:
        if group not in draft.groups and draft.whole:
            meant = "" if faults.full else suggest(group, draft.groups)
            faults.add("LNK340", span, meant, name=group)
    for rule, group, span in draft.over_groups:
        over.setdefault(rule, []).append(group)
        for target, _ in draft.groups.get(group, ()):
            if target != rule and (rule, target) not in named:
                named.add((rule, target))
                draft.overrides.append((rule, target, span))
                targets.setdefault(rule, []).append(target)
    for group, members in sorted(draft.groups.items()):
        if draft.whole and group not in dict(named_groups):
            faults.add("LNK341", members[0][1], name=group)
    draft.rules = [
        replace(
            rule,
            overrides=(*rule.overrides, *sorted(targets.get(rule.id, ()))),
            over_groups=tuple(dict.fromkeys(over[rule.id])),
        )
        if rule.id in over
        else rule
        for rule in draft.rules
    ]
    if counted:
        draft.rules = [replace(rule, deadline=_counted(rule, rule.deadline, draft)) for rule in draft.rules]


def _duties(rule: Rule) -> list[FromDuty]:
    return rule.deadline.duties() if rule.deadline is not None else []


def _counted(rule: Rule, deadline: Deadline | None, draft: Draft) -> Deadline | None:
    """A deadline and its bounds, with the rules of the groups that they are counted from but this one."""
    if deadline is None:
        return None
    latest, earliest = (
        _counted(rule, one, draft) for one in (deadline.no_later_than, deadline.no_earlier_than)
    )
    asked = deadline.from_duty
    if asked is not None and asked.group:
        members = sorted(target for target, _ in draft.groups.get(asked.group, ()) if target != rule.id)
        asked = replace(asked, rules=tuple(members))
    return replace(deadline, from_duty=asked, no_later_than=latest, no_earlier_than=earliest)
