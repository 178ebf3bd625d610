//! Who is behind many identifiers: binding, merging by evidence and by hand, and taking it back.

use crate::people::{Teller, named, snapshot, timeline_kinds};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::customers::{self, CustomerQuery, CustomerSort, SortOrder};
use perennial_app::identity::{self, IdentityError, MergeHow, MergeRequest};
use perennial_app::{audit, value};
use perennial_domain::fact::FactKind;
use perennial_domain::identity::{IdentifierType, LeftOffReason};
use perennial_domain::import::field::ImportKind;
use serde_json::json;

on_both! {
    c27_a_social_account_is_bound_to_one_member_and_refused_to_another,
    c28_five_identifiers_of_three_profiles_are_one_customer_and_three_again,
    c29_what_a_visitor_did_before_registering_stays_on_his_timeline,
    values_lists_and_files_have_a_merged_customer_once,
    conflicting_fields_are_previewed_with_the_reason_why_one_holds,
    who_was_parted_is_not_merged_again_by_evidence_but_by_hand,
    a_refund_that_names_another_profile_finds_its_order,
    a_cancellation_that_comes_first_and_names_another_profile_finds_its_order,
    merges_are_in_the_audit_log_and_refused_where_they_make_no_sense,
    months_of_purchase_of_a_merged_customer_follow_the_time_zone,
}

async fn merge(stage: &Stage, one: &str, other: &str) -> identity::Merge {
    let request = MergeRequest { one: named(stage, one).await, other: named(stage, other).await, keep: None };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap()
}

async fn unmerge(stage: &Stage, merge: &identity::Merge) {
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
}

async fn everybody(stage: &Stage) -> i64 {
    let query = CustomerQuery::default();
    let sort = (CustomerSort::Number, SortOrder::Ascending);
    let list = customers::list_customers(&stage.app, &TESTER, &query, sort.0, sort.1, None, 50).await.unwrap();
    assert_eq!(list.items.len() as i64, list.total);
    list.total
}

async fn c27_a_social_account_is_bound_to_one_member_and_refused_to_another(stage: &Stage) {
    let members = "member_no,phone,name\nM77,13800000077,Li\nM78,13800000078,Wu\n";
    stage.import(ImportKind::Customers, &stage.write("members.csv", members.as_bytes())).await;
    let mut shop = Teller::members("src_shop");
    let bind = |member: &str, open_id: &str| {
        json!({ "type": "identify", "userId": member,
            "context": { "externalIds": [{ "id": open_id, "type": "open_id", "collection": "users" }] } })
    };
    shop.tell(stage, &[bind("M77", "O1"), bind("M77", "O2"), bind("M78", "O1"), bind("M78", "O3")]).await;
    let (first, second) = (named(stage, "M77").await, named(stage, "M78").await);
    assert_ne!(first, second);
    for (open_id, whose) in [("O1", first), ("O2", first), ("O3", second)] {
        assert_eq!(named(stage, open_id).await, whose, "{open_id}");
    }
    assert_eq!(named(stage, "13800000077").await, first, "the phone of the file is the same member's");
    let refused = identity::customer_identity(&stage.app, &TESTER, second).await.unwrap().left_off;
    assert_eq!(refused.len(), 1);
    let of = (refused[0].kind.as_str(), refused[0].value.as_str(), refused[0].other, refused[0].reason);
    assert_eq!(of, ("open_id", "O1", Some(first), LeftOffReason::Limit));
    assert!(identity::customer_identity(&stage.app, &TESTER, first).await.unwrap().left_off.is_empty());
    assert_eq!(everybody(stage).await, 2);
}

