//! What a brand can begin with: definitions of layers in one file, with thresholds as parameters.
//!
//! A definition is filled in for this workspace and a language: parameters take the place of `{code}` in its texts, and a stage
//! that is written once for `each` value of a list becomes as many. Whatever it then needs that the workspace does not have yet
//! is told beside it. Nothing of a template is kept: a layer is made of what it gives, as if somebody had typed it. Invariant:
//! what took the place of a parameter is not looked at for others.

use super::error::LayerError;
use super::register::{LayerSettings, STAGES_MAX, StageSettings};
use crate::App;
use crate::access::{Actor, require};
use crate::scores::{ACTIVITIES, CATEGORIES, CITIES};
use crate::segments::{ReadRule, RuleText, catalogue_in_tx, read};
use perennial_domain::access::Right;
use perennial_domain::rules::catalogue::Catalogue;
use perennial_domain::touch_point::is_code;
use perennial_store::{ReadTx, StoreError, scenes, scores};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Values of a list that the workspace knows and a template begins with.
const KNOWN_MAX: usize = 20;
const TEXT_CHARACTERS_MAX: usize = 200;
const NAME_CHARACTERS_MAX: usize = 60;
const NUMBER_MAX: u32 = 1_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    pub const ALLOWED: &'static str = "zh-CN or en";

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "zh-CN" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

/// A definition as it is for this workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerTemplate {
    pub code: String,
    pub name: String,
    pub description: String,
    /// A rule as text; none: everybody.
    pub base: Option<String>,
    pub parameters: Vec<Parameter>,
    pub stages: Vec<TemplateStage>,
    /// Empty where the layer can be made.
    pub lacks: Vec<Lack>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub code: String,
    pub name: String,
    pub kind: ParameterKind,
    /// One where the kind is no list.
    pub values: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateStage {
    pub code: String,
    pub name: String,
    /// A rule as text.
    pub text: String,
}

/// What the workspace does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// None: the base, or the layer as a whole.
    pub stage: Option<String>,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// A whole number.
    Number,
    /// An amount of the workspace's currency.
    Money,
    Text,
    /// Several texts.
    Texts,
    /// Several whole numbers.
    Numbers,
}

impl ParameterKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Money => "money",
            Self::Text => "text",
            Self::Texts => "texts",
            Self::Numbers => "numbers",
        }
    }

    fn is_list(self) -> bool {
        matches!(self, Self::Texts | Self::Numbers)
    }

    fn allowed(self) -> &'static str {
        match self {
            Self::Number => "one whole number, up to 1000000000",
            Self::Money => "one amount such as 12.50, without a currency",
            Self::Text => "one text, 1 to 200 characters",
            Self::Texts => "texts, each 1 to 200 characters and once, up to 130 of them",
            Self::Numbers => "whole numbers, each once, up to 130 of them",
        }
    }

    fn takes(self, value: &str) -> bool {
        match self {
            Self::Number | Self::Numbers => is_whole(value),
            Self::Money => {
                let (whole, part) = value.split_once('.').unwrap_or((value, "0"));
                is_whole(whole) && part.len() <= 4 && is_digits(part)
            }
            Self::Text | Self::Texts => {
                let length = value.chars().count();
                (1..=TEXT_CHARACTERS_MAX).contains(&length) && !value.chars().any(char::is_control)
            }
        }
    }

    /// As rules write it.
    fn written(self, value: &str) -> String {
        match self {
            Self::Number | Self::Money | Self::Numbers => value.to_owned(),
            Self::Text | Self::Texts => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit())
}

fn is_whole(text: &str) -> bool {
    is_digits(text) && text.parse::<u32>().is_ok_and(|number| number <= NUMBER_MAX)
}

/// In both languages.
#[derive(Deserialize)]
struct Words {
    zh: String,
    en: String,
}

