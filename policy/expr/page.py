"""docs/expressions.md from the table of operators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy.expr.cel import MAX_LENGTH, MAX_LEVELS
from policy.expr.counting import FORMS
from policy.expr.ops import FAMILIES, LOOKUPS, OPS
from policy.expr.standard import Definition, definitions, forms, status_of
from policy.text.messages.expressions import FAILURES

_HEAD = f"""\
# Expressions

Conditions are written in CEL, the Common Expression Language; its official implementation reads and
type-checks them. This page lists what may stand in one; anything else is refused when the rules are loaded.
It is made from `policy/expr/ops.py` and `policy/expr/standard.py`; a test keeps it so.

An expression has at most {MAX_LENGTH:,} characters (LNK413) and {MAX_LEVELS} levels (LNK417); the latter is
the official parser's own limit. What stands in brackets, is an operand or an argument, or stands before a dot
is one level deeper than what it stands in; what a quantifier or another form over lists holds, three deeper.
So `attr.n > 0` has three levels, a sum of n terms n; `a && b && c …` is one operator, as is `a || b || c …`.

## Names

| name | type | meaning |
|---|---|---|
| `case` | Case | the facts, see `proto/linkage/v1/facts.proto` |
| `as_of` | timestamp | the moment that is decided for |
| `breaches` | list of Breach | violated obligations, for rules that bind one in `each` |
| a variable of `each` | a message of the facts | the element that the rule is tried on |
| `done` | Event, Request or Service | in a matcher's `where`: the act that may fulfil, discharge or violate |
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

A condition that is unknown names the facts that can change its outcome, and no others: a condition that comes
out the same whatever the missing facts are is not unknown, nor is one that fails whatever they are. That is
exact where a missing fact stands in comparisons with known values (`x == y`, order, `in`), and for truth
itself. Two missing facts that are compared with each other, arithmetic, functions of texts and of time, and
more than a thousand combinations may name a fact too many, never one too few; so may a coded fact, of which
it is not considered that it has no other codes.

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
| `timestamp("2024-03-02T09:30:00+08:00")` | a moment: an RFC 3339 date-time, always with a zone |
| `duration("24h")` | a length of time in h, m, s, ms, us, ns; calendar periods are for `add_period` |

Both are read by the reader of the facts and kept to the nanosecond; any other form is refused (LNK414). A
moment lies in the years 1 to 9999, a length of time within 2,562,047 hours (some 292 years) either way. What
is beyond is refused (LNK431), and what is computed beyond is an error of the rule (`overflow`), whatever the
engine. Facts, and deadlines, have a range of their own: 2000 to 2099.
"""


_FAMILIES = """\
The second argument is a literal that the vocabulary declares (LNK412, LNK414). Each is the same as `x in [ ]`
with the codes that `rules/vocabulary.yaml` has in the family: a code added there is reached by every rule.

"""

_COUNTING = """\
Of events and of requests; `field` is a literal, the name of a text field (LNK414). A rule that asks for
`nth(x, list) == 3` arises once, at the third; `>= 3` at the third and at each after it, `% 3 == 0` at every
third (and where `x` is not in the list: the other conditions must see to that). `list` is a filter that says
what is counted, for whom, and over which time:

| in the document | as a condition |
|---|---|
| 一年内累计三次督办的 | `nth(found, case.events.filter(e, e.type == "supervised" && \
e.concerning == found.concerning && same_year(e.at, found.at))) == 3` |
| 十二个月内三次 | the same with `within(e.at, found.at, "12 months")` |
| 一年内有三个以上单位 | `nth_distinct(found, case.events.filter(e, e.type == "supervised" && \
same_year(e.at, found.at)), "concerning") == 3` |
| 连续两年不合格的 | `years_running(case.events.filter(e, e.type == "found_failing" && \
e.concerning == found.concerning).map(e, e.period_from), found.period_from) == 2` |

Filters that several rules share are terms: `third_this_year(found)`.

Where facts are missing a count lies between what is certain and what is possible: a comparison that comes out
the same for all of it is known. The explanation names the elements that were counted.

"""

_STANDARD = """\
Every overload that CEL's standard defines, by function. What is refused gets the code when the rules are
loaded. Conversions to timestamp and duration take a literal text alone.

"""

_OUTCOMES = """\
Every engine gives the same: a value, the facts that are missing, or an error of the rule. `Asia/Shanghai` is
eight hours ahead of UTC, for ever and in every engine; the summer times that China had before 1992 are not
counted.
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
        "## Families\n\n" + _FAMILIES + _table(("form", "meaning"), _families()),
        "## Counting\n\n" + _COUNTING + _table(("form", "meaning"), _counting()),
        "## Errors\n\nAn operator that cannot give a value is an error of the rule (LNK418):\n\n"
        + _table(("reason", "meaning"), failures),
        _OUTCOMES,
        "## All of standard CEL\n\n" + _STANDARD + _statuses("function", definitions()),
        _statuses("form", forms()),
    ]
    return "\n".join(parts)


def _counting() -> dict[str, str]:
    return {form: meaning for form, (_, meaning) in FORMS.items()}


def _families() -> dict[str, str]:
    return {form: meaning for _, form, meaning in FAMILIES.values()}


def _operators() -> dict[str, str]:
    """Forms with their meanings, each once; an ordering stands in one row for all of its types."""
    rows: dict[str, str] = {}
    ordered: dict[str, list[str]] = {}
    for op in OPS.values():
        form, meaning = op.doc
        if not form:
            continue
        if meaning == "order":
            kind, sign, _ = form.split()
            ordered.setdefault(f"x {sign} y", []).append(kind)
        else:
            rows[form] = meaning
    return {form: f"order; for {', '.join(kinds)}" for form, kinds in ordered.items()} | rows


def _statuses(head: str, found: Iterator[Definition]) -> str:
    """One row a function: its overloads that are supported, and those refused, by code."""
    supported: dict[str, dict[str, None]] = {}
    refused: dict[str, dict[str, dict[str, None]]] = {}
    for definition, code in map(status_of, found):
        rows = supported.setdefault(definition.function, {})
        if code:
            refused.setdefault(definition.function, {}).setdefault(code, {})[_named(definition)] = None
        else:
            rows[_named(definition)] = None
    lines = [f"| {head} | supported | refused |", "|---|---|---|"]
    for function, names in supported.items():
        codes = refused.get(function, {})
        no = "; ".join(f"{code}: {', '.join(items)}" for code, items in sorted(codes.items()))
        lines.append(f"| `{_cell(function)}` | {', '.join(names) or '–'} | {no or '–'} |")
    return "\n".join(lines) + "\n"


def _named(definition: Definition) -> str:
    """Its overload; equality has one for all types, which the example tells apart."""
    if definition.overload in ("equals", "not_equals"):
        return f"`{_cell(definition.example)}`"
    return f"`{_cell(definition.overload)}`"


def _table(head: tuple[str, str], rows: Mapping[str, str]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    lines += [f"| `{_cell(form)}` | {_cell(meaning)} |" for form, meaning in rows.items()]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
