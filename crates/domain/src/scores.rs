//! What is worked out once a day of each customer's facts: the activity score, touch-points, and what decides their orders.
//!
//! The stated rules (`docs/layers.md`), over facts as rules see them:
//!
//! - **Activity score**: what was done over the last [`DAYS`] days up to today, times its weight ([`WEIGHTS`]), added up.
//! - **Touch-points**: of the whole life, the first that a fact names, and the one that most facts name; of several the one
//!   that was named first.
//! - **Decision**: an order is touched by a factor where an event of the factor happened within [`TOUCH_DAYS`] days before it,
//!   or where the order says so itself ([`Factor::of`]). An order counts once: factors that touched it share it
//!   equally. The shares of a customer are what factors have of all touched orders in whole percent, the largest remainders
//!   rounded up, of equal ones in the order of [`Factor::ALL`]: so they add up to 100. Without a touched order there are none.
//! - **Topics** whose messages they open, and whose they do not: [`crate::interests`].
//!
//! Invariants: all numbers are integers; the order of the facts plays no part; what is worked out takes as much time and memory
//! as there are facts, however many touch an order.

use crate::activity::OF_THE_BRAND;
use crate::fact::FactKey;
use crate::interests::{Interest, interests_of, topics_of};
use crate::powers::JOINED_EVENT;
use crate::relations::SHARE_EVENTS;
use crate::rules::oracle::{Happened, Kind, text_of};
use crate::rules::value::Value;
use crate::share::apportion;
use crate::time::{Instant, MICROS_PER_DAY};
use std::collections::BTreeMap;

/// Up to today: as many as those of powers.
pub const DAYS: i32 = crate::powers::DAYS;
pub const TOUCH_DAYS: i64 = 30;

/// What is counted for the activity score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// Events, pages and screens of their own that are nothing of the following.
    Interaction,
    Share,
    /// Somebody whom they brought registered. No fact of theirs: it is handed in.
    Referral,
    /// Took part in an activity.
    Participation,
}

impl Deed {
    pub fn code(self) -> &'static str {
        match self {
            Self::Interaction => "interactions",
            Self::Share => "shares",
            Self::Referral => "referrals",
            Self::Participation => "participations",
        }
    }
}

pub const WEIGHTS: [(Deed, u64); 4] =
    [(Deed::Interaction, 1), (Deed::Share, 3), (Deed::Referral, 10), (Deed::Participation, 2)];

/// How often each was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actions {
    pub interactions: u32,
    pub shares: u32,
    pub referrals: u32,
    pub participations: u32,
}

impl Actions {
    pub fn count(&self, deed: Deed) -> u32 {
        match deed {
            Deed::Interaction => self.interactions,
            Deed::Share => self.shares,
            Deed::Referral => self.referrals,
            Deed::Participation => self.participations,
        }
    }

    pub fn score(&self) -> u64 {
        WEIGHTS.iter().map(|(deed, weight)| u64::from(self.count(*deed)) * weight).sum()
    }

    fn add(&mut self, deed: Deed) {
        let count = match deed {
            Deed::Interaction => &mut self.interactions,
            Deed::Share => &mut self.shares,
            Deed::Referral => &mut self.referrals,
            Deed::Participation => &mut self.participations,
        };
        *count = count.saturating_add(1);
    }
}

/// What a fact is for the activity score.
pub fn deed_of(kind: &Kind) -> Option<Deed> {
    match kind {
        Kind::Event(name) if OF_THE_BRAND.contains(&name.as_str()) => None,
        Kind::Event(name) if SHARE_EVENTS.contains(&name.as_str()) => Some(Deed::Share),
        Kind::Event(name) if name == JOINED_EVENT => Some(Deed::Participation),
        Kind::Event(_) | Kind::Page | Kind::Screen => Some(Deed::Interaction),
        Kind::Order | Kind::Refund => None,
    }
}

