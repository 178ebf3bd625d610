//! A clerk's own code: a walk-in scans it, fills in the form behind it on the own phone, and is the clerk's.

use crate::clerks::{clerk, event, five_yuan, own_statement, phone, rule};
use crate::stores::{region, store};
use crate::support::{Answer, Caller, TestApi, coming_from, on_both};
use perennial_app::pipeline;
use perennial_domain::time::MICROS_PER_DAY;
use serde_json::{Value, json};

on_both!(
    c15_a_walk_in_who_scans_the_clerks_code_and_tells_a_number_is_signed_up_and_the_counter_rises_at_once,
    a_code_leads_to_where_its_clerk_is_and_to_nothing_while_in_no_store,
);

fn words(text: &str) -> Value {
    json!({ "zh": format!("{text}（中）"), "en": text })
}

/// Asks for a number and for a consent, and nothing else.
async fn form(api: &TestApi, administrator: &Caller) -> Value {
    let purpose = json!({ "name": "Marketing", "channels": ["sms"] });
    api.call(administrator, "PUT", "/api/v1/consent-purposes/marketing", purpose).await;
    for (version, locale) in [("v1-zh", "zh-CN"), ("v1-en", "en")] {
        let text = json!({ "version": version, "locale": locale, "text": "I agree" });
        api.call(administrator, "POST", "/api/v1/consent-purposes/marketing/texts", text).await.expect(201);
    }
    let body = json!({
        "name": "Join", "title": words("Join us"), "touch_point": "store", "clerk_script": words("Three taps, and 50 yuan off"),
        "fields": [{ "name": "phone", "kind": "phone", "label": words("Number"), "is_required": true }],
        "consents": [{ "name": "news", "purpose": "marketing", "text_zh": "v1-zh", "text_en": "v1-en" }],
    });
    api.call(administrator, "POST", "/api/v1/forms", body).await.expect(201).json()
}

async fn own(api: &TestApi, clerk: &Caller) -> Value {
    api.get(clerk, "/api/v1/clerk").await.expect(200).json()
}

/// What of the link the server is asked for.
fn path_of(code: &Value) -> String {
    let link = code["link"].as_str().unwrap();
    link[link.find("/f/").unwrap()..].to_owned()
}

async fn send(api: &TestApi, path: &str, id: usize, phone: &str) -> Answer {
    let now = api.app.clock.now().rfc3339();
    let body = json!({ "id": format!("submission-{id:08}"), "version": 1, "language": "en", "answers": { "phone": phone },
        "agreed": ["news"], "filled_at": now, "sent_at": now });
    let answer =
        api.send(coming_from(TestApi::request(&Caller::default(), "POST", path, Some(&body), &[]), "203.0.113.9:1"));
    let answer = answer.await;
    pipeline::apply_all(&api.app).await.unwrap();
    answer
}

async fn c15_a_walk_in_who_scans_the_clerks_code_and_tells_a_number_is_signed_up_and_the_counter_rises_at_once(
    api: TestApi,
) {
    let administrator = api.administrator().await;
    let home = region(&api, &administrator, "Home", None).await;
    let shop = store(&api, &administrator, "S12", &home).await;
    let (li, row) = clerk(&api, &administrator, "li", &shop).await;
    assert_eq!(own(&api, &li).await["codes"], json!([]), "no form is for clerks");
    let made = form(&api, &administrator).await;
    rule(&api, &administrator, five_yuan()).await;
    // The clerk has the picture, and what to say.
    let codes = own(&api, &li).await["codes"].clone();
    let code = &codes[0];
    let expected = format!("{}/by/{}", made["path"].as_str().unwrap(), row["code"].as_str().unwrap());
    let path = path_of(code);
    assert_eq!((codes.as_array().unwrap().len(), path.as_str()), (1, expected.as_str()));
    assert_eq!(code["script"]["en"], "Three taps, and 50 yuan off");
    assert!(code["picture"].as_str().unwrap().starts_with("<svg "));
    // The walk-in opens it: a number, a box, a button.
    let page = api.get(&Caller::default(), &path.to_lowercase()).await.expect(200).text();
    assert!(
        page.contains("Join us") && page.contains("\"is_open\":true") && page.contains("\"counter\":null"),
        "{page}"
    );
    let taken = send(&api, &path, 1, &phone(1)).await.expect(200);
    assert!(taken.header("set-cookie").starts_with("perennial_visitor="), "it is the walk-in's own device");
    let now = own(&api, &li).await;
    assert_eq!((&now["sign_ups_today"], now["today"].as_array().unwrap().len()), (&json!(1), 1));
    let customer = now["today"][0]["customer"]["id"].as_str().unwrap().to_owned();
    let consents = api.get(&li, &format!("/api/v1/customers/{customer}/consents")).await.expect(200).text();
    assert!(consents.contains("v1-en"), "{consents}");
    assert_eq!(own_statement(&api, &li).await["amount"]["minor"], 500);
    // Sent once more, told again by the same person, and by who is known already: nobody new.
    send(&api, &path, 1, &phone(1)).await.expect(200);
    send(&api, &path, 2, &phone(1)).await.expect(200);
    event(&api, "Followed", &phone(2), api.app.clock.now()).await;
    send(&api, &path, 3, &phone(2)).await.expect(200);
    assert_eq!(own(&api, &li).await["sign_ups_today"], 1);
    // Whoever is seen by a device only is new.
    let site = json!({ "name": "Join", "touch_point": "website", "target": "https://shop.example/" });
    let scanned =
        api.call(&administrator, "POST", "/api/v1/codes", json!({ "codes": [site] })).await.expect(201).json();
    let slug = scanned["items"][0]["path"].as_str().unwrap().to_owned();
    let scan = coming_from(TestApi::request(&Caller::default(), "GET", &slug, None, &[]), "203.0.113.9:1");
    let cookie = api.send(scan).await.header("set-cookie").split(';').next().unwrap().to_owned();
    pipeline::apply_all(&api.app).await.unwrap();
    let now = api.app.clock.now();
    let body = json!({ "id": "submission-00000004", "version": 1, "language": "en", "answers": { "phone": phone(4) },
        "filled_at": now.rfc3339(), "sent_at": now.rfc3339() });
    let request = TestApi::request(&Caller::default(), "POST", &path, Some(&body), &[("cookie", &cookie)]);
    api.send(coming_from(request, "203.0.113.9:1")).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
    assert_eq!(own(&api, &li).await["sign_ups_today"], 2);
    // What it earned is taken back like any other sign-up's.
    let soon = perennial_domain::time::Instant(api.app.clock.now().0 + 3 * MICROS_PER_DAY);
    event(&api, "Unfollowed", &phone(1), soon).await;
    let statement = own_statement(&api, &li).await;
    assert_eq!(
        (&statement["awards"], &statement["reversals"], &statement["amount"]["minor"]),
        (&json!(2), &json!(1), &json!(500))
    );
}

