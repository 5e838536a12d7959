//! The program message, as `proto/linkage/program/v1/program.proto` defines it. Written by `messages.py`.

#[derive(Clone, PartialEq, prost::Message)]
pub struct Program {
    #[prost(uint32, tag = "1")]
    pub format: u32,
    #[prost(string, tag = "2")]
    pub engine_version: String,
    #[prost(string, tag = "3")]
    pub district: String,
    #[prost(string, tag = "4")]
    pub vocabulary_digest: String,
    #[prost(string, tag = "5")]
    pub calendar_digest: String,
    #[prost(string, repeated, tag = "6")]
    pub strings: Vec<String>,
    #[prost(message, repeated, tag = "7")]
    pub sections: Vec<Named>,
    #[prost(message, repeated, tag = "8")]
    pub organs: Vec<Named>,
    #[prost(message, repeated, tag = "9")]
    pub implied: Vec<Named>,
    #[prost(message, repeated, tag = "10")]
    pub told: Vec<Named>,
    #[prost(message, repeated, tag = "11")]
    pub effects: Vec<Named>,
    #[prost(message, repeated, tag = "12")]
    pub only: Vec<Named>,
    #[prost(message, optional, tag = "13")]
    pub equivalences: Option<Equivalences>,
    #[prost(message, optional, tag = "14")]
    pub calendar: Option<Calendar>,
    #[prost(message, repeated, tag = "15")]
    pub attributes: Vec<Attribute>,
    #[prost(uint32, repeated, tag = "16")]
    pub rules: Vec<u32>,
    #[prost(message, repeated, tag = "17")]
    pub results: Vec<Result>,
    #[prost(message, optional, tag = "18")]
    pub standing: Option<Standing>,
    #[prost(message, optional, tag = "19")]
    pub reads: Option<Reads>,
    #[prost(message, repeated, tag = "20")]
    pub versions: Vec<Version>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Named {
    #[prost(uint32, tag = "1")]
    pub name: u32,
    #[prost(uint32, repeated, tag = "2")]
    pub members: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Equivalences {
    #[prost(message, repeated, tag = "1")]
    pub same_events: Vec<Named>,
    #[prost(uint32, tag = "2")]
    pub filing: u32,
    #[prost(uint32, repeated, tag = "3")]
    pub body_concerns: Vec<u32>,
    #[prost(message, repeated, tag = "4")]
    pub states: Vec<State>,
    #[prost(message, repeated, tag = "5")]
    pub flags: Vec<Named>,
    #[prost(message, repeated, tag = "6")]
    pub requests: Vec<Named>,
    #[prost(message, repeated, tag = "7")]
    pub services: Vec<Service>,
    #[prost(uint32, tag = "8")]
    pub received: u32,
    #[prost(message, repeated, tag = "9")]
    pub documents: Vec<Named>,
    #[prost(uint32, tag = "10")]
    pub papers: u32,
    #[prost(message, repeated, tag = "11")]
    pub lasting: Vec<Named>,
    #[prost(uint32, tag = "12")]
    pub instrument: u32,
    #[prost(message, repeated, tag = "13")]
    pub periods: Vec<Named>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct State {
    #[prost(uint32, tag = "1")]
    pub kind: u32,
    #[prost(uint32, tag = "2")]
    pub field: u32,
    #[prost(uint32, tag = "3")]
    pub flag: u32,
    #[prost(uint32, repeated, tag = "4")]
    pub roles: Vec<u32>,
    #[prost(bool, tag = "5")]
    pub everyone: bool,
    #[prost(uint32, repeated, tag = "6")]
    pub begins: Vec<u32>,
    #[prost(uint32, repeated, tag = "7")]
    pub ends: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Service {
    #[prost(uint32, tag = "1")]
    pub event: u32,
    #[prost(uint32, repeated, tag = "2")]
    pub documents: Vec<u32>,
    #[prost(uint32, tag = "3")]
    pub result: u32,
    #[prost(message, repeated, tag = "4")]
    pub results: Vec<Named>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Calendar {
    #[prost(int32, tag = "1")]
    pub first: i32,
    #[prost(bytes = "vec", tag = "2")]
    pub working: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    pub open: Vec<u8>,
    #[prost(message, repeated, tag = "4")]
    pub settled: Vec<Settled>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Settled {
    #[prost(int32, tag = "1")]
    pub year: i32,
    #[prost(int32, tag = "2")]
    pub month: i32,
    #[prost(int32, tag = "3")]
    pub day: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Attribute {
    #[prost(uint32, tag = "1")]
    pub name: u32,
    #[prost(uint32, tag = "2")]
    pub r#type: u32,
    #[prost(uint32, repeated, tag = "3")]
    pub excludes: Vec<u32>,
    #[prost(uint32, repeated, tag = "4")]
    pub implies: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Result {
    #[prost(uint32, tag = "1")]
    pub assessment: u32,
    #[prost(uint32, repeated, tag = "2")]
    pub grades: Vec<u32>,
    #[prost(uint32, repeated, tag = "3")]
    pub figures: Vec<u32>,
    #[prost(uint32, repeated, tag = "4")]
    pub asked: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Standing {
    #[prost(int64, optional, tag = "1")]
    pub first: Option<i64>,
    #[prost(uint32, tag = "2")]
    pub instrument: u32,
    #[prost(message, repeated, tag = "3")]
    pub periods: Vec<Named>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Reads {
    #[prost(message, repeated, tag = "1")]
    pub fields: Vec<Named>,
    #[prost(message, repeated, tag = "2")]
    pub codes: Vec<Named>,
    #[prost(uint32, repeated, tag = "3")]
    pub attributes: Vec<u32>,
    #[prost(uint32, repeated, tag = "4")]
    pub bodies: Vec<u32>,
    #[prost(uint32, repeated, tag = "5")]
    pub acts: Vec<u32>,
    #[prost(uint32, repeated, tag = "6")]
    pub triggers: Vec<u32>,
    #[prost(message, repeated, tag = "7")]
    pub awaited: Vec<Named>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Version {
    #[prost(uint32, tag = "1")]
    pub name: u32,
    #[prost(uint32, tag = "2")]
    pub digest: u32,
    #[prost(int64, tag = "3")]
    pub since: i64,
    #[prost(int64, optional, tag = "4")]
    pub until: Option<i64>,
    #[prost(message, repeated, tag = "5")]
    pub sizes: Vec<Size>,
    #[prost(message, repeated, tag = "6")]
    pub costs: Vec<Cost>,
    #[prost(message, repeated, tag = "7")]
    pub units: Vec<Named>,
    #[prost(message, repeated, tag = "8")]
    pub nodes: Vec<Node>,
    #[prost(message, repeated, tag = "9")]
    pub terms: Vec<Term>,
    #[prost(message, repeated, tag = "10")]
    pub rules: Vec<Rule>,
    #[prost(uint32, repeated, tag = "11")]
    pub triggered: Vec<u32>,
    #[prost(uint32, repeated, tag = "12")]
    pub gathered: Vec<u32>,
    #[prost(uint32, repeated, tag = "13")]
    pub clocked: Vec<u32>,
    #[prost(uint32, repeated, tag = "14")]
    pub on_breach: Vec<u32>,
    #[prost(uint32, repeated, tag = "15")]
    pub gathered_on_breach: Vec<u32>,
    #[prost(uint32, repeated, tag = "16")]
    pub clocked_on_breach: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Size {
    #[prost(uint32, tag = "1")]
    pub list: u32,
    #[prost(uint32, repeated, tag = "2")]
    pub codes: Vec<u32>,
    #[prost(bool, tag = "3")]
    pub any: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Cost {
    #[prost(message, repeated, tag = "1")]
    pub products: Vec<Product>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Product {
    #[prost(int64, tag = "1")]
    pub factor: i64,
    #[prost(uint32, repeated, tag = "2")]
    pub sizes: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Node {
    #[prost(int32, tag = "1")]
    pub form: i32,
    #[prost(int32, tag = "2")]
    pub r#type: i32,
    #[prost(uint32, tag = "3")]
    pub name: u32,
    #[prost(uint32, tag = "4")]
    pub variable: u32,
    #[prost(uint32, repeated, tag = "5")]
    pub parts: Vec<u32>,
    #[prost(message, optional, tag = "6")]
    pub value: Option<Value>,
    #[prost(bool, tag = "7")]
    pub beyond: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Value {
    #[prost(oneof = "ValueKind", tags = "1, 2, 3, 4")]
    pub value: Option<ValueKind>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub enum ValueKind {
    #[prost(bool, tag = "1")]
    Bool(bool),
    #[prost(int64, tag = "2")]
    Int(i64),
    #[prost(double, tag = "3")]
    Double(f64),
    #[prost(uint32, tag = "4")]
    String(u32),
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Term {
    #[prost(uint32, tag = "1")]
    pub name: u32,
    #[prost(uint32, repeated, tag = "2")]
    pub parameters: Vec<u32>,
    #[prost(uint32, repeated, tag = "3")]
    pub lines: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Line {
    #[prost(uint32, tag = "1")]
    pub node: u32,
    #[prost(bool, tag = "2")]
    pub implied: bool,
    #[prost(uint32, repeated, tag = "3")]
    pub basis: Vec<u32>,
    #[prost(message, repeated, tag = "4")]
    pub alternatives: Vec<Line>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Binding {
    #[prost(uint32, tag = "1")]
    pub name: u32,
    #[prost(uint32, tag = "2")]
    pub list: u32,
    #[prost(uint32, tag = "3")]
    pub owner: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Effect {
    #[prost(uint32, tag = "1")]
    pub name: u32,
    #[prost(uint32, tag = "2")]
    pub node: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Rule {
    #[prost(uint32, tag = "1")]
    pub id: u32,
    #[prost(message, repeated, tag = "2")]
    pub each: Vec<Binding>,
    #[prost(uint32, tag = "3")]
    pub trigger: u32,
    #[prost(uint32, tag = "4")]
    pub collection: u32,
    #[prost(uint32, repeated, tag = "5")]
    pub codes: Vec<u32>,
    #[prost(uint32, repeated, tag = "6")]
    pub order: Vec<u32>,
    #[prost(message, repeated, tag = "7")]
    pub when: Vec<Line>,
    #[prost(message, repeated, tag = "8")]
    pub unless: Vec<Line>,
    #[prost(message, repeated, tag = "9")]
    pub effects: Vec<Effect>,
    #[prost(message, repeated, tag = "10")]
    pub fulfilled_by: Vec<Matcher>,
    #[prost(message, repeated, tag = "11")]
    pub discharged_by: Vec<Matcher>,
    #[prost(message, repeated, tag = "12")]
    pub violated_by: Vec<Matcher>,
    #[prost(message, optional, tag = "13")]
    pub deadline: Option<Deadline>,
    #[prost(uint32, tag = "14")]
    pub waits: u32,
    #[prost(uint32, repeated, tag = "15")]
    pub timed: Vec<u32>,
    #[prost(uint32, repeated, tag = "16")]
    pub lists: Vec<u32>,
    #[prost(message, repeated, tag = "17")]
    pub moves: Vec<Named>,
    #[prost(uint32, repeated, tag = "18")]
    pub moved_by: Vec<u32>,
    #[prost(bool, tag = "19")]
    pub clocked: bool,
    #[prost(uint32, repeated, tag = "20")]
    pub kinds: Vec<u32>,
    #[prost(uint32, tag = "21")]
    pub modality: u32,
    #[prost(uint32, tag = "22")]
    pub force: u32,
    #[prost(uint32, tag = "23")]
    pub bearing: u32,
    #[prost(bool, tag = "24")]
    pub of_case: bool,
    #[prost(bool, tag = "25")]
    pub accrues: bool,
    #[prost(uint32, repeated, tag = "26")]
    pub bearers: Vec<u32>,
    #[prost(uint32, repeated, tag = "27")]
    pub counterparties: Vec<u32>,
    #[prost(uint32, tag = "28")]
    pub action: u32,
    #[prost(uint32, repeated, tag = "29")]
    pub basis: Vec<u32>,
    #[prost(uint32, repeated, tag = "30")]
    pub overrides: Vec<u32>,
    #[prost(uint32, tag = "31")]
    pub cost: u32,
    #[prost(uint32, tag = "32")]
    pub ending_cost: u32,
    #[prost(message, optional, tag = "33")]
    pub amount: Option<Amount>,
    #[prost(message, repeated, tag = "34")]
    pub quantities: Vec<Quantity>,
    #[prost(message, optional, tag = "35")]
    pub clock: Option<Clock>,
    #[prost(message, optional, tag = "36")]
    pub deemed: Option<Deemed>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Amount {
    #[prost(uint32, repeated, tag = "1")]
    pub missing: Vec<u32>,
    #[prost(int64, optional, tag = "2")]
    pub fixed: Option<i64>,
    #[prost(message, optional, tag = "3")]
    pub share: Option<Share>,
    #[prost(message, repeated, tag = "4")]
    pub tiers: Vec<Tier>,
    #[prost(bool, tag = "5")]
    pub whole: bool,
    #[prost(int64, tag = "6")]
    pub round_to: i64,
    #[prost(uint32, tag = "7")]
    pub round_how: u32,
    #[prost(int64, optional, tag = "8")]
    pub floor: Option<i64>,
    #[prost(int64, optional, tag = "9")]
    pub cap: Option<i64>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Share {
    #[prost(int64, tag = "1")]
    pub numerator: i64,
    #[prost(int64, tag = "2")]
    pub denominator: i64,
    #[prost(uint32, tag = "3")]
    pub text: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Tier {
    #[prost(int64, optional, tag = "1")]
    pub up_to: Option<i64>,
    #[prost(message, optional, tag = "2")]
    pub share: Option<Share>,
    #[prost(int64, tag = "3")]
    pub fixed: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Quantity {
    #[prost(uint32, repeated, tag = "1")]
    pub missing: Vec<u32>,
    #[prost(int64, optional, tag = "2")]
    pub count: Option<i64>,
    #[prost(int64, optional, tag = "3")]
    pub at_least: Option<i64>,
    #[prost(int64, optional, tag = "4")]
    pub at_most: Option<i64>,
    #[prost(bool, tag = "5")]
    pub computed: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Clock {
    #[prost(uint32, tag = "1")]
    pub suspended: u32,
    #[prost(message, repeated, tag = "2")]
    pub pauses: Vec<Pause>,
    #[prost(message, repeated, tag = "3")]
    pub restarts: Vec<Matcher>,
    #[prost(message, repeated, tag = "4")]
    pub grants: Vec<Grant>,
    #[prost(message, optional, tag = "5")]
    pub extension: Option<Extension>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Pause {
    #[prost(message, repeated, tag = "1")]
    pub begins: Vec<Matcher>,
    #[prost(message, repeated, tag = "2")]
    pub ends: Vec<Matcher>,
    #[prost(bool, tag = "3")]
    pub again: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Grant {
    #[prost(message, optional, tag = "1")]
    pub matcher: Option<Matcher>,
    #[prost(uint32, repeated, tag = "2")]
    pub by: Vec<u32>,
    #[prost(bool, tag = "3")]
    pub bearer: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Extension {
    #[prost(bool, tag = "1")]
    pub given: bool,
    #[prost(message, optional, tag = "2")]
    pub length: Option<Period>,
    #[prost(message, optional, tag = "3")]
    pub at_most: Option<Period>,
    #[prost(int32, tag = "4")]
    pub times: i32,
    #[prost(uint32, tag = "5")]
    pub param: u32,
    #[prost(bool, tag = "6")]
    pub local: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Deemed {
    #[prost(uint32, tag = "1")]
    pub kind: u32,
    #[prost(uint32, tag = "2")]
    pub code: u32,
    #[prost(uint32, tag = "3")]
    pub document: u32,
    #[prost(uint32, tag = "4")]
    pub base: u32,
    #[prost(bool, tag = "5")]
    pub passing: bool,
    #[prost(uint32, tag = "6")]
    pub matter: u32,
    #[prost(uint32, tag = "7")]
    pub result: u32,
    #[prost(uint32, repeated, tag = "8")]
    pub of_bearer: Vec<u32>,
    #[prost(uint32, tag = "9")]
    pub stratum: u32,
    #[prost(uint32, repeated, tag = "10")]
    pub clauses: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Matcher {
    #[prost(uint32, tag = "1")]
    pub collection: u32,
    #[prost(uint32, repeated, tag = "2")]
    pub codes: Vec<u32>,
    #[prost(uint32, tag = "3")]
    pub predicate: u32,
    #[prost(bool, tag = "4")]
    pub by_bearer: bool,
    #[prost(uint32, tag = "5")]
    pub end_of: u32,
    #[prost(uint32, tag = "6")]
    pub party: u32,
    #[prost(bool, tag = "7")]
    pub begins: bool,
    #[prost(uint32, tag = "8")]
    pub about: u32,
    #[prost(uint32, repeated, tag = "9")]
    pub by: Vec<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Period {
    #[prost(int32, tag = "1")]
    pub amount: i32,
    #[prost(uint32, tag = "2")]
    pub unit: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Recurrence {
    #[prost(uint32, tag = "1")]
    pub text: u32,
    #[prost(uint32, tag = "2")]
    pub frequency: u32,
    #[prost(int32, tag = "3")]
    pub interval: i32,
    #[prost(int32, repeated, tag = "4")]
    pub months: Vec<i32>,
    #[prost(int32, repeated, tag = "5")]
    pub month_days: Vec<i32>,
    #[prost(int32, repeated, tag = "6")]
    pub weekdays: Vec<i32>,
    #[prost(int32, repeated, tag = "7")]
    pub positions: Vec<i32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Deadline {
    #[prost(uint32, tag = "1")]
    pub form: u32,
    #[prost(message, optional, tag = "2")]
    pub period: Option<Period>,
    #[prost(uint32, tag = "3")]
    pub word: u32,
    #[prost(int32, optional, tag = "4")]
    pub on: Option<i32>,
    #[prost(int32, tag = "5")]
    pub month: i32,
    #[prost(int32, tag = "6")]
    pub day: i32,
    #[prost(message, optional, tag = "7")]
    pub every: Option<Recurrence>,
    #[prost(uint32, tag = "8")]
    pub end_of: u32,
    #[prost(message, optional, tag = "9")]
    pub after: Option<Period>,
    #[prost(uint32, tag = "10")]
    pub roll: u32,
    #[prost(uint32, tag = "11")]
    pub hours: u32,
    #[prost(uint32, repeated, tag = "12")]
    pub duties: Vec<u32>,
    #[prost(uint32, tag = "13")]
    pub duty_moment: u32,
    #[prost(message, optional, boxed, tag = "14")]
    pub no_later_than: Option<Box<Deadline>>,
    #[prost(message, optional, boxed, tag = "15")]
    pub no_earlier_than: Option<Box<Deadline>>,
    #[prost(int32, repeated, tag = "16")]
    pub office: Vec<i32>,
    #[prost(message, optional, boxed, tag = "17")]
    pub late: Option<Box<Deadline>>,
    #[prost(int32, tag = "18")]
    pub late_after: i32,
    #[prost(uint32, tag = "19")]
    pub param: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Answers {
    #[prost(uint32, tag = "1")]
    pub format: u32,
    #[prost(bytes = "vec", tag = "2")]
    pub receipt: Vec<u8>,
    #[prost(message, repeated, tag = "3")]
    pub versions: Vec<VersionAnswers>,
    #[prost(message, repeated, tag = "4")]
    pub generic: Vec<EndingAct>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct VersionAnswers {
    #[prost(message, repeated, tag = "1")]
    pub rules: Vec<RuleAnswer>,
    #[prost(message, repeated, tag = "2")]
    pub bodies: Vec<Piece>,
    #[prost(message, repeated, tag = "3")]
    pub clauses: Vec<Piece>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Piece {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(bytes = "vec", tag = "2")]
    pub data: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct RuleAnswer {
    #[prost(bytes = "vec", tag = "1")]
    pub fields: Vec<u8>,
    #[prost(bytes = "vec", optional, tag = "2")]
    pub due: Option<Vec<u8>>,
    #[prost(bytes = "vec", tag = "3")]
    pub open: Vec<u8>,
    #[prost(bool, tag = "4")]
    pub computed: bool,
    #[prost(bool, tag = "5")]
    pub names_bearers: bool,
    #[prost(message, repeated, tag = "6")]
    pub because: Vec<Meaning>,
    #[prost(message, repeated, tag = "7")]
    pub ends: Vec<EndingAct>,
    #[prost(bytes = "vec", tag = "8")]
    pub brief: Vec<u8>,
    #[prost(bytes = "vec", optional, tag = "9")]
    pub brief_due: Option<Vec<u8>>,
    #[prost(bytes = "vec", tag = "10")]
    pub brief_open: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Meaning {
    #[prost(string, tag = "1")]
    pub means: String,
    #[prost(string, repeated, tag = "2")]
    pub basis: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    pub alternatives: Vec<Meaning>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct EndingAct {
    #[prost(bytes = "vec", tag = "1")]
    pub data: Vec<u8>,
    #[prost(message, repeated, tag = "2")]
    pub kinds: Vec<Piece>,
    #[prost(uint32, tag = "3")]
    pub state: u32,
    #[prost(message, repeated, tag = "4")]
    pub fields: Vec<EndingField>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct EndingField {
    #[prost(string, tag = "1")]
    pub field: String,
    #[prost(string, repeated, tag = "2")]
    pub values: Vec<String>,
    #[prost(uint32, tag = "3")]
    pub variable: u32,
    #[prost(uint32, tag = "4")]
    pub party_of: u32,
    #[prost(bool, tag = "5")]
    pub bearers: bool,
    #[prost(bool, tag = "6")]
    pub obligation: bool,
}
