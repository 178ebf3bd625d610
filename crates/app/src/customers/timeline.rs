//! What happened with one customer, newest first.

use super::error::CustomerError;
use crate::App;
use crate::access::{Actor, base64url_decode, base64url_encode, require};
use crate::identity::whole;
use perennial_domain::access::Right;
use perennial_domain::fact::{FactKey, FactKind};
use perennial_domain::fact_filter::FactFilter;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_history::{HistoryFact, TIMELINE_PAGE_MAX};
use perennial_store::customers as table;
use std::collections::HashMap;

/// A fact with a name that tells it apart from others of the same order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineItem {
    pub id: String,
    /// What a person would call it: the first product, the order number, the event, or the names of the traits.
    pub title: String,
    pub fact: HistoryFact,
}

/// A page of facts of the kinds wanted. The page may be a little longer than `limit`: facts of one order at one
/// time stay together.
pub async fn customer_timeline(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    kinds: Option<&[FactKind]>,
    cursor: Option<&str>,
    limit: usize,
) -> Result<(Vec<TimelineItem>, Option<String>), CustomerError> {
    require(actor, Right::CustomersRead)?;
    let whole = {
        let mut tx = app.store.read().await?;
        let whole = whole(&mut tx, customer).await?;
        table::get(&mut tx, actor.scope(), i64::from(whole.customer.0)).await?.ok_or(CustomerError::NotFound)?;
        whole
    };
    let head = head_of(whole.customer, kinds);
    let before = cursor.map(|text| decode_cursor(&head, text)).transpose()?;
    let facts = facts_of(app, &whole.parts, &FactFilter::of_kinds(kinds), before, limit).await?;
    let next = facts.last().filter(|_| facts.len() >= limit).map(|last| encode_cursor(&head, last.at, last.key));
    Ok((items_of(facts), next))
}

/// A page of the facts of all profiles of one customer, as [`perennial_history::History::timeline_of`] gives it for one.
pub(super) async fn facts_of(
    app: &App,
    parts: &[CustomerNumber],
    wanted: &FactFilter,
    before: Option<(Instant, FactKey)>,
    limit: usize,
) -> Result<Vec<HistoryFact>, CustomerError> {
    let mut facts: Vec<HistoryFact> = Vec::new();
    for part in parts {
        facts.extend(app.history.timeline_of(*part, wanted, before, limit).await?);
    }
    if parts.len() > 1 {
        cut_page(&mut facts, limit);
    }
    Ok(facts)
}

/// Of the pages of several profiles the newest facts. Each page ends with whole orders, so this one does as well.
fn cut_page(facts: &mut Vec<HistoryFact>, limit: usize) {
    // Stable: what is at one place of a profile stays in its order.
    facts.sort_by_key(|fact| std::cmp::Reverse((fact.at, fact.key)));
    let limit = limit.min(TIMELINE_PAGE_MAX);
    let Some(last) = limit.checked_sub(1).and_then(|place| facts.get(place)).map(|fact| (fact.at, fact.key)) else {
        return;
    };
    let length = facts.iter().position(|fact| (fact.at, fact.key) < last).unwrap_or(facts.len());
    facts.truncate(length);
}

pub(super) fn items_of(facts: Vec<HistoryFact>) -> Vec<TimelineItem> {
    let mut seen: HashMap<FactKey, u32> = HashMap::new();
    let items = facts.into_iter().map(|fact| {
        // Lines that were added to an order later carry the order's key.
        let earlier = seen.entry(fact.key).or_insert(0);
        let id = if *earlier == 0 { fact.key.hex() } else { format!("{}-{earlier}", fact.key.hex()) };
        *earlier += 1;
        TimelineItem { id, title: title_of(&fact), fact }
    });
    items.collect()
}

fn title_of(fact: &HistoryFact) -> String {
    if fact.kind == FactKind::CustomerUpdate {
        return fact.traits.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
    }
    if let Some(name) = fact.tracked.as_ref().filter(|_| fact.kind.is_message()).map(|tracked| tracked.name.clone()) {
        return name.unwrap_or_else(|| fact.traits.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "));
    }
    let product = fact.lines.iter().find_map(|line| line.name.clone().or_else(|| line.sku.clone()));
    product.or_else(|| fact.order_no.clone()).unwrap_or_default()
}

fn head_of(customer: CustomerNumber, kinds: Option<&[FactKind]>) -> String {
    let kinds: Vec<&str> = kinds.unwrap_or_default().iter().map(|kind| kind.code()).collect();
    format!("timeline.{}.{}", customer.0, kinds.join(","))
}

pub(super) fn encode_cursor(head: &str, at: Instant, key: FactKey) -> String {
    base64url_encode(format!("{head}~{}~{}", at.0, key.hex()).as_bytes())
}

pub(super) fn decode_cursor(head: &str, text: &str) -> Result<(Instant, FactKey), CustomerError> {
    let plain = base64url_decode(text).and_then(|bytes| String::from_utf8(bytes).ok());
    let mut parts = plain.as_deref().unwrap_or_default().split('~');
    let (found, at, key) = (parts.next(), parts.next(), parts.next());
    let at = at.and_then(|at| at.parse().ok()).map(Instant);
    let key = key.and_then(|key| u128::from_str_radix(key, 16).ok()).map(FactKey);
    match (found == Some(head), at, key) {
        (true, Some(at), Some(key)) => Ok((at, key)),
        _ => Err(CustomerError::CursorMismatch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeline_cursor_belongs_to_its_customer_and_kinds() {
        let head = head_of(CustomerNumber(7), Some(&[FactKind::Order]));
        let cursor = encode_cursor(&head, Instant(-3), FactKey(u128::MAX));
        assert_eq!(decode_cursor(&head, &cursor).unwrap(), (Instant(-3), FactKey(u128::MAX)));
        let other = head_of(CustomerNumber(8), Some(&[FactKind::Order]));
        assert!(matches!(decode_cursor(&other, &cursor), Err(CustomerError::CursorMismatch)));
    }
}
