//! Spread power and activity power: what is counted over ninety days, and the place among all.

use crate::over_time::brand;
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::customers::{CustomerError, PowerScore, PowerTable, Powers, customer_powers};
use perennial_app::identity::{self, Merge, MergeRequest};
use perennial_domain::access::Role;
use perennial_domain::powers::Deeds;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use serde_json::{Value, json};

on_both! {
    c50_ninety_days_of_shares_readers_registrations_and_events_make_two_percentiles,
    a_registration_is_put_down_to_who_brought_somebody_first,
    a_merged_customer_has_the_powers_of_its_profiles_at_once,
    deeds_of_all_are_counted_anew_after_ten_minutes_and_on_the_next_day,
}

fn then(instant: &str, mut message: Value) -> Value {
    message["timestamp"] = json!(instant);
    message
}

/// Told by a source that has told nothing so far; each happened at its own time to the second, as a teller's messages
/// arrive a second apart.
async fn tell(stage: &Stage, source: &'static str, mut messages: Vec<Value>) {
    for (place, message) in messages.iter_mut().enumerate() {
        let sent_at = stage.app.clock.now().0 + (place as i64 + 1) * MICROS_PER_SECOND;
        message["sentAt"] = json!(Instant(sent_at).rfc3339());
    }
    let mut site = Teller::users(source);
    for part in messages.chunks(60) {
        site.tell(stage, part).await;
    }
}

fn track(user: &str, event: &str, properties: Value) -> Value {
    json!({ "type": "track", "userId": user, "event": event, "properties": properties })
}

/// Shares once, by this share; whoever comes by it says so in [`opened`].
fn shared(user: &str, share: &str) -> Value {
    track(user, "Content Shared", json!({ "share_id": share }))
}

fn opened(reader: &str, share: &str) -> Value {
    track(reader, "Share Opened", json!({ "share_id": share }))
}

async fn powers(stage: &Stage, user: &str, kept: &PowerTable) -> Powers {
    customer_powers(&stage.app, &TESTER, named(stage, user).await, kept).await.unwrap()
}

/// Score and points of spread, then of activity.
fn scores(powers: &Powers) -> [(u8, u64); 2] {
    [powers.spread, powers.activity].map(|one| (one.score, one.points))
}

async fn c50_ninety_days_of_shares_readers_registrations_and_events_make_two_percentiles(stage: &Stage) {
    brand(stage, "Asia/Shanghai").await;
    let mut told = Vec::new();
    // In Shanghai it is Sunday, 2026-11-22. Ninety days begin with 2026-08-25, which there is at 16:00 in UTC.
    let (before, begin, within) = ("2026-08-24T15:59:59Z", "2026-08-24T16:00:00Z", "2026-10-01T08:00:00Z");
    told.push(then(before, shared("u1", "s0")));
    told.push(then(before, opened("r0", "s0")));
    told.push(then(before, track("u1", "Event Joined", json!({}))));
    told.push(then(begin, shared("u1", "s1")));
    told.extend((2..=12).map(|number| then(within, shared("u1", &format!("s{number}")))));
    told.extend((1..=85).map(|number| then(within, opened(&format!("r{number}"), &format!("s{}", 1 + number % 12)))));
    // Again by another share, and the sharer alone: nobody new.
    told.push(then("2026-10-02T08:00:00Z", opened("r1", "s9")));
    told.push(then("2026-10-02T08:00:00Z", opened("u1", "s9")));
    let sign_up = |reader: &str| track(reader, "Signed Up", json!({}));
    told.extend(["r1", "r2", "r3"].map(|reader| then("2026-10-03T08:00:00Z", sign_up(reader))));
    // Had registered before, one of them before all this.
    told.push(then("2026-09-30T08:00:00Z", sign_up("r4")));
    told.push(then(before, sign_up("r5")));
    told.extend((0..4).map(|_| then(within, track("u1", "Event Joined", json!({})))));
    // Others: two share a place below, one stands above, and one took part only.
    told.extend(["u2", "u3"].map(|user| then(within, track(user, "Shared", json!({})))));
    told.extend((0..6).map(|number| then(within, shared("u4", &format!("t{number}")))));
    told.extend((0..213).map(|_| then(within, track("u5", "Product Shared", json!({})))));
    let joins = [("u2", 5), ("u3", 4), ("u6", 1)];
    for (user, times) in joins {
        told.extend((0..times).map(|_| then(within, track(user, "Event Joined", json!({})))));
    }
    // What others do besides plays no part.
    told.push(then(within, track("u6", "Liked", json!({}))));
    told.reverse();
    tell(stage, "src_site", told).await;
    let kept = PowerTable::default();
    let found = powers(stage, "u1", &kept).await;
    assert_eq!((found.from.iso().as_str(), found.until.iso().as_str()), ("2026-08-25", "2026-11-22"));
    assert_eq!(found.deeds, Deeds { shares: 12, readers: 85, registrations: 3, events_joined: 4 });
    // 12 + 85 · 2 + 3 · 10 points. Of five who have any, four have at most as many: 1, 1, 6 and 212; one has 213.
    assert_eq!(found.spread, PowerScore { score: 80, points: 212, among: 5 });
    // 1, 4, 4 and 5 events: three of four.
    assert_eq!(found.activity, PowerScore { score: 75, points: 4, among: 4 });
    let others = [
        ("u2", [(40, 1), (100, 5)]),
        ("u3", [(40, 1), (75, 4)]),
        ("u4", [(60, 6), (0, 0)]),
        ("u5", [(100, 213), (0, 0)]),
        ("u6", [(0, 0), (25, 1)]),
        ("r1", [(0, 0), (0, 0)]),
    ];
    for (user, expected) in others {
        assert_eq!(scores(&powers(stage, user, &kept).await), expected, "{user}");
    }
    let nobody = Actor::User { id: "u".into(), name: "n".into(), role: Role::Operator, scope: Scope::Nobody };
    let unseen = customer_powers(&stage.app, &nobody, named(stage, "u1").await, &kept).await;
    assert!(matches!(unseen, Err(CustomerError::NotFound)));
    let sender = Actor::User { id: "u".into(), name: "n".into(), role: Role::Sender, scope: Scope::Everyone };
    let refused = customer_powers(&stage.app, &sender, named(stage, "u1").await, &kept).await;
    assert!(matches!(refused, Err(CustomerError::Forbidden(_))));
}

