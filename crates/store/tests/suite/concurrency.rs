//! Several handles on one store, as several processes have them.

use perennial_store::journal::{self, NewBlock};
use perennial_store::{Database, access, sequences};
use perennial_testkit::TestStore;
use std::collections::BTreeSet;
use std::time::Duration;

on_both!(
    writers_of_two_processes_wait_for_each_other,
    a_reader_is_not_held_up_by_a_writer,
    two_appliers_share_the_work_without_overlap,
    blocks_become_visible_in_the_order_of_their_positions,
    two_administrators_cannot_step_down_at_once,
);

async fn writers_of_two_processes_wait_for_each_other(store: &TestStore) {
    const ROUNDS: i64 = 25;
    let other = store.open_again().await;
    let tasks = [&store.database, &other, &store.database, &other].map(|database: &Database| {
        let database = database.clone();
        tokio::spawn(async move {
            let mut given = Vec::new();
            for _ in 0..ROUNDS {
                let mut tx = database.write().await.unwrap();
                let before = sequences::current(&mut tx, "x").await.unwrap();
                let number = sequences::reserve(&mut tx, "x", 1).await.unwrap();
                assert!(number > before);
                tx.commit().await.unwrap();
                given.push(number);
            }
            given
        })
    });
    let mut numbers = BTreeSet::new();
    for task in tasks {
        numbers.extend(task.await.unwrap());
    }
    assert_eq!(numbers, (1..=4 * ROUNDS).collect::<BTreeSet<_>>());
    other.close().await;
}

async fn a_reader_is_not_held_up_by_a_writer(store: &TestStore) {
    let mut writer = store.database.write().await.unwrap();
    sequences::reserve(&mut writer, "x", 1).await.unwrap();
    for _ in 0..10 {
        let mut reader = store.database.read().await.unwrap();
        assert_eq!(sequences::current(&mut reader, "x").await.unwrap(), 0);
    }
    writer.commit().await.unwrap();
}

fn block(key: &str) -> NewBlock<'_> {
    NewBlock { key, import_id: None, facts: 1, payload: b"" }
}

async fn two_appliers_share_the_work_without_overlap(store: &TestStore) {
    const BLOCKS: i64 = 30;
    let mut tx = store.database.write().await.unwrap();
    for place in 0..BLOCKS {
        assert!(journal::accept(&mut tx, &block(&format!("b{place}")), 0).await.unwrap());
    }
    tx.commit().await.unwrap();
    let other = store.open_again().await;
    let tasks = [store.database.clone(), other.clone()].map(|database| {
        tokio::spawn(async move {
            let mut applied = 0;
            loop {
                let mut tx = database.write().await.unwrap();
                journal::lock_applier(&mut tx).await.unwrap();
                let Some(row) = journal::next_accepted(&mut tx, 1).await.unwrap().pop() else { return applied };
                let sequence = sequences::reserve(&mut tx, sequences::APPLIED_SEQUENCE, 1).await.unwrap();
                journal::mark_applied(&mut tx, row.position, sequence, row.block_key.as_bytes()).await.unwrap();
                tx.commit().await.unwrap();
                applied += 1;
            }
        })
    });
    let mut total = 0;
    for task in tasks {
        total += task.await.unwrap();
    }
    assert_eq!(total, BLOCKS);
    let mut tx = store.database.read().await.unwrap();
    let applied = journal::applied(&mut tx, 0, 100).await.unwrap();
    let in_order: Vec<(i64, Vec<u8>)> =
        (0..BLOCKS).map(|place| (place + 1, format!("b{place}").into_bytes())).collect();
    assert_eq!(applied, in_order, "numbered without gaps, in the order of acceptance");
    drop(tx);
    other.close().await;
}

/// PostgreSQL gives a position when the row is written: whoever commits first must not be the later one.
async fn blocks_become_visible_in_the_order_of_their_positions(store: &TestStore) {
    let mut first = store.database.write().await.unwrap();
    assert!(journal::accept(&mut first, &block("a"), 0).await.unwrap());
    let other = store.open_again().await;
    let database = other.clone();
    let mut second = tokio::spawn(async move {
        let mut tx = database.write().await.unwrap();
        assert!(journal::accept(&mut tx, &block("b"), 0).await.unwrap());
        tx.commit().await.unwrap();
    });
    let early = tokio::time::timeout(Duration::from_millis(200), &mut second).await;
    assert!(early.is_err(), "the second one waits for the first one's commit");
    first.commit().await.unwrap();
    second.await.unwrap();
    let mut tx = store.database.write().await.unwrap();
    journal::lock_applier(&mut tx).await.unwrap();
    let rows = journal::next_accepted(&mut tx, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.block_key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    drop(tx);
    other.close().await;
}

async fn two_administrators_cannot_step_down_at_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for id in ["usr_a", "usr_b"] {
        let user = access::UserRow {
            id: id.to_owned(),
            email: id.to_owned(),
            name: id.to_owned(),
            role: "administrator".to_owned(),
            status: "active".to_owned(),
            password_hash: None,
            locale: None,
            created_at: perennial_domain::time::Instant(0),
            last_sign_in_at: None,
            version: 1,
        };
        access::insert_user(&mut tx, &user).await.unwrap();
    }
    tx.commit().await.unwrap();
    let tasks = ["usr_a", "usr_b"].map(|id| {
        let database = store.database.clone();
        tokio::spawn(async move {
            let mut tx = database.write().await?;
            // Counted before the change, which takes the locks in the same order for everybody.
            let administrators = access::count_active_administrators(&mut tx).await?;
            let mut user = access::user_by_id(&mut tx, id).await?.expect("inserted above");
            user.role = "clerk".to_owned();
            access::update_user(&mut tx, &user).await?;
            if administrators > 1 {
                tx.commit().await?;
            }
            Ok::<u64, perennial_store::StoreError>(administrators)
        })
    });
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(access::count_active_administrators(&mut tx).await.unwrap(), 1);
}
