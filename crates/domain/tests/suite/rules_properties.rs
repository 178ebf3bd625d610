//! What holds of every rule and every history, over generated ones.

use perennial_domain::rules::catalogue::Properties;
use perennial_domain::rules::json;
use perennial_domain::rules::oracle::{self, Explanation, Flip, Happened, History, Kind, View};
use perennial_domain::rules::sample::{self, Draw};
use perennial_domain::rules::text::{parse, print};
use perennial_domain::rules::{Clause, Has, Rule, Tree, What, Window};
use perennial_domain::rules::{calendar, digest, limits, normal, problems, reads};
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use proptest::prelude::*;

fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn text_and_json_are_read_back_as_they_were(seed in any::<u64>(), size in 0usize..24) {
        let rule = sample::rule(seed, size);
        let text = print(&rule);
        let parsed = parse(&text);
        prop_assert_eq!(parsed.map(|parsed| parsed.rule), Ok(rule.clone()), "{}", text);
        let written = json::write(&rule);
        prop_assert_eq!(json::read(&written), Ok(rule.clone()), "{}", written);
        let told = serde_json::to_string(&rule).unwrap();
        prop_assert_eq!(json::read_text(&told), Ok(rule));
    }

    #[test]
    fn a_generated_rule_is_right(seed in any::<u64>(), size in 0usize..24) {
        let rule = sample::rule(seed, size);
        prop_assert_eq!(problems(&rule, &sample::catalogue()), vec![], "{}", print(&rule));
    }

    #[test]
    fn the_normal_form_is_its_own_and_the_digest_that_of_the_rule(seed in any::<u64>(), size in 0usize..24) {
        let rule = sample::rule(seed, size);
        let once = normal(&rule);
        prop_assert_eq!(&normal(&once), &once, "{}", print(&rule));
        prop_assert_eq!(digest(&rule), digest(&once));
        prop_assert_eq!(digest(&Tree::All(vec![Tree::Any(vec![rule.clone()]), rule.clone()])), digest(&once));
        prop_assert_eq!(limits::problems(&once), vec![]);
    }

    /// Whatever somebody types: an error names characters that are there, and nothing panics.
    #[test]
    fn no_text_is_too_strange(text in "[ -~]{0,60}|(count|of|orders|\\[|\\]|\\(|\\)|and|or|not|in|last|\"|[0-9]{1,3}|days|>=| |人){0,25}") {
        if let Err(problem) = parse(&text) {
            prop_assert!(problem.span.start <= problem.span.end && problem.span.end <= text.chars().count());
        }
    }

    /// A right text with a piece taken out or doubled.
    #[test]
    fn a_broken_rule_is_refused_at_a_place(seed in any::<u64>(), from in 0usize..400, length in 1usize..12, doubled: bool) {
        let letters: Vec<char> = print(&sample::rule(seed, 8)).chars().collect();
        let from = from % letters.len();
        let to = (from + length).min(letters.len());
        let middle = if doubled { &letters[from..to] } else { &[] };
        let end = if doubled { from } else { to };
        let text: String = letters[..from].iter().chain(middle).chain(&letters[end..]).collect();
        match parse(&text) {
            Ok(parsed) => prop_assert_eq!(parse(&print(&parsed.rule)).unwrap().rule, parsed.rule),
            Err(problem) => prop_assert!(problem.span.end <= text.chars().count() && !problem.message.is_empty()),
        }
    }

    #[test]
    fn json_with_a_strange_key_is_refused_there(seed in any::<u64>()) {
        let mut value = json::write(&sample::rule(seed, 6));
        value.as_object_mut().unwrap().insert("strange".to_owned(), serde_json::json!(1));
        let problem = json::read(&value).unwrap_err();
        prop_assert!(problem.message.contains("strange"), "{}", problem);
    }
}

struct Case {
    rule: Rule,
    history: History,
    zone: perennial_domain::time::Zone,
    thresholds: perennial_domain::rules::oracle::Thresholds,
    lines: Properties,
    now: Instant,
    draw: Draw,
}

