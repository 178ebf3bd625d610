//! The daily run: what it writes and of whom, and which values of customers it tells.

use crate::layers::{bought, event, in_yuan, template};
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::identity::{self, MergeRequest};
use perennial_app::{privacy, scores};
use perennial_domain::time::MICROS_PER_DAY;
use perennial_store::scores::{self as table, ScoreRow};
use serde_json::{Value, json};

on_both! {
    a_run_writes_what_is_another_and_takes_away_who_has_nothing,
    who_was_erased_merged_or_parted_during_a_run_gets_no_row,
    values_of_few_customers_are_told_to_nobody,
    c41_a_customer_has_shares_with_their_evidence,
}

async fn rows(stage: &Stage) -> Vec<ScoreRow> {
    table::page(&mut stage.app.store.read().await.unwrap(), 0, 10_000).await.unwrap()
}

fn seen(who: &str) -> Value {
    json!({ "type": "page", "userId": who, "name": "Tea" })
}

async fn a_run_writes_what_is_another_and_takes_away_who_has_nothing(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[seen("ann"), seen("ann"), seen("bob")]).await;
    stage.clock.advance_seconds(60);
    assert_eq!(scores::run_now(&stage.app).await.unwrap(), 2);
    let right = rows(stage).await;
    assert_eq!(right.iter().map(|row| row.interactions).collect::<Vec<_>>(), [2, 1]);
    // Rows of another kind, of one of them and of very many who are nobody.
    let ann = right[0].customer_number;
    let mut strange: Vec<ScoreRow> =
        (1_000..3_500).map(|customer_number| ScoreRow { customer_number, shares: 1, ..ScoreRow::default() }).collect();
    strange.push(ScoreRow { customer_number: ann, interactions: 99, ..ScoreRow::default() });
    let mut tx = stage.app.store.write().await.unwrap();
    table::put(&mut tx, &strange).await.unwrap();
    tx.commit().await.unwrap();
    let customer = named(stage, "ann").await;
    let as_of = async || scores::customer_scores(&stage.app, &TESTER, customer).await.unwrap().as_of;
    let before = as_of().await;
    assert_eq!(scores::run_now(&stage.app).await.unwrap(), 2);
    assert_eq!(rows(stage).await, right);
    assert!(as_of().await > before, "whoever follows is told of each run");
    stage.clock.advance_micros(100 * MICROS_PER_DAY);
    assert_eq!(scores::run_now(&stage.app).await.unwrap(), 0);
    assert_eq!(rows(stage).await, []);
}

async fn who_was_erased_merged_or_parted_during_a_run_gets_no_row(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &["ann", "bob", "cid", "dan"].map(seen)).await;
    stage.clock.advance_seconds(60);
    let run = scores::work_out_all(&stage.app).await.unwrap();
    let erasure = privacy::erase(&stage.app, &TESTER, named(stage, "ann").await, "request 1").await.unwrap();
    assert_eq!(erasure.removed["scores"], 0, "there was none so far");
    let request = MergeRequest { one: named(stage, "bob").await, other: named(stage, "cid").await, keep: None };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    run.keep(&stage.app).await.unwrap();
    let numbers = async || rows(stage).await.iter().map(|row| row.customer_number).collect::<Vec<_>>();
    let dan = i64::from(named(stage, "dan").await.0);
    assert_eq!(numbers().await, [dan]);
    let run = scores::work_out_all(&stage.app).await.unwrap();
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    run.keep(&stage.app).await.unwrap();
    assert_eq!(numbers().await, [dan]);
    // The next one has them.
    scores::run_now(&stage.app).await.unwrap();
    assert_eq!(rows(stage).await.iter().map(|row| row.interactions).collect::<Vec<_>>(), [1, 1, 1]);
    let erasure = privacy::erase(&stage.app, &TESTER, named(stage, "dan").await, "request 2").await.unwrap();
    assert_eq!(erasure.removed["scores"], 1);
    assert_eq!(rows(stage).await.len(), 2);
}

async fn values_of_few_customers_are_told_to_nobody(stage: &Stage) {
    in_yuan(stage).await;
    let mut shop = Teller::users("src_shop");
    let mut told = Vec::new();
    for number in 0..9 {
        let who = format!("u{number}");
        // Five live, buy and join here, four there; one of the four as often as all of them.
        let (city, category, activity) = if number < 5 { ("成都", "lens", "E9") } else { ("杭州", "care", "E8") };
        let times = if number == 8 { 9 } else { 1 };
        told.push(json!({ "type": "identify", "userId": who, "traits": { "city": city } }));
        for time in 0..times {
            told.push(bought(&who, &format!("{who}-{time}"), &[("S", category, 10)], &json!({})));
            told.push(event(&who, "Event Joined", json!({ "event_id": activity })));
        }
    }
    shop.tell(stage, &told).await;
    stage.clock.advance_seconds(60);
    let known = async |code: &str, parameter: &str| {
        let parameters = template(stage, code, &[]).await.parameters;
        parameters.into_iter().find(|one| one.code == parameter).unwrap().values
    };
    assert_eq!(known("city", "cities").await, Vec::<String>::new(), "before the first run");
    scores::run_now(&stage.app).await.unwrap();
    assert_eq!(known("city", "cities").await, ["成都"]);
    assert_eq!(known("product", "categories").await, ["lens"]);
    assert_eq!(known("same_activity", "activities").await, ["E9"]);
}

async fn c41_a_customer_has_shares_with_their_evidence(stage: &Stage) {
    in_yuan(stage).await;
    let mut shop = Teller::users("src_shop");
    let day = async |shop: &mut Teller, told: &[Value]| {
        shop.tell(stage, told).await;
        stage.clock.advance_micros(40 * MICROS_PER_DAY);
    };
    let order = |number: u32| bought("ann", &format!("A-{number}"), &[("L-1", "lens", 10)], &json!({}));
    let touched = |name: &str| event("ann", name, json!({}));
    // What touches comes before its order, as messages are a second apart.
    day(&mut shop, &[touched("Article Read"), order(1)]).await;
    day(&mut shop, &[touched("Coupon Applied"), touched("Event Joined"), order(2)]).await;
    day(&mut shop, &[order(3)]).await;
    let ann = named(stage, "ann").await;
    let found = scores::customer_scores(&stage.app, &TESTER, ann).await.unwrap();
    assert_eq!((found.as_of, found.kept), (None, None), "nothing was worked out so far");
    // Content one order, promotion and community half of one each.
    assert_eq!((found.decision, found.conversions_count), (Some([0, 50, 25, 25]), 2));
    let touches: Vec<usize> = found.conversions.iter().map(|one| one.touches.len()).collect();
    assert_eq!(touches, [2, 1], "the newest first");
    scores::run_now(&stage.app).await.unwrap();
    let kept = scores::customer_scores(&stage.app, &TESTER, ann).await.unwrap().kept.unwrap();
    assert_eq!((kept.conversions, kept.decision), (2, [Some(0), Some(50), Some(25), Some(25)]));
}
