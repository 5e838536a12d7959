"""A made-up year of a district: cases from a plain generator with a seed, the same at every run.

Each case is what a court could have sent: requests to units of the district (documents served where the
document asks for them), answered in time, late or never, refused, released because the case ended, or due
only after the year. Events of the district's own file report, circulate and name units.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from linkage.v1 import facts_pb2

_FIRST = datetime.fromisoformat("2023-09-01T09:00:00+08:00")
_YEAR_END = datetime.fromisoformat("2024-12-29T20:00:00+08:00")
_DAYS = 580
UNITS = ("甲", "乙", "丙")
Chance = random.Random


class _Made:
    """One case being made."""

    def __init__(self, code: str, number: int, chance: Chance, kind: str = "enforcement") -> None:
        self.case = facts_pb2.Case(id=f"{code}-{number}", district=code, kind=kind)
        self.chance = chance
        self.at = _FIRST + timedelta(days=chance.randrange(_DAYS), hours=chance.randrange(9))
        if kind == "enforcement":
            self.case.stage = "enforcement"
            self.event("enforcement_filed", -5)

    def event(self, type_: str, days: float, **fields: str) -> str:
        """Something that happened so many days later; its id."""
        ident = f"e{len(self.case.events)}"
        event = self.case.events.add(id=ident, type=type_, **fields)
        event.at.FromDatetime(self.at + timedelta(days=days))
        return ident

    def request(self, matter: str, to: str, unit: str = "", party: str = "") -> str:
        """A request by the court; its id."""
        ident = f"r{len(self.case.requests)}"
        request = self.case.requests.add(id=ident, matter=matter, to=to, requester="court")
        request.at.FromDatetime(self.at)
        if unit:
            request.unit = unit
        if party:
            request.party = party
        return ident

    def served(self, to: str, request: str, *types: str) -> str:
        """Documents served on a unit with a request; the last one's id."""
        ident = ""
        for type_ in types:
            ident = f"d{len(self.case.documents)}"
            document = self.case.documents.add(id=ident, type=type_, request=request)
            service = document.services.add(id=f"s{ident}", body=to, result="signed")
            service.at.FromDatetime(self.at)
        return ident

    def debtor(self, unit: str) -> None:
        """A listed debtor who lives in a town of the district."""
        party = self.case.parties.add(id="p", role="debtor", property_unclear=True)
        party.traits.extend(["dishonest_debtor", "concealing_property"])
        party.household.within_district, party.household.subdistrict = True, unit

    def answered(self, type_: str, actor: str, about: str, **fields: str) -> None:
        """In time, late, or never; or refused; or the case ended before."""
        fate = self.chance.choice(("soon", "soon", "late", "never", "refused", "ended"))
        if fate in ("soon", "late"):
            days = self.chance.uniform(0.1, 0.9) if fate == "soon" else self.chance.uniform(6, 40)
            self.event(type_, days, actor=actor, about=about, **fields)
        elif fate == "refused":
            self.event("assistance_refused", 1, actor=actor, about=about)
        elif fate == "ended":
            self.event("enforcement_terminated", 0.5, actor="court")


def _liwan(made: _Made) -> None:
    chance = made.chance
    to, matter = chance.choice(
        (
            ("civil_affairs", "marriage_query"),
            ("human_resources", "social_security_query"),
            ("public_security", "identity_query"),
            ("state_tax", "tax_query"),
            ("subdistrict", "investigation_assistance"),
        )
    )
    made.debtor(chance.choice(UNITS))
    request = made.request(matter, to, chance.choice(UNITS) if to == "subdistrict" else "", "p")
    notice = made.served(to, request, "assistance_notice")
    made.answered("query_answered", to, chance.choice((request, notice)))
    if chance.random() < 0.5:
        seized = made.event("vehicle_seized", 2, actor="traffic_police")
        if chance.random() < 0.7:
            days = chance.choice((2.5, 2.9, 3.4))
            made.event("court_notified", days, actor="traffic_police", to="court", about=seized)


def _gongan(made: _Made) -> None:
    chance = made.chance
    to, matter = chance.choice(
        (
            ("marriage_registry", "marriage_query"),
            ("tax", "tax_query"),
            ("bank", "deposit_freeze"),
            ("housing_fund", "housing_fund_query"),
        )
    )
    request = made.request(matter, to, chance.choice(UNITS) if to == "bank" else "")
    made.served(to, request, "enforcement_ruling", "assistance_notice")
    made.answered("query_answered" if "query" in matter else "assistance_given", to, request)
    if chance.random() < 0.5:
        made.debtor(chance.choice(UNITS))
        lead = made.event("property_found", 2, actor="tax", party="p")
        if chance.random() < 0.7:
            made.event("court_notified", chance.choice((3, 4, 20)), actor="tax", to="court", about=lead)


