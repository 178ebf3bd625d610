//! What somebody does by themselves, and what the brand does to them.
//!
//! Invariant: activity is what says that somebody is there: it tells when they are active, and it is what rules call
//! `anything`. What was sent to them, written down about them or given back to them is none.

use crate::community::UNDONE_EVENT;
use crate::fact::FactKind;
use crate::field::FIELDS_EVENT;
use crate::key_customers::{CONTACTED_EVENT, OWNER_EVENT};
use crate::reach::SENT_EVENT;
use crate::tag::TAGS_EVENT;
use crate::ticket::{CLOSED_EVENT, REOPENED_EVENT};
use crate::trials::SHOWN_EVENT;

/// Events that are what the brand did: sent to a customer, or wrote down about them.
pub const OF_THE_BRAND: [&str; 9] = [
    SENT_EVENT,
    SHOWN_EVENT,
    TAGS_EVENT,
    FIELDS_EVENT,
    CLOSED_EVENT,
    REOPENED_EVENT,
    OWNER_EVENT,
    CONTACTED_EVENT,
    UNDONE_EVENT,
];

/// What a fact of this kind, with this name where it is an event, says of when somebody is active.
pub fn is_activity(kind: FactKind, name: Option<&str>) -> bool {
    match kind {
        FactKind::Order | FactKind::Unpaid | FactKind::Event | FactKind::Page | FactKind::Screen => {
            !name.is_some_and(|name| OF_THE_BRAND.contains(&name))
        }
        FactKind::Gift
        | FactKind::Refund
        | FactKind::Cancelled
        | FactKind::Adjustment
        | FactKind::CustomerUpdate
        | FactKind::Identify
        | FactKind::Group
        | FactKind::Alias => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_was_sent_is_no_activity() {
        assert!(is_activity(FactKind::Event, Some("Product Added")));
        assert!(is_activity(FactKind::Order, None));
        assert!(!is_activity(FactKind::Event, Some(SENT_EVENT)));
        assert!(!is_activity(FactKind::Event, Some(CONTACTED_EVENT)), "who was called has done nothing");
        assert!(!is_activity(FactKind::Refund, None));
    }
}
