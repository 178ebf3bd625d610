//! The live index: who meets a rule, exactly and at once.
//!
//! Roaring bitmaps for states, texts and segments, plain columns for values, and for each measure that some rule asks for
//! what the facts of each profile come to, all over the dense numbers of customers, in memory. It follows what it is told:
//! each fact moves the folds that look at it, those move the clauses that test them, those the segments that stand on them.
//! What time will do is in a queue, so that a window flips on its instant and nothing is scanned again.
//!
//! | part | module |
//! |---|---|
//! | which profiles are one customer | `people` |
//! | values of a field, and who is between two of them; tags, channels, consents | `column`, `slices`, `states` |
//! | measures and sequences | `folds`: `tally` where a fact moves them by itself, `life` where they are looked at whole |
//! | clauses, and, or, not, segments | `leaf`, `tree`, `words`, `segments` |
//! | what it is told; what it answers; which segments it keeps | `index`, `answers`, `register` |
//! | what new rules need, gathered beside; their clauses, asked of everybody | `filling`, `asked` |
//! | the numbers behind fields and measures | `figures` |
//! | all of it as bytes, and back | `snapshot` |
//!
//! Invariants, which property tests hold against the definition of the language (`perennial_domain::rules::oracle`):
//! - at the instant of the index ([`Index::advance`]) every answer is that of the oracle, whatever came late, ahead of its
//!   time or in another order, and whoever was merged and parted again;
//! - each entry into a segment and each exit is told once, with its instant and its cause;
//! - nothing here reads a clock, a file or a database, or knows where what it is told comes from.

mod answers;
mod asked;
mod column;
mod figures;
mod filling;
mod folds;
mod index;
mod leaf;
mod people;
mod queue;
mod register;
mod segments;
mod slices;
mod snapshot;
mod states;
mod tree;
mod words;

pub use asked::Asked;
pub use figures::Figures;
pub use filling::Filling;
pub use folds::Subject;
pub use index::{FieldValues, Index, Lacks};
pub use segments::{Cause, Move};
pub use snapshot::FORMAT;

/// Numbers of customers.
pub use roaring::RoaringBitmap as Set;

use perennial_domain::rules::catalogue::Properties;
use perennial_domain::time::Zone;

/// What answers depend on beside customers and time: it is the same for the whole life of an index.
#[derive(Clone, Debug)]
pub struct Place {
    /// Of the workspace.
    pub zone: Zone,
    /// What lines have (`Catalogue::lines`).
    pub line_names: Properties,
}
