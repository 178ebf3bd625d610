//! The steps behind the first commit of an erasure, each safe to do twice.
//!
//! A step that removes rows of the transactional store writes down what went in the commit that removes it. One that
//! changes history or files has its figures from the step before, which only looked: killed in between, they are the same.

use super::erase::gate_of;
use super::error::PrivacyError;
use super::keys::Keys;
use super::receipt::receipt_of;
use super::view::{Told, parts_of, view_of_row};
use crate::access::Actor;
use crate::imports::{Looked, Needles, Traces, look_for_traces, remove_traces};
use crate::pipeline::{self, PipelineError};
use crate::tracking::{held_payload, read_held};
use crate::webhooks::{Happened, Subscribers, publish};
use crate::{App, audit};
use perennial_domain::fact::{Fact, FactBlock, FactKey, FactKind};
use perennial_domain::identity::Identifier;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::privacy::{Named, Passage, Redaction, passage};
use perennial_domain::time::Instant;
use perennial_domain::webhook::EventType;
use perennial_history::{Forget, HistoryFact, Retouch, TIMELINE_PAGE_MAX};
use perennial_store::orders::{self, GUEST};
use perennial_store::privacy::{self as table, ErasureRow, Progress};
use perennial_store::{WriteTx, identity, journal, quarantine, settings, tracking, values, webhooks};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const WORKER: Actor = Actor::System("worker");
const HELD_PER_COMMIT: i64 = 500;
/// Order keys that are looked up together.
const KEYS_PER_QUERY: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Journal,
    Quarantine,
    Survey,
    History,
    OldVersions,
    Look,
    Files,
    Receipt,
}

impl Step {
    const ALL: [Self; 8] = [
        Self::Journal,
        Self::Quarantine,
        Self::Survey,
        Self::History,
        Self::OldVersions,
        Self::Look,
        Self::Files,
        Self::Receipt,
    ];
    pub const FIRST: i64 = 0;

    pub fn at(stored: i64) -> Option<Self> {
        usize::try_from(stored).ok().and_then(|place| Self::ALL.get(place).copied())
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Quarantine => "quarantine",
            Self::Survey => "survey",
            Self::History => "history",
            Self::OldVersions => "old_versions",
            Self::Look => "look",
            Self::Files => "files",
            Self::Receipt => "receipt",
        }
    }
}

/// What later steps need to know. In clear, and gone with the last one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Work {
    pub identifiers: Vec<Identifier>,
    /// Profiles of others, and what their facts name of the person.
    pub others: Vec<(u32, Identifier)>,
    /// Facts of guests that turned out to be this person's orders.
    #[serde(default)]
    pub guests: Vec<FactKey>,
    #[serde(default)]
    pub history_facts: u64,
    #[serde(default)]
    pub traces: Traces,
}

/// What became of a step.
pub(super) enum Done {
    /// It is left, by this process or another one.
    Goes,
    /// Something has to end first.
    Waits,
}

/// An erasure as this step found it.
struct Saga<'a> {
    row: &'a ErasureRow,
    step: Step,
    parts: Vec<CustomerNumber>,
    told: Told,
    work: Work,
}

