//! Who invited or shared to whom: the tree, whatever the order of arrival, and what of others is shown.

use crate::over_time::at;
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use crate::touchpoint::TouchPoint;
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::codes::{self, Visitor};
use perennial_app::customers::CustomerError;
use perennial_app::identity::{self, MergeRequest};
use perennial_app::relations::{Relations, TreeNode, customer_relations};
use perennial_app::{pipeline, privacy};
use perennial_domain::access::Role;
use perennial_domain::code::CodeSettings;
use perennial_domain::relations::Refusal;
use perennial_domain::time::{Instant, MICROS_PER_HOUR};
use perennial_store::inspect;
use serde_json::{Value, json};

on_both! {
    c60_five_levels_of_share_links_are_a_tree_with_depth_and_value_and_no_more_than_a_nickname,
    circles_and_who_invites_themselves_are_refused_on_record_in_any_order,
    a_channel_code_can_name_the_inviter_who_may_be_known_later,
    a_merged_customer_has_the_tree_of_its_profiles_and_each_its_own_again,
    an_erased_inviter_leaves_nothing_and_late_facts_do_not_bring_it_back,
}

fn hours_ago(stage: &Stage, hours: i64) -> Instant {
    Instant(stage.app.clock.now().0 - hours * MICROS_PER_HOUR)
}

fn track(user: &str, event: &str, properties: Value) -> Value {
    json!({ "type": "track", "userId": user, "event": event, "properties": properties })
}

/// Says that the first came by a share of the second, so many hours ago.
fn shared(stage: &Stage, invitee: &str, inviter: &str, hours: i64) -> [Value; 2] {
    let share = json!({ "share_id": format!("by-{inviter}") });
    [
        at(stage, hours_ago(stage, hours + 1), track(inviter, "Shared", share.clone())),
        at(stage, hours_ago(stage, hours), track(invitee, "Share Opened", share)),
    ]
}

fn invited(stage: &Stage, invitee: &str, inviter: &str, hours: i64) -> Value {
    at(stage, hours_ago(stage, hours), track(invitee, "Signed Up", json!({ "invited_by": inviter })))
}

async fn relations(stage: &Stage, who: &str, depth: usize, size: usize) -> Relations {
    customer_relations(&stage.app, &TESTER, named(stage, who).await, depth, size).await.unwrap()
}

/// Depth, nickname, branch value and people below, from the root on, each before those whom they brought.
fn flat(node: &TreeNode) -> Vec<(usize, Option<String>, i64, usize)> {
    let own = (node.depth, node.who.nickname.clone(), node.branch_minor, node.brought);
    std::iter::once(own).chain(node.invited.iter().flat_map(flat)).collect()
}

