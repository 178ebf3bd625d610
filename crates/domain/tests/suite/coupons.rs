//! The rules of coupons, C1 to C13, each as a test of its name. All orders in which sessions can come between one another are
//! gone through in `coupons_states`.

use crate::discounts_sample::{below, shuffle};
use crate::random::Random;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::coupons::{
    Benefit, Book, Budget, CODE_CHARACTERS, Closed, Code, CodeError, CodeKey, Command, CouponCode, CouponState,
    Decision, GUESSES_PER_HIT_MIN, Limit, LimitOf, LimitPeriod, Outcome, Refusal, SERIALS_MAX, Standing, Terms,
    Validity, WeeklyWindow, WhenShort,
};
use perennial_domain::rewards::discounts::{Effect, Incentive, Scope, Stacking, TaxMode};
use perennial_domain::time::{Day, Instant, MICROS_PER_DAY, MICROS_PER_SECOND, Zone};
use proptest::prelude::*;
use std::collections::BTreeSet;

pub const ANN: CustomerNumber = CustomerNumber(1);
pub const BEN: CustomerNumber = CustomerNumber(2);

pub fn limit(of: LimitOf, period: LimitPeriod, uses: u32) -> Limit {
    Limit { of, period, uses }
}

/// Always open, in Shanghai; a lock lasts a minute.
pub fn terms(limits: &[Limit], budget: Option<Budget>) -> Terms {
    Terms {
        campaign: "spring".to_owned(),
        version: 1,
        incentive: Incentive {
            id: "spring".to_owned(),
            effect: Effect::AmountOff { off_minor: 1_000, times_max: 1 },
            scope: Scope::WholeOrder,
            threshold: None,
            stacking: Stacking::Common,
            priority: 0,
            tax: TaxMode::Inclusive,
            brand_share_basis_points: 10_000,
        },
        validity: Validity { time_zone: "Asia/Shanghai".to_owned(), from: Instant(0), until: None, weekly: Vec::new() },
        limits: limits.to_vec(),
        budget,
        lock_seconds: 60,
    }
}

pub fn book(codes: &[(&str, Option<CustomerNumber>)]) -> Book {
    let mut book = Book::default();
    for (code, member) in codes {
        let (code, campaign) = ((*code).to_owned(), "spring".to_owned());
        book.issue(Code { code, campaign, standing: Standing::Published, member: *member });
    }
    book
}

pub fn minor(minor: i64) -> Benefit {
    Benefit { minor, ..Benefit::default() }
}

pub fn at(second: i64) -> Instant {
    Instant(MICROS_PER_DAY * 20_000 + second * MICROS_PER_SECOND)
}

pub fn validate(member: CustomerNumber, session: &str) -> Command {
    Command::Validate { member, session: session.to_owned(), asked: minor(1_000), force: false }
}

pub fn lock(member: CustomerNumber, session: &str) -> Command {
    Command::Lock { member, session: session.to_owned(), asked: minor(1_000), force: false }
}

pub fn redeem(member: CustomerNumber, session: &str, order: &str) -> Command {
    redeem_for(member, session, order, minor(1_000))
}

fn redeem_for(member: CustomerNumber, session: &str, order: &str, asked: Benefit) -> Command {
    let (session, order) = (session.to_owned(), order.to_owned());
    Command::Redeem { member, session, order, asked, force: false }
}

fn release(session: &str) -> Command {
    Command::Release { session: session.to_owned() }
}

fn roll_back(order: &str) -> Command {
    Command::RollBack { order: order.to_owned() }
}

fn run(book: &mut Book, terms: &Terms, command: &Command, now: Instant) -> Result<Outcome, Refusal> {
    book.run("A", terms, command, now).unwrap().map(|decision: Decision| decision.outcome)
}

fn uses(book: &Book) -> u32 {
    book.counters.values().sum()
}

const ONCE: Limit = Limit { of: LimitOf::Code, period: LimitPeriod::Ever, uses: 1 };

