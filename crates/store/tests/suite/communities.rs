//! Communities, their groups, invitations and joins.

use perennial_domain::community::Signs;
use perennial_domain::time::Instant;
use perennial_store::communities::{self, CommunityRow, GroupRow, InvitationRow, JoinRow};
use perennial_store::customers::CustomerCounters;
use perennial_store::parts::{self, PartRow};
use perennial_testkit::TestStore;

on_both!(
    a_community_and_a_group_are_changed_by_who_knows_their_version,
    no_two_groups_have_the_same_code,
    invitations_are_of_profiles_told_with_their_customer_and_go_with_them,
    of_joins_the_later_of_each_stays,
);

fn community(code: &str) -> CommunityRow {
    CommunityRow {
        code: code.to_owned(),
        name: "手冲咖啡".to_owned(),
        segment: "pour_over".to_owned(),
        size_max: 200,
        purpose: None,
        archived_at: None,
        version: 1,
        created_by: "Ada".to_owned(),
        created_at: Instant(5),
        changed_by: "Ada".to_owned(),
        changed_at: Instant(5),
    }
}

fn group(community: &str, number: i64, code: &str) -> GroupRow {
    GroupRow {
        community: community.to_owned(),
        number,
        code: code.to_owned(),
        link: None,
        owner: None,
        version: 1,
        created_at: Instant(5),
    }
}

async fn a_community_and_a_group_are_changed_by_who_knows_their_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(!communities::lock(&mut tx, "tea").await.unwrap());
    let tea = CommunityRow { purpose: Some("marketing".to_owned()), ..community("tea") };
    assert!(communities::insert(&mut tx, &tea).await.unwrap());
    assert!(!communities::insert(&mut tx, &community("tea")).await.unwrap(), "the code is taken");
    assert!(communities::insert(&mut tx, &community("coffee")).await.unwrap());
    assert!(communities::lock(&mut tx, "tea").await.unwrap());
    assert_eq!(communities::get(&mut tx, "tea").await.unwrap().as_ref(), Some(&tea));
    assert_eq!(communities::get(&mut tx, "milk").await.unwrap(), None);
    let changed = CommunityRow {
        name: "Tea".to_owned(),
        archived_at: Some(Instant(7)),
        changed_by: "Li".to_owned(),
        changed_at: Instant(7),
        ..tea
    };
    assert!(communities::update(&mut tx, &changed).await.unwrap());
    assert!(!communities::update(&mut tx, &changed).await.unwrap(), "somebody was faster");
    let listed = communities::list(&mut tx).await.unwrap();
    assert_eq!(listed, [community("coffee"), CommunityRow { version: 2, ..changed }]);
    assert!(communities::add_groups(&mut tx, &[group("tea", 1, "tea_1"), group("tea", 2, "tea_2")]).await.unwrap());
    let change = GroupRow {
        code: "wrOg".to_owned(),
        link: Some("https://chat.example/1".to_owned()),
        owner: Some("usr_1".to_owned()),
        ..group("tea", 2, "")
    };
    assert!(communities::update_group(&mut tx, &change).await.unwrap());
    assert!(!communities::update_group(&mut tx, &change).await.unwrap(), "somebody was faster");
    let right = [group("tea", 1, "tea_1"), GroupRow { version: 2, ..change }];
    assert_eq!(communities::groups(&mut tx, "tea").await.unwrap(), right);
    assert_eq!(communities::groups(&mut tx, "coffee").await.unwrap(), []);
    assert_eq!(communities::count_groups(&mut tx).await.unwrap(), [("tea".to_owned(), 2)]);
}

async fn no_two_groups_have_the_same_code(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(communities::add_groups(&mut tx, &[group("tea", 1, "tea_1")]).await.unwrap());
    assert!(!communities::add_groups(&mut tx, &[group("coffee", 1, "tea_1")]).await.unwrap());
    assert!(!communities::add_groups(&mut tx, &[group("tea", 1, "tea_7")]).await.unwrap(), "nor the same number");
    assert!(communities::add_groups(&mut tx, &[]).await.unwrap());
    let codes = ["tea_1", "none"].map(str::to_owned);
    assert_eq!(communities::groups_by_code(&mut tx, &codes).await.unwrap(), [group("tea", 1, "tea_1")]);
}

