"""Lists of codes that the rules of every engine name."""

from __future__ import annotations

MEMBERS = [
    "political_legal_committee",
    "publicity",
    "npc_legal_committee",
    "cppcc",
    "court",
    "procuratorate",
    "public_security",
    "development_reform",
    "industry_commerce",
    "education",
    "ethnic_religious_affairs",
    "civil_affairs",
    "justice",
    "finance",
    "human_resources",
    "housing_construction",
    "health",
    "audit",
    "market_regulation",
    "natural_resources",
    "urban_management",
    "legal_affairs_office",
    "state_tax",
    "local_tax",
    "subdistrict",
]
COURT = ["court", "enforcement_bureau"]
POLICE = ["public_security", "traffic_police", "police_station"]
ORGANISATIONS = ["legal_person", "other_organisation"]
HEADS = ["legal_representative_of", "principal_of", "directly_responsible_for"]
RELATIVES = ["spouse_of", "child_of", "parent_of", "relative_of", "household_member_of"]
VIOLENCE = ["violent_resistance", "site_stormed", "personnel_assaulted", "equipment_damaged"]
OFFENCES = ["refusal_to_enforce", "disposal_of_seized_property", "obstruction_of_duty", "other_offence"]
NO_NOTICE = [
    "violent_resistance",
    "obstruction_on_site",
    "media_coverage",
    "enforcement_publicity",
    "legal_aid",
    "civil_affairs_help",
    "policy_consultation",
]
STREET = ["subdistrict", "residents_committee"]
MARKET_QUERIES = [
    "business_registration_query",
    "equity_freeze",
    "equity_unfreeze",
    "equity_disposal",
    "equity_forced_transfer",
    "equity_publicity",
]
EQUITY = ["equity_freeze", "equity_unfreeze", "equity_disposal", "equity_forced_transfer"]
IDENTITY = [
    "identity_query",
    "residence_query",
    "lodging_query",
    "exit_entry_query",
    "vehicle_query",
    "photo_query",
]
