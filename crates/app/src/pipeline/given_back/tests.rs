//! What came back of an order is given back once, whoever tells it and when.

use super::super::orders::order_id;
use super::*;
use perennial_domain::ids::CustomerNumber;

const SOURCE: &str = "file";

fn line(sku: &str, amount: i64) -> Line {
    Line { sku: (!sku.is_empty()).then(|| sku.to_owned()), amount_minor: Some(amount), ..Line::default() }
}

/// `class` of the key, lines as (product, amount).
fn fact(kind: FactKind, class: &str, lines: &[(&str, i64)]) -> Fact {
    Fact {
        kind,
        key: FactKey::of(&[SOURCE, class, "1"]),
        at: Instant(5),
        identifiers: vec![],
        order_no: Some("1".into()),
        lines: lines.iter().map(|(sku, amount)| line(sku, *amount)).collect(),
        traits: vec![],
        tracked: None,
    }
}

fn refund(lines: &[(&str, i64)]) -> Fact {
    fact(FactKind::Refund, "refund", lines)
}

/// What a cancellation becomes that takes these lines back.
fn cancellation(lines: &[(&str, i64)]) -> Fact {
    fact(FactKind::Refund, "cancelled", lines)
}

/// An order of 100 for A and 60 for B.
fn bought() -> HashMap<OrderId, OrderRow> {
    let mut known = HashMap::new();
    assert_eq!(tell(&mut known, fact(FactKind::Order, "order", &[("A", 100), ("B", 60)])), 160);
    known
}

/// The amount that counts.
fn tell(known: &mut HashMap<OrderId, OrderRow>, fact: Fact) -> i64 {
    let id = order_id(None, &fact);
    match compare(known, id, fact, false) {
        Outcome::Duplicate => 0,
        Outcome::New { fact, .. } => {
            only_once(known, SOURCE, id, fact).and_then(|fact| fact.amount_minor()).unwrap_or(0)
        }
    }
}

#[test]
fn what_was_given_back_does_not_depend_on_the_order_in_which_it_is_told() {
    // What is told, and what is given back in the end.
    let stories: [(&[Fact], i64); 9] = [
        (&[refund(&[("A", -100)]), cancellation(&[("A", -100)])], 100),
        (&[refund(&[("A", -100)]), cancellation(&[("A", -100), ("B", -60)])], 160),
        (&[refund(&[("A", -100)]), cancellation(&[("B", -60)])], 160),
        // A refund without a product is of what was cancelled.
        (&[refund(&[("", -30)]), cancellation(&[("A", -100)])], 100),
        (&[refund(&[("", -30)]), refund(&[("", -90)]), cancellation(&[("A", -100)])], 120),
        // A cancellation without a product is of the whole order.
        (&[refund(&[("A", -100)]), cancellation(&[("", -160)])], 160),
        (&[refund(&[("A", -40)]), refund(&[("", -20)]), cancellation(&[("", -160)])], 160),
        // Never more than was bought, unless refunds alone say so.
        (&[refund(&[("A", -40)]), cancellation(&[("A", -100), ("B", -60)])], 160),
        (&[refund(&[("A", -100)]), refund(&[("", -90)]), cancellation(&[("A", -100)])], 190),
    ];
    for (place, (told, expected)) in stories.into_iter().enumerate() {
        for turn in 0..2 * told.len() {
            let mut known = bought();
            let mut order = told.to_vec();
            order.rotate_left(turn % told.len());
            if turn >= told.len() {
                order[1..].reverse();
            }
            let given: i64 = order.iter().map(|fact| tell(&mut known, fact.clone())).sum();
            assert_eq!(given, -expected, "story {place}, turn {turn}");
            let again: i64 = order.iter().map(|fact| tell(&mut known, fact.clone())).sum();
            assert_eq!(again, 0, "told again, story {place}, turn {turn}");
        }
    }
}

