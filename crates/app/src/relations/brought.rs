//! Whom customers brought within a time: for figures that compare all of them.

use super::tree::edges_above;
use perennial_domain::time::Instant;
use perennial_store::relations as table;
use perennial_store::{ReadTx, StoreError};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Brought {
    /// Others who came by a share or an invitation, each once, whoever else they came by.
    pub readers: u32,
    /// Those about whom this one's word holds, and who registered after it for the first time.
    pub registrations: u32,
}

/// Customers who brought anybody from the one instant until before the other.
pub(crate) async fn brought(
    tx: &mut ReadTx<'_>,
    from: Instant,
    until: Instant,
) -> Result<BTreeMap<u32, Brought>, StoreError> {
    let mut found: BTreeMap<u32, Brought> = BTreeMap::new();
    for (inviter, readers) in table::readers(tx, from.0, until.0).await? {
        let Ok(inviter) = u32::try_from(inviter) else { continue };
        found.entry(inviter).or_default().readers = u32::try_from(readers).unwrap_or(u32::MAX);
    }
    let registered = table::registered(tx, from.0, until.0).await?;
    let registered: Vec<(u32, Instant)> = registered
        .into_iter()
        .filter_map(|(customer, at)| Some((u32::try_from(customer).ok()?, Instant(at))))
        .collect();
    let edges = edges_above(tx, registered.iter().map(|(customer, _)| *customer).collect()).await?;
    for (customer, at) in registered {
        // Whoever came by somebody only later had registered by themselves.
        if let Some(edge) = edges.get(&customer).filter(|edge| edge.at <= at) {
            found.entry(edge.inviter).or_default().registrations += 1;
        }
    }
    Ok(found)
}
