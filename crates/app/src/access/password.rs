//! Password rules and hashing: argon2id, on a blocking thread, with the parameters that OWASP names.
//!
//! Callers may rely on: however many ask at once, few hashes are worked out at the same time; the others wait.

use super::error::AccessError;
use crate::random::Random;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

pub const PASSWORD_CHARACTERS_MIN: usize = 12;
pub const PASSWORD_CHARACTERS_MAX: usize = 256;

/// OWASP Password Storage Cheat Sheet (2026), first recommended set for argon2id: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
/// Each takes the memory above: 76 MiB together, where 512 blocking threads would take 9.5 GiB.
const HASHES_AT_ONCE: usize = 4;

static HASHING: Semaphore = Semaphore::const_new(HASHES_AT_ONCE);

/// A hash of nothing anybody knows, with the same parameters: what an unknown account is checked against.
const UNKNOWN_ACCOUNT_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$cGVyZW5uaWFsLW5vYm9keQ$3nQKvh5NWwTBwNDP0pkyDqBXVB9vWUzqXqZhGJ8hzGE";

fn hasher() -> Result<Argon2<'static>, AccessError> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| AccessError::Hashing(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The rules are length only: long enough to resist guessing, short enough to hash.
pub(super) fn check_rules(field: &'static str, password: &str) -> Result<(), AccessError> {
    let characters = password.chars().count();
    if (PASSWORD_CHARACTERS_MIN..=PASSWORD_CHARACTERS_MAX).contains(&characters) {
        return Ok(());
    }
    let code = if characters < PASSWORD_CHARACTERS_MIN { "too_short" } else { "too_long" };
    Err(AccessError::field(field, code, format!("{PASSWORD_CHARACTERS_MIN} to {PASSWORD_CHARACTERS_MAX} characters")))
}

pub(super) async fn hash(random: &dyn Random, password: String) -> Result<String, AccessError> {
    let mut salt = [0u8; SALT_BYTES];
    random.fill(&mut salt);
    run_blocking(move || {
        let hash: PasswordHash = hasher()?
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|error| AccessError::Hashing(error.to_string()))?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether the password belongs to the stored hash. Without a hash the same work is done for nothing.
pub(super) async fn verify(stored: Option<String>, password: String) -> Result<bool, AccessError> {
    if password.chars().count() > PASSWORD_CHARACTERS_MAX {
        return Ok(false);
    }
    run_blocking(move || {
        let text = stored.as_deref().unwrap_or(UNKNOWN_ACCOUNT_HASH);
        let parsed = PasswordHash::new(text).map_err(|error| AccessError::Hashing(error.to_string()))?;
        let matches = hasher()?.verify_password(password.as_bytes(), &parsed).is_ok();
        Ok(matches && stored.is_some())
    })
    .await
}

async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AccessError> + Send + 'static,
) -> Result<T, AccessError> {
    let permit = HASHING.acquire().await.map_err(|error| AccessError::Hashing(error.to_string()))?;
    let limited = move || {
        let outcome = work();
        // Here and not in the caller, who may have hung up while the thread still works.
        drop(permit);
        outcome
    };
    tokio::task::spawn_blocking(limited).await.map_err(|error| AccessError::Hashing(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros;
    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[tokio::test]
    async fn a_password_opens_its_own_hash_only() {
        let stored = hash(&Zeros, "correct horse battery".to_owned()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(Some(stored.clone()), "correct horse battery".to_owned()).await.unwrap());
        assert!(!verify(Some(stored), "correct horse batterx".to_owned()).await.unwrap());
        assert!(!verify(None, "correct horse battery".to_owned()).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_few_hashes_are_worked_out_at_once_and_the_others_wait() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        use std::sync::{Arc, Barrier};
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        // Each leaves only when as many are in as may be.
        let full = Arc::new(Barrier::new(HASHES_AT_ONCE));
        let mut tasks = Vec::new();
        for _ in 0..4 * HASHES_AT_ONCE {
            let (running, most, full) = (running.clone(), most.clone(), full.clone());
            tasks.push(tokio::spawn(run_blocking(move || {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                full.wait();
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            })));
        }
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), HASHES_AT_ONCE);
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(check_rules("new_password", "elevenchars").is_err());
        assert!(check_rules("new_password", "twelve chars").is_ok());
        assert!(check_rules("new_password", "十二个字的密码也是可以的呀").is_ok());
        assert!(check_rules("new_password", &"x".repeat(257)).is_err());
    }
}
