//! Orders and customers as a program tells them, one by one or in batches: to the rows that files have.
//!
//! Invariants: an order told here is read by the reader of order files ([`crate::import::orders`]) and assembled like its
//! rows, so that the same order told by a file and by a program gives the same fact with the same key. Nothing is
//! guessed: identifiers, instants and amounts that are not in their form are errors, each with the field and what is
//! allowed; a bad one never stops the others.

mod customer;
mod order;

pub use customer::{CustomerReader, CustomerTold};
pub use order::{LineTold, OrderReader, OrderStatus, OrderTold};

use crate::fact::Trait;
use crate::identity::{IDENTIFIER_BYTES_MAX, Identifier, IdentifierError, IdentifierType};
use crate::import::TEXT_BYTES_MAX;
use crate::import::field::{Field, ImportKind};
use crate::import::mapping::TRAIT_NAME_BYTES_MAX;

/// Orders or customers in one request: it answers before its sender gives up.
pub const ITEMS_MAX: usize = 1_000;
/// Lines of one order; a shop's largest have some hundreds.
pub const ORDER_LINES_MAX: usize = 1_000;
/// Identifiers of one person in one item: a person has a few of each type.
pub const IDENTIFIERS_MAX: usize = 20;
/// Traits of one item.
pub const TRAITS_MAX: usize = 100;
/// The name of a source, in bytes.
pub const SOURCE_BYTES_MAX: usize = 100;

/// One thing that is wrong with an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemError {
    /// JSON pointer into the item, empty for the item as a whole.
    pub pointer: String,
    pub code: &'static str,
    pub allowed: String,
}

impl ItemError {
    pub fn new(pointer: impl Into<String>, code: &'static str, allowed: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, allowed: allowed.into() }
    }
}

/// An identifier as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierTold {
    pub kind: String,
    pub value: String,
}

/// Whether a text may name where orders come from.
pub fn is_source(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= SOURCE_BYTES_MAX && !text.chars().any(char::is_control)
}

/// The strongest first, each once.
fn identifiers_of(told: &[IdentifierTold], errors: &mut Vec<ItemError>) -> Vec<Identifier> {
    if told.len() > IDENTIFIERS_MAX {
        errors.push(ItemError::new("/identifiers", "too_many", format!("at most {IDENTIFIERS_MAX}")));
        return Vec::new();
    }
    let mut found = Vec::with_capacity(told.len());
    for (place, one) in told.iter().enumerate() {
        let Some(kind) = IdentifierType::parse(&one.kind) else {
            let allowed = IdentifierType::ALL.map(IdentifierType::code).join(", ");
            errors.push(ItemError::new(format!("/identifiers/{place}/type"), "unknown_value", allowed));
            continue;
        };
        let pointer = || format!("/identifiers/{place}/value");
        match Identifier::normalise(kind, &one.value) {
            Ok(identifier) => found.push(identifier),
            Err(IdentifierError::Blocked) => {
                let allowed = "a value of one person; empty, zeros, null, anonymous and such name nobody";
                errors.push(ItemError::new(pointer(), "blocked", allowed));
            }
            Err(IdentifierError::TooLong) => {
                let allowed = format!("at most {IDENTIFIER_BYTES_MAX} bytes");
                errors.push(ItemError::new(pointer(), "value_too_long", allowed));
            }
            Err(IdentifierError::Malformed) => {
                errors.push(ItemError::new(pointer(), "invalid_identifier", format!("a {}", kind.code())));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// In the order of their names; what is a field of its own is no trait.
fn traits_of(kind: ImportKind, told: &[(String, String)], errors: &mut Vec<ItemError>) -> Vec<Trait> {
    if told.len() > TRAITS_MAX {
        errors.push(ItemError::new("/traits", "too_many", format!("at most {TRAITS_MAX}")));
        return Vec::new();
    }
    let mut traits = Vec::with_capacity(told.len());
    for (name, value) in told {
        // RFC 6901: ~ and / of a name are written as ~0 and ~1.
        let pointer = || format!("/traits/{}", name.replace('~', "~0").replace('/', "~1"));
        let name = name.trim();
        if name.is_empty() || name.len() > TRAIT_NAME_BYTES_MAX || name.chars().any(char::is_control) {
            let allowed = format!("a name of 1 to {TRAIT_NAME_BYTES_MAX} bytes without control characters");
            errors.push(ItemError::new(pointer(), "invalid_name", allowed));
        } else if Field::of_kind(kind).iter().any(|field| field.code() == name) {
            errors.push(ItemError::new(pointer(), "reserved_name", format!("{name} is a field beside the traits")));
        } else if let Some(value) = label(value, TEXT_BYTES_MAX, pointer, errors) {
            traits.push(Trait { name: name.to_owned(), value });
        }
    }
    traits.sort_by(|left, right| left.name.cmp(&right.name));
    traits.dedup_by(|later, kept| later.name == kept.name);
    traits
}

/// A text without blanks around it; none where it is empty.
fn label(text: &str, bytes_max: usize, pointer: impl Fn() -> String, errors: &mut Vec<ItemError>) -> Option<String> {
    let text = text.trim();
    if text.len() > bytes_max {
        errors.push(ItemError::new(pointer(), "value_too_long", format!("at most {bytes_max} bytes")));
        return None;
    }
    if text.contains('\0') {
        errors.push(ItemError::new(pointer(), "nul_byte", "text without NUL"));
        return None;
    }
    (!text.is_empty()).then(|| text.to_owned())
}
