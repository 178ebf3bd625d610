//! Segments that came, went, or have another rule.
//!
//! What a new rule needs of facts and of fields is gathered beside the index, and its clauses are asked of everybody beside
//! whoever else looks at it: the version before serves until all is there, and then gives way at once.

use super::super::catalogue::catalogue_in_tx;
use super::super::error::SegmentError;
use super::super::known::{Looked, Registry, for_everybody};
use super::super::register::segments_in_tx;
use super::Live;
use super::build::{gather_into, lacking_fields, put_segment, wanted};
use crate::App;
use perennial_domain::rules::Rule;
use perennial_index::FieldValues;
use perennial_store::Scope;
use std::collections::BTreeMap;
use tokio::runtime::{Handle, RuntimeFlavor};

/// Keeps the segments that stand, each in its newest version; returns which they are. The caller works alone, has
/// followed, and lets time stand still until what came meanwhile is followed too.
pub(super) async fn keep_segments(
    app: &App,
    live: &Live,
    before: &BTreeMap<String, i64>,
    asked: &[Rule],
) -> Result<BTreeMap<String, i64>, SegmentError> {
    let mut tx = app.store.read().await?;
    let standing: Vec<_> = segments_in_tx(&mut tx).await?.into_iter().filter(|one| one.archived_at.is_none()).collect();
    let mut versions: BTreeMap<String, i64> =
        standing.iter().map(|one| (one.code.clone(), one.newest.version)).collect();
    if versions == *before {
        return Ok(versions);
    }
    drop(tx);
    let changed: Vec<_> =
        standing.into_iter().filter(|one| before.get(&one.code) != Some(&one.newest.version)).collect();
    let rules: Vec<Rule> = changed.iter().map(|one| one.newest.rule.clone()).collect();
    let filling = live.begin_back_fill(changed.iter().map(|one| one.code.clone()).collect());
    prepare(app, live, &rules, |done| filling.note(done)).await?;
    // Time stands still, so everything is as it was asked when it is learnt.
    let asked_beside = beside(|| live.read().as_ref().map(|kept| kept.index.ask(&rules)));
    live.with(app.clock.now(), |kept| {
        kept.index.learn(asked_beside.unwrap_or_default());
        for code in before.keys().filter(|code| !versions.contains_key(*code)) {
            let moves = kept.index.drop_segment(code);
            kept.note(moves);
            kept.versions.remove(code);
        }
        for one in &changed {
            if !put_segment(kept, &one.code, &one.newest.rule, one.newest.version) {
                // It is tried again with the next round.
                versions.remove(&one.code);
            }
        }
        kept.index.let_go_but(asked);
    })?;
    Ok(versions)
}

/// Work for all processors, without holding up other tasks of the runtime.
fn beside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// Gathers whatever the index lacks for these rules, beside it, and hands it over whole. The caller works alone, has followed, lets time stand
/// still meanwhile, and is told how many percent of the facts have been looked at.
pub(super) async fn prepare(app: &App, live: &Live, rules: &[Rule], note: impl Fn(u8)) -> Result<(), SegmentError> {
    let mut tx = app.store.read().await?;
    let catalogue = catalogue_in_tx(&mut tx).await?;
    let registry = Registry::load(&mut tx).await?;
    drop(tx);
    let (fields, filling, sequence) = live.with(app.clock.now(), |kept| {
        (lacking_fields(&kept.index, rules, &catalogue), wanted(&kept.index, rules), kept.sequence)
    })?;
    if let Some(filling) = filling {
        let filling = gather_into(app, filling, sequence, note).await?;
        live.with(app.clock.now(), |kept| kept.index.install(filling))?;
    }
    if fields.is_empty() {
        return Ok(());
    }
    let empty = |(name, kind)| FieldValues { name, kind, values: Vec::new() };
    let mut columns: Vec<FieldValues> = fields.into_iter().map(empty).collect();
    for_everybody(app, &Scope::Everyone, &registry, Looked::of(rules), |mut known| {
        for column in &mut columns {
            column.values.extend(known.fields.remove(&column.name).map(|own| (known.customer, own)));
        }
        Ok(())
    })
    .await?;
    live.with(app.clock.now(), |kept| kept.index.install_fields(columns))
}
