//! The messages of the facts: their fields, in the order of their numbers, and what each field holds.
//!
//! A mirror of `proto/linkage/v1/facts.proto` and `linkage/internal/v1/derived.proto`; a test of the Python
//! side compares the two. A field is known by its place in the table (its slot).

/// A message of the facts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum M {
    Case,
    Flags,
    Party,
    Status,
    Relation,
    Place,
    Document,
    Service,
    Request,
    Property,
    Event,
    Figure,
    Breach,
}

/// How a field is written on the wire, and read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Text,
    Texts,
    Bool,
    Int,
    Double,
    Time,
    Part(M),
    Parts(M),
    Attributes,
}

/// A field: its name, its number, what it holds; the section of its codes; the lists that its id stands in.
pub struct Field {
    pub name: &'static str,
    pub number: u32,
    pub kind: Kind,
    pub section: &'static str,
    pub refers: &'static [&'static str],
}

const fn f(name: &'static str, number: u32, kind: Kind) -> Field {
    Field { name, number, kind, section: "", refers: &[] }
}

const fn code(name: &'static str, number: u32, section: &'static str) -> Field {
    Field { name, number, kind: Kind::Text, section, refers: &[] }
}

const fn codes(name: &'static str, number: u32, section: &'static str) -> Field {
    Field { name, number, kind: Kind::Texts, section, refers: &[] }
}

