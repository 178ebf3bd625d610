//! Service tickets.
//!
//! Table: `tickets`, by profile. Invariants: one cause opens one ticket; each change adds one to its version, and who looks
//! after it changes only from the version that was read. JSON is opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use crate::scope::Scope;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRow {
    pub id: String,
    /// The customer that the profile is part of, where a scope was asked for; else the profile.
    pub customer_number: i64,
    pub part_number: i64,
    pub cause: String,
    /// What opened it, by the cause: of a usage card the answer.
    pub cause_id: String,
    /// JSON.
    pub detail: String,
    pub state: String,
    /// When what opened it happened.
    pub happened_at: i64,
    pub opened_at: i64,
    pub closed_at: Option<i64>,
    pub closed_by: Option<String>,
    pub note: Option<String>,
    /// The user who looks after it.
    pub assigned_to: Option<String>,
    /// That user's name of then.
    pub assigned_name: Option<String>,
    pub assigned_at: Option<i64>,
    /// The last time.
    pub reopened_at: Option<i64>,
    pub version: i64,
}

/// Whose tickets are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketsOf<'a> {
    Nobody,
    User(&'a str),
}

/// Which tickets are asked for: all where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct TicketFilter<'a> {
    pub id: Option<&'a str>,
    pub state: Option<&'a str>,
    /// By who looks after them.
    pub of: Option<TicketsOf<'a>>,
    /// Profiles.
    pub parts: Option<&'a [i64]>,
    /// Behind this instant of opening and id.
    pub before: Option<(i64, &'a str)>,
}

/// False where its cause has opened one already.
pub async fn open(tx: &mut WriteTx<'_>, row: &TicketRow) -> Result<bool> {
    let binds = vec![
        (&row.id).into(),
        row.part_number.into(),
        (&row.cause).into(),
        (&row.cause_id).into(),
        (&row.detail).into(),
        row.happened_at.into(),
        row.opened_at.into(),
    ];
    Ok(exec::execute(tx, "tickets.open", binds).await? == 1)
}

/// False where it is closed already, or there is none.
pub async fn close(tx: &mut WriteTx<'_>, id: &str, at: Instant, by: &str, note: &str) -> Result<bool> {
    Ok(exec::execute(tx, "tickets.close", vec![id.into(), at.into(), by.into(), note.into()]).await? == 1)
}

/// False where it is open, or there is none.
pub async fn reopen(tx: &mut WriteTx<'_>, id: &str, at: Instant) -> Result<bool> {
    Ok(exec::execute(tx, "tickets.reopen", vec![id.into(), at.into()]).await? == 1)
}

/// Says who looks after an open ticket, a user and the name, or nobody; false where this is not its version any more, or it is
/// closed.
pub async fn assign(
    tx: &mut WriteTx<'_>,
    id: &str,
    version: i64,
    user: Option<(&str, &str)>,
    at: Instant,
) -> Result<bool> {
    let binds: Vec<Bind> = vec![
        id.into(),
        version.into(),
        user.map(|(id, _)| id).into(),
        user.map(|(_, name)| name).into(),
        user.map(|_| at).into(),
    ];
    Ok(exec::execute(tx, "tickets.assign", binds).await? == 1)
}

/// Of customers within the scope, the last opened first.
pub async fn list(tx: &mut ReadTx<'_>, scope: &Scope, of: &TicketFilter<'_>, limit: i64) -> Result<Vec<TicketRow>> {
    let mut binds: Vec<Bind> = Vec::new();
    let mut parameter = |value: Bind| {
        binds.push(value);
        format!("${}", binds.len())
    };
    let customer = "COALESCE(p.customer_number, t.part_number)";
    let mut conditions: Vec<String> = Vec::new();
    if let Some(id) = of.id {
        conditions.push(format!("t.id = {}", parameter(id.into())));
    }
    if let Some(state) = of.state {
        conditions.push(format!("t.state = {}", parameter(state.into())));
    }
    match of.of {
        None => {}
        Some(TicketsOf::Nobody) => conditions.push("t.assigned_to IS NULL".to_owned()),
        Some(TicketsOf::User(user)) => conditions.push(format!("t.assigned_to = {}", parameter(user.into()))),
    }
    if let Some(parts) = of.parts {
        let listed: Vec<String> = parts.iter().map(|part| parameter((*part).into())).collect();
        conditions.push(format!("t.part_number IN ({})", listed.join(", ")));
    }
    if let Some((at, id)) = of.before {
        let (at, id) = (parameter(at.into()), parameter(id.into()));
        conditions.push(format!("(t.opened_at, t.id) < ({at}, {id})"));
    }
    conditions.extend(scope.condition(customer, &mut parameter));
    let conditions = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    let limit = parameter(limit.into());
    let text = format!(
        "SELECT t.id, {customer}, t.part_number, t.cause, t.cause_id, t.detail, t.state, t.happened_at, t.opened_at, \
         t.closed_at, t.closed_by, t.note, t.assigned_to, t.assigned_name, t.assigned_at, t.reopened_at, t.version \
         FROM tickets t \
         LEFT JOIN customer_parts p ON p.part_number = t.part_number {conditions} \
         ORDER BY t.opened_at DESC, t.id DESC LIMIT {limit}"
    );
    exec::built(tx, text, &binds, read).await
}

/// The last opened first.
pub async fn of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<TicketRow>> {
    let bind = |part: &i64, binder: &mut Binder| binder.i64(*part);
    let mut rows = exec::lookup(tx, "tickets.of_parts", &[], parts, bind, read).await?;
    rows.sort_by(|one, other| (other.opened_at, &other.id).cmp(&(one.opened_at, &one.id)));
    Ok(rows)
}

/// Returns how many there were.
pub async fn remove_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "tickets.remove_of_parts", parts, |part, binder| binder.i64(*part)).await
}

fn read(row: &Row<'_>) -> Result<TicketRow> {
    Ok(TicketRow {
        id: row.text(0)?,
        customer_number: row.i64(1)?,
        part_number: row.i64(2)?,
        cause: row.text(3)?,
        cause_id: row.text(4)?,
        detail: row.text(5)?,
        state: row.text(6)?,
        happened_at: row.i64(7)?,
        opened_at: row.i64(8)?,
        closed_at: row.opt_i64(9)?,
        closed_by: row.opt_text(10)?,
        note: row.opt_text(11)?,
        assigned_to: row.opt_text(12)?,
        assigned_name: row.opt_text(13)?,
        assigned_at: row.opt_i64(14)?,
        reopened_at: row.opt_i64(15)?,
        version: row.i64(16)?,
    })
}
