//! Orders and customers that a program tells by the API: from a request to the journal.
//!
//! | step | where |
//! |---|---|
//! | each item is read; what is wrong with one never stops the others | `perennial_domain::upsert` |
//! | the good ones become facts, as the rows of a file do | `perennial_domain::import` |
//! | accepted into the journal in one commit, with the answer to the request's key | [`tell_orders`], [`tell_customers`] |
//!
//! Tables: `journal`, `settings`. Invariants: facts take the one way in (`crate::pipeline`), under the source of files where
//! no other is named, so that what a file told and a program tells again counts once; when a use case returns, every
//! accepted item is on disk; the amounts of a block are in the workspace's currency, which the first order with money
//! names where there is none yet.

use crate::App;
use crate::access::idempotency::{AnsweredMeanwhile, Once};
use crate::access::{Actor, Forbidden, require};
use crate::fields::Rules;
use crate::pipeline::{self, PipelineError, PreparedBlock};
use crate::random::new_id;
use crate::settings;
use perennial_domain::access::Right;
use perennial_domain::fact::{FACT_BLOCK_VERSION, Fact, FactBlock, Trait};
use perennial_domain::import::customers::assemble_customers;
use perennial_domain::import::field::{Field, ImportKind};
use perennial_domain::import::orders::{AssembleContext, Assembled, assemble};
use perennial_domain::money::Currency;
use perennial_domain::settings::Settings;
use perennial_domain::upsert::{CustomerReader, CustomerTold, ItemError, OrderReader, OrderTold, is_source};
use perennial_store::{StoreError, journal};
use thiserror::Error;

/// Where orders come from when nobody says: that of files.
pub const SOURCE_USUAL: &str = "file";
/// How often it is tried when somebody settles the currency meanwhile.
const TRIES: u32 = 3;

#[derive(Debug, Error)]
pub enum UpsertError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("a source is a name of 1 to 100 bytes")]
    UnknownSource,
}

/// An item as it came, or why it could not even be read.
pub type Read<T> = Result<T, Vec<ItemError>>;

/// What became of each item, in their order: all that is wrong with it, or nothing where it was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub items: Vec<Vec<ItemError>>,
}

impl Told {
    pub fn accepted(&self) -> usize {
        self.items.iter().filter(|errors| errors.is_empty()).count()
    }
}

/// Accepts the good ones of these orders.
pub async fn tell_orders(
    app: &App,
    actor: &Actor,
    source: &str,
    orders: &[Read<OrderTold>],
    once: &Once<'_, Told>,
) -> Result<Told, UpsertError> {
    check_request(actor, source)?;
    let mut tries = 1;
    loop {
        let known = settings::current(&mut app.store.read().await?).await?;
        let currency = known.currency.or_else(|| first_currency(orders));
        let (told, facts) = read_orders(app, source, orders, currency)?;
        let blocks = blocks_of(app, source, currency.unwrap_or(Currency::NONE), facts)?;
        let mut tx = app.store.write().await?;
        once.claim::<UpsertError>(app, &mut tx).await?;
        // In this order, as whoever accepts amounts: first the journal, then the settings.
        journal::lock_accept(&mut tx).await?;
        settings::lock(&mut tx).await?;
        let now_known = settings::current(&mut tx).await?;
        if now_known.currency != known.currency {
            tx.rollback().await?;
            if tries == TRIES {
                return Err(StoreError::Busy("the currency has just been settled".to_owned()).into());
            }
            tries += 1;
            continue;
        }
        let has_money = |(order, errors): (&Read<OrderTold>, &Vec<ItemError>)| {
            errors.is_empty() && order.as_ref().is_ok_and(OrderTold::has_money)
        };
        if let Some(currency) = settled_now(&now_known, currency)
            && orders.iter().zip(&told.items).any(has_money)
        {
            settings::set_currency(app, &mut tx, actor, currency, false).await?;
        }
        pipeline::accept_all(&mut tx, &blocks, app.clock.now()).await?;
        once.keep(&mut tx, &told).await?;
        tx.commit().await?;
        return Ok(told);
    }
}

/// The facts that an order makes, and the currency that they are in, without accepting them.
pub(crate) async fn facts_of(
    app: &App,
    source: &str,
    order: &OrderTold,
) -> Result<Read<(Vec<Fact>, Currency)>, UpsertError> {
    let known = settings::current(&mut app.store.read().await?).await?;
    let orders = [Ok(order.clone())];
    let currency = known.currency.or_else(|| first_currency(&orders));
    let (told, facts) = read_orders(app, source, &orders, currency)?;
    Ok(match told.items.into_iter().find(|errors| !errors.is_empty()) {
        Some(errors) => Err(errors),
        None => Ok((facts.into_iter().map(|one| one.fact).collect(), currency.unwrap_or(Currency::NONE))),
    })
}