/// Three profiles with five identifiers, and money of each.
async fn three_profiles(stage: &Stage) {
    let orders = "order_no,customer_id,email,ordered_at,order_amount,currency\n\
        1,7,ann@example.com,2025-01-10 09:30,70.00,CNY\n2,7,,2025-02-10 10:00,50.00,CNY\n\
        R2,7,,2025-02-12 10:00,-20.00,CNY\n";
    stage.import(ImportKind::Orders, &stage.write("shop.csv", orders.as_bytes())).await;
    let till =
        "order_no,member_no,phone,ordered_at,order_amount,currency\n9,M1,13800000001,2025-03-01 12:00,31.00,CNY\n";
    stage.import(ImportKind::Orders, &stage.write("till.csv", till.as_bytes())).await;
    let people = "member_no,name,city\nM1,Ann Li,Hangzhou\n";
    stage.import(ImportKind::Customers, &stage.write("people.csv", people.as_bytes())).await;
    let mut app = Teller::users("src_app");
    app.tell(stage, &[json!({ "type": "page", "anonymousId": "d1" }), app.order("d1", "A-1", 1_500)]).await;
}

const PROFILES: [&str; 3] = ["7", "M1", "d1"];

async fn c28_five_identifiers_of_three_profiles_are_one_customer_and_three_again(stage: &Stage) {
    three_profiles(stage).await;
    let numbers = [named(stage, "7").await, named(stage, "M1").await, named(stage, "d1").await];
    let mut before = Vec::new();
    for number in numbers {
        before.push(snapshot(stage, number).await);
    }
    assert_eq!(before.iter().map(|one| one.net_minor()).collect::<Vec<_>>(), [10_000, 3_100, 1_500]);

    let first = merge(stage, "7", "M1").await;
    let second = merge(stage, "d1", "ann@example.com").await;
    assert_eq!((first.how, first.survivor, first.absorbed), (MergeHow::Hand, numbers[0], numbers[1]));
    assert_eq!((second.survivor, second.absorbed), (numbers[0], numbers[2]));
    for identifier in ["7", "ann@example.com", "M1", "13800000001", "d1"] {
        assert_eq!(named(stage, identifier).await, numbers[0], "{identifier}");
    }
    let one = snapshot(stage, numbers[1]).await;
    assert_eq!(one.number(), numbers[0], "the id that was merged away leads to the one that stays");
    assert_eq!((one.identities().len(), one.net_minor(), one.orders()), (5, 14_600, 4));
    assert_eq!(one.display_name(), Some("Ann Li"));
    assert_eq!(one.timeline().len(), before.iter().map(|one| one.timeline().len()).sum::<usize>());
    assert_eq!(everybody(stage).await, 1);

    // What comes meanwhile goes to the profile that its identifiers name.
    let later = "order_no,member_no,ordered_at,order_amount,currency\n10,M1,2025-04-01 12:00,8.00,CNY\n";
    stage.import(ImportKind::Orders, &stage.write("later.csv", later.as_bytes())).await;
    let mut app = Teller::users("src_app");
    app.tell(stage, &[json!({ "type": "page", "anonymousId": "d1" })]).await;
    let one = snapshot(stage, numbers[0]).await;
    assert_eq!((one.net_minor(), one.orders(), one.events()), (15_400, 5, 3));

    unmerge(stage, &first).await;
    assert_eq!(everybody(stage).await, 2);
    let member = snapshot(stage, numbers[1]).await;
    assert_eq!((member.number(), member.net_minor(), member.orders()), (numbers[1], 3_900, 2));
    assert_eq!((member.identities(), member.display_name()), (before[1].identities(), Some("Ann Li")));
    unmerge(stage, &second).await;
    assert_eq!(snapshot(stage, numbers[0]).await, before[0], "to whom nothing came is what it was");
    let visitor = snapshot(stage, numbers[2]).await;
    assert_eq!((visitor.net_minor(), visitor.events()), (1_500, before[2].events() + 1));
    assert_eq!(visitor.identities(), before[2].identities());
    assert_eq!(everybody(stage).await, 3);
}

