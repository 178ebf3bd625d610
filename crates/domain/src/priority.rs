//! Which of several plans a customer gets, where dimensions such as value, lifecycle, attribute and preference want different
//! ones (`docs/matrices.md`).
//!
//! A dimension is a layer, and a plan is a word for what is done with whoever is in one of its stages. The table is one ordered
//! list. Invariants: the first entry whose stage has the customer is chosen; every other that has them is suppressed, but for
//! those that want the same plan: it is done anyway, so they agree ([`decide`]).

use crate::matrix::{MISPLACED_MAX, Misplaced, NAME_ALLOWED};
use crate::tag::is_name;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub const ENTRIES_MAX: usize = 200;

/// Who is in this stage gets this plan, where no entry before it holds. Stored: later versions read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PriorityEntry {
    /// By code.
    pub layer: String,
    pub stage: String,
    pub plan: String,
}

/// The table as it is kept: without blanks around plans.
///
/// # Errors
/// What is wrong; `is_stage` says which layers that are not archived have which stages.
pub fn checked(
    entries: Vec<PriorityEntry>,
    is_stage: impl Fn(&str, &str) -> bool,
) -> Result<Vec<PriorityEntry>, Vec<Misplaced>> {
    let mut found = Vec::new();
    if entries.len() > ENTRIES_MAX {
        found.push(Misplaced::new("/entries", "at most 200 entries"));
    }
    let mut seen = BTreeSet::new();
    for (place, entry) in entries.iter().take(ENTRIES_MAX).enumerate() {
        if !is_stage(&entry.layer, &entry.stage) {
            let allowed = "the code of a stage of the layer, which is not archived";
            found.push(Misplaced::new(format!("/entries/{place}/stage"), allowed));
        } else if !seen.insert((&entry.layer, &entry.stage)) {
            found.push(Misplaced::new(format!("/entries/{place}/stage"), "a stage that no other entry names"));
        }
        if !is_name(&entry.plan) {
            found.push(Misplaced::new(format!("/entries/{place}/plan"), NAME_ALLOWED));
        }
    }
    if !found.is_empty() {
        found.truncate(MISPLACED_MAX);
        return Err(found);
    }
    let kept = |entry: PriorityEntry| PriorityEntry { plan: entry.plan.trim().to_owned(), ..entry };
    Ok(entries.into_iter().map(kept).collect())
}

/// What the table says of a customer, each in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice<'a> {
    /// None where the customer is in no stage of the table.
    pub chosen: Option<&'a PriorityEntry>,
    /// They want the chosen plan as well.
    pub agreeing: Vec<&'a PriorityEntry>,
    pub suppressed: Vec<&'a PriorityEntry>,
}

/// `is_in` says of an entry whether its stage has the customer.
pub fn decide(table: &[PriorityEntry], is_in: impl Fn(&PriorityEntry) -> bool) -> Choice<'_> {
    let mut candidates = table.iter().filter(|entry| is_in(entry));
    let Some(chosen) = candidates.next() else { return Choice::default() };
    let (agreeing, suppressed) = candidates.partition(|entry| entry.plan == chosen.plan);
    Choice { chosen: Some(chosen), agreeing, suppressed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(layer: &str, stage: &str, plan: &str) -> PriorityEntry {
        PriorityEntry { layer: layer.to_owned(), stage: stage.to_owned(), plan: plan.to_owned() }
    }

    #[test]
    fn the_first_that_has_the_customer_is_chosen_and_the_others_are_suppressed() {
        let table = [
            entry("value", "value_high", "Personal adviser"),
            entry("life", "life_dormant", "Come back"),
            entry("taste", "taste_green", "Green tea club"),
            entry("age", "age_young", "Come back"),
            entry("value", "value_low", "Nothing by post"),
        ];
        for (stages, chosen, agreeing, suppressed) in [
            (vec!["value_high", "life_dormant", "age_young", "taste_green"], Some(0), vec![], vec![1, 2, 3]),
            (vec!["taste_green", "value_low", "life_dormant", "age_young"], Some(1), vec![3], vec![2, 4]),
            (vec!["value_low"], Some(4), vec![], vec![]),
            (vec!["life_new"], None, vec![], vec![]),
            (vec![], None, vec![], vec![]),
        ] {
            let found = decide(&table, |entry| stages.contains(&entry.stage.as_str()));
            let of = |places: Vec<usize>| places.into_iter().map(|place| &table[place]).collect::<Vec<_>>();
            let right = Choice {
                chosen: chosen.map(|place: usize| &table[place]),
                agreeing: of(agreeing),
                suppressed: of(suppressed),
            };
            assert_eq!(found, right, "{stages:?}");
        }
        assert_eq!(decide(&[], |_| true), Choice::default());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let is_stage = |layer: &str, stage: &str| layer == "life" && ["new", "old"].contains(&stage);
        let kept = checked(vec![entry("life", "new", " Welcome "), entry("life", "old", "Welcome")], is_stage).unwrap();
        assert_eq!(kept, [entry("life", "new", "Welcome"), entry("life", "old", "Welcome")]);
        for (second, pointer) in [
            (entry("life", "gone", "A"), "/entries/1/stage"),
            (entry("age", "old", "A"), "/entries/1/stage"),
            (entry("life", "new", "B"), "/entries/1/stage"),
            (entry("life", "old", ""), "/entries/1/plan"),
        ] {
            let found = checked(vec![entry("life", "new", "A"), second], is_stage).unwrap_err();
            assert_eq!(found.into_iter().map(|one| one.pointer).collect::<Vec<_>>(), [pointer]);
        }
        let many = vec![entry("life", "gone", "A"); ENTRIES_MAX + 1];
        assert_eq!(checked(many, is_stage).unwrap_err().len(), MISPLACED_MAX);
    }
}
