//! The one rule language: whom a brand means, said once and answered in three ways.
//!
//! Segments, automatic tags, stages, earning rules, tier conditions, filters and goals of journeys are all a [`Rule`]: and,
//! or, not over four kinds of clauses. `docs/rules.md` tells users of it, ADR 0016 says why it has this shape.
//!
//! | part | module |
//! |---|---|
//! | the tree, and what it compares | `tree`, `value`, `span` |
//! | JSON and text, both ways | `json`, `text`, `schema.json` |
//! | what is too large; what a workspace does not have | `limits`, `check`, `catalogue` |
//! | equal rules are one; what moves an answer | `normal`, `reads` |
//! | when something counts | `calendar` |
//! | what stored rows are to a rule; when somebody is reachable | `life` |
//! | the interpreter that says what is right | `oracle` |
//! | generated rules and histories, for tests of all evaluators | `sample` |
//!
//! Invariants: nothing here does input or output or reads a clock; an answer is yes or no, and depends on what is known of
//! the customer, the instant, the zone of the workspace and the thresholds of the last run; where one of those is missing
//! there is no answer. Stored rules are read by every
//! later version: constructs are added, never changed.
//!
//! # How each construct is answered
//!
//! The oracle folds over one customer. The live index keeps something for each customer and each leaf, and combines bitmaps;
//! each leaf registers the instant at which it flips next. The plan goes through the history's files, sorted by customer: what is
//! known beside facts decides first, then what few columns tell, and whoever is open then is looked at by the definition.
//!
//! | construct | live index | plan over history |
//! |---|---|---|
//! | and, or, not | intersection, union, difference with all customers | yes, no or open: a rule is known as soon as enough of its clauses are |
//! | has tag, segment, channel, identifier, consent | a bitmap each; ends of validity are registered | a set of customers, from what is handed in; segments by their rules |
//! | field is, exists, contains, starts with | a bitmap for each value, and one for all; a dictionary of values is searched once | the same |
//! | field comparisons | a column, probed behind the bitmaps | the same |
//! | field in last, in next, anniversary | a column of days; two edges a customer are registered | the same |
//! | top, bottom | comparison with a threshold; a new run evaluates the leaf anew | the same; the run takes the values of everybody |
//! | count, sum, average, share | a running pair of integers; facts leave on their instant, a queue by `calendar::counts` | counts of facts and amounts of orders without a condition: added up as rows pass by, within `calendar::bounds`; else as below |
//! | min, max, distinct | a multiset of what is in the window | of amounts as above, else as below |
//! | first, last | the smallest and largest of (instant, key) with its value | the definition, over the rows and columns that matter to it |
//! | windows around first or last facts | the anchor a customer, and the facts of the leaf by time | the same |
//! | sequence | for each step the facts that end a chain within the window; late facts evaluate the customer's chain anew | the same |
//! | conditions on facts and lines | evaluated once as a fact arrives: they do not look at the clock | the same; of a message only the properties that are asked for are read |
//!
//! Where a leaf of the index cannot be moved by a fact in place (a late fact before an anchor, an un-merge), the customer is
//! evaluated anew from their history: `reads` says which leaves that concerns.

pub mod calendar;
pub mod catalogue;
mod check;
pub mod json;
pub mod life;
pub mod limits;
mod normal;
pub mod oracle;
mod problem;
mod reads;
pub mod sample;
mod span;
pub mod text;
mod tree;
pub mod value;
mod walk;

pub use check::problems;
pub use normal::{digest, normal};
pub use problem::{Problem, TextProblem};
pub use reads::{Looks, Operand, Quantile, QuantileKey, Reads, circle, circle_problem, looks, reads};
pub use span::{CalendarUnit, Length, SPAN_DAYS_MAX, SPAN_MONTHS_MAX, Span, SpanUnit};
pub use tree::{
    AT, Anchor, Bound, Clause, Condition, Detail, Facts, Has, Measure, Moment, Property, Relative, Rule, Sequence,
    Side, Step, Take, Test, Toward, Tree, What, Window,
};

/// The JSON form of a rule, as a JSON schema (2020-12).
pub const SCHEMA: &str = include_str!("schema.json");
