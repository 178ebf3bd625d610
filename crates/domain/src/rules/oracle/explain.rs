//! Why a rule holds or does not: the tree again, with each part ticked or not, and what decided.

use super::clause::{answer, earliest};
use super::history::History;
use super::{Found, View};
use crate::fact::FactKey;
use crate::rules::json::literal;
use crate::rules::text::print;
use crate::rules::tree::{Rule, Tree};
use crate::time::Instant;
use serde_json::{Map, Value as Json, json};

/// Facts that an explanation names for each clause, the newest of them; how many there are stands beside them.
pub const FACTS_SHOWN_MAX: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation<'r> {
    pub rule: &'r Rule,
    pub holds: bool,
    /// Of a clause: what its field or its measure came to, or since when the state stands.
    pub found: Found,
    /// Of a clause: the newest facts that decided, in the order of time.
    pub facts: Vec<FactKey>,
    pub facts_count: usize,
    /// Before this instant nothing changes here by passing of time. At it something may.
    pub may_flip_at: Option<Instant>,
    pub parts: Vec<Explanation<'r>>,
}

pub(super) fn explain<'r>(rule: &'r Rule, history: &History, view: View<'_>) -> Explanation<'r> {
    let children: &[Rule] = match rule {
        Tree::All(children) | Tree::Any(children) => children,
        Tree::Not(child) => std::slice::from_ref(child),
        Tree::Leaf(clause) => {
            let answer = answer(clause, history, view);
            let facts_count = answer.facts.len();
            return Explanation {
                rule,
                holds: answer.holds,
                found: answer.found,
                facts: answer.facts[facts_count.saturating_sub(FACTS_SHOWN_MAX)..].to_vec(),
                facts_count,
                may_flip_at: answer.may_flip_at,
                parts: Vec::new(),
            };
        }
    };
    let parts: Vec<Explanation<'r>> = children.iter().map(|child| explain(child, history, view)).collect();
    let holds = match rule {
        Tree::All(_) => parts.iter().all(|part| part.holds),
        Tree::Any(_) => parts.iter().any(|part| part.holds),
        Tree::Not(_) | Tree::Leaf(_) => parts.iter().all(|part| !part.holds),
    };
    let may_flip_at = parts.iter().fold(None, |at, part| earliest([at, part.may_flip_at]));
    Explanation { rule, holds, found: Found::nothing(), facts: Vec::new(), facts_count: 0, may_flip_at, parts }
}

impl Explanation<'_> {
    /// `{"rule": …, "holds": …}` with `found`, `facts`, `may_flip_at` and `parts` where there are any.
    pub fn json(&self) -> Json {
        let mut map = Map::new();
        let mut put = |key: &str, value: Json| {
            map.insert(key.to_owned(), value);
        };
        match self.rule {
            Tree::All(_) => put("rule", json!("and")),
            Tree::Any(_) => put("rule", json!("or")),
            Tree::Not(_) => put("rule", json!("not")),
            Tree::Leaf(_) => put("rule", json!(print(self.rule))),
        }
        put("holds", json!(self.holds));
        let found = self.found.shown();
        if !found.is_empty() {
            put("found", found.iter().map(literal).collect());
        }
        if self.facts_count > 0 {
            put("facts", self.facts.iter().map(|key| json!(key.hex())).collect());
            put("facts_count", json!(self.facts_count));
        }
        if let Some(at) = self.may_flip_at {
            put("may_flip_at", json!(at.rfc3339()));
        }
        if !self.parts.is_empty() {
            put("parts", self.parts.iter().map(Self::json).collect());
        }
        Json::Object(map)
    }
}
