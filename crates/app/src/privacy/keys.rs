//! The two keys of a workspace: one that hashes identifiers of erased people, one that signs receipts.
//!
//! File: `keys/privacy.json` in the data folder, made at first use, for the eyes of its owner only. Invariants: it is
//! there whole or not at all; of two processes that make it at once one is first, and both use that one; where there are
//! tombstones and no file, it is an error: a new key would find none of them.

use crate::access::{base64url_decode, base64url_encode, hex, sha256};
use crate::{App, key_file};
use perennial_domain::identity::Identifier;
use perennial_store::{ReadTx, StoreError, sequences};
use ring::hmac;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use thiserror::Error;

const KEY_BYTES: usize = 32;

#[derive(Debug, Error)]
pub enum KeyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{context} {path}: {source}", path = path.display())]
    Io { context: &'static str, path: PathBuf, source: std::io::Error },
    #[error(
        "{path} is missing, and people were erased with it: without it nobody can tell whose facts are not wanted. Bring \
         it back from a backup", path = path.display()
    )]
    Missing { path: PathBuf },
    #[error("{path} is no file of keys", path = path.display())]
    Unreadable { path: PathBuf },
}

/// As it lies on disk.
#[derive(Serialize, Deserialize)]
struct KeyFile {
    version: u32,
    tombstones: String,
    receipts: String,
}

pub(crate) struct Keys {
    tombstones: hmac::Key,
    receipts: Ed25519KeyPair,
}

impl Keys {
    /// Makes them where there are none yet, and nobody was erased.
    pub(crate) async fn of(app: &App, tx: &mut ReadTx<'_>) -> Result<Self, KeyError> {
        let path = path(app);
        if let Some(keys) = read(&path)? {
            return Ok(keys);
        }
        if sequences::current(tx, sequences::TOMBSTONES).await? > 0 {
            return Err(KeyError::Missing { path });
        }
        make(app, &path)?;
        read(&path)?.ok_or(KeyError::Missing { path })
    }

    /// `None` where nobody was erased: then no fact is held against anything.
    pub(crate) async fn where_needed(app: &App, tx: &mut ReadTx<'_>) -> Result<Option<Self>, KeyError> {
        if sequences::current(tx, sequences::TOMBSTONES).await? == 0 {
            return Ok(None);
        }
        Self::of(app, tx).await.map(Some)
    }

    pub(crate) fn hash(&self, identifier: &Identifier) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.tombstones);
        context.update(identifier.kind.code().as_bytes());
        context.update(&[0]);
        context.update(identifier.value.as_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(context.sign().as_ref());
        hash
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> String {
        base64url_encode(self.receipts.sign(bytes).as_ref())
    }

    pub(crate) fn public_key(&self) -> String {
        base64url_encode(self.receipts.public_key().as_ref())
    }
}

/// Whether this key has signed these bytes.
pub(crate) fn has_signed(public_key: &str, bytes: &[u8], signature: &str) -> bool {
    let (Some(key), Some(signature)) = (base64url_decode(public_key), base64url_decode(signature)) else {
        return false;
    };
    UnparsedPublicKey::new(&ED25519, key).verify(bytes, &signature).is_ok()
}

/// A short name of a public key, for people to compare.
pub(crate) fn key_id(public_key: &str) -> String {
    hex(&sha256(public_key.as_bytes())[..8])
}

fn path(app: &App) -> PathBuf {
    app.data_dir.join("keys").join("privacy.json")
}

fn io(context: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> KeyError {
    let path = path.to_owned();
    move |source| KeyError::Io { context, path, source }
}

fn read(path: &Path) -> Result<Option<Keys>, KeyError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io("cannot read", path)(error)),
    };
    let unreadable = || KeyError::Unreadable { path: path.to_owned() };
    let file: KeyFile = serde_json::from_str(&text).map_err(|_| unreadable())?;
    let key = |text: &str| base64url_decode(text).filter(|key| key.len() == KEY_BYTES).ok_or_else(unreadable);
    let (tombstones, receipts) = (key(&file.tombstones)?, key(&file.receipts)?);
    Ok(Some(Keys {
        tombstones: hmac::Key::new(hmac::HMAC_SHA256, &tombstones),
        receipts: Ed25519KeyPair::from_seed_unchecked(&receipts).map_err(|_| unreadable())?,
    }))
}

fn make(app: &App, path: &Path) -> Result<(), KeyError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(io("cannot create", folder))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(io("cannot protect", folder))?;
    let key = || {
        let mut bytes = [0; KEY_BYTES];
        app.random.fill(&mut bytes);
        base64url_encode(&bytes)
    };
    let file = KeyFile { version: 1, tombstones: key(), receipts: key() };
    let text = serde_json::to_string(&file).unwrap_or_default();
    key_file::make_once(app.random.as_ref(), path, text.as_bytes()).map_err(io("cannot create", path))
}
