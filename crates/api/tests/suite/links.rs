//! Sign-in links for those who lost the former one, or the password.

use crate::support::{Answer, Caller, PASSWORD, TestApi, on_both, signed_in};
use perennial_app::access::{AccessError, issue_link_for};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_new_link_replaces_the_former_one_and_in_the_end_the_password,
    a_disabled_or_unknown_user_gets_no_link,
    whoever_holds_the_data_folder_gets_a_link_by_mail_address,
    a_link_ends_every_other_session_of_its_user,
);

const LI: &str = "li@example.com";

/// The id of an invited user, and the token of the link.
async fn invited(api: &TestApi, administrator: &Caller) -> (String, String) {
    let body = json!({ "email": LI, "name": "Li", "role": "clerk" });
    let created = api.call(administrator, "POST", "/api/v1/users", body).await.expect(201).json();
    (created["user"]["id"].as_str().unwrap().to_owned(), token_of(&created))
}

fn token_of(created: &Value) -> String {
    created["sign_in_link"].as_str().unwrap().strip_prefix("/login?link=").unwrap().to_owned()
}

async fn renew(api: &TestApi, caller: &Caller, user: &str) -> Answer {
    let path = format!("/api/v1/users/{user}/sign-in-link");
    api.send(TestApi::request(caller, "POST", &path, None, &[])).await
}

async fn redeem(api: &TestApi, token: &str) -> Answer {
    api.call(&Caller::default(), "POST", "/api/v1/session/link", json!({ "token": token })).await
}

async fn a_new_link_replaces_the_former_one_and_in_the_end_the_password(api: TestApi) {
    let administrator = api.administrator().await;
    let (user, first) = invited(&api, &administrator).await;
    let second = token_of(&renew(&api, &administrator, &user).await.expect(201).json());
    assert_eq!(redeem(&api, &first).await.problem(), "401 invalid_link");
    let li = signed_in(&redeem(&api, &second).await.expect(200));
    let password = json!({ "new_password": PASSWORD });
    api.call(&li, "PUT", "/api/v1/session/password", password.clone()).await.expect(200);

    // The password is lost. Until the link is used, it works all the same.
    let third = token_of(&renew(&api, &administrator, &user).await.expect(201).json());
    api.sign_in(LI, PASSWORD).await.expect(200);
    let back = redeem(&api, &third).await.expect(200);
    assert_eq!(back.json()["must_set_password"], true);
    assert_eq!(api.sign_in(LI, PASSWORD).await.problem(), "401 invalid_credentials");
    let set = json!({ "new_password": "another long password" });
    api.call(&signed_in(&back), "PUT", "/api/v1/session/password", set).await.expect(200);
    api.sign_in(LI, "another long password").await.expect(200);
    assert_eq!(redeem(&api, &third).await.problem(), "401 invalid_link");

    let audit = api.get(&administrator, "/api/v1/audit?limit=200").await.expect(200).json();
    let made = audit["items"].as_array().unwrap().iter().filter(|entry| {
        entry["action"] == "sign_in_link.created"
            && entry["subject"] == user.as_str()
            && entry["actor"]["kind"] == "user"
    });
    assert_eq!(made.count(), 2);
    let clerk = api.caller(Role::Operator).await;
    assert_eq!(renew(&api, &clerk, &user).await.problem(), "403 forbidden");
}

async fn a_disabled_or_unknown_user_gets_no_link(api: TestApi) {
    let administrator = api.administrator().await;
    let (user, _) = invited(&api, &administrator).await;
    let disabled = json!({ "status": "disabled" });
    api.call(&administrator, "PATCH", &format!("/api/v1/users/{user}"), disabled).await.expect(200);
    assert_eq!(renew(&api, &administrator, &user).await.problem(), "409 conflict");
    assert_eq!(renew(&api, &administrator, "usr_unknown").await.problem(), "404 not_found");
    assert!(matches!(issue_link_for(&api.app, LI).await, Err(AccessError::UserDisabled)));
}

async fn whoever_holds_the_data_folder_gets_a_link_by_mail_address(api: TestApi) {
    api.administrator().await;
    assert_eq!(issue_link_for(&api.app, "nobody@example.com").await.unwrap(), None);
    let token = issue_link_for(&api.app, " ANN@Example.com ").await.unwrap().unwrap();
    let back = redeem(&api, &token).await.expect(200);
    assert_eq!((back.json()["name"].as_str(), back.json()["must_set_password"].as_bool()), (Some("Ann"), Some(true)));
    let audit = api.get(&signed_in(&back), "/api/v1/audit?limit=2").await.expect(200).json();
    assert_eq!(audit["items"][1]["action"], "sign_in_link.created");
    assert_eq!(audit["items"][1]["actor"], json!({ "kind": "system", "id": "cli", "name": "cli" }));
}

async fn a_link_ends_every_other_session_of_its_user(api: TestApi) {
    let administrator = api.administrator().await;
    let (user, first) = invited(&api, &administrator).await;
    let earlier = signed_in(&redeem(&api, &first).await.expect(200));
    let second = token_of(&renew(&api, &administrator, &user).await.expect(201).json());
    redeem(&api, &second).await.expect(200);
    // Whoever took the first link could set the password otherwise.
    assert_eq!(api.get(&earlier, "/api/v1/session").await.problem(), "401 unauthenticated");
}
