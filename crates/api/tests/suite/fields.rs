//! Fields by the interface: the registry by version, keys with one effect, and what a profile shows.

use crate::support::{Caller, TestApi, on_both};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_field_is_made_written_shown_and_found,
    each_post_with_a_key_has_one_effect,
    who_is_believed_is_changed_by_version,
);

async fn customer(api: &TestApi, caller: &Caller, id: &str) -> String {
    let body = json!({ "customers": [{ "identifiers": [{ "type": "customer_id", "value": id }], "city": "Hull" }] });
    api.call(caller, "POST", "/api/v1/customers", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    let found = api.get(caller, &format!("/api/v1/customers?search={id}")).await.expect(200).json();
    found["items"][0]["id"].as_str().unwrap().to_owned()
}

fn skin() -> Value {
    json!({ "name": "skin_type", "name_zh": "肤质", "name_en": "Skin type", "class": "other", "type": "choice",
        "allowed": ["dry", "oily"], "weight": 30 })
}

fn field_of<'a>(profile: &'a Value, class: usize, name: &str) -> &'a Value {
    let fields = profile["information"]["classes"][class]["fields"].as_array().unwrap();
    fields.iter().find(|field| field["name"] == name).unwrap()
}

async fn a_field_is_made_written_shown_and_found(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let ann = customer(&api, &caller, "ann").await;
    api.call(&caller, "POST", "/api/v1/fields", skin()).await.expect(201);
    assert_eq!(api.call(&caller, "POST", "/api/v1/fields", skin()).await.problem(), "409 conflict");
    let path = format!("/api/v1/customers/{ann}/fields");
    let clerk = api.caller(Role::Clerk).await;
    let body =
        json!({ "values": { "skin_type": "Oily", "age": 30, "hobby": ["tea", "走路"] }, "surface": "clerk_page" });
    let written = api.call(&clerk, "POST", &path, body).await.expect(200).json();
    let expected = json!({ "skin_type": "oily", "age": "30", "hobby": "[\"tea\",\"走路\"]" });
    assert_eq!((&written["customer_id"], &written["values"]), (&json!(ann), &expected));
    let profile = api.get(&caller, &format!("/api/v1/customers/{ann}")).await.expect(200).json();
    let information = &profile["information"];
    let states: Vec<(&Value, &Value)> =
        information["classes"].as_array().unwrap().iter().map(|one| (&one["class"], &one["state"])).collect();
    let (known, open) = (json!("known"), json!("to_be_collected"));
    let classes = ["identity", "behaviour", "consumption", "decision", "usage", "other"].map(|class| json!(class));
    let expected: Vec<(&Value, &Value)> = classes.iter().zip([&known, &open, &open, &open, &open, &known]).collect();
    assert_eq!(states, expected);
    assert_eq!(
        (&information["completeness_percent"], &information["ask_next"]["name"]),
        (&json!(33), &json!("deal_factor"))
    );
    let said = &field_of(&profile, 5, "skin_type")["said"];
    assert_eq!((&said["value"], &said["origin"], &said["confidence"]), (&json!("oily"), &json!("staff"), &json!(0.67)));
    assert_eq!((&said["by"]["kind"], &said["surface"]), (&json!("token"), &json!("clerk_page")));
    assert_eq!(field_of(&profile, 0, "occupation")["said"], Value::Null);
    for (filter, total) in [("trait.skin_type=OILY", 1), ("trait.hobby=tea", 1), ("trait.hobby=music", 0)] {
        let found = api.get(&caller, &format!("/api/v1/customers?{filter}")).await.expect(200).json();
        assert_eq!(found["total"], total, "{filter}");
    }
    let wrong = json!({ "values": { "skin_type": "scaly", "age": {} } });
    let refused = api.call(&clerk, "POST", &path, wrong).await;
    assert_eq!(
        (refused.problem().as_str(), &refused.json()["errors"][0]["pointer"]),
        ("422 invalid_request", &json!("/values/age"))
    );
    let wrong = json!({ "values": { "skin_type": "scaly" } });
    let refused = api.call(&clerk, "POST", &path, wrong).await.json();
    assert_eq!(refused["errors"][0]["pointer"], "/values/skin_type");
    assert!(refused["errors"][0]["allowed"].to_string().contains("dry, oily"), "{refused}");
    let put = |body: Value, tag: &'static str| {
        api.send(TestApi::request(&caller, "PUT", "/api/v1/fields/skin_type", Some(&body), &[("if-match", tag)]))
    };
    let mut body = skin();
    body.as_object_mut().unwrap().remove("name");
    body["archived"] = json!(true);
    assert!(put(body.clone(), "\"1\"").await.expect(200).json()["archived_at"].is_string());
    assert_eq!(put(body.clone(), "\"1\"").await.problem(), "412 precondition_failed");
    body["class"] = json!("hobbies");
    assert_eq!(put(body, "\"2\"").await.json()["errors"][0]["pointer"], "/class");
    let listed = api.get(&clerk, "/api/v1/fields").await.expect(200).json();
    let own = listed["items"].as_array().unwrap().iter().find(|one| one["field"]["name"] == "skin_type").unwrap();
    assert_eq!((&own["field"]["version"], &own["field"]["preset"]), (&json!(2), &json!(false)));
    let coverage = api.get(&clerk, "/api/v1/field-coverage").await.expect(200).json();
    assert_eq!((&coverage["customers"], &coverage["ask_next"]["name"]), (&json!(1), &json!("deal_factor")));
    assert_eq!((coverage["fields"].as_array().unwrap().len(), &coverage["fields"][0]["share"]), (5, &json!(0.0)));
    assert_eq!(api.get(&clerk, "/api/v1/field-coverage?tag=nothing").await.problem(), "422 invalid_request");
}

