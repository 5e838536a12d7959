//! When a rule arises: for which elements, judged at which moment, and under which version.
//!
//! As `policy/decide/arising.py`, `gathered.py`, `doubts.py` and `lasting.py` have it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::budget::Refused;
use crate::engine::{Binding, Doubt, Engine, Focus, Hit, Matches, Selection};
use crate::facts::{M, case, document, event, status};
use crate::ops::Reason;
use crate::periods::ends_at;
use crate::program::{Rule, Version};
use crate::timeline::{Moment, Timeline, latest_of, times_missing};
use crate::view::{View, below, element};
use crate::wire::R;

/// A hit, the case that it was judged on, and when it arose (none: nobody can say).
#[derive(Clone, Copy)]
pub struct Arisen<'a> {
    pub hit: Hit<'a>,
    pub moment: &'a Moment<'a>,
    pub at: Option<i64>,
    /// When its trigger happened, where that was before the version's first day.
    pub carried: Option<i64>,
}

/// What one round of trying found.
#[derive(Default)]
pub struct Round<'a> {
    pub hits: Vec<Arisen<'a>>,
    pub undetermined: Vec<(Arisen<'a>, Doubt<'a>)>,
    pub errors: Vec<(Arisen<'a>, Reason)>,
}

/// Most acts without a time that are tried one by one.
pub const MAX_ALONE: usize = 32;

pub struct Arising<'a, 'n> {
    pub timeline: &'n Timeline<'a>,
    pub engine: Engine<'a, 'n>,
    /// The times that acts of the case lack.
    undated: FxHashSet<&'a str>,
    /// Paths of triggers at whose time no version is in force.
    pub outside: Vec<&'a str>,
    refused: Refused,
}

fn arisen<'a>(hit: Hit<'a>, moment: &'a Moment<'a>, at: Option<i64>, carried: Option<i64>) -> Arisen<'a> {
    Arisen { hit, moment, at, carried }
}

impl<'a, 'n> Arising<'a, 'n> {
    pub fn new(timeline: &'n Timeline<'a>, engine: Engine<'a, 'n>) -> Arising<'a, 'n> {
        let undated = timeline.doubts.iter().map(|act| below(timeline.arena, act, "at")).collect();
        Arising { timeline, engine, undated, outside: Vec::new(), refused: Vec::new() }
    }

    fn as_of(&self) -> i64 {
        self.timeline.now().as_of
    }

