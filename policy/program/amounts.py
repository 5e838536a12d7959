"""Amounts and numbers of a pack, ready to be worked out: parameters resolved, sources of the numbers known.

AmountRule (as written) + parameters --amount_plan--> AmountPlan
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policy.money import Round, Share, Terms, Tier
from policy.pack.amount import AmountRule, Figure, Quantity
from policy.pack.model import Parameter

Parameters = Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class AmountPlan:
    """An amount ready to be worked out; ``terms`` None: ``missing`` parameters have no value.

    ``basis`` are the clauses its numbers come from; ``local``: the district set one of them itself.
    """

    source: AmountRule
    terms: Terms | None
    missing: tuple[str, ...]
    basis: tuple[str, ...]
    local: bool

    @property
    def open(self) -> bool:
        """Whether nothing fixes it but its bounds."""
        source = self.source
        return source.fixed is None and source.share is None and not source.tiers


@dataclass(frozen=True, slots=True)
class QuantityPlan:
    """A number of things; ``count`` None: the facts say, it only has bounds, or a parameter has no value."""

    source: Quantity
    count: int | None
    at_least: int | None
    at_most: int | None
    missing: tuple[str, ...]
    basis: tuple[str, ...]
    local: bool


def amount_plan(rule: AmountRule, parameters: Parameters, rule_basis: tuple[str, ...]) -> AmountPlan:
    """The plan of a checked amount."""
    missing = _missing(rule.figures(), parameters)
    terms = None if missing else _terms(rule, parameters)
    own = rule.basis or rule_basis
    basis, local = _origin(rule.figures(), rule.provenance, own, parameters)
    return AmountPlan(rule, terms, missing, basis, local)


def quantity_plan(quantity: Quantity, parameters: Parameters, rule_basis: tuple[str, ...]) -> QuantityPlan:
    """The plan of a checked number of things."""
    missing = _missing(quantity.figures(), parameters)
    count, at_least, at_most = (
        _whole(figure, parameters) for figure in (quantity.count, quantity.at_least, quantity.at_most)
    )
    own = quantity.basis or rule_basis
    basis, local = _origin(quantity.figures(), quantity.provenance, own, parameters)
    if not basis and not local:  # what the facts say is the rule's own
        basis = own
    return QuantityPlan(quantity, count, at_least, at_most, missing, basis, local)


def _terms(rule: AmountRule, parameters: Parameters) -> Terms:
    tiers = tuple(
        Tier(_whole(tier.up_to, parameters), _share(tier.share, parameters), _whole(tier.fixed, parameters))
        for tier in rule.tiers
    )
    to = _whole(rule.round_to, parameters)
    return Terms(
        fixed=_whole(rule.fixed, parameters),
        share=_share(rule.share, parameters),
        tiers=tiers,
        whole=rule.whole,
        round=None if to is None else Round(to, rule.round_how),
        floor=_whole(rule.floor, parameters),
        cap=_whole(rule.cap, parameters),
    )


def _whole(figure: Figure | None, parameters: Parameters) -> int | None:
    """Fen, or a count."""
    if figure is None:
        return None
    value = parameters[figure.param].value if figure.param else figure.value
    return value if isinstance(value, int) else None


def _share(figure: Figure | None, parameters: Parameters) -> Share | None:
    if figure is None:
        return None
    if isinstance(figure.value, Share):
        return figure.value
    return Share.parse(str(parameters[figure.param].value))


def _missing(figures: Iterable[Figure], parameters: Parameters) -> tuple[str, ...]:
    names = {figure.param for figure in figures if figure.param}
    return tuple(sorted(f"param.{name}" for name in names if parameters[name].value is None))


def _origin(
    figures: Iterable[Figure], provenance: str, basis: tuple[str, ...], parameters: Parameters
) -> tuple[tuple[str, ...], bool]:
    """The clauses that the numbers come from, each once, and whether one is the district's own."""
    found: dict[str, None] = {}
    local = False
    for figure in figures:
        parameter = parameters[figure.param] if figure.param else None
        if parameter is not None:
            said, clauses = parameter.provenance, parameter.basis
        elif figure.provenance:
            said, clauses = figure.provenance, figure.basis
        else:
            said, clauses = provenance, () if provenance == "local" else basis
        local = local or said == "local"
        found |= dict.fromkeys(clauses)
    return tuple(found), local
