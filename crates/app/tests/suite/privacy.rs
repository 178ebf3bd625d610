//! Erasing people: everywhere, once, for good; and how somebody comes back.

use crate::people::{Teller, named, snapshot};
use crate::plans::{freeze, plan_of};
use crate::stage::{Stage, TESTER, on_both};
use crate::touchpoint::{TouchPoint, track};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::customers;
use perennial_app::identity::{self, MergeRequest};
use perennial_app::imports;
use perennial_app::jobs::{self, Job};
use perennial_app::plans::{self, HeldQuery};
use perennial_app::privacy::{self, Erasure, ErasureState, PrivacyError};
use perennial_app::{audit, doctor, pipeline, webhooks};
use perennial_domain::access::Role;
use perennial_domain::identity::IdentifierType;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;
use perennial_domain::plan::PlanMode;
use perennial_domain::webhook::{EndpointSettings, EventType};
use perennial_store::inspect;
use serde_json::{Value, json};
use std::path::PathBuf;

on_both! {
    an_erased_person_is_gone_everywhere_and_old_files_and_late_messages_do_not_bring_them_back,
    all_profiles_of_a_merged_customer_go_and_nobody_elses,
    a_consent_after_the_erasure_brings_somebody_back_as_a_new_customer,
    what_waits_in_queues_and_files_goes_too,
    an_erasure_waits_for_an_import_that_needs_a_file_of_the_person,
    an_erasure_is_refused_where_it_makes_no_sense_and_gone_on_with_where_it_stopped,
    without_its_keys_nothing_goes_on,
    everything_about_a_person_is_one_file,
    what_facts_say_over_time_is_in_the_file_and_names_nobody_else,
}

/// What Ann has bought.
const ORDERS: &[u8] = b"order_no,customer_id,email,phone,ordered_at,order_amount,currency\n\
    1,A1,ann@example.com,13800000001,2025-01-10 09:30,70.00,CNY\n\
    2,A1,,,2025-02-10 10:00,50.00,CNY\n";

/// Ann's orders, and one of Bob, whom the shop knew before, with Ann's phone.
async fn open_shop(stage: &Stage) -> PathBuf {
    let known = stage.write("known.csv", b"customer_id,email\nB2,bob@example.com\n");
    stage.import(ImportKind::Customers, &known).await;
    let orders = stage.write("orders.csv", ORDERS);
    stage.import(ImportKind::Orders, &orders).await;
    let bobs = b"order_no,customer_id,phone,ordered_at,order_amount,currency\n\
        3,B2,13800000001,2025-03-01 08:00,20.00,CNY\n";
    stage.import(ImportKind::Orders, &stage.write("bobs.csv", bobs)).await;
    orders
}

async fn found(stage: &Stage, identifier: &str) -> Option<CustomerNumber> {
    customers::find_customer(&stage.app, &TESTER, identifier).await.ok()
}

async fn erase(stage: &Stage, identifier: &str) -> Erasure {
    let customer = named(stage, identifier).await;
    privacy::erase(&stage.app, &TESTER, customer, "request 114").await.unwrap()
}

fn removed(erasure: &Erasure, place: &str) -> u64 {
    erasure.removed.get(place).copied().unwrap_or_default()
}

async fn verified(stage: &Stage, erasure: &Erasure) -> bool {
    let text = erasure.receipt.as_ref().unwrap().to_string();
    privacy::verify_receipt(&stage.app, &text, None).await.unwrap().is_valid
}

