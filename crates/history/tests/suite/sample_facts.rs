//! The facts in `tests/data/history-v1`. They never change: the stored sample was written from them.

use perennial_domain::fact::{AppliedBlock, AppliedFact, Fact, FactKey, FactKind, Line, Trait};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;

pub const SAMPLE_SEQUENCE: i64 = 7;

pub fn sample_block() -> AppliedBlock {
    let line = Line {
        sku: Some("85123A".to_owned()),
        name: Some("WHITE HANGING HEART T-LIGHT HOLDER \u{767d}".to_owned()),
        quantity_milli: Some(6_000),
        unit_price_minor: Some(255),
        amount_minor: Some(1_530),
        is_total: false,
    };
    let gift = Line { name: Some("gift".to_owned()), quantity_milli: Some(1_000), ..Line::default() };
    AppliedBlock {
        version: 1,
        source: "file".to_owned(),
        import_id: Some("imp_1".to_owned()),
        currency: Currency::parse("GBP").expect("a currency"),
        facts: vec![
            fact(Some(17_850), FactKind::Order, 1, 1_291_192_000_123_456, vec![line.clone(), gift], true),
            fact(Some(17_850), FactKind::Order, 1, 1_291_192_000_123_456, vec![line.clone()], false),
            fact(Some(5), FactKind::Refund, 2, 1_291_200_000_000_000, vec![line], true),
            fact(Some(64), FactKind::CustomerUpdate, 3, -1, Vec::new(), true),
            fact(None, FactKind::Gift, u128::MAX, 1_291_300_000_000_000, vec![Line::default()], true),
        ],
    }
}

fn fact(customer: Option<u32>, kind: FactKind, key: u128, at: i64, lines: Vec<Line>, first: bool) -> AppliedFact {
    let identifiers = customer.map(|number| Identifier { kind: IdentifierType::CustomerId, value: number.to_string() });
    let traits = match kind {
        FactKind::CustomerUpdate => vec![Trait { name: "city".to_owned(), value: "Kiel \"N\"".to_owned() }],
        _ => Vec::new(),
    };
    AppliedFact {
        customer: customer.map(CustomerNumber),
        first,
        fact: Fact {
            kind,
            key: FactKey(key),
            at: Instant(at),
            identifiers: identifiers.into_iter().collect(),
            order_no: (kind == FactKind::Order).then(|| "536365".to_owned()),
            lines,
            traits,
        },
    }
}
