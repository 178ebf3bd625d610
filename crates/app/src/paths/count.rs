//! How far everybody has come on each path, from the history.

use super::{PathError, VersionedPaths, load};
use crate::App;
use crate::identity::Profiles;
use perennial_domain::fact_filter::FactFilter;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::path::{Hit, Matcher, StepMask};
use perennial_domain::time::Instant;
use perennial_history::Glance;
use perennial_store::merges;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// What was counted may be used for so many times as long as the counting took, whatever has happened since.
const REST: i64 = 20;
/// Different words that facts come with: beyond so many they are looked at anew.
const WORDS_MAX: usize = 10_000;

/// What was counted last. One counts at a time, and the others wait for it; it goes on when nobody waits any more, so that
/// what takes longer than a request may is there for the next.
#[derive(Default)]
pub struct PathTable(Arc<Mutex<Option<Arc<Counted>>>>);

/// What a count follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Basis {
    history: u64,
    merges: i64,
    paths: i64,
}

pub(super) struct Counted {
    basis: Basis,
    pub as_of: Instant,
    ended_at: Instant,
    /// In the order of the paths: everybody who has gone any step.
    pub walkers: Vec<Vec<Walker>>,
}

/// How far a customer has come on a path, in sixteen bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Walker {
    /// [`UNDONE`] while steps are missing.
    completed: i64,
    pub customer: CustomerNumber,
    pub steps: u8,
}

const UNDONE: i64 = i64::MIN;
const _: () = assert!(size_of::<Walker>() == 16, "docs/journey.md says so");

impl Walker {
    pub(super) fn completed_at(self) -> Option<Instant> {
        (self.completed != UNDONE).then_some(Instant(self.completed))
    }
}

impl PathTable {
    pub(super) async fn of(&self, app: &App) -> Result<(Arc<Counted>, VersionedPaths), PathError> {
        let (kept, app) = (Arc::clone(&self.0), app.clone());
        let counting = tokio::spawn(async move {
            let mut kept = kept.lock_owned().await;
            of(&mut kept, &app).await
        });
        counting.await.map_err(|error| PathError::BrokenOff(error.to_string()))?
    }
}

async fn of(kept: &mut Option<Arc<Counted>>, app: &App) -> Result<(Arc<Counted>, VersionedPaths), PathError> {
    let (paths, merges) = {
        let mut tx = app.store.read().await?;
        (load(&mut tx).await?, merges::version(&mut tx).await?)
    };
    let basis = Basis { history: app.history.version().await?, merges, paths: paths.version };
    let now = app.clock.now();
    let is_good = |counted: &Counted| {
        let rests_until = counted.ended_at.0 + REST * (counted.ended_at.0 - counted.as_of.0);
        let is_same = counted.basis.paths == basis.paths && counted.basis.merges == basis.merges;
        counted.basis == basis || is_same && (counted.as_of.0..rests_until).contains(&now.0)
    };
    if let Some(counted) = kept.as_ref().filter(|counted| is_good(counted)) {
        return Ok((Arc::clone(counted), paths));
    }
    // Both at a time would be twice the memory.
    *kept = None;
    let counted = Arc::new(count(app, &paths, basis).await?);
    *kept = Some(Arc::clone(&counted));
    Ok((counted, paths))
}

/// A fact of a profile, with which steps of which paths it may fill.
#[derive(Clone, Copy)]
struct Found {
    part: u32,
    at: Instant,
    /// Which of the known words.
    word: u32,
}

/// Which steps facts fill, by the words that they come with.
struct Words<'a> {
    matchers: &'a [Matcher],
    known: HashMap<String, u32>,
    masks: Vec<Vec<StepMask>>,
    key: String,
}

impl<'a> Words<'a> {
    fn of(matchers: &'a [Matcher]) -> Self {
        Self { matchers, known: HashMap::new(), masks: Vec::new(), key: String::new() }
    }

