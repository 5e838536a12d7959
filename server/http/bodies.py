"""Bodies of requests: they read themselves once it is their caller's turn (``server.api.reading.Unread``).

JSON, with what path and query add to it; protobuf's own bytes, where the caller's language is to be known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from linkage.v1 import policy_service_pb2 as api
from policy.facts.reading import FactsError, Violation
from policy.review.wording import LANGUAGES
from server.api.reading import Batch, Given, batch_items, batch_itself, read, stream_item
from server.convert.from_json import Json, count_keys, json_value, message_from, only_fields
from server.convert.wire import tag, text
from server.settings.limits import MAX_VALUES

M = TypeVar("M", bound=Message)

MAX_BATCH_VALUES = 4 * MAX_VALUES
"""Most values of a whole batch in JSON; each of its items may have ``MAX_VALUES``."""
LANGUAGE = "language"


class JsonBody:
    """A text of JSON. ``asked``: the language of the caller, for a request that names none.

    ``added`` gives the fields that path and query have, or raises ``FactsError``; ``field`` is the one that
    the text is the value of ("*": it is the whole request, "": there is none).
    """

    def __init__(
        self,
        data: bytes,
        asked: str = "",
        ignore_unknown: bool = False,
        added: Callable[[], dict[str, Any]] = dict,
        field: str = "*",
    ) -> None:
        self._data = data
        self._asked = asked
        self._ignore = ignore_unknown
        self._added = added
        self._field = field
        self.language = asked

    def __len__(self) -> int:
        return len(self._data)

    def message(self, kind: type[M]) -> M:
        """The message."""
        return self._message(self._json(), kind)

    def batch(self, most: int) -> Batch:
        """A batch: what is wrong with one of its items is its own."""
        kind = api.BatchEvaluateRequest
        found = only_fields(json_value(self._data, MAX_BATCH_VALUES), kind, self._ignore)
        self.language = _said(found) or self._asked
        items = found.pop("requests", None) or []
        if not isinstance(items, list):
            found["requests"] = items  # whoever reads it says what is wrong with that
        given = _asked_in(self._asked, kind)
        itself = message_from(Json(found, None, b""), kind, ignore_unknown=self._ignore, given=given)
        size = len(self._data) // max(1, len(items))
        # They name a language of their own, or their batch does, or whoever asks.
        asked = "" if _said(found) else self._asked
        return itself, [JsonItem(item, size, asked, self._ignore) for item in items[: most + 1]]

    def item(self, place: str) -> tuple[str, Given | FactsError]:
        """A message of a stream."""
        try:
            found = only_fields(
                json_value(self._data, at=place), api.EvaluateStreamRequest, self._ignore, place
            )
            key = found.get("key") or ""
            if not isinstance(key, str):
                message_from(Json({"key": key}, None, b""), api.EvaluateStreamRequest, at=place)
            item = found.get("request")
            return key, JsonItem({} if item is None else item, len(self._data), self._asked, self._ignore)
        except FactsError as error:
            return "", error

    def _json(self) -> Json:
        added = self._added()
        if not self._field:
            return Json(added, None, b"")
        found = json_value(self._data)
        if self._field != "*":
            return Json(added | {self._field: found.value}, _more(found, added, 1), found.text)
        if not added or not isinstance(found.value, dict):
            return found
        if twice := found.value.keys() & added.keys():
            raise FactsError(Violation(name, "LNK845", (("name", name),)) for name in sorted(twice))
        return Json(found.value | added, _more(found, added), found.text)

    def _message(self, found: Json, kind: type[M]) -> M:
        self.language = _said(found.value) or self._asked
        given = _asked_in(self._asked, kind)
        return message_from(found, kind, ignore_unknown=self._ignore, given=given)


class JsonItem:
    """A value of JSON that is a request of a batch or a stream; ``size``: about so many bytes."""

    def __init__(self, value: Any, size: int, asked: str, ignore_unknown: bool) -> None:
        self._value = value
        self._size = size
        self._asked = asked
        self._ignore = ignore_unknown
        self.language = _said(value) or asked

    def __len__(self) -> int:
        return self._size

    def message(self, kind: type[M]) -> M:
        """The message."""
        if count_keys(self._value) > MAX_VALUES:
            raise FactsError((Violation("request", "LNK836", (("limit", f"{MAX_VALUES:,}"),)),))
        given = _asked_in(self._asked, kind)
        return message_from(Json(self._value, None, b""), kind, ignore_unknown=self._ignore, given=given)

    def batch(self, most: int) -> Batch:
        """It is none."""
        raise NotImplementedError

    def item(self, place: str) -> tuple[str, Given | FactsError]:
        """It is one."""
        raise NotImplementedError


class WireBody:
    """Protobuf's bytes, of a caller who wants another language than the service speaks by itself."""

    def __init__(self, data: bytes, asked: str) -> None:
        self._data = data
        self.language = asked

    def __len__(self) -> int:
        return len(self._data)

    def message(self, kind: type[M]) -> M:
        """The message."""
        # Of two values of a field the last one counts: that of the request, where it has one.
        return read(kind, _language_field(kind, self.language) + self._data)

    def batch(self, most: int) -> Batch:
        """A batch; its items name a language of their own, or their batch does, or whoever asks."""
        itself, items = batch_itself(self._data), batch_items(self._data, most)
        if itself.language:
            return itself, items
        itself.language = self.language
        return itself, [WireBody(item, self.language) for item in items]

    def item(self, place: str) -> tuple[str, Given | FactsError]:
        """A message of a stream."""
        key, found = stream_item(self._data, place)
        return key, found if isinstance(found, FactsError) else WireBody(found, self.language)


def wire_body(data: bytes, asked: str) -> Given:
    """Protobuf's bytes; as they are where nothing is to be added."""
    return data if asked in ("", LANGUAGES[0]) else WireBody(data, asked)


def _more(found: Json, added: dict[str, Any], wrapped: int = 0) -> int | None:
    return None if found.keys is None else found.keys + count_keys(added) + wrapped


def _said(found: Any) -> str:
    """The language that a request in JSON names."""
    said = found.get(LANGUAGE) if isinstance(found, dict) else None
    return said if isinstance(said, str) and said in LANGUAGES else ""


def _has_language(kind: type[Message]) -> bool:
    field = cast(Any, kind).DESCRIPTOR.fields_by_name.get(LANGUAGE)
    return field is not None and field.type == FieldDescriptor.TYPE_STRING


def _asked_in(asked: str, kind: type[Message]) -> Mapping[str, Any]:
    return {LANGUAGE: asked} if asked and asked != LANGUAGES[0] and _has_language(kind) else {}


def _language_field(kind: type[Message], asked: str) -> bytes:
    return text(tag(kind, LANGUAGE), asked) if _has_language(kind) else b""