impl Words {
    fn of(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    code: String,
    name: Words,
    description: Words,
    base: Option<String>,
    #[serde(default)]
    parameters: Vec<WrittenParameter>,
    stages: Vec<WrittenStage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenParameter {
    code: String,
    name: Words,
    kind: ParameterKind,
    #[serde(default)]
    values: Vec<String>,
    /// Where the workspace knows better than the file.
    known: Option<Known>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStage {
    /// Of a stage for each value, what stands before the value or its place.
    code: String,
    name: Words,
    rule: String,
    /// A parameter: for each of its values there is such a stage, whose `{value}` it is.
    each: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Known {
    RfmCells,
    Cities,
    Scenes,
    Categories,
    Activities,
}

const FILE: &str = include_str!("templates.json");

fn written() -> Result<Vec<Written>, LayerError> {
    let wrong = |_| StoreError::Inconsistency { table: "templates", column: "json", row: String::new() };
    Ok(serde_json::from_str(FILE).map_err(wrong)?)
}

/// Values of parameters by code; those that are not named are those of the template.
pub type Values = BTreeMap<String, Vec<String>>;

pub async fn layer_templates(app: &App, actor: &Actor, language: Language) -> Result<Vec<LayerTemplate>, LayerError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let catalogue = catalogue_in_tx(&mut tx).await?;
    let mut filled = Vec::new();
    for one in written()? {
        let values = values_of(&mut tx, &one, &Values::new()).await?;
        filled.push(fill(&one, &values, language, &catalogue));
    }
    Ok(filled)
}

/// One of them with other values of its parameters.
pub async fn layer_template(
    app: &App,
    actor: &Actor,
    code: &str,
    language: Language,
    told: &Values,
) -> Result<LayerTemplate, LayerError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let catalogue = catalogue_in_tx(&mut tx).await?;
    let one = written()?.into_iter().find(|one| one.code == code).ok_or(LayerError::NoTemplate)?;
    let values = values_of(&mut tx, &one, told).await?;
    Ok(fill(&one, &values, language, &catalogue))
}

impl LayerTemplate {
    /// The layer that it gives.
    pub fn settings(&self) -> LayerSettings {
        let stage = |one: &TemplateStage| StageSettings {
            code: one.code.clone(),
            name: one.name.clone(),
            rule: RuleText::Text(one.text.clone()),
        };
        LayerSettings {
            name: self.name.clone(),
            description: self.description.clone(),
            base: self.base.clone().map(RuleText::Text),
            stages: self.stages.iter().map(stage).collect(),
        }
    }
}

async fn values_of(tx: &mut ReadTx<'_>, one: &Written, told: &Values) -> Result<Vec<Vec<String>>, LayerError> {
    if let Some(other) = told.keys().find(|code| one.parameters.iter().all(|parameter| parameter.code != **code)) {
        return Err(LayerError::at(format!("/parameters/{other}"), "a parameter of the template"));
    }
    let mut all = Vec::with_capacity(one.parameters.len());
    for parameter in &one.parameters {
        let values = match told.get(&parameter.code) {
            Some(values) => {
                check(parameter, values)?;
                values.clone()
            }
            None => {
                let known = match parameter.known {
                    Some(known) => known_values(tx, known).await?,
                    None => Vec::new(),
                };
                if known.is_empty() { parameter.values.clone() } else { known }
            }
        };
        all.push(values);
    }
    Ok(all)
}

fn check(parameter: &WrittenParameter, values: &[String]) -> Result<(), LayerError> {
    let kind = parameter.kind;
    let is_number_right = if kind.is_list() { values.len() <= STAGES_MAX } else { values.len() == 1 };
    let is_once = |(place, value): (usize, &String)| !values[..place].contains(value);
    if is_number_right && values.iter().all(|value| kind.takes(value)) && values.iter().enumerate().all(is_once) {
        return Ok(());
    }
    Err(LayerError::at(format!("/parameters/{}", parameter.code), kind.allowed()))
}

async fn known_values(tx: &mut ReadTx<'_>, known: Known) -> Result<Vec<String>, StoreError> {
    let mut values = match known {
        Known::RfmCells => {
            let scores = || (1..=5).rev();
            let cells = scores().flat_map(|r| scores().flat_map(move |f| scores().map(move |m| (r, f, m))));
            return Ok(cells.map(|(r, f, m)| format!("{r}{f}{m}")).collect());
        }
        Known::Cities => scores::values(tx, CITIES, KNOWN_MAX as i64).await?,
        Known::Scenes => scenes::known(tx).await?,
        Known::Categories => scores::values(tx, CATEGORIES, KNOWN_MAX as i64).await?,
        Known::Activities => scores::values(tx, ACTIVITIES, KNOWN_MAX as i64).await?,
    };
    values.retain(|value| ParameterKind::Texts.takes(value));
    values.truncate(KNOWN_MAX);
    Ok(values)
}

/// The pattern with what stands for its names between braces; braces around anything else stay.
fn put_in<'v>(pattern: &str, value_of: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        let behind = &rest[open + 1..];
        let name = behind.find('}').map(|close| &behind[..close]);
        match name.and_then(|name| Some((name, value_of(name)?))) {
            Some((name, value)) => {
                text.push_str(value);
                rest = &behind[name.len() + 1..];
            }
            None => {
                text.push('{');
                rest = behind;
            }
        }
    }
    text.push_str(rest);
    text
}

