//! Communities by the interface.

use crate::stores::{bind, region, store, user};
use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    c79_a_community_is_previewed_made_tracked_topped_up_and_archived,
    who_sees_a_part_sees_the_invited_of_that_part_and_makes_nothing,
    wrong_communities_groups_and_cursors_are_named,
);

const COMMUNITY: &str = "/api/v1/communities/coffee";
const INVITATIONS: &str = "/api/v1/communities/coffee/invitations";

async fn send(api: &TestApi, events: &[Value]) {
    let (_, key) = source(api, "Shop").await;
    let body = json!({ "writeKey": key, "batch": events });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    api.clock.advance_seconds(60);
}

fn order(user: &str, store: &str) -> Value {
    json!({ "type": "track", "userId": user, "event": "Order Completed",
        "properties": { "order_id": format!("O-{user}"), "total": 10, "currency": "CNY", "store": store } })
}

fn joined(user: &str, group: &str) -> Value {
    json!({ "type": "track", "userId": user, "event": "Community Joined", "properties": { "group": group } })
}

async fn buyers(api: &TestApi, admin: &Caller, who: &[&str]) {
    let body = json!({ "code": "buyers", "name": "Buyers", "text": "did orders" });
    api.call(admin, "POST", "/api/v1/segments", body).await.expect(201);
    send(api, &who.iter().map(|who| order(who, "S1")).collect::<Vec<_>>()).await;
}

/// No server follows here: the index of the interface does where it is asked what it does not keep, another event each time.
async fn follow_here(api: &TestApi, caller: &Caller, event: &str) {
    let new = json!({ "text": format!("count of event \"{event}\" >= 77") });
    assert_eq!(api.call(caller, "POST", "/api/v1/segments/preview", new).await.expect(200).json()["count"], 0);
}

fn coffee() -> Value {
    json!({ "code": "coffee", "name": "手冲咖啡", "segment": "buyers", "size_max": 3 })
}

fn figures(of: &Value) -> (u64, u64, u64, Option<u64>) {
    let of = &of["figures"];
    let count = |name: &str| of[name].as_u64().unwrap();
    (count("invited"), count("joined"), count("joined_now"), of["rate_basis_points"].as_u64())
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| one["customer"]["id"].as_str().unwrap().to_owned()).collect()
}

