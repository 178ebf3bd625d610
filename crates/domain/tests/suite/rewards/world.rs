//! A few members, a clock that jumps, and whatever somebody may ask of their accounts, drawn from numbers.

use crate::random::Random;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{
    Account, Activation, Body, Command, Earn, EntryId, ExcessClawback, ExpiredRefund, Expiry, Length, LifeFrom, LotId,
    Refusal, RuleVersion, Transaction, Wallet, WalletKind, WalletLimits, WalletZone, post, post_both, settle,
};
use perennial_domain::time::{Instant, Zone};
use proptest::prelude::*;
use std::collections::BTreeMap;

pub const DAY: i64 = 86_400_000_000;
/// 2026-01-01T00:00:00Z.
pub const START: i64 = 1_767_225_600_000_000;
pub const MEMBERS: u32 = 3;

pub struct World {
    pub wallet: Wallet,
    pub accounts: BTreeMap<u32, Account>,
    pub journals: BTreeMap<u32, Vec<Transaction>>,
    pub now: i64,
    /// Whether the clock never goes back.
    pub is_forward: bool,
    asked: Vec<(u32, u32, Command)>,
}

/// What happened to a world.
pub enum Step {
    /// A job came round: what was due of a member is posted.
    Job {
        member: u32,
    },
    Asked(Box<Asked>),
}

pub struct Asked {
    pub member: u32,
    pub other: u32,
    pub command: Command,
    pub answer: Result<u64, Refusal>,
    /// What was appended at the member, and at the other one.
    pub appended: [Vec<Transaction>; 2],
    /// Both accounts before.
    pub before: [Account; 2],
}

/// Points that live for thirty days and are active at once; a debt where there is nothing to claw back.
pub fn wallet() -> Wallet {
    Wallet {
        code: "points".to_owned(),
        version: 1,
        kind: WalletKind::Points,
        zone: WalletZone(Zone::utc()),
        expiry: Expiry::After { length: Length::Days(30) },
        life_from: LifeFrom::Activation,
        activation: Activation::AtOnce,
        hold_ttl_seconds: 86_400,
        excess_clawback: ExcessClawback::Debt,
        expired_refund: ExpiredRefund::ReExpire,
        reinstatement_days: 20,
        merge_undo_days: 30,
        is_transferable: true,
        limits: WalletLimits { amount_max: 500, balance_max: 1_000_000_000, approval_above: 40 },
    }
}

/// One of the wallets that a programme may have.
pub fn drawn_wallet(random: &mut Random) -> Wallet {
    let length = Length::Days(5 + number(random, 30) as u32);
    Wallet {
        expiry: pick(random, &[Expiry::After { length }, Expiry::Sliding { length }, Expiry::Never]),
        life_from: pick(random, &[LifeFrom::Activation, LifeFrom::Earning]),
        activation: match number(random, 3) {
            0 => Activation::After(Length::Days(3)),
            _ => Activation::AtOnce,
        },
        excess_clawback: pick(random, &[ExcessClawback::Debt, ExcessClawback::StopAtZero]),
        expired_refund: pick(random, &[ExpiredRefund::ReExpire, ExpiredRefund::GraceDays(4)]),
        ..wallet()
    }
}

pub fn account(member: u32, wallet: &Wallet) -> Account {
    Account::new(CustomerNumber(member), wallet)
}

pub fn command(key: &str, body: Body) -> Command {
    let (actor, reason) = ("ann".to_owned(), "test".to_owned());
    Command { key: key.to_owned(), actor, reason, reference: Some("paper 1".to_owned()), body }
}

pub fn earn(amount: i64, at: i64) -> Earn {
    let earned_at = Instant(at);
    Earn { amount, earned_at, order: None, rule: None, activation: None, priority: 0, tags: Vec::new() }
}

pub fn earn_on(order: &str, amount: i64, at: i64) -> Body {
    Body::Earn(Earn { order: Some(order.to_owned()), ..earn(amount, at) })
}

pub fn entry(member: u32, sequence: u64) -> EntryId {
    EntryId { member: CustomerNumber(member), sequence }
}

pub fn number(random: &mut Random, below: u64) -> u64 {
    random.bits() % below
}

fn pick<T: Clone>(random: &mut Random, from: &[T]) -> T {
    from[number(random, from.len() as u64) as usize].clone()
}

