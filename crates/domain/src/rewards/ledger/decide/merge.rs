//! Two members turn out to be one, or not (L31).
//!
//! A merge carries all rows over as they are: lots with their deadlines and what was used of them, holds, debt, and the records
//! that claw-backs, refunds and reversals stand on. Ids say who gave them, so none collide. An account that was merged posts
//! nothing more and names its heir; a request that is repeated is still answered by the account that it was made to.
//!
//! Undoing is compensation: rows go back as they are by now, so that the sum of both balances is what the one was. What was
//! taken from their lots since, and can still be given back here, stays here, as a lot of its own.

use super::super::account::{Account, Estate, Lot, Merge, Order, Origin};
use super::super::command::{Body, Command};
use super::super::draft::Draft;
use super::super::ids::{EntryId, LotId};
use super::super::limits::MERGED_ROWS_MAX;
use super::super::refusal::Refusal;
use super::super::transaction::{Change, Place, Transaction};
use super::super::wallet::Wallet;
use super::decide;
use super::transfer::{malformed, other_side};
use crate::ids::CustomerNumber;
use crate::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// Both sides of a merge, to be appended in one commit; settled as for a transfer, and loaded as a whole.
pub fn merge(
    wallet: &Wallet,
    from: &Account,
    into: &Account,
    command: &Command,
    at: Instant,
) -> Result<[Transaction; 2], Refusal> {
    let outgoing = decide(wallet, from, command, at)?;
    if !matches!(command.body, Body::MergeOut { into: heir } if heir == into.id.member) {
        return Err(malformed("into", "the member whose account is handed in"));
    }
    let body = Body::MergeIn { from: outgoing.id(), estate: Box::new(estate_of(from)) };
    let incoming = decide(wallet, into, &other_side(command, &outgoing, body), at)?;
    Ok([outgoing, incoming])
}

/// Both sides of undoing a merge: the account that took over gives back.
pub fn undo_merge(
    wallet: &Wallet,
    heir: &Account,
    merged: &Account,
    command: &Command,
    at: Instant,
) -> Result<[Transaction; 2], Refusal> {
    let outgoing = decide(wallet, heir, command, at)?;
    let parted = outgoing.changes.iter().find_map(|change| {
        let Change::Parted { merge, estate, .. } = change else { return None };
        Some((merge, estate))
    });
    let is_of_both = |merge: &EntryId| heir.merges.get(merge).is_some_and(|merge| merge.from == merged.id.member);
    let Some((_, estate)) = parted.filter(|(merge, _)| is_of_both(merge)) else {
        return Err(malformed("merge", "a merge of the member whose account is handed in"));
    };
    let body = Body::UndoMergeIn { from: outgoing.id(), estate: estate.clone() };
    let incoming = decide(wallet, merged, &other_side(command, &outgoing, body), at)?;
    Ok([outgoing, incoming])
}

fn estate_of(account: &Account) -> Estate {
    Estate {
        debt: account.balance.debt,
        lots: account.lots.values().cloned().collect(),
        holds: account.holds.values().cloned().collect(),
        orders: account.orders.clone(),
        credits: account.credits.clone(),
        debits: account.debits.clone(),
        requests: account.requests.clone(),
        merges: account.merges.clone(),
    }
}

pub fn merge_out(draft: &mut Draft, into: CustomerNumber) -> Result<(), Refusal> {
    if into == draft.account.id.member {
        return Err(Refusal::SameMember);
    }
    let estate = estate_of(draft.account);
    if estate.rows() > MERGED_ROWS_MAX {
        return Err(Refusal::TooManyRows { max: MERGED_ROWS_MAX as u64 });
    }
    draft.change(Change::Left { into, estate: estate.totals() })
}

pub fn merge_in(draft: &mut Draft, from: EntryId, estate: &Estate) -> Result<(), Refusal> {
    let here = &draft.account.orders;
    let mut merge = Merge {
        from: from.member,
        undo_until: draft.end_of_days(draft.wallet.merge_undo_days)?,
        is_undone: false,
        debt: estate.debt,
        lots: estate.lots.iter().map(|lot| lot.id).collect(),
        holds: estate.holds.iter().map(|hold| hold.id).collect(),
        orders: estate
            .orders
            .keys()
            .map(|order| (order.clone(), here.get(order).copied().unwrap_or_default()))
            .collect(),
        credits: estate.credits.keys().copied().collect(),
        debits: estate.debits.keys().copied().collect(),
        requests: estate.requests.keys().copied().collect(),
        merges: estate.merges.keys().copied().collect(),
        paid: Vec::new(),
    };
    let joined =
        |merge: &Merge| Change::Joined { estate: Box::new(estate.clone()), merge: Some(Box::new(merge.clone())) };
    // Whose debt is paid by whose lots is seen when it has happened; the merge keeps it.
    let mut trial = Draft::new(draft.wallet, draft.account, draft.at);
    trial.change(joined(&merge))?;
    trial.settle()?;
    merge.paid = trial.paid_by_lots();
    draft.change(joined(&merge))
}

