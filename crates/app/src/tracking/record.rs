//! One commit for all that waited: the journal's blocks, what is kept aside, the keys of the messages, the counts (also
//! those that compare with the plan) and the log.

use super::aside::held_row;
use super::compared;
use super::directory::KnownSource;
use super::planned::{Arrival, Arrived};
use crate::App;
use crate::access::Actor;
use crate::pipeline::{self, PipelineError, PreparedBlock};
use crate::random::new_id;
use crate::settings;
use crate::sources::{LOG_ENTRIES_KEPT, Outcome as Logged};
use perennial_domain::fact::{FACT_BLOCK_VERSION, Fact, FactBlock, FactKey};
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_domain::tracking::{Accepted, Note, Refused, without_money};
use perennial_store::quarantine::{self, NewHeldFact};
use perennial_store::touch_points::{self, NewCount};
use perennial_store::tracking::{self as table, CountsRow, DayRow, NewLogEntry};
use perennial_store::{StoreError, WriteTx, journal};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Facts of one block of the journal: applying it must not keep the writer from others for long.
const BLOCK_FACTS_MAX: usize = 1_000;
/// How often a commit is tried that the database says may be tried again.
const TRIES: u32 = 3;
/// Of one source and commit, so many go into the log; a flood is seen by its newest.
const ACCEPTED_LOGGED_MAX: usize = 5;
const DUPLICATES_LOGGED_MAX: usize = 20;
const REFUSED_LOGGED_MAX: usize = LOG_ENTRIES_KEPT as usize;
const ASIDE_LOGGED_MAX: usize = 50;
/// The brand's currency is set by the first message with money.
const TRACKING: Actor = Actor::System("tracking");

/// What waited, by source.
#[derive(Default)]
pub(super) struct Parts {
    parts: Vec<Part>,
    seen: HashSet<FactKey>,
    /// Some were known already: what was prepared of all does not fit any more, also when this is tried again.
    some_known: bool,
}

struct Part {
    source: Arc<KnownSource>,
    accepted: Vec<Arrival>,
    /// Not as planned, and kept until somebody decides.
    aside: Vec<Arrival>,
    duplicates: Vec<Arrival>,
    refused: Vec<Refused>,
}

impl Parts {
    pub fn add(&mut self, source: &Arc<KnownSource>, all: Vec<Arrived>) {
        let place = match self.parts.iter().position(|part| part.source.id == source.id) {
            Some(place) => place,
            None => {
                self.parts.push(Part {
                    source: Arc::clone(source),
                    accepted: Vec::with_capacity(all.len()),
                    aside: Vec::new(),
                    duplicates: Vec::new(),
                    refused: Vec::new(),
                });
                self.parts.len() - 1
            }
        };
        let part = &mut self.parts[place];
        for arrived in all {
            match arrived {
                Arrived::Refused(refused) => part.refused.push(*refused),
                // Its key names the source.
                Arrived::Fact(arrival) if !self.seen.insert(arrival.accepted.message_key) => {
                    part.duplicates.push(arrival);
                }
                Arrived::Fact(arrival) if arrival.is_put_aside() => part.aside.push(arrival),
                Arrived::Fact(arrival) => part.accepted.push(arrival),
            }
        }
    }

    fn tell_of_orders(&self) -> bool {
        self.parts.iter().flat_map(|part| &part.accepted).any(|one| one.accepted.is_about_an_order())
    }

    /// Sorted: neighbours in the table are written together.
    fn keys(&self) -> Vec<table::MessageKey> {
        let new = self.parts.iter().flat_map(|part| part.accepted.iter().chain(&part.aside));
        let mut keys: Vec<table::MessageKey> = new.map(|one| one.accepted.message_key.0.to_be_bytes()).collect();
        keys.sort_unstable();
        keys
    }
}

/// Everything or nothing, on disk when it returns.
pub(super) async fn keep(app: &App, mut parts: Parts) -> Result<(), PipelineError> {
    // Making blocks costs processor time: beside the writer where nothing of them depends on the database.
    let prepared = if parts.tell_of_orders() { None } else { Some(all_blocks(app, &parts, Currency::NONE)?) };
    let held = all_held(&parts, app.clock.now())?;
    let mut tries = 1;
    loop {
        match keep_once(app, &mut parts, prepared.as_deref(), &held).await {
            Err(PipelineError::Store(error)) if error.is_retryable() && tries < TRIES => tries += 1,
            outcome => return outcome,
        }
    }
}

