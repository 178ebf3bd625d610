//! From text to a rule, by recursive descent.

use super::lex::{Kind, Token, tokens};
use super::words::{LATE_WORDS, WORDS};
use crate::consent::Decision;
use crate::identity::IdentifierType;
use crate::rules::limits::{DEPTH_MAX, RULE_BYTES_MAX, too_deep};
use crate::rules::problem::{Problem, TextProblem, closest};
use crate::rules::tree::{
    Anchor, Bound, Clause, Condition, Detail, Facts, Has, Measure, Property, Rule, Sequence, Side, Step, Take, Test,
    Tree, What, Window,
};
use crate::rules::value::{Number, Value};
use crate::rules::walk::{Part, walk};
use std::ops::Range;

/// A rule with the places of its parts in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub rule: Rule,
    /// JSON pointers of clauses and properties, with the characters where they stand.
    places: Vec<(String, Range<usize>)>,
}

impl Parsed {
    /// Where in the text a problem of the rule is: at the smallest clause or property around its pointer.
    pub fn locate(&self, problem: &Problem) -> TextProblem {
        let is_around = |pointer: &str| {
            problem.pointer.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let around = self.places.iter().filter(|(pointer, _)| is_around(pointer));
        let smallest = around.max_by_key(|(pointer, _)| pointer.len());
        let whole = 0..self.places.iter().map(|(_, span)| span.end).max().unwrap_or(0);
        let span = smallest.map_or(whole, |(_, span)| span.clone());
        TextProblem { span, message: problem.message.clone() }
    }
}

pub fn parse(text: &str) -> std::result::Result<Parsed, TextProblem> {
    if text.len() > RULE_BYTES_MAX {
        let message = format!("a rule is at most {RULE_BYTES_MAX} bytes of text");
        return Err(TextProblem { span: 0..text.chars().count(), message });
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, spans: Vec::new() };
    let rule = parser.tree(1, "everybody", "nobody", &Parser::clause)?;
    if parser.peek().kind != Kind::End {
        return parser.expected("`and`, `or` or the end");
    }
    let mut spans = parser.spans.into_iter();
    let mut places = Vec::new();
    walk(&rule, &mut |pointer, _, part| {
        if matches!(part, Part::Clause(_) | Part::Property(_)) {
            places.extend(spans.next().map(|span| (pointer.to_owned(), span)));
        }
    });
    Ok(Parsed { rule, places })
}

pub(super) type Result<T> = std::result::Result<T, TextProblem>;
type Leaf<'p, 't, L> = dyn Fn(&mut Parser<'t>, usize) -> Result<L> + 'p;

pub(super) struct Parser<'t> {
    /// The last one is the end.
    tokens: &'t [Token],
    at: usize,
    /// Of clauses and properties, in the order in which they begin.
    spans: Vec<Range<usize>>,
}

impl<'t> Parser<'t> {
    pub(super) fn peek(&self) -> &'t Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    /// Where the next token begins.
    pub(super) fn place(&self) -> usize {
        self.peek().span.start
    }

    pub(super) fn expected<T>(&self, what: &str) -> Result<T> {
        let token = self.peek();
        let near = match &token.kind {
            Kind::Word(word) => closest(word, WORDS.into_iter().chain(LATE_WORDS)).filter(|close| close != word),
            _ => None,
        };
        let hint = near.map_or_else(String::new, |close| format!("; did you mean `{close}`?"));
        Err(TextProblem {
            span: token.span.clone(),
            message: format!("expected {what}, found {}{hint}", token.found()),
        })
    }

    pub(super) fn wrong_since<T>(&self, start: usize, message: &str) -> Result<T> {
        let end = self.tokens[self.at.saturating_sub(1).min(self.tokens.len() - 1)].span.end;
        Err(TextProblem { span: start..end.max(start), message: message.to_owned() })
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.is_word_ahead(0, word)
    }

