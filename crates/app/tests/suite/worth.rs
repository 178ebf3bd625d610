//! What a segment is worth, and what it took to win it.

use crate::stage::{Stage, TESTER, on_both};
use crate::touch_points::visitor;
use crate::touchpoint::TouchPoint;
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::segments::RuleText;
use perennial_app::segments::live::{Live, Mean, Worth, follow, people_of_rule, worth};
use perennial_app::value::{self, ValueRequest};
use perennial_app::{codes, pipeline};
use perennial_domain::access::Role;
use perennial_domain::code::CodeSettings;
use perennial_domain::import::field::ImportKind;
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;

on_both! {
    c75_a_segment_has_its_lifetime_value_beside_what_it_took_to_win_it,
}

/// Four hundred who bought long ago: of fewer nothing can be foretold.
fn others() -> String {
    let mut csv = "order_no,customer_id,ordered_at,sku,quantity,unit_price,currency\n".to_owned();
    for number in 0..400 {
        for order in 0..(number % 4 + 1) {
            let (year, month) = (2023 + order % 3, (number + order * 3) % 12 + 1);
            let price = 20 + number % 50;
            writeln!(csv, "N{number}-{order},B{number},{year}-{month:02}-15,X,1,{price}.99,CNY").unwrap();
        }
    }
    csv
}

/// Ten buyers came by a code of 1,000.00, four by one of 500.00, six by one that costs nothing.
async fn c75_a_segment_has_its_lifetime_value_beside_what_it_took_to_win_it(stage: &Stage) {
    crate::layers::in_yuan(stage).await;
    let shop = TouchPoint::new(stage, "shop").await;
    let code = |place: usize, cost_minor: i64| CodeSettings {
        name: format!("ad {place}"),
        touch_point: "search".to_owned(),
        parameters: Default::default(),
        target: "https://shop.example/join".to_owned(),
        cost_minor,
    };
    let all = vec![code(0, 100_000), code(1, 50_000), code(2, 0)];
    let mut codes = codes::create_codes(&stage.app, &TESTER, all, &Once::unkeyed()).await.unwrap();
    codes.sort_by(|one, other| one.settings.name.cmp(&other.settings.name));
    shop.intake.forget_sources();
    for number in 0..20 {
        let place = [0, 1, 2][usize::from(number >= 10) + usize::from(number >= 14)];
        let who = visitor(stage, number);
        codes::scan(&stage.app, &shop.intake, &codes[place].slug, &who, "").await.unwrap();
    }
    stage.clock.advance_seconds(3_600);
    let bought = |number: usize, time: usize| {
        let order = format!("o{number}-{time}");
        json!({ "type": "track", "anonymousId": format!("visitor-{number:05}"), "messageId": order,
            "event": "Order Completed",
            "properties": { "order_id": order, "total": 100 + 10 * number, "currency": "CNY" } })
    };
    let orders: Vec<Value> = (0..20).map(|number| bought(number, 1)).collect();
    shop.send(stage, &orders).await;
    stage.clock.advance_seconds(10 * 86_400);
    // Whose number is even bought again.
    let orders: Vec<Value> = (0..20).step_by(2).map(|number| bought(number, 2)).collect();
    shop.send(stage, &orders).await;
    pipeline::apply_all(&stage.app).await.unwrap();
    pipeline::hand_over(&stage.app).await.unwrap();
    let live = Arc::<Live>::default();
    let again = RuleText::Text("count of orders in last 90 days >= 2".to_owned());
    let of = async |actor: &Actor| -> Worth { worth(&stage.app, &live, actor, &again).await.unwrap() };
    let before = of(&TESTER).await;
    assert_eq!((before.count, before.lifetime), (10, None));
    // Five of the ten of the first code and two of the four of the second: (5 × 100.00 + 2 × 125.00) / 7.
    let acquisition = before.acquisition.unwrap();
    assert_eq!((acquisition.cost, acquisition.lifetime), (Mean { minor: 10_714, of: 7 }, None));
    assert_eq!(acquisition.ratio_hundredths, None);

    stage.clock.advance_seconds(60 * 86_400);
    stage.import(ImportKind::Orders, &stage.write("orders.csv", others().as_bytes())).await;
    value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();
    follow(&stage.app, &live).await.unwrap();
    let people = people_of_rule(&stage.app, &live, &TESTER, &again, None, 100).await.unwrap();
    let values: Vec<i64> = people.items.iter().filter_map(|item| item.row.value.as_ref()?.lifetime_minor).collect();
    let found = of(&TESTER).await;
    let lifetime = found.lifetime.unwrap();
    let mean = (2 * values.iter().sum::<i64>() + values.len() as i64) / (2 * values.len() as i64);
    assert_eq!((lifetime.minor, lifetime.of), (mean, values.len() as u64));
    assert!(lifetime.minor > 0);
    let acquisition = found.acquisition.unwrap();
    let of_them = acquisition.lifetime.unwrap();
    assert_eq!((acquisition.cost.minor, of_them.of), (10_714, 7));
    assert_eq!(acquisition.ratio_hundredths, Some((of_them.minor * 200 + 10_714) / (2 * 10_714)));
    // Whoever may not see what codes cost is not told.
    let (id, name) = ("usr_1".to_owned(), "Li".to_owned());
    let clerk = Actor::User { id, name, role: Role::Clerk, scope: Scope::Everyone };
    assert_eq!(of(&clerk).await.acquisition, None);

    // Whoever came by the first code since the value run has a cost and no value, and plays no part in the ratio.
    codes::scan(&stage.app, &shop.intake, &codes[0].slug, &visitor(stage, 20), "").await.unwrap();
    for time in [1, 2] {
        stage.clock.advance_seconds(86_400);
        shop.send(stage, &[bought(20, time)]).await;
    }
    pipeline::apply_all(&stage.app).await.unwrap();
    pipeline::hand_over(&stage.app).await.unwrap();
    follow(&stage.app, &live).await.unwrap();
    let acquisition = of(&TESTER).await.acquisition.unwrap();
    // (6 × 90.91 + 2 × 125.00) / 8, and for the ratio (5 × 90.91 + 2 × 125.00) / 7.
    assert_eq!((acquisition.cost, acquisition.lifetime), (Mean { minor: 9_943, of: 8 }, Some(of_them)));
    assert_eq!(acquisition.ratio_hundredths, Some((of_them.minor * 200 + 10_065) / (2 * 10_065)));
}
