//! RFM, cohorts, concentration and value parts: exact tables.

use perennial_domain::value::{
    CustomerFold, FoldSettings, Margin, Month, Occasion, RfmGroup, RfmInput, measure_concentration, round_minor,
    run_rfm, value_parts,
};
use proptest::prelude::*;

use crate::data;
use crate::value_reference::near;

#[test]
fn rfm_of_online_retail_is_the_reference_one() {
    let folded = data::fold(data::online_retail(), "2011-12-09", "2011-12-09");
    assert_eq!(folded.customers.len(), 3242);
    let buyers: Vec<RfmInput> = folded.customers.iter().map(|c| c.rfm).collect();
    let (result, scores) = run_rfm(&buyers);
    assert_eq!(result.revenue_minor, 705_087_451);
    assert_eq!(buyers.iter().map(|b| b.orders).sum::<u32>(), 14_202);
    let near_all = |found: [f64; 4], expected: [f64; 4]| {
        found.iter().zip(expected).for_each(|(f, e)| near(*f, e, 1e-6));
    };
    near_all(result.cut_points.recency_days, [13.0, 33.0, 73.0, 184.8]);
    near_all(result.cut_points.orders, [1.0, 2.0, 3.0, 6.0]);
    let pounds = result.cut_points.revenue_minor.map(|v| v / 100.0);
    near_all(pounds, [249.776, 493.6, 957.632, 2081.302]);
    let count = |of: &dyn Fn(usize) -> u8| {
        let mut counts = [0; 5];
        (0..scores.len()).for_each(|i| counts[usize::from(of(i) - 1)] += 1);
        counts
    };
    assert_eq!(count(&|i| scores[i].recency), [649, 627, 651, 654, 661]);
    assert_eq!(count(&|i| scores[i].frequency), [1133, 600, 382, 590, 537]);
    assert_eq!(count(&|i| scores[i].monetary), [649, 648, 648, 648, 649]);
    assert_eq!((result.cells[4][4][4], result.cells[0][0][0]), (252, 254));
    let used = result.cells.iter().flatten().flatten().filter(|n| **n > 0).count();
    assert_eq!(used, 108);
    let best: i64 =
        buyers.iter().zip(&scores).filter(|(_, score)| score.code() == 555).map(|(buyer, _)| buyer.revenue_minor).sum();
    near(best as f64 / result.revenue_minor as f64, 0.446052, 6e-7);
}

#[test]
fn rfm_cells_and_groups_each_sum_to_all_buyers() {
    let folded = data::fold(data::online_retail(), "2011-12-09", "2011-12-09");
    let buyers: Vec<RfmInput> = folded.customers.iter().map(|c| c.rfm).collect();
    let (result, scores) = run_rfm(&buyers);
    assert_eq!(result.cells.iter().flatten().flatten().sum::<u64>(), result.customers);
    assert_eq!(result.groups.iter().map(|g| g.customers).sum::<u64>(), result.customers);
    assert_eq!(result.groups.iter().map(|g| g.revenue_minor).sum::<i64>(), result.revenue_minor);
    assert_eq!(result.groups.map(|g| g.group), RfmGroup::ALL);
    // Another order of buyers moves nobody.
    let mut reversed = buyers.clone();
    reversed.reverse();
    let (again, mut scores_again) = run_rfm(&reversed);
    scores_again.reverse();
    assert_eq!((again, scores_again), (result, scores));
}

#[test]
fn rfm_of_nobody_and_of_equals_is_defined() {
    let (none, _) = run_rfm(&[]);
    assert_eq!(none.customers, 0);
    let same = RfmInput { recency_days: 5, orders: 2, revenue_minor: 100 };
    let (result, scores) = run_rfm(&[same; 10]);
    assert_eq!(result.customers, 10);
    assert!(scores.iter().all(|s| *s == scores[0]));
}

