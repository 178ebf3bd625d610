//! Forms: made, changed by adding a version, archived.

use super::FORMS_SOURCE;
use super::error::FormError;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::codes::ensure_source;
use crate::consent;
use crate::fields::Rules;
use crate::random::{Random, new_id};
use crate::touch_points::NOT_OPEN;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::code::{SLUG_CHARACTERS, slug_of};
use perennial_domain::form::{FORMS_MAX, FormConsent, FormSettings, Wrong};
use perennial_domain::stores::PlaceKind;
use perennial_domain::time::Instant;
use perennial_store::forms::{self as table, FormRow};
use perennial_store::{ReadTx, StoreError, codes, consents, stores, touch_points};
use serde_json::json;
use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub id: String,
    /// What stands in the address of its page, behind `/f/`.
    pub slug: String,
    /// Of the newest version.
    pub settings: FormSettings,
    pub version: i64,
    pub created_by: String,
    pub created_at: Instant,
    pub changed_at: Instant,
    pub archived_at: Option<Instant>,
}

pub(super) fn read_settings(form_id: &str, stored: &str) -> Result<FormSettings, StoreError> {
    let wrong = |_| StoreError::Inconsistency { table: "form_versions", column: "settings", row: form_id.to_owned() };
    serde_json::from_str(stored).map_err(wrong)
}

pub(super) fn form_of(row: FormRow) -> Result<Form, StoreError> {
    Ok(Form {
        settings: read_settings(&row.id, &row.settings)?,
        id: row.id,
        slug: row.slug,
        version: row.version,
        created_by: row.created_by,
        created_at: row.created_at,
        changed_at: row.changed_at,
        archived_at: row.archived_at,
    })
}

pub(super) fn new_slug(random: &dyn Random) -> String {
    let mut bytes = [0; SLUG_CHARACTERS];
    random.fill(&mut bytes);
    slug_of(&bytes)
}

pub async fn create_form(
    app: &App,
    actor: &Actor,
    settings: FormSettings,
    once: &Once<'_, Form>,
) -> Result<Form, FormError> {
    require(actor, Right::TouchPointsManage)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<FormError>(app, &mut tx).await?;
    check(&mut tx, &settings).await?;
    if table::list(&mut tx, "", FORMS_MAX as i64).await?.len() >= FORMS_MAX {
        return Err(FormError::field("", "at most 500 forms"));
    }
    let row = FormRow {
        id: new_id(app.random.as_ref(), "frm", now),
        slug: new_slug(app.random.as_ref()),
        created_by: actor.id().to_owned(),
        created_at: now,
        archived_at: None,
        version: 1,
        settings: serde_json::to_string(&settings).unwrap_or_default(),
        changed_at: now,
    };
    ensure_source(app, &mut tx, actor, FORMS_SOURCE, "forms").await?;
    table::insert(&mut tx, &row).await?;
    audit::append(app, &mut tx, actor, "form.created", &row.id, json!({ "version": 1 })).await?;
    let form = form_of(row)?;
    once.keep(&mut tx, &form).await?;
    tx.commit().await?;
    Ok(form)
}

/// Adds a version, if `expected_version` is still the newest. The earlier ones are kept for whoever has them open.
pub async fn update_form(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    settings: FormSettings,
) -> Result<Form, FormError> {
    require(actor, Right::TouchPointsManage)?;
    let mut tx = app.store.write().await?;
    let before = table::get(&mut tx, id).await?.ok_or(FormError::NoForm)?;
    check(&mut tx, &settings).await?;
    let row = FormRow {
        version: expected_version,
        settings: serde_json::to_string(&settings).unwrap_or_default(),
        changed_at: app.clock.now(),
        ..before
    };
    if !table::advance(&mut tx, &row, actor.id()).await? {
        return Err(FormError::VersionConflict);
    }
    let form = form_of(FormRow { version: expected_version + 1, ..row })?;
    audit::append(app, &mut tx, actor, "form.updated", id, json!({ "version": form.version })).await?;
    tx.commit().await?;
    Ok(form)
}

/// Closes a form, or opens it again; nothing happens where it is so already. What was filled in before it was closed is
/// still taken.
pub async fn set_form_archived(app: &App, actor: &Actor, id: &str, is_archived: bool) -> Result<Form, FormError> {
    require(actor, Right::TouchPointsManage)?;
    let mut tx = app.store.write().await?;
    let form = form_of(table::get(&mut tx, id).await?.ok_or(FormError::NoForm)?)?;
    if form.archived_at.is_some() == is_archived {
        return Ok(form);
    }
    let archived_at = is_archived.then(|| app.clock.now());
    table::set_archived(&mut tx, id, archived_at).await?;
    let action = if is_archived { "form.archived" } else { "form.restored" };
    audit::append(app, &mut tx, actor, action, id, json!({})).await?;
    tx.commit().await?;
    Ok(Form { archived_at, ..form })
}

pub async fn get_form(app: &App, actor: &Actor, id: &str) -> Result<Form, FormError> {
    require(actor, Right::TouchPointsRead)?;
    let row = table::get(&mut app.store.read().await?, id).await?.ok_or(FormError::NoForm)?;
    Ok(form_of(row)?)
}