/// What the whole of a fact moves: all that happens to it when it is applied.
fn play(known: &mut HashMap<OrderId, OrderRow>, fact: Fact) -> i64 {
    let id = order_id(None, &fact);
    let fact = take_back(known, SOURCE, id, fact);
    let Outcome::New { fact, .. } = compare(known, id, fact, false) else { return 0 };
    let Some(fact) = only_once(known, SOURCE, id, fact) else { return 0 };
    let moved = |fact: &Fact| match fact.kind {
        FactKind::Order | FactKind::Refund => fact.amount_minor().unwrap_or(0),
        _ => 0,
    };
    let at_once = match fact.kind {
        FactKind::Order => take_back_at_once(known, SOURCE, id, &fact),
        _ => Vec::new(),
    };
    moved(&fact) + at_once.iter().map(|(_, refund, _)| moved(refund)).sum::<i64>()
}

#[test]
fn what_came_back_of_a_guests_order_is_its_customers_as_far_as_it_was_not_before() {
    let two = || cancellation(&[("A", -100), ("B", -60)]);
    // What was told of the guest, what of the customer, and what the customer has had back by the guest's.
    let stories: [(Vec<Fact>, Vec<Fact>, i64); 6] = [
        (vec![refund(&[("A", -100)])], vec![], 100),
        (vec![refund(&[("A", -100)]), two()], vec![], 160),
        (vec![refund(&[("A", -100)])], vec![refund(&[("A", -100)])], 0),
        (vec![refund(&[("A", -100), ("B", -60)])], vec![refund(&[("A", -100)])], 60),
        (vec![refund(&[("B", -60)])], vec![refund(&[("A", -100)])], 60),
        (vec![two()], vec![refund(&[("A", -100)])], 60),
    ];
    for (place, (guests, customers, expected)) in stories.into_iter().enumerate() {
        let mut known = bought();
        for fact in &guests {
            tell(&mut known, fact.clone());
        }
        let own = |known: &mut HashMap<OrderId, OrderRow>, fact: Fact| {
            let id = order_id(Some(CustomerNumber(7)), &fact);
            let Outcome::New { fact, .. } = compare(known, id, fact, false) else { return None };
            only_once(known, SOURCE, id, fact)
        };
        for fact in &customers {
            own(&mut known, fact.clone());
        }
        let order = fact(FactKind::Order, "order", &[("A", 100), ("B", 60)]);
        own(&mut known, order.clone());
        let refunds = move_to_customer(&mut known, SOURCE, 7, &order).into_iter().filter_map(|(_, refund)| refund);
        let given: i64 = refunds.filter_map(|refund| refund.amount_minor()).sum();
        assert_eq!(given, -expected, "story {place}");
        assert!(move_to_customer(&mut known, SOURCE, 7, &order).is_empty(), "once, story {place}");
        let again = guests.iter().chain(&customers).filter_map(|fact| own(&mut known, fact.clone()));
        assert_eq!(again.count(), 0, "told again of the customer, story {place}");
    }
}

fn at(instant: i64, fact: Fact) -> Fact {
    Fact { at: Instant(instant), ..fact }
}

fn permutations(told: &[Fact]) -> Vec<Vec<Fact>> {
    if told.len() < 2 {
        return vec![told.to_vec()];
    }
    let mut all = Vec::new();
    for place in 0..told.len() {
        let mut rest = told.to_vec();
        let first = rest.remove(place);
        all.extend(permutations(&rest).into_iter().map(|rest| [vec![first.clone()], rest].concat()));
    }
    all
}

#[test]
fn a_cancellation_gives_back_the_same_before_its_order_and_after_it() {
    let order = || fact(FactKind::Order, "order", &[("A", 100), ("B", 60)]);
    let cancelled = |lines| fact(FactKind::Cancelled, "cancelled", lines);
    let unpaid = || fact(FactKind::Unpaid, "unpaid", &[("A", 100), ("B", 60)]);
    let stories = [
        (vec![order(), cancelled(&[])], 0),
        (vec![order(), at(6, cancelled(&[]))], 0),
        (vec![order(), cancelled(&[("A", 100)])], 60),
        (vec![order(), cancelled(&[("A", 100), ("B", 60)])], 0),
        (vec![order(), cancelled(&[("C", 9)])], 160),
        (vec![order(), unpaid()], 160),
        (vec![order(), unpaid(), cancelled(&[("A", 100), ("B", 60)])], 0),
        (vec![order(), refund(&[("A", -100)]), at(6, cancelled(&[]))], 0),
        (vec![order(), refund(&[("", -30)]), cancelled(&[("A", 100)])], 60),
        (vec![order(), fact(FactKind::Cancelled, "refund", &[]), cancelled(&[])], 0),
    ];
    for (place, (told, expected)) in stories.into_iter().enumerate() {
        for (turn, told) in permutations(&told).into_iter().enumerate() {
            let mut known = HashMap::new();
            let net: i64 = told.iter().map(|fact| play(&mut known, fact.clone())).sum();
            assert_eq!(net, expected, "story {place}, turn {turn}");
            let again: i64 = told.iter().map(|fact| play(&mut known, fact.clone())).sum();
            assert_eq!(again, 0, "told again, story {place}, turn {turn}");
        }
    }
}

