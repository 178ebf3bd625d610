//! One commit for all that waited: the journal's blocks, the keys of the messages, the counts and the log.

use super::directory::KnownSource;
use crate::App;
use crate::access::Actor;
use crate::pipeline::{self, PipelineError, PreparedBlock};
use crate::random::new_id;
use crate::settings;
use crate::sources::{LOG_ENTRIES_KEPT, Outcome as Logged};
use perennial_domain::fact::{FACT_BLOCK_VERSION, Fact, FactBlock, FactKey};
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_domain::tracking::{Accepted, Note, Outcome, Refused, without_money};
use perennial_store::tracking::{self as table, CountRow, NewLogEntry};
use perennial_store::{StoreError, WriteTx, journal};
use std::collections::HashSet;
use std::sync::Arc;

/// Facts of one block of the journal: applying it must not keep the writer from others for long.
const BLOCK_FACTS_MAX: usize = 1_000;
/// How often a commit is tried that the database says may be tried again.
const TRIES: u32 = 3;
/// Of one source and commit, so many go into the log; a flood is seen by its newest.
const ACCEPTED_LOGGED_MAX: usize = 5;
const DUPLICATES_LOGGED_MAX: usize = 20;
const REFUSED_LOGGED_MAX: usize = LOG_ENTRIES_KEPT as usize;
/// The brand's currency is set by the first message with money.
const TRACKING: Actor = Actor::System("tracking");

/// What waited, by source.
#[derive(Default)]
pub(super) struct Parts {
    parts: Vec<Part>,
    seen: HashSet<FactKey>,
}

struct Part {
    source: Arc<KnownSource>,
    accepted: Vec<Accepted>,
    duplicates: Vec<Accepted>,
    refused: Vec<Refused>,
}

impl Parts {
    pub fn add(&mut self, source: &Arc<KnownSource>, outcomes: Vec<Outcome>) {
        let place = match self.parts.iter().position(|part| part.source.id == source.id) {
            Some(place) => place,
            None => {
                self.parts.push(Part {
                    source: Arc::clone(source),
                    accepted: Vec::with_capacity(outcomes.len()),
                    duplicates: Vec::new(),
                    refused: Vec::new(),
                });
                self.parts.len() - 1
            }
        };
        let part = &mut self.parts[place];
        for outcome in outcomes {
            match outcome {
                Outcome::Refused(refused) => part.refused.push(*refused),
                // Its key names the source.
                Outcome::Accepted(accepted) if self.seen.insert(accepted.message_key) => part.accepted.push(*accepted),
                Outcome::Accepted(accepted) => part.duplicates.push(*accepted),
            }
        }
    }

    fn tell_of_orders(&self) -> bool {
        self.parts.iter().flat_map(|part| &part.accepted).any(Accepted::is_about_an_order)
    }

    /// Sorted: neighbours in the table are written together.
    fn keys(&self) -> Vec<table::MessageKey> {
        let accepted = self.parts.iter().flat_map(|part| &part.accepted);
        let mut keys: Vec<table::MessageKey> = accepted.map(|one| one.message_key.0.to_be_bytes()).collect();
        keys.sort_unstable();
        keys
    }
}

/// Everything or nothing, on disk when it returns.
pub(super) async fn keep(app: &App, mut parts: Parts) -> Result<(), PipelineError> {
    // Making blocks costs processor time: beside the writer where nothing of them depends on the database.
    let mut prepared = if parts.tell_of_orders() { None } else { Some(blocks_of(app, &parts, Currency::NONE)?) };
    let mut tries = 1;
    loop {
        match keep_once(app, &mut parts, &mut prepared).await {
            Err(PipelineError::Store(error)) if error.is_retryable() && tries < TRIES => tries += 1,
            outcome => return outcome,
        }
    }
}

/// May be tried again. What was set aside once is not asked for the next time: the blocks that were prepared with it are
/// of no use from then on.
async fn keep_once(
    app: &App,
    parts: &mut Parts,
    prepared: &mut Option<Vec<PreparedBlock>>,
) -> Result<(), PipelineError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    journal::lock_accept(&mut tx).await?;
    let known: HashSet<Vec<u8>> = table::known(&mut tx, &parts.keys()).await?.into_iter().collect();
    set_aside_known(parts, &known);
    if !known.is_empty() {
        *prepared = None;
    }
    let day = now.0.div_euclid(MICROS_PER_DAY);
    table::remember(&mut tx, &parts.keys(), day).await?;
    match prepared {
        Some(blocks) => accept_all(&mut tx, blocks, now).await?,
        None => {
            let currency = settle_currency(app, &mut tx, parts).await?;
            accept_all(&mut tx, &blocks_of(app, parts, currency)?, now).await?;
        }
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
    for part in &mut parts.parts {
        let is_known = |one: &Accepted| known.contains(one.message_key.0.to_be_bytes().as_slice());
        let (duplicates, accepted) = std::mem::take(&mut part.accepted).into_iter().partition(is_known);
        part.accepted = accepted;
        let duplicates: Vec<Accepted> = duplicates;
        part.duplicates.extend(duplicates);
    }
}

