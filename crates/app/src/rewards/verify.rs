//! The journal proves what is stored.
//!
//! Of each account the journal is replayed from its first transaction: numbers without gaps, the hash chain, lines that sum to
//! zero and are what the changes move; what comes of it must be what is stored, header and rows, to the last field. Where rows
//! came from another account, that one must have given them in the same amount.
//!
//! It only reads, page by page, each account as it was at one moment: it can be broken off and begun anew at any time, and
//! beside whatever is posted.

use super::book::Book;
use super::error::RewardsError;
use crate::App;
use crate::jobs::JobError;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{
    Account, EntryId, Kind, Needs, OWN_KEYS, Place, RowId, Transaction, replay_onto,
};
use perennial_store::ledger::{self, Wanted};
use perennial_store::{ReadTx, StoreError};
use std::collections::{BTreeSet, HashSet};

const ACCOUNTS_PER_PAGE: i64 = 200;
/// Transactions of one account that are in memory at once.
const TRANSACTIONS_PER_PAGE: i64 = 1_000;
/// So many are told one by one; all are counted.
const TOLD_MAX: usize = 100;

/// What the proof found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    pub members: u64,
    pub accounts: u64,
    pub postings: u64,
    pub differences: u64,
    /// The first of them.
    pub told: Vec<Difference>,
}

/// An account that is not what its journal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub member: CustomerNumber,
    pub wallet: String,
    pub what: String,
}

pub async fn verify(app: &App) -> Result<Proof, RewardsError> {
    let mut proof = Proof::default();
    let mut members: HashSet<CustomerNumber> = HashSet::new();
    let mut last = i64::MIN;
    loop {
        // Of its own each: a long one would hold up what SQLite copies back from its log.
        let mut tx = app.store.read().await?;
        let book = Book::read(&mut tx).await?;
        let ids = ledger::accounts_after(&mut tx, last, ACCOUNTS_PER_PAGE).await?;
        let Some(end) = ids.last() else {
            proof.members = members.len() as u64;
            return Ok(proof);
        };
        last = *end;
        for id in ids {
            let (_, member) = ledger::parts_of(id);
            members.insert(member);
            prove(&mut tx, &book, id, &mut proof).await?;
        }
    }
}

/// The proof as a job, once a day: a difference is a job that is dead, in sight of whoever keeps the workspace running.
pub(crate) async fn run_job(app: &App) -> Result<(), JobError> {
    let proof = verify(app).await.map_err(|error| JobError::Retry(error.to_string()))?;
    metrics::counter!("ledger_differences_total").increment(proof.differences);
    if proof.differences == 0 {
        return Ok(());
    }
    tracing::error!(proof.differences, proof.accounts, "what is stored of points is not what their journal says");
    Err(JobError::Fail(format!(
        "{} of {} accounts of points are not what their journal says: perennial ledger verify",
        proof.differences, proof.accounts
    )))
}

async fn prove(tx: &mut ReadTx<'_>, book: &Book, id: i64, proof: &mut Proof) -> Result<(), StoreError> {
    proof.accounts += 1;
    let (wallet, member) = match book.of_account(id) {
        Ok((wallet, member)) => (wallet.code.clone(), member),
        Err(_) => (String::new(), ledger::parts_of(id).1),
    };
    let (what, postings) = match replayed(tx, book, id).await {
        Ok((replayed, None)) => (compare(tx, book, id, &replayed).await?, replayed.sequence),
        Ok((replayed, Some(what))) => (Some(what), replayed.sequence),
        Err(StoreError::Inconsistency { table, column, .. }) => {
            (Some(format!("what is stored in {table}.{column} cannot be read")), 0)
        }
        Err(error) => return Err(error),
    };
    proof.postings += postings;
    if let Some(what) = what {
        proof.differences += 1;
        if proof.told.len() < TOLD_MAX {
            proof.told.push(Difference { member, wallet, what });
        }
    }
    Ok(())
}

