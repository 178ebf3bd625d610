//! The examples of the list of capabilities, as a program sees them that asks for a customer.

use crate::support::{TestApi, on_both};
use perennial_app::access::Actor;
use perennial_app::imports::{self, ImportFile, ImportRequest};
use perennial_app::{customers, settings, value};
use perennial_domain::access::Role;
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, Options};
use perennial_domain::settings::Settings;
use serde_json::{Value, json};
use std::fmt::Write;

on_both!(c84_c87_a_value_is_explained_by_its_parts_their_formulas_the_rate_and_the_day);

const TEST: Actor = Actor::System("test");

/// One member with orders of 1,200.00 and a refund of 200.00 before the last year, 300.00 within it, and enough others
/// for a forecast.
async fn import(api: &TestApi) {
    let mut csv = String::from("order_no,customer_id,ordered_at,order_amount,currency\n");
    csv.push_str("1,A,2023-01-10,700.00,CNY\n2,A,2023-06-10,500.00,CNY\nR1,A,2023-06-20,-200.00,CNY\n");
    csv.push_str("3,A,2025-05-01,300.00,CNY\n");
    for number in 0..400 {
        for order in 0..(number % 4 + 1) {
            let (year, month) = (2023 + order % 3, (number + order * 3) % 12 + 1);
            writeln!(csv, "N{number}-{order},B{number},{year}-{month:02}-15,{}.99,CNY", 20 + number % 50).unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.csv");
    std::fs::write(&path, &csv).unwrap();
    let files = vec![ImportFile { name: "orders.csv".to_owned(), path, size_bytes: csv.len() as u64 }];
    let kind = ImportKind::Orders;
    let previewed = imports::preview(&api.app, kind, &files, &Mapping::default(), &Options::default()).await.unwrap();
    let request = ImportRequest {
        kind,
        files,
        mapping: previewed.mapping,
        options: previewed.options,
        currency_assumed: previewed.currency_assumed,
        dry_run: false,
    };
    let id = imports::create(&api.app, &TEST, request, false).await.unwrap();
    imports::run(&api.app, &id, &|_| {}).await.unwrap();
    let stored = settings::read(&api.app, &TEST).await.unwrap();
    let margin = Settings { margin_basis_points: Some(4_000), ..stored.settings };
    settings::update(&api.app, &TEST, stored.version, margin).await.unwrap();
    value::run_now(&api.app, &value::ValueRequest::default()).await.unwrap();
}

async fn c84_c87_a_value_is_explained_by_its_parts_their_formulas_the_rate_and_the_day(api: TestApi) {
    import(&api).await;
    let id = customers::find_customer(&api.app, &TEST, "A").await.unwrap().public_id();
    let caller = api.caller(Role::Analyst).await;
    let profile = api.get(&caller, &format!("/api/v1/customers/{id}")).await.expect(200).json();
    let value = &profile["value"];
    assert_eq!((&value["as_of"], &value["discount_rate_annual"]), (&json!("2025-10-15"), &json!(0.1)));
    assert_eq!((&value["horizon_days"], &value["currency"]), (&json!(365), &json!("CNY")));

    let part = |place: usize| &value["parts"][place];
    let minor = |value: &Value| value["minor"].as_i64().unwrap();
    let historical = part(0);
    assert_eq!((&historical["part"], minor(&historical["amount"])), (&json!("historical"), 40_000));
    assert_eq!(historical["formula"], "net_revenue_before_window_times_margin");
    assert_eq!((&historical["from"], &historical["to"]), (&json!("2023-01-10"), &json!("2024-10-15")));
    let inputs = &historical["inputs"];
    let sums = ["gross_sales", "refunds", "net_revenue"].map(|name| minor(&inputs[name]));
    assert_eq!((sums, &inputs["margin_basis_points"]), ([120_000, 20_000, 100_000], &json!(4_000)));
    let current = part(1);
    assert_eq!((minor(&current["amount"]), minor(&current["inputs"]["net_revenue"])), (12_000, 30_000));
    assert_eq!(current["formula"], "net_revenue_in_window_times_margin");
    assert_eq!((&current["from"], &current["to"]), (&json!("2024-10-16"), &json!("2025-10-15")));
    assert_eq!(current["inputs"]["window_days"], 365);

    let potential = part(2);
    assert_eq!(potential["formula"], "expected_orders_times_amount_times_margin_discounted");
    assert_eq!((&potential["from"], &potential["to"]), (&json!("2025-10-16"), &json!("2026-10-15")));
    let inputs = &potential["inputs"];
    assert_eq!(inputs["discount_rate_annual_basis_points"], 1_000);
    let figure = |name: &str| inputs[name].as_f64().unwrap();
    assert!(figure("discounted_orders") < figure("expected_orders"), "{inputs}");
    let product = figure("discounted_orders") * minor(&inputs["expected_amount"]) as f64 * 0.4;
    // The amount of an order is shown in whole cents.
    let rounding = 0.5 + 0.5 * figure("discounted_orders") * 0.4;
    let amount = minor(&potential["amount"]);
    assert!((product - amount as f64).abs() <= rounding, "{product} {amount}");
    let sum: i64 = (0..3).map(|place| minor(&part(place)["amount"])).sum();
    assert_eq!(minor(&value["lifetime"]), sum);
}
