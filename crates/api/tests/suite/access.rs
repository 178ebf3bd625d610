//! Sign-in, sessions, users and tokens.

use crate::support::{Answer, Caller, EMAIL, PASSWORD, TestApi, coming_from, on_both, signed_in};
use perennial_app::access::issue_first_link;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    the_first_link_signs_in_once_and_sets_the_password,
    a_link_expires,
    wrong_passwords_are_counted_and_then_refused,
    an_address_that_guesses_at_many_accounts_is_refused,
    behind_a_proxy_the_address_is_the_one_that_it_adds,
    of_two_forwarded_lines_the_last_one_is_the_proxys,
    guesses_of_the_current_password_are_counted_too,
    reads_go_on_while_somebody_else_writes,
    a_session_ends_by_idleness_by_age_and_by_sign_out,
    a_new_password_ends_all_other_sessions,
    an_invited_user_comes_in_by_the_link_and_two_cannot_share_an_address,
    the_last_administrator_stays,
    a_disabled_user_is_out_at_once,
    tokens_work_until_they_expire_or_are_revoked,
    tokens_of_a_disabled_user_end_with_the_user,
    a_cookie_needs_its_csrf_token_and_its_own_origin,
    secrets_are_not_stored,
);

async fn the_first_link_signs_in_once_and_sets_the_password(api: TestApi) {
    let nobody = Caller::default();
    let token = issue_first_link(&api.app).await.unwrap().unwrap();
    let answer = api.call(&nobody, "POST", "/api/v1/session/link", json!({ "token": token })).await.expect(200);
    let me = answer.json();
    assert_eq!((me["role"].as_str(), me["must_set_password"].as_bool()), (Some("administrator"), Some(true)));
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");

    let again = api.call(&nobody, "POST", "/api/v1/session/link", json!({ "token": token })).await;
    assert_eq!(again.problem(), "401 invalid_link");

    let caller = signed_in(&answer);
    let short = json!({ "new_password": "elevenchars" });
    let refused = api.call(&caller, "PUT", "/api/v1/session/password", short).await;
    assert_eq!(refused.problem(), "422 invalid_request");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/new_password");

    let body = json!({ "email": " Ann@Example.com ", "name": "Ann", "new_password": PASSWORD });
    let me = api.call(&caller, "PUT", "/api/v1/session/password", body).await.expect(200).json();
    assert_eq!((me["email"].as_str(), me["must_set_password"].as_bool()), (Some(EMAIL), Some(false)));
    let me = api.sign_in("ANN@example.com", PASSWORD).await.expect(200).json();
    assert_eq!(me["name"], "Ann");
    assert_eq!(issue_first_link(&api.app).await.unwrap(), None);
}

async fn a_link_expires(api: TestApi) {
    let token = issue_first_link(&api.app).await.unwrap().unwrap();
    api.clock.advance_seconds(24 * 3_600);
    let answer = api.call(&Caller::default(), "POST", "/api/v1/session/link", json!({ "token": token })).await;
    assert_eq!(answer.problem(), "401 invalid_link");
}

async fn wrong_passwords_are_counted_and_then_refused(api: TestApi) {
    api.administrator().await;
    assert_eq!(api.sign_in("nobody@example.com", PASSWORD).await.problem(), "401 invalid_credentials");
    for _ in 0..10 {
        assert_eq!(api.sign_in(EMAIL, "wrong password").await.problem(), "401 invalid_credentials");
    }
    let refused = api.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(refused.problem(), "429 rate_limited");
    assert_eq!(refused.header("retry-after"), "900");
    api.clock.advance_seconds(15 * 60);
    api.sign_in(EMAIL, PASSWORD).await.expect(200);
}

/// A sign-in over a connection from `address`, whose sender claims to be forwarded for `forwarded`.
async fn sign_in_from(api: &TestApi, email: &str, password: &str, address: &str, forwarded: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    let headers = [("x-forwarded-for", forwarded)];
    let request = TestApi::request(&Caller::default(), "POST", "/api/v1/session", Some(&body), &headers);
    api.send(coming_from(request, address)).await
}

