//! The journey map: how well each scene goes, counted with the facts.
//!
//! Table: `scene_counts`, by UTC day, added to in the commit that applies the facts; it names nobody. What events say, and
//! which scene is the worst, is `perennial_domain::scenes`. Invariant: of more scenes than may be told apart, the further
//! ones are counted together, and nothing is left out.

use crate::App;
use crate::access::{Actor, Forbidden, require};
use perennial_domain::access::Right;
use perennial_domain::fact::{AppliedBlock, FactKind};
use perennial_domain::scenes::{OTHER, SCENES_MAX, SceneCounts, SceneQuality, SceneWord, map_of, word_of};
use perennial_domain::time::{Day, MICROS_PER_DAY};
use perennial_store::scenes::{self as table, DayRow};
use perennial_store::{StoreError, WriteTx};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum SceneError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
}

/// The map over these UTC days, the first and the last among them; of all days where none is named.
pub async fn scene_map(
    app: &App,
    actor: &Actor,
    from: Option<Day>,
    until: Option<Day>,
) -> Result<Vec<SceneQuality>, SceneError> {
    require(actor, Right::TouchPointsRead)?;
    let from = from.map_or(i64::MIN, |day| i64::from(day.0));
    let until = until.map_or(i64::MAX, |day| i64::from(day.0));
    let counts = table::counts(&mut app.store.read().await?, from, until).await?;
    Ok(map_of(counts))
}

/// Counts what the facts of a block say of scenes, in the commit that applies it.
pub(crate) async fn note_scenes(tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    let mut told = Vec::new();
    for one in &block.facts {
        let Some(tracked) = one.fact.tracked.as_deref().filter(|_| one.fact.kind == FactKind::Event) else { continue };
        let (Some(name), Some(properties)) = (tracked.name.as_deref(), tracked.properties.as_deref()) else { continue };
        let Some((scene, word)) = word_of(name, properties) else { continue };
        told.push((scene, one.fact.at.0.div_euclid(MICROS_PER_DAY), word));
    }
    if told.is_empty() {
        return Ok(());
    }
    let mut known: BTreeSet<String> = table::known(tx).await?.into_iter().collect();
    let mut counts: BTreeMap<(String, i64), SceneCounts> = BTreeMap::new();
    for (scene, day, word) in told {
        let scene = if known.contains(&scene) || known.len() < SCENES_MAX { scene } else { OTHER.to_owned() };
        known.insert(scene.clone());
        let fresh = || SceneCounts { scene: scene.clone(), ..SceneCounts::default() };
        let one = counts.entry((scene.clone(), day)).or_insert_with(fresh);
        match word {
            SceneWord::Entered => one.entered += 1,
            SceneWord::Completed => one.completed += 1,
            SceneWord::Rated { is_satisfied } => {
                one.rated += 1;
                one.satisfied += i64::from(is_satisfied);
            }
        }
    }
    let rows = counts.into_iter().map(|((_, day), counts)| DayRow { day, counts });
    table::add(tx, &rows.collect::<Vec<_>>()).await
}
