//! Imports: the same file twice, bad rows, further lines, identities, cancellations.

use crate::stage::{Stage, example, on_both};
use perennial_app::imports::{self, ImportState};
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::Mapping;
use std::fmt::Write;

on_both! {
    c12_fifty_thousand_orders_with_214_bad_rows_imported_twice_exist_once,
    c26_old_customers_are_recognised_by_their_phone,
    a_file_without_order_numbers_twice_changes_nothing,
    lines_that_come_later_join_their_order,
    a_dry_run_counts_and_changes_nothing,
    a_cancelled_order_gives_its_money_back,
    an_identifier_of_somebody_else_is_recorded_not_moved,
    rows_are_accepted_duplicate_or_rejected,
    a_job_imports_while_its_heartbeat_waits_for_the_writer,
}

async fn c12_fifty_thousand_orders_with_214_bad_rows_imported_twice_exist_once(stage: &Stage) {
    let mut csv = String::from("order_no,customer_id,ordered_at,order_amount,currency\n");
    let mut bad = 0;
    for number in 0..50_000 {
        let broken = number % 233 == 7 && bad < 214;
        bad += i32::from(broken);
        let amount = if broken { "twelve".to_owned() } else { format!("{}.50", number % 900 + 1) };
        let day = number % 28 + 1;
        writeln!(csv, "N{number},C{},2025-{:02}-{day:02},{amount},CNY", number % 7_000, number % 12 + 1).unwrap();
    }
    assert_eq!(bad, 214);
    let path = stage.write("orders.csv", csv.as_bytes());
    let first = stage.import(ImportKind::Orders, &path).await;
    assert_eq!((first.result.rows, first.result.applied.accepted, first.result.rejected), (50_000, 49_786, 214));
    let second = stage.import(ImportKind::Orders, &path).await;
    assert_eq!(
        (second.result.applied.accepted, second.result.applied.duplicates, second.result.rejected),
        (0, 49_786, 214)
    );
    let known = imports::known(&stage.app).await.unwrap();
    assert_eq!((known.customers, known.orders), (7_000, 49_786));
    let rejected = std::fs::read_to_string(imports::rejected_file(&stage.app, &first.id).unwrap()).unwrap();
    assert_eq!(rejected.lines().count(), 215);
    let line = rejected.lines().nth(1).unwrap();
    assert!(line.starts_with("9,orders.csv,order_amount,invalid_number,"), "{line}");
    assert!(line.contains("twelve") && line.contains("N7"), "{line}");
}

async fn c26_old_customers_are_recognised_by_their_phone(stage: &Stage) {
    let phone = |number: usize| format!("138{number:08}");
    let mut fans = String::from("other_id,phone\n");
    for number in 0..3_000 {
        writeln!(fans, "openid-{number},{}", phone(number)).unwrap();
    }
    let mut crm = String::from("会员号,手机号,姓名,城市\n");
    for number in 0..10_000 {
        writeln!(crm, "M{number},{},客户{number},上海", phone(number + 1_160)).unwrap();
    }
    let fans = stage.import(ImportKind::Customers, &stage.write("fans.csv", fans.as_bytes())).await;
    assert_eq!(fans.result.applied.customers_new, 3_000);
    let crm = stage.import(ImportKind::Customers, &stage.write("crm.csv", crm.as_bytes())).await;
    let report = crm.result.match_report();
    assert_eq!(report.len(), 1);
    assert_eq!((report[0].rule.as_str(), report[0].customers, report[0].confidence), ("phone", 1_840, 1.0));
    assert_eq!(crm.result.applied.customers_new, 8_160);
    assert_eq!(imports::known(&stage.app).await.unwrap().customers, 11_160);
    // One of four rows names a mail address that is somebody else's: recognised all the same, but less surely.
    let mails = "phone,email\n13800001160,a@shop.cn\n13800001161,b@shop.cn\n";
    stage.import(ImportKind::Customers, &stage.write("mails.csv", mails.as_bytes())).await;
    let mixed = "phone,email\n13800001162,b@shop.cn\n13800001163,c@shop.cn\n13800001164,\n13800001165,\n";
    let mixed = stage.import(ImportKind::Customers, &stage.write("mixed.csv", mixed.as_bytes())).await;
    let report = mixed.result.match_report();
    assert_eq!((report[0].customers, report[0].confidence, mixed.result.applied.conflicts), (4, 0.75, 1));
}

async fn a_file_without_order_numbers_twice_changes_nothing(stage: &Stage) {
    let path = example("cdnow_sample.csv.gz");
    let first = stage.import(ImportKind::Orders, &path).await;
    assert_eq!((first.result.rows, first.result.applied.accepted, first.result.rejected), (6_919, 6_919, 0));
    let before = stage.export().await;
    let second = stage.import(ImportKind::Orders, &path).await;
    assert_eq!((second.result.applied.accepted, second.result.applied.duplicates), (0, 6_919));
    assert_eq!(stage.export().await, before);
    assert_eq!(imports::known(&stage.app).await.unwrap().customers, 2_357);
}