async fn accept_all(tx: &mut WriteTx<'_>, blocks: &[PreparedBlock], now: Instant) -> Result<(), PipelineError> {
    for block in blocks {
        if !pipeline::accept(tx, block, now).await? {
            return Err(StoreError::Busy(format!("block {} is there already", block.key)).into());
        }
    }
    Ok(())
}

/// The workspace has one currency. The first amount decides it; one in another currency stays an event.
async fn settle_currency(app: &App, tx: &mut WriteTx<'_>, parts: &mut Parts) -> Result<Currency, StoreError> {
    settings::lock(tx).await?;
    let mut brand = settings::current(tx).await?.currency;
    for accepted in parts.parts.iter_mut().flat_map(|part| &mut part.accepted) {
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

fn blocks_of(app: &App, parts: &Parts, currency: Currency) -> Result<Vec<PreparedBlock>, PipelineError> {
    let mut blocks = Vec::new();
    for part in &parts.parts {
        for accepted in part.accepted.chunks(BLOCK_FACTS_MAX) {
            let facts: Vec<Fact> = accepted.iter().map(|one| one.fact.clone()).collect();
            let block = FactBlock {
                version: FACT_BLOCK_VERSION,
                source: part.source.id.clone(),
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
    }
    Ok(blocks)
}

/// Counts and log.
async fn note(tx: &mut WriteTx<'_>, parts: &Parts, day: i64, now: Instant) -> Result<(), StoreError> {
    let count = |part: &Part| CountRow {
        source_id: part.source.id.clone(),
        day,
        accepted: part.accepted.len() as i64,
        duplicates: part.duplicates.len() as i64,
        refused: part.refused.len() as i64,
        last_at: now,
    };
    let counts: Vec<CountRow> = parts.parts.iter().map(count).collect();
    table::add_counts(tx, &counts).await?;
    for part in &parts.parts {
        let accepted = newest(&part.accepted, ACCEPTED_LOGGED_MAX);
        let duplicates = newest(&part.duplicates, DUPLICATES_LOGGED_MAX);
        let refused = newest(&part.refused, REFUSED_LOGGED_MAX);
        let mut entries = Vec::with_capacity(accepted.len() + duplicates.len() + refused.len());
        entries.extend(accepted.iter().map(|one| entry_of(part, Logged::Accepted, one, now)));
        entries.extend(duplicates.iter().map(|one| entry_of(part, Logged::Duplicate, one, now)));
        entries.extend(refused.iter().map(|one| refusal_of(part, one, now)));
        table::append_log(tx, &entries).await?;
        for outcome in [Logged::Accepted, Logged::Duplicate, Logged::Refused] {
            if entries.iter().any(|entry| entry.outcome == outcome.code()) {
                table::trim_log(tx, &part.source.id, outcome.code(), LOG_ENTRIES_KEPT).await?;
            }
        }
    }
    Ok(())
}

fn newest<T>(all: &[T], most: usize) -> &[T] {
    &all[all.len().saturating_sub(most)..]
}

fn entry_of(part: &Part, outcome: Logged, accepted: &Accepted, at: Instant) -> NewLogEntry {
    let (name, message_id) = accepted.shown();
    NewLogEntry {
        source_id: part.source.id.clone(),
        outcome: outcome.code(),
        at,
        kind: Some(accepted.kind.code().to_owned()),
        name,
        message_id,
        reason: accepted.note.map(|note| note.code().to_owned()),
        shape: None,
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
        let mut prepared = Some(blocks_of(&app, &parts, Currency::NONE).unwrap());
        keep_once(&app, &mut parts, &mut prepared).await.unwrap();
        // Another try would ask for the second message alone, and find nothing known.
        assert!(prepared.is_none());
        let counts = journal::counts(&mut app.store.read().await.unwrap()).await.unwrap();
        assert_eq!(counts.accepted_facts, 2);
    }

    fn parts_of(source_id: &str, ids: &[&str]) -> Parts {
        let source = KnownSource { id: source_id.to_owned(), settings: SourceSettings::named("shop"), currency: None };
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
        parts.add(&Arc::new(source), Batch::parse(&body).unwrap().read(&mut reading));
        parts
    }
}
