//! Apply: blocks of the journal become profiles, counters and applied blocks.
//!
//! Everything that a block causes is written in one commit with the journal row's new state; a kill at any moment
//! leaves the block either untouched or done. Several blocks share a commit, and work on three of them overlaps. What
//! the database is asked, and in which order, does not depend on how fast any of that is.

use super::applied::Told;
use super::effects::{Effects, Known, work_out};
use super::newcomers::Newcomers;
use super::orders::{OrderId, guests_order, order_id};
use super::report::{ApplyReport, merge_report};
use super::resolve::{Owners, Resolved, resolve};
use super::traits::Traits;
use super::{PipelineError, PreparedBlock, codec, events, given_back, of_parts, set_aside};
use crate::App;
use crate::consent::withheld_of;
use crate::fields;
use crate::privacy::Gate;
use crate::receipts::RECEIPTS_SOURCE;
use crate::webhooks::{self, Subscribers};
use crate::workers::{Working, on_a_thread};
use perennial_domain::fact::{AppliedBlock, FACT_BLOCK_VERSION, Fact, FactBlock, FactKind};
use perennial_domain::money::Currency;
use perennial_store::customers::CustomerCounters;
use perennial_store::journal::JournalRow;
use perennial_store::orders::{self as order_table, GUEST, OrderRow};
use perennial_store::parts::{self, PartRow};
use perennial_store::{StoreError, WriteTx, activity, customers, imports, journal, sequences, traits};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Applies all that waits in the journal; returns the number of blocks.
pub async fn apply_all(app: &App) -> Result<usize, PipelineError> {
    apply_prepared(app, Vec::new(), &mut None, &mut |_, _| {}).await
}

/// So many blocks are applied in a turn, before what is applied goes to history.
pub const BLOCKS_PER_TURN: usize = GROUPS_PER_TURN * GROUP_BLOCKS_MAX as usize;
const GROUPS_PER_TURN: usize = 8;

/// A part of what waits, [`BLOCKS_PER_TURN`] or fewer: for whoever has other things to do in between.
pub async fn apply_some(app: &App) -> Result<usize, PipelineError> {
    apply_groups(app, HashMap::new(), GROUPS_PER_TURN, &mut None, &mut |_, _| {}).await
}

/// [`apply_all`] for whoever has just accepted these blocks: what is at hand need not be read again. `keep` is given
/// each applied block with its sequence, once that is committed. `newcomers` are given up where others apply blocks too.
pub async fn apply_prepared(
    app: &App,
    prepared: Vec<PreparedBlock>,
    newcomers: &mut Option<Newcomers>,
    keep: &mut (dyn FnMut(i64, AppliedBlock) + Send),
) -> Result<usize, PipelineError> {
    let at_hand = prepared.into_iter().map(|one| (one.key, one.block)).collect();
    apply_groups(app, at_hand, usize::MAX, newcomers, keep).await
}

async fn apply_groups(
    app: &App,
    mut at_hand: HashMap<String, FactBlock>,
    groups_max: usize,
    newcomers: &mut Option<Newcomers>,
    keep: &mut (dyn FnMut(i64, AppliedBlock) + Send),
) -> Result<usize, PipelineError> {
    let mut blocks = 0;
    for _ in 0..groups_max {
        if at_hand.is_empty() {
            at_hand = unpack_ahead(app).await?;
        }
        match apply_next(app, &mut at_hand, GROUP_BLOCKS_MAX, newcomers, keep).await? {
            Next::Applied(applied) => blocks += applied,
            Next::Failed => {}
            Next::Nothing => break,
        }
    }
    Ok(blocks)
}

/// The blocks that are probably next, before the writer is taken from others for them. What cannot be unpacked, and what
/// another process applies meanwhile, is found out later.
async fn unpack_ahead(app: &App) -> Result<HashMap<String, FactBlock>, PipelineError> {
    let rows = journal::next_accepted(&mut app.store.read().await?, GROUP_BLOCKS_MAX).await?;
    let unpacked = rows.into_iter().filter_map(|row| Some((row.block_key, codec::decode(&row.payload).ok()?)));
    Ok(unpacked.collect())
}

enum Next {
    Applied(usize),
    /// A block waits to be tried once more, or stands aside.
    Failed,
    Nothing,
}

/// Blocks that are applied in one commit, at most. Each commit writes every page that it touched, and new identifiers
/// touch pages all over their tree: one commit a block wrote that tree anew for each. It also bounds how long others
/// wait for the writer.
const GROUP_BLOCKS_MAX: i64 = 8;

