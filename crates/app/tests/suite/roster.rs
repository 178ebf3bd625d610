//! The clerks of a staff system: told at once, told again, moved.

use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, NewUser, Scope, UserChange, create_user, list_users, update_user};
use perennial_app::clerks::{self, ClerkError, RosterEntry, RosterOutcome, Sales, put_roster};
use perennial_app::stores::{self, NewPlace};
use perennial_app::upserts::{self, Read, SOURCE_USUAL};
use perennial_app::{audit, pipeline};
use perennial_domain::access::Role;
use perennial_domain::stores::PlaceKind;
use perennial_domain::time::{Day, Instant};
use perennial_domain::upsert::{IdentifierTold, LineTold, OrderTold};
use std::collections::{BTreeMap, BTreeSet};

on_both! {
    c14_of_twelve_hundred_clerks_who_are_synced_one_moves_on_the_first_of_may_and_sales_stay_with_their_stores,
    what_cannot_be_done_is_told_and_the_others_are_done,
}

async fn store(stage: &Stage, code: &str) -> String {
    let name = format!("Store {code}");
    let new = NewPlace { kind: PlaceKind::Store, code: Some(code.to_owned()), name, parent: None };
    stores::create_place(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().id
}

fn entry(number: usize, store: Option<&str>, from: &str) -> RosterEntry {
    RosterEntry {
        email: format!("clerk{number}@example.com"),
        name: format!("Clerk {number}"),
        store: store.map(str::to_owned),
        from: Instant::parse_rfc3339(from),
    }
}

async fn put(stage: &Stage, roster: &[RosterEntry]) -> Vec<RosterOutcome> {
    let mut outcomes = Vec::new();
    for some in roster.chunks(clerks::ROSTER_MAX) {
        outcomes.extend(put_roster(&stage.app, &TESTER, some).await.unwrap());
    }
    outcomes
}

/// How many were created, moved, left alone and refused.
fn counts(outcomes: &[RosterOutcome]) -> [usize; 4] {
    let place = |one: &RosterOutcome| match one {
        RosterOutcome::Created { .. } => 0,
        RosterOutcome::Moved { .. } => 1,
        RosterOutcome::Unchanged { .. } => 2,
        RosterOutcome::Refused(_) => 3,
    };
    let mut counts = [0; 4];
    outcomes.iter().for_each(|one| counts[place(one)] += 1);
    counts
}

fn code(outcome: &RosterOutcome) -> &str {
    match outcome {
        RosterOutcome::Created { code, .. }
        | RosterOutcome::Moved { code, .. }
        | RosterOutcome::Unchanged { code, .. } => code,
        RosterOutcome::Refused(_) => panic!("{outcome:?}"),
    }
}

fn sold(no: &str, at: &str, clerk: &str, minor: i64) -> Read<OrderTold> {
    Ok(OrderTold {
        order_no: no.to_owned(),
        ordered_at: at.to_owned(),
        currency: Some("CNY".to_owned()),
        identifiers: vec![IdentifierTold { kind: "customer_id".to_owned(), value: format!("C-{no}") }],
        traits: vec![("clerk".to_owned(), clerk.to_owned())],
        lines: vec![LineTold { sku: Some("TEA".into()), amount_minor: Some(minor), ..LineTold::default() }],
        ..OrderTold::default()
    })
}

async fn c14_of_twelve_hundred_clerks_who_are_synced_one_moves_on_the_first_of_may_and_sales_stay_with_their_stores(
    stage: &Stage,
) {
    const CLERKS: usize = 1_200;
    let mut ids = BTreeMap::new();
    for number in 0..40 {
        let code = format!("S{number}");
        ids.insert(code.clone(), store(stage, &code).await);
    }
    let january = "2026-01-01T00:00:00Z";
    let mut roster: Vec<RosterEntry> =
        (0..CLERKS).map(|number| entry(number, Some(&format!("S{}", number % 40)), january)).collect();
    let made = put(stage, &roster).await;
    assert_eq!(counts(&made), [CLERKS, 0, 0, 0]);
    assert_eq!(made.iter().map(code).collect::<BTreeSet<_>>().len(), CLERKS, "each has a code of the own");
    // Told again, nobody is doubled.
    assert_eq!(counts(&put(stage, &roster).await), [0, 0, CLERKS, 0]);
    assert_eq!(clerks::list_clerks(&stage.app, &TESTER).await.unwrap().len(), CLERKS);
    assert_eq!(list_users(&stage.app, &TESTER).await.unwrap().len(), CLERKS);
    // Number 12 moves from store 12 to 15 on the first of May.
    roster[12] = entry(12, Some("S15"), "2026-05-01T00:00:00Z");
    let moved = put(stage, &roster[..500]).await;
    assert_eq!(counts(&moved), [0, 1, 499, 0]);
    assert_eq!(code(&moved[12]), code(&made[12]));
    assert_eq!(counts(&put(stage, &roster[..500]).await), [0, 0, 500, 0]);
    let code = code(&made[12]);
    let other = self::code(&made[52]);
    let orders = [
        sold("A", "2026-04-30T23:59:59Z", code, 26_800),
        sold("B", "2026-05-01T00:00:00Z", code, 9_900),
        sold("C", "2026-06-01T00:00:00Z", code, 100),
        sold("D", "2026-06-01T00:00:00Z", other, 700),
    ];
    let told = upserts::tell_orders(&stage.app, &TESTER, SOURCE_USUAL, &orders, &Once::unkeyed()).await.unwrap();
    assert_eq!(told.accepted(), 4, "{told:?}");
    pipeline::apply_all(&stage.app).await.unwrap();
    let day = |text: &str| Day::parse_iso(text).unwrap();
    let (ranking, _) = clerks::ranking(&stage.app, &TESTER, day("2026-01-01"), day("2026-12-31")).await.unwrap();
    let of = |code: &str| {
        let clerk = made.iter().position(|one| self::code(one) == code).unwrap();
        let row = ranking.iter().find(|row| row.name == format!("Clerk {clerk}")).unwrap();
        let mut sales = row.sales.clone();
        sales.sort_by_key(|one| one.orders);
        sales
    };
    let sales = |store: &str, orders: i64, net_minor: i64| Sales { store: Some(ids[store].clone()), orders, net_minor };
    assert_eq!(of(code), [sales("S12", 1, 26_800), sales("S15", 2, 10_000)]);
    assert_eq!(of(other), [sales("S12", 1, 700)], "who did not move sells where they were");
    let entries = audit::list(&stage.app, &TESTER, None, 200).await.unwrap().0;
    let moves: Vec<_> = entries.iter().filter(|entry| entry.action == "clerk.moved").collect();
    assert_eq!(moves.len(), 1);
    assert_eq!(moves[0].detail["store"], serde_json::json!({ "from": ids["S12"], "to": ids["S15"] }));
}

async fn what_cannot_be_done_is_told_and_the_others_are_done(stage: &Stage) {
    store(stage, "S1").await;
    let january = "2026-01-01T00:00:00Z";
    let user = async |name: &str, role: Role| {
        let new = NewUser { email: format!("{name}@example.com"), name: name.to_owned(), role: role.code().to_owned() };
        create_user(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().0.id
    };
    user("clerk1", Role::Service).await;
    let gone = user("clerk2", Role::Clerk).await;
    user("clerk3", Role::Clerk).await;
    let disabled = UserChange { name: None, role: None, status: Some("disabled".to_owned()) };
    update_user(&stage.app, &TESTER, &gone, disabled).await.unwrap();
    let mut roster: Vec<RosterEntry> = (1..=8).map(|number| entry(number, Some("S1"), january)).collect();
    roster[3].email = "nobody".to_owned();
    roster[4].name = " ".to_owned();
    roster[5].store = Some("S2".to_owned());
    roster[6].from = Instant::parse_rfc3339("2027-01-01T00:00:00Z");
    roster[7].store = None;
    // Letters of an address are as they are typed.
    roster[2].email = " Clerk3@Example.com".to_owned();
    let outcomes = put(stage, &roster).await;
    let wrong: Vec<Option<&str>> = outcomes
        .iter()
        .map(|one| if let RosterOutcome::Refused(wrong) = one { Some(wrong.field) } else { None })
        .collect();
    let expected = [Some("email"), Some("email"), None, Some("email"), Some("name"), Some("store"), Some("from"), None];
    assert_eq!(wrong, expected);
    assert_eq!(counts(&outcomes), [2, 0, 0, 6]);
    let clerks = clerks::list_clerks(&stage.app, &TESTER).await.unwrap();
    assert_eq!(clerks.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["clerk3", "Clerk 8"]);
    // Moved behind the begin of the last time only, and out of all stores.
    let back = RosterEntry { from: Instant::parse_rfc3339("2025-12-01T00:00:00Z"), store: None, ..roster[2].clone() };
    assert_eq!(counts(&put(stage, std::slice::from_ref(&back)).await), [0, 0, 0, 1]);
    let out = RosterEntry { from: None, ..back };
    assert_eq!(counts(&put(stage, std::slice::from_ref(&out)).await), [0, 1, 0, 0]);
    assert_eq!(counts(&put(stage, std::slice::from_ref(&out)).await), [0, 0, 1, 0]);
    for wrong in [vec![], vec![out.clone(); 501]] {
        let refused = put_roster(&stage.app, &TESTER, &wrong).await;
        assert!(matches!(refused, Err(ClerkError::Invalid(_))));
    }
    let operator = Actor::User { id: "u".into(), name: "n".into(), role: Role::Operator, scope: Scope::Everyone };
    assert!(matches!(put_roster(&stage.app, &operator, &[out]).await, Err(ClerkError::Forbidden(_))));
}
