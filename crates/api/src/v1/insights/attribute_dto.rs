//! Attributes in JSON.

use super::read_day;
use crate::problem::{Problem, ProblemField};
use perennial_app::insights::Attribute;
use perennial_domain::insight::{AttributeSettings, Quadrant, Rated};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const HUNDREDTHS: f64 = 100.0;

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuadrantDto {
    /// Important, and liked.
    Strengthen,
    /// Important, and not liked.
    Fix,
    /// Neither.
    LowPriority,
    /// Liked, and not important.
    Enough,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeBody {
    /// 1 to 60 characters.
    #[schema(example = "Delivery in time")]
    pub name: String,
    /// 1 to 10, with two decimals.
    #[schema(minimum = 1, maximum = 10, example = 8.4)]
    pub importance: f64,
    #[schema(minimum = 1, maximum = 10, example = 5.1)]
    pub satisfaction: f64,
    /// How many customers rated it.
    #[schema(example = 240)]
    pub ratings: i64,
    /// The id of a user, who does something about it.
    #[schema(example = "usr_1c9f0x3kq2m7z8w4p")]
    pub owner: String,
    /// Until when.
    #[schema(format = Date, example = "2026-12-31")]
    pub due_on: String,
    /// Up to 1000 characters; empty when absent.
    pub note: Option<String>,
    /// What was to be done is done. False when absent.
    pub done: Option<bool>,
}

impl AttributeBody {
    pub fn read(self) -> Result<AttributeSettings, Problem> {
        Ok(AttributeSettings {
            is_done: self.done.unwrap_or_default(),
            rated: Rated {
                importance: hundredths("importance", self.importance)?,
                satisfaction: hundredths("satisfaction", self.satisfaction)?,
            },
            due_on: read_day("due_on", &self.due_on)?,
            name: self.name,
            ratings: self.ratings,
            owner: self.owner,
            note: self.note.unwrap_or_default(),
        })
    }
}

fn hundredths(field: &str, value: f64) -> Result<i64, Problem> {
    let found = (value * HUNDREDTHS).round();
    // What is far out is refused with its range by whoever checks it.
    if found.is_finite() && (found / HUNDREDTHS - value).abs() < 1e-9 && found.abs() < 1e9 {
        return Ok(found as i64);
    }
    Err(Problem::invalid(vec![ProblemField::new(format!("/{field}"), "out_of_range", "1 to 10, with two decimals")]))
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AttributeDto {
    #[schema(example = "att_1c9f0x3kq2m7z8w4p")]
    pub id: String,
    pub name: String,
    pub importance: f64,
    pub satisfaction: f64,
    pub ratings: i64,
    /// By the means of all attributes.
    pub quadrant: QuadrantDto,
    pub owner: String,
    /// Null where the user is gone.
    pub owner_name: Option<String>,
    #[schema(format = Date)]
    pub due_on: String,
    pub overdue: bool,
    pub done: bool,
    pub note: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// For `If-Match`.
    pub version: i64,
}

impl From<Attribute> for AttributeDto {
    fn from(one: Attribute) -> Self {
        Self {
            id: one.id,
            name: one.settings.name,
            importance: one.settings.rated.importance as f64 / HUNDREDTHS,
            satisfaction: one.settings.rated.satisfaction as f64 / HUNDREDTHS,
            ratings: one.settings.ratings,
            quadrant: match one.quadrant {
                Quadrant::Strengthen => QuadrantDto::Strengthen,
                Quadrant::Fix => QuadrantDto::Fix,
                Quadrant::LowPriority => QuadrantDto::LowPriority,
                Quadrant::Enough => QuadrantDto::Enough,
            },
            owner: one.settings.owner,
            owner_name: one.owner_name,
            due_on: one.settings.due_on.iso(),
            overdue: one.is_overdue,
            done: one.settings.is_done,
            note: one.settings.note,
            created_at: one.created_at.rfc3339(),
            version: one.version,
        }
    }
}
