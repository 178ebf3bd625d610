//! Matrices: which content may be shown to which stage of a layer.
//!
//! | what | where |
//! |---|---|
//! | drafts, made and changed with what they lack, published, removed | [`create_matrix`], [`update_matrix`], [`publish_matrix`], [`remove_matrix`], [`list_matrices`], [`get_matrix`] |
//! | what a customer may be shown now | [`customer_contents`] |
//!
//! Table: `matrices`. Invariants: only what is published decides, and it is a draft as it was; a customer sees the contents of the one
//! stage that they are in at this instant, and nothing where they are in none, where nothing is published for it, or where the layer
//! is archived; what a matrix lacks is held against the layer as it is now, whatever it was when the matrix was made. The layer of a
//! matrix stays. Which content is shown is answered to whoever asks: nothing is sent here.

mod register;
mod shown;

pub use register::{
    Matrix, MatrixItem, NewMatrix, Published, create_matrix, get_matrix, list_matrices, publish_matrix, remove_matrix,
    update_matrix,
};
pub use shown::{CustomerContents, Showing, customer_contents};

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::segments::SegmentError;
use perennial_domain::matrix::Misplaced;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum MatrixError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error(transparent)]
    Segment(#[from] SegmentError),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<Misplaced>),
    #[error("no such matrix")]
    NoMatrix,
    #[error("no such customer")]
    NoCustomer,
    #[error("there is a matrix with this code")]
    Taken,
    #[error("it was changed by somebody else")]
    VersionConflict,
    #[error("nothing of this matrix is published yet")]
    NotPublished,
    #[error("the layer is archived: nobody is in its stages")]
    LayerArchived,
    /// By code.
    #[error("the layer has these stages no more, save the matrix without them first: {}", .0.join(", "))]
    StagesGone(Vec<String>),
}

impl MatrixError {
    fn at(pointer: &str, allowed: &'static str) -> Self {
        Self::Invalid(vec![Misplaced::new(pointer, allowed)])
    }
}
