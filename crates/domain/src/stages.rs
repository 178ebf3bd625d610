//! The five stages of a customer's journey, and which facts are of which.
//!
//! A rule says: facts of this kind, or those of this kind with this name, are of this stage. [`defaults`] is the table
//! that every brand begins with (`docs/journey.md` shows it); a brand's own rules stand before it. A name stands before
//! its kind. Invariant: each fact is of exactly one stage, whatever the rules are.

use crate::fact::FactKind;
use crate::fact_filter::{FactClass, Names};
use crate::settings::FieldError;
use crate::tracking::NAME_BYTES_MAX;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// In the order of a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Meets the brand, says who they are.
    Contact,
    /// Looks and compares.
    Learn,
    Buy,
    /// Asks: where is it, how does it work, what is wrong with it.
    Query,
    /// Takes part, judges, tells others.
    Interact,
}

impl Stage {
    pub const ALL: [Self; 5] = [Self::Contact, Self::Learn, Self::Buy, Self::Query, Self::Interact];

    pub fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Learn => "learn",
            Self::Buy => "buy",
            Self::Query => "query",
            Self::Interact => "interact",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// Facts of a kind, or those of it with a name, are of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageRule {
    pub kind: FactKind,
    /// Empty: all of that kind without a rule of their own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub stage: Stage,
}

/// A brand's own rules: bounds what a query of the history is made of.
pub const OWN_RULES_MAX: usize = 500;

/// The stage of a kind, where its names have no rule.
const fn stage_of_kind(kind: FactKind) -> Stage {
    match kind {
        FactKind::Identify | FactKind::Alias | FactKind::Group | FactKind::CustomerUpdate => Stage::Contact,
        FactKind::Page | FactKind::Screen | FactKind::Event => Stage::Learn,
        FactKind::Order | FactKind::Gift | FactKind::Unpaid | FactKind::Cancelled | FactKind::Adjustment => Stage::Buy,
        FactKind::Refund => Stage::Query,
    }
}

const CONTACT: [&str; 11] = [
    "Followed",
    "Unfollowed",
    "Signed Up",
    "Signed In",
    "Signed Out",
    "Code Scanned",
    "Unit Code Scanned",
    "Application Installed",
    "Consent Given",
    "Preferences Updated",
    "Message Sent",
];
const BUY: [&str; 17] = [
    "Product Added",
    "Product Removed",
    "Product Added to Wishlist",
    "Wishlist Product Added to Cart",
    "Cart Viewed",
    "Checkout Started",
    "Checkout Step Viewed",
    "Checkout Step Completed",
    "Payment Info Entered",
    "Coupon Entered",
    "Coupon Applied",
    "Order Completed",
    "Order Updated",
    "Order Cancelled",
    "Product Paid",
    "Order Delivered",
    "Product Delivered",
];
const QUERY: [&str; 13] = [
    "Call Started",
    "Call Ended",
    "Question Asked",
    "Help Viewed",
    "Order Tracked",
    "Logistics Viewed",
    "Ticket Opened",
    "Ticket Closed",
    "Ticket Reopened",
    "Complaint Filed",
    "Return Requested",
    "Order Refunded",
    "Usage Card Answered",
];
const INTERACT: [&str; 20] = [
    "Shared",
    "Product Shared",
    "Cart Shared",
    "Content Shared",
    "Invite Sent",
    "Share Opened",
    "Product Reviewed",
    "Comment Posted",
    "Liked",
    "Community Joined",
    "Community Left",
    "Community Message Sent",
    "Checked In",
    "Task Completed",
    "Event Joined",
    "Survey Answered",
    "Live Stream Watched",
    "Post Published",
    "Product Progressed",
    "Product Used",
];

/// The table that every brand begins with.
pub fn defaults() -> Vec<StageRule> {
    let of_kind = |kind| StageRule { kind, name: String::new(), stage: stage_of_kind(kind) };
    let named = |names: &'static [&'static str], stage| {
        let rule = move |name: &&str| StageRule { kind: FactKind::Event, name: (*name).to_owned(), stage };
        names.iter().map(rule)
    };
    FactKind::ALL
        .into_iter()
        .map(of_kind)
        .chain(named(&CONTACT, Stage::Contact))
        .chain(named(&BUY, Stage::Buy))
        .chain(named(&QUERY, Stage::Query))
        .chain(named(&INTERACT, Stage::Interact))
        .collect()
}

