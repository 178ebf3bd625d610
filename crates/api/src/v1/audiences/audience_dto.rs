//! A file of a third party, in JSON.

use perennial_app::audiences::AudienceRow;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AudienceDto {
    #[schema(example = "aud_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "Spring lookalikes")]
    pub name: String,
    #[schema(example = "Lookalike Ltd")]
    pub provider: String,
    /// What it may be used for.
    #[schema(example = "advertising of the spring box")]
    pub purpose: String,
    /// Whoever was found has it.
    #[schema(example = "dmp_spring")]
    pub tag: String,
    /// Different hashes in the file.
    #[schema(example = 200_000)]
    pub hashes: i64,
    #[schema(example = 61_240)]
    pub matched: i64,
    #[schema(example = 138_760)]
    pub unmatched: i64,
    /// Lines that were no hash.
    #[schema(example = 3)]
    pub refused: i64,
    /// Who were found when the file came.
    #[schema(example = 61_198)]
    pub customers: i64,
    /// When the tag ends.
    #[schema(format = DateTime)]
    pub expires_at: String,
    #[schema(example = "Ann")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When all of them had the tag, or it ended otherwise; null while it is being set.
    #[schema(format = DateTime)]
    pub done_at: Option<String>,
    /// Why not all of them have it: `tag_unusable` (the tag was archived meanwhile, follows a segment, or does not end any more; nobody waits
    /// for it now) or `gave_up` (the job failed; it can be run again). Null else.
    #[schema(example = "tag_unusable")]
    pub failure: Option<String>,
}

impl From<AudienceRow> for AudienceDto {
    fn from(row: AudienceRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            provider: row.provider,
            purpose: row.purpose,
            tag: row.tag,
            hashes: row.hashes,
            matched: row.matched,
            unmatched: row.hashes - row.matched,
            refused: row.refused,
            customers: row.customers,
            expires_at: Instant(row.expires_at).rfc3339(),
            created_by: row.created_by,
            created_at: Instant(row.created_at).rfc3339(),
            done_at: row.done_at.map(|at| Instant(at).rfc3339()),
            failure: row.failure,
        }
    }
}
