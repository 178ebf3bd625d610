//! What a page shows of a customer's identity: its profiles, its merges, and what was left off.

use super::error::IdentityError;
use super::whole::{Whole, whole};
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::identity::LeftOffReason;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_store::merges::{self, MergeRow};
use perennial_store::{StoreError, customers, identity};
use serde::Deserialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeHow {
    Evidence,
    Hand,
}

impl MergeHow {
    pub fn code(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Hand => "hand",
        }
    }
}

/// Two profiles were said to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    pub id: String,
    pub how: MergeHow,
    /// By whose number the customer went on, and whose led to it from then on.
    pub survivor: CustomerNumber,
    pub absorbed: CustomerNumber,
    /// The two profiles.
    pub profiles: [CustomerNumber; 2],
    /// The types of the identifiers that a message named together; empty by hand.
    pub identifiers: Vec<String>,
    /// A person, or the source of the message.
    pub created_by: String,
    pub created_at: Instant,
    pub undone_by: Option<String>,
    pub undone_at: Option<Instant>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Detail {
    identifiers: Vec<String>,
}

impl Merge {
    pub(super) fn of(row: &MergeRow) -> Result<Self, StoreError> {
        let wrong = |column| StoreError::Inconsistency { table: "merges", column, row: row.id.clone() };
        let numbers = [row.survivor, row.absorbed, row.one_part, row.other_part].map(CustomerNumber::from_stored);
        let [Some(survivor), Some(absorbed), Some(one), Some(other)] = numbers else {
            return Err(wrong("survivor"));
        };
        let how = [MergeHow::Evidence, MergeHow::Hand].into_iter().find(|how| how.code() == row.how);
        let detail: Detail = serde_json::from_str(&row.detail).unwrap_or_default();
        Ok(Self {
            id: row.id.clone(),
            how: how.ok_or_else(|| wrong("how"))?,
            survivor,
            absorbed,
            profiles: [one, other],
            identifiers: detail.identifiers,
            created_by: row.created_by.clone(),
            created_at: Instant(row.created_at),
            undone_by: row.undone_by.clone(),
            undone_at: row.undone_at.map(Instant),
        })
    }
}

/// An identifier that came with facts of this customer and was left off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOffIdentifier {
    pub kind: String,
    pub value: String,
    pub reason: LeftOffReason,
    /// Whose it is; nobody's where the customer has too many of the type.
    pub other: Option<CustomerNumber>,
    pub source: String,
    pub at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerIdentity {
    /// By whose number the customer goes: another one than was asked for where that was merged away.
    pub customer: CustomerNumber,
    /// Ascending; itself among them.
    pub profiles: Vec<CustomerNumber>,
    /// Also those that were taken back; the newest first.
    pub merges: Vec<Merge>,
    /// The newest first.
    pub left_off: Vec<LeftOffIdentifier>,
}

pub async fn customer_identity(
    app: &App,
    actor: &Actor,
    asked: CustomerNumber,
) -> Result<CustomerIdentity, IdentityError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let Whole { customer, parts } = whole(&mut tx, asked).await?;
    customers::get(&mut tx, actor.scope(), i64::from(customer.0)).await?.ok_or(IdentityError::NoCustomer)?;
    let numbers: Vec<i64> = parts.iter().map(|part| i64::from(part.0)).collect();
    let rows = merges::of_parts(&mut tx, &numbers).await?;
    let mut left_off = Vec::new();
    for part in &numbers {
        for row in identity::conflicts_of_customer(&mut tx, *part).await? {
            let mut other = CustomerNumber::from_stored(row.other_number).filter(|other| other.0 > 0);
            if let (Some(of), false) = (other, actor.scope().is_everyone()) {
                // Of whom somebody does not see, nothing is said.
                let of = whole(&mut tx, of).await?.customer;
                other = customers::get(&mut tx, actor.scope(), i64::from(of.0)).await?.and(other);
            }
            left_off.push(LeftOffIdentifier {
                kind: row.kind,
                value: row.value,
                reason: LeftOffReason::parse(&row.reason).unwrap_or(LeftOffReason::OtherCustomer),
                other,
                source: row.source,
                at: Instant(row.seen_at),
            });
        }
    }
    left_off.sort_by(|one, other| (other.at, &one.kind, &one.value).cmp(&(one.at, &other.kind, &other.value)));
    let merges = rows.iter().map(Merge::of).collect::<Result<Vec<Merge>, StoreError>>()?;
    Ok(CustomerIdentity { customer, profiles: parts, merges, left_off })
}