/// Only these have names.
fn has_names(kind: FactKind) -> bool {
    matches!(kind, FactKind::Event | FactKind::Page | FactKind::Screen)
}

/// Fields of own rules that cannot be accepted; empty when they can be saved.
pub fn check(own: &[StageRule]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut demand = |holds: bool, field, allowed| {
        if !holds {
            errors.push(FieldError { field, allowed });
        }
    };
    demand(own.len() <= OWN_RULES_MAX, "rules", "at most 500 rules");
    let is_name = |name: &str| name.len() <= NAME_BYTES_MAX && name.trim() == name;
    demand(own.iter().all(|rule| is_name(&rule.name)), "rules/name", "at most 500 bytes, without spaces around it");
    let may_be_named = |rule: &StageRule| rule.name.is_empty() || has_names(rule.kind);
    demand(own.iter().all(may_be_named), "rules/name", "a name only where the kind is event, page or screen");
    let distinct: BTreeMap<(FactKind, &str), Stage> =
        own.iter().map(|rule| ((rule.kind, rule.name.as_str()), rule.stage)).collect();
    demand(distinct.len() == own.len(), "rules", "each kind and name once");
    errors
}

/// The table that holds: the default one with a brand's own rules before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageTable {
    rules: BTreeMap<(FactKind, String), (Stage, bool)>,
}

impl StageTable {
    pub fn with(own: &[StageRule]) -> Self {
        let entry = |rule: StageRule, is_own: bool| ((rule.kind, rule.name), (rule.stage, is_own));
        let rules = defaults().into_iter().map(|rule| entry(rule, false));
        Self { rules: rules.chain(own.iter().cloned().map(|rule| entry(rule, true))).collect() }
    }

