"""Acts without a time: what hangs on whether they had happened by a moment, and on which of them.

what the rules give with these acts, what they give without --agreed--> what both give; else undetermined
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from policy.engines import Hit, Matches
from policy.engines.protocol import Doubt

_Verdict = bool | Doubt | str
"""A hit (True), the facts that it waits for, or the reason of its error."""
_Told = Mapping[tuple[int, tuple[str, ...]], tuple[Hit, _Verdict]]
MAX_ALONE = 32
"""Most acts that are tried one by one; of more, all are named."""


def agreed(
    found: Matches,
    hanging: Collection[int],
    without: Callable[[str, Collection[int]], Matches],
    acts: Sequence[str],
) -> Matches:
    """What holds with and without the undated ``acts``, on which the rules of these numbers may hang.

    A combination on which the two differ is undetermined until the times are known: of those acts that change
    it one by one, or of all where it takes several. ``without("", …)`` gives the matches of the ``hanging``
    rules without any of the acts, ``without(act, numbers)`` those of some rules without one of them.
    """
    mine, theirs = _told(found), _told(without("", hanging))
    differing = {
        key: None
        for key in (*mine, *theirs)
        if key[0] in hanging and _verdict(mine, key) != _verdict(theirs, key)
    }
    result = Matches([], [], [])
    for key, (hit, verdict) in mine.items():
        if key not in differing:
            _put(result, hit, verdict)
    if not differing:
        return result
    numbers = {number for number, _ in differing}
    alone = {act: _told(without(act, numbers)) for act in acts} if len(acts) <= MAX_ALONE else {}
    for key in differing:
        hit = (mine.get(key) or theirs[key])[0]
        changing = [act for act, told in alone.items() if _verdict(told, key) != _verdict(mine, key)]
        bound = {element.path for element in hit.binding}
        missing = {f"{act}.at" for act in changing or acts if act not in bound}
        for side in (mine, theirs):
            waits = _verdict(side, key)
            missing |= set(waits) if isinstance(waits, tuple) else set()
        result.undetermined.append((hit, tuple(sorted(missing))))
    return result


def _told(found: Matches) -> dict[tuple[int, tuple[str, ...]], tuple[Hit, _Verdict]]:
    """What was said of each rule and its elements."""
    told: list[tuple[Hit, _Verdict]] = [(hit, True) for hit in found.hits]
    told += [*found.undetermined, *found.errors]
    return {
        (hit.plan.number, tuple([element.path for element in hit.binding])): (hit, verdict)
        for hit, verdict in told
    }


def _verdict(told: _Told, key: tuple[int, tuple[str, ...]]) -> Any:
    found = told.get(key)
    return False if found is None else found[1]


def _put(result: Matches, hit: Hit, verdict: _Verdict) -> None:
    if verdict is True:
        result.hits.append(hit)
    elif isinstance(verdict, tuple):
        result.undetermined.append((hit, verdict))
    elif isinstance(verdict, str):
        result.errors.append((hit, verdict))
