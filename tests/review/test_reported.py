"""A press report binds nobody: what it tells is never shown as what somebody must do."""

import io

import pytest
from google.protobuf.json_format import ParseDict
from rich.console import Console

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.review.report.decision import print_decision
from policy.review.wording import Wording
from tests.loading import SHIPPED, loaded

_AS_OF = 1_709_600_000_000_000_000  # 2024-03-05T08:53:20+08:00


@pytest.mark.parametrize(
    ("lang", "said", "unsaid"), [("zh", "报道做法", ("应当", "须有")), ("en", "reported", ("must",))]
)
def test_a_reported_practice_is_no_duty_in_words(lang: str, said: str, unsaid: tuple[str, ...]) -> None:
    district = loaded(SHIPPED)[0].districts["qijiang"]
    case = ParseDict({"id": "c", "district": "qijiang", "kind": "district"}, facts_pb2.Case())
    decision = decide(district, case, _AS_OF)
    assert len(decision.obligations) > 1
    screen = io.StringIO()
    print_decision(decision, Wording(district, lang), Console(file=screen, width=400))
    shown = screen.getvalue()
    assert said in shown
    assert not [word for word in unsaid if word in shown]
