//! Who sees only what is below a place.

use super::error::StoresError;
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::{Right, Role};
use perennial_store::{access, stores as table};
use serde_json::json;

/// Binds a user to a place, or to none. Holds from the user's next request on.
pub async fn bind_user(app: &App, actor: &Actor, user_id: &str, place: Option<&str>) -> Result<(), StoresError> {
    require(actor, Right::AccessManage)?;
    let mut tx = app.store.write().await?;
    let user = access::user_by_id(&mut tx, user_id).await?.ok_or(StoresError::NoUser)?;
    match place {
        None => {
            table::unbind(&mut tx, user_id).await?;
        }
        // Rights over the whole workspace and a part of it do not go together, and somebody must be able to undo this.
        Some(_) if user.role == Role::Administrator.code() => {
            return Err(StoresError::field("place", "null: an administrator sees everybody"));
        }
        Some(id) => {
            let row = table::get(&mut tx, id).await?;
            let row = row.ok_or_else(|| StoresError::field("place", "the id of a region or store, or null"))?;
            table::bind(&mut tx, user_id, row.number).await?;
        }
    }
    audit::append(app, &mut tx, actor, "user.bound", user_id, json!({ "place": place })).await?;
    Ok(tx.commit().await?)
}
