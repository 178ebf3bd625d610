//! Hashes of third parties, as a program sees them.

use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use axum::body::Body;
use axum::http::Request;
use perennial_app::{jobs, pipeline};
use perennial_domain::access::Role;
use perennial_domain::audience::hash_of;
use serde_json::{Value, json};

on_both!(
    a_file_of_hashes_is_matched_and_hashes_of_a_segment_go_out,
    a_file_that_is_sent_twice_with_one_key_is_matched_once,
);

fn hex(text: &str) -> String {
    hash_of(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A request with a file as its body.
fn sent(caller: &Caller, query: &str, file: &str) -> Request<Body> {
    sent_with(caller, query, file, &[])
}

fn sent_with(caller: &Caller, query: &str, file: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let request = Request::post(format!("/api/v1/audiences?{query}"))
        .header("authorization", format!("Bearer {}", caller.bearer.clone().unwrap()))
        .header("content-type", "text/plain");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Body::from(file.to_owned())).unwrap()
}

/// A tag that ends.
async fn tag(api: &TestApi, admin: &Caller) {
    let group =
        json!({ "code": "third", "name_zh": "第三方", "name_en": "Third", "exclusive": false, "valid_days": 30 });
    api.call(admin, "POST", "/api/v1/tag-groups", group).await.expect(201);
    let tag = json!({ "code": "dmp", "name_zh": "标签", "name_en": "DMP" });
    api.call(admin, "POST", "/api/v1/tag-groups/third/tags", tag).await.expect(201);
}

/// Of a file that is larger than JSON may be.
async fn a_file_that_is_sent_twice_with_one_key_is_matched_once(api: TestApi) {
    let admin = api.caller(Role::Administrator).await;
    tag(&api, &admin).await;
    let file = format!("{}\n", hex("+8613800001111")).repeat(20_000);
    assert!(file.len() > perennial_api::JSON_BYTES_MAX);
    let key = [("idempotency-key", "file-1")];
    let about = "name=Spring&provider=Ltd&purpose=ads&tag=dmp";
    let first = api.send(sent_with(&admin, about, &file, &key)).await.expect(201);
    let again = api.send(sent_with(&admin, about, &file, &key)).await.expect(201);
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(first.json(), again.json());
    let about_another = about.replace("ads", "letters");
    for (query, file) in [(about, &file[65..]), (about_another.as_str(), file.as_str())] {
        let answer = api.send(sent_with(&admin, query, file, &key)).await;
        assert_eq!(answer.problem(), "409 idempotency_mismatch", "{query}");
    }
    let list = api.get(&admin, "/api/v1/audiences").await.expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
}

async fn a_file_of_hashes_is_matched_and_hashes_of_a_segment_go_out(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let messages = [
        json!({ "type": "identify", "userId": "u1", "messageId": "1", "traits": { "phone": "13800001111" } }),
        json!({ "type": "identify", "userId": "u2", "messageId": "2", "traits": { "phone": "13800002222" } }),
        json!({ "type": "track", "userId": "u1", "messageId": "3", "event": "Consent Given",
            "properties": { "purpose": "marketing" } }),
    ];
    let body = json!({ "writeKey": key, "batch": messages });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
    let admin = api.caller(Role::Administrator).await;
    tag(&api, &admin).await;

    let about = "name=Spring&provider=Ltd&purpose=ads&tag=dmp";
    let file = format!("{}\n{}\n", hex("+8613800001111"), hex("13999999999"));
    let made = api.send(sent(&admin, about, &file)).await.expect(201).json();
    assert_eq!((&made["hashes"], &made["matched"], &made["unmatched"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!((&made["customers"], &made["done_at"]), (&json!(1), &Value::Null));
    jobs::run_until_idle(&api.app).await.unwrap();
    let list = api.get(&admin, "/api/v1/audiences").await.expect(200).json();
    assert!(list["items"][0]["done_at"].is_string(), "{list}");
    let wrong = [
        (about, "13800001111\n", "422 invalid_request"),
        (about, "nothing\n", "422 invalid_request"),
        ("name=Spring&provider=Ltd&purpose=ads&tag=other", file.as_str(), "422 invalid_request"),
        ("name=&provider=Ltd&purpose=ads&tag=dmp", file.as_str(), "422 invalid_request"),
        ("name=Spring&provider=Ltd&tag=dmp", file.as_str(), "422 invalid_request"),
    ];
    for (query, file, problem) in wrong {
        let answer = api.send(sent(&admin, query, file)).await;
        assert_eq!(answer.problem(), problem, "{query} {file}");
    }
    let analyst = api.caller(Role::Analyst).await;
    assert_eq!(api.send(sent(&analyst, about, &file)).await.problem(), "403 forbidden");

    let all = json!({ "code": "all", "name": "All", "text": "everybody" });
    api.call(&admin, "POST", "/api/v1/segments", all).await.expect(201);
    let path = "/api/v1/segments/all/phone-hashes?purpose=marketing";
    let answer = api.get(&admin, &format!("{path}&form=national")).await.expect(200);
    assert_eq!(answer.text(), format!("phone_sha256\n{}\n", hex("13800001111")));
    assert_eq!(api.get(&admin, &format!("{path}&form=md5")).await.problem(), "422 invalid_request");
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.get(&clerk, path).await.problem(), "403 forbidden");
}