#[test]
fn a_refund_without_an_amount_gives_back_what_is_left() {
    let whole = |instant| at(instant, fact(FactKind::Cancelled, "refund", &[]));
    let mut known = bought();
    assert_eq!(play(&mut known, refund(&[("A", -100)])), -100);
    assert_eq!(play(&mut known, whole(9)), -60);
    assert_eq!(play(&mut known, whole(10)), 0, "nothing is left");
    // The order grows, and all of it goes back once more.
    let mut known = bought();
    assert_eq!(play(&mut known, whole(9)), -160);
    assert_eq!(play(&mut known, fact(FactKind::Order, "order", &[("A", 100), ("B", 60), ("C", 40)])), 40);
    assert_eq!(play(&mut known, whole(11)), -40);
    assert_eq!(play(&mut known, whole(11)), 0);
}

#[test]
fn what_an_earlier_version_kept_of_an_unpaid_order_takes_nothing_back() {
    let pending = fact(FactKind::Cancelled, "cancelled", &[("A", 100), ("B", 60)]);
    let mut known = HashMap::new();
    let id = order_id(None, &pending);
    assert_eq!(play(&mut known, pending.clone()), 0);
    let row = known.get_mut(&id).unwrap();
    row.line_hashes = unpack(&row.line_hashes).0.to_vec();
    assert_eq!(play(&mut known, fact(FactKind::Order, "order", &[("A", 100), ("B", 60)])), 160);
    // And the cancellation that comes under the same key is one.
    assert_eq!(play(&mut known, pending), -160);
}

#[test]
fn the_money_is_taken_off_the_lines_that_both_told() {
    let mut known = bought();
    assert_eq!(tell(&mut known, refund(&[("A", -70)])), -70);
    let cancelled = cancellation(&[("A", -100), ("B", -60)]);
    let id = order_id(None, &cancelled);
    let Outcome::New { fact, .. } = compare(&mut known, id, cancelled, false) else { panic!("it is new") };
    let left = only_once(&mut known, SOURCE, id, fact).unwrap();
    assert_eq!(left.lines, [line("A", -30), line("B", -60)]);
    assert_eq!(known[&id].amount_minor, Some(-90));
}

#[test]
fn rows_from_before_lines_were_kept_are_taken_by_their_amount() {
    let mut known = bought();
    let told = refund(&[("A", -100)]);
    let id = order_id(None, &told);
    assert_eq!(tell(&mut known, told.clone()), -100);
    let row = known.get_mut(&id).unwrap();
    row.line_hashes = unpack(&row.line_hashes).0.to_vec();
    assert_eq!(row.line_hashes.len(), FINGERPRINT_BYTES);
    assert_eq!(tell(&mut known, told), 0, "it is still known");
    assert_eq!(tell(&mut known, cancellation(&[("A", -100)])), 0);
    assert_eq!(unpack(&[1, 2, 3, 4, FORMAT]), (&[][..], None), "nothing that claims more than there is");
}

#[test]
fn orders_that_nothing_was_given_back_of_are_looked_up_alone() {
    let order = fact(FactKind::Order, "order", &[("A", 100)]);
    let id = order_id(Some(CustomerNumber(7)), &order);
    assert_eq!(orders_concerned(SOURCE, id, &order).collect::<Vec<_>>(), [id]);
    let told = refund(&[("A", -100)]);
    let own = order_id(Some(CustomerNumber(7)), &told);
    let concerned: Vec<OrderId> = orders_concerned(SOURCE, own, &told).collect();
    assert_eq!(concerned.len(), 3);
    assert_eq!((concerned[0], concerned[1]), (own, id));
}
