//! What a customer's facts say over time: journeys by stage, spending with its fade, active cycles.

use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::customers::{
    self, CustomerError, Journey, JourneyQuery, TimelineItem, customer_behaviour, customer_journey, customer_spending,
};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::stages::{self, StageError};
use perennial_app::{audit, settings};
use perennial_domain::access::Role;
use perennial_domain::cycle::{Slot, WEEKDAYS};
use perennial_domain::fact::FactKind;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;
use perennial_domain::settings::Settings;
use perennial_domain::stages::{Stage as JourneyStage, StageRule};
use perennial_domain::time::{Instant, MICROS_PER_HOUR};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

on_both! {
    c51_two_thousand_four_hundred_events_are_grouped_in_five_stages_and_filtered_by_channel,
    a_brand_changes_the_stages_and_every_journey_follows,
    a_merged_customers_journey_is_that_of_its_profiles,
    c53_a_curve_of_eighteen_months_has_its_peak_its_half_life_and_what_came_before,
    a_curve_that_never_fades_has_no_half_life,
    c39_six_of_ten_sunday_evenings_are_an_active_cycle_of_seven_days,
}

/// A message that happened then, by the sender's clock, which is right.
pub fn at(stage: &Stage, instant: Instant, mut message: Value) -> Value {
    message["timestamp"] = json!(instant.rfc3339());
    message["sentAt"] = json!(stage.app.clock.now().rfc3339());
    message
}

fn ago(stage: &Stage, hours: i64) -> Instant {
    Instant(stage.app.clock.now().0 - hours * MICROS_PER_HOUR)
}

pub async fn brand(stage: &Stage, zone: &str) {
    let stored = settings::read(&stage.app, &TESTER).await.unwrap();
    let changed = Settings { time_zone: zone.to_owned(), ..stored.settings };
    settings::update(&stage.app, &TESTER, stored.version, changed).await.unwrap();
}

/// Name, stage, channel, touch-point.
type Deed = (&'static str, JourneyStage, &'static str, &'static str);

/// What the member does over and over.
const DEEDS: [Deed; 8] = [
    ("Signed In", JourneyStage::Contact, "app", "mini_program"),
    ("Product Viewed", JourneyStage::Learn, "web", "website"),
    ("Product List Viewed", JourneyStage::Learn, "web", "website"),
    ("Checkout Started", JourneyStage::Buy, "web", "website"),
    ("Call Ended", JourneyStage::Query, "phone", "phone"),
    ("Shared", JourneyStage::Interact, "app", "moments"),
    ("Something Of Our Own", JourneyStage::Learn, "app", "mini_program"),
    ("Comment Posted", JourneyStage::Interact, "app", "community"),
];
const EVENTS: usize = 2_400;

fn deed(stage: &Stage, user: &str, number: usize) -> Value {
    let (name, _, channel, touch_point) = DEEDS[number % DEEDS.len()];
    let message = json!({ "type": "track", "userId": user, "event": name,
        "context": { "channel": channel, "touchPoint": touch_point } });
    at(stage, ago(stage, 3 + number as i64), message)
}

async fn journey(stage: &Stage, who: CustomerNumber, query: &JourneyQuery, limit: usize) -> Journey {
    customer_journey(&stage.app, &TESTER, who, query, None, limit).await.unwrap()
}

fn counts(journey: &Journey) -> Vec<u64> {
    journey.stages.iter().map(|(_, reached)| reached.map_or(0, |one| one.facts)).collect()
}

async fn all_pages(stage: &Stage, who: CustomerNumber, query: &JourneyQuery) -> Vec<(JourneyStage, TimelineItem)> {
    let (mut items, mut cursor) = (Vec::new(), None);
    loop {
        let page = customer_journey(&stage.app, &TESTER, who, query, cursor.as_deref(), 1_000).await.unwrap();
        items.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return items;
        }
    }
}