    fn versions(&self) -> &'a [Version] {
        &self.timeline.program.versions
    }

    /// The rules that need no breach.
    pub fn first(&mut self, refused: Refused) -> R<Round<'a>> {
        self.refused = refused;
        let mut found = Round::default();
        let moments = self.moments();
        let mut gathered = Gathered::new(moments[0], None);
        let timeless = self.timeline.undated_lists();
        let doubts = !self.timeline.doubts.is_empty();
        let mut before = None;
        for moment in moments {
            let whole = moment == gathered.first || (doubts && moment == self.as_of());
            let happened = self.timeline.happened(moment);
            for version in self.versions() {
                self.triggered(version, moment, &mut found)?;
                self.carried(version, moment, &mut found)?;
                if !version.gathered.numbers.is_empty() {
                    let mut selection = Selection::all(&version.gathered);
                    if !whole && moment != version.since {
                        selection = selection.only(version, |rule| happened.gathers(rule, &timeless));
                    }
                    let clocked = Selection::all(&version.clocked);
                    gathered.tried(self, version, moment, before, &selection, &clocked)?;
                }
            }
            before = Some(moment);
        }
        self.undated(&mut found)?;
        gathered.into(self, &mut found);
        Ok(found)
    }

    /// The rules over breaches, tried on these new ones.
    pub fn after(&mut self, breaches: &[&'a View<'a>], refused: Refused) -> R<Round<'a>> {
        self.refused = refused;
        let mut found = Round::default();
        for version in self.versions() {
            if version.on_breach.numbers.is_empty() {
                continue;
            }
            for breach in breaches {
                let at = breach.time().unwrap_or(0);
                let moment = self.timeline.at(at);
                let only = vec![(M::Breach, vec![*breach])];
                let selection = Selection::all(&version.on_breach);
                let result = self.tried(version, moment, &selection, Some(&only))?;
                self.sort(result, moment, at, &mut found);
            }
        }
        let first = breaches.iter().filter_map(|breach| breach.time()).min().unwrap_or(self.as_of());
        if self.versions().iter().all(|version| version.gathered_on_breach.numbers.is_empty()) {
            return Ok(found);
        }
        let mut moments: Vec<i64> = self.timeline.elements.iter().map(|(at, _)| *at).collect();
        moments.extend([first, self.as_of()]);
        moments.extend(breaches.iter().filter_map(|breach| breach.time()));
        // What went by post ended a duty when it was posted, which is the moment of nothing else.
        let spells = breaches.iter().flat_map(|breach| breach.spells.get());
        moments.extend(spells.flat_map(|(start, end)| std::iter::once(*start).chain(*end)));
        moments.extend(breaches.iter().filter_map(|breach| breach.unclear.get()));
        moments.retain(|moment| *moment <= self.as_of());
        moments.sort_unstable();
        moments.dedup();
        let new = breaches.iter().map(|breach| breach.id()).collect();
        let mut gathered = Gathered::new(first, Some(new));
        let mut before = None;
        for moment in moments.into_iter().filter(|moment| *moment >= first) {
            for version in self.versions() {
                if !version.gathered_on_breach.numbers.is_empty() {
                    let selection = Selection::all(&version.gathered_on_breach);
                    let clocked = Selection::all(&version.clocked_on_breach);
                    gathered.tried(self, version, moment, before, &selection, &clocked)?;
                }
            }
            before = Some(moment);
        }
        gathered.into(self, &mut found);
        Ok(found)
    }

    /// Every moment at which something happens, a version begins, or the case is looked at.
    fn moments(&self) -> Vec<i64> {
        let as_of = self.as_of();
        let mut all: Vec<i64> = self.timeline.elements.iter().map(|(at, _)| *at).collect();
        // Just before anything happens: what was already so then began nobody knows when.
        let first = all.iter().min().map_or(as_of, |at| at - 1);
        all.extend(
            self.versions().iter().map(|version| version.since).filter(|at| first < *at && *at <= as_of),
        );
        all.extend([first, as_of]);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What the rules give on the case of a moment, with the acts without a time and without them.
    fn tried(
        &self,
        version: &'a Version,
        moment: &'a Moment<'a>,
        selection: &Selection<'a>,
        only: Option<&Focus<'a>>,
    ) -> R<Matches<'a>> {
        let allowed;
        let selection = match self.refused.get(version.number) {
            Some(numbers) if !numbers.is_empty() => {
                allowed = selection.only(version, |rule| !numbers.contains(&rule.number));
                &allowed
            }
            _ => selection,
        };
        let result = self.engine.matches(version, moment, selection, only)?;
        if self.timeline.doubts.is_empty() || moment.as_of >= self.as_of() {
            return Ok(result);
        }
        let undated = self.timeline.of_the_undated();
        let hanging = selection.only(version, |rule| undated.moves(rule));
        if hanging.is_empty() {
            return Ok(result);
        }
        self.agreed(version, moment, &hanging, only, result)
    }

    /// What holds with and without the undated acts; a combination on which the two differ waits for times.
    fn agreed(
        &self,
        version: &'a Version,
        moment: &'a Moment<'a>,
        hanging: &Selection<'a>,
        only: Option<&Focus<'a>>,
        result: Matches<'a>,
    ) -> R<Matches<'a>> {
        let without = |act: &'a str, chosen: &Selection<'a>| -> R<Told<'a>> {
            let certain = self.timeline.certain(moment.as_of, act);
            let known = only.map(|only| in_view(only, certain));
            Ok(Told::of(self, self.engine.matches(version, certain, chosen, known.as_ref())?))
        };
        let (mine, theirs) = (Told::of(self, result), without("", hanging)?);
        let mut differing: Vec<&Key<'a>> = Vec::new();
        for (key, _, _) in mine.all.iter().chain(&theirs.all) {
            if hanging.has(key.rule) && mine.verdict(key) != theirs.verdict(key) && !differing.contains(&key)
            {
                differing.push(key);
            }
        }
        let mut found = Matches::default();
        for (key, hit, verdict) in &mine.all {
            if !differing.contains(&key) {
                match verdict {
                    Said::Holds => found.hits.push(*hit),
                    Said::Waits(missing) => found.undetermined.push((*hit, missing)),
                    Said::Failed(reason) => found.errors.push((*hit, *reason)),
                    Said::Nothing => {}
                }
            }
        }
        if differing.is_empty() {
            return Ok(found);
        }
        let acts = &self.timeline.doubts;
        let chosen = hanging.only(version, |rule| differing.iter().any(|key| key.rule == rule.number));
        let mut alone: Vec<(&'a str, Told<'a>)> = Vec::new();
        if acts.len() <= MAX_ALONE {
            for act in acts {
                alone.push((act, without(act, &chosen)?));
            }
        }
        let arena = self.timeline.arena;
        for key in differing {
            let Some(hit) = mine.hit(key).or_else(|| theirs.hit(key)) else { continue };
            let mut changing: Vec<&'a str> = alone
                .iter()
                .filter(|(_, told)| told.verdict(key) != mine.verdict(key))
                .map(|(act, _)| *act)
                .collect();
            if changing.is_empty() {
                changing.clone_from(acts);
            }
            let mut missing: Vec<&'a str> = changing
                .into_iter()
                .filter(|act| !key.paths.contains(act))
                .map(|act| below(arena, act, "at"))
                .collect();
            for side in [mine.verdict(key), theirs.verdict(key)] {
                if let Said::Waits(waits) = side {
                    missing.extend_from_slice(waits);
                }
            }
            missing.sort_unstable();
            missing.dedup();
            found.undetermined.push((hit, arena.alloc_slice_copy(&missing)));
        }
        Ok(found)
    }

    /// Rules of one dated element, for what happened at this moment.
    fn triggered(&mut self, version: &'a Version, moment: i64, found: &mut Round<'a>) -> R<()> {
        let here = self.timeline.here(moment);
        if here.is_empty() || version.triggered.numbers.is_empty() {
            return Ok(());
        }
        let mut focus: Focus<'a> = Vec::new();
        for (list, element) in here {
            if let Some(list) = list {
                put(&mut focus, *list, element);
            }
        }
        let view = self.timeline.at(moment);
        let only = in_view(&focus, view);
        let result = self.tried(version, view, &Selection::all(&version.triggered), Some(&only))?;
        self.sort(result, view, moment, found);
        Ok(())
    }

    /// Rules of one dated element, for what happened before the version's first day and still lasts.
    fn carried(&mut self, version: &'a Version, moment: i64, found: &mut Round<'a>) -> R<()> {
        if moment != version.since || version.triggered.numbers.is_empty() {
            return Ok(());
        }
        let mut earlier: Focus<'a> = Vec::new();
        for (at, here) in &self.timeline.elements {
            if *at < moment {
                for (list, element) in here {
                    if let (Some(list), true) = (list, self.lasts(element, moment)) {
                        put(&mut earlier, *list, element);
                    }
                }
            }
        }
        if earlier.is_empty() {
            return Ok(());
        }
        let view = self.timeline.at(moment);
        let only = in_view(&earlier, view);
        let result = self.tried(version, view, &Selection::all(&version.triggered), Some(&only))?;
        for hit in result.hits {
            let one = arisen(hit, view, Some(moment), latest_of(hit.binding));
            let missing = self.lasting_doubts(&hit);
            if missing.is_empty() { found.hits.push(one) } else { found.undetermined.push((one, missing)) }
        }
        let of = |hit: Hit<'a>| arisen(hit, view, Some(moment), latest_of(hit.binding));
        found.undetermined.extend(result.undetermined.into_iter().map(|(hit, missing)| (of(hit), missing)));
        found.errors.extend(
            result.errors.into_iter().map(|(hit, reason)| (arisen(hit, view, Some(moment), None), reason)),
        );
        Ok(())
    }

    /// Rules of one dated element whose element does not say when it happened: nobody can say more.
    fn undated(&mut self, found: &mut Round<'a>) -> R<()> {
        let now = self.timeline.now();
        let mut undated: Focus<'a> = Vec::new();
        for slot in [case::EVENTS, case::REQUESTS, case::DOCUMENTS] {
            for one in now.view.each(slot).filter(|one| one.time().is_none()) {
                put(&mut undated, one.m, one);
            }
        }
        if undated.is_empty() {
            return Ok(());
        }
        let arena = self.timeline.arena;
        for version in self.versions() {
            let result = self.tried(version, now, &Selection::all(&version.triggered), Some(&undated))?;
            for hit in result.hits {
                let missing = times_missing(arena, hit.binding);
                let one = arisen(hit, now, None, None);
                if !missing.is_empty() {
                    found.undetermined.push((one, arena.alloc_slice_copy(&missing)));
                } else if version.governs(self.as_of()) {
                    found.hits.push(one);
                }
            }
            for (hit, missing) in result.undetermined {
                found.undetermined.push((arisen(hit, now, None, None), self.with_times(&hit, missing)));
            }
            found.errors.extend(
                result.errors.into_iter().map(|(hit, reason)| (arisen(hit, now, None, None), reason)),
            );
        }
        Ok(())
    }

    fn with_times(&self, hit: &Hit<'a>, missing: Doubt<'a>) -> Doubt<'a> {
        let mut all = times_missing(self.timeline.arena, hit.binding);
        all.extend_from_slice(missing);
        all.sort_unstable();
        all.dedup();
        self.timeline.arena.alloc_slice_copy(&all)
    }

    /// Keeps what the version governs; a moment that none governs is noted.
    fn sort(&mut self, result: Matches<'a>, view: &'a Moment<'a>, moment: i64, found: &mut Round<'a>) {
        for hit in result.hits {
            if self.admits(&hit, moment) {
                found.hits.push(arisen(hit, view, Some(moment), None));
            }
        }
        for (hit, missing) in result.undetermined {
            if self.admits(&hit, moment) {
                found.undetermined.push((arisen(hit, view, Some(moment), None), missing));
            }
        }
        for (hit, reason) in result.errors {
            if self.admits(&hit, moment) {
                found.errors.push((arisen(hit, view, Some(moment), None), reason));
            }
        }
    }

    fn admits(&mut self, hit: &Hit<'a>, moment: i64) -> bool {
        if hit.version.governs(moment) {
            return true;
        }
        if !self.versions().iter().any(|version| version.governs(moment)) {
            let trigger = hit.binding[hit.rule.trigger];
            let later = self.versions().iter().map(|version| version.since).filter(|at| moment < *at).min();
            if later.is_none_or(|later| !self.lasts(trigger, later)) {
                let path = trigger.path(self.timeline.arena);
                if !self.outside.contains(&path) {
                    self.outside.push(path);
                }
            }
        }
        false
    }

    /// Whether a bound state had ended by a moment.
    fn over(&self, binding: Binding<'a>, moment: i64) -> bool {
        let held = self.timeline.bound_at(binding, self.as_of());
        held.iter()
            .any(|one| one.m == M::Status && one.int(status::UNTIL).is_some_and(|until| until <= moment))
    }

    /// Whether the version is in force at `as_of`, or what it speaks of ended while it was.
    fn of_today(&self, hit: &Hit<'a>) -> bool {
        hit.version.governs(self.as_of())
            || hit.version.until.is_some_and(|until| self.over(hit.binding, until))
    }

    /// Whether a gathered hit arises at this moment; and when its trigger was, if before.
    fn settles(&mut self, hit: &Hit<'a>, moment: i64) -> (bool, Option<i64>) {
        let (version, rule) = (hit.version, hit.rule);
        let Some(latest) = latest_of(hit.binding) else {
            return (version.governs(moment) && !self.over(hit.binding, version.since), None);
        };
        if rule.accrues {
            if version.governs(latest) {
                return (true, None);
            }
        } else if moment == latest {
            return (self.admits(hit, moment), None);
        }
        let trigger = hit.binding[rule.trigger];
        let late = if rule.accrues {
            latest < version.since && version.since <= moment
        } else {
            moment == version.since && version.since > latest
        };
        (late && self.lasts(trigger, version.since), Some(latest))
    }

    /// Whether the element, which began before `moment`, is still so at it.
    fn lasts(&self, one: &'a View<'a>, moment: i64) -> bool {
        match one.m {
            M::Request => true,
            M::Status => one.holds_at(moment) || !self.doubts_of(one).is_empty(),
            M::Document => !one.list(document::REQUESTS).is_empty(),
            M::Service => one.parent.get().is_some_and(|parent| !parent.list(document::REQUESTS).is_empty()),
            M::Event => self.event_lasts(one, moment),
            _ => false,
        }
    }

    fn event_lasts(&self, one: &'a View<'a>, moment: i64) -> bool {
        let (table, kind) = (&self.timeline.program.table, one.said(event::TYPE));
        if kind == &*table.instrument {
            return true;
        }
        if let Some(period) = table.periods.get(kind) {
            return ends_at(one, period) > moment;
        }
        let Some(until) = table.lasting.get(kind) else { return false };
        let at = one.time().unwrap_or(i64::MIN);
        !self.ends(until).any(|end| end.time().is_some_and(|own| at <= own && own <= moment))
    }

    fn ends(&self, kinds: &'a [crate::program::S]) -> impl Iterator<Item = &'a View<'a>> + use<'a> {
        let (now, arena) = (self.timeline.now(), self.timeline.arena);
        kinds.iter().flat_map(move |kind| now.of_type(arena, kind).iter().copied())
    }

    /// Of a trigger of before the first day: the facts without which nobody knows that it lasted.
    fn lasting_doubts(&self, hit: &Hit<'a>) -> Doubt<'a> {
        let found = self.doubts_of(hit.binding[hit.rule.trigger]);
        self.timeline.arena.alloc_slice_copy(&found)
    }

    fn doubts_of(&self, one: &'a View<'a>) -> Vec<&'a str> {
        let arena = self.timeline.arena;
        if one.m == M::Status {
            let by = if one.has(status::UNTIL) { "" } else { one.said(status::ENDED_BY) };
            return if by.is_empty() {
                vec![]
            } else {
                vec![below(arena, element(arena, "events", by), "at")]
            };
        }
        if one.m != M::Event {
            return vec![];
        }
        let Some(kinds) = self.timeline.program.table.lasting.get(one.said(event::TYPE)) else {
            return vec![];
        };
        let at = one.time().unwrap_or(i64::MIN);
        if self.ends(kinds).any(|end| end.time().is_some_and(|own| own >= at)) {
            return vec![];
        }
        let mut found: Vec<&'a str> = self
            .ends(kinds)
            .filter(|end| end.time().is_none())
            .map(|end| below(arena, end.path(arena), "at"))
            .collect();
        found.sort_unstable();
        found
    }
}

