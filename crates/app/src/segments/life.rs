//! All that is known of one customer, as rules see it.
//!
//! What waits in the journal for history counts as what is there: a fact is seen from the commit on that applied it. Of a
//! customer who was merged it is what all profiles have together.

use super::catalogue::WORKED_OUT;
use super::error::SegmentError;
use crate::App;
use crate::access::{Actor, require};
use crate::consent::decided_of;
use crate::fields::{Rules, TraitSources};
use crate::identity::whole;
use crate::pipeline::waiting_blocks;
use perennial_domain::access::Right;
use perennial_domain::consent::Decided;
use perennial_domain::fact::{AppliedBlock, FactKey, FactKind};
use perennial_domain::fact_filter::FactFilter;
use perennial_domain::identity::{IdentifierType, Word, holding};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::rules::Has;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::life::{Reached, Row, Sent, happened, of_field, reached};
use perennial_domain::rules::oracle::{History, Named, State};
use perennial_domain::rules::value::{Money, NUMBER_MAX, Number, ONE, Value};
use perennial_domain::time::{Day, Instant, Zone};
use perennial_history::{HistoryFact, TIMELINE_PAGE_MAX};
use perennial_store::customers::CustomerListRow;
use perennial_store::traits::TraitRow;
use perennial_store::{ReadTx, Scope, StoreError, consents, customers, identity, reach, traits};
use std::collections::{BTreeMap, BTreeSet};

/// Facts of one customer that a rule is answered over.
pub const FACTS_MAX: usize = 20_000;
/// How often history may grow while it is read.
const TRIES_MAX: usize = 5;

/// A customer as rules see them.
#[derive(Clone, Debug)]
pub struct Life {
    pub customer: CustomerNumber,
    pub history: History,
    /// Of the workspace.
    pub zone: Zone,
    /// When it was looked at.
    pub as_of: Instant,
}

/// Of a customer whom the actor sees.
pub async fn life_of(app: &App, actor: &Actor, customer: CustomerNumber) -> Result<Life, SegmentError> {
    require(actor, Right::CustomersRead)?;
    life_in(app, actor.scope(), customer).await
}

/// Of a customer within the scope.
pub(crate) async fn life_in(app: &App, scope: &Scope, customer: CustomerNumber) -> Result<Life, SegmentError> {
    for _ in 0..TRIES_MAX {
        let known = app.history.last_sequence().await?.unwrap_or(0);
        let now = app.clock.now();
        let mut tx = app.store.read().await?;
        let whole = whole(&mut tx, customer).await?;
        let row = customers::get(&mut tx, scope, i64::from(whole.customer.0)).await?;
        let row = row.ok_or(SegmentError::NoCustomer)?;
        let settings = crate::settings::current(&mut tx).await?;
        let zone = settings.zone();
        let parts: Vec<i64> = whole.parts.iter().map(|part| i64::from(part.0)).collect();
        let mut history = History { fields: fields_of(&mut tx, &row, settings.currency).await?, ..History::default() };
        history.add_tags(&crate::tags::periods_in_tx(&mut tx, &parts, now).await?);
        add_states(&mut tx, &mut history, row.counters.number, &parts, &zone).await?;
        let waiting = waiting_blocks(&mut tx, known).await?;
        drop(tx);
        let told = facts_of(app, &whole.parts).await?;
        // What moved from the journal to history meanwhile would be there twice, or not at all.
        if app.history.last_sequence().await?.unwrap_or(0) == known {
            history.facts = happened(&rows_of(&whole.parts, &told, &waiting)?);
            return Ok(Life { customer: whole.customer, history, zone, as_of: now });
        }
    }
    Err(StoreError::Busy("the history grew while it was read".to_owned()).into())
}

const KINDS: [FactKind; 6] =
    [FactKind::Order, FactKind::Gift, FactKind::Refund, FactKind::Event, FactKind::Page, FactKind::Screen];

