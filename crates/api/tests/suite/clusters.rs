//! Clusters by the interface.

use crate::stores::{bind, region, store, user};
use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    clusters_are_asked_for_seen_named_and_kept_as_tags,
    c71_interviews_are_written_down_once_and_shown_with_the_cluster,
    who_sees_a_part_sees_their_people_only,
    what_is_wrong_is_told_with_its_field,
);

fn body() -> Value {
    json!({ "name": "Buyers", "features": [
            { "of": "count of orders" }, { "of": "sum amount of orders", "logarithmic": true }],
        "method": "k_means", "k_min": 2, "k_max": 3, "seed": 7, "active": "did orders in last 30 days" })
}

/// Twelve who bought once for little, eight who bought four times for much; the latter in one store.
async fn shop(api: &TestApi) {
    let (_, key) = source(api, "Shop").await;
    let mut events = Vec::new();
    for person in 0..20 {
        let (orders, total, place) = if person < 12 { (1, 10 + person, "S2") } else { (4, 900 + person, "S1") };
        for order in 0..orders {
            events.push(json!({ "type": "track", "userId": format!("u{person}"), "event": "Order Completed",
                "properties": { "order_id": format!("{person}-{order}"), "total": total, "currency": "CNY", "store": place } }));
        }
    }
    let body = json!({ "writeKey": key, "batch": events });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    api.clock.advance_seconds(3_600);
}

async fn run_jobs(api: &TestApi) {
    perennial_app::jobs::run_until_idle(&api.app).await.unwrap();
}

async fn found(api: &TestApi, caller: &Caller) -> Value {
    let made = api.call(caller, "POST", "/api/v1/clusterings", body()).await.expect(201).json();
    run_jobs(api).await;
    let path = format!("/api/v1/clusterings/{}", made["id"].as_str().unwrap());
    let found = api.get(caller, &path).await.expect(200).json();
    assert_eq!(found["state"], "done", "{found}");
    found
}

