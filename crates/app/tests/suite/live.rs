//! The live index of a workspace says of everybody what the definition says, whatever happens between.

use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::customers::{self, CustomerQuery, CustomerSort, SortOrder};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::segments::live::{
    Live, SegmentCounts, count_rule, follow, keep_tags, members_of, people_of_rule, segment_counts,
};
use perennial_app::segments::{self, RuleText, SegmentSettings, catalogue, life_of};
use perennial_app::tags::{self, TagChange, Whom};
use perennial_app::{pipeline, privacy, settings};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::rules::Has;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::oracle::{State, Thresholds, View, holds};
use perennial_domain::rules::text::parse;
use perennial_domain::settings::Settings;
use perennial_domain::tag::{GroupSettings, TagSettings};
use perennial_domain::time::{MICROS_PER_DAY, MICROS_PER_HOUR};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

on_both! {
    segments_hold_of_everybody_what_the_definition_says,
    a_rule_is_counted_with_each_clause_alone,
    c68_nine_conditions_in_three_groups_with_an_exclusion_count_what_is_built_of_them,
    what_is_more_than_a_portion_is_followed_in_several,
    history_waits_for_whoever_follows,
    c45_a_tag_follows_its_rule_with_the_version,
}

/// SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }
}

pub const PEOPLE: u64 = 6;
/// In the order in which they stand on each other.
pub const SEGMENTS: [(&str, &str); 9] = [
    ("refunded", "did refunds"),
    ("buyers", "did orders"),
    ("lately", "count of orders in last 20 days >= 1"),
    ("silent", "did orders and never orders in last 20 days"),
    ("spent", "sum amount of orders >= 10.00 CNY and not in segment refunded"),
    ("readers", "count of event \"Seen\" in last 9 days >= 2"),
    ("tagged", "has tag a or city is \"c1\""),
    ("then", "sequence (event \"Seen\" then orders within 10 days)"),
    ("mail", "has identifier email and not did pages in last 2 hours"),
];

pub async fn segment(stage: &Stage, code: &str, rule: &str) {
    let settings =
        SegmentSettings { name: code.to_owned(), description: String::new(), rule: RuleText::Text(rule.to_owned()) };
    segments::create_segment(&stage.app, &TESTER, code, settings, &Once::unkeyed())
        .await
        .unwrap_or_else(|error| panic!("{code}: {error}"));
}

pub async fn everybody(stage: &Stage) -> Vec<CustomerNumber> {
    let query = CustomerQuery::default();
    let (sort, order) = (CustomerSort::Number, SortOrder::Ascending);
    let list = customers::list_customers(&stage.app, &TESTER, &query, sort, order, None, 100).await.unwrap();
    list.items.iter().map(|item| CustomerNumber(u32::try_from(item.row.counters.number).unwrap())).collect()
}

pub async fn members(stage: &Stage, live: &Arc<Live>, code: &str) -> BTreeSet<i64> {
    let page = members_of(&stage.app, live, &TESTER, code, None, 100).await.unwrap();
    assert_eq!(page.count, page.items.len() as u64);
    page.items.iter().map(|item| item.row.counters.number).collect()
}

/// Of each segment, those of whom the definition says so.
async fn check(stage: &Stage, live: &Arc<Live>, told: &str) {
    follow(&stage.app, live).await.unwrap();
    let SegmentCounts { counts, as_of, .. } = segment_counts(&stage.app, live, &TESTER).await.unwrap();
    assert_eq!(as_of, stage.app.clock.now());
    let lines = catalogue(&stage.app, &TESTER).await.unwrap().lines;
    let rules = SEGMENTS.map(|(code, text)| (code, parse(text).unwrap().rule));
    let mut right: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    for customer in everybody(stage).await {
        let mut life = life_of(&stage.app, &TESTER, customer).await.unwrap();
        let thresholds = Thresholds::new();
        for (code, rule) in &rules {
            let view = View { now: life.as_of, zone: &life.zone, thresholds: &thresholds, line_names: &lines };
            if holds(rule, &life.history, view).unwrap() {
                right.entry(code).or_default().insert(i64::from(customer.0));
                let interval = Interval::new(life.as_of, None);
                life.history.states.push(State { has: Has::Segment((*code).to_owned()), interval });
            }
        }
    }
    for (code, rule) in SEGMENTS {
        let right = right.remove(code).unwrap_or_default();
        assert_eq!(members(stage, live, code).await, right, "{told}: {code}: {rule}");
        assert_eq!(counts[code], right.len() as u64);
    }
}

