"""The compiled program: what is generated, how it is indexed, and what it can never contain."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.engines import COMPILED
from policy.program import program_of
from policy.program.program import PackProgram
from policy.text.diagnostics import Faults
from tests.loading import FIXTURES, SHIPPED, loaded


def _programs() -> Iterator[PackProgram]:
    for root in (FIXTURES, SHIPPED):
        for district in loaded(root)[0].districts.values():
            yield from district.programs


PROGRAMS = list(_programs())


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: f"{p.pack.district}-{p.pack.version}")
def test_the_source_is_plain_and_closed(program: PackProgram) -> None:
    """Only functions; no import, no dunder, no name but our helpers, the arguments and local loops."""
    tree = ast.parse(program.generated.text)
    assert all(isinstance(node, ast.FunctionDef) for node in tree.body)
    for node in ast.walk(tree):
        assert not isinstance(node, (ast.Import, ast.ImportFrom, ast.Global, ast.Lambda, ast.With, ast.While))
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: f"{p.pack.district}-{p.pack.version}")
def test_every_condition_line_maps_home(program: PackProgram) -> None:
    """Each generated test of a condition points at that condition in the YAML."""
    lines = program.generated.text.splitlines()
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("if "):
            assert number in program.generated.lines
    homes = {str(span) for span in program.generated.lines.values()}
    for plan in program.plans:
        tested = [c for c in plan.typed.when if c not in plan.trigger.implied] + list(plan.typed.unless)
        assert all(str(condition.source.expr.span) in homes for condition in tested)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: f"{p.pack.district}-{p.pack.version}")
def test_compiling_again_gives_the_same_text(program: PackProgram) -> None:
    snapshot = loaded(SHIPPED if program.pack.district in loaded(SHIPPED)[0].districts else FIXTURES)[0]
    again = program_of(program.pack, snapshot.vocabulary, Faults())
    assert again.generated.text == program.generated.text


def test_rules_without_their_trigger_are_not_called() -> None:
    """A case without events, requests and documents calls no rule that waits for one."""
    district = loaded(FIXTURES)[0].districts["qiaonan"]
    (program,) = district.programs
    called: list[int] = []
    quiet = facts_pb2.Case(id="q", district="qiaonan", kind="enforcement")
    view = district.reader.read(quiet, 1_710_000_000_000_000_000)
    for entry in (*program.triggered.index, *program.gathered.index):
        for functions in (*entry.by_code.values(), entry.always):
            called += [1 for _ in functions if getattr(view, entry.collection)]
    assert called == []
    assert COMPILED.matches(program, view, program.triggered).hits == []
    assert COMPILED.matches(program, view, program.gathered).hits == []
    assert decide(district, quiet, 1_710_000_000_000_000_000).obligations == ()


def test_codes_of_the_trigger_index_are_those_of_the_conditions() -> None:
    (program,) = loaded(FIXTURES)[0].districts["qiaonan"].programs
    triggers = {plan.id: (plan.trigger.collection, plan.trigger.codes) for plan in program.plans}
    assert triggers["qiaonan.vehicle.notify"] == ("events", ("vehicle_seized",))
    assert triggers["qiaonan.query.tax"] == ("requests", ("tax_query",))
    assert triggers["qiaonan.search.do"] == ("events", ("search_requested",))
    assert triggers["qiaonan.list.post"] == ("parties", ())
    assert triggers["qiaonan.breach.circulate"] == ("breaches", ())