async fn c51_two_thousand_four_hundred_events_are_grouped_in_five_stages_and_filtered_by_channel(stage: &Stage) {
    let mut site = Teller::users("src_site");
    for part in (0..EVENTS).collect::<Vec<_>>().chunks(400) {
        let messages: Vec<Value> = part.iter().map(|number| deed(stage, "u1", *number)).collect();
        site.tell(stage, &messages).await;
    }
    // Others are not in it.
    site.tell(stage, &[deed(stage, "u2", 1), site.order("u2", "o1", 500)]).await;
    let who = named(stage, "u1").await;
    let expected = |of: &dyn Fn(&Deed) -> bool| {
        JourneyStage::ALL.map(|one| DEEDS.iter().filter(|deed| deed.1 == one && of(deed)).count() as u64 * 300).to_vec()
    };
    let first = journey(stage, who, &JourneyQuery::default(), 50).await;
    assert_eq!((counts(&first), first.items.len()), (expected(&|_| true), 50));
    assert!(first.next_cursor.is_some());
    let newest = (first.items[0].0, first.items[0].1.title.as_str());
    assert_eq!(newest, (JourneyStage::Contact, "Signed In"));
    let channels: Vec<(&str, u64)> = first.channels.iter().map(|(code, one)| (code.as_str(), one.facts)).collect();
    assert_eq!(channels, [("app", 1_200), ("phone", 300), ("web", 900)]);
    assert_eq!(first.touch_points["mini_program"].facts, 600);
    let all = all_pages(stage, who, &JourneyQuery::default()).await;
    let ids: BTreeSet<&str> = all.iter().map(|(_, item)| item.id.as_str()).collect();
    assert_eq!((all.len(), ids.len()), (EVENTS, EVENTS), "each once");
    assert!(all.is_sorted_by(|(_, one), (_, other)| one.fact.at >= other.fact.at));
    for one in JourneyStage::ALL {
        let of_stage = all_pages(stage, who, &JourneyQuery { stages: vec![one], ..JourneyQuery::default() }).await;
        let expected: Vec<_> = all.iter().filter(|(stage, _)| *stage == one).cloned().collect();
        assert_eq!(of_stage, expected, "{one:?}");
    }
    let web = JourneyQuery { channel: Some("web".to_owned()), ..JourneyQuery::default() };
    assert_eq!(counts(&journey(stage, who, &web, 1).await), expected(&|deed| deed.2 == "web"));
    assert_eq!(all_pages(stage, who, &web).await.len(), 900);
    let both = JourneyQuery {
        stages: vec![JourneyStage::Contact, JourneyStage::Interact],
        channel: Some("app".to_owned()),
        touch_point: Some("community".to_owned()),
    };
    let found = all_pages(stage, who, &both).await;
    assert!(found.len() == 300 && found.iter().all(|(_, item)| item.title == "Comment Posted"));
    let nothing = JourneyQuery { channel: Some("fax".to_owned()), ..JourneyQuery::default() };
    let none = journey(stage, who, &nothing, 50).await;
    assert_eq!((counts(&none), none.items.len(), none.next_cursor), (vec![0; 5], 0, None));
    // A cursor is good for what it was made for.
    let cursor = journey(stage, who, &web, 5).await.next_cursor;
    let other = customer_journey(&stage.app, &TESTER, who, &both, cursor.as_deref(), 5).await;
    assert!(matches!(other, Err(CustomerError::CursorMismatch)));
    let nobody = Actor::User { id: "u".into(), name: "n".into(), role: Role::Operator, scope: Scope::Nobody };
    let unseen = customer_journey(&stage.app, &nobody, who, &web, None, 5).await;
    assert!(matches!(unseen, Err(CustomerError::NotFound)));
}

async fn a_brand_changes_the_stages_and_every_journey_follows(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let messages: Vec<Value> = (0..DEEDS.len()).map(|number| deed(stage, "u1", number)).collect();
    site.tell(stage, &messages).await;
    let page = json!({ "type": "page", "userId": "u1", "name": "Returns" });
    let order = site.order("u1", "o1", 900);
    let refund = site.refund("u1", "o1", 100);
    site.tell(stage, &[page, order, refund]).await;
    let who = named(stage, "u1").await;
    assert_eq!(counts(&journey(stage, who, &JourneyQuery::default(), 50).await), [1, 4, 2, 2, 2]);
    let rule = |kind, name: &str, stage| StageRule { kind, name: name.to_owned(), stage };
    let own = vec![
        rule(FactKind::Event, "Call Ended", JourneyStage::Contact),
        rule(FactKind::Event, "Something Of Our Own", JourneyStage::Query),
        rule(FactKind::Page, "Returns", JourneyStage::Query),
        rule(FactKind::Refund, "", JourneyStage::Buy),
    ];
    let clerk = Actor::User { id: "u".into(), name: "n".into(), role: Role::Clerk, scope: Scope::Everyone };
    let refused = stages::put_stages(&stage.app, &clerk, 0, own.clone()).await;
    assert!(matches!(refused, Err(StageError::Forbidden(_))));
    let twice = own.iter().cloned().chain(own.iter().cloned()).collect();
    assert!(matches!(stages::put_stages(&stage.app, &TESTER, 0, twice).await, Err(StageError::Invalid(_))));
    let stored = stages::put_stages(&stage.app, &TESTER, 0, own.clone()).await.unwrap();
    assert_eq!(stages::read_stages(&stage.app, &TESTER).await.unwrap(), stored);
    assert!(matches!(stages::put_stages(&stage.app, &TESTER, 0, own).await, Err(StageError::VersionConflict)));
    let changed = journey(stage, who, &JourneyQuery::default(), 50).await;
    assert_eq!(counts(&changed), [2, 2, 3, 2, 2]);
    let query = JourneyQuery { stages: vec![JourneyStage::Query], ..JourneyQuery::default() };
    let titles: Vec<String> = all_pages(stage, who, &query).await.into_iter().map(|(_, item)| item.title).collect();
    assert_eq!(titles, ["Returns", "Something Of Our Own"]);
    stages::put_stages(&stage.app, &TESTER, stored.version, vec![]).await.unwrap();
    assert_eq!(counts(&journey(stage, who, &JourneyQuery::default(), 50).await), [1, 4, 2, 2, 2], "as before");
    let entries = audit::list(&stage.app, &TESTER, None, 20).await.unwrap().0;
    let changes: Vec<_> = entries.iter().filter(|entry| entry.action == "journey_stages.changed").collect();
    assert_eq!(changes.iter().map(|one| one.detail["rules"].as_i64()).collect::<Vec<_>>(), [Some(0), Some(4)]);
}

