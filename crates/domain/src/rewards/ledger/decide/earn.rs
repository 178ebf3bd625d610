//! Earning: a lot is opened, now or pending; pending ones become active once or are cancelled once (L7, L8, L9, L20).

use super::super::account::{Lot, LotState, Origin};
use super::super::command::Earn;
use super::super::draft::Draft;
use super::super::expiry::{Activation, LifeFrom};
use super::super::ids::LotId;
use super::super::limits::AMOUNT_MAX;
use super::super::refusal::Refusal;
use super::super::transaction::{Change, Place};
use crate::time::Instant;

pub fn earn(draft: &mut Draft, earn: &Earn) -> Result<(), Refusal> {
    draft.demand_amount(earn.amount)?;
    let so_far = earn.order.as_ref().and_then(|order| draft.account.orders.get(order));
    let earned = so_far.map_or(0, |order| order.earned);
    if earned > AMOUNT_MAX - earn.amount {
        return Err(Refusal::AmountOutOfRange { asked: earn.amount, min: 1, max: AMOUNT_MAX - earned });
    }
    draft.change(Change::CreditOpened { amount: earn.amount, order: earn.order.clone() })?;
    let origin = Origin { order: earn.order.clone(), rule: earn.rule.clone(), tags: earn.tags.clone(), lot: None };
    let (state, life_from) = start(draft, earn)?;
    let Earn { amount, earned_at, priority, .. } = earn.clone();
    open_lot(draft, Opening { amount, source: Place::Issued, state, earned_at, life_from, priority, origin })?;
    draft.demand_room()
}

/// Whether what is earned is pending, and from when its life is reckoned: not known where it waits for an event. What is told
/// late begins when it would have begun, and may be active already.
fn start(draft: &Draft, earn: &Earn) -> Result<(LotState, Option<Instant>), Refusal> {
    let life_from = |active_at: Option<Instant>| match draft.wallet.life_from {
        LifeFrom::Earning => Some(earn.earned_at),
        LifeFrom::Activation => active_at,
    };
    match earn.activation.as_ref().unwrap_or(&draft.wallet.activation) {
        Activation::AtOnce => Ok((LotState::Active, Some(earn.earned_at))),
        Activation::On(event) => Ok((LotState::PendingOn(event.clone()), life_from(None))),
        Activation::After(length) => {
            let active_at = length.add_to(earn.earned_at, &draft.wallet.zone.0).ok_or(Refusal::Overflow)?;
            let is_active = active_at <= draft.at;
            let state = if is_active { LotState::Active } else { LotState::PendingUntil(active_at) };
            Ok((state, life_from(Some(active_at))))
        }
    }
}

pub struct Opening {
    pub amount: i64,
    pub source: Place,
    pub state: LotState,
    pub earned_at: Instant,
    pub life_from: Option<Instant>,
    pub priority: i16,
    pub origin: Origin,
}

/// Opens a lot; where it is active, the debt is paid before. Nothing is opened where nothing is left.
pub fn open_lot(draft: &mut Draft, opening: Opening) -> Result<(), Refusal> {
    let Opening { amount, source, state, earned_at, life_from, priority, origin } = opening;
    let amount = if state == LotState::Active { draft.pay_debt_from(source, amount)? } else { amount };
    if amount == 0 {
        return Ok(());
    }
    let zone = &draft.wallet.zone.0;
    let expiry = draft.wallet.expiry;
    let lot = Lot {
        id: draft.next_lot(),
        amount,
        remaining: amount,
        consumed: 0,
        expired: 0,
        clawed_back: 0,
        held: 0,
        state,
        priority,
        earned_at,
        expiry,
        expires_at: life_from.and_then(|from| expiry.deadline(from, zone)),
        is_reinstated: false,
        origin,
    };
    draft.change(Change::LotOpened { lot, source })
}

pub fn activate_on(draft: &mut Draft, event: &str, order: Option<&str>) -> Result<(), Refusal> {
    let waits = |lot: &&Lot| {
        let is_of_order = order.is_none() || lot.origin.order.as_deref() == order;
        lot.remaining > 0 && is_of_order && matches!(&lot.state, LotState::PendingOn(waited) if waited == event)
    };
    let lots: Vec<Lot> = draft.lots().filter(waits).cloned().collect();
    if lots.is_empty() {
        return Err(Refusal::NothingPending);
    }
    for lot in &lots {
        activate(draft, lot)?;
    }
    Ok(())
}

/// A pending lot becomes active. Its deadline is known now, if it was not before.
pub fn activate(draft: &mut Draft, lot: &Lot) -> Result<(), Refusal> {
    let expires_at = match lot.state {
        LotState::PendingOn(_) => lot.expires_at.or_else(|| lot.expiry.deadline(draft.at, &draft.wallet.zone.0)),
        LotState::PendingUntil(_) | LotState::Active => lot.expires_at,
    };
    draft.change(Change::LotActivated { lot: lot.id, amount: lot.remaining, expires_at })
}

pub fn cancel_pending(draft: &mut Draft, id: LotId) -> Result<(), Refusal> {
    let lot = draft.account.lots.get(&id).ok_or(Refusal::UnknownLot)?;
    if !lot.is_pending() || lot.remaining == 0 {
        return Err(Refusal::NotPending);
    }
    let amount = lot.remaining;
    draft.take_part(id, amount, Place::Pending, Place::ClawedBack)?;
    // Of an order it counts as claimed back; else it was all that its earning gave.
    match &lot.origin.order {
        Some(order) => draft.change(Change::OrderClawedBack { order: order.clone(), amount, forgiven: 0 }),
        None => draft.change(Change::CreditReversed { credit: id.entry }),
    }
}