    /// All rules with whether the brand made them, by kind and name.
    pub fn rules(&self) -> impl Iterator<Item = (StageRule, bool)> + '_ {
        self.rules.iter().map(|((kind, name), (stage, is_own))| {
            (StageRule { kind: *kind, name: name.clone(), stage: *stage }, *is_own)
        })
    }

    pub fn stage_of(&self, kind: FactKind, name: Option<&str>) -> Stage {
        let of = |name: &str| self.rules.get(&(kind, name.to_owned())).map(|(stage, _)| *stage);
        name.filter(|_| has_names(kind)).and_then(of).or_else(|| of("")).unwrap_or_else(|| stage_of_kind(kind))
    }

    /// The facts of these stages, as a filter says it.
    pub fn classes_of(&self, stages: &[Stage]) -> Vec<FactClass> {
        let mut classes = Vec::new();
        for kind in FactKind::ALL {
            let is_wanted = |stage: Stage| stages.contains(&stage);
            let of_all = is_wanted(self.stage_of(kind, None));
            // Those names whose stage is on the other side than that of their kind.
            let others: Vec<String> = self
                .rules
                .range((kind, String::new())..)
                .take_while(|((of, _), _)| *of == kind)
                .filter(|((_, name), (stage, _))| !name.is_empty() && is_wanted(*stage) != of_all)
                .map(|((_, name), _)| name.clone())
                .collect();
            match (of_all, others.is_empty()) {
                (true, true) => classes.push(FactClass { kind, names: Names::Any }),
                (true, false) => classes.push(FactClass { kind, names: Names::AllBut(others) }),
                (false, false) => classes.push(FactClass { kind, names: Names::Only(others) }),
                (false, true) => {}
            }
        }
        classes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact_filter::FactFilter;

    fn rule(kind: FactKind, name: &str, stage: Stage) -> StageRule {
        StageRule { kind, name: name.to_owned(), stage }
    }

    #[test]
    fn the_default_table_names_each_thing_once_and_can_be_saved() {
        let rules = defaults();
        assert_eq!(check(&rules), Vec::new());
        for stage in Stage::ALL {
            assert!(rules.iter().any(|rule| rule.stage == stage), "{stage:?}");
            assert_eq!(Stage::parse(stage.code()), Some(stage));
        }
        let table = StageTable::with(&[]);
        let cases = [
            (FactKind::Event, Some("Signed Up"), Stage::Contact),
            (FactKind::Event, Some("Product Viewed"), Stage::Learn),
            (FactKind::Event, Some("never heard of"), Stage::Learn),
            (FactKind::Event, None, Stage::Learn),
            (FactKind::Page, Some("Signed Up"), Stage::Learn),
            (FactKind::Order, None, Stage::Buy),
            (FactKind::Event, Some("Checkout Started"), Stage::Buy),
            (FactKind::Refund, None, Stage::Query),
            (FactKind::Event, Some("Call Ended"), Stage::Query),
            (FactKind::Event, Some("Shared"), Stage::Interact),
        ];
        for (kind, name, stage) in cases {
            assert_eq!(table.stage_of(kind, name), stage, "{kind:?} {name:?}");
        }
    }

    #[test]
    fn a_brands_own_rules_stand_before_the_table_and_a_name_before_its_kind() {
        let own = [
            rule(FactKind::Event, "Call Ended", Stage::Contact),
            rule(FactKind::Event, "", Stage::Interact),
            rule(FactKind::Page, "Returns", Stage::Query),
            rule(FactKind::Refund, "", Stage::Buy),
        ];
        let table = StageTable::with(&own);
        assert_eq!(table.stage_of(FactKind::Event, Some("Call Ended")), Stage::Contact);
        assert_eq!(table.stage_of(FactKind::Event, Some("Product Viewed")), Stage::Interact);
        assert_eq!(table.stage_of(FactKind::Event, Some("Signed Up")), Stage::Contact, "the default of a name stays");
        assert_eq!(table.stage_of(FactKind::Page, Some("Returns")), Stage::Query);
        assert_eq!(table.stage_of(FactKind::Page, Some("Home")), Stage::Learn);
        assert_eq!(table.stage_of(FactKind::Refund, None), Stage::Buy);
        assert_eq!(table.rules().filter(|(_, is_own)| *is_own).count(), own.len());
    }

    /// Each fact is in the filter of its own stage and in no other's, with any rules.
    #[test]
    fn stages_part_all_facts_whatever_the_rules_are() {
        let names = ["", "Signed Up", "Shared", "Call Ended", "own", "other"];
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for _ in 0..60 {
            let mut own: BTreeMap<(FactKind, &str), Stage> = BTreeMap::new();
            for _ in 0..next(8) {
                let kind = FactKind::ALL[next(13)];
                let name = if has_names(kind) { names[next(names.len())] } else { "" };
                own.insert((kind, name), Stage::ALL[next(5)]);
            }
            let own: Vec<StageRule> = own.into_iter().map(|((kind, name), stage)| rule(kind, name, stage)).collect();
            let table = StageTable::with(&own);
            let filters = Stage::ALL
                .map(|stage| FactFilter { classes: Some(table.classes_of(&[stage])), ..FactFilter::default() });
            for kind in FactKind::ALL {
                for name in [None].into_iter().chain(names.into_iter().skip(1).map(Some)) {
                    let of: Vec<Stage> = Stage::ALL
                        .into_iter()
                        .zip(&filters)
                        .filter(|(_, filter)| filter.matches(kind, name, None, None))
                        .map(|(stage, _)| stage)
                        .collect();
                    assert_eq!(of, [table.stage_of(kind, name)], "{kind:?} {name:?} {own:?}");
                }
            }
        }
    }

    #[test]
    fn rules_that_contradict_themselves_are_refused() {
        let twice = [rule(FactKind::Event, "A", Stage::Buy), rule(FactKind::Event, "A", Stage::Learn)];
        assert_eq!(check(&twice).iter().map(|one| one.field).collect::<Vec<_>>(), ["rules"]);
        assert_eq!(check(&[rule(FactKind::Order, "A", Stage::Buy)])[0].field, "rules/name");
        assert_eq!(check(&[rule(FactKind::Event, " A", Stage::Buy)])[0].field, "rules/name");
    }
}
