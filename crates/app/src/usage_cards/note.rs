//! Deliveries and answers, noted in the commit that applies their facts.

use super::{OF_FACT, delivery_of_order, register};
use crate::App;
use crate::by_hand::Recorder;
use crate::fields::Known;
use crate::pipeline::PipelineError;
use crate::tickets::{self, NewTicket};
use crate::webhooks::Subscribers;
use perennial_domain::fact::{AppliedBlock, AppliedFact, FactKey, FactKind};
use perennial_domain::ticket::Cause;
use perennial_domain::usage_card::{Answer, CardSettings, answer_of, delivery_of};
use perennial_store::WriteTx;
use perennial_store::usage_cards::{self as table, AnswerRow, DeliveryRow};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// Notes what the facts of a block say was delivered and answered; whoever judged low has a ticket opened.
pub(crate) async fn note_usage(
    app: &App,
    tx: &mut WriteTx<'_>,
    fields: &Known,
    subscribers: &Subscribers,
    block: &AppliedBlock,
) -> Result<(), PipelineError> {
    let mut deliveries: BTreeMap<(i64, String, String), i64> = BTreeMap::new();
    let mut answered: Vec<(&AppliedFact, i64, Answer)> = Vec::new();
    for one in block.facts.iter().filter(|one| one.fact.kind == FactKind::Event) {
        let (Some(part), Some(tracked)) = (one.customer, one.fact.tracked.as_deref()) else { continue };
        let (part, Some(name)) = (i64::from(part.0), tracked.name.as_deref()) else { continue };
        let properties = tracked.properties.as_deref();
        if let Some(told) = delivery_of(name, properties) {
            let of_fact = || format!("{OF_FACT}{}", one.fact.key.hex());
            let delivery = told.order_no.as_deref().map_or_else(of_fact, delivery_of_order);
            for product in std::iter::once(String::new()).chain(told.products) {
                let at = deliveries.entry((part, delivery.clone(), product)).or_insert(one.fact.at.0);
                *at = (*at).min(one.fact.at.0);
            }
        }
        answered.extend(answer_of(name, properties).map(|answer| (one, part, answer)));
    }
    if !deliveries.is_empty() {
        let row = |((part_number, delivery, product), at)| DeliveryRow { part_number, delivery, product, at };
        table::add_deliveries(tx, &deliveries.into_iter().map(row).collect::<Vec<_>>()).await?;
    }
    if answered.is_empty() {
        return Ok(());
    }
    let cards: BTreeMap<String, CardSettings> =
        register::all(tx).await?.into_iter().map(|card| (card.code, card.settings)).collect();
    let (mut rows, mut low) = (Vec::new(), Vec::new());
    for (one, part, answer) in answered {
        let card = cards.get(&answer.card);
        let is_low = card.is_some_and(|card| !card.is_archived && judges_low(card, one, fields));
        let row = row_of(app, block, one, part, answer);
        low.extend(is_low.then(|| ticket_of(one, &row)));
        rows.push(row);
    }
    table::add_answers(tx, &rows).await?;
    Ok(tickets::open_in_tx(app, tx, subscribers, low).await?)
}

/// The judgement itself stands with the fields alone, so that it goes when the consent to it is taken back.
fn judges_low(card: &CardSettings, one: &AppliedFact, fields: &Known) -> bool {
    let told = card.rating_field.as_ref().and_then(|field| one.fact.traits.iter().find(|told| told.name == *field));
    let rating = told.and_then(|told| fields.rules.read(told).ok()?.parse().ok());
    rating.is_some_and(|rating| card.is_low(rating))
}

fn row_of(app: &App, block: &AppliedBlock, one: &AppliedFact, part: i64, answer: Answer) -> AnswerRow {
    let filled: Vec<&str> = one.fact.traits.iter().map(|told| told.name.as_str()).collect();
    AnswerRow {
        id: FactKey::of(&["usage_answer", &one.fact.key.hex()]).hex(),
        part_number: part,
        card: answer.card,
        delivery: answer.order_no.as_deref().map(delivery_of_order),
        fields: json!(filled).to_string(),
        at: one.fact.at.0,
        recorded_at: app.clock.now().0,
        source: block.source.clone(),
        by_name: recorder_of(&block.source, one).map(|by| by.name),
    }
}

/// Who wrote it down, where somebody did.
fn recorder_of(source: &str, one: &AppliedFact) -> Option<Recorder> {
    #[derive(Deserialize)]
    struct Words {
        recorded_by: Recorder,
    }
    let properties = one.fact.tracked.as_deref()?.properties.as_deref().filter(|_| source == crate::consent::SOURCE)?;
    serde_json::from_str::<Words>(properties).ok().map(|words| words.recorded_by)
}

fn ticket_of(one: &AppliedFact, row: &AnswerRow) -> NewTicket {
    let order_no = row.delivery.as_deref().and_then(super::order_of_delivery);
    NewTicket {
        part: row.part_number,
        cause: Cause::UsageCard,
        cause_id: row.id.clone(),
        detail: json!({ "card": row.card, "order_no": order_no }),
        happened_at: one.fact.at,
    }
}
