//! The answer for one case: the bytes of a `linkage.v1.Decision`, joined of parts that were made beforehand.
//!
//! As `server/convert/answers.py` writes them. What is said in words of a case (steps, labels, warnings, what was
//! derived) is asked of somebody else (`Words`); words that hang on no case are kept.

use std::sync::Mutex;

use prost::Message;
use rustc_hash::FxHashMap;

use crate::canonical::{canonical, hex_digest};
use crate::decide::{Decision, Obligation, Open};
use crate::message as pb;
use crate::program::{FORMAT, LoadError, Program, Rule, Version};
use crate::time::deadline::Due;
use crate::view::{key_of, parts};
use crate::words::{Ask, Side, Words, said};

/// Most words that are kept.
const KEPT: usize = 8192;
const NANO: i64 = 1_000_000_000;

/// The answers of one district in one language.
pub struct Answers {
    fixed: pb::Answers,
    bodies: Vec<FxHashMap<String, Vec<u8>>>,
    clauses: Vec<FxHashMap<String, Vec<u8>>>,
    steps: Mutex<FxHashMap<String, Vec<u8>>>,
    labels: Mutex<FxHashMap<String, Vec<u8>>>,
}

/// What is kept of a decision, and its answer.
pub struct Answered {
    pub canonical: Vec<u8>,
    pub digest: String,
    pub facts_digest: String,
    pub answer: Vec<u8>,
}

impl Answers {
    /// Loads the message of the answers of a program.
    pub fn load(program: &Program, data: &[u8]) -> Result<Answers, LoadError> {
        let fixed = pb::Answers::decode(data).map_err(|error| LoadError(error.to_string()))?;
        let counts = fixed.versions.iter().map(|one| one.rules.len());
        if fixed.format != FORMAT || !counts.eq(program.versions.iter().map(|one| one.rules.len())) {
            return Err(LoadError("these are the answers of another program".to_owned()));
        }
        let pieces = |pieces: &[pb::Piece]| -> FxHashMap<String, Vec<u8>> {
            pieces.iter().map(|one| (one.name.clone(), one.data.clone())).collect()
        };
        Ok(Answers {
            bodies: fixed.versions.iter().map(|one| pieces(&one.bodies)).collect(),
            clauses: fixed.versions.iter().map(|one| pieces(&one.clauses)).collect(),
            fixed,
            steps: Mutex::default(),
            labels: Mutex::default(),
        })
    }

    /// The answer, whole or brief; `notices` are serialized warnings on the request itself.
    pub fn answer<'d, W: Words<'d>>(
        &self,
        decision: &'d Decision<'_>,
        words: &W,
        log_id: &str,
        notices: &[Vec<u8>],
        brief: bool,
    ) -> Result<Answered, W::Error> {
        let canonical = canonical(decision);
        let (digest, facts_digest) = (hex_digest(&canonical), hex_digest(decision.facts));
        let answer = if brief {
            self.brief(decision, words, &digest, log_id, notices)?
        } else {
            self.whole(decision, words, [&digest, &facts_digest, log_id], notices)?
        };
        Ok(Answered { canonical, digest, facts_digest, answer })
    }

