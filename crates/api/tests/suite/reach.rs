//! Reach by the interface.

use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    channels_pool_rate_and_funnel_are_answered,
    wrong_channels_and_days_are_named,
    coverage_is_answered_marked_and_opened_as_people,
    behind_each_figure_of_pool_and_funnel_there_are_people,
);

async fn channels_pool_rate_and_funnel_are_answered(api: TestApi) {
    let administrator = api.administrator().await;
    let (_, key) = source(&api, "Shop").await;
    let phone = |user: &str, number: &str| json!({ "type": "identify", "userId": user, "traits": { "phone": number } });
    let told = |user: &str, event: &str, properties: Value| json!({ "type": "track", "userId": user, "event": event, "properties": properties });
    let order = |user: &str| {
        told(
            user,
            "Order Completed",
            json!({ "order_id": user, "total": 10, "currency": "CNY",
            "products": [{ "sku": "TEA", "price": 10, "quantity": 1 }] }),
        )
    };
    let events = [
        phone("ann", "13800000001"),
        phone("bob", "13800000002"),
        phone("cid", "13800000003"),
        told("ann", "Consent Given", json!({ "purpose": "marketing" })),
        told("bob", "Consent Given", json!({ "purpose": "marketing" })),
        told("bob", "Message Sent", json!({ "channel": "sms" })),
        told("bob", "Message Sent", json!({ "channel": "sms" })),
        order("ann"),
        order("dan"),
    ];
    let body = json!({ "writeKey": key, "batch": events });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    perennial_app::pipeline::hand_over(&api.app).await.unwrap();
    let analyst = api.caller(Role::Analyst).await;
    let pool = api.get(&analyst, "/api/v1/reach/pool").await.expect(200).json();
    assert_eq!((&pool["contacts"], &pool["reachable"]), (&json!(3), &json!(1)));
    let sms = &pool["channels"][2];
    let figures = ["contacts", "reachable", "withheld", "exhausted"].map(|name| sms[name].as_i64().unwrap());
    assert_eq!((figures, &sms["channel"]["cost_milli_minor"]), ([3, 1, 1, 1], &json!(4_500)));
    assert_eq!(sms["cost_of_all"], json!({ "minor": 5, "currency": "CNY", "exponent": 2 }));
    // Everybody is asked for no consent any more.
    let channels = api.get(&analyst, "/api/v1/reach/channels").await.expect(200);
    assert_eq!(channels.header("etag"), "\"0\"");
    let mut changed = channels.json();
    changed["channels"][2]["consent"] = json!("not_refused");
    changed["channels"][2]["quota"] = Value::Null;
    let put = |caller: &Caller, tag: &str| {
        TestApi::request(caller, "PUT", "/api/v1/reach/channels", Some(&changed), &[("if-match", tag)])
    };
    assert_eq!(api.send(put(&analyst, "\"0\"")).await.problem(), "403 forbidden");
    let stored = api.send(put(&administrator, "\"0\"")).await.expect(200);
    assert_eq!((stored.header("etag"), stored.json()), ("\"1\"", changed.clone()));
    assert_eq!(api.send(put(&administrator, "\"0\"")).await.problem(), "412 precondition_failed");
    assert_eq!(api.get(&analyst, "/api/v1/reach/pool").await.expect(200).json()["reachable"], 3);
    // Of two buyers one has a phone.
    for by in ["", "&by=store", "&by=sku", "&by=clerk"] {
        let path = format!("/api/v1/reach/connection-rate?from=2026-11-21&to=2026-11-21{by}");
        let rate = api.get(&analyst, &path).await.expect(200).json();
        let figures = ["buyers", "connected", "rate_basis_points"].map(|name| rate[name].as_i64().unwrap());
        assert_eq!((figures, &rate["bound_by"]), ([2, 1, 5_000], &json!("2026-11-21")), "{by}");
        let keys: Vec<&Value> = rate["groups"].as_array().unwrap().iter().map(|group| &group["key"]).collect();
        let expected: &[Value] = match by {
            "" => &[],
            "&by=sku" => &[json!("TEA")],
            _ => &[Value::Null],
        };
        assert_eq!(keys, expected.iter().collect::<Vec<_>>(), "{by}");
    }
    let nobody = api.get(&analyst, "/api/v1/reach/connection-rate?from=2020-01-01&to=2020-01-31").await.expect(200);
    assert_eq!((&nobody.json()["buyers"], &nobody.json()["rate_basis_points"]), (&json!(0), &Value::Null));
    // A code that costs something, and nobody has scanned.
    let code = json!({ "name": "ad", "touch_point": "douyin", "target": "https://shop.example/", "cost_minor": 9_900 });
    api.call(&administrator, "POST", "/api/v1/codes", json!({ "codes": [code] })).await.expect(201);
    let funnel = api.get(&analyst, "/api/v1/reach/funnel?from=2026-11-21&to=2026-11-21").await.expect(200).json();
    let source = &funnel["sources"][0];
    assert_eq!((&source["source"], &source["cost"]["minor"]), (&json!("douyin"), &json!(9_900)));
    let none = json!({ "count": 0, "share_basis_points": null, "cost_each_milli_minor": null });
    assert!(["clicked", "followed", "registered", "bought"].iter().all(|step| source[*step] == none), "{source}");
    assert_eq!((&source["super_users"], &funnel["values_as_of"]), (&Value::Null, &Value::Null));
}

