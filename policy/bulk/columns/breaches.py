"""Breaches of a batch as a table, for reparation rules: what ``policy.decide.breaches`` does, on columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.bulk.columns.life import STATES
from policy.bulk.columns.output import Context, Part, identities_of
from policy.bulk.columns.paths import id_texts, raw_digests
from policy.bulk.columns.pauses import NEVER
from policy.bulk.columns.rules import BREACHES
from policy.bulk.columns.tables import Table
from policy.bulk.columns.texts import Ints, Pool
from policy.decide.decision import State
from policy.pack.model import Force, Modality

_OVERDUE = STATES.index(State.OVERDUE)


def breach_table(parts: list[Part], context: Context, pool: Pool) -> Table | None:
    """A breach for each bearer of each violated obligation; None where nothing is violated."""
    base = context.base.codes
    found: list[tuple[Ints, ...]] = []
    names: list[pa.Array] = []
    for part in parts:
        rule = part.rule.plan.rule
        if rule.modality is Modality.PERMISSION or rule.force is Force.REPORTED:
            continue
        rows = np.flatnonzero(part.standings.violated < NEVER)
        if not len(rows):
            continue
        ids = id_texts(raw_digests(identities_of(_taken(part, rows), context, context.paths.array())))
        for bearer in _bearers(part, rows, base):
            names.append(ids)
            found.append(
                (
                    part.case[rows],
                    bearer,
                    np.full(len(rows), base[part.rule.plan.id], np.int32),
                    np.full(len(rows), base[rule.action], np.int16),
                    part.standings.violated[rows],
                    part.standings.state[rows] == _OVERDUE,
                )
            )
    if not found:
        return None
    case, bearer, rule_codes, action, at, owed = (np.concatenate(c) for c in zip(*found, strict=True))
    order = np.argsort(case, kind="stable")
    obligations = pa.concat_arrays(names).take(pa.array(order))
    case, bearer = case[order], bearer[order]
    table = Table(BREACHES, "Breach", case, case, len(context.cases))
    table.put("id", _ids(obligations, bearer, pool))
    table.put("obligation", _codes(obligations, pool))
    table.put("rule", rule_codes[order])
    table.put("bearer", bearer, None if bearer.all() else bearer != 0)
    table.put("action", action[order])
    table.put("at", at[order])
    table.put("owed", owed[order])
    return table


def _bearers(part: Part, rows: Ints, base: dict[str, int]) -> list[Ints]:
    """For each bearer of the rule its code by row; one column of 0 where a party bears it."""
    if "bearer" in part.effects:
        return [part.effects["bearer"][rows]]  # any text, so that its code may be large
    bodies = part.rule.plan.rule.bearer.bodies or ("",)
    return [np.full(len(rows), base[body], np.int16) for body in bodies]


def _ids(obligations: pa.Array, bearer: Ints, pool: Pool) -> Ints:
    named = pc.binary_join_element_wise(obligations, pool.array().take(pa.array(bearer)), ":")
    texts = pc.if_else(pa.array(bearer != 0), named, obligations)
    return _codes(texts, pool)


def _codes(texts: pa.Array, pool: Pool) -> Ints:
    """Their codes: breaches share obligations, and an event may name one, so that few texts are new."""
    (codes,) = pool.encode([texts])
    return codes


def _taken(part: Part, rows: Ints) -> Part:
    return part._replace(case=part.case[rows], bound=tuple(codes[rows] for codes in part.bound))
