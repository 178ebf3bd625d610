//! Messages that were sent, the pool against the rules of the domain, and buyers.

use crate::fixtures::Dice;
use crate::stores::tree;
use perennial_domain::consent::{Decided, Decision, holding};
use perennial_domain::reach::Masks;
use perennial_domain::time::Instant;
use perennial_store::codes::{self, CodeRow, NewScan};
use perennial_store::consents::{self, ConsentRow};
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::identity::{self, IdentityRow};
use perennial_store::orders::{self, OrderRow};
use perennial_store::parts::{self, PartRow};
use perennial_store::reach::{self, BuyersBy, BuyersRow, Buying, PoolChannel, SentRow};
use perennial_store::stores::{self, ClaimRow};
use perennial_store::touch_points::{FirstRow, add_firsts};
use perennial_store::traits::{self, TraitRow};
use perennial_testkit::TestStore;
use std::collections::BTreeMap;

on_both!(
    sent_messages_add_up_and_go_with_their_profile_and_with_time,
    the_pool_is_what_the_rules_of_the_domain_say,
    buyers_are_customers_and_connected_by_what_was_there_then,
    members_and_where_they_were_are_told_by_customer,
);

fn sent(part_number: i64, channel: &str, slot: i64, messages: i64) -> SentRow {
    SentRow { part_number, channel: channel.to_owned(), slot, messages }
}

async fn sent_messages_add_up_and_go_with_their_profile_and_with_time(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    reach::add_sent(&mut tx, &[sent(7, "sms", 5, 1), sent(7, "email", 5, 2), sent(8, "sms", 9, 1)]).await.unwrap();
    reach::add_sent(&mut tx, &[sent(7, "sms", 5, 3), sent(7, "sms", 6, 1)]).await.unwrap();
    let found = reach::sent_to_parts(&mut tx, &[7, 8]).await.unwrap();
    assert_eq!(found, [sent(7, "email", 5, 2), sent(7, "sms", 5, 4), sent(7, "sms", 6, 1), sent(8, "sms", 9, 1)]);
    assert_eq!(reach::forget_sent(&mut tx, 6).await.unwrap(), 2);
    assert_eq!(reach::remove_of_parts(&mut tx, &[7]).await.unwrap(), 1);
    assert_eq!(reach::sent_to_parts(&mut tx, &[7, 8]).await.unwrap(), [sent(8, "sms", 9, 1)]);
}

fn identifier(customer_number: i64, kind: &str, first_seen_at: i64) -> IdentityRow {
    IdentityRow {
        customer_number,
        kind: kind.to_owned(),
        value: format!("{kind}-{customer_number}"),
        source: "s".to_owned(),
        first_seen_at,
    }
}

fn part(number: i64, customer_number: i64) -> PartRow {
    PartRow {
        counters: CustomerCounters::new(number, 1),
        customer_number,
        events: 0,
        first_seen_at: None,
        last_seen_at: None,
    }
}

const PROFILES: i64 = 120;

/// Every tenth profile is part of the customer before it.
fn customer_of(part: i64) -> i64 {
    if part % 10 == 0 { part - 1 } else { part }
}

