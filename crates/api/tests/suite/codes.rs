//! Touch-points, codes and codes of packages by HTTP: made once, drawn, scanned by anybody.

use crate::support::{Answer, Caller, TestApi, coming_from, on_both};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    touch_points_are_added_renamed_and_archived,
    a_short_link_leads_on_and_counts_who_came_from_where,
    codes_are_drawn_and_printed,
    a_package_is_claimed_by_a_button_and_not_by_looking,
    each_post_with_a_key_has_one_effect,
    wrong_codes_and_fields_are_named,
);

fn new_codes(count: usize) -> Value {
    let code = |number: usize| {
        json!({ "name": format!("shelf {number}"), "touch_point": "store", "target": "https://shop.example/join?x=1",
            "parameters": { "place": format!("store {number}"), "staff": "E1" }, "cost_minor": 100 })
    };
    json!({ "codes": (0..count).map(code).collect::<Vec<_>>() })
}

fn new_batch(units: usize) -> Value {
    json!({ "product": "Liquid <120>", "sku": "SKU-A", "batch_no": "2401", "touch_point": "store",
        "reward_name": "points", "reward_amount": 50, "units": units })
}

async fn open(api: &TestApi, path: &str, headers: &[(&str, &str)], address: &str) -> Answer {
    api.send(coming_from(TestApi::request(&Caller::default(), "GET", path, None, headers), address)).await
}

async fn touch_points_are_added_renamed_and_archived(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let own = json!({ "code": "pop_up", "name_zh": "快闪店", "name_en": "Pop-up" });
    api.call(&caller, "POST", "/api/v1/touch-points", own.clone()).await.expect(201);
    assert_eq!(api.call(&caller, "POST", "/api/v1/touch-points", own).await.problem(), "409 conflict");
    let wrong = json!({ "code": "Pop", "name_zh": "", "name_en": "x" });
    let problem = api.call(&caller, "POST", "/api/v1/touch-points", wrong).await;
    let fields: Vec<Value> =
        problem.json()["errors"].as_array().unwrap().iter().map(|one| one["pointer"].clone()).collect();
    assert_eq!(fields, [json!("/code"), json!("/name_zh")]);
    let names = json!({ "name_zh": "快闪", "name_en": "Pop" });
    let put = |tag: &'static str| {
        TestApi::request(&caller, "PUT", "/api/v1/touch-points/pop_up", Some(&names), &[("if-match", tag)])
    };
    assert_eq!(api.send(put("\"1\"")).await.expect(200).json()["version"], 2);
    assert_eq!(api.send(put("\"1\"")).await.problem(), "412 precondition_failed");
    let path = "/api/v1/touch-points/pop_up/archive";
    let archived = api.call(&caller, "POST", path, json!({})).await.expect(200).json();
    assert_eq!(archived["archived_at"], "2026-11-21T08:00:00Z");
    let path = "/api/v1/touch-points/pop_up/restore";
    assert_eq!(api.call(&caller, "POST", path, json!({})).await.expect(200).json()["archived_at"], Value::Null);
    let listed = api.get(&caller, "/api/v1/touch-points").await.expect(200).json();
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["facts"]), (16, &json!(0)));
}

