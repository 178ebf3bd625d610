//! Accounts follow customers who turn out to be one, or not, in the commit that says so.
//!
//! Invariants: the account of a customer of now is open: nothing is asked of one that was merged away. What the absorbed one has
//! goes to the survivor. Where a merge is taken back, what came by members who leave goes with them, within the wallet's days;
//! later, and where a hold stands across both, it stays where it is, and who leaves begins anew. No point is made or lost by it.
//! An account that cannot follow holds nobody up: it is told in the log, and points stay where they are.

use super::book::Book;
use super::error::RewardsError;
use super::post::{Posted, Request, post_in_tx};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{Account, Body, Command, EntryId, Estate, Needs, OWN_KEYS, Wallet};
use perennial_domain::time::Instant;
use perennial_store::ledger::{self, Wanted};
use perennial_store::{ReadTx, StoreError, WriteTx};
use std::collections::BTreeSet;

const ACTOR: &str = "identity";

/// What became of customers, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn<'a> {
    /// Of the merge.
    pub id: &'a str,
    pub at: Instant,
}

/// Two customers are one from now on.
pub(crate) async fn join_accounts(
    tx: &mut WriteTx<'_>,
    survivor: CustomerNumber,
    absorbed: CustomerNumber,
    turn: Turn<'_>,
) -> Result<(), StoreError> {
    let book = Book::read(tx).await?;
    for (number, wallet) in book.iter() {
        let of = Followed { book: &book, number, wallet, turn };
        unless_unreadable(of.join(tx, survivor, absorbed).await, survivor)?;
    }
    Ok(())
}

/// What is stored of an account cannot be read: the others follow, and the customers are one or not all the same.
fn unless_unreadable(outcome: Result<(), StoreError>, member: CustomerNumber) -> Result<(), StoreError> {
    match outcome {
        Err(error @ StoreError::Inconsistency { .. }) => {
            tracing::error!(ledger.member = member.0, %error, "an account cannot follow its customer");
            Ok(())
        }
        outcome => outcome,
    }
}

/// Members of `leaving` are another customer from now on, who goes by the number `leaves`.
pub(crate) async fn part_accounts(
    tx: &mut WriteTx<'_>,
    stays: CustomerNumber,
    leaves: CustomerNumber,
    leaving: &[CustomerNumber],
    turn: Turn<'_>,
) -> Result<(), StoreError> {
    let book = Book::read(tx).await?;
    for (number, wallet) in book.iter() {
        let of = Followed { book: &book, number, wallet, turn };
        unless_unreadable(of.part(tx, stays, leaves, leaving).await, stays)?;
    }
    Ok(())
}

/// A wallet whose accounts follow.
struct Followed<'a> {
    book: &'a Book,
    number: i64,
    wallet: &'a Wallet,
    turn: Turn<'a>,
}

