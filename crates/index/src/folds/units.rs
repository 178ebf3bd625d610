//! Sums a profile.

use crate::snapshot::{Code, put_plain, take_plain};
use std::collections::HashMap;
use std::io::{Read, Result, Write};

/// An exact sum a profile: 64 bits, and as many as it takes where those do not do.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    small: Vec<i64>,
    /// What is beyond 64 bits; it comes on top.
    beyond: HashMap<u32, i128>,
}

impl Sums {
    pub fn add(&mut self, profile: u32, units: i64) {
        let place = grown(&mut self.small, profile);
        match place.checked_add(units) {
            Some(sum) => *place = sum,
            None => *self.beyond.entry(profile).or_default() += i128::from(units),
        }
    }

    pub fn get(&self, profile: u32) -> i128 {
        let small = self.small.get(profile as usize).copied().unwrap_or(0);
        // Nearly always there are none.
        let beyond = if self.beyond.is_empty() { None } else { self.beyond.get(&profile).copied() };
        i128::from(small) + beyond.unwrap_or(0)
    }

    pub fn clear(&mut self, profile: u32) {
        if let Some(small) = self.small.get_mut(profile as usize) {
            *small = 0;
        }
        self.beyond.remove(&profile);
    }
}

/// How many a profile.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts(Vec<u32>);

impl Counts {
    /// Those that are not zero.
    pub fn profiles(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.0).filter(|(_, count)| **count > 0).map(|(profile, _)| profile)
    }

    pub fn add(&mut self, profile: u32, is_one_more: bool) {
        let place = grown(&mut self.0, profile);
        *place = if is_one_more { place.saturating_add(1) } else { place.saturating_sub(1) };
    }

    pub fn get(&self, profile: u32) -> u32 {
        self.0.get(profile as usize).copied().unwrap_or(0)
    }

    pub fn clear(&mut self, profile: u32) {
        if let Some(count) = self.0.get_mut(profile as usize) {
            *count = 0;
        }
    }
}

fn grown<T: Clone + Default>(list: &mut Vec<T>, profile: u32) -> &mut T {
    let place = profile as usize;
    if list.len() <= place {
        list.resize(place + 1, T::default());
    }
    &mut list[place]
}

impl Code for Sums {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        put_plain(&self.small, out)?;
        self.beyond.write_to(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        Ok(Self { small: take_plain(from)?, beyond: HashMap::read_from(from)? })
    }
}

impl Code for Counts {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        put_plain(&self.0, out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        take_plain(from).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_exact_beyond_64_bits_and_back() {
        let mut sums = Sums::default();
        for _ in 0..3 {
            sums.add(1, i64::MAX);
        }
        assert_eq!(sums.get(1), 3 * i128::from(i64::MAX));
        for _ in 0..3 {
            sums.add(1, -i64::MAX);
        }
        assert_eq!((sums.get(1), sums.get(0), sums.get(7)), (0, 0, 0));
    }
}
