//! What a daily run works out of each customer's facts, for rules and for whoever looks at a customer.
//!
//! | what | where |
//! |---|---|
//! | the run: once a day, by a job | [`refresh`], `run_job`, [`run_now`] |
//! | a customer's scores, and what decided their orders with the facts that say so | [`customer_scores`] |
//!
//! Tables: `customer_scores`, `noted_values`. The rules are in [`perennial_domain::scores`]; spread power and activity power are those of
//! [`crate::customers::customer_powers`]. Invariants: a run is a function of the facts that history had, the day and who is one customer;
//! its rows appear together, in the place of those of the run before; the live index tells its rules of them with its next
//! round. Facts count when history has them.

use crate::access::{Actor, require};
use crate::customers::{CustomerError, all_powers};
use crate::identity::Profiles;
use crate::jobs::{self, Job, JobError};
use crate::relations::brought;
use crate::segments::{KINDS, SegmentError, life_of};
use crate::workers::on_a_thread;
use crate::{App, settings};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::powers::{JOINED_EVENT, first_day};
use perennial_domain::rules::life::{Row, happened};
use perennial_domain::rules::oracle::{Happened, Kind};
use perennial_domain::rules::value::Value;
use perennial_domain::scores::{Actions, Conversion, Worked, conversions, shares, work_out};
use perennial_domain::time::{Day, Instant, MICROS_PER_DAY};
use perennial_history::{CUSTOMER_BUCKETS, HistoryError, HistoryFact};
use perennial_store::scores::{self as table, ScoreRow, ValueRow};
use perennial_store::{ReadTx, StoreError, sequences};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use thiserror::Error;

/// Values that are noted beside the scores, most often told first: categories of lines within 180 days, and activities.
pub(crate) const CATEGORIES: &str = "category";
pub(crate) const ACTIVITIES: &str = "activity";
const NOTED_DAYS: i64 = 180;
/// Different ones that are counted, and kept.
const COUNTED_MAX: usize = 10_000;
const NOTED_MAX: usize = 100;

/// Touched orders of one customer that are shown, the newest.
pub const CONVERSIONS_SHOWN_MAX: usize = 100;

#[derive(Debug, Error)]
pub enum ScoreError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Customer(#[from] CustomerError),
    #[error("the run broke off: {0}")]
    BrokeOff(String),
}

/// Of one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerScores {
    /// As of the last run; none before the first.
    pub kept: Option<ScoreRow>,
    /// When that was.
    pub as_of: Option<Instant>,
    /// As things are now, in the order of `Factor::ALL`.
    pub decision: Option<[u8; 4]>,
    /// Touched orders, the newest first.
    pub conversions: Vec<Conversion>,
    pub conversions_count: usize,
}

/// Of a customer whom the actor sees.
pub async fn customer_scores(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<CustomerScores, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let life = life_of(app, actor, customer).await?;
    let mut tx = app.store.read().await?;
    let number = i64::from(life.customer.0);
    let as_of = worked_out_at(&mut tx).await?;
    let row = table::of_customers(&mut tx, &[number]).await?.pop();
    let empty = ScoreRow { customer_number: number, ..ScoreRow::default() };
    let happened: Vec<Happened> = life.history.facts.into_iter().filter(|fact| fact.at <= life.as_of).collect();
    let mut found = conversions(&happened);
    let decision = shares(&found);
    found.reverse();
    let conversions_count = found.len();
    found.truncate(CONVERSIONS_SHOWN_MAX);
    Ok(CustomerScores {
        kept: as_of.map(|_| row.unwrap_or(empty)),
        as_of,
        decision,
        conversions: found,
        conversions_count,
    })
}

/// When scores were worked out the last time.
pub(crate) async fn worked_out_at(tx: &mut ReadTx<'_>) -> Result<Option<Instant>, StoreError> {
    let at = sequences::current(tx, sequences::SCORES).await?;
    Ok((at > 0).then_some(Instant(at)))
}