async fn each_post_with_a_key_has_one_effect(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let ann = customer(&api, &caller, "ann").await;
    let write = format!("/api/v1/customers/{ann}/fields");
    let posts = [("/api/v1/fields", skin()), (write.as_str(), json!({ "values": { "skin_type": "dry" } }))];
    for (path, body) in posts {
        let key = [("idempotency-key", "once")];
        let send = || api.send(TestApi::request(&caller, "POST", path, Some(&body), &key));
        let (first, again) = (send().await, send().await);
        assert!(first.status.is_success(), "{path}: {}", first.text());
        assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", first.json()), "{path}");
    }
    let entries = api.get(&caller, "/api/v1/audit?limit=2").await.expect(200).json();
    let actions: Vec<&str> =
        entries["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["customer.fields_written", "field.created"]);
}

async fn who_is_believed_is_changed_by_version(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let ann = customer(&api, &caller, "ann").await;
    let write = format!("/api/v1/customers/{ann}/fields");
    api.call(&caller, "POST", &write, json!({ "values": { "city": "York" } })).await.expect(200);
    let city = async || {
        let profile = api.get(&caller, &format!("/api/v1/customers/{ann}")).await.expect(200).json();
        field_of(&profile, 0, "city")["said"]["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(city().await, "York");
    let path = "/api/v1/field-sources";
    let read = api.get(&caller, path).await.expect(200).json();
    assert_eq!((&read["version"], &read["order"][0]), (&json!(0), &json!("self_stated")));
    let expected = json!([{ "source": "file", "origin": "imported" }, { "source": "perennial", "origin": "staff" }]);
    assert_eq!(read["sources"], expected);
    let order = ["imported", "self_stated", "authorised", "staff", "observed", "other"];
    let put = |body: Value, tag: &'static str| {
        api.send(TestApi::request(&caller, "PUT", path, Some(&body), &[("if-match", tag)]))
    };
    let changed = put(json!({ "order": order }), "\"0\"").await.expect(200).json();
    assert_eq!((&changed["version"], city().await.as_str()), (&json!(1), "Hull"));
    assert_eq!(put(json!({ "order": order }), "\"0\"").await.problem(), "412 precondition_failed");
    let origins = json!({ "order": order, "sources": [{ "source": "file", "origin": "observed" }] });
    put(origins, "\"1\"").await.expect(200);
    assert_eq!(city().await, "York");
    let wrong = put(json!({ "order": ["staff", "friends"] }), "\"2\"").await;
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/order/1");
    assert_eq!(put(json!({ "order": ["staff"] }), "\"2\"").await.json()["errors"][0]["pointer"], "/order");
    let clerk = api.caller(Role::Clerk).await;
    let refused = api
        .send(TestApi::request(&clerk, "PUT", path, Some(&json!({ "order": order })), &[("if-match", "\"2\"")]))
        .await;
    assert_eq!(refused.problem(), "403 forbidden");
}
