//! What a block says about customers, beside what is known of them.
//!
//! Invariants: within a source the newest word wins, of equal instants the greater value, so that nothing depends
//! on the order of rows; what a customer's trait *is* is the word of the source that spoke last, as
//! `perennial_store::traits` has it. The name of a customer follows the trait `name`.

use perennial_domain::fact::{Fact, Trait};
use perennial_store::traits::{self as table, TraitRow};
use perennial_store::{ReadTx, StoreError, WriteTx};
use std::collections::BTreeMap;

/// Customer, name of the trait, source.
type Key = (i64, String, String);

/// Traits of the customers of one block.
pub struct Traits {
    source: String,
    known: BTreeMap<Key, (i64, String)>,
    changed: BTreeMap<Key, (i64, String)>,
}

impl Traits {
    /// What is known of these customers.
    pub async fn load(tx: &mut ReadTx<'_>, source: &str, numbers: &[i64]) -> Result<Self, StoreError> {
        let rows = table::of_customers(tx, numbers).await?;
        let known = rows.into_iter().map(|row| ((row.customer_number, row.name, row.source), (row.at, row.value)));
        Ok(Self { source: source.to_owned(), known: known.collect(), changed: BTreeMap::new() })
    }

    /// Whether the fact says anything that its source does not say now.
    pub fn has_news(&self, customer: i64, fact: &Fact) -> bool {
        fact.traits.iter().any(|one| match self.known.get(&self.key(customer, one)) {
            Some((at, value)) => (fact.at.0, &one.value) > (*at, value) && *value != one.value,
            None => true,
        })
    }

    /// Takes over what the fact says; true where the customer's name may be another one now.
    pub fn note(&mut self, customer: i64, fact: &Fact) -> bool {
        for one in &fact.traits {
            let key = self.key(customer, one);
            let word = (fact.at.0, one.value.clone());
            if self.known.get(&key).is_none_or(|known| *known < word) {
                self.known.insert(key.clone(), word.clone());
                self.changed.insert(key, word);
            }
        }
        fact.traits.iter().any(|one| one.name == NAME)
    }

    /// The name that holds: that of the source that spoke last.
    pub fn name_of(&self, customer: i64) -> Option<&str> {
        let from = (customer, NAME.to_owned(), String::new());
        let of_customer =
            self.known.range(from..).take_while(|((number, name, _), _)| *number == customer && name == NAME);
        of_customer.max_by_key(|((_, _, source), (at, _))| (*at, source)).map(|(_, (_, value))| value.as_str())
    }

    pub async fn save(self, tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
        let row =
            |((customer_number, name, source), (at, value))| TraitRow { customer_number, name, source, value, at };
        let rows: Vec<TraitRow> = self.changed.into_iter().map(row).collect();
        table::upsert(tx, &rows).await
    }

    fn key(&self, customer: i64, one: &Trait) -> Key {
        (customer, one.name.clone(), self.source.clone())
    }
}

/// The trait that names a customer.
const NAME: &str = "name";
