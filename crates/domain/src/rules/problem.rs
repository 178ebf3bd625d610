//! What is wrong with a rule, and where.

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
    let wanted = name.to_lowercase();
    let near = 1 + wanted.chars().count() / 4;
    let measured = known.map(|one| (distance(&wanted, &one.to_lowercase()), one));
    measured.filter(|(steps, _)| *steps <= near).min_by_key(|(steps, _)| *steps).map(|(_, one)| one)
}

/// How many characters must be put in, taken out or replaced (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (place, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = place + 1;
        for column in 0..to.len() {
            let replaced = diagonal + usize::from(letter != to[column]);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
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
            ("城", Some("城市")),
            ("Ticket Opened", None),
            ("", None),
        ] {
            assert_eq!(closest(name, known.into_iter()), close, "{name}");
        }
        assert_eq!(
            unknown("event", "Order Complted", known.into_iter()),
            "there is no event `Order Complted`: did you mean `Order Completed`?"
        );
    }
}