async fn clusters_are_asked_for_seen_named_and_kept_as_tags(api: TestApi) {
    shop(&api).await;
    let analyst = api.caller(Role::Analyst).await;
    let key = [("idempotency-key", "1")];
    let make = || TestApi::request(&analyst, "POST", "/api/v1/clusterings", Some(&body()), &key);
    let made = api.send(make()).await.expect(201).json();
    assert_eq!(api.send(make()).await.expect(201).json(), made, "the same request twice");
    assert_eq!(
        (&made["state"], &made["population"], &made["found"]),
        (&json!("queued"), &json!("everybody"), &Value::Null)
    );
    run_jobs(&api).await;
    let path = format!("/api/v1/clusterings/{}", made["id"].as_str().unwrap());
    let shown = api.get(&analyst, &path).await.expect(200);
    let (tag, found) = (shown.header("etag").to_owned(), shown.json()["found"].clone());
    assert_eq!((&found["people"], &found["judged_by"], &found["currency"]), (&json!(20), &json!(20), &json!("CNY")));
    let clusters = found["clusters"].as_array().unwrap();
    assert_eq!(clusters.iter().map(|one| one["size"].as_u64().unwrap()).collect::<Vec<_>>(), [12, 8]);
    assert_eq!(clusters[1]["means"][0], json!(4.0));
    assert_eq!(clusters[1]["levels"][0], json!("above"));
    assert!(clusters[1]["words_en"].as_str().unwrap().contains("above average"), "{clusters:?}");
    let people =
        api.get(&analyst, &format!("/api/v1/clusters/{}/people?limit=5", clusters[1]["id"].as_str().unwrap())).await;
    let people = people.expect(200).json();
    assert_eq!((people["items"].as_array().unwrap().len(), &people["count"]), (5, &json!(8)));
    let cursor = people["next_cursor"].as_str().unwrap();
    let rest = format!("/api/v1/clusters/{}/people?limit=5&cursor={cursor}", clusters[1]["id"].as_str().unwrap());
    assert_eq!(api.get(&analyst, &rest).await.expect(200).json()["items"].as_array().unwrap().len(), 3);
    // Names, with the version that was read.
    let cluster = format!("/api/v1/clusters/{}", clusters[1]["id"].as_str().unwrap());
    let name = json!({ "name": "Loyal", "description": "Come again" });
    let put = |path: &str, tag: Option<&str>, body: &Value| {
        let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
        TestApi::request(&analyst, "PUT", path, Some(body), &headers)
    };
    assert_eq!(api.send(put(&cluster, None, &name)).await.problem(), "428 precondition_required");
    let named = api.send(put(&cluster, Some(&tag), &name)).await.expect(200);
    assert_eq!(named.json()["found"]["clusters"][1]["name"], json!("Loyal"));
    assert_eq!(api.send(put(&cluster, Some(&tag), &name)).await.problem(), "412 precondition_failed");
    let tag = named.header("etag").to_owned();
    let renamed = api.send(put(&path, Some(&tag), &json!({ "name": "All buyers" }))).await.expect(200);
    let tag = renamed.header("etag").to_owned();
    assert_eq!(renamed.json()["name"], json!("All buyers"));
    // Tags are another right.
    let tags = format!("{path}/tags");
    let group = json!({ "group": "alike" });
    assert_eq!(api.send(put(&tags, Some(&tag), &group)).await.problem(), "403 forbidden");
    let operator = api.caller(Role::Operator).await;
    let kept = TestApi::request(&operator, "PUT", &tags, Some(&group), &[("if-match", &tag)]);
    let kept = api.send(kept).await.expect(200);
    assert_eq!(
        (&kept.json()["tag_group"], &kept.json()["found"]["clusters"][1]["tag"]),
        (&json!("alike"), &json!("alike_2"))
    );
    run_jobs(&api).await;
    let groups = api.get(&operator, "/api/v1/tag-groups").await.expect(200).json();
    let group = groups["items"].as_array().unwrap().iter().find(|one| one["group"]["code"] == "alike").unwrap().clone();
    assert_eq!((&group["group"]["exclusive"], &group["tags"][1]["tag"]["name_en"]), (&json!(true), &json!("Loyal")));
    // Who changes tags of everybody by it needs the right for tags.
    assert_eq!(api.call(&analyst, "POST", &format!("{path}/assignment"), json!({})).await.problem(), "403 forbidden");
    assert_eq!(api.delete(&analyst, &path).await.problem(), "403 forbidden");
    let asked = api.call(&operator, "POST", &format!("{path}/assignment"), json!({})).await.expect(200).json();
    assert_ne!(asked["assignment_asked_at"], Value::Null);
    run_jobs(&api).await;
    let shown = api.get(&operator, &path).await.expect(200);
    let left = TestApi::request(&operator, "DELETE", &tags, None, &[("if-match", shown.header("etag"))]);
    assert_eq!(api.send(left).await.expect(200).json()["tag_group"], Value::Null);
    assert_eq!(api.call(&operator, "POST", &format!("{path}/cancel"), json!({})).await.problem(), "409 conflict");
    // Others see, and change nothing.
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.get(&clerk, "/api/v1/clusterings").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(api.call(&clerk, "POST", "/api/v1/clusterings", body()).await.problem(), "403 forbidden");
    assert_eq!(api.delete(&clerk, &path).await.problem(), "403 forbidden");
    // Without tags it is the analyst's again.
    api.delete(&analyst, &path).await.expect(204);
    assert_eq!(api.get(&analyst, &path).await.problem(), "404 not_found");
}