const fn id_of(name: &'static str, number: u32, refers: &'static [&'static str]) -> Field {
    Field { name, number, kind: Kind::Text, section: "", refers }
}

use Kind::{Bool, Double, Int, Part, Parts, Text, Texts, Time};

pub static CASE: &[Field] = &[
    f("id", 1, Text),
    code("district", 2, "districts"),
    code("kind", 3, "kinds"),
    code("stage", 4, "stages"),
    f("filed_at", 5, Time),
    codes("categories", 6, "categories"),
    f("claim_fen", 7, Int),
    f("claimants", 8, Int),
    f("flags", 9, Part(M::Flags)),
    f("parties", 10, Parts(M::Party)),
    f("documents", 11, Parts(M::Document)),
    f("requests", 12, Parts(M::Request)),
    f("properties", 13, Parts(M::Property)),
    f("events", 14, Parts(M::Event)),
    f("attributes", 15, Kind::Attributes),
];

pub static FLAGS: &[Field] = &[
    f("major_complex", 1, Bool),
    f("especially_major", 2, Bool),
    f("may_affect_stability", 3, Bool),
    f("may_cause_mass_incident", 4, Bool),
    f("several_assisting_bodies", 5, Bool),
    f("claim_especially_large", 6, Bool),
    f("search_urgent", 7, Bool),
    f("search_otherwise_needed", 8, Bool),
    f("needs_study", 9, Bool),
    f("state_assets", 10, Bool),
    f("no_property", 11, Bool),
    f("evasion", 12, Bool),
    f("identity_unclear", 13, Bool),
    f("property_unclear", 14, Bool),
    f("both_destitute", 15, Bool),
    f("hardship", 16, Bool),
    f("listed_for_supervision", 17, Bool),
];

pub static PARTY: &[Field] = &[
    f("id", 1, Text),
    code("role", 2, "roles"),
    code("kind", 3, "party_kinds"),
    codes("traits", 4, "traits"),
    f("household", 5, Part(M::Place)),
    f("residence", 6, Part(M::Place)),
    f("relations", 7, Parts(M::Relation)),
    f("whereabouts_unclear", 8, Bool),
    f("unable_to_perform", 9, Bool),
    f("statuses", 10, Parts(M::Status)),
    f("identity_unclear", 11, Bool),
    f("property_unclear", 12, Bool),
];

pub static STATUS: &[Field] = &[
    code("kind", 1, "traits"),
    f("since", 2, Time),
    f("until", 3, Time),
    f("begun_by", 4, Text),
    f("ended_by", 5, Text),
    f("ended", 6, Bool),
];

pub static RELATION: &[Field] = &[code("kind", 1, "relations"), id_of("party", 2, &["parties"])];

pub static PLACE: &[Field] = &[
    f("district", 1, Text),
    f("subdistrict", 2, Text),
    f("community", 3, Text),
    f("within_district", 4, Bool),
];

pub static DOCUMENT: &[Field] = &[
    f("id", 1, Text),
    code("type", 2, "documents"),
    f("issued_at", 3, Time),
    code("issuer", 4, "bodies"),
    f("services", 5, Parts(M::Service)),
    id_of("party", 6, &["parties"]),
    id_of("property", 7, &["properties"]),
    id_of("request", 8, &["requests"]),
    Field { name: "requests", number: 9, kind: Texts, section: "", refers: &["requests"] },
    f("place", 10, Part(M::Place)),
];

pub static SERVICE: &[Field] = &[
    f("id", 1, Text),
    code("body", 2, "bodies"),
    id_of("party", 3, &["parties"]),
    f("at", 4, Time),
    code("result", 5, "service_results"),
    f("posted_at", 6, Time),
];

pub static REQUEST: &[Field] = &[
    f("id", 1, Text),
    code("matter", 2, "matters"),
    code("to", 3, "bodies"),
    code("requester", 4, "bodies"),
    f("at", 5, Time),
    codes("documents_shown", 6, "documents"),
    code("form", 7, "request_forms"),
    id_of("party", 8, &["parties"]),
    id_of("property", 9, &["properties"]),
    id_of("document", 10, &["documents"]),
    f("unit", 11, Text),
    code("urgency", 12, "urgencies"),
    f("posted_at", 13, Time),
];

pub static PROPERTY: &[Field] = &[
    f("id", 1, Text),
    code("type", 2, "property_types"),
    id_of("owner", 3, &["parties"]),
    f("place", 4, Part(M::Place)),
    f("state_owned", 5, Bool),
    f("value_fen", 6, Int),
];

pub static EVENT: &[Field] = &[
    f("id", 1, Text),
    code("type", 2, "events"),
    f("at", 3, Time),
    code("actor", 4, "bodies"),
    code("body", 5, "bodies"),
    id_of("party", 6, &["parties"]),
    id_of("property", 7, &["properties"]),
    id_of("document", 8, &["documents"]),
    id_of("about", 9, &["events", "requests", "documents", "services"]),
    code("matter", 10, "matters"),
    code("result", 11, "results"),
    f("obligation", 12, Text),
    f("rule", 13, Text),
    f("period_from", 14, Time),
    f("period_to", 15, Time),
    f("limit_at", 16, Time),
    code("to", 17, "bodies"),
    code("concerning", 18, "bodies"),
    f("actor_unit", 19, Text),
    f("to_unit", 20, Text),
    f("concerning_unit", 21, Text),
    codes("also_by", 22, "bodies"),
    codes("also_to", 23, "bodies"),
    id_of("person", 24, &["parties"]),
    f("count", 25, Int),
    f("score", 26, Double),
    f("found_at", 27, Time),
    f("answers", 28, Texts),
    f("posted_at", 29, Time),
    f("assessment", 33, Text),
    f("grade", 34, Text),
    f("rank", 35, Int),
    f("figures", 36, Parts(M::Figure)),
];

pub static FIGURE: &[Field] = &[f("name", 1, Text), f("value", 2, Double), f("unmeasured", 3, Bool)];

pub static BREACH: &[Field] = &[
    f("id", 1, Text),
    f("obligation", 2, Text),
    f("rule", 3, Text),
    code("bearer", 4, "bodies"),
    code("action", 5, "actions"),
    f("at", 6, Time),
    f("owed", 7, Bool),
    f("about", 8, Text),
    f("trigger", 9, Text),
    code("concerns", 10, "bodies"),
    f("unit", 11, Text),
];

/// Every message.
pub static ALL: &[M] = &[
    M::Case,
    M::Flags,
    M::Party,
    M::Status,
    M::Relation,
    M::Place,
    M::Document,
    M::Service,
    M::Request,
    M::Property,
    M::Event,
    M::Figure,
    M::Breach,
];

impl M {
    /// Its fields, in the order of their slots.
    pub fn fields(self) -> &'static [Field] {
        match self {
            M::Case => CASE,
            M::Flags => FLAGS,
            M::Party => PARTY,
            M::Status => STATUS,
            M::Relation => RELATION,
            M::Place => PLACE,
            M::Document => DOCUMENT,
            M::Service => SERVICE,
            M::Request => REQUEST,
            M::Property => PROPERTY,
            M::Event => EVENT,
            M::Figure => FIGURE,
            M::Breach => BREACH,
        }
    }

    /// Its name in the protocol.
    pub fn name(self) -> &'static str {
        match self {
            M::Case => "Case",
            M::Flags => "Flags",
            M::Party => "Party",
            M::Status => "Status",
            M::Relation => "Relation",
            M::Place => "Place",
            M::Document => "Document",
            M::Service => "Service",
            M::Request => "Request",
            M::Property => "Property",
            M::Event => "Event",
            M::Figure => "ResultFigure",
            M::Breach => "Breach",
        }
    }

    /// The list that holds elements of this message; empty for a part of an element.
    pub fn collection(self) -> &'static str {
        match self {
            M::Party => "parties",
            M::Document => "documents",
            M::Service => "services",
            M::Request => "requests",
            M::Property => "properties",
            M::Event => "events",
            M::Breach => "breaches",
            M::Relation => "relations",
            M::Status => "statuses",
            M::Figure => "figures",
            M::Case | M::Flags | M::Place => "",
        }
    }

    /// The message whose elements a list holds.
    pub fn of_collection(name: &str) -> Option<M> {
        ALL.iter().copied().find(|m| !m.collection().is_empty() && m.collection() == name)
    }

    /// The message of a name of the protocol.
    pub fn of_name(name: &str) -> Option<M> {
        ALL.iter().copied().find(|m| m.name() == name)
    }

    /// The slot of a field.
    pub fn slot(self, name: &str) -> Option<usize> {
        self.fields().iter().position(|field| field.name == name)
    }

    /// The slot of the moment at which an element happened, where it has one.
    pub fn time(self) -> Option<usize> {
        match self {
            M::Event => Some(event::AT),
            M::Request => Some(request::AT),
            M::Service => Some(service::AT),
            M::Breach => Some(breach::AT),
            M::Document => Some(document::ISSUED_AT),
            M::Status => Some(status::SINCE),
            _ => None,
        }
    }

    /// The slot of the code that tells the elements of a list apart.
    pub fn discriminator(self) -> Option<usize> {
        match self {
            M::Event => Some(event::TYPE),
            M::Request => Some(request::MATTER),
            M::Document => Some(document::TYPE),
            M::Party => Some(party::ROLE),
            M::Property => Some(property::TYPE),
            M::Breach => Some(breach::ACTION),
            M::Status => Some(status::KIND),
            _ => None,
        }
    }

    /// How many of its first fields every element must state.
    pub fn required(self) -> usize {
        match self {
            M::Case => 3,
            M::Party | M::Relation | M::Document | M::Request | M::Property | M::Event => 2,
            M::Status | M::Service | M::Figure => 1,
            M::Flags | M::Place | M::Breach => 0,
        }
    }

    /// Whether its elements stand in an element and not in the case.
    pub fn nested(self) -> bool {
        matches!(self, M::Service | M::Relation | M::Status | M::Figure)
    }
}