async fn an_erased_person_is_gone_everywhere_and_old_files_and_late_messages_do_not_bring_them_back(stage: &Stage) {
    let webhook = EndpointSettings {
        url: "https://other.example/hook".to_owned(),
        description: String::new(),
        event_types: vec![EventType::OrderCreated, EventType::CustomerErased],
        with_imports: true,
    };
    let webhook = webhooks::create_endpoint(&stage.app, &TESTER, webhook, false, &Once::unkeyed()).await.unwrap();
    let orders = open_shop(stage).await;
    let people = stage.write("people.csv", b"customer_id,name,city\nA1,Ann Li,Hangzhou\nB2,Bob,York\n");
    stage.import(ImportKind::Customers, &people).await;
    let mut shop = Teller::members("src_shop");
    let page =
        |phone: &str| json!({ "type": "page", "anonymousId": "d1", "context": { "traits": { "phone": phone } } });
    shop.tell(stage, &[page("13800000001")]).await;
    stage.export().await;
    let (ann, bob) = (named(stage, "A1").await, named(stage, "B2").await);
    assert_eq!(named(stage, "d1").await, ann);
    let before = snapshot(stage, bob).await;

    let erasure = erase(stage, "ann@example.com").await;
    assert_eq!((erasure.state, erasure.is_overdue, erasure.customer), (ErasureState::Done, false, ann));
    // Two orders, and the row of the customer file, by which a file that comes again is known.
    assert_eq!((removed(&erasure, "identifiers"), removed(&erasure, "known_orders_and_rows")), (4, 3));
    assert_eq!(removed(&erasure, "webhook_events"), 2);
    // What was to be told is gone; what is told instead says that somebody is.
    let (told, _) = webhooks::deliveries(&stage.app, &TESTER, &webhook.endpoint.id, None, None, 9).await.unwrap();
    let of_ann: Vec<&str> =
        told.iter().filter(|one| one.event_type != "order.created").map(|one| one.event_type.as_str()).collect();
    assert_eq!(of_ann, ["customer.erased"]);
    // Two orders, a row of the customer file, a page.
    assert_eq!((removed(&erasure, "history_facts"), removed(&erasure, "customers_who_shared_identifiers")), (4, 1));
    assert!(verified(stage, &erasure).await);
    for identifier in ["A1", "ann@example.com", "13800000001", "d1", "Ann Li"] {
        assert_eq!(found(stage, identifier).await, None, "{identifier}");
    }
    assert!(stage.app.history.timeline(ann, None, None, 9).await.unwrap().is_empty());
    assert_eq!(stage.app.history.stats().await.unwrap().facts, 3);
    let told = stage.app.history.timeline(bob, None, None, 9).await.unwrap();
    assert!(told.iter().flat_map(|fact| &fact.identifiers).all(|one| one.kind != IdentifierType::Phone), "{told:?}");
    let after = snapshot(stage, bob).await;
    assert_eq!((after.net_minor(), after.orders(), after.display_name()), (2_000, 1, Some("Bob")));
    assert_eq!((after.identities(), after.timeline()), (before.identities(), before.timeline()));
    assert!(identity::customer_identity(&stage.app, &TESTER, bob).await.unwrap().left_off.is_empty());
    let export = stage.export().await;
    assert_eq!(export.lines().count(), 2, "{export}");

    // The same files once more, and a message that was on its way.
    let again = stage.import(ImportKind::Orders, &orders).await.result.applied;
    assert_eq!((again.erased, again.accepted, again.duplicates, again.customers_new), (2, 0, 0, 0));
    let again = stage.import(ImportKind::Customers, &people).await.result.applied;
    assert_eq!((again.erased, again.accepted + again.duplicates), (1, 1));
    shop.tell(stage, &[page("13800000001"), json!({ "type": "page", "anonymousId": "d1" })]).await;
    // The member number is new, and tied to a phone of the erased person only.
    let other = b"order_no,member_no,phone,ordered_at,order_amount,currency\n9,M9,13800000001,2025-05-01,5.00,CNY\n";
    let other = stage.import(ImportKind::Orders, &stage.write("other.csv", other)).await.result.applied;
    assert_eq!((other.erased, other.accepted), (1, 0));
    for identifier in ["A1", "ann@example.com", "13800000001", "d1", "M9"] {
        assert_eq!(found(stage, identifier).await, None, "{identifier}");
    }
    assert_eq!(stage.export().await, export);

    let (entries, _) = audit::list(&stage.app, &TESTER, None, 50).await.unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    for action in ["customer.erased", "customer.erasure_finished"] {
        assert_eq!(actions.iter().filter(|one| **one == action).count(), 1, "{action}");
    }
    assert_no_trace(stage, &["ann@example.com", "13800000001", "Ann Li"]).await;
}

/// No table of the store holds any of these texts.
async fn assert_no_trace(stage: &Stage, texts: &[&str]) {
    let columns = [
        ("identities", "value"),
        ("identity_conflicts", "value"),
        ("traits", "value"),
        ("part_traits", "value"),
        ("customers", "COALESCE(display_name, '')"),
        ("customer_parts", "COALESCE(display_name, '')"),
        ("erasures", "counts || COALESCE(work, '') || COALESCE(receipt, '')"),
        ("audit", "detail || subject"),
        ("source_log", "COALESCE(message_id, '')"),
    ];
    let mut tx = stage.app.store.read().await.unwrap();
    for (table, column) in columns {
        for row in inspect::texts(&mut tx, &format!("SELECT {column} FROM {table}")).await.unwrap() {
            assert!(texts.iter().all(|text| !row.contains(text)), "{table}: {row}");
        }
    }
}