async fn c71_interviews_are_written_down_once_and_shown_with_the_cluster(api: TestApi) {
    shop(&api).await;
    let analyst = api.caller(Role::Analyst).await;
    let clustering = found(&api, &analyst).await;
    let cluster = clustering["found"]["clusters"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/clusters/{cluster}/interviews");
    let today = api.app.clock.now().rfc3339()[..10].to_owned();
    let said = |supported: bool| {
        json!({ "kind": "interview", "hypothesis": "They try once", "supported": supported, "quote": "Only to see",
            "interviewer": "Li", "held_on": today })
    };
    let key = [("idempotency-key", "1")];
    let make = || TestApi::request(&analyst, "POST", &path, Some(&said(true)), &key);
    let made = api.send(make()).await.expect(201).json();
    assert_eq!(api.send(make()).await.expect(201).json(), made, "the same request twice");
    for supported in [true, true, false] {
        api.call(&analyst, "POST", &path, said(supported)).await.expect(201);
    }
    let shown = api.get(&analyst, &format!("/api/v1/clusterings/{}", clustering["id"].as_str().unwrap())).await;
    let shown = shown.expect(200).json();
    let first = &shown["found"]["clusters"][0];
    assert_eq!((&first["interviews"], &first["verified_percent"]), (&json!(4), &json!(75)));
    assert_eq!(first["hypotheses"][0]["hypothesis"], json!("They try once"));
    let page = api.get(&analyst, &format!("{path}?limit=3")).await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = api.get(&analyst, &format!("{path}?limit=3&cursor={cursor}")).await.expect(200).json();
    assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (3, 1));
    let one = format!("/api/v1/cluster-interviews/{}", made["id"].as_str().unwrap());
    api.delete(&analyst, &one).await.expect(204);
    assert_eq!(api.delete(&analyst, &one).await.problem(), "404 not_found");
    for (path, problem) in [
        ("/api/v1/clusters/none/people", "404 not_found"),
        ("/api/v1/clusters/none.1/interviews", "404 not_found"),
        (&*format!("{path}?cursor=x"), "422 invalid_cursor"),
    ] {
        assert_eq!(api.get(&analyst, path).await.problem(), problem, "{path}");
    }
    let reasons = format!("/api/v1/clusterings/{}/reasons", clustering["id"].as_str().unwrap());
    let found = api.get(&analyst, &reasons).await.expect(200).json();
    assert_eq!((&found["field"], &found["answered"]), (&json!("churn_reason"), &json!(0)));
    assert_eq!(api.get(&analyst, &format!("{reasons}?field=age")).await.problem(), "422 invalid_request");
}

async fn who_sees_a_part_sees_their_people_only(api: TestApi) {
    let administrator = api.administrator().await;
    let east = region(&api, &administrator, "East", None).await;
    let shop_one = store(&api, &administrator, "S1", &east).await;
    store(&api, &administrator, "S2", &east).await;
    shop(&api).await;
    let clustering = found(&api, &administrator).await;
    let (clerk, id) = user(&api, &administrator, "li", "clerk").await;
    bind(&api, &administrator, &id, Some(&shop_one)).await;
    let path = format!("/api/v1/clusterings/{}", clustering["id"].as_str().unwrap());
    let shown = api.get(&clerk, &path).await.expect(200).json();
    let sizes: Vec<&Value> = shown["found"]["clusters"].as_array().unwrap().iter().map(|one| &one["size"]).collect();
    assert_eq!(sizes, [&json!(0), &json!(8)]);
    // No number of all, and no mean of eight of whom they may know seven.
    for name in ["people", "unplaced", "judged_by", "active", "inactive"] {
        assert_eq!(shown["found"][name], Value::Null, "{name}");
    }
    assert_eq!((&shown["found"]["drivers"], &shown["found"]["features"][0]["missing"]), (&json!([]), &Value::Null));
    let clusters = &shown["found"]["clusters"];
    assert_eq!(clusters[0]["means"][0], json!(1.0), "they are twelve");
    assert_eq!((&clusters[1]["means"][0], &clusters[1]["levels"][0]), (&Value::Null, &Value::Null));
    let people = |number: usize| {
        format!("/api/v1/clusters/{}/people", clustering["found"]["clusters"][number]["id"].as_str().unwrap())
    };
    assert_eq!(api.get(&clerk, &people(0)).await.expect(200).json()["count"], json!(0));
    assert_eq!(api.get(&clerk, &people(1)).await.expect(200).json()["items"].as_array().unwrap().len(), 8);
}

async fn what_is_wrong_is_told_with_its_field(api: TestApi) {
    let analyst = api.caller(Role::Analyst).await;
    for (change, pointer) in [
        (json!({ "features": [{ "of": "count of orders" }] }), "/features"),
        (json!({ "features": [{ "of": "count of orders" }, { "of": "city" }] }), "/features/1/of"),
        (json!({ "population": "in segment none" }), "/population"),
        (json!({ "active": "soon" }), "/active"),
        (json!({ "k_min": 9, "k_max": 4 }), "/k_max"),
        (json!({ "method": "density", "min_people": 1 }), "/min_people"),
        (json!({ "name": "" }), "/name"),
    ] {
        let mut body = body();
        for (field, value) in change.as_object().unwrap() {
            body[field] = value.clone();
        }
        let refused = api.call(&analyst, "POST", "/api/v1/clusterings", body).await;
        assert_eq!(refused.problem(), "422 invalid_request", "{change}");
        assert_eq!(refused.json()["errors"][0]["pointer"], json!(pointer), "{}", refused.json());
    }
}
