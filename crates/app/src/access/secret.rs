//! Secrets that Perennial makes: 256 random bits, shown once, stored only as SHA-256.

use crate::random::Random;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const SECRET_BYTES: usize = 32;

/// A new secret as text of 43 characters, fit for cookies, headers and links.
pub(crate) fn new_secret(random: &dyn Random) -> String {
    let mut bytes = [0u8; SECRET_BYTES];
    random.fill(&mut bytes);
    base64url_encode(&bytes)
}

pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// Two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base 64 with the URL alphabet and without padding (RFC 4648 §5).
pub fn base64url_encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes behind [`base64url_encode`]; `None` for anything that it never makes.
pub fn base64url_decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Whether both are equal, in a time that does not tell where they differ.
pub fn equal_in_constant_time(left: &str, right: &str) -> bool {
    let (left, right) = (sha256(left.as_bytes()), sha256(right.as_bytes()));
    left.iter().zip(&right).fold(0u8, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_leads_back_for_every_length() {
        for length in 0..70u8 {
            let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(37)).collect();
            assert_eq!(base64url_decode(&base64url_encode(&bytes)), Some(bytes));
        }
        assert_eq!(base64url_encode(b"any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw");
    }

    #[test]
    fn text_that_is_never_made_is_refused() {
        for text in ["A", "AB=", "A B", "AB+/", "AR"] {
            assert_eq!(base64url_decode(text), None, "{text}");
        }
    }

    #[test]
    fn equality_is_found_and_difference_too() {
        assert!(equal_in_constant_time("abc", "abc"));
        assert!(!equal_in_constant_time("abc", "abd"));
        assert!(!equal_in_constant_time("abc", "abcd"));
    }
}