/// May be tried again: what was set aside once is known the next time too.
async fn keep_once(
    app: &App,
    parts: &mut Parts,
    prepared: Option<&[PreparedBlock]>,
    held: &[NewHeldFact],
) -> Result<(), PipelineError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    journal::lock_accept(&mut tx).await?;
    let known: HashSet<Vec<u8>> = table::known(&mut tx, &parts.keys()).await?.into_iter().collect();
    set_aside_known(parts, &known);
    let day = now.0.div_euclid(MICROS_PER_DAY);
    table::remember(&mut tx, &parts.keys(), day).await?;
    match prepared.filter(|_| !parts.some_known) {
        Some(blocks) => pipeline::accept_all(&mut tx, blocks, now).await?,
        None => {
            let accepted = parts.parts.iter_mut().flat_map(|part| &mut part.accepted);
            let accepted = accepted.map(|one| &mut *one.accepted).collect();
            let currency = settle_currency(app, &mut tx, accepted).await?;
            pipeline::accept_all(&mut tx, &all_blocks(app, parts, currency)?, now).await?;
        }
    }
    if parts.some_known {
        quarantine::hold(&mut tx, &all_held(parts, now)?).await?;
    } else {
        quarantine::hold(&mut tx, held).await?;
    }
    note(&mut tx, parts, day, now).await?;
    tx.commit().await?;
    metrics::counter!("tracking_messages_accepted_total")
        .increment(parts.parts.iter().map(|part| part.accepted.len() as u64).sum());
    Ok(())
}

fn set_aside_known(parts: &mut Parts, known: &HashSet<Vec<u8>>) {
    if known.is_empty() {
        return;
    }
    parts.some_known = true;
    for part in &mut parts.parts {
        let is_known = |one: &Arrival| known.contains(one.accepted.message_key.0.to_be_bytes().as_slice());
        for new in [&mut part.accepted, &mut part.aside] {
            let (duplicates, others): (Vec<Arrival>, _) = std::mem::take(new).into_iter().partition(is_known);
            *new = others;
            part.duplicates.extend(duplicates);
        }
    }
}

/// The workspace has one currency. The first amount decides it; one in another currency stays an event.
pub(super) async fn settle_currency(
    app: &App,
    tx: &mut WriteTx<'_>,
    all: Vec<&mut Accepted>,
) -> Result<Currency, StoreError> {
    settings::lock(tx).await?;
    let mut brand = settings::current(tx).await?.currency;
    for accepted in all {
        let Some(money) = accepted.money else { continue };
        match brand {
            None => {
                settings::set_currency(app, tx, &TRACKING, money.currency, !money.named).await?;
                brand = Some(money.currency);
            }
            Some(brand) if brand == money.currency => {}
            Some(_) if money.named => without_money(accepted, Note::CurrencyDiffers),
            // Its amount means the workspace's currency, whichever that is, in units of the same size.
            Some(brand) if brand.exponent() == money.currency.exponent() => {}
            // Settled since it was read: whoever sends it again is read anew.
            Some(_) => return Err(StoreError::Busy("the currency has just been settled".to_owned())),
        }
    }
    Ok(brand.unwrap_or(Currency::NONE))
}

fn all_blocks(app: &App, parts: &Parts, currency: Currency) -> Result<Vec<PreparedBlock>, PipelineError> {
    let mut blocks = Vec::new();
    for part in &parts.parts {
        let accepted: Vec<&Accepted> = part.accepted.iter().map(|one| &*one.accepted).collect();
        blocks.extend(blocks_of(app, &part.source.id, &accepted, currency)?);
    }
    Ok(blocks)
}

