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
