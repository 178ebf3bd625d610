//! What has been collected about a customer: trade, interaction and social data, with who told it.

use crate::over_time::at;
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::customers::{CustomerError, DataBlock, customer_data};
use perennial_app::identity::{self, MergeRequest};
use perennial_domain::access::Role;
use perennial_domain::data_class::DataClass;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;
use perennial_domain::time::Instant;
use serde_json::{Value, json};
use std::fmt::Write;

on_both! {
    c32_three_blocks_have_counts_and_last_times_and_each_row_its_sources,
    data_of_a_merged_customer_is_that_of_its_profiles,
    a_block_of_which_nothing_was_told_is_empty,
}

async fn blocks(stage: &Stage, who: CustomerNumber) -> Vec<DataBlock> {
    customer_data(&stage.app, &TESTER, who).await.unwrap()
}

/// Class, facts and the day of the last. Messages of a teller are seconds apart.
fn heads(blocks: &[DataBlock]) -> Vec<(DataClass, u64, Option<String>)> {
    let day = |at: Instant| at.rfc3339()[..10].to_owned();
    blocks.iter().map(|one| (one.class, one.facts, one.last_at.map(day))).collect()
}

/// Kind or name, facts, sources, and the day of the last.
fn rows(block: &DataBlock) -> Vec<(&str, u64, String, String)> {
    let row = |row: &perennial_app::customers::DataRow| {
        let sources: Vec<&str> = row.sources.iter().map(String::as_str).collect();
        (row.facts, sources.join("+"), row.last_at.rfc3339()[..10].to_owned())
    };
    let named = block.rows.iter().map(|one| (one.name.as_deref().unwrap_or(one.kind.code()), row(one)));
    named.map(|(name, (facts, sources, day))| (name, facts, sources, day)).collect()
}

fn then(stage: &Stage, instant: &str, message: Value) -> Value {
    at(stage, Instant::parse_rfc3339(instant).unwrap(), message)
}

fn track(event: &str) -> Value {
    json!({ "type": "track", "userId": "u1", "event": event })
}

async fn c32_three_blocks_have_counts_and_last_times_and_each_row_its_sources(stage: &Stage) {
    // Ten orders and a refund by a file.
    let mut csv = String::from("order_no,customer_id,ordered_at,order_amount,currency\n");
    for day in 1..=10 {
        writeln!(csv, "A{day},C1,2026-10-{day:02},50.00,CNY").unwrap();
    }
    csv.push_str("R1,C1,2026-10-12,-20.00,CNY\n");
    stage.import(ImportKind::Orders, &stage.write("orders.csv", csv.as_bytes())).await;
    // Two orders and a refund by a site; what is added to one of them is no further order.
    let (mut site, mut wechat) = (Teller::users("src_site"), Teller::users("src_wechat"));
    let mut told = vec![then(stage, "2026-11-02T08:00:00Z", site.order("u1", "S1", 900))];
    told.push(then(stage, "2026-11-03T08:00:00Z", site.order("u1", "S2", 500)));
    told.push(then(stage, "2026-11-04T08:00:00Z", site.refund("u1", "S2", 100)));
    told.push(then(stage, "2026-11-05T08:00:00Z", site.order("u1", "S1", 1_000)));
    let who = json!([{ "id": "C1", "type": "customer_id", "collection": "users" }]);
    let identify = json!({ "type": "identify", "userId": "u1", "context": { "externalIds": who } });
    told.insert(0, then(stage, "2026-11-01T08:00:00Z", identify));
    for number in 0..199 {
        let minute = format!("2026-11-06T{:02}:{:02}:00Z", number / 60, number % 60);
        told.push(then(stage, &minute, track("Product Viewed")));
    }
    for (day, name) in [(7, "Home"), (8, "Returns")] {
        let page = json!({ "type": "page", "userId": "u1", "name": name });
        told.push(then(stage, &format!("2026-11-{day:02}T08:00:00Z"), page));
    }
    told.push(then(stage, "2026-11-09T08:00:00Z", track("Signed In")));
    told.push(then(stage, "2026-11-10T08:00:00Z", track("Shared")));
    told.push(then(stage, "2026-11-11T08:00:00Z", track("Community Message Sent")));
    told.push(then(stage, "2026-11-12T08:00:00Z", track("Community Message Sent")));
    // Somebody else's are not in it.
    told.push(json!({ "type": "track", "userId": "u2", "event": "Shared" }));
    for part in told.chunks(70) {
        site.tell(stage, part).await;
    }
    let social = [("2026-11-13", "Followed"), ("2026-11-14", "Invite Sent"), ("2026-11-15", "Shared")];
    let social = social.map(|(day, event)| then(stage, &format!("{day}T08:00:00Z"), track(event)));
    wechat.tell(stage, &social).await;

    let who = named(stage, "C1").await;
    let found = blocks(stage, who).await;
    let last = |day: &str| Some(day.to_owned());
    let expected = [
        (DataClass::Trade, 14, last("2026-11-05")),
        (DataClass::Interaction, 203, last("2026-11-09")),
        (DataClass::Social, 6, last("2026-11-15")),
    ];
    assert_eq!(heads(&found), expected);
    let row = |name, facts, sources: &str, day: &str| (name, facts, sources.to_owned(), day.to_owned());
    let both = "file+src_site";
    assert_eq!(rows(&found[0]), [row("order", 12, both, "2026-11-05"), row("refund", 2, both, "2026-11-04")]);
    let interaction = [
        row("Product Viewed", 199, "src_site", "2026-11-06"),
        row("page", 2, "src_site", "2026-11-08"),
        row("Signed In", 1, "src_site", "2026-11-09"),
        row("identify", 1, "src_site", "2026-11-01"),
    ];
    assert_eq!(rows(&found[1]), interaction);
    let social = [
        row("Community Message Sent", 2, "src_site", "2026-11-12"),
        row("Shared", 2, "src_site+src_wechat", "2026-11-15"),
        row("Followed", 1, "src_wechat", "2026-11-13"),
        row("Invite Sent", 1, "src_wechat", "2026-11-14"),
    ];
    assert_eq!(rows(&found[2]), social);
    assert!(found.iter().all(|block| block.rows_left_out == 0));
    let nobody = Actor::User { id: "u".into(), name: "n".into(), role: Role::Operator, scope: Scope::Nobody };
    assert!(matches!(customer_data(&stage.app, &nobody, who).await, Err(CustomerError::NotFound)));
    let sender = Actor::User { id: "u".into(), name: "n".into(), role: Role::Sender, scope: Scope::Everyone };
    assert!(matches!(customer_data(&stage.app, &sender, who).await, Err(CustomerError::Forbidden(_))));
}

