//! How little can be due after a few more steps.
//!
//! Invariant: never more than what really is due after any so many of the steps that were added, in any order. A step takes
//! off at most its amount; one that is a percentage of all goods leaves its share of whatever is there, so that of
//! several of them less is taken than the sum. What is left of all goods after percentages and amounts, in any order, is at
//! least what the percentages alone leave of them, less the amounts: a percentage that comes after an amount takes less.

use super::formula::State;
use super::search::COMBINED_MAX;

/// The largest of each kind, as many as there is room for.
pub(super) struct Bounds {
    amounts: Largest,
    rates: Largest,
    gifts: Largest,
}

impl Bounds {
    pub fn new(room: usize) -> Self {
        let largest = || Largest { kept: [0; COMBINED_MAX], room: room.min(COMBINED_MAX) };
        Self { amounts: largest(), rates: largest(), gifts: largest() }
    }

    pub fn add_amount(&mut self, most: i64) {
        self.amounts.add(most);
    }

    /// A percentage of all goods, in hundredths of a percent.
    pub fn add_rate(&mut self, basis_points: u32) {
        self.rates.add(i64::from(basis_points));
    }

    pub fn add_gift(&mut self, value: i64) {
        self.gifts.add(value);
    }

    pub fn gifts(&self) -> i64 {
        self.gifts.first(self.gifts.room).iter().fold(0, |sum, value| sum.saturating_add(*value))
    }

    /// After so many of them at most. It can be below zero.
    pub fn least_due(&self, state: &State, steps: usize) -> i64 {
        self.least(state.goods, state.shipping, steps, 0)
    }

    /// After a percentage of all goods and as many of them as there is room for. Of another step nothing is known here.
    pub fn least_due_after(&self, state: &State, basis_points: Option<u32>) -> i64 {
        let Some(basis_points) = basis_points else { return i64::MIN };
        self.least(left_of(state.goods, i64::from(basis_points)), state.shipping, self.rates.room, 1)
    }

    fn least(&self, goods: i64, shipping: i64, steps: usize, rated: i64) -> i64 {
        let amounts = self.amounts.first(steps);
        let mut sum: i64 = amounts.iter().fold(0, |sum, amount| sum.saturating_add(*amount));
        let (mut left, mut least) = (goods, goods.saturating_sub(sum));
        let mut rounded = rated;
        // One more percentage, and one amount less, each time.
        for (rate, amount) in self.rates.first(steps).iter().zip(amounts.iter().rev()) {
            if *rate == 0 {
                break;
            }
            sum -= amount;
            left = left_of(left, *rate);
            rounded += 1;
            // Each rounding is less than one minor unit.
            least = least.min(left.saturating_sub(sum).saturating_sub(rounded));
        }
        least.saturating_sub(rated).saturating_add(shipping)
    }
}

fn left_of(goods: i64, basis_points: i64) -> i64 {
    goods - goods.saturating_mul(basis_points) / 10_000 - 1
}

/// The largest few of the numbers that came by, the largest first; zero where there were fewer.
struct Largest {
    kept: [i64; COMBINED_MAX],
    room: usize,
}

impl Largest {
    fn first(&self, count: usize) -> &[i64] {
        &self.kept[..self.room.min(count)]
    }

    fn add(&mut self, number: i64) {
        let kept = &mut self.kept[..self.room];
        if kept.last().is_none_or(|last| *last >= number) {
            return;
        }
        let place = kept.partition_point(|one| *one >= number);
        kept[place..].rotate_right(1);
        kept[place] = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_few_are_kept() {
        let mut largest = Largest { kept: [0; COMBINED_MAX], room: 2 };
        for (number, kept) in [(3, [3, 0]), (1, [3, 1]), (2, [3, 2]), (9, [9, 3]), (3, [9, 3])] {
            largest.add(number);
            assert_eq!(largest.first(8), kept, "{number}");
        }
        let mut none = Largest { kept: [0; COMBINED_MAX], room: 0 };
        none.add(5);
        assert_eq!(none.first(8), [0; 0]);
    }

    #[test]
    fn percentages_of_all_goods_leave_their_share() {
        let state = State { goods: 10_000, shipping: 500, ..State::default() };
        let mut bounds = Bounds::new(2);
        assert_eq!(bounds.least_due(&state, 2), 10_500);
        bounds.add_rate(5_000);
        bounds.add_rate(5_000);
        // 2 500 are left, and whatever roundings may take.
        assert!((2_990..=3_000).contains(&bounds.least_due(&state, 2)));
        bounds.add_amount(7_000);
        assert!((-1_510..=-1_490).contains(&bounds.least_due(&state, 2)));
        assert!((3_490..=3_500).contains(&bounds.least_due(&state, 1)));
    }
}