async fn all_profiles_of_a_merged_customer_go_and_nobody_elses(stage: &Stage) {
    open_shop(stage).await;
    let till =
        b"order_no,member_no,ordered_at,order_amount,currency\n7,M7,2025-03-01,31.00,CNY\n8,M8,2025-03-02,9.00,CNY\n";
    stage.import(ImportKind::Orders, &stage.write("till.csv", till)).await;
    let merge = async |one: &str, other: &str| {
        let request = MergeRequest { one: named(stage, one).await, other: named(stage, other).await, keep: None };
        identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap()
    };
    merge("A1", "M7").await;
    let parted = merge("A1", "M8").await;
    identity::unmerge(&stage.app, &TESTER, &parted.id, &Once::unkeyed()).await.unwrap();
    let (apart, profile) = (named(stage, "M8").await, CustomerNumber(named(stage, "A1").await.0));
    let kept = snapshot(stage, apart).await;
    let erasure = erase(stage, "M7").await;
    assert_eq!((erasure.profiles.len(), removed(&erasure, "profiles"), removed(&erasure, "merges")), (2, 2, 2));
    assert_eq!((removed(&erasure, "known_orders_and_rows"), removed(&erasure, "history_facts")), (3, 3));
    assert_eq!(erasure.customer, profile);
    for identifier in ["A1", "M7", "ann@example.com"] {
        assert_eq!(found(stage, identifier).await, None, "{identifier}");
    }
    assert_eq!(snapshot(stage, apart).await, kept);
    assert!(identity::customer_identity(&stage.app, &TESTER, apart).await.unwrap().merges.is_empty());
    assert_eq!(stage.export().await.lines().count(), 3);
}

fn consent(user: &str, phone: &str) -> Value {
    json!({ "type": "track", "event": "Consent Given", "userId": user, "anonymousId": "d2",
        "properties": { "purpose": "membership", "text_version": "3" }, "context": { "traits": { "phone": phone } } })
}

async fn a_consent_after_the_erasure_brings_somebody_back_as_a_new_customer(stage: &Stage) {
    let mut app = Teller::users("src_app");
    let order = |user: &str, number: &str| app_order(user, number);
    app.tell(stage, &[consent("u1", "13800000001"), order("u1", "A-1")]).await;
    let first = named(stage, "u1").await;
    let erasure = erase(stage, "u1").await;
    stage.clock.advance_days(2);
    // A purchase is no consent, and nor is what a device reports.
    let reported =
        json!({ "type": "page", "userId": "u1", "context": { "consent": { "categoryPreferences": { "ads": true } } } });
    app.tell(stage, &[order("u1", "A-2"), reported]).await;
    assert_eq!(found(stage, "u1").await, None);

    app.tell(stage, &[consent("u1", "13800000002"), order("u1", "A-3")]).await;
    let second = named(stage, "u1").await;
    assert_ne!(second, first, "a number is never given twice");
    assert_eq!(named(stage, "13800000002").await, second);
    let back = snapshot(stage, second).await;
    assert_eq!((back.orders(), back.events()), (1, 2), "what was before stays out");
    let seen = privacy::erasure(&stage.app, &TESTER, &erasure.id).await.unwrap();
    assert!(seen.back_since.is_some());
    // All identifiers of that erasure count again, from then on.
    let late = json!({ "type": "page", "userId": "u1", "anonymousId": "d2",
        "timestamp": "2026-11-20T09:00:00Z", "sentAt": "2026-11-24T09:00:00Z" });
    app.tell(stage, &[json!({ "type": "page", "anonymousId": "d2" }), late]).await;
    assert_eq!(snapshot(stage, second).await.events(), 3, "an earlier fact stays out");
    // And goes again.
    let again = erase(stage, "u1").await;
    assert_eq!(removed(&again, "history_facts"), 3);
    app.tell(stage, &[order("u1", "A-4")]).await;
    assert_eq!(found(stage, "u1").await, None);
}

fn app_order(user: &str, number: &str) -> Value {
    json!({ "type": "track", "event": "Order Completed", "userId": user,
        "properties": { "order_id": number, "total": 15, "currency": "CNY" } })
}

