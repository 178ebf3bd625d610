//! Versions of rules as they are stored.

use perennial_domain::rewards::earning::{EarningRule, Versioned};
use perennial_domain::rewards::ledger::RuleVersion;
use perennial_domain::time::Instant;
use perennial_store::earning::{self, RuleRow};
use perennial_store::{ReadTx, StoreError};

/// All versions, by code and version.
pub(super) async fn versions(tx: &mut ReadTx<'_>) -> Result<Vec<Versioned>, StoreError> {
    earning::rules(tx).await?.iter().map(version_of).collect()
}

pub(super) fn version_of(row: &RuleRow) -> Result<Versioned, StoreError> {
    Ok(Versioned {
        id: RuleVersion { rule: row.code.clone(), version: u32::try_from(row.version).unwrap_or(u32::MAX) },
        since: row.changed_at,
        rule: rule_of(row)?,
        is_archived: row.archived_at.is_some(),
    })
}

pub(super) fn rule_of(row: &RuleRow) -> Result<EarningRule, StoreError> {
    let wrong = |_| StoreError::Inconsistency {
        table: "earning_rules",
        column: "definition",
        row: format!("{} {}", row.code, row.version),
    };
    serde_json::from_str(&row.definition).map_err(wrong)
}

/// The earliest instant at which an order can have earned anything; `None` where there never was a rule.
pub(super) fn earliest(versions: &[Versioned]) -> Option<Instant> {
    let begins = |one: &Versioned| one.rule.from.map_or(one.since, |from| from.max(one.since));
    versions.iter().filter(|one| !one.is_archived).map(begins).min()
}
