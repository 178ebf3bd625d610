//! A transaction while it is decided.
//!
//! A draft looks at an account and keeps, beside it, the rows that its changes touch: nothing is written into the account, and
//! only touched rows are copied. Changes go through the same function as those of stored transactions
//! ([`super::apply`]), so a decision and its replay cannot come apart.
//!
//! Invariant: whatever a transaction does, [`Draft::finish`] leaves the account settled: what lies past its deadline is
//! expired (but for what is held: a hold wins until it ends, L17), and while there is a debt nothing is available (L20).

use super::account::{Account, Hold, HoldState, Lot, Part, RuleVersion};
use super::apply::{apply_change, move_balance};
use super::command::Command;
use super::ids::{Digest, EntryId, LotId};
use super::limits::{AMOUNT_MAX, OPEN_LOTS_MAX};
use super::refusal::Refusal;
use super::transaction::{Change, Kind, Place, Transaction, lines_of};
use super::wallet::Wallet;
use crate::time::{Day, Instant};
use std::collections::BTreeMap;

pub(super) struct Draft<'a> {
    pub wallet: &'a Wallet,
    /// As it is before.
    pub account: &'a Account,
    pub at: Instant,
    pub entry: EntryId,
    /// The header as it becomes, and the touched rows; all other rows are empty.
    touched: Account,
    changes: Vec<Change>,
    /// Whether the touched rows are all there are: after a change of a whole account.
    is_whole: bool,
    /// Lots that this transaction opened.
    opened: u32,
}

impl<'a> Draft<'a> {
    pub fn new(wallet: &'a Wallet, account: &'a Account, now: Instant) -> Self {
        let touched = Account { balance: account.balance, ..Account::empty(account.hash, account.id.clone()) };
        let at = now.max(account.at);
        Self {
            wallet,
            account,
            at,
            entry: account.next_entry(),
            touched,
            changes: Vec::new(),
            is_whole: false,
            opened: 0,
        }
    }

    pub fn balance(&self) -> super::account::Balance {
        self.touched.balance
    }

    /// All lots as they are by now.
    pub fn lots(&self) -> impl Iterator<Item = &Lot> {
        let is_untouched = |lot: &&Lot| !self.is_whole && !self.touched.lots.contains_key(&lot.id);
        self.account.lots.values().filter(is_untouched).chain(self.touched.lots.values())
    }

    /// Records a change, and sees what it does.
    pub fn change(&mut self, change: Change) -> Result<(), Refusal> {
        self.pull(&change);
        for (from, to, amount) in change.flows() {
            let gives = amount.checked_neg().ok_or(Refusal::Overflow)?;
            move_balance(&mut self.touched, from, gives).ok_or(Refusal::Overflow)?;
            move_balance(&mut self.touched, to, amount).ok_or(Refusal::Overflow)?;
        }
        let applied = apply_change(&mut self.touched, self.entry, &change);
        // A fault of the ledger, or of a store that left out a row: nothing may come of it.
        assert!(applied.is_ok(), "the ledger decided a change that cannot be: {change:?}");
        self.changes.push(change);
        Ok(())
    }

    /// Copies the rows that a change touches.
    fn pull(&mut self, change: &Change) {
        match change {
            Change::LotActivated { lot, .. }
            | Change::LotTaken { lot, .. }
            | Change::LotDeadline { lot, .. }
            | Change::LotFreed { lot, .. } => self.pull_lot(*lot),
            Change::LotRestored { lot, debit, .. } => {
                self.pull_lot(*lot);
                if let Some(debit) = debit
                    && let Some(row) = self.account.debits.get(debit)
                {
                    self.touched.debits.entry(*debit).or_insert_with(|| row.clone());
                }
            }
            Change::HoldOpened { hold } => {
                for part in &hold.parts {
                    self.pull_lot(part.lot);
                }
            }
            Change::HoldClosed { hold, .. } => {
                if let Some(row) = self.account.holds.get(hold) {
                    self.touched.holds.entry(*hold).or_insert_with(|| row.clone());
                }
            }
            Change::CreditReversed { credit } => {
                if let Some(row) = self.account.credits.get(credit) {
                    self.touched.credits.insert(*credit, row.clone());
                    if let Some(order) = &row.order {
                        self.pull_order(order);
                    }
                }
            }
            Change::CreditOpened { order, .. } => {
                if let Some(order) = order {
                    self.pull_order(order);
                }
            }
            Change::OrderClawedBack { order, .. } => self.pull_order(order),
            Change::RequestClosed { request, .. } => {
                if let Some(row) = self.account.requests.get(request) {
                    self.touched.requests.insert(*request, row.clone());
                }
            }
            // These are about whole accounts.
            Change::Left { .. } | Change::Joined { .. } | Change::Parted { .. } => {
                let lots = self.lots().map(|lot| (lot.id, lot.clone())).collect();
                let rows = Account { answers: BTreeMap::new(), ..self.account.clone() };
                self.touched = Account { balance: self.touched.balance, lots, ..rows };
                self.is_whole = true;
            }
            Change::LotOpened { .. }
            | Change::DebtRaised { .. }
            | Change::DebtPaid { .. }
            | Change::RequestOpened { .. } => {}
        }
    }

