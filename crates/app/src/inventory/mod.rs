//! The inventory of digital assets: profiles, identities, tags, events, consents and contents, with how much came in the
//! last seven days and how complete each is.
//!
//! Writes nothing and keeps nothing: all is counted when it is asked for, over tables that other slices keep, and facts over
//! the history, which is a few seconds behind. Invariants: figures are of the whole workspace, so that who sees a part of the
//! customers is not told them; days are the brand's. What is counted, and what that reads, stands in `docs/inventory.md`.

use crate::App;
use crate::access::{Actor, Forbidden, require};
use perennial_domain::access::Right;
use perennial_domain::field::Class;
use perennial_domain::inventory::{Asset, Holding, first_growth_day, profile_completeness_basis_points};
use perennial_domain::time::{Day, Instant};
use perennial_history::{HistoryError, KindCount};
use perennial_store::inventory::{self as table, Span};
use perennial_store::{ReadTx, Scope, StoreError, customers};
use thiserror::Error;

pub use perennial_store::inventory::AssetPart;

#[derive(Debug, Error)]
pub enum InventoryError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    pub as_of: Instant,
    /// Growth is what came on this day or later.
    pub since: Day,
    pub customers: i64,
    /// In the order of [`Asset::ALL`].
    pub assets: Vec<AssetHolding>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetHolding {
    pub asset: Asset,
    pub holding: Holding,
    pub completeness_basis_points: Option<i64>,
    /// Profiles by class of information, identities by type, events by kind, consents by purpose, contents by what they are.
    pub parts: Vec<AssetPart>,
}

pub async fn inventory(app: &App, actor: &Actor) -> Result<Inventory, InventoryError> {
    require(actor, Right::ValueRead)?;
    let now = app.clock.now();
    let zone = crate::settings::current(&mut app.store.read().await?).await?.zone();
    let since = first_growth_day(zone.day_of(now));
    let span = Span { from: zone.start_of_day(since).unwrap_or(Instant(i64::MIN)), through: now };
    let kinds = app.history.count_by_kind(span.from, span.through).await?;
    let mut tx = app.store.read().await?;
    let profiles = table::profiles(&mut tx, span).await?;
    let (customers, buyers) = (profiles.total, customers::buyers(&mut tx, &Scope::Everyone).await?);
    let mut assets = vec![of_profiles(&mut tx, profiles, buyers).await?];
    let (parts, covered) = table::identities(&mut tx, span).await?;
    assets.push(summed(Asset::Identities, parts, covered, customers));
    assets.push(whole(Asset::Tags, table::tags(&mut tx, span).await?, Vec::new(), customers));
    let events = kinds.into_iter().map(of_kind).collect();
    assets.push(summed(Asset::Events, events, table::with_events(&mut tx, buyers).await?, customers));
    let (parts, covered) = table::consents(&mut tx, span).await?;
    assets.push(summed(Asset::Consents, parts, covered, customers));
    let (parts, covered) = table::contents(&mut tx, span).await?;
    assets.push(summed(Asset::Contents, parts, covered, customers));
    Ok(Inventory { as_of: now, since, customers, assets })
}

async fn of_profiles(tx: &mut ReadTx<'_>, holding: Holding, buyers: i64) -> Result<AssetHolding, StoreError> {
    let known = table::classes(tx, buyers).await?;
    let part = |(class, known): (Class, i64)| AssetPart {
        code: class.code().to_owned(),
        name: None,
        holding: Holding { total: known, added: None, covered: Some(known) },
    };
    Ok(AssetHolding {
        asset: Asset::Profiles,
        holding,
        completeness_basis_points: profile_completeness_basis_points(known, holding.total),
        parts: Class::ALL.into_iter().zip(known).map(part).collect(),
    })
}

/// Whose is not told by kind: history would have to be read whole for it.
fn of_kind(count: KindCount) -> AssetPart {
    let holding = Holding { total: count.facts, added: Some(count.within), covered: None };
    AssetPart { code: count.kind.code().to_owned(), name: None, holding }
}

fn whole(asset: Asset, holding: Holding, parts: Vec<AssetPart>, customers: i64) -> AssetHolding {
    AssetHolding { asset, holding, completeness_basis_points: holding.completeness_basis_points(customers), parts }
}

/// What is the sum of its parts; who has one of any stands for itself.
fn summed(asset: Asset, parts: Vec<AssetPart>, covered: i64, customers: i64) -> AssetHolding {
    let total = parts.iter().map(|part| part.holding.total).sum();
    let added = parts.iter().filter_map(|part| part.holding.added).sum();
    whole(asset, Holding { total, added: Some(added), covered: Some(covered) }, parts, customers)
}
