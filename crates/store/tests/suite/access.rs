//! Users, sessions, links, tokens and failed tries.

use perennial_domain::time::Instant;
use perennial_store::access::{self, AttemptsRow, LinkRow, SessionRow, TokenRow, UserRow};
use perennial_store::{StoreError, WriteTx};
use perennial_testkit::TestStore;

on_both!(
    a_user_is_changed_by_version,
    an_address_belongs_to_one_user,
    administrators_are_counted,
    a_link_is_used_once,
    sessions_end,
    tokens_are_revoked,
    tokens_are_revoked_with_their_maker,
    tries_are_counted_by_key,
);

fn user(id: &str, role: &str) -> UserRow {
    UserRow {
        id: id.to_owned(),
        email: format!("{id}@example.com"),
        name: "Ada".to_owned(),
        role: role.to_owned(),
        status: "active".to_owned(),
        password_hash: None,
        locale: None,
        created_at: Instant(1),
        last_sign_in_at: None,
        version: 1,
    }
}

async fn insert(tx: &mut WriteTx<'_>, users: &[UserRow]) {
    for user in users {
        access::insert_user(tx, user).await.unwrap();
    }
}

async fn a_user_is_changed_by_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    insert(&mut tx, &[user("usr_a", "analyst"), user("usr_b", "clerk")]).await;
    let changed = UserRow { role: "operator".to_owned(), locale: Some("en".to_owned()), ..user("usr_a", "analyst") };
    access::update_user(&mut tx, &changed).await.unwrap();
    let late = access::update_user(&mut tx, &changed).await;
    assert!(matches!(late, Err(StoreError::RowsAffected { actual: 0, .. })), "{late:?}");
    access::note_sign_in(&mut tx, "usr_a", Instant(77)).await.unwrap();
    let expected = UserRow { version: 2, last_sign_in_at: Some(Instant(77)), ..changed };
    assert_eq!(access::user_by_id(&mut tx, "usr_a").await.unwrap(), Some(expected.clone()));
    assert_eq!(access::user_by_email(&mut tx, "usr_a@example.com").await.unwrap(), Some(expected.clone()));
    assert_eq!(access::users(&mut tx).await.unwrap(), [expected, user("usr_b", "clerk")]);
    assert_eq!(access::user_by_id(&mut tx, "usr_x").await.unwrap(), None);
}

async fn an_address_belongs_to_one_user(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    insert(&mut tx, &[user("usr_a", "analyst")]).await;
    let taken = UserRow { email: "usr_a@example.com".to_owned(), ..user("usr_b", "clerk") };
    match access::insert_user(&mut tx, &taken).await {
        Err(StoreError::Constraint { name }) => assert!(name.contains("email"), "{name}"),
        other => panic!("{other:?}"),
    }
}

async fn administrators_are_counted(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let disabled = UserRow { status: "disabled".to_owned(), ..user("usr_c", "administrator") };
    insert(&mut tx, &[user("usr_a", "administrator"), user("usr_b", "clerk"), disabled]).await;
    assert_eq!(access::count_active_administrators(&mut tx).await.unwrap(), 1);
    let clerk = UserRow { role: "clerk".to_owned(), ..user("usr_a", "") };
    access::update_user(&mut tx, &clerk).await.unwrap();
    assert_eq!(access::count_active_administrators(&mut tx).await.unwrap(), 0);
}

async fn a_link_is_used_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    insert(&mut tx, &[user("usr_a", "clerk")]).await;
    let link = |hash: &[u8]| LinkRow {
        token_hash: hash.to_vec(),
        user_id: "usr_a".to_owned(),
        expires_at: Instant(100),
        used_at: None,
    };
    access::insert_link(&mut tx, &link(b"one")).await.unwrap();
    access::insert_link(&mut tx, &link(b"two")).await.unwrap();
    assert_eq!(access::link(&mut tx, b"one").await.unwrap(), Some(link(b"one")));
    assert!(!access::use_link(&mut tx, b"one", Instant(100)).await.unwrap(), "it has expired");
    assert!(access::use_link(&mut tx, b"one", Instant(99)).await.unwrap());
    assert!(!access::use_link(&mut tx, b"one", Instant(99)).await.unwrap(), "it was used");
    assert!(!access::use_link(&mut tx, b"none", Instant(99)).await.unwrap());
    assert_eq!(access::delete_links_of(&mut tx, "usr_a").await.unwrap(), 2);
    assert_eq!(access::link(&mut tx, b"two").await.unwrap(), None);
}

