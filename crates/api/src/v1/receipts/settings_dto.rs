//! What holds for all receipts, as it stands in JSON.

use perennial_app::receipts::VersionedReceiptSettings;
use perennial_domain::receipt::{ReceiptConsent, ReceiptSettings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ReceiptSettingsDto {
    /// How long a code can be claimed where its till says nothing else, 1 to 720.
    #[schema(example = 24)]
    pub valid_hours: u32,
    pub consents: Vec<ReceiptConsentDto>,
    /// 0 before the first change.
    pub version: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptSettingsBody {
    /// 1 to 720.
    #[schema(example = 24)]
    valid_hours: u32,
    /// What the page asks whoever signs up to agree to, at most 10, each purpose once. Nobody has to.
    #[serde(default)]
    consents: Vec<ReceiptConsentDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptConsentDto {
    #[schema(example = "marketing")]
    pub purpose: String,
    /// The version of the purpose's text that is shown in Chinese.
    #[schema(example = "v3-zh")]
    pub text_zh: String,
    #[schema(example = "v3-en")]
    pub text_en: String,
}

impl From<VersionedReceiptSettings> for ReceiptSettingsDto {
    fn from(found: VersionedReceiptSettings) -> Self {
        let consent = |one: ReceiptConsent| ReceiptConsentDto {
            purpose: one.purpose,
            text_zh: one.text_zh,
            text_en: one.text_en,
        };
        Self {
            valid_hours: found.settings.valid_hours,
            consents: found.settings.consents.into_iter().map(consent).collect(),
            version: found.version,
        }
    }
}

impl From<ReceiptSettingsBody> for ReceiptSettings {
    fn from(body: ReceiptSettingsBody) -> Self {
        let consent = |one: ReceiptConsentDto| ReceiptConsent {
            purpose: one.purpose,
            text_zh: one.text_zh,
            text_en: one.text_en,
        };
        Self { valid_hours: body.valid_hours, consents: body.consents.into_iter().map(consent).collect() }
    }
}
