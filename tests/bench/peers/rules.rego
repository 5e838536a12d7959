# The rules in Rego. An absent field is undefined, which makes what needs it false; moments are seconds since 1970.
# `owed` holds [rule, id of the triggering element, due time or null, the party of the match or null].
package liwan

import rego.v1

members := {
	"political_legal_committee", "publicity", "npc_legal_committee", "cppcc", "court", "procuratorate",
	"public_security", "development_reform", "industry_commerce", "education", "ethnic_religious_affairs",
	"civil_affairs", "justice", "finance", "human_resources", "housing_construction", "health", "audit",
	"market_regulation", "natural_resources", "urban_management", "legal_affairs_office", "state_tax", "local_tax",
	"subdistrict",
}

courts := {"court", "enforcement_bureau"}

police := {"public_security", "traffic_police", "police_station"}

offences := {"refusal_to_enforce", "disposal_of_seized_property", "obstruction_of_duty", "other_offence"}

violence := {"violent_resistance", "site_stormed", "personnel_assaulted", "equipment_damaged"}

identity_queries := {
	"identity_query", "residence_query", "lodging_query", "exit_entry_query", "vehicle_query", "photo_query",
}

no_notice := {
	"violent_resistance", "obstruction_on_site", "media_coverage", "enforcement_publicity", "legal_aid",
	"civil_affairs_help", "policy_consultation",
}

# Body -> matter -> the duties to assist of an enforcement court's request.
assistance := {
	"natural_resources": {
		"planning_query": ["liwan.assist.land_query"],
		"land_query": ["liwan.assist.land_query"],
		"real_estate_query": ["liwan.assist.land_query"],
		"other_assistance": ["liwan.assist.land_query"],
		"real_estate_seizure": ["liwan.assist.land_measure"],
		"real_estate_disposal": ["liwan.assist.land_measure"],
	},
	"housing_construction": {"qualification_restriction": ["liwan.assist.housing_restriction"]},
	"education": {
		"education_query": ["liwan.assist.education"],
		"other_assistance": ["liwan.assist.education"],
	},
	"civil_affairs": {
		"marriage_query": ["liwan.assist.marriage"],
		"other_assistance": ["liwan.assist.marriage"],
	},
	"market_regulation": {
		"business_registration_query": ["liwan.assist.business"],
		"other_assistance": ["liwan.assist.business"],
		"equity_freeze": ["liwan.assist.equity"],
		"equity_unfreeze": ["liwan.assist.equity"],
		"equity_disposal": ["liwan.assist.equity"],
		"equity_forced_transfer": ["liwan.assist.equity"],
	},
	"human_resources": {
		"social_security_query": ["liwan.assist.social_security"],
		"other_assistance": ["liwan.assist.social_security"],
		"labour_dispute_evidence": ["liwan.assist.labour_evidence"],
	},
	"health": {
		"population_query": ["liwan.assist.population"],
		"other_assistance": ["liwan.assist.population"],
	},
	"urban_management": {
		"illegal_building_query": ["liwan.assist.illegal_building"],
		"illegal_building_identification": ["liwan.assist.illegal_building_identification"],
	},
	"state_tax": {"tax_query": ["liwan.assist.state_tax"], "other_assistance": ["liwan.assist.state_tax"]},
	"local_tax": {"tax_query": ["liwan.assist.local_tax"], "other_assistance": ["liwan.assist.local_tax"]},
	"subdistrict": street,
	"residents_committee": street,
}

street := {
	"service_assistance": ["liwan.street.assist.service"],
	"debtor_information": ["liwan.street.assist.information"],
	"enforcement_witness": ["liwan.street.assist.witness"],
	"signature_confirmation": ["liwan.street.assist.signature"],
}

# Body -> matter -> the court's own duties about its request.
documents := {
	"market_regulation": {
		"business_registration_query": ["liwan.court.documents.market"],
		"equity_freeze": ["liwan.court.documents.market"],
		"equity_unfreeze": ["liwan.court.documents.market"],
		"equity_disposal": ["liwan.court.documents.market"],
		"equity_forced_transfer": ["liwan.court.documents.market"],
		"equity_publicity": ["liwan.court.documents.market", "liwan.market.publish"],
		"publish_assistance": ["liwan.market.publish"],
	},
	"state_tax": {"tax_query": ["liwan.court.documents.state_tax"]},
	"local_tax": {"tax_query": ["liwan.court.documents.local_tax"]},
	"public_security": {"vehicle_interception": ["liwan.police.vehicle.intercept"]},
	"traffic_police": {"vehicle_interception": ["liwan.police.vehicle.intercept"]},
	"police_station": {"vehicle_interception": ["liwan.police.vehicle.intercept"]},
}

