//! Facts as lines of JSON.

use super::PullError;
use crate::access::{Actor, require};
use crate::{App, as_json, audit};
use perennial_domain::access::Right;
use perennial_domain::fact::FactKind;
use perennial_domain::ids::CustomerNumber;
use perennial_history::{Changes, HistoryFact};
use perennial_store::{Database, Scope, customers as table, parts};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Facts after a cursor.
pub struct FactsPull {
    store: Database,
    scope: Scope,
    changes: Changes,
}

/// `after`: the cursor of the pull before, 0 for all.
pub async fn begin_facts(
    app: &App,
    actor: &Actor,
    after: i64,
    kinds: Option<&[FactKind]>,
) -> Result<FactsPull, PullError> {
    require(actor, Right::CustomersExport)?;
    let changes = app.history.changes(after, kinds).await?;
    if !(0..=changes.upto()).contains(&after) {
        return Err(PullError::CursorMismatch);
    }
    let codes: Option<Vec<&str>> = kinds.map(|kinds| kinds.iter().map(|kind| kind.code()).collect());
    let mut tx = app.store.write().await?;
    audit::append(app, &mut tx, actor, "facts.pulled", "facts", json!({ "kinds": codes })).await?;
    tx.commit().await?;
    Ok(FactsPull { store: app.store.clone(), scope: actor.scope().clone(), changes })
}

impl FactsPull {
    /// Where the next pull begins.
    pub fn cursor(&self) -> i64 {
        self.changes.upto()
    }

    /// The next lines; none at the end.
    pub async fn next_lines(&mut self) -> Result<Option<String>, PullError> {
        let Some(mut facts) = self.changes.next().await? else { return Ok(None) };
        let customers = customers_of(&self.store, &facts).await?;
        if !self.scope.is_everyone() {
            // What nobody's is, as a purchase of a guest, is no customer's of the scope either.
            let customer_of = |fact: &HistoryFact| {
                fact.customer.map(|part| i64::from(customers.get(&part.0).copied().unwrap_or(part.0)))
            };
            let mut numbers: Vec<i64> = facts.iter().filter_map(customer_of).collect();
            numbers.sort_unstable();
            numbers.dedup();
            let seen = table::among(&mut self.store.read().await?, &self.scope, &numbers).await?;
            facts.retain(|fact| customer_of(fact).is_some_and(|number| seen.binary_search(&number).is_ok()));
        }
        let mut lines = String::new();
        for fact in &facts {
            let customer = fact.customer.map(|part| customers.get(&part.0).copied().unwrap_or(part.0));
            lines.push_str(&line_of(fact, customer.map(CustomerNumber)).to_string());
            lines.push('\n');
        }
        Ok(Some(lines))
    }
}

/// Whom profiles are part of today, where it is not themselves.
async fn customers_of(store: &Database, facts: &[HistoryFact]) -> Result<HashMap<u32, u32>, PullError> {
    let mut numbers: Vec<i64> = facts.iter().filter_map(|fact| Some(i64::from(fact.customer?.0))).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut tx = store.read().await?;
    let pairs = parts::together(&mut tx, &numbers).await?;
    let number = |stored: i64| u32::try_from(stored).ok();
    Ok(pairs.into_iter().filter_map(|(part, customer)| Some((number(part)?, number(customer)?))).collect())
}

fn line_of(fact: &HistoryFact, customer: Option<CustomerNumber>) -> Value {
    let traits: Map<String, Value> =
        fact.traits.iter().map(|one| (one.name.clone(), one.value.clone().into())).collect();
    let mut told = json!({
        "kind": fact.kind.code(),
        "key": fact.key.hex(),
        "at": fact.at.rfc3339(),
        "customer_id": customer.map(CustomerNumber::public_id),
        "source": fact.source,
        "import_id": fact.import_id,
        "order_no": fact.order_no,
        "first": fact.first,
        "amount": fact.amount_minor.map(|minor| as_json::money(minor, fact.currency)),
        "lines": as_json::lines(&fact.lines),
        "identifiers": fact.identifiers,
        "traits": traits,
    });
    if let Some(tracked) = &fact.tracked {
        told["message_id"] = tracked.message_id.as_str().into();
        told["event"] = tracked.name.as_deref().into();
        let properties = tracked.properties.as_deref().and_then(|text| serde_json::from_str(text).ok());
        told["properties"] = properties.unwrap_or(Value::Null);
        told["received_at"] = tracked.received_at.rfc3339().into();
    }
    told
}