pub fn message(dice: &mut Dice, teller: &Teller) -> Value {
    let person = dice.below(PEOPLE);
    let (user, mail) = (format!("u{person}"), format!("p{person}@x.yz"));
    match dice.below(8) {
        0 => json!({ "type": "page", "anonymousId": format!("d{person}") }),
        1 => json!({ "type": "page", "anonymousId": format!("e{person}") }),
        2 => json!({ "type": "identify", "userId": user,
            "traits": { "email": mail, "city": format!("c{}", dice.below(3)) } }),
        3 | 4 => {
            let minor = 100 + dice.below(900).cast_signed();
            teller.order(&user, &format!("o{person}-{}", dice.below(4)), minor)
        }
        5 => teller.refund(&user, &format!("o{person}-{}", dice.below(4)), 50),
        _ => json!({ "type": "track", "event": "Seen", "userId": user, "properties": {} }),
    }
}

pub async fn tag(stage: &Stage, group: &str, valid_days: Option<i64>, code: &str) {
    let (name_zh, name_en) = ("标签".to_owned(), code.to_owned());
    let settings = GroupSettings {
        code: group.to_owned(),
        name_zh: name_zh.clone(),
        name_en: name_en.clone(),
        is_exclusive: false,
        valid_days,
        is_archived: false,
    };
    tags::create_group(&stage.app, &TESTER, settings, &Once::unkeyed()).await.unwrap();
    let settings = TagSettings { code: code.to_owned(), name_zh, name_en, is_archived: false };
    tags::create_tag(&stage.app, &TESTER, group, settings, &Once::unkeyed()).await.unwrap();
}

pub async fn workspace(stage: &Stage) -> Teller {
    let stored = settings::read(&stage.app, &TESTER).await.unwrap();
    let changed =
        Settings { time_zone: "Asia/Shanghai".to_owned(), currency: Currency::parse("CNY"), ..stored.settings };
    settings::update(&stage.app, &TESTER, stored.version, changed).await.unwrap();
    tag(stage, "for_a_while", Some(15), "a").await;
    let mut site = Teller::users("src_site");
    let of = |person: u64| {
        let mail = format!("p{person}@x.yz");
        [
            json!({ "type": "identify", "userId": format!("u{person}"), "anonymousId": format!("d{person}"),
                "traits": { "email": mail, "city": "c0" } }),
            json!({ "type": "page", "anonymousId": format!("e{person}") }),
            json!({ "type": "track", "event": "Seen", "userId": format!("u{person}") }),
        ]
    };
    let mut introduction: Vec<Value> = (0..PEOPLE).flat_map(of).collect();
    introduction.push(site.order("u5", "first", 700));
    site.tell(stage, &introduction).await;
    // Messages are told some seconds ahead.
    stage.clock.advance_micros(MICROS_PER_HOUR);
    site
}

async fn segments_hold_of_everybody_what_the_definition_says(stage: &Stage) {
    let mut site = workspace(stage).await;
    for (code, rule) in SEGMENTS {
        segment(stage, code, rule).await;
    }
    let live = Arc::<Live>::default();
    let mut dice = Dice(45);
    let mut merges = Vec::new();
    check(stage, &live, "at first").await;
    for round in 0..30 {
        let told = match dice.below(8) {
            0 => {
                let numbers = everybody(stage).await;
                let mut pick = || numbers[usize::try_from(dice.below(numbers.len() as u64)).unwrap()];
                let request = MergeRequest { one: pick(), other: pick(), keep: None };
                let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await;
                merges.extend(merge.ok());
                "a merge"
            }
            1 => {
                if let Some(merge) = merges.pop() {
                    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
                }
                "a merge taken back"
            }
            2 => {
                let hours = i64::try_from(dice.below(240)).unwrap();
                stage.clock.advance_micros(hours * MICROS_PER_HOUR);
                "time"
            }
            3 => {
                let whom = Whom::One(named(stage, &format!("u{}", dice.below(PEOPLE))).await);
                tags::change_tags(&stage.app, &TESTER, &whom, &set("a"), &Once::unkeyed()).await.unwrap();
                "a tag"
            }
            4 => {
                pipeline::hand_over(&stage.app).await.unwrap();
                "a hand-over"
            }
            _ => {
                let messages: Vec<Value> = (0..1 + dice.below(6)).map(|_| message(&mut dice, &site)).collect();
                if dice.below(2) == 0 {
                    site.tell(stage, &messages).await;
                } else {
                    site.apply(stage, &messages).await;
                }
                "messages"
            }
        };
        // Now and then several things come before a round.
        if dice.below(3) > 0 {
            check(stage, &live, &format!("round {round}, {told}")).await;
        }
    }
    let customer = named(stage, "u1").await;
    privacy::erase(&stage.app, &TESTER, customer, "asked for it").await.unwrap();
    check(stage, &live, "an erasure").await;
    let anew = Arc::<Live>::default();
    check(stage, &anew, "built anew").await;
}

