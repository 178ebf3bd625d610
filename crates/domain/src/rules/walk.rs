//! Every part of a rule with its place, in the order in which the text form writes them.
//!
//! Limits, reads and the places of errors in a text all stand on this one walk, so that none of them forgets a part.

use super::tree::{Anchor, Clause, Condition, Detail, Facts, Property, Rule, Sequence, Step, Take, Tree, Window};

/// A part of a rule. Every and, or, not is a `Branch`, in conditions too.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    Branch,
    Clause(&'a Clause),
    Property(&'a Property),
    /// A line that meets a condition.
    Line,
    Facts(&'a Facts),
    Window(&'a Window),
    Step(&'a Step),
}

/// Hands each part over with its JSON pointer and how deep it stands; the rule itself at 1.
pub(super) fn walk<'a>(rule: &'a Rule, visit: &mut dyn FnMut(&str, usize, Part<'a>)) {
    branch(rule, "", 1, visit, &clause);
}

type Visit<'v, 'a> = dyn FnMut(&str, usize, Part<'a>) + 'v;
type Leaf<'a, L> = dyn Fn(&'a L, &str, usize, &mut Visit<'_, 'a>);

fn branch<'a, L>(tree: &'a Tree<L>, at: &str, depth: usize, visit: &mut Visit<'_, 'a>, leaf: &Leaf<'a, L>) {
    match tree {
        Tree::All(children) | Tree::Any(children) => {
            let key = if matches!(tree, Tree::All(_)) { "all" } else { "any" };
            visit(at, depth, Part::Branch);
            for (place, child) in children.iter().enumerate() {
                branch(child, &format!("{at}/{key}/{place}"), depth + 1, visit, leaf);
            }
        }
        Tree::Not(child) => {
            visit(at, depth, Part::Branch);
            branch(child, &format!("{at}/not"), depth + 1, visit, leaf);
        }
        Tree::Leaf(one) => leaf(one, at, depth, visit),
    }
}

fn clause<'a>(one: &'a Clause, at: &str, depth: usize, visit: &mut Visit<'_, 'a>) {
    visit(at, depth, Part::Clause(one));
    match one {
        Clause::Has(_) | Clause::Field { .. } => {}
        Clause::Measure { measure, .. } => {
            let at = format!("{at}/{}", measure.take.code());
            if let Take::Share { part, .. } = &measure.take {
                condition(part, &format!("{at}/part"), depth, visit);
            }
            facts(&measure.facts, &at, depth, visit);
            window(&measure.window, &format!("{at}/window"), depth, visit);
        }
        Clause::Sequence(sequence) => steps(sequence, &format!("{at}/sequence"), depth, visit),
    }
}

fn steps<'a>(sequence: &'a Sequence, at: &str, depth: usize, visit: &mut Visit<'_, 'a>) {
    for (place, step) in sequence.steps.iter().enumerate() {
        let at = format!("{at}/steps/{place}");
        visit(&at, depth, Part::Step(step));
        facts(&step.facts, &at, depth, visit);
        if let Some(without) = &step.without {
            facts(without, &format!("{at}/without"), depth, visit);
        }
    }
    window(&sequence.window, &format!("{at}/window"), depth, visit);
}

fn facts<'a>(one: &'a Facts, at: &str, depth: usize, visit: &mut Visit<'_, 'a>) {
    visit(at, depth, Part::Facts(one));
    if let Some(filter) = &one.filter {
        condition(filter, &format!("{at}/where"), depth, visit);
    }
}

fn condition<'a>(tree: &'a Condition, at: &str, depth: usize, visit: &mut Visit<'_, 'a>) {
    branch(tree, at, depth + 1, visit, &|one: &'a Detail, at, depth, visit| match one {
        Detail::Property(property) => visit(at, depth, Part::Property(property)),
        Detail::Line(inner) => {
            visit(at, depth, Part::Line);
            condition(inner, &format!("{at}/line"), depth, visit);
        }
    });
}

fn window<'a>(one: &'a Window, at: &str, depth: usize, visit: &mut Visit<'_, 'a>) {
    visit(at, depth, Part::Window(one));
    if let Window::Around { side, anchor, .. } = one {
        match anchor {
            Anchor::First(anchor) => facts(anchor, &format!("{at}/{}/first", side.code()), depth, visit),
            Anchor::Last(anchor) => facts(anchor, &format!("{at}/{}/last", side.code()), depth, visit),
            Anchor::Field(_) => {}
        }
    }
}
