//! Promises of contact, key customers and contacts as they stand in JSON.

use crate::problem::{Problem, ProblemField};
use crate::v1::customers::dto::CustomerRow;
use perennial_app::key_customers::{Contact, KeyCustomer, NewContact, OfOwner, Owner, Promise};
use perennial_domain::key_customers::ContactChannel;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ContactOwnerDto {
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub user_id: String,
    #[schema(example = "Li")]
    pub name: String,
}

impl From<Owner> for ContactOwnerDto {
    fn from(owner: Owner) -> Self {
        Self { user_id: owner.user_id, name: owner.name }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ContactPromiseDto {
    #[schema(example = "key_customers")]
    pub segment: String,
    #[schema(example = "Key customers")]
    pub segment_name: String,
    /// Within which each customer of the segment is to be contacted.
    #[schema(example = 30)]
    pub days: u32,
    /// In the order in which they were named.
    pub owners: Vec<ContactOwnerDto>,
    /// Those of them who are disabled, or may not write about customers any more.
    pub unable_owners: Vec<String>,
    /// Whoever was not contacted in time is in it. It is made, changed and archived with the promise.
    #[schema(example = "key_customers_overdue")]
    pub overdue_segment: String,
    /// Grows by one with each change: its ETag in quotes.
    pub version: i64,
    pub changed_by: String,
    #[schema(format = DateTime)]
    pub changed_at: String,
}

impl From<Promise> for ContactPromiseDto {
    fn from(one: Promise) -> Self {
        Self {
            segment: one.segment,
            segment_name: one.segment_name,
            days: one.days,
            owners: one.owners.into_iter().map(ContactOwnerDto::from).collect(),
            unable_owners: one.unable_owners,
            overdue_segment: one.overdue_segment,
            version: one.version,
            changed_by: one.changed_by,
            changed_at: one.changed_at.rfc3339(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPromiseBody {
    /// 1 to 365.
    #[schema(example = 30)]
    pub days: i64,
    /// 1 to 50 ids of active users who may write about customers, each once. They are given customers in this order.
    #[schema(example = json!(["usr_1c9f0x3abcdefghjk"]))]
    pub owners: Vec<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct KeyCustomerDto {
    pub customer: CustomerRow,
    /// Null: not shared out yet, or no owner can look after them.
    pub owner: Option<ContactOwnerDto>,
    /// Since when that owner looks after them.
    #[schema(format = DateTime)]
    pub since: Option<String>,
    pub is_overdue: bool,
}

impl From<KeyCustomer> for KeyCustomerDto {
    fn from(one: KeyCustomer) -> Self {
        Self {
            customer: CustomerRow::from(&one.customer),
            owner: one.owner.map(ContactOwnerDto::from),
            since: one.since.map(Instant::rfc3339),
            is_overdue: one.is_overdue,
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct KeyCustomersOfOwnerDto {
    /// Null: of nobody yet.
    pub owner: Option<ContactOwnerDto>,
    pub customers: u64,
    pub overdue: u64,
}

impl From<OfOwner> for KeyCustomersOfOwnerDto {
    fn from(of: OfOwner) -> Self {
        Self { owner: of.owner.map(ContactOwnerDto::from), customers: of.customers, overdue: of.overdue }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyCustomerOwnerBody {
    /// One of the owners of the promise who sees the customer.
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub user_id: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactBody {
    /// `phone`, `message`, `visit` or `other`.
    #[schema(example = "phone")]
    pub channel: String,
    /// What was said: at most 1000 characters.
    #[schema(example = "likes the new tea")]
    pub note: Option<String>,
    /// Not later than now, and at most 366 days ago; null: now.
    #[schema(format = DateTime)]
    pub at: Option<String>,
}

impl ContactBody {
    pub fn read(self) -> Result<NewContact, Problem> {
        let wrong = |field: &str, code: &'static str, allowed: String| {
            Problem::invalid(vec![ProblemField::new(format!("/{field}"), code, allowed)])
        };
        let channels = || ContactChannel::ALL.map(ContactChannel::code).join(", ");
        let channel = ContactChannel::parse(&self.channel);
        let at = self.at.as_deref().map(|text| {
            let at = Instant::parse_rfc3339(text);
            at.ok_or_else(|| wrong("at", "malformed", "an instant such as 2026-11-20T02:00:00Z, or null".to_owned()))
        });
        Ok(NewContact {
            channel: channel.ok_or_else(|| wrong("channel", "unknown_value", channels()))?,
            note: self.note.unwrap_or_default(),
            at: at.transpose()?,
        })
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ContactDto {
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: String,
    #[schema(example = "phone")]
    pub channel: String,
    pub note: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// Who wrote it down.
    #[schema(example = "Li")]
    pub recorded_by: String,
}

impl From<&Contact> for ContactDto {
    fn from(one: &Contact) -> Self {
        Self {
            customer_id: one.customer.public_id(),
            channel: one.channel.code().to_owned(),
            note: one.note.clone(),
            at: one.at.rfc3339(),
            recorded_by: one.recorded_by.clone(),
        }
    }
}