async fn upload(stage: &Stage, name: &str, content: &[u8]) -> imports::Upload {
    let mut writer = imports::begin_upload(&stage.app, name).await.unwrap();
    writer.write(content).await.unwrap();
    imports::finish_upload(&stage.app, &TESTER, writer).await.unwrap()
}

async fn what_waits_in_queues_and_files_goes_too(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    freeze(stage, &shop, plan_of(2), PlanMode::Quarantine).await;
    let planned = |user: &str, id: &str| track(user, id, "E0", json!({ "sku": "A" }));
    let unplanned = |user: &str, id: &str| track(user, id, "Torn", json!({}));
    shop.send(stage, &[planned("u1", "m1"), planned("u2", "m2")]).await;
    pipeline::apply_all(&stage.app).await.unwrap();
    // These wait in the journal, and in the quarantine.
    shop.send(stage, &[planned("u1", "m3"), unplanned("u1", "m4"), unplanned("u2", "m5")]).await;
    // A file with a bad row of theirs, an upload that nobody has imported, one that names nobody.
    let bad = b"order_no,member_no,email,ordered_at,order_amount,currency\n\
        1,M1,ann@example.com,2025-01-10,70.00,CNY\n2,M1,Ann@Example.com,2025-01-11,twelve,CNY\n3,M3,c@example.com,soon,1.00,CNY\n";
    let import = stage.import(ImportKind::Orders, &stage.write("bad.csv", bad)).await;
    assert_eq!(import.result.rejected, 2);
    let with = upload(stage, "with.csv", b"who,when\nann@example.com,2025-01-10\n").await;
    let without = upload(stage, "without.csv", b"who,when\nc@example.com,2025-01-10\n").await;
    let bind =
        json!({ "type": "identify", "userId": "u1", "traits": { "email": "ann@example.com" }, "messageId": "m6" });
    let mut crm = Teller::users("src_crm");
    crm.tell(stage, &[bind]).await;
    assert_eq!(named(stage, "M1").await, named(stage, "u1").await);
    shop.send(stage, &[planned("u1", "m7")]).await;

    let erasure = erase(stage, "u1").await;
    assert_eq!(erasure.state, ErasureState::Done);
    let places =
        ["quarantined_facts", "uploads", "rejected_rows", "history_facts"].map(|place| removed(&erasure, place));
    // Of the facts in history: an order, an identify, two events; the third was dropped on its way.
    assert_eq!(places, [1, 1, 1, 4]);
    assert_eq!(removed(&erasure, "source_log_entries"), 3, "two that were applied, and the one kept aside");
    let held = plans::held_page(&stage.app, &TESTER, &shop.id, &HeldQuery::default(), 9).await.unwrap();
    assert_eq!(held.facts.iter().map(|one| one.message_id.as_str()).collect::<Vec<_>>(), ["m5"]);
    let counts = shop.counts(stage).await;
    assert_eq!((counts.accepted, counts.erased, counts.held()), (4, 1, 1));
    assert!(!with.path.exists() && without.path.exists());
    let rejected = std::fs::read_to_string(imports::rejected_file(&stage.app, &import.id).unwrap()).unwrap();
    assert!(!rejected.to_lowercase().contains("ann@") && rejected.contains("c@example.com"), "{rejected}");
    assert!(rejected.starts_with("\u{feff}row_number,file,field,code,reason,order_no"), "{rejected}");
    assert_no_trace(stage, &["ann@example.com"]).await;
    // What is released later finds the gate.
    assert!(found(stage, "u2").await.is_some());
}

/// An import that somebody has begun and nobody runs just now.
async fn an_erasure_waits_for_an_import_that_needs_a_file_of_the_person(stage: &Stage) {
    open_shop(stage).await;
    let content = b"order_no,customer_id,ordered_at,order_amount,currency\n11,A1,2025-04-01,1.00,CNY\n12,C3,2025-04-01,1.00,CNY\n";
    let waiting = upload(stage, "more.csv", content).await;
    let import = stage.create_import(ImportKind::Orders, &waiting.path).await;
    let erasure = erase(stage, "A1").await;
    assert_eq!((erasure.state, erasure.waits_for.as_deref()), (ErasureState::Running, Some(import.as_str())));
    assert_eq!(found(stage, "A1").await, None, "they are gone all the same");
    jobs::enqueue_now(&stage.app, &Job::CleanUp).await.unwrap();
    let report = imports::run(&stage.app, &import, &|_| {}).await.unwrap().result.applied;
    assert_eq!((report.erased, report.accepted), (1, 1));
    stage.clock.advance_days(2);
    let finding = doctor::examine(&stage.app).await.unwrap().into_iter().find(|one| one.check == "privacy").unwrap();
    assert!(!finding.ok && finding.found.contains("1 of them are overdue"), "{finding:?}");
    jobs::run_until_idle(&stage.app).await.unwrap();
    let done = privacy::erasure(&stage.app, &TESTER, &erasure.id).await.unwrap();
    assert_eq!((done.state, done.is_overdue, done.waits_for.as_ref()), (ErasureState::Done, true, None));
    assert!(!waiting.path.exists());
    assert_eq!(done.receipt.as_ref().unwrap()["content"]["in_time"], false);
    assert!(verified(stage, &done).await);
}

