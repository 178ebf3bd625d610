//! From a summary to the draft of a plan.

use super::document::{Plan, PlannedEvent, PlannedProperty, TypeSet, ValueType};
use super::observe::{Observed, ObservedObject, ObservedValue, Words};
use super::{PLAN_PATH_BYTES_MAX, PLAN_PROPERTIES_MAX, path};

/// So often a text must have been there before few different ones count as all that there are.
const VALUES_AFTER: u64 = 50;
/// And so often, on average, each of them.
const TIMES_EACH: u64 = 10;

impl Observed {
    /// Allows every fact that was seen. What was there each time is required; texts of a small vocabulary are limited to
    /// it, once they were seen often. Where there was no room for all names, others are allowed.
    pub fn draft(&self) -> Plan {
        let events = self.events.iter().map(|((kind, name), event)| {
            let mut properties = Vec::new();
            let whole = add_members(&event.root, "", &mut properties);
            PlannedEvent {
                kind: *kind,
                name: Some(name.clone()).filter(|name| !name.is_empty()),
                description: String::new(),
                properties,
                other_properties: !whole,
                seen: Some(event.facts),
            }
        });
        Plan { events: events.collect() }.sorted()
    }
}

/// `false` where not all that was seen could be planned.
fn add_members(object: &ObservedObject, at: &str, into: &mut Vec<PlannedProperty>) -> bool {
    let mut whole = !object.more;
    for (name, value) in &object.members {
        let path = path::member(at, name);
        if path.len() > PLAN_PATH_BYTES_MAX || into.len() >= PLAN_PROPERTIES_MAX {
            whole = false;
            continue;
        }
        add_value(value, path, value.present == object.objects, into);
    }
    whole
}

fn add_value(value: &ObservedValue, path: String, required: bool, into: &mut Vec<PlannedProperty>) {
    into.push(PlannedProperty {
        path: path.clone(),
        types: types_of(value),
        required,
        values: words_of(value),
        seen: Some(value.present),
    });
    let below = into.len();
    let mut whole = true;
    if let Some(inside) = &value.inside {
        whole &= add_members(inside, &path, into);
    }
    if let Some(elements) = value.elements.as_ref().filter(|elements| elements.present > 0) {
        let elements_path = path::elements(&path);
        if elements_path.len() <= PLAN_PATH_BYTES_MAX && into.len() < PLAN_PROPERTIES_MAX {
            add_value(elements, elements_path, false, into);
        } else {
            whole = false;
        }
    }
    if !whole {
        // Of which nothing is planned, everything inside is allowed.
        into.truncate(below);
    }
}

fn types_of(value: &ObservedValue) -> TypeSet {
    let mut types = TypeSet::default();
    for one in ValueType::ALL {
        let covered = one == ValueType::Integer && value.types[ValueType::Number.place()] > 0;
        if value.types[one.place()] > 0 && !covered {
            types.insert(one);
        }
    }
    types
}

fn words_of(value: &ObservedValue) -> Vec<String> {
    let texts = value.types[ValueType::Text.place()];
    match &value.values {
        Words::Few(known) if texts >= VALUES_AFTER && texts >= TIMES_EACH * known.len() as u64 => {
            known.iter().cloned().collect()
        }
        Words::Few(_) | Words::Many => Vec::new(),
    }
}
