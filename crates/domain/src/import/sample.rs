//! What the first rows of a file look like, column by column.
//!
//! Invariants: memory is bounded by [`SAMPLES_SHOWN`] short values per column, whatever is fed.
//! Callers may rely on: counts only; feed up to [`SAMPLE_ROWS`] rows and ask [`super::columns::recognise`].

use super::cells::Cells;
use super::parse::dates::DateEvidence;
use super::parse::numbers::MarkEvidence;
use super::parse::{clean, is_no_number, is_nothing};
use crate::identity::{Identifier, IdentifierType};
use crate::money::Currency;
use crate::phone::PhoneEvidence;

/// Enough rows to see both date orders and the odd column, few enough to be instant.
pub const SAMPLE_ROWS: usize = 10_000;
/// Values per column that a preview shows.
pub const SAMPLES_SHOWN: usize = 5;
/// A shown value is cut here: a preview is no copy of the file.
const SHOWN_BYTES_MAX: usize = 100;

/// One column: how many of its values look like what.
#[derive(Clone, Debug, Default)]
pub struct ColumnSample {
    pub shown: Vec<String>,
    pub filled: u32,
    pub whole_numbers: u32,
    pub decimals: u32,
    pub emails: u32,
    pub phones: u32,
    pub currencies: u32,
    pub dates: DateEvidence,
    pub marks: MarkEvidence,
    pub regions: PhoneEvidence,
    /// Rows with the same filled value as the row before; `-` and the like repeat nothing.
    pub repeats: u32,
    pub currency: Option<Currency>,
    last: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Sample {
    pub rows: u32,
    pub columns: Vec<ColumnSample>,
}

impl Sample {
    pub fn new(columns: usize) -> Self {
        Self { rows: 0, columns: vec![ColumnSample::default(); columns] }
    }

    pub fn observe(&mut self, cells: &Cells<'_>) {
        self.rows += 1;
        for (place, column) in self.columns.iter_mut().enumerate() {
            column.observe(clean(cells.get(place)));
        }
    }
}

impl ColumnSample {
    fn observe(&mut self, text: &str) {
        if is_nothing(text) {
            return;
        }
        self.filled += 1;
        let short = cut(text);
        if self.last.as_deref() == Some(short) {
            self.repeats += u32::from(!is_no_number(short));
        } else {
            let last = self.last.get_or_insert_default();
            last.clear();
            last.push_str(short);
        }
        if self.shown.len() < SAMPLES_SHOWN && !self.shown.iter().any(|value| value == short) {
            self.shown.push(short.to_owned());
        }
        self.dates.observe(text);
        if text.contains('@') {
            self.emails += u32::from(Identifier::normalise(IdentifierType::Email, text).is_ok());
            return;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.whole_numbers += 1;
        } else if self.marks.observe(text) {
            self.decimals += 1;
        }
        self.phones += u32::from(looks_like_a_phone(text));
        self.regions.observe(text);
        if text.len() == 3
            && text.bytes().all(|byte| byte.is_ascii_uppercase())
            && let Some(currency) = Currency::parse(text)
        {
            self.currencies += 1;
            self.currency.get_or_insert(currency);
        }
    }

    /// Whether at least nine of ten filled values count as this.
    pub fn mostly(&self, count: u32) -> bool {
        self.filled > 0 && u64::from(count) * 10 >= u64::from(self.filled) * 9
    }

    pub fn is_numeric(&self) -> bool {
        self.mostly(self.whole_numbers + self.decimals)
    }

    pub fn is_date(&self) -> bool {
        self.mostly(self.dates.plain_dates() + self.dates.epochs()) || self.dates.is_spreadsheet(self.filled)
    }
}

/// International, a Chinese mobile, or North American in groups: other digits are too easily numbers of something
/// else.
fn looks_like_a_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let international = text.starts_with('+') && (8..=15).contains(&digits);
    let chinese = digits == 11 && text.starts_with('1') && matches!(text.as_bytes().get(1), Some(b'3'..=b'9'));
    let grouped = digits == 11 && text.starts_with('1') && text.contains([' ', '-']);
    let normal = Identifier::normalise(IdentifierType::Phone, text);
    (international || chinese) && normal.is_ok() || grouped && normal.is_ok_and(|phone| phone.value.starts_with("+1"))
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(SHOWN_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
