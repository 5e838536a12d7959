"""A case, or another message, from plain Python data, as a court's system has it.

    {"id": …, "events": [{"type": …, "at": …}]} --by the fields of the schema--> linkage.v1.Case

Names are those of JSON or of the schema (``filedAt``, ``filed_at``); a key that the schema does not have is
refused and never dropped: ``as_of`` misspelt must not mean "now". Moments are aware datetimes or texts of
RFC 3339, amounts whole fen; ``None`` leaves a fact unknown. Whether codes exist and ids resolve, the
service says, in the same form.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeVar

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import facts_pb2
from linkage_client.errors import Violation, refused
from linkage_client.moments import is_aware

M = TypeVar("M", bound=Message)

CaseLike = facts_pb2.Case | Mapping[str, Any]
"""A case as the client takes it: the message, or plain data with the names of JSON."""

_TIMESTAMP = Timestamp.DESCRIPTOR.full_name
_RFC_3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?)?", re.ASCII
)
_MOST_DIGITS = 20
"""A text of more is no integer that any field has room for."""

#: What the service says of the same mistakes, in Chinese and English.
_WORDS: Mapping[str, tuple[str, str]] = {
    "LNK811": ("{what}没有字段“{name}”", "{what} has no field “{name}”"),
    "LNK815": ("此处应为{zh}", "{en} is expected here"),
    "LNK816": ("不是可用的时间：{zh}", "not a moment: {en}"),
    "LNK817": ("整数超出 {bits} 位范围", "the integer does not fit into {bits} bits"),
    "LNK818": ("“{name}”写了两次，用了两种写法", "“{name}” is given twice, in two spellings"),
    "LNK846": ("这几个字段只能写其中一个：{name}", "only one of these fields can be given: {name}"),
    "LNK840": ("这个数超出双精度数的范围", "no double holds this number"),
}
_NAIVE = ("没有时区，例如用 linkage_client.shanghai(…)", "no time zone: linkage_client.shanghai(…) makes one")
_DAY = (
    "只有日期，没有时刻：同一天的早晚会改变期限；整天写 start_of_day(…)",
    "a date without a time of day: the hour may change what is due; start_of_day(…) is 00:00",
)
_FORM = ("写成 2024-03-02T09:30:00+08:00", "write 2024-03-02T09:30:00+08:00")
_MAP, _LIST = ("键值对", "a map of fields"), ("列表", "a list")
_BYTES = ("字节", "bytes")
_TEXT, _BOOL, _INT = ("文字", "text"), ("True 或 False", "True or False"), ("整数", "an integer")
_NUMBER, _MOMENT = ("数字", "a number"), ("带时区的时间", "a moment with a zone")


def case_of(data: CaseLike, language: str = "zh") -> facts_pb2.Case:
    """The message of a case; one that is a message already is given back.

    Raises ``Refused`` with every violation, described in ``language`` (zh or en), without a value of the
    case.
    """
    return data if isinstance(data, facts_pb2.Case) else message_of(data, facts_pb2.Case, "case", language)


def message_of(data: Any, kind: type[M], at: str = "", language: str = "zh") -> M:
    """Any message of the protocol from plain data; ``at`` is where the data stands in the request.

    Messages may stand within the data. Raises ``Refused`` as ``case_of`` does.
    """
    message, reading = kind(), _Reading(language)
    reading.message(data, message, at)
    if reading.violations:
        raise refused(reading.violations, language)
    return message


class _Reading:
    def __init__(self, language: str) -> None:
        self.violations: list[Violation] = []
        self._english = language == "en"

    def message(self, data: Any, message: Any, at: str) -> None:
        """Fills a message from a mapping, or from a message of its kind."""
        if isinstance(data, Message) and data.DESCRIPTOR is message.DESCRIPTOR:
            message.CopyFrom(data)
            return
        if not isinstance(data, Mapping):
            self._mistyped(at, _MAP)
            return
        known, seen = _fields(message.DESCRIPTOR), set[str]()
        for key, value in data.items():
            field = known.get(key)
            if field is None:
                self._unknown(at, str(key), message.DESCRIPTOR)
            elif field.name in seen:
                self._say(_within(at, field.name), "LNK818", name=field.name)
            else:
                seen.add(field.name)
                if value is not None:
                    self._field(value, message, field, _within(at, field.name))
        for group in _oneofs(message.DESCRIPTOR):
            if len(told := [name for name in group if name in seen and _given(data, known[name])]) > 1:
                self._say(at, "LNK846", name=", ".join(told))

    def _field(self, value: Any, message: Any, field: FieldDescriptor, at: str) -> None:
        kind = field.message_type
        if kind is not None and kind.GetOptions().map_entry:
            self._attributes(value, message, at)
        elif field.is_repeated:
            if not _is_list(value):
                self._mistyped(at, _LIST)
                return
            for index, item in enumerate(value):
                place, items = f"{at}[{index}]", getattr(message, field.name)
                if kind is not None:
                    self.message(item, items.add(), place)
                elif (text := self._text(item, place)) is not None:
                    items.append(text)
        elif kind is None:
            read = self._scalars[field.type](self, value, at)
            if read is not None:
                setattr(message, field.name, read)
        elif kind.full_name == _TIMESTAMP:
            self._moment(value, getattr(message, field.name), at)
        else:
            getattr(message, field.name).SetInParent()
            self.message(value, getattr(message, field.name), at)

    def _attributes(self, value: Any, case: facts_pb2.Case, at: str) -> None:
        """The district's own facts: a value's Python type says its type, or protobuf's JSON does."""
        if not isinstance(value, Mapping):
            self._mistyped(at, _MAP)
            return
        for name, one in value.items():
            place = f"{at}[{name}]"
            if not isinstance(name, str):
                self._mistyped(place, _TEXT)
            elif isinstance(one, Mapping):
                self.message(one, case.attributes[name], place)
            elif isinstance(one, bool):
                case.attributes[name].bool_value = one
            elif isinstance(one, date):  # and datetime, which is one
                self._moment(one, case.attributes[name].time_value, place)
            elif isinstance(one, int):
                if (whole := self._int64(one, place)) is not None:
                    case.attributes[name].int_value = whole
            elif isinstance(one, float):
                if (number := self._double(one, place)) is not None:
                    case.attributes[name].double_value = number
            elif one is not None and (text := self._text(one, place)) is not None:
                case.attributes[name].string_value = text

    # -- single values

    def _text(self, value: Any, at: str) -> str | None:
        if isinstance(value, str):
            return str(value)  # also of a StrEnum
        self._mistyped(at, _TEXT)
        return None

    def _bool(self, value: Any, at: str) -> bool | None:
        if isinstance(value, bool):
            return value
        self._mistyped(at, _BOOL)
        return None

    def _bytes(self, value: Any, at: str) -> bytes | None:
        if isinstance(value, bytes | bytearray | memoryview):
            return bytes(value)
        self._mistyped(at, _BYTES)
        return None

    def _int32(self, value: Any, at: str) -> int | None:
        return self._int(value, at, 32)

    def _int64(self, value: Any, at: str) -> int | None:
        return self._int(value, at, 64)

    def _int(self, value: Any, at: str, bits: int) -> int | None:
        # A text of digits is how protobuf writes 64-bit integers in JSON.
        if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii():
            value = int(value) if len(value) <= _MOST_DIGITS else 1 << bits
        if isinstance(value, bool) or not isinstance(value, int):
            self._mistyped(at, _INT)
        elif not -1 << (bits - 1) <= value < 1 << (bits - 1):
            self._say(at, "LNK817", bits=str(bits))
        else:
            return value
        return None

    def _double(self, value: Any, at: str) -> float | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._mistyped(at, _NUMBER)
            return None
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
        self._say(at, "LNK840")
        return None

    _scalars: Mapping[int, Callable[[_Reading, Any, str], str | bytes | bool | int | float | None]] = {
        FieldDescriptor.TYPE_STRING: _text,
        FieldDescriptor.TYPE_BYTES: _bytes,
        FieldDescriptor.TYPE_BOOL: _bool,
        FieldDescriptor.TYPE_INT32: _int32,
        FieldDescriptor.TYPE_INT64: _int64,
        FieldDescriptor.TYPE_DOUBLE: _double,
    }

    def _moment(self, value: Any, stamp: Timestamp, at: str) -> None:
        if isinstance(value, Timestamp):
            stamp.CopyFrom(value)
        elif isinstance(value, datetime):
            if is_aware(value):
                stamp.FromDatetime(value)
            else:
                self._no_moment(at, _NAIVE)
        elif isinstance(value, date):
            self._no_moment(at, _DAY)
        elif isinstance(value, str):
            self._written(value, stamp, at)
        else:
            self._mistyped(at, _MOMENT)

    def _written(self, text: str, stamp: Timestamp, at: str) -> None:
        found = _RFC_3339.fullmatch(text)
        if found is None or (found[1] and found[3]):
            try:
                stamp.FromJsonString(text if found else "")
            except ValueError:
                self._no_moment(at, _FORM)
        else:
            self._no_moment(at, _NAIVE if found[1] else _DAY)

    # -- what is wrong

    def _unknown(self, at: str, name: str, kind: Descriptor) -> None:
        names = sorted(field.name for field in kind.fields)
        meant = get_close_matches(name, [*names, *(field.json_name for field in kind.fields)], 1)
        self._say(_within(at, name[:64]), "LNK811", meant[0] if meant else "", what=kind.name, name=name[:64])

    def _mistyped(self, at: str, expected: tuple[str, str]) -> None:
        self._say(at, "LNK815", zh=expected[0], en=expected[1])

    def _no_moment(self, at: str, reason: tuple[str, str]) -> None:
        self._say(at, "LNK816", zh=reason[0], en=reason[1])

    def _say(self, at: str, code: str, meant: str = "", **values: str) -> None:
        description = _WORDS[code][self._english].format(**values)
        self.violations.append(Violation(at, code, description, meant))


@lru_cache
def _fields(kind: Descriptor) -> Mapping[str, FieldDescriptor]:
    return {f.name: f for f in kind.fields} | {f.json_name: f for f in kind.fields}


@lru_cache
def _oneofs(kind: Descriptor) -> tuple[tuple[str, ...], ...]:
    """Names of which one alone may be given."""
    return tuple(tuple(f.name for f in group.fields) for group in kind.oneofs if len(group.fields) > 1)


def _given(data: Mapping[str, Any], field: FieldDescriptor) -> bool:
    return data.get(field.name, data.get(field.json_name)) is not None


def _within(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