async fn c60_five_levels_of_share_links_are_a_tree_with_depth_and_value_and_no_more_than_a_nickname(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let mut told = Vec::new();
    // u0 brought u1 and x1; u1 brought u2, … down to u5, and u6 below.
    for level in 1..=6 {
        told.extend(shared(stage, &format!("u{level}"), &format!("u{}", level - 1), 100 - level));
    }
    told.push(invited(stage, "x1", "u0", 50));
    // Later words about somebody who is there already change nothing.
    told.push(invited(stage, "u5", "x1", 2));
    for (number, amount) in [(0, 10_000), (1, 2_000), (2, 0), (3, 700), (5, 50), (6, 5)] {
        told.push(site.order(&format!("u{number}"), &format!("o{number}"), amount));
    }
    told.push(site.refund("u3", "o3", 200));
    let person = |user: &str, nickname: &str| {
        json!({ "type": "identify", "userId": user,
        "traits": { "nickname": nickname, "name": format!("Secret {user}"), "phone": format!("1380000000{}", &user[1..]) } })
    };
    told.extend([person("u1", "小林"), person("u2", "Bo")]);
    told.push(track("u1", "Consent Given", json!({ "purpose": "relations" })));
    told.push(track("u2", "Consent Given", json!({ "purpose": "marketing" })));
    told.reverse();
    for part in told.chunks(5) {
        site.tell(stage, part).await;
    }
    let found = relations(stage, "u0", 5, 100).await;
    let lin = Some("小林".to_owned());
    let expected = [
        (0, None, 12_550, 6),
        (1, lin.clone(), 2_550, 4),
        (2, None, 550, 3),
        (3, None, 550, 2),
        (4, None, 50, 1),
        (5, None, 50, 0),
        (1, None, 0, 0),
    ];
    assert_eq!(flat(&found.root), expected);
    assert!(found.is_cut, "u6 stands on the sixth level");
    assert_eq!((found.invited_by.len(), found.refused.len()), (0, 0));
    let text = format!("{:?}{:?}", found.root.invited, found.invited_by);
    for mark in ["Secret", "Bo", "1380000", "u1", "u2"] {
        assert!(!text.contains(mark), "{mark}: {text}");
    }
    let from_below = relations(stage, "u2", 9, 100).await;
    let nicknames: Vec<_> = from_below.invited_by.iter().map(|(who, _)| who.nickname.clone()).collect();
    assert_eq!((nicknames, from_below.is_cut, from_below.root.brought), (vec![lin, None], false, 4));
    let small = relations(stage, "u0", 5, 2).await;
    assert!(small.is_cut && small.root.brought == 2, "{small:?}");
    // The consent is taken back: the nickname is not shown any more.
    stage.clock.advance_seconds(60);
    site.tell(stage, &[track("u1", "Consent Revoked", json!({ "purpose": "relations" }))]).await;
    assert!(flat(&relations(stage, "u0", 5, 100).await.root).iter().all(|(_, nickname, ..)| nickname.is_none()));
    let nobody = Actor::User { id: "u".into(), name: "n".into(), role: Role::Operator, scope: Scope::Nobody };
    let unseen = customer_relations(&stage.app, &nobody, named(stage, "u0").await, 5, 5).await;
    assert!(matches!(unseen, Err(CustomerError::NotFound)));
}

async fn circles_and_who_invites_themselves_are_refused_on_record_in_any_order(stage: &Stage) {
    let words = |who: [&str; 3]| {
        vec![
            invited(stage, who[0], who[0], 9),
            invited(stage, who[1], who[0], 8),
            invited(stage, who[2], who[1], 7),
            invited(stage, who[0], who[2], 3),
        ]
    };
    let forward = words(["a1", "a2", "a3"]);
    let mut backward = words(["b1", "b2", "b3"]);
    backward.reverse();
    let mut site = Teller::users("src_site");
    for message in forward.iter().chain(&backward) {
        site.tell(stage, std::slice::from_ref(message)).await;
    }
    for first in ["a1", "b1"] {
        let found = relations(stage, first, 5, 100).await;
        let refused: Vec<_> = found.refused.iter().map(|one| (one.why, one.is_own)).collect();
        assert_eq!(refused, [(Refusal::Itself, true), (Refusal::Cycle, true)], "{first}");
        assert_eq!((found.root.brought, found.invited_by.len()), (2, 0), "{first}");
    }
    for last in ["a3", "b3"] {
        let found = relations(stage, last, 5, 100).await;
        assert_eq!((found.root.brought, found.invited_by.len()), (0, 2), "{last}");
    }
    // What was told stays, as it was told.
    let mut tx = stage.app.store.read().await.unwrap();
    let rows = inspect::texts(&mut tx, "SELECT CAST(COUNT(*) AS TEXT) FROM relations").await.unwrap();
    assert_eq!(rows, ["8"]);
}

