"""Every figure of the shipped packs' assessments counted once more, plainly.

The recount knows the documents' members and the meaning of each figure, and shares no code with the
assessment: plain sums over the obligations of decided cases, and over the events of the messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import mean, median
from typing import NamedTuple

from linkage.v1 import facts_pb2
from policy.decide.decision import Decision, Obligation

BILLION = 10**9
Key = tuple[str, str]
Figures = dict[str, Fraction | None]
"""By figure, its value; medians of durations, too, and what is ``released``, ``carried``, ``unknown``."""


class Done(NamedTuple):
    """How an obligation stands, in plain words."""

    action: str
    state: str
    violated: bool
    before_due: bool

    @property
    def done(self) -> bool:
        return self.state in ("fulfilled", "fulfilled_late")


Asked = Callable[[Done], bool]
_SAME: Mapping[str, Asked] = {
    "in_time": lambda one: one.state == "fulfilled",
    "late": lambda one: one.state == "fulfilled_late",
    "overdue": lambda one: one.state == "overdue",
    "refused": lambda one: one.violated and one.before_due,
    "settled": lambda one: one.done or one.violated,
    "at_fault": lambda one: one.violated,
    "fulfilled": lambda one: one.done,
    "done": lambda one: one.done,
}


def _done(*actions: str) -> Asked:
    return lambda one: one.done and one.action in actions


class Expected(NamedTuple):
    """What an assessment counts, and for whom, by the code of who bears the duty."""

    subjects: tuple[str, ...]
    parts: Mapping[str, str]
    """Other bearers, and for whom their duties count."""
    by_unit: frozenset[str] = frozenset()
    """Bearers that stand for several units."""
    events: Mapping[str, str] = {}
    """By count over events: their type."""
    all_for: str = ""
    """Whom every event counts for, where that is not the body that it is about."""
    counts: Mapping[str, Asked] = {}
    """Counts over duties beyond the usual ones."""
    of_no_unit: frozenset[str] = frozenset()
    """Actions whose unit is not one of the subject's."""
    only: Callable[[facts_pb2.Case], bool] = lambda case: True
    reported: bool = False
    """Whether what is counted is reported practice."""
    any_matter: bool = False
    """Whether what took time need not be a request."""


_LIWAN = (
    "political_legal_committee publicity npc_legal_committee cppcc procuratorate public_security "
    "development_reform industry_commerce education ethnic_religious_affairs civil_affairs justice finance "
    "human_resources housing_construction health audit market_regulation natural_resources urban_management "
    "legal_affairs_office state_tax local_tax subdistrict"
)
_GONGAN = (
    "political_legal_committee discipline_inspection organisation_department publicity procuratorate "
    "public_security development_reform government_office finance civilisation_office justice "
    "natural_resources civil_affairs agriculture central_bank bank tax market_regulation human_resources "
    "housing_fund financial_regulator insurance_company armed_forces_department"
)
_POLICE = dict.fromkeys(("traffic_police", "police_station", "detention_centre"), "public_security")
_OFFICES = {
    "marriage_registry": "civil_affairs",
    "real_estate_centre": "natural_resources",
    "social_insurance_agency": "human_resources",
}
_COURT = dict.fromkeys(("enforcement_bureau", "people_tribunal"), "court")
_GRASS_ROOTS = ("residents_committee", "villagers_committee", "grid_worker")
_ASSISTING = (
    "assist answer_query execute_measure restrict restrict_exit locate_debtor cooperate provide_evidence "
    "issue_certificate publish_matter join_mediation urge_performance dispatch_police protect_site "
    "file_offence review_prosecution push_list withdraw_list provide_information assess_unqualified "
    "give_relief implement_minutes display_list record_credit use_for_supervision revoke_award"
)
_OF_GRID: Mapping[str, Asked] = {
    "found": _done("locate_debtor"),
    "property": _done("search_property"),
    "served": _done("assist_service"),
    "resolved": _done("join_mediation", "resolve_petition"),
}
_GRID = {"grid_chief": "grid_worker"}


def _in_chongzuo(case: facts_pb2.Case) -> bool:
    return case.attributes["in_chongzuo"].bool_value if "in_chongzuo" in case.attributes else False


