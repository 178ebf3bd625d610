//! Tags by hand: groups of tags, tags on customers with who, when and where, and their end.
//!
//! Tables: `tag_groups`, `tags`, `tag_events`, `customer_tags`.
//!
//! | what | where |
//! |---|---|
//! | groups and tags, and how many customers have each | [`list_groups`], [`create_group`], [`update_group`], [`create_tag`], [`update_tag`] |
//! | set and remove, for one customer or many | [`change_tags`]: a fact for each profile that it concerns, applied when it returns |
//! | applied facts become events; what a customer has follows from the events of all its profiles | [`note_tags`], [`refresh`] |
//! | what a customer has and had | [`customer_tags`] |
//! | what is valid no longer goes, and that is written down | [`expire_due`], looked for every minute |
//!
//! Invariants: what is new goes to the profile of the customer's strongest identifier, a removal to every profile that has
//! the tag; so a customer of several profiles has what the events of all of them give, and each profile that is parted
//! again has what its own give, with what came later; a tag counts nowhere from the instant at which it expires, whether or
//! not anybody has looked; setting a tag that stands renews it; rules (exclusive, valid for so many days) are those of
//! the moment at which a tag was set.

mod change;
mod error;
mod expire;
mod note;
mod registry;
mod view;

pub use change::{TagChange, TagsChanged, Whom, change_tags};
pub use error::TagError;
pub use expire::expire_due;
pub(crate) use note::{note_tags, refresh};
pub use registry::{Group, GroupWithTags, Tag, create_group, create_tag, list_groups, update_group, update_tag};
pub use view::{CustomerTags, Mark, TagEnd, TagPeriod, customer_tags};
pub(crate) use view::{periods_of, tags_in_tx};
