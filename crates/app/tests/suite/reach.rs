//! Reach: the pool of contacts, the connection rate of buyers, and the funnel from paid clicks to buyers.

use crate::over_time::{at, brand};
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use crate::touch_points::visitor;
use crate::touchpoint::TouchPoint;
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, NewUser, Scope, create_user};
use perennial_app::clerks::{self, NewClerk};
use perennial_app::codes;
use perennial_app::customers::{self, CustomerQuery, CustomerSort, SortOrder};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::reach::{
    self, ConnectionBy, ConnectionGroup, ConnectionQuery, ConnectionRate, Funnel, FunnelStep, PoolChannel, ReachError,
};
use perennial_app::stores::{self, NewPlace};
use perennial_app::upserts::{self, Read};
use perennial_app::value::{self, ValueRequest};
use perennial_app::{audit, pipeline, privacy};
use perennial_domain::access::Role;
use perennial_domain::activity::OF_THE_BRAND;
use perennial_domain::code::CodeSettings;
use perennial_domain::reach::{Channel, ConsentNeed, Quota, defaults};
use perennial_domain::stores::PlaceKind;
use perennial_domain::time::{Day, Instant, MICROS_PER_DAY};
use perennial_domain::upsert::{CustomerTold, IdentifierTold};
use perennial_domain::value::RfmGroup;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio::task::JoinSet;

on_both! {
    c33_of_ten_thousand_contacts_over_four_channels_7420_are_reachable_and_each_channel_has_its_cost,
    a_quota_looks_at_days_of_the_brands_zone_and_at_all_profiles_of_a_customer,
    channels_are_changed_by_version_and_by_right,
    an_erased_person_leaves_no_sent_message_and_an_export_has_them,
    c35_of_eight_thousand_buyers_in_may_3120_are_connected_by_store_sku_and_clerk,
    a_day_of_buying_and_of_binding_is_one_of_the_brands_zone,
    c36_a_tenth_of_fifty_thousand_paid_clicks_comes_down_four_steps_with_cost_and_super_users,
}

fn told(identifiers: &[(&str, String)]) -> Read<CustomerTold> {
    let identifier = |(kind, value): &(&str, String)| IdentifierTold { kind: (*kind).to_owned(), value: value.clone() };
    Ok(CustomerTold { identifiers: identifiers.iter().map(identifier).collect(), ..CustomerTold::default() })
}

async fn tell(stage: &Stage, customers: Vec<Read<CustomerTold>>) {
    let mut rest = customers;
    while !rest.is_empty() {
        let later = rest.split_off(rest.len().min(500));
        let done = upserts::tell_customers(&stage.app, &TESTER, "crm", &rest, &Once::unkeyed()).await.unwrap();
        assert_eq!(done.accepted(), rest.len(), "{done:?}");
        rest = later;
    }
    pipeline::apply_all(&stage.app).await.unwrap();
}

fn sent(member: &str, channel: &str) -> Value {
    json!({ "type": "track", "userId": member, "event": "Message Sent", "properties": { "channel": channel } })
}

fn said(member: &str, word: &str) -> Value {
    json!({ "type": "track", "userId": member, "event": format!("Consent {word}"), "properties": { "purpose": "marketing" } })
}

fn member(number: usize) -> String {
    format!("M{number:05}")
}

async fn send(stage: &Stage, teller: &mut Teller, messages: Vec<Value>) {
    for some in messages.chunks(2_000) {
        teller.tell(stage, some).await;
    }
}

/// Contacts, reachable, withheld, exhausted, cost of all.
fn figures(one: &PoolChannel) -> (i64, i64, i64, i64, i64) {
    (one.contacts, one.reachable, one.withheld, one.exhausted, one.cost_of_all_minor)
}

