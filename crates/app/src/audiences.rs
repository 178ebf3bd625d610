//! Audiences of third parties: people whom somebody outside knows by the hash of their phone number, in and out.
//!
//! | what | where |
//! |---|---|
//! | a file of hashes, as it comes | [`Reading`] |
//! | matched with the phone numbers of customers; whoever is found gets a tag | [`take_audience`], [`run_job`] |
//! | files that came, with how many were found, their purpose and when the tag ends | [`list_audiences`] |
//! | hashes of a segment's numbers, for a third party | [`hashed_phones`] |
//!
//! Tables: `audiences`, `audience_matches`. Invariants: no hash is kept, and a clear number is never written down: a file that has one is refused
//! whole; the tag's group says for how many days, so that what a third party knows does not stay for good; who was found
//! and has no tag yet gets it by the job, whatever was killed, unless the tag is not to be used any more: then nobody waits, and the
//! list says so; only numbers of people who agreed to a purpose go out.

use crate::access::idempotency::{AnsweredMeanwhile, Once};
use crate::access::{Actor, Forbidden, require, sha256};
use crate::jobs::{Job, JobError};
use crate::random::new_id;
use crate::segments::SegmentError;
use crate::segments::live::{Live, granted_members};
use crate::tags::{TagChange, Whom, change_tags};
use crate::{App, audit, jobs};
use perennial_domain::access::Right;
use perennial_domain::audience::{
    AudienceSettings, FILE_BYTES_MAX, HASHES_MAX, Line, PhoneForm, PhoneHash, hash_of, hashes_of, read_line,
};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::settings::FieldError;
use perennial_domain::tag::CUSTOMERS_PER_CHANGE_MAX;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::audiences as table;
pub use perennial_store::audiences::AudienceRow;
use perennial_store::{ReadTx, StoreError, WriteTx, identity, tags};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use thiserror::Error;

/// By whom tags are set.
const AUDIENCES: Actor = Actor::System("audiences");
const SURFACE: &str = "audiences";
/// Files that are listed, the newest.
const LISTED_MAX: i64 = 200;
const PHONES_PER_PAGE: i64 = 5_000;
const CUSTOMERS_PER_PAGE: usize = 1_000;
/// Longer lines are nothing.
const LINE_BYTES_MAX: usize = 1_000;
/// Rows of one insert.
const MATCHES_PER_INSERT: usize = 5_000;
/// Why it ended: the tag was archived meanwhile, follows a segment, or does not end any more.
pub const TAG_UNUSABLE: &str = "tag_unusable";
/// Why it ended: the job failed too often. Whoever runs it again goes on with who waits.
pub const GAVE_UP: &str = "gave_up";

#[derive(Debug, Error)]
pub enum AudienceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Segment(#[from] SegmentError),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("line {0} is a phone number that anybody can read: send SHA-256 hashes; nothing of the file was kept")]
    ClearNumber(u64),
    #[error("a file has at most {HASHES_MAX} hashes and {FILE_BYTES_MAX} bytes")]
    TooMany,
    #[error("the file has no SHA-256 hash of 64 hexadecimal digits a line")]
    NoHash,
}

impl AudienceError {
    fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}

/// A file as it comes, in pieces.
#[derive(Default)]
pub struct Reading {
    hashes: HashSet<PhoneHash>,
    refused: i64,
    lines: u64,
    bytes: u64,
    digest: Sha256,
    /// The beginning of a line whose end has not come.
    rest: Vec<u8>,
}

impl Reading {
    pub fn push(&mut self, piece: &[u8]) -> Result<(), AudienceError> {
        self.bytes += piece.len() as u64;
        if self.bytes > FILE_BYTES_MAX {
            return Err(AudienceError::TooMany);
        }
        self.digest.update(piece);
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            let room = LINE_BYTES_MAX.saturating_sub(self.rest.len());
            self.rest.extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                self.end_line()?;
            }
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), AudienceError> {
        self.lines += 1;
        let line = std::mem::take(&mut self.rest);
        match read_line(&String::from_utf8_lossy(&line)) {
            Line::Hash(hash) => {
                self.hashes.insert(hash);
                if self.hashes.len() > HASHES_MAX {
                    return Err(AudienceError::TooMany);
                }
            }
            Line::Clear => return Err(AudienceError::ClearNumber(self.lines)),
            // The name of a column.
            Line::Other if self.lines == 1 => {}
            Line::Other => self.refused += 1,
            Line::Empty => {}
        }
        Ok(())
    }

    /// By which a request is known that is sent twice: all that came so far, and what is said of it.
    pub fn request_hash(&self, settings: &AudienceSettings) -> Vec<u8> {
        let AudienceSettings { name, provider, purpose, tag } = settings;
        let file = self.digest.clone().finalize().to_vec();
        sha256(json!([name, provider, purpose, tag, file]).to_string().as_bytes())
    }

    fn finish(mut self) -> Result<(HashSet<PhoneHash>, i64), AudienceError> {
        if !self.rest.is_empty() {
            self.end_line()?;
        }
        if self.hashes.is_empty() {
            return Err(AudienceError::NoHash);
        }
        Ok((self.hashes, self.refused))
    }
}

