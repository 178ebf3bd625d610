//! Resolve and apply: one block of the journal becomes profiles, counters and an applied block.
//!
//! Everything that a block causes is written in one commit with the journal row's new state; a kill at
//! any moment leaves the block either untouched or done.

use super::counters::count;
use super::orders::{OrderId, Outcome, compare, line_counts, order_id};
use super::resolve::{Matched, Resolved, resolve};
use super::traits::Traits;
use super::{PipelineError, PreparedBlock, codec, given_back, set_aside};
use crate::App;
use perennial_domain::fact::{AppliedBlock, AppliedFact, Fact, FactBlock, FactKey, FactKind, Line};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, Zone};
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::orders::{self as order_table, OrderRow};
use perennial_store::{WriteTx, imports, journal, sequences};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What applying did, in rows of the source: an order line or a customer row each counts one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyReport {
    pub accepted: u64,
    pub duplicates: u64,
    pub customers_new: u64,
    /// Orders seen for the first time.
    pub orders: u64,
    pub refunds: u64,
    /// Facts without any identifier: they are kept, belong to nobody and are in no figure.
    pub guests: u64,
    pub conflicts: u64,
    /// Customers of customer files that were known before, by the identifier that told so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub matched: BTreeMap<String, Matched>,
}

impl ApplyReport {
    pub fn add(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.duplicates += other.duplicates;
        self.customers_new += other.customers_new;
        self.orders += other.orders;
        self.refunds += other.refunds;
        self.guests += other.guests;
        self.conflicts += other.conflicts;
        for (rule, more) in &other.matched {
            let matched = self.matched.entry(rule.clone()).or_default();
            matched.customers += more.customers;
            matched.contradicted += more.contradicted;
        }
    }
}

/// Applies all that waits in the journal; returns the number of blocks.
pub async fn apply_all(app: &App) -> Result<usize, PipelineError> {
    apply_prepared(app, Vec::new()).await
}

/// [`apply_all`] for whoever has just accepted these blocks: what is at hand need not be read again.
pub async fn apply_prepared(app: &App, prepared: Vec<PreparedBlock>) -> Result<usize, PipelineError> {
    let mut at_hand: HashMap<String, FactBlock> = prepared.into_iter().map(|one| (one.key, one.block)).collect();
    let mut blocks = 0;
    loop {
        match apply_next(app, &mut at_hand).await? {
            Next::Applied => blocks += 1,
            Next::Failed => {}
            Next::Nothing => return Ok(blocks),
        }
    }
}

enum Next {
    Applied,
    /// It waits to be tried once more, or stands aside.
    Failed,
    Nothing,
}

/// Applies the next block, if there is one.
async fn apply_next(app: &App, at_hand: &mut HashMap<String, FactBlock>) -> Result<Next, PipelineError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    let Some(row) = journal::next_accepted(&mut tx, 1).await?.into_iter().next() else {
        return Ok(Next::Nothing);
    };
    let decoded = at_hand.remove(&row.block_key).map_or_else(|| codec::decode(&row.payload), Ok);
    let block: FactBlock = match decoded {
        Ok(block) => block,
        Err(reason) => {
            let error = PipelineError::Unreadable { block: row.block_key.clone(), reason };
            return give_up_on(app, tx, row, error).await;
        }
    };
    match apply_row(&mut tx, &row, block, now).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(Next::Applied)
        }
        Err(error) => give_up_on(app, tx, row, error).await,
    }
}

async fn apply_row(
    tx: &mut WriteTx<'_>,
    row: &journal::JournalRow,
    block: FactBlock,
    now: Instant,
) -> Result<(), PipelineError> {
    let import_id = block.import_id.clone();
    let (applied, report) = apply_block(tx, block, now).await?;
    let payload = codec::encode_applied(&applied)
        .map_err(|reason| PipelineError::Unwritable { block: row.block_key.clone(), reason })?;
    let sequence = sequences::reserve(tx, "applied_sequence", 1).await?;
    journal::mark_applied(tx, row.position, sequence, &payload).await?;
    if let Some(id) = import_id
        && let Some(import) = imports::get(tx, &id).await?
        && crate::imports::takes_reports(&import)
    {
        imports::update_result(tx, &id, &merge_report(import.result.as_deref(), &report)).await?;
    }
    Ok(())
}

/// What a block would do, without doing it: the same code, rolled back.
pub async fn would_apply(app: &App, block: FactBlock) -> Result<ApplyReport, PipelineError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let (_, report) = apply_block(&mut tx, block, now).await?;
    tx.rollback().await?;
    Ok(report)
}

