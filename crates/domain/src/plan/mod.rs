//! Tracking plans: which events a source sends, with which properties; made from what arrives, then frozen; and what
//! of later facts is not as planned.
//!
//! | step | type |
//! |---|---|
//! | facts are seen | [`Observed`]: a bounded summary |
//! | a draft is made of it | [`Observed::draft`] |
//! | a person changes and freezes it | [`Plan`], [`Plan::check`], [`changes`] between two versions |
//! | facts are held against it | [`CompiledPlan::check`] gives [`Violation`]s |
//!
//! Invariants: all of this is pure. Summaries of parts, merged in any order, are the summary of the whole, also where a
//! limit was reached. A draft allows every fact that it was made from, as long as no limit on events was reached. A
//! value that is `null` is as if absent. Whatever is sent, checking ends in bounded time with at most
//! [`VIOLATIONS_MAX`] violations, none of which holds a value: what was found is shown by its type and a mask.
//!
//! A plan speaks of a type of message only where it has an event of that type: a plan of track events leaves pages
//! alone. Inside an object of which nothing is planned, everything is allowed.

mod changes;
mod check;
mod compile;
mod document;
mod draft;
mod observe;
mod path;
mod walk;

pub use changes::{Change, ChangeKind, changes};
pub use check::{Checked, Violation, ViolationKind};
pub use compile::CompiledPlan;
pub use document::{Plan, PlanError, PlanMode, PlannedEvent, PlannedProperty, TypeSet, ValueType};
pub use observe::{Observed, event_of};

use crate::tracking::MessageKind;

/// Events of a plan.
pub const PLAN_EVENTS_MAX: usize = 500;
/// Properties of an event in a plan.
pub const PLAN_PROPERTIES_MAX: usize = 200;
/// Values that a property may be limited to.
pub const PLAN_VALUES_MAX: usize = 100;
pub const PLAN_VALUE_CHARACTERS_MAX: usize = 100;
pub const PLAN_PATH_BYTES_MAX: usize = 300;
/// Names and lists that a path goes through.
pub const PLAN_PATH_STEPS_MAX: usize = 8;
pub const PLAN_DESCRIPTION_CHARACTERS_MAX: usize = 500;
/// Of one fact. Each path and kind counts once, however many elements of a list it is about.
pub const VIOLATIONS_MAX: usize = 20;

/// Events that a summary tells apart: of more, those that come first by type and name.
pub const OBSERVED_EVENTS_MAX: usize = 200;
/// Names in the properties, and in an object inside of them; objects further inside are seen from outside only. Of more
/// names, those that come first.
pub const OBSERVED_NAMES_MAX: [usize; 2] = [60, 30];
/// Different values of a text that are told apart; of more, it is known only that there are many.
pub const OBSERVED_VALUES_MAX: usize = 10;

/// The types of message that a plan can speak of. An alias ties two identifiers together and has nothing to plan.
pub const PLANNED_TYPES: [MessageKind; 5] =
    [MessageKind::Track, MessageKind::Identify, MessageKind::Page, MessageKind::Screen, MessageKind::Group];

/// Whether messages of this type are known by a name.
pub fn has_name(kind: MessageKind) -> bool {
    match kind {
        MessageKind::Track | MessageKind::Page | MessageKind::Screen => true,
        MessageKind::Identify | MessageKind::Group | MessageKind::Alias => false,
    }
}
