//! Bitmaps out of bitmaps.

use roaring::RoaringBitmap;

/// Those that pass.
pub(crate) fn probe(within: &RoaringBitmap, passes: impl Fn(u32) -> bool) -> RoaringBitmap {
    // What comes out of a bitmap ascends, so there is nothing to be refused.
    RoaringBitmap::from_sorted_iter(within.iter().filter(|one| passes(*one))).unwrap_or_default()
}

/// Who is in any of these, and within.
pub(crate) fn union<'a>(all: impl Iterator<Item = &'a RoaringBitmap>, within: &RoaringBitmap) -> RoaringBitmap {
    let mut found = RoaringBitmap::new();
    for one in all {
        found |= one;
    }
    found &= within;
    found
}
