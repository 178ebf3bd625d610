//! Purposes and texts as they are sent.

use crate::problem::{Problem, ProblemField};
use perennial_app::consent::{Collects, ConsentText, Purpose, PurposeSettings};
use perennial_domain::identity::IdentifierType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is collected under a purpose, and goes when it is withdrawn.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectsDto {
    /// Names of traits; those inside them too.
    #[serde(default)]
    #[schema(example = json!(["nickname", "avatar"]))]
    pub traits: Vec<String>,
    /// Types of identifiers.
    #[serde(default)]
    #[schema(example = json!(["open_id", "union_id"]))]
    pub identifiers: Vec<String>,
    /// Only what these sources tell; of all where none is named.
    #[serde(default)]
    pub sources: Vec<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PurposeDto {
    #[schema(example = "wechat.profile")]
    pub code: String,
    pub name: String,
    pub description: String,
    /// Empty: it is asked for all channels together.
    pub channels: Vec<String>,
    pub collects: CollectsDto,
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub version: i64,
    /// The newest first.
    pub texts: Vec<ConsentTextDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ConsentTextDto {
    #[schema(example = "3")]
    pub version: String,
    #[schema(example = "zh-CN")]
    pub locale: String,
    pub text: String,
    /// SHA-256 of the text, in hexadecimal.
    pub hash: String,
    pub published_by: String,
    #[schema(format = DateTime)]
    pub published_at: String,
}

impl From<&ConsentText> for ConsentTextDto {
    fn from(text: &ConsentText) -> Self {
        Self {
            version: text.version.clone(),
            locale: text.locale.clone(),
            text: text.text.clone(),
            hash: text.hash.clone(),
            published_by: text.published_by.clone(),
            published_at: text.published_at.rfc3339(),
        }
    }
}

impl From<&Purpose> for PurposeDto {
    fn from(purpose: &Purpose) -> Self {
        let settings = &purpose.settings;
        Self {
            code: purpose.code.clone(),
            name: settings.name.clone(),
            description: settings.description.clone(),
            channels: settings.channels.clone(),
            collects: CollectsDto {
                traits: settings.collects.traits.clone(),
                identifiers: settings.collects.identifiers.iter().map(|kind| kind.code().to_owned()).collect(),
                sources: settings.collects.sources.clone(),
            },
            created_by: purpose.created_by.clone(),
            created_at: purpose.created_at.rfc3339(),
            version: purpose.version,
            texts: purpose.texts.iter().map(ConsentTextDto::from).collect(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurposeBody {
    #[schema(example = "WeChat profile")]
    name: String,
    description: Option<String>,
    /// Absent: it is asked for all channels together.
    channels: Option<Vec<String>>,
    collects: Option<CollectsDto>,
}

impl PurposeBody {
    pub fn read(self) -> Result<PurposeSettings, Problem> {
        let collects = self.collects.unwrap_or_default();
        let mut identifiers = Vec::with_capacity(collects.identifiers.len());
        for code in &collects.identifiers {
            let unknown = || {
                let allowed = IdentifierType::ALL.map(IdentifierType::code).join(", ");
                Problem::invalid(vec![ProblemField::new("/collects/identifiers", "unknown_value", allowed)])
            };
            identifiers.push(IdentifierType::parse(code).ok_or_else(unknown)?);
        }
        Ok(PurposeSettings {
            name: self.name,
            description: self.description.unwrap_or_default(),
            channels: self.channels.unwrap_or_default(),
            collects: Collects { traits: collects.traits, identifiers, sources: collects.sources },
        })
    }
}
