//! Customers: lists, pages, timelines, files.

use crate::fixtures::{CUSTOMERS, FORMULA_ID, SCRIPT_NAME, plain_customers, shop, small_shop};
use crate::support::{Caller, TestApi, on_both};
use futures_util::StreamExt;
use perennial_domain::access::Role;
use serde_json::Value;
use std::collections::BTreeSet;

on_both!(
    pages_hold_every_customer_once_and_the_total_is_exact,
    a_cursor_does_not_work_with_another_filter_or_sort,
    filters_hold_together,
    parts_of_the_value_filter_with_both_ends,
    the_most_profitable_are_exactly_so_many,
    parameters_that_cannot_be_read_are_told_all_at_once,
    the_parts_of_a_value_add_to_the_cent_and_scripts_stay_text,
    a_mistyped_or_unknown_customer_is_not_found,
    a_timeline_goes_back_page_by_page,
    an_export_is_the_same_twice_and_no_cell_is_a_formula,
    downloads_that_nobody_reads_hold_nothing,
    an_export_breaks_off_when_another_run_replaces_its_values,
    reports_agree_with_each_other,
    without_a_forecast_lifetime_values_are_missing_and_not_zero,
);

async fn shop_and_analyst(api: &TestApi) -> Caller {
    shop(api).await;
    api.caller(Role::Analyst).await
}