/// What the journal of an account leads to, as far as it can be followed, and what is wrong with it.
async fn replayed(tx: &mut ReadTx<'_>, book: &Book, id: i64) -> Result<(Account, Option<String>), StoreError> {
    let mut account = book.wanted(id)?.account;
    loop {
        let page = ledger::transactions(tx, id, account.sequence, TRANSACTIONS_PER_PAGE).await?;
        if let Err(broken) = replay_onto(&mut account, &page) {
            return Ok((account, Some(broken.to_string())));
        }
        // Each key once is the index's to guarantee: they need not stay in memory.
        account.answers.clear();
        for transaction in &page {
            if let Some(what) = other_side(tx, id, transaction).await? {
                return Ok((account, Some(what)));
            }
        }
        if (page.len() as i64) < TRANSACTIONS_PER_PAGE {
            return Ok((account, None));
        }
    }
}

/// What came from another account was given there, in the same amount.
async fn other_side(tx: &mut ReadTx<'_>, id: i64, transaction: &Transaction) -> Result<Option<String>, StoreError> {
    let place = match transaction.kind {
        Kind::TransferIn => Place::Transferred,
        Kind::MergeIn | Kind::UndoMergeIn => Place::Merged,
        _ => return Ok(None),
    };
    let sequence = transaction.sequence;
    let from = transaction.key.strip_prefix(OWN_KEYS).and_then(|key| key.strip_prefix("from:"));
    let Some(entry) = from.and_then(|entry| entry.parse::<EntryId>().ok()) else { return Ok(None) };
    let (number, _) = ledger::parts_of(id);
    let given = ledger::transaction(tx, ledger::account_id(number, entry.member), entry.sequence).await?;
    let gain = given.map(|given| given.gain(place));
    let is_even = gain.and_then(|gain| gain.checked_add(transaction.gain(place))) == Some(0);
    Ok((!is_even).then(|| format!("transaction {sequence} got what transaction {entry} did not give")))
}

/// What is stored is what the journal leads to, and can be read.
async fn compare(tx: &mut ReadTx<'_>, book: &Book, id: i64, replayed: &Account) -> Result<Option<String>, StoreError> {
    let mut stored = match stored(tx, book, id).await {
        Err(error @ StoreError::Inconsistency { .. }) => return Ok(Some(error.to_string())),
        stored => stored?,
    };
    stored.answers.clear();
    if stored != *replayed {
        return Ok(Some(differences(&stored, replayed)));
    }
    let open = open_rows(tx, book, id).await?;
    let is_read_whole = open == replayed.open_row_ids();
    Ok((!is_read_whole).then(|| "rows that decisions read as open are not those that are".to_owned()))
}

fn differences(stored: &Account, replayed: &Account) -> String {
    if stored.sequence != replayed.sequence || stored.hash != replayed.hash || stored.at != replayed.at {
        return format!("the header is at transaction {}, the journal at {}", stored.sequence, replayed.sequence);
    }
    if stored.balance != replayed.balance {
        let (stored, replayed) = (stored.balance, replayed.balance);
        return format!("the header says {stored:?}, the journal {replayed:?}");
    }
    let all: BTreeSet<RowId> = stored.row_ids().union(&replayed.row_ids()).cloned().collect();
    let differs = |id: &&RowId| stored.stored_row(id) != replayed.stored_row(id);
    let rows: Vec<String> = all.iter().filter(differs).map(|id| format!("{} {}", id.kind(), id.id())).collect();
    format!("rows differ from the journal: {}", rows.join(", "))
}

async fn stored(tx: &mut ReadTx<'_>, book: &Book, id: i64) -> Result<Account, StoreError> {
    let mut wanted = [Wanted { needs: vec![Needs::Everything], ..book.wanted(id)? }];
    ledger::headers(tx, &mut wanted).await?;
    ledger::load(tx, &mut wanted).await?;
    let [Wanted { account, .. }] = wanted;
    Ok(account)
}

/// What a decision would read that needs nothing else.
async fn open_rows(tx: &mut ReadTx<'_>, book: &Book, id: i64) -> Result<BTreeSet<RowId>, StoreError> {
    let mut wanted = [book.wanted(id)?];
    ledger::load(tx, &mut wanted).await?;
    Ok(wanted[0].account.row_ids())
}
