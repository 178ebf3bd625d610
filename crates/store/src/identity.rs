//! Which customer an identifier belongs to.
//!
//! Tables: `identities` (an identifier has one profile for good, and the customer of that profile), `identity_conflicts`
//! (what facts named and was left off). New identifiers are written as if their profile were a customer of its own;
//! where it is part of another, [`move_parts`] gives them to that one. Kinds and values come normalised from `perennial-domain`. Inserting an identifier that has an
//! owner changes nothing: the first owner keeps it.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use std::collections::HashMap;

/// An identifier and its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRow {
    pub kind: String,
    pub value: String,
    pub customer_number: i64,
    pub source: String,
    pub first_seen_at: i64,
}

/// What [`insert_identities`] takes: the row as it is read.
pub type NewIdentity = IdentityRow;

/// Whom an identifier belongs to: its profile for good, and the customer that this is part of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnerRow {
    pub customer_number: u32,
    pub part_number: u32,
}

/// The profile `customer_number` has the fact, `other_number` the identifier; 0 where nobody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub customer_number: i64,
    pub kind: String,
    pub value: String,
    pub other_number: i64,
    pub source: String,
    pub seen_at: i64,
    /// Why it was left off: a code of `perennial_domain::identity::LeftOffReason`.
    pub reason: String,
}

/// Every kind there is, for a search by prefix, which goes through the key `(kind, value)` once for each: an index of
/// values alone would cost as much as the table.
pub(crate) const KINDS: &str = "'customer_id', 'member_no', 'phone', 'email', 'other_id', 'user_id', 'anonymous_id', \
    'union_id', 'open_id', 'android.id', 'android.idfa', 'android.push_token', 'ga_client_id', 'ios.id', 'ios.idfa', \
    'ios.push_token'";
/// Conflicts shown of one customer.
const MAX_CONFLICTS: i64 = 100;

/// The owners of those identifiers that have one, by `(kind, value)`.
pub async fn owners(tx: &mut ReadTx<'_>, keys: &[(&str, &str)]) -> Result<HashMap<(String, String), OwnerRow>> {
    let bind = |key: &(&str, &str), binder: &mut Binder| {
        binder.text(key.0);
        binder.text(key.1);
    };
    let found = exec::join(tx, "identity.owners", keys, bind, |key, row| {
        let customer_number = row.number(1, "identities", "customer_number")?;
        let part_number = row.number(2, "identities", "part_number")?;
        Ok(((key.0.to_owned(), key.1.to_owned()), OwnerRow { customer_number, part_number }))
    })
    .await?;
    Ok(found.into_iter().collect())
}

/// Whether anybody has an identifier.
pub async fn is_any(tx: &mut ReadTx<'_>) -> Result<bool> {
    exec::one(tx, "identity.is_any", Vec::new(), |row| Ok(row.i64(0)? > 0)).await
}

/// Returns how many were new. Only whoever applies a block of the journal gives identifiers owners: `pipeline::newcomers`
/// of the application relies on it.
pub async fn insert_identities(tx: &mut WriteTx<'_>, rows: &[IdentityRow]) -> Result<u64> {
    exec::bulk(tx, "identity.insert_identities", rows, |row, binder| {
        binder.text(&row.kind);
        binder.text(&row.value);
        binder.i64(row.customer_number);
        binder.text(&row.source);
        binder.i64(row.first_seen_at);
    })
    .await
}

/// A conflict that is known already stays as it is.
pub async fn insert_conflicts(tx: &mut WriteTx<'_>, rows: &[Conflict]) -> Result<()> {
    exec::bulk(tx, "identity.insert_conflicts", rows, |row, binder| {
        binder.i64(row.customer_number);
        binder.text(&row.kind);
        binder.text(&row.value);
        binder.i64(row.other_number);
        binder.text(&row.source);
        binder.i64(row.seen_at);
        binder.text(&row.reason);
    })
    .await
    .map(|_| ())
}

/// The identifiers of one profile belong to another customer from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartMove {
    pub from: i64,
    pub part: i64,
    pub to: i64,
}

