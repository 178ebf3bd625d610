//! Paths as they stand in JSON.

use crate::problem::{Problem, ProblemField};
use perennial_app::paths::{CustomerPath, PathFigures, PathsInDays, StepTaken, VersionedPaths};
use perennial_domain::path::{JourneyPath, PathStep, StepKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PathsDto {
    #[schema(format = Date, example = "2026-11-01")]
    pub from: String,
    #[schema(format = Date, example = "2026-11-30")]
    pub until: String,
    /// When it was counted.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// The two preset ones first.
    pub items: Vec<PathDto>,
    /// Of the brand's own paths; 0 before the first change.
    pub version: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PathDto {
    #[schema(example = "store_receipt")]
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    /// Every brand has it; it cannot be changed.
    pub is_preset: bool,
    pub steps: Vec<PathStepDto>,
    /// Customers who completed it within the days, each once, at the earliest instant at which all steps were gone.
    #[schema(example = 1)]
    pub completed: u64,
    #[schema(example = 1)]
    pub completed_ever: u64,
    /// How many have ever come so far: to the first step, to the second, and so on.
    #[schema(example = json!([40, 12, 1]))]
    pub reached: Vec<u64>,
    /// Completed within the days, by month of the brand's zone; months without any are left out.
    pub months: Vec<PathMonth>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PathMonth {
    #[schema(example = "2026-11")]
    pub month: String,
    #[schema(example = 1)]
    pub completed: u64,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PathStepDto {
    /// `touch_point`, `visit`, `event`, `scan`, `order`, `ticket` or `sign_up`.
    #[schema(example = "event")]
    pub kind: String,
    /// Of events, pages or screens; empty: those that are usual for the kind.
    #[serde(default)]
    #[schema(example = json!(["Product Viewed"]))]
    pub names: Vec<String>,
    /// The code of the touch-point that the fact has to name.
    #[schema(example = "search")]
    pub touch_point: Option<String>,
    /// The channel that the message has to name.
    pub channel: Option<String>,
    /// How long after the step before at most, 1 to 8784.
    #[schema(example = 24)]
    pub within_hours: Option<u32>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPaths {
    /// All of the brand's own paths, at most 10.
    paths: Vec<OwnPath>,
}

/// What is stored now: counting takes longer than saving.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SavedPaths {
    pub paths: Vec<OwnPath>,
    pub version: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPath {
    /// a to z, 0 to 9 and `_`, a letter first.
    #[schema(example = "live_to_order")]
    code: String,
    name_zh: String,
    name_en: String,
    /// 2 to 8.
    steps: Vec<PathStepDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerPathsDto {
    pub items: Vec<CustomerPathDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerPathDto {
    #[schema(example = "search_service")]
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub is_preset: bool,
    pub steps: Vec<PathStepDto>,
    /// The steps that were gone, from the first on, in the order of time.
    pub taken: Vec<StepTakenDto>,
    #[schema(format = DateTime)]
    pub completed_at: Option<String>,
}

/// The fact that fills a step.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct StepTakenDto {
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(example = "order")]
    pub kind: String,
    /// Of the event, the page or the screen.
    pub name: Option<String>,
    pub channel: Option<String>,
    pub touch_point: Option<String>,
    /// Who told it.
    #[schema(example = "src_1c9f0x3abcdefghjk")]
    pub source: String,
}

impl From<&PathStep> for PathStepDto {
    fn from(step: &PathStep) -> Self {
        Self {
            kind: step.kind.code().to_owned(),
            names: step.names.clone(),
            touch_point: step.touch_point.clone(),
            channel: step.channel.clone(),
            within_hours: step.within_hours,
        }
    }
}

impl From<PathFigures> for PathDto {
    fn from(figures: PathFigures) -> Self {
        let months = figures.by_month.into_iter();
        let months = months.map(|(month, completed)| PathMonth { month: month.iso(), completed }).collect();
        Self {
            steps: figures.path.steps.iter().map(PathStepDto::from).collect(),
            code: figures.path.code,
            name_zh: figures.path.name_zh,
            name_en: figures.path.name_en,
            is_preset: figures.is_preset,
            completed: figures.completed,
            completed_ever: figures.completed_ever,
            reached: figures.reached,
            months,
        }
    }
}

impl From<PathsInDays> for PathsDto {
    fn from(found: PathsInDays) -> Self {
        Self {
            from: found.from.iso(),
            until: found.until.iso(),
            as_of: found.as_of.rfc3339(),
            items: found.paths.into_iter().map(PathDto::from).collect(),
            version: found.version,
        }
    }
}

impl From<StepTaken> for StepTakenDto {
    fn from(step: StepTaken) -> Self {
        Self {
            at: step.at.rfc3339(),
            kind: step.kind.code().to_owned(),
            name: step.name,
            channel: step.channel,
            touch_point: step.touch_point,
            source: step.source,
        }
    }
}

impl From<CustomerPath> for CustomerPathDto {
    fn from(one: CustomerPath) -> Self {
        Self {
            steps: one.path.steps.iter().map(PathStepDto::from).collect(),
            code: one.path.code,
            name_zh: one.path.name_zh,
            name_en: one.path.name_en,
            is_preset: one.is_preset,
            taken: one.taken.into_iter().map(StepTakenDto::from).collect(),
            completed_at: one.completed_at.map(|at| at.rfc3339()),
        }
    }
}

impl From<JourneyPath> for OwnPath {
    fn from(path: JourneyPath) -> Self {
        let steps = path.steps.iter().map(PathStepDto::from).collect();
        Self { code: path.code, name_zh: path.name_zh, name_en: path.name_en, steps }
    }
}

impl From<VersionedPaths> for SavedPaths {
    fn from(saved: VersionedPaths) -> Self {
        Self { paths: saved.own.into_iter().map(OwnPath::from).collect(), version: saved.version }
    }
}

impl OwnPaths {
    pub fn read(self) -> Result<Vec<JourneyPath>, Problem> {
        let mut wrong = Vec::new();
        let mut paths = Vec::new();
        for (place, path) in self.paths.into_iter().enumerate() {
            let mut steps = Vec::new();
            for (number, step) in path.steps.into_iter().enumerate() {
                match StepKind::parse(&step.kind) {
                    Some(kind) => steps.push(PathStep {
                        kind,
                        names: step.names,
                        touch_point: step.touch_point,
                        channel: step.channel,
                        within_hours: step.within_hours,
                    }),
                    None => {
                        let allowed = StepKind::ALL.map(StepKind::code).join(", ");
                        let pointer = format!("/paths/{place}/steps/{number}/kind");
                        wrong.push(ProblemField::new(pointer, "unknown_value", allowed));
                    }
                }
            }
            paths.push(JourneyPath { code: path.code, name_zh: path.name_zh, name_en: path.name_en, steps });
        }
        if wrong.is_empty() { Ok(paths) } else { Err(Problem::invalid(wrong)) }
    }
}
