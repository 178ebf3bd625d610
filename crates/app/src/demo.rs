//! The demonstration workspace: the settings that fit the real shop whose orders it loads.

use crate::App;
use crate::access::Actor;
use crate::settings::{self, SettingsError};
use perennial_domain::money::Currency;
use perennial_store::customers;

/// Nothing was imported yet.
pub async fn is_empty(app: &App) -> Result<bool, perennial_store::StoreError> {
    let mut tx = app.store.read().await?;
    Ok(customers::count_all(&mut tx).await? == 0)
}

/// The shop of the UCI "Online Retail" data sold gifts from London. Its margin is not known, so none is
/// set, and the screens say that revenue counts as value.
pub async fn prepare(app: &App, actor: &Actor) -> Result<(), SettingsError> {
    let versioned = settings::read(app, actor).await?;
    if versioned.version > 0 {
        return Ok(());
    }
    let mut brand = versioned.settings;
    "Online Retail (UCI)".clone_into(&mut brand.brand_name);
    "Europe/London".clone_into(&mut brand.time_zone);
    brand.currency = Currency::parse("GBP");
    settings::update(app, actor, versioned.version, brand).await?;
    Ok(())
}
