//! From a command to a transaction, or to a refusal.
//!
//! | commands | module |
//! |---|---|
//! | earn, activate by an event, cancel | `earn` |
//! | spend, hold, capture, release | `spend` |
//! | claw-back of an order, refund of a spend, reversal | `back` |
//! | adjustments and their approval | `adjust` |
//! | what is due by itself; activity, reinstatement | `due` |
//! | both sides of a transfer | `transfer` |
//! | both sides of a merge, and its undoing | `merge` |
//!
//! Callers may rely on: nothing here changes an account, reads a clock or draws a number; a decision depends on the wallet,
//! the account, the command and the instant, and on nothing else.
//!
//! The way of a request (`post` walks it on an account in memory; a store does the same in one commit): load the account
//! under its lock, [`settle`] what is due, [`decide`], append the transaction, or the one by which the refusal is
//! recorded ([`refused`]). Idempotency is part of the decision, so it is checked on the same account that the effect is
//! appended to, never before.

mod adjust;
mod back;
mod due;
mod earn;
mod merge;
mod spend;
mod transfer;

pub use due::settle;
pub use merge::{merge, undo_merge};
pub use transfer::transfer;

use super::account::Account;
use super::apply::{Broken, apply};
use super::command::{Body, Command};
use super::draft::{Content, Draft, Stamp, seal};
use super::refusal::Refusal;
use super::transaction::{Kind, Transaction};
use super::wallet::Wallet;
use crate::time::Instant;

/// What a command does to an account at an instant. The account must be settled up to it.
pub fn decide(wallet: &Wallet, account: &Account, command: &Command, now: Instant) -> Result<Transaction, Refusal> {
    command.check()?;
    answered(account, command)?;
    if let Some(into) = account.merged_into
        && !matches!(command.body, Body::UndoMergeIn { .. })
    {
        return Err(Refusal::Merged { into });
    }
    if wallet.code != account.id.wallet {
        return Err(Refusal::WrongWallet { wallet: account.id.wallet.clone() });
    }
    let mut draft = Draft::new(wallet, account, now);
    if let Some(due_at) = account.next_due().filter(|due| *due <= draft.at) {
        return Err(Refusal::Unsettled { due_at });
    }
    let mut rule = None;
    match &command.body {
        Body::Earn(earn) => {
            rule = earn.rule.clone();
            earn::earn(&mut draft, earn)?;
        }
        Body::Activate { event, order } => earn::activate_on(&mut draft, event, order.as_deref())?,
        Body::CancelPending { lot } => earn::cancel_pending(&mut draft, *lot)?,
        Body::Spend { amount } => spend::spend(&mut draft, *amount)?,
        Body::Hold { amount, ttl_seconds } => spend::hold(&mut draft, *amount, *ttl_seconds)?,
        Body::Capture { hold, amount } => spend::capture(&mut draft, *hold, *amount)?,
        Body::Release { hold } => spend::release(&mut draft, *hold)?,
        Body::Clawback { order, total } => back::claw_back(&mut draft, order, *total)?,
        Body::Refund { debit, total } => back::refund(&mut draft, *debit, *total)?,
        Body::Reverse { entry } => back::reverse(&mut draft, *entry)?,
        Body::TransferOut { to, amount } => transfer::transfer_out(&mut draft, *to, *amount)?,
        Body::TransferIn { fragments, .. } => transfer::transfer_in(&mut draft, fragments)?,
        Body::Adjust { amount } => {
            let kind = adjust::adjust(&mut draft, command, *amount)?;
            return draft.finish(command, kind, None);
        }
        Body::Approve { request } => adjust::approve(&mut draft, *request, &command.actor)?,
        Body::Decline { request } => adjust::decline(&mut draft, *request)?,
        Body::Reinstate { valid_days } => due::reinstate(&mut draft, *valid_days)?,
        Body::Activity { occurred_at } => due::note_activity(&mut draft, *occurred_at)?,
        Body::MergeOut { into } => merge::merge_out(&mut draft, *into)?,
        Body::MergeIn { from, estate } => merge::merge_in(&mut draft, *from, estate)?,
        Body::UndoMergeOut { merge } => merge::undo_merge_out(&mut draft, *merge)?,
        Body::UndoMergeIn { estate, .. } => merge::undo_merge_in(&mut draft, estate)?,
    }
    draft.finish(command, kind_of(&command.body), rule)
}

/// The answer that the key has, if it has one, as a refusal to do anything more.
fn answered(account: &Account, command: &Command) -> Result<(), Refusal> {
    let Some(answer) = account.answers.get(&command.key) else { return Ok(()) };
    if answer.fingerprint != command.fingerprint() {
        return Err(Refusal::KeyConflict { sequence: answer.sequence });
    }
    Err(answer.refusal.clone().unwrap_or(Refusal::AlreadyPosted { sequence: answer.sequence }))
}

