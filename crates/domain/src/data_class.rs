//! Trade, interaction and social data: which of the three a fact is.
//!
//! The table is [`class_of_kind`] and, before it, [`NAMED`] for events by name (`docs/journey.md` shows both). It is the
//! same for every brand. Invariant: each fact is of exactly one class, so that the three add up to all there are.

use crate::fact::FactKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataClass {
    /// What was bought, and what of it was given back.
    Trade,
    /// What somebody does with the brand.
    Interaction,
    /// What somebody does with others: shares, invites, follows, takes part in the community.
    Social,
}

impl DataClass {
    pub const ALL: [Self; 3] = [Self::Trade, Self::Interaction, Self::Social];

    pub fn code(self) -> &'static str {
        match self {
            Self::Trade => "trade",
            Self::Interaction => "interaction",
            Self::Social => "social",
        }
    }
}

/// Events that are of another class than their kind. Names are compared letter by letter.
pub const NAMED: [(&str, DataClass); 19] = [
    // Where they carry no order, such as a word about one that a file told.
    ("Order Completed", DataClass::Trade),
    ("Order Updated", DataClass::Trade),
    ("Order Cancelled", DataClass::Trade),
    ("Order Refunded", DataClass::Trade),
    ("Product Paid", DataClass::Trade),
    ("Shared", DataClass::Social),
    ("Product Shared", DataClass::Social),
    ("Cart Shared", DataClass::Social),
    ("Content Shared", DataClass::Social),
    ("Share Opened", DataClass::Social),
    ("Invite Sent", DataClass::Social),
    ("Followed", DataClass::Social),
    ("Unfollowed", DataClass::Social),
    ("Community Joined", DataClass::Social),
    ("Community Left", DataClass::Social),
    ("Community Message Sent", DataClass::Social),
    ("Comment Posted", DataClass::Social),
    ("Liked", DataClass::Social),
    ("Post Published", DataClass::Social),
];

const fn class_of_kind(kind: FactKind) -> DataClass {
    match kind {
        FactKind::Order
        | FactKind::Gift
        | FactKind::Refund
        | FactKind::Cancelled
        | FactKind::Adjustment
        | FactKind::Unpaid => DataClass::Trade,
        FactKind::CustomerUpdate
        | FactKind::Event
        | FactKind::Page
        | FactKind::Screen
        | FactKind::Identify
        | FactKind::Group
        | FactKind::Alias => DataClass::Interaction,
    }
}

/// `name` is that of the event.
pub fn class_of(kind: FactKind, name: Option<&str>) -> DataClass {
    let named = name.filter(|_| kind == FactKind::Event);
    let found = named.and_then(|name| NAMED.iter().find(|(one, _)| *one == name));
    found.map_or(class_of_kind(kind), |(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relations::SHARE_EVENTS;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_names_each_event_once_and_every_share_is_social() {
        let names: BTreeSet<&str> = NAMED.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), NAMED.len());
        for name in SHARE_EVENTS {
            assert_eq!(class_of(FactKind::Event, Some(name)), DataClass::Social, "{name}");
        }
        for (name, class) in NAMED {
            assert_ne!(class, class_of_kind(FactKind::Event), "{name} needs no row");
        }
    }

    #[test]
    fn a_name_stands_before_the_kind_only_for_events() {
        let cases = [
            (FactKind::Order, None, DataClass::Trade),
            (FactKind::Order, Some("Shared"), DataClass::Trade),
            (FactKind::Refund, None, DataClass::Trade),
            (FactKind::Cancelled, Some("Order Cancelled"), DataClass::Trade),
            (FactKind::Event, Some("Order Completed"), DataClass::Trade),
            (FactKind::Event, Some("order completed"), DataClass::Interaction),
            (FactKind::Event, Some("Followed"), DataClass::Social),
            (FactKind::Event, Some("Product Viewed"), DataClass::Interaction),
            (FactKind::Event, None, DataClass::Interaction),
            (FactKind::Page, Some("Shared"), DataClass::Interaction),
            (FactKind::Identify, None, DataClass::Interaction),
        ];
        for (kind, name, class) in cases {
            assert_eq!(class_of(kind, name), class, "{kind:?} {name:?}");
        }
    }
}
