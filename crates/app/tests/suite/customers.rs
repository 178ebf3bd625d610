//! A customer's page: identities, traits with their source, timeline, the way from a file to a column.

use crate::stage::{Stage, TESTER, on_both};
use perennial_app::{customers, settings};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;
use perennial_domain::settings::Settings;

on_both! {
    a_profile_joins_the_order_file_and_the_customer_file,
    months_of_purchase_follow_the_time_zone_of_the_brand,
}

async fn a_profile_joins_the_order_file_and_the_customer_file(stage: &Stage) {
    let orders = "order_no,customer_id,ordered_at,order_amount,currency\n1,7,2025-01-10 09:30,70.00,CNY\n2,7,2025-02-10 10:00,50.00,CNY\nR2,7,2025-02-12 10:00,-20.00,CNY\n";
    let people = "customer_id,email,name,city\n7,Ann@Example.com,Ann Li,Hangzhou\n";
    stage.import(ImportKind::Orders, &stage.write("orders.csv", orders.as_bytes())).await;
    stage.import(ImportKind::Customers, &stage.write("people.csv", people.as_bytes())).await;
    stage.export().await;
    let profile = customers::customer_profile(&stage.app, &TESTER, CustomerNumber(1)).await.unwrap();
    let kinds: Vec<&str> = profile.identities.iter().map(|identity| identity.kind.as_str()).collect();
    assert!(kinds.contains(&"customer_id") && kinds.contains(&"email"), "{kinds:?}");
    let city = profile.traits.iter().find(|one| one.name == "city").unwrap();
    assert_eq!((city.now.value.as_str(), city.now.source.as_str()), ("Hangzhou", "file"));
    assert_eq!(profile.item.row.counters.net_minor, 10_000);
    assert_eq!(profile.item.row.counters.display_name.as_deref(), Some("Ann Li"));
}

async fn months_of_purchase_follow_the_time_zone_of_the_brand(stage: &Stage) {
    // The first: half past midnight of 1 February in Shanghai. The second: the middle of a month everywhere.
    let orders = "order_no,customer_id,ordered_at,order_amount,currency\n1,7,2025-01-31T16:30:00Z,70.00,CNY\n2,7,2025-04-15T10:00:00Z,50.00,CNY\n";
    set_time_zone(stage, "Asia/Shanghai").await;
    stage.import(ImportKind::Orders, &stage.write("orders.csv", orders.as_bytes())).await;
    assert_eq!(months(stage).await, (Some(2025 * 12 + 1), 0b101));
    set_time_zone(stage, "Europe/London").await;
    perennial_app::jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(months(stage).await, (Some(2025 * 12), 0b1001));
    let result = perennial_app::value::latest(&stage.app).await.unwrap().unwrap();
    assert_eq!(result.definition.time_zone, "Europe/London");
    assert_eq!(result.cohorts.by_month.keys().map(|month| i64::from(month.0)).collect::<Vec<_>>(), [2025 * 12]);
}

async fn set_time_zone(stage: &Stage, zone: &str) {
    let versioned = settings::read(&stage.app, &TESTER).await.unwrap();
    let changed = Settings { time_zone: zone.to_owned(), ..versioned.settings };
    settings::update(&stage.app, &TESTER, versioned.version, changed).await.unwrap();
}

async fn months(stage: &Stage) -> (Option<i64>, i64) {
    let profile = customers::customer_profile(&stage.app, &TESTER, CustomerNumber(1)).await.unwrap();
    let counters = profile.item.row.counters;
    (counters.first_month, counters.active_months)
}
