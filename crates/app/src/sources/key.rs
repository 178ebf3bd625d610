//! Write keys: `wk_` and 43 characters, shown once, stored as a hash. They stand in web pages for everybody to see, and
//! so allow nothing but sending.

use crate::access::{new_secret, sha256};
use crate::random::Random;

pub const WRITE_KEY_PREFIX: &str = "wk_";
/// So long an earlier key works after a rotation where nobody says otherwise.
pub const KEY_OVERLAP_SECONDS_DEFAULT: u32 = 86_400;
/// By these last characters a person knows a key again.
const ENDING_CHARACTERS: usize = 4;

pub(super) struct WriteKey {
    pub secret: String,
    pub hash: Vec<u8>,
    pub ending: String,
}

pub(super) fn new_write_key(random: &dyn Random) -> WriteKey {
    let secret = format!("{WRITE_KEY_PREFIX}{}", new_secret(random));
    let hash = hash_of(&secret);
    let ending = secret[secret.len() - ENDING_CHARACTERS..].to_owned();
    WriteKey { secret, hash, ending }
}

pub(crate) fn hash_of(write_key: &str) -> Vec<u8> {
    sha256(write_key.as_bytes())
}
