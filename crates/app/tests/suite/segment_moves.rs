//! Who came into a segment and who left it stands written once, whatever restarts between; and what is told of groups.

use crate::live::{Dice, PEOPLE, SEGMENTS, everybody, members, message, segment, set, tag, workspace};
use crate::people::named;
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::identity::{self, MergeRequest};
use perennial_app::segments::live::{
    Live, Trait, follow, forget_old_moves, keep_moves, members_at, moves_of_customer, moves_of_segment, overlap,
    portrait, reach, save, set_at, stop_keeping, trend,
};
use perennial_app::segments::{self, RuleText, SegmentError, SegmentSettings, uses_of};
use perennial_app::tags::{self, Whom};
use perennial_app::{pipeline, privacy, webhooks};
use perennial_domain::time::{Clock, Day, Instant, MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_SECOND, Zone};
use perennial_domain::webhook::{EndpointSettings, EventType};
use perennial_store::segment_moves::{self as table, MoveRow};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

on_both!(
    each_entry_and_exit_is_written_once_whatever_restarts,
    c81_a_window_turns_at_its_instant_and_each_move_has_its_cause,
    of_two_servers_one_writes_and_the_other_goes_on_when_it_is_gone,
    who_was_in_a_segment_is_known_as_the_customers_of_today,
    whoever_wants_to_hear_of_moves_is_told_once,
    c55_c82_shares_indexes_and_overlaps_are_those_of_the_sets,
);

/// A server that was killed, and another one when the lease of the first has run out.
fn restarted(stage: &Stage) -> Arc<Live> {
    stage.clock.advance_micros(11 * MICROS_PER_SECOND);
    Arc::default()
}

async fn round(stage: &Stage, live: &Arc<Live>) {
    assert!(follow(&stage.app, live).await.unwrap());
    // Behind another server, the first call finds that it has to compare.
    assert!(keep_moves(&stage.app, live).await.unwrap() || keep_moves(&stage.app, live).await.unwrap());
}

async fn moves(stage: &Stage, code: &str) -> Vec<MoveRow> {
    let mut rows = table::of_segment(&mut stage.app.store.read().await.unwrap(), code, i64::MAX, 10_000).await.unwrap();
    rows.reverse();
    rows
}

/// With those that are not told: another number stands for somebody.
async fn all_moves(stage: &Stage, code: &str) -> Vec<MoveRow> {
    let numbers: Vec<i64> = (1..200).collect();
    let mut rows = table::of_customers(&mut stage.app.store.read().await.unwrap(), &numbers).await.unwrap();
    rows.retain(|row| row.segment == code);
    rows.sort_by_key(|row| row.position);
    rows
}

/// What is written is who is there, and nobody comes in twice without leaving between.
async fn check(stage: &Stage, live: &Arc<Live>, marked: &BTreeMap<&str, BTreeSet<i64>>, told: &str) {
    for (code, _) in SEGMENTS {
        let there = members(stage, live, code).await;
        let now = stage.app.clock.now();
        let written = set_at(&stage.app, live, code, now).await.unwrap().unwrap();
        assert_eq!(written.iter().map(i64::from).collect::<BTreeSet<_>>(), there, "{told}: {code}");
        let mut inside = marked[code].clone();
        let mut last = Instant(i64::MIN);
        for one in all_moves(stage, code).await {
            assert!(one.at >= last, "{told}: {code}: {one:?}");
            last = one.at;
            let is_new =
                if one.has_entered { inside.insert(one.customer_number) } else { inside.remove(&one.customer_number) };
            assert!(is_new, "{told}: {code}: {one:?} is written twice");
        }
    }
}