async fn facts_of(app: &App, parts: &[CustomerNumber]) -> Result<Vec<HistoryFact>, SegmentError> {
    let wanted = FactFilter::of_kinds(Some(&KINDS));
    let mut facts: Vec<HistoryFact> = Vec::new();
    for part in parts {
        let mut before: Option<(Instant, FactKey)> = None;
        loop {
            let page = app.history.timeline_of(*part, &wanted, before, TIMELINE_PAGE_MAX).await?;
            let is_last = page.len() < TIMELINE_PAGE_MAX;
            before = page.last().map(|last| (last.at, last.key));
            facts.extend(page);
            if facts.len() > FACTS_MAX {
                return Err(SegmentError::TooManyFacts { max: FACTS_MAX });
            }
            if is_last {
                break;
            }
        }
    }
    Ok(facts)
}

fn rows_of<'f>(
    parts: &[CustomerNumber],
    told: &'f [HistoryFact],
    waiting: &'f [AppliedBlock],
) -> Result<Vec<Row<'f>>, SegmentError> {
    let parts: BTreeSet<CustomerNumber> = parts.iter().copied().collect();
    let of_history = |fact: &'f HistoryFact| Row {
        profile: fact.customer,
        kind: fact.kind,
        key: fact.key,
        at: fact.at,
        first: fact.first,
        source: &fact.source,
        currency: fact.currency,
        order_no: fact.order_no.as_deref(),
        lines: &fact.lines,
        traits: &fact.traits,
        tracked: fact.tracked.as_deref(),
    };
    let mut rows: Vec<Row<'f>> = told.iter().map(of_history).collect();
    for block in waiting {
        let own = block.facts.iter().filter(|one| one.customer.is_some_and(|part| parts.contains(&part)));
        rows.extend(own.map(|one| Row::of(block, one)).filter(Row::counts));
    }
    if rows.len() > FACTS_MAX { Err(SegmentError::TooManyFacts { max: FACTS_MAX }) } else { Ok(rows) }
}

/// What is believed of fields and traits, and what is worked out.
async fn fields_of(
    tx: &mut ReadTx<'_>,
    row: &CustomerListRow,
    currency: Option<Currency>,
) -> Result<Named, StoreError> {
    let rules = Rules::load(tx).await?;
    let sources = TraitSources::load(tx).await?;
    let told = traits::of_customer(tx, row.counters.number).await?;
    let mut fields = believed(told, &rules, &sources);
    fields.extend(worked_out(row, currency));
    Ok(fields)
}

/// Words that are no values of their field are left out: they were there before it was one.
fn believed(told: Vec<TraitRow>, rules: &Rules, sources: &TraitSources) -> Named {
    let mut words: BTreeMap<String, Vec<Word>> = BTreeMap::new();
    for row in told {
        let value = match rules.of(&row.name) {
            Some(rule) => rule.read(&row.value).ok(),
            None => Some(row.value),
        };
        let Some(value) = value else { continue };
        let word = Word {
            name: row.name.clone(),
            rank: sources.rank(&row.source),
            source: row.source,
            value,
            at: Instant(row.at),
        };
        words.entry(row.name).or_default().push(word);
    }
    let mut fields = Named::new();
    for (name, words) in words {
        let Some((place, _)) = holding(&words) else { continue };
        let values = of_field(rules.of(&name), &words[place].value);
        if !values.is_empty() {
            fields.insert(name, values);
        }
    }
    fields
}

/// Under the names of [`WORKED_OUT`].
fn worked_out(row: &CustomerListRow, currency: Option<Currency>) -> Named {
    let money = |minor: Option<i64>| Some(Value::Money(Money { minor: minor?, currency: currency? }));
    let number = |number: i64| Some(Value::Number(Number::whole(number)));
    let ratio = |ratio: Option<f64>| {
        let units = (ratio? * ONE as f64).round();
        (units.abs() <= NUMBER_MAX as f64).then_some(Value::Number(Number(units as i64)))
    };
    let day = |day: Option<i64>| Some(Value::Day(Day(i32::try_from(day?).ok()?)));
    let value_of = |name: &str| {
        if name == "$created_at" {
            return Some(Value::Instant(Instant(row.counters.created_at)));
        }
        let value = row.value.as_ref()?;
        match name {
            "$lifetime_value" => money(value.lifetime_minor),
            "$historical_value" => money(Some(value.historical_minor)),
            "$current_value" => money(Some(value.current_minor)),
            "$potential_value" => money(value.potential_minor),
            "$recency_days" => number(value.recency_days),
            "$frequency" => number(value.frequency),
            "$monetary" => money(Some(value.monetary_minor)),
            "$rfm_group" => Some(Value::text(&value.rfm_group)),
            "$rfm_cell" => number(value.cell),
            "$rfm_r" => number(value.r),
            "$rfm_f" => number(value.f),
            "$rfm_m" => number(value.m),
            "$probability_alive" => ratio(value.probability_alive),
            "$probability_active" => ratio(value.probability_active),
            "$expected_orders" => ratio(value.expected_orders),
            "$next_purchase" => day(value.next_purchase_day),
            "$purchase_due" => day(value.due_day),
            "$lifetime_percentile" => ratio(Some(value.lifetime_percentile)),
            "$current_percentile" => ratio(Some(value.current_percentile)),
            "$profit_rank" => number(value.profit_rank?),
            _ => None,
        }
    };
    let named = |(name, _): &(&str, _)| Some(((*name).to_owned(), vec![value_of(name)?]));
    WORKED_OUT.iter().filter_map(named).collect()
}

