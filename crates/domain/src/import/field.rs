//! The fields a column can mean.
//!
//! Invariants: codes are those of the API and of stored mappings, and never change.
//! Callers may rely on: [`Field::of_kind`] lists what a kind of file can carry, in the order to show.

use crate::identity::IdentifierType;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    Orders,
    Customers,
}

impl ImportKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Customers => "customers",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    CustomerId,
    MemberNo,
    Phone,
    Email,
    OtherId,
    OrderNo,
    LineNo,
    OrderedAt,
    Sku,
    ProductName,
    Quantity,
    UnitPrice,
    LineAmount,
    OrderAmount,
    Discount,
    Currency,
    Status,
    RefundAmount,
    LineRefund,
    Store,
    Channel,
    Name,
    Gender,
    Birthday,
    City,
    Country,
    RegisteredAt,
    UpdatedAt,
}

const ORDER_FIELDS: &[Field] = &[
    Field::CustomerId,
    Field::Email,
    Field::Phone,
    Field::MemberNo,
    Field::OtherId,
    Field::OrderNo,
    Field::LineNo,
    Field::OrderedAt,
    Field::Sku,
    Field::ProductName,
    Field::Quantity,
    Field::UnitPrice,
    Field::LineAmount,
    Field::OrderAmount,
    Field::Discount,
    Field::Currency,
    Field::Status,
    Field::RefundAmount,
    Field::LineRefund,
    Field::Store,
    Field::Channel,
];

const CUSTOMER_FIELDS: &[Field] = &[
    Field::CustomerId,
    Field::Email,
    Field::Phone,
    Field::MemberNo,
    Field::OtherId,
    Field::Name,
    Field::Gender,
    Field::Birthday,
    Field::City,
    Field::Country,
    Field::RegisteredAt,
    Field::UpdatedAt,
];

impl Field {
    /// The fields a file of this kind can carry.
    pub fn of_kind(kind: ImportKind) -> &'static [Self] {
        match kind {
            ImportKind::Orders => ORDER_FIELDS,
            ImportKind::Customers => CUSTOMER_FIELDS,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::CustomerId => "customer_id",
            Self::MemberNo => "member_no",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::OtherId => "other_id",
            Self::OrderNo => "order_no",
            Self::LineNo => "line_no",
            Self::OrderedAt => "ordered_at",
            Self::Sku => "sku",
            Self::ProductName => "product_name",
            Self::Quantity => "quantity",
            Self::UnitPrice => "unit_price",
            Self::LineAmount => "line_amount",
            Self::OrderAmount => "order_amount",
            Self::Discount => "discount",
            Self::Currency => "currency",
            Self::Status => "status",
            Self::RefundAmount => "refund_amount",
            Self::LineRefund => "line_refund",
            Self::Store => "store",
            Self::Channel => "channel",
            Self::Name => "name",
            Self::Gender => "gender",
            Self::Birthday => "birthday",
            Self::City => "city",
            Self::Country => "country",
            Self::RegisteredAt => "registered_at",
            Self::UpdatedAt => "updated_at",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        ORDER_FIELDS.iter().chain(CUSTOMER_FIELDS).copied().find(|field| field.code() == code)
    }

    /// The identifier type that this field carries, if it is an identifier.
    pub fn identifier(self) -> Option<IdentifierType> {
        IdentifierType::parse(self.code())
    }

    /// Whether every file of the kind must have it (identifiers of customer files are checked as a group).
    pub fn is_required(self, kind: ImportKind) -> bool {
        kind == ImportKind::Orders && self == Self::OrderedAt
    }

    pub fn is_date(self) -> bool {
        matches!(self, Self::OrderedAt | Self::Birthday | Self::RegisteredAt | Self::UpdatedAt)
    }

    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::Quantity
                | Self::UnitPrice
                | Self::LineAmount
                | Self::OrderAmount
                | Self::Discount
                | Self::RefundAmount
                | Self::LineRefund
        )
    }
}
