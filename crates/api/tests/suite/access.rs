//! Sign-in, sessions, users and tokens, on both databases.

use crate::support::{Caller, EMAIL, PASSWORD, TestApi, signed_in};
use perennial_app::access::issue_first_link;
use perennial_testkit::{postgres_store, sqlite_store};
use serde_json::json;

/// Each story runs on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::TestApi::on(super::sqlite_store().await).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(store) = super::postgres_store().await {
                    super::$name(super::TestApi::on(store).await).await;
                }
            })*
        }
    };
}

on_both!(
    the_first_link_signs_in_once_and_sets_the_password,
    a_link_expires,
    wrong_passwords_are_counted_and_then_refused,
    a_session_ends_by_idleness_by_age_and_by_sign_out,
    a_new_password_ends_all_other_sessions,
    an_invited_user_comes_in_by_the_link_and_two_cannot_share_an_address,
    the_last_administrator_stays,
    a_disabled_user_is_out_at_once,
    tokens_work_until_they_expire_or_are_revoked,
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