impl Followed<'_> {
    async fn join(
        &self,
        tx: &mut WriteTx<'_>,
        survivor: CustomerNumber,
        absorbed: CustomerNumber,
    ) -> Result<(), StoreError> {
        let from = self.header(tx, absorbed).await?;
        // Also an empty account: what was on its way to it when they were merged is refused, and asked of the survivor.
        if from.merged_into.is_none() {
            self.open_again(tx, survivor).await?;
            self.merge(tx, "merge", absorbed, survivor).await?;
        }
        Ok(())
    }

    async fn part(
        &self,
        tx: &mut WriteTx<'_>,
        stays: CustomerNumber,
        leaves: CustomerNumber,
        leaving: &[CustomerNumber],
    ) -> Result<(), StoreError> {
        if self.header(tx, stays).await?.sequence == 0 && self.header(tx, leaves).await?.sequence == 0 {
            return Ok(());
        }
        // The one who gives the number first: who was merged into them before goes along.
        self.undo_merges(tx, stays, |from| from == leaves).await?;
        let gone = self.undo_merges(tx, stays, |from| leaving.contains(&from)).await?;
        self.open_again(tx, leaves).await?;
        for from in gone {
            self.merge(tx, "part", from, leaves).await?;
        }
        // Who came by them, and stays.
        let back = self.undo_merges(tx, leaves, |from| !leaving.contains(&from)).await?;
        for from in back.into_iter().filter(|from| *from != stays) {
            self.merge(tx, "part", from, stays).await?;
        }
        Ok(())
    }

    async fn header(&self, tx: &mut ReadTx<'_>, member: CustomerNumber) -> Result<Account, StoreError> {
        let mut wanted = [self.book.wanted(ledger::account_id(self.number, member))?];
        ledger::headers(tx, &mut wanted).await?;
        let [Wanted { account, .. }] = wanted;
        Ok(account)
    }

    async fn whole(&self, tx: &mut ReadTx<'_>, member: CustomerNumber) -> Result<Account, StoreError> {
        let id = ledger::account_id(self.number, member);
        let mut wanted = [Wanted { needs: vec![Needs::Everything], ..self.book.wanted(id)? }];
        ledger::headers(tx, &mut wanted).await?;
        ledger::load(tx, &mut wanted).await?;
        let [Wanted { account, .. }] = wanted;
        Ok(account)
    }

    /// Takes back the merges of members whom a condition names; returns whose it took back.
    async fn undo_merges(
        &self,
        tx: &mut WriteTx<'_>,
        heir: CustomerNumber,
        is_named: impl Fn(CustomerNumber) -> bool,
    ) -> Result<Vec<CustomerNumber>, StoreError> {
        let mut tried: BTreeSet<EntryId> = BTreeSet::new();
        let mut gone = Vec::new();
        loop {
            // Anew each time: who goes takes merges along.
            let account = self.whole(tx, heir).await?;
            let mut open = account.merges.iter().filter(|(id, merge)| !merge.is_undone && !tried.contains(id));
            let Some((id, from)) = open.find(|(_, merge)| is_named(merge.from)).map(|(id, merge)| (*id, merge.from))
            else {
                return Ok(gone);
            };
            tried.insert(id);
            let key = format!("unmerge:{}:{id}", self.turn.id);
            if self.post(tx, heir, Some(from), (key, Body::UndoMergeOut { merge: id })).await? {
                gone.push(from);
            }
        }
    }

    async fn merge(
        &self,
        tx: &mut WriteTx<'_>,
        why: &str,
        from: CustomerNumber,
        into: CustomerNumber,
    ) -> Result<(), StoreError> {
        let key = format!("{why}:{}:{}", self.turn.id, into.0);
        self.post(tx, from, None, (key, Body::MergeOut { into })).await.map(|_| ())
    }

    /// An account that was merged, and whose merge is not taken back, is that of a customer again: empty.
    async fn open_again(&self, tx: &mut WriteTx<'_>, member: CustomerNumber) -> Result<(), StoreError> {
        let before = self.header(tx, member).await?;
        let Some(heir) = before.merged_into else { return Ok(()) };
        let from = EntryId { member: heir, sequence: 0 };
        let body = Body::UndoMergeIn { from, estate: Box::new(Estate::default()) };
        let key = format!("{OWN_KEYS}open:{}:{}", self.turn.id, before.sequence);
        self.post(tx, member, None, (key, body)).await.map(|_| ())
    }

    /// Whether it was done.
    async fn post(
        &self,
        tx: &mut WriteTx<'_>,
        member: CustomerNumber,
        other: Option<CustomerNumber>,
        (key, body): (String, Body),
    ) -> Result<bool, StoreError> {
        let command = Command {
            key,
            actor: ACTOR.to_owned(),
            reason: "customers".to_owned(),
            reference: Some(self.turn.id.to_owned()),
            body,
        };
        let wallet = self.wallet.code.clone();
        let request = Request { wallet, member, other, is_earned_now: false, command };
        match post_in_tx(tx, self.book, std::slice::from_ref(&request), self.turn.at).await {
            Ok(posted) => {
                let Some(Posted { outcome: Err(refusal), .. }) = posted.into_iter().next() else { return Ok(true) };
                tracing::warn!(ledger.member = member.0, ?refusal, "an account does not follow its customer");
                Ok(false)
            }
            Err(RewardsError::Store(error)) => Err(error),
            Err(error) => {
                tracing::error!(ledger.member = member.0, %error, "an account cannot follow its customer");
                Ok(false)
            }
        }
    }
}
