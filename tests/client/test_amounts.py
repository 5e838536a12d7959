"""What a client reads of an amount."""

from __future__ import annotations

from linkage.v1 import decision_pb2
from linkage_client.views import Obligation


def test_no_amount_is_told_from_an_amount_of_nothing() -> None:
    none = Obligation(decision_pb2.Obligation())
    nothing = Obligation(decision_pb2.Obligation(amount=decision_pb2.Amount(currency="CNY", fen=0)))
    assert (none.amount_fen, nothing.amount_fen) == (None, 0)


def test_what_is_missing_for_an_amount() -> None:
    missing = decision_pb2.MissingFact(path="claim_fen", label="执行标的额")
    message = decision_pb2.Obligation(amount=decision_pb2.Amount(currency="CNY", missing=[missing]))
    (found,) = Obligation(message).amount_missing
    assert (found.path, Obligation(message).amount_fen) == ("claim_fen", None)
