//! What a clustering asks of the workspace: its rules and features, read against what there is.

use super::ClusteringError;
use crate::segments::{ReadProblem, catalogue_in_tx};
use perennial_domain::cluster::{ClusteringSettings, Named};
use perennial_domain::rules::catalogue::Catalogue;
use perennial_domain::rules::text::parse;
use perennial_domain::rules::{Operand, Rule, Tree, problems, reads};
use perennial_store::{ReadTx, fields};
use std::collections::BTreeMap;

/// A feature that can be used.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Feature {
    pub operand: Operand,
    /// What a person calls it.
    pub named: Named,
    /// A rule that names it, for whoever gathers what it needs.
    pub rule: Rule,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub population: Rule,
    pub active: Rule,
    pub features: Vec<Feature>,
}

impl Asked {
    /// All that has to be gathered.
    pub fn rules(&self) -> Vec<Rule> {
        let features = self.features.iter().map(|feature| feature.rule.clone());
        [self.population.clone(), self.active.clone()].into_iter().chain(features).collect()
    }
}

/// What the product works out, as people call it.
const WORKED_OUT: [(&str, &str, &str); 24] = [
    ("$lifetime_value", "终身价值", "lifetime value"),
    ("$historical_value", "历史价值", "historical value"),
    ("$current_value", "当前价值", "current value"),
    ("$potential_value", "潜在价值", "potential value"),
    ("$monetary", "消费金额", "spending"),
    ("$recency_days", "距上次购买天数", "days since the last purchase"),
    ("$frequency", "购买次数", "purchases"),
    ("$rfm_cell", "RFM 格", "RFM cell"),
    ("$rfm_r", "R 分", "R score"),
    ("$rfm_f", "F 分", "F score"),
    ("$rfm_m", "M 分", "M score"),
    ("$probability_alive", "留存概率", "probability of being alive"),
    ("$probability_active", "活跃概率", "probability of being active"),
    ("$expected_orders", "预期订单数", "expected orders"),
    ("$lifetime_percentile", "终身价值百分位", "percentile of lifetime value"),
    ("$current_percentile", "当前价值百分位", "percentile of current value"),
    ("$profit_rank", "利润名次", "place by profit"),
    ("$activity_score", "活跃分", "activity score"),
    ("$activity_power", "活动力", "activity power"),
    ("$spread_power", "传播力", "spread power"),
    ("$decision_friend", "朋友介绍的作用", "weight of friends"),
    ("$decision_content", "内容的作用", "weight of content"),
    ("$decision_promotion", "促销的作用", "weight of promotion"),
    ("$decision_community", "社群的作用", "weight of the community"),
];

/// What the settings ask for, or all that is wrong with it.
pub(super) async fn read_asked(tx: &mut ReadTx<'_>, settings: &ClusteringSettings) -> Result<Asked, ClusteringError> {
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(ClusteringError::Invalid(errors));
    }
    let catalogue = catalogue_in_tx(tx).await?;
    let mut names: BTreeMap<String, Named> = BTreeMap::new();
    for (name, zh, en) in WORKED_OUT {
        names.insert(name.to_owned(), Named { zh: zh.to_owned(), en: en.to_owned() });
    }
    for row in fields::all(tx).await? {
        names.insert(row.name, Named { zh: row.name_zh, en: row.name_en });
    }
    let mut features = Vec::new();
    for (place, feature) in settings.features.iter().enumerate() {
        features.push(read_feature(&feature.of, place, &catalogue, &names)?);
    }
    Ok(Asked {
        population: read_rule("population", &settings.population, &catalogue)?,
        active: read_rule("active", &settings.active, &catalogue)?,
        features,
    })
}

fn read_rule(field: &str, text: &str, catalogue: &Catalogue) -> Result<Rule, ClusteringError> {
    let wrong = |problems: Vec<ReadProblem>| ClusteringError::Rule { field: field.to_owned(), problems };
    let at = |span, message| ReadProblem { pointer: None, span: Some(span), message };
    let parsed = parse(text).map_err(|problem| wrong(vec![at(problem.span, problem.message)]))?;
    let found = problems(&parsed.rule, catalogue);
    if found.is_empty() {
        return Ok(parsed.rule);
    }
    let located = found.iter().map(|problem| parsed.locate(problem)).map(|problem| at(problem.span, problem.message));
    Err(wrong(located.collect()))
}

/// A feature is whatever a rule can ask the upper half of: a number or an amount of customers.
fn read_feature(
    text: &str,
    place: usize,
    catalogue: &Catalogue,
    names: &BTreeMap<String, Named>,
) -> Result<Feature, ClusteringError> {
    let field = format!("features/{place}/of");
    let text = text.trim();
    let rule = read_rule(&field, &format!("{text} top 50%"), catalogue).map_err(|error| match error {
        // Nobody has typed the test behind it.
        ClusteringError::Rule { field, problems } => ClusteringError::Rule {
            field,
            problems: problems
                .into_iter()
                .map(|problem| {
                    let end = text.chars().count();
                    let span = problem.span.map(|span| span.start.min(end)..span.end.min(end));
                    ReadProblem { span, ..problem }
                })
                .collect(),
        },
        other => other,
    })?;
    let mut quantiles = reads(&rule).quantiles.into_values();
    let (Tree::Leaf(_), Some(quantile), None) = (&rule, quantiles.next(), quantiles.next()) else {
        let message =
            "one field or one measure, such as `$recency_days` or `count of orders in last 180 days`".to_owned();
        let problems = vec![ReadProblem { pointer: None, span: Some(0..text.chars().count()), message }];
        return Err(ClusteringError::Rule { field, problems });
    };
    let named = match &quantile.of {
        Operand::Field(name) => names.get(name).cloned(),
        Operand::Measure(_) => None,
    };
    let named = named.unwrap_or_else(|| Named { zh: text.to_owned(), en: text.to_owned() });
    Ok(Feature { operand: quantile.of, named, rule })
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::rules::catalogue::Typed;
    use perennial_domain::rules::value::Type;

    fn read(text: &str) -> Result<Feature, ClusteringError> {
        let mut catalogue = Catalogue::default();
        catalogue.fields.insert("age".to_owned(), Typed::any(Type::Number));
        catalogue.fields.insert("city".to_owned(), Typed::any(Type::Text));
        read_feature(text, 1, &catalogue, &BTreeMap::new())
    }

    #[test]
    fn a_feature_is_a_number_of_customers() {
        assert_eq!(read(" age ").unwrap().operand, Operand::Field("age".to_owned()));
        let measure = read("count of orders in last 180 days").unwrap();
        assert!(matches!(measure.operand, Operand::Measure(_)));
        assert_eq!(measure.named.en, "count of orders in last 180 days");
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_place() {
        for text in ["city", "agee", "age > 5", "age top 5% and age", "", "everybody or age", "has tag vip"] {
            let Err(ClusteringError::Rule { field, problems }) = read(text) else { panic!("{text}: it was taken") };
            assert_eq!(field, "features/1/of");
            let end = problems[0].span.clone().unwrap().end;
            assert!(!problems.is_empty() && end <= text.chars().count(), "{text}: {problems:?}");
        }
    }
}
