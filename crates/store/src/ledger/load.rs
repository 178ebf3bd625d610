//! Accounts are locked and read: of many at once the same few statements.

use super::unreadable;
use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{Account, Answer, Balance, Digest, Needs, RowId, Transaction};
use perennial_domain::time::Instant;
use std::collections::HashMap;

/// An account that is wanted, and what of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// See [`super::account_id`].
    pub id: i64,
    /// As it is before its first transaction; [`lock`] or [`headers`] fill in the header, [`load`] the rows.
    pub account: Account,
    pub needs: Vec<Needs<'a>>,
    /// Keys whose answers are wanted.
    pub keys: Vec<&'a str>,
}

struct Header {
    id: i64,
    sequence: u64,
    at: Instant,
    hash: Digest,
    balance: Balance,
    merged_into: Option<CustomerNumber>,
}

/// Locks accounts until the transaction ends, and fills in their headers; who had none before has an empty one then. They
/// must be in the order of their ids, each once.
pub async fn lock(tx: &mut WriteTx<'_>, wanted: &mut [Wanted<'_>]) -> Result<()> {
    debug_assert!(wanted.is_sorted_by(|one, other| one.id < other.id), "accounts are locked in the order of their ids");
    // A row that is not there cannot be locked. Whoever makes it at the same time is waited for here.
    exec::bulk(tx, "ledger.open_accounts", wanted, |one, binder| {
        binder.i64(one.id);
        binder.i64(0);
        binder.i64(one.account.at.0);
        binder.bytes(&one.account.hash.0);
        for _ in 0..4 {
            binder.i64(0);
        }
    })
    .await?;
    let ids: Vec<i64> = wanted.iter().map(|one| one.id).collect();
    let found = exec::lookup(tx, "ledger.lock", &[], &ids, |id, binder| binder.i64(*id), read_header).await?;
    fill_in(wanted, found);
    Ok(())
}

/// Fills in the headers of accounts that have one.
pub async fn headers(tx: &mut ReadTx<'_>, wanted: &mut [Wanted<'_>]) -> Result<()> {
    let ids: Vec<i64> = wanted.iter().map(|one| one.id).collect();
    let found = exec::lookup(tx, "ledger.headers", &[], &ids, |id, binder| binder.i64(*id), read_header).await?;
    fill_in(wanted, found);
    Ok(())
}

fn fill_in(wanted: &mut [Wanted<'_>], found: Vec<Header>) {
    let mut found: HashMap<i64, Header> = found.into_iter().map(|header| (header.id, header)).collect();
    for one in wanted {
        let Some(header) = found.remove(&one.id) else { continue };
        let account = &mut one.account;
        account.sequence = header.sequence;
        account.at = header.at;
        account.hash = header.hash;
        account.balance = header.balance;
        account.merged_into = header.merged_into;
    }
}

fn read_header(row: &Row<'_>) -> Result<Header> {
    let id = row.i64(0)?;
    let wrong = |column| unreadable("ledger_accounts", column, id);
    let merged_into = row.opt_i64(8)?;
    Ok(Header {
        id,
        sequence: u64::try_from(row.i64(1)?).map_err(|_| wrong("sequence"))?,
        at: row.instant(2)?,
        hash: Digest(row.bytes(3)?.try_into().map_err(|_| wrong("hash"))?),
        balance: Balance { pending: row.i64(4)?, available: row.i64(5)?, held: row.i64(6)?, debt: row.i64(7)? },
        merged_into: match merged_into {
            Some(stored) => Some(CustomerNumber::from_stored(stored).ok_or_else(|| wrong("merged_into"))?),
            None => None,
        },
    })
}

/// A row of an account that is wanted by its name.
struct Named {
    place: usize,
    account_id: i64,
    row: RowId,
}

/// Reads the answers to the keys, the open rows, and what the needs name.
pub async fn load(tx: &mut ReadTx<'_>, wanted: &mut [Wanted<'_>]) -> Result<()> {
    load_answers(tx, wanted).await?;
    let is_whole = |one: &Wanted<'_>| one.needs.contains(&Needs::Everything);
    let places: HashMap<i64, usize> =
        wanted.iter().enumerate().filter(|(_, one)| !is_whole(one)).map(|(place, one)| (one.id, place)).collect();
    let ids: Vec<i64> = wanted.iter().filter(|one| !is_whole(one)).map(|one| one.id).collect();
    let open = exec::lookup(
        tx,
        "ledger.open_rows",
        &[],
        &ids,
        |id, binder| binder.i64(*id),
        |row| Ok((row.i64(0)?, row.text(1)?, row.text(2)?, row.text(3)?)),
    );
    for (account_id, kind, id, text) in open.await? {
        let Some(one) = places.get(&account_id).and_then(|place| wanted.get_mut(*place)) else { continue };
        put(one, &kind, &id, &text)?;
    }
    for one in wanted.iter_mut() {
        load_ranges(tx, one).await?;
    }
    load_named(tx, wanted, named_rows).await?;
    // What those name in turn.
    load_named(tx, wanted, rows_behind).await
}

