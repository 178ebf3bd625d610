//! A channel code in JSON. Money of a code is in the workspace's currency, in its smallest unit.

use perennial_app::codes::{Code, CodeReport};
use perennial_domain::code::CodeSettings;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CodeDto {
    #[schema(example = "cod_1c9f0x3abcdefghjk")]
    pub id: String,
    /// Where people are sent to: this path of the server.
    #[schema(example = "/s/7K3M9XQ2")]
    pub path: String,
    /// Codes that were made together have the same.
    #[schema(example = "cob_1c9f0x3abcdefghjk")]
    pub batch_id: String,
    #[schema(example = "Shelf 3, leaflet")]
    pub name: String,
    #[schema(example = "store")]
    pub touch_point: String,
    #[schema(example = json!({ "place": "store 12", "material": "leaflet", "staff": "E0042" }))]
    pub parameters: BTreeMap<String, String>,
    #[schema(example = "https://shop.example.com/join")]
    pub target: String,
    #[schema(example = 12_000)]
    pub cost_minor: i64,
    /// `active` or `paused`.
    #[schema(example = "active")]
    pub state: String,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The version that `If-Match` names.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<Code> for CodeDto {
    fn from(code: Code) -> Self {
        let CodeSettings { name, touch_point, parameters, target, cost_minor } = code.settings;
        Self {
            id: code.id,
            path: format!("/s/{}", code.slug),
            batch_id: code.batch_id,
            name,
            touch_point,
            parameters,
            target,
            cost_minor,
            state: code.state.code().to_owned(),
            created_by: code.created_by,
            created_at: code.created_at.rfc3339(),
            version: code.version,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCode {
    /// 1 to 100 characters.
    #[schema(example = "Shelf 3, leaflet")]
    name: String,
    /// The code of a touch-point that is not archived.
    #[schema(example = "store")]
    touch_point: String,
    /// At most 12; they stand in the fact of every scan.
    #[schema(example = json!({ "place": "store 12", "material": "leaflet", "staff": "E0042" }))]
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    /// Begins with https:// or http://.
    #[schema(example = "https://shop.example.com/join")]
    target: String,
    /// What it cost to make and place it. Absent: nothing.
    #[schema(example = 12_000)]
    #[serde(default)]
    cost_minor: i64,
}

impl From<NewCode> for CodeSettings {
    fn from(body: NewCode) -> Self {
        let NewCode { name, touch_point, parameters, target, cost_minor } = body;
        Self { name, touch_point, parameters, target, cost_minor }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CodeReportDto {
    pub code: CodeDto,
    #[schema(example = 412)]
    pub scans: i64,
    /// Scans by a device that had not scanned this code before.
    #[schema(example = 371)]
    pub visitors: i64,
    /// Scans by one that had.
    #[schema(example = 41)]
    pub repeated: i64,
    /// Customers who followed for the first time after this code, and no later one.
    #[schema(example = 120)]
    pub followed: i64,
    /// Customers who had followed before they scanned this code.
    #[schema(example = 35)]
    pub followed_before: i64,
    #[schema(example = 44)]
    pub registered: i64,
    /// Customers whose first order came after this code, and no later one.
    #[schema(example = 9)]
    pub ordered: i64,
    #[schema(format = DateTime)]
    pub last_scan_at: Option<String>,
}

impl From<CodeReport> for CodeReportDto {
    fn from(report: CodeReport) -> Self {
        let CodeReport { code, scans, visitors, followed, followed_before, registered, ordered, last_at } = report;
        Self {
            code: code.into(),
            scans,
            visitors,
            repeated: scans - visitors,
            followed,
            followed_before,
            registered,
            ordered,
            last_scan_at: last_at.map(Instant::rfc3339),
        }
    }
}