async fn c33_of_ten_thousand_contacts_over_four_channels_7420_are_reachable_and_each_channel_has_its_cost(
    stage: &Stage,
) {
    let mut people = Vec::new();
    for number in 0..10_100_usize {
        let mut identifiers = vec![("member_no", member(number))];
        // Four thousand followers, two thousand devices, 2,500 phones, a thousand mailboxes, five hundred with both a
        // follower's id and a phone, and a hundred whom nothing reaches.
        if number < 4_000 || (9_500..10_000).contains(&number) {
            identifiers.push(("open_id", format!("oPen{number:08}")));
        }
        if (4_000..6_000).contains(&number) {
            let kind = if number.is_multiple_of(2) { "android.push_token" } else { "ios.push_token" };
            identifiers.push((kind, format!("token-{number:08}")));
        }
        if (6_000..8_500).contains(&number) || (9_500..10_000).contains(&number) {
            identifiers.push(("phone", format!("138{number:08}")));
        }
        if (8_500..9_500).contains(&number) {
            identifiers.push(("email", format!("m{number}@example.com")));
        }
        people.push(told(&identifiers));
    }
    tell(stage, people).await;
    let mut desk = Teller::members("src_desk");
    let mut words = Vec::new();
    // Two thousand phones grant it, a hundred of them take it back; 820 mailboxes and 200 of those with both grant it.
    words.extend((6_000..8_000).chain(8_500..9_320).chain(9_500..9_700).map(|number| said(&member(number), "Given")));
    send(stage, &mut desk, words).await;
    stage.clock.advance_seconds(3_600);
    send(stage, &mut desk, (6_000..6_100).map(|number| said(&member(number), "Revoked")).collect()).await;
    // Quotas that are used up: a thousand followers and all with both, three hundred devices today, two hundred phones.
    let mut messages = Vec::new();
    for number in (0..1_000).chain(9_500..10_000) {
        messages.extend((0..4).map(|_| sent(&member(number), "official_account")));
    }
    messages.extend((1_000..1_500).flat_map(|number| (0..3).map(move |_| sent(&member(number), "official_account"))));
    messages.extend((4_000..4_300).map(|number| sent(&member(number), "app_push")));
    messages.extend((6_100..6_300).flat_map(|number| (0..2).map(move |_| sent(&member(number), "sms"))));
    // What goes over another channel uses nothing up.
    messages.extend((6_300..6_400).flat_map(|number| (0..4).map(move |_| sent(&member(number), "email"))));
    send(stage, &mut desk, messages).await;
    let yesterday = Instant(stage.app.clock.now().0 - MICROS_PER_DAY);
    let old = (4_300..4_500).map(|number| at(stage, yesterday, sent(&member(number), "app_push"))).collect();
    send(stage, &mut desk, old).await;

    let pool = reach::pool(&stage.app, &TESTER).await.unwrap();
    assert_eq!((pool.contacts, pool.reachable), (10_000, 7_420));
    let found: Vec<(i64, i64, i64, i64, i64)> = pool.channels.iter().map(figures).collect();
    let expected = [
        (4_500, 3_000, 0, 1_500, 0),
        (2_000, 1_700, 0, 300, 0),
        (3_000, 1_900, 900, 200, 8_550),
        (1_000, 820, 180, 0, 0),
    ];
    assert_eq!(found, expected);
    // Free, or 0.045 of the currency.
    let costs: Vec<(&str, i64)> =
        pool.channels.iter().map(|one| (one.channel.code.as_str(), one.channel.cost_milli_minor)).collect();
    assert_eq!(costs, [("official_account", 0), ("app_push", 0), ("sms", 4_500), ("email", 0)]);
    // A month later all quotas are open again.
    stage.clock.advance_seconds(31 * 86_400);
    let pool = reach::pool(&stage.app, &TESTER).await.unwrap();
    assert_eq!((pool.contacts, pool.reachable), (10_000, 7_420 + 1_000 + 300 + 300 + 200));
    assert!(pool.channels.iter().all(|one| one.exhausted == 0));
}

fn one_channel(quota: Quota) -> Vec<Channel> {
    vec![Channel { quota: Some(quota), ..defaults().remove(0) }]
}

