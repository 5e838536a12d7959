"""Groups of rules that another rule overrides as a whole.

    draft, all its rules read --settle_groups--> rules that name each rule that they override

After that only the pack itself knows of groups: precedence, circles and contradictions are those of rules.
"""

from __future__ import annotations

from dataclasses import replace

from policy.pack.draft import Draft
from policy.text.diagnostics import Faults, suggest


def settle_groups(draft: Draft, faults: Faults) -> None:
    """Names every rule of an overridden group among the rules that are overridden.

    A rule that belongs to the group that it overrides displaces the others of it. A group without a rule is
    an error (LNK340), one that no rule overrides a warning (LNK341).
    """
    targets: dict[str, list[str]] = {}
    over: dict[str, list[str]] = {}
    named = {(rule, target) for rule, target, _ in draft.overrides}
    for rule, group, span in draft.over_groups:
        if group not in draft.groups and draft.whole:
            meant = "" if faults.full else suggest(group, draft.groups)
            faults.add("LNK340", span, meant, name=group)
        over.setdefault(rule, []).append(group)
        for target, _ in draft.groups.get(group, ()):
            if target != rule and (rule, target) not in named:
                named.add((rule, target))
                draft.overrides.append((rule, target, span))
                targets.setdefault(rule, []).append(target)
    overridden = {group for _, group, _ in draft.over_groups}
    for group, members in sorted(draft.groups.items()):
        if group not in overridden and draft.whole:
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
