//! Forms: what is filled in goes the way of all facts, once, and what is wrong is said by field.

use crate::people::{Teller, named, snapshot};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::codes::{Period, Visitor};
use perennial_app::consent::{self, Collects, NewConsent, NewText, PurposeSettings, Who};
use perennial_app::customers::customer_profile;
use perennial_app::forms::{self, Desk, Form, FormError, ListedForm, Sender, Submission, Submitted};
use perennial_app::tracking::Intake;
use perennial_app::{audit, fields, jobs, pipeline, privacy, sources};
use perennial_domain::access::Role;
use perennial_domain::consent::Decision;
use perennial_domain::field::{Class, FieldKind, FieldSettings, Origin};
use perennial_domain::form::{AnswerKind, Choice, FormConsent, FormField, FormSettings, Language, Words};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::source::SourceState;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

on_both! {
    c24_eight_fields_are_filled_by_whoever_says_it_and_an_invalid_phone_is_refused_by_its_field,
    c25_what_is_agreed_to_on_a_form_is_kept_with_its_evidence_and_goes_when_it_is_taken_back,
    an_answer_that_is_sent_again_is_there_once_and_another_one_under_its_id_is_refused,
    what_was_filled_in_without_a_network_has_its_own_time_and_its_own_version,
    what_is_refused_is_counted_by_reason_and_a_paused_source_takes_nothing,
    what_was_read_on_a_device_before_it_was_filled_in_is_the_same_persons,
    what_somebody_types_of_two_people_makes_one_of_no_two,
    an_erased_person_leaves_no_answer_behind_and_an_export_has_them,
    a_form_is_changed_by_version_and_by_right_and_held_against_the_registries,
    shares_are_of_answers_and_follow_versions_and_erasures,
}

pub fn words(text: &str) -> Words {
    Words { zh: format!("{text}（中）"), en: text.to_owned() }
}

pub fn field(name: &str, kind: AnswerKind) -> FormField {
    FormField {
        name: name.to_owned(),
        kind,
        label: words(name),
        choices: Vec::new(),
        is_required: name == "phone",
        min: None,
        max: None,
    }
}

pub fn form(fields: Vec<FormField>) -> FormSettings {
    FormSettings {
        name: "Delivery".to_owned(),
        title: words("Delivery"),
        intro: None,
        thanks: None,
        fields,
        consents: Vec::new(),
        touch_point: "website".to_owned(),
        place: None,
        code: None,
        campaign: Some("spring".to_owned()),
        ends_at: None,
        clerk_script: None,
    }
}

/// Seven traits and a phone number.
fn eight() -> Vec<FormField> {
    let size = Choice { value: "L".to_owned(), label: words("Large") };
    vec![
        field("phone", AnswerKind::Phone),
        field("name", AnswerKind::Text),
        field("city", AnswerKind::Text),
        FormField { max: Some(200), ..field("address", AnswerKind::Text) },
        field("birthday", AnswerKind::Date),
        FormField { min: Some(1), max: Some(120), ..field("age", AnswerKind::Integer) },
        FormField { choices: vec![size], ..field("size", AnswerKind::Choice) },
        field("gender", AnswerKind::Text),
    ]
}

pub async fn made(stage: &Stage, settings: FormSettings) -> (Form, Intake) {
    let form = forms::create_form(&stage.app, &TESTER, settings, &Once::unkeyed()).await.unwrap();
    (form, Intake::start(&stage.app))
}

/// Filled in and sent now.
pub fn filled(stage: &Stage, id: usize, answers: &[(&str, &str)]) -> Submission {
    let now = stage.app.clock.now();
    Submission {
        id: format!("submission-{id:08}"),
        version: 1,
        language: Language::Chinese,
        answers: answers.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect(),
        agreed: BTreeSet::new(),
        filled_at: Some(now),
        sent_at: Some(now),
        is_code_shown: false,
        trap: String::new(),
    }
}

async fn send(stage: &Stage, (form, intake): &(Form, Intake), new: &Submission) -> Result<Submitted, FormError> {
    let sender = Sender { form: &form.slug, desk: Desk::Own, visitor: None };
    let outcome = forms::submit(&stage.app, intake, sender, new).await;
    pipeline::apply_all(&stage.app).await.unwrap();
    outcome
}

