//! Segments: what rules can speak of, what is known of a customer, versions, and why a rule holds.

use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::audit;
use perennial_app::identity::{self, MergeRequest};
use perennial_app::segments::{
    self, Asked, Explained, Part, RuleText, Segment, SegmentError, SegmentQuery, SegmentSettings,
};
use perennial_domain::access::Role;
use perennial_domain::fact::FactKind;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::rules::catalogue::Properties;
use perennial_domain::rules::oracle::{Flip, Kind};
use perennial_domain::rules::text::print;
use perennial_domain::rules::value::{Number, Type, Value};
use perennial_domain::settings::Settings;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use serde_json::{Value as Json, json};

on_both! {
    rules_can_speak_of_what_was_seen_and_of_what_there_is,
    what_waits_for_history_counts_as_much_as_what_history_has,
    a_cancelled_order_is_none_and_a_returned_one_is_an_order,
    a_merged_customer_has_the_life_of_all_profiles,
    a_segment_keeps_every_version_and_says_what_changed,
    a_rule_that_cannot_be_used_is_refused_with_its_place,
    segments_stand_on_each_other_in_no_circle_and_on_none_that_is_archived,
    a_rule_is_explained_with_what_decided_and_turns_at_its_instant,
    a_rule_over_segments_is_answered_by_their_rules,
    who_is_reachable_and_what_was_agreed_is_known_to_rules,
    only_who_may_manages_segments,
}

fn text(rule: &str) -> RuleText {
    RuleText::Text(rule.to_owned())
}

fn settings(name: &str, rule: &str) -> SegmentSettings {
    SegmentSettings { name: name.to_owned(), description: String::new(), rule: text(rule) }
}

async fn make(stage: &Stage, code: &str, rule: &str) -> Result<Segment, SegmentError> {
    segments::create_segment(&stage.app, &TESTER, code, settings(code, rule), &Once::unkeyed()).await
}

/// Amounts of rules are of the brand's currency.
async fn in_yuan(stage: &Stage) {
    let before = perennial_app::settings::read(&stage.app, &TESTER).await.unwrap();
    let settings = Settings { currency: Currency::parse("CNY"), ..before.settings };
    perennial_app::settings::update(&stage.app, &TESTER, before.version, settings).await.unwrap();
}

/// What is told has happened a minute later.
async fn tell(stage: &Stage, shop: &mut Teller, messages: &[Json]) {
    shop.tell(stage, messages).await;
    stage.clock.advance_seconds(60);
}

async fn explained(stage: &Stage, rule: &str, who: CustomerNumber) -> Explained {
    let found = segments::explain(&stage.app, None, &TESTER, &Asked::Rule(text(rule)), who).await;
    found.unwrap_or_else(|error| panic!("{rule}: {error}"))
}

async fn holds(stage: &Stage, rule: &str, who: CustomerNumber) -> bool {
    explained(stage, rule, who).await.holds
}

fn viewed(user: &str, price: f64) -> Json {
    json!({ "type": "track", "userId": user, "event": "Product Viewed",
        "properties": { "price": price, "tags": ["new"], "cart": { "size": 2 }, "gift": true } })
}

async fn rules_can_speak_of_what_was_seen_and_of_what_there_is(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    let page =
        json!({ "type": "page", "userId": "u1", "name": "Tea", "properties": { "path": "/tea", "theme": "dark" } });
    let order = json!({ "type": "track", "userId": "u1", "event": "Order Completed",
        "properties": { "order_id": "A-1", "total": 10, "currency": "CNY", "coupon": "SPRING", "amount": "much" } });
    let traits = json!({ "type": "identify", "userId": "u1", "traits": { "shoe": "42", "city": "York" } });
    tell(stage, &mut shop, &[viewed("u1", 12.5), page, order, traits]).await;
    let catalogue = segments::catalogue(&stage.app, &TESTER).await.unwrap();
    let kind = |properties: &Properties, name: &str| properties.get(name).map(|typed| typed.kind);
    let seen = &catalogue.events["Product Viewed"];
    let kinds = ["price", "tags", "cart.size", "gift", "source", "products"].map(|name| kind(seen, name));
    let expected =
        [Some(Type::Number), Some(Type::Text), Some(Type::Number), Some(Type::Boolean), Some(Type::Text), None];
    assert_eq!(kinds, expected);
    assert!(!catalogue.events.contains_key("Order Completed"), "it is an order");
    let orders = ["amount", "coupon", "store", "total"].map(|name| kind(&catalogue.orders, name));
    assert_eq!(orders, [Some(Type::Money), Some(Type::Text), Some(Type::Text), Some(Type::Number)]);
    assert_eq!(kind(&catalogue.pages, "theme"), Some(Type::Text));
    assert_eq!(kind(&catalogue.lines, "unit_price"), Some(Type::Money));
    // Fields of the registry, other traits, and what the product works out.
    let fields = ["birthday", "shoe", "$lifetime_value", "$created_at"].map(|name| kind(&catalogue.fields, name));
    assert_eq!(fields, [Some(Type::Day), Some(Type::Text), Some(Type::Money), Some(Type::Instant)]);
    assert_eq!(catalogue.fields["$rfm_group"].allowed.len(), 8);
    assert!(catalogue.channels.contains("sms") && catalogue.purposes.contains("marketing"));
    // Told again, nothing changes.
    tell(stage, &mut shop, &[viewed("u2", 1.0)]).await;
    assert_eq!(segments::catalogue(&stage.app, &TESTER).await.unwrap(), catalogue);
}

