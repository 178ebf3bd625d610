//! The register of consents and decisions over the interface.

use crate::support::{TestApi, on_both};
use crate::tracking::source;
use perennial_app::access::Actor;
use perennial_app::{customers, pipeline};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(a_purpose_a_text_and_a_decision_are_written_down_once_and_seen, what_is_wrong_with_a_decision_is_told_at_once);

async fn send(api: &TestApi, caller: &crate::support::Caller, path: &str, body: &Value) -> [Value; 2] {
    let once = async || {
        let request = TestApi::request(caller, "POST", path, Some(body), &[("idempotency-key", "k")]);
        api.send(request).await.expect(201)
    };
    let first = once().await;
    let again = once().await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    [first.json(), again.json()]
}

async fn a_purpose_a_text_and_a_decision_are_written_down_once_and_seen(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    let purpose = "/api/v1/consent-purposes/marketing";
    let body = json!({ "name": "Marketing", "channels": ["email"],
        "collects": { "traits": ["nickname"], "identifiers": ["open_id"] } });
    let made = api.call(&administrator, "PUT", purpose, body.clone()).await.expect(200).json();
    assert_eq!((&made["version"], &made["collects"]["sources"]), (&json!(1), &json!([])));
    let bare = api.call(&administrator, "PUT", purpose, body).await;
    assert_eq!(bare.problem(), "428 precondition_required");
    let change = |tag: &str| {
        let body = json!({ "name": "Marketing mail", "channels": ["email"] });
        TestApi::request(&administrator, "PUT", purpose, Some(&body), &[("if-match", tag)])
    };
    assert_eq!(api.send(change("\"1\"")).await.expect(200).header("etag"), "\"2\"");
    assert_eq!(api.send(change("\"1\"")).await.problem(), "412 precondition_failed");
    let text = json!({ "version": "1", "locale": "en", "text": "I agree" });
    let [first, again] = send(&api, &administrator, &format!("{purpose}/texts"), &text).await;
    assert_eq!((&first, first["hash"].as_str().map(str::len)), (&again, Some(64)));
    let clerk = api.caller(Role::Clerk).await;
    let listed = api.get(&clerk, "/api/v1/consent-purposes").await.expect(200).json();
    assert_eq!(
        (&listed["items"][0]["name"], &listed["items"][0]["texts"]),
        (&json!("Marketing mail"), &json!([first]))
    );

    let (_, key) = source(&api, "shop").await;
    crate::tracking::track(&api, &key, "m1").await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
    let number = customers::find_customer(&api.app, &Actor::System("test"), "u1").await.unwrap();
    let decision = json!({ "customer": number.public_id(), "purpose": "marketing", "channels": ["email"],
        "decision": "granted", "text_version": "1", "note": "form 7" });
    let [recorded, again] = send(&api, &clerk, "/api/v1/consents", &decision).await;
    assert_eq!((&recorded, &recorded["customer"]), (&again, &json!(number.public_id())));
    let path = format!("/api/v1/customers/{}/consents", number.public_id());
    let seen = api.get(&clerk, &path).await.expect(200).json();
    assert_eq!((seen["states"].as_array().unwrap().len(), seen["history"].as_array().unwrap().len()), (1, 1));
    let by = &seen["states"][0]["by"];
    assert_eq!((&by["decision"], &by["text_hash"]), (&json!("granted"), &first["hash"]));
    assert_eq!(by["evidence"]["message_id"], recorded["id"]);
}

async fn what_is_wrong_with_a_decision_is_told_at_once(api: TestApi) {
    let clerk = api.caller(Role::Clerk).await;
    let body = json!({ "purpose": "marketing", "decision": "perhaps", "at": "soon" });
    let refused = api.call(&clerk, "POST", "/api/v1/consents", body).await;
    let errors = refused.json();
    let pointers: Vec<&str> =
        errors["errors"].as_array().unwrap().iter().filter_map(|error| error["pointer"].as_str()).collect();
    assert_eq!(pointers, ["/customer", "/decision", "/at"]);
    let body =
        json!({ "identifier": { "type": "phone", "value": "13800000001" }, "purpose": "none", "decision": "granted" });
    assert_eq!(api.call(&clerk, "POST", "/api/v1/consents", body).await.problem(), "422 invalid_request");
    let put = api.call(&clerk, "PUT", "/api/v1/consent-purposes/x", json!({ "name": "X" })).await;
    assert_eq!(put.problem(), "403 forbidden");
    let administrator = api.caller(Role::Administrator).await;
    let text = json!({ "version": "1", "locale": "en", "text": "I agree" });
    let nowhere = api.call(&administrator, "POST", "/api/v1/consent-purposes/x/texts", text).await;
    assert_eq!(nowhere.problem(), "404 not_found");
    let wrong = json!({ "name": "X", "collects": { "identifiers": ["fax"] } });
    assert_eq!(
        api.call(&administrator, "PUT", "/api/v1/consent-purposes/x", wrong).await.problem(),
        "422 invalid_request"
    );
}
