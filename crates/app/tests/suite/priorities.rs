//! Priorities: one plan is chosen, and the others are written down as suppressed.

use crate::layers::{layer_of, make};
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::layers::set_layer_archived;
use perennial_app::priorities::{
    Candidate, Decision, Priorities, PriorityError, decide_plan, list_decisions, put_priorities, read_priorities,
};
use perennial_app::segments::live::{Live, follow};
use perennial_app::{audit, privacy};
use perennial_domain::access::Role;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::priority::PriorityEntry;
use perennial_domain::time::Instant;
use serde_json::{Value, json};
use std::sync::Arc;

on_both! {
    c83_of_four_dimensions_the_priorities_choose_one_plan_and_the_others_are_suppressed,
    c83_who_is_in_two_groups_of_one_plan_suppresses_neither,
    priorities_are_changed_by_their_version_and_every_version_is_kept,
    an_entry_whose_layer_is_archived_means_nobody,
    decisions_are_of_profiles_paged_and_go_with_the_person,
}

fn entry(layer: &str, stage: &str, plan: &str) -> PriorityEntry {
    PriorityEntry { layer: layer.to_owned(), stage: stage.to_owned(), plan: plan.to_owned() }
}

async fn put(stage: &Stage, version: i64, entries: &[PriorityEntry]) -> Result<Priorities, PriorityError> {
    put_priorities(&stage.app, &TESTER, version, entries.to_vec()).await
}

/// By value, lifecycle, attribute and preference.
async fn four_dimensions(stage: &Stage) {
    for (code, stages) in [
        ("value", [("value_high", "count of orders >= 3"), ("value_low", "everybody")]),
        ("life", [("life_dormant", "never anything in last 60 days"), ("life_active", "everybody")]),
        ("attribute", [("age_young", "age < 30"), ("age_old", "age >= 60")]),
        ("preference", [("likes_green", "main_wish is \"green tea\""), ("likes_other", "main_wish exists")]),
    ] {
        make(stage, code, layer_of(&stages)).await.unwrap();
    }
}

fn four_plans() -> [PriorityEntry; 4] {
    [
        entry("life", "life_dormant", "Come back"),
        entry("value", "value_high", "Personal adviser"),
        entry("preference", "likes_green", "Green tea club"),
        entry("attribute", "age_young", "Student offer"),
    ]
}

fn event(who: &str, name: &str) -> Value {
    json!({ "type": "track", "userId": who, "event": name })
}

fn green(who: &str) -> Value {
    json!({ "type": "identify", "userId": who, "traits": { "main_wish": "green tea" } })
}

fn person(who: &str, age: i64) -> Value {
    json!({ "type": "identify", "userId": who, "traits": { "age": age } })
}

async fn decide(stage: &Stage, live: &Arc<Live>, customer: CustomerNumber) -> Decision {
    follow(&stage.app, live).await.unwrap();
    stage.clock.advance_seconds(1);
    decide_plan(&stage.app, live, &TESTER, customer, &Once::unkeyed()).await.unwrap()
}

fn plans(candidates: &[Candidate]) -> Vec<&str> {
    candidates.iter().map(|one| one.plan.as_str()).collect()
}

/// What was chosen, what agrees, and what was suppressed.
fn said(decision: &Decision) -> (&str, Vec<&str>, Vec<&str>) {
    let chosen = decision.said.chosen.as_ref().map_or("", |one| one.plan.as_str());
    (chosen, plans(&decision.said.agreeing), plans(&decision.said.suppressed))
}

