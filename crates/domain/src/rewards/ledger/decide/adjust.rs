//! Adjustments by hand (L23): above a threshold they are requests, which another person approves.

use super::super::account::{AdjustmentRequest, LotState, Origin, RequestState};
use super::super::command::Command;
use super::super::draft::Draft;
use super::super::ids::EntryId;
use super::super::limits::AMOUNT_MAX;
use super::super::refusal::Refusal;
use super::super::transaction::{Change, Kind, Place};
use super::earn::{Opening, open_lot};

pub fn adjust(draft: &mut Draft, command: &Command, amount: i64) -> Result<Kind, Refusal> {
    let max = draft.wallet.limits.amount_max.min(AMOUNT_MAX);
    if amount == 0 || !(-max..=max).contains(&amount) {
        return Err(Refusal::AmountOutOfRange { asked: amount, min: -max, max });
    }
    if amount.abs() <= draft.wallet.limits.approval_above {
        move_by(draft, amount)?;
        return Ok(Kind::Adjust);
    }
    let request = AdjustmentRequest {
        amount,
        reason: command.reason.clone(),
        reference: command.reference.clone().unwrap_or_default(),
        actor: command.actor.clone(),
        state: RequestState::Open,
    };
    draft.change(Change::RequestOpened { request })?;
    Ok(Kind::RequestAdjustment)
}

pub fn approve(draft: &mut Draft, id: EntryId, actor: &str) -> Result<(), Refusal> {
    let request = open_request(draft, id)?;
    if request.actor == actor {
        return Err(Refusal::SameActor);
    }
    move_by(draft, request.amount)?;
    draft.change(Change::RequestClosed { request: id, state: RequestState::Approved })
}

pub fn decline(draft: &mut Draft, id: EntryId) -> Result<(), Refusal> {
    open_request(draft, id)?;
    draft.change(Change::RequestClosed { request: id, state: RequestState::Declined })
}

fn open_request(draft: &Draft, id: EntryId) -> Result<AdjustmentRequest, Refusal> {
    let request = draft.account.requests.get(&id).ok_or(Refusal::UnknownRequest)?;
    match request.state {
        RequestState::Open => Ok(request.clone()),
        outcome @ (RequestState::Approved | RequestState::Declined) => Err(Refusal::RequestResolved { outcome }),
    }
}

fn move_by(draft: &mut Draft, amount: i64) -> Result<(), Refusal> {
    if amount < 0 {
        draft.demand_available(amount.saturating_neg())?;
        draft.take(amount.saturating_neg(), Place::Adjusted)?;
        return Ok(());
    }
    draft.change(Change::CreditOpened { amount, order: None })?;
    let opening = Opening {
        amount,
        source: Place::Adjusted,
        state: LotState::Active,
        earned_at: draft.at,
        life_from: Some(draft.at),
        priority: 0,
        origin: Origin::default(),
    };
    open_lot(draft, opening)?;
    draft.demand_room()
}
