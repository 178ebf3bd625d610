//! Tags by hand: the worked examples, and what becomes of tags when customers are merged, parted and erased.

use crate::people::{Teller, named, snapshot};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::customers::{self, CustomerQuery, CustomerSort, SortOrder};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::tags::{self, CustomerTags, TagChange, TagError, TagsChanged, Whom};
use perennial_app::{audit, pipeline, privacy};
use perennial_domain::access::Role;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::tag::{GroupSettings, TagSettings};
use serde_json::{Value, json};

on_both! {
    c46_a_tag_that_a_clerk_adds_while_chatting_is_there_with_who_when_and_where,
    c47_an_exclusive_group_ends_the_first_and_a_tag_that_is_not_renewed_expires_and_is_logged,
    rules_are_those_of_the_moment_at_which_a_tag_was_set,
    a_merged_customer_has_the_tags_of_its_profiles_and_each_has_its_own_again,
    many_customers_are_tagged_at_once_counted_and_found,
    what_cannot_be_tagged_is_refused_with_a_reason,
    tags_of_an_erased_person_are_gone_and_an_export_has_them_all,
}

async fn group(stage: &Stage, code: &str, exclusive: bool, valid_days: Option<i64>, tag_codes: &[&str]) {
    let settings = GroupSettings {
        code: code.to_owned(),
        name_zh: "孕期".to_owned(),
        name_en: code.to_owned(),
        is_exclusive: exclusive,
        valid_days,
        is_archived: false,
    };
    tags::create_group(&stage.app, &TESTER, settings, &Once::unkeyed()).await.unwrap();
    for tag in tag_codes {
        tags::create_tag(&stage.app, &TESTER, code, tag_settings(tag), &Once::unkeyed()).await.unwrap();
    }
}

fn tag_settings(code: &str) -> TagSettings {
    let name_zh = if code == "intent" { "意向客户" } else { "标签" };
    TagSettings { code: code.to_owned(), name_zh: name_zh.to_owned(), name_en: code.to_owned(), is_archived: false }
}

fn user(role: Role) -> Actor {
    Actor::User { id: "usr_li".to_owned(), name: "Li".to_owned(), role, scope: Scope::Everyone }
}

