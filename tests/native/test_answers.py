"""Answers of the core are byte for byte those that Python writes of the same decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.decide import decide
from policy.decide.warnings import moment_taken
from policy.engines import NATIVE
from policy.native import Core
from server.convert.answers import Answers
from server.convert.extent import BASIC
from server.convert.native import NativeAnswers, answers_message
from tests.decide.cases import AS_OF, cases
from tests.loading import FIXTURES, FORMS, SHIPPED, decided, loaded

Cores = Callable[[Path, str], Core | None]
_LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large]


@lru_cache(maxsize=32)
def _both(core: Core, root: Path, code: str, lang: str) -> tuple[NativeAnswers, Answers]:
    district = loaded(root)[0].districts[code]
    answers = Answers(district, lang)
    return NativeAnswers(core, answers), answers


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("root", [FIXTURES, FORMS, SHIPPED], ids=["fixtures", "forms", "shipped"])
def test_every_rule_test_is_answered_the_same(root: Path, lang: str, core: Cores) -> None:
    for test, decision in zip(loaded(root)[1], decided(root), strict=True):
        found = core(root, test.district)
        assert found is not None
        native, answers = _both(found, root, test.district, lang)
        facts = test.case.case.SerializeToString(deterministic=True)
        made = native.answer(facts, test.as_of, "id")
        if isinstance(made, str):
            assert made == "a unit that is not listed"
            continue
        named = replace(decision, receipt=decision.receipt._replace(engine=NATIVE))
        assert made.answer == answers.decision(named, "id"), test.name
        assert native.answer(facts, test.as_of, "id", (), BASIC) == made._replace(
            answer=answers.answer(BASIC, named, "id")
        ), test.name
        assert made.canonical == decision.canonical_bytes
        assert (made.digest, made.facts_digest) == (decision.digest, decision.receipt.facts_digest)
        assert made.rules == " ".join(sorted({o.rule for o in decision.obligations}))
        assert made.bodies == " ".join(sorted({body for o in decision.obligations for body in o.bearers}))
        assert made.errors == tuple(error.code for error in decision.errors)
        counts = len(decision.obligations), len(decision.undetermined)
        assert (made.obligations, made.undetermined) == counts


_RANDOM = [(SHIPPED, "liwan"), (SHIPPED, "qijiang"), (FORMS, "hedong"), (FORMS, "hexi"), (FORMS, "hezhong")]


@pytest.mark.parametrize(("root", "code"), _RANDOM, ids=[code for _, code in _RANDOM])
def test_random_cases_are_answered_the_same(root: Path, code: str, core: Cores) -> None:
    found = core(root, code)
    assert found is not None
    native, answers = _both(found, root, code, "zh")
    district = loaded(root)[0].districts[code]
    notice = moment_taken(AS_OF)

    @settings(max_examples=10, suppress_health_check=_LARGE)
    @given(st.data())
    def compared(data: st.DataObject) -> None:
        case = data.draw(cases(district))
        facts = case.SerializeToString(deterministic=True)
        made = native.answer(facts, AS_OF, "", (notice,))
        if isinstance(made, str):
            return
        decision = decide(district, case, AS_OF)
        named = replace(decision, receipt=decision.receipt._replace(engine=NATIVE))
        assert made.answer == answers.decision(named, "", (notice,))
        brief = native.answer(facts, AS_OF, "", (notice,), BASIC)
        assert brief == made._replace(answer=answers.answer(BASIC, named, "", (notice,)))

    compared()


def test_answers_of_another_program_are_refused(core: Cores) -> None:
    found = core(SHIPPED, "xisaishan")
    assert found is not None
    other = answers_message(Answers(loaded(SHIPPED)[0].districts["qijiang"], "zh"))
    with pytest.raises(ValueError, match="another program"):
        found.answers(other.SerializeToString(), None)