pub fn undo_merge_out(draft: &mut Draft, id: EntryId) -> Result<(), Refusal> {
    let account = draft.account;
    let merge = account.merges.get(&id).ok_or(Refusal::UnknownMerge)?;
    if merge.is_undone {
        return Err(Refusal::MergeUndone);
    }
    if draft.at >= merge.undo_until {
        return Err(Refusal::UndoTooLate { until: merge.undo_until });
    }
    let theirs: BTreeSet<LotId> = merge.lots.iter().copied().collect();
    let across = account.holds.values().filter(|hold| {
        hold.is_open() && !merge.holds.contains(&hold.id) && hold.parts.iter().any(|part| theirs.contains(&part.lot))
    });
    let holds = across.count() as u64;
    if holds > 0 {
        return Err(Refusal::OpenHolds { holds });
    }
    // A lot that went on by the undoing of an earlier merge left nothing here but what debits may give back.
    let refundable = refundable_here(account, &[]);
    for part in &merge.paid {
        let Some(lot) = account.lots.get(&part.lot) else { continue };
        let amount = part.amount.min(lot.consumed - refundable.get(&lot.id).copied().unwrap_or_default());
        if amount > 0 {
            draft.change(Change::LotRestored { lot: part.lot, amount, from: Place::Debt, debit: None })?;
        }
    }
    let debt = merge.debt.min(draft.balance().debt);
    let mut lots: Vec<Lot> = draft.lots().filter(|lot| theirs.contains(&lot.id)).cloned().collect();
    lots.sort_unstable_by_key(|lot| lot.id);
    let stays = refundable_here(account, &merge.debits);
    let (mut returned, mut kept) = (Vec::new(), Vec::new());
    for lot in lots {
        let amount = stays.get(&lot.id).copied().unwrap_or_default();
        if amount == 0 {
            returned.push(lot);
        } else if amount < lot.amount {
            let (left, stub) = split(lot, amount, draft.next_lot());
            returned.push(left);
            kept.push(stub);
        }
        // A lot of which nothing is left to go stays as it is.
    }
    let estate = Estate {
        debt,
        lots: returned,
        holds: merge.holds.iter().filter_map(|id| account.holds.get(id)).cloned().collect(),
        orders: orders_without(account, merge),
        credits: present(&merge.credits, &account.credits),
        debits: present(&merge.debits, &account.debits),
        requests: present(&merge.requests, &account.requests),
        merges: present(&merge.merges, &account.merges),
    };
    let orders = merge.orders.iter().filter(|(_, order)| order.earned > 0);
    let orders = orders.map(|(name, order)| (name.clone(), *order)).collect();
    draft.change(Change::Parted { merge: id, estate: Box::new(estate), kept, orders })
}

/// Of each lot, what debits of this account took and may still give back, those of somebody else left out.
fn refundable_here(account: &Account, others: &[EntryId]) -> BTreeMap<LotId, i64> {
    let mut refundable: BTreeMap<LotId, i64> = BTreeMap::new();
    let others: BTreeSet<&EntryId> = others.iter().collect();
    for (_, debit) in account.debits.iter().filter(|(id, _)| !others.contains(id)) {
        for part in &debit.parts {
            *refundable.entry(part.lot).or_default() += part.amount - part.refunded;
        }
    }
    refundable
}

pub fn undo_merge_in(draft: &mut Draft, estate: &Estate) -> Result<(), Refusal> {
    if draft.account.merged_into.is_none() {
        return Err(Refusal::NotMerged);
    }
    draft.change(Change::Joined { estate: Box::new(estate.clone()), merge: None })
}

/// The lot without a part that was consumed, and that part as a lot of its own.
fn split(lot: Lot, consumed: i64, id: LotId) -> (Lot, Lot) {
    let origin = Origin { lot: Some(lot.id), ..lot.origin.clone() };
    let used = Lot { amount: consumed, remaining: 0, consumed, expired: 0, clawed_back: 0, held: 0, ..lot.clone() };
    let stub = Lot { id, origin, ..used };
    (Lot { amount: lot.amount - consumed, consumed: lot.consumed - consumed, ..lot }, stub)
}

/// Their orders, without what this account knew of them before.
fn orders_without(account: &Account, merge: &Merge) -> BTreeMap<String, Order> {
    let theirs = merge.orders.iter().filter_map(|(name, own)| {
        let sum = account.orders.get(name)?;
        let order = Order {
            earned: (sum.earned - own.earned).max(0),
            clawed_back: (sum.clawed_back - own.clawed_back).max(0),
            forgiven: (sum.forgiven - own.forgiven).max(0),
        };
        Some((name.clone(), order))
    });
    theirs.collect()
}

fn present<T: Clone>(ids: &[EntryId], rows: &BTreeMap<EntryId, T>) -> BTreeMap<EntryId, T> {
    ids.iter().filter_map(|id| rows.get(id).map(|row| (*id, row.clone()))).collect()
}
