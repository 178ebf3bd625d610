//! Guesses of a password are counted for the account and for the address, each in a window of its own.
//!
//! The count is taken before the password is looked at and given back after a success, so that many
//! tries sent at the same moment cannot all pass the limit. Keys are hashes: the table names nobody.

use super::error::AccessError;
use super::secret::{base64url_encode, sha256};
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_store::access as db;
use perennial_store::{ReadTx, StoreError, WriteTx, sequences};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

pub(super) const FAILURES_MAX: i64 = 10;
pub(super) const WINDOW_MICROS: i64 = 15 * 60 * MICROS_PER_SECOND;

const TRIES_SEQUENCE: &str = "sign_in_tries";

pub(super) fn account_key(email: &str) -> String {
    hashed("account", email)
}

/// `None` where the address of the caller is not known: then only the account counts.
pub(super) fn address_key(address: Option<&str>) -> Option<String> {
    address.map(|address| hashed("address", &network_of(address)))
}

/// Who has one IPv6 address has at least the 2^64 of its /64, so these count as one.
fn network_of(address: &str) -> String {
    let bare = address.trim().trim_start_matches('[').trim_end_matches(']');
    // Some proxies name the port too.
    let parsed = bare.parse::<IpAddr>().or_else(|_| address.trim().parse::<SocketAddr>().map(|both| both.ip()));
    match parsed.map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Err(_) => address.trim().to_owned(),
    }
}

/// For guesses of something else than a password, from an address.
pub(crate) fn guess_key(what: &str, address: &str) -> String {
    hashed(what, &network_of(address))
}

/// After how many seconds another guess is let in, where the key is full.
pub(crate) async fn wait_seconds(tx: &mut ReadTx<'_>, key: &str, now: Instant) -> Result<Option<u64>, StoreError> {
    let row = db::attempts(tx, key).await?.filter(|row| row.failures >= FAILURES_MAX);
    let wait = row.map(|row| row.window_started_at.0 + WINDOW_MICROS - now.0).filter(|wait| *wait > 0);
    Ok(wait.map(|micros| micros.unsigned_abs().div_ceil(MICROS_PER_SECOND.unsigned_abs())))
}

fn hashed(kind: &str, text: &str) -> String {
    base64url_encode(&sha256(format!("{kind}\n{text}").as_bytes()))
}

/// Counts one try for each key, or says how long to wait where one of them is full.
pub(crate) async fn reserve(tx: &mut WriteTx<'_>, keys: &[String], now: Instant) -> Result<(), AccessError> {
    // Locks the row of this sequence until the commit: several servers on one PostgreSQL take their turn here,
    // so that tries sent at the same moment are counted one after the other.
    sequences::reserve(tx, TRIES_SEQUENCE, 1).await?;
    db::delete_attempts_before(tx, Instant(now.0 - WINDOW_MICROS)).await?;
    let mut rows = Vec::new();
    for key in keys {
        let row = db::attempts(tx, key).await?;
        let (failures, started_at) = row.map_or((0, now), |row| (row.failures, row.window_started_at));
        if failures >= FAILURES_MAX {
            let wait_micros = (started_at.0 + WINDOW_MICROS - now.0).max(0);
            let retry_after_seconds = (wait_micros as u64).div_ceil(MICROS_PER_SECOND as u64).max(1);
            return Err(AccessError::TooManyTries { retry_after_seconds });
        }
        rows.push(db::AttemptsRow { key: key.clone(), failures: failures + 1, window_started_at: started_at });
    }
    for row in rows {
        db::put_attempts(tx, &row).await?;
    }
    Ok(())
}

/// After a success: the account starts anew, the address gets its one try back.
pub(super) async fn give_back(tx: &mut WriteTx<'_>, account: &str, address: Option<&str>) -> Result<(), AccessError> {
    db::delete_attempts(tx, account).await?;
    if let Some(key) = address
        && let Some(mut row) = db::attempts(tx, key).await?
    {
        row.failures = (row.failures - 1).max(0);
        db::put_attempts(tx, &row).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_count_as_one() {
        let same = [
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
            ("2001:db8:1:2::1", "[2001:DB8:1:2::9]:4711"),
            ("2001:db8:1:2::1", "[2001:db8:1:2::3]"),
            ("192.0.2.7", "::ffff:192.0.2.7"),
            ("192.0.2.7", " 192.0.2.7:4711"),
        ];
        for (one, other) in same {
            assert_eq!(network_of(one), network_of(other));
        }
        let different = [("2001:db8:1:2::1", "2001:db8:1:3::1"), ("192.0.2.7", "192.0.2.8"), ("unknown", "192.0.2.7")];
        for (one, other) in different {
            assert_ne!(network_of(one), network_of(other));
        }
        assert_eq!(address_key(None), None);
    }
}
