//! The index says what the definition says, whatever happens in whatever order.

use crate::shop::Shop;
use perennial_domain::rules::sample::Draw;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_that_of_the_oracle(seed in any::<u64>(), size in 1usize..14, steps in 5usize..60) {
        let mut draw = Draw::new(seed);
        let mut shop = Shop::new(seed, size, 3, &mut draw);
        if draw.one_in(2) {
            shop.put("regulars");
        }
        for profile in 0..5 {
            shop.arrive(profile, 12);
        }
        for _ in 0..steps {
            shop.step(&mut draw);
            if let Err(told) = shop.check() {
                prop_assert!(false, "{}", told);
            }
        }
    }
}