/// Applies the next blocks in one commit, so many at most. Where one of them cannot be applied, none is: then they are
/// taken one by one, so that it is that one which fails.
async fn apply_next(
    app: &App,
    at_hand: &mut HashMap<String, FactBlock>,
    blocks_max: i64,
    newcomers: &mut Option<Newcomers>,
    keep: &mut (dyn FnMut(i64, AppliedBlock) + Send),
) -> Result<Next, PipelineError> {
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    let rows = journal::next_accepted(&mut tx, blocks_max).await?;
    if rows.is_empty() {
        return Ok(Next::Nothing);
    }
    let mut decoded = Vec::with_capacity(rows.len());
    let mut unreadable = None;
    for row in &rows {
        match at_hand.remove(&row.block_key).map_or_else(|| codec::decode(&row.payload), Ok) {
            Ok(block) => decoded.push(block),
            Err(reason) => {
                unreadable = Some(PipelineError::Unreadable { block: row.block_key.clone(), reason });
                break;
            }
        }
    }
    let outcome = match unreadable {
        Some(error) => Err(error),
        None => apply_blocks(app, &mut tx, &rows, decoded, newcomers).await,
    };
    match outcome {
        Ok(applied) => {
            tx.commit().await?;
            if let (Some(newcomers), Some((sequence, _))) = (newcomers, applied.last()) {
                newcomers.reach(*sequence);
            }
            let blocks = applied.len();
            applied.into_iter().for_each(|(sequence, block)| keep(sequence, block));
            Ok(Next::Applied(blocks))
        }
        Err(error) => {
            tx.rollback().await?;
            *newcomers = None;
            if blocks_max > 1 {
                return Box::pin(apply_next(app, at_hand, 1, newcomers, keep)).await;
            }
            if let Some(row) = rows.first() {
                set_aside::note_failure(app, row, error).await?;
            }
            Ok(Next::Failed)
        }
    }
}

/// The rows' blocks in their order; gives them back as applied, each with its sequence.
///
/// Three blocks are in hand at a time: while the database writes the first, what the second does is worked out and the
/// owners of the third are decided. What is not written yet when the database is asked is added to its answers.
async fn apply_blocks(
    app: &App,
    tx: &mut WriteTx<'_>,
    rows: &[JournalRow],
    blocks: Vec<FactBlock>,
    newcomers: &mut Option<Newcomers>,
) -> Result<Vec<(i64, AppliedBlock)>, PipelineError> {
    let now = app.clock.now();
    let zone = crate::settings::current(tx).await?.zone();
    let gate = Gate::load(app, tx).await?;
    let fields = Arc::new(fields::Known::load(tx).await?);
    // Whose a receipt is, is known once its claim is written: behind one nobody looks ahead.
    let has_claims = blocks.iter().any(|block| block.source == RECEIPTS_SOURCE);
    let next = sequences::reserve(tx, "customer_number", 0).await?;
    let last = sequences::current(tx, sequences::APPLIED_SEQUENCE).await?;
    newcomers.take_if(|newcomers| !newcomers.are_all_as_of(last));
    let subscribers = Subscribers::load(tx).await?;
    let group = Group { app, fields: Arc::clone(&fields), subscribers, has_newcomers: newcomers.is_some() };
    let mut created = 0;
    let mut applied = Vec::with_capacity(blocks.len());
    let mut reports: BTreeMap<String, ApplyReport> = BTreeMap::new();
    let mut to_write: Option<(&JournalRow, Arc<Resolved>, Effects)> = None;
    let mut ahead: Option<Working<(FactBlock, Resolved)>> = None;
    let mut blocks = blocks.into_iter().peekable();
    for row in rows {
        let (block, resolved) = match ahead.take() {
            Some(resolving) => resolving.finished().await?,
            None => {
                if let Some((row, resolved, effects)) = to_write.take() {
                    applied.push(write(&group, tx, row, &resolved, effects, &mut reports).await?);
                }
                let Some(block) = blocks.next() else { break };
                let owners = Owners::load(tx, &block, gate.as_ref(), newcomers.as_ref()).await?;
                let next = next + created;
                on_a_thread(move || resolve_block(block, owners, next)).finished().await?
            }
        };
        created += i64::try_from(resolved.created.len()).unwrap_or(i64::MAX);
        if let Some(newcomers) = newcomers {
            resolved.tell(newcomers);
        }
        let resolved = Arc::new(resolved);
        let unwritten = to_write.as_ref().map(|(_, _, effects)| effects);
        let known = known(tx, &block, &resolved, &fields, unwritten).await?;
        let working = on_a_thread({
            let (resolved, zone) = (Arc::clone(&resolved), zone.clone());
            move || work_out(block, &resolved, known, &zone, now)
        });
        let is_settled = |next: &FactBlock| !has_claims && resolved.all_alone() && can_be_looked_up_ahead(next);
        if let Some(block) = blocks.next_if(is_settled) {
            let mut owners = Owners::load(tx, &block, gate.as_ref(), newcomers.as_ref()).await?;
            if let Some((_, earlier, _)) = &to_write {
                owners.add(earlier);
            }
            owners.add(&resolved);
            let next = next + created;
            ahead = Some(on_a_thread(move || resolve_block(block, owners, next)));
        }
        if let Some((row, resolved, effects)) = to_write.take() {
            applied.push(write(&group, tx, row, &resolved, effects, &mut reports).await?);
        }
        to_write = Some((row, resolved, working.finished().await?));
    }
    if let Some((row, resolved, effects)) = to_write.take() {
        applied.push(write(&group, tx, row, &resolved, effects, &mut reports).await?);
    }
    sequences::reserve(tx, "customer_number", created).await?;
    for (id, report) in reports {
        if let Some(import) = imports::get(tx, &id).await?
            && crate::imports::takes_reports(&import)
        {
            imports::update_result(tx, &id, &merge_report(import.result.as_deref(), &report)).await?;
        }
    }
    Ok(applied)
}

