//! People who are erased: the saga's row, tombstones, and what goes of the other tables.

use crate::fixtures::{Dice, counters, value};
use crate::sources::source;
use perennial_domain::time::Instant;
use perennial_store::identity::{self, Conflict, NewIdentity};
use perennial_store::journal::{self, AfterFailure, NewBlock};
use perennial_store::merges::{self, MergeRow};
use perennial_store::orders::{self, GUEST, OrderRow};
use perennial_store::privacy::{self, ErasureRow, Progress, TombstoneRow};
use perennial_store::quarantine::{self, NewHeldFact};
use perennial_store::tracking::{self, NewLogEntry};
use perennial_store::{customers, sequences, sources, values};
use perennial_testkit::TestStore;

on_both!(
    an_erasure_goes_step_by_step_and_ends_without_what_was_in_clear,
    a_tombstone_is_found_by_its_hash_and_lifted_once,
    what_tells_of_a_person_goes_and_the_rest_stays,
    blocks_and_facts_that_stand_aside_get_another_form,
);

fn erasure(id: &str, customer_number: i64, requested_at: i64) -> ErasureRow {
    ErasureRow {
        id: id.to_owned(),
        state: "running".to_owned(),
        step: 0,
        customer_number,
        parts: format!("[{customer_number}]"),
        reason: "asked by mail".to_owned(),
        requested_by: "Ada".to_owned(),
        requested_at,
        deadline_at: requested_at + 100,
        counts: "{}".to_owned(),
        work: Some("[\"phone\"]".to_owned()),
        receipt: None,
        finished_at: None,
    }
}

async fn an_erasure_goes_step_by_step_and_ends_without_what_was_in_clear(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    privacy::overwrite_deleted(&mut tx, true).await.unwrap();
    privacy::overwrite_deleted(&mut tx, false).await.unwrap();
    let rows = [erasure("era_a", 7, 10), erasure("era_b", 8, 20), erasure("era_c", 7, 30)];
    for row in &rows {
        privacy::insert(&mut tx, row).await.unwrap();
    }
    assert_eq!(privacy::get(&mut tx, "era_a").await.unwrap(), Some(rows[0].clone()));
    assert_eq!(privacy::get(&mut tx, "era_x").await.unwrap(), None);
    assert_eq!(privacy::of_customer(&mut tx, 7).await.unwrap(), Some(rows[2].clone()));
    assert_eq!(privacy::of_customer(&mut tx, 9).await.unwrap(), None);
    let ids = |rows: Vec<ErasureRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(privacy::list(&mut tx, None, 2).await.unwrap()), ["era_c", "era_b"]);
    assert_eq!(ids(privacy::list(&mut tx, Some("era_b"), 2).await.unwrap()), ["era_a"]);

    let step = |step, next_step| Progress { step, next_step, counts: "{\"x\":1}", work: "[]" };
    assert!(privacy::advance(&mut tx, "era_a", &step(0, 0)).await.unwrap());
    assert!(privacy::advance(&mut tx, "era_a", &step(0, 1)).await.unwrap());
    assert!(!privacy::advance(&mut tx, "era_a", &step(0, 1)).await.unwrap(), "somebody else left that step");
    assert!(privacy::finish(&mut tx, "era_a", "{\"x\":2}", "{}", 50).await.unwrap());
    assert!(!privacy::finish(&mut tx, "era_a", "{}", "{}", 60).await.unwrap());
    assert!(!privacy::advance(&mut tx, "era_a", &step(1, 2)).await.unwrap());
    let done = privacy::get(&mut tx, "era_a").await.unwrap().unwrap();
    assert_eq!((done.state.as_str(), done.step, done.work, done.finished_at), ("done", 1, None, Some(50)));
    assert_eq!((done.counts.as_str(), done.receipt.as_deref()), ("{\"x\":2}", Some("{}")));
    assert_eq!(ids(privacy::unfinished(&mut tx).await.unwrap()), ["era_b", "era_c"]);
}