async fn each_entry_and_exit_is_written_once_whatever_restarts(stage: &Stage) {
    let mut site = workspace(stage).await;
    for (code, rule) in SEGMENTS {
        segment(stage, code, rule).await;
    }
    let mut live = Arc::<Live>::default();
    round(stage, &live).await;
    let mut marked = BTreeMap::new();
    for (code, _) in SEGMENTS {
        marked.insert(code, members(stage, &live, code).await);
    }
    let mut other = Arc::<Live>::default();
    let (mut dice, mut restarts, mut files, mut merges) = (Dice(81), 0, 0, Vec::new());
    for number in 0..50 {
        let told = match dice.below(14) {
            0 => {
                let hours = i64::try_from(dice.below(240)).unwrap();
                stage.clock.advance_micros(hours * MICROS_PER_HOUR);
                "time"
            }
            1 => {
                let whom = Whom::One(named(stage, &format!("u{}", dice.below(PEOPLE))).await);
                tags::change_tags(&stage.app, &TESTER, &whom, &set("a"), &Once::unkeyed()).await.unwrap();
                "a tag"
            }
            2 => {
                pipeline::hand_over(&stage.app).await.unwrap();
                "a hand-over"
            }
            3 => {
                live = restarted(stage);
                restarts += 1;
                "a restart"
            }
            4 => {
                // It had followed, and was killed before it wrote.
                follow(&stage.app, &live).await.unwrap();
                live = restarted(stage);
                restarts += 1;
                "a kill between the two"
            }
            5 => {
                let numbers = everybody(stage).await;
                let mut pick = || numbers[usize::try_from(dice.below(numbers.len() as u64)).unwrap()];
                let request = MergeRequest { one: pick(), other: pick(), keep: None };
                let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await;
                merges.extend(merge.ok());
                "a merge"
            }
            6 => {
                if let Some(merge) = merges.pop() {
                    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
                }
                "a merge taken back"
            }
            7 => {
                // Two servers: the other one has the lease from now on.
                follow(&stage.app, &live).await.unwrap();
                stage.clock.advance_micros(11 * MICROS_PER_SECOND);
                std::mem::swap(&mut live, &mut other);
                "another server"
            }
            8 | 9 => {
                // Whoever starts next goes on from here.
                follow(&stage.app, &live).await.unwrap();
                files += u32::from(save(&stage.app, &live).await.unwrap());
                "a file"
            }
            _ => {
                let messages: Vec<Value> = (0..1 + dice.below(6)).map(|_| message(&mut dice, &site)).collect();
                site.apply(stage, &messages).await;
                "messages"
            }
        };
        if dice.below(3) > 0 {
            // Messages are told some seconds ahead.
            stage.clock.advance_micros(MICROS_PER_HOUR);
            round(stage, &live).await;
            check(stage, &live, &marked, &format!("round {number}, {told}")).await;
        }
    }
    assert!(restarts > 3 && files > 3, "{restarts} {files}");
    // Of whoever is erased nothing is left, and all else stays right.
    let customer = named(stage, "u2").await;
    privacy::erase(&stage.app, &TESTER, customer, "asked for it").await.unwrap();
    round(stage, &live).await;
    check(stage, &live, &marked, "an erasure").await;
    live = restarted(stage);
    round(stage, &live).await;
    check(stage, &live, &marked, "a restart behind it").await;
    let all: usize = {
        let mut count = 0;
        for (code, _) in SEGMENTS {
            count += moves(stage, code).await.len();
        }
        count
    };
    assert!(all > 30, "the story is worth nothing: {all} moves");
}

/// The last order is less than thirty days old: that turns with the order, at once, and thirty days later to the microsecond.
async fn c81_a_window_turns_at_its_instant_and_each_move_has_its_cause(stage: &Stage) {
    let mut site = workspace(stage).await;
    segment(stage, "fresh", "did orders in last 30 days").await;
    segment(stage, "tagged", "has tag a").await;
    let live = Arc::<Live>::default();
    round(stage, &live).await;
    assert!(moves(stage, "fresh").await.is_empty(), "whoever was there before did not come in");
    let bought = stage.clock.now();
    site.apply(stage, &[site.order("u1", "n1", 500)]).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    round(stage, &live).await;
    round(stage, &live).await;
    let found = moves(stage, "fresh").await;
    assert_eq!((found.len(), found[0].has_entered, found[0].cause.as_str()), (1, true, "fact"), "{found:?}");
    assert!(found[0].fact.is_some());
    let whom = Whom::One(named(stage, "u2").await);
    tags::change_tags(&stage.app, &TESTER, &whom, &set("a"), &Once::unkeyed()).await.unwrap();
    round(stage, &live).await;
    assert_eq!(moves(stage, "tagged").await[0].cause, "profile");
    // Long behind the instant, it is that instant.
    stage.clock.advance_micros(45 * MICROS_PER_DAY);
    round(stage, &live).await;
    let found = moves(stage, "fresh").await;
    let left: Vec<&MoveRow> = found.iter().filter(|one| !one.has_entered).collect();
    assert!(left.iter().all(|one| one.cause == "time"));
    let own = named(stage, "u1").await;
    let own: Vec<&&MoveRow> = left.iter().filter(|one| one.customer_number == i64::from(own.0)).collect();
    assert_eq!(own.len(), 1);
    let days = own[0].at.0 - bought.0;
    assert!((30 * MICROS_PER_DAY..30 * MICROS_PER_DAY + 100 * MICROS_PER_SECOND).contains(&days), "{days}");
    // Another rule is a cause as well, also where nobody followed as it was changed.
    let settings = SegmentSettings {
        name: "fresh".to_owned(),
        description: String::new(),
        rule: RuleText::Text("did orders in last 90 days".to_owned()),
    };
    segments::update_segment(&stage.app, &TESTER, "fresh", 1, settings).await.unwrap();
    let anew = restarted(stage);
    round(stage, &anew).await;
    let last = moves(stage, "fresh").await.pop().unwrap();
    assert_eq!((last.has_entered, last.cause.as_str(), last.version), (true, "rule", 2));
    let items = moves_of_customer(&stage.app, &TESTER, named(stage, "u1").await).await.unwrap();
    let told: Vec<(&str, bool)> = items.iter().map(|one| (one.segment.as_str(), one.has_entered)).collect();
    assert_eq!(told, [("fresh", true), ("fresh", false), ("fresh", true)]);
    let (page, next) = moves_of_segment(&stage.app, &TESTER, "fresh", None, 2).await.unwrap();
    assert_eq!((page.len(), next.is_some()), (2, true));
    let (_, end) = moves_of_segment(&stage.app, &TESTER, "fresh", next, 100).await.unwrap();
    assert_eq!(end, None);
    assert_eq!(uses_of(&stage.app, &TESTER, "fresh").await.unwrap(), segments::Uses::default());
    assert!(matches!(uses_of(&stage.app, &TESTER, "none").await, Err(SegmentError::NoSegment)));
}