fn resolve_block(block: FactBlock, owners: Owners, next: i64) -> (FactBlock, Resolved) {
    let resolved = resolve(&block.source, &block.facts, owners, next);
    (block, resolved)
}

/// Messages are judged by all that is known of a customer, which the block before may change.
fn can_be_looked_up_ahead(block: &FactBlock) -> bool {
    block.facts.iter().all(|fact| fact.tracked.is_none())
}

/// What a block would do, without doing it: the same code, rolled back.
pub async fn would_apply(app: &App, block: FactBlock) -> Result<ApplyReport, PipelineError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let zone = crate::settings::current(&mut tx).await?.zone();
    let next = sequences::reserve(&mut tx, "customer_number", 0).await?;
    let gate = Gate::load(app, &mut tx).await?;
    let owners = Owners::load(&mut tx, &block, gate.as_ref(), None).await?;
    let resolved = resolve(&block.source, &block.facts, owners, next);
    let fields = Arc::new(fields::Known::load(&mut tx).await?);
    let known = known(&mut tx, &block, &resolved, &fields, None).await?;
    tx.rollback().await?;
    Ok(work_out(block, &resolved, known, &zone, now).report)
}

/// Whether a message is dropped when it is applied, because it names somebody who was erased.
pub(crate) async fn is_of_erased(
    app: &App,
    tx: &mut WriteTx<'_>,
    source: &str,
    fact: &Fact,
) -> Result<bool, PipelineError> {
    let Some(gate) = Gate::load(app, tx).await? else { return Ok(false) };
    let block = FactBlock {
        version: FACT_BLOCK_VERSION,
        source: source.to_owned(),
        import_id: None,
        currency: Currency::NONE,
        facts: vec![fact.clone()],
        rows: vec![],
    };
    let next = sequences::reserve(tx, "customer_number", 0).await?;
    let owners = Owners::load(tx, &block, Some(&gate), None).await?;
    Ok(resolve(source, &block.facts, owners, next).dropped.contains(&true))
}

