//! Requests to accounts: many of them in one commit.
//!
//! The accounts of all requests are locked and read together, the pure core decides one request after the other in memory,
//! and what came of them is written together. So a commit is shared by as many as wait for it, and a request pays little more
//! than its own rows.
//!
//! Invariants: the answer of each request is what it would be alone, after those before it; a refused one does not hold up the
//! others. An account that is damaged lets the whole commit fail, and then each request has a commit of its own.

use super::book::Book;
use super::error::RewardsError;
use crate::App;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{
    Account, Balance, Body, Command, Refusal, Transaction, Wallet, needs, post, post_both, settle,
};
use perennial_domain::time::Instant;
use perennial_store::ledger::{self, Wanted, Written};
use perennial_store::{StoreError, WriteTx};
use std::collections::BTreeMap;

/// PostgreSQL ends one of two transactions that wait for each other, and a busy file is busy for a while.
const TRIES: u32 = 5;

/// What is asked of a member's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub wallet: String,
    pub member: CustomerNumber,
    pub command: Command,
    /// Of the undoing of a merge: who parts. All other commands name the other member themselves.
    pub other: Option<CustomerNumber>,
    /// What is earned counts from when it is posted, whatever stands in the command; told again, from when it was.
    pub is_earned_now: bool,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The transaction that is the answer, also where an earlier request posted it.
    pub outcome: Result<Transaction, Refusal>,
    /// The key had this answer before.
    pub is_replay: bool,
    /// What the account had before and after.
    pub balance: [Balance; 2],
}

/// Everything that is asked, in its order, in one commit where that can be.
///
/// # Errors
/// Those of the store for all of them; [`RewardsError::Damaged`] is of single requests.
pub async fn post_many(app: &App, requests: &[Request]) -> Result<Vec<Result<Posted, RewardsError>>, RewardsError> {
    match post_together(app, requests).await {
        Err(RewardsError::Damaged(_)) if requests.len() > 1 => {}
        Err(RewardsError::Damaged(broken)) => return Ok(vec![Err(RewardsError::Damaged(broken))]),
        outcome => return Ok(outcome?.into_iter().map(Ok).collect()),
    }
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        match post_together(app, std::slice::from_ref(request)).await {
            Ok(posted) => answers.extend(posted.into_iter().map(Ok)),
            Err(RewardsError::Damaged(broken)) => answers.push(Err(RewardsError::Damaged(broken))),
            Err(error) => return Err(error),
        }
    }
    Ok(answers)
}

async fn post_together(app: &App, requests: &[Request]) -> Result<Vec<Posted>, RewardsError> {
    let mut tries = 1;
    loop {
        match post_once(app, requests).await {
            Err(RewardsError::Store(error)) if error.is_retryable() && tries < TRIES => tries += 1,
            outcome => return outcome,
        }
    }
}

async fn post_once(app: &App, requests: &[Request]) -> Result<Vec<Posted>, RewardsError> {
    let mut tx = app.store.write().await?;
    let book = Book::read(&mut tx).await?;
    let posted = post_in_tx(&mut tx, &book, requests, app.clock.now()).await?;
    tx.commit().await?;
    Ok(posted)
}

/// An account that requests are about.
struct Open<'a> {
    wanted: Wanted<'a>,
    appended: Vec<Transaction>,
}

/// A request with the accounts that it is about, by id.
struct Placed<'a> {
    request: &'a Request,
    wallet: &'a Wallet,
    account: i64,
    other: Option<i64>,
}

/// The same in the caller's commit.
pub(crate) async fn post_in_tx(
    tx: &mut WriteTx<'_>,
    book: &Book,
    requests: &[Request],
    now: Instant,
) -> Result<Vec<Posted>, RewardsError> {
    let placed: Vec<Option<Placed<'_>>> = requests.iter().map(|request| place(book, request)).collect();
    let mut open = open_accounts(tx, book, placed.iter().flatten(), now).await?;
    let mut posted = Vec::with_capacity(requests.len());
    for (request, placed) in requests.iter().zip(&placed) {
        posted.push(match placed {
            Some(placed) => post_placed(tx, &mut open, placed, now).await?,
            None => no_wallet(request),
        });
    }
    let written = open.iter().filter(|(_, one)| !one.appended.is_empty());
    let written: Vec<Written<'_>> =
        written.map(|(id, one)| Written { id: *id, account: &one.wanted.account, appended: &one.appended }).collect();
    ledger::save(tx, &written).await?;
    Ok(posted)
}

