"""What would make a rule apply: it is what does, and the least of it."""

from typing import Any

import pytest

from policy.decide import decide
from policy.decide.snapshot import District
from policy.facts.parsing import parse_case
from policy.review.explain import Explanation, Outcome, explained
from policy.review.nearest import compared, cost
from policy.review.nearest_words import by_nearness, step_text
from policy.review.wording import Wording
from policy.text.diagnostics import Faults
from policy.text.source import Source
from policy.time.moment import parse_moment
from tests.loading import FIXTURES, SHIPPED, loaded

AS_OF = parse_moment("2024-03-05T00:00:00+08:00")
CASE = """
id: c1
district: {district}
kind: enforcement
filed_at: 2023-06-01T09:00:00+08:00
flags: {{search_urgent: false, claim_especially_large: false, may_cause_mass_incident: false}}
parties: [{{id: p1, role: debtor, kind: natural_person}}]
events: [{{id: e1, type: vehicle_seized, at: 2024-03-02T09:30:00+08:00{actor}}}]
"""


def asked(district: District, rule: str, actor: str) -> Explanation:
    text = CASE.format(district=district.code, actor=f", actor: {actor}" if actor else "")
    parsed = parse_case(Source("c.yaml", text), Faults())
    assert parsed is not None
    (found,) = by_nearness(explained(district, parsed.case, AS_OF, (rule,), near=True)[1])
    return found


@pytest.fixture(scope="module")
def liwan() -> District:
    return loaded(SHIPPED)[0].districts["liwan"]


def test_a_fact_that_would_have_to_be_another(liwan: District) -> None:
    found = asked(liwan, "liwan.police.vehicle.notify", "police_station")
    assert found.nearest is not None
    assert cost(found.nearest) == (1, 0)
    (step,) = found.nearest
    assert compared(step) == ("events[e1].actor", ("traffic_police",))
    said = step_text(step, Wording(liwan, "zh"))
    assert said == "事件 e1：由哪个单位实施，应为公安机关交通管理部门（现为公安派出所）"
    assert "now" in step_text(step, Wording(liwan, "en"))


def test_a_fact_that_need_only_be_asked(liwan: District) -> None:
    found = asked(liwan, "liwan.police.vehicle.notify", "")
    assert found.nearest is not None
    assert cost(found.nearest) == (0, 1)
    assert found.nearest[0].asked == ("events[e1].actor",)
    assert "现在不详" in step_text(found.nearest[0], Wording(liwan, "zh"))


def test_of_alternatives_what_is_unknown_comes_before_what_is_not_so(liwan: District) -> None:
    """Five grounds for a search: four are known not to be, one nobody has said anything of."""
    found = asked(liwan, "liwan.court.request_search", "")
    assert found.nearest is not None
    assert cost(found.nearest) == (0, 1)
    assert found.nearest[0].asked == ("flags.search_otherwise_needed",)


def test_what_is_said_to_be_needed_is_enough() -> None:
    """Where a way is plain comparisons of fields, the case with them makes the rule apply, or wait."""
    snapshot, tests = loaded(FIXTURES)
    tried = 0
    for test in tests:
        district = snapshot.districts[test.district]
        if test.parameters:
            continue
        for one in by_nearness(explained(district, test.case.case, test.as_of, near=True)[1]):
            changed = type(test.case.case)()
            changed.CopyFrom(test.case.case)
            if not all(_set(changed, compared(step), step.wanted) for step in one.nearest or ()):
                continue
            tried += 1
            made = decide(district, changed, test.as_of)
            given = {each.rule for each in made.obligations} | {each.rule for each in made.undetermined}
            given |= {each.rule for each in made.errors}
            assert one.plan.id in given or one.outcome is Outcome.UNDETERMINED, (test.name, one.plan.id)
    assert tried > 3


def _set(case: Any, named: tuple[str, tuple[Any, ...]] | None, wanted: bool) -> bool:
    """Makes a fact of the case what it would have to be; whether that could be done."""
    if named is None or (not wanted and named[1] != (True,)):
        return False
    path, _, field = named[0].rpartition(".")
    if named[0].startswith("attributes["):
        case.attributes[named[0][len("attributes[") : -1]].bool_value = wanted
        return True
    places = {
        f"{name}[{one.id}]": one for name in ("events", "requests", "parties") for one in getattr(case, name)
    }
    found = case.flags if path == "flags" else places.get(path)
    if found is None or field in ("traits", "documents_shown"):
        return False
    setattr(found, field, named[1][0] if wanted else False)
    return True
