//! Settings in JSON, and their version as an entity tag.

use crate::problem::{Code, Problem, ProblemField};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use perennial_app::settings::VersionedSettings;
use perennial_domain::money::Currency;
use perennial_domain::settings::Settings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsDto {
    #[schema(example = "Example Gifts")]
    pub brand_name: String,
    /// IANA name; the days of all figures are days of this zone.
    #[schema(example = "Europe/London")]
    pub time_zone: String,
    /// ISO 4217; null until the first import or until it is set.
    #[schema(example = "GBP")]
    pub currency: Option<String>,
    /// Decimal places of the currency's smallest unit; null before there is a currency; ignored in requests.
    #[serde(default)]
    #[schema(read_only, example = 2)]
    pub currency_exponent: Option<u8>,
    /// The currency cannot change any more; ignored in requests.
    #[serde(default)]
    #[schema(read_only)]
    pub currency_locked: bool,
    /// Gross margin in hundredths of a percent; null: revenue counts as value.
    #[schema(example = 4000, minimum = 0, maximum = 10000)]
    pub margin_basis_points: Option<u32>,
    #[schema(example = 1000, minimum = 0, maximum = 10000)]
    pub discount_rate_annual_basis_points: u32,
    #[schema(example = 365, minimum = 1, maximum = 3650)]
    pub horizon_days: u32,
    #[schema(example = 365, minimum = 1, maximum = 3650)]
    pub current_window_days: u32,
    /// `zh-CN` or `en`.
    #[schema(example = "zh-CN")]
    pub default_locale: String,
}

impl From<&VersionedSettings> for SettingsDto {
    fn from(versioned: &VersionedSettings) -> Self {
        let settings = versioned.settings.clone();
        Self {
            brand_name: settings.brand_name,
            time_zone: settings.time_zone,
            currency: settings.currency.map(|currency| currency.code().to_owned()),
            currency_exponent: settings.currency.map(Currency::exponent),
            currency_locked: versioned.currency_locked,
            margin_basis_points: settings.margin_basis_points,
            discount_rate_annual_basis_points: settings.discount_rate_annual_basis_points,
            horizon_days: settings.horizon_days,
            current_window_days: settings.current_window_days,
            default_locale: settings.default_locale,
        }
    }
}

impl SettingsDto {
    pub fn into_settings(self) -> Result<Settings, Problem> {
        let currency = match self.currency {
            None => None,
            Some(text) => Some(Currency::parse(&text).ok_or_else(|| {
                Problem::invalid(vec![ProblemField::new(
                    "/currency",
                    "malformed",
                    "three letters such as GBP, or null",
                )])
            })?),
        };
        Ok(Settings {
            brand_name: self.brand_name,
            time_zone: self.time_zone,
            currency,
            currency_assumed: false,
            margin_basis_points: self.margin_basis_points,
            discount_rate_annual_basis_points: self.discount_rate_annual_basis_points,
            horizon_days: self.horizon_days,
            current_window_days: self.current_window_days,
            default_locale: self.default_locale,
        })
    }
}

pub fn etag(version: i64) -> Option<(HeaderName, HeaderValue)> {
    HeaderValue::from_str(&format!("\"{version}\"")).ok().map(|value| (header::ETAG, value))
}

/// The version that the caller wants to replace; none where something new is registered, which the use case refuses where it
/// is there already.
pub fn version_if_sent(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    headers.contains_key(header::IF_MATCH).then(|| expected_version(headers)).transpose()
}

/// The version that the caller wants to replace.
pub fn expected_version(headers: &HeaderMap) -> Result<i64, Problem> {
    let required = || Problem::new(Code::PreconditionRequired, "send the ETag that was read as If-Match");
    let text = headers.get(header::IF_MATCH).ok_or_else(required)?.to_str().unwrap_or_default();
    // A proxy that compresses may have made the tag weak; the version is the same.
    let tag = text.trim().trim_start_matches("W/").trim_matches('"');
    let version = tag.parse().ok().filter(|version| *version >= 0);
    version.ok_or_else(|| Problem::new(Code::PreconditionFailed, "this is not an ETag of this thing"))
}
