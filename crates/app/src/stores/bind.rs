//! Who sees only what is below a place, and who sees everybody although the role alone would not.

use super::error::StoresError;
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::{Right, Role};
use perennial_store::{access, stores as table};
use serde_json::json;

/// Whom an administrator lets a user see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding<'a> {
    /// What the role says: everybody, or of a clerk the customers of the clerk's store.
    None,
    /// Customers of this place and of what is below it.
    Place(&'a str),
    /// Everybody: for clerks of a brand that has one store, or none.
    Everyone,
}

/// Binds a user to a place, to everybody, or to nothing. Holds from the user's next request on.
pub async fn bind_user(app: &App, actor: &Actor, user_id: &str, binding: Binding<'_>) -> Result<(), StoresError> {
    require(actor, Right::AccessManage)?;
    let mut tx = app.store.write().await?;
    let user = access::user_by_id(&mut tx, user_id).await?.ok_or(StoresError::NoUser)?;
    match binding {
        Binding::None => {
            table::unbind(&mut tx, user_id).await?;
        }
        Binding::Everyone => table::bind(&mut tx, user_id, None).await?,
        // Rights over the whole workspace and a part of it do not go together, and somebody must be able to undo this.
        Binding::Place(_) if user.role == Role::Administrator.code() => {
            return Err(StoresError::field("place", "null: an administrator sees everybody"));
        }
        Binding::Place(id) => {
            let row = table::get(&mut tx, id).await?;
            let row = row.ok_or_else(|| StoresError::field("place", "the id of a region or store, or null"))?;
            table::bind(&mut tx, user_id, Some(row.number)).await?;
        }
    }
    let detail = match binding {
        Binding::None => json!({ "place": null }),
        Binding::Place(id) => json!({ "place": id }),
        Binding::Everyone => json!({ "everyone": true }),
    };
    audit::append(app, &mut tx, actor, "user.bound", user_id, detail).await?;
    Ok(tx.commit().await?)
}