async fn wrong_channels_and_days_are_named(api: TestApi) {
    let administrator = api.administrator().await;
    let usual = api.get(&administrator, "/api/v1/reach/channels").await.expect(200).json();
    let put = |body: &Value| {
        TestApi::request(&administrator, "PUT", "/api/v1/reach/channels", Some(body), &[("if-match", "\"0\"")])
    };
    let cases: [(&str, Value, &str); 6] = [
        ("code", json!("SMS"), "/channels"),
        ("identifiers", json!(["telegraph"]), "/channels/0/identifiers"),
        ("identifiers", json!([]), "/channels"),
        ("consent", json!("maybe"), "/channels/0/consent"),
        ("quota", json!({ "messages": 0, "days": 1 }), "/channels"),
        ("cost_milli_minor", json!(-1), "/channels"),
    ];
    for (field, value, pointer) in cases {
        let mut body = usual.clone();
        body["channels"][0][field] = value;
        let answer = api.send(put(&body)).await;
        let found = (answer.problem(), answer.json()["errors"][0]["pointer"].clone());
        assert_eq!(found, ("422 invalid_request".to_owned(), json!(pointer)), "{field}");
    }
    let bare = TestApi::request(&administrator, "PUT", "/api/v1/reach/channels", Some(&usual), &[]);
    assert_eq!(api.send(bare).await.problem(), "428 precondition_required");
    for query in [
        "from=2026-05-02&to=2026-05-01",
        "from=2026-05-01&to=2026-05-31&bound_by=2026-04-30",
        "from=May&to=2026-05-31",
        "from=2026-05-01&to=2026-05-31&by=colour",
        "from=2026-05-01&to=2026-05-31&limit=0",
    ] {
        let answer = api.get(&administrator, &format!("/api/v1/reach/connection-rate?{query}")).await;
        assert_eq!(answer.problem(), "422 invalid_request", "{query}");
    }
    let answer = api.get(&administrator, "/api/v1/reach/funnel?from=2026-05-02&to=2026-05-01").await;
    assert_eq!(answer.problem(), "422 invalid_request");
}