/// The transaction that records a refusal under its key; `None` where there is nothing to record: the refusal does not
/// depend on the account, or it is the repeated answer to a key that has one.
pub fn refused(
    wallet: &Wallet,
    account: &Account,
    command: &Command,
    refusal: &Refusal,
    now: Instant,
) -> Option<Transaction> {
    if !refusal.is_recorded() || account.answers.contains_key(&command.key) {
        return None;
    }
    let content = Content {
        kind: kind_of(&command.body),
        rule: None,
        refusal: Some(refusal.clone()),
        lines: Vec::new(),
        changes: Vec::new(),
    };
    Some(seal(account, now.max(account.at), wallet.version, Stamp::of(command), content))
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// To be appended, in this order, in one commit: what was due, then the effect or the recorded refusal.
    pub appended: Vec<Transaction>,
    /// The number of the transaction that is the answer, also where an earlier request posted it.
    pub answer: Result<u64, Refusal>,
}

/// Settles, decides and appends, on an account in memory. On an error of [`apply`] the account is to be thrown away.
pub fn post(wallet: &Wallet, account: &mut Account, command: &Command, now: Instant) -> Result<Posting, Broken> {
    let mut appended = settle(wallet, account, now)?;
    let answer = match decide(wallet, account, command, now) {
        Ok(transaction) => {
            apply(account, &transaction)?;
            let sequence = transaction.sequence;
            appended.push(transaction);
            Ok(sequence)
        }
        Err(Refusal::AlreadyPosted { sequence }) => Ok(sequence),
        Err(refusal) => {
            if let Some(record) = refused(wallet, account, command, &refusal, now) {
                apply(account, &record)?;
                appended.push(record);
            }
            Err(refusal)
        }
    };
    Ok(Posting { appended, answer })
}

/// What came of a request that is about two accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairPosting {
    /// What is to be appended to each, in one commit.
    pub appended: [Vec<Transaction>; 2],
    pub answer: Result<u64, Refusal>,
}

/// The same for a transfer, a merge or the undoing of one: the first account is the one that gives, and answers the key.
pub fn post_both(
    wallet: &Wallet,
    [from, to]: [&mut Account; 2],
    command: &Command,
    now: Instant,
) -> Result<PairPosting, Broken> {
    let at = now.max(from.at).max(to.at);
    let mut appended = [settle(wallet, from, at)?, settle(wallet, to, at)?];
    let decided = if matches!(command.body, Body::MergeOut { .. }) {
        merge(wallet, from, to, command, at)
    } else if matches!(command.body, Body::UndoMergeOut { .. }) {
        undo_merge(wallet, from, to, command, at)
    } else {
        transfer(wallet, from, to, command, at)
    };
    let answer = match decided {
        Ok([outgoing, incoming]) => {
            apply(from, &outgoing)?;
            apply(to, &incoming)?;
            let sequence = outgoing.sequence;
            appended[0].push(outgoing);
            appended[1].push(incoming);
            Ok(sequence)
        }
        Err(Refusal::AlreadyPosted { sequence }) => Ok(sequence),
        Err(refusal) => {
            if let Some(record) = refused(wallet, from, command, &refusal, at) {
                apply(from, &record)?;
                appended[0].push(record);
            }
            Err(refusal)
        }
    };
    Ok(PairPosting { appended, answer })
}

fn kind_of(body: &Body) -> Kind {
    match body {
        Body::Earn(_) => Kind::Earn,
        Body::Activate { .. } => Kind::Activate,
        Body::CancelPending { .. } => Kind::CancelPending,
        Body::Spend { .. } => Kind::Spend,
        Body::Hold { .. } => Kind::Hold,
        Body::Capture { .. } => Kind::Capture,
        Body::Release { .. } => Kind::Release,
        Body::Clawback { .. } => Kind::Clawback,
        Body::Refund { .. } => Kind::Refund,
        Body::TransferOut { .. } => Kind::TransferOut,
        Body::TransferIn { .. } => Kind::TransferIn,
        Body::Adjust { .. } => Kind::Adjust,
        Body::Approve { .. } => Kind::Approve,
        Body::Decline { .. } => Kind::Decline,
        Body::Reverse { .. } => Kind::Reverse,
        Body::Reinstate { .. } => Kind::Reinstate,
        Body::Activity { .. } => Kind::Activity,
        Body::MergeOut { .. } => Kind::MergeOut,
        Body::MergeIn { .. } => Kind::MergeIn,
        Body::UndoMergeOut { .. } => Kind::UndoMergeOut,
        Body::UndoMergeIn { .. } => Kind::UndoMergeIn,
    }
}
