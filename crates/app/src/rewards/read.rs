//! What members have, and how it came.

use super::book::Book;
use super::error::RewardsError;
use super::points::seen_member;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{Account, Balance, Hold, Lot, Transaction, settle};
use perennial_domain::time::Instant;
use perennial_store::ledger::{self, Wanted};
use perennial_store::{ReadTx, StoreError};

/// What a member has of a wallet at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointsBalance {
    pub wallet: String,
    pub balance: Balance,
    /// Of which something remains, as they are spent; pending ones behind.
    pub lots: Vec<Lot>,
    /// That wait to be captured.
    pub holds: Vec<Hold>,
    /// The number of the last transaction; 0 where there is none.
    pub sequence: u64,
    pub as_of: Instant,
}

/// What is due by now counts, whether a job came round or not. Who never had any has nothing.
pub async fn balance(
    app: &App,
    actor: &Actor,
    member: CustomerNumber,
    wallet: &str,
) -> Result<PointsBalance, RewardsError> {
    require(actor, Right::PointsRead)?;
    let mut tx = app.store.read().await?;
    let member = seen_member(&mut tx, actor, member).await?;
    let book = Book::read(&mut tx).await?;
    let (number, wallet) = book.find(wallet)?;
    let mut wanted = [book.wanted(ledger::account_id(number, member))?];
    ledger::headers(&mut tx, &mut wanted).await?;
    ledger::load(&mut tx, &mut wanted).await?;
    let [Wanted { mut account, .. }] = wanted;
    let now = app.clock.now();
    settle(wallet, &mut account, now)?;
    Ok(shown(account, now))
}

fn shown(account: Account, now: Instant) -> PointsBalance {
    let as_of = now.max(account.at);
    let mut lots: Vec<Lot> = account.open_lots().cloned().collect();
    lots.sort_by_key(|lot| (lot.is_pending(), lot.spending_order()));
    let holds = account.holds.into_values().filter(Hold::is_open).collect();
    PointsBalance {
        wallet: account.id.wallet,
        balance: account.balance,
        lots,
        holds,
        sequence: account.sequence,
        as_of,
    }
}

/// What was appended to a member's account, the newest first, those that record a refusal too; and the number before which
/// the next page begins.
pub async fn statement(
    app: &App,
    actor: &Actor,
    member: CustomerNumber,
    wallet: &str,
    before: Option<u64>,
    limit: usize,
) -> Result<(Vec<Transaction>, Option<u64>), RewardsError> {
    require(actor, Right::PointsRead)?;
    let mut tx = app.store.read().await?;
    let member = seen_member(&mut tx, actor, member).await?;
    let book = Book::read(&mut tx).await?;
    let (number, _) = book.find(wallet)?;
    let mut rows = ledger::statement(&mut tx, ledger::account_id(number, member), before, limit as i64 + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(|row| row.sequence) } else { None };
    Ok((rows, next))
}

/// All that happened to the accounts of some members, page by page: for whoever takes out everything about a person.
pub(crate) struct Postings {
    accounts: Vec<i64>,
    after: u64,
}

impl Postings {
    pub(crate) async fn of(tx: &mut ReadTx<'_>, members: &[CustomerNumber]) -> Result<Self, StoreError> {
        let book = Book::read(tx).await?;
        let ids = book.iter().flat_map(|(number, _)| members.iter().map(move |one| ledger::account_id(number, *one)));
        Ok(Self { accounts: ids.collect(), after: 0 })
    }

    /// `None` at the end.
    pub(crate) async fn next(
        &mut self,
        tx: &mut ReadTx<'_>,
        limit: i64,
    ) -> Result<Option<Vec<Transaction>>, StoreError> {
        while let Some(account) = self.accounts.last() {
            let page = ledger::transactions(tx, *account, self.after, limit).await?;
            if let Some(last) = page.last() {
                self.after = last.sequence;
                return Ok(Some(page));
            }
            self.accounts.pop();
            self.after = 0;
        }
        Ok(None)
    }
}
