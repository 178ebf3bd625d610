//! A customer's page: identities, traits with their source, timeline, the way from a file to a column.

use crate::stage::{Stage, TESTER, on_both};
use perennial_app::customers;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;

on_both! {
    a_profile_joins_the_order_file_and_the_customer_file,
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
