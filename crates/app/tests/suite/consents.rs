//! Consent: with evidence, by profile, by one rule; and what goes when it is taken back.

use crate::people::{Teller, named, snapshot};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::audit;
use perennial_app::consent::{
    self, Collects, ConsentError, CustomerConsents, NewConsent, NewText, PurposeSettings, Who,
};
use perennial_app::customers;
use perennial_app::identity::{self, MergeRequest};
use perennial_app::jobs;
use perennial_domain::access::Role;
use perennial_domain::consent::Decision;
use perennial_domain::identity::IdentifierType;
use perennial_domain::import::field::ImportKind;
use perennial_domain::time::Instant;
use serde_json::{Value, json};

on_both! {
    c25_what_was_authorised_is_kept_with_its_evidence_and_erased_within_a_day_of_its_revocation,
    decisions_of_messages_clerks_and_devices_are_kept_and_the_stated_rule_holds,
    a_merged_customer_has_what_its_profiles_decided_and_each_has_its_own_again,
    what_cannot_be_written_down_is_refused_with_a_reason,
}

async fn purpose(stage: &Stage, code: &str, settings: PurposeSettings) {
    consent::put_purpose(&stage.app, &TESTER, code, None, settings).await.unwrap();
    let text = NewText { version: "3".to_owned(), locale: "zh-CN".to_owned(), text: "我同意".to_owned() };
    consent::publish_text(&stage.app, &TESTER, code, text, &Once::unkeyed()).await.unwrap();
}

fn marketing() -> PurposeSettings {
    let channels = ["email", "sms"].map(str::to_owned).to_vec();
    PurposeSettings { name: "Marketing".to_owned(), channels, ..PurposeSettings::default() }
}

async fn consents(stage: &Stage, identifier: &str) -> CustomerConsents {
    consent::customer_consents(&stage.app, &TESTER, named(stage, identifier).await).await.unwrap()
}

/// Purpose, channel and decision of what holds.
fn holding(consents: &CustomerConsents) -> Vec<(String, String, Decision)> {
    let shown =
        |one: &consent::ConsentState| (one.purpose.clone(), one.channel.clone().unwrap_or_default(), one.by.decision);
    consents.states.iter().map(shown).collect()
}

fn held(purpose: &str, channel: &str, decision: Decision) -> (String, String, Decision) {
    (purpose.to_owned(), channel.to_owned(), decision)
}

fn told(event: &str, user: &str, properties: Value) -> Value {
    json!({ "type": "track", "event": event, "userId": user, "properties": properties })
}