    fn whole<'d, W: Words<'d>>(
        &self,
        decision: &'d Decision<'_>,
        words: &W,
        [digest, facts_digest, log_id]: [&str; 3],
        notices: &[Vec<u8>],
    ) -> Result<Vec<u8>, W::Error> {
        let mut out = Vec::with_capacity(32 * 1024);
        let mut receipt = self.fixed.receipt.clone();
        moment(&mut receipt, 6, decision.as_of);
        text(&mut receipt, 7, facts_digest);
        text(&mut receipt, 8, digest);
        text(&mut receipt, 9, log_id);
        delimited(&mut out, 1, &receipt);
        let mut own = Vec::with_capacity(4096);
        for o in &decision.obligations {
            own.clear();
            self.obligation(&mut own, decision, o, words)?;
            let fixed = &self.rule(o.version, o.rule.number).fields;
            number(&mut out, 2 << 3 | 2);
            number(&mut out, (fixed.len() + own.len()) as u64);
            out.extend_from_slice(fixed);
            out.extend_from_slice(&own);
        }
        for open in &decision.open {
            own.clear();
            self.open(&mut own, open, &self.rule(open.version, open.rule.number).open, words)?;
            delimited(&mut out, 3, &own);
        }
        for error in &decision.errors {
            delimited(&mut out, 4, &said(words, Ask::of_failure(error))?);
        }
        for (first, second) in &decision.conflicts {
            let sides = [&decision.obligations[*first], &decision.obligations[*second]];
            delimited(&mut out, 5, &said(words, Ask::Conflict(sides.map(Side::of)))?);
        }
        for notice in &decision.warnings {
            delimited(&mut out, 6, &said(words, Ask::Warning(notice))?);
        }
        notices.iter().for_each(|notice| delimited(&mut out, 6, notice));
        for derived in &decision.derived {
            delimited(&mut out, 7, &said(words, Ask::of_derivation(derived, &decision.obligations))?);
        }
        Ok(out)
    }

    pub(crate) fn rule(&self, version: &Version, number: usize) -> &pb::RuleAnswer {
        &self.fixed.versions[version.number].rules[number]
    }

    fn obligation<'d, W: Words<'d>>(
        &self,
        out: &mut Vec<u8>,
        decision: &'d Decision<'_>,
        o: &'d Obligation<'_>,
        words: &W,
    ) -> Result<(), W::Error> {
        let fixed = self.rule(o.version, o.rule.number);
        text(out, 1, o.id);
        place(out, o);
        number(out, 18 << 3);
        number(out, o.standing.state as u64 + 1);
        if let Some(due) = &fixed.due {
            let mut message = due.clone();
            self.due(&mut message, o, words)?;
            delimited(out, 17, &message);
        }
        if o.sums.amount.is_some() || !o.sums.numbers.is_empty() {
            out.extend_from_slice(&said(words, Ask::of_sums(o, false))?);
        }
        if fixed.computed {
            self.computed(out, fixed, o);
        }
        if !fixed.because.is_empty() {
            for clause in &o.basis[o.rule.basis.len()..] {
                self.piece(out, 24, &self.clauses[o.version.number], clause);
            }
            let mut lines: Vec<&str> = Vec::new();
            meanings(&fixed.because.iter().collect::<Vec<_>>(), &o.basis, &mut lines);
            lines.iter().for_each(|line| text(out, 30, line));
        }
        if let Some(at) = o.arose_at {
            moment(out, 35, at);
        }
        if let Some(breach) = o.breach {
            let own = decision.obligations.iter().find(|other| other.id == breach.0).map(Side::of);
            let breached = Ask::Breached { breach, version: &o.version.name, own };
            delimited(out, 34, &said(words, breached)?);
        }
        self.ends(out, fixed, o);
        if let Some(at) = o.standing.at {
            moment(out, 21, at);
            text(out, 22, o.standing.event);
        }
        if let Some(at) = o.standing.violated_at {
            number(out, 19 << 3);
            number(out, 1);
            moment(out, 20, at);
        }
        self.missing(out, 23, &o.standing.missing, words)?;
        self.missing(out, 31, &o.missing, words)
    }

    /// What the rule computed from the case; what it names itself stands in the fixed fields.
    fn computed(&self, out: &mut Vec<u8>, fixed: &pb::RuleAnswer, o: &Obligation<'_>) {
        let bodies = &self.bodies[o.version.number];
        self.bearers(out, fixed, o);
        if o.rule.counterparties.is_empty() {
            o.counterparties.iter().for_each(|body| self.piece(out, 10, bodies, body));
        }
        text(out, 8, o.bearer_party);
        text(out, 11, o.counterparty_party);
        text(out, 9, o.bearer_unit);
        if !o.concerns.is_empty() {
            self.piece(out, 32, bodies, o.concerns);
        }
        text(out, 33, o.concerns_unit);
    }

