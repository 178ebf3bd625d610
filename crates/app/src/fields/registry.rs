//! The registry of fields.

use super::error::FieldsError;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::field::{Class, FieldKind, FieldSettings};
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use perennial_store::fields::{self as table, FieldRow};
use perennial_store::{ReadTx, StoreError};
use serde_json::json;
use std::collections::BTreeMap;

/// Each is shown on every profile.
const FIELDS_MAX: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub settings: FieldSettings,
    pub is_preset: bool,
    pub archived_at: Option<Instant>,
    pub created_at: Instant,
    pub version: i64,
}

/// Values that came under the field's name and were none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    pub refused: i64,
    /// By source.
    pub by_source: Vec<(String, i64)>,
    pub last_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldWithRefusals {
    pub field: Field,
    pub refusals: Refusals,
}

/// All fields: the preset ones first, the heaviest first.
pub async fn list_fields(app: &App, actor: &Actor) -> Result<Vec<FieldWithRefusals>, FieldsError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let mut refused: BTreeMap<String, Refusals> = BTreeMap::new();
    // Whoever sees a part of the customers only is not told what came of all.
    if actor.scope().is_everyone() {
        for row in table::refusals(&mut tx).await? {
            let one = refused.entry(row.field).or_default();
            one.refused += row.refused;
            one.by_source.push((row.source, row.refused));
            one.last_at = one.last_at.max(Some(row.last_at));
        }
    }
    let fields = registered(&mut tx).await?.into_iter();
    Ok(fields
        .map(|field| FieldWithRefusals { refusals: refused.remove(&field.settings.name).unwrap_or_default(), field })
        .collect())
}

pub(super) async fn registered(tx: &mut ReadTx<'_>) -> Result<Vec<Field>, StoreError> {
    table::all(tx).await?.into_iter().map(field_of).collect()
}

/// What the fields that are not archived are called, folded, with the name of each: none that two are called.
pub(crate) async fn labels(tx: &mut ReadTx<'_>) -> Result<BTreeMap<String, String>, StoreError> {
    let mut labels: BTreeMap<String, Option<String>> = BTreeMap::new();
    for field in registered(tx).await?.into_iter().filter(|field| field.archived_at.is_none()) {
        let FieldSettings { name, name_zh, name_en, .. } = field.settings;
        for label in [&name, &name_zh, &name_en] {
            let known = labels.entry(label.to_lowercase()).or_insert_with(|| Some(name.clone()));
            if known.as_ref().is_some_and(|known| *known != name) {
                *known = None;
            }
        }
    }
    Ok(labels.into_iter().filter_map(|(label, name)| Some((label, name?))).collect())
}

pub(super) fn field_of(row: FieldRow) -> Result<Field, StoreError> {
    let wrong = |column| StoreError::Inconsistency { table: "fields", column, row: row.name.clone() };
    let class = Class::parse(&row.class).ok_or_else(|| wrong("class"))?;
    let kind = FieldKind::parse(&row.kind).ok_or_else(|| wrong("kind"))?;
    let allowed = serde_json::from_str(&row.allowed).map_err(|_| wrong("allowed"))?;
    Ok(Field {
        settings: FieldSettings {
            name: row.name,
            name_zh: row.name_zh,
            name_en: row.name_en,
            class,
            kind,
            allowed,
            is_personal: row.is_personal,
            weight: row.weight,
            is_archived: row.archived_at.is_some(),
        },
        is_preset: row.is_preset,
        archived_at: row.archived_at,
        created_at: row.created_at,
        version: row.version,
    })
}

/// Adds a field. From the next fact on it is one, for everybody.
pub async fn create_field(
    app: &App,
    actor: &Actor,
    settings: FieldSettings,
    once: &Once<'_, Field>,
) -> Result<Field, FieldsError> {
    require(actor, Right::FieldsManage)?;
    check(&settings)?;
    let row = FieldRow {
        name_zh: settings.name_zh.trim().to_owned(),
        name_en: settings.name_en.trim().to_owned(),
        class: settings.class.code().to_owned(),
        kind: settings.kind.code().to_owned(),
        allowed: json!(settings.allowed).to_string(),
        is_personal: settings.is_personal,
        weight: settings.weight,
        is_preset: false,
        archived_at: None,
        created_by: actor.id().to_owned(),
        created_at: app.clock.now(),
        version: 1,
        name: settings.name,
    };
    let mut tx = app.store.write().await?;
    once.claim::<FieldsError>(app, &mut tx).await?;
    if table::all(&mut tx).await?.len() >= FIELDS_MAX {
        return Err(FieldsError::field("name", "a workspace has at most 500 fields"));
    }
    if !table::insert(&mut tx, &row).await? {
        return Err(FieldsError::Taken);
    }
    let detail = json!({ "class": row.class, "type": row.kind });
    audit::append(app, &mut tx, actor, "field.created", &row.name, detail).await?;
    let field = field_of(row)?;
    once.keep(&mut tx, &field).await?;
    tx.commit().await?;
    Ok(field)
}

/// Changes all but name and type, if `expected_version` is still the stored one. Values that are there stay.
pub async fn update_field(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    settings: FieldSettings,
) -> Result<Field, FieldsError> {
    require(actor, Right::FieldsManage)?;
    let mut tx = app.store.write().await?;
    let before = table::get(&mut tx, &settings.name).await?.ok_or(FieldsError::NoField)?;
    if before.version != expected_version {
        return Err(FieldsError::VersionConflict);
    }
    if before.kind != settings.kind.code() {
        return Err(FieldsError::field("type", "the type that the field has: it stays"));
    }
    check(&settings)?;
    let after = FieldRow {
        name_zh: settings.name_zh.trim().to_owned(),
        name_en: settings.name_en.trim().to_owned(),
        class: settings.class.code().to_owned(),
        allowed: json!(settings.allowed).to_string(),
        is_personal: settings.is_personal,
        weight: settings.weight,
        archived_at: settings.is_archived.then(|| before.archived_at.unwrap_or_else(|| app.clock.now())),
        ..before
    };
    if !table::update(&mut tx, &after).await? {
        return Err(FieldsError::VersionConflict);
    }
    let detail = json!({ "class": after.class, "archived": after.archived_at.is_some() });
    audit::append(app, &mut tx, actor, "field.updated", &after.name, detail).await?;
    tx.commit().await?;
    Ok(field_of(FieldRow { version: after.version + 1, ..after })?)
}

fn check(settings: &FieldSettings) -> Result<(), FieldsError> {
    let errors: Vec<FieldError> = settings.check();
    if errors.is_empty() { Ok(()) } else { Err(FieldsError::Invalid(errors)) }
}