/// Returns how many identifiers were touched; a profile may have none.
pub async fn move_parts(tx: &mut WriteTx<'_>, rows: &[PartMove]) -> Result<u64> {
    exec::bulk(tx, "identity.move_parts", rows, |row, binder| {
        binder.i64(row.from);
        binder.i64(row.part);
        binder.i64(row.to);
    })
    .await
}

/// Oldest first.
pub async fn of_customer(tx: &mut ReadTx<'_>, number: i64) -> Result<Vec<IdentityRow>> {
    of_customers(tx, &[number]).await
}

/// By customer number, then oldest first.
pub async fn of_customers(tx: &mut ReadTx<'_>, numbers: &[i64]) -> Result<Vec<IdentityRow>> {
    let bind = |number: &i64, binder: &mut Binder| binder.i64(*number);
    let mut rows = exec::lookup(tx, "identity.of_customers", &[], numbers, bind, |row| {
        Ok(IdentityRow {
            customer_number: row.i64(0)?,
            kind: row.text(1)?,
            value: row.text(2)?,
            source: row.text(3)?,
            first_seen_at: row.i64(4)?,
        })
    })
    .await?;
    rows.sort_by(|a, b| {
        (a.customer_number, a.first_seen_at, &a.kind, &a.value).cmp(&(
            b.customer_number,
            b.first_seen_at,
            &b.kind,
            &b.value,
        ))
    });
    Ok(rows)
}

/// Newest first, at most a hundred.
pub async fn conflicts_of_customer(tx: &mut ReadTx<'_>, number: i64) -> Result<Vec<Conflict>> {
    let binds = vec![number.into(), MAX_CONFLICTS.into()];
    exec::all(tx, "identity.conflicts_of_customer", binds, read_conflict).await
}

fn read_conflict(row: &Row<'_>) -> Result<Conflict> {
    Ok(Conflict {
        customer_number: row.i64(0)?,
        kind: row.text(1)?,
        value: row.text(2)?,
        other_number: row.i64(3)?,
        source: row.text(4)?,
        seen_at: row.i64(5)?,
        reason: row.text(6)?,
    })
}

/// What others' facts named of these identifiers and was left off: rows of those profiles.
pub async fn conflicts_naming(tx: &mut ReadTx<'_>, keys: &[(&str, &str)]) -> Result<Vec<Conflict>> {
    let bind = |key: &(&str, &str), binder: &mut Binder| {
        binder.text(key.0);
        binder.text(key.1);
    };
    exec::lookup(tx, "identity.conflicts_naming", &[], keys, bind, read_conflict).await
}

/// Removes identifiers, whosever they are; returns how many there were.
pub async fn remove(tx: &mut WriteTx<'_>, keys: &[(&str, &str)]) -> Result<u64> {
    exec::bulk(tx, "identity.remove", keys, |key, binder| {
        binder.text(key.0);
        binder.text(key.1);
    })
    .await
}

/// Removes what facts of these profiles named and was left off; returns how many there were.
pub async fn remove_conflicts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "identity.remove_conflicts", parts, |number, binder| binder.i64(*number)).await
}

/// Removes what was left off of these identifiers, whosever facts named them; returns how many there were.
pub async fn remove_conflicts_naming(tx: &mut WriteTx<'_>, keys: &[(&str, &str)]) -> Result<u64> {
    exec::bulk(tx, "identity.remove_conflicts_naming", keys, |key, binder| {
        binder.text(key.0);
        binder.text(key.1);
    })
    .await
}

/// Lower and upper bound of three prefix ranges: as typed, in lower case, name in lower case.
pub(crate) fn search_bounds(text: &str) -> Vec<Bind> {
    let folded = text.to_lowercase();
    [text, &folded, &folded].into_iter().flat_map(|prefix| [Bind::from(prefix), prefix_end(prefix).into()]).collect()
}

/// Sorts after every text that begins with `prefix`: both engines compare bytes, and no text goes on with more
/// than the last code point.
fn prefix_end(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::identity::IdentifierType;

    #[test]
    fn a_search_goes_through_every_kind() {
        let kinds: Vec<String> = IdentifierType::ALL.iter().map(|kind| format!("'{}'", kind.code())).collect();
        assert_eq!(KINDS, kinds.join(", "));
    }
}
