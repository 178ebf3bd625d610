//! How many answered, where, who followed, and what was refused: counted from the rows, with the list behind them.
//!
//! Stated rule: whoever was shown a code and followed for the first time within [`ATTRIBUTION_DAYS`] belongs to where the code
//! was shown last before that, so that each counts once. Who had followed before is counted as that.

use super::error::FormError;
use crate::App;
use crate::access::{Actor, require};
use crate::codes::{ATTRIBUTION_DAYS, Period};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::share::share_basis_points;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::forms::{self as table, Spot};
use std::collections::BTreeMap;

/// What the codes that were shown came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FollowRate {
    pub codes_shown: i64,
    pub followed: i64,
    pub followed_before: i64,
}

impl FollowRate {
    /// In hundredths of a percent; `None` where no code was shown.
    pub fn basis_points(self) -> Option<i64> {
        share_basis_points(self.followed, self.codes_shown)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotResults {
    /// None of the form's own page.
    pub counter_id: Option<String>,
    pub place_id: Option<String>,
    pub clerk_id: Option<String>,
    pub code_id: Option<String>,
    pub submissions: i64,
    pub follow: FollowRate,
    pub last_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `invalid`, `closed`, `id_taken` or `trap`.
    pub reason: String,
    pub refused: i64,
    pub last_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    pub submissions: i64,
    /// How many customers that are now.
    pub customers: i64,
    pub follow: FollowRate,
    pub by_spot: Vec<SpotResults>,
    /// Of all time.
    pub refusals: Vec<Refusal>,
}

/// An answer, without what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmissionView {
    pub id: String,
    pub version: i64,
    pub counter_id: Option<String>,
    pub place_id: Option<String>,
    pub clerk_id: Option<String>,
    pub code_id: Option<String>,
    pub is_code_shown: bool,
    pub at: Instant,
    pub received_at: Instant,
    /// None before it is applied, and where the person was erased.
    pub profile: Option<CustomerNumber>,
}

/// Of what was filled in from the one instant until before the other.
pub async fn results(app: &App, actor: &Actor, id: &str, period: Period) -> Result<Results, FormError> {
    require(actor, Right::TouchPointsRead)?;
    let Period { from, until } = period;
    let mut tx = app.store.read().await?;
    table::get(&mut tx, id).await?.ok_or(FormError::NoForm)?;
    let within = ATTRIBUTION_DAYS * MICROS_PER_DAY;
    let followers = table::followers(&mut tx, id, (from, until), within).await?.into_iter();
    let followers: BTreeMap<Spot, (i64, i64)> =
        followers.map(|row| (row.spot, (row.followed, row.followed_before))).collect();
    let mut by_spot = Vec::new();
    for row in table::counts(&mut tx, id, from, until).await? {
        let (followed, followed_before) = followers.get(&row.spot).copied().unwrap_or_default();
        let Spot { counter_id, place_id, clerk_id, code_id } = row.spot;
        by_spot.push(SpotResults {
            counter_id: some(counter_id),
            place_id: some(place_id),
            clerk_id: some(clerk_id),
            code_id: some(code_id),
            submissions: row.submissions,
            follow: FollowRate { codes_shown: row.codes_shown, followed, followed_before },
            last_at: row.last_at,
        });
    }
    let sum = |of: fn(&SpotResults) -> i64| by_spot.iter().map(of).sum();
    let follow = FollowRate {
        codes_shown: sum(|one| one.follow.codes_shown),
        followed: sum(|one| one.follow.followed),
        followed_before: sum(|one| one.follow.followed_before),
    };
    let refusals = table::refusals(&mut tx, id).await?.into_iter();
    Ok(Results {
        submissions: sum(|one| one.submissions),
        customers: table::people(&mut tx, id, from, until).await?,
        follow,
        by_spot,
        refusals: refusals
            .map(|row| Refusal { reason: row.reason, refused: row.refused, last_at: row.last_at })
            .collect(),
    })
}

/// The answers behind the numbers, in the order in which they were filled in, behind the place of the page before.
pub async fn submissions(
    app: &App,
    actor: &Actor,
    id: &str,
    after: Option<(Instant, &str)>,
    limit: usize,
) -> Result<(Vec<SubmissionView>, Option<(Instant, String)>), FormError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    table::get(&mut tx, id).await?.ok_or(FormError::NoForm)?;
    let after = after.unwrap_or((Instant(i64::MIN), ""));
    let mut rows = table::submissions(&mut tx, id, after, limit as i64 + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| (row.at, row.id.clone()));
    let view = |row: table::SubmissionRow| SubmissionView {
        id: row.id,
        version: row.version,
        counter_id: some(row.spot.counter_id),
        place_id: some(row.spot.place_id),
        clerk_id: some(row.spot.clerk_id),
        code_id: some(row.spot.code_id),
        is_code_shown: row.is_code_shown,
        at: row.at,
        received_at: row.received_at,
        profile: row.part_number.and_then(CustomerNumber::from_stored),
    };
    Ok((rows.into_iter().map(view).collect(), next))
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
