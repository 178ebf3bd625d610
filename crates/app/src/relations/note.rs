//! What the facts of a block say of relations, in the commit that applies it.

use crate::App;
use crate::pipeline::PipelineError;
use crate::privacy::Gate;
use perennial_domain::fact::{AppliedBlock, Fact, FactKey, FactKind};
use perennial_domain::identity::Identifier;
use perennial_domain::relations::{Inviter, Word, word_of};
use perennial_domain::time::Instant;
use perennial_store::WriteTx;
use perennial_store::relations::{self as table, RelationRow, ShareRow};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) async fn note_relations(app: &App, tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), PipelineError> {
    let mut shares: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let mut told: BTreeMap<(i64, Inviter), i64> = BTreeMap::new();
    for one in &block.facts {
        let (Some(part), Some(tracked)) = (one.customer, one.fact.tracked.as_deref()) else { continue };
        let (part, at) = (i64::from(part.0), one.fact.at.0);
        let name = tracked.name.as_deref().filter(|_| one.fact.kind == FactKind::Event);
        match tracked.properties.as_deref().and_then(|properties| word_of(name, properties)) {
            Some(Word::Shares(id)) => {
                let first = shares.entry(id).or_insert((at, part));
                *first = (*first).min((at, part));
            }
            Some(Word::CameBy(inviter)) => {
                let first = told.entry((part, inviter)).or_insert(at);
                *first = (*first).min(at);
            }
            None => {}
        }
    }
    if !shares.is_empty() {
        let row = |(share_id, (at, part_number))| ShareRow { share_id, part_number, at };
        table::note_shares(tx, &shares.into_iter().map(row).collect::<Vec<_>>()).await?;
    }
    if told.is_empty() {
        return Ok(());
    }
    let erased = erased_among(app, tx, told.keys().map(|(_, inviter)| inviter)).await?;
    let rows: Vec<RelationRow> = told
        .iter()
        .filter(|((_, inviter), _)| !matches!(inviter, Inviter::Identifier(one) if erased.contains(one)))
        .map(|((part_number, inviter), at)| {
            let (kind, value) = inviter.key();
            let (inviter_kind, inviter_value) = (kind.to_owned(), value.to_owned());
            RelationRow {
                part_number: *part_number,
                inviter_kind,
                inviter_value,
                at: *at,
                source: block.source.clone(),
            }
        })
        .collect();
    Ok(table::note(tx, &rows).await?)
}

/// Inviters who were erased, and have not come back: nothing is written down of them.
async fn erased_among(
    app: &App,
    tx: &mut WriteTx<'_>,
    inviters: impl Iterator<Item = &Inviter>,
) -> Result<BTreeSet<Identifier>, PipelineError> {
    let Some(gate) = Gate::load(app, tx).await? else { return Ok(BTreeSet::new()) };
    let named: BTreeSet<Identifier> = inviters
        .filter_map(|inviter| match inviter {
            Inviter::Identifier(identifier) => Some(identifier.clone()),
            Inviter::Share(_) => None,
        })
        .collect();
    // The gate is asked about facts: here is one that names them all.
    let fact = naming(named.iter().cloned().collect());
    let stones = gate.stones(tx, std::slice::from_ref(&fact)).await?;
    let is_gone = |one: &Identifier| stones.get(one).is_some_and(|stone| stone.back_since.is_none());
    Ok(named.into_iter().filter(is_gone).collect())
}

fn naming(identifiers: Vec<Identifier>) -> Fact {
    Fact {
        kind: FactKind::Event,
        key: FactKey(0),
        at: Instant(0),
        identifiers,
        order_no: None,
        lines: Vec::new(),
        traits: Vec::new(),
        tracked: None,
    }
}
