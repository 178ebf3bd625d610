//! `perennial openapi`

use std::io::Write;

pub fn run() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    Ok(out.write_all(perennial_api::openapi_json().as_bytes())?)
}
