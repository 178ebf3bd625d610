//! Spending by month: where its peak is, and since when it has faded.
//!
//! The stated rule (`docs/journey.md`): the peak is the month with the greatest net revenue, of equal ones the latest.
//! The half-life date is the first day of the first month behind it from which on no complete month came to more than
//! half of the peak. It is given only once so many complete months in a row say so as the customer ever left between
//! two months of purchases up to the peak, at least two: who buys each quarter has not faded after one quiet month.

use crate::time::{Day, Month};

/// What a month brought, net of refunds, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthSpending {
    pub month: Month,
    pub revenue_minor: i64,
    pub orders: u64,
}

/// Fewer quiet months are no fade.
pub const QUIET_MONTHS_MIN: i32 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peak {
    pub month: Month,
    pub revenue_minor: i64,
    /// `None` where spending has not halved for good.
    pub half_life: Option<Day>,
}

/// `None` where no month brought anything. `months` ascend without gaps; `last_complete` is the last month that is over.
pub fn peak(months: &[MonthSpending], last_complete: Month) -> Option<Peak> {
    let top = months.iter().filter(|one| one.revenue_minor > 0).max_by_key(|one| (one.revenue_minor, one.month))?;
    let half_life = half_life(months, *top, last_complete).map(Month::first_day);
    Some(Peak { month: top.month, revenue_minor: top.revenue_minor, half_life })
}

fn half_life(months: &[MonthSpending], top: MonthSpending, last_complete: Month) -> Option<Month> {
    let is_above = |one: &&MonthSpending| {
        // Twice an amount may not fit; half of it is rounded down, which is as much as the comparison needs.
        one.month <= last_complete && one.revenue_minor > top.revenue_minor / 2
    };
    // The peak itself is above, unless its month goes on.
    let last_above = months.iter().filter(is_above).map(|one| one.month).max()?.max(top.month);
    let quiet = last_complete.0 - last_above.0;
    (quiet >= QUIET_MONTHS_MIN.max(longest_pause(months, top.month))).then_some(Month(last_above.0 + 1))
}

/// The most months from one with purchases to the next, up to this one.
fn longest_pause(months: &[MonthSpending], until: Month) -> i32 {
    let bought: Vec<i32> =
        months.iter().filter(|one| one.orders > 0 && one.month <= until).map(|one| one.month.0).collect();
    bought.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: i32 = 2025 * 12;

    fn months(revenue: &[i64]) -> Vec<MonthSpending> {
        let one = |(place, revenue_minor): (usize, &i64)| MonthSpending {
            month: Month(FIRST + place as i32),
            revenue_minor: *revenue_minor,
            orders: u64::from(*revenue_minor > 0),
        };
        revenue.iter().enumerate().map(one).collect()
    }

    /// Revenue of the months, how many are complete, the places that are found.
    type Case = (&'static [i64], i32, Option<(i32, Option<i32>)>);

    /// The place of the peak and that of the half-life's month, where this many months are complete.
    fn found(revenue: &[i64], complete: i32) -> Option<(i32, Option<i32>)> {
        let peak = peak(&months(revenue), Month(FIRST + complete - 1))?;
        Some((peak.month.0 - FIRST, peak.half_life.map(|day| day.month().0 - FIRST)))
    }

    #[test]
    fn the_peak_and_the_month_from_which_on_it_stays_below_half() {
        let cases: [Case; 11] = [
            (&[], 5, None),
            (&[-5, 0], 5, None),
            (&[100, 400, 300, 200, 100, 50], 6, Some((1, Some(3)))),
            (&[100, 400, 300, 201, 100, 50], 6, Some((1, Some(4)))),
            // It came back above half once: the fade begins behind that.
            (&[400, 100, 100, 250, 100, 100], 6, Some((0, Some(4)))),
            // One quiet month is no fade, the month that goes on does not count.
            (&[400, 100, 0], 2, Some((0, None))),
            (&[400, 100, 0], 3, Some((0, Some(1)))),
            // Months behind the last purchase are quiet.
            (&[400], 3, Some((0, Some(1)))),
            // Of equal peaks the latest.
            (&[400, 0, 400], 3, Some((2, None))),
            // Each quarter: three quiet months are needed.
            (&[100, 0, 0, 100, 0, 0, 100], 9, Some((6, None))),
            (&[100, 0, 0, 100, 0, 0, 100], 10, Some((6, Some(7)))),
        ];
        for (revenue, complete, expected) in cases {
            assert_eq!(found(revenue, complete), expected, "{revenue:?} {complete}");
        }
    }

    #[test]
    fn a_month_of_refunds_is_quiet_and_large_amounts_do_not_overflow() {
        assert_eq!(found(&[i64::MAX, i64::MIN, 0, 5], 4), Some((0, Some(1))));
    }
}
