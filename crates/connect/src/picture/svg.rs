//! A code as SVG: one path, sharp at any size.

use super::{Modules, PictureError};
use std::fmt::Write;

pub fn svg(text: &str) -> Result<String, PictureError> {
    let modules = Modules::of(text)?;
    let side = modules.width;
    let mut path = String::new();
    for (row, column, length) in modules.runs() {
        write!(path, "M{column} {row}h{length}v1h-{length}z").unwrap_or_default();
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"m0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}
