"""Which cases keep the rules of the facts: what ``policy.facts.reading`` checks, on columns.

A case that breaks one is doubtful: the scalar reader says what is wrong, in words.
"""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from policy.bulk.columns.ids import Ids
from policy.bulk.columns.tables import Column, Table, Tables
from policy.bulk.columns.texts import Bools, Ints
from policy.facts.reading import MAX_ELEMENTS, MAX_TEXT, TIME_MAX, TIME_MIN
from policy.facts.views import REFERENCES, REQUIRED

KEYS = {"services": "documents.services"}
"""Keys of the tables of lists that stand in an element, by the list's name."""
_WITH_IDS = ("parties", "documents", "documents.services", "requests", "properties", "events")
"""Tables whose elements have ids, unique within the case."""


def refused(tables: Tables, as_of: Ints) -> Bools:
    """Cases that the reader refuses, or may refuse; ``tables`` before anything is cut."""
    bad = tables.refused | (as_of < TIME_MIN) | (as_of >= TIME_MAX)
    ids = {key: Ids(tables.by_key[key], len(bad), tables.pool.size) for key in _WITH_IDS}
    elements = np.zeros(len(bad), np.int64)
    for key, table in tables.by_key.items():
        if key != "case" and table.message:
            elements += np.bincount(table.case, minlength=len(bad))
        for name in REQUIRED.get(table.message, ()):
            known = table.column(name).known
            if known is not None:
                bad[table.case[~known]] = True
        if key in ids:
            bad[table.case[ids[key].doubled]] = True
    _check_moments(tables, bad)
    _check_texts(tables, bad)
    _check_references(tables, ids, bad)
    return bad | (elements > MAX_ELEMENTS)


def _check_moments(tables: Tables, bad: Bools) -> None:
    for key, name in tables.moments:
        table = tables.by_key[key]
        data = table.column(name).data
        _mark(bad, table, table.column(name), (data < TIME_MIN) | (data >= TIME_MAX))


def _check_texts(tables: Tables, bad: Bools) -> None:
    """No text is empty or too long."""
    wrong = pc.utf8_length(tables.pool.array()).to_numpy() > MAX_TEXT
    wrong[0] = True
    for key, name in tables.texts:
        table = tables.by_key[key]
        _mark(bad, table, table.column(name), wrong[table.column(name).data])


def _check_references(tables: Tables, ids: dict[str, Ids], bad: Bools) -> None:
    for table in tables.by_key.values():
        for (message, name), collections in REFERENCES.items():
            if message != table.message:
                continue
            column = table.column(name)
            if column.known is not None and not column.known.any():
                continue
            lost = np.ones(table.size, bool)
            for collection in collections:
                lost &= ids[KEYS.get(collection, collection)].rows(table.case, column.data) < 0
            _mark(bad, table, column, lost)


def _mark(bad: Bools, table: Table, column: Column, wrong: Bools) -> None:
    if column.known is not None:
        wrong = wrong & column.known
    bad[table.case[wrong]] = True
