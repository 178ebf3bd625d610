//! Customers of the sample's shop as they are stored: rows of facts, in whatever order and in however many rows they came,
//! of profiles some of which became one customer.

use super::{Draw, history, instant};
use crate::fact::{
    AppliedBlock, AppliedFact, Campaign, FACT_BLOCK_VERSION, Fact, FactKey, FactKind, Line, Tracked, Trait,
};
use crate::ids::CustomerNumber;
use crate::money::Currency;
use crate::rules::life::{Row, happened};
use crate::rules::oracle::{Happened, History, Kind, Named};
use crate::rules::value::{Number, ONE, Value};
use crate::time::{Instant, MICROS_PER_HOUR};
use serde_json::{Map, Value as Json, json};

const SOURCE: &str = "sample";

/// Customers and all that is stored of them.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// As they were applied, one after the other.
    pub blocks: Vec<AppliedBlock>,
    pub customers: Vec<Customer>,
}

#[derive(Clone, Debug)]
pub struct Customer {
    /// The customer's own number first.
    pub profiles: Vec<CustomerNumber>,
    /// What is known beside facts.
    pub known: History,
}

impl Stored {
    /// So many profiles with at most so many facts each. Besides there are facts of guests, and of somebody who is gone.
    pub fn new(draw: &mut Draw, profiles: u32, facts_max: usize) -> Self {
        let mut stored = Self::default();
        let mut facts: Vec<AppliedFact> = Vec::new();
        for number in 1..=profiles + 1 {
            let known = history(draw.between(0, 1 << 40) as u64, facts_max);
            let customer = Some(CustomerNumber(number)).filter(|_| !draw.one_in(200));
            rows(draw, number, &known.facts, &mut |fact| facts.push(AppliedFact { customer, ..fact }));
            if number > profiles {
                continue;
            }
            let known = History { facts: Vec::new(), ..known };
            let profile = CustomerNumber(number);
            if draw.one_in(5) && !stored.customers.is_empty() {
                let place = draw.below(stored.customers.len());
                stored.customers[place].profiles.push(profile);
            } else {
                stored.customers.push(Customer { profiles: vec![profile], known });
            }
        }
        // In any order, with late ones among them.
        for place in (1..facts.len()).rev() {
            facts.swap(place, draw.below(place + 1));
        }
        let currency = Currency::parse("CNY").unwrap_or(Currency::NONE);
        while !facts.is_empty() {
            let rest = facts.split_off(facts.len().min(1 + draw.below(80)));
            let (source, facts) = (SOURCE.to_owned(), std::mem::replace(&mut facts, rest));
            stored.blocks.push(AppliedBlock { version: FACT_BLOCK_VERSION, source, import_id: None, currency, facts });
        }
        stored
    }

    /// Each customer with all that is known of them.
    pub fn lives(&self) -> Vec<History> {
        let last = self.customers.iter().flat_map(|customer| &customer.profiles).max().map_or(0, |last| last.0);
        let mut rows: Vec<Vec<Row<'_>>> = vec![Vec::new(); last as usize + 1];
        for block in &self.blocks {
            for applied in &block.facts {
                let own = applied.customer.and_then(|profile| rows.get_mut(profile.0 as usize));
                own.into_iter().for_each(|own| own.push(Row::of(block, applied)));
            }
        }
        let life = |customer: &Customer| {
            let own = customer.profiles.iter().flat_map(|profile| rows[profile.0 as usize].iter().copied());
            History { facts: happened(&own.collect::<Vec<_>>()), ..customer.known.clone() }
        };
        self.customers.iter().map(life).collect()
    }

    /// Somebody is parted into their profiles, somebody else becomes one with another: facts stay with their profiles.
    pub fn stir(&mut self, draw: &mut Draw) {
        let place = draw.below(self.customers.len());
        let known = history(draw.between(0, 1 << 40) as u64, 0);
        if self.customers[place].profiles.len() > 1 {
            let alone = self.customers[place].profiles.pop().into_iter().collect();
            self.customers.push(Customer { profiles: alone, known });
        } else if self.customers.len() > 1 {
            let gone = self.customers.swap_remove(place);
            let into = draw.below(self.customers.len());
            self.customers[into].profiles.extend(gone.profiles);
            self.customers[into].known = known;
        }
    }
}

/// The rows of one profile.
fn rows(draw: &mut Draw, profile: u32, facts: &[Happened], tell: &mut dyn FnMut(AppliedFact)) {
    for (place, one) in facts.iter().enumerate() {
        let order_no = format!("{profile}-{place}");
        match &one.kind {
            Kind::Order => order(draw, one, order_no, tell),
            Kind::Refund => {
                let of = format!("{profile}-{}", draw.below(facts.len()));
                let lines = lines_of(one, -1);
                tell(purchase(FactKind::Refund, one.key, one.at, Some(of).filter(|_| draw.one_in(2)), lines, one));
            }
            Kind::Event(name) => tell(message(draw, FactKind::Event, Some(name.clone()), one)),
            Kind::Page => tell(message(draw, FactKind::Page, None, one)),
            Kind::Screen => tell(message(draw, FactKind::Screen, None, one)),
        }
        if draw.one_in(12) {
            let kind = draw.pick(&[FactKind::Unpaid, FactKind::Adjustment, FactKind::CustomerUpdate]);
            tell(purchase(kind, FactKey(one.key.0 ^ 1), one.at, None, lines_of(one, 1), one));
        }
    }
}