/// Ids of all pages of a list.
async fn people(api: &TestApi, caller: &Caller, path: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = api.get(caller, &format!("{path}&limit=2{cursor}")).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        all.extend(items.iter().map(|one| one["customer_id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { return all };
        cursor = format!("&cursor={next}");
    }
}

async fn tell(api: &TestApi, events: &[Value]) {
    let (_, key) = source(api, "Shop").await;
    let body = json!({ "writeKey": key, "batch": events });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    perennial_app::pipeline::hand_over(&api.app).await.unwrap();
}

async fn coverage_is_answered_marked_and_opened_as_people(api: TestApi) {
    let administrator = api.administrator().await;
    let says = |user: &str, traits: Value| json!({ "type": "identify", "userId": user, "traits": traits });
    let registers = |user: &str| json!({ "type": "track", "userId": user, "event": "Signed Up", "properties": {} });
    let mut events = Vec::new();
    for (user, province) in
        [("a", "浙江"), ("b", "Zhejiang"), ("c", "浙江省"), ("d", "四川"), ("e", "Atlantis"), ("f", "香港")]
    {
        events
            .extend([says(user, json!({ "province": province, "name": format!("Customer {user}") })), registers(user)]);
    }
    events.push(says("g", json!({ "city": "成都" })));
    tell(&api, &events).await;
    let analyst = api.caller(Role::Analyst).await;
    let found = api.get(&analyst, "/api/v1/reach/coverage").await.expect(200).json();
    let side = |provinces: i64, members: i64, share: Value| json!({ "provinces": provinces, "members": members, "share_basis_points": share });
    assert_eq!((&found["members"], &found["unknown"], &found["elsewhere"]), (&json!(6), &json!(1), &json!(1)));
    assert_eq!(found["unknown_share_basis_points"], 1_667);
    assert_eq!((&found["covered"], &found["uncovered"]), (&side(0, 0, json!(0)), &side(31, 4, json!(10_000))));
    let provinces = found["provinces"].as_array().unwrap();
    assert_eq!(provinces.len(), 34);
    let zhejiang = provinces.iter().find(|one| one["code"] == "33").unwrap();
    let expected = json!({ "code": "33", "iso": "ZJ", "name_zh": "浙江省", "name_en": "Zhejiang", "is_mainland": true,
        "members": 3, "share_basis_points": 6_000, "stores": 0, "clerks": 0, "is_marked": false, "is_covered": false });
    assert_eq!(*zhejiang, expected);
    assert_eq!(found["origins"][0], json!({ "origin": "province", "members": 5 }));
    // Marked by hand, by the version that was read.
    let put = |caller: &Caller, tag: Option<&str>, provinces: Value| {
        let headers: Vec<(&str, &str)> = tag.into_iter().map(|tag| ("if-match", tag)).collect();
        let body = json!({ "provinces": provinces });
        api.send(TestApi::request(caller, "PUT", "/api/v1/reach/sales-provinces", Some(&body), &headers))
    };
    assert_eq!(put(&analyst, Some("\"0\""), json!(["33"])).await.problem(), "403 forbidden");
    assert_eq!(put(&administrator, None, json!(["33"])).await.problem(), "428 precondition_required");
    for wrong in [json!(["00"]), json!(["33", "33"]), json!(["浙江"]), json!(["x".repeat(100_000)])] {
        let refused = put(&administrator, Some("\"0\""), wrong).await;
        let found = (refused.problem(), refused.json()["errors"][0]["pointer"].clone());
        assert_eq!(found, ("422 invalid_request".to_owned(), json!("/provinces")));
    }
    let stored = put(&administrator, Some("\"0\""), json!(["33"])).await.expect(200);
    assert_eq!((stored.header("etag"), stored.json()), ("\"1\"", json!({ "provinces": ["33"] })));
    assert_eq!(put(&administrator, Some("\"0\""), json!([])).await.problem(), "412 precondition_failed");
    let shown = api.get(&analyst, "/api/v1/reach/sales-provinces").await.expect(200);
    assert_eq!((shown.header("etag"), shown.json()), ("\"1\"", json!({ "provinces": ["33"] })));
    let found = api.get(&analyst, "/api/v1/reach/coverage").await.expect(200).json();
    assert_eq!((&found["covered"], &found["uncovered"]), (&side(1, 3, json!(7_500)), &side(30, 1, json!(2_500))));
    // The people behind each figure.
    for (province, count) in
        [("33", 3), ("covered", 3), ("uncovered", 1), ("51", 1), ("81", 1), ("unknown", 1), ("all", 6), ("11", 0)]
    {
        let path = format!("/api/v1/reach/coverage/people?province={province}");
        assert_eq!(people(&api, &analyst, &path).await.len(), count, "{province}");
    }
    assert_eq!(people(&api, &analyst, "/api/v1/reach/coverage/people?province=51&members=known").await.len(), 2);
    let one = api.get(&analyst, "/api/v1/reach/coverage/people?province=uncovered").await.expect(200).json();
    let one = &one["items"][0];
    assert_eq!(
        (&one["name"], &one["province"], &one["origin"]),
        (&json!("Customer d"), &json!("51"), &json!("province"))
    );
    let nothing = "/api/v1/reach/coverage?parameter=campaign&value=chefs&from=2026-11-01&to=2026-11-30";
    assert_eq!(api.get(&analyst, nothing).await.expect(200).json()["members"], 0);
    for (query, pointer) in [
        ("members=all", "members"),
        ("from=2026-05-01", "to"),
        ("to=2026-05-01", "from"),
        ("from=May&to=2026-05-31", "from"),
        ("from=2026-05-02&to=2026-05-01", "/to"),
        ("parameter=campaign", "value"),
        ("value=chefs", "parameter"),
        ("code=cod_none", "/code"),
        ("code=cod_1&parameter=a&value=b", "code"),
    ] {
        let refused = api.get(&analyst, &format!("/api/v1/reach/coverage?{query}")).await;
        let found = (refused.problem(), refused.json()["errors"][0]["pointer"].clone());
        assert_eq!(found, ("422 invalid_request".to_owned(), json!(pointer)), "{query}");
        let refused = api.get(&analyst, &format!("/api/v1/reach/coverage/people?province=all&{query}")).await;
        assert_eq!(refused.problem(), "422 invalid_request", "{query}");
    }
    for (path, problem) in [
        ("/api/v1/reach/coverage/people?province=Zhejiang", "422 invalid_request"),
        ("/api/v1/reach/coverage/people?province=all&cursor=x", "422 invalid_cursor"),
        ("/api/v1/reach/coverage/people", "422 invalid_request"),
        ("/api/v1/reach/coverage?colour=red", "422 invalid_request"),
    ] {
        assert_eq!(api.get(&analyst, path).await.problem(), problem, "{path}");
    }
    // A cursor belongs to its list.
    let page = api.get(&analyst, "/api/v1/reach/coverage/people?province=all&limit=2").await.expect(200).json();
    let other = format!("/api/v1/reach/coverage/people?province=33&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(api.get(&analyst, &other).await.problem(), "422 invalid_cursor");
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.get(&clerk, "/api/v1/reach/coverage").await.problem(), "403 forbidden");
    assert_eq!(api.get(&clerk, "/api/v1/reach/coverage/people?province=all").await.problem(), "403 forbidden");
}

async fn behind_each_figure_of_pool_and_funnel_there_are_people(api: TestApi) {
    let administrator = api.administrator().await;
    let codes = json!({ "codes": [
        { "name": "ad", "touch_point": "douyin", "target": "https://shop.example/", "cost_minor": 9_900, "parameters": { "channel": "video" } },
        { "name": "door", "touch_point": "store", "target": "https://shop.example/" },
    ] });
    let made = api.call(&administrator, "POST", "/api/v1/codes", codes).await.expect(201).json();
    let slug = |name: &str| {
        let all = made["items"].as_array().or(made["codes"].as_array()).unwrap();
        all.iter().find(|one| one["name"] == name).unwrap()["path"].as_str().unwrap().to_owned()
    };
    let mut visitors = Vec::new();
    for (name, count) in [("ad", 3), ("door", 1)] {
        for _ in 0..count {
            let scanned = api.get(&Caller::default(), &slug(name)).await;
            let target = scanned.header("location").to_owned();
            visitors.push(target.split("ajs_aid=").nth(1).unwrap().split('&').next().unwrap().to_owned());
        }
    }
    api.clock.advance_seconds(60);
    let did = |visitor: &str, event: &str| json!({ "type": "track", "anonymousId": visitor, "event": event, "properties": {} });
    let phone = |visitor: &str, phone: &str| json!({ "type": "identify", "anonymousId": visitor, "traits": { "phone": phone } });
    let buys = json!({ "type": "track", "anonymousId": visitors[0], "event": "Order Completed",
        "properties": { "order_id": "1", "total": 10, "currency": "CNY" } });
    let events = [
        phone(&visitors[0], "13800000001"),
        phone(&visitors[1], "13800000002"),
        did(&visitors[0], "Followed"),
        did(&visitors[1], "Followed"),
        did(&visitors[0], "Signed Up"),
        did(&visitors[3], "Signed Up"),
        json!({ "type": "track", "anonymousId": visitors[1], "event": "Consent Given", "properties": { "purpose": "marketing" } }),
        buys,
    ];
    tell(&api, &events).await;
    let analyst = api.caller(Role::Analyst).await;
    let base = "/api/v1/reach/funnel/people?from=2026-11-21&to=2026-11-21";
    let mut by_figure = std::collections::BTreeMap::new();
    for figure in ["clicked", "followed", "registered", "bought", "buyers", "super_users"] {
        for source in ["&source=douyin", "&source=video&parameter=channel", "&source=store", "&parameter=channel"] {
            let found = people(&api, &analyst, &format!("{base}&figure={figure}{source}")).await;
            by_figure.insert((figure, source), found);
        }
    }
    for source in ["&source=douyin", "&source=video&parameter=channel"] {
        let counts = ["clicked", "followed", "registered", "bought", "buyers", "super_users"]
            .map(|figure| by_figure[&(figure, source)].len());
        assert_eq!(counts, [3, 2, 1, 1, 0, 0], "{source}");
    }
    // As the figures say.
    let funnel = api.get(&analyst, "/api/v1/reach/funnel?from=2026-11-21&to=2026-11-21").await.expect(200).json();
    let steps = ["clicked", "followed", "registered", "bought"]
        .map(|step| funnel["sources"][0][step]["count"].as_i64().unwrap());
    assert_eq!(steps, [3, 2, 1, 1]);
    assert!(by_figure[&("followed", "&source=douyin")].contains(&by_figure[&("bought", "&source=douyin")][0]));
    // What cost nothing is no source of the funnel.
    assert!(
        by_figure[&("clicked", "&source=store")].is_empty()
            && by_figure[&("registered", "&parameter=channel")].is_empty()
    );
    let pool = "/api/v1/reach/pool/people?figure=";
    let count = async |query: &str| people(&api, &analyst, &format!("{pool}{query}")).await.len();
    assert_eq!((count("contacts").await, count("reachable").await), (2, 1));
    let sms = ["contacts", "reachable", "withheld", "exhausted"];
    let mut counts = Vec::new();
    for figure in sms {
        counts.push(count(&format!("{figure}&channel=sms")).await);
    }
    assert_eq!((counts, count("contacts&channel=email").await), (vec![2, 1, 1, 0], 0));
    for (path, problem) in [
        (format!("{pool}all"), "422 invalid_request"),
        (format!("{pool}withheld"), "422 invalid_request"),
        (format!("{pool}contacts&channel=fax"), "422 invalid_request"),
        (format!("{pool}contacts&cursor=x"), "422 invalid_cursor"),
        (format!("{base}&figure=all"), "422 invalid_request"),
        (format!("{base}&figure=clicked&limit=201"), "422 invalid_request"),
        ("/api/v1/reach/funnel/people?from=2026-05-02&to=2026-05-01&figure=clicked".to_owned(), "422 invalid_request"),
    ] {
        assert_eq!(api.get(&analyst, &path).await.problem(), problem, "{path}");
    }
    let clerk = api.caller(Role::Clerk).await;
    for path in [format!("{pool}contacts"), format!("{base}&figure=clicked")] {
        assert_eq!(api.get(&clerk, &path).await.problem(), "403 forbidden");
    }
}