async fn c79_a_community_is_previewed_made_tracked_topped_up_and_archived(api: TestApi) {
    let admin = api.administrator().await;
    let program = api.caller(Role::Operator).await;
    let (clerk, clerk_id) = user(&api, &admin, "li", "service").await;
    buyers(&api, &admin, &["ann", "bob", "cid", "dan", "eve"]).await;
    let path = "/api/v1/segments/buyers/community-preview";
    let preview = api.get(&program, &format!("{path}?size_max=3")).await.expect(200).json();
    assert_eq!((&preview["members"], &preview["groups"]), (&json!(5), &json!([3, 2])));
    assert_eq!(api.get(&program, path).await.expect(200).json()["groups"], json!([5]), "200 when nothing is said");
    let key = [("idempotency-key", "1")];
    let make = || api.send(TestApi::request(&program, "POST", "/api/v1/communities", Some(&coffee()), &key));
    let made = make().await.expect(201);
    let again = make().await.expect(201);
    assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", made.json()));
    let made = made.json();
    assert_eq!((&made["size_max"], &made["purpose"], &made["version"]), (&json!(3), &Value::Null, &json!(1)));
    assert_eq!(figures(&made), (5, 0, 0, Some(0)));
    let first = &made["groups"][0];
    assert_eq!((&first["number"], &first["code"], &first["link"]), (&json!(1), &json!("coffee_1"), &Value::Null));
    assert_eq!((figures(first), figures(&made["groups"][1])), ((3, 0, 0, Some(0)), (2, 0, 0, Some(0))));
    assert_eq!(api.call(&program, "POST", "/api/v1/communities", coffee()).await.problem(), "409 conflict");
    // A group takes code, link and owner.
    let group = json!({ "code": "wrOg1", "link": "https://work.weixin.qq.com/gm/1", "owner": clerk_id });
    let path = format!("{COMMUNITY}/groups/1");
    let put = |version: Option<&'static str>| {
        let headers: Vec<(&str, &str)> = version.map(|version| ("if-match", version)).into_iter().collect();
        TestApi::request(&program, "PUT", &path, Some(&group), &headers)
    };
    assert_eq!(api.send(put(None)).await.problem(), "428 precondition_required");
    let changed = api.send(put(Some("\"1\""))).await.expect(200).json();
    let first = &changed["groups"][0];
    assert_eq!(
        (&first["owner"]["name"], &first["version"], &first["code"]),
        (&json!("li"), &json!(2), &json!("wrOg1"))
    );
    assert_eq!(api.send(put(Some("\"1\""))).await.problem(), "412 precondition_failed");
    // Joins: told, and by hand.
    send(&api, &[joined("ann", "wrOg1"), joined("dan", "coffee_2")]).await;
    let shown = api.get(&clerk, COMMUNITY).await.expect(200);
    assert_eq!((shown.header("etag"), figures(&shown.json())), ("\"1\"", (5, 2, 2, Some(4_000))));
    let all = api.get(&clerk, INVITATIONS).await.expect(200).json();
    let all_ids = ids(&all);
    assert_eq!((all["count"].as_u64(), all_ids.len()), (Some(5), 5));
    assert_eq!((&all["items"][0]["state"], &all["items"][0]["group_code"]), (&json!("in"), &json!("wrOg1")));
    let bob = format!("{INVITATIONS}/{}", all_ids[1]);
    let set = async |joined: bool| api.call(&clerk, "PUT", &bob, json!({ "joined": joined })).await;
    let set_now = set(true).await.expect(200).json();
    assert_eq!((&set_now["state"], &set_now["by_hand"]), (&json!("in"), &json!(true)));
    set(true).await.expect(200);
    assert_eq!(figures(&api.get(&program, COMMUNITY).await.expect(200).json()), (5, 3, 3, Some(6_000)));
    assert_eq!(set(false).await.expect(200).json()["state"], "waiting");
    let ann = format!("{INVITATIONS}/{}", all_ids[0]);
    assert_eq!(api.call(&clerk, "PUT", &ann, json!({ "joined": false })).await.problem(), "409 conflict");
    // Pages.
    let (mut waiting, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = api.get(&clerk, &format!("{INVITATIONS}?state=waiting&limit=2{cursor}")).await.expect(200).json();
        assert_eq!(page["count"], json!(3));
        waiting.extend(ids(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(waiting, [all_ids[1].as_str(), &all_ids[2], &all_ids[4]]);
    // Files.
    let file = api.get(&program, "/api/v1/exports/communities/coffee?group=1&state=joined").await.expect(200);
    let text = file.text();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains(&format!("1,wrOg1,https://work.weixin.qq.com/gm/1,{}", all_ids[0])), "{text}");
    assert!(file.header("content-disposition").contains("coffee-1.csv"));
    assert_eq!(api.get(&clerk, "/api/v1/exports/communities/coffee").await.problem(), "403 forbidden");
    let masked = api.get(&clerk, "/api/v1/exports/masked-communities/coffee").await.expect(200);
    assert_eq!(masked.text().lines().count(), 6);
    // Who came since.
    send(&api, &[order("fay", "S1"), order("gus", "S1")]).await;
    follow_here(&api, &program, "Community Left").await;
    let path = format!("{COMMUNITY}/top-up");
    let planned = api.get(&program, &path).await.expect(200).json();
    assert_eq!(planned, json!({ "members": 2, "added": [{ "group": 2, "members": 1 }], "new_groups": [1] }));
    let top_up = || api.send(TestApi::request(&program, "POST", &path, None, &[("idempotency-key", "2")]));
    let done = top_up().await.expect(200);
    assert_eq!((&done.json()["invited"], &done.json()["new_groups"]), (&json!(2), &json!(1)));
    let again = top_up().await.expect(200);
    assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", done.json()));
    let nothing = api.send(TestApi::request(&program, "POST", &path, None, &[])).await.expect(200).json();
    assert_eq!(nothing["invited"], json!(0));
    // Renamed and archived.
    let change = json!({ "name": "Pour-over", "archived": true });
    let put = |version: Option<&'static str>| {
        let headers: Vec<(&str, &str)> = version.map(|version| ("if-match", version)).into_iter().collect();
        TestApi::request(&program, "PUT", COMMUNITY, Some(&change), &headers)
    };
    assert_eq!(api.send(put(None)).await.problem(), "428 precondition_required");
    assert_eq!(api.send(put(Some("\"7\""))).await.problem(), "412 precondition_failed");
    let archived = api.send(put(Some("\"1\""))).await.expect(200);
    assert_eq!((archived.header("etag"), archived.json()["archived_at"].is_string()), ("\"2\"", true));
    assert_eq!(api.get(&program, &path).await.problem(), "409 conflict");
    assert_eq!(set(true).await.problem(), "409 conflict");
    let listed = api.get(&clerk, "/api/v1/communities").await.expect(200).json();
    let item = &listed["items"][0];
    assert_eq!(
        (&item["name"], &item["groups_count"], &item["segment_name"]),
        (&json!("Pour-over"), &json!(3), &json!("Buyers"))
    );
    let log = api.get(&admin, "/api/v1/audit?limit=50").await.expect(200).json();
    let actions: Vec<&str> =
        log["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    for action in [
        "community.created",
        "community.group_updated",
        "community.join_noted",
        "community.join_undone",
        "community.exported",
        "community.topped_up",
        "community.archived",
    ] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
}