async fn sessions_end(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    insert(&mut tx, &[user("usr_a", "clerk")]).await;
    let session = |hash: &[u8]| SessionRow {
        token_hash: hash.to_vec(),
        user_id: "usr_a".to_owned(),
        csrf_token: "c".to_owned(),
        created_at: Instant(1),
        last_seen_at: Instant(1),
        expires_at: Instant(100),
    };
    for hash in [b"a", b"b", b"c", b"d"] {
        access::insert_session(&mut tx, &session(hash)).await.unwrap();
    }
    assert!(access::touch_session(&mut tx, b"a", Instant(50)).await.unwrap());
    let touched = SessionRow { last_seen_at: Instant(50), ..session(b"a") };
    assert_eq!(access::session(&mut tx, b"a").await.unwrap(), Some(touched));
    assert!(access::delete_session(&mut tx, b"d").await.unwrap());
    assert!(!access::delete_session(&mut tx, b"d").await.unwrap());
    assert!(!access::touch_session(&mut tx, b"d", Instant(50)).await.unwrap());
    assert_eq!(access::delete_sessions_before(&mut tx, Instant(99), Instant(0)).await.unwrap(), 0);
    assert_eq!(access::delete_sessions_before(&mut tx, Instant(99), Instant(1)).await.unwrap(), 2, "idle");
    access::insert_session(&mut tx, &session(b"e")).await.unwrap();
    assert_eq!(access::delete_other_sessions_of(&mut tx, "usr_a", b"a").await.unwrap(), 1);
    assert_eq!(access::delete_sessions_of(&mut tx, "usr_a").await.unwrap(), 1);
    assert_eq!(access::session(&mut tx, b"a").await.unwrap(), None);
}

async fn tokens_are_revoked(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let token = TokenRow {
        id: "tok_a".to_owned(),
        token_hash: b"hash".to_vec(),
        name: "till".to_owned(),
        role: "service".to_owned(),
        created_by: "usr_a".to_owned(),
        created_at: Instant(1),
        expires_at: Some(Instant(9)),
        last_used_at: None,
        revoked_at: None,
    };
    access::insert_token(&mut tx, &token).await.unwrap();
    access::touch_token(&mut tx, "tok_a", Instant(5)).await.unwrap();
    let used = TokenRow { last_used_at: Some(Instant(5)), ..token };
    assert_eq!(access::tokens(&mut tx).await.unwrap(), std::slice::from_ref(&used));
    assert!(access::revoke_token(&mut tx, "tok_a", Instant(6)).await.unwrap());
    assert!(!access::revoke_token(&mut tx, "tok_a", Instant(7)).await.unwrap());
    assert!(access::tokens(&mut tx).await.unwrap().is_empty());
    let revoked = TokenRow { revoked_at: Some(Instant(6)), ..used };
    assert_eq!(access::token_by_hash(&mut tx, b"hash").await.unwrap(), Some(revoked));
    assert_eq!(access::token_by_hash(&mut tx, b"other").await.unwrap(), None);
}

async fn tokens_are_revoked_with_their_maker(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let token = |id: &str, created_by: &str| TokenRow {
        id: id.to_owned(),
        token_hash: id.as_bytes().to_vec(),
        name: id.to_owned(),
        role: "service".to_owned(),
        created_by: created_by.to_owned(),
        created_at: Instant(1),
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
    };
    let made = [("tok_a", "usr_a"), ("tok_b", "tok_a"), ("tok_c", "tok_b"), ("tok_d", "usr_a"), ("tok_e", "usr_b")];
    for (id, maker) in made {
        access::insert_token(&mut tx, &token(id, maker)).await.unwrap();
    }
    // One in between was revoked before: those it made are reached all the same.
    assert!(access::revoke_token(&mut tx, "tok_b", Instant(2)).await.unwrap());
    let revoked = access::revoke_tokens_made_by(&mut tx, "usr_a", Instant(3)).await.unwrap();
    assert_eq!(revoked, ["tok_a", "tok_c", "tok_d"]);
    assert_eq!(access::tokens(&mut tx).await.unwrap(), [token("tok_e", "usr_b")]);
    let before = access::token_by_hash(&mut tx, b"tok_b").await.unwrap().unwrap();
    assert_eq!(before.revoked_at, Some(Instant(2)));
    assert!(access::revoke_tokens_made_by(&mut tx, "usr_a", Instant(4)).await.unwrap().is_empty());
}

async fn tries_are_counted_by_key(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let row = |failures, at| AttemptsRow { key: "k".to_owned(), failures, window_started_at: Instant(at) };
    assert_eq!(access::attempts(&mut tx, "k").await.unwrap(), None);
    access::put_attempts(&mut tx, &row(1, 10)).await.unwrap();
    access::put_attempts(&mut tx, &row(2, 10)).await.unwrap();
    assert_eq!(access::attempts(&mut tx, "k").await.unwrap(), Some(row(2, 10)));
    assert_eq!(access::delete_attempts_before(&mut tx, Instant(9)).await.unwrap(), 0);
    assert_eq!(access::delete_attempts_before(&mut tx, Instant(10)).await.unwrap(), 1);
    access::put_attempts(&mut tx, &row(1, 20)).await.unwrap();
    assert!(access::delete_attempts(&mut tx, "k").await.unwrap());
    assert!(!access::delete_attempts(&mut tx, "k").await.unwrap());
}
