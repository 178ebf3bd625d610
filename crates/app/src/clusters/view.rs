//! Clusterings as people see them.

use super::ClusteringError;
use super::result::ClusteringResult;
use super::run::settings_of;
use crate::App;
use crate::access::{Actor, require};
use crate::customers::items_of;
use crate::segments::live::Members;
use perennial_domain::access::Right;
use perennial_domain::cluster::{ClusteringSettings, Level, Named, verified_percent, words};
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use perennial_store::clusters::{self as table, ClusterRow, ClusteringRow, HypothesisCount};
use perennial_store::{ReadTx, StoreError};

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
    pub found: Option<ClusteringResult>,
    pub clusters: Vec<ClusterView>,
    /// Of amounts.
    pub currency: Option<Currency>,
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
    /// What sets it apart.
    pub words: Named,
    /// Of each feature.
    pub levels: Vec<Level>,
    /// Of all interviews about it.
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

pub(super) async fn get_in_tx(tx: &mut ReadTx<'_>, actor: &Actor, id: &str) -> Result<Clustering, ClusteringError> {
    let row = table::get(tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    let found = row.result.as_deref().map(ClusteringResult::read).transpose()?;
    let currency = crate::settings::current(tx).await?.currency;
    let head = head_of(row)?;
    let Some(found) = found else { return Ok(Clustering { head, found: None, clusters: Vec::new(), currency }) };
    let rows = table::clusters_of(tx, id).await?;
    let mut sizes = Vec::with_capacity(rows.len());
    for row in &rows {
        sizes.push(table::count_within(tx, actor.scope(), id, row.number).await?.max(0) as u64);
    }
    let counts = table::interview_counts(tx, id).await?;
    let total: u64 = sizes.iter().sum();
    let features: Vec<Named> =
        found.features.iter().map(|one| Named { zh: one.name_zh.clone(), en: one.name_en.clone() }).collect();
    let clusters = rows.into_iter().zip(&sizes).map(|(row, size)| {
        let differences = found.clusters.get((row.number - 1).max(0) as usize).map(|one| one.differences.as_slice());
        view_of(row, *size, total, &features, differences.unwrap_or_default(), &counts)
    });
    let clusters = clusters.collect();
    Ok(Clustering { head, clusters, found: Some(found), currency })
}

fn view_of(
    row: ClusterRow,
    size: u64,
    total: u64,
    features: &[Named],
    differences: &[f64],
    counts: &[HypothesisCount],
) -> ClusterView {
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
        words: words(features, differences),
        levels: differences.iter().map(|difference| Level::of(*difference)).collect(),
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