async fn lines_that_come_later_join_their_order(stage: &Stage) {
    let head = "order_no,customer_id,ordered_at,sku,quantity,unit_price\n";
    let a = format!("{head}1,7,2025-03-01 10:00,A,2,10.00\n1,7,2025-03-01 10:00,A,2,10.00\n");
    let b = format!(
        "{head}1,7,2025-03-01 10:00,A,2,10.00\n1,7,2025-03-01 10:00,A,2,10.00\n1,7,2025-03-01 10:00,B,1,5.00\n"
    );
    stage.import(ImportKind::Orders, &stage.write("a.csv", a.as_bytes())).await;
    let view = stage.import(ImportKind::Orders, &stage.write("b.csv", b.as_bytes())).await;
    assert_eq!((view.result.applied.accepted, view.result.applied.duplicates, view.result.applied.orders), (1, 2, 0));
    let export = stage.export().await;
    let row = export.lines().nth(1).unwrap();
    assert!(row.starts_with("7,cus_") && row.contains(",1,45.00,0.00,45.00,"), "{row}");
}

async fn a_dry_run_counts_and_changes_nothing(stage: &Stage) {
    let path = example("cdnow_sample.csv.gz");
    let view = stage.import_with(ImportKind::Orders, &path, &Mapping::default(), true).await;
    assert_eq!((view.state, view.result.rows, view.result.applied.accepted), (ImportState::Done, 6_919, 6_919));
    assert_eq!(imports::known(&stage.app).await.unwrap(), imports::Known { customers: 0, orders: 0 });
    let view = stage.import(ImportKind::Orders, &path).await;
    assert_eq!(view.result.applied.accepted, 6_919);
}

async fn a_cancelled_order_gives_its_money_back(stage: &Stage) {
    let head = "order_no,customer_id,ordered_at,order_amount,status\n";
    let placed = format!("{head}1,7,2025-03-01,100.00,paid\n2,7,2025-04-01,50.00,paid\n");
    let cancelled = format!("{head}1,7,2025-03-01,100.00,cancelled\n2,7,2025-04-01,50.00,paid\n");
    stage.import(ImportKind::Orders, &stage.write("placed.csv", placed.as_bytes())).await;
    let path = stage.write("cancelled.csv", cancelled.as_bytes());
    stage.import(ImportKind::Orders, &path).await;
    stage.import(ImportKind::Orders, &path).await;
    let export = stage.export().await;
    let row = export.lines().nth(1).unwrap();
    assert!(row.contains(",2,150.00,100.00,50.00,"), "{row}");
}

async fn an_identifier_of_somebody_else_is_recorded_not_moved(stage: &Stage) {
    let csv = "customer_id,phone,email\n1,13800000001,a@x.cn\n2,13800000002,b@x.cn\n1,13800000002,c@x.cn\n";
    let view = stage.import(ImportKind::Customers, &stage.write("c.csv", csv.as_bytes())).await;
    assert_eq!((view.result.applied.customers_new, view.result.applied.conflicts), (2, 1));
    let mut tx = stage.app.store.read().await.unwrap();
    let keys = [("phone", "+8613800000002"), ("email", "c@x.cn"), ("customer_id", "1"), ("customer_id", "2")];
    let owners = perennial_store::identity::owners(&mut tx, &keys).await.unwrap();
    let owner = |kind: &str, value: &str| owners[&(kind.to_owned(), value.to_owned())];
    assert_eq!(owner("phone", "+8613800000002"), owner("customer_id", "2"));
    assert_eq!(owner("email", "c@x.cn"), owner("customer_id", "1"));
}

async fn rows_are_accepted_duplicate_or_rejected(stage: &Stage) {
    let csv = "订单号,下单时间,手机号,实付金额,订单状态\n\
        A1,2025-01-05 08:00:00,13900000001,88.00,已完成\n\
        A2,2025-01-06 08:00:00,13900000001,20.00,已退款\n\
        A3,2025-13-06 08:00:00,13900000001,20.00,已完成\n\
        A4,2025-01-07 08:00:00,,15.00,已完成\n\
        A1,2025-01-05 08:00:00,13900000001,88.00,已完成\n";
    let (gbk, _, _) = encoding_of(csv);
    let view = stage.import(ImportKind::Orders, &stage.write("订单.csv", &gbk)).await;
    let applied = &view.result.applied;
    assert_eq!(view.result.rows, applied.accepted + applied.duplicates + view.result.rejected, "{applied:?}");
    assert_eq!(view.result.rejected, 1);
    assert_eq!(applied.guests, 1);
}

/// The heartbeat and the import share one writer: neither may hold up the other (they once did, for ever).
async fn a_job_imports_while_its_heartbeat_waits_for_the_writer(stage: &Stage) {
    let csv = "order_no,customer_id,ordered_at,order_amount,currency\n1,7,2025-03-01,100.00,CNY\n";
    let id = stage.enqueue_import(ImportKind::Orders, &stage.write("orders.csv", csv.as_bytes())).await;
    perennial_app::jobs::run_until_idle(&stage.app).await.unwrap();
    let view = imports::view(&stage.app, &id).await.unwrap();
    assert_eq!((view.state, view.result.applied.accepted), (ImportState::Done, 1));
    // The import asked for a value run, which has run too.
    assert!(perennial_app::value::latest(&stage.app).await.unwrap().is_some());
}

/// GB18030 bytes of a text, as a Chinese shop system writes them.
fn encoding_of(text: &str) -> (Vec<u8>, &'static str, bool) {
    let (bytes, encoding, unmappable) = encoding_rs::GB18030.encode(text);
    (bytes.into_owned(), encoding.name(), unmappable)
}