/// What leads to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    /// Somebody told them: they came by a share or an invitation.
    Friend,
    /// They read or watched what goes deep.
    Content,
    Promotion,
    /// They took part in the community.
    Community,
}

impl Factor {
    pub const ALL: [Self; 4] = [Self::Friend, Self::Content, Self::Promotion, Self::Community];

    pub fn code(self) -> &'static str {
        match self {
            Self::Friend => "friend",
            Self::Content => "content",
            Self::Promotion => "promotion",
            Self::Community => "community",
        }
    }

    /// Names of events that are of it.
    pub fn events(self) -> &'static [&'static str] {
        match self {
            Self::Friend => &["Share Opened", "Invitation Accepted"],
            Self::Content => &["Content Read", "Article Read", "Video Watched", "Live Stream Watched"],
            Self::Promotion => {
                &["Promotion Viewed", "Promotion Clicked", "Coupon Entered", "Coupon Applied", "Coupon Claimed"]
            }
            Self::Community => &["Community Joined", "Community Message Sent", "Event Joined", "Comment Posted"],
        }
    }

    /// What an event is of by its name, or an order by what it says of itself.
    pub fn of(fact: &Happened) -> Vec<Self> {
        let says = |name: &str| fact.properties.get(name).is_some_and(|values| values.iter().any(is_said));
        match &fact.kind {
            Kind::Event(name) => {
                Self::ALL.into_iter().filter(|factor| factor.events().contains(&name.as_str())).collect()
            }
            Kind::Order => {
                let told = [(Self::Friend, "invited_by"), (Self::Promotion, "coupon")];
                told.into_iter().filter(|(_, name)| says(name)).map(|(factor, _)| factor).collect()
            }
            Kind::Refund | Kind::Page | Kind::Screen => Vec::new(),
        }
    }
}

/// Senders leave a word empty, or say no, where there is nothing.
fn is_said(value: &Value) -> bool {
    match value {
        Value::Text(text) => !text.trim().is_empty(),
        Value::Boolean(yes) => *yes,
        Value::Number(_) | Value::Money(_) | Value::Day(_) | Value::Instant(_) => true,
    }
}

/// Touches of one order that are told, the newest.
pub const TOUCHES_SHOWN_MAX: usize = 20;

/// An order that was touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    pub order: FactKey,
    pub at: Instant,
    /// With the facts that touched it, by time: the newest. The order itself stands behind them.
    pub touches: Vec<(Factor, FactKey, Instant)>,
    pub touches_count: usize,
}

/// What factors have of a customer's touched orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Touched orders.
    pub conversions: usize,
    /// In the order of [`Factor::ALL`], twelve of an order.
    parts: [i64; 4],
}

/// The orders of a customer, and what may have touched them.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// By time, each with what it says of itself.
    orders: Vec<(Instant, FactKey, Vec<Factor>)>,
    /// By time.
    touches: Vec<(Instant, FactKey, Factor)>,
}

