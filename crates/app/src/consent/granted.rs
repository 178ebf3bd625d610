//! On which decision of a customer something is kept.

use super::note::decided_of;
use super::register::{Collects, purposes_in_tx};
use perennial_domain::consent::{Decided, Decision, holding};
use perennial_store::consents::{self as table, ConsentRow};
use perennial_store::{ReadTx, StoreError};
use std::collections::HashMap;

/// Of traits by name and source, the id of the decision that holds for a purpose under which the trait of that source is
/// collected, where that grants it. Where several do, the newest.
pub(crate) async fn granted_for(
    tx: &mut ReadTx<'_>,
    parts: &[i64],
    traits: &[(String, String)],
) -> Result<HashMap<(String, String), String>, StoreError> {
    let mut found = HashMap::new();
    if traits.is_empty() {
        return Ok(found);
    }
    let rows = table::of_parts(tx, parts).await?;
    if rows.is_empty() {
        return Ok(found);
    }
    let mut granted: Vec<(ConsentRow, Collects)> = Vec::new();
    for purpose in purposes_in_tx(tx).await?.into_iter().filter(|purpose| !purpose.settings.collects.traits.is_empty())
    {
        let own: Vec<(&ConsentRow, Decided)> = rows
            .iter()
            .filter(|row| row.purpose == purpose.code)
            .filter_map(|row| Some((row, decided_of(row)?)))
            .collect();
        let decided: Vec<Decided> = own.iter().map(|(_, decided)| *decided).collect();
        if let Some(place) = holding(&decided)
            && decided[place].decision == Decision::Granted
        {
            granted.push((own[place].0.clone(), purpose.settings.collects));
        }
    }
    granted.sort_by_key(|(row, _)| std::cmp::Reverse(row.at));
    for (name, source) in traits {
        let covers = |collects: &Collects| collects.is_of(source) && collects.has_trait(name);
        if let Some((row, _)) = granted.iter().find(|(_, collects)| covers(collects)) {
            found.insert((name.clone(), source.clone()), row.id.clone());
        }
    }
    Ok(found)
}
