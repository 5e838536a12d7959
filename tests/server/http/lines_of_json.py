"""For schemathesis: a body of JSON Lines is one line of what is described, an answer is its first line."""

from __future__ import annotations

import json
from typing import Any

import schemathesis

LINES = "application/x-ndjson"


@schemathesis.serializer(LINES)
def one_line(_context: Any, value: Any) -> bytes:
    """The body of one line."""
    return value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"


@schemathesis.deserializer(LINES)
def first_line(_context: Any, response: Any) -> Any:
    """What the first line says."""
    return json.loads(response.content.split(b"\n")[0] or b"{}")


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Unknown fields are never asked to be ignored: what breaks the schema would be taken then."""
    if case.query:
        case.query.pop("ignoreUnknown", None)
