//! The register: what is asked for, by which channels, with which words, and what is collected under it.

use super::error::ConsentError;
use crate::access::idempotency::Once;
use crate::access::{Actor, hex, require, sha256};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::consent::{ConsentWord, Decision, VERSION_BYTES_MAX, is_code};
use perennial_domain::identity::IdentifierType;
use perennial_domain::privacy::Redaction;
use perennial_domain::time::Instant;
use perennial_store::consents::{self as table, PurposeRow, TextRow};
use perennial_store::{ReadTx, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;

const NAME_CHARS_MAX: usize = 200;
const DESCRIPTION_CHARS_MAX: usize = 2_000;
const LISTED_MAX: usize = 100;
const TEXT_BYTES_MAX: usize = 100_000;

/// What is collected under a purpose, and goes when it is withdrawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Collects {
    /// Names of traits; those inside them (`wechat.nickname` of `wechat`) too.
    pub traits: Vec<String>,
    /// Types of identifiers.
    pub identifiers: Vec<IdentifierType>,
    /// Only what these sources tell; of all where none is named. Identifiers have no source: those of the types go.
    pub sources: Vec<String>,
}

impl Collects {
    pub fn is_empty(&self) -> bool {
        self.traits.is_empty() && self.identifiers.is_empty()
    }

    pub(super) fn redaction(&self) -> Redaction {
        Redaction { identifiers: Vec::new(), kinds: self.identifiers.clone(), traits: self.traits.clone() }
    }

    pub(super) fn has_trait(&self, name: &str) -> bool {
        self.redaction().is_trait(name)
    }

