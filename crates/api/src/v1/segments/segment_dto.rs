//! Segments in JSON.

use super::rule_dto::{RuleDto, told};
use crate::problem::Problem;
use perennial_app::segments::{Segment, SegmentSettings, SegmentVersion};
use perennial_domain::rules::text::print;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A segment as it was in one of its versions.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentVersionDto {
    /// Grows by one with each change.
    #[schema(example = 2)]
    pub version: i64,
    #[schema(example = "Champions")]
    pub name: String,
    #[schema(example = "Whom we thank first")]
    pub description: String,
    /// The JSON form of the rule.
    pub rule: RuleDto,
    /// Its text form.
    #[schema(example = "has tag vip")]
    pub text: String,
    /// Of the normal form: rules that differ in their way of writing only have the same.
    #[schema(example = "5f0c6b1c9f0e4a6d8c1b2a3948576a1b")]
    pub digest: String,
    #[schema(example = "Li")]
    pub changed_by: String,
    #[schema(format = DateTime)]
    pub changed_at: String,
}

impl From<SegmentVersion> for SegmentVersionDto {
    fn from(one: SegmentVersion) -> Self {
        Self {
            version: one.version,
            name: one.name,
            description: one.description,
            rule: RuleDto::from(&one.rule),
            text: print(&one.rule),
            digest: one.digest,
            changed_by: one.changed_by,
            changed_at: one.changed_at.rfc3339(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentDto {
    /// By which rules name it.
    #[schema(example = "champions")]
    pub code: String,
    #[serde(flatten)]
    pub newest: SegmentVersionDto,
    #[schema(example = "Ada")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
}

impl From<Segment> for SegmentDto {
    fn from(segment: Segment) -> Self {
        Self {
            code: segment.code,
            newest: segment.newest.into(),
            created_by: segment.created_by,
            created_at: segment.created_at.rfc3339(),
            archived_at: segment.archived_at.map(Instant::rfc3339),
        }
    }
}

/// With its rule as text or as JSON: one of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSegment {
    /// a to z, 0 to 9 and _, 1 to 40, a letter first. It stays.
    #[schema(example = "champions")]
    pub code: String,
    /// 1 to 60 characters.
    #[schema(example = "Champions")]
    pub name: String,
    /// Up to 1000 characters; empty when absent.
    #[schema(example = "Whom we thank first")]
    pub description: Option<String>,
    #[schema(example = "has tag vip")]
    pub text: Option<String>,
    pub rule: Option<RuleDto>,
}

impl NewSegment {
    pub fn read(self) -> Result<(String, SegmentSettings), Problem> {
        let Self { code, name, description, text, rule } = self;
        let rule = told(text, rule)?;
        Ok((code, SegmentSettings { name, description: description.unwrap_or_default(), rule }))
    }
}

/// With its rule as text or as JSON: one of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentBody {
    /// 1 to 60 characters.
    #[schema(example = "Champions")]
    pub name: String,
    /// Up to 1000 characters; empty when absent.
    #[schema(example = "Whom we thank first")]
    pub description: Option<String>,
    #[schema(example = "has tag vip")]
    pub text: Option<String>,
    pub rule: Option<RuleDto>,
}

impl SegmentBody {
    pub fn read(self) -> Result<SegmentSettings, Problem> {
        let Self { name, description, text, rule } = self;
        Ok(SegmentSettings { name, description: description.unwrap_or_default(), rule: told(text, rule)? })
    }
}
