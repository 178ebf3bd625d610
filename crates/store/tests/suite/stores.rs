//! The tree of places, whose customer is whose, and what a scope leaves of lists and counts.

use crate::fixtures::{Dice, counters, value};
use perennial_domain::stores::path_below;
use perennial_domain::time::Instant;
use perennial_store::access::{self, UserRow};
use perennial_store::clerks::{self, ClerkRow};
use perennial_store::customers::{self, CustomerFilter, CustomerSort, SortOrder};
use perennial_store::stores::{self, ClaimRow, MoveRow, PartStoreRow, PlaceRow};
use perennial_store::{Scope, WriteTx, values};
use perennial_testkit::TestStore;

on_both!(
    places_move_with_all_that_is_below_them,
    the_smallest_claim_to_a_profile_holds_in_any_order,
    who_sees_what_follows_bindings_and_assignments,
    lists_counts_and_files_have_the_same_customers_of_a_scope,
);

pub fn place(number: i64, parent: Option<&PlaceRow>, code: Option<&str>) -> PlaceRow {
    PlaceRow {
        number,
        id: format!("plc_{number}"),
        kind: if code.is_some() { "store" } else { "region" }.to_owned(),
        code: code.map(ToOwned::to_owned),
        name: format!("place {number}"),
        parent: parent.map(|row| row.number),
        path: path_below(parent.map(|row| row.path.as_str()), number),
        is_known: true,
        created_at: Instant(5),
        version: 1,
    }
}

/// Two regions, the first with two stores and the second with one.
pub async fn tree(tx: &mut WriteTx<'_>) -> Vec<PlaceRow> {
    let (east, west) = (place(1, None, None), place(2, None, None));
    let rows =
        vec![place(3, Some(&east), Some("S3")), place(4, Some(&east), Some("S4")), place(5, Some(&west), Some("S5"))];
    let rows: Vec<PlaceRow> = [east, west].into_iter().chain(rows).collect();
    for row in &rows {
        stores::insert(tx, row).await.unwrap();
    }
    rows
}

pub async fn user(tx: &mut WriteTx<'_>, id: &str) {
    let row = UserRow {
        id: id.to_owned(),
        email: format!("{id}@example.com"),
        name: format!("name of {id}"),
        role: "clerk".to_owned(),
        status: "active".to_owned(),
        password_hash: None,
        locale: None,
        created_at: Instant(1),
        last_sign_in_at: None,
        version: 1,
    };
    access::insert_user(tx, &row).await.unwrap();
}

async fn places_move_with_all_that_is_below_them(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = tree(&mut tx).await;
    assert_eq!(stores::get(&mut tx, "plc_4").await.unwrap().as_ref(), Some(&rows[3]));
    assert_eq!(stores::get(&mut tx, "plc_9").await.unwrap(), None);
    let codes = ["S5".to_owned(), "S9".to_owned()];
    assert_eq!(stores::by_codes(&mut tx, &codes).await.unwrap(), [("S5".to_owned(), 5)]);
    let named = stores::list(&mut tx).await.unwrap().into_iter().find(|place| place.code.as_deref() == Some("S5"));
    assert_eq!(stores::name_of_code(&mut tx, "S5").await.unwrap(), named.map(|place| place.name));
    assert_eq!(stores::name_of_code(&mut tx, "S0").await.unwrap(), None);
    let moved = PlaceRow { parent: Some(2), name: "east".to_owned(), ..rows[0].clone() };
    assert!(stores::update(&mut tx, &moved).await.unwrap());
    assert!(!stores::update(&mut tx, &moved).await.unwrap(), "another version");
    assert_eq!(stores::set_paths(&mut tx, "/1/", "/2/1/").await.unwrap(), 3);
    stores::insert_move(&mut tx, 1, (None, Some(2)), "usr_a", Instant(9)).await.unwrap();
    let expected = MoveRow { from: None, to: Some("plc_2".to_owned()), moved_by: "usr_a".to_owned(), at: Instant(9) };
    assert_eq!(stores::moves(&mut tx, 1).await.unwrap(), [expected]);
    assert_eq!(stores::moves(&mut tx, 2).await.unwrap(), []);
    let listed = stores::list(&mut tx).await.unwrap();
    let paths: Vec<&str> = listed.iter().map(|row| row.path.as_str()).collect();
    assert_eq!(paths, ["/2/", "/2/1/", "/2/1/3/", "/2/1/4/", "/2/5/"]);
    assert_eq!((listed[1].version, listed[1].name.as_str()), (2, "east"));
}

