//! Layers: saved whole, nobody in two stages, and what a brand can begin with.

use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, example, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::layers::{
    self, Language, Layer, LayerError, LayerSettings, LayerTemplate, ProblemKind, StageSettings, Values,
};
use perennial_app::segments::live::{Live, members_of};
use perennial_app::segments::{self, RuleText, SegmentError, SegmentQuery, SegmentSettings};
use perennial_app::value::{self, ValueRequest};
use perennial_app::{audit, settings};
use perennial_domain::access::Role;
use perennial_domain::import::field::ImportKind;
use perennial_domain::money::Currency;
use perennial_domain::rules::text::print;
use perennial_domain::settings::Settings;
use perennial_domain::time::MICROS_PER_DAY;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

on_both! {
    c61_every_buyer_is_in_one_tier_and_one_cell,
    c62_a_second_order_within_thirty_days_moves_somebody_once_and_time_does_the_rest,
    a_layer_is_saved_with_all_its_stages_or_not_at_all,
    a_stage_that_is_left_out_is_archived_and_stays_the_layers,
    a_layer_is_archived_and_restored_with_its_stages,
    what_is_wrong_with_a_layer_is_told_with_its_place,
    templates_say_what_is_lacking_and_take_other_parameters,
}

/// Amounts of rules are of the brand's currency.
pub async fn in_yuan(stage: &Stage) {
    let before = settings::read(&stage.app, &TESTER).await.unwrap();
    let changed = Settings { currency: Currency::parse("CNY"), ..before.settings };
    settings::update(&stage.app, &TESTER, before.version, changed).await.unwrap();
}

pub fn layer_of(stages: &[(&str, &str)]) -> LayerSettings {
    let stage = |(code, rule): &(&str, &str)| StageSettings {
        code: (*code).to_owned(),
        name: (*code).to_owned(),
        rule: RuleText::Text((*rule).to_owned()),
    };
    LayerSettings {
        name: "Layer".to_owned(),
        description: String::new(),
        base: None,
        stages: stages.iter().map(stage).collect(),
    }
}

pub async fn make(stage: &Stage, code: &str, settings: LayerSettings) -> Result<Layer, LayerError> {
    layers::create_layer(&stage.app, &TESTER, code, settings, &Once::unkeyed()).await
}

/// Makes the layer that a template gives.
pub async fn from_template(stage: &Stage, code: &str, values: &[(&str, &[&str])]) -> Layer {
    let filled = template(stage, code, values).await;
    assert_eq!(filled.lacks, [], "{code}");
    make(stage, code, filled.settings()).await.unwrap_or_else(|error| panic!("{code}: {error}"))
}

pub async fn template(stage: &Stage, code: &str, values: &[(&str, &[&str])]) -> LayerTemplate {
    let values: Values = values
        .iter()
        .map(|(code, values)| ((*code).to_owned(), values.iter().map(|one| (*one).to_owned()).collect()))
        .collect();
    layers::layer_template(&stage.app, &TESTER, code, Language::English, &values).await.unwrap()
}

/// How many are in each stage where anybody is, who is in none, and all.
pub async fn counts(stage: &Stage, live: &Arc<Live>, code: &str) -> (BTreeMap<String, u64>, u64, u64) {
    segments::live::follow(&stage.app, live).await.unwrap();
    let counted = layers::count_stages(&stage.app, live, &TESTER, code).await.unwrap();
    let stages = counted.layer.newest.stages.iter().map(|one| one.code.clone());
    let counts: BTreeMap<String, u64> = stages.zip(counted.counts).filter(|(_, count)| *count > 0).collect();
    assert_eq!(counts.values().sum::<u64>() + counted.outside, counted.everybody, "nobody is in two stages");
    (counts, counted.outside, counted.everybody)
}

/// The stage that somebody is in.
pub async fn stage_of(stage: &Stage, live: &Arc<Live>, layer: &str, who: &str) -> Option<String> {
    segments::live::follow(&stage.app, live).await.unwrap();
    let number = i64::from(named(stage, who).await.0);
    let layer = layers::get_layer(&stage.app, &TESTER, layer).await.unwrap();
    let mut found = Vec::new();
    for one in layer.newest.stages {
        let members = members_of(&stage.app, live, &TESTER, &one.code, None, 200).await.unwrap();
        if members.items.iter().any(|item| item.row.counters.number == number) {
            found.push(one.code);
        }
    }
    assert!(found.len() <= 1, "{who} is in {found:?}");
    found.pop()
}

