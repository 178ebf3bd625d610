//! Points: earned, held, spent and changed by hand; what is due by itself; the proof; members who turn out to be one.

use crate::people::Teller;
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::identity::{MergeRequest, merge_customers, unmerge};
use perennial_app::rewards::{
    self, Ask, DayClose, Desk, Posted, Request, RewardsError, WalletDefinition, Wish, ask, ask_at, balance, close_day,
    define_wallet, post_many, statement, verify,
};
use perennial_app::{audit, customers};
use perennial_domain::access::Role;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{
    Activation, Body, Command, Expiry, Kind, Length, Refusal, Transaction, WalletKind, WalletLimits,
};
use serde_json::{Value, json};

on_both! {
    points_are_earned_held_and_spent_and_a_repeated_key_gets_the_same_answer,
    a_wallet_is_defined_in_versions_and_what_members_have_keeps_its_deadline,
    what_is_due_counts_before_a_job_comes_round_and_closing_the_day_twice_changes_nothing,
    a_change_by_hand_above_the_threshold_waits_for_somebody_else_and_is_in_the_audit_log,
    sixty_four_who_ask_at_once_under_one_key_have_one_effect_and_one_answer,
    many_requests_are_one_commit_and_each_has_its_own_answer,
    the_proof_finds_what_was_changed_behind_the_ledger,
    points_follow_members_who_turn_out_to_be_one_or_not,
    a_merge_that_is_taken_back_too_late_leaves_the_points_and_who_leaves_begins_anew,
    members_whom_somebody_does_not_see_have_no_points_for_them,
    what_an_order_earned_and_what_was_spent_go_back_in_any_number_of_steps,
    points_wait_for_an_event_and_what_expired_lives_again_once,
    a_gift_goes_over_with_its_deadline_also_to_a_member_who_was_merged_since,
    a_request_that_is_repeated_after_merges_has_one_effect,
}

const MONTH: Expiry = Expiry::After { length: Length::Days(30) };

async fn wallet(stage: &Stage) {
    let limits = WalletLimits { approval_above: 100, ..WalletLimits::default() };
    let definition = WalletDefinition { limits, ..WalletDefinition::usual(WalletKind::Points, MONTH) };
    define_wallet(&stage.app, &TESTER, "points", None, definition).await.unwrap();
}

/// Members, each of whom bought something.
async fn members<const N: usize>(stage: &Stage, names: [&str; N]) -> [CustomerNumber; N] {
    let mut shop = Teller::users("src_shop");
    let told: Vec<Value> = names.iter().map(|name| shop.order(name, &format!("A-{name}"), 1_000)).collect();
    shop.tell(stage, &told).await;
    let mut found = [CustomerNumber(0); N];
    for (number, name) in found.iter_mut().zip(names) {
        *number = customers::find_customer(&stage.app, &TESTER, name).await.unwrap();
    }
    found
}

fn wish(key: &str, wish: Wish) -> Ask {
    let (wallet, reason) = ("points".to_owned(), "test".to_owned());
    Ask { wallet, key: key.to_owned(), reason, reference: Some("paper 1".to_owned()), wish }
}

fn earn(amount: i64) -> Wish {
    Wish::Earn { amount, order: None, rule: None, earned_at: None, tags: Vec::new() }
}

async fn done(stage: &Stage, member: CustomerNumber, key: &str, what: Wish) -> Transaction {
    ask(&stage.app, &TESTER, member, wish(key, what)).await.unwrap().outcome.unwrap()
}