/// The fields that were refused.
fn refused(outcome: Result<Submitted, FormError>) -> Vec<String> {
    match outcome {
        Err(FormError::Invalid(wrong)) => wrong.into_iter().map(|one| one.field).collect(),
        other => panic!("{other:?}"),
    }
}

async fn held(stage: &Stage, who: CustomerNumber) -> BTreeMap<String, (String, String)> {
    let profile = customer_profile(&stage.app, &TESTER, who).await.unwrap();
    profile.traits.into_iter().map(|one| (one.name, (one.now.value, one.now.source))).collect()
}

async fn results(stage: &Stage, form: &Form) -> forms::Results {
    forms::results(&stage.app, &TESTER, &form.id, Period::ALL).await.unwrap()
}

async fn refusals(stage: &Stage, form: &Form) -> Vec<(String, i64)> {
    results(stage, form).await.refusals.into_iter().map(|one| (one.reason, one.refused)).collect()
}

async fn c24_eight_fields_are_filled_by_whoever_says_it_and_an_invalid_phone_is_refused_by_its_field(stage: &Stage) {
    let shown = made(stage, form(eight())).await;
    let answers = [
        ("name", "王芳"),
        ("city", "上海"),
        ("address", "静安区南京西路 1 号"),
        ("birthday", "1990-05-17"),
        ("age", "36"),
        ("size", "L"),
        ("gender", "女"),
    ];
    let with = |phone: &'static str| [&[("phone", phone)], &answers[..]].concat();
    for phone in ["1391234", "phone", "1391234567", ""] {
        assert_eq!(refused(send(stage, &shown, &filled(stage, 1, &with(phone))).await), ["answers/phone"], "{phone}");
    }
    assert_eq!(
        (results(stage, &shown.0).await.submissions, refusals(stage, &shown.0).await),
        (0, vec![("invalid".into(), 4)])
    );
    assert!(perennial_app::customers::find_customer(&stage.app, &TESTER, "+861391234").await.is_err());

    let taken = send(stage, &shown, &filled(stage, 1, &with("139 1234 5678"))).await.unwrap();
    assert!(!taken.was_known);
    let who = named(stage, "+8613912345678").await;
    let profile = customer_profile(&stage.app, &TESTER, who).await.unwrap();
    assert_eq!(profile.item.row.counters.display_name.as_deref(), Some("王芳"));
    let held = held(stage, who).await;
    for (name, value) in answers {
        assert_eq!(held[name], (value.to_owned(), "src_forms".to_owned()), "{name}");
    }
    assert_eq!(held.len() + profile.identities.len(), 8, "seven traits and a phone number");
    let said = profile.information.classes.iter().flat_map(|class| &class.fields);
    let origins: Vec<Origin> = said.flat_map(|field| &field.said).map(|said| said.origin).collect();
    assert!(!origins.is_empty() && origins.iter().all(|origin| *origin == Origin::SelfStated));
    // It stands on the timeline with the form, and is counted where it was met.
    pipeline::hand_over(&stage.app).await.unwrap();
    let facts = stage.app.history.timeline(who, None, None, 9).await.unwrap();
    let tracked = facts[0].tracked.as_ref().unwrap();
    assert_eq!((tracked.name.as_deref(), tracked.touch_point.as_deref()), (Some("Form Submitted"), Some("website")));
    assert_eq!(tracked.campaign.name.as_deref(), Some("spring"));
    assert!(tracked.properties.as_ref().unwrap().contains(&shown.0.id));
    let results = results(stage, &shown.0).await;
    assert_eq!((results.submissions, results.customers, results.by_spot.len()), (1, 1, 1));
    let source = sources::list_sources(&stage.app, &TESTER).await.unwrap();
    let own = source.iter().find(|one| one.source.id == "src_forms").unwrap();
    assert_eq!(own.totals.accepted, 1);
    // A later word of the same person wins, and of a file it is believed before.
    stage.clock.advance_seconds(60);
    send(stage, &shown, &filled(stage, 2, &[("phone", "+86 139 1234 5678"), ("city", "杭州")])).await.unwrap();
    let mut crm = Teller::users("erp");
    let file = json!({ "type": "identify", "traits": { "phone": "13912345678", "city": "北京" }, "userId": "u1" });
    stage.clock.advance_seconds(60);
    crm.tell(stage, &[file]).await;
    assert_eq!(self::held(stage, who).await["city"].0, "杭州");
}