# ---- definitions

organisations contains p.id if {
	some p in input.parties
	p.role == "debtor"
	p.kind in {"legal_person", "other_organisation"}
}

debtors contains p.id if {
	some p in input.parties
	p.role == "debtor"
}

debtors contains p.id if {
	some p in input.parties
	some tie in p.relations
	tie.kind in {"legal_representative_of", "principal_of", "directly_responsible_for"}
	tie.party in organisations
}

debtors contains p.id if {
	some p in input.parties
	"tied_to_property" in p.traits
	some tie in p.relations
	tie.kind == "senior_manager_of"
	tie.party in organisations
}

kin contains id if some id in debtors

kin contains p.id if {
	some p in input.parties
	some tie in p.relations
	tie.kind in {"spouse_of", "child_of", "parent_of", "relative_of", "household_member_of"}
	tie.party in debtors
}

grounds contains d.party if {
	some d in input.documents
	d.type == "detention_decision"
	some e in by_type.debtor_absconded
	e.party == d.party
	e.at >= d.issued_at
}

grounds contains id if {
	some id in confirmed_absent
	id in long_absent
}

grounds contains p.id if {
	search_for_all
	some p in input.parties
}

search_for_all if input.flags.may_cause_mass_incident

search_for_all if {
	input.flags.claim_especially_large
	input.flags.search_urgent
}

search_for_all if input.flags.search_otherwise_needed

confirmed_absent contains e.party if {
	some e in by_type.whereabouts_confirmed
	e.actor in {"residents_committee", "villagers_committee"}
}

long_absent contains p.id if {
	some p in input.parties
	"long_away" in p.traits
}

long_absent contains e.party if {
	input.filed_at < input.three_months_ago
	some e in by_type.whereabouts_lost
	e.at < input.three_months_ago
	not found_since(e)
}

found_since(e) if {
	some f in by_type.debtor_found
	f.party == e.party
	f.at >= e.at
}

event[e.id] := e if some e in input.events

# Going through the events of one type only takes half the time of going through all of them for each rule.
types contains e.type if some e in input.events

by_type[type] := events if {
	some type in types
	events := [e | some e in input.events; e.type == type]
}

# ---- filing of the case

filed contains e.id if {
	some e in by_type.enforcement_filed
}

owed contains [rule, id, null, null] if {
	some id in filed
	some rule in [
		"liwan.principle.no_interference", "liwan.court.network.use", "liwan.court.efficiency",
		"liwan.court.control_property",
	]
}

owed contains ["liwan.court.plan", id, null, null] if {
	some id in filed
	some flag in ["major_complex", "may_affect_stability", "several_assisting_bodies"]
	input.flags[flag]
}

owed contains ["liwan.committee.coordinate_case", id, null, null] if {
	some id in filed
	input.flags.major_complex
}

owed contains ["liwan.finance.state_assets", id, null, null] if {
	some id in filed
	state_assets
}

state_assets if input.flags.state_assets

state_assets if {
	some p in input.properties
	p.state_owned
}

owed contains ["liwan.meeting.coordinate", e.id, null, null] if {
	some e in by_type.enforcement_plan_submitted
}

owed contains ["liwan.court.relief", id, null, p.id] if {
	some id in filed
	input.flags.no_property
	some p in input.parties
	"in_hardship" in p.traits
}

owed contains [rule, id, null, p.id] if {
	some id in filed
	some p in input.parties
	p.role == "debtor"
	"party_government_organ" in p.traits
	some rule in ["liwan.court.report_organ", "liwan.court.settle_organ"]
}

owed contains ["liwan.legal_affairs.urge", id, null, p.id] if {
	some id in filed
	some p in input.parties
	p.role == "debtor"
	p.household.within_district
	some trait in p.traits
	trait in {"administrative_unit", "government_department"}
}

owed contains ["liwan.conference.member_case", id, null, p.id] if {
	some id in filed
	some p in input.parties
	"cppcc_member" in p.traits
}

# ---- members and disputes

owed contains ["liwan.platform.no_misuse", e.id, null, null] if {
	some e in by_type.information_shared
	e.body != ""
}

owed contains ["liwan.member.objection", e.id, null, null] if {
	some e in by_type.objection_arose
	e.actor in members
}

