//! Customers whom a rule means, in JSON.

use crate::page;
use crate::problem::Problem;
use crate::v1::customers::dto::CustomerRow;
use perennial_app::segments::live::Members;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RulePeoplePage {
    /// The longest known first.
    pub items: Vec<CustomerRow>,
    /// Of all pages.
    #[schema(example = 1_204)]
    pub count: u64,
    #[schema(format = DateTime)]
    pub as_of: String,
    pub next_cursor: Option<String>,
}

impl RulePeoplePage {
    pub fn of(members: &Members, list: &str) -> Self {
        Self {
            items: members.items.iter().map(CustomerRow::from).collect(),
            count: members.count,
            as_of: members.as_of.rfc3339(),
            next_cursor: members.next.map(|next| page::encode(list, &next.to_string())),
        }
    }
}

/// The number in a cursor.
pub fn behind(list: &str, cursor: Option<&str>) -> Result<Option<u32>, Problem> {
    let number = page::number_before(list, cursor)?;
    number.map(|number| u32::try_from(number).map_err(|_| page::invalid_cursor())).transpose()
}