async fn a_quota_looks_at_days_of_the_brands_zone_and_at_all_profiles_of_a_customer(stage: &Stage) {
    brand(stage, "Asia/Shanghai").await;
    reach::put_channels(&stage.app, &TESTER, 0, one_channel(Quota { messages: 2, days: 2 })).await.unwrap();
    let people = (1..=3).map(|number| told(&[("member_no", member(number)), ("open_id", format!("oPen{number:08}"))]));
    tell(stage, people.collect()).await;
    let mut desk = Teller::members("src_desk");
    let reachable = async || reach::pool(&stage.app, &TESTER).await.unwrap().reachable;
    assert_eq!(reachable().await, 3);
    // In Shanghai it is the 22nd: yesterday begins at 16:00 of the 20th.
    let instant = |text: &str| Instant::parse_rfc3339(text).unwrap();
    let told = |member_no: usize, text: &str| at(stage, instant(text), sent(&member(member_no), "official_account"));
    desk.tell(stage, &[told(1, "2026-11-20T15:59:00Z"), told(1, "2026-11-22T08:00:00Z")]).await;
    assert_eq!(reachable().await, 3, "the first of both is too long ago");
    desk.tell(stage, &[told(2, "2026-11-20T16:00:00Z"), told(2, "2026-11-22T08:00:00Z")]).await;
    assert_eq!(reachable().await, 2);
    // Two profiles with one message each are one customer with two.
    desk.tell(stage, &[told(3, "2026-11-22T08:00:00Z")]).await;
    let (one, other) = (named(stage, &member(1)).await, named(stage, &member(3)).await);
    let request = MergeRequest { one, other, keep: Some(one) };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let pool = reach::pool(&stage.app, &TESTER).await.unwrap();
    assert_eq!((pool.contacts, pool.reachable), (2, 0));
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!(reachable().await, 2);
    // What the brand did is nothing that the customer did, whichever source tells it.
    let told = |event: &str| json!({ "type": "track", "event": event, "userId": member(1), "properties": {} });
    desk.tell(stage, &OF_THE_BRAND.map(told)).await;
    let done = async || {
        let profile = customers::customer_profile(&stage.app, &TESTER, one).await.unwrap();
        profile.activity.map_or(0, |activity| activity.events)
    };
    assert_eq!(done().await, 0);
    desk.tell(stage, &[told("Trial Responded")]).await;
    assert_eq!(done().await, 1);
}

async fn channels_are_changed_by_version_and_by_right(stage: &Stage) {
    let app = &stage.app;
    let stored = reach::read_channels(app, &TESTER).await.unwrap();
    assert_eq!((stored.version, stored.channels.len()), (0, 4));
    let mut channels = defaults();
    channels.truncate(3);
    channels[2].consent = ConsentNeed::NotRefused;
    let changed = reach::put_channels(app, &TESTER, 0, channels.clone()).await.unwrap();
    assert_eq!((changed.version, &changed.channels), (1, &channels));
    assert_eq!(reach::read_channels(app, &TESTER).await.unwrap(), changed);
    let stale = reach::put_channels(app, &TESTER, 0, channels.clone()).await;
    assert!(matches!(stale, Err(ReachError::VersionConflict)));
    channels[0].identifiers.clear();
    let wrong = reach::put_channels(app, &TESTER, 1, channels).await;
    assert!(matches!(wrong, Err(ReachError::Invalid(_))));
    let entries = audit::list(app, &TESTER, None, 5).await.unwrap().0;
    assert_eq!(entries[0].action, "reach_channels.changed");
    for (role, scope) in [(Role::Clerk, Scope::Everyone), (Role::Operator, Scope::Below("/1/".to_owned()))] {
        let actor = Actor::User { id: "u".into(), name: "n".into(), role, scope };
        assert!(matches!(reach::pool(app, &actor).await, Err(ReachError::Forbidden(_))), "{role:?}");
    }
    let analyst = Actor::User { id: "u".into(), name: "n".into(), role: Role::Analyst, scope: Scope::Everyone };
    assert_eq!(reach::pool(app, &analyst).await.unwrap().contacts, 0);
    let refused = reach::put_channels(app, &analyst, 1, defaults()).await;
    assert!(matches!(refused, Err(ReachError::Forbidden(_))));
    // No channel at all.
    reach::put_channels(app, &TESTER, 1, Vec::new()).await.unwrap();
    assert_eq!(reach::pool(app, &TESTER).await.unwrap().reachable, 0);
}

async fn an_erased_person_leaves_no_sent_message_and_an_export_has_them(stage: &Stage) {
    let mut desk = Teller::members("src_desk");
    desk.tell(stage, &[sent("M1", "sms"), sent("M1", "sms"), sent("M1", "email"), sent("M2", "sms")]).await;
    let who = named(stage, "M1").await;
    let mut export = privacy::begin_person_export(&stage.app, &TESTER, who).await.unwrap();
    let mut text = String::new();
    while let Some(bytes) = export.next_bytes().await.unwrap() {
        text += std::str::from_utf8(&bytes).unwrap();
    }
    assert_eq!(text.matches("\"record\":\"sent_messages\"").count(), 2, "{text}");
    let erasure = privacy::erase(&stage.app, &TESTER, who, "request 1").await.unwrap();
    assert_eq!(erasure.removed["sent_messages"], 2);
}

