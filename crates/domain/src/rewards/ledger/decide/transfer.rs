//! Transfers between members (L22): what one gives the other gets, lot by lot, with deadline, age and origin.
//!
//! A deadline that began anew would let two members keep points for ever by sending them back and forth.

use super::super::account::{Account, Lot};
use super::super::command::{Body, Command, OWN_KEYS};
use super::super::draft::Draft;
use super::super::ids::LotId;
use super::super::refusal::Refusal;
use super::super::transaction::{Change, Place, Transaction};
use super::super::wallet::Wallet;
use super::decide;
use crate::ids::CustomerNumber;
use crate::time::Instant;

/// Both sides of a transfer, to be appended in one commit: nothing is given that is not got. Both accounts must be settled up
/// to the instant, which is not before that of either.
pub fn transfer(
    wallet: &Wallet,
    from: &Account,
    to: &Account,
    command: &Command,
    at: Instant,
) -> Result<[Transaction; 2], Refusal> {
    let Body::TransferOut { to: receiver, .. } = command.body else {
        return Err(malformed("command", "transfer_out, merge_out or undo_merge_out"));
    };
    let outgoing = decide(wallet, from, command, at)?;
    if receiver != to.id.member {
        return Err(malformed("to", "the member whose account is handed in"));
    }
    let fragments = outgoing.changes.iter().filter_map(|change| {
        let Change::LotTaken { lot, amount, to: Place::Transferred, .. } = change else { return None };
        fragment(from, *lot, *amount)
    });
    let body = Body::TransferIn { from: outgoing.id(), fragments: fragments.collect() };
    let incoming = decide(wallet, to, &other_side(command, &outgoing, body), at)?;
    Ok([outgoing, incoming])
}

pub fn malformed(field: &str, allowed: &str) -> Refusal {
    Refusal::Malformed { field: field.to_owned(), allowed: allowed.to_owned() }
}

/// The command of the account that gets. Its key is made of the transaction that gives, so that it is used once.
pub fn other_side(command: &Command, outgoing: &Transaction, body: Body) -> Command {
    Command {
        key: format!("{OWN_KEYS}from:{}", outgoing.id()),
        actor: command.actor.clone(),
        reason: command.reason.clone(),
        reference: command.reference.clone(),
        body,
    }
}

fn fragment(from: &Account, id: LotId, amount: i64) -> Option<Lot> {
    let lot = from.lots.get(&id)?;
    let unused = Lot { amount, remaining: amount, consumed: 0, expired: 0, clawed_back: 0, held: 0, ..lot.clone() };
    Some(unused)
}

pub fn transfer_out(draft: &mut Draft, to: CustomerNumber, amount: i64) -> Result<(), Refusal> {
    if !draft.wallet.is_transferable || !draft.wallet.kind.is_spendable() {
        return Err(Refusal::NotTransferable);
    }
    if to == draft.account.id.member {
        return Err(Refusal::SameMember);
    }
    draft.demand_amount(amount)?;
    draft.demand_available(amount)?;
    draft.take(amount, Place::Transferred)?;
    Ok(())
}

pub fn transfer_in(draft: &mut Draft, fragments: &[Lot]) -> Result<(), Refusal> {
    for fragment in fragments {
        let amount = draft.pay_debt_from(Place::Transferred, fragment.amount)?;
        if amount == 0 {
            continue;
        }
        let mut lot = Lot { id: draft.next_lot(), amount, remaining: amount, ..fragment.clone() };
        lot.origin.lot = Some(fragment.id);
        draft.change(Change::LotOpened { lot, source: Place::Transferred })?;
    }
    draft.demand_room()
}
