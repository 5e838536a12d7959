"""Many cases at once are decided and answered as each is by itself, in their order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.decide.warnings import moment_taken
from policy.native import Core, installed
from server.convert.answers import Answers
from server.convert.extent import BASIC, FULL
from server.convert.native import Given, NativeAnswers
from tests.decide.cases import AS_OF, cases
from tests.loading import FIXTURES, FORMS, SHIPPED, loaded

Cores = Callable[[Path, str], Core | None]
FAR = 253_402_300_799 * 10**9
"""A moment beyond 64 bits, which is Python's to refuse."""


def given_of(root: Path, code: str) -> list[Given]:
    """The cases of a district's rule tests, whole and brief, and some that are left to Python."""
    tests = [test for test in loaded(root)[1] if test.district == code]
    made = [
        Given(
            test.case.case.SerializeToString(deterministic=True),
            test.as_of,
            str(place),
            (moment_taken(test.as_of),) if place % 3 else (),
            BASIC if place % 2 else FULL,
        )
        for place, test in enumerate(tests)
    ]
    return [*made, Given(b"\xff", AS_OF), Given(b"", AS_OF), made[0]._replace(as_of=FAR)]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize(
    ("root", "code"), [(SHIPPED, "liwan"), (FIXTURES, "qiaonan"), (FORMS, "hedong"), (FORMS, "hezhong")]
)
def test_many_are_as_each_by_itself(root: Path, code: str, threads: int, core: Cores) -> None:
    found = core(root, code)
    assert found is not None
    given_all = given_of(root, code)
    single = [found.of_bytes(one.case, one.as_of) for one in given_all]
    assert found.decide_many([(one.case, one.as_of) for one in given_all], threads) == single
    assert [isinstance(one, str) for one in single[-3:]] == [True] * 3
    answers = Answers(loaded(root)[0].districts[code], "en")
    # One that has been asked before has kept words; the others ask for each.
    alone = NativeAnswers(found, answers)
    wanted = [alone.answer(*one) for one in given_all]
    for _ in range(2):
        assert NativeAnswers(found, answers).answer_many(given_all, threads) == wanted
    assert alone.answer_many(given_all, threads) == wanted


def test_random_cases_are_decided_alike(core: Cores) -> None:
    found = core(SHIPPED, "qijiang")
    assert found is not None
    district = loaded(SHIPPED)[0].districts["qijiang"]

    @settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(st.lists(cases(district), max_size=5))
    def compared(some: list[object]) -> None:
        asked = [(case.SerializeToString(deterministic=True), AS_OF) for case in some]  # type: ignore[attr-defined]
        assert found.decide_many(asked, 2) == [found.of_bytes(*one) for one in asked]

    compared()


def test_none_are_none(core: Cores) -> None:
    found = core(FIXTURES, "qiaonan")
    assert found is not None
    assert found.decide_many([]) == []


def test_what_is_not_begun_when_it_is_stopped_is_left(core: Cores) -> None:
    found, module = core(FIXTURES, "qiaonan"), installed()
    assert found is not None
    assert module is not None
    asked = [(one.case, one.as_of) for one in given_of(FIXTURES, "qiaonan")]
    told, waiting = module.Stop(), module.Stop(3_600.0)
    told.tell()
    for stop in (told, module.Stop(0.0)):
        assert found.decide_many(asked, 2, stop) == ["stopped"] * len(asked)
    assert found.decide_many(asked, 2, waiting) == found.decide_many(asked, 1)


def test_words_that_fail_cost_the_other_answers_nothing(core: Cores) -> None:
    """What Python raises stands in the place of the case whose words it was asked for."""
    found = core(FIXTURES, "qiaonan")
    assert found is not None
    answers = Answers(loaded(FIXTURES)[0].districts["qiaonan"], "en")
    native = NativeAnswers(found, answers)
    wanted = [native.answer(*one) for one in given_of(FIXTURES, "qiaonan")]

    class Broken:
        def __getattr__(self, name: str) -> Callable[..., bytes]:
            raise RuntimeError(name)

    broken = NativeAnswers(found, answers)
    from server.convert.native import answers_message

    data = answers_message(answers).SerializeToString(deterministic=True)
    broken._answers = found.answers(data, Broken())
    made = broken.answer_many(given_of(FIXTURES, "qiaonan"), 2)
    failed = [isinstance(one, RuntimeError) for one in made]
    assert any(failed)
    assert all(one == right for one, right, bad in zip(made, wanted, failed, strict=True) if not bad)
    assert not all(failed)