async fn data_of_a_merged_customer_is_that_of_its_profiles(stage: &Stage) {
    let (mut site, mut app) = (Teller::users("src_site"), Teller::users("src_app"));
    let of = |user: &str, event: &str| json!({ "type": "track", "userId": user, "event": event });
    let order = site.order("u1", "o1", 500);
    site.tell(stage, &[order, of("u1", "Shared"), of("u1", "Product Viewed")]).await;
    app.tell(stage, &[of("u2", "Shared"), of("u2", "Shared"), of("u2", "Liked")]).await;
    let (one, other) = (named(stage, "u1").await, named(stage, "u2").await);
    let before = (blocks(stage, one).await, blocks(stage, other).await);
    let request = MergeRequest { one, other, keep: None };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let together = blocks(stage, one).await;
    assert_eq!(together.iter().map(|block| block.facts).collect::<Vec<_>>(), [1, 1, 4]);
    let shared = together[2].rows.iter().find(|row| row.name.as_deref() == Some("Shared")).unwrap();
    let sources: Vec<&str> = shared.sources.iter().map(String::as_str).collect();
    assert_eq!((shared.facts, sources), (3, vec!["src_app", "src_site"]));
    assert_eq!(blocks(stage, other).await, together, "by its old id too");
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!((blocks(stage, one).await, blocks(stage, other).await), before);
}

async fn a_block_of_which_nothing_was_told_is_empty(stage: &Stage) {
    let unknown = customer_data(&stage.app, &TESTER, CustomerNumber(7)).await;
    assert!(matches!(unknown, Err(CustomerError::NotFound)));
    let mut site = Teller::users("src_site");
    site.tell(stage, &[json!({ "type": "track", "userId": "u1", "event": "Shared" })]).await;
    let found = blocks(stage, named(stage, "u1").await).await;
    let shape: Vec<_> = found.iter().map(|block| (block.class, block.facts, block.rows.len())).collect();
    assert_eq!(shape, [(DataClass::Trade, 0, 0), (DataClass::Interaction, 0, 0), (DataClass::Social, 1, 1)]);
    assert_eq!(found[0].last_at, None);
}
