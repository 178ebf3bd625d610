//! The search for the best legal combination.
//!
//! It goes through combinations in the order of their turns: each node is a combination, its children are that combination
//! and one incentive with a later turn. At a node it is known of each incentive what it can take off at most
//! ([`Formula::most`](super::formula::Formula)); the largest of these, as many as there is room for, bound what any further combination comes to, and a
//! branch that cannot be better than the best one found is not entered. Branch and bound like this is exact. Before it begins,
//! a greedy combination, improved by exchanging one member at a time, gives it something to be measured by.
//!
//! Limits: of [`COMBINED_MAX`] incentives at most a combination is made. Where so many apply at once that the nodes which the
//! policy allows do not do, the branches that look best have been entered, the result is the best one found, and
//! [`Search::Bounded`] says how much less could be due at most. It is the same each time, as nodes are counted and not
//! time; but that adding an incentive never makes a cart dearer is then not proven.

use super::quote::Policy;
use super::formula::{Basket, State, Taken};
use super::rated::Rated;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Incentives of one combination.
pub const COMBINED_MAX: usize = 8;
/// Nodes that a search usually may enter: some milliseconds for a cart of thirty lines and hundreds of incentives.
pub const NODES_USUAL: u32 = 4_000;
/// How often each member of the greedy combination is exchanged for a better one.
const EXCHANGES_MAX: usize = 4;

/// How a combination was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Search {
    /// No legal combination is better.
    Exact { nodes: u32 },
    /// The nodes did not do: another combination could be better by so much at most.
    Bounded { nodes: u32, gap_minor: i64 },
    /// The combination was given, not looked for.
    Given,
}

/// What combinations are compared by; the better one is less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Score {
    pub due: i64,
    pub gifts: i64,
    pub cost: i64,
}

impl Score {
    fn compare(&self, other: &Self) -> Ordering {
        self.due.cmp(&other.due).then(other.gifts.cmp(&self.gifts)).then(self.cost.cmp(&other.cost))
    }
}

/// Places in the list of the rated, ascending.
type Members = Vec<u16>;

#[derive(Clone, Debug)]
pub(super) struct Found {
    pub members: Members,
    pub search: Search,
}

pub(super) struct Searcher<'e> {
    basket: &'e Basket,
    rated: &'e [Rated<'e>],
    policy: &'e Policy,
    slots: usize,
    best: (Score, Members),
    nodes: u32,
    /// The least that could be due in a branch that was not entered for want of nodes.
    missed: Option<i64>,
    taken: Taken,
}

/// One search of several that share the best one found: among these incentives, each of which may stand beside each other.
struct Field {
    members: Members,
    /// Without this one it is another field's combination.
    forced: Option<u16>,
}

