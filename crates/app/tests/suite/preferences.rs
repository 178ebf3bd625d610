//! The preference centre: what a customer picks, from where, and which pushes may go.

use crate::over_time::at;
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::topics::{self, CustomerPicks, TopicError};
use perennial_app::{audit, privacy};
use perennial_domain::access::Role;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, MICROS_PER_HOUR};
use perennial_domain::topics::{PushClass, TopicSettings, Withheld};
use serde_json::{Value, json};

on_both! {
    c58_of_twelve_topics_pushes_outside_the_three_that_were_picked_do_not_go_unless_they_are_service,
    the_latest_pick_holds_whoever_told_of_it,
    a_merged_customer_wants_what_was_picked_last_and_each_profile_its_own_again,
    the_register_is_changed_by_version_and_by_right,
}

fn settings(name: &str, is_archived: bool) -> TopicSettings {
    TopicSettings { name: name.to_owned(), description: String::new(), is_archived }
}

async fn register(stage: &Stage) -> Vec<String> {
    let codes: Vec<String> = (1..=12).map(|number| format!("topic_{number}")).collect();
    for code in &codes {
        topics::put_topic(&stage.app, &TESTER, code, None, settings(code, false)).await.unwrap();
    }
    codes
}

fn picked(user: &str, codes: &[&str]) -> Value {
    json!({ "type": "track", "userId": user, "event": "Preferences Updated", "properties": { "topics": codes } })
}

async fn picks(stage: &Stage, who: CustomerNumber) -> CustomerPicks {
    topics::customer_picks(&stage.app, &TESTER, who).await.unwrap()
}

fn now(picks: &CustomerPicks) -> Vec<&str> {
    picks.now.iter().flat_map(|pick| &pick.topics).map(String::as_str).collect()
}

/// How many of these pushes go.
async fn go(stage: &Stage, who: CustomerNumber, class: PushClass, codes: &[String]) -> usize {
    let mut gone = 0;
    for code in codes {
        let verdict = topics::may_push(&stage.app, &TESTER, who, class, code).await.unwrap();
        assert!(verdict != Err(Withheld::UnknownTopic));
        gone += usize::from(verdict.is_ok());
    }
    gone
}

async fn c58_of_twelve_topics_pushes_outside_the_three_that_were_picked_do_not_go_unless_they_are_service(
    stage: &Stage,
) {
    let codes = register(stage).await;
    let mut app = Teller::users("src_app");
    app.tell(stage, &[json!({ "type": "page", "userId": "u1" })]).await;
    let who = named(stage, "u1").await;
    assert_eq!(go(stage, who, PushClass::Marketing, &codes).await, 12, "who never picked anything has said nothing");
    stage.clock.advance_seconds(60);
    app.tell(stage, &[picked("u1", &["topic_2", "topic_5", "topic_11"])]).await;
    let (wanted, others): (Vec<String>, Vec<String>) =
        codes.iter().cloned().partition(|code| ["topic_2", "topic_5", "topic_11"].contains(&code.as_str()));
    assert_eq!((wanted.len(), go(stage, who, PushClass::Marketing, &wanted).await), (3, 3));
    assert_eq!((others.len(), go(stage, who, PushClass::Marketing, &others).await), (9, 0));
    assert_eq!(go(stage, who, PushClass::Service, &codes).await, 12);
    let found = picks(stage, who).await;
    let held = found.now.unwrap();
    assert_eq!((held.source.as_str(), held.topics.len(), found.history.len()), ("src_app", 3, 1));
    assert_eq!(held.at.rfc3339(), "2026-11-22T09:01:02Z");
    // A topic that is archived takes no pushes, picked or not.
    topics::put_topic(&stage.app, &TESTER, "topic_5", Some(1), settings("Five", true)).await.unwrap();
    let verdict = topics::may_push(&stage.app, &TESTER, who, PushClass::Marketing, "topic_5").await.unwrap();
    assert_eq!(verdict, Err(Withheld::UnknownTopic));
    let verdict = topics::may_push(&stage.app, &TESTER, who, PushClass::Service, "topic_5").await.unwrap();
    assert_eq!(verdict, Ok(()));
    // Nothing wanted any more.
    stage.clock.advance_seconds(60);
    app.tell(stage, &[picked("u1", &[])]).await;
    assert_eq!(go(stage, who, PushClass::Marketing, &wanted[..1]).await, 0);
    let erasure = privacy::erase(&stage.app, &TESTER, who, "request 1").await.unwrap();
    assert_eq!(erasure.removed["topic_picks"], 2);
}

