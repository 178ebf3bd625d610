//! Segments: whom a brand means, as rules with a name, and why a rule holds for a customer.
//!
//! | what | where |
//! |---|---|
//! | what rules can speak of in this workspace | [`catalogue`], [`catalogue_in_tx`] |
//! | which events and properties there are, noted in the commit that applies the facts | [`note_seen`] |
//! | a rule as text and as JSON, with all that is wrong with it | [`read_rule`] |
//! | segments in versions, made, changed, archived | [`create_segment`], [`update_segment`], [`set_segment_archived`], [`list_segments`], [`get_segment`], [`segment_versions`] |
//! | all that is known of a customer, as rules see it | [`life_of`], [`life_in`] |
//! | why a rule holds for a customer, and until when | [`explain`] |
//! | who is in which segment, now | [`live`] |
//! | whom a rule means at any instant, from the history alone | [`who_over_history`] |
//! | tags that follow a segment | [`put_automatic_tag`], [`remove_automatic_tag`], [`list_automatic_tags`], set and removed by [`live::keep_tags`] |
//!
//! Tables: `segments`, `segment_versions`, `seen_properties`, `automatic_tags`, `customer_changes`, `segment_moves`, `segment_marks`; all else is read from what other slices keep. Invariants: a
//! segment has a rule that could be used when it was saved; it is changed by who knows its version, and every version is
//! kept; segments do not stand on each other in a circle, and none on an archived one; every change stands in the audit log
//! with what it changed of the rule. Who is in a segment is asked; who came and went is written down.

mod automatic;
mod catalogue;
mod error;
mod explain;
mod known;
mod life;
pub mod live;
mod over_history;
mod read;
mod register;
mod seen;

pub use automatic::{AutomaticTag, list_automatic_tags, put_automatic_tag, remove_automatic_tag};
pub(crate) use automatic::{Following, followed};
pub(crate) use catalogue::catalogue_in_tx;
pub use catalogue::{WORKED_OUT, catalogue};
pub use error::SegmentError;
pub use explain::{Asked, Deciding, Explained, Part, explain};
pub(crate) use known::{Registry, believed};
pub(crate) use life::KINDS;
pub use life::{FACTS_MAX, Life, life_of};
pub use over_history::{Meant, who_over_history};
pub use read::{ReadProblem, ReadRule, RuleText, read_rule};
pub(crate) use read::{of_json, read};
pub use register::{
    SEGMENTS_MAX, Segment, SegmentQuery, SegmentSettings, SegmentVersion, Uses, create_segment, get_segment,
    list_segments, segment_versions, set_segment_archived, update_segment, uses_of,
};
pub(crate) use register::{
    clauses, create_in_tx, is_segment_code, segments_in_tx, set_archived_in_tx, tell_difference, update_in_tx,
};
pub(crate) use seen::note_seen;
