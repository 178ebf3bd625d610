//! A plan as a caller writes it. What was read may be sent back as it is.

use crate::problem::{Problem, ProblemField};
use perennial_domain::plan::{PLANNED_TYPES, Plan, PlanMode, PlannedEvent, PlannedProperty, TypeSet, ValueType};
use perennial_domain::tracking::MessageKind;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanBody {
    /// `observe`, `flag` or `quarantine`.
    #[schema(example = "flag")]
    mode: String,
    /// Null: no draft.
    draft: Option<PlanDocumentBody>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanDocumentBody {
    /// 1 to 500, each type and name once.
    #[schema(min_items = 1, max_items = 500)]
    events: Vec<PlannedEventBody>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedEventBody {
    /// `track`, `identify`, `page`, `screen` or `group`. The plan speaks only of the types that it has an event of.
    #[serde(rename = "type")]
    #[schema(example = "track")]
    kind: String,
    /// Of a track event always; null of a page or a screen: all without a rule of their own; of other types always null.
    #[schema(example = "Product Viewed")]
    name: Option<String>,
    /// For people; up to 500 characters.
    description: Option<String>,
    /// Up to 200.
    #[serde(default)]
    #[schema(max_items = 200)]
    properties: Vec<PlannedPropertyBody>,
    /// Whether properties that are not planned may come too; absent: no.
    #[serde(default)]
    other_properties: bool,
    /// As it was read.
    seen: Option<u64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedPropertyBody {
    /// Names with dots between, `[]` behind a list for each of its elements; up to 8 steps and 300 bytes. Inside of an
    /// object of which nothing is planned, everything is allowed.
    #[schema(example = "products[].price")]
    path: String,
    /// One or more of `text`, `integer`, `number`, `boolean`, `list`, `object`.
    #[schema(example = json!(["number"]))]
    types: Vec<String>,
    /// Wherever its parent is there; absent: no.
    #[serde(default)]
    required: bool,
    /// The texts that are allowed, up to 100; absent or empty: any.
    #[serde(default)]
    #[schema(max_items = 100)]
    values: Vec<String>,
    /// As it was read.
    seen: Option<u64>,
}

impl PlanBody {
    /// All wrong words at once; what is wrong otherwise, the use case says.
    pub fn parts(self) -> Result<(PlanMode, Option<Plan>), Problem> {
        let mut errors = Vec::new();
        let mode = PlanMode::parse(&self.mode);
        if mode.is_none() {
            errors.push(unknown("/mode".to_owned(), &PlanMode::ALL.map(PlanMode::code)));
        }
        let draft = self.draft.map(|draft| plan_of(draft, &mut errors));
        match mode {
            Some(mode) if errors.is_empty() => Ok((mode, draft)),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

fn unknown(pointer: String, allowed: &[&str]) -> ProblemField {
    ProblemField::new(pointer, "unknown_value", allowed.join(", "))
}

fn plan_of(body: PlanDocumentBody, errors: &mut Vec<ProblemField>) -> Plan {
    let mut events = Vec::with_capacity(body.events.len());
    for (place, event) in body.events.into_iter().enumerate() {
        let pointer = format!("/draft/events/{place}");
        let Some(kind) = MessageKind::parse(&event.kind) else {
            errors.push(unknown(format!("{pointer}/type"), &PLANNED_TYPES.map(MessageKind::code)));
            continue;
        };
        let properties = event.properties.into_iter().enumerate();
        let properties =
            properties.map(|(place, property)| property_of(property, &format!("{pointer}/properties/{place}"), errors));
        events.push(PlannedEvent {
            kind,
            name: event.name,
            description: event.description.unwrap_or_default(),
            properties: properties.collect(),
            other_properties: event.other_properties,
            seen: event.seen,
        });
    }
    Plan { events }
}

fn property_of(body: PlannedPropertyBody, pointer: &str, errors: &mut Vec<ProblemField>) -> PlannedProperty {
    let mut types = TypeSet::default();
    for (place, code) in body.types.iter().enumerate() {
        match ValueType::parse(code) {
            Some(one) => types.insert(one),
            None => errors.push(unknown(format!("{pointer}/types/{place}"), &ValueType::ALL.map(ValueType::code))),
        }
    }
    let PlannedPropertyBody { path, types: _, required, values, seen } = body;
    PlannedProperty { path, types, required, values, seen }
}
