//! Paths: named ordered steps of a journey, and who has gone all of them.
//!
//! A step is a class of facts, narrowed by names of events, touch-point or channel, and perhaps has to follow the one
//! before within so many hours. [`presets`] are the two of every brand; a brand adds its own. [`Walk`] says how far one
//! customer's facts lead. Invariants: which facts fill which steps depends on the facts alone, not on the order in which
//! they arrived; a fact fills one step of a path at most; whoever has completed a path has completed it once, at the
//! earliest instant at which all steps were gone.

use crate::fact::FactKind;
use crate::fact_filter::{FactClass, FactFilter, Names};
use crate::receipt::{RECEIPT_CLAIMED_EVENT, RECEIPT_SCANNED_EVENT};
use crate::time::{Instant, MICROS_PER_HOUR};
use crate::touch_point;
use crate::tracking::NAME_BYTES_MAX;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub const STEPS_MIN: usize = 2;
pub const STEPS_MAX: usize = 8;
/// Of a brand: each is counted for all customers.
pub const OWN_PATHS_MAX: usize = 10;
/// Names of events, pages or screens of one step.
pub const NAMES_MAX: usize = 20;
/// A year.
pub const WITHIN_HOURS_MAX: u32 = 8_784;

/// What kind of thing a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Anything that a touch-point saw, or that was bought there.
    TouchPoint,
    /// A page or a screen was looked at.
    Visit,
    /// Events of these names.
    Event,
    /// A channel code, a package's code or a receipt was scanned.
    Scan,
    Order,
    /// Somebody asked the service something.
    Ticket,
    /// Somebody signed up.
    SignUp,
}

const SCANS: [&str; 3] = ["Code Scanned", "Unit Code Scanned", RECEIPT_SCANNED_EVENT];
const TICKETS: [&str; 5] = ["Ticket Opened", "Question Asked", "Call Started", "Complaint Filed", "Return Requested"];
const SIGN_UPS: [&str; 2] = ["Signed Up", RECEIPT_CLAIMED_EVENT];

impl StepKind {
    pub const ALL: [Self; 7] =
        [Self::TouchPoint, Self::Visit, Self::Event, Self::Scan, Self::Order, Self::Ticket, Self::SignUp];

