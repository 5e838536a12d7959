"""Protobuf's JSON to a message, with everything that is wrong in it, each thing at its field.

protobuf's own reader stops at the first fault, in English without a code, and takes the last of two equal
keys. This one follows the same mapping (Protocol Buffers documentation, "ProtoJSON Format"): both spellings
of a name, 64-bit integers as texts too, ``null`` for unset. Beyond it, a key that is given twice is a fault,
and so are NaN and infinity, which no field of a request may hold.

    bytes --json_value--> values --message_from--> message, or ``FactsError``
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import deque
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, cast

import orjson
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from policy.facts.reading import MAX_VIOLATIONS, NUMBER, FactsError, Violation
from policy.facts.views import TIMESTAMP, is_list
from policy.review.wording import message as message_of
from policy.text.characters import printable
from policy.text.diagnostics import Faults, Words
from policy.text.json_text import parse_json
from policy.text.source import Source
from policy.time.moment import NANO, MomentError, parse_moment
from server.settings.limits import MAX_VALUES

M = TypeVar("M", bound=Message)

MAX_DEPTH = 1024
"""Levels of a JSON text: orjson's own limit."""
WORDED_BYTES = 256 * 1024
"""A larger text that is no JSON is refused with the place alone: to say what is missing takes its time."""
NAME_LENGTH = 64
"""Longest name that is repeated in a message."""

_MAP, _LIST = Words("对象 {…}", "an object {…}"), Words("数组 […]", "an array […]")
_TEXT, _BOOL = Words("字符串", "a string"), Words("true 或 false", "true or false")
_INT, _NOTHING = Words("整数", "an integer"), Words("null", "null")
_MOMENT = Words('时间，如 "2024-03-02T09:30:00+08:00"', 'a moment, as "2024-03-02T09:30:00+08:00"')
_MASK = Words(
    '字段名，用逗号分开，如 "decision.receipt"', 'names of fields with commas, as "decision.receipt"'
)
_BASE64 = Words("base64 的字符串", "a string in base64")
_ENUM = Words("一个代码的名称", "the name of a code")
_OTHER = Words("这个类型的 JSON", "the JSON of its type")
_EMPTY = Words("没有内容", "there is nothing in it")
_BROKEN = Words("写法有误", "it is not well-formed")
_NO_NUMBER = Words("NaN 和 Infinity 不是 JSON 的数", "NaN and Infinity are no numbers of JSON")

_KEY = re.compile(rb'"[ \t\r\n]*:')
# Each key of an object gives one match, so equal counts mean that no key is repeated.
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
_WORD = re.compile(r"(?<![\w.+-])-?(NaN|Infinity)(?![\w.+-])", re.ASCII)
_EXACT = 2**53
"""Beyond this number not every integer is a double."""

_FIELD_MASK = "google.protobuf.FieldMask"


class Json(NamedTuple):
    """A JSON text that has been read.

    ``keys``: how many keys its objects seem to have; None: it is known that none is there twice.
    """

    value: Any
    keys: int | None
    text: bytes


def json_value(data: bytes, most: int = MAX_VALUES, at: str = "body") -> Json:
    """The values of a text in UTF-8. Raises ``FactsError``: it is no JSON, or has more than ``most`` values.

    Those are counted before any is made: a few megabytes of brackets would cost a hundred times as much.
    """
    if data.count(b",") + data.count(b"[") + data.count(b"{") > most:
        raise FactsError((Violation(at, "LNK836", (("limit", f"{most:,}"),)),))
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return Json(orjson.loads(data), len(_KEY.findall(data)), data)
    except orjson.JSONDecodeError as error:
        raise FactsError((_no_json(data, error, at),)) from None


def _no_json(data: bytes, error: json.JSONDecodeError, at: str) -> Violation:
    if not data.strip():
        return _at(at, 1, 1, _EMPTY)
    if "depth limit" in error.msg:
        return Violation(at, "LNK120", (("limit", str(MAX_DEPTH)),))
    try:
        text = data.decode()
    except UnicodeDecodeError as wrong:
        before = data[: wrong.start].decode()
        return _at(at, before.count("\n") + 1, wrong.start - before.encode().rfind(b"\n"), _BROKEN)
    if len(data) > WORDED_BYTES:
        return _at(at, error.lineno, error.colno, _BROKEN)
    if word := _WORD.search(text, max(0, error.pos - len("-Infinity")), error.pos + len("-Infinity")):
        line = text.count("\n", 0, word.start()) + 1
        return _at(at, line, word.start() - text.rfind("\n", 0, word.start()), _NO_NUMBER)
    faults = Faults()
    parse_json(Source("", text), faults)
    found = next(iter(faults), None)
    if found is None or found.span is None:
        return _at(at, error.lineno, error.colno, _BROKEN)
    args = dict(found.args)
    said = args.get("problem")
    words = (
        said if isinstance(said, Words) else Words(*(message_of(found.code, x, args) for x in ("zh", "en")))
    )
    return _at(at, found.span.line, found.span.column, words)


