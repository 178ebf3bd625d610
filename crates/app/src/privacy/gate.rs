//! The gate where facts find their owner: which of their identifiers belong to somebody who was erased.
//!
//! The decision is `perennial_domain::privacy::passage`. Where nobody was ever erased there is nothing to look up.

use super::keys::{KeyError, Keys};
use crate::App;
use perennial_domain::fact::Fact;
use perennial_domain::identity::Identifier;
use perennial_domain::privacy::Tombstone;
use perennial_domain::time::Instant;
use perennial_store::{ReadTx, StoreError, privacy};
use std::collections::{HashMap, HashSet};

/// Knows what the hashes of identifiers are.
pub(crate) struct Gate(Keys);

impl Gate {
    pub(crate) async fn load(app: &App, tx: &mut ReadTx<'_>) -> Result<Option<Self>, KeyError> {
        Ok(Keys::where_needed(app, tx).await?.map(Self))
    }

    /// The tombstones of what these facts name.
    pub(crate) async fn stones(&self, tx: &mut ReadTx<'_>, facts: &[Fact]) -> Result<Stones, StoreError> {
        let named: HashSet<&Identifier> = facts.iter().flat_map(|fact| &fact.identifiers).collect();
        let by_hash: HashMap<[u8; 32], &Identifier> = named.into_iter().map(|one| (self.0.hash(one), one)).collect();
        let hashes: Vec<[u8; 32]> = by_hash.keys().copied().collect();
        let mut stones = Stones::default();
        for row in privacy::tombstones(tx, &hashes).await? {
            let Some(identifier) = by_hash.get(&row.identifier_hash) else { continue };
            let cause = stones.cause(&row.cause);
            let (erased_at, back_since) = (Instant(row.erased_at), row.back_since.map(Instant));
            stones.of.insert((*identifier).clone(), Tombstone { cause, erased_at, back_since });
        }
        Ok(stones)
    }
}

/// Tombstones by the identifiers that were asked for.
#[derive(Default)]
pub(crate) struct Stones {
    of: HashMap<Identifier, Tombstone>,
    causes: Vec<String>,
}

impl Stones {
    pub(crate) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    pub(crate) fn get(&self, identifier: &Identifier) -> Option<Tombstone> {
        self.of.get(identifier).copied()
    }

    pub(crate) fn cause_of(&self, place: usize) -> &str {
        self.causes.get(place).map_or("", String::as_str)
    }

    /// The person of this cause is back.
    pub(crate) fn lift(&mut self, cause: &str, since: Instant) {
        let Some(place) = self.causes.iter().position(|known| known == cause) else { return };
        for stone in self.of.values_mut().filter(|stone| stone.cause == place && stone.back_since.is_none()) {
            stone.back_since = Some(since);
        }
    }

    fn cause(&mut self, text: &str) -> usize {
        self.causes.iter().position(|known| known == text).unwrap_or_else(|| {
            self.causes.push(text.to_owned());
            self.causes.len() - 1
        })
    }
}
