"""Masked answers: no text of the case is left in them, whatever it is, and nothing else is touched."""

from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import decision_pb2, facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.pack.vocabulary import Vocabulary
from server.convert.masked import masked
from server.decisions.active import load

VOCABULARY = Vocabulary.of({})


def fact(path: str, value: str = "") -> api.ExplainResponse:
    """An answer that says one thing."""
    trace = decision_pb2.ConditionTrace(facts=[decision_pb2.FactRead(path=path, value=value)])
    return api.ExplainResponse(explanations=[decision_pb2.Explanation(conditions=[trace], reason=path)])


def parties(*ids: str) -> facts_pb2.Case:
    return facts_pb2.Case(parties=[facts_pb2.Party(id=identity) for identity in ids])


@pytest.mark.parametrize(
    ("ids", "text", "wanted"),
    [
        (["d1"], "parties[d1].role", "parties[#1].role"),
        (["d"], "parties[d].documents", "parties[#1].documents"),
        (["张三"], "当事人张三的住所", "当事人#1的住所"),
        (["张三", "张三丰"], "张三丰与张三", "#2与#1"),
        (["d1", "d12"], "d12, d1, d123", "#2, #1, d123"),
        (["a.b", "a"], "[a.b] [a]", "[#1] [#2]"),
        (["张]三", "\\"], r"parties[张\]三] [\\] 张]三", "parties[#1] [#2] #1"),
        (["x"], "", ""),
    ],
)
def test_texts_in_their_places(ids: list[str], text: str, wanted: str) -> None:
    found = masked(fact(text, text), parties(*ids), VOCABULARY).explanations[0]
    assert (found.reason, found.conditions[0].facts[0].value) == (wanted, wanted)


@given(st.lists(st.text("abc张三丰.-_ ", min_size=1, max_size=4), min_size=1, max_size=4), st.data())
def test_nothing_of_the_case_is_left(ids: list[str], data: Any) -> None:
    joined = "]".join(data.draw(st.permutations(ids)))
    found = masked(fact(f"[{joined}]"), parties(*ids), VOCABULARY).explanations[0].reason
    pieces = found.strip("[]").split("]")
    assert all(piece.startswith("#") for piece in pieces if piece.strip())


def test_every_place_of_the_case_and_of_the_answer() -> None:
    """Units, places, texts of attributes: whatever is no code. Codes and words of packs stay as they are."""
    case = json_format.ParseDict(
        {
            "id": "c-secret",
            "parties": [{"id": "secret-1", "role": "debtor", "household": {"community": "secret-place"}}],
            "requests": [{"id": "secret-2", "matter": "tax_query", "unit": "secret-unit"}],
            "attributes": {"note": {"stringValue": "secret-note"}},
        },
        facts_pb2.Case(),
    )
    secrets = ["c-secret", "secret-1", "secret-place", "secret-2", "secret-unit", "secret-note"]
    text = " ".join(secrets)
    obligation = decision_pb2.Obligation(
        rule="qiaonan.secret-1",
        title=text,
        about="secret-1",
        bearer_unit="secret-unit",
        because=[text],
        bearers=[decision_pb2.Coded(code="tax", name="tax office")],
        state_missing=[decision_pb2.MissingFact(path="parties[secret-1].kind", label=text)],
    )
    answer = api.ExplainResponse(decision=decision_pb2.Decision(obligations=[obligation]))
    (found,) = masked(answer, case, VOCABULARY).decision.obligations
    assert (found.rule, found.title, found.bearers[0].code) == ("qiaonan.secret-1", text, "tax")
    rest = [found.about, found.bearer_unit, *found.because]
    rest += [found.state_missing[0].path, found.state_missing[0].label]
    assert "secret" not in "".join(rest)


def test_codes_of_the_vocabulary_stay(small_rules: Path) -> None:
    vocabulary = load(small_rules, small_rules).snapshot.districts["qiaonan"].vocabulary
    case = json_format.ParseDict(
        {"id": "debtor", "parties": [{"id": "p", "role": "debtor"}]}, facts_pb2.Case()
    )
    found = masked(fact("parties[p].role", "debtor"), case, vocabulary).explanations[0]
    assert found.conditions[0].facts[0].value == "debtor"
    assert found.reason == "parties[#1].role"
