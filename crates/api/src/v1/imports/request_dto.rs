//! What a preview and an import are asked with.

use crate::problem::{Problem, ProblemField};
use perennial_app::App;
use perennial_app::imports::{self, ImportFile};
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, Options, Target};
use perennial_domain::import::parse::dates::DateOrder;
use perennial_domain::money::{Currency, DecimalMark};
use perennial_domain::phone::PhoneRegion;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Files of one import.
const FILES_MAX: usize = 100;

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportKindDto {
    Orders,
    Customers,
}

impl From<ImportKindDto> for ImportKind {
    fn from(kind: ImportKindDto) -> Self {
        match kind {
            ImportKindDto::Orders => Self::Orders,
            ImportKindDto::Customers => Self::Customers,
        }
    }
}

impl From<ImportKind> for ImportKindDto {
    fn from(kind: ImportKind) -> Self {
        match kind {
            ImportKind::Orders => Self::Orders,
            ImportKind::Customers => Self::Customers,
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateOrderDto {
    Ymd,
    Dmy,
    Mdy,
}

impl From<DateOrderDto> for DateOrder {
    fn from(order: DateOrderDto) -> Self {
        match order {
            DateOrderDto::Ymd => Self::Ymd,
            DateOrderDto::Dmy => Self::Dmy,
            DateOrderDto::Mdy => Self::Mdy,
        }
    }
}

impl From<DateOrder> for DateOrderDto {
    fn from(order: DateOrder) -> Self {
        match order {
            DateOrder::Ymd => Self::Ymd,
            DateOrder::Dmy => Self::Dmy,
            DateOrder::Mdy => Self::Mdy,
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMarkDto {
    Point,
    Comma,
}

impl From<DecimalMarkDto> for DecimalMark {
    fn from(mark: DecimalMarkDto) -> Self {
        match mark {
            DecimalMarkDto::Point => Self::Point,
            DecimalMarkDto::Comma => Self::Comma,
        }
    }
}

impl From<DecimalMark> for DecimalMarkDto {
    fn from(mark: DecimalMark) -> Self {
        match mark {
            DecimalMark::Point => Self::Point,
            DecimalMark::Comma => Self::Comma,
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhoneRegionDto {
    China,
    NorthAmerica,
}

impl From<PhoneRegionDto> for PhoneRegion {
    fn from(region: PhoneRegionDto) -> Self {
        match region {
            PhoneRegionDto::China => Self::China,
            PhoneRegionDto::NorthAmerica => Self::NorthAmerica,
        }
    }
}

impl From<PhoneRegion> for PhoneRegionDto {
    fn from(region: PhoneRegion) -> Self {
        match region {
            PhoneRegion::China => Self::China,
            PhoneRegion::NorthAmerica => Self::NorthAmerica,
        }
    }
}

/// How the files are read; null = found out.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OptionsDto {
    #[schema(example = "Europe/London")]
    pub time_zone: Option<String>,
    #[schema(example = "GBP")]
    pub currency: Option<String>,
    pub date_order: Option<DateOrderDto>,
    /// By column of numbers. Columns that are not named: found out.
    pub decimal_marks: BTreeMap<String, DecimalMarkDto>,
    /// What eleven digits such as 14155550100 are, that could be a Chinese mobile or a North American number.
    pub phone_region: Option<PhoneRegionDto>,
    /// `utf-8`, `gb18030`, `utf-16le`, `utf-16be` or `windows-1252`.
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    /// Part of what makes an order number unique; `file` when absent.
    #[schema(example = "file")]
    pub source: Option<String>,
}

pub fn mapping(dto: BTreeMap<String, String>) -> Result<Mapping, Problem> {
    let mut targets = BTreeMap::new();
    let mut problems = Vec::new();
    for (column, text) in dto {
        match Target::parse(&text) {
            Some(target) => {
                targets.insert(column, target);
            }
            None => problems.push(ProblemField::new(
                // RFC 6901: ~ and / of a name are written as ~0 and ~1.
                format!("/mapping/{}", column.replace('~', "~0").replace('/', "~1")),
                "unknown_value",
                "a field, ignore, or trait: and a name",
            )),
        }
    }
    if problems.is_empty() { Ok(Mapping(targets)) } else { Err(Problem::invalid(problems)) }
}

pub fn options(dto: OptionsDto) -> Result<Options, Problem> {
    let parsed = dto.currency.as_deref().map(Currency::parse);
    if matches!(parsed, Some(None)) {
        let field = ProblemField::new("/options/currency", "malformed", "three letters such as GBP, or null");
        return Err(Problem::invalid(vec![field]));
    }
    let usual = Options::default();
    Ok(Options {
        time_zone: dto.time_zone,
        currency: parsed.flatten(),
        date_order: dto.date_order.map(DateOrder::from),
        decimal_marks: dto.decimal_marks.into_iter().map(|(column, mark)| (column, mark.into())).collect(),
        phone_region: dto.phone_region.map(PhoneRegion::from),
        encoding: dto.encoding,
        delimiter: dto.delimiter,
        source: dto.source.filter(|source| !source.trim().is_empty()).unwrap_or(usual.source),
    })
}

impl From<Options> for OptionsDto {
    fn from(options: Options) -> Self {
        Self {
            time_zone: options.time_zone,
            currency: options.currency.map(|currency| currency.code().to_owned()),
            date_order: options.date_order.map(DateOrderDto::from),
            decimal_marks: options.decimal_marks.into_iter().map(|(column, mark)| (column, mark.into())).collect(),
            phone_region: options.phone_region.map(PhoneRegionDto::from),
            encoding: options.encoding,
            delimiter: options.delimiter,
            source: Some(options.source),
        }
    }
}

/// The uploaded files by their ids.
pub async fn files(app: &App, uploads: &[String]) -> Result<Vec<ImportFile>, Problem> {
    if uploads.is_empty() || uploads.len() > FILES_MAX {
        return Err(Problem::invalid(vec![ProblemField::new("/uploads", "out_of_range", "1 to 100 uploads")]));
    }
    let found = imports::find_uploads(app, uploads).await.map_err(super::problem_of_import)?;
    let file =
        |upload: imports::Upload| ImportFile { name: upload.name, path: upload.path, size_bytes: upload.size_bytes };
    Ok(found.into_iter().map(file).collect())
}
