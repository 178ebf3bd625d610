//! Privacy: everything about a person goes out as a file, or goes for good.
//!
//! Tables: `erasures`, `tombstones`; file `keys/privacy.json`. How an erasure works, what it leaves, and how somebody
//! comes back stands in `docs/adr/0013-erasure-leaves-keyed-hashes.md` and `docs/privacy.md`.
//!
//! | step | what goes |
//! |---|---|
//! | [`begin_erasure`] | everything in the transactional store, in one commit with the tombstones: from then on nobody finds the person, and the gate lets no fact of theirs pass |
//! | journal | what waits is applied, which drops it; what is applied goes to history; blocks that stand aside are written anew |
//! | quarantine | facts that are kept aside |
//! | survey | entries of source logs; orders that were a guest's first; counts what history holds |
//! | history, old versions | data files are rewritten, the replaced ones deleted |
//! | look, files | uploads, rejected rows, spools |
//! | receipt | values that a run has written meanwhile; then the signed receipt, and identifiers in clear are forgotten |
//!
//! Invariants: each step is safe to do twice, and is left in the commit of its effect or after it; two processes may be
//! at it at once; figures of the receipt are the same whatever was killed; everything is in the audit log.

mod erase;
mod error;
mod export;
mod gate;
mod keys;
mod receipt;
mod steps;
mod view;

pub use erase::{ERASURE_HOURS, begin_erasure, erase, finish_unfinished, run_erasure, run_job};
pub use error::PrivacyError;
pub use export::{PersonExport, begin_person_export};
pub(crate) use gate::{Gate, Stones};
pub use keys::KeyError;
pub(crate) use keys::Keys;
pub use receipt::{Verdict, verify_receipt};
pub use view::{Erasure, ErasureState, erasure, erasure_of, erasures};

use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_store::identity::IdentityRow;

/// `None` where it is of a later version of this program.
pub(crate) fn identifier_of(row: IdentityRow) -> Option<Identifier> {
    Some(Identifier { kind: IdentifierType::parse(&row.kind)?, value: row.value })
}
