//! Bytes as a gzip member.
//!
//! Why in the domain: members of fixed parts can be made apart and joined, so that the bytes of a file do
//! not depend on the number of threads; that is a property of the files that this module promises.
//! Invariants: no name and no time in the header; the same bytes give the same member for one version of
//! `flate2`. Callers may rely on: joined members are one valid gzip file.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Appends `plain` as one member.
///
/// # Errors
/// None from a vector; passed on, so that none is swallowed.
pub fn push_gzip_member(plain: &[u8], out: &mut Vec<u8>) -> std::io::Result<()> {
    let mut encoder = GzEncoder::new(out, Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()?;
    Ok(())
}