#[test]
fn c01_validations_change_nothing() {
    let (mut book, terms) = (book(&[("A", None)]), terms(&[ONCE], None));
    // A lock whose time is over is not even swept.
    run(&mut book, &terms, &lock(BEN, "b"), at(0)).unwrap();
    let before = book.clone();
    for _ in 0..3 {
        assert_eq!(run(&mut book, &terms, &validate(ANN, "a"), at(1)), Err(Refusal::LimitReached(ONCE)));
        assert_eq!(run(&mut book, &terms, &validate(BEN, "b"), at(1)), Ok(Outcome::Valid(minor(1_000))));
        assert_eq!(run(&mut book, &terms, &validate(ANN, "a"), at(60)), Ok(Outcome::Valid(minor(1_000))));
    }
    assert_eq!(book, before);
}

#[test]
fn c02_a_lock_counts_as_a_use_for_everybody_else_at_each_limit() {
    use LimitOf::{Campaign, CampaignAndMember, Code, CodeAndMember};
    use LimitPeriod::{Day, Ever, Month, Week};
    for period in [Ever, Day, Week, Month] {
        for (of, same_code_ben, other_code_ann) in [
            (Code, false, true),
            (CodeAndMember, true, true),
            (Campaign, false, false),
            (CampaignAndMember, true, false),
        ] {
            let mut book = book(&[("A", None), ("B", None)]);
            let limit = limit(of, period, 1);
            let terms = terms(&[limit], None);
            run(&mut book, &terms, &lock(ANN, "a"), at(0)).unwrap();
            let ok = |code: &str, command: &Command| book.clone().run(code, &terms, command, at(1)).unwrap().is_ok();
            assert!(!ok("A", &lock(ANN, "other")), "{of:?} {period:?}");
            assert!(ok("A", &lock(ANN, "a")), "{of:?} {period:?}");
            assert_eq!(ok("A", &redeem(BEN, "b", "o")), same_code_ben, "{of:?} {period:?}");
            assert_eq!(ok("B", &lock(ANN, "other")), other_code_ann, "{of:?} {period:?}");
            let days = match period {
                Ever => 0,
                Day => 1,
                Week => 7,
                Month => 31,
            };
            if days > 0 {
                // A lock that lasts so long counts in the period it was made in.
                book.locks.values_mut().for_each(|lock| lock.until = at(1_000_000_000));
                assert!(
                    book.run("A", &terms, &lock(BEN, "b"), at(days * 86_400)).unwrap().is_ok(),
                    "{of:?} {period:?}"
                );
            }
        }
    }
    let budget = Some(Budget { minor: 1_500, when_short: WhenShort::Reject });
    let (mut book, terms) = (self::book(&[("A", None)]), self::terms(&[], budget));
    run(&mut book, &terms, &lock(ANN, "a"), at(0)).unwrap();
    assert_eq!(run(&mut book, &terms, &redeem(BEN, "b", "o"), at(1)), Err(Refusal::BudgetSpent));
    assert!(run(&mut book, &terms, &redeem(ANN, "a", "o"), at(1)).is_ok());
    assert_eq!(book.granted_minor["spring"], 1_000);
}

#[test]
fn c03_a_session_that_locks_again_replaces_its_lock() {
    let budget = Some(Budget { minor: 1_000, when_short: WhenShort::Reject });
    let (mut book, terms) = (book(&[("A", None)]), terms(&[ONCE], budget));
    for second in 0..5 {
        assert!(matches!(run(&mut book, &terms, &lock(ANN, "a"), at(second)), Ok(Outcome::Locked(_))));
        assert_eq!((book.locks.len(), uses(&book), book.granted_minor["spring"]), (1, 1, 1_000));
        assert!(book.locks.values().all(|lock| lock.until == at(second + 60)));
    }
}