/// An order in one row or several, with what came back of it.
fn order(draw: &mut Draw, one: &Happened, order_no: String, tell: &mut dyn FnMut(AppliedFact)) {
    let key = FactKey::of(&[SOURCE, FactKind::Order.code(), &order_no]);
    let mut lines = lines_of(one, 1);
    let row = |kind, key, at, lines| purchase(kind, key, at, Some(order_no.clone()), lines, one);
    let near = |draw: &mut Draw| Instant(one.at.0 + draw.between(-60, 60) * MICROS_PER_HOUR);
    let amount_minor = lines.iter().filter_map(|line| line.amount_minor).reduce(|sum, one| sum + one);
    if draw.one_in(5) {
        let later = lines.split_off(draw.below(lines.len() + 1));
        tell(AppliedFact { first: false, ..row(FactKind::Order, key, near(draw), later) });
    }
    if draw.one_in(10) {
        let bare = vec![Line { amount_minor: Some(draw.between(-3, 3) * 5_000), ..Line::default() }];
        tell(AppliedFact { first: false, ..row(FactKind::Order, key, near(draw), bare) });
    }
    if draw.one_in(10) {
        let gift = vec![Line { sku: Some("gift".to_owned()), quantity_milli: Some(1_000), ..Line::default() }];
        tell(row(FactKind::Gift, key, near(draw), gift));
    }
    if draw.one_in(8) {
        let key = FactKey::of(&[SOURCE, FactKind::Cancelled.code(), &order_no]);
        let whole = || vec![Line { amount_minor: amount_minor.map(|minor| -minor), ..Line::default() }];
        let back = if draw.one_in(2) { whole() } else { lines_of(one, -1) };
        let part = draw.below(3);
        tell(row(FactKind::Refund, key, near(draw), if part == 0 { back.into_iter().skip(1).collect() } else { back }));
    }
    if draw.one_in(15) {
        return tell(row(FactKind::Gift, key, one.at, lines));
    }
    tell(row(FactKind::Order, key, one.at, lines));
}

fn lines_of(one: &Happened, sign: i64) -> Vec<Line> {
    let own = one.lines.iter().chain(one.lines.is_empty().then_some(&one.properties));
    let line = |named: &Named| {
        let first = |name: &str| named.get(name).and_then(|values| values.first());
        let text = |name: &str| match first(name) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let units = |name: &str| first(name).and_then(Value::units);
        Line {
            sku: text("sku"),
            quantity_milli: units("quantity").map(|units| sign * (units / (ONE / 1_000)).abs()),
            amount_minor: units("amount").map(|minor| if sign < 0 { -minor.abs() } else { minor }),
            ..Line::default()
        }
    };
    own.map(line).collect()
}

fn purchase(
    kind: FactKind,
    key: FactKey,
    at: Instant,
    order_no: Option<String>,
    lines: Vec<Line>,
    one: &Happened,
) -> AppliedFact {
    let named = |name: &str| match one.properties.get(name).map(Vec::as_slice) {
        Some([Value::Text(text)]) => Some(Trait { name: name.to_owned(), value: text.clone() }),
        _ => None,
    };
    let is_message = one.lines.len() > 1;
    let traits = if is_message { Vec::new() } else { ["store", "coupon"].into_iter().filter_map(named).collect() };
    let tracked = is_message.then(|| tracked(None, one));
    let fact = Fact { kind, key, at, identifiers: Vec::new(), order_no, lines, traits, tracked };
    AppliedFact { customer: None, first: true, fact }
}

fn message(draw: &mut Draw, kind: FactKind, name: Option<String>, one: &Happened) -> AppliedFact {
    let mut tracked = tracked(name, one);
    if kind == FactKind::Page && draw.one_in(2) {
        tracked.page_path = Some(draw.pick(&["tea", "Tea house", "/"]).to_owned());
    }
    if kind == FactKind::Screen && draw.one_in(2) {
        tracked.name = Some("tea".to_owned());
    }
    let fact = Fact {
        kind,
        key: one.key,
        at: one.at,
        identifiers: Vec::new(),
        order_no: None,
        lines: Vec::new(),
        traits: Vec::new(),
        tracked: Some(tracked),
    };
    AppliedFact { customer: None, first: true, fact }
}

/// As a touch-point sends it; days and instants are texts there.
fn tracked(name: Option<String>, one: &Happened) -> Box<Tracked> {
    let json = |value: &Value| match value {
        Value::Text(text) => json!(text),
        Value::Number(Number(units)) => json!(*units as f64 / ONE as f64),
        Value::Money(money) => json!(money.minor),
        Value::Boolean(is) => json!(is),
        Value::Day(day) => json!(day.iso()),
        Value::Instant(at) => json!(at.0),
    };
    let told = one.properties.iter().filter_map(|(name, values)| Some((name.clone(), json(values.first()?))));
    let mut properties: Map<String, Json> = told.collect();
    // Lines are told with the message, and their categories nowhere else.
    let product = |line: &Named| {
        let first = |name: &str| line.get(name).and_then(|values| values.first()).map(json);
        Some(json!({ "sku": first("sku")?, "category": first("category")? }))
    };
    let products: Vec<Json> = one.lines.iter().filter_map(product).collect();
    if !products.is_empty() {
        properties.insert("products".to_owned(), products.into());
    }
    Box::new(Tracked {
        message_id: one.key.hex(),
        name,
        properties: Some(Json::Object(properties).to_string()),
        received_at: one.at,
        sent_at: None,
        original_at: None,
        channel: None,
        locale: None,
        page_url: None,
        page_path: None,
        campaign: Campaign::default(),
        touch_point: None,
        consents: Vec::new(),
    })
}

/// An instant at which somebody may ask: often that of a fact.
pub fn asked_at(draw: &mut Draw, stored: &Stored) -> Instant {
    let facts = stored.blocks.first().map_or(&[][..], |block| &block.facts);
    if facts.is_empty() || draw.one_in(2) {
        return instant(draw);
    }
    Instant(facts[draw.below(facts.len())].fact.at.0 + draw.between(-1, 1))
}
