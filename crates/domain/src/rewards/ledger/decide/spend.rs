//! Spending and holds (L6, L14, L16, L17).

use super::super::account::{Hold, HoldState};
use super::super::draft::Draft;
use super::super::ids::EntryId;
use super::super::limits::OPEN_HOLDS_MAX;
use super::super::refusal::Refusal;
use super::super::transaction::{Change, Place};
use crate::time::{Instant, MICROS_PER_SECOND};

pub fn spend(draft: &mut Draft, amount: i64) -> Result<(), Refusal> {
    demand_spendable(draft, amount)?;
    draft.take(amount, Place::Redeemed)?;
    Ok(())
}

fn demand_spendable(draft: &Draft, amount: i64) -> Result<(), Refusal> {
    if !draft.wallet.kind.is_spendable() {
        return Err(Refusal::NotSpendable);
    }
    draft.demand_amount(amount)?;
    draft.demand_available(amount)
}

pub fn hold(draft: &mut Draft, amount: i64, ttl_seconds: Option<u32>) -> Result<(), Refusal> {
    demand_spendable(draft, amount)?;
    if draft.account.holds.values().filter(|hold| hold.is_open()).count() >= OPEN_HOLDS_MAX {
        return Err(Refusal::TooManyHolds { max: OPEN_HOLDS_MAX as u64 });
    }
    // A caller may ask for less time than the wallet gives, never for more.
    let usual = draft.wallet.hold_ttl_seconds;
    let ttl_seconds = i64::from(ttl_seconds.map_or(usual, |asked| asked.min(usual)).max(1));
    let expires_at = draft.at.0.checked_add(ttl_seconds * MICROS_PER_SECOND).map(Instant).ok_or(Refusal::Overflow)?;
    let hold = Hold {
        id: draft.entry,
        amount,
        parts: draft.choose(amount),
        opened_at: draft.at,
        expires_at,
        state: HoldState::Open,
    };
    draft.change(Change::HoldOpened { hold })
}

pub fn capture(draft: &mut Draft, id: EntryId, amount: i64) -> Result<(), Refusal> {
    let hold = open_hold(draft, id)?;
    draft.demand_amount(amount)?;
    if amount > hold.amount {
        return Err(Refusal::CaptureAboveHold { asked: amount, held: hold.amount });
    }
    draft.close_hold(&hold, HoldState::Captured(amount))
}

pub fn release(draft: &mut Draft, id: EntryId) -> Result<(), Refusal> {
    let hold = open_hold(draft, id)?;
    draft.close_hold(&hold, HoldState::Released)
}

fn open_hold(draft: &Draft, id: EntryId) -> Result<Hold, Refusal> {
    let hold = draft.account.holds.get(&id).ok_or(Refusal::UnknownHold)?;
    if hold.is_open() { Ok(hold.clone()) } else { Err(Refusal::HoldResolved { outcome: hold.state }) }
}