async fn an_address_that_guesses_at_many_accounts_is_refused(api: TestApi) {
    api.administrator().await;
    for place in 0..10 {
        // One network, other accounts, and a header that only a proxy of ours may set.
        let (email, address) = (format!("user{place}@example.com"), format!("[2001:db8:1:2::{place}]:4711"));
        let forwarded = format!("198.51.100.{place}");
        let answer = sign_in_from(&api, &email, "a guess", &address, &forwarded).await;
        assert_eq!(answer.problem(), "401 invalid_credentials");
    }
    let refused = sign_in_from(&api, EMAIL, PASSWORD, "[2001:db8:1:2:ffff::1]:4711", "198.51.100.99").await;
    assert_eq!(refused.problem(), "429 rate_limited");
    assert_eq!(refused.header("retry-after"), "900");
    for neighbour in ["[2001:db8:1:3::1]:4711", "192.0.2.7:4711"] {
        sign_in_from(&api, EMAIL, PASSWORD, neighbour, "198.51.100.99").await.expect(200);
    }
    api.clock.advance_seconds(15 * 60);
    sign_in_from(&api, EMAIL, PASSWORD, "[2001:db8:1:2::1]:4711", "198.51.100.99").await.expect(200);
}

async fn behind_a_proxy_the_address_is_the_one_that_it_adds(api: TestApi) {
    let api = api.behind_proxy();
    api.administrator().await;
    const PROXY: &str = "127.0.0.1:4711";
    for place in 0..10 {
        let email = format!("user{place}@example.com");
        let forwarded = format!("10.0.0.{place}, 198.51.100.7");
        let answer = sign_in_from(&api, &email, "a guess", PROXY, &forwarded).await;
        assert_eq!(answer.problem(), "401 invalid_credentials");
    }
    let refused = sign_in_from(&api, EMAIL, PASSWORD, PROXY, "10.0.0.99, 198.51.100.7").await;
    assert_eq!(refused.problem(), "429 rate_limited");
    sign_in_from(&api, EMAIL, PASSWORD, PROXY, "198.51.100.7, 203.0.113.9").await.expect(200);
}

/// A proxy may add a line of its own instead of going on in the sender's.
async fn of_two_forwarded_lines_the_last_one_is_the_proxys(api: TestApi) {
    let api = api.behind_proxy();
    api.administrator().await;
    let from = |email: &str, password: &str, lines: [&str; 2]| {
        let body = json!({ "email": email, "password": password });
        let headers = lines.map(|line| ("x-forwarded-for", line));
        coming_from(
            TestApi::request(&Caller::default(), "POST", "/api/v1/session", Some(&body), &headers),
            "127.0.0.1:4711",
        )
    };
    for place in 0..10 {
        let made_up = format!("10.0.0.{place}");
        let answer = api.send(from(&format!("user{place}@example.com"), "a guess", [&made_up, "198.51.100.7"])).await;
        assert_eq!(answer.problem(), "401 invalid_credentials");
    }
    let refused = api.send(from(EMAIL, PASSWORD, ["10.0.0.99", "198.51.100.7"])).await;
    assert_eq!(refused.problem(), "429 rate_limited");
    // Nor can somebody lock another one out by naming the other's address first.
    api.send(from(EMAIL, PASSWORD, ["198.51.100.7", "10.0.0.99, 203.0.113.9"])).await.expect(200);

    // The same for the host that a request is compared with, and for the protocol of the cookie.
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let sign_in = |lines: [(&str, &str); 3]| {
        coming_from(TestApi::request(&Caller::default(), "POST", "/api/v1/session", Some(&body), &lines), "127.0.0.1:1")
    };
    let origin = ("origin", "http://evil.example");
    let answer =
        api.send(sign_in([origin, ("x-forwarded-host", "evil.example"), ("x-forwarded-host", "shop.example")]));
    assert_eq!(answer.await.problem(), "403 origin_mismatch");
    for (last, secure) in [("https", true), ("http", false)] {
        let other = if secure { "http" } else { "https" };
        let lines = [("x-other", ""), ("x-forwarded-proto", other), ("x-forwarded-proto", last)];
        let answer = api.send(sign_in(lines)).await.expect(200);
        assert_eq!(answer.header("set-cookie").contains("Secure"), secure, "{last}");
    }
}

