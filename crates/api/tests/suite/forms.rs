//! Forms by HTTP: made once, shown to anybody, filled in, counted.

use crate::support::{Answer, Caller, TestApi, coming_from, on_both};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_form_is_made_changed_and_closed_by_its_version,
    the_page_has_all_that_it_needs_and_may_load_nothing_else,
    what_is_filled_in_is_taken_once_and_said_by_field,
    a_counter_has_a_page_of_its_own_and_counts,
    the_list_counts_answers_and_shares_say_what_was_chosen,
    each_post_with_a_key_has_one_effect_and_rights_are_asked,
    a_network_that_sends_too_much_is_told_to_wait,
);

fn words(text: &str) -> Value {
    json!({ "zh": format!("{text}（中）"), "en": text })
}

fn form() -> Value {
    let field = |name: &str, kind: &str| json!({ "name": name, "kind": kind, "label": words(name) });
    let mut fields =
        vec![field("phone", "phone"), field("name", "text"), field("city", "text"), field("wish", "choices")];
    fields[0]["is_required"] = json!(true);
    fields[3]["choices"] =
        json!([{ "value": "tea", "label": words("Tea") }, { "value": "silk", "label": words("Silk") }]);
    json!({ "name": "Delivery", "title": words("Deliver </script> & <b>"), "thanks": words("Thank you"), "fields": fields,
        "touch_point": "store", "campaign": "spring" })
}

async fn made(api: &TestApi, caller: &Caller) -> Value {
    api.call(caller, "POST", "/api/v1/forms", form()).await.expect(201).json()
}

async fn open(api: &TestApi, path: &str, headers: &[(&str, &str)]) -> Answer {
    api.send(coming_from(TestApi::request(&Caller::default(), "GET", path, None, headers), "203.0.113.9:1")).await
}

async fn send(api: &TestApi, path: &str, body: &Value, address: &str) -> Answer {
    api.send(coming_from(TestApi::request(&Caller::default(), "POST", path, Some(body), &[]), address)).await
}

fn filled(id: usize, answers: Value) -> Value {
    json!({ "id": format!("submission-{id:08}"), "version": 1, "language": "zh-CN", "answers": answers,
        "filled_at": "2026-11-21T08:00:00Z", "sent_at": "2026-11-21T08:00:00Z" })
}

fn pointers(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.problem(), "422 invalid_request");
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect()
}

async fn a_form_is_made_changed_and_closed_by_its_version(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let made = made(&api, &caller).await;
    let path = format!("/api/v1/forms/{}", made["id"].as_str().unwrap());
    let shown = api.get(&caller, &path).await.expect(200);
    assert_eq!((shown.header("etag"), shown.json()), ("\"1\"", made.clone()));
    let mut next = made["settings"].clone();
    next["name"] = json!("Delivery 2");
    next["ends_at"] = json!("2026-12-01T00:00:00Z");
    let put = |tag: &'static str| TestApi::request(&caller, "PUT", &path, Some(&next), &[("if-match", tag)]);
    let changed = api.send(put("\"1\"")).await.expect(200);
    assert_eq!((changed.header("etag"), &changed.json()["settings"]), ("\"2\"", &next));
    assert_eq!(api.send(put("\"1\"")).await.problem(), "412 precondition_failed");
    assert_eq!(api.call(&caller, "PUT", &path, next.clone()).await.problem(), "428 precondition_required");
    let mut wrong = form();
    wrong["fields"][1]["kind"] = json!("colour");
    wrong["ends_at"] = json!("tomorrow");
    let refused = api.call(&caller, "POST", "/api/v1/forms", wrong).await;
    assert_eq!(pointers(&refused), ["/fields/1/kind", "/ends_at"]);
    let mut wrong = form();
    wrong["fields"][3]["choices"] = json!([]);
    wrong["title"]["en"] = json!("");
    let refused = api.call(&caller, "POST", "/api/v1/forms", wrong).await;
    assert_eq!(pointers(&refused), ["/title", "/fields/3/choices"]);
    let closed = api.call(&caller, "POST", &format!("{path}/archive"), json!({})).await.expect(200).json();
    assert_eq!((&closed["archived_at"], &closed["version"]), (&json!("2026-11-21T08:00:00Z"), &json!(2)));
    let opened = api.call(&caller, "POST", &format!("{path}/restore"), json!({})).await.expect(200).json();
    assert_eq!(opened["archived_at"], Value::Null);
    let listed = api.get(&caller, "/api/v1/forms?limit=1").await.expect(200).json();
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["next_cursor"]), (1, &Value::Null));
}