async fn c29_what_a_visitor_did_before_registering_stays_on_his_timeline(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let view = |device: &str| json!({ "type": "page", "anonymousId": device, "name": "Article" });
    // Two visitors: one registers as somebody new, the other turns out to be a customer of the old system.
    site.tell(stage, &[0; 6].map(|_| view("d1"))).await;
    site.tell(stage, &[0; 9].map(|_| view("d2"))).await;
    stage.import(ImportKind::Customers, &stage.write("old.csv", b"phone,name\n13800000002,Wu\n")).await;
    assert_eq!(everybody(stage).await, 3);
    let known = named(stage, "13800000002").await;
    let registers = |user: &str, device: &str, phone: &str| json!({ "type": "identify", "userId": user, "anonymousId": device, "traits": { "phone": phone } });
    site.tell(stage, &[registers("u1", "d1", "13800000001"), registers("u2", "d2", "13800000002")]).await;
    assert_eq!(everybody(stage).await, 2);
    for (user, device, views) in [("u1", "d1", 6), ("u2", "d2", 9)] {
        let number = named(stage, user).await;
        assert_eq!(named(stage, device).await, number);
        let kinds = timeline_kinds(stage, number).await;
        let count = |kind: FactKind| kinds.iter().filter(|one| **one == kind).count();
        assert_eq!((count(FactKind::Page), count(FactKind::Identify)), (views, 1), "{user}");
        assert_eq!(snapshot(stage, number).await.events(), views as i64 + 1);
    }
    let found = identity::customer_identity(&stage.app, &TESTER, named(stage, "u2").await).await.unwrap();
    assert_eq!((found.customer, found.profiles.len()), (known, 2), "whoever is known best stays");
    let evidence = &found.merges[0];
    assert_eq!((evidence.how, evidence.created_by.as_str()), (MergeHow::Evidence, "src_site"));
    assert_eq!(evidence.identifiers, ["user_id", "phone", "anonymous_id"]);
    assert_eq!(snapshot(stage, known).await.display_name(), Some("Wu"));
}

async fn values_lists_and_files_have_a_merged_customer_once(stage: &Stage) {
    three_profiles(stage).await;
    value::run_now(&stage.app, &value::ValueRequest::default()).await.unwrap();
    let merged = merge(stage, "7", "M1").await;
    let query = CustomerQuery { search: Some("M1".to_owned()), ..CustomerQuery::default() };
    let (sort, order) = (CustomerSort::LifetimeValue, SortOrder::Descending);
    let list = customers::list_customers(&stage.app, &TESTER, &query, sort, order, None, 10).await.unwrap();
    assert_eq!((list.total, list.items[0].row.counters.number), (1, i64::from(merged.survivor.0)));
    assert_eq!(list.items[0].row.value, None, "values are of whole customers");
    // The run that the merge asked for.
    perennial_app::jobs::run_until_idle(&stage.app).await.unwrap();
    let row = customers::customer_profile(&stage.app, &TESTER, merged.survivor).await.unwrap().item.row;
    let value = row.value.unwrap();
    assert_eq!((value.frequency, value.historical_minor + value.current_minor), (3, 13_100));
    let file = stage.export().await;
    assert_eq!(file.lines().count(), 3, "{file}");
    assert!(file.contains("131.00") && !file.contains(&merged.absorbed.public_id()), "{file}");
    unmerge(stage, &merged).await;
    perennial_app::jobs::run_until_idle(&stage.app).await.unwrap();
    let of = |number| customers::customer_profile(&stage.app, &TESTER, number);
    let realised =
        |row: customers::CustomerListRow| row.value.map(|value| value.historical_minor + value.current_minor);
    assert_eq!(realised(of(merged.survivor).await.unwrap().item.row), Some(10_000));
    assert_eq!(realised(of(merged.absorbed).await.unwrap().item.row), Some(3_100));
}

