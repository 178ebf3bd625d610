//! Forms: versions, counters, submissions that are there once, and who followed.

use perennial_domain::time::Instant;
use perennial_store::WriteTx;
use perennial_store::customers::CustomerCounters;
use perennial_store::forms::{
    self, CounterRow, FollowersRow, FormRow, KnownRow, RefusalRow, Spot, SpotCountRow, SubmissionRow,
};
use perennial_store::parts::{self, PartRow};
use perennial_store::touch_points::{self, FirstRow};
use perennial_testkit::TestStore;

on_both!(
    every_version_of_a_form_is_kept_and_who_was_faster_wins,
    counters_belong_to_a_form_and_change_by_version,
    a_submission_is_known_by_its_id_and_is_nobodys_after_an_erasure,
    who_follows_counts_where_the_code_was_shown_last,
    refusals_are_counted_by_reason,
);

fn form(id: &str, version: i64) -> FormRow {
    FormRow {
        id: id.to_owned(),
        slug: format!("slug-{id}"),
        created_by: "usr_1".to_owned(),
        created_at: Instant(5),
        archived_at: None,
        version,
        settings: format!("{{\"v\":{version}}}"),
        changed_at: Instant(4 + version),
    }
}

async fn every_version_of_a_form_is_kept_and_who_was_faster_wins(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    forms::insert(&mut tx, &form("frm_b", 1)).await.unwrap();
    forms::insert(&mut tx, &form("frm_a", 1)).await.unwrap();
    let next = |version: i64| FormRow { version, ..form("frm_a", version + 1) };
    assert!(forms::advance(&mut tx, &next(1), "usr_2").await.unwrap());
    assert!(!forms::advance(&mut tx, &next(1), "usr_3").await.unwrap(), "somebody was faster");
    assert_eq!(forms::get(&mut tx, "frm_a").await.unwrap(), Some(form("frm_a", 2)));
    assert_eq!(forms::by_slug(&mut tx, "slug-frm_a").await.unwrap(), Some(form("frm_a", 2)));
    assert_eq!(forms::by_slug(&mut tx, "slug").await.unwrap(), None);
    assert_eq!(forms::settings_of(&mut tx, "frm_a", 1).await.unwrap().as_deref(), Some("{\"v\":1}"));
    assert_eq!(forms::settings_of(&mut tx, "frm_a", 3).await.unwrap(), None);
    assert_eq!(forms::list(&mut tx, "", 9).await.unwrap(), [form("frm_a", 2), form("frm_b", 1)]);
    assert_eq!(forms::list(&mut tx, "frm_a", 9).await.unwrap(), [form("frm_b", 1)]);
    forms::set_archived(&mut tx, "frm_b", Some(Instant(9))).await.unwrap();
    assert_eq!(forms::get(&mut tx, "frm_b").await.unwrap().unwrap().archived_at, Some(Instant(9)));
}

async fn counters_belong_to_a_form_and_change_by_version(store: &TestStore) {
    let counter = |id: &str, form_id: &str| CounterRow {
        id: id.to_owned(),
        slug: format!("slug-{id}"),
        form_id: form_id.to_owned(),
        name: "By the door".to_owned(),
        place_id: "plc_1".to_owned(),
        clerk_id: Some("clk_1".to_owned()),
        code_id: None,
        created_by: "usr_1".to_owned(),
        created_at: Instant(5),
        archived_at: None,
        version: 1,
    };
    let mut tx = store.database.write().await.unwrap();
    for (id, form_id) in [("fco_2", "frm_1"), ("fco_1", "frm_1"), ("fco_3", "frm_2")] {
        forms::insert_counter(&mut tx, &counter(id, form_id)).await.unwrap();
    }
    let change = CounterRow {
        name: "Till".to_owned(),
        clerk_id: None,
        code_id: Some("cod_1".to_owned()),
        archived_at: Some(Instant(9)),
        ..counter("fco_1", "frm_1")
    };
    assert!(forms::update_counter(&mut tx, &change).await.unwrap());
    assert!(!forms::update_counter(&mut tx, &change).await.unwrap());
    let changed = CounterRow { version: 2, ..change };
    assert_eq!(forms::get_counter(&mut tx, "fco_1").await.unwrap().as_ref(), Some(&changed));
    assert_eq!(forms::counters(&mut tx, "frm_1").await.unwrap(), [changed, counter("fco_2", "frm_1")]);
    let found = forms::counter_by_slug(&mut tx, "frm_2", "slug-fco_3").await.unwrap();
    assert_eq!(found, Some(counter("fco_3", "frm_2")));
    assert_eq!(forms::counter_by_slug(&mut tx, "frm_1", "slug-fco_3").await.unwrap(), None, "of another form");
}

fn spot(counter: &str) -> Spot {
    Spot { counter_id: counter.to_owned(), place_id: "plc_1".to_owned(), ..Spot::default() }
}

fn submission(id: &str, counter: &str, at: i64) -> SubmissionRow {
    SubmissionRow {
        form_id: "frm_1".to_owned(),
        id: id.to_owned(),
        version: 1,
        spot: spot(counter),
        is_code_shown: counter != "fco_0",
        at: Instant(at),
        received_at: Instant(at + 1),
        part_number: None,
    }
}

fn key_of(id: &str) -> [u8; 16] {
    let mut key = [0; 16];
    key[..id.len()].copy_from_slice(id.as_bytes());
    key
}