/// What the store knows of all that the block speaks of, and what the block before is about to write. Customers that
/// the block creates cannot have anything yet.
async fn known(
    tx: &mut WriteTx<'_>,
    block: &FactBlock,
    resolved: &Resolved,
    fields: &Arc<fields::Known>,
    unwritten: Option<&Effects>,
) -> Result<Known, StoreError> {
    let created: HashSet<i64> = resolved.created.iter().map(|(number, _)| i64::from(number.0)).collect();
    let has_guests = unwritten.is_some_and(Effects::has_guests) || order_table::has_guests(tx).await?;
    let mut orders: Vec<OrderId> = Vec::new();
    let mut numbers: Vec<i64> = Vec::new();
    let mut told: Vec<i64> = Vec::new();
    let mut in_customers: Vec<i64> = Vec::new();
    let mut named: Vec<i64> = Vec::new();
    let whose = resolved.customers.iter().zip(&resolved.siblings);
    let wanted = resolved.dropped.iter().map(|dropped| !dropped);
    for ((fact, (customer, siblings)), is_wanted) in block.facts.iter().zip(whose).zip(wanted) {
        if !is_wanted {
            continue;
        }
        let own = customer.map(|number| i64::from(number.0));
        named.extend(own.filter(|number| !created.contains(number)));
        let others = siblings.iter().flat_map(|siblings| siblings.iter());
        let others = others.map(|number| i64::from(number.0)).filter(|_| fact.order_no.is_some());
        if siblings.is_some() {
            in_customers.extend(own.into_iter().chain(others.clone()));
        }
        if has_guests {
            orders.extend(guests_order(&block.source, *customer, fact));
        }
        for number in own.into_iter().chain(others).filter(|number| !created.contains(number)) {
            told.extend((!fact.traits.is_empty()).then_some(number));
            // A message counts beside the customer's own row, which it changes by a trait only.
            if !fact.kind.is_message() {
                let id = (number, fact.key.0.to_be_bytes());
                orders.extend(given_back::orders_concerned(&block.source, id, fact));
                numbers.push(number);
            } else if !fact.traits.is_empty() {
                numbers.push(number);
            }
        }
        if own.is_none() && !fact.kind.is_message() {
            orders.extend(given_back::orders_concerned(&block.source, order_id(None, fact), fact));
        }
    }
    for list in [&mut numbers, &mut told, &mut in_customers, &mut named] {
        list.sort_unstable();
        list.dedup();
    }
    orders.sort_unstable();
    orders.dedup();
    let mut rows = order_table::load(tx, &orders).await?;
    if has_guests {
        let more = claimed_with(block, resolved, &rows, unwritten);
        rows.extend(order_table::load(tx, &more).await?);
        orders.extend(more);
        orders.sort_unstable();
        orders.dedup();
    }
    // What was cancelled before it came.
    rows.extend(order_table::cancelled_of(tx, &numbers).await?);
    let parts = parts::load(tx, &in_customers).await?.into_iter();
    let parts: BTreeMap<i64, PartRow> = parts.map(|row| (row.counters.number, row)).collect();
    numbers.retain(|number| !parts.contains_key(number));
    let (told_of_parts, told): (Vec<i64>, Vec<i64>) = told.into_iter().partition(|number| parts.contains_key(number));
    let mut known = Known {
        orders: rows.into_iter().map(|row| (id_of(&row), row)).collect(),
        customers: customers::load(tx, &numbers).await?,
        traits: Traits::load(tx, &block.source, fields, &told, &told_of_parts).await?,
        withheld: withheld_of(tx, &named).await?,
        parts,
    };
    // Of profiles that are alone only: the next block is looked up ahead behind no others.
    if let Some(effects) = unwritten {
        let asked = |row: &&OrderRow| {
            orders.binary_search(&id_of(row)).is_ok()
                || known.orders.contains_key(&id_of(row))
                || given_back::awaits_its_order(row) && numbers.binary_search(&row.customer_number).is_ok()
        };
        let unwritten: Vec<_> = effects.orders.iter().filter(asked).map(|row| (id_of(row), row.clone())).collect();
        known.orders.extend(unwritten);
        known.customers.retain(|row| effects.customers.binary_search_by_key(&row.number, |one| one.number).is_err());
        let asked = |row: &&CustomerCounters| numbers.binary_search(&row.number).is_ok();
        known.customers.extend(effects.customers.iter().filter(asked).cloned());
        known.traits.learn(effects.traits.iter().filter(|row| told.binary_search(&row.customer_number).is_ok()));
    }
    Ok(known)
}

/// What was given back of guests' orders that become their customers' in this block, and what the customers know of that.
fn claimed_with(
    block: &FactBlock,
    resolved: &Resolved,
    rows: &[OrderRow],
    unwritten: Option<&Effects>,
) -> Vec<OrderId> {
    let of_guests = |row: &&OrderRow| row.customer_number == GUEST && row.kind == FactKind::Order.code();
    let guests: HashSet<OrderId> = rows
        .iter()
        .chain(unwritten.into_iter().flat_map(|effects| &effects.orders))
        .filter(of_guests)
        .map(id_of)
        .collect();
    let mut more = Vec::new();
    if guests.is_empty() {
        return more;
    }
    for (fact, customer) in block.facts.iter().zip(&resolved.customers) {
        let claims = guests_order(&block.source, *customer, fact).is_some_and(|twin| guests.contains(&twin));
        if let (Some(customer), true) = (customer, claims) {
            let pairs = given_back::rows_to_move(&block.source, i64::from(customer.0), fact);
            more.extend(pairs.into_iter().flat_map(|(guest, own)| [guest, own]));
        }
    }
    more.sort_unstable();
    more.dedup();
    more
}

