//! What the frequency models know of one customer.
//!
//! Invariants: times are whole days; the first purchase is time 0 and is not counted in `x`; two
//! purchases on one day are one occasion.

use serde::{Deserialize, Serialize};

/// Repeat occasions, day of the last one and days observed, all counted from the first purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Repeat purchase occasions (days with a purchase after the first day).
    pub x: u32,
    /// Days from the first purchase to the last occasion; 0 when `x` is 0.
    pub t_x: u32,
    /// Days from the first purchase to the end of observation.
    pub t: u32,
}

/// Largest repeat count that is told apart (24 bits).
pub const MAX_REPEATS: u32 = (1 << 24) - 1;
/// Largest number of days that is told apart (20 bits, 2,870 years).
pub const MAX_DAYS: u32 = (1 << 20) - 1;

impl Summary {
    /// The nearest summary that can occur: `t_x ≤ t`, `t_x = 0` when `x = 0`, capped at
    /// [`MAX_REPEATS`] and [`MAX_DAYS`].
    pub fn normalized(self) -> Self {
        let t = self.t.min(MAX_DAYS);
        let t_x = if self.x == 0 { 0 } else { self.t_x.min(t) };
        Self { x: self.x.min(MAX_REPEATS), t_x, t }
    }

    /// One sortable key: `x`, then `t`, then `t_x`. Only for normalised summaries.
    pub(crate) fn key(self) -> u64 {
        u64::from(self.x) << 40 | u64::from(self.t) << 20 | u64::from(self.t_x)
    }

    pub(crate) fn from_key(key: u64) -> Self {
        let mask = u64::from(MAX_DAYS);
        Self { x: (key >> 40) as u32, t: (key >> 20 & mask) as u32, t_x: (key & mask) as u32 }
    }
}
