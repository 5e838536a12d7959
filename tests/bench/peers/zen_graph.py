"""The rules as a decision graph of zen-engine: an expression node that joins the facts, then decision tables.

Each table runs in loop mode over one list with hit policy "collect", a row a rule: the layout that the
engine's own editor offers for "every rule that applies to every element". The short form here is expanded to
the editor's JSON (JDM).
"""

from __future__ import annotations

import json
from typing import Any

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

Row = tuple[str, dict[str, Any]]


def _list(codes: list[str]) -> str:
    return json.dumps(codes)


# Expressions of the node "facts", in order; ``$.x`` is an earlier one, ``$nodes.facts.x`` one from a table.
FACTS = {
    "organisations": f"""map(filter(parties as p,
        p.role == "debtor" and p.kind in {_list(ORGANISATIONS)}), #.id)""",
    "debtors": f"""map(filter(parties as p, p.role == "debtor"
        or some(p.relations as r, r.kind in {_list(HEADS)} and r.party in $.organisations)
        or ("tied_to_property" in p.traits and some(p.relations as r,
            r.kind == "senior_manager_of" and r.party in $.organisations))), #.id)""",
    "kin": f"""map(filter(parties as p, p.id in $.debtors
        or some(p.relations as r, r.kind in {_list(RELATIVES)} and r.party in $.debtors)), #.id)""",
    "searched": """map(filter(parties as p, flags.may_cause_mass_incident == true
        or (flags.claim_especially_large == true and flags.search_urgent == true)
        or flags.search_otherwise_needed == true
        or some(documents as d, d.type == "detention_decision" and d.party == p.id and some(events as e,
            e.type == "debtor_absconded" and e.party == p.id and e.at >= d.issued_at))
        or (some(events as e, e.type == "whereabouts_confirmed" and e.party == p.id
                and e.actor in ["residents_committee", "villagers_committee"])
            and ("long_away" in p.traits or some(events as e, e.type == "whereabouts_lost" and e.party == p.id
                and e.at < three_months_ago and filed_at < three_months_ago
                and not some(events as f,
                    f.type == "debtor_found" and f.party == p.id and f.at >= e.at))))), #.id)""",
    "assistance": f'kind == "enforcement" ? filter(requests as r, r.requester in {_list(COURT)}) : []',
    "answers": """flatMap(filter(events as e, e.about != null and e.type in ["court_notified",
            "identity_confirmed", "filing_conditions_met", "non_filing_decided", "no_liability_decided",
            "written_reply_given", "network_reply_given"]) as e,
        map(filter(events as f, f.id == e.about or (f.type == "offence_transferred" and some(events as d,
                d.type in ["non_filing_decided", "no_liability_decided"] and d.id == e.about
                and d.about == f.id))), {id: e.id, type: e.type, at: e.at,
            to_type: #.type, to_actor: #.actor, to_matter: #.matter, to_party: #.party}))""",
    "concerned": """flatMap(filter(events as e, e.type in ["enforcement_filed", "debtor_found",
            "administrative_application"]) as e,
        map(filter(parties as p, e.type == "enforcement_filed" or p.id == e.party), {id: e.id, type: e.type,
            at: e.at, actor: e.actor, body: e.body, party: #.id, role: #.role, traits: #.traits,
            within: #.household.within_district}))""",
    "served": "flatMap(documents as d, map(d.services as s, {id: s.id, body: s.body, type: d.type}))",
}

_FLAGS = "$nodes.facts.flags"
_EVENTS = "$nodes.facts.events"
_NEEDS_MEETING = " or ".join(
    f"{_FLAGS}.{flag} == true"
    for flag in ("major_complex", "may_affect_stability", "several_assisting_bodies")
)
_STATE_ASSETS = f"{_FLAGS}.state_assets == true or some($nodes.facts.properties as p, p.state_owned == true)"
_CONSULTED = f'some({_EVENTS} as e, e.type == "%s" and e.about == id%s)'
_SUBMIT = (
    f"((limit_at != null and $nodes.facts.as_of >= limit_at) or {_CONSULTED % ('consultation_failed', '')})"
    f" and not {_CONSULTED % ('consultation_agreed', ' and limit_at != null and e.at <= limit_at')}"
)
_DAY_LATER = "at + 86400"

