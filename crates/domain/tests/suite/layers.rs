//! Whatever rules a layer has, nobody is in two of its stages, and the first whose rule holds has everybody of the base.

use perennial_domain::layers::effective;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::oracle::{State, View, holds};
use perennial_domain::rules::sample::{self, Draw};
use perennial_domain::rules::text::print;
use perennial_domain::rules::{Has, Rule, Tree, reads};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn everybody_of_the_base_is_in_the_first_stage_whose_rule_holds(seed in any::<u64>(), count in 1usize..6, has_base: bool) {
        let own: Vec<Rule> = (0..count as u64).map(|place| sample::rule(seed.wrapping_add(place), 3)).collect();
        // The last one takes whoever is left.
        let own: Vec<Rule> = own.into_iter().chain([Tree::All(Vec::new())]).collect();
        let codes: Vec<String> = (0..own.len()).map(|place| format!("stage_{place}")).collect();
        let stages: Vec<(&str, &Rule)> = codes.iter().map(String::as_str).zip(&own).collect();
        let base = has_base.then(|| sample::rule(seed.wrapping_add(99), 2));
        let rules = effective(base.as_ref(), &stages);
        let mut draw = Draw::new(seed);
        let mut history = sample::history(seed, 20);
        let (now, zone) = (sample::instant(&mut draw), sample::zone(&mut draw));
        let catalogue = sample::catalogue();
        let all = Tree::All(own.iter().chain(&base).cloned().collect());
        let thresholds = sample::thresholds(&mut draw, &reads(&all));
        let view = View { now, zone: &zone, thresholds: &thresholds, line_names: &catalogue.lines };
        let is_in = |rule: &Rule, history: &_| holds(rule, history, view).unwrap();
        let right = match &base {
            Some(base) if !is_in(base, &history) => None,
            _ => own.iter().position(|rule| is_in(rule, &history)),
        };
        let mut found = Vec::new();
        for (place, rule) in rules.iter().enumerate() {
            if is_in(rule, &history) {
                found.push(place);
                let interval = Interval::new(now, None);
                history.states.push(State { has: Has::Segment(codes[place].clone()), interval });
            }
        }
        let texts: Vec<String> = rules.iter().map(print).collect();
        prop_assert_eq!(found, right.into_iter().collect::<Vec<_>>(), "{:?}", texts);
    }
}
