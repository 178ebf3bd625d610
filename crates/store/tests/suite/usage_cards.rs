//! Usage cards: the register, deliveries, answers, and who is due.

use crate::stores::tree;
use perennial_domain::time::Instant;
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::parts::{self, PartRow};
use perennial_store::stores::{self, ClaimRow};
use perennial_store::usage_cards::{
    self, AnswerRow, CardRow, CardSettingsRow, CardVersionRow, DeliveryRow, DueOf, DueRow,
};
use perennial_store::{Scope, WriteTx};
use perennial_testkit::TestStore;

on_both!(
    a_card_is_changed_by_who_knows_its_version,
    deliveries_keep_the_earliest_and_answers_are_added_once,
    who_is_due_has_not_answered_with_any_profile,
);

async fn a_card_is_changed_by_who_knows_its_version(store: &TestStore) {
    let settings = |version: i64| CardSettingsRow {
        name: format!("Card {version}"),
        product: if version == 2 { "TEA".to_owned() } else { String::new() },
        days_after: 7,
        open_days: 30,
        questions: "[]".to_owned(),
        rating_field: (version == 2).then(|| "usage_rating".to_owned()),
        low_rating: 2,
        is_archived: version == 2,
    };
    let card = |code: &str, version| CardRow {
        code: code.to_owned(),
        settings: settings(version),
        created_by: "Ada".to_owned(),
        created_at: Instant(5),
        version,
    };
    let mut tx = store.database.write().await.unwrap();
    assert!(usage_cards::insert(&mut tx, &card("b", 1)).await.unwrap());
    assert!(usage_cards::insert(&mut tx, &card("a", 1)).await.unwrap());
    assert!(!usage_cards::insert(&mut tx, &card("a", 1)).await.unwrap());
    let change = CardRow { version: 1, ..card("b", 2) };
    assert!(usage_cards::replace(&mut tx, &change).await.unwrap());
    assert!(!usage_cards::replace(&mut tx, &change).await.unwrap(), "somebody was faster");
    assert_eq!(usage_cards::list(&mut tx).await.unwrap(), [card("a", 1), card("b", 2)]);
    // What is stored is kept as a version.
    let kept = |version: i64, by: &str, at: i64| CardVersionRow {
        version,
        settings: settings(version),
        changed_by: Some(by.to_owned()),
        changed_at: Some(Instant(at)),
    };
    usage_cards::add_version(&mut tx, "a", "Ada", Instant(5)).await.unwrap();
    assert!(usage_cards::replace(&mut tx, &CardRow { version: 1, ..card("a", 2) }).await.unwrap());
    usage_cards::add_version(&mut tx, "a", "Li", Instant(9)).await.unwrap();
    let both = usage_cards::versions(&mut tx, "a", i64::MAX, 9).await.unwrap();
    assert_eq!(both, [kept(2, "Li", 9), kept(1, "Ada", 5)]);
    assert_eq!(usage_cards::versions(&mut tx, "a", 2, 9).await.unwrap(), both[1..]);
    assert_eq!(usage_cards::versions(&mut tx, "a", i64::MAX, 1).await.unwrap(), both[..1]);
    assert_eq!(usage_cards::versions(&mut tx, "c", i64::MAX, 9).await.unwrap(), []);
}

fn delivered(part_number: i64, delivery: &str, product: &str, at: i64) -> DeliveryRow {
    DeliveryRow { part_number, delivery: delivery.to_owned(), product: product.to_owned(), at }
}

fn answer(id: &str, part_number: i64, delivery: Option<&str>, at: i64) -> AnswerRow {
    AnswerRow {
        id: id.to_owned(),
        part_number,
        card: "card".to_owned(),
        delivery: delivery.map(str::to_owned),
        fields: "[\"usage_rating\"]".to_owned(),
        at,
        recorded_at: at + 1,
        source: "src_a".to_owned(),
        by_name: (at % 2 == 0).then(|| "Li".to_owned()),
    }
}

