//! Entries and exits: each once, at its instant.

use crate::shop::Shop;
use perennial_domain::rules::sample::{self, Draw};
use perennial_domain::rules::text::print;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_index::Cause;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// A long time passes at once: whoever moves does so at the instant at which the definition's answer turns.
    #[test]
    fn time_moves_people_at_the_instant(seed in any::<u64>(), size in 1usize..8) {
        let mut draw = Draw::new(seed);
        let mut shop = Shop::new(seed, size, 3, &mut draw);
        for profile in 0..4 {
            shop.arrive(profile, 12);
        }
        for _ in 0..40 {
            shop.step(&mut draw);
        }
        for name in ["regulars", "同好", "r0", "r1", "r2"] {
            shop.put(name);
        }
        let before = shop.moves.len();
        let from = sample::instant(&mut draw).max(shop.index.now());
        shop.advance(Instant(from.0 + 400 * MICROS_PER_DAY));
        for one in &shop.moves[before..] {
            prop_assert_eq!(one.cause, Cause::Time);
            let rule = &shop.rules[&*one.segment];
            prop_assert_eq!(shop.oracle(rule, one.customer, one.at), one.entered, "{}", print(rule));
            prop_assert_eq!(shop.oracle(rule, one.customer, Instant(one.at.0 - 1)), !one.entered, "{}", print(rule));
        }
        prop_assert!(shop.moves[before..].is_sorted_by_key(|one| one.at));
    }
}