async fn purpose(stage: &Stage, collects: Collects) {
    let channels = vec!["sms".to_owned(), "email".to_owned()];
    let settings = PurposeSettings { name: "Membership".to_owned(), channels, collects, ..PurposeSettings::default() };
    consent::put_purpose(&stage.app, &TESTER, "membership", None, settings).await.unwrap();
    for (version, locale, text) in [("v3-zh", "zh-CN", "我同意"), ("v3-en", "en", "I agree")] {
        let text = NewText { version: version.into(), locale: locale.into(), text: text.into() };
        consent::publish_text(&stage.app, &TESTER, "membership", text, &Once::unkeyed()).await.unwrap();
    }
}

fn agreement(is_required: bool) -> FormConsent {
    FormConsent {
        name: "member".to_owned(),
        purpose: "membership".to_owned(),
        channels: vec!["sms".to_owned()],
        text_zh: "v3-zh".to_owned(),
        text_en: "v3-en".to_owned(),
        is_required,
    }
}

async fn c25_what_is_agreed_to_on_a_form_is_kept_with_its_evidence_and_goes_when_it_is_taken_back(stage: &Stage) {
    let traits = ["address", "birthday"].map(str::to_owned).to_vec();
    purpose(stage, Collects { traits, sources: vec!["src_forms".to_owned()], ..Collects::default() }).await;
    let settings = FormSettings { consents: vec![agreement(true)], ..form(eight()) };
    let shown = made(stage, settings).await;
    let answers =
        [("phone", "13912345678"), ("city", "Leeds"), ("address", "1 High Street"), ("birthday", "1990-05-17")];
    let bare = filled(stage, 1, &answers);
    assert_eq!(refused(send(stage, &shown, &bare).await), ["agreed/member"]);
    let agreed = Submission { agreed: BTreeSet::from(["member".to_owned()]), language: Language::English, ..bare };
    send(stage, &shown, &agreed).await.unwrap();
    let who = named(stage, "+8613912345678").await;
    let consents = consent::customer_consents(&stage.app, &TESTER, who).await.unwrap();
    let [state] = &consents.states[..] else { panic!("{consents:?}") };
    let given = &state.by;
    assert_eq!((state.channel.as_deref(), given.decision, given.is_explicit), (Some("sms"), Decision::Granted, true));
    assert_eq!((given.text_version.as_deref(), given.text_hash.as_ref().map(String::len)), (Some("v3-en"), Some(64)));
    assert_eq!((given.source.as_str(), given.at), ("src_forms", stage.app.clock.now()));
    let evidence = &given.evidence["properties"];
    assert_eq!((&evidence["form_id"], &evidence["form_version"]), (&json!(shown.0.id), &json!(1)));
    assert_eq!((&evidence["language"], &given.evidence["locale"]), (&json!("en"), &json!("en")));
    assert!(!given.evidence.to_string().contains("High Street"), "evidence has no answers");

    // Filling in a form without the tick takes nothing back.
    let open = FormSettings { consents: vec![agreement(false)], ..form(eight()) };
    let other = made(stage, open).await;
    stage.clock.advance_seconds(60);
    send(stage, &other, &filled(stage, 2, &[("phone", "13912345678"), ("age", "36")])).await.unwrap();
    let consents = consent::customer_consents(&stage.app, &TESTER, who).await.unwrap();
    assert_eq!((consents.history.len(), consents.withdrawals.len()), (1, 0));

    stage.clock.advance_seconds(60);
    let revoked = NewConsent {
        who: Who::Customer(who),
        purpose: "membership".to_owned(),
        channels: vec![],
        decision: Decision::Revoked,
        text_version: None,
        at: None,
        note: None,
    };
    consent::record_consent(&stage.app, &TESTER, &revoked, &Once::unkeyed()).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    let done = consent::customer_consents(&stage.app, &TESTER, who).await.unwrap();
    assert_eq!((done.withdrawals[0].removed["traits"], done.withdrawals[0].is_overdue), (2, false));
    let held = held(stage, who).await;
    assert_eq!(held.keys().map(String::as_str).collect::<Vec<_>>(), ["age", "city"]);
    for fact in stage.app.history.timeline(who, None, None, 9).await.unwrap() {
        assert!(!format!("{fact:?}").contains("High Street"), "{fact:?}");
    }
    // What a tablet sends late, from before that, is taken without it.
    let mut late = filled(stage, 3, &[("phone", "13912345678"), ("address", "9 Low Road"), ("gender", "f")]);
    late.filled_at = Some(Instant(stage.app.clock.now().0 - 90 * MICROS_PER_SECOND));
    late.agreed = BTreeSet::new();
    send(stage, &other, &late).await.unwrap();
    let held = self::held(stage, who).await;
    assert_eq!(held.keys().map(String::as_str).collect::<Vec<_>>(), ["age", "city", "gender"]);
}