async fn guesses_of_the_current_password_are_counted_too(api: TestApi) {
    let caller = api.administrator().await;
    let change = |current: &str| json!({ "current_password": current, "new_password": "another long password" });
    for _ in 0..10 {
        let refused = api.call(&caller, "PUT", "/api/v1/session/password", change("a guess")).await;
        assert_eq!(refused.problem(), "422 invalid_request");
    }
    let refused = api.call(&caller, "PUT", "/api/v1/session/password", change(PASSWORD)).await;
    assert_eq!(refused.problem(), "429 rate_limited");
    assert_eq!(refused.header("retry-after"), "900");
    assert_eq!(api.sign_in(EMAIL, PASSWORD).await.problem(), "429 rate_limited");
    api.clock.advance_seconds(15 * 60);
    api.call(&caller, "PUT", "/api/v1/session/password", change(PASSWORD)).await.expect(200);
    api.sign_in(EMAIL, "another long password").await.expect(200);
}

async fn reads_go_on_while_somebody_else_writes(api: TestApi) {
    let caller = api.administrator().await;
    let token = api.caller(Role::Analyst).await;
    api.clock.advance_days(1);
    // Both were last seen a day ago, which would be noted now.
    let import = api.app.store.write().await.unwrap();
    api.get(&caller, "/api/v1/session").await.expect(200);
    api.get(&token, "/api/v1/customers").await.expect(200);
    import.rollback().await.unwrap();
    api.get(&token, "/api/v1/customers").await.expect(200);
    let tokens = api.get(&caller, "/api/v1/tokens").await.expect(200).json();
    assert_eq!(tokens["items"][0]["last_used_at"], "2026-11-22T08:00:00Z");
}

