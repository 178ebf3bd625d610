//! Channel codes: short links with parameters, scanned by people and counted as facts.
//!
//! | step | where | commit |
//! |---|---|---|
//! | codes are made in bulk | [`create_codes`] | codes, audit, the answer of the request |
//! | somebody scans one | [`scan`] | that of all messages: a fact `Code Scanned` of the source [`OWN_SOURCE`] |
//! | the fact is applied | [`note_scans`] | that of the fact: a row in `code_scans` with its profile |
//! | what became of the scans | [`report`] | none |
//!
//! Tables: `channel_codes`, `code_scans`, `region_ranges`. Invariants: a scan is one fact, counted once, whatever dies; its
//! region is what a proxy of ours or the operator's table says, and nothing where neither does; the device that scanned
//! keeps its anonymous id, so that a sign-up there makes the scan the customer's.

mod applied;
mod change;
mod error;
mod own_source;
mod region;
mod report;
mod scan;

pub(crate) use applied::note_scans;
pub use change::{CodeChange, create_codes, get_code, list_codes, set_code_state, update_code};
pub use error::CodeError;
pub use own_source::OWN_SOURCE;
pub(crate) use own_source::{ensure_own_source, ensure_source};
pub use region::{RegionTable, put_regions, region_of};
pub use report::{ATTRIBUTION_DAYS, CodeReport, CodeScan, HourCount, Period, code_hours, code_scans, report};
pub use scan::{Scanned, Visitor, scan};
pub(crate) use scan::{message_of, read_message, read_own};

use perennial_domain::code::{CodeSettings, CodeState};
use perennial_domain::time::Instant;
use perennial_store::StoreError;
use perennial_store::codes::CodeRow;

/// The event of a scan.
pub const SCANNED: &str = "Code Scanned";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub id: String,
    /// What stands in the link behind `/s/`.
    pub slug: String,
    pub batch_id: String,
    pub settings: CodeSettings,
    pub state: CodeState,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

impl Code {
    /// What is stored is what this program wrote.
    pub(crate) fn of(row: CodeRow) -> Result<Self, StoreError> {
        let wrong = |column| StoreError::Inconsistency { table: "channel_codes", column, row: row.id.clone() };
        let parameters = serde_json::from_str(&row.parameters).map_err(|_| wrong("parameters"))?;
        let state = CodeState::parse(&row.state).ok_or_else(|| wrong("state"))?;
        Ok(Self {
            id: row.id,
            slug: row.slug,
            batch_id: row.batch_id,
            settings: CodeSettings {
                name: row.name,
                touch_point: row.touch_point,
                parameters,
                target: row.target,
                cost_minor: row.cost_minor,
            },
            state,
            created_by: row.created_by,
            created_at: row.created_at,
            version: row.version,
        })
    }
}