/// `None` where there is no such wallet.
fn place<'a>(book: &'a Book, request: &'a Request) -> Option<Placed<'a>> {
    let (number, wallet) = book.find(&request.wallet).ok()?;
    let other = match &request.command.body {
        Body::TransferOut { to: other, .. } | Body::MergeOut { into: other } => Some(*other),
        Body::UndoMergeOut { .. } => request.other,
        _ => None,
    };
    // To oneself nothing goes: the core says so by looking at one account.
    let other = other.filter(|other| *other != request.member);
    let id = |member| ledger::account_id(number, member);
    Some(Placed { request, wallet, account: id(request.member), other: other.map(id) })
}

fn no_wallet(request: &Request) -> Posted {
    let refusal = Refusal::WrongWallet { wallet: request.wallet.clone() };
    Posted { outcome: Err(refusal), is_replay: false, balance: [Balance::default(); 2] }
}

/// Locks and reads all accounts that requests are about.
async fn open_accounts<'a>(
    tx: &mut WriteTx<'_>,
    book: &Book,
    placed: impl Iterator<Item = &'a Placed<'a>> + Clone,
    now: Instant,
) -> Result<BTreeMap<i64, Open<'a>>, StoreError> {
    let mut ids: Vec<i64> = placed.clone().flat_map(|one| [Some(one.account), one.other]).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut wanted: Vec<Wanted<'a>> = Vec::with_capacity(ids.len());
    for id in &ids {
        wanted.push(book.wanted(*id)?);
    }
    ledger::lock(tx, &mut wanted).await?;
    for one in placed {
        for (id, is_first) in [(Some(one.account), true), (one.other, false)] {
            let Some(place) = id.and_then(|id| ids.binary_search(&id).ok()) else { continue };
            let (account, command) = (&mut wanted[place], &one.request.command);
            let named = needs(one.wallet, command, now.max(account.account.at));
            if !account.needs.contains(&named) {
                account.needs.push(named);
            }
            if is_first {
                account.keys.push(&command.key);
            }
        }
    }
    ledger::load(tx, &mut wanted).await?;
    Ok(wanted.into_iter().map(|wanted| (wanted.id, Open { wanted, appended: Vec::new() })).collect())
}

async fn post_placed(
    tx: &mut WriteTx<'_>,
    open: &mut BTreeMap<i64, Open<'_>>,
    placed: &Placed<'_>,
    now: Instant,
) -> Result<Posted, RewardsError> {
    let Placed { request, wallet, account: id, other } = placed;
    // Taken out while it is worked on: another account may be looked at beside it.
    let Some(mut own) = open.remove(id) else { return Ok(no_wallet(request)) };
    // What was due by itself is no part of what the request did.
    own.appended.extend(settle(wallet, &mut own.wanted.account, now)?);
    let command = dated(tx, &own, *id, request, now).await?;
    let before = own.wanted.account.balance;
    let is_replay = own.wanted.account.answers.contains_key(&command.key);
    let answer = match other.and_then(|other| open.get_mut(&other)) {
        Some(other) => {
            let pair = [&mut own.wanted.account, &mut other.wanted.account];
            let posting = post_both(wallet, pair, &command, now)?;
            let [given, got] = posting.appended;
            own.appended.extend(given);
            other.appended.extend(got);
            posting.answer
        }
        None => {
            let posting = post(wallet, &mut own.wanted.account, &command, now)?;
            own.appended.extend(posting.appended);
            posting.answer
        }
    };
    let outcome = match answer {
        Ok(sequence) => Ok(transaction_of(tx, &own, *id, sequence).await?),
        Err(refusal) => Err(refusal),
    };
    let after = own.wanted.account.balance;
    open.insert(*id, own);
    Ok(Posted { outcome, is_replay, balance: [before, after] })
}

/// The command as it is posted.
async fn dated(
    tx: &mut WriteTx<'_>,
    own: &Open<'_>,
    id: i64,
    request: &Request,
    now: Instant,
) -> Result<Command, StoreError> {
    let mut command = request.command.clone();
    if let Body::Earn(earn) = &mut command.body
        && request.is_earned_now
    {
        let account: &Account = &own.wanted.account;
        earn.earned_at = match account.answers.get(&command.key) {
            Some(answer) => transaction_of(tx, own, id, answer.sequence).await?.at,
            None => now.max(account.at),
        };
    }
    Ok(command)
}

/// A transaction of this commit, or an earlier one.
async fn transaction_of(
    tx: &mut WriteTx<'_>,
    own: &Open<'_>,
    id: i64,
    sequence: u64,
) -> Result<Transaction, StoreError> {
    if let Some(appended) = own.appended.iter().find(|one| one.sequence == sequence) {
        return Ok(appended.clone());
    }
    let missing = || StoreError::Inconsistency {
        table: "ledger_transactions",
        column: "sequence",
        row: format!("{id}, {sequence}"),
    };
    ledger::transaction(tx, id, sequence).await?.ok_or_else(missing)
}