async fn c25_what_was_authorised_is_kept_with_its_evidence_and_erased_within_a_day_of_its_revocation(stage: &Stage) {
    let collects = Collects {
        traits: ["nickname", "avatar"].map(str::to_owned).to_vec(),
        identifiers: vec![IdentifierType::OpenId, IdentifierType::UnionId],
        sources: vec!["src_wechat".to_owned()],
    };
    purpose(stage, "wechat", PurposeSettings { name: "WeChat".to_owned(), collects, ..PurposeSettings::default() })
        .await;
    let mut wechat = Teller::members("src_wechat");
    let external = |id: &str, kind: &str| json!({ "id": id, "type": kind, "collection": "users" });
    let authorised = |nickname: &str| {
        json!({ "type": "identify", "userId": "M1", "traits": { "nickname": nickname, "avatar": "a.png", "city": "Hangzhou" },
            "context": { "externalIds": [external("O1", "open_id"), external("U1", "union_id")] } })
    };
    let scope = json!({ "purpose": "wechat", "text_version": "3", "scope": "snsapi_userinfo" });
    wechat.tell(stage, &[authorised("Li"), told("Consent Given", "M1", scope)]).await;
    let mut crm = Teller::members("src_crm");
    crm.tell(stage, &[json!({ "type": "identify", "userId": "M1", "traits": { "nickname": "Old Li" } })]).await;
    let before = consents(stage, "M1").await;
    let given = &before.states[0].by;
    assert_eq!((given.decision, given.is_explicit, given.source.as_str()), (Decision::Granted, true, "src_wechat"));
    assert_eq!((given.text_version.as_deref(), given.text_hash.as_ref().map(String::len)), (Some("3"), Some(64)));
    assert_eq!(given.evidence["properties"]["scope"], "snsapi_userinfo");
    let number = named(stage, "O1").await;
    assert_eq!(number, named(stage, "M1").await);

    stage.clock.advance_days(1);
    wechat.tell(stage, &[told("Consent Revoked", "M1", json!({ "purpose": "wechat" }))]).await;
    let revoked = consents(stage, "M1").await;
    let withdrawal = &revoked.withdrawals[0];
    let day = perennial_domain::time::MICROS_PER_DAY;
    assert!(withdrawal.finished_at.is_none() && withdrawal.deadline_at.0 - stage.app.clock.now().0 == day);
    jobs::run_until_idle(&stage.app).await.unwrap();
    let done = consents(stage, "M1").await;
    let removed = &done.withdrawals[0].removed;
    assert_eq!((removed["traits"], removed["identifiers"], done.withdrawals[0].is_overdue), (2, 2, false));
    assert!(done.withdrawals[0].finished_at.is_some());
    for identifier in ["O1", "U1"] {
        assert!(customers::find_customer(&stage.app, &TESTER, identifier).await.is_err(), "{identifier}");
    }
    let profile = customers::customer_profile(&stage.app, &TESTER, number).await.unwrap();
    let traits: Vec<(&str, &str)> =
        profile.traits.iter().map(|one| (one.name.as_str(), one.now.value.as_str())).collect();
    assert_eq!(traits, [("city", "Hangzhou"), ("nickname", "Old Li")], "what another source told stays");
    for fact in stage.app.history.timeline(number, None, None, 9).await.unwrap() {
        let text = format!("{fact:?}");
        assert!(fact.source != "src_wechat" || !text.contains("a.png") && !text.contains("\"O1\""), "{text}");
    }
    // Late, from before: without what was taken back. What is authorised anew counts.
    let late = |nickname: &str, at: &str| {
        let mut message = authorised(nickname);
        message["timestamp"] = json!(at);
        message["sentAt"] = json!("2026-11-23T09:00:00Z");
        message
    };
    wechat.tell(stage, &[late("Late", "2026-11-21T08:00:00Z")]).await;
    let profile = customers::customer_profile(&stage.app, &TESTER, number).await.unwrap();
    assert!(profile.traits.iter().all(|one| one.now.value != "Late") && profile.identities.len() == 1);
    stage.clock.advance_days(1);
    wechat.tell(stage, &[told("Consent Given", "M1", json!({ "purpose": "wechat" })), authorised("New")]).await;
    assert_eq!(named(stage, "O1").await, number);
    let after = consents(stage, "M1").await;
    assert_eq!((holding(&after), after.history.len()), (vec![held("wechat", "", Decision::Granted)], 3));
    let (entries, _) = audit::list(&stage.app, &TESTER, None, 50).await.unwrap();
    for action in
        ["consent.withdrawn", "consent.withdrawal_finished", "consent.purpose_changed", "consent.text_published"]
    {
        assert_eq!(entries.iter().filter(|entry| entry.action == action).count(), 1, "{action}");
    }
}

async fn record(
    stage: &Stage,
    actor: &Actor,
    who: Who,
    channels: &[&str],
    decision: Decision,
) -> consent::RecordedConsent {
    let new = NewConsent {
        who,
        purpose: "marketing".to_owned(),
        channels: channels.iter().map(|channel| (*channel).to_owned()).collect(),
        decision,
        text_version: Some("3".to_owned()),
        at: None,
        note: Some("form 7".to_owned()),
    };
    consent::record_consent(&stage.app, actor, &new, &Once::unkeyed()).await.unwrap()
}