    /// Who bears it, where the case says so; nothing where the rule names them itself.
    pub(crate) fn bearers(&self, out: &mut Vec<u8>, fixed: &pb::RuleAnswer, o: &Obligation<'_>) {
        if !fixed.names_bearers {
            let bodies = &self.bodies[o.version.number];
            o.bearers.iter().for_each(|body| self.piece(out, 6, bodies, body));
        }
    }

    fn piece(&self, out: &mut Vec<u8>, field: u64, pieces: &FxHashMap<String, Vec<u8>>, name: &str) {
        match pieces.get(name) {
            Some(data) => delimited(out, field, data),
            // A code that nobody declares is its own name.
            None => {
                let mut coded = Vec::new();
                text(&mut coded, 1, name);
                text(&mut coded, 2, name);
                delimited(out, field, &coded);
            }
        }
    }

    fn due<'d, W: Words<'d>>(
        &self,
        out: &mut Vec<u8>,
        o: &'d Obligation<'_>,
        words: &W,
    ) -> Result<(), W::Error> {
        let Some(due) = &o.due else { return self.missing(out, 8, &o.due_missing, words) };
        self.steps(out, due, words)?;
        if let Some(at) = due.at {
            moment(out, 2, at);
        }
        if due.provisional {
            number(out, 3 << 3);
            number(out, 1);
        }
        if let Some(original) = due.original {
            moment(out, 9, original);
        }
        Ok(())
    }

    /// Every counting step. Days repeat from case to case.
    fn steps<'d, W: Words<'d>>(
        &self,
        out: &mut Vec<u8>,
        due: &'d Due<'_>,
        words: &W,
    ) -> Result<(), W::Error> {
        for mark in &due.marks {
            let key = format!("{mark:?}");
            if let Some(found) = self.steps.lock().ok().and_then(|steps| steps.get(&key).cloned()) {
                delimited(out, 4, &found);
                continue;
            }
            let Some(made) = words.say(Ask::Step(mark))? else { continue };
            delimited(out, 4, &made);
            if let Ok(mut steps) = self.steps.lock() {
                if steps.len() >= KEPT {
                    steps.clear();
                }
                steps.insert(key, made);
            }
        }
        Ok(())
    }

    pub(crate) fn missing<'d, W: Words<'d>>(
        &self,
        out: &mut Vec<u8>,
        field: u64,
        paths: &'d [&'d str],
        words: &W,
    ) -> Result<(), W::Error> {
        for path in paths {
            let mut message = Vec::new();
            text(&mut message, 1, path);
            delimited(&mut message, 2, &self.label(path, words)?);
            delimited(out, field, &message);
        }
        Ok(())
    }

    /// A fact in words; ids, which are citizens' data, are never kept.
    fn label<'d, W: Words<'d>>(&self, path: &'d str, words: &W) -> Result<Vec<u8>, W::Error> {
        if path.contains('[') {
            return said(words, Ask::Label(path));
        }
        if let Some(found) = self.labels.lock().ok().and_then(|labels| labels.get(path).cloned()) {
            return Ok(found);
        }
        let Some(made) = words.say(Ask::Label(path))? else { return Ok(Vec::new()) };
        if let Ok(mut labels) = self.labels.lock() {
            labels.insert(path.to_owned(), made.clone());
        }
        Ok(made)
    }

    /// What is open of a rule; `fixed` is what the rule alone decides of it.
    pub(crate) fn open<'d, W: Words<'d>>(
        &self,
        out: &mut Vec<u8>,
        open: &'d Open<'_>,
        fixed: &[u8],
        words: &W,
    ) -> Result<(), W::Error> {
        out.extend_from_slice(fixed);
        bound(out, 3, Some(open.rule), open.bound);
        self.missing(out, 4, open.missing, words)
    }

    /// What would end it: first as its rule says, then what may be recorded of any obligation.
    fn ends(&self, out: &mut Vec<u8>, fixed: &pb::RuleAnswer, o: &Obligation<'_>) {
        let mut told: Vec<Vec<u8>> = Vec::with_capacity(fixed.ends.len());
        for act in &fixed.ends {
            let made = ending(act, o);
            if !told.contains(&made) {
                told.push(made);
            }
        }
        told.iter().for_each(|act| delimited(out, 36, act));
        self.fixed.generic.iter().for_each(|act| delimited(out, 36, &ending(act, o)));
    }
}

