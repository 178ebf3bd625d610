//! However many members there are and however large groups may be, everybody has one place and no group is too large.

use perennial_domain::community::{GROUPS_MAX, fill, split};
use proptest::prelude::*;

#[test]
fn c79_six_hundred_and_forty_are_four_groups_of_a_hundred_and_sixty() {
    assert_eq!(split(640, 200), [160, 160, 160, 160]);
    // Other figures, by hand.
    assert_eq!(split(1_000, 300), [250; 4]);
    assert_eq!(split(999, 500), [500, 499]);
    assert_eq!(split(1_234, 200), [177, 177, 176, 176, 176, 176, 176]);
    assert_eq!(split(500 * GROUPS_MAX, 500).len(), GROUPS_MAX);
}

proptest! {
    #[test]
    fn everybody_is_in_one_of_as_few_groups_as_hold_them_and_sizes_differ_by_one(
        members in 0usize..100_000, size_max in 2usize..=500,
    ) {
        let groups = split(members, size_max);
        prop_assert_eq!(groups.iter().sum::<usize>(), members);
        prop_assert!(groups.iter().all(|size| (1..=size_max).contains(size)));
        // With one group less they would not all have room.
        prop_assert!(groups.is_empty() || (groups.len() - 1) * size_max < members);
        let (least, most) = (groups.iter().min(), groups.iter().max());
        prop_assert!(most.zip(least).is_none_or(|(most, least)| most - least <= 1));
    }

    #[test]
    fn who_comes_later_has_a_place_and_new_groups_are_made_only_where_none_has_room(
        held in prop::collection::vec(0usize..=60, 0..12), members in 0usize..500, size_max in 2usize..=50,
    ) {
        let filled = fill(&held, members, size_max);
        prop_assert_eq!(filled.added.len(), held.len());
        prop_assert_eq!(filled.added.iter().sum::<usize>() + filled.new.iter().sum::<usize>(), members);
        let after: Vec<usize> = held.iter().zip(&filled.added).map(|(held, added)| held + added).collect();
        for ((held, added), after) in held.iter().zip(&filled.added).zip(&after) {
            // One that is too large already gets nobody.
            prop_assert!(*after <= size_max || *added == 0, "{held} {added}");
        }
        prop_assert!(filled.new.is_empty() || after.iter().all(|after| *after >= size_max));
        // Whoever got somebody is not larger than any other, but for one: the emptiest was taken each time.
        for (place, _) in filled.added.iter().enumerate().filter(|(_, added)| **added > 0) {
            prop_assert!(after.iter().all(|other| after[place] <= other + 1));
        }
        prop_assert_eq!(fill(&held, members, size_max), filled, "the same again");
    }

    #[test]
    fn groups_that_were_shared_out_evenly_stay_so(first in 1usize..5_000, later in 0usize..300, size_max in 2usize..=500) {
        let held = split(first, size_max);
        let room: usize = held.iter().map(|size| size_max - size).sum();
        let filled = fill(&held, later.min(room), size_max);
        prop_assert!(filled.new.is_empty());
        let after: Vec<usize> = held.iter().zip(&filled.added).map(|(held, added)| held + added).collect();
        prop_assert!(after.iter().max().unwrap() - after.iter().min().unwrap() <= 1);
    }
}