/// Identifiers, consents, and over which channels somebody is reachable. Segments are not kept: who asks works them out.
async fn add_states(
    tx: &mut ReadTx<'_>,
    history: &mut History,
    customer: i64,
    parts: &[i64],
    zone: &Zone,
) -> Result<(), StoreError> {
    let mut seen: BTreeMap<&'static str, (IdentifierType, Vec<Instant>)> = BTreeMap::new();
    for row in identity::of_customer(tx, customer).await? {
        if let Some(kind) = IdentifierType::parse(&row.kind) {
            seen.entry(kind.code()).or_insert_with(|| (kind, Vec::new())).1.push(Instant(row.first_seen_at));
        }
    }
    for (kind, since) in seen.values() {
        if let Some(first) = since.iter().min() {
            history.states.push(State { has: Has::Identifier(*kind), interval: Interval::new(*first, None) });
        }
    }
    // By purpose and channel; without a channel, those about all of them.
    let mut decided: BTreeMap<(String, String), Vec<Decided>> = BTreeMap::new();
    for row in consents::of_parts(tx, parts).await? {
        if let Some(word) = decided_of(&row) {
            decided.entry((row.purpose, row.channel)).or_default().push(word);
        }
    }
    let of = |purpose: &str, channel: &str| -> Vec<Decided> {
        let about = |channel: &str| decided.get(&(purpose.to_owned(), channel.to_owned())).cloned().unwrap_or_default();
        if channel.is_empty() { about("") } else { [about(""), about(channel)].concat() }
    };
    let mut places: BTreeSet<(String, String)> = decided.keys().cloned().collect();
    let purposes: BTreeSet<String> = places.iter().map(|(purpose, _)| purpose.clone()).collect();
    let channels = crate::reach::channels_in_tx(tx).await?;
    let mut named: BTreeSet<String> = channels.iter().map(|one| one.code.clone()).collect();
    for purpose in crate::consent::purposes_in_tx(tx).await? {
        named.extend(purpose.settings.channels);
    }
    // A decision about all channels counts for each of them.
    for purpose in purposes {
        places.extend(named.iter().map(|channel| (purpose.clone(), channel.clone())));
    }
    for (purpose, channel) in places {
        let about = Some(channel.as_str()).filter(|channel| !channel.is_empty());
        history.add_consents(&purpose, about, &of(&purpose, &channel));
    }
    let sent = reach::sent_to_parts(tx, parts).await?;
    for channel in &channels {
        let identifiers: Vec<Instant> = channel
            .identifiers
            .iter()
            .filter_map(|kind| seen.get(kind.code()))
            .flat_map(|(_, at)| at)
            .copied()
            .collect();
        let own = sent.iter().filter(|row| row.channel == channel.code);
        let sent: Vec<Sent> = own.map(|row| Sent { slot: row.slot, messages: row.messages }).collect();
        let decided = of(&channel.purpose, &channel.code);
        let known = Reached { channel, identifiers: &identifiers, decided: &decided, sent: &sent };
        let has = Has::Channel(Some(channel.code.clone()));
        let reached = reached(&known, zone).into_iter();
        history.states.extend(reached.map(|interval| State { has: has.clone(), interval }));
    }
    Ok(())
}