async fn what_waits_for_history_counts_as_much_as_what_history_has(stage: &Stage) {
    in_yuan(stage).await;
    let mut shop = Teller::users("src_shop");
    let orders = [shop.order("u1", "A-1", 5_000), viewed("u1", 2.0)];
    tell(stage, &mut shop, &orders).await;
    let who = named(stage, "u1").await;
    let later = [shop.order("u1", "A-2", 700)];
    shop.apply(stage, &later).await;
    stage.clock.advance_seconds(60);
    let life = segments::life_of(&stage.app, &TESTER, who).await.unwrap();
    assert_eq!(life.history.facts.len(), 3);
    assert!(holds(stage, "sum amount of orders = 57.00 CNY", who).await);
    perennial_app::pipeline::hand_over(&stage.app).await.unwrap();
    assert_eq!(segments::life_of(&stage.app, &TESTER, who).await.unwrap().history.facts, life.history.facts);
    let nobody = segments::life_of(&stage.app, &TESTER, CustomerNumber(99)).await;
    assert!(matches!(nobody, Err(SegmentError::NoCustomer)));
}

fn cancelled(user: &str, order: &str) -> Json {
    json!({ "type": "track", "userId": user, "event": "Order Cancelled", "properties": { "order_id": order } })
}

async fn a_cancelled_order_is_none_and_a_returned_one_is_an_order(stage: &Stage) {
    in_yuan(stage).await;
    let mut shop = Teller::users("src_shop");
    let told = [
        shop.order("u1", "A-1", 5_000),
        shop.order("u1", "A-2", 700),
        shop.refund("u1", "A-2", 700),
        shop.order("u1", "A-3", 300),
        shop.refund("u1", "A-3", 100),
    ];
    tell(stage, &mut shop, &told).await;
    let who = named(stage, "u1").await;
    assert!(holds(stage, "count of orders = 3 and sum amount of orders + refunds = 52.00 CNY", who).await);
    // The whole of one, and what a refund had left of another.
    tell(stage, &mut shop, &[cancelled("u1", "A-1"), cancelled("u1", "A-3")]).await;
    let life = segments::life_of(&stage.app, &TESTER, who).await.unwrap();
    let kinds: Vec<&Kind> = life.history.facts.iter().map(|one| &one.kind).collect();
    assert_eq!(kinds, [&Kind::Order, &Kind::Refund], "of the one that came back");
    assert!(holds(stage, "count of orders = 1 and sum amount of orders + refunds = 0.00 CNY", who).await);
    // Cancelled before it came.
    tell(stage, &mut shop, &[cancelled("u1", "A-4")]).await;
    let late = [shop.order("u1", "A-4", 900)];
    tell(stage, &mut shop, &late).await;
    assert!(holds(stage, "count of orders = 1", who).await);
}

async fn a_merged_customer_has_the_life_of_all_profiles(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    let told = [
        shop.order("u1", "A-1", 5_000),
        shop.order("u2", "B-1", 700),
        json!({ "type": "identify", "userId": "u2", "traits": { "city": "York", "birthday": "1990-05-17" } }),
    ];
    tell(stage, &mut shop, &told).await;
    let (one, other) = (named(stage, "u1").await, named(stage, "u2").await);
    assert!(!holds(stage, "city is \"York\"", one).await);
    let request = MergeRequest { one, other, keep: None };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    for part in [one, other] {
        let rule = "count of orders = 2 and city is \"York\" and birthday < 1991-01-01";
        assert!(holds(stage, rule, part).await, "{part:?}");
    }
}

