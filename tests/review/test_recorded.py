"""Rule tests made from cases: they pass, they tell of nobody, and they stand where one would write them."""

import pytest

from policy.facts.redacted import redacted
from policy.review.ruletest.read import read_tests
from policy.review.ruletest.recorded import Recorded, item, recorded, with_test, yaml_of
from policy.review.ruletest.run import run_test
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.loading import FIXTURES, FORMS, loaded

ROOTS = [FIXTURES, FORMS]


def made(root_number: int, number: int) -> tuple[Recorded, str]:
    snapshot, tests = loaded(ROOTS[root_number])
    test = tests[number]
    found = recorded(snapshot.districts[test.district], test.case.case, test.as_of)
    assert found is not None
    return found, yaml_of(item(found, "recorded", test.as_of))


@pytest.mark.parametrize("root", [0, 1])
def test_every_case_of_the_rule_tests_recorded_passes(root: int) -> None:
    """What is decided of a case under other values of parameters is not recorded: those are left out."""
    snapshot, tests = loaded(ROOTS[root])
    for test in tests:
        if test.parameters:
            continue
        district = snapshot.districts[test.district]
        found = recorded(district, test.case.case, test.as_of)
        assert found is not None, test.name
        text = with_test(None, yaml_of(item(found, "recorded", test.as_of)))
        assert text is not None
        faults = Faults()
        (again,) = read_tests(Source("tests.yaml", text), district, faults)
        assert not faults.errors, (test.name, list(faults))
        assert run_test(snapshot, again).passed, (test.name, text)


def test_nobody_is_told_of() -> None:
    """Names as ids, in references and in texts; what the vocabulary or a pack knows stays."""
    snapshot, tests = loaded(FIXTURES)
    case = next(test.case.case for test in tests if test.case.case.parties and test.case.case.events)
    case.id = "（2024）某0103执1号"
    case.parties[0].id = "张三"
    case.parties[0].household.community = "某某社区"
    case.events[0].party = "张三"
    case.events[0].actor_unit = "某某大队"
    codes = {code for section in snapshot.vocabulary.sections.values() for code in section}
    found = redacted(case, codes.__contains__)
    assert not {"（2024）某0103执1号", "张三", "某某社区", "某某大队"} & set(_strings(str(found.case)))
    assert found.case.events[0].party == found.case.parties[0].id == "p1"
    assert found.case.events[0].type == case.events[0].type
    assert found.case.id == "case"


def _strings(text: str) -> list[str]:
    return text.encode().decode("unicode_escape").encode("latin-1").decode().split('"')


WRITTEN = """\
# 交警
tests:
    - name: 一
      exact: true   # 只此

cases: {}
"""


def test_a_test_is_added_below_the_last_one() -> None:
    text = with_test(Source("t.yaml", WRITTEN), "  - name: 二\n    expect: []\n")
    assert text == WRITTEN.replace("# 只此\n", "# 只此\n\n    - name: 二\n      expect: []\n")


@pytest.mark.parametrize("text", ["tests: [{name: 一, exact: true}]\n", "- 一\n", "tests: {\n"])
def test_a_file_that_cannot_be_added_to(text: str) -> None:
    assert with_test(Source("t.yaml", text), "  - name: 二\n") is None
