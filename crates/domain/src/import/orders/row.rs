//! One typed row of an order file, and its bytes in the spool.
//!
//! Invariants: identifiers are normal and the strongest is first; money is in minor units.
//! Callers may rely on: [`OrderRow::partition_key`] is equal for rows that can be of one fact.

use crate::fact::{FactKind, Trait};
use crate::identity::Identifier;
use crate::import::spool::{
    Hash64, PartitionKey, SPOOL_VERSION, SpoolError, put_identifiers, put_number, put_signed, put_text, put_traits,
    take_byte, take_identifiers, take_number, take_signed, take_text, take_traits,
};
use crate::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    pub file_index: u32,
    pub row_number: u64,
    pub kind: FactKind,
    /// The row tells of a purchase that was refunded, not of the refund alone (a refund status beside a
    /// positive amount): its line is one of the purchase as well, unless a purchase row says the same.
    pub tells_of_purchase: bool,
    pub identifiers: Vec<Identifier>,
    pub order_no: Option<String>,
    pub at: Instant,
    pub sku: Option<String>,
    pub name: Option<String>,
    pub quantity_milli: Option<i64>,
    pub unit_price_minor: Option<i64>,
    /// What the line itself came to.
    pub amount_minor: Option<i64>,
    /// What the whole order came to; may stand on each of its lines.
    pub order_amount_minor: Option<i64>,
    /// What was paid back of the whole order so far, positive; may stand on each of its lines.
    pub refund_minor: Option<i64>,
    /// What was paid back of the line itself, positive.
    pub line_refund_minor: Option<i64>,
    pub traits: Vec<Trait>,
}

const HAS_ORDER_NO: u8 = 1;
const HAS_SKU: u8 = 1 << 1;
const HAS_NAME: u8 = 1 << 2;
const HAS_QUANTITY: u8 = 1 << 3;
const HAS_PRICE: u8 = 1 << 4;
const HAS_AMOUNT: u8 = 1 << 5;
const HAS_ORDER_AMOUNT: u8 = 1 << 6;
const HAS_REFUND: u8 = 1 << 7;
/// In the byte of the kind, as the byte of what is present has no room left.
const TELLS_OF_PURCHASE: u8 = 1 << 7;
const HAS_LINE_REFUND: u8 = 1 << 6;

impl OrderRow {
    /// Whether the row is about a product, so that it can be one line among several.
    pub(super) fn names_product(&self) -> bool {
        self.sku.is_some() || self.name.is_some()
    }

    pub fn partition_key(&self) -> PartitionKey {
        if let Some(identifier) = self.identifiers.first() {
            return PartitionKey::of_identifier(identifier);
        }
        if let Some(order_no) = &self.order_no {
            return PartitionKey(Hash64::new().add(b"order").add(order_no.as_bytes()).finish());
        }
        let number = |value: Option<i64>| value.unwrap_or(i64::MIN).to_le_bytes();
        let hash = Hash64::new()
            .add(b"row")
            .add(&self.at.0.to_le_bytes())
            .add(self.sku.as_deref().unwrap_or_default().as_bytes())
            .add(self.name.as_deref().unwrap_or_default().as_bytes())
            .add(&number(self.quantity_milli))
            .add(&number(self.amount_minor))
            .add(&number(self.order_amount_minor));
        PartitionKey(hash.finish())
    }

    pub fn encode(&self, out: &mut Vec<u8>) {
        let texts = [(HAS_ORDER_NO, &self.order_no), (HAS_SKU, &self.sku), (HAS_NAME, &self.name)];
        let numbers = [
            (HAS_QUANTITY, self.quantity_milli),
            (HAS_PRICE, self.unit_price_minor),
            (HAS_AMOUNT, self.amount_minor),
            (HAS_ORDER_AMOUNT, self.order_amount_minor),
            (HAS_REFUND, self.refund_minor),
        ];
        let mut present = 0;
        for (flag, text) in texts {
            present |= if text.is_some() { flag } else { 0 };
        }
        for (flag, number) in numbers {
            present |= if number.is_some() { flag } else { 0 };
        }
        out.push(SPOOL_VERSION);
        let told = if self.tells_of_purchase { TELLS_OF_PURCHASE } else { 0 };
        out.push(self.kind as u8 | told | if self.line_refund_minor.is_some() { HAS_LINE_REFUND } else { 0 });
        out.push(present);
        put_number(out, u64::from(self.file_index));
        put_number(out, self.row_number);
        put_signed(out, self.at.0);
        for (_, text) in texts {
            if let Some(text) = text {
                put_text(out, text);
            }
        }
        for (_, number) in numbers {
            if let Some(number) = number {
                put_signed(out, number);
            }
        }
        if let Some(number) = self.line_refund_minor {
            put_signed(out, number);
        }
        put_identifiers(out, &self.identifiers);
        put_traits(out, &self.traits);
    }

    /// Takes one row off the front of the bytes.
    pub fn decode(bytes: &mut &[u8]) -> Result<Self, SpoolError> {
        if take_byte(bytes)? != SPOOL_VERSION {
            return Err(SpoolError::WrongVersion);
        }
        let kind_byte = take_byte(bytes)?;
        let place = usize::from(kind_byte & !(TELLS_OF_PURCHASE | HAS_LINE_REFUND));
        let kind = *FactKind::ALL.get(place).ok_or(SpoolError::Damaged)?;
        let present = take_byte(bytes)?;
        let file_index = u32::try_from(take_number(bytes)?).map_err(|_| SpoolError::Damaged)?;
        let row_number = take_number(bytes)?;
        let at = Instant(take_signed(bytes)?);
        let text = |bytes: &mut &[u8], flag: u8| -> Result<Option<String>, SpoolError> {
            if present & flag == 0 { Ok(None) } else { take_text(bytes).map(Some) }
        };
        let number = |bytes: &mut &[u8], flag: u8| -> Result<Option<i64>, SpoolError> {
            if present & flag == 0 { Ok(None) } else { take_signed(bytes).map(Some) }
        };
        Ok(Self {
            file_index,
            row_number,
            kind,
            tells_of_purchase: kind_byte & TELLS_OF_PURCHASE != 0,
            at,
            order_no: text(bytes, HAS_ORDER_NO)?,
            sku: text(bytes, HAS_SKU)?,
            name: text(bytes, HAS_NAME)?,
            quantity_milli: number(bytes, HAS_QUANTITY)?,
            unit_price_minor: number(bytes, HAS_PRICE)?,
            amount_minor: number(bytes, HAS_AMOUNT)?,
            order_amount_minor: number(bytes, HAS_ORDER_AMOUNT)?,
            refund_minor: number(bytes, HAS_REFUND)?,
            line_refund_minor: if kind_byte & HAS_LINE_REFUND == 0 { None } else { Some(take_signed(bytes)?) },
            identifiers: take_identifiers(bytes)?,
            traits: take_traits(bytes)?,
        })
    }
}