owed contains [rule, e.id, object.get(e, "limit_at", null), null] if {
	some e in by_type.dispute_arose
	some rule in ["liwan.dispute.consult.one", "liwan.dispute.consult.other"]
}

owed contains [rule, e.id, null, null] if {
	some e in by_type.dispute_arose
	failed(e)
	not agreed(e)
	some rule in ["liwan.dispute.submit.one", "liwan.dispute.submit.other"]
}

failed(e) if input.as_of >= e.limit_at

failed(e) if {
	some c in by_type.consultation_failed
	c.about == e.id
}

agreed(e) if {
	some c in by_type.consultation_agreed
	c.about == e.id
	c.at <= e.limit_at
}

owed contains ["liwan.dispute.coordinate", e.id, null, null] if {
	some e in by_type.dispute_submitted
}

owed contains [rule, s.id, null, null] if {
	some d in input.documents
	d.type == "assistance_notice"
	some s in d.services
	s.body in members
	some rule in ["liwan.member.assist", "liwan.member.feedback", "liwan.member.no_refusal"]
}

owed contains ["liwan.member.no_review", s.id, null, null] if {
	some d in input.documents
	d.type in {"assistance_notice", "effective_judgment", "judicial_suggestion"}
	some s in d.services
	s.body in members
}

owed contains ["liwan.planning.screen", e.id, null, null] if {
	some e in by_type.dishonest_list_provided
	e.actor in courts
	e.body == "natural_resources"
}

owed contains ["liwan.planning.feedback", e.id, null, null] if {
	some e in by_type.administrative_application
	e.body == "natural_resources"
	some p in input.parties
	p.id == e.party
	p.role == "debtor"
	"dishonest_debtor" in p.traits
	some l in by_type.dishonest_list_provided
	l.actor in courts
	l.body == "natural_resources"
	l.party == e.party
	l.at <= e.at
}

owed contains ["liwan.audit.debtor", p.id, null, null] if {
	input.kind == "enforcement"
	some p in input.parties
	p.role == "debtor"
	"dishonest_debtor" in p.traits
	"district_owned" in p.traits
	some trait in p.traits
	trait in {"state_owned_enterprise", "financial_institution"}
}

# ---- police: search, vehicles, delay, resistance, detention

owed contains ["liwan.court.request_search", id, null, null] if {
	input.kind == "enforcement"
	some id in debtors
	id in grounds
}

owed contains ["liwan.police.locate", r.id, null, null] if {
	some r in input.requests
	r.matter == "locate_debtor"
	r.requester in courts
	r.to in police
	r.party in debtors
	r.party in grounds
}

owed contains ["liwan.police.locate.notify", e.id, e.at + 86400, null] if {
	some e in by_type.debtor_found
	e.actor in police
	e.party in debtors
}

owed contains ["liwan.court.withdraw_search", e.id, null, null] if {
	some e in by_type.debtor_found
	e.actor in courts
	some r in input.requests
	r.matter == "locate_debtor"
	r.party == e.party
	r.to in police
	r.at <= e.at
}

owed contains ["liwan.police.vehicle.notify", e.id, e.at + 86400, null] if {
	some e in by_type.vehicle_seized
	e.actor == "traffic_police"
}

owed contains ["liwan.court.vehicle_takeover", e.id, null, null] if {
	some e in by_type.court_notified
	other := event[e.about]
	other.type == "vehicle_seized"
	other.actor == "traffic_police"
}

owed contains ["liwan.police.delay", e.id, null, null] if {
	some e in by_type.delay_arose
	e.actor in police
}

owed contains ["liwan.police.alarm.dispatch", r.id, null, null] if {
	some r in input.requests
	r.matter == "violent_resistance"
	r.form == "alarm"
	r.to in police
}

owed contains [rule, e.id, null, null] if {
	some type in violence
	some e in by_type[type]
	some rule in ["liwan.police.violence.measures", "liwan.procuratorate.combat.violence"]
}

owed contains [rule, e.id, null, null] if {
	some e in by_type.identity_confirmed
	other := event[e.about]
	other.type == "false_alarm_raised"
	other.party in kin
	some rule in [
		"liwan.police.false_alarm.persuade", "liwan.police.false_alarm.remove",
		"liwan.police.false_alarm.punish",
	]
}

owed contains ["liwan.police.detention.health_check", e.id, null, null] if {
	some e in by_type.detainee_delivered
	e.actor in courts
}

owed contains ["liwan.police.detention.notice", e.id, null, null] if {
	some e in by_type.detention_not_admitted
}

