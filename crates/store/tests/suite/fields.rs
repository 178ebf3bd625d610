//! Fields: the registry, what was refused, the ranks of sources, and notes about words.

use perennial_domain::field::PRESETS;
use perennial_domain::time::Instant;
use perennial_store::Scope;
use perennial_store::customers::{self, CustomerCounters, CustomerFilter};
use perennial_store::fields::{self, FieldRow, NewRefusals, NoteRow, TraitSourceRow};
use perennial_store::traits::{self, TraitRow};
use perennial_testkit::TestStore;

on_both!(
    the_preset_ones_are_there_and_own_ones_are_changed_by_version,
    what_was_refused_is_counted_by_source_and_day,
    lists_and_counts_follow_the_source_with_the_greatest_rank,
    a_note_is_about_the_latest_word,
);

async fn the_preset_ones_are_there_and_own_ones_are_changed_by_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let found = fields::all(&mut tx).await.unwrap();
    let mut shown: Vec<_> = found
        .iter()
        .map(|row| {
            (
                &*row.name,
                &*row.name_zh,
                &*row.name_en,
                &*row.class,
                &*row.kind,
                row.is_personal,
                row.weight,
                row.is_preset,
            )
        })
        .collect();
    let mut expected: Vec<_> = PRESETS
        .iter()
        .map(|one| {
            (one.name, one.name_zh, one.name_en, one.class.code(), one.kind.code(), one.is_personal, one.weight, true)
        })
        .collect();
    shown.sort_unstable();
    expected.sort_unstable();
    assert_eq!(shown, expected, "the schema has the presets of the rules");
    let own = FieldRow {
        name: "skin".to_owned(),
        name_zh: "肤质".to_owned(),
        name_en: "Skin".to_owned(),
        class: "other".to_owned(),
        kind: "choice".to_owned(),
        allowed: "[\"dry\"]".to_owned(),
        is_personal: false,
        weight: 7,
        is_preset: false,
        archived_at: None,
        created_by: "usr_1".to_owned(),
        created_at: Instant(5),
        version: 1,
    };
    assert!(fields::insert(&mut tx, &own).await.unwrap());
    assert!(!fields::insert(&mut tx, &own).await.unwrap(), "the name is taken");
    assert_eq!(fields::get(&mut tx, "skin").await.unwrap().as_ref(), Some(&own));
    let changed = FieldRow { weight: 9, archived_at: Some(Instant(8)), class: "usage".to_owned(), ..own };
    assert!(fields::update(&mut tx, &changed).await.unwrap());
    assert!(!fields::update(&mut tx, &changed).await.unwrap(), "its version is another now");
    assert_eq!(fields::get(&mut tx, "skin").await.unwrap(), Some(FieldRow { version: 2, ..changed }));
}

async fn what_was_refused_is_counted_by_source_and_day(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let row = |source: &str, day, refused| NewRefusals {
        field: "age".to_owned(),
        source: source.to_owned(),
        day,
        refused,
        last_at: day * 10,
    };
    fields::add_refusals(&mut tx, &[row("file", 1, 2), row("src_a", 1, 1)]).await.unwrap();
    fields::add_refusals(&mut tx, &[row("file", 1, 3), row("file", 2, 4)]).await.unwrap();
    let found = fields::refusals(&mut tx).await.unwrap();
    let shown: Vec<_> = found.iter().map(|row| (&*row.field, &*row.source, row.refused, row.last_at.0)).collect();
    assert_eq!(shown, [("age", "file", 9, 20), ("age", "src_a", 1, 10)]);
}

fn said(customer_number: i64, source: &str, value: &str, at: i64) -> TraitRow {
    let (name, source, value) = ("city".to_owned(), source.to_owned(), value.to_owned());
    TraitRow { customer_number, name, source, value, at }
}

fn rank(source: &str, origin: &str, rank: i64) -> TraitSourceRow {
    TraitSourceRow { source: source.to_owned(), origin: origin.to_owned(), rank }
}

