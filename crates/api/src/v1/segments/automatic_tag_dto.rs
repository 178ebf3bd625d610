//! Tags that follow a segment, in JSON.

use perennial_app::segments::AutomaticTag;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whoever is in the segment has the tag, and nobody else.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct AutomaticTagDto {
    #[schema(example = "care_liquid")]
    pub tag: String,
    #[schema(example = "care_liquid_buyers")]
    pub segment: String,
    #[schema(example = "Ann")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl From<AutomaticTag> for AutomaticTagDto {
    fn from(one: AutomaticTag) -> Self {
        let AutomaticTag { tag, segment, created_by, created_at } = one;
        Self { tag, segment, created_by, created_at: created_at.rfc3339() }
    }
}
