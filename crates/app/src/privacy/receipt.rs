//! The receipt of an erasure: what was removed where, hashed and signed.
//!
//! A JSON object. `hash` is the SHA-256 of `content` in its canonical form (no blanks, names in the order of their bytes),
//! `signature` the Ed25519 signature of that form by `public_key`. It names the customer by its id, and no identifier.

use super::error::PrivacyError;
use super::keys::{Keys, has_signed, key_id};
use super::view::{Erasure, Told};
use crate::App;
use crate::access::{hex, sha256};
use perennial_domain::identity::Identifier;
use perennial_domain::time::Instant;
use perennial_store::ReadTx;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FORM: &str = "perennial.erasure/1";
/// What stays, and why.
const KEPT: [&str; 3] = [
    "audit entries: they name ids only, and say who did what",
    "keyed hashes of the identifiers: so that late facts and old files bring nothing back",
    "files outside the data folder, and backups made before",
];

pub(super) fn receipt_of(
    keys: &Keys,
    workspace: &str,
    erasure: &Erasure,
    told: &Told,
    identifiers: &[Identifier],
    finished_at: Instant,
) -> String {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for identifier in identifiers {
        *kinds.entry(identifier.kind.code()).or_default() += 1;
    }
    let steps: Vec<Value> =
        told.steps.iter().map(|(step, at)| json!({ "step": step, "at": Instant(*at).rfc3339() })).collect();
    let content = json!({
        "form": FORM,
        "workspace": workspace,
        "erasure": erasure.id,
        "customer": erasure.customer.public_id(),
        "profiles": erasure.profiles.iter().map(|one| one.public_id()).collect::<Vec<_>>(),
        "reason": erasure.reason,
        "requested_by": erasure.requested_by,
        "requested_at": erasure.requested_at.rfc3339(),
        "deadline_at": erasure.deadline_at.rfc3339(),
        "finished_at": finished_at.rfc3339(),
        "in_time": finished_at <= erasure.deadline_at,
        "identifiers": kinds,
        "removed": told.removed,
        "steps": steps,
        "kept": KEPT,
    });
    let text = canonical(&content);
    let public_key = keys.public_key();
    let receipt = json!({
        "content": content,
        "hash": hex(&sha256(text.as_bytes())),
        "signature": keys.sign(text.as_bytes()),
        "public_key": public_key,
        "key_id": key_id(&public_key),
        "algorithm": "ed25519",
    });
    receipt.to_string()
}

/// What is to be said of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// All that follows holds.
    pub is_valid: bool,
    pub is_hash_right: bool,
    pub is_signature_right: bool,
    /// Signed by the key of this workspace, or by the one that was named.
    pub is_key_known: bool,
    pub key_id: String,
    pub erasure: Option<String>,
    pub customer: Option<String>,
}

/// Looks at a receipt. `public_key`: whose signature it is to be; otherwise that of this workspace.
pub async fn verify_receipt(app: &App, text: &str, public_key: Option<&str>) -> Result<Verdict, PrivacyError> {
    let expected = match public_key {
        Some(key) => Some(key.trim().to_owned()),
        None => workspace_key(app, &mut app.store.read().await?).await?,
    };
    let receipt: Value = serde_json::from_str(text).unwrap_or_default();
    let field = |name: &str| receipt[name].as_str().unwrap_or_default();
    let of_content = |name: &str| receipt["content"][name].as_str().map(str::to_owned);
    let content = canonical(&receipt["content"]);
    let is_hash_right = hex(&sha256(content.as_bytes())) == field("hash");
    let is_signature_right = has_signed(field("public_key"), content.as_bytes(), field("signature"));
    let is_key_known = expected.is_some_and(|key| key == field("public_key"));
    let has_form = receipt["content"]["form"] == FORM;
    Ok(Verdict {
        is_valid: has_form && is_hash_right && is_signature_right && is_key_known,
        is_hash_right,
        is_signature_right,
        is_key_known,
        key_id: key_id(field("public_key")),
        erasure: of_content("erasure"),
        customer: of_content("customer"),
    })
}

async fn workspace_key(app: &App, tx: &mut ReadTx<'_>) -> Result<Option<String>, PrivacyError> {
    Ok(Keys::where_needed(app, tx).await?.map(|keys| keys.public_key()))
}

/// The same text for the same content, whoever wrote it and however.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let sorted: BTreeMap<&String, &Value> = object.iter().collect();
            let fields: Vec<String> = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::String(name.clone()), canonical(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_does_not_depend_on_how_it_was_written() {
        let one: Value = serde_json::from_str(r#"{"b": [1, {"y": null, "x": "ä\n"}], "a": true}"#).unwrap();
        assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"x":"ä\n","y":null}]}"#);
    }
}
