"""Python source of the case reader: one function a message, its fields and their checks written out.

    facts.proto, vocabulary's code lists --reader_source--> text --compile--> fill_Case, list_Event …

``fill_X(r, v, m, at)`` reads message ``m``, which stands at ``at``, into the view ``v``;
``list_X(r, parent, values, place)`` gives the views of a list. ``r`` is the reading under way
(``policy.facts.reading``), which words what is wrong. The text holds names of the protocol alone, nothing
that a user wrote.
"""

from __future__ import annotations

from google.protobuf.descriptor import FieldDescriptor

from policy.facts.views import (
    COLLECTIONS,
    DERIVED,
    EITHER,
    NESTED,
    REFERENCES,
    REQUIRED,
    TIME_FIELDS,
    TIMESTAMP,
    is_list,
)
from policy.pack.paths import MESSAGES
from policy.pack.vocabulary import CODE_FIELDS


def reader_source() -> str:
    """The text. It reads globals: VIEW_X, FIELD_X_y, CODES_X_y, MAX_TEXT, MAX_TEXTS, TIME_MIN, TIME_MAX,
    NANO, isfinite."""
    lines: list[str] = []
    for name in (*COLLECTIONS, "Case"):
        lines += _list(name) if COLLECTIONS.get(name) else _fill(name)
    return "\n".join(lines) + "\n"


def _fill(name: str) -> list[str]:
    return [f"def fill_{name}(r, v, m, at):", *_indented(_fields(name))]


def _list(name: str) -> list[str]:
    collection, time = COLLECTIONS[name], TIME_FIELDS.get(name)
    identified = "id" in MESSAGES[name].fields_by_name
    body = [f"v = VIEW_{name}()"]
    body += ["v.parent = parent"] if collection in NESTED else []
    body += ["when = 0"] if time else []
    body += ["key = None", "at = (place, index)"] if identified else ["at = (place, index)"]
    body += _fields(name)
    if identified:
        body += ["if key is not None:", "    if key in ids:", "        r.repeated(at)", "    ids.add(key)"]
    body += _happened("posted_at" in MESSAGES[name].fields_by_name) if time else ["add(v)"]
    return [
        f"def list_{name}(r, parent, values, place):",
        "    if not r.counted(len(values), place):",
        "        return ()",
        *([f"    ids = r.ids[{collection!r}]"] if identified else []),
        *(["    as_of = r.as_of"] if time else []),
        "    result = []",
        "    add = result.append",
        "    for index, m in enumerate(values):",
        *_indented(body, 2),
        "    return tuple(result)",
    ]


def _happened(by_post: bool) -> list[str]:
    """What has not happened by then is no fact yet; what is still to come is said.

    What was posted by then and arrives later has been posted, and has not arrived.
    """
    if not by_post:
        return ["if when <= as_of:", "    add(v)", "else:", "    r.later(at)"]
    return [
        "if when <= as_of and (when or getattr(v, 'posted_at', as_of) <= as_of):",
        "    add(v)",
        "elif getattr(v, 'posted_at', when or as_of + 1) <= as_of:",
        "    del v.at",
        "    add(v)",
        "else:",
        "    r.later(at)",
    ]


def _fields(name: str) -> list[str]:
    """Reads every field that the message ``m`` states, and checks that it states what it must."""
    descriptor = MESSAGES[name]
    lines = [f"v.{field.name} = ()" for field in descriptor.fields if is_list(field)]
    lines += ["pairs = m.ListFields()", "for field, x in pairs:"]
    word = "if"
    for field in descriptor.fields:
        lines.append(f"    {word} field is FIELD_{name}_{field.name}:")
        lines += _indented(_field(name, field), 2)
        word = "elif"
    lines += ["    else:", "        r.foreign(field)"]
    required = REQUIRED.get(name, ())
    if required:
        # Fields come in the order of their numbers, and the required ones have the lowest.
        last = len(required) - 1
        lines.append(
            f"if len(pairs) < {len(required)} or pairs[{last}][0] is not FIELD_{name}_{required[last]}:"
        )
        lines.append(f"    r.incomplete(v, {required!r}, at)")
    if name in EITHER:
        lines.append(f"r.settle_either(v, {EITHER[name]!r})")
    return lines


def _field(name: str, field: FieldDescriptor) -> list[str]:
    """The checks of one field and where its value goes."""
    place = f"(at, {field.name!r})"
    store = f"v.{field.name} = x"
    key = ["key = x"] if field.name == "id" and name != "Case" else []
    codes = f"CODES_{name}_{field.name}"
    if (name, field.name) in CODE_FIELDS:
        if is_list(field):
            bad = f"    r.bad_codes({place}, x, {codes})"
            return [_listed(place), f"if not {codes}.issuperset(x):", bad, store]
        return [f"if x not in {codes}:", f"    r.bad_code({place}, x, {codes})", store]
    message = field.message_type
    if (name, field.name) in DERIVED:
        return [f"r.derived({place})"]
    if message is None:
        if field.type == FieldDescriptor.TYPE_DOUBLE:
            return ["if not isfinite(x):", f"    r.bad_number({place}, x)", store]
        if field.type != FieldDescriptor.TYPE_STRING:
            return [store]
        if is_list(field):
            return _texts(name, field, place, store)
        checked = [f"if {_bad('x')}:", f"    r.bad_text({place}, x)", store, *key]
        if (name, field.name) in REFERENCES:
            checked.append(f"r.references.append(({place}, {REFERENCES[name, field.name]!r}, x))")
        return checked
    if message.full_name == TIMESTAMP:
        moment = [
            "below = x.nanos",
            "x = x.seconds * NANO + below",
            "if not TIME_MIN <= x < TIME_MAX or not 0 <= below < NANO:",
            f"    r.bad_time({place})",
        ]
        chosen = ["when = x"] if TIME_FIELDS.get(name) == field.name else []
        return [*moment, store, *chosen]
    if field.name == "attributes":
        return [f"r.attributes(v, x, {place})"]
    if is_list(field):
        return [f"v.{field.name} = list_{message.name}(r, v, x, {place})"]
    return [
        f"v.{field.name} = inner = VIEW_{message.name}()",
        f"fill_{message.name}(r, inner, x, {place})",
    ]


def _texts(name: str, field: FieldDescriptor, place: str, store: str) -> list[str]:
    """The checks of a list of ids."""
    checked = [_listed(place), "for number, one in enumerate(x):"]
    checked += [f"    if {_bad('one')}:", f"        r.bad_text(({place}, number), one)"]
    if (name, field.name) in REFERENCES:
        checked.append(f"    r.references.append((({place}, number), {REFERENCES[name, field.name]!r}, one))")
    return [*checked, store]


def _listed(place: str) -> str:
    return f"x = tuple(x) if len(x) <= MAX_TEXTS else r.too_many({place}, len(x))"


def _bad(text: str) -> str:
    """Whether a text may be none that a fact may hold; ``bad_text`` looks closer."""
    return f"not {text} or len({text}) > MAX_TEXT or not {text}.isprintable()"


def _indented(lines: list[str], levels: int = 1) -> list[str]:
    return ["    " * levels + line for line in lines]