/// Accepts the good ones of these customers.
pub async fn tell_customers(
    app: &App,
    actor: &Actor,
    source: &str,
    customers: &[Read<CustomerTold>],
    once: &Once<'_, Told>,
) -> Result<Told, UpsertError> {
    check_request(actor, source)?;
    let now = app.clock.now();
    let reader = CustomerReader::new(now);
    let rules = Rules::load(&mut app.store.read().await?).await?;
    let (told, rows) = read_each(customers, |customer| {
        let row = reader.read(customer)?;
        let wrong: Vec<ItemError> = row.traits.iter().filter_map(|told| wrong_value(&rules, told)).collect();
        if wrong.is_empty() { Ok(vec![row]) } else { Err(wrong) }
    });
    let facts = assemble_customers(rows, source, now);
    let facts = facts.into_iter().map(|fact| Assembled { fact, rows: 1 }).collect();
    let blocks = blocks_of(app, source, Currency::NONE, facts)?;
    let mut tx = app.store.write().await?;
    once.claim::<UpsertError>(app, &mut tx).await?;
    pipeline::accept_all(&mut tx, &blocks, now).await?;
    once.keep(&mut tx, &told).await?;
    tx.commit().await?;
    Ok(told)
}

/// Of a trait that is no value of its field.
fn wrong_value(rules: &Rules, told: &Trait) -> Option<ItemError> {
    let none = rules.read(told).err()?;
    let is_beside = Field::of_kind(ImportKind::Customers).iter().any(|field| field.code() == told.name);
    let name = told.name.replace('~', "~0").replace('/', "~1");
    let pointer = if is_beside { format!("/{name}") } else { format!("/traits/{name}") };
    Some(ItemError::new(pointer, "invalid_value", none.allowed))
}

fn check_request(actor: &Actor, source: &str) -> Result<(), UpsertError> {
    require(actor, Right::FactsWrite)?;
    if is_source(source) { Ok(()) } else { Err(UpsertError::UnknownSource) }
}

/// What the workspace's currency becomes by these orders.
fn settled_now(known: &Settings, currency: Option<Currency>) -> Option<Currency> {
    currency.filter(|_| known.currency.is_none())
}

fn first_currency(orders: &[Read<OrderTold>]) -> Option<Currency> {
    let named = orders.iter().filter_map(|order| order.as_ref().ok()?.currency.as_deref());
    named.map(str::trim).find_map(Currency::parse)
}

fn read_orders(
    app: &App,
    source: &str,
    orders: &[Read<OrderTold>],
    currency: Option<Currency>,
) -> Result<(Told, Vec<Assembled>), UpsertError> {
    let reader = OrderReader::new(currency.unwrap_or(Currency::NONE), app.clock.now());
    // The columns are ours: they always fit.
    let reader = reader.map_err(|problems| PipelineError::Unwritable {
        block: "orders told by the api".to_owned(),
        reason: problems.first().map(|problem| problem.why.clone()).unwrap_or_default(),
    })?;
    Ok(read_each(orders, |order| {
        if currency.is_none() && order.has_money() {
            let allowed = "an ISO 4217 code: nobody has said yet in which currency the workspace counts";
            return Err(vec![ItemError::new("/currency", "missing_value", allowed)]);
        }
        // Each is a whole order: one that comes twice is told twice, and has not twice the lines.
        reader.read(order).map(|rows| assemble(rows, &AssembleContext { source }))
    }))
}

fn read_each<T, R>(items: &[Read<T>], read: impl Fn(&T) -> Read<Vec<R>>) -> (Told, Vec<R>) {
    let mut told = Told { items: Vec::with_capacity(items.len()) };
    let mut rows = Vec::new();
    for item in items {
        match item.as_ref().map_err(Clone::clone).and_then(&read) {
            Ok(more) => {
                rows.extend(more);
                told.items.push(Vec::new());
            }
            Err(errors) => told.items.push(errors),
        }
    }
    (told, rows)
}

fn blocks_of(
    app: &App,
    source: &str,
    currency: Currency,
    facts: Vec<Assembled>,
) -> Result<Vec<PreparedBlock>, PipelineError> {
    let mut blocks = Vec::new();
    for facts in pipeline::cut_blocks(facts) {
        let (facts, rows) = facts.into_iter().map(|assembled| (assembled.fact, assembled.rows)).unzip();
        let source = source.to_owned();
        let block = FactBlock { version: FACT_BLOCK_VERSION, source, import_id: None, currency, facts, rows };
        blocks.push(PreparedBlock::new(new_id(app.random.as_ref(), "blk", app.clock.now()), block)?);
    }
    Ok(blocks)
}
