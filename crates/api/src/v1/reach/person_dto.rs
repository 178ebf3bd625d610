//! People behind figures in JSON.

use crate::page;
use perennial_app::reach::ReachPerson;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ReachPersonDto {
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: String,
    #[schema(example = "Li Na")]
    pub name: Option<String>,
    /// The code of the province in which they live; only of coverage, null where nobody knows.
    #[schema(example = "33")]
    pub province: Option<String>,
    /// By what that is known: `province`, `address`, `city` or `scan`.
    #[schema(example = "address")]
    pub origin: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ReachPeoplePage {
    /// The longest known first.
    pub items: Vec<ReachPersonDto>,
    pub next_cursor: Option<String>,
}

impl ReachPeoplePage {
    /// Of the list with this name.
    pub fn of((people, next): (Vec<ReachPerson>, Option<i64>), list: &str) -> Self {
        let person = |one: ReachPerson| ReachPersonDto {
            customer_id: one.customer.public_id(),
            name: one.name,
            province: one.place.map(|(province, _)| province.code.to_owned()),
            origin: one.place.map(|(_, origin)| origin.code().to_owned()),
        };
        let next_cursor = next.map(|number| page::encode(list, &number.to_string()));
        Self { items: people.into_iter().map(person).collect(), next_cursor }
    }
}
