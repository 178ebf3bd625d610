//! A till tells an order of nobody, and gets a code for it.

use super::settings;
use super::view::Receipt;
use super::{RECEIPTS_SOURCE, ReceiptError};
use crate::App;
use crate::access::idempotency::Once;
use crate::access::{Actor, require, sha256};
use crate::codes::ensure_source;
use crate::pipeline::{CLAIMED, keys_of_order};
use crate::random::new_id;
use crate::upserts::{self, Read};
use perennial_domain::access::Right;
use perennial_domain::fact::{Fact, FactKind};
use perennial_domain::receipt::{SKEW_SECONDS_MAX, TOKEN_CHARACTERS, expires_at, is_valid_hours, token_of};
use perennial_domain::stores::check_code;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_domain::upsert::{ItemError, OrderStatus, OrderTold};
use perennial_store::orders::GUEST;
use perennial_store::receipts::{self as table, ReceiptRow};
use perennial_store::{StoreError, orders};

/// The code is known to whoever asked for it, and to nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    pub receipt: Receipt,
    pub token: String,
}

/// Tells the order, as every program does, and makes a code for it. Asked again for the same order, it gives another code in
/// the place of the one before, as long as nobody has claimed it.
pub async fn issue(
    app: &App,
    actor: &Actor,
    source: &str,
    order: Read<OrderTold>,
    valid_hours: Option<u32>,
) -> Result<Issued, ReceiptError> {
    require(actor, Right::FactsWrite)?;
    if valid_hours.is_some_and(|hours| !is_valid_hours(hours)) {
        return Err(ReceiptError::field("valid_hours", "1 to 720"));
    }
    let now = app.clock.now();
    let mut order = order.map_err(ReceiptError::Order)?;
    let errors = wrong_of_receipt(&mut order, now);
    if !errors.is_empty() {
        return Err(ReceiptError::Order(errors));
    }
    let (fact, currency) = upserts::facts_of(app, source, &order).await?.map_err(ReceiptError::Order)?;
    let is_purchase = |fact: &Fact| fact.kind == FactKind::Order && fact.amount_minor().is_none_or(|amount| amount > 0);
    let fact = fact.into_iter().find(is_purchase).ok_or_else(|| {
        ReceiptError::Order(vec![ItemError::new("/lines", "no_purchase", "a purchase of more than gifts")])
    })?;
    if has_its_customer(app, source, &fact).await? {
        return Err(ReceiptError::Claimed);
    }
    let told = upserts::tell_orders(app, actor, source, &[Ok(order.clone())], &Once::unkeyed()).await?;
    if let Some(errors) = told.items.into_iter().find(|errors| !errors.is_empty()) {
        return Err(ReceiptError::Order(errors));
    }
    let mut tx = app.store.write().await?;
    let valid_hours = match valid_hours {
        Some(hours) => hours,
        None => settings::load(&mut tx).await?.settings.valid_hours,
    };
    let mut row = row_of(app, actor, source, &order, &fact, now);
    row.currency = currency.code().to_owned();
    row.expires_at = expires_at(now, valid_hours);
    let mut random = [0; TOKEN_CHARACTERS];
    app.random.fill(&mut random);
    let token = token_of(&random);
    let hash = sha256(token.as_bytes());
    ensure_source(app, &mut tx, &Actor::System("receipts"), RECEIPTS_SOURCE, "receipts").await?;
    if !table::insert(&mut tx, &row, &hash).await? {
        if !table::renew(&mut tx, &row, &hash).await? {
            return Err(ReceiptError::Claimed);
        }
        let key = fact.key.0.to_be_bytes();
        row = table::by_order(&mut tx, &key).await?.unwrap_or(row);
    }
    tx.commit().await?;
    metrics::counter!("receipts_issued_total").increment(1);
    Ok(Issued { receipt: Receipt::of(row, None, now), token })
}

fn row_of(app: &App, actor: &Actor, source: &str, order: &OrderTold, fact: &Fact, now: Instant) -> ReceiptRow {
    let word = |name: &str| fact.traits.iter().find(|one| one.name == name).and_then(|one| check_code(&one.value));
    ReceiptRow {
        id: new_id(app.random.as_ref(), "rcp", now),
        source: source.to_owned(),
        order_no: fact.order_no.clone().unwrap_or_default(),
        order_key: fact.key.0.to_be_bytes().to_vec(),
        fact: serde_json::to_string(fact).unwrap_or_default(),
        currency: String::new(),
        amount_minor: fact.amount_minor().unwrap_or(0),
        store_code: order.store.as_deref().and_then(check_code).unwrap_or_default(),
        clerk_code: word("clerk"),
        ordered_at: fact.at,
        created_by: actor.id().to_owned(),
        created_at: now,
        expires_at: now,
        claimed_at: None,
        claimed_by: None,
        part_number: None,
    }
}

/// What an order must be beside what every order must. The clock of a till may be a little ahead: then it is of now.
fn wrong_of_receipt(order: &mut OrderTold, now: Instant) -> Vec<ItemError> {
    let mut errors = Vec::new();
    let mut demand = |holds: bool, pointer: &str, code: &'static str, allowed: &str| {
        if !holds {
            errors.push(ItemError::new(pointer, code, allowed));
        }
    };
    demand(
        order.identifiers.is_empty(),
        "/identifiers",
        "not_allowed",
        "none: whoever scans the code says who they are",
    );
    demand(order.status == OrderStatus::Paid, "/status", "not_allowed", "paid");
    let is_back = order.refund_minor.is_some() || order.lines.iter().any(|line| line.refund_minor.is_some());
    demand(!is_back, "/refund_minor", "not_allowed", "nothing: tell it when something is paid back");
    let has_store = order.store.as_deref().and_then(check_code).is_some();
    demand(has_store, "/store", "missing_value", "the code of the store");
    if let Some(at) = Instant::parse_rfc3339(&order.ordered_at) {
        let is_near = at.0 <= now.0 + SKEW_SECONDS_MAX * MICROS_PER_SECOND;
        demand(is_near, "/ordered_at", "in_the_future", "not later than now");
        if at > now && is_near {
            order.ordered_at = now.rfc3339();
        }
    }
    errors
}

/// Whether a guest's order became somebody's, by a receipt or because it was told again with its customer.
async fn has_its_customer(app: &App, source: &str, fact: &Fact) -> Result<bool, StoreError> {
    let [key, ..] = keys_of_order(source, fact.order_no.as_deref().unwrap_or_default()).map(|key| key.0.to_be_bytes());
    let mut tx = app.store.read().await?;
    let is_claimed = table::by_order(&mut tx, &key).await?.is_some_and(|row| row.claimed_at.is_some());
    Ok(is_claimed || orders::load(&mut tx, &[(GUEST, key)]).await?.iter().any(|row| row.kind == CLAIMED))
}