async fn who_sees_a_part_sees_the_invited_of_that_part_and_makes_nothing(api: TestApi) {
    let admin = api.administrator().await;
    let north = region(&api, &admin, "North", None).await;
    store(&api, &admin, "N1", &north).await;
    let body = json!({ "code": "buyers", "name": "Buyers", "text": "did orders" });
    api.call(&admin, "POST", "/api/v1/segments", body).await.expect(201);
    send(&api, &[order("ann", "N1"), order("bob", "web"), order("cid", "N1"), order("dan", "web")]).await;
    api.call(&admin, "POST", "/api/v1/communities", coffee()).await.expect(201);
    send(&api, &[joined("ann", "coffee_1"), joined("bob", "coffee_1")]).await;
    let (manager, id) = user(&api, &admin, "mei", "operator").await;
    bind(&api, &admin, &id, Some(&north)).await;
    let seen = api.get(&manager, COMMUNITY).await.expect(200).json();
    assert_eq!(figures(&seen), (2, 1, 1, Some(5_000)), "of whom she sees");
    assert_eq!(figures(&api.get(&admin, COMMUNITY).await.expect(200).json()), (4, 2, 2, Some(5_000)));
    let (own, all) = (api.get(&manager, INVITATIONS).await, api.get(&admin, INVITATIONS).await);
    let (own, all) = (own.expect(200).json(), all.expect(200).json());
    assert_eq!(own["count"], json!(2));
    let foreign = ids(&all).into_iter().find(|id| !ids(&own).contains(id)).unwrap();
    let body = json!({ "joined": true });
    let path = format!("{INVITATIONS}/{foreign}");
    assert_eq!(api.call(&manager, "PUT", &path, body.clone()).await.problem(), "404 not_found");
    let masked = api.get(&manager, "/api/v1/exports/masked-communities/coffee").await.expect(200).text();
    assert!(masked.lines().count() == 3 && !masked.contains(&foreign), "{masked}");
    // Segments are everybody's: who sees a part invites nobody.
    for (method, path, sent) in [
        ("POST", "/api/v1/communities", coffee()),
        ("POST", "/api/v1/communities/coffee/top-up", json!({})),
        ("PUT", COMMUNITY, json!({ "name": "x", "archived": false })),
    ] {
        let request = TestApi::request(&manager, method, path, Some(&sent), &[("if-match", "\"1\"")]);
        assert_eq!(api.send(request).await.problem(), "403 forbidden", "{path}");
    }
    for path in ["/api/v1/segments/buyers/community-preview", "/api/v1/communities/coffee/top-up"] {
        assert_eq!(api.get(&manager, path).await.problem(), "403 forbidden", "{path}");
    }
}

async fn wrong_communities_groups_and_cursors_are_named(api: TestApi) {
    let admin = api.administrator().await;
    buyers(&api, &admin, &["ann", "bob"]).await;
    let wrong = |answer: crate::support::Answer| {
        assert_eq!(answer.problem(), "422 invalid_request", "{}", answer.text());
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        errors.iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    for (change, fields) in [
        (json!({ "size_max": 501 }), "/size_max"),
        (json!({ "code": "A", "name": "" }), "/code /name"),
        (json!({ "segment": "none" }), "/segment"),
        (json!({ "purpose": "none" }), "/purpose"),
    ] {
        let mut body = coffee();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(wrong(api.call(&admin, "POST", "/api/v1/communities", body).await), fields, "{change}");
    }
    let preview = "/api/v1/segments/buyers/community-preview";
    assert_eq!(wrong(api.get(&admin, &format!("{preview}?size_max=1")).await), "/size_max");
    assert_eq!(api.get(&admin, "/api/v1/segments/none/community-preview").await.problem(), "404 not_found");
    assert_eq!(api.get(&admin, COMMUNITY).await.problem(), "404 not_found");
    api.call(&admin, "POST", "/api/v1/communities", coffee()).await.expect(201);
    for query in ["limit=0", "limit=201", "state=gone", "group=one", "cursor=x", "who=me"] {
        assert_eq!(api.get(&admin, &format!("{INVITATIONS}?{query}")).await.status, 422, "{query}");
    }
    assert_eq!(api.get(&admin, &format!("{INVITATIONS}?group=7")).await.expect(200).json()["count"], json!(0));
    let group = |code: &str, link: Value, owner: Value| json!({ "code": code, "link": link, "owner": owner });
    for (path, body, problem) in [
        ("groups/7", group("x", Value::Null, Value::Null), "404 not_found"),
        ("groups/one", group("x", Value::Null, Value::Null), "404 not_found"),
        ("groups/1", group("a b", Value::Null, Value::Null), "422 invalid_request"),
        ("groups/1", group("x", json!("javascript:alert(1)"), Value::Null), "422 invalid_request"),
        ("groups/1", group("x", Value::Null, json!("usr_none")), "422 invalid_request"),
    ] {
        let path = format!("{COMMUNITY}/{path}");
        let request = TestApi::request(&admin, "PUT", &path, Some(&body), &[("if-match", "\"1\"")]);
        assert_eq!(api.send(request).await.problem(), problem, "{path} {body}");
    }
    let nobody = format!("{INVITATIONS}/cus_00000000");
    assert_eq!(api.call(&admin, "PUT", &nobody, json!({ "joined": true })).await.problem(), "404 not_found");
    let unknown = "/api/v1/exports/communities/none";
    assert_eq!(api.get(&admin, unknown).await.problem(), "404 not_found");
}
