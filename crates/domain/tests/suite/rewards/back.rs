//! L18 to L21 of the ledger's rules: what comes back, and from where.

use super::lots::steps;
use super::world::{
    DAY, START, World, account, amounts, asked, earn, earn_on, entry, remaining, run, wallet, with_lots,
};
use perennial_domain::rewards::ledger::{
    Account, Activation, Body, ExcessClawback, ExpiredRefund, Refusal, Wallet, settle,
};
use perennial_domain::time::Instant;
use proptest::prelude::*;

proptest! {
    #[test]
    fn l18_a_claw_back_never_exceeds_the_earning_and_its_split_does_not_matter(
        earned in 1..400_i64, spent in 0..400_i64, totals in prop::collection::vec(0..500_i64, 1..8), forgives in any::<bool>(),
    ) {
        let excess_clawback = if forgives { ExcessClawback::StopAtZero } else { ExcessClawback::Debt };
        let wallet = Wallet { excess_clawback, ..wallet() };
        let mut account = account(1, &wallet);
        run(&wallet, &mut account, "e", earn_on("o", earned, START), START).unwrap();
        drop(run(&wallet, &mut account, "s", Body::Spend { amount: spent }, START));
        let mut whole = account.clone();
        let mut largest = 0;
        for (number, total) in totals.iter().enumerate() {
            let body = Body::Clawback { order: "o".to_owned(), total: *total };
            let answer = run(&wallet, &mut account, &format!("c{number}"), body, START);
            prop_assert_eq!(answer.is_err(), *total > earned);
            largest = largest.max(if *total > earned { 0 } else { *total });
        }
        run(&wallet, &mut whole, "c", Body::Clawback { order: "o".to_owned(), total: largest }, START).unwrap();
        prop_assert_eq!(account.balance, whole.balance);
        prop_assert_eq!(&account.orders, &whole.orders);
        prop_assert_eq!(account.orders["o"].clawed_back, largest);
    }

    #[test]
    fn l19_a_claw_back_takes_the_orders_own_lots_first_pending_before_active(
        pending in 1..50_i64, active in 1..50_i64, others in 1..50_i64, total in 1..100_i64, forgives in any::<bool>(),
    ) {
        let excess_clawback = if forgives { ExcessClawback::StopAtZero } else { ExcessClawback::Debt };
        let wallet = Wallet { excess_clawback, ..wallet() };
        let mut account = account(1, &wallet);
        // The other one is the next that would be spent.
        run(&wallet, &mut account, "x", Body::Earn(earn(others, START - 9 * DAY)), START).unwrap();
        run(&wallet, &mut account, "a", earn_on("o", active, START), START).unwrap();
        let Body::Earn(mut waits) = earn_on("o", pending, START) else { unreachable!() };
        waits.activation = Some(Activation::On("delivered".to_owned()));
        run(&wallet, &mut account, "p", Body::Earn(waits), START).unwrap();
        run(&wallet, &mut account, "s", Body::Spend { amount: others }, START).unwrap();
        let total = total.min(pending + active);
        run(&wallet, &mut account, "c", Body::Clawback { order: "o".to_owned(), total }, START).unwrap();
        let from_pending = total.min(pending);
        let from_active = (total - from_pending).min(active);
        prop_assert_eq!(remaining(&account), vec![0, active - from_active, pending - from_pending]);
        prop_assert_eq!(account.balance.debt, 0);
        // What the order's lots no longer have is taken elsewhere, then it is a debt or forgiven.
        let left = account.balance.available;
        drop(run(&wallet, &mut account, "s2", Body::Spend { amount: left }, START));
        run(&wallet, &mut account, "y", Body::Earn(earn(5, START)), START).unwrap();
        let rest = pending + active - total;
        let from_order = rest.min(pending - from_pending);
        run(&wallet, &mut account, "c2", Body::Clawback { order: "o".to_owned(), total: pending + active }, START).unwrap();
        let open = rest - from_order;
        prop_assert_eq!(account.balance.available, (5 - open).max(0));
        prop_assert_eq!(account.balance.debt, if forgives { 0 } else { (open - 5).max(0) });
        prop_assert_eq!(account.orders["o"].forgiven, if forgives { (open - 5).max(0) } else { 0 });
    }

    #[test]
    fn l20_while_there_is_a_debt_nothing_is_available_and_each_earning_pays_it_first((seed, steps) in steps(), owed in 1..100_i64, earned in 1..150_i64) {
        let (_, steps) = World::drawn(seed, &steps);
        for account in asked(&steps).flat_map(|asked| &asked.before) {
            prop_assert!(account.balance.debt == 0 || account.balance.available == 0);
        }
        let wallet = wallet();
        let mut account = with_lots(&wallet, &[]);
        run(&wallet, &mut account, "e", earn_on("o", owed, START), START).unwrap();
        run(&wallet, &mut account, "s", Body::Spend { amount: owed }, START).unwrap();
        run(&wallet, &mut account, "c", Body::Clawback { order: "o".to_owned(), total: owed }, START).unwrap();
        prop_assert_eq!(account.balance.debt, owed);
        run(&wallet, &mut account, "n", Body::Earn(earn(earned, START)), START).unwrap();
        let paid = owed - account.balance.debt;
        let lots: i64 = account.lots.values().filter(|lot| lot.id.entry.sequence == 4).map(|lot| lot.amount).sum();
        prop_assert_eq!(lots + paid, earned);
        prop_assert_eq!(paid, owed.min(earned));
    }

    #[test]
    fn l21_a_refund_gives_back_at_most_what_was_taken_of_each_lot_and_never_twice(
        lots in amounts(), spent in 1..300_i64, totals in prop::collection::vec(0..330_i64, 1..6),
    ) {
        let wallet = wallet();
        let mut account = with_lots(&wallet, &lots);
        let before = remaining(&account);
        let Ok(sequence) = run(&wallet, &mut account, "s", Body::Spend { amount: spent }, START) else { return Ok(()) };
        let debit = entry(1, sequence);
        let mut largest = 0;
        for (number, total) in totals.iter().enumerate() {
            let answer = run(&wallet, &mut account, &format!("r{number}"), Body::Refund { debit, total: *total }, START);
            prop_assert_eq!(answer.is_err(), *total > spent);
            largest = largest.max(if *total > spent { 0 } else { *total });
            prop_assert!(account.debits[&debit].parts.iter().all(|part| part.refunded <= part.amount));
        }
        // The same lots are left as if so much less had been spent.
        let mut less = with_lots(&wallet, &lots);
        if spent > largest {
            run(&wallet, &mut less, "s", Body::Spend { amount: spent - largest }, START).unwrap();
        }
        prop_assert_eq!(remaining(&account), remaining(&less));
        let deadlines = |account: &Account| account.lots.values().map(|lot| lot.expires_at).collect::<Vec<_>>();
        prop_assert_eq!(deadlines(&account), deadlines(&less), "with their own deadlines");
        run(&wallet, &mut account, "all", Body::Refund { debit, total: spent }, START).unwrap();
        prop_assert_eq!(remaining(&account), before);
        let again = run(&wallet, &mut account, "reverse", Body::Reverse { entry: debit }, START);
        prop_assert_eq!(again, Err(Refusal::AlreadyReversed));
    }
}

#[test]
fn l21_points_that_come_back_after_their_last_day_follow_the_wallets_policy() {
    for (expired_refund, left) in [(ExpiredRefund::ReExpire, 0), (ExpiredRefund::GraceDays(3), 8)] {
        let wallet = Wallet { expired_refund, ..wallet() };
        let mut one = account(1, &wallet);
        run(&wallet, &mut one, "e", Body::Earn(earn(10, START)), START).unwrap();
        let debit = entry(1, run(&wallet, &mut one, "s", Body::Spend { amount: 8 }, START).unwrap());
        let after = START + 40 * DAY;
        run(&wallet, &mut one, "r", Body::Refund { debit, total: 8 }, after).unwrap();
        assert_eq!(one.balance.available, left);
        settle(&wallet, &mut one, Instant(after + 4 * DAY - 1)).unwrap();
        assert_eq!(one.balance.available, left, "through the third day after");
        settle(&wallet, &mut one, Instant(after + 4 * DAY)).unwrap();
        assert_eq!(one.balance.available, 0);
    }
}
