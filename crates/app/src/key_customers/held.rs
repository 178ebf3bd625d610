//! Who looks after a customer, over all profiles of the customer.

use crate::access::Actor;
use crate::by_hand::{Recorder, Said, fact_of};
use perennial_domain::fact::Fact;
use perennial_domain::identity::Identifier;
use perennial_domain::key_customers::{AssignReason, OWNER_EVENT, REASON_PROPERTY, SEGMENT_PROPERTY};
use perennial_domain::time::Instant;
use perennial_store::key_customers::{self as table, OwnerRow};
use perennial_store::{ReadTx, Scope, StoreError, customers, parts};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

/// A customer with what is kept of their profiles.
pub(super) struct Held {
    pub customer: i64,
    rows: Vec<OwnerRow>,
}

/// The row that counts: of the profile that has had an owner the longest.
fn longest<'r>(rows: impl IntoIterator<Item = &'r OwnerRow>) -> Option<&'r OwnerRow> {
    rows.into_iter().min_by_key(|row| (row.since, row.part_number))
}

/// By customer: the row that counts.
pub(super) fn by_customer(rows: Vec<OwnerRow>) -> HashMap<i64, OwnerRow> {
    let mut found: HashMap<i64, OwnerRow> = HashMap::with_capacity(rows.len());
    for row in rows {
        match found.get_mut(&row.customer_number) {
            Some(known) if longest([&*known, &row]) == Some(&row) => *known = row,
            Some(_) => {}
            None => {
                found.insert(row.customer_number, row);
            }
        }
    }
    found
}

/// Those of these numbers that customers have, ascending.
pub(super) async fn held(tx: &mut ReadTx<'_>, segment: &str, numbers: &[i64]) -> Result<Vec<Held>, StoreError> {
    let standing = customers::among(tx, &Scope::Everyone, numbers).await?;
    let mut customer_of: HashMap<i64, i64> = standing.iter().map(|number| (*number, *number)).collect();
    customer_of.extend(parts::together(tx, &standing).await?);
    let all: Vec<i64> = customer_of.keys().copied().collect();
    let mut rows: BTreeMap<i64, Vec<OwnerRow>> = BTreeMap::new();
    for row in table::owners_of_parts(tx, &all).await?.into_iter().filter(|row| row.segment == segment) {
        let customer = customer_of.get(&row.part_number).copied().unwrap_or(row.part_number);
        rows.entry(customer).or_default().push(row);
    }
    let of = |customer: i64| Held { customer, rows: rows.remove(&customer).unwrap_or_default() };
    Ok(standing.into_iter().map(of).collect())
}

impl Held {
    pub fn owner(&self) -> Option<&OwnerRow> {
        longest(&self.rows)
    }

    /// What says that the user looks after the customer from now on: of each profile that had somebody, so that it says so too
    /// where it is a customer of its own again.
    pub fn given_to(&self, segment: &str, user_id: &str, now: Instant) -> Vec<OwnerRow> {
        let had: Vec<i64> = self.rows.iter().map(|row| row.part_number).collect();
        let profiles = if had.is_empty() { vec![self.customer] } else { had };
        let row = |part_number| OwnerRow {
            customer_number: self.customer,
            segment: segment.to_owned(),
            part_number,
            owner: user_id.to_owned(),
            since: now.0,
        };
        profiles.into_iter().map(row).collect()
    }
}

/// That somebody looks after a customer from now on.
pub(super) struct Given<'a> {
    pub id: &'a str,
    pub segment: &'a str,
    /// The name.
    pub owner: &'a str,
    pub reason: AssignReason,
    pub by: &'a Actor,
    pub now: Instant,
}

impl Given<'_> {
    pub fn fact(&self, identifier: Identifier) -> Fact {
        let properties = json!({
            SEGMENT_PROPERTY: self.segment, "owner": self.owner, REASON_PROPERTY: self.reason.code(),
            "recorded_by": Recorder::of(self.by),
        });
        fact_of(Said {
            id: self.id,
            event: OWNER_EVENT,
            identifier,
            traits: Vec::new(),
            properties,
            consents: Vec::new(),
            touch_point: None,
            at: self.now,
            now: self.now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_profiles_the_one_that_has_had_an_owner_the_longest_counts() {
        let row = |customer_number, part_number, owner: &str, since| OwnerRow {
            customer_number,
            segment: "a".to_owned(),
            part_number,
            owner: owner.to_owned(),
            since,
        };
        let rows = vec![row(1, 3, "c", 7), row(1, 1, "a", 9), row(1, 2, "b", 7), row(5, 5, "e", 1)];
        let found = by_customer(rows.clone());
        assert_eq!((found[&1].owner.as_str(), found[&5].owner.as_str()), ("b", "e"));
        let held = Held { customer: 1, rows: rows[..3].to_vec() };
        assert_eq!(held.owner().unwrap().owner, "b");
        let given: Vec<(i64, i64)> =
            held.given_to("a", "z", Instant(8)).iter().map(|row| (row.part_number, row.since)).collect();
        assert_eq!(given, [(3, 8), (1, 8), (2, 8)], "all of them, else an earlier one would go on to count");
        let nobody = Held { customer: 4, rows: vec![] };
        assert!(nobody.owner().is_none());
        assert_eq!(nobody.given_to("a", "z", Instant(8)), [row(4, 4, "z", 8)]);
    }
}
