//! Merging by hand over the interface: preview, once by key, the old id, taking it back.

use crate::support::{Answer, Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_app::access::Actor;
use perennial_app::{customers, pipeline};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(two_customers_are_merged_once_and_taken_back_once, what_cannot_be_merged_is_refused_with_a_reason);

/// Two who have signed in, one of them with a city, and a view of each.
async fn two(api: &TestApi) -> [String; 2] {
    let (_, key) = source(api, "shop").await;
    let batch = json!({ "writeKey": key, "batch": [
        { "type": "identify", "messageId": "m1", "userId": "u1", "traits": { "name": "Ann", "city": "York" } },
        { "type": "identify", "messageId": "m2", "userId": "u2", "traits": { "name": "Ann", "city": "Hull" } },
        { "type": "page", "messageId": "m3", "userId": "u2" },
    ] });
    api.call(&Caller::default(), "POST", "/v1/batch", batch).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
    pipeline::hand_over(&api.app).await.unwrap();
    let id = async |user: &str| {
        let system = Actor::System("test");
        customers::find_customer(&api.app, &system, user).await.unwrap().public_id()
    };
    [id("u1").await, id("u2").await]
}

fn merges(id: &str) -> String {
    format!("/api/v1/customers/{id}/merges")
}

async fn events(api: &TestApi, caller: &Caller, id: &str) -> (String, Value) {
    let profile = api.get(caller, &format!("/api/v1/customers/{id}")).await.expect(200).json();
    (profile["row"]["id"].as_str().unwrap().to_owned(), profile["activity"]["events"].clone())
}

async fn two_customers_are_merged_once_and_taken_back_once(api: TestApi) {
    let operator = api.caller(Role::Operator).await;
    let [one, other] = two(&api).await;
    let path = format!("/api/v1/customers/{one}/merge-preview?other={other}&keep={other}");
    let preview = api.get(&operator, &path).await.expect(200).json();
    assert_eq!((&preview["survivor"]["id"], &preview["after"]["events"]), (&json!(other), &json!(3)));
    let city = preview["fields"].as_array().unwrap().iter().find(|field| field["name"] == "city").unwrap();
    assert_eq!((&city["absorbed_says"]["value"], &city["survivor_says"]["value"]), (&json!("York"), &json!("Hull")));
    // Both came at one instant from one source.
    assert_eq!((&city["holds"]["value"], &city["because"]), (&json!("York"), &json!("greater_value")));
    assert_eq!(preview["over_limit"], json!([{ "type": "user_id", "count": 2, "limit": 1 }]));

    let body = json!({ "other": other, "keep": other });
    let send = async |path: &str, body: Option<&Value>| -> Answer {
        api.send(TestApi::request(&operator, "POST", path, body, &[("idempotency-key", "k")])).await
    };
    let merged = send(&merges(&one), Some(&body)).await.expect(201).json();
    let replayed = send(&merges(&one), Some(&body)).await.expect(201);
    assert_eq!((replayed.header("idempotency-replayed"), replayed.json()), ("true", merged.clone()));
    assert_eq!(
        (&merged["survivor"], &merged["absorbed"], &merged["how"]),
        (&json!(other), &json!(one), &json!("hand"))
    );
    for id in [&one, &other] {
        assert_eq!(events(&api, &operator, id).await, (other.clone(), json!(3)), "either id leads to the one customer");
        let timeline = api.get(&operator, &format!("/api/v1/customers/{id}/timeline")).await.expect(200).json();
        assert_eq!(timeline["items"].as_array().unwrap().len(), 3);
    }
    let found = api.get(&operator, &format!("/api/v1/customers/{one}/identity")).await.expect(200).json();
    assert_eq!((&found["customer"], found["profiles"].as_array().unwrap().len()), (&json!(other), 2));
    assert_eq!(found["merges"], json!([merged]));

    let undo = format!("/api/v1/merges/{}/undo", merged["id"].as_str().unwrap());
    let undone = send(&undo, None).await.expect(200).json();
    assert!(undone["undone_at"].is_string() && undone["undone_by"].is_string(), "{undone}");
    assert_eq!(send(&undo, None).await.expect(200).json(), undone, "the same request again");
    let again = api.send(TestApi::request(&operator, "POST", &undo, None, &[])).await;
    assert_eq!(again.problem(), "409 conflict");
    assert_eq!(events(&api, &operator, &one).await, (one.clone(), json!(1)));
    assert_eq!(events(&api, &operator, &other).await, (other.clone(), json!(2)));
}

async fn what_cannot_be_merged_is_refused_with_a_reason(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    let [one, other] = two(&api).await;
    let tries = [
        (json!({ "other": one }), "409 conflict"),
        (json!({ "other": "cus_1j0zs8dh" }), "422 invalid_request"),
        (json!({ "other": other, "keep": "nobody" }), "422 invalid_request"),
        (json!({ "other": perennial_domain::ids::CustomerNumber(99).public_id() }), "404 not_found"),
        (
            json!({ "other": other, "keep": perennial_domain::ids::CustomerNumber(99).public_id() }),
            "422 invalid_request",
        ),
    ];
    for (body, problem) in tries {
        assert_eq!(api.call(&administrator, "POST", &merges(&one), body.clone()).await.problem(), problem, "{body}");
    }
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.call(&clerk, "POST", &merges(&one), json!({ "other": other })).await.problem(), "403 forbidden");
    let undo = api.send(TestApi::request(&administrator, "POST", "/api/v1/merges/mrg_no/undo", None, &[])).await;
    assert_eq!(undo.problem(), "404 not_found");
}
