//! Clusterings in JSON.

use super::cluster_id;
use perennial_app::clusters::{
    ClusterView, Clustering, ClusteringHead, ClusteringState, FeatureView, FoundView, HypothesisView,
};
use perennial_domain::cluster::{ACTIVE_USUAL, ClusteringSettings, Driver, FeatureSettings, Level, Method, Tried};
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const POPULATION_USUAL: &str = "everybody";
const K_MIN_USUAL: usize = 3;
const K_MAX_USUAL: usize = 8;
const MIN_PEOPLE_USUAL: usize = 50;

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClusteringStateDto {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClusteringMethod {
    /// Each number of clusters from `k_min` to `k_max` is tried; the silhouette says which one is kept.
    KMeans,
    /// Where at least `min_people` customers are close together; who is in no dense place is in no cluster.
    Density,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterFeatureBody {
    /// A field or a measure that is a number or an amount, as rules write it.
    #[schema(example = "count of orders in last 180 days")]
    pub of: String,
    /// Its logarithm is compared: for amounts and counts of which few are very large. False when absent.
    #[serde(default)]
    pub logarithmic: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClustering {
    /// 1 to 60 characters.
    #[schema(example = "Buyers of this year")]
    pub name: String,
    /// Up to 1000 characters; empty when absent.
    pub description: Option<String>,
    /// A rule: whom it divides. Everybody when absent.
    #[schema(example = "$frequency >= 1")]
    pub population: Option<String>,
    /// 2 to 20.
    pub features: Vec<ClusterFeatureBody>,
    pub method: ClusteringMethod,
    /// Of k-means; 3 when absent.
    #[schema(minimum = 2, maximum = 12, example = 4)]
    pub k_min: Option<usize>,
    /// Of k-means; 8 when absent.
    #[schema(minimum = 2, maximum = 12, example = 8)]
    pub k_max: Option<usize>,
    /// Of density; 50 when absent.
    #[schema(minimum = 5, maximum = 2000, example = 50)]
    pub min_people: Option<usize>,
    /// The same seed gives the same clusters. 0 when absent.
    #[schema(minimum = 0, example = 20)]
    pub seed: Option<u64>,
    /// A rule: who is active. `$probability_active >= 0.5` when absent.
    pub active: Option<String>,
}

impl NewClustering {
    pub fn settings(self) -> ClusteringSettings {
        let method = match self.method {
            ClusteringMethod::KMeans => {
                Method::KMeans { k_min: self.k_min.unwrap_or(K_MIN_USUAL), k_max: self.k_max.unwrap_or(K_MAX_USUAL) }
            }
            ClusteringMethod::Density => Method::Density { min_people: self.min_people.unwrap_or(MIN_PEOPLE_USUAL) },
        };
        let feature = |one: ClusterFeatureBody| FeatureSettings { of: one.of, is_logarithmic: one.logarithmic };
        ClusteringSettings {
            name: self.name,
            description: self.description.unwrap_or_default(),
            population: self.population.unwrap_or_else(|| POPULATION_USUAL.to_owned()),
            features: self.features.into_iter().map(feature).collect(),
            method,
            seed: self.seed.unwrap_or_default(),
            active: self.active.unwrap_or_else(|| ACTIVE_USUAL.to_owned()),
        }
    }
}

/// A name and a description: of a clustering, or of a cluster.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterNames {
    /// 1 to 60 characters.
    #[schema(example = "Silent fans")]
    pub name: String,
    /// Up to 1000 characters; empty when absent.
    pub description: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusteringHeadDto {
    #[schema(example = "clu_1c9f0x3kq2m7z8w4p")]
    pub id: String,
    #[schema(example = "Buyers of this year")]
    pub name: String,
    pub description: String,
    #[schema(example = "everybody")]
    pub population: String,
    pub features: Vec<ClusterFeatureBody>,
    pub method: ClusteringMethod,
    /// Of k-means.
    pub k_min: Option<usize>,
    pub k_max: Option<usize>,
    /// Of density.
    pub min_people: Option<usize>,
    pub seed: u64,
    #[schema(example = "$probability_active >= 0.5")]
    pub active: String,
    pub state: ClusteringStateDto,
    /// 0 to 1.
    #[schema(example = 0.4)]
    pub progress: f64,
    /// Why it failed; of one that is done, why everybody could not be placed anew.
    pub error: Option<String>,
    /// The group of tags that follow it.
    #[schema(example = "buyers")]
    pub tag_group: Option<String>,
    /// Since when everybody is being placed anew.
    #[schema(format = DateTime)]
    pub assignment_asked_at: Option<String>,
    #[schema(example = "Ada")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    /// For `If-Match`.
    pub version: i64,
}

impl From<ClusteringHead> for ClusteringHeadDto {
    fn from(head: ClusteringHead) -> Self {
        let ClusteringSettings { name: _, description: _, population, features, method, seed, active } = head.settings;
        let (method, k_min, k_max, min_people) = match method {
            Method::KMeans { k_min, k_max } => (ClusteringMethod::KMeans, Some(k_min), Some(k_max), None),
            Method::Density { min_people } => (ClusteringMethod::Density, None, None, Some(min_people)),
        };
        let feature = |one: FeatureSettings| ClusterFeatureBody { of: one.of, logarithmic: one.is_logarithmic };
        Self {
            id: head.id,
            name: head.name,
            description: head.description,
            population,
            features: features.into_iter().map(feature).collect(),
            method,
            k_min,
            k_max,
            min_people,
            seed,
            active,
            state: match head.state {
                ClusteringState::Queued => ClusteringStateDto::Queued,
                ClusteringState::Running => ClusteringStateDto::Running,
                ClusteringState::Done => ClusteringStateDto::Done,
                ClusteringState::Failed => ClusteringStateDto::Failed,
                ClusteringState::Cancelled => ClusteringStateDto::Cancelled,
            },
            progress: head.progress,
            error: head.error,
            tag_group: head.tag_group,
            assignment_asked_at: head.assignment_asked_at.map(Instant::rfc3339),
            created_by: head.created_by,
            created_at: head.created_at.rfc3339(),
            finished_at: head.finished_at.map(Instant::rfc3339),
            version: head.version,
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusteringDto {
    #[serde(flatten)]
    pub head: ClusteringHeadDto,
    /// Once it is done.
    pub found: Option<ClusteringFoundDto>,
}

/// What was found. Figures are of everybody whom it divides, in natural units: amounts in minor units. Who sees a part of the
/// customers only is told no number of all, and no average that rests on fewer than ten of them: those are null.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusteringFoundDto {
    /// Each number of clusters that was tried.
    pub tried: Vec<ClusteringTriedDto>,
    /// By how many customers the silhouettes were computed: everybody, or a sample of 10,000 that the seed gives.
    #[schema(example = 10_000)]
    pub judged_by: Option<u64>,
    /// Of density: of how many who were looked at.
    pub looked_at: Option<u64>,
    /// Of density: how many of them lie in no dense place.
    pub left_out: Option<u64>,
    /// Of amounts.
    #[schema(example = "CNY")]
    pub currency: Option<String>,
    #[schema(example = 2)]
    pub currency_exponent: Option<u8>,
    /// How many it divides.
    pub people: Option<u64>,
    /// Of them, those in no cluster.
    pub unplaced: Option<u64>,
    /// When everybody was placed.
    #[schema(format = DateTime)]
    pub placed_at: String,
    /// In the order in which they were asked for.
    pub features: Vec<ClusterFeatureDto>,
    pub clusters: Vec<ClusterDto>,
    /// Who is active by the rule for it, and who is not.
    pub active: Option<u64>,
    pub inactive: Option<u64>,
    /// In which features the two differ, the most first: what goes with churn.
    pub drivers: Vec<ChurnDriverDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusteringTriedDto {
    pub k: usize,
    /// From -1 to 1, the more the better apart. Null where the customers could not be divided so.
    #[schema(example = 0.42)]
    pub silhouette: Option<f64>,
    /// The sum of the squares of distances to the own centre, in standard deviations.
    pub inertia: Option<f64>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusterFeatureDto {
    #[schema(example = "$recency_days")]
    pub of: String,
    #[schema(example = "距上次购买天数")]
    pub name_zh: String,
    #[schema(example = "days since the last purchase")]
    pub name_en: String,
    pub is_money: bool,
    pub logarithmic: bool,
    /// Of all of whom it is known.
    pub mean: Option<f64>,
    /// Of so many it is not known: they count as the median.
    pub missing: Option<u64>,
    pub median: Option<f64>,
    /// What is compared has this mean and deviation: of the logarithm, where that is compared. A deviation of 0: the feature
    /// played no part.
    pub compared_mean: Option<f64>,
    pub compared_deviation: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClusterLevel {
    FarBelow,
    Below,
    SlightlyBelow,
    Average,
    SlightlyAbove,
    Above,
    FarAbove,
}

impl From<Level> for ClusterLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::FarBelow => Self::FarBelow,
            Level::Below => Self::Below,
            Level::SlightlyBelow => Self::SlightlyBelow,
            Level::Average => Self::Average,
            Level::SlightlyAbove => Self::SlightlyAbove,
            Level::Above => Self::Above,
            Level::FarAbove => Self::FarAbove,
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusterDto {
    /// That of the clustering, a point, and the number.
    #[schema(example = "clu_1c9f0x3kq2m7z8w4p.3")]
    pub id: String,
    #[schema(example = 3)]
    pub number: i64,
    /// What somebody called it; may be empty.
    pub name: String,
    pub description: String,
    pub tag: Option<String>,
    /// Those whom the caller sees.
    pub size: u64,
    /// Of all whom the caller sees in the clusters.
    pub share: f64,
    /// Of each feature the mean of those of whom it is known.
    pub means: Vec<Option<f64>>,
    /// Of each feature how far it is from all, in standard deviations of when the clusters were found.
    pub differences: Vec<Option<f64>>,
    pub levels: Vec<Option<ClusterLevel>>,
    /// What sets it apart.
    #[schema(example = "距上次购买天数远低于平均,购买次数高于平均")]
    pub words_zh: String,
    #[schema(example = "Days since the last purchase far below average, purchases above average")]
    pub words_en: String,
    /// Those with nobody known, or with a customer whom the caller sees.
    #[schema(example = 8)]
    pub interviews: u64,
    #[schema(example = 6)]
    pub supported: u64,
    /// Null without an interview.
    #[schema(example = 75)]
    pub verified_percent: Option<u64>,
    pub hypotheses: Vec<ClusterHypothesisDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusterHypothesisDto {
    #[schema(example = "They buy for others")]
    pub hypothesis: String,
    pub interviews: u64,
    pub supported: u64,
    pub verified_percent: Option<u64>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ChurnDriverDto {
    /// The place of the feature among `features`, from 0.
    pub feature: usize,
    pub active_mean: Option<f64>,
    pub inactive_mean: Option<f64>,
    /// The inactive less the active, in standard deviations of all.
    #[schema(example = 1.3)]
    pub difference: f64,
}

impl From<Clustering> for ClusteringDto {
    fn from(clustering: Clustering) -> Self {
        let Clustering { head, found, clusters, currency } = clustering;
        let clusters: Vec<ClusterDto> = clusters.into_iter().map(|view| cluster_dto(&head.id, view)).collect();
        let found = found.map(|found| found_dto(found, &head.settings.features, clusters, currency));
        Self { head: head.into(), found }
    }
}

fn found_dto(
    found: FoundView,
    asked: &[FeatureSettings],
    clusters: Vec<ClusterDto>,
    currency: Option<Currency>,
) -> ClusteringFoundDto {
    let feature = |(feature, asked): (FeatureView, &FeatureSettings)| ClusterFeatureDto {
        of: asked.of.clone(),
        name_zh: feature.named.zh,
        name_en: feature.named.en,
        is_money: feature.is_money,
        logarithmic: asked.is_logarithmic,
        mean: feature.mean,
        missing: feature.missing,
        median: feature.scale.map(|scale| scale.median),
        compared_mean: feature.scale.map(|scale| scale.mean),
        compared_deviation: feature.scale.map(|scale| scale.deviation),
    };
    let tried = |one: Tried| ClusteringTriedDto { k: one.k, silhouette: one.silhouette, inertia: one.inertia };
    let driver = |one: Driver| ChurnDriverDto {
        feature: one.feature,
        active_mean: one.active_mean,
        inactive_mean: one.inactive_mean,
        difference: one.difference,
    };
    ClusteringFoundDto {
        tried: found.tried.into_iter().map(tried).collect(),
        judged_by: found.judged_by,
        looked_at: found.left_out.map(|(_, looked_at)| looked_at),
        left_out: found.left_out.map(|(left_out, _)| left_out),
        currency: currency.map(|currency| currency.code().to_owned()),
        currency_exponent: currency.map(|currency| currency.exponent()),
        people: found.people,
        unplaced: found.unplaced,
        placed_at: found.placed_at.rfc3339(),
        features: found.features.into_iter().zip(asked).map(feature).collect(),
        clusters,
        active: found.active,
        inactive: found.inactive,
        drivers: found.drivers.into_iter().map(driver).collect(),
    }
}

fn cluster_dto(id: &str, view: ClusterView) -> ClusterDto {
    let hypothesis = |one: HypothesisView| ClusterHypothesisDto {
        hypothesis: one.hypothesis,
        interviews: one.interviews,
        supported: one.supported,
        verified_percent: one.verified_percent,
    };
    ClusterDto {
        id: cluster_id(id, view.number),
        number: view.number,
        name: view.name,
        description: view.description,
        tag: view.tag,
        size: view.size,
        share: view.share,
        means: view.means,
        differences: view.differences,
        levels: view.levels.into_iter().map(|level| level.map(ClusterLevel::from)).collect(),
        words_zh: view.words.zh,
        words_en: view.words.en,
        interviews: view.interviews,
        supported: view.supported,
        verified_percent: view.verified_percent,
        hypotheses: view.hypotheses.into_iter().map(hypothesis).collect(),
    }
}
