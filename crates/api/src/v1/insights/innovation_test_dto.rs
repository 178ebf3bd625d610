//! Innovation tests in JSON.

use super::read_day;
use crate::problem::Problem;
use perennial_app::insights::InnovationTest;
use perennial_domain::insight::{Arm, Comparison, Innovation, TestSettings, Verdict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InnovationDto {
    Product,
    Service,
    Communication,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestVerdictDto {
    /// It is done for everybody.
    Adopt,
    Reject,
    /// It is tried again.
    Repeat,
}

impl TestVerdictDto {
    pub fn read(self) -> Verdict {
        match self {
            Self::Adopt => Verdict::Adopt,
            Self::Reject => Verdict::Reject,
            Self::Repeat => Verdict::Repeat,
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArmDto {
    #[schema(example = "As before")]
    pub name: String,
    #[schema(example = 2000)]
    pub people: i64,
    #[schema(example = 200)]
    pub conversions: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InnovationTestBody {
    /// 1 to 60 characters.
    #[schema(example = "A gift box in spring")]
    pub name: String,
    pub innovation: InnovationDto,
    /// Up to 1000 characters; empty when absent.
    pub hypothesis: Option<String>,
    #[schema(format = Date, example = "2026-11-01")]
    pub started_on: String,
    /// 2 to 6, the control first.
    pub arms: Vec<ArmDto>,
}

impl InnovationTestBody {
    pub fn read(self) -> Result<TestSettings, Problem> {
        let arm = |one: ArmDto| Arm { name: one.name, people: one.people, conversions: one.conversions };
        Ok(TestSettings {
            started_on: read_day("started_on", &self.started_on)?,
            name: self.name,
            innovation: match self.innovation {
                InnovationDto::Product => Innovation::Product,
                InnovationDto::Service => Innovation::Service,
                InnovationDto::Communication => Innovation::Communication,
            },
            hypothesis: self.hypothesis.unwrap_or_default(),
            arms: self.arms.into_iter().map(arm).collect(),
        })
    }
}

/// An arm held against the control.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ComparisonDto {
    #[schema(example = 0.12)]
    pub rate: f64,
    #[schema(example = 0.1)]
    pub control_rate: f64,
    /// In percentage points.
    #[schema(example = 2.0)]
    pub lift_points: f64,
    /// The 95 % interval of the lift.
    pub low_points: f64,
    pub high_points: f64,
    /// The lift by the rate of the control; null where that is 0.
    #[schema(example = 0.2)]
    pub relative: Option<f64>,
    /// Two-sided, of two proportions.
    #[schema(example = 0.043)]
    pub p_value: f64,
    /// How likely a test of this size finds this difference at the level of 5 %.
    #[schema(example = 0.52)]
    pub power: f64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct InnovationTestDto {
    #[schema(example = "tst_1c9f0x3kq2m7z8w4p")]
    pub id: String,
    pub name: String,
    pub innovation: InnovationDto,
    pub hypothesis: String,
    #[schema(format = Date)]
    pub started_on: String,
    pub arms: Vec<ArmDto>,
    /// Of each arm behind the control; null where one has nobody. As they were when the test was closed.
    pub comparisons: Vec<Option<ComparisonDto>>,
    pub closed: bool,
    pub verdict: Option<TestVerdictDto>,
    pub note: Option<String>,
    pub closed_by: Option<String>,
    #[schema(format = DateTime)]
    pub closed_at: Option<String>,
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// For `If-Match`.
    pub version: i64,
}

fn comparison_of(one: Comparison) -> ComparisonDto {
    ComparisonDto {
        rate: one.rate,
        control_rate: one.control_rate,
        lift_points: one.lift_points,
        low_points: one.low_points,
        high_points: one.high_points,
        relative: one.relative,
        p_value: one.p_value,
        power: one.power,
    }
}

impl From<InnovationTest> for InnovationTestDto {
    fn from(test: InnovationTest) -> Self {
        let arm = |one: Arm| ArmDto { name: one.name, people: one.people, conversions: one.conversions };
        Self {
            id: test.id,
            name: test.settings.name,
            innovation: match test.settings.innovation {
                Innovation::Product => InnovationDto::Product,
                Innovation::Service => InnovationDto::Service,
                Innovation::Communication => InnovationDto::Communication,
            },
            hypothesis: test.settings.hypothesis,
            started_on: test.settings.started_on.iso(),
            arms: test.settings.arms.into_iter().map(arm).collect(),
            comparisons: test.comparisons.into_iter().map(|one| one.map(comparison_of)).collect(),
            closed: test.closing.is_some(),
            verdict: test.closing.as_ref().map(|closing| match closing.verdict {
                Verdict::Adopt => TestVerdictDto::Adopt,
                Verdict::Reject => TestVerdictDto::Reject,
                Verdict::Repeat => TestVerdictDto::Repeat,
            }),
            note: test.closing.as_ref().map(|closing| closing.note.clone()),
            closed_by: test.closing.as_ref().map(|closing| closing.by.clone()),
            closed_at: test.closing.as_ref().map(|closing| closing.at.rfc3339()),
            created_by: test.created_by,
            created_at: test.created_at.rfc3339(),
            version: test.version,
        }
    }
}