async fn a_registration_is_put_down_to_who_brought_somebody_first(stage: &Stage) {
    let told = [
        shared("a", "sa"),
        shared("b", "sb"),
        // Reads both, first that of a, and says on registering that b invited: a brought them.
        opened("r1", "sa"),
        opened("r1", "sb"),
        track("r1", "Signed Up", json!({ "invited_by": "b" })),
        // Says so on registering, and nothing before.
        track("r2", "Signed Up", json!({ "invited_by": "b" })),
        // Registers alone, and comes by a share later.
        track("r3", "Signed Up", json!({})),
        opened("r3", "sb"),
        // They invite each other: the later word does not hold, as in the tree.
        track("c", "Signed Up", json!({ "invited_by": "d" })),
        track("d", "Signed Up", json!({ "invited_by": "c" })),
    ];
    let minute = |place: usize| format!("2026-11-20T08:{place:02}:00Z");
    let told = told.into_iter().enumerate().map(|(place, one)| then(&minute(place), one));
    tell(stage, "src_site", told.rev().collect()).await;
    let kept = PowerTable::default();
    let brought = async |user: &str| {
        let deeds = powers(stage, user, &kept).await.deeds;
        (deeds.readers, deeds.registrations)
    };
    assert_eq!(brought("a").await, (1, 1));
    assert_eq!(brought("b").await, (3, 1));
    assert_eq!((brought("c").await, brought("d").await), ((1, 0), (1, 1)));
}

async fn merge(stage: &Stage, one: &str, other: &str) -> Merge {
    let request = MergeRequest { one: named(stage, one).await, other: named(stage, other).await, keep: None };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap()
}

async fn a_merged_customer_has_the_powers_of_its_profiles_at_once(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let told = [
        shared("a1", "s1"),
        shared("a2", "s2"),
        shared("a2", "s3"),
        shared("b", "s4"),
        // One comes by both, one by the second alone, and one of the two by the other.
        opened("r1", "s1"),
        opened("r1", "s2"),
        opened("r2", "s3"),
        opened("a1", "s2"),
        track("a1", "Event Joined", json!({})),
        track("a2", "Event Joined", json!({})),
    ];
    site.tell(stage, &told).await;
    let kept = PowerTable::default();
    let all = async || {
        let mut all = Vec::new();
        for user in ["a1", "a2", "b"] {
            all.push(powers(stage, user, &kept).await);
        }
        all
    };
    let before = all().await;
    let deeds = |powers: &Powers| (powers.deeds.shares, powers.deeds.readers, powers.deeds.events_joined);
    assert_eq!(before.iter().map(deeds).collect::<Vec<_>>(), [(1, 1, 1), (2, 3, 1), (1, 0, 0)]);
    // 1 of b, 3 of the one, 8 of the other.
    assert_eq!(before.iter().map(|one| scores(one)[0]).collect::<Vec<_>>(), [(67, 3), (100, 8), (34, 1)]);
    let merged = merge(stage, "a1", "a2").await;
    let together = all().await;
    assert_eq!(together.iter().map(deeds).collect::<Vec<_>>(), [(3, 2, 2), (3, 2, 2), (1, 0, 0)]);
    assert_eq!(together.iter().map(|one| scores(one)[0]).collect::<Vec<_>>(), [(100, 7), (100, 7), (50, 1)]);
    // Readers that are one count once.
    let readers = merge(stage, "r1", "r2").await;
    assert_eq!(powers(stage, "a1", &kept).await.deeds.readers, 1);
    for merge in [readers, merged] {
        identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    }
    assert_eq!(all().await, before);
}

async fn deeds_of_all_are_counted_anew_after_ten_minutes_and_on_the_next_day(stage: &Stage) {
    let mut site = Teller::users("src_site");
    site.tell(stage, &[shared("u1", "s1")]).await;
    let kept = PowerTable::default();
    let first = powers(stage, "u1", &kept).await;
    assert_eq!((first.deeds.shares, first.as_of), (1, stage.app.clock.now()));
    site.tell(stage, &[shared("u1", "s2"), opened("r1", "s2")]).await;
    stage.clock.advance_seconds(599);
    assert_eq!(powers(stage, "u1", &kept).await, first, "it says from when it is");
    stage.clock.advance_seconds(1);
    let second = powers(stage, "u1", &kept).await;
    assert_eq!((second.deeds.shares, second.deeds.readers, second.as_of), (2, 1, stage.app.clock.now()));
    // The last day on which all of it is within ninety days; then nothing is.
    stage.clock.advance_days(89);
    assert_eq!(powers(stage, "u1", &kept).await.spread, PowerScore { score: 100, points: 4, among: 1 });
    stage.clock.advance_days(1);
    let after = powers(stage, "u1", &kept).await;
    assert_eq!((after.deeds, after.spread), (Deeds::default(), PowerScore { score: 0, points: 0, among: 0 }));
}
