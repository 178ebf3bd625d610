//! Who invited or shared to whom: what was told is noted with the facts, and the tree is worked out when it is asked for.
//!
//! Tables: `shares`, `relations`, written in the commit that applies the facts. The rules are
//! `perennial_domain::relations`. Invariants: nothing depends on the order of arrival, and merging and parting move no
//! row; of others a tree shows the nickname, where they agreed to that under the purpose [`NICKNAME_PURPOSE`], and
//! never anything that names them; who is not seen is left out, with all below them.

mod brought;
mod note;
mod tree;

pub(crate) use brought::brought;
pub(crate) use note::note_relations;
pub use tree::{Other, Refusing, Relations, TreeNode, customer_relations};

/// Whoever grants it lets their nickname be shown beside whom they invited and who invited them.
pub const NICKNAME_PURPOSE: &str = "relations";
