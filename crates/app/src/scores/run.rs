//! The daily run: everybody's scores are worked out of history, and what is another than before is written.
//!
//! Invariants: writing goes in portions, so that others write between them; each portion keeps to who is a customer as it is
//! written, for somebody may have been erased, merged or parted since history was read.

use super::noted::{Noted, cities};
use super::{ScoreError, worked_out_at};
use crate::customers::all_powers;
use crate::identity::Profiles;
use crate::relations::brought;
use crate::segments::KINDS;
use crate::workers::on_a_thread;
use crate::{App, settings};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::interests;
use perennial_domain::powers::first_day;
use perennial_domain::rules::life::{Row, happened};
use perennial_domain::rules::oracle::Happened;
use perennial_domain::scores::{Actions, Worked, work_out};
use perennial_domain::time::{Day, Instant, MICROS_PER_DAY};
use perennial_domain::trials::{Arm, Counts, Trials, taken_by};
use perennial_history::{CUSTOMER_BUCKETS, HistoryFact};
use perennial_store::scores::{self as table, ArmRow, ScoreRow, ValueRow};
use perennial_store::{Scope, StoreError, WriteTx, customers, journal, merges, sequences};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Rows that are read at once, and that are written in one commit.
const PORTION: usize = 1_000;

/// What the facts of customers are looked at for.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub from: Instant,
    pub until: Instant,
}

/// What was worked out and is not written yet.
pub struct Run {
    at: Instant,
    profiles: Arc<Profiles>,
    /// By customer.
    rows: BTreeMap<i64, ScoreRow>,
    noted: Vec<ValueRow>,
    arms: Vec<ArmRow>,
}

/// Works out the scores of all customers; returns how many have any.
pub async fn run_now(app: &App) -> Result<usize, ScoreError> {
    let run = work_out_all(app).await?;
    let count = run.rows.len();
    run.keep(app).await?;
    Ok(count)
}

/// As history is now. Nothing is written.
pub async fn work_out_all(app: &App) -> Result<Run, ScoreError> {
    let at = app.clock.now();
    let mut tx = app.store.read().await?;
    let zone = settings::current(&mut tx).await?.zone();
    let today = zone.day_of(at);
    let from = zone.start_of_day(first_day(today)).unwrap_or(Instant(i64::MIN));
    let until = zone.start_of_day(Day(today.0 + 1)).unwrap_or(Instant(i64::MAX));
    let profiles = Arc::new(Profiles::load(&mut tx).await?);
    let referrals = brought(&mut tx, from, until).await?;
    let cities = cities(&mut tx).await?;
    drop(tx);
    let All { mut worked, noted, trials, responders } = all_worked_out(app, &profiles, Span { from, until }).await?;
    for (customer, brought) in referrals {
        worked.entry(customer).or_default().actions.referrals = brought.registrations;
    }
    let powers = all_powers(app).await?;
    for customer in powers.keys() {
        worked.entry(*customer).or_default();
    }
    worked.retain(|customer, one| !one.is_nothing() || powers.contains_key(customer));
    let row = |(customer, one): (u32, Worked)| {
        let (spread, activity) = powers.get(&customer).copied().unwrap_or_default();
        (i64::from(customer), row_of_worked(customer, one, spread, activity))
    };
    let mut rows: BTreeMap<i64, ScoreRow> = worked.into_iter().map(row).collect();
    for (customer, arms) in responders {
        let Some(sensitive) = trials.sensitivity(&arms) else { continue };
        let number = i64::from(customer);
        let row = rows.entry(number).or_insert_with(|| ScoreRow { customer_number: number, ..ScoreRow::default() });
        row.sensitivity = Some(sensitive.to.code().to_owned());
        row.sensitivity_percent = Some((sensitive.probability * 100.0) as i64);
    }
    let arms = trials.arms().map(|(arm, counts)| row_of_arm(arm, counts)).collect();
    let noted = cities.into_iter().chain(noted.most()).collect();
    Ok(Run { at, profiles, rows, noted, arms })
}

fn row_of_arm(arm: &Arm, counts: Counts) -> ArmRow {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let Arm { trial, content, offer } = arm.clone();
    ArmRow { trial, content, offer, shown: count(counts.shown), responded: count(counts.responded) }
}

fn row_of_worked(customer: u32, worked: Worked, spread: u8, activity: u8) -> ScoreRow {
    let Worked { actions, first_touch_point, main_touch_point, conversions, decision, opened_topics, ignored_topics } =
        worked;
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
        opened_topics: opened_topics.join(","),
        ignored_topics: ignored_topics.join(","),
        sensitivity: None,
        sensitivity_percent: None,
    }
}

impl Run {
    /// Writes what is another than before.
    pub async fn keep(self, app: &App) -> Result<(), StoreError> {
        let Self { at, profiles, rows, noted, arms } = self;
        let mut standing = Standing { profiles, seen: None };
        let mut after = 0;
        loop {
            let kept = table::page(&mut app.store.read().await?, after, PORTION as i64).await?;
            let until =
                if kept.len() < PORTION { i64::MAX } else { kept.last().map_or(i64::MAX, |row| row.customer_number) };
            let kept: BTreeMap<i64, ScoreRow> = kept.into_iter().map(|row| (row.customer_number, row)).collect();
            let own = rows.range(after + 1..=until);
            let other: Vec<&ScoreRow> =
                own.filter(|(number, row)| kept.get(number) != Some(row)).map(|(_, row)| row).collect();
            let gone: Vec<i64> = kept.into_keys().filter(|number| !rows.contains_key(number)).collect();
            for some in other.chunks(PORTION) {
                standing.write(app, some, &[]).await?;
            }
            if !gone.is_empty() {
                standing.write(app, &[], &gone).await?;
            }
            if until == i64::MAX {
                break;
            }
            after = until;
        }
        let mut tx = app.store.write().await?;
        table::replace_values(&mut tx, &noted).await?;
        table::replace_arms(&mut tx, &arms).await?;
        // Another number after each run, whatever the clock says.
        let before = worked_out_at(&mut tx).await?.map_or(0, |before| before.0);
        sequences::reserve(&mut tx, sequences::SCORES, (at.0 - before).max(1)).await?;
        tx.commit().await
    }
}

