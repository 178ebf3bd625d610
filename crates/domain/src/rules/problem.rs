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
        // Optimal string alignment: neighbours that changed places are one step. Each character more or less is one, so
        // the others are not measured.
        (length.abs_diff(other.chars().count()) <= near).then(|| (strsim::osa_distance(&wanted, &other), one))
    });
    measured.filter(|(steps, _)| *steps <= near).min_by_key(|(steps, _)| *steps).map(|(_, one)| one)
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