pub mod case {
    pub const ID: usize = 0;
    pub const DISTRICT: usize = 1;
    pub const KIND: usize = 2;
    pub const FILED_AT: usize = 4;
    pub const FLAGS: usize = 8;
    pub const PARTIES: usize = 9;
    pub const DOCUMENTS: usize = 10;
    pub const REQUESTS: usize = 11;
    pub const PROPERTIES: usize = 12;
    pub const EVENTS: usize = 13;
}

pub mod party {
    pub const ID: usize = 0;
    pub const ROLE: usize = 1;
    pub const TRAITS: usize = 3;
    pub const STATUSES: usize = 9;
    pub const RELATIONS: usize = 6;
}

pub mod status {
    pub const KIND: usize = 0;
    pub const SINCE: usize = 1;
    pub const UNTIL: usize = 2;
    pub const BEGUN_BY: usize = 3;
    pub const ENDED_BY: usize = 4;
    pub const ENDED: usize = 5;
}

pub mod relation {
    pub const KIND: usize = 0;
    pub const PARTY: usize = 1;
}

pub mod document {
    pub const ID: usize = 0;
    pub const TYPE: usize = 1;
    pub const ISSUED_AT: usize = 2;
    pub const ISSUER: usize = 3;
    pub const SERVICES: usize = 4;
    pub const PARTY: usize = 5;
    pub const REQUEST: usize = 7;
    pub const REQUESTS: usize = 8;
}

