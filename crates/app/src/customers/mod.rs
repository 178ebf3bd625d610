//! Customers: lists, one customer's page, files of customers.
//!
//! Tables read: `customers`, `customer_activity`, `customer_values`, `identities`, `identity_conflicts`, `traits`, `value_runs`; the
//! facts themselves come from the history. Writes nothing but an audit entry per export.
//!
//! Invariants: a total is exact and counted in the same snapshot as its page; a cursor works with the filter and
//! sort it was made for and no other; the parts of a value add to the lifetime value to the cent; an export
//! has the same rows in the same order as long as nothing changes, and the values of one run. A customer that was
//! merged into another is found under its old id as under the new one; lists and files have it once.

mod consumption;
mod cycle;
mod data;
mod error;
mod export;
mod file;
mod find;
mod journey;
mod list;
mod powers;
mod profile;
mod query;
mod rfm;
mod spending;
mod timeline;
mod value;

pub use consumption::{CustomerConsumption, Tickets, customer_consumption};
pub use cycle::{Behaviour, customer_behaviour};
pub use data::{DATA_ROWS_MAX, DataBlock, DataRow, customer_data};
pub use error::CustomerError;
pub use export::{CustomerExport, EXPORT_COLUMNS, ExportCell, Naming, begin_export, note_refused_export};
pub use file::{ExportFile, ExportFormat};
pub use find::find_customer;
pub use journey::{Journey, JourneyQuery, Reached, customer_journey};
pub(crate) use list::sort_identifiers;
pub use list::{CustomerItem, CustomerList, items_of, list_customers};
pub(crate) use powers::all_powers;
pub use powers::{PowerScore, PowerTable, Powers, customer_powers};
pub use profile::{CustomerActivity, CustomerProfile, IdentifierConflict, ProfileTrait, TraitValue, customer_profile};
pub use query::CustomerQuery;
pub use rfm::{RfmCell, rfm_cells};
pub use spending::{FACTS_BEFORE_FADE, Spending, customer_spending};
pub use timeline::{TimelineItem, customer_timeline};
pub use value::{CustomerValueView, NextPurchase, PartInputs, ValuePart, ValuePartKind};

pub use perennial_domain::spending::MonthSpending;
pub use perennial_store::customers::{CustomerCounters, CustomerListRow, CustomerSort, SortOrder};
pub use perennial_store::identity::IdentityRow;
pub use perennial_store::value_runs::ValueRunRow;

use perennial_domain::ids::CustomerNumber;

/// Numbers are given from 1 and fit 32 bits; anything else in the table is a fault.
fn number_of(number: i64) -> Result<CustomerNumber, CustomerError> {
    u32::try_from(number).map(CustomerNumber).map_err(|_| {
        CustomerError::Store(perennial_store::StoreError::Inconsistency {
            table: "customers",
            column: "number",
            row: number.to_string(),
        })
    })
}
