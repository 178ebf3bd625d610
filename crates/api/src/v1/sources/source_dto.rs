//! A source in JSON.

use crate::problem::{Problem, ProblemField};
use perennial_app::sources::{Counts, DayCounts, Source, SourceView};
use perennial_domain::identity::IdentifierType;
use perennial_domain::source::{SourceKind, SourceSettings, SourceState, USER_ID_TYPES};
use perennial_domain::time::{Day, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SourceDto {
    #[schema(example = "src_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "web shop")]
    pub name: String,
    /// `website`, `app`, `mini_program`, `server`, `till` or `other`.
    #[schema(example = "website")]
    pub kind: String,
    /// `active` or `paused`.
    #[schema(example = "active")]
    pub state: String,
    /// What `userId` of its messages is: `user_id`, `customer_id` or `member_no`.
    #[schema(example = "user_id")]
    pub user_id_type: String,
    /// Messages in a second; null: as many as come.
    #[schema(example = 1000)]
    pub rate_limit: Option<u32>,
    /// The last characters of the write key, by which a person knows it again.
    #[schema(example = "x7Qa")]
    pub write_key_ending: String,
    /// Until then the earlier write key works too.
    #[schema(format = DateTime)]
    pub earlier_key_valid_until: Option<String>,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The version that `If-Match` names.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<Source> for SourceDto {
    fn from(source: Source) -> Self {
        let SourceSettings { name, kind, state, user_id_type, rate_limit } = source.settings;
        Self {
            id: source.id,
            name,
            kind: kind.code().to_owned(),
            state: state.code().to_owned(),
            user_id_type: user_id_type.code().to_owned(),
            rate_limit,
            write_key_ending: source.key_ending,
            earlier_key_valid_until: source.previous_key_until.map(Instant::rfc3339),
            created_by: source.created_by,
            created_at: source.created_at.rfc3339(),
            version: source.version,
        }
    }
}

/// What came from a source.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SourceCounts {
    /// Each is a fact, once; also those that were kept aside and then released.
    #[schema(example = 9963)]
    pub accepted: i64,
    /// Messages that were sent again.
    #[schema(example = 12)]
    pub duplicates: i64,
    /// Messages that became no fact; the log says why.
    #[schema(example = 37)]
    pub refused: i64,
    /// Facts that were put aside because they are not as planned.
    #[schema(example = 8)]
    pub put_aside: i64,
    /// Of all that were ever put aside: released.
    #[schema(example = 5)]
    pub released: i64,
    /// Of all that were ever put aside: discarded. What is left is kept aside now.
    #[schema(example = 1)]
    pub discarded: i64,
    /// Of the accepted ones: those that named somebody who was erased, and were dropped.
    #[schema(example = 0)]
    pub erased: i64,
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
}

impl From<Counts> for SourceCounts {
    fn from(counts: Counts) -> Self {
        Self {
            accepted: counts.accepted,
            duplicates: counts.duplicates,
            refused: counts.refused,
            put_aside: counts.put_aside,
            released: counts.released,
            discarded: counts.discarded,
            erased: counts.erased,
            last_at: counts.last_at.map(Instant::rfc3339),
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SourceDay {
    /// In UTC.
    #[schema(format = Date, example = "2026-11-21")]
    pub day: String,
    pub counts: SourceCounts,
}

impl From<DayCounts> for SourceDay {
    fn from(one: DayCounts) -> Self {
        let day = Day(i32::try_from(one.day).unwrap_or(0));
        Self { day: day.iso(), counts: one.counts.into() }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SourceItem {
    pub source: SourceDto,
    pub totals: SourceCounts,
}

impl From<SourceView> for SourceItem {
    fn from(view: SourceView) -> Self {
        Self { source: view.source.into(), totals: view.totals.into() }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SourceDetail {
    pub source: SourceDto,
    pub totals: SourceCounts,
    /// The last thirty days, the oldest first, without those on which nothing came.
    pub days: Vec<SourceDay>,
}

impl From<SourceView> for SourceDetail {
    fn from(view: SourceView) -> Self {
        Self {
            source: view.source.into(),
            totals: view.totals.into(),
            days: view.days.into_iter().map(SourceDay::from).collect(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceSettingsBody {
    #[schema(example = "web shop")]
    name: String,
    /// `website`, `app`, `mini_program`, `server`, `till` or `other`; absent: `other`.
    #[schema(example = "website")]
    kind: Option<String>,
    /// `active` or `paused`; absent: `active`.
    #[schema(example = "active")]
    state: Option<String>,
    /// What `userId` of its messages is: `user_id` (accounts of this touch-point), or `customer_id` or `member_no`, under
    /// which files know the same people; absent: `user_id`.
    #[schema(example = "user_id")]
    user_id_type: Option<String>,
    /// Messages in a second, 1 to 100000; null or absent: as many as come.
    #[schema(example = 1000, minimum = 1, maximum = 100_000)]
    rate_limit: Option<u32>,
}

impl SourceSettingsBody {
    /// All wrong words at once.
    pub fn settings(self) -> Result<SourceSettings, Problem> {
        let mut errors = Vec::new();
        let mut settings = SourceSettings { rate_limit: self.rate_limit, ..SourceSettings::named(&self.name) };
        if let Some(code) = self.kind {
            match SourceKind::parse(&code) {
                Some(kind) => settings.kind = kind,
                None => errors.push(unknown("/kind", &SourceKind::ALL.map(SourceKind::code))),
            }
        }
        if let Some(code) = self.state {
            match SourceState::parse(&code) {
                Some(state) => settings.state = state,
                None => errors.push(unknown("/state", &SourceState::ALL.map(SourceState::code))),
            }
        }
        if let Some(code) = self.user_id_type {
            match IdentifierType::parse(&code) {
                Some(kind) => settings.user_id_type = kind,
                None => errors.push(unknown("/user_id_type", &USER_ID_TYPES.map(IdentifierType::code))),
            }
        }
        if errors.is_empty() { Ok(settings) } else { Err(Problem::invalid(errors)) }
    }
}

fn unknown(pointer: &str, allowed: &[&str]) -> ProblemField {
    ProblemField::new(pointer, "unknown_value", allowed.join(", "))
}
