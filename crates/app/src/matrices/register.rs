//! The register of matrices: a draft each, and what is published of it.

use super::MatrixError;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::layers::{NamedLayer, named_layers};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::matrix::{Content, Coverage, MATRICES_MAX, MatrixSettings, coverage, difference};
use perennial_domain::time::Instant;
use perennial_domain::touch_point::is_code;
use perennial_store::matrices::{self as table, MatrixRow};
use perennial_store::{ReadTx, StoreError};
use serde_json::{Value, json};

/// Cells that the audit log names.
const CELLS_TOLD_MAX: usize = 20;

/// What a person says of a new matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMatrix {
    pub code: String,
    /// By code. It stays.
    pub layer: String,
    pub settings: MatrixSettings,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    pub code: String,
    /// As it is now.
    pub layer: NamedLayer,
    /// The draft.
    pub settings: MatrixSettings,
    /// What the draft lacks.
    pub coverage: Coverage,
    pub published: Option<Published>,
    pub created_by: String,
    pub created_at: Instant,
    pub changed_by: String,
    pub changed_at: Instant,
    /// Of the draft; grows by one with each change.
    pub version: i64,
}

/// What decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub contents: Vec<Content>,
    /// What it lacks of the layer as it is now.
    pub coverage: Coverage,
    /// Of the draft that it was.
    pub version: i64,
    pub by: String,
    pub at: Instant,
}

/// A matrix in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixItem {
    pub code: String,
    pub name: String,
    pub layer: NamedLayer,
    pub contents_count: usize,
    /// What the draft lacks.
    pub coverage: Coverage,
    pub published_version: Option<i64>,
    pub changed_at: Instant,
    pub version: i64,
}

pub(super) fn contents_of(text: &str, column: &'static str, code: &str) -> Result<Vec<Content>, StoreError> {
    let wrong = |_| StoreError::Inconsistency { table: "matrices", column, row: code.to_owned() };
    serde_json::from_str(text).map_err(wrong)
}

fn text_of(contents: &[Content]) -> String {
    serde_json::to_string(contents).unwrap_or_default()
}

fn layer_of(layers: &[NamedLayer], row: &MatrixRow) -> Result<NamedLayer, StoreError> {
    let wrong = || StoreError::Inconsistency { table: "matrices", column: "layer", row: row.code.clone() };
    layers.iter().find(|layer| layer.code == row.layer).cloned().ok_or_else(wrong)
}

fn matrix_of(row: MatrixRow, layer: NamedLayer) -> Result<Matrix, StoreError> {
    let contents = contents_of(&row.contents, "contents", &row.code)?;
    let published = match row.published {
        Some(published) => {
            let own = contents_of(&published.contents, "published", &row.code)?;
            Some(Published {
                coverage: coverage(&own, &layer.codes()),
                contents: own,
                version: published.version,
                by: published.by,
                at: published.at,
            })
        }
        None => None,
    };
    Ok(Matrix {
        coverage: coverage(&contents, &layer.codes()),
        code: row.code,
        layer,
        settings: MatrixSettings { name: row.name, contents },
        published,
        created_by: row.created_by,
        created_at: row.created_at,
        changed_by: row.changed_by,
        changed_at: row.changed_at,
        version: row.version,
    })
}

async fn matrix_in_tx(tx: &mut ReadTx<'_>, code: &str) -> Result<Matrix, MatrixError> {
    let row = table::get(tx, code).await?.ok_or(MatrixError::NoMatrix)?;
    let layer = layer_of(&named_layers(tx).await?, &row)?;
    Ok(matrix_of(row, layer)?)
}

/// By code.
pub async fn list_matrices(app: &App, actor: &Actor) -> Result<Vec<MatrixItem>, MatrixError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let layers = named_layers(&mut tx).await?;
    let mut found = Vec::new();
    for row in table::list(&mut tx).await? {
        let layer = layer_of(&layers, &row)?;
        let contents = contents_of(&row.contents, "contents", &row.code)?;
        found.push(MatrixItem {
            contents_count: contents.len(),
            coverage: coverage(&contents, &layer.codes()),
            code: row.code,
            name: row.name,
            layer,
            published_version: row.published.map(|published| published.version),
            changed_at: row.changed_at,
            version: row.version,
        });
    }
    Ok(found)
}