async fn the_page_has_all_that_it_needs_and_may_load_nothing_else(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let made = made(&api, &caller).await;
    let path = made["path"].as_str().unwrap();
    for (wanted, lang, title) in
        [("en-GB,zh;q=0.5", "en", "Deliver &lt;/script&gt; &amp; &lt;b&gt;"), ("zh-CN", "zh-CN", "（中）")]
    {
        let page = open(&api, path, &[("accept-language", wanted)]).await.expect(200);
        let text = page.text();
        assert!(text.contains(&format!("<html lang={lang}>")) && text.contains(title), "{text}");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
        // What operators write ends no script.
        assert_eq!(text.matches("</script>").count(), 2, "{text}");
        let told = text.split("id=form>").nth(1).unwrap().split("</script>").next().unwrap();
        let told: Value = serde_json::from_str(told).unwrap();
        assert_eq!((&told["version"], &told["is_open"], &told["counter"]), (&json!(1), &json!(true), &Value::Null));
        assert_eq!(told["title"]["en"], "Deliver </script> & <b>");
        assert!(page.headers.get("set-cookie").is_none(), "looking leaves nothing");
    }
    for (file, kind) in [("page.js", "text/javascript"), ("worker.js", "text/javascript"), ("page.css", "text/css")] {
        let answer = open(&api, &format!("/f/{file}"), &[]).await.expect(200);
        assert!(answer.header("content-type").starts_with(kind) && answer.bytes.len() < 24 * 1024, "{file}");
    }
    let worker = open(&api, "/f/worker.js", &[]).await;
    assert!(worker.header("content-security-policy").contains("connect-src 'self'"), "else it could keep no page");
    for none in ["/f/0000000000", "/f/x.js", &format!("{path}/0000000000")] {
        let answer = open(&api, none, &[]).await.expect(404);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    }
}