async fn lists_and_counts_follow_the_source_with_the_greatest_rank(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let people: Vec<CustomerCounters> = (1..=3).map(|number| CustomerCounters::new(number, 0)).collect();
    customers::upsert(&mut tx, &people).await.unwrap();
    let told = [
        said(1, "web", "Hangzhou", 1),
        said(1, "wechat", "Shanghai", 9),
        said(2, "wechat", "Shanghai", 3),
        said(3, "web", "[\"50%\",\"tea\"]", 3),
    ];
    traits::upsert(&mut tx, &told).await.unwrap();
    let rows = [rank("web", "self_stated", 6), rank("wechat", "authorised", 5)];
    fields::put_sources(&mut tx, &rows).await.unwrap();
    assert_eq!(fields::sources(&mut tx).await.unwrap(), rows);
    let city = |value: &str| CustomerFilter {
        traits: vec![("city".to_owned(), value.to_owned())],
        ..CustomerFilter::default()
    };
    let everyone = Scope::Everyone;
    let count = customers::count(&mut tx, &everyone, &city("Hangzhou")).await.unwrap();
    assert_eq!((count, customers::count(&mut tx, &everyone, &city("Shanghai")).await.unwrap()), (1, 1));
    fields::put_sources(&mut tx, &[rank("web", "observed", 1)]).await.unwrap();
    let count = customers::count(&mut tx, &everyone, &city("Hangzhou")).await.unwrap();
    assert_eq!((count, customers::count(&mut tx, &everyone, &city("Shanghai")).await.unwrap()), (0, 2));
    for (value, expected) in [("\"tea\"", 1), ("\"te\"", 0), ("\"50%\"", 1), ("\"Tea\"", 0)] {
        let filter =
            CustomerFilter { listed: vec![("city".to_owned(), value.to_owned())], ..CustomerFilter::default() };
        assert_eq!(customers::count(&mut tx, &everyone, &filter).await.unwrap(), expected, "{value}");
    }
    let filled = fields::filled(&mut tx, &everyone, &CustomerFilter::default()).await.unwrap();
    assert_eq!(filled, [("city".to_owned(), 3)]);
    assert_eq!(fields::filled(&mut tx, &everyone, &city("Shanghai")).await.unwrap(), [("city".to_owned(), 2)]);
    assert_eq!(fields::filled(&mut tx, &Scope::Nobody, &CustomerFilter::default()).await.unwrap(), []);
    assert_eq!(traits::told_by_several(&mut tx, "city", 0, 9).await.unwrap(), [1]);
    assert_eq!(traits::told_by_several(&mut tx, "city", 1, 9).await.unwrap(), [0; 0]);
}

async fn a_note_is_about_the_latest_word(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(fields::order(&mut tx).await.unwrap(), None);
    assert!(fields::put_order(&mut tx, "[\"staff\"]", 0).await.unwrap());
    assert!(!fields::put_order(&mut tx, "[]", 0).await.unwrap());
    assert!(!fields::put_order(&mut tx, "[]", 2).await.unwrap());
    assert!(fields::put_order(&mut tx, "[\"other\"]", 1).await.unwrap());
    assert_eq!(fields::order(&mut tx).await.unwrap(), Some(("[\"other\"]".to_owned(), 2)));
    let note = |part_number, at, by: &str| NoteRow {
        part_number,
        name: "city".to_owned(),
        source: "perennial".to_owned(),
        at,
        by_kind: "user".to_owned(),
        by_id: by.to_owned(),
        by_name: by.to_owned(),
        surface: None,
        consent_id: Some("c".to_owned()),
    };
    fields::add_notes(&mut tx, &[note(1, 5, "ann"), note(2, 5, "ann")]).await.unwrap();
    fields::add_notes(&mut tx, &[note(1, 4, "bob"), note(2, 6, "bob")]).await.unwrap();
    assert_eq!(fields::notes_of_parts(&mut tx, &[2, 1]).await.unwrap(), [note(1, 5, "ann"), note(2, 6, "bob")]);
    assert_eq!(fields::remove_notes(&mut tx, &[1]).await.unwrap(), 1);
    assert_eq!(fields::notes_of_parts(&mut tx, &[1, 2]).await.unwrap(), [note(2, 6, "bob")]);
}