async fn of_two_servers_one_writes_and_the_other_goes_on_when_it_is_gone(stage: &Stage) {
    workspace(stage).await;
    segment(stage, "tagged", "has tag a").await;
    let (one, other) = (Arc::<Live>::default(), Arc::<Live>::default());
    let tagged = async |user: &str| {
        let whom = Whom::One(named(stage, user).await);
        tags::change_tags(&stage.app, &TESTER, &whom, &set("a"), &Once::unkeyed()).await.unwrap();
        stage.clock.advance_micros(MICROS_PER_SECOND);
    };
    round(stage, &one).await;
    tagged("u1").await;
    for live in [&other, &one] {
        assert!(follow(&stage.app, live).await.unwrap());
    }
    assert!(!keep_moves(&stage.app, &other).await.unwrap(), "somebody else does");
    assert!(keep_moves(&stage.app, &one).await.unwrap());
    assert_eq!(moves(stage, "tagged").await.len(), 1);
    tagged("u2").await;
    stage.clock.advance_micros(20 * MICROS_PER_SECOND);
    round(stage, &other).await;
    assert!(follow(&stage.app, &one).await.unwrap());
    assert!(!keep_moves(&stage.app, &one).await.unwrap(), "the other one has it now");
    assert_eq!(moves(stage, "tagged").await.len(), 2);
    tagged("u3").await;
    assert!(follow(&stage.app, &one).await.unwrap());
    round(stage, &other).await;
    stop_keeping(&stage.app, &other).await.unwrap();
    stage.clock.advance_micros(3 * MICROS_PER_SECOND);
    // What it had seen the other one has written.
    round(stage, &one).await;
    assert_eq!(moves(stage, "tagged").await.len(), 3);
    tagged("u4").await;
    round(stage, &one).await;
    assert_eq!(moves(stage, "tagged").await.len(), 4);
    // In the archive nothing is kept, and nobody comes in when it is taken back.
    segments::set_segment_archived(&stage.app, &TESTER, "tagged", true).await.unwrap();
    round(stage, &one).await;
    let archived = stage.clock.now();
    tagged("u5").await;
    segments::set_segment_archived(&stage.app, &TESTER, "tagged", false).await.unwrap();
    round(stage, &one).await;
    assert_eq!(moves(stage, "tagged").await.len(), 4);
    assert_eq!(set_at(&stage.app, &one, "tagged", archived).await.unwrap(), None);
    let now = set_at(&stage.app, &one, "tagged", stage.clock.now()).await.unwrap().unwrap();
    assert_eq!(now.len(), 5);
}

