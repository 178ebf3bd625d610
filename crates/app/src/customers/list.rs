//! A page of customers.

use super::error::CustomerError;
use super::query::CustomerQuery;
use crate::App;
use crate::access::{Actor, base64url_decode, base64url_encode, require};
use crate::fields::Rules;
use crate::settings;
use perennial_domain::access::Right;
use perennial_domain::money::Currency;
use perennial_domain::time::{Day, Zone};
use perennial_store::customers::{self as table, CustomerCursor, CustomerListRow, CustomerSort, SortOrder};
use perennial_store::identity::{self, IdentityRow};
use perennial_store::{ReadTx, StoreError, value_runs};
use std::collections::HashMap;

/// Identifiers that a row shows.
const IDENTIFIERS_SHOWN: usize = 3;

/// A customer as a row of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerItem {
    pub row: CustomerListRow,
    /// The strongest ones.
    pub identifiers: Vec<IdentityRow>,
    pub currency: Option<Currency>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CustomerList {
    pub items: Vec<CustomerItem>,
    pub next_cursor: Option<String>,
    /// How many the filter holds for, counted.
    pub total: i64,
    /// The day that the values are as of.
    pub as_of: Option<Day>,
}

/// What every reading of customers needs first.
pub(super) struct Context {
    pub currency: Option<Currency>,
    pub zone: Zone,
    pub as_of: Option<Day>,
    pub rules: Rules,
}

pub(super) async fn context(tx: &mut ReadTx<'_>) -> Result<Context, StoreError> {
    let settings = settings::current(tx).await?;
    let zone = settings.zone();
    Ok(Context { currency: settings.currency, zone, as_of: as_of(tx).await?, rules: Rules::load(tx).await? })
}

/// The day that the values are as of.
async fn as_of(tx: &mut ReadTx<'_>) -> Result<Option<Day>, StoreError> {
    let day = value_runs::current_day(tx).await?;
    Ok(day.and_then(|day| i32::try_from(day).ok()).map(Day))
}

pub async fn list_customers(
    app: &App,
    actor: &Actor,
    query: &CustomerQuery,
    sort: CustomerSort,
    order: SortOrder,
    cursor: Option<&str>,
    limit: usize,
) -> Result<CustomerList, CustomerError> {
    require(actor, Right::CustomersRead)?;
    let head = format!("{}.{:?}.{}", sort.code(), order, query.fingerprint());
    let cursor = cursor.map(|text| decode_cursor(&head, text)).transpose()?;
    let mut tx = app.store.read().await?;
    let context = context(&mut tx).await?;
    let filter = query.filter(&context, app.clock.now());
    let page = table::list(&mut tx, actor.scope(), &filter, sort, order, cursor, limit).await?;
    let total = table::count(&mut tx, actor.scope(), &filter).await?;
    let items = with_identifiers(&mut tx, page.rows, context.currency).await?;
    let next_cursor = page.next.map(|next| encode_cursor(&head, next));
    Ok(CustomerList { items, next_cursor, total, as_of: context.as_of })
}

/// Customers by number, in the given order, for lists that others make; unknown ones, and those whom the actor does not
/// see, are left out.
pub async fn items_of(app: &App, actor: &Actor, numbers: &[i64]) -> Result<Vec<CustomerItem>, CustomerError> {
    let mut tx = app.store.read().await?;
    let currency = settings::current(&mut tx).await?.currency;
    let seen = table::among(&mut tx, actor.scope(), numbers).await?;
    let found = table::rows_of(&mut tx, &seen).await?.into_iter();
    let found: HashMap<i64, CustomerListRow> = found.map(|row| (row.counters.number, row)).collect();
    let rows = numbers.iter().filter_map(|number| found.get(number).cloned()).collect();
    Ok(with_identifiers(&mut tx, rows, currency).await?)
}

/// Rows with the few identifiers that a list shows.
pub(super) async fn with_identifiers(
    tx: &mut ReadTx<'_>,
    rows: Vec<CustomerListRow>,
    currency: Option<Currency>,
) -> Result<Vec<CustomerItem>, StoreError> {
    let mut items = with_all_identifiers(tx, rows, currency).await?;
    for item in &mut items {
        item.identifiers.truncate(IDENTIFIERS_SHOWN);
    }
    Ok(items)
}

pub(super) async fn with_all_identifiers(
    tx: &mut ReadTx<'_>,
    rows: Vec<CustomerListRow>,
    currency: Option<Currency>,
) -> Result<Vec<CustomerItem>, StoreError> {
    let numbers: Vec<i64> = rows.iter().map(|row| row.counters.number).collect();
    let mut by_number: HashMap<i64, Vec<IdentityRow>> = HashMap::new();
    for identity in identity::of_customers(tx, &numbers).await? {
        by_number.entry(identity.customer_number).or_default().push(identity);
    }
    let items = rows.into_iter().map(|row| {
        let mut identifiers = by_number.remove(&row.counters.number).unwrap_or_default();
        sort_identifiers(&mut identifiers);
        CustomerItem { row, identifiers, currency }
    });
    Ok(items.collect())
}

/// The strongest first, then the oldest.
pub(crate) fn sort_identifiers(identifiers: &mut [IdentityRow]) {
    use perennial_domain::identity::IdentifierType;
    identifiers.sort_by(|a, b| {
        let key = |row: &IdentityRow| (IdentifierType::parse(&row.kind), row.first_seen_at);
        key(a).cmp(&key(b)).then_with(|| a.value.cmp(&b.value))
    });
}

fn encode_cursor(head: &str, cursor: CustomerCursor) -> String {
    base64url_encode(format!("{head}~{}", cursor.encode()).as_bytes())
}

fn decode_cursor(head: &str, text: &str) -> Result<CustomerCursor, CustomerError> {
    let bytes = base64url_decode(text).ok_or(CustomerError::CursorMismatch)?;
    let plain = String::from_utf8(bytes).map_err(|_| CustomerError::CursorMismatch)?;
    let (found, key) = plain.split_once('~').ok_or(CustomerError::CursorMismatch)?;
    if found != head {
        return Err(CustomerError::CursorMismatch);
    }
    CustomerCursor::decode(key).ok_or(CustomerError::CursorMismatch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_store::customers::SortKey;

    #[test]
    fn a_cursor_works_with_its_own_list_only() {
        let cursor = CustomerCursor { key: Some(SortKey::Integer(-5)), number: 17 };
        let text = encode_cursor("orders.Descending.abc", cursor);
        assert_eq!(decode_cursor("orders.Descending.abc", &text).unwrap(), cursor);
        for head in ["orders.Ascending.abc", "orders.Descending.abd", ""] {
            assert!(matches!(decode_cursor(head, &text), Err(CustomerError::CursorMismatch)), "{head}");
        }
        assert!(matches!(decode_cursor("", "!"), Err(CustomerError::CursorMismatch)));
    }
}
