//! A table of an earlier schema version learns of the columns that came later.
//!
//! Only the log changes: data files stay as they are, and readers take what a file lacks as empty. From then on an
//! earlier program refuses the table by name, instead of writing files without the new columns.

use crate::error::{HistoryError, Result, table_error};
use crate::schema::{BUCKET, SCHEMA_VERSION, SCHEMA_VERSION_PROPERTY, table_columns};
use crate::table::{History, schema_version};
use deltalake::kernel::{Action, MetadataExt, StructType};
use deltalake::protocol::DeltaOperation;

impl History {
    /// Does nothing where the table is up to date; another process may bring it there at the same time.
    pub(crate) async fn upgrade(&self) -> Result<()> {
        let change = self.begin().await?;
        let state = change.table.snapshot().map_err(table_error("read"))?;
        let found = schema_version(state)?;
        if found == SCHEMA_VERSION {
            return Ok(());
        }
        let columns = table_columns().map_err(table_error("describe"))?;
        let known = state.schema();
        let added: Vec<_> = columns.iter().filter(|column| known.field(column.name()).is_none()).cloned().collect();
        if added.iter().any(|column| !column.is_nullable()) {
            return Err(HistoryError::damaged(format!(
                "the facts table of version {found} lacks a column of that version"
            )));
        }
        // The partition column comes last in ours, and stays where it is in theirs.
        let mut fields: Vec<_> = known.fields().cloned().collect();
        let place = fields.iter().position(|field| field.name() == BUCKET).unwrap_or(fields.len());
        fields.splice(place..place, added.iter().cloned());
        let schema = StructType::try_new(fields).map_err(|error| HistoryError::damaged(error.to_string()))?;
        let metadata = state
            .metadata()
            .clone()
            .with_schema(&schema)
            .and_then(|metadata| {
                metadata.add_config_key(SCHEMA_VERSION_PROPERTY.to_owned(), SCHEMA_VERSION.to_string())
            })
            .map_err(|error| HistoryError::damaged(format!("the columns of version {SCHEMA_VERSION}: {error}")))?;
        let operation = DeltaOperation::AddColumn { fields: added };
        change.commit(vec![Action::Metadata(metadata)], operation, None).await?;
        tracing::info!(found, now = SCHEMA_VERSION, "the facts table was brought to this version");
        Ok(())
    }
}
