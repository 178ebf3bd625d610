//! The search for the best legal combination.
//!
//! It goes through combinations in the order of their turns: each node is a combination, its children are that combination
//! and one incentive with a later turn. At a node it is known of each incentive what it can take off at most, and a
//! [`Bounds`] of these says how little can be due in a branch; one that cannot be better than the best combination
//! found is not entered. Branch and bound like this is exact. Before it begins, a greedy combination, improved by
//! exchanging one member at a time, gives it something to be measured by.
//!
//! Limits: of [`COMBINED_MAX`] incentives at most a combination is made. Where so many apply at once that the looks which the
//! policy allows do not do, the branches that look best have been entered, the result is the best one found, and
//! [`Search::Bounded`] says how much less could be due at most. It is the same each time, as looks are counted and not
//! time; but that adding an incentive never makes a cart dearer is then not proven.

use super::bounds::{Bounds, Most};
use super::formula::{Basket, State, Taken};
use super::incentive::{Cap, Effect, Stacking, WHOLE_ORDER_PHASE};
use super::quote::Policy;
use super::rated::Rated;
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};

/// Incentives of one combination.
pub const COMBINED_MAX: usize = 8;
/// How many times a search usually may look at an incentive: some milliseconds.
pub const LOOKS_USUAL: u32 = 100_000;
/// How often each member of the greedy combination is exchanged for a better one.
const EXCHANGES_MAX: usize = 3;

/// How a combination was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Search {
    /// No legal combination is better.
    Exact { looks: u32 },
    /// The looks did not do: another combination could cost less by so much at most.
    Bounded { looks: u32, gap_minor: i64 },
    /// The combination was given, not looked for.
    Given,
}

/// What combinations are compared by; the better one is less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Score {
    due: i64,
    gifts: i64,
    cost: i64,
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

struct Searcher<'e> {
    basket: &'e Basket,
    rated: &'e [Rated<'e>],
    policy: &'e Policy,
    slots: usize,
    start: State,
    /// What each of the rated takes off at most.
    most: Vec<i64>,
    best: (Score, Members),
    looks: u32,
    /// The least that could be due in a branch that was not entered for want of looks.
    missed: Option<i64>,
    taken: Taken,
}

/// One search of several that share the best one found: among these incentives, each of which may stand beside each other.
struct Field {
    members: Members,
    /// Without this one it is another field's combination.
    forced: Option<u16>,
    /// The least that can be due in it.
    least: i64,
}

struct Branch {
    place: usize,
    /// The least that can be due in it, and the greatest value of gifts.
    due: i64,
    gifts: i64,
}

