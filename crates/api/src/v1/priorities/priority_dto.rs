//! Priorities and decisions in JSON.

use perennial_app::priorities::{Candidate, Decision, Priorities, PriorityLine};
use perennial_domain::priority::PriorityEntry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorityEntryBody {
    /// The code of a layer that is not archived: a dimension.
    #[schema(example = "lifecycle")]
    pub layer: String,
    /// The code of one of its stages, which no other entry names.
    #[schema(example = "life_dormant")]
    pub stage: String,
    /// 1 to 60 characters: what is done with whoever is there.
    #[schema(example = "Come back")]
    pub plan: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanPrioritiesBody {
    /// Up to 200, the first that holds is chosen.
    pub entries: Vec<PriorityEntryBody>,
}

impl PlanPrioritiesBody {
    pub fn read(self) -> Vec<PriorityEntry> {
        let entry = |PriorityEntryBody { layer, stage, plan }| PriorityEntry { layer, stage, plan };
        self.entries.into_iter().map(entry).collect()
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PriorityEntryDto {
    #[schema(example = "lifecycle")]
    pub layer: String,
    /// As it is now; null, as the name of the stage, where one of them is not there any more: then the entry means nobody.
    #[schema(example = "Lifecycle")]
    pub layer_name: Option<String>,
    #[schema(example = "life_dormant")]
    pub stage: String,
    #[schema(example = "Dormant")]
    pub stage_name: Option<String>,
    #[schema(example = "Come back")]
    pub plan: String,
}

impl From<PriorityLine> for PriorityEntryDto {
    fn from(line: PriorityLine) -> Self {
        let PriorityEntry { layer, stage, plan } = line.entry;
        let (layer_name, stage_name) = line.names.unzip();
        Self { layer, layer_name, stage, stage_name, plan }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlanPrioritiesDto {
    /// The first that holds is chosen.
    pub entries: Vec<PriorityEntryDto>,
    /// For `If-Match`; 0 before the first change.
    #[schema(example = 4)]
    pub version: i64,
    #[schema(example = "Li")]
    pub changed_by: Option<String>,
    #[schema(format = DateTime)]
    pub changed_at: Option<String>,
}

impl From<Priorities> for PlanPrioritiesDto {
    fn from(found: Priorities) -> Self {
        let (changed_by, changed_at) = found.changed.map(|(by, at)| (by, at.rfc3339())).unzip();
        Self {
            entries: found.lines.into_iter().map(PriorityEntryDto::from).collect(),
            version: found.version,
            changed_by,
            changed_at,
        }
    }
}

/// An entry whose stage had the customer, with the names of then.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlanCandidateDto {
    #[schema(example = "lifecycle")]
    pub layer: String,
    #[schema(example = "Lifecycle")]
    pub layer_name: String,
    #[schema(example = "life_dormant")]
    pub stage: String,
    #[schema(example = "Dormant")]
    pub stage_name: String,
    #[schema(example = "Come back")]
    pub plan: String,
}

impl From<Candidate> for PlanCandidateDto {
    fn from(one: Candidate) -> Self {
        let Candidate { layer, layer_name, stage, stage_name, plan } = one;
        Self { layer, layer_name, stage, stage_name, plan }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlanDecisionDto {
    #[schema(example = "pld_1c9f0x3kq2m7z8w4p")]
    pub id: String,
    /// Null where the customer was in no stage that the priorities name.
    pub chosen: Option<PlanCandidateDto>,
    /// They want the chosen plan as well.
    pub agreeing: Vec<PlanCandidateDto>,
    /// In the order of the priorities.
    pub suppressed: Vec<PlanCandidateDto>,
    /// Of the priorities under which it was decided.
    #[schema(example = 4)]
    pub priorities_version: i64,
    #[schema(format = DateTime)]
    pub at: String,
    /// Of what was known of the customer.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// Who asked for it.
    #[schema(example = "Li")]
    pub decided_by: String,
}

impl From<Decision> for PlanDecisionDto {
    fn from(decision: Decision) -> Self {
        let all = |found: Vec<Candidate>| found.into_iter().map(PlanCandidateDto::from).collect();
        Self {
            id: decision.id,
            chosen: decision.said.chosen.map(PlanCandidateDto::from),
            agreeing: all(decision.said.agreeing),
            suppressed: all(decision.said.suppressed),
            priorities_version: decision.table_version,
            at: decision.at.rfc3339(),
            as_of: decision.as_of.rfc3339(),
            decided_by: decision.by,
        }
    }
}
