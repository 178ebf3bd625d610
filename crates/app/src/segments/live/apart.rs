//! An index for one calculation: of what the store and the history know at this moment, for a few rules.
//!
//! It is the same index as the one that a server follows, so a figure of a calculation is what a rule would compare. Nobody
//! follows it; it goes when the calculation is done.

use super::super::catalogue::catalogue_in_tx;
use super::super::error::SegmentError;
use super::super::known::{Looked, Registry, for_everybody};
use super::super::register::segments_in_tx;
use super::build::{gather_into, lacking_fields, tell_known, wanted};
use crate::App;
use perennial_domain::rules::oracle::Thresholds;
use perennial_domain::rules::{Rule, reads};
use perennial_index::{Index, Place};
use perennial_store::{Scope, sequences};
use std::collections::{BTreeMap, BTreeSet};

/// How often facts may be handed over while it begins.
const TRIES_MAX: usize = 5;

/// An index that answers these rules, and knows the fields and measures that they name.
///
/// # Errors
/// Of the store and of history; [`SegmentError::Behind`] where facts come in too fast.
pub(crate) async fn gather_apart(app: &App, rules: &[Rule]) -> Result<Index, SegmentError> {
    for _ in 1..TRIES_MAX {
        match gather(app, rules).await {
            Err(SegmentError::Behind) => {}
            outcome => return outcome,
        }
    }
    gather(app, rules).await
}

async fn gather(app: &App, rules: &[Rule]) -> Result<Index, SegmentError> {
    let mut tx = app.store.read().await?;
    let registry = Registry::load(&mut tx).await?;
    let catalogue = catalogue_in_tx(&mut tx).await?;
    let standing = segments_in_tx(&mut tx).await?.into_iter().filter(|one| one.archived_at.is_none());
    let standing: BTreeMap<String, Rule> = standing.map(|one| (one.code, one.newest.rule)).collect();
    let sequence = sequences::current(&mut tx, sequences::APPLIED_SEQUENCE).await?;
    drop(tx);
    let segments = stood_on(rules, &standing);
    let all: Vec<Rule> = rules.iter().chain(segments.iter().map(|(_, rule)| *rule)).cloned().collect();
    let place = Place { zone: registry.zone.clone(), line_names: catalogue.lines.clone() };
    let mut index = Index::new(place, app.clock.now());
    for (name, kind) in lacking_fields(&index, &all, &catalogue) {
        index.keep_field(&name, kind);
    }
    if let Some(filling) = wanted(&index, &all) {
        index.install(gather_into(app, filling, sequence, |_| ()).await?);
    }
    for_everybody(app, &Scope::Everyone, &registry, Looked::of(&all), |known| {
        tell_known(&mut index, known);
        Ok(())
    })
    .await?;
    for (code, rule) in segments {
        settle(&mut index, rule);
        // All that it needs is there; who came or went is nobody's news.
        let kept = index.put_segment(code, rule);
        debug_assert!(kept.is_ok(), "{code} lacks something");
    }
    for rule in rules {
        settle(&mut index, rule);
    }
    Ok(index)
}

/// Works out the thresholds that a rule stands on.
fn settle(index: &mut Index, rule: &Rule) {
    let wanted = index.lacks(rule).thresholds;
    let found: Thresholds =
        wanted.into_iter().filter_map(|(key, quantile)| Some((key, index.work_out(&quantile).ok()?))).collect();
    if !found.is_empty() {
        index.thresholds(found);
    }
}

/// The segments that rules stand on, also by way of others.
fn stood_on<'s>(rules: &[Rule], standing: &'s BTreeMap<String, Rule>) -> Vec<(&'s str, &'s Rule)> {
    let mut open: Vec<String> = rules.iter().flat_map(|rule| reads(rule).segments).collect();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    while let Some(code) = open.pop() {
        if let Some((code, rule)) = standing.get_key_value(&code)
            && seen.insert(code)
        {
            open.extend(reads(rule).segments);
            found.push((code.as_str(), rule));
        }
    }
    found
}
