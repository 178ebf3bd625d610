//! The register of usage cards.

use super::UsageCardError;
use crate::access::{Actor, require};
use crate::fields::Rules;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::field::FieldKind;
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use perennial_domain::usage_card::{CARDS_MAX, CardSettings};
use perennial_store::usage_cards::{self as table, CardRow, CardSettingsRow, CardVersionRow};
use perennial_store::{ReadTx, StoreError};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub code: String,
    pub settings: CardSettings,
    pub created_at: Instant,
    /// Grows by one with each change.
    pub version: i64,
}

fn card_of(row: CardRow) -> Result<Card, StoreError> {
    let settings = settings_of("usage_cards", &row.code, row.settings)?;
    Ok(Card { code: row.code, settings, created_at: row.created_at, version: row.version })
}

fn settings_of(table: &'static str, code: &str, row: CardSettingsRow) -> Result<CardSettings, StoreError> {
    let wrong = |_| StoreError::Inconsistency { table, column: "questions", row: code.to_owned() };
    Ok(CardSettings {
        name: row.name,
        product: Some(row.product).filter(|product| !product.is_empty()),
        days_after: row.days_after,
        open_days: row.open_days,
        questions: serde_json::from_str(&row.questions).map_err(wrong)?,
        rating_field: row.rating_field,
        low_rating: row.low_rating,
        is_archived: row.is_archived,
    })
}

/// A card as it was in one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardVersion {
    pub version: i64,
    pub settings: CardSettings,
    /// Who made it, and when; none of versions from before that was kept.
    pub changed_by: Option<String>,
    pub changed_at: Option<Instant>,
}

fn version_of(code: &str, row: CardVersionRow) -> Result<CardVersion, StoreError> {
    Ok(CardVersion {
        settings: settings_of("usage_card_versions", code, row.settings)?,
        version: row.version,
        changed_by: row.changed_by,
        changed_at: row.changed_at,
    })
}

/// Versions of a card, the newest first, and behind which one the next page begins; `before` is that one.
pub async fn card_versions(
    app: &App,
    actor: &Actor,
    code: &str,
    before: Option<i64>,
    limit: usize,
) -> Result<(Vec<CardVersion>, Option<i64>), UsageCardError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let wanted = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut rows = table::versions(&mut tx, code, before.unwrap_or(i64::MAX), wanted).await?;
    // Every card has its first version.
    if rows.is_empty() && before.is_none() {
        return Err(UsageCardError::NoCard);
    }
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| row.version);
    Ok((rows.into_iter().map(|row| version_of(code, row)).collect::<Result<_, _>>()?, next))
}

/// By code, the archived ones too.
pub async fn list_cards(app: &App, actor: &Actor) -> Result<Vec<Card>, UsageCardError> {
    require(actor, Right::CustomersRead)?;
    Ok(all(&mut app.store.read().await?).await?)
}

pub(super) async fn all(tx: &mut ReadTx<'_>) -> Result<Vec<Card>, StoreError> {
    table::list(tx).await?.into_iter().map(card_of).collect()
}

/// Registers a card, or changes it. `version`: the one that is changed; none to register it.
pub async fn put_card(
    app: &App,
    actor: &Actor,
    code: &str,
    version: Option<i64>,
    settings: CardSettings,
) -> Result<Card, UsageCardError> {
    require(actor, Right::FieldsManage)?;
    let mut tx = app.store.write().await?;
    let mut errors = settings.check(code);
    if errors.is_empty() {
        errors = wrong_fields(&Rules::load(&mut tx).await?, &settings);
    }
    if !errors.is_empty() {
        return Err(UsageCardError::Invalid(errors));
    }
    let known = all(&mut tx).await?;
    let is_known = known.iter().any(|card| card.code == code);
    let row = row_of(app, actor, code, version, &settings);
    let is_done = match version {
        None if !is_known && known.len() >= CARDS_MAX => {
            return Err(UsageCardError::field("code", "at most 100 usage cards"));
        }
        None => table::insert(&mut tx, &row).await?,
        Some(_) if !is_known => return Err(UsageCardError::NoCard),
        Some(_) => table::replace(&mut tx, &row).await?,
    };
    if !is_done {
        return Err(if version.is_none() { UsageCardError::Exists } else { UsageCardError::Changed });
    }
    table::add_version(&mut tx, code, actor.name(), app.clock.now()).await?;
    let detail = json!({ "version": version.unwrap_or(0) + 1, "is_archived": settings.is_archived });
    audit::append(app, &mut tx, actor, "usage_card.changed", code, detail).await?;
    let card = all(&mut tx).await?.into_iter().find(|card| card.code == code).ok_or(UsageCardError::NoCard)?;
    tx.commit().await?;
    Ok(card)
}

fn row_of(app: &App, actor: &Actor, code: &str, version: Option<i64>, settings: &CardSettings) -> CardRow {
    CardRow {
        code: code.to_owned(),
        settings: CardSettingsRow {
            name: settings.name.trim().to_owned(),
            product: settings.product.clone().unwrap_or_default(),
            days_after: settings.days_after,
            open_days: settings.open_days,
            questions: serde_json::to_string(&settings.questions).unwrap_or_default(),
            rating_field: settings.rating_field.clone(),
            low_rating: settings.low_rating,
            is_archived: settings.is_archived,
        },
        created_by: actor.name().to_owned(),
        created_at: app.clock.now(),
        version: version.unwrap_or(0),
    }
}

/// What the registry of fields has against the card. An archived one may ask for fields that are archived too.
fn wrong_fields(rules: &Rules, settings: &CardSettings) -> Vec<FieldError> {
    if settings.is_archived {
        return Vec::new();
    }
    if !settings.questions.iter().all(|question| rules.of(&question.field).is_some()) {
        return vec![FieldError { field: "questions", allowed: "fields of the registry that are not archived" }];
    }
    let rating = settings.rating_field.as_deref().and_then(|field| rules.of(field));
    if rating.is_some_and(|rule| rule.kind != FieldKind::Integer) {
        return vec![FieldError { field: "rating_field", allowed: "a field of the type integer, or null" }];
    }
    Vec::new()
}
