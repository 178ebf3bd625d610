//! The routes that the SDKs call, as their contract has it.

use crate::support::{Answer, Caller, TestApi, on_both};
use axum::body::Body;
use axum::http::Request;
use flate2::Compression;
use flate2::write::GzEncoder;
use perennial_app::access::Actor;
use perennial_app::access::idempotency::Once;
use perennial_app::{pipeline, sources};
use perennial_domain::access::Role;
use perennial_domain::source::{SourceSettings, SourceState};
use serde_json::{Value, json};
use std::io::{Read, Write};

on_both!(
    every_route_takes_its_message_and_answers_as_the_clients_need_it,
    the_key_is_taken_from_the_header_or_the_body,
    a_batch_is_kept_once_however_often_it_is_sent,
    two_sources_may_use_the_same_message_id,
    packed_bodies_are_unpacked_within_bounds,
    what_is_too_large_or_no_json_is_refused_with_code_and_message,
    a_rate_limit_answers_429_with_both_headers,
    browsers_of_any_site_may_call_and_nothing_redirects,
    settings_and_pixel_serve_their_clients,
    sites_of_anybody_load_our_sdk_from_here,
    a_tracked_life_is_seen_in_profile_and_timeline,
    an_order_is_counted_once_and_given_back,
    what_takes_an_order_back_may_come_before_it_and_gives_back_what_is_left,
    what_another_process_does_to_a_source_is_seen,
    messages_that_come_at_once_share_their_commits_and_none_is_lost,
);

/// Of an answer that shows a key.
pub trait KeyOf {
    fn key(&self) -> String;
}

impl KeyOf for Value {
    fn key(&self) -> String {
        self["write_key"].as_str().unwrap().to_owned()
    }
}

pub async fn source(api: &TestApi, name: &str) -> (String, String) {
    source_with(api, SourceSettings::named(name)).await
}

/// Id and write key.
pub async fn source_with(api: &TestApi, settings: SourceSettings) -> (String, String) {
    let new = sources::create_source(&api.app, &Actor::System("test"), settings, &Once::unkeyed()).await.unwrap();
    (new.source.id, new.write_key)
}

pub async fn track(api: &TestApi, key: &str, message_id: &str) -> Answer {
    let body = json!({ "writeKey": key, "userId": "u1", "event": "Seen", "messageId": message_id });
    api.call(&Caller::default(), "POST", "/v1/track", body).await
}

