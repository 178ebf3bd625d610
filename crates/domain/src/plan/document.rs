//! The plan as a person reads and writes it.

use super::path::{self, Step};
use super::{
    PLAN_DESCRIPTION_CHARACTERS_MAX, PLAN_EVENTS_MAX, PLAN_PATH_BYTES_MAX, PLAN_PROPERTIES_MAX,
    PLAN_VALUE_CHARACTERS_MAX, PLAN_VALUES_MAX, PLANNED_TYPES, has_name,
};
use crate::tracking::{MessageKind, NAME_BYTES_MAX};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::collections::HashSet;

/// What is done with facts that are not as planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanMode {
    /// Nothing is checked: what comes is material for a draft.
    Observe,
    /// Every fact goes its way; what is not as planned is counted and shown.
    Flag,
    /// What is not as planned is kept aside until a person releases or discards it.
    Quarantine,
}

impl PlanMode {
    pub const ALL: [Self; 3] = [Self::Observe, Self::Flag, Self::Quarantine];

    pub fn code(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Flag => "flag",
            Self::Quarantine => "quarantine",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    Text,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    Boolean,
    List,
    Object,
}

impl ValueType {
    pub const ALL: [Self; 6] = [Self::Text, Self::Integer, Self::Number, Self::Boolean, Self::List, Self::Object];

    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::List => "list",
            Self::Object => "object",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    pub(super) fn place(self) -> usize {
        self as usize
    }
}

/// The types that a value may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<ValueType>", into = "Vec<ValueType>")]
pub struct TypeSet(u8);

impl TypeSet {
    pub fn of(types: &[ValueType]) -> Self {
        let mut set = Self::default();
        types.iter().for_each(|one| set.insert(*one));
        set
    }

    pub fn insert(&mut self, one: ValueType) {
        self.0 |= 1 << one.place();
    }

    pub fn contains(self, one: ValueType) -> bool {
        self.0 & 1 << one.place() != 0
    }

    /// Whether a value of this type may stand there: an integer is a number too.
    pub fn allows(self, one: ValueType) -> bool {
        self.contains(one) || (one == ValueType::Integer && self.contains(ValueType::Number))
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = ValueType> {
        ValueType::ALL.into_iter().filter(move |one| self.contains(*one))
    }

    /// Such as `text or integer`.
    pub fn words(self) -> String {
        let codes: Vec<&str> = self.iter().map(ValueType::code).collect();
        codes.join(" or ")
    }
}

impl From<Vec<ValueType>> for TypeSet {
    fn from(types: Vec<ValueType>) -> Self {
        Self::of(&types)
    }
}

impl From<TypeSet> for Vec<ValueType> {
    fn from(set: TypeSet) -> Self {
        set.iter().collect()
    }
}

/// What a source is to send. In its normal form ([`Plan::sorted`]) events and properties stand in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub events: Vec<PlannedEvent>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedEvent {
    #[serde(rename = "type")]
    pub kind: MessageKind,
    /// Of a track event always; of a page or a screen, `None` is all those without a rule of their own; of the other
    /// types never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub properties: Vec<PlannedProperty>,
    /// Whether properties that are not planned may come too.
    #[serde(default)]
    pub other_properties: bool,
    /// How many facts the draft was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedProperty {
    /// Such as `total`, `address.city`, `products[].price`.
    pub path: String,
    pub types: TypeSet,
    /// Wherever its parent is there.
    #[serde(default)]
    pub required: bool,
    /// The texts that are allowed; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// How often it was there in what the draft was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<u64>,
}

/// What cannot stand in a plan, by JSON pointer, with what is allowed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    pub pointer: String,
    pub allowed: &'static str,
}

impl PlannedEvent {
    pub(super) fn key(&self) -> (MessageKind, Option<&str>) {
        (self.kind, self.name.as_deref())
    }
}

impl Plan {
    /// With events by type and name, and properties by path: two plans that say the same are equal.
    pub fn sorted(mut self) -> Self {
        self.events.sort_by(|left, right| left.key().cmp(&right.key()));
        for event in &mut self.events {
            event.properties.sort_by(|left, right| left.path.cmp(&right.path));
            for property in &mut event.properties {
                property.values.sort();
                property.values.dedup();
            }
        }
        self
    }

