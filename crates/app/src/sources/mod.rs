//! Sources: the touch-points that send facts as they happen, and what came from each.
//!
//! Tables: `sources`; read: `source_counts`, `source_log`. Invariants: a write key is shown once and stored as its
//! hash; after a rotation the earlier key works until a stated instant, and the one before it no more; every change
//! stands in the audit log in the same commit; what the log shows of a message has no values of it.
//!
//! Accepting is in [`crate::tracking`].

mod change;
mod debugger;
mod error;
mod key;
mod view;

pub use change::{NewSource, create_source, rotate_write_key, set_state, update_source};
pub use debugger::{LOG_ENTRIES_KEPT, LogEntry, LogPage, LogQuery, Outcome, source_log};
pub use error::SourceError;
pub(crate) use key::hash_of;
pub use key::{KEY_OVERLAP_SECONDS_DEFAULT, WRITE_KEY_PREFIX};
pub(crate) use view::settings_of;
pub use view::{Counts, DayCounts, Source, SourceView, facts_count, get_source, list_sources};
