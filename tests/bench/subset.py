"""Ours: the whole pack, and a pack of just the rules that the other engines were given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from google.protobuf import json_format

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.decision import NANO, Decision, Obligation
from policy.decide.snapshot import District, snapshot_of
from policy.native import Core, core_of
from policy.pack import RuleSet, check_rules
from policy.review.explain import explained
from policy.text.diagnostics import Faults
from server.convert.answers import Answers
from server.convert.native import Answered, NativeAnswers
from tests.bench.cases import BenchCase
from tests.bench.peers.protocol import Disagreement, Finding, ordered

DISTRICT = "liwan"


class Ours:
    """Our engine on one district. A call gives the whole decision."""

    def __init__(self, name: str, district: District) -> None:
        self.name = name
        self.district = district
        self.rules = frozenset(plan.typed.source.id for p in district.programs for plan in p.plans)

    def prepare(self, case: BenchCase) -> Callable[[], Decision]:
        """The decision of the message."""
        district, message, as_of = self.district, case.message, case.as_of
        return lambda: decide(district, message, as_of)

    def findings(self, answer: Decision) -> list[Finding]:
        """Rule, id of the triggering element, due time of every obligation."""
        return ordered([(o.rule, _element(o.trigger), _due(o)) for o in answer.obligations])


class OursFrom:
    """Our engine where the facts are not a message yet: parsing them is part of the time."""

    def __init__(
        self, ours: Ours, name: str, write: Callable[[Any], Any], read: Callable[[Any], Any]
    ) -> None:
        self.name = f"{ours.name}, {name}"
        self.rules = ours.rules
        self.findings = ours.findings
        self._district = ours.district
        self._write, self._read = write, read

    @classmethod
    def protobuf(cls, ours: Ours) -> OursFrom:
        """From the bytes that arrive over gRPC."""
        return cls(ours, "from bytes", facts_pb2.Case.SerializeToString, facts_pb2.Case.FromString)

    @classmethod
    def json(cls, ours: Ours) -> OursFrom:
        """From the JSON form of the message, by protobuf's own parser, which is written in Python."""
        return cls(
            ours,
            "from JSON",
            json_format.MessageToJson,
            lambda text: json_format.Parse(text, facts_pb2.Case()),
        )

    def prepare(self, case: BenchCase) -> Callable[[], Decision]:
        """The facts read, then the decision."""
        district, as_of, read, data = self._district, case.as_of, self._read, self._write(case.message)
        return lambda: decide(district, read(data), as_of)


class OursExplained:
    """The decision and, for every rule that anything could trigger, why it applies or not."""

    def __init__(self, ours: Ours) -> None:
        self.name = f"{ours.name}, explained"
        self.rules = ours.rules
        self._ours = ours

    def prepare(self, case: BenchCase) -> Callable[[], Any]:
        """The decision and its explanations."""
        district, message, as_of = self._ours.district, case.message, case.as_of
        return lambda: explained(district, message, as_of)

    def findings(self, answer: Any) -> list[Finding]:
        """Those of the decision."""
        return self._ours.findings(answer[0])


class OursAnswered:
    """From the bytes of a case to the bytes of the whole answer in Chinese, as the service sends it."""

    def __init__(self, ours: Ours) -> None:
        self.name = f"{ours.name}, from bytes to the answer"
        self.rules = ours.rules
        self.findings = ours.findings
        self._district = ours.district
        self._answers = Answers(ours.district, "zh")

    def prepare(self, case: BenchCase) -> Callable[[], Decision]:
        """The decision, once its answer has been written."""
        data, as_of = case.message.SerializeToString(), case.as_of

        def answered() -> Decision:
            decision = decide(self._district, facts_pb2.Case.FromString(data), as_of)
            self._answers.decision(decision, "")
            return decision

        return answered


class OursNative:
    """The same by the native core."""

    def __init__(self, ours: Ours, core: Core) -> None:
        self.name = f"{ours.name}, native core, from bytes to the answer"
        self.rules = ours.rules
        self._answers = NativeAnswers(core, Answers(ours.district, "zh"))

    @classmethod
    def of(cls, *all_ours: Ours) -> Iterator[OursNative]:
        """One for each; none where the core is not installed."""
        for ours in all_ours:
            core = core_of(ours.district)
            if core is not None:
                yield cls(ours, core)

    def prepare(self, case: BenchCase) -> Callable[[], Answered]:
        """The answer, of a case that the core does not leave to Python."""
        data, as_of = case.message.SerializeToString(deterministic=True), case.as_of

        def answered() -> Answered:
            made = self._answers.answer(data, as_of)
            if isinstance(made, str):
                raise Disagreement(f"{self.name} leaves {case.name} to Python: {made}")
            return made

        return answered

    def findings(self, answer: Answered) -> list[Finding]:
        """Rule, id of the triggering element, due time of every obligation of the canonical form."""
        obligations = orjson.loads(answer.canonical)["obligations"]
        return ordered([(o["rule"], _element(o["trigger"]), _seconds(o["due"])) for o in obligations])


def _element(path: str) -> str:
    """``documents[d1].services[s1]`` -> ``s1``."""
    return path[path.rindex("[") + 1 : -1]


def _due(obligation: Obligation) -> int | None:
    due = obligation.due
    return None if due is None or due.nanos is None else due.nanos // NANO


def _seconds(due: dict[str, Any] | None) -> int | None:
    """The same of a canonical form."""
    return None if due is None or due["at"] is None else int(datetime.fromisoformat(due["at"]).timestamp())


def rule_set(root: Path) -> RuleSet:
    """The checked rules of a folder. Raises ``ValueError`` where they have errors."""
    checked, faults = check_rules(root)
    if checked is None:
        raise ValueError(f"the rules of {root.name} have errors: {len(faults.sorted())} faults")
    return checked


def whole(rules: RuleSet) -> Ours:
    """Every rule of the pack."""
    return Ours("Linkage, whole pack", snapshot_of(rules, Faults()).districts[DISTRICT])


def only(rules: RuleSet, ids: frozenset[str]) -> Ours:
    """A pack of the rules ``ids`` and nothing else."""
    packs = tuple(
        replace(pack, rules=tuple(rule for rule in pack.rules if rule.id in ids))
        for pack in rules.districts[DISTRICT]
    )
    reduced = replace(rules, districts={DISTRICT: packs})
    return Ours("Linkage, same rules", snapshot_of(reduced, Faults()).districts[DISTRICT])