EXPECTED: Mapping[str, Expected] = {
    "liwan.assess": Expected(
        tuple(_LIWAN.split()),
        {**_POLICE, **_OFFICES},
        frozenset(["subdistrict"]),
        {
            "circulated": "non_cooperation_circulated",
            "reported": "non_cooperation_reported",
            "named": "named_at_meeting",
        },
    ),
    "gongan.assess": Expected(
        tuple(_GONGAN.split()),
        {**_POLICE, **_OFFICES},
        frozenset(["bank", "insurance_company"]),
        {"admonished": "admonition_given", "reported": "non_cooperation_reported"},
        counts={"unassisted": lambda one: one.violated and one.action in _ASSISTING.split()},
    ),
    "xisaishan.assess": Expected(
        ("subdistrict",),
        dict.fromkeys((*_GRASS_ROOTS, "grid_chief"), "subdistrict"),
        frozenset(["subdistrict", *_GRASS_ROOTS]),
        of_no_unit=frozenset(["resolve_petition"]),
    ),
    "guangxi.performance": Expected(
        ("grid_worker",), _GRID, frozenset(["grid_worker"]), counts=_OF_GRID, only=_in_chongzuo, reported=True
    ),
    "guangxi.governance": Expected(
        ("grid_worker",), _GRID, counts=_OF_GRID, only=_in_chongzuo, reported=True
    ),
    "qijiang.supervision": Expected(
        ("court",),
        _COURT,
        events={
            "surveys": "supervision_survey_held",
            "proposals": "deputy_proposal_referred",
            "witnessed": "deputies_witnessed",
            "heard": "hearing_reviewed",
            "evaluated": "judge_evaluated",
            "corrected": "correction_urged",
        },
        all_for="court",
        counts={"informed": _done("provide_information")},
        reported=True,
    ),
    "qijiang.efficiency": Expected(
        ("development_reform", "public_security", "justice", "civil_affairs", "market_regulation", "tax"),
        {**_POLICE, **_OFFICES},
        only=lambda case: case.kind == "enforcement",
        reported=True,
        any_matter=True,
    ),
}
RATES = {"in_time_rate": ("in_time", "settled"), "done_rate": ("fulfilled", "duties")}


class Recount:
    """Sums in dictionaries, of one assessment and one period."""

    def __init__(self, expected: Expected, start: int, end: int) -> None:
        self.expected, self.start, self.end = expected, start, end
        self.sums: dict[Key, dict[str, int]] = {}
        self.hours: dict[Key, list[Fraction]] = {}

    def add(self, key: Key, name: str, number: int = 1) -> None:
        """Counts something for a row."""
        row = self.sums.setdefault(key, {})
        row[name] = row.get(name, 0) + number

    def take(self, case: facts_pb2.Case, decision: Decision) -> None:
        """Counts one decided case."""
        if not self.expected.only(case):
            return
        served = set()
        for obligation in decision.obligations:
            served |= self._obligation(case, obligation)
        if case.kind != "district":
            for key in served:
                self.add(key, "cases")
        for event in case.events:
            self._event(case, event)

    def _event(self, case: facts_pb2.Case, event: facts_pb2.Event) -> None:
        at = event.at.seconds * BILLION + event.at.nanos
        if not event.HasField("at") or not self.start <= at < self.end:
            return
        for name, type_ in self.expected.events.items():
            if event.type != type_:
                continue
            if self.expected.all_for:
                self.add((self.expected.all_for, ""), name)
                continue
            said = next((e for e in (event, _answered(case, event)) if e.concerning or e.body), event)
            body = said.concerning or said.body
            body = self.expected.parts.get(body, body)
            if body in self.expected.subjects:
                self.add((body, said.concerning_unit), name)

    def _obligation(self, case: facts_pb2.Case, obligation: Obligation) -> set[Key]:
        rule, standing, arose = obligation.plan.rule, obligation.standing, obligation.arose_at
        state, violated = standing.state.value, standing.violated_at
        due = obligation.due.nanos if obligation.due else None
        reported = rule.force.value == "reported"
        if reported != self.expected.reported or rule.modality.value == "permission" or arose is None:
            return set()
        if rule.modality.value == "prohibition":
            if violated is None or not self.start <= violated < self.end:
                return set()
        elif due is not None and due > self.end and arose >= due:
            return set()
        elif due is not None and due > arose:  # the last moment of a day is that day's
            if due > self.end:
                if arose < self.end:
                    for key in self._rows(obligation):
                        self.add(key, "carried")
                return set()
            if due <= self.start:
                return set()
        elif not self.start <= arose < self.end:
            return set()
        rows = self._rows(obligation)
        if violated is None and state in ("discharged", "suspended", "terminated"):
            for key in rows:
                self.add(key, "released")
            return set()
        for key in rows:
            self._duty(key, case, obligation, due)
        return rows

    def _duty(self, key: Key, case: facts_pb2.Case, obligation: Obligation, due: int | None) -> None:
        state, violated = obligation.standing.state.value, obligation.standing.violated_at
        self.add(key, "duties")
        if state == "undetermined":
            self.add(key, "unknown")
            return
        early = violated is not None and (due is None or violated < due)
        one = Done(obligation.plan.rule.action, state, violated is not None, early)
        for name, asked in {**_SAME, **self.expected.counts}.items():
            self.add(key, name, asked(one))
        asked_for = {f"requests[{request.id}]" for request in case.requests if request.matter}
        at, arose = obligation.standing.at, obligation.arose_at
        measured = self.expected.any_matter or bool(asked_for & set(obligation.bound))
        if one.done and at is not None and arose is not None and measured:
            self.hours.setdefault(key, []).append(Fraction(at - arose, 3_600 * BILLION))

    def _rows(self, obligation: Obligation) -> set[Key]:
        expected = self.expected
        named = obligation.plan.rule.action not in expected.of_no_unit
        return {
            (
                bearer if bearer in expected.subjects else expected.parts[bearer],
                obligation.bearer_unit if bearer in expected.by_unit and named else "",
            )
            for bearer in obligation.bearers
            if bearer in expected.subjects or bearer in expected.parts
        }

    def figures(self, wanted: Iterable[str]) -> dict[Key, Figures]:
        """What was counted, by row, of the figures that are wanted."""
        names = set(wanted)
        for subject in self.expected.subjects:
            if all(body != subject for body, _ in self.sums):
                self.sums[subject, ""] = {}
        return {key: self._row(key, names) for key in self.sums}

    def _row(self, key: Key, names: set[str]) -> Figures:
        sums, hours = self.sums[key], self.hours.get(key, [])
        row: Figures = {name: Fraction(sums.get(name, 0)) for name in names}
        row |= {
            name: Fraction(sums.get(of, 0), sums[among]) if sums.get(among) else None
            for name, (of, among) in RATES.items()
            if name in names
        }
        for name, made in (("response", mean), ("response.median", median)):
            if name in names:
                row[name] = made(hours) if hours else None
        return row