async fn a_segment_keeps_every_version_and_says_what_changed(stage: &Stage) {
    let made = make(stage, "regulars", "count of orders >= 2 and reachable").await.unwrap();
    assert_eq!((made.newest.version, made.newest.name.as_str()), (1, "regulars"));
    assert!(matches!(make(stage, "regulars", "reachable").await, Err(SegmentError::Taken)));
    stage.clock.advance_seconds(60);
    let change = settings("Regulars", "count of orders >= 3 and reachable");
    let update = |version, settings| segments::update_segment(&stage.app, &TESTER, "regulars", version, settings);
    let changed = update(1, change.clone()).await.unwrap();
    assert_eq!((changed.newest.version, changed.newest.name.as_str()), (2, "Regulars"));
    assert!(matches!(update(1, change.clone()).await, Err(SegmentError::VersionConflict)));
    assert_eq!(update(2, change).await.unwrap(), changed, "nothing is different");
    // Another way of writing is another version with the same digest.
    let turned = update(2, settings("Regulars", "reachable and count of orders >= 3")).await.unwrap();
    assert_eq!((turned.newest.version, &turned.newest.digest), (3, &changed.newest.digest));
    let versions = segments::segment_versions(&stage.app, &TESTER, "regulars", None, 2).await.unwrap();
    let texts: Vec<String> = versions.0.iter().map(|one| print(&one.rule)).collect();
    assert_eq!(texts, ["reachable and count of orders >= 3", "count of orders >= 3 and reachable"]);
    let rest = segments::segment_versions(&stage.app, &TESTER, "regulars", versions.1, 2).await.unwrap();
    assert_eq!((rest.0.len(), rest.1), (1, None));
    let (entries, _) = audit::list(&stage.app, &TESTER, None, 9).await.unwrap();
    let told: Vec<Json> = entries
        .into_iter()
        .filter(|entry| entry.action.starts_with("segment."))
        .map(|entry| json!([entry.action, entry.subject, entry.detail]))
        .collect();
    let added = json!(["count of orders >= 3"]);
    let expected = [
        json!(["segment.updated", "regulars", { "version": 3 }]),
        json!(["segment.updated", "regulars", { "version": 2, "removed": ["count of orders >= 2"], "added": added }]),
        json!(["segment.created", "regulars", { "version": 1, "added": ["count of orders >= 2", "reachable"] }]),
    ];
    assert_eq!(told, expected);
    // Page by page, by what is searched.
    make(stage, "quiet", "never anything in last 60 days").await.unwrap();
    let list = |search: Option<&str>, after: Option<&'static str>| {
        let query = SegmentQuery { search: search.map(str::to_owned), is_archived: Some(false) };
        async move { segments::list_segments(&stage.app, &TESTER, &query, after, 1).await.unwrap() }
    };
    let (first, next) = list(None, None).await;
    assert_eq!((first[0].code.as_str(), next.as_deref()), ("quiet", Some("quiet")));
    let (second, next) = list(None, Some("quiet")).await;
    assert_eq!((second[0].code.as_str(), next), ("regulars", None));
    assert_eq!(list(Some(" REGUL"), None).await.0[0].code, "regulars");
    assert_eq!(list(Some("nothing"), None).await.0, []);
    let found = segments::get_segment(&stage.app, &TESTER, "regulars").await.unwrap();
    assert_eq!(found, turned);
    let none = segments::get_segment(&stage.app, &TESTER, "none").await;
    assert!(matches!(none, Err(SegmentError::NoSegment)));
}