    fn pull_lot(&mut self, id: LotId) {
        if let Some(lot) = self.account.lots.get(&id) {
            self.touched.lots.entry(id).or_insert_with(|| lot.clone());
        }
    }

    fn pull_order(&mut self, name: &str) {
        if let Some(order) = self.account.orders.get(name)
            && !self.touched.orders.contains_key(name)
        {
            self.touched.orders.insert(name.to_owned(), *order);
        }
    }

    /// The id of the next lot that this transaction opens.
    pub fn next_lot(&mut self) -> LotId {
        let id = LotId { entry: self.entry, part: self.opened };
        self.opened += 1;
        id
    }

    /// What comes in pays the debt first; the rest is what a lot is opened for.
    pub fn pay_debt_from(&mut self, source: Place, amount: i64) -> Result<i64, Refusal> {
        let paid = amount.min(self.balance().debt);
        if paid > 0 {
            self.change(Change::DebtPaid { amount: paid, from: source })?;
        }
        Ok(amount - paid)
    }

    /// Active lots with something available, as they are spent (L6).
    pub fn spendable(&self) -> Vec<(LotId, i64)> {
        let mut lots: Vec<&Lot> = self.lots().filter(|lot| lot.available() > 0).collect();
        lots.sort_unstable_by_key(|lot| lot.spending_order());
        lots.into_iter().map(|lot| (lot.id, lot.available())).collect()
    }

    /// Parts of spendable lots that make up an amount, or as much as there is.
    pub fn choose(&self, amount: i64) -> Vec<Part> {
        let mut open = amount;
        let mut parts = Vec::new();
        for (lot, available) in self.spendable() {
            if open == 0 {
                break;
            }
            let amount = available.min(open);
            open -= amount;
            parts.push(Part { lot, amount, refunded: 0 });
        }
        parts
    }

    /// Takes an amount from spendable lots, or as much as there is; what was taken.
    pub fn take(&mut self, amount: i64, to: Place) -> Result<i64, Refusal> {
        let parts = self.choose(amount);
        for part in &parts {
            self.take_part(part.lot, part.amount, Place::Available, to)?;
        }
        Ok(parts.iter().map(|part| part.amount).sum())
    }

    pub fn take_part(&mut self, lot: LotId, amount: i64, from: Place, to: Place) -> Result<(), Refusal> {
        self.change(Change::LotTaken { lot, amount, from, to })
    }

    /// Refuses what is not available.
    pub fn demand_available(&self, amount: i64) -> Result<(), Refusal> {
        let available = self.balance().available;
        if amount <= available { Ok(()) } else { Err(Refusal::Insufficient { asked: amount, available }) }
    }

    pub fn demand_amount(&self, amount: i64) -> Result<(), Refusal> {
        let max = self.wallet.limits.amount_max.min(AMOUNT_MAX);
        if (1..=max).contains(&amount) { Ok(()) } else { Err(Refusal::AmountOutOfRange { asked: amount, min: 1, max }) }
    }

    /// Frees what of a hold was not captured, and closes it.
    pub fn close_hold(&mut self, hold: &Hold, state: HoldState) -> Result<(), Refusal> {
        let mut captured = match state {
            HoldState::Captured(amount) => amount,
            HoldState::Open | HoldState::Released | HoldState::Expired => 0,
        };
        for part in &hold.parts {
            let taken = part.amount.min(captured);
            captured -= taken;
            if taken > 0 {
                self.take_part(part.lot, taken, Place::Held, Place::Redeemed)?;
            }
            if part.amount > taken {
                self.change(Change::LotFreed { lot: part.lot, amount: part.amount - taken })?;
            }
        }
        self.change(Change::HoldClosed { hold: hold.id, state })
    }