async fn a_short_link_leads_on_and_counts_who_came_from_where(api: TestApi) {
    let api = api.behind_proxy();
    let caller = api.caller(Role::Operator).await;
    let networks = json!({ "networks": [{ "network": "203.0.113.0/24", "region": "Shanghai" }] });
    let taken = api.call(&caller, "PUT", "/api/v1/code-regions", networks).await.expect(200).json();
    assert_eq!(taken["networks"], 1);
    let made = api.call(&caller, "POST", "/api/v1/codes", new_codes(2)).await.expect(201).json();
    let code = &made["items"][0];
    let path = code["path"].as_str().unwrap();
    let first = open(&api, path, &[("x-forwarded-for", "203.0.113.9")], "10.0.0.1:1").await.expect(302);
    let cookie = first.header("set-cookie").split(';').next().unwrap().to_owned();
    let id = cookie.strip_prefix("perennial_visitor=").unwrap().to_owned();
    assert_eq!(first.header("location"), format!("https://shop.example/join?x=1&ajs_aid={id}"));
    let told = [("cookie", cookie.as_str()), ("x-perennial-region", "%E8%8B%8F%E5%B7%9E")];
    let again = open(&api, path, &told, "10.0.0.1:1").await.expect(302);
    assert_eq!(again.header("location"), first.header("location"));
    open(&api, &path.to_lowercase(), &[("x-forwarded-for", "192.0.2.1")], "10.0.0.1:1").await.expect(302);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    let report = api.get(&caller, "/api/v1/codes/report").await.expect(200).json();
    assert_eq!((&report["scans"], &report["cost_minor"]), (&json!(3), &json!(200)));
    let row = report["items"].as_array().unwrap().iter().find(|row| row["code"]["id"] == code["id"]).unwrap();
    let numbers = ["scans", "visitors", "repeated", "followed", "registered", "ordered"].map(|name| row[name].clone());
    assert_eq!(numbers, [3, 2, 1, 0, 0, 0].map(|number| json!(number)));
    let base = format!("/api/v1/codes/{}", code["id"].as_str().unwrap());
    let hours = api.get(&caller, &format!("{base}/hours")).await.expect(200).json();
    let mut regions: Vec<String> =
        hours["items"].as_array().unwrap().iter().map(|one| one["region"].as_str().unwrap_or("-").to_owned()).collect();
    regions.sort();
    assert_eq!(regions, ["-", "Shanghai", "苏州"]);
    let scans = api.get(&caller, &format!("{base}/scans?limit=2")).await.expect(200).json();
    assert_eq!(scans["items"].as_array().unwrap().len(), 2);
    let next = format!("{base}/scans?cursor={}", scans["next_cursor"].as_str().unwrap());
    assert_eq!(api.get(&caller, &next).await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    api.call(&caller, "POST", &format!("{base}/pause"), json!({})).await.expect(200);
    assert_eq!(open(&api, path, &[], "10.0.0.1:1").await.problem(), "404 not_found");
    api.call(&caller, "POST", &format!("{base}/resume"), json!({})).await.expect(200);
    let tag = api.get(&caller, &base).await.expect(200).header("etag").to_owned();
    let change = json!({ "name": "shelf", "target": "https://other.example/", "cost_minor": 7 });
    let put = TestApi::request(&caller, "PUT", &base, Some(&change), &[("if-match", tag.as_str())]);
    assert_eq!(api.send(put).await.expect(200).json()["parameters"], code["parameters"]);
    let moved = open(&api, path, &[("cookie", cookie.as_str())], "10.0.0.1:1").await.expect(302);
    assert!(moved.header("location").starts_with("https://other.example/?ajs_aid="));
    let listed = api.get(&caller, &format!("/api/v1/codes?limit=1&batch={}", code["batch_id"].as_str().unwrap())).await;
    assert!(listed.expect(200).json()["next_cursor"].is_string());
}

async fn codes_are_drawn_and_printed(api: TestApi) {
    let caller = api.caller(Role::Analyst).await;
    let operator = api.caller(Role::Operator).await;
    let made = api.call(&operator, "POST", "/api/v1/codes", new_codes(25)).await.expect(201).json();
    let base = format!("/api/v1/codes/{}/picture", made["items"][0]["id"].as_str().unwrap());
    let svg = api.get(&caller, &base).await.expect(200);
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    assert!(svg.text().starts_with("<svg "));
    let png = api.get(&caller, &format!("{base}?format=png&scale=4&base=https://go.example.com")).await.expect(200);
    assert_eq!((png.header("content-type"), &png.bytes[1..4]), ("image/png", b"PNG".as_slice()));
    for wrong in ["format=gif", "format=png&scale=0", "base=javascript:1", "base=https://a?b"] {
        assert_eq!(api.get(&caller, &format!("{base}?{wrong}")).await.problem(), "422 invalid_request", "{wrong}");
    }
    let batch = made["items"][0]["batch_id"].as_str().unwrap();
    let pdf = api.get(&caller, &format!("/api/v1/codes/sheet?batch={batch}")).await.expect(200);
    assert_eq!((pdf.header("content-type"), &pdf.bytes[..5]), ("application/pdf", b"%PDF-".as_slice()));
    assert_eq!(api.get(&caller, "/api/v1/codes/sheet?batch=cob_none").await.problem(), "422 invalid_request");
}

async fn a_package_is_claimed_by_a_button_and_not_by_looking(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let made = api.call(&caller, "POST", "/api/v1/unit-batches", new_batch(3)).await.expect(201).json();
    let path = format!("/u/{}", made["codes"][0].as_str().unwrap());
    for (language, word) in [("en-GB,zh;q=0.5", "Claim"), ("zh-CN", "领取"), ("fr", "领取")] {
        let page = open(&api, &path, &[("accept-language", language)], "203.0.113.9:1").await.expect(200);
        assert!(page.text().contains(&format!("<button>{word}</button>")), "{language}");
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        assert!(page.bytes.len() < 2_000, "{}", page.bytes.len());
    }
    let post = |headers: &[(&str, &str)]| {
        coming_from(TestApi::request(&Caller::default(), "POST", &path, None, headers), "203.0.113.9:1")
    };
    let claimed = api.send(post(&[])).await.expect(200);
    assert_eq!((&claimed.json()["outcome"], &claimed.json()["reward_amount"]), (&json!("claimed"), &json!(50)));
    let cookie = claimed.header("set-cookie").split(';').next().unwrap().to_owned();
    let own = api.send(post(&[("cookie", cookie.as_str())])).await.expect(200).json();
    assert_eq!((&own["outcome"], &own["by_you"]), (&json!("already_used"), &json!(true)));
    let other = api.send(post(&[("accept", "text/html"), ("accept-language", "en")])).await.expect(200).text();
    assert!(other.contains("This code is already used") && other.contains("Liquid &lt;120&gt;"), "{other}");
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    let listed = api.get(&caller, "/api/v1/unit-batches").await.expect(200).json();
    let item = &listed["items"][0];
    assert_eq!((&item["claimed"], &item["already_used"]), (&json!(1), &json!(2)), "looking claimed nothing");
    let base = format!("/api/v1/unit-batches/{}", item["batch"]["id"].as_str().unwrap());
    let scans = api.get(&caller, &format!("{base}/scans?limit=2")).await.expect(200).json();
    let next = format!("{base}/scans?cursor={}", scans["next_cursor"].as_str().unwrap());
    assert_eq!(api.get(&caller, &next).await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    api.call(&caller, "POST", &format!("{base}/pause"), json!({})).await.expect(200);
    assert_eq!(api.send(post(&[])).await.expect(200).json()["outcome"], "paused");
    assert_eq!(
        api.call(&caller, "POST", &format!("{base}/resume"), json!({})).await.expect(200).json()["state"],
        "active"
    );
    assert_eq!(
        open(&api, "/u/nonsense", &[], "203.0.113.9:1").await.expect(404).header("content-type"),
        "text/html; charset=utf-8"
    );
}

async fn each_post_with_a_key_has_one_effect(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let own = json!({ "code": "pop_up", "name_zh": "快闪店", "name_en": "Pop-up" });
    let requests = [
        ("/api/v1/touch-points", own, "touch_point.created"),
        ("/api/v1/codes", new_codes(3), "codes.created"),
        ("/api/v1/unit-batches", new_batch(3), "unit_batch.created"),
    ];
    for (path, body, action) in requests {
        let send = || api.send(TestApi::request(&caller, "POST", path, Some(&body), &[("idempotency-key", path)]));
        let mut first = send().await.expect(201).json();
        let again = send().await.expect(201);
        assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
        if let Some(codes) = first.get_mut("codes") {
            assert_eq!(codes.take().as_array().unwrap().len(), 3);
        }
        assert_eq!(first, again.json(), "{path}: the codes are not kept");
        let entries = api.get(&caller, "/api/v1/audit?limit=200").await.expect(200).json();
        let count = entries["items"].as_array().unwrap().iter().filter(|one| one["action"] == action).count();
        assert_eq!(count, 1, "{action}");
    }
}

async fn wrong_codes_and_fields_are_named(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let mut codes = new_codes(3);
    codes["codes"][1]["target"] = json!("javascript:alert(1)");
    codes["codes"][1]["touch_point"] = json!("Store");
    let problem = api.call(&caller, "POST", "/api/v1/codes", codes).await.expect(422).json();
    let fields: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert_eq!(fields, ["/codes/1/touch_point", "/codes/1/target"]);
    assert_eq!(api.get(&caller, "/api/v1/codes").await.expect(200).json()["items"], json!([]), "none of them was made");
    let unknown = json!({ "codes": [{ "name": "x", "touch_point": "nowhere", "target": "https://a.example/" }] });
    assert_eq!(api.call(&caller, "POST", "/api/v1/codes", unknown).await.problem(), "422 invalid_request");
    assert_eq!(open(&api, "/s/AAAAAAAA", &[], "203.0.113.9:1").await.problem(), "404 not_found");
    for _ in 0..10 {
        let post = TestApi::request(&Caller::default(), "POST", "/u/AAAA-AAAA-AAAA-AAAA", None, &[]);
        assert_eq!(api.send(coming_from(post, "203.0.113.9:1")).await.problem(), "404 not_found");
    }
    let post = TestApi::request(&Caller::default(), "POST", "/u/AAAA-AAAA-AAAA-AAAA", None, &[]);
    let refused = api.send(coming_from(post, "203.0.113.9:1")).await;
    assert_eq!(refused.header("retry-after"), "900");
    assert_eq!(refused.problem(), "429 rate_limited");
}
