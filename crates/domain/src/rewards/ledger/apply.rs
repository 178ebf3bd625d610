//! Applying transactions: the only place where an account changes.
//!
//! Callers may rely on: it decides nothing and needs neither definition nor clock, so replaying the transactions of an account
//! gives the same account, byte for byte (L30). What cannot be is an error that says what is wrong; the account is then to be
//! thrown away and loaded again.

use super::account::{Account, Answer, Credit, Debit, Estate, Lot, LotState, Merge, Part};
use super::ids::{EntryId, LotId};
use super::transaction::{Change, Place, Transaction, lines_of};
use super::wallet::Wallet;
use crate::ids::CustomerNumber;

/// Why a transaction cannot belong to this account. Each means that a store or a journal is damaged, or that two writers
/// were not serialised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("transaction {0} does not follow on what the account has")]
    Sequence(u64),
    #[error("the hash of transaction {0} is not that of its content")]
    Hash(u64),
    #[error("the lines of transaction {0} are not what its changes move")]
    Lines(u64),
    #[error("transaction {0} names a row that the account does not have, or has already")]
    Row(u64),
    #[error("transaction {0} leaves lot {1} with parts that do not sum to its amount")]
    Lot(u64, LotId),
    #[error("transaction {0} leaves sums that are below zero or beyond 64 bits")]
    Balance(u64),
}

/// Appends a transaction to an account.
pub fn apply(account: &mut Account, transaction: &Transaction) -> Result<(), Broken> {
    let sequence = transaction.sequence;
    if !transaction.follows(account) {
        return Err(Broken::Sequence(sequence));
    }
    if lines_of(&transaction.changes).as_ref() != Some(&transaction.lines) {
        return Err(Broken::Lines(sequence));
    }
    for line in &transaction.lines {
        move_balance(account, line.place, line.amount).ok_or(Broken::Balance(sequence))?;
    }
    for change in &transaction.changes {
        apply_change(account, transaction.id(), change).map_err(|wrong| wrong.of(sequence))?;
    }
    let balance = account.balance;
    if balance.pending < 0 || balance.available < 0 || balance.held < 0 || balance.debt < 0 {
        return Err(Broken::Balance(sequence));
    }
    let answer = Answer { fingerprint: transaction.fingerprint, sequence, refusal: transaction.refusal.clone() };
    if account.answers.insert(transaction.key.clone(), answer).is_some() {
        return Err(Broken::Row(sequence));
    }
    account.sequence = sequence;
    account.at = transaction.at;
    account.hash = transaction.hash;
    Ok(())
}

/// The account that transactions lead to, from the first one on; hashes are verified.
pub fn replay<'a>(
    member: CustomerNumber,
    wallet: &Wallet,
    transactions: impl IntoIterator<Item = &'a Transaction>,
) -> Result<Account, Broken> {
    let mut account = Account::new(member, wallet);
    replay_onto(&mut account, transactions)?;
    Ok(account)
}

/// The same from a snapshot on.
pub fn replay_onto<'a>(
    account: &mut Account,
    transactions: impl IntoIterator<Item = &'a Transaction>,
) -> Result<(), Broken> {
    for transaction in transactions {
        if transaction.hash != transaction.expected_hash() {
            return Err(Broken::Hash(transaction.sequence));
        }
        apply(account, transaction)?;
    }
    Ok(())
}

/// What is wrong with a change, before it is known of which transaction.
pub(super) enum Wrong {
    Row,
    Lot(LotId),
}

impl Wrong {
    fn of(self, sequence: u64) -> Broken {
        match self {
            Self::Row => Broken::Row(sequence),
            Self::Lot(lot) => Broken::Lot(sequence, lot),
        }
    }
}

/// Adds what a place gains to the sums; the brand's side is summed elsewhere.
pub(super) fn move_balance(account: &mut Account, place: Place, amount: i64) -> Option<()> {
    let (sum, gain) = match place {
        Place::Pending => (&mut account.balance.pending, amount),
        Place::Available => (&mut account.balance.available, amount),
        Place::Held => (&mut account.balance.held, amount),
        Place::Debt => (&mut account.balance.debt, amount.checked_neg()?),
        Place::Issued
        | Place::Redeemed
        | Place::Expired
        | Place::ClawedBack
        | Place::Adjusted
        | Place::Transferred
        | Place::Merged => return Some(()),
    };
    *sum = sum.checked_add(gain)?;
    Some(())
}

