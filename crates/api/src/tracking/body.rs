//! The text of a request: inflated where it is packed, and bounded before and after.

use super::answer;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use flate2::read::MultiGzDecoder;
use std::io::Read;

/// Whatever the content type says: browsers call JSON `text/plain`.
pub async fn text_of(headers: &HeaderMap, body: Body, bytes_max: usize) -> Result<String, Response> {
    let bytes = to_bytes(body, bytes_max).await.map_err(|_| too_large(bytes_max))?;
    let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("unknown").trim());
    let bytes = match encoding.map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "identity") => bytes,
        Some("gzip" | "x-gzip") => inflate(&bytes, bytes_max)?,
        Some(_) => return Err(answer::bad("unsupported_encoding", "a body may be plain or gzip")),
    };
    String::from_utf8(bytes.into()).map_err(|_| answer::bad("invalid_json", "the body is not UTF-8"))
}

#[expect(clippy::result_large_err, reason = "the error is the answer, made once")]
fn inflate(packed: &[u8], bytes_max: usize) -> Result<Bytes, Response> {
    let mut bytes = Vec::new();
    let most = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(packed).take(most).read_to_end(&mut bytes);
    if read.is_err() {
        return Err(answer::bad("invalid_gzip", "the body is not what its Content-Encoding says"));
    }
    if bytes.len() > bytes_max {
        return Err(too_large(bytes_max));
    }
    Ok(bytes.into())
}

fn too_large(bytes_max: usize) -> Response {
    let message = format!("a body of this route has at most {bytes_max} bytes, also when it is unpacked");
    answer::bad("too_large", &message)
}