def _answered(case: facts_pb2.Case, event: facts_pb2.Event) -> facts_pb2.Event:
    """The event that another answers; one that says nothing where it answers none."""
    return next((e for e in case.events if e.id == event.about), facts_pb2.Event())


# -- points, ranks and what follows

FULL, LATE, OVERDUE, EACH, LINE = Decimal(100), Decimal("-1.5"), Decimal("-2.25"), Decimal(-3), Decimal(95)
"""Values that the tests fix: full marks, points each, and the score from which one may be commended."""
VALUES: Mapping[str, Mapping[str, float]] = {
    "liwan": {
        "assess_full_marks": float(FULL),
        "assess_points_late": float(LATE),
        "assess_points_overdue": float(OVERDUE),
        "assess_points_circulated": float(EACH),
        "assess_commend_score": float(LINE),
    },
    "gongan": {
        "assess_full_marks": float(FULL),
        "assess_points_late": float(LATE),
        "assess_points_overdue": float(OVERDUE),
        "assess_points_admonished": float(EACH),
    },
}


def scored(rows: Mapping[Key, Figures], each: str) -> dict[Key, tuple[Decimal, int]]:
    """Score and rank of each row; ``each`` is the figure that costs ``EACH``."""
    points = {}
    for key, row in rows.items():
        late, overdue, other = (Decimal(int(row[name] or 0)) for name in ("late", "overdue", each))
        total = FULL + LATE * late + OVERDUE * overdue + EACH * other
        points[key] = min(max(total, Decimal(0)), FULL).quantize(Decimal("0.1"), ROUND_HALF_UP)
    order = sorted(points.values(), reverse=True)
    return {key: (value, order.index(value) + 1) for key, value in points.items()}


def following(district: str, key: Key, row: Figures, score: Decimal | None) -> set[str]:
    """The consequences of a row, as the packs' comments say them in words."""
    committee = key[0] == "political_legal_committee"
    found = set()
    if district == "gongan":
        if row["unassisted"] and not row["reported"] and not committee:
            found.add("report")
    elif district == "liwan":
        if row["at_fault"]:
            found |= {"report"} if not row["reported"] and not committee else set()
            found |= {"circulate"} if not row["circulated"] else set()
            found |= {"name"} if not row["named"] else set()
        elif row["duties"] and score is not None and score >= LINE:
            found.add("commend")
    return found
