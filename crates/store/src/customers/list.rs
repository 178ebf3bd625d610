//! Pages of customers joined with their values: the one place where SQL is put together at run time.
//!
//! A page is read in up to two steps, each of which an index answers on both engines: first those who have the
//! sort column, by (column, number), then those who have it not, by number. So empty values come last in both
//! orders, and every customer is on exactly one page as long as nothing changes.

use super::filter::{Conditions, CustomerFilter, CustomerSort, Plan, SortOrder, SortPlace};
use super::{COLUMNS, CustomerCounters, read};
use crate::database::{Engine, ReadTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Row};
use crate::scope::Scope;
use crate::values::{self, CustomerValue};

/// `customers` alone, with the value where there is one, or only those who have one.
const CUSTOMERS: &str = "customers c";
const CUSTOMERS_AND_VALUES: &str = "customers c LEFT JOIN customer_values v ON v.customer_number = c.number";
const CUSTOMERS_WITH_VALUES: &str = "customer_values v JOIN customers c ON c.number = v.customer_number";
const VALUES: &str = "customer_values v";
/// On SQLite a CROSS JOIN is read from left to right: the table of the sort column first.
const WALK_CUSTOMERS: &str = "customers c CROSS JOIN customer_values v ON v.customer_number = c.number";
const WALK_VALUES: &str = "customer_values v CROSS JOIN customers c ON c.number = v.customer_number";

/// Numbers that are looked up in one statement.
const AMONG_MAX: usize = 500;
/// Where a filter holds for this many, a page is found along the index of its sort column sooner than by sorting.
const MANY_ROWS: i64 = 5_000;

const SELECT: &str = "SELECT c.number, c.created_at, c.display_name, c.name_folded, c.orders, c.gross_minor, \
    c.refunds_minor, c.refund_count, c.net_minor, c.first_at, c.last_at, c.first_month, c.active_months, \
    c.active_months_later, c.updated_at, v.customer_number, v.recency_days, v.frequency, v.monetary_minor, v.r, v.f, v.m, v.cell, \
    v.rfm_group, v.historical_minor, v.current_minor, v.potential_minor, v.potential_low_minor, \
    v.potential_high_minor, v.lifetime_minor, v.probability_alive, v.probability_active, v.expected_orders, \
    v.next_purchase_day, v.due_day, v.lifetime_percentile, v.current_percentile, v.profit_rank";

#[derive(Clone, Debug, PartialEq)]
pub struct CustomerListRow {
    pub counters: CustomerCounters,
    /// Of the last value run; none for customers that it did not see.
    pub value: Option<CustomerValue>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CustomerPage {
    pub rows: Vec<CustomerListRow>,
    /// Where the next page begins; none on the last one.
    pub next: Option<CustomerCursor>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SortKey {
    Integer(i64),
    Float(f64),
}

/// The sort column and number of the last row of a page. Valid for the same sort and order only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CustomerCursor {
    /// None where that row had no value in the sort column.
    pub key: Option<SortKey>,
    pub number: i64,
}

impl CustomerCursor {
    /// Exact: a float keeps all its bits.
    pub fn encode(&self) -> String {
        match self.key {
            None => format!("n.{}", self.number),
            Some(SortKey::Integer(key)) => format!("i.{}.{key}", self.number),
            Some(SortKey::Float(key)) => format!("f.{}.{:x}", self.number, key.to_bits()),
        }
    }

    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let kind = parts.next()?;
        let number = parts.next()?.parse().ok()?;
        let key = match (kind, parts.next()) {
            ("n", None) => None,
            ("i", Some(key)) => Some(SortKey::Integer(key.parse().ok()?)),
            ("f", Some(key)) => Some(SortKey::Float(f64::from_bits(u64::from_str_radix(key, 16).ok()?))),
            _ => return None,
        };
        parts.next().is_none().then_some(Self { key, number })
    }
}

/// One customer with its value; none where there is no such customer within the scope.
pub async fn get(tx: &mut ReadTx<'_>, scope: &Scope, number: i64) -> Result<Option<CustomerListRow>> {
    let mut conditions = Conditions::of(scope, &CustomerFilter::default(), Plan::Engine);
    let wanted = conditions.parameter(number);
    conditions.push(format!("c.number = {wanted}"));
    let text = format!("{SELECT} FROM {CUSTOMERS_AND_VALUES}{}", conditions.where_clause());
    Ok(exec::built(tx, text, &conditions.binds, read_joined).await?.into_iter().next())
}