EVENT_ROWS: list[Row] = [
    ("liwan.principle.no_interference", {"type": "enforcement_filed"}),
    ("liwan.court.network.use", {"type": "enforcement_filed"}),
    ("liwan.court.efficiency", {"type": "enforcement_filed"}),
    ("liwan.court.control_property", {"type": "enforcement_filed"}),
    ("liwan.court.plan", {"type": "enforcement_filed", "when": _NEEDS_MEETING}),
    (
        "liwan.committee.coordinate_case",
        {"type": "enforcement_filed", "when": f"{_FLAGS}.major_complex == true"},
    ),
    ("liwan.finance.state_assets", {"type": "enforcement_filed", "when": _STATE_ASSETS}),
    ("liwan.meeting.coordinate", {"type": "enforcement_plan_submitted"}),
    ("liwan.platform.no_misuse", {"type": "information_shared"}),
    ("liwan.member.objection", {"type": "objection_arose", "actor": MEMBERS}),
    ("liwan.dispute.consult.one", {"type": "dispute_arose", "due": "limit_at"}),
    ("liwan.dispute.consult.other", {"type": "dispute_arose", "due": "limit_at"}),
    ("liwan.dispute.submit.one", {"type": "dispute_arose", "when": _SUBMIT}),
    ("liwan.dispute.submit.other", {"type": "dispute_arose", "when": _SUBMIT}),
    ("liwan.dispute.coordinate", {"type": "dispute_submitted"}),
    ("liwan.police.vehicle.notify", {"type": "vehicle_seized", "actor": "traffic_police", "due": _DAY_LATER}),
    ("liwan.police.delay", {"type": "delay_arose", "actor": POLICE}),
    ("liwan.police.violence.measures", {"type": VIOLENCE}),
    ("liwan.procuratorate.combat.violence", {"type": VIOLENCE}),
    (
        "liwan.procuratorate.combat.disposal",
        {
            "type": "offence_suspected",
            "matter": ["disposal_of_seized_property", "refusal_to_enforce", "other_offence"],
        },
    ),
    ("liwan.police.detention.health_check", {"type": "detainee_delivered", "actor": COURT}),
    ("liwan.police.detention.notice", {"type": "detention_not_admitted"}),
    ("liwan.court.detention.decide", {"type": "stop_detention_suggested", "due": _DAY_LATER}),
    ("liwan.court.detention.notify", {"type": "stop_detention_suggested", "due": _DAY_LATER}),
    (
        "liwan.court.offence.transfer.local",
        {
            "type": "offence_suspected",
            "matter": OFFENCES,
            "when": 'body != null and body != "police_elsewhere"',
        },
    ),
    (
        "liwan.court.offence.transfer.elsewhere",
        {"type": "offence_suspected", "matter": OFFENCES, "body": "police_elsewhere"},
    ),
    ("liwan.court.offence.transfer.wages", {"type": "offence_suspected", "matter": "refusal_to_pay_wages"}),
    (
        "liwan.police.offence.accept.shared",
        {
            "type": "offence_transferred",
            "actor": COURT,
            "body": ["public_security", "police_elsewhere"],
            "matter": OFFENCES,
        },
    ),
    (
        "liwan.police.offence.accept.wages",
        {
            "type": "offence_transferred",
            "actor": COURT,
            "body": ["public_security", "police_elsewhere"],
            "matter": "refusal_to_pay_wages",
        },
    ),
    (
        "liwan.planning.screen",
        {"type": "dishonest_list_provided", "actor": COURT, "body": "natural_resources"},
    ),
]

