//! The words of the language, and which names need no quotes.

/// A name that is one of these is quoted.
pub(super) const WORDS: [&str; 63] = [
    "after",
    "all",
    "among",
    "and",
    "anniversary",
    "any",
    "anything",
    "average",
    "before",
    "between",
    "bottom",
    "by",
    "consent",
    "contains",
    "count",
    "denied",
    "did",
    "distinct",
    "event",
    "ever",
    "every",
    "everybody",
    "exists",
    "false",
    "field",
    "first",
    "from",
    "full",
    "granted",
    "group",
    "has",
    "identifier",
    "in",
    "is",
    "last",
    "line",
    "lines",
    "max",
    "min",
    "never",
    "next",
    "nobody",
    "none",
    "not",
    "of",
    "one",
    "or",
    "orders",
    "pages",
    "reachable",
    "refunds",
    "revoked",
    "screens",
    "segment",
    "sequence",
    "share",
    "starts",
    "sum",
    "tag",
    "then",
    "this",
    "top",
    "true",
];
/// Further ones, which stand only where no name does.
pub(super) const LATE_WORDS: [&str; 5] = ["to", "until", "with", "within", "without"];

pub(super) fn begins_word(letter: char) -> bool {
    letter.is_alphabetic() || letter == '$' || letter == '_'
}

pub(super) fn continues_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

/// It can be written without quotes.
pub(super) fn is_plain_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(begins_word)
        && letters.all(continues_word)
        && !WORDS.contains(&name)
        && !LATE_WORDS.contains(&name)
}