async fn a_rule_that_cannot_be_used_is_refused_with_its_place(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    tell(stage, &mut shop, &[viewed("u1", 12.5)]).await;
    let wrong = async |rule: &str| match make(stage, "a", rule).await {
        Err(SegmentError::Rule(problems)) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        other => panic!("{rule}: {other:?}"),
    };
    let event = wrong("did event \"Product Viewd\"").await;
    assert_eq!(event, "at character 1: there is no event `Product Viewd`: did you mean `Product Viewed`?");
    assert!(wrong("count orders >= 2").await.starts_with("at character 7: expected `of`"), "no rule at all");
    assert!(wrong("birthday contains \"5\"").await.contains("`birthday` is a day"));
    let read = |told| async move { segments::read_rule(&stage.app, &TESTER, &told).await.unwrap() };
    let fine = read(RuleText::Json(json!({ "all": [{ "reachable": true }] }))).await;
    assert_eq!((fine.rule.map(|rule| print(&rule)), fine.problems.len()), (Some("all (reachable)".to_owned()), 0));
    let unknown = read(RuleText::Json(json!({ "any": [{ "reachable": true }, { "tag": "vip" }] }))).await;
    assert_eq!(unknown.problems[0].pointer.as_deref(), Some("/any/1"));
    let no_rule = read(RuleText::Json(json!({ "tagg": "vip" }))).await;
    assert_eq!((no_rule.rule, no_rule.problems.len()), (None, 1));
    for (code, name) in [("A", "name"), ("a", " "), ("", "name")] {
        let refused =
            segments::create_segment(&stage.app, &TESTER, code, settings(name, "reachable"), &Once::unkeyed()).await;
        assert!(matches!(refused, Err(SegmentError::Invalid(_))), "{code} {name}");
    }
}

async fn segments_stand_on_each_other_in_no_circle_and_on_none_that_is_archived(stage: &Stage) {
    make(stage, "a", "reachable").await.unwrap();
    make(stage, "b", "in segment a and count of orders >= 1").await.unwrap();
    let circle = segments::update_segment(&stage.app, &TESTER, "a", 1, settings("a", "not in segment b")).await;
    let Err(SegmentError::Rule(problems)) = circle else { panic!("{circle:?}") };
    assert!(problems[0].message.contains("`a` stands on `b` stands on `a`"), "{}", problems[0].message);
    let archive = |code, is_archived| segments::set_segment_archived(&stage.app, &TESTER, code, is_archived);
    let stood_on = archive("a", true).await;
    assert!(matches!(&stood_on, Err(SegmentError::StoodOn(others)) if others == &["b"]), "{stood_on:?}");
    assert!(archive("b", true).await.unwrap().archived_at.is_some());
    assert!(archive("a", true).await.unwrap().archived_at.is_some());
    assert!(matches!(make(stage, "c", "in segment a").await, Err(SegmentError::Rule(_))), "it is archived");
    assert!(matches!(archive("b", false).await, Err(SegmentError::Rule(_))), "what it stands on is archived");
    assert!(archive("a", false).await.unwrap().archived_at.is_none());
    assert!(archive("b", false).await.unwrap().archived_at.is_none());
}

/// All clauses of a tree, ticked or not.
fn ticks(part: &Part) -> Vec<(String, bool)> {
    let own = part.text.clone().map(|text| (text, part.holds));
    own.into_iter().chain(part.parts.iter().flat_map(ticks)).collect()
}

async fn a_rule_is_explained_with_what_decided_and_turns_at_its_instant(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    let told = [shop.order("u1", "A-1", 5_000), shop.order("u1", "A-2", 700)];
    tell(stage, &mut shop, &told).await;
    let who = named(stage, "u1").await;
    let rule = "count of orders in last 60 days >= 2 and not city exists";
    let found = explained(stage, rule, who).await;
    assert!(found.holds);
    let count = &found.tree.parts[0];
    assert_eq!((count.found.as_slice(), count.facts_count), (&[Value::Number(Number::whole(2))][..], 2));
    let facts: Vec<(FactKind, Option<&str>)> = count.facts.iter().map(|one| (one.kind, one.name.as_deref())).collect();
    assert_eq!(facts, [(FactKind::Order, Some("A-1")), (FactKind::Order, Some("A-2"))]);
    // Two months of days after the first of them, to the microsecond.
    let turns = Instant(count.facts[0].at.0 + 60 * MICROS_PER_DAY);
    assert_eq!(found.flip, Some(Flip::TurnsAt(turns)));
    stage.clock.advance_seconds((turns.0 - stage.app.clock.now().0) / 1_000_000 - 1);
    assert!(holds(stage, rule, who).await);
    stage.clock.advance_seconds(2);
    let after = explained(stage, rule, who).await;
    assert_eq!((after.holds, after.flip), (false, None));
    let expected = [("count of orders in last 60 days >= 2".to_owned(), false), ("city exists".to_owned(), false)];
    assert_eq!(ticks(&after.tree), expected);
    // Nothing has looked for the part of all customers that this one stands on.
    let top = segments::explain(&stage.app, None, &TESTER, &Asked::Rule(text("count of orders top 5%")), who).await;
    assert!(matches!(top, Err(SegmentError::NoThreshold(_))), "{top:?}");
}

