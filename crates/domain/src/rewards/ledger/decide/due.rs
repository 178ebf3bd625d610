//! What happens by itself: pending lots become active, holds and lots expire; and what moves deadlines (L8, L10–L13, L17).
//!
//! Each step has effect at the instant at which it was due, under a key made of it, whenever a job came round to it, however
//! often, in whatever batches: the journal is the same. At one instant lots become active first, then holds end, then lots
//! expire.

use super::super::account::{Account, HoldState, Lot, LotState};
use super::super::apply::{Broken, apply};
use super::super::command::OWN_KEYS;
use super::super::draft::{Draft, Stamp};
use super::super::ids::Digest;
use super::super::refusal::Refusal;
use super::super::transaction::{Change, Kind, Place, Transaction};
use super::super::wallet::Wallet;
use super::earn::activate;
use crate::time::{Instant, MICROS_PER_DAY};

const ACTOR: &str = "ledger";
const REASON: &str = "due";

/// Appends all that is due until an instant. It ends: each step takes away what it is about.
pub fn settle(wallet: &Wallet, account: &mut Account, now: Instant) -> Result<Vec<Transaction>, Broken> {
    let until = now.max(account.at);
    let mut appended = Vec::new();
    while let Some(due_at) = account.next_due().filter(|due| *due <= until) {
        let Ok(step) = due_step(wallet, account, due_at) else { return Err(Broken::Balance(account.sequence)) };
        apply(account, &step)?;
        appended.push(step);
    }
    Ok(appended)
}

fn due_step(wallet: &Wallet, account: &Account, due_at: Instant) -> Result<Transaction, Refusal> {
    let mut draft = Draft::new(wallet, account, due_at);
    let at = draft.at;
    let becomes_active =
        |lot: &&Lot| lot.remaining > 0 && matches!(lot.state, LotState::PendingUntil(from) if from <= at);
    let active: Vec<Lot> = draft.lots().filter(becomes_active).cloned().collect();
    let holds = || account.holds.values().filter(|hold| hold.is_open() && hold.expires_at <= at);
    let (kind, name) = if !active.is_empty() {
        for lot in &active {
            activate(&mut draft, lot)?;
        }
        (Kind::Activate, "activate")
    } else if holds().next().is_some() {
        for hold in holds() {
            draft.close_hold(hold, HoldState::Expired)?;
        }
        (Kind::HoldExpiry, "hold_expiry")
    } else {
        // What is past its deadline expires with every transaction.
        (Kind::Expiry, "expiry")
    };
    let stamp = Stamp {
        key: format!("{OWN_KEYS}{name}:{}", at.0),
        fingerprint: Digest::of_json(&(name, at)),
        actor: ACTOR.to_owned(),
        reason: REASON.to_owned(),
        reference: None,
    };
    draft.seal(stamp, kind, None)
}

/// Sliding deadlines of lots that live move to the activity and their length, never back. An activity that is told after a
/// deadline finds nothing alive any more.
pub fn note_activity(draft: &mut Draft, occurred_at: Instant) -> Result<(), Refusal> {
    let occurred_at = occurred_at.min(draft.at);
    let zone = &draft.wallet.zone.0;
    let moved = |lot: &Lot| {
        let deadline = lot.expiry.deadline(occurred_at, zone);
        let is_later = lot.expires_at.is_some() && deadline > lot.expires_at;
        (lot.remaining > 0 && lot.expiry.is_sliding() && is_later).then_some((lot.id, deadline))
    };
    let moves: Vec<_> = draft.lots().filter_map(moved).collect();
    for (lot, expires_at) in moves {
        draft.change(Change::LotDeadline { lot, expires_at })?;
    }
    Ok(())
}

/// Lots whose deadline lies within the window before now live again, once.
pub fn reinstate(draft: &mut Draft, valid_days: u32) -> Result<(), Refusal> {
    let window_micros = i64::from(draft.wallet.reinstatement_days) * MICROS_PER_DAY;
    let from = Instant(draft.at.0.saturating_sub(window_micros));
    let at = draft.at;
    let is_back = |lot: &&Lot| {
        let is_within = lot.expires_at.is_some_and(|deadline| (from..=at).contains(&deadline));
        lot.expired > 0 && !lot.is_reinstated && is_within
    };
    let lots: Vec<Lot> = draft.lots().filter(is_back).cloned().collect();
    if lots.is_empty() {
        return Err(Refusal::NothingToReinstate { from });
    }
    let expires_at = Some(draft.end_of_days(valid_days)?);
    for lot in lots {
        draft.change(Change::LotRestored { lot: lot.id, amount: lot.expired, from: Place::Expired, debit: None })?;
        draft.change(Change::LotDeadline { lot: lot.id, expires_at })?;
    }
    draft.demand_room()
}