impl Saga<'_> {
    /// What is written down now; `next` where the step is done.
    async fn write(&mut self, app: &App, tx: &mut WriteTx<'_>, done: bool) -> Result<bool, PrivacyError> {
        if done {
            self.told.steps.push((self.step.code().to_owned(), app.clock.now().0));
            self.told.waits_for = None;
        }
        let counts = serde_json::to_string(&self.told).unwrap_or_default();
        let work = serde_json::to_string(&self.work).unwrap_or_default();
        let step = self.row.step;
        let progress = Progress { step, next_step: step + i64::from(done), counts: &counts, work: &work };
        Ok(table::advance(tx, &self.row.id, &progress).await?)
    }

    async fn leave(&mut self, app: &App) -> Result<(), PrivacyError> {
        let mut tx = app.store.write().await?;
        self.write(app, &mut tx, true).await?;
        Ok(tx.commit().await?)
    }

    /// Others may have got further since the row was read.
    async fn read_again(&mut self, tx: &mut WriteTx<'_>) -> Result<bool, PrivacyError> {
        let row = table::get(tx, &self.row.id).await?.ok_or(PrivacyError::NoErasure)?;
        let unreadable = || PrivacyError::Unreadable(row.id.clone());
        self.told = serde_json::from_str(&row.counts).map_err(|_| unreadable())?;
        Ok(row.step == self.row.step && row.finished_at.is_none())
    }

    fn note(&mut self, place: &str, count: u64) {
        *self.told.removed.entry(place.to_owned()).or_default() += count;
    }

    fn what(&self) -> Forget {
        let mut retouch: BTreeMap<CustomerNumber, Retouch> = BTreeMap::new();
        for (part, identifier) in &self.work.others {
            let one = retouch.entry(CustomerNumber(*part)).or_insert_with(|| Retouch {
                redaction: Redaction::default(),
                until: Instant(i64::MAX),
                sources: Vec::new(),
            });
            one.redaction.identifiers.push(identifier.clone());
        }
        let customers = self.parts.iter().copied().collect();
        Forget { customers, guests: self.work.guests.iter().copied().collect(), retouch }
    }

    fn needles(&self) -> Needles {
        Needles::new(self.work.identifiers.iter().cloned())
    }
}

pub(super) async fn take(app: &App, row: &ErasureRow, step: Step) -> Result<Done, PrivacyError> {
    let unreadable = || PrivacyError::Unreadable(row.id.clone());
    let told = serde_json::from_str(&row.counts).map_err(|_| unreadable())?;
    let work = row.work.as_deref().and_then(|work| serde_json::from_str(work).ok()).ok_or_else(unreadable)?;
    let mut saga = Saga { row, step, parts: parts_of(row)?, told, work };
    match step {
        Step::Journal => journal_step(app, &mut saga).await,
        Step::Quarantine => quarantine_step(app, &mut saga).await,
        Step::Survey => survey(app, &mut saga).await,
        Step::History => {
            app.history.forget(&saga.what()).await?;
            saga.note("history_facts", saga.work.history_facts);
            saga.leave(app).await?;
            Ok(Done::Goes)
        }
        Step::OldVersions => {
            app.history.purge(&saga.what()).await?;
            saga.leave(app).await?;
            Ok(Done::Goes)
        }
        Step::Look => look(app, &mut saga).await,
        Step::Files => files(app, &mut saga).await,
        Step::Receipt => receipt(app, &mut saga).await,
    }
}

/// What waits is applied, where the gate drops it; what stands aside is written anew; what is applied goes to history.
async fn journal_step(app: &App, saga: &mut Saga<'_>) -> Result<Done, PrivacyError> {
    pipeline::apply_all(app).await?;
    let mut after = 0;
    loop {
        let mut tx = app.store.write().await?;
        journal::lock_applier(&mut tx).await?;
        let Some(block) = journal::set_aside_blocks(&mut tx, after, 1).await?.pop() else { break };
        after = block.position;
        if !saga.read_again(&mut tx).await? {
            return Ok(Done::Goes);
        }
        // One that cannot be read cannot be applied either; its facts are in no table.
        let Ok(read) = pipeline::decode::<FactBlock>(&block.payload) else {
            saga.note("unreadable_blocks", 1);
            saga.write(app, &mut tx, false).await?;
            tx.commit().await?;
            continue;
        };
        let before = read.facts.len();
        let (kept, changed) = without_the_erased(app, &mut tx, read).await?;
        if changed {
            let unwritable = |reason| PipelineError::Unwritable { block: block.block_key.clone(), reason };
            let payload = pipeline::encode(&kept, pipeline::ACCEPTED_BYTES_MAX).map_err(unwritable)?;
            journal::replace_set_aside(&mut tx, block.position, kept.facts.len() as i64, &payload).await?;
            saga.note("journal_facts", (before - kept.facts.len()) as u64);
            saga.write(app, &mut tx, false).await?;
        }
        tx.commit().await?;
    }
    pipeline::hand_over(app).await?;
    outbox(app, saga).await?;
    Ok(Done::Goes)
}