async fn decisions_of_messages_clerks_and_devices_are_kept_and_the_stated_rule_holds(stage: &Stage) {
    purpose(stage, "marketing", marketing()).await;
    let mut site = Teller::users("src_site");
    let reports = |granted: bool| json!({ "type": "page", "userId": "u1", "context": { "consent": { "categoryPreferences": { "marketing": granted, "ads": true } } } });
    // Reported with every page, and kept where it is news.
    site.tell(stage, &[reports(false), reports(false), reports(true), reports(true)]).await;
    assert_eq!(consents(stage, "u1").await.history.len(), 3);
    let given = json!({ "purposes": ["marketing"], "channels": ["email", "sms"], "text_version": 3 });
    site.tell(stage, &[told("Consent Given", "u1", given)]).await;
    stage.clock.advance_days(1);
    let clerk =
        Actor::User { id: "usr_1".to_owned(), name: "Li".to_owned(), role: Role::Clerk, scope: Scope::Everyone };
    let who = || Who::Customer(perennial_domain::ids::CustomerNumber(1));
    let recorded = record(stage, &clerk, who(), &["sms"], Decision::Revoked).await;
    let now = consents(stage, "u1").await;
    let expected = [
        held("ads", "", Decision::Granted),
        held("marketing", "", Decision::Granted),
        held("marketing", "email", Decision::Granted),
        held("marketing", "sms", Decision::Revoked),
    ];
    assert_eq!(holding(&now), expected);
    let newest = &now.history[0];
    assert_eq!((newest.source.as_str(), newest.channel.as_deref()), ("perennial", Some("sms")));
    assert_eq!(newest.evidence["message_id"], recorded.id.as_str());
    assert_eq!(newest.evidence["properties"]["recorded_by"]["name"], "Li");
    assert!(newest.text_hash.is_some());
    // A device lifts nothing that was spoken, and a preference centre does.
    stage.clock.advance_days(1);
    record(stage, &clerk, who(), &[], Decision::Denied).await;
    stage.clock.advance_days(1);
    site.tell(stage, &[reports(true)]).await;
    let denied = consents(stage, "u1").await;
    let decisions: Vec<Decision> = denied.states.iter().map(|one| one.by.decision).collect();
    assert_eq!(decisions, [Decision::Granted, Decision::Denied, Decision::Denied, Decision::Denied]);
    stage.clock.advance_days(1);
    let mut preferences = reports(true);
    preferences["type"] = json!("track");
    preferences["event"] = json!("Segment Consent Preference Updated");
    site.tell(stage, &[preferences]).await;
    assert!(holding(&consents(stage, "u1").await).iter().all(|(.., decision)| *decision == Decision::Granted));
    // Somebody who is not there yet.
    let phone = Who::Identifier { kind: IdentifierType::Phone, value: "138 0000 0009".to_owned() };
    assert_eq!(record(stage, &clerk, phone, &["sms"], Decision::Granted).await.customer, None);
    assert_eq!(consents(stage, "13800000009").await.states.len(), 1);
}

async fn a_merged_customer_has_what_its_profiles_decided_and_each_has_its_own_again(stage: &Stage) {
    let mut site = Teller::users("src_site");
    site.tell(stage, &[told("Consent Given", "u1", json!({ "purpose": "marketing" }))]).await;
    site.tell(stage, &[told("Consent Denied", "u2", json!({ "purpose": "marketing" }))]).await;
    site.tell(stage, &[told("Consent Given", "u2", json!({ "purpose": "ads" }))]).await;
    let before = [consents(stage, "u1").await, consents(stage, "u2").await];
    let request = MergeRequest { one: named(stage, "u1").await, other: named(stage, "u2").await, keep: None };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let together = consents(stage, "u2").await;
    assert_eq!(together.history.len(), 3);
    let expected = [held("ads", "", Decision::Granted), held("marketing", "", Decision::Denied)];
    assert_eq!(holding(&together), expected, "the newer one holds");
    let since = told("Consent Revoked", "u1", json!({ "purpose": "ads" }));
    site.tell(stage, &[since]).await;
    assert_eq!(holding(&consents(stage, "u1").await)[0], held("ads", "", Decision::Revoked));
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!(consents(stage, "u2").await, before[1], "to whom nothing came is what it was");
    let one = consents(stage, "u1").await;
    assert_eq!(holding(&one), [held("ads", "", Decision::Revoked), held("marketing", "", Decision::Granted)]);
    assert_eq!(one.history[1..], before[0].history[..]);
    assert_eq!(snapshot(stage, one.customer).await.events(), 2);
}