impl Orders {
    pub fn of<'f>(facts: impl IntoIterator<Item = &'f Happened>) -> Self {
        let mut found = Self::default();
        for fact in facts {
            let factors = Factor::of(fact);
            if fact.kind == Kind::Order {
                found.orders.push((fact.at, fact.key, factors));
            } else {
                found.touches.extend(factors.into_iter().map(|factor| (fact.at, fact.key, factor)));
            }
        }
        found.orders.sort_unstable();
        found.touches.sort_unstable();
        found
    }

    /// Goes along orders and touches once.
    pub fn decided(&self) -> Decided {
        // Twelve parts of an order can be shared by one, two, three or four.
        const PARTS: i64 = 12;
        let mut decided = Decided::default();
        let mut within = [0_u64; 4];
        let (mut first, mut behind) = (0, 0);
        for (at, _, own) in &self.orders {
            while let Some((_, _, factor)) = self.touches.get(behind).filter(|(touched, ..)| touched <= at) {
                within[*factor as usize] += 1;
                behind += 1;
            }
            let from = from_of(*at);
            while let Some((_, _, factor)) = self.touches[..behind].get(first).filter(|(touched, ..)| *touched < from) {
                within[*factor as usize] -= 1;
                first += 1;
            }
            let is_of = Factor::ALL.map(|factor| within[factor as usize] > 0 || own.contains(&factor));
            let count = is_of.iter().filter(|is_of| **is_of).count() as i64;
            if count > 0 {
                decided.conversions += 1;
                let places = decided.parts.iter_mut().zip(is_of).filter(|(_, is_of)| *is_of);
                places.for_each(|(part, _)| *part += PARTS / count);
            }
        }
        decided
    }

    /// Touched orders with their evidence, the newest first.
    pub fn newest(&self) -> impl Iterator<Item = Conversion> {
        self.orders.iter().rev().filter_map(|(at, order, own)| {
            let first = self.touches.partition_point(|(touched, ..)| *touched < from_of(*at));
            let behind = self.touches.partition_point(|(touched, ..)| touched <= at);
            let touches_count = behind.saturating_sub(first) + own.len();
            let shown = first.max(behind.saturating_sub(TOUCHES_SHOWN_MAX.saturating_sub(own.len())));
            let before = self.touches[shown..behind].iter().map(|(at, key, factor)| (*factor, *key, *at));
            let own = own.iter().map(|factor| (*factor, *order, *at));
            let touches = before.chain(own).collect();
            (touches_count > 0).then_some(Conversion { order: *order, at: *at, touches, touches_count })
        })
    }
}

/// Since when an order of this instant may be touched.
fn from_of(order: Instant) -> Instant {
    Instant(order.0.saturating_sub(TOUCH_DAYS * MICROS_PER_DAY))
}

impl Decided {
    /// In the order of [`Factor::ALL`], whole percent that add up to 100; none without a touched order.
    pub fn shares(&self) -> Option<[u8; 4]> {
        if self.parts == [0; 4] {
            return None;
        }
        let mut shares = Vec::with_capacity(self.parts.len());
        apportion(100, &self.parts, &mut shares);
        Some(std::array::from_fn(|factor| shares[factor] as u8))
    }
}

/// What is worked out of the facts of one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Without referrals.
    pub actions: Actions,
    pub first_touch_point: Option<String>,
    pub main_touch_point: Option<String>,
    /// Touched orders.
    pub conversions: u32,
    pub decision: Option<[u8; 4]>,
    /// Topics of which they open what they are sent, and of which they do not.
    pub opened_topics: Vec<String>,
    pub ignored_topics: Vec<String>,
}

/// Over all facts of a customer; actions are counted from the one instant until before the other, and what is later than that
/// plays no part in anything.
pub fn work_out(facts: &[Happened], from: Instant, until: Instant) -> Worked {
    let happened: Vec<&Happened> = facts.iter().filter(|fact| fact.at < until).collect();
    let mut worked = Worked::default();
    let mut touched: BTreeMap<&str, (u32, Instant)> = BTreeMap::new();
    for fact in &happened {
        if let Some(deed) = deed_of(&fact.kind).filter(|_| fact.at >= from) {
            worked.actions.add(deed);
        }
        if let Some(code) = text_of(&fact.properties, "touch_point") {
            let (count, first) = touched.entry(code).or_insert((0, fact.at));
            *count = count.saturating_add(1);
            *first = (*first).min(fact.at);
        }
    }
    let first = touched.iter().min_by_key(|(code, (_, first))| (*first, **code));
    worked.first_touch_point = first.map(|(code, _)| (*code).to_owned());
    let main = touched.iter().min_by_key(|(code, (count, first))| (std::cmp::Reverse(*count), *first, **code));
    worked.main_touch_point = main.map(|(code, _)| (*code).to_owned());
    let decided = Orders::of(happened).decided();
    worked.conversions = u32::try_from(decided.conversions).unwrap_or(u32::MAX);
    worked.decision = decided.shares();
    let interests = interests_of(facts, until);
    worked.opened_topics = topics_of(&interests, Interest::High);
    worked.ignored_topics = topics_of(&interests, Interest::Low);
    worked
}