_FALSE_ALARM = {
    "type": "identity_confirmed",
    "to_type": "false_alarm_raised",
    "when": "to_party in $nodes.facts.kin",
}
_REPLY = {
    "type": ["non_filing_decided", "no_liability_decided"],
    "to_type": "offence_transferred",
    "to_actor": COURT,
}
ANSWER_ROWS: list[Row] = [
    (
        "liwan.court.vehicle_takeover",
        {"type": "court_notified", "to_type": "vehicle_seized", "to_actor": "traffic_police"},
    ),
    ("liwan.police.false_alarm.persuade", _FALSE_ALARM),
    ("liwan.police.false_alarm.remove", _FALSE_ALARM),
    ("liwan.police.false_alarm.punish", _FALSE_ALARM),
    (
        "liwan.police.offence.file.wages",
        {
            "type": "filing_conditions_met",
            "to_type": "offence_transferred",
            "to_actor": COURT,
            "to_matter": "refusal_to_pay_wages",
        },
    ),
    ("liwan.police.offence.reply.written", {**_REPLY, "to_matter": OFFENCES}),
    ("liwan.police.offence.reply.network", {**_REPLY, "to_matter": [*OFFENCES, "refusal_to_pay_wages"]}),
    (
        "liwan.court.offence.supervision.shared",
        {
            "type": ["written_reply_given", "network_reply_given"],
            "to_type": "offence_transferred",
            "to_actor": COURT,
            "to_matter": OFFENCES,
        },
    ),
]

_ADMINISTRATIVE = '("administrative_unit" in traits or "government_department" in traits) and within == true'
_LISTED_BEFORE = (
    f'some({_EVENTS} as l, l.type == "dishonest_list_provided" and l.actor in {_list(COURT)}'
    ' and l.body == "natural_resources" and l.party == party and l.at <= at)'
)
_REQUESTED_BEFORE = (
    'some($nodes.facts.requests as r, r.matter == "locate_debtor" and r.party == party'
    f" and r.to in {_list(POLICE)} and r.at <= at)"
)
CONCERNED_ROWS: list[Row] = [
    (
        "liwan.court.relief",
        {"type": "enforcement_filed", "when": f'"in_hardship" in traits and {_FLAGS}.no_property == true'},
    ),
    (
        "liwan.court.report_organ",
        {"type": "enforcement_filed", "role": "debtor", "when": '"party_government_organ" in traits'},
    ),
    (
        "liwan.court.settle_organ",
        {"type": "enforcement_filed", "role": "debtor", "when": '"party_government_organ" in traits'},
    ),
    ("liwan.legal_affairs.urge", {"type": "enforcement_filed", "role": "debtor", "when": _ADMINISTRATIVE}),
    ("liwan.conference.member_case", {"type": "enforcement_filed", "when": '"cppcc_member" in traits'}),
    (
        "liwan.police.locate.notify",
        {"type": "debtor_found", "actor": POLICE, "when": "party in $nodes.facts.debtors", "due": _DAY_LATER},
    ),
    ("liwan.court.withdraw_search", {"type": "debtor_found", "actor": COURT, "when": _REQUESTED_BEFORE}),
    (
        "liwan.planning.feedback",
        {
            "type": "administrative_application",
            "body": "natural_resources",
            "role": "debtor",
            "when": f'"dishonest_debtor" in traits and {_LISTED_BEFORE}',
        },
    ),
]

_LETTER = """"assistance_letter" in documents_shown or "assistance_notice" in documents_shown
    or form in ["letter", "notice"]"""
_NOTICE = f"""to in {_list(MEMBERS)} and to != "court" and not (matter in {_list(NO_NOTICE)})
    and not some($nodes.facts.documents as d, d.type == "assistance_notice" and d.request == id
        and some(d.services as s, s.body == to))"""