async fn a_session_ends_by_idleness_by_age_and_by_sign_out(api: TestApi) {
    api.administrator().await;
    let idle = signed_in(&api.sign_in(EMAIL, PASSWORD).await.expect(200));
    let busy = signed_in(&api.sign_in(EMAIL, PASSWORD).await.expect(200));
    for _ in 0..4 {
        api.clock.advance_days(6);
        api.get(&busy, "/api/v1/session").await.expect(200);
    }
    assert_eq!(api.get(&idle, "/api/v1/session").await.problem(), "401 unauthenticated");
    api.clock.advance_days(6);
    assert_eq!(api.get(&busy, "/api/v1/session").await.problem(), "401 unauthenticated");

    let caller = signed_in(&api.sign_in(EMAIL, PASSWORD).await.expect(200));
    let gone = api.delete(&caller, "/api/v1/session").await.expect(204);
    assert!(gone.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(api.get(&caller, "/api/v1/session").await.problem(), "401 unauthenticated");
}

async fn a_new_password_ends_all_other_sessions(api: TestApi) {
    let caller = api.administrator().await;
    let other = signed_in(&api.sign_in(EMAIL, PASSWORD).await.expect(200));
    let wrong = json!({ "current_password": "not the password", "new_password": "another long password" });
    let refused = api.call(&caller, "PUT", "/api/v1/session/password", wrong).await;
    assert_eq!(refused.json()["errors"][0]["pointer"], "/current_password");
    let right = json!({ "current_password": PASSWORD, "new_password": "another long password" });
    api.call(&caller, "PUT", "/api/v1/session/password", right).await.expect(200);
    api.get(&caller, "/api/v1/session").await.expect(200);
    assert_eq!(api.get(&other, "/api/v1/session").await.problem(), "401 unauthenticated");
}

async fn an_invited_user_comes_in_by_the_link_and_two_cannot_share_an_address(api: TestApi) {
    let administrator = api.administrator().await;
    let body = json!({ "email": "li@example.com", "name": "Li", "role": "clerk" });
    let created = api.call(&administrator, "POST", "/api/v1/users", body.clone()).await.expect(201).json();
    let link = created["sign_in_link"].as_str().unwrap().strip_prefix("/login?link=").unwrap().to_owned();
    let taken = api.call(&administrator, "POST", "/api/v1/users", body).await;
    assert_eq!(taken.problem(), "409 conflict");

    let answer = api.call(&Caller::default(), "POST", "/api/v1/session/link", json!({ "token": link })).await;
    let li = signed_in(&answer.expect(200));
    assert_eq!(api.get(&li, "/api/v1/users").await.problem(), "403 forbidden");
    let me = api.call(&li, "PUT", "/api/v1/session/preferences", json!({ "locale": "zh-CN" })).await.expect(200);
    assert_eq!(me.json()["locale"], "zh-CN");
    let odd = api.call(&li, "PUT", "/api/v1/session/preferences", json!({ "locale": "tlh" })).await;
    assert_eq!(odd.problem(), "422 invalid_request");
}

async fn the_last_administrator_stays(api: TestApi) {
    let administrator = api.administrator().await;
    let me = api.get(&administrator, "/api/v1/session").await.json();
    let path = format!("/api/v1/users/{}", me["id"].as_str().unwrap());
    for change in [json!({ "role": "clerk" }), json!({ "status": "disabled" })] {
        let refused = api.call(&administrator, "PATCH", &path, change).await;
        assert_eq!(refused.problem(), "409 last_administrator");
    }
    let body = json!({ "email": "bo@example.com", "name": "Bo", "role": "administrator" });
    api.call(&administrator, "POST", "/api/v1/users", body).await.expect(201);
    let changed = api.call(&administrator, "PATCH", &path, json!({ "role": "analyst" })).await.expect(200).json();
    assert_eq!(changed["role"], "analyst");
    assert_eq!(api.get(&administrator, "/api/v1/users").await.problem(), "403 forbidden");
}

async fn a_disabled_user_is_out_at_once(api: TestApi) {
    let administrator = api.administrator().await;
    let body = json!({ "email": "li@example.com", "name": "Li", "role": "clerk" });
    let created = api.call(&administrator, "POST", "/api/v1/users", body).await.expect(201).json();
    let link = created["sign_in_link"].as_str().unwrap().strip_prefix("/login?link=").unwrap().to_owned();
    let answer = api.call(&Caller::default(), "POST", "/api/v1/session/link", json!({ "token": link })).await;
    let li = signed_in(&answer.expect(200));
    let path = format!("/api/v1/users/{}", created["user"]["id"].as_str().unwrap());
    api.call(&administrator, "PATCH", &path, json!({ "status": "disabled" })).await.expect(200);
    assert_eq!(api.get(&li, "/api/v1/session").await.problem(), "401 unauthenticated");
    let unknown = api.call(&administrator, "PATCH", "/api/v1/users/usr_unknown", json!({ "name": "X" })).await;
    assert_eq!(unknown.problem(), "404 not_found");
}

async fn tokens_work_until_they_expire_or_are_revoked(api: TestApi) {
    let administrator = api.administrator().await;
    let body = json!({ "name": "nightly", "role": "analyst", "expires_in_days": 10 });
    let created = api.call(&administrator, "POST", "/api/v1/tokens", body.clone()).await.expect(201).json();
    let token = Caller { bearer: created["token"].as_str().map(ToOwned::to_owned), ..Caller::default() };
    api.get(&token, "/api/v1/customers").await.expect(200);
    assert_eq!(api.get(&token, "/api/v1/session").await.problem(), "401 unauthenticated");
    let listed = api.get(&administrator, "/api/v1/tokens").await.expect(200).json();
    assert_eq!(listed["items"][0]["last_used_at"], "2026-11-21T08:00:00Z");
    assert_eq!(listed["items"][0]["expires_at"], "2026-12-01T08:00:00Z");
    assert!(listed["items"][0].get("token").is_none());

    let path = format!("/api/v1/tokens/{}", created["id"].as_str().unwrap());
    api.delete(&administrator, &path).await.expect(204);
    assert_eq!(api.delete(&administrator, &path).await.problem(), "404 not_found");
    assert_eq!(api.get(&token, "/api/v1/customers").await.problem(), "401 unauthenticated");

    let created = api.call(&administrator, "POST", "/api/v1/tokens", body).await.expect(201).json();
    let token = Caller { bearer: created["token"].as_str().map(ToOwned::to_owned), ..Caller::default() };
    api.clock.advance_days(10);
    assert_eq!(api.get(&token, "/api/v1/customers").await.problem(), "401 unauthenticated");
}

async fn tokens_of_a_disabled_user_end_with_the_user(api: TestApi) {
    let administrator = api.administrator().await;
    let body = json!({ "email": "bo@example.com", "name": "Bo", "role": "administrator" });
    let created = api.call(&administrator, "POST", "/api/v1/users", body).await.expect(201).json();
    let link = created["sign_in_link"].as_str().unwrap().strip_prefix("/login?link=").unwrap().to_owned();
    let answer = api.call(&Caller::default(), "POST", "/api/v1/session/link", json!({ "token": link })).await;
    let bo = signed_in(&answer.expect(200));
    let (own, own_row) = token_made_by(&api, &bo, "of Bo", "administrator").await;
    let (second, second_row) = token_made_by(&api, &own, "of the token", "analyst").await;
    let (other, _) = token_made_by(&api, &administrator, "of Ann", "analyst").await;
    for token in [&own, &second, &other] {
        api.get(token, "/api/v1/customers").await.expect(200);
    }
    let user = &created["user"]["id"];
    let maker = json!({ "kind": "user", "id": user, "name": "Bo" });
    let listed = api.get(&administrator, "/api/v1/tokens").await.expect(200).json();
    assert_eq!((&listed["items"][0]["created_by"], &own_row["created_by"]), (&maker, &maker));
    let maker = json!({ "kind": "token", "id": own_row["id"], "name": "of Bo" });
    assert_eq!((&listed["items"][1]["created_by"], &second_row["created_by"]), (&maker, &maker));
    assert_eq!(listed["items"][2]["created_by"]["name"], "Ann");

    let path = format!("/api/v1/users/{}", user.as_str().unwrap());
    api.call(&administrator, "PATCH", &path, json!({ "status": "disabled" })).await.expect(200);
    for token in [&own, &second] {
        assert_eq!(api.get(token, "/api/v1/customers").await.problem(), "401 unauthenticated");
    }
    api.get(&other, "/api/v1/customers").await.expect(200);
    let audit = api.get(&administrator, "/api/v1/audit?limit=3").await.expect(200).json();
    let entries = audit["items"].as_array().unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["token.revoked", "token.revoked", "user.updated"]);
    assert_eq!(entries[0]["detail"], json!({ "because": "user_disabled", "user": user }));
    api.call(&administrator, "PATCH", &path, json!({ "status": "active" })).await.expect(200);
    assert_eq!(api.get(&own, "/api/v1/customers").await.problem(), "401 unauthenticated");
}

