//! Who went from which stage of a layer to which, between two days.
//!
//! Invariants: a customer counts in one cell at most; a cell and its people agree. Each answer is worked out anew, in one pass
//! over the customers, on a thread where no request waits for it.

use super::error::LayerError;
use super::register::{Layer, STAGES_MAX, layer_in_tx, stages_at};
use crate::access::{Actor, require};
use crate::segments::SegmentError;
use crate::segments::live::{Live, Members, Rows, page, segment_sets, sets_of};
use crate::{App, settings};
use perennial_domain::access::Right;
use perennial_domain::time::{Day, Instant};
use perennial_index::Set;
use perennial_store::ReadTx;
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

/// In no stage.
const NOWHERE: u8 = u8::MAX;
const _: () = assert!(STAGES_MAX < NOWHERE as usize);

/// The stage of each customer, by their number.
struct Places(Vec<u8>);

impl Places {
    /// Of customers who are in several stages the first counts: two may have become one since.
    fn of(stages: &[Set], seen: &Set) -> Self {
        let mut places = vec![NOWHERE; seen.max().map_or(0, |last| last as usize + 1)];
        for (place, stage) in (0..NOWHERE).zip(stages) {
            for customer in (stage & seen).iter() {
                let own = &mut places[customer as usize];
                *own = (*own).min(place);
            }
        }
        Self(places)
    }

    fn of_customer(&self, customer: u32) -> u8 {
        self.0.get(customer as usize).copied().unwrap_or(NOWHERE)
    }
}

/// Where everybody was, and is.
struct Both {
    seen: Set,
    before: Places,
    after: Places,
}

impl Both {
    fn cells(&self, stages: usize) -> Vec<Cell> {
        // Nowhere stands behind all stages.
        let row = |place: u8| usize::from(place).min(stages);
        let mut counts = vec![vec![0_u64; stages + 1]; stages + 1];
        for customer in self.seen.iter() {
            let (from, to) = (self.before.of_customer(customer), self.after.of_customer(customer));
            counts[row(from)][row(to)] += 1;
        }
        counts[stages][stages] = 0;
        let stage = |place: usize| (place < stages).then_some(place);
        let all = counts.into_iter().enumerate().flat_map(|(from, counts)| {
            let counts = counts.into_iter().enumerate();
            counts.map(move |(to, count)| Cell { from: stage(from), to: stage(to), count })
        });
        all.filter(|cell| cell.count > 0).collect()
    }

