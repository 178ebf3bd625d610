//! What a person asks for, and what is allowed.

use crate::settings::FieldError;
use crate::tag::is_name;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Each keeps the cluster of every customer.
pub const CLUSTERINGS_MAX: usize = 50;
/// What is held in memory grows with them.
pub const PEOPLE_MAX: usize = 2_000_000;
pub const FEATURES_MIN: usize = 2;
pub const FEATURES_MAX: usize = 20;
const FEATURE_CHARACTERS_MAX: usize = 500;
const RULE_CHARACTERS_MAX: usize = 4_000;
const DESCRIPTION_CHARACTERS_MAX: usize = 1_000;
pub const K_MIN: usize = 2;
pub const K_MAX: usize = 12;
/// How many customers make a dense place.
pub const MIN_PEOPLE: std::ops::RangeInclusive<usize> = 5..=2_000;
/// Who is active, where nobody says otherwise: as the last value run sees it.
pub const ACTIVE_USUAL: &str = "$probability_active >= 0.5";
pub const INTERVIEWS_PER_CLUSTER_MAX: u64 = 1_000;
const HYPOTHESIS_CHARACTERS_MAX: usize = 300;
const QUOTE_CHARACTERS_MAX: usize = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Method {
    /// Each number of clusters is tried; the silhouette says which one is kept.
    KMeans { k_min: usize, k_max: usize },
    /// Clusters are where at least so many customers are close together; who is in none is left out.
    Density { min_people: usize },
}

impl Method {
    /// Fewer customers cannot be divided in a way that says anything.
    pub fn people_needed(&self) -> usize {
        match self {
            Self::KMeans { k_max, .. } => k_max * 2,
            Self::Density { min_people } => min_people * 2,
        }
    }
}

/// A figure of each customer: a field, or a measure of facts, as rules write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureSettings {
    pub of: String,
    pub is_logarithmic: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusteringSettings {
    pub name: String,
    /// May be empty.
    pub description: String,
    /// A rule as text: whom it divides.
    pub population: String,
    pub features: Vec<FeatureSettings>,
    pub method: Method,
    pub seed: u64,
    /// A rule as text: who is active. What those who are not differ in is what goes with churn.
    pub active: String,
}

impl ClusteringSettings {
    /// All fields that are out of range. Whether rules and features can be used, the workspace says.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = check_names(&self.name, &self.description);
        let mut refuse = |field, allowed| errors.push(FieldError { field, allowed });
        let named: BTreeSet<&str> = self.features.iter().map(|one| one.of.trim()).collect();
        if !(FEATURES_MIN..=FEATURES_MAX).contains(&self.features.len()) {
            refuse("features", "2 to 20 features");
        } else if named.len() < self.features.len() {
            refuse("features", "each feature once");
        } else if !named.iter().all(|of| (1..=FEATURE_CHARACTERS_MAX).contains(&of.chars().count())) {
            refuse("features", "features of 1 to 500 characters");
        }
        for (field, rule) in [("population", &self.population), ("active", &self.active)] {
            if !(1..=RULE_CHARACTERS_MAX).contains(&rule.trim().chars().count()) {
                refuse(field, "a rule of 1 to 4000 characters");
            }
        }
        match self.method {
            Method::KMeans { k_min, k_max } => {
                if !(K_MIN..=K_MAX).contains(&k_min) || !(k_min..=K_MAX).contains(&k_max) {
                    refuse("k_max", "k_min from 2, k_max up to 12 and not below k_min");
                }
            }
            Method::Density { min_people } => {
                if !MIN_PEOPLE.contains(&min_people) {
                    refuse("min_people", "5 to 2000");
                }
            }
        }
        // Every reader of JSON keeps whole numbers up to here.
        if self.seed > 1 << 53 {
            refuse("seed", "a whole number from 0 to 9007199254740992");
        }
        errors
    }
}

