//! What is known of customers beside their facts, as rules see it: many at a time.
//!
//! Invariants: of a customer of several profiles it is what all of them have together; segments are not among the states,
//! who asks works them out. A [`Registry`] that is equal to another one reads the same rows in the same way.

use super::catalogue::WORKED_OUT;
use super::error::SegmentError;
use crate::App;
use crate::consent::decided_of;
use crate::fields::{Rules, TraitSources};
use crate::tags::periods_of;
use perennial_domain::consent::Decided;
use perennial_domain::fact::FactKey;
use perennial_domain::identity::{IdentifierType, Word, holding};
use perennial_domain::money::Currency;
use perennial_domain::reach::Channel;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::life::{Reached, Sent, of_field, reached};
use perennial_domain::rules::oracle::{History, Named, State};
use perennial_domain::rules::value::{Money, NUMBER_MAX, Number, ONE, Value};
use perennial_domain::rules::{Has, Rule, reads};
use perennial_domain::time::{Day, Instant, Zone};
use perennial_store::consents::ConsentRow;
use perennial_store::customers::{CustomerFilter, CustomerListRow};
use perennial_store::identity::IdentityRow;
use perennial_store::reach::SentRow;
use perennial_store::scores::ScoreRow;
use perennial_store::traits::TraitRow;
use perennial_store::{
    ReadTx, Scope, StoreError, consents, customers, identity, parts, reach, scores, tags, traits, values,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Customers that are read at a time.
const PAGE: usize = 500;

/// A customer as rules see them, without facts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    pub customer: u32,
    /// All profiles, the customer's own number first.
    pub profiles: Vec<u32>,
    pub fields: Named,
    pub states: Vec<State>,
}

/// By what rows of customers are read.
#[derive(Clone, Debug)]
pub(crate) struct Registry {
    rules: Rules,
    sources: TraitSources,
    channels: Vec<Channel>,
    /// Channels of purposes and those of reach: a decision about all channels counts for each of them.
    channel_codes: BTreeSet<String>,
    currency: Option<Currency>,
    zone_name: String,
    pub zone: Zone,
}

impl PartialEq for Registry {
    fn eq(&self, other: &Self) -> bool {
        self.rules == other.rules
            && self.sources == other.sources
            && self.channels == other.channels
            && self.channel_codes == other.channel_codes
            && self.currency == other.currency
            && self.zone_name == other.zone_name
    }
}

impl Registry {
    pub async fn load(tx: &mut ReadTx<'_>) -> Result<Self, StoreError> {
        let settings = crate::settings::current(tx).await?;
        let channels = crate::reach::channels_in_tx(tx).await?;
        let mut channel_codes: BTreeSet<String> = channels.iter().map(|one| one.code.clone()).collect();
        for purpose in crate::consent::purposes_in_tx(tx).await? {
            channel_codes.extend(purpose.settings.channels);
        }
        Ok(Self {
            rules: Rules::load(tx).await?,
            sources: TraitSources::load(tx).await?,
            channels,
            channel_codes,
            currency: settings.currency,
            zone: settings.zone(),
            zone_name: settings.time_zone,
        })
    }

    /// The same for registries that are equal, in every process of this program.
    pub fn digest(&self) -> String {
        let Self { rules, sources, channels, channel_codes, currency, zone_name, zone: _ } = self;
        FactKey::of(&["registry", &format!("{rules:?}{sources:?}{channels:?}{channel_codes:?}{currency:?}{zone_name}")])
            .hex()
    }

    pub fn has_zone_of(&self, other: &Self) -> bool {
        self.zone_name == other.zone_name
    }
}

/// What of all that is known is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looked {
    traits: bool,
    identities: bool,
    consents: bool,
    sent: bool,
    tags: bool,
    scores: bool,
}

impl Looked {
    pub const ALL: Self = Self { traits: true, identities: true, consents: true, sent: true, tags: true, scores: true };

    /// What these rules read; the rest need not be there.
    pub fn of<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Self {
        let mut looked =
            Self { traits: false, identities: false, consents: false, sent: false, tags: false, scores: false };
        for reads in rules.into_iter().map(reads) {
            looked.traits |= reads.fields.iter().any(|name| !name.starts_with('$'));
            looked.identities |= !reads.identifiers.is_empty() || !reads.channels.is_empty();
            looked.consents |= !reads.purposes.is_empty() || !reads.channels.is_empty();
            looked.sent |= !reads.channels.is_empty();
            looked.tags |= !reads.tags.is_empty() || !reads.tag_groups.is_empty();
            looked.scores |= SCORED.iter().any(|name| reads.fields.contains(*name));
        }
        looked
    }
}