async fn c61_every_buyer_is_in_one_tier_and_one_cell(stage: &Stage) {
    stage.import(ImportKind::Orders, &example("cdnow_sample.csv.gz")).await;
    let result = value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();
    let live = Arc::<Live>::default();
    from_template(stage, "rfm", &[]).await;
    let tiers = from_template(stage, "rfm_cells", &[]).await;
    assert_eq!(tiers.newest.stages.len(), 125);
    let (groups, outside, everybody) = counts(stage, &live, "rfm").await;
    assert_eq!((outside, everybody), (0, 2_357));
    let right = result.rfm.groups.iter().filter(|group| group.customers > 0);
    let right: BTreeMap<String, u64> =
        right.map(|group| (format!("rfm_{}", group.group.code()), group.customers)).collect();
    assert_eq!(groups, right);
    let (cells, outside, _) = counts(stage, &live, "rfm_cells").await;
    let right: u64 = result.rfm.cells.iter().flatten().flatten().filter(|count| **count > 0).sum();
    assert_eq!((cells.values().sum::<u64>(), outside), (right, 0));
    let filled = result.rfm.cells.iter().flatten().flatten().filter(|count| **count > 0).count();
    assert_eq!(cells.len(), filled);
    // What plainly nobody has together is not excluded one by one.
    let rule = print(&tiers.newest.stages[124].effective);
    assert_eq!(rule, "$rfm_cell exists and $rfm_cell = 111");
}

async fn c62_a_second_order_within_thirty_days_moves_somebody_once_and_time_does_the_rest(stage: &Stage) {
    in_yuan(stage).await;
    let live = Arc::<Live>::default();
    from_template(stage, "lifecycle", &[]).await;
    let mut shop = Teller::users("src_shop");
    let seen = |who: &str| json!({ "type": "page", "userId": who, "name": "Tea" });
    let told: Vec<Value> = vec![
        shop.order("ann", "A-1", 5_000),
        shop.order("bob", "B-1", 700),
        seen("cid"),
        seen("dan"),
        seen("dan"),
        seen("dan"),
    ];
    shop.tell(stage, &told).await;
    stage.clock.advance_seconds(60);
    let of = async |who: &str| stage_of(stage, &live, "lifecycle", who).await.unwrap();
    assert_eq!((of("ann").await, of("bob").await), ("life_new".to_owned(), "life_new".to_owned()));
    assert_eq!((of("cid").await, of("dan").await), ("life_prospect".to_owned(), "life_seed".to_owned()));
    // Again within thirty days, and again after.
    stage.clock.advance_micros(20 * MICROS_PER_DAY);
    let second = [shop.order("ann", "A-2", 900)];
    shop.tell(stage, &second).await;
    stage.clock.advance_micros(20 * MICROS_PER_DAY);
    let late = [shop.order("bob", "B-2", 900)];
    shop.tell(stage, &late).await;
    stage.clock.advance_seconds(60);
    assert_eq!((of("ann").await, of("bob").await), ("life_angel".to_owned(), "life_returning".to_owned()));
    // Many orders make a super user, silence a dormant one and then a lost one.
    let many: Vec<Value> = (3..=6).map(|number| shop.order("ann", &format!("A-{number}"), 100)).collect();
    shop.tell(stage, &many).await;
    stage.clock.advance_micros(21 * MICROS_PER_DAY);
    assert_eq!((of("ann").await, of("cid").await), ("life_super".to_owned(), "life_dormant".to_owned()));
    stage.clock.advance_micros(60 * MICROS_PER_DAY);
    assert_eq!(of("ann").await, "life_dormant");
    stage.clock.advance_micros(121 * MICROS_PER_DAY);
    let (all, outside, everybody) = counts(stage, &live, "lifecycle").await;
    assert_eq!((all, outside, everybody), (BTreeMap::from([("life_churned".to_owned(), 4)]), 0, 4));
}

