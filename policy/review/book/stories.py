"""Rule tests as stories: what is given, who then owes what by when, where it stands; and when nobody does.

Of the tests that name the rules of a clause the telling ones are taken: a duty that is owed, one that was not
done in time (else one that was done), and a case that only looks like one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import facts_pb2
from policy.decide.decision import ENDED, Obligation, State
from policy.facts.labels import FIELDS
from policy.facts.paths import key_of, parts
from policy.pack.model import Force
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.book.model import Story
from policy.review.ruletest.run import Result
from policy.review.wording import Wording
from policy.time.moment import NANO

T = TypeVar("T")

_LAPSED = frozenset((State.OVERDUE, State.FULFILLED_LATE))


class Stories:
    """The tests of one version by the rules that they name, those that name fewest first."""

    def __init__(self, program: PackProgram, results: Iterable[Result], words: Wording) -> None:
        self._program, self._words = program, words
        self._owed: dict[str, list[tuple[Result, Obligation]]] = {}
        self._lapsed: dict[str, list[tuple[Result, Obligation]]] = {}
        self._ended: dict[str, list[tuple[Result, Obligation]]] = {}
        self._absent: dict[str, list[tuple[Result, str]]] = {}
        passed = [result for result in results if result.passed]
        for result in sorted(passed, key=lambda one: (len(one.test.rules), len(one.test.case.case.events))):
            self._sort(result)

    def _sort(self, result: Result) -> None:
        expected = {item.rule for item in result.test.expect or ()}
        for one in result.decision.obligations:
            if one.rule in expected and one.program.pack.version == self._program.pack.version:
                state = one.standing.state
                kind = self._lapsed if state in _LAPSED else self._ended if state in ENDED else self._owed
                kind.setdefault(one.rule, []).append((result, one))
        for item in result.test.expect_not:
            if item.because:
                self._absent.setdefault(item.rule, []).append((result, item.because))

    def of(self, plans: Sequence[RulePlan], told: set[str]) -> Iterator[Story]:
        """The stories of these rules; none of a test that is ``told`` already, and what is told is noted."""
        first = list(_first(self._owed, plans, told))
        then = list(_first(self._lapsed, plans, told)) or list(_first(self._ended, plans, told))
        for result, one in (*first, *then):
            yield self._of_duty(result, one)
        for result, because in _first(self._absent, plans, told):
            yield self._of_none(result, because, plans)

    def _of_duty(self, result: Result, one: Obligation) -> Story:
        words = self._words.within(result.decision)
        case = result.test.case.case
        given = [self._element(path, case, words) for path in one.bound]
        # A press report binds nobody: what it tells is told, and called what it is.
        reported = one.plan.rule.force is Force.REPORTED
        norm = () if reported else (words.modality(one),)
        said = (words.bearer(one), *norm, words.code("actions", one.plan.rule.action))
        owed = "".join(said) if words.lang == "zh" else " ".join(said)
        more = [
            f"{title}{words.pick(('：', ': '))}{text}"
            for title, text in (
                (words.pick(("相对方", "owed to")), words.counterparty(one)),
                (words.pick(("期限", "deadline")), words.due(one) if one.plan.due is not None else ""),
                (words.pick(("效力", "force")), words.force(one) if reported else ""),
            )
            if text
        ]
        tail = words.pick(("；", "; ")).join(more)
        owed += words.pick((f"（{tail}）", f" ({tail})")) if more else ""
        return Story(
            result.test.name, tuple(dict.fromkeys(filter(None, given))), owed, self._after(result, one, words)
        )

    def _after(self, result: Result, one: Obligation, words: Wording) -> str:
        """Where it stands at the moment of the test, and by what."""
        state = words.state(one)
        event = next((e for e in result.test.case.case.events if e.id == key_of(one.standing.event)), None)
        if event is not None and one.standing.at is not None:
            act = words.code("events", event.type)
            state += words.pick(
                (f"（{words.moment(one.standing.at)} {act}）", f" ({act}, {words.moment(one.standing.at)})")
            )
        day = words.moment(result.test.as_of)
        return words.pick((f"到 {day}：{state}", f"on {day}: {state}"))

    def _of_none(self, result: Result, because: str, plans: Sequence[RulePlan]) -> Story:
        words = self._words
        rules = {item.rule for item in result.test.expect_not if item.because == because}
        titles = [words.text(plan.rule.title) for plan in plans if plan.id in rules]
        what = words.pick(("”“", "”, “")).join(titles[:2])
        case = result.test.case.case
        given = [self._event(event, words) for event in case.events[:3]]
        then = words.pick((f"不产生“{what}”，因为{because}", f"“{what}” does not arise: {because}"))
        return Story(result.test.name, tuple(given), then, "")

    def _element(self, path: str, case: facts_pb2.Case, words: Wording) -> str:
        """An element of the case in words; one that the service found or deemed by its path."""
        *_, (kind, key) = parts(path)
        if kind == "events":
            found = (self._event(one, words) for one in case.events if one.id == key)
            return next(found, "") or self._derived(path, key, words)
        if kind == "parties":
            return next((_party(one, words) for one in case.parties if one.id == key), words.path(path))
        if kind == "requests":
            return next(
                (self._request(one, words) for one in case.requests if one.id == key), words.path(path)
            )
        if kind == "properties":
            owned = (words.code("property_types", one.type) for one in case.properties if one.id == key)
            return next(owned, words.path(path))
        if kind == "documents":
            papers = (words.code("documents", one.type) for one in case.documents if one.id == key)
            return next(papers, words.path(path))
        if kind == "services":
            services = (one for document in case.documents for one in document.services if one.id == key)
            return next((self._service(one, words) for one in services), words.path(path))
        return words.path(path)

    def _derived(self, path: str, key: str, words: Wording) -> str:
        """What the service found: a field of the case, or one of the calendar (``year_started:2024``)."""
        code, _, when = key.partition(":")
        if ("Case", key) in FIELDS:
            return words.pick(FIELDS["Case", key])
        if code not in words.vocabulary.codes("events"):
            return words.path(path)
        return words.code("events", code) + (words.pick((f"（{when}）", f" ({when})")) if when else "")

    def _event(self, event: facts_pb2.Event, words: Wording) -> str:
        who = self._bodies((event.actor, *event.also_by), words)
        text = _dated(event.at if event.HasField("at") else None, words)
        text += who + words.pick(("：", ": ")) if who else ""
        text += words.code("events", event.type)
        about = self._bodies((event.to, event.concerning), words)
        return text + (words.pick((f"（涉及{about}）", f" ({about})")) if about else "")

    def _request(self, request: facts_pb2.Request, words: Wording) -> str:
        when = _dated(request.at if request.HasField("at") else None, words)
        asked, matter = self._bodies((request.to,), words), words.code("matters", request.matter)
        if not asked:
            return when + words.pick((f"提出请求：{matter}", f"request: {matter}"))
        return when + words.pick((f"向{asked}提出请求：{matter}", f"request to {asked}: {matter}"))

    def _service(self, service: facts_pb2.Service, words: Wording) -> str:
        when = _dated(service.at if service.HasField("at") else None, words)
        body = self._bodies((service.body,), words)
        result = words.code("service_results", service.result) if service.result else ""
        text = words.pick((f"送达{body}", f"served on {body}")) if body else words.pick(("送达", "served"))
        return when + text + (words.pick((f"（{result}）", f" ({result})")) if result else "")

    def _bodies(self, codes: Iterable[str], words: Wording) -> str:
        names = [words.body(self._program, code) for code in codes if code]
        return words.pick(("、", ", ")).join(names)


def _first(
    found: dict[str, list[tuple[Result, T]]], plans: Sequence[RulePlan], told: set[str]
) -> Iterator[tuple[Result, T]]:
    """The first that is not told yet, of any of these rules: the one whose test names fewest."""
    ready = [
        (len(one[0].test.rules), place, one)
        for place, plan in enumerate(plans)
        for one in found.get(plan.id, ())
        if one[0].test.name not in told
    ]
    if ready:
        _, _, chosen = min(ready, key=lambda item: item[:2])
        told.add(chosen[0].test.name)
        yield chosen


def _party(party: facts_pb2.Party, words: Wording) -> str:
    more = [words.code("party_kinds", party.kind)] if party.kind else []
    more += [words.code("traits", trait) for trait in party.traits]
    text = words.code("roles", party.role)
    joined = words.pick(("、", ", ")).join(more)
    return text + (words.pick((f"（{joined}）", f" ({joined})")) if joined else "")


def _dated(at: Timestamp | None, words: Wording) -> str:
    if at is None:
        return ""
    return words.moment(at.seconds * NANO + at.nanos) + words.pick(("，", ", "))
