//! What differs between two versions of a plan.
//!
//! Descriptions and counts are no difference: they do not change what is allowed.

use super::document::{Plan, PlannedEvent, PlannedProperty};
use crate::tracking::MessageKind;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    EventAdded,
    EventRemoved,
    PropertyAdded,
    PropertyRemoved,
    TypesChanged,
    RequiredChanged,
    ValuesChanged,
    OtherPropertiesChanged,
}

impl ChangeKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::EventAdded => "event_added",
            Self::EventRemoved => "event_removed",
            Self::PropertyAdded => "property_added",
            Self::PropertyRemoved => "property_removed",
            Self::TypesChanged => "types_changed",
            Self::RequiredChanged => "required_changed",
            Self::ValuesChanged => "values_changed",
            Self::OtherPropertiesChanged => "other_properties_changed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub kind: ChangeKind,
    pub event_type: MessageKind,
    pub event: Option<String>,
    /// Of the property, where it is about one.
    pub path: Option<String>,
    /// In words; `None` where there was nothing.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// In the order of events and properties; empty when both allow the same.
pub fn changes(before: &Plan, after: &Plan) -> Vec<Change> {
    let by_key = |plan: &'_ Plan| -> BTreeMap<(MessageKind, Option<String>), PlannedEvent> {
        plan.events.iter().map(|event| ((event.kind, event.name.clone()), event.clone())).collect()
    };
    let (old, new) = (by_key(before), by_key(after));
    let mut keys: Vec<_> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    let mut found = Vec::new();
    for key in keys {
        let note = |kind, path: Option<&str>, before, after| Change {
            kind,
            event_type: key.0,
            event: key.1.clone(),
            path: path.map(str::to_owned),
            before,
            after,
        };
        match (old.get(key), new.get(key)) {
            (None, Some(_)) => found.push(note(ChangeKind::EventAdded, None, None, None)),
            (Some(_), None) => found.push(note(ChangeKind::EventRemoved, None, None, None)),
            (Some(before), Some(after)) => changes_of_event(before, after, &note, &mut found),
            (None, None) => {}
        }
    }
    found
}

fn changes_of_event(
    before: &PlannedEvent,
    after: &PlannedEvent,
    note: &impl Fn(ChangeKind, Option<&str>, Option<String>, Option<String>) -> Change,
    found: &mut Vec<Change>,
) {
    let allowed = |is_allowed: bool| Some(if is_allowed { "allowed" } else { "not allowed" }.to_owned());
    if before.other_properties != after.other_properties {
        let (before, after) = (allowed(before.other_properties), allowed(after.other_properties));
        found.push(note(ChangeKind::OtherPropertiesChanged, None, before, after));
    }
    let by_path = |event: &'_ PlannedEvent| -> BTreeMap<String, PlannedProperty> {
        event.properties.iter().map(|property| (property.path.clone(), property.clone())).collect()
    };
    let (old, new) = (by_path(before), by_path(after));
    let mut paths: Vec<&String> = old.keys().chain(new.keys()).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let at = Some(path.as_str());
        match (old.get(path), new.get(path)) {
            (None, Some(after)) => {
                found.push(note(ChangeKind::PropertyAdded, at, None, Some(words_of(after))));
            }
            (Some(before), None) => {
                found.push(note(ChangeKind::PropertyRemoved, at, Some(words_of(before)), None));
            }
            (Some(before), Some(after)) => {
                if before.types != after.types {
                    let (before, after) = (Some(before.types.words()), Some(after.types.words()));
                    found.push(note(ChangeKind::TypesChanged, at, before, after));
                }
                if before.required != after.required {
                    let (before, after) = (Some(need_of(before)), Some(need_of(after)));
                    found.push(note(ChangeKind::RequiredChanged, at, before, after));
                }
                if before.values != after.values {
                    let values = |one: &PlannedProperty| {
                        if one.values.is_empty() { "any".to_owned() } else { one.values.join(", ") }
                    };
                    found.push(note(ChangeKind::ValuesChanged, at, Some(values(before)), Some(values(after))));
                }
            }
            (None, None) => {}
        }
    }
}

fn need_of(property: &PlannedProperty) -> String {
    if property.required { "required" } else { "optional" }.to_owned()
}

fn words_of(property: &PlannedProperty) -> String {
    format!("{}, {}", property.types.words(), need_of(property))
}
