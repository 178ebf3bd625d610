//! What there is of each kind of digital asset, counted when it is asked for.
//!
//! Reads tables of other slices and writes none: `customers`, `customer_activity`, `identities`, `traits`, `customer_tags`,
//! `consents`, and what people can answer. Customers are whole ones: profiles that were merged are one. All takes a span
//! from one instant through another, and says how many of the total are of it.

use crate::database::ReadTx;
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Row};
use perennial_domain::field::Class;
use perennial_domain::inventory::Holding;
use perennial_domain::time::Instant;

/// A part of a kind, such as one type of identifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetPart {
    pub code: String,
    /// Where somebody gave it one.
    pub name: Option<String>,
    pub holding: Holding,
}

/// From the one instant through the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Instant,
    pub through: Instant,
}

impl Span {
    fn binds(self) -> Vec<Bind> {
        vec![self.from.into(), self.through.into()]
    }
}

/// Customers; who has a profile is the customer.
pub async fn profiles(tx: &mut ReadTx<'_>, span: Span) -> Result<Holding> {
    let found = exec::optional(tx, "inventory.profiles", span.binds(), |row| {
        Ok(Holding { total: row.i64(0)?, added: Some(row.i64(1)?), covered: None })
    });
    Ok(found.await?.unwrap_or_default())
}

/// Of how many customers each class of information is known, in the order of [`Class::ALL`]: one of its fields that are not
/// archived has a value; behaviour is known also of who was seen by a touch-point, consumption of the `buyers`.
pub async fn classes(tx: &mut ReadTx<'_>, buyers: i64) -> Result<[i64; Class::ALL.len()]> {
    let mut known = [0; Class::ALL.len()];
    for (known, class) in known.iter_mut().zip(Class::ALL) {
        *known = match class {
            Class::Behaviour => number(tx, "inventory.seen").await? + number(tx, "inventory.behaviour_told").await?,
            Class::Consumption => buyers + number(tx, "inventory.consumption_told").await?,
            Class::Identity | Class::Decision | Class::Usage | Class::Other => {
                number_of(tx, "inventory.class", vec![class.code().into()]).await?
            }
        };
    }
    Ok(known)
}

/// Identifiers by type, and how many customers have one of any.
pub async fn identities(tx: &mut ReadTx<'_>, span: Span) -> Result<(Vec<AssetPart>, i64)> {
    let parts = exec::all(tx, "inventory.identities", span.binds(), |row| {
        Ok(AssetPart { code: row.text(0)?, name: None, holding: holding(row, 1)? })
    });
    Ok((parts.await?, number(tx, "inventory.identified").await?))
}

/// Tags that customers have at the end of the span.
pub async fn tags(tx: &mut ReadTx<'_>, span: Span) -> Result<Holding> {
    let found = exec::optional(tx, "inventory.tags", span.binds(), |row| holding(row, 0)).await?;
    Ok(found.unwrap_or_default())
}

/// The `buyers`, and customers who were seen by a touch-point.
pub async fn with_events(tx: &mut ReadTx<'_>, buyers: i64) -> Result<i64> {
    Ok(buyers + number(tx, "inventory.seen_without_orders").await?)
}

/// Decisions by purpose, whatever was decided, and how many customers have decided anything.
pub async fn consents(tx: &mut ReadTx<'_>, span: Span) -> Result<(Vec<AssetPart>, i64)> {
    let parts = exec::all(tx, "inventory.consents", span.binds(), |row| {
        Ok(AssetPart { code: row.text(0)?, name: row.opt_text(1)?, holding: holding(row, 2)? })
    });
    Ok((parts.await?, number(tx, "inventory.decided").await?))
}

/// What people can answer, by what it is, and how many customers have answered any.
pub async fn contents(tx: &mut ReadTx<'_>, span: Span) -> Result<(Vec<AssetPart>, i64)> {
    let parts = exec::all(tx, "inventory.contents", span.binds(), |row| {
        Ok(AssetPart { code: row.text(0)?, name: None, holding: holding(row, 1)? })
    });
    Ok((parts.await?, number(tx, "inventory.answered").await?))
}

async fn number(tx: &mut ReadTx<'_>, name: &'static str) -> Result<i64> {
    number_of(tx, name, Vec::new()).await
}

async fn number_of(tx: &mut ReadTx<'_>, name: &'static str, binds: Vec<Bind>) -> Result<i64> {
    Ok(exec::optional(tx, name, binds, |row| row.i64(0)).await?.unwrap_or_default())
}

/// Total, added and covered, from this column on.
fn holding(row: &Row<'_>, first: usize) -> Result<Holding> {
    Ok(Holding { total: row.i64(first)?, added: Some(row.i64(first + 1)?), covered: Some(row.i64(first + 2)?) })
}
