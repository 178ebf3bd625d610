//! Rules in JSON.

use crate::problem::{Problem, ProblemField};
use perennial_app::segments::{Deciding, Explained, Part, ReadProblem, ReadRule, RuleText};
use perennial_domain::rules::catalogue::{Catalogue, Properties, Typed};
use perennial_domain::rules::oracle::Flip;
use perennial_domain::rules::text::print;
use perennial_domain::rules::value::Type;
use perennial_domain::rules::{Rule, digest, json as json_form};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// The JSON form of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(value_type = Object)]
pub struct RuleDto(pub Value);

impl From<&Rule> for RuleDto {
    fn from(rule: &Rule) -> Self {
        Self(json_form::write(rule))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleValueType {
    Text,
    Number,
    Money,
    Boolean,
    Day,
    Instant,
}

impl From<Type> for RuleValueType {
    fn from(kind: Type) -> Self {
        match kind {
            Type::Text => Self::Text,
            Type::Number => Self::Number,
            Type::Money => Self::Money,
            Type::Boolean => Self::Boolean,
            Type::Day => Self::Day,
            Type::Instant => Self::Instant,
        }
    }
}

/// Something that a rule can test.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct RuleNameDto {
    #[schema(example = "city")]
    pub name: String,
    #[serde(rename = "type")]
    pub kind: RuleValueType,
    /// The texts that there are; empty: any.
    #[schema(example = json!([]))]
    pub allowed: Vec<String>,
}

impl From<(String, Typed)> for RuleNameDto {
    fn from((name, typed): (String, Typed)) -> Self {
        Self { name, kind: typed.kind.into(), allowed: typed.allowed }
    }
}

fn names(properties: Properties) -> Vec<RuleNameDto> {
    properties.into_iter().map(RuleNameDto::from).collect()
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RuleEventDto {
    #[schema(example = "Product Added")]
    pub name: String,
    pub properties: Vec<RuleNameDto>,
}

/// What rules can speak of here. Every fact has the property `at` besides.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct RuleCatalogueDto {
    /// Of all amounts; null before there is any.
    #[schema(example = "CNY")]
    pub currency: Option<String>,
    /// Fields and traits; what the product works out begins with `$`.
    pub fields: Vec<RuleNameDto>,
    #[schema(example = json!(["vip"]))]
    pub tags: Vec<String>,
    #[schema(example = json!(["stage"]))]
    pub tag_groups: Vec<String>,
    #[schema(example = json!(["champions"]))]
    pub segments: Vec<String>,
    #[schema(example = json!(["sms"]))]
    pub channels: Vec<String>,
    #[schema(example = json!(["marketing"]))]
    pub purposes: Vec<String>,
    pub events: Vec<RuleEventDto>,
    /// Of orders and refunds.
    pub orders: Vec<RuleNameDto>,
    /// Of their lines, which have those of their order besides.
    pub lines: Vec<RuleNameDto>,
    pub pages: Vec<RuleNameDto>,
    pub screens: Vec<RuleNameDto>,
}

impl From<Catalogue> for RuleCatalogueDto {
    fn from(catalogue: Catalogue) -> Self {
        let event = |(name, properties): (String, Properties)| RuleEventDto { name, properties: names(properties) };
        Self {
            currency: catalogue.currency.map(|currency| currency.code().to_owned()),
            fields: names(catalogue.fields),
            tags: catalogue.tags.into_iter().collect(),
            tag_groups: catalogue.tag_groups.into_iter().collect(),
            segments: catalogue.segments.into_iter().collect(),
            channels: catalogue.channels.into_iter().collect(),
            purposes: catalogue.purposes.into_iter().collect(),
            events: catalogue.events.into_iter().map(event).collect(),
            orders: names(catalogue.orders),
            lines: names(catalogue.lines),
            pages: names(catalogue.pages),
            screens: names(catalogue.screens),
        }
    }
}

/// The rule of a body: one of its two forms.
pub fn told(text: Option<String>, rule: Option<RuleDto>) -> Result<RuleText, Problem> {
    match (text, rule) {
        (Some(text), None) => Ok(RuleText::Text(text)),
        (None, Some(RuleDto(rule))) => Ok(RuleText::Json(rule)),
        (None, None) | (Some(_), Some(_)) => Err(one_of("text or rule")),
    }
}

pub fn one_of(allowed: &str) -> Problem {
    Problem::invalid(vec![ProblemField::new("/rule", "malformed", format!("one of {allowed}"))])
}

/// A rule as text or as JSON: one of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleBody {
    #[schema(example = "count of orders in last 6 months >= 2 and reachable")]
    pub text: Option<String>,
    pub rule: Option<RuleDto>,
}

/// A group of customers: a rule as text, as JSON, or a segment: one of these.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupBody {
    #[schema(example = "count of orders in last 6 months >= 2 and reachable")]
    pub text: Option<String>,
    pub rule: Option<RuleDto>,
    /// The code of a segment.
    pub segment: Option<String>,
}