    pub(super) fn is_of(&self, source: &str) -> bool {
        self.sources.is_empty() || self.sources.iter().any(|one| one == source)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurposeSettings {
    pub name: String,
    pub description: String,
    pub channels: Vec<String>,
    pub collects: Collects,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    pub code: String,
    pub settings: PurposeSettings,
    pub created_by: String,
    pub created_at: Instant,
    /// Grows by one with each change.
    pub version: i64,
    /// The newest first.
    pub texts: Vec<ConsentText>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentText {
    pub version: String,
    pub locale: String,
    pub text: String,
    pub hash: String,
    pub published_by: String,
    pub published_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewText {
    pub version: String,
    pub locale: String,
    pub text: String,
}

/// By code.
pub async fn list_purposes(app: &App, actor: &Actor) -> Result<Vec<Purpose>, ConsentError> {
    require(actor, Right::CustomersRead)?;
    purposes(&mut app.store.read().await?).await
}

async fn purposes(tx: &mut ReadTx<'_>) -> Result<Vec<Purpose>, ConsentError> {
    let texts = table::texts(tx).await?;
    let of = |code: &str| texts.iter().filter(|text| text.purpose == code).map(text_of).collect();
    let rows = table::purposes(tx).await?;
    rows.iter().map(|row| Ok(Purpose { texts: of(&row.code), ..purpose_of(row)? })).collect()
}

/// All purposes, without their texts.
pub(super) async fn purposes_of(tx: &mut ReadTx<'_>) -> Result<Vec<Purpose>, StoreError> {
    table::purposes(tx).await?.iter().map(purpose_of).collect()
}

/// The purpose of that code, if it is registered.
pub(crate) async fn purpose(tx: &mut ReadTx<'_>, code: &str) -> Result<Option<Purpose>, StoreError> {
    let row = table::purposes(tx).await?.into_iter().find(|row| row.code == code);
    row.map(|row| purpose_of(&row)).transpose()
}

/// Words of somebody who agrees to these purposes, by all their channels, having seen the newest text of each; `None`
/// where one of them is not in the register.
pub(crate) async fn agreed(tx: &mut ReadTx<'_>, codes: &[String]) -> Result<Option<Vec<ConsentWord>>, StoreError> {
    let mut words = Vec::with_capacity(codes.len());
    for code in codes {
        let Some(purpose) = purpose(tx, code).await? else { return Ok(None) };
        let newest = purpose.texts.iter().max_by_key(|text| text.published_at);
        words.push(ConsentWord {
            purpose: purpose.code.clone(),
            channel: String::new(),
            decision: Decision::Granted,
            text_version: newest.map(|text| text.version.clone()),
            is_explicit: true,
        });
    }
    Ok(Some(words))
}

fn purpose_of(row: &PurposeRow) -> Result<Purpose, StoreError> {
    let wrong =
        |column| move |_| StoreError::Inconsistency { table: "consent_purposes", column, row: row.code.clone() };
    Ok(Purpose {
        code: row.code.clone(),
        settings: PurposeSettings {
            name: row.name.clone(),
            description: row.description.clone(),
            channels: serde_json::from_str(&row.channels).map_err(wrong("channels"))?,
            collects: serde_json::from_str(&row.collects).map_err(wrong("collects"))?,
        },
        created_by: row.created_by.clone(),
        created_at: Instant(row.created_at),
        version: row.version,
        texts: Vec::new(),
    })
}

fn text_of(row: &TextRow) -> ConsentText {
    ConsentText {
        version: row.version.clone(),
        locale: row.locale.clone(),
        text: row.text.clone(),
        hash: row.hash.clone(),
        published_by: row.published_by.clone(),
        published_at: Instant(row.published_at),
    }
}

/// Registers a purpose, or changes it. `version`: the one that is changed; none to make it.
pub async fn put_purpose(
    app: &App,
    actor: &Actor,
    code: &str,
    version: Option<i64>,
    settings: PurposeSettings,
) -> Result<Purpose, ConsentError> {
    require(actor, Right::PrivacyManage)?;
    check(code, &settings)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let row = PurposeRow {
        code: code.to_owned(),
        name: settings.name.trim().to_owned(),
        description: settings.description.trim().to_owned(),
        channels: serde_json::to_string(&settings.channels).unwrap_or_default(),
        collects: serde_json::to_string(&settings.collects).unwrap_or_default(),
        created_by: actor.name().to_owned(),
        created_at: now.0,
        version: version.unwrap_or(0) + 1,
    };
    let detail = json!({ "version": row.version });
    let is_done = match version {
        None => table::insert_purpose(&mut tx, &row).await?,
        Some(_) => table::replace_purpose(&mut tx, &row).await?,
    };
    if !is_done {
        let is_there = purpose(&mut tx, code).await?.is_some();
        return Err(match version {
            None => ConsentError::Exists,
            Some(_) if is_there => ConsentError::Changed,
            Some(_) => ConsentError::NoPurpose,
        });
    }
    audit::append(app, &mut tx, actor, "consent.purpose_changed", code, detail).await?;
    let all = purposes(&mut tx).await?;
    tx.commit().await?;
    all.into_iter().find(|one| one.code == code).ok_or(ConsentError::NoPurpose)
}

fn check(code: &str, settings: &PurposeSettings) -> Result<(), ConsentError> {
    if !is_code(code) {
        return Err(ConsentError::invalid("code", "1 to 64 letters, digits, underscores, hyphens and dots"));
    }
    if !(1..=NAME_CHARS_MAX).contains(&settings.name.trim().chars().count()) {
        return Err(ConsentError::invalid("name", "1 to 200 characters"));
    }
    if settings.description.chars().count() > DESCRIPTION_CHARS_MAX {
        return Err(ConsentError::invalid("description", "at most 2000 characters"));
    }
    let Collects { traits, identifiers: _, sources } = &settings.collects;
    if settings.channels.len() > LISTED_MAX || !settings.channels.iter().all(|channel| is_code(channel)) {
        return Err(ConsentError::invalid(
            "channels",
            "at most 100, each of letters, digits, underscores, hyphens and dots",
        ));
    }
    let is_text = |text: &String| (1..=100).contains(&text.len());
    if traits.len() > LISTED_MAX || !traits.iter().all(is_text) {
        return Err(ConsentError::invalid("collects/traits", "at most 100 names of 1 to 100 bytes"));
    }
    if sources.len() > LISTED_MAX || !sources.iter().all(is_text) {
        return Err(ConsentError::invalid("collects/sources", "at most 100 ids of sources"));
    }
    Ok(())
}

/// Publishes the words of a purpose. They are never changed: other words are another version.
pub async fn publish_text(
    app: &App,
    actor: &Actor,
    code: &str,
    new: NewText,
    once: &Once<'_, ConsentText>,
) -> Result<ConsentText, ConsentError> {
    require(actor, Right::PrivacyManage)?;
    let version = new.version.trim();
    if !(1..=VERSION_BYTES_MAX).contains(&version.len()) || version.chars().any(char::is_control) {
        return Err(ConsentError::invalid("version", "1 to 64 bytes"));
    }
    if !(1..=TEXT_BYTES_MAX).contains(&new.text.len()) {
        return Err(ConsentError::invalid("text", "1 to 100000 bytes"));
    }
    if new.locale.len() > 35 {
        return Err(ConsentError::invalid("locale", "a language tag such as zh-CN"));
    }
    let mut tx = app.store.write().await?;
    once.claim::<ConsentError>(app, &mut tx).await?;
    purpose(&mut tx, code).await?.ok_or(ConsentError::NoPurpose)?;
    let row = TextRow {
        purpose: code.to_owned(),
        version: version.to_owned(),
        locale: new.locale,
        hash: hex(&sha256(new.text.as_bytes())),
        text: new.text,
        published_by: actor.name().to_owned(),
        published_at: app.clock.now().0,
    };
    if !table::insert_text(&mut tx, &row).await? {
        return Err(ConsentError::TextExists);
    }
    let detail = json!({ "version": row.version, "hash": row.hash });
    audit::append(app, &mut tx, actor, "consent.text_published", code, detail).await?;
    let text = text_of(&row);
    once.keep(&mut tx, &text).await?;
    tx.commit().await?;
    Ok(text)
}
