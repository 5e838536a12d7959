"""From what was decided to the table of findings, in the decisions' own order.

Part (one rule's obligations or undetermined entries) … --findings--> record batch of ``finding_schema``
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.bulk.columns.arrays import coded, compact, interleaved, listed, lists, plain
from policy.bulk.columns.dues import Dues
from policy.bulk.columns.life import STATES, Standings
from policy.bulk.columns.paths import Paths, id_texts, identities, raw_digests
from policy.bulk.columns.pauses import NEVER
from policy.bulk.columns.rules import ColumnRule
from policy.bulk.columns.texts import Base, Bools, Ints
from policy.bulk.schema import CODE, OBLIGATION, SHANGHAI_MOMENT, UNDETERMINED, finding_schema
from policy.time.deadline import Kind

_KINDS = tuple(kind.value for kind in Kind)
_UNKNOWN = np.int8(-1)
_WIDE = 2**62
EFFECTS = ("bearer", "bearer_party", "bearer_unit", "counterparty", "counterparty_party", "about")


class Part(NamedTuple):
    """Findings of one rule. Paths and texts are codes; ``bound`` in the order of ``each``."""

    rule: ColumnRule
    case: Ints
    bound: tuple[Ints, ...]
    trigger: Ints
    since: Ints | None
    effects: dict[str, Ints]
    """Computed texts by effect; what is not there is fixed by the rule."""
    dues: Dues | None
    standings: Standings
    event: Ints
    """Path of the event of the state; -1: none."""
    ids: list[bytes] | None
    """Digests, where they were needed before."""


class Open(NamedTuple):
    """Undetermined entries of one rule; ``missing`` are codes of ``paths`` by entry, sorted by spelling."""

    rule: ColumnRule
    case: Ints
    bound: tuple[Ints, ...]
    starts: Ints
    missing: Ints


class Context(NamedTuple):
    """What all findings of a batch share."""

    district: str
    rows: pa.Array
    cases: pa.Array
    as_of: Ints
    base: Base
    texts: Callable[[], pa.Array]
    paths: Paths
    ids: bool


def findings(parts: list[Part], opens: list[Open], doubtful: Bools, context: Context) -> pa.RecordBatch:
    """The findings of the cases that are not doubtful."""
    writer = _Writer(parts, opens, doubtful, context)
    schema = finding_schema(context.ids)
    return pa.RecordBatch.from_arrays([writer.column(field) for field in schema], schema=schema)


class _Writer:
    """Columns are gathered rule by rule and then put in the order of the cases."""

    def __init__(self, parts: list[Part], opens: list[Open], doubtful: Bools, context: Context) -> None:
        # sorted() keeps the order of rounds and versions among parts of one rule.
        self._parts = sorted(parts, key=lambda part: part.rule.plan.id)
        self._opens = sorted(opens, key=lambda part: part.rule.plan.id)
        self._context = context
        self._all: list[Part | Open] = [*self._parts, *self._opens]
        self._sizes = [len(part.case) for part in self._all]
        self._obligations = sum(len(part.case) for part in self._parts)
        self._case = self._gather([part.case for part in self._all], np.int32)
        names: dict[tuple[str, bool], int] = {}
        ranks = [names.setdefault((p.rule.plan.id, isinstance(p, Open)), len(names)) for p in self._all]
        self._part = self._gather(list(range(len(self._all))), np.int32)
        self._rank = np.array(ranks, np.int32)[self._part] if ranks else self._part
        self._order = self._ordered(doubtful)
        self._is_obligation = self._order < self._obligations
        self._absent = ~self._is_obligation if self._opens else None
        self._part_of = self._part[self._order]

    def _gather(self, values: Sequence[Any], dtype: Any) -> Any:
        """One array of a value (an array or one for all) for each part."""
        result = np.empty(sum(self._sizes), dtype)
        at = 0
        for value, size in zip(values, self._sizes, strict=True):
            result[at : at + size] = value
            at += size
        return result

    def _ordered(self, doubtful: Bools) -> Ints:
        kept = np.flatnonzero(~doubtful[self._case]) if doubtful.any() else None
        case = self._case if kept is None else self._case[kept]
        narrow = case.astype(np.uint16) if len(doubtful) <= 65_536 else case  # sorted by radix
        order = np.argsort(narrow, kind="stable")
        if kept is not None:
            order = kept[order]
        case, rank = self._case[order], self._rank[order]
        same = (case[1:] == case[:-1]) & (rank[1:] == rank[:-1])
        if not same.any():
            return order
        # Only bindings of one rule in one case need their paths compared.
        tied = np.zeros(len(order), bool)
        tied[1:] |= same
        tied[:-1] |= same
        places = np.flatnonzero(tied)
        rows = order[places]
        heads = np.ones(len(places), bool)
        heads[1:] = ~same[places[1:] - 1]
        key = np.cumsum(heads)
        for ranks, most in self._bound_ranks(rows):
            if key[-1] >= _WIDE // (most + 1):  # shortened to the places of the distinct keys
                key = np.unique(key, return_inverse=True)[1]
            key = key * (most + 1) + ranks
        order[places] = rows[np.argsort(key, kind="stable")]
        return order

    def _bound_ranks(self, rows: Ints) -> Iterator[tuple[Ints, int]]:
        """For each variable the place of its path among those of ``rows``, by spelling, and the last place.

        A rule without that variable has place 0.
        """
        paths = self._context.paths.array()
        width = max(len(part.bound) for part in self._all)
        for place in range(width):
            codes = self._bound(place)[rows]
            there = codes >= 0
            if not there.any():
                continue
            indices, texts = compact(codes[there], paths)
            order = pc.sort_indices(texts).to_numpy()
            spelt = np.empty(len(order), np.int64)
            spelt[order] = np.arange(1, len(order) + 1)
            ranks = np.zeros(len(rows), np.int64)
            ranks[there] = spelt[indices]
            yield ranks, len(order)

    def _bound(self, place: int) -> Ints:
        values = [part.bound[place] if place < len(part.bound) else -1 for part in self._all]
        codes: Ints = self._gather(values, np.int32)
        return codes

    def column(self, field: pa.Field) -> pa.Array:
        """One column of the findings."""
        made = _COLUMNS.get(field.name)
        return pa.nulls(len(self._order), field.type) if made is None else made(self)

    def row(self) -> pa.Array:
        return self._context.rows.take(pa.array(self._case[self._order]))

    def case(self) -> pa.Array:
        return coded(self._case[self._order], self._context.cases)

    def district(self) -> pa.Array:
        return coded(np.zeros(len(self._order), np.int32), pa.array([self._context.district]))

    def as_of(self) -> pa.Array:
        return pa.array(self._context.as_of[self._case[self._order]]).view(SHANGHAI_MOMENT)

    def kind(self) -> pa.Array:
        return coded((~self._is_obligation).astype(np.int32), pa.array([OBLIGATION, UNDETERMINED]))

    def of_rule(self, value: Callable[[ColumnRule], str], only_obligations: bool) -> pa.Array:
        """A text that the rule fixes."""
        distinct: dict[str, int] = {}
        codes = [distinct.setdefault(value(part.rule), len(distinct)) for part in self._all]
        indices = np.array(codes or [0], np.int32)[self._part_of]
        absent = self._absent if only_obligations else None
        return coded(indices, pa.array(list(distinct), pa.utf8()), absent)

    def ids(self) -> pa.Array:
        context = self._context
        digests: list[bytes] = []
        paths = context.paths.array()
        for part in self._parts:
            digests += part.ids if part.ids is not None else identities_of(part, context, paths)
        raw = raw_digests(digests)[self._order[self._is_obligation]]
        return id_texts(raw, self._absent)

    def actors(self, name: str, bodies: Callable[[ColumnRule], tuple[str, ...]]) -> pa.Array:
        """Bearers or counterparties: the rule's bodies, or the one that was computed."""
        codes = self._context.base.codes
        fixed = [[codes[body] for body in bodies(part.rule)] for part in self._parts]
        counts = [1 if name in part.effects else len(f) for part, f in zip(self._parts, fixed, strict=True)]
        counts += [0] * len(self._opens)
        width = max(counts, default=0)
        values = []
        for place in range(width):
            items: list[Any] = []
            for part, bodies_ in zip(self._parts, fixed, strict=True):
                if name in part.effects:
                    items.append(part.effects[name] if place == 0 else 0)
                else:
                    items.append(bodies_[place] if place < len(bodies_) else 0)
            values.append(self._gather([*items, *[0] * len(self._opens)], np.int32)[self._order])
        lengths = np.array(counts or [0], np.int32)[self._part_of]
        indices, dictionary = compact(interleaved(values, lengths), self._context.texts())
        return lists(lengths, indices, dictionary, self._absent)

    def text(self, name: str) -> pa.Array:
        """A computed text; null where the rule has none or it is empty."""
        if not any(name in part.effects for part in self._parts):
            return pa.nulls(len(self._order), CODE)
        values: list[Any] = [part.effects.get(name, 0) for part in self._parts]
        codes = self._gather([*values, *[0] * len(self._opens)], np.int32)[self._order]
        indices, dictionary = compact(codes, self._context.texts())
        return coded(indices, dictionary, codes == 0)

    def bound(self) -> pa.Array:
        width = max((len(part.bound) for part in self._all), default=0)
        values = [self._bound(place)[self._order] for place in range(width)]
        lengths = np.array([len(part.bound) for part in self._all] or [0], np.int32)[self._part_of]
        indices, dictionary = compact(interleaved(values, lengths), self._context.paths.array())
        return lists(lengths, indices, dictionary, None)

    def trigger(self) -> pa.Array:
        return self._path([part.trigger for part in self._parts])

    def _path(self, values: list[Any]) -> pa.Array:
        codes = self._gather([*values, *[-1] * len(self._opens)], np.int32)[self._order]
        indices, dictionary = compact(np.maximum(codes, 0), self._context.paths.array())
        return coded(indices, dictionary, codes < 0)

    def moment(self, value: Callable[[Part], Any]) -> pa.Array:
        """A moment; NEVER is null."""
        values = [value(part) for part in self._parts]
        values = [NEVER if v is None else v for v in values]
        nanos = self._gather([*values, *[NEVER] * len(self._opens)], np.int64)[self._order]
        return plain(nanos, SHANGHAI_MOMENT, len(nanos), nanos == NEVER)

    def due_kind(self) -> pa.Array:
        values = [_UNKNOWN if p.dues is None else np.int8(_KINDS.index(p.dues.kind)) for p in self._parts]
        codes = self._gather([*values, *[_UNKNOWN] * len(self._opens)], np.int8)[self._order]
        return coded(np.maximum(codes, 0).astype(np.int32), pa.array(_KINDS), codes < 0)

    def provisional(self) -> pa.Array:
        values: list[Any] = [
            False if part.dues is None or part.dues.provisional is None else part.dues.provisional
            for part in self._parts
        ]
        flags = self._gather([*values, *[False] * len(self._opens)], bool)[self._order]
        return plain(np.packbits(flags, bitorder="little"), pa.bool_(), len(flags), self._absent)

    def state(self) -> pa.Array:
        values: list[Any] = [part.standings.state for part in self._parts]
        codes = self._gather([*values, *[0] * len(self._opens)], np.int8)[self._order]
        return coded(codes.astype(np.int32), pa.array(STATES), self._absent)

    def state_event(self) -> pa.Array:
        return self._path([part.event for part in self._parts])

    def no_facts(self) -> pa.Array:
        """Facts that are missing to an obligation: none, or it would be doubtful."""
        size = len(self._order)
        none = pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.utf8()))
        return listed(np.zeros(size, np.int32), none, self._absent)

    def missing(self) -> pa.Array:
        if not self._opens:
            return self.no_facts()
        counts = np.concatenate([part.starts[1:] - part.starts[:-1] for part in self._opens])
        starts = np.cumsum(counts) - counts
        facts = np.concatenate([part.missing for part in self._opens])
        places = np.flatnonzero(~self._is_obligation)
        chosen = self._order[places] - self._obligations
        ordered = np.zeros(len(self._order), np.int32)
        ordered[places] = counts[chosen]
        ends = np.cumsum(counts[chosen])
        positions = np.arange(int(ends[-1]) if len(ends) else 0)
        positions += np.repeat(starts[chosen] - (ends - counts[chosen]), counts[chosen])
        indices, dictionary = compact(facts[positions], self._context.paths.array())
        return lists(ordered, indices, dictionary, None)


