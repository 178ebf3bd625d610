//! A customer with all of its profiles, for whoever reads facts, which are kept by profile.

use perennial_domain::ids::CustomerNumber;
use perennial_store::{ReadTx, StoreError, merges, parts};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// By whose number a customer goes, and its profiles, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    pub customer: CustomerNumber,
    pub parts: Vec<CustomerNumber>,
}

/// The customer that this one is part of: itself where it was not merged into another. Says nothing about whether there
/// is such a customer.
pub(crate) async fn whole(tx: &mut ReadTx<'_>, part: CustomerNumber) -> Result<Whole, StoreError> {
    let pairs = parts::together(tx, &[i64::from(part.0)]).await?;
    let numbers = pairs.iter().filter_map(|(part, customer)| {
        Some((CustomerNumber::from_stored(*part)?, CustomerNumber::from_stored(*customer)?))
    });
    let (parts, customers): (Vec<CustomerNumber>, Vec<CustomerNumber>) = numbers.unzip();
    match customers.first() {
        Some(customer) => Ok(Whole { customer: *customer, parts }),
        None => Ok(Whole { customer: part, parts: vec![part] }),
    }
}

/// All profiles of customers that have several, as they were at one moment: for whoever reads everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Profiles {
    version: i64,
    customer_of: HashMap<CustomerNumber, CustomerNumber>,
}

impl Profiles {
    pub async fn load(tx: &mut ReadTx<'_>) -> Result<Self, StoreError> {
        let version = merges::version(tx).await?;
        let pairs = if version > 0 { parts::all(tx).await? } else { Vec::new() };
        let customer_of = pairs.into_iter().filter_map(|(part, customer)| {
            Some((CustomerNumber::from_stored(part)?, CustomerNumber::from_stored(customer)?))
        });
        Ok(Self { version, customer_of: customer_of.collect() })
    }

    /// The customer of a profile; `None` where the profile is alone.
    pub fn customer_of(&self, part: CustomerNumber) -> Option<CustomerNumber> {
        self.customer_of.get(&part).copied()
    }

    /// The profiles of customers that are others now than then, or that were.
    pub async fn changed_since(&self, tx: &mut ReadTx<'_>) -> Result<BTreeSet<CustomerNumber>, StoreError> {
        if merges::version(tx).await? == self.version {
            return Ok(BTreeSet::new());
        }
        let now = Self::load(tx).await?;
        let (then, now) = (self.sets(), now.sets());
        let gone = then.iter().filter(|(customer, parts)| now.get(*customer) != Some(*parts));
        let new = now.iter().filter(|(customer, parts)| then.get(*customer) != Some(*parts));
        Ok(gone.chain(new).flat_map(|(_, parts)| parts).copied().collect())
    }

    fn sets(&self) -> BTreeMap<CustomerNumber, Vec<CustomerNumber>> {
        let mut sets: BTreeMap<CustomerNumber, Vec<CustomerNumber>> = BTreeMap::new();
        for (part, customer) in &self.customer_of {
            sets.entry(*customer).or_default().push(*part);
        }
        sets.values_mut().for_each(|parts| parts.sort_unstable());
        sets
    }
}
