//! Wallets: versions that are only added, numbers that are given once.

use perennial_domain::time::Instant;
use perennial_store::wallets::{self, NewDefinition, WalletRow};
use perennial_testkit::TestStore;

on_both!(every_version_of_a_wallet_is_kept_and_its_number_stays,);

fn new<'a>(code: &'a str, definition: &'a str, at: i64) -> NewDefinition<'a> {
    NewDefinition { code, definition, by: "Ada", at: Instant(at) }
}

fn row(code: &str, number: i64, version: i64, definition: &str, changed_at: i64) -> WalletRow {
    WalletRow {
        code: code.to_owned(),
        number,
        version,
        created_by: "Ada".to_owned(),
        created_at: Instant(number),
        definition: definition.to_owned(),
        changed_by: "Ada".to_owned(),
        changed_at: Instant(changed_at),
    }
}

async fn every_version_of_a_wallet_is_kept_and_its_number_stays(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(wallets::insert(&mut tx, new("points", "{}", 1)).await.unwrap());
    assert!(wallets::insert(&mut tx, new("growth", "{}", 2)).await.unwrap());
    assert!(!wallets::insert(&mut tx, new("points", "[]", 3)).await.unwrap(), "the code is taken");
    assert!(wallets::advance(&mut tx, 1, new("points", "[2]", 4)).await.unwrap());
    assert!(!wallets::advance(&mut tx, 1, new("points", "[3]", 5)).await.unwrap(), "somebody was faster");
    let expected = [row("growth", 2, 1, "{}", 2), row("points", 1, 2, "[2]", 4)];
    assert_eq!(wallets::all(&mut tx).await.unwrap(), expected);
    let versions = "SELECT code || ' ' || version || ' ' || definition FROM wallet_versions ORDER BY code, version";
    let kept = perennial_store::inspect::texts(&mut tx, versions).await.unwrap();
    assert_eq!(kept, ["growth 1 {}", "points 1 {}", "points 2 [2]"]);
}