async fn post(api: &TestApi, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::post(path).header("host", "perennial.test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    api.send(request.body(body.into()).unwrap()).await
}

async fn counts(api: &TestApi) -> (i64, i64, i64) {
    let counts = sources::facts_count(&api.app, &Actor::System("test")).await.unwrap();
    (counts.accepted, counts.duplicates, counts.refused)
}

async fn move_on(api: &TestApi) {
    pipeline::apply_all(&api.app).await.unwrap();
    pipeline::hand_over(&api.app).await.unwrap();
}

fn is_success(answer: &Answer) -> bool {
    answer.status == 200 && answer.header("content-type") == "application/json" && answer.text() == "{\"success\":true}"
}

async fn every_route_takes_its_message_and_answers_as_the_clients_need_it(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let message = |path: &str| json!({ "writeKey": key, "userId": "u1", "messageId": path, "event": "E", "groupId": "g", "previousId": "p" });
    let single = ["track", "identify", "page", "screen", "group", "alias", "t", "i", "p", "s", "g", "a"];
    for name in single {
        let path = format!("/v1/{name}");
        // Browsers call JSON `text/plain`.
        for kind in ["application/json", "text/plain", "text/plain;charset=UTF-8"] {
            let answer = post(&api, &path, &[("content-type", kind)], message(&path).to_string()).await;
            assert!(is_success(&answer), "{path} {kind}: {} {}", answer.status, answer.text());
        }
    }
    for name in ["batch", "import", "b"] {
        let path = format!("/v1/{name}");
        let body = json!({ "writeKey": key, "batch": [{ "type": "page", "userId": "u1", "messageId": path }] });
        assert!(is_success(&post(&api, &path, &[], body.to_string()).await), "{path}");
        let empty = json!({ "writeKey": key, "batch": [] });
        assert!(is_success(&post(&api, &path, &[], empty.to_string()).await), "{path}: nothing is kept for sure");
    }
    assert!(is_success(&post(&api, "/v1/m", &[], "{\"series\":[]}").await));
    assert_eq!(counts(&api).await, (15, 24, 0));
}

async fn the_key_is_taken_from_the_header_or_the_body(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let basic = |text: &str| {
        let encoded = perennial_app::access::base64url_encode(text.as_bytes()).replace('-', "+").replace('_', "/");
        format!("Basic {encoded}{}", "=".repeat((4 - encoded.len() % 4) % 4))
    };
    let event = |id: &str| json!({ "type": "page", "userId": "u", "messageId": id });
    let bare = json!({ "batch": [event("a")] }).to_string();
    post(&api, "/v1/batch", &[("authorization", &basic(&format!("{key}:")))], bare.clone()).await.expect(200);
    let with_key = json!({ "batch": [event("b")], "writeKey": key }).to_string();
    post(&api, "/v1/batch", &[("authorization", "Bearer an-oauth-token")], with_key.clone()).await.expect(200);
    post(&api, "/v1/batch", &[("authorization", &basic(&format!("{key}:")))], with_key).await.expect(200);
    let refused = [
        post(&api, "/v1/batch", &[], bare.clone()).await,
        post(&api, "/v1/batch", &[("authorization", &basic("wk_nobody:"))], bare.clone()).await,
        post(&api, "/v1/batch", &[("authorization", &basic(&key))], bare.clone()).await,
        post(&api, "/v1/track", &[], json!({ "writeKey": "wk_nobody", "userId": "u", "event": "E" }).to_string()).await,
    ];
    let codes: Vec<(u16, String)> = refused
        .iter()
        .map(|answer| (answer.status.as_u16(), answer.json()["code"].as_str().unwrap().to_owned()))
        .collect();
    let expected = ["no_write_key", "invalid_write_key", "no_write_key", "invalid_write_key"];
    assert_eq!(codes, expected.map(|code| (400, code.to_owned())));
    assert!(refused.iter().all(|answer| answer.json()["message"].is_string()));
    assert_eq!(counts(&api).await, (2, 1, 0));
}

async fn a_batch_is_kept_once_however_often_it_is_sent(api: TestApi) {
    let (id, key) = source(&api, "shop").await;
    let event = |place: usize| json!({ "type": "track", "event": "E", "userId": format!("u{place}"), "messageId": format!("m{}", place % 90) });
    let batch = json!({ "writeKey": key, "batch": (0..100).map(event).collect::<Vec<_>>() }).to_string();
    for _ in 0..3 {
        post(&api, "/v1/batch", &[], batch.clone()).await.expect(200);
    }
    assert_eq!(counts(&api).await, (90, 210, 0));
    move_on(&api).await;
    let facts = api.app.history.stats().await.unwrap().facts;
    assert_eq!(facts, 90);
    // Also when the journal no longer has it, and up to a month later.
    api.clock.advance_days(31);
    perennial_app::tracking::forget_old_messages(&api.app).await.unwrap();
    post(&api, "/v1/batch", &[], batch.clone()).await.expect(200);
    assert_eq!(counts(&api).await, (90, 310, 0));
    api.clock.advance_days(2);
    assert_eq!(perennial_app::tracking::forget_old_messages(&api.app).await.unwrap(), 90);
    let caller = api.caller(Role::Operator).await;
    let days = api.get(&caller, &format!("/api/v1/sources/{id}")).await.expect(200).json()["days"].clone();
    assert_eq!(days.as_array().unwrap().len(), 1, "the first day is more than thirty days ago");
    assert_eq!((days[0]["day"].as_str(), days[0]["counts"]["duplicates"].as_i64()), (Some("2026-12-22"), Some(100)));
}

async fn two_sources_may_use_the_same_message_id(api: TestApi) {
    let ((_, one), (_, other)) = (source(&api, "shop").await, source(&api, "app").await);
    track(&api, &one, "m").await.expect(200);
    track(&api, &other, "m").await.expect(200);
    track(&api, &one, "m").await.expect(200);
    assert_eq!(counts(&api).await, (2, 1, 0));
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

async fn packed_bodies_are_unpacked_within_bounds(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let packed = [("content-encoding", "gzip"), ("content-type", "application/json")];
    let body = json!({ "writeKey": key, "batch": [{ "type": "page", "userId": "u" }] }).to_string();
    assert!(is_success(&post(&api, "/v1/batch", &packed, gzip(body.as_bytes())).await));
    assert!(is_success(&post(&api, "/v1/batch", &[("content-encoding", "identity")], body.clone()).await));
    let bomb = gzip(&vec![b' '; 100_000_000]);
    assert!(bomb.len() < 500 * 1024, "{}", bomb.len());
    let refused = [
        (post(&api, "/v1/batch", &packed, bomb).await, "too_large"),
        (post(&api, "/v1/batch", &packed, body.clone()).await, "invalid_gzip"),
        (post(&api, "/v1/batch", &packed, gzip(body.as_bytes())[..20].to_vec()).await, "invalid_gzip"),
        (post(&api, "/v1/batch", &[("content-encoding", "br")], body).await, "unsupported_encoding"),
    ];
    for (answer, code) in refused {
        assert_eq!(answer.expect(400).json()["code"], code);
    }
    assert_eq!(counts(&api).await, (2, 0, 0));
}

async fn what_is_too_large_or_no_json_is_refused_with_code_and_message(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let filled = |bytes: usize| json!({ "writeKey": key, "userId": "u", "event": "E", "properties": { "x": "y".repeat(bytes) } });
    post(&api, "/v1/track", &[], filled(32_000).to_string()).await.expect(200);
    let basic = format!("Basic {}", perennial_app::access::base64url_encode(format!("{key}:").as_bytes()));
    let with_key = [("authorization", basic.as_str())];
    let refused = [
        (post(&api, "/v1/track", &[], filled(34_000).to_string()).await, "too_large"),
        (
            post(&api, "/v1/batch", &[], json!({ "writeKey": key, "batch": [filled(600_000)] }).to_string()).await,
            "too_large",
        ),
        (
            post(&api, "/v1/batch", &with_key, format!("{{\"batch\":[{}]}}", vec!["1"; 2_501].join(","))).await,
            "too_many_events",
        ),
        (post(&api, "/v1/track", &with_key, "{\"event\":").await, "invalid_json"),
        (post(&api, "/v1/batch", &with_key, "{\"event\":\"E\"}").await, "no_batch"),
        (post(&api, "/v1/batch", &[], vec![0xFF, 0xFE, 0x00]).await, "invalid_json"),
        (post(&api, "/v1/batch", &[], "").await, "invalid_json"),
    ];
    for (answer, code) in refused {
        let body = answer.expect(400).json();
        assert_eq!(body["code"], code);
        assert!(body["message"].is_string());
    }
    assert_eq!(counts(&api).await, (1, 0, 3), "where the header says whose it is, the source's log says that it came");
    let mut events = vec![json!({ "type": "page", "userId": "u" }); 2];
    events.push(json!({ "type": "page", "userId": "u", "name": "x".repeat(33_000) }));
    post(&api, "/v1/batch", &[], json!({ "writeKey": key, "batch": events }).to_string()).await.expect(200);
    assert_eq!(counts(&api).await, (3, 0, 4), "one large message does not take the others with it");
}

async fn a_rate_limit_answers_429_with_both_headers(api: TestApi) {
    let limited = SourceSettings { rate_limit: Some(10), ..SourceSettings::named("shop") };
    let (_, key) = source_with(&api, limited).await;
    for place in 0..10 {
        track(&api, &key, &format!("m{place}")).await.expect(200);
    }
    let refused = track(&api, &key, "m10").await.expect(429);
    assert_eq!((refused.header("retry-after"), refused.header("x-ratelimit-reset")), ("1", "1"));
    assert_eq!(refused.json()["code"], "too_much");
    api.clock.advance_seconds(1);
    track(&api, &key, "m10").await.expect(200);
    assert_eq!(counts(&api).await, (11, 0, 0));
}

async fn browsers_of_any_site_may_call_and_nothing_redirects(api: TestApi) {
    let paths = ["/v1/track", "/v1/t", "/v1/batch", "/v1/b", "/v1/m", "/v1/projects/x/settings", "/v1/nothing"];
    for path in paths {
        let request = Request::options(path)
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type,x-retry-count");
        let answer = api.send(request.body(Body::empty()).unwrap()).await.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        for name in ["authorization", "content-type", "x-retry-count"] {
            assert!(answer.header("access-control-allow-headers").contains(name), "{path}");
        }
        assert!(answer.header("access-control-allow-methods").contains("POST"));
    }
    let (_, key) = source(&api, "shop").await;
    let body = json!({ "writeKey": key, "userId": "u", "event": "E" });
    let foreign = [("origin", "https://evil.test"), ("sec-fetch-site", "cross-site")];
    let answer = post(&api, "/v1/track", &foreign, body.to_string()).await.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    for path in ["/v1", "/v1/", "/v1/track/", "/v1/batch/", "/v1/nothing", "/v1/pixel/nothing"] {
        for request in [Request::post(path), Request::get(path)] {
            let answer = api.send(request.body(Body::from(body.to_string())).unwrap()).await;
            let status = answer.status.as_u16();
            assert!(status == 404 || status == 405, "{path}: {status}");
        }
    }
    assert_eq!(api.send(Request::get("/v1/track").body(Body::empty()).unwrap()).await.status.as_u16(), 405);
}

async fn settings_and_pixel_serve_their_clients(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let path = format!("/v1/projects/{key}/settings");
    let settings = api.get(&Caller::default(), &path).await.expect(200).json();
    let segment = &settings["integrations"]["Segment.io"];
    assert_eq!(
        (segment["apiKey"].as_str(), segment["apiHost"].as_str()),
        (Some(key.as_str()), Some("perennial.test/v1"))
    );
    assert_eq!(segment["protocol"], "http");
    let unknown = api.get(&Caller::default(), "/v1/projects/wk_nobody/settings").await.expect(404);
    assert_eq!(unknown.json()["code"], "invalid_write_key");

    let message =
        json!({ "writeKey": key, "anonymousId": "a?>~", "event": "Mail Opened", "messageId": "p1" }).to_string();
    let data = perennial_app::access::base64url_encode(message.as_bytes());
    let escaped = data.replace('-', "%2B").replace('_', "/");
    for (data, accepted) in [(data.as_str(), 1), (escaped.as_str(), 1)] {
        let answer = api.get(&Caller::default(), &format!("/v1/pixel/track?data={data}")).await.expect(200);
        assert_eq!((answer.header("content-type"), &answer.bytes[..6]), ("image/gif", &b"GIF89a"[..]));
        assert_eq!(counts(&api).await.0, accepted);
    }
    for query in ["", "?data=", "?data=%25", "?data=AAAA"] {
        api.get(&Caller::default(), &format!("/v1/pixel/track{query}")).await.expect(400);
    }
    let behind = api.behind_proxy();
    let headers = [("x-forwarded-host", "track.example"), ("x-forwarded-proto", "https")];
    let request = TestApi::request(&Caller::default(), "GET", &path, None, &headers);
    let settings = behind.send(request).await.expect(200).json();
    let segment = &settings["integrations"]["Segment.io"];
    assert_eq!((segment["apiHost"].as_str(), segment["protocol"].as_str()), (Some("track.example/v1"), Some("https")));
}

async fn sites_of_anybody_load_our_sdk_from_here(api: TestApi) {
    let script = include_str!("../../../../sdk/js/perennial.js");
    let plain = api.get(&Caller::default(), "/v1/perennial.js").await.expect(200);
    assert_eq!(plain.bytes, script.as_bytes());
    assert!(plain.header("content-type").starts_with("text/javascript"));
    assert_eq!(plain.header("cache-control"), "public, max-age=3600");
    let request = Request::get("/v1/perennial.js").header("accept-encoding", "br, gzip").body(Body::empty()).unwrap();
    let packed = api.send(request).await.expect(200);
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "accept-encoding"));
    assert!(packed.bytes.len() <= 5 * 1_024, "{} bytes", packed.bytes.len());
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(packed.bytes.as_slice()).read_to_string(&mut unpacked).unwrap();
    assert_eq!(unpacked, script);
}

