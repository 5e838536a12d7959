//! The canonical form of a decision: UTF-8 JSON whose bytes are those of `Decision.canonical_bytes` in Python.

use sha2::{Digest, Sha256};

use crate::decide::{Decision, Obligation};
use crate::money::{Amount, Number, Value};
use crate::time::deadline::{Arg, Due};
use crate::time::moment::{date_text, moment_text};

/// SHA-256 in hex.
pub fn hex_digest(data: &[u8]) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(data) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// JSON being written; separators are put before what follows something.
pub struct Json {
    pub out: Vec<u8>,
}

impl Json {
    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn next(&mut self) {
        if !matches!(self.out.last(), None | Some(b'[' | b'{' | b':')) {
            self.out.push(b',');
        }
    }

    fn open(&mut self, sign: u8) {
        self.next();
        self.out.push(sign);
    }

    fn close(&mut self, sign: u8) {
        self.out.push(sign);
    }

    fn key(&mut self, key: &str) {
        self.next();
        self.out.push(b'"');
        self.raw(key);
        self.raw("\":");
    }

    pub fn text(&mut self, text: &str) {
        self.next();
        self.out.push(b'"');
        let plain = text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
        if plain {
            self.raw(text);
        } else {
            for character in text.chars() {
                match character {
                    '"' => self.raw("\\\""),
                    '\\' => self.raw("\\\\"),
                    '\u{8}' => self.raw("\\b"),
                    '\t' => self.raw("\\t"),
                    '\n' => self.raw("\\n"),
                    '\u{c}' => self.raw("\\f"),
                    '\r' => self.raw("\\r"),
                    control if control < ' ' => self.raw(&format!("\\u{:04x}", control as u32)),
                    other => {
                        let mut buffer = [0; 4];
                        self.raw(other.encode_utf8(&mut buffer));
                    }
                }
            }
        }
        self.out.push(b'"');
    }

    fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        self.open(b'[');
        texts.into_iter().for_each(|text| self.text(text));
        self.close(b']');
    }

    fn int(&mut self, number: i64) {
        use std::io::Write;
        self.next();
        let _ = write!(self.out, "{number}");
    }

    /// A moment, or another whole number.
    fn moment(&mut self, moment: Option<i64>) {
        match moment {
            Some(at) => self.int(at),
            None => self.null(),
        }
    }

    fn null(&mut self) {
        self.next();
        self.raw("null");
    }

    fn bool(&mut self, truth: bool) {
        self.next();
        self.raw(if truth { "true" } else { "false" });
    }
}

/// The canonical form.
pub fn canonical(decision: &Decision<'_>) -> Vec<u8> {
    let mut json = Json { out: Vec::with_capacity(16 * 1024) };
    let program = decision.program;
    json.open(b'{');
    for (key, text) in [
        ("case", decision.case),
        ("district", &program.district),
        ("engine_version", &program.engine_version),
    ] {
        json.key(key);
        json.text(text);
    }
    json.key("packs");
    json.open(b'[');
    for version in &program.versions {
        json.texts([&*program.district, &version.name, &version.digest]);
    }
    json.close(b']');
    for (key, text) in [("vocabulary", &program.vocabulary_digest), ("calendar", &program.calendar_digest)] {
        json.key(key);
        json.text(text);
    }
    json.key("as_of");
    json.int(decision.as_of);
    json.key("facts");
    json.text(&hex_digest(decision.facts));
    json.key("obligations");
    json.open(b'[');
    decision.obligations.iter().for_each(|o| obligation(&mut json, o));
    json.close(b']');
    others(&mut json, decision);
    json.close(b'}');
    json.out
}

fn others(json: &mut Json, decision: &Decision<'_>) {
    json.key("undetermined");
    json.open(b'[');
    for open in &decision.open {
        json.open(b'[');
        json.text(&open.rule.id);
        json.texts(open.bound.iter().copied());
        json.texts(open.missing.iter().copied());
        json.close(b']');
    }
    json.close(b']');
    json.key("errors");
    json.open(b'[');
    for error in &decision.errors {
        json.open(b'[');
        json.text(error.code);
        json.text(error.reason);
        json.text(error.rule.map_or("", |rule| &rule.id));
        json.texts(error.bound.iter().copied());
        json.close(b']');
    }
    json.close(b']');
    json.key("derived");
    json.open(b'[');
    for derived in &decision.derived {
        json.open(b'[');
        json.text(derived.path);
        json.texts(derived.sources.iter().copied());
        if let Some(deemed) = &derived.deemed {
            json.text(&deemed.version.name);
            json.text(&deemed.rule.id);
            let clauses = deemed.rule.deemed.iter().flat_map(|deemed| &deemed.clauses);
            json.texts(clauses.map(|clause| &**clause));
            json.int(deemed.at);
            self::due(json, deemed.due.as_ref());
        }
        json.close(b']');
    }
    json.close(b']');
    json.key("warnings");
    json.open(b'[');
    for notice in &decision.warnings {
        json.open(b'[');
        json.text(notice.code);
        json.text(notice.path);
        json.open(b'[');
        for (name, values) in &notice.args {
            json.open(b'[');
            json.text(name);
            json.texts(values.iter().copied());
            json.close(b']');
        }
        json.close(b']');
        json.close(b']');
    }
    json.close(b']');
    json.key("conflicts");
    json.open(b'[');
    for (first, second) in &decision.conflicts {
        json.texts([decision.obligations[*first].id, decision.obligations[*second].id]);
    }
    json.close(b']');
}