/// Matches a file with all phone numbers; whoever is found gets the tag by a job.
pub async fn take_audience(
    app: &App,
    actor: &Actor,
    settings: AudienceSettings,
    reading: Reading,
    once: &Once<'_, AudienceRow>,
) -> Result<AudienceRow, AudienceError> {
    require(actor, Right::ImportsRun)?;
    require(actor, Right::CustomersWrite)?;
    let (hashes, refused) = reading.finish()?;
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(AudienceError::Invalid(errors));
    }
    let mut tx = app.store.read().await?;
    let allowed = "a tag by hand, not archived, of a group that says for how many days its tags are valid";
    let valid_days = valid_days_of(&mut tx, &settings.tag).await?;
    let valid_days = valid_days.ok_or_else(|| AudienceError::field("tag", allowed))?;
    let (mut found, mut customers): (BTreeSet<i64>, HashSet<i64>) = Default::default();
    let mut known: HashSet<PhoneHash> = HashSet::new();
    let mut after = String::new();
    loop {
        let page = table::phones(&mut tx, &after, PHONES_PER_PAGE).await?;
        for row in &page {
            let own = hashes_of(&row.phone).filter(|hash| hashes.contains(hash)).collect::<Vec<_>>();
            if !own.is_empty() {
                found.insert(row.part_number);
                customers.insert(row.customer_number);
                known.extend(own);
            }
        }
        match page.into_iter().last() {
            Some(last) => after = last.phone,
            None => break,
        }
    }
    drop(tx);
    let now = app.clock.now();
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let row = AudienceRow {
        id: new_id(app.random.as_ref(), "aud", now),
        name: settings.name.trim().to_owned(),
        provider: settings.provider.trim().to_owned(),
        purpose: settings.purpose.trim().to_owned(),
        tag: settings.tag,
        hashes: count(hashes.len()),
        matched: count(known.len()),
        refused,
        customers: count(customers.len()),
        expires_at: now.0 + valid_days * MICROS_PER_DAY,
        created_by: actor.name().to_owned(),
        created_at: now.0,
        done_at: None,
        failure: None,
    };
    let found: Vec<i64> = found.into_iter().collect();
    let mut tx = app.store.write().await?;
    once.claim::<AudienceError>(app, &mut tx).await?;
    table::insert(&mut tx, &row).await?;
    for some in found.chunks(MATCHES_PER_INSERT) {
        table::add_matches(&mut tx, &row.id, some).await?;
    }
    let detail = json!({ "provider": row.provider, "purpose": row.purpose, "tag": row.tag, "hashes": row.hashes,
        "matched": row.matched, "customers": row.customers });
    audit::append(app, &mut tx, actor, "audience.taken", &row.id, detail).await?;
    jobs::enqueue(app, &mut tx, &Job::TagAudience { audience_id: row.id.clone() }).await?;
    once.keep(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(row)
}

/// How long the tag stands; none where it does not end, or is not set by hand.
async fn valid_days_of(tx: &mut ReadTx<'_>, tag: &str) -> Result<Option<i64>, StoreError> {
    let Some(tag) = tags::get(tx, tag).await?.filter(|tag| tag.archived_at.is_none()) else { return Ok(None) };
    if crate::segments::followed(tx).await?.contains_key(&tag.code) {
        return Ok(None);
    }
    let group = tags::group(tx, &tag.group_code).await?.filter(|group| group.archived_at.is_none());
    Ok(group.and_then(|group| group.valid_days))
}

/// Sets the tag of whoever waits for it. A portion that was tagged and then killed is renewed.
pub(crate) async fn run_job(app: &App, id: &str) -> Result<(), JobError> {
    let retry = |error: StoreError| JobError::Retry(error.to_string());
    let row = table::get(&mut app.store.read().await.map_err(retry)?, id).await.map_err(retry)?;
    // Nobody waits where it ended for the tag, and that is not that everybody has it.
    let Some(row) = row.filter(|row| row.failure.as_deref() != Some(TAG_UNUSABLE)) else { return Ok(()) };
    let change = TagChange {
        set: vec![row.tag.clone()],
        surface: Some(SURFACE.to_owned()),
        note: Some(format!("{} · {} · {}", row.name, row.provider, row.purpose)),
        ..TagChange::default()
    };
    loop {
        let mut tx = app.store.read().await.map_err(retry)?;
        let parts = table::matches(&mut tx, id, CUSTOMERS_PER_CHANGE_MAX as i64).await.map_err(retry)?;
        let is_usable = valid_days_of(&mut tx, &row.tag).await.map_err(retry)?.is_some();
        drop(tx);
        let Some(last) = parts.last().copied() else { return end(app, id, None).await.map_err(retry) };
        if !is_usable {
            return end(app, id, Some(TAG_UNUSABLE)).await.map_err(retry);
        }
        let whom = Whom::Many(parts.iter().filter_map(|part| CustomerNumber::from_stored(*part)).collect());
        match change_tags(app, &AUDIENCES, &whom, &change, &Once::unkeyed()).await {
            Ok(_) => {}
            // Where the tag was changed just now, the next time sees it.
            Err(error) => return Err(JobError::Retry(error.to_string())),
        }
        let mut tx = app.store.write().await.map_err(retry)?;
        table::remove_matches(&mut tx, id, last).await.map_err(retry)?;
        tx.commit().await.map_err(retry)?;
    }
}