async fn a_layer_is_saved_with_all_its_stages_or_not_at_all(stage: &Stage) {
    let settings = layer_of(&[("young", "age < 30"), ("old", "age >= 60"), ("rest", "everybody")]);
    let made = make(stage, "ages", LayerSettings { base: Some(RuleText::Text("age exists".to_owned())), ..settings });
    let made = made.await.unwrap();
    assert_eq!((made.newest.version, made.newest.changed_by.as_str()), (1, "test"));
    let rest = segments::get_segment(&stage.app, &TESTER, "rest").await.unwrap();
    assert_eq!(print(&rest.newest.rule), "age exists and not in segment young and not in segment old");
    assert_eq!(rest.newest.rule, made.newest.stages[2].effective);
    // In another order, with another rule: only what is different has a version.
    let next = layer_of(&[("old", "age >= 65"), ("young", "age < 30"), ("rest", "everybody")]);
    let next = LayerSettings { base: Some(RuleText::Text("age exists".to_owned())), ..next };
    let changed = layers::update_layer(&stage.app, &TESTER, "ages", 1, next.clone()).await.unwrap();
    assert_eq!(changed.newest.version, 2);
    assert_eq!(layers::update_layer(&stage.app, &TESTER, "ages", 2, next.clone()).await.unwrap(), changed);
    let faster = layers::update_layer(&stage.app, &TESTER, "ages", 1, next).await;
    assert!(matches!(faster, Err(LayerError::VersionConflict)));
    let versions = async |code: &str| segments::get_segment(&stage.app, &TESTER, code).await.unwrap().newest.version;
    assert_eq!((versions("young").await, versions("old").await, versions("rest").await), (2, 2, 2));
    let young = segments::get_segment(&stage.app, &TESTER, "young").await.unwrap();
    assert_eq!(print(&young.newest.rule), "age exists and age < 30 and not in segment old");
    let (log, _) = audit::list(&stage.app, &TESTER, None, 50).await.unwrap();
    let own: Vec<(&str, &Value)> = log
        .iter()
        .filter(|entry| entry.action.starts_with("layer."))
        .map(|entry| (entry.action.as_str(), entry.detail.get("changed").unwrap_or(&Value::Null)))
        .collect();
    assert_eq!(own[0], ("layer.updated", &json!({ "old": { "removed": ["age >= 60"], "added": ["age >= 65"] } })));
    assert_eq!((own.len(), own[1].0), (2, "layer.created"));
    // A stage is changed by its layer alone.
    let by_hand = SegmentSettings {
        name: "Young".to_owned(),
        description: String::new(),
        rule: RuleText::Text("everybody".to_owned()),
    };
    let refused = segments::update_segment(&stage.app, &TESTER, "young", 2, by_hand).await.unwrap_err();
    assert!(matches!(&refused, SegmentError::Stage(layer) if layer == "ages"), "{refused}");
    let refused = segments::set_segment_archived(&stage.app, &TESTER, "young", true).await.unwrap_err();
    assert!(matches!(&refused, SegmentError::Stage(layer) if layer == "ages"), "{refused}");
    let analyst = |role| Actor::User { id: "u".into(), name: "n".into(), role, scope: Scope::Everyone };
    assert_eq!(layers::list_layers(&stage.app, &analyst(Role::Clerk), None).await.unwrap().len(), 1);
    let refused = layers::set_layer_archived(&stage.app, &analyst(Role::Clerk), "ages", true).await;
    assert!(matches!(refused, Err(LayerError::Forbidden(_))));
}

async fn a_stage_that_is_left_out_is_archived_and_stays_the_layers(stage: &Stage) {
    make(stage, "ages", layer_of(&[("young", "age < 30"), ("old", "age >= 60")])).await.unwrap();
    let other = SegmentSettings {
        name: "Old".to_owned(),
        description: String::new(),
        rule: RuleText::Text("in segment old".to_owned()),
    };
    segments::create_segment(&stage.app, &TESTER, "fans", other, &Once::unkeyed()).await.unwrap();
    let without = layer_of(&[("young", "age < 30")]);
    let refused = layers::update_layer(&stage.app, &TESTER, "ages", 1, without.clone()).await;
    assert!(matches!(&refused, Err(LayerError::StoodOn(by)) if by == &["fans"]), "{refused:?}");
    segments::set_segment_archived(&stage.app, &TESTER, "fans", true).await.unwrap();
    layers::update_layer(&stage.app, &TESTER, "ages", 1, without).await.unwrap();
    let standing = async || {
        let query = SegmentQuery { search: None, is_archived: Some(false) };
        let (segments, _) = segments::list_segments(&stage.app, &TESTER, &query, None, 50).await.unwrap();
        segments.into_iter().map(|one| one.code).collect::<Vec<_>>()
    };
    assert_eq!(standing().await, ["young"]);
    let taken = make(stage, "other", layer_of(&[("old", "age >= 70")])).await;
    assert!(matches!(&taken, Err(LayerError::Invalid(found)) if found[0].kind == ProblemKind::Taken), "{taken:?}");
    let back = layer_of(&[("young", "age < 30"), ("old", "age >= 60")]);
    layers::update_layer(&stage.app, &TESTER, "ages", 2, back).await.unwrap();
    assert_eq!(standing().await, ["old", "young"]);
}