/// Who is still the customer that was worked out.
struct Standing {
    profiles: Arc<Profiles>,
    /// Whose profiles are others than then, as of this number of merges.
    seen: Option<(i64, BTreeSet<CustomerNumber>)>,
}

impl Standing {
    /// Rows of who was merged or parted meanwhile stay as they are until the next run.
    async fn write(&mut self, app: &App, rows: &[&ScoreRow], gone: &[i64]) -> Result<(), StoreError> {
        let mut tx = app.store.write().await?;
        journal::lock_applier(&mut tx).await?;
        let changed = self.changed(&mut tx).await?;
        let is_same =
            |number: i64| CustomerNumber::from_stored(number).is_some_and(|number| !changed.contains(&number));
        let numbers: Vec<i64> = rows.iter().map(|row| row.customer_number).filter(|number| is_same(*number)).collect();
        let there: BTreeSet<i64> = customers::among(&mut tx, &Scope::Everyone, &numbers).await?.into_iter().collect();
        let rows: Vec<ScoreRow> =
            rows.iter().filter(|row| there.contains(&row.customer_number)).map(|row| (*row).clone()).collect();
        table::put(&mut tx, &rows).await?;
        let gone: Vec<i64> = gone.iter().copied().filter(|number| is_same(*number)).collect();
        table::remove(&mut tx, &gone).await?;
        tx.commit().await
    }

    async fn changed(&mut self, tx: &mut WriteTx<'_>) -> Result<&BTreeSet<CustomerNumber>, StoreError> {
        let version = merges::version(tx).await?;
        let changed = match self.seen.take() {
            Some((seen, changed)) if seen == version => changed,
            _ => self.profiles.changed_since(tx).await?,
        };
        Ok(&self.seen.insert((version, changed)).1)
    }
}

/// What the facts of everybody come to.
#[derive(Default)]
struct All {
    worked: BTreeMap<u32, Worked>,
    noted: Noted,
    trials: Trials,
    /// Who responded, in which arms.
    responders: Vec<(u32, Vec<Arm>)>,
}

impl All {
    /// The facts of a customer of whom it has none yet.
    fn add(&mut self, customer: u32, facts: &[Happened], span: Span) {
        self.noted.note(facts, span);
        let mut responded = Vec::new();
        for (arm, has_responded) in taken_by(facts, first_of_trials(span), span.until) {
            self.trials.add(&arm, has_responded);
            responded.extend(has_responded.then_some(arm));
        }
        if !responded.is_empty() {
            self.responders.push((customer, responded));
        }
        self.worked.insert(customer, work_out(facts, span.from, span.until));
    }

    /// What other customers' facts come to.
    fn add_all(&mut self, other: Self) {
        self.worked.extend(other.worked);
        self.noted.add_all(other.noted);
        self.trials.add_all(&other.trials);
        self.responders.extend(other.responders);
    }
}

/// Trials are looked at as far back as topics.
fn first_of_trials(span: Span) -> Instant {
    Instant(span.until.0.saturating_sub(interests::DAYS * MICROS_PER_DAY))
}

/// Bucket after bucket: memory is that of one of them, and of whoever has several profiles.
async fn all_worked_out(app: &App, profiles: &Arc<Profiles>, span: Span) -> Result<All, ScoreError> {
    let scan = app.history.scan(&KINDS).await?;
    let mut all = All::default();
    let mut of_several: HashMap<u32, Vec<Happened>> = HashMap::new();
    for bucket in 0..CUSTOMER_BUCKETS {
        let mut facts: Vec<HistoryFact> = Vec::new();
        scan.visit(bucket, |some| facts.extend(some)).await?;
        let profiles = Arc::clone(profiles);
        let found = on_a_thread(move || of_bucket(&facts, &profiles, span)).finished().await;
        let (alone, parts) = found.map_err(|error| ScoreError::BrokeOff(error.to_string()))?;
        all.add_all(alone);
        for (customer, facts) in parts {
            of_several.entry(customer).or_default().extend(facts);
        }
    }
    for (customer, facts) in of_several {
        all.add(customer, &facts, span);
    }
    Ok(all)
}

/// Of customers with one profile what their facts come to; of the others the facts, for other buckets may have more of them.
fn of_bucket(facts: &[HistoryFact], profiles: &Profiles, span: Span) -> (All, Vec<(u32, Vec<Happened>)>) {
    let mut lives: HashMap<CustomerNumber, Vec<Row<'_>>> = HashMap::new();
    for fact in facts {
        if let Some(profile) = fact.customer {
            lives.entry(profile).or_default().push(fact.row());
        }
    }
    let (mut alone, mut of_several) = (All::default(), Vec::new());
    for (profile, rows) in lives {
        let facts = happened(&rows);
        match profiles.customer_of(profile) {
            Some(customer) => of_several.push((customer.0, facts)),
            None => alone.add(profile.0, &facts, span),
        }
    }
    (alone, of_several)
}
