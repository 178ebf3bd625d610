//! The tree of a rule.
//!
//! Two levels of the same tree: a [`Rule`] is and, or, not over clauses about a customer; a [`Condition`] is and, or, not over
//! details of one fact: tests of its properties, and what one of its lines is like. Everything is built of few parts that combine freely: *facts* (which, narrowed by a
//! condition), a *window* of time over them, a *measure* taken of them, and a *test* of the value.
//!
//! Invariants: an empty `All` holds for everybody, an empty `Any` for nobody; a test of what is not there is false, so that
//! `not` of it is true: a rule has two answers, never a third. Conditions do not look at the clock: which facts a customer
//! has that match does not change by passing of time.

use super::span::{CalendarUnit, Span};
use super::value::{Number, Value};
use crate::consent::Decision;
use crate::identity::IdentifierType;
use crate::time::{Day, Instant};

/// And, or, not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Tree<L> {
    All(Vec<Tree<L>>),
    Any(Vec<Tree<L>>),
    Not(Box<Tree<L>>),
    Leaf(L),
}

/// Whom a brand means.
pub type Rule = Tree<Clause>;
/// Which facts count.
pub type Condition = Tree<Detail>;

impl<L> Tree<L> {
    pub fn negated(one: Self) -> Self {
        Self::Not(Box::new(one))
    }

    /// From left to right.
    pub fn leaves(&self) -> Vec<&L> {
        match self {
            Self::All(children) | Self::Any(children) => children.iter().flat_map(Self::leaves).collect(),
            Self::Not(child) => child.leaves(),
            Self::Leaf(leaf) => vec![leaf],
        }
    }

    /// And, or, not with its leaves answered by somebody else.
    pub fn holds(&self, leaf: &impl Fn(&L) -> bool) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(leaf)),
            Self::Any(any) => any.iter().any(|one| one.holds(leaf)),
            Self::Not(one) => !one.holds(leaf),
            Self::Leaf(one) => leaf(one),
        }
    }
}

/// What is said of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Clause {
    Has(Has),
    /// A trait, a custom field, or a value that the product works out (its name begins with `$`).
    Field {
        name: String,
        test: Test,
    },
    Measure {
        measure: Box<Measure>,
        test: Test,
    },
    Sequence(Sequence),
}

/// States: what a customer has for a while, from one instant to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Has {
    Tag(String),
    /// Any tag of the group.
    TagGroup(String),
    Segment(String),
    /// Reachable over this channel; over any where none is named.
    Channel(Option<String>),
    Identifier(IdentifierType),
    /// The decision that holds for a purpose and a channel (none: all channels).
    Consent {
        purpose: String,
        channel: Option<String>,
        decision: Decision,
    },
}

/// What is said of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    Property(Property),
    /// An order or a refund has a line that meets this. Not within another line.
    Line(Box<Condition>),
}

/// A property of a fact. Every fact has `at`, the instant at which it happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Property {
    pub name: String,
    pub test: Test,
}

/// The property that every fact has.
pub const AT: &str = "at";

/// Which facts, of a whole life.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Facts {
    /// Any of these; not empty.
    pub of: Vec<What>,
    pub filter: Option<Condition>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    Orders,
    /// The lines of orders, each by itself: it has its own properties and those of its order.
    Lines,
    /// Money and goods that came back: amounts and quantities are negative.
    Refunds,
    RefundLines,
    /// By its name.
    Event(String),
    Pages,
    Screens,
    /// Whatever the customer did by themselves ([`crate::activity`]): orders, events but those of the brand, pages, screens;
    /// each fact once.
    Anything,
}

impl What {
    /// Those without a name of their own.
    pub const PLAIN: [Self; 7] =
        [Self::Orders, Self::Lines, Self::Refunds, Self::RefundLines, Self::Pages, Self::Screens, Self::Anything];

    pub fn code(&self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Lines => "lines",
            Self::Refunds => "refunds",
            Self::RefundLines => "refund_lines",
            Self::Event(_) => "event",
            Self::Pages => "pages",
            Self::Screens => "screens",
            Self::Anything => "anything",
        }
    }

    /// Its lines, where it has any.
    pub fn lines(&self) -> Option<Self> {
        match self {
            Self::Orders => Some(Self::Lines),
            Self::Refunds => Some(Self::RefundLines),
            _ => None,
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::PLAIN.into_iter().find(|what| what.code() == code)
    }

    /// Lines are counted by themselves, so they do not stand beside facts.
    pub fn is_line(&self) -> bool {
        matches!(self, Self::Lines | Self::RefundLines)
    }
}