owed contains [rule, e.id, e.at + 86400, null] if {
	some e in by_type.stop_detention_suggested
	some rule in ["liwan.court.detention.decide", "liwan.court.detention.notify"]
}

# ---- offences

owed contains ["liwan.court.offence.transfer.local", e.id, null, null] if {
	some e in by_type.offence_suspected
	e.matter in offences
	e.body != "police_elsewhere"
}

owed contains ["liwan.court.offence.transfer.elsewhere", e.id, null, null] if {
	some e in by_type.offence_suspected
	e.matter in offences
	e.body == "police_elsewhere"
}

owed contains ["liwan.court.offence.transfer.wages", e.id, null, null] if {
	some e in by_type.offence_suspected
	e.matter == "refusal_to_pay_wages"
}

owed contains ["liwan.procuratorate.combat.disposal", e.id, null, null] if {
	some e in by_type.offence_suspected
	e.matter in {"disposal_of_seized_property", "refusal_to_enforce", "other_offence"}
}

transferred contains e if {
	some e in by_type.offence_transferred
	e.actor in courts
}

owed contains ["liwan.police.offence.accept.shared", e.id, null, null] if {
	some e in transferred
	e.body in {"public_security", "police_elsewhere"}
	e.matter in offences
}

owed contains ["liwan.police.offence.accept.wages", e.id, null, null] if {
	some e in transferred
	e.body in {"public_security", "police_elsewhere"}
	e.matter == "refusal_to_pay_wages"
}

owed contains ["liwan.police.offence.file.wages", e.id, null, null] if {
	some e in by_type.filing_conditions_met
	some t in transferred
	t.id == e.about
	t.matter == "refusal_to_pay_wages"
}

owed contains ["liwan.police.offence.reply.written", e.id, null, null] if {
	some type in {"non_filing_decided", "no_liability_decided"}
	some e in by_type[type]
	some t in transferred
	t.id == e.about
	t.matter in offences
}

owed contains ["liwan.police.offence.reply.network", e.id, null, null] if {
	some type in {"non_filing_decided", "no_liability_decided"}
	some e in by_type[type]
	some t in transferred
	t.id == e.about
	t.matter in (offences | {"refusal_to_pay_wages"})
}

owed contains ["liwan.court.offence.supervision.shared", e.id, null, null] if {
	some type in {"written_reply_given", "network_reply_given"}
	some e in by_type[type]
	some t in transferred
	t.matter in offences
	answers(e, t)
}

answers(e, t) if e.about == t.id

answers(e, t) if {
	d := event[e.about]
	d.type in {"non_filing_decided", "no_liability_decided"}
	d.about == t.id
}

# ---- requests

owed contains [rule, r.id, null, null] if {
	input.kind == "enforcement"
	some r in input.requests
	r.requester in courts
	some rule in assistance[r.to][r.matter]
}

owed contains [rule, r.id, null, null] if {
	some r in input.requests
	r.requester in courts
	some rule in documents[r.to][r.matter]
}

owed contains ["liwan.assist.police_identity", r.id, null, null] if {
	input.kind == "enforcement"
	some r in input.requests
	r.requester in courts
	r.matter in identity_queries
	r.to == "public_security"
	by_letter(r)
}

by_letter(r) if r.form in {"letter", "notice"}

by_letter(r) if {
	some shown in r.documents_shown
	shown in {"assistance_letter", "assistance_notice"}
}

owed contains ["liwan.court.serve_notice", r.id, null, null] if {
	input.kind == "enforcement"
	some r in input.requests
	r.requester in courts
	r.to in members
	r.to != "court"
	not r.matter in no_notice
	not noticed(r)
}

noticed(r) if {
	some d in input.documents
	d.type == "assistance_notice"
	d.request == r.id
	some s in d.services
	s.body == r.to
}

owed contains ["liwan.court.vehicle_city_rules", r.id, null, null] if {
	some r in input.requests
	r.requester in courts
	r.matter in {"vehicle_file_seizure", "vehicle_transfer"}
	r.to != ""
}

owed contains ["liwan.help.civil_affairs", r.id, null, null] if {
	some r in input.requests
	r.matter in {"policy_consultation", "civil_affairs_help"}
	r.to == "civil_affairs"
	input.flags.hardship
}

owed contains ["liwan.help.legal_aid", r.id, null, null] if {
	some r in input.requests
	r.matter == "legal_aid"
	r.to == "justice"
	some p in input.parties
	p.id == r.party
	"legal_aid_eligible" in p.traits
}