/// Facts of one source, in blocks.
pub(super) fn blocks_of(
    app: &App,
    source_id: &str,
    all: &[&Accepted],
    currency: Currency,
) -> Result<Vec<PreparedBlock>, PipelineError> {
    let mut blocks = Vec::new();
    for accepted in all.chunks(BLOCK_FACTS_MAX) {
        let facts: Vec<Fact> = accepted.iter().map(|one| one.fact.clone()).collect();
        let block = FactBlock {
            version: FACT_BLOCK_VERSION,
            source: source_id.to_owned(),
            import_id: None,
            currency,
            facts,
            rows: Vec::new(),
        };
        // A message is accepted once, and so is a block that begins with it.
        let first = accepted.first().map_or_else(String::new, |one| one.message_key.hex());
        let key = format!("{}:{first}", new_id(app.random.as_ref(), "blk", app.clock.now()));
        blocks.push(PreparedBlock::new(key, block)?);
    }
    Ok(blocks)
}

fn all_held(parts: &Parts, now: Instant) -> Result<Vec<NewHeldFact>, PipelineError> {
    let aside = parts.parts.iter().flat_map(|part| part.aside.iter().map(|one| (part.source.id.as_str(), one)));
    aside.map(|(source_id, one)| held_row(source_id, one, now)).collect()
}

/// Counts and log.
async fn note(tx: &mut WriteTx<'_>, parts: &Parts, day: i64, now: Instant) -> Result<(), StoreError> {
    let count = |part: &Part| DayRow {
        source_id: part.source.id.clone(),
        day,
        counts: CountsRow {
            accepted: part.accepted.len() as i64,
            duplicates: part.duplicates.len() as i64,
            refused: part.refused.len() as i64,
            quarantined: part.aside.len() as i64,
            ..CountsRow::default()
        },
        last_at: now,
    };
    let counts: Vec<DayRow> = parts.parts.iter().map(count).collect();
    table::add_counts(tx, &counts).await?;
    let mut facts: Vec<(&str, &str)> = Vec::new();
    for part in &parts.parts {
        facts.extend(part.accepted.iter().map(|one| (part.source.id.as_str(), one.touch_point().unwrap_or_default())));
    }
    count_touch_points(tx, &facts, day, now).await?;
    for part in &parts.parts {
        compared::count(tx, &part.source.id, &part.accepted, &part.aside, now).await?;
        let accepted = newest(&part.accepted, ACCEPTED_LOGGED_MAX);
        let aside = newest(&part.aside, ASIDE_LOGGED_MAX);
        let duplicates = newest(&part.duplicates, DUPLICATES_LOGGED_MAX);
        let refused = newest(&part.refused, REFUSED_LOGGED_MAX);
        let mut entries = Vec::with_capacity(accepted.len() + aside.len() + duplicates.len() + refused.len());
        entries.extend(accepted.iter().map(|one| entry_of(part, Logged::Accepted, one, now)));
        entries.extend(aside.iter().map(|one| entry_of(part, Logged::Quarantined, one, now)));
        entries.extend(duplicates.iter().map(|one| entry_of(part, Logged::Duplicate, one, now)));
        entries.extend(refused.iter().map(|one| refusal_of(part, one, now)));
        table::append_log(tx, &entries).await?;
        for outcome in Logged::ALL {
            if entries.iter().any(|entry| entry.outcome == outcome.code()) {
                table::trim_log(tx, &part.source.id, outcome.code(), LOG_ENTRIES_KEPT).await?;
            }
        }
    }
    Ok(())
}

/// Counts accepted facts by source and touch-point; an empty one stands for none.
pub(super) async fn count_touch_points(
    tx: &mut WriteTx<'_>,
    facts: &[(&str, &str)],
    day: i64,
    now: Instant,
) -> Result<(), StoreError> {
    let mut counts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for fact in facts {
        *counts.entry(*fact).or_default() += 1;
    }
    let row = |((source_id, touch_point), facts): ((&str, &str), i64)| NewCount {
        touch_point: touch_point.to_owned(),
        source_id: source_id.to_owned(),
        day,
        facts,
        last_at: now,
    };
    touch_points::add_counts(tx, &counts.into_iter().map(row).collect::<Vec<_>>()).await
}

pub(super) fn newest<T>(all: &[T], most: usize) -> &[T] {
    &all[all.len().saturating_sub(most)..]
}