async fn customer(api: &TestApi, identifier: &str) -> (String, Value) {
    let system = Actor::System("test");
    let number = perennial_app::customers::find_customer(&api.app, &system, identifier).await.unwrap();
    let caller = api.caller(Role::Clerk).await;
    let path = format!("/api/v1/customers/{}", number.public_id());
    let profile = api.get(&caller, &path).await.expect(200).json();
    (path, profile)
}

async fn a_tracked_life_is_seen_in_profile_and_timeline(api: TestApi) {
    let (id, key) = source(&api, "shop").await;
    let batch = json!({ "writeKey": key, "sentAt": "2026-11-21T08:00:00Z", "batch": [
        { "type": "page", "messageId": "m1", "anonymousId": "a1", "name": "Home", "timestamp": "2026-11-21T07:00:00Z" },
        { "type": "track", "messageId": "m2", "anonymousId": "a1", "event": "Product Viewed", "properties": { "sku": "A" },
          "timestamp": "2026-11-21T07:01:00Z", "context": { "campaign": { "source": "wechat" }, "page": { "path": "/a" } } },
        { "type": "identify", "messageId": "m3", "anonymousId": "a1", "userId": "u1", "timestamp": "2026-11-21T07:02:00Z",
          "traits": { "email": "Ann@Example.com", "name": "Ann", "plan": "gold" } },
        // Somebody else signs in at the same device.
        { "type": "identify", "messageId": "m4", "anonymousId": "a1", "userId": "u2", "timestamp": "2026-11-21T07:03:00Z" },
        { "type": "track", "messageId": "m5", "userId": "u1", "anonymousId": "a2", "event": "Seen", "timestamp": "2026-11-21T07:04:00Z" },
    ] });
    post(&api, "/v1/batch", &[], batch.to_string()).await.expect(200);
    move_on(&api).await;
    let (path, ann) = customer(&api, "ann@example.com").await;
    let identities: Vec<(&str, &str, &str)> = ann["identities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["type"].as_str().unwrap(), one["value"].as_str().unwrap(), one["source"].as_str().unwrap()))
        .collect();
    let source = id.as_str();
    assert_eq!(
        identities,
        [
            ("user_id", "u1", source),
            ("email", "ann@example.com", source),
            ("anonymous_id", "a1", source),
            ("anonymous_id", "a2", source)
        ]
    );
    assert_eq!((ann["row"]["display_name"].as_str(), ann["row"]["orders"].as_i64()), (Some("Ann"), Some(0)));
    let traits: Vec<(&str, &str, &str)> = ann["traits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["value"].as_str().unwrap(), one["at"].as_str().unwrap()))
        .collect();
    assert_eq!(traits, [("name", "Ann", "2026-11-21T07:02:00Z"), ("plan", "gold", "2026-11-21T07:02:00Z")]);
    let activity = json!({ "events": 4, "first_at": "2026-11-21T07:00:00Z", "last_at": "2026-11-21T07:04:00Z" });
    assert_eq!(ann["activity"], activity);
    for other in ["u1", "a2", "a1", " ANN@example.com "] {
        assert_eq!(customer(&api, other).await.0, path, "{other}");
    }
    let (second, other) = customer(&api, "u2").await;
    assert_ne!(second, path, "two who sign in at one device stay two");
    assert_eq!(other["conflicts"][0]["value"], "a1");
    assert_eq!(other["activity"]["events"], 1);

    let caller = api.caller(Role::Clerk).await;
    let timeline = api.get(&caller, &format!("{path}/timeline")).await.expect(200).json();
    let shown: Vec<(&str, &str)> = timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["kind"].as_str().unwrap(), one["title"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, [("event", "Seen"), ("identify", "name, plan"), ("event", "Product Viewed"), ("page", "Home")]);
    let message = &timeline["items"][2]["message"];
    assert_eq!(
        (message["properties"].as_str(), message["campaign_source"].as_str()),
        (Some("{\"sku\":\"A\"}"), Some("wechat"))
    );
    assert_eq!((message["page_path"].as_str(), message["message_id"].as_str()), (Some("/a"), Some("m2")));
    assert_eq!(message["received_at"], "2026-11-21T08:00:00Z");
    let only = api.get(&caller, &format!("{path}/timeline?kind=page,screen")).await.expect(200).json();
    assert_eq!(only["items"].as_array().unwrap().len(), 1);
}

async fn an_order_is_counted_once_and_given_back(api: TestApi) {
    let (id, key) = source(&api, "shop").await;
    let mut sent = 0;
    let mut event = |name: &str, properties: Value| {
        sent += 1;
        json!({ "writeKey": key, "userId": "u1", "event": name, "messageId": format!("m{sent}"), "properties": properties }).to_string()
    };
    let order = json!({ "order_id": "O1", "total": 30, "currency": "USD", "products": [{ "sku": "A", "price": 12.5, "quantity": 2 }] });
    let told = [
        event("Product Viewed", json!({ "sku": "A", "price": 12.5 })),
        event("Order Completed", order.clone()),
        // Told by a web hook and by the page: two messages, one order.
        event("Order Completed", order),
        event("Order Completed", json!({ "order_id": "O2", "total": 20 })),
        event("Order Completed", json!({ "order_id": "O3", "total": 99, "currency": "EUR" })),
        event("Order Refunded", json!({ "order_id": "O1", "total": 5 })),
        event("Order Cancelled", json!({ "order_id": "O2" })),
        event("Order Completed", json!({ "total": 7 })),
    ];
    for body in told {
        post(&api, "/v1/track", &[], body).await.expect(200);
    }
    assert_eq!(counts(&api).await, (8, 0, 0));
    move_on(&api).await;
    let (path, profile) = customer(&api, "u1").await;
    let row = &profile["row"];
    assert_eq!((row["orders"].as_i64(), row["gross_sales"]["minor"].as_i64()), (Some(2), Some(5_000)));
    assert_eq!((row["refunds"]["minor"].as_i64(), row["revenue"]["minor"].as_i64()), (Some(2_500), Some(2_500)));
    assert_eq!(row["revenue"]["currency"], "USD");
    let caller = api.caller(Role::Clerk).await;
    let timeline = api.get(&caller, &format!("{path}/timeline?kind=order,refund,event")).await.expect(200).json();
    let mut kinds: Vec<&str> =
        timeline["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["event", "event", "event", "order", "order", "refund", "refund"]);
    let system = Actor::System("test");
    let log = sources::source_log(&api.app, &system, &id, sources::LogQuery::default(), 50).await.unwrap();
    let mut notes: Vec<String> = log.entries.into_iter().filter_map(|entry| entry.reason).collect();
    notes.sort_unstable();
    assert_eq!(notes, ["currency_differs", "order_without_id"]);
    let settings = api.get(&caller, "/api/v1/settings").await.expect(200).json();
    assert_eq!((settings["currency"].as_str(), settings["currency_locked"].as_bool()), (Some("USD"), Some(true)));

    // Looking is not buying: the value of this life is that of its orders.
    perennial_app::value::run_now(&api.app, &perennial_app::value::ValueRequest::default()).await.unwrap();
    let analyst = api.caller(Role::Analyst).await;
    let value = api.get(&analyst, "/api/v1/value").await.expect(200).json();
    assert_eq!((value["customers"].as_u64(), value["totals"]["current"]["minor"].as_i64()), (Some(1), Some(2_500)));
}

async fn what_takes_an_order_back_may_come_before_it_and_gives_back_what_is_left(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let mut sent = 0;
    let mut event = |name: &str, properties: Value| {
        sent += 1;
        let at = format!("2026-11-20T08:{sent:02}:00Z");
        json!({ "writeKey": key, "userId": "u1", "event": name, "messageId": format!("m{sent}"), "timestamp": at, "properties": properties }).to_string()
    };
    let products = json!([{ "sku": "A", "price": 100 }, { "sku": "B", "price": 60 }]);
    let told = [
        (event("Order Cancelled", json!({ "order_id": "O1" })), (0, 0, 0)),
        (event("Order Completed", json!({ "order_id": "O1", "products": products })), (1, 16_000, 16_000)),
        (event("Order Cancelled", json!({ "order_id": "O1" })), (1, 16_000, 16_000)),
        (event("Order Completed", json!({ "order_id": "O2", "products": products })), (2, 32_000, 16_000)),
        (
            event("Order Refunded", json!({ "order_id": "O2", "products": [{ "sku": "A", "price": 100 }] })),
            (2, 32_000, 26_000),
        ),
        (event("Order Refunded", json!({ "order_id": "O2" })), (2, 32_000, 32_000)),
        (event("Order Refunded", json!({ "order_id": "O2" })), (2, 32_000, 32_000)),
    ];
    for (body, expected) in told {
        post(&api, "/v1/track", &[], body.clone()).await.expect(200);
        move_on(&api).await;
        let row = customer(&api, "u1").await.1["row"].clone();
        let minor = |name: &str| row[name]["minor"].as_i64().unwrap_or(0);
        assert_eq!((row["orders"].as_i64().unwrap(), minor("gross_sales"), minor("refunds")), expected, "{body}");
    }
    let totals =
        perennial_app::value::run_now(&api.app, &perennial_app::value::ValueRequest::default()).await.unwrap().totals;
    assert_eq!(totals.historical_minor + totals.current_minor, 0);
}

async fn what_another_process_does_to_a_source_is_seen(api: TestApi) {
    let (id, key) = source(&api, "shop").await;
    track(&api, &key, "m1").await.expect(200);
    // Made and changed by the command line: nobody tells the server.
    let (_, new) = source(&api, "app").await;
    track(&api, &new, "m1").await.expect(200);
    let system = Actor::System("test");
    sources::set_state(&api.app, &system, &id, SourceState::Paused).await.unwrap();
    api.clock.advance_seconds(1);
    assert_eq!(track(&api, &key, "m2").await.expect(400).json()["code"], "source_paused");
    track(&api, &new, "m2").await.expect(200);
    assert_eq!(track(&api, "wk_nobody", "m2").await.expect(400).json()["code"], "invalid_write_key");
}

async fn messages_that_come_at_once_share_their_commits_and_none_is_lost(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let mut waiting = Vec::new();
    for place in 0..200 {
        waiting.push(track_owned(&api, key.clone(), format!("m{}", place % 150)));
    }
    let answers = futures_util::future::join_all(waiting).await;
    assert!(answers.iter().all(is_success));
    assert_eq!(counts(&api).await, (150, 50, 0));
    let mut tx = api.app.store.read().await.unwrap();
    let blocks = perennial_store::journal::counts(&mut tx).await.unwrap();
    assert_eq!(blocks.accepted_facts, 150);
    assert!(blocks.accepted_blocks < 150, "{} commits for 200 requests", blocks.accepted_blocks);
}

async fn track_owned(api: &TestApi, key: String, message_id: String) -> Answer {
    track(api, &key, &message_id).await
}
