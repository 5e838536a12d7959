"""docs/expressions.md from the table of operators."""

from __future__ import annotations

from collections.abc import Mapping

from policy.expr.cel import MAX_LENGTH
from policy.expr.lower import MAX_DEPTH
from policy.expr.ops import LOOKUPS, OPS
from policy.messages.expressions import FAILURES

_HEAD = f"""\
# Expressions

Conditions are written in CEL, the Common Expression Language; its official implementation reads and
type-checks them. This page lists what may stand in one; anything else is refused (LNK410).
It is made from `policy/expr/ops.py`; a test keeps it so.

An expression has at most {MAX_LENGTH:,} characters and {MAX_DEPTH} levels.

## Names

| name | type | meaning |
|---|---|---|
| `case` | Case | the facts, see `proto/linkage/v1/facts.proto` |
| `as_of` | timestamp | the moment that is decided for |
| `breaches` | list of Breach | violated obligations, for rules that bind one in `each` |
| a variable of `each` | a message of the facts | the element that the rule is tried on |
| `done` | Event | in a matcher's `where`: the event that may fulfil, discharge or violate |
| `attr.NAME` | as declared | a fact of the district's own |
| `param.NAME` | as declared; a period is a string | a parameter; one without a value is unknown |
| `TERM(…)` | bool | a term of the pack |

## Truth

Scalars that the case does not state are unknown, and so is what needs them. Lists are closed: what is not
listed has not happened.

| form | true | false | unknown |
|---|---|---|---|
| `a && b` | both are true | one is false, whatever the other | otherwise |
| `a \\|\\| b` | one is true, whatever the other | both are false | otherwise |
| `!a` | `a` is false | `a` is true | `a` is unknown |
| `c ? x : y` | `x` or `y`, as `c` says | | `c` is unknown and `x`, `y` differ |

`has(x.f)` is refused (LNK411): an absent fact must not look like “no”.

## Lists

| form | meaning |
|---|---|
| `list.exists(x, condition)` | one element or more satisfies it |
| `list.all(x, condition)` | every element satisfies it; true of an empty list |
| `list.exists_one(x, condition)` | exactly one element satisfies it |
| `list.filter(x, condition)` | the elements that satisfy it |
| `list.map(x, value)` | the values of the elements |
"""

_LITERALS = """\
| form | meaning |
|---|---|
| `true`, `false`, `3`, `2.5`, `"text"`, `["a", "b"]` | plain values and lists |
| `timestamp("2024-03-02T09:30:00+08:00")` | a moment, always with a zone |
| `duration("24h")` | a length of time in h, m, s; calendar periods are for `add_period` |
"""


def expressions_page() -> str:
    """The whole page as Markdown."""
    lookups = {
        f"{name}(id)": f"the {message} with that id in `case.{path}`; error where there is none"
        for name, (message, path) in sorted(LOOKUPS.items())
    }
    failures = {name: words.en for name, words in sorted(FAILURES.items())}
    parts = [
        _HEAD,
        "## Literals\n\n" + _LITERALS,
        "## Operators and functions\n\n" + _table(("form", "meaning"), _operators()),
        "`getMonth` counts from 0 for January, `getDayOfWeek` from 0 for Sunday, as CEL has it.\n",
        "## Lookups\n\n" + _table(("form", "meaning"), lookups),
        "## Errors\n\nAn operator that cannot give a value is an error of the rule (LNK418):\n\n"
        + _table(("reason", "meaning"), failures),
    ]
    return "\n".join(parts)


def _operators() -> dict[str, str]:
    """Forms with their meanings, each once; an ordering stands in one row for all of its types."""
    rows: dict[str, str] = {}
    ordered: dict[str, list[str]] = {}
    for op in OPS.values():
        form, meaning = op.doc
        if meaning == "order":
            kind, sign, _ = form.split()
            ordered.setdefault(f"x {sign} y", []).append(kind)
        else:
            rows[form] = meaning
    return {form: f"order; for {', '.join(kinds)}" for form, kinds in ordered.items()} | rows


def _table(head: tuple[str, str], rows: Mapping[str, str]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    lines += [f"| `{_cell(form)}` | {_cell(meaning)} |" for form, meaning in rows.items()]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
