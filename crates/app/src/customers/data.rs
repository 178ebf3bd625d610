//! What has been collected about one customer: trade, interaction and social data, with who told it.

use super::error::CustomerError;
use crate::App;
use crate::access::{Actor, require};
use crate::identity::whole;
use perennial_domain::access::Right;
use perennial_domain::data_class::{DataClass, class_of};
use perennial_domain::fact::FactKind;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_history::Glance;
use perennial_store::customers as table;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a block. Names are what senders call their events: there is no end to them.
pub const DATA_ROWS_MAX: usize = 200;

/// Facts of one kind, or events of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataRow {
    pub kind: FactKind,
    /// Of events alone: pages and screens are counted together, whatever they are called.
    pub name: Option<String>,
    pub facts: u64,
    pub last_at: Instant,
    /// All that told any of them.
    pub sources: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataBlock {
    pub class: DataClass,
    /// Of all rows, those that are left out among them.
    pub facts: u64,
    pub last_at: Option<Instant>,
    /// The most facts first; up to [`DATA_ROWS_MAX`].
    pub rows: Vec<DataRow>,
    pub rows_left_out: usize,
}

#[derive(Default)]
struct Counted {
    facts: u64,
    last_at: Option<Instant>,
    sources: BTreeSet<String>,
}

impl Counted {
    /// What is added to an order later is no further one, but news all the same.
    fn add(&mut self, one: &Glance<'_>) {
        self.facts += u64::from(one.is_first);
        self.last_at = self.last_at.max(Some(one.at));
        if !self.sources.contains(one.source) {
            self.sources.insert(one.source.to_owned());
        }
    }
}

/// All three classes in their order, over the whole life.
pub async fn customer_data(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<Vec<DataBlock>, CustomerError> {
    require(actor, Right::CustomersRead)?;
    let whole = {
        let mut tx = app.store.read().await?;
        let whole = whole(&mut tx, customer).await?;
        table::get(&mut tx, actor.scope(), i64::from(whole.customer.0)).await?.ok_or(CustomerError::NotFound)?;
        whole
    };
    let mut kinds: BTreeMap<FactKind, Counted> = BTreeMap::new();
    let mut events: BTreeMap<String, Counted> = BTreeMap::new();
    for part in &whole.parts {
        app.history
            .glance(*part, None, |one| match one.name.filter(|_| one.kind == FactKind::Event) {
                None => kinds.entry(one.kind).or_default().add(&one),
                // Most names are known already.
                Some(name) => match events.get_mut(name) {
                    Some(known) => known.add(&one),
                    None => events.entry(name.to_owned()).or_default().add(&one),
                },
            })
            .await?;
    }
    let of_kinds = kinds.into_iter().map(|(kind, counted)| (kind, None, counted));
    let of_events = events.into_iter().map(|(name, counted)| (FactKind::Event, Some(name), counted));
    let mut rows: BTreeMap<DataClass, Vec<DataRow>> = BTreeMap::new();
    for (kind, name, counted) in of_kinds.chain(of_events) {
        let Some(last_at) = counted.last_at else { continue };
        let row = DataRow { kind, facts: counted.facts, last_at, sources: counted.sources, name };
        rows.entry(class_of(kind, row.name.as_deref())).or_default().push(row);
    }
    Ok(DataClass::ALL.map(|class| block_of(class, rows.remove(&class).unwrap_or_default())).to_vec())
}

fn block_of(class: DataClass, mut rows: Vec<DataRow>) -> DataBlock {
    let facts = rows.iter().map(|row| row.facts).sum();
    let last_at = rows.iter().map(|row| row.last_at).max();
    rows.sort_by(|one, other| (other.facts, one.kind, &one.name).cmp(&(one.facts, other.kind, &other.name)));
    let rows_left_out = rows.len().saturating_sub(DATA_ROWS_MAX);
    rows.truncate(DATA_ROWS_MAX);
    DataBlock { class, facts, last_at, rows, rows_left_out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_counts_what_it_leaves_out() {
        let row = |number: u64| DataRow {
            kind: FactKind::Event,
            name: Some(format!("event {number:03}")),
            facts: 1 + number % 2,
            last_at: Instant(number.cast_signed()),
            sources: BTreeSet::new(),
        };
        let block = block_of(DataClass::Interaction, (0..DATA_ROWS_MAX as u64 + 3).map(row).collect());
        assert_eq!((block.rows.len(), block.rows_left_out), (DATA_ROWS_MAX, 3));
        assert_eq!((block.facts, block.last_at), (304, Some(Instant(202))));
        assert_eq!(block.rows[0].name.as_deref(), Some("event 001"), "the most first, then by name");
        assert_eq!(block_of(DataClass::Trade, vec![]).last_at, None);
    }
}