/// A page of at most `limit` customers, after the row that the cursor names.
pub async fn list(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    filter: &CustomerFilter,
    sort: CustomerSort,
    order: SortOrder,
    cursor: Option<CustomerCursor>,
    limit: usize,
) -> Result<CustomerPage> {
    let wanted = limit + 1;
    let mut rows = Vec::new();
    let in_last_step = matches!(cursor, Some(CustomerCursor { key: None, .. }));
    if !in_last_step {
        let plan = plan_of(tx, (scope, filter), sort).await?;
        rows = with_key(tx, (scope, filter, plan), sort, order, cursor, wanted).await?;
    }
    if rows.len() < wanted && can_be_empty((scope, filter), sort) {
        let after = cursor.filter(|_| in_last_step).map(|cursor| cursor.number);
        rows.extend(without_key(tx, (scope, filter), sort, order, after, wanted - rows.len()).await?);
    }
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| cursor_of(row, sort));
    Ok(CustomerPage { rows, next })
}

/// How many customers the filter holds for. Reads only the tables that it speaks of.
pub async fn count(tx: &mut ReadTx<'_>, scope: &Scope, filter: &CustomerFilter) -> Result<i64> {
    let conditions = Conditions::of(scope, filter, Plan::Engine);
    let text = format!("SELECT COUNT(*) FROM {}{}", needed_tables(&conditions), conditions.where_clause());
    let counts = exec::built(tx, text, &conditions.binds, |row| row.i64(0)).await?;
    Ok(counts.into_iter().sum())
}

/// The query of the numbers of the customers whom the filter holds for, with its parameters from the first on.
pub(crate) fn matching(scope: &Scope, filter: &CustomerFilter) -> (String, Vec<Bind>) {
    let conditions = Conditions::of(scope, filter, Plan::Engine);
    let tables = if conditions.on_value { CUSTOMERS_WITH_VALUES } else { CUSTOMERS };
    (format!("SELECT c.number FROM {tables}{}", conditions.where_clause()), conditions.binds)
}

fn needed_tables(conditions: &Conditions) -> &'static str {
    match (conditions.on_customer, conditions.on_value) {
        (_, false) => CUSTOMERS,
        (false, true) => VALUES,
        (true, true) => CUSTOMERS_WITH_VALUES,
    }
}

/// Those of the numbers that customers within the scope have, ascending.
pub async fn among(tx: &mut ReadTx<'_>, scope: &Scope, numbers: &[i64]) -> Result<Vec<i64>> {
    let mut found = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(AMONG_MAX) {
        let mut conditions = Conditions::of(scope, &CustomerFilter::default(), Plan::Engine);
        let places: Vec<String> = some.iter().map(|number| conditions.parameter(*number)).collect();
        conditions.push(format!("c.number IN ({})", places.join(", ")));
        let text = format!("SELECT c.number FROM {CUSTOMERS}{}", conditions.where_clause());
        found.extend(exec::built(tx, text, &conditions.binds, |row| row.i64(0)).await?);
    }
    found.sort_unstable();
    Ok(found)
}

/// Customers with their values, ascending; numbers of nobody are left out.
pub async fn rows_of(tx: &mut ReadTx<'_>, numbers: &[i64]) -> Result<Vec<CustomerListRow>> {
    let mut found = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(AMONG_MAX) {
        let mut conditions = Conditions::of(&Scope::Everyone, &CustomerFilter::default(), Plan::Engine);
        let places: Vec<String> = some.iter().map(|number| conditions.parameter(*number)).collect();
        conditions.push(format!("c.number IN ({})", places.join(", ")));
        let text = format!("{SELECT} FROM {CUSTOMERS_AND_VALUES}{}", conditions.where_clause());
        found.extend(exec::built(tx, text, &conditions.binds, read_joined).await?);
    }
    found.sort_unstable_by_key(|row| row.counters.number);
    Ok(found)
}