pub async fn get_matrix(app: &App, actor: &Actor, code: &str) -> Result<Matrix, MatrixError> {
    require(actor, Right::CustomersRead)?;
    matrix_in_tx(&mut app.store.read().await?, code).await
}

/// A draft of which nothing is published.
pub async fn create_matrix(
    app: &App,
    actor: &Actor,
    new: NewMatrix,
    once: &Once<'_, Matrix>,
) -> Result<Matrix, MatrixError> {
    require(actor, Right::SegmentsManage)?;
    let NewMatrix { code, layer, settings } = new;
    if !is_code(&code) {
        return Err(MatrixError::at("/code", "a to z, 0 to 9 and _, 1 to 40, a letter first"));
    }
    let mut tx = app.store.write().await?;
    once.claim::<MatrixError>(app, &mut tx).await?;
    let matrices = table::list(&mut tx).await?;
    if matrices.iter().any(|one| one.code == code) {
        return Err(MatrixError::Taken);
    }
    if matrices.len() >= MATRICES_MAX {
        return Err(MatrixError::at("/code", "a workspace has at most 50 matrices"));
    }
    let layers = named_layers(&mut tx).await?;
    let known = layers.into_iter().find(|one| one.code == layer && !one.is_archived);
    let layer = known.ok_or_else(|| MatrixError::at("/layer", "the code of a layer that is not archived"))?;
    let settings = settings.checked(&layer.codes()).map_err(MatrixError::Invalid)?;
    let now = app.clock.now();
    let row = MatrixRow {
        code,
        layer: layer.code.clone(),
        name: settings.name,
        contents: text_of(&settings.contents),
        version: 1,
        created_by: actor.name().to_owned(),
        created_at: now,
        changed_by: actor.name().to_owned(),
        changed_at: now,
        published: None,
    };
    if !table::insert(&mut tx, &row).await? {
        return Err(MatrixError::Taken);
    }
    let detail = json!({ "version": 1, "layer": row.layer, "contents": settings.contents.len() });
    audit::append(app, &mut tx, actor, "matrix.created", &row.code, detail).await?;
    let matrix = matrix_of(row, layer)?;
    once.keep(&mut tx, &matrix).await?;
    tx.commit().await?;
    Ok(matrix)
}

/// Changes the draft, if `expected_version` is still its version; where nothing is different, nothing happens.
pub async fn update_matrix(
    app: &App,
    actor: &Actor,
    code: &str,
    expected_version: i64,
    settings: MatrixSettings,
) -> Result<Matrix, MatrixError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let before = matrix_in_tx(&mut tx, code).await?;
    if before.version != expected_version {
        return Err(MatrixError::VersionConflict);
    }
    let settings = settings.checked(&before.layer.codes()).map_err(MatrixError::Invalid)?;
    if settings == before.settings {
        return Ok(before);
    }
    let row = MatrixRow {
        code: code.to_owned(),
        layer: before.layer.code.clone(),
        name: settings.name.clone(),
        contents: text_of(&settings.contents),
        version: expected_version,
        created_by: before.created_by,
        created_at: before.created_at,
        changed_by: actor.name().to_owned(),
        changed_at: app.clock.now(),
        published: None,
    };
    if !table::update(&mut tx, &row).await? {
        return Err(MatrixError::VersionConflict);
    }
    let mut detail = json!({ "version": expected_version + 1 });
    if before.settings.name != settings.name {
        detail["name"] = json!({ "from": before.settings.name, "to": settings.name });
    }
    tell_difference(&mut detail, &before.settings.contents, &settings.contents);
    audit::append(app, &mut tx, actor, "matrix.updated", code, detail).await?;
    let matrix = matrix_in_tx(&mut tx, code).await?;
    tx.commit().await?;
    Ok(matrix)
}