impl Worked {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::oracle::Named;

    const DAY: i64 = MICROS_PER_DAY;

    fn fact(number: usize, day: i64, kind: Kind, properties: &[(&str, &str)]) -> Happened {
        let named: Named =
            properties.iter().map(|(name, value)| ((*name).to_owned(), vec![Value::text(value)])).collect();
        let key = FactKey::of(&["test", &number.to_string()]);
        Happened { key, at: Instant(day * DAY), kind, properties: named, lines: Vec::new() }
    }

    fn event(name: &str) -> Kind {
        Kind::Event(name.to_owned())
    }

    /// SplitMix64.
    fn below(state: &mut u64, below: u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }

    /// C63: for each of ten thousand users what they did is drawn, and counted by hand as it is drawn.
    #[test]
    fn c63_the_scores_of_ten_thousand_users_are_those_of_a_reference_calculation() {
        let (from, until) = (Instant(100 * DAY), Instant(190 * DAY));
        let kinds = [
            ("Product Viewed", 1),
            ("Shared", 3),
            ("Invite Sent", 3),
            ("Event Joined", 2),
            ("Message Sent", 0),
            ("Liked", 1),
        ];
        let mut state = 63;
        let mut bands = [0_u32; 4];
        for _ in 0..10_000 {
            let mut facts = Vec::new();
            let mut right = 0;
            let deeds = below(&mut state, 12) * below(&mut state, 3);
            for number in 0..deeds {
                // Sixty days too early to one day too late; days begin within the time.
                let day = 40 + below(&mut state, 151) as i64;
                let is_within = (100..190).contains(&day);
                let (kind, weight) = match below(&mut state, 9) {
                    place @ 0..=5 => (event(kinds[place as usize].0), kinds[place as usize].1),
                    6 => (Kind::Page, 1),
                    7 => (Kind::Screen, 1),
                    _ => (Kind::Order, 0),
                };
                right += if is_within { weight } else { 0 };
                facts.push(fact(number as usize, day, kind, &[]));
            }
            let referrals = if below(&mut state, 10) == 0 { below(&mut state, 4) as u32 } else { 0 };
            right += 10 * u64::from(referrals);
            facts.reverse();
            let worked = work_out(&facts, from, until);
            let score = Actions { referrals, ..worked.actions }.score();
            assert_eq!(score, right);
            // The bands of the template: high, mid, low, dormant.
            bands[match score {
                30.. => 0,
                10..=29 => 1,
                1..=9 => 2,
                0 => 3,
            }] += 1;
        }
        assert_eq!(bands.iter().sum::<u32>(), 10_000);
        assert!(bands.iter().all(|count| *count > 0), "{bands:?}");
    }

    #[test]
    fn the_first_touch_point_and_the_one_that_is_named_most() {
        let at = |number, day, touch_point| fact(number, day, Kind::Page, &[("touch_point", touch_point)]);
        let facts = [at(1, 5, "live_stream"), at(2, 9, "community"), at(3, 3, "moments"), at(4, 7, "community")];
        let worked = work_out(&facts, Instant(0), Instant(100 * DAY));
        assert_eq!(
            (worked.first_touch_point.as_deref(), worked.main_touch_point.as_deref()),
            (Some("moments"), Some("community"))
        );
        // Of equal ones the earlier; what is yet to come plays no part.
        let worked = work_out(&facts, Instant(0), Instant(9 * DAY));
        assert_eq!(worked.main_touch_point.as_deref(), Some("moments"));
        assert!(work_out(&[], Instant(0), Instant(DAY)).is_nothing());
    }

