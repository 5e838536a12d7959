"""A batch of cases as flat tables: one for each list of the facts, its rows in the order of the cases.

batch (``policy.bulk.schema.batch_schema``) --tables_of--> Tables --cut--> what has happened by ``as_of``

A column is an array of integers (texts as codes, moments as nanoseconds), booleans or doubles, with an array
that says where it is known (None: everywhere). Columns are read when first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from linkage.v1 import facts_pb2
from policy.bulk.columns.texts import CODE_DTYPE, Bools, Ints, Pool
from policy.facts.reading import ATTRIBUTE_FIELDS
from policy.facts.views import EITHER, TIME_FIELDS, TIMESTAMP, is_list
from policy.pack.vocabulary import CODE_FIELDS

Array = npt.NDArray[Any]
MESSAGES: Mapping[str, Descriptor] = facts_pb2.DESCRIPTOR.message_types_by_name
CASE = "case"
"""The table of the cases themselves."""


class Column(NamedTuple):
    """Values and where they are known (None: everywhere); what is not known is 0 or false."""

    data: Array
    known: Bools | None


class Table:
    """The elements of one list of all cases. ``owner`` is the row of the element that holds each."""

    def __init__(self, key: str, message: str, case: Ints, owner: Ints, owners: int) -> None:
        self.key = key
        self.message = message
        self.case = case
        self.owner = owner
        self.size = len(case)
        self.owners = owners
        self.sources: dict[str, Callable[[], Column]] = {}
        self._columns: dict[str, Column] = {}

    def column(self, name: str) -> Column:
        """A column by its name; a field of a message within is ``household.district``."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = self.sources[name]()
        return found

    def put(self, name: str, data: Array, known: Bools | None = None) -> None:
        """Sets a column."""
        self._columns[name] = Column(data, known)
        self.sources.setdefault(name, lambda: self._columns[name])

    def taken(self, rows: Ints, owner: Ints, owners: int) -> Table:
        """The table of these rows alone, under new owners."""
        result = Table(self.key, self.message, self.case[rows], owner, owners)
        for name in self.sources:
            result.sources[name] = _taking(self, name, rows)
        return result


def _taking(table: Table, name: str, rows: Ints) -> Callable[[], Column]:
    def take() -> Column:
        data, known = table.column(name)
        return Column(data[rows], None if known is None else known[rows])

    return take


class Tables(NamedTuple):
    """All tables of a batch by key: ``events``, ``documents.services``, ``parties.traits``, ``case`` …"""

    by_key: dict[str, Table]
    pool: Pool
    refused: Bools
    """Cases with a code that the vocabulary does not know, or an attribute that is not declared so."""
    texts: tuple[tuple[str, str], ...]
    """Table and name of the columns of free text and ids that hold any."""
    moments: tuple[tuple[str, str], ...]
    """Table and name of the columns of moments that hold any."""

    @property
    def case(self) -> Table:
        """The cases."""
        return self.by_key[CASE]


def child_key(owner: str, field: str) -> str:
    """The key of the list ``field`` of an element of the table ``owner``."""
    return field if owner == CASE else f"{owner}.{field}"


def tables_of(
    batch: pa.RecordBatch, pool: Pool, codes: Mapping[str, Mapping[str, int]], attributes: Mapping[str, str]
) -> Tables:
    """The tables of a batch; ``codes`` are the vocabulary's by section, ``attributes`` the declared types."""
    reading = _Reading(len(batch), codes, attributes)
    case = Table(CASE, "Case", np.arange(len(batch)), np.arange(len(batch)), len(batch))
    reading.message(case, {name: batch.column(name) for name in batch.schema.names})
    for (table, name, array), data in zip(
        reading.texts, pool.encode([array for _, _, array in reading.texts]), strict=True
    ):
        table.put(name, data, _known(array))
    texts = tuple((table.key, name) for table, name, _ in reading.texts)
    return Tables(reading.by_key, pool, reading.refused, texts, tuple(reading.moments))


