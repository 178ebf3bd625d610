//! A cart as a shop hands it in, and its lines merged.
//!
//! Invariants of merged lines: one for each stock keeping unit and unit price, sorted by them; so they are the same however
//! the units were spread over lines, and in whichever order. Units without a price count for nothing.

use super::quote::Problem;
use crate::money::{AMOUNT_MINOR_MAX, Currency};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub const LINES_MAX: usize = 200;
pub const QUANTITY_MAX: u32 = 100_000;
const NAME_BYTES_MAX: usize = 100;
const TAGS_MAX: usize = 50;
/// Taxes of goods are below this everywhere.
const RATE_BASIS_POINTS_MAX: u32 = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// Amounts have the tax in them.
    Inclusive,
    /// The tax comes on top.
    Exclusive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    pub mode: TaxMode,
    pub rate_basis_points: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub sku: String,
    pub category: String,
    pub brand: String,
    pub tags: BTreeSet<String>,
    pub unit_minor: i64,
    pub quantity: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    pub currency: Currency,
    pub lines: Vec<Line>,
    pub shipping_minor: i64,
    pub tax: Tax,
}

/// All units of one kind and price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedLine {
    pub sku: String,
    pub category: String,
    pub brand: String,
    pub tags: BTreeSet<String>,
    pub unit_minor: i64,
    pub quantity: u32,
    /// Which lines of the cart it is made of.
    pub places: Vec<usize>,
}

impl MergedLine {
    pub fn initial_minor(&self) -> i64 {
        self.unit_minor * i64::from(self.quantity)
    }
}

impl Cart {
    /// All that is out of range; empty where it can be quoted.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut demand = |holds: bool, place: &dyn Fn() -> String, allowed| {
            if !holds {
                problems.push(Problem { place: place(), allowed });
            }
        };
        demand(self.lines.len() <= LINES_MAX, &|| "lines".to_owned(), "at most 200 lines");
        let amounts = 0..=AMOUNT_MINOR_MAX;
        let is_name = |name: &str| name.len() <= NAME_BYTES_MAX && !name.chars().any(char::is_control);
        let mut first_of: BTreeMap<&str, &Line> = BTreeMap::new();
        let mut whole: i64 = 0;
        for (at, line) in self.lines.iter().enumerate().take(LINES_MAX) {
            let place = |field: &str| format!("lines[{at}].{field}");
            demand(is_name(&line.sku) && !line.sku.is_empty(), &|| place("sku"), "1 to 100 bytes");
            demand(is_name(&line.category), &|| place("category"), "at most 100 bytes");
            demand(is_name(&line.brand), &|| place("brand"), "at most 100 bytes");
            let are_tags = line.tags.len() <= TAGS_MAX && line.tags.iter().all(|tag| is_name(tag));
            demand(are_tags, &|| place("tags"), "at most 50, each of at most 100 bytes");
            demand(amounts.contains(&line.unit_minor), &|| place("unit_minor"), "0 to 1000000000000");
            demand((1..=QUANTITY_MAX).contains(&line.quantity), &|| place("quantity"), "1 to 100000");
            let first = *first_of.entry(&line.sku).or_insert(line);
            let agrees = (&first.category, &first.brand, &first.tags) == (&line.category, &line.brand, &line.tags);
            demand(agrees, &|| place("sku"), "the same category, brand and tags in all lines of one sku");
            whole = whole.saturating_add(line.unit_minor.saturating_mul(i64::from(line.quantity)));
        }
        demand(whole <= AMOUNT_MINOR_MAX, &|| "lines".to_owned(), "at most 1000000000000 in all");
        demand(amounts.contains(&self.shipping_minor), &|| "shipping_minor".to_owned(), "0 to 1000000000000");
        let rate = self.tax.rate_basis_points;
        demand(rate <= RATE_BASIS_POINTS_MAX, &|| "tax.rate_basis_points".to_owned(), "0 to 10000");
        problems
    }
}

/// The lines of a cart that [`Cart::check`] found right.
pub fn merged(cart: &Cart) -> Vec<MergedLine> {
    let mut by_kind: BTreeMap<(&str, i64), MergedLine> = BTreeMap::new();
    for (place, line) in cart.lines.iter().enumerate() {
        let entry = by_kind.entry((&line.sku, line.unit_minor)).or_insert_with(|| MergedLine {
            sku: line.sku.clone(),
            category: line.category.clone(),
            brand: line.brand.clone(),
            tags: line.tags.clone(),
            unit_minor: line.unit_minor,
            quantity: 0,
            places: Vec::new(),
        });
        entry.quantity = entry.quantity.saturating_add(line.quantity);
        entry.places.push(place);
    }
    by_kind.into_values().collect()
}