async fn token_made_by(api: &TestApi, maker: &Caller, name: &str, role: &str) -> (Caller, Value) {
    // Tokens are listed by time.
    api.clock.advance_seconds(1);
    let body = json!({ "name": name, "role": role });
    let created = api.call(maker, "POST", "/api/v1/tokens", body).await.expect(201).json();
    (Caller { bearer: created["token"].as_str().map(ToOwned::to_owned), ..Caller::default() }, created)
}

async fn a_cookie_needs_its_csrf_token_and_its_own_origin(api: TestApi) {
    let caller = api.administrator().await;
    let body = json!({ "locale": "en" });
    let path = "/api/v1/session/preferences";
    for token in [None, Some("wrong".to_owned())] {
        let without = Caller { csrf_token: token, ..caller.clone() };
        assert_eq!(api.call(&without, "PUT", path, body.clone()).await.problem(), "403 csrf_token_mismatch");
    }
    for headers in [[("origin", "https://evil.test")], [("sec-fetch-site", "cross-site")], [("origin", "null")]] {
        let request = TestApi::request(&caller, "PUT", path, Some(&body), &headers);
        assert_eq!(api.send(request).await.problem(), "403 origin_mismatch");
    }
    let request = TestApi::request(&caller, "PUT", path, Some(&body), &[("origin", "http://perennial.test")]);
    api.send(request).await.expect(200);

    let credentials = json!({ "email": EMAIL, "password": PASSWORD });
    let foreign = [("origin", "https://evil.test")];
    let request = TestApi::request(&Caller::default(), "POST", "/api/v1/session", Some(&credentials), &foreign);
    assert_eq!(api.send(request).await.problem(), "403 origin_mismatch");
    let secure = [("origin", "https://perennial.test")];
    let request = TestApi::request(&Caller::default(), "POST", "/api/v1/session", Some(&credentials), &secure);
    assert!(api.send(request).await.expect(200).header("set-cookie").contains("; Secure"));
}

async fn secrets_are_not_stored(api: TestApi) {
    let caller = api.administrator().await;
    let body = json!({ "name": "nightly", "role": "analyst" });
    let created = api.call(&caller, "POST", "/api/v1/tokens", body).await.expect(201).json();
    let secret = created["token"].as_str().unwrap();
    assert!(secret.starts_with("pat_") && secret.len() == 47);
    let mut tx = api.app.store.read().await.unwrap();
    for token in perennial_store::access::tokens(&mut tx).await.unwrap() {
        assert_ne!(token.token_hash, secret.as_bytes());
        assert_eq!(token.token_hash.len(), 32);
    }
    let user = perennial_store::access::user_by_email(&mut tx, EMAIL).await.unwrap().unwrap();
    assert!(user.password_hash.unwrap().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}