/// Changes the rows; sums are the caller's.
pub(super) fn apply_change(account: &mut Account, entry: EntryId, change: &Change) -> Result<(), Wrong> {
    match change {
        Change::LotOpened { lot, .. } => {
            let before = account.lots.insert(lot.id, lot.clone());
            if before.is_some() || !lot.is_whole() { Err(Wrong::Lot(lot.id)) } else { Ok(()) }
        }
        Change::LotActivated { lot, expires_at, .. } => change_lot(account, *lot, |lot| {
            lot.state = LotState::Active;
            lot.expires_at = *expires_at;
        }),
        Change::LotTaken { lot, amount, from, to } => {
            change_lot(account, *lot, |lot| take(lot, *amount, *from, *to))?;
            if matches!(to, Place::Redeemed | Place::Adjusted) {
                let debit = account.debits.entry(entry).or_default();
                debit.is_adjustment = *to == Place::Adjusted;
                add_part(debit, *lot, *amount);
            }
            Ok(())
        }
        Change::LotRestored { lot, amount, from, debit } => {
            change_lot(account, *lot, |lot| restore(lot, *amount, *from))?;
            match debit {
                Some(debit) => give_back(account.debits.get_mut(debit).ok_or(Wrong::Row)?, *lot, *amount),
                None => Ok(()),
            }
        }
        Change::LotDeadline { lot, expires_at } => change_lot(account, *lot, |lot| lot.expires_at = *expires_at),
        Change::LotFreed { lot, amount } => change_lot(account, *lot, |lot| lot.held -= amount),
        Change::HoldOpened { hold } => {
            for part in &hold.parts {
                change_lot(account, part.lot, |lot| lot.held += part.amount)?;
            }
            account.holds.insert(hold.id, hold.clone()).map_or(Ok(()), |_| Err(Wrong::Row))
        }
        Change::HoldClosed { hold, state } => {
            account.holds.get_mut(hold).map(|hold| hold.state = *state).ok_or(Wrong::Row)
        }
        Change::DebtRaised { .. } | Change::DebtPaid { .. } => Ok(()),
        Change::CreditOpened { amount, order } => {
            if let Some(order) = order {
                account.orders.entry(order.clone()).or_default().earned += amount;
            }
            let credit = Credit { amount: *amount, order: order.clone(), is_reversed: false };
            account.credits.insert(entry, credit).map_or(Ok(()), |_| Err(Wrong::Row))
        }
        Change::CreditReversed { credit } => {
            let credit = account.credits.get_mut(credit).ok_or(Wrong::Row)?;
            credit.is_reversed = true;
            if let Some(order) = &credit.order {
                account.orders.get_mut(order).ok_or(Wrong::Row)?.earned -= credit.amount;
            }
            Ok(())
        }
        Change::OrderClawedBack { order, amount, forgiven } => {
            let order = account.orders.get_mut(order).ok_or(Wrong::Row)?;
            order.clawed_back += amount;
            order.forgiven += forgiven;
            Ok(())
        }
        Change::RequestOpened { request } => {
            account.requests.insert(entry, request.clone()).map_or(Ok(()), |_| Err(Wrong::Row))
        }
        Change::RequestClosed { request, state } => {
            account.requests.get_mut(request).map(|request| request.state = *state).ok_or(Wrong::Row)
        }
        Change::Left { into, .. } => {
            leave(account);
            account.merged_into = Some(*into);
            Ok(())
        }
        Change::Joined { estate, merge } => join(account, entry, estate, merge.as_deref()),
        Change::Parted { merge, estate, kept, orders } => {
            part(account, estate)?;
            for lot in kept {
                keep(account, lot)?;
            }
            account.orders.extend(orders.iter().map(|(name, order)| (name.clone(), *order)));
            account.merges.get_mut(merge).map(|merge| merge.is_undone = true).ok_or(Wrong::Row)
        }
    }
}

fn change_lot(account: &mut Account, id: LotId, change: impl FnOnce(&mut Lot)) -> Result<(), Wrong> {
    let lot = account.lots.get_mut(&id).ok_or(Wrong::Row)?;
    change(lot);
    if lot.is_whole() { Ok(()) } else { Err(Wrong::Lot(id)) }
}

fn take(lot: &mut Lot, amount: i64, from: Place, to: Place) {
    lot.remaining -= amount;
    if from == Place::Held {
        lot.held -= amount;
    }
    *use_of(lot, to) += amount;
}