async fn the_pool_is_what_the_rules_of_the_domain_say(store: &TestStore) {
    let mut dice = Dice::new(33);
    let mut tx = store.database.write().await.unwrap();
    let of_two: Vec<PartRow> =
        (1..=PROFILES / 10).flat_map(|ten| [part(10 * ten - 1, 10 * ten - 1), part(10 * ten, 10 * ten - 1)]).collect();
    parts::upsert(&mut tx, &of_two).await.unwrap();
    let channels = [
        PoolChannel { code: "a".into(), kinds: vec!["phone"], purpose: "p".into(), quota: Some((3, 10)) },
        PoolChannel { code: "b".into(), kinds: vec!["email", "open_id"], purpose: "p".into(), quota: None },
        PoolChannel { code: "c".into(), kinds: vec!["phone", "email"], purpose: "q".into(), quota: Some((1, 20)) },
    ];
    let mut expected: BTreeMap<i64, Masks> = BTreeMap::new();
    let mut identities = Vec::new();
    for customer in (1..=PROFILES).filter(|number| customer_of(*number) == *number) {
        for kind in ["phone", "email", "open_id", "user_id"] {
            if !dice.once_in(2) {
                continue;
            }
            identities.push(identifier(customer, kind, 1));
            for (place, _) in channels.iter().enumerate().filter(|(_, one)| one.kinds.contains(&kind)) {
                expected.entry(customer).or_default().contact |= 1 << place;
            }
        }
    }
    identity::insert_identities(&mut tx, &identities).await.unwrap();
    let mut decided: BTreeMap<(i64, &str, &str), Vec<Decided>> = BTreeMap::new();
    let mut rows = Vec::new();
    for number in 0..900 {
        let part_number = 1 + dice.below(PROFILES);
        let purpose = ["p", "q", "r"][dice.below(3) as usize];
        let channel = ["", "a", "b", "c"][dice.below(4) as usize];
        let decision = Decision::ALL[dice.below(3) as usize];
        let (is_explicit, at) = (dice.once_in(2), dice.below(6));
        let one = Decided { decision, is_explicit, at: Instant(at) };
        decided.entry((customer_of(part_number), purpose, channel)).or_default().push(one);
        rows.push(ConsentRow {
            id: format!("cns_{number}"),
            part_number,
            purpose: purpose.to_owned(),
            channel: channel.to_owned(),
            decision: decision.code().to_owned(),
            is_explicit,
            at,
            recorded_at: at,
            source: "s".to_owned(),
            text_version: None,
            text_hash: None,
            evidence: "{}".to_owned(),
        });
    }
    consents::insert(&mut tx, &rows).await.unwrap();
    let mut messages: BTreeMap<(i64, &str, i64), i64> = BTreeMap::new();
    for _ in 0..300 {
        let channel = ["a", "b", "c"][dice.below(3) as usize];
        *messages.entry((1 + dice.below(PROFILES), channel, dice.below(30))).or_default() += 1;
    }
    let of_messages: Vec<SentRow> =
        messages.iter().map(|((part, channel, slot), count)| sent(*part, channel, *slot, *count)).collect();
    reach::add_sent(&mut tx, &of_messages).await.unwrap();
    for (customer, masks) in &mut expected {
        for (place, channel) in channels.iter().enumerate() {
            let all = decided.get(&(*customer, channel.purpose.as_str(), ""));
            let own = decided.get(&(*customer, channel.purpose.as_str(), channel.code.as_str()));
            let all: Vec<Decided> = all.into_iter().chain(own).flatten().copied().collect();
            match holding(&all).map(|place| all[place].decision) {
                Some(Decision::Granted) => masks.granted |= 1 << place,
                Some(Decision::Denied | Decision::Revoked) => masks.refused |= 1 << place,
                None => {}
            }
            let Some((quota, slot)) = channel.quota else { continue };
            let used: i64 = messages
                .iter()
                .filter(|((part, code, at), _)| customer_of(*part) == *customer && *code == channel.code && *at >= slot)
                .map(|(_, count)| count)
                .sum();
            if used >= quota {
                masks.exhausted |= 1 << place;
            }
        }
    }
    let mut counted: BTreeMap<(i64, i64, i64, i64), i64> = BTreeMap::new();
    for masks in expected.values() {
        *counted.entry((masks.contact, masks.granted, masks.refused, masks.exhausted)).or_default() += 1;
    }
    // Behind the counts there are the same people, page by page.
    let (mut people, mut after) = (Vec::new(), 0);
    loop {
        let page = reach::pool_people(&mut tx, &channels, after, 7).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        after = *last;
        people.extend(page);
    }
    let contacts = expected.iter().filter(|(_, masks)| masks.contact != 0).map(|(customer, masks)| (*customer, *masks));
    assert_eq!(people, contacts.collect::<Vec<_>>());
    assert_eq!(reach::pool_people(&mut tx, &[], 0, 7).await.unwrap(), []);
    let found = reach::pool(&mut tx, &channels).await.unwrap();
    let found: BTreeMap<(i64, i64, i64, i64), i64> = found
        .into_iter()
        .map(|(masks, count)| ((masks.contact, masks.granted, masks.refused, masks.exhausted), count))
        .collect();
    assert_eq!(found, counted);
    assert!(counted.len() > 20, "{}", counted.len());
    assert_eq!(reach::pool(&mut tx, &[]).await.unwrap(), []);
}

