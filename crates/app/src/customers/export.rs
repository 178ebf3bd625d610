//! Files of customers: which rows, which columns, ordered by number.
//!
//! Whoever may see customers but not take them out gets a masked file, which names nobody; who is refused the other one is
//! in the audit log.
//!
//! Rows are read in pages, each in a short transaction of its own: whoever takes the file may be slow or stop, and
//! holds nothing of the store meanwhile. So what is live (orders, revenue, identifiers) is of the moment that its
//! page was read. All values are of one run: when another run replaces them before the end, the file breaks off.

use super::error::CustomerError;
use super::list::{Context, CustomerItem, context, with_all_identifiers};
use super::query::CustomerQuery;
use crate::App;
use crate::access::{Actor, Forbidden, require};
use crate::audit;
use perennial_domain::access::Right;
use perennial_domain::money::Currency;
use perennial_domain::phone::masked_phone;
use perennial_domain::time::{Day, Instant};
use perennial_history::{Column, ColumnKind};
use perennial_store::customers::{self as table, CustomerFilter};
use perennial_store::{Database, Scope, values};
use serde_json::json;

/// Customers that are read together.
const PAGE_ROWS: usize = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Integer,
    Amount,
    Ratio,
    Day,
}

/// Names and kinds, in the order of the file. The command line's `export customers` writes the same.
const COLUMNS: [(&str, Kind); 27] = [
    ("customer_id", Kind::Text),
    ("id", Kind::Text),
    ("orders", Kind::Integer),
    ("gross_sales", Kind::Amount),
    ("refunds", Kind::Amount),
    ("revenue", Kind::Amount),
    ("first_purchase", Kind::Day),
    ("last_purchase", Kind::Day),
    ("recency", Kind::Integer),
    ("frequency", Kind::Integer),
    ("monetary", Kind::Amount),
    ("rfm_r", Kind::Integer),
    ("rfm_f", Kind::Integer),
    ("rfm_m", Kind::Integer),
    ("rfm_cell", Kind::Integer),
    ("rfm_group", Kind::Text),
    ("historical_value", Kind::Amount),
    ("current_value", Kind::Amount),
    ("potential_value", Kind::Amount),
    ("potential_low", Kind::Amount),
    ("potential_high", Kind::Amount),
    ("lifetime_value", Kind::Amount),
    ("probability_alive", Kind::Ratio),
    ("probability_active", Kind::Ratio),
    ("expected_orders", Kind::Ratio),
    ("next_purchase", Kind::Day),
    ("currency", Kind::Text),
];

/// The names of the columns.
pub const EXPORT_COLUMNS: [&str; 27] = {
    let mut names = [""; 27];
    let mut place = 0;
    while place < names.len() {
        names[place] = COLUMNS[place].0;
        place += 1;
    }
    names
};

/// The last column, where there are phone numbers: all of a customer, with a blank between them.
const PHONES: &str = "phones";

/// What a file says of who its customers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// The brand's own number.
    Number,
    /// That and all phone numbers.
    Phones,
    /// The public id alone, and phone numbers of which four digits are covered.
    Masked,
}

impl Naming {
    fn code(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Phones => "phones",
            Self::Masked => "masked",
        }
    }

    /// What is in a masked file can be seen customer by customer.
    fn right(self) -> Right {
        match self {
            Self::Number | Self::Phones => Right::CustomersExport,
            Self::Masked => Right::CustomersRead,
        }
    }

    fn has_phones(self) -> bool {
        match self {
            Self::Number => false,
            Self::Phones | Self::Masked => true,
        }
    }
}

/// One cell; `None` is an empty one.
#[derive(Clone, Debug, PartialEq)]
pub enum ExportCell {
    Text(Option<String>),
    Integer(Option<i64>),
    /// In minor units of the currency.
    Amount(Option<i64>),
    Ratio(Option<f64>),
    Day(Option<Day>),
}

/// An export under way: rows come page by page.
pub struct CustomerExport {
    store: Database,
    scope: Scope,
    filter: CustomerFilter,
    naming: Naming,
    context: Context,
    /// The run that all values are of; none before the first.
    run_id: Option<String>,
    after_number: i64,
    finished: bool,
}

/// Starts an export and writes it down: who took out whom is known even if the file never arrives.
pub async fn begin_export(
    app: &App,
    actor: &Actor,
    query: &CustomerQuery,
    naming: Naming,
) -> Result<CustomerExport, CustomerError> {
    require(actor, naming.right())?;
    let mut tx = app.store.write().await?;
    let context = context(&mut tx).await?;
    let filter = query.filter(&context, app.clock.now());
    let run_id = values::run_id(&mut tx).await?;
    let rows = table::count(&mut tx, actor.scope(), &filter).await?;
    let detail = json!({ "customers": rows, "conditions": query.condition_names(), "naming": naming.code() });
    audit::append(app, &mut tx, actor, "customers.exported", "customers", detail).await?;
    tx.commit().await?;
    let (store, scope) = (app.store.clone(), actor.scope().clone());
    Ok(CustomerExport { store, scope, filter, naming, context, run_id, after_number: 0, finished: false })
}

