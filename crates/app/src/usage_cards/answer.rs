//! Answers: written down by hand, and shown.

use super::{UsageCardError, order_of_delivery, register};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::by_hand::{self, Recorder, Said, fact_of, is_surface, reached};
use crate::fields::{Rules, normal_values};
use crate::identity::whole;
use crate::random::new_id;
use crate::{App, audit, pipeline};
use perennial_domain::access::Right;
use perennial_domain::fact::Trait;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_domain::usage_card::{ANSWERED_EVENT, Answer, CardSettings, answer_of};
use perennial_store::usage_cards::{self as table, AnswerRow};
use perennial_store::{StoreError, customers};
use serde_json::json;
use std::collections::BTreeMap;

/// What somebody was told, in a shop or on the phone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewAnswer {
    pub card: String,
    /// Of which delivery; none: of all before now.
    pub order_no: Option<String>,
    /// By the name of the field.
    pub answers: BTreeMap<String, String>,
    /// Where it is written down: a code such as `console`.
    pub surface: Option<String>,
}

/// That a customer answered. What was answered stands with the fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub card: String,
    pub order_no: Option<String>,
    /// The fields that were told, by name.
    pub fields: Vec<String>,
    pub at: Instant,
    pub recorded_at: Instant,
    /// The source that told of it; `perennial` where it was written down here.
    pub source: String,
    /// Who wrote it down here.
    pub by: Option<String>,
}

/// Writes an answer down. All values are right, or none is written.
pub async fn record_answer(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    new: &NewAnswer,
    once: &Once<'_, Answered>,
) -> Result<Answered, UsageCardError> {
    require(actor, Right::CustomersWrite)?;
    if !is_surface(new.surface.as_ref()) {
        return Err(UsageCardError::field("surface", "a to z, 0 to 9 and _, 1 to 40, a letter first, such as console"));
    }
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<UsageCardError>(app, &mut tx).await?;
    let card = register::all(&mut tx).await?.into_iter().find(|one| one.code == new.card);
    let card = card.filter(|one| !one.settings.is_archived);
    let card = card.ok_or_else(|| UsageCardError::field("card", "the code of a card that is not archived"))?;
    let settings = card.settings;
    let values = read_answers(&Rules::load(&mut tx).await?, &settings, &new.answers)?;
    let found = reached(&mut tx, actor.scope(), &[customer]).await?;
    let one = found.into_iter().next().ok_or(UsageCardError::NoCustomer)?;
    let Some(identifier) = one.by.get(&one.home).cloned() else { return Err(UsageCardError::NoCustomer) };
    let properties = json!({
        "card": card.code, "order_no": new.order_no, "surface": new.surface, "recorded_by": Recorder::of(actor),
    });
    // What is no order number in an event is none here.
    let Some(Answer { card, order_no }) = answer_of(ANSWERED_EVENT, Some(&properties.to_string())) else {
        return Err(UsageCardError::NoCard);
    };
    if order_no != new.order_no {
        return Err(UsageCardError::field("order_no", "1 to 100 bytes, without blanks around it, or null"));
    }
    let id = new_id(app.random.as_ref(), "ans", now);
    let traits = values.iter().map(|(name, value)| Trait { name: name.clone(), value: value.clone() }).collect();
    let said = Said {
        id: &id,
        event: ANSWERED_EVENT,
        identifier,
        traits,
        properties,
        consents: Vec::new(),
        touch_point: None,
        at: now,
        now,
    };
    by_hand::accept(&mut tx, &id, vec![fact_of(said)], now).await?;
    let fields: Vec<String> = values.keys().cloned().collect();
    let detail = json!({ "card": card, "fields": fields, "surface": new.surface });
    audit::append(app, &mut tx, actor, "customer.usage_answered", &one.customer.public_id(), detail).await?;
    let (source, by) = (crate::consent::SOURCE.to_owned(), Some(actor.name().to_owned()));
    let answered = Answered { card, order_no, fields, at: now, recorded_at: now, source, by };
    once.keep(&mut tx, &answered).await?;
    tx.commit().await?;
    pipeline::apply_all(app).await?;
    Ok(answered)
}

fn read_answers(
    rules: &Rules,
    card: &CardSettings,
    answers: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, UsageCardError> {
    if answers.is_empty() {
        return Err(UsageCardError::field("answers", "an answer to one of the questions or more"));
    }
    let foreign = answers.keys().filter(|field| !card.asks(field));
    let foreign: Vec<(String, String)> =
        foreign.map(|field| (field.clone(), "the field of a question of this card".to_owned())).collect();
    if !foreign.is_empty() {
        return Err(UsageCardError::Answers(foreign));
    }
    normal_values(rules, answers).map_err(UsageCardError::Answers)
}

/// What a customer who is seen answered, the newest first.
pub async fn customer_answers(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<Vec<Answered>, UsageCardError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let whole = whole(&mut tx, customer).await?;
    let seen = customers::get(&mut tx, actor.scope(), i64::from(whole.customer.0)).await?;
    seen.ok_or(UsageCardError::NoCustomer)?;
    let parts: Vec<i64> = whole.parts.iter().map(|part| i64::from(part.0)).collect();
    let rows = table::answers_of_parts(&mut tx, &parts).await?;
    Ok(rows.into_iter().map(answered_of).collect::<Result<_, StoreError>>()?)
}

fn answered_of(row: AnswerRow) -> Result<Answered, StoreError> {
    let wrong = |_| StoreError::Inconsistency { table: "usage_answers", column: "fields", row: row.id.clone() };
    Ok(Answered {
        fields: serde_json::from_str(&row.fields).map_err(wrong)?,
        order_no: row.delivery.as_deref().and_then(order_of_delivery),
        card: row.card,
        at: Instant(row.at),
        recorded_at: Instant(row.recorded_at),
        source: row.source,
        by: row.by_name,
    })
}
