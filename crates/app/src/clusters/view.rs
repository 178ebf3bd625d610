//! Clusterings as people see them.
//!
//! Who sees a part of the customers is told sizes and interviews of that part, no number of all, and no average that rests on
//! fewer than [`TOLD_OF_MIN`] customers: a cluster of one has the figures of a person as its means.

use super::ClusteringError;
use super::result::ClusteringResult;
use super::run::settings_of;
use crate::App;
use crate::access::{Actor, require};
use crate::customers::items_of;
use crate::segments::live::Members;
use perennial_domain::access::Right;
use perennial_domain::cluster::{
    ClusteringSettings, Driver, Level, Named, Portrait, Scale, TOLD_OF_MIN, Tried, verified_percent, words,
};
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use perennial_store::clusters::{self as table, ClusterRow, ClusteringRow, HypothesisCount};
use perennial_store::{ReadTx, StoreError, WriteTx};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusteringState {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl ClusteringState {
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The table lets in no other words.
    fn parse(code: &str) -> Self {
        match code {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "done" => Self::Done,
            "cancelled" => Self::Cancelled,
            _ => Self::Failed,
        }
    }
}

/// A clustering without what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusteringHead {
    pub id: String,
    pub name: String,
    pub description: String,
    pub settings: ClusteringSettings,
    pub state: ClusteringState,
    /// 0 to 1.
    pub progress: f64,
    /// Why it failed; of one that is done, why everybody could not be placed anew.
    pub error: Option<String>,
    pub tag_group: Option<String>,
    /// Since when everybody is being placed anew.
    pub assignment_asked_at: Option<Instant>,
    pub created_by: String,
    pub created_at: Instant,
    pub finished_at: Option<Instant>,
    /// Grows by one with each change.
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Clustering {
    pub head: ClusteringHead,
    /// Once it is done.
    pub found: Option<FoundView>,
    pub clusters: Vec<ClusterView>,
    /// Of amounts.
    pub currency: Option<Currency>,
}

/// What was found of all. A number of all is none for whoever sees a part of them.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundView {
    pub tried: Vec<Tried>,
    /// Customers by whom the silhouettes were computed.
    pub judged_by: Option<u64>,
    /// Of density: of so many who were looked at (the second), so many lie in no dense place.
    pub left_out: Option<(u64, u64)>,
    /// Whom it divides, as of the last time that everybody was placed.
    pub people: Option<u64>,
    /// Of them, those who are in no cluster.
    pub unplaced: Option<u64>,
    pub placed_at: Instant,
    pub features: Vec<FeatureView>,
    pub active: Option<u64>,
    pub inactive: Option<u64>,
    pub drivers: Vec<Driver>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FeatureView {
    pub named: Named,
    /// Figures are minor units.
    pub is_money: bool,
    /// Of all of whom it is known, in natural units.
    pub mean: Option<f64>,
    /// Of how many it is not known.
    pub missing: Option<u64>,
    /// How it is compared; none where it is known of too few.
    pub scale: Option<Scale>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ClusterView {
    /// From 1, the largest first when they were found.
    pub number: i64,
    /// What a person calls it; may be empty, as the description.
    pub name: String,
    pub description: String,
    pub tag: Option<String>,
    /// Whom the actor sees of it.
    pub size: u64,
    /// Of all whom the actor sees in the clusters.
    pub share: f64,
    /// Of each feature the mean of its members of whom it is known, in natural units.
    pub means: Vec<Option<f64>>,
    /// Of each feature how far that is from all, in standard deviations.
    pub differences: Vec<Option<f64>>,
    /// What sets it apart.
    pub words: Named,
    /// Of each feature.
    pub levels: Vec<Option<Level>>,
    /// Of all interviews about it that the actor is told.
    pub interviews: u64,
    pub supported: u64,
    pub verified_percent: Option<u64>,
    /// The most asked first.
    pub hypotheses: Vec<HypothesisView>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HypothesisView {
    pub hypothesis: String,
    pub interviews: u64,
    pub supported: u64,
    pub verified_percent: Option<u64>,
}

fn head_of(row: ClusteringRow) -> Result<ClusteringHead, StoreError> {
    Ok(ClusteringHead {
        settings: settings_of(&row.id, &row.settings)?,
        id: row.id,
        name: row.name,
        description: row.description,
        state: ClusteringState::parse(&row.state),
        progress: row.progress,
        error: row.error,
        tag_group: row.tag_group,
        assignment_asked_at: row.assignment_asked_at.map(Instant),
        created_by: row.created_by,
        created_at: Instant(row.created_at),
        finished_at: row.finished_at.map(Instant),
        version: row.version,
    })
}

/// The newest first.
pub async fn list_clusterings(app: &App, actor: &Actor) -> Result<Vec<ClusteringHead>, ClusteringError> {
    require(actor, Right::CustomersRead)?;
    let rows = table::list(&mut app.store.read().await?).await?;
    Ok(rows.into_iter().map(head_of).collect::<Result<_, _>>()?)
}

pub async fn get_clustering(app: &App, actor: &Actor, id: &str) -> Result<Clustering, ClusteringError> {
    require(actor, Right::CustomersRead)?;
    get_in_tx(&mut app.store.read().await?, actor, id).await
}

/// Commits what was written, and reads it: what is counted for that keeps nobody else from writing.
pub(super) async fn written(
    app: &App,
    tx: WriteTx<'_>,
    actor: &Actor,
    id: &str,
) -> Result<Clustering, ClusteringError> {
    tx.commit().await?;
    get_in_tx(&mut app.store.read().await?, actor, id).await
}

pub(super) async fn get_in_tx(tx: &mut ReadTx<'_>, actor: &Actor, id: &str) -> Result<Clustering, ClusteringError> {
    let row = table::get(tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    let found = row.result.as_deref().map(ClusteringResult::read).transpose()?;
    let currency = crate::settings::current(tx).await?.currency;
    let head = head_of(row)?;
    let Some(found) = found else { return Ok(Clustering { head, found: None, clusters: Vec::new(), currency }) };
    let rows = table::clusters_of(tx, id).await?;
    let sizes: BTreeMap<i64, i64> = table::counts_within(tx, actor.scope(), id).await?.into_iter().collect();
    let total: u64 = sizes.values().map(|size| (*size).max(0) as u64).sum();
    let counts = table::interview_counts(tx, actor.scope(), id).await?;
    let sees_all = actor.scope().is_everyone();
    let features: Vec<Named> =
        found.features.iter().map(|one| Named { zh: one.name_zh.clone(), en: one.name_en.clone() }).collect();
    let clusters = rows.into_iter().map(|row| {
        let size = sizes.get(&row.number).copied().unwrap_or_default().max(0) as u64;
        let portrait = found.clusters.get((row.number - 1).max(0) as usize);
        view_of(row, size, total, &features, portrait, sees_all, &counts)
    });
    let clusters = clusters.collect();
    Ok(Clustering { head, clusters, found: Some(found_view(found, sees_all)), currency })
}

/// What somebody is told of all.
fn found_view(found: ClusteringResult, sees_all: bool) -> FoundView {
    let of_all = |number: u64| sees_all.then_some(number);
    let people = found.people;
    let features = found.features.into_iter().zip(found.model.scales).map(|(feature, scale)| {
        let is_told = sees_all || people.saturating_sub(feature.missing) >= TOLD_OF_MIN;
        FeatureView {
            named: Named { zh: feature.name_zh, en: feature.name_en },
            is_money: feature.is_money,
            mean: feature.mean.filter(|_| is_told),
            missing: of_all(feature.missing),
            scale: is_told.then_some(scale),
        }
    });
    FoundView {
        features: features.collect(),
        tried: found.tried,
        judged_by: of_all(found.judged_by),
        left_out: found.left_out.filter(|_| sees_all),
        people: of_all(people),
        unplaced: of_all(found.unplaced),
        placed_at: Instant(found.placed_at),
        active: of_all(found.active),
        inactive: of_all(found.inactive),
        drivers: found.drivers.into_iter().filter(|driver| sees_all || driver.known >= TOLD_OF_MIN).collect(),
    }
}

fn view_of(
    row: ClusterRow,
    size: u64,
    total: u64,
    features: &[Named],
    portrait: Option<&Portrait>,
    sees_all: bool,
    counts: &[HypothesisCount],
) -> ClusterView {
    let is_told = |place: usize| {
        let known = portrait.and_then(|one| one.known.get(place)).copied().unwrap_or_default();
        sees_all || known >= TOLD_OF_MIN
    };
    let of_portrait = |of: fn(&Portrait, usize) -> Option<f64>| -> Vec<Option<f64>> {
        let told = |place: usize| portrait.filter(|_| is_told(place)).and_then(|one| of(one, place));
        (0..features.len()).map(told).collect()
    };
    let means = of_portrait(|one, place| one.means.get(place).copied().flatten());
    let differences = of_portrait(|one, place| one.differences.get(place).copied());
    let mut hypotheses: Vec<HypothesisView> = counts
        .iter()
        .filter(|count| count.cluster_number == row.number)
        .map(|count| {
            let (interviews, supported) = (count.interviews.max(0) as u64, count.supported.max(0) as u64);
            let hypothesis = count.hypothesis.clone();
            HypothesisView {
                hypothesis,
                interviews,
                supported,
                verified_percent: verified_percent(supported, interviews),
            }
        })
        .collect();
    hypotheses.sort_by(|a, b| b.interviews.cmp(&a.interviews).then_with(|| a.hypothesis.cmp(&b.hypothesis)));
    let interviews = hypotheses.iter().map(|one| one.interviews).sum();
    let supported = hypotheses.iter().map(|one| one.supported).sum();
    ClusterView {
        number: row.number,
        name: row.name,
        description: row.description,
        tag: row.tag,
        size,
        share: if total > 0 { size as f64 / total as f64 } else { 0.0 },
        words: words(features, &differences),
        levels: differences.iter().map(|difference| difference.map(Level::of)).collect(),
        means,
        differences,
        interviews,
        supported,
        verified_percent: verified_percent(supported, interviews),
        hypotheses,
    }
}

/// Customers of a cluster whom the actor sees, by their numbers, as they were last placed.
pub async fn cluster_people(
    app: &App,
    actor: &Actor,
    id: &str,
    number: i64,
    after: Option<u32>,
    limit: usize,
) -> Result<Members, ClusteringError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let (_, placed_at) = cluster_in_tx(&mut tx, id, number).await?;
    let (scope, behind) = (actor.scope(), after.map_or(0, i64::from));
    let wanted = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut numbers = table::members_within(&mut tx, scope, id, number, behind, wanted).await?;
    let count = table::count_within(&mut tx, scope, id, number).await?.max(0) as u64;
    drop(tx);
    let has_more = numbers.len() > limit;
    numbers.truncate(limit);
    let next = numbers.last().filter(|_| has_more).and_then(|last| u32::try_from(*last).ok());
    Ok(Members { items: items_of(app, actor, &numbers).await?, count, next, as_of: placed_at })
}

/// A cluster that there is, and when everybody was placed.
pub(super) async fn cluster_in_tx(
    tx: &mut ReadTx<'_>,
    id: &str,
    number: i64,
) -> Result<(ClusterRow, Instant), ClusteringError> {
    let row = table::get(tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    let text = row.result.as_deref().ok_or(ClusteringError::NotDone)?;
    let placed_at = Instant(ClusteringResult::read(text)?.placed_at);
    let cluster = table::clusters_of(tx, id).await?.into_iter().find(|one| one.number == number);
    Ok((cluster.ok_or(ClusteringError::NoCluster)?, placed_at))
}
