//! What became of the facts of a block, as the journal keeps it beside the block.
//!
//! An applied block is the accepted one and, for each of its facts, whose it is and what of it was new. The facts
//! themselves are not written again. Rows from before this form hold the whole applied block in place of the accepted
//! one: [`read`] knows both.

use super::codec;
use perennial_domain::fact::{AppliedBlock, AppliedFact, Fact, FactBlock, FactKind};
use perennial_domain::ids::CustomerNumber;
use serde::{Deserialize, Serialize};

/// A fact of which something was new; a duplicate has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerNumber>,
    #[serde(rename = "f")]
    first: bool,
    /// What counts of the fact, where that is not all that was told.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    instead: Option<Box<Fact>>,
    /// What this order, cancelled before it came, gives back at once.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    also: Vec<Also>,
}

/// A refund that nobody sent as a fact of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Also {
    #[serde(rename = "f")]
    first: bool,
    #[serde(rename = "x")]
    fact: Fact,
}

impl Told {
    /// `kind` is that of the accepted fact. A fact of an order that was known counts by what it adds to that.
    pub fn of(applied: &AppliedFact, kind: FactKind, all_is_new: bool) -> Self {
        // What gives money back may have been lessened.
        let gives_back = matches!(kind, FactKind::Refund | FactKind::Cancelled);
        let whole = all_is_new && kind == applied.fact.kind && !gives_back;
        let instead = (!whole).then(|| Box::new(applied.fact.clone()));
        Self { customer: applied.customer, first: applied.first, instead, also: Vec::new() }
    }

    /// What the fact gave back besides.
    pub fn add(&mut self, refund: &AppliedFact) {
        self.also.push(Also { first: refund.first, fact: refund.fact.clone() });
    }
}

/// The applied block of a journal row.
pub fn read(payload: &[u8], told: Option<&[u8]>) -> Result<AppliedBlock, String> {
    let Some(told) = told else { return codec::decode(payload) };
    join(codec::decode(payload)?, codec::decode(told)?)
}

fn join(block: FactBlock, told: Vec<Option<Told>>) -> Result<AppliedBlock, String> {
    if block.facts.len() != told.len() {
        return Err(format!("{} facts were accepted, {} applied", block.facts.len(), told.len()));
    }
    let mut facts = Vec::with_capacity(told.len());
    for (fact, told) in block.facts.into_iter().zip(told) {
        let Some(Told { customer, first, instead, also }) = told else { continue };
        let fact = instead.map_or(fact, |instead| *instead);
        facts.push(AppliedFact { customer, first, fact });
        facts.extend(also.into_iter().map(|also| AppliedFact { customer, first: also.first, fact: also.fact }));
    }
    Ok(AppliedBlock {
        version: block.version,
        facts,
        source: block.source,
        import_id: block.import_id,
        currency: block.currency,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::fact::{FACT_BLOCK_VERSION, FactKey, Line};
    use perennial_domain::money::Currency;
    use perennial_domain::time::Instant;

    fn fact(kind: FactKind, amounts: &[i64]) -> Fact {
        let lines = amounts.iter().map(|amount| Line { amount_minor: Some(*amount), ..Line::default() }).collect();
        let (key, at) = (FactKey(7), Instant(5));
        Fact { kind, key, at, identifiers: vec![], order_no: None, lines, traits: vec![], tracked: None }
    }

    fn accepted(facts: Vec<Fact>) -> FactBlock {
        let (source, currency) = ("file".to_owned(), Currency::parse("CNY").unwrap());
        FactBlock { version: FACT_BLOCK_VERSION, source, import_id: None, currency, facts, rows: vec![] }
    }

    #[test]
    fn the_applied_block_is_what_counted_of_the_accepted_one() {
        let block = accepted(vec![
            fact(FactKind::Order, &[100, 5]),
            fact(FactKind::Order, &[100]),
            fact(FactKind::Order, &[1, 2]),
            fact(FactKind::Refund, &[-7]),
            fact(FactKind::Cancelled, &[9]),
        ]);
        let applied = |fact: Fact| AppliedFact { customer: Some(CustomerNumber(3)), first: true, fact };
        let kept = [
            (FactKind::Order, true, applied(fact(FactKind::Order, &[100, 5]))),
            (FactKind::Order, false, applied(fact(FactKind::Order, &[2]))),
            (FactKind::Refund, true, applied(fact(FactKind::Refund, &[-3]))),
            (FactKind::Cancelled, true, applied(fact(FactKind::Refund, &[-9]))),
        ];
        let mut told: Vec<Option<Told>> =
            kept.iter().map(|(kind, all_is_new, fact)| Some(Told::of(fact, *kind, *all_is_new))).collect();
        // The first one had been cancelled before.
        let at_once = applied(fact(FactKind::Refund, &[-105]));
        told[0].as_mut().unwrap().add(&at_once);
        // The second one was a duplicate.
        told.insert(1, None);
        let payload = codec::encode(&block, codec::ACCEPTED_BYTES_MAX).unwrap();
        let written = codec::encode_applied(&told).unwrap();
        let read_back = read(&payload, Some(&written)).unwrap();
        let mut expected = kept.clone().map(|(_, _, fact)| fact).to_vec();
        expected.insert(1, at_once);
        assert_eq!(read_back.facts, expected);
        // As rows were before: the applied block in place of the accepted one.
        let old = codec::encode_applied(&read_back).unwrap();
        assert_eq!(read(&old, None), Ok(read_back));
        told.pop();
        let short = codec::encode_applied(&told).unwrap();
        assert!(read(&payload, Some(&short)).unwrap_err().contains("5 facts were accepted, 4 applied"));
    }
}
