//! Files that come in through the console: written to disk as they arrive, used by imports.

use super::ImportError;
use crate::App;
use crate::random::new_id;
use perennial_store::uploads as table;
use perennial_store::uploads::UploadRow;
use std::path::PathBuf;
use tokio::io::AsyncWriteExt;

/// The largest file that the console takes; larger ones go in by the command line.
pub const UPLOAD_BYTES_MAX: u64 = 20 * 1024 * 1024 * 1024;
const NAME_CHARS_MAX: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub id: String,
    pub name: String,
    pub size_bytes: u64,
    pub path: PathBuf,
}

/// An upload under way. Dropped without [`finish_upload`] it is no upload; its file is removed.
pub struct UploadWriter {
    id: String,
    name: String,
    path: PathBuf,
    file: tokio::fs::File,
    size_bytes: u64,
    kept: bool,
}

impl Drop for UploadWriter {
    fn drop(&mut self) {
        if !self.kept {
            let _gone = std::fs::remove_file(&self.path).is_ok();
        }
    }
}

impl UploadWriter {
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), ImportError> {
        self.size_bytes += bytes.len() as u64;
        if self.size_bytes > UPLOAD_BYTES_MAX {
            return Err(ImportError::refused("too_large", "the file is larger than 20 GiB: use `perennial import`"));
        }
        self.file.write_all(bytes).await.map_err(ImportError::io("cannot write the upload"))
    }
}

/// Each file in it is called by the id of its upload.
pub fn folder(app: &App) -> PathBuf {
    app.data_dir.join("uploads")
}

/// The name is what the person's file is called; it never becomes part of a path.
pub async fn begin_upload(app: &App, name: &str) -> Result<UploadWriter, ImportError> {
    let id = new_id(app.random.as_ref(), "upl", app.clock.now());
    let folder = folder(app);
    tokio::fs::create_dir_all(&folder).await.map_err(ImportError::io("cannot create the folder of uploads"))?;
    let path = folder.join(&id);
    let file = tokio::fs::File::create(&path).await.map_err(ImportError::io("cannot create the upload"))?;
    let name: String = name
        .chars()
        .filter(|letter| !letter.is_control() && !matches!(letter, '/' | '\\'))
        .take(NAME_CHARS_MAX)
        .collect();
    let name = if name.trim().is_empty() { "upload".to_owned() } else { name };
    Ok(UploadWriter { id, name, path, file, size_bytes: 0, kept: false })
}

pub async fn finish_upload(
    app: &App,
    actor: &crate::access::Actor,
    mut upload: UploadWriter,
) -> Result<Upload, ImportError> {
    if upload.size_bytes == 0 {
        return Err(ImportError::refused("empty_file", "the file is empty"));
    }
    upload.file.flush().await.map_err(ImportError::io("cannot write the upload"))?;
    upload.file.sync_all().await.map_err(ImportError::io("cannot write the upload"))?;
    // Its name must be on disk too before a row tells of it.
    let folder =
        tokio::fs::File::open(folder(app)).await.map_err(ImportError::io("cannot open the folder of uploads"))?;
    folder.sync_all().await.map_err(ImportError::io("cannot write the folder of uploads"))?;
    let row = UploadRow {
        id: upload.id.clone(),
        name: upload.name.clone(),
        size_bytes: i64::try_from(upload.size_bytes).unwrap_or(i64::MAX),
        path: upload.path.display().to_string(),
        created_by: actor.name().to_owned(),
        created_at: app.clock.now().0,
    };
    let mut tx = app.store.write().await?;
    table::insert(&mut tx, &row).await?;
    tx.commit().await?;
    upload.kept = true;
    Ok(Upload { id: row.id, name: row.name, size_bytes: upload.size_bytes, path: upload.path.clone() })
}

/// The uploads of these ids, in this order.
pub async fn find_uploads(app: &App, ids: &[String]) -> Result<Vec<Upload>, ImportError> {
    let mut tx = app.store.read().await?;
    let mut uploads = Vec::with_capacity(ids.len());
    for id in ids {
        let row = table::get(&mut tx, id).await?.ok_or_else(|| {
            ImportError::refused("unknown_upload", format!("there is no upload {id}: upload the file again"))
        })?;
        uploads.push(Upload {
            id: row.id,
            name: row.name,
            size_bytes: row.size_bytes.max(0) as u64,
            path: row.path.into(),
        });
    }
    Ok(uploads)
}