fn ending(act: &pb::EndingAct, o: &Obligation<'_>) -> Vec<u8> {
    let arena = bumpalo::Bump::new();
    let bound = |place: u32| o.bound.get((place as usize).wrapping_sub(1)).copied().unwrap_or("");
    let state = bound(act.state);
    let (party, own) = state.rsplit_once('.').unwrap_or(("", state));
    let mut out = act.data.clone();
    if act.state > 0 {
        let key = key_of(&arena, own);
        let kind = key.split(':').next().unwrap_or("");
        out = act.kinds.iter().find(|one| one.name == kind).map_or_else(Vec::new, |one| one.data.clone());
    }
    for field in &act.fields {
        let mut message = Vec::new();
        text(&mut message, 1, &field.field);
        if field.bearers {
            if o.bearers.is_empty() {
                continue;
            }
            o.bearers.iter().for_each(|body| delimited(&mut message, 2, body.as_bytes()));
        } else if field.variable > 0 {
            delimited(&mut message, 2, key_of(&arena, bound(field.variable)).as_bytes());
        } else if field.party_of > 0 {
            let key = parts(&arena, party).last().map_or("", |(_, key)| key);
            delimited(&mut message, 2, key.as_bytes());
        } else if field.obligation {
            delimited(&mut message, 2, o.id.as_bytes());
        }
        field.values.iter().for_each(|value| delimited(&mut message, 2, value.as_bytes()));
        delimited(&mut out, 4, &message);
    }
    out
}

/// The fields of the bound elements, of the trigger and its time, and of what it is about.
fn place(out: &mut Vec<u8>, o: &Obligation<'_>) {
    text(out, 15, o.trigger);
    bound(out, 14, Some(o.rule), o.bound);
    if let Some(at) = o.triggered_at {
        moment(out, 16, at);
    }
    text(out, 13, o.about);
}

/// The field with each bound element; without a rule they have no names.
pub(crate) fn bound(out: &mut Vec<u8>, field: u64, rule: Option<&Rule>, paths: &[&str]) {
    let count = rule.map_or(paths.len(), |rule| rule.each.len());
    for (place, path) in paths.iter().enumerate().take(count) {
        let name = rule.map_or("", |rule| &*rule.each[place].name);
        let mut element = Vec::with_capacity(path.len() + 16);
        text(&mut element, 1, name);
        text(&mut element, 2, path);
        delimited(out, field, &element);
    }
}

/// The conditions that hold, in words; of alternatives those whose clauses are cited; each once.
fn meanings<'m>(lines: &[&'m pb::Meaning], cited: &[&str], into: &mut Vec<&'m str>) {
    for line in lines {
        let held: Vec<&'m pb::Meaning> = line
            .alternatives
            .iter()
            .filter(|one| !one.basis.is_empty() && one.basis.iter().all(|clause| cited.contains(&&**clause)))
            .collect();
        let means = line.means.as_str();
        if !means.is_empty() && !into.contains(&means) {
            into.push(means);
        }
        meanings(&held, cited, into);
    }
}

pub(crate) fn number(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7F {
        out.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(crate) fn delimited(out: &mut Vec<u8>, field: u64, data: &[u8]) {
    number(out, field << 3 | 2);
    number(out, data.len() as u64);
    out.extend_from_slice(data);
}

/// The field with a text; nothing where it is empty, as protobuf has it.
pub(crate) fn text(out: &mut Vec<u8>, field: u64, value: &str) {
    if !value.is_empty() {
        delimited(out, field, value.as_bytes());
    }
}

/// The field with a timestamp.
pub(crate) fn moment(out: &mut Vec<u8>, field: u64, at: i64) {
    let mut message = Vec::with_capacity(16);
    let (seconds, nanos) = (at.div_euclid(NANO), at.rem_euclid(NANO));
    for (field, value) in [(1, seconds), (2, nanos)] {
        if value != 0 {
            number(&mut message, field << 3);
            number(&mut message, value as u64);
        }
    }
    delimited(out, field, &message);
}