def _xisaishan(made: _Made) -> None:
    chance = made.chance
    made.debtor(chance.choice(UNITS))
    request = made.request("property_search", "grid_worker", party="p")
    made.case.requests[0].documents_shown.extend(["introduction_letter", "work_permit"])
    made.answered("property_found", "grid_worker", request, party="p")
    if chance.random() < 0.6:
        seen = made.event("restriction_violation_found", 1, actor="grid_worker", party="p")
        if chance.random() < 0.7:
            made.event("feedback_given", chance.choice((2, 3, 30)), actor="grid_worker", about=seen)


def _guangxi(made: _Made) -> None:
    chance = made.chance
    made.case.attributes[chance.choice(("in_chongzuo", "in_chongzuo", "in_hechi"))].bool_value = True
    made.case.parties.add(id="p", role="debtor")
    matter, act = chance.choice(
        (
            ("locate_debtor", "debtor_found"),
            ("property_search", "property_found"),
            ("service_assistance", "assistance_given"),
            ("mediation_participation", "mediation_joined"),
        )
    )
    request = made.request(matter, "grid_worker", chance.choice(UNITS), "p")
    made.answered(act, "grid_worker", request, party="p")


def _qijiang(made: _Made) -> None:
    chance = made.chance
    to, matter = chance.choice(
        (
            ("tax", "tax_query"),
            ("traffic_police", "vehicle_query"),
            ("civil_affairs", "marriage_query"),
            ("justice", "lawyer_query"),
        )
    )
    request = made.request(matter, to)
    made.answered("query_answered", to, request)
    if chance.random() < 0.4:
        official = made.case.parties.add(id="o", role="debtor")
        official.traits.append("public_official")
        refusal = made.event("performance_refused", 3, party="o")
        made.event("information_shared", 4, actor="court", to="discipline_inspection", about=refusal)
        made.event("correction_urged", 9, actor="discipline_inspection", about=refusal)


_KINDS: Mapping[str, Callable[[_Made], None]] = {
    "liwan": _liwan,
    "gongan": _gongan,
    "xisaishan": _xisaishan,
    "guangxi": _guangxi,
    "qijiang": _qijiang,
}
_GOVERNANCE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "liwan": (
        ("non_cooperation_reported", "court"),
        ("non_cooperation_circulated", "political_legal_committee"),
        ("named_at_meeting", "political_legal_committee"),
    ),
    "gongan": (("non_cooperation_reported", "court"), ("admonition_given", "joint_meeting")),
    "qijiang": (
        ("supervision_survey_held", "npc_standing_committee"),
        ("deputies_witnessed", "npc_standing_committee"),
        ("hearing_reviewed", "npc_standing_committee"),
        ("judge_evaluated", "npc_standing_committee"),
        ("deputy_proposal_referred", "npc_standing_committee"),
    ),
}
_NAMED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "liwan": (("civil_affairs", ""), ("traffic_police", ""), ("subdistrict", "甲"), ("subdistrict", "乙")),
    "gongan": (("civil_affairs", ""), ("tax", ""), ("bank", "甲"), ("bank", "丙")),
}


def own_file(code: str, chance: Chance) -> facts_pb2.Case:
    """The district's own file: units reported, circulated, named; what a congress supervised."""
    made = _Made(code, 0, chance, "district")
    made.case.id = code
    for _ in range(12):
        for type_, actor in _GOVERNANCE.get(code, ()):
            made.at = _FIRST + timedelta(days=chance.randrange(_DAYS))
            fields = {}
            if code in _NAMED:
                body, unit = chance.choice(_NAMED[code])
                fields = {"concerning": body, **({"concerning_unit": unit} if unit else {})}
            if chance.random() < 0.5:
                made.event(type_, 0, actor=actor, **fields)
    return made.case


def cases_of(code: str, seed: int, count: int) -> list[facts_pb2.Case]:
    """The district's own file and so many cases less one, from September 2023 to March 2025; every sixth
    in the last days of a year."""
    chance = random.Random(f"{code}{seed}")  # noqa: S311 - the same made-up year at every run
    cases = [own_file(code, chance)]
    for number in range(1, count):
        made = _Made(code, number, chance)
        if number % 6 == 0:
            made.at = _YEAR_END
        _KINDS[code](made)
        cases.append(made.case)
    return cases