fn list(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

async fn change(stage: &Stage, who: &str, set: &[&str], remove: &[&str]) -> TagsChanged {
    let whom = Whom::One(named(stage, who).await);
    let change = TagChange { set: list(set), remove: list(remove), ..TagChange::default() };
    tags::change_tags(&stage.app, &TESTER, &whom, &change, &Once::unkeyed()).await.unwrap()
}

async fn tags_of(stage: &Stage, who: &str) -> CustomerTags {
    tags::customer_tags(&stage.app, &TESTER, named(stage, who).await).await.unwrap()
}

async fn standing(stage: &Stage, who: &str) -> Vec<String> {
    let shown: Vec<String> = tags_of(stage, who).await.standing.into_iter().map(|one| one.tag).collect();
    let on_profile: Vec<String> =
        snapshot(stage, named(stage, who).await).await.tags().iter().map(|one| one.tag.clone()).collect();
    assert_eq!(shown, on_profile);
    // What the list finds is the same.
    for tag in &shown {
        assert!(found(stage, &[tag]).await.contains(&named(stage, who).await), "{who}: {tag}");
    }
    shown
}

async fn found(stage: &Stage, wanted: &[&str]) -> Vec<CustomerNumber> {
    let query = CustomerQuery { tags: list(wanted), ..CustomerQuery::default() };
    let (sort, order) = (CustomerSort::Number, SortOrder::Ascending);
    let page = customers::list_customers(&stage.app, &TESTER, &query, sort, order, None, 200).await.unwrap();
    assert_eq!(page.total, page.items.len() as i64);
    page.items.iter().map(|item| CustomerNumber(u32::try_from(item.row.counters.number).unwrap())).collect()
}

async fn people(stage: &Stage, users: &[&str]) -> Teller {
    let mut shop = Teller::users("src_shop");
    let known: Vec<Value> = users.iter().map(|user| json!({ "type": "identify", "userId": user })).collect();
    shop.tell(stage, &known).await;
    shop
}

async fn c46_a_tag_that_a_clerk_adds_while_chatting_is_there_with_who_when_and_where(stage: &Stage) {
    group(stage, "intention", false, None, &["intent", "key_customer"]).await;
    people(stage, &["u1", "u2"]).await;
    let before = snapshot(stage, named(stage, "u1").await).await.events();
    let whom = Whom::One(named(stage, "u1").await);
    let note = Some(" asked for the price twice ".to_owned());
    let surface = Some("side_bar".to_owned());
    let chat = TagChange { set: list(&["intent"]), surface, note, ..TagChange::default() };
    let clerk = user(Role::Clerk);
    let changed = tags::change_tags(&stage.app, &clerk, &whom, &chat, &Once::unkeyed()).await.unwrap();
    assert_eq!((changed.changed, changed.unchanged, changed.not_found), (1, 0, 0));
    // It is there when the call returns: no later than within a second.
    let tags = tags_of(stage, "u1").await;
    let [intent] = tags.standing.as_slice() else { panic!("{tags:?}") };
    assert_eq!(
        (intent.tag.as_str(), intent.name_zh.as_str(), intent.group.as_str()),
        ("intent", "意向客户", "intention")
    );
    let [mark] = intent.set.as_slice() else { panic!("{intent:?}") };
    assert_eq!((mark.by.kind.as_str(), mark.by.name.as_str(), mark.at), ("user", "Li", stage.app.clock.now()));
    let told = (mark.surface.as_deref(), mark.note.as_deref());
    assert_eq!(told, (Some("side_bar"), Some("asked for the price twice")));
    assert_eq!(found(stage, &["intent"]).await, [named(stage, "u1").await]);
    assert!(standing(stage, "u2").await.is_empty());
    // It is a fact on the timeline, and nothing that a touch-point saw.
    pipeline::hand_over(&stage.app).await.unwrap();
    let after = snapshot(stage, named(stage, "u1").await).await;
    assert_eq!((after.events(), after.timeline().len()), (before, 2));
    let entries = audit::list(&stage.app, &TESTER, None, 9).await.unwrap().0;
    assert_eq!((entries[0].action.as_str(), entries[0].actor_name.as_str()), ("customer.tags_changed", "Li"));
    assert!(!serde_json::to_string(&entries[0].detail).unwrap().contains("price"), "a note is about a person");
    for (role, may) in [(Role::Analyst, false), (Role::Service, true), (Role::Sender, false)] {
        let change = TagChange { set: list(&["key_customer"]), ..TagChange::default() };
        let answer = tags::change_tags(&stage.app, &user(role), &whom, &change, &Once::unkeyed()).await;
        assert_eq!(answer.is_ok(), may, "{role:?}");
    }
    assert_eq!(standing(stage, "u1").await, ["intent", "key_customer"]);
}

async fn c47_an_exclusive_group_ends_the_first_and_a_tag_that_is_not_renewed_expires_and_is_logged(stage: &Stage) {
    group(stage, "pregnancy", true, Some(90), &["early", "middle", "late"]).await;
    group(stage, "season", true, Some(7), &["spring"]).await;
    people(stage, &["u1", "u2", "u3"]).await;
    change(stage, "u1", &["early", "spring"], &[]).await;
    stage.clock.advance_days(30);
    change(stage, "u1", &["middle"], &[]).await;
    assert_eq!(standing(stage, "u1").await, ["middle"]);
    let tags = tags_of(stage, "u1").await;
    let ends: Vec<(&str, &str, Option<&str>)> = tags
        .ended
        .iter()
        .map(|one| (one.tag.as_str(), one.ended.as_ref().unwrap()))
        .map(|(tag, end)| (tag, end.why, end.replaced_by.as_deref()))
        .collect();
    assert_eq!(ends, [("early", "replaced", Some("middle")), ("spring", "expired", None)]);
    // Set again: 90 days from then. Others have their own clocks.
    stage.clock.advance_days(60);
    change(stage, "u1", &["middle"], &[]).await;
    change(stage, "u2", &["middle"], &[]).await;
    assert_eq!(tags_of(stage, "u1").await.standing[0].set.len(), 2, "renewed once");
    let entries = audit::list(&stage.app, &TESTER, None, 9).await.unwrap().0;
    let logged = entries.iter().find(|entry| entry.action == "tags.expired").unwrap();
    assert_eq!(logged.detail["customers_by_tag"], json!({ "spring": 1 }), "found when the next tag was set");
    stage.clock.advance_days(89);
    assert_eq!(tags::expire_due(&stage.app).await.unwrap(), 0);
    assert_eq!((standing(stage, "u1").await, found(stage, &["middle"]).await.len()), (list(&["middle"]), 2));
    stage.clock.advance_days(1);
    // Before anybody has looked: it counts nowhere.
    assert!(found(stage, &["middle"]).await.is_empty() && standing(stage, "u1").await.is_empty());
    let groups = tags::list_groups(&stage.app, &TESTER).await.unwrap();
    assert!(groups[0].tags.iter().all(|(_, customers)| *customers == 0));
    assert_eq!(tags::expire_due(&stage.app).await.unwrap(), 2);
    assert_eq!(tags::expire_due(&stage.app).await.unwrap(), 0, "once");
    let entries = audit::list(&stage.app, &TESTER, None, 9).await.unwrap().0;
    assert_eq!((entries[0].action.as_str(), entries[0].actor_name.as_str()), ("tags.expired", "worker"));
    assert_eq!(entries[0].detail["customers_by_tag"], json!({ "middle": 2 }));
    let end = tags_of(stage, "u1").await.ended.remove(0);
    let ended = end.ended.unwrap();
    assert_eq!((end.tag.as_str(), ended.why, Some(ended.at)), ("middle", "expired", end.expires_at));
    // Set once more, it stands anew, and is removed by hand.
    change(stage, "u1", &["late"], &[]).await;
    stage.clock.advance_days(1);
    change(stage, "u1", &[], &["late"]).await;
    assert_eq!(change(stage, "u1", &[], &["late"]).await.unchanged, 1, "it does not stand any more");
    let last = tags_of(stage, "u1").await.ended.remove(0);
    assert_eq!((last.tag.as_str(), last.ended.as_ref().unwrap().why), ("late", "removed"));
    assert_eq!(last.ended.unwrap().mark.unwrap().by.name, "test");
}

async fn rules_are_those_of_the_moment_at_which_a_tag_was_set(stage: &Stage) {
    group(stage, "stage", false, Some(10), &["one", "two"]).await;
    people(stage, &["u1"]).await;
    change(stage, "u1", &["one", "two"], &[]).await;
    let settings = GroupSettings {
        code: "stage".to_owned(),
        name_zh: "阶段".to_owned(),
        name_en: "Stage".to_owned(),
        is_exclusive: true,
        valid_days: None,
        is_archived: false,
    };
    let updated = tags::update_group(&stage.app, &TESTER, 1, settings.clone()).await.unwrap();
    assert_eq!(updated.version, 2);
    assert_eq!(standing(stage, "u1").await, ["one", "two"], "both were allowed");
    stage.clock.advance_days(9);
    change(stage, "u1", &["two"], &[]).await;
    assert_eq!(standing(stage, "u1").await, ["two"], "renewed under the new rule: alone, and for good");
    stage.clock.advance_days(4_000);
    assert_eq!(standing(stage, "u1").await, ["two"]);
    // What is archived is put on nobody, and stays.
    let archived = GroupSettings { is_archived: true, ..settings };
    tags::update_group(&stage.app, &TESTER, 2, archived).await.unwrap();
    let whom = Whom::One(named(stage, "u1").await);
    let again = TagChange { set: list(&["one"]), ..TagChange::default() };
    let refused = tags::change_tags(&stage.app, &TESTER, &whom, &again, &Once::unkeyed()).await;
    assert!(matches!(refused, Err(TagError::Invalid(_))), "{refused:?}");
    assert_eq!(standing(stage, "u1").await, ["two"]);
    change(stage, "u1", &[], &["two"]).await;
    assert!(standing(stage, "u1").await.is_empty());
}

async fn merge(stage: &Stage, one: &str, other: &str) -> String {
    let request = MergeRequest { one: named(stage, one).await, other: named(stage, other).await, keep: None };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap().id
}

async fn a_merged_customer_has_the_tags_of_its_profiles_and_each_has_its_own_again(stage: &Stage) {
    group(stage, "pregnancy", true, Some(90), &["early", "middle", "late"]).await;
    group(stage, "other", false, None, &["vip", "intent", "complained"]).await;
    people(stage, &["u1", "u2"]).await;
    change(stage, "u1", &["early", "vip", "complained"], &[]).await;
    stage.clock.advance_days(1);
    change(stage, "u2", &["middle", "intent", "complained"], &[]).await;
    let before = [tags_of(stage, "u1").await, tags_of(stage, "u2").await];
    // Nothing in between: exactly what was.
    let id = merge(stage, "u1", "u2").await;
    let together = ["vip", "complained", "middle", "intent"];
    assert_eq!(standing(stage, "u1").await, together, "of the exclusive group the later one");
    assert_eq!(found(stage, &["middle"]).await.len(), 1);
    identity::unmerge(&stage.app, &TESTER, &id, &Once::unkeyed()).await.unwrap();
    assert_eq!([tags_of(stage, "u1").await, tags_of(stage, "u2").await], before);
    assert_eq!(standing(stage, "u1").await, ["early", "vip", "complained"]);
    assert_eq!(standing(stage, "u2").await, ["middle", "intent", "complained"]);
    // With something in between: what is new goes to the profile of the strongest identifier, what is removed to each that
    // has it.
    let id = merge(stage, "u1", "u2").await;
    stage.clock.advance_days(1);
    change(stage, "u1", &["late"], &["complained"]).await;
    assert_eq!(standing(stage, "u2").await, ["vip", "intent", "late"]);
    identity::unmerge(&stage.app, &TESTER, &id, &Once::unkeyed()).await.unwrap();
    assert_eq!(standing(stage, "u1").await, ["vip", "late"]);
    assert_eq!(standing(stage, "u2").await, ["middle", "intent"], "its own again, but for what was removed");
    // What expires while they are one has expired for whoever had it.
    let id = merge(stage, "u1", "u2").await;
    stage.clock.advance_days(91);
    assert_eq!(tags::expire_due(&stage.app).await.unwrap(), 1, "late; middle had ended for the customer before");
    identity::unmerge(&stage.app, &TESTER, &id, &Once::unkeyed()).await.unwrap();
    assert_eq!((standing(stage, "u1").await, standing(stage, "u2").await), (list(&["vip"]), list(&["intent"])));
}

async fn many_customers_are_tagged_at_once_counted_and_found(stage: &Stage) {
    group(stage, "other", false, None, &["vip", "intent"]).await;
    let users: Vec<String> = (0..130).map(|number| format!("u{number}")).collect();
    let names: Vec<&str> = users.iter().map(String::as_str).collect();
    people(stage, &names).await;
    let mut numbers = Vec::new();
    for name in &names {
        numbers.push(named(stage, name).await);
    }
    let id = merge(stage, "u0", "u1").await;
    let tag =
        |set: &[&str], remove: &[&str]| TagChange { set: list(set), remove: list(remove), ..TagChange::default() };
    let mut all = numbers.clone();
    all.push(CustomerNumber(90_000));
    all.push(numbers[5]);
    let app = &stage.app;
    let changed =
        tags::change_tags(app, &TESTER, &Whom::Many(all), &tag(&["vip"], &[]), &Once::unkeyed()).await.unwrap();
    assert_eq!((changed.changed, changed.unchanged), (129, 0), "two of them are one, and one is named twice");
    assert_eq!(changed.not_found, 1);
    let some = Whom::Many(numbers[10..60].to_vec());
    tags::change_tags(app, &TESTER, &some, &tag(&["intent"], &["vip"]), &Once::unkeyed()).await.unwrap();
    let counts = |groups: Vec<tags::GroupWithTags>| -> Vec<(String, i64)> {
        groups[0].tags.iter().map(|(tag, customers)| (tag.settings.code.clone(), *customers)).collect()
    };
    let shown = counts(tags::list_groups(app, &TESTER).await.unwrap());
    assert_eq!(shown, [("intent".to_owned(), 50), ("vip".to_owned(), 79)]);
    assert_eq!((found(stage, &["vip"]).await.len(), found(stage, &["intent"]).await.len()), (79, 50));
    assert!(found(stage, &["vip", "intent"]).await.is_empty());
    identity::unmerge(app, &TESTER, &id, &Once::unkeyed()).await.unwrap();
    assert_eq!(found(stage, &["vip"]).await.len(), 79, "one of the two had no tag of its own");
    let too_many = Whom::Many((0..501).map(CustomerNumber).collect());
    let refused = tags::change_tags(app, &TESTER, &too_many, &tag(&["vip"], &[]), &Once::unkeyed()).await;
    assert!(matches!(refused, Err(TagError::Invalid(_))), "{refused:?}");
    // Somebody who sees nobody changes nobody.
    let bound = Actor::User {
        id: "usr_mei".to_owned(),
        name: "Mei".to_owned(),
        role: Role::Clerk,
        scope: Scope::Below("/1/".to_owned()),
    };
    let some = Whom::Many(numbers[..3].to_vec());
    let changed = tags::change_tags(app, &bound, &some, &tag(&[], &["vip"]), &Once::unkeyed()).await.unwrap();
    assert_eq!((changed.changed, changed.not_found), (0, 3));
    let one = tags::change_tags(app, &bound, &Whom::One(numbers[0]), &tag(&["vip"], &[]), &Once::unkeyed()).await;
    assert!(matches!(one, Err(TagError::NoCustomer)));
    assert!(matches!(tags::customer_tags(app, &bound, numbers[0]).await, Err(TagError::NoCustomer)));
    assert!(tags::list_groups(app, &bound).await.unwrap()[0].tags.iter().all(|(_, customers)| *customers == 0));
}

async fn what_cannot_be_tagged_is_refused_with_a_reason(stage: &Stage) {
    group(stage, "pregnancy", true, Some(90), &["early", "late"]).await;
    people(stage, &["u1"]).await;
    let app = &stage.app;
    let whom = Whom::One(named(stage, "u1").await);
    let tag =
        |set: &[&str], remove: &[&str]| TagChange { set: list(set), remove: list(remove), ..TagChange::default() };
    let long = TagChange { note: Some("x".repeat(1_001)), ..tag(&["early"], &[]) };
    let nowhere = TagChange { surface: Some("The console".to_owned()), ..tag(&["early"], &[]) };
    let cases = [
        (tag(&[], &[]), "set"),
        (tag(&["early", "early"], &[]), "set"),
        (tag(&["early"], &["early"]), "set"),
        (tag(&["early", "late"], &[]), "set"),
        (tag(&["nothing"], &[]), "set"),
        (tag(&[], &["nothing"]), "remove"),
        (long, "note"),
        (nowhere, "surface"),
    ];
    for (change, field) in cases {
        match tags::change_tags(app, &TESTER, &whom, &change, &Once::unkeyed()).await {
            Err(TagError::Invalid(errors)) => assert_eq!(errors[0].field, field, "{change:?}"),
            other => panic!("{change:?}: {other:?}"),
        }
    }
    let twice = tags::create_tag(app, &TESTER, "pregnancy", tag_settings("early"), &Once::unkeyed()).await;
    assert!(matches!(twice, Err(TagError::Taken)));
    let nowhere = tags::create_tag(app, &TESTER, "nothing", tag_settings("x"), &Once::unkeyed()).await;
    assert!(matches!(nowhere, Err(TagError::NoGroup)));
    let archived = TagSettings { is_archived: true, ..tag_settings("early") };
    let stale = tags::update_tag(app, &TESTER, 7, archived.clone()).await;
    assert!(matches!(stale, Err(TagError::VersionConflict)));
    tags::update_tag(app, &TESTER, 1, archived).await.unwrap();
    let refused = tags::change_tags(app, &TESTER, &whom, &tag(&["early"], &[]), &Once::unkeyed()).await;
    assert!(matches!(refused, Err(TagError::Invalid(_))));
    for role in [Role::Clerk, Role::Service, Role::Analyst] {
        let refused = tags::create_tag(app, &user(role), "pregnancy", tag_settings("x"), &Once::unkeyed()).await;
        assert!(matches!(refused, Err(TagError::Forbidden(_))), "{role:?}");
    }
}

async fn tags_of_an_erased_person_are_gone_and_an_export_has_them_all(stage: &Stage) {
    group(stage, "other", false, Some(30), &["vip", "intent"]).await;
    people(stage, &["u1", "u2"]).await;
    let noted = TagChange { set: list(&["vip"]), note: Some("a note".to_owned()), ..TagChange::default() };
    let number = named(stage, "u1").await;
    tags::change_tags(&stage.app, &TESTER, &Whom::One(number), &noted, &Once::unkeyed()).await.unwrap();
    change(stage, "u2", &["vip"], &[]).await;
    stage.clock.advance_days(31);
    tags::expire_due(&stage.app).await.unwrap();
    change(stage, "u1", &["intent"], &[]).await;
    let mut export = privacy::begin_person_export(&stage.app, &TESTER, number).await.unwrap();
    let mut text = String::new();
    while let Some(bytes) = export.next_bytes().await.unwrap() {
        text.push_str(&String::from_utf8(bytes).unwrap());
    }
    assert_eq!(export.counts()["tag"], 3);
    let told = text.lines().filter(|line| line.contains("\"record\":\"tag\"")).collect::<Vec<_>>().join("\n");
    for word in ["a note", "\"expired\"", "\"intent\"", "\"by\":\"test\""] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let erasure = privacy::erase(&stage.app, &TESTER, number, "request 7").await.unwrap();
    assert_eq!((erasure.removed["tags"], erasure.removed["tags_of_customers"]), (3, 1));
    let groups = tags::list_groups(&stage.app, &TESTER).await.unwrap();
    assert!(groups[0].tags.iter().all(|(_, customers)| *customers == 0));
    assert_eq!(tags_of(stage, "u2").await.ended.len(), 1, "nobody else's");
    stage.clock.advance_days(31);
    assert_eq!(tags::expire_due(&stage.app).await.unwrap(), 0);
}
