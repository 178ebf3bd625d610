//! Randomness, handed in: the operating system's in the product, a seeded one in tests.

/// Fills bytes that nobody can guess. Implementations for tests may be predictable.
pub trait Random: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the operating system")]
    #[expect(clippy::expect_used, reason = "without randomness no secret can be made: stopping is right")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// A prefixed id with 50 random bits in Crockford's alphabet, such as `imp_1c9f0x3…`: seventeen characters
/// after the prefix, the first seven from the time, so that ids sort roughly by age.
pub fn new_id(random: &dyn Random, prefix: &str, at: perennial_domain::time::Instant) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut bytes = [0u8; 10];
    random.fill(&mut bytes);
    let seconds = (at.0 / perennial_domain::time::MICROS_PER_SECOND).max(0) as u64;
    let mut text = format!("{prefix}_");
    for place in (0..7).rev() {
        text.push(ALPHABET[((seconds >> (5 * place)) & 31) as usize] as char);
    }
    for byte in bytes {
        text.push(ALPHABET[usize::from(byte & 31)] as char);
    }
    text
}