fn invitation(community: &str, customer: i64, part: i64, group: i64) -> InvitationRow {
    InvitationRow {
        customer_number: customer,
        community: community.to_owned(),
        part_number: part,
        group_number: group,
        invited_at: part + 10,
    }
}

fn join(customer: i64, part: i64, group: i64, signs: Signs) -> JoinRow {
    JoinRow { customer_number: customer, community: "tea".to_owned(), group_number: group, part_number: part, signs }
}

async fn merged(store: &TestStore) -> perennial_store::WriteTx<'_> {
    let mut tx = store.database.write().await.unwrap();
    let part = |number: i64| PartRow {
        counters: CustomerCounters::new(number, 5),
        customer_number: 7,
        events: 0,
        first_seen_at: None,
        last_seen_at: None,
    };
    parts::upsert(&mut tx, &[part(7), part(8)]).await.unwrap();
    tx
}

async fn invitations_are_of_profiles_told_with_their_customer_and_go_with_them(store: &TestStore) {
    let mut tx = merged(store).await;
    let rows = [invitation("tea", 7, 7, 1), invitation("tea", 7, 8, 2), invitation("tea", 9, 9, 1)];
    communities::invite(&mut tx, &rows).await.unwrap();
    communities::invite(&mut tx, &[invitation("coffee", 8, 8, 1)]).await.unwrap();
    assert_eq!(communities::invitations(&mut tx, "tea").await.unwrap(), rows);
    let of_parts = communities::invitations_of_parts(&mut tx, &[9, 8]).await.unwrap();
    let right = [invitation("coffee", 8, 8, 1), invitation("tea", 8, 8, 2), invitation("tea", 9, 9, 1)];
    assert_eq!(of_parts, right);
    let signs = Signs { joined_at: Some(1), ..Signs::default() };
    communities::note_joins(&mut tx, &[join(8, 8, 2, signs), join(9, 9, 1, signs)]).await.unwrap();
    assert_eq!(communities::remove_of_parts(&mut tx, &[7, 8]).await.unwrap(), (3, 1));
    assert_eq!(communities::invitations(&mut tx, "tea").await.unwrap(), [invitation("tea", 9, 9, 1)]);
    assert_eq!(communities::joins(&mut tx, "tea").await.unwrap(), [join(9, 9, 1, signs)]);
}

async fn of_joins_the_later_of_each_stays(store: &TestStore) {
    let mut tx = merged(store).await;
    let signs = |joined_at, left_at, marked_at, unmarked_at| Signs { joined_at, left_at, marked_at, unmarked_at };
    for told in [
        signs(Some(5), None, None, Some(4)),
        signs(Some(3), Some(6), Some(2), None),
        signs(None, Some(1), Some(8), Some(3)),
    ] {
        communities::note_joins(&mut tx, &[join(8, 8, 1, told)]).await.unwrap();
    }
    let own = signs(Some(1), None, None, None);
    communities::note_joins(&mut tx, &[join(9, 9, 1, own), join(8, 8, 2, own)]).await.unwrap();
    let found = communities::joins(&mut tx, "tea").await.unwrap();
    let all = signs(Some(5), Some(6), Some(8), Some(4));
    assert_eq!(found, [join(7, 8, 1, all), join(9, 9, 1, own), join(7, 8, 2, own)]);
    let of_parts = communities::joins_of_parts(&mut tx, &[8]).await.unwrap();
    assert_eq!(of_parts, [join(8, 8, 1, all), join(8, 8, 2, own)]);
    assert_eq!(communities::joins_of_parts(&mut tx, &[7]).await.unwrap(), []);
}