/// Asks for a run where there was none on this day of the brand. For a server, again and again.
pub async fn refresh(app: &App) -> Result<bool, StoreError> {
    let mut tx = app.store.read().await?;
    let zone = settings::current(&mut tx).await?.zone();
    let last = worked_out_at(&mut tx).await?;
    drop(tx);
    if last.is_some_and(|last| zone.day_of(last) >= zone.day_of(app.clock.now())) {
        return Ok(false);
    }
    jobs::enqueue_now(app, &Job::Scores).await?;
    Ok(true)
}

pub(crate) async fn run_job(app: &App) -> Result<(), JobError> {
    run_now(app).await.map(drop).map_err(|error| JobError::Retry(error.to_string()))
}

/// What the facts of customers are looked at for.
#[derive(Clone, Copy)]
struct Span {
    from: Instant,
    until: Instant,
}

/// Works out the scores of all customers; returns how many have any.
pub async fn run_now(app: &App) -> Result<usize, ScoreError> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let zone = settings::current(&mut tx).await?.zone();
    let today = zone.day_of(now);
    let from = zone.start_of_day(first_day(today)).unwrap_or(Instant(i64::MIN));
    let until = zone.start_of_day(Day(today.0 + 1)).unwrap_or(Instant(i64::MAX));
    let profiles = Arc::new(Profiles::load(&mut tx).await?);
    let referrals = brought(&mut tx, from, until).await?;
    drop(tx);
    let (mut worked, noted) = all_worked_out(app, &profiles, Span { from, until }).await?;
    for (customer, brought) in referrals {
        worked.entry(customer).or_default().actions.referrals = brought.registrations;
    }
    let powers = all_powers(app).await?;
    for customer in powers.keys() {
        worked.entry(*customer).or_default();
    }
    worked.retain(|_, one| !one.is_nothing());
    let count = worked.len();
    let row = |(customer, one): (u32, Worked)| {
        let (spread, activity) = powers.get(&customer).copied().unwrap_or_default();
        row_of_worked(customer, one, spread, activity)
    };
    let rows: Vec<ScoreRow> = worked.into_iter().map(row).collect();
    let mut tx = app.store.write().await?;
    table::replace_all(&mut tx, rows).await?;
    table::replace_values(&mut tx, &noted.most()).await?;
    let before = sequences::current(&mut tx, sequences::SCORES).await?;
    sequences::reserve(&mut tx, sequences::SCORES, (now.0 - before).max(1)).await?;
    tx.commit().await?;
    Ok(count)
}

fn row_of_worked(customer: u32, worked: Worked, spread: u8, activity: u8) -> ScoreRow {
    let Worked { actions, first_touch_point, main_touch_point, conversions, decision } = worked;
    let Actions { interactions, shares, referrals, participations } = actions;
    ScoreRow {
        customer_number: i64::from(customer),
        interactions: interactions.into(),
        shares: shares.into(),
        referrals: referrals.into(),
        participations: participations.into(),
        activity_score: i64::try_from(actions.score()).unwrap_or(i64::MAX),
        activity_power: activity.into(),
        spread_power: spread.into(),
        first_touch_point,
        main_touch_point,
        conversions: conversions.into(),
        decision: decision.map_or([None; 4], |shares| shares.map(|share| Some(i64::from(share)))),
    }
}