/// What was to be told to other systems, or may be told again. Nothing of the person is applied any more: no event comes
/// after this.
async fn outbox(app: &App, saga: &mut Saga<'_>) -> Result<(), PrivacyError> {
    let mut tx = app.store.write().await?;
    webhooks::lock_taker(&mut tx).await?;
    if !saga.read_again(&mut tx).await? {
        return Ok(());
    }
    let mut gone = 0;
    for part in &saga.parts {
        gone += webhooks::remove_events_of(&mut tx, i64::from(part.0)).await?;
    }
    saga.note("webhook_events", gone);
    saga.write(app, &mut tx, true).await?;
    Ok(tx.commit().await?)
}

/// The block as the gate would let it pass, and whether that is another one.
async fn without_the_erased(
    app: &App,
    tx: &mut WriteTx<'_>,
    mut block: FactBlock,
) -> Result<(FactBlock, bool), PrivacyError> {
    let passed = held_against_the_gate(app, tx, &block.facts).await?;
    let changed = passed.iter().any(|one| !matches!(one, Passed::Whole));
    let mut rows = std::mem::take(&mut block.rows).into_iter();
    let (mut facts, mut rows_kept) = (Vec::with_capacity(block.facts.len()), Vec::new());
    for (fact, passed) in block.facts.into_iter().zip(passed) {
        let row = rows.next();
        match passed {
            Passed::Whole => facts.push(fact),
            Passed::Changed(fact) => facts.push(*fact),
            Passed::Nothing => continue,
        }
        rows_kept.extend(row);
    }
    Ok((FactBlock { facts, rows: rows_kept, ..block }, changed))
}

enum Passed {
    Whole,
    Changed(Box<Fact>),
    Nothing,
}

/// As the applier will decide, by those who are known now. Whoever comes back does so when the fact is applied.
async fn held_against_the_gate(app: &App, tx: &mut WriteTx<'_>, facts: &[Fact]) -> Result<Vec<Passed>, PrivacyError> {
    let stones = gate_of(app, tx).await?.stones(tx, facts).await?;
    let wanted: BTreeSet<(&str, &str)> = facts
        .iter()
        .flat_map(|fact| &fact.identifiers)
        .map(|identifier| (identifier.kind.code(), identifier.value.as_str()))
        .collect();
    let wanted: Vec<(&str, &str)> = wanted.into_iter().collect();
    let owners = identity::owners(tx, &wanted).await?;
    let named = |identifier: &Identifier| Named {
        kind: identifier.kind,
        tombstone: stones.get(identifier),
        is_known: owners.contains_key(&(identifier.kind.code().to_owned(), identifier.value.clone())),
    };
    let decide = |fact: &Fact| {
        let named: Vec<Named> = fact.identifiers.iter().map(named).collect();
        let gives = fact.tracked.as_deref().is_some_and(|one| one.consents.iter().any(|word| word.gives()));
        match passage(fact.at, gives, &named) {
            Passage::Whole | Passage::Back { .. } => Passed::Whole,
            Passage::Nothing => Passed::Nothing,
            Passage::Without(places) => {
                let mut kept = fact.clone();
                let identifiers = places.into_iter().map(|place| fact.identifiers[place].clone()).collect();
                Redaction::of_identifiers(identifiers).fact(&mut kept);
                Passed::Changed(Box::new(kept))
            }
        }
    };
    Ok(facts.iter().map(decide).collect())
}