/// Nobody waits any more.
async fn end(app: &App, id: &str, failure: Option<&str>) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    table::remove_matches(&mut tx, id, i64::MAX).await?;
    table::finish(&mut tx, id, app.clock.now().0, failure).await?;
    tx.commit().await
}

/// Nobody goes on, unless the job is run again.
pub(crate) async fn fail_in_tx(tx: &mut WriteTx<'_>, id: &str, at: Instant) -> Result<(), StoreError> {
    table::finish(tx, id, at.0, Some(GAVE_UP)).await
}

/// The newest first.
pub async fn list_audiences(app: &App, actor: &Actor) -> Result<Vec<AudienceRow>, AudienceError> {
    require(actor, Right::ImportsRead)?;
    Ok(table::list(&mut app.store.read().await?, LISTED_MAX).await?)
}

/// SHA-256 of the phone numbers of a segment's members who agreed to a purpose and whom the actor sees, in the order of the
/// hashes; what went out is in the audit log.
pub async fn hashed_phones(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    segment: &str,
    purpose: &str,
    form: PhoneForm,
) -> Result<Vec<PhoneHash>, AudienceError> {
    require(actor, Right::CustomersExport)?;
    let members = granted_members(app, live, actor, segment, purpose).await?;
    let mut hashes = BTreeSet::new();
    for some in members.chunks(CUSTOMERS_PER_PAGE) {
        let rows = identity::of_customers(&mut app.store.read().await?, some).await?;
        let phones = rows.iter().filter(|row| row.kind == "phone").filter_map(|row| form.of(&row.value));
        hashes.extend(phones.map(hash_of));
    }
    let mut tx = app.store.write().await?;
    let detail = json!({ "purpose": purpose, "form": form.code(), "customers": members.len(), "hashes": hashes.len() });
    audit::append(app, &mut tx, actor, "audience.sent", segment, detail).await?;
    tx.commit().await?;
    Ok(hashes.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        hash_of(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_file_is_read_in_pieces_of_any_size() {
        let file = format!("phone_sha256\r\n{}\n\n{}\nnonsense\n{}", hex("1"), hex("2"), hex("1"));
        for size in [1, 7, 64, 1_000] {
            let mut reading = Reading::default();
            file.as_bytes().chunks(size).for_each(|piece| reading.push(piece).unwrap());
            let (hashes, refused) = reading.finish().unwrap();
            assert_eq!((hashes, refused), (HashSet::from([hash_of("1"), hash_of("2")]), 1), "{size}");
        }
    }

    #[test]
    fn a_clear_number_ends_it_and_an_empty_file_is_none() {
        let mut reading = Reading::default();
        let error = reading.push(format!("{}\n138 0000 1111\n", hex("1")).as_bytes()).unwrap_err();
        assert!(matches!(error, AudienceError::ClearNumber(2)) && !error.to_string().contains("0000"), "{error}");
        let mut reading = Reading::default();
        reading.push(&vec![b'x'; 5_000_000]).unwrap();
        assert!(matches!(reading.finish(), Err(AudienceError::NoHash)));
    }

    #[test]
    fn a_file_that_says_nothing_new_ends_too() {
        let mut reading = Reading { bytes: FILE_BYTES_MAX - 2, ..Reading::default() };
        reading.push(b"\n\n").unwrap();
        assert!(matches!(reading.push(b"\n"), Err(AudienceError::TooMany)));
    }

    #[test]
    fn a_request_is_known_by_what_came_and_what_is_said_of_it() {
        let settings = AudienceSettings {
            name: "a".to_owned(),
            provider: "b".to_owned(),
            purpose: "c".to_owned(),
            tag: "d".to_owned(),
        };
        let of = |pieces: &[&[u8]], settings: &AudienceSettings| {
            let mut reading = Reading::default();
            pieces.iter().for_each(|piece| reading.push(piece).unwrap());
            reading.request_hash(settings)
        };
        let whole = of(&[b"one\ntwo\n"], &settings);
        assert_eq!(whole, of(&[b"one\nt", b"wo\n"], &settings));
        assert_ne!(whole, of(&[b"one\n"], &settings));
        assert_ne!(whole, of(&[b"one\ntwo\n"], &AudienceSettings { purpose: "x".to_owned(), ..settings.clone() }));
    }
}
