"""When a rule arises: for which elements, judged at which moment, and under which version.

    timeline, programs --every moment of the case, in order--> Arisen hits, what is undetermined, errors

A rule is judged on the case as it was when it arises (design: "Arising"). Three kinds of rules:

- of one dated element: at that element's moment;
- of several: at the latest of their moments;
- those that arise when their conditions come together (``accrues``), and those whose elements have no time:
  at the first moment at which all conditions hold. Where the mere passing of time decides, that moment lies
  between two happenings and is looked for to the nanosecond.

A trigger that a version governs arises when it happens. What happened before a version's first day and still
lasts on it arises on that day.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from policy.decide.arisen import Arisen, Round, timeless, times_missing, with_times
from policy.decide.budget import Budget, Refused
from policy.decide.doubts import agreed
from policy.decide.gathered import Gathered
from policy.decide.lasting import Lasting
from policy.engines import Engine, Hit, Matches
from policy.engines.protocol import Binding, Doubt, Focus
from policy.facts.timeline import Timeline, latest_of, time_of
from policy.facts.views import BreachView, CaseView
from policy.program import PackProgram
from policy.program.plan import Selection


class Arising:
    """Tries the rules of a district on one case, moment by moment."""

    def __init__(
        self, programs: Sequence[PackProgram], timeline: Timeline, lasting: Lasting, engine: Engine
    ) -> None:
        self._programs = programs
        self._timeline = timeline
        self._lasting = lasting
        self._engine = engine
        self._as_of = timeline.now.as_of
        self.undated = frozenset(f"{act}.at" for act in timeline.doubts)
        """The times that acts of the case lack."""
        self.budget = Budget(programs, timeline)
        self._refused: Refused = {}
        self.outside: dict[str, None] = {}
        """Paths of triggers at whose time no version is in force."""

    def first(self) -> Round:
        """The rules that need no breach."""
        found = self._begun(self.budget.first())
        moments = self._moments()
        gathered = Gathered(self, moments[0])
        undated = self._timeline.undated_lists()
        # On the case as it began all rules are tried; later those that what happens moves, and all of them
        # again at ``as_of``, where acts without a time are known to have happened.
        whole = {moments[0], *([self._as_of] if self._timeline.doubts else [])}
        before: int | None = None
        for moment in moments:
            here = self._timeline.elements.get(moment, {})
            for number, program in enumerate(self._programs):
                self._triggered(program, moment, here, found)
                self._carried(program, moment, found)
                if program.gathered.plans:
                    selection = program.gathered
                    if moment not in whole and moment != program.since:
                        selection = program.gathering(self._timeline.happened(moment), undated)
                    gathered.tried(number, program, moment, before, selection, program.clocked)
            before = moment
        self._undated(found)
        gathered.into(found)
        return found

    def after(self, breaches: Sequence[BreachView]) -> Round:
        """The rules over breaches, tried on these new ones."""
        found = self._begun(self.budget.after())
        new = {breach.id for breach in breaches}
        for program in self._programs:
            for breach in breaches:
                view = self._timeline.at(breach.at)
                result = self._tried(program, view, program.on_breach, {"breaches": [breach]})
                self._sort(result, view, breach.at, found)
        first = min((breach.at for breach in breaches), default=self._as_of)
        # What went by post ended a duty when it was posted, which is the moment of nothing else.
        turns = {turn for breach in breaches for turn in breach.turns()}
        moments = sorted({first, self._as_of, *self._timeline.elements, *turns, *(b.at for b in breaches)})
        moments = [moment for moment in moments if moment <= self._as_of]
        gathered = Gathered(self, first, new)
        before: int | None = None
        for moment in moments[moments.index(first) :]:
            for number, program in enumerate(self._programs):
                selection, clocked = program.gathered_on_breach, program.clocked_on_breach
                if selection.plans:
                    gathered.tried(number, program, moment, before, selection, clocked)
            before = moment
        gathered.into(found)
        return found

    def _begun(self, refused: Refused) -> Round:
        """A round that reports the rules that it may not try."""
        self._refused = refused
        hits = [
            Hit(program, plan, ())
            for program in self._programs
            for plan in program.plans
            if plan.number in refused.get(id(program), ())
        ]
        return Round([], [], [(Arisen(hit, self._timeline.now, None), "too_many_steps") for hit in hits])

    def _moments(self) -> list[int]:
        """Every moment at which something happens, a version begins, or the case is looked at."""
        happened = [at for at in self._timeline.elements if at <= self._as_of]
        # Just before anything happens: what was already so then began nobody knows when.
        first = min(happened) - 1 if happened else self._as_of
        begun = [p.since for p in self._programs if first < p.since <= self._as_of]
        return sorted({first, *happened, *begun, self._as_of})

    def _tried(
        self, program: PackProgram, view: CaseView, selection: Selection, only: Focus | None
    ) -> Matches:
        """What the rules give on the case of a moment.

        Where acts do not say when they happened, they may or may not have happened by an earlier moment: the
        rules are tried with them and without, and what hangs on them waits for their times.
        """
        if self._refused and (numbers := self._refused.get(id(program))):
            selection = program.without(selection, numbers)
        result = self._engine.matches(program, view, selection, only)
        if not self._timeline.doubts or view.as_of >= self._as_of:
            return result
        hanging = program.moved(selection, self._timeline.of_the_undated)
        if not hanging.plans:
            return result

        def without(act: str, plans: Collection[int]) -> Matches:
            certain = self._timeline.certain(view.as_of, act)
            known = None if only is None else _in_view(only, certain)
            chosen = program.those(hanging, plans) if act else hanging
            return self._engine.matches(program, certain, chosen, known)

        return agreed(result, {plan.number for plan in hanging.plans}, without, self._timeline.doubts)

    def _triggered(self, program: PackProgram, moment: int, here: dict[str, list[Any]], found: Round) -> None:
        """Rules of one dated element, for what happened at this moment."""
        if not here or not program.triggered.plans:
            return
        view = self._timeline.at(moment)
        self._sort(self._tried(program, view, program.triggered, _in_view(here, view)), view, moment, found)

    def _carried(self, program: PackProgram, moment: int, found: Round) -> None:
        """Rules of one dated element, for what happened before the version's first day and still lasts."""
        if moment != program.since or not program.triggered.plans:
            return
        earlier: dict[str, list[Any]] = {}
        for at, lists in self._timeline.elements.items():
            if at < moment:
                for name, elements in lists.items():
                    lasting = [e for e in elements if self._lasting.lasts(e, moment)]
                    earlier.setdefault(name, []).extend(lasting)
        if not any(earlier.values()):
            return
        view = self._timeline.at(moment)
        result = self._tried(program, view, program.triggered, _in_view(earlier, view))
        for hit in result.hits:
            arisen, missing = Arisen(hit, view, moment, latest_of(hit.binding)), self.doubts(hit)
            if missing:
                found.undetermined.append((arisen, missing))
            else:
                found.hits.append(arisen)
        found.undetermined.extend(
            (Arisen(h, view, moment, latest_of(h.binding)), missing) for h, missing in result.undetermined
        )
        found.errors.extend((Arisen(h, view, moment), reason) for h, reason in result.errors)

    def _undated(self, found: Round) -> None:
        """Rules of one dated element whose element does not say when it happened: nobody can say more.

        A document without a day is there at every moment, and what it brings about arose nobody knows when.
        """
        view = self._timeline.now
        undated = {
            name: [e for e in getattr(view, name) if time_of(e) is None]
            for name in ("events", "requests", "documents")
        }
        if not any(undated.values()):
            return
        for program in self._programs:
            result = self._tried(program, view, program.triggered, undated)
            for hit in result.hits:
                if timeless(hit.binding):
                    if self._governs(program, self._as_of):
                        found.hits.append(Arisen(hit, view, None))
                else:
                    found.undetermined.append((Arisen(hit, view, None), times_missing(hit.binding)))
            found.undetermined.extend(
                (Arisen(h, view, None), with_times(h, m)) for h, m in result.undetermined
            )
            found.errors.extend((Arisen(h, view, None), reason) for h, reason in result.errors)

    def _sort(self, result: Matches, view: CaseView, moment: int, found: Round) -> None:
        """Keeps what the version governs; a moment that none governs is noted."""
        found.hits.extend(Arisen(h, view, moment) for h in result.hits if self._admits(h, moment))
        found.undetermined.extend(
            (Arisen(h, view, moment), missing)
            for h, missing in result.undetermined
            if self._admits(h, moment)
        )
        found.errors.extend(
            (Arisen(h, view, moment), reason) for h, reason in result.errors if self._admits(h, moment)
        )

    def _admits(self, hit: Hit, moment: int) -> bool:
        if self._governs(hit.program, moment):
            return True
        if not any(self._governs(program, moment) for program in self._programs):
            trigger = hit.binding[hit.plan.trigger_position]
            later = [p.since for p in self._programs if moment < p.since]
            if not later or not self._lasting.lasts(trigger, min(later)):
                self.outside[trigger.path] = None
        return False

    @staticmethod
    def _governs(program: PackProgram, moment: int) -> bool:
        return program.since <= moment and (program.until is None or moment < program.until)

    # -- what `Gathered` asks

    def try_gathered(
        self, program: PackProgram, moment: int, selection: Selection, only: Focus | None = None
    ) -> Matches:
        """Gathered rules on the case of a moment."""
        return self._tried(program, self._timeline.at(moment), selection, only)

    def bound_at(self, binding: Binding, moment: int) -> Binding:
        """The elements as the case of a moment holds them."""
        return self._timeline.bound_at(binding, moment)

    def doubts(self, hit: Hit) -> Doubt:
        """Of a trigger of before the first day: the facts without which nobody knows that it lasted."""
        return self._lasting.doubts(hit.binding[hit.plan.trigger_position])

    def over(self, binding: Binding, moment: int) -> bool:
        """Whether a bound state had ended by a moment."""
        held = self._timeline.bound_at(binding, self._as_of)
        return any(e.collection == "statuses" and getattr(e, "until", moment + 1) <= moment for e in held)

    def of_today(self, hit: Hit) -> bool:
        """Whether the version is in force at ``as_of``, or what it speaks of ended while it was."""
        until = hit.program.until
        return self._governs(hit.program, self._as_of) or (
            until is not None and self.over(hit.binding, until)
        )

    def view(self, moment: int) -> CaseView:
        """The case of a moment."""
        view: CaseView = self._timeline.at(moment)
        return view

    def settles(self, hit: Hit, moment: int) -> tuple[bool, int | None, int | None]:
        """Whether a gathered hit arises at this moment; since when, and when its trigger was, if before.

        The same hit is asked about at every moment from the first at which its conditions hold.
        """
        program, plan, binding = hit
        latest = latest_of(binding)
        if latest is None:
            return self._governs(program, moment) and not self.over(binding, program.since), moment, None
        if plan.rule.accrues:
            if self._governs(program, latest):
                return True, moment, None
        elif moment == latest:
            return self._admits(hit, moment), moment, None
        trigger = binding[plan.trigger_position]
        late = latest < program.since <= moment if plan.rule.accrues else moment == program.since > latest
        return late and self._lasting.lasts(trigger, program.since), moment, latest


def _in_view(lists: Focus, view: CaseView) -> Focus:
    """The same elements as the view holds them: a document of an earlier moment has fewer services."""
    documents = {element.id for element in lists.get("documents", ())}
    if not documents:
        return lists
    return {**lists, "documents": [d for d in view.documents if d.id in documents]}