fn put(one: &mut Wanted<'_>, kind: &str, id: &str, text: &str) -> Result<()> {
    let account_id = one.id;
    one.account.put_row(kind, id, text).map_err(|_| unreadable("ledger_rows", "body", account_id))
}

async fn load_answers(tx: &mut ReadTx<'_>, wanted: &mut [Wanted<'_>]) -> Result<()> {
    let keys: Vec<(usize, i64, &str)> = wanted
        .iter()
        .enumerate()
        .flat_map(|(place, one)| one.keys.iter().map(move |key| (place, one.id, *key)))
        .collect();
    let bind = |(_, id, key): &(usize, i64, &str), binder: &mut Binder| {
        binder.i64(*id);
        binder.text(key);
    };
    let found = exec::join(tx, "ledger.answers", &keys, bind, |(place, id, _), row| {
        let transaction = Transaction::from_text(&row.text(1)?);
        Ok((*place, transaction.map_err(|_| unreadable("ledger_transactions", "body", *id))?))
    })
    .await?;
    for (place, transaction) in found {
        let Transaction { fingerprint, sequence, refusal, key, .. } = transaction;
        wanted[place].account.answers.insert(key, Answer { fingerprint, sequence, refusal });
    }
    Ok(())
}

/// What is wanted as a whole or from a deadline on: of one account at a time, as merges and reinstatements are rare.
async fn load_ranges(tx: &mut ReadTx<'_>, one: &mut Wanted<'_>) -> Result<()> {
    let since = one.needs.iter().filter_map(|need| match need {
        Needs::ExpiredSince(from) => Some(*from),
        _ => None,
    });
    let rows = if one.needs.contains(&Needs::Everything) {
        exec::all(tx, "ledger.all_rows", vec![one.id.into()], read_row).await?
    } else if let Some(from) = since.min() {
        exec::all(tx, "ledger.lots_since", vec![one.id.into(), from.into()], read_row).await?
    } else {
        return Ok(());
    };
    rows.iter().try_for_each(|(kind, id, text)| put(one, kind, id, text))
}

fn read_row(row: &Row<'_>) -> Result<(String, String, String)> {
    Ok((row.text(0)?, row.text(1)?, row.text(2)?))
}

async fn load_named(
    tx: &mut ReadTx<'_>,
    wanted: &mut [Wanted<'_>],
    names: impl Fn(&Account, &Needs<'_>) -> Vec<RowId>,
) -> Result<()> {
    let mut keys: Vec<Named> = Vec::new();
    for (place, one) in wanted.iter().enumerate() {
        let rows = one.needs.iter().flat_map(|need| names(&one.account, need));
        keys.extend(rows.map(|row| Named { place, account_id: one.id, row }));
    }
    let bind = |key: &Named, binder: &mut Binder| {
        binder.i64(key.account_id);
        binder.text(key.row.kind());
        binder.text(&key.row.id());
    };
    let found = exec::join(tx, "ledger.named_rows", &keys, bind, |key, row| {
        Ok((key.place, key.row.kind(), key.row.id(), row.text(1)?))
    });
    for (place, kind, id, text) in found.await? {
        put(&mut wanted[place], kind, &id, &text)?;
    }
    Ok(())
}

fn named_rows(_: &Account, need: &Needs<'_>) -> Vec<RowId> {
    match need {
        Needs::Order(order) => vec![RowId::Order((*order).to_owned())],
        Needs::Lot(lot) => vec![RowId::Lot(*lot), RowId::Credit(lot.entry)],
        Needs::Hold(hold) => vec![RowId::Hold(*hold)],
        Needs::Entry(entry) => vec![RowId::Debit(*entry), RowId::Credit(*entry)],
        Needs::Request(request) => vec![RowId::Request(*request)],
        Needs::Nothing | Needs::ExpiredSince(_) | Needs::Everything => Vec::new(),
    }
}

fn rows_behind(account: &Account, need: &Needs<'_>) -> Vec<RowId> {
    match need {
        Needs::Lot(lot) => {
            let order = account.lots.get(lot).and_then(|lot| lot.origin.order.clone());
            order.into_iter().map(RowId::Order).collect()
        }
        Needs::Entry(entry) => {
            let parts = account.debits.get(entry).into_iter().flat_map(|debit| &debit.parts);
            let lots = parts.map(|part| RowId::Lot(part.lot));
            let order = account.credits.get(entry).and_then(|credit| credit.order.clone());
            lots.chain(order.map(RowId::Order)).collect()
        }
        _ => Vec::new(),
    }
}