async fn deliveries_keep_the_earliest_and_answers_are_added_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    usage_cards::add_deliveries(&mut tx, &[delivered(7, "a", "", 5), delivered(7, "a", "TEA", 5)]).await.unwrap();
    usage_cards::add_deliveries(&mut tx, &[delivered(7, "a", "", 3), delivered(8, "b", "", 9)]).await.unwrap();
    usage_cards::add_deliveries(&mut tx, &[delivered(7, "a", "", 8)]).await.unwrap();
    let found = usage_cards::deliveries_of_parts(&mut tx, &[7, 8]).await.unwrap();
    assert_eq!(found, [delivered(8, "b", "", 9), delivered(7, "a", "TEA", 5), delivered(7, "a", "", 3)]);
    let rows = [answer("x", 7, None, 3), answer("y", 7, Some("a"), 4), answer("z", 8, None, 6)];
    usage_cards::add_answers(&mut tx, &rows).await.unwrap();
    usage_cards::add_answers(&mut tx, &[AnswerRow { card: "other".to_owned(), ..rows[0].clone() }]).await.unwrap();
    let found = usage_cards::answers_of_parts(&mut tx, &[7, 8]).await.unwrap();
    assert_eq!(found, [rows[2].clone(), rows[1].clone(), rows[0].clone()]);
    assert_eq!(usage_cards::remove_of_parts(&mut tx, &[7]).await.unwrap(), (2, 2));
    assert_eq!(usage_cards::answers_of_parts(&mut tx, &[7, 8]).await.unwrap(), rows[2..]);
    assert_eq!(usage_cards::deliveries_of_parts(&mut tx, &[7, 8]).await.unwrap(), [delivered(8, "b", "", 9)]);
}

/// A profile of the second customer.
fn part(number: i64) -> PartRow {
    let counters = CustomerCounters::new(number, 1);
    PartRow { counters, customer_number: 2, events: 0, first_seen_at: None, last_seen_at: None }
}

/// Profile and delivery of all who are due, two at a time.
async fn due(tx: &mut WriteTx<'_>, scope: &Scope, product: &str, after: i64, until: i64) -> Vec<(i64, String)> {
    let (mut found, mut behind): (Vec<DueRow>, Option<DueRow>) = (Vec::new(), None);
    loop {
        let place = behind.as_ref().map(|row| (row.at, row.part_number, row.delivery.as_str()));
        let of = DueOf { card: "card", product, after, until };
        let page = usage_cards::due(tx, scope, of, place, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        behind = Some(last.clone());
        found.extend(page);
    }
    found.into_iter().map(|row| (row.part_number, row.delivery)).collect()
}

async fn who_is_due_has_not_answered_with_any_profile(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    tree(&mut tx).await;
    let rows = [1, 2, 3, 4].map(|number| CustomerCounters::new(number, 1));
    customers::upsert(&mut tx, &rows).await.unwrap();
    // The second and third are one customer.
    let of_two = [2, 3].map(part);
    parts::upsert(&mut tx, &of_two).await.unwrap();
    let claims = [(1, 4), (3, 5)].map(|(part_number, place)| ClaimRow { part_number, place, rank: 0, at: 1 });
    stores::claim(&mut tx, &claims).await.unwrap();
    let rows = [
        delivered(1, "a", "", 10),
        delivered(1, "a", "TEA", 10),
        delivered(1, "b", "", 20),
        delivered(2, "c", "", 30),
        delivered(3, "d", "", 30),
        delivered(4, "e", "", 40),
        delivered(4, "f", "", 50),
    ];
    usage_cards::add_deliveries(&mut tx, &rows).await.unwrap();
    let named = |found: Vec<(i64, String)>| found.into_iter().map(|(_, delivery)| delivery).collect::<String>();
    assert_eq!(named(due(&mut tx, &Scope::Everyone, "", 0, 40).await), "abcde");
    assert_eq!(named(due(&mut tx, &Scope::Everyone, "", 10, 50).await), "bcdef", "after, and up to");
    assert_eq!(named(due(&mut tx, &Scope::Everyone, "TEA", 0, 50).await), "a");
    // Of stores: the fourth place, and what is below the first.
    assert_eq!(named(due(&mut tx, &Scope::Below("/1/4/".to_owned()), "", 0, 50).await), "ab");
    assert_eq!(named(due(&mut tx, &Scope::Nobody, "", 0, 50).await), "");
    // One of them by name, with the other profile; without a name all that were before.
    let rows = [answer("x", 3, Some("c"), 60), answer("y", 4, None, 45), answer("z", 1, Some("a"), 5)];
    usage_cards::add_answers(&mut tx, &rows).await.unwrap();
    assert_eq!(named(due(&mut tx, &Scope::Everyone, "", 0, 50).await), "bdf");
    assert_eq!(named(due(&mut tx, &Scope::Everyone, "TEA", 0, 50).await), "");
    let of = DueOf { card: "another", product: "", after: 0, until: 50 };
    assert_eq!(usage_cards::due(&mut tx, &Scope::Everyone, of, None, 50).await.unwrap().len(), 6, "another card");
}
