//! Messages held against the plan of their source, before they wait for their commit.

use super::directory::KnownSource;
use perennial_domain::plan::{Checked, CompiledPlan, Plan, PlanMode, Violation, ViolationKind};
use perennial_domain::tracking::{Accepted, MessageKind, Outcome, Refused, shown_name};
use perennial_store::{ReadTx, StoreError, plans};
use std::collections::HashMap;
use std::sync::Arc;

/// The frozen version that holds, and what is done with what is not as planned.
#[derive(Clone, Debug)]
pub struct KnownPlan {
    pub mode: PlanMode,
    pub rules: Arc<CompiledPlan>,
}

/// Compiled versions by source and number.
pub(super) type PlanRules = HashMap<(String, i64), Arc<CompiledPlan>>;

/// A fact with what the plan says of it.
pub(super) struct Arrival {
    pub accepted: Box<Accepted>,
    /// That it was held against; it may be another one than that of the next message.
    pub plan: Option<Arc<KnownPlan>>,
    pub checked: Checked,
}

pub(super) enum Arrived {
    Fact(Arrival),
    Refused(Box<Refused>),
}

impl Arrival {
    /// Whether it is kept aside until somebody decides.
    pub fn is_put_aside(&self) -> bool {
        let quarantines = self.plan.as_ref().is_some_and(|plan| plan.mode == PlanMode::Quarantine);
        let violations = &self.checked.violations;
        quarantines && !violations.is_empty()
            || violations.iter().any(|one| one.kind == ViolationKind::UnknownTouchPoint)
    }

    /// Type and name of its event in the plan.
    pub fn planned_event(&self) -> Option<(MessageKind, Option<&str>)> {
        self.plan.as_ref()?.rules.event(self.checked.event?)
    }

    pub fn name(&self) -> Option<&str> {
        self.accepted.fact.tracked.as_deref()?.name.as_deref()
    }

    pub fn touch_point(&self) -> Option<&str> {
        self.accepted.fact.tracked.as_deref()?.touch_point.as_deref()
    }

    pub fn properties(&self) -> Option<&str> {
        self.accepted.fact.tracked.as_deref()?.properties.as_deref()
    }
}

pub(super) fn hold_against(source: &KnownSource, outcome: Outcome) -> Arrived {
    match outcome {
        Outcome::Refused(refused) => Arrived::Refused(refused),
        Outcome::Accepted(accepted) => {
            let mut arrival = Arrival { accepted, plan: source.plan.clone(), checked: Checked::default() };
            if let Some(plan) = &source.plan {
                let (kind, name, properties) = (arrival.accepted.kind, arrival.name(), arrival.properties());
                let checked = plan.rules.check(kind, name, properties);
                arrival.checked = checked;
            }
            // First of all: with or without a plan, it is why the fact is put aside.
            if let Some(violation) = unknown_touch_point(source, &arrival) {
                arrival.checked.violations.insert(0, violation);
            }
            Arrived::Fact(arrival)
        }
    }
}

fn unknown_touch_point(source: &KnownSource, arrival: &Arrival) -> Option<Violation> {
    let named = arrival.touch_point().filter(|code| !source.touch_points.contains(*code))?;
    Some(Violation {
        kind: ViolationKind::UnknownTouchPoint,
        path: "context.touchPoint".to_owned(),
        allowed: "a touch-point of the registry that is not archived".to_owned(),
        found: shown_name(named),
    })
}

/// The plans that hold, by source; what was compiled before is not compiled again.
pub(super) async fn load_plans(
    tx: &mut ReadTx<'_>,
    known: &PlanRules,
) -> Result<(HashMap<String, Arc<KnownPlan>>, PlanRules), StoreError> {
    let mut by_source = HashMap::new();
    let mut all_rules = PlanRules::new();
    for head in plans::list(tx).await? {
        let wrong = |column| StoreError::Inconsistency { table: "plans", column, row: head.source_id.clone() };
        let mode = PlanMode::parse(&head.mode).ok_or_else(|| wrong("mode"))?;
        if mode == PlanMode::Observe {
            continue;
        }
        let key = (head.source_id.clone(), head.frozen_number);
        let rules = match known.get(&key) {
            Some(rules) => Arc::clone(rules),
            None => {
                let row = plans::frozen(tx, &head.source_id, head.frozen_number).await?;
                let row = row.ok_or_else(|| wrong("frozen_number"))?;
                let plan: Plan = serde_json::from_str(&row.document).map_err(|_| wrong("document"))?;
                Arc::new(CompiledPlan::new(&plan))
            }
        };
        all_rules.insert(key, Arc::clone(&rules));
        by_source.insert(head.source_id, Arc::new(KnownPlan { mode, rules }));
    }
    Ok((by_source, all_rules))
}
