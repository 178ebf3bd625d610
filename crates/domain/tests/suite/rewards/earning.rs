//! L24, L25 and L26 of the ledger's rules, and L18 where rounding could make a difference.

use super::world::{START, account, command, earn_on, wallet};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::earning::{
    Cap, CapPeriod, EarnError, EarnRule, OrderLine, OrderSnapshot, Rate, Rounding, attribute, earn, re_rate,
};
use perennial_domain::rewards::ledger::{Account, Body, RuleVersion, post};
use perennial_domain::time::{Instant, Zone};
use proptest::prelude::*;

fn rule(rate: Rate, rounding: Rounding) -> EarnRule {
    let rule = RuleVersion { rule: "base".to_owned(), version: 3 };
    EarnRule { rule, rate, rounding, amount_min_minor: 0, order_max: None }
}

fn rates() -> impl Strategy<Value = Rate> {
    (0..50_u32, 1..500_u32).prop_map(|(units, per)| Rate { units, per })
}

fn roundings() -> impl Strategy<Value = Rounding> {
    prop::sample::select(vec![Rounding::Down, Rounding::HalfUp, Rounding::HalfEven, Rounding::Up])
}

fn lines(amounts: &[i64]) -> Vec<OrderLine> {
    let line = |(number, amount): (usize, &i64)| OrderLine { line: format!("line {number}"), amount_minor: *amount };
    amounts.iter().enumerate().map(line).collect()
}

fn order(amounts: &[i64], multiplier: Rate) -> OrderSnapshot {
    OrderSnapshot { lines: lines(amounts), multiplier }
}

fn amounts() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(0..100_000_i64, 1..12)
}

/// What is left of each line after a step of a return.
fn after_returns(amounts: &[i64], returns: &[(prop::sample::Index, i64)]) -> Vec<Vec<i64>> {
    let mut left = amounts.to_vec();
    let steps = returns.iter().map(|(line, amount)| {
        let line = line.index(left.len());
        left[line] -= (*amount).min(left[line]);
        left.clone()
    });
    steps.collect()
}

proptest! {
    #[test]
    fn l24_an_order_is_rounded_once_and_its_lines_sum_to_it(amounts in amounts(), rate in rates(), multiplier in rates(), rounding in roundings()) {
        let earned = earn(&rule(rate, rounding), &order(&amounts, multiplier)).unwrap();
        // The exact fraction: |total × denominator − numerator| is less than one denominator, on the declared side.
        let sum = i128::from(amounts.iter().sum::<i64>());
        let numerator = sum * i128::from(rate.units) * i128::from(multiplier.units);
        let denominator = i128::from(rate.per) * i128::from(multiplier.per);
        let difference = i128::from(earned.total) * denominator - numerator;
        let is_right = match rounding {
            Rounding::Down => (1 - denominator..=0).contains(&difference),
            Rounding::Up => (0..denominator).contains(&difference),
            Rounding::HalfUp => difference * 2 <= denominator && difference * 2 > -denominator,
            Rounding::HalfEven => (difference * 2).abs() < denominator
                || ((difference * 2).abs() == denominator && earned.total % 2 == 0),
        };
        prop_assert!(is_right, "{} of {numerator}/{denominator}", earned.total);
        prop_assert_eq!(earned.lines.iter().map(|line| line.amount).sum::<i64>(), earned.total);
        for (line, amount) in earned.lines.iter().zip(&amounts) {
            // Each line has its exact share, rounded to one of its neighbours.
            let share = i128::from(earned.total) * i128::from(*amount);
            let apart = i128::from(line.amount) * sum.max(1) - share;
            prop_assert!(sum == 0 || apart.abs() < sum, "{line:?}");
        }
    }

    #[test]
    fn l24_attribution_does_not_depend_on_the_order_of_lines(amounts in amounts(), whole in 0..10_000_i64) {
        let keys: Vec<String> = (0..amounts.len()).map(|number| format!("{number:02}")).collect();
        let weights: Vec<(&str, i64)> = keys.iter().map(String::as_str).zip(amounts).collect();
        let turned: Vec<(&str, i64)> = weights.iter().rev().copied().collect();
        let mut back = attribute(whole, &turned);
        back.reverse();
        prop_assert_eq!(attribute(whole, &weights), back);
    }

    #[test]
    fn l25_earning_is_a_function_of_the_order_and_the_version_and_edits_leave_lots_alone(amounts in amounts(), rate in rates(), edited in rates(), rounding in roundings()) {
        let (old, snapshot) = (rule(rate, rounding), order(&amounts, Rate::ONE));
        let first = earn(&old, &snapshot).unwrap();
        let stored: OrderSnapshot = serde_json::from_str(&serde_json::to_string(&snapshot).unwrap()).unwrap();
        prop_assert_eq!(&earn(&old, &stored).unwrap(), &first, "years later");
        if first.total == 0 || first.total > 500 {
            return Ok(());
        }
        let mut account = account(1, &wallet());
        post(&wallet(), &mut account, &command("e", earn_on("o", first.total, START)), Instant(START)).unwrap();
        let before = account.clone();
        let new = EarnRule { rule: RuleVersion { version: 4, ..old.rule.clone() }, rate: edited, ..old.clone() };
        earn(&new, &snapshot).unwrap();
        prop_assert_eq!(account, before);
        // A return is reckoned with the version that the order had.
        prop_assert_eq!(re_rate(&old, &snapshot, &snapshot.lines, first.total).unwrap().total_back, 0);
    }

    #[test]
    fn l26_a_period_grants_its_cap_or_the_sum_whatever_comes_first(asked in prop::collection::vec(0..200_i64, 0..20), max in 0..1_000_i64, turn in any::<prop::sample::Index>()) {
        let cap = Cap { period: CapPeriod::Day, max };
        let grant_all = |asked: &[i64]| asked.iter().fold(0, |used, amount| {
            let granted = cap.grant(used, *amount);
            assert_eq!(granted.granted + granted.capped, *amount);
            used + granted.granted
        });
        let mut turned = asked.clone();
        turned.rotate_left(if asked.is_empty() { 0 } else { turn.index(asked.len()) });
        let sum: i64 = asked.iter().sum();
        prop_assert_eq!(grant_all(&asked), sum.min(max));
        prop_assert_eq!(grant_all(&turned), sum.min(max));
    }

    #[test]
    fn l18_four_refunds_claw_back_what_one_does_whatever_the_rounding(
        amounts in amounts(), rate in rates(), rounding in roundings(), capped in any::<bool>(),
        returns in prop::collection::vec((any::<prop::sample::Index>(), 0..100_000_i64), 1..8),
    ) {
        let (rule, snapshot) = (rule(rate, rounding), order(&amounts, Rate::ONE));
        let earned = earn(&rule, &snapshot).unwrap().total;
        let granted = if capped { earned / 2 } else { earned }.min(500);
        if granted == 0 {
            return Ok(());
        }
        let steps = after_returns(&amounts, &returns);
        let claw_back = |account: &mut Account, key: &str, left: &[i64]| {
            let total = re_rate(&rule, &snapshot, &lines(left), granted).unwrap().total_back;
            let body = Body::Clawback { order: "o".to_owned(), total };
            post(&wallet(), account, &command(key, body), Instant(START)).unwrap().answer.unwrap();
        };
        let mut split = Account::new(CustomerNumber(1), &wallet());
        post(&wallet(), &mut split, &command("e", earn_on("o", granted, START)), Instant(START)).unwrap();
        let mut whole = split.clone();
        for (number, left) in steps.iter().enumerate() {
            claw_back(&mut split, &format!("c{number}"), left);
        }
        claw_back(&mut whole, "c", steps.last().unwrap());
        prop_assert_eq!(split.balance, whole.balance);
        prop_assert!(split.orders["o"].clawed_back <= granted);
    }
}