/// A form as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedForm {
    pub form: Form,
    /// With all its counters, also of people who were erased.
    pub answers: i64,
    /// When the last of them was filled in.
    pub last_answer_at: Option<Instant>,
}

/// Forms after an id, the archived ones too, and the id after which the next page begins.
pub async fn list_forms(
    app: &App,
    actor: &Actor,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<ListedForm>, Option<String>), FormError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    let mut rows = table::list(&mut tx, after.unwrap_or_default(), limit as i64 + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let forms = rows.into_iter().map(form_of).collect::<Result<Vec<_>, _>>()?;
    let next = forms.last().filter(|_| more).map(|form| form.id.clone());
    let ids: Vec<String> = forms.iter().map(|form| form.id.clone()).collect();
    let answered = table::answered(&mut tx, &ids).await?.into_iter();
    let answered: HashMap<String, (i64, Instant)> = answered.map(|(id, answers, last)| (id, (answers, last))).collect();
    let listed = |form: Form| {
        let found = answered.get(&form.id).copied();
        ListedForm { answers: found.map_or(0, |(answers, _)| answers), last_answer_at: found.map(|(_, at)| at), form }
    };
    Ok((forms.into_iter().map(listed).collect(), next))
}

/// What clerks hand out at that instant.
pub(crate) async fn for_clerks(tx: &mut ReadTx<'_>, at: Instant) -> Result<Vec<Form>, StoreError> {
    let rows = table::list(tx, "", FORMS_MAX as i64).await?.into_iter();
    let forms = rows.filter(|row| row.archived_at.is_none()).map(form_of).collect::<Result<Vec<_>, _>>()?;
    let is_handed_out = |form: &Form| form.settings.clerk_script.is_some() && form.settings.is_open_at(at);
    Ok(forms.into_iter().filter(is_handed_out).collect())
}

/// All that the form itself and the registries have against it.
async fn check(tx: &mut ReadTx<'_>, settings: &FormSettings) -> Result<(), FormError> {
    let mut errors = settings.check();
    if !errors.is_empty() {
        return Err(FormError::Invalid(errors));
    }
    let touch_point = touch_points::get(tx, &settings.touch_point).await?;
    if touch_point.is_none_or(|row| row.archived_at.is_some()) {
        errors.push(Wrong::new(NOT_OPEN.field, NOT_OPEN.allowed));
    }
    errors.extend(wrong_place(tx, settings.place.as_deref()).await?);
    errors.extend(wrong_code(tx, settings.code.as_deref()).await?);
    errors.extend(wrong_fields(&Rules::load(tx).await?, settings));
    for (place, one) in settings.consents.iter().enumerate() {
        let wrong = wrong_consent(tx, one).await?;
        errors.extend(wrong.map(|(of, allowed)| Wrong::new(format!("consents/{place}/{of}"), allowed)));
    }
    if errors.is_empty() { Ok(()) } else { Err(FormError::Invalid(errors)) }
}

pub(super) async fn wrong_place(tx: &mut ReadTx<'_>, id: Option<&str>) -> Result<Option<Wrong>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    let found = stores::get(tx, id).await?.filter(|row| row.kind == PlaceKind::Store.code());
    Ok(found.is_none().then(|| Wrong::new("place", "the id of a store")))
}

pub(super) async fn wrong_code(tx: &mut ReadTx<'_>, id: Option<&str>) -> Result<Option<Wrong>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    Ok(codes::get(tx, id).await?.is_none().then(|| Wrong::new("code", "the id of a channel code, or null")))
}

/// What fills a field of the registry has its type and its values; any other name is a trait of its own.
fn wrong_fields(rules: &Rules, settings: &FormSettings) -> Vec<Wrong> {
    let mut errors = Vec::new();
    for (place, field) in settings.fields.iter().enumerate() {
        let (Some(kind), Some(rule)) = (field.kind.field_kind(), rules.of(&field.name)) else { continue };
        if rule.kind != kind {
            let allowed = format!("{}, as the field has in the registry", rule.kind.code());
            errors.push(Wrong::new(format!("fields/{place}/kind"), allowed));
        } else if !field.choices.iter().all(|one| rule.allowed.is_empty() || rule.allowed.contains(&one.value)) {
            let allowed = format!("values of the field: {}", rule.allowed.join(", "));
            errors.push(Wrong::new(format!("fields/{place}/choices"), allowed));
        }
    }
    errors
}

async fn wrong_consent(
    tx: &mut ReadTx<'_>,
    one: &FormConsent,
) -> Result<Option<(&'static str, &'static str)>, StoreError> {
    let Some(purpose) = consent::purpose(tx, &one.purpose).await? else {
        return Ok(Some(("purpose", "a purpose of the register")));
    };
    if !one.channels.iter().all(|channel| purpose.settings.channels.contains(channel)) {
        return Ok(Some(("channels", "channels of the purpose")));
    }
    for (field, version) in [("text_zh", &one.text_zh), ("text_en", &one.text_en)] {
        if consents::text_hash(tx, &one.purpose, version).await?.is_none() {
            return Ok(Some((field, "a version of the purpose's texts")));
        }
    }
    Ok(None)
}