pub mod service {
    pub const ID: usize = 0;
    pub const BODY: usize = 1;
    pub const PARTY: usize = 2;
    pub const AT: usize = 3;
    pub const RESULT: usize = 4;
    pub const POSTED_AT: usize = 5;
}

pub mod request {
    pub const ID: usize = 0;
    pub const MATTER: usize = 1;
    pub const TO: usize = 2;
    pub const REQUESTER: usize = 3;
    pub const AT: usize = 4;
    pub const DOCUMENTS_SHOWN: usize = 5;
    pub const PARTY: usize = 7;
    pub const PROPERTY: usize = 8;
    pub const DOCUMENT: usize = 9;
    pub const UNIT: usize = 10;
    pub const POSTED_AT: usize = 12;
}

pub mod property {
    pub const TYPE: usize = 1;
}

pub mod event {
    pub const ID: usize = 0;
    pub const TYPE: usize = 1;
    pub const AT: usize = 2;
    pub const ACTOR: usize = 3;
    pub const BODY: usize = 4;
    pub const PARTY: usize = 5;
    pub const PROPERTY: usize = 6;
    pub const DOCUMENT: usize = 7;
    pub const ABOUT: usize = 8;
    pub const RESULT: usize = 10;
    pub const OBLIGATION: usize = 11;
    pub const RULE: usize = 12;
    pub const PERIOD_FROM: usize = 13;
    pub const PERIOD_TO: usize = 14;
    pub const LIMIT_AT: usize = 15;
    pub const TO: usize = 16;
    pub const CONCERNING: usize = 17;
    pub const ACTOR_UNIT: usize = 18;
    pub const TO_UNIT: usize = 19;
    pub const CONCERNING_UNIT: usize = 20;
    pub const ALSO_BY: usize = 21;
    pub const ALSO_TO: usize = 22;
    pub const PERSON: usize = 23;
    pub const ANSWERS: usize = 27;
    pub const POSTED_AT: usize = 28;
    pub const ASSESSMENT: usize = 29;
    pub const GRADE: usize = 30;
    pub const FIGURES: usize = 32;
}

pub mod figure {
    pub const NAME: usize = 0;
    pub const UNMEASURED: usize = 2;
}

pub mod breach {
    pub const ID: usize = 0;
    pub const OBLIGATION: usize = 1;
    pub const RULE: usize = 2;
    pub const BEARER: usize = 3;
    pub const ACTION: usize = 4;
    pub const AT: usize = 5;
    pub const OWED: usize = 6;
    pub const ABOUT: usize = 7;
    pub const TRIGGER: usize = 8;
    pub const CONCERNS: usize = 9;
    pub const UNIT: usize = 10;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise() {
        for m in ALL {
            assert!(m.fields().windows(2).all(|pair| pair[0].number < pair[1].number), "{m:?}");
        }
    }

    #[test]
    fn slots_are_those_of_their_names() {
        for (m, name, slot) in [
            (M::Case, "events", case::EVENTS),
            (M::Event, "figures", event::FIGURES),
            (M::Event, "answers", event::ANSWERS),
            (M::Event, "person", event::PERSON),
            (M::Request, "posted_at", request::POSTED_AT),
            (M::Document, "requests", document::REQUESTS),
            (M::Breach, "unit", breach::UNIT),
            (M::Party, "statuses", party::STATUSES),
            (M::Status, "ended", status::ENDED),
            (M::Service, "posted_at", service::POSTED_AT),
            (M::Relation, "kind", relation::KIND),
        ] {
            assert_eq!(m.slot(name), Some(slot), "{m:?}.{name}");
        }
    }
}