    /// The instant at which the day ends that is so many days from now.
    pub fn end_of_days(&self, days: u32) -> Result<Instant, Refusal> {
        let today = self.wallet.zone.0.day_of(self.at);
        let last = i32::try_from(days).ok().and_then(|days| today.0.checked_add(days)).ok_or(Refusal::Overflow)?;
        super::expiry::end_of_day(Day(last), &self.wallet.zone.0).ok_or(Refusal::Overflow)
    }

    /// Refuses more than an account may hold.
    pub fn demand_room(&self) -> Result<(), Refusal> {
        let (before, after) = (self.account.balance, self.balance());
        let held = |balance: super::account::Balance| balance.total().checked_add(balance.pending);
        let (before, after) = (held(before).ok_or(Refusal::Overflow)?, held(after).ok_or(Refusal::Overflow)?);
        let balance_max = self.wallet.limits.balance_max;
        if after > balance_max && after > before {
            return Err(Refusal::BalanceAboveLimit { balance_max, allowed: (balance_max - before).max(0) });
        }
        if self.opened > 0 && self.lots().filter(|lot| lot.remaining > 0).count() > OPEN_LOTS_MAX {
            return Err(Refusal::TooManyLots { max: OPEN_LOTS_MAX as u64 });
        }
        Ok(())
    }

    /// Leaves the account settled: what is past its deadline is expired, then a debt takes what is available.
    pub fn settle(&mut self) -> Result<(), Refusal> {
        let at = self.at;
        let past = self.lots().filter(|lot| lot.available() > 0 && lot.is_expired_at(at));
        let past: Vec<(LotId, i64)> = past.map(|lot| (lot.id, lot.available())).collect();
        for (lot, amount) in past {
            self.take_part(lot, amount, Place::Available, Place::Expired)?;
        }
        let debt = self.balance().debt;
        if debt > 0 && self.balance().available > 0 {
            self.take(debt, Place::Debt)?;
        }
        Ok(())
    }

    /// The transaction of a command.
    pub fn finish(self, command: &Command, kind: Kind, rule: Option<RuleVersion>) -> Result<Transaction, Refusal> {
        self.seal(Stamp::of(command), kind, rule)
    }

    pub fn seal(mut self, stamp: Stamp, kind: Kind, rule: Option<RuleVersion>) -> Result<Transaction, Refusal> {
        self.settle()?;
        let lines = lines_of(&self.changes).ok_or(Refusal::Overflow)?;
        Ok(seal(
            self.account,
            self.at,
            self.wallet.version,
            stamp,
            Content { kind, rule, refusal: None, lines, changes: self.changes },
        ))
    }

    /// Debt that lots paid so far.
    pub fn paid_by_lots(&self) -> Vec<Part> {
        let paid = self.changes.iter().filter_map(|change| {
            let Change::LotTaken { lot, amount, to: Place::Debt, .. } = change else { return None };
            Some(Part { lot: *lot, amount: *amount, refunded: 0 })
        });
        paid.collect()
    }
}

/// Who asked, under which key.
pub(super) struct Stamp {
    pub key: String,
    pub fingerprint: Digest,
    pub actor: String,
    pub reason: String,
    pub reference: Option<String>,
}

impl Stamp {
    pub fn of(command: &Command) -> Self {
        Self {
            key: command.key.clone(),
            fingerprint: command.fingerprint(),
            actor: command.actor.clone(),
            reason: command.reason.clone(),
            reference: command.reference.clone(),
        }
    }
}

pub(super) struct Content {
    pub kind: Kind,
    pub rule: Option<RuleVersion>,
    pub refusal: Option<Refusal>,
    pub lines: Vec<super::transaction::Line>,
    pub changes: Vec<Change>,
}

/// Puts a transaction at the end of an account's chain.
pub(super) fn seal(account: &Account, at: Instant, wallet_version: u32, stamp: Stamp, content: Content) -> Transaction {
    let mut transaction = Transaction {
        account: account.id.clone(),
        sequence: account.next_entry().sequence,
        at,
        key: stamp.key,
        fingerprint: stamp.fingerprint,
        kind: content.kind,
        actor: stamp.actor,
        reason: stamp.reason,
        reference: stamp.reference,
        wallet_version,
        rule: content.rule,
        refusal: content.refusal,
        lines: content.lines,
        changes: content.changes,
        previous: account.hash,
        hash: account.hash,
    };
    transaction.hash = transaction.expected_hash();
    transaction
}