/// When a fact counts. [`super::calendar`] says exactly from when until when.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// From when it happened, for good.
    Ever,
    Last(Span),
    /// This day, week, month, quarter, year.
    This(CalendarUnit),
    /// The last so many whole ones; the one that runs is none of them.
    Full {
        count: u32,
        unit: CalendarUnit,
    },
    /// From one instant on, up to another and without it.
    Between {
        from: Option<Moment>,
        to: Option<Moment>,
    },
    /// Before or after something in the life of this customer. Where there is no such thing no fact counts.
    Around {
        side: Side,
        anchor: Anchor,
        within: Option<Span>,
    },
}

/// An instant, or the beginning of a day in the workspace's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    Day(Day),
    Instant(Instant),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Before,
    After,
}

impl Side {
    pub fn code(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Anchor {
    First(Facts),
    Last(Facts),
    /// A field that is a day (from its midnight) or an instant.
    Field(String),
}

/// A value of a customer that is taken of their facts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Measure {
    pub take: Take,
    pub facts: Facts,
    pub window: Window,
}

/// Facts without the property play no part, but in a count. A count, a distinct count and a sum of nothing are 0; the
/// others have no value then.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Take {
    Count,
    Sum(String),
    Average(String),
    Min(String),
    Max(String),
    /// How many different values.
    Distinct(String),
    /// Of the earliest fact that has the property; of several at one instant the one with the smallest key.
    First(String),
    /// Of the latest one; of several at one instant the one with the largest key.
    Last(String),
    /// What comes from facts that also meet a condition, as a part of all: of the sum of a property, or of the count.
    /// Without a value where the whole is not above zero.
    Share {
        by: Option<String>,
        part: Condition,
    },
}

impl Take {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum(_) => "sum",
            Self::Average(_) => "average",
            Self::Min(_) => "min",
            Self::Max(_) => "max",
            Self::Distinct(_) => "distinct",
            Self::First(_) => "first",
            Self::Last(_) => "last",
            Self::Share { .. } => "share",
        }
    }

    pub fn property(&self) -> Option<&String> {
        match self {
            Self::Count => None,
            Self::Sum(name)
            | Self::Average(name)
            | Self::Min(name)
            | Self::Max(name)
            | Self::Distinct(name)
            | Self::First(name)
            | Self::Last(name) => Some(name),
            Self::Share { by, .. } => by.as_ref(),
        }
    }
}

/// One after the other, each later than the one before; all of them within the window.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sequence {
    /// Two or more.
    pub steps: Vec<Step>,
    pub window: Window,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    pub facts: Facts,
    /// At most so long after the step before. None for the first.
    pub within: Option<Span>,
    /// Nothing of this between the step before and this one, both instants excluded. None for the first.
    pub without: Option<Facts>,
}

/// A question to a value. Where there are several values (a field of several choices) one is enough.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    Exists,
    /// One of these.
    Is(Vec<Value>),
    /// Capitals and small letters are the same.
    Contains(String),
    StartsWith(String),
    Range {
        from: Option<Bound>,
        to: Option<Bound>,
    },
    /// A day or an instant, seen from now.
    Within(Relative),
    /// The day of a year that comes again. Who is born on 29 February has it on the 28th in other years.
    Anniversary(Relative),
    /// Among so large a part of all customers with the largest values; whoever ties with the last of them, too.
    Top(Number),
    Bottom(Number),
}

impl Test {
    /// Its answer may change by passing of time, with the same value.
    pub fn is_relative(&self) -> bool {
        matches!(self, Self::Within(_) | Self::Anniversary(_))
    }

    /// It needs to know of all customers.
    pub fn is_quantile(&self) -> bool {
        matches!(self, Self::Top(_) | Self::Bottom(_))
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::Is(_) => "is",
            Self::Contains(_) => "contains",
            Self::StartsWith(_) => "starts with",
            Self::Range { .. } => "a comparison",
            Self::Within(_) => "in last or in next",
            Self::Anniversary(_) => "anniversary",
            Self::Top(_) => "top",
            Self::Bottom(_) => "bottom",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    pub value: Value,
    pub is_inclusive: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relative {
    pub toward: Toward,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Toward {
    Last,
    Next,
}
