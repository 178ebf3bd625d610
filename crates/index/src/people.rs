//! Who there is, and which profiles are one customer.
//!
//! A profile is a number; a customer is the number that stands for its profiles (the *head*). Facts stay with their profile
//! whatever is merged and parted later; fields and states are told of customers.
//!
//! Invariants: a number is the head of a customer, a part of exactly one other, or unknown; a head is its own first part.

use crate::snapshot::{Code, put_length, put_plain, take_length, take_plain};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::io::{Read, Result, Write};

#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    /// Heads.
    everybody: RoaringBitmap,
    /// Of customers of several profiles only: the other profiles.
    others: HashMap<u32, Box<[u32]>>,
    head_of: HashMap<u32, u32>,
}

impl People {
    pub fn everybody(&self) -> &RoaringBitmap {
        &self.everybody
    }

    /// A profile that is not known yet is a customer of its own.
    pub fn see(&mut self, profile: u32) -> u32 {
        if let Some(head) = self.head_of.get(&profile) {
            return *head;
        }
        self.everybody.insert(profile);
        profile
    }

    pub fn head(&self, profile: u32) -> Option<u32> {
        self.head_of.get(&profile).copied().or_else(|| self.everybody.contains(profile).then_some(profile))
    }

    pub fn others(&self, head: u32) -> &[u32] {
        self.others.get(&head).map_or(&[], |others| others)
    }

    /// From now on these profiles, the first of them the head, are one customer; whoever was one with any of them and is
    /// not named becomes a customer of their own. Returns everybody who was or is a head among all of these.
    pub fn join(&mut self, profiles: &[u32]) -> Vec<u32> {
        let mut touched: Vec<u32> = Vec::new();
        for profile in profiles {
            let head = self.head(*profile).unwrap_or(*profile);
            touched.push(head);
            touched.extend(self.others.remove(&head).into_iter().flatten());
            touched.push(*profile);
        }
        touched.sort_unstable();
        touched.dedup();
        for one in &touched {
            self.head_of.remove(one);
            self.everybody.insert(*one);
        }
        if let [head, others @ ..] = profiles
            && !others.is_empty()
        {
            for other in others {
                self.everybody.remove(*other);
                self.head_of.insert(*other, *head);
            }
            self.others.insert(*head, others.into());
        }
        touched
    }

    /// A customer who is gone, with all profiles.
    pub fn remove(&mut self, head: u32) {
        self.everybody.remove(head);
        for other in self.others.remove(&head).into_iter().flatten() {
            self.head_of.remove(&other);
        }
    }
}

impl Code for People {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.everybody.write_to(out)?;
        put_length(self.others.len(), out)?;
        self.others.iter().try_for_each(|(head, others)| {
            head.write_to(out)?;
            put_plain(others, out)
        })
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let mut people = Self { everybody: RoaringBitmap::read_from(from)?, ..Self::default() };
        for _ in 0..take_length(from)? {
            let (head, others) = (u32::read_from(from)?, take_plain::<u32>(from)?);
            people.head_of.extend(others.iter().map(|other| (*other, head)));
            people.others.insert(head, others.into());
        }
        Ok(people)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_joined_is_one_and_who_is_left_out_is_alone_again() {
        let mut people = People::default();
        assert_eq!((people.see(1), people.see(2), people.see(3)), (1, 2, 3));
        assert_eq!(people.join(&[1, 2, 3]), [1, 2, 3]);
        assert_eq!((people.see(3), people.everybody().len(), people.others(1)), (1, 1, &[2, 3][..]));
        assert_eq!(people.join(&[2, 1]), [1, 2, 3]);
        assert_eq!((people.head(1), people.head(3), people.head(4)), (Some(2), Some(3), None));
        assert_eq!(people.everybody().iter().collect::<Vec<_>>(), [2, 3]);
        people.remove(2);
        assert_eq!((people.head(1), people.head(2)), (None, None));
    }
}
