//! Reach: over which channels a brand can speak to whom and what that costs, which buyers have become connections, and how
//! strangers become customers.
//!
//! | what | where |
//! |---|---|
//! | channels with their identifiers, consent, quota and cost | [`read_channels`], [`put_channels`] |
//! | messages that were sent, noted in the commit that applies the facts | [`note_sent`] |
//! | the pool: contacts, who is reachable now, cost by channel | [`pool`] |
//! | the connection rate of buyers, by store, SKU or clerk | [`connection_rate`] |
//! | the funnel from paid clicks to buyers, by source | [`funnel`] |
//! | coverage: where members live, and where anybody sells | [`coverage`], [`put_sales_provinces`] |
//! | who is behind a figure | [`pool_people`], [`funnel_people`], [`coverage_people`] |
//!
//! Table: `sent_messages`, and two documents in `settings`; the rest is read from what other slices keep. Invariants: figures
//! are of whole customers and of now; each is counted when it is asked for, none is kept (what that costs stands in
//! `docs/reach.md`); they are of the whole workspace, so that who sees a part of the customers is not told them.

mod channels;
mod connection;
mod coverage;
mod funnel;
mod note;
mod people;
mod pool;

pub use channels::{VersionedChannels, put_channels, read_channels};
pub use connection::{ConnectionBy, ConnectionGroup, ConnectionQuery, ConnectionRate, connection_rate};
pub use coverage::{
    Coverage, CoverageQuery, Living, MembersOf, ProvinceCoverage, SalesProvinces, Side, Through, coverage,
    coverage_people, put_sales_provinces, read_sales_provinces,
};
pub use funnel::{Funnel, FunnelSource, FunnelStep, SuperUsers, funnel};
pub(crate) use note::{forget_old_messages, note_sent};
pub use people::{FunnelFigure, FunnelPeopleQuery, PoolFigure, ReachPerson, funnel_people, pool_people};
pub use pool::{Pool, PoolChannel, pool};

use crate::access::Forbidden;
use perennial_domain::settings::FieldError;
use perennial_domain::time::{Day, Instant, Zone};
use perennial_history::HistoryError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum ReachError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Codes(#[from] crate::codes::CodeError),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("it was changed by somebody else")]
    VersionConflict,
}

impl ReachError {
    fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}

/// Of one question: what is read, and for SKUs held in memory, grows with them.
const DAYS_MAX: i32 = 366;

/// From the begin of the first day to the end of the last, in the brand's zone.
fn span_of(zone: &Zone, from: Day, to: Day) -> Result<(Instant, Instant), ReachError> {
    if to.0.saturating_sub(from.0) >= DAYS_MAX {
        return Err(ReachError::field("to", "at most 366 days from the day of from on"));
    }
    let span = zone.start_of_day(from).zip(end_of(zone, to));
    span.filter(|(start, end)| start < end).ok_or_else(|| ReachError::field("to", "a day that is not before from"))
}

fn end_of(zone: &Zone, day: Day) -> Option<Instant> {
    zone.start_of_day(Day(day.0.saturating_add(1)))
}
