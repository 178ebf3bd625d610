//! Interviews and reasons in JSON.

use super::cluster_id;
use crate::problem::{Problem, ProblemField};
use crate::v1::customers::customer_number;
use perennial_app::clusters::{Interview, Reason, Reasons};
use perennial_domain::cluster::{InterviewKind, NewInterview, Share};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InterviewKindDto {
    /// With one person.
    Interview,
    /// A round of several.
    Panel,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClusterInterview {
    pub kind: InterviewKindDto,
    /// 1 to 300 characters: what it was to verify. The same words are the same hypothesis.
    #[schema(example = "They buy for others")]
    pub hypothesis: String,
    pub supported: bool,
    /// Up to 2000 characters; empty when absent.
    #[schema(example = "I never drink it myself")]
    pub quote: Option<String>,
    /// Who asked: 1 to 60 characters.
    #[schema(example = "Li")]
    pub interviewer: String,
    #[schema(format = Date, example = "2026-11-29")]
    pub held_on: String,
    /// With whom, where that is a customer: it goes when the person is erased.
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: Option<String>,
}

impl NewClusterInterview {
    pub fn read(self) -> Result<(NewInterview, Option<CustomerNumber>), Problem> {
        let held_on = Day::parse_iso(&self.held_on).ok_or_else(|| {
            Problem::invalid(vec![ProblemField::new("/held_on", "malformed", "a day, such as 2026-11-29")])
        })?;
        let customer = self.customer_id.as_deref().map(customer_number).transpose()?;
        let said = NewInterview {
            kind: match self.kind {
                InterviewKindDto::Interview => InterviewKind::Interview,
                InterviewKindDto::Panel => InterviewKind::Panel,
            },
            hypothesis: self.hypothesis,
            is_supported: self.supported,
            quote: self.quote.unwrap_or_default(),
            interviewer: self.interviewer,
            held_on,
        };
        Ok((said, customer))
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusterInterviewDto {
    #[schema(example = "itv_1c9f0x3kq2m7z8w4p")]
    pub id: String,
    pub kind: InterviewKindDto,
    pub hypothesis: String,
    pub supported: bool,
    pub quote: String,
    pub interviewer: String,
    #[schema(format = Date)]
    pub held_on: String,
    /// Null where it is not known.
    pub customer_id: Option<String>,
    pub recorded_by: String,
    #[schema(format = DateTime)]
    pub recorded_at: String,
}

impl From<Interview> for ClusterInterviewDto {
    fn from(one: Interview) -> Self {
        Self {
            id: one.id,
            kind: match one.said.kind {
                InterviewKind::Interview => InterviewKindDto::Interview,
                InterviewKind::Panel => InterviewKindDto::Panel,
            },
            hypothesis: one.said.hypothesis,
            supported: one.said.is_supported,
            quote: one.said.quote,
            interviewer: one.said.interviewer,
            held_on: one.said.held_on.iso(),
            customer_id: one.customer.map(CustomerNumber::public_id),
            recorded_by: one.recorded_by,
            recorded_at: one.recorded_at.rfc3339(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusterInterviewPage {
    /// The newest first.
    pub items: Vec<ClusterInterviewDto>,
    pub next_cursor: Option<String>,
}

/// A part of those who answered, with its 95 % interval (Wilson).
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ShareDto {
    #[schema(example = 96)]
    pub count: u64,
    /// Who answered.
    #[schema(example = 300)]
    pub of: u64,
    #[schema(example = 0.32)]
    pub share: f64,
    #[schema(example = 0.27)]
    pub low: f64,
    #[schema(example = 0.375)]
    pub high: f64,
}

impl From<Share> for ShareDto {
    fn from(share: Share) -> Self {
        Self { count: share.count, of: share.of, share: share.share, low: share.low, high: share.high }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusterReasonDto {
    #[schema(example = "price")]
    pub value: String,
    pub share: ShareDto,
    /// Of those who answered in each cluster where somebody did.
    pub clusters: Vec<ClusterReasonInDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusterReasonInDto {
    pub cluster_id: String,
    pub number: i64,
    pub share: ShareDto,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusterReasons {
    #[schema(example = "churn_reason")]
    pub field: String,
    /// Customers whom the caller sees who answered, in whatever cluster or none.
    #[schema(example = 300)]
    pub answered: u64,
    /// The most given first, twenty at most. Whoever gave several counts for each.
    pub items: Vec<ClusterReasonDto>,
}

impl ClusterReasons {
    pub fn of(clustering: &str, reasons: Reasons) -> Self {
        let item = |reason: Reason| ClusterReasonDto {
            value: reason.value,
            share: reason.share.into(),
            clusters: reason
                .clusters
                .into_iter()
                .map(|one| ClusterReasonInDto {
                    cluster_id: cluster_id(clustering, one.number),
                    number: one.number,
                    share: one.share.into(),
                })
                .collect(),
        };
        Self { field: reasons.field, answered: reasons.answered, items: reasons.items.into_iter().map(item).collect() }
    }
}