    /// C41: nine orders touched by the four factors.
    #[test]
    fn c41_nine_touched_orders_have_four_shares_that_add_up_to_a_hundred() {
        let mut facts = Vec::new();
        let mut number = 0;
        // What touched an order, a hundred days apart.
        let orders: [&[&str]; 9] = [
            &["Share Opened"],
            &["Share Opened"],
            &["Article Read"],
            &["Coupon Applied"],
            &["Coupon Applied"],
            &["Coupon Applied", "Coupon Claimed"],
            &["Community Joined"],
            &["Share Opened", "Coupon Applied"],
            &["Article Read", "Coupon Applied", "Event Joined"],
        ];
        let mut add = |day, kind| {
            number += 1;
            facts.push(fact(number, day, kind, &[]));
        };
        for (place, touches) in orders.iter().enumerate() {
            let day = 100 * (place as i64 + 1);
            for (back, name) in touches.iter().enumerate() {
                add(day - 30 + back as i64, event(name));
            }
            // A day too early, and behind.
            add(day - 31, event("Article Read"));
            add(day, Kind::Order);
            add(day + 1, event("Share Opened"));
        }
        // Nothing touched this one.
        add(5_000, Kind::Order);
        facts.reverse();
        let found = Orders::of(&facts);
        let touches: Vec<usize> = found.newest().map(|one| one.touches.len()).collect();
        assert_eq!(touches, [3, 2, 1, 2, 1, 1, 1, 1, 1]);
        let decided = found.decided();
        assert_eq!(decided.conversions, 9);
        // Friend 2½, content 1⅓, promotion 3 + ½ + ⅓, community 1⅓ of nine: 27.8, 14.8, 42.6 and 14.8 %.
        assert_eq!(decided.shares(), Some([28, 15, 42, 15]));
        assert_eq!(work_out(&facts, Instant(0), Instant(9_000 * DAY)).conversions, 9);
        assert_eq!(Decided::default().shares(), None);
        // Three equal thirds: the first has what is left.
        assert_eq!(Decided { conversions: 3, parts: [0, 12, 12, 12] }.shares(), Some([0, 34, 33, 33]));
    }

    /// Touches of an order, counted one by one.
    fn touched(facts: &[Happened], order: &Happened) -> Vec<(Factor, FactKey, Instant)> {
        let mut found: Vec<(Instant, FactKey, Factor)> = facts
            .iter()
            .filter(|one| one.kind != Kind::Order && one.at <= order.at && one.at.0 >= order.at.0 - 30 * DAY)
            .flat_map(|one| Factor::of(one).into_iter().map(|factor| (one.at, one.key, factor)))
            .collect();
        found.sort_unstable();
        found.extend(Factor::of(order).into_iter().map(|factor| (order.at, order.key, factor)));
        found.into_iter().map(|(at, key, factor)| (factor, key, at)).collect()
    }

    #[test]
    fn what_decided_is_the_same_as_order_by_order() {
        let mut state = 7;
        for _ in 0..300 {
            let kinds = ["Share Opened", "Article Read", "Coupon Applied", "Event Joined", "Product Viewed"];
            let count = below(&mut state, 60) as usize;
            let mut facts: Vec<Happened> = (0..count)
                .map(|number| {
                    let day = below(&mut state, 120) as i64;
                    let told: &[(&str, &str)] =
                        [&[][..], &[("coupon", "A")], &[("invited_by", "u")], &[("coupon", "A"), ("invited_by", "u")]]
                            [below(&mut state, 4) as usize];
                    match below(&mut state, 3) {
                        0 => fact(number, day, Kind::Order, told),
                        _ => fact(number, day, event(kinds[below(&mut state, 5) as usize]), &[]),
                    }
                })
                .collect();
            let orders = Orders::of(&facts);
            facts.sort_by_key(|one| (std::cmp::Reverse(one.at), std::cmp::Reverse(one.key)));
            let right: Vec<Conversion> = facts
                .iter()
                .filter(|one| one.kind == Kind::Order)
                .map(|order| (order, touched(&facts, order)))
                .filter(|(_, touches)| !touches.is_empty())
                .map(|(order, touches)| Conversion {
                    order: order.key,
                    at: order.at,
                    touches_count: touches.len(),
                    touches: touches[touches.len().saturating_sub(TOUCHES_SHOWN_MAX)..].to_vec(),
                })
                .collect();
            assert_eq!(orders.newest().collect::<Vec<_>>(), right);
            let mut parts = [0; 4];
            for one in facts.iter().filter(|one| one.kind == Kind::Order) {
                let of: std::collections::BTreeSet<Factor> =
                    touched(&facts, one).into_iter().map(|(factor, ..)| factor).collect();
                of.iter().for_each(|factor| parts[*factor as usize] += 12 / of.len() as i64);
            }
            assert_eq!(orders.decided(), Decided { conversions: right.len(), parts });
        }
    }

