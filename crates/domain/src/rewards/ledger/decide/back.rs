//! Taking back what was given, and giving back what was taken (L18, L19, L21, L29).
//!
//! Claw-backs and refunds say how much is to be back in all: what is done is the difference to what is back already. So the
//! result does not depend on how a return was split, and a smaller total that comes late does nothing.

use super::super::account::{Debit, Lot, LotState};
use super::super::draft::Draft;
use super::super::ids::EntryId;
use super::super::refusal::Refusal;
use super::super::transaction::{Change, Place};
use super::super::wallet::{ExcessClawback, ExpiredRefund};

pub fn claw_back(draft: &mut Draft, name: &str, total: i64) -> Result<(), Refusal> {
    let order = *draft.account.orders.get(name).ok_or(Refusal::UnknownOrder)?;
    if total > order.earned {
        return Err(Refusal::ClawbackAboveEarned { asked: total, earned: order.earned });
    }
    let amount = total - order.clawed_back;
    if amount <= 0 {
        return Ok(());
    }
    let forgiven = take_back(draft, amount, Place::ClawedBack, |lot| lot.origin.order.as_deref() == Some(name))?;
    draft.change(Change::OrderClawedBack { order: name.to_owned(), amount, forgiven })
}

/// Takes an amount: from the lots that it is about, pending ones first, then from any that can be spent, then by the
/// wallet's policy. What holds have is theirs. Returns what was forgiven.
fn take_back(draft: &mut Draft, amount: i64, to: Place, is_own: impl Fn(&Lot) -> bool) -> Result<i64, Refusal> {
    let mut own: Vec<Lot> = draft.lots().filter(|lot| is_own(lot) && lot.remaining > lot.held).cloned().collect();
    own.sort_unstable_by_key(|lot| (lot.state == LotState::Active, lot.spending_order()));
    let mut open = amount;
    for lot in own {
        let taken = open.min(lot.remaining - lot.held);
        if taken > 0 {
            let from = if lot.is_pending() { Place::Pending } else { Place::Available };
            draft.take_part(lot.id, taken, from, to)?;
            open -= taken;
        }
    }
    open -= draft.take(open, to)?;
    if open > 0 && draft.wallet.excess_clawback == ExcessClawback::Debt {
        draft.change(Change::DebtRaised { amount: open, to })?;
        open = 0;
    }
    Ok(open)
}

pub fn refund(draft: &mut Draft, id: EntryId, total: i64) -> Result<(), Refusal> {
    let debit = draft.account.debits.get(&id).filter(|debit| !debit.is_adjustment).ok_or(Refusal::UnknownDebit)?;
    let spent = debit.amount();
    if total > spent {
        return Err(Refusal::RefundAboveSpent { asked: total, spent });
    }
    give_back(draft, id, debit, total - debit.refunded(), Place::Redeemed)?;
    draft.demand_room()
}

/// Gives back what was taken last: what is left taken is what a smaller spend would have taken.
fn give_back(draft: &mut Draft, id: EntryId, debit: &Debit, amount: i64, from: Place) -> Result<(), Refusal> {
    let mut open = amount;
    for part in debit.parts.iter().rev() {
        let amount = open.min(part.amount - part.refunded);
        if amount <= 0 {
            continue;
        }
        open -= amount;
        draft.change(Change::LotRestored { lot: part.lot, amount, from, debit: Some(id) })?;
        let at = draft.at;
        let is_expired = draft.lots().any(|lot| lot.id == part.lot && lot.is_expired_at(at));
        if let (true, ExpiredRefund::GraceDays(days)) = (is_expired, draft.wallet.expired_refund) {
            let expires_at = Some(draft.end_of_days(days)?);
            draft.change(Change::LotDeadline { lot: part.lot, expires_at })?;
        }
    }
    Ok(())
}

/// Compensates a transaction as a whole. Of holds, transfers and merges there are own ways back.
pub fn reverse(draft: &mut Draft, id: EntryId) -> Result<(), Refusal> {
    if let Some(debit) = draft.account.debits.get(&id) {
        let open = debit.amount() - debit.refunded();
        if open == 0 {
            return Err(Refusal::AlreadyReversed);
        }
        let from = if debit.is_adjustment { Place::Adjusted } else { Place::Redeemed };
        give_back(draft, id, debit, open, from)?;
        return draft.demand_room();
    }
    let credit = draft.account.credits.get(&id).ok_or(Refusal::UnknownEntry)?;
    if credit.is_reversed {
        return Err(Refusal::AlreadyReversed);
    }
    let order = credit.order.as_ref().and_then(|order| draft.account.orders.get(order));
    if let Some(order) = order.filter(|order| order.clawed_back > 0) {
        return Err(Refusal::ClawedBack { clawed_back: order.clawed_back });
    }
    // What somebody had added by hand goes the same way: a row to `adjusted` would be a debit that can be given back.
    take_back(draft, credit.amount, Place::ClawedBack, |lot| lot.id.entry == id)?;
    draft.change(Change::CreditReversed { credit: id })
}