/// Rows of customers, by the customer or the profile that they are of.
struct Rows {
    profiles: HashMap<i64, Vec<i64>>,
    traits: HashMap<i64, Vec<TraitRow>>,
    identities: HashMap<i64, Vec<IdentityRow>>,
    consents: HashMap<i64, Vec<ConsentRow>>,
    sent: HashMap<i64, Vec<SentRow>>,
    tags: HashMap<i64, Vec<tags::EventRow>>,
    scores: HashMap<i64, ScoreRow>,
    /// Scores are looked at and were worked out: whoever has no row has nothing but zeros.
    are_scored: bool,
}

impl Rows {
    async fn load(tx: &mut ReadTx<'_>, customers: &[i64], looked: Looked) -> Result<Self, StoreError> {
        let mut profiles: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in parts::of_customers(tx, customers).await? {
            profiles.entry(row.customer_number).or_default().push(row.counters.number);
        }
        for customer in customers {
            let own = profiles.entry(*customer).or_insert_with(|| vec![*customer]);
            own.sort_unstable_by_key(|part| (part != customer, *part));
        }
        let are_scored = looked.scores && crate::scores::worked_out_at(tx).await?.is_some();
        let scores = if are_scored { scores::of_customers(tx, customers).await? } else { Vec::new() };
        let all: Vec<i64> = profiles.values().flatten().copied().collect();
        // Of no numbers there are no rows.
        let of = |is_looked_at: bool, numbers: &'_ [i64]| if is_looked_at { numbers.to_vec() } else { Vec::new() };
        let Looked { traits, identities, consents, sent, tags, scores: _ } = looked;
        Ok(Self {
            traits: by(traits::of_customers(tx, &of(traits, customers)).await?, |row| row.customer_number),
            identities: by(identity::of_customers(tx, &of(identities, customers)).await?, |row| row.customer_number),
            consents: by(consents::of_parts(tx, &of(consents, &all)).await?, |row| row.part_number),
            sent: by(reach::sent_to_parts(tx, &of(sent, &all)).await?, |row| row.part_number),
            tags: by(tags::events_of_parts(tx, &of(tags, &all)).await?, |row| row.part_number),
            scores: scores.into_iter().map(|row| (row.customer_number, row)).collect(),
            are_scored,
            profiles,
        })
    }
}

fn by<R>(rows: Vec<R>, number: impl Fn(&R) -> i64) -> HashMap<i64, Vec<R>> {
    let mut found: HashMap<i64, Vec<R>> = HashMap::new();
    for row in rows {
        found.entry(number(&row)).or_default().push(row);
    }
    found
}

fn of_all<'r, R>(rows: &'r HashMap<i64, Vec<R>>, profiles: &'r [i64]) -> impl Iterator<Item = &'r R> {
    profiles.iter().filter_map(|part| rows.get(part)).flatten()
}

/// Of these customers, in their order.
pub(crate) async fn known_of(
    tx: &mut ReadTx<'_>,
    registry: &Registry,
    customers: &[CustomerListRow],
    looked: Looked,
    now: Instant,
) -> Result<Vec<Known>, StoreError> {
    let numbers: Vec<i64> = customers.iter().map(|row| row.counters.number).collect();
    let mut rows = Rows::load(tx, &numbers, looked).await?;
    let mut found = Vec::with_capacity(customers.len());
    for row in customers {
        let number = row.counters.number;
        let profiles = rows.profiles.remove(&number).unwrap_or_default();
        let mut fields = believed(rows.traits.remove(&number).unwrap_or_default(), registry);
        fields.extend(worked_out(row, registry.currency));
        if rows.are_scored {
            fields.extend(scored(rows.scores.get(&number)));
        }
        let mut events: Vec<tags::EventRow> = of_all(&rows.tags, &profiles).cloned().collect();
        events.sort_by_key(|event| (event.at, event.position));
        let mut history = History::default();
        history.add_tags(&periods_of(&events, now));
        add_states(&mut history, &rows, number, &profiles, registry);
        let to_number = |number: &i64| u32::try_from(*number).ok();
        let Some(customer) = to_number(&number) else { continue };
        let profiles = profiles.iter().filter_map(to_number).collect();
        found.push(Known { customer, profiles, fields, states: history.states });
    }
    Ok(found)
}

