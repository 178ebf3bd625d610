//! A file on its way in: upload, preview, import, rejected rows.

use crate::support::{Caller, TestApi, on_both};
use axum::body::Body;
use axum::http::Request;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_file_is_uploaded_previewed_imported_and_its_bad_row_can_be_fetched,
    an_import_without_rejected_rows_has_no_file_of_them,
    what_cannot_be_imported_says_why,
);

const FILE: &str = "order_no,customer_id,ordered_at,sku,quantity,unit_price\r\n\
    A1,17850,2011-12-01 08:26:00,85123A,6,2.55\r\n\
    A1,17850,2011-12-01 08:26:00,71053,6,3.39\r\n\
    A2,=cmd,2011-12-02 09:00:00,71053,1,3.39\r\n\
    A3,13047,not a day,84406B,8,2.75\r\n";

async fn upload(api: &TestApi, caller: &Caller, name: &str, body: &'static str) -> crate::support::Answer {
    let request = Request::post(format!("/api/v1/uploads?name={name}"))
        .header("authorization", format!("Bearer {}", caller.bearer.clone().unwrap()))
        .header("content-type", "application/octet-stream")
        .body(Body::from(body))
        .unwrap();
    api.send(request).await
}

async fn previewed(api: &TestApi, caller: &Caller) -> (String, Value) {
    let upload = upload(api, caller, "orders%2F..%2Fx.csv", FILE).await.expect(201).json();
    assert_eq!(upload["size_bytes"], FILE.len());
    assert!(!upload["name"].as_str().unwrap().contains('/'), "{upload}");
    let id = upload["id"].as_str().unwrap().to_owned();
    let options = json!({ "currency": "GBP", "time_zone": "Europe/London" });
    let body = json!({ "kind": "orders", "uploads": [id], "options": options });
    let preview = api.call(caller, "POST", "/api/v1/imports/preview", body).await.expect(200).json();
    (id, preview)
}

async fn a_file_is_uploaded_previewed_imported_and_its_bad_row_can_be_fetched(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let (upload, preview) = previewed(&api, &caller).await;
    assert_eq!(preview["ready"], true, "{preview}");
    assert_eq!((preview["checked_rows"].as_u64(), preview["rejected"].as_u64()), (Some(4), Some(1)), "{preview}");
    assert_eq!(preview["mapping"]["ordered_at"], "ordered_at");
    assert_eq!(preview["errors_by_code"][0]["field"], "ordered_at");

    let body = json!({
        "kind": "orders", "uploads": [upload], "mapping": preview["mapping"], "options": preview["options"],
    });
    let created = api.call(&caller, "POST", "/api/v1/imports", body).await.expect(202).json();
    assert_eq!(created["state"], "queued");
    let id = created["id"].as_str().unwrap();
    perennial_app::imports::run(&api.app, id, &|_| {}).await.unwrap();

    let path = format!("/api/v1/imports/{id}");
    let done = api.get(&caller, &path).await.expect(200).json();
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!((done["result"]["orders"].as_u64(), done["result"]["rejected"].as_u64()), (Some(2), Some(1)), "{done}");
    let rejected = api.get(&caller, &format!("{path}/rejected")).await.expect(200);
    assert_eq!(rejected.header("content-type"), "text/csv; charset=utf-8");
    assert!(rejected.text().contains("not a day"), "{}", rejected.text());

    let customers = api.get(&caller, "/api/v1/customers").await.expect(200).json();
    assert_eq!(customers["total"], 2);
    let imports = api.get(&caller, "/api/v1/imports?limit=1").await.expect(200).json();
    assert_eq!(imports["items"][0]["id"], created["id"]);
    assert_eq!(imports["next_cursor"], Value::Null);
    let jobs = api.get(&caller, "/api/v1/jobs?state=waiting&limit=1").await.expect(200).json();
    assert_eq!(jobs["items"][0]["state"], "waiting");
    let cursor = jobs["next_cursor"].as_str().unwrap();
    let more = api.get(&caller, &format!("/api/v1/jobs?state=waiting&cursor={cursor}")).await.expect(200).json();
    assert_ne!(more["items"][0]["id"], jobs["items"][0]["id"]);
}

async fn an_import_without_rejected_rows_has_no_file_of_them(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    const GOOD: &str = "order_no,customer_id,ordered_at,order_amount\r\nA1,17850,2011-12-01 08:26:00,2.55\r\n";
    let upload = upload(&api, &caller, "good.csv", GOOD).await.expect(201).json();
    let options = json!({ "currency": "GBP", "time_zone": "Europe/London" });
    let mut body = json!({ "kind": "orders", "uploads": [upload["id"]], "options": options });
    let preview = api.call(&caller, "POST", "/api/v1/imports/preview", body.clone()).await.expect(200).json();
    body["mapping"] = preview["mapping"].clone();
    let created = api.call(&caller, "POST", "/api/v1/imports", body).await.expect(202).json();
    let id = created["id"].as_str().unwrap();
    let path = format!("/api/v1/imports/{id}/rejected");
    assert_eq!(api.get(&caller, &path).await.problem(), "404 not_found", "it has not begun");
    perennial_app::imports::run(&api.app, id, &|_| {}).await.unwrap();
    let answer = api.get(&caller, &path).await;
    assert_eq!(answer.problem(), "404 not_found");
    assert_eq!(answer.json()["detail"], "this import has no rejected rows");
}

async fn what_cannot_be_imported_says_why(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let unknown = json!({ "kind": "orders", "uploads": ["upl_unknown"] });
    let answer = api.call(&caller, "POST", "/api/v1/imports/preview", unknown).await;
    assert_eq!(answer.problem(), "422 invalid_request");
    let (upload_id, _) = previewed(&api, &caller).await;
    let without_day = json!({ "kind": "orders", "uploads": [upload_id], "mapping": { "ordered_at": "ignore" } });
    let preview = api.call(&caller, "POST", "/api/v1/imports/preview", without_day).await.expect(200).json();
    assert_eq!(preview["ready"], false);
    let missing = preview["missing"].as_array().unwrap();
    assert!(missing.iter().any(|one| one["field"] == "ordered_at" && one["code"] == "missing_field"), "{preview}");
    let mapping = json!({ "kind": "orders", "uploads": [upload_id], "mapping": { "a/b": "king" } });
    let answer = api.call(&caller, "POST", "/api/v1/imports", mapping).await;
    assert_eq!(answer.problem(), "422 invalid_request");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/mapping/a~1b");
    assert_eq!(upload(&api, &caller, "empty.csv", "").await.problem(), "422 invalid_request");
    let announced = (perennial_app::imports::UPLOAD_BYTES_MAX + 1).to_string();
    let length = [("content-length", announced.as_str())];
    let too_large = TestApi::request(&caller, "POST", "/api/v1/uploads?name=x.csv", None, &length);
    assert_eq!(api.send(too_large).await.problem(), "413 too_large");
    for path in ["", "/rejected"] {
        let answer = api.get(&caller, &format!("/api/v1/imports/imp_unknown{path}")).await;
        assert_eq!(answer.problem(), "404 not_found");
    }
    let answer = api.call(&caller, "POST", "/api/v1/imports/imp_unknown/cancel", json!({})).await;
    assert_eq!(answer.problem(), "404 not_found");
    let answer = api.call(&caller, "POST", "/api/v1/jobs/job_unknown/retry", json!({})).await;
    assert_eq!(answer.problem(), "409 conflict");
}
