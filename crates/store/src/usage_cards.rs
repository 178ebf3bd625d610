//! Usage cards: the register, what was delivered to profiles, and that they answered.
//!
//! Tables: `usage_cards`, `usage_card_versions` (all that ever were), `deliveries`, `usage_answers` (both by profile).
//! Invariants: of a delivery that is told twice the earliest instant stays; an answer is one row, made of its fact's key. JSON
//! is opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use crate::scope::Scope;
use perennial_domain::time::Instant;

/// What a card asks, when and of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSettingsRow {
    pub name: String,
    /// Empty: deliveries as a whole.
    pub product: String,
    pub days_after: i64,
    pub open_days: i64,
    /// JSON.
    pub questions: String,
    pub rating_field: Option<String>,
    pub low_rating: i64,
    pub is_archived: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRow {
    pub code: String,
    pub settings: CardSettingsRow,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

/// A card as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardVersionRow {
    pub version: i64,
    pub settings: CardSettingsRow,
    /// None where nobody kept it.
    pub changed_by: Option<String>,
    pub changed_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRow {
    pub part_number: i64,
    /// Which delivery of the profile it is.
    pub delivery: String,
    /// A name of a product; empty: the delivery as a whole.
    pub product: String,
    pub at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRow {
    /// Made of the fact's key: a fact adds one row.
    pub id: String,
    pub part_number: i64,
    pub card: String,
    /// None: of all deliveries before it.
    pub delivery: Option<String>,
    /// JSON: a list of names.
    pub fields: String,
    pub at: i64,
    pub recorded_at: i64,
    pub source: String,
    /// Who wrote it down by hand.
    pub by_name: Option<String>,
}

/// Of which card somebody is due, and of deliveries of which time: after `after`, up to `until`.
#[derive(Clone, Copy, Debug)]
pub struct DueOf<'a> {
    pub card: &'a str,
    pub product: &'a str,
    pub after: i64,
    pub until: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRow {
    pub customer_number: i64,
    pub part_number: i64,
    pub delivery: String,
    pub at: i64,
}

/// False where the code is taken.
pub async fn insert(tx: &mut WriteTx<'_>, row: &CardRow) -> Result<bool> {
    let mut binds = vec![(&row.code).into()];
    binds.extend(binds_of(&row.settings));
    binds.extend([(&row.created_by).into(), row.created_at.into()]);
    Ok(exec::execute(tx, "usage_cards.insert", binds).await? == 1)
}

/// Writes all but who made it, of the version in `row`; false where that is not the stored one any more.
pub async fn replace(tx: &mut WriteTx<'_>, row: &CardRow) -> Result<bool> {
    let mut binds = vec![(&row.code).into(), row.version.into()];
    binds.extend(binds_of(&row.settings));
    Ok(exec::execute(tx, "usage_cards.replace", binds).await? == 1)
}

fn binds_of(settings: &CardSettingsRow) -> [Bind; 8] {
    [
        (&settings.name).into(),
        (&settings.product).into(),
        settings.days_after.into(),
        settings.open_days.into(),
        (&settings.questions).into(),
        (&settings.rating_field).into(),
        settings.low_rating.into(),
        settings.is_archived.into(),
    ]
}

/// They stand behind one column, of cards and of their versions.
fn read_settings(row: &Row<'_>) -> Result<CardSettingsRow> {
    Ok(CardSettingsRow {
        name: row.text(1)?,
        product: row.text(2)?,
        days_after: row.i64(3)?,
        open_days: row.i64(4)?,
        questions: row.text(5)?,
        rating_field: row.opt_text(6)?,
        low_rating: row.i64(7)?,
        is_archived: row.bool(8)?,
    })
}

/// By code.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<CardRow>> {
    exec::all(tx, "usage_cards.list", vec![], |row| {
        Ok(CardRow {
            code: row.text(0)?,
            settings: read_settings(row)?,
            created_by: row.text(9)?,
            created_at: row.instant(10)?,
            version: row.i64(11)?,
        })
    })
    .await
}

/// Keeps the stored version as it is now; who made it, and when.
pub async fn add_version(tx: &mut WriteTx<'_>, code: &str, by: &str, at: Instant) -> Result<()> {
    exec::execute_exactly(tx, 1, "usage_cards.add_version", vec![code.into(), by.into(), at.into()]).await
}

/// Versions of a card before one, the newest first.
pub async fn versions(tx: &mut ReadTx<'_>, code: &str, before: i64, limit: i64) -> Result<Vec<CardVersionRow>> {
    exec::all(tx, "usage_cards.versions", vec![code.into(), before.into(), limit.into()], |row| {
        Ok(CardVersionRow {
            version: row.i64(0)?,
            settings: read_settings(row)?,
            changed_by: row.opt_text(9)?,
            changed_at: row.opt_instant(10)?,
        })
    })
    .await
}

/// Each key may stand only once in `rows`.
pub async fn add_deliveries(tx: &mut WriteTx<'_>, rows: &[DeliveryRow]) -> Result<()> {
    exec::bulk(tx, "usage_cards.add_deliveries", rows, |row, binder| {
        binder.i64(row.part_number);
        binder.text(&row.delivery);
        binder.text(&row.product);
        binder.i64(row.at);
    })
    .await
    .map(|_| ())
}

/// The newest first.
pub async fn deliveries_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<DeliveryRow>> {
    let mut rows = exec::lookup(tx, "usage_cards.deliveries_of_parts", &[], parts, bind_part, |row| {
        Ok(DeliveryRow { part_number: row.i64(0)?, delivery: row.text(1)?, product: row.text(2)?, at: row.i64(3)? })
    })
    .await?;
    rows.sort_by(|one, other| (other.at, &other.delivery, &other.product).cmp(&(one.at, &one.delivery, &one.product)));
    Ok(rows)
}

/// What is there already stays as it is.
pub async fn add_answers(tx: &mut WriteTx<'_>, rows: &[AnswerRow]) -> Result<()> {
    exec::bulk(tx, "usage_cards.add_answers", rows, |row, binder| {
        binder.text(&row.id);
        binder.i64(row.part_number);
        binder.text(&row.card);
        binder.opt_text(row.delivery.as_deref());
        binder.text(&row.fields);
        binder.i64(row.at);
        binder.i64(row.recorded_at);
        binder.text(&row.source);
        binder.opt_text(row.by_name.as_deref());
    })
    .await
    .map(|_| ())
}

/// The newest first.
pub async fn answers_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<AnswerRow>> {
    let mut rows = exec::lookup(tx, "usage_cards.answers_of_parts", &[], parts, bind_part, |row| {
        Ok(AnswerRow {
            id: row.text(0)?,
            part_number: row.i64(1)?,
            card: row.text(2)?,
            delivery: row.opt_text(3)?,
            fields: row.text(4)?,
            at: row.i64(5)?,
            recorded_at: row.i64(6)?,
            source: row.text(7)?,
            by_name: row.opt_text(8)?,
        })
    })
    .await?;
    rows.sort_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
    Ok(rows)
}

/// Customers within the scope to whom it was delivered then and who have not answered, the oldest delivery first, behind
/// `behind` (instant, profile and delivery). It is answered by any profile of the customer: of that delivery, or of none
/// by name and later. Walks the index of deliveries by product and instant.
pub async fn due(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    of: DueOf<'_>,
    behind: Option<(i64, i64, &str)>,
    limit: i64,
) -> Result<Vec<DueRow>> {
    let mut binds: Vec<Bind> = vec![of.product.into(), of.after.into(), of.until.into(), of.card.into()];
    let mut parameter = |value: Bind| {
        binds.push(value);
        format!("${}", binds.len())
    };
    let customer = "COALESCE(p.customer_number, d.part_number)";
    let mut conditions = String::new();
    if let Some((at, part, delivery)) = behind {
        let (at, part, delivery) = (parameter(at.into()), parameter(part.into()), parameter(delivery.into()));
        conditions += &format!(" AND (d.at, d.part_number, d.delivery) > ({at}, {part}, {delivery})");
    }
    if let Some(within) = scope.condition(customer, &mut parameter) {
        conditions += &format!(" AND {within}");
    }
    let limit = parameter(limit.into());
    // Told of two profiles of the customer, it is one: the earlier one is due.
    let earlier = "SELECT 1 FROM customer_parts q JOIN deliveries e ON e.part_number = q.part_number \
         WHERE q.customer_number = p.customer_number AND e.delivery = d.delivery AND e.product = d.product \
         AND (e.at, e.part_number) < (d.at, d.part_number)";
    let answers = "a.card = $4 AND (a.delivery = d.delivery OR (a.delivery IS NULL AND a.at >= d.at))";
    let text = format!(
        "SELECT {customer}, d.part_number, d.delivery, d.at FROM deliveries d \
         LEFT JOIN customer_parts p ON p.part_number = d.part_number \
         WHERE d.product = $1 AND d.at > $2 AND d.at <= $3 \
         AND NOT EXISTS (SELECT 1 FROM usage_answers a WHERE a.part_number = d.part_number AND {answers}) \
         AND (p.customer_number IS NULL OR NOT EXISTS (SELECT 1 FROM customer_parts q \
             JOIN usage_answers a ON a.part_number = q.part_number \
             WHERE q.customer_number = p.customer_number AND {answers})) \
         AND (p.customer_number IS NULL OR NOT EXISTS ({earlier})){conditions} \
         ORDER BY d.at, d.part_number, d.delivery LIMIT {limit}"
    );
    exec::built(tx, text, &binds, |row| {
        Ok(DueRow { customer_number: row.i64(0)?, part_number: row.i64(1)?, delivery: row.text(2)?, at: row.i64(3)? })
    })
    .await
}

/// Returns how many deliveries and answers there were.
pub async fn remove_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<(u64, u64)> {
    let deliveries = exec::bulk(tx, "usage_cards.remove_deliveries", parts, bind_part).await?;
    Ok((deliveries, exec::bulk(tx, "usage_cards.remove_answers", parts, bind_part).await?))
}

fn bind_part(part: &i64, binder: &mut Binder) {
    binder.i64(*part);
}