async fn an_answer_that_is_sent_again_is_there_once_and_another_one_under_its_id_is_refused(stage: &Stage) {
    let shown = made(stage, form(eight())).await;
    let first = filled(stage, 1, &[("phone", "13912345678"), ("city", "Leeds")]);
    let at = send(stage, &shown, &first).await.unwrap().at;
    for seconds in [1, 5, 86_400 * 40] {
        stage.clock.advance_seconds(seconds);
        let again = Submission { sent_at: Some(stage.app.clock.now()), is_code_shown: true, ..first.clone() };
        assert_eq!(send(stage, &shown, &again).await.unwrap(), Submitted { at, was_known: true }, "{seconds}");
    }
    let other = Submission { answers: filled(stage, 1, &[("phone", "13900000000")]).answers, ..first.clone() };
    assert!(matches!(send(stage, &shown, &other).await, Err(FormError::IdTaken)));
    // Of another form the same id is another answer.
    let second = made(stage, form(eight())).await;
    assert!(!send(stage, &second, &first).await.unwrap().was_known);
    // Many at once.
    let mut running = tokio::task::JoinSet::new();
    let burst = filled(stage, 7, &[("phone", "13912345678"), ("city", "York")]);
    for _ in 0..16 {
        let (app, intake, slug, new) = (stage.app.clone(), shown.1.clone(), shown.0.slug.clone(), burst.clone());
        running.spawn(async move {
            let sender = Sender { form: &slug, desk: Desk::Own, visitor: None };
            forms::submit(&app, &intake, sender, &new).await.unwrap().was_known
        });
    }
    let known: Vec<bool> = running.join_all().await;
    assert_eq!(known.iter().filter(|known| !**known).count(), 1);
    pipeline::apply_all(&stage.app).await.unwrap();
    assert_eq!(results(stage, &shown.0).await.submissions, 2);
    assert_eq!(refusals(stage, &shown.0).await, [("id_taken".to_owned(), 1)]);
    let who = named(stage, "+8613912345678").await;
    pipeline::hand_over(&stage.app).await.unwrap();
    assert_eq!(snapshot(stage, who).await.timeline().len(), 3);
}