    pub(super) fn is_word_ahead(&self, ahead: usize, word: &str) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|token| matches!(&token.kind, Kind::Word(found) if found == word))
    }

    pub(super) fn takes(&mut self, word: &str) -> bool {
        let is_there = self.is_word(word);
        self.at += usize::from(is_there);
        is_there
    }

    pub(super) fn takes_symbol(&mut self, symbol: &str) -> bool {
        let is_there = matches!(self.peek().kind, Kind::Symbol(found) if found == symbol);
        self.at += usize::from(is_there);
        is_there
    }

    pub(super) fn need(&mut self, word: &str) -> Result<()> {
        if self.takes(word) { Ok(()) } else { self.expected(&format!("`{word}`")) }
    }

    pub(super) fn need_symbol(&mut self, symbol: &str) -> Result<()> {
        if self.takes_symbol(symbol) { Ok(()) } else { self.expected(&format!("`{symbol}`")) }
    }

    /// A plain word that is none of the language, or a quoted one.
    pub(super) fn name(&mut self, of: &str) -> Result<String> {
        match &self.peek().kind {
            Kind::Quoted(name) => {
                self.step();
                Ok(name.clone())
            }
            Kind::Word(word) if !WORDS.contains(&word.as_str()) && !LATE_WORDS.contains(&word.as_str()) => {
                self.step();
                Ok(word.clone())
            }
            _ => self.expected(&format!("the name of {of} (in double quotes where it is no plain word)")),
        }
    }

    /// `or` binds least, then `and`, then `not`.
    fn tree<L>(&mut self, depth: usize, all: &str, none: &str, leaf: &Leaf<'_, 't, L>) -> Result<Tree<L>> {
        let mut any = vec![self.all_of(depth, all, none, leaf)?];
        while self.takes("or") {
            any.push(self.all_of(depth, all, none, leaf)?);
        }
        Ok(if any.len() == 1 { any.remove(0) } else { Tree::Any(any) })
    }

    fn all_of<L>(&mut self, depth: usize, all: &str, none: &str, leaf: &Leaf<'_, 't, L>) -> Result<Tree<L>> {
        let mut list = vec![self.one(depth, all, none, leaf)?];
        while self.takes("and") {
            list.push(self.one(depth, all, none, leaf)?);
        }
        Ok(if list.len() == 1 { list.remove(0) } else { Tree::All(list) })
    }

    fn one<L>(&mut self, depth: usize, all: &str, none: &str, leaf: &Leaf<'_, 't, L>) -> Result<Tree<L>> {
        // Parentheses that the tree does not keep count too: they are levels of the parser.
        if depth > 2 * DEPTH_MAX {
            return Err(TextProblem { span: self.peek().span.clone(), message: too_deep() });
        }
        if self.takes("not") {
            return Ok(Tree::negated(self.one(depth + 1, all, none, leaf)?));
        }
        if self.takes(all) {
            return Ok(Tree::All(Vec::new()));
        }
        if self.takes(none) {
            return Ok(Tree::Any(Vec::new()));
        }
        let is_single = |word| self.is_word(word) && self.tokens.get(self.at + 1).is_some_and(opens);
        let (single_all, single_any) = (is_single("all"), is_single("any"));
        self.at += usize::from(single_all || single_any);
        if !self.takes_symbol("(") {
            return Ok(Tree::Leaf(leaf(self, depth)?));
        }
        let inner = self.tree(depth + 1, all, none, leaf)?;
        self.need_symbol(")")?;
        Ok(match (single_all, single_any) {
            (true, _) => Tree::All(vec![inner]),
            (_, true) => Tree::Any(vec![inner]),
            _ => inner,
        })
    }

    fn spanned<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (place, start) = (self.spans.len(), self.place());
        self.spans.push(start..start);
        let one = read(self)?;
        self.spans[place].end = self.tokens[self.at - 1].span.end;
        Ok(one)
    }

    fn clause(&mut self, depth: usize) -> Result<Clause> {
        self.spanned(|parser| parser.clause_of(depth))
    }

    fn clause_of(&mut self, depth: usize) -> Result<Clause> {
        const CLAUSE: &str = "a condition: a field, has, in segment, reachable, consent, did, never, count, sum, average, \
                              min, max, distinct, first, last, share, sequence, not or (";
        match &self.peek().kind {
            Kind::Quoted(_) => self.field(),
            Kind::Word(word) => match word.as_str() {
                "has" | "in" | "reachable" | "consent" => self.has().map(Clause::Has),
                "did" | "never" => self.did(depth),
                "sequence" => self.sequence(depth),
                "count" | "sum" | "average" | "min" | "max" | "distinct" | "first" | "last" | "share" => {
                    let word = word.clone();
                    self.step();
                    self.measure(&word, depth)
                }
                word if WORDS.contains(&word) || LATE_WORDS.contains(&word) => self.expected(CLAUSE),
                _ => self.field(),
            },
            _ => self.expected(CLAUSE),
        }
    }

    fn field(&mut self) -> Result<Clause> {
        let name = self.name("a field")?;
        Ok(Clause::Field { name, test: self.test()? })
    }

    fn has(&mut self) -> Result<Has> {
        if self.takes("in") {
            self.need("segment")?;
            return Ok(Has::Segment(self.name("a segment")?));
        }
        if self.takes("reachable") {
            return Ok(Has::Channel(self.optional_channel()?));
        }
        if self.takes("consent") {
            let word = if let Kind::Word(word) = &self.peek().kind { word.as_str() } else { "" };
            let Some(decision) = Decision::parse(word) else { return self.expected("granted, denied or revoked") };
            self.step();
            self.need("to")?;
            return Ok(Has::Consent { purpose: self.name("a purpose")?, channel: self.optional_channel()?, decision });
        }
        self.need("has")?;
        if self.takes("tag") {
            let is_group = self.takes("of");
            let name = self.name(if is_group { "a group of tags" } else { "a tag" })?;
            return Ok(if is_group { Has::TagGroup(name) } else { Has::Tag(name) });
        }
        if self.takes("identifier") {
            let word = if let Kind::Word(word) = &self.peek().kind { word.as_str() } else { "" };
            let known: Vec<&str> = IdentifierType::ALL.iter().map(|kind| kind.code()).collect();
            let Some(kind) = IdentifierType::parse(word) else { return self.expected(&known.join(", ")) };
            self.step();
            return Ok(Has::Identifier(kind));
        }
        self.expected("tag, tag of, or identifier")
    }

    fn optional_channel(&mut self) -> Result<Option<String>> {
        if self.takes("by") { self.name("a channel").map(Some) } else { Ok(None) }
    }

    /// `did …`: once or more; `never …`: not once.
    fn did(&mut self, depth: usize) -> Result<Clause> {
        let one = Value::Number(Number::whole(1));
        let test = if self.takes("never") {
            Test::Is(vec![Value::Number(Number::whole(0))])
        } else {
            self.need("did")?;
            Test::Range { from: Some(Bound { value: one, is_inclusive: true }), to: None }
        };
        let facts = self.facts(depth)?;
        let measure = Measure { take: Take::Count, facts, window: self.window(depth)? };
        Ok(Clause::Measure { measure: Box::new(measure), test })
    }

    fn measure(&mut self, word: &str, depth: usize) -> Result<Clause> {
        let take = match word {
            "count" => Take::Count,
            "share" => {
                self.need("of")?;
                let by = if self.takes("count") { None } else { Some(self.name("a property, or count")?) };
                self.need_symbol("[")?;
                let part = self.condition(depth + 1)?;
                self.need_symbol("]")?;
                self.need("among")?;
                Take::Share { by, part }
            }
            _ => {
                let property = self.name("a property")?;
                match word {
                    "sum" => Take::Sum(property),
                    "average" => Take::Average(property),
                    "min" => Take::Min(property),
                    "max" => Take::Max(property),
                    "distinct" => Take::Distinct(property),
                    "first" => Take::First(property),
                    _ => Take::Last(property),
                }
            }
        };
        if !matches!(take, Take::Share { .. }) {
            self.need("of")?;
        }
        let facts = self.facts(depth)?;
        let window = self.window(depth)?;
        Ok(Clause::Measure { measure: Box::new(Measure { take, facts, window }), test: self.test()? })
    }

    fn sequence(&mut self, depth: usize) -> Result<Clause> {
        self.need("sequence")?;
        self.need_symbol("(")?;
        let mut steps = vec![Step { facts: self.facts(depth)?, within: None, without: None }];
        while self.takes("then") {
            let facts = self.facts(depth)?;
            let within = if self.takes("within") { Some(self.span()?) } else { None };
            let without = if self.takes("without") { Some(self.facts(depth)?) } else { None };
            steps.push(Step { facts, within, without });
        }
        if !self.takes_symbol(")") {
            return self.expected("`then`, `within`, `without` or `)`");
        }
        Ok(Clause::Sequence(Sequence { steps, window: self.window(depth)? }))
    }

    fn facts(&mut self, depth: usize) -> Result<Facts> {
        let mut of = vec![self.what()?];
        while self.takes_symbol("+") {
            of.push(self.what()?);
        }
        let mut filter = None;
        if self.takes_symbol("[") {
            filter = Some(self.condition(depth + 1)?);
            self.need_symbol("]")?;
        }
        Ok(Facts { of, filter })
    }

    fn what(&mut self) -> Result<What> {
        const WHAT: &str = "orders, lines, refunds, refund_lines, pages, screens, anything, or event and its name";
        if self.takes("event") {
            return Ok(What::Event(self.name("an event")?));
        }
        let word = if let Kind::Word(word) = &self.peek().kind { word.as_str() } else { "" };
        let Some(what) = What::parse(word) else { return self.expected(WHAT) };
        self.step();
        Ok(what)
    }

    fn condition(&mut self, depth: usize) -> Result<Condition> {
        self.tree(depth, "every", "none", &|parser: &mut Self, depth| {
            if parser.takes("line") {
                parser.need_symbol("[")?;
                let inner = parser.condition(depth + 1)?;
                parser.need_symbol("]")?;
                return Ok(Detail::Line(Box::new(inner)));
            }
            parser.spanned(|parser| {
                let name = parser.name("a property")?;
                Ok(Detail::Property(Property { name, test: parser.test()? }))
            })
        })
    }

    /// None stands for a whole life.
    fn window(&mut self, depth: usize) -> Result<Window> {
        if self.takes("ever") {
            return Ok(Window::Ever);
        }
        if self.is_word("in") && (self.is_word_ahead(1, "last") || self.is_word_ahead(1, "this")) {
            self.step();
            return self.window_in();
        }
        let from = if self.takes("from") { Some(self.moment()?) } else { None };
        let to = if self.takes("until") { Some(self.moment()?) } else { None };
        if from.is_some() || to.is_some() {
            return Ok(Window::Between { from, to });
        }
        let within = if self.takes("within") { Some(self.span()?) } else { None };
        let side = match (self.takes("before"), self.takes("after")) {
            (true, _) => Side::Before,
            (_, true) => Side::After,
            _ if within.is_some() => return self.expected("`before` or `after`"),
            _ => return Ok(Window::Ever),
        };
        let anchor = if self.takes("first") {
            Anchor::First(self.facts(depth)?)
        } else if self.takes("last") {
            Anchor::Last(self.facts(depth)?)
        } else if self.takes("field") {
            Anchor::Field(self.name("a field")?)
        } else {
            return self.expected("first, last or field");
        };
        Ok(Window::Around { side, anchor, within })
    }
}

fn opens(token: &Token) -> bool {
    token.kind == Kind::Symbol("(")
}
