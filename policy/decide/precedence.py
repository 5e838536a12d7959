"""Between rules: which displaces which, and which contradict each other."""

from __future__ import annotations

from policy.decide.decision import Conflict, Obligation
from policy.engines import Hit
from policy.pack.model import Modality

_PROHIBITION = Modality.PROHIBITION  # read from its enum it takes ten times as long

Unsettled = tuple[Hit, tuple[str, ...]]
"""A rule that missing facts keep undecided, and these facts."""


def settled(hits: list[Hit], unsettled: list[Unsettled]) -> tuple[list[Hit], list[Unsettled]]:
    """Takes away what a rule that applies displaces; what an undetermined one would displace waits."""
    if not any(hit.plan.rule.overrides for hit in (*hits, *(h for h, _ in unsettled))):
        return hits, unsettled
    losers: dict[str, list[Hit]] = {}
    for hit in (*hits, *(h for h, _ in unsettled)):
        losers.setdefault(hit.plan.id, []).append(hit)
    displaced = {id(b) for a in hits for b in _displaced(a, losers)}
    kept = [hit for hit in hits if id(hit) not in displaced]
    still = [(hit, missing) for hit, missing in unsettled if id(hit) not in displaced]
    waiting: dict[int, set[str]] = {}
    for a, missing in still:
        for b in _displaced(a, losers):
            waiting.setdefault(id(b), set()).update(missing)
    still += [(hit, tuple(sorted(waiting[id(hit)]))) for hit in kept if id(hit) in waiting]
    return [hit for hit in kept if id(hit) not in waiting], still


def _displaced(winner: Hit, by_rule: dict[str, list[Hit]]) -> list[Hit]:
    """The hits that ``winner`` displaces."""
    rules = winner.plan.rule.overrides
    return [loser for rule in rules for loser in by_rule.get(rule, ()) if _displaces(winner, loser)]


def _displaces(winner: Hit, loser: Hit) -> bool:
    """Whether it does so for the same trigger, and equal elements under shared names."""
    mine, theirs = _paths(winner), _paths(loser)
    if mine[winner.plan.rule.trigger] != theirs[loser.plan.rule.trigger]:
        return False
    return all(mine.get(name, path) == path for name, path in theirs.items())


def _paths(hit: Hit) -> dict[str, str]:
    """What each variable is bound to, by path: two rules may have been judged at two moments."""
    return {name: e.path for name, e in zip(hit.plan.variables, hit.binding, strict=True)}


def conflicts(obligations: tuple[Obligation, ...]) -> tuple[Conflict, ...]:
    """Pairs that say opposite things of one bearer and action for one trigger and subject."""
    rules = [o.plan.rule for o in obligations]
    disputed = {rule.action for rule in rules if rule.modality is _PROHIBITION}
    if disputed:
        disputed.intersection_update([rule.action for rule in rules if rule.modality is not _PROHIBITION])
    if not disputed:
        return ()
    groups: dict[tuple[str, str, str, str], list[Obligation]] = {}
    for o in obligations:
        if o.plan.rule.action in disputed:
            for bearer in (*o.bearers, *((o.bearer_party,) if o.bearer_party else ())):
                groups.setdefault((bearer, o.plan.rule.action, o.trigger, o.about), []).append(o)
    found: dict[tuple[str, str], Conflict] = {}
    for group in groups.values():
        for prohibition in group:
            if prohibition.plan.rule.modality is not _PROHIBITION:
                continue
            for other in group:
                if other.plan.rule.modality is not _PROHIBITION:
                    first, second = sorted((prohibition, other), key=lambda o: (o.rule, o.bound))
                    found[first.id, second.id] = Conflict(first, second)
    return tuple(found[key] for key in sorted(found))