#[test]
fn cohorts_of_online_retail_are_the_reference_ones() {
    let folded = data::fold(data::online_retail(), "2011-12-09", "2011-12-09");
    let cohort = |year: i32, month: i32| &folded.fold.cohorts.by_month[&Month(year * 12 + month - 1)];
    let customers = |year, month| cohort(year, month).months.iter().map(|m| m.customers).collect::<Vec<_>>();
    assert_eq!(customers(2010, 12), [677, 251, 227, 265, 245, 274, 250, 238, 243, 271, 259, 352, 195]);
    assert_eq!(customers(2011, 1), [318, 78, 83, 81, 106, 98, 77, 80, 102, 110, 118, 37]);
    let revenue: Vec<i64> = cohort(2010, 12).months[..4].iter().map(|m| m.revenue_minor).collect();
    assert_eq!(revenue, [46_433_782, 22_368_947, 19_092_499, 24_860_036]);
    let last = cohort(2011, 12);
    assert_eq!(last.repeats[0].observed, 0, "nine days are not thirty");
    assert_eq!(last.repeats[0].rate(), None);
    let december = cohort(2010, 12).repeats;
    assert!(december.iter().all(|r| r.observed == 677));
    assert!(december[0].repeated <= december[1].repeated);
    assert!(december[1].repeated <= december[2].repeated);
    assert!(folded.fold.cohorts.median_interval_days().is_some());
}

#[test]
fn months_follow_the_calendar() {
    for (date, expected) in [
        ("1970-01-01", (1970, 1)),
        ("1969-12-31", (1969, 12)),
        ("2000-02-29", (2000, 2)),
        ("2000-03-01", (2000, 3)),
        ("2011-12-31", (2011, 12)),
        ("2100-02-28", (2100, 2)),
    ] {
        assert_eq!(Month::of_day(data::day(date)).year_month(), expected, "{date}");
    }
}

#[test]
fn folds_of_parts_in_any_order_equal_the_fold_of_all() {
    let customers = data::online_retail();
    let whole = data::fold(customers, "2011-08-31", "2011-12-09").fold;
    let settings = whole.settings();
    let part = |wanted: usize| {
        let mut fold = CustomerFold::new(settings);
        let chosen = customers.iter().enumerate().filter(|(i, _)| i % 3 == wanted);
        chosen.for_each(|(_, occasions)| assert!(fold.add(occasions).is_some() || !occasions.is_empty()));
        fold
    };
    let (a, b, c) = (part(0), part(1), part(2));
    let mut forward = a.clone();
    forward.merge(&b);
    forward.merge(&c);
    let mut tail = c;
    tail.merge(&b);
    tail.merge(&a);
    assert_eq!(forward, whole);
    assert_eq!(tail, whole);
}

#[test]
fn a_fold_counts_money_of_days_without_an_order_that_are_no_visits() {
    let settings = FoldSettings { fit_until: 100, backtest_until: 130 };
    let occasion = |day, amount_minor, orders| Occasion { day, amount_minor, orders };
    let mut fold = CustomerFold::new(settings);
    let found = fold
        .add(&[
            occasion(0, -5, 0),
            occasion(10, 1000, 1),
            occasion(40, 500, 1),
            occasion(40, 700, 1),
            occasion(80, -200, 0),
            occasion(110, 900, 1),
            occasion(131, 900, 1),
        ])
        .unwrap();
    assert_eq!((found.summary.x, found.summary.t_x, found.summary.t), (1, 30, 90));
    assert_eq!((found.spend.x, found.spend.total_minor), (1, 1200));
    assert_eq!((found.rfm.recency_days, found.rfm.orders), (61, 3));
    assert_eq!((found.rfm.revenue_minor, found.holdout_purchases), (1995, 1));
    assert_eq!((fold.weekly.get(-9), fold.weekly.get(1), fold.weekly.get(0)), (1, 1, 0));
    assert_eq!(fold.add(&[occasion(101, 1, 1)]), None);
    assert_eq!(fold.add(&[]), None);
}

#[test]
fn concentration_is_exact() {
    let found = measure_concentration(&[714, 100, 86, 60, 40]);
    assert_eq!((found.top_customers, found.top_minor, found.total_minor), (1, 714, 1000));
    near(found.top_share.unwrap(), 0.714, 0.0);
    assert_eq!(found.lorenz.len(), 101);
    near(found.lorenz[100], 1.0, 0.0);
    near(found.lorenz[20], 0.04, 0.0);
    let equal = measure_concentration(&[7; 100]);
    near(equal.gini.unwrap(), 0.0, 0.0);
    near(equal.top_share.unwrap(), 0.2, 1e-12);
    assert_eq!(measure_concentration(&[]).top_share, None);
    assert_eq!(measure_concentration(&[-5, 5]).gini, None);
}