async fn a_channel_code_can_name_the_inviter_who_may_be_known_later(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    let settings = CodeSettings {
        name: "card of u9".to_owned(),
        touch_point: "store".to_owned(),
        parameters: [("invited_by".to_owned(), "u9".to_owned())].into_iter().collect(),
        target: "https://shop.example/join".to_owned(),
        cost_minor: 0,
    };
    let code = codes::create_codes(&stage.app, &TESTER, vec![settings], &Once::unkeyed()).await.unwrap().remove(0);
    shop.intake.forget_sources();
    let visitor = Visitor::known_or_new(&stage.app, Some("visitor-00001"));
    codes::scan(&stage.app, &shop.intake, &code.slug, &visitor, "").await.unwrap();
    let sign_up = json!({ "type": "identify", "userId": "u1", "anonymousId": "visitor-00001", "messageId": "s" });
    shop.send(stage, &[sign_up]).await;
    pipeline::apply_all(&stage.app).await.unwrap();
    assert!(relations(stage, "u1", 5, 9).await.invited_by.is_empty(), "nobody is u9 yet");
    let known = json!({ "type": "identify", "userId": "u9", "messageId": "k" });
    shop.send(stage, &[known]).await;
    pipeline::apply_all(&stage.app).await.unwrap();
    assert_eq!(relations(stage, "u1", 5, 9).await.invited_by.len(), 1);
    assert_eq!(relations(stage, "u9", 5, 9).await.root.brought, 1);
}

async fn a_merged_customer_has_the_tree_of_its_profiles_and_each_its_own_again(stage: &Stage) {
    let mut site = Teller::users("src_site");
    site.tell(
        stage,
        &[
            invited(stage, "c1", "p1", 20),
            invited(stage, "c2", "p2", 19),
            invited(stage, "p2", "p1", 18),
            invited(stage, "p1", "g", 17),
            track("g", "Seen", json!({})),
        ],
    )
    .await;
    let shape = async |who: &str| {
        let found = relations(stage, who, 5, 50).await;
        (found.root.brought, found.invited_by.len(), found.refused.len())
    };
    let before = [shape("p1").await, shape("p2").await, shape("g").await];
    assert_eq!(before, [(3, 1, 0), (1, 2, 0), (4, 0, 0)]);
    let request = MergeRequest { one: named(stage, "p1").await, other: named(stage, "p2").await, keep: None };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    // That one invited the other leads to the customer itself now.
    assert_eq!((shape("p1").await, shape("p2").await, shape("g").await), ((2, 1, 1), (2, 1, 1), (3, 0, 1)));
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!([shape("p1").await, shape("p2").await, shape("g").await], before);
}

async fn an_erased_inviter_leaves_nothing_and_late_facts_do_not_bring_it_back(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let invite = |user: &str, hours: i64| {
        let properties = json!({ "invited_by": "ann@example.com", "invited_by_type": "email" });
        at(stage, hours_ago(stage, hours), track(user, "Signed Up", properties))
    };
    let ann = json!({ "type": "identify", "userId": "ann", "traits": { "email": "ann@example.com" } });
    let share = track("ann", "Shared", json!({ "share_id": "s1" }));
    site.tell(stage, &[ann, share, invite("c1", 5), track("ann", "Signed Up", json!({ "invited_by": "c2" }))]).await;
    site.tell(stage, &[track("c2", "Share Opened", json!({ "share_id": "s1" }))]).await;
    let who = named(stage, "ann").await;
    assert_eq!(relations(stage, "ann", 5, 9).await.root.brought, 1);
    let erasure = privacy::erase(&stage.app, &TESTER, who, "request 1").await.unwrap();
    // What was told of Ann, her share, and that c1 came by her.
    assert_eq!(erasure.removed["relations"], 3);
    site.tell(stage, &[invite("c1", 4), invite("c3", 1)]).await;
    let mut tx = stage.app.store.read().await.unwrap();
    let rows = inspect::texts(&mut tx, "SELECT inviter_kind || ' ' || inviter_value FROM relations").await.unwrap();
    assert_eq!(rows, ["share s1"], "an id that leads to nobody");
    drop(tx);
    assert!(relations(stage, "c1", 5, 9).await.invited_by.is_empty());
    assert!(relations(stage, "c2", 5, 9).await.invited_by.is_empty());
}