async fn the_smallest_claim_to_a_profile_holds_in_any_order(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    tree(&mut tx).await;
    let claim = |place, rank, at| ClaimRow { part_number: 7, place, rank, at };
    let claims = [claim(5, 1, 30), claim(4, 1, 20), claim(3, 1, 25), claim(5, 0, 90)];
    let held = async |tx: &mut WriteTx<'_>| stores::of_parts(tx, &[7]).await.unwrap();
    let expected = ["plc_5", "plc_4", "plc_4", "plc_5"];
    for (one, place) in claims.iter().zip(expected) {
        stores::claim(&mut tx, &[*one]).await.unwrap();
        assert_eq!(held(&mut tx).await[0].place_id, place);
    }
    stores::claim(&mut tx, &[claims[1]]).await.unwrap();
    let row = PartStoreRow { part_number: 7, place_id: "plc_5".to_owned(), rank: 0, at: 90 };
    assert_eq!(held(&mut tx).await, [row]);
    assert_eq!(stores::remove_parts(&mut tx, &[7, 8]).await.unwrap(), 1);
    assert_eq!(held(&mut tx).await, []);
}

async fn who_sees_what_follows_bindings_and_assignments(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    tree(&mut tx).await;
    user(&mut tx, "usr_a").await;
    assert_eq!(stores::seen_by(&mut tx, "usr_a").await.unwrap(), Scope::Nobody, "a clerk who is not registered yet");
    let mut row = access::user_by_id(&mut tx, "usr_a").await.unwrap().unwrap();
    row.role = "service".to_owned();
    access::update_user(&mut tx, &row).await.unwrap();
    assert_eq!(stores::seen_by(&mut tx, "usr_a").await.unwrap(), Scope::Everyone);
    let clerk = ClerkRow {
        id: "clk_a".to_owned(),
        user_id: "usr_a".to_owned(),
        name: String::new(),
        code: "AAAA2222".to_owned(),
        created_at: Instant(1),
    };
    clerks::insert(&mut tx, &clerk).await.unwrap();
    assert_eq!(stores::seen_by(&mut tx, "usr_a").await.unwrap(), Scope::Nobody);
    clerks::assign(&mut tx, "clk_a", 4, Instant(5)).await.unwrap();
    assert_eq!(stores::seen_by(&mut tx, "usr_a").await.unwrap(), Scope::Below("/1/4/".to_owned()));
    stores::bind(&mut tx, "usr_a", Some(1)).await.unwrap();
    stores::bind(&mut tx, "usr_a", Some(2)).await.unwrap();
    assert_eq!(stores::bindings(&mut tx).await.unwrap(), [("usr_a".to_owned(), Some("plc_2".to_owned()))]);
    assert_eq!(stores::seen_by(&mut tx, "usr_a").await.unwrap(), Scope::Below("/2/".to_owned()));
    stores::bind(&mut tx, "usr_a", None).await.unwrap();
    assert_eq!(stores::bindings(&mut tx).await.unwrap(), [("usr_a".to_owned(), None)]);
    assert_eq!(stores::seen_by(&mut tx, "usr_a").await.unwrap(), Scope::Everyone);
    assert!(stores::unbind(&mut tx, "usr_a").await.unwrap() && !stores::unbind(&mut tx, "usr_a").await.unwrap());
    assert!(clerks::leave(&mut tx, "clk_a", Instant(8)).await.unwrap());
    assert_eq!(stores::seen_by(&mut tx, "usr_a").await.unwrap(), Scope::Nobody);
    stores::bind(&mut tx, "usr_a", Some(2)).await.unwrap();
    let mut row = access::user_by_id(&mut tx, "usr_a").await.unwrap().unwrap();
    row.role = "administrator".to_owned();
    access::update_user(&mut tx, &row).await.unwrap();
    assert_eq!(stores::seen_by(&mut tx, "usr_a").await.unwrap(), Scope::Everyone, "whatever they were before");
}

