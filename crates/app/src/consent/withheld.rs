//! What is not taken in any more of somebody who withdrew a purpose: what was told before, and arrives late.

use super::register::Collects;
use perennial_domain::fact::Fact;
use perennial_domain::time::Instant;
use perennial_store::{ReadTx, StoreError, consents, sequences};
use std::collections::HashMap;

/// Of one profile and purpose.
pub(crate) struct Withheld {
    until: Instant,
    collects: Collects,
}

impl Withheld {
    /// The fact without what was collected under the purpose; none where that changes nothing.
    pub(crate) fn without(&self, source: &str, fact: &Fact) -> Option<Fact> {
        if fact.at > self.until || !self.collects.is_of(source) {
            return None;
        }
        let mut kept = fact.clone();
        self.collects.redaction().fact(&mut kept).then_some(kept)
    }
}

/// By profile. Where nobody ever withdrew anything there is nothing to look up.
pub(crate) async fn withheld_of(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<HashMap<i64, Vec<Withheld>>, StoreError> {
    let mut found: HashMap<i64, Vec<Withheld>> = HashMap::new();
    if parts.is_empty() || sequences::current(tx, sequences::WITHDRAWALS).await? == 0 {
        return Ok(found);
    }
    for row in consents::withdrawals_of_parts(tx, parts).await? {
        let wrong = |_| StoreError::Inconsistency { table: "withdrawals", column: "collects", row: row.id.clone() };
        let collects = serde_json::from_str(&row.collects).map_err(wrong)?;
        found.entry(row.part_number).or_default().push(Withheld { until: Instant(row.revoked_at), collects });
    }
    Ok(found)
}
