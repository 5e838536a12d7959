//! The brief answer for one case: what `DECISION_VIEW_BASIC` has of it, as `server/convert/brief.py` writes it.

use crate::answer::{Answers, bound, delimited, moment, number, text};
use crate::decide::{Decision, Obligation};
use crate::words::{Ask, Words, said};

impl Answers {
    /// The bytes of a `linkage.v1.Decision`; `notices` are serialized warnings on the request itself.
    pub(crate) fn brief<'d, W: Words<'d>>(
        &self,
        decision: &'d Decision<'_>,
        words: &W,
        digest: &str,
        log_id: &str,
        notices: &[Vec<u8>],
    ) -> Result<Vec<u8>, W::Error> {
        let (mut out, mut own) = (Vec::with_capacity(8192), Vec::with_capacity(512));
        moment(&mut own, 6, decision.as_of);
        text(&mut own, 8, digest);
        text(&mut own, 9, log_id);
        delimited(&mut out, 1, &own);
        for o in &decision.obligations {
            own.clear();
            own.extend_from_slice(&self.rule(o.version, o.rule.number).brief);
            self.brief_obligation(&mut own, o, words)?;
            delimited(&mut out, 2, &own);
        }
        for open in &decision.open {
            own.clear();
            self.open(&mut own, open, &self.rule(open.version, open.rule.number).brief_open, words)?;
            delimited(&mut out, 3, &own);
        }
        for error in &decision.errors {
            own.clear();
            text(&mut own, 1, error.code);
            text(&mut own, 3, error.rule.map_or("", |rule| &*rule.id));
            bound(&mut own, 4, error.rule, error.bound);
            delimited(&mut out, 4, &own);
        }
        for (first, second) in &decision.conflicts {
            own.clear();
            let sides = [&decision.obligations[*first], &decision.obligations[*second]];
            sides.iter().for_each(|side| text(&mut own, 1, side.id));
            sides.iter().for_each(|side| text(&mut own, 2, &side.rule.id));
            delimited(&mut out, 5, &own);
        }
        for notice in &decision.warnings {
            own.clear();
            text(&mut own, 1, notice.code);
            text(&mut own, 3, notice.path);
            delimited(&mut out, 6, &own);
        }
        notices.iter().for_each(|notice| delimited(&mut out, 6, notice));
        Ok(out)
    }

    fn brief_obligation<'d, W: Words<'d>>(
        &self,
        out: &mut Vec<u8>,
        o: &'d Obligation<'_>,
        words: &W,
    ) -> Result<(), W::Error> {
        let fixed = self.rule(o.version, o.rule.number);
        text(out, 1, o.id);
        text(out, 15, o.trigger);
        text(out, 13, o.about);
        number(out, 18 << 3);
        number(out, o.standing.state as u64 + 1);
        self.bearers(out, fixed, o);
        text(out, 8, o.bearer_party);
        text(out, 9, o.bearer_unit);
        if let Some(due) = &fixed.brief_due {
            let mut message = due.clone();
            self.brief_due(&mut message, o, words)?;
            delimited(out, 17, &message);
        }
        if o.sums.amount.is_some() {
            out.extend_from_slice(&said(words, Ask::of_sums(o, true))?);
        }
        if let Some(at) = o.standing.at {
            moment(out, 21, at);
        }
        if let Some(at) = o.standing.violated_at {
            number(out, 19 << 3);
            number(out, 1);
            moment(out, 20, at);
        }
        self.missing(out, 23, &o.standing.missing, words)?;
        self.missing(out, 31, &o.missing, words)
    }

    fn brief_due<'d, W: Words<'d>>(
        &self,
        out: &mut Vec<u8>,
        o: &'d Obligation<'_>,
        words: &W,
    ) -> Result<(), W::Error> {
        let Some(due) = &o.due else { return self.missing(out, 8, &o.due_missing, words) };
        if let Some(at) = due.at {
            moment(out, 2, at);
        }
        if due.provisional {
            number(out, 3 << 3);
            number(out, 1);
        }
        Ok(())
    }
}