async fn what_was_filled_in_without_a_network_has_its_own_time_and_its_own_version(stage: &Stage) {
    let ends_at = Some(Instant(stage.app.clock.now().0 + 3_600 * MICROS_PER_SECOND));
    let shown = made(stage, FormSettings { ends_at, ..form(eight()) }).await;
    // The tablet's clock is a day ahead; that does not matter.
    let skew = 86_400 * MICROS_PER_SECOND;
    let begun = stage.app.clock.now();
    let mut first = filled(stage, 1, &[("phone", "13912345601"), ("city", "Leeds")]);
    first.filled_at = Some(Instant(begun.0 + skew));
    stage.clock.advance_seconds(60);
    // Meanwhile the form asks for something else.
    let fields =
        vec![field("phone", AnswerKind::Phone), FormField { is_required: true, ..field("hobby", AnswerKind::Choices) }];
    let choice = |value: &str| Choice { value: value.to_owned(), label: words(value) };
    let fields = fields.into_iter().map(|one| match one.kind {
        AnswerKind::Choices => FormField { choices: vec![choice("tea"), choice("chess")], ..one },
        _ => one,
    });
    let next = FormSettings { ends_at, ..form(fields.collect()) };
    let changed = forms::update_form(&stage.app, &TESTER, &shown.0.id, 1, next).await.unwrap();
    assert_eq!(changed.version, 2);
    stage.clock.advance_days(3);
    first.sent_at = Some(Instant(stage.app.clock.now().0 + skew));
    let taken = send(stage, &shown, &first).await.unwrap();
    assert_eq!(taken.at, begun, "within the time of the form, though it has ended by now");
    let who = named(stage, "+8613912345601").await;
    let profile = customer_profile(&stage.app, &TESTER, who).await.unwrap();
    let city = profile.traits.iter().find(|one| one.name == "city").unwrap();
    assert_eq!((city.now.value.as_str(), city.now.at), ("Leeds", begun));
    let mut second = Submission { version: 2, ..filled(stage, 2, &[("phone", "13912345602"), ("city", "Leeds")]) };
    second.filled_at = Some(Instant(begun.0 + 120 * MICROS_PER_SECOND));
    let wrong = ["answers/city", "answers/hobby"];
    assert_eq!(refused(send(stage, &shown, &second).await), wrong, "held against the version that it names");
    second.answers = filled(stage, 2, &[("phone", "13912345602"), ("hobby", r#"["tea"]"#)]).answers;
    send(stage, &shown, &second).await.unwrap();
    let other = Submission { version: 3, ..second.clone() };
    assert!(matches!(send(stage, &shown, &other).await, Err(FormError::IdTaken)), "known by its id");
    let unknown = Submission { version: 3, ..filled(stage, 4, &[("phone", "13912345602")]) };
    assert_eq!(refused(send(stage, &shown, &unknown).await), ["version"]);
    // What is filled in now is too late, and what has no time of its own is of now.
    let late = filled(stage, 5, &[("phone", "13912345603")]);
    assert!(matches!(send(stage, &shown, &late).await, Err(FormError::Closed)));
    let bare = Submission { filled_at: None, ..late };
    assert!(matches!(send(stage, &shown, &bare).await, Err(FormError::Closed)));
    let page = forms::page_of(&stage.app, &shown.0.slug, Desk::Own).await.unwrap();
    assert_eq!((page.is_open, page.form.version), (false, 2));
    let (listed, next) = forms::submissions(&stage.app, &TESTER, &shown.0.id, None, 1).await.unwrap();
    assert_eq!((listed[0].at, listed[0].version, listed[0].profile), (begun, 1, Some(who)));
    let next = next.unwrap();
    let (rest, end) = forms::submissions(&stage.app, &TESTER, &shown.0.id, Some((next.0, &next.1)), 9).await.unwrap();
    assert_eq!((rest.len(), rest[0].version, end), (1, 2, None));
}

async fn what_is_refused_is_counted_by_reason_and_a_paused_source_takes_nothing(stage: &Stage) {
    let shown = made(stage, form(eight())).await;
    let right = filled(stage, 1, &[("phone", "13912345678")]);
    let robot = Submission { trap: "https://spam.example".to_owned(), ..right.clone() };
    assert_eq!(refused(send(stage, &shown, &robot).await), ["trap"]);
    let bad_id = Submission { id: "1".to_owned(), ..right.clone() };
    assert_eq!(refused(send(stage, &shown, &bad_id).await), ["id"]);
    let no_form = Sender { form: "0000000000", desk: Desk::Own, visitor: None };
    assert!(matches!(forms::submit(&stage.app, &shown.1, no_form, &right).await, Err(FormError::NoForm)));
    let no_counter = Sender { form: &shown.0.slug, desk: Desk::Counter("0000000000"), visitor: None };
    assert!(matches!(forms::submit(&stage.app, &shown.1, no_counter, &right).await, Err(FormError::NoCounter)));
    forms::set_form_archived(&stage.app, &TESTER, &shown.0.id, true).await.unwrap();
    assert!(matches!(send(stage, &shown, &right).await, Err(FormError::Closed)));
    forms::set_form_archived(&stage.app, &TESTER, &shown.0.id, false).await.unwrap();
    let counted = [("closed", 1), ("invalid", 1), ("trap", 1)].map(|(reason, count)| (reason.to_owned(), count));
    assert_eq!(refusals(stage, &shown.0).await, counted);
    sources::set_state(&stage.app, &TESTER, "src_forms", SourceState::Paused).await.unwrap();
    shown.1.forget_sources();
    assert!(matches!(send(stage, &shown, &right).await, Err(FormError::Intake(_))));
    sources::set_state(&stage.app, &TESTER, "src_forms", SourceState::Active).await.unwrap();
    shown.1.forget_sources();
    send(stage, &shown, &right).await.unwrap();
    assert_eq!(results(stage, &shown.0).await.submissions, 1);
}

async fn what_was_read_on_a_device_before_it_was_filled_in_is_the_same_persons(stage: &Stage) {
    let shown = made(stage, form(eight())).await;
    let mut site = Teller::users("src_site");
    let seen = json!({ "type": "track", "anonymousId": "visitor-00001", "event": "Product Viewed" });
    site.tell(stage, &[seen]).await;
    let visitor = Visitor::known_or_new(&stage.app, Some("visitor-00001"));
    let sender = Sender { form: &shown.0.slug, desk: Desk::Own, visitor: Some(&visitor) };
    stage.clock.advance_seconds(60);
    let new = filled(stage, 1, &[("phone", "13912345678")]);
    forms::submit(&stage.app, &shown.1, sender, &new).await.unwrap();
    pipeline::apply_all(&stage.app).await.unwrap();
    assert_eq!(named(stage, "+8613912345678").await, named(stage, "visitor-00001").await);
}

async fn what_somebody_types_of_two_people_makes_one_of_no_two(stage: &Stage) {
    let shown = made(stage, form(vec![field("email", AnswerKind::Email), field("phone", AnswerKind::Phone)])).await;
    let visitor = Visitor::known_or_new(&stage.app, Some("visitor-00002"));
    let fill = async |id: usize, answers: &[(&str, &str)], visitor: Option<&Visitor>| {
        let sender = Sender { form: &shown.0.slug, desk: Desk::Own, visitor };
        forms::submit(&stage.app, &shown.1, sender, &filled(stage, id, answers)).await.unwrap();
        pipeline::apply_all(&stage.app).await.unwrap();
    };
    let (one, other) = ("+8613912345678", "mei@example.com");
    fill(1, &[("phone", one)], None).await;
    fill(2, &[("phone", "13900000002"), ("email", other)], Some(&visitor)).await;
    let before = (named(stage, one).await, named(stage, other).await);
    fill(3, &[("phone", one), ("email", other)], Some(&visitor)).await;
    assert_eq!((named(stage, one).await, named(stage, other).await), before, "a phone of one and the mail of another");
    assert_ne!(before.0, before.1);
    let seen = customer_profile(&stage.app, &TESTER, before.0).await.unwrap();
    assert_eq!(seen.conflicts.len(), 2, "the mail and the device are left off, to be looked at");
    // A device of which nothing else is known is theirs, as before.
    let fresh = Visitor::known_or_new(&stage.app, Some("visitor-00003"));
    fill(4, &[("phone", one), ("email", "new@example.com")], Some(&fresh)).await;
    for identifier in ["new@example.com", "visitor-00003"] {
        assert_eq!(named(stage, identifier).await, before.0);
    }
}

async fn an_erased_person_leaves_no_answer_behind_and_an_export_has_them(stage: &Stage) {
    let shown = made(stage, form(eight())).await;
    let first = filled(stage, 1, &[("phone", "13912345678"), ("address", "1 High Street")]);
    send(stage, &shown, &first).await.unwrap();
    send(stage, &shown, &filled(stage, 2, &[("phone", "13900000002")])).await.unwrap();
    let who = named(stage, "+8613912345678").await;
    let mut export = privacy::begin_person_export(&stage.app, &TESTER, who).await.unwrap();
    let mut text = String::new();
    while let Some(bytes) = export.next_bytes().await.unwrap() {
        text += std::str::from_utf8(&bytes).unwrap();
    }
    assert_eq!(text.matches("\"record\":\"form_submission\"").count(), 1, "{text}");
    let fact = text.lines().find(|line| line.contains("Form Submitted")).unwrap();
    assert!(fact.contains("1 High Street") && fact.contains("+8613912345678"), "{fact}");
    let erasure = privacy::erase(&stage.app, &TESTER, who, "request 1").await.unwrap();
    assert_eq!(erasure.removed["form_submissions_of_nobody_now"], 1);
    let after = results(stage, &shown.0).await;
    assert_eq!((after.submissions, after.customers), (2, 1), "it stays counted");
    // A tablet that sends it again brings nobody back, also not with other words.
    assert!(send(stage, &shown, &first).await.unwrap().was_known);
    let other = Submission { answers: filled(stage, 1, &[("phone", "13912345678")]).answers, ..first };
    assert!(send(stage, &shown, &other).await.unwrap().was_known);
    assert!(perennial_app::customers::find_customer(&stage.app, &TESTER, "+8613912345678").await.is_err());
    let left = stage.app.history.timeline(who, None, None, 9).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
}

async fn a_form_is_changed_by_version_and_by_right_and_held_against_the_registries(stage: &Stage) {
    let settings = FieldSettings {
        name: "skin".to_owned(),
        name_zh: "肤质".to_owned(),
        name_en: "Skin".to_owned(),
        class: Class::Other,
        kind: FieldKind::Choice,
        allowed: vec!["dry".to_owned(), "oily".to_owned()],
        is_personal: false,
        weight: 0,
        is_archived: false,
    };
    fields::create_field(&stage.app, &TESTER, settings, &Once::unkeyed()).await.unwrap();
    purpose(stage, Collects::default()).await;
    let choice = |value: &str| Choice { value: value.to_owned(), label: words(value) };
    let skin = |values: &[&str]| FormField {
        choices: values.iter().map(|value| choice(value)).collect(),
        ..field("skin", AnswerKind::Choice)
    };
    let with = |fields: Vec<FormField>| form([vec![field("phone", AnswerKind::Phone)], fields].concat());
    let create = async |settings: FormSettings| match forms::create_form(
        &stage.app,
        &TESTER,
        settings,
        &Once::unkeyed(),
    )
    .await
    {
        Ok(form) => Ok(form),
        Err(FormError::Invalid(wrong)) => Err(wrong.into_iter().map(|one| one.field).collect::<Vec<_>>()),
        Err(other) => panic!("{other}"),
    };
    assert_eq!(create(with(vec![skin(&["dry", "red"])])).await.unwrap_err(), ["fields/1/choices"]);
    assert_eq!(create(with(vec![field("skin", AnswerKind::Text)])).await.unwrap_err(), ["fields/1/kind"]);
    assert_eq!(create(with(vec![field("birthday", AnswerKind::Text)])).await.unwrap_err(), ["fields/1/kind"]);
    let wrong = FormSettings {
        touch_point: "none".into(),
        place: Some("plc_none".into()),
        code: Some("cod_none".into()),
        consents: vec![FormConsent { purpose: "none".into(), ..agreement(true) }],
        ..with(vec![])
    };
    assert_eq!(create(wrong).await.unwrap_err(), ["touch_point", "place", "code", "consents/0/purpose"]);
    let consents = |one: FormConsent| FormSettings { consents: vec![one], ..with(vec![]) };
    let channels = FormConsent { channels: vec!["post".into()], ..agreement(true) };
    assert_eq!(create(consents(channels)).await.unwrap_err(), ["consents/0/channels"]);
    let text = FormConsent { text_en: "v9".into(), ..agreement(true) };
    assert_eq!(create(consents(text)).await.unwrap_err(), ["consents/0/text_en"]);

    let made = create(FormSettings { consents: vec![agreement(true)], ..with(vec![skin(&["dry"])]) }).await.unwrap();
    let other = FormSettings { name: "Other".into(), ..made.settings.clone() };
    let changed = forms::update_form(&stage.app, &TESTER, &made.id, 1, other.clone()).await.unwrap();
    assert_eq!((changed.version, changed.settings.name.as_str(), &changed.slug), (2, "Other", &made.slug));
    let stale = forms::update_form(&stage.app, &TESTER, &made.id, 1, other.clone()).await;
    assert!(matches!(stale, Err(FormError::VersionConflict)));
    let nobody = forms::update_form(&stage.app, &TESTER, "frm_none", 1, other.clone()).await;
    assert!(matches!(nobody, Err(FormError::NoForm)));
    let clerk = Actor::User { id: "u".into(), name: "n".into(), role: Role::Analyst, scope: Scope::Everyone };
    let forbidden = forms::update_form(&stage.app, &clerk, &made.id, 2, other).await;
    assert!(matches!(forbidden, Err(FormError::Forbidden(_))));
    assert_eq!(forms::get_form(&stage.app, &TESTER, &made.id).await.unwrap(), changed);
    let listed = ListedForm { form: changed, answers: 0, last_answer_at: None };
    assert_eq!(forms::list_forms(&stage.app, &TESTER, None, 9).await.unwrap(), (vec![listed], None));
    let page = forms::page_of(&stage.app, &made.slug.to_lowercase(), Desk::Own).await.unwrap();
    let texts: Vec<&str> = page.texts.iter().map(|one| one.text.as_str()).collect();
    assert_eq!((texts, page.is_open, page.code), (vec!["我同意", "I agree"], true, None));
    let (entries, _) = audit::list(&stage.app, &TESTER, None, 50).await.unwrap();
    let actions: Vec<&str> =
        entries.iter().map(|one| one.action.as_str()).filter(|action| action.starts_with("form.")).collect();
    assert_eq!(actions, ["form.updated", "form.created"]);
}

async fn shares_are_of_answers_and_follow_versions_and_erasures(stage: &Stage) {
    let choice = |value: &str| Choice { value: value.to_owned(), label: words(value) };
    let with = |values: &[&str]| FormField {
        choices: values.iter().map(|value| choice(value)).collect(),
        ..field("skin", AnswerKind::Choice)
    };
    let fields = vec![
        field("phone", AnswerKind::Phone),
        with(&["dry", "oily"]),
        field("member", AnswerKind::Boolean),
        field("remark", AnswerKind::Text),
    ];
    let shown = made(stage, form(fields)).await;
    for (id, skin, is_member) in [(1, "dry", "true"), (2, "dry", "false"), (3, "oily", ""), (4, "", "true")] {
        let phone = format!("1391234567{id}");
        let answers = [("phone", phone.as_str()), ("skin", skin), ("member", is_member), ("remark", "my cat is ill")];
        send(stage, &shown, &filled(stage, id, &answers)).await.unwrap();
    }
    /// A field, how many answered, and of each choice its value, answers and share.
    type Counted = (String, i64, Vec<(String, i64, Option<i64>)>);
    let counted = async || -> Vec<Counted> {
        pipeline::hand_over(&stage.app).await.unwrap();
        let fields = forms::shares(&stage.app, &TESTER, &shown.0.id, Period::ALL).await.unwrap();
        let of = |one: forms::ChoiceShare| (one.value, one.answers, one.share_basis_points);
        fields.into_iter().map(|one| (one.name, one.answered, one.choices.into_iter().map(of).collect())).collect()
    };
    let row = |value: &str, answers, share| (value.to_owned(), answers, share);
    let expected = [
        ("skin".to_owned(), 3, vec![row("dry", 2, Some(6_667)), row("oily", 1, Some(3_333))]),
        ("member".to_owned(), 3, vec![row("true", 2, Some(6_667)), row("false", 1, Some(3_333))]),
    ];
    assert_eq!(counted().await, expected);
    // What another source calls the same is no answer.
    let answer = json!({ "form_id": shown.0.id, "form_version": 1, "submission_id": "x", "language": "en" });
    let forged = json!({ "type": "track", "userId": "u-9", "event": "Form Submitted", "properties": answer,
        "context": { "traits": { "skin": "dry" } } });
    Teller::users("site").tell(stage, &[forged]).await;
    assert_eq!(counted().await, expected);
    // A choice that is offered no more keeps its answers, at the end; what was never one is counted and not shown.
    let remark = FormField { name: "remark".to_owned(), label: words("remark"), ..with(&["yes"]) };
    let next = FormSettings {
        fields: vec![field("phone", AnswerKind::Phone), with(&["mixed", "oily"]), remark],
        ..shown.0.settings.clone()
    };
    forms::update_form(&stage.app, &TESTER, &shown.0.id, 1, next).await.unwrap();
    let remarks = |answers| ("remark".to_owned(), answers, vec![row("yes", 0, Some(0))]);
    let skin = vec![row("mixed", 0, Some(0)), row("oily", 1, Some(3_333)), row("dry", 2, Some(6_667))];
    let expected = [("skin".to_owned(), 3, skin), remarks(4)];
    assert_eq!(counted().await, expected);
    // Who is erased counts no more.
    let who = named(stage, "+8613912345671").await;
    privacy::erase(&stage.app, &TESTER, who, "request 1").await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    let skin = vec![row("mixed", 0, Some(0)), row("oily", 1, Some(5_000)), row("dry", 1, Some(5_000))];
    let expected = [("skin".to_owned(), 2, skin), remarks(3)];
    assert_eq!(counted().await, expected);
    let listed = forms::list_forms(&stage.app, &TESTER, None, 9).await.unwrap().0;
    assert_eq!((listed[0].answers, listed[0].last_answer_at), (4, Some(stage.app.clock.now())), "it stays counted");
}