    fn of_fact(&mut self, fact: Glance<'_>) -> u32 {
        self.key.clear();
        self.key.push_str(fact.kind.code());
        for text in [fact.name, fact.channel, fact.touch_point] {
            self.key.push('\u{0}');
            if let Some(text) = text {
                self.key.push('\u{1}');
                self.key.push_str(text);
            }
        }
        if let Some(known) = self.known.get(&self.key) {
            return *known;
        }
        let mask = |matcher: &Matcher| matcher.mask(fact.kind, fact.name, fact.channel, fact.touch_point);
        let masks: Vec<StepMask> = self.matchers.iter().map(mask).collect();
        let place = self.masks.iter().position(|known| *known == masks).unwrap_or_else(|| {
            self.masks.push(masks);
            self.masks.len() - 1
        });
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        if self.known.len() >= WORDS_MAX {
            self.known.clear();
        }
        self.known.insert(self.key.clone(), place);
        place
    }
}

/// What is gathered of one bucket, and of the customers who have profiles in several.
struct Gathering<'a> {
    words: Words<'a>,
    profiles: &'a Profiles,
    bucket: Vec<Found>,
    of_merged: HashMap<CustomerNumber, Vec<Found>>,
    walkers: Vec<Vec<Walker>>,
}

impl Gathering<'_> {
    fn add(&mut self, part: CustomerNumber, fact: Glance<'_>) {
        // What adds to an order is no further one.
        if !fact.is_first {
            return;
        }
        let found = Found { part: part.0, at: fact.at, word: self.words.of_fact(fact) };
        match self.profiles.customer_of(part) {
            Some(customer) => self.of_merged.entry(customer).or_default().push(found),
            None => self.bucket.push(found),
        }
    }

    fn end_bucket(&mut self) {
        let mut bucket = std::mem::take(&mut self.bucket);
        bucket.sort_unstable_by_key(|found| found.part);
        for facts in bucket.chunk_by(|one, other| one.part == other.part) {
            self.walk(CustomerNumber(facts[0].part), facts);
        }
        bucket.clear();
        self.bucket = bucket;
    }

    fn walk(&mut self, customer: CustomerNumber, facts: &[Found]) {
        for (place, matcher) in self.words.matchers.iter().enumerate() {
            let hits: Vec<Hit> = facts
                .iter()
                .map(|found| Hit { at: found.at, mask: self.words.masks[found.word as usize][place], number: 0 })
                .filter(|hit| hit.mask != 0)
                .collect();
            if hits.is_empty() {
                continue;
            }
            let walk = matcher.walk(hits);
            if !walk.facts.is_empty() {
                let steps = u8::try_from(walk.facts.len()).unwrap_or(u8::MAX);
                let completed = walk.completed_at.map_or(UNDONE, |at| at.0);
                self.walkers[place].push(Walker { completed, customer, steps });
            }
        }
    }
}

async fn count(app: &App, paths: &VersionedPaths, mut basis: Basis) -> Result<Counted, PathError> {
    let as_of = app.clock.now();
    let profiles = {
        let mut tx = app.store.read().await?;
        basis.merges = merges::version(&mut tx).await?;
        Profiles::load(&mut tx).await?
    };
    let matchers: Vec<Matcher> = paths.all().map(Matcher::of).collect();
    let wanted: Vec<FactFilter> = matchers.iter().flat_map(|matcher| matcher.filters().to_vec()).collect();
    let gathering = std::sync::Mutex::new(Gathering {
        words: Words::of(&matchers),
        profiles: &profiles,
        bucket: Vec::new(),
        of_merged: HashMap::new(),
        walkers: vec![Vec::new(); matchers.len()],
    });
    let with = |work: &mut dyn FnMut(&mut Gathering<'_>)| {
        work(&mut gathering.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    };
    app.history
        .visit_hits(
            &wanted,
            |part, fact| with(&mut |gathering| gathering.add(part, fact)),
            || with(&mut |gathering| gathering.end_bucket()),
        )
        .await?;
    let mut gathering = gathering.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    for (customer, facts) in std::mem::take(&mut gathering.of_merged) {
        gathering.walk(customer, &facts);
    }
    let mut walkers = gathering.walkers;
    for of_path in &mut walkers {
        // Who completed it last first; behind them the others.
        of_path.sort_unstable_by_key(|walker| (std::cmp::Reverse(walker.completed), walker.customer));
    }
    Ok(Counted { basis, as_of, ended_at: app.clock.now(), walkers })
}
