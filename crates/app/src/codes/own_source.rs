//! The sources of what this program itself sees: scans of codes, and what people fill in. Each is made with the first thing
//! that needs it, is paused, limited and looked into as any other, and nobody has its write key.

use crate::access::Actor;
use crate::random::Random;
use crate::{App, audit, sources};
use perennial_domain::source::SourceSettings;
use perennial_store::sources::{self as table, SourceRow};
use perennial_store::{StoreError, WriteTx};
use serde_json::json;

pub const OWN_SOURCE: &str = "src_codes";

/// Makes the source of scans where it is not there yet.
pub(crate) async fn ensure_own_source(app: &App, tx: &mut WriteTx<'_>, actor: &Actor) -> Result<(), StoreError> {
    ensure_source(app, tx, actor, OWN_SOURCE, "codes").await
}

/// Makes a source of this program's own where it is not there yet.
pub(crate) async fn ensure_source(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    id: &str,
    name: &str,
) -> Result<(), StoreError> {
    if table::get(tx, id).await?.is_some() {
        return Ok(());
    }
    let settings = SourceSettings::named(name);
    let row = SourceRow {
        id: id.to_owned(),
        name: settings.name,
        kind: settings.kind.code().to_owned(),
        state: settings.state.code().to_owned(),
        user_id_type: settings.user_id_type.code().to_owned(),
        rate_limit: None,
        key_hash: hash_of_nothing_known(app.random.as_ref()),
        key_ending: String::new(),
        previous_key_hash: None,
        previous_key_until: None,
        created_by: actor.id().to_owned(),
        created_at: app.clock.now(),
        version: 1,
    };
    // Somebody else may have been faster.
    if !table::insert(tx, &row).await? {
        return Ok(());
    }
    audit::append(app, tx, actor, "source.created", id, json!({ "kind": row.kind })).await
}

/// Of a key that is thrown away.
fn hash_of_nothing_known(random: &dyn Random) -> Vec<u8> {
    let mut key = [0; 32];
    random.fill(&mut key);
    sources::hash_of(&crate::access::hex(&key))
}
