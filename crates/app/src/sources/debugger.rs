//! What arrives at a source, as it happens: the newest messages that were accepted, known already, refused, or kept
//! aside.
//!
//! Bounded for each outcome ([`LOG_ENTRIES_KEPT`]), so that a flood of one does not push out the others. Of a flood of
//! accepted messages, a few of each commit are shown.

use super::error::SourceError;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::time::Instant;
use perennial_store::tracking::{self, LogRow};
use perennial_store::{StoreError, sources as table};

/// Entries of each source and outcome.
pub const LOG_ENTRIES_KEPT: i64 = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Accepted,
    /// A message of this source with this id was accepted before.
    Duplicate,
    Refused,
    /// Not as planned, and kept aside until somebody releases or discards it.
    Quarantined,
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Duplicate, Self::Refused, Self::Quarantined];

    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Refused => "refused",
            Self::Quarantined => "quarantined",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Grows with every entry of the workspace.
    pub id: i64,
    pub at: Instant,
    pub outcome: Outcome,
    /// The type of the message, where it has one.
    pub kind: Option<String>,
    pub name: Option<String>,
    pub message_id: Option<String>,
    /// Why it was refused or kept aside, or what is to be known of one that was accepted.
    pub reason: Option<String>,
    /// Names and types of a refused message, or what of another is not as planned; without its values.
    pub shape: Option<String>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct LogQuery {
    pub outcome: Option<Outcome>,
    /// Only what is newer than this entry: for whoever looks on.
    pub after: Option<i64>,
    /// Only what is older: the next page.
    pub before: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    /// The newest first.
    pub entries: Vec<LogEntry>,
    /// Before which entry the next page begins; `None` at the end.
    pub next_before: Option<i64>,
}

pub async fn source_log(
    app: &App,
    actor: &Actor,
    id: &str,
    query: LogQuery,
    limit: usize,
) -> Result<LogPage, SourceError> {
    require(actor, Right::SourcesRead)?;
    let mut tx = app.store.read().await?;
    table::get(&mut tx, id).await?.ok_or(SourceError::NotFound)?;
    let outcome = query.outcome.map(Outcome::code);
    let (after, before) = (query.after.unwrap_or(0), query.before.unwrap_or(i64::MAX));
    let mut rows = tracking::log(&mut tx, id, outcome, after, before, limit as i64 + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_before = if more { rows.last().map(|row| row.id) } else { None };
    let entries = rows.into_iter().map(entry_of).collect::<Result<_, _>>()?;
    Ok(LogPage { entries, next_before })
}

fn entry_of(row: LogRow) -> Result<LogEntry, StoreError> {
    let wrong = || StoreError::Inconsistency { table: "source_log", column: "outcome", row: row.id.to_string() };
    Ok(LogEntry {
        id: row.id,
        at: row.at,
        outcome: Outcome::parse(&row.outcome).ok_or_else(wrong)?,
        kind: row.kind,
        name: row.name,
        message_id: row.message_id,
        reason: row.reason,
        shape: row.shape,
    })
}
