//! From characters to tokens.

use super::words::{begins_word, continues_word};
use crate::rules::problem::TextProblem;
use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word of the language, or a name.
    Word(String),
    /// A text, or a name that is no plain word.
    Quoted(String),
    /// A number, a day or an instant, as it stands there.
    Figure(String),
    Symbol(&'static str),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    /// In characters.
    pub span: Range<usize>,
}

impl Token {
    /// As an error names it.
    pub fn found(&self) -> String {
        match &self.kind {
            Kind::Word(word) => format!("`{word}`"),
            Kind::Quoted(_) => "a quoted text".to_owned(),
            Kind::Figure(figure) => format!("`{figure}`"),
            Kind::Symbol(symbol) => format!("`{symbol}`"),
            Kind::End => "the end".to_owned(),
        }
    }
}

/// Longer ones first.
const SYMBOLS: [&str; 12] = [">=", "<=", ">", "<", "=", "(", ")", "[", "]", ",", "+", "%"];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, TextProblem> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let start = at;
        let letter = letters[at];
        if letter.is_whitespace() {
            at += 1;
            continue;
        }
        let kind = if begins_word(letter) {
            at = end_of(&letters, at + 1, continues_word);
            Kind::Word(letters[start..at].iter().collect())
        } else if letter.is_ascii_digit() || (letter == '-' && letters.get(at + 1).is_some_and(char::is_ascii_digit)) {
            at = end_of_figure(&letters, at);
            Kind::Figure(letters[start..at].iter().collect())
        } else if letter == '"' {
            let (quoted, end) = quoted(&letters, at)?;
            at = end;
            Kind::Quoted(quoted)
        } else if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| starts_with(&letters[at..], symbol)) {
            at += symbol.len();
            Kind::Symbol(symbol)
        } else {
            let message = format!("`{letter}` has no meaning here; texts and names with spaces stand in double quotes");
            return Err(TextProblem { span: at..at + 1, message });
        };
        tokens.push(Token { kind, span: start..at });
    }
    tokens.push(Token { kind: Kind::End, span: letters.len()..letters.len() });
    Ok(tokens)
}

fn end_of(letters: &[char], from: usize, belongs: impl Fn(char) -> bool) -> usize {
    letters[from..].iter().position(|letter| !belongs(*letter)).map_or(letters.len(), |place| from + place)
}

/// A plus belongs to it only within an instant: `2026-01-31T09:30:00+08:00`.
fn end_of_figure(letters: &[char], from: usize) -> usize {
    let mut is_instant = false;
    for (place, letter) in letters.iter().enumerate().skip(from + 1) {
        is_instant |= *letter == 'T';
        let belongs = letter.is_ascii_alphanumeric() || matches!(letter, '.' | ':' | '-');
        if !(belongs || is_instant && *letter == '+') {
            return place;
        }
    }
    letters.len()
}

fn starts_with(letters: &[char], symbol: &str) -> bool {
    letters.len() >= symbol.len() && symbol.chars().zip(letters).all(|(wanted, letter)| wanted == *letter)
}

/// What stands between two quotes, and the place behind the second.
fn quoted(letters: &[char], start: usize) -> Result<(String, usize), TextProblem> {
    let mut text = String::new();
    let mut at = start + 1;
    while let Some(letter) = letters.get(at) {
        match letter {
            '"' => return Ok((text, at + 1)),
            '\\' => {
                let Some(escaped) = letters.get(at + 1).filter(|letter| matches!(letter, '"' | '\\')) else {
                    let message = "a `\\` stands before a quote or before another one".to_owned();
                    return Err(TextProblem { span: at..at + 1, message });
                };
                text.push(*escaped);
                at += 2;
            }
            other => {
                text.push(*other);
                at += 1;
            }
        }
    }
    Err(TextProblem { span: start..letters.len(), message: "the closing quote is missing".to_owned() })
}
