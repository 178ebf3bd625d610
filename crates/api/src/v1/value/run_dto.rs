//! A value run in JSON.

use crate::v1::customers::dto::iso_day;
use perennial_app::customers::ValueRunRow;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ValueRunDto {
    #[schema(example = "run_1c9f0x3abcdefghjk")]
    pub id: String,
    /// `queued`, `running`, `done` or `failed`.
    #[schema(example = "done")]
    pub state: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub started_at: Option<String>,
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    #[schema(format = Date)]
    pub as_of: Option<String>,
    #[schema(minimum = 0, maximum = 1)]
    pub progress: f64,
    pub error: Option<String>,
}

impl From<ValueRunRow> for ValueRunDto {
    fn from(row: ValueRunRow) -> Self {
        let instant = |at: i64| Instant(at).rfc3339();
        Self {
            id: row.id,
            state: row.state,
            created_at: instant(row.created_at),
            started_at: row.started_at.map(instant),
            finished_at: row.finished_at.map(instant),
            as_of: row.as_of_day.and_then(iso_day),
            progress: row.progress,
            error: row.error,
        }
    }
}
