//! The write key of a request: the name of basic authentication, or a field of the body.
//!
//! A bearer token says nothing of the source: its requests carry the key in the body.

use axum::http::{HeaderMap, header};
use perennial_app::access::base64url_decode;

/// The key of an `Authorization: Basic` header; `None` where there is none of a usable form.
pub fn basic(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(base64_decode(encoded)?).ok()?;
    // The password is empty, the colon is not left out.
    let (key, _) = text.split_once(':')?;
    Some(key.trim().to_owned()).filter(|key| !key.is_empty())
}

/// Base 64 in either alphabet, with or without padding.
pub fn base64_decode(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim().trim_end_matches('=').chars();
    let url_alphabet: String = letters
        .map(|letter| match letter {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    base64url_decode(&url_alphabet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_key_is_the_name_before_the_colon() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
            basic(&headers)
        };
        assert_eq!(with("Basic d2tfYWJjOg==").as_deref(), Some("wk_abc"));
        assert_eq!(with("basic d2tfYWJjOg").as_deref(), Some("wk_abc"));
        assert_eq!(with("Basic d2tfYWJjOnNlY3JldA==").as_deref(), Some("wk_abc"), "a password is not looked at");
        for value in ["Basic d2tfYWJj", "Basic Og==", "Bearer d2tfYWJjOg==", "Basic %%%", "Basic", ""] {
            assert_eq!(with(value), None, "{value}");
        }
        assert_eq!(base64_decode("+/8="), base64_decode("-_8"));
    }
}
