//! Codes as pictures: SVG and PNG of one, a PDF sheet of many to print and cut.
//!
//! Invariants: the same text gives the same bytes, whenever and wherever; a quarter of a code may be torn or dirty and it is
//! still read (level Q); the white frame of four modules that readers need is part of every picture.

mod png;
mod sheet;
mod svg;

pub use png::png;
pub use sheet::{Label, SHEET_CODES_MAX, sheet};
pub use svg::svg;

use qrcode::{Color, EcLevel, QrCode};
use thiserror::Error;

/// The white frame, in modules.
const QUIET: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PictureError {
    #[error("the text is too long for a code")]
    TooLong,
    #[error("a picture is 1 to 64 pixels a module")]
    Scale,
    #[error("a sheet has 1 to {SHEET_CODES_MAX} codes")]
    Codes,
}

/// The dots of a code with its frame.
struct Modules {
    /// Of a side, with the frame.
    width: usize,
    dark: Vec<bool>,
}

impl Modules {
    fn of(text: &str) -> Result<Self, PictureError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::Q).map_err(|_| PictureError::TooLong)?;
        let inner = code.width();
        let width = inner + 2 * QUIET;
        let mut dark = vec![false; width * width];
        for (place, color) in code.to_colors().into_iter().enumerate() {
            dark[(place / inner + QUIET) * width + place % inner + QUIET] = color == Color::Dark;
        }
        Ok(Self { width, dark })
    }

    /// Runs of dark dots: row, first column, length.
    fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.dark.chunks(self.width).enumerate().flat_map(|(row, dots)| {
            let mut runs = Vec::new();
            let mut column = 0;
            while column < dots.len() {
                let length = dots[column..].iter().take_while(|dark| **dark).count();
                if length > 0 {
                    runs.push((row, column, length));
                }
                column += length.max(1);
            }
            runs
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn svg_and_png_show_the_same_dots_in_a_white_frame() {
        let text = "https://brand.example/s/7K3M9XQ2";
        let modules = Modules::of(text).unwrap();
        assert!(modules.dark[..modules.width * QUIET].iter().all(|dark| !dark), "the frame is white");
        let svg = svg(text).unwrap();
        assert!(svg.starts_with("<svg xmlns="));
        assert_eq!(svg.matches('M').count(), modules.runs().count());
        let png = png(text, 2).unwrap();
        assert_eq!(&png[1..4], b"PNG");
        let side = u32::from_be_bytes(png[16..20].try_into().unwrap()) as usize;
        assert_eq!(side, modules.width * 2);
        let data_bytes = u32::from_be_bytes(png[33..37].try_into().unwrap()) as usize;
        let mut lines = Vec::new();
        flate2::read::ZlibDecoder::new(&png[41..41 + data_bytes]).read_to_end(&mut lines).unwrap();
        let stride = side.div_ceil(8) + 1;
        assert_eq!(lines.len(), stride * side);
        for (place, dark) in modules.dark.iter().enumerate() {
            let (row, column) = (place / modules.width * 2 + 1, place % modules.width * 2 + 1);
            let bit = lines[row * stride + 1 + column / 8] >> (7 - column % 8) & 1;
            assert_eq!(bit == 0, *dark, "{row} {column}");
        }
        assert_eq!(png, super::png(text, 2).unwrap(), "the same bytes");
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        assert_eq!(svg(&"x".repeat(4_000)), Err(PictureError::TooLong));
        assert_eq!(png("x", 0), Err(PictureError::Scale));
        assert_eq!(png("x", 65), Err(PictureError::Scale));
        assert_eq!(sheet(&[]), Err(PictureError::Codes));
    }

    #[test]
    fn a_sheet_has_a_page_for_each_twelve_codes() {
        let label = |number: usize| Label {
            text: format!("https://brand.example/s/{number:08}"),
            lines: vec![format!("{number:08}"), "shelf (3) \\ 货架".to_owned()],
        };
        let pdf = sheet(&(0..25).map(label).collect::<Vec<_>>()).unwrap();
        let text = String::from_utf8_lossy(&pdf);
        assert!(text.starts_with("%PDF-1.7") && text.trim_end().ends_with("%%EOF"));
        assert!(text.contains("/Count 3"), "25 codes are three pages");
        assert_eq!(pdf, sheet(&(0..25).map(label).collect::<Vec<_>>()).unwrap(), "the same bytes");
    }
}