/// The best combination of these, by the policy.
pub(super) fn search(basket: &Basket, rated: &[Rated<'_>], policy: &Policy) -> Found {
    let start = State::of(basket);
    let nothing = Score { due: start.total(), gifts: 0, cost: 0 };
    let mut searcher = Searcher {
        basket,
        rated,
        policy,
        slots: usize::from(policy.incentives_max).min(COMBINED_MAX),
        most: rated.iter().map(|one| one.formula.most(basket, &start, policy)).collect(),
        start,
        best: (nothing, Vec::new()),
        looks: 0,
        missed: None,
        taken: Taken::default(),
    };
    for field in searcher.fields() {
        if let Some(field) = searcher.worth(field) {
            searcher.greedy(&field);
            if let Some(field) = searcher.worth(field) {
                let start = searcher.start.clone();
                searcher.expand(&field, 0, &mut Vec::new(), &start, (nothing, field.least));
            }
        }
    }
    let (best, members) = searcher.best;
    let looks = searcher.looks;
    // Where the least that was missed is as much as the best one, a tie may have gone the other way.
    let missed = searcher.missed.filter(|missed| *missed <= best.due);
    let search =
        missed.map_or(Search::Exact { looks }, |missed| Search::Bounded { looks, gap_minor: best.due - missed });
    Found { members, search }
}

impl Searcher<'_> {
    /// What can do anything at all: the common ones with those that always stack, and each exclusive one with the latter.
    fn fields(&self) -> Vec<Field> {
        let can = |at: &u16| self.most[usize::from(*at)] > 0 || self.gift_value(*at, &self.start) > 0;
        let able: Members = (0u16..).take(self.rated.len()).filter(can).collect();
        let stacking = |at: &u16| self.rated[usize::from(*at)].incentive.stacking;
        let of = |wanted: &dyn Fn(&u16) -> bool| able.iter().copied().filter(|at| wanted(at)).collect::<Members>();
        let mut alone = of(&|at| stacking(at) == Stacking::Exclusive);
        // Whoever takes off most first: the others are then measured by that.
        alone.sort_by_key(|at| (Reverse(self.most[usize::from(*at)]), *at));
        let together = Field { members: of(&|at| stacking(at) != Stacking::Exclusive), forced: None, least: 0 };
        let with_forced = alone.into_iter().map(|forced| Field {
            members: of(&|at| *at == forced || stacking(at) == Stacking::Always),
            forced: Some(forced),
            least: 0,
        });
        std::iter::once(together).chain(with_forced).collect()
    }

    /// Offers a combination that the search came to.
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

    /// What a set comes to, with `kept` those of its members that do something at their turn.
    fn score(&mut self, members: &[u16], state: &mut State, kept: &mut Members) -> Score {
        state.copy_from(&self.start);
        kept.clear();
        let mut score = Score { due: self.start.total(), gifts: 0, cost: 0 };
        for at in members {
            let rated = &self.rated[usize::from(*at)];
            if rated.formula.takes(self.basket, state, self.policy, &mut self.taken) {
                rated.formula.apply(self.basket, &self.taken, state);
                kept.push(*at);
                score = after(score, rated, self.taken.amount);
            }
        }
        score
    }

    /// Adds whatever makes it best, one by one, and then exchanges members while that makes it better.
    fn greedy(&mut self, field: &Field) {
        let mut by_most = field.members.clone();
        by_most.sort_by_key(|at| (Reverse(self.most[usize::from(*at)]), *at));
        let (mut state, mut chosen) = (self.start.clone(), Members::new());
        let forced: Members = field.forced.into_iter().collect();
        let mut score = self.score(&forced, &mut state, &mut chosen);
        if chosen.len() < forced.len() {
            return;
        }
        while chosen.len() < self.slots {
            let Some(better) = self.best_change(field, &by_most, &chosen, None, score) else { break };
            (score, chosen) = better;
        }
        self.offer(score, &chosen);
        for _ in 0..EXCHANGES_MAX {
            let before = score;
            for place in 0..chosen.len() {
                if chosen.get(place).is_some_and(|at| Some(*at) != field.forced)
                    && let Some(better) = self.best_change(field, &by_most, &chosen, Some(place), score)
                {
                    (score, chosen) = better;
                }
            }
            self.offer(score, &chosen);
            if score == before {
                return;
            }
        }
    }

    /// The best set with one more of the field, and without the one at a place, where it is better than the score.
    fn best_change(
        &mut self,
        field: &Field,
        by_most: &[u16],
        chosen: &[u16],
        without: Option<usize>,
        score: Score,
    ) -> Option<(Score, Members)> {
        let (mut state, mut kept) = (self.start.clone(), Members::new());
        let rest: Members =
            chosen.iter().enumerate().filter(|(place, _)| Some(*place) != without).map(|(_, at)| *at).collect();
        let alone = self.score(&rest, &mut state, &mut kept);
        let mut best: Option<(Score, Members)> = None;
        for at in by_most.iter().filter(|at| !chosen.contains(at)) {
            let before = best.as_ref().map_or(score, |(score, _)| *score);
            if alone.due - self.most[usize::from(*at)] > before.due {
                break;
            }
            let mut set = rest.clone();
            set.insert(set.partition_point(|one| one < at), *at);
            let found = self.score(&set, &mut state, &mut kept);
            let has_forced = field.forced.is_none_or(|forced| kept.contains(&forced));
            if has_forced && found.compare(&before) == Ordering::Less {
                best = Some((found, kept.clone()));
            }
        }
        best
    }

    /// The field without those that cannot be in a better combination, however the rest is chosen. `None` where nothing
    /// of it can.
    fn worth(&self, field: Field) -> Option<Field> {
        let others = self.slots - usize::from(field.forced.is_some());
        let is_forced = |at: u16| Some(at) == field.forced;
        let mut bounds = Bounds::new(others);
        let most = |at: u16| self.kind(at, &self.start, self.most[usize::from(at)]);
        for at in field.members.iter().filter(|at| !is_forced(**at)) {
            bounds.add(most(*at));
        }
        let forced: Vec<Most> = field.forced.into_iter().map(most).collect();
        let least = bounds.least_due(&self.start, &forced, others);
        if least > self.best.0.due {
            return None;
        }
        let least_with = |at: u16| {
            let own: Vec<Most> = forced.iter().copied().chain([most(at)]).collect();
            bounds.least_due(&self.start, &own, others - 1)
        };
        let is_worth = |at: &u16| is_forced(*at) || others > 0 && least_with(*at) <= self.best.0.due;
        let members = field.members.iter().copied().filter(is_worth).collect();
        Some(Field { members, forced: field.forced, least })
    }

    /// Looks at all combinations of `chosen` and further ones of the field from a place on: what `chosen` comes to, and the
    /// least that these can come to, are known.
    fn expand(
        &mut self,
        field: &Field,
        from: usize,
        chosen: &mut Members,
        state: &State,
        (score, least): (Score, i64),
    ) {
        if chosen.len() == self.slots || from == field.members.len() {
            return;
        }
        let looks = u32::try_from(field.members.len() - from).unwrap_or(u32::MAX);
        if looks > self.policy.looks_max.saturating_sub(self.looks) {
            let least = least.max(0);
            self.missed = Some(self.missed.map_or(least, |missed| missed.min(least)));
            return;
        }
        self.looks += looks;
        let branches = self.branches(field, from, chosen, state, score);
        let mut next = state.clone();
        for branch in branches {
            // A better one may have been found meanwhile.
            if !self.can_beat(&branch, score.cost) {
                continue;
            }
            let at = field.members[branch.place];
            let rated = &self.rated[usize::from(at)];
            if !rated.formula.takes(self.basket, state, self.policy, &mut self.taken) {
                continue;
            }
            next.copy_from(state);
            rated.formula.apply(self.basket, &self.taken, &mut next);
            let score = after(score, rated, self.taken.amount);
            chosen.push(at);
            if field.forced.is_none_or(|forced| chosen.contains(&forced)) {
                self.offer(score, chosen);
            }
            self.expand(field, branch.place + 1, chosen, &next, (score, branch.due));
            chosen.pop();
        }
    }

    /// The children of a node that can beat the best one, those that look best first.
    fn branches(&self, field: &Field, from: usize, chosen: &[u16], state: &State, score: Score) -> Vec<Branch> {
        let further = self.slots - chosen.len() - 1;
        // Whoever comes behind the forced one would leave it out.
        let last = field
            .forced
            .filter(|forced| !chosen.contains(forced))
            .and_then(|forced| field.members.iter().position(|at| *at == forced));
        let mut branches = Vec::new();
        // From the last on: what those behind can come to at most is then known.
        let mut bounds = Bounds::new(further);
        for place in (from..field.members.len()).rev() {
            let at = field.members[place];
            let most = self.rated[usize::from(at)].formula.most(self.basket, state, self.policy);
            let gift = self.gift_value(at, state);
            let kind = self.kind(at, state, most);
            let branch = Branch {
                place,
                due: bounds.least_due(state, &[kind], further).max(0),
                gifts: score.gifts.saturating_add(gift).saturating_add(bounds.gifts()),
            };
            if (most > 0 || gift > 0) && last.is_none_or(|last| place <= last) && self.can_beat(&branch, score.cost) {
                branches.push(branch);
            }
            bounds.add(kind);
            bounds.add_gift(gift);
        }
        branches.sort_unstable_by_key(|branch| (branch.due, branch.place));
        branches
    }

    /// Whether a branch can hold something better than the best one, or as good as it.
    fn can_beat(&self, branch: &Branch, cost: i64) -> bool {
        Score { due: branch.due, gifts: branch.gifts, cost }.compare(&self.best.0) != Ordering::Greater
    }

    /// What one takes off at most, which is known, as a bound counts it.
    fn kind(&self, at: u16, state: &State, most: i64) -> Most {
        let rated = &self.rated[usize::from(at)];
        let formula = &rated.formula;
        if rated.phase < WHOLE_ORDER_PHASE {
            return Most::Early(most);
        }
        // Where each line is rounded for itself, more than its rate can come together.
        let Effect::PercentOff { basis_points, cap: None | Some(Cap::InAll(_)) } = formula.effect else {
            return Most::Late(most);
        };
        // Where a cap makes it less than its rate, the amount says more.
        let is_rate = most > 0 && !formula.is_shipping && most >= state.goods * i64::from(basis_points) / 10_000;
        if is_rate { Most::Rate(basis_points) } else { Most::Late(most) }
    }

    /// What a gift is worth that would be given now; 0 of all others.
    fn gift_value(&self, at: u16, state: &State) -> i64 {
        let rated = &self.rated[usize::from(at)];
        let value = rated.gift_value();
        if value > 0 && rated.formula.times(self.basket, state, self.policy) > 0 { value } else { 0 }
    }
}

fn after(score: Score, rated: &Rated<'_>, amount: i64) -> Score {
    Score {
        due: score.due - amount,
        gifts: score.gifts.saturating_add(rated.gift_value()),
        cost: score.cost.saturating_add(rated.cost_of(amount)),
    }
}