async fn a_code_leads_to_where_its_clerk_is_and_to_nothing_while_in_no_store(api: TestApi) {
    let administrator = api.administrator().await;
    let home = region(&api, &administrator, "Home", None).await;
    let (first, second) =
        (store(&api, &administrator, "S12", &home).await, store(&api, &administrator, "S15", &home).await);
    let (li, row) = clerk(&api, &administrator, "li", &first).await;
    form(&api, &administrator).await;
    let path = path_of(&own(&api, &li).await["codes"][0]);
    send(&api, &path, 1, &phone(1)).await.expect(200);
    let move_to = async |store: Option<&str>| {
        api.clock.advance_seconds(60);
        let path = format!("/api/v1/clerks/{}/store", row["id"].as_str().unwrap());
        api.call(&administrator, "PUT", &path, json!({ "store": store })).await.expect(200);
        api.clock.advance_seconds(60);
    };
    move_to(Some(&second)).await;
    send(&api, &path, 2, &phone(2)).await.expect(200);
    let places = api.get(&administrator, "/api/v1/places").await.expect(200).json();
    let of = |id: &str| {
        let items = places["items"].as_array().unwrap();
        items.iter().find(|item| item["place"]["id"] == id).unwrap()["customers"].clone()
    };
    assert_eq!([of(&first), of(&second)], [json!(1), json!(1)], "each belongs to the store of then");
    // What was filled in before the clerk left is taken, what comes later is not.
    move_to(None).await;
    assert_eq!(own(&api, &li).await["codes"], json!([]));
    let page = api.get(&Caller::default(), &path).await.expect(200).text();
    assert!(page.contains("\"is_open\":false"), "{page}");
    assert_eq!(send(&api, &path, 3, &phone(3)).await.problem(), "409 conflict");
    let nobody = format!("{}/by/22222222", path.split("/by/").next().unwrap());
    for unknown in [nobody.as_str(), &nobody[..nobody.len() - 1]] {
        assert_eq!(api.get(&Caller::default(), unknown).await.status, 404);
        assert_eq!(send(&api, unknown, 4, &phone(4)).await.problem(), "404 not_found");
    }
    // A form that is not for clerks is closed to their codes.
    move_to(Some(&first)).await;
    let listed = api.get(&administrator, "/api/v1/forms").await.expect(200).json();
    let mut next = listed["items"][0]["settings"].clone();
    next["clerk_script"] = Value::Null;
    let own_path = format!("/api/v1/forms/{}", listed["items"][0]["id"].as_str().unwrap());
    let put = TestApi::request(&administrator, "PUT", &own_path, Some(&next), &[("if-match", "\"1\"")]);
    api.send(put).await.expect(200);
    assert_eq!(own(&api, &li).await["codes"], json!([]));
    assert_eq!(send(&api, &path, 5, &phone(5)).await.problem(), "409 conflict");
}