async fn a_rule_is_counted_with_each_clause_alone(stage: &Stage) {
    let mut site = workspace(stage).await;
    let orders: Vec<Value> =
        (0..4).map(|person| site.order(&format!("u{person}"), &format!("n{person}"), 500)).collect();
    site.tell(stage, &orders).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    let live = Arc::<Live>::default();
    follow(&stage.app, &live).await.unwrap();
    let told = RuleText::Text("did orders and not has identifier phone and did event \"Seen\"".to_owned());
    let counted = count_rule(&stage.app, &live, &TESTER, &told).await.unwrap();
    assert_eq!((counted.count, counted.everybody), (5, 2 * PEOPLE));
    let alone: Vec<(u64, u64)> = counted.clauses.iter().map(|one| (one.count, one.without)).collect();
    assert_eq!(alone, [(5, PEOPLE), (0, 5), (PEOPLE, 5)], "{counted:?}");
    let page = people_of_rule(&stage.app, &live, &TESTER, &told, None, 3).await.unwrap();
    assert_eq!((page.items.len(), page.count), (3, 5));
    let rest = people_of_rule(&stage.app, &live, &TESTER, &told, page.next, 3).await.unwrap();
    assert_eq!((rest.items.len(), rest.next), (2, None));
    // Where everything comes ten days later, nobody has ordered within a week.
    stage.clock.advance_micros(10 * MICROS_PER_DAY);
    let told = RuleText::Text("did orders in last 7 days".to_owned());
    assert_eq!(count_rule(&stage.app, &live, &TESTER, &told).await.unwrap().count, 0);
}

