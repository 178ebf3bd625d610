//! Orders earn points by rules: when, how much, and what goes back.

use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::identity::{MergeRequest, merge_customers, unmerge};
use perennial_app::rewards::earning::{
    Followed, RuleSettings, SuppliedLine, SuppliedOrder, WhyNot, archive_rule, define_rule, earned_upto, follow_orders,
    list_rules, preview,
};
use perennial_app::rewards::{
    Ask, Desk, RewardsError, WalletDefinition, Wish, ask, ask_at, balance, define_wallet, statement, verify,
};
use perennial_app::segments::RuleText;
use perennial_app::{audit, pipeline};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;
use perennial_domain::rewards::earning::{Cap, CapPeriod, Rate, Rounding};
use perennial_domain::rewards::ledger::{Activation, Expiry, Kind, Length, WalletKind};
use serde_json::{Value, json};

on_both! {
    an_order_earns_and_waits_until_its_return_window_ends_and_can_be_spent_then,
    whatever_the_split_of_a_return_and_whichever_comes_first_the_same_is_left,
    a_cap_cuts_what_a_day_earns_and_a_return_frees_nothing,
    several_rules_earn_beside_each_other_each_of_its_lines,
    an_order_earns_by_the_version_that_held_when_it_was_placed,
    what_a_merged_customer_buys_earns_for_the_survivor_and_goes_back_where_it_was_given,
    whoever_breaks_off_or_comes_twice_posts_nothing_twice,
    an_order_that_is_told_in_parts_or_cancelled_before_it_came_ends_the_same,
    orders_of_a_file_earn_from_history_as_they_do_from_the_journal,
    a_rule_that_cannot_be_used_says_where_and_what_it_would_give_can_be_seen_before,
    c116_a_hundred_orders_and_sixty_spends_at_once_leave_what_the_ledger_sums_to_and_the_oldest_points_go_first,
}

const HUNDREDTH: Rate = Rate { units: 1, per: 100 };

async fn wallet(stage: &Stage, code: &str) {
    let definition = WalletDefinition::usual(WalletKind::Points, Expiry::Never);
    define_wallet(&stage.app, &TESTER, code, None, definition).await.unwrap();
}

async fn rule(stage: &Stage, code: &str, settings: RuleSettings) {
    define_rule(&stage.app, &TESTER, code, None, settings).await.unwrap();
}

fn plain() -> RuleSettings {
    RuleSettings::plain("A point for each yuan", "points", HUNDREDTH)
}

/// The usual beginning: a wallet, a rule, and a shop.
async fn begun(stage: &Stage, settings: RuleSettings) -> Teller {
    wallet(stage, "points").await;
    rule(stage, "base", settings).await;
    Teller::users("src_shop")
}

async fn follow(stage: &Stage) -> Followed {
    let followed = follow_orders(&stage.app).await.unwrap();
    assert!(followed.is_done && followed.damaged == 0, "{followed:?}");
    followed
}

/// Available, held, pending, debt.
async fn has(stage: &Stage, who: &str, wallet: &str) -> [i64; 4] {
    let member = named(stage, who).await;
    let found = balance(&stage.app, &TESTER, member, wallet).await.unwrap().balance;
    [found.available, found.held, found.pending, found.debt]
}

async fn points(stage: &Stage, who: &str) -> i64 {
    let [available, held, pending, debt] = has(stage, who, "points").await;
    available + held + pending - debt
}

async fn is_proved(stage: &Stage) {
    let proof = verify(&stage.app).await.unwrap();
    assert_eq!(proof.differences, 0, "{proof:?}");
}

fn product(sku: &str, price: f64, quantity: i64) -> Value {
    json!({ "sku": sku, "price": price, "quantity": quantity })
}

fn told(event: &str, who: &str, order_no: &str, products: &[Value]) -> Value {
    json!({ "type": "track", "event": event, "userId": who, "properties": {
        "order_id": order_no, "currency": "CNY", "store": "S1", "products": products } })
}

fn dated(mut message: Value, at: &str) -> Value {
    message["timestamp"] = json!(at);
    message
}

fn spend(key: &str, amount: i64) -> Ask {
    Ask {
        wallet: "points".to_owned(),
        key: key.to_owned(),
        reason: "redeemed".to_owned(),
        reference: None,
        wish: Wish::Spend { amount },
    }
}