#[test]
fn four_refunds_of_five_dollars_claw_back_what_one_of_twenty_does() {
    // $21.90 earned 2 points at 1 for $10; of it remain $1.90. Rounding each refund down would claw back nothing.
    let rule = rule(Rate { units: 1, per: 1_000 }, Rounding::Down);
    let snapshot = order(&[2_190], Rate::ONE);
    let total = |left: i64| re_rate(&rule, &snapshot, &lines(&[left]), 2).unwrap().total_back;
    assert_eq!([1_690, 1_190, 690, 190].map(total), [1, 1, 2, 2]);
}

#[test]
fn half_of_a_rebate_goes_back_with_half_of_the_order() {
    // C137: three per cent of ¥200.00 are ¥6.00.
    let rule = rule(Rate { units: 3, per: 100 }, Rounding::HalfUp);
    let snapshot = order(&[20_000], Rate::ONE);
    assert_eq!(earn(&rule, &snapshot).unwrap().total, 600);
    let rating = re_rate(&rule, &snapshot, &lines(&[10_000]), 600).unwrap();
    assert_eq!((rating.original, rating.remaining, rating.total_back), (600, 300, 300));
}

#[test]
fn orders_that_cannot_be_are_refused() {
    let base = rule(Rate { units: 1, per: 100 }, Rounding::Down);
    let twice = OrderSnapshot { lines: [lines(&[1]), lines(&[2])].concat(), multiplier: Rate::ONE };
    assert_eq!(earn(&base, &twice), Err(EarnError::LineTwice("line 0".to_owned())));
    assert_eq!(earn(&base, &order(&[-1], Rate::ONE)), Err(EarnError::Amount));
    let more = re_rate(&base, &order(&[100], Rate::ONE), &lines(&[101]), 1);
    assert_eq!(more, Err(EarnError::Remaining("line 0".to_owned())));
}

#[test]
fn an_order_below_the_least_amount_earns_nothing_and_one_above_the_most_earns_that() {
    let least =
        EarnRule { amount_min_minor: 5_000, order_max: Some(80), ..rule(Rate { units: 1, per: 100 }, Rounding::Down) };
    for (amount, total) in [(4_999, 0), (5_000, 50), (9_000, 80)] {
        assert_eq!(earn(&least, &order(&[amount], Rate::ONE)).unwrap().total, total);
    }
    // A return that leaves less than the least amount takes all.
    let rating = re_rate(&least, &order(&[5_000], Rate::ONE), &lines(&[4_000]), 50).unwrap();
    assert_eq!(rating.total_back, 50);
}

#[test]
fn a_day_of_a_cap_is_the_programmes() {
    let shanghai = Zone::parse("Asia/Shanghai").unwrap();
    let evening = Instant::parse_rfc3339("2026-12-31T15:59:59Z").unwrap();
    let first_days = |at: Instant| {
        [CapPeriod::Day, CapPeriod::Month, CapPeriod::Year].map(|period| period.first_day(at, &shanghai).iso())
    };
    assert_eq!(first_days(evening), ["2026-12-31", "2026-12-01", "2026-01-01"]);
    assert_eq!(first_days(Instant(evening.0 + 1_000_000)), ["2027-01-01", "2027-01-01", "2027-01-01"]);
    assert_eq!(CapPeriod::Ever.first_day(evening, &shanghai), CapPeriod::Ever.first_day(Instant(0), &shanghai));
}
