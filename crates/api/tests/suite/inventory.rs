//! The inventory of digital assets, as the console asks for it.

use crate::fixtures::{CUSTOMERS, shop};
use crate::support::{TestApi, on_both};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(the_inventory_of_a_shop_is_answered_and_that_of_an_empty_one_has_no_shares);

async fn the_inventory_of_a_shop_is_answered_and_that_of_an_empty_one_has_no_shares(api: TestApi) {
    let analyst = api.caller(Role::Analyst).await;
    let empty = api.get(&analyst, "/api/v1/inventory").await.expect(200).json();
    assert_eq!((&empty["as_of"], &empty["customers"]), (&json!("2026-11-21T08:00:00Z"), &json!(0)));
    for asset in empty["assets"].as_array().unwrap() {
        assert_eq!((&asset["total"], &asset["completeness_basis_points"]), (&json!(0), &Value::Null), "{asset}");
        assert_eq!((&asset["added"], &asset["growth_basis_points"]), (&json!(0), &Value::Null), "{asset}");
    }

    shop(&api).await;
    let full = api.get(&analyst, "/api/v1/inventory").await.expect(200).json();
    let assets = full["assets"].as_array().unwrap();
    let codes: Vec<&str> = assets.iter().map(|asset| asset["asset"].as_str().unwrap()).collect();
    assert_eq!(codes, ["profiles", "identities", "tags", "events", "consents", "contents"]);
    assert_eq!((&full["customers"], &full["since"]), (&json!(CUSTOMERS), &json!("2026-11-15")));
    // Of each the city and purchases are known, and nothing else: two of six classes.
    assert_eq!((&assets[0]["total"], &assets[0]["completeness_basis_points"]), (&json!(CUSTOMERS), &json!(3_333)));
    assert_eq!((&assets[0]["covered"], &assets[0]["growth_basis_points"]), (&Value::Null, &json!(0)));
    let identity = json!({ "code": "customer_id", "name": null, "total": CUSTOMERS, "added": 0,
        "growth_basis_points": 0, "covered": CUSTOMERS, "completeness_basis_points": 10_000 });
    assert_eq!((&assets[1]["total"], &assets[1]["parts"][0]), (&json!(2 * CUSTOMERS), &identity));
    assert_eq!((&assets[3]["covered"], &assets[3]["parts"][0]["code"]), (&json!(CUSTOMERS), &json!("order")));
    assert_eq!((&assets[4]["total"], &assets[4]["completeness_basis_points"]), (&json!(0), &json!(0)));

    let service = api.caller(Role::Service).await;
    assert_eq!(api.get(&service, "/api/v1/inventory").await.problem(), "403 forbidden");
}