async fn refused(stage: &Stage, member: CustomerNumber, key: &str, what: Wish) -> Refusal {
    match ask(&stage.app, &TESTER, member, wish(key, what)).await {
        Err(RewardsError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Available, held, pending, debt.
async fn has(stage: &Stage, member: CustomerNumber) -> [i64; 4] {
    let found = balance(&stage.app, &TESTER, member, "points").await.unwrap().balance;
    [found.available, found.held, found.pending, found.debt]
}

async fn is_proved(stage: &Stage, members: u64) {
    let proof = verify(&stage.app).await.unwrap();
    assert_eq!((proof.members, proof.differences), (members, 0), "{proof:?}");
}

async fn points_are_earned_held_and_spent_and_a_repeated_key_gets_the_same_answer(stage: &Stage) {
    let [ann] = members(stage, ["ann"]).await;
    assert!(matches!(ask(&stage.app, &TESTER, ann, wish("e", earn(1))).await, Err(RewardsError::NoWallet)));
    wallet(stage).await;
    assert_eq!(has(stage, ann).await, [0; 4], "who never had any has nothing");
    let earned = done(stage, ann, "e", earn(120)).await;
    stage.clock.advance_seconds(60);
    let again = ask(&stage.app, &TESTER, ann, wish("e", earn(120))).await.unwrap();
    assert_eq!((again.outcome, again.is_replay), (Ok(earned.clone()), true), "a minute later too");
    assert_eq!(refused(stage, ann, "e", earn(121)).await, Refusal::KeyConflict { sequence: 1 });
    let hold = done(stage, ann, "h", Wish::Hold { amount: 50, ttl_seconds: None }).await;
    assert_eq!(has(stage, ann).await, [70, 50, 0, 0]);
    assert_eq!(
        refused(stage, ann, "s", Wish::Spend { amount: 71 }).await,
        Refusal::Insufficient { asked: 71, available: 70 }
    );
    done(stage, ann, "c", Wish::Capture { hold: hold.id(), amount: 20 }).await;
    assert_eq!(has(stage, ann).await, [100, 0, 0, 0], "the rest of the hold is free");
    assert_eq!(
        refused(stage, ann, "s", Wish::Spend { amount: 71 }).await,
        Refusal::Insufficient { asked: 71, available: 70 },
        "what was refused is refused again, although it could be done by now"
    );
    done(stage, ann, "s2", Wish::Spend { amount: 71 }).await;
    let (rows, next) = statement(&stage.app, &TESTER, ann, "points", None, 3).await.unwrap();
    let kinds: Vec<(Kind, bool)> = rows.iter().map(|row| (row.kind, row.refusal.is_some())).collect();
    assert_eq!(kinds, [(Kind::Spend, false), (Kind::Capture, false), (Kind::Spend, true)]);
    let (rows, next) = statement(&stage.app, &TESTER, ann, "points", next, 3).await.unwrap();
    assert_eq!((rows.len(), &rows[1], next), (2, &earned, None));
    is_proved(stage, 1).await;
}

async fn a_wallet_is_defined_in_versions_and_what_members_have_keeps_its_deadline(stage: &Stage) {
    let app = &stage.app;
    wallet(stage).await;
    let [ann] = members(stage, ["ann"]).await;
    done(stage, ann, "e", earn(10)).await;
    let usual = |expiry| WalletDefinition::usual(WalletKind::Points, expiry);
    let twice = define_wallet(app, &TESTER, "points", None, usual(MONTH)).await;
    assert!(matches!(twice, Err(RewardsError::VersionNeeded)));
    let changed = define_wallet(app, &TESTER, "points", Some(1), usual(Expiry::Never)).await.unwrap();
    assert_eq!(changed.wallet.version, 2);
    let same = define_wallet(app, &TESTER, "points", Some(2), usual(Expiry::Never)).await.unwrap();
    assert_eq!(same.wallet.version, 2, "nothing is different");
    let late = define_wallet(app, &TESTER, "points", Some(1), usual(MONTH)).await;
    assert!(matches!(late, Err(RewardsError::VersionConflict)));
    let growth = WalletDefinition::usual(WalletKind::Growth, MONTH);
    let wrong =
        define_wallet(app, &TESTER, "points", Some(2), WalletDefinition { hold_ttl_seconds: 0, ..growth }).await;
    let Err(RewardsError::Invalid(fields)) = wrong else { panic!("{wrong:?}") };
    assert_eq!(fields.iter().map(|one| one.field).collect::<Vec<_>>(), ["hold_ttl_seconds", "kind"]);
    done(stage, ann, "e2", earn(5)).await;
    let lots = balance(app, &TESTER, ann, "points").await.unwrap().lots;
    let ends: Vec<bool> = lots.iter().map(|lot| lot.expires_at.is_some()).collect();
    assert_eq!(ends, [true, false]);
    let entries = audit::list(app, &TESTER, None, 2).await.unwrap().0;
    let told: Vec<(&str, &str, &Value)> =
        entries.iter().map(|one| (one.action.as_str(), one.subject.as_str(), &one.detail["version"])).collect();
    assert_eq!(told, [("wallet.updated", "points", &json!(2)), ("wallet.created", "points", &json!(1))]);
    let codes: Vec<String> =
        rewards::list_wallets(app, &TESTER).await.unwrap().into_iter().map(|one| one.wallet.code).collect();
    assert_eq!(codes, ["points"]);
}

async fn what_is_due_counts_before_a_job_comes_round_and_closing_the_day_twice_changes_nothing(stage: &Stage) {
    wallet(stage).await;
    let [ann, bea, cem] = members(stage, ["ann", "bea", "cem"]).await;
    done(stage, ann, "e", earn(10)).await;
    done(stage, bea, "e", earn(20)).await;
    done(stage, bea, "h", Wish::Hold { amount: 5, ttl_seconds: Some(60) }).await;
    stage.clock.advance_days(1);
    done(stage, cem, "e", earn(30)).await;
    // Earned on 22 November, alive through 22 December.
    stage.clock.advance_days(29);
    assert_eq!(has(stage, ann).await, [10, 0, 0, 0]);
    stage.clock.advance_days(1);
    assert_eq!(has(stage, ann).await, [0; 4], "no job came round");
    assert_eq!(has(stage, bea).await, [0; 4]);
    is_proved(stage, 3).await;
    let closed = close_day(&stage.app).await.unwrap();
    // Of one member an expiry; of the other the hold ended by itself, and then what it had expired with the rest.
    assert_eq!(closed, DayClose { accounts: 2, transactions: 3, damaged: 0 });
    assert_eq!(close_day(&stage.app).await.unwrap(), DayClose::default());
    assert_eq!([has(stage, ann).await, has(stage, bea).await], [[0; 4]; 2]);
    assert_eq!(has(stage, cem).await, [30, 0, 0, 0]);
    is_proved(stage, 3).await;
}

fn user(id: &str) -> Actor {
    let (id, name) = (id.to_owned(), id.to_uppercase());
    Actor::User { id, name, role: Role::Operator, scope: Scope::Everyone }
}

async fn a_change_by_hand_above_the_threshold_waits_for_somebody_else_and_is_in_the_audit_log(stage: &Stage) {
    let app = &stage.app;
    wallet(stage).await;
    let [ann] = members(stage, ["ann"]).await;
    let (su, wu) = (user("usr_su"), user("usr_wu"));
    ask(app, &su, ann, wish("small", Wish::Adjust { amount: 40 })).await.unwrap();
    let large = ask(app, &su, ann, wish("large", Wish::Adjust { amount: 400 })).await.unwrap();
    let request = large.outcome.unwrap().id();
    assert_eq!(has(stage, ann).await, [40, 0, 0, 0]);
    let own = ask(app, &su, ann, wish("own", Wish::Approve { request })).await;
    assert!(matches!(own, Err(RewardsError::Refused(Refusal::SameActor))), "{own:?}");
    ask(app, &wu, ann, wish("other", Wish::Approve { request })).await.unwrap();
    ask(app, &wu, ann, wish("other", Wish::Approve { request })).await.unwrap();
    assert_eq!(has(stage, ann).await, [440, 0, 0, 0]);
    let next = ask(app, &su, ann, wish("next", Wish::Adjust { amount: -200 })).await.unwrap().outcome.unwrap().id();
    ask(app, &wu, ann, wish("no", Wish::Decline { request: next })).await.unwrap();
    let entries = audit::list(app, &TESTER, None, 5).await.unwrap().0;
    let told: Vec<(&str, &str, &Value, Value)> = entries
        .iter()
        .map(|one| {
            let amount = one.detail.get("amount").cloned().unwrap_or_default();
            (one.action.as_str(), one.actor_id.as_str(), &one.detail["balance"], amount)
        })
        .collect();
    let moved = |from: i64, to: i64| json!({ "from": from, "to": to });
    assert_eq!(
        told,
        [
            ("points.adjustment_declined", "usr_wu", &moved(440, 440), Value::Null),
            ("points.adjustment_requested", "usr_su", &moved(440, 440), json!(-200)),
            ("points.adjustment_approved", "usr_wu", &moved(40, 440), Value::Null),
            ("points.adjustment_requested", "usr_su", &moved(40, 40), json!(400)),
            ("points.adjusted", "usr_su", &moved(0, 40), json!(40)),
        ]
    );
    assert!(entries.iter().all(|one| one.subject == ann.public_id() && one.detail["reason"] == "test"));
    let clerk = Actor::User { id: "usr_c".into(), name: "C".into(), role: Role::Clerk, scope: Scope::Everyone };
    let barred = ask(app, &clerk, ann, wish("c", Wish::Adjust { amount: 1 })).await;
    assert!(matches!(barred, Err(RewardsError::Forbidden(_))), "{barred:?}");
}

fn request(member: u32, key: &str, wallet: &str, body: Body) -> Request {
    let command =
        Command { key: key.to_owned(), actor: "rule".to_owned(), reason: "test".to_owned(), reference: None, body };
    Request { wallet: wallet.to_owned(), member: CustomerNumber(member), command, other: None, is_earned_now: true }
}

fn earned(amount: i64) -> Body {
    Body::Earn(perennial_domain::rewards::ledger::Earn {
        amount,
        earned_at: perennial_domain::time::Instant(0),
        order: Some("o".to_owned()),
        rule: None,
        activation: None,
        priority: 0,
        tags: Vec::new(),
    })
}

async fn sixty_four_who_ask_at_once_under_one_key_have_one_effect_and_one_answer(stage: &Stage) {
    wallet(stage).await;
    let [ann, bea] = members(stage, ["ann", "bea"]).await;
    done(stage, ann, "e", earn(100)).await;
    let desk = Desk::start(&stage.app);
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let (app, desk) = (stage.app.clone(), desk.clone());
            tokio::spawn(async move {
                let spend = wish("k", Wish::Spend { amount: 60 });
                let same = ask_at(&app, &desk, &TESTER, ann, spend).await.unwrap().outcome.unwrap();
                // Each has something of its own beside it.
                ask_at(&app, &desk, &TESTER, bea, wish(&format!("own-{task}"), earn(1))).await.unwrap();
                same
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    assert!(answers.iter().all(|one| *one == answers[0]));
    assert_eq!([has(stage, ann).await, has(stage, bea).await], [[40, 0, 0, 0], [64, 0, 0, 0]]);
    is_proved(stage, 2).await;
}

async fn many_requests_are_one_commit_and_each_has_its_own_answer(stage: &Stage) {
    wallet(stage).await;
    let definition = WalletDefinition::usual(WalletKind::StoredValue, Expiry::Never);
    let definition = WalletDefinition { is_transferable: true, ..definition };
    define_wallet(&stage.app, &TESTER, "cash", None, definition).await.unwrap();
    let mut requests: Vec<Request> = (1..=300).map(|member| request(member, "e", "points", earned(10))).collect();
    requests.push(request(7, "e", "cash", earned(500)));
    requests.push(request(7, "t", "cash", Body::TransferOut { to: CustomerNumber(8), amount: 200 }));
    requests.push(request(8, "s", "cash", Body::Spend { amount: 150 }));
    requests.push(request(8, "s2", "cash", Body::Spend { amount: 51 }));
    requests.push(request(7, "t2", "cash", Body::TransferOut { to: CustomerNumber(7), amount: 1 }));
    requests.push(request(7, "x", "nothing", Body::Spend { amount: 1 }));
    requests.push(request(7, "e", "points", earned(10)));
    let answers: Vec<Posted> =
        post_many(&stage.app, &requests).await.unwrap().into_iter().map(Result::unwrap).collect();
    assert!(answers[..303].iter().all(|one| one.outcome.is_ok() && !one.is_replay));
    let refusals: Vec<&Refusal> = answers[303..306].iter().map(|one| one.outcome.as_ref().unwrap_err()).collect();
    let nothing = Refusal::WrongWallet { wallet: "nothing".to_owned() };
    assert_eq!(refusals, [&Refusal::Insufficient { asked: 51, available: 50 }, &Refusal::SameMember, &nothing]);
    assert!(answers[306].is_replay);
    assert_eq!(answers[306].outcome, answers[6].outcome);
    let proof = verify(&stage.app).await.unwrap();
    assert_eq!((proof.members, proof.accounts, proof.differences), (300, 302, 0));
    // 300 earned points; of the other wallet an earning, both sides of a transfer, a spend, and two refusals.
    assert_eq!(proof.postings, 306);
}

async fn the_proof_finds_what_was_changed_behind_the_ledger(stage: &Stage) {
    wallet(stage).await;
    let [ann, bea, cem] = members(stage, ["ann", "bea", "cem"]).await;
    for member in [ann, bea, cem] {
        done(stage, member, "e", earn(100)).await;
        done(stage, member, "s", Wish::Spend { amount: 30 }).await;
    }
    is_proved(stage, 3).await;
    let id = |member: CustomerNumber| (1_i64 << 32) | i64::from(member.0);
    let both = async |sql: &str| stage.sql(sql, sql).await;
    both(&format!("UPDATE ledger_accounts SET available = available + 1 WHERE account_id = {}", id(ann))).await;
    let lots = format!(
        "UPDATE ledger_rows SET body = REPLACE(body, '\"remaining\":70', '\"remaining\":71') WHERE account_id = {}",
        id(bea)
    );
    both(&lots).await;
    both(&format!("UPDATE ledger_rows SET is_open = FALSE WHERE account_id = {}", id(cem))).await;
    let proof = verify(&stage.app).await.unwrap();
    assert_eq!((proof.members, proof.postings, proof.differences), (3, 6, 3), "{proof:?}");
    let told: Vec<(CustomerNumber, &str)> = proof.told.iter().map(|one| (one.member, one.what.as_str())).collect();
    assert!(told[0].0 == ann && told[0].1.contains("the header says"), "{told:?}");
    assert!(told[1].0 == bea && told[1].1.contains("rows differ from the journal: lot"), "{told:?}");
    assert!(told[2].0 == cem && told[2].1.contains("open"), "{told:?}");
}

fn merge_of(one: CustomerNumber, other: CustomerNumber, keep: CustomerNumber) -> MergeRequest {
    MergeRequest { one, other, keep: Some(keep) }
}

async fn points_follow_members_who_turn_out_to_be_one_or_not(stage: &Stage) {
    wallet(stage).await;
    let app = &stage.app;
    let [ann, bea, cem] = members(stage, ["ann", "bea", "cem"]).await;
    done(stage, ann, "e", earn(100)).await;
    done(stage, bea, "e", earn(20)).await;
    done(stage, cem, "e", earn(3)).await;
    let once = Once::unkeyed();
    let first = merge_customers(app, &TESTER, &merge_of(ann, bea, ann), &once).await.unwrap();
    let second = merge_customers(app, &TESTER, &merge_of(ann, cem, cem), &once).await.unwrap();
    for member in [ann, bea, cem] {
        assert_eq!(has(stage, member).await, [123, 0, 0, 0], "each number stands for the one customer");
    }
    let again = ask(&stage.app, &TESTER, bea, wish("e", earn(20))).await.unwrap();
    assert!(again.is_replay, "what was asked of a member before is not done again");
    assert_eq!(refused(stage, bea, "e", earn(21)).await, Refusal::KeyConflict { sequence: 1 });
    done(stage, bea, "s", Wish::Spend { amount: 5 }).await;
    is_proved(stage, 3).await;
    // Bea leaves first, although she came by Ann: what is left of hers goes along, whatever was spent of it.
    unmerge(app, &TESTER, &first.id, &once).await.unwrap();
    let with_bea = has(stage, bea).await[0];
    assert_eq!(has(stage, ann).await, has(stage, cem).await);
    assert_eq!(with_bea + has(stage, cem).await[0], 118, "no point is made or lost");
    assert!((15..=20).contains(&with_bea), "{with_bea}");
    unmerge(app, &TESTER, &second.id, &once).await.unwrap();
    let now = [has(stage, ann).await[0], has(stage, bea).await[0], has(stage, cem).await[0]];
    assert_eq!(now.iter().sum::<i64>(), 118);
    assert!(now[2] <= 3 && now[0] >= 95, "{now:?}");
    for member in [ann, bea, cem] {
        done(stage, member, "last", earn(1)).await;
    }
    is_proved(stage, 3).await;
}

async fn a_merge_that_is_taken_back_too_late_leaves_the_points_and_who_leaves_begins_anew(stage: &Stage) {
    let definition = WalletDefinition::usual(WalletKind::Points, Expiry::Never);
    define_wallet(&stage.app, &TESTER, "points", None, definition).await.unwrap();
    let [ann, bea] = members(stage, ["ann", "bea"]).await;
    done(stage, ann, "e", earn(100)).await;
    done(stage, bea, "e", earn(20)).await;
    let once = Once::unkeyed();
    let merge = merge_customers(&stage.app, &TESTER, &merge_of(ann, bea, ann), &once).await.unwrap();
    stage.clock.advance_days(40);
    unmerge(&stage.app, &TESTER, &merge.id, &once).await.unwrap();
    assert_eq!([has(stage, ann).await[0], has(stage, bea).await[0]], [120, 0]);
    done(stage, bea, "e2", earn(7)).await;
    assert_eq!(has(stage, bea).await[0], 7);
    let merge = merge_customers(&stage.app, &TESTER, &merge_of(ann, bea, bea), &once).await.unwrap();
    assert_eq!(has(stage, ann).await[0], 127);
    unmerge(&stage.app, &TESTER, &merge.id, &once).await.unwrap();
    assert_eq!([has(stage, ann).await[0], has(stage, bea).await[0]], [120, 7]);
    is_proved(stage, 2).await;
}

async fn members_whom_somebody_does_not_see_have_no_points_for_them(stage: &Stage) {
    wallet(stage).await;
    let [ann] = members(stage, ["ann"]).await;
    let scope = Scope::Below("/1/".to_owned());
    let part = Actor::User { id: "usr_p".into(), name: "P".into(), role: Role::Operator, scope };
    for answer in [
        ask(&stage.app, &part, ann, wish("e", earn(1))).await.map(|_| ()),
        balance(&stage.app, &part, ann, "points").await.map(|_| ()),
        statement(&stage.app, &part, ann, "points", None, 9).await.map(|_| ()),
    ] {
        assert!(matches!(answer, Err(RewardsError::NoCustomer)), "{answer:?}");
    }
    let analyst = Actor::User { id: "usr_a".into(), name: "A".into(), role: Role::Analyst, scope: Scope::Everyone };
    assert!(balance(&stage.app, &analyst, ann, "points").await.is_ok());
    assert!(matches!(ask(&stage.app, &analyst, ann, wish("e", earn(1))).await, Err(RewardsError::Forbidden(_))));
}

fn earn_by(order: &str, amount: i64) -> Wish {
    Wish::Earn { amount, order: Some(order.to_owned()), rule: None, earned_at: None, tags: Vec::new() }
}

async fn what_an_order_earned_and_what_was_spent_go_back_in_any_number_of_steps(stage: &Stage) {
    wallet(stage).await;
    let [ann, bea] = members(stage, ["ann", "bea"]).await;
    let claw_back = |total| Wish::Clawback { order: "A-1".to_owned(), total };
    for (member, steps) in [(ann, &[10, 30, 20, 40][..]), (bea, &[40])] {
        done(stage, member, "e", earn_by("A-1", 100)).await;
        done(stage, member, "s", Wish::Spend { amount: 90 }).await;
        for (step, total) in steps.iter().enumerate() {
            done(stage, member, &format!("back {step}"), claw_back(*total)).await;
        }
        assert_eq!(has(stage, member).await, [0, 0, 0, 30], "ten were there, the rest is owed");
        done(stage, member, "e2", earn(50)).await;
        assert_eq!(has(stage, member).await, [20, 0, 0, 0], "what is earned pays the debt first");
    }
    let too_much = Refusal::ClawbackAboveEarned { asked: 101, earned: 100 };
    assert_eq!(refused(stage, ann, "back 101", claw_back(101)).await, too_much);

    // What was spent goes back into the lots that it came from.
    let debit = done(stage, ann, "s2", Wish::Spend { amount: 15 }).await.id();
    for (key, total, available) in [("r", 5, 10), ("r2", 12, 17), ("r3", 12, 17)] {
        done(stage, ann, key, Wish::Refund { debit, total }).await;
        assert_eq!(has(stage, ann).await[0], available);
    }
    let too_much = Refusal::RefundAboveSpent { asked: 16, spent: 15 };
    assert_eq!(refused(stage, ann, "r4", Wish::Refund { debit, total: 16 }).await, too_much);
    done(stage, ann, "all", Wish::Reverse { entry: debit }).await;
    assert_eq!(has(stage, ann).await[0], 20);
    assert_eq!(refused(stage, ann, "all2", Wish::Reverse { entry: debit }).await, Refusal::AlreadyReversed);
    let entry = audit::list(&stage.app, &TESTER, None, 1).await.unwrap().0.remove(0);
    assert_eq!((entry.action.as_str(), &entry.detail["reversed"]), ("points.reversed", &json!(debit.public_id())));
    assert_eq!(entry.detail["balance"], json!({ "from": 17, "to": 20 }));
    is_proved(stage, 2).await;
}

async fn points_wait_for_an_event_and_what_expired_lives_again_once(stage: &Stage) {
    let definition = WalletDefinition {
        activation: Activation::On("delivered".to_owned()),
        ..WalletDefinition::usual(WalletKind::Points, MONTH)
    };
    define_wallet(&stage.app, &TESTER, "points", None, definition).await.unwrap();
    let [ann] = members(stage, ["ann"]).await;
    done(stage, ann, "e", earn_by("A-1", 100)).await;
    done(stage, ann, "e2", earn_by("A-2", 7)).await;
    let delivered = |order: &str| Wish::Activate { event: "delivered".to_owned(), order: Some(order.to_owned()) };
    done(stage, ann, "d", delivered("A-1")).await;
    assert_eq!(has(stage, ann).await, [100, 0, 7, 0]);
    assert_eq!(refused(stage, ann, "d2", delivered("A-1")).await, Refusal::NothingPending);
    done(stage, ann, "s", Wish::Spend { amount: 40 }).await;
    // Through the thirtieth day after it became active; what still waits has no deadline.
    stage.clock.advance_days(31);
    assert_eq!(has(stage, ann).await, [0, 0, 7, 0]);
    let reinstate = Wish::Reinstate { valid_days: 10 };
    done(stage, ann, "again", reinstate.clone()).await;
    assert_eq!(has(stage, ann).await, [60, 0, 7, 0]);
    let twice = refused(stage, ann, "again 2", reinstate.clone()).await;
    assert!(matches!(twice, Refusal::NothingToReinstate { .. }), "{twice:?}");
    stage.clock.advance_days(11);
    assert_eq!(has(stage, ann).await, [0, 0, 7, 0]);
    let once = refused(stage, ann, "again 3", reinstate).await;
    assert!(matches!(once, Refusal::NothingToReinstate { .. }), "{once:?}");
    is_proved(stage, 1).await;
}

async fn a_gift_goes_over_with_its_deadline_also_to_a_member_who_was_merged_since(stage: &Stage) {
    wallet(stage).await;
    let definition = WalletDefinition::usual(WalletKind::StoredValue, MONTH);
    let definition = WalletDefinition { is_transferable: true, ..definition };
    define_wallet(&stage.app, &TESTER, "cash", None, definition).await.unwrap();
    let [ann, bea, cem] = members(stage, ["ann", "bea", "cem"]).await;
    done(stage, ann, "e", earn(10)).await;
    let gift = |to, amount| Wish::Transfer { to, amount };
    assert_eq!(refused(stage, ann, "t", gift(bea, 1)).await, Refusal::NotTransferable);
    let of_cash = async |member, key: &str, what| {
        ask(&stage.app, &TESTER, member, Ask { wallet: "cash".to_owned(), ..wish(key, what) }).await
    };
    let cash = async |member| balance(&stage.app, &TESTER, member, "cash").await.unwrap();
    of_cash(ann, "e", earn(100)).await.unwrap();
    let deadline = cash(ann).await.lots[0].expires_at;
    stage.clock.advance_days(20);
    let given = of_cash(ann, "t", gift(bea, 60)).await.unwrap();
    assert_eq!((cash(ann).await.balance.available, cash(bea).await.balance.available), (40, 60));
    assert_eq!(cash(bea).await.lots[0].expires_at, deadline, "a gift does not live longer");
    let merge = merge_customers(&stage.app, &TESTER, &merge_of(bea, cem, cem), &Once::unkeyed()).await.unwrap();
    let again = of_cash(ann, "t", gift(bea, 60)).await.unwrap();
    assert_eq!((again.is_replay, &again.outcome), (true, &given.outcome), "the same request, whoever they are by now");
    let later = of_cash(ann, "t2", gift(bea, 15)).await.unwrap();
    assert_eq!(cash(cem).await.balance.available, 75);
    for to in [bea, cem] {
        let again = of_cash(ann, "t2", gift(to, 15)).await.unwrap();
        assert_eq!((again.is_replay, &again.outcome), (true, &later.outcome));
    }
    assert!(matches!(of_cash(ann, "self", gift(ann, 1)).await, Err(RewardsError::Refused(Refusal::SameMember))));
    let nobody = of_cash(ann, "none", gift(CustomerNumber(4_000_000), 1)).await;
    assert!(matches!(nobody, Err(RewardsError::NoCustomer)), "{nobody:?}");
    unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!(cash(bea).await.balance.available + cash(cem).await.balance.available, 75);
    is_proved(stage, 3).await;
}

async fn a_request_that_is_repeated_after_merges_has_one_effect(stage: &Stage) {
    wallet(stage).await;
    let [ann, bea, cem] = members(stage, ["ann", "bea", "cem"]).await;
    let once = Once::unkeyed();
    done(stage, ann, "e", earn(50)).await;
    merge_customers(&stage.app, &TESTER, &merge_of(ann, bea, ann), &once).await.unwrap();
    let spent = done(stage, bea, "k", Wish::Spend { amount: 20 }).await;
    merge_customers(&stage.app, &TESTER, &merge_of(ann, cem, cem), &once).await.unwrap();
    for told in [bea, ann] {
        assert_eq!(done(stage, told, "k", Wish::Spend { amount: 20 }).await, spent);
    }
    assert_eq!(has(stage, cem).await, [30, 0, 0, 0]);
    // Found its member before the merge, and came behind it: it is asked of the survivor again.
    let late = post_many(&stage.app, &[request(bea.0, "late", "points", earned(10))]).await.unwrap().remove(0);
    assert_eq!(late.unwrap().outcome, Err(Refusal::Merged { into: ann }));
    assert_eq!(has(stage, cem).await, [30, 0, 0, 0]);
    is_proved(stage, 3).await;
}
