//! The preview of a merge, as it is sent.

use crate::money::Money;
use crate::v1::customers::dto::IdentifierDto;
use perennial_app::customers::CustomerCounters;
use perennial_app::identity::{FieldPreview, MergePreview, SidePreview};
use perennial_domain::identity::Word;
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MergePreviewDto {
    /// By whose id the customer would go on.
    pub survivor: MergeSideDto,
    pub absorbed: MergeSideDto,
    pub after: MergeSumsDto,
    /// Every field that one of them has.
    pub fields: Vec<MergeFieldDto>,
    /// Types of which the customer would have more than messages may give it. A merge by hand may.
    pub over_limit: Vec<MergeOverLimitDto>,
    /// A person has parted these two before.
    pub kept_apart: bool,
    /// Such a merge is refused.
    pub too_many_profiles: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MergeSideDto {
    #[schema(example = "cus_7k2m9qx4")]
    pub id: String,
    /// Profiles that are this customer today.
    #[schema(example = 1)]
    pub profiles: usize,
    /// All of them, the strongest first.
    pub identifiers: Vec<IdentifierDto>,
    pub sums: MergeSumsDto,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MergeSumsDto {
    pub display_name: Option<String>,
    pub orders: i64,
    pub revenue: Money,
    pub gross_sales: Money,
    pub refunds: Money,
    #[schema(format = DateTime)]
    pub first_purchase_at: Option<String>,
    #[schema(format = DateTime)]
    pub last_purchase_at: Option<String>,
    /// What touch-points saw.
    pub events: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MergeFieldDto {
    #[schema(example = "city")]
    pub name: String,
    pub survivor_says: Option<MergeWordDto>,
    pub absorbed_says: Option<MergeWordDto>,
    pub holds: MergeWordDto,
    /// `no_conflict`, `newest`, `greater_value` (same source and instant) or `source_name` (same instant).
    #[schema(example = "newest")]
    pub because: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MergeWordDto {
    pub value: String,
    pub source: String,
    #[schema(format = DateTime)]
    pub at: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MergeOverLimitDto {
    #[serde(rename = "type")]
    #[schema(example = "user_id")]
    pub kind: String,
    #[schema(example = 2)]
    pub count: usize,
    #[schema(example = 1)]
    pub limit: usize,
}

fn sums(counters: &CustomerCounters, events: i64, currency: Option<Currency>) -> MergeSumsDto {
    let money = |minor: i64| Money::of(minor, currency);
    MergeSumsDto {
        display_name: counters.display_name.clone(),
        orders: counters.orders,
        revenue: money(counters.net_minor),
        gross_sales: money(counters.gross_minor),
        refunds: money(counters.refunds_minor),
        first_purchase_at: counters.first_at.map(|at| Instant(at).rfc3339()),
        last_purchase_at: counters.last_at.map(|at| Instant(at).rfc3339()),
        events,
    }
}

fn side(side: &SidePreview, currency: Option<Currency>) -> MergeSideDto {
    let identifier = |kind: &str, value: &str| IdentifierDto { kind: kind.to_owned(), value: value.to_owned() };
    MergeSideDto {
        id: side.customer.public_id(),
        profiles: side.profiles,
        identifiers: side.identifiers.iter().map(|one| identifier(&one.kind, &one.value)).collect(),
        sums: sums(&side.counters, side.events, currency),
    }
}

fn word(word: &Word) -> MergeWordDto {
    MergeWordDto { value: word.value.clone(), source: word.source.clone(), at: word.at.rfc3339() }
}

fn field(field: &FieldPreview) -> MergeFieldDto {
    MergeFieldDto {
        name: field.name.clone(),
        survivor_says: field.survivor_says.as_ref().map(word),
        absorbed_says: field.absorbed_says.as_ref().map(word),
        holds: word(&field.holds),
        because: field.because.code().to_owned(),
    }
}

impl From<&MergePreview> for MergePreviewDto {
    fn from(preview: &MergePreview) -> Self {
        let over_limit = preview.over_limit.iter().map(|one| MergeOverLimitDto {
            kind: one.kind.code().to_owned(),
            count: one.count,
            limit: one.limit,
        });
        Self {
            survivor: side(&preview.survivor, preview.currency),
            absorbed: side(&preview.absorbed, preview.currency),
            after: sums(&preview.after, preview.events_after, preview.currency),
            fields: preview.fields.iter().map(field).collect(),
            over_limit: over_limit.collect(),
            kept_apart: preview.kept_apart,
            too_many_profiles: preview.too_many_profiles,
        }
    }
}