async fn what_is_filled_in_is_taken_once_and_said_by_field(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let made = made(&api, &caller).await;
    let path = made["path"].as_str().unwrap();
    let ours = "203.0.113.9:1";
    let wrong = filled(1, json!({ "phone": "139", "city": "Leeds", "wish": ["tea", "gold"], "a/b": "x" }));
    let refused = send(&api, path, &wrong, ours).await;
    assert_eq!(pointers(&refused), ["/answers/a~1b", "/answers/phone", "/answers/wish"]);
    assert_eq!(refused.json()["errors"][2]["allowed"], "one or more of tea, silk");
    let right = filled(1, json!({ "phone": "139 1234 5678", "name": "", "city": "Leeds", "wish": ["silk", "tea"] }));
    let taken = send(&api, path, &right, ours).await.expect(200);
    assert_eq!(taken.json(), json!({ "at": "2026-11-21T08:00:00Z", "was_known": false }));
    assert!(taken.header("set-cookie").starts_with("perennial_visitor="));
    assert_eq!(send(&api, path, &right, ours).await.expect(200).json()["was_known"], true);
    let other = filled(1, json!({ "phone": "13912345679" }));
    assert_eq!(send(&api, path, &other, ours).await.problem(), "409 conflict");
    let mut robot = filled(2, json!({ "phone": "13912345678" }));
    robot["trap"] = json!("x");
    assert_eq!(pointers(&send(&api, path, &robot, ours).await), ["/trap"]);
    let mut odd = filled(2, json!({ "phone": { "x": 1 } }));
    (odd["language"], odd["filled_at"]) = (json!("fr"), json!("now"));
    assert_eq!(pointers(&send(&api, path, &odd, ours).await), ["/language", "/filled_at", "/answers/phone"]);
    for size in [40_000, 400_000] {
        let large = filled(2, json!({ "phone": "x".repeat(size) }));
        assert_eq!(send(&api, path, &large, ours).await.problem(), "413 too_large");
    }
    let mut plain = TestApi::request(&Caller::default(), "POST", path, Some(&right), &[]);
    plain.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(api.send(plain).await.problem(), "415 unsupported_media_type");
    assert_eq!(send(&api, "/f/0000000000", &right, ours).await.problem(), "404 not_found");

    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    let base = format!("/api/v1/forms/{}", made["id"].as_str().unwrap());
    let results = api.get(&caller, &format!("{base}/results")).await.expect(200).json();
    assert_eq!((&results["submissions"], &results["customers"]), (&json!(1), &json!(1)));
    assert_eq!(results["follow"]["rate_basis_points"], Value::Null);
    let refused: Vec<(&str, i64)> = results["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["reason"].as_str().unwrap(), one["refused"].as_i64().unwrap()))
        .collect();
    assert_eq!(refused, [("id_taken", 1), ("invalid", 1), ("trap", 1)]);
    let listed = api.get(&caller, &format!("{base}/submissions?limit=1")).await.expect(200).json();
    let customer = listed["items"][0]["customer_id"].as_str().unwrap();
    let profile = api.get(&caller, &format!("/api/v1/customers/{customer}")).await.expect(200).text();
    assert!(profile.contains("+8613912345678") && profile.contains("src_forms"), "{profile}");
    assert_eq!(api.get(&caller, &format!("{base}/submissions?cursor=eA")).await.problem(), "422 invalid_cursor");
    assert_eq!(api.get(&caller, &format!("{base}/results?from=x")).await.problem(), "422 invalid_request");
    api.call(&caller, "POST", &format!("{base}/archive"), json!({})).await.expect(200);
    api.clock.advance_seconds(60);
    let mut late = filled(3, json!({ "phone": "13912345678" }));
    (late["filled_at"], late["sent_at"]) = (json!("2026-11-21T08:01:00Z"), json!("2026-11-21T08:01:00Z"));
    assert_eq!(send(&api, path, &late, ours).await.problem(), "409 conflict");
    let page = open(&api, path, &[]).await.expect(200).text();
    assert!(page.contains("\"is_open\":false"), "{page}");
}

async fn a_counter_has_a_page_of_its_own_and_counts(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let made = made(&api, &caller).await;
    let new = json!({ "kind": "store", "code": "S12", "name": "Store 12" });
    let place = api.call(&caller, "POST", "/api/v1/places", new).await.expect(201).json()["id"].clone();
    let codes =
        json!({ "codes": [{ "name": "follow", "touch_point": "official_account", "target": "https://w.example/" }] });
    let codes = api.call(&caller, "POST", "/api/v1/codes", codes).await.expect(201).json();
    let base = format!("/api/v1/forms/{}", made["id"].as_str().unwrap());
    let body = json!({ "name": "Door", "place": place, "code": codes["items"][0]["id"] });
    let counter = api.call(&caller, "POST", &format!("{base}/counters"), body.clone()).await.expect(201).json();
    let path = format!("{}/{}", made["path"].as_str().unwrap(), counter["slug"].as_str().unwrap());
    let page = open(&api, &path, &[]).await.expect(200).text();
    assert!(page.contains("\"counter\":\"Door\"") && page.contains("<div id=code hidden><svg "), "{page}");
    for id in 0..3 {
        let mut new = filled(id, json!({ "phone": format!("1391234567{id}") }));
        new["is_code_shown"] = json!(true);
        let taken = send(&api, &path, &new, "203.0.113.9:1").await.expect(200);
        assert_eq!(taken.header("set-cookie"), "", "a tablet is nobody's device");
    }
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    let results = api.get(&caller, &format!("{base}/results")).await.expect(200).json();
    assert_eq!((&results["customers"], &results["by_spot"][0]["counter_id"]), (&json!(3), &counter["id"]));
    let follow = json!({ "codes_shown": 3, "followed": 0, "followed_before": 0, "rate_basis_points": 0 });
    assert_eq!((&results["by_spot"][0]["follow"], &results["by_spot"][0]["place_id"]), (&follow, &place));
    let change = json!({ "settings": body, "is_archived": true });
    let own = format!("/api/v1/form-counters/{}", counter["id"].as_str().unwrap());
    let put = || TestApi::request(&caller, "PUT", &own, Some(&change), &[("if-match", "\"1\"")]);
    assert_eq!(api.send(put()).await.expect(200).json()["version"], 2);
    assert_eq!(api.send(put()).await.problem(), "412 precondition_failed");
    let listed = api.get(&caller, &format!("{base}/counters")).await.expect(200).json();
    assert_eq!(listed["items"][0]["archived_at"], "2026-11-21T08:00:00Z");
    let wrong = json!({ "name": "", "place": "plc_none", "clerk": "clk_none" });
    let refused = api.call(&caller, "POST", &format!("{base}/counters"), wrong).await;
    assert_eq!(pointers(&refused), ["/name", "/place", "/clerk"]);
}

async fn each_post_with_a_key_has_one_effect_and_rights_are_asked(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let new = json!({ "kind": "store", "code": "S12", "name": "Store 12" });
    let place = api.call(&caller, "POST", "/api/v1/places", new).await.expect(201).json()["id"].clone();
    let made = made(&api, &caller).await;
    let base = format!("/api/v1/forms/{}", made["id"].as_str().unwrap());
    let counters = format!("{base}/counters");
    let posts = [("/api/v1/forms", form()), (counters.as_str(), json!({ "name": "Door", "place": place }))];
    for (path, body) in &posts {
        let send = || api.send(TestApi::request(&caller, "POST", path, Some(body), &[("idempotency-key", path)]));
        let first = send().await.expect(201);
        let again = send().await.expect(201);
        assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", first.json()), "{path}");
    }
    let listed = |answer: Answer| answer.expect(200).json()["items"].as_array().unwrap().len();
    assert_eq!(listed(api.get(&caller, "/api/v1/forms").await), 2);
    assert_eq!(listed(api.get(&caller, &counters).await), 1);
    let analyst = api.caller(Role::Analyst).await;
    assert_eq!(api.call(&analyst, "POST", "/api/v1/forms", form()).await.problem(), "403 forbidden");
    api.get(&analyst, &format!("{base}/results")).await.expect(200);
    let nobody = Caller::default();
    assert_eq!(api.get(&nobody, "/api/v1/forms").await.problem(), "401 unauthenticated");
}

async fn a_network_that_sends_too_much_is_told_to_wait(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let path = made(&api, &caller).await["path"].as_str().unwrap().to_owned();
    let nothing = json!({});
    for _ in 0..600 {
        assert_eq!(send(&api, &path, &nothing, "203.0.113.9:1").await.status, 422);
    }
    let told = send(&api, &path, &nothing, "203.0.113.9:2").await;
    assert_eq!((told.problem().as_str(), told.header("retry-after")), ("429 rate_limited", "600"));
    assert_eq!(send(&api, &path, &nothing, "203.0.113.10:1").await.status, 422);
    api.clock.advance_seconds(600);
    assert_eq!(send(&api, &path, &nothing, "203.0.113.9:1").await.status, 422);
}

async fn the_list_counts_answers_and_shares_say_what_was_chosen(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let one = made(&api, &caller).await;
    let other = made(&api, &caller).await;
    let path = one["path"].as_str().unwrap();
    let listed = async || -> Vec<(Value, Value)> {
        let page = api.get(&caller, "/api/v1/forms").await.expect(200).json();
        let items = page["items"].as_array().unwrap().clone();
        [&one, &other]
            .map(|form| items.iter().find(|item| item["id"] == form["id"]).unwrap().clone())
            .map(|item| (item["answers"].clone(), item["last_answer_at"].clone()))
            .to_vec()
    };
    assert_eq!(listed().await, [(json!(0), Value::Null), (json!(0), Value::Null)]);
    let wishes = ["[\"tea\"]", "[\"tea\",\"silk\"]", "[\"silk\"]", "[\"tea\"]", ""];
    for (number, wish) in wishes.iter().enumerate() {
        let chosen = wish.trim_matches(['[', ']']).replace('"', "");
        let answers = json!({ "phone": format!("1391234567{number}"), "wish": chosen });
        send(&api, path, &filled(number, answers), "203.0.113.9:1").await.expect(200);
    }
    let elsewhere = json!({ "phone": "13912345670", "wish": "silk" });
    send(&api, other["path"].as_str().unwrap(), &filled(9, elsewhere), "203.0.113.9:1").await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    perennial_app::pipeline::hand_over(&api.app).await.unwrap();
    let counted = listed().await;
    assert_eq!((&counted[0].0, &counted[1].0), (&json!(5), &json!(1)));
    assert_eq!(counted[0].1.as_str().map(|at| &at[..10]), Some("2026-11-21"));
    let base = format!("/api/v1/forms/{}/shares", one["id"].as_str().unwrap());
    let shares = api.get(&caller, &base).await.expect(200).json();
    let choice = |value: &str, answers: i64, share: i64| json!({ "value": value, "answers": answers, "share_basis_points": share });
    let expected = json!({ "fields": [{ "name": "wish", "kind": "choices", "answered": 4,
        "choices": [choice("tea", 3, 7_500), choice("silk", 2, 5_000)] }] });
    assert_eq!(shares, expected, "who chose nothing did not answer");
    let before = api.get(&caller, &format!("{base}?until=2026-01-01T00:00:00Z")).await.expect(200).json();
    assert_eq!(before["fields"][0]["answered"], 0);
    assert_eq!(before["fields"][0]["choices"][0]["share_basis_points"], Value::Null);
    assert_eq!(api.get(&caller, &format!("{base}?from=x")).await.problem(), "422 invalid_request");
    assert_eq!(api.get(&caller, "/api/v1/forms/frm_none/shares").await.problem(), "404 not_found");
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.get(&clerk, &base).await.problem(), "403 forbidden");
}
