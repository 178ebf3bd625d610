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
//! and has no tag yet gets it by the job, whatever was killed; only numbers of people who agreed to a purpose go out.

use crate::access::{Actor, Forbidden, require};
use crate::jobs::{Job, JobError};
use crate::random::new_id;
use crate::segments::SegmentError;
use crate::segments::live::{Live, granted_members};
use crate::tags::{TagChange, TagError, Whom, change_tags};
use crate::{App, audit, jobs};
use perennial_domain::access::Right;
use perennial_domain::audience::{
    AudienceSettings, HASHES_MAX, Line, PhoneForm, PhoneHash, hash_of, hashes_of, read_line,
};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::settings::FieldError;
use perennial_domain::tag::CUSTOMERS_PER_CHANGE_MAX;
use perennial_domain::time::MICROS_PER_DAY;
use perennial_store::audiences as table;
pub use perennial_store::audiences::AudienceRow;
use perennial_store::{ReadTx, StoreError, identity, tags};
use serde_json::json;
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

#[derive(Debug, Error)]
pub enum AudienceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Segment(#[from] SegmentError),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("line {0} is a phone number that anybody can read: send SHA-256 hashes; nothing of the file was kept")]
    ClearNumber(u64),
    #[error("a file has at most {HASHES_MAX} hashes")]
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
    /// The beginning of a line whose end has not come.
    rest: Vec<u8>,
}

impl Reading {
    pub fn push(&mut self, piece: &[u8]) -> Result<(), AudienceError> {
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
) -> Result<AudienceRow, AudienceError> {
    require(actor, Right::ImportsRun)?;
    require(actor, Right::CustomersWrite)?;
    let (hashes, refused) = reading.finish()?;
    let mut tx = app.store.read().await?;
    let valid_days = valid_days_of(&mut tx, &settings).await?;
    let mut found: BTreeSet<i64> = BTreeSet::new();
    let mut known: HashSet<PhoneHash> = HashSet::new();
    let mut after = String::new();
    loop {
        let page = table::phones(&mut tx, &after, PHONES_PER_PAGE).await?;
        for (phone, part) in &page {
            let own = hashes_of(phone).filter(|hash| hashes.contains(hash)).collect::<Vec<_>>();
            if !own.is_empty() {
                found.insert(*part);
                known.extend(own);
            }
        }
        match page.into_iter().last() {
            Some((last, _)) => after = last,
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
        customers: count(found.len()),
        expires_at: now.0 + valid_days * MICROS_PER_DAY,
        created_by: actor.name().to_owned(),
        created_at: now.0,
        done_at: None,
    };
    let found: Vec<i64> = found.into_iter().collect();
    let mut tx = app.store.write().await?;
    table::insert(&mut tx, &row).await?;
    for some in found.chunks(MATCHES_PER_INSERT) {
        table::add_matches(&mut tx, &row.id, some).await?;
    }
    let detail = json!({ "provider": row.provider, "purpose": row.purpose, "tag": row.tag, "hashes": row.hashes,
        "matched": row.matched, "customers": row.customers });
    audit::append(app, &mut tx, actor, "audience.taken", &row.id, detail).await?;
    jobs::enqueue(app, &mut tx, &Job::TagAudience { audience_id: row.id.clone() }).await?;
    tx.commit().await?;
    Ok(row)
}

/// How long the tag stands; it has to end.
async fn valid_days_of(tx: &mut ReadTx<'_>, settings: &AudienceSettings) -> Result<i64, AudienceError> {
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(AudienceError::Invalid(errors));
    }
    let allowed = "a tag by hand, not archived, of a group that says for how many days its tags are valid";
    let wrong = || AudienceError::field("tag", allowed);
    let tag = tags::get(tx, &settings.tag).await?.filter(|tag| tag.archived_at.is_none()).ok_or_else(wrong)?;
    if crate::segments::followed(tx).await?.contains_key(&tag.code) {
        return Err(wrong());
    }
    let group = tags::group(tx, &tag.group_code).await?.filter(|group| group.archived_at.is_none());
    group.and_then(|group| group.valid_days).ok_or_else(wrong)
}

/// Sets the tag of whoever waits for it. A portion that was tagged and then killed is renewed.
pub(crate) async fn run_job(app: &App, id: &str) -> Result<(), JobError> {
    let retry = |error: StoreError| JobError::Retry(error.to_string());
    let Some(row) = table::get(&mut app.store.read().await.map_err(retry)?, id).await.map_err(retry)? else {
        return Ok(());
    };
    let change = TagChange {
        set: vec![row.tag.clone()],
        surface: Some(SURFACE.to_owned()),
        note: Some(format!("{} · {} · {}", row.name, row.provider, row.purpose)),
        ..TagChange::default()
    };
    loop {
        let mut tx = app.store.read().await.map_err(retry)?;
        let parts = table::matches(&mut tx, id, CUSTOMERS_PER_CHANGE_MAX as i64).await.map_err(retry)?;
        drop(tx);
        let Some(last) = parts.last().copied() else { break };
        let whom = Whom::Many(parts.iter().filter_map(|part| CustomerNumber::from_stored(*part)).collect());
        match change_tags(app, &AUDIENCES, &whom, &change, &crate::access::idempotency::Once::unkeyed()).await {
            Ok(_) => {}
            Err(error @ TagError::Store(_)) => return Err(JobError::Retry(error.to_string())),
            // The tag is no more what it was: who waits goes without it.
            Err(error) => return Err(JobError::Fail(error.to_string())),
        }
        let mut tx = app.store.write().await.map_err(retry)?;
        table::remove_matches(&mut tx, id, last).await.map_err(retry)?;
        tx.commit().await.map_err(retry)?;
    }
    let mut tx = app.store.write().await.map_err(retry)?;
    table::finish(&mut tx, id, app.clock.now().0).await.map_err(retry)?;
    tx.commit().await.map_err(retry)
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
}
