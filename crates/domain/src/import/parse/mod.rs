//! Cells to values: dates, numbers, statuses and plain text.
//!
//! Invariants: no value is guessed: what does not fit a listed form is an error.
//! Callers may rely on: the common forms take fast paths that allocate nothing.

pub mod dates;
mod forms;
pub mod numbers;
pub mod status;

/// The cell without what spreadsheets and exports put around values: blanks, `="…"`, a leading `'`,
/// a byte order mark.
pub fn clean(cell: &str) -> &str {
    let bytes = cell.as_bytes();
    let plain_start = bytes.first().is_none_or(|byte| byte.is_ascii_alphanumeric());
    let plain_end = bytes.last().is_none_or(|byte| byte.is_ascii_alphanumeric());
    if plain_start && plain_end {
        return cell;
    }
    let mut text = cell.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        text = inner.trim();
    }
    match text.strip_prefix('\'') {
        Some(rest) if !rest.is_empty() => rest,
        _ => text,
    }
}

/// Whether the cleaned cell stands for "nothing": empty, or how databases write NULL into files.
pub fn is_nothing(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("null") || text == "\\N"
}

/// Whether the cleaned cell is what systems write where an order has no number. Taken for a number, it would
/// make one order of all of them.
pub fn is_no_number(text: &str) -> bool {
    const WORDS: &[&str] = &["n/a", "na", "#n/a", "n.a.", "none", "nil", "nan", "undefined", "无", "無", "空"];
    let only = |letters: &[char]| text.chars().all(|letter| letters.contains(&letter));
    is_nothing(text)
        || only(&['0'])
        || text == "0.0"
        || only(&['-', '–', '—', '_', '/', '\\'])
        || WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}