/// What a request may be about: something that is there, or nothing.
fn some_entry<'a>(random: &mut Random, entries: impl Iterator<Item = &'a EntryId>) -> EntryId {
    let entries: Vec<EntryId> = entries.copied().collect();
    if entries.is_empty() || number(random, 20) == 0 { entry(9, 9) } else { pick(random, &entries) }
}

impl World {
    pub fn new(wallet: Wallet) -> Self {
        let accounts = (1..=MEMBERS).map(|member| (member, account(member, &wallet))).collect();
        let journals = (1..=MEMBERS).map(|member| (member, Vec::new())).collect();
        Self { wallet, accounts, journals, now: START, is_forward: false, asked: Vec::new() }
    }

    /// A world to which all these numbers happened, and what each did.
    pub fn drawn(wallet: u64, steps: &[u64]) -> (Self, Vec<Step>) {
        let mut world = Self::new(drawn_wallet(&mut Random(wallet)));
        let steps = steps.iter().map(|bits| world.step(*bits)).collect();
        (world, steps)
    }

    pub fn step(&mut self, bits: u64) -> Step {
        let random = &mut Random(bits);
        self.let_time_pass(random);
        let member = 1 + number(random, u64::from(MEMBERS)) as u32;
        let other = 1 + (member + number(random, 2) as u32) % MEMBERS;
        match number(random, 20) {
            0 => self.job(member),
            1 | 2 if !self.asked.is_empty() => {
                let (member, other, mut command) = pick(random, &self.asked);
                if number(random, 5) == 0 {
                    command.body = Body::Spend { amount: 7 };
                    return self.ask(member, member, command);
                }
                self.ask(member, other, command)
            }
            _ => {
                let (body, other) = self.draw(random, member, other);
                let mut command = command(&format!("k{}", self.asked.len()), body);
                command.actor = pick(random, &["ann", "bob"]).to_owned();
                self.asked.push((member, other, command.clone()));
                self.ask(member, other, command)
            }
        }
    }

    /// Hours mostly; now and then weeks, and sometimes back.
    fn let_time_pass(&mut self, random: &mut Random) {
        let hours = |random: &mut Random, below| number(random, below) as i64 * DAY / 24;
        match number(random, 12) {
            0..=7 => self.now += hours(random, 12),
            8 | 9 => self.now += hours(random, 100),
            10 => self.now += hours(random, 24 * 30),
            _ if self.is_forward => self.now += DAY,
            _ => self.now -= hours(random, 48),
        }
    }

    fn draw(&self, random: &mut Random, member: u32, other: u32) -> (Body, u32) {
        let account = &self.accounts[&member];
        let amount = match number(random, 30) {
            0 => pick(random, &[0, -5, 501]),
            1 | 2 => 1 + number(random, 400) as i64,
            _ => 1 + number(random, 60) as i64,
        };
        let order = match account.orders.keys().next_back() {
            Some(_) if number(random, 20) > 0 => pick(random, &account.orders.keys().cloned().collect::<Vec<_>>()),
            _ => format!("o{member}-{}", number(random, 4)),
        };
        let total = number(random, 90) as i64;
        let body = match number(random, 100) {
            0..=24 => Body::Earn(self.draw_earn(random, member, amount)),
            25..=42 => Body::Spend { amount },
            43..=50 => Body::Hold { amount, ttl_seconds: pick(random, &[None, Some(3_600), Some(1_000_000)]) },
            51..=54 => Body::Capture { hold: some_entry(random, account.holds.keys()), amount },
            55..=57 => Body::Release { hold: some_entry(random, account.holds.keys()) },
            58..=64 => Body::Clawback { order, total },
            65..=70 => Body::Refund { debit: some_entry(random, account.debits.keys()), total },
            71..=74 => Body::TransferOut { to: CustomerNumber(other), amount },
            75..=77 => Body::Adjust { amount: pick(random, &[amount, -amount]) },
            78 | 79 => Body::Approve { request: some_entry(random, account.requests.keys()) },
            80 => Body::Decline { request: some_entry(random, account.requests.keys()) },
            81..=83 => Body::Reverse { entry: some_entry(random, account.credits.keys().chain(account.debits.keys())) },
            84..=86 => Body::Reinstate { valid_days: 1 + number(random, 10) as u32 },
            87..=89 => Body::Activity { occurred_at: Instant(self.now - number(random, 10) as i64 * DAY) },
            90..=92 => Body::Activate { event: "delivered".to_owned(), order: pick(random, &[None, Some(order)]) },
            93..=95 => Body::CancelPending { lot: self.some_lot(random, member) },
            96 | 97 => Body::MergeOut { into: CustomerNumber(other) },
            _ => {
                let merge = some_entry(random, account.merges.keys());
                // An undone merge may have gone on, by another one, to whom it is about; nobody is both sides of a pair.
                let from = account.merges.get(&merge).map(|merge| merge.from.0).filter(|from| *from != member);
                let from = from.unwrap_or(other);
                return (Body::UndoMergeOut { merge }, from);
            }
        };
        (body, other)
    }

