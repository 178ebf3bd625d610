//! A rule as somebody typed it or as a program sent it: both forms, and all that is wrong with it.

use super::catalogue::catalogue_in_tx;
use super::error::SegmentError;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::rules::catalogue::Catalogue;
use perennial_domain::rules::text::parse;
use perennial_domain::rules::{Problem, Rule, TextProblem, json, problems};
use serde_json::Value as Json;
use std::fmt;
use std::ops::Range;

/// A rule before it is read.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleText {
    Text(String),
    Json(Json),
}

/// What is wrong with a rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadProblem {
    /// A JSON pointer into the rule; none where a text is no rule.
    pub pointer: Option<String>,
    /// Characters of the text, where the rule came as one; the end is excluded.
    pub span: Option<Range<usize>>,
    /// What is wrong, and what is allowed.
    pub message: String,
}

impl fmt::Display for ReadProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.span, &self.pointer) {
            (Some(span), _) => write!(f, "at character {}: {}", span.start + 1, self.message),
            (None, Some(pointer)) if !pointer.is_empty() => write!(f, "{pointer}: {}", self.message),
            (None, _) => f.write_str(&self.message),
        }
    }
}

/// A rule with all that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRule {
    /// None where it cannot be read.
    pub rule: Option<Rule>,
    /// Empty where it can be used.
    pub problems: Vec<ReadProblem>,
}

/// Nothing is kept of it.
pub async fn read_rule(app: &App, actor: &Actor, told: &RuleText) -> Result<ReadRule, SegmentError> {
    require(actor, Right::CustomersRead)?;
    Ok(read(told, &catalogue_in_tx(&mut app.store.read().await?).await?))
}

pub(crate) fn read(told: &RuleText, catalogue: &Catalogue) -> ReadRule {
    let of_text =
        |problem: TextProblem| ReadProblem { pointer: None, span: Some(problem.span), message: problem.message };
    match told {
        RuleText::Text(text) => match parse(text) {
            Ok(parsed) => {
                let wrong = problems(&parsed.rule, catalogue).into_iter();
                let located = wrong.map(|problem| {
                    let TextProblem { span, message } = parsed.locate(&problem);
                    ReadProblem { pointer: Some(problem.pointer), span: Some(span), message }
                });
                let problems = located.collect();
                ReadRule { rule: Some(parsed.rule), problems }
            }
            Err(problem) => ReadRule { rule: None, problems: vec![of_text(problem)] },
        },
        RuleText::Json(value) => match json::read(value) {
            Ok(rule) => {
                let problems = problems(&rule, catalogue).into_iter().map(of_json).collect();
                ReadRule { rule: Some(rule), problems }
            }
            Err(problem) => ReadRule { rule: None, problems: vec![of_json(problem)] },
        },
    }
}

pub(crate) fn of_json(problem: Problem) -> ReadProblem {
    ReadProblem { pointer: Some(problem.pointer), span: None, message: problem.message }
}

/// A rule that can be used, or all that is wrong with it.
pub(super) fn usable(told: &RuleText, catalogue: &Catalogue) -> Result<Rule, SegmentError> {
    match read(told, catalogue) {
        ReadRule { rule: Some(rule), problems } if problems.is_empty() => Ok(rule),
        ReadRule { problems, .. } => Err(SegmentError::Rule(problems)),
    }
}