async fn quarantine_step(app: &App, saga: &mut Saga<'_>) -> Result<Done, PrivacyError> {
    let mut after = 0;
    loop {
        let mut tx = app.store.write().await?;
        // Nobody else accepts or decides until the commit.
        journal::lock_accept(&mut tx).await?;
        if !saga.read_again(&mut tx).await? {
            return Ok(Done::Goes);
        }
        let page = quarantine::all_after(&mut tx, after, HELD_PER_COMMIT).await?;
        let Some((last, ..)) = page.last() else { break };
        after = *last;
        let mut facts = Vec::with_capacity(page.len());
        for (id, _, payload) in &page {
            facts.push(read_held(*id, payload)?);
        }
        let shown: Vec<Fact> = facts.iter().map(|one| one.fact.clone()).collect();
        let passed = held_against_the_gate(app, &mut tx, &shown).await?;
        let mut messages: Vec<(String, String)> = Vec::new();
        let mut gone: Vec<i64> = Vec::new();
        let mut by_source: BTreeMap<&str, Vec<perennial_domain::tracking::Accepted>> = BTreeMap::new();
        let mut changed = 0;
        for (((id, source, _), accepted), passed) in page.iter().zip(facts).zip(passed) {
            match passed {
                Passed::Whole => {}
                Passed::Changed(fact) => {
                    quarantine::replace_payload(&mut tx, *id, &held_payload(accepted, *fact)?).await?;
                    changed += 1;
                }
                Passed::Nothing => {
                    gone.push(*id);
                    let tracked = accepted.fact.tracked.as_deref();
                    messages.extend(tracked.map(|one| (source.clone(), one.message_id.clone())));
                    by_source.entry(source.as_str()).or_default().push(accepted);
                }
            }
        }
        quarantine::remove(&mut tx, &gone).await?;
        for (source, facts) in &by_source {
            crate::tracking::count_discarded(app, &mut tx, source, facts).await?;
        }
        let entries = tracking::remove_log_entries(&mut tx, &messages).await?;
        saga.note("source_log_entries", entries);
        saga.note("quarantined_facts", gone.len() as u64);
        if !gone.is_empty() || changed > 0 {
            saga.write(app, &mut tx, false).await?;
        }
        tx.commit().await?;
    }
    saga.leave(app).await?;
    Ok(Done::Goes)
}