async fn an_erasure_is_refused_where_it_makes_no_sense_and_gone_on_with_where_it_stopped(stage: &Stage) {
    open_shop(stage).await;
    let customer = named(stage, "A1").await;
    let begin = async |actor: &Actor, customer: CustomerNumber, reason: &str| {
        privacy::begin_erasure(&stage.app, actor, customer, reason, &Once::unkeyed()).await
    };
    let operator =
        Actor::User { id: "usr_1".to_owned(), name: "Li".to_owned(), role: Role::Operator, scope: Scope::Everyone };
    assert!(matches!(begin(&operator, customer, "7").await, Err(PrivacyError::Forbidden(_))));
    assert!(matches!(begin(&TESTER, customer, " ").await, Err(PrivacyError::NoReason { .. })));
    assert!(matches!(begin(&TESTER, CustomerNumber(99), "7").await, Err(PrivacyError::NoCustomer)));
    let begun = begin(&TESTER, customer, "7").await.unwrap();
    assert!(matches!(begin(&TESTER, customer, "7").await, Err(PrivacyError::NoCustomer)), "nobody is there any more");
    assert_eq!(begun.state, ErasureState::Running);
    // By the command line once more, by the id; and by the job besides.
    let done = privacy::erase(&stage.app, &TESTER, customer, "7").await.unwrap();
    assert_eq!((done.id.as_str(), done.state), (begun.id.as_str(), ErasureState::Done));
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(privacy::run_erasure(&stage.app, &begun.id).await.unwrap(), done);
    assert_eq!(privacy::erasures(&stage.app, &TESTER, None, 9).await.unwrap(), std::slice::from_ref(&done));
    assert_eq!(privacy::erasure_of(&stage.app, &TESTER, customer).await.unwrap(), done);
}

fn keys(stage: &Stage) -> PathBuf {
    stage.folder.path().join("keys/privacy.json")
}

async fn without_its_keys_nothing_goes_on(stage: &Stage) {
    open_shop(stage).await;
    assert!(!keys(stage).exists(), "they are made at first use");
    let erasure = erase(stage, "A1").await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(keys(stage)), mode(stage.folder.path().join("keys"))), (0o600, 0o700));
    }
    let text = std::fs::read(keys(stage)).unwrap();
    std::fs::remove_file(keys(stage)).unwrap();
    let error = pipeline_with_a_message(stage).await.unwrap_err();
    assert!(error.contains("privacy.json is missing"), "{error}");
    std::fs::write(keys(stage), text).unwrap();
    pipeline::apply_all(&stage.app).await.unwrap();
    assert!(found(stage, "u7").await.is_some(), "nothing was lost meanwhile");
    assert!(verified(stage, &erasure).await);
}

async fn pipeline_with_a_message(stage: &Stage) -> Result<usize, String> {
    let shop = TouchPoint::new(stage, "shop").await;
    shop.send(stage, &[track("u7", "m1", "Seen", json!({}))]).await;
    pipeline::apply_all(&stage.app).await.map_err(|error| error.to_string())
}

