//! Decisions as rows of the table of findings, as `policy/bulk/findings.py` writes them.
//!
//! A row sets the columns of its kind, the others are null. Columns of which the core says nothing are left out.

use crate::columns::{Buffers, Codes, Column, Lists, Numbers, Texts, Truths};
use crate::decide::{Decision, Failure, Obligation, Open};
use crate::money::{Number, Sums};
use crate::time::deadline::{Arg, Due, Mark};
use crate::time::moment::date_text;

/// The columns, by the names of `policy.bulk.schema`.
macro_rules! table {
    ($($name:ident: $column:ty),* $(,)?) => {
        /// Gathers decisions; without `ids` no obligation is named.
        #[derive(Default)]
        pub struct Findings {
            ids: bool,
            rows: usize,
            $($name: $column,)*
        }

        impl Findings {
            /// The columns so far by their names.
            pub fn columns(self) -> Vec<(&'static str, Buffers)> {
                vec![$((stringify!($name), self.$name.buffers(self.rows)),)*]
            }
        }
    };
}

table! {
    row: Numbers,
    case: Codes,
    district: Codes,
    as_of: Numbers,
    kind: Codes,
    pack_version: Codes,
    rule: Codes,
    id: Texts,
    modality: Codes,
    force: Codes,
    bearing: Codes,
    bearers: Lists,
    bearer_party: Codes,
    bearer_unit: Codes,
    counterparties: Lists,
    counterparty_party: Codes,
    action: Codes,
    about: Codes,
    bound: Lists,
    trigger: Codes,
    triggered_at: Numbers,
    arose_at: Numbers,
    due_kind: Codes,
    due_at: Numbers,
    due_ends: Codes,
    stands_still: Truths,
    original_ends: Codes,
    provisional: Truths,
    original_due: Numbers,
    due_missing: Lists,
    amount_fen: Numbers,
    amount_at_least_fen: Numbers,
    amount_at_most_fen: Numbers,
    amount_missing: Lists,
    quantities: Lists,
    state: Codes,
    state_at: Numbers,
    state_event: Codes,
    state_missing: Lists,
    violated_at: Numbers,
    missing: Lists,
    basis: Lists,
    code: Codes,
    reason: Codes,
    other_id: Texts,
    other_rule: Codes,
}

impl Findings {
    pub fn new(ids: bool) -> Findings {
        Findings { ids, ..Findings::default() }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds everything that a decision says, in its order; `row` is the case's.
    pub fn add(&mut self, row: i64, decision: &Decision<'_>) {
        for o in &decision.obligations {
            let at = self.begin(row, decision, "obligation");
            self.obligation(at, o);
        }
        for open in &decision.open {
            let at = self.begin(row, decision, "undetermined");
            self.open(at, open);
        }
        for error in &decision.errors {
            let at = self.begin(row, decision, "error");
            self.error(at, error);
        }
        for (first, second) in &decision.conflicts {
            let at = self.begin(row, decision, "conflict");
            let (first, second) = (&decision.obligations[*first], &decision.obligations[*second]);
            self.conflict(at, first, second);
        }
    }

    fn begin(&mut self, row: i64, decision: &Decision<'_>, kind: &str) -> usize {
        let at = self.rows;
        self.rows += 1;
        self.row.set(at, row);
        self.case.set(at, decision.case);
        self.district.set(at, &decision.program.district);
        self.as_of.set(at, decision.as_of);
        self.kind.set(at, kind);
        at
    }

    fn obligation(&mut self, at: usize, o: &Obligation<'_>) {
        self.pack_version.set(at, &o.version.name);
        self.rule.set(at, &o.rule.id);
        self.id.set(at, o.id);
        self.modality.set(at, &o.rule.modality_name);
        self.force.set(at, &o.rule.force);
        self.bearing.set(at, o.rule.bearing.word());
        self.action.set(at, &o.rule.action);
        self.bearers.set(at, &o.bearers);
        self.bearer_party.set_filled(at, o.bearer_party);
        self.bearer_unit.set_filled(at, o.bearer_unit);
        self.counterparties.set(at, &o.counterparties);
        self.counterparty_party.set_filled(at, o.counterparty_party);
        self.about.set_filled(at, o.about);
        self.bound.set(at, o.bound);
        self.trigger.set(at, o.trigger);
        self.triggered_at.set_some(at, o.triggered_at);
        self.arose_at.set_some(at, o.arose_at);
        self.due(at, o.due.as_ref());
        self.due_missing.set(at, &o.due_missing);
        self.sums(at, &o.sums);
        self.state.set(at, o.standing.state.word());
        self.state_at.set_some(at, o.standing.at);
        self.state_event.set_filled(at, o.standing.event);
        self.state_missing.set(at, &o.standing.missing);
        self.violated_at.set_some(at, o.standing.violated_at);
        self.missing.set(at, &o.missing);
        self.basis.set(at, &o.basis);
    }

    fn sums(&mut self, at: usize, sums: &Sums<'_>) {
        if let Some(amount) = &sums.amount {
            self.amount_fen.set_some(at, amount.fen);
            self.amount_at_least_fen.set_some(at, amount.at_least);
            self.amount_at_most_fen.set_some(at, amount.at_most);
            self.amount_missing.set(at, &amount.missing);
        }
        let numbers: Vec<String> = sums.numbers.iter().map(Number::short).collect();
        self.quantities.set(at, &numbers.iter().map(String::as_str).collect::<Vec<_>>());
    }

    fn due(&mut self, at: usize, due: Option<&Due<'_>>) {
        self.provisional.set(at, due.is_some_and(|due| due.provisional));
        let last = due.and_then(|due| due.marks.last());
        self.stands_still.set(at, last.is_some_and(|mark| mark.code == "stands_still"));
        let Some(due) = due else { return };
        self.due_kind.set(at, due.kind.word());
        self.due_at.set_some(at, due.at);
        if let Some(day) = last.filter(|_| due.at.is_some()).and_then(day_ended) {
            self.due_ends.set(at, &date_text(day));
        }
        self.original_due.set_some(at, due.original);
        let extended = |mark: &Mark<'_>| matches!(mark.code, "extended" | "extended_by_law");
        let before = due.marks.iter().position(extended).filter(|_| due.original.is_some());
        let before = before.and_then(|place| due.marks.get(place.checked_sub(1)?));
        if let Some(day) = before.and_then(day_ended) {
            self.original_ends.set(at, &date_text(day));
        }
    }

    fn open(&mut self, at: usize, open: &Open<'_>) {
        self.pack_version.set(at, &open.version.name);
        self.rule.set(at, &open.rule.id);
        self.bound.set(at, open.bound);
        self.missing.set(at, open.missing);
    }

    fn error(&mut self, at: usize, error: &Failure<'_>) {
        if let Some(rule) = error.rule {
            self.rule.set(at, &rule.id);
        }
        self.bound.set(at, error.bound);
        self.code.set(at, error.code);
        self.reason.set(at, error.reason);
    }

    fn conflict(&mut self, at: usize, first: &Obligation<'_>, second: &Obligation<'_>) {
        self.rule.set(at, &first.rule.id);
        self.id.set(at, first.id);
        if self.ids {
            self.other_id.set(at, second.id);
        }
        self.other_rule.set(at, &second.rule.id);
    }
}

/// The day at whose 24:00 a step ends; none where it ends otherwise.
fn day_ended(mark: &Mark<'_>) -> Option<i32> {
    match mark.args.first() {
        Some(Arg::Day(day)) if mark.code == "ends" => Some(*day),
        _ => None,
    }
}