async fn an_order_earns_and_waits_until_its_return_window_ends_and_can_be_spent_then(stage: &Stage) {
    let window = Activation::After(Length::Days(14));
    let settings = RuleSettings { activation: Some(window), tags: vec!["autumn".to_owned()], ..plain() };
    let mut shop = begun(stage, settings).await;
    shop.apply(stage, &[shop.order("ann", "A-1", 12_990)]).await;
    let first = follow(stage).await;
    assert_eq!((first.orders, first.requests), (1, 1));
    assert_eq!(has(stage, "ann", "points").await, [0, 0, 129, 0]);
    let ann = named(stage, "ann").await;
    let (rows, _) = statement(&stage.app, &TESTER, ann, "points", None, 9).await.unwrap();
    let [earned] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((earned.kind, earned.reason.as_str(), earned.reference.as_deref()), (Kind::Earn, "order", Some("A-1")));
    let lots = balance(&stage.app, &TESTER, ann, "points").await.unwrap().lots;
    let origin = &lots[0].origin;
    let by = origin.rule.as_ref().map(|by| (by.rule.as_str(), by.version));
    assert_eq!((by, &origin.tags[..]), (Some(("base", 1)), &["autumn".to_owned()][..]));
    stage.clock.advance_days(13);
    assert_eq!(has(stage, "ann", "points").await, [0, 0, 129, 0]);
    stage.clock.advance_days(2);
    assert_eq!(has(stage, "ann", "points").await, [129, 0, 0, 0]);
    ask(&stage.app, &TESTER, ann, spend("till", 100)).await.unwrap();
    // Told again, and handed over meanwhile: nothing more.
    shop.tell(stage, &[shop.order("ann", "A-1", 12_990)]).await;
    assert_eq!(follow(stage).await.requests, 0);
    assert_eq!(has(stage, "ann", "points").await, [29, 0, 0, 0]);
    // What was spent is owed once the order comes back.
    shop.tell(stage, &[shop.refund("ann", "A-1", 12_990)]).await;
    follow(stage).await;
    assert_eq!(has(stage, "ann", "points").await, [0, 0, 0, 100]);
    assert_eq!(earned_upto(&stage.app).await.unwrap(), Some(3));
    is_proved(stage).await;
}

async fn whatever_the_split_of_a_return_and_whichever_comes_first_the_same_is_left(stage: &Stage) {
    // 219.90 at 3 for 10.00 are 65.97 points, of 19.90 that remain 5.97.
    let mut shop = begun(stage, RuleSettings { rate: Rate { units: 3, per: 1_000 }, ..plain() }).await;
    let parts: [&[i64]; 4] = [&[20_000], &[4_998, 5_001, 4_999, 5_002], &[19_999, 1], &[1, 19_999]];
    let names = ["ann", "bea", "cem", "dan"];
    for (number, (who, parts)) in names.into_iter().zip(parts).enumerate() {
        let order_no = format!("A-{who}");
        let order = shop.order(who, &order_no, 21_990);
        // The last one's refunds come before the order.
        if number < 3 {
            shop.tell(stage, std::slice::from_ref(&order)).await;
        }
        for minor in parts {
            let refund = shop.refund(who, &order_no, *minor);
            if number % 2 == 0 {
                shop.apply(stage, &[refund]).await;
            } else {
                shop.tell(stage, &[refund]).await;
                follow(stage).await;
            }
        }
        if number == 3 {
            assert_eq!(points(stage, who).await, 0, "nothing is taken that was not given");
            shop.apply(stage, &[order]).await;
        }
    }
    follow(stage).await;
    for who in names {
        assert_eq!(has(stage, who, "points").await, [5, 0, 0, 0], "{who}");
    }
    is_proved(stage).await;
}

