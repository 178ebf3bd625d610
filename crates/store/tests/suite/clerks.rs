//! Clerks, their stores, whom they signed up, what they sold.

use crate::stores::{tree, user};
use perennial_domain::time::Instant;
use perennial_store::WriteTx;
use perennial_store::clerks::{self, AssignmentRow, ClerkRow, SalesRow, SignUpRow};
use perennial_store::orders::{self, OrderRow};
use perennial_testkit::TestStore;

on_both!(a_clerk_is_in_one_store_at_a_time, sign_ups_and_sales_stay_with_whom_and_where_they_were);

pub async fn clerk(tx: &mut WriteTx<'_>, name: &str, code: &str) -> ClerkRow {
    let user_id = format!("usr_{name}");
    user(tx, &user_id).await;
    let row = ClerkRow {
        id: format!("clk_{name}"),
        name: format!("name of {user_id}"),
        user_id,
        code: code.to_owned(),
        created_at: Instant(3),
    };
    clerks::insert(tx, &row).await.unwrap();
    row
}

async fn a_clerk_is_in_one_store_at_a_time(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    tree(&mut tx).await;
    let li = clerk(&mut tx, "li", "LLLL2222").await;
    let wu = clerk(&mut tx, "wu", "WWWW2222").await;
    assert_eq!(clerks::get(&mut tx, "clk_li").await.unwrap().as_ref(), Some(&li));
    assert_eq!(clerks::of_user(&mut tx, "usr_wu").await.unwrap().as_ref(), Some(&wu));
    assert_eq!(clerks::list(&mut tx).await.unwrap(), [li, wu]);
    let codes = ["WWWW2222".to_owned(), "nobody".to_owned()];
    assert_eq!(clerks::by_codes(&mut tx, &codes).await.unwrap(), [("WWWW2222".to_owned(), "clk_wu".to_owned())]);
    clerks::assign(&mut tx, "clk_li", 3, Instant(10)).await.unwrap();
    assert!(!clerks::leave(&mut tx, "clk_li", Instant(10)).await.unwrap(), "it has to last");
    assert!(clerks::leave(&mut tx, "clk_li", Instant(20)).await.unwrap());
    assert!(!clerks::leave(&mut tx, "clk_li", Instant(30)).await.unwrap());
    clerks::assign(&mut tx, "clk_li", 5, Instant(20)).await.unwrap();
    clerks::assign(&mut tx, "clk_wu", 5, Instant(1)).await.unwrap();
    let row = |clerk: &str, from, to: Option<i64>, place: &str| AssignmentRow {
        clerk_id: clerk.to_owned(),
        from: Instant(from),
        to: to.map(Instant),
        place_id: place.to_owned(),
    };
    let of_li = [row("clk_li", 10, Some(20), "plc_3"), row("clk_li", 20, None, "plc_5")];
    assert_eq!(clerks::assignments_of(&mut tx, "clk_li").await.unwrap(), of_li);
    let all: Vec<AssignmentRow> = of_li.into_iter().chain([row("clk_wu", 1, None, "plc_5")]).collect();
    assert_eq!(clerks::assignments(&mut tx).await.unwrap(), all);
    tx.commit().await.unwrap();
    let mut tx = store.database.write().await.unwrap();
    clerks::assign(&mut tx, "clk_li", 4, Instant(25)).await.unwrap_err();
}

fn order(key: u8, kind: &str, order_no: &str, at: i64, amount_minor: i64) -> OrderRow {
    OrderRow {
        customer_number: 7,
        order_key: [key; 16],
        order_no: Some(order_no.to_owned()),
        kind: kind.to_owned(),
        at,
        amount_minor: Some(amount_minor),
        line_hashes: vec![],
    }
}

async fn sign_ups_and_sales_stay_with_whom_and_where_they_were(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    tree(&mut tx).await;
    clerk(&mut tx, "li", "LLLL2222").await;
    clerk(&mut tx, "wu", "WWWW2222").await;
    let row = |part_number, clerk: &str, at| SignUpRow { part_number, clerk_id: clerk.to_owned(), at: Instant(at) };
    assert!(!clerks::has_sign_ups(&mut tx).await.unwrap());
    assert!(clerks::sign_up(&mut tx, &row(7, "clk_li", 10), 3).await.unwrap());
    assert!(clerks::has_sign_ups(&mut tx).await.unwrap());
    assert!(!clerks::sign_up(&mut tx, &row(7, "clk_wu", 5), 5).await.unwrap(), "the first one stays");
    assert!(clerks::sign_up(&mut tx, &row(8, "clk_li", 20), 3).await.unwrap());
    assert!(clerks::sign_up(&mut tx, &row(9, "clk_wu", 30), 5).await.unwrap());
    assert_eq!(clerks::sign_ups_of_parts(&mut tx, &[7, 99]).await.unwrap(), [row(7, "clk_li", 10)]);
    let span = (Instant(10), Instant(30));
    let newest = clerks::sign_ups_of_clerk(&mut tx, "clk_li", span, 9).await.unwrap();
    assert_eq!(newest, [row(8, "clk_li", 20), row(7, "clk_li", 10)]);
    assert_eq!(clerks::count_sign_ups(&mut tx, span).await.unwrap(), [("clk_li".to_owned(), 2)]);

    clerks::assign(&mut tx, "clk_li", 3, Instant(0)).await.unwrap();
    clerks::leave(&mut tx, "clk_li", Instant(100)).await.unwrap();
    clerks::assign(&mut tx, "clk_li", 5, Instant(100)).await.unwrap();
    let rows = [
        order(1, "order", "A", 99, 500),
        order(2, "refund", "A", 150, -200),
        order(3, "order", "B", 100, 70),
        order(4, "order", "C", 900, 1),
    ];
    orders::upsert(&mut tx, &rows).await.unwrap();
    let sold = [1, 3, 4].map(|key| (7, [key; 16], "clk_li".to_owned()));
    clerks::note_orders(&mut tx, &sold).await.unwrap();
    clerks::note_orders(&mut tx, &[(7, [1; 16], "clk_wu".to_owned())]).await.unwrap();
    let sales = |place: &str, orders, net_minor| SalesRow {
        clerk_id: "clk_li".to_owned(),
        place_id: Some(place.to_owned()),
        orders,
        net_minor,
    };
    let found = clerks::sales(&mut tx, (Instant(0), Instant(900))).await.unwrap();
    assert_eq!(found, [sales("plc_3", 1, 300), sales("plc_5", 1, 70)]);
    assert_eq!(clerks::remove_sign_ups(&mut tx, &[7]).await.unwrap(), 1);
    assert_eq!(clerks::remove_orders(&mut tx, &[7]).await.unwrap(), 3);
    assert_eq!(clerks::sales(&mut tx, (Instant(0), Instant(900))).await.unwrap(), []);
}