async fn a_tombstone_is_found_by_its_hash_and_lifted_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(sequences::current(&mut tx, sequences::TOMBSTONES).await.unwrap(), 0);
    let row = |place: u16, cause: &str| {
        let mut identifier_hash = [7; 32];
        identifier_hash[..2].copy_from_slice(&place.to_be_bytes());
        TombstoneRow { identifier_hash, cause: cause.to_owned(), erased_at: 5, back_since: None }
    };
    let rows: Vec<TombstoneRow> = (0..600).map(|place| row(place, "era_a")).collect();
    privacy::insert_tombstones(&mut tx, &rows).await.unwrap();
    privacy::insert_tombstones(&mut tx, &[row(900, "era_b")]).await.unwrap();
    let hashes: Vec<[u8; 32]> = [3, 599, 900, 901].map(|place| row(place, "").identifier_hash).to_vec();
    let mut found = privacy::tombstones(&mut tx, &hashes).await.unwrap();
    found.sort_by_key(|one| one.identifier_hash);
    assert_eq!(found, [row(3, "era_a"), row(599, "era_a"), row(900, "era_b")]);
    assert_eq!(privacy::bring_back(&mut tx, "era_a", 99).await.unwrap(), 600);
    assert_eq!(privacy::bring_back(&mut tx, "era_a", 100).await.unwrap(), 0);
    assert_eq!(privacy::tombstones_of(&mut tx, "era_a").await.unwrap(), (600, Some(99)));
    assert_eq!(privacy::tombstones_of(&mut tx, "era_b").await.unwrap(), (1, None));
    assert_eq!(sequences::current(&mut tx, sequences::TOMBSTONES).await.unwrap(), 3);
    // Erased once more.
    privacy::insert_tombstones(&mut tx, &[row(3, "era_c")]).await.unwrap();
    assert_eq!(privacy::tombstones(&mut tx, &hashes[..1]).await.unwrap(), [row(3, "era_c")]);
}

fn conflict(customer_number: i64, value: &str, other_number: i64) -> Conflict {
    Conflict {
        customer_number,
        kind: "phone".to_owned(),
        value: value.to_owned(),
        other_number,
        source: "file".to_owned(),
        seen_at: 1,
        reason: "other_customer".to_owned(),
    }
}

async fn what_tells_of_a_person_goes_and_the_rest_stays(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let identifier = |value: &str, customer_number| NewIdentity {
        kind: "phone".to_owned(),
        value: value.to_owned(),
        customer_number,
        source: "file".to_owned(),
        first_seen_at: 1,
    };
    identity::insert_identities(&mut tx, &[identifier("1", 7), identifier("2", 8)]).await.unwrap();
    let conflicts = [conflict(7, "2", 8), conflict(8, "1", 7), conflict(9, "1", 7), conflict(9, "3", 0)];
    identity::insert_conflicts(&mut tx, &conflicts).await.unwrap();
    let mut naming = identity::conflicts_naming(&mut tx, &[("phone", "1"), ("email", "3")]).await.unwrap();
    naming.sort_by_key(|one| one.customer_number);
    assert_eq!(naming, conflicts[1..3]);
    assert_eq!(identity::remove(&mut tx, &[("phone", "1"), ("phone", "9")]).await.unwrap(), 1);
    assert_eq!(identity::remove_conflicts(&mut tx, &[7]).await.unwrap(), 1);
    assert_eq!(identity::remove_conflicts_naming(&mut tx, &[("phone", "1")]).await.unwrap(), 2);
    assert_eq!(identity::conflicts_of_customer(&mut tx, 9).await.unwrap(), conflicts[3..]);
    assert_eq!(identity::of_customer(&mut tx, 8).await.unwrap().len(), 1);

    let order = |customer_number, key: u8| OrderRow {
        customer_number,
        order_key: [key; 16],
        order_no: Some("A".to_owned()),
        kind: "claimed".to_owned(),
        at: 3,
        amount_minor: Some(5),
        line_hashes: vec![1; 8],
    };
    let rows = [order(7, 1), order(7, 2), order(8, 1), order(GUEST, 1), order(GUEST, 2)];
    orders::upsert(&mut tx, &rows).await.unwrap();
    assert_eq!(orders::remove(&mut tx, &[7, 99]).await.unwrap(), 2);
    assert_eq!(orders::blank_guests(&mut tx, &[[1; 16], [3; 16]]).await.unwrap(), 1);
    let left = orders::load(&mut tx, &[(GUEST, [1; 16]), (7, [1; 16])]).await.unwrap();
    assert_eq!(left, [OrderRow { order_no: None, amount_minor: None, ..order(GUEST, 1) }]);

    let merge = |id: &str, one_part, other_part| MergeRow {
        id: id.to_owned(),
        one_part,
        other_part,
        survivor: one_part,
        absorbed: other_part,
        how: "hand".to_owned(),
        detail: "{}".to_owned(),
        created_by: "Ada".to_owned(),
        created_at: 1,
        undone_by: None,
        undone_at: None,
    };
    for row in [merge("a", 7, 8), merge("b", 9, 7), merge("c", 8, 9)] {
        merges::insert(&mut tx, &row).await.unwrap();
    }
    assert_eq!(merges::remove_of_parts(&mut tx, &[7]).await.unwrap(), 2);
    assert_eq!(merges::remove_of_parts(&mut tx, &[7]).await.unwrap(), 0);
    assert_eq!((merges::of_parts(&mut tx, &[9]).await.unwrap().len(), merges::version(&mut tx).await.unwrap()), (1, 4));

    let mut dice = Dice::new(3);
    customers::upsert(&mut tx, &[counters(1, &mut dice)]).await.unwrap();
    values::replace_all(&mut tx, "run", [value(1, &mut dice), value(2, &mut dice)]).await.unwrap();
    assert_eq!(values::remove_of_nobody(&mut tx).await.unwrap(), 1);
    assert_eq!(values::remove_of_nobody(&mut tx).await.unwrap(), 0);

    sources::insert(&mut tx, &source("src_a", 1)).await.unwrap();
    let entry = |message_id: &str| NewLogEntry {
        source_id: "src_a".to_owned(),
        outcome: "accepted",
        at: Instant(4),
        kind: None,
        name: None,
        message_id: Some(message_id.to_owned()),
        reason: None,
        shape: None,
    };
    tracking::append_log(&mut tx, &[entry("m1"), entry("m2")]).await.unwrap();
    let messages = [("src_a", "m1"), ("src_b", "m2")].map(|(source, id)| (source.to_owned(), id.to_owned()));
    assert_eq!(tracking::remove_log_entries(&mut tx, &messages).await.unwrap(), 1);
}

