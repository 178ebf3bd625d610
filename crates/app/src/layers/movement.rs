//! Who went from which stage of a layer to which, between two days.

use super::error::LayerError;
use super::register::{Layer, layer_in_tx};
use crate::access::{Actor, require};
use crate::segments::SegmentError;
use crate::segments::live::{Live, Members, page, segment_sets, set_at};
use crate::{App, settings};
use perennial_domain::access::Right;
use perennial_domain::time::{Day, Instant};
use perennial_index::Set;
use std::sync::Arc;

/// Between which days: from the beginning of the one to the beginning of the other, in the workspace's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Between {
    pub from: Day,
    /// None: until now.
    pub to: Option<Day>,
}

/// A matrix of stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    pub layer: Layer,
    /// Those that hold anybody, in the order of the stages, those of nobody's stage last. Who was and is in no stage is in
    /// none of them.
    pub cells: Vec<Cell>,
    pub from_at: Instant,
    pub to_at: Instant,
}

/// Customers who were in one stage and are in another, or still; places in the order of stages, none: in no stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub from: Option<usize>,
    pub to: Option<usize>,
    pub count: u64,
}

/// Who is in each stage, the last of all: in any.
struct Then {
    stages: Vec<Set>,
    any: Set,
    at: Instant,
}

impl Then {
    fn new(stages: Vec<Set>, at: Instant) -> Self {
        let any = stages.iter().fold(Set::new(), |any, stage| any | stage);
        Self { stages, any, at }
    }

    /// Who is in the stage; of no stage, whoever of those others is in none.
    fn who(&self, stage: Option<usize>, others: &Set) -> Set {
        match stage {
            Some(place) => self.stages.get(place).cloned().unwrap_or_default(),
            None => others - &self.any,
        }
    }
}

/// Of the customers of today whom the actor sees.
///
/// # Errors
/// [`SegmentError::NotKept`] where it is not known who was in the stages.
pub async fn movement(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    code: &str,
    between: Between,
) -> Result<Movement, LayerError> {
    require(actor, Right::CustomersRead)?;
    let (layer, before, after) = both(app, live, actor, code, between).await?;
    let places = || (0..layer.newest.stages.len()).map(Some).chain([None]);
    let mut cells = Vec::new();
    for from in places() {
        let left = before.who(from, &after.any);
        for to in places().filter(|to| from.is_some() || to.is_some()) {
            let count = match to {
                Some(place) => left.intersection_len(&after.stages[place]),
                None => (&left - &after.any).len(),
            };
            if count > 0 {
                cells.push(Cell { from, to, count });
            }
        }
    }
    Ok(Movement { cells, from_at: before.at, to_at: after.at, layer })
}

/// The people of a cell, by their numbers; a stage by its code, none: no stage.
pub async fn movement_people(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    code: &str,
    between: Between,
    (from, to): (Option<&str>, Option<&str>),
    (after_number, limit): (Option<u32>, usize),
) -> Result<Members, LayerError> {
    require(actor, Right::CustomersRead)?;
    if from.is_none() && to.is_none() {
        return Err(LayerError::at("from_stage", "a stage of the layer, here or in to_stage"));
    }
    let (layer, before, after) = both(app, live, actor, code, between).await?;
    let place_of = |stage: Option<&str>, field: &str| match stage {
        None => Ok(None),
        Some(stage) => match layer.newest.stages.iter().position(|one| one.code == stage) {
            Some(place) => Ok(Some(place)),
            None => Err(LayerError::at(field, "the code of a stage of the layer")),
        },
    };
    let (from, to) = (place_of(from, "from_stage")?, place_of(to, "to_stage")?);
    let people = before.who(from, &after.any) & after.who(to, &before.any);
    Ok(page(app, actor, people, after.at, after_number, limit).await?)
}

async fn both(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    code: &str,
    between: Between,
) -> Result<(Layer, Then, Then), LayerError> {
    let mut tx = app.store.read().await?;
    let layer = layer_in_tx(&mut tx, code).await?;
    let zone = settings::current(&mut tx).await?.zone();
    drop(tx);
    let now = app.clock.now();
    let beginning = |day: Day, field: &str| {
        let at = zone.start_of_day(day).filter(|at| *at <= now);
        at.ok_or_else(|| LayerError::at(field, "a day up to today"))
    };
    let from_at = beginning(between.from, "from")?;
    let to_at = between.to.map(|day| beginning(day, "to")).transpose()?;
    if to_at.is_some_and(|to_at| to_at < from_at) {
        return Err(LayerError::at("to", "a day that is not before from"));
    }
    let codes: Vec<&str> = layer.newest.stages.iter().map(|one| one.code.as_str()).collect();
    let now = segment_sets(app, live, actor, &codes).await?;
    let before = Then::new(known_at(app, live, &codes, from_at, &now.everybody).await?, from_at);
    let after = match to_at {
        Some(at) => Then::new(known_at(app, live, &codes, at, &now.everybody).await?, at),
        None => Then::new(now.sets, now.as_of),
    };
    Ok((layer, before, after))
}

/// A stage that was added later had nobody.
async fn known_at(
    app: &App,
    live: &Arc<Live>,
    codes: &[&str],
    at: Instant,
    seen: &Set,
) -> Result<Vec<Set>, LayerError> {
    let mut sets = Vec::with_capacity(codes.len());
    for code in codes {
        sets.push(set_at(app, live, code, at).await?);
    }
    if sets.iter().all(Option::is_none) {
        return Err(SegmentError::NotKept.into());
    }
    // Who has become one since may have been in two: the first of them counts.
    let mut taken = Set::new();
    let first = |set: Option<Set>| {
        let set = (set.unwrap_or_default() & seen) - &taken;
        taken |= &set;
        set
    };
    Ok(sets.into_iter().map(first).collect())
}
