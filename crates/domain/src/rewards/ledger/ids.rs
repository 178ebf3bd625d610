//! What things of the ledger go by.
//!
//! Invariant: an id is given once, says which transaction gave it, and stays when its row moves to another account by a merge.

use crate::ids::CustomerNumber;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// One member's one wallet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountId {
    pub member: CustomerNumber,
    /// The code of the wallet.
    pub wallet: String,
}

/// A transaction of a wallet, and what it opened: a hold, a debit that can be given back, a request, a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    pub member: CustomerNumber,
    /// The transaction's number in its account; the first is 1.
    pub sequence: u64,
}

/// A lot: the transaction that opened it, and which of its lots it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LotId {
    pub entry: EntryId,
    pub part: u32,
}

/// SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// Before the public ids of the ledger, and of members.
const PUBLIC: &str = "pts_";
const MEMBER: &str = "cus_";

impl Digest {
    /// Of the JSON text of a value. Maps of the ledger are sorted and its numbers whole, so that equal values have equal text.
    pub(super) fn of_json<T: Serialize>(value: &T) -> Self {
        let mut hasher = Sha256::new();
        // Writing into a hasher does not fail, and nothing here has a key that is no text.
        let written = serde_json::to_writer(&mut hasher, value);
        debug_assert!(written.is_ok(), "a value of the ledger has no JSON text");
        Self(hasher.finalize().into())
    }

    pub fn hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.hex())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.hex())
    }
}

impl FromStr for Digest {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err("a digest is 64 hexadecimal digits");
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).map_err(|_| "no hexadecimal digits")?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.member.0, self.sequence)
    }
}

impl EntryId {
    /// As others see it, who are not told a member's number: `pts_`, the member's public id without its beginning, the
    /// transaction's number.
    pub fn public_id(self) -> String {
        let member = self.member.public_id();
        format!("{PUBLIC}{}-{}", member.strip_prefix(MEMBER).unwrap_or(&member), self.sequence)
    }

    pub fn from_public_id(text: &str) -> Option<Self> {
        let (member, sequence) = text.strip_prefix(PUBLIC)?.split_once('-')?;
        let member = CustomerNumber::from_public_id(&format!("{MEMBER}{member}"))?;
        Some(Self { member, sequence: sequence.parse().ok()? })
    }
}

impl LotId {
    pub fn public_id(self) -> String {
        format!("{}-{}", self.entry.public_id(), self.part)
    }
}

impl FromStr for EntryId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "an entry is a member's number and a sequence number, such as 17-5";
        let (member, sequence) = text.split_once('-').ok_or(wrong)?;
        let member = CustomerNumber(member.parse().map_err(|_| wrong)?);
        Ok(Self { member, sequence: sequence.parse().map_err(|_| wrong)? })
    }
}

impl fmt::Display for LotId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.entry, self.part)
    }
}

impl FromStr for LotId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a lot is an entry and a number, such as 17-5-0";
        let (entry, part) = text.rsplit_once('-').ok_or(wrong)?;
        Ok(Self { entry: entry.parse()?, part: part.parse().map_err(|_| wrong)? })
    }
}

/// Ids are text in JSON: keys of maps must be.
macro_rules! as_text {
    ($($id:ty),*) => {$(
        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

as_text!(Digest, EntryId, LotId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_id_leads_back_to_its_entry_and_a_mistyped_one_to_none() {
        let entry = EntryId { member: CustomerNumber(4_711), sequence: 17 };
        assert_eq!(entry.public_id(), "pts_3487tayp-17", "the member is cus_3487tayp");
        assert_eq!(EntryId::from_public_id("pts_3487tayp-17"), Some(entry));
        for wrong in ["pts_3487tayq-17", "pts_3487tayp", "cus_3487tayp-17", "pts_3487tayp-x", "4711-17"] {
            assert_eq!(EntryId::from_public_id(wrong), None, "{wrong}");
        }
        assert_eq!(LotId { entry, part: 2 }.public_id(), "pts_3487tayp-17-2");
    }
}
