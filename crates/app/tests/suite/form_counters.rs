//! Counters: one form on the tablets of stores, filled in by many, also without a network.

use crate::forms::{field, filled, form, made};
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, NewUser, Scope, create_user};
use perennial_app::clerks::{self, NewClerk};
use perennial_app::codes::{self, Period};
use perennial_app::customers::customer_profile;
use perennial_app::forms::{self, Counter, Desk, FollowRate, Form, FormError, Sender, SpotResults, Submission};
use perennial_app::pipeline;
use perennial_app::stores::{self, NewPlace};
use perennial_app::tracking::Intake;
use perennial_domain::access::Role;
use perennial_domain::code::CodeSettings;
use perennial_domain::form::{AnswerKind, CounterSettings, FormSettings};
use perennial_domain::stores::PlaceKind;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both! {
    c23_a_hundred_people_at_a_counter_without_a_network_sync_once_and_the_follow_rate_is_told,
    each_counter_counts_for_its_store_clerk_and_code_of_then,
    whoever_answers_at_a_counter_is_a_customer_of_its_store_and_of_no_device,
    a_counter_is_changed_by_version_and_by_right,
}

async fn store(stage: &Stage, code: &str) -> String {
    let name = format!("Store {code}");
    let new = NewPlace { kind: PlaceKind::Store, code: Some(code.to_owned()), name, parent: None };
    stores::create_place(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().id
}

async fn clerk(stage: &Stage, name: &str, store: &str) -> String {
    let new = NewUser { email: format!("{name}@example.com"), name: name.to_owned(), role: "clerk".to_owned() };
    let (user, _) = create_user(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap();
    let new = NewClerk { user_id: user.id, store: Some(store.to_owned()), from: None };
    clerks::create_clerk(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().id
}

async fn code(stage: &Stage, name: &str) -> (String, String) {
    let settings = CodeSettings {
        name: name.to_owned(),
        touch_point: "official_account".to_owned(),
        parameters: BTreeMap::new(),
        target: "https://weixin.example/follow".to_owned(),
        cost_minor: 0,
    };
    let made = codes::create_codes(&stage.app, &TESTER, vec![settings], &Once::unkeyed()).await.unwrap().remove(0);
    (made.id, made.slug)
}

fn five() -> FormSettings {
    let fields = vec![
        field("phone", AnswerKind::Phone),
        field("name", AnswerKind::Text),
        field("city", AnswerKind::Text),
        field("birthday", AnswerKind::Date),
        field("gender", AnswerKind::Text),
    ];
    FormSettings { touch_point: "store".to_owned(), ..form(fields) }
}

fn settings(place: &str, clerk: Option<&str>, code: Option<&str>) -> CounterSettings {
    CounterSettings {
        name: "Tablet by the door".to_owned(),
        place: place.to_owned(),
        clerk: clerk.map(str::to_owned),
        code: code.map(str::to_owned),
    }
}

async fn counter(stage: &Stage, form: &Form, settings: CounterSettings) -> Counter {
    forms::create_counter(&stage.app, &TESTER, &form.id, settings, &Once::unkeyed()).await.unwrap()
}

async fn send(stage: &Stage, intake: &Intake, form: &Form, counter: &Counter, new: &Submission) -> bool {
    let sender = Sender { form: &form.slug, desk: Desk::Counter(&counter.slug), visitor: None };
    forms::submit(&stage.app, intake, sender, new).await.unwrap().was_known
}

fn phone(number: usize) -> String {
    format!("139{number:08}")
}

fn person(stage: &Stage, number: usize) -> Submission {
    let phone = phone(number);
    let name = format!("Guest {number}");
    let answers =
        [("phone", phone.as_str()), ("name", &name), ("city", "Leeds"), ("birthday", "1990-05-17"), ("gender", "f")];
    Submission { is_code_shown: true, ..filled(stage, number, &answers) }
}

fn followed(number: usize) -> Value {
    json!({ "type": "track", "event": "Followed", "userId": format!("fan{number}"),
        "context": { "touchPoint": "official_account", "traits": { "phone": phone(number) } } })
}

async fn spots(stage: &Stage, form: &Form) -> Vec<SpotResults> {
    forms::results(&stage.app, &TESTER, &form.id, Period::ALL).await.unwrap().by_spot
}

async fn c23_a_hundred_people_at_a_counter_without_a_network_sync_once_and_the_follow_rate_is_told(stage: &Stage) {
    const PEOPLE: usize = 100;
    let (form, intake) = made(stage, five()).await;
    let place = store(stage, "S12").await;
    let li = clerk(stage, "Li", &place).await;
    let (code_id, code_slug) = code(stage, "Follow us").await;
    let tablet = counter(stage, &form, settings(&place, Some(&li), Some(&code_id))).await;
    let page = forms::page_of(&stage.app, &form.slug, Desk::Counter(&tablet.slug)).await.unwrap();
    assert_eq!((page.code.as_deref(), page.is_open), (Some(code_slug.as_str()), true));
    // Three minutes apart, without a network.
    let mut queue = Vec::new();
    for number in 0..PEOPLE {
        queue.push(person(stage, number));
        stage.clock.advance_seconds(180);
    }
    // It returns, breaks off, and returns: what was sent before is sent again.
    let opened = stage.app.clock.now();
    for sent in [40, 75, PEOPLE, PEOPLE] {
        stage.clock.advance_seconds(10);
        for new in &queue[..sent] {
            let again = Submission { sent_at: Some(stage.app.clock.now()), ..new.clone() };
            send(stage, &intake, &form, &tablet, &again).await;
        }
    }
    pipeline::apply_all(&stage.app).await.unwrap();
    let results = forms::results(&stage.app, &TESTER, &form.id, Period::ALL).await.unwrap();
    assert_eq!((results.submissions, results.customers), (100, 100));
    assert_eq!((results.follow.codes_shown, results.follow.followed), (100, 0));
    assert_eq!(results.refusals, []);
    let (listed, _) = forms::submissions(&stage.app, &TESTER, &form.id, None, 200).await.unwrap();
    let times: Vec<i64> = listed.iter().map(|one| one.at.0 - opened.0).collect();
    let step = 180 * MICROS_PER_SECOND;
    let expected: Vec<i64> = (1..=PEOPLE as i64).rev().map(|place| -place * step).collect();
    assert_eq!(times, expected, "each at the time at which it was filled in");
    let who = named(stage, "+8613900000007").await;
    let profile = customer_profile(&stage.app, &TESTER, who).await.unwrap();
    assert_eq!((profile.item.row.counters.display_name.as_deref(), profile.traits.len()), (Some("Guest 7"), 4));
    // Of whom some follow: ten had before, two come too late.
    let mut account = Teller::users("src_wechat");
    let at = |number: usize, at: Instant| {
        let mut message = followed(number);
        message["timestamp"] = json!(at.rfc3339());
        message["sentAt"] = json!(stage.app.clock.now().rfc3339());
        message
    };
    let before: Vec<Value> = (0..10).map(|number| at(number, Instant(opened.0 - 500 * step))).collect();
    account.tell(stage, &before).await;
    account.tell(stage, &(10..48).map(followed).collect::<Vec<_>>()).await;
    stage.clock.advance_days(31);
    account.tell(stage, &(48..50).map(followed).collect::<Vec<_>>()).await;
    let results = forms::results(&stage.app, &TESTER, &form.id, Period::ALL).await.unwrap();
    assert_eq!(results.follow, FollowRate { codes_shown: 100, followed: 38, followed_before: 10 });
    assert_eq!(results.follow.basis_points(), Some(3_800));
    let [spot] = &results.by_spot[..] else { panic!("{:?}", results.by_spot) };
    assert_eq!((spot.place_id.as_deref(), spot.clerk_id.as_deref()), (Some(place.as_str()), Some(li.as_str())));
    assert_eq!(
        (spot.counter_id.as_deref(), spot.code_id.as_deref()),
        (Some(tablet.id.as_str()), Some(code_id.as_str()))
    );
    assert_eq!((spot.submissions, spot.follow), (100, results.follow));
}

async fn each_counter_counts_for_its_store_clerk_and_code_of_then(stage: &Stage) {
    let (form, intake) = made(stage, five()).await;
    let (east, west) = (store(stage, "E").await, store(stage, "W").await);
    let (li, wu) = (clerk(stage, "Li", &east).await, clerk(stage, "Wu", &west).await);
    let first = counter(stage, &form, settings(&east, Some(&li), None)).await;
    let second = counter(stage, &form, settings(&west, None, None)).await;
    for number in 0..3 {
        send(stage, &intake, &form, &first, &person(stage, number)).await;
    }
    send(stage, &intake, &form, &second, &person(stage, 3)).await;
    // The tablet moves to the other store, and to another clerk.
    let moved = settings(&west, Some(&wu), None);
    forms::update_counter(&stage.app, &TESTER, &first.id, 1, moved, false).await.unwrap();
    for number in 4..9 {
        send(stage, &intake, &form, &first, &person(stage, number)).await;
    }
    let own = Sender { form: &form.slug, desk: Desk::Own, visitor: None };
    let unseen = Submission { is_code_shown: false, ..person(stage, 9) };
    forms::submit(&stage.app, &intake, own, &unseen).await.unwrap();
    let mut found: Vec<(Option<String>, Option<String>, i64)> =
        spots(stage, &form).await.into_iter().map(|one| (one.place_id, one.clerk_id, one.submissions)).collect();
    found.sort();
    let (east, west) = (Some(east), Some(west));
    let expected = [(None, None, 1), (east, Some(li), 3), (west.clone(), None, 1), (west, Some(wu), 5)];
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected);
    let only = Period { from: Instant(stage.app.clock.now().0 + 1), until: Instant(i64::MAX) };
    assert_eq!(forms::results(&stage.app, &TESTER, &form.id, only).await.unwrap().submissions, 0);
    // Archived, it takes what was filled in before and nothing else.
    let waiting = person(stage, 10);
    stage.clock.advance_seconds(60);
    let closed = forms::update_counter(
        &stage.app,
        &TESTER,
        &second.id,
        1,
        settings(&found[1].0.clone().unwrap(), None, None),
        true,
    );
    closed.await.unwrap();
    stage.clock.advance_seconds(60);
    let late = Submission { sent_at: Some(stage.app.clock.now()), ..waiting };
    assert!(!send(stage, &intake, &form, &second, &late).await);
    let sender = Sender { form: &form.slug, desk: Desk::Counter(&second.slug), visitor: None };
    let now = forms::submit(&stage.app, &intake, sender, &person(stage, 11)).await;
    assert!(matches!(now, Err(FormError::Closed)));
    assert!(!forms::page_of(&stage.app, &form.slug, Desk::Counter(&second.slug)).await.unwrap().is_open);
}

async fn whoever_answers_at_a_counter_is_a_customer_of_its_store_and_of_no_device(stage: &Stage) {
    let (form, intake) = made(stage, five()).await;
    let (east, west) = (store(stage, "E").await, store(stage, "W").await);
    let tablet = counter(stage, &form, settings(&east, None, None)).await;
    for number in 0..2 {
        send(stage, &intake, &form, &tablet, &person(stage, number)).await;
    }
    pipeline::apply_all(&stage.app).await.unwrap();
    let (first, second) = (named(stage, "+8613900000000").await, named(stage, "+8613900000001").await);
    assert_ne!(first, second, "two people at one tablet are two");
    let profile = customer_profile(&stage.app, &TESTER, first).await.unwrap();
    assert_eq!(profile.identities.len(), 1);
    let places = stores::list_places(&stage.app, &TESTER).await.unwrap().views;
    let of = |id: &str| places.iter().find(|view| view.place.id == id).unwrap().customers;
    assert_eq!((of(&east), of(&west)), (2, 0));
}

async fn a_counter_is_changed_by_version_and_by_right(stage: &Stage) {
    let (form, _) = made(stage, five()).await;
    let place = store(stage, "E").await;
    let create = async |settings: CounterSettings| match forms::create_counter(
        &stage.app,
        &TESTER,
        &form.id,
        settings,
        &Once::unkeyed(),
    )
    .await
    {
        Err(FormError::Invalid(wrong)) => wrong.into_iter().map(|one| one.field).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let wrong = CounterSettings { name: " ".into(), ..settings("plc_none", Some("clk_none"), Some("cod_none")) };
    assert_eq!(create(wrong).await, ["name", "place", "code", "clerk"]);
    let elsewhere = settings(&place, None, None);
    let nowhere = forms::create_counter(&stage.app, &TESTER, "frm_none", elsewhere, &Once::unkeyed()).await;
    assert!(matches!(nowhere, Err(FormError::NoForm)));
    let tablet = counter(stage, &form, settings(&place, None, None)).await;
    let change =
        |version| forms::update_counter(&stage.app, &TESTER, &tablet.id, version, settings(&place, None, None), true);
    let archived = change(1).await.unwrap();
    assert_eq!((archived.version, archived.archived_at), (2, Some(stage.app.clock.now())));
    assert!(matches!(change(1).await, Err(FormError::VersionConflict)));
    assert_eq!(forms::list_counters(&stage.app, &TESTER, &form.id).await.unwrap(), [archived]);
    let analyst = Actor::User { id: "u".into(), name: "n".into(), role: Role::Analyst, scope: Scope::Everyone };
    let forbidden =
        forms::create_counter(&stage.app, &analyst, &form.id, settings(&place, None, None), &Once::unkeyed()).await;
    assert!(matches!(forbidden, Err(FormError::Forbidden(_))));
}