/// Goes through what history holds: entries of logs that tell of it go, and it is counted.
async fn survey(app: &App, saga: &mut Saga<'_>) -> Result<Done, PrivacyError> {
    let mut guests: BTreeSet<FactKey> = BTreeSet::new();
    for part in saga.parts.clone() {
        let mut before = None;
        loop {
            let page = app.history.timeline(part, None, before, TIMELINE_PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            before = Some((last.at, last.key));
            guests.extend(guests_orders(app, &page).await?);
            if !forget_in_logs(app, saga, &page).await? {
                return Ok(Done::Goes);
            }
            if page.len() < TIMELINE_PAGE_MAX {
                break;
            }
        }
    }
    saga.work.guests = guests.into_iter().collect();
    saga.work.history_facts = app.history.count_facts(&saga.what()).await?;
    let mut tx = app.store.write().await?;
    if saga.read_again(&mut tx).await? {
        let keys: Vec<[u8; 16]> = saga.work.guests.iter().map(|key| key.0.to_be_bytes()).collect();
        orders::blank_guests(&mut tx, &keys).await?;
        saga.write(app, &mut tx, true).await?;
    }
    tx.commit().await?;
    Ok(Done::Goes)
}

/// Orders that were told of a guest before they were told of this person, and what was given back of them.
async fn guests_orders(app: &App, page: &[HistoryFact]) -> Result<Vec<FactKey>, PrivacyError> {
    let orders_told = page.iter().filter(|fact| matches!(fact.kind, FactKind::Order | FactKind::Gift));
    let keys_of = |fact: &HistoryFact| Some(pipeline::keys_of_order(&fact.source, fact.order_no.as_deref()?));
    let keys: BTreeSet<FactKey> = orders_told.filter_map(keys_of).flatten().collect();
    let keys: Vec<(i64, [u8; 16])> = keys.into_iter().map(|key| (GUEST, key.0.to_be_bytes())).collect();
    let mut found = Vec::new();
    for keys in keys.chunks(KEYS_PER_QUERY) {
        let rows = orders::load(&mut app.store.read().await?, keys).await?;
        let claimed = rows.into_iter().filter(|row| row.kind == pipeline::CLAIMED);
        found.extend(claimed.map(|row| FactKey(u128::from_be_bytes(row.order_key))));
    }
    Ok(found)
}

/// False where somebody else has left the step.
async fn forget_in_logs(app: &App, saga: &mut Saga<'_>, page: &[HistoryFact]) -> Result<bool, PrivacyError> {
    let told = page.iter().filter_map(|fact| Some((fact.source.clone(), fact.tracked.as_deref()?.message_id.clone())));
    let messages: Vec<(String, String)> = told.collect();
    if messages.is_empty() {
        return Ok(true);
    }
    let mut tx = app.store.write().await?;
    if !saga.read_again(&mut tx).await? {
        return Ok(false);
    }
    let entries = tracking::remove_log_entries(&mut tx, &messages).await?;
    if entries > 0 {
        saga.note("source_log_entries", entries);
        saga.write(app, &mut tx, false).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn look(app: &App, saga: &mut Saga<'_>) -> Result<Done, PrivacyError> {
    match look_for_traces(app, &saga.needles()).await? {
        Looked::Found(traces) => {
            saga.work.traces = traces;
            saga.leave(app).await?;
            Ok(Done::Goes)
        }
        Looked::Waits(import) => wait(app, saga, import).await,
    }
}

async fn files(app: &App, saga: &mut Saga<'_>) -> Result<Done, PrivacyError> {
    let traces = saga.work.traces.clone();
    if let Some(import) = remove_traces(app, &saga.needles(), &traces).await? {
        return wait(app, saga, import).await;
    }
    crate::segments::live::remove_snapshot(app);
    saga.note("uploads", traces.uploads.len() as u64);
    saga.note("rejected_rows", traces.rejected.values().sum());
    saga.note("spools", traces.spools.len() as u64);
    saga.leave(app).await?;
    Ok(Done::Goes)
}

async fn wait(app: &App, saga: &mut Saga<'_>, import: String) -> Result<Done, PrivacyError> {
    saga.told.waits_for = Some(import);
    let mut tx = app.store.write().await?;
    saga.write(app, &mut tx, false).await?;
    tx.commit().await?;
    Ok(Done::Waits)
}

async fn receipt(app: &App, saga: &mut Saga<'_>) -> Result<Done, PrivacyError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    // A run that was under way may have written them meanwhile.
    values::remove_of_nobody(&mut tx).await?;
    let keys = Keys::of(app, &mut tx).await?;
    let workspace = settings::workspace_id(&mut tx).await?.unwrap_or_default();
    saga.told.steps.push((Step::Receipt.code().to_owned(), now.0));
    let view = view_of_row(saga.row, now)?;
    let receipt = receipt_of(&keys, &workspace, &view, &saga.told, &saga.work.identifiers, now);
    let counts = serde_json::to_string(&saga.told).unwrap_or_default();
    table::overwrite_deleted(&mut tx, true).await?;
    let is_first = table::finish(&mut tx, &saga.row.id, &counts, &receipt, now.0).await?;
    table::overwrite_deleted(&mut tx, false).await?;
    if is_first {
        let detail = json!({ "erasure": saga.row.id, "in_time": !view.is_overdue });
        let subject = view.customer.public_id();
        audit::append(app, &mut tx, &WORKER, "customer.erasure_finished", &subject, detail).await?;
        tell(app, &mut tx, saga, view.customer).await?;
    }
    tx.commit().await?;
    app.store.flush_log().await?;
    Ok(Done::Goes)
}

/// Others hear that nothing is left of somebody: ids are all that this says, as everything that they were told before.
async fn tell(app: &App, tx: &mut WriteTx<'_>, saga: &Saga<'_>, customer: CustomerNumber) -> Result<(), PrivacyError> {
    let subscribers = Subscribers::load(tx).await?;
    let ids: Vec<String> = saga.parts.iter().map(|part| part.public_id()).collect();
    let data = json!({ "customer_id": customer.public_id(), "profile_ids": ids, "erasure_id": saga.row.id });
    let event = Happened::new(EventType::CustomerErased, Some(i64::from(customer.0)), data);
    Ok(publish(app, tx, &subscribers, &[event]).await?)
}
