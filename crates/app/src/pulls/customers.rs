//! Customers as lines of JSON: those who are others than at the last pull.

use super::PullError;
use crate::access::{Actor, require};
use crate::as_json::money;
use crate::fields::TraitSources;
use crate::identity::word_of;
use crate::{App, audit, settings};
use perennial_domain::access::Right;
use perennial_domain::identity::{Word, holding};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_store::customers::{self as table, CustomerCounters};
use perennial_store::identity::{self, IdentityRow};
use perennial_store::merges;
use perennial_store::traits::{self, TraitRow};
use perennial_store::{Database, Scope, parts, sequences};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};

/// Customers that are read together.
const PAGE: usize = 500;
/// A merge may commit so long after its instant: those are looked at twice.
const MERGE_MARGIN_MICROS: i64 = 120 * MICROS_PER_SECOND;
const BITS: u32 = u64::BITS;

/// Where a pull ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomersCursor {
    pub sequence: i64,
    pub at: Instant,
}

/// Customers after a cursor.
pub struct CustomersPull {
    store: Database,
    scope: Scope,
    /// A bit for each number: a customer who is to be told, or a profile of one.
    changed: Vec<u64>,
    next: u32,
    currency: Option<Currency>,
    cursor: CustomersCursor,
}

/// `after`: the cursor of the pull before; none for all.
pub async fn begin_customers(
    app: &App,
    actor: &Actor,
    after: Option<CustomersCursor>,
) -> Result<CustomersPull, PullError> {
    require(actor, Right::CustomersExport)?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let last = sequences::current(&mut tx, sequences::CUSTOMER_NUMBER).await?;
    let currency = settings::current(&mut tx).await?.currency;
    let mut changed = vec![0u64; usize::try_from(last).unwrap_or(0) / BITS as usize + 1];
    if let Some(after) = after {
        let since = after.at.0.saturating_sub(MERGE_MARGIN_MICROS);
        for row in merges::since(&mut tx, since).await? {
            [row.survivor, row.absorbed, row.one_part, row.other_part]
                .into_iter()
                .for_each(|number| mark(&mut changed, number));
        }
    }
    drop(tx);
    let sequence = match after {
        None => {
            changed.fill(u64::MAX);
            app.history.last_sequence().await?.unwrap_or(0)
        }
        Some(after) => {
            app.history.visit_changed(after.sequence, |number| mark(&mut changed, i64::from(number))).await?
        }
    };
    if after.is_some_and(|after| !(0..=sequence).contains(&after.sequence)) {
        return Err(PullError::CursorMismatch);
    }
    let mut tx = app.store.write().await?;
    let detail = json!({ "changed_only": after.is_some() });
    audit::append(app, &mut tx, actor, "customers.pulled", "customers", detail).await?;
    tx.commit().await?;
    let cursor = CustomersCursor { sequence, at: now };
    let scope = actor.scope().clone();
    Ok(CustomersPull { store: app.store.clone(), scope, changed, next: 1, currency, cursor })
}

fn mark(changed: &mut [u64], number: i64) {
    let Ok(number) = u32::try_from(number) else { return };
    // One that is newer than the pull is for the next.
    if let Some(word) = changed.get_mut((number / BITS) as usize) {
        *word |= 1 << (number % BITS);
    }
}

impl CustomersPull {
    /// Where the next pull begins.
    pub fn cursor(&self) -> CustomersCursor {
        self.cursor
    }

    /// The next lines; none at the end. A customer of several profiles may come more than once.
    pub async fn next_lines(&mut self) -> Result<Option<String>, PullError> {
        let numbers = self.take_numbers();
        if numbers.is_empty() {
            return Ok(None);
        }
        let mut tx = self.store.read().await?;
        let together: HashMap<i64, i64> = parts::together(&mut tx, &numbers).await?.into_iter().collect();
        let customers: BTreeSet<i64> =
            numbers.iter().map(|number| together.get(number).copied().unwrap_or(*number)).collect();
        let gone: Vec<(i64, i64)> = numbers
            .iter()
            .filter_map(|number| Some((*number, *together.get(number)?)))
            .filter(|(number, customer)| number != customer)
            .collect();
        let mut customers: Vec<i64> = customers.into_iter().collect();
        let mut gone = gone;
        if !self.scope.is_everyone() {
            customers = table::among(&mut tx, &self.scope, &customers).await?;
            gone.retain(|(_, customer)| customers.binary_search(customer).is_ok());
        }
        let rows = table::load(&mut tx, &customers).await?;
        let mut identifiers: HashMap<i64, Vec<IdentityRow>> = HashMap::new();
        for row in identity::of_customers(&mut tx, &customers).await? {
            identifiers.entry(row.customer_number).or_default().push(row);
        }
        let mut words: HashMap<i64, Vec<TraitRow>> = HashMap::new();
        for row in traits::of_customers(&mut tx, &customers).await? {
            words.entry(row.customer_number).or_default().push(row);
        }
        let sources = TraitSources::load(&mut tx).await?;
        drop(tx);
        let mut lines = String::new();
        for row in &rows {
            let identifiers = identifiers.remove(&row.number).unwrap_or_default();
            let words = words.remove(&row.number).unwrap_or_default();
            push(&mut lines, &customer_line(row, &identifiers, words, &sources, self.currency));
        }
        for (number, customer) in gone {
            push(&mut lines, &json!({ "customer_id": id_of(number), "merged_into": id_of(customer) }));
        }
        Ok(Some(lines))
    }

    fn take_numbers(&mut self) -> Vec<i64> {
        let last = u32::try_from(self.changed.len()).unwrap_or(u32::MAX).saturating_mul(BITS);
        let mut numbers = Vec::new();
        while numbers.len() < PAGE && self.next < last {
            let word = self.changed[(self.next / BITS) as usize] >> (self.next % BITS);
            if word == 0 {
                self.next = (self.next / BITS + 1) * BITS;
            } else {
                self.next += word.trailing_zeros();
                numbers.push(i64::from(self.next));
                self.next += 1;
            }
        }
        numbers
    }
}

fn push(lines: &mut String, value: &Value) {
    lines.push_str(&value.to_string());
    lines.push('\n');
}

fn id_of(number: i64) -> Option<String> {
    u32::try_from(number).ok().map(|number| CustomerNumber(number).public_id())
}

fn customer_line(
    row: &CustomerCounters,
    identifiers: &[IdentityRow],
    words: Vec<TraitRow>,
    sources: &TraitSources,
    currency: Option<Currency>,
) -> Value {
    let amount = |minor: i64| currency.map(|currency| money(minor, currency));
    let at = |at: Option<i64>| at.map(|at| Instant(at).rfc3339());
    let mut by_name: HashMap<String, Vec<Word>> = HashMap::new();
    for row in words {
        by_name.entry(row.name.clone()).or_default().push(word_of(row, sources));
    }
    let traits: Map<String, Value> = by_name
        .into_iter()
        .filter_map(|(name, words)| holding(&words).map(|(place, _)| (name, words[place].value.clone().into())))
        .collect();
    let identifiers: Vec<Value> =
        identifiers.iter().map(|one| json!({ "type": one.kind, "value": one.value })).collect();
    json!({
        "customer_id": id_of(row.number),
        "created_at": Instant(row.created_at).rfc3339(),
        "display_name": row.display_name,
        "orders": row.orders,
        "gross_sales": amount(row.gross_minor),
        "refunds": amount(row.refunds_minor),
        "revenue": amount(row.net_minor),
        "first_purchase_at": at(row.first_at),
        "last_purchase_at": at(row.last_at),
        "identifiers": identifiers,
        "traits": traits,
    })
}
