//! The built console, embedded in the binary, and the rules by which it is served.
//!
//! A leaf crate: it knows axum and rust-embed, and no other crate of this workspace. `build.rs` decides what is
//! embedded. Use it as the fallback of the whole server, so that every path which is not a route comes here:
//!
//! ```ignore
//! let app = api_router.fallback_service(perennial_console_assets::router(nonce));
//! ```
//!
//! | request | answer |
//! |---|---|
//! | `/assets/*` (names carry a content hash) | the file, `immutable` for a year |
//! | any other embedded file | the file, `no-cache` with an ETag |
//! | `GET` of any other path, by somebody who accepts HTML | the page, `no-cache` with an ETag, nonce filled in |
//! | anything below `/api/` | 404 as problem+json, never the page |
//! | everything else | 404, or 405 for a method that is not `GET` or `HEAD` |
//!
//! A `.gz` file beside an asset is sent to those who accept gzip; nothing is compressed at run time.

mod headers;
mod serve;

use axum::Router;
use axum::extract::Request;
use rust_embed::RustEmbed;
use serve::{File, Files};
use std::sync::Arc;

/// Makes the nonce of one answer: at least 128 random bits in base64 or hexadecimal. Randomness is handed in.
pub type Nonce = Arc<dyn Fn() -> String + Send + Sync>;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/ui"]
struct Embedded;

/// Answers every path from the embedded files.
pub fn router(nonce: Nonce) -> Router {
    router_of(embedded(), nonce)
}

/// False when this binary carries only the page that says how to build the console.
pub fn is_built() -> bool {
    env!("PERENNIAL_CONSOLE_STATE") == "built"
}

fn embedded() -> Files {
    Files { get: |path| Embedded::get(path).map(|file| File { bytes: file.data, sha256: file.metadata.sha256_hash() }) }
}

fn router_of(files: Files, nonce: Nonce) -> Router {
    Router::new().fallback(move |request: Request| {
        let answer = serve::answer(&files, request.method(), request.uri().path(), request.headers(), nonce.as_ref());
        std::future::ready(answer)
    })
}

#[cfg(test)]
mod tests;
