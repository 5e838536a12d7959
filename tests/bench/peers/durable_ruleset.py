"""The rules in the language of durable-rules: facts of one case, definitions that assert facts, duties."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import reduce
from operator import and_, or_
from typing import Any

from durable.engine import MessageObservedException
from durable.lang import c, item, m, none, ruleset, value, when_all

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

NAME = "liwan"
DAY = 86_400

Owed = tuple[str, str, int | None, str]
"""Rule, triggering element, due time, the party of the match: a set of these holds each match once."""

Handler = Callable[[Any], None]

_OTHER = "other_assistance"
# Rule -> matters, bodies: the duties to assist that an enforcement court's request brings about.
ASSISTANCE: dict[str, tuple[list[str], list[str]]] = {
    "liwan.assist.land_query": (
        ["planning_query", "land_query", "real_estate_query", _OTHER],
        ["natural_resources"],
    ),
    "liwan.assist.land_measure": (["real_estate_seizure", "real_estate_disposal"], ["natural_resources"]),
    "liwan.assist.housing_restriction": (["qualification_restriction"], ["housing_construction"]),
    "liwan.assist.education": (["education_query", _OTHER], ["education"]),
    "liwan.assist.marriage": (["marriage_query", _OTHER], ["civil_affairs"]),
    "liwan.assist.business": (["business_registration_query", _OTHER], ["market_regulation"]),
    "liwan.assist.equity": (EQUITY, ["market_regulation"]),
    "liwan.assist.social_security": (["social_security_query", _OTHER], ["human_resources"]),
    "liwan.assist.labour_evidence": (["labour_dispute_evidence"], ["human_resources"]),
    "liwan.assist.population": (["population_query", _OTHER], ["health"]),
    "liwan.assist.illegal_building": (["illegal_building_query"], ["urban_management"]),
    "liwan.assist.illegal_building_identification": (
        ["illegal_building_identification"],
        ["urban_management"],
    ),
    "liwan.assist.state_tax": (["tax_query", _OTHER], ["state_tax"]),
    "liwan.assist.local_tax": (["tax_query", _OTHER], ["local_tax"]),
    "liwan.street.assist.service": (["service_assistance"], STREET),
    "liwan.street.assist.information": (["debtor_information"], STREET),
    "liwan.street.assist.witness": (["enforcement_witness"], STREET),
    "liwan.street.assist.signature": (["signature_confirmation"], STREET),
}
# Rule -> matters, bodies: the court's own duties about its requests.
DOCUMENTS: dict[str, tuple[list[str], list[str]]] = {
    "liwan.court.documents.market": (MARKET_QUERIES, ["market_regulation"]),
    "liwan.court.documents.state_tax": (["tax_query"], ["state_tax"]),
    "liwan.court.documents.local_tax": (["tax_query"], ["local_tax"]),
    "liwan.market.publish": (["publish_assistance", "equity_publicity"], ["market_regulation"]),
    "liwan.police.vehicle.intercept": (["vehicle_interception"], POLICE),
}
_FALSE_ALARM = tuple(f"liwan.police.false_alarm.{row}" for row in ("persuade", "remove", "punish"))


def fact(kind: str) -> Any:
    """A fact of one kind."""
    return m.fact == kind


def event(*types: str) -> Any:
    """An event of one of the types."""
    return fact("event") & one_of("type", types)


def request(*matters: str) -> Any:
    """A request in one of the matters."""
    return fact("request") & one_of("matter", matters)


def one_of(field: str, codes: Any) -> Any:
    """The field has one of the codes."""
    return reduce(or_, [getattr(m, field) == code for code in codes])


def having(trait: str) -> Any:
    """The party has the trait."""
    return m.traits.anyItem(item == trait)


def flagged(*flags: str) -> Any:
    """The case with one of the flags set."""
    return fact("case") & reduce(or_, [getattr(m, flag) == True for flag in flags])  # noqa: E712 - a condition


def fires(handler: Handler, **patterns: Any) -> None:
    """A rule: the handler for each match of the patterns, under their names (``m`` where there is only one).

    Each pattern is copied: ``c.name << pattern`` would rename one that several rules share. Those of ``none``
    have no name.
    """
    when_all(*(_named(pattern, name) for name, pattern in patterns.items()))(handler)


def _named(p: Any, name: str) -> Any:
    return p if isinstance(p, none) else value(p._type, p._left, p._op, p._right, name)


class Rules:
    """Defines the ruleset once; ``owed`` collects what the handlers find."""

    def __init__(self) -> None:
        self.owed: set[Owed] = set()
        self.names: set[str] = set()
        with ruleset(NAME):
            _catch_all()
            _definitions()
            self._filing()
            self._cooperation()
            self._police()
            self._offences()
            self._requests()

    def _owe(self, *rules: str, by: str = "m", due: str = "", party: str = "") -> Handler:
        """A handler: these rules apply to the element ``by``; ``due`` is "day" or "limit"."""
        self.names.update(rules)
        owed = self.owed

        def handler(found: Any) -> None:
            element = getattr(found, by)
            moment = element.at + DAY if due == "day" else element.limit_at if due else None
            concerned = getattr(found, party).key if party else ""
            owed.update((rule, element.key, moment, concerned) for rule in rules)

        return handler

    def _filing(self) -> None:
        filed = event("enforcement_filed")
        fires(
            self._owe(
                "liwan.principle.no_interference",
                "liwan.court.network.use",
                "liwan.court.efficiency",
                "liwan.court.control_property",
            ),
            m=filed,
        )
        needs_plan = flagged("major_complex", "may_affect_stability", "several_assisting_bodies")
        for rule, ground in (
            ("liwan.court.plan", needs_plan),
            ("liwan.committee.coordinate_case", flagged("major_complex")),
            ("liwan.finance.state_assets", flagged("state_assets")),
            ("liwan.finance.state_assets", fact("property") & (m.state_owned == True)),  # noqa: E712
        ):
            fires(self._owe(rule, by="event"), event=filed, ground=ground)
        fires(self._owe("liwan.meeting.coordinate"), m=event("enforcement_plan_submitted"))
        relief = self._owe("liwan.court.relief", by="event", party="party")
        in_hardship = fact("party") & having("in_hardship")
        fires(relief, event=filed, case=flagged("no_property"), party=in_hardship)
        debtor = fact("party") & (m.role == "debtor")
        organ = self._owe("liwan.court.report_organ", "liwan.court.settle_organ", by="event", party="party")
        fires(organ, event=filed, party=debtor & having("party_government_organ"))
        local = debtor & (m.within == True)  # noqa: E712
        for trait in ("administrative_unit", "government_department"):
            urge = self._owe("liwan.legal_affairs.urge", by="event", party="party")
            fires(urge, event=filed, party=local & having(trait))
        member = self._owe("liwan.conference.member_case", by="event", party="party")
        fires(member, event=filed, party=fact("party") & having("cppcc_member"))

    def _cooperation(self) -> None:
        fires(self._owe("liwan.platform.no_misuse"), m=event("information_shared") & +m.body)
        fires(self._owe("liwan.member.objection"), m=event("objection_arose") & one_of("actor", MEMBERS))
        dispute = event("dispute_arose")
        fires(self._owe("liwan.dispute.consult.one", "liwan.dispute.consult.other", due="limit"), m=dispute)
        submit = ("liwan.dispute.submit.one", "liwan.dispute.submit.other")
        expired = fact("case") & (m.as_of >= c.event.limit_at)
        failed = event("consultation_failed") & (m.about == c.event.key)
        for ground in (expired, failed):
            agreed = event("consultation_agreed") & (m.about == c.event.key) & (m.at <= c.event.limit_at)
            fires(self._owe(*submit, by="event"), event=dispute, ground=ground, unless=none(agreed))
        fires(self._owe("liwan.dispute.coordinate"), m=event("dispute_submitted"))
        served = fact("service") & one_of("body", MEMBERS)
        fires(
            self._owe("liwan.member.assist", "liwan.member.feedback", "liwan.member.no_refusal"),
            m=served & (m.type == "assistance_notice"),
        )
        documents = ["assistance_notice", "effective_judgment", "judicial_suggestion"]
        fires(self._owe("liwan.member.no_review"), m=served & one_of("type", documents))
        listed = event("dishonest_list_provided") & one_of("actor", COURT) & (m.body == "natural_resources")
        fires(self._owe("liwan.planning.screen"), m=listed)
        dishonest = fact("party") & (m.role == "debtor") & having("dishonest_debtor")
        fires(
            self._owe("liwan.planning.feedback", by="event", party="party"),
            event=event("administrative_application") & (m.body == "natural_resources") & +m.party,
            party=dishonest & (m.key == c.event.party),
            listed=listed & (m.party == c.event.party) & (m.at <= c.event.at),
        )
        for trait in ("state_owned_enterprise", "financial_institution"):
            owned = dishonest & having("district_owned") & having(trait)
            audit = self._owe("liwan.audit.debtor", by="party")
            fires(audit, case=fact("case") & (m.kind == "enforcement"), party=owned)

    def _police(self) -> None:
        debtor, ground = fact("debtor"), fact("ground")
        fires(
            self._owe("liwan.court.request_search", by="debtor"),
            case=fact("case") & (m.kind == "enforcement"),
            debtor=debtor,
            ground=ground & (m.key == c.debtor.key),
        )
        asked = request("locate_debtor") & one_of("to", POLICE) & +m.party
        fires(
            self._owe("liwan.police.locate", by="request"),
            request=asked & one_of("requester", COURT),
            debtor=debtor & (m.key == c.request.party),
            ground=ground & (m.key == c.request.party),
        )
        found = event("debtor_found") & +m.party
        fires(
            self._owe("liwan.police.locate.notify", by="event", due="day"),
            event=found & one_of("actor", POLICE),
            debtor=debtor & (m.key == c.event.party),
        )
        fires(
            self._owe("liwan.court.withdraw_search", by="event"),
            event=found & one_of("actor", COURT),
            asked=asked & (m.party == c.event.party) & (m.at <= c.event.at),
        )
        seized = event("vehicle_seized") & (m.actor == "traffic_police")
        fires(self._owe("liwan.police.vehicle.notify", due="day"), m=seized)
        self._answer(["court_notified"], seized, "liwan.court.vehicle_takeover")
        fires(self._owe("liwan.police.delay"), m=event("delay_arose") & one_of("actor", POLICE))
        alarm = request("violent_resistance") & (m.form == "alarm") & one_of("to", POLICE)
        fires(self._owe("liwan.police.alarm.dispatch"), m=alarm)
        fires(
            self._owe("liwan.police.violence.measures", "liwan.procuratorate.combat.violence"),
            m=event(*VIOLENCE),
        )
        fires(
            self._owe(*_FALSE_ALARM, by="event"),
            event=event("identity_confirmed") & +m.about,
            other=event("false_alarm_raised") & (m.key == c.event.about) & +m.party,
            kin=fact("kin") & (m.key == c.other.party),
        )
        delivered = event("detainee_delivered") & one_of("actor", COURT)
        fires(self._owe("liwan.police.detention.health_check"), m=delivered)
        fires(self._owe("liwan.police.detention.notice"), m=event("detention_not_admitted"))
        fires(
            self._owe("liwan.court.detention.decide", "liwan.court.detention.notify", due="day"),
            m=event("stop_detention_suggested"),
        )

    def _answer(self, types: list[str], other: Any, *rules: str) -> None:
        """An event of ``types`` about the event ``other``."""
        answering = event(*types) & +m.about
        fires(self._owe(*rules, by="event"), event=answering, other=other & (m.key == c.event.about))

    def _offences(self) -> None:
        shared, wages = one_of("matter", OFFENCES), m.matter == "refusal_to_pay_wages"
        suspected = event("offence_suspected")
        local = suspected & shared & +m.body & (m.body != "police_elsewhere")
        fires(self._owe("liwan.court.offence.transfer.local"), m=local)
        elsewhere = suspected & shared & (m.body == "police_elsewhere")
        fires(self._owe("liwan.court.offence.transfer.elsewhere"), m=elsewhere)
        fires(self._owe("liwan.court.offence.transfer.wages"), m=suspected & wages)
        disposal = one_of("matter", ["disposal_of_seized_property", "refusal_to_enforce", "other_offence"])
        fires(self._owe("liwan.procuratorate.combat.disposal"), m=suspected & disposal)
        transferred = event("offence_transferred") & one_of("actor", COURT)
        to_police = transferred & one_of("body", ["public_security", "police_elsewhere"])
        fires(self._owe("liwan.police.offence.accept.shared"), m=to_police & shared)
        fires(self._owe("liwan.police.offence.accept.wages"), m=to_police & wages)
        self._answer(["filing_conditions_met"], transferred & wages, "liwan.police.offence.file.wages")
        refused = ["non_filing_decided", "no_liability_decided"]
        self._answer(refused, transferred & shared, "liwan.police.offence.reply.written")
        every = one_of("matter", [*OFFENCES, "refusal_to_pay_wages"])
        self._answer(refused, transferred & every, "liwan.police.offence.reply.network")
        replied = ["written_reply_given", "network_reply_given"]
        supervision = "liwan.court.offence.supervision.shared"
        self._answer(replied, transferred & shared, supervision)
        fires(
            self._owe(supervision, by="event"),
            event=event(*replied) & +m.about,
            refused=event(*refused) & (m.key == c.event.about) & +m.about,
            other=transferred & shared & (m.key == c.refused.about),
        )

    def _requests(self) -> None:
        enforcement = fact("case") & (m.kind == "enforcement")
        for rule, (matters, bodies) in ASSISTANCE.items():
            asked = request(*matters) & one_of("to", bodies) & one_of("requester", COURT)
            fires(self._owe(rule, by="request"), request=asked, case=enforcement)
        for rule, (matters, bodies) in DOCUMENTS.items():
            fires(self._owe(rule), m=request(*matters) & one_of("to", bodies) & one_of("requester", COURT))
        identity = request(*IDENTITY) & (m.to == "public_security") & one_of("requester", COURT)
        for shown in (
            m.shown.anyItem(item == "assistance_letter"),
            m.shown.anyItem(item == "assistance_notice"),
            one_of("form", ["letter", "notice"]),
        ):
            letter = self._owe("liwan.assist.police_identity", by="request")
            fires(letter, request=identity & shown, case=enforcement)
        noted = reduce(and_, [m.matter != matter for matter in NO_NOTICE])
        members = one_of("to", [body for body in MEMBERS if body != "court"])
        unserved = fact("request") & one_of("requester", COURT)
        fires(
            self._owe("liwan.court.serve_notice", by="request"),
            request=unserved & members & noted,
            case=enforcement,
            unless=none(
                fact("service")
                & (m.type == "assistance_notice")
                & (m.request == c.request.key)
                & (m.body == c.request.to)
            ),
        )
        vehicle = request("vehicle_file_seizure", "vehicle_transfer") & one_of("requester", COURT) & +m.to
        fires(self._owe("liwan.court.vehicle_city_rules"), m=vehicle)
        help_ = request("policy_consultation", "civil_affairs_help") & (m.to == "civil_affairs")
        fires(self._owe("liwan.help.civil_affairs", by="request"), request=help_, case=flagged("hardship"))
        eligible = fact("party") & having("legal_aid_eligible") & (m.key == c.request.party)
        fires(
            self._owe("liwan.help.legal_aid", by="request"),
            request=request("legal_aid") & (m.to == "justice") & +m.party,
            party=eligible,
        )


def _means(kind: str, by: str, key: str = "key") -> Handler:
    """A handler that asserts a fact of ``kind`` about the party; asserted twice it is one fact."""

    def handler(found: Any) -> None:
        party = getattr(getattr(found, by), key)
        with suppress(MessageObservedException):
            found.assert_fact({"id": f"{kind} {party}", "fact": kind, "key": party})

    return handler


def _catch_all() -> None:
    """A rule that takes every fact and never fires: a fact that no rule takes would fail the whole call."""
    fires(lambda _: None, any_=+m.fact, none=m.fact == "nothing")


def _definitions() -> None:
    """Who counts as a debtor or as kin, and for whom there is ground to search."""
    organisation = fact("party") & (m.role == "debtor") & one_of("kind", ORGANISATIONS)
    fires(_means("debtor", "m"), m=fact("party") & (m.role == "debtor"))
    fires(
        _means("debtor", "tie", "of"),
        tie=fact("relation") & one_of("kind", HEADS),
        party=organisation & (m.key == c.tie.to),
    )
    fires(
        _means("debtor", "manager"),
        tie=fact("relation") & (m.kind == "senior_manager_of"),
        party=organisation & (m.key == c.tie.to),
        manager=fact("party") & having("tied_to_property") & (m.key == c.tie.of),
    )
    fires(_means("kin", "m"), m=fact("debtor"))
    fires(
        _means("kin", "tie", "of"),
        tie=fact("relation") & one_of("kind", RELATIVES),
        debtor=fact("debtor") & (m.key == c.tie.to),
    )
    fires(
        _means("ground", "document", "party"),
        document=fact("document") & (m.type == "detention_decision") & +m.party & +m.issued_at,
        event=event("debtor_absconded") & (m.party == c.document.party) & (m.at >= c.document.issued_at),
    )
    committees = ["residents_committee", "villagers_committee"]
    confirmed = event("whereabouts_confirmed") & one_of("actor", committees) & +m.party
    fires(
        _means("ground", "party"),
        event=confirmed,
        party=fact("party") & having("long_away") & (m.key == c.event.party),
    )
    lost = event("whereabouts_lost") & (m.party == c.event.party)
    fires(
        _means("ground", "event", "party"),
        event=confirmed,
        lost=lost,
        case=fact("case") & (m.three_months_ago > c.lost.at) & (m.long_filed == True),  # noqa: E712
        unless=none(event("debtor_found") & (m.party == c.lost.party) & (m.at >= c.lost.at)),
    )
    any_party = fact("party")
    fires(
        _means("ground", "party"),
        case=flagged("may_cause_mass_incident", "search_otherwise_needed"),
        party=any_party,
    )
    urgent = fact("case") & (m.claim_especially_large == True) & (m.search_urgent == True)  # noqa: E712
    fires(_means("ground", "party"), case=urgent, party=any_party)
