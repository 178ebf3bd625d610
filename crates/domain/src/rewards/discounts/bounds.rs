//! How little can be due after a few more steps.
//!
//! Invariant: never more than what really is due after any so many of the steps that were added.
//!
//! A step takes off at most so much ([`Most`]). One that is a percentage of all goods leaves its share of whatever is there then,
//! so that less goes than the sum. Amounts of earlier phases come before all of these; those that may come before or after
//! are counted as if they came after: a percentage that comes after an amount takes less.

use super::formula::State;
use super::search::COMBINED_MAX;

/// What a step takes off at most.
#[derive(Clone, Copy, Debug)]
pub(super) enum Most {
    /// Before all percentages of all goods.
    Early(i64),
    /// A percentage of all goods, in hundredths of a percent.
    Rate(u32),
    /// Any other amount, also of the shipping.
    Late(i64),
}

/// The largest of each kind, as many as there is room for.
pub(super) struct Bounds {
    early: Largest,
    rates: Largest,
    late: Largest,
    gifts: Largest,
}

const ONE_BITS: u32 = 40;
const WHOLE_BASIS_POINTS: i64 = 10_000;

impl Bounds {
    pub fn new(room: usize) -> Self {
        let [early, rates, late, gifts] = [Largest { kept: [0; COMBINED_MAX], room: room.min(COMBINED_MAX) }; 4];
        Self { early, rates, late, gifts }
    }

    pub fn add(&mut self, most: Most) {
        match most {
            Most::Early(amount) => self.early.add(amount),
            Most::Rate(basis_points) => self.rates.add(i64::from(basis_points)),
            Most::Late(amount) => self.late.add(amount),
        }
    }

    pub fn add_gift(&mut self, value: i64) {
        self.gifts.add(value);
    }

    pub fn gifts(&self) -> i64 {
        self.gifts.sum(self.gifts.room)
    }

    /// After these and so many of those that were added, at most.
    pub fn least_due(&self, state: &State, own: &[Most], steps: usize) -> i64 {
        let (mut goods, mut late, mut factor, mut rates) = (state.goods, 0i64, 1i64 << ONE_BITS, 0i64);
        for most in own {
            match most {
                Most::Early(amount) => goods -= amount,
                Most::Rate(basis_points) => {
                    factor = left_of(factor, i64::from(*basis_points));
                    rates += 1;
                }
                Most::Late(amount) => late = late.saturating_add(*amount),
            }
        }
        let mut least = i64::MAX;
        for (rated, rate) in [0].iter().chain(self.rates.first(steps)).enumerate() {
            if rated > 0 {
                if *rate == 0 {
                    break;
                }
                factor = left_of(factor, *rate);
                rates += 1;
            }
            for early in 0..=steps - rated {
                let (before, after) = (self.early.sum(early), self.late.sum(steps - rated - early));
                let whole = i128::from(goods.saturating_sub(before)) * i128::from(factor);
                let left = i64::try_from(whole >> ONE_BITS).unwrap_or(i64::MIN);
                // Each rounding is less than one minor unit.
                least = least.min(left.saturating_sub(after).saturating_sub(rates));
                if self.early.kept.get(early).is_none_or(|next| *next == 0) {
                    break;
                }
            }
        }
        least.saturating_sub(late).saturating_add(state.shipping)
    }
}

fn left_of(factor: i64, basis_points: i64) -> i64 {
    factor / WHOLE_BASIS_POINTS * (WHOLE_BASIS_POINTS - basis_points)
}

/// The largest few of the numbers that came by, the largest first; zero where there were fewer.
#[derive(Clone, Copy)]
struct Largest {
    kept: [i64; COMBINED_MAX],
    room: usize,
}

impl Largest {
    fn first(&self, count: usize) -> &[i64] {
        &self.kept[..self.room.min(count)]
    }

    fn sum(&self, count: usize) -> i64 {
        self.first(count).iter().fold(0, |sum, number| sum.saturating_add(*number))
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
    fn percentages_of_all_goods_leave_their_share_of_what_is_there() {
        let state = State { goods: 10_000, shipping: 500, ..State::default() };
        let mut bounds = Bounds::new(2);
        assert_eq!(bounds.least_due(&state, &[], 2), 10_500);
        bounds.add(Most::Rate(5_000));
        bounds.add(Most::Rate(5_000));
        // Less than two minor units for roundings.
        let is_about = |due: i64, right: i64| (right - 3..=right).contains(&due);
        assert!(is_about(bounds.least_due(&state, &[], 2), 3_000));
        bounds.add(Most::Early(4_000));
        assert!(is_about(bounds.least_due(&state, &[], 2), 3_000));
        assert!(is_about(bounds.least_due(&state, &[Most::Early(6_000)], 1), 500));
        bounds.add(Most::Late(5_000));
        assert!(is_about(bounds.least_due(&state, &[], 2), 500));
        assert!(is_about(bounds.least_due(&state, &[Most::Rate(5_000)], 1), 500));
        assert!(is_about(bounds.least_due(&state, &[Most::Late(9_000)], 0), 1_500));
    }
}
