//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::value::ValueError;
use perennial_domain::ids::CustomerNumber;
use perennial_history::HistoryError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum CustomerError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Value(#[from] ValueError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("no such customer")]
    NotFound,
    /// The same text is an identifier of several, by different types.
    #[error("several customers have this identifier: {}; name one of these", .0.iter().map(|one| one.public_id()).collect::<Vec<_>>().join(", "))]
    Ambiguous(Vec<CustomerNumber>),
    /// Of another list, another filter or another sort, or no cursor at all.
    #[error("the cursor belongs to another list; start without a cursor")]
    CursorMismatch,
    #[error("another value run replaced the values while the file was made; start it again")]
    ValuesReplaced,
    #[error("cannot write the file: {0}")]
    File(String),
}
