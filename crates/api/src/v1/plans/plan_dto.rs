//! A plan in JSON.

use perennial_app::plans::{FrozenPlan, FrozenView, PlanView};
use perennial_domain::plan::{Change, Plan, PlannedEvent, PlannedProperty, ValueType};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanDto {
    #[schema(example = "src_1c9f0x3abcdefghjk")]
    pub source_id: String,
    /// `observe`: nothing is checked; `flag`: what is not as planned is counted and shown; `quarantine`: it is kept aside.
    #[schema(example = "flag")]
    pub mode: String,
    /// What may still be changed.
    pub draft: Option<PlanDocument>,
    /// What facts are held against.
    pub frozen: Option<FrozenPlanDto>,
    /// What would be different if the draft were frozen.
    pub changes: Vec<PlanChange>,
    #[schema(format = DateTime)]
    pub changed_at: Option<String>,
    /// The version that `If-Match` names; 0 before there is a plan.
    #[schema(example = 3)]
    pub version: i64,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FrozenPlanDto {
    /// 1 is the first one.
    #[schema(example = 2)]
    pub number: i64,
    pub plan: PlanDocument,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub frozen_by: String,
    #[schema(format = DateTime)]
    pub frozen_at: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanDocument {
    pub events: Vec<PlannedEventDto>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlannedEventDto {
    /// `track`, `identify`, `page`, `screen` or `group`.
    #[serde(rename = "type")]
    #[schema(example = "track")]
    pub kind: String,
    /// Null: all pages, or screens, without a rule of their own.
    #[schema(example = "Product Viewed")]
    pub name: Option<String>,
    pub description: String,
    pub properties: Vec<PlannedPropertyDto>,
    /// Whether properties that are not planned may come too.
    pub other_properties: bool,
    /// How many facts the draft was made from.
    #[schema(example = 1200)]
    pub seen: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlannedPropertyDto {
    #[schema(example = "products[].price")]
    pub path: String,
    /// Of `text`, `integer`, `number`, `boolean`, `list`, `object`.
    #[schema(example = json!(["number"]))]
    pub types: Vec<String>,
    /// Wherever its parent is there.
    pub required: bool,
    /// The texts that are allowed; empty: any.
    pub values: Vec<String>,
    /// How often it was there in what the draft was made from.
    #[schema(example = 1188)]
    pub seen: Option<u64>,
}

/// A difference between two versions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanChange {
    /// `event_added`, `event_removed`, `property_added`, `property_removed`, `types_changed`, `required_changed`,
    /// `values_changed` or `other_properties_changed`.
    #[schema(example = "types_changed")]
    pub kind: String,
    #[schema(example = "track")]
    pub event_type: String,
    #[schema(example = "Product Viewed")]
    pub event: Option<String>,
    #[schema(example = "price")]
    pub path: Option<String>,
    #[schema(example = "text")]
    pub before: Option<String>,
    #[schema(example = "text or number")]
    pub after: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanVersionDto {
    pub frozen: FrozenPlanDto,
    /// Against the version before it.
    pub changes: Vec<PlanChange>,
}

impl From<PlanView> for PlanDto {
    fn from(view: PlanView) -> Self {
        Self {
            source_id: view.source_id,
            mode: view.mode.code().to_owned(),
            draft: view.draft.map(PlanDocument::from),
            frozen: view.frozen.map(FrozenPlanDto::from),
            changes: view.changes.into_iter().map(PlanChange::from).collect(),
            changed_at: view.changed_at.map(Instant::rfc3339),
            version: view.version,
        }
    }
}

impl From<FrozenPlan> for FrozenPlanDto {
    fn from(frozen: FrozenPlan) -> Self {
        Self {
            number: frozen.number,
            plan: frozen.plan.into(),
            frozen_by: frozen.frozen_by,
            frozen_at: frozen.frozen_at.rfc3339(),
        }
    }
}

impl From<FrozenView> for PlanVersionDto {
    fn from(view: FrozenView) -> Self {
        Self { frozen: view.frozen.into(), changes: view.changes.into_iter().map(PlanChange::from).collect() }
    }
}

impl From<Plan> for PlanDocument {
    fn from(plan: Plan) -> Self {
        Self { events: plan.events.into_iter().map(PlannedEventDto::from).collect() }
    }
}

impl From<PlannedEvent> for PlannedEventDto {
    fn from(event: PlannedEvent) -> Self {
        let PlannedEvent { kind, name, description, properties, other_properties, seen } = event;
        Self {
            kind: kind.code().to_owned(),
            name,
            description,
            properties: properties.into_iter().map(PlannedPropertyDto::from).collect(),
            other_properties,
            seen,
        }
    }
}

impl From<PlannedProperty> for PlannedPropertyDto {
    fn from(property: PlannedProperty) -> Self {
        let PlannedProperty { path, types, required, values, seen } = property;
        let types = types.iter().map(ValueType::code).map(str::to_owned).collect();
        Self { path, types, required, values, seen }
    }
}

impl From<Change> for PlanChange {
    fn from(change: Change) -> Self {
        Self {
            kind: change.kind.code().to_owned(),
            event_type: change.event_type.code().to_owned(),
            event: change.event,
            path: change.path,
            before: change.before,
            after: change.after,
        }
    }
}
