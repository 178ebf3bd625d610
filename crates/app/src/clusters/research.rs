//! Interviews and panels: whether what figures say of a cluster is so.

use super::ClusteringError;
use super::view::cluster_in_tx;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::identity::whole;
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::cluster::{INTERVIEWS_PER_CLUSTER_MAX, InterviewKind, NewInterview};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Day, Instant};
use perennial_store::clusters::{self as table, InterviewRow};
use perennial_store::{Scope, StoreError, customers};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interview {
    pub id: String,
    pub said: NewInterview,
    /// With whom, where that is known.
    pub customer: Option<CustomerNumber>,
    pub recorded_by: String,
    pub recorded_at: Instant,
}

/// A page of interviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interviews {
    pub items: Vec<Interview>,
    /// Behind which the next page begins: day and id.
    pub next: Option<(i64, String)>,
}

fn interview_of(row: InterviewRow, customer: Option<CustomerNumber>) -> Result<Interview, StoreError> {
    let wrong = |column| StoreError::Inconsistency { table: "cluster_interviews", column, row: row.id.clone() };
    let said = NewInterview {
        kind: InterviewKind::parse(&row.kind).ok_or_else(|| wrong("kind"))?,
        hypothesis: row.hypothesis.clone(),
        is_supported: row.is_supported,
        quote: row.quote.clone(),
        interviewer: row.interviewer.clone(),
        held_on: Day(i32::try_from(row.held_on).map_err(|_| wrong("held_on"))?),
    };
    Ok(Interview { id: row.id, said, customer, recorded_by: row.recorded_by, recorded_at: Instant(row.recorded_at) })
}

/// Writes down what somebody heard.
pub async fn record_interview(
    app: &App,
    actor: &Actor,
    id: &str,
    number: i64,
    said: NewInterview,
    customer: Option<CustomerNumber>,
    once: &Once<'_, Interview>,
) -> Result<Interview, ClusteringError> {
    require(actor, Right::SegmentsManage)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<ClusteringError>(app, &mut tx).await?;
    let today = crate::settings::current(&mut tx).await?.zone().day_of(now);
    let errors = said.check(today);
    if !errors.is_empty() {
        return Err(ClusteringError::Invalid(errors));
    }
    cluster_in_tx(&mut tx, id, number).await?;
    let customer = match customer {
        None => None,
        Some(customer) => {
            let customer = whole(&mut tx, customer).await?.customer;
            let found = customers::get(&mut tx, actor.scope(), i64::from(customer.0)).await?;
            found.map(|_| Some(customer)).ok_or(ClusteringError::NoCustomer)?
        }
    };
    let counts = table::interview_counts(&mut tx, &Scope::Everyone, id).await?;
    let own: i64 = counts.iter().filter(|one| one.cluster_number == number).map(|one| one.interviews).sum();
    if own.max(0) as u64 >= INTERVIEWS_PER_CLUSTER_MAX {
        return Err(ClusteringError::field("hypothesis", "a cluster has at most 1000 interviews"));
    }
    let row = InterviewRow {
        id: new_id(app.random.as_ref(), "itv", now),
        cluster_number: number,
        kind: said.kind.code().to_owned(),
        hypothesis: said.hypothesis.trim().to_owned(),
        is_supported: said.is_supported,
        quote: said.quote.trim().to_owned(),
        interviewer: said.interviewer.trim().to_owned(),
        held_on: i64::from(said.held_on.0),
        part_number: customer.map(|customer| i64::from(customer.0)),
        customer_number: customer.map(|customer| i64::from(customer.0)),
        recorded_by: actor.name().to_owned(),
        recorded_at: now.0,
    };
    table::add_interview(&mut tx, id, &row).await?;
    let detail = json!({ "interview": row.id, "cluster": number, "supported": row.is_supported });
    audit::append(app, &mut tx, actor, "clustering.interview_recorded", id, detail).await?;
    let interview = interview_of(row, customer)?;
    once.keep(&mut tx, &interview).await?;
    tx.commit().await?;
    Ok(interview)
}

/// The newest first. One with a customer whom the actor does not see is not told.
pub async fn interviews_of(
    app: &App,
    actor: &Actor,
    id: &str,
    number: i64,
    behind: Option<(i64, &str)>,
    limit: usize,
) -> Result<Interviews, ClusteringError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    cluster_in_tx(&mut tx, id, number).await?;
    let wanted = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut rows = table::interviews(&mut tx, actor.scope(), id, number, behind, wanted).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| (row.held_on, row.id.clone()));
    let of_row = |row: InterviewRow| {
        let customer = row.customer_number.and_then(CustomerNumber::from_stored);
        interview_of(row, customer)
    };
    Ok(Interviews { items: rows.into_iter().map(of_row).collect::<Result<_, _>>()?, next })
}

/// One that was written down by mistake.
pub async fn remove_interview(app: &App, actor: &Actor, interview: &str) -> Result<(), ClusteringError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let about = table::remove_interview(&mut tx, interview).await?;
    let (id, number) = about.ok_or(ClusteringError::NoInterview)?;
    let detail = json!({ "interview": interview, "cluster": number });
    audit::append(app, &mut tx, actor, "clustering.interview_removed", &id, detail).await?;
    Ok(tx.commit().await?)
}