fn restore(lot: &mut Lot, amount: i64, from: Place) {
    lot.remaining += amount;
    *use_of(lot, from) -= amount;
    lot.is_reinstated |= from == Place::Expired;
}

/// The counter of a lot that keeps what went to a place.
fn use_of(lot: &mut Lot, place: Place) -> &mut i64 {
    match place {
        Place::Expired => &mut lot.expired,
        Place::ClawedBack => &mut lot.clawed_back,
        Place::Pending
        | Place::Available
        | Place::Held
        | Place::Debt
        | Place::Issued
        | Place::Redeemed
        | Place::Adjusted
        | Place::Transferred
        | Place::Merged => &mut lot.consumed,
    }
}

fn add_part(debit: &mut Debit, lot: LotId, amount: i64) {
    match debit.parts.iter_mut().find(|part| part.lot == lot) {
        Some(part) => part.amount += amount,
        None => debit.parts.push(Part { lot, amount, refunded: 0 }),
    }
}

fn give_back(debit: &mut Debit, lot: LotId, amount: i64) -> Result<(), Wrong> {
    let part = debit.parts.iter_mut().find(|part| part.lot == lot).ok_or(Wrong::Row)?;
    part.refunded += amount;
    // L21: never more than was taken of that lot.
    if part.refunded <= part.amount { Ok(()) } else { Err(Wrong::Row) }
}

fn leave(account: &mut Account) {
    account.lots.clear();
    account.holds.clear();
    account.orders.clear();
    account.credits.clear();
    account.debits.clear();
    account.requests.clear();
    account.merges.clear();
}

fn join(account: &mut Account, entry: EntryId, estate: &Estate, merge: Option<&Merge>) -> Result<(), Wrong> {
    account.merged_into = None;
    for lot in &estate.lots {
        if account.lots.insert(lot.id, lot.clone()).is_some() {
            return Err(Wrong::Lot(lot.id));
        }
    }
    account.holds.extend(estate.holds.iter().map(|hold| (hold.id, hold.clone())));
    for (name, order) in &estate.orders {
        let sum = account.orders.entry(name.clone()).or_default();
        sum.earned += order.earned;
        sum.clawed_back += order.clawed_back;
        sum.forgiven += order.forgiven;
    }
    account.credits.extend(estate.credits.iter().map(|(id, credit)| (*id, credit.clone())));
    account.debits.extend(estate.debits.iter().map(|(id, debit)| (*id, debit.clone())));
    account.requests.extend(estate.requests.iter().map(|(id, request)| (*id, request.clone())));
    account.merges.extend(estate.merges.iter().map(|(id, merge)| (*id, merge.clone())));
    if let Some(merge) = merge {
        account.merges.insert(entry, merge.clone());
    }
    Ok(())
}

/// A part of a lot that went stays. It has an id of its own: both parts may come together again by another merge, when each has
/// had its own fate. What stands on it here names it: debits, and the merges that brought the whole.
fn keep(account: &mut Account, lot: &Lot) -> Result<(), Wrong> {
    let whole = lot.origin.lot.ok_or(Wrong::Row)?;
    if account.lots.insert(lot.id, lot.clone()).is_some() || !lot.is_whole() {
        return Err(Wrong::Lot(lot.id));
    }
    let parts = account.debits.values_mut().flat_map(|debit| &mut debit.parts);
    parts.filter(|part| part.lot == whole).for_each(|part| part.lot = lot.id);
    let brought = account.merges.values_mut().filter(|merge| merge.lots.contains(&whole));
    brought.for_each(|merge| merge.lots.push(lot.id));
    Ok(())
}

fn part(account: &mut Account, estate: &Estate) -> Result<(), Wrong> {
    let gone = [
        estate.lots.iter().all(|lot| account.lots.remove(&lot.id).is_some()),
        estate.holds.iter().all(|hold| account.holds.remove(&hold.id).is_some()),
        estate.orders.keys().all(|order| account.orders.remove(order).is_some()),
        estate.credits.keys().all(|credit| account.credits.remove(credit).is_some()),
        estate.debits.keys().all(|debit| account.debits.remove(debit).is_some()),
        estate.requests.keys().all(|request| account.requests.remove(request).is_some()),
        estate.merges.keys().all(|merge| account.merges.remove(merge).is_some()),
    ];
    if gone.iter().all(|gone| *gone) { Ok(()) } else { Err(Wrong::Row) }
}