fn fill(one: &Written, values: &[Vec<String>], language: Language, catalogue: &Catalogue) -> LayerTemplate {
    let currency = catalogue.currency.as_ref().map(|currency| currency.code());
    let lists = one.parameters.iter().zip(values).map(|(parameter, values)| {
        let written: Vec<String> = values.iter().map(|value| parameter.kind.written(value)).collect();
        (parameter.code.as_str(), written.join(", "))
    });
    let lists: BTreeMap<&str, String> = lists.collect();
    let put = |text: &str, own: Option<&str>| {
        put_in(text, |name| match (name, own) {
            ("value", Some(own)) => Some(own),
            ("currency", _) => Some(currency.unwrap_or("CNY")),
            (name, _) => lists.get(name).map(String::as_str),
        })
    };
    let mut stages = Vec::new();
    let mut lacks = Vec::new();
    for stage in &one.stages {
        let each = stage.each.as_ref().map(|code| one.parameters.iter().position(|one| one.code == *code));
        let Some(place) = each else {
            stages.push(TemplateStage {
                code: stage.code.clone(),
                name: stage.name.of(language).to_owned(),
                text: put(&stage.rule, None),
            });
            continue;
        };
        let Some((parameter, own)) = place.and_then(|place| Some((one.parameters.get(place)?, values.get(place)?)))
        else {
            continue;
        };
        if own.is_empty() {
            lacks.push(Lack { stage: None, message: format!("{}: at least one", parameter.name.of(language)) });
        }
        // Either all codes are of values or all of places: so no two are the same.
        let is_free = |code: &str| is_code(code) && one.stages.iter().all(|other| other.code != code);
        let by_value = own.iter().all(|value| is_free(&format!("{}{value}", stage.code)));
        for (number, value) in own.iter().enumerate() {
            let of = if by_value { value.clone() } else { (number + 1).to_string() };
            let name = put_in(stage.name.of(language), |name| (name == "value").then_some(value.as_str()));
            stages.push(TemplateStage {
                code: format!("{}{of}", stage.code),
                name: name.chars().take(NAME_CHARACTERS_MAX).collect(),
                text: put(&stage.rule, Some(&parameter.kind.written(value))),
            });
        }
    }
    let base = one.base.as_deref().map(|base| put(base, None));
    if currency.is_none() && (one.stages.iter().any(|stage| stage.rule.contains("{currency}"))) {
        lacks.push(Lack { stage: None, message: "the workspace has no currency yet".to_owned() });
    }
    // Stages may name each other.
    let mut known = catalogue.clone();
    known.segments.extend(stages.iter().map(|stage| stage.code.clone()));
    let mut look = |stage: Option<&str>, text: &str| {
        let ReadRule { problems, .. } = read(&RuleText::Text(text.to_owned()), &known);
        let lack = |message| Lack { stage: stage.map(str::to_owned), message };
        lacks.extend(problems.into_iter().map(|problem| lack(problem.message)));
    };
    if let Some(base) = &base {
        look(None, base);
    }
    for stage in &stages {
        look(Some(&stage.code), &stage.text);
    }
    if stages.len() > STAGES_MAX {
        lacks.push(Lack { stage: None, message: format!("a layer has at most {STAGES_MAX} stages") });
    }
    let parameter = |(one, values): (&WrittenParameter, &Vec<String>)| Parameter {
        code: one.code.clone(),
        name: one.name.of(language).to_owned(),
        kind: one.kind,
        values: values.clone(),
    };
    LayerTemplate {
        code: one.code.clone(),
        name: one.name.of(language).to_owned(),
        description: one.description.of(language).to_owned(),
        base,
        parameters: one.parameters.iter().zip(values).map(parameter).collect(),
        stages,
        lacks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::rules::text::parse;
    use std::collections::BTreeSet;

    #[test]
    fn every_definition_can_be_read_and_names_its_parameters() {
        let mut codes = BTreeSet::new();
        for one in written().unwrap() {
            assert!(codes.insert(one.code.clone()), "{} twice", one.code);
            let values: Vec<Vec<String>> = one
                .parameters
                .iter()
                .map(|parameter| {
                    let own = if parameter.values.is_empty() { vec!["7".to_owned()] } else { parameter.values.clone() };
                    check(parameter, &own).unwrap();
                    own
                })
                .collect();
            let texts: String = one.stages.iter().map(|stage| stage.rule.as_str()).chain(one.base.as_deref()).collect();
            for parameter in &one.parameters {
                let is_each = one.stages.iter().any(|stage| stage.each.as_deref() == Some(&parameter.code));
                assert!(
                    is_each || texts.contains(&format!("{{{}}}", parameter.code)),
                    "{} is not used",
                    parameter.code
                );
            }
            for language in [Language::Chinese, Language::English] {
                let filled = fill(&one, &values, language, &Catalogue::default());
                for text in filled.stages.iter().map(|stage| &stage.text).chain(&filled.base) {
                    parse(text).unwrap_or_else(|problem| panic!("{}: {text}: {}", one.code, problem.message));
                }
                assert!(filled.stages.iter().all(|stage| is_code(&stage.code)), "{}", one.code);
            }
        }
    }

    #[test]
    fn what_stands_in_the_place_of_a_parameter_is_not_looked_at_again() {
        let value_of = |name: &str| [("a", "{b}"), ("b", "2")].into_iter().find(|one| one.0 == name).map(|one| one.1);
        assert_eq!(put_in("{a} {b} {c} {} {", value_of), "{b} 2 {c} {} {");
        assert_eq!(put_in("{{a}}", value_of), "{{b}}");
        let product = written().unwrap().into_iter().find(|one| one.code == "product").unwrap();
        // A value that names the list it is in, again and again.
        let categories: Vec<String> = (0..130).map(|number| "{categories}".repeat(16) + &number.to_string()).collect();
        let values: Vec<Vec<String>> = product
            .parameters
            .iter()
            .map(|one| if one.code == "categories" { categories.clone() } else { one.values.clone() })
            .collect();
        let filled = fill(&product, &values, Language::English, &Catalogue::default());
        assert_eq!((filled.stages.len(), filled.stages[0].code.as_str()), (131, "product_1"));
        assert!(filled.stages[0].text.contains(&format!("category is \"{}\"", categories[0])), "as it was told");
        assert!(filled.stages.iter().all(|stage| stage.text.len() < 500));
        let days = ["a {days} b".to_owned(), "7".to_owned()];
        let values: Vec<Vec<String>> = product
            .parameters
            .iter()
            .map(|one| if one.code == "categories" { days.to_vec() } else { one.values.clone() })
            .collect();
        let filled = fill(&product, &values, Language::English, &Catalogue::default());
        assert!(filled.stages[0].text.contains("\"a {days} b\"] among lines in last 180 days"));
        let codes: BTreeSet<&str> = filled.stages.iter().map(|stage| stage.code.as_str()).collect();
        assert_eq!(codes.len(), filled.stages.len(), "{codes:?}");
    }

    #[test]
    fn a_value_stands_in_a_rule_as_rules_write_it() {
        assert_eq!(ParameterKind::Texts.written("say \"hi\" \\"), r#""say \"hi\" \\""#);
        for (kind, value, takes) in [
            (ParameterKind::Number, "60", true),
            (ParameterKind::Number, "-1", false),
            (ParameterKind::Number, "1 or everybody", false),
            (ParameterKind::Money, "12.50", true),
            (ParameterKind::Money, "12.", false),
            (ParameterKind::Text, "", false),
            (ParameterKind::Text, "成都", true),
        ] {
            assert_eq!(kind.takes(value), takes, "{value}");
        }
    }
}
