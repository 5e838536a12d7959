"""The district of a test: with the values of its parameters that the test gives in place of its own.

A test pins what it depends on: ``parameters`` of the test, or of the ``defaults`` of its file. So a district
that fixes a parameter which the document leaves open breaks no test that was written without a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from policy.decide.snapshot import District
from policy.pack.model import Parameter
from policy.program import PackProgram, with_pack
from policy.review.ruletest.model import RuleTest

Values = Mapping[str, str | int | float | bool | None]
_Key = tuple[int, tuple[tuple[str, str], ...]]

_MOST = 32
_made: dict[_Key, tuple[District, District]] = {}
"""Districts compiled for tests, by the district (which stays alive beside its number) and the values."""


def local_district(district: District, test: RuleTest) -> District:
    """The district itself where the test gives no other values, else one compiled with them."""
    return with_values(district, test.parameters)


def other_values(district: District, values: Values) -> Values:
    """Those of the values that are not the district's own already."""
    packs = [program.pack for program in district.programs]
    return {
        name: value
        for name, value in values.items()
        if any(pack.parameters[name].value != value for pack in packs if name in pack.parameters)
    }


def with_values(district: District, values: Values) -> District:
    """The district itself where the values are its own, else one compiled with them."""
    values = other_values(district, values)
    if not values:
        return district
    key = id(district), tuple(sorted((name, repr(value)) for name, value in values.items()))
    found = _made.get(key)
    if found is None:
        programs = tuple(_with_values(program, values) for program in district.programs)
        if len(_made) >= _MOST:
            _made.clear()
        found = _made[key] = district, replace(district, programs=programs)
    return found[1]


def fixed_locally(district: District) -> tuple[str, ...]:
    """The parameters whose values are the district's and not the document's, sorted."""
    packs = [program.pack for program in district.programs]
    local = {p.name for pack in packs for p in pack.parameters.values() if p.provenance == "local"}
    open_ = {p.name for pack in packs for p in pack.parameters.values() if p.value is None}
    return tuple(sorted(local - open_))


def _with_values(program: PackProgram, values: Values) -> PackProgram:
    own = program.pack.parameters
    given = {name: _fixed(own[name], value) for name, value in values.items() if name in own}
    return with_pack(program, replace(program.pack, parameters={**own, **given})) if given else program


def _fixed(parameter: Parameter, value: str | int | float | bool | None) -> Parameter:
    """The parameter as a district fixes it: that is local, whatever the document says."""
    return replace(parameter, value=value, basis=(), provenance="local")
