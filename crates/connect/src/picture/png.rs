//! A code as PNG: one bit a dot.

use super::{Modules, PictureError};
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use std::io::Write;

const SCALE_MAX: usize = 64;
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
/// One bit a dot, shades of grey, the one compression and filter that there are, lines in order.
const FORM: [u8; 5] = [1, 0, 0, 0, 0];

/// `scale`: pixels of a module, 1 to 64.
pub fn png(text: &str, scale: usize) -> Result<Vec<u8>, PictureError> {
    if !(1..=SCALE_MAX).contains(&scale) {
        return Err(PictureError::Scale);
    }
    let modules = Modules::of(text)?;
    let side = modules.width * scale;
    let mut lines = Vec::with_capacity((side.div_ceil(8) + 1) * side);
    for row in modules.dark.chunks(modules.width) {
        // Each line begins with its filter: none. White is 1.
        let mut line = vec![0u8; side.div_ceil(8) + 1];
        for pixel in (0..side).filter(|pixel| !row[pixel / scale]) {
            line[1 + pixel / 8] |= 0x80 >> (pixel % 8);
        }
        (0..scale).for_each(|_| lines.extend_from_slice(&line));
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    encoder.write_all(&lines).map_err(|_| PictureError::TooLong)?;
    let packed = encoder.finish().map_err(|_| PictureError::TooLong)?;
    let side = u32::try_from(side).map_err(|_| PictureError::Scale)?.to_be_bytes();
    let mut png = SIGNATURE.to_vec();
    chunk(&mut png, *b"IHDR", &[&side[..], &side[..], &FORM[..]].concat());
    chunk(&mut png, *b"IDAT", &packed);
    chunk(&mut png, *b"IEND", &[]);
    Ok(png)
}

fn chunk(png: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    png.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let mut crc = Crc::new();
    for part in [&name[..], data] {
        crc.update(part);
        png.extend_from_slice(part);
    }
    png.extend_from_slice(&crc.sum().to_be_bytes());
}
