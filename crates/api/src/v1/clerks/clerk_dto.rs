//! Clerks in JSON.

use crate::money::Money;
use crate::v1::customers::dto::CustomerRow;
use crate::v1::forms::form_dto::WordsDto;
use perennial_app::clerks::{Assignment, Clerk, OwnPage, RankingRow, Sales, SignUp};
use perennial_app::picture::{self, PictureError};
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ClerkDto {
    #[schema(example = "clk_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub user_id: String,
    #[schema(example = "Li Na")]
    pub name: String,
    /// The clerk's own: orders name the clerk by it.
    #[schema(example = "7KQ2MX9D")]
    pub code: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The oldest first; the last one has no end where the clerk is in a store now.
    pub assignments: Vec<AssignmentDto>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AssignmentDto {
    /// The id of the store.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    pub store: String,
    #[schema(format = DateTime)]
    pub from: String,
    #[schema(format = DateTime)]
    pub to: Option<String>,
}

impl From<Assignment> for AssignmentDto {
    fn from(one: Assignment) -> Self {
        Self { store: one.store, from: one.from.rfc3339(), to: one.to.map(Instant::rfc3339) }
    }
}

impl From<Clerk> for ClerkDto {
    fn from(clerk: Clerk) -> Self {
        Self {
            id: clerk.id,
            user_id: clerk.user_id,
            name: clerk.name,
            code: clerk.code,
            created_at: clerk.created_at.rfc3339(),
            assignments: clerk.assignments.into_iter().map(AssignmentDto::from).collect(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SignUpDto {
    #[schema(format = DateTime)]
    pub at: String,
    /// Null where the clerk does not see the customer any more.
    pub customer: Option<CustomerRow>,
}

impl From<&SignUp> for SignUpDto {
    fn from(one: &SignUp) -> Self {
        Self { at: one.at.rfc3339(), customer: one.customer.as_ref().map(CustomerRow::from) }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OwnClerkDto {
    pub clerk: ClerkDto,
    /// Null where the clerk is in no store now.
    #[schema(example = "Nanjing Road")]
    pub store_name: Option<String>,
    /// Since midnight in the brand's zone.
    #[schema(example = 7)]
    pub sign_ups_today: i64,
    /// The newest first; at most 1000.
    pub today: Vec<SignUpDto>,
    /// Forms that clerks hand out, by this clerk's code; none while in no store.
    pub codes: Vec<OwnCodeDto>,
}

/// A form that a clerk hands out: whoever is new and fills it in signs up with the clerk.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OwnCodeDto {
    pub title: WordsDto,
    /// What the clerk says.
    pub script: WordsDto,
    #[schema(example = "https://crm.example.com/f/7K3M9XQ2AB/by/7KQ2MX9D")]
    pub link: String,
    /// The link as a picture to scan, an SVG document.
    #[schema(example = "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>")]
    pub picture: String,
}

impl OwnClerkDto {
    /// `base`: the address by which people reach the server.
    pub fn of(page: OwnPage, base: &str) -> Result<Self, PictureError> {
        let mut codes = Vec::with_capacity(page.forms.len());
        for form in page.forms {
            let Some(script) = form.settings.clerk_script else { continue };
            let link = format!("{base}/f/{}/by/{}", form.slug, page.clerk.code);
            let picture = picture::svg(&link)?;
            codes.push(OwnCodeDto { title: form.settings.title.into(), script: script.into(), link, picture });
        }
        Ok(Self {
            codes,
            today: page.today.iter().map(SignUpDto::from).collect(),
            clerk: page.clerk.into(),
            store_name: page.store_name,
            sign_ups_today: page.sign_ups_today,
        })
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SalesDto {
    /// The id of the store that the clerk was in when it was sold; null where that was none.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    pub store: Option<String>,
    #[schema(example = 12)]
    pub orders: i64,
    /// Less what came back of these orders.
    pub net_sales: Money,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RankingRowDto {
    #[schema(example = "clk_1c9f0x3abcdefghjk")]
    pub clerk_id: String,
    #[schema(example = "Li Na")]
    pub name: String,
    #[schema(example = 34)]
    pub sign_ups: i64,
    /// Of orders that name the clerk, by store.
    pub sales: Vec<SalesDto>,
    pub earned: Money,
}

impl RankingRowDto {
    pub fn of(row: RankingRow, currency: Option<Currency>) -> Self {
        let sales = |one: Sales| SalesDto {
            store: one.store,
            orders: one.orders,
            net_sales: Money::of(one.net_minor, currency),
        };
        Self {
            clerk_id: row.clerk_id,
            name: row.name,
            sign_ups: row.sign_ups,
            sales: row.sales.into_iter().map(sales).collect(),
            earned: Money::of(row.earned.amount_minor, currency),
        }
    }
}
