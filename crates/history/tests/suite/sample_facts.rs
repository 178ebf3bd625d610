//! The facts in `tests/data/history-v1` and `-v2`. They never change: the stored samples were written from them.

use perennial_domain::fact::{AppliedBlock, AppliedFact, Campaign, Fact, FactKey, FactKind, Line, Tracked, Trait};
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
            tracked: None,
        },
    }
}

/// Messages of a touch-point, as version 2 keeps them.
pub fn sample_block_v2() -> AppliedBlock {
    let mut facts = sample_block().facts;
    let mut viewed = fact(Some(5), FactKind::Event, 7, 1_795_000_000_000_000, Vec::new(), true);
    viewed.fact.identifiers.push(Identifier { kind: IdentifierType::AnonymousId, value: "device-1".to_owned() });
    viewed.fact.tracked = Some(Box::new(Tracked {
        message_id: "msg-1".to_owned(),
        name: Some("Product Viewed \u{767d}".to_owned()),
        properties: Some("{ \"sku\": \"A\" }".to_owned()),
        received_at: Instant(1_795_000_000_500_000),
        sent_at: Some(Instant(1_794_000_000_400_000)),
        original_at: Some(Instant(1_794_000_000_000_000)),
        channel: Some("web".to_owned()),
        locale: Some("zh-CN".to_owned()),
        page_url: Some("https://shop.example/a?b=c".to_owned()),
        page_path: Some("/a".to_owned()),
        campaign: Campaign {
            source: Some("wechat".to_owned()),
            medium: Some("qr".to_owned()),
            name: Some("spring".to_owned()),
        },
        touch_point: None,
        consents: Vec::new(),
    }));
    let mut identified = fact(Some(64), FactKind::Identify, 8, 1_795_000_000_600_000, Vec::new(), true);
    identified.fact.traits = vec![Trait { name: "plan".to_owned(), value: "gold".to_owned() }];
    identified.fact.tracked = Some(Box::new(Tracked {
        message_id: "msg-2".to_owned(),
        name: None,
        properties: None,
        received_at: Instant(1_795_000_000_600_000),
        sent_at: None,
        original_at: None,
        channel: None,
        locale: None,
        page_url: None,
        page_path: None,
        campaign: Campaign::default(),
        touch_point: None,
        consents: Vec::new(),
    }));
    facts.extend([viewed, identified]);
    AppliedBlock { version: 2, source: "src_1".to_owned(), import_id: None, facts, ..sample_block() }
}