async fn add(tx: &mut WriteTx<'_>, row: &SubmissionRow, part: Option<i64>) {
    forms::add_submission(tx, row, &[1, 2], key_of(&row.id)).await.unwrap();
    if part.is_some() {
        forms::set_person(tx, &key_of(&row.id), part).await.unwrap();
    }
}

async fn a_submission_is_known_by_its_id_and_is_nobodys_after_an_erasure(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(forms::submission(&mut tx, "frm_1", "a").await.unwrap(), None);
    let rows = [submission("a", "fco_1", 30), submission("b", "fco_1", 10), submission("c", "fco_0", 20)];
    for (row, part) in rows.iter().zip([Some(7), Some(8), None]) {
        add(&mut tx, row, part).await;
    }
    let known = |content_hash, at| Some(KnownRow { content_hash, at: Instant(at) });
    assert_eq!(forms::submission(&mut tx, "frm_1", "a").await.unwrap(), known(Some(vec![1, 2]), 30));
    assert_eq!(forms::submission(&mut tx, "frm_2", "a").await.unwrap(), None);
    let own = forms::of_parts(&mut tx, &[7, 8]).await.unwrap();
    let ids = |rows: &[SubmissionRow]| rows.iter().map(|row| row.id.clone()).collect::<String>();
    assert_eq!((ids(&own), own[0].part_number), ("ba".to_owned(), Some(8)));
    let first = forms::submissions(&mut tx, "frm_1", (Instant(0), ""), 2).await.unwrap();
    assert_eq!(ids(&first), "bc");
    let rest = forms::submissions(&mut tx, "frm_1", (Instant(20), "c"), 2).await.unwrap();
    assert_eq!(ids(&rest), "a");
    let (from, until) = (Instant(0), Instant(99));
    assert_eq!(forms::people(&mut tx, "frm_1", from, until).await.unwrap(), 2);
    let counted = forms::counts(&mut tx, "frm_1", from, until).await.unwrap();
    let count = |counter: &str, submissions, codes_shown, at| SpotCountRow {
        spot: spot(counter),
        submissions,
        codes_shown,
        last_at: Instant(at),
    };
    assert_eq!(counted, [count("fco_0", 1, 0, 20), count("fco_1", 2, 2, 30)]);
    assert_eq!(forms::counts(&mut tx, "frm_1", Instant(30), Instant(31)).await.unwrap(), [count("fco_1", 1, 1, 30)]);
    let answered = forms::answered(&mut tx, &["frm_1".to_owned(), "frm_2".to_owned()]).await.unwrap();
    assert_eq!(answered, [("frm_1".to_owned(), 3, Instant(30))]);
    assert_eq!(forms::forget_people(&mut tx, &[7, 9]).await.unwrap(), 1);
    forms::set_person(&mut tx, &key_of("c"), None).await.unwrap();
    for (id, at) in [("a", 30), ("c", 20)] {
        assert_eq!(forms::submission(&mut tx, "frm_1", id).await.unwrap(), known(None, at), "{id}");
    }
    assert_eq!(forms::counts(&mut tx, "frm_1", from, until).await.unwrap().len(), 2, "it stays counted");
    assert_eq!(forms::people(&mut tx, "frm_1", from, until).await.unwrap(), 1);
}

async fn who_follows_counts_where_the_code_was_shown_last(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    // The second and third profile are one customer.
    let part = |number| PartRow {
        counters: CustomerCounters::new(number, 1),
        customer_number: 2,
        events: 0,
        first_seen_at: None,
        last_seen_at: None,
    };
    parts::upsert(&mut tx, &[2, 3].map(part)).await.unwrap();
    let rows = [
        // Followed after the second counter; then a third.
        (submission("a", "fco_1", 10), 1),
        (submission("b", "fco_2", 20), 1),
        (submission("c", "fco_1", 40), 1),
        // With another profile.
        (submission("d", "fco_1", 10), 2),
        // Too late, before, and without a code.
        (submission("e", "fco_1", 10), 4),
        (submission("f", "fco_2", 60), 5),
        (submission("g", "fco_0", 10), 6),
    ];
    for (row, part) in &rows {
        add(&mut tx, row, Some(*part)).await;
    }
    let first =
        |part_number, at| FirstRow { part_number, what: "followed", at, touch_point: "official_account".to_owned() };
    let firsts = [first(1, 30), first(3, 15), first(4, 111), first(5, 50), first(6, 20)];
    touch_points::add_firsts(&mut tx, &firsts).await.unwrap();
    let mut found = forms::followers(&mut tx, "frm_1", (Instant(0), Instant(99)), 100).await.unwrap();
    found.sort_by(|one, other| one.spot.cmp(&other.spot));
    let row =
        |counter: &str, followed, followed_before| FollowersRow { spot: spot(counter), followed, followed_before };
    assert_eq!(found, [row("fco_1", 1, 0), row("fco_2", 1, 1)]);
    assert_eq!(forms::followers(&mut tx, "frm_2", (Instant(0), Instant(99)), 100).await.unwrap(), []);
}

async fn refusals_are_counted_by_reason(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for (reason, at) in [("invalid", 5), ("closed", 6), ("invalid", 7)] {
        forms::refuse(&mut tx, "frm_1", reason, Instant(at)).await.unwrap();
    }
    let row = |reason: &str, refused, at| RefusalRow { reason: reason.to_owned(), refused, last_at: Instant(at) };
    assert_eq!(forms::refusals(&mut tx, "frm_1").await.unwrap(), [row("closed", 1, 6), row("invalid", 2, 7)]);
    assert_eq!(forms::refusals(&mut tx, "frm_2").await.unwrap(), []);
}
