//! Where the words of sources come from, and in which order they are believed.

use super::error::FieldsError;
use crate::access::{Actor, require};
use crate::jobs::{self, Job};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::field::{Origin, order_is_whole, rank_of, usual_origin};
use perennial_domain::identity::holding;
use perennial_domain::settings::FieldError;
use perennial_domain::upsert::is_source;
use perennial_store::fields::{self as table, TraitSourceRow};
use perennial_store::{ReadTx, StoreError, WriteTx, customers, journal, traits};
use serde_json::json;
use std::collections::BTreeMap;

/// Sources whose origin somebody may say in one request.
const SOURCES_MAX: usize = 500;
/// Customers whose names are looked at in one commit.
const CUSTOMERS_PER_COMMIT: i64 = 2_000;

/// A source that told traits, and where its words come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOrigin {
    pub source: String,
    pub origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOrder {
    /// Each origin once, the one that is believed first.
    pub order: Vec<Origin>,
    /// By name. Those that are not named keep the origin that they have.
    pub sources: Vec<SourceOrigin>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionedSources {
    pub settings: SourceOrder,
    /// 0 where nobody has changed anything.
    pub version: i64,
}

/// What is known of sources at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TraitSources {
    order: Vec<Origin>,
    version: i64,
    known: BTreeMap<String, Origin>,
}

impl TraitSources {
    pub async fn load(tx: &mut ReadTx<'_>) -> Result<Self, StoreError> {
        let (order, version) = order_of(tx).await?;
        let mut known = BTreeMap::new();
        for row in table::sources(tx).await? {
            let wrong =
                || StoreError::Inconsistency { table: "trait_sources", column: "origin", row: row.source.clone() };
            known.insert(row.source.clone(), Origin::parse(&row.origin).ok_or_else(wrong)?);
        }
        Ok(Self { order, version, known })
    }

    /// Of a workspace in which nobody has changed anything.
    #[cfg(test)]
    pub fn usual() -> Self {
        Self { order: Origin::ALL.to_vec(), version: 0, known: BTreeMap::new() }
    }

    pub fn origin(&self, source: &str) -> Origin {
        self.known.get(source).copied().unwrap_or_else(|| usual_origin(source))
    }

    /// The greater, the sooner it is believed.
    pub fn rank(&self, source: &str) -> i64 {
        rank_of(&self.order, self.origin(source))
    }

    pub fn knows(&self, source: &str) -> bool {
        self.known.contains_key(source)
    }

    /// Writes down a source that tells traits for the first time, so that lists can be narrowed by what it says.
    pub async fn add(&self, tx: &mut WriteTx<'_>, source: &str) -> Result<(), StoreError> {
        let origin = usual_origin(source);
        let row = TraitSourceRow {
            source: source.to_owned(),
            origin: origin.code().to_owned(),
            rank: rank_of(&self.order, origin),
        };
        table::put_sources(tx, &[row]).await
    }
}

async fn order_of(tx: &mut ReadTx<'_>) -> Result<(Vec<Origin>, i64), StoreError> {
    let Some((json, version)) = table::order(tx).await? else { return Ok((Origin::ALL.to_vec(), 0)) };
    let wrong = || StoreError::Inconsistency { table: "settings", column: "value", row: "trait_origins".to_owned() };
    let codes: Vec<String> = serde_json::from_str(&json).map_err(|_| wrong())?;
    let order: Option<Vec<Origin>> = codes.iter().map(|code| Origin::parse(code)).collect();
    Ok((order.filter(|order| order_is_whole(order)).ok_or_else(wrong)?, version))
}

/// The order of origins, and all sources that ever told a trait.
pub async fn sources(app: &App, actor: &Actor) -> Result<VersionedSources, FieldsError> {
    require(actor, Right::SettingsRead)?;
    Ok(versioned(TraitSources::load(&mut app.store.read().await?).await?))
}

fn versioned(sources: TraitSources) -> VersionedSources {
    let TraitSources { order, version, known } = sources;
    let sources = known.into_iter().map(|(source, origin)| SourceOrigin { source, origin }).collect();
    VersionedSources { settings: SourceOrder { order, sources }, version }
}

