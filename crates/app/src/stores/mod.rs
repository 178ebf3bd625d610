//! Stores: the tree of regions and stores, who sees which part of it, and which store a customer belongs to.
//!
//! | what | where |
//! |---|---|
//! | the tree: regions, stores, moves | [`create_place`], [`update_place`] |
//! | who sees what is below a place only, or everybody by an administrator's word | [`bind_user`]; it is looked up with each request (`crate::access`) |
//! | the store of a profile, from orders and sign-ups | [`note_stores`], in the commit that applies them |
//!
//! Tables: `places`, `place_moves`, `place_bindings`, `part_stores`.
//!
//! Invariants: an order's store is known by its code; a code that nobody has entered becomes a store that is not known, which
//! belongs to no region and keeps its customers when somebody enters it; a profile belongs to the store that signed it up, else
//! to that of its first order (`docs/adr/0014-a-customer-belongs-to-one-store.md`); each move stands in the tree's history
//! and in the audit log; an administrator sees everybody.

mod bind;
mod change;
mod error;
mod note;
mod view;

pub use bind::{Binding, bind_user};
pub use change::{NewPlace, PlaceChange, create_place, update_place};
pub use error::StoresError;
pub(crate) use note::{note_stores, word_of};
pub use view::{Move, Place, PlaceView, Places, list_places, place_moves};
