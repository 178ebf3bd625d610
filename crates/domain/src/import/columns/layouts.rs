//! Files that are known by their header alone.
//!
//! Invariants: a layout applies when all its signature columns are there, in any order and spelling that
//! [`super::names::normal`] equates; its meanings win over names.

use super::names::normal;
use crate::import::field::{Field, ImportKind};
use crate::import::mapping::Target;
use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    Cdnow,
    OnlineRetail,
    CompleteJourney,
    Shopify,
    WooCommerce,
}

pub(super) enum Meaning {
    Is(Field),
    Trait(&'static str),
    Ignored,
}

impl Meaning {
    pub(super) fn target(&self) -> Target {
        match self {
            Self::Is(field) => Target::Field(*field),
            Self::Trait(name) => Target::Trait((*name).to_owned()),
            Self::Ignored => Target::Ignore,
        }
    }
}

pub(super) struct Known {
    pub layout: Layout,
    pub kind: ImportKind,
    pub currency: Option<&'static str>,
    pub time_zone: Option<&'static str>,
    /// Columns that must be there, in normal form, and what they mean.
    signature: &'static [(&'static str, Meaning)],
    /// Columns that may be there.
    others: &'static [(&'static str, Meaning)],
}

use Meaning::{Ignored, Is, Trait};

const KNOWN: &[Known] = &[
    Known {
        layout: Layout::Cdnow,
        kind: ImportKind::Orders,
        currency: Some("USD"),
        time_zone: None,
        signature: &[
            ("customerid", Is(Field::CustomerId)),
            ("date", Is(Field::OrderedAt)),
            ("cds", Is(Field::Quantity)),
            ("spend", Is(Field::OrderAmount)),
        ],
        others: &[("mastercustomerid", Is(Field::OtherId))],
    },
    Known {
        layout: Layout::OnlineRetail,
        kind: ImportKind::Orders,
        currency: Some("GBP"),
        time_zone: Some("Europe/London"),
        signature: &[
            ("invoiceno", Is(Field::OrderNo)),
            ("stockcode", Is(Field::Sku)),
            ("description", Is(Field::ProductName)),
            ("quantity", Is(Field::Quantity)),
            ("invoicedate", Is(Field::OrderedAt)),
            ("unitprice", Is(Field::UnitPrice)),
            ("customerid", Is(Field::CustomerId)),
        ],
        others: &[("country", Trait("country"))],
    },
    // Online Retail II, as UCI publishes it.
    Known {
        layout: Layout::OnlineRetail,
        kind: ImportKind::Orders,
        currency: Some("GBP"),
        time_zone: Some("Europe/London"),
        signature: &[
            ("invoice", Is(Field::OrderNo)),
            ("stockcode", Is(Field::Sku)),
            ("description", Is(Field::ProductName)),
            ("quantity", Is(Field::Quantity)),
            ("invoicedate", Is(Field::OrderedAt)),
            ("price", Is(Field::UnitPrice)),
            ("customerid", Is(Field::CustomerId)),
        ],
        others: &[("country", Trait("country"))],
    },
    // `sales_value` is what the household paid for the line, after all discounts of the shop.
    Known {
        layout: Layout::CompleteJourney,
        kind: ImportKind::Orders,
        currency: Some("USD"),
        time_zone: None,
        signature: &[
            ("householdid", Is(Field::CustomerId)),
            ("basketid", Is(Field::OrderNo)),
            ("productid", Is(Field::Sku)),
            ("quantity", Is(Field::Quantity)),
            ("salesvalue", Is(Field::LineAmount)),
            ("transactiontimestamp", Is(Field::OrderedAt)),
        ],
        others: &[
            ("storeid", Is(Field::Store)),
            ("retaildisc", Ignored),
            ("coupondisc", Ignored),
            ("couponmatchdisc", Ignored),
            ("week", Ignored),
        ],
    },
    Known {
        layout: Layout::CompleteJourney,
        kind: ImportKind::Customers,
        currency: None,
        time_zone: None,
        signature: &[
            ("householdid", Is(Field::CustomerId)),
            ("age", Trait("age")),
            ("income", Trait("income")),
            ("homeownership", Trait("home_ownership")),
            ("maritalstatus", Trait("marital_status")),
        ],
        others: &[
            ("householdsize", Trait("household_size")),
            ("householdcomp", Trait("household_comp")),
            ("kidscount", Trait("kids_count")),
        ],
    },
    // The discount of an order stands on its first line only, and so lowers the order once.
    Known {
        layout: Layout::Shopify,
        kind: ImportKind::Orders,
        currency: None,
        time_zone: None,
        signature: &[
            ("name", Is(Field::OrderNo)),
            ("email", Is(Field::Email)),
            ("financialstatus", Is(Field::Status)),
            ("createdat", Is(Field::OrderedAt)),
            ("lineitemquantity", Is(Field::Quantity)),
            ("lineitemname", Is(Field::ProductName)),
            ("lineitemprice", Is(Field::UnitPrice)),
        ],
        others: &[
            ("lineitemsku", Is(Field::Sku)),
            ("currency", Is(Field::Currency)),
            ("discountamount", Is(Field::Discount)),
            ("refundedamount", Is(Field::RefundAmount)),
            ("total", Is(Field::OrderAmount)),
            ("phone", Is(Field::Phone)),
            ("source", Is(Field::Channel)),
            ("location", Is(Field::Store)),
            ("id", Ignored),
            ("paidat", Ignored),
            ("lineitemdiscount", Ignored),
            ("vendor", Ignored),
            ("billingphone", Ignored),
        ],
    },
    Known {
        layout: Layout::WooCommerce,
        kind: ImportKind::Orders,
        currency: None,
        time_zone: None,
        signature: &[
            ("ordernumber", Is(Field::OrderNo)),
            ("orderstatus", Is(Field::Status)),
            ("orderdate", Is(Field::OrderedAt)),
            ("ordertotalamount", Is(Field::OrderAmount)),
        ],
        others: &[
            ("email", Is(Field::Email)),
            ("sku", Is(Field::Sku)),
            ("itemname", Is(Field::ProductName)),
            ("quantity", Is(Field::Quantity)),
            ("itemcost", Is(Field::UnitPrice)),
            ("orderrefundamount", Is(Field::RefundAmount)),
            ("cartdiscountamount", Ignored),
            ("discountamount", Ignored),
            ("discountamounttax", Ignored),
        ],
    },
];

pub(super) fn known_by(kind: ImportKind, headers: &[String]) -> Option<&'static Known> {
    let names: Vec<String> = headers.iter().map(|header| normal(header)).collect();
    KNOWN.iter().find(|known| {
        known.kind == kind && known.signature.iter().all(|(name, _)| names.iter().any(|header| header == name))
    })
}

impl Known {
    pub(super) fn meaning_of(&self, normalised: &str) -> Option<&Meaning> {
        self.signature.iter().chain(self.others).find(|(name, _)| *name == normalised).map(|(_, meaning)| meaning)
    }
}