    fn draw_earn(&self, random: &mut Random, member: u32, amount: i64) -> Earn {
        let order = format!("o{member}-{}", number(random, 4));
        Earn {
            order: pick(random, &[Some(order.clone()), Some(order), None]),
            rule: Some(RuleVersion { rule: "base".to_owned(), version: 1 }),
            activation: match number(random, 8) {
                0 => Some(Activation::On("delivered".to_owned())),
                1 => Some(Activation::After(Length::Days(number(random, 12) as u32))),
                2 => Some(Activation::AtOnce),
                _ => None,
            },
            priority: number(random, 3) as i16 - 1,
            ..earn(amount, self.now - number(random, 8) as i64 * DAY / 2)
        }
    }

    fn some_lot(&self, random: &mut Random, member: u32) -> LotId {
        let account = &self.accounts[&member];
        let pending: Vec<LotId> = account.lots.values().filter(|lot| lot.is_pending()).map(|lot| lot.id).collect();
        let all: Vec<LotId> = account.lots.keys().copied().collect();
        match number(random, 10) {
            0 => LotId { entry: entry(9, 9), part: 0 },
            1 if !all.is_empty() => pick(random, &all),
            _ if !pending.is_empty() => pick(random, &pending),
            _ => LotId { entry: entry(9, 9), part: 0 },
        }
    }

    pub fn job(&mut self, member: u32) -> Step {
        let account = self.accounts.get_mut(&member).unwrap();
        let appended = settle(&self.wallet, account, Instant(self.now)).unwrap();
        self.journals.get_mut(&member).unwrap().extend(appended);
        Step::Job { member }
    }

    pub fn ask(&mut self, member: u32, other: u32, command: Command) -> Step {
        let now = Instant(self.now);
        let before = [self.accounts[&member].clone(), self.accounts[&other].clone()];
        let is_pair =
            matches!(command.body, Body::TransferOut { .. } | Body::MergeOut { .. } | Body::UndoMergeOut { .. });
        let mut account = self.accounts.remove(&member).unwrap();
        let (appended, answer) = if is_pair {
            let to = self.accounts.get_mut(&other).unwrap();
            let posted = post_both(&self.wallet, [&mut account, to], &command, now).unwrap();
            (posted.appended, posted.answer)
        } else {
            let posted = post(&self.wallet, &mut account, &command, now).unwrap();
            ([posted.appended, Vec::new()], posted.answer)
        };
        self.accounts.insert(member, account);
        for (one, transactions) in [member, other].into_iter().zip(&appended) {
            self.journals.get_mut(&one).unwrap().extend(transactions.iter().cloned());
        }
        Step::Asked(Box::new(Asked { member, other, command, answer, appended, before }))
    }
}

/// The accepted transactions of steps, with the account before each request.
pub fn asked(steps: &[Step]) -> impl Iterator<Item = &Asked> {
    steps.iter().filter_map(|step| match step {
        Step::Asked(asked) => Some(asked.as_ref()),
        Step::Job { .. } => None,
    })
}

pub fn run(wallet: &Wallet, account: &mut Account, key: &str, body: Body, at: i64) -> Result<u64, Refusal> {
    post(wallet, account, &command(key, body), Instant(at)).unwrap().answer
}

/// An account with lots of these amounts, each with a day more to live than the one before.
pub fn with_lots(wallet: &Wallet, amounts: &[i64]) -> Account {
    let mut one = account(1, wallet);
    for (number, amount) in amounts.iter().enumerate() {
        let earned_at = START - (20 - number as i64) * DAY;
        run(wallet, &mut one, &format!("lot{number}"), Body::Earn(earn(*amount, earned_at)), START).unwrap();
    }
    one
}

/// What each lot has, in the order of ids.
pub fn remaining(account: &Account) -> Vec<i64> {
    account.lots.values().map(|lot| lot.remaining).collect()
}

pub fn amounts() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(1..100_i64, 1..8)
}