/// The numbers of all customers within the scope, ascending.
pub async fn numbers_within(tx: &mut ReadTx<'_>, scope: &Scope) -> Result<Vec<i64>> {
    let (text, binds) = matching(scope, &CustomerFilter::default());
    let mut found = exec::built(tx, text, &binds, |row| row.i64(0)).await?;
    found.sort_unstable();
    Ok(found)
}

/// When somebody within the scope has last bought, in microseconds.
pub async fn last_purchase(tx: &mut ReadTx<'_>, scope: &Scope) -> Result<Option<i64>> {
    if scope.is_everyone() {
        return Ok(super::purchase_span(tx).await?.map(|(_, last)| last));
    }
    let conditions = Conditions::of(scope, &CustomerFilter::default(), Plan::Engine);
    let text = format!("SELECT MAX(c.last_at) FROM {CUSTOMERS}{}", conditions.where_clause());
    let found = exec::built(tx, text, &conditions.binds, |row| row.opt_i64(0)).await?;
    Ok(found.into_iter().flatten().next())
}

/// PostgreSQL's planner weighs this by itself; for SQLite it is looked whether the filter holds for many.
async fn plan_of(tx: &mut ReadTx<'_>, (scope, filter): (&Scope, &CustomerFilter), sort: CustomerSort) -> Result<Plan> {
    let mut conditions = Conditions::of(scope, filter, Plan::Engine);
    let filters = conditions.on_customer || conditions.on_value;
    // The indexes of group and cell go on with the lifetime value.
    let sorted_by_filter = sort == CustomerSort::LifetimeValue && (filter.group.is_some() || filter.cell.is_some());
    if tx.engine() == Engine::Postgres || !filters || sorted_by_filter {
        return Ok(Plan::Engine);
    }
    let (from, clause) = (needed_tables(&conditions), conditions.where_clause());
    let limit = conditions.parameter(MANY_ROWS);
    let text = format!("SELECT COUNT(*) FROM (SELECT 1 FROM {from}{clause} LIMIT {limit}) some_rows");
    let found: i64 = exec::built(tx, text, &conditions.binds, |row| row.i64(0)).await?.into_iter().sum();
    Ok(if found == MANY_ROWS { Plan::Walk } else { Plan::Engine })
}

/// The next customers by number for whom the filter holds, for files of any length.
pub async fn export(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    filter: &CustomerFilter,
    after_number: i64,
    limit: usize,
) -> Result<Vec<CustomerListRow>> {
    let cursor = CustomerCursor { key: Some(SortKey::Integer(after_number)), number: after_number };
    // Files are long: along the numbers, whatever the filter.
    let plan = if tx.engine() == Engine::Sqlite { Plan::Walk } else { Plan::Engine };
    with_key(tx, (scope, filter, plan), CustomerSort::Number, SortOrder::Ascending, Some(cursor), limit).await
}

/// Whether a row without the sort column can be in the list at all.
fn can_be_empty((scope, filter): (&Scope, &CustomerFilter), sort: CustomerSort) -> bool {
    match sort.place() {
        SortPlace::Customer { nullable } => nullable,
        SortPlace::Value { nullable } => nullable || !Conditions::of(scope, filter, Plan::Engine).on_value,
    }
}

async fn with_key(
    tx: &mut ReadTx<'_>,
    (scope, filter, plan): (&Scope, &CustomerFilter, Plan),
    sort: CustomerSort,
    order: SortOrder,
    cursor: Option<CustomerCursor>,
    limit: usize,
) -> Result<Vec<CustomerListRow>> {
    let mut conditions = Conditions::of(scope, filter, plan);
    let column = sort.column();
    let by_value = matches!(sort.place(), SortPlace::Value { .. });
    let number = if by_value { "v.customer_number" } else { "c.number" };
    if matches!(sort.place(), SortPlace::Customer { nullable: true } | SortPlace::Value { nullable: true }) {
        conditions.push(format!("{column} IS NOT NULL"));
    }
    let (compare, direction) = direction(order);
    if let Some(CustomerCursor { key: Some(key), number: after }) = cursor {
        if sort == CustomerSort::Number {
            let after = conditions.parameter(after);
            conditions.push(format!("{number} {compare} {after}"));
        } else {
            let key = match key {
                SortKey::Integer(key) => conditions.parameter(key),
                SortKey::Float(key) => conditions.parameter(key),
            };
            let after = conditions.parameter(after);
            conditions.push(format!("({column}, {number}) {compare} ({key}, {after})"));
        }
    }
    let ordering = if sort == CustomerSort::Number {
        format!("{number} {direction}")
    } else {
        format!("{column} {direction}, {number} {direction}")
    };
    let from = match (plan, by_value, conditions.on_value) {
        (Plan::Walk, true, _) => WALK_VALUES,
        (Plan::Walk, false, true) => WALK_CUSTOMERS,
        (Plan::Engine, true, _) | (Plan::Engine, _, true) => CUSTOMERS_WITH_VALUES,
        (_, false, false) => CUSTOMERS_AND_VALUES,
    };
    page(tx, conditions, from, &ordering, limit).await
}

