"""The rules as CEL, one expression a rule: its bindings, the condition, the due time.

Definitions are Python functions that write them out, because the official Python runtime has no macros of the
user's own. Absent strings are empty in CEL, which is what guards such as ``x != ""`` are for.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from tests.bench.peers.codes import (
    COURT,
    EQUITY,
    HEADS,
    IDENTITY,
    MARKET_QUERIES,
    MEMBERS,
    NO_NOTICE,
    OFFENCES,
    ORGANISATIONS,
    POLICE,
    RELATIVES,
    STREET,
    VIOLENCE,
)

EVENT = ("event",)
PARTY = ("party",)
REQUEST = ("request",)
SERVICE = ("document", "service")
EVENT_PARTY = ("event", "party")
REQUEST_PARTY = ("request", "party")
EVENTS = ("event", "other")


class CelRule(NamedTuple):
    """``each``: the variables, ``trigger`` the one that triggers, ``due``: day (24 hours later) or limit."""

    id: str
    each: tuple[str, ...]
    trigger: str
    condition: str
    due: str = ""


def _among(field: str, codes: list[str]) -> str:
    return f"{field} in {json.dumps(codes)}"


def _is(field: str, code: str) -> str:
    return f'{field} == "{code}"'


def _all(*parts: str) -> str:
    return " && ".join(f"({part})" for part in parts)


def _organisation(key: str) -> str:
    return f'case.parties.exists(o, o.id == {key} && o.role == "debtor" && {_among("o.kind", ORGANISATIONS)})'


def _debtor(p: str) -> str:
    return (
        f'({p}.role == "debtor"'
        f" || {p}.relations.exists(h, {_among('h.kind', HEADS)} && {_organisation('h.party')})"
        f' || ("tied_to_property" in {p}.traits'
        f' && {p}.relations.exists(h, h.kind == "senior_manager_of" && {_organisation("h.party")})))'
    )


_KIN = f"""case.parties.exists(p, p.id == other.party && ({_debtor("p")} || p.relations.exists(k,
    {_among("k.kind", RELATIVES)} && case.parties.exists(d, d.id == k.party && {_debtor("d")}))))"""
_ABSCONDED = """case.documents.exists(d, d.type == "detention_decision" && d.party == party.id
    && case.events.exists(e, e.type == "debtor_absconded" && e.party == party.id && e.at >= d.issued_at))"""
_CONFIRMED = """case.events.exists(e, e.type == "whereabouts_confirmed" && e.party == party.id
    && e.actor in ["residents_committee", "villagers_committee"])"""
_UNKNOWN = """case.events.exists(e, e.type == "whereabouts_lost" && e.party == party.id
    && e.at < three_months_ago && case.filed_at < three_months_ago
    && !case.events.exists(f, f.type == "debtor_found" && f.party == party.id && f.at >= e.at))"""
_GROUND = f"""{_ABSCONDED} || (("long_away" in party.traits || {_UNKNOWN}) && {_CONFIRMED})
    || case.flags.may_cause_mass_incident || (case.flags.claim_especially_large && case.flags.search_urgent)
    || case.flags.search_otherwise_needed"""

_FILED = _is("event.type", "enforcement_filed")
_ENFORCEMENT = _is("case.kind", "enforcement")
_BY_COURT = _among("event.actor", COURT)
_FROM_COURT = _among("request.requester", COURT)
_TO_POLICE = _among("request.to", POLICE)
_DISHONEST = '"dishonest_debtor" in party.traits && party.role == "debtor"'
_SUBMIT = """(as_of >= event.limit_at
        || case.events.exists(e, e.type == "consultation_failed" && e.about == event.id))
    && !case.events.exists(e, e.type == "consultation_agreed" && e.about == event.id
        && e.at <= event.limit_at)"""


def _on(type_: str) -> str:
    return _is("event.type", type_)


def _asked(matter: list[str] | str, to: str) -> str:
    matters = [matter] if isinstance(matter, str) else matter
    return _all(_ENFORCEMENT, _FROM_COURT, _among("request.matter", matters), _is("request.to", to))


def _street(matter: str) -> str:
    return _all(_ENFORCEMENT, _FROM_COURT, _is("request.matter", matter), _among("request.to", STREET))


def _documents(matters: list[str], to: str) -> str:
    return _all(_FROM_COURT, _among("request.matter", matters), _is("request.to", to))


def _event(rule: str, *parts: str, due: str = "") -> CelRule:
    return CelRule(rule, EVENT, "event", _all(*parts), due)


def _concerned(rule: str, *parts: str, due: str = "") -> CelRule:
    return CelRule(rule, EVENT_PARTY, "event", _all(*parts), due)


def _answer(rule: str, *parts: str) -> CelRule:
    return CelRule(rule, EVENTS, "event", _all(*parts))


def _request(rule: str, *parts: str) -> CelRule:
    return CelRule(rule, REQUEST, "request", _all(*parts))


def _service(rule: str, types: list[str]) -> CelRule:
    condition = _all(_among("document.type", types), _among("service.body", MEMBERS))
    return CelRule(rule, SERVICE, "service", condition)


_FILING = [
    _event("liwan.principle.no_interference", _FILED),
    _event("liwan.court.network.use", _FILED),
    _event("liwan.court.efficiency", _FILED),
    _event("liwan.court.control_property", _FILED),
    _event(
        "liwan.court.plan",
        _FILED,
        "case.flags.major_complex || case.flags.may_affect_stability || case.flags.several_assisting_bodies",
    ),
    _event("liwan.committee.coordinate_case", _FILED, "case.flags.major_complex"),
    _event(
        "liwan.finance.state_assets",
        _FILED,
        "case.flags.state_assets || case.properties.exists(p, p.state_owned)",
    ),
    _event("liwan.meeting.coordinate", _on("enforcement_plan_submitted")),
    _concerned("liwan.court.relief", _FILED, '"in_hardship" in party.traits', "case.flags.no_property"),
    _concerned(
        "liwan.court.report_organ",
        _FILED,
        'party.role == "debtor"',
        '"party_government_organ" in party.traits',
    ),
    _concerned(
        "liwan.court.settle_organ",
        _FILED,
        'party.role == "debtor"',
        '"party_government_organ" in party.traits',
    ),
    _concerned(
        "liwan.legal_affairs.urge",
        _FILED,
        'party.role == "debtor"',
        '"administrative_unit" in party.traits || "government_department" in party.traits',
        "party.household.within_district",
    ),
    _concerned("liwan.conference.member_case", _FILED, '"cppcc_member" in party.traits'),
]

_COOPERATION = [
    _event("liwan.platform.no_misuse", _on("information_shared"), 'event.body != ""'),
    _event("liwan.member.objection", _on("objection_arose"), _among("event.actor", MEMBERS)),
    _event("liwan.dispute.consult.one", _on("dispute_arose"), due="limit"),
    _event("liwan.dispute.consult.other", _on("dispute_arose"), due="limit"),
    _event("liwan.dispute.submit.one", _on("dispute_arose"), _SUBMIT),
    _event("liwan.dispute.submit.other", _on("dispute_arose"), _SUBMIT),
    _event("liwan.dispute.coordinate", _on("dispute_submitted")),
    _service("liwan.member.assist", ["assistance_notice"]),
    _service("liwan.member.feedback", ["assistance_notice"]),
    _service("liwan.member.no_refusal", ["assistance_notice"]),
    _service("liwan.member.no_review", ["assistance_notice", "effective_judgment", "judicial_suggestion"]),
    _event(
        "liwan.planning.screen",
        _on("dishonest_list_provided"),
        _BY_COURT,
        'event.body == "natural_resources"',
    ),
    _concerned(
        "liwan.planning.feedback",
        _on("administrative_application"),
        'event.body == "natural_resources"',
        "event.party == party.id",
        _DISHONEST,
        f"""case.events.exists(l, l.type == "dishonest_list_provided" && {_among("l.actor", COURT)}
            && l.body == "natural_resources" && l.party == party.id && l.at <= event.at)""",
    ),
    CelRule(
        "liwan.audit.debtor",
        PARTY,
        "party",
        _all(
            _ENFORCEMENT,
            _DISHONEST,
            '"district_owned" in party.traits',
            '"state_owned_enterprise" in party.traits || "financial_institution" in party.traits',
        ),
    ),
]

_POLICE = [
    CelRule("liwan.court.request_search", PARTY, "party", _all(_ENFORCEMENT, _debtor("party"), _GROUND)),
    CelRule(
        "liwan.police.locate",
        REQUEST_PARTY,
        "request",
        _all(
            _is("request.matter", "locate_debtor"),
            _FROM_COURT,
            _TO_POLICE,
            "request.party == party.id",
            _debtor("party"),
            _GROUND,
        ),
    ),
    _concerned(
        "liwan.police.locate.notify",
        _on("debtor_found"),
        _among("event.actor", POLICE),
        "event.party == party.id",
        _debtor("party"),
        due="day",
    ),
    _concerned(
        "liwan.court.withdraw_search",
        _on("debtor_found"),
        _BY_COURT,
        "event.party == party.id",
        f"""case.requests.exists(r, r.matter == "locate_debtor" && r.party == party.id
            && {_among("r.to", POLICE)} && r.at <= event.at)""",
    ),
    _request(
        "liwan.police.vehicle.intercept",
        _is("request.matter", "vehicle_interception"),
        _FROM_COURT,
        _TO_POLICE,
    ),
    _event(
        "liwan.police.vehicle.notify", _on("vehicle_seized"), 'event.actor == "traffic_police"', due="day"
    ),
    _answer(
        "liwan.court.vehicle_takeover",
        _on("court_notified"),
        _is("other.type", "vehicle_seized"),
        "event.about == other.id",
        'other.actor == "traffic_police"',
    ),
    _event("liwan.police.delay", _on("delay_arose"), _among("event.actor", POLICE)),
    _request(
        "liwan.police.alarm.dispatch",
        _is("request.matter", "violent_resistance"),
        'request.form == "alarm"',
        _TO_POLICE,
    ),
    _event("liwan.police.violence.measures", _among("event.type", VIOLENCE)),
    _event("liwan.procuratorate.combat.violence", _among("event.type", VIOLENCE)),
    *(
        _answer(
            f"liwan.police.false_alarm.{row}",
            _on("identity_confirmed"),
            _is("other.type", "false_alarm_raised"),
            "event.about == other.id",
            _KIN,
        )
        for row in ("persuade", "remove", "punish")
    ),
    _event("liwan.police.detention.health_check", _on("detainee_delivered"), _BY_COURT),
    _event("liwan.police.detention.notice", _on("detention_not_admitted")),
    _event("liwan.court.detention.decide", _on("stop_detention_suggested"), due="day"),
    _event("liwan.court.detention.notify", _on("stop_detention_suggested"), due="day"),
]

_SHARED = _among("event.matter", OFFENCES)
_TRANSFERRED = _all(
    _on("offence_transferred"), _BY_COURT, _among("event.body", ["public_security", "police_elsewhere"])
)
_ON_TRANSFER = _all(_is("other.type", "offence_transferred"), _among("other.actor", COURT))
_NOT_FILED = _all(
    _among("event.type", ["non_filing_decided", "no_liability_decided"]), "event.about == other.id"
)
_OFFENCES = [
    _event(
        "liwan.court.offence.transfer.local",
        _on("offence_suspected"),
        _SHARED,
        'event.body != "" && event.body != "police_elsewhere"',
    ),
    _event(
        "liwan.court.offence.transfer.elsewhere",
        _on("offence_suspected"),
        _SHARED,
        'event.body == "police_elsewhere"',
    ),
    _event(
        "liwan.court.offence.transfer.wages",
        _on("offence_suspected"),
        'event.matter == "refusal_to_pay_wages"',
    ),
    _event(
        "liwan.procuratorate.combat.disposal",
        _on("offence_suspected"),
        _among("event.matter", ["disposal_of_seized_property", "refusal_to_enforce", "other_offence"]),
    ),
    _event("liwan.police.offence.accept.shared", _TRANSFERRED, _SHARED),
    _event("liwan.police.offence.accept.wages", _TRANSFERRED, 'event.matter == "refusal_to_pay_wages"'),
    _answer(
        "liwan.police.offence.file.wages",
        _on("filing_conditions_met"),
        _ON_TRANSFER,
        "event.about == other.id",
        'other.matter == "refusal_to_pay_wages"',
    ),
    _answer("liwan.police.offence.reply.written", _NOT_FILED, _ON_TRANSFER, _among("other.matter", OFFENCES)),
    _answer(
        "liwan.police.offence.reply.network",
        _NOT_FILED,
        _ON_TRANSFER,
        _among("other.matter", [*OFFENCES, "refusal_to_pay_wages"]),
    ),
    _answer(
        "liwan.court.offence.supervision.shared",
        _among("event.type", ["written_reply_given", "network_reply_given"]),
        _ON_TRANSFER,
        """event.about == other.id || case.events.exists(d,
            d.type in ["non_filing_decided", "no_liability_decided"] && d.id == event.about
            && d.about == other.id)""",
        _among("other.matter", OFFENCES),
    ),
]

_OTHER = "other_assistance"
_LETTER = (
    '"assistance_letter" in request.documents_shown || "assistance_notice" in request.documents_shown'
    ' || request.form in ["letter", "notice"]'
)
_REQUESTS = [
    _request("liwan.assist.police_identity", _asked(IDENTITY, "public_security"), _LETTER),
    _request(
        "liwan.assist.land_query",
        _asked(["planning_query", "land_query", "real_estate_query", _OTHER], "natural_resources"),
    ),
    _request(
        "liwan.assist.land_measure",
        _asked(["real_estate_seizure", "real_estate_disposal"], "natural_resources"),
    ),
    _request("liwan.assist.housing_restriction", _asked("qualification_restriction", "housing_construction")),
    _request("liwan.assist.education", _asked(["education_query", _OTHER], "education")),
    _request("liwan.assist.marriage", _asked(["marriage_query", _OTHER], "civil_affairs")),
    _request("liwan.assist.business", _asked(["business_registration_query", _OTHER], "market_regulation")),
    _request("liwan.assist.equity", _asked(EQUITY, "market_regulation")),
    _request("liwan.assist.social_security", _asked(["social_security_query", _OTHER], "human_resources")),
    _request("liwan.assist.labour_evidence", _asked("labour_dispute_evidence", "human_resources")),
    _request("liwan.assist.population", _asked(["population_query", _OTHER], "health")),
    _request("liwan.assist.illegal_building", _asked("illegal_building_query", "urban_management")),
    _request(
        "liwan.assist.illegal_building_identification",
        _asked("illegal_building_identification", "urban_management"),
    ),
    _request("liwan.assist.state_tax", _asked(["tax_query", _OTHER], "state_tax")),
    _request("liwan.assist.local_tax", _asked(["tax_query", _OTHER], "local_tax")),
    _request("liwan.street.assist.service", _street("service_assistance")),
    _request("liwan.street.assist.information", _street("debtor_information")),
    _request("liwan.street.assist.witness", _street("enforcement_witness")),
    _request("liwan.street.assist.signature", _street("signature_confirmation")),
    _request(
        "liwan.court.serve_notice",
        _ENFORCEMENT,
        _FROM_COURT,
        _among("request.to", [body for body in MEMBERS if body != "court"]),
        f"!({_among('request.matter', NO_NOTICE)})",
        """!case.documents.exists(d, d.type == "assistance_notice" && d.request == request.id
            && d.services.exists(s, s.body == request.to))""",
    ),
    _request("liwan.court.documents.market", _documents(MARKET_QUERIES, "market_regulation")),
    _request("liwan.court.documents.state_tax", _documents(["tax_query"], "state_tax")),
    _request("liwan.court.documents.local_tax", _documents(["tax_query"], "local_tax")),
    _request(
        "liwan.court.vehicle_city_rules",
        _FROM_COURT,
        _among("request.matter", ["vehicle_file_seizure", "vehicle_transfer"]),
        'request.to != ""',
    ),
    _request(
        "liwan.market.publish", _documents(["publish_assistance", "equity_publicity"], "market_regulation")
    ),
    _request(
        "liwan.help.civil_affairs",
        _among("request.matter", ["policy_consultation", "civil_affairs_help"]),
        _is("request.to", "civil_affairs"),
        "case.flags.hardship",
    ),
    _request(
        "liwan.help.legal_aid",
        _is("request.matter", "legal_aid"),
        _is("request.to", "justice"),
        'case.parties.exists(p, p.id == request.party && "legal_aid_eligible" in p.traits)',
    ),
]

RULES = (*_FILING, *_COOPERATION, *_POLICE, *_OFFENCES, *_REQUESTS)