async fn conflicting_fields_are_previewed_with_the_reason_why_one_holds(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let says = |user: &str, city: &str, plan: &str| json!({ "type": "identify", "userId": user, "traits": { "city": city, "plan": plan, "name": user } });
    site.tell(stage, &[says("u1", "York", "gold"), says("u2", "Hull", "gold")]).await;
    let request = MergeRequest {
        one: named(stage, "u1").await,
        other: named(stage, "u2").await,
        keep: Some(named(stage, "u2").await),
    };
    let preview = identity::preview_merge(&stage.app, &TESTER, &request).await.unwrap();
    assert_eq!((preview.survivor.customer, preview.absorbed.customer), (request.other, request.one));
    let shown: Vec<(&str, &str, &str)> =
        preview.fields.iter().map(|one| (one.name.as_str(), one.holds.value.as_str(), one.because.code())).collect();
    assert_eq!(shown, [("city", "Hull", "newest"), ("name", "u2", "newest"), ("plan", "gold", "no_conflict")]);
    let over: Vec<_> = preview.over_limit.iter().map(|one| (one.kind, one.count, one.limit)).collect();
    assert_eq!(over, [(IdentifierType::UserId, 2, 1)], "a person may know better than the limit");
    assert!(!preview.kept_apart && !preview.too_many_profiles);
    assert_eq!(everybody(stage).await, 2, "a preview changes nothing");
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let profile = customers::customer_profile(&stage.app, &TESTER, merge.absorbed).await.unwrap();
    assert_eq!(profile.item.row.counters.display_name, preview.after.display_name);
    let city = profile.traits.iter().find(|one| one.name == "city").unwrap();
    assert_eq!(city.now.value, "Hull");
    unmerge(stage, &merge).await;
    let first = customers::customer_profile(&stage.app, &TESTER, request.one).await.unwrap();
    assert_eq!(first.traits.iter().find(|one| one.name == "city").unwrap().now.value, "York");
    assert_eq!(first.item.row.counters.display_name.as_deref(), Some("u1"));
}

async fn who_was_parted_is_not_merged_again_by_evidence_but_by_hand(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let together = json!({ "type": "identify", "userId": "u1", "anonymousId": "d1" });
    let apart = [json!({ "type": "page", "anonymousId": "d1" }), json!({ "type": "page", "userId": "u1" })];
    site.tell(stage, &[&apart[..], std::slice::from_ref(&together)].concat()).await;
    assert_eq!(everybody(stage).await, 1);
    let found = identity::customer_identity(&stage.app, &TESTER, named(stage, "u1").await).await.unwrap();
    unmerge(stage, &found.merges[0]).await;
    assert_eq!(everybody(stage).await, 2);
    site.tell(stage, std::slice::from_ref(&together)).await;
    assert_eq!(everybody(stage).await, 2);
    let user = identity::customer_identity(&stage.app, &TESTER, named(stage, "u1").await).await.unwrap();
    assert_eq!(user.left_off[0].reason, LeftOffReason::KeptApart);
    let request = MergeRequest { one: named(stage, "u1").await, other: named(stage, "d1").await, keep: None };
    assert!(identity::preview_merge(&stage.app, &TESTER, &request).await.unwrap().kept_apart);
    merge(stage, "u1", "d1").await;
    assert_eq!(everybody(stage).await, 1);
    assert_eq!(snapshot(stage, request.one).await.events(), 4);
    let again = identity::unmerge(&stage.app, &TESTER, &found.merges[0].id, &Once::unkeyed()).await;
    assert!(matches!(again, Err(IdentityError::AlreadyUndone)), "{again:?}");
}

async fn a_refund_that_names_another_profile_finds_its_order(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[shop.order("d1", "A-1", 9_000), json!({ "type": "page", "userId": "u1" })]).await;
    let [device, user] = [named(stage, "d1").await, named(stage, "u1").await];
    let merged = merge(stage, "d1", "u1").await;
    let refund = shop.refund("u1", "A-1", 2_500);
    shop.tell(stage, &[refund, shop.order("u1", "A-1", 9_000)]).await;
    let one = snapshot(stage, user).await;
    assert_eq!(
        (one.orders(), one.net_minor()),
        (1, 6_500),
        "told again under another identifier, it is the same order"
    );
    unmerge(stage, &merged).await;
    assert_eq!(snapshot(stage, device).await.net_minor(), 6_500, "what came back of an order goes with the order");
    assert_eq!(snapshot(stage, user).await.net_minor(), 0);
}