def _at(field: str, line: int, column: int, problem: Words) -> Violation:
    return Violation(field, "LNK844", (("column", str(column)), ("line", str(line)), ("problem", problem)))


def message_from(
    found: Json,
    kind: type[M],
    *,
    at: str = "",
    ignore_unknown: bool = False,
    given: Mapping[str, Any] | None = None,
) -> M:
    """The message of a JSON text; ``at``: where it stands; ``given``: fields that are known already.

    Raises ``FactsError`` with every violation: LNK811 for fields that the message does not have.
    """
    reading = _Reading(ignore_unknown)
    fields = reading.message(found.value, cast(Any, kind).DESCRIPTOR, at)
    if found.keys not in (None, reading.keys):
        reading.find_repeated(found.text, at)
    if reading.violations:
        raise FactsError(reading.violations, reading.more)
    return kind(**{**(given or {}), **fields})


def only_fields(
    found: Json, kind: type[Message], ignore_unknown: bool = False, at: str = ""
) -> dict[str, Any]:
    """The fields of a message by their own names, what they hold not looked at; keys are, everywhere.

    Raises ``FactsError`` for what is no message, unknown fields, and keys that are given twice.
    """
    reading = _Reading(ignore_unknown)
    if found.keys not in (None, count_keys(found.value)):
        reading.find_repeated(found.text, at)
    fields = reading.shallow(found.value, cast(Any, kind).DESCRIPTOR, at)
    if reading.violations:
        raise FactsError(reading.violations, reading.more)
    return fields


def count_keys(found: Any) -> int:
    """How many keys the objects within a value have, together."""
    count, rest = 0, [found]
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            count += len(value)
            rest.extend(value.values())
        elif isinstance(value, list):
            rest.extend(value)
    return count


class _Unread(Exception):
    """A value that is no such thing has been reported."""


class _Reading:
    """One text being read: keys are counted, violations kept."""

    def __init__(self, ignore_unknown: bool) -> None:
        self._ignore = ignore_unknown
        self.keys = 0
        self.violations: list[Violation] = []
        self.more = 0

    def message(self, found: Any, descriptor: Descriptor, at: str) -> dict[str, Any]:
        """The fields of a message, as its constructor takes them."""
        plan = _plan(descriptor)
        read = self.shallow(found, descriptor, at)
        for name, value in read.items():
            # A null says that it is not set.
            if value is not None:
                try:
                    read[name] = plan[name].read(self, value, _within(at, name))
                except _Unread:
                    read[name] = None
        for group in _oneofs(descriptor):
            stated = [name for name in group if read.get(name) is not None]
            if len(stated) > 1:
                self.add(at, "LNK846", names=", ".join(stated))
        return read

    def shallow(self, found: Any, descriptor: Descriptor, at: str) -> dict[str, Any]:
        """The fields of a message by their own names, with what stands in the text."""
        if type(found) is not dict:
            self.mistyped(at, _MAP, found)
            return {}
        self.keys += len(found)
        plan = _plan(descriptor)
        fields: dict[str, Any] = {}
        for key, value in found.items():
            field = plan.get(key)
            if field is None:
                if not self._ignore:
                    self._unknown(at, key, descriptor)
            elif field.name in fields:
                self.add(_within(at, field.name), "LNK818", name=field.name)
            else:
                fields[field.name] = value
        return fields

    def add(self, at: str, code: str, candidates: tuple[str, ...] = (), **args: str | Words) -> None:
        """One more violation."""
        if len(self.violations) < MAX_VIOLATIONS:
            self.violations.append(Violation(at or "request", code, tuple(sorted(args.items())), candidates))
        else:
            self.more += 1

    def mistyped(self, at: str, expected: Words, found: Any) -> None:
        """Another kind of value stands there."""
        self.add(at, "LNK815", expected=expected, found=_kind(found))

    def refuse(self, at: str, expected: Words, found: Any) -> _Unread:
        """The same, for what has to give a value."""
        self.mistyped(at, expected, found)
        return _Unread()

    def _unknown(self, at: str, key: str, descriptor: Descriptor) -> None:
        allowed = tuple(field.name for field in descriptor.fields)
        name = printable(key[:NAME_LENGTH])
        where = _within(at, key)
        what = Words(descriptor.name, descriptor.name)
        self.add(where, "LNK811", allowed, name=name, what=what, allowed=", ".join(allowed))

    def find_repeated(self, text: bytes, at: str) -> None:
        """Reports keys that an object has twice. Most often there are none: a text held a colon."""
        try:
            root = json.loads(text, object_pairs_hook=_Pairs)
        except (ValueError, RecursionError):
            self.add(at, "LNK120", limit=str(MAX_DEPTH))
            return
        rest: deque[tuple[Any, str]] = deque([(root, at)])
        while rest:
            found, where = rest.popleft()
            if isinstance(found, _Pairs):
                for key in found.repeated:
                    self.add(_within(where, key), "LNK845", name=printable(key[:NAME_LENGTH]))
                rest.extend((value, _within(where, key)) for key, value in found.items())
            elif isinstance(found, list):
                rest.extend((value, f"{where}[{index}]") for index, value in enumerate(found))


