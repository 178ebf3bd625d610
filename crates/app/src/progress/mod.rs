//! How far customers are in products: their state, use of the last days, money, and whether they still pay.
//!
//! Tables: `progress_values`, `progress_use`, `progress_orders`, written in the commit that applies the facts; money is
//! that of `orders`. What events say is `perennial_domain::progress`. Invariants: by profile, so that merging and parting
//! move nothing; the order of arrival plays no part; an answer reads the store only, never the history.

use crate::App;
use crate::access::Actor;
use crate::customers::{CustomerError, find_customer};
use crate::identity::whole;
use perennial_domain::fact::{AppliedBlock, Fact, FactKind};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::progress::{
    OrderMoney, PRODUCT, Paid, ToldValue, Use, first_kept_slot, holds_over, paid_of, product_of, slot_of, state_of,
    use_of, word_of,
};
use perennial_domain::time::Instant;
use perennial_store::progress::{self as table, ProductOrderRow, UseRow, ValueRow};
use perennial_store::{StoreError, WriteTx};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What holds under a name, and when it was told.
#[derive(Clone, Debug, PartialEq)]
pub struct StateValue {
    pub name: String,
    pub value: Value,
    pub at: Instant,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ProductProgress {
    pub product: String,
    /// By name.
    pub state: Vec<StateValue>,
    pub used: Use,
    pub paid: Paid,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CustomerProgress {
    pub customer: CustomerNumber,
    pub as_of: Instant,
    pub currency: Option<Currency>,
    /// By name.
    pub products: Vec<ProductProgress>,
}

/// How far somebody is, by any identifier or id; in one product, or in all of which anything is known.
pub async fn product_progress(
    app: &App,
    actor: &Actor,
    identifier: &str,
    product: Option<&str>,
) -> Result<CustomerProgress, CustomerError> {
    let customer = find_customer(app, actor, identifier).await?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let whole = whole(&mut tx, customer).await?;
    let parts: Vec<i64> = whole.parts.iter().map(|part| i64::from(part.0)).collect();
    let settings = crate::settings::current(&mut tx).await?;
    let values = table::values_of_parts(&mut tx, &parts).await?;
    let used = table::use_of_parts(&mut tx, &parts).await?;
    let money = table::money_of_parts(&mut tx, &parts).await?;
    drop(tx);
    let named = values.iter().map(|row| &row.product).chain(used.iter().map(|row| &row.product));
    let named: BTreeSet<&str> = named.chain(money.iter().map(|row| &row.product)).map(String::as_str).collect();
    let zone = settings.zone();
    let today = zone.day_of(now);
    let of = |name: &str| {
        let told = values.iter().filter(|row| row.product == name).map(|row| ToldValue {
            name: row.name.clone(),
            json: row.value.clone(),
            at: Instant(row.at),
        });
        let state = state_of(told).into_iter().map(|(name, (value, at))| StateValue { name, value, at }).collect();
        let slots = used.iter().filter(|row| row.product == name).map(|row| (row.slot, row.events));
        let rows = money.iter().filter(|row| row.product == name).map(|row| OrderMoney {
            order_no: row.order_no.clone(),
            is_purchase: row.kind == FactKind::Order.code(),
            at: Instant(row.at),
            amount_minor: row.amount_minor,
        });
        ProductProgress {
            product: name.to_owned(),
            state,
            used: use_of(slots, &zone, today),
            paid: paid_of(&rows.collect::<Vec<_>>(), now),
        }
    };
    let products = named.into_iter().filter(|name| product.is_none_or(|product| product == *name)).map(of).collect();
    Ok(CustomerProgress { customer: whole.customer, as_of: now, currency: settings.currency, products })
}

/// Notes what the facts of a block say, in the commit that applies it.
pub(crate) async fn note_progress(app: &App, tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    let mut values: BTreeMap<(i64, String, String), (i64, String)> = BTreeMap::new();
    let mut used: BTreeMap<(i64, String, i64), i64> = BTreeMap::new();
    let mut orders: BTreeMap<(i64, String), String> = BTreeMap::new();
    let first_slot = first_kept_slot(app.clock.now());
    for one in &block.facts {
        let Some(part) = one.customer.map(|part| i64::from(part.0)) else { continue };
        let fact = &one.fact;
        if fact.kind == FactKind::Order {
            if let (Some(order_no), Some(product)) = (&fact.order_no, product_of_order(fact)) {
                let first = orders.entry((part, order_no.clone())).or_insert_with(|| product.clone());
                if product < *first {
                    *first = product;
                }
            }
            continue;
        }
        let Some(word) = word_of_event(fact) else { continue };
        let slot = slot_of(fact.at);
        if slot >= first_slot {
            *used.entry((part, word.product.clone(), slot)).or_default() += 1;
        }
        for (name, json) in word.values {
            let known = values.entry((part, word.product.clone(), name)).or_insert_with(|| (fact.at.0, json.clone()));
            if holds_over(fact.at, &json, Instant(known.0), &known.1) {
                *known = (fact.at.0, json);
            }
        }
    }
    if !values.is_empty() {
        let row = |((part_number, product, name), (at, value))| ValueRow { part_number, product, name, value, at };
        table::tell(tx, &values.into_iter().map(row).collect::<Vec<_>>()).await?;
    }
    if !used.is_empty() {
        let row = |((part_number, product, slot), events)| UseRow { part_number, product, slot, events };
        table::add_use(tx, &used.into_iter().map(row).collect::<Vec<_>>()).await?;
    }
    if !orders.is_empty() {
        let row = |((part_number, order_no), product)| ProductOrderRow { part_number, order_no, product };
        table::note_orders(tx, &orders.into_iter().map(row).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

fn word_of_event(fact: &Fact) -> Option<perennial_domain::progress::Word> {
    let tracked = fact.tracked.as_deref().filter(|_| fact.kind == FactKind::Event)?;
    word_of(tracked.name.as_deref()?, tracked.properties.as_deref()?)
}

/// A property of the message that told it: files and programs do not name products so far.
fn product_of_order(fact: &Fact) -> Option<String> {
    let properties = fact.tracked.as_deref()?.properties.as_deref()?;
    // Most orders name their products only, and are not read again.
    if !properties.contains("\"product\"") {
        return None;
    }
    product_of(serde_json::from_str::<Value>(properties).ok()?.get(PRODUCT)?)
}

/// Use that nobody looks at any more goes.
pub(crate) async fn forget_old_use(app: &App) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    table::forget_use(&mut tx, first_kept_slot(app.clock.now())).await?;
    tx.commit().await
}