async fn c83_of_four_dimensions_the_priorities_choose_one_plan_and_the_others_are_suppressed(stage: &Stage) {
    four_dimensions(stage).await;
    let live = Arc::<Live>::default();
    let mut shop = Teller::users("src_shop");
    // Ann is young, bought three times, likes green tea, and has not been seen since; bob is old and buys today.
    let mut told = vec![person("ann", 24), green("ann"), person("bob", 66)];
    told.extend((0..3).map(|number| shop.order("ann", &format!("A-{number}"), 900)));
    shop.tell(stage, &told).await;
    stage.clock.advance_seconds(61 * 86_400);
    let today = [shop.order("bob", "B-1", 700), green("bob")];
    shop.tell(stage, &today).await;
    stage.clock.advance_seconds(60);
    let (ann, bob) = (named(stage, "ann").await, named(stage, "bob").await);
    let early = decide_plan(&stage.app, &live, &TESTER, ann, &Once::unkeyed()).await.unwrap_err();
    assert!(matches!(early, PriorityError::NoPriorities));
    put(stage, 0, &four_plans()).await.unwrap();
    let first = decide(stage, &live, ann).await;
    assert_eq!(said(&first), ("Come back", vec![], vec!["Personal adviser", "Green tea club", "Student offer"]));
    assert_eq!((first.table_version, first.by.as_str()), (1, "test"));
    let suppressed = &first.said.suppressed[1];
    let names = [&suppressed.layer, &suppressed.layer_name, &suppressed.stage, &suppressed.stage_name];
    assert_eq!(names, ["preference", "Layer", "likes_green", "likes_green"]);
    // Bob is in one of them only.
    let other = decide(stage, &live, bob).await;
    assert_eq!(said(&other), ("Green tea club", vec![], vec![]));
    // Value first: the same customer gets another plan, and the earlier decision stays as it was.
    let [life, value, preference, attribute] = four_plans();
    put(stage, 1, &[value, attribute, life, preference]).await.unwrap();
    let second = decide(stage, &live, ann).await;
    assert_eq!(said(&second), ("Personal adviser", vec![], vec!["Student offer", "Come back", "Green tea club"]));
    // Somebody who is seen again is not dormant any more: then that plan is neither chosen nor suppressed.
    shop.tell(stage, &[event("ann", "Cup Viewed")]).await;
    stage.clock.advance_seconds(60);
    let third = decide(stage, &live, ann).await;
    assert_eq!(said(&third), ("Personal adviser", vec![], vec!["Student offer", "Green tea club"]));
    let (log, next) = list_decisions(&stage.app, &TESTER, ann, None, 10).await.unwrap();
    assert_eq!((log, next), (vec![third, second, first], None));
}

async fn c83_who_is_in_two_groups_of_one_plan_suppresses_neither(stage: &Stage) {
    make(stage, "ages", layer_of(&[("young", "age < 30"), ("old", "age >= 60")])).await.unwrap();
    make(stage, "buyers", layer_of(&[("often", "count of orders >= 2"), ("once", "did orders")])).await.unwrap();
    let live = Arc::<Live>::default();
    let mut shop = Teller::users("src_shop");
    let told = [
        person("ann", 70),
        shop.order("ann", "A-1", 900),
        person("bob", 20),
        shop.order("bob", "B-1", 900),
        shop.order("bob", "B-2", 900),
        person("cid", 45),
    ];
    shop.tell(stage, &told).await;
    stage.clock.advance_seconds(60);
    let table = [
        entry("ages", "old", "By phone"),
        entry("buyers", "once", "By phone"),
        entry("ages", "young", "By message"),
        entry("buyers", "often", "Early access"),
    ];
    put(stage, 0, &table).await.unwrap();
    for (who, right) in [
        ("ann", ("By phone", vec!["By phone"], vec![])),
        ("bob", ("By message", vec![], vec!["Early access"])),
        ("cid", ("", vec![], vec![])),
    ] {
        let decision = decide(stage, &live, named(stage, who).await).await;
        assert_eq!(said(&decision), right, "{who}");
    }
}

async fn priorities_are_changed_by_their_version_and_every_version_is_kept(stage: &Stage) {
    assert_eq!(read_priorities(&stage.app, &TESTER, None).await.unwrap(), Priorities::default());
    four_dimensions(stage).await;
    let table = four_plans();
    let first = put(stage, 0, &table).await.unwrap();
    assert_eq!((first.version, first.lines.len()), (1, 4));
    assert_eq!(first.lines[0].names, Some(("Layer".to_owned(), "life_dormant".to_owned())));
    assert!(matches!(put(stage, 0, &table[..1]).await.unwrap_err(), PriorityError::VersionConflict));
    assert_eq!(put(stage, 1, &table).await.unwrap(), first, "nothing is different");
    put(stage, 1, &[]).await.unwrap();
    assert_eq!(read_priorities(&stage.app, &TESTER, Some(1)).await.unwrap(), first);
    let none = read_priorities(&stage.app, &TESTER, Some(9)).await.unwrap_err();
    assert!(matches!(none, PriorityError::NoVersion));
    let wrong =
        put(stage, 2, &[entry("value", "age_young", "A"), entry("life", "life_active", " ")]).await.unwrap_err();
    let pointers = match wrong {
        PriorityError::Invalid(found) => found.into_iter().map(|one| one.pointer).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(pointers, ["/entries/0/stage", "/entries/1/plan"]);
    let clerk = Actor::User { id: "u".into(), name: "n".into(), role: Role::Clerk, scope: Scope::Everyone };
    let refused = put_priorities(&stage.app, &clerk, 2, Vec::new()).await.unwrap_err();
    assert!(matches!(refused, PriorityError::Forbidden(_)));
    assert_eq!(read_priorities(&stage.app, &clerk, None).await.unwrap().version, 2);
    let (log, _) = audit::list(&stage.app, &TESTER, None, 50).await.unwrap();
    let own: Vec<_> = log.iter().filter(|entry| entry.action == "plan_priorities.changed").collect();
    assert_eq!((own.len(), &own[0].detail["entries"]), (2, &json!(0)));
    assert_eq!(own[1].detail["added"][0], json!("attribute/age_young: Student offer"));
}

async fn an_entry_whose_layer_is_archived_means_nobody(stage: &Stage) {
    four_dimensions(stage).await;
    let live = Arc::<Live>::default();
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[person("ann", 24), green("ann")]).await;
    stage.clock.advance_seconds(60);
    let ann = named(stage, "ann").await;
    let [_, _, preference, attribute] = four_plans();
    put(stage, 0, &[preference.clone(), attribute.clone()]).await.unwrap();
    assert_eq!(said(&decide(stage, &live, ann).await), ("Green tea club", vec![], vec!["Student offer"]));
    set_layer_archived(&stage.app, &TESTER, "preference", true).await.unwrap();
    assert_eq!(said(&decide(stage, &live, ann).await), ("Student offer", vec![], vec![]));
    let found = read_priorities(&stage.app, &TESTER, None).await.unwrap();
    assert_eq!((found.lines[0].names.is_none(), found.lines[1].names.is_some()), (true, true));
    // It is saved without them, and with none that is left nothing is chosen.
    let refused = put(stage, 1, &[attribute, preference]).await.unwrap_err();
    assert!(matches!(&refused, PriorityError::Invalid(found) if found[0].pointer == "/entries/1/stage"), "{refused:?}");
    set_layer_archived(&stage.app, &TESTER, "attribute", true).await.unwrap();
    assert_eq!(said(&decide(stage, &live, ann).await), ("", vec![], vec![]));
}

