//! Audiences of third parties: a file of hashes, and hashes of a segment.

use crate::live::tag;
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::audiences::{self, AudienceError, AudienceRow, Reading, TAG_UNUSABLE};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::jobs::run_until_idle;
use perennial_app::segments::live::{Live, follow};
use perennial_app::segments::{self, RuleText, SegmentSettings};
use perennial_app::{audit, privacy, tags};
use perennial_domain::audience::{AudienceSettings, PhoneForm, hash_of};
use perennial_domain::tag::GroupSettings;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use serde_json::{Value, json};
use std::sync::Arc;

on_both! {
    c57_hashed_phones_are_matched_counted_and_end_with_their_tag,
    c57_a_segment_goes_out_as_hashes_of_who_agreed,
    a_clear_number_or_a_tag_that_never_ends_is_refused,
    a_file_whose_tag_is_archived_or_endless_meanwhile_ends_with_the_reason,
}

fn phone(number: usize) -> String {
    format!("138{number:08}")
}

fn hex(text: &str) -> String {
    hash_of(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn known(number: usize) -> Value {
    json!({ "type": "identify", "userId": format!("u{number}"), "traits": { "phone": phone(number) } })
}

fn settings() -> AudienceSettings {
    AudienceSettings {
        name: "Spring".to_owned(),
        provider: "Lookalike Ltd".to_owned(),
        purpose: "advertising of the spring box".to_owned(),
        tag: "dmp_spring".to_owned(),
    }
}

async fn take(stage: &Stage, file: &str) -> Result<AudienceRow, AudienceError> {
    let mut reading = Reading::default();
    reading.push(file.as_bytes())?;
    audiences::take_audience(&stage.app, &TESTER, settings(), reading, &Once::unkeyed()).await
}

async fn is_tagged(stage: &Stage, number: usize) -> bool {
    let who = named(stage, &format!("u{number}")).await;
    let found = tags::customer_tags(&stage.app, &TESTER, who).await.unwrap();
    found.standing.iter().any(|one| one.tag == "dmp_spring")
}

/// Of the newest entry of the audit log with this action.
async fn told_of(stage: &Stage, action: &str) -> Value {
    let (entries, _) = audit::list(&stage.app, &TESTER, None, 50).await.unwrap();
    Value::Object(entries.into_iter().find(|entry| entry.action == action).unwrap().detail)
}

/// Of 2,000 hashes in three forms, those of the numbers from 1,300 to 1,499 are known here.
async fn c57_hashed_phones_are_matched_counted_and_end_with_their_tag(stage: &Stage) {
    let mut crm = Teller::users("src_crm");
    crm.tell(stage, &(0..1_500).map(known).collect::<Vec<_>>()).await;
    stage.clock.advance_seconds(3_600);
    tag(stage, "third_parties", Some(30), "dmp_spring").await;
    let form = |number: usize| match number % 3 {
        0 => format!("+86{}", phone(number)),
        1 => format!("86{}", phone(number)),
        _ => phone(number),
    };
    let lines: Vec<String> = (1_300..3_300).map(|number| hex(&form(number))).collect();
    let file = format!("phone_sha256\n{}\n{}\nnone\n", lines.join("\n"), lines[0]);
    let taken = take(stage, &file).await.unwrap();
    assert_eq!((taken.hashes, taken.matched, taken.refused, taken.customers), (2_000, 200, 1, 200));
    assert_eq!(Instant(taken.expires_at), Instant(stage.app.clock.now().0 + 30 * MICROS_PER_DAY));
    assert!(!is_tagged(stage, 1_300).await);
    run_until_idle(&stage.app).await.unwrap();
    assert!(is_tagged(stage, 1_300).await && is_tagged(stage, 1_499).await && !is_tagged(stage, 1_299).await);
    let listed = audiences::list_audiences(&stage.app, &TESTER).await.unwrap();
    assert_eq!((listed.len(), listed[0].done_at), (1, Some(stage.app.clock.now().0)));
    let detail = told_of(stage, "audience.taken").await;
    assert_eq!((&detail["purpose"], &detail["matched"]), (&json!("advertising of the spring box"), &json!(200)));
    assert!(!detail.to_string().contains("138"), "{detail}");
    stage.clock.advance_micros(31 * MICROS_PER_DAY);
    assert!(!is_tagged(stage, 1_300).await);

    // Whoever was merged or erased before the job comes to them.
    let taken = take(stage, &lines[..3].join("\n")).await.unwrap();
    assert_eq!(taken.customers, 3);
    let request = MergeRequest { one: named(stage, "u0").await, other: named(stage, "u1300").await, keep: None };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let erased = privacy::erase(&stage.app, &TESTER, named(stage, "u1301").await, "request 1").await.unwrap();
    assert_eq!(erased.removed["audiences"], 1);
    run_until_idle(&stage.app).await.unwrap();
    assert!(is_tagged(stage, 0).await && is_tagged(stage, 1_302).await);
    // Two numbers of one customer.
    let taken = take(stage, &[hex(&phone(0)), hex(&phone(1_300)), hex(&phone(1_302))].join("\n")).await.unwrap();
    assert_eq!((taken.matched, taken.customers), (3, 2));
}

async fn a_file_whose_tag_is_archived_or_endless_meanwhile_ends_with_the_reason(stage: &Stage) {
    let mut crm = Teller::users("src_crm");
    crm.tell(stage, &[known(1), known(2)]).await;
    tag(stage, "third_parties", Some(30), "dmp_spring").await;
    let file = hex(&phone(1));
    let ended = async || {
        run_until_idle(&stage.app).await.unwrap();
        let one = audiences::list_audiences(&stage.app, &TESTER).await.unwrap().remove(0);
        (one.done_at.is_some(), one.failure)
    };
    let group = async |version: i64, valid_days: Option<i64>, is_archived: bool| {
        let settings = GroupSettings {
            code: "third_parties".to_owned(),
            name_zh: "标签".to_owned(),
            name_en: "Third parties".to_owned(),
            is_exclusive: false,
            valid_days,
            is_archived,
        };
        tags::update_group(&stage.app, &TESTER, version, settings).await.unwrap().version
    };
    let failed = (true, Some(TAG_UNUSABLE.to_owned()));
    take(stage, &file).await.unwrap();
    let version = group(1, Some(30), true).await;
    assert_eq!(ended().await, failed);
    let version = group(version, Some(30), false).await;
    stage.clock.advance_seconds(1);
    take(stage, &file).await.unwrap();
    let version = group(version, None, false).await;
    assert_eq!(ended().await, failed);
    // Nobody waits for what is usable again; the next file is another one.
    group(version, Some(30), false).await;
    assert_eq!(ended().await, failed);
    assert!(!is_tagged(stage, 1).await);
    stage.clock.advance_seconds(1);
    take(stage, &file).await.unwrap();
    assert_eq!(ended().await, (true, None));
    assert!(is_tagged(stage, 1).await && !is_tagged(stage, 2).await);
}

async fn c57_a_segment_goes_out_as_hashes_of_who_agreed(stage: &Stage) {
    let mut crm = Teller::users("src_crm");
    let mut told: Vec<Value> = (0..4).map(known).collect();
    let said = |number: usize, event: &str| {
        json!({ "type": "track", "userId": format!("u{number}"), "event": event,
            "properties": { "purpose": "marketing" } })
    };
    told.extend([said(0, "Consent Given"), said(1, "Consent Given"), said(2, "Consent Denied")]);
    told.push(json!({ "type": "identify", "userId": "u9", "traits": { "email": "a@example.com" } }));
    told.push(said(9, "Consent Given"));
    crm.tell(stage, &told).await;
    stage.clock.advance_seconds(3_600);
    let everybody = SegmentSettings {
        name: "All".to_owned(),
        description: String::new(),
        rule: RuleText::Text("everybody".to_owned()),
    };
    segments::create_segment(&stage.app, &TESTER, "all", everybody, &Once::unkeyed()).await.unwrap();
    let live = Arc::<Live>::default();
    follow(&stage.app, &live).await.unwrap();
    for (form, written) in [(PhoneForm::E164, "+86"), (PhoneForm::Digits, "86"), (PhoneForm::National, "")] {
        let sent = audiences::hashed_phones(&stage.app, &live, &TESTER, "all", "marketing", form).await.unwrap();
        let mut right = [0, 1].map(|number| hash_of(&format!("{written}{}", phone(number))));
        right.sort_unstable();
        assert_eq!(sent, right, "{form:?}");
    }
    let detail = told_of(stage, "audience.sent").await;
    assert_eq!(
        (&detail["customers"], &detail["hashes"], &detail["purpose"]),
        (&json!(3), &json!(2), &json!("marketing"))
    );
    let wrong = audiences::hashed_phones(&stage.app, &live, &TESTER, "all", "nothing", PhoneForm::E164).await;
    assert!(wrong.is_err());
}

async fn a_clear_number_or_a_tag_that_never_ends_is_refused(stage: &Stage) {
    tag(stage, "for_good", None, "dmp_spring").await;
    let error = take(stage, &hex(&phone(1))).await.unwrap_err();
    assert!(matches!(&error, AudienceError::Invalid(fields) if fields[0].field == "tag"), "{error}");
    let error = take(stage, &format!("{}\n{}\n", hex(&phone(1)), phone(2))).await.unwrap_err();
    assert!(matches!(error, AudienceError::ClearNumber(2)), "{error}");
    assert!(matches!(take(stage, "phone\n\n").await.unwrap_err(), AudienceError::NoHash));
    assert!(audiences::list_audiences(&stage.app, &TESTER).await.unwrap().is_empty());
}