async fn lists_counts_and_files_have_the_same_customers_of_a_scope(store: &TestStore) {
    const CUSTOMERS: i64 = 90;
    let mut dice = Dice::new(12);
    let mut tx = store.database.write().await.unwrap();
    tree(&mut tx).await;
    let rows: Vec<_> = (1..=CUSTOMERS).map(|number| counters(number, &mut dice)).collect();
    customers::upsert(&mut tx, &rows).await.unwrap();
    values::replace_all(&mut tx, "run", (1..=CUSTOMERS).filter(|n| n % 5 != 0).map(|n| value(n, &mut dice)))
        .await
        .unwrap();
    // Stores 3, 4 and 5 in turn, and one in four has none.
    let place_of = |number: i64| (number % 4 != 0).then_some(2 + number % 4);
    let claims: Vec<ClaimRow> = (1..=CUSTOMERS)
        .filter_map(|number| Some(ClaimRow { part_number: number, place: place_of(number)?, rank: 1, at: number }))
        .collect();
    stores::claim(&mut tx, &claims).await.unwrap();
    let per_store = stores::count_customers(&mut tx).await.unwrap();
    let below = |path: &str, number: i64| match (path, place_of(number)) {
        (_, None) => false,
        ("/1/", Some(place)) => place < 5,
        ("/2/", Some(place)) => place == 5,
        (_, Some(place)) => place == 4,
    };
    for path in ["/1/", "/2/", "/1/4/"] {
        let scope = Scope::Below(path.to_owned());
        let expected: Vec<i64> = (1..=CUSTOMERS).filter(|number| below(path, *number)).collect();
        let everybody = CustomerFilter::default();
        assert_eq!(customers::count(&mut tx, &scope, &everybody).await.unwrap(), expected.len() as i64, "{path}");
        let exported = customers::export(&mut tx, &scope, &everybody, 0, 1_000).await.unwrap();
        assert_eq!(exported.iter().map(|row| row.counters.number).collect::<Vec<_>>(), expected, "{path}");
        let asked: Vec<i64> = (1..=CUSTOMERS).collect();
        assert_eq!(customers::among(&mut tx, &scope, &asked).await.unwrap(), expected, "{path}");
        assert_eq!(customers::numbers_within(&mut tx, &scope).await.unwrap(), expected, "{path}");
        let found = customers::rows_of(&mut tx, &[&expected[..], &[9_999]].concat()).await.unwrap();
        assert_eq!(found, exported, "{path}");
        let buyers = rows.iter().filter(|row| below(path, row.number) && row.orders > 0).count() as i64;
        assert_eq!(customers::buyers(&mut tx, &scope).await.unwrap(), buyers, "{path}");
        let last = rows.iter().filter(|row| below(path, row.number)).filter_map(|row| row.last_at).max();
        assert_eq!(customers::last_purchase(&mut tx, &scope).await.unwrap(), last, "{path}");
        for sort in CustomerSort::ALL {
            for order in [SortOrder::Ascending, SortOrder::Descending] {
                let (mut found, mut cursor) = (Vec::new(), None);
                loop {
                    let page = customers::list(&mut tx, &scope, &everybody, sort, order, cursor, 7).await.unwrap();
                    found.extend(page.rows.iter().map(|row| row.counters.number));
                    cursor = page.next;
                    if cursor.is_none() {
                        break;
                    }
                }
                found.sort_unstable();
                assert_eq!(found, expected, "{path} by {}", sort.code());
            }
        }
        for number in 1..=CUSTOMERS {
            let is_seen = customers::get(&mut tx, &scope, number).await.unwrap().is_some();
            assert_eq!(is_seen, below(path, number), "{path} {number}");
        }
        let filter = CustomerFilter { min_orders: Some(2), group: Some("loyal".to_owned()), ..everybody };
        let count = customers::count(&mut tx, &scope, &filter).await.unwrap();
        let listed = customers::list(&mut tx, &scope, &filter, CustomerSort::Revenue, SortOrder::Descending, None, 99);
        assert_eq!(listed.await.unwrap().rows.len() as i64, count, "{path}");
    }
    assert_eq!(customers::count(&mut tx, &Scope::Nobody, &CustomerFilter::default()).await.unwrap(), 0);
    let of_store_four = per_store.iter().find(|(place, _)| *place == 4).unwrap().1;
    let scope = Scope::Below("/1/4/".to_owned());
    assert_eq!(customers::count(&mut tx, &scope, &CustomerFilter::default()).await.unwrap(), of_store_four);
}