async fn a_merged_customers_journey_is_that_of_its_profiles(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let told: Vec<Value> =
        (0..40).map(|number| deed(stage, if number % 3 == 0 { "u1" } else { "u2" }, number)).collect();
    site.tell(stage, &told).await;
    let (one, other) = (named(stage, "u1").await, named(stage, "u2").await);
    let query = JourneyQuery { stages: vec![JourneyStage::Learn, JourneyStage::Interact], ..JourneyQuery::default() };
    let before = (all_pages(stage, one, &query).await, all_pages(stage, other, &query).await);
    let request = MergeRequest { one, other, keep: None };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let mut together: Vec<_> = before.0.iter().chain(&before.1).cloned().collect();
    together.sort_by_key(|(_, item)| std::cmp::Reverse((item.fact.at, item.fact.key)));
    assert_eq!(all_pages(stage, one, &query).await, together);
    assert_eq!(counts(&journey(stage, one, &query, 9).await).iter().sum::<u64>(), 40);
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!((all_pages(stage, one, &query).await, all_pages(stage, other, &query).await), before);
}

/// Revenue of eighteen months up to October 2026, in whole yuan.
const CURVE: [i64; 18] = [100, 120, 0, 150, 200, 260, 300, 420, 380, 400, 360, 230, 260, 150, 90, 0, 40, 20];

async fn c53_a_curve_of_eighteen_months_has_its_peak_its_half_life_and_what_came_before(stage: &Stage) {
    brand(stage, "Asia/Shanghai").await;
    let mut csv = String::from("order_no,customer_id,ordered_at,order_amount,currency\n");
    let month_of = |place: usize| (2025 + (place + 4) / 12, (place + 4) % 12 + 1);
    for (place, yuan) in CURVE.iter().enumerate().filter(|(_, yuan)| **yuan > 0) {
        let (year, month) = month_of(place);
        // Two orders, and what of them went back in the same month.
        writeln!(
            csv,
            "A{place},C1,{year}-{month:02}-03,{}.00,CNY\nB{place},C1,{year}-{month:02}-09,50.00,CNY",
            yuan - 20
        )
        .unwrap();
        writeln!(csv, "R{place},C1,{year}-{month:02}-12,-30.00,CNY").unwrap();
    }
    stage.import(ImportKind::Orders, &stage.write("orders.csv", csv.as_bytes())).await;
    let mut shop = Teller::members("src_shop");
    let tell = |instant: &str, event: &str| {
        let who = json!([{ "id": "C1", "type": "customer_id", "collection": "users" }]);
        let message = json!({ "type": "track", "userId": "M1", "event": event, "context": { "externalIds": who } });
        at(stage, Instant::parse_rfc3339(instant).unwrap(), message)
    };
    shop.tell(
        stage,
        &[
            tell("2026-05-20T02:00:00Z", "Complaint Filed"),
            tell("2026-05-25T02:00:00Z", "Unfollowed"),
            // What the brand did is no deed of theirs.
            tell("2026-05-26T02:00:00Z", "Message Sent"),
            // Already June in Shanghai: behind the fade.
            tell("2026-05-31T16:30:00Z", "Shared"),
            tell("2026-07-02T02:00:00Z", "Signed In"),
        ],
    )
    .await;
    let page = json!({ "type": "page", "userId": "M1", "name": "Home" });
    shop.tell(stage, &[at(stage, Instant::parse_rfc3339("2026-05-30T02:00:00Z").unwrap(), page)]).await;
    let who = named(stage, "C1").await;
    let found = customer_spending(&stage.app, &TESTER, who).await.unwrap();
    let net: Vec<i64> = found.months.iter().map(|one| one.revenue_minor).collect();
    assert_eq!(net, CURVE.map(|yuan| yuan * 100));
    let peak = found.peak.unwrap();
    // The eighth month is December 2025, with 420.00. Half is 210.00: May 2026 still had 260.00.
    assert_eq!((peak.month.iso().as_str(), peak.revenue_minor), ("2025-12", 42_000));
    assert_eq!(peak.half_life.unwrap().iso(), "2026-06-01");
    let before: Vec<&str> = found.before_fade.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(before, ["Unfollowed", "Complaint Filed", "R12"]);
    assert_eq!((found.last_complete.iso().as_str(), found.currency.unwrap().code()), ("2026-10", "CNY"));
}

