//! A touch-point in JSON.

use perennial_app::touch_points::{TouchPoint, TouchPointCounts};
use perennial_domain::time::Instant;
use perennial_domain::touch_point::TouchPointSettings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TouchPointDto {
    /// What `context.touchPoint` of a message names.
    #[schema(example = "store")]
    pub code: String,
    #[schema(example = "门店")]
    pub name_zh: String,
    #[schema(example = "Store")]
    pub name_en: String,
    /// It came with the program.
    pub preset: bool,
    /// Since then it takes no new facts.
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
    /// The version that `If-Match` names.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<TouchPoint> for TouchPointDto {
    fn from(one: TouchPoint) -> Self {
        let TouchPointSettings { code, name_zh, name_en } = one.settings;
        Self {
            code,
            name_zh,
            name_en,
            preset: one.is_preset,
            archived_at: one.archived_at.map(Instant::rfc3339),
            version: one.version,
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TouchPointFacts {
    #[schema(example = "src_1c9f0x3abcdefghjk")]
    pub source_id: String,
    #[schema(example = 1_204)]
    pub facts: i64,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TouchPointCountsDto {
    /// Accepted, ever.
    #[schema(example = 1_204)]
    pub facts: i64,
    /// The same by source.
    pub by_source: Vec<TouchPointFacts>,
    /// When the last one was accepted.
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
    /// Customers of whom the first fact with a touch-point named this one.
    #[schema(example = 310)]
    pub met: i64,
    /// Customers whose first `Followed` named it.
    #[schema(example = 120)]
    pub followed: i64,
    /// Customers whose first `Signed Up` named it.
    #[schema(example = 44)]
    pub registered: i64,
}

impl From<TouchPointCounts> for TouchPointCountsDto {
    fn from(counts: TouchPointCounts) -> Self {
        let TouchPointCounts { facts, by_source, last_at, met, followed, registered } = counts;
        let by_source = by_source.into_iter().map(|(source_id, facts)| TouchPointFacts { source_id, facts }).collect();
        Self { facts, by_source, last_at: last_at.map(Instant::rfc3339), met, followed, registered }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TouchPointItem {
    pub touch_point: TouchPointDto,
    pub counts: TouchPointCountsDto,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TouchPointNames {
    /// 1 to 60 characters.
    #[schema(example = "快闪店")]
    pub name_zh: String,
    /// 1 to 60 characters.
    #[schema(example = "Pop-up store")]
    pub name_en: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTouchPoint {
    /// a to z, 0 to 9 and _, 1 to 40, a letter first. It stays.
    #[schema(example = "pop_up_store")]
    pub code: String,
    /// 1 to 60 characters.
    #[schema(example = "快闪店")]
    pub name_zh: String,
    /// 1 to 60 characters.
    #[schema(example = "Pop-up store")]
    pub name_en: String,
}