fn order(customer_number: i64, key: u8, at: i64, kind: &str) -> OrderRow {
    OrderRow {
        customer_number,
        order_key: [key; 16],
        order_no: Some(format!("O-{key}")),
        kind: kind.to_owned(),
        at,
        amount_minor: Some(5),
        line_hashes: Vec::new(),
    }
}

async fn buyers_are_customers_and_connected_by_what_was_there_then(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    tree(&mut tx).await;
    customers::upsert(&mut tx, &[1, 2, 3, 4].map(|number| CustomerCounters::new(number, 1))).await.unwrap();
    parts::upsert(&mut tx, &[part(2, 2), part(3, 2)]).await.unwrap();
    let rows = [
        order(1, 1, 10, "order"),
        order(1, 2, 11, "order"),
        order(2, 3, 12, "order"),
        order(3, 4, 13, "order"),
        order(4, 5, 19, "refund"),
        order(4, 6, 20, "order"),
        order(0, 7, 15, "order"),
    ];
    orders::upsert(&mut tx, &rows).await.unwrap();
    let claims = [(1, 4), (2, 4), (3, 5)].map(|(part_number, place)| ClaimRow { part_number, place, rank: 0, at: 1 });
    stores::claim(&mut tx, &claims).await.unwrap();
    let identities = [identifier(1, "phone", 30), identifier(2, "email", 29), identifier(4, "phone", 1)];
    identity::insert_identities(&mut tx, &identities).await.unwrap();
    let buying = |from, until, bound_until| Buying { from, until, bound_until };
    let row = |group: Option<&str>, name: Option<&str>, buyers, connected| BuyersRow {
        group: group.map(str::to_owned),
        name: name.map(str::to_owned),
        buyers,
        connected,
    };
    let kinds = ["email", "phone"];
    let all = reach::buyers(&mut tx, buying(10, 20, 30), &kinds, BuyersBy::Nothing, 9).await.unwrap();
    assert_eq!(all, [row(None, None, 2, 1)]);
    let all = reach::buyers(&mut tx, buying(10, 21, 31), &kinds, BuyersBy::Nothing, 9).await.unwrap();
    assert_eq!(all, [row(None, None, 3, 3)]);
    let none = reach::buyers(&mut tx, buying(10, 21, 31), &[], BuyersBy::Nothing, 9).await.unwrap();
    assert_eq!(none, [row(None, None, 3, 0)]);
    let by = reach::buyers(&mut tx, buying(10, 21, 30), &kinds, BuyersBy::Store, 9).await.unwrap();
    let expected =
        [row(Some("plc_4"), Some("place 4"), 2, 1), row(Some("plc_5"), Some("place 5"), 1, 1), row(None, None, 1, 1)];
    assert_eq!(by, expected);
    let by = reach::buyers(&mut tx, buying(10, 21, 30), &kinds, BuyersBy::Clerk, 1).await.unwrap();
    assert_eq!(by, [row(None, None, 3, 2)]);
    let mut found = reach::connected_among(&mut tx, &[1, 2, 3, 4], &kinds, 30).await.unwrap();
    found.sort_unstable();
    assert_eq!(found, [2, 4]);
    assert_eq!(reach::buyers(&mut tx, buying(50, 60, 70), &kinds, BuyersBy::Nothing, 9).await.unwrap(), []);
}