async fn list(api: &TestApi, caller: &Caller, query: &str) -> Value {
    api.get(caller, &format!("/api/v1/customers?{query}")).await.expect(200).json()
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

async fn pages_hold_every_customer_once_and_the_total_is_exact(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    for sort in ["lifetime_value", "revenue", "number", "probability_active", "first_purchase_at"] {
        for order in ["asc", "desc"] {
            let mut seen = BTreeSet::new();
            let mut cursor = String::new();
            loop {
                let page = list(&api, &caller, &format!("limit=50&sort={sort}&order={order}&cursor={cursor}")).await;
                assert_eq!(page["total"], CUSTOMERS);
                for id in ids(&page) {
                    assert!(seen.insert(id), "{sort} {order}");
                }
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            assert_eq!(seen.len() as i64, CUSTOMERS, "{sort} {order}");
        }
    }
}

async fn a_cursor_does_not_work_with_another_filter_or_sort(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let page = list(&api, &caller, "limit=10&sort=revenue&min_orders=1").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    list(&api, &caller, &format!("limit=10&sort=revenue&min_orders=1&cursor={cursor}")).await;
    for query in ["sort=revenue&min_orders=2", "sort=orders&min_orders=1", "sort=revenue&min_orders=1&order=asc"] {
        let answer = api.get(&caller, &format!("/api/v1/customers?{query}&cursor={cursor}")).await;
        assert_eq!(answer.problem(), "422 invalid_cursor", "{query}");
    }
}

async fn filters_hold_together(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let leeds = list(&api, &caller, "trait.city=Leeds&limit=200").await;
    assert_eq!(leeds["total"], CUSTOMERS / 2);
    let once = list(&api, &caller, "max_orders=1&limit=200").await;
    assert!(once["items"].as_array().unwrap().iter().all(|row| row["orders"] == 1));
    let both = list(&api, &caller, "max_orders=1&trait.city=Leeds").await;
    assert!(both["total"].as_i64().unwrap() < once["total"].as_i64().unwrap());
    assert_eq!(list(&api, &caller, "search=C0042").await["total"], 1);
    assert_eq!(list(&api, &caller, "search=CUSTOMER%204").await["total"], 11);
    assert_eq!(list(&api, &caller, "search=%25").await["total"], 0);

    let cohort = list(&api, &caller, "cohort=2025-01&limit=200").await["total"].as_i64().unwrap();
    let again = list(&api, &caller, "cohort=2025-01&bought_in=2025-02").await["total"].as_i64().unwrap();
    let never = list(&api, &caller, "cohort=2025-01&bought_in=2024-12").await["total"].as_i64().unwrap();
    assert!(cohort > again && again > 0 && never == 0, "{cohort} {again} {never}");

    let early = list(&api, &caller, "last_purchase_before=2025-06-01").await["total"].as_i64().unwrap();
    let late = list(&api, &caller, "last_purchase_after=2025-06-01").await["total"].as_i64().unwrap();
    assert_eq!(early + late, CUSTOMERS);
    let groups: i64 = {
        let report = api.get(&caller, "/api/v1/value/rfm").await.expect(200).json();
        let mut sum = 0;
        for group in report["groups"].as_array().unwrap() {
            let name = group["group"].as_str().unwrap();
            let total = list(&api, &caller, &format!("group={name}")).await["total"].as_i64().unwrap();
            assert_eq!(group["customers"], total, "{name}");
            sum += total;
        }
        sum
    };
    assert_eq!(groups, CUSTOMERS);
}

async fn parts_of_the_value_filter_with_both_ends(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let all = list(&api, &caller, "limit=200").await;
    for part in ["historical", "current", "potential", "lifetime"] {
        let value_of = |row: &Value| row[format!("{part}_value")]["minor"].as_i64().unwrap();
        let mut values: Vec<i64> = all["items"].as_array().unwrap().iter().map(value_of).collect();
        values.sort_unstable();
        for edge in [values[0], values[values.len() / 2], values[values.len() - 1]] {
            let above = values.iter().filter(|value| **value >= edge).count();
            let page = list(&api, &caller, &format!("min_{part}_minor={edge}")).await;
            assert_eq!(page["total"], above, "{part} from {edge}");
            let below = values.iter().filter(|value| **value <= edge).count();
            let page = list(&api, &caller, &format!("max_{part}_minor={edge}")).await;
            assert_eq!(page["total"], below, "{part} to {edge}");
        }
    }
}

async fn the_most_profitable_are_exactly_so_many(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let revenues = |page: &Value| -> Vec<i64> {
        page["items"].as_array().unwrap().iter().map(|row| row["revenue"]["minor"].as_i64().unwrap()).collect()
    };
    let all = revenues(&list(&api, &caller, "sort=revenue&limit=200").await);
    for count in [1, 7, 24, CUSTOMERS as usize] {
        let page = list(&api, &caller, &format!("max_profit_rank={count}&sort=revenue&limit=200")).await;
        assert_eq!(page["total"], count);
        assert_eq!(revenues(&page), all[..count]);
    }
    let file = api.get(&caller, "/api/v1/exports/customers?max_profit_rank=7").await.expect(200).text();
    assert_eq!(file.lines().count(), 1 + 7);
    let odd = api.get(&caller, "/api/v1/customers?max_profit_rank=0").await;
    assert_eq!(odd.json()["errors"][0]["pointer"], "max_profit_rank");
}

async fn parameters_that_cannot_be_read_are_told_all_at_once(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let query = "r=6&group=kings&cohort=2010&overdue=maybe&limit=0&nonsense=1&sort=luck";
    let answer = api.get(&caller, &format!("/api/v1/customers?{query}")).await;
    assert_eq!(answer.problem(), "422 invalid_request");
    let body = answer.json();
    let named: BTreeSet<&str> =
        body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(named, BTreeSet::from(["r", "group", "cohort", "overdue", "limit", "nonsense", "sort"]));
}

async fn the_parts_of_a_value_add_to_the_cent_and_scripts_stay_text(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let page = list(&api, &caller, "sort=number&order=asc&limit=3").await;
    assert_eq!(page["items"][0]["display_name"], SCRIPT_NAME);
    let id = ids(&page)[0].clone();
    let answer = api.get(&caller, &format!("/api/v1/customers/{id}")).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let profile = answer.json();
    assert_eq!(profile["identities"][0]["value"], FORMULA_ID);
    assert_eq!(profile["identities"][0]["type"], "customer_id");
    assert_eq!(profile["traits"][0]["name"], "city");

    let value = &profile["value"];
    let parts = value["parts"].as_array().unwrap();
    let sum: i64 = parts.iter().map(|part| part["amount"]["minor"].as_i64().unwrap()).sum();
    assert_eq!(value["lifetime"]["minor"], sum);
    assert_eq!(value["lifetime"]["currency"], "GBP");
    let margin = value["margin_basis_points"].as_i64().unwrap();
    for part in &parts[..2] {
        let net = part["inputs"]["net_revenue"]["minor"].as_i64().unwrap();
        assert_eq!(part["amount"]["minor"].as_i64().unwrap(), net * margin / 10_000, "{part}");
    }
    let potential = &parts[2]["inputs"];
    let product = potential["discounted_orders"].as_f64().unwrap()
        * potential["expected_amount"]["minor"].as_f64().unwrap()
        * margin as f64
        / 10_000.0;
    let shown = parts[2]["amount"]["minor"].as_f64().unwrap();
    assert!((product - shown).abs() <= 1.0 + shown.abs() * 0.002, "{product} {shown}");

    let spent: i64 =
        profile["spending"].as_array().unwrap().iter().map(|month| month["revenue"]["minor"].as_i64().unwrap()).sum();
    assert_eq!(profile["row"]["revenue"]["minor"], spent);
}

async fn a_mistyped_or_unknown_customer_is_not_found(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let nobody = perennial_domain::ids::CustomerNumber(4_000_000).public_id();
    for id in ["cus_00000000", "17850", nobody.as_str()] {
        for path in ["", "/timeline", "/data", "/powers"] {
            let answer = api.get(&caller, &format!("/api/v1/customers/{id}{path}")).await;
            assert_eq!(answer.problem(), "404 not_found", "{id}{path}");
        }
    }
}

async fn a_timeline_goes_back_page_by_page(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let id = ids(&list(&api, &caller, "sort=number&order=asc&limit=1").await)[0].clone();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/customers/{id}/timeline?limit=10{cursor}");
        let page = api.get(&caller, &path).await.expect(200).json();
        for entry in page["items"].as_array().unwrap() {
            seen.push((entry["at"].as_str().unwrap().to_owned(), entry["kind"].as_str().unwrap().to_owned()));
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 1 + 25 + 1);
    assert!(seen.windows(2).all(|pair| pair[0].0 >= pair[1].0));
    let refunds = api.get(&caller, &format!("/api/v1/customers/{id}/timeline?kind=refund")).await.expect(200).json();
    assert_eq!(refunds["items"].as_array().unwrap().len(), 1);
    assert_eq!(refunds["items"][0]["amount"]["minor"], -500);
    assert_eq!(refunds["items"][0]["lines"][0]["quantity"], -1.0);
    let odd = api.get(&caller, &format!("/api/v1/customers/{id}/timeline?kind=dance")).await;
    assert_eq!(odd.problem(), "422 invalid_request");
}

async fn an_export_is_the_same_twice_and_no_cell_is_a_formula(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let first = api.get(&caller, "/api/v1/exports/customers").await.expect(200);
    assert_eq!(first.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(first.header("content-disposition"), "attachment; filename=\"customers.csv\"");
    let text = first.text();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(header, perennial_app::customers::EXPORT_COLUMNS);
    let rows: Vec<&str> = lines.collect();
    assert_eq!(rows.len() as i64, CUSTOMERS);
    assert!(rows[0].starts_with("\"'=HYPERLINK("), "{}", rows[0]);
    assert!(rows[1].starts_with("C0001,cus_"), "{}", rows[1]);
    assert!(rows[1].ends_with(",GBP"), "{}", rows[1]);
    let second = api.get(&caller, "/api/v1/exports/customers").await.expect(200);
    assert_eq!(second.text(), text);

    let some = api.get(&caller, "/api/v1/exports/customers?trait.city=Leeds").await.expect(200).text();
    assert_eq!(some.lines().count() as i64, 1 + CUSTOMERS / 2);
    let parquet = api.get(&caller, "/api/v1/exports/customers?format=parquet").await.expect(200);
    assert_eq!((&parquet.bytes[..4], &parquet.bytes[parquet.bytes.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    let odd = api.get(&caller, "/api/v1/exports/customers?format=xml").await;
    assert_eq!(odd.problem(), "422 invalid_request");
}

async fn downloads_that_nobody_reads_hold_nothing(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let export = || TestApi::request(&caller, "GET", "/api/v1/exports/customers", None, &[]);
    let whole = api.send(export()).await.expect(200).text();
    // More than there are connections to either store.
    let mut held = Vec::new();
    for _ in 0..20 {
        held.push(api.begin(export()).await);
    }
    assert_eq!(list(&api, &caller, "limit=1").await["total"], CUSTOMERS);
    let body = held.pop().unwrap().into_body();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    assert_eq!(bytes, whole.as_bytes());
}

async fn an_export_breaks_off_when_another_run_replaces_its_values(api: TestApi) {
    // A page of the export, and one more.
    plain_customers(&api, 2_001, "run_1").await;
    let caller = api.caller(Role::Analyst).await;
    let export = || TestApi::request(&caller, "GET", "/api/v1/exports/customers", None, &[]);
    let whole = api.send(export()).await.expect(200).text();
    assert_eq!(whole.lines().count(), 1 + 2_001);
    let mut pieces = api.begin(export()).await.into_body().into_data_stream();
    pieces.next().await.unwrap().unwrap();
    plain_customers(&api, 2_001, "run_2").await;
    let mut broken = false;
    while let Some(piece) = pieces.next().await {
        broken = piece.is_err();
    }
    assert!(broken, "a file of two runs looks like a whole one");
}

async fn without_a_forecast_lifetime_values_are_missing_and_not_zero(api: TestApi) {
    small_shop(&api).await;
    let caller = api.caller(Role::Analyst).await;
    let overview = api.get(&caller, "/api/v1/overview").await.expect(200).json();
    assert!(overview["total_value"]["lifetime"].is_null(), "{overview}");
    assert_eq!(overview["attention"][0]["reason"], "overdue");
    assert!(overview["attention"][0]["detail"]["potential"].is_null());
    let rfm = api.get(&caller, "/api/v1/value/rfm").await.expect(200).json();
    for groups in [&overview["groups"], &rfm["groups"]] {
        let groups = groups.as_array().unwrap();
        assert_eq!(groups.iter().map(|group| group["customers"].as_i64().unwrap()).sum::<i64>(), 2);
        assert!(groups.iter().all(|group| group["lifetime"].is_null() && group["share"].is_null()), "{groups:?}");
    }
}

async fn reports_agree_with_each_other(api: TestApi) {
    let caller = shop_and_analyst(&api).await;
    let value = api.get(&caller, "/api/v1/value").await.expect(200).json();
    assert_eq!(value["customers"], CUSTOMERS);
    let overview = api.get(&caller, "/api/v1/overview").await.expect(200).json();
    assert_eq!(overview["has_data"], true);
    assert_eq!(overview["total_value"]["lifetime"], value["totals"]["lifetime"]);
    let rfm = api.get(&caller, "/api/v1/value/rfm").await.expect(200).json();
    let cells = rfm["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 125);
    assert_eq!(cells.iter().map(|cell| cell["customers"].as_i64().unwrap()).sum::<i64>(), CUSTOMERS);
    let shares: f64 =
        rfm["groups"].as_array().unwrap().iter().map(|group| group["share_of_revenue"].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < 1e-9, "a refund is in the groups and in their sum: {shares}");
    let cohorts = api.get(&caller, "/api/v1/value/cohorts").await.expect(200).json();
    let sizes: i64 = cohorts["rows"].as_array().unwrap().iter().map(|row| row["size"].as_i64().unwrap()).sum();
    assert_eq!(sizes, CUSTOMERS);
    for measure in ["lifetime", "potential", "historical", "current"] {
        let path = format!("/api/v1/value/distribution?measure={measure}");
        let report = api.get(&caller, &path).await.expect(200).json();
        let bins = report["bins"].as_array().unwrap();
        assert!(bins.len() <= 40, "{measure}");
        let customers: i64 = bins.iter().map(|bin| bin["customers"].as_i64().unwrap()).sum();
        assert_eq!(customers, CUSTOMERS, "{measure}");
        for decile in report["deciles"].as_array().unwrap() {
            let ends = (&decile["from_minor"], &decile["to_minor"]);
            let page =
                list(&api, &caller, &format!("min_{measure}_minor={}&max_{measure}_minor={}", ends.0, ends.1)).await;
            assert_eq!(page["total"], decile["customers"], "{measure} {decile}");
        }
    }
    let runs = api.get(&caller, "/api/v1/value/runs").await.expect(200).json();
    assert_eq!(runs["items"][0]["state"], "done");
}
