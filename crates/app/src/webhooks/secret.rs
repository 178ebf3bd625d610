//! Secrets of endpoints, and what they sign.

use crate::App;
use crate::sealed::{SealError, open, seal};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_store::webhooks::EndpointRow;
use ring::hmac;

pub const SECRET_PREFIX: &str = "whsec_";
/// Standard Webhooks: 24 to 64.
const SECRET_BYTES: usize = 32;

/// As text, which is shown once, and sealed.
pub(super) fn new_secret(app: &App, endpoint_id: &str) -> Result<(String, Vec<u8>), SealError> {
    let mut bytes = [0u8; SECRET_BYTES];
    app.random.fill(&mut bytes);
    let sealed = seal(app, &purpose(endpoint_id), &bytes)?;
    Ok((format!("{SECRET_PREFIX}{}", STANDARD.encode(bytes)), sealed))
}

fn purpose(endpoint_id: &str) -> String {
    format!("webhook_endpoints.secret:{endpoint_id}")
}

/// Those that sign now: the endpoint's own, and the one before as long as that is valid.
pub(super) fn secrets_of(app: &App, row: &EndpointRow, now: Instant) -> Result<Vec<Vec<u8>>, SealError> {
    let previous = row.previous_secret.as_ref().filter(|_| row.previous_secret_until.is_some_and(|until| now < until));
    let sealed = std::iter::once(&row.secret).chain(previous);
    sealed.map(|sealed| open(app, &purpose(&row.id), sealed)).collect()
}

/// The headers of a message: its id, the time of the attempt, and a signature by each secret.
pub fn sign(secrets: &[Vec<u8>], event_id: &str, at: Instant, body: &str) -> [(&'static str, String); 3] {
    let timestamp = at.0.div_euclid(MICROS_PER_SECOND).to_string();
    let content = format!("{event_id}.{timestamp}.{body}");
    let signatures: Vec<String> = secrets
        .iter()
        .map(|secret| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            format!("v1,{}", STANDARD.encode(hmac::sign(&key, content.as_bytes())))
        })
        .collect();
    [("webhook-id", event_id.to_owned()), ("webhook-timestamp", timestamp), ("webhook-signature", signatures.join(" "))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn a_signature_is_that_of_standard_webhooks() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = Instant(1_614_265_330 * MICROS_PER_SECOND + 999_999);
        let headers = sign(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, "{\"test\": 2432232314}");
        assert_eq!(headers[1].1, "1614265330");
        assert_eq!(headers[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn two_secrets_give_two_signatures() {
        let headers = sign(&[vec![1; 32], vec![2; 32]], "evt_1", Instant(0), "{}");
        let signatures: Vec<&str> = headers[2].1.split(' ').collect();
        assert!(signatures.len() == 2 && signatures[0] != signatures[1], "{signatures:?}");
        assert!(signatures.iter().all(|signature| signature.starts_with("v1,")));
    }
}