async fn without_key(
    tx: &mut ReadTx<'_>,
    (scope, filter): (&Scope, &CustomerFilter),
    sort: CustomerSort,
    order: SortOrder,
    after: Option<i64>,
    limit: usize,
) -> Result<Vec<CustomerListRow>> {
    let mut conditions = Conditions::of(scope, filter, Plan::Engine);
    conditions.push(format!("{} IS NULL", sort.column()));
    let (compare, direction) = direction(order);
    if let Some(after) = after {
        let after = conditions.parameter(after);
        conditions.push(format!("c.number {compare} {after}"));
    }
    let from = if conditions.on_value { CUSTOMERS_WITH_VALUES } else { CUSTOMERS_AND_VALUES };
    page(tx, conditions, from, &format!("c.number {direction}"), limit).await
}

fn direction(order: SortOrder) -> (&'static str, &'static str) {
    match order {
        SortOrder::Ascending => (">", "ASC"),
        SortOrder::Descending => ("<", "DESC"),
    }
}

async fn page(
    tx: &mut ReadTx<'_>,
    mut conditions: Conditions,
    from: &str,
    ordering: &str,
    limit: usize,
) -> Result<Vec<CustomerListRow>> {
    let limit = conditions.parameter(i64::try_from(limit).unwrap_or(i64::MAX));
    let text = format!("{SELECT} FROM {from}{} ORDER BY {ordering} LIMIT {limit}", conditions.where_clause());
    exec::built(tx, text, &conditions.binds, read_joined).await
}

fn read_joined(row: &Row<'_>) -> Result<CustomerListRow> {
    let value = match row.opt_i64(COLUMNS)? {
        Some(_) => Some(values::read(row, COLUMNS)?),
        None => None,
    };
    Ok(CustomerListRow { counters: read(row)?, value })
}

fn cursor_of(row: &CustomerListRow, sort: CustomerSort) -> CustomerCursor {
    let (counters, value) = (&row.counters, row.value.as_ref());
    let integer = |key: Option<i64>| key.map(SortKey::Integer);
    let key = match sort {
        CustomerSort::LifetimeValue => integer(value.and_then(|value| value.lifetime_minor)),
        CustomerSort::PotentialValue => integer(value.and_then(|value| value.potential_minor)),
        CustomerSort::CurrentValue => integer(value.map(|value| value.current_minor)),
        CustomerSort::HistoricalValue => integer(value.map(|value| value.historical_minor)),
        CustomerSort::Revenue => integer(Some(counters.net_minor)),
        CustomerSort::Orders => integer(Some(counters.orders)),
        CustomerSort::LastPurchaseAt => integer(counters.last_at),
        CustomerSort::FirstPurchaseAt => integer(counters.first_at),
        CustomerSort::ProbabilityActive => value.and_then(|value| value.probability_active).map(SortKey::Float),
        CustomerSort::ExpectedOrders => value.and_then(|value| value.expected_orders).map(SortKey::Float),
        CustomerSort::Number => integer(Some(counters.number)),
    };
    CustomerCursor { key, number: counters.number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let keys = [None, Some(SortKey::Integer(-5)), Some(SortKey::Float(0.1 + 0.2)), Some(SortKey::Float(-0.0))];
        for key in keys {
            let cursor = CustomerCursor { key, number: 4_711 };
            assert_eq!(CustomerCursor::decode(&cursor.encode()), Some(cursor));
        }
        for wrong in ["", "x.1.2", "n.1.2", "i.1", "f.1.zz", "i.1.2.3"] {
            assert_eq!(CustomerCursor::decode(wrong), None, "{wrong}");
        }
    }
}
