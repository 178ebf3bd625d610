//! Secrets that must be read again, such as those that sign: sealed in the database, with a key that is not in it.
//!
//! The key is the file `secrets.key` in the workspace's folder, for its owner alone; it is made when the first secret is
//! sealed. A copy of the database alone therefore gives nobody a secret. Where the file is lost, so are the secrets: they are
//! made anew. Invariants: AES-256-GCM with a nonce of its own for each secret; what was sealed for one purpose does not
//! open for another.

use crate::{App, key_file};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::path::PathBuf;

const KEY_FILE: &str = "secrets.key";
const KEY_BYTES: usize = 32;
/// The first byte says how the rest was sealed.
const FORMAT: u8 = 1;

/// Why a secret cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("the file {} cannot be {what}: {source}", path.display())]
    Key { path: PathBuf, what: &'static str, source: std::io::Error },
    #[error("the file {} is no key", .0.display())]
    WrongKey(PathBuf),
    #[error("a secret was sealed with another key: make a new one")]
    Unreadable,
}

/// `purpose` names the place where it is kept.
pub fn seal(app: &App, purpose: &str, secret: &[u8]) -> Result<Vec<u8>, SealError> {
    let key = key(app, true)?;
    let mut nonce = [0u8; NONCE_LEN];
    app.random.fill(&mut nonce);
    let mut sealed = secret.to_vec();
    let outcome =
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), &mut sealed);
    outcome.map_err(|_| SealError::Unreadable)?;
    Ok([&[FORMAT], nonce.as_slice(), &sealed].concat())
}

pub fn open(app: &App, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let [FORMAT, rest @ ..] = sealed else { return Err(SealError::Unreadable) };
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Unreadable)?;
    let key = key(app, false)?;
    let mut opened = sealed.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let secret = key.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut opened);
    secret.map(|secret| secret.to_vec()).map_err(|_| SealError::Unreadable)
}

fn key(app: &App, make: bool) -> Result<LessSafeKey, SealError> {
    let path = app.data_dir.join(KEY_FILE);
    if make && !path.exists() {
        let mut bytes = [0u8; KEY_BYTES];
        app.random.fill(&mut bytes);
        let failed = |source| SealError::Key { path: path.clone(), what: "made", source };
        key_file::make_once(app.random.as_ref(), &path, &bytes).map_err(failed)?;
    }
    let bytes = std::fs::read(&path).map_err(|source| SealError::Key { path: path.clone(), what: "read", source })?;
    let wrong = || SealError::WrongKey(path.clone());
    let unbound = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| wrong())?;
    Ok(LessSafeKey::new(unbound))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;
    use perennial_history::History;
    use perennial_testkit::{ManualClock, sqlite_store};
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Arc;

    #[tokio::test]
    async fn a_secret_opens_for_its_purpose_with_its_key_and_not_otherwise() {
        let store = sqlite_store().await;
        let folder = tempfile::tempdir().unwrap();
        let app = App {
            store: store.database.clone(),
            history: Arc::new(History::open(&folder.path().join("history")).await.unwrap()),
            data_dir: Arc::new(folder.path().to_owned()),
            clock: Arc::new(ManualClock::at("2026-11-22T09:00:00Z")),
            random: Arc::new(SystemRandom),
        };
        assert!(matches!(open(&app, "a", &[1; 40]), Err(SealError::Key { .. })), "no key was made so far");
        let sealed = seal(&app, "a", b"secret").unwrap();
        assert_eq!(open(&app, "a", &sealed).unwrap(), b"secret");
        assert_ne!(seal(&app, "a", b"secret").unwrap(), sealed, "each has a nonce of its own");
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert!(matches!(open(&app, "b", &sealed), Err(SealError::Unreadable)));
        for broken in [&sealed[..sealed.len() - 1], &[], &[1, 2], &[2; 60]] {
            assert!(matches!(open(&app, "a", broken), Err(SealError::Unreadable)));
        }
        let path = folder.path().join(KEY_FILE);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, [7; 32]).unwrap();
        assert!(matches!(open(&app, "a", &sealed), Err(SealError::Unreadable)));
        std::fs::write(&path, [7; 3]).unwrap();
        assert!(matches!(open(&app, "a", &sealed), Err(SealError::WrongKey(_))));
    }
}
