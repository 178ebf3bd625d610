//! A plan in the form in which facts are held against it.

use super::PLAN_PROPERTIES_MAX;
use super::document::{Plan, PlannedEvent, PlannedProperty, TypeSet, ValueType};
use super::path::{self, Step};
use crate::tracking::MessageKind;
use std::collections::{HashMap, HashSet};

/// Made once for each version, shared by all that check.
#[derive(Debug, Default)]
pub struct CompiledPlan {
    pub(super) types: HashMap<MessageKind, TypeRules>,
    /// In the order of the plan.
    events: Vec<(MessageKind, Option<String>)>,
}

#[derive(Debug, Default)]
pub(super) struct TypeRules {
    pub by_name: HashMap<String, EventRules>,
    /// For those without rules of their own.
    pub others: Option<EventRules>,
    /// What is planned, for whoever sends something else.
    pub names: String,
}

#[derive(Debug)]
pub(super) struct EventRules {
    /// Its place in the plan.
    pub place: usize,
    pub root: ObjectRules,
}

#[derive(Debug, Default)]
pub(super) struct ObjectRules {
    pub members: HashMap<String, ValueRules>,
    /// Names that must be there.
    pub required: usize,
    /// Whether names that are not planned may come too.
    pub open: bool,
}

#[derive(Debug, Default)]
pub(super) struct ValueRules {
    pub path: String,
    pub types: TypeSet,
    /// Its number among the required ones of its object.
    pub required: Option<usize>,
    /// `None`: any.
    pub values: Option<HashSet<String>>,
    /// `None`: anything.
    pub inside: Option<ObjectRules>,
    /// `None`: anything.
    pub elements: Option<Box<ValueRules>>,
}

/// Names that an unknown event is told of, in bytes.
const NAMES_SHOWN_BYTES: usize = 200;

impl CompiledPlan {
    pub fn new(plan: &Plan) -> Self {
        let mut compiled = Self::default();
        for (place, event) in plan.events.iter().enumerate() {
            compiled.events.push((event.kind, event.name.clone()));
            let rules = EventRules { place, root: object_rules(event) };
            let of_type = compiled.types.entry(event.kind).or_default();
            match &event.name {
                Some(name) => {
                    add_name(&mut of_type.names, name);
                    of_type.by_name.insert(name.clone(), rules);
                }
                None => of_type.others = Some(rules),
            }
        }
        compiled
    }

    /// Type and name of an event of the plan.
    pub fn event(&self, place: usize) -> Option<(MessageKind, Option<&str>)> {
        self.events.get(place).map(|(kind, name)| (*kind, name.as_deref()))
    }
}

fn add_name(names: &mut String, name: &str) {
    if names.ends_with('…') {
        return;
    }
    let between = if names.is_empty() { "" } else { ", " };
    if names.len() + between.len() + name.len() > NAMES_SHOWN_BYTES {
        names.push_str(between);
        names.push('…');
        return;
    }
    names.push_str(between);
    names.push_str(name);
}

fn object_rules(event: &PlannedEvent) -> ObjectRules {
    let mut root = ObjectRules { open: event.other_properties, ..ObjectRules::default() };
    for property in &event.properties {
        if let Some(steps) = path::parse(&property.path) {
            add_to_object(&mut root, "", &steps, property);
        }
    }
    root
}

fn add_to_object(object: &mut ObjectRules, at: &str, steps: &[Step], property: &PlannedProperty) {
    let Some((Step::Name(name), rest)) = steps.split_first() else { return };
    let path = path::member(at, name);
    let value = object.members.entry(name.clone()).or_insert_with(|| ValueRules { path, ..ValueRules::default() });
    if rest.is_empty() && property.required && value.required.is_none() && object.required < PLAN_PROPERTIES_MAX {
        value.required = Some(object.required);
        object.required += 1;
    }
    add_to_value(value, rest, property);
}

/// A parent that the plan does not name is whatever it must be to have this inside.
fn add_to_value(value: &mut ValueRules, steps: &[Step], property: &PlannedProperty) {
    match steps.first() {
        None => {
            property.types.iter().for_each(|one| value.types.insert(one));
            if !property.values.is_empty() {
                value.values = Some(property.values.iter().cloned().collect());
            }
        }
        Some(Step::Name(_)) => {
            value.types.insert(ValueType::Object);
            let path = value.path.clone();
            add_to_object(value.inside.get_or_insert_default(), &path, steps, property);
        }
        Some(Step::Elements) => {
            value.types.insert(ValueType::List);
            let path = path::elements(&value.path);
            let elements = value.elements.get_or_insert_with(|| Box::new(ValueRules { path, ..ValueRules::default() }));
            add_to_value(elements, &steps[1..], property);
        }
    }
}