    fn people(&self, from: u8, to: u8) -> Set {
        let is_of =
            |customer: &u32| (self.before.of_customer(*customer), self.after.of_customer(*customer)) == (from, to);
        self.seen.iter().filter(is_of).collect()
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
    let (layer, times) = read(app, code, between).await?;
    let stages = layer.newest.stages.len();
    let found = both(app, live, actor, &layer, times, move |both| both.cells(stages)).await?;
    Ok(Movement { cells: found.answer, from_at: times.from, to_at: found.to_at, layer })
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
    let (layer, times) = read(app, code, between).await?;
    let place_of = |stage: Option<&str>, field: &str| match stage {
        None => Ok(NOWHERE),
        Some(stage) => {
            let known = (0..NOWHERE).zip(&layer.newest.stages).find(|(_, one)| one.code == stage);
            known.map(|(place, _)| place).ok_or_else(|| LayerError::at(field, "the code of a stage of the layer"))
        }
    };
    let (from, to) = (place_of(from, "from_stage")?, place_of(to, "to_stage")?);
    let found = both(app, live, actor, &layer, times, move |both| both.people(from, to)).await?;
    Ok(page(app, actor, found.answer, found.to_at, after_number, limit).await?)
}

#[derive(Clone, Copy)]
struct Times {
    from: Instant,
    /// None: now.
    to: Option<Instant>,
}

async fn read(app: &App, code: &str, between: Between) -> Result<(Layer, Times), LayerError> {
    let mut tx = app.store.read().await?;
    let layer = layer_in_tx(&mut tx, code).await?;
    let zone = settings::current(&mut tx).await?.zone();
    let now = app.clock.now();
    let beginning = |day: Day, field: &str| {
        let at = zone.start_of_day(day).filter(|at| *at <= now);
        at.ok_or_else(|| LayerError::at(field, "a day up to today"))
    };
    let from = beginning(between.from, "from")?;
    let to = between.to.map(|day| beginning(day, "to")).transpose()?;
    if to.is_some_and(|to| to < from) {
        return Err(LayerError::at("to", "a day that is not before from"));
    }
    Ok((layer, Times { from, to }))
}

struct Found<T> {
    answer: T,
    to_at: Instant,
}

async fn both<T: Send + 'static>(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    layer: &Layer,
    times: Times,
    answer: impl FnOnce(&Both) -> T + Send + 'static,
) -> Result<Found<T>, LayerError> {
    let mut tx = app.store.read().await?;
    let before = rows_at(&mut tx, layer, times.from).await?;
    let after = match times.to {
        Some(at) => Some(rows_at(&mut tx, layer, at).await?),
        None => None,
    };
    drop(tx);
    let codes: Vec<&str> = layer.newest.stages.iter().map(|one| one.code.as_str()).collect();
    let now = segment_sets(app, live, actor, &codes).await?;
    let to_at = times.to.unwrap_or(now.as_of);
    let (app, live) = (app.clone(), Arc::clone(live));
    let worked_out = tokio::task::spawn_blocking(move || {
        let seen = now.everybody;
        let places = |rows| {
            let sets: Vec<Set> = sets_of(&app, &live, rows)?.into_iter().map(Option::unwrap_or_default).collect();
            Ok::<_, SegmentError>(Places::of(&sets, &seen))
        };
        let before = places(before)?;
        let after = match after {
            Some(rows) => places(rows)?,
            None => Places::of(&now.sets, &seen),
        };
        Ok::<_, SegmentError>(answer(&Both { seen, before, after }))
    });
    let answer = worked_out.await.map_err(|error| SegmentError::BrokeOff(error.to_string()))??;
    Ok(Found { answer, to_at })
}

/// What is written of the stages at an instant. A stage that the layer did not have then had nobody.
///
/// # Errors
/// [`SegmentError::NotKept`] where the layer had a stage then of which nothing is kept, or was not there.
async fn rows_at(tx: &mut ReadTx<'_>, layer: &Layer, at: Instant) -> Result<Vec<Option<Rows>>, LayerError> {
    let then = stages_at(tx, &layer.code, at).await?;
    if then.is_empty() {
        return Err(SegmentError::NotKept.into());
    }
    let mut rows = Vec::with_capacity(layer.newest.stages.len());
    for stage in &layer.newest.stages {
        rows.push(if then.contains(&stage.code) {
            Some(Rows::read(tx, &stage.code, at).await?.ok_or(SegmentError::NotKept)?)
        } else {
            None
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass_counts_what_the_sets_say() {
        let set = |of: &[u32]| of.iter().copied().collect::<Set>();
        let seen = set(&[1, 2, 3, 4, 5, 6, 9]);
        // Somebody who is two at once is in the first; whom nobody sees counts nowhere.
        let before = Places::of(&[set(&[1, 2, 7]), set(&[2, 3])], &seen);
        let after = Places::of(&[set(&[2]), set(&[1, 3, 4, 8])], &seen);
        let both = Both { seen, before, after };
        let cell = |from, to, count| Cell { from, to, count };
        let right =
            [cell(Some(0), Some(0), 1), cell(Some(0), Some(1), 1), cell(Some(1), Some(1), 1), cell(None, Some(1), 1)];
        assert_eq!(both.cells(2), right);
        assert_eq!(both.people(0, 1), set(&[1]));
        assert_eq!(both.people(NOWHERE, 1), set(&[4]));
        assert_eq!(both.people(NOWHERE, NOWHERE), set(&[5, 6, 9]));
        assert!(Places::of(&[], &Set::new()).0.is_empty());
    }
}
