//! Tags: groups by version, events by profile in their order, and what stands until it expires.

use perennial_domain::time::Instant;
use perennial_store::Scope;
use perennial_store::customers::{self, CustomerCounters, CustomerFilter};
use perennial_store::tags::{self, EventRow, GroupRow, StandingRow, TagRow};
use perennial_testkit::TestStore;

on_both!(
    groups_and_tags_are_changed_by_version_and_codes_are_given_once,
    events_are_kept_once_and_in_their_order,
    what_stands_is_counted_and_found_until_it_expires,
);

fn group() -> GroupRow {
    GroupRow {
        code: "pregnancy".to_owned(),
        name_zh: "孕期".to_owned(),
        name_en: "Pregnancy".to_owned(),
        is_exclusive: true,
        valid_days: Some(90),
        archived_at: None,
        created_by: "usr_1".to_owned(),
        created_at: Instant(5),
        version: 1,
    }
}

fn tag(code: &str, at: i64) -> TagRow {
    TagRow {
        code: code.to_owned(),
        group_code: "pregnancy".to_owned(),
        name_zh: "孕早期".to_owned(),
        name_en: "Early".to_owned(),
        archived_at: None,
        created_by: "usr_1".to_owned(),
        created_at: Instant(at),
        version: 1,
    }
}

async fn groups_and_tags_are_changed_by_version_and_codes_are_given_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(tags::insert_group(&mut tx, &group()).await.unwrap());
    assert!(!tags::insert_group(&mut tx, &group()).await.unwrap(), "the code is taken");
    assert_eq!(tags::group(&mut tx, "pregnancy").await.unwrap(), Some(group()));
    let changed = GroupRow { valid_days: None, is_exclusive: false, archived_at: Some(Instant(9)), ..group() };
    assert!(tags::update_group(&mut tx, &changed).await.unwrap());
    assert!(!tags::update_group(&mut tx, &changed).await.unwrap(), "its version is another now");
    assert_eq!(tags::groups(&mut tx).await.unwrap(), [GroupRow { version: 2, ..changed }]);
    assert!(tags::insert(&mut tx, &tag("late", 7)).await.unwrap());
    assert!(tags::insert(&mut tx, &tag("early", 6)).await.unwrap());
    assert!(!tags::insert(&mut tx, &tag("early", 6)).await.unwrap());
    let changed = TagRow { name_en: "First".to_owned(), archived_at: Some(Instant(8)), ..tag("early", 6) };
    assert!(tags::update(&mut tx, &changed).await.unwrap());
    assert!(!tags::update(&mut tx, &changed).await.unwrap());
    assert_eq!(tags::get(&mut tx, "early").await.unwrap(), Some(TagRow { version: 2, ..changed.clone() }));
    assert_eq!(tags::all(&mut tx).await.unwrap(), [TagRow { version: 2, ..changed }, tag("late", 7)]);
}

fn event(id: &str, part_number: i64, what: &str, at: i64) -> EventRow {
    EventRow {
        position: 0,
        id: id.to_owned(),
        part_number,
        tag: "early".to_owned(),
        group_code: "pregnancy".to_owned(),
        is_exclusive: true,
        what: what.to_owned(),
        at,
        expires_at: (what == "set").then_some(at + 90),
        by_kind: "user".to_owned(),
        by_id: "usr_1".to_owned(),
        by_name: "Li".to_owned(),
        surface: (at > 3).then(|| "console".to_owned()),
        note: None,
    }
}

async fn events_are_kept_once_and_in_their_order(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = [event("b", 1, "removed", 9), event("a", 1, "set", 2), event("c", 2, "set", 9), event("d", 3, "set", 1)];
    assert_eq!(tags::add_events(&mut tx, &rows).await.unwrap(), 4);
    assert_eq!(tags::add_events(&mut tx, &rows[..2]).await.unwrap(), 0);
    let found = tags::events_of_parts(&mut tx, &[2, 1]).await.unwrap();
    let ids: Vec<&str> = found.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"], "of one instant in the order of their coming");
    assert_eq!(EventRow { position: 0, ..found[1].clone() }, rows[0]);
    assert_eq!(tags::remove_events(&mut tx, &[1]).await.unwrap(), 2);
    assert_eq!(tags::events_of_parts(&mut tx, &[1, 2, 3]).await.unwrap().len(), 2);
}

fn standing(customer_number: i64, tag: &str, expires_at: Option<i64>) -> StandingRow {
    StandingRow { customer_number, tag: tag.to_owned(), part_number: customer_number, since_at: 1, expires_at }
}

async fn what_stands_is_counted_and_found_until_it_expires(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let people: Vec<CustomerCounters> = (1..=3).map(|number| CustomerCounters::new(number, 0)).collect();
    customers::upsert(&mut tx, &people).await.unwrap();
    let rows = [
        standing(1, "early", Some(50)),
        standing(1, "vip", None),
        standing(2, "early", Some(60)),
        standing(3, "vip", None),
    ];
    tags::add_standing(&mut tx, &rows).await.unwrap();
    assert_eq!(tags::due(&mut tx, 50, 9).await.unwrap(), rows[..1]);
    let counts = |early: i64| {
        let counts = [("early".to_owned(), early), ("vip".to_owned(), 2)];
        counts.into_iter().filter(|(_, count)| *count > 0).collect::<Vec<_>>()
    };
    for (at, early) in [(49, 2), (50, 1), (60, 0)] {
        assert_eq!(tags::counts(&mut tx, &Scope::Everyone, at).await.unwrap(), counts(early));
        let filter = |tags: &[&str]| CustomerFilter {
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            tags_at: at,
            ..CustomerFilter::default()
        };
        assert_eq!(customers::count(&mut tx, &Scope::Everyone, &filter(&["early"])).await.unwrap(), early);
        let both = customers::count(&mut tx, &Scope::Everyone, &filter(&["early", "vip"])).await.unwrap();
        assert_eq!(both, i64::from(at < 50));
    }
    assert_eq!(tags::counts(&mut tx, &Scope::Nobody, 0).await.unwrap(), []);
    assert_eq!(tags::counts(&mut tx, &Scope::Below("/1/".to_owned()), 0).await.unwrap(), []);
    let due = tags::due(&mut tx, 60, 9).await.unwrap();
    assert_eq!(due, [rows[0].clone(), rows[2].clone()]);
    assert_eq!(tags::due(&mut tx, 60, 1).await.unwrap(), rows[..1]);
    assert_eq!(tags::remove_standing(&mut tx, &[1]).await.unwrap(), 2);
    assert_eq!(tags::due(&mut tx, 60, 9).await.unwrap(), rows[2..3]);
}
