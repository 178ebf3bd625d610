//! Clusters: customers who are alike in what is known of them, found by their figures and not by a rule.
//!
//! | step | module |
//! |---|---|
//! | what a person asks for, and what is allowed | `settings` |
//! | figures of customers, comparable with each other | `points` |
//! | k-means: our own (ADR 0019), k-means++ and Lloyd's rounds with Hamerly's bounds | `k_means` |
//! | clusters by density: HDBSCAN of the crate `hdbscan` | `density` |
//! | how well a division separates | `silhouette` |
//! | the best division of those that were tried | `find` |
//! | sizes, centres in natural units, what sets each cluster apart, in words | `portrait`, `words` |
//! | interviews, shares with their interval | `research` |
//!
//! Invariants: the same figures, settings and seed give the same labels, whatever the number of threads; a label is that of the
//! nearest centre ([`Model::place`]), so that what is stored is enough to place anybody again; clusters are numbered by size,
//! the largest first. Nothing here knows a customer: rows are places in columns.

mod density;
mod find;
mod k_means;
mod points;
mod portrait;
mod research;
mod settings;
mod silhouette;
mod words;

pub use density::DENSITY_PEOPLE_MAX;
pub use find::{ClusterError, Found, Model, Tried, Watch, find};
pub use k_means::{Division, RESTARTS, k_means};
pub use points::{Points, Scale};
pub use portrait::{Driver, Portrait, TOLD_OF_MIN, drivers, portraits};
pub use research::{Share, share_of, verified_percent};
pub use settings::{
    ACTIVE_USUAL, CLUSTERINGS_MAX, ClusteringSettings, FEATURES_MAX, FEATURES_MIN, FeatureSettings,
    INTERVIEWS_PER_CLUSTER_MAX, InterviewKind, K_MAX, K_MIN, MIN_PEOPLE, Method, NewInterview, PEOPLE_MAX, check_names,
};
pub use silhouette::{SILHOUETTE_PEOPLE_MAX, sample_of, silhouettes};
pub use words::{Level, Named, words};

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// Does work with half of the processors, one at least: whoever asks something meanwhile needs the others.
pub fn with_half_the_processors<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let threads = (rayon::current_num_threads() / 2).max(1);
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        // No thread can be had: the threads of all others do it.
        Err(_) => work(),
    }
}

/// A stream of random numbers that a seed gives.
struct Draws(Xoshiro256PlusPlus);

impl Draws {
    /// `purpose` keeps streams of one seed apart.
    fn new(seed: u64, purpose: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed ^ purpose.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// Evenly from 0 up to 1, which is not reached.
    fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * STEP
    }

    /// Evenly one of 0 to `count` − 1.
    fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.0.next_u64()) * count as u128) >> 64) as usize
    }
}
