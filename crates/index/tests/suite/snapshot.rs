//! What is written of an index and what is read of it.

use crate::shop::Shop;
use perennial_domain::fact::FactKey;
use perennial_domain::rules::oracle::{Happened, Kind};
use perennial_domain::rules::sample::Draw;
use perennial_domain::rules::text::parse;
use perennial_domain::rules::value::{Type, Value};
use perennial_domain::time::Instant;
use perennial_index::{FieldValues, Filling, Index};
use proptest::prelude::*;
use std::io::ErrorKind;

fn lived(seed: u64) -> (Shop, Vec<u8>) {
    let mut draw = Draw::new(seed);
    let mut shop = Shop::new(seed, 6, 3, &mut draw);
    for profile in 0..5 {
        shop.arrive(profile, 12);
    }
    for _ in 0..60 {
        shop.step(&mut draw);
    }
    let mut bytes = Vec::new();
    shop.index.write(&mut bytes).unwrap();
    (shop, bytes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_part_of_it_is_an_error_and_so_is_another_format(seed in any::<u64>(), part in 0.0..1.0f64) {
        let (shop, bytes) = lived(seed);
        let part = &bytes[..(bytes.len() as f64 * part) as usize];
        let error = Index::read(shop.index.place().clone(), &mut &*part).unwrap_err();
        prop_assert!(matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData), "{}", error);
        let mut other = bytes.clone();
        other[0] ^= 1;
        prop_assert!(Index::read(shop.index.place().clone(), &mut &*other).is_err());
    }

    /// Whoever reads has a sum of the whole, but without one nothing worse comes of it than an error.
    #[test]
    fn bytes_that_are_others_are_read_or_refused(seed in any::<u64>(), changed in prop::collection::vec(any::<(u32, u8)>(), 1..9)) {
        let (shop, mut bytes) = lived(seed);
        for (place, byte) in changed {
            let place = place as usize % bytes.len();
            bytes[place] = byte;
        }
        let _read_or_refused = Index::read(shop.index.place().clone(), &mut &*bytes);
    }
}

#[test]
fn a_text_that_nobody_has_any_more_is_not_written() {
    let (shop, _) = lived(7);
    let mut index = Index::new(shop.index.place().clone(), Instant(0));
    let text = |text: &str| vec![Value::Text(text.to_owned())];
    for customer in [1, 2, 3] {
        index.fields(customer, &[].into());
    }
    let values = vec![(1, text("Anna Example")), (2, text("left")), (3, text("left"))];
    index.install_fields(vec![FieldValues { name: "who".to_owned(), kind: Type::Text, values }]);
    index.gone(1);
    index.fields(2, &[("who".to_owned(), text("right"))].into());
    let mut bytes = Vec::new();
    index.write(&mut bytes).unwrap();
    let has = |word: &str| bytes.windows(word.len()).any(|some| some == word.as_bytes());
    assert!(has("left") && has("right") && !has("Anna"));
}

/// Who was erased while facts were gathered is nobody whom the index knows.
#[test]
fn what_strangers_did_is_not_kept() {
    let (shop, _) = lived(7);
    let place = shop.index.place().clone();
    let rule = parse("distinct city of event \"Seen\" >= 1").unwrap().rule;
    let seen = |key: u128, city: &str| Happened {
        key: FactKey(key),
        at: Instant(5),
        kind: Kind::Event("Seen".to_owned()),
        properties: [("city".to_owned(), vec![Value::Text(city.to_owned())])].into(),
        lines: Vec::new(),
    };
    let has = |index: &Index, word: &str| {
        let mut bytes = Vec::new();
        index.write(&mut bytes).unwrap();
        bytes.windows(word.len()).any(|some| some == word.as_bytes())
    };
    let filled = |index: &Index| {
        let mut filling = Filling::new(index, &index.lacks(&rule).subjects);
        filling.tell(1, &seen(1, "Leeds"));
        filling.tell(9, &seen(2, "Zanzibar"));
        filling
    };
    let mut known = Index::new(place.clone(), Instant(10));
    known.fields(1, &[].into());
    known.install(filled(&known));
    assert!(has(&known, "Leeds") && !has(&known, "Zanzibar"));
    // An index that is built is told of facts before it knows anybody.
    let mut built = Index::new(place, Instant(10));
    built.install(filled(&built));
    built.fields(1, &[].into());
    built.forget_strangers();
    assert!(has(&built, "Leeds") && !has(&built, "Zanzibar"));
}
