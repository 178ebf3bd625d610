//! Usage cards: a few questions about a product, some days after it was delivered, whose answers fill fields.
//!
//! | what | where |
//! |---|---|
//! | the register of cards, and what they asked before | [`list_cards`], [`put_card`], [`card_versions`] |
//! | deliveries and answers, noted in the commit that applies the facts; a low judgement opens a ticket there | [`note_usage`] |
//! | who is due and has not answered, page by page | [`due_cards`] |
//! | an answer that somebody writes down: a fact, applied when it returns | [`record_answer`] |
//! | what a customer answered | [`customer_answers`] |
//!
//! Tables: `usage_cards`, `usage_card_versions`, `deliveries`, `usage_answers`; the answers themselves are traits of their facts, so that fields,
//! sources that are believed, consent and erasure have nothing to learn of cards. Invariants: deliveries and answers are by
//! profile, so that merging and parting move nothing; the order of arrival plays no part in who is due; what an answer
//! opens is opened once, by the rules of the card at the moment at which the answer is applied. Nothing sends a card by
//! itself: [`due_cards`] is for whoever does.

mod answer;
mod due;
mod note;
mod register;

pub use answer::{Answered, NewAnswer, customer_answers, record_answer};
pub use due::{Due, DuePage, due_cards};
pub(crate) use note::note_usage;
pub use register::{Card, CardVersion, card_versions, list_cards, put_card};

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::pipeline::PipelineError;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum UsageCardError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// Answers that are no values of their fields: name, and what would be one.
    #[error("some answers cannot be accepted")]
    Answers(Vec<(String, String)>),
    #[error("no such usage card")]
    NoCard,
    #[error("no such customer")]
    NoCustomer,
    #[error("the cursor is not one of this list")]
    CursorMismatch,
    #[error("somebody else has changed this usage card meanwhile")]
    Changed,
    #[error("there is a usage card with this code: to change it, send its ETag as If-Match")]
    Exists,
}

impl UsageCardError {
    fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}

/// Which delivery of a profile it is: that of an order, else that of the fact that told of it.
const OF_ORDER: &str = "order:";
const OF_FACT: &str = "fact:";

fn delivery_of_order(order_no: &str) -> String {
    format!("{OF_ORDER}{order_no}")
}

fn order_of_delivery(delivery: &str) -> Option<String> {
    delivery.strip_prefix(OF_ORDER).map(str::to_owned)
}
