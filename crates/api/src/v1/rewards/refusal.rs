//! What the ledger does not do, as a problem: the reason with its figures, what would be allowed, and what of the key.

use crate::problem::{Code, Problem, ProblemField};
use perennial_domain::rewards::ledger::Refusal;
use serde_json::Value;

pub(super) fn problem_of(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::Malformed { field, allowed } => {
            let pointer = if field == "key" { "Idempotency-Key".to_owned() } else { format!("/{field}") };
            Problem::invalid(vec![ProblemField::new(pointer, "out_of_range", allowed.clone())])
        }
        Refusal::KeyConflict { .. } => {
            Problem::new(Code::IdempotencyMismatch, "this key was used with another request to this account")
        }
        Refusal::WrongWallet { .. } => Problem::not_found("wallet"),
        other => refused(other),
    }
}

fn refused(refusal: &Refusal) -> Problem {
    let (code, figures) = reason(refusal);
    let of_key = if refusal.leaves_key_free() {
        "the key may be used again"
    } else {
        "the key is used: it gets this answer again"
    };
    let detail =
        if figures.is_empty() { code.replace('_', " ") } else { format!("{}: {figures}", code.replace('_', " ")) };
    let problem = Problem::new(Code::Refused, format!("{detail}; {of_key}"));
    let field = ProblemField { pointer: String::new(), code, detail, allowed: allowed(refusal) };
    Problem { errors: vec![field], ..problem }
}

/// The code of a refusal, and its figures in words.
pub(super) fn reason(refusal: &Refusal) -> (String, String) {
    let mut fields = match serde_json::to_value(refusal) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let code = fields.remove("code").and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default();
    let figures: Vec<String> = fields.iter().map(|(name, value)| format!("{name} {value}")).collect();
    (code, figures.join(", "))
}

fn allowed(refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::AmountOutOfRange { min, max, .. } => Some(format!("{min} to {max}")),
        Refusal::BalanceAboveLimit { allowed, .. } => Some(format!("at most {allowed}")),
        Refusal::Insufficient { available, .. } => Some(format!("at most {available}")),
        Refusal::CaptureAboveHold { held, .. } => Some(format!("1 to {held}")),
        Refusal::ClawbackAboveEarned { earned, .. } => Some(format!("at most {earned}")),
        Refusal::RefundAboveSpent { spent, .. } => Some(format!("at most {spent}")),
        Refusal::SameActor => Some("somebody else than who asked for it".to_owned()),
        Refusal::Merged { into } => Some(format!("the member {}", into.public_id())),
        _ => None,
    }
}