async fn the_latest_pick_holds_whoever_told_of_it(stage: &Stage) {
    register(stage).await;
    let hours_ago = |hours: i64| Instant(stage.app.clock.now().0 - hours * MICROS_PER_HOUR);
    let mut app = Teller::users("src_app");
    app.tell(stage, &[at(stage, hours_ago(2), picked("u1", &["topic_1"]))]).await;
    app.tell(stage, &[at(stage, hours_ago(5), picked("u1", &["topic_9"]))]).await;
    let who = named(stage, "u1").await;
    let found = picks(stage, who).await;
    assert_eq!((now(&found), found.history.len()), (vec!["topic_1"], 2), "the earlier one came late");
    let clerk = Actor::User { id: "usr_1".into(), name: "Li".into(), role: Role::Clerk, scope: Scope::Everyone };
    let wanted = ["topic_3".to_owned(), "topic_4".to_owned()];
    let written = topics::record_picks(&stage.app, &clerk, who, &wanted).await.unwrap();
    assert_eq!(
        (now(&written), written.now.as_ref().unwrap().source.as_str()),
        (vec!["topic_3", "topic_4"], "perennial")
    );
    assert_eq!(picks(stage, who).await, written);
    let unknown = topics::record_picks(&stage.app, &clerk, who, &["dance".to_owned()]).await;
    assert!(matches!(unknown, Err(TopicError::Invalid(_))));
    let analyst = Actor::User { id: "usr_2".into(), name: "An".into(), role: Role::Analyst, scope: Scope::Everyone };
    assert!(matches!(topics::record_picks(&stage.app, &analyst, who, &wanted).await, Err(TopicError::Forbidden(_))));
    let blind = Actor::User { id: "usr_3".into(), name: "No".into(), role: Role::Clerk, scope: Scope::Nobody };
    assert!(matches!(topics::record_picks(&stage.app, &blind, who, &wanted).await, Err(TopicError::NoCustomer)));
    assert!(matches!(topics::customer_picks(&stage.app, &blind, who).await, Err(TopicError::NoCustomer)));
    let entries = audit::list(&stage.app, &TESTER, None, 50).await.unwrap().0;
    assert_eq!(entries.iter().filter(|entry| entry.action == "topics.picked").count(), 1);
}

async fn a_merged_customer_wants_what_was_picked_last_and_each_profile_its_own_again(stage: &Stage) {
    register(stage).await;
    let mut app = Teller::users("src_app");
    app.tell(stage, &[picked("u1", &["topic_1"])]).await;
    stage.clock.advance_seconds(60);
    app.tell(stage, &[picked("u2", &["topic_2"])]).await;
    let (one, other) = (named(stage, "u1").await, named(stage, "u2").await);
    let request = MergeRequest { one, other, keep: None };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    assert_eq!(now(&picks(stage, one).await), ["topic_2"]);
    assert_eq!(picks(stage, one).await.history.len(), 2);
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!((now(&picks(stage, one).await), now(&picks(stage, other).await)), (vec!["topic_1"], vec!["topic_2"]));
}

async fn the_register_is_changed_by_version_and_by_right(stage: &Stage) {
    let app = &stage.app;
    let made = topics::put_topic(app, &TESTER, "recipes", None, settings(" Recipes ", false)).await.unwrap();
    assert_eq!((made.settings.name.as_str(), made.version), ("Recipes", 1));
    let again = topics::put_topic(app, &TESTER, "recipes", None, settings("Other", false)).await;
    assert!(matches!(again, Err(TopicError::Exists)));
    let changed = topics::put_topic(app, &TESTER, "recipes", Some(1), settings("Food", true)).await.unwrap();
    assert_eq!((changed.settings.name.as_str(), changed.settings.is_archived, changed.version), ("Food", true, 2));
    let stale = topics::put_topic(app, &TESTER, "recipes", Some(1), settings("Late", false)).await;
    assert!(matches!(stale, Err(TopicError::Changed)));
    let none = topics::put_topic(app, &TESTER, "dance", Some(1), settings("Dance", false)).await;
    assert!(matches!(none, Err(TopicError::NoTopic)));
    let wrong = topics::put_topic(app, &TESTER, "No!", None, settings("", false)).await;
    let Err(TopicError::Invalid(fields)) = wrong else { panic!("{wrong:?}") };
    assert_eq!(fields.iter().map(|one| one.field).collect::<Vec<_>>(), ["code", "name"]);
    let clerk = Actor::User { id: "u".into(), name: "n".into(), role: Role::Clerk, scope: Scope::Everyone };
    let refused = topics::put_topic(app, &clerk, "more", None, settings("More", false)).await;
    assert!(matches!(refused, Err(TopicError::Forbidden(_))));
    assert_eq!(topics::list_topics(app, &clerk).await.unwrap(), [changed]);
    for number in 0..99 {
        topics::put_topic(app, &TESTER, &format!("t{number}"), None, settings("T", false)).await.unwrap();
    }
    let full = topics::put_topic(app, &TESTER, "one_more", None, settings("T", false)).await;
    assert!(matches!(full, Err(TopicError::Invalid(_))));
}