impl GroupBody {
    pub fn told(self) -> Result<RuleText, Problem> {
        match (self.segment, self.text, self.rule) {
            (Some(code), None, None) => Ok(RuleText::Json(json!({ "segment": code }))),
            (None, text, rule) if text.is_some() != rule.is_some() => told(text, rule),
            _ => Err(one_of("text, rule or segment")),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RuleProblemDto {
    /// A JSON pointer into the rule; null where a text is no rule.
    #[schema(example = "/all/0")]
    pub pointer: Option<String>,
    /// The first character of the text that it is about; null for a rule that came as JSON.
    #[schema(example = 9)]
    pub from: Option<usize>,
    /// The first character behind.
    #[schema(example = 24)]
    pub to: Option<usize>,
    #[schema(example = "there is no event `Order Complted`: did you mean `Order Completed`?")]
    pub message: String,
}

impl From<ReadProblem> for RuleProblemDto {
    fn from(problem: ReadProblem) -> Self {
        let ReadProblem { pointer, span, message } = problem;
        Self { pointer, from: span.as_ref().map(|span| span.start), to: span.map(|span| span.end), message }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ReadRuleDto {
    /// The JSON form; null where it cannot be read.
    pub rule: Option<RuleDto>,
    /// The text form.
    #[schema(example = "has tag vip")]
    pub text: Option<String>,
    /// Of the normal form: rules that differ in their way of writing only have the same.
    #[schema(example = "5f0c6b1c9f0e4a6d8c1b2a3948576a1b")]
    pub digest: Option<String>,
    /// Empty where the rule can be used.
    pub problems: Vec<RuleProblemDto>,
}

impl From<ReadRule> for ReadRuleDto {
    fn from(read: ReadRule) -> Self {
        Self {
            rule: read.rule.as_ref().map(RuleDto::from),
            text: read.rule.as_ref().map(print),
            digest: read.rule.as_ref().map(|rule| digest(rule).hex()),
            problems: read.problems.into_iter().map(RuleProblemDto::from).collect(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DecidingFactDto {
    /// The timeline has the fact under it.
    #[schema(example = "0f343b0931126a20f133d67c2b018a3b")]
    pub key: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// `order`, `refund`, `event`, `page` or `screen`.
    #[schema(example = "order")]
    pub kind: String,
    /// Of an event its name, of an order or a refund the number.
    #[schema(example = "A-1001")]
    pub name: Option<String>,
}

impl From<Deciding> for DecidingFactDto {
    fn from(fact: Deciding) -> Self {
        let Deciding { key, at, kind, name } = fact;
        Self { key: key.hex(), at: at.rfc3339(), kind: kind.code().to_owned(), name }
    }
}

/// A part of a rule, ticked or not.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct RulePartDto {
    /// `and`, `or`, `not` or `clause`.
    #[schema(example = "clause")]
    pub kind: String,
    /// Of a clause.
    #[schema(example = "count of orders in last 6 months >= 2")]
    pub text: Option<String>,
    pub holds: bool,
    /// What its field or measure came to, or since when a state stands; values as rules write them.
    #[schema(value_type = Vec<Object>, example = json!([3]))]
    pub found: Vec<Value>,
    /// The newest twenty of the facts that decided, by time.
    pub facts: Vec<DecidingFactDto>,
    #[schema(example = 3)]
    pub facts_count: usize,
    /// Before this instant nothing changes here by passing of time.
    #[schema(format = DateTime)]
    pub may_flip_at: Option<String>,
    /// What it is put together from; of a segment its rule, where it is named first, three deep and up to 2,000 parts.
    #[schema(no_recursion)]
    pub parts: Vec<RulePartDto>,
}

impl From<Part> for RulePartDto {
    fn from(part: Part) -> Self {
        Self {
            kind: part.kind.to_owned(),
            text: part.text,
            holds: part.holds,
            found: part.found.iter().map(json_form::literal).collect(),
            facts: part.facts.into_iter().map(DecidingFactDto::from).collect(),
            facts_count: part.facts_count,
            may_flip_at: part.may_flip_at.map(Instant::rfc3339),
            parts: part.parts.into_iter().map(Self::from).collect(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ExplainedRuleDto {
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: String,
    #[schema(format = DateTime)]
    pub as_of: String,
    pub rule: RuleDto,
    #[schema(example = "has tag vip")]
    pub text: String,
    pub holds: bool,
    /// The answer becomes the other one here, if nothing new is told.
    #[schema(format = DateTime)]
    pub turns_at: Option<String>,
    /// Before this instant it stays; whether it turns then is not known. Null beside `turns_at`, and where it stays for good.
    #[schema(format = DateTime)]
    pub look_again_at: Option<String>,
    pub tree: RulePartDto,
}

impl From<Explained> for ExplainedRuleDto {
    fn from(explained: Explained) -> Self {
        let Explained { customer, as_of, rule, holds, flip, tree } = explained;
        let (turns_at, look_again_at) = match flip {
            Some(Flip::TurnsAt(at)) => (Some(at.rfc3339()), None),
            Some(Flip::LookAgainAt(at)) => (None, Some(at.rfc3339())),
            None => (None, None),
        };
        Self {
            customer_id: customer.public_id(),
            as_of: as_of.rfc3339(),
            rule: RuleDto::from(&rule),
            text: print(&rule),
            holds,
            turns_at,
            look_again_at,
            tree: tree.into(),
        }
    }
}
