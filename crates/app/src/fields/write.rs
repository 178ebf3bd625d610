//! Values that somebody writes down about a customer: one fact, applied when this returns.

use super::error::FieldsError;
use super::note::FieldWords;
use super::rules::Rules;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::by_hand::{self, Recorder, Said, fact_of, is_surface, reached};
use crate::pipeline;
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::fact::Trait;
use perennial_domain::field::{FIELDS_EVENT, FIELDS_PER_CHANGE_MAX};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::TEXT_BYTES_MAX;
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use perennial_store::{ReadTx, consents};
use serde_json::json;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldsChange {
    /// By the name of the field.
    pub values: BTreeMap<String, String>,
    /// Where it is written down: a code such as `console`.
    pub surface: Option<String>,
    /// The decision of the customer on which it is written down.
    pub consent_id: Option<String>,
}

/// What was written down, in its normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldsWritten {
    pub customer: CustomerNumber,
    pub at: Instant,
    pub values: BTreeMap<String, String>,
}

/// Writes values down. All are right, or none is written.
pub async fn write_fields(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    change: &FieldsChange,
    once: &Once<'_, FieldsWritten>,
) -> Result<FieldsWritten, FieldsError> {
    require(actor, Right::CustomersWrite)?;
    check_form(change)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<FieldsError>(app, &mut tx).await?;
    let values = normal_values(&Rules::load(&mut tx).await?, &change.values).map_err(FieldsError::Values)?;
    let found = reached(&mut tx, actor.scope(), &[customer]).await?;
    let one = found.into_iter().next().ok_or(FieldsError::NoCustomer)?;
    if let Some(consent) = &change.consent_id {
        check_consent(&mut tx, &one.parts, consent).await?;
    }
    let Some(identifier) = one.by.get(&one.home).cloned() else { return Err(FieldsError::NoCustomer) };
    let words = FieldWords {
        surface: change.surface.clone(),
        consent_id: change.consent_id.clone(),
        recorded_by: Recorder::of(actor),
    };
    let id = new_id(app.random.as_ref(), "fld", now);
    let traits = values.iter().map(|(name, value)| Trait { name: name.clone(), value: value.clone() }).collect();
    let properties = serde_json::to_value(&words).unwrap_or_default();
    let fact = fact_of(Said {
        id: &id,
        event: FIELDS_EVENT,
        identifier,
        traits,
        properties,
        consents: Vec::new(),
        touch_point: None,
        at: now,
        now,
    });
    by_hand::accept(&mut tx, &id, vec![fact], now).await?;
    let names: Vec<&String> = values.keys().collect();
    let detail = json!({ "fields": names, "surface": change.surface, "consent": change.consent_id });
    audit::append(app, &mut tx, actor, "customer.fields_written", &one.customer.public_id(), detail).await?;
    let written = FieldsWritten { customer: one.customer, at: now, values };
    once.keep(&mut tx, &written).await?;
    tx.commit().await?;
    pipeline::apply_all(app).await?;
    Ok(written)
}

fn check_form(change: &FieldsChange) -> Result<(), FieldsError> {
    let mut errors = Vec::new();
    let mut refuse = |field, allowed| errors.push(FieldError { field, allowed });
    if !(1..=FIELDS_PER_CHANGE_MAX).contains(&change.values.len()) {
        refuse("values", "1 to 30 fields");
    }
    if !is_surface(change.surface.as_ref()) {
        refuse("surface", "a to z, 0 to 9 and _, 1 to 40, a letter first, such as console");
    }
    if errors.is_empty() { Ok(()) } else { Err(FieldsError::Invalid(errors)) }
}

/// The normal forms of values by the names of their fields; else each that is none, with what would be one.
pub(crate) fn normal_values(
    rules: &Rules,
    values: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Vec<(String, String)>> {
    let (mut normal, mut wrong) = (BTreeMap::new(), Vec::new());
    for (name, told) in values {
        let read = match rules.of(name) {
            None => Err("a field of the registry that is not archived".to_owned()),
            Some(rule) => rule.read(told).map_err(|none| none.allowed),
        };
        match read {
            Ok(value) if value.len() <= TEXT_BYTES_MAX && !value.chars().any(char::is_control) => {
                normal.insert(name.clone(), value);
            }
            Ok(_) => wrong.push((name.clone(), format!("at most {TEXT_BYTES_MAX} bytes, without control characters"))),
            Err(allowed) => wrong.push((name.clone(), allowed)),
        }
    }
    if wrong.is_empty() { Ok(normal) } else { Err(wrong) }
}

async fn check_consent(tx: &mut ReadTx<'_>, parts: &[i64], id: &str) -> Result<(), FieldsError> {
    let is_granted = |row: &consents::ConsentRow| row.id == id && row.decision == "granted";
    if consents::of_parts(tx, parts).await?.iter().any(is_granted) {
        return Ok(());
    }
    Err(FieldsError::field("consent_id", "a decision of this customer by which something was granted"))
}