/// Visits all customers within the scope, by their numbers.
pub(super) async fn for_everybody(
    app: &App,
    scope: &Scope,
    registry: &Registry,
    looked: Looked,
    mut visit: impl FnMut(Known) -> Result<(), SegmentError>,
) -> Result<(), SegmentError> {
    let mut after = 0;
    loop {
        let mut tx = app.store.read().await?;
        let rows = customers::export(&mut tx, scope, &CustomerFilter::default(), after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.counters.number;
        for known in known_of(&mut tx, registry, &rows, looked, app.clock.now()).await? {
            visit(known)?;
        }
    }
}

/// What is believed of fields and traits. Words that are no values of their field are left out: they were there before it
/// was one.
pub(crate) fn believed(told: Vec<TraitRow>, registry: &Registry) -> Named {
    let mut words: BTreeMap<String, Vec<Word>> = BTreeMap::new();
    for row in told {
        let value = match registry.rules.of(&row.name) {
            Some(rule) => rule.read(&row.value).ok(),
            None => Some(row.value),
        };
        let Some(value) = value else { continue };
        let word = Word {
            name: row.name.clone(),
            rank: registry.sources.rank(&row.source),
            source: row.source,
            value,
            at: Instant(row.at),
        };
        words.entry(row.name).or_default().push(word);
    }
    let mut fields = Named::new();
    for (name, words) in words {
        let Some((place, _)) = holding(&words) else { continue };
        let values = of_field(registry.rules.of(&name), &words[place].value);
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

/// What the daily run works out, of [`WORKED_OUT`].
const SCORED: [&str; 13] = [
    "$activity_score",
    "$activity_power",
    "$spread_power",
    "$first_touch_point",
    "$main_touch_point",
    "$touch_point_changed",
    "$decision_friend",
    "$decision_content",
    "$decision_promotion",
    "$decision_community",
    "$opened_topics",
    "$ignored_topics",
    "$sensitivity",
];

/// What the last run for scores found, under the names of [`SCORED`].
fn scored(row: Option<&ScoreRow>) -> Named {
    let nothing = ScoreRow::default();
    let row = row.unwrap_or(&nothing);
    let number = |number: i64| vec![Value::Number(Number::whole(number))];
    let text = |text: &Option<String>| text.iter().map(|text| Value::text(text)).collect();
    let codes = |codes: &str| codes.split(',').filter(|code| !code.is_empty()).map(Value::text).collect();
    let touch_points = (&row.first_touch_point, &row.main_touch_point);
    let has_changed = match touch_points {
        (Some(first), Some(main)) => vec![Value::Boolean(first != main)],
        _ => Vec::new(),
    };
    let decided = |factor: usize| row.decision[factor].map_or_else(Vec::new, number);
    let values: [Vec<Value>; 13] = [
        number(row.activity_score),
        number(row.activity_power),
        number(row.spread_power),
        text(touch_points.0),
        text(touch_points.1),
        has_changed,
        decided(0),
        decided(1),
        decided(2),
        decided(3),
        codes(&row.opened_topics),
        codes(&row.ignored_topics),
        text(&row.sensitivity),
    ];
    let told = SCORED.iter().zip(values).filter(|(_, values)| !values.is_empty());
    told.map(|(name, values)| ((*name).to_owned(), values)).collect()
}

/// Which runs the values are of that the product works out: another text after each of them.
pub(super) async fn runs_of(tx: &mut ReadTx<'_>) -> Result<Option<String>, StoreError> {
    let values = values::run_id(tx).await?;
    let scores = crate::scores::worked_out_at(tx).await?;
    Ok(Some(format!("{} {}", values.unwrap_or_default(), scores.map_or(0, |at| at.0))))
}

/// Identifiers, consents, and over which channels somebody is reachable.
fn add_states(history: &mut History, rows: &Rows, customer: i64, profiles: &[i64], registry: &Registry) {
    let mut seen: BTreeMap<&'static str, (IdentifierType, Vec<Instant>)> = BTreeMap::new();
    for row in rows.identities.get(&customer).into_iter().flatten() {
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
    let mut decided: BTreeMap<(&str, &str), Vec<Decided>> = BTreeMap::new();
    for row in of_all(&rows.consents, profiles) {
        if let Some(word) = decided_of(row) {
            decided.entry((&row.purpose, &row.channel)).or_default().push(word);
        }
    }
    let of = |purpose: &str, channel: &str| -> Vec<Decided> {
        let about = |channel: &str| decided.get(&(purpose, channel)).cloned().unwrap_or_default();
        if channel.is_empty() { about("") } else { [about(""), about(channel)].concat() }
    };
    let mut places: BTreeSet<(&str, &str)> = decided.keys().copied().collect();
    let purposes: BTreeSet<&str> = places.iter().map(|(purpose, _)| *purpose).collect();
    for purpose in purposes {
        places.extend(registry.channel_codes.iter().map(|channel| (purpose, channel.as_str())));
    }
    for (purpose, channel) in places {
        let about = Some(channel).filter(|channel| !channel.is_empty());
        history.add_consents(purpose, about, &of(purpose, channel));
    }
    let sent: Vec<&SentRow> = of_all(&rows.sent, profiles).collect();
    for channel in &registry.channels {
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
        let reached = reached(&known, &registry.zone).into_iter();
        history.states.extend(reached.map(|interval| State { has: has.clone(), interval }));
    }
}
