"""The district of a test: with the values of its parameters that the test gives in place of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from policy.decide.snapshot import District
from policy.pack.model import Parameter
from policy.program import PackProgram, with_pack
from policy.review.ruletest.model import RuleTest

Values = Mapping[str, str | int | float | bool | None]


def local_district(district: District, test: RuleTest) -> District:
    """The district itself where the test gives no parameters, else one compiled with them."""
    return with_values(district, test.parameters)


def with_values(district: District, values: Values) -> District:
    """The district itself where there are no values, else one compiled with them."""
    if not values:
        return district
    programs = tuple(_with_values(program, values) for program in district.programs)
    return replace(district, programs=programs)


def _with_values(program: PackProgram, values: Values) -> PackProgram:
    own = program.pack.parameters
    given = {name: _fixed(own[name], value) for name, value in values.items() if name in own}
    return with_pack(program, replace(program.pack, parameters={**own, **given})) if given else program


def _fixed(parameter: Parameter, value: str | int | float | bool | None) -> Parameter:
    """The parameter as a district fixes it: that is local, whatever the document says."""
    return replace(parameter, value=value, basis=(), provenance="local")