def identities_of(part: Part, context: Context, paths: pa.Array) -> list[bytes]:
    """The digests of a part's obligations."""
    cases = context.cases.take(pa.array(part.case))
    bound = [paths.take(pa.array(codes)) for codes in part.bound]
    return identities(context.district, part.rule.plan.id, cases, bound)


_Column = Callable[[_Writer], pa.Array]


def _fixed(value: Callable[[ColumnRule], str], only_obligations: bool = True) -> _Column:
    return lambda writer: writer.of_rule(value, only_obligations)


def _text(name: str) -> _Column:
    return lambda writer: writer.text(name)


def _moment(value: Callable[[Part], Any]) -> _Column:
    return lambda writer: writer.moment(value)


_COLUMNS: dict[str, _Column] = {
    "row": _Writer.row,
    "case": _Writer.case,
    "district": _Writer.district,
    "as_of": _Writer.as_of,
    "kind": _Writer.kind,
    "pack_version": _fixed(lambda rule: rule.program.pack.version, only_obligations=False),
    "rule": _fixed(lambda rule: rule.plan.id, only_obligations=False),
    "id": _Writer.ids,
    "modality": _fixed(lambda rule: rule.plan.rule.modality),
    "force": _fixed(lambda rule: rule.plan.rule.force),
    "bearing": _fixed(lambda rule: rule.plan.rule.bearing),
    "bearers": lambda writer: writer.actors("bearer", lambda rule: rule.plan.rule.bearer.bodies),
    "bearer_party": _text("bearer_party"),
    "bearer_unit": _text("bearer_unit"),
    "counterparties": lambda writer: writer.actors(
        "counterparty", lambda rule: rule.plan.rule.counterparty.bodies
    ),
    "counterparty_party": _text("counterparty_party"),
    "action": _fixed(lambda rule: rule.plan.rule.action),
    "about": _text("about"),
    "bound": _Writer.bound,
    "trigger": _Writer.trigger,
    "triggered_at": _moment(lambda part: part.since),
    "due_kind": _Writer.due_kind,
    "due_at": _moment(lambda part: None if part.dues is None else part.dues.at),
    "provisional": _Writer.provisional,
    "due_missing": _Writer.no_facts,
    "state": _Writer.state,
    "state_at": _moment(lambda part: part.standings.at),
    "state_event": _Writer.state_event,
    "state_missing": _Writer.no_facts,
    "violated_at": _moment(lambda part: part.standings.violated),
    "missing": _Writer.missing,
}
"""Columns that are filled; the others belong to errors and conflicts, which leave a case doubtful."""