/// Bucket after bucket: memory is that of one of them, and of whoever has several profiles.
async fn all_worked_out(
    app: &App,
    profiles: &Arc<Profiles>,
    span: Span,
) -> Result<(BTreeMap<u32, Worked>, Noted), ScoreError> {
    let scan = app.history.scan(&KINDS).await?;
    let mut all: BTreeMap<u32, Worked> = BTreeMap::new();
    let mut of_several: HashMap<u32, Vec<Happened>> = HashMap::new();
    let mut noted = Noted::default();
    for bucket in 0..CUSTOMER_BUCKETS {
        let mut facts: Vec<HistoryFact> = Vec::new();
        scan.visit(bucket, |some| facts.extend(some)).await?;
        let profiles = Arc::clone(profiles);
        let worked = on_a_thread(move || of_bucket(&facts, &profiles, span)).finished().await;
        let worked = worked.map_err(|error| ScoreError::BrokeOff(error.to_string()))?;
        all.extend(worked.alone);
        noted.add_all(worked.noted);
        for (customer, facts) in worked.of_several {
            of_several.entry(customer).or_default().extend(facts);
        }
    }
    all.extend(of_several.into_iter().map(|(customer, facts)| (customer, work_out(&facts, span.from, span.until))));
    Ok((all, noted))
}

#[derive(Default)]
struct OfBucket {
    alone: Vec<(u32, Worked)>,
    /// Facts of customers of whom other buckets may have more.
    of_several: Vec<(u32, Vec<Happened>)>,
    noted: Noted,
}

fn of_bucket(facts: &[HistoryFact], profiles: &Profiles, span: Span) -> OfBucket {
    let mut lives: HashMap<CustomerNumber, Vec<Row<'_>>> = HashMap::new();
    for fact in facts {
        if let Some(profile) = fact.customer {
            lives.entry(profile).or_default().push(fact.row());
        }
    }
    let mut found = OfBucket::default();
    for (profile, rows) in lives {
        let facts = happened(&rows);
        facts.iter().for_each(|fact| found.noted.note(fact, span));
        match profiles.customer_of(profile) {
            Some(customer) => found.of_several.push((customer.0, facts)),
            None => found.alone.push((profile.0, work_out(&facts, span.from, span.until))),
        }
    }
    found
}

/// How often values were told that layers can be made of.
#[derive(Default)]
struct Noted(BTreeMap<(&'static str, String), i64>);

impl Noted {
    fn note(&mut self, fact: &Happened, span: Span) {
        let is_late = |fact: &Happened| fact.at.0 >= span.until.0.saturating_sub(NOTED_DAYS * MICROS_PER_DAY);
        if fact.at >= span.until || !is_late(fact) {
            return;
        }
        let text = |values: Option<&Vec<Value>>| match values.map(Vec::as_slice) {
            Some([Value::Text(text)]) => Some(text.clone()),
            _ => None,
        };
        match &fact.kind {
            Kind::Order => {
                let categories: Vec<String> = fact.lines.iter().filter_map(|line| text(line.get("category"))).collect();
                categories.into_iter().for_each(|value| self.add(CATEGORIES, value, 1));
            }
            Kind::Event(name) if name == JOINED_EVENT => {
                text(fact.properties.get("event_id")).into_iter().for_each(|value| self.add(ACTIVITIES, value, 1));
            }
            _ => {}
        }
    }

    fn add(&mut self, kind: &'static str, value: String, times: i64) {
        let has_room = self.0.len() < COUNTED_MAX;
        match self.0.entry((kind, value)) {
            Entry::Occupied(mut known) => *known.get_mut() += times,
            Entry::Vacant(new) if has_room => {
                new.insert(times);
            }
            Entry::Vacant(_) => {}
        }
    }

    fn add_all(&mut self, other: Self) {
        other.0.into_iter().for_each(|((kind, value), times)| self.add(kind, value, times));
    }

    fn most(self) -> Vec<ValueRow> {
        let row = |((kind, value), times): ((&str, String), i64)| ValueRow { kind: kind.to_owned(), value, times };
        let mut rows: Vec<ValueRow> = self.0.into_iter().map(row).collect();
        rows.sort_by(|one, other| (other.times, &one.value).cmp(&(one.times, &other.value)));
        let mut kept = Vec::new();
        for kind in [CATEGORIES, ACTIVITIES] {
            kept.extend(rows.iter().filter(|row| row.kind == kind).take(NOTED_MAX).cloned());
        }
        kept
    }
}