    pub fn code(self) -> &'static str {
        match self {
            Self::TouchPoint => "touch_point",
            Self::Visit => "visit",
            Self::Event => "event",
            Self::Scan => "scan",
            Self::Order => "order",
            Self::Ticket => "ticket",
            Self::SignUp => "sign_up",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Of which a step may name some.
    fn may_name(self) -> bool {
        self != Self::Order && self != Self::TouchPoint
    }

    /// The facts of this kind with any of these names; of all that are usual where none is named.
    fn classes(self, names: &[String]) -> Vec<FactClass> {
        let any = |kind| FactClass { kind, names: Names::Any };
        let only = |kind, usual: &[&str]| {
            let usual = || usual.iter().map(|name| (*name).to_owned()).collect();
            let names = if names.is_empty() { usual() } else { names.to_vec() };
            FactClass { kind, names: Names::Only(names) }
        };
        let visit = |kind| if names.is_empty() { any(kind) } else { only(kind, &[]) };
        match self {
            Self::TouchPoint => {
                [FactKind::Event, FactKind::Page, FactKind::Screen, FactKind::Identify, FactKind::Order]
                    .map(any)
                    .to_vec()
            }
            Self::Visit => vec![visit(FactKind::Page), visit(FactKind::Screen)],
            Self::Event => vec![only(FactKind::Event, &[])],
            Self::Scan => vec![only(FactKind::Event, &SCANS)],
            Self::Order => vec![any(FactKind::Order)],
            Self::Ticket => vec![only(FactKind::Event, &TICKETS)],
            Self::SignUp => vec![only(FactKind::Event, &SIGN_UPS)],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathStep {
    pub kind: StepKind,
    /// Of events, pages or screens; empty: those that are usual for the kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The code of the touch-point that the fact has to name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touch_point: Option<String>,
    /// The channel that the message has to name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// How long after the step before at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_hours: Option<u32>,
}

impl PathStep {
    pub fn of(kind: StepKind) -> Self {
        Self { kind, names: Vec::new(), touch_point: None, channel: None, within_hours: None }
    }

    pub fn filter(&self) -> FactFilter {
        FactFilter {
            classes: Some(self.kind.classes(&self.names)),
            channel: self.channel.clone(),
            touch_point: self.touch_point.clone(),
        }
    }

    fn wrong(&self, place: usize) -> Option<(&'static str, &'static str)> {
        let is_name = |name: &String| !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.trim() == name;
        let names: BTreeSet<&String> = self.names.iter().collect();
        if !self.names.is_empty() && !self.kind.may_name() {
            return Some(("names", "none: only events, visits, scans, tickets and sign-ups have names"));
        }
        if self.kind == StepKind::Event && self.names.is_empty() {
            return Some(("names", "at least one name of an event"));
        }
        if names.len() < self.names.len() || names.len() > NAMES_MAX || !self.names.iter().all(is_name) {
            return Some(("names", "at most 20, each once, 1 to 500 bytes, without spaces around it"));
        }
        if self.kind == StepKind::TouchPoint && self.touch_point.is_none() {
            return Some(("touch_point", "the code of a touch-point of the registry"));
        }
        if self.touch_point.as_ref().is_some_and(|code| !touch_point::is_code(code)) {
            return Some(("touch_point", "the code of a touch-point of the registry, or null"));
        }
        if self.channel.as_ref().is_some_and(|channel| channel.is_empty() || channel.len() > 100) {
            return Some(("channel", "1 to 100 bytes, or null"));
        }
        match self.within_hours {
            Some(_) if place == 0 => Some(("within_hours", "null: nothing is before the first step")),
            Some(hours) if !(1..=WITHIN_HOURS_MAX).contains(&hours) => Some(("within_hours", "1 to 8784, or null")),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyPath {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub steps: Vec<PathStep>,
}

/// What is wrong with own paths: a pointer such as `paths/0/steps/1/names`, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathWrong {
    pub field: String,
    pub allowed: &'static str,
}

/// The two paths of every brand.
///
/// A: somebody buys in a store, scans the code on the receipt and signs up. B: somebody searches on the phone, looks at
/// what there is, buys, and asks the service. An order that a file told names no touch-point, so the order of B may be
/// any.
pub fn presets() -> Vec<JourneyPath> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    let receipt = PathStep { names: names(&[RECEIPT_SCANNED_EVENT]), ..PathStep::of(StepKind::Scan) };
    let search = PathStep { touch_point: Some("search".to_owned()), ..PathStep::of(StepKind::TouchPoint) };
    let learns = PathStep {
        names: names(&["Product Viewed", "Content Viewed", "Article Read"]),
        ..PathStep::of(StepKind::Event)
    };
    vec![
        JourneyPath {
            code: "store_receipt".to_owned(),
            name_zh: "路径 A：门店购买 → 扫小票 → 注册".to_owned(),
            name_en: "Path A: store purchase → receipt scan → sign-up".to_owned(),
            steps: vec![PathStep::of(StepKind::Order), receipt, PathStep::of(StepKind::SignUp)],
        },
        JourneyPath {
            code: "search_service".to_owned(),
            name_zh: "路径 B：搜索 → 了解 → 购买 → 问客服".to_owned(),
            name_en: "Path B: search → learns → buys → asks the service".to_owned(),
            steps: vec![search, learns, PathStep::of(StepKind::Order), PathStep::of(StepKind::Ticket)],
        },
    ]
}

/// All that is wrong with a brand's own paths; empty when they can be saved.
pub fn check(own: &[JourneyPath]) -> Vec<PathWrong> {
    let wrong = |field: String, allowed| PathWrong { field, allowed };
    if own.len() > OWN_PATHS_MAX {
        return vec![wrong("paths".to_owned(), "at most 10 paths of one's own")];
    }
    let mut errors = Vec::new();
    let mut codes: BTreeSet<String> = presets().into_iter().map(|path| path.code).collect();
    for (place, path) in own.iter().enumerate() {
        let at = |field: &str| format!("paths/{place}/{field}");
        if !touch_point::is_code(&path.code) {
            errors.push(wrong(at("code"), "a to z, 0 to 9 and _, 1 to 40, a letter first"));
        } else if !codes.insert(path.code.clone()) {
            errors.push(wrong(at("code"), "a code that no other path has"));
        }
        for (field, name) in [("name_zh", &path.name_zh), ("name_en", &path.name_en)] {
            if !touch_point::is_name(name) {
                errors.push(wrong(at(field), "1 to 60 characters"));
            }
        }
        if !(STEPS_MIN..=STEPS_MAX).contains(&path.steps.len()) {
            errors.push(wrong(at("steps"), "2 to 8 steps"));
        }
        for (number, step) in path.steps.iter().enumerate() {
            let found = step.wrong(number);
            errors.extend(found.map(|(field, allowed)| wrong(at(&format!("steps/{number}/{field}")), allowed)));
        }
    }
    errors
}

/// A path as facts are held against it.
#[derive(Clone, Debug)]
pub struct Matcher {
    filters: Vec<FactFilter>,
    /// In microseconds; none: however long.
    within: Vec<Option<i64>>,
}

/// The steps that a fact may fill: bit 0 the first.
pub type StepMask = u16;

impl Matcher {
    pub fn of(path: &JourneyPath) -> Self {
        let within = |step: &PathStep| step.within_hours.map(|hours| i64::from(hours) * MICROS_PER_HOUR);
        Self {
            filters: path.steps.iter().map(PathStep::filter).collect(),
            within: path.steps.iter().map(within).collect(),
        }
    }

    pub fn filters(&self) -> &[FactFilter] {
        &self.filters
    }

    pub fn steps(&self) -> usize {
        self.filters.len()
    }

    pub fn mask(
        &self,
        kind: FactKind,
        name: Option<&str>,
        channel: Option<&str>,
        touch_point: Option<&str>,
    ) -> StepMask {
        let hits = self.filters.iter().enumerate();
        hits.filter(|(_, filter)| filter.matches(kind, name, channel, touch_point))
            .fold(0, |mask, (place, _)| mask | 1 << place)
    }

    /// How far these facts lead. They come in any order; those of one instant may have happened in any.
    pub fn walk(&self, mut hits: Vec<Hit>) -> Walk {
        hits.retain(|hit| hit.mask != 0);
        hits.sort_unstable_by_key(|hit| (hit.at, hit.number));
        let mut stands: [Option<Stand>; STEPS_MAX] = [None; STEPS_MAX];
        let mut walk = Walk::default();
        for together in hits.chunk_by(|one, other| one.at == other.at) {
            let (at, before) = (together[0].at, stands);
            for from in 0..self.steps() {
                let base = match from.checked_sub(1) {
                    None => Some(Stand { at, facts: [0; STEPS_MAX] }),
                    Some(last) => before[last].filter(|stand| self.follows(from, stand.at, at)),
                };
                let Some(base) = base else { continue };
                let mut filled = [None; STEPS_MAX];
                for (step, best) in stands.iter_mut().enumerate().take(self.steps()).skip(from) {
                    // Each fact fills one of the steps that are gone at this instant.
                    if !fill(together, step, &mut filled, &mut 0) {
                        break;
                    }
                    let mut stand = Stand { at, ..base };
                    for (fact, place) in stand.facts.iter_mut().zip(&filled) {
                        *fact = place.map_or(*fact, |place: usize| together[place].number);
                    }
                    // Where the next step has to follow soon, a later fact is a better one; elsewhere the first stays.
                    if best.is_none() || self.within.get(step + 1).is_some_and(Option::is_some) {
                        *best = Some(stand);
                    }
                    if step + 1 > walk.facts.len() {
                        walk.facts = stand.facts[..=step].to_vec();
                        if step + 1 == self.steps() {
                            walk.completed_at = Some(at);
                            return walk;
                        }
                    }
                }
            }
        }
        walk
    }

    /// Whether the step may be gone now, if the one before was gone then.
    fn follows(&self, step: usize, then: Instant, now: Instant) -> bool {
        self.within[step].is_none_or(|within| now.0.saturating_sub(then.0) <= within)
    }
}

/// Finds the step a fact of its own, for which those of other steps may change theirs. `tried`: the steps that were asked.
fn fill(together: &[Hit], step: usize, filled: &mut [Option<usize>; STEPS_MAX], tried: &mut StepMask) -> bool {
    *tried |= 1 << step;
    for (place, _) in together.iter().enumerate().filter(|(_, hit)| hit.mask & 1 << step != 0) {
        let is_free = match filled.iter().position(|one| *one == Some(place)) {
            Some(other) => *tried & 1 << other == 0 && fill(together, other, filled, tried),
            None => true,
        };
        if is_free {
            filled[step] = Some(place);
            return true;
        }
    }
    false
}

/// A fact that may fill steps of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub at: Instant,
    pub mask: StepMask,
    /// By which the caller knows the fact again.
    pub number: u32,
}

#[derive(Clone, Copy)]
struct Stand {
    at: Instant,
    facts: [u32; STEPS_MAX],
}

/// How far somebody has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// The numbers of the facts that fill the steps that were gone, in their order.
    pub facts: Vec<u32>,
    /// When the last step was gone.
    pub completed_at: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(at: i64, mask: StepMask, number: u32) -> Hit {
        Hit { at: Instant(at * MICROS_PER_HOUR), mask, number }
    }

    fn path(within: &[Option<u32>]) -> Matcher {
        let step =
            |within_hours: &Option<u32>| PathStep { within_hours: *within_hours, ..PathStep::of(StepKind::Order) };
        let steps = within.iter().map(step).collect();
        Matcher::of(&JourneyPath { code: "p".into(), name_zh: "p".into(), name_en: "p".into(), steps })
    }

    #[test]
    fn presets_can_be_saved_under_other_codes_and_have_names_for_both_languages() {
        let mut own = presets();
        assert_eq!(check(&own).len(), 2, "their codes are taken");
        for path in &mut own {
            path.code = format!("own_{}", path.code);
            assert!(touch_point::is_name(&path.name_zh) && touch_point::is_name(&path.name_en));
        }
        assert_eq!(check(&own), Vec::new());
        for kind in StepKind::ALL {
            assert_eq!(StepKind::parse(kind.code()), Some(kind));
        }
    }

    #[test]
    fn steps_are_gone_in_their_order_whatever_the_order_of_arrival_is() {
        let matcher = path(&[None, None, None]);
        let facts = [hit(1, 1, 10), hit(2, 4, 11), hit(3, 2, 12), hit(5, 4, 13)];
        for turn in 0..facts.len() {
            let mut hits = facts.to_vec();
            hits.rotate_left(turn);
            let walk = matcher.walk(hits);
            assert_eq!((walk.facts, walk.completed_at), (vec![10, 12, 13], Some(Instant(5 * MICROS_PER_HOUR))));
        }
        let walk = matcher.walk(vec![hit(1, 1, 1), hit(2, 4, 2)]);
        assert_eq!((walk.facts, walk.completed_at), (vec![1], None), "the second step is missing");
    }

    #[test]
    fn a_fact_fills_one_step_and_those_of_one_instant_come_in_any_order() {
        let matcher = path(&[None, None]);
        assert_eq!(matcher.walk(vec![hit(1, 3, 1)]).facts, [1], "one order is not two");
        assert_eq!(matcher.walk(vec![hit(1, 3, 1), hit(2, 3, 2)]).facts, [1, 2]);
        assert_eq!(matcher.walk(vec![hit(1, 2, 1), hit(1, 1, 2)]).facts, [2, 1]);
        assert_eq!(matcher.walk(vec![hit(1, 3, 1), hit(1, 1, 2)]).facts, [2, 1]);
    }

    #[test]
    fn a_step_that_has_to_follow_soon_is_measured_from_the_latest_before_it() {
        let matcher = path(&[None, Some(24)]);
        assert_eq!(matcher.walk(vec![hit(0, 1, 1), hit(25, 2, 2)]).completed_at, None);
        assert_eq!(matcher.walk(vec![hit(0, 1, 1), hit(24, 2, 2)]).facts, [1, 2]);
        assert_eq!(matcher.walk(vec![hit(0, 1, 1), hit(20, 1, 3), hit(25, 2, 2)]).facts, [3, 2]);
    }

    /// All choices of one fact for each step, tried one by one.
    fn by_trying(within: &[Option<u32>], hits: &[Hit]) -> Option<Instant> {
        fn go(within: &[Option<u32>], hits: &[Hit], step: usize, used: u32, last: Option<Instant>) -> Option<Instant> {
            if step == within.len() {
                return last;
            }
            let fits = |hit: &&Hit| {
                hit.mask & 1 << step != 0
                    && used & 1 << hit.number == 0
                    && last.is_none_or(|last| {
                        let hours = within[step].map_or(i64::MAX, |hours| i64::from(hours) * MICROS_PER_HOUR);
                        (0..=hours).contains(&(hit.at.0 - last.0))
                    })
            };
            let tried = hits.iter().filter(fits);
            tried.filter_map(|hit| go(within, hits, step + 1, used | 1 << hit.number, Some(hit.at))).min()
        }
        go(within, hits, 0, 0, None)
    }

    #[test]
    fn a_walk_ends_where_trying_all_choices_ends() {
        let mut state = 11_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..4_000 {
            let steps = 2 + next(3) as usize;
            let within: Vec<Option<u32>> =
                (0..steps).map(|step| if step > 0 && next(2) == 0 { Some(1 + next(4) as u32) } else { None }).collect();
            // Sometimes many of one instant, of which the order is open.
            let times = 1 + next(12);
            let hits: Vec<Hit> =
                (0..next(8)).map(|place| hit(next(times) as i64, 1 + next(15) as u16, place as u32)).collect();
            let hits: Vec<Hit> =
                hits.into_iter().map(|hit| Hit { mask: hit.mask & ((1 << steps) - 1), ..hit }).collect();
            let walk = path(&within).walk(hits.clone());
            assert_eq!(walk.completed_at, by_trying(&within, &hits), "{within:?} {hits:?}");
        }
    }

    #[test]
    fn what_cannot_be_a_path_is_named() {
        let mut wrong = presets().remove(1);
        wrong.code = "Own".to_owned();
        wrong.name_zh = String::new();
        wrong.steps[0].within_hours = Some(5);
        wrong.steps[1].names.clear();
        wrong.steps[2].names.push("x".to_owned());
        wrong.steps[3].within_hours = Some(9_000);
        let fields: Vec<String> = check(&[wrong]).into_iter().map(|one| one.field).collect();
        let expected =
            ["code", "name_zh", "steps/0/within_hours", "steps/1/names", "steps/2/names", "steps/3/within_hours"];
        assert_eq!(fields, expected.map(|field| format!("paths/0/{field}")));
        assert_eq!(check(&vec![presets().remove(0); OWN_PATHS_MAX + 1])[0].field, "paths");
    }
}