async fn a_cap_cuts_what_a_day_earns_and_a_return_frees_nothing(stage: &Stage) {
    let cap = Some(Cap { period: CapPeriod::Day, max: 150 });
    let mut shop = begun(stage, RuleSettings { cap, ..plain() }).await;
    for (order_no, minor, sum) in [("A-1", 9_950, 99), ("A-2", 9_950, 150), ("A-3", 5_000, 150)] {
        shop.apply(stage, &[shop.order("ann", order_no, minor)]).await;
        follow(stage).await;
        assert_eq!(points(stage, "ann").await, sum, "{order_no}");
    }
    // The second one earned 51 of 99. What is left of it would earn 69.
    shop.tell(stage, &[shop.refund("ann", "A-2", 3_001)]).await;
    follow(stage).await;
    assert_eq!(points(stage, "ann").await, 150);
    shop.tell(stage, &[shop.refund("ann", "A-2", 4_002)]).await;
    follow(stage).await;
    assert_eq!(points(stage, "ann").await, 128, "29.47 yuan remain");
    // What came back frees nothing of the day.
    shop.tell(stage, &[shop.order("ann", "A-4", 7_700), shop.order("bea", "A-5", 7_777)]).await;
    follow(stage).await;
    assert_eq!([points(stage, "ann").await, points(stage, "bea").await], [128, 77]);
    stage.clock.advance_days(1);
    shop.tell(stage, &[shop.order("ann", "A-6", 7_700)]).await;
    follow(stage).await;
    assert_eq!(points(stage, "ann").await, 205);
    is_proved(stage).await;
}