async fn members_and_where_they_were_are_told_by_customer(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    customers::upsert(&mut tx, &[1, 2, 4].map(|number| CustomerCounters::new(number, 10 * number))).await.unwrap();
    parts::upsert(&mut tx, &[part(2, 2), part(3, 2)]).await.unwrap();
    let first = |part_number, what, at| FirstRow { part_number, what, at, touch_point: String::new() };
    let firsts =
        [first(1, "registered", 50), first(2, "registered", 70), first(3, "registered", 60), first(4, "met", 50)];
    add_firsts(&mut tx, &firsts).await.unwrap();
    let registered = async |tx: &mut perennial_store::WriteTx<'_>, from, until| {
        reach::registered(tx, Instant(from), Instant(until)).await.unwrap()
    };
    assert_eq!(registered(&mut tx, 0, i64::MAX).await, [1, 2]);
    assert_eq!(registered(&mut tx, 51, 61).await, [2], "the earliest of all profiles");
    assert_eq!(registered(&mut tx, 61, 80).await, Vec::<i64>::new());
    let identities = [identifier(1, "phone", 1), identifier(2, "anonymous_id", 1), identifier(4, "email", 1)];
    identity::insert_identities(&mut tx, &identities).await.unwrap();
    let kinds = ["phone", "email"];
    assert_eq!(reach::known(&mut tx, (Instant(0), Instant(99)), &kinds).await.unwrap(), [1, 4]);
    assert_eq!(reach::known(&mut tx, (Instant(11), Instant(41)), &kinds).await.unwrap(), [4]);
    let code = CodeRow {
        id: "cod_1".to_owned(),
        slug: "AAAA".to_owned(),
        batch_id: "cob_1".to_owned(),
        name: "shelf".to_owned(),
        touch_point: "store".to_owned(),
        parameters: "{}".to_owned(),
        target: "https://a.example/".to_owned(),
        cost_minor: 0,
        state: "active".to_owned(),
        created_by: "usr_1".to_owned(),
        created_at: Instant(1),
        version: 1,
    };
    codes::insert(&mut tx, &[code]).await.unwrap();
    let scan = |part: i64, at: i64, region: &str| NewScan {
        code_id: "cod_1".to_owned(),
        part_number: Some(part),
        at: Instant(at),
        region: region.to_owned(),
        is_first: true,
    };
    codes::add_scans(&mut tx, &[scan(2, 5, "SH"), scan(3, 6, "BJ"), scan(2, 7, ""), scan(4, 1, "")]).await.unwrap();
    assert_eq!(reach::scanned_in(&mut tx).await.unwrap(), [(2, "BJ".to_owned())]);
    let word = |customer, name: &str, value: &str, at| TraitRow {
        customer_number: customer,
        name: name.to_owned(),
        source: "src_1".to_owned(),
        value: value.to_owned(),
        at,
    };
    let rows = [word(1, "province", "SH", 3), word(1, "city", "X", 4), word(1, "age", "9", 4), word(2, "city", "Y", 5)];
    traits::upsert(&mut tx, &rows).await.unwrap();
    let names = ["province", "city", "c", "d", "e", "f", "g", "h", "i"];
    let mut found = reach::words(&mut tx, &[1, 2, 4], names).await.unwrap();
    found.sort_by(|one, other| (one.0, &one.1.name).cmp(&(other.0, &other.1.name)));
    found.dedup();
    let told: Vec<(i64, &str, &str)> =
        found.iter().map(|(who, word)| (*who, word.name.as_str(), word.value.as_str())).collect();
    assert_eq!(told, [(1, "city", "X"), (1, "province", "SH"), (2, "city", "Y")]);
    assert_eq!(reach::of_group(&mut tx, &[1, 2, 4], "champions").await.unwrap(), Vec::<i64>::new());
}