ASSISTANCE_ROWS: list[Row] = [
    ("liwan.assist.police_identity", {"matter": IDENTITY, "to": "public_security", "when": _LETTER}),
    (
        "liwan.assist.land_query",
        {
            "matter": ["planning_query", "land_query", "real_estate_query", "other_assistance"],
            "to": "natural_resources",
        },
    ),
    (
        "liwan.assist.land_measure",
        {"matter": ["real_estate_seizure", "real_estate_disposal"], "to": "natural_resources"},
    ),
    (
        "liwan.assist.housing_restriction",
        {"matter": "qualification_restriction", "to": "housing_construction"},
    ),
    ("liwan.assist.education", {"matter": ["education_query", "other_assistance"], "to": "education"}),
    ("liwan.assist.marriage", {"matter": ["marriage_query", "other_assistance"], "to": "civil_affairs"}),
    (
        "liwan.assist.business",
        {"matter": ["business_registration_query", "other_assistance"], "to": "market_regulation"},
    ),
    ("liwan.assist.equity", {"matter": EQUITY, "to": "market_regulation"}),
    (
        "liwan.assist.social_security",
        {"matter": ["social_security_query", "other_assistance"], "to": "human_resources"},
    ),
    ("liwan.assist.labour_evidence", {"matter": "labour_dispute_evidence", "to": "human_resources"}),
    ("liwan.assist.population", {"matter": ["population_query", "other_assistance"], "to": "health"}),
    ("liwan.assist.illegal_building", {"matter": "illegal_building_query", "to": "urban_management"}),
    (
        "liwan.assist.illegal_building_identification",
        {"matter": "illegal_building_identification", "to": "urban_management"},
    ),
    ("liwan.assist.state_tax", {"matter": ["tax_query", "other_assistance"], "to": "state_tax"}),
    ("liwan.assist.local_tax", {"matter": ["tax_query", "other_assistance"], "to": "local_tax"}),
    ("liwan.street.assist.service", {"matter": "service_assistance", "to": STREET}),
    ("liwan.street.assist.information", {"matter": "debtor_information", "to": STREET}),
    ("liwan.street.assist.witness", {"matter": "enforcement_witness", "to": STREET}),
    ("liwan.street.assist.signature", {"matter": "signature_confirmation", "to": STREET}),
    ("liwan.court.serve_notice", {"when": _NOTICE}),
]

_SEARCHED = "party in $nodes.facts.debtors and party in $nodes.facts.searched"
_HAS_TRAIT = 'some($nodes.facts.parties as p, p.id == party and "legal_aid_eligible" in p.traits)'
REQUEST_ROWS: list[Row] = [
    (
        "liwan.court.documents.market",
        {"requester": COURT, "matter": MARKET_QUERIES, "to": "market_regulation"},
    ),
    ("liwan.court.documents.state_tax", {"requester": COURT, "matter": "tax_query", "to": "state_tax"}),
    ("liwan.court.documents.local_tax", {"requester": COURT, "matter": "tax_query", "to": "local_tax"}),
    (
        "liwan.court.vehicle_city_rules",
        {"requester": COURT, "matter": ["vehicle_file_seizure", "vehicle_transfer"]},
    ),
    (
        "liwan.market.publish",
        {"requester": COURT, "matter": ["publish_assistance", "equity_publicity"], "to": "market_regulation"},
    ),
    (
        "liwan.help.civil_affairs",
        {
            "matter": ["policy_consultation", "civil_affairs_help"],
            "to": "civil_affairs",
            "when": f"{_FLAGS}.hardship == true",
        },
    ),
    ("liwan.help.legal_aid", {"matter": "legal_aid", "to": "justice", "when": _HAS_TRAIT}),
    (
        "liwan.police.alarm.dispatch",
        {"matter": "violent_resistance", "to": POLICE, "when": 'form == "alarm"'},
    ),
    ("liwan.police.locate", {"requester": COURT, "matter": "locate_debtor", "to": POLICE, "when": _SEARCHED}),
    ("liwan.police.vehicle.intercept", {"requester": COURT, "matter": "vehicle_interception", "to": POLICE}),
]

