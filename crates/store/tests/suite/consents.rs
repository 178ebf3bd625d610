//! The register of consents, decisions by profile, and withdrawals.

use perennial_store::consents::{self, ConsentRow, PurposeRow, TextRow, WithdrawalRow};
use perennial_store::sequences;
use perennial_testkit::TestStore;

on_both!(
    a_purpose_is_changed_by_who_knows_its_version_and_a_text_never,
    decisions_are_added_once_and_go_with_their_profile,
    a_withdrawal_goes_step_by_step,
);

fn purpose(version: i64) -> PurposeRow {
    PurposeRow {
        code: "marketing".to_owned(),
        name: format!("Marketing {version}"),
        description: String::new(),
        channels: "[\"email\"]".to_owned(),
        collects: "{}".to_owned(),
        created_by: "Ada".to_owned(),
        created_at: 1,
        version,
    }
}

async fn a_purpose_is_changed_by_who_knows_its_version_and_a_text_never(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(consents::insert_purpose(&mut tx, &purpose(1)).await.unwrap());
    assert!(!consents::insert_purpose(&mut tx, &purpose(1)).await.unwrap());
    assert!(!consents::replace_purpose(&mut tx, &purpose(3)).await.unwrap(), "somebody was faster");
    assert!(consents::replace_purpose(&mut tx, &purpose(2)).await.unwrap());
    assert_eq!(consents::purposes(&mut tx).await.unwrap(), [purpose(2)]);
    let text = |version: &str, at| TextRow {
        purpose: "marketing".to_owned(),
        version: version.to_owned(),
        locale: "en".to_owned(),
        text: format!("I agree {version}"),
        hash: format!("h{version}"),
        published_by: "Ada".to_owned(),
        published_at: at,
    };
    assert!(consents::insert_text(&mut tx, &text("1", 5)).await.unwrap());
    assert!(consents::insert_text(&mut tx, &text("2", 6)).await.unwrap());
    assert!(!consents::insert_text(&mut tx, &TextRow { text: "other".to_owned(), ..text("1", 9) }).await.unwrap());
    assert_eq!(consents::texts(&mut tx).await.unwrap(), [text("2", 6), text("1", 5)]);
    assert_eq!(consents::text_hash(&mut tx, "marketing", "1").await.unwrap().as_deref(), Some("h1"));
    assert_eq!(consents::text_hash(&mut tx, "marketing", "9").await.unwrap(), None);
    assert_eq!(consents::text(&mut tx, "marketing", "1").await.unwrap(), Some(text("1", 5)));
    assert_eq!(consents::text(&mut tx, "marketing", "9").await.unwrap(), None);
}

fn decided(id: &str, part_number: i64, at: i64) -> ConsentRow {
    ConsentRow {
        id: id.to_owned(),
        part_number,
        purpose: "marketing".to_owned(),
        channel: String::new(),
        decision: "granted".to_owned(),
        is_explicit: at % 2 == 0,
        at,
        recorded_at: at + 1,
        source: "src_a".to_owned(),
        text_version: (at > 3).then(|| "1".to_owned()),
        text_hash: None,
        evidence: "{}".to_owned(),
    }
}

async fn decisions_are_added_once_and_go_with_their_profile(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = [decided("a", 7, 3), decided("b", 7, 5), decided("c", 8, 4)];
    assert_eq!(consents::insert(&mut tx, &rows).await.unwrap(), 3);
    assert_eq!(consents::insert(&mut tx, &rows[1..]).await.unwrap(), 0);
    let found = consents::of_parts(&mut tx, &[7, 8]).await.unwrap();
    assert_eq!(found, [rows[1].clone(), rows[2].clone(), rows[0].clone()]);
    assert_eq!(consents::remove_of_parts(&mut tx, &[7]).await.unwrap(), 2);
    assert_eq!(consents::of_parts(&mut tx, &[7, 8]).await.unwrap(), rows[2..]);
}

async fn a_withdrawal_goes_step_by_step(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let row = |id: &str, part_number, revoked_at| WithdrawalRow {
        id: id.to_owned(),
        part_number,
        purpose: "wechat".to_owned(),
        state: "running".to_owned(),
        step: 0,
        revoked_at,
        deadline_at: revoked_at + 9,
        collects: "{}".to_owned(),
        counts: "{}".to_owned(),
        work: None,
        finished_at: None,
    };
    assert_eq!(sequences::current(&mut tx, sequences::WITHDRAWALS).await.unwrap(), 0);
    assert!(consents::insert_withdrawal(&mut tx, &row("b", 7, 6)).await.unwrap());
    assert!(consents::insert_withdrawal(&mut tx, &row("a", 8, 5)).await.unwrap());
    assert!(!consents::insert_withdrawal(&mut tx, &row("a", 8, 5)).await.unwrap());
    assert_eq!(sequences::current(&mut tx, sequences::WITHDRAWALS).await.unwrap(), 2);
    assert_eq!(consents::unfinished_withdrawals(&mut tx).await.unwrap(), [row("a", 8, 5), row("b", 7, 6)]);
    assert!(consents::advance_withdrawal(&mut tx, "a", 0, "{\"x\":1}").await.unwrap());
    assert!(!consents::advance_withdrawal(&mut tx, "a", 0, "{}").await.unwrap());
    assert!(consents::finish_withdrawal(&mut tx, "a", 99).await.unwrap());
    assert!(!consents::finish_withdrawal(&mut tx, "a", 100).await.unwrap());
    let done = consents::withdrawal(&mut tx, "a").await.unwrap().unwrap();
    assert_eq!((done.state.as_str(), done.step, done.finished_at), ("done", 1, Some(99)));
    assert_eq!(consents::withdrawal(&mut tx, "x").await.unwrap(), None);
    assert_eq!(consents::withdrawals_of_parts(&mut tx, &[7]).await.unwrap(), [row("b", 7, 6)]);
    consents::remove_of_parts(&mut tx, &[7]).await.unwrap();
    assert!(consents::withdrawals_of_parts(&mut tx, &[7]).await.unwrap().is_empty());
}