    /// All that is wrong with it; empty when it can be frozen.
    pub fn check(&self) -> Vec<PlanError> {
        let mut errors = Errors::default();
        if self.events.is_empty() || self.events.len() > PLAN_EVENTS_MAX {
            errors.add("/events", "1 to 500 events");
        }
        let mut known = HashSet::new();
        for (place, event) in self.events.iter().enumerate().take(PLAN_EVENTS_MAX) {
            let pointer = format!("/events/{place}");
            check_event(event, &pointer, &mut errors);
            if !known.insert(event.key()) {
                errors.add(&format!("{pointer}/name"), "each type and name once");
            }
        }
        errors.0
    }
}

/// Of a hopeless document, the first faults are enough.
const ERRORS_MAX: usize = 50;

#[derive(Default)]
struct Errors(Vec<PlanError>);

impl Errors {
    fn add(&mut self, pointer: &str, allowed: &'static str) {
        if self.0.len() < ERRORS_MAX {
            self.0.push(PlanError { pointer: pointer.to_owned(), allowed });
        }
    }
}

fn is_plain(text: &str) -> bool {
    !text.trim().is_empty() && text.trim() == text && !text.chars().any(char::is_control)
}

fn check_event(event: &PlannedEvent, pointer: &str, errors: &mut Errors) {
    if !PLANNED_TYPES.contains(&event.kind) {
        errors.add(&format!("{pointer}/type"), "track, identify, page, screen or group");
    }
    let name_at = format!("{pointer}/name");
    match &event.name {
        None if event.kind == MessageKind::Track => errors.add(&name_at, "the name of the event"),
        Some(_) if !has_name(event.kind) => errors.add(&name_at, "absent: messages of this type have no name"),
        Some(name) if name.len() > NAME_BYTES_MAX || !is_plain(name) => {
            errors.add(&name_at, "1 to 500 bytes without control characters and blanks around");
        }
        _ => {}
    }
    if event.description.chars().count() > PLAN_DESCRIPTION_CHARACTERS_MAX {
        errors.add(&format!("{pointer}/description"), "up to 500 characters");
    }
    if event.properties.len() > PLAN_PROPERTIES_MAX {
        errors.add(&format!("{pointer}/properties"), "up to 200 properties");
        return;
    }
    let mut planned: HashMap<Vec<Step>, TypeSet> = HashMap::new();
    for (place, property) in event.properties.iter().enumerate() {
        let pointer = format!("{pointer}/properties/{place}");
        check_values(property, &pointer, errors);
        let path_at = format!("{pointer}/path");
        // A path is shown and stored as it is: no database takes every control character.
        let can_stand = property.path.len() <= PLAN_PATH_BYTES_MAX && !property.path.chars().any(char::is_control);
        match path::parse(&property.path).filter(|_| can_stand) {
            None => errors.add(&path_at, "names like total, address.city or products[].price, up to 8 steps"),
            Some(steps) => {
                if planned.insert(steps, property.types).is_some() {
                    errors.add(&path_at, "each path once");
                }
            }
        }
    }
    check_parents(event, &planned, pointer, errors);
}

fn check_values(property: &PlannedProperty, pointer: &str, errors: &mut Errors) {
    if property.types.is_empty() {
        errors.add(&format!("{pointer}/types"), "one or more of text, integer, number, boolean, list, object");
    }
    let values_at = format!("{pointer}/values");
    let fits =
        |value: &String| value.chars().count() <= PLAN_VALUE_CHARACTERS_MAX && !value.chars().any(char::is_control);
    if property.values.len() > PLAN_VALUES_MAX || !property.values.iter().all(fits) {
        errors.add(&values_at, "up to 100 texts of up to 100 characters, without control characters");
    }
    if !property.values.is_empty() && !property.types.contains(ValueType::Text) {
        errors.add(&values_at, "absent: values are of texts, and text is none of its types");
    }
}

/// Whatever has something inside must be allowed to be an object, or a list.
fn check_parents(event: &PlannedEvent, planned: &HashMap<Vec<Step>, TypeSet>, pointer: &str, errors: &mut Errors) {
    for (place, property) in event.properties.iter().enumerate() {
        let Some(steps) = path::parse(&property.path) else { continue };
        for end in 1..steps.len() {
            let needed = if steps[end] == Step::Elements { ValueType::List } else { ValueType::Object };
            if planned.get(&steps[..end]).is_some_and(|types| !types.contains(needed)) {
                let allowed = match needed {
                    ValueType::List => "something inside of a property whose types have list",
                    _ => "something inside of a property whose types have object",
                };
                errors.add(&format!("{pointer}/properties/{place}/path"), allowed);
            }
        }
    }
}