fn entry_of(part: &Part, outcome: Logged, arrival: &Arrival, at: Instant) -> NewLogEntry {
    let accepted = &arrival.accepted;
    let (name, message_id) = accepted.shown();
    let violation = arrival.checked.violations.first();
    let note = accepted.note.map(Note::code);
    // What was sent again was judged the first time.
    let (reason, shape) = match violation.filter(|_| outcome != Logged::Duplicate) {
        Some(violation) => (Some(violation.kind.code()), Some(compared::sentence_of(arrival))),
        None => (note, None),
    };
    NewLogEntry {
        source_id: part.source.id.clone(),
        outcome: outcome.code(),
        at,
        kind: Some(accepted.kind.code().to_owned()),
        name,
        message_id,
        reason: reason.map(str::to_owned),
        shape,
    }
}

fn refusal_of(part: &Part, refused: &Refused, at: Instant) -> NewLogEntry {
    NewLogEntry {
        source_id: part.source.id.clone(),
        outcome: Logged::Refused.code(),
        at,
        kind: refused.kind.map(|kind| kind.code().to_owned()),
        name: refused.name.clone(),
        message_id: refused.message_id.clone(),
        reason: Some(refused.reason.code().to_owned()),
        shape: Some(refused.shape.clone()).filter(|shape| !shape.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::idempotency::Once;
    use crate::random::SystemRandom;
    use crate::sources::create_source;
    use crate::tracking::planned::hold_against;
    use perennial_domain::identity::IdentifierType;
    use perennial_domain::source::SourceSettings;
    use perennial_domain::tracking::{Batch, Reading};
    use perennial_history::History;
    use perennial_testkit::{ManualClock, TestStore, postgres_store, sqlite_store};

    #[tokio::test]
    async fn blocks_that_were_prepared_with_a_known_message_are_never_used_on_sqlite() {
        known_message(sqlite_store().await).await;
    }

    #[tokio::test]
    async fn blocks_that_were_prepared_with_a_known_message_are_never_used_on_postgres() {
        if let Some(store) = postgres_store().await {
            known_message(store).await;
        }
    }

    async fn known_message(store: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let app = App {
            store: store.database.clone(),
            history: Arc::new(History::open(&folder.path().join("history")).await.unwrap()),
            data_dir: Arc::new(folder.path().to_owned()),
            clock: Arc::new(ManualClock::at("2026-11-22T09:00:00Z")),
            random: Arc::new(SystemRandom),
        };
        let settings = SourceSettings::named("shop");
        let new = create_source(&app, &TRACKING, settings, &Once::unkeyed()).await.unwrap();
        keep(&app, parts_of(&new.source.id, &["m1"])).await.unwrap();
        let mut parts = parts_of(&new.source.id, &["m1", "m2"]);
        let prepared = all_blocks(&app, &parts, Currency::NONE).unwrap();
        keep_once(&app, &mut parts, Some(&prepared), &[]).await.unwrap();
        // Another try would ask for the second message alone, and find nothing known.
        assert!(parts.some_known);
        let counts = journal::counts(&mut app.store.read().await.unwrap()).await.unwrap();
        assert_eq!(counts.accepted_facts, 2);
    }

    fn parts_of(source_id: &str, ids: &[&str]) -> Parts {
        let settings = SourceSettings::named("shop");
        let touch_points = Arc::default();
        let source = KnownSource { id: source_id.to_owned(), settings, currency: None, plan: None, touch_points };
        let message = |id: &&str| format!(r#"{{"type":"track","userId":"u1","event":"Seen","messageId":"{id}"}}"#);
        let messages: Vec<String> = ids.iter().map(message).collect();
        let body = format!(r#"{{"batch":[{}]}}"#, messages.join(","));
        let mut reading = Reading {
            source: source_id,
            user_id_type: IdentifierType::UserId,
            currency: None,
            received_at: Instant(1),
            new_message_id: &mut String::new,
        };
        let mut parts = Parts::default();
        let arrived = Batch::parse(&body).unwrap().read(&mut reading);
        let arrived = arrived.into_iter().map(|one| hold_against(&source, one)).collect();
        parts.add(&Arc::new(source), arrived);
        parts
    }
}