#[test]
fn c04_a_lock_is_released_once_by_whatever_comes_first() {
    let terms = terms(&[ONCE], None);
    let locked = || {
        let mut book = book(&[("A", None)]);
        run(&mut book, &terms, &lock(ANN, "a"), at(0)).unwrap();
        book
    };
    let mut by_key = locked();
    run(&mut by_key, &terms, &redeem(ANN, "a", "o"), at(1)).unwrap();
    assert_eq!(run(&mut by_key, &terms, &release("a"), at(2)), Ok(Outcome::NothingLocked));
    assert_eq!((by_key.locks.len(), uses(&by_key)), (0, 1));

    let mut by_hand = locked();
    assert_eq!(run(&mut by_hand, &terms, &release("b"), at(1)), Ok(Outcome::NothingLocked));
    assert_eq!(run(&mut by_hand, &terms, &release("a"), at(1)), Ok(Outcome::Released));
    assert_eq!(run(&mut by_hand, &terms, &release("a"), at(1)), Ok(Outcome::NothingLocked));
    assert_eq!(run(&mut by_hand, &terms, &Command::Sweep, at(60)), Ok(Outcome::Swept(0)));
    assert_eq!(uses(&by_hand), 0);

    let mut by_time = locked();
    assert_eq!(run(&mut by_time, &terms, &lock(BEN, "b"), at(59)), Err(Refusal::LimitReached(ONCE)));
    assert!(run(&mut by_time, &terms, &lock(BEN, "b"), at(60)).is_ok());
    assert_eq!(run(&mut by_time, &terms, &release("a"), at(61)), Ok(Outcome::NothingLocked));
    assert_eq!((by_time.locks.len(), uses(&by_time)), (1, 1));
}

#[test]
fn c06_the_same_order_told_again_is_one_redemption() {
    let (mut book, terms) = (book(&[("A", None)]), terms(&[ONCE], None));
    let Ok(Outcome::Redeemed(first)) = run(&mut book, &terms, &redeem(ANN, "a", "o"), at(0)) else { panic!() };
    let before = book.clone();
    for second in 1..4 {
        // Also from another session, and for another amount.
        let again = run(&mut book, &terms, &redeem_for(ANN, "z", "o", minor(5)), at(second));
        assert_eq!(again, Ok(Outcome::AlreadyRedeemed(first.clone())));
    }
    assert_eq!(run(&mut book, &terms, &redeem(BEN, "b", "o"), at(5)), Err(Refusal::OrderOfAnotherMember));
    assert_eq!(book, before);
    assert_eq!(run(&mut book, &terms, &redeem(ANN, "a", "other"), at(6)), Err(Refusal::LimitReached(ONCE)));
}

#[test]
fn c07_a_roll_back_gives_back_what_was_counted_and_the_second_says_what_the_first_did() {
    use LimitOf::{Campaign, CodeAndMember};
    let limits = [ONCE, limit(CodeAndMember, LimitPeriod::Day, 1), limit(Campaign, LimitPeriod::Month, 9)];
    let budget = Some(Budget { minor: 1_000, when_short: WhenShort::Reject });
    let (mut book, first_terms) = (book(&[("A", None)]), terms(&limits, budget));
    let benefit = Benefit { minor: 900, gifts: 2, points: 30 };
    assert_eq!(run(&mut book, &first_terms, &roll_back("o"), at(0)), Err(Refusal::NotRedeemed));
    run(&mut book, &first_terms, &redeem_for(ANN, "a", "o", benefit), at(0)).unwrap();
    assert_eq!((uses(&book), book.granted_minor["spring"]), (3, 900));
    // Edited meanwhile: what was counted goes back, not what would be counted now.
    let edited = terms(&[limit(Campaign, LimitPeriod::Week, 1)], None);
    let Ok(Outcome::RolledBack(done)) = run(&mut book, &edited, &roll_back("o"), at(200_000)) else { panic!() };
    assert_eq!((done.granted, done.rolled_back_at), (benefit, Some(at(200_000))));
    assert_eq!((uses(&book), book.granted_minor["spring"]), (0, 0));
    for second in 200_001..200_004 {
        assert_eq!(run(&mut book, &edited, &roll_back("o"), at(second)), Ok(Outcome::AlreadyRolledBack(done.clone())));
    }
    // A late retry of the redemption does not use it again; another order may.
    assert_eq!(run(&mut book, &first_terms, &redeem(ANN, "a", "o"), at(200_005)), Ok(Outcome::AlreadyRedeemed(done)));
    assert_eq!(uses(&book), 0);
    assert!(run(&mut book, &first_terms, &redeem(ANN, "a", "next"), at(200_006)).is_ok());
}

