//! What stands in the audit log.

use crate::fixtures::plain_customers;
use crate::support::{Caller, TestApi, on_both};
use perennial_domain::access::Role;
use perennial_store::identity::{self, IdentityRow};
use serde_json::{Value, json};

on_both!(
    changes_and_exports_are_written_down_with_who_did_them,
    what_was_refused_leaves_no_entry,
    c233_service_staff_who_export_five_thousand_phones_are_refused_on_record_and_offered_a_masked_list,
    who_is_refused_what_takes_data_out_is_written_down,
    refusals_of_a_minute_are_one_entry_and_a_count,
);

async fn changes_and_exports_are_written_down_with_who_did_them(api: TestApi) {
    let caller = api.administrator().await;
    let user = json!({ "email": "li@example.com", "name": "Li", "role": "clerk" });
    let created = api.call(&caller, "POST", "/api/v1/users", user).await.expect(201).json();
    let path = format!("/api/v1/users/{}", created["user"]["id"].as_str().unwrap());
    api.call(&caller, "PATCH", &path, json!({ "role": "analyst" })).await.expect(200);
    api.call(&caller, "POST", "/api/v1/tokens", json!({ "name": "n", "role": "clerk" })).await.expect(201);
    let answer = api.get(&caller, "/api/v1/settings").await;
    let etag = [("if-match", answer.header("etag"))];
    api.send(TestApi::request(&caller, "PUT", "/api/v1/settings", Some(&answer.json()), &etag)).await.expect(200);
    api.get(&caller, "/api/v1/exports/customers?search=li").await.expect(200);

    let page = api.get(&caller, "/api/v1/audit?limit=5").await.expect(200).json();
    let actions: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected = ["customers.exported", "settings.updated", "token.created", "user.updated", "user.created"];
    assert_eq!(actions, expected);
    let export = &page["items"][0];
    assert_eq!(export["actor"], json!({ "kind": "user", "id": export["actor"]["id"], "name": "Ann" }));
    assert_eq!(export["detail"], json!({ "customers": 0, "conditions": ["search"], "naming": "number" }));
    assert_eq!(page["items"][3]["detail"], json!({ "role": { "from": "clerk", "to": "analyst" } }));
    let text = page.to_string();
    assert!(!text.contains("li@example.com") && !text.contains("pat_"), "{text}");

    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = api.get(&caller, &format!("/api/v1/audit?cursor={cursor}")).await.expect(200).json();
    let last = rest["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["action"].as_str(), &last["actor"]["kind"]), (Some("user.created"), &json!("system")));
    assert_eq!(rest["next_cursor"], Value::Null);
}

async fn what_was_refused_leaves_no_entry(api: TestApi) {
    let clerk = api.caller(Role::Clerk).await;
    let administrator = api.caller(Role::Administrator).await;
    let before = api.get(&administrator, "/api/v1/audit").await.json()["items"].as_array().unwrap().len();
    api.get(&clerk, "/api/v1/audit").await.expect(403);
    let bad = json!({ "email": "x", "name": "", "role": "clerk" });
    api.call(&administrator, "POST", "/api/v1/users", bad).await.expect(422);
    let after = api.get(&administrator, "/api/v1/audit").await.json()["items"].as_array().unwrap().len();
    assert_eq!(before, after);
}

const PHONES: i64 = 5_000;

/// Customers with nothing but a phone number, which the shop uses as its own number too.
async fn customers_with_phones(api: &TestApi) {
    plain_customers(api, PHONES, "run_1").await;
    let identity = |number: i64, kind: &str, value: String| IdentityRow {
        kind: kind.to_owned(),
        value,
        customer_number: number,
        source: "file".to_owned(),
        first_seen_at: 0,
    };
    let rows: Vec<IdentityRow> = (1..=PHONES)
        .flat_map(|number| {
            let phone = 13_800_000_000 + number * 7_919;
            [identity(number, "phone", format!("+86{phone}")), identity(number, "customer_id", phone.to_string())]
        })
        .collect();
    let mut tx = api.app.store.write().await.unwrap();
    identity::insert_identities(&mut tx, &rows).await.unwrap();
    tx.commit().await.unwrap();
}

/// The newest entry of the log: action, detail, kind and name of who it was.
async fn newest(api: &TestApi, administrator: &Caller) -> (String, Value, String) {
    let page = api.get(administrator, "/api/v1/audit?limit=1").await.expect(200).json();
    let entry = &page["items"][0];
    let name = entry["actor"]["name"].as_str().unwrap().to_owned();
    (entry["action"].as_str().unwrap().to_owned(), entry["detail"].clone(), name)
}

async fn c233_service_staff_who_export_five_thousand_phones_are_refused_on_record_and_offered_a_masked_list(
    api: TestApi,
) {
    customers_with_phones(&api).await;
    let (service, administrator) = (api.caller(Role::Service).await, api.caller(Role::Administrator).await);
    let roles = api.get(&administrator, "/api/v1/roles").await.expect(200).json();
    assert_eq!(roles["roles"].as_array().unwrap().len(), 6);

    // Refused, and told where the masked list is.
    let refused = api.get(&service, "/api/v1/exports/customers?phones=true&min_orders=0").await;
    assert_eq!(refused.problem(), "403 forbidden");
    let problem = refused.json();
    assert_eq!(problem["right"], "customers.export");
    let instead = problem["instead"].as_str().unwrap();
    assert_eq!(instead, "/api/v1/exports/masked-customers?phones=true&min_orders=0");

    // Logged: who, and how many.
    let (action, detail, name) = newest(&api, &administrator).await;
    assert_eq!((action.as_str(), name.as_str()), ("customers.export_refused", "test service"));
    assert_eq!(detail, json!({ "right": "customers.export", "customers": PHONES, "conditions": ["orders"] }));

    // The masked list has everybody, and no number.
    let masked = api.get(&service, instead).await.expect(200);
    assert_eq!(masked.header("content-disposition"), "attachment; filename=\"masked-customers.csv\"");
    let text = masked.text();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    assert!(lines.next().unwrap().ends_with(",currency,phones"));
    let rows: Vec<&str> = lines.collect();
    assert_eq!(rows.len() as i64, PHONES);
    for (row, number) in rows.iter().zip(1..=PHONES) {
        let phone = (13_800_000_000 + number * 7_919).to_string();
        assert!(!row.contains(&phone) && row.starts_with("cus_"), "{row}");
        assert!(row.ends_with(&format!("+86{}****{}", &phone[..3], &phone[7..])), "{row}");
    }
    let (action, detail, _) = newest(&api, &administrator).await;
    assert_eq!(action, "customers.exported");
    assert_eq!(detail, json!({ "customers": PHONES, "conditions": ["orders"], "naming": "masked" }));

    // Whoever has the right gets them.
    let analyst = api.caller(Role::Analyst).await;
    let clear = api.get(&analyst, "/api/v1/exports/customers?phones=true").await.expect(200).text();
    assert!(clear.lines().nth(1).unwrap().ends_with("+8613800007919"), "{}", clear.lines().nth(1).unwrap());
    assert_eq!(newest(&api, &administrator).await.1["naming"], "phones");
    let parquet = api.get(&service, "/api/v1/exports/masked-customers?format=parquet").await.expect(200);
    assert_eq!(&parquet.bytes[..4], b"PAR1");

    // The log only grows: nothing of it can be changed or taken away, by no route and no statement.
    let document = serde_json::to_value(perennial_api::openapi()).unwrap();
    let of_log: Vec<&String> =
        document["paths"]["/api/v1/audit"].as_object().unwrap().keys().filter(|key| *key != "summary").collect();
    assert_eq!(of_log, ["get"]);
    for statement in ["UPDATE audit SET actor_name = 'x'", "DELETE FROM audit"] {
        let mut tx = api.app.store.write().await.unwrap();
        let error = perennial_store::inspect::texts(&mut tx, statement).await.unwrap_err();
        assert!(error.to_string().contains("the audit log is append-only"), "{error}");
    }
}

async fn who_is_refused_what_takes_data_out_is_written_down(api: TestApi) {
    let (clerk, sender) = (api.caller(Role::Clerk).await, api.caller(Role::Sender).await);
    let administrator = api.caller(Role::Administrator).await;
    let refused = [
        ("/api/v1/pulls/customers?cursor=x", "customers.export", "/api/v1/pulls/customers"),
        ("/api/v1/pulls/facts", "customers.export", "/api/v1/pulls/facts"),
        ("/api/v1/exports/customers/13800000000", "privacy.manage", "/api/v1/exports/customers/{id}"),
    ];
    for (path, right, route) in refused {
        api.get(&clerk, path).await.expect(403);
        let (action, detail, name) = newest(&api, &administrator).await;
        assert_eq!((action.as_str(), name.as_str()), ("customers.export_refused", "test clerk"));
        assert_eq!(detail, json!({ "right": right, "route": route }));
    }
    // What cannot be read is refused all the same, and who sees nobody is offered nothing.
    api.get(&clerk, "/api/v1/exports/customers?r=9").await.expect(403);
    assert_eq!(newest(&api, &administrator).await.1, json!({ "right": "customers.export" }));
    let refused = api.get(&sender, "/api/v1/exports/customers").await;
    assert_eq!((refused.problem().as_str(), refused.json().get("instead")), ("403 forbidden", None));
    api.get(&sender, "/api/v1/exports/masked-customers").await.expect(403);
    assert_eq!(newest(&api, &administrator).await.2, "test sender");
}

async fn refusals_of_a_minute_are_one_entry_and_a_count(api: TestApi) {
    let (clerk, service) = (api.caller(Role::Clerk).await, api.caller(Role::Service).await);
    let administrator = api.caller(Role::Administrator).await;
    let refusals = async || -> Vec<(String, Value)> {
        let page = api.get(&administrator, "/api/v1/audit?limit=200").await.expect(200).json();
        let entries = page["items"].as_array().unwrap().iter();
        let refused = entries.filter(|entry| entry["action"] == "customers.export_refused");
        refused.map(|entry| (entry["actor"]["name"].as_str().unwrap().to_owned(), entry["detail"].clone())).collect()
    };
    let since = api.app.clock.now().rfc3339();
    for place in 0..40 {
        api.get(&clerk, &format!("/api/v1/exports/customers?min_orders={place}")).await.expect(403);
        api.get(&clerk, "/api/v1/pulls/facts").await.expect(403);
    }
    api.get(&service, "/api/v1/exports/customers").await.expect(403);
    // One entry for each person and reason.
    let exports = json!({ "right": "customers.export", "customers": 0, "conditions": ["orders"] });
    let pulls = json!({ "right": "customers.export", "route": "/api/v1/pulls/facts" });
    let others = json!({ "right": "customers.export", "customers": 0, "conditions": [] });
    let first = [
        ("test service".to_owned(), others),
        ("test clerk".to_owned(), pulls.clone()),
        ("test clerk".to_owned(), exports.clone()),
    ];
    assert_eq!(refusals().await, first);
    // Before the minute is over nothing is written, and then how many more there were.
    api.clock.advance_seconds(59);
    perennial_app::audit::write_counted_refusals(&api.app).await.unwrap();
    assert_eq!(refusals().await.len(), 3);
    api.clock.advance_seconds(1);
    for _ in 0..2 {
        perennial_app::audit::write_counted_refusals(&api.app).await.unwrap();
        let more = |detail: &str| json!({ "right": "customers.export", "more": 39, "since": since, "route": detail });
        let written = refusals().await;
        assert_eq!(written.len(), 5, "who was refused once has no count");
        assert!(written[..2].contains(&("test clerk".to_owned(), more("/api/v1/pulls/facts"))), "{written:?}");
        let bare = json!({ "right": "customers.export", "more": 39, "since": since });
        assert!(written[..2].contains(&("test clerk".to_owned(), bare)), "{written:?}");
    }
    // The next minute begins with an entry again; a refusal after it tells of what was counted before, too.
    api.get(&clerk, "/api/v1/pulls/facts").await.expect(403);
    api.get(&clerk, "/api/v1/pulls/facts").await.expect(403);
    assert_eq!(refusals().await.len(), 6);
    api.clock.advance_seconds(61);
    api.get(&clerk, "/api/v1/pulls/facts").await.expect(403);
    let written = refusals().await;
    assert_eq!(written.len(), 8);
    assert_eq!(written[0].1, pulls);
    assert_eq!(written[1].1["more"], 1);
}