class _Reading:
    def __init__(
        self, cases: int, codes: Mapping[str, Mapping[str, int]], attributes: Mapping[str, str]
    ) -> None:
        self._codes = codes
        self._attributes = attributes
        self.by_key: dict[str, Table] = {}
        self.texts: list[tuple[Table, str, pa.Array]] = []
        self.moments: list[tuple[str, str]] = []
        self.refused = np.zeros(cases, bool)

    def message(self, table: Table, arrays: Mapping[str, pa.Array]) -> None:
        """Reads the fields of a message into its table, and its lists into theirs."""
        self.by_key[table.key] = table
        self._fields(table, MESSAGES[table.message], arrays, "")

    def _fields(
        self, table: Table, descriptor: Descriptor, arrays: Mapping[str, pa.Array], prefix: str
    ) -> None:
        for field in descriptor.fields:
            array = arrays[field.name]
            if field.message_type is not None and field.message_type.GetOptions().map_entry:
                self._read_attributes(table, array)
            elif is_list(field):
                self._list(table, descriptor.name, field, array)
            elif field.message_type is None or field.message_type.full_name == TIMESTAMP:
                self._scalar(table, descriptor.name, field, array, prefix)
            else:
                children = dict(zip((f.name for f in array.type), array.flatten(), strict=True))
                self._fields(table, field.message_type, children, f"{prefix}{field.name}.")

    def _list(self, table: Table, message: str, field: FieldDescriptor, array: pa.Array) -> None:
        lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy()
        owner = np.repeat(np.arange(table.size), lengths)
        values = array.flatten()
        key = child_key(table.key, field.name)
        if field.message_type is not None:
            child = Table(key, field.message_type.name, table.case[owner], owner, table.size)
            self.message(child, dict(zip((f.name for f in values.type), values.flatten(), strict=True)))
            return
        child = Table(key, "", table.case[owner], owner, table.size)
        self.by_key[key] = child
        self._coded(child, "", CODE_FIELDS[message, field.name], values)

    def _scalar(
        self, table: Table, message: str, field: FieldDescriptor, array: pa.Array, prefix: str
    ) -> None:
        name = prefix + field.name
        section = CODE_FIELDS.get((message, field.name))
        if array.null_count == len(array):
            dtype = np.int64 if pa.types.is_temporal(array.type) else np.int32
            zeros = np.zeros(len(array), bool if pa.types.is_boolean(array.type) else dtype)
            table.put(name, zeros, np.zeros(len(array), bool))
        elif section is not None:
            self._coded(table, name, section, array)
        elif pa.types.is_string(array.type):
            self.texts.append((table, name, array))
            table.sources[name] = _pending
        else:
            table.sources[name] = lambda: _plain(array)
            if pa.types.is_timestamp(array.type):
                self.moments.append((table.key, name))

    def _coded(self, table: Table, name: str, section: str, array: pa.Array) -> None:
        encoded = array.dictionary_encode()
        allowed = self._codes[section]
        codes = [allowed.get(text, -1) for text in encoded.dictionary.to_pylist()]
        known = _known(array)
        indices = encoded.indices if known is None else pc.fill_null(encoded.indices, len(codes))
        data = np.array([*codes, 0], CODE_DTYPE)[indices.to_numpy()]
        if min(codes, default=0) < 0:
            self.refused[table.case[data < 0]] = True
            data[data < 0] = 0
        if not name and known is not None:  # an item of a list is never missing
            self.refused[table.case[~known]] = True
        table.put(name, data, known)

    def _read_attributes(self, table: Table, array: pa.Array) -> None:
        """The district's own facts: a column ``attr.NAME`` of the cases for each declared one."""
        if not self._attributes and array.null_count == len(array):
            return
        offsets = array.offsets.to_numpy()
        lengths = offsets[1:] - offsets[:-1]
        values = array.items.slice(int(offsets[0]), int(lengths.sum())) if lengths.any() else None
        stated: dict[str, list[Any]] = {name: [None] * table.size for name in self._attributes}
        if values is not None:
            names = array.keys.slice(int(offsets[0]), len(values)).to_pylist()
            fields = dict(zip((f.name for f in values.type), map(_listed, values.flatten()), strict=True))
            case = np.repeat(table.case, lengths).tolist()
            met: set[tuple[int, str]] = set()
            for place, (row, name) in enumerate(zip(case, names, strict=True)):
                if (row, name) in met:  # columns of maps may repeat a key: which value counts, nobody can say
                    self.refused[row] = True
                met.add((row, name))
                self._attribute(stated, row, name, {f: items[place] for f, items in fields.items()})
        for name, items in stated.items():
            kind = self._attributes[name]
            typed = pa.array(items, _ATTRIBUTE_TYPES[kind])
            if kind == "string":
                self.texts.append((table, f"attr.{name}", typed))
                table.sources[f"attr.{name}"] = _pending
            else:
                table.put(f"attr.{name}", *_plain(typed))
                if kind == "timestamp":
                    self.moments.append((table.key, f"attr.{name}"))

    def _attribute(self, stated: dict[str, list[Any]], row: int, name: str, values: dict[str, Any]) -> None:
        given = {field: value for field, value in values.items() if value is not None}
        if name not in stated:
            self.refused[row] = True
        elif given:
            value = given.pop(ATTRIBUTE_FIELDS[self._attributes[name]], None)
            stated[name][row] = value
            if given or value is None:
                self.refused[row] = True


