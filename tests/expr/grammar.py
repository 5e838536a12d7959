"""Random well-typed expressions over the harness' names: every operator, function, macro and literal form.

Operands may be anything of their type, so overflow, division by zero, lookups of ids that nobody has, and
indexes beyond the end all happen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

Loops = tuple[tuple[str, str], ...]
"""Variables of the comprehensions around an expression: (name, kind of element)."""

SCALARS = ("bool", "int", "double", "string", "timestamp", "duration")
_MESSAGES = ("Event", "Party")

_LEAVES = {
    "bool": (
        *("true", "false", "attr.pilot", "case.flags.major_complex", "case.flags.evasion"),
        "p.household.within_district",
    ),
    "int": (
        *("0", "1", "2", "-1", "7", "-3", "9223372036854775807", "-9223372036854775808"),
        *("4611686018427387904", "case.claim_fen", "case.claimants", "attr.n"),
    ),
    "double": ("0.0", "1.5", "-2.0", "1e308", "-1e-300", "attr.score"),
    "string": (
        *('""', '"x"', '"court"', '"特"', '"p1"', '"e2"', '"nobody"', "'a\\'b'"),
        *("e.type", "e.actor", "e.party", "p.role", "p.household.subdistrict", "case.stage", "p.id"),
    ),
    "timestamp": (
        *("as_of", "e.at", "case.filed_at"),
        *('timestamp("2024-03-02T09:30:00+08:00")', 'timestamp("2024-01-31T01:30:00.000001Z")'),
        *('timestamp("9999-12-31T23:59:59Z")', 'timestamp("0001-01-01T00:00:00Z")'),
    ),
    "duration": (
        *('duration("1h")', 'duration("-90m")', 'duration("0s")', 'duration("1ms")'),
        'duration("2540400h")',
    ),
    "Event": ("e", "case.events[0]"),
    "Party": ("p", "case.parties[0]"),
    "list(string)": ("case.categories", "p.traits"),
    "list(Event)": ("case.events",),
    "list(Party)": ("case.parties",),
}
for _kind in SCALARS:
    _lists = (
        f"[{', '.join(_LEAVES[_kind][:2])}]",
        f"[{_LEAVES[_kind][-1]}]",
        f"[{_LEAVES[_kind][0]}].filter(i, false)",
    )
    _LEAVES[f"list({_kind})"] = (*_LEAVES.get(f"list({_kind})", ()), *_lists)
_FIELDS = {
    "Event": {"type": "string", "actor": "string", "party": "string", "at": "timestamp", "id": "string"},
    "Party": {"role": "string", "id": "string", "kind": "string", "traits": "list(string)"},
}
_COMPARED = [f"(<{kind}> {sign} <{kind}>)" for kind in SCALARS for sign in ("==", "!=", "<", "<=", ">", ">=")]
_ZONED = ("getFullYear", "getMonth", "getDate", "getHours", "getDayOfWeek")

# Forms by kind: <kind> stands for an expression, <kind;variable> for one that may read the loop's variable,
# and ONE for the loop's list, of any type.
_FORMS: dict[str, list[str]] = {
    "bool": [
        *["(<bool> && <bool>)", "(<bool> || <bool>)", "!(<bool>)"] * 3,
        *_COMPARED,
        *[f"(<{kind}> in <list({kind})>)" for kind in SCALARS],
        *[f"(<string>).{name}(<string>)" for name in ("contains", "startsWith", "endsWith")],
        *[f"(ONE).{name}(VAR, <bool;>)" for name in ("exists", "all", "exists_one")] * 3,
        "same_year(<timestamp>, <timestamp>)",
        'within(<timestamp>, <timestamp>, "12 months")',
    ],
    "int": [
        *[f"(<int> {sign} <int>)" for sign in "+-*/%"],
        *["-(<int>)", "size(<string>)", "(<string>).size()", "(ANY).size()", "size(ANY)"],
        *[f'(<timestamp>).{name}("Asia/Shanghai")' for name in _ZONED],
        "nth(<Event>, <list(Event)>)",
        'nth_distinct(<Event>, <list(Event)>, "actor")',
        "nth(case.requests[0], case.requests)",
        'nth_distinct(case.requests[0], case.requests, "to")',
        "years_running(<list(timestamp)>, <timestamp>)",
    ],
    "double": [*[f"(<double> {sign} <double>)" for sign in "+-*/"], "-(<double>)", "double(<int>)"],
    "string": [
        "(<string> + <string>)",
        "(<Event>).actor",
        "(<Event>).type",
        "(<Party>).role",
        "(<Party>).kind",
    ],
    "timestamp": [
        *[
            "(<timestamp> + <duration>)",
            "(<duration> + <timestamp>)",
            "(<timestamp> - <duration>)",
            "(<Event>).at",
        ],
        *[f'add_period(<timestamp>, "{text}")' for text in ("1 hours", "10 days", "1 months", "3 years")],
    ],
    "duration": ["(<timestamp> - <timestamp>)", "(<duration> + <duration>)", "(<duration> - <duration>)"],
    "Event": ["event(<string>)"],
    "Party": ["party(<string>)"],
}
for _kind in (*SCALARS, *_MESSAGES):
    _FORMS[f"list({_kind})"] = [
        f"(<list({_kind})> + <list({_kind})>)",
        f"[<{_kind}>]",
        f"[<{_kind}>, <{_kind}>]",
        f"(<list({_kind})>).filter(VAR:{_kind}, <bool;>)",
    ]
    if _kind in SCALARS:
        _FORMS[f"list({_kind})"] += [f"(ONE).map(VAR, <{_kind};>)", f"(ONE).map(VAR, <bool;>, <{_kind};>)"]
for _kind, _forms in _FORMS.items():
    _forms.append(f"(<bool> ? <{_kind}> : <{_kind}>)")
    if not _kind.startswith("list"):
        _forms.append(f"(<list({_kind})>)[<int>]")

_SLOT = re.compile(r"<([^<>; ]+)(;?)>|ONE|ANY")


@st.composite
def expressions(draw: Callable[[Any], Any], kinds: Sequence[str] = SCALARS, depth: int = 3) -> str:
    """Texts of expressions of one of ``kinds`` that nest at most ``depth`` operators."""
    return _Writer(draw).text(draw(st.sampled_from(kinds)), depth, ())


@st.composite
def one_of_each(draw: Callable[[Any], Any]) -> list[str]:
    """One expression of every form, its operands without operators of their own."""
    writer = _Writer(draw)
    return [writer.form(form, 0, ()) for forms in _FORMS.values() for form in forms]


class _Writer:
    """Draws one expression: what may stand in a place depends on the loops around it."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def text(self, kind: str, depth: int, loops: Loops) -> str:
        """An expression of ``kind``; half of those that could nest deeper do not."""
        leaves = self._leaves(kind, loops)
        if depth <= 0 or self._draw(st.booleans()):
            return self._one(leaves)
        return self.form(self._one(_FORMS[kind]), depth - 1, loops)

    def _one(self, options: Sequence[str]) -> str:
        return str(self._draw(st.sampled_from(options)))

    def _leaves(self, kind: str, loops: Loops) -> list[str]:
        own = [name for name, element in loops if element == kind]
        for name, element in loops:
            own += [f"{name}.{field}" for field, type_ in _FIELDS.get(element, {}).items() if type_ == kind]
        return own * 3 + list(_LEAVES.get(kind, ()))

    def form(self, form: str, depth: int, loops: Loops) -> str:
        variable = f"q{len(loops)}"
        element = self._one((*SCALARS, *_MESSAGES))
        if found := re.search(r"VAR:(\w+)", form):
            element = found[1]
        inner = (*loops, (variable, element))

        def written(match: re.Match[str]) -> str:
            if match[0] in ("ONE", "ANY"):
                return self.text(f"list({element})", depth, loops)
            return self.text(match[1], depth, inner if match[2] else loops)

        return re.sub(r"VAR(:\w+)?", variable, _SLOT.sub(written, form))