pub async fn exported(stage: &Stage, actor: &Actor, customer: CustomerNumber) -> Result<Vec<Value>, PrivacyError> {
    let mut export = privacy::begin_person_export(&stage.app, actor, customer).await?;
    let mut bytes = Vec::new();
    while let Some(page) = export.next_bytes().await? {
        bytes.extend(page);
    }
    let text = String::from_utf8(bytes).unwrap();
    Ok(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

async fn everything_about_a_person_is_one_file(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    freeze(stage, &shop, plan_of(2), PlanMode::Quarantine).await;
    open_shop(stage).await;
    stage.import(ImportKind::Customers, &stage.write("people.csv", b"customer_id,name\nA1,Ann Li\nB2,Bob\n")).await;
    // More than a page of events.
    let mut crm = Teller::users("src_crm");
    let views: Vec<Value> = (0..2_300).map(|_| json!({ "type": "page", "userId": "u1", "name": "Article" })).collect();
    crm.tell(stage, &views).await;
    let request = MergeRequest { one: named(stage, "A1").await, other: named(stage, "u1").await, keep: None };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    shop.send(stage, &[track("u1", "m1", "Torn", json!({ "x": 1 })), track("u2", "m2", "Torn", json!({}))]).await;
    stage.export().await;
    let customer = named(stage, "A1").await;
    let clerk =
        Actor::User { id: "usr_1".to_owned(), name: "Li".to_owned(), role: Role::Operator, scope: Scope::Everyone };
    assert!(matches!(exported(stage, &clerk, customer).await, Err(PrivacyError::Forbidden(_))));
    assert!(matches!(exported(stage, &TESTER, CustomerNumber(99)).await, Err(PrivacyError::NoCustomer)));

    let lines = exported(stage, &TESTER, customer).await.unwrap();
    let of = |record: &str| lines.iter().filter(|line| line["record"] == record).collect::<Vec<_>>();
    let count = |record: &str| of(record).len();
    assert_eq!(
        (lines[0]["record"].as_str(), lines[0]["counters"]["net_minor"].as_i64()),
        (Some("person"), Some(12_000))
    );
    let counts = ["profile", "identifier", "trait", "order", "fact", "merge", "held_fact", "value"].map(count);
    assert_eq!(counts, [2, 4, 1, 2, 2_301, 1, 1, 1]);
    let name = of("trait")[0];
    assert_eq!((name["value"].as_str(), name["source"].as_str()), (Some("Ann Li"), Some("file")));
    let held = of("held_fact")[0];
    assert_eq!((&held["message"]["name"], &held["message"]["properties"]["x"]), (&json!("Torn"), &json!(1)));
    assert_eq!((&held["lines"], &held["traits"]), (&json!([]), &json!([])));
    let actions: Vec<&str> = of("audit_entry").iter().filter_map(|line| line["action"].as_str()).collect();
    assert_eq!(actions, ["customer.data_exported", "customer.merged"]);
    let end = &lines[lines.len() - 1];
    assert_eq!((end["record"].as_str(), end["records"]["fact"].as_u64()), (Some("end"), Some(2_301)));
    let keys: std::collections::BTreeSet<&str> = of("fact").iter().filter_map(|line| line["key"].as_str()).collect();
    assert_eq!(keys.len(), 2_301, "each once");
    assert!(lines.iter().all(|line| !line.to_string().contains("bob@example.com")));
}

async fn what_facts_say_over_time_is_in_the_file_and_names_nobody_else(stage: &Stage) {
    let mut app = Teller::users("src_app");
    let told = |event: &str, properties: Value| json!({ "type": "track", "userId": "u1", "event": event, "properties": properties });
    let messages = [
        told("Product Progressed", json!({ "product": "puzzle", "level": 7, "attempt": 10 })),
        told("Shared", json!({ "share_id": "s1" })),
        told("Preferences Updated", json!({ "topics": ["recipes"] })),
        told("Share Opened", json!({ "share_id": "s2" })),
        json!({ "type": "track", "userId": "u2", "event": "Product Used", "properties": { "product": "puzzle" } }),
    ];
    app.tell(stage, &messages).await;
    let lines = exported(stage, &TESTER, named(stage, "u1").await).await.unwrap();
    let of = |record: &str| lines.iter().filter(|line| line["record"] == record).collect::<Vec<_>>();
    let values: Vec<(&Value, &Value)> = of("progress").iter().map(|line| (&line["name"], &line["value"])).collect();
    assert!(values.len() == 2 && values.contains(&(&json!("level"), &json!(7))), "{values:?}");
    let used = of("product_use");
    assert_eq!((used.len(), &used[0]["quarter_hour"]), (1, &json!("2026-11-22T09:00:00Z")));
    assert_eq!((of("share")[0]["share_id"].as_str(), of("share").len()), (Some("s1"), 1));
    assert_eq!(
        (&of("topic_pick")[0]["topics"], of("relation")[0]["came_by"].as_str()),
        (&json!(["recipes"]), Some("share"))
    );
    assert!(of("relation")[0].get("inviter_value").is_none());
}