#[test]
fn c09_a_coupon_that_would_do_nothing_is_not_consumed_unless_forced() {
    let (mut book, terms) = (book(&[("A", None)]), terms(&[ONCE], None));
    run(&mut book, &terms, &lock(ANN, "a"), at(0)).unwrap();
    let nothing = Benefit::default();
    assert_eq!(run(&mut book, &terms, &redeem_for(ANN, "a", "o", nothing), at(1)), Ok(Outcome::NotConsumed));
    // The order is done without it: its lock is gone too.
    assert_eq!((book.locks.len(), uses(&book), book.granted_minor["spring"]), (0, 0, 0));
    let session = "a".to_owned();
    let forced = Command::Redeem { member: ANN, session, order: "o".to_owned(), asked: nothing, force: true };
    assert!(matches!(run(&mut book, &terms, &forced, at(2)), Ok(Outcome::Redeemed(_))));
    assert_eq!(uses(&book), 1);
    let gift = Benefit { gifts: 1, ..nothing };
    let mut other = self::book(&[("A", None)]);
    assert!(matches!(run(&mut other, &terms, &redeem_for(ANN, "a", "o", gift), at(2)), Ok(Outcome::Redeemed(_))));
}

#[test]
fn c10_a_million_codes_are_a_million_and_lead_back_to_their_serials() {
    // Ten millions once: PERENNIAL_COUPON_CODES=10000000.
    let count = std::env::var("PERENNIAL_COUPON_CODES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000u64);
    let key = CodeKey::new([7; 32]);
    let mut codes: Vec<CouponCode> = (0..count).map(|serial| key.code(serial).unwrap()).collect();
    for (serial, code) in (0u64..).zip(&codes).step_by(97) {
        assert_eq!(key.serial(*code), serial);
    }
    codes.sort_unstable();
    assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
    assert_eq!(key.code(SERIALS_MAX), None);
}

#[test]
fn c10_guesses_find_one_code_in_a_million_even_when_all_are_issued() {
    let key = CodeKey::new([9; 32]);
    let mut random = Random(11);
    // Were a thousand times as many issued as may be, one of a thousand guesses would find one: that can be counted.
    let hits = (0..100_000)
        .filter(|_| {
            let body: String = (0..CODE_CHARACTERS - 1).map(|_| letter(random.bits())).collect();
            // Whoever guesses knows how the check character is made.
            key.serial(with_check(&body)) < 1_000 * SERIALS_MAX
        })
        .count();
    assert!((60..140).contains(&hits), "{hits}");
    assert_eq!(GUESSES_PER_HIT_MIN, 1_000_000);
    // Neighbouring serials are no neighbours: nothing can be counted up from a code that somebody has.
    for serial in 0..1_000 {
        let [one, other] = [serial, serial + 1].map(|serial| key.code(serial).unwrap().plain());
        let differ = one.bytes().zip(other.bytes()).filter(|(one, other)| one != other).count();
        assert!(differ >= 5, "{one} {other}");
    }
    let other_key = CodeKey::new([10; 32]);
    assert!((0..1_000).all(|serial| key.code(serial) != other_key.code(serial)));
}

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn letter(bits: u64) -> char {
    char::from(LETTERS[(bits % 32) as usize])
}

fn with_check(body: &str) -> CouponCode {
    let tried = LETTERS.iter().map(|check| CouponCode::parse(&format!("{body}{}", char::from(*check))));
    tried.flatten().next().unwrap()
}

#[test]
fn c10_every_wrong_character_and_every_swap_is_found() {
    let key = CodeKey::new([3; 32]);
    for serial in 0..300 {
        let code = key.code(serial).unwrap();
        let plain = code.plain();
        assert_eq!(plain.len(), CODE_CHARACTERS);
        for typed in [plain.clone(), code.shown(), code.shown().to_lowercase().replace('0', "o").replace('1', "l")] {
            assert_eq!(CouponCode::parse(&typed), Ok(code), "{typed}");
        }
        for place in 0..CODE_CHARACTERS {
            for other in LETTERS.iter().filter(|other| **other != plain.as_bytes()[place]) {
                let mut wrong = plain.clone().into_bytes();
                wrong[place] = *other;
                assert_eq!(CouponCode::parse(std::str::from_utf8(&wrong).unwrap()), Err(CodeError::Check));
            }
            for second in place + 1..CODE_CHARACTERS {
                let mut wrong = plain.clone().into_bytes();
                wrong.swap(place, second);
                let wrong = String::from_utf8(wrong).unwrap();
                assert!(wrong == plain || CouponCode::parse(&wrong) == Err(CodeError::Check), "{wrong}");
            }
        }
    }
}

#[test]
fn what_is_no_code_is_told_why() {
    assert_eq!(CouponCode::parse("7K3M"), Err(CodeError::Length { characters: 4 }));
    assert_eq!(CouponCode::parse(""), Err(CodeError::Length { characters: 0 }));
    assert_eq!(CouponCode::parse("7K3M-9XQ2-TBUA"), Err(CodeError::Character { place: 11, character: 'U' }));
    assert_eq!(CouponCode::parse("7K3M-9XQ2-TB码A"), Err(CodeError::Character { place: 11, character: '码' }));
    assert_eq!(CouponCode::parse(&"-".repeat(9_000)), Err(CodeError::Length { characters: 0 }));
    // A code of the first version stays what it is.
    assert_eq!(CodeKey::new([1; 32]).code(0).unwrap().shown(), GIVEN);
    assert_eq!(format!("{:?}", CodeKey::new([1; 32])), "CodeKey(…)");
}

/// Made by another program from the rule.
const GIVEN: &str = "FRPE-RNTW-FYCS";

#[test]
fn c11_from_its_start_until_its_end_and_in_its_hours_whatever_clocks_do() {
    let instant = |text: &str| Instant::parse_rfc3339(text).unwrap();
    let day = |text: &str| Day::parse_iso(text).unwrap();
    let days = Validity::of_days("Asia/Shanghai", day("2026-11-01"), Some(day("2026-11-30"))).unwrap();
    assert_eq!(days.open_at(instant("2026-10-31T15:59:59.999999Z")), Err(Closed::NotYet));
    assert_eq!(days.open_at(instant("2026-10-31T16:00:00Z")), Ok(()));
    assert_eq!(days.open_at(instant("2026-11-30T15:59:59.999999Z")), Ok(()));
    assert_eq!(days.open_at(instant("2026-11-30T16:00:00Z")), Err(Closed::Ended));
    // Sundays from one to three, in London.
    let sunday = WeeklyWindow { weekday: 7, from_minute: 60, until_minute: 180 };
    let hours = Validity { time_zone: "Europe/London".to_owned(), from: Instant(0), until: None, weekly: vec![sunday] };
    let open_minutes = |day: &str| {
        let zone = Zone::parse("Europe/London").unwrap();
        let start = zone.start_of_day(Day::parse_iso(day).unwrap()).unwrap();
        (0..26 * 60).filter(|minute| hours.open_at(Instant(start.0 + minute * 60 * MICROS_PER_SECOND)).is_ok()).count()
    };
    // On 29 March clocks skip from one to two, on 25 October the hour from one comes twice.
    assert_eq!(["2026-03-22", "2026-03-29", "2026-10-25", "2026-10-26"].map(open_minutes), [120, 60, 180, 0]);
    let mut wrong = Validity { time_zone: "Mars".to_owned(), until: Some(Instant(0)), ..hours };
    wrong.weekly[0].weekday = 8;
    let fields: Vec<&str> = wrong.check().iter().map(|error| error.field).collect();
    assert_eq!(fields, ["time_zone", "until", "weekly"]);
    // A redemption looks at it too, not the lock only.
    let (mut book, mut terms) = (book(&[("A", None)]), terms(&[ONCE], None));
    terms.validity.until = Some(at(10));
    run(&mut book, &terms, &lock(ANN, "a"), at(9)).unwrap();
    assert_eq!(run(&mut book, &terms, &redeem(ANN, "a", "o"), at(10)), Err(Refusal::Expired));
    assert_eq!(run(&mut book, &terms, &Command::Expire, at(9)), Err(Refusal::NotEnded));
    assert_eq!(run(&mut book, &terms, &Command::Expire, at(10)), Ok(Outcome::Stands(Standing::Expired)));
    assert_eq!(run(&mut book, &terms, &Command::Publish, at(10)), Err(Refusal::Expired));
}

#[test]
fn c12_the_last_of_a_budget_is_refused_or_granted_in_part() {
    for (when_short, last) in [(WhenShort::Reject, Err(Refusal::BudgetSpent)), (WhenShort::Partial, Ok(500))] {
        let budget = Some(Budget { minor: 2_500, when_short });
        let (mut book, terms) = (book(&[("A", None)]), terms(&[], budget));
        run(&mut book, &terms, &redeem(ANN, "a", "1"), at(0)).unwrap();
        run(&mut book, &terms, &lock(BEN, "b"), at(0)).unwrap();
        let third = run(&mut book, &terms, &redeem(ANN, "a", "3"), at(0)).map(|outcome| match outcome {
            Outcome::Redeemed(redemption) => redemption.granted.minor,
            other => panic!("{other:?}"),
        });
        assert_eq!(third, last, "{when_short:?}");
        assert!(book.granted_minor["spring"] <= 2_500);
        // With nothing left at all there is no part.
        let fourth = run(&mut book, &terms, &redeem(ANN, "a", "4"), at(0));
        assert_eq!(fourth, Err(Refusal::BudgetSpent), "{when_short:?}");
        // What a lock held is there again when its time is over.
        assert!(run(&mut book, &terms, &redeem(ANN, "a", "5"), at(60)).is_ok());
    }
}

#[test]
fn c13_a_redemption_keeps_the_terms_it_was_made_under() {
    let (mut book, before) = (book(&[("A", None)]), terms(&[ONCE], None));
    run(&mut book, &before, &redeem(ANN, "a", "o"), at(0)).unwrap();
    let mut edited = Terms { version: 2, ..before.clone() };
    edited.incentive.effect = Effect::PercentOff { basis_points: 1, cap: None };
    let Ok(Outcome::AlreadyRedeemed(kept)) = run(&mut book, &edited, &redeem(ANN, "a", "o"), at(1)) else { panic!() };
    assert_eq!(kept.terms, before);
    let Ok(Outcome::RolledBack(kept)) = run(&mut book, &edited, &roll_back("o"), at(2)) else { panic!() };
    assert_eq!(kept.terms, before);
}

#[test]
fn a_code_belongs_to_its_member_and_stands_where_it_was_put() {
    let (mut book, terms) = (book(&[("A", Some(ANN))]), terms(&[ONCE], None));
    assert_eq!(run(&mut book, &terms, &lock(BEN, "b"), at(0)), Err(Refusal::OfAnotherMember));
    let state = |book: &Book, has_ended, second| {
        let locks: Vec<_> = book.locks.values().cloned().collect();
        let redemptions: Vec<_> = book.redemptions.values().cloned().collect();
        CouponState::of(&book.codes["A"], &locks, &redemptions, has_ended, at(second))
    };
    assert_eq!((state(&book, false, 0), state(&book, true, 0)), (CouponState::Published, CouponState::Expired));
    run(&mut book, &terms, &lock(ANN, "a"), at(0)).unwrap();
    assert_eq!((state(&book, false, 59), state(&book, false, 60)), (CouponState::Locked, CouponState::Published));
    run(&mut book, &terms, &redeem(ANN, "a", "o"), at(1)).unwrap();
    assert_eq!(state(&book, true, 2), CouponState::Redeemed);
    run(&mut book, &terms, &roll_back("o"), at(3)).unwrap();
    assert_eq!(state(&book, false, 4), CouponState::RolledBack);
    assert_eq!(run(&mut book, &terms, &Command::Disable, at(5)), Ok(Outcome::Stands(Standing::Disabled)));
    assert_eq!(run(&mut book, &terms, &Command::Publish, at(5)), Err(Refusal::Disabled));
    assert_eq!(run(&mut book, &terms, &redeem(ANN, "a", "p"), at(5)), Err(Refusal::Disabled));
    assert_eq!(state(&book, false, 6), CouponState::Disabled);
    book.codes.get_mut("A").unwrap().standing = Standing::Issued;
    assert_eq!(run(&mut book, &terms, &lock(ANN, "a"), at(7)), Err(Refusal::NotPublished));
    assert_eq!(run(&mut book, &terms, &Command::Publish, at(7)), Ok(Outcome::Stands(Standing::Published)));
    let negative = redeem_for(ANN, "a", "p", minor(-1));
    assert_eq!(run(&mut book, &terms, &negative, at(8)), Err(Refusal::NegativeBenefit));
}

#[test]
fn wrong_terms_are_named() {
    let budget = Some(Budget { minor: 0, when_short: WhenShort::Partial });
    let mut wrong = Terms { lock_seconds: 0, ..terms(&[ONCE, ONCE], budget) };
    wrong.incentive.id.clear();
    let fields: Vec<&str> = wrong.check().iter().map(|error| error.field).collect();
    assert_eq!(fields, ["incentive", "limits", "budget.minor", "lock_seconds"]);
    assert_eq!(terms(&[ONCE], None).check(), []);
    let text = serde_json::to_string(&terms(&[ONCE], None)).unwrap();
    assert_eq!(serde_json::from_str::<Terms>(&text).unwrap(), terms(&[ONCE], None));
}

proptest! {
    #[test]
    fn c05_of_many_redeemers_exactly_as_many_as_the_limit_allows_succeed(seed: u64, k in 1u32..5, more in 1u32..8) {
        let mut random = Random(seed);
        let (mut book, terms) = (book(&[("A", None)]), terms(&[limit(LimitOf::Code, LimitPeriod::Ever, k)], None));
        // All have validated it before; some hold locks, and all redeem, in any order.
        let mut sessions: Vec<u32> = (0..k + more).collect();
        shuffle(&mut random, &mut sessions);
        let command = |session: u32, is_lock: bool| {
            let (member, name) = (CustomerNumber(session + 1), format!("s{session}"));
            if is_lock { lock(member, &name) } else { redeem(member, &name, &name) }
        };
        let mut done: BTreeSet<u32> = BTreeSet::new();
        for session in &sessions {
            if below(&mut random, 2) == 0 {
                let _outcome = run(&mut book, &terms, &command(*session, true), at(0));
            }
        }
        shuffle(&mut random, &mut sessions);
        // Twice: who was refused while others held locks tries again after these are over.
        for second in [1, 60] {
            for session in &sessions {
                if let Ok(Outcome::Redeemed(_)) = run(&mut book, &terms, &command(*session, false), at(second)) {
                    done.insert(*session);
                }
            }
            prop_assert!(done.len() <= k as usize);
        }
        prop_assert_eq!(done.len(), k as usize);
        prop_assert_eq!(uses(&book), k);
    }
}