/// Writes down that somebody without the right asked for a file of customers, and of how many; of a query that cannot be
/// read nothing is known but that.
pub async fn note_refused_export(
    app: &App,
    actor: &Actor,
    query: Option<&CustomerQuery>,
) -> Result<Forbidden, CustomerError> {
    let right = Right::CustomersExport;
    let mut detail = json!({});
    if let Some(query) = query {
        let mut tx = app.store.read().await?;
        let context = context(&mut tx).await?;
        let filter = query.filter(&context, app.clock.now());
        detail["customers"] = table::count(&mut tx, actor.scope(), &filter).await?.into();
        detail["conditions"] = query.condition_names().into();
    }
    audit::note_refused(app, actor, right, detail).await?;
    Ok(Forbidden { right })
}

impl CustomerExport {
    /// Decimal places of the amounts.
    pub fn exponent(&self) -> u8 {
        self.context.currency.map_or(2, Currency::exponent)
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> Vec<&'static str> {
        let phones = self.naming.has_phones().then_some(PHONES);
        EXPORT_COLUMNS.into_iter().chain(phones).collect()
    }

    pub(super) fn columns(&self) -> Vec<Column> {
        let scale = self.exponent();
        let kind_of = |kind: Kind| match kind {
            Kind::Text => ColumnKind::Text,
            Kind::Integer => ColumnKind::Integer,
            Kind::Amount => ColumnKind::Decimal { scale },
            Kind::Ratio => ColumnKind::Float,
            Kind::Day => ColumnKind::Date,
        };
        let phones = self.naming.has_phones().then_some((PHONES, Kind::Text));
        let all = COLUMNS.into_iter().chain(phones);
        all.map(|(name, kind)| Column { name: name.to_owned(), kind: kind_of(kind) }).collect()
    }

    /// The next rows; empty at the end.
    pub async fn next_rows(&mut self) -> Result<Vec<Vec<ExportCell>>, CustomerError> {
        if self.finished {
            return Ok(Vec::new());
        }
        let mut tx = self.store.read().await?;
        if values::run_id(&mut tx).await? != self.run_id {
            return Err(CustomerError::ValuesReplaced);
        }
        let rows = table::export(&mut tx, &self.scope, &self.filter, self.after_number, PAGE_ROWS).await?;
        self.finished = rows.len() < PAGE_ROWS;
        self.after_number = rows.last().map_or(self.after_number, |last| last.counters.number);
        let items = with_all_identifiers(&mut tx, rows, self.context.currency).await?;
        drop(tx);
        items.iter().map(|item| cells_of(item, &self.context, self.naming)).collect()
    }
}

fn cells_of(item: &CustomerItem, context: &Context, naming: Naming) -> Result<Vec<ExportCell>, CustomerError> {
    use ExportCell::{Amount, Integer, Ratio, Text};
    let counters = &item.row.counters;
    let public_id = super::number_of(counters.number)?.public_id();
    // A shop's own numbers are often phone numbers.
    let own_id = item.identifiers.iter().find(|one| one.kind == "customer_id" && naming != Naming::Masked);
    let value = item.row.value.as_ref();
    let forecast = value.filter(|value| value.probability_active.is_some());
    let day_of = |at: Option<i64>| ExportCell::Day(at.map(|at| context.zone.day_of(Instant(at))));
    let next_day = value.and_then(|value| value.next_purchase_day).and_then(|day| i32::try_from(day).ok());
    let mut cells = vec![
        Text(Some(own_id.map_or_else(|| public_id.clone(), |identity| identity.value.clone()))),
        Text(Some(public_id)),
        Integer(Some(counters.orders)),
        Amount(Some(counters.gross_minor)),
        Amount(Some(counters.refunds_minor)),
        Amount(Some(counters.net_minor)),
        day_of(counters.first_at),
        day_of(counters.last_at),
        Integer(value.map(|value| value.recency_days)),
        Integer(value.map(|value| value.frequency)),
        Amount(value.map(|value| value.monetary_minor)),
        Integer(value.map(|value| value.r)),
        Integer(value.map(|value| value.f)),
        Integer(value.map(|value| value.m)),
        Integer(value.map(|value| value.cell)),
        Text(value.map(|value| value.rfm_group.to_string())),
        Amount(value.map(|value| value.historical_minor)),
        Amount(value.map(|value| value.current_minor)),
        Amount(forecast.and_then(|value| value.potential_minor)),
        Amount(forecast.and_then(|value| value.potential_low_minor)),
        Amount(forecast.and_then(|value| value.potential_high_minor)),
        Amount(forecast.and_then(|value| value.lifetime_minor)),
        Ratio(value.and_then(|value| value.probability_alive)),
        Ratio(value.and_then(|value| value.probability_active)),
        Ratio(value.and_then(|value| value.expected_orders)),
        ExportCell::Day(next_day.map(Day)),
        Text(context.currency.map(|currency| currency.code().to_owned())),
    ];
    if naming.has_phones() {
        cells.push(Text(phones_of(item, naming)));
    }
    Ok(cells)
}

fn phones_of(item: &CustomerItem, naming: Naming) -> Option<String> {
    let phones = item.identifiers.iter().filter(|identity| identity.kind == "phone");
    let shown: Vec<String> = phones
        .map(|phone| if naming == Naming::Masked { masked_phone(&phone.value) } else { phone.value.clone() })
        .collect();
    (!shown.is_empty()).then(|| shown.join(" "))
}