async fn a_cancellation_that_comes_first_and_names_another_profile_finds_its_order(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[json!({ "type": "page", "userId": "u1" }), json!({ "type": "page", "userId": "u2" })]).await;
    let merged = merge(stage, "u1", "u2").await;
    let cancelled = |user: &str| json!({ "type": "track", "userId": user, "event": "Order Cancelled", "properties": { "order_id": "A-1" } });
    shop.tell(stage, &[cancelled("u1")]).await;
    shop.tell(stage, &[shop.order("u2", "A-1", 9_000)]).await;
    let one = snapshot(stage, merged.survivor).await;
    assert_eq!((one.orders(), one.net_minor()), (1, 0));
    unmerge(stage, &merged).await;
    assert_eq!(snapshot(stage, merged.survivor).await.net_minor(), 0);
    assert_eq!(snapshot(stage, merged.absorbed).await.net_minor(), 0);
}

async fn merges_are_in_the_audit_log_and_refused_where_they_make_no_sense(stage: &Stage) {
    three_profiles(stage).await;
    let [one, other, third] = [named(stage, "7").await, named(stage, "M1").await, named(stage, "d1").await];
    let wish = |one, other, keep| MergeRequest { one, other, keep };
    let nobody = perennial_domain::ids::CustomerNumber(99);
    let tries = [
        (wish(one, one, None), "they are one customer already"),
        (wish(one, nobody, None), "no such customer"),
        (wish(one, other, Some(third)), "the customer to keep is one of the two that are merged"),
    ];
    for (request, expected) in tries {
        let error = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let merged = merge(stage, "7", "M1").await;
    let again = identity::merge_customers(&stage.app, &TESTER, &wish(other, one, None), &Once::unkeyed()).await;
    assert!(matches!(again, Err(IdentityError::SameCustomer)), "{again:?}");
    let by_customer = identity::merge_of(&stage.app, &TESTER, &other.public_id()).await.unwrap();
    assert_eq!(by_customer, merged);
    assert!(matches!(identity::merge_of(&stage.app, &TESTER, "mrg_no").await, Err(IdentityError::NoMerge)));
    unmerge(stage, &merged).await;
    let (entries, _) = audit::list(&stage.app, &TESTER, None, 10).await.unwrap();
    let of_merges: Vec<_> = entries
        .iter()
        .filter(|entry| entry.action.starts_with("customer."))
        .map(|entry| (entry.action.as_str(), entry.subject.clone(), entry.detail["merge"].as_str().unwrap_or_default()))
        .collect();
    let expected = ["customer.unmerged", "customer.merged"].map(|action| (action, one.public_id(), merged.id.as_str()));
    assert_eq!(of_merges, expected);
    for name in PROFILES {
        assert!(entries.iter().all(|entry| !entry.detail.values().any(|value| value == name)), "ids only");
    }
}

async fn months_of_purchase_of_a_merged_customer_follow_the_time_zone(stage: &Stage) {
    use perennial_app::settings;
    let orders = "order_no,customer_id,ordered_at,order_amount,currency\n\
        1,7,2025-01-31T16:30:00Z,70.00,CNY\n2,8,2025-04-15T10:00:00Z,50.00,CNY\n";
    stage.import(ImportKind::Orders, &stage.write("orders.csv", orders.as_bytes())).await;
    let merged = merge(stage, "7", "8").await;
    let months = |row: customers::CustomerCounters| (row.first_month, row.active_months);
    let of = |number| snapshot(stage, number);
    assert_eq!(months(of(merged.survivor).await.counters()), (Some(2025 * 12), 0b1001));
    let versioned = settings::read(&stage.app, &TESTER).await.unwrap();
    let shanghai = perennial_domain::settings::Settings { time_zone: "Asia/Shanghai".to_owned(), ..versioned.settings };
    settings::update(&stage.app, &TESTER, versioned.version, shanghai).await.unwrap();
    perennial_app::jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(months(of(merged.survivor).await.counters()), (Some(2025 * 12 + 1), 0b101));
    unmerge(stage, &merged).await;
    assert_eq!(months(of(merged.survivor).await.counters()), (Some(2025 * 12 + 1), 0b1));
    assert_eq!(months(of(merged.absorbed).await.counters()), (Some(2025 * 12 + 3), 0b1));
}
