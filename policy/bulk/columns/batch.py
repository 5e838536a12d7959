"""One batch being decided: round by round, rule by rule."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from policy.bulk.columns.breaches import breach_table
from policy.bulk.columns.expressions import Evaluator
from policy.bulk.columns.frames import Frame
from policy.bulk.columns.life import Lives
from policy.bulk.columns.output import EFFECTS, Context, Open, Part
from policy.bulk.columns.precedence import displaced
from policy.bulk.columns.rules import BREACHES, ColumnRule, Matched, Matcher, known_time, since_of
from policy.bulk.columns.settle import Facts, Settling
from policy.bulk.columns.shapes import Shape
from policy.bulk.columns.tables import Table, Tables
from policy.bulk.columns.texts import Bools, Ints
from policy.decide.run import MAX_ROUNDS
from policy.pack.model import Modality
from policy.program.build import PackProgram

if TYPE_CHECKING:
    from policy.bulk.columns.engine import Columns

_MAX_BREACHES = 100
"""Most breaches of one case and round; a case with more goes to the scalar engine, which counts exactly."""


class Batch:
    """What is decided so far."""

    def __init__(self, engine: Columns, tables: Tables, doubtful: Bools, context: Context) -> None:
        self._engine = engine
        self._tables = tables
        self._context = context
        self._evaluator = Evaluator(tables, engine.shared, len(engine.base.codes))
        self.doubtful = self._evaluator.doubtful
        self.doubtful |= doubtful
        self._matcher = Matcher(self._evaluator)
        self._facts = Facts(context.paths)
        self._settling = Settling(self._evaluator, self._facts)
        self._lives = Lives(self._evaluator, context.as_of, engine.district.effects, engine.base)
        self._breaches: list[Table] = []  # kept: frames are known by the identity of their table
        self.parts: list[Part] = []
        self.opens: list[Open] = []

    def run(self) -> None:
        """All rounds."""
        self._leave_outside()
        fresh = self._round([rule for rule in self._engine.rules if rule.table != BREACHES], None)
        later = [rule for rule in self._engine.rules if rule.table == BREACHES]
        for _ in range(MAX_ROUNDS):
            table = self._breached(fresh) if later else None
            if table is None:
                break
            fresh = self._round(later, table)
        else:
            beyond = breach_table(fresh, self._context, self._tables.pool)
            if beyond is not None:  # the scalar engine says which rules the chain would reach
                self.doubtful[beyond.case] = True
        self._leave_conflicts()

    def _breached(self, fresh: list[Part]) -> Table | None:
        """The new breaches; a case with too many is left out, or each round would multiply them."""
        table = breach_table(fresh, self._context, self._tables.pool)
        if table is None:
            return None
        self._tables.by_key[BREACHES] = table
        many = np.bincount(table.case, minlength=len(self.doubtful)) > _MAX_BREACHES
        many |= self._engine.limits.passed(self._tables, breaches=True)
        if many.any():
            self.doubtful |= many
            rows = np.flatnonzero(~many[table.case])
            table = table.taken(rows, table.owner[rows], table.owners)
            self._tables.by_key[BREACHES] = table
        self._breaches.append(table)
        return table

    def _leave_outside(self) -> None:
        """Cases whose moment no version governs have an error."""
        self.doubtful |= ~self._governed(self._engine.district.programs, self._context.as_of)

    @staticmethod
    def _governed(programs: tuple[PackProgram, ...], at: Ints) -> Bools:
        governed = np.zeros(len(at), bool)
        for program in programs:
            governed |= (at >= program.since) & (True if program.until is None else at < program.until)
        return governed

    def _leave_conflicts(self) -> None:
        """Cases where one rule forbids what another asks for: whether they meet is for the scalar engine."""
        sides: dict[str, dict[bool, Bools]] = defaultdict(dict)
        for part in self.parts:
            rule = part.rule.plan.rule
            if rule.action in self._engine.disputed:
                side = rule.modality is Modality.PROHIBITION
                marks = sides[rule.action].setdefault(side, np.zeros(len(self.doubtful), bool))
                marks[part.case] = True
        for marked in sides.values():
            if len(marked) == 2:
                self.doubtful |= marked[True] & marked[False]

    def _round(self, rules: list[ColumnRule], breaches: Table | None) -> list[Part]:
        """Every rule on the batch, or on the new breaches."""
        found: list[Matched] = []
        for rule in rules:
            table = self._tables.by_key[rule.table] if breaches is None else breaches
            matched = self._matcher.match(rule, table) if table.size else None
            if matched is not None and (matched := self._in_force(matched)) is not None:
                found.append(matched)
        fresh = []
        for matched in displaced(found, self.doubtful):
            rule, frame, truth = matched
            if truth.maybe is not truth.sure:
                self._open(rule, frame.at(np.flatnonzero(~truth.sure)))
                frame = frame.at(np.flatnonzero(truth.sure))
            frame = self._dated(rule, frame)
            if frame.size:
                fresh.append(self._obligations(rule, frame))
        self.parts += fresh
        return fresh

    def _open(self, rule: ColumnRule, frame: Frame) -> None:
        """Bindings that missing facts leave open."""
        starts, facts, lost = self._settling.missing(rule, frame, self._context.paths)
        self.doubtful[frame.case[lost]] = True
        bound = self._bound(frame)
        self.opens.append(Open(rule, frame.case, tuple(bound[var] for var in rule.order), starts, facts))

    def _dated(self, rule: ColumnRule, frame: Frame) -> Frame:
        """The bindings whose trigger has a time, where its element has one; without it they stay open."""
        known = known_time(rule, frame)
        if known is None or known.all():
            return frame
        undated = frame.at(np.flatnonzero(~known))
        table, rows = undated.variables[rule.trigger]
        assert rows is not None  # noqa: S101 - ``at`` gives rows
        facts = self._facts.codes(table, rows, rule.plan.time_field)
        bound = self._bound(undated)
        starts = np.arange(undated.size + 1, dtype=np.int32)
        self.opens.append(Open(rule, undated.case, tuple(bound[var] for var in rule.order), starts, facts))
        return frame.at(np.flatnonzero(known))

    def _in_force(self, matched: Matched) -> Matched | None:
        """The bindings whose trigger the rule's version governs, or may govern."""
        rule, frame, truth = matched
        at = since_of(rule, frame)
        program = rule.program
        if at is None:
            at = self._context.as_of[frame.case]
        governed = at >= program.since
        if program.until is not None:
            governed &= at < program.until
        known = known_time(rule, frame)
        if known is not None:
            governed |= ~known
        if governed.all():
            return matched
        nobody = ~governed & ~self._governed(self._engine.district.programs, at)
        self.doubtful[frame.case[nobody]] = True
        kept = np.flatnonzero(governed)
        return Matched(rule, frame.at(kept), truth.at(kept)) if len(kept) else None

    def _bound(self, frame: Frame) -> dict[str, Ints]:
        """The path of each variable's element."""
        found = {}
        for var, (table, rows) in frame.variables.items():
            codes = self._context.paths.codes(table)
            found[var] = codes if rows is None else codes[rows]
        return found

    def _obligations(self, rule: ColumnRule, frame: Frame) -> Part:
        effects = {}
        for name in EFFECTS:
            shape = rule.effects.get(name)
            if shape is not None:
                effects[name] = self._text(shape, frame)
        for name in ("bearer", "bearer_party"):
            if name in effects:
                self.doubtful[frame.case[effects[name] == 0]] = True  # nobody would bear it
        since = since_of(rule, frame)
        dues = None
        counting = self._engine.dues.get(id(rule.plan))
        if counting is not None:
            given = self._evaluator.value(rule.effects[counting.needs], frame) if counting.needs else None
            dues = counting.count(frame.size, given)
            if dues.failed is not None:
                self.doubtful[frame.case[dues.failed]] = True
        standings = self._lives.standings(rule, frame, since, dues)
        bound = self._bound(frame)
        events = self._context.paths.codes(self._tables.by_key["events"])
        event = np.where(standings.event < 0, -1, events[standings.event]) if len(events) else standings.event
        return Part(
            rule,
            frame.case,
            tuple(bound[var] for var in rule.order),
            bound[rule.trigger],
            since,
            effects,
            dues,
            standings,
            event,
            None,
        )

    def _text(self, shape: Shape, frame: Frame) -> Ints:
        """A computed text; where facts are missing, the case is doubtful."""
        data, known = self._evaluator.value(shape, frame)
        if known is not None:
            self.doubtful[frame.case[~known]] = True
        return np.broadcast_to(data, (frame.size,)).astype(np.int32)
