//! CSV for people who open it in a spreadsheet: exports and lists of rejected rows.
//!
//! Invariants: no cell is a formula to a spreadsheet: a cell that begins with `= + - @`, a tab or a
//! carriage return, and is no plain number, gets an apostrophe in front. Lines end with CR LF as RFC 4180 says.
//! A NUL byte becomes U+FFFD: with it, the file would be no text.
//! Callers may rely on: reading the file again with [`super::open`] gives the same cells, but for the
//! apostrophes and NUL bytes.

use std::io::{self, Write};

/// Writes rows of cells.
#[derive(Debug)]
pub struct CsvWriter<W> {
    output: W,
    line: String,
    cells: usize,
}

impl<W: Write> CsvWriter<W> {
    /// For people: begins with a byte order mark, so that Excel reads Chinese.
    pub fn new(mut output: W) -> io::Result<Self> {
        output.write_all("\u{feff}".as_bytes())?;
        Ok(Self::plain(output))
    }

    /// For programs: without the mark, which many take for a part of the first column's name.
    pub fn plain(output: W) -> Self {
        Self { output, line: String::new(), cells: 0 }
    }

    pub fn cell(&mut self, value: &str) {
        if self.cells > 0 {
            self.line.push(',');
        }
        self.cells += 1;
        let danger = neutralising_prefix(value);
        let quoted = value.contains(['"', ',', '\n', '\r', '\0']) || value.starts_with(' ') || value.ends_with(' ');
        if !quoted {
            self.line.push_str(danger);
            self.line.push_str(value);
            return;
        }
        self.line.push('"');
        self.line.push_str(danger);
        for letter in value.chars() {
            if letter == '"' {
                self.line.push('"');
            }
            self.line.push(if letter == '\0' { char::REPLACEMENT_CHARACTER } else { letter });
        }
        self.line.push('"');
    }

    pub fn end_row(&mut self) -> io::Result<()> {
        // A row of one empty cell would be a blank line, which is no row.
        if self.line.is_empty() && self.cells == 1 {
            self.line.push_str("\"\"");
        }
        self.line.push_str("\r\n");
        self.output.write_all(self.line.as_bytes())?;
        self.line.clear();
        self.cells = 0;
        Ok(())
    }

    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        for cell in cells {
            self.cell(cell);
        }
        self.end_row()
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.output.flush()?;
        Ok(self.output)
    }
}

/// `'` where a spreadsheet would take the cell for a formula, else nothing.
pub fn neutralising_prefix(value: &str) -> &'static str {
    let dangerous = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if dangerous && !is_plain_number(value) { "'" } else { "" }
}

/// A sign, digits and at most one point: -12.50, but not -1+2 or +86138….
fn is_plain_number(value: &str) -> bool {
    let body = value.strip_prefix('-').unwrap_or(value);
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let points = body.bytes().filter(|byte| *byte == b'.').count();
    digits > 0 && points <= 1 && digits + points == body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised_and_numbers_stay() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("+8613812345678", "'+8613812345678"),
            ("-12.50", "-12.50"),
            ("-1+2", "'-1+2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("a=b", "a=b"),
            ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
            ("a\0b", "\"a\u{fffd}b\""),
        ];
        for (value, written) in cases {
            let mut writer = CsvWriter::new(Vec::new()).unwrap();
            writer.row([value, "x"]).unwrap();
            let text = String::from_utf8(writer.finish().unwrap()).unwrap();
            assert_eq!(text, format!("\u{feff}{written},x\r\n"), "{value}");
        }
    }
}