/// From now on this draft decides, if `expected_version` is still its version. Uncovered stages are no reason against it: whoever is
/// in one sees nothing, which the answer says. Where it is published already, nothing happens.
pub async fn publish_matrix(
    app: &App,
    actor: &Actor,
    code: &str,
    expected_version: i64,
) -> Result<Matrix, MatrixError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let before = matrix_in_tx(&mut tx, code).await?;
    if before.version != expected_version {
        return Err(MatrixError::VersionConflict);
    }
    if before.layer.is_archived {
        return Err(MatrixError::LayerArchived);
    }
    if !before.coverage.gone_stages.is_empty() {
        return Err(MatrixError::StagesGone(before.coverage.gone_stages));
    }
    if before.published.as_ref().is_some_and(|published| published.version == expected_version) {
        return Ok(before);
    }
    if !table::publish(&mut tx, code, expected_version, actor.name(), app.clock.now()).await? {
        return Err(MatrixError::VersionConflict);
    }
    let mut detail = json!({ "version": expected_version, "uncovered_stages": before.coverage.uncovered_stages.len() });
    let was = before.published.map(|published| published.contents).unwrap_or_default();
    tell_difference(&mut detail, &was, &before.settings.contents);
    audit::append(app, &mut tx, actor, "matrix.published", code, detail).await?;
    let matrix = matrix_in_tx(&mut tx, code).await?;
    tx.commit().await?;
    Ok(matrix)
}

/// Removes a matrix with what is published of it, if `expected_version` is still its version.
pub async fn remove_matrix(app: &App, actor: &Actor, code: &str, expected_version: i64) -> Result<(), MatrixError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let before = matrix_in_tx(&mut tx, code).await?;
    if !table::remove(&mut tx, code, expected_version).await? {
        return Err(MatrixError::VersionConflict);
    }
    let published = before.published.map(|published| published.version);
    let detail = json!({ "version": expected_version, "published_version": published });
    audit::append(app, &mut tx, actor, "matrix.removed", code, detail).await?;
    Ok(tx.commit().await?)
}

/// For the audit log: cells that are allowed now and that are not any more, and contents with another name or address.
fn tell_difference(detail: &mut Value, before: &[Content], after: &[Content]) {
    let found = difference(before, after);
    for (name, cells) in [("allowed", found.allowed), ("withdrawn", found.withdrawn)] {
        if cells.is_empty() {
            continue;
        }
        let told = cells.iter().take(CELLS_TOLD_MAX).map(|(stage, content)| format!("{stage}: {content}"));
        detail[name] = told.collect::<Vec<_>>().into();
        if cells.len() > CELLS_TOLD_MAX {
            detail[format!("more_{name}")] = (cells.len() - CELLS_TOLD_MAX).into();
        }
    }
    if !found.renamed.is_empty() {
        detail["renamed"] = found.renamed.into_iter().take(CELLS_TOLD_MAX).collect::<Vec<_>>().into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_cells_the_audit_log_says_how_many_it_leaves_out() {
        let stages: Vec<String> = (10..35).map(|number| format!("s{number}")).collect();
        let content = |stages: &[String]| Content {
            code: "tea".to_owned(),
            name: "Tea".to_owned(),
            url: None,
            stages: stages.to_vec(),
        };
        let mut detail = json!({});
        tell_difference(&mut detail, &[], &[content(&stages)]);
        assert_eq!((detail["allowed"].as_array().unwrap().len(), &detail["more_allowed"]), (20, &json!(5)));
        let mut detail = json!({});
        let renamed = Content { name: "Green tea".to_owned(), ..content(&stages[1..2]) };
        tell_difference(&mut detail, &[content(&stages[..2])], &[renamed]);
        assert_eq!(detail, json!({ "withdrawn": ["s10: tea"], "renamed": ["tea"] }));
    }
}
