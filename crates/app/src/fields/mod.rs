//! Fields: what is asked of customers, what of it is known, who says so, and who is believed.
//!
//! Tables: `fields`, `field_refusals`, `trait_sources`, `trait_notes`; the values are `traits`, as they always were.
//!
//! | what | where |
//! |---|---|
//! | the registry: preset fields and own ones, made, changed and archived while the program runs | [`list_fields`], [`create_field`], [`update_field`] |
//! | each value that arrives under a field's name gets its normal form, or is left off and counted | [`Rules`], asked where facts are applied (`crate::pipeline`) |
//! | where the words of a source come from, and in which order origins are believed | [`sources`], [`update_sources`], [`TraitSources`] |
//! | values that somebody writes down: a fact, applied when it returns | [`write_fields`], [`note_fields`] |
//! | six classes with what is known, how complete it is, and what to ask next | [`Information`], part of a customer's page |
//! | how many customers have each key indicator | [`coverage`] |
//!
//! Invariants: facts keep what they came with; only the trait has the normal form. Of several sources one is believed, and
//! what the others say is kept with source and instant. Notes (who wrote down, where, on what consent) are of profiles, and
//! count for the word of their instant only; so merging and parting have nothing to do with them. A field that is made when
//! traits of its name are there already takes them as far as they are values of it; the others stay traits.

mod coverage;
mod error;
mod information;
mod note;
mod registry;
mod rules;
mod trait_sources;
mod write;

pub use coverage::{Coverage, FieldCoverage, coverage};
pub use error::FieldsError;
pub use information::{ClassInformation, FieldHead, FieldInformation, Information, Said};
pub(crate) use information::{Seen, information_of};
pub(crate) use note::{note_fields, note_refused};
pub(crate) use registry::labels;
pub use registry::{Field, FieldWithRefusals, Refusals, create_field, list_fields, update_field};
pub(crate) use rules::{Known, Rules};
pub(crate) use trait_sources::TraitSources;
pub use trait_sources::{SourceOrder, SourceOrigin, VersionedSources, rename_customers, sources, update_sources};
pub(crate) use write::normal_values;
pub use write::{FieldsChange, FieldsWritten, write_fields};