#[test]
fn sums_of_the_largest_amounts_stay_at_the_limit() {
    const LARGEST: i64 = 1_000_000_000_000_000;
    let settings = FoldSettings { fit_until: 100, backtest_until: 130 };
    for (amount_minor, limit) in [(LARGEST, i64::MAX), (-LARGEST, i64::MIN)] {
        let occasions: Vec<Occasion> =
            (0..=130).flat_map(|day| [Occasion { day, amount_minor, orders: 1 }; 400]).collect();
        let mut fold = CustomerFold::new(settings);
        let found = fold.add(&occasions).unwrap();
        for sum in [found.rfm.revenue_minor, found.spend.total_minor] {
            assert_eq!(sum, limit);
        }
        let mut both = fold.clone();
        both.merge(&fold);
        for cohorts in [&fold.cohorts, &both.cohorts] {
            let months = &cohorts.by_month[&Month::of_day(0)].months;
            assert!(months[..3].iter().all(|month| month.revenue_minor == limit), "{months:?}");
        }
        let (rfm, _) = run_rfm(&vec![RfmInput { recency_days: 1, orders: 1, revenue_minor: amount_minor }; 20_000]);
        assert_eq!(rfm.revenue_minor, limit);
        let parts = value_parts(limit, -amount_minor, Margin::FULL, limit);
        assert_eq!(parts.lifetime_minor.signum(), limit.signum());
        assert_eq!(measure_concentration(&[limit; 3]).total_minor, i128::from(limit) * 3);
    }
}

proptest! {
    /// Up to the limit of 64 bits the sum is exact, in any order; beyond it, it stays there.
    #[test]
    fn revenue_of_a_cohort_is_the_exact_sum_or_the_limit(
        amounts in proptest::collection::vec(0i64..=1_000_000_000_000_000, 1..40), times in 1usize..600,
    ) {
        let settings = FoldSettings { fit_until: 20, backtest_until: 20 };
        let occasions: Vec<Occasion> =
            amounts.iter().map(|amount_minor| Occasion { day: 3, amount_minor: *amount_minor, orders: 1 }).collect();
        let mut one = CustomerFold::new(settings);
        prop_assert!(one.add(&occasions).is_some());
        let mut all = CustomerFold::new(settings);
        (0..times).for_each(|_| all.merge(&one));
        let exact: i128 = amounts.iter().map(|amount| i128::from(*amount) * times as i128).sum();
        let found = all.cohorts.by_month[&Month::of_day(3)].months[0].revenue_minor;
        prop_assert_eq!(found, i64::try_from(exact).unwrap_or(i64::MAX));
    }
}

#[test]
fn value_parts_add_to_the_cent() {
    let margin = Margin::from_basis_points(3333).unwrap();
    let parts = value_parts(100_001, 333, margin, 77);
    assert_eq!(parts.current_minor, 111);
    assert_eq!(parts.historical_minor, 33_219);
    assert_eq!(parts.lifetime_minor, 33_219 + 111 + 77);
    // Half a cent on both sides of the window: another window changes no sum.
    let odd = |current| value_parts(3, current, Margin::from_basis_points(5_000).unwrap(), 10);
    assert_eq!((odd(0).historical_minor, odd(1).historical_minor, odd(3).historical_minor), (2, 1, 0));
    assert_eq!((odd(0).lifetime_minor, odd(1).lifetime_minor, odd(3).lifetime_minor), (12, 12, 12));
    let half = Margin::from_basis_points(5000).unwrap();
    assert_eq!((half.apply_minor(1), half.apply_minor(-1), half.apply_minor(3)), (1, -1, 2));
    assert_eq!((round_minor(0.5), round_minor(-0.5), round_minor(f64::NAN)), (1, -1, 0));
    assert!(Margin::from_basis_points(10_001).is_err());
}