_ATTRIBUTE_TYPES = {
    "bool": pa.bool_(),
    "int": pa.int64(),
    "double": pa.float64(),
    "string": pa.utf8(),
    "timestamp": pa.int64(),
}


def _pending() -> Column:
    raise AssertionError("texts are put in place when the whole batch is read")


def _listed(array: pa.Array) -> list[Any]:
    items: list[Any] = (array.view(pa.int64()) if pa.types.is_timestamp(array.type) else array).to_pylist()
    return items


def _known(array: pa.Array) -> Bools | None:
    return array.is_valid().to_numpy(zero_copy_only=False) if array.null_count else None


def _plain(array: pa.Array) -> Column:
    """Numbers, booleans and moments (nanoseconds)."""
    known = _known(array)
    if pa.types.is_timestamp(array.type):
        array = array.view(pa.int64())
    if known is not None:
        array = pc.fill_null(array, False if pa.types.is_boolean(array.type) else 0)
    return Column(array.to_numpy(zero_copy_only=False), known)


def cut(tables: Tables, as_of: Ints) -> Tables:
    """What has happened by ``as_of`` (nanoseconds, one a case); what has no time stays."""
    by_key: dict[str, Table] = {}
    kept: dict[str, Ints | None] = {}
    for key, table in tables.by_key.items():
        keep = _happened(table, as_of)
        parent = key.rpartition(".")[0]
        parents = kept.get(parent)
        if parents is not None:
            inside = _marks(parents, table.owners)[table.owner]
            keep = inside if keep is None else keep & inside
        if keep is None:
            by_key[key], kept[key] = table, None
            continue
        rows = np.flatnonzero(keep)
        owner = table.owner[rows]
        if parents is not None:
            owner = (np.cumsum(_marks(parents, table.owners)) - 1)[owner]
        by_key[key] = table.taken(rows, owner, table.owners if parents is None else len(parents))
        kept[key] = rows
    return tables._replace(by_key=by_key)


def _marks(rows: Ints, size: int) -> Bools:
    marks = np.zeros(size, bool)
    marks[rows] = True
    return marks


def _happened(table: Table, as_of: Ints) -> Bools | None:
    """Which elements had happened; None where all had."""
    field = TIME_FIELDS.get(table.message)
    if field is None:
        return None
    data, known = table.column(field)
    late = data > as_of[table.case]
    if known is not None:
        late &= known
    return ~late if late.any() else None


def settle_either(table: Table) -> None:
    """A service on a unit is on no party and the other way round: the other reads as the empty text."""
    names = EITHER.get(table.message, ())
    if not names:
        return
    masks = [table.column(name).known for name in names]
    stated = np.logical_or.reduce([np.ones(table.size, bool) if mask is None else mask for mask in masks])
    for name in names:
        table.put(name, table.column(name).data, None if stated.all() else stated)