fn id_of(row: &OrderRow) -> OrderId {
    (row.customer_number, row.order_key)
}

/// What blocks of one commit have in common.
struct Group<'a> {
    app: &'a App,
    fields: Arc<fields::Known>,
    subscribers: Subscribers,
    /// Owners of who is surely new were not looked up.
    has_newcomers: bool,
}

/// Writes what a block does, and the new state of its row.
async fn write(
    group: &Group<'_>,
    tx: &mut WriteTx<'_>,
    row: &JournalRow,
    resolved: &Resolved,
    mut effects: Effects,
    reports: &mut BTreeMap<String, ApplyReport>,
) -> Result<(i64, AppliedBlock), PipelineError> {
    let Group { app, fields, subscribers, has_newcomers } = group;
    if effects.tells_traits && !fields.sources.knows(&effects.applied.source) {
        fields.sources.add(tx, &effects.applied.source).await?;
    }
    fields::note_refused(app, tx, &effects.applied.source, &effects.report.refused_values).await?;
    if resolved.save(tx).await? > 0 && *has_newcomers {
        // Then they are given up, and the blocks are tried again.
        return Err(
            StoreError::Inconsistency { table: "identities", column: "value", row: row.block_key.clone() }.into()
        );
    }
    order_table::upsert(tx, &effects.orders).await?;
    of_parts::write(tx, &mut effects, &resolved.attached_parts()).await?;
    customers::upsert(tx, &effects.customers).await?;
    activity::add(tx, &effects.activity).await?;
    traits::upsert(tx, &effects.traits).await?;
    // In the order in which they are told: who came, who is one with whom, what they did.
    webhooks::publish(app, tx, subscribers, &events::of_customers(subscribers, resolved, &effects.applied)).await?;
    for merge in &resolved.merges {
        crate::identity::merge_by_evidence(app, tx, &effects.applied.source, subscribers, merge).await?;
    }
    crate::consent::note_consents(app, tx, &effects.applied).await?;
    crate::stores::note_stores(app, tx, &effects.applied).await?;
    crate::clerks::note_clerks(app, tx, &effects.applied).await?;
    crate::touch_points::note_firsts(tx, &effects.applied).await?;
    crate::codes::note_scans(tx, &effects.applied).await?;
    crate::units::note_scanners(tx, &effects.applied).await?;
    crate::forms::note_submissions(tx, &effects.applied).await?;
    crate::receipts::note_receipts(tx, &effects.applied).await?;
    crate::tags::note_tags(app, tx, subscribers, &effects.applied).await?;
    fields::note_fields(tx, &effects.applied).await?;
    crate::usage_cards::note_usage(app, tx, fields, subscribers, &effects.applied).await?;
    crate::progress::note_progress(app, tx, &effects.applied).await?;
    crate::relations::note_relations(app, tx, &effects.applied).await?;
    crate::topics::note_picks(app, tx, &effects.applied).await?;
    crate::reach::note_sent(app, tx, &effects.applied).await?;
    crate::scenes::note_scenes(tx, &effects.applied).await?;
    crate::communities::note_joins(tx, &effects.applied).await?;
    crate::segments::note_seen(app, tx, &effects.applied).await?;
    crate::tracking::note_erased(app, tx, &effects.applied.source, &effects.erased).await?;
    webhooks::publish(app, tx, subscribers, &events::of_orders(subscribers, resolved, &effects.applied)).await?;
    let told = packed(row, &effects.told)?;
    let sequence = sequences::reserve(tx, "applied_sequence", 1).await?;
    journal::mark_applied(tx, row.position, sequence, &told).await?;
    if effects.change_purchases() {
        sequences::put(tx, sequences::PURCHASE_SEQUENCE, sequence).await?;
    }
    if let Some(id) = &effects.applied.import_id {
        reports.entry(id.clone()).or_default().add(&effects.report);
    }
    Ok((sequence, effects.applied))
}

fn packed(row: &JournalRow, told: &[Option<Told>]) -> Result<Vec<u8>, PipelineError> {
    codec::encode_applied(&told).map_err(|reason| PipelineError::Unwritable { block: row.block_key.clone(), reason })
}