/// Says in which order origins are believed, and where sources come from, if `expected_version` is still the stored one.
/// Profiles and lists follow at once; the names of customers by a job.
pub async fn update_sources(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    settings: SourceOrder,
) -> Result<VersionedSources, FieldsError> {
    require(actor, Right::FieldsManage)?;
    check(&settings)?;
    let mut tx = app.store.write().await?;
    // Whoever applies facts ranks them.
    journal::lock_applier(&mut tx).await?;
    let before = TraitSources::load(&mut tx).await?;
    if before.version != expected_version {
        return Err(FieldsError::VersionConflict);
    }
    let codes: Vec<&str> = settings.order.iter().map(|origin| origin.code()).collect();
    if !table::put_order(&mut tx, &json!(codes).to_string(), expected_version).await? {
        return Err(FieldsError::VersionConflict);
    }
    let mut known = before.known;
    known.extend(settings.sources.iter().map(|one| (one.source.trim().to_owned(), one.origin)));
    let rows: Vec<TraitSourceRow> = known
        .iter()
        .map(|(source, origin)| TraitSourceRow {
            source: source.clone(),
            origin: origin.code().to_owned(),
            rank: rank_of(&settings.order, *origin),
        })
        .collect();
    table::put_sources(&mut tx, &rows).await?;
    let named: BTreeMap<&str, &str> =
        settings.sources.iter().map(|one| (one.source.as_str(), one.origin.code())).collect();
    let detail = json!({ "order": codes, "sources": named });
    audit::append(app, &mut tx, actor, "field_sources.updated", "field_sources", detail).await?;
    jobs::enqueue(app, &mut tx, &Job::RenameCustomers).await?;
    let after = TraitSources::load(&mut tx).await?;
    tx.commit().await?;
    Ok(versioned(after))
}

fn check(settings: &SourceOrder) -> Result<(), FieldsError> {
    let mut errors = Vec::new();
    let mut refuse = |field, allowed| errors.push(FieldError { field, allowed });
    if !order_is_whole(&settings.order) {
        refuse("order", "each once: self_stated, authorised, staff, imported, observed, other");
    }
    if settings.sources.len() > SOURCES_MAX || settings.sources.iter().any(|one| !is_source(&one.source)) {
        refuse("sources", "at most 500, each a name of 1 to 100 bytes");
    }
    if errors.is_empty() { Ok(()) } else { Err(FieldsError::Invalid(errors)) }
}

/// Gives each customer of whom several sources say a name the one that is believed now. Returns how many got another.
pub async fn rename_customers(app: &App) -> Result<u64, StoreError> {
    let (mut after, mut renamed) = (0, 0);
    loop {
        let mut tx = app.store.write().await?;
        journal::lock_applier(&mut tx).await?;
        let sources = TraitSources::load(&mut tx).await?;
        let page = traits::told_by_several(&mut tx, crate::pipeline::NAME, after, CUSTOMERS_PER_COMMIT).await?;
        let Some(last) = page.last() else { return Ok(renamed) };
        after = *last;
        let mut words: BTreeMap<i64, Vec<perennial_domain::identity::Word>> = BTreeMap::new();
        for row in traits::of_customers(&mut tx, &page).await? {
            if row.name == crate::pipeline::NAME {
                words.entry(row.customer_number).or_default().push(crate::identity::word_of(row, &sources));
            }
        }
        let mut rows = customers::load(&mut tx, &page).await?;
        rows.retain_mut(|row| {
            let said = words.get(&row.number).map(Vec::as_slice).unwrap_or_default();
            let Some((place, _)) = holding(said) else { return false };
            let differs = row.display_name.as_deref() != Some(said[place].value.as_str());
            row.set_display_name(&said[place].value);
            differs
        });
        customers::upsert(&mut tx, &rows).await?;
        tx.commit().await?;
        renamed += rows.len() as u64;
    }
}