async fn a_rule_over_segments_is_answered_by_their_rules(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    let told = [shop.order("u1", "A-1", 5_000)];
    tell(stage, &mut shop, &told).await;
    let who = named(stage, "u1").await;
    make(stage, "fresh", "did orders in last 10 days").await.unwrap();
    make(stage, "cold", "not in segment fresh").await.unwrap();
    let found = segments::explain(&stage.app, None, &TESTER, &Asked::Segment("cold".to_owned()), who).await.unwrap();
    let bought = segments::life_of(&stage.app, &TESTER, who).await.unwrap().history.facts[0].at;
    let turns = Flip::TurnsAt(Instant(bought.0 + 10 * MICROS_PER_DAY));
    assert_eq!((found.holds, found.flip), (false, Some(turns)));
    let expected = [("in segment fresh".to_owned(), true), ("did orders in last 10 days".to_owned(), true)];
    assert_eq!(ticks(&found.tree), expected, "the rule of the segment stands below it");
    assert_eq!(found.tree.parts[0].parts[0].facts.len(), 1);
    stage.clock.advance_seconds(11 * 86_400);
    assert!(holds(stage, "in segment cold", who).await);
}

async fn who_is_reachable_and_what_was_agreed_is_known_to_rules(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    let said = |event: &str| {
        json!({ "type": "track", "userId": "u1", "event": event,
            "properties": { "purpose": "marketing", "channel": "sms" } })
    };
    let contact = json!({ "type": "identify", "userId": "u1", "traits": { "phone": "13812345678" } });
    tell(stage, &mut shop, &[contact]).await;
    let who = named(stage, "u1").await;
    let as_the_pool_counts = async |expected: bool| {
        let pool = perennial_app::reach::pool(&stage.app, &TESTER).await.unwrap();
        let by_sms = pool.channels.iter().find(|one| one.channel.code == "sms").unwrap().reachable;
        assert_eq!((by_sms == 1, holds(stage, "reachable by sms", who).await), (expected, expected));
        assert_eq!(holds(stage, "consent granted to marketing by sms", who).await, expected);
    };
    as_the_pool_counts(false).await;
    tell(stage, &mut shop, &[said("Consent Given")]).await;
    as_the_pool_counts(true).await;
    assert!(holds(stage, "has identifier phone and not has identifier email and reachable", who).await);
    // Two messages within thirty days are the quota; the first of them falls out at a midnight.
    let sent = json!({ "type": "track", "userId": "u1", "event": "Message Sent", "properties": { "channel": "sms" } });
    tell(stage, &mut shop, &[sent.clone(), sent]).await;
    assert!(holds(stage, "not reachable by sms and consent granted to marketing by sms", who).await);
    stage.clock.advance_seconds(31 * 86_400);
    as_the_pool_counts(true).await;
    tell(stage, &mut shop, &[said("Consent Revoked")]).await;
    as_the_pool_counts(false).await;
    assert!(holds(stage, "consent revoked to marketing by sms", who).await);
}

async fn only_who_may_manages_segments(stage: &Stage) {
    let actor = |role, scope| Actor::User { id: "usr_1".to_owned(), name: "Li".to_owned(), role, scope };
    for (role, may) in [(Role::Operator, true), (Role::Analyst, true), (Role::Clerk, false), (Role::Service, false)] {
        let code = format!("s_{}", role.code());
        let actor = actor(role, Scope::Everyone);
        let made =
            segments::create_segment(&stage.app, &actor, &code, settings("S", "reachable"), &Once::unkeyed()).await;
        assert_eq!(made.is_ok(), may, "{role:?}");
        assert!(segments::list_segments(&stage.app, &actor, &SegmentQuery::default(), None, 9).await.is_ok());
    }
    // Who sees a part of the customers explains only whom they see, and changes nothing for all.
    let mut shop = Teller::users("src_shop");
    let told = [shop.order("u1", "A-1", 5_000)];
    tell(stage, &mut shop, &told).await;
    let who = named(stage, "u1").await;
    let narrow = actor(Role::Operator, Scope::Below("/1/".to_owned()));
    let hidden = segments::explain(&stage.app, None, &narrow, &Asked::Rule(text("everybody")), who).await;
    assert!(matches!(hidden, Err(SegmentError::NoCustomer)));
    let made = segments::create_segment(&stage.app, &narrow, "x", settings("X", "reachable"), &Once::unkeyed()).await;
    assert!(matches!(made, Err(SegmentError::Forbidden(_))));
}
