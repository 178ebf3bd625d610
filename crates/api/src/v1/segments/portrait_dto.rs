//! What customers may have, and how many of a group have it, in JSON.

use perennial_app::segments::live::{Names, Row, Trait};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupTraitKind {
    Tag,
    Value,
}

/// What people call it; of a value, the value itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamesDto {
    pub zh: String,
    pub en: String,
}

impl From<Names> for NamesDto {
    fn from(names: Names) -> Self {
        Self { zh: names.zh, en: names.en }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupTraitDto {
    pub kind: GroupTraitKind,
    /// The group of a tag, or the field of a value.
    #[schema(example = "city")]
    pub of: String,
    /// The code of a tag, or the value.
    #[schema(example = "成都")]
    pub code: String,
    pub names: NamesDto,
}

impl From<Trait> for GroupTraitDto {
    fn from(of: Trait) -> Self {
        match of {
            Trait::Tag { code, names, group } => {
                Self { kind: GroupTraitKind::Tag, of: group, code, names: names.into() }
            }
            Trait::Value { field, value } => Self {
                kind: GroupTraitKind::Value,
                of: field,
                names: NamesDto { zh: value.clone(), en: value.clone() },
                code: value,
            },
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PortraitRowDto {
    #[serde(flatten)]
    pub of: GroupTraitDto,
    /// Of the group.
    #[schema(example = 420)]
    pub count: u64,
    /// Of everybody whom the caller sees.
    #[schema(example = 1_204)]
    pub everybody: u64,
    /// `count` by the size of the group; none of an empty one.
    #[schema(example = 0.41)]
    pub share: Option<f64>,
    /// The share of the group by that of everybody, times 100: 100 is like all.
    #[schema(example = 132)]
    pub index: Option<u64>,
}

impl PortraitRowDto {
    pub fn of(row: Row, group: u64, everybody: u64) -> Self {
        Self {
            share: (group > 0).then(|| row.count as f64 / group as f64),
            index: index(row.count, group, row.everybody, everybody),
            of: row.of.into(),
            count: row.count,
            everybody: row.everybody,
        }
    }
}

/// The index of a share against that of everybody, rounded to the nearest; `None` where one of the two has no share.
pub fn index(count: u64, group: u64, with_it: u64, everybody: u64) -> Option<u64> {
    let (above, below) = (u128::from(count) * u128::from(everybody) * 100, u128::from(group) * u128::from(with_it));
    (below > 0).then(|| u64::try_from((above + below / 2) / below).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_compares_two_shares() {
        // 41 % of 18,204 against 31 % of a million.
        assert_eq!(index(7_464, 18_204, 310_000, 1_000_000), Some(132));
        assert_eq!(index(1, 2, 1, 2), Some(100));
        assert_eq!(index(0, 5, 5, 10), Some(0));
        assert_eq!((index(0, 0, 5, 10), index(0, 5, 0, 10)), (None, None));
        let many = 4_000_000_000;
        assert_eq!(index(many, many, 1, many), Some(many * 100));
    }
}