async fn a_layer_is_archived_and_restored_with_its_stages(stage: &Stage) {
    make(stage, "ages", layer_of(&[("young", "age < 30"), ("rest", "everybody")])).await.unwrap();
    let live = Arc::<Live>::default();
    let mut shop = Teller::users("src_shop");
    let person = |who: &str, age: u32| json!({ "type": "identify", "userId": who, "traits": { "age": age } });
    shop.tell(stage, &[person("ann", 20), person("bob", 40), person("cid", 25)]).await;
    let expected = BTreeMap::from([("rest".to_owned(), 1), ("young".to_owned(), 2)]);
    assert_eq!(counts(stage, &live, "ages").await, (expected.clone(), 0, 3));
    let archived = layers::set_layer_archived(&stage.app, &TESTER, "ages", true).await.unwrap();
    assert!(archived.archived_at.is_some());
    assert_eq!(layers::list_layers(&stage.app, &TESTER, Some(false)).await.unwrap(), []);
    assert_eq!(layers::list_layers(&stage.app, &TESTER, Some(true)).await.unwrap().len(), 1);
    assert_eq!(counts(stage, &live, "ages").await, (BTreeMap::new(), 3, 3));
    let change = layers::update_layer(&stage.app, &TESTER, "ages", 1, layer_of(&[("young", "age < 31")])).await;
    assert!(matches!(change, Err(LayerError::Archived)));
    layers::set_layer_archived(&stage.app, &TESTER, "ages", false).await.unwrap();
    assert_eq!(counts(stage, &live, "ages").await, (expected, 0, 3));
    let none = layers::set_layer_archived(&stage.app, &TESTER, "none", true).await;
    assert!(matches!(none, Err(LayerError::NoLayer)));
}

async fn what_is_wrong_with_a_layer_is_told_with_its_place(stage: &Stage) {
    let wrong = async |settings: LayerSettings| match make(stage, "ages", settings).await {
        Err(LayerError::Invalid(found)) => found.into_iter().map(|one| one.pointer).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let fine = layer_of(&[("young", "age < 30")]);
    assert_eq!(
        wrong(LayerSettings { name: " ".to_owned(), stages: Vec::new(), ..fine.clone() }).await,
        ["/name", "/stages"]
    );
    assert_eq!(
        wrong(layer_of(&[("Young", "age < 30"), ("a", "everybody"), ("a", "everybody")])).await,
        ["/stages/0/code", "/stages/0/name", "/stages/2/code"]
            .iter()
            .filter(|one| !one.ends_with("name"))
            .copied()
            .collect::<Vec<_>>()
    );
    assert_eq!(wrong(layer_of(&[("a", "age <"), ("b", "has tag none")])).await, ["/stages/0/text", "/stages/1/text"]);
    let base = LayerSettings { base: Some(RuleText::Json(json!({ "tag": "none" }))), ..fine.clone() };
    assert_eq!(wrong(base).await, ["/base/rule"]);
    // A stage that looks at a later one, which is without whoever the earlier one has.
    assert_eq!(wrong(layer_of(&[("a", "in segment b"), ("b", "age < 30")])).await, ["/stages"]);
    let too_many: Vec<(String, String)> =
        (0..131).map(|place| (format!("s{place}"), format!("age = {place}"))).collect();
    let too_many: Vec<(&str, &str)> = too_many.iter().map(|(code, rule)| (code.as_str(), rule.as_str())).collect();
    assert_eq!(wrong(layer_of(&too_many)).await, ["/stages"]);
    assert_eq!(layers::list_layers(&stage.app, &TESTER, None).await.unwrap(), []);
    let query = SegmentQuery::default();
    assert_eq!(segments::list_segments(&stage.app, &TESTER, &query, None, 50).await.unwrap().0, [], "nothing was kept");
    make(stage, "ages", fine.clone()).await.unwrap();
    let taken = make(stage, "ages", fine).await;
    assert!(matches!(taken, Err(LayerError::Taken)));
}

async fn templates_say_what_is_lacking_and_take_other_parameters(stage: &Stage) {
    let all = layers::layer_templates(&stage.app, &TESTER, Language::Chinese).await.unwrap();
    let lifecycle = all.iter().find(|one| one.code == "lifecycle").unwrap();
    assert_eq!((lifecycle.name.as_str(), lifecycle.stages[1].name.as_str()), ("生命周期", "沉睡用户"));
    assert_eq!(lifecycle.lacks, []);
    let other = template(stage, "lifecycle", &[("dormant_days", &["45"])]).await;
    assert_eq!(other.stages[1].text, "not did anything in last 45 days");
    assert_eq!(other.parameters.iter().find(|one| one.code == "dormant_days").unwrap().values, ["45"]);
    for (code, values, pointer) in [
        ("dormant_days", vec!["0 days or everybody"], "/parameters/dormant_days"),
        ("dormant_days", vec!["4", "5"], "/parameters/dormant_days"),
        ("none", vec!["4"], "/parameters/none"),
    ] {
        let told: Values = [(code.to_owned(), values.into_iter().map(str::to_owned).collect())].into();
        let refused = layers::layer_template(&stage.app, &TESTER, "lifecycle", Language::English, &told).await;
        assert!(matches!(&refused, Err(LayerError::Invalid(found)) if found[0].pointer == pointer), "{refused:?}");
    }
    let none = layers::layer_template(&stage.app, &TESTER, "none", Language::English, &Values::new()).await;
    assert!(matches!(none, Err(LayerError::NoTemplate)));
}