async fn who_was_in_a_segment_is_known_as_the_customers_of_today(stage: &Stage) {
    let mut site = workspace(stage).await;
    segment(stage, "buyers", "did orders").await;
    segment(stage, "fresh", "did orders in last 10 days").await;
    let live = Arc::<Live>::default();
    round(stage, &live).await;
    let zone = Zone::parse("Asia/Shanghai").unwrap();
    let first = zone.day_of(stage.clock.now());
    // Sunday, 22 November 2026: u5 has bought.
    for (days, user) in [(1, "u0"), (6, "u1"), (7, "u2")] {
        site.apply(stage, &[site.order(user, &format!("n{user}"), 500)]).await;
        // It is there since it is known.
        stage.clock.advance_micros(MICROS_PER_HOUR);
        round(stage, &live).await;
        stage.clock.advance_micros(days * MICROS_PER_DAY);
        round(stage, &live).await;
    }
    let found = trend(&stage.app, &live, &TESTER, "buyers", 12).await.unwrap();
    let days: Vec<(String, u64)> = found.points.iter().map(|one| (one.day.iso(), one.count)).collect();
    let expected = [("2026-11-23", 2), ("2026-11-30", 4), ("2026-12-06", 4)];
    assert_eq!(days, expected.map(|(day, count)| (day.to_owned(), count)));
    assert!(found.kept_since.is_some_and(|since| zone.day_of(since) == first));
    let then = |code: &'static str, day: Day| {
        let (app, live) = (stage.app.clone(), Arc::clone(&live));
        async move {
            let page = members_at(&app, &live, &TESTER, code, day, None, 100).await?;
            assert_eq!(page.count, page.items.len() as u64);
            Ok::<_, SegmentError>(page.items.iter().map(|item| item.row.counters.number).collect::<BTreeSet<_>>())
        }
    };
    let monday = Day::parse_iso("2026-11-23").unwrap();
    let own = async |user: &str| i64::from(named(stage, user).await.0);
    assert_eq!(then("buyers", monday).await.unwrap(), BTreeSet::from([own("u5").await, own("u0").await]));
    assert_eq!(then("fresh", Day(monday.0 + 10)).await.unwrap(), BTreeSet::from([own("u1").await, own("u2").await]));
    assert!(matches!(then("buyers", first).await, Err(SegmentError::NotKept)), "the day began before it was kept");
    assert!(matches!(then("none", monday).await, Err(SegmentError::NoSegment)));
    // Who is one with somebody today was there as that one; who is gone was never there.
    let (keep, gone) = (named(stage, "u3").await, named(stage, "u0").await);
    let request = MergeRequest { one: keep, other: gone, keep: Some(keep) };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    privacy::erase(&stage.app, &TESTER, named(stage, "u5").await, "asked for it").await.unwrap();
    round(stage, &live).await;
    let head = i64::from(named(stage, "u0").await.0);
    assert_eq!(then("buyers", monday).await.unwrap(), BTreeSet::from([head]));
    assert_eq!(trend(&stage.app, &live, &TESTER, "buyers", 12).await.unwrap().points[0].count, 1);
    // Nothing is written of whom a merge or an erasure moved, and a restart finds nothing.
    let before = moves(stage, "buyers").await;
    let anew = restarted(stage);
    round(stage, &anew).await;
    assert_eq!(moves(stage, "buyers").await, before);
    // What is older than four hundred days goes, and what is asked of later days stays right.
    stage.clock.advance_micros(30 * MICROS_PER_DAY);
    site.apply(stage, &[site.order("u4", "n4", 500)]).await;
    stage.clock.advance_micros(MICROS_PER_DAY);
    round(stage, &anew).await;
    round(stage, &anew).await;
    stage.clock.advance_micros(405 * MICROS_PER_DAY);
    forget_old_moves(&stage.app).await.unwrap();
    round(stage, &anew).await;
    assert!(moves(stage, "buyers").await.len() < before.len() + 1);
    let there = members(stage, &anew, "buyers").await;
    let written = set_at(&stage.app, &anew, "buyers", stage.clock.now()).await.unwrap().unwrap();
    assert_eq!(written.iter().map(i64::from).collect::<BTreeSet<_>>(), there);
    assert_eq!(everybody(stage).await.len(), usize::try_from(2 * PEOPLE).unwrap() - 2);
}

async fn whoever_wants_to_hear_of_moves_is_told_once(stage: &Stage) {
    let mut site = workspace(stage).await;
    segment(stage, "buyers", "did orders in last 10 days").await;
    let settings = EndpointSettings {
        url: "https://example.com/hook".to_owned(),
        description: "test".to_owned(),
        event_types: vec![EventType::SegmentEntered, EventType::SegmentLeft],
        with_imports: false,
    };
    let endpoint = webhooks::create_endpoint(&stage.app, &TESTER, settings, true, &Once::unkeyed()).await.unwrap();
    let mut live = Arc::<Live>::default();
    round(stage, &live).await;
    site.apply(stage, &[site.order("u1", "n1", 500)]).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    round(stage, &live).await;
    live = restarted(stage);
    round(stage, &live).await;
    stage.clock.advance_micros(20 * MICROS_PER_DAY);
    round(stage, &live).await;
    let id = &endpoint.endpoint.id;
    let told = webhooks::deliveries(&stage.app, &TESTER, id, None, None, 100).await.unwrap().0;
    let own = named(stage, "u1").await.public_id();
    let bodies: Vec<Value> = told.iter().rev().map(|one| serde_json::from_str(&one.body).unwrap()).collect();
    let own: Vec<(&str, &str)> = bodies
        .iter()
        .filter(|body| body["data"]["customer_id"] == json!(own))
        .map(|body| (body["type"].as_str().unwrap(), body["data"]["cause"].as_str().unwrap()))
        .collect();
    assert_eq!(own, [("segment.entered", "fact"), ("segment.left", "time")]);
    assert!(bodies.iter().all(|body| body["data"]["segment"] == json!("buyers")));
}

