//! Coverage in JSON, and what it is asked with.

use crate::problem::{Problem, ProblemField};
use crate::v1::clerks::days::day;
use perennial_app::reach::{Coverage, CoverageQuery, MembersOf, ProvinceCoverage, Side, Through};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The parameters that choose the members, as they were sent.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    pub members: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub code: Option<String>,
    pub parameter: Option<String>,
    pub value: Option<String>,
}

impl Chosen {
    pub fn read(self) -> Result<CoverageQuery, Problem> {
        let wrong = |field: &'static str, allowed: &str| {
            Problem::invalid(vec![ProblemField::new(field, "invalid_value", allowed.to_owned())])
        };
        let members = match self.members.as_deref() {
            None => MembersOf::Registered,
            Some(code) => MembersOf::parse(code).ok_or_else(|| wrong("members", "registered or known"))?,
        };
        let days = match (self.from.as_deref(), self.to.as_deref()) {
            (None, None) => None,
            (Some(from), Some(to)) => Some((day("from", from)?, day("to", to)?)),
            (Some(_), None) => return Err(wrong("to", "a day, where from is one")),
            (None, Some(_)) => return Err(wrong("from", "a day, where to is one")),
        };
        let through = match (self.code, self.parameter, self.value) {
            (None, None, None) => None,
            (Some(code), None, None) => Some(Through::Code(code)),
            (None, Some(name), Some(value)) => Some(Through::Parameter { name, value }),
            (None, Some(_), None) => return Err(wrong("value", "a value of the parameter")),
            (None, None, Some(_)) => {
                return Err(wrong("parameter", "the name of a parameter, where value is its value"));
            }
            (Some(_), _, _) => return Err(wrong("code", "either a code, or a parameter with its value")),
        };
        Ok(CoverageQuery { members, days, through })
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CoverageDto {
    #[schema(example = 1_000)]
    pub members: i64,
    /// The 31 of the mainland with Taiwan, Hong Kong and Macao, by code.
    pub provinces: Vec<ProvinceCoverageDto>,
    /// Of the 31 provinces of the mainland those where somebody sells.
    pub covered: CoverageSideDto,
    /// The others of the 31.
    pub uncovered: CoverageSideDto,
    /// Members in Taiwan, Hong Kong and Macao.
    #[schema(example = 12)]
    pub elsewhere: i64,
    /// Members whose province nobody knows.
    #[schema(example = 88)]
    pub unknown: i64,
    /// Of all members, in hundredths of a percent; null of none.
    #[schema(example = 880)]
    pub unknown_share_basis_points: Option<i64>,
    /// By what the province of the others is known: what says more comes first.
    pub origins: Vec<CoverageOriginDto>,
    /// Entered stores that no name of theirs or of a region above places in a province.
    #[schema(example = 2)]
    pub stores_without_province: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CoverageSideDto {
    #[schema(example = 22)]
    pub provinces: i64,
    #[schema(example = 360)]
    pub members: i64,
    /// Of the members on the mainland, in hundredths of a percent; null of none.
    #[schema(example = 4_000)]
    pub share_basis_points: Option<i64>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CoverageOriginDto {
    /// `province`, `address`, `city` or `scan`.
    #[schema(example = "address")]
    pub origin: String,
    #[schema(example = 420)]
    pub members: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ProvinceCoverageDto {
    /// Two digits of GB/T 2260.
    #[schema(example = "33")]
    pub code: String,
    /// ISO 3166-2, without `CN-`.
    #[schema(example = "ZJ")]
    pub iso: String,
    #[schema(example = "浙江省")]
    pub name_zh: String,
    #[schema(example = "Zhejiang")]
    pub name_en: String,
    /// One of the 31.
    pub is_mainland: bool,
    #[schema(example = 120)]
    pub members: i64,
    /// Of the members whose province is known, in hundredths of a percent; null of none.
    #[schema(example = 1_300)]
    pub share_basis_points: Option<i64>,
    /// Entered stores in it.
    #[schema(example = 3)]
    pub stores: i64,
    /// Clerks in a store of it now.
    #[schema(example = 7)]
    pub clerks: i64,
    /// By hand.
    pub is_marked: bool,
    /// A store, a clerk or a mark.
    pub is_covered: bool,
}

impl From<ProvinceCoverage> for ProvinceCoverageDto {
    fn from(one: ProvinceCoverage) -> Self {
        Self {
            code: one.province.code.to_owned(),
            iso: one.province.iso.to_owned(),
            name_zh: one.province.name_zh.to_owned(),
            name_en: one.province.name_en.to_owned(),
            is_mainland: one.province.is_mainland,
            members: one.members,
            share_basis_points: one.share_basis_points,
            stores: one.stores,
            clerks: one.clerks,
            is_marked: one.is_marked,
            is_covered: one.is_covered,
        }
    }
}

impl From<Side> for CoverageSideDto {
    fn from(Side { provinces, members, share_basis_points }: Side) -> Self {
        Self { provinces, members, share_basis_points }
    }
}

impl From<Coverage> for CoverageDto {
    fn from(coverage: Coverage) -> Self {
        let origin = |(origin, members): (perennial_domain::province::Origin, i64)| CoverageOriginDto {
            origin: origin.code().to_owned(),
            members,
        };
        Self {
            members: coverage.members,
            provinces: coverage.provinces.into_iter().map(ProvinceCoverageDto::from).collect(),
            covered: coverage.covered.into(),
            uncovered: coverage.uncovered.into(),
            elsewhere: coverage.elsewhere,
            unknown: coverage.unknown,
            unknown_share_basis_points: coverage.unknown_share_basis_points,
            origins: coverage.origins.into_iter().map(origin).collect(),
            stores_without_province: coverage.stores_without_province,
        }
    }
}

/// The provinces that somebody marked as covered.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SalesProvincesDto {
    /// Codes with two digits of GB/T 2260, each once.
    #[schema(example = json!(["33", "44"]))]
    pub provinces: Vec<String>,
}
