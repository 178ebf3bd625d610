//! Layers: saved whole, nobody in two stages, and what a brand can begin with.

use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, example, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::layers::{
    self, Between, Language, Layer, LayerError, LayerSettings, LayerTemplate, ProblemKind, StageSettings, Values,
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
use perennial_domain::time::{Day, MICROS_PER_DAY};
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
    who_went_from_which_stage_to_which_between_two_days,
    c63_c64_c65_c66_c67_layers_over_what_is_worked_out_of_facts,
    c69_the_four_purchase_gaps_have_the_sizes_that_were_seeded,
    c77_c78_koc_with_reasons_and_who_is_not_worth_writing_to,
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
    assert!(filled.lacks.is_empty(), "{code}: {:?}", filled.lacks);
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

/// Follows, and writes down who came and went.
async fn round(stage: &Stage, live: &Arc<Live>) {
    assert!(segments::live::follow(&stage.app, live).await.unwrap());
    assert!(segments::live::keep_moves(&stage.app, live).await.unwrap());
}

async fn who_went_from_which_stage_to_which_between_two_days(stage: &Stage) {
    in_yuan(stage).await;
    let live = Arc::<Live>::default();
    from_template(stage, "lifecycle", &[]).await;
    round(stage, &live).await;
    let mut shop = Teller::users("src_shop");
    let seen = |who: &str| json!({ "type": "page", "userId": who, "name": "Tea" });
    let told = [shop.order("ann", "A-1", 5_000), shop.order("bob", "B-1", 700), seen("cid")];
    shop.tell(stage, &told).await;
    stage.clock.advance_seconds(60);
    round(stage, &live).await;
    let (first, between) = ("2026-11-22", |from: &str, to: Option<&str>| Between {
        from: Day::parse_iso(from).unwrap(),
        to: to.map(|day| Day::parse_iso(day).unwrap()),
    });
    stage.clock.advance_micros(2 * MICROS_PER_DAY);
    let told = [shop.order("ann", "A-2", 900), shop.order("cid", "C-1", 900), seen("dan")];
    shop.tell(stage, &told).await;
    stage.clock.advance_seconds(60);
    round(stage, &live).await;
    let cells = async |from: &str, to: Option<&str>| {
        let found = layers::movement(&stage.app, &live, &TESTER, "lifecycle", between(from, to)).await?;
        let code = |place: Option<usize>| place.map(|place| found.layer.newest.stages[place].code.clone());
        let cell = |cell: &layers::Cell| (code(cell.from), code(cell.to), cell.count);
        Ok::<_, LayerError>(found.cells.iter().map(cell).collect::<Vec<_>>())
    };
    let is = |code: &str| Some(code.to_owned());
    let moved = [
        (is("life_new"), is("life_angel"), 1),
        (is("life_new"), is("life_new"), 1),
        (is("life_prospect"), is("life_new"), 1),
        (None, is("life_prospect"), 1),
    ];
    assert_eq!(cells("2026-11-23", None).await.unwrap(), moved);
    // Until the day on which nothing had happened yet.
    let same = [(is("life_new"), is("life_new"), 2), (is("life_prospect"), is("life_prospect"), 1)];
    assert_eq!(cells("2026-11-23", Some("2026-11-24")).await.unwrap(), same);
    let people = async |from: Option<&str>, to: Option<&str>| {
        let of = between("2026-11-23", None);
        let page = (None, 10);
        layers::movement_people(&stage.app, &live, &TESTER, "lifecycle", of, (from, to), page).await
    };
    let found = people(Some("life_new"), Some("life_angel")).await.unwrap();
    let ann = named(stage, "ann").await;
    assert_eq!((found.count, found.items[0].row.counters.number), (1, i64::from(ann.0)));
    let found = people(None, Some("life_prospect")).await.unwrap();
    assert_eq!((found.count, found.items[0].row.counters.number), (1, i64::from(named(stage, "dan").await.0)));
    // C62: each stage is entered once, and left once; nobody passes through one that was not theirs.
    let moves = segments::live::moves_of_customer(&stage.app, &TESTER, ann).await.unwrap();
    let moves: Vec<(&str, bool)> = moves.iter().map(|one| (one.segment.as_str(), one.has_entered)).collect();
    assert_eq!(moves.len(), 3, "{moves:?}");
    assert_eq!(moves[2], ("life_new", true));
    assert!(moves[..2].contains(&("life_new", false)) && moves[..2].contains(&("life_angel", true)), "{moves:?}");
    for (from, to, field) in [("2027-01-01", None, "from"), ("2026-11-24", Some("2026-11-23"), "to")] {
        let refused = cells(from, to).await;
        assert!(matches!(&refused, Err(LayerError::Invalid(found)) if found[0].pointer == field), "{refused:?}");
    }
    let before = cells(first, None).await;
    assert!(matches!(before, Err(LayerError::Segment(SegmentError::NotKept))), "{before:?}");
    for (from, to) in [(None, None), (Some("life_none"), None)] {
        assert!(matches!(people(from, to).await, Err(LayerError::Invalid(_))));
    }
}

pub fn event(who: &str, name: &str, properties: Value) -> Value {
    json!({ "type": "track", "userId": who, "event": name, "properties": properties })
}

/// An order with its products: SKU, category and amount in yuan.
pub fn bought(who: &str, order: &str, products: &[(&str, &str, u32)], more: &Value) -> Value {
    let product = |(sku, category, price): &(&str, &str, u32)| json!({ "sku": sku, "name": sku, "category": category, "price": price, "quantity": 1 });
    let mut properties = json!({ "order_id": order, "currency": "CNY",
        "products": products.iter().map(product).collect::<Vec<_>>() });
    for (name, value) in more.as_object().unwrap() {
        properties[name] = value.clone();
    }
    event(who, "Order Completed", properties)
}

async fn c63_c64_c65_c66_c67_layers_over_what_is_worked_out_of_facts(stage: &Stage) {
    in_yuan(stage).await;
    let mut shop = Teller::users("src_shop");
    let nothing = json!({});
    let by = |touch_point: &str| json!({ "touch_point": touch_point });
    let mut told = vec![
        json!({ "type": "identify", "userId": "ann", "traits": { "city": "成都" } }),
        json!({ "type": "identify", "userId": "bob", "traits": { "city": "成都" } }),
        json!({ "type": "identify", "userId": "cid", "traits": { "city": "杭州" } }),
        // Two thirds of ann's spending are lenses, of bob's half; cid uses coupons, ann reads first, bob came by a KOL.
        bought("ann", "A-1", &[("L-1", "lens", 200), ("C-1", "care", 100)], &nothing),
        bought("bob", "B-1", &[("L-1", "lens", 100), ("C-1", "care", 100)], &json!({ "kol_code": "K7" })),
        bought("cid", "C-1", &[("C-1", "care", 50)], &json!({ "coupon": "SPRING" })),
        bought("cid", "C-2", &[("C-2", "care", 50)], &json!({ "coupon": "MAY" })),
        event("ann", "Event Joined", json!({ "event_id": "E9" })),
        event("bob", "Event Joined", json!({ "event_id": "E9" })),
        event("dan", "Event Joined", json!({ "event_id": "E8" })),
        event("ann", "Scene Entered", json!({ "scene": "开车" })),
        event("ann", "Scene Entered", json!({ "scene": "开车" })),
        event("bob", "Scene Entered", json!({ "scene": "开车" })),
        // Of touch-points: ann came by Moments and stays in the community.
        event("ann", "Product Viewed", by("moments")),
        event("ann", "Product Viewed", by("community")),
        event("ann", "Product Viewed", by("community")),
        event("bob", "Product Viewed", by("live_stream")),
        // Of eve nothing says what decided; fay has bought nothing.
        event("eve", "Product Viewed", by("official_account")),
        bought("eve", "E-1", &[("C-1", "care", 20)], &nothing),
        event("fay", "Product Viewed", by("moments")),
    ];
    told.extend((0..3).map(|_| event("ann", "Shared", nothing.clone())));
    told.extend((0..8).map(|_| event("ann", "Product Viewed", nothing.clone())));
    told.extend((0..7).map(|_| event("bob", "Product Viewed", nothing.clone())));
    // A share of ann's brought dan, who registered: 10 points.
    told.push(event("ann", "Content Shared", json!({ "share_id": "s1" })));
    told.push(event("dan", "Share Opened", json!({ "share_id": "s1" })));
    told.push(event("dan", "Signed Up", nothing.clone()));
    let reads: Vec<Value> = (0..3).map(|_| event("ann", "Article Read", nothing.clone())).collect();
    shop.tell(stage, &reads).await;
    stage.clock.advance_seconds(60);
    shop.tell(stage, &told).await;
    stage.clock.advance_seconds(60);
    let worked_out = perennial_app::scores::run_now(&stage.app).await.unwrap();
    assert_eq!(worked_out, 6);
    // Ann: 3 reads, 11 views and 2 scenes, 4 shares, 1 referral, 1 activity: 16 + 12 + 10 + 2.
    let scores = async |who: &str| {
        let found = perennial_app::scores::customer_scores(&stage.app, &TESTER, named(stage, who).await).await.unwrap();
        found.kept.unwrap()
    };
    let ann = scores("ann").await;
    assert_eq!((ann.interactions, ann.shares, ann.referrals, ann.participations), (16, 4, 1, 1));
    assert_eq!((ann.activity_score, scores("cid").await.activity_score), (40, 0));
    assert_eq!(
        (ann.first_touch_point.as_deref(), ann.main_touch_point.as_deref()),
        (Some("moments"), Some("community"))
    );
    // Bob: 9 views and scenes and an activity, 11; dan: an opened share, a sign-up and an activity, 4; eve and fay 1.
    let live = Arc::<Live>::default();
    let check = async |template: &str, values: &[(&str, &[&str])], expected: &[(&str, u64)]| {
        from_template(stage, template, values).await;
        let (found, outside, _) = counts(stage, &live, template).await;
        let expected: BTreeMap<String, u64> =
            expected.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect();
        assert_eq!(found, expected, "{template}");
        outside
    };
    check("activity", &[], &[("activity_high", 1), ("activity_mid", 1), ("activity_low", 3), ("activity_dormant", 1)])
        .await;
    // C64: buyers have one main category at most; a scene of those with two signals.
    let categories: &[(&str, &[&str])] = &[("categories", &["care", "lens"])];
    let outside = check("product", categories, &[("product_care", 2), ("product_lens", 1), ("product_none", 1)]).await;
    assert_eq!(outside, 2, "dan and fay have bought nothing");
    check("scene", &[], &[("scene_1", 1), ("scene_none", 5)]).await;
    // C65: who cannot be told is shown as such.
    let decided = [("decision_price", 1), ("decision_knowledge", 1), ("decision_kol", 1), ("decision_unknown", 1)];
    check("decision", &[], &decided).await;
    // C66: by the main touch-point, and who came by another one can be counted.
    let paths = [
        ("path_official_account", 1),
        ("path_community", 1),
        ("path_live_stream", 1),
        ("path_moments", 1),
        ("path_other", 2),
    ];
    assert_eq!(check("path", &[], &paths).await, 0);
    let changed = RuleText::Text("$touch_point_changed is true".to_owned());
    let counted = segments::live::count_rule(&stage.app, &live, &TESTER, &changed).await.unwrap();
    assert_eq!(counted.count, 1);
    // C67: by rule, not by list: who moves and who joins is in another one.
    check("city", &[("cities", &["成都", "杭州"])], &[("city_1", 2), ("city_2", 1), ("city_other", 3)]).await;
    check("same_activity", &[("activities", &["E9", "E8"])], &[("joined_1", 2), ("joined_2", 1), ("joined_none", 3)])
        .await;
    let told = [
        json!({ "type": "identify", "userId": "bob", "traits": { "city": "杭州" } }),
        event("cid", "Event Joined", json!({ "event_id": "E9" })),
    ];
    shop.tell(stage, &told).await;
    stage.clock.advance_seconds(60);
    let (cities, ..) = counts(stage, &live, "city").await;
    assert_eq!((cities["city_1"], cities["city_2"]), (1, 2));
    let (joined, ..) = counts(stage, &live, "same_activity").await;
    assert_eq!(joined["joined_1"], 3);
    // Once a day.
    assert!(!perennial_app::scores::refresh(&stage.app).await.unwrap());
    stage.clock.advance_micros(MICROS_PER_DAY);
    assert!(perennial_app::scores::refresh(&stage.app).await.unwrap());
    perennial_app::jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(scores("cid").await.activity_score, 2);
}

async fn c69_the_four_purchase_gaps_have_the_sizes_that_were_seeded(stage: &Stage) {
    in_yuan(stage).await;
    let sizes = [("only_a", 124), ("only_b", 86), ("one_kind", 41), ("neither", 210), ("both", 39)];
    let mut shop = Teller::users("src_shop");
    let nothing = json!({});
    let mut told = Vec::new();
    for (kind, size) in sizes {
        for number in 0..size {
            let who = format!("{kind}{number}");
            let order = |place: u32| format!("{who}-{place}");
            let lens = |place: u32, sku: &str| bought(&who, &order(place), &[(sku, "lens", 90)], &nothing);
            let care = |place: u32| bought(&who, &order(place), &[("C-1", "care liquid", 30)], &nothing);
            match kind {
                "only_a" => told.extend([lens(1, "L-1"), lens(2, "L-2")]),
                "only_b" => told.push(care(1)),
                // Care liquid beside it does not matter.
                "one_kind" => told.extend([lens(1, "L-1"), lens(2, "L-1"), lens(3, "L-1"), care(4)]),
                "neither" => told.push(json!({ "type": "page", "userId": who, "name": "Tea" })),
                _ => told.extend([lens(1, "L-1"), care(2)]),
            }
        }
    }
    for some in told.chunks(200) {
        shop.tell(stage, some).await;
    }
    stage.clock.advance_micros(MICROS_PER_DAY);
    let live = Arc::<Live>::default();
    from_template(stage, "purchase_gap", &[]).await;
    let (found, outside, everybody) = counts(stage, &live, "purchase_gap").await;
    let expected =
        [("gap_one_kind", 41), ("gap_only_a", 124), ("gap_only_b", 86), ("gap_never", 210), ("gap_none", 39)];
    let expected: BTreeMap<String, u64> = expected.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect();
    assert_eq!((found, outside, everybody), (expected, 0, 500));
}

async fn c77_c78_koc_with_reasons_and_who_is_not_worth_writing_to(stage: &Stage) {
    in_yuan(stage).await;
    let mut shop = Teller::users("src_shop");
    // Twenty buyers, each of more than the one before; the last one shares, and one who bought little shares most.
    let mut told = Vec::new();
    for number in 1..=20_i64 {
        told.push(shop.order(&format!("u{number}"), &format!("O-{number}"), 1_000 * number));
    }
    let shares = [("u20", 5), ("u1", 9), ("u2", 1), ("u3", 1), ("u4", 1), ("u5", 1), ("u6", 1), ("u7", 1), ("u8", 1)];
    for (who, times) in shares {
        told.extend((0..times).map(|_| event(who, "Shared", json!({}))));
    }
    told.push(json!({ "type": "identify", "userId": "u20", "traits": { "email": "u20@x.yz" } }));
    told.push(event("u20", "Consent Given", json!({ "purpose": "marketing", "channel": "email" })));
    shop.tell(stage, &told).await;
    stage.clock.advance_micros(MICROS_PER_DAY);
    value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();
    perennial_app::scores::run_now(&stage.app).await.unwrap();
    let live = Arc::<Live>::default();
    from_template(stage, "koc", &[]).await;
    assert_eq!(stage_of(stage, &live, "koc", "u20").await.as_deref(), Some("koc"));
    assert_eq!(stage_of(stage, &live, "koc", "u19").await.as_deref(), Some("koc_value"));
    assert_eq!(stage_of(stage, &live, "koc", "u1").await.as_deref(), Some("koc_spread"));
    assert_eq!(stage_of(stage, &live, "koc", "u10").await.as_deref(), Some("koc_rest"));
    // C77: the reasons are what the two clauses found.
    let asked = segments::Asked::Segment("koc".to_owned());
    let explained =
        segments::explain(&stage.app, Some(&live), &TESTER, &asked, named(stage, "u20").await).await.unwrap();
    let reasons: Vec<(bool, usize)> = explained.tree.parts.iter().map(|part| (part.holds, part.found.len())).collect();
    assert_eq!(reasons, [(true, 1), (true, 1)]);
    // C78: who has no open channel is named first, whatever they are worth.
    from_template(stage, "drop_list", &[]).await;
    let (dropped, outside, _) = counts(stage, &live, "drop_list").await;
    assert_eq!((dropped.get("drop_unreachable"), outside), (Some(&19), 0));
    assert_ne!(stage_of(stage, &live, "drop_list", "u20").await.as_deref(), Some("drop_unreachable"));
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
    assert!(layers::list_layers(&stage.app, &TESTER, Some(false)).await.unwrap().is_empty());
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
        ["/stages/0/code", "/stages/2/code"]
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
    assert!(layers::list_layers(&stage.app, &TESTER, None).await.unwrap().is_empty());
    let query = SegmentQuery::default();
    let (kept, _) = segments::list_segments(&stage.app, &TESTER, &query, None, 50).await.unwrap();
    assert!(kept.is_empty(), "nothing was kept");
    make(stage, "ages", fine.clone()).await.unwrap();
    let taken = make(stage, "ages", fine).await;
    assert!(matches!(taken, Err(LayerError::Taken)));
}

async fn templates_say_what_is_lacking_and_take_other_parameters(stage: &Stage) {
    let all = layers::layer_templates(&stage.app, &TESTER, Language::Chinese).await.unwrap();
    let lifecycle = all.iter().find(|one| one.code == "lifecycle").unwrap();
    assert_eq!((lifecycle.name.as_str(), lifecycle.stages[1].name.as_str()), ("生命周期", "沉睡用户"));
    assert!(lifecycle.lacks.is_empty());
    let other = template(stage, "lifecycle", &[("dormant_days", &["45"])]).await;
    assert_eq!(other.stages[1].text, "never anything in last 45 days");
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