/// For now, or for good: see [`set_aside`].
async fn give_up_on(
    app: &App,
    tx: WriteTx<'_>,
    row: journal::JournalRow,
    error: PipelineError,
) -> Result<Next, PipelineError> {
    tx.rollback().await?;
    set_aside::note_failure(app, &row, error).await?;
    Ok(Next::Failed)
}

/// Adds a report to the one stored as JSON.
pub fn merge_report(stored: Option<&str>, report: &ApplyReport) -> String {
    let mut total: ApplyReport = stored.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    total.add(report);
    serde_json::to_string(&total).unwrap_or_default()
}

async fn apply_block(
    tx: &mut WriteTx<'_>,
    block: FactBlock,
    now: Instant,
) -> Result<(AppliedBlock, ApplyReport), PipelineError> {
    let zone = brand_zone(tx).await?;
    let resolved = resolve(tx, &block.source, &block.facts).await?;
    let created: HashSet<i64> = resolved.created.iter().map(|(number, _)| i64::from(number.0)).collect();
    let mut known = known_orders(tx, &block.source, &block.facts, &resolved, &created).await?;
    let mut report = ApplyReport {
        customers_new: created.len() as u64,
        conflicts: resolved.conflict_count(),
        matched: resolved.matched.clone(),
        ..ApplyReport::default()
    };
    let mut traits = known_traits(tx, &block.source, &block.facts, &resolved, &created).await?;
    let mut renamed: BTreeSet<i64> = BTreeSet::new();
    let mut changed: BTreeSet<OrderId> = BTreeSet::new();
    let mut applied = Vec::with_capacity(block.facts.len());
    let mut rows_of = block.rows.into_iter();
    for (fact, customer) in block.facts.into_iter().zip(&resolved.customers) {
        let fact = take_back(&known, &block.source, *customer, fact);
        let id = order_id(*customer, &fact);
        let rows = u64::from(rows_of.next().unwrap_or(1));
        let number = customer.map(|number| i64::from(number.0));
        let has_news = number.is_some_and(|number| traits.has_news(number, &fact));
        match compare(&mut known, id, fact, has_news) {
            Outcome::Duplicate => report.duplicates += rows,
            Outcome::New { fact, first, duplicate_lines } => {
                changed.insert(id);
                renamed.extend(number.filter(|number| traits.note(*number, &fact)));
                let Some(fact) = given_back::only_once(&mut known, &block.source, id, fact) else {
                    report.duplicates += rows;
                    continue;
                };
                report.note(&fact, customer.is_none(), first, rows, duplicate_lines as u64);
                applied.push(AppliedFact { customer: *customer, first, fact });
            }
        }
    }
    resolved.save(tx).await?;
    save_orders(tx, &known, &changed).await?;
    let names = renamed.iter().filter_map(|number| Some((*number, traits.name_of(*number)?))).collect();
    save_customers(tx, &resolved, &created, &applied, &names, &zone, now).await?;
    traits.save(tx).await?;
    let applied = AppliedBlock {
        version: block.version,
        source: block.source,
        import_id: block.import_id,
        currency: block.currency,
        facts: applied,
    };
    Ok((applied, report))
}

impl ApplyReport {
    fn note(&mut self, fact: &Fact, guest: bool, first: bool, rows: u64, duplicates: u64) {
        let duplicates = duplicates.min(rows);
        self.accepted += rows - duplicates;
        self.duplicates += duplicates;
        self.guests += u64::from(guest);
        if first {
            self.orders += u64::from(fact.kind == FactKind::Order);
            self.refunds += u64::from(fact.kind == FactKind::Refund);
        }
    }
}

async fn brand_zone(tx: &mut WriteTx<'_>) -> Result<Zone, PipelineError> {
    let settings = crate::settings::current(tx).await?;
    Ok(Zone::parse(&settings.time_zone).unwrap_or_else(Zone::utc))
}

/// What is known of the orders of this block. Customers that the block creates cannot have any.
async fn known_orders(
    tx: &mut WriteTx<'_>,
    source: &str,
    facts: &[Fact],
    resolved: &Resolved,
    created: &HashSet<i64>,
) -> Result<HashMap<OrderId, OrderRow>, PipelineError> {
    let mut wanted: Vec<OrderId> = facts
        .iter()
        .zip(&resolved.customers)
        .flat_map(|(fact, customer)| given_back::orders_concerned(source, order_id(*customer, fact), fact))
        .filter(|(customer, _)| !created.contains(customer))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let rows = order_table::load(tx, &wanted).await?;
    Ok(rows.into_iter().map(|row| ((row.customer_number, row.order_key), row)).collect())
}