SERVICE_ROWS: list[Row] = [
    ("liwan.member.assist", {"type": "assistance_notice", "body": MEMBERS}),
    ("liwan.member.feedback", {"type": "assistance_notice", "body": MEMBERS}),
    ("liwan.member.no_refusal", {"type": "assistance_notice", "body": MEMBERS}),
    (
        "liwan.member.no_review",
        {"type": ["assistance_notice", "effective_judgment", "judicial_suggestion"], "body": MEMBERS},
    ),
]

_ENFORCED = '$nodes.facts.kind == "enforcement"'
PARTY_ROWS: list[Row] = [
    (
        "liwan.court.request_search",
        {"when": f"{_ENFORCED} and id in $nodes.facts.debtors and id in $nodes.facts.searched"},
    ),
    (
        "liwan.audit.debtor",
        {
            "role": "debtor",
            "when": f'{_ENFORCED} and "dishonest_debtor" in traits and "district_owned" in traits'
            ' and ("state_owned_enterprise" in traits or "financial_institution" in traits)',
        },
    ),
]

TABLES: dict[str, tuple[list[str], list[Row]]] = {
    "events": (["type", "actor", "body", "matter"], EVENT_ROWS),
    "answers": (["type", "to_type", "to_actor", "to_matter"], ANSWER_ROWS),
    "concerned": (["type", "actor", "body", "role"], CONCERNED_ROWS),
    "assistance": (["matter", "to"], ASSISTANCE_ROWS),
    "requests": (["matter", "to", "requester"], REQUEST_ROWS),
    "served": (["type", "body"], SERVICE_ROWS),
    "parties": (["role"], PARTY_ROWS),
}
"""List that a table runs over -> its code columns and its rows."""


def graph() -> dict[str, Any]:
    """The decision graph in the engine's own JSON form."""
    expressions = [{"id": key, "key": key, "value": text} for key, text in FACTS.items()]
    facts = {"expressions": expressions, "passThrough": True, "executionMode": "single"}
    nodes = [_node("in", "inputNode", "Request", {}), _node("facts", "expressionNode", "facts", facts)]
    edges = [("in", "facts")]
    for field, (columns, rows) in TABLES.items():
        nodes.append(
            _node("table_" + field, "decisionTableNode", field + " table", _table(field, columns, rows))
        )
        edges += [("facts", "table_" + field), ("table_" + field, "out")]
    nodes.append(_node("out", "outputNode", "Response", {}))
    return {
        "nodes": nodes,
        "edges": [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in edges],
    }


def _node(key: str, type_: str, name: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"id": key, "type": type_, "name": name, "content": content, "position": {"x": 0, "y": 0}}


def _table(field: str, columns: list[str], rows: list[Row]) -> dict[str, Any]:
    inputs = [{"id": column, "name": column, "field": column} for column in columns]
    outputs = [{"id": "out_" + name, "name": name, "field": name} for name in ("rule", "trigger", "due")]
    return {
        "hitPolicy": "collect",
        "executionMode": "loop",
        "inputField": field,
        "outputPath": "found_" + field,
        "passThrough": False,
        "inputs": [*inputs, {"id": "when", "name": "when"}],
        "outputs": outputs,
        "rules": [_row(rule, cells, columns) for rule, cells in rows],
    }


def _row(rule: str, cells: dict[str, Any], columns: list[str]) -> dict[str, str]:
    row = {"_id": rule, "when": cells.get("when", "")}
    for column in columns:
        codes = cells.get(column, [])
        row[column] = ", ".join(json.dumps(code) for code in ([codes] if isinstance(codes, str) else codes))
    return row | {"out_rule": json.dumps(rule), "out_trigger": "id", "out_due": cells.get("due", "")}