fn put<'a>(focus: &mut Focus<'a>, list: M, element: &'a View<'a>) {
    match focus.iter_mut().find(|(known, _)| *known == list) {
        Some((_, elements)) => elements.push(element),
        None => focus.push((list, vec![element])),
    }
}

/// The same elements as the view holds them: a document of an earlier moment has fewer services.
fn in_view<'a>(lists: &Focus<'a>, moment: &'a Moment<'a>) -> Focus<'a> {
    let mut found = lists.clone();
    for (list, elements) in &mut found {
        if *list == M::Document {
            let ids: Vec<&'a str> = elements.iter().map(|one| one.id()).collect();
            *elements = moment.view.each(case::DOCUMENTS).filter(|one| ids.contains(&one.id())).collect();
        }
    }
    found
}

/// A rule tried for elements: which version, which rule, the paths of the elements.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key<'a> {
    version: usize,
    rule: usize,
    paths: &'a [&'a str],
}

fn key_of<'a>(timeline: &Timeline<'a>, hit: &Hit<'a>) -> Key<'a> {
    let arena = timeline.arena;
    let paths = arena.alloc_slice_fill_iter(hit.binding.iter().map(|one| one.path(arena)));
    Key { version: hit.version.number, rule: hit.rule.number, paths }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Said<'a> {
    Nothing,
    Holds,
    Waits(Doubt<'a>),
    Failed(Reason),
}

/// What was said of each rule and its elements.
struct Told<'a> {
    all: Vec<(Key<'a>, Hit<'a>, Said<'a>)>,
    places: FxHashMap<Key<'a>, usize>,
}

impl<'a> Told<'a> {
    fn of(arising: &Arising<'a, '_>, found: Matches<'a>) -> Told<'a> {
        let mut all: Vec<(Key<'a>, Hit<'a>, Said<'a>)> = Vec::new();
        let key = |hit: &Hit<'a>| key_of(arising.timeline, hit);
        all.extend(found.hits.iter().map(|hit| (key(hit), *hit, Said::Holds)));
        all.extend(found.undetermined.iter().map(|(hit, missing)| (key(hit), *hit, Said::Waits(missing))));
        all.extend(found.errors.iter().map(|(hit, reason)| (key(hit), *hit, Said::Failed(*reason))));
        let places = all.iter().enumerate().map(|(place, (key, _, _))| (*key, place)).collect();
        Told { all, places }
    }

    fn verdict(&self, key: &Key<'a>) -> Said<'a> {
        self.places.get(key).map_or(Said::Nothing, |place| self.all[*place].2)
    }

    fn hit(&self, key: &Key<'a>) -> Option<Hit<'a>> {
        self.places.get(key).map(|place| self.all[*place].1)
    }
}

/// Rules of several dated elements or of none: each combination arises once, at its first moment.
struct Gathered<'a> {
    first: i64,
    /// Combinations without one of these breaches (by their ids) have been tried before.
    new: Option<FxHashSet<&'a str>>,
    /// What has no time and has held without a break since before anything happened.
    always: FxHashSet<Key<'a>>,
    /// What holds at the moment tried last.
    held: FxHashSet<Key<'a>>,
    hits: Vec<(Key<'a>, Arisen<'a>)>,
    known: FxHashSet<Key<'a>>,
    open: FxHashMap<Key<'a>, (Arisen<'a>, Doubt<'a>)>,
    errors: Vec<(Key<'a>, Arisen<'a>, Reason)>,
}

impl<'a> Gathered<'a> {
    fn new(first: i64, new: Option<FxHashSet<&'a str>>) -> Gathered<'a> {
        Gathered {
            first,
            new,
            always: FxHashSet::default(),
            held: FxHashSet::default(),
            hits: Vec::new(),
            known: FxHashSet::default(),
            open: FxHashMap::default(),
            errors: Vec::new(),
        }
    }

    /// Tries the rules of a version at a moment; `before` is the moment tried last.
    fn tried(
        &mut self,
        arising: &mut Arising<'a, '_>,
        version: &'a Version,
        moment: i64,
        before: Option<i64>,
        selection: &Selection<'a>,
        clocked: &Selection<'a>,
    ) -> R<()> {
        if before.is_some_and(|before| before < moment - 1) && !clocked.is_empty() {
            // Nothing happens between the two: what holds just before this moment began to hold by itself.
            let view = arising.timeline.at(moment - 1);
            let found = arising.tried(version, view, clocked, None)?;
            self.take(arising, moment - 1, before, found)?;
        }
        let view = arising.timeline.at(moment);
        let found = arising.tried(version, view, selection, None)?;
        self.follow(arising, version, moment, selection, &found);
        self.take(arising, moment, before, found)
    }

    /// Keeps account of what has held from the first on, and of what holds now.
    fn follow(
        &mut self,
        arising: &Arising<'a, '_>,
        version: &'a Version,
        moment: i64,
        selection: &Selection<'a>,
        found: &Matches<'a>,
    ) {
        self.held.retain(|key| {
            key.version != version.number
                || !(selection.has(key.rule) && selection.index.numbers.contains(&key.rule))
        });
        let holding = found.hits.iter().filter(|hit| latest_of(hit.binding).is_none());
        self.held.extend(holding.map(|hit| key_of(arising.timeline, hit)));
        if moment == self.first {
            self.always.clone_from(&self.held);
        } else {
            self.always.retain(|key| self.held.contains(key));
        }
    }

    fn take(
        &mut self,
        arising: &mut Arising<'a, '_>,
        moment: i64,
        before: Option<i64>,
        mut result: Matches<'a>,
    ) -> R<()> {
        let (timeline, view) = (arising.timeline, arising.timeline.at(moment));
        if let Some(new) = &self.new {
            let bound = |one: &&'a View<'a>| one.m == M::Breach && new.contains(one.id());
            let keep = |hit: &Hit<'a>| hit.binding.iter().any(bound);
            result.hits.retain(keep);
            result.undetermined.retain(|(hit, _)| keep(hit));
            result.errors.retain(|(hit, _)| keep(hit));
        }
        for hit in result.hits {
            let key = key_of(timeline, &hit);
            if self.known.contains(&key) || self.hangs(arising, &key) {
                continue;
            }
            let missing = times_missing(timeline.arena, hit.binding);
            if !missing.is_empty() {
                let missing = timeline.arena.alloc_slice_copy(&missing);
                self.open.insert(key, (arisen(hit, view, None, None), missing));
                continue;
            }
            let (arises, carried) = arising.settles(&hit, moment);
            if !arises {
                continue;
            }
            let missing = if carried.is_some() { arising.lasting_doubts(&hit) } else { &[] };
            if !missing.is_empty() {
                self.open.insert(key, (arisen(hit, view, Some(moment), None), missing));
                continue;
            }
            let at = (!self.always.contains(&key)).then_some(moment);
            let since = self.since(arising, hit, view, at, carried, before)?;
            self.hits.push((key, since));
            self.known.insert(key);
        }
        for (hit, missing) in result.undetermined {
            let key = key_of(timeline, &hit);
            if !self.known.contains(&key) && concerns(arising, &hit, moment) {
                let missing = arising.with_times(&hit, missing);
                self.open.insert(key, (arisen(hit, view, Some(moment), None), missing));
            }
        }
        for (hit, reason) in result.errors {
            let key = key_of(timeline, &hit);
            if !self.known.contains(&key) && concerns(arising, &hit, moment) {
                let one = arisen(hit, view, Some(moment), None);
                match self.errors.iter_mut().find(|(known, _, _)| *known == key) {
                    Some(found) => *found = (key, one, reason),
                    None => self.errors.push((key, one, reason)),
                }
            }
        }
        Ok(())
    }

    /// Whether acts without a time decide if it arose at an earlier moment: nobody can say when it did.
    fn hangs(&self, arising: &Arising<'a, '_>, key: &Key<'a>) -> bool {
        self.open
            .get(key)
            .is_some_and(|(_, missing)| missing.iter().any(|path| arising.undated.contains(path)))
    }

    /// When it arose; `at` is none where it held from the first on.
    fn since(
        &self,
        arising: &mut Arising<'a, '_>,
        hit: Hit<'a>,
        view: &'a Moment<'a>,
        at: Option<i64>,
        carried: Option<i64>,
        before: Option<i64>,
    ) -> R<Arisen<'a>> {
        let low = before.map(|before| before.max(hit.version.since - 1));
        if let (Some(at), Some(low), true) = (at, low, hit.rule.clocked) {
            if low < at - 1 {
                let exact = exact(arising, &hit, low, at)?;
                return Ok(arisen(hit, arising.timeline.at(exact), Some(exact), carried));
            }
        }
        Ok(arisen(hit, view, at, carried))
    }

    /// Adds what was found; what arose is no longer open.
    fn into(self, arising: &Arising<'a, '_>, found: &mut Round<'a>) {
        let kept =
            self.hits.iter().filter(|(key, one)| !self.always.contains(key) || arising.of_today(&one.hit));
        found.hits.extend(kept.map(|(_, one)| *one));
        let mut open: Vec<(&Key<'a>, &(Arisen<'a>, Doubt<'a>))> =
            self.open.iter().filter(|(key, _)| !self.known.contains(key)).collect();
        open.sort_by_key(|(key, _)| **key);
        // What two versions leave open alike is open once.
        let mut waiting: Vec<(&Rule, &[&str], (Arisen<'a>, Doubt<'a>))> = Vec::new();
        for (key, (one, missing)) in open {
            let same =
                waiting.iter_mut().find(|(rule, paths, _)| rule.id == one.hit.rule.id && *paths == key.paths);
            match same {
                Some(found) => found.2 = (*one, missing),
                None => waiting.push((one.hit.rule, key.paths, (*one, missing))),
            }
        }
        found.undetermined.extend(waiting.into_iter().map(|(_, _, entry)| entry));
        let failed = self
            .errors
            .iter()
            .filter(|(key, _, _)| !self.known.contains(key) && !self.open.contains_key(key));
        found.errors.extend(failed.map(|(_, one, reason)| (*one, *reason)));
    }
}

fn concerns<'a>(arising: &mut Arising<'a, '_>, hit: &Hit<'a>, moment: i64) -> bool {
    hit.binding.iter().any(|one| one.undated()) || arising.settles(hit, moment).0
}

/// The first moment after `low` at which the conditions hold, by halving; at `high` they do.
fn exact<'a>(arising: &mut Arising<'a, '_>, hit: &Hit<'a>, mut low: i64, mut high: i64) -> R<i64> {
    let (version, rule, timeline) = (hit.version, hit.rule, arising.timeline);
    let index = [&version.gathered, &version.gathered_on_breach]
        .into_iter()
        .find(|index| index.numbers.contains(&rule.number))
        .unwrap_or(&version.gathered);
    let selection = Selection::all(index).only(version, |one| one.number == rule.number);
    let wanted = key_of(timeline, hit).paths;
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        let held = timeline.bound_at(hit.binding, middle)[rule.order[0]];
        let only = vec![(rule.collection, vec![held])];
        let found = arising.tried(version, timeline.at(middle), &selection, Some(&only))?;
        if found.hits.iter().any(|one| key_of(timeline, one).paths == wanted) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(high)
}