async fn blocks_and_facts_that_stand_aside_get_another_form(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for key in ["a", "b", "c"] {
        let block = NewBlock { key, import_id: None, facts: 2, payload: b"x" };
        assert!(journal::accept(&mut tx, &block, 1).await.unwrap());
    }
    for position in [1, 3] {
        assert_eq!(journal::note_failure(&mut tx, position, "no", 1).await.unwrap(), AfterFailure::SetAside);
    }
    journal::lock_applier(&mut tx).await.unwrap();
    let aside = journal::set_aside_blocks(&mut tx, 0, 9).await.unwrap();
    assert_eq!(aside.iter().map(|row| row.block_key.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    journal::replace_set_aside(&mut tx, 3, 1, b"y").await.unwrap();
    assert!(journal::replace_set_aside(&mut tx, 2, 1, b"y").await.is_err(), "it waits to be applied");
    let last = journal::set_aside_blocks(&mut tx, 1, 9).await.unwrap();
    assert_eq!((last.len(), last[0].facts, last[0].payload.as_slice()), (1, 1, b"y".as_slice()));

    sources::insert(&mut tx, &source("src_a", 1)).await.unwrap();
    let held = |place: u8| NewHeldFact {
        source_id: "src_a".to_owned(),
        at: Instant(1),
        event_type: "track".to_owned(),
        event: "Seen".to_owned(),
        message_id: format!("m{place}"),
        violations: "[]".to_owned(),
        shape: String::new(),
        payload: vec![place],
    };
    quarantine::hold(&mut tx, &[held(1), held(2), held(3)]).await.unwrap();
    let all = quarantine::all_after(&mut tx, 0, 2).await.unwrap();
    assert_eq!(
        all.iter().map(|(_, source, payload)| (source.as_str(), payload[0])).collect::<Vec<_>>(),
        [("src_a", 1), ("src_a", 2)]
    );
    quarantine::replace_payload(&mut tx, all[1].0, &[9]).await.unwrap();
    assert!(quarantine::replace_payload(&mut tx, 99, &[9]).await.is_err());
    let rest = quarantine::all_after(&mut tx, all[0].0, 9).await.unwrap();
    assert_eq!(rest.iter().map(|(_, _, payload)| payload[0]).collect::<Vec<_>>(), [9, 3]);
}