/// Nine conditions in three groups, one of them an exclusion. Of twelve people those are meant who
/// ordered twice lately or did so right after they had seen something, live in one of two cities, and neither sent anything back
/// nor have a tag.
async fn c68_nine_conditions_in_three_groups_with_an_exclusion_count_what_is_built_of_them(stage: &Stage) {
    let mut site = workspace(stage).await;
    let person = |number: u64, city: &str| {
        json!({ "type": "identify", "userId": format!("v{number}"),
            "traits": { "email": format!("v{number}@x.yz"), "city": city } })
    };
    let seen = |number: u64| json!({ "type": "track", "event": "Seen", "userId": format!("v{number}") });
    let mut told = Vec::new();
    for number in 0..12 {
        told.push(person(number, ["c7", "c8", "c9"][number as usize % 3]));
    }
    // Twice: 0 to 4. Once, after it was seen: 5 to 8. Once, and nothing seen: 9. Seen alone: 10, 11.
    for number in 0..10 {
        if (5..9).contains(&number) {
            told.push(seen(number));
        }
        for order in 0..if number < 5 { 2 } else { 1 } {
            told.push(site.order(&format!("v{number}"), &format!("w{number}-{order}"), 3_000));
        }
    }
    told.extend([seen(10), seen(11), site.refund("v0", "w0-0", 500), site.refund("v7", "w7-0", 500)]);
    site.tell(stage, &told).await;
    let four = named(stage, "v4").await;
    tags::change_tags(&stage.app, &TESTER, &Whom::One(four), &set("a"), &Once::unkeyed()).await.unwrap();
    stage.clock.advance_micros(MICROS_PER_HOUR);
    let rule = "(count of orders in last 30 days >= 2 or sequence (event \"Seen\" then orders within 2 days)) \
        and (city is \"c7\" or city is \"c8\") and sum amount of orders >= 30.00 CNY and has identifier email \
        and never pages in last 30 days and not (did refunds or has tag a)";
    let live = Arc::<Live>::default();
    follow(&stage.app, &live).await.unwrap();
    let told = RuleText::Text(rule.to_owned());
    let counted = count_rule(&stage.app, &live, &TESTER, &told).await.unwrap();
    assert_eq!(counted.clauses.len(), 9);
    // Of the ten who fit the first group, 2, 5 and 8 live in c9; 0 and 7 had something back, 4 has the tag.
    let right: BTreeSet<CustomerNumber> = {
        let mut right = BTreeSet::new();
        for user in ["v1", "v3", "v6"] {
            right.insert(named(stage, user).await);
        }
        right
    };
    assert_eq!(counted.count, right.len() as u64);
    segment(stage, "nine", rule).await;
    follow(&stage.app, &live).await.unwrap();
    let right: BTreeSet<i64> = right.into_iter().map(|number| i64::from(number.0)).collect();
    assert_eq!(members(stage, &live, "nine").await, right);
    assert_eq!(segment_counts(&stage.app, &live, &TESTER).await.unwrap().counts["nine"], counted.count);
    // A month later nobody has ordered lately; whoever saw it first still did.
    stage.clock.advance_micros(31 * MICROS_PER_DAY);
    follow(&stage.app, &live).await.unwrap();
    let six = i64::from(named(stage, "v6").await.0);
    assert_eq!(members(stage, &live, "nine").await, BTreeSet::from([six]));
    assert_eq!(count_rule(&stage.app, &live, &TESTER, &told).await.unwrap().count, 1);
}

/// Of 2,400 customers, half of them new, who come between two rounds; orders among them, one cancelled before it came.
async fn what_is_more_than_a_portion_is_followed_in_several(stage: &Stage) {
    let mut site = workspace(stage).await;
    segment(stage, "buyers", "sum amount of orders >= 9.00 CNY").await;
    segment(stage, "seen", "did pages").await;
    let live = Arc::<Live>::default();
    let device = |number: usize| json!({ "type": "page", "anonymousId": format!("dx{number}") });
    let devices: Vec<Value> = (0..1_200).map(device).collect();
    site.tell(stage, &devices).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    assert!(follow(&stage.app, &live).await.unwrap());
    site.apply(stage, &[site.refund("dx9", "o9", 900)]).await;
    for block in 0..6 {
        let bought = (400 * block..400 * (block + 1))
            .map(|number| site.order(&format!("dx{number}"), &format!("o{number}"), 900));
        let bought: Vec<Value> = bought.collect();
        site.apply(stage, &bought).await;
    }
    stage.clock.advance_micros(2 * MICROS_PER_HOUR);
    assert!(follow(&stage.app, &live).await.unwrap(), "it does not wait for quiet to build anew");
    let SegmentCounts { counts, .. } = segment_counts(&stage.app, &live, &TESTER).await.unwrap();
    let anew = Arc::<Live>::default();
    follow(&stage.app, &anew).await.unwrap();
    assert_eq!(segment_counts(&stage.app, &anew, &TESTER).await.unwrap().counts, counts);
    assert_eq!((counts["buyers"], counts["seen"]), (2_400, 1_200 + PEOPLE));
}

/// What came after the last round stays in the journal, where the next round reads facts and not lives.
async fn history_waits_for_whoever_follows(stage: &Stage) {
    let mut site = workspace(stage).await;
    segment(stage, "buyers", "count of orders >= 2").await;
    let live = Arc::<Live>::default();
    assert_eq!(live.followed(), None, "nobody follows");
    assert!(follow(&stage.app, &live).await.unwrap());
    let bought = [site.order("u1", "x1", 500), site.order("u1", "x2", 500)];
    site.apply(stage, &bought).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    let handed_over = async || pipeline::hand_over_when_due(&stage.app, live.followed()).await.unwrap();
    assert_eq!(handed_over().await, 0);
    assert!(follow(&stage.app, &live).await.unwrap());
    assert_eq!(members(stage, &live, "buyers").await.len(), 1);
    assert_eq!(handed_over().await, 2);
    // Nobody is waited for who does not follow.
    let bought = [site.order("u2", "x3", 500)];
    site.apply(stage, &bought).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    assert_eq!(pipeline::hand_over_when_due(&stage.app, None).await.unwrap(), 1);
}