/// The best combination of these, by the policy.
pub(super) fn search(basket: &Basket, rated: &[Rated<'_>], policy: &Policy) -> Found {
    let slots = usize::from(policy.incentives_max).min(COMBINED_MAX);
    let start = State::of(basket);
    let nothing = Score { due: start.total(), gifts: 0, cost: 0 };
    let mut searcher = Searcher {
        basket,
        rated,
        policy,
        slots,
        best: (nothing, Vec::new()),
        nodes: 0,
        missed: None,
        taken: Taken::default(),
    };
    for field in searcher.fields(&start) {
        if let Some(field) = searcher.worth(&field, &start) {
            searcher.greedy(&field, &start);
            if let Some(field) = searcher.worth(&field, &start) {
                searcher.expand(&field, 0, &mut Vec::new(), &start, nothing);
            }
        }
    }
    let (best, members) = searcher.best;
    let nodes = searcher.nodes;
    // Where the least that was missed is as much as the best one, a tie may have gone the other way.
    let missed = searcher.missed.filter(|missed| *missed <= best.due);
    let search = missed.map_or(Search::Exact { nodes }, |missed| Search::Bounded { nodes, gap_minor: best.due - missed });
    Found { members, search }
}

impl<'e> Searcher<'e> {
    /// What can do anything at all: the common ones with those that always stack, and each exclusive one with the latter.
    fn fields(&self, start: &State) -> Vec<Field> {
        use super::incentive::Stacking::{Always, Common, Exclusive};
        let can = |rated: &Rated<'_>| {
            let gives = rated.gift_value() > 0 && rated.formula.times(self.basket, start, self.policy) > 0;
            gives || rated.formula.most(self.basket, start, self.policy) > 0
        };
        let all: Vec<(u16, &Rated<'_>)> = (0u16..).zip(self.rated).filter(|(_, rated)| can(rated)).collect();
        let of = |wanted: &dyn Fn(u16, &Rated<'_>) -> bool| -> Members {
            all.iter().filter(|(at, rated)| wanted(*at, rated)).map(|(at, _)| *at).collect()
        };
        let stacking = |rated: &Rated<'_>| rated.incentive.stacking;
        let together = Field { members: of(&|_, rated| stacking(rated) != Exclusive), forced: None };
        debug_assert!(together.members.iter().all(|at| matches!(stacking(&self.rated[usize::from(*at)]), Common | Always)));
        let alone = of(&|_, rated| stacking(rated) == Exclusive).into_iter();
        let with_forced = alone.map(|forced| Field {
            members: of(&|at, rated| at == forced || stacking(rated) == Always),
            forced: Some(forced),
        });
        std::iter::once(together).chain(with_forced).collect()
    }

    /// Offers a combination that a search came to.
    fn offer(&mut self, score: Score, members: &[u16]) {
        let id = |at: &u16| &self.rated[usize::from(*at)].incentive.id;
        let order = score.compare(&self.best.0).then_with(|| {
            let sorted = |members: &[u16]| {
                let mut ids: Vec<&String> = members.iter().map(id).collect();
                ids.sort_unstable();
                ids
            };
            sorted(members).cmp(&sorted(&self.best.1))
        });
        if order == Ordering::Less {
            self.best = (score, members.to_vec());
        }
    }

    /// What a set comes to; members that do nothing at their turn are left out.
    fn score(&mut self, members: &[u16], start: &State, state: &mut State, kept: &mut Members) -> Score {
        state.copy_from(start);
        kept.clear();
        let mut score = Score { due: start.total(), gifts: 0, cost: 0 };
        for at in members {
            let rated = &self.rated[usize::from(*at)];
            if rated.formula.takes(self.basket, state, self.policy, &mut self.taken) {
                rated.formula.apply(&self.taken, state);
                kept.push(*at);
                score = self.after(score, rated);
            }
        }
        score
    }

    fn after(&self, score: Score, rated: &Rated<'_>) -> Score {
        Score {
            due: score.due - self.taken.amount,
            gifts: score.gifts.saturating_add(rated.gift_value()),
            cost: score.cost.saturating_add(rated.cost_of(self.taken.amount)),
        }
    }

    /// Adds whatever makes it best, one by one, and then exchanges members while that makes it better.
    fn greedy(&mut self, field: &Field, start: &State) {
        let mut chosen: Members = field.forced.into_iter().collect();
        let (mut state, mut kept) = (start.clone(), Members::new());
        let mut score = self.score(&chosen, start, &mut state, &mut kept);
        if kept.len() < chosen.len() {
            return;
        }
        self.offer(score, &chosen);
        while chosen.len() < self.slots {
            let better = self.best_change(field, start, &chosen, None, score);
            let Some((found, members)) = better else { break };
            (score, chosen) = (found, members);
            self.offer(score, &chosen);
        }
        for _ in 0..EXCHANGES_MAX {
            let mut is_better = false;
            for place in 0..chosen.len() {
                if chosen.get(place).copied() == field.forced && field.forced.is_some() {
                    continue;
                }
                if let Some((found, members)) = self.best_change(field, start, &chosen, Some(place), score) {
                    (score, chosen) = (found, members);
                    self.offer(score, &chosen);
                    is_better = true;
                }
            }
            if !is_better {
                return;
            }
        }
    }

    /// The best set with one more of the field, and without the one at a place, where it is better than the score.
    fn best_change(
        &mut self,
        field: &Field,
        start: &State,
        chosen: &[u16],
        without: Option<usize>,
        score: Score,
    ) -> Option<(Score, Members)> {
        let mut best: Option<(Score, Members)> = None;
        let (mut state, mut kept, mut set) = (start.clone(), Members::new(), Members::new());
        for at in field.members.iter().filter(|at| !chosen.contains(at)) {
            set.clear();
            set.extend(chosen.iter().enumerate().filter(|(place, _)| Some(*place) != without).map(|(_, one)| *one));
            set.push(*at);
            set.sort_unstable();
            let found = self.score(&set, start, &mut state, &mut kept);
            let has_forced = field.forced.is_none_or(|forced| kept.contains(&forced));
            let before = best.as_ref().map_or(&score, |(score, _)| score);
            if has_forced && found.compare(before) == Ordering::Less {
                best = Some((found, kept.clone()));
            }
        }
        best
    }

    /// The field without those that cannot be in a better combination, however the rest is chosen. `None` where nothing
    /// of it can.
    fn worth(&self, field: &Field, start: &State) -> Option<Field> {
        let most_of = |at: &u16| self.rated[usize::from(*at)].formula.most(self.basket, start, self.policy);
        let most: Vec<i64> = field.members.iter().map(most_of).collect();
        let forced = field.forced.map_or(0, |forced| most_of(&forced));
        let mut others: Vec<i64> =
            field.members.iter().zip(&most).filter(|(at, _)| Some(**at) != field.forced).map(|(_, most)| *most).collect();
        others.sort_unstable_by(|one, other| other.cmp(one));
        others.truncate(self.slots - usize::from(field.forced.is_some()));
        let least_due = |most: i64| start.total().saturating_sub(most).max(0);
        let largest: i64 = forced + others.iter().sum::<i64>();
        let last = if others.len() < self.slots { 0 } else { others.last().copied().unwrap_or(0) };
        let is_worth = |most: i64| least_due(largest - last + most.max(last)) <= self.best.0.due;
        if least_due(largest) > self.best.0.due {
            return None;
        }
        let kept = field.members.iter().zip(&most).filter(|(at, most)| Some(**at) == field.forced || is_worth(**most));
        Some(Field { members: kept.map(|(at, _)| *at).collect(), forced: field.forced })
    }

    /// Whether a branch with these bounds can hold something better than the best one, or as good as it.
    fn can_beat(&self, due: i64, gifts: i64, cost: i64) -> bool {
        Score { due, gifts, cost }.compare(&self.best.0) != Ordering::Greater
    }

    /// Looks at all combinations of `chosen` and further ones of the field from a place on.
    fn expand(&mut self, field: &Field, from: usize, chosen: &mut Members, state: &State, score: Score) {
        let room = self.slots - chosen.len();
        let rest = field.members.get(from..).unwrap_or_default();
        if room == 0 || rest.is_empty() || score.due == 0 && rest.iter().all(|at| self.gift_of(*at) == 0) {
            return;
        }
        let branches = self.branches(field, from, room, state, chosen, score);
        if branches.is_empty() {
            return;
        }
        if self.nodes >= self.policy.nodes_max {
            let least = branches.iter().map(|branch| branch.due).min().unwrap_or(score.due);
            self.missed = Some(self.missed.map_or(least, |missed| missed.min(least)));
            return;
        }
        self.nodes += 1;
        let mut next = state.clone();
        for branch in branches {
            // A better one may have been found meanwhile.
            if !self.can_beat(branch.due, branch.gifts, score.cost) {
                continue;
            }
            let at = field.members[branch.place];
            let rated = &self.rated[usize::from(at)];
            if !rated.formula.takes(self.basket, state, self.policy, &mut self.taken) {
                continue;
            }
            next.copy_from(state);
            rated.formula.apply(&self.taken, &mut next);
            let after = self.after(score, rated);
            chosen.push(at);
            if field.forced.is_none_or(|forced| chosen.contains(&forced)) {
                self.offer(after, chosen);
            }
            self.expand(field, branch.place + 1, chosen, &next, after);
            chosen.pop();
        }
    }

    fn gift_of(&self, at: u16) -> i64 {
        self.rated[usize::from(at)].gift_value()
    }

    /// The children of a node that can beat the best one, those that look best first.
    fn branches(
        &self,
        field: &Field,
        from: usize,
        room: usize,
        state: &State,
        chosen: &[u16],
        score: Score,
    ) -> Vec<Branch> {
        let mut branches = Vec::new();
        let forced_place = field
            .forced
            .filter(|forced| !chosen.contains(forced))
            .and_then(|forced| field.members.iter().position(|at| *at == forced));
        // From the last on: what those behind can come to at most is then known.
        let (mut money, mut gifts) = (Largest::new(room - 1), Largest::new(room - 1));
        for place in (from..field.members.len()).rev() {
            let rated = &self.rated[usize::from(field.members[place])];
            let most = rated.formula.most(self.basket, state, self.policy);
            let value = if rated.gift_value() > 0 && rated.formula.times(self.basket, state, self.policy) > 0 {
                rated.gift_value()
            } else {
                0
            };
            let due = (score.due - most - money.sum).max(0);
            let worth = score.gifts.saturating_add(value).saturating_add(gifts.sum);
            // Whoever comes behind the forced one leaves it out.
            let keeps_forced = forced_place.is_none_or(|forced| place <= forced);
            if (most > 0 || value > 0) && keeps_forced && self.can_beat(due, worth, score.cost) {
                branches.push(Branch { place, due, gifts: worth });
            }
            money.add(most);
            gifts.add(value);
        }
        branches.sort_unstable_by(|one, other| one.due.cmp(&other.due).then(one.place.cmp(&other.place)));
        branches
    }
}

struct Branch {
    place: usize,
    /// The least that can be due in it, and the greatest value of gifts.
    due: i64,
    gifts: i64,
}

/// The sum of the largest few of the numbers that came by.
struct Largest {
    kept: [i64; COMBINED_MAX],
    count: usize,
    sum: i64,
}

impl Largest {
    fn new(count: usize) -> Self {
        Self { kept: [0; COMBINED_MAX], count: count.min(COMBINED_MAX), sum: 0 }
    }

    fn add(&mut self, number: i64) {
        let kept = &mut self.kept[..self.count];
        let Some(last) = kept.last().copied().filter(|last| *last < number) else { return };
        let place = kept.partition_point(|one| *one >= number);
        kept[place..].rotate_right(1);
        kept[place] = number;
        self.sum = self.sum.saturating_sub(last).saturating_add(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_few_are_kept() {
        let mut largest = Largest::new(2);
        for (number, sum) in [(3, 3), (1, 4), (2, 5), (9, 12), (3, 12), (0, 12)] {
            largest.add(number);
            assert_eq!(largest.sum, sum, "{number}");
        }
        let mut none = Largest::new(0);
        none.add(5);
        assert_eq!(none.sum, 0);
    }
}
