//! What customers picked: noted with the facts, written down by hand, and asked before a push.

use super::{TopicError, register};
use crate::access::{Actor, require};
use crate::by_hand::{self, Recorder, Said};
use crate::identity::whole;
use crate::pipeline;
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::fact::{AppliedBlock, FactKey, FactKind};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use perennial_domain::topics::{self, PICKED_EVENT, Pick, PushClass, TOPICS_MAX, Withheld, holding, picked_of};
use perennial_store::topics::{self as table, PickRow};
use perennial_store::{ReadTx, StoreError, WriteTx, customers, identity};
use serde_json::json;
use std::collections::BTreeSet;

/// What was picked at some time, and who told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picked {
    pub topics: BTreeSet<String>,
    pub at: Instant,
    pub recorded_at: Instant,
    pub source: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerPicks {
    pub customer: CustomerNumber,
    /// What holds; `None` where nothing was ever picked.
    pub now: Option<Picked>,
    /// All of it, the newest first.
    pub history: Vec<Picked>,
}

pub async fn customer_picks(app: &App, actor: &Actor, customer: CustomerNumber) -> Result<CustomerPicks, TopicError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let (customer, rows) = rows_of(&mut tx, actor, customer).await?;
    let now = holding(&picks_of(&rows)?).and_then(|pick| rows.iter().find(|row| row.id == pick.key)).map(picked);
    Ok(CustomerPicks {
        customer,
        now: now.transpose()?,
        history: rows.iter().map(picked).collect::<Result<_, StoreError>>()?,
    })
}

/// Of all profiles of a customer who is seen.
async fn rows_of(
    tx: &mut ReadTx<'_>,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<(CustomerNumber, Vec<PickRow>), TopicError> {
    let whole = whole(tx, customer).await?;
    customers::get(tx, actor.scope(), i64::from(whole.customer.0)).await?.ok_or(TopicError::NoCustomer)?;
    let parts: Vec<i64> = whole.parts.iter().map(|part| i64::from(part.0)).collect();
    Ok((whole.customer, table::picks_of_parts(tx, &parts).await?))
}

fn topics_of(row: &PickRow) -> Result<BTreeSet<String>, StoreError> {
    serde_json::from_str(&row.topics).map_err(|_| StoreError::Inconsistency {
        table: "topic_picks",
        column: "topics",
        row: row.id.clone(),
    })
}

fn picks_of(rows: &[PickRow]) -> Result<Vec<Pick>, StoreError> {
    rows.iter().map(|row| Ok(Pick { topics: topics_of(row)?, at: Instant(row.at), key: row.id.clone() })).collect()
}

fn picked(row: &PickRow) -> Result<Picked, StoreError> {
    Ok(Picked {
        topics: topics_of(row)?,
        at: Instant(row.at),
        recorded_at: Instant(row.recorded_at),
        source: row.source.clone(),
    })
}

/// Whether a push of this class and topic may go to the customer now.
pub async fn may_push(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    class: PushClass,
    topic: &str,
) -> Result<Result<(), Withheld>, TopicError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let (_, rows) = rows_of(&mut tx, actor, customer).await?;
    let open = register::all(&mut tx).await?.into_iter().filter(|topic| !topic.settings.is_archived);
    let open: BTreeSet<String> = open.map(|topic| topic.code).collect();
    let picks = picks_of(&rows)?;
    Ok(topics::may_push(class, topic, &open, holding(&picks).map(|pick| &pick.topics)))
}

/// Writes down what a customer picked, in the place of what they had picked before. It is applied when this returns.
pub async fn record_picks(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    codes: &[String],
) -> Result<CustomerPicks, TopicError> {
    require(actor, Right::ConsentsWrite)?;
    let now = app.clock.now();
    let invalid = |allowed| TopicError::Invalid(vec![FieldError { field: "topics", allowed }]);
    if codes.len() > TOPICS_MAX {
        return Err(invalid("at most 100 topics"));
    }
    let mut tx = app.store.write().await?;
    let known = register::all(&mut tx).await?;
    if !codes.iter().all(|code| known.iter().any(|topic| topic.code == *code)) {
        return Err(invalid("topics of the register"));
    }
    let whole = whole(&mut tx, customer).await?;
    let number = i64::from(whole.customer.0);
    customers::get(&mut tx, actor.scope(), number).await?.ok_or(TopicError::NoCustomer)?;
    let rows = identity::of_customer(&mut tx, number).await?;
    let strongest = rows.into_iter().filter_map(crate::privacy::identifier_of).min_by_key(|one| one.kind);
    let identifier = strongest.ok_or_else(|| invalid("of a customer with an identifier"))?;
    let id = new_id(app.random.as_ref(), "pck", now);
    let fact = by_hand::fact_of(Said {
        id: &id,
        event: PICKED_EVENT,
        identifier,
        traits: Vec::new(),
        properties: json!({ "topics": codes, "recorded_by": Recorder::of(actor) }),
        consents: Vec::new(),
        touch_point: None,
        at: now,
        now,
    });
    by_hand::accept(&mut tx, &id, vec![fact], now).await?;
    let detail = json!({ "pick": id, "topics": codes.len() });
    audit::append(app, &mut tx, actor, "topics.picked", &whole.customer.public_id(), detail).await?;
    tx.commit().await?;
    pipeline::apply_all(app).await?;
    customer_picks(app, actor, whole.customer).await
}

/// Notes what the facts of a block say was picked, in the commit that applies it.
pub(crate) async fn note_picks(app: &App, tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    let recorded_at = app.clock.now().0;
    let mut rows = Vec::new();
    for one in &block.facts {
        let (Some(part), Some(tracked)) = (one.customer, one.fact.tracked.as_deref()) else { continue };
        let (Some(name), Some(properties)) = (tracked.name.as_deref(), tracked.properties.as_deref()) else { continue };
        if one.fact.kind != FactKind::Event {
            continue;
        }
        let Some(topics) = picked_of(name, properties) else { continue };
        rows.push(PickRow {
            id: FactKey::of(&["pick", &one.fact.key.hex()]).hex(),
            part_number: i64::from(part.0),
            topics: serde_json::to_string(&topics).unwrap_or_default(),
            at: one.fact.at.0,
            recorded_at,
            source: block.source.clone(),
        });
    }
    if rows.is_empty() { Ok(()) } else { table::add_picks(tx, &rows).await.map(|_| ()) }
}
