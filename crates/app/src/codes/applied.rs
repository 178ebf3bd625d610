//! Scans of an applied block become rows, in the commit of the block.

use super::{OWN_SOURCE, SCANNED};
use perennial_domain::fact::AppliedBlock;
use perennial_store::codes::{self as table, NewScan};
use perennial_store::{StoreError, WriteTx};
use serde::Deserialize;
use std::collections::HashSet;

/// What a scan's fact says beside the parameters of its code.
#[derive(Deserialize)]
struct Properties {
    code_id: String,
    #[serde(default)]
    region: String,
}

pub(crate) async fn note_scans(tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    if block.source != OWN_SOURCE {
        return Ok(());
    }
    let mut scans = Vec::new();
    for one in &block.facts {
        let Some(tracked) = one.fact.tracked.as_deref().filter(|one| one.name.as_deref() == Some(SCANNED)) else {
            continue;
        };
        let properties = tracked.properties.as_deref().and_then(|text| serde_json::from_str::<Properties>(text).ok());
        let Some(Properties { code_id, region }) = properties else { continue };
        let part_number = one.customer.map(|part| i64::from(part.0));
        scans.push(NewScan { code_id, part_number, at: one.fact.at, region, is_first: false });
    }
    if scans.is_empty() {
        return Ok(());
    }
    let mut pairs: Vec<(String, i64)> =
        scans.iter().filter_map(|scan| Some((scan.code_id.clone(), scan.part_number?))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut known: HashSet<(String, i64)> = table::scanned_before(tx, &pairs).await?.into_iter().collect();
    for scan in &mut scans {
        scan.is_first = scan.part_number.is_some_and(|part| known.insert((scan.code_id.clone(), part)));
    }
    table::add_scans(tx, &scans).await
}