    /// Each order of a till that stands for everybody is touched by whatever anybody did in the month before.
    #[test]
    fn a_hundred_thousand_orders_and_events_of_a_month_take_no_more_than_there_are() {
        let mut facts: Vec<Happened> = Vec::new();
        for number in 0..200_000 {
            let kind = if number % 2 == 0 { Kind::Order } else { event("Coupon Applied") };
            facts.push(Happened { at: Instant(number as i64), ..fact(number, 0, kind, &[]) });
        }
        let worked = work_out(&facts, Instant(0), Instant(DAY));
        assert_eq!((worked.conversions, worked.decision), (99_999, Some([0, 0, 100, 0])));
        let newest: Vec<Conversion> = Orders::of(&facts).newest().take(100).collect();
        assert_eq!((newest.len(), newest[0].touches_count, newest[0].touches.len()), (100, 99_999, TOUCHES_SHOWN_MAX));
    }

    #[test]
    fn an_order_is_touched_by_what_it_says_of_itself_and_by_that_alone() {
        let facts = [
            fact(1, 10, Kind::Order, &[("coupon", "SPRING")]),
            fact(2, 12, Kind::Order, &[]),
            fact(3, 13, Kind::Order, &[("invited_by", "u1")]),
            // Both share it; what is empty says nothing.
            fact(4, 14, Kind::Order, &[("coupon", "MAY"), ("invited_by", "u2")]),
            fact(5, 15, Kind::Order, &[("coupon", " ")]),
        ];
        let found = Orders::of(&facts);
        let touched: Vec<(FactKey, Vec<Factor>)> = found
            .newest()
            .map(|one| (one.order, one.touches.into_iter().map(|(factor, ..)| factor).collect()))
            .collect();
        let right = [
            (facts[3].key, vec![Factor::Friend, Factor::Promotion]),
            (facts[2].key, vec![Factor::Friend]),
            (facts[0].key, vec![Factor::Promotion]),
        ];
        assert_eq!(touched, right);
        assert_eq!(found.decided().shares(), Some([50, 0, 50, 0]));
        let mut no = fact(6, 16, Kind::Order, &[]);
        no.properties.insert("coupon".to_owned(), vec![Value::Boolean(false)]);
        assert_eq!(Factor::of(&no), []);
    }

    #[test]
    fn shares_always_add_up() {
        let mut state = 41;
        for _ in 0..2_000 {
            let mut decided = Decided::default();
            for _ in 0..1 + below(&mut state, 20) {
                let factors = 1 + below(&mut state, 15);
                let parts = 12 / i64::from(factors.count_ones());
                decided.conversions += 1;
                decided.parts.iter_mut().enumerate().filter(|(place, _)| factors & (1 << place) != 0).for_each(
                    |(_, part)| {
                        *part += parts;
                    },
                );
            }
            let shares = decided.shares().unwrap();
            assert_eq!(shares.iter().map(|share| u32::from(*share)).sum::<u32>(), 100, "{shares:?}");
        }
    }
}
