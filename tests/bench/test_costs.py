"""What is made of the rounds of a comparison: ratios of one round, their median and spread, the page."""

from __future__ import annotations

import pytest

from tests.bench.costs import DOC, PAIRS, Cost, Measured, costs, filled, percent, table
from tests.bench.h2 import _header_block

NAMES = {name for pair in PAIRS for name in (pair.more, pair.less)}


def rounds(*factors: float) -> list[dict[str, Measured]]:
    """In round n the machine is n times as slow; everything but nothing takes that factor more."""
    found = []
    for number, factor in enumerate(factors, 1):
        base = Measured(100 / number, 1000.0 * number)
        more = Measured(base.per_second / factor, base.cpu_us * factor)
        found.append({name: base if name == "nothing" else more for name in NAMES})
    return found


def test_ratios_are_of_one_round() -> None:
    """What slows the machine down from round to round is in both sides."""
    found = {row.what: row for row in costs(rounds(1.1, 1.2, 1.3, 1.2, 1.2))}
    tls = found["TLS"]
    assert tls.cpu == pytest.approx((1.2, 1.2, 1.2))
    assert tls.rate == pytest.approx((1 / 1.2, 1 / 1.2, 1 / 1.2))
    assert found["its proofs: leaves, signatures, encryption"].cpu == pytest.approx((1, 1, 1))
    assert costs(rounds(1.5))[0].cpu == pytest.approx((1.5, 1.5, 1.5))


def test_the_table() -> None:
    made = table([Cost("TLS", (1.05, 1.01, 1.1), (0.96, 0.9, 1.0))], {"day": "2026-01-31", "cores": "2"}, 20)
    assert "| TLS | +5 % [+1 %, +10 %] | -4 % [-10 %, +0 %] |" in made
    assert "20 rounds" in made
    assert "(day 2026-01-31, cores 2)" in made
    assert percent(1.0) == "+0 %"


def test_the_page_has_a_place_for_it() -> None:
    page = DOC.read_text(encoding="utf-8")
    assert filled(page, "THE TABLE").count("THE TABLE") == 1
    assert filled(page, "THE TABLE").startswith(page.partition("<!-- costs")[0])


@pytest.mark.parametrize("length", [1, 126, 127, 128, 254, 255, 1000, 20_000])
def test_headers_of_any_length(length: int) -> None:
    """An integer of RFC 7541, 5.1: seven bits, then groups of seven."""
    value = "x" * length
    block = _header_block("/p", "a", [("authorization", value)], True)
    at = block.index(b"authorization") + len("authorization")
    size, at = block[at], at + 1
    if size == 127:
        shift = 0
        while True:
            size += (block[at] & 127) << shift
            shift, at = shift + 7, at + 1
            if not block[at - 1] & 128:
                break
    assert (size, block[at : at + size]) == (length, value.encode())