async fn what_cannot_be_written_down_is_refused_with_a_reason(stage: &Stage) {
    purpose(stage, "marketing", marketing()).await;
    let people = stage.write("people.csv", b"customer_id,name\nA1,Ann\n");
    stage.import(ImportKind::Customers, &people).await;
    let customer = named(stage, "A1").await;
    let new = |who: Who, purpose: &str, channel: &str, version: &str, at: Option<Instant>| NewConsent {
        who,
        purpose: purpose.to_owned(),
        channels: vec![channel.to_owned()],
        decision: Decision::Granted,
        text_version: Some(version.to_owned()),
        at,
        note: None,
    };
    let someone = Who::Customer(customer);
    let phone = Who::Identifier { kind: IdentifierType::Phone, value: "no phone".to_owned() };
    let later = Some(Instant(stage.app.clock.now().0 + 1));
    let tries = [
        ("purpose", new(someone.clone(), "ads", "email", "3", None)),
        ("channels", new(someone.clone(), "marketing", "post", "3", None)),
        ("text_version", new(someone.clone(), "marketing", "email", "4", None)),
        ("at", new(someone.clone(), "marketing", "email", "3", later)),
        ("identifier/value", new(phone, "marketing", "email", "3", None)),
    ];
    for (wrong, new) in tries {
        let refused = consent::record_consent(&stage.app, &TESTER, &new, &Once::unkeyed()).await;
        assert!(
            matches!(&refused, Err(ConsentError::Invalid { field, .. }) if *field == wrong),
            "{wrong}: {refused:?}"
        );
    }
    let nobody = Who::Customer(perennial_domain::ids::CustomerNumber(99));
    let new_one = new(nobody, "marketing", "email", "3", None);
    let refused = consent::record_consent(&stage.app, &TESTER, &new_one, &Once::unkeyed()).await;
    assert!(matches!(refused, Err(ConsentError::NoCustomer)));
    let analyst =
        Actor::User { id: "usr_1".to_owned(), name: "Li".to_owned(), role: Role::Analyst, scope: Scope::Everyone };
    let new_one = new(someone, "marketing", "email", "3", None);
    let refused = consent::record_consent(&stage.app, &analyst, &new_one, &Once::unkeyed()).await;
    assert!(matches!(refused, Err(ConsentError::Forbidden(_))));
    let put = async |version, name: &str| {
        let settings = PurposeSettings { name: name.to_owned(), ..PurposeSettings::default() };
        consent::put_purpose(&stage.app, &TESTER, "marketing", version, settings).await
    };
    assert!(matches!(put(None, "M").await, Err(ConsentError::Exists)));
    assert!(matches!(put(Some(7), "M").await, Err(ConsentError::Changed)));
    assert!(matches!(put(Some(1), "").await, Err(ConsentError::Invalid { field: "name", .. })));
    assert_eq!(put(Some(1), "M").await.unwrap().version, 2);
    let text = NewText { version: "3".to_owned(), locale: String::new(), text: "other".to_owned() };
    let again = consent::publish_text(&stage.app, &TESTER, "marketing", text, &Once::unkeyed()).await;
    assert!(matches!(again, Err(ConsentError::TextExists)));
}
