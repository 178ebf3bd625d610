//! Facts: what happened, when, and the identifiers it came with.
//!
//! Invariants: a fact is never changed; it keeps the identifiers it came with; its `key` names the thing
//! it tells of (an order, a refund, a customer row) within its source, so that the same thing told
//! twice is found again. Stored shapes are read by every later version: new fields are optional.

use crate::consent::ConsentWord;
use crate::identity::Identifier;
use crate::ids::CustomerNumber;
use crate::money::Currency;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// 128 bits of a SHA-256: the same text gives the same key on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactKey(pub u128);

impl Serialize for FactKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for FactKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
    }
}

impl FactKey {
    /// The key of the parts, in this order; parts are length-prefixed, so `("a","bc")` and `("ab","c")` differ.
    pub fn of(parts: &[&str]) -> Self {
        use sha2::{Digest, Sha256};
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let digest = hasher.finalize();
        let mut bytes = [0u8; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self(u128::from_be_bytes(bytes))
    }

    pub fn hex(self) -> String {
        format!("{:032x}", self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A purchase: counts as an order and, by its day, as an occasion.
    Order,
    /// An order of nothing but gifts (unit price zero): on the timeline, never a purchase.
    Gift,
    /// Money back, a return or a cancellation with a number of its own: lowers net revenue, is never a visit.
    Refund,
    /// An order that its status says was cancelled: takes back what was counted of it.
    Cancelled,
    /// A stock or price correction without a purchase behind it.
    Adjustment,
    /// A row of a customer file: identifiers and traits.
    CustomerUpdate,
    /// Something that a touch-point saw: a message `track` without money.
    Event,
    /// A page was looked at.
    Page,
    /// A screen of an app was looked at.
    Screen,
    /// A touch-point says who somebody is: identifiers and traits.
    Identify,
    /// Somebody belongs to a group, such as a company.
    Group,
    /// Two identifiers are of one person.
    Alias,
    /// An order that nobody has paid so far: on the timeline, counts nowhere, and takes nothing back.
    Unpaid,
}

impl FactKind {
    /// Their places are stored in spools: new ones go to the end.
    pub const ALL: [Self; 13] = [
        Self::Order,
        Self::Gift,
        Self::Refund,
        Self::Cancelled,
        Self::Adjustment,
        Self::CustomerUpdate,
        Self::Event,
        Self::Page,
        Self::Screen,
        Self::Identify,
        Self::Group,
        Self::Alias,
        Self::Unpaid,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Gift => "gift",
            Self::Refund => "refund",
            Self::Cancelled => "cancelled",
            Self::Adjustment => "adjustment",
            Self::CustomerUpdate => "customer_update",
            Self::Event => "event",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Identify => "identify",
            Self::Group => "group",
            Self::Alias => "alias",
            Self::Unpaid => "unpaid",
        }
    }

    /// A message of a touch-point and nothing more: it is one of its own by its message id, carries no money, and is
    /// neither a purchase nor a visit in any value.
    pub fn is_message(self) -> bool {
        match self {
            Self::Event | Self::Page | Self::Screen | Self::Identify | Self::Group | Self::Alias => true,
            Self::Order
            | Self::Gift
            | Self::Refund
            | Self::Cancelled
            | Self::Unpaid
            | Self::Adjustment
            | Self::CustomerUpdate => false,
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One line of an order or refund. Amounts in minor units of the block's currency, quantities in
/// thousandths; both are positive for what was bought and negative for what came back.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Line {
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(rename = "q", default, skip_serializing_if = "Option::is_none")]
    pub quantity_milli: Option<i64>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub unit_price_minor: Option<i64>,
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub amount_minor: Option<i64>,
    /// The amount is that of the whole fact, told once: the other lines have none, and another total that is told
    /// of it later takes its place ([`settle_total`]). History does not keep this.
    #[serde(rename = "w", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_total: bool,
}

impl Line {
    /// 64 bits that tell equal lines of one order from different ones. Whose amount it is plays no part.
    pub fn fingerprint(&self) -> u64 {
        // For each line of each file: on the stack.
        let mut room = [itoa::Buffer::new(), itoa::Buffer::new(), itoa::Buffer::new()];
        let [quantity, price, amount] = &mut room;
        let key = FactKey::of(&[
            self.sku.as_deref().unwrap_or_default(),
            self.name.as_deref().unwrap_or_default(),
            self.quantity_milli.map_or("", |value| quantity.format(value)),
            self.unit_price_minor.map_or("", |value| price.format(value)),
            self.amount_minor.map_or("", |value| amount.format(value)),
        ]);
        (key.0 >> 64) as u64
    }
}

/// What a total changes where the order is known: of the `fresh` lines, whose fingerprints are not, those that stay.
/// The line with the total gets the difference to `known_minor`, what the order came to before, so that the sum of all
/// that was ever told is the total told last. `unmatched` counts the known fingerprints that no line of the fact
/// has: a line whose only news is where the total stands, or how much it is, is found there and is not new.
pub fn settle_total(fresh: Vec<Line>, unmatched: &mut HashMap<u64, usize>, known_minor: Option<i64>) -> Vec<Line> {
    let Some(total) = fresh.iter().filter(|line| line.is_total).find_map(|line| line.amount_minor) else {
        return fresh;
    };
    let difference = total.saturating_sub(known_minor.unwrap_or(0));
    let mut was_there = |line: &Line| {
        [None, known_minor].into_iter().any(|amount_minor| {
            let before = Line { amount_minor, ..line.clone() }.fingerprint();
            unmatched.get_mut(&before).is_some_and(|count| {
                let is_left = *count > 0;
                *count -= usize::from(is_left);
                is_left
            })
        })
    };
    let mut kept = Vec::with_capacity(fresh.len());
    for mut line in fresh {
        let amount_minor =
            if line.is_total { Some(difference).filter(|amount| *amount != 0) } else { line.amount_minor };
        let is_known = (line.is_total || line.amount_minor.is_none()) && was_there(&line);
        line.amount_minor = amount_minor;
        match (is_known, amount_minor) {
            (false, _) => kept.push(line),
            (true, Some(_)) => kept.push(Line { amount_minor, is_total: line.is_total, ..Line::default() }),
            (true, None) => {}
        }
    }
    kept.sort();
    kept
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trait {
    #[serde(rename = "n")]
    pub name: String,
    #[serde(rename = "v")]
    pub value: String,
}

/// Where somebody came from, as the link said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Campaign {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a message of a touch-point carries beside its identifiers. The time of the fact is the corrected one; the
/// three here are what it was corrected from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    #[serde(rename = "m")]
    pub message_id: String,
    /// Of the event, the page or the screen.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A JSON object, as it was sent.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<String>,
    /// By our clock.
    #[serde(rename = "r")]
    pub received_at: Instant,
    /// By the sender's clock.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Instant>,
    /// When it happened, by the sender's clock.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub original_at: Option<Instant>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub page_url: Option<String>,
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub page_path: Option<String>,
    #[serde(rename = "g", default, skip_serializing_if = "Campaign::is_empty")]
    pub campaign: Campaign,
    /// The code of the touch-point that it names.
    #[serde(rename = "tp", default, skip_serializing_if = "Option::is_none")]
    pub touch_point: Option<String>,
    /// What it says about consent. History does not keep this beside the properties: decisions have a table.
    #[serde(rename = "w", default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<ConsentWord>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    #[serde(rename = "k")]
    pub kind: FactKind,
    pub key: FactKey,
    pub at: Instant,
    /// Strongest first; empty for a purchase of a guest.
    #[serde(rename = "id", default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    #[serde(rename = "no", default, skip_serializing_if = "Option::is_none")]
    pub order_no: Option<String>,
    /// Sorted, so that the same order has the same lines in any row order.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<Trait>,
    /// Of facts that came as a message.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub tracked: Option<Box<Tracked>>,
}

impl Fact {
    /// The sum of the lines, or `None` where the file carried no amounts at all.
    pub fn amount_minor(&self) -> Option<i64> {
        let mut sum: Option<i64> = None;
        for amount in self.lines.iter().filter_map(|line| line.amount_minor) {
            sum = Some(sum.unwrap_or(0).saturating_add(amount));
        }
        sum
    }
}

/// The facts that are accepted together: one row of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactBlock {
    pub version: u32,
    /// Where the facts come from: `file`, or the name of a source. Part of what makes an order number unique.
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_id: Option<String>,
    pub currency: Currency,
    pub facts: Vec<Fact>,
    /// How many rows of the source each fact stands for, in the order of the facts: fewer than its lines (also
    /// 0) where the rows of another fact tell of some besides. Facts that did not come in rows have none here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<u32>,
}

/// 2: facts may be messages. 3: messages may tell of consent. 4: messages may name a touch-point. An earlier program would drop what it does not know, and
/// refuses instead.
pub const FACT_BLOCK_VERSION: u32 = 4;

/// A fact after resolve and apply: whose it is, and only those lines that were new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedFact {
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerNumber>,
    /// False where the order was known and this adds lines to it: its money counts, it is no further order.
    #[serde(rename = "f")]
    pub first: bool,
    #[serde(rename = "x")]
    pub fact: Fact,
}

/// What the hand-over to history reads: an applied block, numbered without gaps in commit order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedBlock {
    pub version: u32,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_id: Option<String>,
    pub currency: Currency,
    pub facts: Vec<AppliedFact>,
}
