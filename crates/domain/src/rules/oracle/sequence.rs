//! One thing after the other.

use super::View;
use super::clause::{Answer, Timed, earliest, timed};
use super::facts::{Item, items};
use super::history::History;
use super::quantity::Found;
use crate::fact::FactKey;
use crate::rules::calendar::is_near;
use crate::rules::tree::{Sequence, Step};
use crate::time::Instant;

/// The first steps done, ending with a fact.
#[derive(Clone)]
struct Chain {
    end: Instant,
    facts: Vec<FactKey>,
}

pub(super) fn answer(sequence: &Sequence, history: &History, view: View<'_>) -> Answer {
    let steps: Vec<Timed<'_>> = sequence
        .steps
        .iter()
        .map(|step| timed(items(&step.facts, history, view), &sequence.window, history, view))
        .collect();
    let mut chains: Vec<Chain> = Vec::new();
    for (place, (step, own)) in sequence.steps.iter().zip(&steps).enumerate() {
        let counted = own.counted(view.now);
        chains = if place == 0 {
            counted.map(|item| Chain { end: item.at(), facts: vec![item.key()] }).collect()
        } else {
            let without = step.without.iter().flat_map(|facts| items(facts, history, view));
            let between: Vec<Instant> = without.map(Item::at).collect();
            counted.filter_map(|item| longer(&chains, step, item, &between, view)).collect()
        };
    }
    let done = chains.first().filter(|_| !sequence.steps.is_empty());
    Answer {
        holds: done.is_some(),
        found: Found::nothing(),
        facts: done.map(|chain| chain.facts.clone()).unwrap_or_default(),
        may_flip_at: steps.iter().fold(None, |at, own| earliest([at, own.next_change(view.now)])),
    }
}

/// The latest chain that this fact goes on with.
fn longer(chains: &[Chain], step: &Step, item: Item<'_>, between: &[Instant], view: View<'_>) -> Option<Chain> {
    let follows = |chain: &&Chain| {
        chain.end < item.at()
            && step.within.is_none_or(|span| is_near(chain.end, item.at(), span, view.zone))
            && !between.iter().any(|at| chain.end < *at && *at < item.at())
    };
    let before = chains.iter().rev().find(follows)?;
    let mut facts = before.facts.clone();
    facts.push(item.key());
    Some(Chain { end: item.at(), facts })
}
