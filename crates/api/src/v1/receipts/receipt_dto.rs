//! Receipts as they stand in JSON.

use crate::money::Money;
use crate::v1::upserts::OrderBody;
use perennial_app::picture;
use perennial_app::receipts::{Issued, Receipt};
use perennial_domain::money::Currency;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An order of nobody, of which a receipt with a code is printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReceipt {
    /// As `PUT /api/v1/orders` takes it: paid, with its store, without identifiers and refunds. The trait `clerk` names who
    /// sold it, by code.
    pub order: OrderBody,
    /// How long the code can be claimed, 1 to 720; absent: as the settings say, usually 24.
    #[schema(example = 24)]
    pub valid_hours: Option<u32>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct IssuedReceipt {
    /// What stands on the paper, and nowhere else: shown this once.
    #[schema(example = "7K3M9XQ2TBHE0V4C7K3M9XQ2")]
    pub token: String,
    /// Where it leads, at whatever address people reach this server by.
    #[schema(example = "/r/7K3M9XQ2TBHE0V4C7K3M9XQ2")]
    pub path: String,
    /// The same as the request came to; null where that is not told.
    #[schema(example = "https://go.example.com/r/7K3M9XQ2TBHE0V4C7K3M9XQ2")]
    pub url: Option<String>,
    /// The address as a QR code.
    pub svg: Option<String>,
    pub receipt: ReceiptDto,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ReceiptDto {
    #[schema(example = "rcp_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "file")]
    pub source: String,
    /// Empty where its person was erased.
    #[schema(example = "A-1001")]
    pub order_no: String,
    pub amount: Money,
    /// By code.
    #[schema(example = "S12")]
    pub store: String,
    #[schema(example = "7K3M9XQ2")]
    pub clerk: Option<String>,
    #[schema(format = DateTime)]
    pub ordered_at: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// `open`, `claimed` or `expired`.
    #[schema(example = "open")]
    pub state: String,
    #[schema(format = DateTime)]
    pub claimed_at: Option<String>,
    /// Whose it is: null until it is claimed, where the person was erased, and where you do not see them.
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: Option<String>,
}

impl From<Receipt> for ReceiptDto {
    fn from(one: Receipt) -> Self {
        Self {
            id: one.id,
            source: one.source,
            order_no: one.order_no,
            amount: Money::of(one.amount_minor, Currency::parse(&one.currency)),
            store: one.store_code,
            clerk: one.clerk_code,
            ordered_at: one.ordered_at.rfc3339(),
            created_at: one.created_at.rfc3339(),
            expires_at: one.expires_at.rfc3339(),
            state: one.state.code().to_owned(),
            claimed_at: one.claimed_at.map(|at| at.rfc3339()),
            customer_id: one.customer.map(|customer| customer.public_id()),
        }
    }
}

pub(crate) fn issued(issued: Issued, base: Option<&str>) -> IssuedReceipt {
    let path = format!("/r/{}", issued.token);
    let url = base.map(|base| format!("{base}{path}"));
    let svg = url.as_deref().and_then(|url| picture::svg(url).ok());
    IssuedReceipt { token: issued.token, path, url, svg, receipt: issued.receipt.into() }
}
