//! What is worked out of a customer's facts once a day, and what decided their orders.

use super::problem_of_segments;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::scores::{self, CustomerScores};
use perennial_domain::scores::{Conversion, Deed, Factor, WEIGHTS};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerScoresDto {
    /// When scores of all customers were worked out; null before the first time.
    #[schema(format = DateTime)]
    pub as_of: Option<String>,
    /// Null before scores were worked out for the first time.
    pub activity: Option<ActivityScoreDto>,
    /// 0 to 100, as of then.
    #[schema(example = 75)]
    pub activity_power: Option<i64>,
    #[schema(example = 80)]
    pub spread_power: Option<i64>,
    /// The first touch-point that a fact named.
    #[schema(example = "moments")]
    pub first_touch_point: Option<String>,
    /// The one that most facts named.
    #[schema(example = "community")]
    pub main_touch_point: Option<String>,
    /// What decided their orders, as things are now: whole percent that add up to 100; empty without an order that was touched.
    pub decision: Vec<DecisionShareDto>,
    /// Orders that were touched, the newest hundred.
    pub conversions: Vec<ConversionDto>,
    #[schema(example = 9)]
    pub conversions_count: usize,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ActivityScoreDto {
    #[schema(example = 42)]
    pub score: i64,
    /// What it is made of: of ninety days.
    pub parts: Vec<ActivityPartDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ActivityPartDto {
    /// `interactions`, `shares`, `referrals` or `participations`.
    #[schema(example = "shares")]
    pub deed: String,
    #[schema(example = 4)]
    pub count: i64,
    #[schema(example = 3)]
    pub weight: u64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DecisionShareDto {
    /// `friend`, `content`, `promotion` or `community`.
    #[schema(example = "promotion")]
    pub factor: String,
    #[schema(example = 43)]
    pub percent: u8,
}

/// An order with the facts that touched it.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ConversionDto {
    /// The timeline has the order under it.
    #[schema(example = "0f343b0931126a20f133d67c2b018a3b")]
    pub order: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// By time, the newest twenty; what the order says of itself stands behind them.
    pub touches: Vec<TouchDto>,
    #[schema(example = 3)]
    pub touches_count: usize,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TouchDto {
    #[schema(example = "promotion")]
    pub factor: String,
    /// The timeline has the fact under it.
    #[schema(example = "0f343b0931126a20f133d67c2b018a3b")]
    pub key: String,
    #[schema(format = DateTime)]
    pub at: String,
}

fn conversion(one: Conversion) -> ConversionDto {
    let touch = |(factor, key, at): (Factor, _, Instant)| touch_of(factor, key, at);
    ConversionDto {
        order: one.order.hex(),
        at: one.at.rfc3339(),
        touches: one.touches.into_iter().map(touch).collect(),
        touches_count: one.touches_count,
    }
}

fn touch_of(factor: Factor, key: perennial_domain::fact::FactKey, at: Instant) -> TouchDto {
    TouchDto { factor: factor.code().to_owned(), key: key.hex(), at: at.rfc3339() }
}

impl From<CustomerScores> for CustomerScoresDto {
    fn from(scores: CustomerScores) -> Self {
        let CustomerScores { kept, as_of, decision, conversions, conversions_count } = scores;
        let part =
            |(deed, weight): (Deed, u64), count: i64| ActivityPartDto { deed: deed.code().to_owned(), count, weight };
        let activity = kept.as_ref().map(|row| {
            let count = |deed| match deed {
                Deed::Interaction => row.interactions,
                Deed::Share => row.shares,
                Deed::Referral => row.referrals,
                Deed::Participation => row.participations,
            };
            let parts = WEIGHTS.into_iter().map(|(deed, weight)| part((deed, weight), count(deed))).collect();
            ActivityScoreDto { score: row.activity_score, parts }
        });
        let share = |(factor, percent): (Factor, u8)| DecisionShareDto { factor: factor.code().to_owned(), percent };
        Self {
            as_of: as_of.map(Instant::rfc3339),
            activity,
            activity_power: kept.as_ref().map(|row| row.activity_power),
            spread_power: kept.as_ref().map(|row| row.spread_power),
            first_touch_point: kept.as_ref().and_then(|row| row.first_touch_point.clone()),
            main_touch_point: kept.and_then(|row| row.main_touch_point),
            decision: decision.into_iter().flat_map(|shares| Factor::ALL.into_iter().zip(shares)).map(share).collect(),
            conversions: conversions.into_iter().map(conversion).collect(),
            conversions_count,
        }
    }
}

/// The activity score with what makes it, touch-points, and what decided the customer's orders with the facts that say so.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/scores", operation_id = "get_customer_scores", tag = "layers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = CustomerScoresDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the customer has more facts than are looked at"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<CustomerScoresDto>, Problem> {
    let number = customer_number(&id)?;
    let scores = scores::customer_scores(&state.app, &actor, number).await;
    Ok(Json(scores.map_err(problem_of_segments)?.into()))
}