class _Pairs(dict[str, Any]):
    """An object of JSON with the keys that it has more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        twice = (key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        self.repeated = list(dict.fromkeys(twice)) if len(self) != len(pairs) else []


class _Field(NamedTuple):
    name: str
    read: Callable[[_Reading, Any, str], Any]


@lru_cache(maxsize=512)
def _plan(descriptor: Descriptor) -> Mapping[str, _Field]:
    """How each field is read, by its two spellings."""
    plan = {}
    for field in descriptor.fields:
        made = _Field(field.name, _reader(field))
        plan[field.name] = plan[field.json_name] = made
    return plan


@lru_cache(maxsize=512)
def _oneofs(descriptor: Descriptor) -> list[list[str]]:
    """Names of which one alone may be given."""
    return [[field.name for field in group.fields] for group in descriptor.oneofs if len(group.fields) > 1]


def _reader(field: FieldDescriptor) -> Callable[[_Reading, Any, str], Any]:
    inner = field.message_type
    if inner is not None and inner.GetOptions().map_entry:
        return _entries(_one(inner.fields_by_name["value"]))
    one = _one(field)
    return _several(one) if is_list(field) else one


def _entries(one: Callable[[_Reading, Any, str], Any]) -> Callable[[_Reading, Any, str], Any]:
    def read(reading: _Reading, found: Any, at: str) -> dict[str, Any]:
        if type(found) is not dict:
            raise reading.refuse(at, _MAP, found)
        reading.keys += len(found)
        read: dict[str, Any] = {}
        for key, value in found.items():
            where = f"{at}[{printable(key[:NAME_LENGTH])}]"
            try:
                read[key] = one(reading, value, where)
            except _Unread:
                continue
        return read

    return read


def _several(one: Callable[[_Reading, Any, str], Any]) -> Callable[[_Reading, Any, str], Any]:
    def read(reading: _Reading, found: Any, at: str) -> list[Any]:
        if type(found) is not list:
            raise reading.refuse(at, _LIST, found)
        items = []
        for index, item in enumerate(found):
            try:
                items.append(one(reading, item, f"{at}[{index}]"))
            except _Unread:
                continue
        return items

    return read


def _one(field: FieldDescriptor) -> Callable[[_Reading, Any, str], Any]:
    inner = field.message_type
    if inner is not None:
        special = _WELL_KNOWN.get(inner.full_name)
        if special is not None:
            return special
        if inner.full_name.startswith("google.protobuf."):
            return _by_protobuf(inner)
        return lambda reading, found, at: _nested(reading, found, inner, at)
    if field.enum_type is not None:
        return _enum(field.enum_type.values_by_name, field.enum_type.values_by_number)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes
    return _SCALARS[field.cpp_type]


def _nested(reading: _Reading, found: Any, inner: Descriptor, at: str) -> dict[str, Any]:
    if type(found) is not dict:
        raise reading.refuse(at, _shape(inner), found)
    return reading.message(found, inner, at)


@lru_cache(maxsize=512)
def _shape(descriptor: Descriptor) -> Words:
    """An object; of one that holds one of several values, what it looks like."""
    one_of = _oneofs(descriptor)
    if not one_of or len(one_of[0]) != len(descriptor.fields):
        return _MAP
    names = [descriptor.fields_by_name[name].json_name for name in one_of[0]]
    zh = "、".join(names[1:])
    return Words(
        f'对象，如 {{"{names[0]}": …}}（或 {zh}）',
        f'an object {{"{names[0]}": …}} (or {", ".join(names[1:])})',
    )


# -- single values


def _text(reading: _Reading, found: Any, at: str) -> str:
    if type(found) is not str:
        raise reading.refuse(at, _TEXT, found)
    return found


def _boolean(reading: _Reading, found: Any, at: str) -> bool:
    if type(found) is not bool:
        raise reading.refuse(at, _BOOL, found)
    return found


def _integer(low: int, high: int) -> Callable[[_Reading, Any, str], int]:
    def read(reading: _Reading, found: Any, at: str) -> int:
        if type(found) is str and _INTEGER.fullmatch(found):
            # Python would take its time over a million digits.
            found = int(found) if len(found) <= len(str(-(2**63))) else math.inf
        if type(found) is float and (found.is_integer() or math.isinf(found)):
            # orjson reads an integer beyond 64 bits as a double.
            found = int(found) if abs(found) <= _EXACT else high + 1
        if type(found) is not int:
            raise reading.refuse(at, _INT, found)
        if not low <= found <= high:
            bits = Words(f"{low} 到 {high}", f"{low} to {high}")
            reading.add(at, "LNK847", range=bits)
            raise _Unread
        return found

    return read


def _double(reading: _Reading, found: Any, at: str) -> float:
    if type(found) is str and _DECIMAL.fullmatch(found) and len(found) < NAME_LENGTH:
        found = float(found)
    if type(found) not in (int, float):
        raise reading.refuse(at, NUMBER, found)
    if not math.isfinite(found):
        reading.add(at, "LNK840")
        raise _Unread
    return float(found)


def _bytes(reading: _Reading, found: Any, at: str) -> bytes:
    try:
        text = _text(reading, found, at).replace("-", "+").replace("_", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise reading.refuse(at, _BASE64, found) from None


def _enum(names: Mapping[str, Any], numbers: Mapping[int, Any]) -> Callable[[_Reading, Any, str], int]:
    allowed = tuple(names)

    def read(reading: _Reading, found: Any, at: str) -> int:
        if type(found) is int and found in numbers:
            return found
        if type(found) is str and found in names:
            return cast(int, names[found].number)
        if type(found) not in (int, str):
            raise reading.refuse(at, _ENUM, found)
        name = printable(str(found)[:NAME_LENGTH])
        reading.add(at, "LNK848", allowed, name=name, allowed=", ".join(allowed))
        raise _Unread

    return read


def _stamp(reading: _Reading, found: Any, at: str) -> dict[str, int]:
    if type(found) is not str:
        raise reading.refuse(at, _MOMENT, found)
    try:
        seconds, nanos = divmod(parse_moment(found), NANO)
    except MomentError as error:
        reading.add(at, "LNK816", reason=error.words)
        raise _Unread from None
    return {"seconds": seconds, "nanos": nanos}


def _mask(reading: _Reading, found: Any, at: str) -> dict[str, list[str]]:
    """Names in either spelling: whether they exist is for who uses the mask to say."""
    if type(found) is not str:
        raise reading.refuse(at, _MASK, found)
    paths = [path.strip() for path in found.split(",")] if found.strip() else []
    return {"paths": [re.sub(r"(?<=[a-z0-9])[A-Z]", lambda c: f"_{c[0].lower()}", path) for path in paths]}


def _by_protobuf(inner: Descriptor) -> Callable[[_Reading, Any, str], Any]:
    """What protobuf has a JSON of its own for and our requests do not use."""
    from google.protobuf.message_factory import GetMessageClass

    kind = GetMessageClass(inner)

    def read(reading: _Reading, found: Any, at: str) -> Message:
        reading.keys += count_keys(found)
        try:
            return json_format.ParseDict(found, kind())
        except (json_format.ParseError, TypeError, ValueError):
            raise reading.refuse(at, _OTHER, found) from None

    return read


_SCALARS: Mapping[int, Callable[[_Reading, Any, str], Any]] = {
    FieldDescriptor.CPPTYPE_STRING: _text,
    FieldDescriptor.CPPTYPE_BOOL: _boolean,
    FieldDescriptor.CPPTYPE_INT32: _integer(-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: _integer(-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: _integer(0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: _integer(0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_DOUBLE: _double,
    FieldDescriptor.CPPTYPE_FLOAT: _double,
}
_WELL_KNOWN: Mapping[str, Callable[[_Reading, Any, str], Any]] = {TIMESTAMP: _stamp, _FIELD_MASK: _mask}


def _within(at: str, name: str) -> str:
    """Where a field stands; where its name is none, that which should have it."""
    if not _NAME.fullmatch(name):
        return at
    return f"{at}.{name}" if at else name


def _kind(found: Any) -> Words:
    """What stands there, by its form: facts are never repeated."""
    if isinstance(found, bool):
        return Words("true" if found else "false", "true" if found else "false")
    if found is None:
        return _NOTHING
    if isinstance(found, dict):
        return _MAP
    if isinstance(found, list):
        return _LIST
    return _TEXT if isinstance(found, str) else NUMBER
