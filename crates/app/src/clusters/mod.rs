//! Clusters: customers who are alike in their figures, found by a job, described in words, named by people, kept as tags.
//!
//! | what | where |
//! |---|---|
//! | asked for, renamed, cancelled, deleted | [`create_clustering`], [`update_clustering`], [`cancel_clustering`], [`delete_clustering`], [`name_cluster`] |
//! | the calculation, a job | [`run_job`]: figures from an index of its own, division, members |
//! | everybody placed anew by the nearest centre, a job | [`ask_assignment`], [`assign_job`] |
//! | a tag a cluster | [`keep_tags`], [`leave_tags`] |
//! | seen, with people within what the actor sees | [`list_clusterings`], [`get_clustering`], [`cluster_people`] |
//! | interviews about a hypothesis; reasons that surveys gave, beside what goes with churn | [`record_interview`], [`interviews_of`], [`remove_interview`], [`reasons`] |
//!
//! Tables: `clusterings`, `clusters`, `cluster_members`, `cluster_interviews`. Jobs: `cluster`, `assign_clusters`. Invariants: centres never
//! change once they are found, so that names, interviews and tags stay true: whoever wants others makes another clustering;
//! whoever is in a cluster is there by the nearest centre ([`Model::place`]); the same facts, settings and seed give the same
//! labels; people, sizes and interviews are told within what the actor sees, and who sees a part is told no number of all, and
//! no average of so few that it says something of a person ([`TOLD_OF_MIN`]); who changes tags of everybody by a clustering has
//! the right for tags; one calculation at a time in a process for a workspace, with half of the processors.
//!
//! [`Model::place`]: perennial_domain::cluster::Model::place
//! [`TOLD_OF_MIN`]: perennial_domain::cluster::TOLD_OF_MIN

mod asked;
mod reasons;
mod register;
mod research;
mod result;
mod run;
mod tags;
mod turn;
mod view;

pub use reasons::{Reason, ReasonIn, Reasons, reasons};
pub use register::{
    ask_assignment, cancel_clustering, create_clustering, delete_clustering, name_cluster, requeue_asked,
    update_clustering,
};
pub use research::{Interview, Interviews, interviews_of, record_interview, remove_interview};
pub use result::ClusteringResult;
pub use run::{assign_job, run_job};
pub(crate) use run::{fail_assignment_in_tx, fail_in_tx};
pub use tags::{keep_tags, leave_tags};
pub use view::{
    ClusterView, Clustering, ClusteringHead, ClusteringState, FeatureView, FoundView, HypothesisView, cluster_people,
    get_clustering, list_clusterings,
};

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::customers::CustomerError;
use crate::segments::{ReadProblem, SegmentError};
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum ClusteringError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// A rule, or a feature, that cannot be used: the field, and what is wrong.
    #[error("{field} cannot be used: {}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rule { field: String, problems: Vec<ReadProblem> },
    #[error("no such clustering")]
    NoClustering,
    #[error("no such cluster")]
    NoCluster,
    #[error("no such interview")]
    NoInterview,
    #[error("no such customer")]
    NoCustomer,
    #[error("it was changed by somebody else")]
    VersionConflict,
    #[error("it is not done: there are no clusters yet")]
    NotDone,
    #[error("it has ended: there is nothing to cancel")]
    Ended,
    #[error("the code is taken")]
    Taken,
    #[error("the result was written by another version of this program: make the clustering anew")]
    OtherVersion,
    #[error("the list of customers broke off: {0}")]
    Customers(#[from] CustomerError),
    #[error(transparent)]
    Segment(SegmentError),
}

impl ClusteringError {
    fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}
