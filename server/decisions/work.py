"""What is done with a case under one set of rules: the same on the loop, where it is small, and apart.

    Question, case, rules --> Evaluation: what the log keeps, the answer (bytes), and who decided

Everything that comes in or goes out is plain, so that it can go to another process and back.
"""

from __future__ import annotations

from typing import NamedTuple

from google.protobuf.message import Message

from linkage.v1 import decision_pb2, facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.decide import decide
from policy.decide.decision import Decision
from policy.decide.snapshot import Snapshot
from policy.decide.warnings import moment_taken
from policy.engines import COMPILED, Engine
from policy.review.compare import compare
from policy.review.explain import explained
from server.convert.comparison import comparison_message
from server.convert.extent import FULL, Extent
from server.convert.masked import masked
from server.convert.part import OwnPart
from server.convert.reasons import explanation_message
from server.convert.requests import CaseRequest, Clock, asked
from server.decisions.active import Active
from server.identity.rights import EVERYTHING, View
from server.store.record import Made


class Question(NamedTuple):
    """What is asked of a case: under which district, for which moment (ns since 1970 UTC), in which language.

    ``taken``: the request named no moment, and that of its arrival was taken. ``view`` is what of the answer
    its caller sees, ``extent`` how much of that is wanted.
    """

    district: str
    as_of: int
    lang: str
    taken: bool = False
    view: View = EVERYTHING
    extent: Extent = FULL


class Evaluation(NamedTuple):
    """What is kept of a decision, its serialized ``linkage.v1.Decision``, and the engine that decided."""

    made: Made
    answer: bytes
    engine: str


def question(
    request: CaseRequest,
    snapshot: Snapshot,
    clock: Clock,
    view: View = EVERYTHING,
    response: type[Message] = decision_pb2.Decision,
    default: Extent = FULL,
) -> Question:
    """What ``request`` asks, of a ``response``; ``default`` where it does not say how much of it.

    Raises ``FactsError`` with what is wrong beside the facts themselves.
    """
    wanted = asked(request, snapshot, clock, response, default)
    taken = not request.HasField("as_of")
    return Question(wanted.district.code, wanted.as_of, wanted.lang, taken, view, wanted.extent)


def made_of(decision: Decision) -> Made:
    """What is kept of a decision."""
    receipt, obligations = decision.receipt, decision.obligations
    return Made(
        decision.district,
        decision.case,
        receipt.as_of,
        decision.canonical_bytes,
        decision.digest,
        receipt.facts_digest,
        " ".join(sorted({each.rule for each in obligations})),
        " ".join(sorted({body for each in obligations for body in each.bearers})),
        len(obligations),
        len(decision.undetermined),
        tuple(each.code for each in decision.errors),
    )


def evaluated(
    active: Active, wanted: Question, case: facts_pb2.Case, log_id: str, engine: Engine = COMPILED
) -> Evaluation:
    """The decision of an engine of Python's, and its answer. Raises ``FactsError``."""
    decision = decide(active.snapshot.districts[wanted.district], case, wanted.as_of, engine)
    return Evaluation(made_of(decision), answer(active, wanted, decision, case, log_id), engine.name)


def answer(active: Active, wanted: Question, decision: Decision, case: facts_pb2.Case, log_id: str) -> bytes:
    """What the caller sees of a decision, serialized; ``log_id`` is empty where it is not logged."""
    district = active.snapshot.districts[wanted.district]
    shown = decision
    if wanted.view.bodies is not None:
        shown = OwnPart(wanted.view.bodies, district.vocabulary).decision(decision, case)
    notices = (moment_taken(wanted.as_of),) if wanted.taken else ()
    answers = active.answers(district, wanted.lang)
    return answers.answer(wanted.extent, shown, log_id, notices, decision)


def explanation(active: Active, wanted: Question, request: api.ExplainRequest) -> bytes:
    """A serialized ``ExplainResponse``. Raises ``FactsError``."""
    district = active.snapshot.districts[wanted.district]
    answers = active.answers(district, wanted.lang)
    rules = frozenset(request.rules)
    decision, explanations = explained(
        district, request.case, wanted.as_of, rules, request.include_untriggered
    )
    words, shown = answers.words.within(decision), decision
    if wanted.view.bodies is not None:
        own = OwnPart(wanted.view.bodies, district.vocabulary)
        shown = own.decision(decision, request.case)
        explanations = own.explanations(explanations, shown)
    notices = (moment_taken(wanted.as_of),) if wanted.taken else ()
    extent = wanted.extent
    response = api.ExplainResponse(
        decision=answers.message(shown, notices, decision, extent.of_parts),
        explanations=[explanation_message(words, each, brief=extent.basic) for each in explanations],
    )
    if wanted.view.masked:
        response = masked(response, request.case, words.vocabulary)
    return extent.of(response).SerializeToString()


def comparison(active: Active, wanted: Question, request: api.CompareRequest, codes: list[str]) -> bytes:
    """A serialized ``CompareResponse`` on the districts of ``codes``. Raises ``FactsError``."""
    districts = active.snapshot.districts
    answers = [active.answers(districts[code], wanted.lang) for code in codes]
    found = compare(active.snapshot, request.case, codes, wanted.as_of)
    response = comparison_message(answers, found, wanted.extent.of_parts)
    if wanted.view.masked:
        response = masked(response, request.case, answers[0].words.vocabulary)
    return wanted.extent.of(response).SerializeToString()