async fn decisions_are_of_profiles_paged_and_go_with_the_person(stage: &Stage) {
    four_dimensions(stage).await;
    let live = Arc::<Live>::default();
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[person("ann", 24), green("bob"), person("cid", 25)]).await;
    stage.clock.advance_seconds(60);
    let [_, _, preference, attribute] = four_plans();
    put(stage, 0, &[preference, attribute]).await.unwrap();
    let (ann, bob) = (named(stage, "ann").await, named(stage, "bob").await);
    decide(stage, &live, ann).await;
    decide(stage, &live, bob).await;
    let clerk = |scope: Scope| Actor::User { id: "u".into(), name: "n".into(), role: Role::Clerk, scope };
    let hidden = decide_plan(&stage.app, &live, &clerk(Scope::Nobody), ann, &Once::unkeyed()).await.unwrap_err();
    assert!(matches!(hidden, PriorityError::NoCustomer));
    let analyst = Actor::User { id: "u".into(), name: "n".into(), role: Role::Analyst, scope: Scope::Everyone };
    let refused = decide_plan(&stage.app, &live, &analyst, ann, &Once::unkeyed()).await.unwrap_err();
    assert!(matches!(refused, PriorityError::Forbidden(_)), "who only reads writes nothing down");
    // Together they have both, and are young and like green tea; parted each has what was theirs.
    let request = MergeRequest { one: ann, other: bob, keep: Some(ann) };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let both = decide(stage, &live, bob).await;
    assert_eq!(said(&both), ("Green tea club", vec![], vec!["Student offer"]));
    let list = async |actor: &Actor, customer: CustomerNumber| {
        let mut all = Vec::new();
        let mut before: Option<(Instant, String)> = None;
        loop {
            let at = before.as_ref().map(|(at, id)| (*at, id.as_str()));
            let (page, next) = list_decisions(&stage.app, actor, customer, at, 2).await?;
            all.extend(page.iter().map(|one| said(one).0.to_owned()));
            before = next;
            if before.is_none() {
                return Ok::<_, PriorityError>(all);
            }
        }
    };
    let right = ["Green tea club", "Green tea club", "Student offer"];
    assert_eq!(list(&TESTER, ann).await.unwrap(), right);
    assert_eq!(list(&clerk(Scope::Everyone), bob).await.unwrap(), right);
    assert!(matches!(list(&clerk(Scope::Nobody), bob).await.unwrap_err(), PriorityError::NoCustomer));
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!(list(&TESTER, ann).await.unwrap(), ["Green tea club", "Student offer"]);
    assert_eq!(list(&TESTER, bob).await.unwrap(), ["Green tea club"]);
    // A file of the person has them, and they go with the person.
    let mut export = privacy::begin_person_export(&stage.app, &TESTER, ann).await.unwrap();
    while export.next_bytes().await.unwrap().is_some() {}
    assert_eq!(export.counts()["plan_decision"], 2);
    let erasure = privacy::erase(&stage.app, &TESTER, ann, "request 7").await.unwrap();
    assert_eq!(erasure.removed["plan_decisions"], 2);
    let gone = decide_plan(&stage.app, &live, &TESTER, ann, &Once::unkeyed()).await.unwrap_err();
    assert!(matches!(gone, PriorityError::NoCustomer));
    assert_eq!(list(&TESTER, bob).await.unwrap().len(), 1);
}
