//! What a workspace has that rules can speak of. It is handed in: this crate knows no workspace.

use super::tree::{AT, What};
use super::value::Type;
use crate::field::{FieldKind, FieldRule};
use crate::money::Currency;
use std::collections::{BTreeMap, BTreeSet};

/// What a field or a property takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub kind: Type,
    /// Empty: whatever is of the type. Only texts are limited so.
    pub allowed: Vec<String>,
}

impl Typed {
    pub fn any(kind: Type) -> Self {
        Self { kind, allowed: Vec::new() }
    }

    /// Of a custom field. One of several choices has several values, of which each is a text.
    pub fn of_field(rule: &FieldRule) -> Self {
        let kind = match rule.kind {
            FieldKind::Text | FieldKind::Choice | FieldKind::Choices => Type::Text,
            FieldKind::Integer | FieldKind::Decimal => Type::Number,
            FieldKind::Boolean => Type::Boolean,
            FieldKind::Date => Type::Day,
        };
        Self { kind, allowed: rule.allowed.clone() }
    }
}

pub type Properties = BTreeMap<String, Typed>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// None until the workspace has any amount: rules cannot speak of money before.
    pub currency: Option<Currency>,
    /// Custom fields and traits by name; what the product works out begins with `$`, which no field does.
    pub fields: BTreeMap<String, Typed>,
    pub tags: BTreeSet<String>,
    pub tag_groups: BTreeSet<String>,
    pub segments: BTreeSet<String>,
    pub channels: BTreeSet<String>,
    pub purposes: BTreeSet<String>,
    pub events: BTreeMap<String, Properties>,
    /// Of orders and refunds.
    pub orders: Properties,
    /// Of lines; those of their orders come on top.
    pub lines: Properties,
    pub pages: Properties,
    pub screens: Properties,
}

impl Catalogue {
    /// What a property of such a fact takes; `None` where there is no such property. Every fact has the instant `at`.
    pub fn property(&self, what: &What, name: &str) -> Option<Typed> {
        if name == AT {
            return Some(Typed::any(Type::Instant));
        }
        match what {
            What::Orders | What::Refunds => self.orders.get(name),
            What::Lines | What::RefundLines => self.lines.get(name).or_else(|| self.orders.get(name)),
            What::Event(event) => self.events.get(event)?.get(name),
            What::Pages => self.pages.get(name),
            What::Screens => self.screens.get(name),
            What::Anything => None,
        }
        .cloned()
    }

    /// All properties of such a fact.
    pub fn properties(&self, what: &What) -> Vec<&str> {
        let own: Vec<&Properties> = match what {
            What::Orders | What::Refunds => vec![&self.orders],
            What::Lines | What::RefundLines => vec![&self.lines, &self.orders],
            What::Event(event) => self.events.get(event).into_iter().collect(),
            What::Pages => vec![&self.pages],
            What::Screens => vec![&self.screens],
            What::Anything => Vec::new(),
        };
        own.into_iter().flat_map(|one| one.keys().map(String::as_str)).chain([AT]).collect()
    }
}