fn holds(rule: &Rule, history: &History, view: View<'_>) -> bool {
    oracle::holds(rule, history, view).unwrap()
}

fn explain<'r>(rule: &'r Rule, history: &History, view: View<'_>) -> Explanation<'r> {
    oracle::explain(rule, history, view).unwrap()
}

fn next_flip(rule: &Rule, history: &History, view: View<'_>) -> Option<Flip> {
    oracle::next_flip(rule, history, view).unwrap()
}

impl Case {
    fn new(seed: u64, size: usize) -> Self {
        let mut draw = Draw::new(seed ^ 0x51);
        let rule = sample::rule(seed, size);
        let thresholds = sample::thresholds(&mut draw, &reads(&rule));
        let history = sample::history(seed.wrapping_add(1), 25);
        let mut now = sample::instant(&mut draw);
        if !history.facts.is_empty() && draw.one_in(2) {
            // Soon after a fact, where short windows have something in them.
            now = Instant(draw.pick(&history.facts).at.0 + draw.between(0, 20 * MICROS_PER_DAY));
        }
        Self { lines: sample::catalogue().lines, thresholds, history, zone: sample::zone(&mut draw), now, rule, draw }
    }

    fn view(&self, now: Instant) -> View<'_> {
        View { now, zone: &self.zone, thresholds: &self.thresholds, line_names: &self.lines }
    }
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn arrival_and_the_way_of_writing_play_no_part(seed in any::<u64>(), size in 0usize..12) {
        let mut case = Case::new(seed, size);
        let other = sample::shuffled(&case.history, &mut case.draw);
        let view = case.view(case.now);
        let expected = explain(&case.rule, &case.history, view);
        prop_assert_eq!(&explain(&case.rule, &other, view), &expected);
        prop_assert_eq!(holds(&case.rule, &case.history, view), expected.holds);
        prop_assert_eq!(holds(&normal(&case.rule), &case.history, view), expected.holds, "{}", print(&case.rule));
    }

    /// What is told of tomorrow changes nothing today, and neither does what the rule does not read.
    #[test]
    fn only_what_is_read_and_has_happened_counts(seed in any::<u64>(), size in 0usize..12) {
        let case = Case::new(seed, size);
        let view = case.view(case.now);
        let expected = holds(&case.rule, &case.history, view);
        let mut past = case.history.clone();
        past.facts.retain(|fact| fact.at <= case.now);
        prop_assert_eq!(holds(&case.rule, &past, view), expected, "{}", print(&case.rule));
        let read = reads(&case.rule);
        let mut kept = past.clone();
        kept.fields.retain(|name, _| read.fields.contains(name));
        kept.states.retain(|state| is_read(&state.has, &read));
        kept.facts.retain(|fact| read.facts.iter().any(|what| is_of(what, fact)));
        prop_assert_eq!(holds(&case.rule, &kept, view), expected, "{}", print(&case.rule));
    }

    /// Up to the flip the answer stays, in each part; at the flip it is the other one.
    #[test]
    fn time_alone_changes_an_answer_at_the_flip_and_not_before(seed in any::<u64>(), size in 0usize..6) {
        let mut case = Case::new(seed, size);
        let now = case.now;
        let first = explain(&case.rule, &case.history, case.view(now));
        let flip = next_flip(&case.rule, &case.history, case.view(now));
        let horizon = now.0 + 1_500 * MICROS_PER_DAY;
        let end = flip.map_or(horizon, |flip| flip.at().0);
        prop_assert!(flip.is_none_or(|flip| flip.at() > now));
        for place in 0..12 {
            let near = Instant(end - 1 - place);
            let at = if place < 2 { near } else { Instant(case.draw.between(now.0, end - 1)) };
            if at >= now {
                prop_assert_eq!(holds(&case.rule, &case.history, case.view(at)), first.holds, "{} at {}", print(&case.rule), at.rfc3339());
            }
        }
        if let Some(Flip::TurnsAt(flip)) = flip {
            prop_assert_ne!(holds(&case.rule, &case.history, case.view(flip)), first.holds, "{}", print(&case.rule));
        }
        let part = first.may_flip_at.map_or(horizon, |at| at.0);
        for at in [part - 1, case.draw.between(now.0, part - 1)] {
            let seen = explain(&case.rule, &case.history, case.view(Instant(at)));
            prop_assert_eq!(&seen, &first, "{} at {}", print(&case.rule), Instant(at).rfc3339());
        }
    }

    /// A window says the same as an interval of each fact and as bounds of each instant, in every zone.
    #[test]
    fn windows_are_intervals_and_bounds_alike(seed in any::<u64>()) {
        let mut draw = Draw::new(seed);
        let zone = sample::zone(&mut draw);
        let windows: Vec<Window> = windows_of(&sample::rule(seed, 8));
        for window in windows {
            let (at, mut now) = (sample::instant(&mut draw), sample::instant(&mut draw));
            let Some(interval) = calendar::counts(&window, at, None, &zone) else {
                let bounds = calendar::bounds(&window, now, &zone);
                prop_assert!(bounds.is_none_or(|(from, to)| from.is_some_and(|from| at < from) || to <= at));
                continue;
            };
            for edge in [None, Some(interval.from.0), Some(interval.from.0 - 1), interval.until.map(|until| until.0), interval.until.map(|until| until.0 - 1)] {
                now = edge.map_or(now, Instant);
                let Some((from, to)) = calendar::bounds(&window, now, &zone) else { continue };
                let is_in = from.is_none_or(|from| from <= at) && at < to;
                prop_assert_eq!(interval.contains(now), is_in, "{:?} {} seen at {} in {}", window, at.rfc3339(), now.rfc3339(), zone.name());
            }
        }
    }
}

