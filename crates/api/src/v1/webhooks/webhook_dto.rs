//! A webhook in JSON. Its secret is never part of it.

use crate::problem::{Problem, ProblemField};
use perennial_app::webhooks::{DeliveryCounts, Endpoint, EndpointView};
use perennial_domain::time::Instant;
use perennial_domain::webhook::{EndpointSettings, EventType};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WebhookDto {
    #[schema(example = "whk_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "https://crm.example.com/hooks/perennial")]
    pub url: String,
    #[schema(example = "crm")]
    pub description: String,
    #[schema(example = json!(["order.created", "order.refunded"]))]
    pub event_types: Vec<String>,
    /// Also what files bring.
    pub with_imports: bool,
    /// `active` or `paused`.
    #[schema(example = "active")]
    pub state: String,
    /// `by_hand`, `failures` (nothing was delivered for three days) or `gone` (it answered 410).
    #[schema(example = "failures")]
    pub paused_reason: Option<String>,
    #[schema(format = DateTime)]
    pub paused_at: Option<String>,
    /// The first failure since the last success.
    #[schema(format = DateTime)]
    pub failing_since: Option<String>,
    /// Until then messages are signed by the earlier secret too.
    #[schema(format = DateTime)]
    pub earlier_secret_valid_until: Option<String>,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The version that `If-Match` names.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<Endpoint> for WebhookDto {
    fn from(endpoint: Endpoint) -> Self {
        let EndpointSettings { url, description, event_types, with_imports } = endpoint.settings;
        Self {
            id: endpoint.id,
            url,
            description,
            event_types: event_types.into_iter().map(|event_type| event_type.code().to_owned()).collect(),
            with_imports,
            state: endpoint.state.code().to_owned(),
            paused_reason: endpoint.paused.map(|(reason, _)| reason.code().to_owned()),
            paused_at: endpoint.paused.map(|(_, at)| at.rfc3339()),
            failing_since: endpoint.failing_since.map(Instant::rfc3339),
            earlier_secret_valid_until: endpoint.previous_secret_until.map(Instant::rfc3339),
            created_by: endpoint.created_by,
            created_at: endpoint.created_at.rfc3339(),
            version: endpoint.version,
        }
    }
}

/// Of the events of the last seven days.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WebhookCounts {
    #[schema(example = 3)]
    pub waiting: i64,
    #[schema(example = 1_204)]
    pub delivered: i64,
    /// All attempts failed; they can be replayed.
    #[schema(example = 0)]
    pub failed: i64,
    /// Ever: became too old before they were delivered.
    #[schema(example = 0)]
    pub expired: i64,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WebhookItem {
    pub webhook: WebhookDto,
    pub counts: WebhookCounts,
}

impl From<EndpointView> for WebhookItem {
    fn from(view: EndpointView) -> Self {
        let DeliveryCounts { waiting, delivered, failed, expired } = view.counts;
        Self { webhook: view.endpoint.into(), counts: WebhookCounts { waiting, delivered, failed, expired } }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettingsBody {
    /// Begins with https://, leads to no private network, and names no user.
    #[schema(example = "https://crm.example.com/hooks/perennial")]
    url: String,
    /// At most 200 characters; absent: none.
    #[schema(example = "crm")]
    description: Option<String>,
    /// One or more of `event_types` of the list of webhooks.
    #[schema(example = json!(["order.created", "order.refunded"]))]
    event_types: Vec<String>,
    /// Also what files bring: a file of ten years sends a message for each of its orders. Absent: false.
    #[serde(default)]
    with_imports: bool,
}

impl WebhookSettingsBody {
    /// All wrong words at once.
    pub fn settings(self) -> Result<EndpointSettings, Problem> {
        let mut errors = Vec::new();
        let mut event_types = Vec::new();
        for (place, code) in self.event_types.iter().enumerate() {
            match EventType::parse(code) {
                Some(event_type) => event_types.push(event_type),
                None => {
                    let allowed: Vec<&str> = EventType::subscribable().iter().map(|one| one.code()).collect();
                    let pointer = format!("/event_types/{place}");
                    errors.push(ProblemField::new(pointer, "unknown_value", allowed.join(", ")));
                }
            }
        }
        if !errors.is_empty() {
            return Err(Problem::invalid(errors));
        }
        let description = self.description.unwrap_or_default();
        Ok(EndpointSettings { url: self.url, description, event_types, with_imports: self.with_imports })
    }
}
