//! A cluster in words: by the features that set it apart, in Chinese and in English.

/// How far a cluster is from all in a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    FarBelow,
    Below,
    SlightlyBelow,
    Average,
    SlightlyAbove,
    Above,
    FarAbove,
}

/// In standard deviations of all.
const SLIGHTLY: f64 = 0.35;
const CLEARLY: f64 = 0.8;
const FAR: f64 = 1.6;
/// More are no description any more.
const FEATURES_TOLD: usize = 3;

impl Level {
    pub fn of(difference: f64) -> Self {
        let far = difference.abs();
        let is_above = difference > 0.0;
        match (is_above, far) {
            (_, far) if far < SLIGHTLY => Self::Average,
            (true, far) if far < CLEARLY => Self::SlightlyAbove,
            (true, far) if far < FAR => Self::Above,
            (true, _) => Self::FarAbove,
            (false, far) if far < CLEARLY => Self::SlightlyBelow,
            (false, far) if far < FAR => Self::Below,
            (false, _) => Self::FarBelow,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::FarBelow => "far_below",
            Self::Below => "below",
            Self::SlightlyBelow => "slightly_below",
            Self::Average => "average",
            Self::SlightlyAbove => "slightly_above",
            Self::Above => "above",
            Self::FarAbove => "far_above",
        }
    }

    fn words(self) -> Named {
        let (zh, en) = match self {
            Self::FarBelow => ("远低于平均", "far below average"),
            Self::Below => ("低于平均", "below average"),
            Self::SlightlyBelow => ("略低于平均", "slightly below average"),
            Self::Average => ("接近平均", "about average"),
            Self::SlightlyAbove => ("略高于平均", "slightly above average"),
            Self::Above => ("高于平均", "above average"),
            Self::FarAbove => ("远高于平均", "far above average"),
        };
        Named { zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// The same in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub zh: String,
    pub en: String,
}

/// What sets a cluster apart, the farthest first. A difference that is not told plays no part.
pub fn words(features: &[Named], differences: &[Option<f64>]) -> Named {
    if !differences.is_empty() && differences.iter().all(Option::is_none) {
        let (zh, en) = ("人数太少,不作描述", "Too few people to be described");
        return Named { zh: zh.to_owned(), en: en.to_owned() };
    }
    let told = features.iter().zip(differences).filter_map(|(feature, difference)| Some((feature, (*difference)?)));
    let mut apart: Vec<(&Named, f64)> = told.collect();
    apart.retain(|(_, difference)| Level::of(*difference) != Level::Average);
    apart.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    if apart.is_empty() {
        return Named { zh: "各项均接近平均".to_owned(), en: "About average in everything".to_owned() };
    }
    let told = apart.iter().take(FEATURES_TOLD).map(|(feature, difference)| (feature, Level::of(*difference).words()));
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (feature, level) in told {
        zh.push(format!("{}{}", feature.zh, level.zh));
        en.push(format!("{} {}", feature.en, level.en));
    }
    let mut en = en.join(", ");
    // The sentence begins with a capital, whatever the feature is called.
    if let Some(first) = en.chars().next() {
        en = first.to_uppercase().chain(en.chars().skip(1)).collect();
    }
    Named { zh: zh.join(","), en }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(zh: &str, en: &str) -> Named {
        Named { zh: zh.to_owned(), en: en.to_owned() }
    }

    #[test]
    fn the_farthest_features_are_told_and_those_near_the_average_are_not() {
        let features = [
            named("距上次购买天数", "days since the last purchase"),
            named("购买次数", "orders"),
            named("年龄", "age"),
        ];
        let found = words(&features, &[Some(-1.7), Some(0.9), Some(0.1)]);
        assert_eq!(found.zh, "距上次购买天数远低于平均,购买次数高于平均");
        assert_eq!(found.en, "Days since the last purchase far below average, orders above average");
        assert_eq!(words(&features, &[Some(0.0), Some(0.3), Some(-0.34)]).en, "About average in everything");
        assert_eq!(words(&features, &[None, Some(0.9), None]).en, "Orders above average");
        assert_eq!(words(&features, &[None; 3]).en, "Too few people to be described");
    }

    #[test]
    fn levels_are_symmetric() {
        let levels: Vec<Level> = [-1.6, -0.8, -0.35, 0.0, 0.35, 0.8, 1.6].into_iter().map(Level::of).collect();
        assert!(levels.windows(2).all(|pair| pair[0] < pair[1]), "{levels:?}");
        assert_eq!(levels.iter().map(|level| level.code()).collect::<Vec<_>>()[0], "far_below");
    }
}