async fn c55_c82_shares_indexes_and_overlaps_are_those_of_the_sets(stage: &Stage) {
    let mut site = workspace(stage).await;
    tag(stage, "wishes", None, "tea").await;
    let live = Arc::<Live>::default();
    segment(stage, "buyers", "did orders").await;
    segment(stage, "readers", "did event \"Seen\"").await;
    let orders: Vec<Value> = (0..3).map(|person| site.order(&format!("u{person}"), &format!("n{person}"), 5)).collect();
    site.tell(stage, &orders).await;
    let moved = json!({ "type": "identify", "userId": "u0", "traits": { "city": "c1" } });
    site.tell(stage, &[moved]).await;
    for (user, code) in [("u0", "a"), ("u1", "a"), ("u4", "a"), ("u5", "tea")] {
        let whom = Whom::One(named(stage, user).await);
        tags::change_tags(&stage.app, &TESTER, &whom, &set(code), &Once::unkeyed()).await.unwrap();
    }
    stage.clock.advance_micros(MICROS_PER_HOUR);
    round(stage, &live).await;
    let whom = RuleText::Text("did orders".to_owned());
    let found = portrait(&stage.app, &live, &TESTER, &whom, Some(&["city".to_owned()])).await.unwrap();
    // u0, u1, u2 and, from the beginning, u5; beside the six there are six who only looked.
    assert_eq!((found.count, found.everybody), (4, 12));
    let rows: Vec<(String, u64, u64)> = found
        .rows
        .iter()
        .map(|row| match &row.of {
            Trait::Tag { code, group, .. } => (format!("{group} {code}"), row.count, row.everybody),
            Trait::Value { field, value } => (format!("{field}={value}"), row.count, row.everybody),
        })
        .collect();
    let expected = [("for_a_while a", 2, 3), ("wishes tea", 1, 1), ("city=c0", 3, 5), ("city=c1", 1, 1)].map(
        |(of, count, all)| {
            let of: &str = of;
            (of.to_owned(), count, all)
        },
    );
    assert_eq!(rows, expected);
    let refused = portrait(&stage.app, &live, &TESTER, &whom, Some(&["$lifetime_value".to_owned()])).await;
    assert!(matches!(refused, Err(SegmentError::Invalid(_))), "money has no texts");
    segment(stage, "tagged", "has tag a").await;
    let codes = ["buyers", "tagged", "readers"].map(str::to_owned);
    let found = overlap(&stage.app, &live, &TESTER, &codes).await.unwrap();
    assert_eq!(found.sizes.iter().map(|one| one.count).collect::<Vec<_>>(), [4, 3, 6]);
    let regions: BTreeMap<String, u64> = found.regions.iter().map(|one| (one.of.join("+"), one.count)).collect();
    let expected = [("buyers+tagged+readers", 2), ("buyers+readers", 2), ("tagged+readers", 1), ("readers", 1)];
    assert_eq!(regions, expected.map(|(of, count)| (of.to_owned(), count)).into());
    assert_eq!(found.rows[0].counts, [2, 3, 3], "the tag that all of one group have sets them apart most");
    for wrong in [&codes[..1], &["buyers".to_owned(), "buyers".to_owned()], &["buyers".to_owned(), "none".to_owned()]] {
        assert!(matches!(overlap(&stage.app, &live, &TESTER, wrong).await, Err(SegmentError::Invalid(_))));
    }
    let found = reach(&stage.app, &live, &TESTER, &whom).await.unwrap();
    assert_eq!(found.count, 4);
    let mail = found.channels.iter().find(|one| one.channel == "email").unwrap();
    let told = RuleText::Text("did orders and reachable by email".to_owned());
    let by_rule = segments::live::count_rule(&stage.app, &live, &TESTER, &told).await.unwrap().count;
    assert_eq!((mail.count, found.any), (by_rule, found.any.max(by_rule)));
}
