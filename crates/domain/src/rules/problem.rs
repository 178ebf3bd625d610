//! What is wrong with a rule, and where.

use super::value::lower;
use std::fmt;
use std::ops::Range;

/// One thing that is wrong, at a place of the JSON form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A JSON pointer (RFC 6901) into the rule; empty for the rule itself.
    pub pointer: String,
    /// What is wrong and what is allowed.
    pub message: String,
}

impl Problem {
    pub fn new(pointer: &str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the rule" } else { &self.pointer };
        write!(f, "{place}: {}", self.message)
    }
}

impl std::error::Error for Problem {}

/// What is wrong with a text, between two of its characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextProblem {
    /// In characters of the text, the end excluded; empty at the end of the text.
    pub span: Range<usize>,
    pub message: String,
}

impl fmt::Display for TextProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}", self.span.start + 1, self.message)
    }
}

impl std::error::Error for TextProblem {}

/// ``there is no event `Order Complted`: did you mean `Order Completed`?``
pub(super) fn unknown<'a>(kind: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    match closest(name, known) {
        Some(close) => format!("there is no {kind} `{name}`: did you mean `{close}`?"),
        None => format!("there is no {kind} `{name}`"),
    }
}

/// The known name that is most like it; of equals the first. `None` where none is alike.
pub(super) fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = lower(name);
    let length = wanted.chars().count();
    let near = 1 + length / 4;
    let measured = known.filter_map(|one| {
        let other = lower(one);
        // Each character more or less is a step: the others are not measured.
        (length.abs_diff(other.chars().count()) <= near).then(|| (distance(&wanted, &other), one))
    });
    measured.filter(|(steps, _)| *steps <= near).min_by_key(|(steps, _)| *steps).map(|(_, one)| one)
}

/// How many characters must be put in, taken out, replaced, or changed with their neighbour (optimal string alignment).
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows: Vec<Vec<usize>> = (0..=from.len()).map(|row| vec![row; to.len() + 1]).collect();
    rows[0] = (0..=to.len()).collect();
    for row in 1..=from.len() {
        for column in 1..=to.len() {
            let replaced = rows[row - 1][column - 1] + usize::from(from[row - 1] != to[column - 1]);
            let mut steps = replaced.min(rows[row - 1][column] + 1).min(rows[row][column - 1] + 1);
            let is_swapped =
                row > 1 && column > 1 && from[row - 1] == to[column - 2] && from[row - 2] == to[column - 1];
            if is_swapped {
                steps = steps.min(rows[row - 2][column - 2] + 1);
            }
            rows[row][column] = steps;
        }
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_found_and_a_strange_one_is_not() {
        let known = ["Order Completed", "Order Cancelled", "Product Added", "城市"];
        for (name, close) in [
            ("Order Complted", Some("Order Completed")),
            ("order completed", Some("Order Completed")),
            ("Product Add", Some("Product Added")),
            ("Order Cacnelled", Some("Order Cancelled")),
            ("城", Some("城市")),
            ("Ticket Opened", None),
            ("", None),
            ("Product Added Product Added Product Added", None),
        ] {
            assert_eq!(closest(name, known.into_iter()), close, "{name}");
        }
        assert_eq!(
            unknown("event", "Order Complted", known.into_iter()),
            "there is no event `Order Complted`: did you mean `Order Completed`?"
        );
    }
}
