//! Fields: the worked examples of the six classes, of sources that disagree, of own fields and of provenance; and what
//! becomes of values when customers are merged, parted and erased.

use crate::people::{Teller, named, snapshot};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::consent::{self, Collects, NewConsent, PurposeSettings, Who};
use perennial_app::customers::{self, CustomerQuery, CustomerSort, SortOrder};
use perennial_app::fields::{
    self, FieldInformation, FieldsChange, FieldsError, Information, Said, SourceOrder, SourceOrigin,
};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::tags::{self, TagChange, Whom};
use perennial_app::upserts;
use perennial_app::{audit, jobs, pipeline, privacy};
use perennial_domain::access::Role;
use perennial_domain::consent::Decision;
use perennial_domain::field::{Class, FieldKind, FieldSettings, Origin};
use perennial_domain::import::field::ImportKind;
use perennial_domain::tag::{GroupSettings, TagSettings};
use perennial_domain::upsert::{CustomerTold, IdentifierTold};
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both! {
    c37_four_of_six_classes_are_67_percent_and_two_are_to_be_collected,
    c38_the_configured_priority_decides_between_sources_and_the_loser_is_kept,
    c43_twelve_own_fields_of_seven_types_are_used_at_once_everywhere,
    c44_coverage_of_the_key_indicators_names_the_next_question,
    c48_each_value_says_its_source_time_collector_consent_and_confidence,
    a_merged_customer_has_the_values_of_its_profiles_and_each_has_its_own_again,
    what_cannot_be_written_down_is_refused_with_a_reason,
    what_was_written_down_about_an_erased_person_is_gone_and_an_export_has_it,
}

fn own(name: &str, class: Class, kind: FieldKind, allowed: &[&str]) -> FieldSettings {
    FieldSettings {
        name: name.to_owned(),
        name_zh: format!("字段{name}"),
        name_en: format!("Own {name}"),
        class,
        kind,
        allowed: allowed.iter().map(|value| (*value).to_owned()).collect(),
        is_personal: false,
        weight: 5,
        is_archived: false,
    }
}

async fn create(stage: &Stage, settings: FieldSettings) {
    fields::create_field(&stage.app, &TESTER, settings, &Once::unkeyed()).await.unwrap();
}