/// The canonical form of one obligation.
pub fn obligation_bytes(o: &Obligation<'_>) -> Vec<u8> {
    let mut json = Json { out: Vec::new() };
    obligation(&mut json, o);
    json.out
}

fn obligation(json: &mut Json, o: &Obligation<'_>) {
    let rule = o.rule;
    json.open(b'{');
    if let Some((violated, at, path)) = o.excused {
        json.key("excused");
        json.open(b'[');
        json.int(violated);
        json.int(at);
        json.text(path);
        json.close(b']');
    }
    for (key, text) in [
        ("id", o.id),
        ("rule", &rule.id),
        ("version", &o.version.name),
        ("modality", &rule.modality_name),
        ("force", &rule.force),
    ] {
        json.key(key);
        json.text(text);
    }
    json.key("bearers");
    json.texts(o.bearers.iter().copied());
    for (key, text) in [("bearer_party", o.bearer_party), ("bearer_unit", o.bearer_unit)] {
        json.key(key);
        json.text(text);
    }
    json.key("counterparties");
    json.texts(o.counterparties.iter().copied());
    for (key, text) in
        [("counterparty_party", o.counterparty_party), ("action", &rule.action), ("about", o.about)]
    {
        json.key(key);
        json.text(text);
    }
    json.key("concerns");
    json.texts([o.concerns, o.concerns_unit]);
    json.key("bound");
    json.texts(o.bound.iter().copied());
    json.key("trigger");
    json.text(o.trigger);
    for (key, moment) in [("triggered_at", o.triggered_at), ("arose_at", o.arose_at)] {
        json.key(key);
        json.moment(moment);
    }
    json.key("due");
    due(json, o.due.as_ref());
    json.key("due_missing");
    json.texts(o.due_missing.iter().copied());
    json.key("amount");
    match &o.sums.amount {
        None => json.null(),
        Some(found) => amount(json, found),
    }
    json.key("numbers");
    json.open(b'[');
    o.sums.numbers.iter().for_each(|found| number(json, found));
    json.close(b']');
    json.key("missing");
    json.texts(o.missing.iter().copied());
    json.key("state");
    json.open(b'[');
    json.text(o.standing.state.word());
    json.moment(o.standing.at);
    json.text(o.standing.event);
    json.moment(o.standing.violated_at);
    json.texts(o.standing.missing.iter().copied());
    json.close(b']');
    json.key("basis");
    json.texts(o.basis.iter().copied());
    json.key("breach");
    match o.breach {
        None => json.null(),
        Some((duty, rule, bearer)) => json.texts([duty, rule, bearer]),
    }
    json.close(b'}');
}

fn amount(json: &mut Json, amount: &Amount<'_>) {
    json.open(b'{');
    json.key("currency");
    json.text("CNY");
    for (key, sum) in [("fen", amount.fen), ("at_least", amount.at_least), ("at_most", amount.at_most)] {
        json.key(key);
        json.moment(sum);
    }
    json.key("steps");
    json.open(b'[');
    for step in &amount.steps {
        json.open(b'[');
        json.text(step.code);
        json.open(b'[');
        for value in &step.values {
            match value {
                Value::Whole(number) => json.int(*number),
                Value::Exact(exact) => json.text(&exact.text()),
                Value::Share(text) => json.text(text),
                Value::Word(word) => json.text(word),
                Value::None => json.null(),
            }
        }
        json.close(b']');
        json.close(b']');
    }
    json.close(b']');
    json.key("missing");
    json.texts(amount.missing.iter().copied());
    json.close(b'}');
}

fn number(json: &mut Json, number: &Number<'_>) {
    json.open(b'[');
    [number.exactly, number.at_least, number.at_most].into_iter().for_each(|count| json.moment(count));
    json.texts(number.missing.iter().copied());
    json.close(b']');
}

fn due(json: &mut Json, due: Option<&Due<'_>>) {
    let Some(due) = due else { return json.null() };
    json.open(b'{');
    if let Some(original) = due.original {
        json.key("original");
        json.text(&moment_text(original));
    }
    json.key("kind");
    json.text(due.kind.word());
    json.key("at");
    match due.at {
        None => json.null(),
        Some(at) => json.text(&moment_text(at)),
    }
    json.key("provisional");
    json.bool(due.provisional);
    json.key("steps");
    json.open(b'[');
    for mark in &due.marks {
        json.open(b'[');
        json.text(mark.code);
        json.open(b'[');
        mark.args.iter().for_each(|arg| argument(json, arg));
        json.close(b']');
        json.close(b']');
    }
    json.close(b']');
    json.close(b'}');
}

fn argument(json: &mut Json, arg: &Arg<'_>) {
    match arg {
        Arg::Moment(at) => json.text(&moment_text(*at)),
        Arg::Day(day) => json.text(&date_text(*day)),
        Arg::Span(first, last) => json.text(&format!("{}/{}", date_text(*first), date_text(*last))),
        Arg::Number(number) => json.int(i64::from(*number)),
        Arg::Word(word) => json.text(word),
        Arg::Period(period) => {
            json.open(b'{');
            json.key("amount");
            json.int(i64::from(period.amount));
            json.key("unit");
            json.text(period.unit.word());
            json.close(b'}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_orjson_escapes_them() {
        let mut json = Json { out: Vec::new() };
        json.text("a\"\\\u{1}\n案");
        assert_eq!(String::from_utf8_lossy(&json.out), "\"a\\\"\\\\\\u0001\\n案\"");
    }
}