/// Of a clustering, or of a cluster.
pub fn check_names(name: &str, description: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !is_name(name.trim()) {
        errors.push(FieldError { field: "name", allowed: "1 to 60 characters" });
    }
    if description.trim().chars().count() > DESCRIPTION_CHARACTERS_MAX {
        errors.push(FieldError { field: "description", allowed: "up to 1000 characters" });
    }
    errors
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterviewKind {
    /// With one person.
    Interview,
    /// A round of several.
    Panel,
}

impl InterviewKind {
    pub const ALL: [Self; 2] = [Self::Interview, Self::Panel];

    pub fn code(self) -> &'static str {
        match self {
            Self::Interview => "interview",
            Self::Panel => "panel",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What somebody heard of a customer of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInterview {
    pub kind: InterviewKind,
    pub hypothesis: String,
    pub is_supported: bool,
    /// May be empty.
    pub quote: String,
    /// Who asked.
    pub interviewer: String,
    pub held_on: Day,
}

impl NewInterview {
    pub fn check(&self, today: Day) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut refuse = |field, allowed| errors.push(FieldError { field, allowed });
        if !(1..=HYPOTHESIS_CHARACTERS_MAX).contains(&self.hypothesis.trim().chars().count()) {
            refuse("hypothesis", "1 to 300 characters");
        }
        if self.quote.trim().chars().count() > QUOTE_CHARACTERS_MAX {
            refuse("quote", "up to 2000 characters");
        }
        if !is_name(self.interviewer.trim()) {
            refuse("interviewer", "1 to 60 characters");
        }
        if self.held_on > today {
            refuse("held_on", "today or earlier");
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> ClusteringSettings {
        let feature = |of: &str| FeatureSettings { of: of.to_owned(), is_logarithmic: false };
        ClusteringSettings {
            name: "Buyers".to_owned(),
            description: String::new(),
            population: "everybody".to_owned(),
            features: vec![feature("$recency_days"), feature("$frequency")],
            method: Method::KMeans { k_min: 4, k_max: 8 },
            seed: 20,
            active: ACTIVE_USUAL.to_owned(),
        }
    }

    fn wrong(change: impl FnOnce(&mut ClusteringSettings)) -> Vec<&'static str> {
        let mut settings = settings();
        change(&mut settings);
        settings.check().into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn each_field_has_its_limits() {
        assert_eq!(wrong(|_| ()), [""; 0]);
        assert_eq!(wrong(|one| one.name = " ".to_owned()), ["name"]);
        assert_eq!(wrong(|one| one.description = "x".repeat(1_001)), ["description"]);
        assert_eq!(wrong(|one| one.features.truncate(1)), ["features"]);
        assert_eq!(wrong(|one| one.features[1].of = " $recency_days".to_owned()), ["features"]);
        assert_eq!(wrong(|one| one.population.clear()), ["population"]);
        assert_eq!(wrong(|one| one.active = "x".repeat(5_000)), ["active"]);
        assert_eq!(wrong(|one| one.seed = u64::MAX), ["seed"]);
        for (k_min, k_max) in [(1, 4), (5, 4), (4, 13)] {
            assert_eq!(wrong(|one| one.method = Method::KMeans { k_min, k_max }), ["k_max"]);
        }
        assert_eq!(wrong(|one| one.method = Method::Density { min_people: 4 }), ["min_people"]);
    }

    #[test]
    fn an_interview_has_its_limits() {
        let interview = NewInterview {
            kind: InterviewKind::Interview,
            hypothesis: "They buy for gifts".to_owned(),
            is_supported: true,
            quote: String::new(),
            interviewer: "Li".to_owned(),
            held_on: Day(20_000),
        };
        assert_eq!(interview.check(Day(20_000)), []);
        let wrong = NewInterview {
            hypothesis: String::new(),
            quote: "x".repeat(2_001),
            interviewer: String::new(),
            ..interview.clone()
        };
        let fields: Vec<&str> = wrong.check(Day(19_999)).into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["hypothesis", "quote", "interviewer", "held_on"]);
        assert!(InterviewKind::ALL.into_iter().all(|kind| InterviewKind::parse(kind.code()) == Some(kind)));
    }
}
