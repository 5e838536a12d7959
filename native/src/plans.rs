//! What a rule may have beside its duty: a clock that acts move, and what counts as a fact by it; as
//! `policy/program/plan.py` and `policy/pack/deemed.py` have it.

use crate::message as pb;
use crate::program::{LoadError, Matcher, Names, S, Texts};
use crate::time::deadline::{Period, period_of};

type R<T> = Result<T, LoadError>;

fn wrong<T>(what: &str) -> R<T> {
    Err(LoadError(what.to_owned()))
}

/// What becomes of a clock when the case or the duty is suspended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Running {
    GoesOn,
    StartsAgain,
    RunsOn,
}

/// Acts that stop a clock, and those with which it goes on, or (`again`) starts again.
pub struct PausePlan {
    pub begins: Vec<Matcher>,
    pub ends: Vec<Matcher>,
    pub again: bool,
}

/// Acts that extend a period, and who alone may do them.
pub struct Grant {
    pub matcher: Matcher,
    pub by: Names,
    pub bearer: bool,
}

/// How long a period is extended, and how often.
pub struct Extension {
    /// As the act says.
    pub given: bool,
    pub length: Option<Period>,
    pub at_most: Option<Period>,
    pub times: usize,
    pub param: S,
    pub local: bool,
}

/// What moves when the obligations of a rule are due.
pub struct ClockPlan {
    pub suspended: Option<Running>,
    pub pauses: Vec<PausePlan>,
    pub restarts: Vec<Matcher>,
    pub grants: Vec<Grant>,
    pub extension: Option<Extension>,
}

/// A clock of the message; `matchers` are those of the rule.
pub fn clock_of(
    found: &pb::Clock,
    texts: &Texts,
    matchers: impl Fn(&[pb::Matcher]) -> R<Vec<Matcher>>,
) -> R<ClockPlan> {
    let mut pauses = Vec::new();
    for one in &found.pauses {
        let (begins, ends) = (matchers(&one.begins)?, matchers(&one.ends)?);
        pauses.push(PausePlan { begins, ends, again: one.again });
    }
    let mut grants = Vec::new();
    for one in &found.grants {
        let Some(matcher) = matchers(one.matcher.as_slice())?.pop() else {
            return wrong("a grant without an act");
        };
        grants.push(Grant { matcher, by: texts.all(&one.by)?, bearer: one.bearer });
    }
    let period = |found: &Option<pb::Period>| found.as_ref().map(|one| period_of(one, texts)).transpose();
    let extension = match &found.extension {
        None => None,
        Some(one) => Some(Extension {
            given: one.given,
            length: period(&one.length)?,
            at_most: period(&one.at_most)?,
            times: usize::try_from(one.times).unwrap_or(0),
            param: texts.at(one.param)?,
            local: one.local,
        }),
    };
    Ok(ClockPlan {
        suspended: match &*texts.at(found.suspended)? {
            "" => None,
            "goes_on" => Some(Running::GoesOn),
            "starts_again" => Some(Running::StartsAgain),
            "runs_on" => Some(Running::RunsOn),
            other => return wrong(&format!("a clock that {other}")),
        },
        pauses,
        restarts: matchers(&found.restarts)?,
        grants,
        extension,
    })
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactKind {
    Event,
    Service,
    State,
}

/// What counts as a fact by a rule, which nobody owes.
pub struct Deemed {
    pub kind: FactKind,
    pub code: S,
    /// Of a service, the place of the variable that holds the document.
    pub document: usize,
    /// The rule whose duty it rests on; empty: it has a period of its own.
    pub base: S,
    pub passing: bool,
    pub matter: S,
    pub result: S,
    /// Of actor, to and concerning those that are the bearer of the duty.
    pub of_bearer: Names,
    pub stratum: u32,
    pub clauses: Names,
}

/// Most strata of a program.
const MAX_STRATA: u32 = 64;

/// What counts as a fact by a rule with so many variables.
pub fn deemed_of(found: &pb::Deemed, texts: &Texts, variables: usize) -> R<Deemed> {
    let kind = match &*texts.at(found.kind)? {
        "event" => FactKind::Event,
        "service" => FactKind::Service,
        "state" => FactKind::State,
        other => return wrong(&format!("a fact of the kind {other}")),
    };
    let document = (found.document as usize).wrapping_sub(1);
    if kind == FactKind::Service && document >= variables {
        return wrong("there is no such variable");
    }
    if !(1..=MAX_STRATA).contains(&found.stratum) {
        return wrong("there is no such stratum");
    }
    Ok(Deemed {
        kind,
        code: texts.at(found.code)?,
        document,
        base: texts.at(found.base)?,
        passing: found.passing,
        matter: texts.at(found.matter)?,
        result: texts.at(found.result)?,
        of_bearer: texts.all(&found.of_bearer)?,
        stratum: found.stratum,
        clauses: texts.all(&found.clauses)?,
    })
}
