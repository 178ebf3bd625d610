//! A customer by any of the identifiers that a person may have at hand.

use super::error::CustomerError;
use crate::App;
use crate::access::{Actor, require};
use crate::identity::whole;
use perennial_domain::access::Right;
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::ids::CustomerNumber;
use perennial_store::{customers as table, identity};

/// By public id, also one that was merged away, or by an identifier of any type in any form that its type knows.
pub async fn find_customer(app: &App, actor: &Actor, text: &str) -> Result<CustomerNumber, CustomerError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let scope = actor.scope();
    if let Some(number) = CustomerNumber::from_public_id(text.trim()) {
        let customer = whole(&mut tx, number).await?.customer;
        let is_seen = scope.is_everyone() || table::get(&mut tx, scope, i64::from(customer.0)).await?.is_some();
        return if is_seen { Ok(customer) } else { Err(CustomerError::NotFound) };
    }
    let forms: Vec<Identifier> =
        IdentifierType::ALL.into_iter().filter_map(|kind| Identifier::normalise(kind, text).ok()).collect();
    let keys: Vec<(&str, &str)> = forms.iter().map(|one| (one.kind.code(), one.value.as_str())).collect();
    let owners = identity::owners(&mut tx, &keys).await?.into_values();
    let mut found: Vec<u32> = owners.map(|owner| owner.customer_number).collect();
    found.sort_unstable();
    found.dedup();
    if !scope.is_everyone() {
        let numbers: Vec<i64> = found.iter().copied().map(i64::from).collect();
        let seen = table::among(&mut tx, scope, &numbers).await?;
        found.retain(|number| seen.contains(&i64::from(*number)));
    }
    match found.as_slice() {
        [] => Err(CustomerError::NotFound),
        [number] => Ok(CustomerNumber(*number)),
        several => Err(CustomerError::Ambiguous(several.iter().copied().map(CustomerNumber).collect())),
    }
}
