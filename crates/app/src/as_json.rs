//! Parts of facts as programs outside read them: in pulls, webhooks and what a person takes out. The names are a contract,
//! and other ones than those of the stored form.

use perennial_domain::fact::{Line, Trait};
use perennial_domain::money::Currency;
use serde_json::{Value, json};

pub(crate) fn money(minor: i64, currency: Currency) -> Value {
    json!({ "minor": minor, "currency": currency.code(), "exponent": currency.exponent() })
}

pub(crate) fn lines(lines: &[Line]) -> Value {
    let one = |line: &Line| {
        json!({
            "sku": line.sku,
            "name": line.name,
            "quantity_milli": line.quantity_milli,
            "unit_price_minor": line.unit_price_minor,
            "amount_minor": line.amount_minor,
        })
    };
    lines.iter().map(one).collect()
}

pub(crate) fn traits(traits: &[Trait]) -> Value {
    traits.iter().map(|one| json!({ "name": one.name, "value": one.value })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_for_readers_and_not_the_stored_ones() {
        let line =
            Line { sku: Some("A".into()), quantity_milli: Some(2_000), amount_minor: Some(-5), ..Line::default() };
        let told = json!([{ "sku": "A", "name": null, "quantity_milli": 2_000, "unit_price_minor": null, "amount_minor": -5 }]);
        assert_eq!(lines(&[line]), told);
        let word = Trait { name: "city".to_owned(), value: "York".to_owned() };
        assert_eq!(traits(&[word]), json!([{ "name": "city", "value": "York" }]));
        assert_eq!((lines(&[]), traits(&[])), (json!([]), json!([])));
    }
}