async fn several_rules_earn_beside_each_other_each_of_its_lines(stage: &Stage) {
    wallet(stage, "growth").await;
    let mut shop = begun(stage, plain()).await;
    let condition = |text: &str| Some(RuleText::Text(text.to_owned()));
    let tea = RuleSettings {
        rate: Rate { units: 2, per: 100 },
        rounding: Rounding::HalfUp,
        lines: condition(r#"sku is "T""#),
        ..plain()
    };
    rule(stage, "tea", tea).await;
    let growth = RuleSettings { wallet: "growth".to_owned(), orders: condition(r#"store is "S1""#), ..plain() };
    rule(stage, "growth", growth).await;
    let elsewhere = RuleSettings { orders: condition(r#"store is "S2""#), ..plain() };
    rule(stage, "elsewhere", elsewhere).await;
    let bought = [product("T", 19.95, 2), product("P", 5.0, 1), product("GIFT", 0.0, 1)];
    shop.tell(stage, &[told("Order Completed", "ann", "A-1", &bought)]).await;
    assert_eq!(follow(stage).await.requests, 3);
    let ann = named(stage, "ann").await;
    let lots = balance(&stage.app, &TESTER, ann, "points").await.unwrap().lots;
    let mut of_rules: Vec<(String, i64)> =
        lots.into_iter().map(|lot| (lot.origin.rule.unwrap().rule, lot.amount)).collect();
    of_rules.sort();
    assert_eq!(of_rules, [("base".to_owned(), 44), ("tea".to_owned(), 80)], "44.90 yuan, and twice 39.90");
    assert_eq!(has(stage, "ann", "growth").await[0], 44);
    shop.tell(stage, &[told("Order Refunded", "ann", "A-1", &[product("P", 5.0, 1)])]).await;
    assert_eq!(follow(stage).await.requests, 2, "one for each account");
    assert_eq!([points(stage, "ann").await, has(stage, "ann", "growth").await[0]], [39 + 80, 39]);
    shop.tell(stage, &[told("Order Refunded", "ann", "A-1", &[product("T", 19.95, 1), product("P", 5.0, 1)])]).await;
    follow(stage).await;
    assert_eq!(points(stage, "ann").await, 19 + 40);
    is_proved(stage).await;
}

async fn an_order_earns_by_the_version_that_held_when_it_was_placed(stage: &Stage) {
    let app = &stage.app;
    let mut shop = begun(stage, plain()).await;
    shop.tell(stage, &[shop.order("ann", "A-1", 10_000)]).await;
    stage.clock.advance_seconds(3_600);
    let twice = RuleSettings { rate: Rate { units: 2, per: 100 }, ..plain() };
    assert!(matches!(
        define_rule(app, &TESTER, "base", None, twice.clone()).await,
        Err(RewardsError::RuleVersionNeeded)
    ));
    let changed = define_rule(app, &TESTER, "base", Some(1), twice.clone()).await.unwrap();
    assert_eq!(changed.version, 2);
    assert_eq!(define_rule(app, &TESTER, "base", Some(2), twice).await.unwrap().version, 2, "nothing is different");
    shop.tell(stage, &[shop.order("ann", "A-2", 10_000)]).await;
    stage.clock.advance_seconds(3_600);
    assert!(matches!(archive_rule(app, &TESTER, "base", 1).await, Err(RewardsError::VersionConflict)));
    let archived = archive_rule(app, &TESTER, "base", 2).await.unwrap();
    assert_eq!((archived.version, archived.archived_at), (3, Some(archived.changed_at)));
    let late = [
        shop.order("ann", "A-3", 10_000),
        dated(shop.order("ann", "A-4", 3_333), "2026-11-22T09:30:00Z"),
        dated(shop.order("ann", "A-5", 3_333), "2026-11-22T08:59:59Z"),
    ];
    shop.tell(stage, &late).await;
    follow(stage).await;
    assert_eq!(
        points(stage, "ann").await,
        100 + 200 + 33,
        "the third is of after the end, the fifth of before the first version"
    );
    shop.tell(stage, &[shop.refund("ann", "A-1", 4_550), shop.refund("ann", "A-2", 4_550)]).await;
    follow(stage).await;
    assert_eq!(points(stage, "ann").await, 54 + 109 + 33, "each by its own version");
    let again = define_rule(app, &TESTER, "base", Some(3), plain()).await.unwrap();
    assert_eq!((again.version, again.archived_at), (4, None));
    shop.tell(stage, &[shop.order("ann", "A-6", 1_999)]).await;
    follow(stage).await;
    assert_eq!(points(stage, "ann").await, 54 + 109 + 33 + 19);
    let entries = audit::list(app, &TESTER, None, 9).await.unwrap().0;
    let told: Vec<&str> =
        entries.iter().map(|one| one.action.as_str()).filter(|one| one.starts_with("earning")).collect();
    let expected = ["earning_rule.updated", "earning_rule.archived", "earning_rule.updated", "earning_rule.created"];
    assert_eq!(told, expected);
    is_proved(stage).await;
}

async fn what_a_merged_customer_buys_earns_for_the_survivor_and_goes_back_where_it_was_given(stage: &Stage) {
    let app = &stage.app;
    let cap = Some(Cap { period: CapPeriod::Week, max: 333 });
    let mut shop = begun(stage, RuleSettings { cap, ..plain() }).await;
    shop.tell(stage, &[shop.order("ann", "A-1", 1_050), shop.order("bea", "B-1", 20_099)]).await;
    follow(stage).await;
    let (ann, bea) = (named(stage, "ann").await, named(stage, "bea").await);
    let request = MergeRequest { one: ann, other: bea, keep: Some(ann) };
    let merge = merge_customers(app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    shop.tell(stage, &[shop.order("bea", "B-2", 15_000)]).await;
    follow(stage).await;
    // 10 and 200 before: of the 150 the week leaves 123.
    assert_eq!(points(stage, "ann").await, 333);
    shop.tell(stage, &[shop.refund("bea", "B-1", 10_000)]).await;
    follow(stage).await;
    assert_eq!(points(stage, "ann").await, 233);
    unmerge(app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!(
        [points(stage, "ann").await, points(stage, "bea").await],
        [133, 100],
        "the second was given to the survivor"
    );
    shop.tell(stage, &[shop.refund("bea", "B-2", 15_000), shop.refund("bea", "B-1", 10_099)]).await;
    follow(stage).await;
    assert_eq!([points(stage, "ann").await, points(stage, "bea").await], [10, 0]);
    is_proved(stage).await;
}

async fn whoever_breaks_off_or_comes_twice_posts_nothing_twice(stage: &Stage) {
    const MEMBERS: usize = 230;
    let mut shop = begun(stage, plain()).await;
    let names: Vec<String> = (0..MEMBERS).map(|number| format!("u{number:03}")).collect();
    let orders: Vec<Value> = names.iter().map(|who| shop.order(who, &format!("A-{who}"), 7_777)).collect();
    shop.apply(stage, &orders).await;
    // Orders are posted by profile, some hundreds in a commit: the store refuses one of the second commit.
    let last = names.last().unwrap();
    let account = (1_i64 << 32) | i64::from(named(stage, last).await.0);
    let trigger = format!(
        "CREATE TRIGGER refuse BEFORE INSERT ON ledger_transactions WHEN NEW.account_id = {account} \
         BEGIN SELECT RAISE(ABORT, 'refused'); END"
    );
    let check = format!("ALTER TABLE ledger_transactions ADD CONSTRAINT refuse CHECK (account_id <> {account})");
    stage.sql(&trigger, &check).await;
    follow_orders(&stage.app).await.unwrap_err();
    assert_eq!([points(stage, &names[0]).await, points(stage, last).await], [77, 0], "it broke off in the middle");
    let begin = earned_upto(&stage.app).await.unwrap();
    stage.sql("DROP TRIGGER refuse", "ALTER TABLE ledger_transactions DROP CONSTRAINT refuse").await;
    // Two at once: one of them has the lease.
    let (one, other) = tokio::join!(follow_orders(&stage.app), follow_orders(&stage.app));
    let both = [one.unwrap(), other.unwrap()];
    assert!(both.iter().any(|followed| followed.is_done), "{both:?}");
    follow(stage).await;
    assert_ne!(earned_upto(&stage.app).await.unwrap(), begin);
    let postings = verify(&stage.app).await.unwrap().postings;
    assert_eq!(postings, MEMBERS as u64);
    // As if the process had ended before the position was written.
    let back = "UPDATE sequences SET value = 0 WHERE name = 'earned_sequence'";
    stage.sql(back, back).await;
    assert_eq!(follow(stage).await, Followed { orders: MEMBERS as u64, is_done: true, ..Followed::default() });
    assert_eq!(follow(stage).await, Followed { is_done: true, ..Followed::default() });
    for who in [&names[0], &names[100], last] {
        assert_eq!(points(stage, who).await, 77, "{who}");
    }
    assert_eq!(verify(&stage.app).await.unwrap().postings, postings);
    is_proved(stage).await;
}

async fn an_order_that_is_told_in_parts_or_cancelled_before_it_came_ends_the_same(stage: &Stage) {
    let mut shop = begun(stage, RuleSettings { rate: Rate { units: 7, per: 1_000 }, ..plain() }).await;
    let (pot, tea) = (product("P", 33.33, 1), product("T", 19.95, 2));
    let of = |event: &str, who: &str, products: &[Value]| told(event, who, &format!("A-{who}"), products);
    let cancelled = |who: &str| json!({ "type": "track", "event": "Order Cancelled", "userId": who, "properties": { "order_id": format!("A-{who}") } });
    // At once; line by line; the refund between the lines; the refund before all.
    let steps: [&[Value]; 4] = [
        &[
            of("Order Completed", "ann", &[pot.clone(), tea.clone()]),
            of("Order Refunded", "ann", std::slice::from_ref(&pot)),
        ],
        &[
            of("Order Completed", "bea", std::slice::from_ref(&pot)),
            of("Order Completed", "bea", &[pot.clone(), tea.clone()]),
            of("Order Refunded", "bea", std::slice::from_ref(&pot)),
        ],
        &[
            of("Order Completed", "cem", std::slice::from_ref(&pot)),
            of("Order Refunded", "cem", std::slice::from_ref(&pot)),
            of("Order Completed", "cem", &[pot.clone(), tea.clone()]),
        ],
        &[
            of("Order Refunded", "dan", std::slice::from_ref(&pot)),
            of("Order Completed", "dan", &[pot.clone(), tea.clone()]),
        ],
    ];
    for (number, steps) in steps.into_iter().enumerate() {
        for step in steps {
            shop.apply(stage, std::slice::from_ref(step)).await;
            if number % 2 == 0 {
                pipeline::hand_over(&stage.app).await.unwrap();
            }
            follow(stage).await;
        }
    }
    for who in ["ann", "bea", "cem", "dan"] {
        assert_eq!(points(stage, who).await, 27, "{who}: 27.93 of 39.90");
    }
    shop.apply(stage, &[cancelled("eve"), of("Order Completed", "eve", std::slice::from_ref(&tea))]).await;
    shop.tell(stage, &[of("Order Completed", "fay", std::slice::from_ref(&tea))]).await;
    follow(stage).await;
    assert_eq!([points(stage, "eve").await, points(stage, "fay").await], [0, 27]);
    shop.tell(stage, &[cancelled("fay"), cancelled("ann")]).await;
    follow(stage).await;
    assert_eq!([points(stage, "fay").await, points(stage, "ann").await], [0, 0]);
    is_proved(stage).await;
}

async fn orders_of_a_file_earn_from_history_as_they_do_from_the_journal(stage: &Stage) {
    begun(stage, plain()).await;
    stage.clock.advance_days(3);
    let file = "order_no,customer_id,ordered_at,sku,quantity,unit_price,status,currency\n\
                F-1,M71,2026-11-21,A,1,100.00,paid,CNY\n\
                F-2,M71,2026-11-23,A,2,22.80,paid,CNY\n\
                F-2,M71,2026-11-23,B,1,12.39,paid,CNY\n\
                F-3,M72,2026-11-24,B,1,7.99,paid,CNY\n";
    let path = stage.write("orders.csv", file.as_bytes());
    stage.import(ImportKind::Orders, &path).await;
    let followed = follow(stage).await;
    assert_eq!((followed.orders, followed.requests), (2, 2), "the first is of before the rule");
    assert_eq!([points(stage, "M71").await, points(stage, "M72").await], [57, 7]);
    stage.import(ImportKind::Orders, &path).await;
    assert_eq!(follow(stage).await.requests, 0);
    is_proved(stage).await;
}

async fn a_rule_that_cannot_be_used_says_where_and_what_it_would_give_can_be_seen_before(stage: &Stage) {
    let app = &stage.app;
    let mut shop = begun(stage, plain()).await;
    shop.tell(stage, &[shop.order("ann", "A-1", 8_880)]).await;
    follow(stage).await;
    let told = |settings: RuleSettings| define_rule(app, &TESTER, "lens", None, settings);
    let text = |text: &str| Some(RuleText::Text(text.to_owned()));
    let wrong = told(RuleSettings { lines: text(r#"skuu is "A""#), orders: text("store is"), ..plain() }).await;
    let Err(RewardsError::Conditions(problems)) = wrong else { panic!("{wrong:?}") };
    let places: Vec<_> =
        problems.iter().map(|(field, one)| (*field, one.span.clone().map(|span| span.start))).collect();
    assert_eq!(places, [("orders", Some(8)), ("lines", Some(0))], "{problems:?}");
    let more = told(RuleSettings { orders: text(r#"store is "S1"] or did lines[sku is "A""#), ..plain() }).await;
    assert!(matches!(more, Err(RewardsError::Conditions(_))), "{more:?}");
    let json = RuleText::Json(json!({ "property": "amout", "at_least": { "money": "1.00 CNY" } }));
    let wrong = told(RuleSettings { orders: Some(json), ..plain() }).await;
    let Err(RewardsError::Conditions(problems)) = wrong else { panic!("{wrong:?}") };
    assert_eq!(problems[0].1.pointer.as_deref(), Some("/property"), "{problems:?}");
    let wrong = told(RuleSettings { wallet: "cash".to_owned(), reason: String::new(), ..plain() }).await;
    let Err(RewardsError::Invalid(fields)) = wrong else { panic!("{wrong:?}") };
    assert_eq!(fields.iter().map(|one| one.field).collect::<Vec<_>>(), ["reason", "wallet"]);
    let nothing = RuleSettings { rate: Rate { units: 0, per: 0 }, order_max: Some(0), ..plain() };
    let Err(RewardsError::Invalid(fields)) = told(nothing).await else { panic!("it gives nothing") };
    assert_eq!(fields.iter().map(|one| one.field).collect::<Vec<_>>(), ["rate.units", "rate.per", "order_max"]);
    let lens = RuleSettings {
        rate: Rate { units: 3, per: 200 },
        rounding: Rounding::Up,
        amount_min_minor: 2_000,
        orders: Some(RuleText::Json(json!({ "property": "store", "is": ["S1"] }))),
        lines: text(r#"category is "lens" and quantity >= 2"#),
        cap: Some(Cap { period: CapPeriod::Month, max: 100 }),
        ..plain()
    };
    told(lens).await.unwrap();
    let rules = list_rules(app, &TESTER).await.unwrap();
    let texts = rules[1].rule.lines.as_ref().map(|lines| lines.text());
    assert_eq!((rules.len(), texts.as_deref()), (2, Some(r#"category is "lens" and quantity >= 2"#)));
    let line = |category: &str, quantity, amount_minor| SuppliedLine {
        category: Some(category.to_owned()),
        quantity: Some(quantity),
        amount_minor,
        ..SuppliedLine::default()
    };
    let ann = named(stage, "ann").await;
    let order = |lines: &[SuppliedLine]| SuppliedOrder {
        member: Some(ann),
        at: None,
        properties: [("store".to_owned(), "S1".to_owned())].into(),
        lines: lines.to_vec(),
    };
    let seen = async |order: SuppliedOrder| {
        let previewed = preview(app, &TESTER, order).await.unwrap();
        let told = previewed.into_iter().map(|one| (one.id.rule, one.base_minor, one.granted.granted, one.why_not));
        told.collect::<Vec<_>>()
    };
    let lines = [line("lens", 2, 5_001), line("lens", 1, 999), line("care", 3, 111)];
    let expected = [("base".to_owned(), 6_111, 61, None), ("lens".to_owned(), 5_001, 76, None)];
    assert_eq!(seen(order(&lines)).await, expected);
    let low = seen(order(&[line("lens", 2, 1_999)])).await;
    assert_eq!(low[1], ("lens".to_owned(), 1_999, 0, Some(WhyNot::BelowMinimum)));
    let elsewhere = SuppliedOrder { properties: [("store".to_owned(), "S2".to_owned())].into(), ..order(&lines) };
    assert_eq!(seen(elsewhere).await[1].3, Some(WhyNot::Orders));
    assert_eq!(seen(order(&[line("lens", 9, 90_000)])).await[1].2, 100, "the month allows no more");
    let nobody = SuppliedOrder { member: Some(CustomerNumber(4_000_000)), ..order(&lines) };
    assert!(matches!(preview(app, &TESTER, nobody).await, Err(RewardsError::NoCustomer)));
    assert_eq!(points(stage, "ann").await, 88, "nothing was written down");
}

async fn c116_a_hundred_orders_and_sixty_spends_at_once_leave_what_the_ledger_sums_to_and_the_oldest_points_go_first(
    stage: &Stage,
) {
    let year = Expiry::After { length: Length::Months(12) };
    let definition = WalletDefinition::usual(WalletKind::Points, year);
    define_wallet(&stage.app, &TESTER, "points", None, definition).await.unwrap();
    rule(stage, "base", plain()).await;
    let mut shop = Teller::users("src_shop");
    let minor = |number: i64| 1_050 + 17 * number;
    let orders: Vec<Value> =
        (0..100).map(|number| shop.order("ann", &format!("A-{number:03}"), minor(number))).collect();
    shop.apply(stage, &orders[..50]).await;
    follow(stage).await;
    shop.apply(stage, &orders[50..]).await;
    let ann = named(stage, "ann").await;
    let desk = Desk::start(&stage.app);
    let app = stage.app.clone();
    let earning = tokio::spawn(async move { follow_orders(&app).await.unwrap() });
    let spends: Vec<_> = (0..60)
        .map(|number| {
            let (app, desk) = (stage.app.clone(), desk.clone());
            tokio::spawn(async move { ask_at(&app, &desk, &TESTER, ann, spend(&format!("s-{number}"), 17)).await })
        })
        .collect();
    let mut spent = 0;
    for one in spends {
        match one.await.unwrap() {
            Ok(_) => spent += 17,
            Err(RewardsError::Refused(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    earning.await.unwrap();
    follow(stage).await;
    let earned: i64 = (0..100).map(|number| minor(number) / 100).sum();
    assert!((17..=earned).contains(&spent), "{spent} of {earned}");
    assert_eq!(has(stage, "ann", "points").await, [earned - spent, 0, 0, 0]);
    let lots = balance(&stage.app, &TESTER, ann, "points").await.unwrap().lots;
    let (first, others) = lots.split_first().unwrap();
    assert!(others.iter().all(|lot| lot.remaining == lot.amount && lot.earned_at > first.earned_at));
    assert!(lots.iter().all(|lot| lot.expires_at == lots[0].expires_at && lot.expires_at.is_some()));
    is_proved(stage).await;
}
