"""Generated quantifiers: an element that decides wins over open ones; only the events asked for are read."""

from __future__ import annotations

from typing import Any

import pytest

from policy.program.program import FALLBACK
from tests.bench.cases import bench_cases
from tests.expr.harness import case_of, tree_of, view_of
from tests.loading import FIXTURES, SHIPPED, loaded

OPEN = "open"
"""What the generated function leaves to the three-valued engine."""

STATED: dict[str, Any] = {
    "id": "e2",
    "type": "x",
    "at": "2024-03-01T00:00:00Z",
    "actor": "court",
    "about": "e1",
}
SILENT: dict[str, Any] = {"id": "e3", "type": "y", "actor": "debtor"}


def _value(text: str, *events: dict[str, Any]) -> Any:
    first = {"id": "e1", "type": "x", "at": "2024-03-02T00:00:00Z", "actor": "member", "about": "e1"}
    view = view_of(case_of(parties=[{"id": "p1", "role": "debtor"}], events=[first, *events]))
    (program,) = loaded(FIXTURES)[0].districts["qiaonan"].programs
    part = program.part(tree_of(text), ("e",))
    try:
        return part.function(view, *[view.events[0] for _ in part.names])
    except FALLBACK:
        return OPEN


@pytest.mark.parametrize(
    ("text", "events", "expected"),
    [
        ('case.events.exists(q, q.about == "e1")', (SILENT, STATED), True),
        ('case.events.exists(q, q.about == "e9")', (SILENT, STATED), OPEN),
        ('case.events.exists(q, q.about == "e1" && q.actor == "court")', (SILENT,), False),
        ('case.events.exists(q, q.about == "e1" && q.actor == "debtor")', (SILENT,), OPEN),
        ('case.events.all(q, q.about == "e1")', (SILENT,), OPEN),
        ('case.events.all(q, q.about == "e1" && q.actor != "debtor")', (SILENT,), False),
        ('case.events.all(q, q.about == "e1" && q.actor != "lawyer")', (STATED,), True),
        ('case.events.exists(q, q.type == "x" && q.at < e.at)', (SILENT, STATED), True),
        ('case.events.exists(q, q.type == "x" && q.at > e.at)', (SILENT, STATED), False),
        ('case.events.exists(q, q.type in ["y", "member"] && q.at > e.at)', (SILENT, STATED), OPEN),
        ('case.events.exists(q, q.type == "y" && q.type == "x")', (SILENT, STATED), False),
        ('case.events.exists(q, q.type == "y")', (SILENT, STATED), True),
        ('case.events.exists(q, q.type in [] && q.actor == "court")', (STATED,), False),
    ],
)
def test_open_elements_count_when_none_decides(
    text: str, events: tuple[dict[str, Any], ...], expected: object
) -> None:
    assert _value(text, *events) == expected


def test_every_function_keeps_the_line_where_it_stands_in_the_text() -> None:
    """The text is compiled in pieces; the line map holds for the whole."""
    for program in loaded(SHIPPED)[0].districts["liwan"].programs:
        lines = program.generated.text.splitlines()
        for plan in program.plans:
            number = plan.effect.__code__.co_firstlineno
            assert lines[number - 1].startswith(f"def e{plan.number}(")


def test_remembered_terms_are_what_working_them_out_gives() -> None:
    """A term is worked out once a case for the same arguments."""
    (program,) = loaded(SHIPPED)[0].districts["liwan"].programs
    district = loaded(SHIPPED)[0].districts["liwan"]
    remembered = 0
    for case in bench_cases():
        view = district.reader.read(case.message, case.as_of)
        district.canon.bring(view)
        for entry in (*program.triggered.index, *program.gathered.index):
            for element in getattr(view, entry.collection):
                for function in (*entry.by_code.get(getattr(element, entry.field), ()), *entry.always):
                    function(view, element, lambda _: None, lambda _: None)
        for (name, *arguments), value in dict(view.memo).items():
            remembered += 1
            assert program.namespace[f"w_{name}"](view, *arguments) is value
    assert remembered