/// What is known of the customers that the block says something about. Those that it creates have no traits.
async fn known_traits(
    tx: &mut WriteTx<'_>,
    source: &str,
    facts: &[Fact],
    resolved: &Resolved,
    created: &HashSet<i64>,
) -> Result<Traits, PipelineError> {
    let told: BTreeSet<i64> = facts
        .iter()
        .zip(&resolved.customers)
        .filter(|(fact, _)| !fact.traits.is_empty())
        .filter_map(|(_, customer)| customer.map(|number| i64::from(number.0)))
        .filter(|number| !created.contains(number))
        .collect();
    let told: Vec<i64> = told.into_iter().collect();
    Ok(Traits::load(tx, source, &told).await?)
}

/// The order that a cancellation speaks of.
fn purchase_of_cancellation(source: &str, customer: Option<CustomerNumber>, fact: &Fact) -> Option<OrderId> {
    let order_no = fact.order_no.as_deref().filter(|_| fact.kind == FactKind::Cancelled)?;
    let key = FactKey::of(&[source, "order", order_no]);
    Some((customer.map_or(0, |number| i64::from(number.0)), key.0.to_be_bytes()))
}

/// What was counted earlier and is now told as cancelled goes back: those lines of the cancellation that the
/// order has, or the whole order where the cancellation names no amount. A cancellation that was told before
/// its order was counted has said all it has to say.
fn take_back(known: &HashMap<OrderId, OrderRow>, source: &str, customer: Option<CustomerNumber>, fact: Fact) -> Fact {
    let told_before = known.get(&order_id(customer, &fact)).is_some_and(|row| row.kind == fact.kind.code());
    let counted = purchase_of_cancellation(source, customer, &fact)
        .filter(|_| !told_before)
        .and_then(|id| known.get(&id))
        .filter(|row| row.kind == FactKind::Order.code());
    let Some(counted) = counted else { return fact };
    let lines = lines_to_take_back(counted, &fact);
    if lines.is_empty() { fact } else { Fact { kind: FactKind::Refund, lines, ..fact } }
}

fn lines_to_take_back(counted: &OrderRow, cancellation: &Fact) -> Vec<Line> {
    let names_a_line = cancellation.lines.iter().any(|line| line.sku.is_some() || line.name.is_some());
    if cancellation.amount_minor().unwrap_or(0) == 0 && !names_a_line {
        return vec![Line { amount_minor: counted.amount_minor.map(|amount| -amount), ..Line::default() }];
    }
    let mut left = line_counts(counted);
    let mut lines = Vec::new();
    for line in &cancellation.lines {
        let bought = Line {
            quantity_milli: line.quantity_milli.map(i64::abs),
            amount_minor: line.amount_minor.map(i64::abs),
            ..line.clone()
        };
        if let Some(count) = left.get_mut(&bought.fingerprint()).filter(|count| **count > 0) {
            *count -= 1;
            lines.push(Line { amount_minor: bought.amount_minor.map(|amount| -amount), ..bought });
        }
    }
    lines.sort();
    lines
}

async fn save_orders(
    tx: &mut WriteTx<'_>,
    known: &HashMap<OrderId, OrderRow>,
    changed: &BTreeSet<OrderId>,
) -> Result<(), PipelineError> {
    let rows: Vec<OrderRow> = changed.iter().filter_map(|id| known.get(id)).cloned().collect();
    Ok(order_table::upsert(tx, &rows).await?)
}

async fn save_customers(
    tx: &mut WriteTx<'_>,
    resolved: &Resolved,
    created: &HashSet<i64>,
    applied: &[AppliedFact],
    names: &HashMap<i64, &str>,
    zone: &Zone,
    now: Instant,
) -> Result<(), PipelineError> {
    let touched: BTreeSet<i64> =
        applied.iter().filter_map(|fact| fact.customer).map(|number| i64::from(number.0)).collect();
    let to_load: Vec<i64> = touched.iter().copied().filter(|number| !created.contains(number)).collect();
    let mut rows: BTreeMap<i64, CustomerCounters> =
        customers::load(tx, &to_load).await?.into_iter().map(|row| (row.number, row)).collect();
    for (number, first_seen) in &resolved.created {
        let number = i64::from(number.0);
        rows.insert(number, CustomerCounters::new(number, *first_seen));
    }
    for fact in applied {
        let Some(row) = fact.customer.and_then(|number| rows.get_mut(&i64::from(number.0))) else { continue };
        count(row, fact, zone);
        row.updated_at = now.0;
    }
    for (number, name) in names {
        if let Some(row) = rows.get_mut(number) {
            row.set_display_name(name);
        }
    }
    let rows: Vec<CustomerCounters> = rows.into_values().collect();
    Ok(customers::upsert(tx, &rows).await?)
}
