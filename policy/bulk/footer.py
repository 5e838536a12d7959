"""Parquet files put end to end: their pages are copied as they are, only the footers are joined.

Workers write whole files, so that all cores share the encoding; joining them costs no more than copying.
A footer is one struct in Thrift's compact protocol (parquet-format, src/main/thrift/parquet.thrift). It is
read into a plain tree, the offsets in it are moved, and it is written back.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

MAGIC = b"PAR1"
_TAIL = 8

_TRUE, _FALSE, _I8, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    12,
)
_INTEGERS = (_I16, _I32, _I64)

# Field numbers of parquet.thrift.
_ROWS, _GROUPS, _METADATA = 3, 4, 5
_GROUP_COLUMNS, _GROUP_ROWS, _GROUP_OFFSET, _GROUP_ORDINAL = 1, 3, 5, 7
_CHUNK_OFFSET, _CHUNK_METADATA, _OFFSET_INDEX, _COLUMN_INDEX = 2, 3, 4, 6
_CHUNK_PLACES = (9, 10, 11, 14)
"""Of ColumnMetaData: data pages, index pages, dictionary page, bloom filter."""

Struct = dict[int, tuple[int, Any]]
"""Field number: (type, value)."""


class FooterError(ValueError):
    """A file that is no whole parquet file."""


class Footer(NamedTuple):
    """A file's footer, and where it begins."""

    fields: Struct
    start: int

    @property
    def metadata(self) -> dict[bytes, bytes]:
        """The file's own keys and values."""
        _, pairs = self.fields.get(_METADATA, (0, (_STRUCT, [])))
        return {pair[1][1]: pair[2][1] for pair in pairs[1] if 2 in pair} if pairs else {}


def read_footer(file: BinaryIO) -> Footer:
    """The footer of an open file. Raises ``FooterError`` where the file is no whole parquet file."""
    size = file.seek(0, 2)
    if size < _TAIL + len(MAGIC):
        raise FooterError
    file.seek(size - _TAIL)
    tail = file.read(_TAIL)
    length = int.from_bytes(tail[:4], "little")
    start = size - _TAIL - length
    if tail[4:] != MAGIC or start < len(MAGIC):
        raise FooterError
    file.seek(start)
    try:
        return Footer(_Reader(file.read(length)).struct(), start)
    except (IndexError, KeyError, struct.error) as error:
        raise FooterError from error


class Joined:
    """Joins the files given one after the other. All must have the same columns.

    Only the encoded row groups are kept in memory: some kilobytes for each file.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = out.write(MAGIC)
        self._groups: list[bytes] = []
        self._rows = 0
        self._schema: Struct | None = None

    def add(self, file: BinaryIO) -> None:
        """Copies the pages of an open file. Raises ``FooterError``, OSError."""
        footer = read_footer(file)
        shift = self._at - len(MAGIC)
        for group in footer.fields[_GROUPS][1][1]:
            self._groups.append(_struct(_moved(group, shift)))
            self._rows += group[_GROUP_ROWS][1]
        file.seek(len(MAGIC))
        left = footer.start - len(MAGIC)
        while left:
            piece = file.read(min(left, 1 << 20))
            if not piece:
                raise FooterError
            self._at += self._out.write(piece)
            left -= len(piece)
        if self._schema is None:
            self._schema = footer.fields

    def finish(self, metadata: dict[bytes, bytes]) -> None:
        """Writes the footer: the first file's columns, all row groups, and these keys and values."""
        if self._schema is None:
            raise FooterError
        fields = dict(self._schema)
        fields[_ROWS] = (_I64, self._rows)
        fields[_GROUPS] = (_LIST, (_STRUCT, self._groups))
        listed = [{1: (_BINARY, key), 2: (_BINARY, value)} for key, value in metadata.items()]
        fields[_METADATA] = (_LIST, (_STRUCT, listed))
        footer = _struct(fields)
        self._out.write(footer + struct.pack("<I", len(footer)) + MAGIC)


def _moved(group: Struct, shift: int) -> Struct:
    """A row group whose pages stand ``shift`` bytes further on. Its number in the file is left out."""
    moved = {number: field for number, field in group.items() if number != _GROUP_ORDINAL}
    _shift(moved, (_GROUP_OFFSET,), shift)
    kind, (inner, chunks) = moved[_GROUP_COLUMNS]
    columns = []
    for chunk in chunks:
        column = dict(chunk)
        _shift(column, (_CHUNK_OFFSET, _OFFSET_INDEX, _COLUMN_INDEX), shift)
        details = dict(column[_CHUNK_METADATA][1])
        _shift(details, _CHUNK_PLACES, shift)
        column[_CHUNK_METADATA] = (_STRUCT, details)
        columns.append(column)
    moved[_GROUP_COLUMNS] = (kind, (inner, columns))
    return moved


def _shift(fields: Struct, numbers: tuple[int, ...], shift: int) -> None:
    for number in numbers:
        # Nothing stands at 0, where the magic is: it means that the place is not stated.
        if number in fields and fields[number][1]:
            kind, value = fields[number]
            fields[number] = (kind, value + shift)


class _Reader:
    """Thrift's compact protocol into ``Struct``."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self) -> Struct:
        fields: Struct = {}
        number = 0
        while head := self._byte():
            delta, kind = head >> 4, head & 15
            number = number + delta if delta else self._zigzag()
            fields[number] = (kind, kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind))
        return fields

    def _value(self, kind: int) -> Any:
        if kind in _INTEGERS:
            return self._zigzag()
        if kind == _BINARY:
            return self._take(self._varint())
        if kind == _STRUCT:
            return self.struct()
        if kind in (_LIST, _SET):
            head = self._byte()
            count = head >> 4 if head >> 4 < 15 else self._varint()
            inner = head & 15
            return inner, [self._value(inner) for _ in range(count)]
        if kind == _DOUBLE:
            return self._take(8)
        if kind in (_I8, _TRUE, _FALSE):
            return self._byte()
        raise KeyError(kind)

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _take(self, length: int) -> bytes:
        self._at += length
        if self._at > len(self._data):
            raise IndexError
        return self._data[self._at - length : self._at]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)


def _struct(fields: Struct) -> bytes:
    return b"".join(_fields(fields)) + b"\0"


def _fields(fields: Struct) -> Iterator[bytes]:
    before = 0
    for number, (kind, value) in sorted(fields.items()):
        if kind in (_TRUE, _FALSE):
            kind = _TRUE if value else _FALSE
        delta = number - before
        yield bytes((delta << 4 | kind,)) if 0 < delta < 16 else bytes((kind,)) + _zigzagged(number)
        before = number
        if kind not in (_TRUE, _FALSE):
            yield _value(kind, value)


def _value(kind: int, value: Any) -> bytes:
    if kind in _INTEGERS:
        return _zigzagged(value)
    if kind == _BINARY:
        return _varied(len(value)) + bytes(value)
    if kind == _STRUCT:
        return value if isinstance(value, bytes) else _struct(value)
    if kind in (_LIST, _SET):
        inner, items = value
        count = len(items)
        head = bytes((count << 4 | inner,)) if count < 15 else bytes((0xF0 | inner,)) + _varied(count)
        return head + b"".join([_value(inner, item) for item in items])
    return bytes(value) if kind == _DOUBLE else bytes((value,))


def _zigzagged(value: int) -> bytes:
    return _varied(value << 1 if value >= 0 else (-value << 1) - 1)


def _varied(value: int) -> bytes:
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
