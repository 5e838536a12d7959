"""Rules of several dated elements or of none: each combination of elements arises once, at its first moment.

    rules tried at one moment after the other --Gathered.tried--> hits, what is open, errors --into--> Round

Where the mere passing of time decides, that moment lies between two happenings and is looked for by halving.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from policy.decide.arisen import Arisen, Round, times_missing, with_times
from policy.engines import Hit, Matches
from policy.engines.protocol import Binding, Doubt
from policy.facts.timeline import latest_of
from policy.facts.views import CaseView
from policy.program import PackProgram
from policy.program.plan import Selection

if TYPE_CHECKING:  # which tries the rules, and asks for this
    from policy.decide.arising import Arising

_Key = tuple[int, int, tuple[str, ...]]
"""A rule tried for elements: which program, which rule, the paths of the elements."""


class Gathered:
    """Rules of several dated elements or of none: each combination arises once, at its first moment.

    ``new``: where given, combinations without one of these breaches (by their ids) have been tried before.
    """

    def __init__(self, arising: Arising, first: int, new: Collection[str] | None = None) -> None:
        self._arising = arising
        self._first = first
        self._new = new
        self._always: set[_Key] = set()
        """What has no time and has held without a break since before anything happened."""
        self._held: set[_Key] = set()
        """What holds at the moment tried last."""
        self._hits: dict[_Key, Arisen] = {}
        self._open: dict[_Key, tuple[Arisen, Doubt]] = {}
        self._errors: dict[_Key, tuple[Arisen, str]] = {}

    def tried(
        self,
        number: int,
        program: PackProgram,
        moment: int,
        before: int | None,
        selection: Selection,
        clocked: Selection,
    ) -> None:
        """Tries the rules of a program at a moment; ``before`` is the moment tried last."""
        arising = self._arising
        if before is not None and before < moment - 1 and clocked.plans:
            # Nothing happens between the two: what holds just before this moment began to hold by itself.
            found = arising.try_gathered(program, moment - 1, clocked)
            self._take(number, program, moment - 1, before, found)
        found = arising.try_gathered(program, moment, selection)
        self._follow(number, moment, selection, found)
        self._take(number, program, moment, before, found)

    def _follow(self, number: int, moment: int, selection: Selection, found: Matches) -> None:
        """Keeps account of what has held from the first on, and of what holds now."""
        holding = {_key(number, hit) for hit in found.hits if latest_of(hit.binding) is None}
        tried = {plan.number for plan in selection.plans}
        others = {key for key in self._held if key[0] != number or key[1] not in tried}
        self._held = others | holding
        self._always = self._held if moment == self._first else self._always & self._held

    def _take(
        self, number: int, program: PackProgram, moment: int, before: int | None, result: Matches
    ) -> None:
        view = self._arising.view(moment)
        if (new := self._new) is not None:
            result = _filtered(result, lambda hit: _binds(hit, new))
        for hit in result.hits:
            key = _key(number, hit)
            if key in self._hits or self._hangs(key):
                continue
            if missing := times_missing(hit.binding):
                self._open[key] = Arisen(hit, view, None), missing
                continue
            arises, at, carried = self._arising.settles(hit, moment)
            if arises and carried is not None and (missing := self._arising.doubts(hit)):
                self._open[key] = Arisen(hit, view, moment), missing
            elif arises:
                always = key in self._always
                self._hits[key] = self._since(hit, view, None if always else at, carried, before)
        for hit, missing in result.undetermined:
            key = _key(number, hit)
            if key not in self._hits and self._concerns(hit, moment):
                self._open[key] = Arisen(hit, view, moment), with_times(hit, missing)
        for hit, reason in result.errors:
            key = _key(number, hit)
            if key not in self._hits and self._concerns(hit, moment):
                self._errors[key] = Arisen(hit, view, moment), reason

    def _hangs(self, key: _Key) -> bool:
        """Whether acts without a time decide if it arose at an earlier moment: nobody can say when it did."""
        return key in self._open and not self._arising.undated.isdisjoint(self._open[key][1])

    def _concerns(self, hit: Hit, moment: int) -> bool:
        return bool(times_missing(hit.binding)) or self._arising.settles(hit, moment)[0]

    def _since(
        self, hit: Hit, view: CaseView, at: int | None, carried: int | None, before: int | None
    ) -> Arisen:
        """When it arose; ``at`` is None where it held from the first on."""
        low = None if before is None else max(before, hit.program.since - 1)
        if at is not None and low is not None and hit.plan.moves.clocked and low < at - 1:
            exact = self._exact(hit, low, at)
            return Arisen(hit, self._arising.view(exact), exact, carried)
        return Arisen(hit, view, at, carried)

    def _exact(self, hit: Hit, low: int, high: int) -> int:
        """The first moment after ``low`` at which the conditions hold, by halving; at ``high`` they do."""
        selection = hit.program.single(hit.plan)
        wanted = _paths(hit.binding)
        position = hit.plan.variables.index(hit.plan.trigger.order[0])
        while low + 1 < high:
            middle = (low + high) // 2
            held = self._arising.bound_at(hit.binding, middle)[position]
            only = {hit.plan.trigger.collection: [held]}
            hits = self._arising.try_gathered(hit.program, middle, selection, only).hits
            if any(_paths(found.binding) == wanted for found in hits):
                high = middle
            else:
                low = middle
        return high

    def into(self, found: Round) -> None:
        """Adds what was found; what arose is no longer open.

        What has always been so and still is, is a duty of the version in force today: nobody knows of an
        earlier one, whatever else the case tells of its time.
        """
        found.hits.extend(
            arisen
            for key, arisen in self._hits.items()
            if key not in self._always or self._arising.of_today(arisen.hit)
        )
        # What two versions leave open alike is open once.
        waiting = {
            (arisen.hit.plan.id, key[2]): (arisen, missing)
            for key, (arisen, missing) in sorted(self._open.items(), key=lambda item: item[0])
            if key not in self._hits
        }
        found.undetermined.extend(waiting.values())
        found.errors.extend(
            value for key, value in self._errors.items() if key not in self._hits and key not in self._open
        )


def _key(number: int, hit: Hit) -> _Key:
    return number, hit.plan.number, _paths(hit.binding)


def _binds(hit: Hit, breaches: Collection[str]) -> bool:
    return any(element.collection == "breaches" and element.id in breaches for element in hit.binding)


def _paths(binding: Binding) -> tuple[str, ...]:
    return tuple([element.path for element in binding])


def _filtered(result: Matches, keep: Any) -> Matches:
    return Matches(
        [hit for hit in result.hits if keep(hit)],
        [(hit, missing) for hit, missing in result.undetermined if keep(hit)],
        [(hit, reason) for hit, reason in result.errors if keep(hit)],
    )