async fn a_curve_that_never_fades_has_no_half_life(stage: &Stage) {
    let orders = "order_no,customer_id,ordered_at,order_amount,currency\n1,C1,2026-08-03,50.00,CNY\n\
        2,C1,2026-09-03,70.00,CNY\n3,C1,2026-10-03,60.00,CNY\n4,C2,2026-10-03,60.00,CNY\n5,C2,2026-10-04,-60.00,CNY\n";
    stage.import(ImportKind::Orders, &stage.write("orders.csv", orders.as_bytes())).await;
    let of = async |id: &str| {
        let who = named(stage, id).await;
        customer_spending(&stage.app, &TESTER, who).await.unwrap()
    };
    let first = of("C1").await;
    let peak = first.peak.unwrap();
    assert_eq!((peak.month.iso().as_str(), peak.half_life, first.before_fade), ("2026-09", None, vec![]));
    assert_eq!(of("C2").await.peak, None, "everything went back");
    // Three months on, nothing has come any more.
    stage.clock.advance_days(92);
    assert_eq!(of("C1").await.peak.unwrap().half_life.unwrap().iso(), "2026-11-01");
}

async fn c39_six_of_ten_sunday_evenings_are_an_active_cycle_of_seven_days(stage: &Stage) {
    brand(stage, "Asia/Shanghai").await;
    let mut site = Teller::users("src_site");
    // Now it is Sunday, 2026-11-22, 17:00 in Shanghai. Sundays at 20:15 there, five in a row, and one four weeks later.
    let sundays = ["2026-09-20", "2026-09-27", "2026-10-04", "2026-10-11", "2026-10-18", "2026-11-15"];
    let mut messages = Vec::new();
    for day in sundays {
        for (event, touch_point) in [("Live Stream Watched", "live_stream"), ("Community Message Sent", "community")] {
            let instant = Instant::parse_rfc3339(&format!("{day}T20:15:00+08:00")).unwrap();
            let message =
                json!({ "type": "track", "userId": "u1", "event": event, "context": { "touchPoint": touch_point } });
            messages.push(at(stage, instant, message));
        }
    }
    // Before the ten weeks; and what is no activity of one's own.
    let long_ago = Instant::parse_rfc3339("2026-09-13T20:15:00+08:00").unwrap();
    messages.push(at(stage, long_ago, json!({ "type": "track", "userId": "u1", "event": "Shared" })));
    let identify = json!({ "type": "identify", "userId": "u1", "traits": { "city": "Hangzhou" } });
    messages.push(at(stage, ago(stage, 30), identify));
    site.tell(stage, &messages).await;
    let who = named(stage, "u1").await;
    let found = customer_behaviour(&stage.app, &TESTER, who).await.unwrap();
    let cycle = found.times.cycle.unwrap();
    assert_eq!((WEEKDAYS[cycle.weekday], cycle.slot, cycle.weeks), ("sunday", Slot::Evening, 6));
    assert_eq!((found.times.active_days, found.times.median_interval_days), (6, Some(7)));
    let reached = |of: &BTreeMap<String, customers::Reached>| -> Vec<(String, u64)> {
        of.iter().map(|(code, one)| (code.clone(), one.facts)).collect()
    };
    assert_eq!(reached(&found.touch_points), [("community".to_owned(), 6), ("live_stream".to_owned(), 6)]);
    let community = [("Community Message Sent", 6), ("Live Stream Watched", 6), ("Shared", 1)];
    assert_eq!(reached(&found.community), community.map(|(name, facts)| (name.to_owned(), facts)));
    // In London it is Sunday too, but noon.
    brand(stage, "Europe/London").await;
    let cycle = customer_behaviour(&stage.app, &TESTER, who).await.unwrap().times.cycle.unwrap();
    assert_eq!((WEEKDAYS[cycle.weekday], cycle.slot), ("sunday", Slot::Afternoon));
    // Eight weeks later there is nothing left to call a cycle.
    stage.clock.advance_days(56);
    assert_eq!(customer_behaviour(&stage.app, &TESTER, who).await.unwrap().times.cycle, None);
}