fn values(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn write(stage: &Stage, actor: &Actor, who: &str, told: &[(&str, &str)]) {
    let change = FieldsChange { values: values(told), ..FieldsChange::default() };
    let number = named(stage, who).await;
    fields::write_fields(&stage.app, actor, number, &change, &Once::unkeyed()).await.unwrap();
}

fn user(role: Role) -> Actor {
    Actor::User { id: "usr_li".to_owned(), name: "Li".to_owned(), role, scope: Scope::Everyone }
}

async fn information(stage: &Stage, who: &str) -> Information {
    let number = named(stage, who).await;
    customers::customer_profile(&stage.app, &TESTER, number).await.unwrap().information
}

async fn field(stage: &Stage, who: &str, name: &str) -> FieldInformation {
    let information = information(stage, who).await;
    let mut all = information.classes.into_iter().flat_map(|class| class.fields);
    all.find(|field| field.settings.name == name).unwrap_or_else(|| panic!("no field {name}"))
}

async fn said(stage: &Stage, who: &str, name: &str) -> Option<String> {
    field(stage, who, name).await.said.map(|said| said.value)
}

async fn found(stage: &Stage, name: &str, value: &str) -> i64 {
    let query = CustomerQuery { traits: vec![(name.to_owned(), value.to_owned())], ..CustomerQuery::default() };
    let (sort, order) = (CustomerSort::Number, SortOrder::Ascending);
    customers::list_customers(&stage.app, &TESTER, &query, sort, order, None, 50).await.unwrap().total
}

async fn identify(stage: &Stage, teller: &mut Teller, who: &str, traits: Value) {
    teller.tell(stage, &[json!({ "type": "identify", "userId": who, "traits": traits })]).await;
}

async fn c37_four_of_six_classes_are_67_percent_and_two_are_to_be_collected(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    let order = shop.order("u1", "A1", 12_000);
    let seen = json!({ "type": "track", "event": "Seen", "userId": "u1" });
    shop.tell(stage, &[order, seen]).await;
    identify(stage, &mut shop, "u1", json!({ "city": "Hangzhou" })).await;
    write(stage, &TESTER, "u1", &[("deal_factor", "deep_content; promotion")]).await;
    let all = information(stage, "u1").await;
    let shown: Vec<(&str, bool)> = all.classes.iter().map(|one| (one.class.code(), one.is_known)).collect();
    let expected = [
        ("identity", true),
        ("behaviour", true),
        ("consumption", true),
        ("decision", true),
        ("usage", false),
        ("other", false),
    ];
    assert_eq!((shown.as_slice(), all.completeness_percent), (expected.as_slice(), 67));
    // The heaviest that is open: the value-satisfaction point.
    assert_eq!(all.ask_next.unwrap().name, "value_point");
    write(stage, &TESTER, "u1", &[("value_point", "it lasts")]).await;
    let more = information(stage, "u1").await;
    assert_eq!((more.completeness_percent, more.ask_next.unwrap().name.as_str()), (83, "traffic_source"));
    // Another one: a file has told a name, and nothing else is known.
    let file = stage.write("people.csv", "customer_id,name\nC7,李雷\n".as_bytes());
    stage.import(ImportKind::Customers, &file).await;
    let little = information(stage, "C7").await;
    assert_eq!((little.completeness_percent, little.ask_next.unwrap().name.as_str()), (17, "deal_factor"));
    let identity = &little.classes[0];
    assert_eq!((identity.class, identity.is_known, identity.fields.len()), (Class::Identity, true, 13));
    assert!(
        identity.fields.iter().filter(|field| field.said.is_none()).count() == 12,
        "the others are to be collected"
    );
    // What is archived is asked of nobody.
    let known = fields::list_fields(&stage.app, &TESTER).await.unwrap();
    let factor = known.into_iter().find(|one| one.field.settings.name == "deal_factor").unwrap().field;
    let archived = FieldSettings { is_archived: true, ..factor.settings };
    fields::update_field(&stage.app, &TESTER, factor.version, archived).await.unwrap();
    assert_eq!(information(stage, "C7").await.ask_next.unwrap().name, "value_point");
    assert_eq!(information(stage, "u1").await.completeness_percent, 67, "a plain trait again");
}

async fn c38_the_configured_priority_decides_between_sources_and_the_loser_is_kept(stage: &Stage) {
    let (mut form, mut wechat) = (Teller::members("src_form"), Teller::members("src_wechat"));
    let authorised = |source: &str| SourceOrigin { source: source.to_owned(), origin: Origin::Authorised };
    let order = Origin::ALL.to_vec();
    let settings = SourceOrder { order: order.clone(), sources: vec![authorised("src_wechat")] };
    let stored = fields::update_sources(&stage.app, &TESTER, 0, settings).await.unwrap();
    assert_eq!(stored.version, 1);
    identify(stage, &mut form, "M1", json!({ "city": "杭州", "name": "小明" })).await;
    let form_at = stage.app.clock.now();
    stage.clock.advance_days(3);
    identify(stage, &mut wechat, "M1", json!({ "city": "上海", "name": "Ming" })).await;
    let city = field(stage, "M1", "city").await;
    let told = |said: &Said| (said.value.clone(), said.source.clone(), said.origin);
    let stated = ("杭州".to_owned(), "src_form".to_owned(), Origin::SelfStated);
    let authorised = ("上海".to_owned(), "src_wechat".to_owned(), Origin::Authorised);
    assert_eq!(told(city.said.as_ref().unwrap()), stated, "although it is older");
    assert_eq!(city.others.iter().map(told).collect::<Vec<_>>(), vec![authorised.clone()]);
    assert!(city.said.unwrap().at.0 - form_at.0 < 10_000_000 && city.others[0].at > form_at);
    assert_eq!((found(stage, "city", "杭州").await, found(stage, "city", "上海").await), (1, 0));
    let before = snapshot(stage, named(stage, "M1").await).await;
    assert_eq!(before.display_name(), Some("小明"));
    // Turned round: profiles and lists follow at once, the name by a job.
    let mut turned = order;
    turned.swap(0, 1);
    let settings = SourceOrder { order: turned, sources: vec![] };
    let conflict = fields::update_sources(&stage.app, &TESTER, 0, settings.clone()).await;
    assert!(matches!(conflict, Err(FieldsError::VersionConflict)));
    fields::update_sources(&stage.app, &TESTER, 1, settings).await.unwrap();
    let city = field(stage, "M1", "city").await;
    assert_eq!(told(city.said.as_ref().unwrap()), authorised);
    assert_eq!(city.others.iter().map(told).collect::<Vec<_>>(), [stated]);
    assert_eq!((found(stage, "city", "杭州").await, found(stage, "city", "上海").await), (0, 1));
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(snapshot(stage, named(stage, "M1").await).await.display_name(), Some("Ming"));
    // What comes later is ranked the same way.
    identify(stage, &mut form, "M1", json!({ "city": "Leeds", "name": "Late" })).await;
    assert_eq!(said(stage, "M1", "city").await.as_deref(), Some("上海"));
    assert_eq!(snapshot(stage, named(stage, "M1").await).await.display_name(), Some("Ming"));
    let entries = audit::list(&stage.app, &TESTER, None, 9).await.unwrap().0;
    assert!(entries.iter().any(|entry| entry.action == "field_sources.updated"));
}

/// Name, class, type, allowed values; a word that is a value, its normal form, and a word that is none.
type Example =
    (&'static str, Class, FieldKind, &'static [&'static str], &'static str, &'static str, Option<&'static str>);

const TWELVE: [Example; 12] = [
    ("skin_type", Class::Other, FieldKind::Choice, &["dry", "oily"], "Dry", "dry", Some("scaly")),
    ("skin_tone", Class::Other, FieldKind::Text, &[], "warm", "warm", None),
    ("children", Class::Other, FieldKind::Integer, &[], "02", "2", Some("two")),
    ("shoe_size", Class::Other, FieldKind::Decimal, &[], "41.50", "41.5", Some("41,5")),
    ("has_car", Class::Other, FieldKind::Boolean, &[], "yes", "true", Some("perhaps")),
    ("wedding_day", Class::Other, FieldKind::Date, &[], "2019/5/1", "2019-05-01", Some("1.5.2019")),
    ("pets", Class::Other, FieldKind::Choices, &["cat", "dog", "fish"], "dog,cat", "[\"cat\",\"dog\"]", Some("cow")),
    ("allergies", Class::Usage, FieldKind::Choices, &[], "nuts", "[\"nuts\"]", None),
    ("income_band", Class::Consumption, FieldKind::Choice, &["A", "B", "C"], "b", "B", Some("D")),
    ("visits_planned", Class::Behaviour, FieldKind::Integer, &[], "-3", "-3", Some("3.5")),
    ("vip_since", Class::Decision, FieldKind::Date, &[], "2020-02-29", "2020-02-29", Some("2021-02-29")),
    ("newsletter", Class::Decision, FieldKind::Boolean, &[], "否", "false", Some("2")),
];

async fn c43_twelve_own_fields_of_seven_types_are_used_at_once_everywhere(stage: &Stage) {
    for (name, class, kind, allowed, ..) in TWELVE {
        create(stage, own(name, class, kind, allowed)).await;
    }
    let kinds: std::collections::BTreeSet<&str> = TWELVE.iter().map(|one| one.2.code()).collect();
    assert_eq!(kinds.len(), 7);
    // By a message, at once: values in their form; those that are none are left off, and the others go on.
    let good: Value =
        TWELVE.iter().map(|one| (one.0.to_owned(), json!(one.4))).collect::<serde_json::Map<_, _>>().into();
    let bad: Value = TWELVE
        .iter()
        .map(|one| (one.0.to_owned(), json!(one.6.unwrap_or(one.4))))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let mut shop = Teller::users("src_shop");
    identify(stage, &mut shop, "u1", good.clone()).await;
    identify(stage, &mut shop, "u2", bad).await;
    for (name, _, _, _, _, normal, wrong) in TWELVE {
        assert_eq!(said(stage, "u1", name).await.as_deref(), Some(normal), "{name}");
        assert_eq!(said(stage, "u2", name).await.is_none(), wrong.is_some(), "{name}");
    }
    let listed = fields::list_fields(&stage.app, &TESTER).await.unwrap();
    let refused: i64 = listed.iter().map(|one| one.refusals.refused).sum();
    assert_eq!(refused, 10, "told by field");
    let skin = listed.iter().find(|one| one.field.settings.name == "skin_type").unwrap();
    assert_eq!(skin.refusals.by_source, [("src_shop".to_owned(), 1)]);
    // By a file: columns that are called like fields are taken for them.
    let head = TWELVE.iter().enumerate().map(|(place, one)| match place % 3 {
        0 => one.0.to_owned(),
        1 => format!("字段{}", one.0),
        _ => format!("OWN {}", one.0),
    });
    let cell = |word: &str| format!("\"{word}\"");
    let head: Vec<String> = head.collect();
    let rows: Vec<String> = TWELVE.iter().map(|one| cell(one.4)).collect();
    let wrong: Vec<String> = TWELVE.iter().map(|one| cell(one.6.unwrap_or(one.4))).collect();
    let text = format!("customer_id,{}\nC1,{}\nC2,{}\n", head.join(","), rows.join(","), wrong.join(","));
    let imported = stage.import(ImportKind::Customers, &stage.write("people.csv", text.as_bytes())).await;
    assert_eq!((imported.result.applied.accepted, imported.result.rejected), (2, 0));
    assert_eq!(imported.result.applied.refused_values.values().sum::<u64>(), 10, "the rest of the row is taken");
    for (name, _, _, _, _, normal, _) in TWELVE {
        assert_eq!(said(stage, "C1", name).await.as_deref(), Some(normal), "{name}");
    }
    // By a program: it is told which value is none.
    let told = |who: &str, traits: &[(&str, &str)]| CustomerTold {
        identifiers: vec![IdentifierTold { kind: "customer_id".to_owned(), value: who.to_owned() }],
        traits: traits.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..CustomerTold::default()
    };
    let all: Vec<(&str, &str)> = TWELVE.iter().map(|one| (one.0, one.4)).collect();
    let items = [Ok(told("C3", &all)), Ok(told("C4", &[("children", "two"), ("skin_type", "scaly")]))];
    let answer = upserts::tell_customers(&stage.app, &TESTER, "file", &items, &Once::unkeyed()).await.unwrap();
    assert_eq!(answer.accepted(), 1);
    let pointers: Vec<(&str, &str)> =
        answer.items[1].iter().map(|error| (error.pointer.as_str(), error.code)).collect();
    assert_eq!(pointers, [("/traits/children", "invalid_value"), ("/traits/skin_type", "invalid_value")]);
    pipeline::apply_all(&stage.app).await.unwrap();
    // In the list: by what somebody would type.
    for (name, _, _, _, word, ..) in TWELVE.iter().filter(|one| one.2 != FieldKind::Choices) {
        let expected = if *name == "skin_tone" { 5 } else { 3 };
        assert_eq!(found(stage, name, word).await, expected, "{name}");
    }
    let pets = [("dog", 3), ("Cat", 3), ("fish", 0), ("cow", 0)];
    for (word, expected) in pets {
        assert_eq!(found(stage, "pets", word).await, expected, "{word}");
    }
    // By hand.
    write(stage, &user(Role::Clerk), "u2", &[("children", "3"), ("pets", "[\"fish\"]")]).await;
    assert_eq!((found(stage, "children", "3").await, found(stage, "pets", "fish").await), (1, 1));
    // The same words again are nothing new.
    let again = stage.import(ImportKind::Customers, &stage.write("again.csv", text.as_bytes())).await;
    assert_eq!(again.result.applied.accepted, 0);
}

async fn c44_coverage_of_the_key_indicators_names_the_next_question(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    for number in 0..8 {
        let mut traits = json!({ "traffic_source": "search", "usage_scene": "kitchen" });
        if number < 6 {
            traits["deal_factor"] = json!("promotion");
        }
        if number < 2 {
            traits["value_point"] = json!("it lasts");
        }
        if number >= 4 {
            traits["buying_scene"] = json!("at work");
        }
        identify(stage, &mut shop, &format!("u{number}"), traits).await;
    }
    let group = GroupSettings {
        code: "levels".to_owned(),
        name_zh: "层级".to_owned(),
        name_en: "Levels".to_owned(),
        is_exclusive: false,
        valid_days: None,
        is_archived: false,
    };
    tags::create_group(&stage.app, &TESTER, group, &Once::unkeyed()).await.unwrap();
    let tag = TagSettings {
        code: "key_customer".to_owned(),
        name_zh: "重点客户".to_owned(),
        name_en: "Key customer".to_owned(),
        is_archived: false,
    };
    tags::create_tag(&stage.app, &TESTER, "levels", tag, &Once::unkeyed()).await.unwrap();
    let key = Whom::Many(vec![named(stage, "u0").await, named(stage, "u1").await]);
    let set = TagChange { set: vec!["key_customer".to_owned()], ..TagChange::default() };
    tags::change_tags(&stage.app, &TESTER, &key, &set, &Once::unkeyed()).await.unwrap();
    let all = fields::coverage(&stage.app, &TESTER, None).await.unwrap();
    let shown: Vec<(&str, i64)> = all.fields.iter().map(|one| (one.field.name.as_str(), one.customers)).collect();
    let expected =
        [("traffic_source", 8), ("deal_factor", 6), ("buying_scene", 4), ("usage_scene", 8), ("value_point", 2)];
    assert_eq!((shown.as_slice(), all.customers, all.tagged), (expected.as_slice(), 8, None));
    assert_eq!(all.ask_next.unwrap().name, "value_point");
    let key = fields::coverage(&stage.app, &TESTER, Some("key_customer")).await.unwrap();
    let tagged: Vec<Option<i64>> = key.fields.iter().map(|one| one.tagged).collect();
    assert_eq!((tagged, key.tagged), (vec![Some(2), Some(2), Some(0), Some(2), Some(2)], Some(2)));
    assert_eq!(key.ask_next.unwrap().name, "buying_scene");
    let unknown = fields::coverage(&stage.app, &TESTER, Some("nothing")).await;
    assert!(matches!(unknown, Err(FieldsError::Invalid(_))));
}

async fn c48_each_value_says_its_source_time_collector_consent_and_confidence(stage: &Stage) {
    let collects =
        Collects { traits: vec!["city".to_owned()], sources: vec!["src_form".to_owned()], ..Collects::default() };
    let settings = PurposeSettings { name: "Profile".to_owned(), collects, ..PurposeSettings::default() };
    consent::put_purpose(&stage.app, &TESTER, "profile", None, settings).await.unwrap();
    let mut form = Teller::members("src_form");
    identify(stage, &mut form, "M1", json!({ "city": "Hangzhou" })).await;
    let number = named(stage, "M1").await;
    let granted = |purpose: &str| NewConsent {
        who: Who::Customer(number),
        purpose: purpose.to_owned(),
        channels: vec![],
        decision: Decision::Granted,
        text_version: None,
        at: None,
        note: None,
    };
    consent::record_consent(&stage.app, &TESTER, &granted("profile"), &Once::unkeyed()).await.unwrap();
    let consents = consent::customer_consents(&stage.app, &TESTER, number).await.unwrap();
    let consent_id = consents.history[0].id.clone();
    let file = stage.write("people.csv", b"member_no,city,updated_at\nM1,Shanghai,2026-11-20T08:00:00Z\n");
    stage.import(ImportKind::Customers, &file).await;
    stage.clock.advance_days(1);
    let change = FieldsChange {
        values: values(&[("city", "hangzhou")]),
        surface: Some("side_bar".to_owned()),
        consent_id: Some(consent_id.clone()),
    };
    fields::write_fields(&stage.app, &user(Role::Service), number, &change, &Once::unkeyed()).await.unwrap();
    let city = field(stage, "M1", "city").await;
    let shown: Vec<(String, String, Origin, f64)> = city
        .said
        .iter()
        .chain(&city.others)
        .map(|one| (one.value.clone(), one.source.clone(), one.origin, one.confidence))
        .collect();
    let expected = [
        ("Hangzhou".to_owned(), "src_form".to_owned(), Origin::SelfStated, 0.6),
        ("hangzhou".to_owned(), "perennial".to_owned(), Origin::Staff, 0.6),
        ("Shanghai".to_owned(), "file".to_owned(), Origin::Imported, 0.4),
    ];
    assert_eq!(shown, expected, "two of three agree: (2 + 1) / (3 + 2); one of three: (1 + 1) / (3 + 2)");
    let stated = city.said.unwrap();
    assert_eq!(
        (stated.consent_id.as_deref(), stated.by),
        (Some(consent_id.as_str()), None),
        "of the purpose that covers it"
    );
    let by_hand = &city.others[0];
    let by = by_hand.by.as_ref().unwrap();
    assert_eq!((by.kind.as_str(), by.name.as_str(), by_hand.at), ("user", "Li", stage.app.clock.now()));
    assert_eq!(
        (by_hand.surface.as_deref(), by_hand.consent_id.as_deref()),
        (Some("side_bar"), Some(consent_id.as_str()))
    );
    assert_eq!(
        (city.others[1].consent_id.as_ref(), city.others[1].at.rfc3339().as_str()),
        (None, "2026-11-20T08:00:00Z")
    );
    // A single source: two thirds.
    write(stage, &user(Role::Clerk), "M1", &[("occupation", "teacher")]).await;
    let occupation = field(stage, "M1", "occupation").await.said.unwrap();
    assert!((occupation.confidence - 0.67).abs() < 1e-9 && occupation.surface.is_none());
    // It is a fact on the timeline, and nothing that a touch-point saw.
    pipeline::hand_over(&stage.app).await.unwrap();
    let snapshot = snapshot(stage, number).await;
    assert_eq!((snapshot.events(), snapshot.timeline().len()), (2, 5));
    let entries = audit::list(&stage.app, &TESTER, None, 9).await.unwrap().0;
    assert_eq!(entries[0].action, "customer.fields_written");
    assert!(!serde_json::to_string(&entries[0].detail).unwrap().contains("teacher"));
}

async fn a_merged_customer_has_the_values_of_its_profiles_and_each_has_its_own_again(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    identify(stage, &mut shop, "u1", json!({ "city": "Hull", "hobby": ["tea"] })).await;
    identify(stage, &mut shop, "u2", json!({ "city": "York" })).await;
    stage.clock.advance_days(1);
    write(stage, &user(Role::Clerk), "u1", &[("occupation", "teacher")]).await;
    stage.clock.advance_days(1);
    write(stage, &user(Role::Service), "u2", &[("occupation", "nurse"), ("family", "two")]).await;
    let before = [information(stage, "u1").await, information(stage, "u2").await];
    let request = MergeRequest { one: named(stage, "u1").await, other: named(stage, "u2").await, keep: None };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let together =
        [said(stage, "u1", "city").await, said(stage, "u2", "occupation").await, said(stage, "u1", "hobby").await];
    assert_eq!(together.map(Option::unwrap), ["York", "nurse", "[\"tea\"]"]);
    let by = field(stage, "u1", "occupation").await.said.unwrap().by.unwrap();
    assert_eq!(by.kind, "user", "who wrote down the word that is believed");
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!([information(stage, "u1").await, information(stage, "u2").await], before);
    // With something in between: it belongs to the profile of the strongest identifier.
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    stage.clock.advance_days(1);
    write(stage, &TESTER, "u2", &[("family", "three"), ("value_point", "quiet")]).await;
    assert_eq!(said(stage, "u1", "family").await.as_deref(), Some("three"));
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    let later = [said(stage, "u1", "family").await, said(stage, "u1", "value_point").await];
    assert_eq!(later.map(Option::unwrap), ["three", "quiet"]);
    assert_eq!(information(stage, "u2").await, before[1]);
}

async fn what_cannot_be_written_down_is_refused_with_a_reason(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    identify(stage, &mut shop, "u1", json!({ "x": 1 })).await;
    let number = named(stage, "u1").await;
    let app = &stage.app;
    let change = |told: &[(&str, &str)]| FieldsChange { values: values(told), ..FieldsChange::default() };
    let wrong = change(&[("age", "old"), ("city", "Hull"), ("deal_factor", "luck"), ("x", "2")]);
    match fields::write_fields(app, &TESTER, number, &wrong, &Once::unkeyed()).await {
        Err(FieldsError::Values(values)) => {
            let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["age", "deal_factor", "x"]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(said(stage, "u1", "city").await, None, "all are right, or none is written");
    let none = fields::write_fields(app, &TESTER, number, &change(&[]), &Once::unkeyed()).await;
    assert!(matches!(none, Err(FieldsError::Invalid(_))));
    let foreign = FieldsChange { consent_id: Some("c".to_owned()), ..change(&[("city", "Hull")]) };
    let refused = fields::write_fields(app, &TESTER, number, &foreign, &Once::unkeyed()).await;
    assert!(matches!(refused, Err(FieldsError::Invalid(errors)) if errors[0].field == "consent_id"));
    let bound = Actor::User {
        id: "usr_mei".to_owned(),
        name: "Mei".to_owned(),
        role: Role::Clerk,
        scope: Scope::Below("/1/".to_owned()),
    };
    let unseen = fields::write_fields(app, &bound, number, &change(&[("city", "Hull")]), &Once::unkeyed()).await;
    assert!(matches!(unseen, Err(FieldsError::NoCustomer)));
    let analyst =
        fields::write_fields(app, &user(Role::Analyst), number, &change(&[("city", "Hull")]), &Once::unkeyed()).await;
    assert!(matches!(analyst, Err(FieldsError::Forbidden(_))));
    let taken =
        fields::create_field(app, &TESTER, own("city", Class::Other, FieldKind::Text, &[]), &Once::unkeyed()).await;
    assert!(matches!(taken, Err(FieldsError::Taken)));
    let clerk =
        fields::create_field(app, &user(Role::Clerk), own("y", Class::Other, FieldKind::Text, &[]), &Once::unkeyed())
            .await;
    assert!(matches!(clerk, Err(FieldsError::Forbidden(_))));
    create(stage, own("pets", Class::Other, FieldKind::Choices, &["cat"])).await;
    let retyped = own("pets", Class::Other, FieldKind::Text, &[]);
    assert!(matches!(fields::update_field(app, &TESTER, 1, retyped).await, Err(FieldsError::Invalid(_))));
    let short = SourceOrder { order: vec![Origin::Staff], sources: vec![] };
    assert!(matches!(fields::update_sources(app, &TESTER, 0, short).await, Err(FieldsError::Invalid(_))));
    // A field of traits that are there already takes those that are values of it.
    identify(stage, &mut shop, "u2", json!({ "x": "many" })).await;
    create(stage, own("x", Class::Other, FieldKind::Integer, &[])).await;
    assert_eq!((said(stage, "u1", "x").await.as_deref(), said(stage, "u2", "x").await), (Some("1"), None));
    assert_eq!(found(stage, "x", "1").await, 1);
}

async fn what_was_written_down_about_an_erased_person_is_gone_and_an_export_has_it(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    identify(stage, &mut shop, "u1", json!({ "city": "Hull" })).await;
    identify(stage, &mut shop, "u2", json!({ "city": "Hull" })).await;
    write(stage, &user(Role::Clerk), "u1", &[("occupation", "teacher")]).await;
    write(stage, &user(Role::Clerk), "u2", &[("occupation", "nurse")]).await;
    let number = named(stage, "u1").await;
    let mut export = privacy::begin_person_export(&stage.app, &TESTER, number).await.unwrap();
    let mut text = String::new();
    while let Some(bytes) = export.next_bytes().await.unwrap() {
        text.push_str(&String::from_utf8(bytes).unwrap());
    }
    assert_eq!(export.counts()["note_about_trait"], 1);
    assert!(text.contains("teacher") && text.contains("\"by\":\"Li\""), "{text}");
    let erasure = privacy::erase(&stage.app, &TESTER, number, "request 9").await.unwrap();
    assert_eq!(erasure.removed["notes_about_traits"], 1);
    assert_eq!((found(stage, "occupation", "teacher").await, found(stage, "occupation", "nurse").await), (0, 1));
    assert!(field(stage, "u2", "occupation").await.said.unwrap().by.is_some(), "nobody else's");
}