/// Two orders of care liquid within ninety days, paid by WeChat: the tag is there with the second, and goes when the first is
/// ninety days old.
async fn c45_a_tag_follows_its_rule_with_the_version(stage: &Stage) {
    let mut site = workspace(stage).await;
    tag(stage, "needs", None, "care").await;
    let order = |user: &str, number: u32, method: &str| {
        json!({ "type": "track", "event": "Order Completed", "userId": user, "properties": {
            "order_id": format!("l{number}"), "total": 39.0, "currency": "CNY", "payment_method": method,
            "products": [{ "sku": "CL-1", "name": "care liquid", "quantity": 1, "price": 39.0 }] } })
    };
    let tagged = async |user: &str| {
        let found = tags::customer_tags(&stage.app, &TESTER, named(stage, user).await).await.unwrap();
        let standing = found.standing.into_iter().filter(|one| one.tag == "care");
        standing.map(|one| one.set[0].note.clone().unwrap_or_default()).collect::<Vec<_>>()
    };
    site.tell(stage, &[order("u1", 1, "WeChat Pay"), order("u2", 2, "WeChat Pay"), order("u2", 3, "card")]).await;
    let rule =
        "count of orders[payment_method is \"WeChat Pay\" and line [name is \"care liquid\"]] in last 90 days >= 2";
    segment(stage, "care_liquid", rule).await;
    segments::put_automatic_tag(&stage.app, &TESTER, "care", "care_liquid").await.unwrap();
    let live = Arc::<Live>::default();
    let round = async || {
        assert!(follow(&stage.app, &live).await.unwrap());
        keep_tags(&stage.app, &live).await.unwrap()
    };
    assert_eq!(round().await, 0);
    stage.clock.advance_micros(10 * MICROS_PER_DAY);
    site.apply(stage, &[order("u1", 4, "WeChat Pay")]).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    assert_eq!((round().await, round().await), (1, 0), "once");
    assert_eq!(tagged("u1").await, ["care_liquid v1"]);
    assert!(tagged("u2").await.is_empty());
    // By hand it is neither set nor taken away, and its rule does not look at it.
    let change = TagChange { remove: vec!["care".to_owned()], ..TagChange::default() };
    let whom = Whom::One(named(stage, "u1").await);
    let refused = tags::change_tags(&stage.app, &TESTER, &whom, &change, &Once::unkeyed()).await.unwrap_err();
    assert!(refused.to_string().contains("care_liquid"), "{refused}");
    let circle = SegmentSettings {
        name: "x".to_owned(),
        description: String::new(),
        rule: RuleText::Text("not has tag care".to_owned()),
    };
    let refused = segments::update_segment(&stage.app, &TESTER, "care_liquid", 1, circle).await.unwrap_err();
    assert!(refused.to_string().contains("looks at it"), "{refused}");
    stage.clock.advance_micros(80 * MICROS_PER_DAY);
    assert_eq!((round().await, round().await), (1, 0));
    assert!(tagged("u1").await.is_empty());
    // A server that was stopped between the two does what is left.
    segments::remove_automatic_tag(&stage.app, &TESTER, "care").await.unwrap();
    tags::change_tags(&stage.app, &TESTER, &Whom::One(named(stage, "u2").await), &set("care"), &Once::unkeyed())
        .await
        .unwrap();
    segments::put_automatic_tag(&stage.app, &TESTER, "care", "care_liquid").await.unwrap();
    let anew = Arc::<Live>::default();
    follow(&stage.app, &anew).await.unwrap();
    assert_eq!(keep_tags(&stage.app, &anew).await.unwrap(), 1);
    assert!(tagged("u2").await.is_empty());
}

pub fn set(tag: &str) -> TagChange {
    TagChange { set: vec![tag.to_owned()], ..TagChange::default() }
}
