//! Who was invited into which group, as a file: for whoever may take customers out, and without names and numbers for others.
//!
//! Where a community is for a purpose, whoever does not agree to it any more is left out: a file is what invitations are sent by.

use super::CommunityError;
use super::people::{InvitedQuery, Person, people_in_tx};
use super::register::row_in_tx;
use crate::access::{Actor, require};
use crate::segments::live::{Live, granted_to};
use crate::{App, audit};
use perennial_connect::tabular::write::CsvWriter;
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::phone::masked_phone;
use perennial_domain::time::Instant;
use perennial_store::communities::{self as table, GroupRow};
use perennial_store::identity::{self, IdentityRow};
use perennial_store::{Database, StoreError};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

const PAGE_ROWS: usize = 1_000;
const COLUMNS: [&str; 9] =
    ["group", "group_code", "link", "id", "customer_id", "phones", "invited_at", "state", "joined_at"];

/// A file that is made piece by piece.
pub struct File {
    store: Database,
    groups: HashMap<i64, GroupRow>,
    /// What is left.
    people: BTreeMap<i64, Person>,
    is_masked: bool,
    has_begun: bool,
}

/// Starts a file of those whom the actor sees and writes it down: who took out whom is known even if the file never arrives.
pub async fn begin_file(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    code: &str,
    query: InvitedQuery,
    is_masked: bool,
) -> Result<File, CommunityError> {
    // What is in a masked file can be seen customer by customer.
    require(actor, if is_masked { Right::CustomersRead } else { Right::CustomersExport })?;
    let row = row_in_tx(&mut app.store.read().await?, code).await?;
    let granted = match &row.purpose {
        Some(purpose) => Some(granted_to(app, live, actor, purpose).await?),
        None => None,
    };
    let mut tx = app.store.write().await?;
    let mut people = people_in_tx(&mut tx, actor.scope(), code).await?;
    people.retain(|_, person| query.has(person));
    let asked_for = people.len();
    if let Some(granted) = granted {
        people.retain(|number, _| u32::try_from(*number).is_ok_and(|number| granted.contains(number)));
    }
    let groups = table::groups(&mut tx, code).await?.into_iter().map(|group| (group.number, group)).collect();
    let naming = if is_masked { "masked" } else { "phones" };
    let mut detail = json!({ "customers": people.len(), "left_out": asked_for - people.len(), "naming": naming });
    if let Some(group) = query.group {
        detail["group"] = json!(group);
    }
    if let Some(wanted) = query.wanted {
        detail["state"] = json!(wanted.code());
    }
    audit::append(app, &mut tx, actor, "community.exported", code, detail).await?;
    tx.commit().await?;
    Ok(File { store: app.store.clone(), groups, people, is_masked, has_begun: false })
}

impl File {
    /// The next piece, never empty; `None` after the last one.
    pub async fn next_bytes(&mut self) -> Result<Option<Vec<u8>>, CommunityError> {
        let mut bytes = Vec::new();
        if !self.has_begun {
            self.has_begun = true;
            let mut csv = CsvWriter::new(&mut bytes).map_err(failed)?;
            csv.row(COLUMNS).map_err(failed)?;
        }
        while bytes.is_empty() && !self.people.is_empty() {
            self.write_rows(&mut bytes).await?;
        }
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    async fn write_rows(&mut self, bytes: &mut Vec<u8>) -> Result<(), CommunityError> {
        let numbers: Vec<i64> = self.people.keys().take(PAGE_ROWS).copied().collect();
        let mut identifiers: HashMap<i64, Vec<IdentityRow>> = HashMap::new();
        for row in identity::of_customers(&mut self.store.read().await?, &numbers).await? {
            identifiers.entry(row.customer_number).or_default().push(row);
        }
        let mut csv = CsvWriter::plain(bytes);
        for number in numbers {
            let Some(person) = self.people.remove(&number) else { continue };
            // Who was erased meanwhile has none.
            let Some(own) = identifiers.remove(&number) else { continue };
            let cells = self.cells(number, &person, &own)?;
            csv.row(cells.iter().map(String::as_str)).map_err(failed)?;
        }
        Ok(())
    }

    fn cells(&self, number: i64, person: &Person, own: &[IdentityRow]) -> Result<[String; 9], CommunityError> {
        let customer = CustomerNumber::from_stored(number).ok_or_else(|| StoreError::Inconsistency {
            table: "community_invitations",
            column: "part_number",
            row: number.to_string(),
        })?;
        let group = self.groups.get(&person.group);
        let text = |at: i64| Instant(at).rfc3339();
        // A shop's own numbers are often phone numbers.
        let own_id = own.iter().find(|one| one.kind == "customer_id" && !self.is_masked);
        let phones = own.iter().filter(|one| one.kind == "phone");
        let phones = phones.map(|one| if self.is_masked { masked_phone(&one.value) } else { one.value.clone() });
        Ok([
            person.group.to_string(),
            group.map(|group| group.code.clone()).unwrap_or_default(),
            group.and_then(|group| group.link.clone()).unwrap_or_default(),
            customer.public_id(),
            own_id.map(|one| one.value.clone()).unwrap_or_default(),
            phones.collect::<Vec<_>>().join(" "),
            text(person.invited_at),
            person.state().code().to_owned(),
            person.joined_at().map(text).unwrap_or_default(),
        ])
    }
}

fn failed(error: std::io::Error) -> CommunityError {
    CommunityError::Customer(crate::customers::CustomerError::File(error.to_string()))
}