fn windows_of(rule: &Rule) -> Vec<Window> {
    match rule {
        Tree::All(list) | Tree::Any(list) => list.iter().flat_map(windows_of).collect(),
        Tree::Not(one) => windows_of(one),
        Tree::Leaf(Clause::Measure { measure, .. }) => vec![measure.window.clone()],
        Tree::Leaf(Clause::Sequence(sequence)) => vec![sequence.window.clone()],
        Tree::Leaf(_) => vec![],
    }
}

fn is_read(has: &Has, read: &perennial_domain::rules::Reads) -> bool {
    match has {
        Has::Tag(name) => read.tags.contains(name),
        Has::TagGroup(name) => read.tag_groups.contains(name),
        Has::Segment(name) => read.segments.contains(name),
        Has::Channel(name) => {
            read.channels.contains("") || name.as_ref().is_some_and(|name| read.channels.contains(name))
        }
        Has::Identifier(kind) => read.identifiers.contains(kind.code()),
        Has::Consent { purpose, .. } => read.purposes.contains(purpose),
    }
}

fn is_of(what: &What, fact: &Happened) -> bool {
    match (what, &fact.kind) {
        (What::Anything, Kind::Event(name)) => name != "Message Sent",
        (What::Anything, Kind::Refund) => false,
        (What::Anything, _)
        | (What::Orders | What::Lines, Kind::Order)
        | (What::Refunds | What::RefundLines, Kind::Refund)
        | (What::Pages, Kind::Page)
        | (What::Screens, Kind::Screen) => true,
        (What::Event(name), Kind::Event(own)) => name == own,
        _ => false,
    }
}

/// Tests that everybody passes, or nobody, show nothing.
#[test]
fn generated_rules_hold_for_some_and_not_for_others() {
    let (mut held, mut flipped) = (0, 0);
    for seed in 0..2_000 {
        let case = Case::new(seed, 3);
        held += usize::from(holds(&case.rule, &case.history, case.view(case.now)));
        flipped += usize::from(next_flip(&case.rule, &case.history, case.view(case.now)).is_some());
    }
    assert!((400..1_600).contains(&held), "{held} of 2000 hold");
    assert!(flipped > 200, "{flipped} of 2000 flip");
}