fn day(text: &str) -> Day {
    Day::parse_iso(text).unwrap()
}

fn of_may(by: Option<ConnectionBy>) -> ConnectionQuery {
    let (from, to) = (day("2026-05-01"), day("2026-05-31"));
    ConnectionQuery { from, to, bound_by: Some(day("2026-05-30")), by, limit: 200 }
}

async fn rate(stage: &Stage, query: ConnectionQuery) -> ConnectionRate {
    reach::connection_rate(&stage.app, &TESTER, query).await.unwrap()
}

/// Key or name, buyers, connected, rate.
fn group(one: &ConnectionGroup) -> (Option<&str>, i64, i64, Option<i64>) {
    (one.name.as_deref().or(one.key.as_deref()), one.buyers, one.connected, one.rate_basis_points)
}

async fn store(stage: &Stage, code: &str) -> String {
    let new = NewPlace { kind: PlaceKind::Region, code: None, name: format!("Region {code}"), parent: None };
    let region = stores::create_place(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap();
    let name = format!("Store {code}");
    let new = NewPlace { kind: PlaceKind::Store, code: Some(code.to_owned()), name, parent: Some(region.id) };
    stores::create_place(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().id
}

/// The code of a clerk.
async fn clerk(stage: &Stage, name: &str, store: &str) -> String {
    let new = NewUser { email: format!("{name}@example.com"), name: name.to_owned(), role: "clerk".to_owned() };
    let (user, _) = create_user(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap();
    let from = Instant::parse_rfc3339("2026-01-01T00:00:00Z");
    let new = NewClerk { user_id: user.id, store: Some(store.to_owned()), from };
    clerks::create_clerk(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().code
}

async fn c35_of_eight_thousand_buyers_in_may_3120_are_connected_by_store_sku_and_clerk(stage: &Stage) {
    let (east, west) = (store(stage, "E1").await, store(stage, "W1").await);
    let (li, wu) = (clerk(stage, "Li", &east).await, clerk(stage, "Wu", &west).await);
    let instant = |day: usize| Instant::parse_rfc3339(&format!("2026-05-{day:02}T04:00:00Z")).unwrap();
    // Of 8,000 buyers every second one bought in the east, where Li sells to the first half and nobody to the others; in
    // the west Wu sells to all. Who can be divided by four bought coffee too.
    let order = |number: usize| {
        let (shop, clerk) = match number % 2 {
            0 => ("E1", if number < 4_000 { json!(li) } else { Value::Null }),
            _ => ("W1", json!(wu)),
        };
        let mut products = vec![json!({ "sku": "TEA", "price": 10, "quantity": 1 })];
        if number.is_multiple_of(4) {
            products.push(json!({ "sku": "COFFEE", "price": 20, "quantity": 1 }));
        }
        let total = if number.is_multiple_of(4) { 30 } else { 10 };
        let told = json!({ "type": "track", "userId": member(number), "event": "Order Completed",
            "properties": { "order_id": format!("O-{number}"), "total": total, "currency": "CNY", "store": shop,
                "clerk": clerk, "products": products } });
        at(stage, instant(1 + number % 31), told)
    };
    let mut shop = Teller::members("src_shop");
    send(stage, &mut shop, (0..8_000).map(order).collect()).await;
    // The same buyers again, and others in April and June.
    send(stage, &mut shop, (0..500).map(order).collect()).await;
    let outside = |number: usize| {
        let text = if number.is_multiple_of(2) { "2026-04-30T04:00:00Z" } else { "2026-06-01T04:00:00Z" };
        let told = json!({ "type": "track", "userId": member(number), "event": "Order Completed",
            "properties": { "order_id": format!("X-{number}"), "total": 10, "currency": "CNY" } });
        at(stage, Instant::parse_rfc3339(text).unwrap(), told)
    };
    send(stage, &mut shop, (8_000..8_300).map(outside).collect()).await;
    // 3,120 of them follow by the 30th of May, a hundred on the 31st, and some who did not buy.
    let follows = |number: usize, day: usize| {
        let told = json!({ "type": "identify", "userId": member(number), "context": { "externalIds":
            [{ "id": format!("oPen{number:08}"), "type": "open_id", "collection": "users", "encoding": "none" }] } });
        at(stage, instant(day), told)
    };
    let mut wechat = Teller::members("src_wechat");
    let mut identified: Vec<Value> = (0..3_120).map(|number| follows(number, 1 + number % 30)).collect();
    identified.extend((4_000..4_100).map(|number| follows(number, 31)));
    identified.extend((8_000..8_100).map(|number| follows(number, 9)));
    send(stage, &mut wechat, identified).await;

    let found = rate(stage, of_may(None)).await;
    assert_eq!((found.buyers, found.connected, found.rate_basis_points), (8_000, 3_120, Some(3_900)));
    assert_eq!((found.groups.len(), found.is_cut), (0, false));
    let by_store = rate(stage, of_may(Some(ConnectionBy::Store))).await.groups;
    let expected = [(Some("Store E1"), 4_000, 1_560, Some(3_900)), (Some("Store W1"), 4_000, 1_560, Some(3_900))];
    let mut groups: Vec<_> = by_store.iter().map(group).collect();
    groups.sort_unstable();
    assert_eq!(groups, expected);
    assert_eq!(
        by_store.iter().map(|one| one.key.clone().unwrap()).collect::<BTreeSet<_>>(),
        BTreeSet::from([east, west])
    );
    let by_clerk = rate(stage, of_may(Some(ConnectionBy::Clerk))).await.groups;
    let groups: Vec<_> = by_clerk.iter().map(group).collect();
    let expected =
        [(Some("Wu"), 4_000, 1_560, Some(3_900)), (Some("Li"), 2_000, 1_560, Some(7_800)), (None, 2_000, 0, Some(0))];
    assert_eq!(groups, expected);
    let by_sku = rate(stage, of_may(Some(ConnectionBy::Sku))).await.groups;
    let groups: Vec<_> = by_sku.iter().map(group).collect();
    assert_eq!(groups, [(Some("TEA"), 8_000, 3_120, Some(3_900)), (Some("COFFEE"), 2_000, 780, Some(3_900))]);
    let cut = rate(stage, ConnectionQuery { limit: 1, ..of_may(Some(ConnectionBy::Sku)) }).await;
    assert_eq!((cut.groups.len(), cut.is_cut), (1, true));
    // By the end of the month a hundred more are bound.
    let later = rate(stage, ConnectionQuery { bound_by: None, ..of_may(None) }).await;
    assert_eq!((later.connected, later.rate_basis_points, later.bound_by), (3_220, Some(4_025), day("2026-05-31")));
    // A channel that makes no connection.
    let mut channels = defaults();
    channels[0].is_connection = false;
    reach::put_channels(&stage.app, &TESTER, 0, channels).await.unwrap();
    assert_eq!(rate(stage, of_may(None)).await.connected, 0);
    // Days that are none.
    let wrong = ConnectionQuery { from: day("2026-06-01"), ..of_may(None) };
    assert!(matches!(reach::connection_rate(&stage.app, &TESTER, wrong).await, Err(ReachError::Invalid(_))));
    let wrong = ConnectionQuery { bound_by: Some(day("2026-04-30")), ..of_may(None) };
    assert!(matches!(reach::connection_rate(&stage.app, &TESTER, wrong).await, Err(ReachError::Invalid(_))));
}

async fn a_day_of_buying_and_of_binding_is_one_of_the_brands_zone(stage: &Stage) {
    brand(stage, "Asia/Shanghai").await;
    let mut shop = Teller::members("src_shop");
    let order = |number: usize, text: &str| {
        let told = json!({ "type": "track", "userId": member(number), "event": "Order Completed",
            "properties": { "order_id": format!("O-{number}"), "total": 10, "currency": "CNY" } });
        at(stage, Instant::parse_rfc3339(text).unwrap(), told)
    };
    let binds = |number: usize, text: &str| {
        let traits = json!({ "email": format!("m{number}@example.com") });
        let told = json!({ "type": "identify", "userId": member(number), "traits": traits });
        at(stage, Instant::parse_rfc3339(text).unwrap(), told)
    };
    // The 1st of May begins at 16:00 of the day before, and the 2nd ends at 16:00 of the 2nd.
    shop.tell(stage, &[order(1, "2026-04-30T15:58:00Z"), order(2, "2026-04-30T16:00:00Z")]).await;
    shop.tell(stage, &[order(3, "2026-05-02T15:58:00Z"), order(4, "2026-05-02T16:00:00Z")]).await;
    shop.tell(stage, &[binds(2, "2026-05-01T15:58:00Z"), binds(3, "2026-05-01T16:00:00Z")]).await;
    let days = |bound_by: &str| ConnectionQuery {
        from: day("2026-05-01"),
        to: day("2026-05-02"),
        bound_by: Some(day(bound_by)),
        by: Some(ConnectionBy::Store),
        limit: 9,
    };
    let found = rate(stage, days("2026-05-01")).await;
    assert_eq!((found.buyers, found.connected), (2, 1));
    assert_eq!(found.groups.iter().map(group).collect::<Vec<_>>(), [(None, 2, 1, Some(5_000))]);
    assert_eq!(rate(stage, days("2026-05-02")).await.connected, 2);
    // Two buyers who turn out to be one.
    let (one, other) = (named(stage, &member(2)).await, named(stage, &member(3)).await);
    let request = MergeRequest { one, other, keep: Some(one) };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    for by in [None, Some(ConnectionBy::Store), Some(ConnectionBy::Sku), Some(ConnectionBy::Clerk)] {
        let found = rate(stage, ConnectionQuery { by, ..days("2026-05-01") }).await;
        assert_eq!((found.buyers, found.connected), (1, 1), "{by:?}");
        assert!(found.groups.iter().all(|one| (one.buyers, one.connected) == (1, 1)), "{found:?}");
    }
}

async fn c36_a_tenth_of_fifty_thousand_paid_clicks_comes_down_four_steps_with_cost_and_super_users(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    let code = |place: usize, cost_minor: i64, channel: &str| CodeSettings {
        name: format!("ad {place}"),
        touch_point: if channel == "video" { "douyin" } else { "search" }.to_owned(),
        parameters: [("channel".to_owned(), channel.to_owned())].into(),
        target: "https://shop.example/join".to_owned(),
        cost_minor,
    };
    // Two ads on one touch-point, one on another, and a code on a door that costs nothing.
    let all =
        vec![code(0, 300_000, "video"), code(1, 200_000, "video"), code(2, 500_000, "words"), code(3, 0, "words")];
    let mut codes = codes::create_codes(&stage.app, &TESTER, all, &Once::unkeyed()).await.unwrap();
    codes.sort_by(|one, other| one.settings.name.cmp(&other.settings.name));
    shop.intake.forget_sources();
    let mut running = JoinSet::new();
    // Click `n` of 5,000 is on ad `n mod 4`, of which the fourth is clicked as the third; a hundred scan the door.
    let ad_of = |number: usize| if number % 4 == 3 { 2 } else { number % 4 };
    for number in 0..5_100 {
        let (app, intake) = (stage.app.clone(), shop.intake.clone());
        let place = if number < 5_000 { ad_of(number) } else { 3 };
        let (slug, who) = (codes[place].slug.clone(), visitor(stage, number));
        running.spawn(async move { codes::scan(&app, &intake, &slug, &who, "").await.map(drop) });
    }
    while let Some(scanned) = running.join_next().await {
        scanned.unwrap().unwrap();
    }
    stage.clock.advance_seconds(3_600);
    let did = |number: usize, id: &str, event: &str, properties: Value| {
        json!({ "type": "track", "anonymousId": format!("visitor-{number:05}"), "messageId": format!("{id}{number}"),
            "event": event, "properties": properties })
    };
    let bought = |number: usize, id: &str, total: i64| {
        let told = json!({ "order_id": format!("{id}{number}"), "total": total, "currency": "CNY" });
        did(number, id, "Order Completed", told)
    };
    let mut deeds: Vec<Value> = (0..610).map(|number| did(number, "f", "Followed", json!({}))).collect();
    deeds.extend((0..205).map(|number| did(number, "r", "Signed Up", json!({}))));
    deeds.extend((0..41).map(|number| bought(number, "b", 20 + number as i64)));
    // Who came through the door does not count.
    deeds.extend((5_000..5_020).map(|number| bought(number, "d", 30)));
    shop.send(stage, &deeds).await;
    pipeline::apply_all(&stage.app).await.unwrap();

    let today = day("2026-11-22");
    let of = async |parameter: Option<&str>| -> Funnel {
        reach::funnel(&stage.app, &TESTER, today, today, parameter).await.unwrap()
    };
    let found = of(None).await;
    assert_eq!(found.values_as_of, None);
    let names: Vec<(Option<&str>, i64)> =
        found.sources.iter().map(|one| (one.source.as_deref(), one.cost_minor)).collect();
    assert_eq!(names, [(Some("douyin"), 500_000), (Some("search"), 500_000)]);
    let count =
        |until: usize, is_video: bool| (0..until).filter(|number| (ad_of(*number) < 2) == is_video).count() as i64;
    for (source, is_video) in found.sources.iter().zip([true, false]) {
        let steps = [source.clicked, source.followed, source.registered, source.bought];
        let expected = [5_000, 610, 205, 41].map(|until| count(until, is_video));
        assert_eq!(steps.map(|step| step.count), expected);
        assert_eq!(source.super_users, None);
    }
    let step = |count: i64, share: i64, each: i64| FunnelStep {
        count,
        share_basis_points: Some(share),
        cost_each_milli_minor: Some(each),
    };
    // 2,500 clicks of 5,000.00 in all: 2.00 each; 306 follow, 103 register, 21 buy.
    let video = &found.sources[0];
    assert_eq!(video.clicked, step(2_500, 10_000, 200_000));
    assert_eq!(video.followed, step(306, 1_224, 1_633_987));
    assert_eq!(video.registered, step(103, 412, 4_854_369));
    assert_eq!(video.bought, step(21, 84, 23_809_524));
    let totals = |pick: fn(&reach::FunnelSource) -> i64| found.sources.iter().map(pick).sum::<i64>();
    let all = [
        totals(|one| one.clicked.count),
        totals(|one| one.followed.count),
        totals(|one| one.registered.count),
        totals(|one| one.bought.count),
    ];
    assert_eq!(all, [5_000, 610, 205, 41]);
    let by_channel = of(Some("channel")).await;
    let names: Vec<Option<&str>> = by_channel.sources.iter().map(|one| one.source.as_deref()).collect();
    assert_eq!(names, [Some("video"), Some("words")]);
    let nothing = of(Some("staff")).await;
    assert_eq!((nothing.sources.len(), nothing.sources[0].source.as_deref()), (1, None));
    let other_day = reach::funnel(&stage.app, &TESTER, day("2026-11-21"), day("2026-11-21"), None).await.unwrap();
    assert!(other_day.sources.iter().all(|one| one.clicked.count == 0 && one.clicked.cost_each_milli_minor.is_none()));

    // Some buy again and again; the day of the values lies thirty days behind their first purchase, and then one more.
    for (days, until) in [(10, 30), (10, 12), (10, 12)] {
        stage.clock.advance_seconds(days * 86_400);
        let again: Vec<Value> = (0..until).map(|number| bought(number, &format!("{days}-{until}-"), 500)).collect();
        let again = again.into_iter().map(|mut told| {
            told["messageId"] = json!(format!("{}@{}", told["messageId"], stage.app.clock.now().0));
            told["properties"]["order_id"] =
                json!(format!("{}@{}", told["properties"]["order_id"], stage.app.clock.now().0));
            told
        });
        shop.send(stage, &again.collect::<Vec<_>>()).await;
    }
    pipeline::apply_all(&stage.app).await.unwrap();
    pipeline::hand_over(&stage.app).await.unwrap();
    value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();
    let query = CustomerQuery { group: Some(RfmGroup::Champions), ..CustomerQuery::default() };
    let champions =
        customers::list_customers(&stage.app, &TESTER, &query, CustomerSort::Number, SortOrder::Ascending, None, 200)
            .await
            .unwrap();
    let champions: BTreeSet<i64> = champions.items.iter().map(|item| item.row.counters.number).collect();
    assert!(!champions.is_empty());
    let mut expected = [0, 0];
    for number in 0..41 {
        let who = i64::from(named(stage, &format!("visitor-{number:05}")).await.0);
        expected[usize::from(ad_of(number) == 2)] += i64::from(champions.contains(&who));
    }
    let found = of(None).await;
    let values_as_of = found.values_as_of.unwrap();
    assert_eq!(values_as_of, day("2026-12-22"));
    let super_users: Vec<(i64, i64)> =
        found.sources.iter().map(|one| one.super_users.unwrap()).map(|one| (one.buyers, one.super_users)).collect();
    assert_eq!(super_users, [(21, expected[0]), (20, expected[1])]);
    assert!(expected[0] + expected[1] >= 12, "{expected:?}");
}
