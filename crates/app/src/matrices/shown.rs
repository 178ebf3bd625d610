//! What a customer may be shown now.

use super::MatrixError;
use super::register::contents_of;
use crate::App;
use crate::access::{Actor, require};
use crate::identity::whole;
use crate::layers::{NamedStage, named_layers};
use crate::segments::live::{Live, is_in_segments};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::matrix::{Content, allowed};
use perennial_domain::time::Instant;
use perennial_store::{customers, matrices as table};
use std::sync::Arc;

/// Contents for one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerContents {
    /// Where the customer is at this instant; none where that is in no stage of the layer.
    pub stage: Option<NamedStage>,
    /// In the order of the matrix.
    pub contents: Vec<Content>,
    pub showing: Showing,
    /// Of the draft that is published.
    pub version: i64,
    pub as_of: Instant,
}

/// Why there are contents, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    Allowed,
    /// What is published allows nothing for the stage, which may be newer.
    Uncovered,
    NoStage,
    /// Nobody is in its stages.
    LayerArchived,
}

/// What is published for the stage that a customer is in at this instant, and nothing else.
///
/// # Errors
/// [`MatrixError::NotPublished`], and [`MatrixError::Segment`] where the live index cannot answer yet.
pub async fn customer_contents(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    customer: CustomerNumber,
    code: &str,
) -> Result<CustomerContents, MatrixError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let customer = whole(&mut tx, customer).await?.customer;
    customers::get(&mut tx, actor.scope(), i64::from(customer.0)).await?.ok_or(MatrixError::NoCustomer)?;
    let row = table::get(&mut tx, code).await?.ok_or(MatrixError::NoMatrix)?;
    let published = row.published.ok_or(MatrixError::NotPublished)?;
    let contents = contents_of(&published.contents, "published", &row.code)?;
    let layer = named_layers(&mut tx).await?.into_iter().find(|one| one.code == row.layer && !one.is_archived);
    drop(tx);
    let version = published.version;
    let Some(layer) = layer else {
        let as_of = app.clock.now();
        let showing = Showing::LayerArchived;
        return Ok(CustomerContents { stage: None, contents: Vec::new(), showing, version, as_of });
    };
    let (is_in, as_of) = is_in_segments(app, live, customer, &layer.codes()).await?;
    // While a stage is worked out anew, somebody may be in two: the first has them.
    let stage = layer.stages.into_iter().zip(is_in).find(|(_, is_in)| *is_in).map(|(stage, _)| stage);
    let found: Vec<Content> = match &stage {
        Some(stage) => allowed(&contents, &stage.code).into_iter().cloned().collect(),
        None => Vec::new(),
    };
    let showing = match (&stage, found.is_empty()) {
        (None, _) => Showing::NoStage,
        (Some(_), true) => Showing::Uncovered,
        (Some(_), false) => Showing::Allowed,
    };
    Ok(CustomerContents { stage, contents: found, showing, version, as_of })
}
