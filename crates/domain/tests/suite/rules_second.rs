//! Counts and sequences once more, in the plainest other way: by bounds of the instant instead of intervals of the facts, and
//! by trying every chain. The oracle must say the same.

use perennial_domain::rules::catalogue::Properties;
use perennial_domain::rules::oracle::{Happened, History, Kind, Thresholds, View, holds};
use perennial_domain::rules::sample::{self, Draw};
use perennial_domain::rules::text::print;
use perennial_domain::rules::value::{Number, Value};
use perennial_domain::rules::{
    Anchor, Bound, Clause, Facts, Length, Measure, Rule, Sequence, Side, Span, Take, Test, Tree, What, Window,
    calendar, limits,
};
use perennial_domain::time::{Instant, MICROS_PER_DAY, Zone};
use proptest::prelude::*;

/// The instants of what is meant, as often as it is there: a line each.
fn instants(facts: &Facts, history: &History) -> Vec<Instant> {
    let times = |what: &What, fact: &Happened| match (what, &fact.kind) {
        (What::Lines, Kind::Order) | (What::RefundLines, Kind::Refund) => fact.lines.len(),
        (What::Anything, Kind::Event(name)) => usize::from(name != "Message Sent"),
        (What::Anything, Kind::Refund) => 0,
        (What::Anything, _)
        | (What::Orders, Kind::Order)
        | (What::Refunds, Kind::Refund)
        | (What::Pages, Kind::Page)
        | (What::Screens, Kind::Screen) => 1,
        (What::Event(name), Kind::Event(own)) => usize::from(name == own),
        _ => 0,
    };
    let each = |fact: &Happened| {
        let count = facts.of.iter().map(|what| times(what, fact)).max().unwrap_or(0);
        vec![fact.at; count]
    };
    history.facts.iter().flat_map(each).collect()
}

fn micros(span: Span) -> i64 {
    match span.length() {
        Length::Time(micros) => micros,
        Length::Months(_) => panic!("left out by the test"),
    }
}

/// Where facts must lie to count now: from the first on and before the second; none where nothing counts.
fn bounds(window: &Window, history: &History, now: Instant, zone: &Zone) -> Option<(i64, i64)> {
    let Window::Around { side, anchor, within } = window else {
        let (from, to) = calendar::bounds(window, now, zone)?;
        return Some((from.map_or(i64::MIN, |from| from.0), to.0));
    };
    let past =
        |facts: &Facts| -> Vec<Instant> { instants(facts, history).into_iter().filter(|at| *at <= now).collect() };
    let anchor = match anchor {
        Anchor::First(facts) => past(facts).into_iter().min()?,
        Anchor::Last(facts) => past(facts).into_iter().max()?,
        Anchor::Field(name) => match history.fields.get(name)?.first()? {
            value if !limits::is_time(value) => return None,
            Value::Day(day) => calendar::start(*day, zone),
            Value::Instant(at) => *at,
            _ => return None,
        },
    };
    let width = within.map(micros);
    let (from, to) = match side {
        Side::After => (anchor.0 + 1, width.map_or(i64::MAX, |width| anchor.0 + width + 1)),
        Side::Before => (width.map_or(i64::MIN, |width| anchor.0 - width), anchor.0),
    };
    Some((from, to.min(now.0 + 1)))
}

fn count(measure: &Measure, history: &History, now: Instant, zone: &Zone) -> usize {
    let Some((from, to)) = bounds(&measure.window, history, now, zone) else { return 0 };
    instants(&measure.facts, history).iter().filter(|at| (from..to).contains(&at.0)).count()
}

fn is_done(sequence: &Sequence, history: &History, now: Instant, zone: &Zone) -> bool {
    let Some((from, to)) = bounds(&sequence.window, history, now, zone) else { return false };
    goes_on(sequence, 0, i64::MIN, &|facts| {
        instants(facts, history).into_iter().map(|at| at.0).filter(|at| (from..to).contains(at)).collect()
    })
}

fn goes_on(sequence: &Sequence, place: usize, last: i64, within_window: &dyn Fn(&Facts) -> Vec<i64>) -> bool {
    let Some(step) = sequence.steps.get(place) else { return true };
    within_window(&step.facts).into_iter().any(|at| {
        let is_first = place == 0;
        let is_later = is_first || at > last;
        let is_near = is_first || step.within.is_none_or(|span| at - last <= micros(span));
        let between = || step.without.iter().flat_map(within_window).any(|other| last < other && other < at);
        is_later && is_near && (is_first || !between()) && goes_on(sequence, place + 1, at, within_window)
    })
}

/// Without conditions, which are tested elsewhere, and with lengths of time between facts.
fn plain(facts: &mut Facts) {
    facts.filter = None;
}

fn plain_window(window: &mut Window) {
    if let Window::Around { anchor, within, .. } = window {
        shorten(within);
        match anchor {
            Anchor::First(facts) | Anchor::Last(facts) => plain(facts),
            Anchor::Field(_) => {}
        }
    }
}

fn shorten(span: &mut Option<Span>) {
    if span.is_some_and(|span| matches!(span.length(), Length::Months(_))) {
        *span = Some(Span::days(20));
    }
}

fn clauses(rule: Rule) -> Vec<Clause> {
    match rule {
        Tree::All(list) | Tree::Any(list) => list.into_iter().flat_map(clauses).collect(),
        Tree::Not(one) => clauses(*one),
        Tree::Leaf(one) => vec![one],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn counts_and_sequences_are_what_they_are_in_another_way(seed in any::<u64>()) {
        let mut draw = Draw::new(seed);
        let history = sample::history(seed, 14);
        let (zone, thresholds, line_names) = (sample::zone(&mut draw), Thresholds::new(), Properties::new());
        for clause in clauses(sample::rule(seed, 10)) {
            let mut now = sample::instant(&mut draw);
            if !history.facts.is_empty() && draw.one_in(2) {
                now = Instant(draw.pick(&history.facts).at.0 + draw.between(0, 9) * MICROS_PER_DAY);
            }
            let (clause, expected) = match clause {
                Clause::Measure { mut measure, .. } => {
                    measure.take = Take::Count;
                    plain(&mut measure.facts);
                    plain_window(&mut measure.window);
                    let count = count(&measure, &history, now, &zone);
                    let wanted = draw.between(0, 4);
                    let bound = Bound { value: Value::Number(Number::whole(wanted)), is_inclusive: true };
                    let test = Test::Range { from: Some(bound), to: None };
                    (Clause::Measure { measure, test }, count as i64 >= wanted)
                }
                Clause::Sequence(mut sequence) => {
                    plain_window(&mut sequence.window);
                    for step in &mut sequence.steps {
                        plain(&mut step.facts);
                        step.without.iter_mut().for_each(plain);
                        shorten(&mut step.within);
                    }
                    let is_done = is_done(&sequence, &history, now, &zone);
                    (Clause::Sequence(sequence), is_done)
                }
                Clause::Has(_) | Clause::Field { .. } => continue,
            };
            let rule = Tree::Leaf(clause);
            let view = View { now, zone: &zone, thresholds: &thresholds, line_names: &line_names };
            prop_assert_eq!(holds(&rule, &history, view), Ok(expected), "{} at {}", print(&rule), now.rfc3339());
        }
    }
}
