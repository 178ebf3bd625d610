//! A sheet of codes on A4: three columns, four rows, each code with its lines of text.
//!
//! The font is one that every reader of PDF has, with Latin letters only: other letters are shown as `?`, so that no font
//! has to be carried along. The code itself holds any text.

use super::{Modules, PictureError};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

pub const SHEET_CODES_MAX: usize = 1_000;
const COLUMNS: usize = 3;
const ROWS: usize = 4;
/// A4, in points.
const PAGE: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 36.0;
const SIDE: f32 = 140.0;
const FONT_SIZE: f32 = 9.0;
const LINE_CHARACTERS_MAX: usize = 36;
const LINES_MAX: usize = 3;
const FONT: Name<'static> = Name(b"F1");

/// What stands in a code, and below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub text: String,
    pub lines: Vec<String>,
}

pub fn sheet(labels: &[Label]) -> Result<Vec<u8>, PictureError> {
    if !(1..=SHEET_CODES_MAX).contains(&labels.len()) {
        return Err(PictureError::Codes);
    }
    let (catalog, tree, font) = (Ref::new(1), Ref::new(2), Ref::new(3));
    let pages: Vec<&[Label]> = labels.chunks(COLUMNS * ROWS).collect();
    let id = |page: usize, part: i32| Ref::new(4 + 2 * i32::try_from(page).unwrap_or(i32::MAX / 4) + part);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree)
        .kids((0..pages.len()).map(|page| id(page, 0)))
        .count(i32::try_from(pages.len()).unwrap_or(i32::MAX));
    for (number, labels) in pages.into_iter().enumerate() {
        let mut page = pdf.page(id(number, 0));
        page.media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).parent(tree).contents(id(number, 1));
        page.resources().fonts().pair(FONT, font);
        page.finish();
        let mut content = Content::new();
        for (place, label) in labels.iter().enumerate() {
            draw(&mut content, place, label)?;
        }
        pdf.stream(id(number, 1), &content.finish());
    }
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    Ok(pdf.finish())
}

fn draw(content: &mut Content, place: usize, label: &Label) -> Result<(), PictureError> {
    let modules = Modules::of(&label.text)?;
    let cell = ((PAGE.0 - 2.0 * MARGIN) / COLUMNS as f32, (PAGE.1 - 2.0 * MARGIN) / ROWS as f32);
    let left = MARGIN + cell.0 * (place % COLUMNS) as f32 + (cell.0 - SIDE) / 2.0;
    let top = PAGE.1 - MARGIN - cell.1 * (place / COLUMNS) as f32;
    let module = SIDE / modules.width as f32;
    for (row, column, length) in modules.runs() {
        let bottom = top - (row + 1) as f32 * module;
        content.rect(left + column as f32 * module, bottom, length as f32 * module, module);
    }
    content.fill_nonzero();
    for (number, line) in label.lines.iter().take(LINES_MAX).enumerate() {
        let latin = |letter: char| if letter == ' ' || letter.is_ascii_graphic() { letter as u8 } else { b'?' };
        let shown: Vec<u8> = line.chars().take(LINE_CHARACTERS_MAX).map(latin).collect();
        content.begin_text().set_font(FONT, FONT_SIZE);
        content.next_line(left, top - SIDE - FONT_SIZE * (number as f32 + 1.0) * 1.2);
        content.show(Str(&shown)).end_text();
    }
    Ok(())
}
