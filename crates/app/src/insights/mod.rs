//! Insights: what was tried and what came of it, and what customers value and how content they are with it.
//!
//! | what | where |
//! |---|---|
//! | tests of a product, a service or a way of telling: arms, closed once with lift, p-value, power and a verdict | [`create_test`], [`update_test`], [`close_test`], [`list_tests`] |
//! | attributes with importance and satisfaction, in four quadrants, each with who mends or strengthens it and until when | [`create_attribute`], [`update_attribute`], [`remove_attribute`], [`list_attributes`], [`attribute_owners`] |
//!
//! Tables: `innovation_tests`, `attributes`. Invariants: a closed test never changes again, and keeps the comparisons of then; the quadrant
//! of an attribute follows from all attributes and is not kept. Figures are told by people: nothing here counts customers.

mod attributes;
mod innovation_tests;

pub use attributes::{
    Attribute, attribute_owners, create_attribute, list_attributes, remove_attribute, update_attribute,
};
pub use innovation_tests::{Closing, InnovationTest, close_test, create_test, list_tests, update_test};

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum InsightError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("no such test")]
    NoTest,
    #[error("no such attribute")]
    NoAttribute,
    #[error("the test is closed")]
    Closed,
    #[error("an arm has nobody: a test is closed when each has")]
    Nobody,
    #[error("it was changed by somebody else")]
    VersionConflict,
}

impl InsightError {
    fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}
